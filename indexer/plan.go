package indexer

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
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
	maxTerms        = 64  // terms of a query that count, those of phrases and exclusions among them; more are ignored
	maxPhrase       = 48  // terms of one phrase that count
	maxExpansions   = 64  // words that one beginning stands for
	maxExpanded     = 256 // words that all beginnings of a query stand for
	commonFraction  = 3   // a page need not hold a word that stands in more than one passage of this many
	maxAllRequired  = 3   // pages with all words come first in queries of up to so many; a longer query is a question, and no page has all the words of its phrasing
	questionTerms   = 5   // terms from which a query is a question, function words among them
	maxRepeated     = 4   // times that a word of a pasted paragraph counts
	pastedWords     = 32  // words from which a query was pasted rather than typed
	minPrefix       = 3   // letters from which an unknown word is taken for a beginning
	minCorrect      = 5   // letters of the shortest word that is corrected
	minTwoEdits     = 8   // letters from which two edits are forgiven
	rareToCommon    = 10  // how much commoner a neighbour must be to replace a word of one page
	stemToWord      = 2   // how much commoner a word must be than the stem that a misspelling of it has
	likelyEdit      = 4   // how much likelier a letter left out or two exchanged are than a wrong one
	sameFirstLetter = 4   // how much more likely a word with the same first letter was meant
)

// A plan is a query in the terms of one language's index.
type plan struct {
	groups     []group
	queryTerms []*queryTerm // of all groups
	phrases    []*queryTerm
	excluded   []*queryTerm
	together   []*langIndex // languages that are searched together
	typedText  string       // its words as typed
	expanded   int          // words that its beginnings stand for so far
	guesses    budget
	work       budget
	corrections
}

// A query term is one word or phrase of the query and all that stands for it.
type queryTerm struct {
	text     string // as typed, folded
	terms    []string
	weight   int
	phrase   bool
	required bool
	stop     bool
	capitals bool // typed in capitals
	mention  bool
	part     bool // the part of a document that is cited, as a phrase, besides its words
	name     bool // the whole of a name of code, which pages must hold
	symbol   bool // a number in the symbol of a document: pages without it are no part of the answer
	compound *compound
	hits     []hit // filled by the search: hits, or list and impact
	list     []posting
	impact   impact
	passages int // how many passages hold it
	others   sample
	bit      uint64
}

// A sample is what the other languages that are searched say of how rare a word is.
type sample struct{ passages, of int } // how many hold it, of how many

// A compound is what hyphens make of a query term and those that follow it: who
// typed dual-use means dualuse too.
type compound struct {
	term  string
	parts int
}

// A hit is what one query term gives to one passage.
type hit struct {
	passage int32
	impact  int32
	titled  int32 // how much of a name the query term is there; see nameParts
}

// A group is a run of queryTerms that the vocabulary knows by other names.
type group struct {
	queryTerms []*queryTerm
	synonyms   []synonym
}

type synonym struct {
	text       string
	queryTerms []*queryTerm // all must hit
	most       int32        // what it weighs at most, or what the typed words do; set when it is looked up
}

// bounded gives what counts of a query: every phrase and exclusion once, and of
// its terms the first maxTerms, those of exclusions after all others. So the
// work for a query has a bound, and it is the same in a browser. typing makes the
// last word a beginning.
func (l *langIndex) bounded(q query.Query, typing bool) query.Query {
	parts := slices.Clone(q.Parts)
	if n := len(parts); typing && n > 0 && parts[n-1].Kind != query.Phrase && !parts[n-1].Not {
		parts[n-1].Prefix = true
	}
	room := maxTerms
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
func (l *langIndex) fit(part *query.Part, room *int, seen map[string]bool) bool {
	all := text.Tokens(part.Text)
	if part.Kind == query.Phrase || part.Not {
		all = text.PhraseTokens(all)
	}
	terms := make([]string, len(all))
	for i, t := range all {
		terms[i] = l.Term(t)
	}
	if part.Kind != query.Phrase && !part.Not {
		distinct := map[string]bool{}
		for _, term := range terms {
			distinct[term] = true
		}
		part.Long = len(distinct) > *room
		clear(distinct)
		for i, term := range terms {
			if part.Long && l.Stop[term] {
				continue
			}
			if len(distinct) == *room && !distinct[term] {
				part.Text, part.Prefix = part.Text[:all[i].Start], false
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
		part.Text = part.Text[:all[most-1].End]
	}
	key := strings.Join(terms, " ")
	if part.Kind == query.Phrase || len(terms) > 1 {
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

// plan turns a query, which is bounded, into queryTerms. exact forbids corrections,
// and so does a language of together that has the word.
func (l *langIndex) plan(ctx context.Context, q query.Query, exact bool, together []*langIndex) (*plan, error) {
	p := &plan{together: together, guesses: budget{left: maxGuesses / max(1, len(together))}, work: budget{left: maxWork / max(1, len(together))}}
	p.typedText = q.Words()
	for _, part := range q.Parts {
		var queryTerms []*queryTerm
		var err error
		switch {
		case part.Kind == query.Phrase:
			s := &queryTerm{text: part.Text, terms: l.PhraseTerms(part.Text), weight: fullWeight, phrase: true, required: true}
			if part.Not {
				p.excluded = append(p.excluded, s)
			} else {
				p.phrases = append(p.phrases, s)
				p.queryTerms = append(p.queryTerms, s)
			}
			continue
		case part.Not:
			if queryTerms, err = l.wordTerms(ctx, part, false, true, p); err != nil {
				return nil, err
			}
			if len(queryTerms) > 1 { // one written word of several terms: they must stand together
				queryTerms = []*queryTerm{{text: part.Text, terms: l.PhraseTerms(part.Text), phrase: true}}
			}
			p.excluded = append(p.excluded, queryTerms...)
			continue
		default:
			queryTerms, err = l.wordTerms(ctx, part, part.Prefix, exact || part.Kind == query.Mention, p)
		}
		if err != nil {
			return nil, err
		}
		p.queryTerms = append(p.queryTerms, queryTerms...)
		p.groups = append(p.groups, l.groups(queryTerms)...)
		if terms := l.PhraseTerms(part.Cite.Part); len(terms) > 1 { // "3 (a)": in many languages an a stands everywhere
			s := &queryTerm{text: part.Cite.Part, terms: terms, weight: fullWeight, phrase: true, required: true, mention: true, part: true}
			p.phrases = append(p.phrases, s)
			p.queryTerms = append(p.queryTerms, s)
		}
	}
	for i, s := range p.queryTerms {
		s.bit = 1 << min(i, maxTerms-1)
	}
	return p, nil
}

// wordTerms makes a query term of each word of a part. A word said again counts once,
// but in a pasted paragraph, where it is what the paragraph is about.
func (l *langIndex) wordTerms(ctx context.Context, part query.Part, prefix, exact bool, p *plan) ([]*queryTerm, error) {
	all := text.Tokens(part.Text)
	named := l.named(all)
	symbols := symbolNumbers(part.Text, all)
	for i := range all {
		named[i] = named[i] || symbols[i]
	}
	compounds, err := l.compounds(ctx, part.Text, all, named)
	if err != nil {
		return nil, err
	}
	var out []*queryTerm
	places := make([]int, len(all)) // of tokens in out
	optional := 0                   // up to this token words are parts of a name that pages hold whole
	for i, t := range all {
		places[i] = -1
		if t.Parts > 0 {
			if held, err := l.passagesWith(ctx, l.Term(t)); err != nil {
				return nil, err
			} else if held == 0 {
				continue
			}
			optional = max(optional, i+1+t.Parts)
		}
		if part.Long && l.Stop[l.Term(t)] {
			continue
		}
		s := &queryTerm{text: t.Term, terms: []string{l.Term(t)}, weight: fullWeight, required: t.Parts > 0 || i >= optional, name: t.Parts > 0, symbol: symbols[i], mention: part.Kind == query.Mention}
		typed := part.Text[t.Start:t.End]
		s.capitals = typed == strings.ToUpper(typed)
		if l.Stop[s.terms[0]] {
			s.weight, s.stop = stopWeight, true
		}
		if t.CJK {
			// A character counts, but only pairs are asked for, where there is one.
			s.required = !lastSyllables(all, i) && (utf8.RuneCountInString(t.Term) > 1 || (i+1 == len(all) || all[i+1].Start != t.Start) && (i == 0 || all[i-1].End != t.End))
		} else if err := l.resolve(ctx, s, prefix && i == len(all)-1, exact || named[i], p); err != nil {
			return nil, err
		}
		if s.others, err = p.sample(ctx, l, t.CJK, s.text); err != nil {
			return nil, err
		}
		if again := slices.IndexFunc(out, func(o *queryTerm) bool { return o.terms[0] == s.terms[0] }); again < 0 {
			places[i] = len(out)
			out = append(out, s)
		} else if len(all) > pastedWords && !s.stop && out[again].weight < maxRepeated*s.weight {
			out[again].weight += s.weight
		}
	}
	for _, c := range compounds {
		at, apart := places[c.First], false
		for i := range c.Parts {
			apart = apart || places[c.First+i] != at+i // a part was said before
		}
		if at >= 0 && !apart {
			out[at].compound = &compound{l.Term(c.Token), c.Parts}
		}
	}
	return out, nil
}

// compounds gives the words that hyphens join in a part of a query, as far as pages
// hold them. Their parts are not guessed at: named becomes true for these.
func (l *langIndex) compounds(ctx context.Context, typed string, all []text.Token, named []bool) ([]text.Compound, error) {
	var out []text.Compound
	for _, c := range text.Compounds(typed, all) {
		held, err := l.passagesWith(ctx, l.Term(c.Token))
		if err != nil {
			return nil, err
		}
		if held == 0 {
			continue
		}
		out = append(out, c)
		for i := range c.Parts {
			named[c.First+i] = true
		}
	}
	return out, nil
}

// symbol matches the symbol of a document: S/2022/899.
var symbol = regexp.MustCompile(`[A-Za-z]+(/[A-Za-z0-9.]+)+`)

// symbolNumbers tells which tokens are numbers in symbols of documents. Who types
// such a symbol wants that document, and not all that is of the same year.
func symbolNumbers(typed string, all []text.Token) []bool {
	out := make([]bool, len(all))
	if !strings.Contains(typed, "/") {
		return out
	}
	for _, m := range symbol.FindAllStringIndex(typed, -1) {
		for i, t := range all {
			out[i] = out[i] || m[0] <= t.Start && t.End <= m[1] && t.Parts == 0 && strings.ContainsAny(t.Term, "0123456789")
		}
	}
	return out
}

// lastSyllables tells whether a token is the last pair of a longer Korean word:
// one with its particle, which other sentences give the word another of.
func lastSyllables(all []text.Token, i int) bool {
	t := all[i]
	return text.IsHangul(t.Term) && i > 0 && all[i-1].End > t.Start && all[i-1].Start < t.Start && (i+1 == len(all) || all[i+1].Start >= t.End)
}

// named tells which tokens belong to a name of the vocabulary. They are not
// guessed at, even if no page of this language has them.
func (l *langIndex) named(all []text.Token) []bool {
	out := make([]bool, len(all))
	terms := make([]string, len(all))
	for i, t := range all {
		terms[i] = l.Term(t)
	}
	for i := 0; i < len(all); i++ {
		if n := l.vocabulary.length(terms[i:]); n > 0 {
			for j := range n {
				out[i+j] = true
			}
			i += n - 1
		}
	}
	return out
}

// resolve widens a query term to the words that begin so, or corrects it.
func (l *langIndex) resolve(ctx context.Context, s *queryTerm, prefix, exact bool, p *plan) error {
	passages, err := l.passagesWith(ctx, s.terms[0])
	if err != nil {
		return err
	}
	if passages == 0 && !exact {
		if exact, err = p.heldElsewhere(ctx, l, s.text); err != nil {
			return err
		}
	}
	if !text.WholeWord(s.text) {
		return nil // all words that begin so have this term already
	}
	if prefix || passages == 0 && !exact && !s.stop && utf8.RuneCountInString(s.text) >= minPrefix {
		if !p.guesses.take(l.Words / beginningPart) {
			return nil
		}
		expansions := l.expandPrefix(s.text)
		if prefix || len(expansions) > 0 {
			for _, term := range expansions {
				if term != s.terms[0] && p.expanded < maxExpanded {
					s.terms = append(s.terms, term)
					p.expanded++
				}
			}
			if passages > 0 || len(expansions) > 0 {
				return nil
			}
		}
	}
	if exact || s.stop {
		return nil // a function word is meant, whether or not a page has it
	}
	if passages == 0 && !p.guesses.take(l.Words) {
		return nil
	}
	better := l.correct(s, passages)
	if better == "" {
		return nil
	}
	p.typed, p.shown = append(p.typed, s.text), append(p.shown, better)
	s.text, s.terms = better, []string{l.Term(text.Token{Term: better})}
	return nil
}

// heldElsewhere tells whether another language that is searched has the word.
func (p *plan) heldElsewhere(ctx context.Context, here *langIndex, word string) (bool, error) {
	for _, l := range p.together {
		if l == here {
			continue
		}
		if n, err := l.passagesWith(ctx, l.Term(text.Token{Term: word})); n > 0 || err != nil {
			return n > 0, err
		}
	}
	return false, nil
}

// sample counts how many passages of the other languages hold a word, by their rules.
// With them a word is as rare in each language, and scores can be compared.
func (p *plan) sample(ctx context.Context, here *langIndex, cjk bool, word string) (s sample, err error) {
	for _, l := range p.together {
		if l == here {
			continue
		}
		n, err := l.passagesWith(ctx, l.Term(text.Token{Term: word, CJK: cjk}))
		if err != nil {
			return s, err
		}
		s.passages += n
		s.of += l.Passages
	}
	return s, nil
}

// expandPrefix lists the terms of the commonest words that begin with the letters.
func (l *langIndex) expandPrefix(letters string) []string {
	words := l.words.beginning(letters)
	words = firstOf(words, maxExpansions, func(a, b writtenWord) int {
		return cmp.Or(cmp.Compare(b.pages, a.pages), strings.Compare(a.text, b.text))
	})
	var out []string
	for _, w := range words {
		if term := l.Term(text.Token{Term: w.text}); !slices.Contains(out, term) {
			out = append(out, term)
		}
	}
	return out
}

// passagesWith counts the passages that hold a term.
func (l *langIndex) passagesWith(ctx context.Context, term string) (int, error) {
	if list, ok := l.cached.get(term); ok {
		return len(list), nil
	}
	r, err := l.reader.TermFieldReader(ctx, []byte(term), termField, false, false, false)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return int(r.Count()), nil
}

// groups cuts queryTerms into runs that the vocabulary knows, and single words.
func (l *langIndex) groups(queryTerms []*queryTerm) []group {
	terms := make([]string, len(queryTerms))
	for i, s := range queryTerms {
		terms[i] = s.terms[0]
	}
	var out []group
	for i := 0; i < len(queryTerms); {
		others, length := l.vocabulary.at(terms[i:])
		if length < len(queryTerms) && !slices.ContainsFunc(queryTerms[i:i+length], func(s *queryTerm) bool { return !s.stop || s.capitals }) {
			length = 0 // "who" among other words is a question, not an organization
		}
		if length == 0 {
			length, others = 1, nil
			if c := queryTerms[i].compound; c != nil {
				length = c.parts
			}
		}
		g := group{queryTerms: queryTerms[i : i+length]}
		if c := queryTerms[i].compound; c != nil && c.parts == length {
			g.synonyms = append(g.synonyms, synonym{queryTerms: []*queryTerm{{text: c.term, terms: []string{c.term}, weight: fullWeight}}})
		}
		for _, o := range others {
			syn := synonym{text: o.text}
			for _, term := range o.terms {
				syn.queryTerms = append(syn.queryTerms, &queryTerm{text: term, terms: []string{term}, weight: synonymWeight})
			}
			g.synonyms = append(g.synonyms, syn)
		}
		out = append(out, g)
		i += length
	}
	return out
}
