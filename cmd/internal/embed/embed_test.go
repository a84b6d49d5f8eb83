package embed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer"
)

// site writes a site and reads it.
func site(t *testing.T, files map[string]string) (string, *indexer.Site) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, again(t, dir)
}

func again(t *testing.T, dir string) *indexer.Site {
	t.Helper()
	s, err := indexer.ReadSite(t.Context(), dir, indexer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func content(t *testing.T, dir, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Pages get the lines where the selector says, and stay as they are otherwise,
// byte for byte, however odd their markup; a second run changes nothing.
func TestInsert(t *testing.T) {
	for page, selector := range map[string]string{
		"<!DOCTYPE html>\r\n<html lang=en><HEADER\n class = 'a>b' >@x</header><script>'<header>'</script><main>y": "header",
		"<html lang=en><!-- <header> --><title>T</title><p>no end<div id=search>@</div><main>y":                   "#search",
		"<html lang=en><main>y<nav hidden><ul><li>1</ul><ul class=last>@<li>2</ul></nav>":                         "nav > ul.last",
		"<html lang=ar><meta charset=windows-1256><header>@\xc8\xcd\xcb</header><main>y":                          "header",
	} {
		before, after, _ := strings.Cut(page, "@")
		dir, s := site(t, map[string]string{"deep/er/page.html": before + after})
		for range 2 {
			n, warnings, err := Place{Selector: selector, Folder: "search"}.Insert(s, dir)
			if err != nil || n != 1 || len(warnings) > 0 {
				t.Fatalf("%q: %d, %q, %v", page, n, warnings, err)
			}
			got := content(t, dir, "deep/er/page.html")
			block, ok := strings.CutPrefix(got, before)
			block, whole := strings.CutSuffix(block, after)
			if !ok || !whole || !strings.HasPrefix(block, "<!--vade-->") || !strings.HasSuffix(block, "<!--/vade-->") || strings.Count(got, "<vade-search") != 1 {
				t.Errorf("%q became %q", page, got)
			}
			if !strings.Contains(block, `src="../../search/vade.js"`) || strings.ContainsFunc(block, func(r rune) bool { return r > 0x7e }) {
				t.Errorf("%q", block)
			}
			s = again(t, dir)
		}
	}
}

func TestInsertRefuses(t *testing.T) {
	dir, s := site(t, map[string]string{"index.html": "<html lang=en><main>y", "wide.html": "\xff\xfe<\x00h\x00>\x00"})
	for _, selector := range []string{"header", "header["} {
		if err := (Place{Selector: selector, Folder: "search"}).Check(s, dir); err == nil || !strings.Contains(err.Error(), selector) {
			t.Errorf("%s: %v", selector, err)
		}
	}
	if err := (Place{Selector: "header", Folder: "search"}).Check(s, dir); err == nil || !strings.HasSuffix(err.Error(), "(they have main)") {
		t.Errorf("the places that there are: %v", err)
	}
	n, warnings, err := Place{Selector: "main, body", Folder: "search"}.Insert(s, dir)
	if err != nil || n != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], "UTF-16") {
		t.Errorf("%d, %q, %v", n, warnings, err)
	}
}

// What a framework draws anew would lose the search, and a page of results that
// its router does not know.
func TestApps(t *testing.T) {
	dir, s := site(t, map[string]string{"index.html": `<html lang="en"><head><title>T</title><script type="module" src="/app.js"></script><script>dark()</script></head><body><div id="app"><header></header><main>y</main></div></body></html>`})
	if err := (Place{Selector: "header", Folder: "search"}).Check(s, dir); err == nil || !strings.Contains(err.Error(), "choose body") {
		t.Error(err)
	}
	if _, _, err := (Place{Selector: "body", Folder: "search"}).Insert(s, dir); err != nil || !strings.Contains(content(t, dir, "index.html"), `<body><!--vade-->`) {
		t.Error(err)
	}
	if _, err := WritePages(t.Context(), s, dir, "search", ""); err != nil {
		t.Fatal(err)
	}
	if page := content(t, dir, "search/index.html"); strings.Contains(page, "app.js") || !strings.Contains(page, "dark()") {
		t.Error(page)
	}
}

// The page of results looks as the front page does, from another folder.
func TestWritePages(t *testing.T) {
	dir, s := site(t, map[string]string{
		"index.html":       `<html lang="en"><head><title>Bees</title><link rel="canonical" href="https://h.example/"><link rel="stylesheet" href="css/a.css"><meta name="description" content="of bees"></head><body><header><a href="about/">About</a><img srcset="a.png 1x, b.png 2x"><a href="/top">t</a><a href="#x">x</a></header><main class="prose"><h1>Bees</h1>words of bees</main></body></html>`,
		"fr/index.html":    `<html lang="fr"><title>Abeilles</title><link rel="stylesheet" href="../css/a.css"><main>mots</main>`,
		"about/index.html": `<html lang="en"><title>A</title><main>x</main>`,
	})
	for range 2 {
		written, err := WritePages(t.Context(), s, dir, "search", "")
		if err != nil || strings.Join(written, " ") != "search/index.html search/fr/index.html" {
			t.Fatal(written, err)
		}
		s = again(t, dir)
	}
	page := content(t, dir, "search/index.html")
	for _, want := range []string{`href="../css/a.css"`, `href="../about/"`, `srcset="../a.png 1x, ../b.png 2x"`, `href="/top"`, `href="#x"`, "<title>Search – Bees</title>", `<main class="prose">`, "<vade-results>", `src="../search/vade.js"`, `content="noindex"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	for _, not := range []string{"canonical", "of bees", "words of bees"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %s", not)
		}
	}
	if page := content(t, dir, "search/fr/index.html"); !strings.Contains(page, `href="../../fr/../css/a.css"`) || !strings.Contains(page, "Rechercher") {
		t.Error(page)
	}
	n, _, err := Place{Selector: "main", Folder: "search"}.Insert(s, dir)
	if err != nil || n != 3 || !strings.Contains(content(t, dir, "fr/index.html"), `action="../search/fr/index.html"`) {
		t.Error(n, err, content(t, dir, "fr/index.html"))
	}

	dir, s = site(t, map[string]string{"index.html": "<html lang=en><main>y", "search/index.html": "<html lang=en><main>the site's own"})
	if _, err := WritePages(t.Context(), s, dir, "search", ""); err == nil || !strings.Contains(content(t, dir, "search/index.html"), "the site's own") {
		t.Error("a page of the site's own was replaced:", err)
	}
}

// A front page that does not tell its frame from its text would give its frame up: the
// page of results then looks as another page does.
func TestWritePagesWithoutMain(t *testing.T) {
	dir, s := site(t, map[string]string{
		"index.html":         `<html lang="en"><head><title>Bees</title></head><body><div class="bar">menu</div><div>welcome</div></body></html>`,
		"a/index.html":       `<html lang="en"><title>A</title><body><div class="bar">menu</div><div>text of a</div></body></html>`,
		"about/b/index.html": `<html lang="en"><title>B</title><body><div class="bar">menu</div><main>text of b</main></body></html>`,
		"de/index.html":      `<html lang="de"><title>Bienen</title><body><div>Willkommen</div></body></html>`,
	})
	if _, err := WritePages(t.Context(), s, dir, "search", ""); err != nil {
		t.Fatal(err)
	}
	if page := content(t, dir, "search/index.html"); !strings.Contains(page, `<div class="bar">menu</div><main>`) || !strings.Contains(page, "<title>Search – Bees</title>") || strings.Contains(page, "text of b") {
		t.Error(page)
	}
	if page := content(t, dir, "search/de/index.html"); strings.Contains(page, "Willkommen") || !strings.Contains(page, "<vade-results>") { // there is no other page
		t.Error(page)
	}
}

// A page that leads on needs no search, so that none of the warnings is about it.
func TestInsertPassesRedirects(t *testing.T) {
	dir, s := site(t, map[string]string{
		"a.html": "<html lang=en><header></header><main>y", "b.html": "<html lang=en><main>z",
		"c.html": `<html lang=en><meta http-equiv="refresh" content="0; url=a.html"><a href="a.html">a</a>`,
	})
	n, warnings, err := Place{Selector: "header", Folder: "search"}.Insert(s, dir)
	if err != nil || n != 1 || len(warnings) != 1 || !strings.HasPrefix(warnings[0], "/b.html: ") {
		t.Errorf("%d, %q, %v; want a warning of /b.html alone", n, warnings, err)
	}
}
