package desk

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vademecum/cmd/vade/internal/kinds"
)

// A control is one field of a form, ready to be shown.
type control struct {
	Name     string // in the form: "f.steps.0.title"
	Path     string // in the words of check: "steps[find-the-gap].title"
	Label    string
	Help     string
	Widget   string
	Value    string
	Rows     int
	Required bool
	From     int // of an entry of a list: its place in the file
	List     string
	Lang     string // of the words in it
	Original string // of a translation: what the original says
	Options  []option
	Items    []*control // the entries of a list
	Controls []*control // the fields of a record
	Errors   []string
	First    bool
	Last     bool // the last, and of references the empty one
	Down     bool // can be moved down
	Focus    bool
	Findings []mark // what an import has to say
	Rare     bool   // of every kind of page, and needed by few
}

// says tells whether a control or one in it has something: a value, an error, what an
// import found, or the cursor.
func (c *control) says() bool {
	has := func(k *control) bool { return k.says() }
	return c.Focus || len(c.Findings) > 0 || len(c.Errors) > 0 || c.Widget == "kept" || c.Original != "" ||
		c.Value != "" && c.Widget != "hidden" || slices.ContainsFunc(c.Items, has) || slices.ContainsFunc(c.Controls, has)
}

// Folded tells whether the fields of a record are shown only when asked for: nobody has
// to fill one in, and nobody has.
func (c *control) Folded() bool {
	return !c.demands() && !c.says()
}

func (c *control) demands() bool {
	return c.Required || slices.ContainsFunc(c.Controls, func(k *control) bool { return k.demands() })
}

// HasErrors tells whether something is wrong in an entry, which is then open.
func (c *control) HasErrors() bool {
	has := func(k *control) bool { return k.HasErrors() }
	return len(c.Errors) > 0 || slices.ContainsFunc(c.Items, has) || slices.ContainsFunc(c.Controls, has)
}

// Opened tells whether an entry is shown open: a new one, one with something wrong
// in it, one that was just added or moved.
func (c *control) Opened() bool {
	return c.From == 0 || c.HasErrors() || slices.ContainsFunc(c.Controls, func(k *control) bool { return k.Focus })
}

// Up gives the name of the list that an entry stands in; "" for a field.
func (c *control) Up() string {
	i := strings.LastIndexByte(c.Name, '.')
	if _, err := strconv.Atoi(c.Name[i+1:]); err != nil {
		return ""
	}
	return c.Name[:i]
}

type option struct {
	Value, Label string
	Selected     bool
}

// The names of controls begin with this.
const formPrefix = "f"

// mostEntries bounds the entries of one list of a form.
const mostEntries = 2000

// A sheet is what a form is made for.
type sheet struct {
	page     *page
	fields   []*kinds.Field
	original *value // of a translation
	lang     string // of the interface
	words    *words
	catalog  *catalog
	focus    string            // the name of the control that was added or moved
	marks    map[string][]mark // what an import has to say, by field
}

// formFields gives the fields of a page's form: those of its kind and the flag
// of drafts; in a translation the words alone.
func formFields(fields []*kinds.Field, translation bool) []*kinds.Field {
	if translation {
		fields = wordFields(fields)
	}
	if fieldNamed(fields, "draft") == nil {
		fields = append(slices.Clip(fields), &kinds.Field{Name: "draft", Type: kinds.Flag})
	}
	return fields
}

// wordFields gives the fields that hold words. A record keeps its id, by which a
// translation finds it.
func wordFields(fields []*kinds.Field) []*kinds.Field {
	var out []*kinds.Field
	for _, f := range fields {
		switch {
		case f.Type == kinds.Text:
			out = append(out, f)
		case f.Type == kinds.Record:
			inner := wordFields(f.Fields)
			id := fieldNamed(f.Fields, "id")
			if len(inner) == 0 || f.List && id == nil {
				continue
			}
			copied := *f
			copied.Fields = inner
			if id != nil {
				copied.Fields = append([]*kinds.Field{id}, inner...)
			}
			out = append(out, &copied)
		}
	}
	return out
}

func (s *sheet) controls(v *value) []*control {
	return s.record(s.fields, v, s.original, formPrefix, "")
}

func (s *sheet) record(fields []*kinds.Field, v, original *value, name, path string) []*control {
	var out []*control
	for _, f := range fields {
		at := f.Name
		if path != "" {
			at = path + "." + f.Name
		}
		c := s.control(f, v.get(f.Name), original.get(f.Name), name+"."+f.Name, at)
		if s.original != nil && f.Name == "id" && path != "" {
			c.Widget, c.Original = "hidden", ""
		}
		out = append(out, c)
	}
	return out
}

var reDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// control makes the control of one field. A value of another shape than the
// field's is kept as it is.
func (s *sheet) control(f *kinds.Field, v, original *value, name, path string) *control {
	c := &control{Name: name, Path: path, Label: s.words.label(f), Help: s.words.help(f), Required: f.Required && s.original == nil, Original: original.scalar()}
	if s.original != nil && path == f.Name && (f.Name == "title" || f.Name == "summary") {
		c.Required = true
	}
	if path != f.Name && fieldNamed(s.catalog.common, f.Name) != nil {
		c.Help = s.words.own["help_of_"+string(f.Type)] // what is said of the page's title is not true of a source's
	}
	if f.Words() {
		c.Lang = s.page.Lang
	}
	if s.focus == name {
		c.Focus = true
	}
	c.Findings = s.marks[path]
	if v != nil && !fits(f, v) {
		c.Widget = "kept"
		return c
	}
	switch {
	case f.List && (f.Type == kinds.Text || f.Type == kinds.Name) && !broken(v):
		c.Widget, c.Value = "lines", strings.Join(texts(v), "\n")
		c.Rows = len(texts(v)) + 1
		c.Original = strings.Join(texts(original), "\n")
	case f.List:
		s.list(c, f, v, original)
	case f.Type == kinds.Record:
		c.Widget, c.Controls = "record", s.record(f.Fields, orNone(v), original, name, path)
	case f.Type == kinds.Labels || f.Type == kinds.Synonyms:
		c.Widget = "record"
		for _, lang := range s.labelLanguages(f, v) {
			inner := &kinds.Field{Name: lang, Type: kinds.Text, List: f.Type == kinds.Synonyms, Required: slices.Contains(f.Languages, lang)}
			k := s.control(inner, v.get(lang), nil, name+"."+lang, path+"."+lang)
			k.Label, k.Help, k.Lang = s.words.language(lang), "", lang
			if f.Type == kinds.Labels && k.Rows <= 1 {
				k.Widget = "line" // a label; a text of more than a line keeps its box
			}
			c.Controls = append(c.Controls, k)
		}
	default:
		s.single(c, f, v)
	}
	return c
}

// fits tells whether a value has the shape of its field.
func fits(f *kinds.Field, v *value) bool {
	switch {
	case v.empty():
		return true
	case f.List && v.shape == kinds.OneScalar:
		return f.Type != kinds.Record
	case f.List:
		one := *f
		one.List = false
		return v.shape == kinds.OneList && !slices.ContainsFunc(v.items, func(i *value) bool { return !fits(&one, i) })
	case f.Type == kinds.Record:
		return v.shape == kinds.OneRecord
	case f.Type == kinds.Labels || f.Type == kinds.Synonyms:
		return v.shape == kinds.OneRecord && !slices.ContainsFunc(v.fields, func(e entry) bool {
			return !fits(&kinds.Field{Type: kinds.Text, List: f.Type == kinds.Synonyms}, e.value)
		})
	}
	return v.shape == kinds.OneScalar
}

// broken tells whether an entry of a list has line breaks of its own, so that it
// cannot stand on one line of a box.
func broken(v *value) bool {
	return slices.ContainsFunc(texts(v), func(t string) bool { return strings.Contains(ending(t), "\n") })
}

func texts(v *value) []string {
	var out []string
	if v == nil {
		return nil
	}
	if v.shape == kinds.OneScalar && !v.empty() {
		return []string{v.text}
	}
	for _, i := range v.items {
		out = append(out, i.text)
	}
	return out
}

func (s *sheet) labelLanguages(f *kinds.Field, v *value) []string {
	out := slices.Clone(s.catalog.languages)
	for _, l := range f.Languages {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	if v != nil {
		for _, e := range v.fields {
			if !slices.Contains(out, e.key) {
				out = append(out, e.key)
			}
		}
	}
	return out
}

// single fills the control of a field that holds one value.
func (s *sheet) single(c *control, f *kinds.Field, v *value) {
	text := v.scalar()
	c.Value = text
	switch f.Type {
	case kinds.Flag:
		c.Widget = "check"
	case kinds.Date:
		c.Widget = "date"
		if text != "" && !reDay.MatchString(text) {
			c.Widget = "line"
		}
	case kinds.Choice:
		c.Widget = "select"
		c.Options = append(c.Options, option{"", s.words.get("choose"), text == ""})
		for _, o := range f.Choices {
			c.Options = append(c.Options, option{o, s.words.choice(f, o), o == text})
		}
		if text != "" && !slices.Contains(f.Choices, text) {
			c.Options = append(c.Options, option{text, text, true})
		}
	case kinds.ID, kinds.Page, kinds.Paragraph:
		c.Widget, c.List = "reference", listName(f)
		c.Value = s.catalog.shown(f, text, s.lang)
	case kinds.Text:
		c.Widget = "text"
		c.Rows = min(12, max(1, utf8.RuneCountInString(text)/80+strings.Count(text, "\n")+1))
		if f.Name == "title" && !strings.Contains(text, "\n") {
			c.Widget = "line"
		}
	default:
		c.Widget = "line"
	}
	if c.Widget == "line" && strings.Contains(text, "\n") {
		c.Widget, c.Rows = "text", strings.Count(text, "\n")+2
	}
	c.Value = strings.TrimRight(c.Value, "\n")
}

// listName names the list of pages that a reference is chosen from.
func listName(f *kinds.Field) string {
	switch f.Type {
	case kinds.ID:
		return "of-" + strings.ReplaceAll(f.Of, "/", "-")
	case kinds.Page:
		return ofPages
	}
	return ofParagraphs
}

// list fills the control of a list whose entries are added, removed and moved.
// A list of references ends in an empty entry, in which to write.
func (s *sheet) list(c *control, f *kinds.Field, v, original *value) {
	c.Widget = "entries"
	if f.Type == kinds.Record {
		c.Widget = "records"
	}
	if s.original != nil {
		c.Widget = "translated"
	}
	one := *f
	one.List = false
	items := orNone(v).items
	if v != nil && v.shape == kinds.OneScalar && !v.empty() {
		items = []*value{v}
	}
	var originals []*value
	if s.original != nil {
		items, originals = beside(items, original)
	} else if f.Type != kinds.Record && (len(items) == 0 || !items[len(items)-1].empty()) {
		items = append(slices.Clip(items), &value{})
	}
	if s.original == nil && f.Required && f.Type == kinds.Record && len(items) == 0 {
		items = []*value{{shape: kinds.OneRecord}} // nobody has to ask for the first
	}
	written := 0
	for i, item := range items {
		name := fmt.Sprintf("%s.%d", c.Name, i)
		path := fmt.Sprintf("%s[%d]", c.Path, written)
		if id := item.get("id").scalar(); id != "" {
			path = fmt.Sprintf("%s[%s]", c.Path, id)
		}
		if !item.empty() {
			written++
		}
		var o *value
		if i < len(originals) {
			o = originals[i]
		}
		k := s.control(&one, item, o, name, path)
		k.From, k.First, k.Last = item.from, i == 0, i == len(items)-1
		k.Down = !k.Last && (f.Type == kinds.Record || i < len(items)-2)
		k.Required, k.Help = false, ""
		if s.focus == name {
			k.Focus = len(k.Controls) == 0
			if !k.Focus {
				k.Controls[0].Focus = true
			}
		}
		k.Label = fmt.Sprintf("%s, %d", c.Label, i+1)
		if f.Type == kinds.Record {
			k.Value = headline(item, o)
		}
		c.Items = append(c.Items, k)
	}
}

// beside puts the entries of a translation beside those of its original.
func beside(items []*value, original *value) (out, originals []*value) {
	used := map[*value]bool{}
	for _, o := range orNone(original).items {
		id := o.get("id").scalar()
		if id == "" {
			continue
		}
		i := slices.IndexFunc(items, func(v *value) bool { return v.get("id").scalar() == id })
		item := &value{shape: kinds.OneRecord, fields: []entry{{"id", &value{text: id}}}}
		if i >= 0 {
			item = items[i]
			used[item] = true
		}
		out, originals = append(out, item), append(originals, o)
	}
	for _, item := range items {
		if !used[item] {
			out = append(out, item)
		}
	}
	return out, originals
}

// headline gives a few words by which an entry is known.
func headline(item, original *value) string {
	for _, v := range []*value{item, original} {
		if v == nil {
			continue
		}
		for _, name := range []string{"title", "label", "term", "text", "what", "id"} {
			if text := []rune(strings.Join(strings.Fields(v.get(name).scalar()), " ")); len(text) > 60 {
				return string(text[:60]) + "…"
			} else if len(text) > 0 {
				return string(text)
			}
		}
	}
	return ""
}

// parse reads what a form holds. Every control that was shown has a value in it,
// if an empty one.
func (s *sheet) parse(form url.Values) *value {
	return s.parseRecord(s.fields, form, formPrefix)
}

func (s *sheet) parseRecord(fields []*kinds.Field, form url.Values, name string) *value {
	v := &value{shape: kinds.OneRecord}
	for _, f := range fields {
		if x := s.parseField(f, form, name+"."+f.Name); x != nil {
			v.fields = append(v.fields, entry{f.Name, x})
		}
	}
	return v
}

func (s *sheet) parseField(f *kinds.Field, form url.Values, name string) *value {
	has := func(suffix string) bool { return form.Has(name + suffix) }
	switch {
	case has(".kept"):
		return &value{unread: true}
	case f.List && has(".lines"):
		v := &value{shape: kinds.OneList}
		for l := range strings.SplitSeq(normal(form.Get(name+".lines")), "\n") {
			if l = strings.TrimSpace(l); l != "" {
				v.items = append(v.items, &value{text: l})
			}
		}
		return v
	case f.List && has(".n"):
		return s.parseList(f, form, name)
	case f.List:
		return nil
	case f.Type == kinds.Record:
		return s.parseRecord(f.Fields, form, name)
	case f.Type == kinds.Labels || f.Type == kinds.Synonyms:
		v := &value{shape: kinds.OneRecord}
		for _, lang := range s.formLanguages(form, name) {
			inner := &kinds.Field{Name: lang, Type: kinds.Text, List: f.Type == kinds.Synonyms}
			if x := s.parseField(inner, form, name+"."+lang); x != nil {
				v.fields = append(v.fields, entry{lang, x})
			}
		}
		return v
	case f.Type == kinds.Flag && has(".was"):
		switch was := form.Get(name + ".was"); {
		case form.Get(name) != "":
			return &value{text: "true"}
		case was == "false" || f.Required:
			return &value{text: "false"}
		}
		return &value{}
	case !has(""):
		return nil
	}
	text := normal(form.Get(name))
	switch f.Type {
	case kinds.ID, kinds.Page, kinds.Paragraph:
		text = s.catalog.meant(f, text)
	case kinds.Text:
	default:
		text = strings.TrimSpace(text)
	}
	return &value{text: text}
}

// formLanguages gives the languages for which a form has a field below a name.
func (s *sheet) formLanguages(form url.Values, name string) []string {
	out := slices.Clone(s.catalog.languages)
	for key := range form {
		rest, ok := strings.CutPrefix(key, name+".")
		if ok {
			rest, _, _ = strings.Cut(rest, ".")
			if !slices.Contains(out, rest) {
				out = append(out, rest)
			}
		}
	}
	slices.Sort(out[len(s.catalog.languages):])
	return out
}

func (s *sheet) parseList(f *kinds.Field, form url.Values, name string) *value {
	n, _ := strconv.Atoi(form.Get(name + ".n"))
	one := *f
	one.List = false
	v := &value{shape: kinds.OneList}
	for i := range max(0, min(n, mostEntries)) {
		at := fmt.Sprintf("%s.%d", name, i)
		item := s.parseField(&one, form, at)
		if item == nil {
			continue
		}
		item.from, _ = strconv.Atoi(form.Get(at + ".from"))
		v.items = append(v.items, item)
	}
	return v
}

// normal gives a text with the line breaks of files.
func normal(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// tidy takes out what is only there to be written in: entries that are empty,
// and, in a translation, those that hold nothing but the id. The order of a
// translation's entries is its file's.
func tidy(v *value, translation bool) *value {
	out := *v
	out.items, out.fields = nil, nil
	for _, item := range v.items {
		item = tidy(item, translation)
		idAlone := translation && item.shape == kinds.OneRecord && !slices.ContainsFunc(item.fields, func(e entry) bool { return e.key != "id" && !e.value.empty() })
		if !item.empty() && !idAlone {
			out.items = append(out.items, item)
		}
	}
	if translation {
		slices.SortStableFunc(out.items, func(a, b *value) int { return cmp.Compare(place0(a), place0(b)) })
	}
	for _, e := range v.fields {
		out.fields = append(out.fields, entry{e.key, tidy(e.value, translation)})
	}
	return &out
}

// place0 orders entries by their place; new ones stand last.
func place0(v *value) int {
	if v.from == 0 {
		return mostEntries + 1
	}
	return v.from
}

// act carries out the button of a list: "add f.steps", "remove f.steps.1", "up
// f.steps.1", "down f.steps.1". It gives the name of the control to go to.
func act(v *value, action string) (focus string, ok bool) {
	verb, name, _ := strings.Cut(action, " ")
	parts := strings.Split(name, ".")
	if parts[0] != formPrefix || len(parts) < 2 {
		return "", false
	}
	if verb == "add" {
		at := follow(v, parts[1:])
		if at == nil || at.shape != kinds.OneList || len(at.items) >= mostEntries {
			return "", false
		}
		at.items = append(at.items, &value{shape: kinds.OneRecord})
		return fmt.Sprintf("%s.%d", name, len(at.items)-1), true
	}
	i, err := strconv.Atoi(parts[len(parts)-1])
	at := follow(v, parts[1:len(parts)-1])
	if err != nil || at == nil || at.shape != kinds.OneList || i < 0 || i >= len(at.items) {
		return "", false
	}
	up := strings.Join(parts[:len(parts)-1], ".")
	switch {
	case verb == "remove":
		at.items = slices.Delete(at.items, i, i+1)
		return fmt.Sprintf("%s.%d", up, max(0, i-1)), true
	case verb == "up" && i > 0:
		at.items[i-1], at.items[i] = at.items[i], at.items[i-1]
		return fmt.Sprintf("%s.%d", up, i-1), true
	case verb == "down" && i < len(at.items)-1:
		at.items[i+1], at.items[i] = at.items[i], at.items[i+1]
		return fmt.Sprintf("%s.%d", up, i+1), true
	}
	return "", verb == "up" || verb == "down"
}

func follow(v *value, parts []string) *value {
	for _, p := range parts {
		if v == nil {
			return nil
		}
		if v.shape == kinds.OneList {
			i, err := strconv.Atoi(p)
			if err != nil || i < 0 || i >= len(v.items) {
				return nil
			}
			v = v.items[i]
			continue
		}
		v = v.get(p)
	}
	return v
}

// tell puts problems at the controls that they are about. It gives those that
// are about none.
func tell(controls []*control, problems []string, fields []string) (rest []string) {
	for i, text := range problems {
		best := nearestControl(controls, fields[i], nil)
		if best == nil {
			rest = append(rest, text)
			continue
		}
		best.Errors = append(best.Errors, text)
	}
	return rest
}

// nearestControl finds the control of a field, or else that of what it is in.
func nearestControl(controls []*control, field string, best *control) *control {
	for _, c := range controls {
		if field == c.Path || strings.HasPrefix(field, c.Path+".") || strings.HasPrefix(field, c.Path+"[") {
			if best == nil || len(c.Path) > len(best.Path) {
				if c.Widget != "hidden" {
					best = c
				}
			}
			best = nearestControl(c.Items, field, best)
			best = nearestControl(c.Controls, field, best)
		}
	}
	return best
}
