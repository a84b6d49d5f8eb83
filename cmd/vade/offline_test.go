package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// stoppable is a server of a site that can be stopped and started again at the
// same address, with another version of the site.
type stoppable struct {
	t       *testing.T
	addr    string
	server  *http.Server
	index   *indexer.Index
	fetched atomic.Int32 // files for a copy
	broken  atomic.Int32 // fetches after which the line breaks; 0 for never
}

func (s *stoppable) start(k knowledgeBase) {
	s.t.Helper()
	x, err := indexer.Open(k.index)
	if err != nil {
		s.t.Fatal(err)
	}
	handler := cli.SiteHandler(os.DirFS(k.site), x)
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr, s.index = listener.Addr().String(), x
	s.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("vade-copy") {
			n := s.fetched.Add(1)
			if limit := s.broken.Load(); limit > 0 && n > limit {
				panic(http.ErrAbortHandler)
			}
		}
		handler.ServeHTTP(w, r)
	}), ErrorLog: nil}
	go s.server.Serve(listener)
}

func (s *stoppable) stop() {
	s.server.Close()
	if s.index != nil { // a test that fails stops what it stopped before
		s.index.Close()
		s.index = nil
	}
}

// forget empties the list of faults: where the line is cut, the browser says so.
func (b *browser) forget() {
	b.mu.Lock()
	b.faults = nil
	b.mu.Unlock()
}

func TestOfflineApp(t *testing.T) {
	need.Long(t)
	t.Parallel()
	first, source := ours(t), copyOurs(t)
	write(t, filepath.Join(source, "content/about.md"), read(t, "../../content/about.md")+"\n## Ocelots\n\nA sentence about ocelots.\n")
	for _, name := range []string{"themes/coordination", "themes/biosecurity", "resolutions/1540", "procedures/request-assistance"} {
		write(t, filepath.Join(source, "content", name+".md"), read(t, "../../content/"+name+".md")+"\nOne more line.\n")
	}
	must(t, "build", "--source", source)
	second := knowledgeBase{site: filepath.Join(source, "public"), index: filepath.Join(source, "index")}

	s := &stoppable{t: t, addr: "127.0.0.1:0"}
	s.start(first)
	defer func() { s.stop() }()
	b := opened(t, "http://"+s.addr)
	state := func(want string) {
		t.Helper()
		b.wait(`document.querySelector("[data-vade-offline]")?.dataset.state === "` + want + `"`)
	}
	press := func(name string) {
		t.Helper()
		b.do(chromedp.Click(chromedp.CSS(`[data-vade-offline] button[name=` + name + `]`)))
	}
	picture := func(name string) {
		if pictures := os.Getenv("VADE_PICTURES"); pictures != "" {
			data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(pictures, "offline-"+name+".png"), string(data))
		}
	}

	// The size comes first; then the line breaks, and the rest is fetched later.
	b.open("/offline/")
	state("size")
	b.want(`/MB in [\d,]+ files/.test(document.querySelector("[data-vade-offline] [role=status]").textContent)`, "true")
	picture("size")
	b.quiet()
	s.broken.Store(40)
	press("keep")
	state("broken")
	picture("broken")
	s.broken.Store(0)
	b.forget()
	b.open("/offline/")
	state("rest")
	before := s.fetched.Load()
	started := time.Now()
	press("continue")
	state("kept")
	t.Logf("the rest, %d files, came in %.1f s", s.fetched.Load()-before, time.Since(started).Seconds())
	b.want(`document.querySelector("[data-vade-offline] [role=status]").textContent.includes(String(new Date().getFullYear()))`, "true")
	picture("kept")
	b.quiet()

	// Without the server: pages, a page that is not there, search and its results.
	s.stop()
	b.open("/resolutions/1540/")
	b.want(`document.querySelector("#op3-d") !== null && getComputedStyle(document.querySelector(".extract-first")).display === "none"`, "true")
	b.open("/themes/coordination") // without the last stroke
	b.want(`location.pathname`, "/themes/coordination/")
	b.quiet()
	b.open("/search/?q=coordination+mechanisms")
	b.wait(`document.querySelectorAll("li.hit").length > 1`)
	picture("search")
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`location.pathname === "/workshops/2019-12-panama-city/" && document.readyState === "complete"`)
	b.open("/no/such/page/")
	b.want(`document.querySelector("h1").textContent`, "Page not found")
	b.open("/offline/")
	state("kept")
	b.forget()

	// A newer version: only what changed is fetched, and nothing switches by itself.
	s.start(second)
	s.fetched.Store(0)
	b.open("/about/")
	b.want(`document.querySelector("#ocelots") === null`, "true")
	b.open("/offline/")
	state("newer")
	picture("newer")
	press("update")
	state("ready")
	// Five pages, the lists that name them, and of the web index of their language the files in which passages got other numbers.
	if n := s.fetched.Load(); n == 0 || n >= 100 {
		t.Errorf("an update of five pages fetched %d files, want fewer than a hundred", n)
	} else {
		t.Logf("an update of five pages fetched %d files", n)
	}
	b.open("/about/")
	b.want(`document.querySelector("#ocelots") === null`, "true")
	b.open("/offline/")
	state("ready")
	press("switch")
	state("kept")
	s.stop()
	b.open("/about/")
	b.want(`document.querySelector("#ocelots") !== null`, "true")
	b.open("/search/?q=ocelots")
	b.wait(`document.querySelectorAll("li.hit").length === 1`)
	b.forget()

	// Two windows, and a device that is full.
	s.start(second)
	b.open("/offline/")
	state("kept")
	press("remove")
	state("size")
	b.eval(`(caches.keys().then((k) => { self.left = k.length }), 1)`)
	b.wait(`self.left === 0`)
	b.eval(`navigator.storage.estimate = () => Promise.resolve({ quota: 1000, usage: 900 })`)
	press("keep")
	state("full")
	b.open("/offline/")
	b.eval(`(Cache.prototype.put = () => Promise.reject(new DOMException("", "QuotaExceededError")), 1)`)
	press("keep")
	state("full")
	b.open("/offline/")
	state("size")
	b.eval(`(navigator.locks.request(Object.values({n: "vade-copy " + location.origin + "/"})[0], () => new Promise(() => {})), 1)`)
	press("keep")
	state("busy")
	if strings.Contains(b.eval(`document.querySelector("[data-vade-offline] [role=status]").textContent`), "{") {
		t.Error("a place in the text was not filled")
	}
}

// A copy of another format is as good as none, and a list of another format is not
// taken for a newer version: the copy that is there goes on.
func TestOfflineFormats(t *testing.T) {
	t.Parallel()
	site := smallSite(t)
	s := &published{}
	s.dir.Store(site)
	b := openBrowserOn(t, s)
	state := func(want string) {
		t.Helper()
		b.wait(`document.querySelector("[data-vade-offline]")?.dataset.state === "` + want + `"`)
	}
	b.open("/offline/")
	state("size")
	b.eval(`document.querySelector("[data-vade-offline] button[name=keep]").click()`)
	state("kept")

	// The site is published by a program to come.
	newer := t.TempDir()
	if err := os.CopyFS(newer, os.DirFS(site)); err != nil {
		t.Fatal(err)
	}
	list := read(t, filepath.Join(newer, "offline.json"))
	if !strings.HasPrefix(list, `{"format":1,`) {
		t.Fatalf("the list does not say its format: %.60s", list)
	}
	write(t, filepath.Join(newer, "offline.json"), strings.Replace(list, `{"format":1,"version":"`, `{"format":99,"version":"x`, 1))
	s.dir.Store(newer)
	b.open("/offline/")
	state("kept")
	s.dir.Store(site)

	// The copy was kept by another program.
	for format, want := range map[string]string{"undefined": "kept", "99": "rest"} {
		b.eval(`(self.put = 0, (async () => {
			const name = (await caches.keys())[0], cache = await caches.open(name);
			const key = (await cache.keys()).find((k) => k.url.endsWith(".vade/state"));
			const state = await (await cache.match(key)).json();
			state.current.format = ` + format + `;
			await cache.put(key, new Response(JSON.stringify(state)));
			(await navigator.serviceWorker.getRegistration()).active.postMessage("changed");
			self.put = 1;
		})(), 1)`)
		b.wait(`self.put === 1`)
		b.open("/offline/")
		state(want)
		b.open("/about/")
		b.want(`document.querySelector("h1") !== null`, "true")
		b.open("/offline/")
	}
}
