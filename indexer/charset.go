package indexer

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// decode turns a file into UTF-8: by its byte order mark, else as UTF-8 if all
// of it is and some of it is more than ASCII, else by its <meta charset>, else by
// what the bytes of its language look like, else as Windows-1252, as browsers do.
func (p *Page) decode(data []byte) io.Reader {
	declared := declaredCharset(data)
	enc, name, certain := charset.DetermineEncoding(data, "")
	switch {
	case certain: // a byte order mark
	case utf8.Valid(data) && !(isASCII(data) && bytes.IndexByte(data, escapeByte) >= 0):
		name = "utf-8"
	case declared != "":
		if e, n := charset.Lookup(declared); e != nil {
			enc, name = e, n
		}
	default:
		if e := cyrillicEncoding(data); e != nil {
			enc, name = e, "Cyrillic"
		} else if bytes.IndexByte(data, escapeByte) < 0 {
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

// cyrillicEncoding tells the encodings of Cyrillic from one another and from
// others: decoded by the right one, a text is mostly small letters, most of which
// are vowels and consonants that are common; by a wrong one it is capitals inside
// words and signs. It gives nil for what is not clearly Cyrillic.
func cyrillicEncoding(data []byte) encoding.Encoding {
	var best encoding.Encoding
	bestScore := 0
	for _, e := range []encoding.Encoding{charmap.Windows1251, charmap.KOI8R, charmap.ISO8859_5, charmap.CodePage866} {
		text, err := e.NewDecoder().Bytes(data)
		if err != nil {
			continue
		}
		if score := cyrillicScore(string(text)); score > bestScore {
			best, bestScore = e, score
		}
	}
	return best
}

// cyrillicScore is positive for a text whose letters beyond ASCII are Cyrillic as
// it is written: in words of their own, not amid Latin letters as accents are.
func cyrillicScore(text string) int {
	score, letters := 0, 0
	previous := ' '
	for _, r := range text {
		beyond, latin := r >= utf8.RuneSelf, r < utf8.RuneSelf && unicode.IsLetter(r)
		if beyond {
			letters++
		}
		switch {
		case beyond && previous < utf8.RuneSelf && unicode.IsLetter(previous), latin && previous >= utf8.RuneSelf:
			score -= 5
		case !beyond:
		case strings.ContainsRune("оеаинтсрвл", r):
			score += 3
		case 'а' <= r && r <= 'я', r == 'ё', r == 'і', r == 'ї', r == 'є':
			score++
		case unicode.Is(unicode.Cyrillic, r) && unicode.IsUpper(r) && !unicode.IsLower(previous):
		default:
			score -= 3
		}
		previous = r
	}
	if score < letters { // most of it is something else
		return 0
	}
	return score
}
