package indexer

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// parseHTML parses a page. One that is nested deeper than the parser goes is
// parsed again without the elements that lie too deep; their text stays.
func parseHTML(r io.Reader) (*html.Node, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		doc, err = html.Parse(bytes.NewReader(shallow(text)))
	}
	return doc, err
}

// deepest is how many elements may lie in one another. Parsers go to 512, and add
// some of their own.
const deepest = 200

// shallow takes the tags of elements that lie too deep out of a page.
func shallow(text []byte) []byte {
	type element struct {
		name string
		kept bool
	}
	var out bytes.Buffer
	var open []element
	count := map[string]int{} // of the open elements, by name
	pop := func() element {
		top := open[len(open)-1]
		open = open[:len(open)-1]
		count[top.name]--
		return top
	}
	for z := html.NewTokenizer(bytes.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		tag, _ := z.TagName()
		name := string(tag)
		switch {
		case kind == html.StartTagToken && !voidElements[atom.Lookup(tag)]:
			if len(open) > 0 && endsBefore(open[len(open)-1].name, name) {
				pop()
			}
			kept := len(open) < deepest
			open = append(open, element{name, kept})
			count[name]++
			if !kept {
				out.WriteByte(' ')
				continue
			}
		case kind == html.EndTagToken && count[name] > 0:
			top := pop()
			for top.name != name {
				top = pop()
			}
			if !top.kept {
				continue
			}
		}
		out.Write(raw)
	}
}

// endsBefore tells whether an open element, whose end tag may be left out, ends
// where one of this name begins.
func endsBefore(open, name string) bool {
	switch open {
	case "p":
		return blocks[atom.Lookup([]byte(name))]
	case "li", "dt", "dd", "tr", "td", "th", "option":
		return open == name
	}
	return false
}

// voidElements have no end tag.
var voidElements = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true, atom.Param: true,
}

// collect notes every id and link of the page, wherever they stand.
func (b *pageReader) collect(n *html.Node) {
	if n.Type == html.ElementNode {
		if id := dom.Attr(n, "id"); id != "" {
			if b.ids[id] {
				b.warn("id %q stands twice; links go to the first", id)
			} else {
				b.ids[id] = true
				b.page.IDs = append(b.page.IDs, id)
			}
		}
		b.page.Search = b.page.Search || dom.Has(n, "data-vade-results")
		if name := dom.Attr(n, "name"); name != "" && n.DataAtom == atom.A {
			b.names[name] = true
		}
		if n.DataAtom == atom.A && dom.Has(n, "href") {
			b.page.Links = append(b.page.Links, dom.Attr(n, "href"))
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.collect(c)
	}
}

// skipped are elements whose text is not the page's own.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true,
	atom.Nav: true, atom.Svg: true, atom.Button: true, atom.Select: true,
	atom.Iframe: true, atom.Object: true, atom.Title: true, atom.Head: true,
	atom.Rt: true, atom.Rp: true, // readings, which would stand inside the words that they explain
}

// blocks are elements that stand on lines of their own. All others, those of a
// site's own making among them, are parts of a line and may stand inside a word.
var blocks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Br: true,
	atom.Caption: true, atom.Center: true, atom.Dd: true, atom.Details: true, atom.Dialog: true, atom.Dir: true,
	atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true,
	atom.Footer: true, atom.Form: true, atom.Frameset: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Header: true, atom.Hgroup: true, atom.Hr: true, atom.Html: true,
	atom.Legend: true, atom.Li: true, atom.Main: true, atom.Menu: true, atom.Noframes: true, atom.Ol: true,
	atom.Optgroup: true, atom.Option: true, atom.P: true, atom.Pre: true, atom.Search: true, atom.Section: true,
	atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Textarea: true, atom.Tfoot: true,
	atom.Th: true, atom.Thead: true, atom.Tr: true, atom.Ul: true, atom.Video: true, atom.Audio: true, atom.Canvas: true,
	atom.Input: true, atom.Listing: true, atom.Xmp: true, atom.Plaintext: true,
}

// isSkipped tells whether the text of an element is not the page's own. A template
// that is the element's shadow tree is shown.
func isSkipped(n *html.Node) bool {
	switch {
	case n.DataAtom == atom.Template:
		return !dom.Has(n, "shadowrootmode")
	case n.Data == "rtc" || n.Data == "annotation" || n.Data == "annotation-xml": // readings, the source of a formula
		return true
	}
	return skipped[n.DataAtom]
}

func isBlock(n *html.Node) bool {
	return n.Type == html.ElementNode && (blocks[n.DataAtom] || strings.Contains(compactStyle(n), "display:block"))
}

// compactStyle gives an element's style attribute without spaces.
func compactStyle(n *html.Node) string {
	style := dom.Attr(n, "style")
	if style == "" {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(style, " ", ""))
}

// isHidden tells whether an element is not shown as the page stands. Readers can
// open what is folded (details, tabs), so this decides only which <main> is meant.
func isHidden(n *html.Node) bool {
	style := compactStyle(n)
	return dom.Has(n, "hidden") && dom.Attr(n, "hidden") != "until-found" || dom.Has(n, "inert") || dom.Attr(n, "aria-hidden") == "true" ||
		n.DataAtom == atom.Dialog && !dom.Has(n, "open") || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// isIgnored tells whether a page says that an element is not to be found.
func isIgnored(n *html.Node) bool {
	if dom.Has(n, "data-vade-ignore") || dom.Has(n, "data-pagefind-ignore") {
		return true
	}
	weight, said := weightOf(n)
	return said && weight == 0
}

// weightOf gives what an element weighs in the words of Pagefind, and whether it says
// so in a number.
func weightOf(n *html.Node) (weight float64, said bool) {
	text := dom.Attr(n, "data-pagefind-weight")
	if text == "" {
		return 1, false
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return weight, err == nil && weight >= 0
}

// scopes are elements that hold the sections that begin in them: what follows such
// an element belongs again to the section in which it stands.
var scopes = map[atom.Atom]bool{
	atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Details: true, atom.Dialog: true, atom.Fieldset: true,
	atom.Figure: true, atom.Li: true, atom.Section: true, atom.Table: true, atom.Td: true, atom.Th: true,
}

// boxes are the classes of notes and warnings that stand in a text.
var boxes = map[string]bool{
	"admonition": true, "callout": true, "alert": true, "custom-block": true, "markdown-alert": true, "theme-admonition": true,
	"admonitionblock": true, "starlight-aside": true,
}

func isScope(n *html.Node) bool {
	switch dom.Attr(n, "role") {
	case "note", "complementary", "alert":
		return true
	}
	return scopes[n.DataAtom] || named(n, boxes)
}

// headsOn tells whether an element is a <section> that holds no more than a heading,
// as those of rustdoc: the text of that section follows it.
func (b *pageReader) headsOn(n *html.Node) bool {
	return n.DataAtom == atom.Section && b.current.heading != "" && strings.TrimSpace(b.current.text.String()) == ""
}

func (b *pageReader) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.current.text.WriteString(spaces.Replace(n.Data))
		return
	case html.ElementNode:
		if isSkipped(n) || isIgnored(n) || isAround(n) || b.frame && isFrame(n) || b.leadsHere(n) || b.isContents(n) || isGutter(n) {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	b.foreign(n)
	if level(n) > 0 {
		if !b.record {
			b.heading(n)
			return
		}
		if b.saysTitle(n) {
			return
		}
	}
	switch {
	case b.record: // has no places of its own to link to
	case dom.Has(n, "data-vade-record"):
		b.readRecord(n)
		return
	case dom.Has(n, "data-vade-section"):
		b.marked(n)
		return
	case n.DataAtom == atom.Dl:
		b.definitions(n)
		return
	case definedTerm(n) != nil:
		b.definition(n, definedTerm(n))
		return
	}
	if n.DataAtom == atom.Img {
		b.current.text.WriteString(" " + dom.Attr(n, "alt") + " ")
	}
	block := isBlock(n)
	if block {
		b.current.text.WriteByte('\n')
	}
	outer := b.current
	b.children(n)
	if isScope(n) && !b.record && !b.headsOn(n) {
		b.back(outer)
	}
	if block {
		b.current.text.WriteByte('\n')
	}
}

// leadsHere tells whether an element is a heading's link to itself that stands behind
// the heading, a link to the top of the page, or one that shows no more than a mark.
func (b *pageReader) leadsHere(n *html.Node) bool {
	if n.DataAtom != atom.A || !strings.HasPrefix(dom.Attr(n, "href"), "#") {
		return false
	}
	return isMark(n) || dom.Attr(n, "href") == "#top" || b.current.id != "" && leadsTo(n, b.current.id) && strings.TrimSpace(b.current.text.String()) == ""
}

func (b *pageReader) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.walk(c)
	}
}

// back goes on with a section that others interrupted.
func (b *pageReader) back(outer *openSection) {
	if b.current == outer {
		return
	}
	b.open(outer.id, outer.heading)
	b.current.marked = outer.marked
}

// definitions reads a list of terms. A term with an id is a place of its own, as
// an entry of a glossary or the signature of a function is: a section up to the
// next term.
func (b *pageReader) definitions(dl *html.Node) {
	outer := b.current
	b.current.text.WriteByte('\n')
	var read func(n *html.Node)
	read = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.DataAtom == atom.Dt && !isIgnored(c):
				if id := anchorWithin(c); id != "" && oneLine(textOf(c)) != "" {
					b.open(id, oneLine(textOf(c)))
					continue
				}
				b.back(outer)
				b.walk(c)
			case c.DataAtom == atom.Div && !isIgnored(c): // groups a term and its meaning
				read(c)
			default:
				b.walk(c)
			}
		}
	}
	read(dl)
	b.back(outer)
	b.current.text.WriteByte('\n')
}

// definedTerm gives the first term with an id that a paragraph, an entry of a list or a
// row defines, or nil.
func definedTerm(n *html.Node) *html.Node {
	switch n.DataAtom {
	case atom.P, atom.Li, atom.Tr:
	default:
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Dfn && cmp.Or(anchorWithin(c), dom.Attr(n, "id")) != "" {
			return c
		}
		if n.DataAtom == atom.Tr && c.FirstChild != nil && c.FirstChild.DataAtom == atom.Dfn && anchorWithin(c.FirstChild) != "" {
			return c.FirstChild
		}
	}
	return nil
}

// definition reads an element that defines a term: a section of its own.
func (b *pageReader) definition(n, term *html.Node) {
	outer := b.current
	b.open(cmp.Or(anchorWithin(term), dom.Attr(n, "id")), oneLine(textOf(term)))
	b.children(n)
	b.back(outer)
}

var spaces = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ", "\u00a0", " ", "\u00ad", "")

// heading starts a section, or names the one that an enclosing element began.
func (b *pageReader) heading(n *html.Node) {
	text := oneLine(textOf(n))
	if text == "" {
		b.warn("a heading <%s> has no text", n.Data)
		return
	}
	id := anchorOf(n)
	if level(n) == 1 && b.h1 == "" {
		b.h1 = text
		return
	}
	if b.current.marked && b.current.heading == "" && strings.TrimSpace(b.current.text.String()) == "" {
		b.current.heading = text
		return
	}
	marked := b.current.marked
	b.open(id, text)
	b.current.marked = marked
}

// titleAround gives the first heading of the <article> in which the page's text stands:
// some themes write the title above what they call the text.
func titleAround(main []*html.Node) string {
	if len(main) == 0 || !within(main[0], atom.Article) {
		return ""
	}
	article := main[0].Parent
	for article.DataAtom != atom.Article {
		article = article.Parent
	}
	if titles := shown(article, func(n *html.Node) bool { return n.DataAtom == atom.H1 }); len(titles) > 0 {
		return oneLine(textOf(titles[0]))
	}
	return ""
}

// saysTitle tells whether a heading opens a record and says its title. As the title of
// an ordinary page it is then no part of the text: an excerpt would begin with it and
// run on into the first sentence.
func (b *pageReader) saysTitle(n *html.Node) bool {
	return oneLine(textOf(n)) == b.h1 && strings.TrimSpace(b.current.text.String()) == ""
}

// marked reads an element with data-vade-section: its text is a section, and
// what follows it belongs again to the section in which it stood.
func (b *pageReader) marked(n *html.Node) {
	outer := b.current
	id := dom.Attr(n, "id")
	if id == "" {
		b.warn("a data-vade-section has no id; it is named by the heading above it")
		id = outer.id
	}
	b.open(id, strings.TrimSpace(dom.Attr(n, "data-vade-section")))
	b.current.marked = true
	b.declared(n)
	b.children(n)
	b.open(outer.id, outer.heading) // anew, so that no text is glued to what stood before
	b.current.marked = outer.marked
}

// declared reads what a marked element says of itself by attributes.
func (b *pageReader) declared(n *html.Node) {
	for _, a := range n.Attr {
		if name, ok := strings.CutPrefix(a.Key, "data-vade-facet-"); ok {
			for v := range strings.FieldsSeq(a.Val) {
				b.facet(name, v, "")
			}
		}
		if a.Key == "data-vade-cite" && a.Val != "" {
			b.current.cites = append(b.current.cites, a.Val)
		}
	}
}

// readRecord reads an element with data-vade-record: in the index it is a page of
// its own, which has no file but a place on this one.
func (b *pageReader) readRecord(n *html.Node) {
	id := dom.Attr(n, "id")
	if id == "" {
		b.warn("a data-vade-record has no id; it cannot be linked to and is left out")
		return
	}
	r := &pageReader{
		page:   &Page{URL: b.page.URL + "#" + escapeAnchor(id), Lang: b.page.Lang, NoIndex: b.page.NoIndex, Record: true},
		h1:     oneLine(dom.Attr(n, "data-vade-record")),
		record: true,
	}
	if r.h1 == "" {
		r.warn("data-vade-record gives no title")
	}
	r.open("", "")
	r.declared(n)
	if date := dom.Attr(n, "data-vade-date"); date != "" {
		r.date(date, "data-vade-date")
	}
	r.children(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.collectLeads(c)
	}
	for _, t := range b.page.Translations {
		r.page.Translations = append(r.page.Translations, Translation{t.Lang, t.URL + "#" + escapeAnchor(id)})
	}
	r.finish()
	b.page.Records = append(b.page.Records, r.page)
}

// foreign reads what elements say in the words of other search tools, so that a
// site that used one need not be marked anew: data-pagefind-filter="NAME:VALUE" or
// "NAME" or "NAME[attribute]", data-pagefind-meta="title", and data-pagefind-weight.
func (b *pageReader) foreign(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	b.weigh(n)
	if filters := dom.Attr(n, "data-pagefind-filter"); filters != "" {
		for f := range strings.SplitSeq(filters, ",") {
			if name, value := foreignValue(n, f); name != "" && value != "" {
				b.facet(name, value, "")
			}
		}
	}
	if meta := dom.Attr(n, "data-pagefind-meta"); meta != "" {
		for m := range strings.SplitSeq(meta, ",") {
			if name, value := foreignValue(n, m); name == "title" && value != "" {
				b.page.Title = value
			}
		}
	}
}

// mostWeighed is how many words an element may have for its weight to count: as many
// as a long heading. Longer texts would make keywords of everything.
const mostWeighed = 20

// weigh reads data-pagefind-weight. A short text that weighs more than others is taken
// for keywords of the page as well; one that weighs nothing is left out, see isIgnored.
// Headings weigh more as it is. Other weights have no effect, and say so.
func (b *pageReader) weigh(n *html.Node) {
	if dom.Attr(n, "data-pagefind-weight") == "" || level(n) > 0 {
		return
	}
	text := oneLine(textOf(n))
	switch weight, said := weightOf(n); {
	case !said:
		b.warn("data-pagefind-weight=%q is no number from 0 to 10; it has no effect", dom.Attr(n, "data-pagefind-weight"))
	case weight > 1 && len(strings.Fields(text)) > mostWeighed:
		b.warn("data-pagefind-weight=%q stands on more than %d words; it has no effect: mark the words that the page is to be found by", dom.Attr(n, "data-pagefind-weight"), mostWeighed)
	case weight > 1 && text != "":
		b.page.Keywords = append(b.page.Keywords, text)
	case weight < 1:
		b.warn("data-pagefind-weight=%q has no effect: 0 leaves an element out, and no text weighs less than others", dom.Attr(n, "data-pagefind-weight"))
	}
}

// foreignValue reads NAME:VALUE, NAME[attribute], or NAME of the element's text.
func foreignValue(n *html.Node, text string) (name, value string) {
	text = strings.TrimSpace(text)
	if name, value, ok := strings.Cut(text, ":"); ok {
		return strings.TrimSpace(name), oneLine(value)
	}
	if name, attribute, ok := strings.Cut(strings.TrimSuffix(text, "]"), "["); ok {
		return strings.TrimSpace(name), oneLine(dom.Attr(n, attribute))
	}
	return text, oneLine(textOf(n))
}

func (b *pageReader) open(id, heading string) {
	b.current = &openSection{id: id, heading: heading}
	b.sections = append(b.sections, b.current)
}

// finish turns what was gathered into the page's sections. Pieces of a section
// that a marked element interrupted come together again.
func (b *pageReader) finish() {
	p := b.page
	p.Title = cmp.Or(p.Title, b.h1, b.docTitle, nameOf(p.URL))
	at := map[string]int{}
	for _, s := range b.sections {
		text := lines(s.text.String())
		if text == "" && s.heading == "" && len(s.cites) == 0 {
			continue
		}
		key := s.id + "\x00" + s.heading
		if i, ok := at[key]; ok {
			if text == "" && len(s.cites) == 0 {
				continue
			}
			p.Sections[i].Text = strings.TrimSpace(p.Sections[i].Text + "\n" + text)
			p.Sections[i].Cites = append(p.Sections[i].Cites, s.cites...)
			continue
		}
		at[key] = len(p.Sections)
		p.Sections = append(p.Sections, Section{ID: s.id, Heading: s.heading, Text: text, Cites: s.cites})
	}
	slices.SortStableFunc(p.Translations, func(a, b Translation) int { return cmp.Compare(a.Lang, b.Lang) })
}

// nameOf gives the name of a page's file, or of the folder for which it stands.
func nameOf(address string) string {
	name := unescape(address)
	if slices.Contains(FolderPages, path.Base(name)) {
		name = path.Dir(name)
	}
	name = path.Base(name)
	if IsPage(name) {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

func (b *pageReader) warn(format string, args ...any) {
	b.page.Warnings = append(b.page.Warnings, fmt.Sprintf(format, args...))
}

// lines makes each block of text one line of single spaces.
func lines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func level(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	}
	if n.DataAtom == atom.P && dom.Attr(n, "class") == "MsoTitle" { // Word's title, above its headings of the first rank
		return 1
	}
	if dom.Attr(n, "role") == "heading" {
		return 2 // as browsers take it where no aria-level says otherwise; which makes no difference here
	}
	return 0
}

// anchorOf finds the id by which a heading is reached: its own, that of an anchor
// inside it or right before it, or that of a <section>, <header> or <div> that begins
// with it.
func anchorOf(n *html.Node) string {
	if id := cmp.Or(anchorWithin(n), anchorBefore(n)); id != "" {
		return id
	}
	for p := n.Parent; p != nil && (p.DataAtom == atom.Section || p.DataAtom == atom.Header || p.DataAtom == atom.Div); p = p.Parent {
		if id := dom.Attr(p, "id"); id != "" {
			return id
		}
		if p.DataAtom == atom.Section {
			break
		}
	}
	return ""
}

// beforeOf gives what stands right before an element, but for white space and comments.
func beforeOf(n *html.Node) *html.Node {
	n = n.PrevSibling
	for n != nil && (n.Type == html.CommentNode || n.Type == html.TextNode && strings.TrimSpace(n.Data) == "") {
		n = n.PrevSibling
	}
	return n
}

// anchorBefore gives the id of an empty anchor that stands right before a heading, or
// before the entry of a list that begins with it.
func anchorBefore(n *html.Node) string {
	before := beforeOf(n)
	for p := n.Parent; before == nil && p != nil && (p.DataAtom == atom.Li || p.DataAtom == atom.Ul); p = p.Parent {
		before = beforeOf(p)
	}
	if before == nil || before.DataAtom != atom.A && before.DataAtom != atom.Span || oneLine(textBut(before, nil)) != "" {
		return ""
	}
	return cmp.Or(anchorWithin(before), dom.Attr(before, "name"))
}

// anchorWithin gives the id of an element, else that of the first anchor in it.
func anchorWithin(n *html.Node) string {
	if id := dom.Attr(n, "id"); id != "" {
		return id
	}
	for _, c := range find(n, func(c *html.Node) bool {
		return dom.Attr(c, "id") != "" || c.DataAtom == atom.A && dom.Attr(c, "name") != ""
	}) {
		return cmp.Or(dom.Attr(c, "id"), dom.Attr(c, "name"))
	}
	return ""
}

// textOf gives the text of a heading or term, without its buttons and the link to
// itself at its end, which is a mark or words such as "Link to this heading", unless
// they are all there is: the heading of a part that unfolds is a button. A link to
// itself that goes on, "csv — reading and writing", is part of the name.
func textOf(n *html.Node) string {
	own := anchorOf(n)
	toItself := func(c *html.Node) bool {
		return c.DataAtom == atom.A && own != "" && leadsTo(c, own) && (dom.Attr(c, "aria-hidden") == "true" || !goesOn(c, n))
	}
	for _, drop := range []func(*html.Node) bool{
		func(c *html.Node) bool { return isMark(c) || isButton(c) || toItself(c) },
		func(c *html.Node) bool { return isMark(c) || isButton(c) },
		isMark,
	} {
		if text := textBut(n, drop); oneLine(text) != "" {
			return text
		}
	}
	return ""
}

func isButton(n *html.Node) bool { return n.DataAtom == atom.Button || dom.Attr(n, "role") == "button" }

// leadsTo tells whether a link leads to a place on its page, by whatever address.
func leadsTo(link *html.Node, id string) bool {
	_, fragment, _ := strings.Cut(dom.Attr(link, "href"), "#")
	return fragment == id || unescape(fragment) == id
}

// isMark tells whether an element is a link to a place that shows no more than a mark.
func isMark(n *html.Node) bool {
	return n.DataAtom == atom.A && strings.Contains(dom.Attr(n, "href"), "#") && !hasWord(textBut(n, nil))
}

// headingMarks are what generators write into a heading's link to itself.
const headingMarks = "#¶§🔗◆∞⚓ \n\t\u00a0\u200b"

// hasWord tells whether a text holds more than marks.
func hasWord(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}

// goesOn tells whether text follows an element within n.
func goesOn(e, n *html.Node) bool {
	for ; e != nil && e != n; e = e.Parent {
		for c := e.NextSibling; c != nil; c = c.NextSibling {
			if strings.Trim(textBut(c, nil), headingMarks) != "" {
				return true
			}
		}
	}
	return false
}

// textBut gives the text under n without what is no text of the page, and without the
// elements that drop says; nil drops none.
func textBut(n *html.Node, drop func(*html.Node) bool) string {
	if n.Type == html.TextNode {
		return spaces.Replace(n.Data)
	}
	if n.Type == html.ElementNode && (isIgnored(n) || isSkipped(n) && n.DataAtom != atom.Button || isAround(n) || drop != nil && drop(n)) {
		return ""
	}
	if n.DataAtom == atom.Img {
		return " " + dom.Attr(n, "alt") + " "
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		text := textBut(c, drop)
		if isBlock(c) {
			text = " " + text + " "
		}
		b.WriteString(text)
	}
	return b.String()
}

// find gives the outermost elements under n that match.
func find(n *html.Node, match func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && match(c) {
			out = append(out, c)
			continue
		}
		out = append(out, find(c, match)...)
	}
	return out
}

func within(n *html.Node, a atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == a {
			return true
		}
	}
	return false
}
