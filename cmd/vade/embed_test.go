package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// orchard is a site of another maker: no word of it knows of our search.
func orchard(t *testing.T, flags ...string) (dir, index string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "orchard site")
	page := func(file, lang, title, text string) {
		direction := ""
		if lang == "ar" {
			direction = ` dir="rtl"`
		}
		write(t, filepath.Join(dir, file), `<!DOCTYPE html>
<html lang="`+lang+`"`+direction+`><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>`+title+`</title>
<style>:root { color-scheme: light dark } body { margin: 1rem; font-family: sans-serif; color: CanvasText; background: Canvas }</style></head>
<body><header><p>Orchard</p></header><main><h1>`+title+`</h1>`+text+`</main></body></html>`)
	}
	page("index.html", "en-GB", "Orchard", "<p>Trees and their care through the year.</p>")
	for i, tree := range []string{"apple", "pear", "plum", "cherry", "quince", "medlar", "walnut", "almond", "mulberry", "fig", "apricot", "peach"} {
		page("trees/"+tree+".html", "en-GB", "The "+tree, fmt.Sprintf(`<p>A %s tree is pruned in winter.</p><h2 id="graft">Grafting</h2><p>Graft the %[1]s in March.</p><meta name="vade:family" content="%s">`, tree, []string{"Rosaceae", "nuts"}[i%2]))
	}
	page("es/index.html", "es", "Huerto", "<p>Los árboles se podan en invierno.</p>")
	page("ar/index.html", "ar", "بستان", "<p>تقلم أشجار البستان في الشتاء.</p>")
	index = filepath.Join(t.TempDir(), "index")
	must(t, append([]string{"index", dir, "--out", index}, flags...)...)
	return dir, index
}

// strictHost is a host of plain files that lets nothing run but the site's own
// scripts, and demands Trusted Types.
func strictHost(dir string, policy string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "favicon.ico") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		files.ServeHTTP(w, r)
	})
}

const strict = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; form-action 'self'; require-trusted-types-for 'script'; trusted-types vade"

// Two lines in the pages of any site are enough: on a strict host, on a disk, and
// where an endpoint answers.
func TestElements(t *testing.T) {
	t.Parallel()
	dir, index := orchard(t, "--page", "--inject", "header")
	x, err := indexer.Open(index)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	const unconnected = "no connections"
	for i, c := range []struct {
		name string
		host http.Handler
		root string // where it is not the host's
	}{
		{unconnected, strictHost(dir, strings.Replace(strict, " connect-src 'self';", "", 1)), ""},
		{"strict", strictHost(dir, strict), ""},
		{"disk", strictHost(dir, strict), (&url.URL{Scheme: "file", Path: dir}).String()},
		{"endpoint", cli.FolderHandler(os.DirFS(dir), x), ""},
	} {
		if i%need.OneOf(2) != 0 {
			continue
		}
		b := openBrowserOn(t, c.host)
		if c.root != "" {
			useElements(t, b, c.root, c.name)
			continue // each file of it is a request to another host
		}
		useElements(t, b, b.root, c.name)
		if c.name == unconnected {
			b.forgive("Content Security Policy")
		}
		b.forgiveAny("favicon.ico")
		b.quiet()
	}
}

// forgiveAny is forgive for what need not have happened.
func (b *browser) forgiveAny(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.faults[:0]
	for _, f := range b.faults {
		if !strings.Contains(f, what) {
			kept = append(kept, f)
		}
	}
	b.faults = kept
}

func useElements(t *testing.T, b *browser, root, name string) {
	t.Helper()
	field := chromedp.CSS("vade-search input[name=q]")
	b.do(chromedp.Navigate(root + "/trees/plum.html"))
	b.want(`performance.getEntriesByType("resource").some((e) => e.name.includes("vade-core"))`, "false")
	b.do(chromedp.SendKeys(field, "graft quin"))
	b.wait(`document.querySelector("vade-search [part~=hit] a")?.href.endsWith("/trees/quince.html#graft")`) // not the answer to the first letters
	b.wait(`/\d/.test(document.querySelector("vade-search [role=status]").textContent)`)
	b.do(chromedp.SendKeys(field, "\ue015")) // arrow down
	b.eval(`document.querySelector("vade-search input").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }))`)
	b.want(`document.activeElement.matches("vade-search [part~=hit] a")`, "true")
	b.eval(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))`)
	b.want(`document.activeElement.matches("vade-search input") && document.querySelector("vade-search [part~=popup]").hidden`, "true")
	b.want(`vademecum.search instanceof Function`, "true")
	b.eval(`vademecum.search("graft", { facets: { family: "nuts" }, size: 3 }).then((a) => { window.said = a; })`)
	b.wait(`window.said?.total === 6 && window.said.pages.length === 3`)
	b.want(`new URL(said.pages[0].url, location.href).href.startsWith(`+fmt.Sprintf("%q", strings.ReplaceAll(root, " ", "%20"))+` + "/trees/")`, "true")

	// Enter leads to the page of results.
	b.eval(`document.querySelector("vade-search form").requestSubmit()`)
	b.wait(`location.pathname.endsWith("/search/") || location.pathname.endsWith("/search/index.html")`)
	b.wait(`document.querySelectorAll("vade-results [part~=hit]").length > 0`)
	b.do(chromedp.Navigate(root + "/search/index.html?q=pruned"))
	b.wait(`document.querySelectorAll("vade-results [part~=hit]").length === 10`)
	b.wait(`[...document.querySelectorAll("vade-results [part~=facet] h2")].map((h) => h.textContent).join() === "Family,Language"`)
	b.eval(`[...document.querySelectorAll("vade-results [part~=facet] a")].find((a) => a.textContent === "nuts").click()`)
	b.wait(`document.querySelectorAll("vade-results [part~=hit]").length === 6 && document.querySelectorAll("[part~=chip]").length === 1`)

	// Typing is one step of the history, and Back comes to the query before.
	b.eval(`document.querySelector("vade-results input").focus()`)
	type_ := func(text string) {
		b.eval(fmt.Sprintf(`(() => { const f = document.querySelector("vade-results input"); f.value = %q; f.dispatchEvent(new Event("input", { bubbles: true })); })()`, text))
		b.wait(fmt.Sprintf(`new URLSearchParams(location.search).get("q") === %q`, text))
	}
	type_("wal")
	type_("walnut")
	b.eval(`history.back()`)
	b.wait(`document.querySelector("vade-results input").value === "pruned" && new URLSearchParams(location.search).get("q") === "pruned"`)

	// What an input method is composing is not yet a query.
	b.eval(`(() => { const f = document.querySelector("vade-results input"); f.dispatchEvent(new CompositionEvent("compositionstart")); f.value = "かり"; f.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	b.eval(`new Promise((done) => setTimeout(done, 500))`)
	b.want(`new URLSearchParams(location.search).get("q")`, "pruned")
	b.eval(`(() => { const f = document.querySelector("vade-results input"); f.value = "apple"; f.dispatchEvent(new CompositionEvent("compositionend")); })()`)
	b.wait(`new URLSearchParams(location.search).get("q") === "apple"`)

	// Each language has its own words.
	b.do(chromedp.Navigate(root + "/es/index.html"))
	b.want(`document.querySelector("vade-search input").placeholder`, "Buscar")
	b.do(chromedp.SendKeys(field, "podan"))
	b.wait(`document.querySelector("vade-search [role=status]")?.textContent === "Páginas encontradas: 1"`)
	if t.Failed() {
		t.Fatalf("on %s", name)
	}
}

// Without the core, be it refused or lost, the form still leads to the page of
// results, which says what is missing.
func TestElementsWithoutScript(t *testing.T) {
	t.Parallel()
	dir, _ := orchard(t, "--page", "--inject", "header", "--modal")
	for _, policy := range []string{strings.Replace(strict, "trusted-types vade", "trusted-types 'none'", 1), "-"} {
		if policy == "-" {
			policy = strict
			if err := os.Remove(filepath.Join(dir, "search", "vade-core.js")); err != nil {
				t.Fatal(err)
			}
		}
		b := openBrowserOn(t, strictHost(dir, policy))
		b.open("/trees/fig.html")
		b.do(chromedp.Click(chromedp.CSS("vade-search button")))
		b.wait(`document.querySelector("vade-search form").checkVisibility() && document.activeElement.name === "q"`)
		b.eval(`(() => { const f = document.querySelector("vade-search form"); f.q.value = "fig"; f.requestSubmit(); })()`)
		b.wait(`location.pathname.includes("/search/") && document.querySelector("[data-vade-missing]")?.checkVisibility()`)
	}
}

// The files of a large web index are packed. They are read on a strict host, by script
// elements where nothing can be fetched, on a disk, and by a browser that cannot unpack by
// itself; one that is damaged is told to the reader.
func TestElementsPacked(t *testing.T) {
	t.Parallel()
	need.Long(t)
	dir := filepath.Join(t.TempDir(), "large site")
	for i := range 60 {
		var b strings.Builder
		fmt.Fprintf(&b, "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Ledger %d</title><header>Ledgers</header><main><h1>Ledger %[1]d</h1><p>“Ink” is пурпур.", i)
		for k := range 3000 {
			fmt.Fprintf(&b, " entry%dnumber", (i*7919+k*k)%5000)
		}
		write(t, filepath.Join(dir, fmt.Sprintf("l%d.html", i)), b.String()+"</p></main></html>")
	}
	must(t, "index", dir, "--out", filepath.Join(t.TempDir(), "index"), "--inject", "header")
	texts, err := filepath.Glob(filepath.Join(dir, "search", "en", "x*", "*.js"))
	if err != nil || len(texts) == 0 || !strings.HasPrefix(read(t, texts[0]), "\xff\xfe") {
		t.Fatalf("the web index is not packed (%d texts, %v)", len(texts), err)
	}
	text := func(b *browser, root, query, says string) {
		t.Helper()
		b.do(chromedp.Navigate(root + "/l1.html"))
		b.do(chromedp.SendKeys(chromedp.CSS("vade-search input"), query))
		b.wait(fmt.Sprintf(`document.querySelector("vade-search [part~=popup]")?.textContent.includes(%q)`, says))
	}
	disk := (&url.URL{Scheme: "file", Path: dir}).String()
	const without = `delete self.DecompressionStream`
	for _, c := range []struct{ name, policy, root, before string }{
		{"strict", strict, "", ""},
		{"no connections", strings.Replace(strict, " connect-src 'self';", "", 1), "", ""},
		{"disk", strict, disk, ""},
		{"unpacks nothing", strict, "", without},
		{"disk, unpacks nothing", strict, disk, without},
	} {
		b := openBrowserOn(t, strictHost(dir, c.policy))
		if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: c.before}); err != nil {
			t.Fatal(err)
		}
		text(b, cmp.Or(c.root, b.root), "ink 17", "“Ink” is пурпур")
		text(b, cmp.Or(c.root, b.root), `"is purpur" `, "No page found")
		text(b, cmp.Or(c.root, b.root), `"is пурпур" 23`, "Ledger 23")
		if t.Failed() {
			t.Fatalf("on %s", c.name)
		}
	}
	for _, file := range texts {
		data := []byte(read(t, file))
		data[len(data)/2] ^= 1
		write(t, file, string(data))
	}
	for root, says := range map[string]string{"": "Please try again", disk: "missing or damaged"} {
		b := openBrowserOn(t, strictHost(dir, strict))
		text(b, cmp.Or(root, b.root), "ink 17", says)
	}
}

// What few searches need comes in a script of its own; where that is of another
// version than the core, the reader is told.
func TestElementsRare(t *testing.T) {
	t.Parallel()
	dir, _ := orchard(t, "--inject", "header")
	b := openBrowserOn(t, strictHost(dir, strict))
	asks := func(query, then string) {
		b.open("/trees/fig.html")
		b.do(chromedp.SendKeys(chromedp.CSS("vade-search input"), query))
		b.wait(then)
	}
	status := func(text string) string {
		return fmt.Sprintf(`document.querySelector("vade-search [role=status]")?.textContent.includes(%q)`, text)
	}
	first := func(file string) string {
		return fmt.Sprintf(`document.querySelector("vade-search [part~=hit] a")?.pathname.endsWith(%q)`, file)
	}
	asks("quince tree", first("quince.html"))
	b.wait(`performance.getEntriesByType("resource").some((e) => e.name.includes("vade-rare"))`) // the site has facets
	asks(`"graft the medlar"`, first("medlar.html"))
	asks("mulbery ", first("mulberry.html"))
	asks("-pear", status("only says what to leave out"))
	asks("family:nuts", status("Pages found: 6"))
	b.quiet()

	file := filepath.Join(dir, "search", "vade-rare.js")
	write(t, file, regexp.MustCompile(`\[\d+,`).ReplaceAllString(read(t, file), "[7,"))
	asks(`"graft the medlar"`, status("updated in the meantime"))
	b.quiet()
}

// A dialog takes the form in, Ctrl+K opens it, and a link asks in it.
func TestElementsModal(t *testing.T) {
	t.Parallel()
	dir, _ := orchard(t, "--inject", "header", "--modal")
	file := filepath.Join(dir, "trees", "fig.html")
	write(t, file, strings.Replace(read(t, file), "</main>", `<vade-link><a href="/nowhere/?q=quince">quince</a></vade-link></main>`, 1))
	b := openBrowserOn(t, strictHost(dir, strict))
	b.open("/trees/fig.html")
	if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "rawKeyDown", Modifiers: 2, Key: "k", Code: "KeyK", WindowsVirtualKeyCode: 75}); err != nil {
		t.Fatal(err)
	}
	b.wait(`document.querySelector("vade-search dialog")?.open && document.activeElement.name === "q"`)
	b.do(chromedp.SendKeys(chromedp.CSS("vade-search dialog input"), "pear"))
	b.wait(`document.querySelector("vade-search dialog [part~=hit] a")?.href.endsWith("/trees/pear.html")`)
	b.eval(`document.querySelector("vade-search [part~=close]").click()`)
	b.wait(`!document.querySelector("vade-search dialog").open`)
	b.do(chromedp.Click(chromedp.CSS("vade-link a")))
	b.wait(`document.querySelector("vade-search dialog").open && document.querySelector("vade-search dialog [part~=hit] a")?.href.endsWith("/trees/quince.html")`)
	b.quiet()
}

// Nobody is shut out of the elements: in light, dark and forced colours, from
// right to left, and on the narrowest screen.
func TestAxeElements(t *testing.T) {
	t.Parallel()
	axe := read(t, need.NodeModule(t, "axe-core/axe.min.js"))
	dir, _ := orchard(t, "--page", "--inject", "header")
	modal, _ := orchard(t, "--inject", "header", "--modal")
	plum := filepath.Join(dir, "trees", "plum.html")
	write(t, plum, strings.Replace(read(t, plum), "</main>", `<p><vade-link><a href="/search/?q=quince">quince</a></vade-link></p></main>`, 1))
	pictures := os.Getenv("VADE_PICTURES")
	seen := 0
	for _, site := range []struct{ dir, kind string }{{dir, "box"}, {modal, "modal"}} {
		b := openBrowserOn(t, strictHost(site.dir, strings.Replace(strict, "script-src 'self'", "script-src 'self' 'unsafe-inline'", 1)))
		type page struct{ address, query string }
		pages := []page{{"/trees/plum.html", "graft"}, {"/ar/index.html", "بستان"}}
		if site.kind == "box" {
			pages = append(pages, page{"/search/index.html?q=pruned", ""}, page{"/search/ar/index.html?q=البستان", ""}, page{"/search/index.html?q=zzzzqq", ""})
		}
		for _, page := range pages {
			address, query := page.address, page.query
			for _, look := range []struct {
				name     string
				features []*emulation.MediaFeature
				width    int64
			}{
				{"light", []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}}, 1280},
				{"dark", []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}, 320},
				{"forced", []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}, 320},
			} {
				// One in four is of each look and of most pages.
				if seen++; seen%need.OneOf(4) != 1%need.OneOf(4) {
					continue
				}
				if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: look.features}); err != nil {
					t.Fatal(err)
				}
				b.do(chromedp.EmulateViewport(look.width, 800))
				b.open(address)
				switch {
				case query == "":
					b.wait(`document.querySelector("vade-results [part~=hit], vade-results [part~=message]") !== null && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
					b.eval(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
				case site.kind == "modal":
					b.do(chromedp.Click(chromedp.CSS("vade-search button")))
					b.wait(`document.querySelector("vade-search dialog")?.open`)
					fallthrough
				default:
					b.do(chromedp.SendKeys(chromedp.CSS("vade-search input[name=q]"), query))
					b.wait(`document.querySelector("vade-search [part~=hit]") !== null`)
				}
				b.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
				b.eval(axe + ";0")
				b.report(address+" "+site.kind+" "+look.name, b.violations(allRules))
				if pictures != "" {
					name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(strings.Trim(address, "/"))
					b.picture(filepath.Join(pictures, site.kind+"-"+name+"-"+look.name+".png"))
				}
			}
		}
	}
}
