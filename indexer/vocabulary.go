package indexer

import (
	"slices"
	"strings"

	"vademecum/indexer/text"
)

// A vocabulary widens queries: names of one term stand for one another,
// whatever their language. It is made for the language of a query, whose rules
// turn all names into terms.
type vocabulary struct {
	names   []name
	byTerms map[string][]int // the terms of a name, joined, to its places in names
	byID    map[string][]int // places in names
	longest int              // terms of the longest name
	begins  map[string]int   // terms of the longest name that begins with a term
}

// name is one way to say a term of the vocabulary.
type name struct {
	id    string // facet and term
	text  string
	terms []string
}

func newVocabulary(l *text.Language, synonyms []Synonym) vocabulary {
	v := vocabulary{byTerms: map[string][]int{}, byID: map[string][]int{}, begins: map[string]int{}}
	type key struct{ id, terms string }
	seen := map[key]bool{}
	for _, s := range synonyms {
		n := name{id: s.Facet + ":" + s.Term, text: s.Text, terms: l.Terms(s.Text)}
		joined := strings.Join(n.terms, " ")
		if len(n.terms) == 0 || seen[key{n.id, joined}] {
			continue
		}
		seen[key{n.id, joined}] = true
		v.byTerms[joined] = append(v.byTerms[joined], len(v.names))
		v.byID[n.id] = append(v.byID[n.id], len(v.names))
		v.names = append(v.names, n)
		v.longest = max(v.longest, len(n.terms))
		v.begins[n.terms[0]] = max(v.begins[n.terms[0]], len(n.terms))
	}
	return v
}

// at finds the longest name that begins at the front of terms. It gives the
// other names of what is so named, and how many terms the name has; 0 if none.
func (v *vocabulary) at(terms []string) (others []name, length int) {
	if length = v.length(terms); length == 0 {
		return nil, 0
	}
	found := v.byTerms[strings.Join(terms[:length], " ")]
	for _, i := range found {
		all := v.byID[v.names[i].id]
		others = slices.Grow(others, len(all))
		for _, j := range all {
			if !slices.Contains(found, j) {
				others = append(others, v.names[j])
			}
		}
	}
	return others, length
}

// length tells how many terms the longest name has that begins at the front of terms; 0 if
// none does.
func (v *vocabulary) length(terms []string) int {
	if len(terms) == 0 {
		return 0
	}
	for n := min(v.begins[terms[0]], len(terms)); n > 0; n-- {
		if len(v.byTerms[strings.Join(terms[:n], " ")]) > 0 {
			return n
		}
	}
	return 0
}
