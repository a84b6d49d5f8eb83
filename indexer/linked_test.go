package indexer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Links are read wherever they may lead: written whole or in part, to an entry of a list, in a
// record. What leads out of the site, to the page itself or to a page of another language counts for
// nothing, and so does what a menu holds.
func TestLinked(t *testing.T) {
	page := func(lang, body string) string {
		return `<html lang="` + lang + `"><head><link rel="canonical" href="https://example.org/kb/` + body[:strings.Index(body, "|")] + `"></head><body>` + body[strings.Index(body, "|")+1:] + `</body></html>`
	}
	s, err := ReadSite(t.Context(), writeSite(t, map[string]string{
		"a/index.html":  page("en", `a/|<nav><a href="/kb/d/">D</a></nav><main><h1>A</h1><a href="../b/#top">B</a> <a href="#x">here</a> <a href="https://other.org/kb/d/">D of others</a> <a href="/kb/es/">es</a> <a href="mailto:d@example.org">d</a> <a rel="next" href="/kb/d/">next</a></main>`),
		"b/index.html":  page("en", `b/|<main><h1>B</h1><a href="https://example.org/kb/a">A</a><div id="r" data-vade-record="Entry"><a href="/kb/c">C</a></div></main>`),
		"c/index.html":  page("en", `c/|<main><h1>C</h1><p data-vade-ignore><a href=" ../b/index.html#r ">an entry</a></p></main>`),
		"d/index.html":  page("en", `d/|<main><h1>D</h1></main>`),
		"es/index.html": page("es", `es/|<main><h1>E</h1></main>`),
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	pages := s.byLanguage()["en"]
	slices.SortFunc(pages, func(a, b *Page) int { return strings.Compare(a.URL, b.URL) })
	var got []string
	for i, linked := range s.linked(pages) {
		for _, other := range linked {
			got = append(got, pages[other].URL+" "+pages[i].URL)
		}
	}
	if want := []string{"/a/ /b/", "/b/#r /c/"}; !slices.Equal(got, want) {
		t.Errorf("linked are %q, want %q", got, want)
	}
}

// Too many links are none, and are counted no further than that.
func TestTooManyLinked(t *testing.T) {
	var pages []*Page
	for i := range 200 {
		p := &Page{URL: fmt.Sprintf("/p%03d/", i), file: fmt.Sprintf("p%03d/index.html", i)}
		for other := range i {
			p.Leads = append(p.Leads, fmt.Sprintf("/p%03d/", other))
		}
		pages = append(pages, p)
	}
	s := &Site{files: map[string]*Page{}}
	for _, p := range pages {
		s.files[p.file] = p
	}
	if linked := s.linked(pages[:100]); len(linked) != 100 || len(linked[99]) != 99 {
		t.Errorf("of 100 pages that lead to all before them, links of %d count", len(linked))
	}
	if linked := s.linked(pages); linked != nil {
		t.Errorf("%d pairs of pages count, more than %d", 200*199/2, maxLinked)
	}
}
