package main

//go:generate go test . -run TestJudged -update

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vademecum/cmd/internal/judge"
	"vademecum/indexer"
	"vademecum/internal/golden"
)

// TestJudged measures the search on this repository's own content against
// testdata/judged.tsv and judged.qrels of package indexer. The golden file holds
// the figures and every query whose best page does not come first, so that a
// change of ranking, of vocabulary or of content shows there what it moved.
func TestJudged(t *testing.T) {
	t.Parallel()
	testdata := filepath.Join("..", "..", "indexer", "testdata")
	queries, err := judge.ReadQueries(filepath.Join(testdata, "judged.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rel, err := judge.ReadJudgments(filepath.Join(testdata, "judged.qrels"))
	if err != nil {
		t.Fatal(err)
	}
	checkJudgments(t, queries, rel)
	x := ours(t).opened(t)
	all := map[string]*judge.Figures{"all": {}}
	inThree := map[string]int{}
	var behind []string
	for _, q := range queries {
		a, err := x.Search(t.Context(), indexer.Request{Query: q.Text, Lang: q.Lang, Size: judge.Depth})
		if err != nil {
			t.Errorf("%s %q: %v", q.ID, q.Text, err)
			continue
		}
		pages := judge.FoundPages(a)
		place := judge.BestPlace(rel[q.ID], pages)
		for _, group := range []string{"all", q.Lang} {
			if all[group] == nil {
				all[group] = &judge.Figures{}
			}
			all[group].Add(rel[q.ID], pages)
			if place >= 1 && place <= 3 {
				inThree[group]++
			}
		}
		if place != 1 {
			behind = append(behind, fmt.Sprintf("%s\t%s\t%s", q.ID, shownPlace(place), q.Text))
		}
		if place < 1 || place > 3 {
			t.Logf("%s: of %q the best page is at place %s", q.ID, q.Text, shownPlace(place))
		}
	}

	var b strings.Builder
	b.WriteString("# Written by go test ./cmd/vade -run TestJudged -update.\n")
	b.WriteString("# language, queries, nDCG@10, MRR@10, share of queries with a best page in the first three\n")
	for _, lang := range slices.Sorted(maps.Keys(all)) {
		f := all[lang]
		n := float64(f.Queries)
		fmt.Fprintf(&b, "%s\t%d\t%.4f\t%.4f\t%.4f\n", lang, f.Queries, f.NDCG10/n, f.MRR10/n, float64(inThree[lang])/n)
	}
	b.WriteString("# queries whose best page is not the first: id, its place, query\n")
	b.WriteString(strings.Join(behind, "\n") + "\n")
	golden.Compare(t, filepath.Join(testdata, "judged.golden"), b.String())
}

// checkJudgments finds what is wrong with the judgments themselves: a query
// without any, a judgment without a query, a page that the site does not have.
func checkJudgments(t *testing.T, queries []judge.Query, rel judge.Judgments) {
	t.Helper()
	asked := map[string]bool{}
	for _, q := range queries {
		if asked[q.ID] || len(rel[q.ID]) == 0 {
			t.Errorf("query %s stands twice or has no judgment", q.ID)
		}
		asked[q.ID] = true
	}
	for id, pages := range rel {
		if !asked[id] {
			t.Errorf("there are judgments of %s, but no such query", id)
		}
		for page := range pages {
			file, _, _ := strings.Cut(page, "#") // a record stands on its page
			if _, err := os.Stat(filepath.Join(ours(t).site, filepath.FromSlash(file), "index.html")); err != nil {
				t.Errorf("%s: the site has no page %s: judge the query anew", id, page)
			}
		}
	}
}

func shownPlace(place int) string {
	if place == 0 {
		return "none"
	}
	return fmt.Sprint(place)
}
