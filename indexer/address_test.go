package indexer

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oddNames are files whose names hold what means something else in an address,
// and the addresses that lead to them.
var oddNames = map[string]string{
	"index.html":            "/",
	"c#.html":               "/c%23.html",
	"100%.html":             "/100%25.html",
	"a b.html":              "/a%20b.html",
	"what?.html":            "/what%3F.html",
	"caf%C3%A9.html":        "/caf%25C3%25A9.html",
	"café.html":             "/café.html",
	"пример/index.html":     "/пример/",
	"no-break\u00a0.html":   "/no-break%C2%A0.html",
	"a+b&c=d;e,f@(g)'.html": "/a+b&c=d;e,f@(g)'.html",
	"[x]{y}|z^`\".html":     "/%5Bx%5D%7By%7D%7Cz%5E%60%22.html",
	"back\\slash.html":      "/back%5Cslash.html",
	"old.htm":               "/old.htm",
	"x.xhtml":               "/x.xhtml",
	"OLD.HTM":               "/OLD.HTM",
	"sub/index.htm":         "/sub/index.htm",
	"deep #1/50%/x y.html":  "/deep%20%231/50%25/x%20y.html",
}

// Whatever a file is called, the address of its result opens it: from a server
// of files, in every language and with an anchor.
func TestAddressesOpen(t *testing.T) {
	files := map[string]string{}
	for name := range oddNames {
		files[name] = `<html lang="en"><title>Lima</title><main><h2 id="two words 100%">Lima</h2><p>lima</p></main>`
	}
	site := writeSite(t, files)
	index := filepath.Join(t.TempDir(), "index")
	if _, err := Build(context.Background(), site, index, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	a, err := x.Search(context.Background(), Request{Query: "lima", Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(site)))
	defer server.Close()
	var got []string
	for _, p := range a.Pages {
		got = append(got, p.URL)
		if want := p.URL + "#two%20words%20100%25"; p.Sections[0].URL != want {
			t.Errorf("the passage is at %s, want %s", p.Sections[0].URL, want)
		}
		u, err := url.Parse(p.Sections[0].URL)
		if err != nil {
			t.Error(err)
			continue
		}
		if u.Fragment != "two words 100%" || u.RawQuery != "" {
			t.Errorf("%s leads to the place %q, asks %q", u, u.Fragment, u.RawQuery)
		}
		resp, err := http.Get(server.URL + p.URL)
		if err != nil {
			t.Error(err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", p.URL, resp.Status)
		}
	}
	var want []string
	for _, address := range oddNames {
		want = append(want, address)
	}
	slices.Sort(got)
	slices.Sort(want)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the addresses are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Links, translations and the site's path are compared by what they mean, not
// by how they are written.
func TestOddLinksResolve(t *testing.T) {
	page := func(address, body string) string {
		return `<html lang="en"><link rel="canonical" href="https://host.example/my%20kb` + address + `"><link rel="alternate" hreflang="es" href="/my%20kb/caf%C3%A9.html"><main>` + body + `</main>`
	}
	s, err := ReadSite(t.Context(), writeSite(t, map[string]string{
		"index.html": page("/", `<a href="c%23.html#two%20words"></a><a href="/my%20kb/100%25.html"></a><a href="a b.html"></a><a href="caf%C3%A9.html"></a><a href="café.html"></a>
			<a href="sub/"></a><a href="sub/index.htm"></a><a href="x.xhtml"></a><a href="paper%20%231.pdf"></a><a href="c#.html"></a><a href="lost%20page.html"></a>`),
		"c#.html":       page("/c%23.html", `<h2 id="two words">x</h2>`),
		"100%.html":     page("/100%25.html", `x`),
		"a b.html":      page("/a%20b.html", `x`),
		"café.html":     `<html lang="es"><link rel="canonical" href="https://host.example/my%20kb/caf%C3%A9.html"><main>x`,
		"sub/index.htm": page("/sub/index.htm", `x`),
		"x.xhtml":       page("/x.xhtml", `x`),
		"paper #1.pdf":  "%PDF",
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Base != "/my%20kb" {
		t.Errorf("the site stands under %q", s.Base)
	}
	broken, _ := s.Links()
	var got []string
	for _, b := range broken {
		got = append(got, strings.Fields(b)[4])
	}
	if want := "c#.html lost%20page.html"; strings.Join(got, " ") != want {
		t.Errorf("broken are\n%s\nwant %s", strings.Join(broken, "\n"), want)
	}
	for _, p := range s.Pages {
		if p.Lang == "en" && (len(p.Translations) != 1 || p.Translations[0].URL != "/café.html") {
			t.Errorf("%s has translations %v", p.URL, p.Translations)
		}
	}
}

// A name that is no UTF-8, as old systems wrote them, keeps its bytes.
func TestAddressOfBytes(t *testing.T) {
	if got := addressOf("latin-\xe9\u202e.html"); got != "/latin-%E9%E2%80%AE.html" || unescape(got) != "/latin-\xe9\u202e.html" {
		t.Errorf("got %s", got)
	}
}

// A page without a title is called as its file, whose name is read as it is.
func TestFileNamesAsTitles(t *testing.T) {
	for file, want := range map[string]string{"c#.html": "c#", "100%/index.html": "100%", "sub/index.htm": "sub", "v1.2.html": "v1.2", "x.xhtml": "x"} {
		p, err := reading{}.readPage(file, []byte(`<html lang="en"><p>x`))
		if err != nil || p.Title != want {
			t.Errorf("%s is called %q, %v; want %q", file, p.Title, err, want)
		}
	}
}
