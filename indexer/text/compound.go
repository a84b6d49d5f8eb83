package text

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A name of code or of a file is sought whole as well as by its parts: --dry-run,
// .env, ansible.cfg, snake_case, 2.10. compoundAt gives the end of the one that
// begins with the word at text[at:] and its whole form; end is at if none does.
// Names are of ASCII letters, digits and _, joined by dots, or by hyphens in a flag.
func compoundAt(text string, at int) (whole string, end int) {
	from, joints := at, "._"
	switch before := text[:at]; {
	case strings.HasSuffix(before, "--") && !endsInName(strings.TrimSuffix(before, "--"), "-."):
		from, joints = at-2, "-_"
	case strings.HasSuffix(before, ".") && !endsInName(strings.TrimSuffix(before, "."), ".)]") && !isDigit(text[at]):
		from = at - 1
	}
	end = at
	joined := from < at
	for end-from <= MaxWord && end < len(text) && isNameByte(text[end]) { // a longer one is none
		joined = joined || text[end] == '_'
		end++
		if end+1 < len(text) && strings.IndexByte(joints, text[end]) >= 0 && text[end] != '_' && isNameByte(text[end+1]) {
			end++
			joined = true
		}
	}
	if !joined || end-from > MaxWord || end < len(text) && text[end] >= 0x80 {
		return "", at
	}
	if from == at && initials.MatchString(text[at:end]) {
		return "", at // which are a word without their dots; see Compounds
	}
	whole = strings.ToLower(strings.Trim(text[from:end], "_"))
	if version := strings.TrimPrefix(whole, "v"); version != "" && strings.Trim(version, "0123456789.") == "" {
		whole = version // v1.2 is 1.2
	}
	return whole, end
}

var initials = regexp.MustCompile(`^[A-Za-z]{1,2}(\.[A-Za-z]{1,2})+$`)

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// endsInName tells whether s ends in a character of a name or in one of also.
func endsInName(s, also string) bool {
	return s != "" && (isNameByte(s[len(s)-1]) || s[len(s)-1] >= 0x80 || strings.IndexByte(also, s[len(s)-1]) >= 0)
}

// signAt gives the end of the signs that belong to the name of a language: the ++
// of C++ behind letters, the # of C# behind a single one. A version may follow: C++20.
func signAt(text string, from, at int) int {
	letter := func(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
	end := at
	switch {
	case !letter(text[at-1]):
	case strings.HasPrefix(text[at:], "++"):
		end = at + 2
	case strings.HasPrefix(text[at:], "#") && at-from == 1:
		end = at + 1
	}
	if end < len(text) && (isNameByte(text[end]) && !isDigit(text[end]) || text[end] >= 0x80 || text[end] == '+' || text[end] == '#') {
		return at
	}
	return end
}

// humps cuts a word of ASCII letters and digits where a capital follows a small
// letter or a digit, or is followed by a small letter behind capitals: first Or
// Create, HTTP Server2. A name of two humps that begins with a capital, such as
// JavaScript, is a word of its own and stays whole. It gives the ends of the parts.
func humps(word string) []int {
	lower := func(c byte) bool { return 'a' <= c && c <= 'z' || isDigit(c) }
	upper := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	var ends []int
	for i := 1; i < len(word); i++ {
		if word[i] >= 0x80 {
			return nil
		}
		if upper(word[i]) && (lower(word[i-1]) || i+1 < len(word) && upper(word[i-1]) && lower(word[i+1]) && !isDigit(word[i+1])) {
			ends = append(ends, i)
		}
	}
	if len(ends) == 0 || len(ends) == 1 && upper(word[0]) || word[0] >= 0x80 {
		return nil
	}
	return append(ends, len(word))
}

// hyphens join words to one: that of keyboards, those of typesetters, and the dot of
// Catalan col·lecció.
var hyphens = []string{"-", "\u2010", "\u2011", "·"}

// MayJoin tells whether a text is one of the signs that can make one word of those
// around it.
func MayJoin(s string) bool {
	if len(s) == 1 { // as nearly all are that this is asked of
		return strings.Contains("-.&/,", s)
	}
	return slices.Contains(hyphens, s)
}

// A Compound is a word that signs make of several: dual-use, which others write
// dualuse. The whole stands beside its parts, so that both spellings meet; phrases
// and lengths know the parts alone.
type Compound struct {
	Token
	First, Parts int  // its parts among the tokens of the text
	Apart        bool // the parts have a space between them
}

// Compounds gives the words that signs make of several, in order: hyphens, what stands
// between initials (U.N., R&D, I/O), and the commas of thousands (1,000). all are the
// tokens of text.
func Compounds(text string, all []Token) []Compound {
	return compounds(text, all, func(a, b Token) bool { return false })
}

// AskedCompounds gives the compounds of a query, and what two neighbouring words would be
// if they were written as one: data base. A function word makes such a pair with a long
// word only. Where there are many words, these say enough.
func (l *Language) AskedCompounds(text string, all []Token) []Compound {
	return compounds(text, all, func(a, b Token) bool {
		return len(all) <= MostPaired && (!l.Stop[l.Term(a)] || utf8.RuneCountInString(b.Term) >= LongWord)
	})
}

const (
	MostPaired = 8 // tokens of a query of which neighbours are tried as one word
	LongWord   = 5 // letters of a word with which a function word makes a pair
)

// compounds gives the compounds of a text, and those of pairs of words with a space
// between that may be one.
func compounds(text string, all []Token, mayBeOne func(a, b Token) bool) []Compound {
	var out []Compound
	for i := 0; i < len(all); i++ {
		n := 1
		for i+n < len(all) && joined(text, all[i+n-1], all[i+n]) {
			n++
		}
		signs := n > 1
		if !signs && i+1 < len(all) && between(text, all[i], all[i+1]) == " " && joinable(all[i]) && joinable(all[i+1]) && mayBeOne(all[i], all[i+1]) {
			n = 2
		}
		if n == 1 {
			continue
		}
		var whole, written strings.Builder
		for _, t := range all[i : i+n] {
			whole.WriteString(t.Term)
			written.WriteString(cmp.Or(t.Written, t.Term))
		}
		if term := whole.String(); WholeWord(term) && (!isNumber(term) || between(text, all[i], all[i+1]) == ",") {
			out = append(out, Compound{Token{Term: term, Written: written.String(), Start: all[i].Start, End: all[i+n-1].End, Pos: all[i].Pos}, i, n, !signs})
		}
		if signs {
			i += n - 1
		}
	}
	return out
}

func between(text string, a, b Token) string { return text[a.End:max(a.End, b.Start)] }

// joined tells whether a sign makes one word of two.
func joined(text string, a, b Token) bool {
	sign := between(text, a, b)
	if !MayJoin(sign) || !joinable(a) || !joinable(b) {
		return false
	}
	switch sign {
	case ",":
		return isNumber(a.Term) && len(a.Term) <= 3 && isNumber(b.Term) && len(b.Term) == 3 // 10,000
	case ".", "&", "/":
		return isInitial(a.Term) && isInitial(b.Term)
	}
	return true
}

// joinable tells whether a token is a word that can be a part of a compound.
func joinable(t Token) bool { return t.Parts == 0 && !t.CJK && plainWord(t.Term) }

// isInitial tells whether a word is one or two letters, as those of U.N. and Ph.D.
func isInitial(word string) bool {
	return utf8.RuneCountInString(word) <= 2 && strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }
