package indexer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vademecum/internal/asked"
)

// benchPages gives n pages: real ones from ../shared/relevance/scale-10k where
// it is, else text whose words are distributed as in real text (Zipf).
func benchPages(b *testing.B, n int) (site string, sample []string) {
	b.Helper()
	dir := b.TempDir()
	i := 0
	write := func(title string, sections [][2]string) {
		var page strings.Builder
		fmt.Fprintf(&page, "<!doctype html><html lang=en><title>%s</title><main><h1>%[1]s</h1>", html.EscapeString(title))
		for j, s := range sections {
			if s[0] != "" {
				fmt.Fprintf(&page, "<h2 id=s%d>%s</h2>", j, html.EscapeString(s[0]))
			}
			fmt.Fprintf(&page, "<p>%s</p>", html.EscapeString(s[1]))
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("d%d.html", i)), []byte(page.String()), 0o644); err != nil {
			b.Fatal(err)
		}
		if i%7 == 0 && len(sections) > 0 {
			sample = append(sample, sections[0][1])
		}
		i++
	}
	f, err := os.Open("../../shared/relevance/scale-10k/docs.jsonl")
	if err != nil {
		generate(n, write)
		return dir, sample
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for i < n && lines.Scan() {
		var doc struct {
			Title    string
			Sections [][2]string
		}
		if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
			b.Fatal(err)
		}
		write(doc.Title, doc.Sections)
	}
	return dir, sample
}

// generate makes n pages of invented words.
func generate(n int, write func(title string, sections [][2]string)) {
	r := rand.New(rand.NewPCG(1540, 2004))
	zipf := rand.NewZipf(r, 1.07, 3, 60_000)
	text := func(words int) string {
		var b strings.Builder
		for range words {
			fmt.Fprintf(&b, "%s ", invented(zipf.Uint64()))
		}
		return b.String()
	}
	for range n {
		var sections [][2]string
		for range 1 + r.IntN(4) {
			sections = append(sections, [2]string{text(3), text(30 + r.IntN(150))})
		}
		write(text(3), sections)
	}
}

// invented spells a number as a word.
func invented(n uint64) string {
	syllables := []string{"ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"}
	word := ""
	for {
		word += syllables[n%15]
		if n /= 15; n == 0 {
			return word
		}
	}
}

var benchIndexes sync.Map // of the number of pages; built once a run

type benchIndex struct {
	*Index
	sample []string
}

func benchIndexOf(b *testing.B, n int) benchIndex {
	if x, ok := benchIndexes.Load(n); ok {
		return x.(benchIndex)
	}
	site, sample := benchPages(b, n)
	dir, err := os.MkdirTemp("", "vademecum-bench-")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := Build(context.Background(), site, filepath.Join(dir, "index"), nil); err != nil {
		b.Fatal(err)
	}
	x, err := Open(filepath.Join(dir, "index"))
	if err != nil {
		b.Fatal(err)
	}
	os.RemoveAll(dir) // what is mapped stays
	benchIndexes.Store(n, benchIndex{x, sample})
	return benchIndex{x, sample}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		for _, kind := range asked.Kinds {
			b.Run(fmt.Sprintf("%s/pages=%d", kind.Name, n), func(b *testing.B) {
				x := benchIndexOf(b, n)
				questions := kind.Ask(x.sample, rand.New(rand.NewPCG(1, 2)), 500)
				b.ResetTimer()
				for i := 0; b.Loop(); i++ {
					q := questions[i%len(questions)]
					if _, err := x.Search(context.Background(), Request{Query: q.Query, Typing: q.Typing}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("pages=%d", n), func(b *testing.B) {
			site, _ := benchPages(b, n)
			out := filepath.Join(b.TempDir(), "index")
			var report *Report
			for b.Loop() {
				var err error
				if report, err = Build(context.Background(), site, out, nil); err != nil {
					b.Fatal(err)
				}
			}
			size := int64(0)
			files, err := filepath.Glob(out + "/*/store/*.zap")
			if err != nil {
				b.Fatal(err)
			}
			for _, f := range files {
				if info, err := os.Stat(f); err == nil {
					size += info.Size()
				}
			}
			b.ReportMetric(float64(report.TextBytes)/1e6*float64(b.N)/b.Elapsed().Seconds(), "MB-text/s")
			b.ReportMetric(float64(size)/float64(report.TextBytes), "index/text")
		})
	}
}

// BenchmarkCostly asks what costs most: the bound of a query's work.
func BenchmarkCostly(b *testing.B) {
	x := benchIndexOf(b, 10_000)
	list := func(n int, word func(i int) string) string {
		words := make([]string, n)
		for i := range words {
			words[i] = word(i)
		}
		return strings.Join(words, " ")
	}
	l := x.languages[0]
	common := l.expandPrefix("")
	word := func(i int) string { return common[i%len(common)] }
	for _, c := range []struct {
		name, query string
	}{
		{"common words", list(maxTerms, word)},
		{"unknown words", list(maxTerms, func(i int) string { return word(i) + "qzwq" + word(i+1) + word26(i) })},
		{"wrong words", list(maxTerms, func(i int) string { return "q" + word26(i) + "nternational" })},
		{"beginnings", list(maxTerms, func(i int) string { return string(rune('a'+i%26)) + string("aeiou"[i/26]) + "*" })},
		{"short beginnings", list(26, func(i int) string { return string(rune('a'+i)) + "*" })},
		{"phrases", list(maxTerms/2, func(i int) string { return `"` + word(i) + " " + word(i*7+1) + `"` })},
		{"exclusions", "the " + list(maxTerms-1, func(i int) string { return "-" + word(i+1) })},
	} {
		b.Run(c.name, func(b *testing.B) {
			partial := 0.
			for b.Loop() {
				a, err := x.Search(context.Background(), Request{Query: c.query})
				if err != nil {
					b.Fatal(err)
				}
				if a.Partial {
					partial = 1
				}
			}
			b.ReportMetric(partial, "partial")
		})
	}
}
