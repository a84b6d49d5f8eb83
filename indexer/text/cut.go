package text

import (
	"strings"
	"unicode/utf8"
)

// A Part is a stretch of a text with the tokens in it, whose positions begin at 1.
type Part struct {
	Text   string
	Tokens []Token // offsets are those of the whole text
}

// Cut divides a text, whose tokens are given, into parts of about the same
// length, none much longer than most terms, at line breaks where it can, else
// between sentences, else between words.
func Cut(text string, tokens []Token, most int) []Part {
	total := WordCount(tokens)
	if total <= most {
		return []Part{{text, tokens}}
	}
	target := (total + (total+most-1)/most - 1) / ((total + most - 1) / most)
	var out []Part
	from, size := 0, 0
	flush := func(to int) {
		if from < to {
			out = append(out, part(text, &tokens, from, to))
			from, size = to, 0
		}
	}
	end := 0
	rest := tokens
	for _, piece := range pieces(text, tokens, target) {
		i := 0
		for i < len(rest) && rest[i].Start < end+len(piece) {
			i++
		}
		n := WordCount(rest[:i])
		rest = rest[i:]
		if size > 0 && size+n > target+target/8 {
			flush(end)
		}
		end += len(piece)
		size += n
	}
	flush(end)
	return out
}

// part takes the part of a text up to a place, with its tokens, which are those
// that begin and end in it.
func part(text string, tokens *[]Token, from, to int) Part {
	p := Part{Text: strings.TrimSpace(text[from:to])}
	before := -1
	for len(*tokens) > 0 && (*tokens)[0].Start < to {
		t := (*tokens)[0]
		*tokens = (*tokens)[1:]
		if t.End > to { // a pair of ideographs across the cut
			continue
		}
		if before < 0 {
			before = t.Pos - 1
		}
		t.Pos -= before
		p.Tokens = append(p.Tokens, t)
	}
	return p
}

// WordCount gives the length of a text in words; two ideographs or three
// syllables of a run count as one.
func WordCount(tokens []Token) int {
	words, ideographs, syllables := 0, 0, 0
	for _, t := range tokens {
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
func pieces(text string, tokens []Token, most int) []string {
	var out []string
	at := 0 // where the sentence begins
	for line := range strings.SplitAfterSeq(text, "\n") {
		for _, sentence := range Sentences(line) {
			n := 0
			for n < len(tokens) && tokens[n].Start < at+len(sentence) {
				n++
			}
			found := tokens[:n]
			tokens = tokens[n:]
			from := 0
			for len(found) > most {
				to := found[most].Start - at
				out = append(out, sentence[from:to])
				from = to
				for len(found) > 0 && found[0].Start < at+to {
					found = found[1:]
				}
			}
			if from < len(sentence) {
				out = append(out, sentence[from:])
			}
			at += len(sentence)
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
