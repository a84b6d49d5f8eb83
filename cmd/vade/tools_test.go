package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// A worksheet keeps nothing unless asked, saves to a file, loads it again, and
// is cleared by one button: drafts of requests describe a State's weaknesses.
func TestBrowserWorksheet(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/forms/cover-note/")
	kept := `Object.keys(localStorage).filter((key) => key.startsWith("vade-form")).length`
	status := `document.querySelector(".worksheet [role=status]").textContent`
	press := func(name string) {
		b.eval(fmt.Sprintf(`document.querySelector(".worksheet button[name=%s]").click()`, name))
	}
	says := func(key string) { b.want(status+` === document.querySelector(".worksheet").dataset.`+key, "true") }

	b.do(chromedp.SendKeys(chromedp.CSS(`#field-state`), "Utopia"))
	b.eval(`(() => { const s = document.querySelector("#field-publication"); s.selectedIndex = 2; s.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	b.want(`[...document.querySelectorAll("[data-blank=state]")].every((blank) => blank.textContent === "Utopia")`, "true")
	b.want(`document.querySelector("[data-blank=publication]").textContent === document.querySelector("#field-publication").selectedOptions[0].text`, "true")
	b.want(`document.querySelector("#field-state").parentElement.querySelector("output").textContent`, "Utopia")
	b.want(kept, "0")

	// What is saved is what was typed, and nothing is sent for it.
	b.eval(`window.savedText = ""; { const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((t) => (window.savedText = t)); return make.call(URL, blob); }; }`)
	b.eval(`HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; }`)
	press("save")
	b.wait(`window.savedText !== ""`)
	says("saved")
	b.want(`/^cover-note-\d{4}-\d\d-\d\d\.json$/.test(window.savedName)`, "true")
	saved := b.eval(`window.savedText`)
	var file struct {
		Form    string
		Answers map[string]string
	}
	if err := json.Unmarshal([]byte(saved), &file); err != nil || file.Form != "cover-note" || file.Answers["state"] != "Utopia" || file.Answers["publication"] == "" {
		t.Errorf("saved %s: %v", saved, err)
	}

	press("clear")
	b.want(`document.querySelector("#field-state").value`, "")
	says("cleared")

	load := func(text string) {
		t.Helper()
		name := write(t, filepath.Join(t.TempDir(), "saved.json"), text)
		b.eval(`document.querySelector(".worksheet [role=status]").textContent = ""`)
		b.do(chromedp.SetUploadFiles(chromedp.CSS(`.worksheet input[type=file]`), []string{name}))
		b.wait(status + ` !== ""`)
	}
	load(saved)
	says("loaded")
	b.want(`document.querySelector("#field-state").value`, "Utopia")
	for text, key := range map[string]string{
		"not JSON": "foreign", `{"form":"contact-letter","answers":{"state":"X"}}`: "other",
		`{"format":99,"form":"cover-note","answers":{"state":"X"}}`: "foreign", // of a program to come
	} {
		load(text)
		says(key)
		b.want(`document.querySelector("#field-state").value`, "Utopia")
	}

	// The first files did not say their format.
	load(`{"form":"cover-note","answers":{"state":"Ruritania"}}`)
	says("loaded")
	b.want(`document.querySelector("#field-state").value`, "Ruritania")
	load(saved)

	// Kept only when asked, and then found again.
	b.eval(`document.querySelector("input[name=keep]").click()`)
	b.want(kept, "1")
	b.open("/forms/cover-note/")
	b.wait(`document.querySelector("#field-state").value === "Utopia"`)
	press("clear")
	b.want(kept, "0")
	b.open("/forms/cover-note/")
	b.wait(`!document.querySelector(".worksheet .buttons").hidden`)
	b.want(`document.querySelector("#field-state").value`, "")
	b.quiet()
}

// Lists are narrowed by what readers ask, and a link to a hidden entry shows it.
func TestBrowserFilters(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	choose := func(name, value string) {
		b.eval(fmt.Sprintf(`(() => { const s = document.querySelector("form.filter select[name=%s]"); s.value = %q; s.dispatchEvent(new Event("change", { bubbles: true })); })()`, name, value))
	}
	shown := `[...document.querySelectorAll("[data-filter-entry]")].filter((e) => e.offsetHeight > 0).length`

	b.open("/workshops/2019/")
	b.wait(`!document.querySelector("form.filter").hidden`)
	all := b.eval(shown)
	choose("country", "panama")
	b.want(`[...document.querySelectorAll("[data-filter-entry]:not([hidden])")].every((e) => e.dataset.filterCountry.split(" ").includes("panama"))`, "true")
	b.want(shown+` < `+all+` && `+shown+` > 1`, "true")
	b.want(`[...document.querySelectorAll("[data-filter-group]")].every((g) => g.hidden === !g.querySelector("[data-filter-entry]:not([hidden])"))`, "true")
	b.want(`new URLSearchParams(location.search).get("country")`, "panama")
	b.eval(`location.hash = "#2019-02-lima"`)
	b.wait(`document.getElementById("2019-02-lima").offsetHeight > 0`)
	b.want(shown, all)
	b.want(`location.search`, "")

	// What was chosen can be sent to somebody, and a tile of the figure leads to its events.
	b.open("/workshops/2019/?country=panama&theme=customs&region=nowhere")
	b.wait(`document.querySelector("form.filter select[name=country]").value === "panama" && ` + shown + ` < ` + all)
	b.open("/workshops/")
	b.eval(`location.href = [...document.querySelectorAll(".tiles-grid a")].find((a) => a.getAttribute("href").includes("region=africa&year=2019")).href.baseVal`)
	b.wait(`location.hash === "#y2019" && document.readyState === "complete"`)
	b.wait(`[...document.querySelectorAll("[data-filter-entry]:not([hidden])")].every((e) => e.dataset.filterRegion === "africa")`)
	b.want(shown+` > 0`, "true")
	// An event that has moved to its year is found by its old address.
	b.open("/workshops/#2011-01-vienna")
	b.wait(`location.pathname === "/workshops/2011/" && location.hash === "#2011-01-vienna"`)

	b.open("/resolutions/1540/")
	b.wait(`!document.querySelector("form.filter").hidden`)
	choose("part", "duty")
	b.want(`[...document.querySelectorAll(".para:not([hidden])")].map((p) => p.id).join(" ")`, "op1 op2 op3 op3-a op3-b op3-c op3-d")
	b.quiet()
}

// Ticks at steps, and the choice of colours, stay on the device.
func TestBrowserRemembers(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/procedures/request-assistance/")
	b.wait(`!document.querySelector("[data-ticks]").hidden`)
	b.eval(`document.querySelector("[data-tick=send-it]").click()`)
	b.want(`/^1\b/.test(document.querySelector("[data-ticks] output").textContent)`, "true")
	b.open("/es/procedures/request-assistance/")
	b.wait(`document.querySelector("[data-tick=send-it]").checked`)
	b.eval(`document.querySelector("[data-ticks] button").click()`)
	b.open("/procedures/request-assistance/")
	b.wait(`!document.querySelector("[data-ticks]").hidden`)
	b.want(`document.querySelectorAll("[data-tick]:checked").length`, "0")

	paper := `getComputedStyle(document.body).backgroundColor`
	light := b.eval(paper)
	b.eval(`document.querySelector("[data-mode-switch]").click()`)
	if dark := b.eval(paper); dark == light {
		t.Errorf("the switch changes nothing: %s", dark)
	}
	b.open("/")
	b.want(`document.documentElement.dataset.mode`, "dark")
	b.want(paper+` !== `+fmt.Sprintf("%q", light), "true")
	b.eval(`document.querySelector("[data-mode-switch]").click()`)
	b.scheme("dark")
	b.want(paper, light)
	b.want(`getComputedStyle(document.documentElement).colorScheme`, "light") // of what the browser draws
	b.quiet()
}

// What a result showed is lit up where it leads, and a page that is not there
// offers a search for the words of its address.
func TestBrowserLeadsOn(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/search/?q=coordination+mechanisms")
	b.wait(`document.querySelector("li.hit h3 a")?.search !== ""`)
	b.eval(`document.querySelector("li.hit h3 a").click()`)
	b.wait(`location.pathname === "/workshops/2019-12-panama-city/" && document.readyState === "complete"`)
	b.wait(`CSS.highlights.has("vade")`)
	b.want(`[...CSS.highlights.get("vade")].every((r) => ["coordination", "mechanisms"].includes(r.toString().toLowerCase()))`, "true")
	b.want(`CSS.highlights.get("vade").size > 2`, "true")
	b.quiet()

	b.open("/themes/export-control-lists/")
	b.wait(`!document.querySelector("[data-missing]").hidden`)
	b.want(`document.querySelector("[data-missing] a").textContent`, "export control lists")
	b.eval(`document.querySelector("[data-missing] a").click()`)
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.forgive("status of 404")
	b.quiet()
}

// A citation, or the name of a page, is answered by the thing itself on top.
func TestBrowserDirectAnswer(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	for query, want := range map[string]string{"OP3(d)": "/resolutions/1540/", "brokering+controls": "/themes/brokering/", "related+materials": "/glossary/"} {
		b.open("/search/?q=" + query)
		b.wait(`document.querySelectorAll("li.hit").length > 0`)
		b.want(`[...document.querySelectorAll("li.hit [data-direct]:not([hidden])")].map((m) => m.closest("li.hit").querySelector("h3 a").pathname).join()`, want)
	}
	b.open("/search/?q=coordination&kind=workshop&kind=theme")
	b.wait(`document.querySelectorAll("[data-vade-chosen] a").length === 2`)
	b.eval(`document.querySelector("[data-vade-chosen] a").click()`)
	b.wait(`document.querySelectorAll("[data-vade-chosen] a").length === 1 && new URLSearchParams(location.search).getAll("kind").length === 1`)
	b.quiet()
}

// Short addresses lead to the place itself.
func TestSiteShortAddresses(t *testing.T) {
	t.Parallel()
	k := ours(t)
	for file, want := range map[string]string{
		"resolutions/1540/op3d/index.html":       "/resolutions/1540/#op3-d",
		"es/resolutions/1540/op3d/index.html":    "/es/resolutions/1540/#op3-d",
		"glossary/related-materials/index.html":  "/glossary/#related-materials",
		"fr/glossary/non-state-actor/index.html": "/fr/glossary/#non-state-actor",
		"workshops/2024-06-beijing/index.html":   "/workshops/#2024-06-beijing",
		"resolutions/mandate/index.html":         "/guides/mandate/",
		"timeline/index.html":                    "/guides/mandate/",
	} {
		page, err := os.ReadFile(filepath.Join(k.site, filepath.FromSlash(file)))
		if err != nil {
			t.Error(err)
			continue
		}
		holds(t, string(page), `content="0; url=`+want+`"`, `noindex`)
	}
}

// A reader who narrows the register, follows a link and comes back sees the list
// that the box names, whether the browser kept the page or loads it again.
func TestBrowserFilterAfterBack(t *testing.T) {
	t.Parallel()
	shown := `[...document.querySelectorAll("[data-filter-entry]:not([hidden])")]`
	for _, kept := range []bool{true, false} {
		b := openBrowser(t)
		b.open("/workshops/2019/")
		all := b.eval(shown + `.length`)
		if !kept {
			b.eval(`(addEventListener("unload", () => {}), 1)`) // a page that listens for this is not kept
		}
		b.eval(`(() => { const s = document.querySelector("form.filter select[name=country]"); s.value = "panama"; s.dispatchEvent(new Event("change", { bubbles: true })); })()`)
		few, count := b.eval(shown+`.length`), b.eval(`document.querySelector("[data-filter-count]").textContent`)
		if few == all || few == "0" {
			t.Fatalf("%s of %s entries are of Panama", few, all)
		}
		b.eval(`(self.before = true, 1)`)
		b.eval(`document.querySelector("[data-filter-entry]:not([hidden]) h3 a[href^='/']").click()`)
		b.wait(`location.pathname !== "/workshops/2019/" && document.readyState === "complete"`)
		b.eval(`history.back()`)
		b.wait(`location.pathname === "/workshops/2019/" && document.readyState === "complete"`)
		b.wait(`document.querySelector("form.filter select[name=country]").value === "panama"`)
		if again := b.eval(`self.before !== true`); !kept && again != "true" {
			t.Error("the page was kept, so nothing was brought back")
		}
		b.wait(shown + `.length === ` + few)
		b.want(`document.querySelector("[data-filter-count]").textContent`, count)
		b.want(shown+`.every((e) => e.dataset.filterCountry.split(" ").includes("panama"))`, "true")
	}
}
