package indexer

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
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
	written := strings.Fields(body.String())
	slices.Sort(written)
	written = slices.Compact(written)
	words, err := readWords(appendWords(nil, written, slices.Repeat([]int{1}, len(written))))
	if err != nil {
		t.Fatal(err)
	}
	fuzzy := dictionaryOf(t, written)
	for range 500 {
		typed := word(4 + r.IntN(5))
		for edits := 1; edits <= 2; edits++ {
			dict, err := fuzzy.FieldDictFuzzy("word", typed, edits, "")
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for e, err := dict.Next(); e != nil; e, err = dict.Next() {
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, e.Term)
			}
			var d distance
			for _, w := range words.words {
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
			if word := words.neighbour(typed, edits); word != best {
				t.Errorf("%s, %d edits: the best is %q, not %q", typed, edits, best, word)
			}
		}
	}
}

// dictionaryOf gives bleve's dictionary of words, under the field "word".
func dictionaryOf(t *testing.T, words []string) bleveindex.IndexReaderFuzzy {
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer = keyword.Name
	x, err := bleve.New(filepath.Join(t.TempDir(), "words"), mapping)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	batch := x.NewBatch()
	for _, w := range words {
		if err := batch.Index(w, map[string]any{"word": w}); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Batch(batch); err != nil {
		t.Fatal(err)
	}
	advanced, err := x.Advanced()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader.(bleveindex.IndexReaderFuzzy)
}

// A list of words is read as it was written, and a damaged one is refused.
func TestWordsAreKept(t *testing.T) {
	written, pages := []string{"a", "abc", "abcd", "b", "загрузка", "загрузки", "é"}, []int{3, 1, 200, 1, 70_000, 2, 1}
	data := appendWords(nil, written, pages)
	read, err := readWords(data)
	if err != nil || len(read.words) != len(written) {
		t.Fatalf("%d words, %v", len(read.words), err)
	}
	for i, w := range read.words {
		if w.text != written[i] || w.pages != pages[i] {
			t.Errorf("%q on %d pages instead of %q on %d", w.text, w.pages, written[i], pages[i])
		}
	}
	for i := range len(data) {
		_, _ = readWords(data[:i]) // must not panic
	}
	for _, bad := range [][]byte{{1, 0, 1}, {0, 200, 1}, {0, 1}, {0, 1, 'a'}, {0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}} {
		if _, err := readWords(bad); err == nil {
			t.Errorf("%v is read", bad)
		}
	}
}
