package desk

import (
	"bytes"
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"vademecum/cmd/vade/internal/kinds"
)

// A page is one file of content.
type page struct {
	File   string // relative to content: "themes/customs.es.md"
	Path   string // in all languages: "themes/customs"
	Folder string
	Lang   string
	Index  bool
	Title  string
	Draft  bool
	Checked,
	Missing string
	Format     string // of its front matter; "" if it cannot be read
	labels     map[string]string
	paragraphs [][2]string // of a resolution: id and citation
	words      int
	external   []string // links to other hosts in the text
	modified   time.Time
	size       int64
}

var reExternal = regexp.MustCompile(`\]\((https?://[^)\s]+)`)

// Address gives where the site shows the page.
func (p *page) Address(standard string) string {
	a := "/"
	if p.Lang != standard {
		a += p.Lang + "/"
	}
	if p.Path != "" {
		a += p.Path + "/"
	}
	return a
}

// id is the name by which other pages refer to the page.
func (p *page) id() string { return path.Base(p.Path) }

// A catalog knows the pages of a knowledge base. Files are read again when they
// changed.
type catalog struct {
	languages []string // that of the originals first
	kinds     map[string]*kinds.Kind
	common    []*kinds.Field

	pages  []*page // in the order of their paths
	byFile map[string]*page
	byPath map[string]map[string]*page // by path and language
	shows  map[string]map[string]string
	means  map[string]map[string]string
}

// A shelf holds the catalog as it was last read.
type shelf struct {
	source  fs.FS
	content fs.FS
	mu      sync.Mutex
	last    *catalog
}

// pageEndings are the endings of the files that the desk shows.
var pageEndings = []string{".md", ".markdown"}

// read gives the catalog as the files are now.
func (s *shelf) read() *catalog {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &catalog{byFile: map[string]*page{}, byPath: map[string]map[string]*page{}}
	c.common, c.kinds = kinds.Described(s.source)
	c.languages = kinds.Languages(s.source)
	excluded := kinds.Excluded(s.source)
	changed := s.last == nil
	_ = fs.WalkDir(s.content, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went away meanwhile, or may not be read: check says so
		case file != "." && (strings.HasPrefix(d.Name(), ".") || excluded(file)):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || !d.Type().IsRegular() || !slices.Contains(pageEndings, path.Ext(file)):
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if s.last != nil {
			if p := s.last.byFile[file]; p != nil && p.size == info.Size() && p.modified.Equal(info.ModTime()) && time.Since(p.modified) > 2*time.Second {
				c.add(p)
				return nil
			}
		}
		changed = true
		c.add(c.readPage(s.content, file, info))
		return nil
	})
	slices.SortFunc(c.pages, func(a, b *page) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.File, b.File)) })
	if !changed && len(c.pages) == len(s.last.pages) {
		c.shows, c.means = s.last.shows, s.last.means
	} else {
		c.name()
	}
	s.last = c
	return c
}

func (c *catalog) add(p *page) {
	c.pages = append(c.pages, p)
	c.byFile[p.File] = p
	if c.byPath[p.Path] == nil {
		c.byPath[p.Path] = map[string]*page{}
	}
	c.byPath[p.Path][p.Lang] = p
}

// pageOf tells from a file's name which page it is.
func (c *catalog) pageOf(file string) *page {
	dir, name := path.Split(file)
	p := &page{File: file, Lang: c.languages[0]}
	name = strings.TrimSuffix(name, path.Ext(name))
	if ext := strings.TrimPrefix(path.Ext(name), "."); slices.Contains(c.languages, ext) {
		p.Lang, name = ext, strings.TrimSuffix(name, path.Ext(name))
	}
	p.Folder, _, _ = strings.Cut(dir, "/")
	p.Index = name == "_index"
	if p.Index || name == "index" {
		name = ""
	}
	p.Path = strings.ReplaceAll(strings.ToLower(strings.TrimSuffix(path.Join(dir, name), "/")), " ", "-")
	return p
}

func (c *catalog) readPage(content fs.FS, file string, info fs.FileInfo) *page {
	p := c.pageOf(file)
	p.size, p.modified = info.Size(), info.ModTime()
	p.Title = p.Path
	if p.size > mostText {
		return p
	}
	text, err := fs.ReadFile(content, file)
	if err != nil {
		return p
	}
	front, _ := kinds.ReadFront(file, text)
	if front == nil {
		return p
	}
	v := front.Values
	p.words = len(bytes.Fields(text[front.Start:]))
	for _, m := range reExternal.FindAllSubmatch(text, -1) {
		p.external = append(p.external, string(m[1]))
	}
	p.Format = front.Format
	if t := v.Get("title").Scalar(); t != "" {
		p.Title = t
	}
	p.Draft = v.Get("draft").Scalar() == "true"
	p.Checked, p.Missing = v.Get("checked").Scalar(), v.Get("missing").Scalar()
	if labels := v.Get("labels"); labels != nil {
		p.labels = map[string]string{}
		for _, e := range labels.Fields {
			p.labels[e.Key] = e.Value.Text
		}
	}
	if list := v.Get("paragraphs"); list != nil {
		for _, item := range list.Items {
			if id := item.Get("id").Scalar(); id != "" {
				p.paragraphs = append(p.paragraphs, [2]string{p.id() + "-" + id, cmp.Or(item.Get("cite").Scalar(), id)})
			}
		}
	}
	return p
}

// fields gives the fields of a page's form; nil if its folder has no kind.
func (c *catalog) fields(p *page) []*kinds.Field {
	kind := c.kinds[p.Folder]
	if kind == nil || p.Folder == "" || p.Index && !kind.Single {
		return c.common
	}
	return kind.Fields
}

// original gives the page that a page translates; nil if it translates none.
func (c *catalog) original(p *page) *page {
	if p.Lang == c.languages[0] {
		return nil
	}
	return c.byPath[p.Path][c.languages[0]]
}

// titled gives the title of a page in a language, or else the original's.
func (c *catalog) titled(p *page, lang string) string {
	if l := p.labels[lang]; l != "" {
		return l
	}
	if t := c.byPath[p.Path][lang]; t != nil {
		return t.Title
	}
	return p.Title
}

// name gives every page that can be named its names in each language. A name
// that two pages have is told apart by the id.
func (c *catalog) name() {
	c.shows, c.means = map[string]map[string]string{}, map[string]map[string]string{}
	for _, p := range c.pages {
		if p.Lang != c.languages[0] {
			continue
		}
		for dir := p.Path; dir != "." && !p.Index; dir = path.Dir(dir) {
			if up := path.Dir(dir); up != "." {
				for _, lang := range c.languages {
					c.entitle("of-"+strings.ReplaceAll(up, "/", "-"), lang, p.id(), c.titled(p, lang))
				}
			}
			break
		}
		for _, lang := range c.languages {
			c.entitle(ofPages, lang, "/"+p.Path, c.titled(p, lang))
		}
		for _, para := range p.paragraphs {
			if p.Folder == "resolutions" {
				for _, lang := range c.languages {
					c.entitle(ofParagraphs, lang, para[0], para[1])
				}
			}
		}
	}
}

func (c *catalog) entitle(list, lang, id, title string) {
	title = strings.Join(strings.Fields(title), " ")
	key := list + "\x00" + lang
	if c.shows[key] == nil {
		c.shows[key] = map[string]string{}
	}
	if c.means[list] == nil {
		c.means[list] = map[string]string{}
	}
	low := strings.ToLower(title)
	if other, ok := c.means[list][low]; ok && other != id || title == "" || strings.HasSuffix(title, "]") {
		title = strings.TrimSpace(title + " [" + id + "]")
		low = strings.ToLower(title)
	}
	c.means[list][low] = id
	c.shows[key][id] = title
}

// shown gives the name under which a person knows what a reference names.
func (c *catalog) shown(f *kinds.Field, id, lang string) string {
	list := listName(f)
	for _, l := range []string{lang, c.languages[0]} {
		for _, key := range []string{id, strings.TrimSuffix(id, "/")} {
			// Only what leads back to the very same reference.
			if t := c.shows[list+"\x00"+l][key]; t != "" && c.means[list][strings.ToLower(t)] == id {
				return t
			}
		}
	}
	return id
}

// meant gives the reference that a name stands for; what is no name stays.
func (c *catalog) meant(f *kinds.Field, text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if id, ok := c.means[listName(f)][strings.ToLower(text)]; ok {
		return id
	}
	return text
}

// A choice is one page in a list to choose from.
type pageChoice struct{ ID, Title string }

// The lists of pages, of paragraphs, and of all that a text may link to.
const (
	ofPages      = "of-pages"
	ofParagraphs = "of-paragraphs"
	ofLinks      = "of-links"
)

// choices gives the names of a list in a language, in their order.
func (c *catalog) choices(list, lang string) []pageChoice {
	if list == ofLinks {
		return slices.Concat(c.choices(ofPages, lang), c.choices(ofParagraphs, lang))
	}
	all := c.shows[list+"\x00"+lang]
	if all == nil {
		all = c.shows[list+"\x00"+c.languages[0]]
	}
	var out []pageChoice
	for id, title := range all {
		out = append(out, pageChoice{id, title})
	}
	slices.SortFunc(out, func(a, b pageChoice) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.ID, b.ID))
	})
	return out
}
