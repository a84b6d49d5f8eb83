package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"vademecum/cmd/vade/internal/council"
	"vademecum/indexer"
)

// What a careful editor would strike out, by kind.
const (
	unlinkedSymbols    = "symbols of the United Nations without a link to its text"
	repeatedParagraphs = "paragraphs that a page shows twice, or many pages show"
	doubledDates       = "dates that stand twice in a line"
)

// A paragraph of paragraphLength characters is more than a name or a label.
// That fewPages show it may be right: a duty of States stands where it is met.
const (
	paragraphLength = 180
	fewPages        = 6
)

// untidy lists by kind what readers see and should not.
func untidy(site *indexer.Site) (map[string][]string, error) {
	out := map[string][]string{}
	shown := map[string]map[string]int{} // pages by language and paragraph
	pages := map[string]int{}
	for _, p := range site.Pages {
		if p.Record {
			continue // its text is its page's
		}
		pages[p.Lang]++
		lines, err := site.Visible(p)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			if date := doubledDate(line); date != "" {
				out[doubledDates] = append(out[doubledDates], fmt.Sprintf("%s: %s", p.URL, around(line, date)))
			}
		}
		if lines, err = site.VisibleOutsideLinks(p); err != nil {
			return nil, err
		}
		here := map[string]bool{}
		for _, line := range lines {
			for _, symbol := range council.DocumentSymbol.FindAllString(line, -1) {
				out[unlinkedSymbols] = append(out[unlinkedSymbols], fmt.Sprintf("%s: %s", p.URL, around(line, symbol)))
			}
			if utf8.RuneCountInString(line) < paragraphLength || !strings.ContainsAny(line[len(line)-3:], ".。؟?!") {
				continue
			}
			if here[line] {
				out[repeatedParagraphs] = append(out[repeatedParagraphs], fmt.Sprintf("%s: %s", p.URL, around(line, line)))
				continue
			}
			here[line] = true
			if shown[p.Lang] == nil {
				shown[p.Lang] = map[string]int{}
			}
			shown[p.Lang][line]++
		}
	}
	for lang, paragraphs := range shown {
		for line, n := range paragraphs {
			if n > fewPages && n <= pages[lang]/4 { // what most pages show is their frame
				out[repeatedParagraphs] = append(out[repeatedParagraphs], fmt.Sprintf("%s, on %d pages: %s", lang, n, around(line, line)))
			}
		}
	}
	return out, nil
}

// writtenDate is a day, or a span of days, of a month and year in words.
var writtenDate = regexp.MustCompile(`\d{1,2}(?:[-\x{2013}]\d{1,2})? (?:de )?\p{L}+ (?:de )?(?:19|20)\d\d`)

// doubledDate gives the second of two equal dates that stand next to each other
// in a line, in whatever style each is written.
func doubledDate(line string) string {
	found := writtenDate.FindAllStringIndex(line, -1)
	for i := 1; i < len(found); i++ {
		before, date := found[i-1], line[found[i][0]:found[i][1]]
		if sameDate(line[before[0]:before[1]], date) && found[i][0]-before[1] <= len(", Santo Domingo ") {
			return date
		}
	}
	return ""
}

func sameDate(a, b string) bool {
	plain := strings.NewReplacer("\u2013", "-", " de ", " ")
	return strings.EqualFold(plain.Replace(a), plain.Replace(b))
}
