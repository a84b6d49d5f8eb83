package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/desk"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/internal/need"
)

// A worker is a person at the desk, whose actions are counted: each click, each
// field that is filled, each key.
type worker struct {
	*browser
	dir     string
	actions int
}

// startDesk starts vade desk and gives the address that it prints.
func startDesk(t *testing.T, dir string) *url.URL {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	var log strings.Builder
	go func() {
		p := project{source: dir}
		ended <- p.desk(ctx, "127.0.0.1:0", in, cli.NewConsole(&log, true))
		in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("vade desk prints no address: %v %v", err, <-ended)
	}
	go io.Copy(io.Discard, out)
	start, err := url.Parse(strings.Fields(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	return start
}

// openDesk starts vade desk on a copy of our knowledge base and opens the address
// that it prints.
func openDesk(t *testing.T, dir string) *worker {
	t.Helper()
	b := openBrowserOn(t, http.NotFoundHandler())
	start := startDesk(t, dir)
	b.root = "http://" + start.Host
	w := &worker{browser: b, dir: dir}
	if script := os.Getenv("VADE_NODE_MODULES"); script != "" {
		if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: read(t, need.NodeModule(t, "axe-core/axe.min.js"))}); err != nil {
			t.Fatal(err)
		}
	}
	// A form that is left asks first, and the person says yes.
	err := chromedp.Listen(b.ctx, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			go chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b.scheme("light")
	b.open(start.RequestURI())
	w.actions++
	return w
}

func (w *worker) click(selector string) {
	w.t.Helper()
	w.actions++
	w.do(chromedp.Click(chromedp.CSS(selector)))
}

func (w *worker) fill(id, text string) {
	w.t.Helper()
	w.actions++
	if w.eval(`(() => { const d = document.getElementById("`+id+`").closest("details:not([open])"); return d !== null && (d.open = true); })()`) == "true" {
		w.actions++ // its field had to be unfolded
	}
	// A date is typed in the order of the reader's country; its value is the same in all.
	if w.eval(`document.getElementById("`+id+`").type`) == "date" {
		w.eval(`(() => { const e = document.getElementById("` + id + `"); e.value = "` + text + `"; e.dispatchEvent(new Event("input", {bubbles: true})); })()`)
		return
	}
	w.eval(`document.getElementById("` + id + `").select()`)
	w.do(chromedp.SendKeys(chromedp.CSS(`[id="`+id+`"]`), text))
}

// onPage waits for a page of the desk.
func (w *worker) onPage(part string) {
	w.t.Helper()
	w.wait(`document.readyState === "complete" && location.href.includes("` + part + `")`)
}

// looked holds a page of the desk to axe-core and html-validate, wide and narrow,
// and takes its picture.
func (w *worker) looked(name string) {
	w.t.Helper()
	w.pictures(name)
	if os.Getenv("VADE_NODE_MODULES") == "" {
		w.t.Log("nothing is checked by axe-core and html-validate without $VADE_NODE_MODULES")
		return
	}
	w.accessible(name)
	w.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	w.report(name+" on a telephone", w.violations(narrowRules))
	w.want(`document.documentElement.scrollWidth <= 361`, "true") // innerWidth grows with what is too wide
	w.do(chromedp.EmulateViewport(1280, 800))
	w.valid(name)
}

func (w *worker) pictures(name string) {
	w.t.Helper()
	dir := os.Getenv("VADE_PICTURES")
	if dir == "" {
		return
	}
	shot := func(file string) {
		data, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			w.t.Fatal(err)
		}
		write(w.t, filepath.Join(dir, "desk-"+file+".png"), string(data))
	}
	for _, scheme := range []string{"light", "dark"} {
		w.scheme(scheme)
		shot(name + "-wide-" + scheme)
		w.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
		shot(name + "-narrow-" + scheme)
		w.do(chromedp.EmulateViewport(1280, 800))
	}
	w.scheme("light")
}

// reBoolean matches an attribute as a browser writes it that is there or not.
var reBoolean = regexp.MustCompile(` (autofocus|checked|defer|download|hidden|open|selected|data-dirty|data-drop|data-tools|data-vade-ignore)=""`)

// valid holds the HTML of the page that is open to html-validate.
func (w *worker) valid(name string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`fetch(location.href).then((r) => r.text())`, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatal(err)
	}
	// What follows a button cannot be fetched again; it is read back from the browser.
	shown := reBoolean.ReplaceAllString("<!doctype html>\n"+w.eval(`document.documentElement.outerHTML`), " $1")
	config, err := json.Marshal(map[string]any{"root": true, "extends": []string{"html-validate:recommended"}, "rules": htmlRules})
	if err != nil {
		w.t.Fatal(err)
	}
	dir := w.t.TempDir()
	rules, file := write(w.t, filepath.Join(dir, "rules.json"), string(config)), write(w.t, filepath.Join(dir, "page.html"), text)
	asShown := write(w.t, filepath.Join(dir, "shown.html"), shown)
	said, err := exec.Command(need.NodeModule(w.t, ".bin/node"), need.NodeModule(w.t, "html-validate/bin/html-validate.mjs"), "--config", rules, "--formatter", "text", file, asShown).CombinedOutput()
	if err != nil {
		w.t.Errorf("%s: html-validate: %v\n%.3000s", name, err, strings.ReplaceAll(string(said), file, name))
	}
}

// courseNote is a note of our own, with a meeting that the site does not have.
const courseNote = `INFORMATION NOTE

Event: Course on strategic goods for officers of ports

Organizers: World Customs Organization (WCO)

Date and Venue: 4 - 5 May 2021, Lima, Peru

Participants: officers of customs and of the port authority

Highlights

The officers compared how their ports look at manifests. Coordination between
customs and the port authority takes most of their time, they said, and a common
list of goods would help. Peru has begun to write one.
`

// A person who knows neither Markdown nor YAML turns a document into a page of the
// site.
func TestDeskFromDocumentToPage(t *testing.T) {
	need.Long(t)
	dir := copyOursInThree(t)
	note := write(t, filepath.Join(t.TempDir(), "note.txt"), courseNote)
	w := openDesk(t, dir)
	w.onPage("/-/desk/")
	w.looked("home")
	w.built("/")
	w.actions = 1 // the start address

	w.click(`a[href$="/import"]`)
	w.onPage("import")
	w.looked("import")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{note}))
	w.actions++
	w.click("button.main")
	w.onPage("edit?page=")
	w.looked("review")
	w.want(`document.querySelectorAll(".document mark").length > 2`, "true")
	for range 30 { // one key for each guess
		if w.eval(`document.querySelector("[data-key=a]") === null`) == "true" {
			break
		}
		w.actions++
		w.eval(`document.querySelector("[data-key=a]").setAttribute("data-old", "")`)
		w.eval(`document.activeElement.blur()`)
		w.do(chromedp.KeyEvent("a"))
		w.wait(`document.readyState === "complete" && !document.querySelector("[data-old]")`)
	}
	w.fill("f.title", "Course on strategic goods, Lima, May 2021")
	w.fill("f.summary", "What officers of ports said about manifests and a common list of goods.")
	w.fill("f.checked", "2026-11-27")
	w.click("button[value=show]")
	w.wait(`document.readyState === "complete" && (location.href.includes("saved=") || !!document.querySelector(".wrong"))`)
	if w.eval(`location.href.includes("saved=")`) != "true" { // what check still lacks stands at its field
		w.pictures("errors")
		t.Log("told at the fields: " + w.eval(`[...document.querySelectorAll(".wrong, .message.error li")].map((e) => e.id + ": " + e.textContent).join("\n")`))
		w.accessible("the form with errors")
		w.correct()
		w.click("button[value=show]")
		w.onPage("saved=")
	}
	w.looked("saved")
	shown := w.eval(`document.querySelector(".where a").getAttribute("href")`)
	w.built(shown)
	w.click(".where a")
	w.onPage(shown)
	w.wait(`document.querySelector("h1")?.textContent.trim() === "Course on strategic goods, Lima, May 2021"`) // it may still be built
	w.wait(`document.querySelector(".vade-desk-bar a")?.textContent === "Edit this page"`)
	w.pictures("page")
	w.quiet()
	t.Logf("%d actions from the start address to the page", w.actions)
	if w.actions > 25 {
		t.Errorf("%d actions are too many", w.actions)
	}
}

// correct fills in what the errors of the form ask for.
func (w *worker) correct() {
	w.t.Helper()
	for field, text := range map[string]string{
		"f.event": "Course on strategic goods for officers of ports", "f.sources.0.title": "Information note on the course", "f.themes.0": "Coordination",
	} {
		if w.eval(`!!document.getElementById("`+field+`") && !document.getElementById("`+field+`").value`) == "true" {
			w.fill(field, text)
		}
	}
	if w.eval(`!!document.getElementById("f.status-wrong")`) == "true" {
		w.actions++
		w.eval(`document.getElementById("f.status").value = "reviewed"`)
	}
}

// built waits until the site that the desk shows has a page.
func (w *worker) built(address string) {
	w.t.Helper()
	awaitPage(w.t, address, func(expression string) bool { return w.eval(expression) == "true" })
	w.mu.Lock() // the browser reports what was not there yet
	defer w.mu.Unlock()
	w.faults = slices.DeleteFunc(w.faults, func(f string) bool {
		return strings.Contains(f, "status of 404") || strings.Contains(f, "status of 503")
	})
}

// awaitPage waits until the site that the desk shows has a page, which a browser
// asks for.
func awaitPage(t *testing.T, address string, holds func(expression string) bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		if holds(`(() => { const x = new XMLHttpRequest(); x.open("HEAD", "` + address + `", false); x.send(); return x.status === 200; })()`) {
			return
		}
	}
	t.Fatalf("the site has no %s within three minutes", address)
}

// Each of the desk's pages shuts nobody out and is valid HTML, and a text that is
// not saved is shown as the page that it would be.
func TestDeskPages(t *testing.T) {
	need.Long(t)
	dir := copyOursInThree(t)
	w := openDesk(t, dir)
	w.built("/")
	for _, page := range []struct{ name, address string }{
		{"form", "edit?page=workshops/2019-12-panama-city.md"},
		{"procedure", "edit?page=procedures/request-assistance.md"},
		{"translation", "edit?page=procedures/request-assistance.es.md"},
		{"largest", "edit?page=glossary/_index.md"},
		{"new", "new?folder=workshops"},
		{"kind", "?folder=workshops"},
		{"search", "?q=panama"},
		{"todo", "todo"},
		{"take", "take"},
		{"tools", "page?page=themes/coordination.md"},
	} {
		w.open("/-/desk/" + page.address)
		w.looked(page.name)
	}
	w.open("/-/desk/edit?page=themes/matrix.md")
	w.fill("f.title", "Matrix of another name")
	w.click("button[value=diff]")
	w.wait(`document.readyState === "complete" && document.querySelector(".diff ins") !== null`)
	w.looked("difference")
	start := time.Now()
	w.click("button[value=preview]")
	w.wait(`document.querySelector("iframe").contentDocument?.querySelector("h1")?.textContent.includes("another name") === true`)
	t.Logf("a preview after %.1f s", time.Since(start).Seconds())
	inSight := `(() => { const r = document.querySelector("iframe").getBoundingClientRect(); return r.top < innerHeight - 200 && r.bottom > 200; })()`
	w.wait(inSight) // it was far below
	w.pictures("preview")
	// Another window was faster.
	file := filepath.Join(dir, "content/themes/matrix.md")
	write(t, file, strings.Replace(read(t, file), "title: ", "title: The other ", 1))
	w.click("button[value=save]")
	w.wait(`document.readyState === "complete" && document.querySelector("[name=theirs]") !== null`)
	w.looked("conflict")
	w.pardon("409")
	// What was typed is kept though nobody saved it, and offered by the form.
	kept := filepath.Join(dir, ".vade/typed/themes/matrix.md.json")
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if text, err := os.ReadFile(kept); err == nil && strings.Contains(string(text), "another name") {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("what was typed is not kept: %v %s", err, text)
		}
	}
	w.open("/-/desk/edit?page=themes/matrix.md")
	w.looked("typed")
	w.click("button[value=take]")
	w.wait(`document.readyState === "complete" && document.getElementById("f.title").value.includes("another name")`)
	// That what is typed cannot be kept is told, until it can be.
	notKept := `document.querySelector(".not-kept[role=status]").textContent`
	if err := errors.Join(os.Remove(kept), os.MkdirAll(filepath.Join(kept, "in the way"), 0o755)); err != nil {
		t.Fatal(err)
	}
	w.open("/-/desk/edit?page=themes/matrix.md")
	w.fill("f.title", "Matrix of a third name")
	w.wait(notKept + ` === "What you type here is not kept at the moment. Save it before you leave the page; if that fails, copy it elsewhere."`)
	w.looked("not kept")
	w.pardon("500")
	if err := os.RemoveAll(kept); err != nil {
		t.Fatal(err)
	}
	w.fill("f.title", "Matrix of a fourth name")
	w.wait(notKept + ` === ""`)
	w.open("/-/desk/new?folder=themes")
	w.fill("f.title", "A theme without a summary")
	w.click(`[id="f.draft"]`)
	w.click("button[value=save]")
	w.wait(`document.readyState === "complete" && document.querySelector(".message.error a[href='#f.summary']") !== null`)
	w.looked("errors")
	w.click(`.desk-languages a[lang=es]`)
	w.wait(`document.readyState === "complete" && document.documentElement.lang === "es" && location.pathname.endsWith("/new")`)
	write(t, filepath.Join(dir, "content/themes/broken.md"), "---\ntitle: \"No end\ndraft: true\n---\n\nText.\n")
	w.open("/-/desk/edit?page=themes/broken.md")
	w.looked("raw")
	w.open("/-/desk/new?folder=themes")
	w.want(`document.querySelector("label[for='f.title']").firstChild.textContent.trim()`, "Título")
	w.quiet()
}

// pardon forgets answers that a test has brought about, whether or not the browser
// reported them.
func (w *worker) pardon(statuses ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = slices.DeleteFunc(w.faults, func(f string) bool {
		return slices.ContainsFunc(statuses, func(s string) bool { return strings.Contains(f, "status of "+s) })
	})
}

// A hand is a person at a browser, which may be any.
type hand interface {
	open(path string)
	holds(expression string) bool
	wait(expression string)
	click(selector string)
	send(selector, text string) // keys, a file, a date or a choice
}

// A person turns a real Word file into a page in Firefox and in Chromium, by mouse and
// keyboard alone, where other pages already name the page that it becomes.
func TestDeskInFirefox(t *testing.T) {
	need.Long(t)
	note, dir := panama(t)
	f := openFirefox(t)
	f.conn.SetDeadline(time.Now().Add(8 * time.Minute))
	start := startDesk(t, dir)
	f.open(start.String())
	fromWordToPage(t, inFirefox{f, "http://" + start.Host}, note)
}

func TestDeskInChromium(t *testing.T) {
	need.Long(t)
	note, dir := panama(t)
	w := openDesk(t, dir)
	fromWordToPage(t, inChromium{w}, note)
	w.pardon("404", "503")
	w.quiet()
}

type inFirefox struct {
	*firefox
	root string
}

func (f inFirefox) open(path string)             { f.firefox.open(f.root + path) }
func (f inFirefox) holds(expression string) bool { return f.eval(expression) == true }

func (f inFirefox) click(selector string) {
	f.t.Helper()
	f.eval(`document.querySelector("` + selector + `").scrollIntoView({block: "center"})`)
	f.firefox.click(selector)
}

type inChromium struct{ *worker }

func (c inChromium) holds(expression string) bool { return c.eval(expression) == "true" }

func (c inChromium) send(selector, text string) {
	c.t.Helper()
	if selector == "body" {
		c.do(chromedp.KeyEvent(text))
		return
	}
	switch c.eval("document.querySelector(`" + selector + "`).type") {
	case "file":
		c.do(chromedp.SetUploadFiles(chromedp.CSS(selector), []string{text}))
	case "date", "select-one": // a date is typed in the order of the reader's country
		c.eval("(() => { const e = document.querySelector(`" + selector + "`); e.value = `" + text + "`; e.dispatchEvent(new Event(`input`, {bubbles: true})); })()")
	default:
		c.do(chromedp.SendKeys(chromedp.CSS(selector), text))
	}
}

// panama gives the Word file of an information note, and a copy of our knowledge base in
// which the page is deleted that it becomes.
func panama(t *testing.T) (note, dir string) {
	t.Helper()
	note = need.Shared(t, "documents/formats/panama.docx")
	dir = copyOursInThree(t)
	gone, err := filepath.Glob(filepath.Join(dir, "content/workshops/2019-12-panama-city*.md"))
	if err != nil || len(gone) == 0 {
		t.Fatal("the page that the note becomes is not there to be deleted", err)
	}
	for _, file := range gone {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	return note, dir
}

// fromWordToPage goes from the start address of a desk, which is open, to the page that
// readers see, and counts each click, each field that is filled and each key.
func fromWordToPage(t *testing.T, h hand, note string) {
	t.Helper()
	actions := 1 // the start address
	// leaving does what opens another page, and waits for it.
	leaving := func(do func()) {
		t.Helper()
		h.wait(`(document.body.dataset.old = "old") === "old"`)
		do()
		h.wait(`document.readyState === "complete" && !document.body.dataset.old`)
	}
	click := func(selector string) {
		t.Helper()
		actions++
		leaving(func() { h.click(selector) })
	}
	send := func(selector, text string) {
		t.Helper()
		actions++
		h.send(selector, text)
	}
	fill := func(id, text string) {
		t.Helper()
		h.wait(`(document.getElementById("` + id + `").value = "") === ""`)
		send(`[id="`+id+`"]`, text)
	}
	h.wait(`location.pathname === "/-/desk/" && document.readyState === "complete"`)
	// Links to the page that is gone do not keep the site from its author.
	awaitPage(t, "/", h.holds)
	click("a[href$='/import']")
	send("#file", note)
	click("button.main")
	h.wait(`location.href.includes("edit?page=")`)
	for range 30 { // one key for each guess
		if h.holds(`document.querySelector("[data-key=a]") === null`) {
			break
		}
		h.wait(`(() => { document.activeElement.blur(); return true; })()`)
		leaving(func() { send("body", "a") })
	}
	fill("f.title", "Workshop on implementing resolution 1540, Panama City, December 2019")
	fill("f.summary", "What the workshop in Panama said about national action plans.")
	click("button[value=show]")
	if !h.holds(`location.href.includes("saved=")`) { // what check still lacks stands at its field
		for id, text := range map[string]string{
			"f.checked": "2026-11-27", "f.event": "Workshop on implementing resolution 1540", "f.sources.0.title": "Information note", "f.themes.0": "Coordination",
		} {
			if h.holds(`Boolean(document.getElementById("` + id + `")) && !document.getElementById("` + id + `").value`) {
				fill(id, text)
			}
		}
		if h.holds(`document.getElementById("f.status-wrong") !== null`) {
			send(`[id="f.status"]`, "reviewed")
		}
		click("button[value=show]")
		h.wait(`location.href.includes("saved=")`)
	}
	awaitPage(t, "/workshops/2019-12-panama-city/", h.holds)
	click(".where a")
	h.wait(`document.querySelector("h1")?.textContent.includes("Panama City, December 2019") === true`)
	h.open("/-/desk/todo")
	h.wait(`document.readyState === "complete"`)
	if !h.holds(`document.body.textContent.includes("Links that lead nowhere")`) {
		t.Error("pages that name a place on the page that was deleted are not left to do")
	}
	t.Logf("%d actions from the start address to the page", actions)
	if actions > 25 {
		t.Errorf("%d actions are too many", actions)
	}
}

// An expert who never saw Markdown adds a theme, a term, a workshop with an image,
// and its Spanish translation, from the desk's first page on.
func TestDeskAsANewUser(t *testing.T) {
	need.Long(t)
	dir := copyOursInThree(t)
	picture := filepath.Join(t.TempDir(), "Port 2026.png")
	write(t, picture, string(pngOf(t, 400, 300)))
	w := openDesk(t, dir)
	w.onPage("/-/desk/")
	choose := func(id, value string) {
		t.Helper()
		w.actions++
		w.eval(`(() => { const e = document.getElementById("` + id + `"); e.value = "` + value + `"; e.dispatchEvent(new Event("input", {bubbles: true})); })()`)
	}
	add := func(list string) {
		t.Helper()
		w.eval(`document.querySelector("form.desk-form").setAttribute("data-old", "")`)
		w.click(`button[value="add ` + list + `"]`)
		w.wait(`document.readyState === "complete" && !document.querySelector("[data-old]")`)
	}
	press := func(do string) {
		t.Helper()
		w.eval(`document.querySelector("form.desk-form").setAttribute("data-old", "")`)
		w.click(`button[value="` + do + `"]`)
		w.wait(`document.readyState === "complete" && !document.querySelector("[data-old]") && document.querySelector("form.desk-form") !== null`)
	}
	saved := func(name string) {
		t.Helper()
		w.pictures(name)
		if told := w.eval(`[...document.querySelectorAll(".message.error")].map((e) => e.textContent).join("\n")`); told != "" {
			t.Errorf("%s was not saved: %s", name, told)
		}
		w.want(`document.querySelector(".message.good") !== null`, "true")
	}

	w.click(`a[href*="new?folder=themes"]`)
	w.onPage("new?folder=themes")
	w.fill("f.title", "Small ports")
	w.fill("f.summary", "What small ports ask for, and who helps them.")
	for lang, label := range map[string]string{"en": "Small ports", "es": "Puertos pequeños", "fr": "Petits ports", "ru": "Малые порты", "ar": "الموانئ الصغيرة", "zh": "小型港口"} {
		w.fill("f.labels."+lang, label)
	}
	w.fill("f.sources.0.title", "Our own notes")
	w.fill("body", "Small ports have few officers.")
	press("show")
	saved("new-theme")

	w.open("/-/desk/")
	w.click(`a[href*="edit?page=glossary"]`)
	w.onPage("edit?page=glossary")
	n := w.eval(`document.querySelector("[name='f.terms.n']").value`)
	add("f.terms")
	w.fill("f.terms."+n+".id", "small-port")
	w.fill("f.terms."+n+".term", "small port")
	choose("f.terms."+n+".origin", "practice")
	w.fill("f.terms."+n+".text", "A port with fewer than ten officers.")
	press("save")
	saved("new-term")

	w.open("/-/desk/")
	w.click(`a[href*="new?folder=workshops"]`)
	w.onPage("new?folder=workshops")
	w.fill("f.title", "Workshop on small ports, Lima, May 2026")
	w.fill("f.summary", "What officers of small ports asked for.")
	w.fill("f.event", "Workshop for officers of small ports")
	w.fill("f.date_start", "2026-05-04")
	choose("f.date_precision", "day")
	w.fill("f.city", "Lima")
	w.fill("f.country", "Peru")
	w.fill("f.themes.0", "Small ports")
	w.fill("f.sources.0.title", "Information note on the workshop")
	w.fill("body", "The officers met for a day.")
	press("show")
	saved("new-workshop")
	w.click(".attach summary")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#attachment"), []string{picture}))
	w.actions++
	w.fill("description", "The officers in front of the port of Callao")
	press("attach")
	w.want(`document.activeElement.id`, "body")
	w.looked("attached")
	press("save")
	saved("new-image")

	w.click(`.translations a[href*=".es.md"]`)
	w.onPage(".es.md")
	w.looked("translation-begun")
	w.fill("f.title", "Taller sobre puertos pequeños, Lima, mayo de 2026")
	w.fill("f.summary", "Lo que pidieron los funcionarios de los puertos pequeños.")
	w.fill("body", "Los funcionarios se reunieron un día.")
	press("save")
	saved("new-translation")
	w.quiet()
	t.Logf("%d actions for a theme, a term, a workshop with an image, and a translation", w.actions)

	for _, p := range kinds.Check(os.DirFS(dir)) {
		if p.Class == kinds.Fault {
			t.Error(p)
		}
	}
	page := read(t, filepath.Join(dir, "content/workshops/workshop-on-small-ports-lima-may-2026.md"))
	holds(t, page, "![The officers in front of the port of Callao](/workshops/port-2026.png)", "themes: [small-ports]", "country: peru")
	holds(t, read(t, filepath.Join(dir, "content/workshops/workshop-on-small-ports-lima-may-2026.es.md")), "title: Taller", "translates: ")
	w.handedOn()
}

// handedOn has a second person take up what the first one wrote: rename it, send it to a
// colleague, take over what a colleague sent, delete it and look at what is kept.
func (w *worker) handedOn() {
	w.t.Helper()
	if git, err := exec.LookPath("git"); err == nil {
		if said, err := exec.Command(git, "-C", w.dir, "init", "-q").CombinedOutput(); err != nil {
			w.t.Fatalf("git init: %v %s", err, said)
		}
	}
	w.actions = 0
	w.open("/-/desk/page?page=workshops/workshop-on-small-ports-lima-may-2026.md")
	w.looked("delete")
	w.fill("name", "lima-small-ports")
	w.click("[aria-labelledby=rename] button")
	w.onPage("lima-small-ports")
	w.looked("renamed")

	w.open("/-/desk/take")
	w.looked("changes")
	w.click("[aria-labelledby=zip] button")
	w.wait(`document.readyState === "complete" && document.querySelector("a.button.main") !== null`)
	w.looked("zip")
	sent, err := json.Marshal(map[string]any{"Format": "vade-changes-1", "Changes": []map[string]string{
		{"File": "themes/sent.md", "After": "---\ntitle: Sent by a colleague\ndraft: true\n---\n\nText.\n"},
		{"File": "themes/coordination.md", "Before": "another", "After": "---\ntitle: Two persons wrote this\n---\n"},
		{"File": "themes/matrix.md", "Before": read(w.t, filepath.Join(w.dir, "content/themes/matrix.md"))},
		{"File": "themes/nowhere.md", "Before": "---\ntitle: Nowhere\n---\n"},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.open("/-/desk/take")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{write(w.t, filepath.Join(w.t.TempDir(), "changes.vade.json"), string(sent))}))
	w.click("form[action$=compare] button")
	w.wait(`document.readyState === "complete" && document.querySelectorAll(".offer").length === 4`)
	w.looked("offers")
	w.want(`[...document.querySelectorAll("[name=take]")].map((e) => e.checked).join()`, "true,false,true")
	w.click("#take-2") // the page of the matrix stays
	w.click("button.main")
	w.onPage("done=took_over")
	w.looked("took-over")

	w.open("/-/desk/page?page=workshops/lima-small-ports.md")
	w.click("[aria-labelledby=needed] button")
	w.onPage("done=deleted")
	w.looked("deleted")
	w.want(`document.querySelector("h1").textContent`, "Workshop on small ports, Lima, May 2026")
	w.click("[aria-labelledby=versions] ul a")
	w.onPage("version?")
	w.looked("deleted-version")
	w.click("form[action$=delete] button")
	w.onPage("done=erased")
	w.looked("erased")
	if _, err := os.Stat(filepath.Join(w.dir, "content/workshops/port-2026.png")); err == nil {
		w.t.Error("the picture of the erased page is still there")
	}
	w.quiet()
	w.t.Logf("%d actions of a second person", w.actions)
}

func pngOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A page that the desk renames, asked for in whichever language, is led to from its old
// address in each language, and nothing of the site leads to the old one.
func TestRenamedPageIsLedTo(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	d, err := desk.New(desk.Site{Source: dir, Built: http.NotFoundHandler(), Log: io.Discard}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1541})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var cookie *http.Cookie
	ask := func(method, address, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, address, strings.NewReader(body))
		r.Host = "127.0.0.1:1541"
		if cookie != nil {
			r.AddCookie(cookie)
		}
		r.Header.Set("Origin", "http://"+r.Host)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w
	}
	cookie = ask("GET", d.Start(), "").Result().Cookies()[0]
	rename := func(file, name string) {
		t.Helper()
		form := url.Values{"page": {file}, "name": {name}}
		for _, m := range regexp.MustCompile(`name="(token|was)" value="([^"]+)"`).FindAllStringSubmatch(ask("GET", desk.Prefix+"page?page="+file, "").Body.String(), -1) {
			form.Set(m[1], m[2])
		}
		if w := ask("POST", desk.Prefix+"rename", form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("%s is not renamed: %d %s", file, w.Code, w.Body)
		}
	}
	rename("themes/customs.md", "borders")
	rename("themes/borders.es.md", "frontiers")
	must(t, "build", "--source", dir)
	for _, lang := range []string{"", "es/"} {
		for _, old := range []string{"customs", "borders"} {
			holds(t, read(t, filepath.Join(dir, "public", lang, "themes", old, "index.html")), `url=`, "/"+lang+"themes/frontiers/")
		}
		page := read(t, filepath.Join(dir, "public", lang, "themes/frontiers/index.html"))
		if strings.Contains(page, `http-equiv="refresh"`) || strings.Contains(page, "http-equiv=refresh") {
			t.Errorf("%s itself leads on", lang)
		}
	}
	holds(t, read(t, filepath.Join(dir, "public/roles/officer/index.html")), "/themes/frontiers/")
	err = filepath.WalkDir(filepath.Join(dir, "public"), func(name string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".html") && regexp.MustCompile(`href="?/(es/)?themes/(customs|borders)/`).MatchString(read(t, name)) {
			t.Errorf("%s still links to an old address", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
