// Package states knows the Member States of the United Nations and the observer States
// by name, in the six official languages. So a note that speaks of Ecuador, Benin or
// Senegal is understood on a site that has no page on them.
//
// It holds facts and names, in states.yaml, written for this package on
// 27 November 2026: 193 Members, and as observers the Holy See and the State of
// Palestine, as in the list of Member States of the United Nations. The first name
// in each language is the short name in UNTERM, the term base of the United
// Nations; it was compared with a public copy of it (datasets/country-codes on
// GitHub, older than the names Türkiye and Kingdom of the Netherlands). All names
// were compared with those of the Unicode Common Locale Data Repository (CLDR 32,
// as in golang.org/x/text), which checks the codes and regions too. A name here
// says nothing about the status of a territory.
//
// # Names that are not sure
//
// One name may be inside another: Guinea in Equatorial Guinea and in Gulf of Guinea. A
// reader of texts takes the longest name at each place, those of Elsewhere included.
//
// One name may also have two meanings: two States (Congo), a State and a place that is
// none (Georgia), a State and a person or a word (Jordan, Того). Such a name is marked
// ambiguous. It settles a State only where nothing but States is listed.
//
// Names are to be looked for with a capital in them, if the script has capitals.
// Acronyms (US) are to be looked for in capitals only. All names are in the nominative:
// a Russian text bends them, an Arabic text writes "and" and "in" onto them, and a
// Chinese text has no spaces around them.
package states

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"
)

// Languages are those in which every State has a name.
var Languages = []string{"en", "es", "fr", "ru", "ar", "zh"}

// A State is a Member of the United Nations or an observer State.
type State struct {
	ID       string // "republic-of-korea", as its page under content/countries is called
	ISO2     string // "KR"
	ISO3     string // "KOR"
	Observer bool   // no Member
	Group    string // "Asia-Pacific Group"; empty where there is none or we are not sure
	Region   string // "asia-and-the-pacific"; states.yaml says which there are

	names map[string][]Name // by language
}

// A Name is one of a State's names in a language.
type Name struct {
	Text      string
	Ambiguous bool // may mean something else; settles nothing outside a list of countries
}

// Name is the short name that the United Nations use, the English one for a
// language that is not among Languages.
func (s State) Name(lang string) string {
	if names := s.names[lang]; len(names) > 0 {
		return names[0].Text
	}
	return s.names["en"][0].Text
}

// Names are all names in a language, that of the United Nations first.
func (s State) Names(lang string) []Name { return slices.Clone(s.names[lang]) }

// All are the States in the order of their ids.
func All() []State { return slices.Clone(load().all) }

// ByID is the State with an id.
func ByID(id string) (s State, ok bool) {
	for _, s := range load().all {
		if s.ID == id {
			return s, true
		}
	}
	return State{}, false
}

// ByName is the State that a name means wherever it stands. The name may be in
// any of the languages; case, accents and punctuation do not count. It is not
// ok for an ambiguous name.
func ByName(name string) (s State, ok bool) {
	m := load().byName[key(name)]
	if m == nil || m.ambiguous {
		return State{}, false
	}
	return m.states[0], true
}

// Called are all the States that a name may mean, ambiguous or not: what it says
// in a list of countries. "Georgia" is one State there, "Congo" two.
func Called(name string) []State {
	if m := load().byName[key(name)]; m != nil {
		return slices.Clone(m.states)
	}
	return nil
}

// Elsewhere are the names that hold the name of a State and mean something else:
// Gulf of Guinea, New Mexico.
func Elsewhere() []string { return slices.Clone(load().elsewhere) }

// A Term is a State as an entry of a site's vocabulary.
type Term struct {
	Facet     string   // "country"
	ID        string   // that of the State
	Labels    []string // the names that the United Nations use, one per language
	Synonyms  []string // the other names
	Ambiguous []string // those of either that are ambiguous
}

// Terms are the States for which a site has no term of its own. onSite reports
// whether it has; the names that the site gives a State count alone.
func Terms(onSite func(id string) bool) []Term {
	var out []Term
	for _, s := range load().all {
		if !onSite(s.ID) {
			out = append(out, s.term())
		}
	}
	return out
}

// term gives each name once, however many languages share it.
func (s State) term() Term {
	t := Term{Facet: "country", ID: s.ID}
	seen := map[string]bool{}
	add := func(list *[]string, text string) {
		if seen[text] {
			return
		}
		seen[text] = true
		*list = append(*list, text)
		if load().byName[key(text)].ambiguous {
			t.Ambiguous = append(t.Ambiguous, text)
		}
	}
	for _, lang := range Languages {
		add(&t.Labels, s.names[lang][0].Text)
	}
	for _, lang := range Languages {
		for _, n := range s.names[lang][1:] {
			add(&t.Synonyms, n.Text)
		}
	}
	return t
}

//go:embed states.yaml
var statesYAML []byte

//go:embed elsewhere.yaml
var elsewhereYAML []byte

type data struct {
	all       []State
	byName    map[string]*meaning
	elsewhere []string
}

// A meaning is what a folded name stands for.
type meaning struct {
	states    []State
	ambiguous bool
}

// load reads the data once. That they can be read is tested: a fault here is one
// of the program.
var load = sync.OnceValue(func() *data {
	d, err := read(statesYAML, elsewhereYAML)
	if err != nil {
		panic(err)
	}
	return d
})

func read(states, elsewhere []byte) (*data, error) {
	var entries []struct {
		ID       string
		ISO      [2]string
		Observer bool
		Group    string
		Region   string
		EN       []string
		ES       []string
		FR       []string
		RU       []string
		AR       []string
		ZH       []string
	}
	if err := yaml.UnmarshalWithOptions(states, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("states.yaml: %w", err)
	}
	d := &data{byName: map[string]*meaning{}}
	for _, e := range entries {
		s := State{ID: e.ID, ISO2: e.ISO[0], ISO3: e.ISO[1], Observer: e.Observer, Group: e.Group, Region: e.Region}
		s.names = map[string][]Name{}
		for lang, printed := range map[string][]string{"en": e.EN, "es": e.ES, "fr": e.FR, "ru": e.RU, "ar": e.AR, "zh": e.ZH} {
			if len(printed) == 0 {
				return nil, fmt.Errorf("states.yaml: %s has no name in %q; add one", e.ID, lang)
			}
			for _, p := range printed {
				text, ambiguous := strings.CutSuffix(p, "?")
				s.names[lang] = append(s.names[lang], Name{text, ambiguous})
			}
		}
		d.add(s)
	}
	var passed map[string][]string
	if err := yaml.Unmarshal(elsewhere, &passed); err != nil {
		return nil, fmt.Errorf("elsewhere.yaml: %w", err)
	}
	for _, lang := range Languages {
		d.elsewhere = append(d.elsewhere, passed[lang]...)
	}
	return d, nil
}

// add makes s known by its names. A name that is ambiguous in one language is so
// in all: nobody says in which language a name in a text is.
func (d *data) add(s State) {
	d.all = append(d.all, s)
	for _, lang := range Languages {
		for _, n := range s.names[lang] {
			m := d.byName[key(n.Text)]
			if m == nil {
				m = &meaning{}
				d.byName[key(n.Text)] = m
			}
			m.ambiguous = m.ambiguous || n.Ambiguous
			if len(m.states) == 0 || m.states[len(m.states)-1].ID != s.ID {
				m.states = append(m.states, s)
			}
		}
	}
}

// key folds a name to small letters and digits without accents, with one space
// between words.
func key(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}
