package indexer

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const searchPage = `<!doctype html><html lang="en"><head><meta name="robots" content="noindex"><title>Search</title></head><body><main>
<form><input name="q"></form><noscript>needs script</noscript><nav data-vade-filters hidden><div data-vade-facets></div></nav>
<section hidden data-vade-found><p data-vade-status data-found="Found: %d" data-none="None" data-partial="Not all"></p><div data-vade-correction></div>
<div data-vade-results data-rtl="ar"></div><nav data-vade-paging hidden></nav></section>
<template data-vade-template="page"><li><a data-title></a><span data-kind></span><time data-date></time><p class="why">also <b data-why></b></p><ul data-sections></ul><p data-translations></p></li></template>
<template data-vade-template="section"><li><a data-heading></a><p data-excerpt></p></li></template>
<template data-vade-template="correction"><p>Showing <b data-shown></b> not <a data-typed></a></p></template>
<template data-vade-template="facet" data-name="kind"><div>Kind<ul data-values></ul></div></template>
<template data-vade-template="value"><li><a data-label></a><i data-count></i></li></template>
<template data-vade-template="none"><p>nothing, <a data-lang="*">everywhere?</a></p></template>
<template data-vade-template="refused" data-name="only-exclusions"><p>verweigert: <span data-reason>nur Ausschlüsse</span></p></template>
<template data-vade-template="refused" data-name="query-long"><p>verweigert: <span data-reason>länger als {limit}</span></p></template>
<template data-vade-template="refused" data-name="not-a-number"><p>verweigert: <span data-reason>{name}: {value}</span></p></template>
<template data-vade-template="error"><p>keine Antwort</p></template>
<template data-vade-template="paging"><ul><li><a data-previous>p</a></li><li data-here>%d of %d</li><li><a data-next>n</a></li></ul></template>
</main></body></html>`

// A reader without script gets the results in the page itself.
func TestResultsPage(t *testing.T) {
	files := siteFiles(t)
	files["search/index.html"] = searchPage
	files["hostile.html"] = `<html lang="en"><title>x</title><main><h1>&lt;script>alert(1)&lt;/script></h1><p>hostile &lt;img src=x onerror=alert(1)> text</p></main>`
	x := indexOf(t, files)
	for _, c := range []struct {
		query  string
		status int
		has    []string
		lacks  []string
	}{
		{"?q=coordination+mechanisms", 200, []string{
			"Found: 1", `value="coordination mechanisms"`, `href="/kb/workshops/harbour/#talks">Workshop in Harbour Town`,
			"<mark>coordination</mark>", `hreflang="es"`, `href="?kind=workshop&amp;q=coordination+mechanisms"`,
		}, []string{"needs script", `data-vade-found="" hidden`, "class=\"why\""}},
		{"?q=committee", 200, []string{"1 of 2", `href="?page=2&amp;q=committee"`}, []string{"data-previous"}},
		{"?q=committee&page=2", 200, []string{"2 of 2", `start="11"`, `href="?page=1&amp;q=committee"`}, []string{"data-next"}},
		{"?q=comittee", 200, []string{"Showing <b data-shown=\"\">committee</b>", `href="?exact=1&amp;q=comittee"`}, nil},
		{"?q=PAN", 200, []string{`<b data-why="">National action plan</b>`}, nil},
		{"?q=qqqqqq", 200, []string{"None", "nothing", `href="?lang=%2A&amp;q=qqqqqq"`}, nil},
		{"?q=-xy", 400, []string{"verweigert: ", "nur Ausschlüsse"}, []string{"what to look for"}},
		{"?q=" + strings.Repeat("x", 10_001), 400, []string{"länger als 10000"}, []string{"characters", "{limit}"}},
		{"?q=x&page=%3Cimg%3E", 400, []string{"page: &lt;img&gt;"}, []string{"<img"}},
		{"?q=", 400, []string{"Type a word"}, nil}, // the page has no words for it
		{"?q=hostile", 200, []string{"&lt;script&gt;alert(1)", "&lt;img src=x"}, []string{"<script>", "<img"}},
	} {
		w := httptest.NewRecorder()
		x.ResultsHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/search/"+c.query, nil))
		page, _, _ := strings.Cut(w.Body.String(), "<template")
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", c.query, w.Code, c.status)
		}
		for _, want := range c.has {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s in\n%s", c.query, want, page)
			}
		}
		for _, bad := range c.lacks {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %s in\n%s", c.query, bad, page)
			}
		}
	}
}

// Whoever gets a part of the answer reads that it is one, also when it is empty.
func TestPartialResultsPage(t *testing.T) {
	files := siteFiles(t)
	files["search/index.html"] = searchPage
	x := indexOf(t, files)
	for _, query := range []string{"committee", "coordination", "qqqqqq"} {
		for _, work := range []int{maxWork, 0} {
			before := maxWork
			maxWork = work
			w := httptest.NewRecorder()
			x.ResultsHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/search/?q="+query, nil))
			maxWork = before
			page, _, _ := strings.Cut(w.Body.String(), "<template")
			if told := strings.Contains(page, " Not all</p>"); told != (work == 0 && query != "qqqqqq") {
				t.Errorf("%s with a budget of %d: told that it is a part: %v", query, work, told)
			}
		}
	}
}

// A request of a few thousand characters, all of which each filter's address would
// repeat, is no way to be sent megabytes.
func TestResultsPageIsBounded(t *testing.T) {
	files := map[string]string{"search/index.html": searchPage}
	for i := range 300 {
		files[fmt.Sprintf("%d.html", i)] = fmt.Sprintf(`<html lang="en"><meta name="vade:kind" content="kind%d"><main><h1>Boats %d</h1>`, i, i)
	}
	h := indexOf(t, files).ResultsHandler()
	short := respond(t, h, "GET", "/search/?q=boats")
	if n := strings.Count(short.Body.String(), "href=\"?kind=kind"); n < 30 {
		t.Fatalf("a short query has %d filters", n)
	}
	for _, unit := range []string{"%22a%22+", "%D0%B6+", "%E7%AC%AC"} {
		query := "boats+" + strings.Repeat(unit, 2400)
		w := respond(t, h, "GET", "/search/?q="+query)
		if most := short.Body.Len() + maxLinks + 10*len(query); w.Code != 200 || w.Body.Len() > most {
			t.Errorf("%q: %d, %d bytes, more than %d", unit, w.Code, w.Body.Len(), most)
		}
	}
}
