// Package kinds checks front matter before Hugo runs.
//
// # Why content is read a second time
//
// Everything that search knows of a page comes from the HTML that Hugo wrote: Hugo is
// the one reader of content. This package is the one exception. A template sees neither
// the line of a field nor the other pages that are wrong, and a value of the wrong type
// stops it with a message about the template. So a page's front matter is read here
// first. All faults of all pages are told at once, with file, line, field and remedy,
// and the templates trust what was checked. Nothing that is read here reaches a page or
// the index.
//
// # What a kind is
//
// A file layouts/kinds/workshop.yaml describes the kind "workshop": the fields
// of its front matter, what each holds, which ones are required. The fields in
// layouts/kinds/common.yaml belong to every kind. The site's configuration
// (params.kinds) names the kind of each folder of content. A site without
// layouts/kinds is not checked.
//
// # What is checked
//
//   - The front matter of every Markdown or HTML file below content, written in
//     YAML, TOML or JSON. Files that a mount of content excludes are left out.
//   - A translation (page.es.md) inherits the facts of its original (page.md) and
//     holds words only: texts, and texts in records, which are found by their id.
//   - A translation may say which words of its original it translates (the field
//     "translates", which the desk writes). If the original then says something else,
//     the translation is listed as left to do (Outdated).
//   - A page in no folder (content/about.md) has no kind: its front matter must
//     only parse.
//   - Faults of a draft do not stop a build, because readers do not see drafts. They are
//     told apart (OfDraft).
//
// Not checked are
//
//   - values that a cascade gives, and fields that Hugo itself defines;
//   - pages that a content adapter makes. An id in the folder of an adapter is taken to
//     name one of them. An adapter that lies in no folder is taken to make lists alone;
//   - pages of a module;
//   - the text below the front matter.
package kinds

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Folder is where the kinds of a site are described.
const Folder = "layouts/kinds"

// common is the name of the file with the fields of every kind.
const common = "common"

// A Type says what a field holds. The plural of a type, where it has one, is a
// list of such values.
type Type string

// The types. Text, Labels and Synonyms are words, which differ by language; all
// others are facts, which stand in the original alone.
const (
	Text      Type = "text"
	Labels    Type = "labels"   // a text for each language
	Synonyms  Type = "synonyms" // a list of texts for each language
	Name      Type = "name"     // the same in every language: a symbol, an acronym, an address
	Number    Type = "number"
	Flag      Type = "flag"
	Date      Type = "date" // a day
	When      Type = "when" // a day, a month or a year
	Choice    Type = "choice"
	ID        Type = "id"        // of a page in the folder Of
	Page      Type = "page"      // the address of a page of this site
	Paragraph Type = "paragraph" // of a resolution, such as 1540-op3-d
	Record    Type = "record"    // has fields of its own
)

// types lists the types, and which of them can stand in a list.
var types = map[Type]bool{
	Text: true, Labels: false, Synonyms: false, Name: true, Number: false, Flag: false, Date: true,
	When: false, Choice: true, ID: true, Page: true, Paragraph: true, Record: true,
}

// A Kind is one kind of page.
type Kind struct {
	Name   string
	Folder string // of content, such as "workshops"
	// Single is set where the folder is one page: the fields of the kind then
	// belong to the folder's own page, _index.md.
	Single bool
	// Also names a file of records with ids that are known without a page. A
	// field of the type ID may name them, too.
	Also   string
	Fields []*Field // those of every kind among them
}

// A Field is one field of a kind, or of a record in one.
type Field struct {
	Name     string
	Type     Type
	List     bool
	Required bool
	// Unless names a field and a value of it with which this one is not required.
	Unless struct{ Field, Value string }
	// NotBefore names the date that this one must not precede.
	NotBefore string
	Choices   []string // of a Choice
	Of        string   // of an ID: the folder of the pages that may be named
	Count     int      // of a list: how many entries it must have; 0 for any number
	Languages []string // of Labels: those that must be there
	// Blanks names the list of records whose ids a text may hold in braces.
	Blanks string
	Fields []*Field // of a Record
}

// LabelKey gives the key of the field's label among the words of the interface.
func (f *Field) LabelKey() string { return "field_" + f.Name }

// words tells whether a translation gives the field anew.
func (f *Field) words() bool { return f.Type == Text || f.Type == Record }

// field finds a field by its name; nil if there is none.
func field(fields []*Field, name string) *Field {
	i := slices.IndexFunc(fields, func(f *Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return fields[i]
}

func names(fields []*Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// Load reads the kinds of the site in fsys, by the folders of content that they
// belong to. It gives none if the site describes none. What is wrong with the
// descriptions themselves comes as problems.
func Load(fsys fs.FS) (map[string]*Kind, []Problem) {
	r := &reports{}
	_, byFolder := load(fsys, r)
	return byFolder, r.problems
}

// load reads the fields of every kind, and the kinds by folder.
func load(fsys fs.FS, r *reports) (every []*Field, byFolder map[string]*Kind) {
	files, _ := fs.Glob(fsys, Folder+"/*.yaml") // the pattern is well formed
	if len(files) == 0 {
		return nil, nil
	}
	byName := map[string]*Kind{}
	for _, file := range files {
		v := readFile(fsys, file, r)
		if v == nil {
			continue
		}
		kind := &Kind{Name: strings.TrimSuffix(path.Base(file), ".yaml")}
		d := &description{file: file, reports: r}
		d.keys(v, "", "fields", "single", "also")
		kind.Single = v.get("single").is("true")
		kind.Also = v.get("also").scalar()
		kind.Fields = d.fields(v.get("fields"), "")
		byName[kind.Name] = kind
	}
	if c := byName[common]; c != nil {
		every = c.Fields
	}
	config, file := readConfig(fsys, r)
	folders := config.get("params").get("kinds")
	if folders == nil {
		r.add(Problem{File: file, Message: Folder + " describes kinds, and no folder of content has one",
			Remedy: "name the kind of each folder under params.kinds, themes = \"theme\" for example"})
		return every, nil
	}
	byFolder = map[string]*Kind{}
	for _, e := range folders.entries {
		kind := byName[e.value.scalar()]
		if kind == nil || kind.Name == common {
			r.add(Problem{File: file, Line: e.line, Field: "params.kinds." + e.key, Message: fmt.Sprintf("%q is no kind", e.value.scalar()),
				Remedy: fmt.Sprintf("describe it in %s/%s.yaml, or correct the name", Folder, e.value.scalar())})
			kind = &Kind{Name: e.value.scalar()}
		}
		byFolder[e.key] = &Kind{Name: kind.Name, Folder: e.key, Single: kind.Single, Also: kind.Also, Fields: overlay(every, kind.Fields)}
	}
	return every, byFolder
}

// overlay gives the fields of both lists; of two with one name, the second's.
func overlay(a, b []*Field) []*Field {
	out := slices.DeleteFunc(slices.Clone(a), func(f *Field) bool { return field(b, f.Name) != nil })
	return append(out, b...)
}

// A description is a file of layouts/kinds that is being read.
type description struct {
	file string
	*reports
}

func (d *description) fault(v *value, at, message, remedy string) {
	d.add(Problem{File: d.file, Line: v.at(), Field: at, Message: message, Remedy: remedy})
}

// keys reports the keys of a record that mean nothing here.
func (d *description) keys(v *value, at string, known ...string) {
	for _, e := range v.fields() {
		if !slices.Contains(known, e.key) {
			d.fault(e.value, join(at, e.key), "means nothing in a kind", "write one of "+strings.Join(known, ", "))
		}
	}
}

func (d *description) fields(v *value, at string) []*Field {
	var out []*Field
	for _, e := range v.fields() {
		out = append(out, d.field(e, join(at, e.key)))
	}
	return out
}

func (d *description) field(e entry, at string) *Field {
	v := e.value
	d.keys(v, at, "is", "of", "fields", "required", "unless", "not_before", "count", "in", "blanks")
	f := &Field{Name: e.key, Type: Type(v.get("is").scalar()), Required: v.get("required").is("true"),
		NotBefore: v.get("not_before").scalar(), Blanks: v.get("blanks").scalar(), Languages: v.get("in").texts()}
	if single, ok := strings.CutSuffix(string(f.Type), "s"); ok && types[Type(single)] {
		f.Type, f.List = Type(single), true
	}
	if _, ok := types[f.Type]; !ok {
		d.fault(v, join(at, "is"), fmt.Sprintf("%q is no type of field", f.Type), "write one of those in the comment of "+Folder+"/common.yaml")
		f.Type = Text
	}
	for _, u := range v.get("unless").fields() {
		f.Unless.Field, f.Unless.Value = u.key, u.value.scalar()
	}
	fmt.Sscanf(v.get("count").scalar(), "%d", &f.Count)
	switch f.Type {
	case Choice:
		if f.Choices = v.get("of").texts(); len(f.Choices) == 0 {
			d.fault(v, join(at, "of"), "a choice has nothing to choose from", "list the choices in square brackets")
		}
	case ID:
		if f.Of = v.get("of").scalar(); f.Of == "" {
			d.fault(v, join(at, "of"), "an id names no folder", "write the folder of content whose pages may be named")
		}
	case Record:
		f.Fields = d.fields(v.get("fields"), at)
	}
	return f
}

// join gives the name of a field of a record.
func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
