package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/util"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// The fields of a bleve document. Like the names of documents they stand in the
// index.
const (
	termField    = "terms"    // every term of a passage; its frequency is its saturation
	surfaceField = "surfaces" // words as they are written, for beginnings and corrections
	storedField  = "stored"   // the records of pages
)

// batchPassages is how many passages are held in memory before bleve writes a
// segment. Few segments are merged faster; memory bounds them.
const batchPassages = 8000

// writeBleve writes the bleve index of a corpus. The documents come analysed, so
// that bleve does not read the texts a second time; all else is as its own builder
// does it, and what it writes is an index that bleve opens.
func (c *corpus) writeBleve(ctx context.Context, dir string) (err error) {
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	internal, err := emptyIndex(dir)
	if err != nil {
		return err
	}
	builder, err := scorch.NewBuilder(map[string]any{
		"path":            filepath.Join(dir, "store"),
		"buildPathPrefix": tmp, // on the index's own file system: bleve renames from there
		"batchSize":       batchPassages,
		"mergeMax":        1000, // merge once, not in rounds
		"internal":        internal,
	})
	if err != nil {
		return err
	}
	terms, surfaces := bytesOf(c.terms), bytesOf(c.surfaces)
	for i := range c.passages {
		if i%lookEvery == 0 && ctx.Err() != nil {
			return errors.Join(ctx.Err(), builder.Close())
		}
		if err := builder.Index(c.document(i, terms, surfaces)); err != nil {
			return err
		}
	}
	records, err := json.Marshal(siteRecord{c.pages, c.misspellings})
	if err != nil {
		return err
	}
	if err := c.writePlaces(filepath.Join(dir, placesFile)); err != nil {
		return err
	}
	if err := c.writeTexts(filepath.Join(dir, textsFile)); err != nil {
		return err
	}
	doc := document.NewDocument(pagesID)
	doc.AddField(document.NewTextFieldWithIndexingOptions(storedField, nil, records, bleveindex.StoreField))
	if err := builder.Index(doc); err != nil {
		return err
	}
	return builder.Close()
}

// emptyIndex writes what bleve wants beside the store, and gives what it wants in
// it: a mapping that maps nothing, since documents come mapped.
func emptyIndex(dir string) (internal map[string][]byte, err error) {
	m := bleve.NewIndexMapping()
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	mapping, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	meta, err := json.Marshal(map[string]string{"storage": scorch.Name, "index_type": scorch.Name})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return map[string][]byte{string(util.MappingInternalKey): mapping}, os.WriteFile(filepath.Join(dir, "index_meta.json"), meta, 0o644)
}

func bytesOf(words []string) [][]byte {
	out := make([][]byte, len(words))
	for i, w := range words {
		out[i] = []byte(w)
	}
	return out
}

// document makes the document of a passage.
func (c *corpus) document(i int, terms, surfaces [][]byte) *document.Document {
	doc := document.NewDocument(passageID(i))
	held := &c.held[i]
	doc.AddField(analysed(termField, bleveindex.IndexField, held.terms, c.terms, terms, func(j int) int { return int(held.saturations[j]) }))
	if list := c.surfacesOfPassage(i); len(list) > 0 {
		doc.AddField(analysed(surfaceField, bleveindex.IndexField|bleveindex.SkipFreqNorm, list, c.surfaces, surfaces, func(int) int { return 1 }))
	}
	return doc
}

// analysed gives a field that holds words, which are listed by number, as bleve
// takes it; all and bytes are the words of all numbers.
func analysed(name string, options bleveindex.FieldIndexingOptions, list []int32, all []string, bytes [][]byte, frequency func(i int) int) *analysedField {
	f := &analysedField{name: name, options: options, length: 1, frequencies: make(bleveindex.TokenFrequencies, len(list))}
	tokens := make([]bleveindex.TokenFreq, len(list))
	for i, word := range list {
		tokens[i].Term = bytes[word]
		tokens[i].SetFrequency(frequency(i))
		f.frequencies[all[word]] = &tokens[i]
	}
	return f
}

// analysedField is a field whose terms are known.
type analysedField struct {
	name        string
	options     bleveindex.FieldIndexingOptions
	length      int
	frequencies bleveindex.TokenFrequencies
}

func (f *analysedField) Name() string                                          { return f.name }
func (f *analysedField) Value() []byte                                         { return nil }
func (f *analysedField) ArrayPositions() []uint64                              { return nil }
func (f *analysedField) EncodedFieldType() byte                                { return 't' }
func (f *analysedField) Analyze()                                              {}
func (f *analysedField) Options() bleveindex.FieldIndexingOptions              { return f.options }
func (f *analysedField) AnalyzedLength() int                                   { return f.length }
func (f *analysedField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies { return f.frequencies }
func (f *analysedField) NumPlainTextBytes() uint64                             { return 0 }
func (f *analysedField) Size() int                                             { return 0 }
