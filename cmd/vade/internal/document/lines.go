package document

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text gives the document in lines, as a reader of Markdown takes them:
//
//	heading       "## " and the text, with its label if it has one
//	paragraph     its lines; a blank line behind it
//	list item     four spaces for each depth, label, space, text; the label of
//	              an item that is not counted is "-"
//	table         each row a paragraph of its own, cells parted by a tab; the
//	              further paragraphs of a cell in the last column follow as
//	              paragraphs, those of other cells stand behind a space
//	note          at the end, as a paragraph: mark, space, text
//	mark          of a note, or raised digits: ¹; other marks as [^a], stars as \*
//	bold          **text**; italics are left out
//
// Characters that mean something in Markdown stand behind a backslash. Of a
// text file it gives the decoded text itself. Where each printed line is a
// paragraph of its own (see Lined), no blank lines part them.
func (d *Document) Text() string {
	if d.Format == Text {
		return d.decoded
	}
	w := &lineWriter{lined: d.Lined(), labels: map[string]string{}}
	for _, n := range d.Notes {
		w.labels[n.ID] = n.Label
	}
	w.blocks(d.Blocks)
	for _, n := range d.Notes {
		w.note(n)
	}
	return strings.Trim(w.b.String(), "\n") + "\n"
}

// Lined reports whether the paragraphs are the printed lines of another
// document, as files made from the text of a PDF have them: most end without
// an end of a sentence before one that goes on with a small letter, or none is
// longer than a line.
func (d *Document) Lined() bool {
	lines, open, long := 0, 0, 0
	for i, b := range d.Blocks {
		if b.Kind != Paragraph {
			continue
		}
		text := b.Plain()
		lines++
		if utf8.RuneCountInString(text) > 120 {
			long++
		}
		if i+1 < len(d.Blocks) && d.Blocks[i+1].Kind == Paragraph {
			next, _ := utf8.DecodeRuneInString(d.Blocks[i+1].Plain())
			last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, " \n\t"))
			if unicode.IsLetter(last) && unicode.IsLower(next) || last == '-' {
				open++
			}
		}
	}
	return lines >= 10 && open*4 >= lines && long*10 <= lines
}

type lineWriter struct {
	b      strings.Builder
	lined  bool
	labels map[string]string // of notes by ID
}

func (w *lineWriter) blocks(list []Block) {
	for i, b := range list {
		switch b.Kind {
		case Heading:
			w.gap()
			w.b.WriteString(strings.Repeat("#", headingLevel(b.Level)) + " " + label(b) + oneLine(w.runs(b.Runs, false)) + "\n\n")
		case Item:
			w.b.WriteString(strings.Repeat("    ", min(b.Level, 8)) + label(b) + w.runs(b.Runs, true) + "\n")
			if i+1 == len(list) || list[i+1].Kind != Item {
				w.b.WriteString("\n")
			}
		case Table:
			w.gap()
			w.table(b)
		default:
			w.b.WriteString(guardLine(w.runs(b.Runs, true)) + "\n")
			if !w.lined || i+1 == len(list) || list[i+1].Kind != Paragraph {
				w.b.WriteString("\n")
			}
		}
	}
}

// gap ends the lines before with a blank line.
func (w *lineWriter) gap() {
	if text := w.b.String(); text != "" && !strings.HasSuffix(text, "\n\n") {
		w.b.WriteString("\n")
	}
}

func label(b Block) string {
	switch {
	case b.Label == "":
		return ""
	case b.Kind == Item && !b.Ordered:
		return "- "
	}
	return escape(b.Label) + " "
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func (w *lineWriter) table(b Block) {
	for _, row := range b.Rows {
		var cells []string
		var rest []Block
		for i, c := range row.Cells {
			blocks := c.Blocks
			if i+1 == len(row.Cells) && len(blocks) > 1 && blocks[0].Kind != Table {
				blocks, rest = blocks[:1], blocks[1:]
			}
			cells = append(cells, w.cell(blocks))
		}
		if line := strings.TrimRight(strings.Join(cells, "\t"), "\t "); strings.TrimSpace(line) != "" {
			w.b.WriteString(guardLine(line) + "\n\n")
		}
		if len(rest) > 0 {
			w.blocks(rest)
			w.gap()
		}
	}
}

// cell is a cell's text on one line.
func (w *lineWriter) cell(blocks []Block) string {
	inner := &lineWriter{labels: w.labels}
	var parts []string
	each(blocks, func(b *Block) {
		if len(b.Runs) > 0 {
			parts = append(parts, oneLine(label(*b)+inner.runs(b.Runs, true)))
		}
	})
	return strings.Join(parts, " ")
}

// note writes a note with its mark; its further paragraphs follow it.
func (w *lineWriter) note(n Note) {
	w.gap()
	inner := &lineWriter{labels: w.labels}
	inner.blocks(n.Blocks)
	text := strings.TrimSpace(inner.b.String())
	text = regexp.MustCompile(`\n{2,}`).ReplaceAllString(text, "\n")
	mark := noteMark(n.Label)
	if strings.HasPrefix(mark, "[^") {
		mark += ":"
	}
	w.b.WriteString(mark + " " + text + "\n\n")
}

// noteMark writes a mark as readers of text know it: ¹ for digits, stars as
// they are, [^a] for others.
func noteMark(label string) string {
	if _, err := strconv.Atoi(label); err == nil {
		return raise(label)
	}
	if label != "" && strings.Trim(label, "*") == "" {
		return label
	}
	return "[^" + strings.NewReplacer(" ", "", "[", "", "]", "").Replace(label) + "]"
}

func raise(digits string) string {
	raised := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return raised[r-'0']
		}
		return r
	}, digits)
}

// runs writes runs with the marks of Markdown.
func (w *lineWriter) runs(runs []Run, bold bool) string {
	var b strings.Builder
	for _, r := range runs {
		switch {
		case r.Note != "":
			b.WriteString(noteMark(w.labels[r.Note]))
		case r.Super && isDigits(r.Text):
			b.WriteString(raise(strings.TrimSpace(r.Text)))
			if strings.HasSuffix(r.Text, " ") {
				b.WriteByte(' ')
			}
		case r.Bold && bold && strings.TrimSpace(r.Text) != "":
			inner := strings.TrimSpace(r.Text)
			before, after, _ := strings.Cut(r.Text, inner)
			b.WriteString(before + "**" + escape(inner) + "**" + after)
		default:
			b.WriteString(escape(r.Text))
		}
	}
	return strings.ReplaceAll(b.String(), "****", "")
}

func isDigits(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// escape puts a backslash before what means something in Markdown within a
// line. A star behind a word stays: it is the mark of a footnote.
func escape(text string) string {
	if !strings.ContainsAny(text, "\\*_[]<>") {
		return text
	}
	var b strings.Builder
	before := ' '
	for _, r := range text {
		switch {
		case strings.ContainsRune("\\[]<>", r), r == '_' && !unicode.IsLetter(before) && !unicode.IsDigit(before), r == '*' && unicode.IsSpace(before) && b.Len() > 0:
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

var reLineMark = regexp.MustCompile(`(?m)^([ \t]*)(#{1,6}\s|>|---|===|\|)`)

// guardLine keeps the start of a line from being a mark of Markdown.
func guardLine(text string) string { return reLineMark.ReplaceAllString(text, `$1\$2`) }
