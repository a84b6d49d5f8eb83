package indexer

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
	"slices"
)

// The file of places tells how much each passage that holds a term is about it, and
// where on the passage's line the term stands. Which passages these are stands in bleve's
// postings, in the same order. bleve could keep this too, but writes a length beside each
// frequency, and five numbers for each place: that would make an index half as
// large again, and slower to write by a quarter.
//
//	header   placesMagic, then the number of buckets, a power of two, 4 bytes
//	table    for each bucket: where it ends behind the table, 4 bytes
//	buckets  of the terms whose hash begins with the bucket's number: how many, unsigned varint;
//	         for each of these the last six bytes of its hash and the size of its data, unsigned
//	         varint; then the data of each
//	data     of each passage a byte, the saturation; then of each passage its places, as
//	         unsigned varints: twice the difference to the place before, plus one if
//	         another follows; 0 for none, as of a term in keywords
//
// Fixed numbers are little-endian.
const (
	placesFile    = "places"
	placesMagic   = "vadeplc2"
	termsInBucket = 8 // about
	hashBytes     = 6 // of a hash that stand in a bucket
)

func placesHash(term string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, term) // a hash never fails
	return h.Sum64()
}

// writePlaces writes the file of places of a corpus.
func (c *corpus) writePlaces(file string) error {
	type hashed struct {
		hash uint64
		term int32
	}
	terms := make([]hashed, len(c.terms))
	for t, term := range c.terms {
		terms[t] = hashed{placesHash(term), int32(t)}
	}
	slices.SortFunc(terms, func(a, b hashed) int { return cmp.Compare(a.hash, b.hash) })
	width := bits.Len(uint(len(terms) / termsInBucket))
	buckets := 1 << width
	out, err := newBlockWriter(file, binary.LittleEndian.AppendUint32([]byte(placesMagic), uint32(buckets)), buckets)
	if err != nil {
		return err
	}
	var data, head []byte
	for b := range buckets {
		n := 0
		for n < len(terms) && terms[n].hash>>(64-width) == uint64(b) {
			n++
		}
		data, head = data[:0], binary.AppendUvarint(head[:0], uint64(n))
		for i, t := range terms[:n] {
			rest := t.hash & (1<<(8*hashBytes) - 1)
			if slices.ContainsFunc(terms[:i], func(o hashed) bool { return o.hash&(1<<(8*hashBytes)-1) == rest }) {
				return errors.Join(fmt.Errorf("two of %d terms have one hash (%x): change a page and write the index again", len(c.terms), t.hash), out.close())
			}
			from := len(data)
			data = c.appendPlaces(data, t.term)
			head = append(head, binary.LittleEndian.AppendUint64(nil, rest)[:hashBytes]...)
			head = binary.AppendUvarint(head, uint64(len(data)-from))
		}
		out.block(head, data)
		terms = terms[n:]
	}
	if err = out.close(); errors.Is(err, errBlocksTooLong) {
		return fmt.Errorf("the places of words of language %s have more than 4 GB: divide the site", c.Lang)
	}
	return err
}

// places reads a file of places.
type places struct {
	file    mappedFile
	width   int    // bits of a hash that tell the bucket
	ends    []byte // of buckets
	buckets []byte
}

// openPlaces reads the table of a file of places.
func openPlaces(name string) (*places, error) {
	f, err := mapFile(name)
	if err != nil {
		return nil, err
	}
	p := &places{file: f}
	if err := p.readTable(); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return p, nil
}

func (p *places) readTable() error {
	rest := p.file
	header, err := rest.cut(int64(len(placesMagic) + 4))
	if err != nil || string(header[:len(placesMagic)]) != placesMagic {
		return fmt.Errorf("it is no file of places (%w)", cmp.Or(err, errWrongMagic))
	}
	buckets := binary.LittleEndian.Uint32(header[len(placesMagic):])
	p.width = bits.Len32(buckets) - 1
	if bits.OnesCount32(buckets) != 1 {
		return errPlaces
	}
	if p.ends, err = rest.cut(4 * int64(buckets)); err != nil {
		return err
	}
	p.buckets = rest
	for b := range uint64(buckets) {
		if _, err := p.bucket(b); err != nil {
			return err
		}
	}
	return nil
}

var (
	errWrongMagic = fmt.Errorf("it does not begin with %q", placesMagic)
	errPlaces     = errors.New("its places are damaged")
)

// bucket gives a bucket by its number.
func (p *places) bucket(number uint64) ([]byte, error) {
	from := uint32(0)
	if number > 0 {
		from = binary.LittleEndian.Uint32(p.ends[4*(number-1):])
	}
	to := binary.LittleEndian.Uint32(p.ends[4*number:])
	if to < from || uint64(to) > uint64(len(p.buckets)) {
		return nil, errPlaces
	}
	return p.buckets[from:to], nil
}

// data gives the data of a term, as it lies in the file; nil for one that has none.
func (p *places) data(term string) ([]byte, error) {
	hash := placesHash(term)
	bucket, err := p.bucket(hash >> (64 - p.width))
	if err != nil {
		return nil, err
	}
	n, used := binary.Uvarint(bucket)
	if used <= 0 || n > uint64(len(bucket)) {
		return nil, errPlaces
	}
	head, at, found, length := bucket[used:], uint64(0), false, uint64(0)
	for range n {
		if len(head) < hashBytes {
			return nil, errPlaces
		}
		var rest [8]byte
		copy(rest[:], head[:hashBytes])
		bytes, used := binary.Uvarint(head[hashBytes:])
		if used <= 0 || bytes > uint64(len(bucket)) {
			return nil, errPlaces
		}
		head = head[hashBytes+used:]
		switch {
		case found:
		case binary.LittleEndian.Uint64(rest[:]) == hash&(1<<(8*hashBytes)-1):
			found, length = true, bytes
		default:
			at += bytes
		}
	}
	if !found {
		return nil, nil
	}
	if at+length > uint64(len(head)) {
		return nil, errPlaces
	}
	return head[at : at+length], nil
}

// saturations reads the saturations of a term in the passages that hold it.
func (p *places) saturations(term string, list []posting) error {
	data, err := p.data(term)
	if err == nil && len(data) < len(list) {
		err = errPlaces
	}
	if err != nil {
		return err
	}
	for i := range list {
		list[i].saturation = data[i]
	}
	return nil
}

// of reads the places of a term in the passages that hold it.
func (p *places) of(term string, list []posting) (*termPlaces, error) {
	data, err := p.data(term)
	if err != nil {
		return nil, err
	}
	if len(data) < len(list) {
		return nil, errPlaces
	}
	data = data[len(list):]
	out := &termPlaces{passages: make([]int32, 0, len(list)), ends: make([]int32, 0, len(list)), places: make([]int32, 0, len(data))}
	for _, held := range list {
		begin := len(out.places)
		for more, place := true, uint64(0); more; {
			v, used := binary.Uvarint(data)
			if used <= 0 || place+v>>1 > maxPlacesOfTerm {
				return nil, errPlaces
			}
			data, more = data[used:], v&1 == 1
			if v == 0 && place == 0 {
				break // it has none
			}
			place += v >> 1
			out.places = append(out.places, int32(place))
		}
		if len(out.places) > begin {
			out.passages, out.ends = append(out.passages, held.passage), append(out.ends, int32(len(out.places)))
		}
	}
	return out, nil
}

// maxPlacesOfTerm bounds what is believed of a file: a passage has some 225 words,
// and a heading or title some more.
const maxPlacesOfTerm = 1 << 24
