package importer

import (
	"regexp"
	"sort"
	"strings"
)

// A suggestion is a theme whose names stand in the narrative.
type suggestion struct {
	id      string
	count   int
	first   int    // where the first hit stands, or the first that is named
	passage string // around that hit
	named   bool   // in a sentence that announces the themes
	strong  bool   // taken: more than one word seen once
}

// reAnnounces recognises the sentence in which a note lists its themes.
var reAnnounces = regexp.MustCompile(`(?i)\b(?:themes?|topics?|temas?|th[èe]mes?)\b`)

// findThemes suggests themes from the narrative, those first that a sentence
// announces as themes, then by how often they stand there. It also gives the
// sentences that announce themes.
func findThemes(text string, v Vocabulary) (suggested []suggestion, announced []string) {
	var spans [][2]int
	for _, s := range sentences(text) {
		if reAnnounces.MatchString(text[s[0]:s[1]]) {
			spans = append(spans, s)
			announced = append(announced, strings.Join(strings.Fields(text[s[0]:s[1]]), " "))
		}
	}
	byID := map[string]*suggestion{}
	at := 0 // hits and spans are both in the order of the text
	for _, h := range newLexicon(v, "theme").find(text) {
		for at < len(spans) && spans[at][1] <= h.start {
			at++
		}
		named := at < len(spans) && spans[at][0] <= h.start
		for _, id := range h.ids {
			s := byID[id]
			if s == nil {
				s = &suggestion{id: id}
				byID[id] = s
			}
			if s.count == 0 || named && !s.named {
				s.first, s.passage = h.start, passage(text, h.start, h.end)
			}
			s.count++
			s.named = s.named || named
			s.strong = s.strong || named || h.label || h.acronym || h.words > 1 || s.count > 1
		}
	}
	for _, s := range byID {
		suggested = append(suggested, *s)
	}
	sort.Slice(suggested, func(i, j int) bool { return suggested[i].before(suggested[j]) })
	return suggested, announced
}

func (s suggestion) before(t suggestion) bool {
	switch {
	case s.named != t.named:
		return s.named
	case s.named && s.first != t.first:
		return s.first < t.first
	case s.count != t.count:
		return s.count > t.count
	case s.first != t.first:
		return s.first < t.first
	}
	return s.id < t.id
}

var reSentenceEnd = regexp.MustCompile(`[.!?]["”’»)]*(?:\s+|$)|\n+`)

// sentences gives where each sentence of text begins and ends.
func sentences(text string) [][2]int {
	var out [][2]int
	from := 0
	for _, m := range reSentenceEnd.FindAllStringIndex(text, -1) {
		if m[1] > from {
			out = append(out, [2]int{from, m[1]})
		}
		from = m[1]
	}
	if from < len(text) {
		out = append(out, [2]int{from, len(text)})
	}
	return out
}

// passage is a hit with some of the text around it, on one line.
func passage(text string, start, end int) string {
	from, to := wordStart(text, start-40), wordEnd(text, end+40)
	if from > start {
		from = start
	}
	s := strings.Join(strings.Fields(text[from:to]), " ")
	if from > 0 {
		s = "… " + s
	}
	if to < len(text) {
		s += " …"
	}
	return s
}
