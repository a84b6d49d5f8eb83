package indexer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// A Segment is a stretch of an excerpt; Match tells that it answers the query.
// Excerpts are given so, and not as HTML, so that no reader of an answer needs
// to trust or to cut text.
type Segment struct {
	Text  string `json:"text"`
	Match bool   `json:"match,omitempty"`
}

const (
	excerptWords = 32 // about how many words an excerpt has
	wordsBefore  = 6  // how many stand before its first match
)

// excerptTerms are what an excerpt shows: terms and their weights, and names of
// several terms, which count only where the terms stand side by side.
type excerptTerms struct {
	weight map[string]int
	names  map[string][][]string // by their first term
	begins [256]bool             // whether any of these terms begins with a byte
	hashed [256]bool             // whether any has a termByte

	read    []readWord // words of passages
	readFor [256]int32 // by termByte: place in read of the last one, + 1
}

// A readWord is a stretch of a passage, which is a word, its term, and what this weighs. Passages
// have the words of a query over and over, and to compare two costs less than to look for a
// stem.
type readWord struct {
	stretch, term string
	weight        int
	before        int32 // place in read of the one before with the same termByte, + 1
}

// termOf gives the term of a word of a passage, of the termByte h, and its weight; "" and 0
// if it is none that is wanted.
func (w *excerptTerms) termOf(l *text.Language, h uint8, t *storedText, s span) (term string, weight int) {
	stretch := t.Text[s.start:s.end]
	if s.own == 0 {
		for i := w.readFor[h]; i > 0; i = w.read[i-1].before {
			if known := &w.read[i-1]; known.stretch == stretch {
				return known.term, known.weight
			}
		}
	}
	if token := s.token(t.Text, t.spans); token.Term != "" && w.mayHold(l, token.Term) {
		term = l.Term(token)
		weight = w.weight[term]
	}
	if s.own == 0 {
		w.read = append(w.read, readWord{stretch, term, weight, w.readFor[h]})
		w.readFor[h] = int32(len(w.read))
	}
	return term, weight
}

// reset empties it, and keeps its memory.
func (w *excerptTerms) reset() {
	if w.weight == nil {
		w.weight, w.names = map[string]int{}, map[string][][]string{}
	}
	clear(w.weight)
	clear(w.names)
	w.begins, w.hashed, w.readFor = [256]bool{}, [256]bool{}, [256]int32{}
	w.read = w.read[:0]
}

// note completes begins and hashed.
func (w *excerptTerms) note() {
	note := func(term string) {
		if term != "" {
			w.begins[term[0]] = true
			w.hashed[termByte(term)] = true
		}
	}
	for term := range w.weight {
		note(term)
	}
	for _, names := range w.names {
		for _, name := range names {
			for _, term := range name {
				note(term)
			}
		}
	}
}

// mayHold tells quickly that a word's stem is none of the terms: but for
// languages whose stems lose letters at the beginning, a stem begins as its word
// does. To stem every word of a text costs more than all else of an answer.
func (w *excerptTerms) mayHold(l *text.Language, word string) bool {
	return w.begins[word[0]] || l.CutsBeginnings()
}

// nameWeight is what a name of the vocabulary weighs in an excerpt.
const nameWeight = 8

// A marked text is a text, where its tokens stand, and the terms of those that an
// excerpt may show; "" for others.
type markedText struct {
	text    string
	spans   []span
	written []byte // the spans as they were written, if the text was read from its file
	terms   []string
	hit     []int        // weight of each token, 0 for none
	seen    []string     // terms of a window
	words   []text.Token // that hyphens join
}

// excerpt picks the stretch of a text that holds most of the excerpt terms, each
// term counted by its weight the first time, and marks it.
func excerpt(l *text.Language, passage string, want *excerptTerms) []Segment {
	m := markedText{text: passage}
	for _, t := range text.Tokens(passage) {
		m.spans = append(m.spans, span{start: int32(t.Start), end: int32(t.End), pos: int32(t.Pos)})
		term := ""
		if want.mayHold(l, t.Term) {
			term = l.Term(t)
		}
		m.terms, m.hit = append(m.terms, term), append(m.hit, want.weight[term])
	}
	return m.excerpt(l, want)
}

// read takes a passage in place of the text before.
func (m *markedText) read(l *text.Language, t *storedText, spans []span, want *excerptTerms) {
	m.text, m.spans, m.written = t.Text, spans, t.spans
	m.terms = slices.Grow(m.terms[:0], len(m.spans))[:len(m.spans)]
	m.hit = slices.Grow(m.hit[:0], len(m.spans))[:len(m.spans)]
	clear(m.terms)
	clear(m.hit)
	for i, h := range t.hashes {
		if want.hashed[h] {
			m.terms[i], m.hit[i] = want.termOf(l, h, t, spans[i])
		}
	}
}

func (m *markedText) excerpt(l *text.Language, want *excerptTerms) []Segment {
	all, passage := m.spans, m.text
	if len(all) == 0 {
		return nil
	}
	m.markNames(want.names)
	m.markCompounds(l, want)
	m.dropCharacters()
	hit := m.hit
	first, last := m.densest()
	start, end := int(all[first].start), int(all[last].end)
	if first == 0 {
		start = 0
	}
	if last == len(all)-1 {
		end = len(passage)
	}
	b := segmenter{segments: make([]Segment, 0, 2*m.matches(first, last)+2)}
	if start > 0 {
		b.add("… ", false)
	}
	at := start
	for i := first; i <= last; i++ {
		to := int(all[i].end)
		if hit[i] == 0 || to <= at {
			continue
		}
		from := max(int(all[i].start), at)
		b.add(passage[at:from], false)
		b.add(passage[from:to], true)
		at = to
	}
	end = max(end, at) // a whole name may go on behind the part of it that is the last token
	b.add(passage[at:end], false)
	if end < len(passage) {
		b.add(" …", false)
	}
	return b.segments
}

// matches counts the tokens from first to last that are marked.
func (m *markedText) matches(first, last int) (n int) {
	for _, hit := range m.hit[first : last+1] {
		n += min(hit, 1)
	}
	return n
}

// markNames marks the tokens of names that stand whole in the text.
func (m *markedText) markNames(names map[string][][]string) {
	if len(names) == 0 {
		return
	}
	for i, term := range m.terms {
		if term == "" {
			continue
		}
		for _, name := range names[term] {
			if i+len(name) > len(m.terms) || !slices.Equal(m.terms[i:i+len(name)], name) {
				continue
			}
			for j := range name {
				m.hit[i+j] = max(m.hit[i+j], nameWeight)
			}
		}
	}
}

// markCompounds marks the parts of words that signs join where the whole is one of the
// terms: who typed dualuse is shown dual-use.
func (m *markedText) markCompounds(l *text.Language, want *excerptTerms) {
	joined := func(i int) bool {
		from, to := m.spans[i].end, m.spans[i+1].start
		return from < to && to-from <= utf8.UTFMax && text.MayJoin(m.text[from:to])
	}
	for i := 0; i+1 < len(m.spans); i++ {
		if from := m.spans[i].end; from+1 == m.spans[i+1].start && m.text[from] == ' ' || !joined(i) { // nearly always a space
			continue
		}
		first := i
		for i+1 < len(m.spans) && joined(i) {
			i++
		}
		tokens, wanted := m.words[:0], false
		for _, s := range m.spans[first : i+1] {
			t := s.token(m.text, m.written)
			t.Start, t.End = int(s.start), int(s.end)
			tokens, wanted = append(tokens, t), wanted || t.Term != "" && want.mayHold(l, t.Term)
		}
		if i+1 < len(m.spans) && m.spans[i+1].start == m.spans[i].start {
			tokens[len(tokens)-1].Parts = 1 // a name whose parts follow, which spans do not tell, is no part of another word
		}
		if m.words = tokens; !wanted {
			continue // none of them is the first of a whole that is wanted
		}
		for _, c := range text.Compounds(m.text, tokens) {
			if !want.mayHold(l, c.Term) {
				continue
			}
			w := want.weight[l.Term(c.Token)]
			for j := c.First; w > 0 && j < c.First+c.Parts; j++ {
				m.hit[first+j], m.terms[first+j] = max(m.hit[first+j], w), l.Term(tokens[j])
			}
		}
	}
}

// dropCharacters unmarks single ideographs where a pair is marked: what was typed is
// shown as words rather than as their characters.
func (m *markedText) dropCharacters() {
	marked := func(i, characters int) bool {
		if m.hit[i] == 0 || m.terms[i] == "" || m.terms[i][0] < utf8.RuneSelf {
			return false
		}
		first, _ := utf8.DecodeRuneInString(m.terms[i])
		return text.IsIdeograph(first) && utf8.RuneCountInString(m.terms[i]) == characters
	}
	pair := false
	for i := range m.hit {
		pair = pair || marked(i, 2)
	}
	if !pair {
		return
	}
	for i := range m.hit {
		if marked(i, 1) {
			m.hit[i] = 0
		}
	}
}

// densest gives the first and last token of the best window. Windows begin at
// the beginning or a few words before a match.
func (m *markedText) densest() (first, last int) {
	best := -1
	for i := range m.spans {
		if i > 0 && m.hit[i] == 0 {
			continue
		}
		from := m.startAt(max(0, i-wordsBefore))
		to := from
		score := 0
		m.seen = m.seen[:0]
		for ; to < len(m.spans) && m.spans[to].pos-m.spans[from].pos < excerptWords; to++ {
			if m.hit[to] == 0 {
				continue
			}
			score++ // a word said again counts little
			if term := m.terms[to]; !slices.Contains(m.seen, term) {
				m.seen = append(m.seen, term)
				score += m.hit[to]
			}
		}
		if score > best {
			best, first, last = score, from, to-1
		}
	}
	return first, last
}

// startAt moves back over a pair that begins at the same place.
func (m *markedText) startAt(i int) int {
	for i > 0 && m.spans[i-1].start == m.spans[i].start {
		i--
	}
	return i
}

type segmenter struct{ segments []Segment }

// add appends a stretch, joined to the one before when both match or neither.
func (b *segmenter) add(s string, match bool) {
	if s == "" {
		return
	}
	s = strings.ReplaceAll(s, "\n", " ")
	if n := len(b.segments); n > 0 && b.segments[n-1].Match == match {
		b.segments[n-1].Text += s
		return
	}
	b.segments = append(b.segments, Segment{s, match})
}
