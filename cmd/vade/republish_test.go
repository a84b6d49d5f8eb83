package main

import (
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/portable"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// twoLanguages is our own site in English and Spanish alone, which is written anew
// in less than half the time.
var twoLanguages = sync.OnceValues(func() (string, error) {
	k, err := buildKnowledgeBase()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(shared, "two-languages")
	if err := os.CopyFS(dir, os.DirFS(k.site)); err != nil {
		return "", err
	}
	for _, lang := range []string{"fr", "ru", "ar", "zh"} {
		if err := os.RemoveAll(filepath.Join(dir, lang)); err != nil {
			return "", err
		}
	}
	return dir, nil
})

// firstVersion gives a version of that.
func firstVersion(t *testing.T) string {
	t.Helper()
	dir, err := twoLanguages()
	if err != nil {
		t.Fatal(err)
	}
	return nextVersion(t, dir, "Lynxes came.")
}

// nextVersion makes a new version of a built site in a folder of its own: one
// more sentence on its page about itself, and search written anew. What the
// search of before lay in is gone.
func nextVersion(t *testing.T, site, sentence string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(site)); err != nil {
		t.Fatal(err)
	}
	about := filepath.Join(dir, "about", "index.html")
	write(t, about, strings.Replace(read(t, about), "</main>", `<h2 id="news">News</h2><p>`+sentence+"</p></main>", 1))
	index := filepath.Join(t.TempDir(), "index")
	pages, err := indexer.ReadSite(t.Context(), dir, indexer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pages.Write(t.Context(), index, filepath.Join(dir, "search")); err != nil {
		t.Fatal(err)
	}
	if err := portable.WriteOffline(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// published is a host of plain files that lets browsers keep everything for ten
// minutes but pages, and on which another version can take a site's place.
type published struct {
	dir       atomic.Value // string
	down      atomic.Bool
	manifests atomic.Int32 // how often en.js was asked for
}

func (p *published) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.down.Load() {
		panic(http.ErrAbortHandler)
	}
	if r.URL.Path == "/search/en.js" {
		p.manifests.Add(1)
	}
	name := path.Clean(r.URL.Path)
	if strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, "index.html")
	}
	content, err := os.ReadFile(filepath.Join(p.dir.Load().(string), name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	web.SetPageHeaders(w.Header())
	if strings.HasPrefix(name, "/search/") && strings.HasSuffix(name, ".js") {
		w.Header().Set("Cache-Control", "public, max-age=600")
	}
	types := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".webmanifest": "application/manifest+json"}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	_, _ = w.Write(content) // the browser may have gone on
}

// asks types a query into the open search page and waits for the page about the
// site, which alone has the word.
func (b *browser) asks(word string) {
	b.t.Helper()
	b.eval(`(() => { const f = document.querySelector("[data-vade-search] input[name=q]"); f.value = "` + word + `"; f.dispatchEvent(new Event("input")); })()`)
	b.finds(word)
}

// anotherTab opens a tab of the same browser.
func (b *browser) anotherTab() *browser {
	b.t.Helper()
	tab, closeTab := chromedp.NewContext(b.ctx)
	b.t.Cleanup(closeTab)
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		b.t.Fatal(err)
	}
	return &browser{t: b.t, ctx: tab, root: b.root}
}

func (b *browser) finds(word string) {
	b.t.Helper()
	b.wait(`document.querySelector(".message.error")?.textContent ?? [...document.querySelectorAll("li.hit mark")].some((m) => m.textContent === "` + word + `")`)
	b.wait(`!document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	b.want(`document.querySelectorAll("li.hit").length`, "1")
}

// A site is published again while a page of its search is open, and while a
// cache keeps the manifest of before: the next query is answered from the new
// version, and the manifest is fetched once for it.
func TestBrowserRepublished(t *testing.T) {
	need.Long(t)
	t.Parallel()
	host, site := &published{}, firstVersion(t)
	host.dir.Store(site)
	b := openBrowserOn(t, host)
	b.open("/search/?q=customs")
	b.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)

	host.dir.Store(nextVersion(t, site, "Ocelots came."))
	host.manifests.Store(0)
	b.asks("Ocelots")
	if n := host.manifests.Load(); n != 1 {
		t.Errorf("the open page asked for the manifest %d times, want once", n)
	}

	// A page that is opened anew gets the newer manifest from the cache.
	b.open("/search/?q=Ocelots")
	b.finds("Ocelots")
	if n := host.manifests.Load(); n != 1 {
		t.Errorf("a new page asked for the manifest %d times more, want none", n-1)
	}

	// And one whose cached manifest is of before.
	b.open("/about/")
	host.dir.Store(nextVersion(t, site, "Tapirs came."))
	host.manifests.Store(0)
	b.open("/search/?q=Tapirs")
	b.finds("Tapirs")
	if n := host.manifests.Load(); n != 1 {
		t.Errorf("a page with an old manifest asked for it %d times, want once", n)
	}
	b.open("/search/?q=customs&lang=*") // every language has its own
	b.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)

	// Files that are lost, without a new version, are told and not sought for ever.
	lost := nextVersion(t, site, "Tapirs came.")
	if err := os.RemoveAll(filepath.Join(lost, "search", "en")); err != nil {
		t.Fatal(err)
	}
	host.dir.Store(lost)
	host.manifests.Store(0)
	b.do(chromedp.Navigate(b.root + "/search/?q=brokering+certificates"))
	b.wait(`document.querySelector(".message.error, li.hit") !== null`)
	if n := host.manifests.Load(); n > 1 {
		t.Errorf("files that are lost made the page ask for the manifest %d times", n)
	}

	// A file with other bytes is damaged, and its text is not shown.
	damaged := nextVersion(t, site, "Tapirs came.")
	texts, err := filepath.Glob(filepath.Join(damaged, "search", "en", "x*", "*.js"))
	if err != nil || len(texts) == 0 {
		t.Fatal(texts, err)
	}
	for _, name := range texts {
		write(t, name, strings.ReplaceAll(read(t, name), "certificates", "certifikates"))
	}
	host.dir.Store(damaged)
	b = openBrowserOn(t, host)
	b.do(chromedp.Navigate(b.root + "/search/?q=brokering+certificates"))
	b.wait(`document.querySelector(".message.error, li.hit") !== null`)
	b.want(`document.body.textContent.includes("certifikates")`, "false")
}

// A host that answers with the files of another generation under the addresses
// of this one: none of them is taken for one of the manifest's.
func TestBrowserMixedGenerations(t *testing.T) {
	need.Long(t)
	t.Parallel()
	first := firstVersion(t)
	second := nextVersion(t, first, "Ocelots came.")
	oldManifest := read(t, filepath.Join(first, "search", "en.js"))
	shard := regexp.MustCompile(`^/search/en/([a-z])\w+/(\d+\.js)$`)
	host := &published{}
	host.dir.Store(second)
	asked := 0
	b := openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/search/en.js" {
			if asked++; asked == 1 {
				w.Header().Set("Content-Type", "text/javascript")
				_, _ = w.Write([]byte(oldManifest))
				return
			}
		}
		if name := shard.FindStringSubmatch(r.URL.Path); name != nil {
			if found, err := filepath.Glob(filepath.Join(second, "search", "en", name[1]+"*", name[2])); err == nil && len(found) == 1 {
				r.URL.Path = strings.TrimPrefix(filepath.ToSlash(found[0]), filepath.ToSlash(second))
			}
		}
		host.ServeHTTP(w, r)
	}))
	b.open("/search/?q=Ocelots")
	b.finds("Ocelots")
}

// The folder on a stick is replaced while a page of it is open.
func TestCarriedReplaced(t *testing.T) {
	need.Long(t)
	t.Parallel()
	dir := unpacked(t)
	b := opened(t, "http://")
	b.do(chromedp.Navigate(onDisk(dir, "search/index.html") + "?q=customs"))
	b.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	next := nextVersion(t, dir, "Ocelots came.")
	if err := os.RemoveAll(filepath.Join(dir, "search")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "search"), os.DirFS(filepath.Join(next, "search"))); err != nil {
		t.Fatal(err)
	}
	// All of a small language was read with its first file: the page goes on with the
	// answers that it had, and the next page that is opened has the new ones.
	b.eval(`(() => { const f = document.querySelector("[data-vade-search] input[name=q]"); f.value = "brokering"; f.dispatchEvent(new Event("input")); })()`)
	b.wait(`document.querySelector(".message.error") !== null || [...document.querySelectorAll("li.hit mark")].some((m) => m.textContent === "brokering")`)
	b.want(`document.querySelector(".message.error")?.textContent ?? ""`, "")
	b.do(chromedp.Navigate(onDisk(dir, "search/index.html") + "?q=Ocelots"))
	b.finds("Ocelots")
}

// A copy on the device moves on by two versions while a page of the first is
// open, whose files are then neither in the copy nor on the host; the line may
// be down as well.
func TestOfflineRepublished(t *testing.T) {
	need.Long(t)
	t.Parallel()
	host := &published{}
	first := firstVersion(t)
	host.dir.Store(first)
	b := openBrowserOn(t, host)
	b.open("/offline/")
	state := func(b *browser, want string) {
		t.Helper()
		b.wait(`document.querySelector("[data-vade-offline]")?.dataset.state === "` + want + `"`)
	}
	press := func(b *browser, name string) {
		b.eval(`document.querySelector("[data-vade-offline] button[name=` + name + `]").click()`)
	}
	state(b, "size")
	press(b, "keep")
	state(b, "kept")
	b.open("/search/?q=customs")
	b.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	other := b.anotherTab()
	for _, animal := range []string{"Ocelots", "Numbats"} {
		host.dir.Store(nextVersion(t, first, animal+" came."))
		other.open("/offline/")
		state(other, "newer")
		press(other, "update")
		state(other, "ready")
		press(other, "switch")
		state(other, "kept")
	}
	host.down.Store(true)
	// In a shard of which the open page has nothing yet: else it answers for its own version.
	b.asks("Numbats")
	b.open("/search/?q=Numbats")
	b.finds("Numbats")
}

// A search page whose language has a region, or no pack at all, searches in the
// language that serves it, and asks for no file that is not there.
func TestBrowserLanguageTags(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ page, tag, found string }{
		{"/search/", "en-US", "/workshops/"}, {"/zh/search/", "zh-cn", "/zh/"}, {"/es/search/", "ES_mx", "/es/"},
		{"/search/", "xx", "/workshops/"}, {"/search/", "", "/workshops/"},
	} {
		if i%need.OneOf(2) != 0 {
			continue
		}
		files := plainHost(t, func(_ string, content []byte) []byte {
			return regexp.MustCompile(`<html lang="?[\w-]+"?`).ReplaceAll(content, []byte(`<html lang="`+c.tag+`"`))
		})
		var missing []string
		b := openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := os.Stat(filepath.Join(ours(t).site, r.URL.Path)); err != nil && !strings.HasPrefix(r.URL.Path, "/api/") {
				missing = append(missing, r.URL.Path)
			}
			files.ServeHTTP(w, r)
		}))
		b.open(c.page + "?q=1540+OP3(d)")
		b.wait(`document.querySelector(".message.error")?.textContent ?? document.querySelectorAll("li.hit").length > 0`)
		b.want(`[...document.querySelectorAll("li.hit a")].every((a) => !a.href.includes("/search/"))`, "true")
		if c.tag != "xx" && len(missing) > 0 {
			t.Errorf("lang=%q asks for %v, which are not there", c.tag, missing)
		}
	}
}

// A script of before, which a cache kept, meets a web index of a program to come: it
// reads none of it wrongly. Where there is an endpoint, that answers; where there is
// none, the page says so.
func TestBrowserOtherFormat(t *testing.T) {
	t.Parallel()
	k := ours(t)
	newer := func(_ string, content []byte) []byte {
		if strings.HasPrefix(string(content), "(self.vademecum") {
			return regexp.MustCompile(`"format":\d+`).ReplaceAll(content, []byte(`"format":99`))
		}
		return content
	}
	b := openBrowserOn(t, plainHost(t, newer))
	b.open("/search/?q=customs")
	b.wait(`document.querySelector(".message.error") !== null`)
	b.want(`document.querySelectorAll("li.hit").length`, "0")

	x := k.opened(t)
	plain, own := plainHost(t, newer), cli.SiteHandler(os.DirFS(k.site), x)
	b = openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			own.ServeHTTP(w, r)
		} else {
			plain.ServeHTTP(w, r)
		}
	}))
	b.open("/search/?q=customs")
	b.wait(`document.querySelectorAll("li.hit").length > 1`)
}
