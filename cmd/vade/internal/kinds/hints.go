package kinds

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Hints: what the author may have meant.

var (
	reDayFirst  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`)
	reYearFirst = regexp.MustCompile(`^(\d{4})[./-]?(\d{1,2})[./-]?(\d{1,2})(?:[T ].*)?$`)
	reMonth     = regexp.MustCompile(`^(\d{4})[./-](\d{1,2})$|^(\d{1,2})[./-](\d{4})$`)
	dayLayouts  = []string{"2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006", "January 2 2006"}
)

// guessDay reads a day that is written in another form than 2019-12-31. In
// numbers alone the day comes before the month, as the United Nations writes
// it; unsure is set where it might be the other way round.
func guessDay(text string) (day string, unsure bool) {
	if m := reDayFirst.FindStringSubmatch(text); m != nil {
		first, second := isoDay(m[3], m[2], m[1]), isoDay(m[3], m[1], m[2])
		if first == "" || second == "" {
			return first + second, false
		}
		return first, first != second
	}
	if m := reYearFirst.FindStringSubmatch(text); m != nil {
		return isoDay(m[1], m[2], m[3]), false
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly), false
		}
	}
	return "", false
}

// guessMonth reads a month that is written in another form than 2019-12.
func guessMonth(text string) string {
	if m := reMonth.FindStringSubmatch(text); m != nil {
		day := isoDay(m[1]+m[4], m[2]+m[3], "1")
		return strings.TrimSuffix(day, "-01")
	}
	for _, layout := range []string{"January 2006", "Jan 2006", "January, 2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("2006-01")
		}
	}
	return ""
}

// isoDay puts a day together; "" if the calendar has none such.
func isoDay(year, month, day string) string {
	t, err := time.Parse("2006-1-2", year+"-"+strings.TrimPrefix(month, "0")+"-"+strings.TrimPrefix(day, "0"))
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// plain reduces a name to what two spellings of it share: small letters without
// marks, and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(s))
}

// nearest gives the candidate that a word was probably meant to be: one that
// differs in few letters; "" if there is none.
func nearest(word string, candidates []string) string {
	word = plain(word)
	best, least := "", min(2, utf8.RuneCountInString(word)/3)+1
	for _, c := range candidates {
		if d := edits([]rune(word), []rune(plain(c)), least); d < least {
			best, least = c, d
		}
	}
	return best
}

// edits counts the letters to insert, take out, replace or swap with the next to
// make b of a. It stops counting at limit.
func edits(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var before []int // the row before the last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(b)], limit)
}

// garbled finds text that was UTF-8 and was read as something else: "PanamÃ¡".
// It gives the text as it must have been; bad is set alone where letters are lost.
func garbled(text string) (mended string, bad bool) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", false
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return "", true
	}
	for _, table := range []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh} {
		if mended, sure := misread(text, table); sure {
			return mended, true
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && r < 0xa0 }) {
		return "", true // controls that only a wrong reading leaves
	}
	return "", false
}

// misread undoes the reading of UTF-8 by a table. Each letter outside ASCII was
// a run of two to four characters of the table, which together are UTF-8. Some
// such runs stand in right texts, too, a letter before a quotation mark say: it
// is sure only if one run can be nothing else, or if two follow one another.
func misread(text string, table *charmap.Charmap) (mended string, sure bool) {
	var out strings.Builder
	after := false // another one
	for rest := []rune(text); len(rest) > 0; {
		n, r := encoded(rest, table)
		if n > 0 {
			sure = sure || after && table == charmap.Windows1252 || telling(rest[:n], r)
		}
		if after = n > 0; !after {
			n, r = 1, rest[0]
		}
		out.WriteRune(r)
		rest = rest[n:]
	}
	return out.String(), sure
}

// encoded tells whether text begins with a letter that was misread: of how many
// characters, and which letter.
func encoded(text []rune, table *charmap.Charmap) (int, rune) {
	var raw []byte
	for n, r := range text[:min(len(text), utf8.UTFMax)] {
		b, ok := table.EncodeRune(r)
		if !ok && r >= 0x80 && r < 0xa0 && table == charmap.Windows1252 {
			b, ok = byte(r), true // five bytes have no character in it and often pass as they are
		}
		if !ok || b < utf8.RuneSelf {
			break
		}
		raw = append(raw, b)
		if letter, size := utf8.DecodeRune(raw); size == len(raw) && size > 1 && (unicode.IsPrint(letter) || letter == 0xa0) {
			return n + 1, letter
		}
	}
	return 0, 0
}

// telling tells whether a run of characters can only be a letter that was misread.
func telling(run []rune, letter rune) bool {
	switch {
	case len(run) == 2 && letter < 0x180:
		return letter == 0xa0 || !strings.ContainsRune("\u00a0“”‘’«»–—…", run[1])
	case len(run) == 3:
		return letter >= 0x2010 && letter < 0x2040 || letter == '€' || letter == '™'
	}
	return false
}

// dayRemedy says how to write a date.
func dayRemedy(text string, typ Type, precision bool) string {
	day, unsure := guessDay(text)
	month := guessMonth(text)
	switch {
	case day != "" && unsure:
		return fmt.Sprintf("write %s, if the day stands before the month", day)
	case day != "":
		return "write " + day
	case month != "" && typ == When:
		return "write " + month
	case month != "" && precision:
		return fmt.Sprintf("write its first day, %s-01, and \"date_precision: month\"", month)
	case typ == When:
		return "write it as 2019-12-31, 2019-12 or 2019"
	}
	return "write it as 2019-12-31"
}
