package text

import (
	"strings"
	"unicode/utf8"
)

// Cut divides text into parts of about the same length, none much longer than
// most terms, at line breaks where it can, else between sentences, else
// between words.
func Cut(text string, most int) []string {
	if len(text) <= most { // a word has at least one byte
		return []string{text}
	}
	total := WordCount(text)
	if total <= most {
		return []string{text}
	}
	target := (total + (total+most-1)/most - 1) / ((total + most - 1) / most)
	var out []string
	var part strings.Builder
	size := 0
	flush := func() {
		if part.Len() > 0 {
			out = append(out, strings.TrimSpace(part.String()))
			part.Reset()
			size = 0
		}
	}
	for _, piece := range pieces(text, target) {
		n := WordCount(piece)
		if size > 0 && size+n > target+target/8 {
			flush()
		}
		part.WriteString(piece)
		size += n
	}
	flush()
	return out
}

// WordCount gives the length of a text in words; two ideographs or
// three syllables of a run count as one.
func WordCount(text string) int {
	words, ideographs, syllables := 0, 0, 0
	for _, t := range Tokens(text) {
		if r, _ := utf8.DecodeRuneInString(t.Term); !t.CJK {
			words++
		} else if classOf(r) == syllable {
			syllables++
		} else if utf8.RuneCountInString(t.Term) == 1 {
			ideographs++
		}
	}
	return words + ideographs/2 + syllables/3
}

// pieces splits text after line breaks, after sentences, and a sentence of
// more than most terms after words. Joined they are the text again.
func pieces(text string, most int) []string {
	var out []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		for _, sentence := range Sentences(line) {
			found := Tokens(sentence)
			from := 0
			for len(found) > most {
				to := found[most].Start
				out = append(out, sentence[from:to])
				from = to
				for len(found) > 0 && found[0].Start < to {
					found = found[1:]
				}
			}
			if from < len(sentence) {
				out = append(out, sentence[from:])
			}
		}
	}
	return out
}

// Sentences splits a line after a full stop that a space follows, and after
// the full stops of Chinese, which none follows.
func Sentences(line string) []string {
	var out []string
	from := 0
	for i, r := range line {
		end := i + utf8.RuneLen(r)
		switch r {
		case '.', '!', '?', '؟', ';', '؛':
			if end >= len(line) || line[end] != ' ' {
				continue
			}
			end++
		case '。', '！', '？', '；':
		default:
			continue
		}
		out = append(out, line[from:end])
		from = end
	}
	if from < len(line) {
		out = append(out, line[from:])
	}
	return out
}
