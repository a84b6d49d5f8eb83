package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vademecum/indexer"
)

// A question to a site that nobody here wrote, and the pages that answer it.
type question struct {
	lang, query string
	right       []string
}

func questions(t testing.TB) map[string][]question {
	t.Helper()
	data, err := os.ReadFile("testdata/questions.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, site := map[string][]question{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		fields := strings.Split(line, "\t")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			site = strings.Trim(line, "[]")
		case len(fields) == 3:
			out[site] = append(out[site], question{fields[0], fields[1], strings.Fields(fields[2])})
		default:
			t.Fatalf("testdata/questions.txt: %q has not three columns", line)
		}
	}
	return out
}

// BenchmarkQuestions asks twenty questions of each site of testdata/questions.txt
// that lies, under its name, in the folder $VADE_SITES. It tells how many right pages
// came first and among the first three, and the mean reciprocal rank.
func BenchmarkQuestions(b *testing.B) {
	sites := os.Getenv("VADE_SITES")
	if sites == "" {
		b.Skip("VADE_SITES names no folder of sites: see the README of vade-index")
	}
	for name, asked := range questions(b) {
		b.Run(name, func(b *testing.B) {
			dir := filepath.Join(sites, name)
			if _, err := os.Stat(dir); err != nil {
				b.Skip(err)
			}
			index := filepath.Join(b.TempDir(), "index")
			for b.Loop() {
				if _, err := indexer.Build(context.Background(), dir, index, nil); err != nil {
					b.Fatal(err)
				}
			}
			x, err := indexer.Open(index)
			if err != nil {
				b.Fatal(err)
			}
			defer x.Close()
			first, third, reciprocal := 0, 0, 0.0
			for _, q := range asked {
				a, err := x.Search(context.Background(), indexer.Request{Query: q.query, Lang: q.lang})
				if err != nil {
					b.Fatal(err)
				}
				rank := 1 + slices.IndexFunc(a.Pages, func(p indexer.FoundPage) bool { return slices.Contains(q.right, fileOf(p.URL)) })
				if rank != 1 {
					b.Logf("%s, %s: right page at rank %d (0: not among the first ten)", q.lang, q.query, rank)
				}
				if rank == 0 {
					continue
				}
				reciprocal += 1 / float64(rank)
				if rank == 1 {
					first++
				}
				if rank <= 3 {
					third++
				}
			}
			b.ReportMetric(float64(first), "first")
			b.ReportMetric(float64(third), "in-three")
			b.ReportMetric(reciprocal/float64(len(asked)), "MRR")
		})
	}
}

// fileOf is the file of a page's address below the site.
func fileOf(url string) string {
	file := strings.TrimPrefix(url, "/")
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	return file
}
