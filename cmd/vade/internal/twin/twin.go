// Package twin writes what programs read of a site: the text of each page as
// Markdown beside it, and llms.txt, which lists them.
package twin

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	htmltomarkdown "github.com/JohannesKaufmann/html-to-markdown/v2"
	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/sync/errgroup"

	"vademecum/indexer"
	"vademecum/internal/dom"
)

// Name is the file of a page's twin, beside the page's own index.html.
const Name = "index.md"

// Write writes the twins of all pages of a site, and llms.txt. Pages that no index
// wants have none.
func Write(ctx context.Context, site string, pages []*indexer.Page) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	about := make([]string, len(pages)) // a line on each
	for i, p := range pages {
		if !hasTwin(p) {
			continue
		}
		group.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			about[i], err = writeTwin(site, p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return writeList(site, pages, about)
}

func hasTwin(p *indexer.Page) bool {
	return !p.NoIndex && !p.Search && !p.Record && path.Base(p.File()) == "index.html"
}

// writeTwin writes the twin of a page and gives the page's description.
func writeTwin(site string, p *indexer.Page) (about string, err error) {
	file := filepath.Join(site, filepath.FromSlash(p.File()))
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return "", fmt.Errorf("%s: %w", p.File(), err)
	}
	main := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Main })
	if main == nil {
		return "", nil
	}
	strip(main)
	own := address(p)
	text, err := htmltomarkdown.ConvertNode(main, converter.WithDomain(own))
	if err != nil {
		return "", fmt.Errorf("%s: %w", p.File(), err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "---\ntitle: %q\nurl: %s\nlang: %s\n", p.Title, own, p.Lang)
	if p.Checked != "" {
		fmt.Fprintf(&out, "checked: %s\n", p.Checked)
	}
	if len(p.Sources) > 0 {
		fmt.Fprint(&out, "sources:\n")
	}
	for _, s := range p.Sources {
		fmt.Fprintf(&out, "  - title: %q\n", s.Title)
		if s.URL != "" {
			fmt.Fprintf(&out, "    url: %q\n", s.URL)
		}
	}
	fmt.Fprintf(&out, "---\n\n%s\n", bytes.TrimSpace(text))
	if meta := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Meta && dom.Attr(n, "name") == "description" }); meta != nil {
		about = strings.Join(strings.Fields(dom.Attr(meta, "content")), " ")
	}
	return about, os.WriteFile(filepath.Join(filepath.Dir(file), Name), out.Bytes(), 0o644)
}

// writeList writes llms.txt: the pages of the front page's language first, by
// folder, each with a link to its twin and a line on it.
func writeList(site string, pages []*indexer.Page, about []string) error {
	front := slices.IndexFunc(pages, func(p *indexer.Page) bool { return p.URL == "/" })
	if front < 0 {
		return nil
	}
	type entry struct{ section, line string }
	var entries []entry
	for i, p := range pages {
		if p.Lang != pages[front].Lang || !hasTwin(p) || i == front {
			continue
		}
		section, _, _ := strings.Cut(strings.TrimPrefix(p.URL, "/"), "/")
		line := fmt.Sprintf("- [%s](%s%s)", plain(p.Title), address(p), Name)
		if about[i] != "" {
			line += ": " + about[i]
		}
		entries = append(entries, entry{section, line})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.section, b.section), cmp.Compare(a.line, b.line)) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %s\n\n> %s\n", plain(pages[front].Title), cmp.Or(about[front], pages[front].Title))
	section := ""
	for _, e := range entries {
		if e.section != section {
			section = e.section
			fmt.Fprintf(&out, "\n## %s\n\n", plain(section))
		}
		fmt.Fprintln(&out, e.line)
	}
	return os.WriteFile(filepath.Join(site, "llms.txt"), out.Bytes(), 0o644)
}

// address gives the whole address of a page, as far as the site was built for one.
func address(p *indexer.Page) string {
	if u, err := url.Parse(p.Canonical); err == nil && u.Host != "" {
		return p.Canonical
	}
	return p.URL
}

// plain takes out of a title what would end a link or a heading.
func plain(text string) string {
	return strings.NewReplacer("[", "(", "]", ")", "\n", " ").Replace(text)
}

// strip removes what is no text: controls, scripts, pictures drawn in the page, and
// what is hidden.
func strip(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.CommentNode || c.Type == html.ElementNode && isControl(c) {
			n.RemoveChild(c)
		} else {
			strip(c)
		}
		c = next
	}
}

func isControl(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Form, atom.Button, atom.Input, atom.Select, atom.Template, atom.Noscript, atom.Svg, atom.Nav:
		return true
	}
	return dom.Has(n, "hidden")
}

func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && is(c) {
			return c
		}
	}
	return nil
}
