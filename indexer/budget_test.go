package indexer

import (
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
	"vademecum/internal/need"
)

// Where a budget ends, both halves end, at the same place: whatever it is.
func TestBudget(t *testing.T) {
	work, guesses := maxWork, maxGuesses
	defer func() { maxWork, maxGuesses = work, guesses }()
	x := indexOf(t, siteFiles(t))
	var requests []Request
	rows.Each(t, "testdata/searches.txt", func(_ int, row string) {
		f := strings.Split(row, "|")
		lang, query := strings.TrimSpace(f[0]), strings.TrimSpace(f[1])
		requests = append(requests, Request{Lang: lang, Query: query}, Request{Lang: "*", Query: query + " coordinaton mechanisns"}, Request{Lang: lang, Query: `"` + query + `" -plan`, Typing: true})
	})
	for i, budget := range []int{0, 7, 40, 300} {
		maxWork, maxGuesses = budget, budget*10
		asked := oneOf(need.OneOf(4), i, requests)
		parity(t, x, asked)
		partial := 0
		for _, r := range asked {
			if a, err := x.Search(t.Context(), r); err == nil && a.Partial {
				partial++
			}
		}
		if partial == 0 {
			t.Errorf("with a budget of %d no answer is partial", maxWork)
		}
	}
}

// No query that can be asked of few pages is too much work.
func TestBudgetSuffices(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	rows.Each(t, "testdata/searches.txt", func(_ int, row string) {
		query := strings.TrimSpace(strings.Split(row, "|")[1])
		if a, err := x.Search(t.Context(), Request{Lang: "*", Query: query}); err == nil && a.Partial {
			t.Errorf("%q has a partial answer", query)
		}
	})
}

// What a query leaves out stays out when its budget ends.
func TestBudgetKeepsExclusions(t *testing.T) {
	work := maxWork
	defer func() { maxWork = work }()
	x := indexOf(t, map[string]string{
		"a.html": `<html lang="en"><main><h1>Tides</h1><p>The moon moves the sea.</p></main>`,
		"b.html": `<html lang="en"><main><h1>Moon</h1><p>The moon.</p></main>`,
	})
	maxWork = 3 // of which -sea takes 1
	a, err := x.Search(t.Context(), Request{Query: "moon the -sea"})
	if err != nil || !a.Partial || len(a.Pages) != 1 || a.Pages[0].Title != "Moon" {
		t.Errorf("%+v %v; want the page Moon, in part", a, err)
	}
}
