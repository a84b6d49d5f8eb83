package council

import (
	"regexp"
	"slices"
	"strings"
)

// A Citation is a paragraph or a resolution that a text refers to.
type Citation struct {
	ID      string // "1540-op3-d", "1540"
	Text    string // as printed
	Assumed bool   // the text does not say of which resolution
}

// 1540 (2004), S/RES/1540(2004), UNSCR 1540, Res. 1540, résolution 1540
const resolutionPattern = `(?i)(?:\bS/RES/|\bUNSCRs?\s+|\bRCSNU\s+|\bRes\.\s*|\br[eé]solutions?\s+|\bresoluci(?:ón|on|ones)\s+)(\d{3,4})\b(?:\s?\((?:19|20)\d\d\))?|\b(\d{3,4})\s?\((?:19|20)\d\d\)`

const subWord = `sub-?\s?(?:paragraphs?|paras?\.?)|letters?|alin[ée]as?|apartados?|incisos?|literal(?:es)?|letras?|points?`

var (
	reResolution = regexp.MustCompile(resolutionPattern)
	reEndsWith   = regexp.MustCompile(`(?:` + resolutionPattern + `)[\s,:]*$`)
	// OP, PO, PP; paragraph, para., párrafo, párr., paragraphe, par.: one, or several
	reParagraphWord = regexp.MustCompile(`\b(?:OP|PO|PP)s?\s?|(?i:\b(?:operative\s+|preambular\s+)?(?:paragraphs?|paras?\.?)\s|p[áa]rrafos?\s|p[áa]rrs?\.\s|\b(?:paragraphes?|par\.)\s)`)
	reSeveral       = regexp.MustCompile(`(?i)(?:s|s\.)\s?$`)
	reNumber        = regexp.MustCompile(`^(\d{1,2})(?:\D|$)`)
	// (d), d), d behind the number or a space
	reLetter      = regexp.MustCompile(`^(?:\s?\(([a-h])\)|\s?([a-h])\)|([a-e])\b|\s([bcd])(?:[\s,.;]|$))`)
	reNextLetter  = regexp.MustCompile(`^(?:\(([a-h])\)|([a-h])\))`)
	reConnector   = regexp.MustCompile(`^\s*(?:(,|;|&|/|(?:,\s*)?\b(?:and|y|e|et|or|o|ou)\b)|(-|–|—|\b(?:to|through|a|al|à|au)\b))\s*`)
	reAnotherWord = regexp.MustCompile(`^(?:OP|PO|PP)\s?`)
	// what may follow a number that is one more paragraph, not a quantity
	reAfterNumber = regexp.MustCompile(`^\d{1,2}(?:\s?\(?[a-h]\)|\s*(?:[,.;:)]|$)|\s+(?:and|y|et|of|de|del|du|des)\b)`)
	// what is called by letters: "subparagraphs (a) and (b) of", "apartados a) y b) del"
	reLettersOf  = regexp.MustCompile(`(?i)(?:` + subWord + `)\s+(\(?[a-h]\)(?:\s*(?:,|and|y|e|et|or|o|ou|to|a|à|-|–)\s*\(?[a-h]\))*)\s+(?:of|del|de los|de|du|des)\s+(?:the\s+|los\s+)?$`)
	reLettered   = regexp.MustCompile(`^,?\s*(?i:` + subWord + `)\s+\(?([a-h])\)`)
	reEachLetter = regexp.MustCompile(`([-–]|\b(?:to|a|à)\s+)?\(?([a-h])\)`)
	reOfPreamble = regexp.MustCompile(`^\s*(?i:of the preamble|del preámbulo|du préambule)`)
	// "of resolution 1977", "de la résolution 1977 (2011)"
	reOfResolution = regexp.MustCompile(`^,?\s*(?i:(?:of|in|de|de la|de l['’]|du|en la)\s+)(?:(?i:UN(?:SC)?|United Nations|Security Council|the|la)\s+)*(?i:resolution|resolución|resolucion|résolution|UNSCR|S/RES/|RCSNU)\s*(\d{3,4})`)
	// "of the resolution", "de dicha resolución"
	reOfThis  = regexp.MustCompile(`^,?\s*(?i:of|in|de|en)\s+(?i:(?:the|that|this|said|la|esta|dicha|cette|ladite|same|misma|même)\s+)*(?i:resolution|resolución|resolucion|résolution)\b`)
	reOfOther = regexp.MustCompile(`^,?\s*(?i:of|de|del|du|des)\s+`)
)

// FindResolutions lists the resolutions that text names, in order.
func FindResolutions(text string) []Citation {
	var out []Citation
	for _, m := range reResolution.FindAllStringSubmatch(text, -1) {
		c := Citation{ID: strings.TrimLeft(m[1]+m[2], "0"), Text: strings.TrimSpace(m[0])}
		if c.ID != "" && !cited(out, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// FindParagraphs lists the paragraphs that text names, in order. A paragraph
// without a resolution is one of the resolution that the text is about; a
// paragraph of some other document is none.
func FindParagraphs(text, resolution string) []Citation {
	var out []Citation
	for at := 0; ; {
		m := reParagraphWord.FindStringIndex(text[at:])
		if m == nil {
			return out
		}
		start, end := at+m[0], at+m[1]
		l := list{text: text, at: end, kind: kindOf(text[start:end]), several: reSeveral.MatchString(text[start:end])}
		if at = end; !l.read() {
			continue
		}
		at = l.at
		start = l.lettersBefore(start)
		of, assumed, ok := resolutionOf(text, start, l.at, resolution)
		if !ok {
			continue
		}
		for _, id := range l.ids {
			c := Citation{ID: of + "-" + id, Text: strings.TrimSpace(text[start:l.at]), Assumed: assumed}
			if !cited(out, c.ID) {
				out = append(out, c)
			}
		}
	}
}

// resolutionOf tells which resolution the paragraphs between two places are of:
// one that is named behind them or just before, or else the text's own.
func resolutionOf(text string, start, end int, own string) (of string, assumed, ok bool) {
	// Enough to hold "of United Nations Security Council resolution 1977".
	after := text[end:min(len(text), end+80)]
	if r := reOfResolution.FindStringSubmatch(after); r != nil {
		return r[1], false, true
	}
	before := text[max(0, start-40):start]
	if r := reEndsWith.FindStringSubmatch(before); r != nil {
		return r[1] + r[2], false, true
	}
	if reOfOther.MatchString(after) && !reOfThis.MatchString(after) && !reOfPreamble.MatchString(after) {
		return "", false, false
	}
	return own, true, own != ""
}

// kindOf is that of the paragraphs behind a word: "op" or "pp".
func kindOf(word string) string {
	if word = strings.ToLower(word); strings.HasPrefix(word, "pp") || strings.HasPrefix(word, "preambular") {
		return "pp"
	}
	return "op"
}

// A list is a run of paragraphs: "2 and 3 (a) and (b)".
type list struct {
	text    string
	at      int // what was read
	kind    string
	several bool // the word before it is in the plural
	number  string
	letter  string
	ids     []string
}

// lettersBefore takes the letters of the one paragraph of the list from what stands
// before it, "subparagraphs (a) and (b) of", and gives where that begins.
func (l *list) lettersBefore(start int) int {
	from := max(0, start-80)
	m := reLettersOf.FindStringSubmatchIndex(l.text[from:start])
	if m == nil || len(l.ids) != 1 || l.letter != "" {
		return start
	}
	l.ids = nil
	last := byte(0)
	for _, g := range reEachLetter.FindAllStringSubmatch(l.text[from+m[2]:from+m[3]], -1) {
		c := g[2][0]
		for between := last + 1; g[1] != "" && last > 0 && between < c; between++ {
			l.add(l.number, string(between))
		}
		l.add(l.number, string(c))
		last = c
	}
	return from + m[0]
}

// longestRange bounds how many paragraphs "2 to 9" names.
const longestRange = 30

// read reads the list, and reports whether there is one.
func (l *list) read() bool {
	if !l.readNumber() {
		return false
	}
	for {
		m := reConnector.FindStringSubmatch(l.text[l.at:])
		if m == nil {
			break
		}
		back, ranges := l.at, m[2] != ""
		l.at += len(m[0])
		if !l.next(ranges) {
			l.at = back
			break
		}
	}
	if reOfPreamble.MatchString(l.text[l.at:]) {
		for i := range l.ids {
			l.ids[i] = "pp" + strings.TrimPrefix(l.ids[i], "op")
		}
	}
	return true
}

// next reads what follows on a connector: another letter of the paragraph, or
// another paragraph.
func (l *list) next(ranges bool) bool {
	rest := l.text[l.at:]
	if m := reNextLetter.FindStringSubmatch(rest); m != nil && l.letter != "" {
		from, to := l.letter[0]+1, (m[1] + m[2])[0]
		if !ranges || from > to {
			from = to
		}
		for c := from; c <= to; c++ {
			l.add(l.number, string(c))
		}
		l.at += len(m[0])
		return true
	}
	if m := reAnotherWord.FindString(rest); m != "" {
		l.at += len(m)
		l.kind = kindOf(m)
		return l.readNumber()
	}
	if !l.several && !reAfterNumber.MatchString(rest) {
		return false
	}
	from := l.number
	if !l.readNumber() {
		return false
	}
	if ranges {
		l.fill(from)
	}
	return true
}

// fill adds the paragraphs between a number and the one just read.
func (l *list) fill(from string) {
	last := l.ids[len(l.ids)-1]
	l.ids = l.ids[:len(l.ids)-1]
	for n, k := atoi(from)+1, 0; n < atoi(l.number) && k < longestRange; n, k = n+1, k+1 {
		l.ids = append(l.ids, l.kind+itoa(n))
	}
	l.ids = append(l.ids, last)
}

// readNumber reads a number and the letter behind it.
func (l *list) readNumber() bool {
	m := reNumber.FindStringSubmatch(l.text[l.at:])
	if m == nil {
		return false
	}
	l.at += len(m[1])
	letter := ""
	if g := reLettered.FindStringSubmatchIndex(l.text[l.at:]); g != nil {
		letter = l.text[l.at+g[2] : l.at+g[3]]
		l.at += g[1]
	} else if g := reLetter.FindStringSubmatchIndex(l.text[l.at:]); g != nil {
		for i := 2; i < len(g); i += 2 {
			if g[i] >= 0 {
				letter = l.text[l.at+g[i] : l.at+g[i+1]]
			}
		}
		if g[8] >= 0 { // what stands behind a bare letter is not part of it
			l.at += g[9]
		} else {
			l.at += g[1]
		}
	}
	l.add(m[1], letter)
	return true
}

func (l *list) add(number, letter string) {
	l.number, l.letter = number, letter
	id := l.kind + number
	if letter != "" {
		id += "-" + letter
	}
	if !slices.Contains(l.ids, id) {
		l.ids = append(l.ids, id)
	}
}

func cited(list []Citation, id string) bool {
	return slices.ContainsFunc(list, func(c Citation) bool { return c.ID == id })
}
