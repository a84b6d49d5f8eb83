package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A line is one printed line of a resolution.
type line struct {
	text   string // without spaces at the ends
	indent int    // the spaces before it
	blank  bool   // a blank line stands before it
	page   bool   // the border of a page, or a footnote, stood before it
}

// printedLines gives the lines that hold text. Marks of Markdown are taken
// out; the star of a footnote stays, since it opens or closes nothing.
func printedLines(lines []string) (out []line, marked bool) {
	blank := false
	for _, printed := range lines {
		text := strings.TrimSpace(printed)
		plain := unmark(text)
		marked = marked || plain != text
		if plain == "" {
			blank = true
			continue
		}
		indent := len(printed) - len(strings.TrimLeft(printed, " \t"))
		out = append(out, line{text: plain, indent: indent, blank: blank})
		blank = false
	}
	return out, marked
}

var (
	reLineMark = regexp.MustCompile(`^(?:#{1,6}|>)\s+`)
	reStrong   = regexp.MustCompile(`(^|[\s(])(?:\*\*|__)([^\s*_](?:[^*_]*[^\s*_])?)(?:\*\*|__)`)
	reEmphasis = regexp.MustCompile(`(^|[\s(])[*_](\p{L}(?:[^*_]*[^\s*_])?)[*_]`)
	reEscaped  = regexp.MustCompile(`\\([\\*_.()\[\]#<>-])`)
	reSupTag   = regexp.MustCompile(`(?i)<sup>\s*([^<]+?)\s*</sup>`)
)

// unmark takes the marks of Markdown out of a line.
func unmark(text string) string {
	if !strings.ContainsAny(text, `*_\<>#`) {
		return text
	}
	text = reLineMark.ReplaceAllString(text, "")
	text = reStrong.ReplaceAllString(text, "$1$2")
	text = reEmphasis.ReplaceAllString(text, "$1$2")
	text = reSupTag.ReplaceAllStringFunc(text, func(s string) string { return upperDigits(reSupTag.FindStringSubmatch(s)[1]) })
	return strings.TrimSpace(reEscaped.ReplaceAllString(text, "$1"))
}

// measure finds how much room a wrapped line needs at least: the least that a
// line which surely goes on would have needed for the next one's first word. A
// line with more room than that ends a paragraph.
func (r *resolutionReader) measure() {
	r.closeUp()
	var needs []int
	for i, l := range r.lines[:max(0, len(r.lines)-1)] {
		if next := r.lines[i+1]; !r.ofTitle(i) && !ended(l.text, true) && !next.blank && !next.page && !r.starts(next.text) {
			needs = append(needs, utf8.RuneCountInString(l.text)+roomFor(next.text))
		}
	}
	r.room = leastUsual(needs)
}

// closeUp takes the blank lines out of a text that has one behind each line,
// sentences or not: they set nothing apart.
func (r *resolutionReader) closeUp() {
	blank, open := 0, 0
	for i, l := range r.lines[:max(0, len(r.lines)-1)] {
		if r.lines[i+1].blank {
			blank++
		}
		if !ended(l.text, true) {
			open++
		}
	}
	if n := len(r.lines); n < 20 || blank*10 < n*9 || open*10 < n*3 {
		return
	}
	for i := range r.lines {
		r.lines[i].blank = false
	}
}

// ofTitle reports whether line i is the title of a section, or its sign.
func (r *resolutionReader) ofTitle(i int) bool {
	for j := i; j < min(len(r.lines), i+3) && !ended(r.lines[j].text, true); j++ {
		if reSectionSign.MatchString(r.lines[j].text) || j+1 < len(r.lines) && numbered(r.lines[j+1].text) != nil {
			return true
		}
	}
	return false
}

// short reports whether the line before i ends before it had to.
func (r *resolutionReader) short(i int) bool {
	before := utf8.RuneCountInString(r.lines[i-1].text)
	return r.room == 0 || before > widestUnwrapped || before+roomFor(r.lines[i].text) < r.room
}

// widestUnwrapped is the length above which a line was not wrapped at all.
const widestUnwrapped = 200

// leastUsual is the least of the numbers but for the twentieth part that is
// least, which damage may have made.
func leastUsual(list []int) int {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/20]
}

// join writes lines as one text. A hyphen at the end of a line stays.
func (r *resolutionReader) join(lines []line, where string) string {
	var texts []string
	for i, l := range lines {
		if i > 0 && l.page {
			r.mended("%s joined across a page or a footnote: “%s %s”", where, lastWords(lines[i-1].text), firstWords(l.text))
		}
		if i > 0 && l.blank && !l.page {
			r.mended("%s joined across a blank line: “%s %s”", where, lastWords(lines[i-1].text), firstWords(l.text))
		}
		if i > 0 && hyphenated(lines[i-1].text) {
			r.mended("the hyphen of “%s%s” at the end of a line stays", lastField(lines[i-1].text), firstWord(l.text))
		}
		texts = append(texts, l.text)
	}
	text := joinLines(texts)
	if r.language.Code == "zh" { // which has no spaces
		text = strings.ReplaceAll(text, "\n", "")
	}
	return oneLine(text)
}

func lastField(text string) string {
	f := strings.Fields(text)
	return f[len(f)-1]
}
