package indexer

import (
	"encoding/binary"
	"slices"
)

// An inverted index tells of each term which passages hold it, how much they are about it,
// and where it stands in them. It is packed, since it is the largest thing that a
// large site needs. Pages are read in blocks, by several goroutines; what one block knows of a
// term is a run.
type inverted struct {
	counts []int32 // by term: passages that hold it
	placed []int32 // by term: its places, and one for each passage where it has none
	starts []int32 // by term: its first run; one more for the end
	runs   []runPlace
	blocks [][]byte
}

// runPlace is where a run stands.
type runPlace struct{ block, at uint32 }

// A run is what one block knows of a term: the passages that hold it, unsigned varints, the first
// as it is and then differences; of each a byte, the saturation; and the places in each, as the
// file of places has them. Before these stand the number of passages and the sizes of the
// first and the last of the three, unsigned varints.
type run struct {
	n                             int
	passages, saturations, places []byte
}

func (x *inverted) eachRun(t int32, use func(r run)) {
	for _, at := range x.runs[x.starts[t]:x.starts[t+1]] {
		data := x.blocks[at.block][at.at:]
		var head [3]int
		for i := range head {
			v, used := binary.Uvarint(data)
			head[i], data = int(v), data[used:]
		}
		r := run{n: head[0]}
		r.passages, data = data[:head[1]], data[head[1]:]
		r.saturations, data = data[:r.n], data[r.n:]
		r.places = data[:head[2]]
		use(r)
	}
}

// list gives the postings of a term, in the order of passages.
func (x *inverted) list(t int32) []posting {
	out := make([]posting, 0, x.counts[t])
	x.eachRun(t, func(r run) {
		at := int32(0)
		for i, data := 0, r.passages; len(data) > 0; i++ {
			v, used := binary.Uvarint(data)
			data = data[used:]
			at += int32(v)
			out = append(out, posting{at, r.saturations[i]})
		}
	})
	return out
}

// listPlaces gives the places of a term: those of the i-th passage that holds it end at ends[i].
func (x *inverted) listPlaces(t int32) (places []int32, ends []int32) {
	places, ends = make([]int32, 0, x.placed[t]), make([]int32, 0, x.counts[t])
	x.eachRun(t, func(r run) {
		place := int32(0)
		for data := r.places; len(data) > 0; {
			v, used := binary.Uvarint(data)
			data = data[used:]
			place += int32(v >> 1)
			if v > 0 || place > 0 { // 0: there is none
				places = append(places, place)
			}
			if v&1 == 0 {
				ends = append(ends, int32(len(places)))
				place = 0
			}
		}
	})
	return places, ends
}

// appendPlaces writes what the file of places has of a term.
func (x *inverted) appendPlaces(out []byte, t int32) []byte {
	x.eachRun(t, func(r run) { out = append(out, r.saturations...) })
	x.eachRun(t, func(r run) { out = append(out, r.places...) })
	return out
}

// blockInverter inverts the postings of one block after another, in memory that it uses
// again.
type blockInverter struct {
	terms    []blockTerm // by term
	touched  []int32     // terms of this block
	postings []blockPosting
	places   []byte
}

// blockTerm is what a block knows of a term so far.
type blockTerm struct {
	postings int32
	last     int32  // passage
	passages uint32 // their size in bytes; then where the next goes
	places   uint32 // the same
	placed   int32
	next     uint32 // where the next saturation goes
}

type blockPosting struct {
	term, step int32 // step: from the passage before
	places     int32 // bytes
	saturation uint8
}

// invertedBlock is a block and its terms.
type invertedBlock struct {
	data  []byte
	terms []termRun
}

type termRun struct {
	term             int32
	at               uint32
	postings, placed int32
}

// add adds a posting; passages come in ascending order, and so do the places in one.
func (b *blockInverter) add(term, passage int32, saturation uint8, places []int32) {
	t := &b.terms[term]
	if t.postings == 0 {
		b.touched = append(b.touched, term)
	}
	p := blockPosting{term: term, step: passage - t.last, saturation: saturation}
	t.last = passage
	t.postings++
	t.placed += int32(max(1, len(places)))
	from := len(b.places)
	if len(places) == 0 {
		b.places = append(b.places, 0)
	}
	before := int32(0)
	for i, place := range places {
		more := uint64(1)
		if i == len(places)-1 {
			more = 0
		}
		b.places = binary.AppendUvarint(b.places, uint64(place-before)<<1|more)
		before = place
	}
	p.places = int32(len(b.places) - from)
	t.passages += uint32(uvarintSize(uint64(p.step)))
	t.places += uint32(p.places)
	b.postings = append(b.postings, p)
}

func uvarintSize(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

// block gives what was added since the last block.
func (b *blockInverter) block() invertedBlock {
	out := invertedBlock{terms: make([]termRun, len(b.touched))}
	size := 0
	for i, term := range b.touched {
		t := &b.terms[term]
		out.terms[i] = termRun{term, uint32(size), t.postings, t.placed}
		for _, n := range []uint64{uint64(t.postings), uint64(t.passages), uint64(t.places)} {
			size += uvarintSize(n)
		}
		size += int(t.passages) + int(t.postings) + int(t.places)
	}
	out.data = make([]byte, size)
	for i, term := range b.touched {
		t, at := &b.terms[term], out.terms[i].at
		for _, n := range []uint64{uint64(t.postings), uint64(t.passages), uint64(t.places)} {
			at += uint32(binary.PutUvarint(out.data[at:], n))
		}
		t.next = at + t.passages
		t.places = t.next + uint32(t.postings)
		t.passages = at
	}
	places := b.places
	for i := range b.postings {
		p := &b.postings[i]
		t := &b.terms[p.term]
		t.passages += uint32(binary.PutUvarint(out.data[t.passages:], uint64(p.step)))
		out.data[t.next] = p.saturation
		t.next++
		t.places += uint32(copy(out.data[t.places:], places[:p.places]))
		places = places[p.places:]
	}
	for _, term := range b.touched {
		b.terms[term] = blockTerm{}
	}
	b.touched, b.postings, b.places = b.touched[:0], b.postings[:0], b.places[:0]
	return out
}

// join makes an inverted index of n terms of blocks in the order of their passages.
func join(blocks []invertedBlock, n int) inverted {
	x := inverted{counts: make([]int32, n), placed: make([]int32, n), starts: make([]int32, n+1), blocks: make([][]byte, len(blocks))}
	for i, b := range blocks {
		x.blocks[i] = b.data
		for _, r := range b.terms {
			x.starts[r.term+1]++
			x.counts[r.term] += r.postings
			x.placed[r.term] += r.placed
		}
	}
	for t := range n {
		x.starts[t+1] += x.starts[t]
	}
	next := slices.Clone(x.starts)
	x.runs = make([]runPlace, x.starts[n])
	for i, b := range blocks {
		for _, r := range b.terms {
			x.runs[next[r.term]] = runPlace{uint32(i), r.at}
			next[r.term]++
		}
	}
	return x
}
