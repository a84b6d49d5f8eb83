package council

import (
	"regexp"
	"strings"
)

// A Citation is a paragraph or a resolution that the text refers to.
type Citation struct {
	ID      string // "1540-op3-d", "1540"
	Text    string // as printed
	Assumed bool   // the text does not say of which resolution
}

var (
	// 1540 (2004), S/RES/1540(2004), UNSCR 1540, Res. 1540, résolution 1540
	reResolution = regexp.MustCompile(`(?i)(?:\bS/RES/|\bUNSCRs?\s+|\bRCSNU\s+|\bRes\.\s*|\br[eé]solutions?\s+|\bresoluci(?:ón|on|ones)\s+)(\d{3,4})\b|\b(\d{3,4})\s?\((?:19|20)\d\d\)`)
	// OP3(d), OP 3 (d), PO 3 d, PP8, paragraph 3 (d), para. 3d, párr. 3 d), paragraphe 3 d)
	reParagraph = regexp.MustCompile(`(\b(?:OP|PO)\s?|\bPP\s?|(?i:\b(?:operative\s+|preambular\s+)?(?:paragraphs?|paras?\.?)\s|(?:p[áa]rrafos?|p[áa]rrs?\.)\s|\b(?:paragraphes?|par\.)\s))(\d{1,2})(?:\s?\(([a-e])\)|\s?([a-e])\)|([a-e])\b|\s([bcd])(?:[\s,.;]|$))?`)
	// "of resolution 1977", "de la résolution 1977 (2011)"
	reOfResolution = regexp.MustCompile(`^,?\s*(?i:(?:of|in|de|de la|de l['’]|du|en la)\s+)(?:(?i:UN(?:SC)?|Security Council|the|la)\s+)*(?i:resolution|resolución|resolucion|résolution|UNSCR|S/RES/|RCSNU)\s*(\d{3,4})`)
	reOfOther      = regexp.MustCompile(`^,?\s*(?i:of|de|del|du|des)\s+`)
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
// without a resolution is one of the resolution that the note is about; a
// paragraph of some other document is none.
func FindParagraphs(text, resolution string) []Citation {
	var out []Citation
	for _, m := range reParagraph.FindAllStringSubmatchIndex(text, -1) {
		g := groups(text, m)
		// Enough to hold "of United Nations Security Council resolution 1977".
		after := text[m[1]:min(len(text), m[1]+80)]
		c := Citation{Text: strings.TrimSpace(g[0]), Assumed: true}
		of := resolution
		if r := reOfResolution.FindStringSubmatch(after); r != nil {
			of, c.Assumed = r[1], false
		} else if reOfOther.MatchString(after) {
			continue
		}
		if of == "" {
			continue
		}
		c.ID = of + "-" + paragraphID(g)
		if !cited(out, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// paragraphID writes what reParagraph found as an anchor: op3-d, pp8.
func paragraphID(g []string) string {
	kind := "op"
	if word := strings.ToLower(g[1]); strings.HasPrefix(word, "pp") || strings.HasPrefix(word, "preambular") {
		kind = "pp"
	}
	id := kind + g[2]
	if letter := g[3] + g[4] + g[5] + g[6]; letter != "" {
		id += "-" + strings.ToLower(letter)
	}
	return id
}

func cited(list []Citation, id string) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
}

// groups gives what the groups of a pattern hold, "" for those that did not match.
func groups(text string, m []int) []string {
	var out []string
	for i := 0; i < len(m); i += 2 {
		if m[i] < 0 {
			out = append(out, "")
		} else {
			out = append(out, text[m[i]:m[i+1]])
		}
	}
	return out
}
