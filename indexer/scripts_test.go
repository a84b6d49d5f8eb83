package indexer

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
)

// article is a page of one paragraph.
func article(lang, words string) string {
	return fmt.Sprintf(`<!doctype html><html lang="%s"><head><title>A</title></head><body><main><h1>A</h1><p>%s</p></main></body></html>`, lang, words)
}

// Words of many languages are found however their readers type them.
func TestScripts(t *testing.T) {
	files, requests, wanted := map[string]string{}, []Request(nil), []string(nil)
	rows.Each(t, "testdata/scripts.txt", func(line int, row string) {
		f := strings.Split(row, " | ")
		if len(f) != 3 {
			t.Fatalf("line %d has %d fields", line, len(f))
		}
		page := fmt.Sprintf("/p%03d/", line)
		files[page[1:]+"index.html"] = article(f[0], f[1])
		for query := range strings.SplitSeq(f[2], "; ") {
			requests, wanted = append(requests, Request{Lang: f[0], Query: query}), append(wanted, page)
		}
	})
	x := indexOf(t, files)
	for i, r := range requests {
		a, err := x.Search(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Pages) == 0 || a.Pages[0].URL != wanted[i] || a.Correction != nil {
			t.Errorf("%s %s: %d pages, correction %v; want %s", r.Lang, r.Query, len(a.Pages), a.Correction, wanted[i])
		}
	}
	parity(t, x, requests)
}

// Spellings of one word, and nouns with other particles, are all of the word's pages.
func TestSpellingsMeet(t *testing.T) {
	files := map[string]string{}
	for i, a := range [][2]string{
		{"tr", "Gemi yarın okunacaktır."}, {"tr", "Gemi yarin okunacaktir."}, {"tr", "Liste okunacak."},
		{"ko", "화물을 검사한다"}, {"ko", "화물이 왔다"}, {"ko", "강물은 맑다"}, {"ko", "법을 안다"}, {"ko", "법은 길다"},
	} {
		files[fmt.Sprintf("p%d/index.html", i)] = article(a[0], a[1])
	}
	x := indexOf(t, files)
	var requests []Request
	for _, c := range []struct {
		lang, query string
		total       int
	}{
		{"tr", "okunacaktır", 3}, {"tr", "okunacaktir", 3}, {"tr", "OKUNACAKTIR", 3}, {"tr", "okunacak", 3},
		{"ko", "화물은", 2}, {"ko", "화물", 2}, {"ko", "강물을", 1}, {"ko", "법", 2}, {"ko", `"법은 길다"`, 1},
	} {
		r := Request{Lang: c.lang, Query: c.query}
		requests = append(requests, r)
		if a, err := x.Search(context.Background(), r); err != nil || a.Total != c.total {
			t.Errorf("%s %s: %+v, %v, want %d pages", c.lang, c.query, a, err, c.total)
		}
	}
	parity(t, x, requests)
}
