package importer

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"vademecum/cmd/vade/internal/council"
)

// dropPageLines takes the headers and footers of pages out of the lines of a
// text file: page numbers, and lines that stand beside page numbers again and
// again. A number alone is a page's if such a line stands beside it, or if it is
// the next page's and interrupts a sentence.
func dropPageLines(lines, mended []string) (kept, told []string) {
	p := pageLines{lines: lines, is: make([]pageLine, len(lines)), drop: make([]bool, len(lines))}
	for i, l := range lines {
		p.is[i] = readPageLine(l, council.Symbol{})
	}
	p.findRunning()
	p.findNumbers()
	numbers, running := 0, 0
	for i, l := range lines {
		switch {
		case !p.drop[i]:
			kept = append(kept, l)
		case p.is[i].is == textLine:
			running++
		default:
			numbers++
		}
	}
	if numbers > 0 {
		mended = append(mended, "taken out: "+count(numbers, "page number"))
	}
	if running > 0 {
		mended = append(mended, fmt.Sprintf("taken out: %s: “%s”", count(running, "line of page headers or footers"), p.shown))
	}
	return kept, mended
}

type pageLines struct {
	lines []string
	is    []pageLine
	drop  []bool
	shown string // the first running line
}

// longestRunning bounds, in bytes, a line of a header or footer.
const longestRunning = 120

// findRunning finds lines that repeat, each time beside a number or inside a
// sentence. A first line of the document is its title, even if it repeats.
func (p *pageLines) findRunning() {
	at := map[string][]int{}
	for i, l := range p.lines {
		if key := withoutDigits(l); p.is[i].is == textLine && key != "" && len(l) <= longestRunning {
			at[key] = append(at[key], i)
		}
	}
	for i, l := range p.lines {
		places := at[withoutDigits(l)]
		if p.drop[i] || len(places) < 2 || places[0] != i {
			continue
		}
		var borders []int
		for _, j := range places {
			if p.besideNumber(j) || p.interrupts(j) {
				borders = append(borders, j)
			}
		}
		if len(borders) < 2 && (len(borders) == 0 || len(places) > 2) || known(strings.TrimRight(strings.TrimSpace(l), ":")) != fieldNone {
			continue
		}
		for _, j := range borders {
			if j > p.first() {
				p.drop[j] = true
				p.shown = strings.TrimSpace(l)
			}
		}
	}
}

// findNumbers finds the numbers of pages.
func (p *pageLines) findNumbers() {
	last := 1
	for i := range p.lines {
		n := p.is[i]
		switch {
		case n.is == textLine && i > p.first() && numberedLine(p.lines[i]) == last+1:
			p.drop[i], last = true, last+1
		case n.is == pageNumber, n.is == bareNumber && (p.besideRunning(i) || n.page == last+1 && p.interrupts(i)):
			p.drop[i] = true
			if n.page > 0 {
				last = n.page
			}
		}
	}
}

var reNumberedLine = regexp.MustCompile(`^\p{Lu}.*[^\s,.;:].*?(?:\s[-–—|]|\t|,|\s{2,})\s*(?i:page|página|pagina|pág\.|p\.)\s(\d{1,3})(?:\s?(?:/|of|de|sur)\s?\d{1,3})?$`)

// numberedLine is the number of the page that a header or footer with other
// words in it holds: "Information Note – page 2"; 0 for any other line.
func numberedLine(line string) int {
	if line = strings.TrimSpace(line); len(line) > longestRunning {
		return 0
	}
	if m := reNumberedLine.FindStringSubmatch(line); m != nil {
		return number(m[1])
	}
	return 0
}

// first is the first line that holds anything.
func (p *pageLines) first() int {
	for i, l := range p.lines {
		if strings.TrimSpace(l) != "" {
			return i
		}
	}
	return 0
}

// near gives the lines before and after line i that hold anything, -1 for none.
func (p *pageLines) near(i int) (before, after int) {
	before, after = i-1, i+1
	for before >= 0 && strings.TrimSpace(p.lines[before]) == "" {
		before--
	}
	for after < len(p.lines) && strings.TrimSpace(p.lines[after]) == "" {
		after++
	}
	if after == len(p.lines) {
		after = -1
	}
	return before, after
}

func (p *pageLines) besideNumber(i int) bool {
	before, after := p.near(i)
	for _, j := range []int{before, after} {
		if j >= 0 && (p.is[j].is == pageNumber || p.is[j].is == bareNumber || p.drop[j]) {
			return true
		}
	}
	return false
}

func (p *pageLines) besideRunning(i int) bool {
	before, after := p.near(i)
	return before >= 0 && p.drop[before] || after >= 0 && p.drop[after]
}

// interrupts reports whether the sentence before line i goes on behind it, with
// further lines of the border between.
func (p *pageLines) interrupts(i int) bool {
	before, after := p.near(i)
	for before >= 0 && p.is[before].is > textLine {
		before, _ = p.near(before)
	}
	for after >= 0 && p.is[after].is > textLine {
		_, after = p.near(after)
	}
	return before >= 0 && after >= 0 && !endsSentence(p.lines[before]) && startsSmall(p.lines[after])
}

// withoutDigits is a line without numbers, by which it is known again.
func withoutDigits(line string) string {
	return strings.Join(strings.FieldsFunc(line, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsSpace(r) }), " ")
}
