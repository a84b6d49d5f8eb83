package indexer

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"sync"
)

// The file of places tells where on the lines of passages terms stand. bleve could
// keep this, but writes five numbers for each place where one is enough: that
// would make an index half as large again, and slower to write by a quarter.
//
//	header    placesMagic, then the number of terms, 4 bytes
//	table     for each term, in the order of hashes: its hash, 8 bytes, and where
//	          its places begin behind the table, 8 bytes
//	places    of each term, as unsigned varints: how many passages hold it; for each
//	          of these the difference to the one before, how many places there are,
//	          and the differences between these
//
// Fixed numbers are little-endian. A term without any place, as one that stands in
// keywords alone, is left out.
const (
	placesFile  = "places"
	placesMagic = "vadeplc1"
	placesEntry = 16
)

func placesHash(term string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, term) // a hash never fails
	return h.Sum64()
}

// writePlaces writes the file of places of a corpus.
func (c *corpus) writePlaces(file string) error {
	type entry struct{ hash, offset uint64 }
	var table []entry
	var data []byte
	for t, term := range c.terms {
		from := uint64(len(data))
		if data = c.appendPlaces(data, c.lists[t]); uint64(len(data)) > from {
			table = append(table, entry{placesHash(term), from})
		}
	}
	slices.SortFunc(table, func(a, b entry) int { return cmp.Compare(a.hash, b.hash) })
	out := binary.LittleEndian.AppendUint32([]byte(placesMagic), uint32(len(table)))
	for i, e := range table {
		if i > 0 && e.hash == table[i-1].hash {
			return fmt.Errorf("two of %d terms have one hash (%x): change a page and write the index again", len(table), e.hash)
		}
		out = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(out, e.hash), e.offset)
	}
	return os.WriteFile(file, append(out, data...), 0o644)
}

func (c *corpus) appendPlaces(data []byte, list []termPosting) []byte {
	placed := 0
	for _, p := range list {
		if len(c.placesOf(p)) > 0 {
			placed++
		}
	}
	if placed == 0 {
		return data
	}
	data = binary.AppendUvarint(data, uint64(placed))
	last := int32(0)
	for _, p := range list {
		places := c.placesOf(p)
		if len(places) == 0 {
			continue
		}
		data = binary.AppendUvarint(data, uint64(p.passage-last))
		data = binary.AppendUvarint(data, uint64(len(places)))
		last = p.passage
		before := int32(0)
		for _, place := range places {
			data = binary.AppendUvarint(data, uint64(place-before))
			before = place
		}
	}
	return data
}

// places reads a file of places.
type places struct {
	file  io.ReaderAt
	table []byte
	start int64 // of the data
	size  int64 // of the file
}

// openPlaces reads the table of a file of places. The file stays open.
func openPlaces(name string) (*places, *os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	p, err := readPlacesTable(f)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return p, f, nil
}

func readPlacesTable(f *os.File) (*places, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	header := make([]byte, len(placesMagic)+4)
	if _, err := io.ReadFull(f, header); err != nil || string(header[:len(placesMagic)]) != placesMagic {
		return nil, fmt.Errorf("it is no file of places (%w)", cmp.Or(err, errWrongMagic))
	}
	size := int64(binary.LittleEndian.Uint32(header[len(placesMagic):])) * placesEntry
	p := &places{file: f, start: int64(len(header)) + size, size: info.Size()}
	if p.start > p.size {
		return nil, io.ErrUnexpectedEOF
	}
	p.table = make([]byte, size)
	_, err = io.ReadFull(f, p.table)
	return p, err
}

var errWrongMagic = fmt.Errorf("it does not begin with %q", placesMagic)

// of gives the places of a term in so many passages.
func (p *places) of(term string, passages int) (*termPlaces, error) {
	out := &termPlaces{}
	hash := placesHash(term)
	n := len(p.table) / placesEntry
	i, j := 0, n
	for i < j {
		if h := (i + j) / 2; binary.LittleEndian.Uint64(p.table[h*placesEntry:]) < hash {
			i = h + 1
		} else {
			j = h
		}
	}
	if i == n || binary.LittleEndian.Uint64(p.table[i*placesEntry:]) != hash {
		return out, nil
	}
	from := p.start + int64(binary.LittleEndian.Uint64(p.table[i*placesEntry+8:]))
	if from < p.start || from >= p.size {
		return nil, io.ErrUnexpectedEOF
	}
	buf := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buf)
	r := &varints{file: io.NewSectionReader(p.file, from, p.size-from), buf: *buf}
	count := r.next(uint64(passages))
	passage := uint64(0)
	for range count {
		passage += r.next(uint64(passages))
		place := uint64(0)
		for range r.next(maxPlacesOfTerm) {
			place += r.next(maxPlacesOfTerm)
			if r.err != nil || place > maxPlacesOfTerm || len(out.places) > 1<<30 {
				return nil, cmp.Or(r.err, io.ErrUnexpectedEOF)
			}
			out.places = append(out.places, int32(place))
		}
		if r.err != nil || passage >= uint64(passages) {
			return nil, cmp.Or(r.err, io.ErrUnexpectedEOF)
		}
		out.passages, out.ends = append(out.passages, int32(passage)), append(out.ends, int32(len(out.places)))
	}
	return out, r.err
}

// readBuffers are the blocks into which files are read.
var readBuffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

// maxPlacesOfTerm bounds what is believed of a file: a passage has some 225 words,
// and a heading or title some more.
const maxPlacesOfTerm = 1 << 24

// varints reads numbers from a file, block by block. After an error it gives 0.
type varints struct {
	file *io.SectionReader
	buf  []byte
	rest []byte
	err  error
}

// next gives the next number, which must not exceed most.
func (r *varints) next(most uint64) uint64 {
	if r.err != nil {
		return 0
	}
	if len(r.rest) > 0 && r.rest[0] < 0x80 && uint64(r.rest[0]) <= most {
		v := r.rest[0]
		r.rest = r.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.rest)
	if n == 0 {
		kept := copy(r.buf, r.rest)
		read, err := r.file.Read(r.buf[kept:])
		if read == 0 {
			r.err = cmp.Or(err, io.ErrUnexpectedEOF)
			return 0
		}
		r.rest = r.buf[:kept+read]
		return r.next(most)
	}
	if n < 0 || v > most {
		r.err = io.ErrUnexpectedEOF
		return 0
	}
	r.rest = r.rest[n:]
	return v
}
