package indexer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vademecum/indexer/text"
	"vademecum/internal/need"
)

// typos is how many errors are made in each collection.
const typos = 500

// mustRecover is the share of errors that must not cost a reader the page.
const mustRecover = .9

// TestCorrections makes single typing errors in queries that find a page by two
// or three words of its title, and counts how often the page still stands among
// the first three. What is asked of the correction is no more than what the same
// query gives without the error.
func TestCorrections(t *testing.T) {
	for _, collection := range []string{"hugo-docs", "scale-10k"} {
		t.Run(collection, func(t *testing.T) {
			if collection == "scale-10k" {
				if testing.Short() {
					t.Skip("builds an index of 10,000 pages")
				}
				need.Long(t)
			}
			titles, x := titledPages(t, need.Shared(t, "relevance/"+collection))
			tally(t, x, titles)
		})
	}
}

// titledPages indexes a collection and gives its titles by URL.
func titledPages(t *testing.T, dir string) (map[string]string, *Index) {
	f, err := os.Open(filepath.Join(dir, "docs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	site := t.TempDir()
	titles := map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var doc struct {
			Title    string
			Sections [][2]string
		}
		if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		var page strings.Builder
		fmt.Fprintf(&page, "<!doctype html><html lang=en><title>%s</title><main><h1>%[1]s</h1>", html.EscapeString(doc.Title))
		for _, s := range doc.Sections {
			if s[0] != "" {
				fmt.Fprintf(&page, "<h2>%s</h2>", html.EscapeString(s[0]))
			}
			fmt.Fprintf(&page, "<p>%s</p>", html.EscapeString(s[1]))
		}
		name := fmt.Sprintf("d%05d.html", len(titles))
		if err := os.WriteFile(filepath.Join(site, name), []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		titles["/"+name] = doc.Title
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	index := filepath.Join(t.TempDir(), "index")
	if _, err := Build(context.Background(), site, index, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(index)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return titles, x
}

// A typo is a query with one error in one word.
type typo struct {
	kind              string
	url, query, wrong string // the page sought; the query as meant and as typed
	word, typed       string // the word as meant and as typed
}

// tally makes the errors, asks, and reports by kind and by cause.
func tally(t *testing.T, x *Index, titles map[string]string) {
	words := surfaceForms(x)
	made, found, missed := map[string]int{}, map[string]int{}, map[string]int{}
	good := 0
	for _, e := range makeTypos(t, x, titles) {
		made[e.kind]++
		a := ask(t, x, e.wrong)
		if stands(a, e.url) {
			found[e.kind]++
			good++
			continue
		}
		cause := causeOf(a, e, words)
		missed[cause]++
		t.Logf("missed, %s: %q for %q (%s)", cause, e.wrong, e.query, titles[e.url])
	}
	for _, kind := range slices.Sorted(maps.Keys(made)) {
		t.Logf("%-10s %3d of %3d recovered (%.1f %%)", kind, found[kind], made[kind], 100*float64(found[kind])/float64(made[kind]))
	}
	for _, cause := range slices.Sorted(maps.Keys(missed)) {
		t.Logf("missed for %-28s %3d", cause+":", missed[cause])
	}
	share := float64(good) / typos
	t.Logf("all        %3d of %3d recovered (%.1f %%)", good, typos, 100*share)
	if share < mustRecover {
		t.Errorf("%.1f %% of the errors are recovered, which is less than %.0f %%", 100*share, 100*mustRecover)
	}
}

func ask(t *testing.T, x *Index, query string) *Answer {
	t.Helper()
	a, err := x.Search(context.Background(), Request{Query: query, Size: 3})
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	return a
}

func stands(a *Answer, url string) bool {
	return slices.ContainsFunc(a.Pages, func(p FoundPage) bool { return p.URL == url })
}

// makeTypos makes the errors, from a fixed seed: a page, two or three words of
// its title that stand side by side and find it, an error in one of them.
func makeTypos(t *testing.T, x *Index, titles map[string]string) []typo {
	r := rand.New(rand.NewPCG(1540, 2004))
	urls := slices.Sorted(maps.Keys(titles))
	kinds := []string{"insert", "delete", "substitute", "transpose"}
	var out []typo
	for tries := 0; len(out) < typos; tries++ {
		if tries > 200*typos {
			t.Fatalf("only %d queries find their page", len(out))
		}
		url := urls[r.IntN(len(urls))]
		all := text.Tokens(titles[url])
		n := 2 + r.IntN(2)
		if len(all) < n {
			continue
		}
		from := r.IntN(len(all) - n + 1)
		query := make([]string, n)
		for i := range n {
			query[i] = all[from+i].Term
		}
		at := r.IntN(n)
		word := query[at]
		if len(word) < 5 || strings.IndexFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
			continue
		}
		e := typo{kind: kinds[len(out)%len(kinds)], url: url, query: strings.Join(query, " "), word: word}
		e.typed = mistype(r, e.kind, word)
		query[at] = e.typed
		e.wrong = strings.Join(query, " ")
		if e.typed != word && stands(ask(t, x, e.query), url) {
			out = append(out, e)
		}
	}
	return out
}

// mistype makes one error anywhere in a word, the first letter not excepted.
func mistype(r *rand.Rand, kind, word string) string {
	letter := string(rune('a' + r.IntN(26)))
	i := r.IntN(len(word))
	switch kind {
	case "insert":
		return word[:i] + letter + word[i:]
	case "delete":
		return word[:i] + word[i+1:]
	case "substitute":
		return word[:i] + letter + word[i+1:]
	}
	if i = r.IntN(len(word) - 1); word[i] == word[i+1] {
		return word
	}
	return word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:]
}

// surfaceForms gives the words that stand in the index, in order.
func surfaceForms(x *Index) []string {
	var out []string
	for _, w := range x.languages[0].words.words {
		out = append(out, w.text)
	}
	return out
}

// causeOf tells why a page was missed.
func causeOf(a *Answer, e typo, words []string) string {
	if a.Correction != nil {
		if strings.Contains(" "+a.Correction.Shown+" ", " "+e.word+" ") {
			return "right word, page lower"
		}
		return "corrected to another word"
	}
	i, held := slices.BinarySearch(words, e.typed)
	switch {
	case held:
		return "a word of the site"
	case i < len(words) && strings.HasPrefix(words[i], e.typed):
		return "taken for a beginning"
	case len(e.typed) < minCorrect:
		return "too short to correct"
	}
	return "nothing near"
}
