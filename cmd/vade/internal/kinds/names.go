package kinds

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// A Term is a page whose kind has labels and synonyms: a theme, a country.
type Term struct {
	Kind, ID string
	Labels   []string // one per language
	Synonyms []string
}

// Terms reads the names of the pages that the readers of a build see, in the
// languages of the site, by kind and ID. It gives none if no kind of the site has
// labels; then only its layouts know what its names are. Pages that cannot be read
// are left out, and come as problems.
func Terms(fsys fs.FS) ([]Term, []Problem) {
	r := &reports{}
	_, byFolder := load(fsys, &reports{}) // whose problems are those of Load
	named := map[string]*Field{}
	for folder, kind := range byFolder {
		if f := field(kind.Fields, "labels"); f != nil && f.Type == Labels && !kind.Single {
			named[folder] = f
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	var out []Term
	for _, s := range readContent(fsys, r, slices.Collect(maps.Keys(named))...).sheets {
		labels := named[s.folder]
		if labels == nil || s.original != nil || s.index || s.values == nil || s.draft() {
			continue
		}
		kind := byFolder[s.folder]
		t := Term{Kind: kind.Name, ID: s.base(), Labels: s.values.get(labels.Name).words()}
		if f := field(kind.Fields, "synonyms"); f != nil && f.Type == Synonyms {
			t.Synonyms = s.values.get(f.Name).words()
		}
		if len(t.Labels)+len(t.Synonyms) > 0 {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Term) int {
		return strings.Compare(a.Kind+"\x00"+a.ID, b.Kind+"\x00"+b.ID)
	})
	return out, r.problems
}

// words gives the texts that stand by language, in the order of the languages.
func (v *value) words() []string {
	var out []string
	fields := slices.Clone(v.fields())
	slices.SortFunc(fields, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	for _, e := range fields {
		if text := e.value.scalar(); text != "" {
			out = append(out, text)
		}
		out = append(out, e.value.texts()...)
	}
	return out
}
