package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// readHTML reads a web page.
func readHTML(ctx context.Context, data []byte) (*Document, error) {
	d := &Document{}
	text, err := d.decodeHTML(data)
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, errDeep
	}
	h := &page{ctx: ctx, doc: d, notes: map[*html.Node]string{}, refs: map[*html.Node]string{}, ids: map[string]*html.Node{}, order: map[*html.Node]int{}}
	h.survey(root, 0)
	h.findNotes()
	h.blocks(root, frame{})
	h.flush()
	if h.err != nil {
		return nil, h.err
	}
	d.pictures(h.pictures)
	return d, ctx.Err()
}

// decodeHTML honours byte order mark and the page's own word about its
// characters; a page without either is UTF-8 if it can be, or read as text is.
func (d *Document) decodeHTML(data []byte) (string, error) {
	_, name, _ := charset.DetermineEncoding(data, "")
	if wideText(data) || utf8.Valid(data) || name == "utf-8" || name == "windows-1252" {
		return d.decode(data), nil
	}
	r, err := charset.NewReaderLabel(name, bytes.NewReader(data))
	if err != nil {
		return d.decode(data), nil
	}
	text, err := io.ReadAll(io.LimitReader(r, 4*maxSize))
	if err != nil {
		return "", errors.New("the page cannot be read in the characters that it names; save it as UTF-8")
	}
	return clean(d.mendMojibake(string(text))), nil
}

// A page is a web page on its way to a document.
type page struct {
	ctx   context.Context
	doc   *Document
	notes map[*html.Node]string // containers of notes to the notes' ids
	refs  map[*html.Node]string // references to the notes' ids
	ids   map[string]*html.Node // by id or name
	links []*html.Node          // to places in the page, in order
	order map[*html.Node]int    // place of a node in the page

	open     Block // being gathered
	into     *[]Block
	pictures int
	err      error
}

// A frame is where in the page a block stands.
type frame struct {
	style    Run
	level    int  // depth of the lists around
	pre      bool // white space counts
	depth    int
	itemOpen *itemLabel
}

type itemLabel struct {
	label   string
	ordered bool
	level   int
	used    bool
}

func (p *page) survey(n *html.Node, depth int) {
	if depth > 10*maxDepth {
		p.err = errDeep
		return
	}
	p.order[n] = len(p.order)
	if n.Type == html.ElementNode {
		for _, key := range []string{"id", "name"} {
			if v := get(n, key); v != "" && p.ids[v] == nil && (key == "id" || n.DataAtom == atom.A) {
				p.ids[v] = n
			}
		}
		if n.DataAtom == atom.A && strings.HasPrefix(get(n, "href"), "#") && len(get(n, "href")) > 1 {
			p.links = append(p.links, n)
		}
		if n.DataAtom == atom.Title && p.doc.Title == "" {
			p.doc.Title = textOf(n)
		}
		if n.DataAtom == atom.Html {
			p.doc.Language = get(n, "lang")
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.survey(c, depth+1)
	}
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.TrimSpace(b.String())
}

var reMark = regexp.MustCompile(`^[\[(]?(\d{1,3}|\*{1,3}|[ivxIVX]{1,5}|[a-z]|[†‡§])[\])]?$`)

// findNotes pairs references with notes: a link whose text is a mark, and the
// block behind it that it leads to, or that leads back to it.
func (p *page) findNotes() {
	back := map[string]*html.Node{} // what a link leads to, to the link
	for _, l := range p.links {
		if id := get(l, "href")[1:]; back[id] == nil {
			back[id] = l
		}
	}
	for _, l := range p.links {
		if !reMark.MatchString(textOf(l)) || p.inNote(l) {
			continue
		}
		target := p.ids[get(l, "href")[1:]]
		if target == nil {
			for n := l; n != nil && n.DataAtom != atom.Body && target == nil; n = n.Parent {
				for _, key := range []string{"id", "name"} {
					if b := back[get(n, key)]; b != nil && b != l && get(n, key) != "" {
						target = b
					}
				}
			}
		}
		holder := noteHolder(target)
		if holder == nil || p.order[holder] < p.order[l] || within(l, holder) {
			continue
		}
		id, known := p.notes[holder]
		if !known {
			id = "note " + strconv.Itoa(len(p.notes)+1)
			p.notes[holder] = id
		}
		p.refs[l] = id
	}
}

func (p *page) inNote(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if p.notes[n] != "" {
			return true
		}
	}
	return false
}

func within(n, ancestor *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == ancestor {
			return true
		}
	}
	return false
}

// A note has at most so much text, in bytes, and so many nodes.
const longestNote, largestNote = 10_000, 2000

// noteHolder is the block that holds the text of the note that a link leads
// to; nil where it leads to a heading or to a large part of the page.
func noteHolder(n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Body, atom.Html, atom.Main, atom.Article, atom.Table:
			return nil
		case atom.P:
			if up := n.Parent; up != nil && up.DataAtom == atom.Div && reNoteID.MatchString(get(up, "id")) {
				n = up
			}
		case atom.Li, atom.Div, atom.Dd, atom.Aside, atom.Td, atom.Section:
		default:
			continue
		}
		nodes, text := largestNote, longestNote
		if !small(n, &nodes, &text) {
			return nil
		}
		return n
	}
	return nil
}

var reNoteID = regexp.MustCompile(`(?i)(?:note|ftn|edn|fn|footnote|endnote)[\w-]*\d`)

// small reports whether a node holds no heading, no more nodes and no more
// text than are left.
func small(n *html.Node, nodes, text *int) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		*nodes--
		if c.Type == html.TextNode {
			*text -= len(c.Data)
		}
		if *nodes < 0 || *text < 0 || headingOf(c) > 0 || !small(c, nodes, text) {
			return false
		}
	}
	return true
}

// heads reports whether a heading lies within.
func heads(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if headingOf(c) > 0 || heads(c) {
			return true
		}
	}
	return false
}

func headingOf(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	}
	return 0
}

// flush ends the open block.
func (p *page) flush() {
	b := p.open
	p.open = Block{}
	if strings.TrimSpace(b.Plain()) == "" && !marked(b.Runs) {
		return
	}
	if p.into == nil {
		p.into = &p.doc.Blocks
	}
	*p.into = append(*p.into, b)
}

// gather runs f and gives the blocks that it found.
func (p *page) gather(f func()) []Block {
	p.flush()
	var list []Block
	into := p.into
	p.into = &list
	f()
	p.flush()
	p.into = into
	return list
}

func (p *page) kids(n *html.Node, f frame) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.blocks(c, f)
	}
}

// blocks reads a node, inline or not.
func (p *page) blocks(n *html.Node, f frame) {
	if f.depth++; f.depth > 10*maxDepth || p.err != nil {
		p.err = errDeep
		return
	}
	if p.err = p.ctx.Err(); p.err != nil {
		return
	}
	switch n.Type {
	case html.TextNode:
		p.text(n.Data, f)
		return
	case html.DocumentNode:
		p.kids(n, f)
		return
	case html.ElementNode:
	default:
		return
	}
	if p.leftOut(n) {
		return
	}
	if id := p.notes[n]; id != "" && n.DataAtom != atom.Sup {
		p.note(n, id)
		return
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.flush()
		p.open = Block{Kind: Heading, Level: headingOf(n)}
		f.style, f.itemOpen = Run{}, nil
		p.kids(n, f)
		p.open.Kind, p.open.Level = Heading, headingOf(n)
		p.flush()
	case atom.Header, atom.Footer:
		if n.Parent != nil && n.Parent.DataAtom == atom.Body && !heads(n) {
			p.runningLines(n, f)
			return
		}
		p.block(n, f)
	case atom.Ul, atom.Ol, atom.Menu:
		p.list(n, f)
	case atom.Table:
		p.flush()
		p.table(n, f)
	case atom.Br:
		p.text("\n", frame{pre: true, style: f.style, itemOpen: f.itemOpen})
	case atom.Pre:
		f.pre = true
		p.block(n, f)
	case atom.P:
		if item := wordItem(n); item != nil {
			f.itemOpen = item
		}
		p.block(n, f)
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Aside, atom.Blockquote, atom.Dl, atom.Dt, atom.Dd,
		atom.Figure, atom.Figcaption, atom.Address, atom.Hr, atom.Li, atom.Body, atom.Details, atom.Summary, atom.Fieldset, atom.Form, atom.Center, atom.Caption:
		p.block(n, f)
	default:
		p.inline(n, f)
	}
}

func (p *page) block(n *html.Node, f frame) {
	p.flush()
	p.kids(n, f)
	p.flush()
}

var reWordList = regexp.MustCompile(`mso-list:(?:\S+ )?.*level(\d)`)

// wordItem gives the label of a paragraph that Word wrote as an entry of a list: of
// HTML it makes no list, but says the depth in a style of its own and writes the label
// as text, in a span that others shall ignore. It is nil for all other paragraphs.
func wordItem(n *html.Node) *itemLabel {
	m := reWordList.FindStringSubmatch(strings.ToLower(get(n, "style")))
	if m == nil {
		return nil
	}
	label := ""
	var find func(n *html.Node)
	find = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if isWordLabel(c) {
				label = cmp.Or(label, strings.Trim(textOf(c), " \t\n\u00a0"))
				continue
			}
			find(c)
		}
	}
	find(n)
	if label == "" { // a paragraph of an entry, after its first
		return nil
	}
	item := &itemLabel{label: label, level: int(m[1][0]-'0') - 1, ordered: strings.HasSuffix(label, ".") || strings.HasSuffix(label, ")")}
	if !item.ordered {
		item.label = bullet
	}
	return item
}

func isWordLabel(n *html.Node) bool {
	return strings.Contains(strings.ReplaceAll(strings.ToLower(get(n, "style")), " ", ""), "mso-list:ignore")
}

// leftOut reports whether nothing of a node is read, and says what a person
// must know.
func (p *page) leftOut(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Embed, atom.Svg, atom.Canvas,
		atom.Audio, atom.Video, atom.Input, atom.Button, atom.Select, atom.Textarea, atom.Noframes, atom.Rt, atom.Rp, atom.Map, atom.Math:
		if n.DataAtom == atom.Script {
			p.doc.warn("scripts were left out and not run")
		}
		return true
	case atom.Img:
		p.pictures++
		return true
	case atom.Nav:
		p.doc.warn("menus were left out")
		return true
	case atom.Del:
		p.doc.warn("text that is marked as deleted was left out")
		return true
	}
	if isWordLabel(n) {
		return true
	}
	style := strings.ReplaceAll(strings.ToLower(get(n, "style")), " ", "")
	_, hidden := attribute(n, "hidden")
	if hidden || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || strings.Contains(style, "mso-hide:all") {
		p.doc.warn("hidden text was left out")
		return true
	}
	return false
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// inline reads an element within a line.
func (p *page) inline(n *html.Node, f frame) {
	style := strings.ReplaceAll(strings.ToLower(get(n, "style")), " ", "")
	switch n.DataAtom {
	case atom.B, atom.Strong, atom.Th:
		f.style.Bold = true
	case atom.I, atom.Em, atom.Cite, atom.Dfn:
		f.style.Italic = true
	case atom.Sup:
		f.style.Super = true
	case atom.Q:
		p.text("“", f)
		defer p.text("”", f)
	case atom.A:
		if id := p.refs[n]; id != "" {
			f.style.Note, f.style.Super = id, false
			p.text(strings.Trim(textOf(n), "[]()"), f)
			return
		}
		if link := SafeLink(get(n, "href")); link != "" {
			f.style.Link = link
		}
	}
	if strings.Contains(style, "font-weight:bold") || strings.Contains(style, "font-weight:700") || strings.Contains(style, "font-weight:600") {
		f.style.Bold = true
	} else if strings.Contains(style, "font-weight:normal") || strings.Contains(style, "font-weight:400") {
		f.style.Bold = false // Google Docs puts all that is copied into a <b> that is none
	}
	if strings.Contains(style, "font-style:normal") {
		f.style.Italic = false
	} else if strings.Contains(style, "font-style:italic") {
		f.style.Italic = true
	}
	if strings.Contains(style, "vertical-align:super") {
		f.style.Super = true
	}
	p.kids(n, f)
}

// text adds text to the open block, and makes an item of it where the label of
// one waits.
func (p *page) text(text string, f frame) {
	if !f.pre {
		text = foldSpace(text)
		if n := len(p.open.Runs); n == 0 || strings.HasSuffix(p.open.Runs[n-1].Text, " ") || strings.HasSuffix(p.open.Runs[n-1].Text, "\n") {
			text = strings.TrimLeft(text, " ")
		}
	}
	if text == "" {
		return
	}
	if i := f.itemOpen; i != nil && !i.used && strings.TrimSpace(text) != "" {
		i.used = true
		p.open.Kind, p.open.Label, p.open.Ordered, p.open.Level = Item, i.label, i.ordered, i.level
	}
	r := f.style
	r.Text = text
	if r.Note != "" { // "[1]" around a link is part of the mark
		if n := len(p.open.Runs); n > 0 && p.open.Runs[n-1].Note == "" {
			p.open.Runs[n-1].Text = strings.TrimSuffix(p.open.Runs[n-1].Text, "[")
		}
	} else if n := len(p.open.Runs); n > 0 && p.open.Runs[n-1].Note != "" && strings.HasPrefix(text, "]") {
		r.Text = text[1:]
	}
	p.open.Runs = append(p.open.Runs, r)
}

func (p *page) list(n *html.Node, f frame) {
	p.flush()
	format, count := "1", 1
	if t := get(n, "type"); t != "" {
		format = t
	}
	if s, err := strconv.Atoi(get(n, "start")); err == nil {
		count = s
	}
	inner := f
	inner.level++
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Li {
			p.blocks(c, inner)
			continue
		}
		if p.leftOut(c) {
			continue
		}
		if v, err := strconv.Atoi(get(c, "value")); err == nil {
			count = v
		}
		item := &itemLabel{label: bullet, level: f.level}
		if n.DataAtom == atom.Ol {
			item.label, item.ordered = number(count, format)+".", true
		}
		count++
		if id := p.notes[c]; id != "" {
			p.note(c, id)
			continue
		}
		inner.itemOpen = item
		p.block(c, inner)
	}
	p.flush()
}

func (p *page) runningLines(n *html.Node, f frame) {
	blocks := p.gather(func() { p.kids(n, f) })
	list := &p.doc.Headers
	if n.DataAtom == atom.Footer {
		list = &p.doc.Footers
	}
	for _, line := range strings.Split(linesOf(blocks), "\n") {
		*list = append(*list, RunningLine{Text: line})
	}
}

func (p *page) table(n *html.Node, f frame) {
	b := Block{Kind: Table}
	f.itemOpen, f.level = nil, 0
	above := map[int]int{} // columns that cells from above still take, and for how many rows
	var rows func(*html.Node, bool)
	rows = func(n *html.Node, header bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.DataAtom {
			case atom.Thead, atom.Tbody, atom.Tfoot:
				rows(c, c.DataAtom == atom.Thead)
			case atom.Tr:
				if !p.leftOut(c) {
					b.Rows = append(b.Rows, p.row(c, f, header, above))
				}
			case atom.Caption:
				p.block(c, f)
			}
		}
	}
	rows(n, false)
	if filled(b.Rows) {
		p.open = Block{}
		if p.into == nil {
			p.into = &p.doc.Blocks
		}
		*p.into = append(*p.into, b)
	}
}

func (p *page) row(n *html.Node, f frame, header bool, above map[int]int) Row {
	row, column, heads := Row{}, 0, 0
	covered := func() {
		for above[column] > 0 {
			above[column]--
			row.Cells = append(row.Cells, Cell{Span: 1})
			column++
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th || p.leftOut(c) {
			continue
		}
		covered()
		inner := f
		if c.DataAtom == atom.Th {
			inner.style.Bold = true
			heads++
		}
		cell := Cell{Span: span(c, "colspan"), Blocks: p.gather(func() { p.kids(c, inner) })}
		for i := range cell.Span {
			if down := span(c, "rowspan"); down > 1 {
				above[column+i] = down - 1
			}
		}
		column += cell.Span
		row.Cells = append(row.Cells, cell)
	}
	covered()
	row.Header = header || heads > 1 && heads == len(row.Cells)
	return row
}

func span(n *html.Node, key string) int {
	s, err := strconv.Atoi(get(n, key))
	if err != nil {
		return 1
	}
	return min(max(s, 1), 100)
}

var reBackMark = regexp.MustCompile(`^[\[(]?(?:\d{1,3}|\*{1,3}|[ivx]{1,5}|[a-z]|[†‡§])[\])]?[.:]?$`)

var reLeadMark = regexp.MustCompile(`^\s*[\[(]?(\d{1,3}|\*{1,3}|[ivxIVX]{1,5}|[a-z]|[†‡§])[\])]?[.:]?(?:\s+|$)`)

// note reads the text of a note, without its mark and the link back.
func (p *page) note(n *html.Node, id string) {
	label := ""
	for _, l := range p.links {
		if p.refs[l] == id {
			label = strings.Trim(textOf(l), "[]()")
			break
		}
	}
	blocks := p.gather(func() { p.noteText(n, frame{}) })
	if len(blocks) > 0 && len(blocks[0].Runs) > 0 {
		first := &blocks[0].Runs[0]
		if m := reLeadMark.FindStringSubmatch(first.Text); m != nil && m[1] == label {
			first.Text = first.Text[len(m[0]):]
		}
	}
	p.doc.Notes = append(p.doc.Notes, Note{ID: id, Label: label, Blocks: blocks})
}

// noteText reads as kids does, but for links back to the text.
func (p *page) noteText(n *html.Node, f frame) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if p.backLink(c) {
			continue
		}
		if c.Type == html.ElementNode && (c.DataAtom == atom.P || c.DataAtom == atom.Div || c.DataAtom == atom.Span) && !p.leftOut(c) {
			if c.DataAtom != atom.Span {
				p.flush()
			}
			p.noteText(c, f)
			if c.DataAtom != atom.Span {
				p.flush()
			}
			continue
		}
		p.blocks(c, f)
	}
}

// backLink reports whether a node is only a mark or an arrow that leads back.
func (p *page) backLink(n *html.Node) bool {
	text := textOf(n)
	if n.DataAtom == atom.Sup && reBackMark.MatchString(text) {
		return true
	}
	if n.DataAtom != atom.A {
		return false
	}
	return strings.HasPrefix(get(n, "href"), "#") && (reBackMark.MatchString(text) || strings.ContainsAny(text, "↩↑^⏎⬆")) || text == "" && get(n, "href") != ""
}
