package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/chromium"
	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// A browser is one tab of Chromium, and what went wrong in it.
type browser struct {
	t    *testing.T
	ctx  context.Context
	root string // address of our own site

	mu     sync.Mutex
	faults []string
}

// openBrowser opens a tab and serves our own site to it as vade serve does.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	k := ours(t)
	return openBrowserOn(t, cli.SiteHandler(os.DirFS(k.site), k.opened(t)))
}

// theChromium is one Chromium for all tests.
var theChromium = sync.OnceValues(func() (context.Context, error) {
	tab, end, err := chromium.Open(context.Background(), "chromium", filepath.Join(shared, "chromium"))
	if err == nil {
		closeChromium = end
	}
	return tab, err
})

var closeChromium = func() {}

// openBrowserOn opens a tab on what a handler serves. What the tab keeps, no other
// test sees.
func openBrowserOn(t *testing.T, handler http.Handler) *browser {
	t.Helper()
	need.Program(t, "chromium", "apt-get install chromium")
	parent, err := theChromium()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	tab, closeTab := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tab, 8*time.Minute)
	b := &browser{t: t, ctx: ctx, root: server.URL}
	t.Cleanup(func() {
		cancel()
		closeTab()
		server.Close()
	})
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

// patience is how long a test waits for one thing to happen in the browser, on a
// computer that does much else.
const patience = time.Minute

// listen notes what a person would see in red in the browser's console.
func (b *browser) listen(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			fault += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]string{"error", "warning", "assert"}, string(e.Type)) {
			var said []string
			for _, arg := range e.Args {
				said = append(said, arg.Description+string(arg.Value))
			}
			fault = "console: " + strings.Join(said, " ")
		}
	case *log.EventEntryAdded:
		late := strings.HasPrefix(e.Entry.URL, "file:") && strings.Contains(e.Entry.URL, "/favicon.") // asked for when the test has moved its folder on
		if level := string(e.Entry.Level); !late && (level == "error" || level == "warning") {
			fault = e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && "http://"+u.Host != b.root {
			fault = "a request to another host: " + e.Request.URL
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

// forgive forgets the faults that a test has brought about itself: the browser
// reports every answer of an error's status, though the page deals with it.
func (b *browser) forgive(what string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.faults)
	b.faults = slices.DeleteFunc(b.faults, func(f string) bool { return strings.Contains(f, what) })
	if len(b.faults) == before {
		b.t.Errorf("nothing was answered with the %s", what)
	}
}

// quiet fails the test if the console was not empty.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Error("in the browser: " + f)
	}
	b.faults = nil
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%v\nat %s", err, b.eval("location.href"))
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.root + path))
}

// eval gives the value of an expression as text.
func (b *browser) eval(expression string) string {
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](expression))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(value)
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		got := b.eval(expression)
		if got == "true" {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("not true within %s: %s (%s)\nat %s", patience, expression, got, b.eval("location.href"))
		}
	}
}

func (b *browser) want(expression, want string) {
	b.t.Helper()
	if got := b.eval(expression); got != want {
		b.t.Errorf("%s is %q, want %q\nat %s", expression, got, want, b.eval("location.href"))
	}
}

// inView tells whether the element that the address names is to be seen.
const inView = `(() => {
	const e = document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (!e) return false;
	const r = e.getBoundingClientRect();
	return r.height > 0 && r.top >= 0 && r.top < innerHeight;
})()`

// A person searches, narrows, reads the passage and comes back.
func TestBrowserSearch(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/search/")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "coordination mechanisms"))
	b.wait(`document.querySelectorAll("[data-vade-results] li.hit").length > 1 && location.search.includes("mechanisms")`)
	b.want(`document.querySelector("li.hit a").getAttribute("href").split(/[?#]/)[0]`, "/workshops/2019-12-panama-city/")
	b.want(`[...document.querySelectorAll("li.hit:first-child li:first-child mark")].map((m) => m.textContent.toLowerCase()).join(" ").includes("coordination mechanisms")`, "true")
	b.wait(`/\d/.test(document.querySelector("[data-vade-status]").textContent)`)

	// The first result alone is of this country.
	before := b.eval(`document.querySelectorAll("li.hit").length`)
	b.do(chromedp.Click(chromedp.CSS(`[data-vade-facets] a[href*="country=panama"]`)))
	b.wait(`new URLSearchParams(location.search).get("country") === "panama"`)
	b.wait(`document.querySelector('[data-vade-facets] a[aria-current="true"][href]') !== null && document.querySelectorAll("li.hit").length < ` + before)
	b.want(`document.querySelector("[data-vade-search] input[name=q]").value`, "coordination mechanisms")

	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`location.pathname === "/workshops/2019-12-panama-city/" && document.readyState === "complete"`)
	b.want(`location.hash !== ""`, "true")
	b.wait(inView)
	b.want(`/coordination mechanisms/i.test(document.querySelector("main").innerText)`, "true")

	b.eval(`history.back()`)
	b.wait(`location.pathname === "/search/" && document.querySelector("[data-vade-search] input[name=q]").value === "coordination mechanisms"`)
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.want(`new URLSearchParams(location.search).get("country")`, "panama")
	b.quiet()
}

// An address with a query can be passed on: it shows the same, a citation leads
// to its paragraph, and a slip is corrected with the way back.
func TestBrowserAddresses(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.open("/search/?q=OP3(d)")
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.want(`document.querySelector("[data-vade-search] input[name=q]").value`, "OP3(d)")
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`location.pathname === "/resolutions/1540/" && location.hash === "#op3-d" && document.readyState === "complete"`)
	b.wait(inView)

	b.open("/search/?q=cordination")
	b.wait(`document.querySelector("[data-vade-correction]").textContent.includes("cordination")`)
	b.want(`document.querySelector("[data-vade-correction] [data-shown]").textContent`, "coordination")

	b.open("/search/?q=" + strings.Repeat("a", indexer.MaxQuery+1))
	b.wait(`document.querySelector(".message.error [data-reason]")?.textContent.includes("1000") ?? false`)
	b.wait(`performance.getEntriesByType("resource").some((e) => e.name.includes("/api/search?") && e.responseEnd > 0)`) // script asks too
	b.forgive("status of 400")

	b.open("/search/?q=zzzzqqqq")
	b.wait(`document.querySelector("[data-vade-results] .message a[data-lang]") !== null`)
	b.quiet()
}

// Nobody needs script to read: pages say the same without it, and search says
// what it cannot do.
func TestBrowserWithoutScript(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	all := []string{"/resolutions/1540/", "/", "/es/resolutions/1540/", "/workshops/2019-12-panama-city/", "/procedures/request-assistance/", "/themes/coordination/", "/ar/"}
	pages := []string{missingPage}
	for i := 0; i < len(all); i += need.OneOf(3) {
		pages = append(pages, all[i])
	}
	var with []string
	for _, page := range pages {
		b.open(page)
		// Script adds tools, such as filters and ticks; it adds nothing to read.
		b.eval(`document.querySelectorAll(".filter, .tick, .ticks, .mode, .toast, [data-missing]").forEach((tool) => tool.remove())`)
		with = append(with, b.eval(`document.body.innerText`))
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	for i, page := range pages {
		b.open(page)
		without := b.eval(`document.body.innerText`)
		if without != with[i] {
			t.Errorf("%s reads otherwise without script:\n%s\nwith it:\n%s", page, without, with[i])
		}
		if len(without) < 300 {
			t.Errorf("%s says only %q", page, without)
		}
	}
	holds(t, with[1], "OP3(d)", "end-user controls", "Decides that")
	b.open("/search/")
	b.want(`document.querySelector("main noscript").innerText.trim().length > 20`, "true")
	b.forgive("status of 404")

	// The form asks the server, which fills the same page in.
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "coordination mechanisms\n"))
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.want(`document.querySelector("li.hit a").getAttribute("href").split(/[?#]/)[0]`, "/workshops/2019-12-panama-city/")
	b.quiet()
}

// Pages fit a telephone, written from left to right or from right to left.
func TestBrowserOnATelephone(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	for _, page := range []string{"/", "/search/?q=coordination", "/resolutions/1540/", "/workshops/2019-12-panama-city/", "/procedures/request-assistance/", "/themes/", "/organizations/cicte/", "/ar/", "/ar/search/", "/zh/"} {
		b.open(page)
		if strings.Contains(page, "q=") {
			b.wait(`document.querySelectorAll("li.hit").length > 0`)
		}
		b.want(`document.documentElement.scrollWidth <= 360`, "true")
	}
	b.want(`document.documentElement.lang + document.documentElement.dir`, "zhltr")
	b.quiet()
	if pictures := os.Getenv("VADE_PICTURES"); pictures != "" {
		b.pictures(pictures)
	}
}

// picture takes a picture of what is to be seen.
func (b *browser) picture(file string) {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// pictures takes pictures of pages for a person to look at, where
// VADE_PICTURES names a folder.
func (b *browser) pictures(dir string) {
	b.t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	for name, page := range map[string]string{
		"home": "/", "workshop": "/workshops/2019-12-panama-city/", "resolution": "/resolutions/1540/",
		"procedure": "/procedures/request-assistance/", "search": "/search/?q=coordination+mechanisms", "arabic": "/ar/",
	} {
		for _, width := range []int64{1280, 360} {
			b.do(chromedp.EmulateViewport(width, 800))
			b.open(page)
			if name == "search" {
				b.wait(`document.querySelectorAll("li.hit").length > 0`)
			}
			b.picture(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)))
		}
	}
}
