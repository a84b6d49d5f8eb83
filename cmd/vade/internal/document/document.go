package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Format is the kind of a file, as its content tells it.
type Format string

// The formats that are read.
const (
	DOCX Format = "docx"
	ODT  Format = "odt"
	PDF  Format = "pdf"
	HTML Format = "html"
	Text Format = "text" // plain text or Markdown
)

// A Document is what a file says, free of its format.
type Document struct {
	Name     string // of the file, without folders
	Format   Format
	SHA256   string // of the file's bytes, in hexadecimal
	Title    string // from the file's properties; may be empty or stale
	Language string // the same, a BCP 47 tag such as "en-GB"
	Pages    int    // 0: unknown
	Blocks   []Block
	Notes    []Note
	Headers  []RunningLine
	Footers  []RunningLine
	Warnings []string // what a person must know: sentences without full stop

	decoded string // the text of a text file
}

// Kind says what a block is.
type Kind int

// The kinds of block.
const (
	Paragraph Kind = iota
	Heading
	Item // of a list
	Table
)

// A Block is a paragraph, a heading, a list item or a table.
type Block struct {
	Kind    Kind
	Level   int    // of a heading (1 to 6), or the depth of a list item (from 0)
	Ordered bool   // the item's label counts
	Label   string // of an item or a heading, as printed: "3.", "(a)", "•"
	Page    int    // from 1; 0: unknown
	Style   string // of a Word file: StyleQuote and its like; "" for all others
	Runs    []Run  // but for tables
	Rows    []Row  // of a table
}

// A Row is a row of a table.
type Row struct {
	Cells  []Cell
	Header bool
}

// A Cell may hold any blocks, tables included. A cell that goes on from the
// row above is empty.
type Cell struct {
	Blocks []Block
	Span   int // columns that it takes, at least 1
}

// A Run is a stretch of text in one style. A line break is "\n", a tab "\t".
// A run with a Note is the reference to that note; its text is the mark.
type Run struct {
	Text         string
	Bold, Italic bool
	Super        bool   // raised above the line
	Code         bool   // of a Word file: in the style for code
	Image        string // of a Word file that [Word.Write] wrote: an image's name; the text describes it
	Link         string // http, https or mailto
	Note         string // ID of a Note
}

// A Note is a footnote or an endnote.
type Note struct {
	ID      string // in this document
	Label   string // as printed: "1", "*", "iv"
	Endnote bool
	Page    int // where it stands; 0: unknown
	Block   int // index of the block that refers to it; -1: none does
	Blocks  []Block
}

// RunningLine is a line of a page's header or footer.
type RunningLine struct {
	Page int // 0: every page
	Text string
}

const maxSize = 100 << 20 // bytes of a file

// Read reads a file. The name serves only for messages. An error is a
// sentence that names the file and the remedy.
func Read(ctx context.Context, name string, data []byte) (doc *Document, err error) {
	name = CleanLine(name)
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("%s: the file is damaged in a way that cannot be read; open it in the program it was made with and save it again", name)
		}
	}()
	format, err := sniff(data)
	if err == nil {
		doc, err = readers[format](ctx, data)
	}
	if err == nil && doc.empty() {
		err = errors.New("holds no text; check that the right file was saved")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	doc.Name, doc.Format, doc.SHA256 = base, format, hex.EncodeToString(sum[:])
	doc.Title, doc.Language = CleanLine(doc.Title), CleanLine(doc.Language)
	doc.tidy()
	doc.placeNotes()
	if format != Text && doc.Lined() {
		doc.warn("each printed line is a paragraph of its own, as in text taken from a PDF; the lines are joined by their words")
	}
	return doc, nil
}

var readers = map[Format]func(context.Context, []byte) (*Document, error){
	DOCX: readDOCX,
	ODT:  readODT,
	PDF:  readPDF,
	HTML: readHTML,
	Text: readPlain,
}

func (d *Document) empty() bool { return len(d.Blocks) == 0 && len(d.Notes) == 0 }

func (d *Document) warn(format string, args ...any) {
	w := fmt.Sprintf(format, args...)
	for _, have := range d.Warnings {
		if have == w {
			return
		}
	}
	d.Warnings = append(d.Warnings, w)
}

// each calls f on every block of the list and of the tables in it.
func each(blocks []Block, f func(*Block)) {
	for i := range blocks {
		f(&blocks[i])
		for _, row := range blocks[i].Rows {
			for _, c := range row.Cells {
				each(c.Blocks, f)
			}
		}
	}
}

// tidy cleans the text of all blocks and drops what is left empty.
func (d *Document) tidy() {
	d.Blocks = tidyBlocks(d.Blocks)
	for i := range d.Notes {
		d.Notes[i].Blocks = tidyBlocks(d.Notes[i].Blocks)
		d.Notes[i].Label = CleanLine(d.Notes[i].Label)
	}
	d.Headers, d.Footers = tidyRunningLines(d.Headers), tidyRunningLines(d.Footers)
}

func tidyRunningLines(list []RunningLine) (out []RunningLine) {
	seen := map[RunningLine]bool{}
	for _, f := range list {
		if f.Text = CleanLine(f.Text); f.Text != "" && !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out
}

func tidyBlocks(blocks []Block) (out []Block) {
	for _, b := range blocks {
		for r := range b.Rows {
			for c := range b.Rows[r].Cells {
				cell := &b.Rows[r].Cells[c]
				cell.Blocks = tidyBlocks(cell.Blocks)
				cell.Span = max(cell.Span, 1)
			}
		}
		b.Label = CleanLine(b.Label)
		b.Runs = tidyRuns(b.Runs)
		if len(b.Runs) > 0 || filled(b.Rows) {
			out = append(out, b)
		}
	}
	return out
}

func filled(rows []Row) bool {
	for _, r := range rows {
		for _, c := range r.Cells {
			if len(c.Blocks) > 0 {
				return true
			}
		}
	}
	return false
}

// tidyRuns cleans runs, joins those of one style, and takes the space at both
// ends away.
func tidyRuns(runs []Run) []Run {
	var out []Run
	var parts []string // of the last run, joined at its end
	for _, r := range runs {
		r.Text = clean(r.Text)
		if r.Text == "" {
			continue
		}
		if r.Note == "" && r.Super && strings.TrimSpace(r.Text) == "" {
			r.Super = false
		}
		if n := len(out); n > 0 && r.Note == "" && sameStyle(out[n-1], r) {
			parts = append(parts, r.Text)
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].Text = strings.Join(parts, "")
		}
		out, parts = append(out, r), append(parts[:0], r.Text)
	}
	if n := len(out); n > 0 {
		out[n-1].Text = strings.Join(parts, "")
	}
	for len(out) > 0 {
		if out[0].Text = strings.TrimLeft(out[0].Text, " \t\n"); out[0].Text != "" {
			break
		}
		out = out[1:]
	}
	for len(out) > 0 {
		last := &out[len(out)-1]
		if last.Text = strings.TrimRight(last.Text, " \t\n"); last.Text != "" {
			break
		}
		out = out[:len(out)-1]
	}
	return out
}

func sameStyle(a, b Run) bool {
	a.Text, b.Text = "", ""
	return a == b
}

// placeNotes finds the block that refers to each note, and drops references
// that lead nowhere.
func (d *Document) placeNotes() {
	at := map[string]int{}
	for i, n := range d.Notes {
		at[n.ID] = i
		d.Notes[i].Block = -1
	}
	for i := range d.Blocks {
		each(d.Blocks[i:i+1], func(b *Block) {
			for j := range b.Runs {
				r := &b.Runs[j]
				n, ok := at[r.Note]
				switch {
				case r.Note == "":
				case !ok:
					r.Note, r.Super = "", true
				case d.Notes[n].Block < 0:
					d.Notes[n].Block = i
					if d.Notes[n].Page == 0 {
						d.Notes[n].Page = b.Page
					}
				}
			}
		})
	}
}

// Plain is the text of a block without style and without the marks of notes.
func (b Block) Plain() string {
	var s strings.Builder
	for _, r := range b.Runs {
		if r.Note == "" {
			s.WriteString(r.Text)
		}
	}
	return s.String()
}

// headingLevel bounds the level of a heading.
func headingLevel(n int) int { return min(max(n, 1), 6) }

// count writes a number with its noun: "1 byte", "3 bytes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// SafeLink is href if it may stand on a page, or "": it leads neither to a script nor
// to a file that only its author has.
func SafeLink(href string) string {
	href = CleanLine(href)
	low := strings.ToLower(href)
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if strings.HasPrefix(low, scheme) && len(href) < 2000 && !strings.ContainsAny(href, " <>\"") {
			return href
		}
	}
	return ""
}
