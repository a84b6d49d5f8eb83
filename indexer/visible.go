package indexer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// Visible gives the lines that a reader of a page sees or hears, wherever they
// stand, menus and what is not indexed among them: a line for each block of
// text, for the title, and for each description or label that an attribute
// holds. Code is left out. The page is read anew from its file.
func (s *Site) Visible(p *Page) ([]string, error) {
	return s.lines(p, func(n *html.Node) bool { return unseen[n.DataAtom] })
}

// VisibleOutsideLinks gives the lines of the body that Visible gives, without
// the text of links.
func (s *Site) VisibleOutsideLinks(p *Page) ([]string, error) {
	return s.lines(p, func(n *html.Node) bool {
		return unseen[n.DataAtom] || n.DataAtom == atom.A || n.DataAtom == atom.Head
	})
}

func (s *Site) lines(p *Page, skip func(*html.Node) bool) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(p.file)))
	if err != nil {
		return nil, err
	}
	doc, err := parseHTML((&Page{}).decode(data))
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	var attributes []string
	see(doc, skip, &text, &attributes)
	return slices.Concat(strings.Split(lines(text.String()), "\n"), attributes), nil
}

// unseen are elements whose text nobody reads as prose.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true,
	atom.Code: true, atom.Pre: true, atom.Kbd: true, atom.Samp: true,
}

// spoken are attributes that are read to people.
var spoken = []string{"alt", "aria-label", "placeholder", "title"}

func see(n *html.Node, skip func(*html.Node) bool, text *strings.Builder, attributes *[]string) {
	if n.Type == html.TextNode {
		text.WriteString(spaces.Replace(n.Data))
		return
	}
	if skip(n) {
		return
	}
	for _, a := range n.Attr {
		described := n.DataAtom == atom.Meta && a.Key == "content" && strings.Contains(dom.Attr(n, "name")+dom.Attr(n, "property"), "description")
		if described || slices.Contains(spoken, a.Key) {
			*attributes = append(*attributes, oneLine(a.Val))
		}
	}
	block := isBlock(n)
	if block {
		text.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		see(c, skip, text, attributes)
	}
	if block {
		text.WriteByte('\n')
	}
}
