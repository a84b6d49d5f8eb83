package indexer

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// An inverted index gives what was added to its blocks, however these are cut.
func TestInverted(t *testing.T) {
	const terms, passages = 40, 900
	r := rand.New(rand.NewPCG(1, 2))
	want, wantPlaces := make([][]posting, terms), make([][][]int32, terms)
	for term := range terms {
		for p := range passages {
			if r.IntN(1+term*term) > 0 {
				continue
			}
			var places []int32
			for at := int32(0); len(places) < r.IntN(4); places = append(places, at) {
				at += 1 + r.Int32N(1<<uint(r.IntN(20)))
			}
			want[term] = append(want[term], posting{int32(p), uint8(1 + r.IntN(255))})
			wantPlaces[term] = append(wantPlaces[term], places)
		}
	}
	for _, size := range []int{1, 7, 300, passages} {
		b := blockInverter{terms: make([]blockTerm, terms)}
		var blocks []invertedBlock
		next := make([]int, terms)
		for p := range passages {
			for term := terms - 1; term >= 0; term-- {
				if i := next[term]; i < len(want[term]) && want[term][i].passage == int32(p) {
					b.add(int32(term), int32(p), want[term][i].saturation, wantPlaces[term][i])
					next[term]++
				}
			}
			if p%size == size-1 || p == passages-1 {
				blocks = append(blocks, b.block())
			}
		}
		x := join(blocks, terms)
		for term := range int32(terms) {
			list := x.list(term)
			places, ends := x.listPlaces(term)
			if !slices.Equal(list, want[term]) || len(ends) != len(list) || int(x.counts[term]) != len(list) {
				t.Fatalf("blocks of %d passages: term %d stands in %d passages instead of %d", size, term, len(list), len(want[term]))
			}
			from, placed := int32(0), 0
			for i, to := range ends {
				if !slices.Equal(places[from:to], wantPlaces[term][i]) {
					t.Fatalf("blocks of %d passages: term %d stands at %v of passage %d instead of %v", size, term, places[from:to], list[i].passage, wantPlaces[term][i])
				}
				placed += max(1, int(to-from))
				from = to
			}
			if placed != int(x.placed[term]) {
				t.Errorf("term %d is said to have %d places instead of %d", term, x.placed[term], placed)
			}
		}
	}
}
