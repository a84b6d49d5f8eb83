package kinds

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// hugos are the fields that mean to Hugo what its documentation says.
var hugos = []string{"date", "lastmod", "publishdate", "expirydate", "draft", "iscjklanguage", "build", "cascade",
	"layout", "url", "slug", "weight", "outputs", "linktitle", "description"}

// The paragraphs that a field may name: the records of one list of the pages in
// one folder.
const (
	resolutions = "resolutions"
	paragraphs  = "paragraphs"
)

// Check checks the front matter of the knowledge base in fsys, whose root holds
// content, layouts and the site's configuration. It gives all problems, by file
// and line; none if the site describes no kinds.
func Check(fsys fs.FS) []Problem { return check(fsys, &reports{}) }

func check(fsys fs.FS, r *reports) []Problem {
	every, byFolder := load(fsys, r)
	if byFolder == nil {
		return r.sorted()
	}
	c := readContent(fsys, r)
	c.every, c.kinds = every, byFolder
	c.readKnown(fsys)
	c.kindless()
	for _, s := range c.sheets {
		if s.values != nil {
			(&checker{content: c, sheet: s}).page()
		}
	}
	return r.sorted()
}

// kindless reports the folders of content that have no kind.
func (c *content) kindless() {
	told := map[string]bool{}
	for _, s := range c.sheets {
		if s.folder == "" || c.kinds[s.folder] != nil || told[s.folder] {
			continue
		}
		told[s.folder] = true
		c.add(Problem{File: s.file, Message: fmt.Sprintf("lies in content/%s, and no kind is known for this folder", s.folder),
			Remedy: fmt.Sprintf("move it to the folder of its kind (%s), or name the kind of %s under params.kinds in the site's configuration", strings.Join(c.folders(), ", "), s.folder)})
	}
}

func (c *content) folders() []string {
	var out []string
	for f := range c.kinds {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// A checker checks one page.
type checker struct {
	*content
	sheet *sheet
}

func (k *checker) translation() bool { return k.sheet.original != nil }

// say reports a problem. Of a draft, which nobody sees yet, it is only told.
func (k *checker) say(line int, field, message, remedy string) {
	class := Fault
	if k.sheet.draft() {
		class = OfDraft
	}
	k.add(Problem{Class: class, File: k.sheet.file, Line: line, Field: field, Message: message, Remedy: remedy})
}

func (k *checker) page() {
	s := k.sheet
	k.flag("draft")
	k.letters(s.values, "", 0)
	if s.lang != k.standard && s.original == nil && !s.index {
		k.say(0, "", fmt.Sprintf("translates nothing: there is no %s", k.originalFile()), "write the original first, or correct the name of the file")
		return
	}
	k.strayLanguage()
	if s.original != nil && s.original.draft() && !s.draft() {
		k.say(s.line, "draft", "the original, "+s.original.file+", is a draft, and this is none", `write "draft: true" here too, or take it out there`)
	}
	kind, fields := k.kinds[s.folder], k.every
	if kind != nil && (!s.index || kind.Single) {
		fields = kind.Fields
	}
	k.compared(fields)
	k.aliases()
	if kind == nil {
		return
	}
	k.record(fields, s.values, "", kind)
	k.state()
}

// aliases checks that no earlier address of the page is that of another page: which of
// the two readers come to would be chance.
func (k *checker) aliases() {
	v := k.sheet.values.get(Aliases)
	if v == nil {
		return
	}
	items := v.items
	if v.shape == OneScalar && !v.empty() {
		items = []*value{v}
	}
	for _, a := range items {
		for _, other := range k.shown[address{AliasAddress(k.sheet.path, a.text), k.sheet.lang}] {
			k.say(a.line, Aliases, fmt.Sprintf("%q is the address of %s", a.text, other.file), "take it out, or give that page another name")
		}
	}
}

// originalFile names the file that a translation would translate.
func (k *checker) originalFile() string {
	dir, name := path.Split(k.sheet.file)
	name, _, _ = strings.Cut(name, "."+k.sheet.lang+".")
	return dir + name + path.Ext(k.sheet.file)
}

// strayLanguage reports a page that is named like a translation into a language
// that the site does not have.
func (k *checker) strayLanguage() {
	ext := path.Ext(k.sheet.path)
	if len(ext) == 3 && k.originals[strings.TrimSuffix(k.sheet.path, ext)] != nil {
		k.say(0, "", fmt.Sprintf("is named as a translation into %q, which is no language of this site", ext[1:]), "correct the name of the file, or add the language to the site's configuration")
	}
}

// state tells what is left to do on a page that holds together.
func (k *checker) state() {
	s := k.sheet
	if v := s.values.get("missing"); !v.empty() {
		if !s.draft() {
			k.say(v.line, "missing", "says what is not known yet, and the page is no draft", `write "draft: true", or take the line out`)
		} else if s.original == nil {
			k.add(Problem{Class: Missing, File: s.file, Message: v.text})
		}
	}
	if v := s.values.get("reviewed"); v.is("false") && s.original == nil {
		k.add(Problem{Class: Unreviewed, File: s.file})
	}
}

// flag checks one of Hugo's own fields that must be true or false.
func (k *checker) flag(name string) {
	if v := k.sheet.values.get(name); v != nil && !v.is("true") && !v.is("false") {
		k.say(v.line, name, fmt.Sprintf("%q is neither true nor false", v.text), "write one of these")
	}
}

// letters reports letters that were lost or garbled before the file was saved.
func (k *checker) letters(v *value, at string, depth int) {
	if depth > deepest {
		return
	}
	if mended, bad := garbled(v.text); bad {
		remedy := "type it again, or get a better copy"
		if mended != "" {
			remedy = fmt.Sprintf("write %q", cut(mended))
		}
		k.say(v.line, at, fmt.Sprintf("%q has letters that were garbled when the text was copied or saved", cut(v.text)), remedy)
	}
	for i, item := range v.items {
		k.letters(item, entryName(at, i, item), depth+1)
	}
	for _, e := range v.entries {
		k.letters(e.value, join(at, e.key), depth+1)
	}
}

// entryName names an entry of a list by its id, or else by its place.
func entryName(at string, i int, v *value) string {
	if id := v.get("id").scalar(); id != "" {
		return fmt.Sprintf("%s[%s]", at, id)
	}
	return fmt.Sprintf("%s[%d]", at, i)
}

// record checks the values of a page or of a record in it. The page itself has
// the kind.
func (k *checker) record(fields []*Field, v *value, at string, kind *Kind) {
	for _, e := range v.entries {
		if at == "" && slices.Contains(hugos, e.key) {
			continue
		}
		if at == "" && e.key == Translates && k.translation() {
			continue
		}
		if at == "" && e.key == guessed {
			k.guesses(e)
			continue
		}
		name := join(at, e.key)
		f := field(fields, e.key)
		switch {
		case f == nil:
			k.unknown(fields, e, name, kind)
		case k.translation() && !f.words() && e.key != "id" && (at != "" || e.key != Aliases):
			k.fact(e, name, at == "")
		case e.value.empty() && k.needs(f, v, at):
			k.say(e.value.line, name, "is empty", k.example(f))
		case e.value.empty() && e.value.shape == OneScalar:
			k.say(e.value.line, name, "is empty", k.example(f)+", or take the line out")
		default:
			k.value(f, e.value, name, kind)
		}
		if f != nil && f.NotBefore != "" {
			k.order(f, e, v, name)
		}
	}
	for _, f := range fields {
		if v.get(f.Name) == nil && k.needs(f, v, at) && !k.unfinished() {
			k.say(v.at(), join(at, f.Name), "is missing", "add it: "+k.example(f))
		}
	}
}

// compared tells of a translation whose original says something else than when the
// two were last compared.
func (k *checker) compared(fields []*Field) {
	o, then := k.sheet.original, k.sheet.values.get(Translates)
	if o == nil || o.values == nil || then == nil {
		return
	}
	if now := (&Front{Values: opened(o.values), body: o.body}).Words(fields); now != then.scalar() {
		k.add(Problem{Class: Outdated, File: k.sheet.file, Line: then.line, Field: Translates, Message: o.file + " was changed since this was translated",
			Remedy: fmt.Sprintf("compare the two, then write %s: %q, or let vade desk do it", Translates, now)})
	}
}

// guessed names the field in which an import writes what it inferred: by field,
// what it took and the words that this rests on.
const guessed = "guesses"

// guesses lists what nobody has accepted yet. A page cannot be shown with them.
func (k *checker) guesses(e entry) {
	for _, g := range e.value.fields() {
		p := Problem{Class: Guessed, File: k.sheet.file, Line: g.line, Field: g.key, Message: fmt.Sprintf("%q was guessed from %q", cut(g.value.get("value").scalar()), cut(g.value.get("from").scalar())),
			Remedy: fmt.Sprintf("if it is right, take %q out of guesses; if not, correct the field", g.key)}
		if !k.sheet.draft() {
			p.Class = Fault
		}
		k.add(p)
	}
}

// needs tells whether a record must have a field. A translation must have the
// words that lists show of it, and the ids by which its records are found.
func (k *checker) needs(f *Field, v *value, at string) bool {
	if k.translation() {
		return at == "" && (f.Name == "title" || f.Name == "summary") || at != "" && f.Name == "id"
	}
	return f.Required && (f.Unless.Field == "" || !v.get(f.Unless.Field).is(f.Unless.Value))
}

// unfinished tells whether a draft says itself that something is not known yet:
// then fields may be missing.
func (k *checker) unfinished() bool { return k.sheet.draft() && !k.sheet.values.get("missing").empty() }

// example shows how to write a field.
func (k *checker) example(f *Field) string {
	text := map[Type]string{
		Text: "…", Name: "…", Number: "2004", Flag: "true", Date: "2019-12-31", When: "2019-12-31", Page: "/about",
		Labels: "{en: …}", Synonyms: "{en: […]}", Paragraph: "1540-op1",
	}[f.Type]
	switch f.Type {
	case Choice:
		text = strings.Join(f.Choices, " or ")
	case ID:
		text = "the name of a file in content/" + f.Of
	case Record:
		text = "{" + strings.Join(names(f.Fields), ": …, ") + ": …}"
	}
	if f.List {
		text = "[" + text + "]"
	}
	text = fmt.Sprintf("write \"%s: %s\"", f.Name, text)
	if f.Unless.Field != "" {
		text += fmt.Sprintf(", or \"%s: %s\"", f.Unless.Field, f.Unless.Value)
	}
	return text
}

func (k *checker) unknown(fields []*Field, e entry, name string, kind *Kind) {
	known := names(fields)
	remedy := fmt.Sprintf("write one of %s, or take it out", strings.Join(known, ", "))
	if near := nearest(e.key, known); near != "" {
		remedy = fmt.Sprintf("did you mean %q? Otherwise take it out", near)
	}
	k.say(e.line, name, fmt.Sprintf("is not known to the kind %q", kind.Name), remedy)
}

// fact reports a fact in a translation.
func (k *checker) fact(e entry, name string, top bool) {
	message := "belongs in the original page"
	if top {
		if there := k.sheet.original.values.get(e.key); there != nil && !equal(there, e.value) {
			message = "differs from the original, where facts stand"
			if there.shape == OneScalar && e.value.shape == OneScalar {
				message = fmt.Sprintf("says %q, and the original says %q", cut(e.value.text), cut(there.text))
			}
		}
	}
	k.say(e.line, name, message, fmt.Sprintf("take it out of the translation, which holds texts only, or correct it in %s", k.sheet.original.file))
}

// order checks that a date is not before another one of the same record.
func (k *checker) order(f *Field, e entry, v *value, name string) {
	start := v.get(f.NotBefore)
	if isDay(start.scalar()) && isDay(e.value.text) && e.value.text < start.text {
		k.say(e.value.line, name, fmt.Sprintf("%s is before %s, which %q says", e.value.text, start.text, f.NotBefore), "correct one of the two dates")
	}
}

// value checks a value that is there.
func (k *checker) value(f *Field, v *value, name string, kind *Kind) {
	if f.List {
		k.items(f, v, name, kind)
		return
	}
	switch f.Type {
	case Record:
		if v.shape != OneRecord {
			k.say(v.line, name, "holds no fields", fmt.Sprintf("write them indented below it, %s", strings.Join(names(f.Fields), ", ")))
			return
		}
		k.record(f.Fields, v, name, kind)
	case Labels, Synonyms:
		k.byLanguage(f, v, name)
	default:
		switch {
		case v.shape != OneScalar:
			k.say(v.line, name, "must be one value, not a list", fmt.Sprintf("write \"%s: …\"", path.Ext("." + name)[1:]))
		case v.empty():
			k.say(v.line, name, "is empty", "write something, or take the entry out")
		default:
			message, remedy := k.single(f, v.text, kind)
			if message != "" {
				k.say(v.line, name, message, remedy)
			}
		}
	}
}

// items checks the entries of a list.
func (k *checker) items(f *Field, v *value, name string, kind *Kind) {
	if v.shape != OneList {
		k.noList(f, v, name)
		for word := range strings.SplitSeq(v.text, ",") {
			if message, remedy := k.single(f, strings.TrimSpace(word), kind); message != "" {
				k.say(v.line, name, message, remedy)
			}
		}
		return
	}
	if f.Count > 0 && len(v.items) != f.Count && !k.translation() {
		k.say(v.line, name, fmt.Sprintf("has %d entries", len(v.items)), fmt.Sprintf("write %d", f.Count))
	}
	one := *f
	one.List = false
	seen := map[string]bool{}
	for i, item := range v.items {
		at := entryName(name, i, item)
		k.value(&one, item, at, kind)
		id := item.get("id").scalar()
		if id != "" && seen[id] {
			k.say(item.line, at, fmt.Sprintf("the id %q stands twice in this list", id), "give one of the two another id")
		}
		seen[id] = true
		if k.translation() && f.Type == Record && id != "" {
			k.translated(f, id, item, name, at)
		}
	}
}

// translated reports a record of a translation that the original does not have.
func (k *checker) translated(f *Field, id string, item *value, name, at string) {
	if strings.ContainsAny(name, ".[") || k.sheet.original.values == nil {
		return // records within records are not looked up
	}
	there := k.sheet.original.values.get(name)
	ids := recordIDs(there)
	if slices.Contains(ids, id) || len(ids) == 0 && !there.empty() {
		return // the original is told what is wrong with its records
	}
	k.say(item.line, at, fmt.Sprintf("%s has no entry with this id", k.sheet.original.file), meant(ids, id, "add it there first, or correct the id"))
}

// meant says what may have been meant, or else what to do.
func meant(candidates []string, word, remedy string) string {
	if near := nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q? Otherwise %s", near, remedy)
	}
	return remedy
}

func (k *checker) noList(f *Field, v *value, name string) {
	last := path.Ext("." + name)[1:]
	if v.shape == OneScalar && f.Type != Record {
		k.say(v.line, name, fmt.Sprintf("%q is one value, and this is a list", cut(v.text)), fmt.Sprintf("write \"%s: [%s]\"", last, cut(v.text)))
		return
	}
	k.say(v.line, name, "is no list", "write its entries one to a line, each after a hyphen")
}

// byLanguage checks words that stand by language.
func (k *checker) byLanguage(f *Field, v *value, name string) {
	if v.shape != OneRecord {
		k.say(v.line, name, "holds no languages", `write them indented below it, for example "en: …"`)
		return
	}
	var lacking []string
	for _, lang := range f.Languages {
		if v.get(lang).empty() {
			lacking = append(lacking, fmt.Sprintf("%q", lang))
		}
	}
	if len(lacking) > 0 {
		k.say(v.line, name, "has no label in "+strings.Join(lacking, ", "), "add it")
	}
	for _, e := range v.entries {
		at := join(name, e.key)
		switch {
		case !k.languages[e.key]:
			k.say(e.line, at, fmt.Sprintf("%q is no language of this site", e.key), "correct it, or take it out")
		case f.Type == Labels && e.value.shape != OneScalar:
			k.say(e.line, at, "must be one value, not a list", fmt.Sprintf("write \"%s: …\"", e.key))
		case f.Type == Synonyms && e.value.shape != OneList:
			k.noList(f, e.value, at)
		}
	}
}

var (
	reNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	reWhen   = regexp.MustCompile(`^[0-9]{4}(-(0[1-9]|1[0-2]))?$`)
	reDay    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// single checks one value; the message is "" if it is right.
func (k *checker) single(f *Field, text string, kind *Kind) (message, remedy string) {
	switch f.Type {
	case Number:
		if !reNumber.MatchString(text) {
			return fmt.Sprintf("%q is no number", text), "write digits"
		}
	case Flag:
		if text != "true" && text != "false" {
			return fmt.Sprintf("%q is neither true nor false", text), "write one of these"
		}
	case Date, When:
		return day(f.Type, text, kind)
	case Choice:
		if !slices.Contains(f.Choices, text) {
			return fmt.Sprintf("%q is none of those allowed", text), meant(f.Choices, text, "write one of "+strings.Join(f.Choices, ", "))
		}
	case ID:
		return k.id(f.Of, text)
	case Page:
		return k.address(text)
	case Paragraph:
		return k.paragraph(text)
	case Text:
		if f.Blanks != "" {
			return k.blanks(f.Blanks, text)
		}
	}
	return "", ""
}

// day checks a date of the page.
func day(typ Type, text string, kind *Kind) (message, remedy string) {
	text = strings.TrimSuffix(text, "T00:00:00Z")
	switch {
	case isDay(text) || typ == When && reWhen.MatchString(text):
		return "", ""
	case reDay.MatchString(text):
		return fmt.Sprintf("%q is no day of the calendar", text), "correct it"
	}
	return fmt.Sprintf("%q is no date", text), dayRemedy(text, typ, field(kind.Fields, "date_precision") != nil)
}

// id checks the name of a page in a folder.
func (k *checker) id(folder, text string) (message, remedy string) {
	ids := k.ids["/"+folder]
	if slices.Contains(ids, text) {
		if p := k.originals["/"+folder+"/"+text]; p.draft() && !k.sheet.draft() {
			return fmt.Sprintf("%q is a draft, which nobody sees", text), fmt.Sprintf("finish %s and take its line \"draft: true\" out, or take the id out here", p.file)
		}
		return "", ""
	}
	if _, ok := k.known[folder][text]; ok || k.made(folder) {
		return "", ""
	}
	remedy = fmt.Sprintf("add the page content/%s/%s.md", folder, strings.ReplaceAll(strings.ToLower(text), " ", "-"))
	if near := k.named(folder, text); near != "" {
		remedy = fmt.Sprintf("did you mean %q? Otherwise %s", near, remedy)
	} else {
		remedy += fmt.Sprintf(", or name one that is in content/%s", folder)
	}
	return fmt.Sprintf("%q names no page", text), remedy
}

// named finds the page in a folder that a text names: by title, label or
// synonym, or else by an id that is written nearly so. It gives the page's id.
func (k *checker) named(folder, text string) string {
	want := plain(text)
	for _, id := range k.ids["/"+folder] {
		v := k.originals["/"+folder+"/"+id].values
		known := []string{id, v.get("title").scalar(), v.get("acronym").scalar()}
		for _, e := range v.get("labels").fields() {
			known = append(known, e.value.text)
		}
		for _, e := range v.get("synonyms").fields() {
			known = append(known, e.value.texts()...)
		}
		if slices.ContainsFunc(known, func(name string) bool { return plain(name) == want }) {
			return id
		}
	}
	known := slices.Sorted(maps.Keys(k.known[folder]))
	for _, id := range known {
		if slices.ContainsFunc(k.known[folder][id], func(name string) bool { return plain(name) == want }) {
			return id
		}
	}
	return nearest(text, slices.Concat(k.ids["/"+folder], known))
}

// address checks the address of a page of this site.
func (k *checker) address(text string) (message, remedy string) {
	at, _, _ := strings.Cut(text, "#")
	s, ok := k.pageAt(at)
	if !ok {
		folder, name := path.Split(path.Clean("/" + at))
		remedy = fmt.Sprintf("write content%s.md, or correct the address", path.Clean("/"+at))
		if near := nearest(name, k.ids[path.Clean(folder)]); near != "" {
			remedy = fmt.Sprintf("did you mean %q? Otherwise %s", folder+near, remedy)
		}
		return fmt.Sprintf("%q leads to no page", text), remedy
	}
	if s != nil && s.draft() && !k.sheet.draft() {
		return fmt.Sprintf("%q leads to a draft, which nobody sees", text), fmt.Sprintf("finish %s and take its line \"draft: true\" out, or take the address out here", s.file)
	}
	return "", ""
}

// paragraph checks the id of a paragraph: the resolution's page, a hyphen, the
// record's id.
func (k *checker) paragraph(text string) (message, remedy string) {
	var all []string
	for _, id := range k.ids["/"+resolutions] {
		page := k.originals["/"+resolutions+"/"+id]
		if page.draft() && !k.sheet.draft() {
			continue
		}
		for _, p := range recordIDs(page.values.get(paragraphs)) {
			if all = append(all, id+"-"+p); all[len(all)-1] == text {
				return "", ""
			}
		}
	}
	if k.made(resolutions) {
		return "", ""
	}
	number, _, _ := strings.Cut(text, "-")
	if _, ok := k.pageAt(resolutions + "/" + number); !ok && !reNumber.MatchString(number) {
		remedy := "write the number of the resolution before it, for example 1540-" + text
		var with []string
		for _, p := range all {
			if _, of, _ := strings.Cut(p, "-"); of == strings.ToLower(text) {
				with = append(with, p)
			}
		}
		if len(with) > 0 {
			remedy = "write " + strings.Join(with, " or ")
		}
		return fmt.Sprintf("%q does not name its resolution", text), remedy
	}
	return fmt.Sprintf("%q is no paragraph that this site holds", text),
		meant(all, text, fmt.Sprintf("correct the id, or add the paragraph to content/%s/%s.md", resolutions, number))
}

var reBlank = regexp.MustCompile(`\{[^{}]*\}`)

// blanks checks that what stands in braces names a record of the page.
func (k *checker) blanks(records, text string) (message, remedy string) {
	v := k.sheet.values
	if k.translation() {
		v = k.sheet.original.values
	}
	ids := recordIDs(v.get(records))
	for _, blank := range reBlank.FindAllString(text, -1) {
		if id := strings.Trim(blank, "{}"); !slices.Contains(ids, id) {
			return fmt.Sprintf("has a blank %s, and there is no such entry in %q", blank, records), meant(ids, id, "add the entry, or correct the blank")
		}
	}
	return "", ""
}
