package indexer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
	"vademecum/indexer/text"
	"vademecum/internal/need"

	"github.com/evanw/esbuild/pkg/api"
)

// browserBundle compiles the browser half for Node.
func browserBundle(t testing.TB) string {
	t.Helper()
	return bundleOf(t, "browser/search.ts")
}

// bundleOf compiles a script, with what it imports, into a module for Node.
func bundleOf(t testing.TB, entry string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "bundle.mjs")
	r := api.Build(api.BuildOptions{EntryPoints: []string{entry}, Bundle: true, Format: api.FormatESModule, Outfile: out, Write: true})
	if len(r.Errors)+len(r.Warnings) > 0 {
		t.Fatal(r.Errors, r.Warnings)
	}
	return out
}

// parity asks both halves and compares the answers whole.
func parity(t *testing.T, x *Index, requests []Request) {
	t.Helper()
	node := need.Program(t, "node", "install Node, see nodejs.org")
	dir := t.TempDir()
	site, ok := siteOf.Load(x)
	if !ok {
		t.Fatal("the index was not made by indexOf")
	}
	writeWebIndexOf(t, site.(string), dir)
	var in bytes.Buffer
	for i, r := range requests {
		line, err := json.Marshal(map[string]any{"lazily": i%2 > 0, "first": x.Default, "query": r.Query, "lang": r.Lang, "page": r.Page, "size": r.Size, "facets": r.Facets, "typing": r.Typing, "exact": r.Exact})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(node, "browser/answer.mjs", browserBundle(t), dir)
	cmd.Stdin = &in
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	answers := bufio.NewScanner(bytes.NewReader(out))
	answers.Buffer(nil, 16<<20)
	different := 0
	for _, r := range requests {
		if !answers.Scan() {
			t.Fatal("the browser half gave too few answers")
		}
		want := serverAnswer(t, x, r)
		if got := sameForm(t, answers.Bytes()); got != want {
			if different++; different <= 5 {
				t.Errorf("%s %q %+v\nserver:  %s\nbrowser: %s", r.Lang, r.Query, r.Facets, want, got)
			}
		}
	}
	if different > 0 {
		t.Errorf("%d of %d answers differ", different, len(requests))
	}
}

func serverAnswer(t *testing.T, x *Index, r Request) string {
	t.Helper()
	a, err := x.Search(context.Background(), r)
	var refused RequestError
	if errors.As(err, &refused) {
		return "refused: " + refused.Code
	} else if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return sameForm(t, data)
}

// sameForm writes an answer with its keys in order.
func sameForm(t *testing.T, data []byte) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if v["refused"] != nil {
		return fmt.Sprint("refused: ", v["refused"])
	}
	delete(v, "lang") // one names it, the other may take the default
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestParityOnSite(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	var requests []Request
	rows.Each(t, "testdata/searches.txt", func(_ int, row string) {
		f := strings.Split(row, "|")
		lang, query := strings.TrimSpace(f[0]), strings.TrimSpace(f[1])
		requests = append(requests,
			Request{Lang: lang, Query: query}, Request{Lang: "*", Query: query}, Request{Lang: lang, Query: query, Typing: true},
			Request{Lang: lang, Query: query, Exact: true}, Request{Lang: lang, Query: query, Page: 2, Size: 2},
			Request{Lang: lang, Query: query, Facets: map[string][]string{"year": {"2021"}}},
			Request{Lang: lang, Query: query, Facets: map[string][]string{"year": {"2021", "2019"}, "kind": {"workshop"}}})
	})
	rows.Each(t, "testdata/queries.txt", func(_ int, row string) {
		typed, _, _ := strings.Cut(row, " => ")
		requests = append(requests, Request{Lang: "en", Query: typed}, Request{Lang: "*", Query: typed})
	})
	rows.Each(t, "testdata/tokens.txt", func(_ int, row string) {
		f := strings.Split(row, " | ")
		requests = append(requests, Request{Lang: "*", Query: f[1]})
	})
	parity(t, x, oneOf(need.OneOf(3), 0, requests))
}

// oneOf gives one in n, from the one at place first on.
func oneOf[T any](n, first int, all []T) (some []T) {
	for i := first % n; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// Whole collections, where they are beside the checkout: every query, whole and
// short, as words, phrase, beginning, with a slip and with an exclusion.
func TestParityOnCollections(t *testing.T) {
	need.Long(t)
	if testing.Short() {
		t.Skip("skipped: takes long")
	}
	for _, name := range []string{"cranfield", "xquad-es", "xquad-ar", "xquad-zh", "hugo-docs"} {
		t.Run(name, func(t *testing.T) {
			dir := need.Shared(t, "relevance/"+name)
			files, err := collection(dir)
			if err != nil {
				t.Fatal(err)
			}
			x := indexOf(t, files)
			var requests []Request
			for _, file := range []string{"queries.tsv", "queries_short.tsv"} {
				data, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil {
					continue
				}
				for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
					_, query, _ := strings.Cut(line, "\t")
					requests = append(requests, Request{Query: query})
					words := strings.Fields(query)
					if i%4 != 0 || len(words) < 2 {
						continue
					}
					last := []rune(words[len(words)-1])
					requests = append(requests,
						Request{Query: `"` + words[0] + " " + words[1] + `"`}, Request{Query: words[0] + " -" + words[1]},
						Request{Query: string(last[:(len(last)+1)/2]) + "*"}, Request{Query: words[0] + "x " + string(last) + "q"},
						Request{Query: query, Typing: true})
				}
			}
			parity(t, x, requests)
		})
	}
}

// collection reads a test collection as a site.
func collection(dir string) (map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, "docs.jsonl"))
	if err != nil {
		return nil, err
	}
	var meta struct{ Lang string }
	if m, err := os.ReadFile(filepath.Join(dir, "meta.json")); err != nil {
		return nil, err
	} else if err := json.Unmarshal(m, &meta); err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var doc struct {
			ID, Title, Text string
			Sections        [][2]string
		}
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			return nil, err
		}
		var b strings.Builder
		fmt.Fprintf(&b, "<!doctype html><html lang=%s><meta charset=utf-8><title>%s</title><main><h1>%[2]s</h1><p>%s</p>", meta.Lang, html.EscapeString(doc.Title), html.EscapeString(doc.Text))
		for i, s := range doc.Sections {
			if s[0] != "" {
				fmt.Fprintf(&b, "<h2 id=s%d>%s</h2>", i, html.EscapeString(s[0]))
			}
			fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(s[1]))
		}
		files[strings.ReplaceAll(doc.ID, "/", "_")+".html"] = b.String()
	}
	return files, nil
}

// The browser half runs the same tables as this one.
func TestTablesInBrowser(t *testing.T) {
	node := need.Program(t, "node", "install Node, see nodejs.org")
	rules := map[string]any{"patterns": sitePatterns(t), "facets": []string{"theme", "country", "year"}}
	languages := map[string]webRules{}
	for _, code := range []string{"ar", "ca", "da", "de", "en", "es", "fr", "hi", "hu", "is", "ja", "km", "ko", "lo", "ml", "mr", "my", "pl", "ro", "ru", "sr", "sv", "th", "tr", "uk", "und", "zh"} {
		languages[code] = rulesOf(text.LanguageOf(code), map[rune]bool{'资': true, '讯': true, '后': true, '汉': true})
	}
	rules["languages"] = languages
	data, err := json.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.json")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--test", "browser/tables.test.mjs", "browser/stem.test.mjs", "browser/manifest.test.mjs")
	cmd.Env = append(os.Environ(), "BUNDLE="+browserBundle(t), "RULES="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
