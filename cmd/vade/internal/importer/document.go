package importer

import (
	"strings"

	"vademecum/cmd/vade/internal/document"
)

// A Document is what a file says, free of its format: blocks in reading
// order, footnotes taken out of the text and kept beside it.
type Document struct {
	Name   string // of the file, as it was given
	SHA256 string // of the file's bytes, in hexadecimal
	Blocks []Block
	Notes  []Footnote
	Mended []string // what was repaired while reading
	Doubts []string // damage that was seen and left alone

	// Where pages end and lines break can only be seen in the lines, before
	// blocks and footnotes were looked for.
	lines   []line
	marked  bool     // the lines held marks of Markdown
	decoded []string // what was repaired before that
	source  *document.Document
	title   []Run  // an information note's own: "Information Note"
	parts   []part // of an information note
}

// A Footnote is a note's text; runs of the document refer to its mark.
type Footnote struct {
	Mark string // "1", "2", … in the order of the notes
	Runs []Run
}

// BlockKind says what a block is.
type BlockKind int

// The kinds of block.
const (
	Paragraph BlockKind = iota
	Heading
	Item // of a list
	TableBlock
)

// A Block is one paragraph, heading or list item.
type Block struct {
	Kind      BlockKind
	Level     int    // of a heading (1 to 6), or the depth of a list item (from 0)
	Marker    string // of a list item as printed: "-", "*", "1."
	Runs      []Run
	AfterNote string    // the mark of the footnote that stood just before the block
	Page      int       // from 1; 0 where the format has no pages
	Rows      [][][]Run // of a table: the cells of each row
}

// A Run is a stretch of text in one style. A line break of the source that
// may mean something is kept as "\n", a tab as "\t". A run with a Note is the
// reference to that footnote, and its text is how the mark was printed.
type Run struct {
	Text         string
	Bold, Italic bool
	Link         string
	Note         string
}

// plain is the text of runs without style and footnote marks.
func plain(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Note == "" {
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

// cut parts runs at a byte of their plain text. A footnote mark that stands at
// the cut goes with the text before it.
func cut(runs []Run, at int) (head, tail []Run) {
	for i, r := range runs {
		switch {
		case r.Note != "":
			head = append(head, r)
		case at <= 0:
			return head, append(tail, runs[i:]...)
		case len(r.Text) <= at:
			head = append(head, r)
			at -= len(r.Text)
		default:
			left, right := r, r
			left.Text, right.Text = r.Text[:at], r.Text[at:]
			return append(head, left), append(append(tail, right), runs[i+1:]...)
		}
	}
	return head, nil
}

// trim removes the given characters at both ends of the runs' text, and runs
// that are left empty.
func trim(runs []Run, cutset string) []Run {
	out := append([]Run(nil), runs...)
	for i := 0; i < len(out); i++ {
		if out[i].Note != "" {
			continue
		}
		out[i].Text = strings.TrimLeft(out[i].Text, cutset)
		if out[i].Text != "" {
			break
		}
	}
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].Note != "" {
			continue
		}
		out[i].Text = strings.TrimRight(out[i].Text, cutset)
		if out[i].Text != "" {
			break
		}
	}
	kept := out[:0]
	for _, r := range out {
		if r.Text != "" || r.Note != "" {
			kept = append(kept, r)
		}
	}
	return kept
}

// boldPrefix is the length of the plain text that stands in bold at the start.
func boldPrefix(runs []Run) int {
	n := 0
	for _, r := range runs {
		if r.Note != "" {
			continue
		}
		if !r.Bold && strings.TrimSpace(r.Text) != "" {
			break
		}
		if r.Bold {
			n += len(r.Text)
		}
	}
	return n
}
