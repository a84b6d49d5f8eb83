package indexer

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	unicode16 "golang.org/x/text/encoding/unicode"
)

// decode turns a file into UTF-8: by its byte order mark, else as UTF-8 if all
// of it is and some of it is more than ASCII, else by its <meta charset>, else by
// what the bytes of its language look like, else as Windows-1252, as browsers do.
func (p *Page) decode(data []byte) io.Reader {
	declared := declaredCharset(data)
	enc, name, certain := charset.DetermineEncoding(data, "")
	switch {
	case certain: // a byte order mark
	case utf8.Valid(data) && !(isASCII(data) && hasNoText(data)):
		name = "utf-8"
	case declared != "" && !claimsUTF8(declared, data):
		if e, n := charset.Lookup(declared); e != nil {
			enc, name = e, n
		}
	default:
		if e := toldEncoding(data); e != nil {
			enc, name = e, ""
		} else if declared != "" {
			name = "utf-8"
		} else {
			p.Warnings = append(p.Warnings, "the encoding is not said, and is not UTF-8; it is read as windows-1252: write <meta charset> into the page")
		}
	}
	if name == "utf-8" {
		if !utf8.Valid(data) {
			p.Warnings = append(p.Warnings, "some bytes are no UTF-8; they are read as \ufffd")
		}
		return strings.NewReader(strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff"))
	}
	return enc.NewDecoder().Reader(bytes.NewReader(data))
}

// escapeByte begins the sequences by which ISO 2022 encodings, which are ASCII
// otherwise, change to another set.
const escapeByte = 0x1b

// hasNoText tells whether ASCII is not what bytes that look like it are: ISO 2022, or
// UTF-16 without a mark.
func hasNoText(data []byte) bool {
	return bytes.IndexByte(data, escapeByte) >= 0 || utf16Order(data) != nil
}

// utf16Order tells UTF-16 without a mark by the zero beside the sign with which a page begins.
func utf16Order(data []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(data, []byte("<\x00")):
		return unicode16.UTF16(unicode16.LittleEndian, unicode16.IgnoreBOM)
	case bytes.HasPrefix(data, []byte("\x00<")):
		return unicode16.UTF16(unicode16.BigEndian, unicode16.IgnoreBOM)
	}
	return nil
}

// claimsUTF8 tells whether a page says that it is UTF-8, while most of what it has
// beyond ASCII is none: a template said so, and another program wrote the text.
func claimsUTF8(declared string, data []byte) bool {
	if _, name := charset.Lookup(declared); name != "utf-8" {
		return false
	}
	right, wrong := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			wrong++
		case size > 1:
			right++
		}
		data = data[size:]
	}
	return wrong > right
}

func isASCII(data []byte) bool {
	for _, b := range data {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]+)|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([a-z0-9_:.-]+)`)

// headBytes is how far the declaration of an encoding is sought. The standard
// says 1024; long heads put it later.
const headBytes = 32 << 10

func declaredCharset(data []byte) string {
	m := metaCharset.FindSubmatch(data[:min(len(data), headBytes)])
	if m == nil {
		return ""
	}
	return string(m[1]) + string(m[2])
}

// A manner is how the text of some languages looks beyond ASCII.
type manner struct {
	script  []*unicode.RangeTable
	common  string // small letters, or signs, that stand in every text
	amid    bool   // stands amid Latin letters, as accents do
	tell    string // languages, as <html lang> gives them, of which it must be one; "" for any
	decoded []encoding.Encoding
}

// manners of the encodings that were in use before UTF-8. What is written in Latin
// letters looks alike in all of them, and is told by the language that the page declares.
var manners = []manner{
	{[]*unicode.RangeTable{unicode.Cyrillic}, "оеаинтсрвл", false, "", []encoding.Encoding{charmap.Windows1251, charmap.KOI8R, charmap.ISO8859_5, charmap.CodePage866}},
	{[]*unicode.RangeTable{unicode.Greek}, "αοιετσνηυρκπ", false, "", []encoding.Encoding{charmap.Windows1253}},
	{[]*unicode.RangeTable{unicode.Hebrew}, "יוהלאמתרבש", false, "", []encoding.Encoding{charmap.Windows1255}},
	{[]*unicode.RangeTable{unicode.Arabic}, "اليمنرتوبه", false, "", []encoding.Encoding{charmap.Windows1256, charmap.ISO8859_6}},
	{[]*unicode.RangeTable{unicode.Thai}, "านรอกเงมยล", false, "", []encoding.Encoding{charmap.Windows874}},
	{[]*unicode.RangeTable{unicode.Hiragana, unicode.Katakana, unicode.Han}, "のにはをたがでてとしれさあいるすなもんー、。", false, "", []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP}},
	{[]*unicode.RangeTable{unicode.Hangul}, "이다는을의에가고를은한하지로기도", false, "", []encoding.Encoding{korean.EUCKR}},
	{[]*unicode.RangeTable{unicode.Han}, "的一是不了在人有我他这中大来上国和们为，。", false, "", []encoding.Encoding{simplifiedchinese.GB18030}},
	{[]*unicode.RangeTable{unicode.Han}, "的一是不了在人有我他這中大來上國和們為，。", false, "", []encoding.Encoding{traditionalchinese.Big5}},
	{latinScript, "ąćęłńóśźżĄŁŚŻŹ", true, "pl", latin2},
	{latinScript, "áčďéěíňóřšťúůýžČŘŠŽÚ", true, "cs", latin2},
	{latinScript, "áäčďéíĺľňóôŕšťúýžČŠŽÚ", true, "sk", latin2},
	{latinScript, "áéíóöőúüűÁÉŐŰÖÜ", true, "hu", latin2},
	{latinScript, "čćšžđČĆŠŽĐ", true, "sl hr bs", latin2},
	{latinScript, "ăâîşţÎŞŢ", true, "ro", latin2},
	{latinScript, "çğıöşüâîûÇĞİÖŞÜ", true, "tr az", []encoding.Encoding{charmap.Windows1254}},
	{latinScript, "ąčęėįšųūžĄČĖŠŽ", true, "lt", []encoding.Encoding{charmap.Windows1257}},
	{latinScript, "āčēģīķļņšūžĀĒĪŠŽ", true, "lv", []encoding.Encoding{charmap.Windows1257}},
}

var (
	latinScript = []*unicode.RangeTable{unicode.Latin}
	latin2      = []encoding.Encoding{charmap.Windows1250, charmap.ISO8859_2}
)

// sampledBytes of a page beyond its markup tell its encoding.
const sampledBytes = 64 << 10

var declaredLang = regexp.MustCompile(`(?i)<html[^>]{0,300}?\blang\s*=\s*["']?([a-z]{2,3})`)

// toldEncoding tells the encoding of a page from its bytes, or gives nil: decoded by
// the right one, a text is mostly letters of one script, many of them common ones; by
// a wrong one it is rare letters, capitals inside words, and signs.
func toldEncoding(data []byte) encoding.Encoding {
	if e := utf16Order(data); e != nil {
		return e
	}
	if isASCII(data) {
		if bytes.IndexByte(data, escapeByte) >= 0 {
			return japanese.ISO2022JP
		}
		return nil
	}
	lang := ""
	if m := declaredLang.FindSubmatch(data[:min(len(data), headBytes)]); m != nil {
		lang = strings.ToLower(string(m[1]))
	}
	sample := beyondASCII(data)
	var best encoding.Encoding
	bestScore := 0
	for _, m := range manners {
		if m.tell != "" && (lang == "" || !slices.Contains(strings.Fields(m.tell), lang)) {
			continue
		}
		for _, e := range m.decoded {
			text, err := e.NewDecoder().Bytes(sample)
			if err != nil {
				continue
			}
			if score := m.score(string(text)); score > bestScore {
				best, bestScore = e, score
			}
		}
	}
	return best
}

// beyondASCII gives the lines of a page that have bytes beyond ASCII, up to a bound.
func beyondASCII(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		if !isASCII(line) {
			out = append(out, line[:min(len(line), sampledBytes)]...)
		}
		if len(out) > sampledBytes {
			break
		}
	}
	return out
}

// score is positive for a text whose letters beyond ASCII look as this manner has
// them. It is counted by bytes, so that manners of one and of two bytes compare.
func (m *manner) score(text string) int {
	score, letters := 0, 0
	previous := ' '
	for _, r := range text {
		beyond, latin := r >= utf8.RuneSelf, r < utf8.RuneSelf && unicode.IsLetter(r)
		weight := 1
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r < 0x3040 || r > 0xFF00 && r < 0xFFF0 {
			weight = 2
		}
		if beyond {
			letters += weight
		}
		switch {
		case !m.amid && (beyond && previous < utf8.RuneSelf && unicode.IsLetter(previous) || latin && previous >= utf8.RuneSelf):
			score -= 5
		case !beyond:
		case strings.ContainsRune(m.common, r):
			score += 3 * weight
		case unicode.In(r, m.script...) && (weight == 2 || m.amid || !unicode.IsUpper(r)), unicode.In(r, unicode.Mn):
			score += weight
		case unicode.In(r, m.script...) && !unicode.IsLower(previous):
		case weight == 2 && !unicode.In(r, m.script...):
			score -= weight
		default:
			score -= 3 * weight
		}
		previous = r
	}
	if score < letters { // most of it is something else
		return 0
	}
	return score
}
