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

// reDistinguishes recognises a sentence that tells one thing from another: what
// it names is not what the meeting was about.
var reDistinguishes = regexp.MustCompile(`(?i)\b(?:distinctions?|distinguish\w*|distingu\w+|distinci[oó]n\w*|diferenci\w+)`)

// findThemes suggests themes from a title and the narrative below it: first
// those that a sentence announces as themes, then by how often they stand there.
// It also gives the sentences that announce themes. One single word that is no
// theme's label is strong only in the title, in such a sentence, seen twice, or
// listed beside another theme.
func findThemes(title, narrative string, v Vocabulary) (suggested []suggestion, announced []string) {
	text := title + "\n" + narrative
	var named, passed [][2]int
	for _, s := range sentences(text) {
		said := text[s[0]:s[1]]
		switch {
		case s[0] < len(title):
		case reAnnounces.MatchString(said):
			named = append(named, s)
			announced = append(announced, oneLine(said))
		case reDistinguishes.MatchString(said):
			passed = append(passed, s)
		}
	}
	byID := map[string]*suggestion{}
	hits := newLexicon(v, "theme").find(text)
	for i, h := range hits {
		if within(passed, h.start) {
			continue
		}
		isNamed := within(named, h.start)
		listed := i > 0 && sameList(text[hits[i-1].end:h.start]) || i+1 < len(hits) && sameList(text[h.end:hits[i+1].start])
		for _, id := range h.ids {
			s := byID[id]
			if s == nil {
				s = &suggestion{id: id}
				byID[id] = s
			}
			if s.count == 0 || isNamed && !s.named {
				s.first, s.passage = h.start, passage(text, h.start, h.end)
			}
			s.count++
			s.named = s.named || isNamed
			s.strong = s.strong || isNamed || listed || h.label || h.acronym || h.words > 1 || s.count > 1 || h.start < len(title) && !saysEventType(text[h.start:h.end])
		}
	}
	for _, s := range byID {
		suggested = append(suggested, *s)
	}
	sort.Slice(suggested, func(i, j int) bool { return suggested[i].before(suggested[j]) })
	return suggested, announced
}

// saysEventType reports whether a word of a title only says what kind of event it
// was: a training.
func saysEventType(said string) bool {
	for _, m := range meanings["event_type"] {
		if m.words.MatchString(foldText(said)) {
			return true
		}
	}
	return false
}

// within reports whether a place lies in one of the spans, which are in order.
func within(spans [][2]int, at int) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i][1] > at })
	return i < len(spans) && spans[i][0] <= at
}

// reSameList matches what parts two entries of a list: a comma or "and", with at
// most two words that belong to the second.
var reSameList = regexp.MustCompile(`^(?:,|\s*/|,?\s(?:and|y|e|et|or|o|u|ou))\s(?:\p{Ll}+\s){0,2}$`)

func sameList(between string) bool { return len(between) < 40 && reSameList.MatchString(between) }

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
