package indexer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vademecum/internal/asked"
	"vademecum/internal/need"
)

// benchPages gives n pages: real ones from ../shared/relevance/scale-10k where
// it is, which beyond its 9,834 come again with one word in five varied, else text
// whose words are distributed as in real text (Zipf).
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
	for round := 0; i < n; round++ {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
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
			for j := range doc.Sections {
				doc.Sections[j][1] = varied(doc.Sections[j][1], round)
			}
			write(varied(doc.Title, round), doc.Sections)
		}
	}
	return dir, sample
}

// varied gives a text with one word in five varied, for each round but the first by another
// ending.
func varied(text string, round int) string {
	if round == 0 {
		return text
	}
	words := strings.Split(text, " ")
	for i := round % 5; i < len(words); i += 5 {
		words[i] += invented(uint64(round))
	}
	return strings.Join(words, " ")
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
	for _, n := range []int{1000, 3000, 10_000, 30_000, 100_000} {
		b.Run(fmt.Sprintf("pages=%d", n), func(b *testing.B) {
			if n > 10_000 {
				need.Long(b)
			}
			site, _ := benchPages(b, n)
			out := b.TempDir()
			var report *Report
			for b.Loop() {
				s, err := ReadSite(b.Context(), site, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if report, err = s.Write(b.Context(), filepath.Join(out, "index"), filepath.Join(out, "web")); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(report.TextBytes)/1e6*float64(b.N)/b.Elapsed().Seconds(), "MB-text/s")
			for _, part := range []string{"index", "web"} {
				size, files := sizeOf(b, filepath.Join(out, part))
				b.ReportMetric(float64(size)/float64(report.TextBytes), part+"/text")
				b.ReportMetric(float64(files), part+"-files")
			}
		})
	}
}

func sizeOf(b *testing.B, dir string) (size int64, files int) {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size, files = size+info.Size(), files+1
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size, files
}

// BenchmarkRebuild changes one page of a site whose other pages are kept.
func BenchmarkRebuild(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("pages=%d", n), func(b *testing.B) {
			site, _ := benchPages(b, n)
			out := b.TempDir()
			run := func(i int) {
				page := fmt.Sprintf("<!doctype html><html lang=en><title>Changed</title><main><p>%s</main>", invented(uint64(i)))
				if err := os.WriteFile(filepath.Join(site, "d7.html"), []byte(page), 0o644); err != nil {
					b.Fatal(err)
				}
				err := Keep(filepath.Join(out, "kept"), func(k *Kept) error {
					s, err := ReadSite(b.Context(), site, Options{Kept: k})
					if err == nil {
						_, err = s.Write(b.Context(), filepath.Join(out, "index"), filepath.Join(out, "web"))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			run(0)
			for i := 1; b.Loop(); i++ {
				run(i)
			}
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
