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
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"vademecum/indexer/query"
	"vademecum/indexer/text"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// indexFormat is raised whenever an index that an older program wrote would be
// read wrongly.
const indexFormat = 5

// ManifestName is the file that tells what an index folder holds. It is written last.
const ManifestName = "vademecum.json"

// manifest is the file that tells what an index folder holds.
type manifest struct {
	Base       string          `json:"base,omitempty"`
	Default    string          `json:"default"` // the language to search when none is named
	Languages  []languageStats `json:"languages"`
	Vocabulary []Synonym       `json:"vocabulary,omitempty"`
	Patterns   []query.Pattern `json:"patterns,omitempty"`
	Prefer     string          `json:"prefer,omitempty"`

	// SearchPages are the paths of the site's search pages, by language.
	SearchPages map[string]string  `json:"searchPages,omitempty"`
	Files       map[string]fileSum `json:"files"` // to notice what is cut short or changed

	Web webSums `json:"web,omitempty"` // of the web index that was written with it

	tokens [][]text.Token // see nameTokens
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
	Spellings  wordSpellings   `json:"spellings,omitempty"`
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
	return os.WriteFile(filepath.Join(dir, ManifestName), seal(data), 0o644)
}

// An Index answers searches. It is read-only and safe for concurrent use.
type Index struct {
	manifest
	version     uint32 // the checksum of the manifest
	languages   []*langIndex
	searchPages map[string][]byte // by language
	gate        gate
	faulty      atomic.Bool
}

// ErrNoIndex is returned by Open for a folder that holds no index.
var ErrNoIndex = errors.New("no search index")

// Open opens the index in the folder dir, where it lies.
func Open(dir string) (*Index, error) {
	files := os.DirFS(dir)
	m, version, err := readManifest(files, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(m.Files) {
		if err := m.Files[name].check(files, name, io.Discard); err != nil {
			return nil, damaged(dir, name, err)
		}
	}
	return openFiles(dir, dir, m, version)
}

// openFiles opens the index in dir, which errors call by name; its files are as
// they were written.
func openFiles(dir, name string, m manifest, version uint32) (*Index, error) {
	x := &Index{manifest: m, version: version, gate: newGate(), searchPages: map[string][]byte{}}
	if err := query.CompilePatterns(x.Patterns); err != nil {
		return nil, damaged(name, ManifestName, err)
	}
	for lang := range x.SearchPages {
		file := searchPageFile(lang)
		var err error
		if x.searchPages[lang], err = os.ReadFile(filepath.Join(dir, file)); err != nil {
			return nil, damaged(name, file, err)
		}
	}
	x.nameTokens()
	opened, errs := make([]*langIndex, len(x.Languages)), make([]error, len(x.Languages))
	_ = inParallel(context.Background(), len(opened), func() func(i int) {
		return func(i int) {
			stats := x.Languages[i]
			opened[i], errs[i] = openLanguage(filepath.Join(dir, stats.Lang), stats, &x.manifest)
		}
	})
	x.tokens = nil // nothing else needs them
	for i, l := range opened {
		if errs[i] == nil {
			x.languages = append(x.languages, l)
		}
	}
	for i, err := range errs {
		if err != nil {
			return nil, errors.Join(damaged(name, x.Languages[i].Lang, err), x.Close())
		}
	}
	if len(x.languages) == 0 {
		return nil, damaged(name, ManifestName, errors.New("it names no language"))
	}
	return x, nil
}

// Version names the content of the index: it is the same only for the same files.
func (x *Index) Version() string { return fmt.Sprintf("%08x", x.version) }

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
	versions   bool      // some page is an older version of another
	linkedWith [][]int32 // ordinals of the pages with which each is linked, in order; nil if there are none
}

func newPageTable(stats languageStats) pageTable {
	return pageTable{languageStats: stats, Language: text.LanguageOf(stats.Lang).Spelled(stats.Spellings.terms()), cites: map[query.Citation][]target{}, labels: map[[2]string]string{}}
}

// langIndex is the index of one language.
type langIndex struct {
	pageTable
	bleve   bleve.Index
	reader  bleveindex.IndexReader
	places  *places
	texts   *texts
	words   *wordList
	scratch sync.Pool
	cached  keptPostings
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
	opened, err := bleve.OpenUsing(dir, map[string]any{"read_only": true})
	if err != nil {
		return notOpened{err} // and what came with it is no index to close
	}
	l.bleve = opened
	advanced, err := l.bleve.Advanced()
	if err != nil {
		return err
	}
	if l.reader, err = advanced.Reader(); err != nil {
		return notOpened{err}
	}
	if l.places, err = openPlaces(filepath.Join(dir, placesFile)); err != nil {
		return err
	}
	if held, err := l.reader.DocCount(); err != nil {
		return err
	} else if l.Passages < 0 || uint64(l.Passages)+1 != held { // before memory is taken for them
		return fmt.Errorf("it tells of %d sections and holds %d", l.Passages, int64(held)-1)
	}
	if l.texts, err = openTexts(filepath.Join(dir, textsFile), l.Passages); err != nil {
		return err
	}
	stored, err := l.stored(pagesID)
	if err != nil {
		return err
	}
	if l.words, err = readWords(stored[wordsField]); err != nil {
		return err
	}
	var record siteRecord
	if err := json.Unmarshal(stored[recordField], &record); err != nil {
		return err
	}
	l.pages, l.misspellings = record.Pages, record.Misspellings
	if err := l.checkNumbers(); err != nil {
		return err
	}
	l.settle(m)
	l.scratch.New = func() any { return newScratch(l.Passages, len(l.pages), len(l.facetTable.values)) }
	return nil
}

// maxWords bounds what is believed of a manifest.
const maxWords = 1 << 40

// checkNumbers refuses numbers that do not fit together.
func (l *pageTable) checkNumbers() error {
	if l.Words < 0 || l.Passages < 0 || l.Pages != len(l.pages) {
		return fmt.Errorf("it tells of %d sections and %d pages, and holds %d pages", l.Passages, l.Pages, len(l.pages))
	}
	for f := range l.FieldTerms {
		if min(l.FieldTerms[f], l.With[f], l.Last[f]) < 0 || l.With[f] > l.Passages || max(l.FieldTerms[f], l.Last[f]) > maxWords {
			return fmt.Errorf("its counts of words (%d in %d sections) make no sense", l.FieldTerms[f], l.With[f])
		}
	}
	last := 0
	for i, p := range l.pages {
		if p.FirstPassage < last || p.FirstPassage >= l.Passages {
			return fmt.Errorf("section %d of %s is out of order", p.FirstPassage, p.URL)
		}
		last = p.FirstPassage
		if p.Newest < 0 || p.Newest > len(l.pages) {
			return fmt.Errorf("the newest version of %s is page %d of %d", p.URL, p.Newest, len(l.pages))
		}
		if len(p.Linked) > 0 && (p.Linked[0] < 0 || p.Linked[len(p.Linked)-1] >= i || !slices.IsSorted(p.Linked)) {
			return fmt.Errorf("the pages with which %s is linked make no sense", p.URL)
		}
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
	if l.places != nil {
		errs = append(errs, l.places.file.close())
	}
	if l.texts != nil {
		errs = append(errs, l.texts.file.close())
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
	l.ends = make([]int32, len(l.pages))
	known := map[[2]string]int32{}
	for i := range l.pages {
		p := &l.pages[i]
		l.versions = l.versions || p.Newest > 0
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
			l.ofPages = append(l.ofPages, l.facetTable.number(f.Facet, f.Value, known))
		}
		l.ends[i] = int32(len(l.ofPages))
	}
	for _, value := range l.facetTable.values {
		l.labelOf = append(l.labelOf, l.labels[value])
	}
	l.settleLinked()
	l.vocabulary = newVocabulary(l.Language, m)
}

// stored gives the stored fields of a document.
func (l *langIndex) stored(id string) (map[string][]byte, error) {
	doc, err := l.reader.Document(id)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, fmt.Errorf("document %s is missing", id)
	}
	out := map[string][]byte{}
	doc.VisitFields(func(f bleveindex.Field) { out[f.Name()] = f.Value() })
	return out, nil
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
