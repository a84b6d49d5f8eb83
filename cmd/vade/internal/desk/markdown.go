package desk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	noted "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	lines "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"vademecum/cmd/vade/internal/document"
	"vademecum/cmd/vade/internal/importer"
)

// A piece is a part of a page's text that stands alone: a paragraph, a list, a
// table, the text of a footnote.
type piece struct {
	text   string // with the empty lines below it
	blocks []document.Block
	note   string // the label of a footnote
	// What a Word file does not keep, by which a piece that was edited is written
	// as its author wrote it.
	attributes string // of a heading: "{#themes}"
	rule       string // of a table: the line below its head
	loose      bool   // a list with empty lines between its entries
}

// A reading is a text taken apart.
type reading struct {
	pieces []piece
	notes  []document.Note
	labels []string // of the notes
	links  links
}

// reader reads Markdown as the site does.
var reader = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.Strikethrough, extension.Linkify, extension.DefinitionList),
	goldmark.WithParserOptions(parser.WithHeadingAttribute())).Parser()

// readMarkdown takes the text of a page apart.
func readMarkdown(body string, to links) *reading {
	source := []byte(body)
	root := reader.Parse(lines.NewReader(source))
	rd := &reading{links: to}
	m := &markdownReader{source: source, links: to}
	type part struct {
		node  ast.Node
		start int
	}
	var parts []part
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if list, ok := n.(*noted.FootnoteList); ok {
			for f := list.FirstChild(); f != nil; f = f.NextSibling() {
				m.labels = append(m.labels, string(f.(*noted.Footnote).Ref))
				parts = append(parts, part{f, m.start(f)})
			}
			continue
		}
		parts = append(parts, part{n, m.start(n)})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.start, b.start) })
	rd.labels = m.labels
	rd.notes = make([]document.Note, len(m.labels))
	for i, p := range parts {
		end := len(source)
		if i+1 < len(parts) {
			end = parts[i+1].start
		}
		start := p.start
		if i == 0 {
			start = 0
		}
		pc := piece{text: body[start:max(start, end)]}
		switch n := p.node.(type) {
		case *noted.Footnote:
			pc.note = string(n.Ref)
			at := slices.Index(m.labels, pc.note)
			rd.notes[at] = document.Note{ID: noteID(at), Blocks: m.children(n, 0)}
		case *ast.Heading:
			pc.attributes = reAttributes.FindString(strings.TrimRight(pc.text, " \n"))
			pc.blocks = m.block(n, 0)
		case *noted.Table:
			if lines := strings.SplitN(strings.TrimLeft(pc.text, "\n"), "\n", 3); len(lines) > 1 {
				pc.rule = lines[1]
			}
			pc.blocks = m.block(n, 0)
		case *ast.List:
			pc.loose = !n.IsTight
			pc.blocks = m.block(n, 0)
		default:
			pc.blocks = m.block(n, 0)
		}
		rd.pieces = append(rd.pieces, pc)
	}
	return rd
}

var reAttributes = regexp.MustCompile(`\{[^{}\n]*\}$`)

// noteID is the ID that a reader of Word files gives the note at a place.
func noteID(at int) string { return fmt.Sprintf("footnote %d", at+1) }

type markdownReader struct {
	source []byte
	links  links
	labels []string
}

// start gives where the line begins on which a node does.
func (m *markdownReader) start(n ast.Node) int {
	first := len(m.source)
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if p := n.Pos(); entering && p >= 0 {
			first = min(first, p)
		}
		if entering && n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			first = min(first, n.Lines().At(0).Start)
		}
		return ast.WalkContinue, nil
	})
	first = min(first, len(m.source))
	return strings.LastIndexByte(string(m.source[:first]), '\n') + 1
}

func (m *markdownReader) children(n ast.Node, level int) []document.Block {
	var out []document.Block
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		out = append(out, m.block(k, level)...)
	}
	return out
}

var reShortcode = regexp.MustCompile(`^\{\{[<%].*[>%]\}\}$`)

// block gives what a node is shown as: no block is empty. What has no like in a
// Word file is shown as it is written.
func (m *markdownReader) block(n ast.Node, level int) []document.Block {
	b := document.Block{}
	switch n := n.(type) {
	case *ast.Heading:
		b.Kind, b.Level, b.Runs = document.Heading, n.Level, m.runs(n)
	case *ast.Paragraph, *ast.TextBlock:
		if raw := m.raw(n); reShortcode.MatchString(raw) {
			return m.verbatim(raw)
		}
		b.Runs = m.runs(n)
	case *ast.List:
		return m.list(n, level)
	case *ast.Blockquote:
		out := m.children(n, level)
		for i := range out {
			if out[i].Kind == document.Paragraph {
				out[i].Style = document.StyleQuote
			}
		}
		return out
	case *noted.Table:
		b.Kind = document.Table
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			_, head := row.(*noted.TableHeader)
			r := document.Row{Header: head}
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				c := document.Cell{Span: 1}
				if runs := m.runs(cell); said1(runs) {
					c.Blocks = []document.Block{{Runs: runs}}
				}
				r.Cells = append(r.Cells, c)
			}
			b.Rows = append(b.Rows, r)
		}
		if !slices.ContainsFunc(b.Rows, func(r document.Row) bool {
			return slices.ContainsFunc(r.Cells, func(c document.Cell) bool { return len(c.Blocks) > 0 })
		}) {
			return nil
		}
		return []document.Block{b}
	case *noted.FootnoteBacklink, *ast.LinkReferenceDefinition:
		return nil
	default:
		start := m.start(n)
		return m.verbatim(string(m.source[start:m.after(n)]))
	}
	if !said1(b.Runs) {
		return nil
	}
	return []document.Block{b}
}

// after gives where the next node begins.
func (m *markdownReader) after(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if next := n.NextSibling(); next != nil {
			if _, notes := next.(*noted.FootnoteList); !notes {
				return max(m.start(n), m.start(next))
			}
		}
	}
	return len(m.source)
}

func (m *markdownReader) verbatim(text string) []document.Block {
	text = strings.Trim(text, "\n")
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return []document.Block{{Style: document.StyleVerbatim, Runs: []document.Run{{Text: text}}}}
}

func said1(runs []document.Run) bool {
	return slices.ContainsFunc(runs, func(r document.Run) bool { return strings.TrimSpace(r.Text) != "" })
}

func (m *markdownReader) raw(n ast.Node) string {
	lines := n.Lines()
	if lines == nil {
		return ""
	}
	return strings.TrimSpace(string(lines.Value(m.source)))
}

func (m *markdownReader) list(n *ast.List, level int) []document.Block {
	var out []document.Block
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		for k := item.FirstChild(); k != nil; k = k.NextSibling() {
			if inner, ok := k.(*ast.List); ok {
				out = append(out, m.list(inner, level+1)...)
				continue
			}
			blocks := m.block(k, level)
			if k == item.FirstChild() && len(blocks) == 1 && blocks[0].Kind == document.Paragraph && blocks[0].Style == "" {
				b := &blocks[0]
				b.Kind, b.Level, b.Label = document.Item, level, "•"
				if n.IsOrdered() {
					b.Ordered, b.Label = true, fmt.Sprintf("%d.", number)
				}
			}
			out = append(out, blocks...)
		}
		number++
	}
	return out
}

func (m *markdownReader) runs(n ast.Node) []document.Run {
	var out []document.Run
	m.inline(n, document.Run{}, &out)
	return out
}

func (m *markdownReader) inline(n ast.Node, style document.Run, out *[]document.Run) {
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		r := style
		switch k := k.(type) {
		case *ast.Text:
			r.Text = plainText(k.Segment.Value(m.source))
			if k.HardLineBreak() {
				r.Text += "\n"
			} else if k.SoftLineBreak() {
				r.Text += " "
			}
			*out = append(*out, r)
		case *ast.String:
			r.Text = plainText(k.Value)
			*out = append(*out, r)
		case *ast.CodeSpan:
			r.Code = true
			for t := k.FirstChild(); t != nil; t = t.NextSibling() {
				if t, ok := t.(*ast.Text); ok {
					r.Text += strings.ReplaceAll(string(t.Segment.Value(m.source)), "\n", " ")
				}
			}
			*out = append(*out, r)
		case *ast.Emphasis:
			r.Bold, r.Italic = r.Bold || k.Level > 1, r.Italic || k.Level == 1
			m.inline(k, r, out)
		case *ast.Link:
			r.Link = m.links.out(string(k.Destination))
			m.inline(k, r, out)
		case *ast.AutoLink:
			r.Text, r.Link = string(k.Label(m.source)), m.links.out(string(k.URL(m.source)))
			*out = append(*out, r)
		case *ast.Image:
			var inner []document.Run
			m.inline(k, document.Run{}, &inner)
			r.Image = string(k.Destination)
			for _, i := range inner {
				r.Text += i.Text
			}
			r.Text = cmp.Or(strings.TrimSpace(r.Text), r.Image)
			*out = append(*out, r)
		case *ast.RawHTML:
			r.Text = string(k.Segments.Value(m.source))
			*out = append(*out, r)
		case *noted.FootnoteLink:
			if at := k.Index - 1; at >= 0 && at < len(m.labels) {
				r.Note, r.Text = noteID(at), fmt.Sprint(k.Index)
			}
			*out = append(*out, r)
		case *noted.FootnoteBacklink:
		default:
			m.inline(k, r, out)
		}
	}
}

// plainText resolves what stands for other letters.
func plainText(b []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))
}

// Links of a page are whole addresses in a Word file, since one that is passed
// on knows no other place.
type links struct {
	site string // "https://example.org"
	page string // the address of the page: "/themes/customs/"
}

// out gives the address for a Word file of what a link of a page leads to.
func (l links) out(to string) string {
	switch low := strings.ToLower(to); {
	case strings.HasPrefix(low, "http://"), strings.HasPrefix(low, "https://"), strings.HasPrefix(low, "mailto:"):
		return to
	case strings.HasPrefix(to, "/"):
		return l.site + to
	}
	return l.site + l.page + "./" + to
}

// in gives the link of a page back.
func (l links) in(to string) string {
	rest, ok := strings.CutPrefix(to, l.site)
	if !ok || rest != "" && rest[0] != '/' {
		return to
	}
	if own, ok := strings.CutPrefix(rest, l.page+"./"); ok { // a place on the page, or a file beside it
		return own
	}
	return cmp.Or(rest, "/")
}

// merged gives the text of a page from a Word file that was made of it: before
// is the file as it was, after as it is. Pieces that nobody touched stay as they
// are written.
func (rd *reading) merged(body string, before, after *wordText) string {
	a, b := before.keys(), after.keys()
	if slices.Equal(a, b) {
		return body
	}
	w := &markdownWriter{reading: rd, before: before, after: after, labels: map[string]string{}}
	var kept []keptPiece
	if total(rd.pieces) == len(a) {
		kept = rd.untouched(matches(a, b))
	}
	return w.whole(body, kept)
}

func total(pieces []piece) int {
	n := 0
	for _, p := range pieces {
		n += len(p.blocks)
	}
	return n
}

// A keptPiece is a piece that nobody touched, and its first block in the file.
type keptPiece struct{ piece, at int }

// untouched gives the pieces whose blocks stand together in the file as they did.
func (rd *reading) untouched(match []int) []keptPiece {
	var out []keptPiece
	at := 0
	for i, p := range rd.pieces {
		whole := len(p.blocks) > 0
		for k := range p.blocks {
			whole = whole && match[at+k] >= 0 && match[at+k] == match[at]+k
		}
		if whole {
			out = append(out, keptPiece{i, match[at]})
		}
		at += len(p.blocks)
	}
	return out
}

// matches gives for each line of a its place in b, as far as both go the same
// way; -1 for the others.
func matches(a, b []string) []int {
	out := make([]int, len(a))
	i, j := 0, 0
	for _, l := range aligned(a, b) {
		switch l.Mark {
		case " ":
			out[i] = j
			i, j = i+1, j+1
		case "-":
			out[i] = -1
			i++
		default:
			j++
		}
	}
	return out
}

// A wordText is the text of a page as a Word file holds it.
type wordText struct {
	blocks []document.Block
	notes  map[string]document.Note
}

func newWordText(blocks []document.Block, notes []document.Note) *wordText {
	t := &wordText{blocks, map[string]document.Note{}}
	for _, n := range notes {
		t.notes[n.ID] = n
	}
	return t
}

// keys gives for each block a text that is the same for blocks that say the same.
func (t *wordText) keys() []string {
	var out []string
	for _, b := range t.blocks {
		text, _ := json.Marshal(t.normal(b)) // plain data
		out = append(out, string(text))
	}
	return out
}

// normal gives a block without what does not count: its page, the number of an
// entry, the bold letters of headings.
func (t *wordText) normal(b document.Block) document.Block {
	b.Page, b.Label = 0, ""
	b.Runs = slices.Clone(b.Runs)
	for i := range b.Runs {
		r := &b.Runs[i]
		r.Bold = r.Bold && b.Kind != document.Heading
		if r.Note != "" {
			r.Text, r.Note = "", "note "+t.noteText(r.Note)
		}
	}
	rows := b.Rows
	b.Rows = nil
	for _, row := range rows {
		cells := row.Cells
		row.Cells, row.Header = nil, false
		for _, c := range cells {
			blocks := c.Blocks
			c.Blocks = nil
			for _, inner := range blocks {
				c.Blocks = append(c.Blocks, t.normal(inner))
			}
			row.Cells = append(row.Cells, c)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func (t *wordText) noteText(id string) string {
	var b strings.Builder
	for _, block := range t.notes[id].Blocks {
		text, _ := json.Marshal(t.normal(block))
		b.Write(text)
	}
	return b.String()
}

// A markdownWriter writes blocks of a Word file as Markdown.
type markdownWriter struct {
	*reading
	before, after *wordText
	labels        map[string]string // of notes, by the ID in the file
	notes         []string          // whose texts are to be written, in their order
}

// whole writes the text: pieces that are kept, and between them what is new.
func (w *markdownWriter) whole(body string, kept []keptPiece) string {
	gone := map[string]bool{} // notes of pieces that are not kept
	for _, p := range w.pieces {
		if p.note != "" {
			gone[p.note] = true
		}
	}
	w.name(gone)
	var parts []string
	at, next := 0, 0
	between := func(to, until int) {
		replaced := w.pieces[next:until]
		for _, p := range replaced {
			if len(p.blocks) == 0 && p.note == "" {
				parts = append(parts, p.text)
			}
		}
		if text := w.blocks(w.after.blocks[at:to], replaced); text != "" {
			parts = append(parts, text)
		}
		for _, p := range replaced {
			if p.note != "" && !gone[p.note] {
				parts = append(parts, p.text)
			}
		}
	}
	for _, k := range kept {
		between(k.at, k.piece)
		p := w.pieces[k.piece]
		parts = append(parts, p.text)
		at, next = k.at+len(p.blocks), k.piece+1
	}
	between(len(w.after.blocks), len(w.pieces))
	for _, id := range w.notes {
		parts = append(parts, "[^"+w.labels[id]+"]: "+w.note(id))
	}
	var b strings.Builder
	for _, p := range parts {
		if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") {
			if !strings.HasSuffix(b.String(), "\n") {
				b.WriteString("\n")
			}
			b.WriteString("\n")
		}
		b.WriteString(p)
	}
	return withSpaces(ending(b.String()), body) + "\n"
}

// name gives each note of the file its label: that which it has on the page, or
// a new one. It takes those that are still there out of gone.
func (w *markdownWriter) name(gone map[string]bool) {
	known := map[string]string{}
	for i, label := range w.reading.labels {
		known[w.before.noteText(noteID(i))] = label
	}
	used := map[string]bool{}
	for label := range gone {
		used[label] = true
	}
	var name func(blocks []document.Block)
	name = func(blocks []document.Block) {
		for _, b := range blocks {
			for _, r := range b.Runs {
				if r.Note == "" || w.labels[r.Note] != "" {
					continue
				}
				if label := known[w.after.noteText(r.Note)]; label != "" {
					w.labels[r.Note] = label
					delete(gone, label)
					continue
				}
				n := 1
				for used[fmt.Sprint(n)] {
					n++
				}
				w.labels[r.Note] = fmt.Sprint(n)
				used[fmt.Sprint(n)] = true
				w.notes = append(w.notes, r.Note)
			}
			for _, row := range b.Rows {
				for _, c := range row.Cells {
					name(c.Blocks)
				}
			}
		}
	}
	name(w.after.blocks)
}

func (w *markdownWriter) note(id string) string {
	var parts []string
	for _, b := range w.after.notes[id].Blocks {
		parts = append(parts, w.line(b.Runs))
	}
	return strings.Join(parts, " ")
}

// blocks writes blocks. What those that they replace said about headings, tables
// and lists and a Word file does not, is taken from them in their order.
func (w *markdownWriter) blocks(blocks []document.Block, replaced []piece) string {
	var headings, tables []piece
	loose := false
	for _, p := range replaced {
		switch {
		case len(p.blocks) == 1 && p.blocks[0].Kind == document.Heading:
			headings = append(headings, p)
		case p.rule != "":
			tables = append(tables, p)
		}
		loose = loose || p.loose
	}
	var b strings.Builder
	var indents []int // of the list's entries, by depth
	for i, block := range blocks {
		follows := i > 0 && blocks[i-1].Kind == block.Kind
		inList := follows && block.Kind == document.Item
		inQuote := follows && block.Style == document.StyleQuote && blocks[i-1].Style == document.StyleQuote
		switch {
		case i == 0 || inList && !loose:
		case inQuote:
			b.WriteString(">\n")
		default:
			b.WriteString("\n")
		}
		if !inList {
			indents = indents[:0]
		}
		switch {
		case block.Kind == document.Heading:
			line := strings.Repeat("#", block.Level) + " " + w.line(notBold(block.Runs))
			if k := headingLike(headings, block); k >= 0 {
				if headings[k].attributes != "" {
					line += " " + headings[k].attributes
				}
				headings = headings[k+1:]
			}
			b.WriteString(line + "\n")
		case block.Kind == document.Table:
			var like *piece
			if len(tables) > 0 {
				like, tables = &tables[0], tables[1:]
			}
			w.table(&b, block, like)
		case block.Kind == document.Item:
			level := min(max(block.Level, 0), len(indents))
			indent := 0
			if level > 0 {
				indent = indents[level-1]
			}
			marker, text := "-", w.paragraph(block.Runs)
			if block.Ordered && reNumber.MatchString(block.Label) {
				marker = block.Label
			} else if block.Ordered && block.Label != "" {
				text = importer.EscapeMarkdown(block.Label) + " " + text // a letter, which Markdown does not count with
			}
			indents = append(indents[:level], indent+len(marker)+1)
			b.WriteString(strings.Repeat(" ", indent) + marker + " " + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent+len(marker)+1)) + "\n")
		case block.Style == document.StyleVerbatim:
			for _, r := range block.Runs {
				b.WriteString(r.Text)
			}
			b.WriteString("\n")
		case block.Style == document.StyleQuote:
			b.WriteString("> " + strings.ReplaceAll(importer.EscapeMarkdownStart(w.paragraph(block.Runs)), "\n", "\n> ") + "\n")
		default:
			b.WriteString(importer.EscapeMarkdownStart(w.paragraph(block.Runs)) + "\n")
		}
	}
	return b.String()
}

var reNumber = regexp.MustCompile(`^\d{1,9}[.)]$`)

// headingLike finds the heading that another one replaces: one of the same words,
// or else the first of its level.
func headingLike(headings []piece, b document.Block) int {
	for _, same := range []func(document.Block) bool{
		func(h document.Block) bool { return h.Plain() == b.Plain() },
		func(h document.Block) bool { return h.Level == b.Level },
	} {
		if i := slices.IndexFunc(headings, func(p piece) bool { return same(p.blocks[0]) }); i >= 0 {
			return i
		}
	}
	return -1
}

func notBold(runs []document.Run) []document.Run {
	if slices.ContainsFunc(runs, func(r document.Run) bool { return !r.Bold && strings.TrimSpace(r.Text) != "" }) {
		return runs
	}
	runs = slices.Clone(runs)
	for i := range runs {
		runs[i].Bold = false
	}
	return runs
}

func (w *markdownWriter) table(b *strings.Builder, t document.Block, like *piece) {
	columns := 0
	var rows [][]string
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row.Cells {
			var parts []string
			for _, inner := range c.Blocks {
				parts = append(parts, w.line(inner.Runs))
			}
			cells = append(cells, strings.Join(parts, " "))
			cells = append(cells, make([]string, max(c.Span, 1)-1)...)
		}
		rows = append(rows, cells)
		columns = max(columns, len(cells))
	}
	rule := "|" + strings.Repeat(" --- |", columns)
	if like != nil && len(like.blocks) == 1 && len(like.blocks[0].Rows) > 0 && len(like.blocks[0].Rows[0].Cells) == columns {
		rule = like.rule
	}
	for i, row := range rows {
		row = append(row, make([]string, columns-len(row))...)
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			b.WriteString(rule + "\n")
		}
	}
}

// paragraph writes runs; a break within stays one.
func (w *markdownWriter) paragraph(runs []document.Run) string {
	return strings.ReplaceAll(strings.TrimSpace(w.inline(runs, style{})), "\n", "\\\n")
}

// line writes runs on one line.
func (w *markdownWriter) line(runs []document.Run) string {
	return strings.Join(strings.Fields(w.inline(runs, style{})), " ")
}

// A style is what is marked already around the runs that are written.
type style struct{ bold, italic, link bool }

// inline writes runs. Of several marks that begin together the one that ends
// last stands outside.
func (w *markdownWriter) inline(runs []document.Run, done style) string {
	var b strings.Builder
	for i := 0; i < len(runs); {
		first := runs[i]
		reach := func(same func(document.Run) bool) int {
			n := i
			for n < len(runs) && same(runs[n]) {
				n++
			}
			return n
		}
		bold, italic, link := i, i, i
		if first.Bold && !done.bold {
			bold = reach(func(r document.Run) bool { return r.Bold || r.Note != "" })
		}
		if first.Italic && !done.italic {
			italic = reach(func(r document.Run) bool { return r.Italic })
		}
		if first.Link != "" && !done.link {
			link = reach(func(r document.Run) bool { return r.Link == first.Link })
		}
		end := max(bold, italic, link)
		next := rune(' ')
		if end > i && end < len(runs) {
			next, _ = utf8.DecodeRuneInString(runs[end].Text)
		}
		switch inner := done; {
		case end == i:
			b.WriteString(w.run(first))
			end++
		case end == bold:
			inner.bold = true
			w.emphasize(&b, "**", runs[i:end], inner, next)
		case end == italic:
			inner.italic = true
			w.emphasize(&b, "*", runs[i:end], inner, next)
		default:
			inner.link = true
			text := w.inline(runs[i:end], inner)
			if to := w.links.in(first.Link); to == text {
				b.WriteString("<" + to + ">")
			} else {
				b.WriteString("[" + text + "](" + destination(to) + ")")
			}
		}
		i = end
	}
	return b.String()
}

// destination gives the address of a link as Markdown wants it.
func destination(to string) string {
	if strings.ContainsAny(to, "()<>\\{} ") {
		return "<" + strings.NewReplacer("<", "%3C", ">", "%3E", "{", "%7B", "}", "%7D", "\\", "%5C").Replace(to) + ">"
	}
	return to
}

// emphasize puts marks around runs. Spaces stand outside them; and so do signs at
// their end where a letter follows, since Markdown would not see the end.
func (w *markdownWriter) emphasize(b *strings.Builder, mark string, runs []document.Run, inner style, next rune) {
	runs = slices.Clone(runs)
	lead, tail := "", ""
	for cut := true; cut; {
		r := &runs[0]
		text := strings.TrimLeft(r.Text, " \n")
		lead += r.Text[:len(r.Text)-len(text)]
		r.Text = text
		if cut = text == "" && len(runs) > 1; cut {
			runs = runs[1:]
		}
	}
	for cut := true; cut; {
		r := &runs[len(runs)-1]
		if r.Note != "" || r.Image != "" || r.Code || r.Link != "" {
			break
		}
		last, size := utf8.DecodeLastRuneInString(r.Text)
		cut = size > 0 && (last == ' ' || last == '\n' || (unicode.IsPunct(last) || unicode.IsSymbol(last)) && tail == "" && (unicode.IsLetter(next) || unicode.IsDigit(next)))
		if cut {
			r.Text, tail, next = r.Text[:len(r.Text)-size], r.Text[len(r.Text)-size:]+tail, last
		}
	}
	b.WriteString(lead)
	if text := w.inline(runs, inner); text != "" {
		b.WriteString(mark + text + mark)
	}
	b.WriteString(importer.EscapeMarkdown(tail))
}

func (w *markdownWriter) run(r document.Run) string {
	switch {
	case r.Note != "":
		return "[^" + w.labels[r.Note] + "]"
	case r.Image != "":
		return "![" + importer.EscapeMarkdown(r.Text) + "](" + destination(r.Image) + ")"
	case r.Code && !strings.Contains(r.Text, "`"):
		return "`" + r.Text + "`"
	}
	return importer.EscapeMarkdown(r.Text)
}

// Spaces that keep words on one line, which Word files lose on their way.
const narrow, wide = '\u202f', '\u00a0'

// withSpaces puts such spaces where the text before had them: at the same signs,
// and between the same words.
func withSpaces(after, before string) string {
	known := map[[2]string]rune{}
	runes := []rune(before)
	for i, r := range runes {
		if r == narrow || r == wide {
			known[around(runes, i)] = r
		}
	}
	if len(known) == 0 {
		return after
	}
	out := []rune(after)
	for i, r := range out {
		if r != ' ' {
			continue
		}
		if s, ok := known[around(out, i)]; ok {
			out[i] = s
		}
	}
	return string(out)
}

// around gives what stands beside a space: a sign that has one by its nature,
// or the words on both sides.
func around(text []rune, i int) [2]string {
	if i+1 < len(text) && strings.ContainsRune(":;?!»%", text[i+1]) {
		return [2]string{"", string(text[i+1])}
	}
	if i > 0 && text[i-1] == '«' {
		return [2]string{"«", ""}
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' }
	from, to := i, i+1
	for from > 0 && word(text[from-1]) {
		from--
	}
	for to < len(text) && word(text[to]) {
		to++
	}
	return [2]string{string(text[from:i]), string(text[i+1 : to])}
}
