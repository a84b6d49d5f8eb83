package indexer

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// content picks what to index: an element marked data-pagefind-body, else the first
// <main> that is shown and holds text, else what themes call their text, else the
// one <article>, else <body> less its frame.
func (b *pageReader) content(doc *html.Node) []*html.Node {
	if bodies := find(doc, func(n *html.Node) bool { return dom.Has(n, "data-pagefind-body") }); len(bodies) > 0 {
		return bodies
	}
	mains := shown(doc, func(n *html.Node) bool { return n.DataAtom == atom.Main || dom.Attr(n, "role") == "main" })
	if len(mains) > 1 {
		b.warn("%d <main> elements; the first that has a heading is indexed, else the first", len(mains))
	}
	for _, main := range mains {
		if len(find(main, func(n *html.Node) bool { return level(n) > 0 })) > 0 {
			return []*html.Node{main}
		}
	}
	if len(mains) > 0 {
		return mains[:1]
	}
	if themed := shown(doc, isThemeBody); len(themed) > 0 {
		return themed[:1]
	}
	if articles := shown(doc, func(n *html.Node) bool { return n.DataAtom == atom.Article }); len(articles) == 1 {
		return articles
	}
	b.frame, b.page.framed = true, true
	if bodies := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Body }); len(bodies) > 0 {
		return bodies[:1]
	}
	return []*html.Node{doc}
}

// themeBodies are the ids and classes by which generators and themes name the
// text of a page that has no <main>.
var themeBodies = map[string]bool{
	"mw-content-text": true, "bodycontent": true, "md-content": true, "rst-content": true, "theme-doc-markdown": true,
	"dokuwiki__content": true, "markdown-body": true, "post-content": true, "entry-content": true, "book-body": true, "main-content": true,
}

func isThemeBody(n *html.Node) bool {
	return dom.Attr(n, "itemprop") == "articleBody" || named(n, themeBodies)
}

// named tells whether the id or a class of an element is one of names.
func named(n *html.Node, names map[string]bool) bool {
	if names[strings.ToLower(dom.Attr(n, "id"))] {
		return true
	}
	for class := range strings.FieldsSeq(dom.Attr(n, "class")) {
		if names[strings.ToLower(class)] {
			return true
		}
	}
	return false
}

// shown gives the outermost elements that match, are shown and hold text.
func shown(n *html.Node, match func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom == atom.Template || c.DataAtom == atom.Noscript || isHidden(c) {
			continue
		}
		if match(c) && oneLine(textBut(c, isButton)) != "" {
			out = append(out, c)
			continue
		}
		out = append(out, shown(c, match)...)
	}
	return out
}

// frameNames are the ids and classes of menus and footers.
var frameNames = map[string]bool{
	"navheader": true, "navfooter": true, "navigation": true, "navbar": true, "nav": true, "menu": true, "sidebar": true,
	"sphinxsidebar": true, "breadcrumb": true, "breadcrumbs": true, "footer": true, "site-footer": true, "site-header": true,
	"related": true, "skip-link": true, "skiplink": true, "postamble": true,
}

var frameRoles = map[string]bool{"navigation": true, "contentinfo": true, "search": true, "complementary": true, "menu": true, "menubar": true}

// isFrame tells whether an element of a page without <main> is its menu or footer.
func isFrame(n *html.Node) bool {
	return n.DataAtom == atom.Footer && !within(n, atom.Article) && !within(n, atom.Section) || frameRoles[dom.Attr(n, "role")] || named(n, frameNames)
}

// themePieces are the classes of what themes put around the text of a page, within
// its <main>: the version and a note that it is old, the page's contents, where to
// edit it.
var themePieces = map[string]bool{
	"theme-doc-version-banner": true, "theme-doc-version-badge": true, "theme-doc-toc-mobile": true, "theme-doc-toc-desktop": true,
	"theme-doc-breadcrumbs": true, "theme-doc-footer": true, "theme-edit-this-page": true, "mobile-starlight-toc": true, "md-source-file": true,
	"mw-editsection": true, "viewcode-link": true, "rightside": true, "katex-html": true,
	"mw-jump-link": true, "printfooter": true, "pageId": true, "docInfo": true, "nav-panel": true, "search-results": true,
	"page-meta": true, "page-edit": true, "method-click-advice": true, "sharedaddy": true, "comment-respond": true,
}

// isAround tells whether an element is no part of the text that it stands in: it leads
// to the page before or after, or a theme put it there.
func isAround(n *html.Node) bool {
	if n.DataAtom == atom.A {
		for rel := range strings.FieldsSeq(strings.ToLower(dom.Attr(n, "rel"))) {
			if rel == "next" || rel == "prev" || rel == "previous" {
				return true
			}
		}
	}
	for class := range strings.FieldsSeq(dom.Attr(n, "class")) {
		if themePieces[class] {
			return true
		}
	}
	return false
}

// isList tells whether the <html> of a page says, as Docusaurus writes it, that the page
// lists others: those of a tag, or the newest. These are found themselves.
func isList(n *html.Node) bool {
	for class := range strings.FieldsSeq(dom.Attr(n, "class")) {
		if strings.HasSuffix(class, "-list-page") {
			return true
		}
	}
	return false
}

// The frame of a site is what repeats: a line that stands on more than half of the
// pages without <main>, if there are at least a few of them.
const (
	fewestFramed = 4
	frameShare   = 2 // more than a half
)

// dropFrames takes the lines that make the site's frame out of the pages that do
// not say by <main> what their text is.
func (s *Site) dropFrames() {
	on, framed := map[string]int{}, 0
	for _, p := range s.Pages {
		if !p.framed {
			continue
		}
		framed++
		seen := map[string]bool{}
		for _, section := range p.Sections {
			for line := range strings.SplitSeq(section.Text, "\n") {
				if !seen[line] {
					seen[line] = true
					on[line]++
				}
			}
		}
	}
	if framed < fewestFramed {
		return
	}
	for _, p := range s.Pages {
		if !p.framed {
			continue
		}
		kept := p.Sections[:0]
		for _, section := range p.Sections {
			before := section.Text
			section.Text = withoutLines(before, func(line string) bool { return on[line]*frameShare > framed })
			if section.Text != "" || section.Heading != "" && before == "" {
				kept = append(kept, section)
			}
		}
		p.Sections = kept
	}
}

func withoutLines(text string, drop func(line string) bool) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && !drop(line) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
