package main

import (
	"vademecum/indexer"

	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/internal/need"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// missingPage is an address at which the site has nothing.
const missingPage = "/no/such/page/"

// onePageOfEachKind has one page for each template, in English.
var onePageOfEachKind = []string{
	"/", "/procedures/request-assistance/", "/guides/strong-assistance-request/", "/resolutions/1540/", "/workshops/", "/workshops/2014/", "/workshops/2019-12-panama-city/",
	"/themes/coordination/", "/glossary/", "/forms/assistance-worksheet/", "/forms/contact-letter/", "/organizations/cicte/", "/countries/panama/", "/roles/customs/",
	"/procedures/", "/guides/", "/resolutions/", "/themes/", "/forms/", "/organizations/", "/countries/", "/roles/",
	"/about/", "/accessibility/", "/guides/mandate/", "/offline/", "/search/", missingPage,
}

// searchStates are what the search page can show, with what tells that it does.
var searchStates = []struct{ address, shows string }{
	{"/search/?q=coordination", "li.hit"},
	{"/search/?q=coordination&country=panama", "[data-vade-facets] a[aria-current]"},
	{"/search/?q=cordination", "[data-vade-correction] [data-shown]"},
	{"/search/?q=zzzzqqqq", "[data-vade-results] .message"},
	{"/search/?q=" + strings.Repeat("a", indexer.MaxQuery+1), ".message.error"},
}

// openAxe opens a tab in which every page has axe-core, which looks for what
// shuts out people with disabilities. The browser adds it, so that the pages'
// own policy, which would refuse it, stays in force.
func openAxe(t *testing.T) *browser {
	t.Helper()
	script := read(t, need.NodeModule(t, "axe-core/axe.min.js"))
	b := openBrowser(t)
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		t.Fatal(err)
	}
	return b
}

// scheme makes the browser one of a person who prefers light or dark pages.
func (b *browser) scheme(name string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name},
		{Name: "prefers-reduced-motion", Value: "reduce"}, // or a colour would be read on its way
	}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// What axe-core is asked for: every rule that it has on by default, best
// practices included, and the size of targets, which WCAG 2.2 asks for and
// axe-core has off; then only what another scheme or width can change.
const (
	allRules    = `rules: {"target-size": {enabled: true}}`
	schemeRules = `runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}`
	narrowRules = `runOnly: {type: "rule", values: ["target-size", "scrollable-region-focusable"]}`
)

// violations tells what axe-core has against the page as it stands now: rule,
// element and remedy.
func (b *browser) violations(rules string) []string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ["violations"], `+rules+`}).then(({violations}) =>
		violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + "\n" + n.html.slice(0, 200) + "\n" + n.failureSummary)))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("axe-core: %v\nat %s", err, b.eval("location.href"))
	}
	return found
}

// accessible fails the test for what axe-core has against the page, in light
// colours and in dark ones.
func (b *browser) accessible(page string) {
	b.t.Helper()
	b.report(page, b.violations(allRules))
	b.scheme("dark")
	b.report(page+" in dark", b.violations(schemeRules))
	b.scheme("light")
}

// report names so many faults of a page that its log can still be read.
func (b *browser) report(page string, faults []string) {
	b.t.Helper()
	for i, f := range faults {
		if i == 10 {
			b.t.Errorf("%s: and %d more", page, len(faults)-i)
			return
		}
		b.t.Errorf("%s: %s", page, f)
	}
}

// Silence proves something only if faults are noticed, in each scheme.
func TestAxeNoticesFaults(t *testing.T) {
	t.Parallel()
	b := openAxe(t)
	b.scheme("light")
	b.open("/about/")
	b.eval(`(() => {
		const p = document.createElement("p"); // on the colour of the page
		p.id = "faulty";
		p.textContent = "What nobody can read.";
		document.querySelector("main").append(p);
		p.style.color = matchMedia("(prefers-color-scheme: light)").matches ? "#ccc" : "#fff";
		p.append(document.createElement("button"));
	})()`)
	holds(t, strings.Join(b.violations(allRules), "\n"), "color-contrast: ", "button-name: ")
	b.eval(`document.querySelector("#faulty").style.color = "#333"`)
	holds(t, strings.Join(b.violations(allRules), "\n"), "button-name: ")
	b.scheme("dark")
	holds(t, strings.Join(b.violations(schemeRules), "\n"), "color-contrast: ")
}

// Nobody is shut out of any kind of page, at a desk or on a telephone.
func TestAxeKinds(t *testing.T) {
	need.Long(t)
	t.Parallel()
	b := openAxe(t)
	b.scheme("light")
	k := ours(t)
	for _, address := range onePageOfEachKind {
		if address != missingPage {
			k.page(t, address+"index.html") // or the page for what is missing would be looked at instead
		}
		b.open(address)
		b.accessible(address)
		b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
		b.report(address+" on a telephone", b.violations(narrowRules))
		b.do(chromedp.EmulateViewport(1280, 800))
	}
}

// Nor in any language. A theme need not be there in each of them.
func TestAxeLanguages(t *testing.T) {
	need.Long(t)
	t.Parallel()
	b := openAxe(t)
	b.scheme("light")
	k := ours(t)
	for _, lang := range []string{"es", "fr", "ru", "ar", "zh"} { // English: TestAxeKinds, TestAxeSearch
		for _, address := range []string{"/", "/resolutions/1540/", "/procedures/request-assistance/", "/themes/coordination/", "/search/?q=1540"} {
			folder, _, query := strings.Cut("/"+lang+address, "?")
			if _, err := os.Stat(filepath.Join(k.site, folder)); err != nil && strings.Contains(address, "themes") {
				t.Logf("%s is not there yet", folder)
				continue
			}
			k.page(t, folder+"index.html")
			b.open("/" + lang + address)
			if query {
				b.settled("li.hit")
			}
			b.accessible("/" + lang + address)
		}
	}
}

// Nor from anything that the search page may show, with its filters open.
func TestAxeSearch(t *testing.T) {
	t.Parallel()
	b := openAxe(t)
	b.scheme("light")
	for i := 0; i < len(searchStates); i += need.OneOf(2) {
		s := searchStates[i]
		b.open(s.address)
		b.settled(s.shows)
		b.eval(`document.querySelectorAll("main details").forEach((d) => { d.open = true; })`)
		b.accessible(s.address[:min(len(s.address), 60)])
	}
}

// settled waits until script has filled in the search page.
func (b *browser) settled(shows string) {
	b.t.Helper()
	b.wait(`document.querySelector("` + shows + `") !== null && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
}
