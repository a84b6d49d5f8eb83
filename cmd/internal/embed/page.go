package embed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/indexer"
	"vademecum/indexer/browser"
	"vademecum/internal/dom"
)

// generator is what tells our pages from others.
const generator = "vademecum search"

// WritePages writes a page of results for each language of the site in dir, in
// the look of its front page: into folder, and for further languages into
// folder/LANG. root is the selector of the element that holds a page's text, "" for
// <main>. The pages are added to the site. A page of the site's own stays.
func WritePages(ctx context.Context, site *indexer.Site, dir, folder, root string) ([]string, error) {
	var written []string
	for i, front := range fronts(site) {
		if err := ctx.Err(); err != nil {
			return written, err
		}
		file := path.Join(folder, "index.html")
		if i > 0 {
			file = path.Join(folder, strings.ToLower(front.Lang), "index.html")
		}
		if !filepath.IsLocal(filepath.FromSlash(file)) {
			continue // a tag that is no name of a folder
		}
		to := filepath.Join(dir, filepath.FromSlash(file))
		if old, err := os.ReadFile(to); err == nil && !bytes.Contains(old, []byte(generator)) {
			return written, fmt.Errorf("%s is a page of the site's own, and the page of results would replace it: rename it, or leave --page away", to)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return written, err
		}
		look, text, name, err := model(site, dir, front, root)
		if err != nil {
			return written, err
		}
		page, err := searchPage(text, look, name, file, folder, root)
		if err != nil {
			return written, err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return written, err
		}
		if err := atomicfile.WriteBytes(to, page); err != nil {
			return written, err
		}
		if err := site.Reread(file); err != nil {
			return written, err
		}
		written = append(written, file)
	}
	return written, nil
}

// modelsTried is how many pages are looked at for one that tells its frame from its text.
const modelsTried = 30

// model gives the page in whose look the results are shown, and what it holds: the
// front page, or, if that does not tell its frame from its text, the next page in its
// language that does. name is the title of the front page.
func model(site *indexer.Site, dir string, front *indexer.Page, root string) (look *indexer.Page, text []byte, name string, err error) {
	read := func(p *indexer.Page) ([]byte, *html.Node, error) {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p.File())))
		if err != nil {
			return nil, nil, err
		}
		doc, err := parse(text)
		return text, doc, err
	}
	text, doc, err := read(front)
	if err != nil {
		return nil, nil, "", err
	}
	if t := first(doc, atom.Title); t != nil && t.FirstChild != nil {
		name = strings.TrimSpace(t.FirstChild.Data)
	}
	if holdsText(doc, root) {
		return front, text, name, nil
	}
	var others []*indexer.Page
	for _, p := range site.Pages {
		if p != front && p.Lang == front.Lang && !p.Record && !p.Search && !p.NoIndex {
			others = append(others, p)
		}
	}
	slices.SortFunc(others, byDepth)
	for _, p := range others[:min(len(others), modelsTried)] {
		if other, doc, err := read(p); err == nil && holdsText(doc, root) {
			return p, other, name, nil
		}
	}
	return front, text, name, nil
}

// holdsText tells whether a page has an element that holds its text.
func holdsText(doc *html.Node, root string) bool {
	if where, err := cascadia.ParseGroup(root); root != "" && err == nil && cascadia.Query(doc, where) != nil {
		return true
	}
	return cascadia.Query(doc, mains) != nil
}

// parse reads a page, less the lines that an earlier run wrote into it.
func parse(text []byte) (*html.Node, error) {
	reader, err := charset.NewReader(bytes.NewReader(earlier.ReplaceAll(text, nil)), "text/html")
	if err != nil {
		return nil, err
	}
	return html.Parse(reader)
}

// fronts gives the front page of each language, that of the site first.
func fronts(site *indexer.Site) []*indexer.Page {
	best := map[string]*indexer.Page{}
	for _, p := range site.Pages {
		if p.Record || p.Search || p.NoIndex && p.URL != "/" || len(p.Lang) > 35 {
			continue
		}
		lang := strings.ToLower(p.Lang)
		if b := best[lang]; b == nil || less(p, b) {
			best[lang] = p
		}
	}
	var out []*indexer.Page
	for _, p := range best {
		out = append(out, p)
	}
	slices.SortFunc(out, byDepth)
	return out
}

func byDepth(a, b *indexer.Page) int {
	if less(a, b) {
		return -1
	}
	return 1
}

// less tells whether an address stands nearer to the site's root.
func less(a, b *indexer.Page) bool {
	depth := func(p *indexer.Page) int {
		n := 2 * strings.Count(p.File(), "/")
		if !strings.HasSuffix(p.URL, "/") {
			n++
		}
		return n
	}
	if depth(a) != depth(b) {
		return depth(a) < depth(b)
	}
	return a.URL < b.URL
}

var (
	mains = cascadia.MustCompile("main, [role=main]")
	// own is what a page says of itself and no other may repeat.
	own = cascadia.MustCompile(`link[rel~=canonical], link[rel~=alternate], link[rel~=next], link[rel~=prev], link[rel~=amphtml],
		meta[name=description], meta[name=keywords], meta[name=robots], meta[name=generator], meta[name^="twitter:"], meta[name^="vade:"],
		meta[property^="og:"], meta[http-equiv=refresh], meta[charset], meta[http-equiv="content-type" i], script[type="application/ld+json"], vade-search`)
)

// apps are the elements that frameworks draw anew in the browser: VitePress and
// Vue, Docusaurus, Next, Gatsby, Nuxt, React, Svelte. What stands in one and is not
// theirs, they take out, and a page that they do not know becomes their 404.
var apps = cascadia.MustCompile("body > #app, #__docusaurus, #__next, #___gatsby, #__nuxt, body > #root, body > #svelte")

// appScripts are what draws an app. Scripts that stand in the page itself, such as
// one that sets dark colours, stay.
var appScripts = cascadia.MustCompile("script[src], script[type=module], link[rel=modulepreload], link[rel=preload][as=script]")

// searchPage makes a page of results of a front page: what its <main> holds gives
// way to the results. name is the title of the site, file is where the page will stand.
func searchPage(text []byte, front *indexer.Page, name, file, folder, root string) ([]byte, error) {
	words, err := browser.WordsIn(front.Lang)
	if err != nil {
		return nil, err
	}
	results, err := browser.Results(front.Lang)
	if err != nil {
		return nil, err
	}
	doc, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be parsed: %w", front.File(), err)
	}
	gone := cascadia.QueryAll(doc, own)
	if cascadia.Query(doc, apps) != nil {
		gone = append(gone, cascadia.QueryAll(doc, appScripts)...)
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
	where := cascadia.Selector(mains.Match)
	if root != "" {
		if where, err = cascadia.Compile(root); err != nil {
			return nil, err
		}
	}
	body, head := first(doc, atom.Body), first(doc, atom.Head)
	main := cascadia.Query(doc, where)
	if main == nil { // a front page is often made otherwise than the others
		main = cascadia.Query(doc, mains)
	}
	if main == nil { // nothing tells the frame from the text
		main = body
	}
	for main.FirstChild != nil {
		main.RemoveChild(main.FirstChild)
	}
	if err := moveLinks(doc, climb(file)+dirOf(front.File())); err != nil {
		return nil, err
	}
	heading := "<h1>" + html.EscapeString(words["button"]) + "</h1>\n"
	page := `<div class="vade-page">` + "\n" + heading + results + "\n</div>" // has a margin where the front page's <main> has none
	if main == body {
		page = "<main>" + page + "</main>"
	}
	if err := fill(main, "\n"+page+"\n"); err != nil {
		return nil, err
	}
	title := words["button"]
	if name != "" {
		title += " – " + name
	}
	if t := first(head, atom.Title); t != nil {
		t.Parent.RemoveChild(t)
	}
	base := climb(file) + folder
	return render(doc, head, fmt.Sprintf(`<meta charset="utf-8"><title>%s</title><meta name="robots" content="noindex"><meta name="generator" content="%s"><link rel="stylesheet" href="%[3]s/vade.css"><script src="%[3]s/vade.js" defer></script>`,
		html.EscapeString(title), generator, html.EscapeString(base)))
}

func render(doc, head *html.Node, lines string) ([]byte, error) {
	nodes, err := html.ParseFragment(strings.NewReader(lines), &html.Node{Type: html.ElementNode, DataAtom: atom.Head, Data: "head"})
	if err != nil {
		return nil, err
	}
	before := head.FirstChild
	for _, n := range nodes {
		head.InsertBefore(n, before)
	}
	var out bytes.Buffer
	err = html.Render(&out, doc)
	return out.Bytes(), err
}

func fill(n *html.Node, markup string) error {
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, DataAtom: n.DataAtom, Data: n.Data})
	if err != nil {
		return err
	}
	for _, c := range nodes {
		n.AppendChild(c)
	}
	return nil
}

func first(n *html.Node, a atom.Atom) *html.Node {
	for c := range n.Descendants() {
		if c.DataAtom == a && c.Type == html.ElementNode && c.Namespace == "" {
			return c
		}
	}
	return nil
}

func dirOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir + "/"
	}
	return ""
}

// moveLinks makes the relative addresses of a page right for another folder; to
// is the way from there to the page's own.
func moveLinks(doc *html.Node, to string) error {
	if base := first(doc, atom.Base); base != nil && dom.Attr(base, "href") != "" {
		for i, a := range base.Attr {
			if a.Key == "href" {
				base.Attr[i].Val = moved(a.Val, to)
			}
		}
		return nil
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for i, a := range n.Attr {
			switch a.Key {
			case "href", "src", "action", "poster", "data", "formaction":
				n.Attr[i].Val = moved(a.Val, to)
			case "srcset", "imagesrcset":
				sources := strings.Split(a.Val, ",")
				for j, s := range sources {
					address, size, _ := strings.Cut(strings.TrimSpace(s), " ")
					sources[j] = strings.TrimSpace(moved(address, to) + " " + size)
				}
				n.Attr[i].Val = strings.Join(sources, ", ")
			}
		}
	}
	return nil
}

func moved(address, to string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/") || u.Path == "" {
		return address
	}
	return to + strings.TrimSpace(address)
}
