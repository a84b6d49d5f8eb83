package indexer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// misspellings finds the words that are probably misspellings in the pages themselves:
// a word that stands on one page, in one form, while a word one edit away
// stands on ten times as many. Who types such a word most likely wants the
// other. A word of a title, a heading or the keywords names something and is
// no misspelling, however rare. pagesOf counts the pages of surface forms,
// termPages those of terms; the result gives for each misspelling the word that is meant.
//
// Two words are one edit apart (insertion, deletion, substitution or exchange
// of neighbours) only if leaving out at most one letter of each can make them
// equal; so common words are found under all their forms with a letter left out.
func misspellings(l *text.Language, pagesOf, termPages map[string]int, named map[string]bool) map[string]string {
	near := map[string][]string{}
	for word, pages := range pagesOf {
		if pages >= rareToCommon && correctable(word) {
			for _, form := range leaveOneOut(word) {
				near[form] = append(near[form], word)
			}
		}
	}
	out := map[string]string{}
	for word, pages := range pagesOf {
		term := l.Term(text.Token{Term: word})
		if named[word] || pages != 1 || termPages[term] != 1 || !correctable(word) {
			continue
		}
		best, bestRank := "", 0
		for _, form := range leaveOneOut(word) {
			for _, candidate := range near[form] {
				if l.Term(text.Token{Term: candidate}) == term || !oneEdit(word, candidate) {
					continue
				}
				rank := neighbourRank([]rune(word), []rune(candidate), pagesOf[candidate])
				if rank > bestRank || rank == bestRank && candidate < best {
					best, bestRank = candidate, rank
				}
			}
		}
		if best != "" {
			out[word] = best
		}
	}
	maps.Copy(out, misspelledStems(l, pagesOf, termPages))
	return out
}

// misspelledStems finds what common words become when a letter is left out or two are exchanged,
// as far as the stem then is that of other words: taller, without an l, has the stem of
// tal, so that a search would not notice. Only words that stand on stemToWord times as
// many pages as that stem are meant, and no misspelling that is a word of the pages is one.
func misspelledStems(l *text.Language, pagesOf, termPages map[string]int) map[string]string {
	out := map[string]string{}
	for word, pages := range pagesOf {
		if pages < rareToCommon || !correctable(word) {
			continue
		}
		term := l.Term(text.Token{Term: word})
		for _, misspelling := range likelyMisspellings(word) {
			other := l.Term(text.Token{Term: misspelling})
			if pagesOf[misspelling] > 0 || !correctable(misspelling) || other == term || l.Stop[other] || termPages[other] == 0 || pages < stemToWord*termPages[other] {
				continue
			}
			if have := out[misspelling]; pages > pagesOf[have] || pages == pagesOf[have] && word < have {
				out[misspelling] = word
			}
		}
	}
	return out
}

// likelyMisspellings gives a word with a letter left out or two exchanged, behind the first.
func likelyMisspellings(word string) []string {
	letters := []rune(word)
	var out []string
	for i := 1; i < len(letters); i++ {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
		if i+1 < len(letters) && letters[i] != letters[i+1] {
			out = append(out, string(letters[:i])+string(letters[i+1])+string(letters[i])+string(letters[i+2:]))
		}
	}
	return out
}

// leaveOneOut gives a word and all its forms with one letter left out.
func leaveOneOut(word string) []string {
	letters := []rune(word)
	out := []string{word}
	for i := range letters {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
	}
	return out
}

// oneEdit tells whether two different words are one edit apart.
func oneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	switch len(y) - len(x) {
	case 0:
		if i == len(x) {
			return false
		}
		return string(x[i+1:]) == string(y[i+1:]) || exchanged(x, y)
	case 1:
		return string(x[i:]) == string(y[i+1:])
	}
	return false
}

// corrections notes which words were replaced.
type corrections struct {
	typed, shown []string // word by word, those replaced only
}

// correct finds what was meant when a query term's word stands nowhere, or is a
// misspelling (see misspellings); "" if there is nothing. That is another word, or words
// that stand side by side on a page and were typed as one.
func (l *langIndex) correct(ctx context.Context, s *queryTerm, passages int, p *plan) (string, error) {
	if passages > 0 {
		return l.misspellings[s.text], nil
	}
	meant := ""
	if correctable(s.text) {
		meant = l.words.neighbour(s.text, 1)
	}
	if words := l.words.apart(s.text); meant == "" && len(words) > 1 {
		where, err := (&result{langIndex: l, plan: p}).phrasePassages(ctx, l.PhraseTerms(strings.Join(words, " ")))
		if err != nil {
			return "", err
		}
		if len(where) > 0 {
			meant = strings.Join(words, " ")
		}
	}
	if meant == "" && correctable(s.text) && utf8.RuneCountInString(s.text) >= minTwoEdits {
		meant = l.words.neighbour(s.text, 2)
	}
	return meant, nil
}

// correctable tells whether a word is one that people misspell: long enough and
// not cut, and letters only.
func correctable(word string) bool {
	return utf8.RuneCountInString(word) >= minCorrect && text.WholeWord(word) && !strings.ContainsAny(word, "0123456789")
}

// neighbourRank orders the words y that may have been meant by x: by their pages,
// those with the same first letter, which people rarely mistype, before others,
// and those that a letter left out or two exchanged would make of the typed
// word: a wrong letter has many more ways to hit a word by chance.
func neighbourRank(x, y []rune, pages int) int {
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
