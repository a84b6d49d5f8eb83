package indexer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"vademecum/indexer/text"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
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
	return s.WriteIndex(ctx, dir)
}

// WriteIndex writes the index of the site, as Build does.
func (s *Site) WriteIndex(ctx context.Context, dir string) (*Report, error) {
	report := &Report{Warnings: s.warnings}
	byLang := map[string][]*Page{}
	for _, p := range s.Pages {
		if p.NoIndex {
			report.Skipped = append(report.Skipped, p.URL)
			continue
		}
		lang := indexLanguage(p.Lang)
		byLang[lang] = append(byLang[lang], p)
	}
	if len(byLang) == 0 {
		return nil, fmt.Errorf("no page of %s may be indexed: every one is empty, redirects or says noindex; take that from those that should be found", s.dir)
	}
	if err := CheckFolder(dir); err != nil {
		return nil, err
	}
	err := Replace(dir, func(tmp string) error {
		m := manifest{Format: indexFormat, Base: s.Base, Default: s.defaultLanguage(byLang), Vocabulary: s.Vocabulary, Patterns: s.patterns, Prefer: s.prefer}
		langs := slices.Sorted(maps.Keys(byLang))
		written := make([]*languageResult, len(langs))
		var work errgroup.Group
		work.SetLimit(runtime.GOMAXPROCS(0))
		for i, lang := range langs {
			work.Go(func() (err error) {
				if err = ctx.Err(); err != nil {
					return err
				}
				if written[i], err = writeLanguage(filepath.Join(tmp, lang), lang, byLang[lang]); err != nil {
					return fmt.Errorf("index language %s: %w", lang, err)
				}
				return nil
			})
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for i, lang := range langs {
			l := written[i]
			m.Languages = append(m.Languages, l.languageStats)
			report.Languages = append(report.Languages, lang)
			report.Pages += l.Pages
			report.Sections += l.Passages
			report.TextBytes += l.textBytes
		}
		if err := s.copySearchPages(tmp, &m); err != nil {
			return err
		}
		return m.write(tmp)
	})
	return report, err
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
	if _, err := os.Stat(filepath.Join(dir, manifestName)); err != nil {
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
	Page    int    `json:"p"`
	ID      string `json:"i,omitempty"` // as it stands in an address
	Heading string `json:"h,omitempty"`
	Text    string `json:"t,omitempty"`
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
	Facets       []FacetValue  `json:"f,omitempty"`
	Translations []Translation `json:"x,omitempty"`
	FirstPassage int           `json:"n"`
	Cites        []declared    `json:"c,omitempty"`
}

// declared is a citation that a page or a passage of it declares.
type declared struct {
	Text    string `json:"t"` // as the page writes it
	Passage int    `json:"n"` // ordinal
}

// batchPassages is how many passages are held in memory before bleve writes them.
const batchPassages = 1000

type languageResult struct {
	languageStats
	textBytes int
}

func writeLanguage(dir, lang string, pages []*Page) (*languageResult, error) {
	slices.SortFunc(pages, func(a, b *Page) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.URL, b.URL))
	})
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	builder, err := bleve.NewBuilder(dir, indexMapping(lang), map[string]any{
		"buildPathPrefix": tmp, // on the index's own file system: bleve renames from there
		"batchSize":       batchPassages,
		"mergeMax":        1000, // merge once, not in rounds
	})
	if err != nil {
		return nil, err
	}
	jobs, indexed := indexInBackground(builder)
	w := &languageWriter{jobs: jobs, language: text.LanguageOf(lang), wordPages: map[string]int{}, termPages: map[string]int{}, named: map[string]bool{}}
	w.Lang = lang
	for i, p := range pages {
		if err = w.page(i, p); err != nil {
			err = fmt.Errorf("%s: %w", p.URL, err)
			break
		}
	}
	close(jobs)
	if err := errors.Join(err, <-indexed); err != nil {
		return nil, err
	}
	records, err := json.Marshal(siteRecord{w.records, misspellings(w.language, w.wordPages, w.termPages, w.named)})
	if err != nil {
		return nil, err
	}
	if err := builder.Index(pagesID, map[string]any{"stored": string(records)}); err != nil {
		return nil, err
	}
	if err := builder.Close(); err != nil {
		return nil, err
	}
	w.Pages, w.Passages = len(pages), w.passages
	return &languageResult{w.languageStats, w.textBytes}, nil
}

// indexJob is a document on its way to bleve.
type indexJob struct {
	id  string
	doc map[string]any
}

// indexInBackground lets bleve index while the next pages are prepared. It
// takes documents until jobs is closed and then gives the first error.
func indexInBackground(builder bleve.Builder) (chan<- indexJob, <-chan error) {
	jobs, done := make(chan indexJob, 256), make(chan error, 1)
	go func() {
		var first error
		for j := range jobs {
			if first == nil {
				first = builder.Index(j.id, j.doc)
			}
		}
		done <- first
	}()
	return jobs, done
}

// pagesID is the document that stores the page records; passages are numbered.
const pagesID = "pages"

func passageID(ordinal int) string { return fmt.Sprintf("u%07d", ordinal) }

type languageWriter struct {
	languageStats
	jobs      chan<- indexJob
	language  *text.Language
	records   []pageRecord
	passages  int
	textBytes int
	wordPages map[string]int  // pages that hold a word as written
	termPages map[string]int  // pages that hold a term
	named     map[string]bool // words of titles, headings and keywords
}

func (w *languageWriter) page(ordinal int, p *Page) error {
	record := pageRecord{URL: p.URL, Title: p.Title, Date: p.Date, Facets: p.Facets, Translations: p.Translations, FirstPassage: w.passages}
	for _, c := range p.Cites {
		record.Cites = append(record.Cites, declared{c, w.passages})
	}
	sections := p.Sections
	if len(sections) == 0 {
		sections = []Section{{}} // the title alone is worth finding
	}
	// The names of a term are what its own page is sought by, so they are keywords there.
	for _, n := range p.Synonyms {
		if text.BaseLanguage(n.Lang) == text.BaseLanguage(p.Lang) {
			p.Keywords = append(p.Keywords, n.Text)
		}
	}
	words := strings.Join(p.Keywords, "\n")
	surface := p.surfaceText()
	w.countWords(surface)
	for _, t := range text.Tokens(p.names()) {
		w.named[t.Term] = true
	}
	for _, s := range sections {
		for _, c := range s.Cites {
			record.Cites = append(record.Cites, declared{c, w.passages})
		}
		for _, part := range text.Cut(s.Text, passageTerms) {
			u := passage{Page: ordinal, ID: escapeAnchor(s.ID), Heading: s.Heading, Text: part}
			if err := w.passage(p.Title, words, surface, u); err != nil {
				return err
			}
			surface = ""
		}
	}
	w.textBytes += len(p.Title)
	w.records = append(w.records, record)
	return nil
}

// countWords counts one page for each of its words and terms.
func (w *languageWriter) countWords(content string) {
	words, terms := map[string]bool{}, map[string]bool{}
	for _, t := range text.Tokens(content) {
		if t.CJK || words[t.Term] {
			continue
		}
		words[t.Term] = true
		w.wordPages[t.Term]++
		if term := w.language.Term(t); !terms[term] {
			terms[term] = true
			w.termPages[term]++
		}
	}
}

// names gives what a page and its sections are called.
func (p *Page) names() string {
	texts := append([]string{p.Title}, p.Keywords...)
	for _, s := range p.Sections {
		texts = append(texts, s.Heading)
	}
	return strings.Join(texts, "\n")
}

// surfaceText gives all words of a page. They are indexed with its first passage
// alone, so that a word's count is the number of its pages.
func (p *Page) surfaceText() string {
	texts := append([]string{p.Title}, p.Keywords...)
	for _, s := range p.Sections {
		texts = append(texts, s.Heading, s.Text)
	}
	return strings.Join(texts, "\n")
}

func (w *languageWriter) passage(pageTitle, keywords, surface string, u passage) error {
	stored, err := json.Marshal(u)
	if err != nil {
		return err
	}
	texts := [fieldCount]string{pageTitle, u.Heading, keywords, u.Text}
	doc := map[string]any{"stored": string(stored)}
	if surface != "" {
		doc[surfaceField] = surface
	}
	for i, content := range texts {
		if content != "" {
			doc[fieldNames[i]] = content
			if all := text.Tokens(content); len(all) > 0 {
				w.FieldTerms[i] += len(all)
				w.With[i]++
				w.Last[i] = max(w.Last[i], all[len(all)-1].Pos)
			}
		}
	}
	w.textBytes += len(u.Text) + len(u.Heading)
	w.jobs <- indexJob{passageID(w.passages), doc}
	w.passages++
	return nil
}

// indexMapping tells bleve how to index a passage: four fields with frequencies,
// lengths and positions, the words as they are written for prefixes and
// corrections, one stored text. Nothing else is kept.
func indexMapping(lang string) mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	name := "vademecum-" + lang
	if err := m.AddCustomAnalyzer(name, map[string]any{"type": analyzerType, "language": lang}); err != nil {
		panic(err) // the type is registered by this package
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, f := range fieldNames {
		field := bleve.NewTextFieldMapping()
		field.Analyzer = name
		field.Store, field.IncludeInAll, field.DocValues = false, false, false
		doc.AddFieldMappingsAt(f, field)
	}
	surface := bleve.NewTextFieldMapping()
	surface.Analyzer = surfaceAnalyzer
	surface.Store, surface.IncludeInAll, surface.DocValues = false, false, false
	surface.IncludeTermVectors, surface.SkipFreqNorm = false, true
	doc.AddFieldMappingsAt(surfaceField, surface)
	stored := bleve.NewTextFieldMapping()
	stored.Index, stored.IncludeInAll, stored.DocValues, stored.IncludeTermVectors = false, false, false, false
	doc.AddFieldMappingsAt("stored", stored)
	doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.DefaultMapping = doc
	m.DefaultAnalyzer = name
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	return m
}
