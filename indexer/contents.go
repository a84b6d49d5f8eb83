package indexer

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// contentsNames are the ids and classes by which generators name the contents of a page
// or of a part of the site. What they list is found where it stands.
var contentsNames = map[string]bool{
	"toc": true, "toc2": true, "dw__toc": true, "markdown-toc": true, "table-of-contents": true, "toctree-wrapper": true,
	"toc-macro": true, "ez-toc-container": true, "auto-toc": true, "list-of-tables": true, "list-of-figures": true,
}

// indexNames are those of the alphabetical index of a book: its entries are words for places.
var indexNames = map[string]bool{"indexdiv": true, "indextable": true, "genindex-jumpbox": true}

// listing are elements that may be a list of links without any name.
var listing = map[atom.Atom]bool{
	atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.P: true, atom.Div: true, atom.Table: true,
}

// isContents tells whether an element lists what the page, or a part of the site, holds:
// it is named so and is mostly links, or is nothing but links to places on the page.
func (b *pageReader) isContents(n *html.Node) bool {
	if named(n, indexNames) || isOfficeContents(n) {
		return true
	}
	if named(n, contentsNames) || isDocutilsContents(n) {
		return mostlyLinks(n)
	}
	return listing[n.DataAtom] && b.leadsOnlyWithin(n)
}

// isOfficeContents tells whether an element is a line of the contents that Word writes, or
// a link of those that LibreOffice does, which name a place by its heading.
func isOfficeContents(n *html.Node) bool {
	return n.DataAtom == atom.P && strings.HasPrefix(dom.Attr(n, "class"), "MsoToc") ||
		n.DataAtom == atom.A && strings.HasSuffix(dom.Attr(n, "href"), "|outline")
}

// isDocutilsContents tells whether an element is the contents that Docutils writes: its
// two classes are usual words, each by itself.
func isDocutilsContents(n *html.Node) bool {
	class := " " + dom.Attr(n, "class") + " "
	return strings.Contains(class, " contents ") && (strings.Contains(class, " topic ") || strings.Contains(class, " local "))
}

// longestLabel is how many letters "Table of contents" may have in any language.
const longestLabel = 40

// mostlyLinks tells whether at least half of an element's letters are links, but for
// the words above the first link.
func mostlyLinks(n *html.Node) bool {
	linked, label, other := 0, 0, 0
	var count func(n *html.Node, within bool)
	count = func(n *html.Node, within bool) {
		if n.Type == html.TextNode {
			switch letters := countLetters(n.Data); {
			case within:
				linked += letters
			case linked == 0:
				label += letters
			default:
				other += letters
			}
		}
		within = within || n.DataAtom == atom.A && dom.Has(n, "href")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			count(c, within)
		}
	}
	count(n, false)
	return linked > 0 && label <= longestLabel && linked >= other
}

// leadsOnlyWithin tells whether an element holds two links or more, all to places on
// the page, and no words beside them.
func (b *pageReader) leadsOnlyWithin(n *html.Node) bool {
	links := 0
	var only func(n *html.Node) bool
	only = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				if countLetters(c.Data) > 0 {
					return false
				}
			case c.DataAtom == atom.A && dom.Has(c, "href"):
				if !b.leadsWithin(c) {
					return false
				}
				if hasWord(textBut(c, nil)) { // else it is a mark
					links++
				}
			case c.DataAtom == atom.Img || dom.Attr(c, "id") != "" && level(c) > 0 || !only(c):
				return false
			}
		}
		return true
	}
	return only(n) && links > 1
}

// leadsWithin tells whether a link leads to a place on its own page.
func (b *pageReader) leadsWithin(link *html.Node) bool {
	fragment, ok := strings.CutPrefix(dom.Attr(link, "href"), "#")
	return ok && (b.ids[fragment] || b.ids[unescape(fragment)] || b.names[fragment])
}

func countLetters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// gutters are the classes of the line numbers that stand beside code.
var gutters = map[string]bool{
	"linenos": true, "linenodiv": true, "lineno": true, "linenumber": true, "line-number": true, "line-numbers": true,
	"line-numbers-rows": true, "gutter": true, "rouge-gutter": true, "lnt": true, "ln": true, "hljs-ln-numbers": true, "blob-num": true,
}

// isGutter tells whether an element holds the numbers of lines of code.
func isGutter(n *html.Node) bool {
	return named(n, gutters) && countLetters(textOf(n)) == 0
}
