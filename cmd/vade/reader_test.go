package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/indexer"
	"vademecum/internal/need"
)

// inside tells whether an element, or one around it, is as said.
func inside(n *html.Node, is func(*html.Node) bool) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && is(n) {
			return true
		}
	}
	return false
}

// hasClass is for inside.
func hasClass(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		return slices.ContainsFunc(classes(n), func(c string) bool { return slices.Contains(names, c) })
	}
}

// gzipped is the size of a text as it travels.
func gzipped(text []byte) int {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	return b.Len()
}

var councilSymbol = regexp.MustCompile(`\bS/(RES/\d+ \(\d{4}\)|PV\.\d+|\d{4}/\d+|\d{5}\b)`)

// A symbol of a document of the Security Council leads somewhere: to the United
// Nations' own text, or, where it names a paragraph, to this site's page of it.
func TestSiteSymbolsAreLinks(t *testing.T) {
	t.Parallel()
	k := ours(t)
	found := 0
	for _, file := range k.pages(t) {
		for d := range k.page(t, file).Descendants() {
			if d.Type != html.TextNode || !councilSymbol.MatchString(d.Data) || !inside(d.Parent, func(n *html.Node) bool { return n.DataAtom == atom.Main }) {
				continue
			}
			found++
			if !inside(d.Parent, func(n *html.Node) bool {
				// Headings name a page, a citation is copied whole, a code is typed.
				return slices.Contains([]atom.Atom{atom.A, atom.H1, atom.H2, atom.H3, atom.Cite, atom.Code, atom.Title, atom.Textarea, atom.Template, atom.Option}, n.DataAtom)
			}) && !inside(d.Parent, hasClass("summary", "wording-label")) {
				t.Errorf("%s: %q has a symbol that leads nowhere", file, strings.TrimSpace(d.Data))
			}
		}
	}
	if found < 300 {
		t.Errorf("only %d symbols", found)
	}
}

// A list says once when an event was: its name there ends without the date that
// stands beside it.
func TestSiteListsSayDatesOnce(t *testing.T) {
	t.Parallel()
	k := ours(t)
	dated := regexp.MustCompile(`[,،，][^,،，]*\b(\d{4})\b[^,،，]{0,3}$`)
	checked := 0
	for _, file := range k.pages(t) {
		for _, n := range elements(k.page(t, file)) {
			if n.DataAtom != atom.Li && !slices.Contains(classes(n), "event") {
				continue
			}
			name, day := "", ""
			for _, e := range elements(n) {
				switch {
				case name == "" && (e.DataAtom == atom.A || e.DataAtom == atom.Span):
					name = text(e)
				case e.DataAtom == atom.Time && inside(e, hasClass("when")):
					day = attribute(e, "datetime")
				}
			}
			if day == "" {
				continue
			}
			checked++
			if m := dated.FindStringSubmatch(name); m != nil && strings.HasPrefix(day, m[1]) {
				t.Errorf("%s: %q says again that it was on %s", file, name, day)
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d dates", checked)
	}
}

// The text of a paragraph stands on its resolution's page; others show a line.
func TestSiteShowsParagraphsInALine(t *testing.T) {
	t.Parallel()
	k := ours(t)
	lines := 0
	for _, file := range k.pages(t) {
		for _, n := range elements(k.page(t, file)) {
			if n.DataAtom != atom.Li || !inside(n, hasClass("lines")) || !strings.Contains(text(n), "OP") {
				continue
			}
			lines++
			if said := []rune(text(n)); len(said) > 220 {
				t.Errorf("%s: %d letters for a paragraph: %s", file, len(said), string(said[:60]))
			}
		}
	}
	if lines < 100 {
		t.Errorf("only %d lines", lines)
	}
}

// Each language writes lists and dates in its own way, and what stands in another
// one says so.
func TestSiteWritesEachLanguageItsOwnWay(t *testing.T) {
	t.Parallel()
	k := ours(t)
	arabic, sources := 0, 0
	dates := map[string]*regexp.Regexp{ // as a day, a day of a range, and a month
		"es": regexp.MustCompile(`^(\d+ de )?\pL+ de \d{4}$|^\d*( de \pL+)?$`),
		"ru": regexp.MustCompile(`^\d+\pZ\p{Ll}+[ая](\pZ\d{4}\pZгода)?$|^\p{Ll}+[ьтй] \d{4} года$|^\d*$`),
		"zh": regexp.MustCompile(`^(\d{4}年)?(\d+月)?(\d+日?)?$`),
	}
	for _, file := range k.pages(t) {
		lang, _, _ := strings.Cut(file, "/")
		for _, n := range elements(k.page(t, file)) {
			if n.DataAtom == atom.Time && dates[lang] != nil && !dates[lang].MatchString(text(n)) {
				t.Errorf("%s: %q is no date of this language", file, text(n))
			}
			if lang == "ar" && n.DataAtom == atom.Time && len(attribute(n, "datetime")) == 10 && regexp.MustCompile(`\pL`).MatchString(text(n)) {
				arabic++
				if !strings.Contains(text(n), "/") {
					t.Errorf("%s: %s has one name of the month only", file, text(n))
				}
			}
			if lang == "ar" && slices.Contains(classes(n), "by") && strings.Contains(text(n), ", ") {
				t.Errorf("%s: %s is listed as in English", file, text(n))
			}
			if slices.Contains([]string{"es", "fr", "ru", "ar", "zh"}, lang) && n.DataAtom == atom.Li && inside(n, hasClass("sources")) && !inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Details }) {
				sources++
				if first := elements(n)[0]; attribute(first, "lang") != "en" {
					t.Errorf("%s: the source %q does not say that it is in English", file, text(first))
				}
			}
		}
	}
	if arabic < 20 || sources < 100 {
		t.Errorf("only %d dates in Arabic and %d sources", arabic, sources)
	}
}

// What stands on a page in letters of another script says in which language it is,
// so that it is read aloud and broken into lines as it should be. Postal addresses
// are written as the post wants them.
func TestSiteMarksOtherLanguages(t *testing.T) {
	k := ours(t)
	words := regexp.MustCompile(`[A-Za-zÀ-ÿ'’-]{2,}([ ,]+[A-Za-zÀ-ÿ'’-]{2,}){2,}`)
	post := regexp.MustCompile(`United Nations Plaza|New York, NY`)
	seen := 0
	for _, file := range k.pages(t) {
		lang, _, _ := strings.Cut(file, "/")
		if !slices.Contains([]string{"ru", "ar", "zh"}, lang) {
			continue
		}
		for d := range k.page(t, file).Descendants() {
			if d.Type != html.TextNode || !inside(d.Parent, func(n *html.Node) bool { return n.DataAtom == atom.Main }) || !words.MatchString(d.Data) || post.MatchString(d.Data) {
				continue
			}
			seen++
			if !inside(d.Parent, func(n *html.Node) bool {
				return n.DataAtom == atom.Code || attribute(n, "lang") != "" && attribute(n, "lang") != lang
			}) {
				t.Errorf("%s: %q does not say in which language it is", file, words.FindString(d.Data))
			}
		}
	}
	if seen < 300 {
		t.Errorf("only %d texts in another language", seen)
	}
}

// The register calls its events and tells of its entries in the language of its page.
func TestSiteTellsEventsInEveryLanguage(t *testing.T) {
	k := ours(t)
	named := map[string]int{}
	records := map[string]int{}
	all := k.pages(t)
	for _, file := range all {
		lang, rest, _ := strings.Cut(file, "/")
		if !strings.HasPrefix(rest, "workshops/") {
			continue
		}
		for _, n := range elements(k.page(t, file)) {
			if n.DataAtom == atom.Div && attribute(n, "lang") != "" && n.Parent != nil && hasClass("event")(n.Parent) {
				t.Errorf("%s: the text of the entry %s is in %s; give it a list_text in %s", file, attribute(n.Parent, "id"), attribute(n, "lang"), lang)
			}
			if attribute(n, "data-vade-record") != "" {
				records[lang]++
			}
			if href := attribute(n, "href"); n.DataAtom == atom.A && inside(n, hasClass("event")) && strings.HasPrefix(href, "/themes/") && slices.Contains(all, lang+href+"index.html") {
				t.Errorf("%s leads to %s, which this language has too", file, href)
			}
			if n.DataAtom != atom.H3 || !inside(n, hasClass("event")) {
				continue
			}
			named[lang]++
			for _, part := range elements(n) {
				if attribute(part, "lang") != "" && !slices.Contains(classes(part), "in-language") {
					t.Errorf("%s: %q is in %s; give the event a list_name", file, text(part), attribute(part, "lang"))
				}
			}
		}
	}
	for _, lang := range []string{"es", "fr", "ru", "ar", "zh"} {
		if named[lang] < 80 {
			t.Errorf("only %d events in %s", named[lang], lang)
		}
		if found := k.answer(t, indexer.Request{Query: "kind:workshop", Lang: lang}); found.Total < records[lang] {
			t.Errorf("of %d entries in %s, %d are found", records[lang], lang, found.Total)
		}
	}
}

// A figure is light, leaves readers of the screen to the table or list that says
// the same, and takes no stop of the tab key but one. A page with figures weighs
// at most 25 kB, others 15.
func TestSiteFigures(t *testing.T) {
	t.Parallel()
	k := ours(t)
	kinds := map[string]int{}
	for _, file := range k.pages(t) {
		page := read(t, filepath.Join(k.site, filepath.FromSlash(file)))
		figures := 0
		for _, n := range elements(k.page(t, file)) {
			if hasClass("scheme")(n) {
				figures++
			}
			if n.DataAtom != atom.Svg || !inside(n, hasClass("drawing")) {
				continue
			}
			figures++
			kinds[attribute(n, "class")]++
			var b bytes.Buffer
			if err := html.Render(&b, n); err != nil {
				t.Fatal(err)
			}
			if size := gzipped(b.Bytes()); size > 8000 {
				t.Errorf("%s: the figure %s weighs %d bytes", file, attribute(n, "class"), size)
			}
			if attribute(n, "aria-hidden") != "true" {
				t.Errorf("%s: the figure %s is read out mark by mark", file, attribute(n, "class"))
			}
			for _, e := range elements(n) {
				if e.Data == "a" && attribute(e, "tabindex") != "-1" {
					t.Errorf("%s: the figure %s has a stop of the tab key at %s", file, attribute(n, "class"), attribute(e, "href"))
				}
			}
			if attribute(n, "class") == "tiles-grid" {
				figure := n.Parent.Parent
				tiles, cells := 0, 0
				for _, e := range elements(figure) {
					switch {
					case e.Data == "a" && inside(e, hasClass("tiles-grid")):
						tiles++
					case e.DataAtom == atom.A && inside(e, hasClass("behind")):
						cells++
					}
				}
				if tiles == 0 || tiles != cells {
					t.Errorf("%s: %d tiles lead on, %d cells of the table", file, tiles, cells)
				}
			}
		}
		limit := 15_000
		if figures > 0 {
			limit = 25_000
		}
		if size := gzipped([]byte(page)); size > limit {
			t.Errorf("%s weighs %d bytes, more than %d", file, size, limit)
		}
	}
	for _, kind := range []string{"tiles-grid", "bars", "lanes", "timeline"} {
		if kinds[kind] == 0 {
			t.Errorf("no figure of the kind %s", kind)
		}
	}
}

// Whoever finds a mistake can report it from the page, which fills in its
// address; no page speaks of what this site lacks cell by cell.
func TestSitePagesTakeReports(t *testing.T) {
	t.Parallel()
	k := ours(t)
	for _, file := range k.pages(t) {
		page := read(t, filepath.Join(k.site, filepath.FromSlash(file)))
		if strings.Contains(page, `http-equiv="refresh"`) || strings.HasSuffix(file, "404.html") {
			continue
		}
		holds(t, page, `<details class="report"`, "/"+strings.TrimSuffix(file, "index.html")+"\n")
		if strings.Contains(page, `class="unknown"`) {
			t.Errorf("%s says of a cell that it is not in our sources", file)
		}
	}
}

// A citation of a paragraph stays on its line.
func TestSiteCitationsDoNotBreak(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/themes/customs/")
	b.want(`document.querySelectorAll("main a[href*='#op3-d']").length > 0`, "true")
	b.want(`[...document.querySelectorAll("main a[href*='/resolutions/']")].filter((a) => /^OP\d/.test(a.textContent)).every((a) => getComputedStyle(a).whiteSpace === "nowrap" || getComputedStyle(a.firstElementChild ?? a).whiteSpace === "nowrap")`, "true")
}

// The register stays small however many events it holds: whole years move to
// pages of their own, each event stands in one place, and its old address leads
// there. The same site, put at an address and with a contact, says both.
func TestRegisterGrows(t *testing.T) {
	need.Long(t)
	dir := copyOursInThree(t)
	const years, each = 12, 40
	for y := range years {
		for i := range each {
			id := fmt.Sprintf("%d-05-made-up-%02d", 2008+y, i)
			write(t, filepath.Join(dir, "content", "workshops", "register", id+".md"), fmt.Sprintf(`---
title: 'Workshop made up for a test, number %d of %d'
summary: 'An entry of a test.'
checked: 2026-11-24
event: 'Workshop made up for a test'
event_type: workshop
organizers: [unoda]
date_start: %d-05-%02d
date_precision: day
city: 'Vienna'
country: austria
mode: in-person
themes: [customs, export-controls]
sources:
  - title: 'A test'
---

An event that never took place.
`, i, 2008+y, 2008+y, i%28+1))
		}
	}
	config := read(t, filepath.Join(dir, "hugo.toml"))
	write(t, filepath.Join(dir, "hugo.toml"), strings.Replace(config, `# contact = "name@example.org"`, `contact = "name@example.org"`, 1))
	site := filepath.Join(t.TempDir(), "site")
	must(t, "build", "--source", dir, "--destination", site, "--index", filepath.Join(t.TempDir(), "index"), "--base-url", "https://kb.example.org/")

	seen := map[string]int{}
	lists, err := filepath.Glob(filepath.Join(site, "workshops", "[0-9][0-9][0-9][0-9]", "index.html"))
	if err != nil || len(lists) < years-1 {
		t.Fatalf("%d pages of years, %v", len(lists), err)
	}
	for _, file := range append(lists, filepath.Join(site, "workshops", "index.html")) {
		page := read(t, file)
		if size := gzipped([]byte(page)); size > 60_000 {
			t.Errorf("%s weighs %d bytes", file, size)
		}
		for _, m := range regexp.MustCompile(`<section class="event" id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			seen[m[1]]++
		}
	}
	for y := range years {
		for i := range each {
			if id := fmt.Sprintf("%d-05-made-up-%02d", 2008+y, i); seen[id] != 1 {
				t.Errorf("%s stands in %d places", id, seen[id])
			}
		}
	}
	moved, err := os.ReadFile(filepath.Join(site, "workshops", "2008-05-made-up-00", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, string(moved), "/workshops/2008/#2008-05-made-up-00")

	page := read(t, filepath.Join(site, "workshops", "2019-12-panama-city", "index.html"))
	holds(t, page, `href="mailto:name@example.org?`, "https://kb.example.org/workshops/2019-12-panama-city/", `"@type":"Event"`, `"@type":"BreadcrumbList"`, `property="og:image" content="https://kb.example.org/card.png"`)
	holds(t, read(t, filepath.Join(site, "resolutions", "1540", "index.html")), `"@type":"Legislation"`)
	holds(t, read(t, filepath.Join(site, "robots.txt")), "Sitemap: https://kb.example.org/sitemap.xml")
	for _, file := range []string{"favicon.ico", "card.png"} {
		if _, err := os.Stat(filepath.Join(site, file)); err != nil {
			t.Error(err)
		}
	}
}

// Filters show their first values until asked for all, and who chooses one by the
// keyboard stays at it. Where the reader's language has little, the page says what
// all languages hold.
func TestBrowserFiltersOfSearch(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/search/?q=customs")
	b.wait(`!!document.querySelector("[data-key='kind=theme']") && !!document.querySelector(".facet [data-all]:not([hidden])")`)
	b.want(`[...document.querySelectorAll(".facet")].every((f) => f.querySelector("[data-all]:not([hidden])") === null || [...f.querySelectorAll("li")].filter((li) => !li.hidden).length === 5)`, "true")
	b.eval(`(document.querySelector(".facet [data-all]:not([hidden])").click(), 1)`)
	b.want(`[...document.querySelector(".facet").querySelectorAll("li")].every((li) => !li.hidden)`, "true")
	b.eval(`(document.querySelector("[data-key='kind=theme']").focus(), document.activeElement.click(), 1)`)
	b.wait(`new URLSearchParams(location.search).get("kind") === "theme" && document.querySelector("[data-key='kind=theme'][aria-current]") === document.activeElement`)
	b.want(`getComputedStyle(document.querySelector(".filters summary")).display`, "none")

	b.open("/ar/search/?q=taller")
	b.wait(`/\d\d/.test(document.querySelector(".elsewhere-found [data-count]")?.textContent ?? "")`)
	b.eval(`(document.querySelector(".elsewhere-found a").click(), 1)`)
	b.wait(`new URLSearchParams(location.search).get("lang") === "*" && document.querySelectorAll("li.hit").length === 10`)
	b.quiet()
}

// What a reader filters by has a name in his language, where only entries of a list are of the kind as well.
func TestSiteNamesItsFilters(t *testing.T) {
	k := ours(t)
	for _, lang := range []string{"en", "es", "fr", "ru", "ar", "zh"} {
		facets := k.answer(t, indexer.Request{Query: "kind:workshop", Lang: lang}).Facets
		for _, facet := range []string{"kind", "theme", "country", "organization"} {
			if len(facets[facet]) == 0 {
				t.Errorf("%s: no events by %s", lang, facet)
			}
			for _, v := range facets[facet] {
				if v.Label == "" || v.Label == v.Value {
					t.Errorf("%s: the filter %s:%s has no name", lang, facet, v.Value)
				}
			}
		}
	}
}
