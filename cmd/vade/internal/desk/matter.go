package desk

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"vademecum/cmd/vade/internal/kinds"
)

// A value is one value of front matter: read from a file, with its place there,
// or read from a form.
type value struct {
	text   string
	items  []*value
	fields []entry
	shape  kinds.Shape
	// from is the place of a list's entry in the file, counted from 1; 0 if it
	// is new. So an entry that was moved is written as it stood.
	from int
	// unread is set where the form does not show a value: it stays as it is.
	unread bool
	at     *block // nil if it came from a form, or stands in a value written on one line
}

type entry struct {
	key   string
	value *value
}

func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for _, e := range v.fields {
		if strings.EqualFold(e.key, key) {
			return e.value
		}
	}
	return nil
}

func (v *value) scalar() string {
	if v == nil {
		return ""
	}
	return v.text
}

func (v *value) set(key string, to *value) {
	for i, e := range v.fields {
		if strings.EqualFold(e.key, key) {
			v.fields[i].value = to
			return
		}
	}
	v.fields = append(v.fields, entry{key, to})
}

// empty tells whether nothing is said.
func (v *value) empty() bool {
	if v == nil {
		return true
	}
	return !v.unread && strings.TrimSpace(v.text) == "" &&
		!slices.ContainsFunc(v.items, func(i *value) bool { return !i.empty() }) &&
		!slices.ContainsFunc(v.fields, func(e entry) bool { return !e.value.empty() })
}

// same tells whether two values say the same. An empty one is as good as none,
// and how a text ends makes no difference: a form does not keep that.
func same(a, b *value) bool {
	if a.empty() || b.empty() {
		return a.empty() && b.empty()
	}
	if a.unread || b.unread {
		return true
	}
	if a.shape != b.shape {
		return a.shape == kinds.OneList && len(a.items) == 1 && same(a.items[0], b) ||
			b.shape == kinds.OneList && len(b.items) == 1 && same(a, b.items[0])
	}
	if a.shape == kinds.OneList {
		notEmpty := func(v *value) []*value {
			return slices.DeleteFunc(slices.Clone(v.items), (*value).empty)
		}
		return slices.EqualFunc(notEmpty(a), notEmpty(b), same)
	}
	if a.shape == kinds.OneRecord {
		for _, e := range a.fields {
			if !same(e.value, b.get(e.key)) {
				return false
			}
		}
		for _, e := range b.fields {
			if a.get(e.key) == nil && !e.value.empty() {
				return false
			}
		}
		return true
	}
	return ending(a.text) == ending(b.text)
}

func ending(s string) string { return strings.TrimRight(s, " \t\n") }

// A matter is the front matter of one page, ready to be changed.
type matter struct {
	text   string // between the lines that enclose it
	values *value
}

// readMatter takes front matter in YAML apart. Its values come from the reader
// that check uses; the places from the lines.
func readMatter(text string, values *kinds.Value) *matter {
	m := &matter{text: text, values: taken(values)}
	place(m.values, outline(text))
	return m
}

func taken(v *kinds.Value) *value {
	out := &value{shape: v.Shape, text: v.Text}
	switch v.Shape {
	case kinds.OneList:
		for i, item := range v.Items {
			t := taken(item)
			t.from = i + 1
			out.items = append(out.items, t)
		}
	case kinds.OneRecord:
		for _, e := range v.Fields {
			out.fields = append(out.fields, entry{e.Key, taken(e.Value)})
		}
	}
	return out
}

// place gives the values their places, as far as the lines have the same shape:
// what has not is written anew as a whole when it changes.
func place(v *value, b *block) {
	if b == nil {
		return
	}
	v.at = b
	switch {
	case v.shape == kinds.OneRecord && b.shape == kinds.OneRecord && len(v.fields) == len(b.parts):
		for i := range v.fields {
			if strings.EqualFold(v.fields[i].key, b.parts[i].key) {
				place(v.fields[i].value, b.parts[i])
			}
		}
	case v.shape == kinds.OneList && b.shape == kinds.OneList && len(v.items) == len(b.parts):
		for i := range v.items {
			place(v.items[i], b.parts[i])
		}
	default:
		b.parts = nil
	}
}

// A block is a field, or an entry of a list, on lines of its own.
type block struct {
	shape      kinds.Shape // of what it holds, if that is on lines of its own
	key        string      // of a field
	start, end int         // from its line on to the line of what follows
	value      int         // where the value begins, behind "key:" or "-"
	indent     int         // of its fields or entries
	parts      []*block
}

type line struct {
	start, end int // end without the line break
	indent     int
	blank      bool // or a comment
}

// outline finds the fields and entries of YAML by their indentation.
func outline(text string) *block {
	var lines []line
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		l := strings.TrimSuffix(text[at:at+end], "\r")
		rest := strings.TrimLeft(l, " ")
		lines = append(lines, line{at, at + len(l), len(l) - len(rest), strings.TrimSpace(rest) == "" || rest[0] == '#'})
		at += end + 1
	}
	return (&outliner{text, lines}).block(0, len(lines))
}

type outliner struct {
	text  string
	lines []line
}

// block reads the lines from first to before last; nil if they hold no fields and
// no entries.
func (o *outliner) block(first, last int) *block {
	for first < last && o.lines[first].blank {
		first++
	}
	if first == last {
		return nil
	}
	b := &block{start: o.lines[first].start, end: o.after(last), indent: o.lines[first].indent}
	dash := o.dashed(first)
	if !dash && o.keyEnd(o.lines[first].start+b.indent, o.lines[first].end) < 0 {
		return nil
	}
	b.shape = kinds.OneRecord
	if dash {
		b.shape = kinds.OneList
	}
	for i := first; i < last; {
		next := i + 1
		for next < last && !o.begins(next, b.indent, dash) {
			next++
		}
		end := next // what stands before the next one belongs to that
		for end > i+1 && o.lines[end-1].blank && (o.lines[end-1].indent <= b.indent || strings.TrimSpace(o.text[o.lines[end-1].start:o.lines[end-1].end]) == "") {
			end--
		}
		part := o.part(i, end, b.indent, dash)
		if part == nil {
			return nil
		}
		b.parts = append(b.parts, part)
		i = next
	}
	return b
}

// after gives the place where a line begins, or where the text ends.
func (o *outliner) after(i int) int {
	if i < len(o.lines) {
		return o.lines[i].start
	}
	return len(o.text)
}

func (o *outliner) dashed(i int) bool {
	rest := o.text[o.lines[i].start+o.lines[i].indent : o.lines[i].end]
	return rest == "-" || strings.HasPrefix(rest, "- ")
}

// begins tells whether a field or an entry begins in a line.
func (o *outliner) begins(i, indent int, dash bool) bool {
	l := o.lines[i]
	return !l.blank && l.indent <= indent && (dash || !o.dashed(i))
}

func (o *outliner) part(first, last, indent int, dash bool) *block {
	l := o.lines[first]
	if l.indent != indent || o.dashed(first) != dash {
		return nil
	}
	p := &block{start: l.start, end: o.after(last)}
	if dash {
		p.value = l.start + indent + 1
		inner := strings.TrimLeft(o.text[p.value:l.end], " ")
		if inner == "" || inner[0] == '#' {
			p.take(o.block(first+1, last))
			return p
		}
		// "- id: x" begins a record whose other fields stand below it.
		moved := &outliner{o.text, slices.Clone(o.lines)}
		begin := l.end - len(inner)
		moved.lines[first] = line{begin - (begin - l.start), l.end, begin - l.start, false}
		if o.keyEnd(begin, l.end) >= 0 {
			p.take(moved.block(first, last))
		}
		return p
	}
	end := o.keyEnd(l.start+indent, l.end)
	if end < 0 {
		return nil
	}
	p.key = strings.Trim(strings.TrimSpace(o.text[l.start+indent:end]), `"'`)
	p.value = end + 1
	if rest := strings.TrimSpace(o.text[p.value:l.end]); rest == "" || rest[0] == '#' {
		p.take(o.block(first+1, last))
	}
	return p
}

// take takes over what an inner block holds.
func (b *block) take(inner *block) {
	if inner != nil {
		b.shape, b.parts, b.indent = inner.shape, inner.parts, inner.indent
	}
}

// keyEnd finds the colon behind a field's name; -1 if there is none.
func (o *outliner) keyEnd(start, end int) int {
	if start >= end {
		return -1
	}
	at := start
	if q := o.text[start]; q == '"' || q == '\'' {
		close := strings.IndexByte(o.text[start+1:end], q)
		if close < 0 {
			return -1
		}
		at = start + close + 2
	} else if strings.IndexByte("[{&*!|>%@`", q) >= 0 {
		return -1
	}
	for ; at < end; at++ {
		if o.text[at] == ':' && (at+1 == end || o.text[at+1] == ' ') {
			return at
		}
		if o.text[at] == '#' && o.text[at-1] == ' ' {
			return -1
		}
	}
	return -1
}

var errTangled = errors.New("tangled")

// change gives the text with the values of a form. Every byte of what the form
// leaves as it is stays, comments included. It fails with errTangled if that
// cannot be done.
func (m *matter) change(fields []*kinds.Field, to *value) (string, error) {
	w := &writer{text: m.text, newline: "\n"}
	if strings.Contains(m.text, "\r\n") {
		w.newline = "\r\n"
	}
	out := w.record(fields, m.values, to, 0, len(m.text), 0)
	if out == m.text {
		return out, nil
	}
	front, _ := kinds.ReadFront("", []byte("---\n"+strings.TrimRight(out, "\n")+"\n---\n"))
	if front == nil || !same(taken(front.Values), merged(fields, m.values, to)) {
		return "", errTangled
	}
	return out, nil
}

// merged gives what the page must hold after a change: the form's values, and
// those that it does not know.
func merged(fields []*kinds.Field, old, to *value) *value {
	out := &value{shape: kinds.OneRecord}
	for _, e := range old.fields {
		if fieldNamed(fields, e.key) == nil {
			out.set(e.key, e.value)
		}
	}
	for _, f := range fields {
		was, now := old.get(f.Name), to.get(f.Name)
		switch {
		case now == nil || now.unread:
			now = was
		case f.Type == kinds.Record && f.List:
			all := &value{shape: kinds.OneList}
			for _, item := range now.items {
				var before *value
				if item.from > 0 && was != nil && item.from <= len(was.items) {
					before = was.items[item.from-1]
				}
				if m := merged(f.Fields, orNone(before), item); !m.empty() {
					all.items = append(all.items, m)
				}
			}
			now = all
		case f.Type == kinds.Record:
			now = merged(f.Fields, orNone(was), now)
		}
		if now != nil {
			out.set(f.Name, now)
		}
	}
	return out
}

func orNone(v *value) *value {
	if v == nil {
		return &value{shape: kinds.OneRecord}
	}
	return v
}

func fieldNamed(fields []*kinds.Field, name string) *kinds.Field {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

// A writer writes changed values between unchanged bytes.
type writer struct {
	text    string
	newline string
}

// An edit puts new text in place of old.
type edit struct {
	start, end int
	text       string
}

// apply carries out edits within a stretch of the text.
func (w *writer) apply(edits []edit, start, end int) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var b strings.Builder
	for _, e := range edits {
		b.WriteString(w.text[start:e.start])
		b.WriteString(strings.ReplaceAll(normal(e.text), "\n", w.newline))
		start = e.end
	}
	b.WriteString(w.text[start:end])
	return b.String()
}

// record gives the text from start to end, which holds a record, with its values
// changed.
func (w *writer) record(fields []*kinds.Field, old, to *value, start, end, indent int) string {
	var edits []edit
	last := -1 // where a field that is new is put: below the field before it
	for _, f := range fields {
		was, now := old.get(f.Name), to.get(f.Name)
		if was != nil && was.at != nil {
			last = was.at.end
		}
		if now == nil || now.unread || same(was, now) {
			continue
		}
		if was == nil {
			if last < 0 {
				last = end
				if len(old.fields) > 0 && old.fields[0].value.at != nil && f == fields[0] {
					last = old.fields[0].value.at.start
				}
			}
			edits = append(edits, edit{last, last, w.lineBreak(last) + strings.Repeat(" ", indent) + f.Name + ":" + encode(f, now, indent, "")})
			continue
		}
		edits = append(edits, w.field(f, was, now, indent))
	}
	return w.apply(edits, start, end)
}

// lineBreak gives a line break if the text before a place does not end in one.
func (w *writer) lineBreak(at int) string {
	if at == 0 || w.text[at-1] == '\n' {
		return ""
	}
	return "\n"
}

// field gives the edit that changes one field.
func (w *writer) field(f *kinds.Field, was, now *value, indent int) edit {
	b := was.at
	if b == nil {
		return edit{} // the whole was not on lines of its own; the check of the outcome tells
	}
	switch {
	case now.empty():
		return edit{b.start, b.end, ""}
	case f.Type == kinds.Record && !f.List && b.shape == kinds.OneRecord && len(b.parts) > 0:
		return edit{b.value, b.end, w.record(f.Fields, was, now, b.value, b.end, b.indent)}
	case f.List && b.shape == kinds.OneList && len(b.parts) > 0:
		return edit{b.value, b.end, w.list(f, was, now)}
	case (f.Type == kinds.Labels || f.Type == kinds.Synonyms) && b.shape == kinds.OneRecord && len(b.parts) > 0:
		return edit{b.value, b.end, w.record(byLanguage(f, was, now), was, now, b.value, b.end, b.indent)}
	}
	// What follows the value on its line, a comment, stays.
	text := strings.TrimRight(w.text[b.value:b.end], "\r\n")
	comment := ""
	if !strings.Contains(text, "\n") {
		comment = trailingComment(text)
	}
	old := strings.TrimSpace(strings.TrimSuffix(text, comment))
	out := encode(f, now, indent, old)
	if comment != "" && strings.Count(out, "\n") == 1 {
		out = strings.TrimRight(out, "\n") + comment + "\n"
	}
	if !strings.HasSuffix(w.text[:b.end], "\n") {
		out = strings.TrimSuffix(out, "\n")
	}
	return edit{b.value, b.end, out}
}

// byLanguage gives the languages of labels or synonyms as fields.
func byLanguage(f *kinds.Field, was, now *value) []*kinds.Field {
	var out []*kinds.Field
	for _, v := range []*value{was, now} {
		for _, e := range v.fields {
			if fieldNamed(out, e.key) == nil {
				out = append(out, &kinds.Field{Name: e.key, Type: kinds.Text, List: f.Type == kinds.Synonyms})
			}
		}
	}
	return out
}

// list gives the text of a list whose entries stand on lines of their own, with
// what stands before the first: entries move with their comments.
func (w *writer) list(f *kinds.Field, was, now *value) string {
	b := was.at
	one := *f
	one.List = false
	var out strings.Builder
	head := w.text[b.value:b.parts[0].start]
	if cut := strings.IndexByte(head, '\n'); cut >= 0 {
		out.WriteString(head[:cut+1])
	}
	for _, item := range now.items {
		if item.empty() {
			continue
		}
		if item.from == 0 || item.from > len(b.parts) {
			out.WriteString(strings.Repeat(" ", b.indent) + "-" + encode(&one, item, b.indent, "-"))
			continue
		}
		before := was.items[item.from-1]
		start := b.value + strings.IndexByte(head, '\n') + 1
		if item.from > 1 {
			start = b.parts[item.from-2].end
		}
		part := before.at
		var text string
		switch {
		case same(before, item) && before.shape == item.shape:
			text = w.text[start:part.end]
		case part.shape == kinds.OneRecord && len(part.parts) > 0:
			text = w.record(f.Fields, before, item, start, part.end, part.indent)
		default:
			e := w.field(&one, before, item, b.indent)
			text = w.apply([]edit{e}, start, part.end)
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		out.WriteString(text)
	}
	return out.String()
}

// trailingComment gives the comment at the end of a value's line, with the space
// before it.
func trailingComment(text string) string {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.TrimRight(text[:i], " [{,:") == "" || (c == '"' || c == '\'') && i > 0 && strings.IndexByte("[{, ", text[i-1]) >= 0 && strings.HasPrefix(strings.TrimSpace(text), "["):
			quote = c
		case c == '#' && i > 0 && text[i-1] == ' ':
			for i > 0 && text[i-1] == ' ' {
				i--
			}
			return text[i:]
		}
	}
	return ""
}

// encode writes a value as it stands behind "name:", its line break included. Old
// is how it was written before; "" if it is new, "-" in an entry of a list.
func encode(f *kinds.Field, v *value, indent int, old string) string {
	pad := strings.Repeat(" ", indent+2)
	switch {
	case f.List && f.Type != kinds.Record:
		return " " + flow(f, v, old) + "\n"
	case f.List:
		one := *f
		one.List = false
		var b strings.Builder
		b.WriteString("\n")
		for _, item := range v.items {
			if !item.empty() {
				b.WriteString(pad + "-" + encode(&one, item, indent+2, "-"))
			}
		}
		return b.String()
	case f.Type == kinds.Record || f.Type == kinds.Labels || f.Type == kinds.Synonyms:
		fields := f.Fields
		if f.Type != kinds.Record {
			fields = byLanguage(f, v, &value{})
		}
		var lines []string
		for _, inner := range fields {
			if x := v.get(inner.Name); !x.empty() {
				lines = append(lines, inner.Name+":"+encode(inner, x, indent+2, ""))
			}
		}
		if old == "-" { // the first field stands behind the dash
			return " " + strings.Join(lines, pad)
		}
		return "\n" + pad + strings.Join(lines, pad)
	case f.Type == kinds.Text && strings.Contains(ending(v.text), "\n"), strings.HasPrefix(old, "|"):
		return literal(ending(v.text), pad, old)
	case strings.HasPrefix(old, ">"):
		return folded(ending(v.text), pad, old)
	case f.Type == kinds.Text && len(v.text) > longLine && old == "":
		return folded(ending(v.text), pad, ">-")
	}
	return " " + plain(f, strings.TrimSpace(v.text), old, false) + "\n"
}

// longLine is how many bytes a line of a text may have before it is broken.
const longLine = 120

func literal(text, pad, old string) string {
	if text == "" || text[0] == ' ' || text[0] == '\t' || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) {
		return " " + doubleQuoted(text) + "\n"
	}
	header := "|-"
	if strings.HasPrefix(old, "|") {
		header, _, _ = strings.Cut(old, "\n")
		header = strings.TrimRight(header, "\r")
	}
	var b strings.Builder
	b.WriteString(" " + header + "\n")
	for l := range strings.SplitSeq(text, "\n") {
		if l != "" {
			b.WriteString(pad + l)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// folded writes a text of one line on several, broken between words.
func folded(text, pad, old string) string {
	if strings.ContainsAny(text, "\n\t") || strings.Contains(text, "  ") || strings.HasPrefix(text, " ") || text == "" {
		return literal(text, pad, "")
	}
	header, _, _ := strings.Cut(old, "\n")
	var b strings.Builder
	b.WriteString(" " + strings.TrimRight(header, "\r") + "\n")
	width := 0
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case width == 0:
			b.WriteString(pad)
			width = len(pad)
		case width+1+len(word) > longLine:
			b.WriteString("\n" + pad)
			width = len(pad)
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	b.WriteString("\n")
	return b.String()
}

// flow writes a list on one line; entries that were there are written as before.
func flow(f *kinds.Field, v *value, old string) string {
	was := map[string]string{}
	for _, raw := range splitFlow(old) {
		front, _ := kinds.ReadFront("", []byte("---\nx: ["+raw+"]\n---\n"))
		if front != nil {
			if x := front.Values.Get("x"); x != nil && len(x.Items) == 1 {
				was[x.Items[0].Text] = raw
			}
		}
	}
	var parts []string
	for _, item := range v.items {
		if item.empty() {
			continue
		}
		text := strings.TrimSpace(item.text)
		raw, ok := was[text]
		if !ok {
			raw = plain(f, text, "", true)
		}
		parts = append(parts, raw)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// splitFlow gives the entries of a list on one line, as they are written.
func splitFlow(text string) []string {
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil
	}
	var out []string
	text = text[1 : len(text)-1]
	quote, start := byte(0), 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || quote == 0 && text[i] == ',':
			if part := strings.TrimSpace(text[start:i]); part != "" && !strings.Contains(part, "\n") {
				out = append(out, part)
			}
			start = i + 1
		case quote == '"' && text[i] == '\\':
			i++
		case quote != 0:
			if text[i] == quote {
				quote = 0
			}
		case (text[i] == '"' || text[i] == '\'') && strings.TrimSpace(text[start:i]) == "":
			quote = text[i]
		}
	}
	return out
}

// plain writes a text of one line, in quotation marks if it needs them or had
// them.
func plain(f *kinds.Field, text, old string, inFlow bool) string {
	switch f.Type {
	case kinds.Number, kinds.Flag, kinds.Date, kinds.When:
		if text != "" && (f.Type == kinds.Flag || text[0] >= '0' && text[0] <= '9') && !strings.ContainsAny(text, "#:,'\"\n ") {
			return text
		}
	}
	switch {
	case strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
	}):
		return doubleQuoted(text)
	case strings.HasPrefix(old, "'"):
		return singleQuoted(text)
	case strings.HasPrefix(old, `"`):
		return doubleQuoted(text)
	case !safe(text, inFlow):
		if strings.Contains(text, `"`) {
			return singleQuoted(text)
		}
		return doubleQuoted(text)
	}
	return text
}

func singleQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func doubleQuoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			b.WriteString(`\u` + strings.Repeat("0", 4-len(strconv.FormatInt(int64(r), 16))) + strconv.FormatInt(int64(r), 16))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// safe tells whether a text can stand without quotation marks, and is still a
// text then.
func safe(text string, inFlow bool) bool {
	if text == "" || strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasSuffix(text, ":") || text != strings.TrimSpace(text) {
		return false
	}
	if inFlow && strings.ContainsAny(text, ",[]{}:") {
		return false
	}
	switch first := text[0]; {
	case strings.IndexByte("-?:,[]{}#&*!|>'\"%@`=~<.+", first) >= 0, first >= '0' && first <= '9':
		return false
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		return false
	}
	return true
}
