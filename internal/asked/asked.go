// Package asked makes queries as people type them, out of the words of pages, to
// measure with. The same texts and the same source of chance give the same queries.
package asked

import (
	"math/rand/v2"
	"strings"

	"vademecum/indexer/text"
)

// A Question is one query.
type Question struct {
	Query  string
	Typing bool // its last word is not finished
}

// A Kind is one way to ask.
type Kind struct {
	Name string
	make func(words func(n int) []string) Question
}

// Kinds are the ways to ask.
var Kinds = []Kind{
	{"one-word", func(words func(int) []string) Question { return Question{Query: words(1)[0]} }},
	{"two-words", func(words func(int) []string) Question { return Question{Query: strings.Join(words(2), " ")} }},
	{"question-of-20", func(words func(int) []string) Question { return Question{Query: strings.Join(words(20), " ")} }},
	{"phrase", func(words func(int) []string) Question {
		return Question{Query: `"` + strings.Join(words(2), " ") + `"`}
	}},
	{"typing", func(words func(int) []string) Question { return Question{Query: words(1)[0][:3], Typing: true} }},
	{"correction", func(words func(int) []string) Question {
		w := words(1)[0]
		return Question{Query: w[:2] + "x" + w[2:]}
	}},
	{"exclusion", func(words func(int) []string) Question {
		w := words(2)
		return Question{Query: w[0] + " -" + w[1]}
	}},
}

// Ask gives n questions of a kind. texts are what pages say.
func (k Kind) Ask(texts []string, r *rand.Rand, n int) []Question {
	out := make([]Question, n)
	for i := range out {
		out[i] = k.make(func(n int) []string { return wordsOf(texts, r, n) })
	}
	return out
}

// KindNamed gives the kind of a name.
func KindNamed(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// wordsOf picks n words that stand in one text, of four letters a to z or more.
func wordsOf(texts []string, r *rand.Rand, n int) []string {
	for {
		var long []string
		for _, t := range text.Tokens(texts[r.IntN(len(texts))]) {
			if len(t.Term) >= 4 && strings.Trim(t.Term, "abcdefghijklmnopqrstuvwxyz") == "" {
				long = append(long, t.Term)
			}
		}
		if len(long) >= n {
			r.Shuffle(len(long), func(i, j int) { long[i], long[j] = long[j], long[i] })
			return long[:n]
		}
	}
}
