package indexer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	xlanguage "golang.org/x/text/language"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// A Site is the pages of a folder of HTML, read by the page contract.
type Site struct {
	Pages      []*Page // in the order of their URLs
	Base       string  // address of the path under which the site is published, "" at a host's root
	Vocabulary []Synonym
	dir        string
	files      map[string]*Page // by their file
	host       string           // under which the pages say that they stand, "" if they do not
	patterns   []query.Pattern
	prefer     string
	warnings   []string
	others     []string        // files that were read beside the pages, from the site's folder
	read       []string        // what Run.read gives of the pages, as they were read; nil if nothing is kept
	newest     map[*Page]*Page // of a page in an older version of the site, that of the newest; see settleVersions
	how        reading
}

// Reread reads the page in a file, named from the site's folder, that was written
// or changed since the site was read.
func (s *Site) Reread(file string) error {
	p, _, err := s.how.readFile(s.dir, file)
	if err != nil {
		return err
	}
	s.Pages = slices.DeleteFunc(s.Pages, func(old *Page) bool { return old.file == file })
	s.Pages = append(append(s.Pages, p), p.Records...)
	s.files[file] = p
	return nil
}

// ReadSite reads every page under dir, a file that IsPage knows by its name.
func ReadSite(ctx context.Context, dir string, options Options) (*Site, error) {
	how, err := options.reading()
	if err != nil {
		return nil, err
	}
	progress := options.Progress
	files, warnings, err := htmlFiles(dir)
	if err != nil {
		return nil, err
	}
	pages := make([]*Page, len(files))
	sums, errs := make([]fileContent, len(files)), make([]error, len(files))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				pages[i], sums[i], errs[i] = how.readFile(dir, files[i])
				if n := int(done.Add(1)); progress != nil && (n%500 == 0 || n == len(files)) {
					progress(n, len(files))
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Site{dir: dir, warnings: warnings, how: how, read: slices.Clone(warnings)}
	for i, p := range pages {
		if errs[i] != nil {
			s.warnings = append(s.warnings, errs[i].Error()+"; the page is left out")
			continue
		}
		s.read = append(s.read, sums[i].line(files[i]))
		s.Pages = append(append(s.Pages, p), p.Records...)
	}
	if len(s.read) < len(warnings)+len(files) || how.kept == nil {
		s.read = nil // some pages cannot be read, or nobody wants to know
	}
	if err := s.resolve(dir); err != nil {
		return nil, err
	}
	return s, nil
}

// htmlFiles lists the pages under dir, as paths from there, and warnings. A symbolic
// link within the folder is another name of what is read under its own; one that
// leads out of it is not followed, since what lies there need not be the site's.
func htmlFiles(dir string) (files, warnings []string, err error) {
	root, err := filepath.EvalSymlinks(dir) // the folder itself may be named by a link
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no folder %s: build the site first (vade build), or name the folder that holds its HTML", dir)
	} else if err != nil {
		return nil, nil, fmt.Errorf("read the site: %w", err)
	}
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		rel, errRel := filepath.Rel(root, p)
		name := filepath.ToSlash(rel)
		switch {
		case errRel != nil:
			return errRel
		case err != nil && rel == ".":
			return err
		case err != nil:
			warnings = append(warnings, fmt.Sprintf("/%s: cannot be read and is left out: %v", name, cause(err)))
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			if warning := linkWarning(root, p); warning != "" {
				warnings = append(warnings, "/"+name+": "+warning)
			}
		case d.Type().IsRegular() && IsPage(p):
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the site: %w", err)
	}
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("%s holds no .html file: name the folder that a site generator wrote, such as public", dir)
	}
	return files, warnings, nil
}

// cause gives what went wrong with a file, without its path.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// linkWarning tells what is lost by not following a symbolic link, or "".
func linkWarning(root, link string) string {
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		if IsPage(link) {
			return "is a link that leads nowhere; the page is left out"
		}
		return ""
	}
	if rel, err := filepath.Rel(root, target); err == nil && filepath.IsLocal(rel) {
		return ""
	}
	if info, err := os.Stat(target); err == nil && !info.IsDir() && !IsPage(link) {
		return ""
	}
	return "is a link out of the site's folder, which is not followed; copy what it leads to into the folder"
}

// readFile reads a page. Where something is kept, it gives the sum of its file as well.
func (r reading) readFile(dir, file string) (page *Page, sum fileContent, err error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return nil, sum, err
	}
	if r.kept == nil {
		page, err = r.readPage(file, data)
		return page, sum, err
	}
	sum = sha256.Sum256(data)
	page, err = r.page(file, data, sum)
	return page, sum, err
}

// resolve settles what needs the whole site: its base path, the targets of
// translations, the vocabulary, the citation patterns.
func (s *Site) resolve(dir string) error {
	s.files = map[string]*Page{}
	records := map[string]bool{}
	for _, p := range s.Pages {
		if p.Record {
			records[p.URL] = true
			continue
		}
		s.files[p.file] = p
	}
	s.settleBase()
	s.leaveCopiesOut()
	s.settleLanguages()
	s.dropFrames()
	s.settleVersions()
	seen := map[Synonym]bool{}
	patterns := ""
	for _, p := range s.Pages {
		for _, w := range p.Warnings {
			s.warn(p, "%s", w)
		}
		for i, t := range p.Translations {
			_, place, record := strings.Cut(t.URL, "#")
			to := s.pageAt(s.local(p, t.URL))
			switch {
			case to == nil || to.copied: // there is none, or one that only repeats this page
				p.Translations[i].URL = ""
			case !record:
				p.Translations[i].URL = to.URL
			case records[to.URL+"#"+place]:
				p.Translations[i].URL = to.URL + "#" + place
			default:
				p.Translations[i].URL = ""
			}
		}
		p.Translations = slices.DeleteFunc(p.Translations, func(t Translation) bool { return t.URL == "" || t.URL == p.URL })
		for _, syn := range p.Synonyms {
			if !seen[syn] {
				seen[syn] = true
				s.Vocabulary = append(s.Vocabulary, syn)
			}
		}
		if patterns == "" && p.Patterns != "" {
			patterns = s.local(p, p.Patterns)
		}
	}
	s.spellFacets()
	s.nameFacets()
	if patterns == "" {
		return nil
	}
	s.others = append(s.others, patterns)
	file := filepath.Join(dir, filepath.FromSlash(patterns))
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		s.warnings = append(s.warnings, fmt.Sprintf("there is no %s, which pages name for their citation patterns; citations are sought as words", patterns))
		return nil
	} else if err != nil {
		return fmt.Errorf("read the citation patterns that the pages name: %w", err)
	}
	s.patterns, s.prefer, err = query.ParsePatterns(data)
	if err != nil {
		return fmt.Errorf("citation patterns %s: %w", file, err)
	}
	return nil
}

// settleBase finds the path under which most pages say that the site stands, and
// its host: by the canonical address of each, which ends as the page's own does.
func (s *Site) settleBase() {
	bases := map[string]int{} // one page may name another as the canonical one, most name themselves
	for _, p := range s.Pages {
		u := p.canonical()
		if u == nil || p.NoIndex { // a redirect names its target
			continue
		}
		for _, own := range spellings(unescape(p.URL)) {
			if base, ok := strings.CutSuffix(u.Path, own); ok && !strings.HasSuffix(base, "/") {
				bases[escape(base, "/")]++
				s.host = u.Host
				break
			}
		}
	}
	for _, base := range sortedKeys(bases) {
		if bases[base] > bases[s.Base] {
			s.Base = base
		}
	}
}

// canonical gives the address that a page names as its own, or nil. A local path
// that a build left in is none.
func (p *Page) canonical() *url.URL {
	u, err := url.Parse(strings.TrimSpace(p.Canonical))
	if err != nil || p.Canonical == "" || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "0.0.0.0", "::1": // left in by a build for the author's own machine
		return nil
	}
	return u
}

// spellings gives the ways in which hosts write the address of one page: with and
// without index.html, .html and the last slash.
func spellings(page string) []string {
	switch {
	case strings.HasSuffix(page, "/"):
		return []string{page, page + "index.html", strings.TrimSuffix(page, "/")}
	case strings.HasSuffix(page, ".html"):
		return []string{page, strings.TrimSuffix(page, ".html")}
	}
	return []string{page}
}

// leaveCopiesOut leaves out the pages that name another as the canonical one and
// say the same: print and AMP copies; and those that are not translated yet. A page
// that names another and says something else, as when a theme names the front page
// everywhere, stays.
func (s *Site) leaveCopiesOut() {
	own, spelt := map[string]*Page{}, map[string]*Page{}
	for _, p := range s.Pages {
		own[unescape(p.URL)] = p
		for _, way := range spellings(unescape(p.URL)) {
			spelt[way] = p
		}
	}
	for _, p := range s.Pages {
		if original := s.untranslatedFrom(p); original != nil {
			p.NoIndex, p.copied = true, true
			continue
		}
		u := p.canonical()
		if u == nil || p.NoIndex || p.Record {
			continue
		}
		u = s.address(p).ResolveReference(u)
		address := cmp.Or(strings.TrimPrefix(u.Path, unescape(s.Base)), "/")
		original := own[address]
		if original == nil {
			original = spelt[address]
		}
		if original == nil || original == p || original.NoIndex || original.copied || original.Lang != p.Lang || !p.says(original) {
			continue
		}
		p.NoIndex, p.copied = true, true
	}
}

// untranslatedFrom gives the page that another repeats since it is not translated yet,
// as Starlight makes them: it declares the language of that page for its text, names it as
// its version in that language, and has its title. Else it gives nil.
func (s *Site) untranslatedFrom(p *Page) *Page {
	if !p.untranslated || p.NoIndex || p.Record {
		return nil
	}
	for _, t := range p.Translations {
		if indexLanguage(t.Lang) != indexLanguage(p.Lang) {
			continue
		}
		original := s.pageAt(s.local(p, t.URL))
		if original != nil && original != p && !original.NoIndex && indexLanguage(original.Lang) == indexLanguage(p.Lang) && original.Title == p.Title {
			return original
		}
	}
	return nil
}

// says tells whether a page's text is that of another, but for a few lines.
func (p *Page) says(other *Page) bool {
	if p.Title != other.Title && !strings.HasPrefix(p.Title, other.Title+" ") && !strings.HasSuffix(p.Title, " "+other.Title) {
		return false // a copy for print may say so: "Pruning (print)", "Print: Pruning"
	}
	have := map[string]bool{}
	for _, s := range other.Sections {
		for line := range strings.SplitSeq(s.Text, "\n") {
			have[line] = true
		}
	}
	lines, same := 0, 0
	for _, s := range p.Sections {
		for line := range strings.SplitSeq(s.Text, "\n") {
			lines++
			if have[line] {
				same++
			}
		}
	}
	return same*4 >= lines*3
}

// spellFacets makes one value of those that differ in case alone, written as most
// pages write it: "Food, drink" and "food, drink" are one.
func (s *Site) spellFacets() {
	type value struct{ facet, folded string }
	spellings := map[value]map[string]int{}
	for _, p := range s.Pages {
		for _, f := range p.Facets {
			key := value{f.Facet, strings.ToLower(f.Value)}
			if spellings[key] == nil {
				spellings[key] = map[string]int{}
			}
			spellings[key][f.Value]++
		}
	}
	for _, p := range s.Pages {
		for i, f := range p.Facets {
			counts := spellings[value{f.Facet, strings.ToLower(f.Value)}]
			for _, spelling := range sortedKeys(counts) {
				if counts[spelling] > counts[p.Facets[i].Value] {
					p.Facets[i].Value = spelling
				}
			}
		}
		seen := map[value]bool{}
		p.Facets = slices.DeleteFunc(p.Facets, func(f FacetValue) bool {
			again := seen[value{f.Facet, f.Value}]
			seen[value{f.Facet, f.Value}] = true
			return again
		})
	}
}

// nameFacets gives the values that a page or section declares without a label the
// preferred name that the vocabulary has for them in the page's language.
func (s *Site) nameFacets() {
	names := map[[3]string]string{} // facet, value, language
	for _, v := range s.Vocabulary {
		if v.Preferred {
			names[[3]string{v.Facet, v.Term, text.BaseLanguage(v.Lang)}] = v.Text
		}
	}
	for _, p := range s.Pages {
		for i, f := range p.Facets {
			p.Facets[i].Label = cmp.Or(f.Label, names[[3]string{f.Facet, f.Value, text.BaseLanguage(p.Lang)}])
		}
	}
}

// local turns an address that page p gives, absolute or not, into a path from
// the site's root, without percent-encoding.
func (s *Site) local(p *Page, href string) string {
	u, err := s.address(p).Parse(href)
	if err != nil {
		return href
	}
	return s.localPath(u)
}

// localPath gives the path of an address from the site's root.
func (s *Site) localPath(u *url.URL) string {
	return "/" + strings.TrimLeft(strings.TrimPrefix(u.Path, unescape(s.Base)), "/")
}

// address gives the address of a page on its host.
func (s *Site) address(p *Page) *url.URL {
	of, _, _ := strings.Cut(p.URL, "#") // a record's page
	return &url.URL{Path: unescape(s.Base + of)}
}

// pageAt gives the page that stands at a path from the site's root, or nil.
func (s *Site) pageAt(local string) *Page {
	for _, file := range filesAt(local) {
		if p := s.files[file]; p != nil {
			return p
		}
	}
	return nil
}

func (s *Site) warn(p *Page, format string, args ...any) {
	s.warnings = append(s.warnings, p.URL+": "+fmt.Sprintf(format, args...))
}

// undetermined is BCP 47's word for a language that is not known.
const undetermined = "und"

// namesNone tells whether a code of ISO 639 names no one language: it is not known, there
// is none, they are several, it has no code, or it is for private use.
func namesNone(code string) bool {
	switch code {
	case undetermined, "zxx", "mul", "mis":
		return true
	}
	return len(code) == 3 && "qaa" <= code && code <= "qtz"
}

// indexLanguage gives the name of the index that a page with this tag goes to: its
// language, and its script where that is not the one in which the language is mostly
// written: "en" for en-GB, "zh-hant" for zh-TW, "sr-latn". A tag that names no language
// of ISO 639, or says that there is none or are several, gives undetermined.
func indexLanguage(tag string) string {
	code := text.BaseLanguage(tag)
	if namesNone(code) {
		return undetermined
	}
	if _, err := xlanguage.ParseBase(code); err != nil {
		return undetermined
	}
	script := text.ScriptOf(tag)
	if script == "" {
		return code
	}
	if usual, err := xlanguage.Parse(code); err == nil {
		if most, _ := usual.Script(); strings.EqualFold(most.String(), script) {
			return code
		}
	}
	return code + "-" + script
}
