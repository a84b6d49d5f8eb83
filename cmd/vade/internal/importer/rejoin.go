package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gatherNotes takes the footnotes out of the blocks, ties the marks in the
// text to them and numbers them afresh. A mark without a footnote becomes text
// again.
func gatherNotes(d *Document) {
	markBareNotes(d.Blocks)
	g := noteGatherer{blocks: d.Blocks, star: firstStar(d.Blocks)}
	d.Blocks = nil
	after := ""
	numbers := map[string][]int{} // of the notes that have a printed mark
	for i := 0; i < len(g.blocks); i++ {
		mark, text := g.noteAt(i)
		if mark == "" {
			b := g.blocks[i]
			b.AfterNote, after = after, ""
			d.Blocks = append(d.Blocks, b)
			continue
		}
		if rest := noteRest(d.Blocks, text, g.blocks[i+1:]); rest != nil {
			text = join(text, rest.Runs)
			i++
		}
		n := len(d.Notes) + 1
		numbers[mark] = append(numbers[mark], n)
		after = strconv.Itoa(n)
		d.Notes = append(d.Notes, Footnote{Mark: after, Runs: text})
	}
	tieMarks(d, numbers)
}

type noteGatherer struct {
	blocks []Block
	star   int // the first block in which a word carries a star
}

// noteAt reports whether block i is a footnote, and its mark and text.
func (g *noteGatherer) noteAt(i int) (mark string, text []Run) {
	b := g.blocks[i]
	switch {
	case b.Kind == Paragraph && b.Runs[0].Note != "":
		mark, text = b.Runs[0].Note, trim(b.Runs[1:], " \t\n:")
	case b.Kind == Item && b.Marker == "*" && g.star < i && !g.starItem(i-1) && !g.starItem(i+1):
		mark, text = "*", b.Runs
	}
	if plain(text) == "" {
		return "", nil
	}
	return mark, text
}

func (g *noteGatherer) starItem(i int) bool {
	return i >= 0 && i < len(g.blocks) && g.blocks[i].Kind == Item && g.blocks[i].Marker == "*"
}

var (
	reBareNote = regexp.MustCompile(`^(\d{1,2})[ \t]+\p{Lu}`)
	reGlued    = regexp.MustCompile(`(?:\p{L}|` + titlePattern + `\s)(\d{1,2})(?:[\s.,;:)]|$)`)
)

// markBareNotes recognises footnotes whose mark is a plain number, by a word
// before them to which the same number is glued, and raises both.
func markBareNotes(blocks []Block) {
	glued := gluedMarks(blocks)
	for i, b := range blocks {
		m := reBareNote.FindStringSubmatch(plain(b.Runs))
		if m == nil || b.Kind != Paragraph {
			continue
		}
		mark := m[1]
		at, ok := glued[mark]
		if !ok || at >= i {
			continue
		}
		delete(glued, mark)
		tieGlued(&blocks[at], mark)
		_, text := cut(b.Runs, len(mark))
		blocks[i].Runs = append([]Run{{Text: upperDigits(mark), Note: mark}}, text...)
	}
}

// gluedMarks finds the numbers glued to a word ("Note1"), or behind the title
// of a note, each with the first block that has it.
func gluedMarks(blocks []Block) map[string]int {
	out := map[string]int{}
	for i, b := range blocks {
		text := plain(b.Runs)
		if !strings.ContainsAny(text, "0123456789") {
			continue // a search for figures in a text that has none takes seconds
		}
		for _, m := range reGlued.FindAllStringSubmatch(text, -1) {
			if _, ok := out[m[1]]; !ok {
				out[m[1]] = i
			}
		}
	}
	return out
}

// firstStar is the first block in which a word carries a star.
func firstStar(blocks []Block) int {
	for i, b := range blocks {
		for _, r := range b.Runs {
			if r.Note == "*" {
				return i
			}
		}
	}
	return len(blocks)
}

// tieGlued makes a footnote's mark of a number that is glued to a word of b.
func tieGlued(b *Block, mark string) {
	for _, m := range reGlued.FindAllStringSubmatchIndex(plain(b.Runs), -1) {
		head, rest := cut(b.Runs, m[2])
		number, tail := cut(rest, m[3]-m[2])
		if plain(number) == mark {
			ref := Run{Text: upperDigits(mark), Note: mark}
			b.Runs = append(trim(head, " "), append([]Run{ref}, tail...)...)
			return
		}
	}
}

// noteRest is the block that continues a footnote cut in two, or nil. When the
// text before the footnote is open as well, the first of two continuing
// blocks is the footnote's; a single one is the text's.
func noteRest(before []Block, note []Run, following []Block) *Block {
	if len(following) == 0 || endsSentence(ending(note)) || !continuing(note, following[0]) {
		return nil
	}
	open := len(before) > 0 && !endsSentence(ending(before[len(before)-1].Runs)) && before[len(before)-1].Kind != Heading
	if open && (len(following) < 2 || !startsSmall(plain(following[1].Runs))) {
		return nil
	}
	return &following[0]
}

// tieMarks points each mark in the text to its note. Of notes that share a
// mark (numbering by page) the first mark takes the first note, and so on.
func tieMarks(d *Document, numbers map[string][]int) {
	for i := range d.Blocks {
		runs := d.Blocks[i].Runs
		for j, r := range runs {
			if r.Note == "" {
				continue
			}
			notes := numbers[r.Note]
			if len(notes) == 0 {
				if strings.Trim(r.Note, "*") != "" {
					d.Doubts = append(d.Doubts, fmt.Sprintf("the footnote mark %s after “%s” has no footnote", r.Note, lastWords(ending(runs[:j]))))
				}
				runs[j].Note = ""
				continue
			}
			if len(notes) > 1 {
				numbers[r.Note] = notes[1:]
			}
			runs[j].Note = strconv.Itoa(notes[0])
		}
	}
}

// rejoin joins blocks that one sentence runs through, and says where. The
// paragraphs of a text known to be one value are joined until a sentence ends.
func rejoin(blocks []Block, oneValue bool) (joined []Block, mended []string) {
	for _, b := range blocks {
		if n := len(joined); n > 0 && joined[n-1].Kind != Heading && (continuing(joined[n-1].Runs, b) ||
			oneValue && b.Kind == Paragraph && !endsSentence(ending(joined[n-1].Runs))) {
			last := &joined[n-1]
			why := "a blank line"
			if b.AfterNote != "" {
				why = "footnote " + b.AfterNote
			}
			mended = append(mended, fmt.Sprintf("sentence rejoined over %s: “… %s | %s …”", why, lastWords(ending(last.Runs)), firstWords(plain(b.Runs))))
			last.Runs = join(last.Runs, b.Runs)
			continue
		}
		joined = append(joined, b)
	}
	return joined, mended
}

// continuing reports whether block b goes on with the sentence of runs.
func continuing(runs []Run, b Block) bool {
	text := strings.TrimSpace(ending(runs))
	if b.Kind != Paragraph || text == "" || allBold(runs) || endsSentence(text) {
		return false
	}
	next := plain(b.Runs)
	return startsSmall(next) || strings.HasSuffix(text, ",") || hyphenated(text) || openEnd[lastWord(text)]
}

// openEnd are words that no sentence or list ends with, in English, Spanish
// and French.
var openEnd = set("a an and at by for from in of on or the to with including", "al con de del e el en la las los o para por u un una y", "au aux avec dans des du et la le les ou par pour sur un une")

// join joins two halves of a sentence.
func join(a, b []Run) []Run {
	if !hyphenated(ending(a)) {
		a = append(a, Run{Text: " "})
	}
	return append(a, trim(b, " \t\n")...)
}

// ending is the last part of the runs' text: what decides whether it goes on,
// without reading all of a text that is joined from many pieces.
func ending(runs []Run) string {
	from, size := len(runs), 0
	for from > 0 && size < 200 {
		from--
		size += len(runs[from].Text)
	}
	return plain(runs[from:])
}

func allBold(runs []Run) bool {
	for _, r := range runs {
		if r.Note == "" && !r.Bold && strings.TrimSpace(r.Text) != "" {
			return false
		}
	}
	return true
}

// endsSentence reports whether text ends as a sentence does, whatever
// quotation marks and brackets close after it.
func endsSentence(text string) bool {
	text = strings.TrimRight(text, " \t\n\"'”’»)]")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?:;…", r)
}

func startsSmall(text string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \t\n\"'“‘«(["))
	return unicode.IsLower(r)
}

func lastWord(text string) string {
	w := words(text)
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1].fold
}

// lastWords and firstWords are short passages to show where something stands.
func lastWords(text string) string {
	if len(text) > longestPassage {
		text = "…" + strings.ToValidUTF8(text[len(text)-longestPassage:], "")
	}
	f := strings.Fields(text)
	return strings.Join(f[max(0, len(f)-5):], " ")
}

func firstWords(text string) string {
	if len(text) > longestPassage {
		text = strings.ToValidUTF8(text[:longestPassage], "") + "…"
	}
	f := strings.Fields(text)
	return strings.Join(f[:min(5, len(f))], " ")
}

// longestPassage bounds, in bytes, where the words of a passage are looked for.
const longestPassage = 300

func set(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for _, w := range strings.Fields(l) {
			m[w] = true
		}
	}
	return m
}
