package portable

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	stdhtml "html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/indexer"
	"vademecum/internal/dom"
)

// A site as a book (EPUB 3) holds what its pages say and nothing that needs a script:
// the <main> of every page that is found, in the order of the first page's menu. A
// link to such a page leads to it within the book; a link to anything else of the
// site becomes plain text.

// bookStyle is all the style that the book has: e-readers and their readers choose the rest.
const bookStyle = `body{line-height:1.45}
h1,h2,h3,h4{line-height:1.2;page-break-after:avoid;break-after:avoid}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid;padding:.2em .4em;text-align:start;vertical-align:top}
blockquote{margin:.8em 1.2em}
img,svg{max-width:100%}
pre{white-space:pre-wrap}
`

// bookPictures are the kinds of picture that every e-reader shows.
var bookPictures = map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml"}

// A chapter is a page of the site in the book.
type chapter struct {
	name        string // of the page in the site
	file        string // in the book
	lang, dir   string
	title, date string
	body        *html.Node // its <main>, ready for the book
	ids         map[string]bool
	drawings    bool
}

type book struct {
	tree
	site     fs.FS
	chapters []*chapter
	by       map[string]*chapter // by the page's name
	lists    map[string]string   // titles of pages that are none, by their folder: what they list stands in the contents
	pictures []string            // by their names in the site, in the order in which they were found
}

// WriteBook writes the site in a folder to a book (EPUB 3) in one language, or in all
// of them if lang is "". The file is there only when all of it is. The same site
// gives the same bytes.
func WriteBook(ctx context.Context, site, file, lang string) (s *Summary, err error) {
	b, err := readBook(ctx, os.DirFS(site), lang)
	if err != nil {
		return nil, err
	}
	sum, size := sha256.New(), &counter{}
	s = &Summary{Files: len(b.chapters) + len(b.pictures)}
	err = atomicfile.Write(file, func(out io.Writer) error {
		s.Bytes, err = b.write(io.MultiWriter(out, sum, size))
		return err
	})
	s.Packed, s.SHA256 = size.n, hex.EncodeToString(sum.Sum(nil))
	return s, err
}

func readBook(ctx context.Context, site fs.FS, lang string) (*book, error) {
	names, err := siteFiles(site)
	if err != nil {
		return nil, err
	}
	b := &book{site: site, by: map[string]*chapter{}, lists: map[string]string{}}
	b.tree = relativeTree(names)
	languages := map[string]bool{}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !indexer.IsPage(name) {
			continue
		}
		c, err := b.read(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if c == nil {
			continue
		}
		languages[c.lang] = true
		if lang == "" || c.lang == lang {
			b.by[name] = c
			b.chapters = append(b.chapters, c)
		}
	}
	if len(b.chapters) == 0 {
		return nil, fmt.Errorf("no page is in the language %q; those of the site are %s", lang, strings.Join(sortedKeys(languages), ", "))
	}
	if err := b.order(); err != nil {
		return nil, err
	}
	for _, c := range b.chapters {
		if err := b.relink(c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return b, nil
}

func sortedKeys(of map[string]bool) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// read gives a page as a chapter, or nil if it is none: one that leads on, one that
// crawlers leave out, the search page.
func (b *book) read(name string) (*chapter, error) {
	data, err := fs.ReadFile(b.site, name)
	if err != nil {
		return nil, err
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	c := &chapter{name: name, ids: map[string]bool{}}
	left := false
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.DataAtom == atom.Html:
			c.lang, c.dir = dom.Attr(n, "lang"), dom.Attr(n, "dir")
		case n.DataAtom == atom.Meta && (dom.Attr(n, "http-equiv") == "refresh" || dom.Attr(n, "name") == "robots" && strings.Contains(dom.Attr(n, "content"), "noindex")),
			dom.Has(n, "data-vade-results"), dom.Has(n, "data-vade-offline"), dom.Has(n, "data-missing"):
			left = true
		case n.DataAtom == atom.Meta && dom.Attr(n, "name") == "vade:date":
			c.date = dom.Attr(n, "content")
		case n.DataAtom == atom.Main && c.body == nil:
			c.body = n
		case n.DataAtom == atom.H1 && c.title == "":
			c.title = strings.Join(strings.Fields(textOf(n)), " ")
		}
	}
	if c.body == nil || left {
		b.lists[path.Dir(name)] = c.title
		return nil, nil
	}
	c.lang, c.title = cmp.Or(c.lang, "und"), cmp.Or(c.title, name)
	c.clean(c.body)
	return c, nil
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

// Elements that are nothing on paper, and those that become plainer ones.
var (
	dropElements = []string{"script", "style", "template", "noscript", "button", "input", "select", "textarea", "output", "progress", "dialog", "iframe", "object", "embed", "link", "meta", "datalist", "canvas", "audio", "video"}
	plainer      = map[string]string{"form": "div", "fieldset": "div", "legend": "p", "label": "span", "search": "div", "main": "section", "menu": "ul"}
	attributes   = regexp.MustCompile(`^(id|class|lang|dir|href|src|alt|width|height|title|colspan|rowspan|scope|headers|start|value|reversed|type|datetime|cite|open|span|aria-[a-z]+|role)$`)
	// The roles that HTML itself does not give, and that e-readers know.
	svgAttributes = regexp.MustCompile(`^(id|class|viewBox|width|height|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|d|points|transform|text-anchor|dx|dy|fill|stroke|stroke-width|href|offset|preserveAspectRatio|font-size)$`)
)

// clean takes away below n what has no use or no right in a book, and notes the ids that stay.
func (c *chapter) clean(n *html.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch {
		case child.Type == html.CommentNode:
			n.RemoveChild(child)
		case child.Type == html.ElementNode && c.useless(child):
			n.RemoveChild(child)
		case child.Type == html.ElementNode:
			c.clean(child)
		}
		child = next
	}
	drawing := n.Namespace == "svg"
	c.drawings = c.drawings || drawing && n.Data == "svg"
	if name, ok := plainer[n.Data]; ok && !drawing {
		n.Data = name
	} else if strings.Contains(n.Data, "-") && !drawing {
		n.Data = "div"
	}
	kept := attributes
	if drawing {
		kept = svgAttributes
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
		return !kept.MatchString(a.Key) || a.Key == "value" && n.Data != "li" || a.Key == "type" && n.Data != "ol" || a.Key == "aria-controls" || a.Key == "title" && drawing
	})
	if id := dom.Attr(n, "id"); id != "" {
		if c.ids[id] || strings.ContainsAny(id, " \t\n") {
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "id" })
		}
		c.ids[id] = true
	}
}

func (c *chapter) useless(n *html.Node) bool {
	heading := slices.Contains([]atom.Atom{atom.H2, atom.H3, atom.Dt, atom.Caption, atom.Thead, atom.Th}, n.DataAtom) // what stands below would lose its name
	if slices.Contains(dropElements, n.Data) || dom.Has(n, "hidden") || dom.Has(n, "data-vade-ignore") && !heading {
		return true
	}
	return n.Data == "svg" && dom.Attr(n, "aria-hidden") == "true"
}

// order puts the chapters into the order of the languages' first pages, and below
// each into that of the folders to which the first page leads.
func (b *book) order() error {
	place := map[string]int{} // of a language's folder, by the first link to it
	homes := map[string]string{}
	for _, c := range b.chapters { // sorted by name
		if home, ok := homes[c.lang]; !ok || strings.Count(c.name, "/") < strings.Count(home, "/") || path.Base(c.name) == indexer.FolderPages[0] && strings.Count(c.name, "/") == strings.Count(home, "/") && path.Base(home) != indexer.FolderPages[0] {
			homes[c.lang] = c.name
		}
	}
	for _, lang := range sortedNames(homes) {
		data, err := fs.ReadFile(b.site, homes[lang])
		if err != nil {
			return err
		}
		z := html.NewTokenizer(bytes.NewReader(data))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			if tag := z.Token(); tag.Data == "a" {
				if to := b.fileNamed(homes[lang], get(tag, "href")); to != "" {
					key := folderUnder(homes[lang], to)
					if _, ok := place[key]; !ok {
						place[key] = len(place) + 1
					}
				}
			}
		}
	}
	at := func(c *chapter) (int, int, int) {
		home := homes[c.lang]
		folder := folderUnder(home, c.name)
		index := 1
		if path.Base(c.name) == indexer.FolderPages[0] && path.Dir(c.name) == folder || c.name == home {
			index = 0
		}
		first := 0
		if home != indexer.FolderPages[0] {
			first = 1 // the site's own language comes first
		}
		return first, cmp.Or(place[folder], len(place)+1), index
	}
	slices.SortStableFunc(b.chapters, func(x, y *chapter) int {
		a1, a2, a3 := at(x)
		b1, b2, b3 := at(y)
		home := func(c *chapter) int {
			if c.name == homes[c.lang] {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a1, b1), cmp.Compare(x.lang, y.lang), cmp.Compare(home(x), home(y)), cmp.Compare(a2, b2), cmp.Compare(folderUnder(homes[x.lang], x.name), folderUnder(homes[y.lang], y.name)), cmp.Compare(a3, b3), cmp.Compare(x.name, y.name))
	})
	for i, c := range b.chapters {
		c.file = fmt.Sprintf("c%05d.xhtml", i+1)
	}
	return nil
}

func sortedNames(of map[string]string) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// folderUnder gives the first folder below a first page in which a page lies.
func folderUnder(home, name string) string {
	root := path.Dir(home)
	rest := name
	if root != "." {
		rest = strings.TrimPrefix(name, root+"/")
	}
	first, _, deeper := strings.Cut(rest, "/")
	if !deeper {
		return root
	}
	return path.Join(root, first)
}

// fileNamed gives the file of the site that a link names, or "".
func (b *book) fileNamed(page, ref string) (name string) {
	_, _ = tree{b.names, func(_, file string, _ *url.URL, _ bool) (string, error) {
		name = file
		return "", nil
	}}.link(page, ref, false)
	return name
}

// relink makes the links and pictures of a chapter lead to where things are in the book.
func (b *book) relink(c *chapter) error {
	for n := range c.body.Descendants() {
		for i := len(n.Attr) - 1; i >= 0 && n.Type == html.ElementNode; i-- {
			a := &n.Attr[i]
			keep, err := true, error(nil)
			switch {
			case a.Key == "href" && (n.Data == "a" || n.Namespace == "svg"):
				keep = b.target(c, a)
			case a.Key == "src":
				keep, err = b.picture(c, a)
			case a.Key == "aria-labelledby" || a.Key == "aria-describedby" || a.Key == "headers":
				keep = c.ids[a.Val]
			}
			if err != nil {
				return err
			}
			if !keep {
				n.Attr = slices.Delete(n.Attr, i, i+1)
			}
		}
	}
	return nil
}

// target writes a link anew; false means that it leads nowhere in a book.
func (b *book) target(c *chapter, a *html.Attribute) bool {
	a.Namespace = ""
	u, err := url.Parse(strings.TrimSpace(a.Val))
	switch {
	case err != nil:
		return false
	case u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto":
		return true
	case u.Scheme != "" || u.Host != "":
		return false
	}
	to := c
	if u.Path != "" {
		if to = b.by[b.fileNamed(c.name, a.Val)]; to == nil {
			return false
		}
	}
	a.Val = to.file
	if to.ids[u.Fragment] {
		a.Val += "#" + u.EscapedFragment()
	}
	return true
}

func (b *book) picture(c *chapter, a *html.Attribute) (bool, error) {
	var file string
	if _, err := (tree{b.names, func(_, name string, _ *url.URL, _ bool) (string, error) {
		file = name
		return "", nil
	}}).link(c.name, a.Val, true); err != nil {
		return false, err
	}
	if !b.tree.has(file) || bookPictures[strings.ToLower(path.Ext(file))] == "" {
		return false, nil
	}
	at := slices.Index(b.pictures, file)
	if at < 0 {
		at = len(b.pictures)
		b.pictures = append(b.pictures, file)
	}
	a.Val = pictureName(at, file)
	return true, nil
}

func pictureName(at int, file string) string {
	return fmt.Sprintf("i%05d%s", at+1, strings.ToLower(path.Ext(file)))
}

// write writes the book and gives the bytes of what is in it.
func (b *book) write(out io.Writer) (total int64, err error) {
	z := zip.NewWriter(out)
	add := func(name string, data []byte) error {
		total += int64(len(data))
		return addFile(z, "EPUB/"+name, data)
	}
	// The first entry must tell the kind of the file: not packed, and nothing said beside it.
	const kind = "application/epub+zip"
	h := &zip.FileHeader{Name: "mimetype", Method: zip.Store, CompressedSize64: uint64(len(kind)), UncompressedSize64: uint64(len(kind)), CRC32: 0x2CAB616F}
	first, err := z.CreateRaw(h)
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(first, kind); err != nil {
		return 0, err
	}
	if err := addFile(z, "META-INF/container.xml", []byte(xmlHead+`<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`)); err != nil {
		return 0, err
	}
	content := sha256.New()
	for _, c := range b.chapters {
		text := c.xhtml()
		content.Write(text)
		if err := add(c.file, text); err != nil {
			return 0, err
		}
	}
	for i, name := range b.pictures {
		data, err := fs.ReadFile(b.site, name)
		if err != nil {
			return 0, err
		}
		content.Write(data)
		if err := add(pictureName(i, name), data); err != nil {
			return 0, err
		}
	}
	for _, f := range [][2]string{{"style.css", bookStyle}, {"nav.xhtml", b.contents()}, {"package.opf", b.description(content.Sum(nil))}} {
		if err := add(f[0], []byte(f[1])); err != nil {
			return 0, err
		}
	}
	return total, z.Close()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func (c *chapter) xhtml() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"%s\" xml:lang=\"%[2]s\" dir=\"%s\">\n<head><title>%s</title><link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/></head>\n<body>\n",
		xmlHead, xmlText(c.lang), xmlText(cmp.Or(c.dir, "ltr")), xmlText(c.title))
	writeXML(&out, c.body)
	out.WriteString("\n</body>\n</html>\n")
	return out.Bytes()
}

// writeXML writes an element and all in it so that XML programs read it.
func writeXML(out *bytes.Buffer, n *html.Node) {
	if n.Type == html.TextNode {
		out.WriteString(xmlText(n.Data))
		return
	}
	if n.Type != html.ElementNode {
		return
	}
	out.WriteString("<" + n.Data)
	if n.Data == "svg" {
		out.WriteString(` xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`)
	}
	for _, a := range n.Attr {
		key := a.Key
		if key == "href" && n.Namespace == "svg" {
			key = "xlink:href"
		}
		fmt.Fprintf(out, " %s=\"%s\"", key, xmlText(a.Val))
		if key == "lang" {
			fmt.Fprintf(out, " xml:lang=\"%s\"", xmlText(a.Val))
		}
	}
	if n.FirstChild == nil && slices.Contains([]string{"br", "hr", "img", "wbr", "col", "area", "source", "track"}, n.Data) {
		out.WriteString("/>")
		return
	}
	out.WriteString(">")
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		writeXML(out, child)
	}
	out.WriteString("</" + n.Data + ">")
}

// xmlText escapes a text, without the control characters that XML does not know.
func xmlText(text string) string {
	return stdhtml.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text))
}

// contents is the table of contents: languages if there are several, folders, pages.
func (b *book) contents() string {
	var list strings.Builder
	for rest := b.chapters; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].lang == rest[0].lang {
			n++
		}
		list.WriteString("<li>" + rest[0].link())
		b.folders(&list, rest[0].name, rest[1:n])
		list.WriteString("</li>\n")
		rest = rest[n:]
	}
	return fmt.Sprintf("%s<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"%s\" xml:lang=\"%[2]s\">\n<head><title>%s</title><link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/></head>\n<body>\n<nav epub:type=\"toc\" id=\"toc\">\n<ol>\n%s</ol>\n</nav>\n</body>\n</html>\n",
		xmlHead, xmlText(b.chapters[0].lang), xmlText(b.chapters[0].title), list.String())
}

// folders lists the chapters of a language behind its first, those of a folder below its own page or its name.
func (b *book) folders(list *strings.Builder, home string, chapters []*chapter) {
	if len(chapters) == 0 {
		return
	}
	list.WriteString("<ol>\n")
	for len(chapters) > 0 {
		folder := folderUnder(home, chapters[0].name)
		n := 1
		for n < len(chapters) && folderUnder(home, chapters[n].name) == folder {
			n++
		}
		head, below := chapters[0].link(), chapters[1:n]
		if title := b.lists[folder]; title != "" && folder != path.Dir(home) {
			head, below = "<span>"+xmlText(title)+"</span>", chapters[:n]
		} else if path.Dir(chapters[0].name) != folder || folder == path.Dir(home) {
			below, n = nil, 1 // a page among others
		}
		list.WriteString("<li>" + head)
		if len(below) > 0 {
			list.WriteString("<ol>\n")
			for _, c := range below {
				list.WriteString("<li>" + c.link() + "</li>\n")
			}
			list.WriteString("</ol>")
		}
		list.WriteString("</li>\n")
		chapters = chapters[n:]
	}
	list.WriteString("</ol>\n")
}

func (c *chapter) link() string {
	return fmt.Sprintf("<a href=\"%s\" dir=\"%s\">%s</a>", c.file, xmlText(cmp.Or(c.dir, "ltr")), xmlText(c.title))
}

// description is the package document: what the book is called, what is in it and in which order.
func (b *book) description(content []byte) string {
	var items, spine, languages strings.Builder
	said := map[string]bool{}
	newest := "1980-01-01"
	item := func(id, file, kind, properties string) {
		if properties != "" {
			properties = fmt.Sprintf(" properties=\"%s\"", properties)
		}
		fmt.Fprintf(&items, "<item id=\"%s\" href=\"%s\" media-type=\"%s\"%s/>\n", id, file, kind, properties)
	}
	item("nav", "nav.xhtml", "application/xhtml+xml", "nav")
	item("style", "style.css", "text/css", "")
	for i, c := range b.chapters {
		properties := ""
		if c.drawings {
			properties = "svg"
		}
		id := fmt.Sprintf("c%d", i+1)
		item(id, c.file, "application/xhtml+xml", properties)
		fmt.Fprintf(&spine, "<itemref idref=\"%s\"/>\n", id)
		if !said[c.lang] {
			fmt.Fprintf(&languages, "<dc:language>%s</dc:language>\n", xmlText(c.lang))
		}
		said[c.lang] = true
		if day := c.date; len(day) >= 10 && day[:10] > newest {
			newest = day[:10]
		}
	}
	for i, name := range b.pictures {
		item(fmt.Sprintf("i%d", i+1), pictureName(i, name), bookPictures[strings.ToLower(path.Ext(name))], "")
	}
	direction := ""
	if len(said) == 1 && b.chapters[0].dir == "rtl" {
		direction = ` page-progression-direction="rtl"`
	}
	id := hex.EncodeToString(content[:16])
	return fmt.Sprintf(`%s<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="%s">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:sha256:%s</dc:identifier>
<dc:title>%s</dc:title>
%s<meta property="dcterms:modified">%sT00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
%s</manifest>
<spine%s>
%s</spine>
</package>
`, xmlHead, xmlText(b.chapters[0].lang), id, xmlText(b.chapters[0].title), languages.String(), newest, items.String(), direction, spine.String())
}
