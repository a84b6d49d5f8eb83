package importer

import (
	"fmt"
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
	text = reLineMark.ReplaceAllString(text, "")
	text = reStrong.ReplaceAllString(text, "$1$2")
	text = reEmphasis.ReplaceAllString(text, "$1$2")
	text = reSupTag.ReplaceAllStringFunc(text, func(s string) string { return upperDigits(reSupTag.FindStringSubmatch(s)[1]) })
	return strings.TrimSpace(reEscaped.ReplaceAllString(text, "$1"))
}

var (
	reSymbol     = regexp.MustCompile(`S\s?/\s?RES\s?/\s?(\d{1,4})\s?\((\d{4})\)`)
	reSymbolLine = regexp.MustCompile(`^(?:[^\d.,;:]{0,40}\s)?S\s?/\s?RES\s?/\s?(\d{1,4})\s?\((\d{4})\)\s?\*{0,3}$`)
	reRunning    = regexp.MustCompile(`^(?:(\d{1,3})\s*)?S\s?/\s?RES\s?/\s?(\d{1,4})\s?\((\d{4})\)\s?\*{0,3}(?:\s*(\d{1,3}))?$`)
	reJob        = regexp.MustCompile(`^\*?(?:(\d{1,2})\s?)??(\d\d)-(\d{5})\s?(\d{0,2})\s?\*{0,3}(?:\s?\([A-Z]\))?(?:\s+\d{6})?$`)
	reBarcode    = regexp.MustCompile(`^\*\s?\d{6,8}\s?\*$`)
	rePageNumber = regexp.MustCompile(`^(?:[-–]\s?)?(?:[Pp]age\s)?(\d{1,3})(?:\s?[-–]|\s?(?:/|of)\s?\d{1,3})?$`)
	reRecycle    = regexp.MustCompile(`(?i)^(?:please recycle|veuillez recycler|se ruega reciclar)|^(?:/\.\.\.|/…)$`)
)

// furniture tells what page furniture a line is: "head", "job", "code",
// "number", or "" for text. Its page number is given when there is one.
func (r *resolutionReader) furniture(text string) (kind, page string) {
	text = council.ASCIIDigits(text)
	if m := reRunning.FindStringSubmatch(text); m != nil && number(m[2]) == r.number {
		return "head", m[1] + m[4]
	}
	if m := reJob.FindStringSubmatch(text); m != nil && r.jobYear(number(m[2])) {
		return "job", m[1] + m[4]
	}
	if m := rePageNumber.FindStringSubmatch(text); m != nil {
		return "number", m[1]
	}
	if reBarcode.MatchString(text) || reRecycle.MatchString(text) {
		return "code", ""
	}
	return "", ""
}

// jobYear tells a job number from other numbers by the year that it begins
// with.
func (r *resolutionReader) jobYear(yy int) bool {
	return yy == r.year%100 || yy == (r.year+1)%100 || yy == (r.year+99)%100
}

// takeFurniture takes the page furniture out. A number alone is furniture when
// other furniture stands beside it or it is the next page's; any other stays.
func (r *resolutionReader) takeFurniture() {
	taken := map[string]int{}
	var kept []line
	border, last := false, 1
	for i, l := range r.lines {
		kind, page := r.furniture(l.text)
		if kind == "number" && !r.besideFurniture(i) {
			if number(page) != last+1 {
				r.report.open("text", fmt.Sprintf("the line “%s” is only a number and was kept as text; take it out of a copy if it is a page's", l.text))
				kind = ""
			} else {
				r.report.guess("text", "page "+page, fmt.Sprintf("the line “%s”, taken out as a page number", l.text))
			}
		}
		if kind == "" {
			l.page = border
			border = false
			kept = append(kept, l)
			continue
		}
		if kind == "head" && len(kept) > 0 && !border {
			r.unglue(&kept[len(kept)-1], &last)
		}
		taken[kind], border = taken[kind]+1, true
		if page != "" {
			last = number(page)
		}
		if kind == "job" && page != "" {
			r.mended("“%s” read as a job number glued to page %s", l.text, page)
		}
	}
	r.lines = kept
	r.tellFurniture(taken)
}

var reGluedPage = regexp.MustCompile(`^(.*\p{L})(\d{1,3})$`)

// unglue takes the number of the next page off the last word of a page, where
// the line break between them was lost.
func (r *resolutionReader) unglue(l *line, page *int) {
	m := reGluedPage.FindStringSubmatch(l.text)
	if m == nil || number(m[2]) != *page+1 {
		return
	}
	l.text, *page = m[1], *page+1
	r.report.open("text", fmt.Sprintf("“%s” was read as “%s” with the number of a page; see whether the word goes on in the next line", lastField(m[0]), lastField(m[1])))
}

// besideFurniture reports whether a running head or a job number stands next
// to line i.
func (r *resolutionReader) besideFurniture(i int) bool {
	for _, j := range []int{i - 1, i + 1} {
		if j < 0 || j >= len(r.lines) {
			continue
		}
		if kind, _ := r.furniture(r.lines[j].text); kind == "head" || kind == "job" || kind == "code" {
			return true
		}
	}
	return false
}

func (r *resolutionReader) tellFurniture(taken map[string]int) {
	for _, k := range []struct{ kind, what string }{{"head", "running head"}, {"number", "page number"}, {"job", "job number"}, {"code", "bar code"}} {
		if n := taken[k.kind]; n > 0 {
			r.mended("taken out: %s", count(n, k.what))
		}
	}
}

var (
	reNoteStart  = regexp.MustCompile(`^(\*{1,3}|[¹²³⁴-⁹⁰]+|\[\^[^\]\s]+\]:)\s*(\S.*)$`)
	reDefinition = regexp.MustCompile(`^([^:：.;,،]{2,60}?)\s?[:：]\s*(\S.*)$`)
)

// takeNotes takes the footnotes out of the lines. A footnote ends where its
// page does, or after a sentence before a line that belongs to the text.
func (r *resolutionReader) takeNotes() {
	var kept []line
	for i := 0; i < len(r.lines); {
		if !reNoteStart.MatchString(r.lines[i].text) {
			kept = append(kept, r.lines[i])
			i++
			continue
		}
		end := i + 1
		for end < len(r.lines) && !r.noteEnds(end) {
			end++
		}
		r.notes = append(r.notes, r.lines[i:end:end])
		if end < len(r.lines) {
			r.lines[end].page = true
			if !endsSentence(r.lines[end-1].text) {
				r.report.open("footnote", fmt.Sprintf("“%s …” does not end with a sentence; see whether it goes on in the text behind it", firstWords(r.lines[i].text)))
			}
		}
		i = end
	}
	r.lines = kept
}

// noteEnds reports whether a footnote ends before line i.
func (r *resolutionReader) noteEnds(i int) bool {
	l, before := r.lines[i], r.lines[i-1].text
	switch {
	case l.page || reNoteStart.MatchString(l.text):
		return true
	case !endsSentence(before) || r.definition(l.text) != nil:
		return false
	case l.blank || r.belongs(l.text):
		return true
	}
	for _, later := range r.lines[i:] {
		if later.page {
			return false
		}
	}
	r.report.guess("footnote", "ends before “"+firstWords(l.text)+" …”", "no border of a page says so")
	return true
}

// belongs reports whether a line can only belong to the paragraphs.
func (r *resolutionReader) belongs(text string) bool {
	return !r.language.MayBegin(text) || r.starts(text)
}

// starts reports whether a line begins as paragraphs do.
func (r *resolutionReader) starts(text string) bool {
	return r.language.OpensPreamble(text) || r.language.Acts(text) || numbered(text) != nil || lettered(text) != nil
}

// definition parts a line "Term: what it means".
func (r *resolutionReader) definition(text string) []string {
	m := reDefinition.FindStringSubmatch(text)
	if m == nil || startsSmall(text) || len(strings.Fields(m[1])) > 6 {
		return nil
	}
	return m
}

// readNotes gives each footnote's definitions, and what else it says.
func (r *resolutionReader) readNotes() {
	for _, note := range r.notes {
		first := note[0]
		first.text = reNoteStart.FindStringSubmatch(first.text)[2]
		parts := [][]line{{first}}
		for _, l := range note[1:] {
			last := parts[len(parts)-1]
			if r.definition(l.text) != nil && endsSentence(last[len(last)-1].text) {
				parts = append(parts, []line{l})
				continue
			}
			parts[len(parts)-1] = append(last, l)
		}
		for _, p := range parts {
			r.addNote(r.join(p, "a footnote"))
		}
	}
}

// addNote adds a definition or another part of a footnote.
func (r *resolutionReader) addNote(text string) {
	id := ""
	if m := r.definition(text); m != nil {
		id = r.definitionID(m[1])
	}
	if id == "" {
		id = "footnote"
	}
	for n, free := 2, id; ; n++ {
		if !r.has(free) {
			id = free
			break
		}
		free = fmt.Sprintf("%s-%d", id, n)
	}
	r.official.Paragraphs = append(r.official.Paragraphs, OfficialParagraph{id, text})
	r.report.settle("footnotes", id, firstWords(text)+" …")
}

// definitionID is the id that the page has for a term; without one it is made
// of the term, which leads nowhere yet and is reported so.
func (r *resolutionReader) definitionID(term string) string {
	if id, ok := r.page.terms[foldText(term)]; ok {
		return id
	}
	id := slug(term)
	if id != "" && !r.page.missing && len(r.page.IDs.Definitions) > 0 && !contains(r.page.IDs.Definitions, id) {
		r.report.guess("footnotes", id, fmt.Sprintf("“%s” is no term of %s or its translation; give the paragraph the id of a definition there", term, r.page.file))
	}
	return id
}

func (r *resolutionReader) has(id string) bool {
	for _, p := range r.official.Paragraphs {
		if p.ID == id {
			return true
		}
	}
	return false
}

// measure finds how much room a wrapped line needs at least: the least that a
// line which surely goes on would have needed for the next one's first word. A
// line with more room than that ends a paragraph.
func (r *resolutionReader) measure() {
	var needs []int
	for i, l := range r.lines[:max(0, len(r.lines)-1)] {
		if next := r.lines[i+1]; !ended(l.text, true) && !next.blank && !next.page && !r.starts(next.text) {
			needs = append(needs, utf8.RuneCountInString(l.text)+roomFor(next.text))
		}
	}
	r.room = leastUsual(needs)
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
	if r.lang == "zh" { // which has no spaces
		text = strings.ReplaceAll(text, "\n", "")
	}
	return oneLine(text)
}

func lastField(text string) string {
	f := strings.Fields(text)
	return f[len(f)-1]
}
