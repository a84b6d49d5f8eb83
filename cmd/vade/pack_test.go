package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vademecum/cmd/vade/internal/portable"
	"vademecum/internal/need"
)

// carried packs our own site once for all tests that only read the zip.
var carried = sync.OnceValues(func() (string, error) {
	file := filepath.Join(shared, "carried.zip")
	_, _, err := vade("pack", "--source", "../..", "--out", file)
	return file, err
})

func carriedZip(t *testing.T) string {
	t.Helper()
	file, err := carried()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// unpacked unpacks our own zip into a folder with a name that people choose.
func unpacked(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shared, "stick (50%) #1 ñ ")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := portable.Unpack(t.Context(), carriedZip(t), dir); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	return dir
}

func TestPackTwice(t *testing.T) {
	need.Long(t)
	t.Parallel()
	first := carriedZip(t)
	again := filepath.Join(t.TempDir(), "again.zip")
	must(t, "pack", "--source", "../..", "--out", again)
	if read(t, first) != read(t, again) {
		t.Error("the same site gave two different zips")
	}
	if info, err := os.Stat(again); err != nil || info.Size() > 15e6 {
		t.Errorf("the zip of our own site has %d bytes, want 15 MB at most (%v)", info.Size(), err)
	}
	stdout, _ := must(t, "verify", again)
	holds(t, stdout, "is whole", "SHA-256")
}

func TestVerifyTampered(t *testing.T) {
	need.Long(t)
	t.Parallel()
	r, err := zip.OpenReader(carriedZip(t))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	file := filepath.Join(t.TempDir(), "tampered.zip")
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		switch f.Name {
		case "favicon.svg":
			continue
		case "index.html":
			to, _ := w.Create(f.Name)
			fmt.Fprint(to, "<p>something else")
			continue
		}
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	to, _ := w.Create("more.html")
	fmt.Fprint(to, "<p>more")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, file, out.String())
	stdout, _, err := vade("verify", file)
	says(t, err, "1 changed, 1 added, 1 lost", "get it again")
	holds(t, stdout, "changed  index.html", "added    more.html", "lost     favicon.svg")
	_, _, err = vade("serve", "--addr", "127.0.0.1:0", "--site", file)
	says(t, err, "is not as it was packed")
}

func TestPackRefuses(t *testing.T) {
	t.Parallel()
	_, _, err := vade("pack", "--source", t.TempDir(), "--out", filepath.Join(t.TempDir(), "x.zip"))
	says(t, err, "hugo.toml")
	_, _, err = vade("pack", "--source", "../..", "--out", filepath.Join(t.TempDir(), "no/such/x.zip"))
	says(t, err, "--out")
	_, _, err = vade("pack", "--source", "../..", "--out", t.TempDir())
	says(t, err, "--out")
	_, _, err = vade("verify", "no-such.zip")
	says(t, err, "no-such.zip")
}

// All forms of one site come from one build, each is the same when it is made again,
// and ssh-keygen, which Windows has too, tells who made them.
func TestPackFormsAndSignature(t *testing.T) {
	t.Parallel()
	source := copySite(t)
	dir := t.TempDir()
	keygen := need.Program(t, "ssh-keygen", "apt-get install openssh-client")
	key := filepath.Join(dir, "key")
	if said, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-C", "bees@example.org", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	forms := []string{"site.zip", "site.html", "site.epub"}
	var made [2][]string
	for i := range made {
		to := filepath.Join(dir, strconv.Itoa(i))
		if err := os.Mkdir(to, 0o755); err != nil {
			t.Fatal(err)
		}
		args := []string{"pack", "--source", source, "--out", filepath.Join(to, forms[0]), "--single", filepath.Join(to, forms[1]), "--epub", filepath.Join(to, forms[2])}
		if i == 0 {
			args = append(args, "--sign", key)
		}
		must(t, args...)
		for _, form := range forms {
			made[i] = append(made[i], read(t, filepath.Join(to, form)))
		}
	}
	signers := write(t, filepath.Join(dir, "signers"), "bees@example.org "+read(t, key+".pub"))
	for i, form := range forms {
		if made[0][i] != made[1][i] {
			t.Errorf("the same site gave two different files %s", form)
		}
		check := func(text string) error {
			c := exec.Command(keygen, "-Y", "verify", "-f", signers, "-I", "bees@example.org", "-n", "file", "-s", filepath.Join(dir, "0", form+".sig"))
			c.Stdin = strings.NewReader(text)
			return c.Run()
		}
		if err := check(made[0][i]); err != nil {
			t.Errorf("%s: the signature does not hold: %v", form, err)
		}
		if check(made[0][i]+" ") == nil {
			t.Errorf("%s: the signature holds for another file", form)
		}
	}
	// Without a key, an older signature is told of, and stays.
	_, said := must(t, "pack", "--source", source, "--out", filepath.Join(dir, "0", forms[0]))
	holds(t, said, "site.zip.sig is of an earlier file")
	_, _, err := vade("pack", "--source", source, "--sign", filepath.Join(dir, "no-key"))
	says(t, err, "--sign")
	_, _, err = vade("pack", "--source", source, "--lang", "es")
	says(t, err, "--epub")
}

// opened is a browser for pages that lie on a disk or on another server than
// the one of openBrowser; it notes every request elsewhere.
func opened(t *testing.T, root string) *browser {
	b := openBrowser(t)
	b.root = root
	return b
}

// onDisk is the address of a file; a request to any host counts as a fault.
func onDisk(dir, name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.Join(dir, name)}).String()
}

func TestCarriedOpensFromDisk(t *testing.T) {
	need.Long(t)
	t.Parallel()
	dir := unpacked(t)
	b := opened(t, "http://")
	open := func(name string) { b.do(chromedp.Navigate(onDisk(dir, name))) }
	picture := func(name string) {
		if pictures := os.Getenv("VADE_PICTURES"); pictures != "" {
			data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(pictures, "disk-"+name+".png"), string(data))
		}
	}
	open("index.html")
	b.want(`getComputedStyle(document.querySelector("[data-vade-extract]")).display`, "none")
	picture("home")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "coordination mechanisms\r"))
	b.wait(`location.pathname.endsWith("/search/index.html") && document.querySelectorAll("li.hit").length > 1`)
	t.Logf("first result after %s ms", b.eval(`Math.round(performance.now())`))
	picture("search")
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`location.pathname.endsWith("/workshops/2019-12-panama-city/index.html") && location.hash !== "" && document.readyState === "complete"`)
	b.wait(inView)
	b.do(chromedp.NavigateBack())
	b.wait(`document.querySelectorAll("li.hit").length > 1`)
	b.do(chromedp.Click(chromedp.CSS(`[data-vade-facets] a[href*="country=panama"]`)))
	b.wait(`new URLSearchParams(location.search).get("country") === "panama" && document.querySelectorAll("li.hit").length > 0`)
	open("es/search/index.html")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "coordinación"))
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.want(`document.querySelector("li.hit a").href.includes("/es/")`, "true")
	open("resolutions/1540/index.html")
	picture("resolution")
	b.do(chromedp.Click(chromedp.CSS(`.languages a[lang=ar]`)))
	b.wait(`document.documentElement.dir === "rtl" && document.readyState === "complete"`)
	b.quiet()

	// The folder is moved.
	moved := dir + "moved"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	dir = moved
	open("search/index.html")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "panama"))
	b.wait(`document.querySelectorAll("li.hit").length > 0`)
	b.quiet()

	// Some of it is lost: the page alone, as from inside a zip, and a part of search.
	alone := t.TempDir()
	write(t, filepath.Join(alone, "index.html"), read(t, filepath.Join(dir, "index.html")))
	b.do(chromedp.Navigate(onDisk(alone, "index.html")))
	b.want(`getComputedStyle(document.querySelector("[data-vade-extract]")).display`, "block")
	b.want(`document.body.innerText.trim().startsWith("This page has come without")`, "true")
	picture("alone")
	if err := os.RemoveAll(filepath.Join(dir, "search", "en.js")); err != nil {
		t.Fatal(err)
	}
	open("search/index.html")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), "panama"))
	b.wait(`document.querySelector(".message.error")?.textContent.includes("missing or damaged") ?? false`)
}

// A plain file server under a sub-path: the zip's tree as it is, and a site that
// was built for the root of a host and carried below one.
func TestCarriedUnderSubPath(t *testing.T) {
	need.Long(t)
	t.Parallel()
	built := holdingSite(t)
	must(t, "build", "--source", built, "--base-url", "https://host.example/kb/")
	for name, c := range map[string]struct{ dir, query, leads string }{
		"portable tree":          {unpacked(t), "coordination mechanisms", "/kb/workshops/2019-12-panama-city/"},
		"built for the sub-path": {filepath.Join(built, "public"), "a workshop", "/kb/workshops/2019-12-lima/"},
	} {
		server := httptest.NewServer(http.StripPrefix("/kb", http.FileServer(http.Dir(c.dir))))
		b := opened(t, server.URL)
		b.open("/kb/")
		b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), c.query+"\r"))
		b.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
		b.want(`document.querySelector("li.hit a").getAttribute("href").split(/[?#]/)[0]`, c.leads)
		b.settled("li.hit a") // or the list may be drawn anew under the pointer
		b.do(chromedp.Click(chromedp.CSS("li.hit a")))
		b.wait(`location.pathname === "` + c.leads + `" && document.readyState === "complete"`)
		b.mu.Lock()
		for _, f := range b.faults {
			if !strings.Contains(f, "/api/search") { // a plain server has no endpoint, and the site says it has one
				t.Errorf("%s: %s", name, f)
			}
		}
		b.faults = nil
		b.mu.Unlock()
		server.Close()
	}
}

func TestServeZip(t *testing.T) {
	need.Long(t)
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--site", carriedZip(t)}, w, io.Discard)
		w.Close()
	}()
	line := make([]byte, 200)
	n, _ := r.Read(line)
	_, rest, ok := strings.Cut(string(line[:n]), "Open ")
	if !ok {
		t.Fatalf("no address: %q (%v)", line[:n], <-done)
	}
	root := strings.TrimSuffix(strings.Fields(rest)[0], "/")
	for page, want := range map[string]string{
		"/": "Vademecum", "/resolutions/1540/": "OP3(d)", "/search/?q=coordination": "li class=\"hit\"", "/search/index.html?q=coordination": "li class=\"hit\"",
	} {
		response, err := http.Get(root + page)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		holds(t, string(body), want)
	}
	response, err := http.Get(root + "/api/search?q=coordination+mechanisms")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Pages []struct{ URL string } }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || len(answer.Pages) == 0 || answer.Pages[0].URL != "/workshops/2019-12-panama-city/" {
		t.Errorf("the endpoint says %+v (%v)", answer, err)
	}
	response.Body.Close()
	b := opened(t, root)
	b.open("/search/?q=coordination")
	b.wait(`document.querySelectorAll("li.hit").length > 1`)
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(`location.pathname.length > 9 && document.readyState === "complete"`)
	b.quiet()
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not stop")
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "vade-serve-*")); len(left) > 0 {
		t.Errorf("it left %v behind", left)
	}
}

// VADE_SCALE=10000 measures the first result on a disk at that many pages.
func TestCarriedAtScale(t *testing.T) {
	t.Parallel()
	pages, _ := strconv.Atoi(os.Getenv("VADE_SCALE"))
	if pages == 0 {
		t.Skip("a measurement: set VADE_SCALE to a number of pages")
	}
	source := t.TempDir()
	for _, name := range []string{"content", "layouts", "static", "i18n", "indexer/browser"} {
		if err := os.CopyFS(filepath.Join(source, name), os.DirFS(filepath.Join("../..", name))); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(source, "hugo.toml"), read(t, "../../hugo.toml"))
	words := strings.Fields(read(t, "../../content/resolutions/1540.md"))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range pages {
		var text strings.Builder
		for range 250 {
			text.WriteString(strings.Trim(words[min(r.IntN(len(words)), r.IntN(len(words)))], "-:#|>'\"[]{}()*`") + fmt.Sprint("x"[:r.IntN(8)/7]) + " ")
		}
		write(t, filepath.Join(source, "content/notes", fmt.Sprintf("n%d.md", i)), fmt.Sprintf("---\ntitle: 'Note %d'\nsummary: 'A note.'\n---\n\n%s\n", i, text.String()))
	}
	file := filepath.Join(t.TempDir(), "site.zip")
	_, said := must(t, "pack", "--source", source, "--out", file)
	t.Log(said)
	dir := t.TempDir()
	if found, err := portable.Unpack(t.Context(), file, dir); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	b := opened(t, "http://")
	for _, query := range []string{"coordination mechanisms", "nuclear weapons", "export controls"} {
		b.do(chromedp.Navigate(onDisk(dir, "search/index.html") + "?q=" + url.QueryEscape(query)))
		b.wait(`document.querySelectorAll("li.hit").length > 0`)
		t.Logf("%s: first result at most %s ms after the page was asked for", query, b.eval(`Math.round(performance.now())`))
	}
	b.quiet()
}
