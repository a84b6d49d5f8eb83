package indexer

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// A Page is what one HTML page says of itself by the page contract.
type Page struct {
	URL          string        // address from the site's root, "/themes/customs/"; see addressOf
	Lang         string        // BCP 47 tag of <html lang>
	Title        string        // of the first <h1>, else of <title>, else the file's name
	Date         string        // vade:date, for ties
	Checked      string        // vade:checked, the day on which somebody compared the page with its sources
	Sources      []Source      // vade:source
	Keywords     []string      // vade:keywords
	Facets       []FacetValue  // vade:NAME, and of its sections
	Cites        []string      // vade:cite, as written
	Synonyms     []Synonym     // vade:synonym
	Translations []Translation // <link rel="alternate" hreflang>
	Patterns     string        // href of <link rel="vade-patterns">
	Canonical    string        // href of <link rel="canonical">
	NoIndex      bool          // <meta name="robots" content="noindex">
	Search       bool          // has an element marked data-vade-results: a search page
	Sections     []Section     // in the order of the page; the first may have no heading
	Records      []*Page       // its elements marked data-vade-record
	Record       bool          // is one of these: a place on a page, with no file of its own
	IDs          []string      // every id of the page: what a link may point at
	Links        []string      // every href of an <a>, as written, and the target of a redirect
	Leads        []string      // of these, those in and around its text
	Warnings     []string      // what the page breaks of the contract
	copied       bool          // names another page that says the same
	untranslated bool          // declares another language for its text than for itself
	framed       bool          // has no <main>: its text may hold menus
	file         string        // from the site's folder, "themes/customs/index.html"
}

// File names the file of the page from the site's folder, with slashes.
func (p *Page) File() string { return p.file }

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

// A Source is what a page draws on.
type Source struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// A Translation is the same page in another language.
type Translation struct {
	Lang string `json:"lang"`
	URL  string `json:"url"`
}

// readPage reads the page in a file of the site. HTML never fails to parse; what
// makes no sense is told in Warnings.
func (how reading) readPage(file string, data []byte) (*Page, error) {
	url := addressOf(file)
	if len(bytes.TrimSpace(data)) == 0 {
		return &Page{URL: url, file: file, Warnings: []string{"the file is empty"}, NoIndex: true}, nil
	}
	p := &Page{URL: url, file: file}
	doc, err := parseHTML(p.decode(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", url, err)
	}
	b := &pageReader{page: p, ids: map[string]bool{}, names: map[string]bool{}}
	b.head(doc)
	how.leaveOut(doc)
	b.collect(doc)
	main := how.content(doc)
	if len(main) == 0 {
		main = b.content(doc)
	}
	b.open("", "")
	for _, n := range main {
		b.walk(n)
		b.collectLeads(n)
	}
	b.h1 = cmp.Or(b.h1, titleAround(main))
	b.finish()
	own := languageAround(main)
	p.untranslated = own != "" && p.Lang != "" && indexLanguage(own) != indexLanguage(p.Lang)
	p.Lang = b.language(how.lang, own, p.Lang, b.bodyLang, b.metaLang)
	if p.isErrorPage() || isRedirect(p, doc) {
		p.NoIndex = true // it is no answer to any question
	}
	if how.parsed != nil {
		how.parsed(p, doc)
	}
	return p, nil
}

// pageReader gathers the sections of a page while it walks the tree.
type pageReader struct {
	page     *Page
	docTitle string
	h1       string
	record   bool   // reads a record, which is one section
	frame    bool   // no <main>: menus and footers are left out
	bodyLang string // lang of <body>
	metaLang string // of the header content-language or og:locale
	ids      map[string]bool
	names    map[string]bool // of <a name>
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
			b.page.Lang = langOf(n)
			b.page.NoIndex = b.page.NoIndex || isList(n)
		case atom.Body:
			b.bodyLang = langOf(n)
		case atom.Title:
			if b.docTitle == "" && n.FirstChild != nil && !within(n, atom.Svg) {
				b.docTitle = oneLine(n.FirstChild.Data)
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

// langOf gives the language that an element declares.
func langOf(n *html.Node) string {
	return shortTag(cmp.Or(dom.Attr(n, "lang"), dom.Attr(n, "xml:lang")))
}

// language gives the first of the statements about a page's language that names one, else
// the first that was made.
func (b *pageReader) language(statements ...string) string {
	for _, tag := range statements {
		if tag == "" {
			continue
		}
		if indexLanguage(tag) != undetermined {
			return tag
		}
		b.warn("lang=%q names no language; it is told from the folder, the text or the site", tag)
	}
	return cmp.Or(statements...)
}

// languageAround gives the language that the element which holds the page's text, or
// one around it, declares. <body> is not asked: where it differs from <html>, it speaks of
// what stands around the text.
func languageAround(main []*html.Node) string {
	if len(main) == 0 {
		return ""
	}
	for n := main[0]; n != nil && n.DataAtom != atom.Body && n.DataAtom != atom.Html; n = n.Parent {
		if lang := langOf(n); lang != "" && indexLanguage(lang) != undetermined {
			return lang
		}
	}
	return ""
}

// saysLanguage takes the first tag of a list, since the others are of readers, not of
// the text.
func (b *pageReader) saysLanguage(list string) {
	first, _, _ := strings.Cut(list, ",")
	b.metaLang = cmp.Or(b.metaLang, languageTag(first))
}

func (b *pageReader) meta(n *html.Node) {
	name, content := strings.ToLower(dom.Attr(n, "name")), strings.TrimSpace(dom.Attr(n, "content"))
	if strings.EqualFold(dom.Attr(n, "http-equiv"), "refresh") {
		if target := redirectTarget(content); target != "" {
			b.page.NoIndex = true // a redirect; its target is a page of its own
			b.page.Links = append(b.page.Links, target)
		}
		return
	}
	if strings.EqualFold(dom.Attr(n, "http-equiv"), "content-language") || dom.Attr(n, "property") == "og:locale" || dom.Attr(n, "itemprop") == "inLanguage" {
		b.saysLanguage(content)
	}
	if name == "robots" {
		if rules := strings.ToLower(content); strings.Contains(rules, "noindex") || rules == "none" {
			b.page.NoIndex = true
		}
		return
	}
	name, ours := strings.CutPrefix(name, "vade:")
	if !ours {
		b.docSearch(name, content)
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
	case "checked":
		if day := content[:min(len(content), len(time.DateOnly))]; isDay(day) {
			b.page.Checked = day
		} else {
			b.warn("vade:checked %q is not written 2006-01-02", content)
		}
	case "source":
		b.page.Sources = append(b.page.Sources, Source{content, dom.Attr(n, "data-href")})
	case "endpoint": // for the search page
	case "synonym":
		b.synonym(n, content)
	default:
		b.facet(name, content, dom.Attr(n, "data-label"))
	}
}

// docSearch reads the elements by which documentation sites tell DocSearch, Docusaurus
// its own search, and libraries their catalogues, what a page is.
func (b *pageReader) docSearch(name, content string) {
	if content == "" {
		return
	}
	switch name {
	case "docsearch:language", "docusaurus_locale", "language", "dc.language", "dcterms.language":
		b.saysLanguage(content)
	case "docsearch:version", "docusaurus_version":
		for version := range strings.SplitSeq(content, ",") {
			if version = oneLine(version); version != "" {
				b.facet("version", version, "")
			}
		}
	}
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// date keeps the day with which a date begins; from names where it was written.
func (b *pageReader) date(text, from string) {
	day := text[:min(len(text), len(time.DateOnly))]
	if !isDay(day) {
		b.warn("%s %q is not written 2006-01-02; the page counts as undated", from, text)
		return
	}
	b.page.Date = day
}

func (b *pageReader) synonym(n *html.Node, text string) {
	s := Synonym{Term: dom.Attr(n, "data-term"), Facet: dom.Attr(n, "data-facet"), Lang: dom.Attr(n, "lang"), Text: text, Preferred: dom.Has(n, "data-preferred")}
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
	href := dom.Attr(n, "href")
	for rel := range strings.FieldsSeq(strings.ToLower(dom.Attr(n, "rel"))) {
		switch {
		case rel == "canonical":
			b.page.Canonical = href
		case rel == "vade-patterns":
			b.page.Patterns = href
		case rel == "alternate" && dom.Has(n, "hreflang") && href != "":
			lang := dom.Attr(n, "hreflang")
			if lang != "x-default" && indexLanguage(lang) != indexLanguage(b.page.Lang) {
				b.page.Translations = append(b.page.Translations, Translation{lang, href})
			}
		}
	}
}
