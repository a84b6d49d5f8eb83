package indexer

import (
	"slices"
	"strings"

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
	names  [][]string
	begins [256]bool // whether any of these terms begins with a byte
}

// note completes begins.
func (w *excerptTerms) note() {
	begin := func(term string) {
		if term != "" {
			w.begins[term[0]] = true
		}
	}
	for term := range w.weight {
		begin(term)
	}
	for _, name := range w.names {
		for _, term := range name {
			begin(term)
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

// excerpt picks the passage of text that holds most of the excerpt terms, each
// term counted by its weight the first time, and marks it.
func excerpt(l *text.Language, passage string, want *excerptTerms) []Segment {
	all := text.Tokens(passage)
	if len(all) == 0 {
		return nil
	}
	hit := make([]int, len(all)) // weight of each token, 0 for none
	terms := make([]string, len(all))
	for i, t := range all {
		if want.mayHold(l, t.Term) {
			terms[i] = l.Term(t)
			hit[i] = want.weight[terms[i]]
		}
	}
	for _, name := range want.names {
		for i := 0; i+len(name) <= len(terms); i++ {
			if slices.Equal(terms[i:i+len(name)], name) {
				for j := range name {
					hit[i+j] = max(hit[i+j], nameWeight)
				}
			}
		}
	}
	first, last := densest(all, hit, terms)
	start, end := all[first].Start, all[last].End
	if first == 0 {
		start = 0
	}
	if last == len(all)-1 {
		end = len(passage)
	}
	b := segmenter{text: passage}
	if start > 0 {
		b.add("… ", false)
	}
	at := start
	for i := first; i <= last; i++ {
		if hit[i] == 0 || all[i].End <= at {
			continue
		}
		from := max(all[i].Start, at)
		b.add(passage[at:from], false)
		b.add(passage[from:all[i].End], true)
		at = all[i].End
	}
	b.add(passage[at:end], false)
	if end < len(passage) {
		b.add(" …", false)
	}
	return b.segments
}

// densest gives the first and last token of the best window. Windows begin at
// the beginning or a few words before a match.
func densest(all []text.Token, hit []int, terms []string) (first, last int) {
	best := -1
	seen := map[string]bool{}
	for i := range all {
		if i > 0 && hit[i] == 0 {
			continue
		}
		from := startAt(all, max(0, i-wordsBefore))
		to := from
		score := 0
		clear(seen)
		for ; to < len(all) && all[to].Pos-all[from].Pos < excerptWords; to++ {
			if hit[to] == 0 {
				continue
			}
			score++ // a word said again counts little
			if term := terms[to]; !seen[term] {
				seen[term] = true
				score += hit[to]
			}
		}
		if score > best {
			best, first, last = score, from, to-1
		}
	}
	return first, last
}

// startAt moves back over a pair that begins at the same place.
func startAt(all []text.Token, i int) int {
	for i > 0 && all[i-1].Start == all[i].Start {
		i--
	}
	return i
}

type segmenter struct {
	text     string
	segments []Segment
}

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
