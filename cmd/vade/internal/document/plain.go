package document

import (
	"bytes"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
)

// readPlain decodes text. Its blocks are what blank lines part; what they mean
// is for the caller to say, from the lines that Document.Text gives.
func readPlain(_ context.Context, data []byte) (*Document, error) {
	d := &Document{}
	d.decoded = d.decode(data)
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			d.Blocks = append(d.Blocks, Block{Runs: []Run{{Text: strings.Join(lines, "\n")}}})
		}
		lines = nil
	}
	for line := range strings.SplitSeq(d.decoded, "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return d, nil
}

// decode gives the text of data in one plain form, and warns of what it
// mended and of what looks damaged.
func (d *Document) decode(data []byte) string {
	var text string
	if wideText(data) {
		text = decodeWide(data)
		d.warn("the file is UTF-16 and was read as such")
	} else {
		text = d.decodeBytes(bytes.TrimPrefix(data, []byte("\ufeff")))
	}
	text = d.mendMojibake(text)
	for _, lig := range "ﬀﬁﬂﬃﬄﬅﬆ" {
		if strings.ContainsRune(text, lig) {
			d.warn("ligatures were written as letters")
			break
		}
	}
	if strings.Contains(text, "\u00ad") {
		d.warn("soft hyphens were taken out")
	}
	if n := strings.Count(text, "\ufffd"); n > 0 {
		d.warn("%s lost before this file was saved (U+FFFD)", count(n, "character"))
	}
	// A form feed and a paragraph separator end a paragraph too.
	text = strings.NewReplacer("\u2029", "\n\n", "\f", "\n\n").Replace(text)
	return clean(text)
}

// wideText reports whether data is UTF-16: by its byte order mark, or because
// of nearly all characters one half is zero.
func wideText(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}) {
		return false
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return true
	}
	even, odd, n := zeros(data)
	return n >= 4 && (even == 0 && odd*10 > n*7 || odd == 0 && even*10 > n*7)
}

// zeros counts the zero bytes at even and odd places among the first n pairs.
func zeros(data []byte) (even, odd, n int) {
	for i := 0; i+1 < min(len(data), 2000); i += 2 {
		n++
		if data[i] == 0 {
			even++
		}
		if data[i+1] == 0 {
			odd++
		}
	}
	return even, odd, n
}

func decodeWide(data []byte) string {
	order := utf16.LittleEndian
	if even, odd, _ := zeros(data); even > odd {
		order = utf16.BigEndian
	}
	out, err := utf16.UTF16(order, utf16.UseBOM).NewDecoder().Bytes(data)
	if err != nil { // the decoder replaces what it cannot read
		return ""
	}
	return string(out)
}

// decodeBytes reads UTF-8. Bytes that are none are read one by one as
// Windows-1252 where other characters are UTF-8, so that a stray byte does not
// garble a file; otherwise the whole file is Windows-1252 or Mac Roman,
// whichever gives words.
func (d *Document) decodeBytes(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	foreign, proper := 0, 0
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			foreign++
		case size > 1:
			proper++
		}
		rest = rest[size:]
	}
	// Letters of a set of one byte may look like a character of UTF-8 by chance.
	single := proper*4 <= foreign
	set, name := charmap.Windows1252, "Windows-1252"
	if single && plausible(decodeAs(charmap.Macintosh, data)) > plausible(decodeAs(set, data))+1 {
		set, name = charmap.Macintosh, "Mac Roman"
	}
	d.warn("%s not UTF-8, read as %s", count(foreign, "byte"), name)
	if single {
		return decodeAs(set, data)
	}
	var b strings.Builder
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			r = set.DecodeByte(data[0])
		}
		b.WriteRune(r)
		data = data[size:]
	}
	return b.String()
}

func decodeAs(set *charmap.Charmap, data []byte) string {
	var b strings.Builder
	for _, c := range data {
		r := set.DecodeByte(c)
		if r == utf8.RuneError { // five bytes of Windows-1252 are controls
			r = rune(c)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// encodeByte is the byte that a set has for a character, or 0.
func encodeByte(set *charmap.Charmap, r rune) byte {
	if c, ok := set.EncodeRune(r); ok {
		return c
	}
	if set == charmap.Windows1252 && r >= 0x80 && r <= 0x9f {
		return byte(r)
	}
	return 0
}

// plausible scores how well the characters beyond ASCII stand where they do:
// small letters within words, quotation marks and dashes at their ends.
func plausible(text string) int {
	runes, score := []rune(text), 0
	for i, r := range runes {
		if r < utf8.RuneSelf {
			continue
		}
		var before, after rune = ' ', ' '
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		inside := unicode.IsLetter(before) && unicode.IsLetter(after)
		switch {
		case unicode.IsControl(r) || r == '\ufffd':
			score -= 3
		case unicode.IsLower(r) && strings.ContainsRune(usualLetters, r):
			score++
		case unicode.IsUpper(r) && strings.ContainsRune(usualLetters, unicode.ToLower(r)) && !unicode.IsLower(before) && !(unicode.IsUpper(before) && unicode.IsLower(after)):
			score++
		case unicode.IsLetter(r):
			score--
		case r == '’', strings.ContainsRune("“‘«", r) && !unicode.IsLetter(before), strings.ContainsRune("”»", r) && !unicode.IsLetter(after), strings.ContainsRune("–—", r) && !inside:
			score++
		case inside:
			score--
		}
	}
	return score
}

const usualLetters = "áàâäãéèêëíìîïóòôöúùûüñçœæ"

// likely reports whether garbled text may have meant r: a letter or sign of
// one of the six languages.
func likely(r rune) bool {
	return r >= 0x80 && r <= 0x17f || r >= 0x2010 && r <= 0x2044 || r == '€' || r == '™' || r >= 0x400 && r <= 0x45f || r >= 0x600 && r <= 0x6ff ||
		r >= 0x3000 && r <= 0x303f || r >= 0x4e00 && r <= 0x9fff || r >= 0xff00 && r <= 0xff5e || r >= 0xfb00 && r <= 0xfb06 || r == 0xfeff
}

// mendMojibake undoes UTF-8 that was read as Windows-1252 or Mac Roman and
// saved so, where that is certain: a stretch beyond ASCII that, written back,
// is whole UTF-8 of likely characters. What is like it and is not certain is
// said.
func (d *Document) mendMojibake(text string) string {
	for range 2 { // some files went through it twice
		mended, n, name := mendOnce(text)
		if n == 0 {
			break
		}
		text = mended
		d.warn("%s repaired that had been read as %s", count(n, "garbled stretch"), name)
	}
	for _, sign := range []string{"â€", "Ã©", "Ã³", "Ã¡", "Ã±", "‚Äô", "‚Äî", "√©", "√≥"} {
		if strings.Contains(text, sign) {
			d.warn("text such as “%s” was garbled before this file was saved and cannot be repaired with certainty; get a better copy", sign)
			break
		}
	}
	return text
}

func mendOnce(text string) (mended string, n int, name string) {
	var b strings.Builder
	names := map[string]bool{}
	flush := func(run string) {
		best, name, mended := 0, "", run
		for _, set := range []struct {
			name string
			from *charmap.Charmap
		}{{"Windows-1252", charmap.Windows1252}, {"Mac Roman", charmap.Macintosh}} {
			if out, k := mendRun(run, set.from); k > best {
				best, name, mended = k, set.name, out
			}
		}
		if best > 0 {
			n++
			names[name] = true
		}
		b.WriteString(mended)
	}
	start := -1
	for i, r := range text {
		switch {
		case r >= utf8.RuneSelf && start < 0:
			start = i
		case r < utf8.RuneSelf && start >= 0:
			flush(text[start:i])
			start = -1
		}
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		}
	}
	if start >= 0 {
		flush(text[start:])
	}
	switch {
	case len(names) == 2:
		name = "Windows-1252 or Mac Roman"
	case names["Mac Roman"]:
		name = "Mac Roman"
	default:
		name = "Windows-1252"
	}
	return b.String(), n, name
}

// mendRun repairs the garbled characters in a stretch without ASCII, and counts
// those that it replaced.
func mendRun(run string, from *charmap.Charmap) (mended string, replaced int) {
	var bytesOf []byte // 0 where the set has no such character
	runes := []rune(run)
	for _, r := range runes {
		bytesOf = append(bytesOf, encodeByte(from, r))
	}
	var b strings.Builder
	for i := 0; i < len(runes); {
		if meant, length := garbled(bytesOf[i:]); length > 0 {
			b.WriteString(meant)
			i, replaced = i+length, replaced+length
			continue
		}
		b.WriteRune(runes[i])
		i++
	}
	return b.String(), replaced
}

// garbled reads likely characters of UTF-8 at the start of data. Cyrillic and
// Arabic need two letters in a row: “OÙ»” is French.
func garbled(data []byte) (meant string, length int) {
	var b strings.Builder
	other := 0
	for length < len(data) {
		r, size := utf8.DecodeRune(data[length:])
		if size < 2 || !likely(r) {
			break
		}
		if r >= 0x400 && r <= 0x6ff {
			other++
		}
		b.WriteRune(r)
		length += size
	}
	if other == 1 && utf8.RuneCountInString(b.String()) == 1 {
		return "", 0
	}
	return b.String(), length
}
