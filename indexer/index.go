package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// indexFormat is raised whenever an index that an older program wrote would be
// read wrongly.
const indexFormat = 1

const manifestName = "vademecum.json"

// manifest is the file that tells what an index folder holds.
type manifest struct {
	Format     int             `json:"format"`
	Base       string          `json:"base,omitempty"`
	Default    string          `json:"default"` // the language to search when none is named
	Languages  []languageStats `json:"languages"`
	Vocabulary []Synonym       `json:"vocabulary,omitempty"`
	Patterns   []Pattern       `json:"patterns,omitempty"`
	Prefer     string          `json:"prefer,omitempty"`

	// SearchPages are the paths of the site's search pages, by language.
	SearchPages map[string]string `json:"searchPages,omitempty"`
	Files       map[string]int64  `json:"files"` // sizes, to notice what is cut short
}

// languageStats are the numbers of one language that weights need.
type languageStats struct {
	Lang  string          `json:"lang"`
	Pages int             `json:"pages"`
	Units int             `json:"units"`
	Terms [fieldCount]int `json:"terms"` // of each field, in all units
	With  [fieldCount]int `json:"with"`  // units that have the field
	Last  [fieldCount]int `json:"last"`  // greatest position in the field
}

func (m *manifest) write(dir string) error {
	m.Files = map[string]int64{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		m.Files[filepath.ToSlash(rel)] = info.Size()
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
	x := &Index{searchPages: map[string][]byte{}}
	if err := json.Unmarshal(data, &x.manifest); err != nil {
		return nil, damaged(dir, manifestName, err)
	}
	if x.Format != indexFormat {
		return nil, fmt.Errorf("the index in %s has format %d and this program reads format %d: write it again with vade build", dir, x.Format, indexFormat)
	}
	for name, size := range x.Files {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, damaged(dir, name, err)
		}
		if info.Size() != size {
			return nil, damaged(dir, name, fmt.Errorf("it has %d bytes instead of %d", info.Size(), size))
		}
	}
	if err := compilePatterns(x.Patterns); err != nil {
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
		errs = append(errs, l.reader.Close(), l.bleve.Close())
	}
	return errors.Join(errs...)
}

// langIndex is the index of one language.
type langIndex struct {
	languageStats
	*language
	bleve      bleve.Index
	reader     bleveindex.IndexReader
	mean       fieldCounts
	pages      []pageRecord
	slips      map[string]string     // words of one page that were probably meant otherwise
	pageOf     []int32               // page of each unit
	ordinal    []int32               // unit of each bleve document, -1 for none
	document   []uint64              // bleve document of each unit
	cites      map[Citation][]target // what declares a citation
	labels     map[[2]string]string  // of facet values
	vocabulary vocabulary
	scratch    sync.Pool
	common     sync.Map     // of a term: its postings, if they are many
	kept       atomic.Int64 // postings in common
}

// target is the place that a citation leads to.
type target struct{ page, unit int32 }

func openLanguage(dir string, stats languageStats, m *manifest) (*langIndex, error) {
	l := &langIndex{languageStats: stats, language: languageOf(stats.Lang), cites: map[Citation][]target{}, labels: map[[2]string]string{}}
	var err error
	if l.bleve, err = bleve.OpenUsing(dir, map[string]any{"read_only": true}); err != nil {
		return nil, err
	}
	advanced, err := l.bleve.Advanced()
	if err != nil {
		return nil, err
	}
	if l.reader, err = advanced.Reader(); err != nil {
		return nil, err
	}
	for f := range l.mean {
		if l.With[f] > 0 {
			l.mean[f] = float64(l.Terms[f]) / float64(l.With[f])
		}
	}
	stored, err := l.stored(pagesID)
	if err != nil {
		return nil, err
	}
	var record siteRecord
	if err := json.Unmarshal(stored, &record); err != nil {
		return nil, err
	}
	l.pages, l.slips = record.Pages, record.Slips
	l.indexPages(m)
	if err := l.mapDocuments(); err != nil {
		return nil, err
	}
	l.vocabulary = newVocabulary(l.language, m.Vocabulary)
	l.scratch.New = func() any { return newScratch(l.Units, len(l.pages)) }
	return l, nil
}

// indexPages derives what is looked up by unit, citation and facet value.
func (l *langIndex) indexPages(m *manifest) {
	l.pageOf = make([]int32, l.Units)
	for i := range l.pages {
		p := &l.pages[i]
		end := l.Units
		if i+1 < len(l.pages) {
			end = l.pages[i+1].FirstUnit
		}
		for u := p.FirstUnit; u < end; u++ {
			l.pageOf[u] = int32(i)
		}
		for _, d := range p.Cites {
			c := citationOf(d.Text, m.Patterns)
			l.cites[c] = append(l.cites[c], target{int32(i), int32(d.Unit)})
		}
		for _, f := range p.Facets {
			key := [2]string{f.Facet, f.Value}
			if l.labels[key] == "" {
				l.labels[key] = f.Label
			}
		}
	}
}

// mapDocuments relates bleve's document numbers, which follow no order of
// ours, to units.
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
		if u, err := strconv.Atoi(strings.TrimPrefix(name, "u")); err == nil && u < l.Units {
			l.ordinal[number] = int32(u)
			found++
		}
	}
	if found != l.Units {
		return fmt.Errorf("it holds %d sections instead of %d", found, l.Units)
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

func (l *langIndex) unit(ordinal int32) (unit, error) {
	var u unit
	data, err := l.stored(unitID(int(ordinal)))
	if err != nil {
		return u, err
	}
	return u, json.Unmarshal(data, &u)
}

// A posting is one unit that holds a term, and how much it is about it.
type posting struct {
	unit       int32
	saturation uint8
}

// postings gives the units that hold a term in any field. The order is bleve's.
// Lists of common terms, which cost most and are asked for most, are kept.
func (l *langIndex) postings(ctx context.Context, term string, s *scratch) ([]posting, error) {
	if list, ok := l.common.Load(term); ok {
		return list.([]posting), nil
	}
	list, err := l.readPostings(ctx, term, s)
	if err == nil && len(list) >= commonUnits && l.kept.Add(int64(len(list))) <= maxKept {
		l.common.Store(term, list)
	}
	return list, err
}

// Lists from commonUnits on are kept, up to maxKept postings of 8 bytes.
const (
	commonUnits = 500
	maxKept     = 4 << 20
)

func (l *langIndex) readPostings(ctx context.Context, term string, s *scratch) ([]posting, error) {
	s.touched = s.touched[:0]
	for f, name := range fieldNames {
		if l.With[f] == 0 {
			continue
		}
		err := l.eachUnit(ctx, name, term, true, false, func(u int32, d *bleveindex.TermFieldDoc) {
			c := &s.counts[u]
			if c.tf == (fieldCounts{}) {
				s.touched = append(s.touched, u)
			}
			c.tf[f] = float64(d.Freq)
			c.length[f] = fieldLength(d.Norm)
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]posting, len(s.touched))
	for i, u := range s.touched {
		c := &s.counts[u]
		out[i] = posting{u, uint8(saturation(c.tf, c.length, l.mean))}
		*c = unitCounts{}
	}
	return out, nil
}

// lookEvery is after how many postings or words a search looks whether its
// context has ended.
const lookEvery = 1024

// eachUnit calls use for every unit that holds a term in a field, with its
// frequency and length, or its positions, if they are asked for.
func (l *langIndex) eachUnit(ctx context.Context, field, term string, frequencies, positions bool, use func(u int32, d *bleveindex.TermFieldDoc)) error {
	r, err := l.reader.TermFieldReader(ctx, []byte(term), field, frequencies, frequencies, positions)
	if err != nil {
		return err
	}
	defer r.Close()
	var doc bleveindex.TermFieldDoc
	for n := 0; ; n++ {
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		d, err := r.Next(doc.Reset())
		if d == nil || err != nil {
			return err
		}
		if u := l.ordinal[d.ID.Value()]; u >= 0 {
			use(u, d)
		}
	}
}

// eachWord calls use for every word of a dictionary.
func eachWord(ctx context.Context, dict bleveindex.FieldDict, use func(e *bleveindex.DictEntry) error) error {
	defer dict.Close()
	for n := 0; ; n++ {
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		e, err := dict.Next()
		if e == nil || err != nil {
			return err
		}
		if err := use(e); err != nil {
			return err
		}
	}
}

// fieldLength gives the number of terms of a field from bleve's norm, 1/√length.
func fieldLength(norm float64) float64 {
	return float64(int(1/(norm*norm) + 0.5))
}

// language gives the index that serves a tag, see matchLanguage.
func (x *Index) language(tag string) *langIndex {
	code := matchLanguage(tag, x.LanguageCodes(), x.Default)
	for _, l := range x.languages {
		if l.Lang == code {
			return l
		}
	}
	return x.languages[0] // the manifest names no default that it holds
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
func (l *langIndex) hasFacet(name string) bool {
	for key := range l.labels {
		if strings.EqualFold(key[0], name) {
			return true
		}
	}
	return false
}
