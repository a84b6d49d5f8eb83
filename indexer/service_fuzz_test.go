package indexer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// fuzzIndex is a small index with a search page.
func fuzzIndex(f *testing.F) *Index {
	f.Helper()
	site, dir := f.TempDir(), filepath.Join(f.TempDir(), "index")
	for name, text := range map[string]string{
		"search/index.html": searchPage,
		"harbour.html":      `<html lang="en"><meta name="vade:kind" content="place"><meta name="vade:cite" content="S/RES/1540 (2004)"><main><h1>The harbour</h1><p>Boats lie here, and "all boats" are painted.</p></main>`,
		"puerto.html":       `<html lang="es"><main><h1>El puerto</h1><p>Los barcos están aquí.</p></main>`,
		"mast.html":         `<html lang="en"><meta name="vade:kind" content="thing"><main><h1>The mast</h1><p>Boats have one.</p></main>`,
	} {
		file := filepath.Join(site, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			f.Fatal(err)
		}
	}
	if _, err := Build(f.Context(), site, dir, nil); err != nil {
		f.Fatal(err)
	}
	x, err := Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { x.Close() })
	return x
}

// requestSeeds are addresses with a question mark before them; those that once did
// harm stand last.
var requestSeeds = []string{
	"q=boats", "q=boats&kind=place&lang=*", "q=%22all+boats%22&page=2&size=100", "q=bo*&typing=1", "q=S/RES/1540&exact=1", "q=-boats", "lang=es&q=puerto",
	"q=%zz", "q=a;b", "q=a&q=b", "page=9223372036854775807&size=100&q=a", "q=%00%ff", "q=kind:place", "q=%3Cscript%3E", "kind=%3Cimg%20src=x%3E&q=boats",
	strings.Repeat("a=b&", 200), "q=" + strings.Repeat("a%20", 3000), "lang=%22%3E&q=boats", "q=boats&page=-1", "%3Cscript%3E=1&q=boats",
}

// serviceStatus are those that an answer may have.
var serviceStatus = map[int]bool{200: true, 400: true}

// Whatever stands behind the question mark, the answer is JSON, an answer or a
// refusal, and no fault.
func FuzzRequest(f *testing.F) {
	for _, seed := range requestSeeds {
		f.Add(seed)
	}
	h := fuzzIndex(f).Handler()
	f.Fuzz(func(t *testing.T, rawQuery string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/api/search", RawQuery: rawQuery}, Header: http.Header{}})
		if !serviceStatus[w.Code] || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// Whatever is asked, the page of results has no element that the page itself does not
// have: what was typed stays text.
func FuzzResultsPage(f *testing.F) {
	for _, seed := range requestSeeds {
		f.Add(seed)
	}
	h := fuzzIndex(f).ResultsHandler()
	f.Fuzz(func(t *testing.T, rawQuery string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/search/", RawQuery: rawQuery}, Header: http.Header{}})
		if !serviceStatus[w.Code] {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		doc, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Data == "script" || n.Data == "img" || n.Data == "iframe" || n.Data == "style" {
				t.Errorf("a %s came into the page", n.Data)
			}
			for _, a := range n.Attr {
				to := strings.ToLower(strings.TrimSpace(a.Val))
				if n.Type == html.ElementNode && (strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(to, "?") && !strings.HasPrefix(to, "/")) {
					t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
				}
			}
		}
	})
}

// Whatever a manifest says, with a good seal or a bad one, Open refuses it or answers.
func FuzzOpen(f *testing.F) {
	site, dir := f.TempDir(), filepath.Join(f.TempDir(), "index")
	if err := os.WriteFile(filepath.Join(site, "mast.html"), []byte(`<html lang="en"><main><h1>The mast</h1><p>Boats have one.</p></main>`), 0o644); err != nil {
		f.Fatal(err)
	}
	if _, err := Build(f.Context(), site, dir, nil); err != nil {
		f.Fatal(err)
	}
	file := filepath.Join(dir, ManifestName)
	data, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	var s sealed
	if err := json.Unmarshal(data, &s); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(s.Manifest), true)
	f.Add(data, false)
	for _, change := range [][2]string{{`"units": 1`, `"units": -1`}, {`"units": 1`, `"units": 1000000000000`}, {`"en"`, `"../en"`}, {`"pages": 1`, `"pages": 2`}} {
		f.Add([]byte(strings.Replace(string(s.Manifest), change[0], change[1], 1)), true)
	}
	f.Fuzz(func(t *testing.T, manifest []byte, whole bool) {
		if whole {
			manifest = seal(manifest)
		}
		if err := os.WriteFile(file, manifest, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := Open(dir)
		if err != nil {
			return
		}
		defer x.Close()
		if _, err := x.Search(t.Context(), Request{Query: "boats"}); err != nil {
			t.Error(err)
		}
	})
}
