package importer

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"

	"vademecum/cmd/vade/internal/council"
	"vademecum/cmd/vade/internal/document"
)

// documentFolder holds the pages of plain documents, under the content folder.
var documentFolder = filepath.Join("documents", "own")

// A PlainDocument is the front matter of the page of a document that is neither
// a note nor a resolution.
type PlainDocument struct {
	Title     string         `yaml:"title"`
	Reach     Reach          `yaml:"reach"`
	Language  string         `yaml:"language"` // of the text
	Source    DocumentSource `yaml:"source"`
	Suggested Suggestions    `yaml:"suggested"`
}

// A DocumentSource names the file that a document came in.
type DocumentSource struct {
	File     string `yaml:"file"`
	SHA256   string `yaml:"sha256"`
	Pages    int    `yaml:"pages,omitempty"`
	Original string `yaml:"original,omitempty"` // the copy beside the page
}

// Suggestions are what a document seems to be about. A person takes over what is
// right.
type Suggestions struct {
	Themes     []string `yaml:"themes"`
	Countries  []string `yaml:"countries"`
	Paragraphs []string `yaml:"paragraphs"`
}

// document makes a page of a document, with all that it says.
func (im *Importer) document(doc *Document, data []byte) (*Result, error) {
	if !im.Documents {
		_, _, err := Note(doc, Site{})
		return nil, err
	}
	site, err := im.Site()
	if err != nil {
		return nil, err
	}
	blocks, notes := doc.whole()
	report := &Report{Source: filepath.Base(doc.Name), Mended: doc.Mended}
	for _, d := range doc.Doubts {
		report.open("text", d)
	}
	front := PlainDocument{Title: titleOf(doc, blocks), Reach: im.Reach, Language: textLanguage(blocks)}
	if front.Reach == "" {
		front.Reach = Own
	}
	front.Source = DocumentSource{File: filepath.Base(doc.Name), SHA256: doc.SHA256, Pages: doc.source.Pages}
	front.Suggested = suggest(blocks, site, report)
	name := slug(strings.TrimSuffix(front.Source.File, filepath.Ext(front.Source.File)))
	if name == "" {
		name = "document-" + doc.SHA256[:8]
	}
	folder := filepath.Join(im.ContentDir, documentFolder, name)
	for n := 2; im.Together && im.wrote[filepath.Join(folder, "index.md")] != "" && n <= mostOfMonth; n++ {
		folder = filepath.Join(im.ContentDir, documentFolder, fmt.Sprintf("%s-%d", name, n))
	}
	if im.KeepOriginal {
		front.Source.Original = "original" + safeExtension(doc)
	}
	report.Page = filepath.Join(folder, "index.md")
	report.settle("source", front.Source.File+", SHA-256 "+front.Source.SHA256, "")
	report.settle("title", front.Title, "")
	report.settle("reach", string(front.Reach), "")
	report.Next = []string{
		"Compare the page with the original, and take over the suggestions that are right.",
		fmt.Sprintf("Build with --with %s: the document is in no other build.", front.Reach),
	}
	if hasSymbol(doc) {
		report.open("kind", "it has the symbol of a resolution and no line “The Security Council,” before the preamble; if it is one, mend that in a copy, or name its language with --lang")
	}
	text, err := documentPage(front, belowTitle(blocks, front.Title), notes)
	if err != nil {
		return nil, err
	}
	result := &Result{Outcome: Written, Kind: OtherDocument, Path: report.Page, Report: report}
	if exists(result.Path) && !im.Force && !holds(result.Path, text) {
		return nil, fmt.Errorf("%s: the file exists; use --force to replace the document (a copy is kept), or rename the file first", result.Path)
	}
	if front.Source.Original != "" {
		if err := write(filepath.Join(folder, front.Source.Original), data); err != nil {
			return nil, err
		}
	}
	return result, im.replaceText(doc, result, text)
}

func hasSymbol(doc *Document) bool {
	_, _, ok := resolutionSymbol(doc.lines)
	return ok
}

// safeExtension is the ending of a kept original: that of its format, so that no
// file can pass for another.
func safeExtension(doc *Document) string {
	if doc.source.Format == document.HTML || doc.source.Format == document.Text {
		return ".txt" // a browser shows it, and runs nothing
	}
	return "." + string(doc.source.Format)
}

// whole gives all blocks and footnotes of a document, with tables and page
// numbers where the format has them.
func (d *Document) whole() ([]Block, []Footnote) {
	if d.source.Format == document.Text {
		return d.Blocks, d.Notes
	}
	marks := map[string]string{}
	var notes []Footnote
	for i, n := range d.source.Notes {
		mark := fmt.Sprint(i + 1)
		marks[n.ID] = mark
		var runs []Run
		for j, b := range n.Blocks {
			if j > 0 {
				runs = append(runs, Run{Text: " "})
			}
			runs = append(runs, runsOf(b.Runs, nil)...)
		}
		notes = append(notes, Footnote{Mark: mark, Runs: runs})
	}
	var blocks []Block
	for _, b := range d.source.Blocks {
		blocks = append(blocks, blockOf(b, marks))
	}
	var stray []Run
	for i, n := range d.source.Notes { // Markdown drops a footnote without a mark
		if n.Block < 0 {
			stray = append(stray, Run{Text: notes[i].Mark, Note: notes[i].Mark})
		}
	}
	if len(stray) > 0 {
		blocks = append(blocks, Block{Runs: stray})
	}
	return blocks, notes
}

func blockOf(b document.Block, marks map[string]string) Block {
	out := Block{Level: b.Level, Page: b.Page, Runs: runsOf(b.Runs, marks)}
	switch b.Kind {
	case document.Heading:
		out.Kind = Heading
		if b.Label != "" {
			out.Runs = append([]Run{{Text: b.Label + " "}}, out.Runs...)
		}
	case document.Item:
		out.Kind, out.Marker = Item, "-"
		if b.Ordered {
			out.Marker = b.Label
		}
	case document.Table:
		out.Kind = TableBlock
		for _, row := range b.Rows {
			var cells [][]Run
			for _, c := range row.Cells {
				cells = append(cells, cellRuns(c, marks))
				for range c.Span - 1 {
					cells = append(cells, nil)
				}
			}
			out.Rows = append(out.Rows, cells)
		}
	default:
		if b.Label != "" {
			out.Runs = append([]Run{{Text: b.Label + " "}}, out.Runs...)
		}
	}
	return out
}

// cellRuns joins what a cell of a table holds, tables within it included.
func cellRuns(c document.Cell, marks map[string]string) []Run {
	var out []Run
	add := func(runs []Run) {
		if len(out) > 0 {
			out = append(out, Run{Text: "; "})
		}
		out = append(out, runs...)
	}
	for _, b := range c.Blocks {
		if b.Kind != document.Table {
			add(blockOf(b, marks).Runs)
			continue
		}
		for _, row := range b.Rows {
			for _, cell := range row.Cells {
				if runs := cellRuns(cell, marks); len(runs) > 0 {
					add(runs)
				}
			}
		}
	}
	return out
}

func runsOf(runs []document.Run, marks map[string]string) []Run {
	var out []Run
	for _, r := range runs {
		run := Run{Text: r.Text, Bold: r.Bold, Italic: r.Italic, Link: r.Link, Note: marks[r.Note]}
		if run.Note == "" && r.Super {
			run.Text = upperDigits(r.Text)
		}
		out = append(out, run)
	}
	return out
}

// titleOf is the first heading of a document, or its first line, or its name.
func titleOf(doc *Document, blocks []Block) string {
	for _, b := range blocks {
		if b.Kind == Heading {
			return beginning(oneLine(plain(b.Runs)), longestTitle)
		}
	}
	if t := oneLine(doc.source.Title); t != "" {
		return beginning(t, longestTitle)
	}
	for _, b := range blocks {
		if t := oneLine(firstLine(plain(b.Runs))); t != "" {
			return beginning(t, longestTitle)
		}
	}
	return filepath.Base(doc.Name)
}

// belowTitle leaves out the heading that opens a document and is the page's title.
func belowTitle(blocks []Block, title string) []Block {
	if len(blocks) < 2 || blocks[0].Kind != Heading || oneLine(plain(blocks[0].Runs)) != title {
		return blocks
	}
	if slices.ContainsFunc(blocks[0].Runs, func(r Run) bool { return r.Note != "" || r.Link != "" }) {
		return blocks // a note or a link that would be lost
	}
	return blocks[1:]
}

// suggest finds what a document seems to be about.
func suggest(blocks []Block, site Site, report *Report) Suggestions {
	out := Suggestions{Themes: []string{}, Countries: []string{}, Paragraphs: []string{}}
	text := blocksText(blocks)
	themes, _ := findThemes("", text, site.Vocabulary)
	for _, s := range themes {
		if s.strong && s.count > 1 {
			out.Themes = append(out.Themes, s.id)
			report.guess("themes", s.id, fmt.Sprintf("%s: “%s”", times(s.count), s.passage))
		}
	}
	hits := newLexicon(site.Vocabulary, country).find(text)
	for i, h := range hits {
		id := h.ids[0]
		if len(h.ids) > 1 || id == elsewhere || h.unsure || contains(out.Countries, id) ||
			!capitalised(text, h.start) || !bounded(text, h, hits[:i], hits[i+1:]) {
			continue
		}
		out.Countries = append(out.Countries, id)
		report.guess("countries", id, passage(text, h.start, h.end))
	}
	for _, c := range council.FindParagraphs(text, "") {
		out.Paragraphs = append(out.Paragraphs, c.ID)
		report.guess("paragraphs", c.ID, c.Text)
	}
	return out
}

// documentPage writes the page.
func documentPage(front PlainDocument, blocks []Block, notes []Footnote) ([]byte, error) {
	head, err := yaml.MarshalWithOptions(front, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("front matter of %s: %w", front.Source.File, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n%s---\n", head)
	writeBlocks(&b, demoted(blocks), notes)
	return b.Bytes(), nil
}

// demoted gives blocks whose highest heading is of level 2: the title is the
// page's only heading of level 1.
func demoted(blocks []Block) []Block {
	top := 0
	for _, b := range blocks {
		if b.Kind == Heading && (top == 0 || b.Level < top) {
			top = b.Level
		}
	}
	out := slices.Clone(blocks)
	for i := range out {
		if out[i].Kind == Heading {
			out[i].Level = max(2, min(6, 2+out[i].Level-top))
		}
	}
	return out
}

// textLanguage tells the language of a text: by its writing, or else by its
// commonest words.
func textLanguage(blocks []Block) string {
	count := map[string]int{}
	for _, b := range blocks {
		for _, r := range plain(b.Runs) {
			switch {
			case unicode.Is(unicode.Cyrillic, r):
				count["ru"]++
			case unicode.Is(unicode.Arabic, r):
				count["ar"]++
			case unicode.Is(unicode.Han, r):
				count["zh"] += 3 // a word has fewer of them
			case unicode.Is(unicode.Latin, r):
				count[""]++
			}
		}
	}
	for _, lang := range []string{"ru", "ar", "zh"} {
		if count[lang] > count[""] {
			return lang
		}
	}
	return commonLanguage(blocks)
}
