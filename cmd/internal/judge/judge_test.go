package judge

import (
	"math"
	"testing"
)

// Of translations one page is shown: the other in the judgments is no loss, whichever is
// shown, and its judgment is that of the family. The same page found again is no gain.
func TestFamiliesCountOnce(t *testing.T) {
	rel := map[string]int{"a": 3, "fr/a": 2, "b": 1}
	for _, c := range []struct {
		what               string
		pages              []Found
		ndcg, recall, best float64
	}{
		{"the best first", []Found{{"a", "fr/a"}, {"b"}}, 1, 1, 1},
		{"its translation first", []Found{{"fr/a", "a"}, {"b", "fr/b"}}, 1, 1, 1},
		{"a translation that nobody judged", []Found{{"es/a", "a", "fr/a"}, {"b"}}, 1, 1, 1},
		{"the other way round", []Found{{"b"}, {"a", "fr/a"}}, (1 + 3/math.Log2(3)) / (3 + 1/math.Log2(3)), 1, 2},
		{"nothing of use", []Found{{"c"}}, 0, 0, 0},
	} {
		var f Figures
		f.Add(rel, c.pages)
		if math.Abs(f.NDCG10-c.ndcg) > 1e-9 || math.Abs(f.Recall100-c.recall) > 1e-9 || BestPlace(rel, c.pages) != int(c.best) {
			t.Errorf("%s: nDCG %v, recall %v, best at %d, want %+v", c.what, f.NDCG10, f.Recall100, BestPlace(rel, c.pages), c)
		}
	}
}
