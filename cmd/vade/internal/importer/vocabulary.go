package importer

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vademecum/cmd/vade/internal/states"
)

// A Term is an entry of the site's vocabulary.
type Term struct {
	Facet    string   // "theme", "country" or "organization"
	ID       string   // "national-action-plan"
	Labels   []string // the preferred names, one per language
	Synonyms []string // other names and acronyms, in any language

	// Ambiguous are those of the names that may mean something else, too. They
	// count only where nothing but terms of this facet is listed.
	Ambiguous []string
}

// A Vocabulary is what names are resolved to ids with.
type Vocabulary []Term

// country is the facet of States.
const country = "country"

// elsewhere is the id of names that hold the name of a State and mean something
// else: Gulf of Guinea.
const elsewhere = ""

// WithStates adds the States that the site has no page for, and the names that
// it does not give to those it has one for. Where both have a name, the site's
// meaning of it counts.
func (v Vocabulary) WithStates() Vocabulary {
	onSite, named := map[string]int{}, map[string]bool{}
	out := slices.Clone(v)
	for i, t := range out {
		if t.Facet != country {
			continue
		}
		onSite[t.ID] = i
		for _, n := range slices.Concat(t.Labels, t.Synonyms) {
			named[foldText(n)] = true
		}
	}
	for _, s := range states.Terms(func(string) bool { return false }) {
		t := Term{Facet: country, ID: s.ID}
		i, has := onSite[s.ID]
		if has {
			t = out[i]
		}
		for _, n := range slices.Concat(s.Labels, s.Synonyms) {
			if named[foldText(n)] {
				continue
			}
			if !has && slices.Contains(s.Labels, n) {
				t.Labels = append(t.Labels, n)
			} else {
				t.Synonyms = append(slices.Clip(t.Synonyms), n)
			}
			if slices.Contains(s.Ambiguous, n) {
				t.Ambiguous = append(slices.Clip(t.Ambiguous), n)
			}
		}
		if has {
			out[i] = t
		} else {
			out = append(out, t)
		}
	}
	return append(out, Term{Facet: country, ID: elsewhere, Synonyms: states.Elsewhere()})
}

// numbers counts the resolutions whose number stands in a name of an
// organization or a theme.
func (v Vocabulary) numbers() map[string]int {
	out := map[string]int{}
	for _, t := range v {
		if t.Facet == country {
			continue
		}
		for _, n := range slices.Concat(t.Labels, t.Synonyms) {
			if m := reInName.FindString(n); m != "" {
				out[m]++
			}
		}
	}
	return out
}

// A word is a run of letters and digits of a text.
type word struct {
	fold       string // small letters, without accents
	start, end int    // bytes in the text
}

// words splits text at everything that is no letter, digit or mark.
func words(text string) []word {
	var out []word
	start := -1
	for i, r := range text {
		inside := unicode.In(r, unicode.L, unicode.N, unicode.M)
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			out = append(out, word{fold(text[start:i]), start, i})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, word{fold(text[start:]), start, len(text)})
	}
	return out
}

var looseLetters = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "ı", "i")

// fold writes a word in small letters without accents.
func fold(s string) string {
	s = strings.ToLower(s)
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return looseLetters.Replace(norm.NFC.String(s))
}

// foldText folds a whole text to its words with one space between them.
func foldText(s string) string {
	var out []string
	for _, w := range words(s) {
		out = append(out, w.fold)
	}
	return strings.Join(out, " ")
}

// singular reduces a folded word so that singular and plural agree in
// English, Spanish and French. What it gives need not be a word.
func singular(w string) string {
	if len(w) <= 3 {
		return w
	}
	if s, ok := strings.CutSuffix(w, "ies"); ok && len(s) > 2 {
		return s + "y"
	}
	w = strings.TrimSuffix(w, "s")
	if len(w) > 4 {
		w = strings.TrimSuffix(w, "e")
	}
	return w
}

// A lexicon finds the names of some terms in a text.
type lexicon struct {
	facet  string
	plural bool // names also match in the plural
	byWord map[string][]name
}

type name struct {
	words   []string // as key gives them
	folded  []string
	id      string
	label   bool
	acronym bool // matches in capitals only
	unsure  bool // may mean something else
}

// A hit is a name found in a text. A name that several terms share gives all
// their ids.
type hit struct {
	ids        []string
	start, end int
	label      bool // a preferred name
	words      int
	acronym    bool
	unsure     bool // may mean something else; settles nothing outside a list
}

// lexicons keeps those that were made last: one vocabulary serves many documents.
// The key holds on to the vocabulary, so that no other comes to lie in its place.
var lexicons struct {
	sync.Mutex
	of map[lexiconKey]*lexicon
}

type lexiconKey struct {
	first *Term
	terms int
	facet string
}

// mostLexicons bounds how many are kept: those of a few vocabularies.
const mostLexicons = 16

// newLexicon gives the terms of one facet of a vocabulary, which is not changed any
// more. Names of places and bodies match word by word; names of themes also in the
// plural.
func newLexicon(v Vocabulary, facet string) *lexicon {
	if len(v) == 0 {
		return makeLexicon(v, facet)
	}
	key := lexiconKey{&v[0], len(v), facet}
	lexicons.Lock()
	defer lexicons.Unlock()
	l := lexicons.of[key]
	if l == nil {
		if len(lexicons.of) >= mostLexicons || lexicons.of == nil {
			lexicons.of = map[lexiconKey]*lexicon{}
		}
		l = makeLexicon(v, facet)
		lexicons.of[key] = l
	}
	return l
}

func makeLexicon(v Vocabulary, facet string) *lexicon {
	l := &lexicon{facet: facet, plural: facet == "theme", byWord: map[string][]name{}}
	for _, t := range v {
		if t.Facet != facet {
			continue
		}
		for _, s := range t.Labels {
			l.add(name{id: t.ID, label: true, unsure: contains(t.Ambiguous, s)}, s)
		}
		for _, s := range t.Synonyms {
			l.add(name{id: t.ID, unsure: contains(t.Ambiguous, s)}, s)
		}
	}
	for _, names := range l.byWord {
		sort.SliceStable(names, func(i, j int) bool { return len(names[i].words) > len(names[j].words) })
	}
	return l
}

func (l *lexicon) add(n name, printed string) {
	n.acronym = capitals(printed)
	for _, w := range words(printed) {
		n.words = append(n.words, l.key(w.fold))
		n.folded = append(n.folded, w.fold)
	}
	if len(n.words) > 0 {
		l.byWord[n.words[0]] = append(l.byWord[n.words[0]], n)
	}
}

func (l *lexicon) key(folded string) string {
	if l.plural {
		return singular(folded)
	}
	return folded
}

// oneInPlural reports whether two folded words can be one word in singular and
// plural: "porté" is no plural of "port".
func oneInPlural(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	ending, ok := strings.CutPrefix(a, b)
	return a == b || ok && (ending == "s" || ending == "es") || strings.HasSuffix(a, "ies") && strings.HasSuffix(b, "y")
}

// capitals reports whether s is an acronym: capitals, no small letters.
func capitals(s string) bool {
	upper := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper >= 2
}

// find gives the names that stand in text, the longest at each place, none
// inside another.
func (l *lexicon) find(text string) []hit {
	ws := words(text)
	var out []hit
	for i := 0; i < len(ws); i++ {
		if h, ok := l.at(text, ws[i:]); ok {
			out = append(out, h)
			i += h.words - 1
		}
	}
	return out
}

// at gives the longest name that begins with the first of ws.
func (l *lexicon) at(text string, ws []word) (h hit, ok bool) {
	for _, n := range l.byWord[l.key(ws[0].fold)] {
		if len(n.words) < h.words {
			break // longest first
		}
		if !l.matches(n, text, ws) {
			continue
		}
		end := ws[len(n.words)-1].end
		h.start, h.end, h.words = ws[0].start, end, len(n.words)
		h.label, h.acronym, h.unsure = h.label || n.label, h.acronym || n.acronym, h.unsure || n.unsure
		if !contains(h.ids, n.id) {
			h.ids = append(h.ids, n.id)
		}
		ok = true
	}
	return h, ok
}

// longAcronym is from how many bytes an acronym is read as a word with a capital:
// Interpol.
const longAcronym = 7

func (l *lexicon) matches(n name, text string, ws []word) bool {
	if len(n.words) > len(ws) {
		return false
	}
	for i, w := range n.words {
		if l.key(ws[i].fold) != w || !oneInPlural(ws[i].fold, n.folded[i]) {
			return false
		}
	}
	// One name does not run over the end of a sentence or a list entry.
	span := text[ws[0].start:ws[len(n.words)-1].end]
	if strings.ContainsAny(span, ",;:\n\t") {
		return false
	}
	return !n.acronym || capitals(strings.TrimSuffix(span, "s")) || len(span) >= longAcronym && capitalised(span, 0)
}

// exactly is the id of the name that text as a whole is, if just one is.
func (l *lexicon) exactly(text string) (id string, ok bool) {
	hits := l.find(text)
	if len(hits) != 1 || len(hits[0].ids) != 1 || hits[0].ids[0] == elsewhere || len(words(text)) != hits[0].words {
		return "", false
	}
	return hits[0].ids[0], true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// capitalised reports whether the text at a byte begins with a capital.
func capitalised(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsUpper(r)
}
