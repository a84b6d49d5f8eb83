package indexer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/util"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/zapx/v17"
	"go.etcd.io/bbolt"
)

// The fields of a bleve document. Like the names of documents they stand in the
// index.
const (
	termField   = "terms"   // every term of a passage
	recordField = "records" // the records of pages
	wordsField  = "words"   // words as they are written; see appendWords
)

// storeFile is the segment that bleve's own builder writes.
const storeFile = "000000000002.zap"

// writeBleve writes the bleve index of a corpus. The documents come analysed and in
// order, so that a document's number is that of its passage, and equal corpora give
// equal bytes: bleve's segments are made and merged here, since its builder takes
// documents in no order. It is an index that bleve opens.
func (c *corpus) writeBleve(ctx context.Context, dir string, kept *Kept) (err error) {
	records, err := json.Marshal(siteRecord{c.pages, c.misspellings})
	if err != nil {
		return err
	}
	if err := emptyIndex(dir); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	var opened []segment.Segment
	defer func() {
		for _, s := range opened {
			err = errors.Join(err, s.Close())
		}
	}()
	parts, err := c.writeSegments(ctx, tmp, kept)
	if err != nil {
		return err
	}
	var zap zap.ZapPlugin
	for _, part := range parts {
		s, err := zap.Open(part)
		if err != nil {
			return err
		}
		opened = append(opened, s)
	}
	last, _, err := zap.New([]bleveindex.Document{&analysedDocument{fields: []bleveindex.Field{
		&wordField{name: "_id", text: pagesID, options: bleveindex.IndexField | bleveindex.StoreField},
		document.NewTextFieldWithIndexingOptions(recordField, nil, records, bleveindex.StoreField),
		&wordField{name: termField, options: bleveindex.IndexField},
		document.NewTextFieldWithIndexingOptions(wordsField, nil, appendWords(nil, c.surfaces, c.surfacePages), bleveindex.StoreField),
	}}})
	if err != nil {
		return err
	}
	opened = append(opened, last)
	file := filepath.Join(dir, "store", storeFile)
	if err := os.Remove(file); err != nil {
		return err
	}
	if _, _, err := zap.Merge(opened, make([]*roaring.Bitmap, len(opened)), file, nil, nil); err != nil {
		return err
	}
	if err := orderSections(file); err != nil {
		return err
	}
	return ctx.Err()
}

// emptyIndex writes an index without documents, whose segment is to be replaced.
// Its mapping maps nothing, since documents come mapped.
func emptyIndex(dir string) error {
	m := bleve.NewIndexMapping()
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	mapping, err := json.Marshal(m)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(map[string]string{"storage": scorch.Name, "index_type": scorch.Name})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "index_meta.json"), meta, 0o644); err != nil {
		return err
	}
	builder, err := scorch.NewBuilder(map[string]any{
		"path":                filepath.Join(dir, "store"),
		"buildPathPrefix":     dir, // on the index's own file system: bleve renames from there
		"internal":            map[string][]byte{string(util.MappingInternalKey): mapping},
		"forceSegmentType":    zap.Type,
		"forceSegmentVersion": zap.Version,
	})
	if err != nil {
		return err
	}
	if err := errors.Join(builder.Index(document.NewDocument(pagesID)), builder.Close()); err != nil {
		return err
	}
	return timeless(filepath.Join(dir, "store", "root.bolt"))
}

// timeless writes bleve's list of segments anew without the time at which it was
// written, so that equal indexes have equal bytes.
func timeless(file string) error {
	from, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	to, err := bbolt.Open(file+"-new", 0o600, nil)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	err = from.View(func(in *bbolt.Tx) error {
		return to.Update(func(out *bbolt.Tx) error {
			return in.ForEach(func(name []byte, b *bbolt.Bucket) error {
				copied, err := out.CreateBucket(name)
				if err != nil {
					return err
				}
				return copyBucket(copied, b)
			})
		})
	})
	if err := errors.Join(err, from.Close(), to.Close()); err != nil {
		return err
	}
	return os.Rename(file+"-new", file)
}

func copyBucket(to, from *bbolt.Bucket) error {
	return from.ForEach(func(key, value []byte) error {
		switch {
		case value == nil:
			within, err := to.CreateBucket(key)
			if err != nil {
				return err
			}
			return copyBucket(within, from.Bucket(key))
		case string(key) == string(util.BoltMetaDataTimeStamp):
			value = []byte(time.Unix(0, 0).UTC().Format(time.RFC3339))
		}
		return to.Put(key, value)
	})
}

// footerSize is that of a segment's footer: the length of the writer's name and the
// numbers of documents, of its stored fields, of its fields' places, of chunks, of
// its version, and the checksum.
const footerSize = 4 + 8 + 8 + 8 + 4 + 4 + 4

var errSegment = errors.New("bleve wrote a segment of another form than this program knows")

// orderSections puts the entries of each field of a segment in order, which bleve
// writes in that of a map, so that equal indexes have equal bytes.
func orderSections(file string) error {
	data, err := os.ReadFile(file)
	if err != nil || len(data) < footerSize {
		return cmp.Or(err, errSegment)
	}
	at := binary.BigEndian.Uint64(data[len(data)-footerSize+4+8+8:])
	if at > uint64(len(data)-footerSize) {
		return errSegment
	}
	offsets := data[at : len(data)-footerSize]
	fields, used := binary.Uvarint(offsets)
	if used <= 0 || fields*8 > uint64(len(offsets)-used) {
		return errSegment
	}
	for i := range fields {
		from := binary.BigEndian.Uint64(offsets[uint64(used)+8*i:])
		if from > at {
			return errSegment
		}
		_, field, ok := cutSized(data[from:at]) // its name
		options, a := binary.Uvarint(field)
		if !ok || a <= 0 || options > 1<<32 {
			return errSegment
		}
		n, b := binary.Uvarint(field[a:])
		if b <= 0 || n > 64 || int(n)*sectionEntry > len(field)-a-b {
			return errSegment
		}
		entries := slices.Collect(slices.Chunk(field[a+b:a+b+int(n)*sectionEntry], sectionEntry))
		sorted := bytes.Join(slices.SortedFunc(slices.Values(entries), bytes.Compare), nil)
		copy(field[a+b:], sorted)
	}
	sum := len(data) - crc32.Size
	binary.BigEndian.PutUint32(data[sum:], crc32.ChecksumIEEE(data[:sum]))
	return os.WriteFile(file, data, 0o600)
}

// sectionEntry is the size of one entry: what it is of, and where that stands.
const sectionEntry = 2 + 8

// A stretch of a corpus is the passages of pages that follow one another. Each is a
// segment of its own before they are merged. Stretches end at pages that their
// addresses choose, so that a page more or less changes one or two of them.
type stretch struct{ from, to int } // passages

// About so many stretches are merged: more would make merging dear, fewer a change.
const (
	fewestStretches = 12
	leastStretch    = 500 // passages: a smaller corpus is one
)

func (c *corpus) stretches() []stretch {
	var out []stretch
	from := 0
	choose := uint32(1)<<max(0, bits.Len(uint(len(c.pages)/fewestStretches))-1) - 1
	for i, p := range c.pages {
		if i > 0 && c.Passages >= leastStretch && termHash(p.URL)*2654435769>>8&choose == 0 {
			out = append(out, stretch{from, p.FirstPassage})
			from = p.FirstPassage
		}
	}
	return append(out, stretch{from, c.Passages})
}

// writeSegments writes a segment for each stretch, unless it was kept, into tmp if
// nothing is kept. It gives their files.
func (c *corpus) writeSegments(ctx context.Context, tmp string, kept *Kept) ([]string, error) {
	stretches := c.stretches()
	files, errs := make([]string, len(stretches)), make([]error, len(stretches))
	hashes := make([]uint64, len(c.terms))
	for t, term := range c.terms {
		hashes[t] = placesHash(term)
	}
	err := inParallel(ctx, len(stretches), func() func(i int) {
		w := segmentWriter{corpus: c, hashes: hashes, found: bleveindex.TokenFrequencies{}}
		w.once.SetFrequency(1)
		return func(i int) {
			key := w.key(stretches[i])
			files[i], errs[i] = kept.segment(tmp, key, func(file string) error {
				return w.write(stretches[i], hex.EncodeToString(key[:3]), file)
			})
		}
	})
	return files, errors.Join(append(errs, err)...)
}

// segmentWriter writes one segment after another.
type segmentWriter struct {
	*corpus
	hashes      []uint64 // of terms
	found       bleveindex.TokenFrequencies
	once, often bleveindex.TokenFreq
}

// key names what the segment of a stretch holds.
func (w *segmentWriter) key(s stretch) keptKey {
	k := newKey("segment")
	k.text(w.pages[w.pageOf[s.from]].URL) // no two have one key
	for i := s.from; i < s.to; i++ {
		k.number(uint64(len(w.held[i].terms)))
		for _, t := range w.held[i].terms {
			k.number(w.hashes[t]<<1 | w.isOnce(t)) // no two terms of a corpus have one hash; see writePlaces
		}
	}
	return k.key()
}

// isOnce is 1 for a term that one passage alone holds.
func (w *segmentWriter) isOnce(t int32) uint64 {
	if len(w.lists[t]) == 1 {
		return 1
	}
	return 0
}

// write writes the segment of a stretch. Names of documents begin with prefix.
func (w *segmentWriter) write(s stretch, prefix, file string) error {
	documents := make([]bleveindex.Document, 0, s.to-s.from)
	for i := s.from; i < s.to; i++ {
		fields := []bleveindex.Field{
			&wordField{name: "_id", text: fmt.Sprintf("%s.%d", prefix, i-s.from), options: bleveindex.IndexField | bleveindex.StoreField},
			&termsField{w, i},
		}
		if i == s.from { // segments with the same fields are merged by copying
			fields = append(fields, &wordField{name: recordField}, &wordField{name: wordsField})
		}
		documents = append(documents, &analysedDocument{fields: fields})
	}
	made, _, err := new(zap.ZapPlugin).New(documents)
	if err != nil {
		return err
	}
	return errors.Join(made.(segment.UnpersistedSegment).Persist(file), made.Close())
}

// analysedDocument is a document whose terms are known.
type analysedDocument struct{ fields []bleveindex.Field }

func (d *analysedDocument) ID() string { return "" }
func (d *analysedDocument) Size() int  { return 0 }
func (d *analysedDocument) VisitFields(visit bleveindex.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}
func (d *analysedDocument) VisitComposite(bleveindex.CompositeFieldVisitor) {}
func (d *analysedDocument) HasComposite() bool                              { return false }
func (d *analysedDocument) NumPlainTextBytes() uint64                       { return 0 }
func (d *analysedDocument) AddIDField()                                     {}
func (d *analysedDocument) StoredFieldsBytes() uint64                       { return 0 }
func (d *analysedDocument) Indexed() bool                                   { return true }

// wordField is a field that is one term, or none.
type wordField struct {
	name, text string
	options    bleveindex.FieldIndexingOptions
}

func (f *wordField) Name() string                             { return f.name }
func (f *wordField) Value() []byte                            { return []byte(f.text) }
func (f *wordField) ArrayPositions() []uint64                 { return nil }
func (f *wordField) EncodedFieldType() byte                   { return 't' }
func (f *wordField) Analyze()                                 {}
func (f *wordField) Options() bleveindex.FieldIndexingOptions { return f.options }
func (f *wordField) AnalyzedLength() int                      { return 1 }
func (f *wordField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies {
	if f.text == "" {
		return nil
	}
	once := &bleveindex.TokenFreq{}
	once.SetFrequency(1)
	return bleveindex.TokenFrequencies{f.text: once}
}
func (f *wordField) NumPlainTextBytes() uint64 { return 0 }

// termsField is the field of the terms of a passage. How often they stand there is
// no concern of bleve's: their saturations stand in the file of places. But a term that one passage
// alone holds has frequency 1, with which bleve writes it into the dictionary
// instead of a list; all others have 0, for which it writes one byte less.
type termsField struct {
	*segmentWriter
	passage int
}

func (f *termsField) Name() string                             { return termField }
func (f *termsField) Value() []byte                            { return nil }
func (f *termsField) ArrayPositions() []uint64                 { return nil }
func (f *termsField) EncodedFieldType() byte                   { return 't' }
func (f *termsField) Analyze()                                 {}
func (f *termsField) Options() bleveindex.FieldIndexingOptions { return bleveindex.IndexField }
func (f *termsField) AnalyzedLength() int                      { return 1 }
func (f *termsField) NumPlainTextBytes() uint64                { return 0 }

// AnalyzedTokenFrequencies gives the terms, until it is asked for those of another
// passage.
func (f *termsField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies {
	clear(f.found)
	for _, t := range f.held[f.passage].terms {
		f.found[f.terms[t]] = &f.often
		if f.isOnce(t) == 1 {
			f.found[f.terms[t]] = &f.once
		}
	}
	return f.found
}
