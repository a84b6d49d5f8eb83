package importer

import (
	"fmt"
	"regexp"
	"strings"

	"vademecum/cmd/vade/internal/council"
)

// A pageLine is what a line of a page's header or footer holds. Such a line is
// taken apart into what can stand there, in any order and glued together: the
// symbol, a job number, page numbers, the signs of a printing office.
type pageLine struct {
	is   pageLineKind
	page int // the number of the page, 0 if it has none
}

type pageLineKind int

const (
	textLine    pageLineKind = iota // no part of a header or footer
	bareNumber                      // nothing but a number, which may be a page's
	pageNumber                      // "Page 3", "3/13", "- 3 -"
	runningHead                     // the symbol
	jobNumber
	printersSign // "/...", a bar code, a line of hyphens
)

var pageLineNames = map[pageLineKind]string{
	bareNumber: "page number", pageNumber: "page number", runningHead: "running head", jobNumber: "job number", printersSign: "printer’s sign",
}

var (
	reJob       = regexp.MustCompile(`(\d\d)-(\d{5})`)
	rePageWord  = regexp.MustCompile(`^(?:(?i:page|página|pagina|страница|стр|صفحة)\.?|第|页)$`)
	rePagePart  = regexp.MustCompile(`^(\d{1,3})(?:\s?(?:/|of|de|sur|из)\s?\d{1,3})?$`)
	reSlash     = regexp.MustCompile(`(\d)\s*/\s*(\d)`)
	reSign      = regexp.MustCompile(`^(?:\([A-Z]\)|\d{3,4}[A-Za-z]|/?\.{1,3}|/?…|/|\*{1,3}|\*?\d{6,8}\*?|[-–—_.]+)$`)
	reRecycle   = regexp.MustCompile(`(?i)^(?:please recycle|veuillez recycler|se ruega reciclar)`)
	reSureSign  = regexp.MustCompile(`^(?:/?\.{3}|/?…|\*\s?\d{6,8}\s?\*|[-–—_]{4,})$`)
	longestPage = 60 // bytes of a line of a header or footer
)

// readPageLine takes a line apart. Only the symbol of the resolution itself, and
// a job number of about its year, are parts of a header or footer.
func readPageLine(text string, of council.Symbol) pageLine {
	text = strings.TrimSpace(council.ASCIIDigits(text))
	if reRecycle.MatchString(text) {
		return pageLine{is: printersSign}
	}
	if text == "" || len(text) > longestPage {
		return pageLine{}
	}
	p := pageLine{}
	rest := text
	if s, without, ok := council.CutSymbol(rest); ok {
		if s.Number != of.Number && of.Number != 0 {
			return pageLine{}
		}
		p.is, rest = runningHead, without
	}
	if m := reJob.FindStringSubmatchIndex(rest); m != nil && (of.Year == 0 || aboutYear(number(rest[m[2]:m[3]]), of.Year)) {
		rest = rest[:m[0]] + " " + rest[m[1]:]
		p.is = max(p.is, jobNumber)
	}
	if reSureSign.MatchString(strings.ReplaceAll(rest, " ", "")) {
		p.is = max(p.is, printersSign)
		return p
	}
	return p.numbers(rest)
}

// numbers reads what is left of a line: page numbers and signs. Anything else
// makes it text.
func (p pageLine) numbers(rest string) pageLine {
	rest = reSlash.ReplaceAllString(rest, "$1/$2")
	if p.is == runningHead { // "S/RES/9001 (1991) 3 May 1991 English Page 2"
		if at := findPeriod(rest); at.precision == byDay {
			rest = rest[:at.from] + " " + rest[at.to:]
		}
	}
	found, worded, named := 0, false, false
	for _, f := range strings.Fields(rest) {
		m := rePagePart.FindStringSubmatch(strings.Trim(f, "-–"))
		switch {
		case m != nil:
			worded = worded || strings.Contains(f, "/")
			if found++; p.page == 0 {
				p.page = number(m[1])
			}
		case rePageWord.MatchString(f):
			worded = true
		case headerLanguages[f]:
			named = true
		case f == "of" || f == "de" || f == "sur" || f == "из":
			worded = worded && found > 0
		case !reSign.MatchString(f):
			return pageLine{}
		}
	}
	switch {
	case p.is != textLine:
	case named && !worded:
	case found == 1 && !worded:
		p.is = bareNumber
	case found > 0 && found <= 2 && worded:
		p.is = pageNumber
	}
	return p
}

// aboutYear tells a job number from other numbers by the year that it begins
// with.
func aboutYear(yy, year int) bool {
	return yy == year%100 || yy == (year+1)%100 || yy == (year+99)%100
}

// takePageLines takes the headers and footers of pages out. A number alone is
// one when another stands beside it or it is the next page's; any other stays.
func (r *resolutionReader) takePageLines() {
	is := make([]pageLine, len(r.lines))
	for i, l := range r.lines {
		is[i] = readPageLine(l.text, r.symbol)
	}
	taken := map[string]int{}
	var kept []line
	border, last := false, 1
	r.fillHeaders(is)
	for i, l := range r.lines {
		p := is[i]
		if p.is == bareNumber && !besidePageLine(is, i) {
			if p.page != last+1 {
				r.report.open("text", fmt.Sprintf("the line “%s” is only a number and was kept as text; take it out of a copy if it is a page's", l.text))
				p.is = textLine
			} else {
				r.report.guess("text", fmt.Sprintf("page %d", p.page), fmt.Sprintf("the line “%s”, taken out as a page number", l.text))
			}
		}
		if p.is == textLine {
			l.page = border
			border = false
			kept = append(kept, l)
			continue
		}
		if p.is == runningHead && len(kept) > 0 && !border {
			r.unglue(&kept[len(kept)-1], &last)
		}
		taken[pageLineNames[p.is]]++
		border = true
		if p.page > 0 {
			last = p.page
		}
		if p.is == jobNumber && p.page > 0 {
			r.mended("“%s” read as a job number glued to page %d", l.text, p.page)
		}
	}
	r.lines = kept
	for _, what := range []string{"running head", "page number", "job number", "printer’s sign"} {
		if n := taken[what]; n > 0 {
			r.mended("taken out: %s", count(n, what))
		}
	}
}

// fillHeaders finds the lines of headers that only those around them tell: between
// the symbol and the number of the page stand a day and a language.
func (r *resolutionReader) fillHeaders(is []pageLine) {
	for i := 1; i < len(is); i++ {
		end := i
		for end < min(len(is)-1, i+mostBetween) && is[end].is == textLine && r.dayOrLanguage(end) {
			end++
		}
		if is[i-1].is <= bareNumber || is[end].is <= bareNumber {
			continue
		}
		for ; i < end; i++ {
			is[i].is = printersSign
		}
	}
}

// mostBetween is how many such lines a header has.
const mostBetween = 3

func (r *resolutionReader) dayOrLanguage(i int) bool {
	text := r.lines[i].text
	p := findPeriod(text)
	return headerLanguages[text] || p.precision == byDay && p.text == text && p.first == p.last
}

// headerLanguages stand in page headers, between the symbol and the page's number.
var headerLanguages = map[string]bool{"English": true, "French": true, "Spanish": true, "Russian": true, "Français": true, "Español": true}

// besidePageLine reports whether a line next to line i is surely one of a header or
// footer.
func besidePageLine(is []pageLine, i int) bool {
	for _, j := range []int{i - 1, i + 1} {
		if j >= 0 && j < len(is) && is[j].is > bareNumber {
			return true
		}
	}
	return false
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
