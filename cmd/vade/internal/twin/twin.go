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
	"sync"

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

// Twins are those of the pages of one site.
type Twins struct {
	site string
	mu   sync.Mutex
	made map[string]made // by the pages' files
}

// made is what the tree of a page gives its twin.
type made struct {
	text  []byte // nil if the page holds no text
	about string // the page's description
	err   error
}

// New begins the twins of the site in a folder.
func New(site string) *Twins { return &Twins{site: site, made: map[string]made{}} }

// Parsed takes a page while the site is read (see indexer.Options), so that Write need
// not parse it again. What is settled when all pages are read, its language say, is
// not asked for here.
func (t *Twins) Parsed(p *indexer.Page, doc *html.Node) {
	if !hasTwin(p) {
		return
	}
	m := convert(p, doc)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made[p.File()] = m
}

// Write writes the twins of all pages, and llms.txt. Pages that no index wants have
// none. Those that were not taken by Parsed are parsed.
func (t *Twins) Write(ctx context.Context, pages []*indexer.Page) error {
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
			about[i], err = t.write(p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return writeList(t.site, pages, about)
}

func hasTwin(p *indexer.Page) bool {
	return !p.NoIndex && !p.Search && !p.Record && path.Base(p.File()) == "index.html"
}

// write writes the twin of a page and gives the page's description.
func (t *Twins) write(p *indexer.Page) (about string, err error) {
	file := filepath.Join(t.site, filepath.FromSlash(p.File()))
	t.mu.Lock()
	m, known := t.made[p.File()]
	t.mu.Unlock()
	if !known {
		m = parse(p, file)
	}
	if m.err != nil {
		return "", fmt.Errorf("%s: %w", p.File(), m.err)
	}
	if m.text == nil {
		return "", nil
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "---\ntitle: %q\nurl: %s\nlang: %s\n", p.Title, address(p), p.Lang)
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
	fmt.Fprintf(&out, "---\n\n%s\n", m.text)
	return m.about, os.WriteFile(filepath.Join(filepath.Dir(file), Name), out.Bytes(), 0o644)
}

// parse gives what the file of a page gives its twin.
func parse(p *indexer.Page, file string) made {
	data, err := os.ReadFile(file)
	if err != nil {
		return made{err: err}
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return made{err: err}
	}
	return convert(p, doc)
}

// convert gives what the tree of a page gives its twin. It changes the tree.
func convert(p *indexer.Page, doc *html.Node) (m made) {
	main := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Main })
	if main == nil {
		return made{}
	}
	strip(main)
	text, err := htmltomarkdown.ConvertNode(main, converter.WithDomain(address(p)))
	if err != nil {
		return made{err: err}
	}
	m.text = append([]byte{}, bytes.TrimSpace(text)...)
	if meta := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Meta && dom.Attr(n, "name") == "description" }); meta != nil {
		m.about = strings.Join(strings.Fields(dom.Attr(meta, "content")), " ")
	}
	return m
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
