package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words counts the words of a document that stand within lines, by which a
// hyphen at a line's end is judged. A word may have hyphens within.
type Words map[string]int

// Add counts the words of a line. A word that a hyphen ends and the first word
// of the line behind one say nothing, and are left to the caller to keep out.
func (w Words) Add(line string) {
	for word := range strings.FieldsSeq(line) {
		if word = bare(word); word != "" {
			w[word]++
		}
	}
}

// bare is a word in small letters without the signs around it.
func bare(word string) string {
	return strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// compounds are first parts of words that keep their hyphen, and that are
// hardly the first syllables of other words.
var compounds = map[string]bool{
	"non": true, "self": true, "vice": true, "well": true, "cross": true, "quasi": true, "half": true, "north": true, "south": true,
	"follow": true, "decision": true, "long": true, "short": true, "high": true, "low": true, "one": true, "two": true, "three": true,
	"peut": true, "là": true, "grand": true, "sous": true, "avant": true, "socio": true,
}

// Join says how a line that ends in a hyphen goes on with the next: joined
// without the hyphen, or with it, and in both cases without a space. left ends
// with the hyphen. The word that the document has elsewhere decides; without
// one, parts that are words themselves keep the hyphen.
func (w Words) Join(left, right string) string {
	hyphened := strings.TrimRight(left, " \t\n")
	stem := strings.TrimSuffix(strings.TrimSuffix(hyphened, "\u00ad"), "-")
	first, _ := utf8.DecodeRuneInString(right)
	last, _ := utf8.DecodeLastRuneInString(stem)
	if strings.HasSuffix(hyphened, "\u00ad") {
		return stem + right
	}
	a := stem[strings.LastIndexAny(stem, " \t\n(“\"")+1:]
	capitals := unicode.IsUpper(first) && a == strings.ToUpper(a)
	if !unicode.IsLower(first) && !capitals || !unicode.IsLetter(last) {
		return hyphened + right
	}
	b, _, _ := strings.Cut(right, " ")
	joined, apart := w[bare(a+b)], w[bare(a+"-"+b)]
	a, b = bare(a), bare(b)
	switch {
	case joined > apart:
		return stem + right
	case apart > joined:
		return hyphened + right
	case strings.Contains(a, "-") && w[a] == 0 || compounds[a] && len(b) > 2:
		return hyphened + right
	case len(a) > 3 && len(b) > 3 && w[a] > 0 && w[b] > 0:
		return hyphened + right
	}
	return stem + right
}

// Hyphenated reports whether a line ends within a word.
func Hyphenated(line string) bool {
	line = strings.TrimRight(line, " \t\n")
	if strings.HasSuffix(line, "\u00ad") {
		return true
	}
	if !strings.HasSuffix(line, "-") {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(line, "-"))
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
