package indexer

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// Weights are in eighths. A word of a question says less than a word of its
// subject, a guess less than what was typed.
const (
	fullWeight    = 8
	stopWeight    = 4 // function words: kept, for titles are made of them too
	prefixWeight  = 6 // words that only begin as typed
	synonymWeight = 4
)

const (
	maxSlots        = 64  // terms of a query that count, those of phrases and exclusions among them; more are ignored
	maxPhrase       = 48  // terms of one phrase that count
	maxExpansions   = 64  // words that one beginning stands for
	maxExpanded     = 256 // words that all beginnings of a query stand for
	commonShare     = 3   // a word in more than one section of three need not be there
	mostRequired    = 3   // words up to which pages with all of them come first: a longer query is a question, with words of its own phrasing
	minPrefix       = 3   // letters from which an unknown word is taken for a beginning
	minCorrect      = 5   // letters of the shortest word that is corrected
	minTwoEdits     = 8   // letters from which two edits are forgiven
	rareToCommon    = 10  // how much commoner a neighbour must be to replace a word of one page
	likelyEdit      = 4   // how much likelier a letter left out or two exchanged are than a wrong one
	sameFirstLetter = 4   // how much more likely a word with the same first letter was meant
)

// A plan is a query in the terms of one language's index.
type plan struct {
	groups   []group
	slots    []*slot // of all groups
	phrases  []*slot
	excluded []*slot
	together []*langIndex // languages that are searched together
	expanded int          // words that its beginnings stand for so far
	corrections
}

// A slot is one word or phrase of the query and all that stands for it.
type slot struct {
	text     string // as typed, folded
	terms    []string
	weight   int
	phrase   bool
	required bool
	stop     bool
	capitals bool // typed in capitals
	mention  bool
	hits     []hit // filled by the search
	units    int   // how many units hold it
	bit      uint64
}

// A hit is what one slot gives to one unit.
type hit struct {
	unit   int32
	impact int32
}

// A group is a run of slots that the vocabulary knows by other names.
type group struct {
	slots    []*slot
	synonyms []synonym
}

type synonym struct {
	text  string
	slots []*slot // all must hit
}

// corrections notes which words were replaced.
type corrections struct {
	typed, shown []string // word by word, those replaced only
}

// bounded gives what counts of a query: every phrase and exclusion once, and of
// its terms the first maxSlots, those of exclusions after all others. So the
// work for a query has a bound, and it is the same in a browser. typing makes the
// last word a beginning.
func (l *langIndex) bounded(q Query, typing bool) Query {
	parts := slices.Clone(q.Parts)
	if n := len(parts); typing && n > 0 && parts[n-1].Kind != Phrase && !parts[n-1].Not {
		parts[n-1].Prefix = true
	}
	room := maxSlots
	kept := make([]bool, len(parts))
	seen := map[string]bool{} // phrases and exclusions
	for _, not := range []bool{false, true} {
		for i := range parts {
			if parts[i].Not == not && room > 0 {
				kept[i] = l.fit(&parts[i], &room, seen)
			}
		}
	}
	q.Parts = nil
	for i, part := range parts {
		if kept[i] {
			q.Parts = append(q.Parts, part)
		}
	}
	return q
}

// fit takes the terms of a part from room and cuts what finds none. It tells
// whether the part counts: an equal one was not seen, and of an exclusion,
// which would leave out more if it were cut, all of it fits.
func (l *langIndex) fit(part *Part, room *int, seen map[string]bool) bool {
	all := tokens(part.Text)
	terms := make([]string, len(all))
	for i, t := range all {
		terms[i] = l.term(t)
	}
	if part.Kind != Phrase && !part.Not {
		distinct := map[string]bool{}
		for i, term := range terms {
			if len(distinct) == *room && !distinct[term] {
				part.Text, part.Prefix = part.Text[:all[i].start], false
				break
			}
			distinct[term] = true
		}
		*room -= len(distinct)
		return true
	}
	most := maxPhrase
	if !part.Not {
		most = min(most, *room)
	}
	if len(all) > most {
		terms = terms[:most]
		part.Text = part.Text[:all[most-1].end]
	}
	key := strings.Join(terms, " ")
	if part.Kind == Phrase || len(terms) > 1 {
		key += "\"" // a word that stands alone is sought among keywords too
	}
	if part.Not {
		key += "-"
	}
	if seen[key] || len(terms) > *room {
		return false
	}
	seen[key] = true
	*room -= len(terms)
	return true
}

// plan turns a query, which is bounded, into slots. exact forbids corrections,
// and so does a language of together that has the word.
func (l *langIndex) plan(ctx context.Context, q Query, exact bool, together []*langIndex) (*plan, error) {
	p := &plan{together: together}
	for _, part := range q.Parts {
		var slots []*slot
		var err error
		switch {
		case part.Kind == Phrase:
			s := &slot{text: part.Text, terms: l.terms(part.Text), weight: fullWeight, phrase: true, required: true}
			if part.Not {
				p.excluded = append(p.excluded, s)
			} else {
				p.phrases = append(p.phrases, s)
				p.slots = append(p.slots, s)
			}
			continue
		case part.Not:
			if slots, err = l.wordSlots(ctx, part, false, true, p); err != nil {
				return nil, err
			}
			if len(slots) > 1 { // one written word of several terms: they must stand together
				slots = []*slot{{text: part.Text, terms: l.terms(part.Text), phrase: true}}
			}
			p.excluded = append(p.excluded, slots...)
			continue
		default:
			slots, err = l.wordSlots(ctx, part, part.Prefix, exact || part.Kind == Mention, p)
		}
		if err != nil {
			return nil, err
		}
		p.slots = append(p.slots, slots...)
		p.groups = append(p.groups, l.groups(slots)...)
	}
	for i, s := range p.slots {
		s.bit = 1 << min(i, maxSlots-1)
	}
	return p, nil
}

// wordSlots makes a slot of each word of a part. A word said twice counts once.
func (l *langIndex) wordSlots(ctx context.Context, part Part, prefix, exact bool, p *plan) ([]*slot, error) {
	all := tokens(part.Text)
	named := l.named(all)
	var out []*slot
	for i, t := range all {
		s := &slot{text: t.term, terms: []string{l.term(t)}, weight: fullWeight, required: true, mention: part.Kind == Mention}
		typed := part.Text[t.start:t.end]
		s.capitals = typed == strings.ToUpper(typed)
		if l.stop[s.terms[0]] {
			s.weight, s.stop = stopWeight, true
		}
		if t.cjk {
			// A character counts, but only pairs are asked for, where there is one.
			s.required = utf8.RuneCountInString(t.term) > 1 || (i+1 == len(all) || all[i+1].start != t.start) && (i == 0 || all[i-1].end != t.end)
		} else if err := l.open(ctx, s, prefix && i == len(all)-1, exact || named[i], p); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(o *slot) bool { return o.terms[0] == s.terms[0] }) {
			out = append(out, s)
		}
	}
	return out, nil
}

// named tells which tokens belong to a name of the vocabulary. They are not
// guessed at, even if no page of this language has them.
func (l *langIndex) named(all []token) []bool {
	out := make([]bool, len(all))
	terms := make([]string, len(all))
	for i, t := range all {
		terms[i] = l.term(t)
	}
	for i := 0; i < len(all); i++ {
		if _, n := l.vocabulary.at(terms[i:]); n > 0 {
			for j := range n {
				out[i+j] = true
			}
			i += n - 1
		}
	}
	return out
}

// open widens a slot to the words that begin so, or corrects it.
func (l *langIndex) open(ctx context.Context, s *slot, prefix, exact bool, p *plan) error {
	units, err := l.unitsWith(ctx, s.terms[0])
	if err != nil {
		return err
	}
	if units == 0 && !exact {
		if exact, err = p.heldElsewhere(ctx, l, s.text); err != nil {
			return err
		}
	}
	if !wholeWord(s.text) {
		return nil // all words that begin so have this term already
	}
	if prefix || units == 0 && !exact && !s.stop && utf8.RuneCountInString(s.text) >= minPrefix {
		begun, err := l.begun(ctx, s.text)
		if err != nil {
			return err
		}
		if prefix || len(begun) > 0 {
			for _, term := range begun {
				if term != s.terms[0] && p.expanded < maxExpanded {
					s.terms = append(s.terms, term)
					p.expanded++
				}
			}
			if units > 0 || len(begun) > 0 {
				return nil
			}
		}
	}
	if exact || s.stop {
		return nil // a function word is meant, whether or not a page has it
	}
	better, err := l.correct(ctx, s, units)
	if err != nil || better == "" {
		return err
	}
	p.typed, p.shown = append(p.typed, s.text), append(p.shown, better)
	s.text, s.terms = better, []string{l.term(token{term: better})}
	return nil
}

// heldElsewhere tells whether another language that is searched has the word.
func (p *plan) heldElsewhere(ctx context.Context, here *langIndex, word string) (bool, error) {
	for _, l := range p.together {
		if l == here {
			continue
		}
		if n, err := l.unitsWith(ctx, l.term(token{term: word})); n > 0 || err != nil {
			return n > 0, err
		}
	}
	return false, nil
}

// begun lists the terms of the commonest words that begin with the letters.
func (l *langIndex) begun(ctx context.Context, letters string) ([]string, error) {
	dict, err := l.reader.FieldDictPrefix("written", []byte(letters))
	if err != nil {
		return nil, err
	}
	var entries []bleveindex.DictEntry
	err = eachWord(ctx, dict, func(e *bleveindex.DictEntry) error {
		entries = append(entries, *e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b bleveindex.DictEntry) int {
		if a.Count != b.Count {
			if a.Count > b.Count {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Term, b.Term)
	})
	var out []string
	for _, e := range entries[:min(len(entries), maxExpansions)] {
		if term := l.term(token{term: e.Term}); !slices.Contains(out, term) {
			out = append(out, term)
		}
	}
	return out, nil
}

// unitsWith counts the units that hold a term in the field where it is most
// common; 0 means that none holds it.
func (l *langIndex) unitsWith(ctx context.Context, term string) (int, error) {
	most := 0
	for _, field := range fieldNames {
		n, err := l.count(ctx, field, term)
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}

func (l *langIndex) count(ctx context.Context, field, term string) (int, error) {
	r, err := l.reader.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return int(r.Count()), nil
}

// correct finds the word that was meant when a slot's word stands nowhere, or
// is a slip (see slips); "" if there is none. Words with digits are never
// guessed at.
func (l *langIndex) correct(ctx context.Context, s *slot, units int) (string, error) {
	if units > 0 {
		return l.slips[s.text], nil
	}
	if !correctable(s.text) {
		return "", nil
	}
	edits := 1
	if utf8.RuneCountInString(s.text) >= minTwoEdits {
		edits = 2
	}
	fuzzy, ok := l.reader.(bleveindex.IndexReaderFuzzy)
	if !ok {
		return "", nil
	}
	for e := 1; e <= edits; e++ {
		word, err := l.neighbour(ctx, fuzzy, s, e)
		if word != "" || err != nil {
			return word, err
		}
	}
	return "", nil
}

// correctable tells whether a word is one that people misspell: long enough and
// not cut, and letters only.
func correctable(word string) bool {
	return utf8.RuneCountInString(word) >= minCorrect && wholeWord(word) && !strings.ContainsAny(word, "0123456789")
}

// neighbour picks the best word within so many edits. The dictionary gives
// words in alphabetical order, so of equals the first stays.
func (l *langIndex) neighbour(ctx context.Context, fuzzy bleveindex.IndexReaderFuzzy, s *slot, edits int) (string, error) {
	dict, err := fuzzy.FieldDictFuzzy("written", s.text, edits, "")
	if err != nil {
		return "", err
	}
	best, bestRank := "", 0
	err = eachWord(ctx, dict, func(e *bleveindex.DictEntry) error {
		if strings.ContainsAny(e.Term, "0123456789") || !wholeWord(e.Term) {
			return nil
		}
		pages, err := l.count(ctx, "written", e.Term)
		if rank := neighbourRank(s.text, e.Term, pages); rank > bestRank {
			best, bestRank = e.Term, rank
		}
		return err
	})
	return best, err
}

// neighbourRank orders the words that may have been meant: by their pages,
// those with the same first letter, which people rarely mistype, before others,
// and those that a letter left out or two exchanged would make of the typed
// word: a wrong letter has many more ways to hit a word by chance.
func neighbourRank(typed, word string, pages int) int {
	x, y := []rune(typed), []rune(word)
	if len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		pages *= sameFirstLetter
	}
	if len(y) == len(x)+1 || exchanged(x, y) {
		pages *= likelyEdit
	}
	return pages
}

// exchanged tells whether two neighbouring letters are all that differs.
func exchanged(x, y []rune) bool {
	if len(x) != len(y) {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// groups cuts slots into runs that the vocabulary knows, and single words.
func (l *langIndex) groups(slots []*slot) []group {
	var out []group
	for i := 0; i < len(slots); {
		terms := make([]string, 0, len(slots)-i)
		for _, s := range slots[i:] {
			terms = append(terms, s.terms[0])
		}
		others, length := l.vocabulary.at(terms)
		if length < len(slots) && !slices.ContainsFunc(slots[i:i+length], func(s *slot) bool { return !s.stop || s.capitals }) {
			length = 0 // "who" among other words is a question, not an organization
		}
		if length == 0 {
			out = append(out, group{slots: slots[i : i+1]})
			i++
			continue
		}
		g := group{slots: slots[i : i+length]}
		for _, o := range others {
			syn := synonym{text: o.text}
			for _, term := range o.terms {
				syn.slots = append(syn.slots, &slot{text: term, terms: []string{term}, weight: synonymWeight})
			}
			g.synonyms = append(g.synonyms, syn)
		}
		out = append(out, g)
		i += length
	}
	return out
}
