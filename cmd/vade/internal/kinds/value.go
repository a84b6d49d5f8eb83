package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// A value is one value of a file in YAML, TOML or JSON, with its line. Exactly
// one of a scalar, a list and a record is what it is. The methods take a nil
// value for one that is not there.
type value struct {
	line    int
	shape   Shape
	text    string // of a scalar, as it would be printed; "" if null
	items   []*value
	entries []entry
	size    int // of YAML: how many values it is made of, repeated ones counted each time
}

// An entry is one field of a record. Hugo takes no notice of case in keys, so
// the key is in lower case.
type entry struct {
	key   string
	line  int
	value *value
}

func (v *value) at() int {
	if v == nil {
		return 0
	}
	return v.line
}

func (v *value) get(key string) *value {
	for _, e := range v.fields() {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// fields gives the fields of a record.
func (v *value) fields() []entry {
	if v == nil {
		return nil
	}
	return v.entries
}

func (v *value) scalar() string {
	if v == nil {
		return ""
	}
	return v.text
}

func (v *value) is(text string) bool { return v != nil && v.shape == OneScalar && v.text == text }

func (v *value) texts() []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, i := range v.items {
		out = append(out, i.text)
	}
	return out
}

// empty tells whether nothing is there.
func (v *value) empty() bool {
	return v == nil || strings.TrimSpace(v.text) == "" && len(v.items) == 0 && len(v.entries) == 0
}

// equal tells whether two values say the same.
func equal(a, b *value) bool {
	return a.shape == b.shape && a.text == b.text &&
		slices.EqualFunc(a.items, b.items, equal) &&
		slices.EqualFunc(a.entries, b.entries, func(x, y entry) bool { return x.key == y.key && equal(x.value, y.value) })
}

// A source is one text to be read, which begins after some lines of its file.
type source struct {
	file   string
	format string // "yaml", "toml" or "json"
	text   []byte
	before int // lines before the text
	*reports
}

func (s *source) fault(line int, field, message, remedy string) {
	s.add(Problem{File: s.file, Line: line, Field: field, Message: message, Remedy: remedy})
}

// begin gives the byte of a file at which its front matter begins.
func (s *source) begin(file []byte) int {
	if s.format == "json" {
		return bytes.IndexByte(file, '{')
	}
	start := 0
	for range s.before {
		start += bytes.IndexByte(file[start:], '\n') + 1
	}
	return start
}

// below gives what stands in a file below its front matter and the line that ends
// it.
func (s *source) below(file []byte) []byte {
	rest := file[min(s.begin(file)+len(s.text), len(file)):]
	_, rest, _ = bytes.Cut(rest, []byte("\n"))
	return rest
}

// read gives the record that the text holds. If the text does not parse, it says
// so and gives nil.
func (s *source) read() *value { return s.memory.read(s, s.parse) }

func (s *source) parse() *value {
	v := map[string]func() *value{"yaml": s.yaml, "toml": s.toml, "json": s.json}[s.format]()
	if v != nil && v.shape != OneRecord {
		s.fault(v.line, "", "the front matter holds no fields", `write one a line, as "title: A title"`)
		return nil
	}
	return v
}

// readFile reads a file by the ending of its name.
func readFile(fsys fs.FS, file string, r *reports) *value {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		r.add(Problem{File: file, Message: "cannot be read: " + err.Error()})
		return nil
	}
	s := &source{file: file, format: strings.Replace(strings.TrimPrefix(path.Ext(file), "."), "yml", "yaml", 1), text: text, reports: r}
	return s.read()
}

// set adds a field to a record, and says so if it is there already.
func (s *source) set(v *value, e entry) {
	for _, old := range v.entries {
		if old.key == e.key {
			s.fault(e.line, e.key, fmt.Sprintf("stands twice, in lines %d and %d", old.line, e.line), "keep one of them")
			return
		}
	}
	v.entries = append(v.entries, e)
}

// deepest bounds how far values are nested, and mostValues how many there are:
// a few lines of YAML that repeat one another can stand for billions.
const (
	deepest    = 50
	mostValues = 100_000
)

func (s *source) yaml() *value {
	file, err := parser.ParseBytes(s.text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		s.yamlFault(err)
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &value{line: s.before + 1, shape: OneRecord}
	}
	y := &yamlReader{source: s, anchors: map[string]*value{}}
	v := y.value(file.Docs[0].Body, 0)
	if v.size > mostValues {
		s.fault(v.line, "", fmt.Sprintf("the front matter holds more than %d values", mostValues), "shorten it")
		return nil
	}
	return v
}

type yamlReader struct {
	*source
	anchors map[string]*value
}

func (y *yamlReader) line(n ast.Node) int { return y.before + n.GetToken().Position.Line }

func (y *yamlReader) value(n ast.Node, depth int) *value {
	if n == nil || n.GetToken() == nil || depth > deepest {
		return &value{line: y.before + 1}
	}
	v := &value{line: y.line(n)}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.MappingNode:
		v.shape = OneRecord
		for _, e := range n.Values {
			y.entry(v, e, depth)
		}
		if len(v.entries) > 0 {
			v.line = v.entries[0].line
		}
	case *ast.MappingValueNode:
		v.shape = OneRecord
		y.entry(v, n, depth)
	case *ast.SequenceNode:
		v.shape = OneList
		for _, i := range n.Values {
			v.items = append(v.items, y.value(i, depth+1))
		}
	case *ast.AnchorNode:
		v = y.value(n.Value, depth+1)
		y.anchors[n.Name.GetToken().Value] = v
	case *ast.AliasNode:
		if at := y.anchors[n.Value.GetToken().Value]; at != nil {
			return at
		}
	case *ast.TagNode:
		return y.value(n.Value, depth+1)
	case *ast.LiteralNode:
		v.text = n.Value.Value
	case *ast.StringNode:
		v.text = n.Value
	case *ast.BoolNode:
		v.text = fmt.Sprint(n.Value)
	default:
		v.text = n.GetToken().Value
	}
	v.size = 1
	for _, i := range v.items {
		v.size = min(v.size+i.size, mostValues+1)
	}
	for _, e := range v.entries {
		v.size = min(v.size+e.value.size, mostValues+1)
	}
	return v
}

func (y *yamlReader) entry(v *value, n *ast.MappingValueNode, depth int) {
	inner := y.value(n.Value, depth+1)
	if n.Key.IsMergeKey() {
		for _, e := range inner.entries {
			if v.get(e.key) == nil {
				v.entries = append(v.entries, e)
			}
		}
		return
	}
	line := y.line(n.Key)
	if inner.shape == OneScalar {
		inner.line = max(inner.line, line)
	}
	y.set(v, entry{strings.ToLower(n.Key.GetToken().Value), line, inner})
}

// yamlFault says in plain words why a text does not parse.
func (s *source) yamlFault(err error) {
	line, message := s.before+1, "the front matter cannot be read"
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		line = s.before + at.GetToken().Position.Line
	}
	lines := strings.Split(string(s.text), "\n")
	for i, l := range lines {
		if strings.Contains(l[:len(l)-len(strings.TrimLeft(l, " \t"))], "\t") {
			s.fault(s.before+i+1, "", "the line begins with a tab", "write spaces instead of it")
			return
		}
	}
	// The parser often notices a slip only on the line after it.
	for i := line - s.before - 1; i >= 0 && i >= line-s.before-3; i-- {
		if i < len(lines) {
			if name, remedy := slip(lines[i]); remedy != "" {
				s.fault(s.before+i+1, name, message, remedy)
				return
			}
		}
	}
	if i := line - s.before - 1; i >= 0 && i < len(lines) {
		message += fmt.Sprintf(" from %q on", cut(strings.TrimSpace(lines[i])))
	}
	s.fault(line, "", message, `write each field as "name: value" with a space after the colon, all at the same distance from the margin, and check the line before it`)
}

var reLine = regexp.MustCompile(`^[\s-]*([A-Za-z_][\w-]*):(\s*)(.*?)\s*$`)

// slip recognizes a common mistake in one line of YAML, and gives the field and
// what to write.
func slip(line string) (name, remedy string) {
	m := reLine.FindStringSubmatch(line)
	if m == nil {
		return "", ""
	}
	name, rest := m[1], m[3]
	if rest == "" {
		return "", ""
	}
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
	switch first := rest[0]; {
	case m[2] == "":
		return name, fmt.Sprintf(`write a space after the colon: "%s: %s"`, name, cut(rest))
	case first == '"' || first == '\'':
		end := strings.LastIndexByte(rest, first)
		if end == 0 {
			return name, fmt.Sprintf("close the quotation mark: write %c at the end of the text", first)
		}
		if first == '\'' && strings.Count(rest, "'")%2 == 1 || end < len(rest)-1 || strings.Count(rest, `"`) > 2 {
			return name, "a quotation mark within the text ends it: enclose the whole text in the other kind, ' or \""
		}
	case first == '[' && !strings.HasSuffix(rest, "]"):
		return name, "close the list: write ] at its end"
	case first == '{' && !strings.HasSuffix(rest, "}"):
		return name, "close the record: write } at its end"
	case strings.ContainsRune("@`%*&!", rune(first)), strings.Contains(rest, ": ") && first != '[' && first != '{':
		return name, fmt.Sprintf("enclose the text in quotation marks: %s: %s", name, quoted(cut(rest)))
	}
	return "", ""
}

// cut shortens what is quoted in a message.
func cut(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func (s *source) toml() *value {
	var all map[string]any
	if err := toml.Unmarshal(s.text, &all); err != nil {
		line := 1
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		s.fault(s.before+line, "", "the front matter cannot be read ("+strings.TrimPrefix(err.Error(), "toml: ")+")",
			`write each field as name = "value", texts in quotation marks, once each`)
		return nil
	}
	t := &tomlReader{source: s}
	t.p.Reset(s.text)
	root := &value{line: s.before + 1, shape: OneRecord}
	in := root
	for t.p.NextExpression() {
		e := t.p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			keys := t.keys(e.Key())
			in = t.descend(root, keys)
			if e.Kind == unstable.ArrayTable {
				in.shape = OneList
				in.items = append(in.items, &value{line: keys[len(keys)-1].line, shape: OneRecord})
				in = in.items[len(in.items)-1]
			}
		case unstable.KeyValue:
			t.pair(in, e)
		}
	}
	return root
}

type tomlReader struct {
	*source
	p unstable.Parser
}

// keys gives the parts of a dotted key as entries without values.
func (t *tomlReader) keys(i unstable.Iterator) []entry {
	var out []entry
	for i.Next() {
		k := i.Node()
		out = append(out, entry{key: strings.ToLower(string(k.Data)), line: t.before + t.p.Shape(k.Raw).Start.Line})
	}
	return out
}

// descend finds the table of a key, and adds what is not there yet. Of a list of
// tables it takes the last, unless the key ends there.
func (t *tomlReader) descend(v *value, keys []entry) *value {
	for i, k := range keys {
		next := v.get(k.key)
		if next == nil {
			next = &value{line: k.line, shape: OneRecord}
			v.entries = append(v.entries, entry{k.key, k.line, next})
		}
		if v = next; i < len(keys)-1 && v.shape == OneList && len(v.items) > 0 {
			v = v.items[len(v.items)-1]
		}
	}
	return v
}

func (t *tomlReader) pair(in *value, e *unstable.Node) {
	keys := t.keys(e.Key())
	last := keys[len(keys)-1]
	last.value = t.value(e.Value(), last.line)
	t.set(t.descend(in, keys[:len(keys)-1]), last)
}

func (t *tomlReader) value(n *unstable.Node, line int) *value {
	if n.Raw.Length > 0 {
		line = t.before + t.p.Shape(n.Raw).Start.Line
	}
	v := &value{line: line, text: string(n.Data)}
	switch i := n.Children(); n.Kind {
	case unstable.Array:
		for v.shape, v.text = OneList, ""; i.Next(); {
			v.items = append(v.items, t.value(i.Node(), line))
		}
	case unstable.InlineTable:
		for v.shape, v.text = OneRecord, ""; i.Next(); {
			t.pair(v, i.Node())
		}
	}
	return v
}

func (s *source) json() *value {
	d := json.NewDecoder(bytes.NewReader(s.text))
	d.UseNumber()
	j := &jsonReader{source: s, d: d}
	v, err := j.value(0)
	if err != nil {
		s.fault(j.line(), "", "the front matter cannot be read ("+err.Error()+")",
			`write each field as "name": "value", with a comma between two fields and none after the last`)
		return nil
	}
	return v
}

type jsonReader struct {
	*source
	d *json.Decoder
}

func (j *jsonReader) line() int {
	return j.before + 1 + bytes.Count(j.text[:j.d.InputOffset()], []byte("\n"))
}

func (j *jsonReader) value(depth int) (*value, error) {
	t, err := j.d.Token()
	if errors.Is(err, io.EOF) {
		err = errors.New("it ends too soon")
	}
	if err == nil && depth > deepest {
		err = errors.New("it is nested too deeply")
	}
	if err != nil {
		return nil, err
	}
	v := &value{line: j.line()}
	switch t {
	case json.Delim('['):
		for v.shape = OneList; j.d.More(); {
			i, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, i)
		}
		_, err = j.d.Token()
	case json.Delim('{'):
		for v.shape = OneRecord; j.d.More(); {
			key, err := j.d.Token()
			if err != nil {
				return nil, err
			}
			line := j.line()
			i, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			j.set(v, entry{strings.ToLower(fmt.Sprint(key)), line, i})
		}
		_, err = j.d.Token()
	case nil:
	default:
		v.text = fmt.Sprint(t)
	}
	return v, err
}

// frontMatter finds the front matter of a page, as Hugo does: it stands first,
// between two lines of --- (YAML) or +++ (TOML), or is one object of JSON. It
// gives nil if there is none, and says so if it has no end.
func frontMatter(file string, text []byte, r *reports) *source {
	rest := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	before := bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
	s := &source{file: file, before: before, reports: r}
	first, below, _ := bytes.Cut(rest, []byte("\n"))
	switch mark := string(bytes.TrimRight(first, " \t\r")); {
	case strings.HasPrefix(mark, "{"):
		s.format, s.text = "json", rest
		return s
	case mark == "---":
		s.format = "yaml"
	case mark == "+++":
		s.format = "toml"
	default:
		return nil
	}
	s.before++
	mark := first[:3]
	for end := 0; end < len(below); {
		line, _, _ := bytes.Cut(below[end:], []byte("\n"))
		if bytes.HasPrefix(line, mark) {
			s.text = below[:end]
			return s
		}
		end += len(line) + 1
	}
	s.fault(before+1, "", "the front matter that begins here has no end", fmt.Sprintf("write a line of %s below its last field", mark))
	s.format = ""
	return s
}
