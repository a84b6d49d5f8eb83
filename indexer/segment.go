package indexer

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"os"

	bleveindex "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
	"github.com/blevesearch/zapx/v17"
	"github.com/klauspost/compress/s2"
)

// A corpus knows its postings already, in the order in which bleve's segments hold
// them. So its segment is written here, as zapx would write it, in a tenth of the time
// that zapx takes to gather them again from documents. TestSegment compares both.
//
//	stored     of each document the size of what tells of its stored fields and that of the
//	           fields, unsigned varints; and both: fields, packed by Snappy, behind the name
//	           of the document
//	           where each document stands, 8 bytes each; 0, no document is part of another.
//	           Passages store nothing, so they all stand in one place, and have no names
//	terms      of each field its postings, a dictionary behind its size, and where that stands
//	fields     of each its name, what bleve does with it, and where its terms stand; and where
//	           each field stands, 8 bytes each, behind their number
//	footer     see finish
//
// How often a term stands in a passage is no concern of bleve's: saturations stand in the
// file of places. bleve still reads a frequency for each posting, which is 0; so lists
// that bleve cuts alike all have their frequencies in the same place.
//
// Fixed numbers are big-endian, but for those of lists, which are bitmaps by the
// specification of Roaring.
type segmentWriter struct {
	out         *bufio.Writer
	sum         uint32 // CRC-32 of what is written
	at          uint64 // how much that is
	documents   uint64
	frequencies map[uint64]uint64 // where they stand, by how many documents bleve puts into a chunk
	lone        []uint64          // by passage: where the list stands that holds it alone, 0 if there is none
	buf         []byte
	err         error
}

// The fields of a bleve document, in the order in which its segment has them.
const (
	idField     = "_id"     // names of documents; only the last one has a name
	recordField = "records" // the records of pages
	termField   = "terms"   // every term of a passage
	wordsField  = "words"   // words as they are written; see appendWords
)

// writeSegment writes a segment with a document for each passage and, behind these, the
// one named pagesID.
func (c *corpus) writeSegment(file string, records, words []byte) (err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := &segmentWriter{out: bufio.NewWriterSize(f, 1<<18), documents: uint64(c.Passages) + 1, frequencies: map[uint64]uint64{}, lone: make([]uint64, c.Passages)}
	stored := w.storedFields(c.Passages, records, words)
	names, err := w.dictionary(1, func(int) (string, uint64) { return pagesID, w.alone(c.Passages) })
	if err != nil {
		return err
	}
	terms, err := w.dictionary(len(c.terms), func(t int) (string, uint64) { return c.terms[t], w.postings(c.list(int32(t))) })
	if err != nil {
		return err
	}
	none, err := w.dictionary(0, nil)
	if err != nil {
		return err
	}
	w.finish(stored, w.fields([]segmentField{
		{idField, bleveindex.IndexField | bleveindex.StoreField, names},
		{recordField, bleveindex.StoreField, none},
		{termField, bleveindex.IndexField, terms},
		{wordsField, bleveindex.StoreField, none},
	}))
	return cmp.Or(w.err, w.out.Flush(), f.Close())
}

func (w *segmentWriter) Write(data []byte) (int, error) {
	if w.err == nil {
		_, w.err = w.out.Write(data)
	}
	w.sum = crc32.Update(w.sum, crc32.IEEETable, data)
	w.at += uint64(len(data))
	return len(data), w.err
}

// varints writes unsigned varints.
func (w *segmentWriter) varints(values ...uint64) {
	w.buf = w.buf[:0]
	for _, v := range values {
		w.buf = binary.AppendUvarint(w.buf, v)
	}
	_, _ = w.Write(w.buf) // see w.err
}

// storedFields writes the stored fields of all documents and gives where their list
// begins.
func (w *segmentWriter) storedFields(passages int, records, words []byte) uint64 {
	passage := w.at
	w.storedDocument("")
	pages := w.at
	w.storedDocument(pagesID, storedField{1, records}, storedField{3, words})
	list := w.at
	places := make([]byte, 0, 8*w.documents)
	for range passages {
		places = binary.BigEndian.AppendUint64(places, passage)
	}
	_, _ = w.Write(binary.BigEndian.AppendUint64(places, pages)) // see w.err
	w.varints(0)
	return list
}

// storedField is a value of a field, which is given by its number.
type storedField struct {
	field uint64
	value []byte
}

func (w *segmentWriter) storedDocument(name string, fields ...storedField) {
	var all []byte
	about := binary.AppendUvarint(nil, uint64(len(name)))
	for _, f := range fields {
		for _, v := range []uint64{f.field, 't', uint64(len(all)), uint64(len(f.value)), 0} { // of type text, and of no list
			about = binary.AppendUvarint(about, v)
		}
		all = append(all, f.value...)
	}
	packed := s2.EncodeSnappyBetter(nil, all)
	w.varints(uint64(len(about)), uint64(len(name)+len(packed)))
	for _, part := range [][]byte{about, []byte(name), packed} {
		_, _ = w.Write(part) // see w.err
	}
}

// dictionary writes the dictionary of a field's n terms, which of gives in order with
// where the postings of each stand. It gives where the field begins.
func (w *segmentWriter) dictionary(n int, of func(i int) (term string, postings uint64)) (uint64, error) {
	var dictionary bytes.Buffer
	b, err := vellum.New(&dictionary, nil)
	if err != nil {
		return 0, err
	}
	for i := range n {
		term, postings := of(i)
		if err := b.Insert([]byte(term), postings); err != nil {
			return 0, err
		}
	}
	if err := b.Close(); err != nil {
		return 0, err
	}
	at := w.at
	w.varints(uint64(dictionary.Len()))
	_, _ = w.Write(dictionary.Bytes())
	field := w.at
	w.varints(math.MaxUint64, math.MaxUint64, at) // no values by document
	return field, nil
}

// alone is what a dictionary says of a term that one document alone holds.
func (w *segmentWriter) alone(document int) uint64 {
	return zap.FSTValEncode1Hit(uint64(document), uint64(math.Float32bits(1)))
}

// postings writes which passages hold a term and gives where that stands. The terms that
// one passage alone holds have their list in common: what bleve would write into its dictionary
// instead (see alone) is twice as long as where a list stands.
func (w *segmentWriter) postings(list []posting) uint64 {
	if len(list) == 1 && w.lone[list[0].passage] > 0 {
		return w.lone[list[0].passage]
	}
	frequencies := w.zeros(uint64(len(list)))
	at := w.at
	bitmap := appendBitmap(nil, list)
	w.varints(frequencies, 0, uint64(len(bitmap))) // 0: no places
	_, _ = w.Write(bitmap)
	if len(list) == 1 {
		w.lone[list[0].passage] = at
	}
	return at
}

// zeros gives where the frequencies of a list of so many postings stand, and writes them
// if no list needed the same before: how many chunks there are; where each ends; and
// a zero for each document.
func (w *segmentWriter) zeros(postings uint64) uint64 {
	size := w.documents / (postings/chunkPostings + 1) // of documents, as zapx reckons it
	if at, ok := w.frequencies[size]; ok {
		return at
	}
	w.frequencies[size] = w.at
	chunks := (w.documents-1)/size + 1
	most := size // postings of a chunk
	if size == w.documents {
		most = min(size, chunkPostings) // no list that is longer has one chunk
	}
	ends := []uint64{chunks}
	for i := range chunks {
		ends = append(ends, most*(i+1))
	}
	w.varints(ends...)
	_, _ = w.Write(make([]byte, most*chunks))
	return w.frequencies[size]
}

// chunkPostings is how many postings zapx wants in a chunk.
const chunkPostings = 1024

// appendBitmap writes the passages of a list as a Roaring bitmap. Its header is that of
// bitmaps which may have containers of runs, though none is one: it is shorter.
func appendBitmap(out []byte, list []posting) []byte {
	const (
		cookie  = 12347
		offsets = 4    // containers from which the header tells where each begins
		sparse  = 4096 // numbers up to which a container lists them
	)
	parts := bitmapParts(list)
	begin := len(out)
	out = binary.LittleEndian.AppendUint32(out, cookie|uint32(len(parts)-1)<<16)
	out = append(out, make([]byte, (len(parts)+7)/8)...) // none is of runs
	for _, part := range parts {
		out = binary.LittleEndian.AppendUint16(out, uint16(part[0].passage>>16))
		out = binary.LittleEndian.AppendUint16(out, uint16(len(part)-1))
	}
	where := len(out)
	if len(parts) >= offsets {
		out = append(out, make([]byte, 4*len(parts))...)
	}
	for i, part := range parts {
		if len(parts) >= offsets {
			binary.LittleEndian.PutUint32(out[where+4*i:], uint32(len(out)-begin))
		}
		if len(part) <= sparse {
			for _, p := range part {
				out = binary.LittleEndian.AppendUint16(out, uint16(p.passage))
			}
			continue
		}
		bits := len(out)
		out = append(out, make([]byte, 1<<16/8)...)
		for _, p := range part {
			n := uint16(p.passage)
			out[bits+int(n/8)] |= 1 << (n % 8)
		}
	}
	return out
}

// bitmapParts divides a list into those that have a container in common.
func bitmapParts(list []posting) (parts [][]posting) {
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].passage>>16 == list[from].passage>>16 {
			to++
		}
		parts = append(parts, list[from:to])
		from = to
	}
	return parts
}

type segmentField struct {
	name    string
	options bleveindex.FieldIndexingOptions
	terms   uint64 // where they stand
}

// fields writes the list of fields and gives where it stands.
func (w *segmentWriter) fields(fields []segmentField) uint64 {
	var places []byte
	for _, f := range fields {
		places = binary.BigEndian.AppendUint64(places, w.at)
		w.varints(uint64(len(f.name)))
		_, _ = io.WriteString(w, f.name)
		w.varints(uint64(f.options), 1)
		_, _ = w.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint16(nil, zap.SectionInvertedTextIndex), f.terms))
	}
	at := w.at
	w.varints(uint64(len(fields)))
	_, _ = w.Write(places)
	return at
}

// finish writes the footer: the size of the name of who changed the bytes for bleve, which
// nobody did; the number of documents; where the lists of stored fields and of fields
// stand; how bleve cuts lists; the version; and the checksum.
func (w *segmentWriter) finish(stored, fields uint64) {
	out := binary.BigEndian.AppendUint32(nil, 0)
	for _, n := range []uint64{w.documents, stored, fields} {
		out = binary.BigEndian.AppendUint64(out, n)
	}
	out = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(out, zap.DefaultChunkMode), zap.Version)
	_, _ = w.Write(out)
	_, _ = w.Write(binary.BigEndian.AppendUint32(nil, w.sum))
}
