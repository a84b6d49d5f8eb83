// Package text turns a text into the terms that are indexed and sought. It splits the text
// into tokens (Tokens), folds these (Fold), and gives the term of each by the rules of a
// language (Language.Term). Pages and queries go through the same functions; the script
// in ../browser follows the same rules. The section "Words to terms" of package indexer
// describes them.
package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A token is one term of a text: a word folded to the form that is compared,
// and where it stands. A run of Han or Kana gives, at every character, the
// character and the pair that begins there, so that any two characters that
// stand side by side are found; a run of Korean, Thai, Lao, Khmer or Burmese
// gives its pairs of syllables.
type Token struct {
	Term       string // folded, not stemmed
	Written    string // the same with its accents, in small letters; "" where there are none
	Start, End int    // bytes in the text
	Pos        int    // 1 for the first word; a pair has the position of its first character
	Parts      int    // of a whole name: how many of the tokens that follow are its parts
	CJK        bool   // a part of a run: of ideographs or of syllables
}

// The classes that a text is split into; a word never crosses two of them,
// so that 第1540号 gives 1540 and a Latin name in Chinese text is found.
type class uint8

const (
	gap class = iota
	word
	ideograph
	syllable
)

// asciiClass holds the classes of the first 128 characters.
var asciiClass = func() (out [utf8.RuneSelf]class) {
	for r := range out {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			out[r] = word
		}
	}
	return out
}()

// IsGap tells whether r divides words.
func IsGap(r rune) bool { return classOf(r) == gap }

// IsIdeograph tells whether r is written without spaces between words, so that
// runs of it are indexed by characters and pairs.
func IsIdeograph(r rune) bool { return classOf(r) == ideograph }

func classOf(r rune) class {
	if r < utf8.RuneSelf {
		return asciiClass[r]
	}
	switch {
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return ideograph
	case unicode.In(r, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.In(r, unicode.L, unicode.M):
		return syllable
	case unicode.In(r, unicode.L, unicode.N, unicode.M), joiner(r):
		return word
	}
	return gap
}

// joiner tells whether r stands inside words without being a letter: a soft
// hyphen, a joiner or non-joiner, a mark of direction. The space of no width does
// not: it divides words where no space is written.
func joiner(r rune) bool { return unicode.Is(unicode.Cf, r) && r != WidthlessSpace }

// WidthlessSpace divides words as a space does, unseen.
const WidthlessSpace = '\u200b'

// Tokens splits text at everything that is no letter, digit or mark and folds
// what is left. It is the one rule by which pages and queries are read.
func Tokens(text string) []Token { return AppendTokens(make([]Token, 0, len(text)/6+1), text) }

// AppendTokens appends the tokens of a text to those of others.
func AppendTokens(out []Token, text string) []Token {
	pos := 0
	named := 0 // where the last compound ends
	whole := -1
	for i := 0; i < len(text); {
		c, size := classAt(text, i)
		if c == gap {
			i += size
			continue
		}
		end := i + size
		for end < len(text) {
			next, size := classAt(text, end)
			if next != c {
				break
			}
			end += size
		}
		switch c {
		case ideograph:
			out = appendPairs(out, text, i, end, &pos)
			i = end
			continue
		case syllable:
			out = appendSyllables(out, text, i, end, &pos)
			i = end
			continue
		}
		if i >= named && text[i] < utf8.RuneSelf {
			var name string
			if name, named = compoundAt(text, i); name != "" {
				whole = len(out)
				out = append(out, Token{Term: name, Start: i, End: named, Pos: pos + 1})
			}
		}
		if sign := signAt(text, i, end); sign > end && i >= named {
			pos++
			out = append(out, Token{Term: strings.ToLower(text[i:sign]), Start: i, End: sign, Pos: pos})
			end = sign
		} else if term, written := foldWord(text[i:end]); term != "" {
			pos++
			parts := humps(text[i:end])
			out = append(out, Token{Term: term, Written: written, Start: i, End: end, Pos: pos, Parts: len(parts)})
			for _, to := range parts {
				from := out[len(out)-1].End
				if from == end { // the first part, behind the whole word
					from = i
				}
				out = append(out, Token{Term: cutWord(strings.ToLower(text[from : i+to])), Start: from, End: i + to, Pos: pos})
			}
		}
		if i < named && whole >= 0 {
			out[whole].Parts = len(out) - whole - 1
		}
		i = end
	}
	return out
}

// MaxWord is how many characters of a folded word count. No word that people
// look for is longer; what is (encoded data, a text without spaces) is known by
// its beginning, so that no step after this one has to bear a word of any length.
const MaxWord = 64

// foldWord gives the term of a word, and the word with its accents.
func foldWord(word string) (term, written string) {
	if plain(word) {
		return cutWord(strings.ToLower(word)), ""
	}
	if begin := beginning(word); len(begin) < len(word) {
		// So long that only its beginning counts, if enough of this is left when folded:
		// what follows can change no more than the last character.
		if term := foldLower(lower(begin)); utf8.RuneCountInString(term) > MaxWord+4 {
			return cutWord(term), ""
		}
	}
	written = lower(word)
	term = cutWord(foldLower(written))
	if written = spelled(written); written == term || !WholeWord(term) {
		written = ""
	}
	return term, written
}

// beginning gives the first characters of a word, some times as many as count.
func beginning(word string) string {
	n := 0
	for i := range word {
		if n == 4*MaxWord {
			return word[:i]
		}
		n++
	}
	return word
}

// spelled leaves of a word in small letters what is written: without joiners, and
// without the dot that is left of a Turkish İ.
func spelled(word string) string {
	return strings.Map(func(r rune) rune {
		if r == dotAbove || joiner(r) {
			return -1
		}
		return r
	}, word)
}

const dotAbove = 0x0307

// cutWord gives the first MaxWord characters of a folded word.
func cutWord(word string) string {
	if len(word) <= MaxWord {
		return word
	}
	n := 0
	for i := range word {
		if n == MaxWord {
			return word[:i]
		}
		n++
	}
	return word
}

// WholeWord tells whether a term is a word as it was written. One of MaxWord
// characters was probably cut: it stands for all words that begin so already,
// and nothing can be said of how it is spelled.
func WholeWord(term string) bool {
	return len(term) < MaxWord || utf8.RuneCountInString(term) < MaxWord
}

// classAt gives the class and the size of the character at text[i].
func classAt(text string, i int) (class, int) {
	if text[i] < utf8.RuneSelf {
		return asciiClass[text[i]], 1
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	return classOf(r), size
}

// appendPairs adds the characters and pairs of the run text[from:to].
func appendPairs(out []Token, text string, from, to int, pos *int) []Token {
	for i := from; i < to; {
		_, size := utf8.DecodeRuneInString(text[i:])
		next := i + size
		*pos++
		out = append(out, Token{Term: Fold(text[i:next]), Start: i, End: next, Pos: *pos, CJK: true})
		if next < to {
			_, size := utf8.DecodeRuneInString(text[next:])
			out = append(out, Token{Term: Fold(text[i : next+size]), Start: i, End: next + size, Pos: *pos, CJK: true})
		}
		i = next
	}
	return out
}

// appendSyllables adds the pairs of neighbouring syllables of the run
// text[from:to], or its only one. Thai, Lao, Khmer and Burmese are written
// without spaces, Korean joins particles to nouns: so a word is found inside a
// run. A syllable by itself says too little to be worth its postings, unless it is a
// Korean noun before its particle: 법은, the law.
func appendSyllables(out []Token, text string, from, to int, pos *int) []Token {
	var starts []int // of syllables
	var previous rune
	for i, r := range text[from:to] {
		if i == 0 || !continues(r, previous) {
			starts = append(starts, from+i)
		}
		previous = r
	}
	starts = append(starts, to)
	if len(starts) <= 4 && particle.MatchString(Fold(text[from:to])) {
		out = append(out, Token{Term: Fold(text[from:starts[1]]), Start: from, End: starts[1], Pos: *pos + 1, CJK: true})
	}
	for i := 0; i == 0 || i+2 < len(starts); i++ {
		end := starts[min(i+2, len(starts)-1)]
		*pos++
		out = append(out, Token{Term: Fold(text[starts[i]:end]), Start: starts[i], End: end, Pos: *pos, CJK: true})
	}
	return out
}

// Particle matches a Korean noun of one syllable with a particle.
const Particle = "^[가-힣](?:[이가은는을를의에와과도로만]|에[서게는도]|으로|부터|까지|보다|처럼|마다)$"

var particle = regexp.MustCompile(Particle)

// continues tells whether r belongs to the syllable of the character before it:
// as a mark, as a vowel or final of Korean written in parts, or as a consonant
// that Khmer or Burmese writes below another.
func continues(r, previous rune) bool {
	return unicode.Is(unicode.M, r) || 0x1160 <= r && r <= 0x11FF || previous == 0x17D2 || previous == 0x1039
}

// IsHangul tells whether a term is of Korean syllables.
func IsHangul(term string) bool {
	r, _ := utf8.DecodeRuneInString(term)
	return unicode.Is(unicode.Hangul, r)
}

// Fold gives the form under which spellings of one word are the same:
//
//   - capitals become small letters, and compatibility forms are replaced;
//   - accents, Arabic and Hebrew vowel marks and the Arabic tatweel go. Marks that make
//     another letter (й, が, the vowel signs of Indic scripts) stay;
//   - letters that are written for one another become one, such as the forms of alef (see
//     United);
//   - digits of every script become 0 to 9;
//   - traditional Chinese characters become simplified ones (see Simplified).
func Fold(s string) string {
	if plain(s) {
		return strings.ToLower(s)
	}
	return foldLower(lower(s))
}

// lower gives a text in small letters, compatibility forms replaced.
func lower(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// foldLower folds what lower gave.
func foldLower(s string) string {
	decomposed := norm.NFKD.String(s)
	var b strings.Builder
	b.Grow(len(decomposed))
	var previous rune
	for _, r := range decomposed {
		if dropped(r, previous) {
			continue
		}
		if to, ok := United[r]; ok {
			b.WriteString(to)
			previous = 0
			continue
		} else if isHan(r) {
			if to, ok := Simplified()[r]; ok {
				r = to
			}
		} else if r >= utf8.RuneSelf && unicode.Is(unicode.Nd, r) {
			r = '0' + digit(r)
		}
		previous = r
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// FoldedMarks are the ranges of marks that do not tell words apart.
var FoldedMarks = [][2]rune{
	{0x0300, 0x036F},                                                                         // accents of Latin, Greek, Cyrillic
	{0x0591, 0x05C7},                                                                         // Hebrew points
	{0x093C, 0x093C},                                                                         // nukta of Devanagari
	{0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06ED}, {0x08D3, 0x08FF}, // Arabic marks, hamza above and below among them
}

// United maps letters that are written for one another.
var United = map[rune]string{
	'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه", 'ٱ': "ا",
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'ı': "i", 'ð': "d", 'þ': "th", 'ħ': "h", 'ς': "σ", 'ґ': "г",
	'ँ': "ं",
	'ൺ': "ണ്", 'ൻ': "ന്", 'ർ': "ര്", 'ൽ': "ല്", 'ൾ': "ള്", 'ൿ': "ക്",
}

const breve = 0x0306

// BreveLetters are those that the breve makes another letter.
var BreveLetters = []rune{'и', 'у'}

// dropped tells whether folding removes r, which stands behind previous.
func dropped(r, previous rune) bool {
	switch {
	case r == 'ـ' || joiner(r):
		return true
	case r == breve && slices.Contains(BreveLetters, previous):
		return false
	case classOf(r) == gap: // left over by decomposition, as the slash of ½
		return true
	}
	for _, m := range FoldedMarks {
		if m[0] <= r && r <= m[1] {
			return true
		}
	}
	return false
}

// digit gives the value of a decimal digit of any script: Unicode lays each
// script's ten digits side by side.
func digit(r rune) rune {
	zero := r
	for zero > r-9 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return (r - zero) % 10
}
