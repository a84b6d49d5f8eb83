package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"vademecum/cmd/vade/internal/portable"
	"vademecum/internal/need"
)

// alone is our own site in one file, made once for all tests that only read it.
var alone = sync.OnceValues(func() (string, error) {
	k, err := buildKnowledgeBase()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(shared, "one file (50%) #1 ñ")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	_, err = portable.WriteSingle(context.Background(), k.site, filepath.Join(dir, "site.html"))
	return dir, err
})

// singleAt gives the address of a place in the file that is our whole site.
func singleAt(t *testing.T, place string) string {
	t.Helper()
	dir, err := alone()
	if err != nil {
		t.Fatal(err)
	}
	return onDisk(dir, "site.html") + place
}

// onPage tells whether the document holds a page of the site, by its file.
func onPage(file string) string {
	return fmt.Sprintf(`document.documentElement.dataset.vadePage === %q`, file)
}

// singleInView is inView for an address whose fragment holds a path too.
const singleInView = `(() => {
	const id = location.hash.slice(1).split("#")[1];
	const e = id && document.getElementById(decodeURIComponent(id));
	if (!e) return false;
	const r = e.getBoundingClientRect();
	return r.height > 0 && r.top >= -1 && r.top < innerHeight && e.hasAttribute("data-vade-target");
})()`

// A person opens the file, searches, narrows, reads the passage and comes back; every
// place has an address that can be passed on.
func TestSingleInChromium(t *testing.T) {
	need.Long(t)
	t.Parallel()
	dir, err := alone()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "site.html")); err != nil || info.Size() > 6.5e6 {
		t.Errorf("our own site in one file has %d bytes, want 6.5 MB at most (%v)", info.Size(), err)
	}
	b := opened(t, "http://")
	b.do(chromedp.Navigate(singleAt(t, "")))
	b.wait(onPage("index.html"))
	t.Logf("first page after %s ms", b.eval(`Math.round(performance.now())`))
	b.want(`document.documentElement.lang + " " + document.querySelector("h1").checkVisibility()`, "en true")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "coordination mechanisms\r"))
	b.wait(onPage("search/index.html") + ` && document.querySelectorAll("li.hit").length > 1`)
	t.Logf("first result after %s ms", b.eval(`Math.round(performance.now())`))
	b.want(`document.querySelector("li.hit a").getAttribute("href").includes("#/workshops/2019-12-panama-city/#")`, "true")
	before := b.eval(`document.querySelectorAll("li.hit").length`)
	b.do(chromedp.Click(chromedp.CSS(`[data-vade-facets] a[href*="country=panama"]`)))
	b.wait(`new URLSearchParams(location.search).get("country") === "panama" && document.querySelector('[data-vade-facets] a[aria-current="true"][href]') !== null && document.querySelectorAll("li.hit").length < ` + before)
	b.settled("li.hit a")
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(onPage("workshops/2019-12-panama-city/index.html") + ` && ` + singleInView)
	b.want(`CSS.highlights.get("vade").size > 0`, "true")
	passed := b.eval("location.href")
	b.eval(`history.back()`)
	b.wait(onPage("search/index.html") + ` && document.querySelector("[data-vade-search] input[name=q]").value === "coordination mechanisms" && document.querySelectorAll("li.hit").length > 0`)
	b.want(`new URLSearchParams(location.search).get("country")`, "panama")
	b.eval(`history.back()`)
	b.wait(`!location.search.includes("panama") && document.querySelectorAll("li.hit").length > 1`)

	// The address of a section, opened anew; then the same place in another language.
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(passed))
	b.wait(onPage("workshops/2019-12-panama-city/index.html") + ` && ` + singleInView)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(singleAt(t, "#/resolutions/1540/#op3-d")))
	b.wait(onPage("resolutions/1540/index.html") + ` && ` + singleInView)
	b.do(chromedp.Click(chromedp.CSS(`.languages a[lang=ar]`)))
	b.wait(onPage("ar/resolutions/1540/index.html") + ` && document.documentElement.dir === "rtl" && ` + singleInView)
	b.want(`document.title.length > 10 && document.querySelector("h1").checkVisibility()`, "true")
	b.do(chromedp.Click(chromedp.CSS("a.brand")))
	b.wait(onPage("ar/index.html") + ` && location.search === "" && scrollY === 0`)

	// A list that is narrowed down keeps what was chosen in the address.
	b.do(chromedp.Navigate(singleAt(t, "?#/workshops/")))
	b.wait(onPage("workshops/index.html") + ` && !document.querySelector("form[data-filter]").hidden`)
	b.eval(`(() => { const s = document.querySelector("form[data-filter] select"); s.selectedIndex = 1; s.dispatchEvent(new Event("change", { bubbles: true })); })()`)
	b.wait(`location.search.length > 3 && document.querySelector("[data-filter-entry][hidden]") !== null`)
	b.want(onPage("workshops/index.html"), "true")

	// What is not there, and an address of before.
	b.do(chromedp.Navigate(singleAt(t, "?#/es/no-hay/coordinacion/")))
	b.wait(onPage("es/404.html") + ` && document.querySelector("[data-missing] a").textContent === "coordinacion"`)
	b.do(chromedp.Click(chromedp.CSS(`[data-missing] a`)))
	b.wait(onPage("es/search/index.html") + ` && document.querySelectorAll("li.hit").length > 0`)

	// Paper shows the page alone.
	b.do(chromedp.Navigate(singleAt(t, "?#/procedures/request-assistance/")))
	b.wait(onPage("procedures/request-assistance/index.html"))
	paper, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{})
	if err != nil || len(paper.Data) < 20_000 {
		t.Errorf("printed: %d letters (%v)", len(paper.Data), err)
	}
	b.quiet()
}

// What is typed into a worksheet is not lost by a click.
func TestSingleKeepsWhatIsTyped(t *testing.T) {
	need.Long(t)
	t.Parallel()
	b := opened(t, "http://")
	b.do(chromedp.Navigate(singleAt(t, "#/forms/assistance-worksheet/")))
	b.wait(onPage("forms/assistance-worksheet/index.html") + ` && !document.querySelector("form[data-worksheet] .buttons").hidden`)
	b.eval(`addEventListener("beforeunload", (e) => (document.title = "asked " + e.defaultPrevented))`)
	b.do(chromedp.SendKeys(chromedp.CSS(`form[data-worksheet] textarea`), "x"))
	b.want(`window.dispatchEvent(new Event("beforeunload", { cancelable: true }))`, "false")
	b.want(`document.title`, "asked true")
	b.quiet()
}

// Every link in the file leads to a page of it, and its policy lets nothing else in.
func TestSingleIsWhole(t *testing.T) {
	need.Long(t)
	t.Parallel()
	b := opened(t, "http://")
	b.do(chromedp.Navigate(singleAt(t, "")))
	b.wait(onPage("index.html"))
	b.eval(`document.head.append(Object.assign(document.createElement("style"), { textContent: "h1 { color: red }" }))`)
	b.eval(`document.body.append(Object.assign(document.createElement("img"), { src: "https://elsewhere.example/x.png" }))`)
	b.want(`(() => { try { document.body.innerHTML = "<p>"; return "let in"; } catch { return "refused"; } })()`, "refused")
	b.want(`(() => { try { document.createElement("script").src = "x.js"; return "let in"; } catch { return "refused"; } })()`, "refused")
	b.want(`getComputedStyle(document.querySelector("h1")).color !== "rgb(255, 0, 0)"`, "true")
	b.mu.Lock()
	for _, f := range b.faults {
		if !strings.Contains(f, "Content Security Policy") && !strings.Contains(f, "TrustedHTML") && !strings.Contains(f, "TrustedScriptURL") && !strings.Contains(f, "Trusted Type") && !strings.HasSuffix(f, "elsewhere.example/x.png") {
			t.Error(f)
		}
	}
	b.faults = nil
	b.mu.Unlock()
}

func TestSingleInFirefox(t *testing.T) {
	need.Long(t)
	t.Parallel()
	f := openFirefox(t)
	f.open(singleAt(t, ""))
	f.wait(onPage("index.html"))
	f.send(`[data-vade-search] input[name=q]`, "coordination mechanisms\uE007")
	f.wait(onPage("search/index.html") + ` && document.querySelectorAll("li.hit").length > 1`)
	t.Logf("first result after at most %v ms", f.eval(`Math.round(performance.now())`))
	f.click("li.hit a")
	f.wait(onPage("workshops/2019-12-panama-city/index.html") + ` && ` + singleInView)
	f.call("WebDriver:Back", map[string]any{})
	f.wait(onPage("search/index.html") + ` && document.querySelectorAll("li.hit").length > 1`)
	f.click(`[data-vade-facets] a[href*="country=panama"]`)
	f.wait(`new URLSearchParams(location.search).get("country") === "panama" && document.querySelectorAll("li.hit").length > 0`)
	f.open(singleAt(t, "?q=1540#/ar/search/"))
	f.wait(onPage("ar/search/index.html") + ` && document.querySelectorAll("li.hit").length > 0`)
	f.open(singleAt(t, "#/resolutions/1540/#op3-d"))
	f.wait(onPage("resolutions/1540/index.html") + ` && ` + singleInView)
	if got := f.eval(`performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("data:") && !n.startsWith("blob:")).join(" ")`); got != "" {
		t.Errorf("requests: %v", got)
	}
	if said := f.said(); len(said) > 0 {
		t.Errorf("in the console: %v", said)
	}
}
