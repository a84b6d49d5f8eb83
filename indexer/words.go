package indexer

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// A wordList holds the words of one language as they are written, in alphabetical
// order, and on how many pages each stands. It is kept in memory: words that begin
// so, and those that may have been meant, are found without the index.
type wordList struct {
	words    []writtenWord
	byLength []sameLength // the words that a correction may choose, by how many letters they have
}

type writtenWord struct {
	text  string
	pages int
}

// sameLength are words, and the letters of each (see lettersOf) side by side: most words
// are passed over by their letters alone.
type sameLength struct {
	letters []uint64
	words   []int32
}

// appendWords writes words, which are in alphabetical order, and on how many pages
// each stands: for each, as unsigned varints, how many bytes it has in common with
// the one before, how many follow, these, and the pages.
func appendWords(out []byte, words []string, pages []int) []byte {
	before := ""
	for i, word := range words {
		common := 0
		for common < min(len(word), len(before)) && word[common] == before[common] {
			common++
		}
		out = binary.AppendUvarint(out, uint64(common))
		out = binary.AppendUvarint(out, uint64(len(word)-common))
		out = append(out, word[common:]...)
		out = binary.AppendUvarint(out, uint64(pages[i]))
		before = word
	}
	return out
}

var errWords = errors.New("its list of words is damaged")

// readWords reads what appendWords wrote.
func readWords(data []byte) (*wordList, error) {
	var all []byte // one piece of memory, which the words are parts of
	var ends, pages []int
	begin := 0 // of the word before
	for len(data) > 0 {
		common, a := binary.Uvarint(data)
		if a <= 0 || common > uint64(len(all)-begin) {
			return nil, errWords
		}
		rest, behind, ok := cutSized(data[a:])
		if !ok {
			return nil, errWords
		}
		n, b := binary.Uvarint(behind)
		if b <= 0 || n > maxWords {
			return nil, errWords
		}
		data = behind[b:]
		before := begin
		begin = len(all)
		all = append(append(all, all[before:before+int(common)]...), rest...)
		ends, pages = append(ends, len(all)), append(pages, int(n))
	}
	text := string(all)
	l := &wordList{words: make([]writtenWord, len(ends))}
	begin = 0
	for i, end := range ends {
		word := text[begin:end]
		begin = end
		l.words[i] = writtenWord{word, pages[i]}
		if !meant(word) {
			continue
		}
		n := utf8.RuneCountInString(word)
		for len(l.byLength) <= n {
			l.byLength = append(l.byLength, sameLength{})
		}
		same := &l.byLength[n]
		same.letters, same.words = append(same.letters, lettersOf(word)), append(same.words, int32(i))
	}
	return l, nil
}

// meant tells whether a correction may choose a word.
func meant(word string) bool {
	return !strings.ContainsAny(word, "0123456789") && text.WholeWord(word)
}

// beginning gives the words that begin with these letters.
func (l *wordList) beginning(letters string) []writtenWord {
	first, _ := slices.BinarySearchFunc(l.words, letters, func(w writtenWord, letters string) int { return strings.Compare(w.text, letters) })
	end := first
	for end < len(l.words) && strings.HasPrefix(l.words[end].text, letters) {
		end++
	}
	return l.words[first:end]
}

// pagesOf tells on how many pages a word stands.
func (l *wordList) pagesOf(word string) int {
	if i, ok := slices.BinarySearchFunc(l.words, word, func(w writtenWord, word string) int { return strings.Compare(w.text, word) }); ok {
		return l.words[i].pages
	}
	return 0
}

// apart cuts what was typed as one word into words that pages hold: as few as possible,
// and of these the ones of which the rarest is commonest. It gives none for short words
// and numbers, and for what cannot be cut so.
func (l *wordList) apart(typed string) (words []string) {
	letters := []rune(typed)
	if len(letters) < minCorrect || strings.Trim(typed, "0123456789") == "" {
		return nil
	}
	type cut struct{ words, pages, from int }
	best := make([]cut, len(letters)+1) // of the first so many letters
	best[0].pages = maxWords
	for end := range best {
		for from, before := range best[:end] {
			if from > 0 && before.words == 0 {
				continue
			}
			pages := min(before.pages, l.pagesOf(string(letters[from:end])))
			if have := best[end]; pages > 0 && (have.words == 0 || before.words+1 < have.words || before.words+1 == have.words && pages > have.pages) {
				best[end] = cut{before.words + 1, pages, from}
			}
		}
	}
	for end := len(letters); best[end].words > 0; end = best[end].from {
		words = append(words, string(letters[best[end].from:end]))
	}
	slices.Reverse(words)
	return words
}

// neighbour gives the best word within so many edits, "" if there is none; of equals
// it is the first in the alphabet.
func (l *wordList) neighbour(typed string, edits int) string {
	letters := lettersOf(typed)
	x := []rune(typed)
	var y []rune
	var d distance
	var best *writtenWord
	bestRank := 0
	for n := max(0, len(x)-edits); n <= len(x)+edits && n < len(l.byLength); n++ {
		same := &l.byLength[n]
		for i, held := range same.letters {
			if bits.OnesCount64(letters&^held) > edits || bits.OnesCount64(held&^letters) > edits {
				continue
			}
			w := &l.words[same.words[i]]
			y = y[:0]
			for _, r := range w.text {
				y = append(y, r)
			}
			if !d.within(x, y, edits) {
				continue
			}
			if rank := neighbourRank(x, y, w.pages); rank > bestRank || rank == bestRank && best != nil && w.text < best.text {
				best, bestRank = w, rank
			}
		}
	}
	if best == nil {
		return ""
	}
	return best.text
}

// lettersOf gives the set of a word's letters; some share a bit. An edit takes at
// most one letter out of the set and adds at most one.
func lettersOf(word string) (set uint64) {
	for _, r := range word {
		set |= 1 << (r % 64)
	}
	return set
}

// distance measures how far words are apart; its memory is used again.
type distance struct{ before, last, row []int }

// within tells whether b can be made of a by so many insertions, deletions,
// substitutions and exchanges of neighbours. Only what is near the diagonal matters.
func (d *distance) within(a, b []rune, most int) bool {
	if max(len(a)-len(b), len(b)-len(a)) > most {
		return false
	}
	far := most + 1
	d.before, d.last, d.row = fitted(d.before, len(b)+1), fitted(d.last, len(b)+1), fitted(d.row, len(b)+1)
	for j := range d.last {
		d.last[j] = min(j, far)
	}
	for i := 1; i <= len(a); i++ {
		for j := range d.row {
			d.row[j] = far
		}
		d.row[0] = min(i, far)
		least := d.row[0]
		for j := max(1, i-most); j <= min(len(b), i+most); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			n := min(d.last[j]+1, d.row[j-1]+1, d.last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				n = min(n, d.before[j-2]+1)
			}
			d.row[j] = min(n, far)
			least = min(least, n)
		}
		if least > most {
			return false
		}
		d.before, d.last, d.row = d.last, d.row, d.before
	}
	return d.last[len(b)] <= most
}

func fitted(row []int, n int) []int {
	if cap(row) < n {
		return make([]int, n, 2*n)
	}
	return row[:n]
}
