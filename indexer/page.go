package indexer

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// A Page is what one HTML page says of itself by the page contract.
type Page struct {
	URL          string        // address from the site's root, "/themes/customs/"; see addressOf
	Lang         string        // BCP 47 tag of <html lang>
	Title        string        // of the first <h1>, else of <title>, else the file's name
	Date         string        // vade:date, for ties
	Keywords     []string      // vade:keywords
	Facets       []FacetValue  // vade:NAME, and of its sections
	Cites        []string      // vade:cite, as written
	Synonyms     []Synonym     // vade:synonym
	Translations []Translation // <link rel="alternate" hreflang>
	Patterns     string        // href of <link rel="vade-patterns">
	Endpoint     string        // vade:endpoint
	Canonical    string        // href of <link rel="canonical">
	NoIndex      bool          // <meta name="robots" content="noindex">
	Search       bool          // has an element marked data-vade-results: a search page
	Sections     []Section     // in the order of the page; the first may have no heading
	Records      []*Page       // its elements marked data-vade-record
	Record       bool          // is one of these: a place on a page, with no file of its own
	IDs          []string      // every id of the page: what a link may point at
	Links        []string      // every href of an <a>, as written, and the target of a redirect
	Warnings     []string      // what the page breaks of the contract
	file         string        // from the site's folder, "themes/customs/index.html"
}

// A Section is the part of a page under one heading, or within one element
// marked data-vade-section.
type Section struct {
	ID      string // anchor, "" for the page's beginning
	Heading string
	Text    string // blocks separated by line breaks
	Cites   []string
}

// A FacetValue is one value of a facet, such as theme "customs".
type FacetValue struct {
	Facet, Value, Label string
}

// A Synonym is one name of a vocabulary term in one language.
type Synonym struct {
	Term, Facet, Lang, Text string
	Preferred               bool // the label, rather than another name
}

// A Translation is the same page in another language.
type Translation struct {
	Lang string `json:"lang"`
	URL  string `json:"url"`
}

// contract are the names behind "vade:" that are not facets.
var contract = map[string]bool{"date": true, "keywords": true, "cite": true, "synonym": true, "endpoint": true}

// readPage reads the page in a file of the site. HTML never fails to parse; what
// makes no sense is told in Warnings.
func readPage(file string, r io.Reader) (*Page, error) {
	url := addressOf(file)
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", url, err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return &Page{URL: url, file: file, Warnings: []string{"the file is empty"}, NoIndex: true}, nil
	}
	p := &Page{URL: url, file: file}
	doc, err := html.Parse(p.decode(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", url, err)
	}
	b := &pageReader{page: p, ids: map[string]bool{}}
	b.head(doc)
	b.collect(doc)
	main := b.content(doc)
	b.open("", "")
	b.walk(main)
	b.finish()
	switch {
	case p.Lang == "":
		b.warn("<html> has no lang; words are compared without a language's rules")
	case indexLanguage(p.Lang) == undetermined:
		b.warn("lang=%q is no language tag; words are compared without a language's rules", p.Lang)
	}
	return p, nil
}

// decode turns a file into UTF-8: by its byte order mark or its <meta charset>,
// else as UTF-8 if all of it is, else as Windows-1252, as browsers do.
func (p *Page) decode(data []byte) io.Reader {
	enc, name, certain := charset.DetermineEncoding(data, "")
	if name == "utf-8" || !certain && utf8.Valid(data) {
		if !utf8.Valid(data) {
			p.Warnings = append(p.Warnings, "some bytes are no UTF-8; they are read as \ufffd")
		}
		return strings.NewReader(strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff"))
	}
	return enc.NewDecoder().Reader(bytes.NewReader(data))
}

// pageReader gathers the sections of a page while it walks the tree.
type pageReader struct {
	page     *Page
	docTitle string
	h1       string
	record   bool // reads a record, which is one section
	ids      map[string]bool
	sections []*openSection
	current  *openSection
}

type openSection struct {
	id, heading string
	cites       []string
	text        strings.Builder
	marked      bool // by data-vade-section: ends with its element
}

// head reads what stands in the attributes of <html> and in <head>. Metadata
// in the body is read too: some generators write it there.
func (b *pageReader) head(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Html:
			b.page.Lang = attr(n, "lang")
		case atom.Title:
			if b.docTitle == "" && !within(n, atom.Svg) {
				b.docTitle = oneLine(textOf(n))
			}
		case atom.Meta:
			b.meta(n)
		case atom.Link:
			b.link(n)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.head(c)
	}
}

var refreshTarget = regexp.MustCompile(`(?i)\burl\s*=\s*['"]?([^'"\s]*)`)

func (b *pageReader) meta(n *html.Node) {
	name, content := strings.ToLower(attr(n, "name")), strings.TrimSpace(attr(n, "content"))
	if strings.EqualFold(attr(n, "http-equiv"), "refresh") {
		if m := refreshTarget.FindStringSubmatch(content); m != nil {
			b.page.NoIndex = true // a redirect; its target is a page of its own
			b.page.Links = append(b.page.Links, m[1])
		}
		return
	}
	if name == "robots" {
		if rules := strings.ToLower(content); strings.Contains(rules, "noindex") || rules == "none" {
			b.page.NoIndex = true
		}
		return
	}
	name, ours := strings.CutPrefix(name, "vade:")
	if !ours {
		return
	}
	if content == "" {
		b.warn(`<meta name="vade:%s"> has no content`, name)
		return
	}
	switch name {
	case "date":
		b.date(content, "vade:date")
	case "keywords":
		for k := range strings.SplitSeq(content, ",") {
			if k = oneLine(k); k != "" {
				b.page.Keywords = append(b.page.Keywords, k)
			}
		}
	case "cite":
		b.page.Cites = append(b.page.Cites, content)
	case "endpoint":
		b.page.Endpoint = content
	case "synonym":
		b.synonym(n, content)
	default:
		b.facet(name, content, attr(n, "data-label"))
	}
}

// date keeps the day with which a date begins; from names where it was written.
func (b *pageReader) date(text, from string) {
	day := text[:min(len(text), len(time.DateOnly))]
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		b.warn("%s %q is not written 2006-01-02; the page counts as undated", from, text)
		return
	}
	b.page.Date = day
}

func (b *pageReader) synonym(n *html.Node, text string) {
	s := Synonym{Term: attr(n, "data-term"), Facet: attr(n, "data-facet"), Lang: attr(n, "lang"), Text: text, Preferred: has(n, "data-preferred")}
	if s.Term == "" {
		b.warn("synonym %q has no data-term", text)
		return
	}
	b.page.Synonyms = append(b.page.Synonyms, s)
}

func (b *pageReader) facet(name, value, label string) {
	for i, f := range b.page.Facets {
		if f.Facet == name && f.Value == value {
			b.page.Facets[i].Label = cmp.Or(f.Label, label)
			return
		}
	}
	b.page.Facets = append(b.page.Facets, FacetValue{name, value, label})
}

func (b *pageReader) link(n *html.Node) {
	href := attr(n, "href")
	for rel := range strings.FieldsSeq(strings.ToLower(attr(n, "rel"))) {
		switch {
		case rel == "canonical":
			b.page.Canonical = href
		case rel == "vade-patterns":
			b.page.Patterns = href
		case rel == "alternate" && has(n, "hreflang") && href != "":
			lang := attr(n, "hreflang")
			if lang != "x-default" && baseLanguage(lang) != baseLanguage(b.page.Lang) {
				b.page.Translations = append(b.page.Translations, Translation{lang, href})
			}
		}
	}
}

// collect notes every id and link of the page, wherever they stand.
func (b *pageReader) collect(n *html.Node) {
	if n.Type == html.ElementNode {
		if id := attr(n, "id"); id != "" {
			if b.ids[id] {
				b.warn("id %q stands twice; links go to the first", id)
			} else {
				b.ids[id] = true
				b.page.IDs = append(b.page.IDs, id)
			}
		}
		b.page.Search = b.page.Search || has(n, "data-vade-results")
		if n.DataAtom == atom.A && has(n, "href") {
			b.page.Links = append(b.page.Links, attr(n, "href"))
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.collect(c)
	}
}

// content picks what to index: the first <main>, else <body>.
func (b *pageReader) content(doc *html.Node) *html.Node {
	mains := find(doc, func(n *html.Node) bool {
		return n.DataAtom == atom.Main || attr(n, "role") == "main"
	})
	if len(mains) > 1 {
		b.warn("%d <main> elements; the first is indexed", len(mains))
	}
	if len(mains) > 0 {
		return mains[0]
	}
	if bodies := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Body }); len(bodies) > 0 {
		return bodies[0]
	}
	return doc
}

// skipped are elements whose text is not the page's own.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true,
	atom.Nav: true, atom.Svg: true, atom.Button: true, atom.Select: true,
	atom.Iframe: true, atom.Object: true, atom.Title: true, atom.Head: true,
}

// inline are elements that do not break a line of text.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true,
	atom.Code: true, atom.Data: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true,
	atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true,
	atom.Span: true, atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.U: true,
	atom.Var: true, atom.Wbr: true, atom.Ins: true, atom.Del: true, atom.Label: true, atom.Img: true,
}

func (b *pageReader) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.current.text.WriteString(spaces.Replace(n.Data))
		return
	case html.ElementNode:
		if skipped[n.DataAtom] || has(n, "data-vade-ignore") {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	if level(n) > 0 && !b.record {
		b.heading(n)
		return
	}
	switch {
	case b.record: // has no places of its own to link to
	case has(n, "data-vade-record"):
		b.readRecord(n)
		return
	case has(n, "data-vade-section"):
		b.marked(n)
		return
	}
	switch n.DataAtom {
	case atom.Td, atom.Th:
		defer b.current.text.WriteByte(' ')
	case atom.Img:
		b.current.text.WriteString(" " + attr(n, "alt") + " ")
	}
	block := n.Type == html.ElementNode && !inline[n.DataAtom]
	if block {
		b.current.text.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.walk(c)
	}
	if block {
		b.current.text.WriteByte('\n')
	}
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
	if n.DataAtom == atom.H1 && b.h1 == "" {
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

// marked reads an element with data-vade-section: its text is a section, and
// what follows it belongs again to the section in which it stood.
func (b *pageReader) marked(n *html.Node) {
	outer := b.current
	id := attr(n, "id")
	if id == "" {
		b.warn("a data-vade-section has no id; it is named by the heading above it")
		id = outer.id
	}
	b.open(id, strings.TrimSpace(attr(n, "data-vade-section")))
	b.current.marked = true
	b.declared(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.walk(c)
	}
	b.open(outer.id, outer.heading)
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
	id := attr(n, "id")
	if id == "" {
		b.warn("a data-vade-record has no id; it cannot be linked to and is left out")
		return
	}
	r := &pageReader{
		page:   &Page{URL: b.page.URL + "#" + escapeAnchor(id), Lang: b.page.Lang, NoIndex: b.page.NoIndex, Endpoint: b.page.Endpoint, Record: true},
		h1:     oneLine(attr(n, "data-vade-record")),
		record: true,
	}
	if r.h1 == "" {
		r.warn("data-vade-record gives no title")
	}
	r.open("", "")
	r.declared(n)
	if date := attr(n, "data-vade-date"); date != "" {
		r.date(date, "data-vade-date")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c)
	}
	for _, t := range b.page.Translations {
		r.page.Translations = append(r.page.Translations, Translation{t.Lang, t.URL + "#" + escapeAnchor(id)})
	}
	r.finish()
	b.page.Records = append(b.page.Records, r.page)
}

func (b *pageReader) open(id, heading string) {
	b.current = &openSection{id: id, heading: heading}
	b.sections = append(b.sections, b.current)
}

// finish turns what was gathered into the page's sections. Pieces of a section
// that a marked element interrupted come together again.
func (b *pageReader) finish() {
	p := b.page
	p.Title = cmp.Or(b.h1, b.docTitle, nameOf(p.URL))
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
	return 0
}

// anchorOf finds the id by which a heading is reached: its own, that of a
// <section> or <a> that begins with it, or that of an anchor inside it.
func anchorOf(n *html.Node) string {
	if id := attr(n, "id"); id != "" {
		return id
	}
	for _, c := range find(n, func(c *html.Node) bool { return attr(c, "id") != "" || c.DataAtom == atom.A && attr(c, "name") != "" }) {
		return cmp.Or(attr(c, "id"), attr(c, "name"))
	}
	for p := n.Parent; p != nil && (p.DataAtom == atom.Section || p.DataAtom == atom.Header || p.DataAtom == atom.Div); p = p.Parent {
		if id := attr(p, "id"); id != "" {
			return id
		}
		if p.DataAtom == atom.Section {
			break
		}
	}
	return ""
}

// textOf gives the text under n, but for what is marked data-vade-ignore and
// the links of headings to themselves, which show no more than a mark.
func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if has(n, "data-vade-ignore") || n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Svg {
		return ""
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
		if c.DataAtom == atom.Br {
			b.WriteByte(' ')
		}
	}
	if n.DataAtom == atom.A && strings.Trim(b.String(), headingMarks) == "" {
		return ""
	}
	return b.String()
}

// headingMarks are what generators write into a heading's link to itself.
const headingMarks = "#¶§🔗 \n\t\u00a0\u200b"

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

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
