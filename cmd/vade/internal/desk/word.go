package desk

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vademecum/cmd/vade/internal/document"
)

// A Word file of a page shows its title, summary, fields and text, and carries the
// page itself. Of one that comes in again, what was not edited stays as the page
// has it, byte for byte.

// A wordPage is a page with what its Word file holds.
type wordPage struct {
	file    string
	text    *text
	reading *reading
	word    *document.Word
}

// wordOf gives the Word file of a page's bytes, in a language of the interface.
func (d *Desk) wordOf(c *catalog, file string, all []byte, lang string) (*wordPage, error) {
	w := d.looks[lang].words
	t := open(file, all)
	if t.matter == nil {
		return nil, refuse(http.StatusConflict, "%s", w.get("word_raw"))
	}
	p := c.byFile[file]
	if p == nil {
		p = c.pageOf(file)
	}
	v := t.matter.values
	s := &sheet{page: p, lang: lang, words: w, catalog: c}
	out := &document.Word{RightToLeft: p.Lang == "ar", Image: d.image, Carried: &document.Carried{File: file, Source: all}}
	out.Language, out.Title = p.Lang, oneLine(cmp.Or(v.get("title").scalar(), p.Path))
	out.Blocks = append(out.Blocks, document.Block{Kind: document.Heading, Level: 1, Style: document.StyleTitle, Runs: []document.Run{{Text: out.Title}}})
	if summary := oneLine(v.get("summary").scalar()); summary != "" {
		out.Blocks = append(out.Blocks, document.Block{Style: document.StyleSubtitle, Runs: []document.Run{{Text: summary}}})
	}
	table := document.Block{Kind: document.Table, Style: document.StyleFields, Label: w.get("word_fields")}
	table.Rows = append(table.Rows, document.Row{Header: true, Cells: []document.Cell{cellOf(w.get("word_field")), cellOf(w.get("word_value"))}})
	for _, k := range s.record(formFields(c.fields(p), false), v, nil, formPrefix, "") {
		if values := s.said(k); len(values) > 0 && k.Path != "title" && k.Path != "summary" {
			table.Rows = append(table.Rows, document.Row{Cells: []document.Cell{cellOf(k.Label), cellOf(values...)}})
		}
	}
	if len(table.Rows) > 1 {
		out.Blocks = append(out.Blocks, table)
	}
	r := readMarkdown(t.body, links{d.publicAddress(), p.Address(c.languages[0])})
	for _, piece := range r.pieces {
		out.Blocks = append(out.Blocks, piece.blocks...)
	}
	out.Notes = r.notes
	return &wordPage{file, t, r, out}, nil
}

func cellOf(paragraphs ...string) document.Cell {
	c := document.Cell{Span: 1}
	for _, p := range paragraphs {
		c.Blocks = append(c.Blocks, document.Block{Runs: []document.Run{{Text: p}}})
	}
	return c
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// said gives what a field says, in paragraphs.
func (s *sheet) said(c *control) []string {
	var out []string
	switch c.Widget {
	case "kept", "hidden":
	case "check":
		if c.Value == "true" {
			out = append(out, s.words.get("yes"))
		}
	case "record":
		for _, k := range c.Controls {
			if inner := s.said(k); len(inner) > 0 {
				out = append(out, k.Label+": "+strings.Join(inner, "; "))
			}
		}
	case "entries", "records":
		for _, item := range c.Items {
			if len(item.Controls) == 0 {
				out = append(out, s.said(item)...)
				continue
			}
			var parts []string
			for _, k := range item.Controls {
				if inner := s.said(k); len(inner) > 0 {
					parts = append(parts, k.Label+": "+strings.Join(inner, "; "))
				}
			}
			if len(parts) > 0 {
				out = append(out, strings.Join(parts, "\n"))
			}
		}
	case "select":
		for _, o := range c.Options {
			if o.Selected && o.Value != "" {
				out = append(out, o.Label)
			}
		}
	case "lines":
		for line := range strings.SplitSeq(c.Value, "\n") {
			if line = oneLine(line); line != "" {
				out = append(out, line)
			}
		}
	default:
		if text := oneLine(c.Value); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// noAddress stands in links of a site that does not say where it is published.
const noAddress = "https://site.invalid"

// publicAddress is where the site is published, as its configuration says.
func (d *Desk) publicAddress() string {
	text, err := fs.ReadFile(d.store.source.FS(), "hugo.toml")
	var config struct {
		BaseURL string `toml:"baseURL"`
	}
	if err != nil || toml.Unmarshal(text, &config) != nil || !strings.HasPrefix(config.BaseURL, "http") {
		return noAddress
	}
	return strings.TrimRight(config.BaseURL, "/")
}

// mostWord bounds a Word file that is looked at for a page that it carries, in
// bytes.
const mostWord = 64 << 20

// mostOfImage bounds an image in a Word file, in bytes.
const mostOfImage = 20 << 20

// image gives the bytes of an image that stands beside a page.
func (d *Desk) image(name string) []byte {
	name = strings.TrimPrefix(name, "/")
	if contentFile(name) != nil || noLinks(d.store.content, name) != nil {
		return nil
	}
	if info, err := d.store.content.Stat(name); err != nil || info.Size() > mostOfImage {
		return nil
	}
	data, _ := d.store.content.ReadFile(name) // an image that cannot be read is shown by its description
	return data
}

// takeWord gives a page as a Word file.
func (d *Desk) takeWord(w http.ResponseWriter, r *http.Request) error {
	file := r.URL.Query().Get("page")
	all, err := d.store.read(file)
	if err != nil {
		return err
	}
	page, err := d.wordOf(d.shelf.read(), file, all, d.lang(r))
	if err != nil {
		return err
	}
	data, err := page.word.Write()
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(path.Base(file), path.Ext(file)) + ".docx"
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, err = w.Write(data)
	return err
}

// A wordHead is what stands in a Word file above the text of its page.
type wordHead struct {
	title, summary string
	fields         map[string]string // by label
}

// readWord takes a Word file of a page apart. What somebody wrote between the
// parts of its head belongs to the text.
func readWord(doc *document.Document) (*wordHead, *wordText) {
	head := &wordHead{fields: map[string]string{}}
	seen := map[string]bool{}
	var body []document.Block
	for _, b := range doc.Blocks {
		if seen[b.Style] || !slices.Contains([]string{document.StyleTitle, document.StyleSubtitle, document.StyleFields}, b.Style) {
			if b.Style == document.StyleTitle || b.Style == document.StyleSubtitle {
				b.Style = ""
			}
			body = append(body, b)
			continue
		}
		seen[b.Style] = true
		switch b.Style {
		case document.StyleTitle:
			head.title = oneLine(b.Plain())
		case document.StyleSubtitle:
			head.summary = oneLine(b.Plain())
		default:
			for _, row := range b.Rows {
				if len(row.Cells) > 1 {
					head.fields[plainCell(row.Cells[0])] = plainCell(row.Cells[1])
				}
			}
		}
	}
	return head, newWordText(body, doc.Notes)
}

func plainCell(c document.Cell) string {
	var parts []string
	for _, b := range c.Blocks {
		parts = append(parts, b.Plain())
	}
	return oneLine(strings.Join(parts, " "))
}

// carried gives the page that a Word file was made of; nil if it is none of a
// page, or names a place where no page can be.
func (d *Desk) carried(r *http.Request, name string, data []byte) *document.Carried {
	if path.Ext(strings.ToLower(name)) != ".docx" {
		return nil
	}
	c := document.ReadCarried(r.Context(), data)
	switch {
	case c == nil, len(c.Source) > mostText, pageFile(c.File) != nil, noLinks(d.store.content, c.File) != nil, open(c.File, c.Source).matter == nil:
		return nil
	}
	return c
}

// wordCame shows what a Word file of a page would change. What it carries is taken
// for what the page was, and shown beside the page as it is: a file that lies
// about it shows no more than a text that its author could have typed.
func (d *Desk) wordCame(w http.ResponseWriter, r *http.Request, name string, data []byte, carried *document.Carried) error {
	doc, err := document.Read(r.Context(), name, data)
	if err != nil {
		return err
	}
	c := d.shelf.read()
	lang := d.lang(r)
	was, err := d.wordOf(c, carried.File, carried.Source, lang)
	if err != nil {
		return err
	}
	before, err := was.again(r)
	if err != nil {
		return err
	}
	oldHead, oldText := readWord(before)
	head, newText := readWord(doc)
	body := was.reading.merged(was.text.body, oldText, newText)
	edited := body != was.text.body || head.title != oldHead.title || head.summary != oldHead.summary

	f := &form{File: carried.File}
	base, now := carried.Source, []byte(nil)
	if all, err := d.store.read(carried.File); err == nil {
		now, f.Was = all, sum(all)
		if edited && !bytes.Equal(all, carried.Source) && open(carried.File, all).matter != nil {
			base = all
		}
	}
	if !bytes.Equal(base, now) {
		f.Carried = base64.StdEncoding.EncodeToString(base)
	}
	e := d.editor(c, f, open(carried.File, base), lang)
	e.Review, e.Pages = nil, nil
	sent := *e.text.matter.values
	sent.fields = slices.Clone(sent.fields)
	for _, part := range []struct{ field, before, after string }{{"title", oldHead.title, head.title}, {"summary", oldHead.summary, head.summary}} {
		if part.after != part.before && part.after != "" {
			sent.set(part.field, &value{text: part.after})
		}
	}
	next, err := e.text.with(e.sheet.fields, &sent, body)
	if err != nil {
		return refuse(http.StatusConflict, "%s", e.sheet.words.get("tangled"))
	}
	e.fill(&sent, &body)
	e.Dirty = !bytes.Equal(next, now)
	v := &view{Good: "word_same"}
	if e.Dirty {
		v.Good = ""
		f.Diff, f.DiffTitle = difference(string(now), string(next)), "word_changes"
		if !bytes.Equal(base, carried.Source) || !edited && f.Was != "" {
			e.Errors = append(e.Errors, e.sheet.words.get("word_older"))
		}
	}
	if lost := d.lostFields(c, carried, head); len(lost) > 0 {
		e.Errors = append(e.Errors, fmt.Sprintf(e.sheet.words.get("word_lost"), strings.Join(lost, ", ")))
	}
	if body != was.text.body {
		e.Errors = append(e.Errors, doc.Warnings...)
	}
	return d.showForm(w, r, c, e, v)
}

// again reads the Word file that the page gives.
func (p *wordPage) again(r *http.Request) (*document.Document, error) {
	data, err := p.word.Write()
	if err != nil {
		return nil, err
	}
	return document.Read(r.Context(), p.file, data)
}

// lostFields names the fields that were changed in the table of a Word file: they
// are facts, which are checked in the form and not taken from a text.
func (d *Desk) lostFields(c *catalog, carried *document.Carried, head *wordHead) []string {
	var fewest []string
	for i, lang := range interfaceLanguages {
		was, err := d.wordOf(c, carried.File, carried.Source, lang)
		if err != nil {
			continue
		}
		old, _ := readWord(&document.Document{Blocks: was.word.Blocks})
		var lost []string
		for label, value := range head.fields {
			if before, ok := old.fields[label]; !ok || plainLine(before) != plainLine(value) {
				lost = append(lost, label)
			}
		}
		if i == 0 || len(lost) < len(fewest) {
			fewest = lost
		}
	}
	slices.Sort(fewest)
	return fewest
}

var reNotPlain = regexp.MustCompile(`[\p{Z}\p{C}\x{2010}\x{2011}-]+`)

// plainLine gives a text without what a Word file may change of its signs.
func plainLine(text string) string { return reNotPlain.ReplaceAllString(text, "") }

var errNotWhole = refuse(http.StatusBadRequest, "the form did not arrive whole; go back and send it again")

// baseOf gives the text that a form changes: that of the file, or that which a
// Word file carried.
func baseOf(all []byte, carried string) ([]byte, error) {
	if carried == "" {
		return all, nil
	}
	base, err := base64.StdEncoding.DecodeString(carried)
	if err != nil || len(base) > mostText {
		return nil, errNotWhole
	}
	return base, nil
}
