package main

import (
	"vademecum/indexer"

	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vademecum/internal/dom"
	"vademecum/internal/need"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

// openWithoutScript opens a tab on our own site in which pages run no script,
// as on many locked-down computers.
func openWithoutScript(t *testing.T) *browser {
	t.Helper()
	b := openBrowser(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	return b
}

// unseen names the texts of a page's main part that a reader cannot get at:
// all but what is marked as hidden, and what a click on a summary opens.
const unseen = `[...document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, dt, dd, td, th, legend, label, blockquote)")]
	.filter((e) => e.textContent.trim() && !e.closest("[hidden], noscript, details:not([open]) > :not(summary)"))
	.filter((e) => !e.checkVisibility({opacityProperty: true, visibilityProperty: true}))
	.map((e) => e.tagName + " " + e.textContent.trim().slice(0, 60)).join("\n")`

// dead names the controls that a reader sees and that do nothing without
// script.
const dead = `[...document.querySelectorAll("button, input[type=button], input[type=file], [role=button]")]
	.filter((e) => e.checkVisibility({visibilityProperty: true}) && !(e.type === "submit" && e.closest("form[action]")))
	.map((e) => e.outerHTML.slice(0, 100)).join("\n")`

// Every kind of page says all that it has to say, and offers nothing that
// would not work.
func TestBrowserKindsWithoutScript(t *testing.T) {
	t.Parallel()
	b := openWithoutScript(t)
	k := ours(t)
	for i, address := range onePageOfEachKind {
		if i%need.OneOf(3) != 0 {
			continue
		}
		b.open(address)
		if address == missingPage {
			b.forgive("status of 404")
		} else {
			b.want(`document.querySelector("h1").textContent.trim()`, heading(k.page(t, address+"index.html")))
		}
		if said := b.eval(`document.querySelector("main").innerText`); len(said) < 200 {
			t.Errorf("%s says only %q", address, said)
		}
		b.whole(address)
	}
	b.quiet()
}

// whole fails the test for what the page holds back without script.
func (b *browser) whole(page string) {
	b.t.Helper()
	b.report(page+" hides", strings.FieldsFunc(b.eval(unseen), newline))
	b.report(page+" offers in vain", strings.FieldsFunc(b.eval(dead), newline))
}

func newline(r rune) bool { return r == '\n' }

// heading is the title that a page shows.
func heading(doc *html.Node) string {
	for _, n := range elements(doc) {
		if n.Data == "h1" {
			return text(n)
		}
	}
	return ""
}

// Wherever it stands, in whatever language, the search form leads to results;
// they can be narrowed and turned over, and what was typed stays in the field.
func TestBrowserSearchesWithoutScript(t *testing.T) {
	t.Parallel()
	b := openWithoutScript(t)
	field := chromedp.CSS(`form[data-vade-search] input[name=q]`)
	for i, c := range []struct{ page, query string }{
		{"/", "coordination"}, {"/workshops/2019-12-panama-city/", "coordination"}, {"/search/", "coordination"},
		{"/es/", "coordinación"}, {"/fr/resolutions/1540/", "assistance"}, {"/ru/", "1540"}, {"/ar/", "1540"}, {"/zh/", "1540"}, {missingPage, "coordination"},
	} {
		if i%need.OneOf(4) != 0 {
			continue
		}
		b.open(c.page)
		b.do(chromedp.SendKeys(field, c.query+"\n"))
		b.wait(`location.pathname.endsWith("/search/") && document.querySelectorAll("li.hit a[href]").length > 0`)
		b.want(`document.querySelector("[data-vade-search] input[name=q]").value`, c.query)
		b.whole("results from " + c.page)
		b.want(`/\d/.test(document.querySelector("[data-vade-status]").innerText)`, "true")
	}
	b.forgive("status of 404")

	b.open("/search/?q=coordination")
	all := b.eval(`document.querySelector("[data-vade-status]").innerText`)
	first := b.eval(`document.querySelector("li.hit a").href`)
	b.do(chromedp.Click(chromedp.CSS(`[data-vade-paging] a[href*="page=2"]`)))
	b.wait(`new URLSearchParams(location.search).get("page") === "2" && document.querySelector("li.hit a") !== null`)
	b.want(`document.querySelector("li.hit a").href !== `+strconv.Quote(first), "true")

	b.open("/search/?q=coordination")
	b.eval(`document.querySelector("[data-vade-filters] details").open = true`) // the browser's own work, not the page's
	b.do(chromedp.Click(chromedp.CSS(`[data-vade-facets] a[href*="country=panama"]`)))
	b.wait(`new URLSearchParams(location.search).get("country") === "panama" && document.querySelector("li.hit a") !== null`)
	b.want(`document.querySelector("[data-vade-status]").innerText !== `+strconv.Quote(all), "true")
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`!location.pathname.includes("/search/") && document.querySelector("h1") !== null`)

	for query, shows := range map[string]string{
		"zzzzqqqq": "[data-vade-results] .message a", "cordination": "[data-vade-correction] [data-shown]",
		strings.Repeat("a", indexer.MaxQuery+1): ".message.error",
	} {
		b.open("/search/?q=" + query)
		b.want(`document.querySelector("`+shows+`")?.checkVisibility()`, "true")
	}
	b.forgive("status of 400")
	b.quiet()
}

// Forms can be filled in, to be printed: every question has its label and takes
// an answer.
func TestBrowserFormsWithoutScript(t *testing.T) {
	t.Parallel()
	b := openWithoutScript(t)
	for _, form := range []string{"/forms/assistance-worksheet/", "/forms/contact-letter/", "/forms/cover-note/"} {
		b.open(form)
		questions, err := strconv.Atoi(b.eval(`document.querySelectorAll("form[data-worksheet] .question").length`))
		if err != nil || questions < 3 {
			t.Fatalf("%s has %d questions, %v", form, questions, err)
		}
		for i := 0; i < questions; i += need.OneOf(3) {
			field := fmt.Sprintf(`document.querySelectorAll("form[data-worksheet] .question")[%d].querySelector("input, textarea, select")`, i)
			b.want(field+`.checkVisibility() && `+field+`.labels[0].checkVisibility() && !`+field+`.disabled && !`+field+`.readOnly`, "true")
			b.eval(field + `.focus()`)
			b.want(`document.activeElement === `+field, "true")
			if kind := b.eval(field + `.type`); kind == "checkbox" {
				b.do(chromedp.KeyEvent(" "))
				b.want(field+`.checked`, "true")
			} else if kind == "select-one" {
				b.do(chromedp.KeyEvent(kb.ArrowDown))
				b.want(field+`.value !== ""`, "true")
			} else if kind == "date" {
				b.do(chromedp.KeyEvent("11232026"))
				b.want(field+`.value !== ""`, "true")
			} else {
				b.do(chromedp.KeyEvent("7"))
				b.want(field+`.value`, "7")
			}
		}
	}
	b.quiet()
}

// The register shows every event, on its own page or on that of its year, and no
// filter that would not work. What a page holds, its HTML tells; that it is seen, the
// browser.
func TestBrowserRegisterWithoutScript(t *testing.T) {
	t.Parallel()
	b := openWithoutScript(t)
	notes, err := os.ReadDir("../../content/workshops")
	if err != nil {
		t.Fatal(err)
	}
	k, opened := ours(t), 0
	for _, address := range []string{"/workshops/", "/es/workshops/", "/ar/workshops/"} {
		pages := []string{address}
		for _, n := range elements(k.page(t, address+"index.html")) {
			if n.Data == "a" && inside(n, func(n *html.Node) bool { return dom.Has(n, "data-years") }) {
				pages = append(pages, attribute(n, "href"))
			}
		}
		if len(pages) < 10 {
			t.Errorf("%s leads to %d years", address, len(pages)-1)
		}
		var seen []string
		for _, page := range pages {
			var events []string
			for _, n := range elements(k.page(t, page+"index.html")) {
				if dom.Has(n, "data-filter-entry") && text(n) != "" && inside(n, func(n *html.Node) bool { return n.Data == "main" }) {
					events = append(events, attribute(n, "id"))
				}
			}
			if len(events) == 0 {
				t.Errorf("%s holds no event", page)
			}
			seen = append(seen, events...)
			if opened++; opened%need.OneOf(8) != 1%need.OneOf(8) {
				continue
			}
			b.open(page)
			b.want(`[...document.querySelectorAll("main [data-filter-entry]")].filter((e) => e.checkVisibility() && e.innerText.trim()).length`, strconv.Itoa(len(events)))
			b.want(`[...document.querySelectorAll("form[data-filter]")].every((f) => f.hasAttribute("action") || !f.checkVisibility())`, "true")
		}
		if len(seen) < 100 {
			t.Errorf("%s and its years show %d events", address, len(seen))
		}
		for _, n := range notes {
			if name, ok := strings.CutSuffix(n.Name(), ".md"); ok && !strings.Contains(name, ".") && name != "_index" && !slices.Contains(seen, name) {
				t.Errorf("%s and its years do not show %s", address, name)
			}
		}
	}
	b.quiet()
}
