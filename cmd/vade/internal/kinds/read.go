package kinds

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// A Value is one value of front matter, as the desk shows it.
type Value struct {
	Shape  Shape
	Text   string   // of a scalar, as it would be printed; "" if null
	Items  []*Value // of a list
	Fields []Entry  // of a record, in the order of the file
}

// A Shape says what a value is made of.
type Shape int

const (
	OneScalar Shape = iota
	OneList
	OneRecord
)

// An Entry is one field of a record.
type Entry struct {
	Key   string // in small letters, as Hugo takes it
	Value *Value
}

// Get gives a field of a record; nil if there is none. It may be asked of nil.
func (v *Value) Get(key string) *Value {
	if v == nil {
		return nil
	}
	for _, e := range v.Fields {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Scalar gives the text of a scalar; "" for nil, lists and records.
func (v *Value) Scalar() string {
	if v == nil {
		return ""
	}
	return v.Text
}

// A Front is the front matter of a page and the place of its text in the file,
// without the lines that enclose it.
type Front struct {
	Format     string // "yaml", "toml" or "json"
	Start, End int    // bytes from the beginning of the file
	Values     *Value
	body       []byte
}

// Translates is the field in which a translation holds the sum of the original's
// words ([Front.Words]) when the two were last compared.
const Translates = "translates"

// Aliases is the field with the earlier addresses of a page. Each translation has its
// own, which like the original's are written without the language.
const Aliases = "aliases"

// AliasAddress gives the address, without the language, that an alias of a page means: one
// that begins with no / lies beside the page.
func AliasAddress(page, alias string) string {
	if !strings.HasPrefix(alias, "/") {
		alias = path.Join(path.Dir(page), alias)
	}
	return strings.ToLower(path.Join("/", alias))
}

// Words gives a sum of the words of a page, which translations give anew: its
// fields that hold words, and its text. Spaces and facts make no difference.
func (f *Front) Words(fields []*Field) string {
	h := sha256.New()
	wordsOf(h, fields, f.Values, "", 0)
	fmt.Fprintf(h, "\n%s", strings.Join(strings.Fields(string(f.body)), " "))
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func wordsOf(w io.Writer, fields []*Field, v *Value, at string, depth int) {
	if v == nil || depth > deepest {
		return
	}
	for _, f := range fields {
		x := v.Get(f.Name)
		if x == nil || f.Type != Text && f.Type != Record {
			continue
		}
		values := []*Value{x}
		if x.Shape == OneList {
			values = x.Items
		}
		for i, item := range values {
			name := fmt.Sprintf("%s.%s[%d]", at, f.Name, i)
			if id := item.Get("id").Scalar(); id != "" {
				name = at + "." + f.Name + "[" + id + "]"
			}
			if f.Type == Record {
				wordsOf(w, f.Fields, item, name, depth+1)
			} else if text := strings.Fields(item.Text); len(text) > 0 {
				fmt.Fprintf(w, "%s=%s\n", name, strings.Join(text, " "))
			}
		}
	}
}

// ReadFront reads the front matter of one page. It gives nil if the page has
// none, or if it cannot be read: the problems then say why.
func ReadFront(file string, text []byte) (*Front, []Problem) {
	r := &reports{}
	s := frontMatter(file, text, r)
	if s == nil || s.format == "" {
		return nil, r.problems
	}
	v := s.read()
	if v == nil {
		return nil, r.problems
	}
	start := s.begin(text)
	return &Front{Format: s.format, Start: start, End: start + len(s.text), Values: opened(v), body: s.below(text)}, r.problems
}

func opened(v *value) *Value {
	out := &Value{Shape: v.shape, Text: v.text}
	for _, i := range v.items {
		out.Items = append(out.Items, opened(i))
	}
	for _, e := range v.entries {
		out.Fields = append(out.Fields, Entry{e.key, opened(e.value)})
	}
	return out
}

// Words tells whether a translation gives the field anew.
func (f *Field) Words() bool { return f.words() }

// Described is Load for who leaves it to check to tell what is wrong with the
// descriptions; it gives the fields that every page may have, too.
func Described(fsys fs.FS) (common []*Field, byFolder map[string]*Kind) {
	return load(fsys, &reports{})
}

// Languages gives the languages of the site in fsys, that of the originals
// first.
func Languages(fsys fs.FS) []string {
	config, _ := readConfig(fsys, &reports{})
	first := config.get("defaultcontentlanguage").scalar()
	if first == "" {
		first = "en"
	}
	out := []string{first}
	for _, l := range config.get("languages").fields() {
		if l.key != first {
			out = append(out, l.key)
		}
	}
	return out
}

// Excluded tells of a file below content, named relative to it, whether the
// site's mounts leave it out.
func Excluded(fsys fs.FS) func(file string) bool {
	config, _ := readConfig(fsys, &reports{})
	patterns := exclusions(config)
	return func(file string) bool { return matches(patterns, file) }
}
