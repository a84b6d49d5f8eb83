package document

import (
	"context"
	"strconv"
	"strings"
)

// readODT reads an OpenDocument text.
func readODT(ctx context.Context, data []byte) (*Document, error) {
	a, err := openArchive(ctx, data)
	if err != nil {
		return nil, err
	}
	o := &odt{archive: a, doc: &Document{}, styles: map[string]*odtStyle{}, lists: map[string]*odtList{}, counts: map[string]*[10]int{}, page: 1}
	for _, read := range []func() error{o.manifest, o.meta, o.readStyles, o.body} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	o.doc.pictures(o.pictures)
	o.doc.setPages(o.page, o.rendered)
	return o.doc, nil
}

type odt struct {
	*archive
	doc    *Document
	styles map[string]*odtStyle // by family and name: "text T1"
	lists  map[string]*odtList
	counts map[string]*[10]int // items so far, by list; 0: not begun

	page     int
	rendered bool
	pictures int
	depth    int
}

type odtStyle struct {
	parent, list, display      string
	outline                    int // from 1; 0: not said
	bold, italic, super        bool
	saysBold, saysItalic, hide bool
}

type odtList struct{ levels [10]odtLevel }

type odtLevel struct {
	format, prefix, suffix string
	show, start            int
	set                    bool
}

func (o *odt) manifest() error {
	if o.parts["content.xml"] == nil {
		return errCutShort
	}
	for name := range o.parts {
		if strings.HasPrefix(name, "Basic/") || strings.HasPrefix(name, "Scripts/") {
			o.doc.warn("the file holds macros; they were left out and nothing of them was run")
		}
	}
	return o.elements("META-INF/manifest.xml", func(_ string, n *node) error {
		if n.has("manifest:encryption-data") {
			return errEncrypted
		}
		return nil
	}, "manifest:manifest")
}

func (o *odt) meta() error {
	return o.elements("meta.xml", func(_ string, n *node) error {
		switch n.name {
		case "dc:title":
			o.doc.Title = n.content()
		case "dc:language":
			o.doc.Language = n.content()
		case "meta:document-statistic":
			if p, err := strconv.Atoi(n.attr("page-count")); err == nil {
				o.doc.Pages = min(max(p, 0), 100_000)
			}
		}
		return nil
	}, "office:meta")
}

// readStyles reads the styles of both parts, headers and footers.
func (o *odt) readStyles() error {
	style := func(container string, n *node) error {
		switch n.name {
		case "style:style":
			o.style(n)
		case "text:list-style", "text:outline-style":
			o.listStyle(n)
		}
		return nil
	}
	for _, part := range []string{"content.xml", "styles.xml"} {
		if err := o.elements(part, style, "office:styles", "office:automatic-styles"); err != nil {
			return err
		}
	}
	return o.elements("styles.xml", func(_ string, n *node) error {
		for _, k := range n.kids {
			switch k.name {
			case "style:header", "style:header-left", "style:header-first":
				o.doc.Headers = append(o.doc.Headers, o.runningLines(k)...)
			case "style:footer", "style:footer-left", "style:footer-first":
				o.doc.Footers = append(o.doc.Footers, o.runningLines(k)...)
			}
		}
		return nil
	}, "office:master-styles")
}

func (o *odt) runningLines(n *node) (out []RunningLine) {
	pictures := o.pictures
	for _, line := range strings.Split(linesOf(o.blocks(n.kids)), "\n") {
		out = append(out, RunningLine{Text: line})
	}
	o.pictures = pictures
	return out
}

func (o *odt) style(n *node) {
	key := n.attr("family") + " " + n.attr("name")
	if o.styles[key] != nil { // both parts may name a style; the text's own counts
		return
	}
	s := &odtStyle{parent: n.attr("parent-style-name"), list: n.attr("list-style-name"), display: n.attr("display-name")}
	if s.display == "" {
		s.display = n.attr("name")
	}
	s.outline, _ = strconv.Atoi(n.attr("default-outline-level"))
	p := n.kid("style:text-properties")
	if w := p.attr("font-weight"); w != "" {
		s.bold, s.saysBold = w == "bold" || len(w) == 3 && w >= "600", true
	}
	if w := p.attr("font-style"); w != "" {
		s.italic, s.saysItalic = w == "italic" || w == "oblique", true
	}
	at := p.attr("text-position")
	s.super = strings.HasPrefix(at, "super") || at != "" && at[0] >= '1' && at[0] <= '9'
	s.hide = p.attr("display") == "none"
	o.styles[key] = s
}

// inherit calls f on a style and its parents until f says true.
func (o *odt) inherit(family, name string, f func(*odtStyle) bool) {
	for range 20 {
		s := o.styles[family+" "+name]
		if s == nil || f(s) {
			return
		}
		name = s.parent
	}
}

func (o *odt) listStyle(n *node) {
	l := &odtList{}
	for _, k := range n.kids {
		i, err := strconv.Atoi(k.attr("level"))
		if err != nil || i < 1 || i > 10 {
			continue
		}
		level := odtLevel{prefix: k.attr("num-prefix"), suffix: k.attr("num-suffix"), format: k.attr("num-format"), start: 1, show: 1, set: true}
		if k.name == "text:list-level-style-bullet" || k.name == "text:list-level-style-image" {
			level.format = "bullet"
		}
		if s, err := strconv.Atoi(k.attr("start-value")); err == nil {
			level.start = s
		}
		if s, err := strconv.Atoi(k.attr("display-levels")); err == nil {
			level.show = min(max(s, 1), i)
		}
		l.levels[i-1] = level
	}
	name := n.attr("name")
	if n.name == "text:outline-style" {
		name = "\x00outline"
	}
	if o.lists[name] == nil {
		o.lists[name] = l
	}
}

func (o *odt) body() error {
	return o.elements("content.xml", func(_ string, n *node) error {
		o.doc.Blocks = append(o.doc.Blocks, o.blocks([]*node{n})...)
		return nil
	}, "office:text")
}

// An odtItem is where in a list a paragraph stands.
type odtItem struct {
	style  string
	level  int // from 0
	counts *[10]int
	listed bool
	first  bool // of its item: the one that has the label
}

func (o *odt) blocks(list []*node) []Block { return o.within(list, odtItem{}) }

func (o *odt) within(list []*node, at odtItem) (out []Block) {
	if o.depth++; o.depth > maxDepth {
		o.depth--
		return nil
	}
	defer func() { o.depth-- }()
	for _, n := range list {
		switch n.name {
		case "text:p", "text:h":
			out = append(out, o.paragraph(n, at)...)
			at.first = false
		case "text:list":
			out = append(out, o.list(n, at)...)
		case "table:table":
			out = append(out, o.table(n))
		case "text:section", "text:index-body", "text:index-title":
			if n.attr("display") != "none" {
				out = append(out, o.within(n.kids, at)...)
			}
		case "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index", "text:user-index", "text:alphabetical-index", "text:bibliography":
			out = append(out, o.within(n.kid("text:index-body").children(), at)...)
		case "text:tracked-changes":
			o.doc.warn("the file holds tracked changes; the text was read as if all were accepted")
		case "text:soft-page-break":
			o.softBreak()
		case "draw:frame", "draw:g", "draw:a", "draw:custom-shape", "draw:rect":
			p := &odtParagraph{}
			o.drawing(n, p)
			out = append(out, p.boxes...)
		}
	}
	return out
}

func (o *odt) softBreak() {
	o.rendered = true
	o.page++
}

func (o *odt) list(n *node, at odtItem) (out []Block) {
	style := n.attr("style-name")
	if !at.listed {
		at = odtItem{style: style, level: -1}
		key := style
		if from := n.attr("continue-list"); from != "" && o.counts["\x00"+from] != nil {
			at.counts = o.counts["\x00"+from]
		} else if n.attr("continue-numbering") == "true" && o.counts[key] != nil {
			at.counts = o.counts[key]
		} else {
			at.counts = &[10]int{}
		}
		o.counts[key] = at.counts
		if id := n.attr("id"); id != "" {
			o.counts["\x00"+id] = at.counts
		}
	} else if style != "" {
		at.style = style
	}
	at.listed = true
	at.level = min(at.level+1, 9)
	for _, k := range n.kids {
		switch k.name {
		case "text:list-item":
			if s, err := strconv.Atoi(k.attr("start-value")); err == nil {
				at.counts[at.level] = s
			}
			item := at
			item.first = true
			out = append(out, o.within(k.kids, item)...)
		case "text:list-header":
			item := at
			item.first = false
			out = append(out, o.within(k.kids, item)...)
		}
	}
	return out
}

type odtParagraph struct {
	runs  []Run
	boxes []Block
}

func (o *odt) paragraph(n *node, at odtItem) []Block {
	style := n.attr("style-name")
	b := Block{Page: o.page}
	listStyle, outline := "", 0
	o.inherit("paragraph", style, func(s *odtStyle) bool {
		if listStyle == "" {
			listStyle = s.list
		}
		if m := reHeadingName.FindStringSubmatch(strings.ReplaceAll(s.display, "_20_", " ")); m != nil && outline == 0 {
			outline, _ = strconv.Atoi(m[1])
		}
		if outline == 0 && s.display == "Title" {
			outline = 1
		}
		if outline == 0 {
			outline = s.outline
		}
		return false
	})
	if n.name == "text:h" {
		outline = 1
		if l, err := strconv.Atoi(n.attr("outline-level")); err == nil {
			outline = l
		}
	}
	p := &odtParagraph{}
	o.inline(n.kids, p, o.styled(Run{}, "paragraph", style))
	b.Runs = p.runs
	if at.listed { // an empty item is counted too
		o.item(&b, at, listStyle)
	}
	if strings.TrimSpace(b.Plain()) == "" && !marked(b.Runs) {
		return p.boxes
	}
	if outline > 0 {
		b.Kind, b.Level = Heading, headingLevel(outline)
		if !b.Ordered {
			b.Label = ""
		}
		if n.name == "text:h" && !at.listed && n.attr("is-list-header") != "true" {
			o.outline(&b, outline)
		}
	}
	return append([]Block{b}, p.boxes...)
}

func marked(runs []Run) bool {
	for _, r := range runs {
		if r.Note != "" {
			return true
		}
	}
	return false
}

// item makes a list item of a block, the first of its item with a label.
func (o *odt) item(b *Block, at odtItem, paragraphList string) {
	b.Kind, b.Level = Item, at.level
	name := at.style
	if name == "" {
		name = paragraphList
	}
	l := o.lists[name]
	if !at.first {
		b.Kind, b.Level = Paragraph, 0
		return
	}
	if l == nil || !l.levels[at.level].set || l.levels[at.level].format == "bullet" {
		b.Label = bullet
		return
	}
	b.Label, b.Ordered = l.count(at.level, at.counts), true
	if b.Label == "" {
		b.Kind, b.Level, b.Ordered = Paragraph, 0, false
	}
}

// outline numbers a heading as the outline style says.
func (o *odt) outline(b *Block, level int) {
	l := o.lists["\x00outline"]
	if l == nil || level > 10 || !l.levels[level-1].set || l.levels[level-1].format == "" {
		return
	}
	counts := o.counts["\x00outline"]
	if counts == nil {
		counts = &[10]int{}
		o.counts["\x00outline"] = counts
	}
	b.Label, b.Ordered = l.count(level-1, counts), true
}

// count counts an item and gives its label. Counts are kept one higher, since
// lists may begin with 0.
func (l *odtList) count(level int, counts *[10]int) string {
	at := l.levels[level]
	if counts[level] == 0 {
		counts[level] = at.start
	}
	counts[level]++
	for i := level + 1; i < 10; i++ {
		counts[i] = 0
	}
	if at.format == "" {
		return strings.TrimSpace(at.prefix + at.suffix)
	}
	var numbers []string
	for i := max(level-at.show+1, 0); i <= level; i++ {
		n := counts[i] - 1
		if counts[i] == 0 {
			n = l.levels[i].start
		}
		if l.levels[i].format != "" && l.levels[i].format != "bullet" {
			numbers = append(numbers, number(n, l.levels[i].format))
		}
	}
	return strings.TrimSpace(at.prefix + strings.Join(numbers, ".") + at.suffix)
}

// styled adds what a style says to a run.
func (o *odt) styled(r Run, family, name string) Run {
	saidBold, saidItalic := false, false
	o.inherit(family, name, func(s *odtStyle) bool {
		if s.saysBold && !saidBold {
			r.Bold, saidBold = s.bold, true
		}
		if s.saysItalic && !saidItalic {
			r.Italic, saidItalic = s.italic, true
		}
		r.Super = r.Super || s.super
		return false
	})
	return r
}

func (o *odt) hides(name string) (hide bool) {
	o.inherit("text", name, func(s *odtStyle) bool {
		hide = hide || s.hide
		return false
	})
	return hide
}

func (o *odt) inline(list []*node, p *odtParagraph, style Run) {
	for _, n := range list {
		r := style
		switch n.name {
		case "":
			// White space folds as in HTML; line ends of the file mean nothing.
			r.Text = foldSpace(n.text)
			p.runs = append(p.runs, r)
		case "text:span":
			if name := n.attr("style-name"); o.hides(name) {
				o.doc.warn("hidden text was left out")
			} else {
				o.inline(n.kids, p, o.styled(style, "text", name))
			}
		case "text:a":
			r.Link = SafeLink(n.attr("href"))
			o.inline(n.kids, p, r)
		case "text:s":
			spaces, err := strconv.Atoi(n.attr("c"))
			if err != nil {
				spaces = 1
			}
			r.Text = strings.Repeat(" ", min(max(spaces, 1), 100))
			p.runs = append(p.runs, r)
		case "text:tab":
			r.Text = "\t"
			p.runs = append(p.runs, r)
		case "text:line-break":
			r.Text = "\n"
			p.runs = append(p.runs, r)
		case "text:soft-page-break":
			o.softBreak()
		case "text:note":
			o.note(n, p)
		case "text:ruby":
			o.inline(n.kid("text:ruby-base").children(), p, style)
		case "office:annotation":
			o.doc.warn("comments in the margin were left out")
		case "text:hidden-text", "text:hidden-paragraph", "office:annotation-end", "text:change", "text:change-start", "text:change-end", "text:script", "text:toc-mark", "text:alphabetical-index-mark":
		case "draw:frame", "draw:g", "draw:a", "draw:custom-shape", "draw:rect":
			o.drawing(n, p)
		default: // fields, bookmarks and other marks: what they show
			o.inline(n.kids, p, style)
		}
	}
}

// foldSpace makes one space of each stretch of spaces and line ends.
func foldSpace(text string) string {
	if !strings.ContainsAny(text, "\n\r\t") && !strings.Contains(text, "  ") {
		return text
	}
	folded := strings.Join(strings.FieldsFunc(text, isHTMLSpace), " ")
	if folded == "" {
		return " "
	}
	if isHTMLSpace(rune(text[0])) {
		folded = " " + folded
	}
	if isHTMLSpace(rune(text[len(text)-1])) {
		folded += " "
	}
	return folded
}

func isHTMLSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == '\f' }

func (o *odt) drawing(n *node, p *odtParagraph) {
	switch n.name {
	case "draw:text-box", "draw:custom-shape", "draw:rect":
		p.boxes = append(p.boxes, o.blocks(n.kids)...)
		if n.name == "draw:text-box" {
			return
		}
	case "draw:image":
		o.pictures++
		return
	}
	for _, k := range n.kids {
		if strings.HasPrefix(k.name, "draw:") {
			o.drawing(k, p)
		}
	}
}

func (o *odt) note(n *node, p *odtParagraph) {
	label := strings.TrimSpace(n.kid("text:note-citation").content())
	if l := n.kid("text:note-citation").attr("label"); l != "" {
		label = l
	}
	kind := n.attr("note-class")
	id := kind + " " + strconv.Itoa(len(o.doc.Notes)+1)
	at := len(o.doc.Notes)
	o.doc.Notes = append(o.doc.Notes, Note{ID: id, Label: label, Endnote: kind == "endnote", Page: o.page})
	p.runs = append(p.runs, Run{Text: label, Note: id})
	o.doc.Notes[at].Blocks = o.blocks(n.kid("text:note-body").children())
}

func (o *odt) table(n *node) Block {
	b := Block{Kind: Table, Page: o.page}
	o.rows(n, &b, false)
	return b
}

func (o *odt) rows(n *node, b *Block, header bool) {
	for _, k := range n.kids {
		switch k.name {
		case "table:table-header-rows":
			o.rows(k, b, true)
		case "table:table-rows", "table:table-row-group":
			o.rows(k, b, header)
		case "table:table-row":
			row := Row{Header: header}
			for _, c := range k.kids {
				switch c.name {
				case "table:table-cell":
					cell := Cell{Span: 1, Blocks: o.blocks(c.kids)}
					if s, err := strconv.Atoi(c.attr("number-columns-spanned")); err == nil {
						cell.Span = min(max(s, 1), 100)
					}
					row.Cells = append(row.Cells, cell)
				case "table:covered-table-cell":
					// Covered from above it stays an empty cell, covered from the
					// left it belongs to the span.
					if covered(row.Cells) {
						continue
					}
					row.Cells = append(row.Cells, Cell{Span: 1})
				}
			}
			b.Rows = append(b.Rows, row)
		}
	}
}

// covered reports whether the span of the last cell reaches over the next
// column, and takes one of it.
func covered(cells []Cell) bool {
	return len(cells) > 0 && cells[len(cells)-1].Span > 1
}
