package indexer

import (
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// wordSpellings are the words of an index whose terms do not follow from the folded word,
// because accents tell endings apart: the stem of Turkish okunacaktır is okunacak, that of
// okunacaktir is not. All spellings of such a word have one term, that of the commonest. So
// whoever types without accents finds what was written with them.
//
// The words stand in one text, in alphabetical order, with a space between them. Each is
// written in three parts, with a hyphen between them: what word and term have in common,
// the rest of the word, and the rest of the term (okunacak-tir-).
type wordSpellings string

// terms gives the term of each word.
func (s wordSpellings) terms() map[string]string {
	out := map[string]string{}
	for _, entry := range strings.Fields(string(s)) {
		if part := strings.Split(entry, "-"); len(part) == 3 {
			out[part[0]+part[1]] = part[0] + part[2]
		}
	}
	return out
}

// spelling writes a word and its term.
func spelling(word, term string) string {
	n := 0
	for i, r := range word {
		if !strings.HasPrefix(term[i:], string(r)) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	return word[:n] + "-" + word[n:] + "-" + term[n:]
}

// settleSpellings finds the words whose spellings would give several terms, or one that
// the folded word does not give, and makes one word of all spellings.
func (c *corpus) settleSpellings(words *wordNumbers, read []pageRead) {
	if !words.accents {
		return
	}
	first := map[string]int32{} // the number that all spellings of a folded word get
	one := make([]int32, len(words.words))
	for i, w := range words.words {
		one[i] = int32(i)
		if w.cjk {
			continue
		}
		if n, ok := first[w.term]; ok {
			one[i] = n
		} else {
			first[w.term] = int32(i)
		}
	}
	common := c.commonSpellings(words, read)
	var all []string
	for _, word := range sortedKeys(common) {
		if common[word].matters {
			all = append(all, spelling(word, c.Term(words.words[common[word].number].token())))
		}
	}
	c.Spellings = wordSpellings(strings.Join(all, " "))
	c.Language = c.Language.Spelled(c.Spellings.terms())
	for i := range read {
		for j, n := range read[i].words {
			read[i].words[j] = one[n]
		}
	}
}

// A commonSpelling is the spelling of a word that most pages have; of equals it is one
// with accents, which tell more.
type commonSpelling struct {
	number  int32
	pages   int
	matters bool // some spelling has another term than the folded word
}

// commonSpellings gives the commonest spelling of every folded word that is written with
// accents somewhere.
func (c *corpus) commonSpellings(words *wordNumbers, read []pageRead) map[string]commonSpelling {
	pages := make([]int, len(words.words))
	for i := range read {
		for _, n := range read[i].words {
			pages[n]++
		}
	}
	accented := map[string]bool{}
	for _, w := range words.words {
		if w.written != "" {
			accented[w.term] = true
		}
	}
	out := map[string]commonSpelling{}
	for i, w := range words.words {
		if w.cjk || !accented[w.term] {
			continue
		}
		best, ok := out[w.term]
		if !ok || pages[i] > best.pages || pages[i] == best.pages && w.written > words.words[best.number].written {
			best.number, best.pages = int32(i), pages[i]
		}
		best.matters = best.matters || c.Term(w.token()) != c.Term(text.Token{Term: w.term})
		out[w.term] = best
	}
	return out
}
