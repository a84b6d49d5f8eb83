package indexer

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The first matches of many are those that come first when all are put in order.
func TestFirstMatches(t *testing.T) {
	chance := rand.New(rand.NewPCG(15, 40))
	for _, all := range []int{0, 1, 9, 10, 11, 400, 5000} {
		for _, n := range []int{1, 10, 100} {
			r := &result{scratch: &scratch{}}
			for page := range all {
				r.found = append(r.found, match{page: int32(page), score: chance.Int32N(50), tier: uint8(chance.IntN(3)), older: chance.IntN(9) == 0})
			}
			chance.Shuffle(all, func(i, j int) { r.found[i], r.found[j] = r.found[j], r.found[i] })
			want := slices.SortedFunc(slices.Values(r.found), func(a, b match) int {
				if a.rank() > b.rank() {
					return -1
				}
				return 1
			})
			got := r.first(n)
			if len(got) != min(n, all) {
				t.Fatalf("%d of %d instead of %d", len(got), all, n)
			}
			for i := range got {
				if got[i].match != want[i] {
					t.Errorf("%d of %d: %+v is number %d instead of %+v", n, all, got[i].match, i+1, want[i])
				}
			}
		}
	}
}

// Lists of hits in one search do not lie on one another, and what a large search needed
// is not kept for those after it.
func TestHitRoom(t *testing.T) {
	s := newScratch(1, 1, 0)
	var lists [][]hit
	for n := range 40 {
		list := s.hitsFor(n)
		for range n {
			list = append(list, hit{passage: int32(n)})
		}
		lists = append(lists, list)
	}
	for n, list := range lists {
		if len(list) != n || slices.ContainsFunc(list, func(h hit) bool { return h.passage != int32(n) }) {
			t.Errorf("list %d holds %v", n, list)
		}
	}
	s.hitsFor(maxHitRoom + 1)
	if s.clear(); cap(s.hitRoom) > maxHitRoom {
		t.Errorf("room for %d hits is kept", cap(s.hitRoom))
	}
}
