package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf16"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// plainHost serves the files of our site as any host of plain files does:
// without endpoint, and under the policy that a strict host sends. change may
// give another content for a file, or nil for none.
func plainHost(t *testing.T, change func(file string, content []byte) []byte) http.Handler {
	t.Helper()
	site := ours(t).site
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Join(site, path.Clean(r.URL.Path))
		if strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		content, err := os.ReadFile(name)
		if err == nil && change != nil {
			content = change(path.Base(name), content)
		}
		if err != nil || content == nil {
			http.NotFound(w, r)
			return
		}
		web.SetPageHeaders(w.Header())
		types := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
		w.Header().Set("Content-Type", types[path.Ext(name)])
		_, _ = w.Write(content) // the browser may have gone on
	})
}

// shown is what a reader sees of an answer, once all of it is there.
func (b *browser) shown(page string) string {
	b.t.Helper()
	b.open(page)
	b.wait(`document.querySelectorAll("li.hit, .message").length > 0`)
	b.wait(`!document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	b.wait(`(() => { const s = document.querySelector("[data-vade-status]"); return s.textContent.trim() !== "" && s.textContent !== s.dataset.asking; })()`)
	// From plain files, what stands below comes when the reader goes there.
	b.eval(`dispatchEvent(new Event("scroll"))`)
	b.wait(`document.querySelector("li.hit [data-sections]:empty") === null`)
	// Only an endpoint is asked what other languages hold.
	b.eval(`document.querySelectorAll(".elsewhere-found").forEach((line) => line.remove())`)
	return b.eval(`document.querySelector("main").innerText`)
}

// A host of plain files answers as the endpoint does, to the letter.
func TestBrowserPlainHost(t *testing.T) {
	need.Long(t)
	t.Parallel()
	with := openBrowser(t)
	without := openBrowserOn(t, plainHost(t, nil))
	for _, page := range []string{
		"/search/?q=coordination+mechanisms", "/search/?q=%22end-user+controls%22", "/search/?q=OP3(d)", "/search/?q=cordination",
		"/search/?q=PAN", "/search/?q=coord*+-customs", "/search/?q=assistance&kind=theme&page=2", "/search/?q=theme:customs", "/search/?q=zzzzqqqq",
		"/es/search/?q=resolucion", "/ar/search/?q=%D8%A7%D9%84%D9%82%D8%B1%D8%A7%D8%B1+%D9%A1%D9%A5%D9%A4%D9%A0", "/zh/search/?q=%E5%86%B3%E8%AE%AE",
		"/search/?q=courtage&lang=*", "/search/?q=--customs+-vvv", "/search/?q=customs+%22of+the%22+%22of+the%22",
		"/search/?q=-customs", "/search/?q=" + strings.Repeat("a", indexer.MaxQuery+1), "/search/?q=" + strings.Repeat("a", 630), "/search/?q=a&page=two",
		"/search/?q=a&page=9223372036854775807", "/search/?q=a&page=-1", "/search/?q=a" + strings.Repeat("&theme=x", 33),
	} {
		if want, got := with.shown(page), without.shown(page); got != want {
			t.Errorf("%s reads otherwise without endpoint:\n%s", page, firstDifference(got, want))
		}
	}
	without.forgive("status of 404") // the endpoint that is not there
	without.quiet()
}

// On a host of plain files the first search fetches little: the texts of results that are seen,
// and no picture. The others have their titles, and get their texts when the reader goes on.
func TestBrowserFetchesWhatIsSeen(t *testing.T) {
	need.Long(t)
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	host := plainHost(t, nil)
	b := openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		host.ServeHTTP(w, r)
	}))
	texts := func() (n int) {
		mu.Lock()
		defer mu.Unlock()
		for file, times := range asked {
			if times > 1 {
				t.Errorf("%s was asked for %d times", file, times)
			}
			if strings.HasPrefix(file, "/search/en/x") {
				n++
			}
			if strings.Contains(file, "icon") || strings.Contains(file, "webmanifest") {
				t.Errorf("%s was asked for", file)
			}
		}
		return n
	}
	b.open("/search/?q=brokering")
	b.wait(`document.querySelectorAll("li.hit h3 a").length === 10 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	if got := b.eval(`String(document.querySelectorAll("li.hit mark").length > 0 && document.querySelector("li.hit:last-child [data-sections]:empty") !== null)`); got != "true" {
		t.Error("the first results want texts, and the last none yet")
	}
	seen := texts()
	b.eval(`dispatchEvent(new Event("scroll"))`)
	b.wait(`document.querySelector("li.hit [data-sections]:empty") === null`)
	if all := texts(); seen < 1 || seen > 6 || all <= seen {
		t.Errorf("%d texts at first and %d in all", seen, all)
	}
	b.forgive("status of 404") // the endpoint that is not there
	b.quiet()
}

// Whoever answers, a refusal is worded in the language of the page.
func TestBrowserRefusals(t *testing.T) {
	need.Long(t)
	t.Parallel()
	carriers := map[string]*browser{"endpoint": openBrowser(t), "files": openBrowserOn(t, plainHost(t, nil)), "no script": openWithoutScript(t)}
	for _, lang := range []string{"en", "es", "fr", "ru", "ar", "zh"} {
		words := read(t, filepath.Join("..", "..", "i18n", lang+".toml"))
		for code, ask := range map[string]string{"only-exclusions": "?q=-customs", "query-empty": "?q=%3F!", "query-long": "?q=" + strings.Repeat("a", indexer.MaxQuery+1), "not-a-number": "?q=a&page=two"} {
			m := regexp.MustCompile(`(?m)^refused_` + code + ` = "(.+)"$`).FindStringSubmatch(words)
			if m == nil {
				t.Fatalf("%s has no words for %s", lang, code)
			}
			want := strings.NewReplacer("{limit}", "10000", "{name}", "page", "{value}", "two").Replace(m[1])
			page := "/search/" + ask
			if lang != "en" {
				page = "/" + lang + page
			}
			for carrier, b := range carriers {
				b.open(page)
				b.wait(`document.querySelector("[data-vade-results] .message") !== null`)
				if got := b.eval(`document.querySelector("[data-vade-results] .message").innerText`); !strings.HasSuffix(strings.TrimSpace(got), want) {
					t.Errorf("%s, %s: %s reads %q, want %q", carrier, lang, code, got, want)
				}
			}
		}
	}
}

// firstDifference shows the first lines that differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "line " + strconv.Itoa(i+1) + ": " + g[i] + "\n   with it: " + w[i]
		}
	}
	return "one is longer"
}

// An endpoint that fails half-way is not missed: the pack takes over while the
// reader types, and nothing is said about it.
func TestBrowserFailingEndpoint(t *testing.T) {
	t.Parallel()
	x := ours(t).opened(t)
	files := plainHost(t, nil)
	var asked atomic.Int32
	b := openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/api/search":
			files.ServeHTTP(w, r)
		case asked.Add(1) == 1:
			x.Handler().ServeHTTP(w, r)
		default: // begins an answer and breaks off
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write([]byte(`{"query":"x","pages":[`))
			_ = http.NewResponseController(w).Flush() // or the browser would ask again by itself
			panic(http.ErrAbortHandler)
		}
	}))
	b.shown("/search/?q=customs")
	b.eval(`(() => { const f = document.querySelector("[data-vade-search] input[name=q]"); f.value = "brokering"; f.dispatchEvent(new Event("input")); })()`)
	b.wait(`[...document.querySelectorAll("li.hit mark")].some((m) => /^broker/i.test(m.textContent))`)
	if asked.Load() < 2 {
		t.Error("the endpoint was not asked again")
	}
	b.eval(`(() => { const f = document.querySelector("[data-vade-search] input[name=q]"); f.value = "transit"; f.dispatchEvent(new Event("input")); })()`)
	b.wait(`[...document.querySelectorAll("li.hit mark")].some((m) => /^transit/i.test(m.textContent))`)
	if n := asked.Load(); n != 2 {
		t.Errorf("a failing endpoint was asked %d times, want 2", n)
	}
	b.want(`document.querySelector(".message.error") === null`, "true")
}

// A pack that is damaged is told to the reader, and the page stays usable.
func TestBrowserDamagedPack(t *testing.T) {
	t.Parallel()
	texts := regexp.MustCompile(`^\(self\.vademecum\?\?=\[\]\)\.push\(\["en","x",`)
	format := regexp.MustCompile(`"m",0,\{"format":\d+`)
	for i, damage := range []struct {
		name   string
		change func(string, []byte) []byte
		whole  bool // no part of it is left
	}{
		{"a shard is missing", func(_ string, c []byte) []byte { return unless(texts.Match(c), c, nil) }, false},
		{"a shard is cut short", func(_ string, c []byte) []byte { return unless(texts.Match(c), c, c[:len(c)/2]) }, false},
		{"a shard is another's", func(_ string, c []byte) []byte {
			return unless(texts.Match(c), c, []byte(`(self.vademecum??=[]).push(["en","t",99,[]])`))
		}, false},
		{"no pack at all", func(file string, c []byte) []byte { return unless(file == "en.js", c, nil) }, true},
		{"the pack is of another version", func(file string, c []byte) []byte {
			return summed(format.ReplaceAll(c, []byte(`"m",0,{"format":99`)))
		}, true},
	} {
		if i%need.OneOf(2) != 0 {
			continue
		}
		t.Run(damage.name, func(t *testing.T) {
			b := openBrowserOn(t, plainHost(t, damage.change))
			b.open("/search/?q=customs")
			b.wait(`document.querySelector(".message.error")?.innerText.trim().length > 20`)
			b.want(`document.querySelector("[data-vade-search] input[name=q]").value`, "customs")
			b.open("/es/search/?q=aduanas") // another language has its own pack
			if damage.whole {
				return
			}
			b.wait(`document.querySelector(".message.error, li.hit") !== null`)
		})
	}
}

// summed writes the checksum behind the call that a file of the web index makes.
func summed(file []byte) []byte {
	const begin = "(self.vademecum??=[]).push("
	call, ok := bytes.CutPrefix(file, []byte(begin))
	end := bytes.LastIndexByte(call, ')')
	if !ok || end < 0 {
		return file
	}
	sum := uint32(2166136261) // 32-bit FNV-1a of UTF-16
	for _, unit := range utf16.Encode([]rune(string(call[:end]))) {
		sum = (sum ^ uint32(unit)) * 16777619
	}
	return fmt.Appendf(nil, "%s%s)//%08x\n", begin, call[:end], sum)
}

func unless(hit bool, content, instead []byte) []byte {
	if hit {
		return instead
	}
	return content
}

// Whatever a page's text holds is shown as text.
func TestBrowserHostileText(t *testing.T) {
	t.Parallel()
	hostile := `<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script> \u202e\ud800 `
	b := openBrowserOn(t, plainHost(t, func(file string, c []byte) []byte {
		return summed(bytes.ReplaceAll(c, []byte(" coordination mechanisms"), []byte(" "+hostile+"coordination mechanisms")))
	}))
	text := b.shown("/search/?q=coordination+mechanisms")
	holds(t, text, "<img src=x onerror=", "<script>")
	b.want(`document.title.includes("owned")`, "false")
	b.want(`document.querySelectorAll("#results img, #results script").length`, "0")
}
