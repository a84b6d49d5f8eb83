package document

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainForms replaces what typesetting left behind. Ligatures are named one by
// one: a compatibility normalisation would also flatten ² and ¹.
var plainForms = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\v", "\n", "\u2029", "\n", "\f", "\n",
	"ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st",
	"\u2010", "-", "\u2011", "-",
)

// clean gives text in one plain form: NFC, one kind of space, no characters
// that only serve typesetting, no control characters but "\n" and "\t".
func clean(text string) string {
	if plainASCII(text) {
		return text
	}
	return norm.NFC.String(strings.Map(visible, plainForms.Replace(joinSoftHyphens(text))))
}

func plainASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// joinSoftHyphens takes soft hyphens out, with the line break behind one.
func joinSoftHyphens(text string) string {
	if !strings.Contains(text, "\u00ad") {
		return text
	}
	pieces := strings.Split(text, "\u00ad")
	for i, p := range pieces[1:] {
		p = strings.ReplaceAll(p, "\r\n", "\n")
		if trimmed := strings.TrimLeft(p, " "); strings.HasPrefix(trimmed, "\n") {
			pieces[i+1] = strings.TrimLeft(trimmed[1:], " \t")
		}
	}
	return strings.Join(pieces, "")
}

// visible maps a character to what may come out: -1 for the controls, a plain
// space for the others. Joiners stay, Arabic and Indic writing needs them.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\u00a0' || r == '\u1680' || r >= '\u2000' && r <= '\u200a' || r == '\u202f' || r == '\u205f' || r == '\u3000':
		return ' '
	case r == '\u200c' || r == '\u200d':
		return r
	case r == 0xf0b7 || r == 0xf0a7: // bullets of the fonts Symbol and Wingdings
		return '•'
	case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cs, r) || unicode.Is(unicode.Co, r):
		return -1
	case r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe: // no characters
		return -1
	}
	return r
}

// CleanLine is text on one line, with single spaces and without what no person
// sees: control characters, those that turn the direction of text included.
func CleanLine(text string) string {
	return strings.Join(strings.Fields(clean(strings.ToValidUTF8(text, "\ufffd"))), " ")
}
