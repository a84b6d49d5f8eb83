package indexer

import (
	"context"
	"maps"
	"math/bits"
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
	var common []string
	var near formTable
	for word, pages := range pagesOf {
		if pages >= rareToCommon && correctable(word) {
			eachForm(word, func(form uint64) { near.add(form, int32(len(common))) })
			common = append(common, word)
		}
	}
	near.settle()
	out := map[string]string{}
	for word, pages := range pagesOf {
		if named[word] || pages != 1 || !correctable(word) {
			continue
		}
		term := l.Term(text.Token{Term: word})
		if termPages[term] != 1 {
			continue
		}
		best, bestRank := "", 0
		eachForm(word, func(form uint64) {
			near.each(form, func(i int32) {
				candidate := common[i]
				if !oneEdit(word, candidate) || l.Term(text.Token{Term: candidate}) == term {
					return
				}
				rank := neighbourRank([]rune(word), []rune(candidate), pagesOf[candidate])
				if rank > bestRank || rank == bestRank && candidate < best {
					best, bestRank = candidate, rank
				}
			})
		})
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
		eachLikelyMisspelling(word, func(letters []byte) {
			if pagesOf[string(letters)] > 0 {
				return
			}
			misspelling := string(letters)
			other := l.TermOnce(misspelling)
			if termPages[other] == 0 || other == term || l.Stop[other] || pages < stemToWord*termPages[other] || !correctable(misspelling) {
				return
			}
			if have := out[misspelling]; pages > pagesOf[have] || pages == pagesOf[have] && word < have {
				out[misspelling] = word
			}
		})
	}
	return out
}

// eachLikelyMisspelling gives a word with a letter left out or two exchanged, behind the
// first. What it gives is overwritten by the next.
func eachLikelyMisspelling(word string, use func(letters []byte)) {
	var room [4 * text.MaxWord]byte
	_, at := utf8.DecodeRuneInString(word)
	for at < len(word) {
		_, size := utf8.DecodeRuneInString(word[at:])
		letter, rest := word[at:at+size], word[at+size:]
		form := append(room[:0], word[:at]...)
		use(append(form, rest...))
		if rest != "" {
			_, n := utf8.DecodeRuneInString(rest)
			if rest[:n] != letter {
				use(append(append(append(form, rest[:n]...), letter...), rest[n:]...))
			}
		}
		at += size
	}
}

// eachForm gives hashes of a whole word and of its forms with one letter left out. Words that
// are one edit apart have one in common; few others do.
func eachForm(word string, use func(form uint64)) {
	const base = 0x100000001B3 // letters are the digits of a hash
	var powers [text.MaxWord]uint64
	whole, n := uint64(0), 0
	for _, r := range word {
		powers[n] = 1
		if n > 0 {
			powers[n] = powers[n-1] * base
		}
		whole = whole*base + uint64(r)
		n++
	}
	use(whole)
	before, behind := uint64(0), whole
	for _, r := range word {
		n--
		behind -= uint64(r) * powers[n]
		use(before*powers[n] + behind)
		before = before*base + uint64(r)
	}
}

// A formTable tells which words have a form.
type formTable struct {
	forms []heldForm
	heads []int32 // by the high bits of the hash, the first of forms, plus one
	shift int
}

type heldForm struct {
	hash uint64
	word int32
	next int32 // of forms, plus one
}

func (t *formTable) add(form uint64, word int32) {
	t.forms = append(t.forms, heldForm{hash: form * 0x9E3779B185EBCA87, word: word})
}

// settle is called when all forms were added.
func (t *formTable) settle() {
	width := bits.Len(uint(len(t.forms)))
	t.heads, t.shift = make([]int32, 1<<width), 64-width
	for i := range t.forms {
		head := &t.heads[t.forms[i].hash>>t.shift]
		t.forms[i].next, *head = *head, int32(i)+1
	}
}

// each gives the words that have a form, and few others.
func (t *formTable) each(form uint64, use func(word int32)) {
	form *= 0x9E3779B185EBCA87
	for i := t.heads[form>>t.shift]; i > 0; i = t.forms[i-1].next {
		if t.forms[i-1].hash == form {
			use(t.forms[i-1].word)
		}
	}
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
