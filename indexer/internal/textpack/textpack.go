// Package textpack packs many short texts, each by itself, with the help of what they have in
// common. What it writes are blocks of S2 with a dictionary, which package s2 reads.
package textpack

import (
	"encoding/binary"
	"math/bits"

	"github.com/klauspost/compress/s2"
)

// A Packer packs texts of a kilobyte or so. The encoders of package s2 clear more than half a
// megabyte before each, which takes longer than to pack it. This one clears nothing and
// looks at more places: its blocks are smaller by a tenth. It is for one goroutine.
type Packer struct {
	dictionary []byte   // stands before each text
	heads      []uint16 // by hash of five bytes: their last place in the dictionary, plus one
	before     []uint16 // by place in the dictionary: the one before with the same hash, plus one

	ownHeads  []uint32 // the same of four bytes of the text, plus base
	ownBefore []uint32
	base      uint32 // numbers up to here are of texts before, and of no meaning
}

const (
	headBits    = 15 // of hashes: small tables stay near the processor
	ownHeadBits = 12
	shortMatch  = 4     // bytes that a match has at least
	farthest    = 65535 // bytes that a match lies behind, as far as two bytes tell it
	mostLooked  = 8     // places with the same hash that are compared
	longMatch   = 24    // bytes of a match for which none is sought in the dictionary
	nearMatch   = 2047  // a match that is nearer and has at most shortenedTo bytes
	shortenedTo = 11    // takes a byte less
)

// New gives a packer with a dictionary, nil for none.
func New(with *s2.Dict) *Packer {
	p := &Packer{heads: make([]uint16, 1<<headBits), ownHeads: make([]uint32, 1<<ownHeadBits)}
	if with != nil {
		all := with.Bytes() // behind a number
		_, n := binary.Uvarint(all)
		p.dictionary = all[n:]
	}
	p.before = make([]uint16, len(p.dictionary))
	for i := 0; i+wordBytes <= len(p.dictionary); i++ {
		h := hash5(p.dictionary, i)
		p.before[i], p.heads[h] = p.heads[h], uint16(i)+1
	}
	return p
}

const wordBytes = 8 // that are read at once

func hash4(in []byte, i int) uint32 {
	return binary.LittleEndian.Uint32(in[i:]) * 2654435761 >> (32 - ownHeadBits)
}

func hash5(in []byte, i int) uint64 {
	return binary.LittleEndian.Uint64(in[i:]) << 24 * 0x9E3779B185EBCA87 >> (64 - headBits)
}

// A match is what stands elsewhere, too: length bytes, offset bytes before.
type match struct{ offset, length, saved int }

// Append appends a text, packed.
func (p *Packer) Append(out, text []byte) []byte {
	out = binary.AppendUvarint(out, uint64(len(text)))
	if len(p.ownBefore) < len(text) {
		p.ownBefore = make([]uint32, 2*len(text))
	}
	if p.base > 1<<31 {
		clear(p.ownHeads)
		p.base = 0
	}
	at, packed, last := 1, 0, 0 // a block begins with a byte as it is
	p.note(text, 0)
	for at+shortMatch <= len(text) {
		m := p.match(text, at, last)
		p.note(text, at)
		if m.saved <= 0 {
			at++
			continue
		}
		for at+1+shortMatch <= len(text) { // one that begins later may save more
			next := p.match(text, at+1, last)
			if next.saved <= m.saved+1 {
				break
			}
			at++
			p.note(text, at)
			m = next
		}
		out = appendMatch(appendLiteral(out, text[packed:at]), m, m.offset == last)
		last, packed = m.offset, at+m.length
		for at++; at < packed; at++ {
			p.note(text, at)
		}
	}
	p.base += uint32(len(text)) + 1
	return appendLiteral(out, text[packed:])
}

// note lets matches with what stands at a place be found.
func (p *Packer) note(text []byte, at int) {
	if at+shortMatch <= len(text) {
		h := hash4(text, at)
		p.ownBefore[at], p.ownHeads[h] = p.ownHeads[h], p.base+uint32(at)+1
	}
}

// match finds what saves most at a place; last is the offset of the match before, which
// need not be written again.
func (p *Packer) match(text []byte, at, last int) (best match) {
	rest, end := text[at:], len(p.dictionary)
	consider := func(from []byte, offset, cost int) {
		if n := commonBytes(rest, from); n >= shortMatch && n-cost > best.saved {
			best = match{offset, n, n - cost}
		}
	}
	switch {
	case last == 0:
	case last <= at:
		consider(text[at-last:], last, 2)
	case last <= at+end:
		consider(p.dictionary[at+end-last:], last, 2)
	}
	place := p.ownHeads[hash4(text, at)]
	for look := 0; look < mostLooked && place > p.base; look++ {
		from := int(place - p.base - 1)
		offset, l := at-from, best.length
		if offset > farthest || l == len(rest) {
			return best
		}
		if text[from+l] == rest[l] { // else it is no longer
			cost := 3
			if offset <= nearMatch && l < shortenedTo {
				cost = 2
			}
			consider(text[from:], offset, cost)
		}
		place = p.ownBefore[from]
	}
	if len(rest) < wordBytes || best.length >= longMatch {
		return best
	}
	next := p.heads[hash5(text, at)]
	for look := 0; look < mostLooked && next > 0; look++ {
		from := int(next - 1)
		offset, l := at+end-from, best.length
		if offset > farthest || l == len(rest) {
			break
		}
		if from+l < end && p.dictionary[from+l] == rest[l] {
			consider(p.dictionary[from:], offset, 3)
		}
		next = p.before[from]
	}
	return best
}

// commonBytes tells how many bytes are the same from the beginning on.
func commonBytes(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if differ := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); differ != 0 {
			return i + bits.TrailingZeros64(differ)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// The first byte of an element of an S2 block tells in its two low bits what it is.
const (
	tagLiteral = 0
	tagNear    = 1 // a match whose offset has 11 bits; with the offset 0, of the last offset
	tagFar     = 2 // a match whose offset has 16 bits
)

// appendLiteral writes bytes as they are.
func appendLiteral(out, bytes []byte) []byte {
	const lengthBytes = 60 // from here on so many more bytes tell the length, less one
	n := len(bytes) - 1
	switch {
	case n < 0:
		return out
	case n < lengthBytes:
		return append(append(out, byte(n<<2|tagLiteral)), bytes...)
	}
	size := (bits.Len(uint(n)) + 7) / 8
	out = append(out, byte((lengthBytes+size-1)<<2|tagLiteral))
	for i := range size {
		out = append(out, byte(n>>(8*i)))
	}
	return append(out, bytes...)
}

// appendMatch writes a match; again tells that its offset is that of the match before.
func appendMatch(out []byte, m match, again bool) []byte {
	const mostFar = 64 // bytes of a match of tagFar
	switch {
	case again:
		return appendAgain(out, m.length)
	case m.offset <= nearMatch && m.length <= shortenedTo:
		return append(out, byte(m.offset>>8<<5|(m.length-shortMatch)<<2|tagNear), byte(m.offset))
	}
	n := m.length
	if n > mostFar {
		n = mostFar - shortMatch // what is left is long enough
	}
	return appendAgain(append(out, byte((n-1)<<2|tagFar), byte(m.offset), byte(m.offset>>8)), m.length-n)
}

// appendAgain writes a match of the last offset. Lengths up to 8 stand in the first byte; 5 there
// says that one byte follows, 6 that two do.
func appendAgain(out []byte, length int) []byte {
	const one, two = shortMatch + 4, shortMatch + 1<<8 // lengths from which these count
	const most = two + 1<<16 - 1
	for length > most {
		n := min(most, length-shortMatch) // what is left is long enough
		out = append(out, 6<<2|tagNear, 0, byte(n-two), byte((n-two)>>8))
		length -= n
	}
	switch {
	case length == 0:
		return out
	case length <= one:
		return append(out, byte((length-shortMatch)<<2|tagNear), 0)
	case length < two+4:
		return append(out, 5<<2|tagNear, 0, byte(length-one))
	}
	return append(out, 6<<2|tagNear, 0, byte(length-two), byte((length-two)>>8))
}

// A dictionary is pieces of texts that have most in common with others.
const (
	maxDictionary   = 60 << 10
	dictionaryPiece = 64 // bytes
	textsToPiece    = 12 // bytes of texts for each of the dictionary, at least
	sampledBytes    = 6  // that are looked for elsewhere
	sampledHash     = 18 // bits
)

// MostSampled is how many bytes of texts a dictionary needs to see at most.
const MostSampled = 2 << 20

// Dictionary makes a dictionary from a sample of texts, nil where that is too small: the
// sample is divided into as many parts as the dictionary has pieces, and of each
// part the piece is taken whose bytes stand in most other places. What is taken counts no more.
func Dictionary(sample []byte) *s2.Dict {
	pieces := min(len(sample)/textsToPiece, maxDictionary) / dictionaryPiece
	last := len(sample) - 8 // eight bytes are read at once
	if pieces == 0 {
		return nil
	}
	hash := func(i int) uint64 {
		return binary.LittleEndian.Uint64(sample[i:]) << (64 - 8*sampledBytes) * 0x9E3779B185EBCA87 >> (64 - sampledHash)
	}
	counts := make([]int32, 1<<sampledHash)
	for i := range last {
		counts[hash(i)]++
	}
	part := last / pieces
	out := make([]byte, 0, pieces*dictionaryPiece)
	for from := 0; len(out) < cap(out); from += part {
		sum, most, best := 0, -1, from
		for i := from; i < from+part; i++ {
			sum += int(counts[hash(i)])
			if i-from >= dictionaryPiece {
				sum -= int(counts[hash(i-dictionaryPiece)])
			}
			if begin := i - dictionaryPiece + 1; begin >= from && sum > most {
				most, best = sum, begin
			}
		}
		for i := best; i < best+dictionaryPiece; i++ {
			counts[hash(i)] = 0
		}
		out = append(out, sample[best:best+dictionaryPiece]...)
	}
	return s2.MakeDict(out, nil)
}
