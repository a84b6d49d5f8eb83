package indexer

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/zapx/v17"
)

// segmentCorpus has terms in one, some, many and all of n passages.
func segmentCorpus(n int) *corpus {
	c := &corpus{pageTable: pageTable{languageStats: languageStats{Passages: n}}}
	var b blockInverter
	add := func(term string, holds func(i int) bool) {
		held := false
		for i := range n {
			if holds(i) {
				if !held {
					c.terms, b.terms, held = append(c.terms, term), append(b.terms, blockTerm{}), true
				}
				b.add(int32(len(c.terms)-1), int32(i), 1, nil)
			}
		}
	}
	add("a", func(int) bool { return true })
	add("b", func(i int) bool { return i == 0 })
	add("c", func(i int) bool { return i == n-1 })
	add("d", func(i int) bool { return i == 0 || i == n-1 })
	for step := 2; step < 2*n; step = step*5/2 + 1 {
		add(fmt.Sprintf("e%07d", step), func(i int) bool { return i%step == step/2 })
	}
	add("f", func(i int) bool { return i < 1023 })
	add("g", func(i int) bool { return i < 1024 })
	add("h", func(i int) bool { return i >= n-5000 })
	add("漢字", func(i int) bool { return i%3 > 0 })
	c.inverted = join([]invertedBlock{b.block()}, len(c.terms))
	return c
}

// openedSegment writes the segment of a corpus and opens it with zapx.
func openedSegment(t *testing.T, c *corpus, records, words []byte) segment.Segment {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.zap")
	if err := c.writeSegment(file, records, words); err != nil {
		t.Fatal(err)
	}
	s, err := new(zap.ZapPlugin).Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	of := s.(*zap.Segment)
	if data := of.Data(); of.CRC() != crc32.ChecksumIEEE(data[:len(data)-crc32.Size]) {
		t.Error("the checksum is wrong")
	}
	return s
}

// heldTermsOf reads all terms of a field, and the documents and frequencies of each.
func heldTermsOf(t *testing.T, s segment.Segment, field string) map[string][][2]uint64 {
	t.Helper()
	dictionary, err := s.Dictionary(field)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][][2]uint64{}
	all := dictionary.AutomatonIterator(nil, nil, nil)
	for e, err := all.Next(); e != nil || err != nil; e, err = all.Next() {
		if err != nil {
			t.Fatal(err)
		}
		list, err := dictionary.PostingsList([]byte(e.Term), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var bare []uint64
		for _, with := range []bool{false, true} {
			i := 0
			postings := list.Iterator(with, with, with, nil)
			for p, err := postings.Next(); p != nil || err != nil; p, err = postings.Next() {
				if err != nil {
					t.Fatalf("%s of %s: %v", e.Term, field, err)
				}
				if !with {
					bare = append(bare, p.Number())
				} else if i >= len(bare) || bare[i] != p.Number() {
					t.Fatalf("%s of %s: document %d stands elsewhere when frequencies are read", e.Term, field, p.Number())
				} else {
					out[e.Term] = append(out[e.Term], [2]uint64{p.Number(), p.Frequency()})
				}
				i++
			}
			if i != len(bare) || uint64(i) != list.Count() {
				t.Fatalf("%s of %s: %d documents of %d", e.Term, field, i, list.Count())
			}
		}
	}
	return out
}

// zapx reads from a segment what the corpus holds, however many passages there are, one after
// another and from any place on.
func TestSegmentHoldsCorpus(t *testing.T) {
	for _, n := range []int{1, 2, 1023, 1024, 1025, 4097, 20_000, 65_536, 270_000} {
		c := segmentCorpus(n)
		s := openedSegment(t, c, []byte("records"), []byte("words"))
		if s.Count() != uint64(n)+1 {
			t.Fatalf("%d passages: %d documents", n, s.Count())
		}
		held := heldTermsOf(t, s, termField)
		if len(held) != len(c.terms) {
			t.Errorf("%d passages: %d terms instead of %d", n, len(held), len(c.terms))
		}
		for i, term := range c.terms {
			if !slices.EqualFunc(held[term], c.list(int32(i)), func(got [2]uint64, want posting) bool { return got[0] == uint64(want.passage) }) {
				t.Errorf("%d passages: %s stands in %d documents instead of %d, or in others", n, term, len(held[term]), c.counts[i])
			}
		}
		if ids := heldTermsOf(t, s, idField); len(ids) != 1 || ids[pagesID][0][0] != uint64(n) {
			t.Errorf("%d passages: %d names of documents, of which %q is %d", n, len(ids), pagesID, ids[pagesID])
		}
		dictionary, err := s.Dictionary(termField)
		if err != nil {
			t.Fatal(err)
		}
		list, err := dictionary.PostingsList([]byte("漢字"), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		all := list.Iterator(true, true, true, nil)
		for i := 0; i < n; i += n/7 + 1 {
			p, err := all.Advance(uint64(i))
			if err != nil || p != nil && (p.Number() < uint64(i) || p.Number() > uint64(i)+1) {
				t.Errorf("%d passages: from %d on the first is %v, %v", n, i, p, err)
			}
		}
	}
}

// zapx makes the same of documents that hold the same: who changes to a new version of it
// learns here what has changed.
func TestSegmentIsAsByZapx(t *testing.T) {
	const n = 3000
	c := segmentCorpus(n)
	records, words := bytes.Repeat([]byte("records "), 999), []byte("words")
	ours := openedSegment(t, c, records, words)
	holds := make([][]string, n)
	for i := range c.terms {
		for _, p := range c.list(int32(i)) {
			holds[p.passage] = append(holds[p.passage], c.terms[i])
		}
	}
	var documents []bleveindex.Document
	for i := range n + 1 {
		d := document.NewDocument(fmt.Sprintf("%05d", i)) // the segment names none of these
		if i == n {
			d = document.NewDocument(pagesID)
		}
		d.AddIDField()
		if i == n {
			d.AddField(document.NewTextFieldWithIndexingOptions(recordField, nil, records, bleveindex.StoreField))
			d.AddField(document.NewTextFieldWithIndexingOptions(wordsField, nil, words, bleveindex.StoreField))
		} else {
			for _, term := range holds[i] {
				d.AddField(document.NewTextFieldWithIndexingOptions(termField, nil, []byte(term), bleveindex.IndexField|bleveindex.SkipFreqNorm))
			}
		}
		d.VisitFields(func(f bleveindex.Field) {
			if f.Name() != recordField && f.Name() != wordsField {
				f.Analyze()
			}
		})
		documents = append(documents, d)
	}
	theirs, _, err := new(zap.ZapPlugin).New(documents)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	if got, want := ours.Fields(), theirs.Fields(); !slices.Equal(got, want) {
		t.Errorf("fields %q instead of %q", got, want)
	}
	for _, field := range theirs.Fields() {
		got, want := heldTermsOf(t, ours, field), heldTermsOf(t, theirs, field)
		if field == idField {
			want = map[string][][2]uint64{pagesID: want[pagesID]}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d terms instead of %d", field, len(got), len(want))
		}
		for term, documents := range want {
			if !slices.EqualFunc(got[term], documents, func(a, b [2]uint64) bool { return a[0] == b[0] }) {
				t.Errorf("%s: %s stands in %d documents instead of %d, or in others", field, term, len(got[term]), len(documents))
			}
		}
	}
	for _, i := range []uint64{0, n / 2, n} {
		stored := func(s segment.Segment) (out string) {
			err := s.VisitStoredFields(i, func(field string, typ byte, value []byte, at []uint64) bool {
				if field != idField || i == n {
					out += fmt.Sprintf("%s %c %s %d\n", field, typ, value, at)
				}
				return true
			})
			if err != nil {
				t.Error(err)
			}
			return out
		}
		if got, want := stored(ours), stored(theirs); got != want {
			t.Errorf("document %d has %.80q instead of %.80q", i, got, want)
		}
	}
}
