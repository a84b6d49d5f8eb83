package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"vademecum/indexer/query"
	"vademecum/indexer/text"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// indexFormat is raised whenever an index that an older program wrote would be
// read wrongly.
const indexFormat = 3

const manifestName = "vademecum.json"

// manifest is the file that tells what an index folder holds.
type manifest struct {
	Format     int             `json:"format"`
	Base       string          `json:"base,omitempty"`
	Default    string          `json:"default"` // the language to search when none is named
	Languages  []languageStats `json:"languages"`
	Vocabulary []Synonym       `json:"vocabulary,omitempty"`
	Patterns   []query.Pattern `json:"patterns,omitempty"`
	Prefer     string          `json:"prefer,omitempty"`

	// SearchPages are the paths of the site's search pages, by language.
	SearchPages map[string]string  `json:"searchPages,omitempty"`
	Files       map[string]fileSum `json:"files"` // to notice what is cut short or changed
}

// languageStats are the numbers of one language that weights need.
type languageStats struct {
	Lang       string          `json:"lang"`
	Pages      int             `json:"pages"`
	Passages   int             `json:"units"`
	Words      int             `json:"words"` // as they are written
	FieldTerms [fieldCount]int `json:"terms"` // of each field, in all passages
	With       [fieldCount]int `json:"with"`  // passages that have the field
	Last       [fieldCount]int `json:"last"`  // greatest position in the field
}

// fileSum tells a file of an index from one that was cut short or changed.
type fileSum struct {
	Size int64  `json:"size"`
	CRC  uint32 `json:"crc32c"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(name string) (fileSum, error) {
	f, err := os.Open(name)
	if err != nil {
		return fileSum{}, err
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	size, err := io.Copy(sum, f)
	return fileSum{size, sum.Sum32()}, err
}

func (m *manifest) write(dir string) error {
	m.Files = map[string]fileSum{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		sum, err := sumOf(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		m.Files[filepath.ToSlash(rel)] = sum
		return err
	})
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifestName), data, 0o644)
}

// An Index answers searches. It is read-only and safe for concurrent use.
type Index struct {
	manifest
	languages   []*langIndex
	searchPages map[string][]byte // by language
	turns       chan struct{}     // taken by the searches at work
}

// turnsEach is how many searches work at once for each processor. More of them
// would be no faster, and each needs memory of its own.
const turnsEach = 2

// turn waits until a search may work, and gives what to call at its end.
func (x *Index) turn(ctx context.Context) (done func(), err error) {
	select {
	case x.turns <- struct{}{}:
		return func() { <-x.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ErrNoIndex is returned by Open for a folder that holds no index.
var ErrNoIndex = errors.New("no search index")

// Open opens the index in the folder dir.
func Open(dir string) (*Index, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fmt.Errorf("%w in %s: write one with vade build, or name its folder with --index", ErrNoIndex, dir)
	} else if err != nil {
		return nil, err
	}
	x := &Index{searchPages: map[string][]byte{}, turns: make(chan struct{}, turnsEach*runtime.GOMAXPROCS(0))}
	if err := json.Unmarshal(data, &x.manifest); err != nil {
		return nil, damaged(dir, manifestName, err)
	}
	if x.Format != indexFormat {
		return nil, fmt.Errorf("the index in %s has format %d and this program reads format %d: write it again with vade build", dir, x.Format, indexFormat)
	}
	for _, name := range sortedKeys(x.Files) {
		sum, err := sumOf(filepath.Join(dir, filepath.FromSlash(name)))
		switch want := x.Files[name]; {
		case err != nil:
			return nil, damaged(dir, name, err)
		case sum.Size != want.Size:
			return nil, damaged(dir, name, fmt.Errorf("it has %d bytes instead of %d", sum.Size, want.Size))
		case sum != want:
			return nil, damaged(dir, name, errors.New("its bytes have changed"))
		}
	}
	if err := query.CompilePatterns(x.Patterns); err != nil {
		return nil, damaged(dir, manifestName, err)
	}
	for lang := range x.SearchPages {
		name := searchPageFile(lang)
		if x.searchPages[lang], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, damaged(dir, name, err)
		}
	}
	for _, stats := range x.Languages {
		l, err := openLanguage(filepath.Join(dir, stats.Lang), stats, &x.manifest)
		if err != nil {
			x.Close()
			return nil, damaged(dir, stats.Lang, err)
		}
		x.languages = append(x.languages, l)
	}
	return x, nil
}

func damaged(dir, file string, err error) error {
	return fmt.Errorf("the index in %s is damaged (%s: %w): write it again with vade build", dir, file, err)
}

// Close releases the index's files.
func (x *Index) Close() error {
	var errs []error
	for _, l := range x.languages {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// pageTable is what is known of the pages of one language without their texts.
type pageTable struct {
	languageStats
	*text.Language
	mean         fieldCounts
	pages        []pageRecord
	misspellings map[string]string           // words of one page that were probably meant otherwise
	pageOf       []int32                     // page of each passage
	cites        map[query.Citation][]target // what declares a citation
	labels       map[[2]string]string        // of facet values
	facetTable
	vocabulary vocabulary
}

func newPageTable(stats languageStats) pageTable {
	return pageTable{languageStats: stats, Language: text.LanguageOf(stats.Lang), cites: map[query.Citation][]target{}, labels: map[[2]string]string{}}
}

// langIndex is the index of one language.
type langIndex struct {
	pageTable
	bleve      bleve.Index
	reader     bleveindex.IndexReader
	places     *places
	placesFile *os.File
	texts      *texts
	ordinal    []int32 // passage of each bleve document, -1 for none
	scratch    sync.Pool
	cached     sync.Map     // of a term: its postings, if they are many
	cachedSize atomic.Int64 // postings in common
}

// target is the place that a citation leads to.
type target struct{ page, passage int32 }

func openLanguage(dir string, stats languageStats, m *manifest) (*langIndex, error) {
	l := &langIndex{pageTable: newPageTable(stats)}
	if err := l.open(dir, m); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *langIndex) open(dir string, m *manifest) (err error) {
	if l.bleve, err = bleve.OpenUsing(dir, map[string]any{"read_only": true}); err != nil {
		return err
	}
	advanced, err := l.bleve.Advanced()
	if err != nil {
		return err
	}
	if l.reader, err = advanced.Reader(); err != nil {
		return err
	}
	if l.places, l.placesFile, err = openPlaces(filepath.Join(dir, placesFile)); err != nil {
		return err
	}
	if l.texts, err = openTexts(filepath.Join(dir, textsFile), l.Passages); err != nil {
		return err
	}
	stored, err := l.stored(pagesID)
	if err != nil {
		return err
	}
	var record siteRecord
	if err := json.Unmarshal(stored, &record); err != nil {
		return err
	}
	l.pages, l.misspellings = record.Pages, record.Misspellings
	if err := l.checkNumbers(); err != nil {
		return err
	}
	l.settle(m)
	if err := l.mapDocuments(); err != nil {
		return err
	}
	l.scratch.New = func() any { return newScratch(l.Passages, len(l.pages), len(l.facetTable.values)) }
	return nil
}

// maxPassages bounds what is believed of a manifest before memory is taken for it.
const maxPassages = 50_000_000

// checkNumbers refuses numbers that do not fit together.
func (l *pageTable) checkNumbers() error {
	if l.Words < 0 || l.Passages < 0 || l.Passages > maxPassages || l.Pages != len(l.pages) {
		return fmt.Errorf("it tells of %d sections and %d pages, and holds %d pages", l.Passages, l.Pages, len(l.pages))
	}
	last := 0
	for _, p := range l.pages {
		if p.FirstPassage < last || p.FirstPassage >= l.Passages {
			return fmt.Errorf("section %d of %s is out of order", p.FirstPassage, p.URL)
		}
		last = p.FirstPassage
		for _, c := range p.Cites {
			if c.Passage < 0 || c.Passage >= l.Passages {
				return fmt.Errorf("a citation of %s leads to section %d of %d", p.URL, c.Passage, l.Passages)
			}
		}
	}
	return nil
}

// close releases the files of one language, as far as they were opened.
func (l *langIndex) close() error {
	var errs []error
	if l.reader != nil {
		errs = append(errs, l.reader.Close())
	}
	if l.bleve != nil {
		errs = append(errs, l.bleve.Close())
	}
	if l.placesFile != nil {
		errs = append(errs, l.placesFile.Close())
	}
	if l.texts != nil {
		errs = append(errs, l.texts.file.Close())
	}
	return errors.Join(errs...)
}

// settle derives the mean lengths of fields, and what is looked up by passage,
// citation and facet value.
func (l *pageTable) settle(m *manifest) {
	for f := range l.mean {
		if l.With[f] > 0 {
			l.mean[f] = float64(l.FieldTerms[f]) / float64(l.With[f])
		}
	}
	l.pageOf = make([]int32, l.Passages)
	l.valuesOf = make([][]int32, len(l.pages))
	known := map[[2]string]int32{}
	for i := range l.pages {
		p := &l.pages[i]
		end := l.Passages
		if i+1 < len(l.pages) {
			end = l.pages[i+1].FirstPassage
		}
		for u := p.FirstPassage; u < end; u++ {
			l.pageOf[u] = int32(i)
		}
		for _, d := range p.Cites {
			c := query.CitationOf(d.Text, m.Patterns)
			l.cites[c] = append(l.cites[c], target{int32(i), int32(d.Passage)})
		}
		for _, f := range p.Facets {
			key := [2]string{f.Facet, f.Value}
			if l.labels[key] == "" {
				l.labels[key] = f.Label
			}
			l.valuesOf[i] = append(l.valuesOf[i], l.facetTable.number(f.Facet, f.Value, known))
		}
	}
	l.vocabulary = newVocabulary(l.Language, m.Vocabulary)
}

// mapDocuments relates bleve's document numbers, which follow no order of
// ours, to passages.
func (l *langIndex) mapDocuments() error {
	all, err := l.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	found := 0
	for {
		id, err := all.Next()
		if err != nil {
			return err
		}
		if id == nil {
			break
		}
		number := id.Value()
		for uint64(len(l.ordinal)) <= number {
			l.ordinal = append(l.ordinal, -1)
		}
		name, err := l.reader.ExternalID(id)
		if err != nil {
			return err
		}
		if u, err := strconv.Atoi(strings.TrimPrefix(name, "u")); err == nil && u < l.Passages {
			l.ordinal[number] = int32(u)
			found++
		}
	}
	if found != l.Passages {
		return fmt.Errorf("it holds %d sections instead of %d", found, l.Passages)
	}
	return nil
}

// stored gives the stored text of a document.
func (l *langIndex) stored(id string) ([]byte, error) {
	doc, err := l.reader.Document(id)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, fmt.Errorf("document %s is missing", id)
	}
	var value []byte
	doc.VisitFields(func(f bleveindex.Field) {
		if f.Name() == "stored" {
			value = f.Value()
		}
	})
	return value, nil
}

// language gives the index that serves a tag, see matchLanguage.
func (x *Index) language(tag string) *langIndex {
	code := text.MatchLanguage(tag, x.LanguageCodes(), x.Default)
	for _, l := range x.languages {
		if l.Lang == code {
			return l
		}
	}
	return x.languages[0] // the manifest names no default that it holds
}

// Serves tells whether the index has pages in the language of a tag; a request
// in another is answered in the default language.
func (x *Index) Serves(tag string) bool {
	return text.MatchLanguage(tag, x.LanguageCodes(), "") != ""
}

// LanguageCodes lists the languages of the index, in alphabetical order.
func (x *Index) LanguageCodes() []string {
	var out []string
	for _, l := range x.languages {
		out = append(out, l.Lang)
	}
	return out
}

// hasFacet tells whether any page has the facet.
func (l *pageTable) hasFacet(name string) bool {
	for key := range l.labels {
		if strings.EqualFold(key[0], name) {
			return true
		}
	}
	return false
}
