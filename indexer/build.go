package indexer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Report tells what Build found.
type Report struct {
	Pages     int // indexed
	Sections  int // indexed, long ones counted once a part
	TextBytes int // of indexed text
	Skipped   []string
	Languages []string
	Warnings  []string // "/page/: what is wrong", in the order of the pages
}

// Build indexes the HTML files under site and writes the index to the folder
// dir. What stood in dir is replaced when the new index is complete, never
// before; on an error it stays as it was. progress, which may be nil, is called
// now and then with the number of pages read so far, from several goroutines.
func Build(ctx context.Context, site, dir string, progress func(read, of int)) (*Report, error) {
	s, err := ReadSite(ctx, site, Options{Progress: progress})
	if err != nil {
		return nil, err
	}
	return s.Write(ctx, dir, "")
}

// Write writes the index of the site to the folder index, as Build does, and the
// web index into the folder web, the site's search. Either may be "". What else
// stands in web, the page of search say, is left alone.
func (s *Site) Write(ctx context.Context, index, web string) (*Report, error) {
	report, byLang := &Report{Warnings: s.warnings}, s.byLanguage()
	for _, p := range s.Pages {
		if p.NoIndex {
			report.Skipped = append(report.Skipped, p.URL)
		}
	}
	if len(byLang) == 0 {
		return nil, fmt.Errorf("no page of %s may be indexed: every one is empty, redirects or says noindex; take that from those that should be found", s.dir)
	}
	m := &manifest{Base: s.Base, Default: s.defaultLanguage(byLang), Vocabulary: s.Vocabulary, Patterns: s.patterns, Prefer: s.prefer}
	var corpora []*corpus
	keys := map[*corpus]keptKey{} // of those that are written anew
	for _, lang := range s.Languages() {
		c, key, err := s.corpus(ctx, lang, byLang[lang], m, index != "", web != "")
		if err != nil {
			return nil, err
		}
		if corpora = append(corpora, c); c.taken == nil && s.how.takesOver() {
			keys[c] = key
		}
		m.Languages = append(m.Languages, c.languageStats)
		report.Languages = append(report.Languages, lang)
		report.Pages += c.Pages
		report.Sections += c.Passages
		report.TextBytes += c.textBytes
	}
	var work errgroup.Group
	webIndex := sync.OnceValues(func() (webSums, error) {
		if web == "" {
			return nil, nil
		}
		return writeWebIndex(ctx, web, corpora, m)
	})
	if index != "" {
		work.Go(func() error { return s.writeIndex(ctx, index, corpora, *m, webIndex) })
	}
	work.Go(func() error {
		_, err := webIndex()
		return err
	})
	if err := work.Wait(); err != nil {
		return report, err
	}
	sums, err := webIndex()
	for c, key := range keys {
		c.keepWritten(s.how.kept, key, index, web, sums[c.Lang])
	}
	return report, err
}

// corpus gives the pages of a language, analysed or taken over.
func (s *Site) corpus(ctx context.Context, lang string, pages []*Page, m *manifest, index, web bool) (c *corpus, key keptKey, err error) {
	putInOrder(pages)
	linked := s.linked(pages)
	if s.how.takesOver() {
		if key, err = s.languageKey(lang, pages, linked, m, index, web); err != nil {
			return nil, key, err
		}
		if c = s.takeOver(key, pages); c != nil {
			return c, key, nil
		}
	}
	if c, err = analyse(ctx, lang, pages, m, s.newest, s.how.kept); err != nil {
		return nil, key, err
	}
	for i := range linked {
		c.pages[i].Linked = linked[i]
	}
	return c, key, nil
}

// byLanguage gives the pages that are indexed, by the language of their index.
func (s *Site) byLanguage() map[string][]*Page {
	out := map[string][]*Page{}
	for _, p := range s.Pages {
		if !p.NoIndex {
			lang := indexLanguage(p.Lang)
			out[lang] = append(out[lang], p)
		}
	}
	return out
}

// Languages lists the languages that the index of the site will have, in
// alphabetical order.
func (s *Site) Languages() []string { return slices.Sorted(maps.Keys(s.byLanguage())) }

// writeIndex writes the bleve indexes of all languages and what belongs to them. web
// waits for the web index, without which the index stays as it was.
func (s *Site) writeIndex(ctx context.Context, dir string, corpora []*corpus, m manifest, web func() (webSums, error)) error {
	if err := CheckFolder(dir); err != nil {
		return err
	}
	return Replace(dir, func(tmp string) error {
		for _, c := range corpora {
			if err := errors.Join(ctx.Err(), c.write(filepath.Join(tmp, c.Lang))); err != nil {
				return fmt.Errorf("index language %s: %w", c.Lang, err)
			}
		}
		if err := s.copySearchPages(tmp, &m); err != nil {
			return err
		}
		var err error
		if m.Web, err = web(); err != nil {
			return err
		}
		return m.write(tmp)
	})
}

// write writes the index of one language into a new folder.
func (c *corpus) write(dir string) error {
	if c.taken != nil {
		return writeTaken(dir, c.taken.index)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var work errgroup.Group
	work.Go(func() error { return c.writeBleve(dir) })
	work.Go(func() error {
		return errors.Join(c.writePlaces(filepath.Join(dir, placesFile)), c.writeTexts(filepath.Join(dir, textsFile)))
	})
	return work.Wait()
}

// CheckFolder returns an error if writing an index to dir would replace what is
// no index.
func CheckFolder(dir string) error {
	there, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(there) == 0 {
		return nil
	} else if err != nil {
		return fmt.Errorf("the index cannot be written to %s (%w): name a folder", dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, ManifestName)); err != nil {
		return fmt.Errorf("%s holds files and no search index, and would be replaced: name another folder, or empty it first", dir)
	}
	return nil
}

// copySearchPages keeps the site's search pages in the index (see resultspage.go).
func (s *Site) copySearchPages(dir string, m *manifest) error {
	m.SearchPages = map[string]string{}
	for _, p := range s.Pages {
		lang := indexLanguage(p.Lang)
		if !p.Search || m.SearchPages[lang] != "" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(p.file)))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, searchPageFile(lang)), data, 0o644); err != nil {
			return err
		}
		m.SearchPages[lang] = p.URL
	}
	return nil
}

// defaultLanguage gives the language of the site's front page, else the one
// with most pages.
func (s *Site) defaultLanguage(byLang map[string][]*Page) string {
	best := ""
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		if slices.ContainsFunc(byLang[lang], func(p *Page) bool { return p.URL == "/" }) {
			return lang
		}
		if best == "" || len(byLang[lang]) > len(byLang[best]) {
			best = lang
		}
	}
	return best
}

// passageTerms is the length, in words, above which a section is cut, so that a
// long section does not win or lose by its length and an answer is a passage.
const passageTerms = 200

// A passage is what is scored: a section, or a part of a long one.
type passage struct {
	ID      string // as it stands in an address
	Heading string
	Text    string
	spans   []byte // of its tokens; see texts.go
	hashes  []byte // of its tokens' terms; the same
}

// siteRecord is the content of the document "pages".
type siteRecord struct {
	Pages        []pageRecord      `json:"pages"`
	Misspellings map[string]string `json:"slips,omitempty"`
}

// pageRecord is what an index holds of a page. Its place in the list is its
// ordinal: newer pages first, then by URL, the order in which ties stand.
type pageRecord struct {
	URL          string        `json:"u"`
	Title        string        `json:"t"`
	Date         string        `json:"d,omitempty"`
	Checked      string        `json:"k,omitempty"`
	Sources      []Source      `json:"s,omitempty"`
	Facets       []FacetValue  `json:"f,omitempty"`
	Translations []Translation `json:"x,omitempty"`
	FirstPassage int           `json:"n"`
	Newest       int           `json:"v,omitempty"` // ordinal of the same page in the newest version of the site, plus one; see versions.go
	Linked       []int         `json:"l,omitempty"` // ordinals of pages before it that lead to it or that it leads to; see linked.go
	Cites        []declared    `json:"c,omitempty"`
}

// declared is a citation that a page or a passage of it declares.
type declared struct {
	Text    string `json:"t"` // as the page writes it
	Passage int    `json:"n"` // ordinal
}

// pagesID is the document that stores the page records and the words; it is the last,
// behind those of the passages.
const pagesID = "pages"
