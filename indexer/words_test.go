package indexer

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// TestNeighbours compares the words near a typed one with what bleve's automaton
// finds: short words of few letters, so that every kind of edit comes up.
func TestNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(1540, 2004))
	letters := []rune("abcéшñ")
	word := func(n int) string {
		w := make([]rune, n)
		for i := range w {
			w[i] = letters[r.IntN(len(letters))]
		}
		return string(w)
	}
	var body strings.Builder
	for range 400 {
		body.WriteString(word(3+r.IntN(7)) + " ")
	}
	site, index := t.TempDir(), filepath.Join(t.TempDir(), "index")
	page := "<!doctype html><html lang=en><title>Words</title><main><p>" + body.String() + "</main>"
	if err := os.WriteFile(filepath.Join(site, "a.html"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(context.Background(), site, index, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	l := x.languages[0]
	fuzzy := l.reader.(bleveindex.IndexReaderFuzzy)
	for range 500 {
		typed := word(4 + r.IntN(5))
		for edits := 1; edits <= 2; edits++ {
			dict, err := fuzzy.FieldDictFuzzy(surfaceField, typed, edits, "")
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			if err := eachWord(context.Background(), dict, func(e *bleveindex.DictEntry) error {
				want = append(want, e.Term)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			var d distance
			for _, w := range l.words.words {
				if d.within([]rune(typed), []rune(w.text), edits) {
					got = append(got, w.text)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s, %d edits: %q instead of %q", typed, edits, got, want)
			}
			best, bestRank := "", 0
			for _, w := range want {
				if rank := neighbourRank([]rune(typed), []rune(w), 1); meant(w) && rank > bestRank {
					best, bestRank = w, rank
				}
			}
			if word := l.words.neighbour(typed, edits); word != best {
				t.Errorf("%s, %d edits: the best is %q, not %q", typed, edits, best, word)
			}
		}
	}
}
