package kinds

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// configurations are the files in which Hugo finds a site's settings.
func configurations() []string {
	var out []string
	for _, dir := range []string{"", "config/_default/"} {
		for _, name := range []string{"hugo", "config"} {
			for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} {
				out = append(out, dir+name+ext)
			}
		}
	}
	return out
}

// readConfig reads the site's settings; nil if there are none or they do not parse.
func readConfig(fsys fs.FS, r *reports) (*value, string) {
	for _, file := range configurations() {
		if _, err := fs.Stat(fsys, file); err == nil {
			return readFile(fsys, file, r), file
		}
	}
	return nil, "hugo.toml"
}

// A sheet is one file of content with its front matter.
type sheet struct {
	file     string
	path     string // Hugo's name for the page in all languages: "/themes/customs"
	folder   string // the first folder below content; "" for pages in none
	lang     string
	index    bool   // _index: the page of a folder
	values   *value // nil if they could not be read
	original *sheet // of a translation; nil for an original
	body     []byte // below the front matter
	line     int    // of the first field
}

func (s *sheet) base() string { return path.Base(s.path) }

func (s *sheet) draft() bool { return s.values.get("draft").is("true") }

// content is what a site holds.
type content struct {
	*reports
	every     []*Field
	kinds     map[string]*Kind // by folder
	languages map[string]bool
	standard  string // the language of the originals
	sheets    []*sheet
	originals map[string]*sheet    // by path
	shown     map[address][]*sheet // pages that are no drafts
	adapters  []string             // folders in which a content adapter makes pages
	ids       map[string][]string
	known     map[string]map[string][]string // by folder: ids that need no page, and their names
}

// An address is that of a page in one language.
type address struct{ path, lang string }

// pageEndings are the endings of files that Hugo takes for pages. Of HTML it
// takes only what has front matter.
var pageEndings = []string{".md", ".mdown", ".markdown", ".html", ".htm"}

// readContent reads the front matter of the pages in some folders of content, or of
// all if none is named.
func readContent(fsys fs.FS, r *reports, folders ...string) *content {
	c := &content{reports: r, originals: map[string]*sheet{}, shown: map[address][]*sheet{}, languages: map[string]bool{}, ids: map[string][]string{}}
	config, _ := readConfig(fsys, &reports{}) // load tells what is wrong with it
	if c.standard = config.get("defaultcontentlanguage").scalar(); c.standard == "" {
		c.standard = "en"
	}
	c.languages[c.standard] = true
	for _, l := range config.get("languages").fields() {
		c.languages[l.key] = true
	}
	excluded := exclusions(config)
	fs.WalkDir(fsys, "content", func(file string, d fs.DirEntry, err error) error {
		name := path.Base(file)
		switch {
		case err != nil && file == "content":
			return fs.SkipAll // no content, nothing to check
		case err != nil:
			r.add(Problem{File: file, Message: "cannot be read: " + err.Error()})
		case len(folders) > 0 && d.IsDir() && path.Dir(file) == "content" && !slices.Contains(folders, name):
			return fs.SkipDir
		case strings.HasPrefix(name, ".") || matches(excluded, strings.TrimPrefix(file, "content/")):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case name == "_content.gotmpl" && path.Dir(file) != "content":
			c.adapters = append(c.adapters, path.Dir(file))
		case slices.Contains(pageEndings, path.Ext(name)):
			c.read(fsys, file)
		}
		return nil
	})
	for _, s := range c.sheets {
		if at := (address{s.path, s.lang}); !s.draft() {
			c.shown[at] = append(c.shown[at], s)
		}
		if s.lang == c.standard {
			c.originals[s.path] = s
			if !s.index {
				c.ids[path.Dir(s.path)] = append(c.ids[path.Dir(s.path)], s.base())
			}
		}
	}
	for _, s := range c.sheets {
		if s.lang != c.standard {
			s.original = c.originals[s.path]
		}
	}
	return c
}

// readKnown reads the ids that need no page, of the kinds that name a file of
// such. A copy of a site without the file has none of them.
func (c *content) readKnown(fsys fs.FS) {
	c.known = map[string]map[string][]string{}
	for folder, kind := range c.kinds {
		text, err := fs.ReadFile(fsys, kind.Also)
		if kind.Also == "" || err != nil {
			continue
		}
		var records []map[string]any
		if err := yaml.Unmarshal(text, &records); err != nil {
			c.add(Problem{File: kind.Also, Message: "cannot be read: " + err.Error()})
			continue
		}
		c.known[folder] = map[string][]string{}
		for _, record := range records {
			id := fmt.Sprint(record["id"])
			c.known[folder][id] = []string{id}
			for _, value := range record {
				names, _ := value.([]any)
				for _, name := range names {
					c.known[folder][id] = append(c.known[folder][id], strings.TrimSuffix(fmt.Sprint(name), "?"))
				}
			}
		}
	}
}

// exclusions gives the patterns of files that the mounts of content leave out.
func exclusions(config *value) []string {
	var out []string
	mounts := config.get("module").get("mounts")
	if mounts == nil {
		return nil
	}
	for _, m := range mounts.items {
		if !m.get("source").is("content") {
			continue
		}
		for _, pattern := range append(m.get("files").texts(), m.get("excludefiles").texts()...) {
			out = append(out, strings.TrimSpace(strings.TrimPrefix(pattern, "!")))
		}
	}
	return out
}

// matches tells whether one of the patterns names a file or a folder above it.
func matches(patterns []string, file string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if dir, ok := strings.CutSuffix(pattern, "/**"); ok && (file == dir || strings.HasPrefix(file, dir+"/")) {
			return true
		}
		ok, _ := path.Match(pattern, file)
		return ok
	})
}

func (c *content) read(fsys fs.FS, file string) {
	s := c.sheetOf(file)
	text, err := fs.ReadFile(fsys, file)
	if strings.HasPrefix(path.Ext(file), ".htm") && frontMatter(file, text, &reports{}) == nil {
		return // a file beside the pages
	}
	c.sheets = append(c.sheets, s)
	switch {
	case err != nil:
		c.add(Problem{File: file, Message: "cannot be read: " + err.Error()})
		return
	case !utf8.Valid(text):
		c.add(Problem{File: file, Message: "is not in UTF-8", Remedy: "save it as UTF-8 in your editor"})
		return
	}
	m := frontMatter(file, text, c.reports)
	switch {
	case m != nil && m.format == "": // without end
	case m != nil:
		s.values, s.line, s.body = m.read(), m.before+1, m.below(text)
	case s.folder != "":
		c.add(Problem{File: file, Line: 1, Message: "begins without front matter",
			Remedy: `begin it with a line of ---, fields such as "title: A title", and another line of ---`})
	default:
		s.values = &value{shape: OneRecord}
	}
}

// sheetOf tells from a file's name which page it is.
func (c *content) sheetOf(file string) *sheet {
	dir, name := path.Split(strings.TrimPrefix(file, "content/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	s := &sheet{file: file, lang: c.standard}
	if ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")); c.languages[ext] {
		s.lang, name = ext, strings.TrimSuffix(name, path.Ext(name))
	}
	s.folder, _, _ = strings.Cut(dir, "/")
	s.index = name == "_index"
	if s.index || name == "index" {
		name = ""
	}
	s.path = "/" + strings.ReplaceAll(strings.ToLower(path.Join(dir, name)), " ", "-")
	return s
}

// made tells whether a content adapter may have made pages in a folder.
func (c *content) made(folder string) bool {
	return slices.ContainsFunc(c.adapters, func(a string) bool {
		return strings.HasPrefix(a+"/", "content/"+folder+"/") || strings.HasPrefix("content/"+folder+"/", a+"/")
	})
}

// pageAt finds the page at an address of the site. Folders are pages, too.
func (c *content) pageAt(address string) (s *sheet, ok bool) {
	address = strings.ToLower(path.Clean("/" + address))
	if s := c.originals[address]; s != nil {
		return s, true
	}
	folder := strings.TrimPrefix(address, "/")
	if folder == "" || c.kinds[folder] != nil {
		return nil, true
	}
	first, _, _ := strings.Cut(folder, "/")
	return nil, c.made(first)
}

// recordIDs gives the ids of the records in a list.
func recordIDs(v *value) []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, r := range v.items {
		if id := r.get("id").scalar(); id != "" {
			out = append(out, id)
		}
	}
	return out
}
