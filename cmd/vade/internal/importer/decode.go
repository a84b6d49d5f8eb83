package importer

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// decode gives the text of data in one plain form: UTF-8, NFC, lines ended by
// "\n", no byte order mark, no characters that only serve typesetting. It says
// what it mended and what looks damaged.
func decode(data []byte) (text string, mended, doubts []string) {
	if wide(data) {
		text, mended = decodeUTF16(data), []string{"the file is UTF-16 and was read as such"}
	} else {
		var foreign int
		text, foreign = decodeBytes(data)
		if foreign > 0 {
			mended = append(mended, fmt.Sprintf("%s not UTF-8, read as Windows-1252", count(foreign, "byte")))
		}
	}
	text, tidied := tidy(text)
	mended = append(mended, tidied...)
	if n := strings.Count(text, "\ufffd"); n > 0 {
		doubts = append(doubts, fmt.Sprintf("%s lost before this file was saved (U+FFFD)", count(n, "character")))
	}
	for _, sign := range []string{"â€", "Ã©", "Ã³", "Ã¡", "‚Äô", "‚Äî"} {
		if strings.Contains(text, sign) {
			doubts = append(doubts, fmt.Sprintf("text such as %q was garbled before this file was saved; get a better copy", sign))
			break
		}
	}
	return norm.NFC.String(text), mended, doubts
}

// wide reports whether data begins with a byte order mark of UTF-16.
func wide(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})
}

func decodeUTF16(data []byte) string {
	out, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
	if err != nil { // the decoder replaces what it cannot read, so only a missing mark can get here
		return ""
	}
	return string(out)
}

// decodeBytes reads UTF-8, and each byte that is none as Windows-1252, so that
// one stray byte does not garble a file.
func decodeBytes(data []byte) (text string, foreign int) {
	if utf8.Valid(data) {
		return string(data), 0
	}
	var b strings.Builder
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(data[0])
			foreign++
		}
		b.WriteRune(r)
		data = data[size:]
	}
	return b.String(), foreign
}

// plainForms replaces what typesetting left behind. Ligatures are named one by
// one: a compatibility normalisation would also flatten ² and ¹.
var plainForms = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\v", "\n",
	"\u2029", "\n\n", "\f", "\n\n",
	"ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st",
	"\u00a0", " ", "\u1680", " ", "\u2000", " ", "\u2001", " ", "\u2002", " ", "\u2003", " ",
	"\u2004", " ", "\u2005", " ", "\u2006", " ", "\u2007", " ", "\u2008", " ", "\u2009", " ",
	"\u200a", " ", "\u202f", " ", "\u205f", " ", "\u3000", " ",
	"\u200b", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "",
	"\u2010", "-", "\u2011", "-",
)

// tidy applies plainForms and takes out soft hyphens and control characters.
// A soft hyphen at the end of a line joins the two lines' halves of a word.
func tidy(text string) (string, []string) {
	var mended []string
	for _, lig := range "ﬀﬁﬂﬃﬄﬅﬆ" {
		if strings.ContainsRune(text, lig) {
			mended = append(mended, "ligatures written as letters")
			break
		}
	}
	text = plainForms.Replace(text)
	if strings.Contains(text, "\u00ad") {
		mended = append(mended, "soft hyphens taken out")
		text = dropSoftHyphens(text)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text), mended
}

func dropSoftHyphens(text string) string {
	pieces := strings.Split(text, "\u00ad")
	for i, p := range pieces[1:] {
		trimmed := strings.TrimLeft(p, " ")
		if strings.HasPrefix(trimmed, "\n") {
			pieces[i+1] = strings.TrimLeft(trimmed[1:], " \t")
		}
	}
	return strings.Join(pieces, "")
}

// count writes a number with its noun: "1 byte", "3 bytes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
