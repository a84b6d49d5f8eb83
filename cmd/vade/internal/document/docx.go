package document

import (
	"cmp"
	"context"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// readDOCX reads a Word file of today (Office Open XML).
func readDOCX(ctx context.Context, data []byte) (*Document, error) {
	a, err := openArchive(ctx, data)
	if err != nil {
		return nil, err
	}
	d := &docx{archive: a, doc: &Document{}, notes: map[string]*node{}, noteIDs: map[string]bool{}, page: 1}
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := d.body(); err != nil {
		return nil, err
	}
	return d.doc, d.finish()
}

type docx struct {
	*archive
	doc       *Document
	main      string // the part that holds the text
	relations map[string]relation
	styles    map[string]*wordStyle
	numbering wordNumbering
	notes     map[string]*node // "footnote 2" to its element
	noteIDs   map[string]bool  // those read
	counts    [2]int           // of footnotes and endnotes so far
	noteForm  [2]string        // their number formats
	noteStart [2]int           // their first numbers

	page     int
	rendered bool // Word said where pages begin
	pictures int
	hidden   int
	tracked  bool
	pending  []Run // of a paragraph whose mark was deleted: it goes on in the next
	depth    int   // of nested text boxes and tables
	inNote   bool
}

// A wordStyle is a paragraph or character style; what it does not say is for
// the style that it is based on.
type wordStyle struct {
	name, basedOn string
	outline       int // level from 0; -1: not said
	props         *node
	numID, ilvl   string
}

// part finds the part of the relation's kind, or takes the usual one.
func (d *docx) part(kind, usual string) string {
	for _, r := range inOrder(d.relations) {
		if r.kind == kind && !r.external {
			return r.target
		}
	}
	return usual
}

func (d *docx) open() error {
	top, err := d.archive.relations("")
	if err != nil {
		return err
	}
	d.main = "word/document.xml"
	for _, r := range inOrder(top) {
		if r.kind == "officeDocument" && !r.external && d.parts[r.target] != nil {
			d.main = r.target
		}
	}
	if d.parts[d.main] == nil {
		return errCutShort
	}
	if d.relations, err = d.archive.relations(d.main); err != nil {
		return err
	}
	dir := path.Dir(d.main) + "/"
	for _, read := range []func() error{
		func() error { return d.readStyles(d.part("styles", dir+"styles.xml")) },
		func() error { return d.numbering.read(d, d.part("numbering", dir+"numbering.xml")) },
		func() error { return d.readSettings(d.part("settings", dir+"settings.xml")) },
		func() error { return d.readNotes(d.part("footnotes", dir+"footnotes.xml"), "footnote") },
		func() error { return d.readNotes(d.part("endnotes", dir+"endnotes.xml"), "endnote") },
		d.readProperties,
	} {
		if err := read(); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.parts)) {
		switch path.Base(name) {
		case "vbaProject.bin":
			d.doc.warn("the file holds macros; they were left out and nothing of them was run")
		case "comments.xml":
			d.doc.warn("comments in the margin were left out")
		}
	}
	return nil
}

func (d *docx) readProperties() error {
	err := d.elements("docProps/core.xml", func(_ string, n *node) error {
		switch n.name {
		case "dc:title":
			d.doc.Title = n.content()
		case "dc:language":
			d.doc.Language = n.content()
		}
		return nil
	}, "coreProperties")
	if err != nil {
		return err
	}
	return d.elements("docProps/app.xml", func(_ string, n *node) error {
		if n.name == "app:Pages" {
			d.doc.Pages, _ = strconv.Atoi(n.content())
			d.doc.Pages = min(max(d.doc.Pages, 0), 100_000)
		}
		return nil
	}, "app:Properties")
}

func (d *docx) readStyles(part string) error {
	d.styles = map[string]*wordStyle{}
	return d.elements(part, func(_ string, n *node) error {
		if n.name != "w:style" {
			return nil
		}
		s := &wordStyle{name: n.val("w:name"), basedOn: n.val("w:basedOn"), outline: -1, props: n.kid("w:rPr")}
		p := n.kid("w:pPr")
		if o, err := strconv.Atoi(p.val("w:outlineLvl")); err == nil {
			s.outline = o
		}
		s.numID, s.ilvl = p.kid("w:numPr").val("w:numId"), p.kid("w:numPr").val("w:ilvl")
		d.styles[n.attr("styleId")] = s
		return nil
	}, "w:styles")
}

func (d *docx) styleName(id string) string {
	if s := d.styles[id]; s != nil {
		return s.name
	}
	return ""
}

// inherit calls f on a style and those it is based on until f says true.
func (d *docx) inherit(id string, f func(*wordStyle) bool) {
	for range 20 {
		s := d.styles[id]
		if s == nil || f(s) {
			return
		}
		id = s.basedOn
	}
}

func (d *docx) readSettings(part string) error {
	d.noteForm, d.noteStart = [2]string{"decimal", "lowerRoman"}, [2]int{1, 1}
	return d.elements(part, func(_ string, n *node) error {
		switch n.name {
		case "w:footnotePr":
			d.noteProperties(0, n)
		case "w:endnotePr":
			d.noteProperties(1, n)
		case "w:themeFontLang":
			if d.doc.Language == "" {
				d.doc.Language = n.attr("val")
			}
		}
		return nil
	}, "w:settings")
}

func (d *docx) noteProperties(kind int, n *node) {
	if f := n.val("w:numFmt"); f != "" {
		d.noteForm[kind] = f
	}
	if s, err := strconv.Atoi(n.val("w:numStart")); err == nil {
		d.noteStart[kind] = s
	}
}

func (d *docx) readNotes(part, kind string) error {
	return d.elements(part, func(_ string, n *node) error {
		if t := n.attr("type"); t == "" || t == "normal" {
			d.notes[kind+" "+n.attr("id")] = n
		}
		return nil
	}, "w:footnotes", "w:endnotes")
}

func (d *docx) body() error {
	return d.elements(d.main, func(_ string, n *node) error {
		d.doc.Blocks = append(d.doc.Blocks, d.blocks([]*node{n})...)
		return nil
	}, "w:body")
}

func (d *docx) finish() error {
	if len(d.pending) > 0 {
		d.doc.Blocks = append(d.doc.Blocks, Block{Runs: d.pending})
	}
	for _, r := range inOrder(d.relations) {
		if r.external || r.kind != "header" && r.kind != "footer" {
			continue
		}
		if err := d.runningLines(r); err != nil {
			return err
		}
	}
	d.doc.pictures(d.pictures)
	if d.tracked {
		d.doc.warn("the file holds tracked changes; the text was read as if all were accepted")
	}
	if d.hidden > 0 {
		d.doc.warn("hidden text was left out")
	}
	d.doc.setPages(d.page, d.rendered)
	return nil
}

// setPages keeps the pages of blocks where the program that wrote the file
// said where pages begin; otherwise they are unknown.
func (d *Document) setPages(last int, rendered bool) {
	if rendered {
		d.Pages = max(d.Pages, last)
		return
	}
	page := 0
	if d.Pages == 1 {
		page = 1
	}
	set := func(b *Block) { b.Page = page }
	each(d.Blocks, set)
	for i := range d.Notes {
		d.Notes[i].Page = page
		each(d.Notes[i].Blocks, set)
	}
}

func (d *docx) runningLines(r relation) error {
	page, rendered, pictures := d.page, d.rendered, d.pictures
	defer func() { d.page, d.rendered, d.pictures = page, rendered, pictures }()
	relations := d.relations
	own, err := d.archive.relations(r.target)
	if err != nil {
		return err
	}
	d.relations = own
	defer func() { d.relations = relations }()
	var blocks []Block
	err = d.elements(r.target, func(_ string, n *node) error {
		blocks = append(blocks, d.blocks([]*node{n})...)
		return nil
	}, "w:hdr", "w:ftr")
	if err != nil {
		return err
	}
	var lines []RunningLine
	for _, line := range strings.Split(linesOf(blocks), "\n") {
		lines = append(lines, RunningLine{Text: line})
	}
	if r.kind == "header" {
		d.doc.Headers = append(d.doc.Headers, lines...)
	} else {
		d.doc.Footers = append(d.doc.Footers, lines...)
	}
	return nil
}

// linesOf is the text of blocks, each on a line of its own.
func linesOf(blocks []Block) string {
	var lines []string
	each(blocks, func(b *Block) {
		if text := b.Plain(); text != "" {
			lines = append(lines, strings.TrimSpace(b.Label+" "+text))
		}
	})
	return strings.Join(lines, "\n")
}

// blocks reads elements that stand where blocks do.
func (d *docx) blocks(list []*node) (out []Block) {
	for _, n := range list {
		switch n.name {
		case "w:p":
			out = append(out, d.paragraph(n)...)
		case "w:tbl":
			if b, ok := d.table(n); ok {
				out = append(out, b)
			}
		case "w:ins", "w:moveTo":
			d.tracked = true
			out = append(out, d.blocks(n.kids)...)
		case "w:del", "w:moveFrom":
			d.tracked = true
		case "mc:AlternateContent":
			out = append(out, d.blocks(alternative(n))...)
		case "w:sdt":
			out = append(out, d.blocks(filledIn(n))...)
		case "w:customXml", "w:smartTag", "w:sdtContent":
			out = append(out, d.blocks(n.kids)...)
		case "w:altChunk":
			d.doc.warn("a part in another format was left out; open the file in Word and save it again to have it read")
		}
	}
	return out
}

func (n *node) children() []*node {
	if n == nil {
		return nil
	}
	return n.kids
}

// filledIn is what stands in a content control, without the prompt of one that
// nobody filled in.
func filledIn(n *node) []*node {
	if on, _ := n.kid("w:sdtPr").on("w:showingPlcHdr"); on {
		return nil
	}
	return n.kid("w:sdtContent").children()
}

// alternative is what one of the versions of the same content holds: the first
// choice with anything in it, or the fallback for older programs.
func alternative(n *node) []*node {
	for _, k := range n.kids {
		if (k.name == "mc:Choice" || k.name == "mc:Fallback") && len(k.kids) > 0 {
			return k.kids
		}
	}
	return nil
}

func (d *docx) table(n *node) (Block, bool) {
	if d.depth++; d.depth > maxDepth/8 {
		d.depth--
		return Block{}, false
	}
	defer func() { d.depth-- }()
	b := Block{Kind: Table, Page: d.page, Style: told(d.styleName(n.kid("w:tblPr").val("w:tblStyle")))}
	d.rows(n, &b)
	return b, len(b.Rows) > 0
}

func (d *docx) rows(n *node, b *Block) {
	for _, k := range n.kids {
		switch k.name {
		case "w:tr":
			p := k.kid("w:trPr")
			if p.kid("w:del") != nil {
				d.tracked = true
				continue
			}
			if p.kid("w:ins") != nil {
				d.tracked = true
			}
			header, _ := p.on("w:tblHeader")
			row := Row{Header: header}
			d.cells(k, &row)
			b.Rows = append(b.Rows, row)
		case "w:sdt":
			d.rows(&node{kids: filledIn(k)}, b)
		case "w:ins", "w:moveTo", "w:customXml":
			d.rows(k, b)
		}
	}
}

func (d *docx) cells(n *node, row *Row) {
	for _, k := range n.kids {
		switch k.name {
		case "w:tc":
			p := k.kid("w:tcPr")
			if p.kid("w:cellDel") != nil {
				d.tracked = true
				continue
			}
			cell := Cell{Span: 1}
			if s, err := strconv.Atoi(p.val("w:gridSpan")); err == nil {
				cell.Span = min(max(s, 1), 100)
			}
			merged := p.kid("w:vMerge")
			if merged == nil || merged.attr("val") == "restart" {
				cell.Blocks = d.blocks(k.kids)
			}
			row.Cells = append(row.Cells, cell)
		case "w:sdt":
			d.cells(&node{kids: k.kid("w:sdtContent").children()}, row)
		case "w:customXml":
			d.cells(k, row)
		}
	}
}

// A wordParagraph gathers the runs of one paragraph.
type wordParagraph struct {
	runs   []Run
	boxes  []Block // of text boxes that are anchored in it
	base   string  // its style
	fields []bool  // open fields; true: between begin and separate, where the instruction stands
}

func (p *wordParagraph) instruction() bool {
	for _, f := range p.fields {
		if f {
			return true
		}
	}
	return false
}

var reHeadingName = regexp.MustCompile(`(?i)^(?:heading|überschrift|titre|título|titulo|encabezado|заголовок|标题|標題|عنوان|العنوان)[ _]?(\d)$`)

func (d *docx) paragraph(n *node) []Block {
	props := n.kid("w:pPr")
	p := &wordParagraph{base: props.val("w:pStyle")}
	if on, _ := props.on("w:pageBreakBefore"); on && !d.rendered {
		d.page++
	}
	b := Block{Page: d.page}
	d.inline(n.kids, p, "")
	mark := props.kid("w:rPr")
	if mark.kid("w:del") != nil || mark.kid("w:moveFrom") != nil {
		d.tracked = true
		d.pending = append(d.pending, p.runs...)
		return p.boxes
	}
	if mark.kid("w:ins") != nil || mark.kid("w:moveTo") != nil {
		d.tracked = true
	}
	b.Runs, d.pending = append(d.pending, p.runs...), nil
	d.shape(&b, p.base, props) // an empty item is counted too
	if len(b.Runs) == 0 {
		return p.boxes
	}
	return append([]Block{b}, p.boxes...)
}

// shape tells whether a paragraph is a heading or an item, and its label.
func (d *docx) shape(b *Block, style string, props *node) {
	outline := -1
	b.Style = told(d.styleName(style))
	numID, ilvl := props.kid("w:numPr").val("w:numId"), props.kid("w:numPr").val("w:ilvl")
	d.inherit(style, func(s *wordStyle) bool {
		name := strings.ToLower(s.name)
		if m := reHeadingName.FindStringSubmatch(name); m != nil && outline < 0 {
			outline, _ = strconv.Atoi(m[1])
			outline--
		}
		if outline < 0 && name == "title" {
			outline = 0
		}
		if outline < 0 {
			outline = s.outline
		}
		if numID == "" {
			numID = s.numID
		}
		if ilvl == "" {
			ilvl = s.ilvl
		}
		return false
	})
	if o, err := strconv.Atoi(props.val("w:outlineLvl")); err == nil {
		outline = o
	}
	label, counted, level, ok := d.numbering.next(numID, ilvl, style)
	if ok {
		b.Kind, b.Level, b.Label, b.Ordered = Item, level, label, counted
	}
	if outline >= 0 && outline < 9 {
		b.Kind, b.Level = Heading, headingLevel(outline+1)
		if !counted {
			b.Label = ""
		}
	}
}

// inline reads what stands within a paragraph.
func (d *docx) inline(list []*node, p *wordParagraph, link string) {
	for _, n := range list {
		switch n.name {
		case "w:r":
			d.run(n, p, link)
		case "w:hyperlink":
			to := SafeLink(d.relations[n.attr("id")].target)
			if !d.relations[n.attr("id")].external {
				to = ""
			}
			d.inline(n.kids, p, to)
		case "w:ins", "w:moveTo":
			d.tracked = true
			d.inline(n.kids, p, link)
		case "w:del", "w:moveFrom":
			d.tracked = true
		case "w:fldSimple", "w:smartTag", "w:customXml", "w:dir", "w:bdo", "w:sdtContent":
			d.inline(n.kids, p, link)
		case "w:sdt":
			d.inline(filledIn(n), p, link)
		case "mc:AlternateContent":
			d.inline(alternative(n), p, link)
		case "m:oMath", "m:oMathPara":
			p.add(Run{Text: mathText(n)})
		}
	}
}

func mathText(n *node) string {
	if n.name == "m:t" {
		return n.content()
	}
	var b strings.Builder
	for _, k := range n.kids {
		b.WriteString(mathText(k))
	}
	return b.String()
}

func (p *wordParagraph) add(r Run) {
	if !p.instruction() {
		p.runs = append(p.runs, r)
	}
}

func (d *docx) run(n *node, p *wordParagraph, link string) {
	props := n.kid("w:rPr")
	if on, _ := d.setting(props, p.base, "w:vanish"); on {
		d.hidden++
		d.fieldsOnly(n, p)
		return
	}
	style := Run{Link: link, Super: raised(props)}
	style.Bold, _ = d.setting(props, p.base, "w:b")
	style.Italic, _ = d.setting(props, p.base, "w:i")
	style.Code = strings.EqualFold(d.styleName(props.val("w:rStyle")), styleCode)
	d.inherit(props.val("w:rStyle"), func(s *wordStyle) bool {
		style.Super = style.Super || raised(s.props)
		return false
	})
	for i := 0; i < len(n.kids); i++ {
		k := n.kids[i]
		r := style
		switch k.name {
		case "w:t", "w:delText":
			if k.name == "w:t" {
				r.Text = k.content()
				p.add(r)
			}
		case "w:tab", "w:ptab":
			r.Text = "\t"
			p.add(r)
		case "w:br":
			if k.attr("type") == "page" {
				if !d.rendered {
					d.page++
				}
			}
			r.Text = "\n"
			p.add(r)
		case "w:cr":
			r.Text = "\n"
			p.add(r)
		case "w:noBreakHyphen":
			r.Text = "-"
			p.add(r)
		case "w:sym":
			r.Text = symbol(k)
			p.add(r)
		case "w:fldChar":
			p.field(k.attr("fldCharType"))
		case "w:lastRenderedPageBreak":
			d.renderedBreak()
		case "w:footnoteReference", "w:endnoteReference":
			mark := ""
			if on := k.attr("customMarkFollows"); on == "1" || on == "true" || on == "on" {
				mark, i = (&node{name: "w:r", kids: n.kids[i+1:]}).content(), len(n.kids)
			}
			d.noteReference(k, strings.TrimSpace(mark), p)
		default:
			d.drawing(k, p)
		}
	}
}

// raised reports whether letters stand above the line: by their alignment, or
// by a position of more than 2 points (it counts halves).
func raised(props *node) bool {
	position, err := strconv.Atoi(props.val("w:position"))
	return props.val("w:vertAlign") == "superscript" || err == nil && position > 4
}

// renderedBreak counts a page that Word began here. Breaks that were counted
// before the first one was seen are Word's too.
func (d *docx) renderedBreak() {
	if d.inNote {
		return
	}
	if !d.rendered {
		d.rendered, d.page = true, 1
	}
	d.page++
}

// fieldsOnly keeps count of the fields that begin and end in hidden text.
func (d *docx) fieldsOnly(n *node, p *wordParagraph) {
	for _, k := range n.kids {
		if k.name == "w:fldChar" {
			p.field(k.attr("fldCharType"))
		}
	}
}

func (p *wordParagraph) field(what string) {
	switch last := len(p.fields) - 1; {
	case what == "begin" && len(p.fields) < 50:
		p.fields = append(p.fields, true)
	case what == "separate" && last >= 0:
		p.fields[last] = false
	case what == "end" && last >= 0:
		p.fields = p.fields[:last]
	}
}

func symbol(n *node) string {
	code, err := strconv.ParseInt(n.attr("char"), 16, 32)
	if err != nil {
		return ""
	}
	if s, ok := symbols[int(code&0xfff)]; ok && (code >= 0xf000 || code < 0x100) {
		return s
	}
	if code >= 0xf020 && code < 0xf100 {
		return string(rune(code - 0xf000))
	}
	return string(rune(code))
}

// setting reads a setting of a run: its own, its character style's, its
// paragraph style's.
func (d *docx) setting(props *node, base, name string) (on, said bool) {
	if on, said = props.on(name); said {
		return on, said
	}
	for _, id := range []string{props.val("w:rStyle"), base} {
		d.inherit(id, func(s *wordStyle) bool {
			on, said = s.props.on(name)
			return said
		})
		if said {
			return on, said
		}
	}
	return false, false
}

// drawing reads the text boxes of a drawing, and counts its pictures.
func (d *docx) drawing(n *node, p *wordParagraph) {
	switch n.name {
	case "w:drawing":
		if name, text := ownImage(n); name != "" {
			p.add(Run{Text: text, Image: name})
			return
		}
	case "mc:AlternateContent":
		for _, k := range alternative(n) {
			d.drawing(k, p)
		}
		return
	case "w:txbxContent":
		if d.depth++; d.depth < maxDepth/8 {
			pending := d.pending
			d.pending = nil
			p.boxes = append(p.boxes, d.blocks(n.kids)...)
			d.pending = pending
		}
		d.depth--
		return
	case "w:rubyBase":
		d.inline(n.kids, p, "")
		return
	case "a:blip", "v:imagedata":
		d.pictures++
		return
	case "w:instrText", "w:delInstrText", "w:rPr", "w:rt", "a:t":
		return
	}
	for _, k := range n.kids {
		d.drawing(k, p)
	}
}

// ownImage gives the name and the description of an image that Write wrote,
// whose name is an address.
func ownImage(n *node) (name, text string) {
	for _, k := range n.kids {
		props := k.kid("docPr")
		if name = props.attr("name"); strings.HasPrefix(name, "/") && k.has("a:blip") {
			if name = safeImage(name); name != "" {
				return name, cmp.Or(props.attr("descr"), name)
			}
		}
	}
	return "", ""
}

// safeImage is the address of an image on a site, or "".
func safeImage(name string) string {
	if len(name) > 300 || path.Clean(name) != name || strings.ContainsAny(name, "\\ <>()\"{}\n") {
		return ""
	}
	return name
}

// noteReference reads the note that is referred to, and its label.
func (d *docx) noteReference(n *node, mark string, p *wordParagraph) {
	kind, name := 0, "footnote"
	if n.name == "w:endnoteReference" {
		kind, name = 1, "endnote"
	}
	id := name + " " + n.attr("id")
	body := d.notes[id]
	if body == nil || d.inNote || p.instruction() {
		return
	}
	if mark == "" {
		mark = number(d.noteStart[kind]+d.counts[kind], d.noteForm[kind])
		d.counts[kind]++
	}
	p.runs = append(p.runs, Run{Text: mark, Note: id})
	if d.noteIDs[id] {
		return
	}
	d.noteIDs[id] = true
	pending := d.pending
	d.inNote, d.pending = true, nil
	note := Note{ID: id, Label: mark, Endnote: kind == 1, Page: d.page, Blocks: d.blocks(body.kids)}
	d.inNote, d.pending = false, pending
	dropMark(note.Blocks, mark)
	d.doc.Notes = append(d.doc.Notes, note)
}

// dropMark takes a mark that was typed at the head of a note away.
func dropMark(blocks []Block, mark string) {
	for i := range blocks {
		for j := range blocks[i].Runs {
			r := &blocks[i].Runs[j]
			if text := strings.TrimSpace(r.Text); text != "" {
				if text == mark {
					r.Text = ""
				}
				return
			}
		}
	}
}

// wordNumbering holds the lists of a Word file and how far each has counted.
type wordNumbering struct {
	lists  map[string]*wordList // by numId
	counts map[string]*[9]int   // by abstractNumId; 0: not begun
}

type wordList struct {
	abstract string
	levels   [9]wordLevel
	restarts [9]int // startOverride, 0 for none
	started  bool
}

type wordLevel struct {
	format, text, style string
	start, restart      int // restart: the level from 1 behind which it begins anew; -1: any
	legal               bool
}

func (w *wordNumbering) read(d *docx, part string) error {
	w.lists, w.counts = map[string]*wordList{}, map[string]*[9]int{}
	abstracts, links := map[string]*[9]wordLevel{}, map[string]string{}
	err := d.elements(part, func(_ string, n *node) error {
		switch n.name {
		case "w:abstractNum":
			levels := &[9]wordLevel{}
			for _, k := range n.kids {
				readLevel(k, levels)
			}
			id := n.attr("abstractNumId")
			abstracts[id] = levels
			if link := n.val("w:numStyleLink"); link != "" {
				links[id] = link
			}
		case "w:num":
			l := &wordList{abstract: n.val("w:abstractNumId")}
			if style := d.styles[links[l.abstract]]; style != nil && w.lists[style.numID] != nil {
				l.abstract = w.lists[style.numID].abstract
			}
			if levels := abstracts[l.abstract]; levels != nil {
				l.levels = *levels
			}
			for _, k := range n.kids {
				if i, ok := levelOf(k.attr("ilvl")); ok && k.name == "w:lvlOverride" {
					if s, err := strconv.Atoi(k.val("w:startOverride")); err == nil {
						l.restarts[i] = max(s, 0) + 1
					}
					for _, lvl := range k.kids {
						readLevel(lvl, &l.levels)
					}
				}
			}
			w.lists[n.attr("numId")] = l
		}
		return nil
	}, "w:numbering")
	return err
}

func levelOf(ilvl string) (int, bool) {
	i, err := strconv.Atoi(ilvl)
	return i, err == nil && i >= 0 && i < 9
}

func readLevel(n *node, levels *[9]wordLevel) {
	i, ok := levelOf(n.attr("ilvl"))
	if n.name != "w:lvl" || !ok {
		return
	}
	l := wordLevel{format: n.val("w:numFmt"), text: n.val("w:lvlText"), style: n.val("w:pStyle"), start: 1, restart: -1}
	if l.format == "" {
		l.format = "decimal"
	}
	if s, err := strconv.Atoi(n.val("w:start")); err == nil {
		l.start = s
	} else {
		l.start = 0
	}
	if r, err := strconv.Atoi(n.val("w:lvlRestart")); err == nil {
		l.restart = r
	}
	l.legal, _ = n.on("w:isLgl")
	levels[i] = l
}

// next counts an item of the list and gives its label.
func (w *wordNumbering) next(numID, ilvl, style string) (label string, counted bool, level int, ok bool) {
	l := w.lists[numID]
	if l == nil || numID == "0" {
		return "", false, 0, false
	}
	level, ok = levelOf(ilvl)
	if !ok { // a style may say only which list; the list says which level is that style's
		for i := range l.levels {
			if style != "" && l.levels[i].style == style {
				level = i
			}
		}
		level = max(level, 0)
	}
	counts := w.counts[l.abstract]
	if counts == nil {
		counts = &[9]int{}
		w.counts[l.abstract] = counts
	}
	if !l.started {
		l.started = true
		for i, r := range l.restarts {
			if r > 0 {
				counts[i] = 0
				l.levels[i].start = r - 1
			}
		}
	}
	at := l.levels[level]
	// A count is kept one higher, since lists may begin with 0.
	if counts[level] == 0 {
		counts[level] = at.start + 1
	} else {
		counts[level]++
	}
	for i := level + 1; i < 9; i++ {
		if r := l.levels[i].restart; r != 0 && (r < 0 || level < r) {
			counts[i] = 0
		}
	}
	if at.format == "bullet" {
		return bullet, false, level, true
	}
	if at.format == "none" && !strings.Contains(at.text, "%") && strings.TrimSpace(at.text) == "" {
		return "", false, level, false
	}
	return l.label(level, counts), true, level, true
}

// label fills the numbers of a level and those above it into its text.
func (l *wordList) label(level int, counts *[9]int) string {
	at := l.levels[level]
	var b strings.Builder
	for i := 0; i < len(at.text); i++ {
		if at.text[i] != '%' || i+1 == len(at.text) || at.text[i+1] < '1' || at.text[i+1] > '9' {
			b.WriteByte(at.text[i])
			continue
		}
		i++
		k := int(at.text[i] - '1')
		n, format := counts[k]-1, l.levels[k].format
		if n < 0 {
			n = l.levels[k].start
		}
		if at.legal && k < level {
			format = "decimal"
		}
		b.WriteString(number(n, format))
	}
	return strings.TrimSpace(b.String())
}
