package desk

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"vademecum/cmd/vade/internal/kinds"
	"vademecum/internal/need"
)

// freesHill takes away what the hill says of the valley, which then nobody needs.
func (p *person) freesHill() {
	p.t.Helper()
	hill := fields(p.t, p.get("edit?page=places/hill.md"), "edit")
	hill.Set("f.near.0", "")
	hill.Set("f.see.0", "")
	hill.Set("body", "Alone.")
	p.press(hill, "save")
}

// erases gives the form that erases a page for good, as the page of its tools has it.
func (p *person) erases(page string) url.Values {
	p.t.Helper()
	form := fields(p.t, page, "delete")
	form.Set("erase", "yes")
	return form
}

// follow gives the page to which an answer leads.
func (p *person) follow(w interface{ Header() http.Header }) string {
	p.t.Helper()
	to := w.Header().Get("Location")
	if to == "" {
		p.t.Fatal("the answer leads nowhere")
	}
	return p.get(strings.TrimPrefix(to, Prefix))
}

// press sends a form with one of its buttons, and gives the answer.
func (p *person) press(form url.Values, do string) string {
	p.t.Helper()
	form.Set("do", do)
	w := p.post("edit", form)
	if w.Code == http.StatusSeeOther {
		return p.follow(w)
	}
	return w.Body.String()
}

func holds(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in: %s", part, said(text))
		}
	}
}

// A kind that the desk has never seen, with every sort of field, is filled in
// without script and written as an author would write it.
func TestAKindNeedsNoCode(t *testing.T) {
	p := sit(t, smallSite(t))
	form := fields(t, p.get("new?folder=trees"), "edit")
	for _, button := range []string{"add f.steps", "add f.steps", "add f.steps.0.tools", "add f.places"} {
		form = fields(t, p.press(form, button), "edit")
	}
	for name, value := range map[string]string{
		"f.title": "The old pear: a tree", "f.name": "Q42", "f.names.lines": "one\ntwo, too\n\n007", "f.words.lines": "old\nsweet",
		"f.story": "It was planted\nby nobody.", "f.labels.en": "Old pear", "f.labels.es": "Peral viejo", "f.synonyms.es.lines": "pera\nperal",
		"f.height": "12", "f.evergreen": "true", "f.planted": "1990-03-01", "f.seen.0": "2020-05-01", "f.first_fruit": "1996",
		"f.kind": "pear", "f.uses.0": "food", "f.place": "The valley", "f.places.0": "the HILL", "f.places.1": "valley",
		"f.page": "The hill", "f.pages.0": "/places/valley/", "f.owner.name": "Ana", "f.owner.since": "2001-04",
		"f.steps.0.id": "prune", "f.steps.0.what": "Prune it", "f.steps.0.tools.0.name": "saw", "f.steps.1.id": "pick", "f.steps.1.what": "- pick # them",
		"body": "It stands by the river.\n",
	} {
		if !form.Has(name) && name != "f.evergreen" {
			t.Errorf("the form has no field %s", name)
		}
		form.Set(name, value)
	}
	form.Del("f.draft")
	page := p.press(form, "up f.steps.1")
	form = fields(t, page, "edit")
	if form.Get("f.steps.0.id") != "pick" || form.Get("f.place") != "The valley" || form.Get("body") != "It stands by the river.\n" {
		t.Errorf("moved and kept: %v", form)
	}
	p.press(form, "save")
	got := readFile(t, filepath.Join(p.dir, "content/trees/the-old-pear-a-tree.md"))
	want := `---
title: "The old pear: a tree"
name: Q42
names: [one, "two, too", "007"]
words: [old, sweet]
story: |-
  It was planted
  by nobody.
labels:
  en: Old pear
  es: Peral viejo
synonyms:
  es: [pera, peral]
height: 12
evergreen: true
planted: 1990-03-01
seen: [2020-05-01]
first_fruit: 1996
kind: pear
uses: [food]
place: valley
places: [hill, valley]
page: /places/hill
pages: [/places/valley/]
owner:
  name: Ana
  since: 2001-04
steps:
  - id: pick
    what: "- pick # them"
  - id: prune
    what: Prune it
    tools:
      - name: saw
---

It stands by the river.
`
	if got != want {
		t.Errorf("written:\n%s\nwant:\n%s\n%s", got, want, said(page))
	}
}

// What check has against a page stands at its field, and nothing typed is lost.
func TestErrorsStandAtTheirField(t *testing.T) {
	p := sit(t, smallSite(t))
	form := fields(t, p.get("new?folder=trees"), "edit")
	form.Del("f.draft")
	form.Set("f.title", "Apple")
	form.Set("f.planted", "1.3.1990")
	form.Set("f.place", "Nowhere at all")
	form.Set("f.kind", "plum")
	form.Set("body", "Kept text.")
	page := p.press(form, "save")
	again := fields(t, page, "edit")
	for name := range form {
		if name != "do" && again.Get(name) != form.Get(name) && !strings.HasSuffix(name, ".n") && !strings.HasSuffix(name, ".was") && name != "page" {
			t.Errorf("%s was %q and became %q", name, form.Get(name), again.Get(name))
		}
	}
	holds(t, page, `id="f.planted-wrong"`, "write 1990-03-01", `id="f.place-wrong"`, `id="f.kind-wrong"`, `aria-describedby=" f.kind-wrong" aria-invalid="true"`, "Save as a draft all the same")
	if _, err := os.Stat(filepath.Join(p.dir, "content/trees/apple.md")); err == nil {
		t.Error("it was written all the same")
	}
	p.press(again, "draft")
	holds(t, readFile(t, filepath.Join(p.dir, "content/trees/apple.md")), "draft: true", "place: Nowhere at all", "Kept text.")
}

// Two windows on one page do not overwrite each other: the second sees both.
func TestTwoWindows(t *testing.T) {
	p := sit(t, smallSite(t))
	one, two := fields(t, p.get("edit?page=places/hill.md"), "edit"), fields(t, p.get("edit?page=places/hill.md"), "edit")
	one.Set("f.title", "The high hill")
	two.Set("body", "Two windows see the valley.")
	holds(t, p.press(one, "save"), "Saved.")
	page := p.press(two, "save")
	holds(t, page, "changed in another window", "- title: The high hill", "+ Two windows see the valley.", "Save mine in its place")
	file := filepath.Join(p.dir, "content/places/hill.md")
	if text := readFile(t, file); strings.Contains(text, "Two windows") {
		t.Error("the first window's work was overwritten")
	}
	form := fields(t, page, "edit")
	writeFile(t, file, strings.Replace(readFile(t, file), "high", "highest", 1)) // and once more
	holds(t, p.press(form, "replace"), "changed in another window")
	form = fields(t, p.press(form, "save"), "edit")
	p.press(form, "replace")
	holds(t, readFile(t, file), "Two windows see the valley.", "title: The hill", "near: [valley] # close by")
	if n := len(p.desk.store.versions("places/hill.md")); n != 2 {
		t.Errorf("%d versions are kept, want 2", n)
	}
}

// Undo goes back to a version, and what was there becomes one.
func TestUndo(t *testing.T) {
	p := sit(t, smallSite(t))
	file := filepath.Join(p.dir, "content/places/hill.md")
	before := readFile(t, file)
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("f.title", "Wrong")
	p.press(form, "save")
	id := p.desk.store.versions("places/hill.md")[0].ID
	page := p.get("version?" + url.Values{"page": {"places/hill.md"}, "id": {id}}.Encode())
	holds(t, page, "- title: Wrong", "+ title: The hill")
	p.follow(p.post("undo", fields(t, page, "undo")))
	if readFile(t, file) != before {
		t.Errorf("it is not as before: %s", readFile(t, file))
	}
	// A page that was renamed has the versions from before, too.
	tools := fields(t, p.get("page?page=places/hill.md"), "rename")
	tools.Set("name", "mound")
	p.follow(p.post("rename", tools))
	page = p.get("page?page=places/mound.md")
	for _, v := range p.desk.store.versions("places/hill.md") {
		holds(t, page, v.ID)
	}
	page = p.get("version?" + url.Values{"page": {"places/mound.md"}, "id": {p.desk.store.versions("places/hill.md")[1].ID}}.Encode())
	holds(t, page, "+ title: Wrong")
	p.follow(p.post("undo", fields(t, page, "undo")))
	holds(t, readFile(t, filepath.Join(p.dir, "content/places/mound.md")), "title: Wrong")
	// Back at its first name, it has each of them once.
	tools = fields(t, p.get("page?page=places/mound.md"), "rename")
	tools.Set("name", "hill")
	p.follow(p.post("rename", tools))
	seen := map[string]bool{}
	for _, v := range p.desk.store.history("places/hill.md") {
		if seen[v.ID] {
			t.Errorf("version %s is listed twice", v.ID)
		}
		seen[v.ID] = true
	}
	if readFile(t, filepath.Join(p.dir, Kept, ".gitignore")) != "*\n" {
		t.Error("git would see the versions")
	}
}

// Renaming leaves an alias and mends what names the page; deleting names the
// pages that need it.
func TestRenameAndDelete(t *testing.T) {
	p := sit(t, smallSite(t))
	page := p.get("page?page=places/valley.md")
	holds(t, page, "The hill", "name this one")
	form := fields(t, page, "rename")
	if w := p.post("delete", form); w.Code != 200 || !strings.Contains(w.Body.String(), "need this one") {
		t.Errorf("deleted though needed: %d", w.Code)
	}
	form.Set("name", "Wide Valley")
	p.follow(p.post("rename", form))
	read := func(name string) string { return readFile(t, filepath.Join(p.dir, "content/places", name)) }
	holds(t, read("wide-valley.md"), "aliases: [/places/valley/]", "title: The valley\n", "Below [the hill](/places/hill/).")
	holds(t, read("wide-valley.es.md"), "title: El valle")
	holds(t, read("hill.md"), "near: [wide-valley] # close by", "see: [/places/wide-valley/]", "[the valley](/places/wide-valley/#river)")
	if _, err := os.Stat(filepath.Join(p.dir, "content/places/valley.md")); err == nil {
		t.Error("the old file is still there")
	}
	p.freesHill()
	form = p.erases(p.get("page?page=places/wide-valley.md"))
	p.follow(p.post("delete", form))
	for _, name := range []string{"content/places/wide-valley.md", "content/places/wide-valley.es.md", Kept + "/versions/places/wide-valley.md"} {
		if _, err := os.Stat(filepath.Join(p.dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

// A page is renamed in all its languages, whichever of them asks for it: an alias
// stands at each old address, links that begin at a page are mended, too, and no
// translation counts as outdated for it. A second renaming keeps the first alias, and
// going back leaves none at the page's own address.
func TestRenameInEveryLanguage(t *testing.T) {
	for _, asked := range []string{"places/valley.md", "places/valley.es.md"} {
		dir := smallSite(t)
		for name, text := range map[string]string{
			"places/hill.md":    "---\ntitle: The hill\nnear: [valley]\nsee: [\"/places/valley/#river\", /places/valley]\naliases: dale\n---\n\nSee [it](valley/#river), [it](<../places/valley> \"So\"), [not](valley-of-tears/) and [r].\n\n[r]: /places/valley/?x=1\n",
			"places/hill.es.md": "---\ntitle: La colina\naliases: [/lugares/colina/]\n---\n\n[El valle](/places/valley/).\n",
			"trees/oak.md":      "---\ntitle: Oak\n---\n\n[Not it](valley/), [nor](https://example.org/places/valley/).\n",
		} {
			writeFile(t, filepath.Join(dir, "content", name), text)
		}
		p := sit(t, dir)
		read := func(name string) string { return readFile(t, filepath.Join(dir, "content", name)) }
		form := fields(t, p.get("edit?page=places/hill.es.md"), "edit")
		form.Set("body", "[El valle](/places/valley/) verde.")
		p.press(form, "save")
		rename := func(from, to string) string {
			t.Helper()
			form := fields(t, p.get("page?page="+from), "rename")
			form.Set("name", to)
			w := p.post("rename", form)
			if w.Code != http.StatusSeeOther {
				t.Fatalf("%s: %s", from, said(w.Body.String()))
			}
			page, err := url.Parse(w.Header().Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			return page.Query().Get("page")
		}
		now := rename(asked, "Dale")
		if want := strings.Replace(asked, "valley", "dale", 1); now != want {
			t.Errorf("renamed from %s, it leads to %s", asked, now)
		}
		holds(t, read("places/dale.md"), "aliases: [/places/valley/]", "title: The valley\n")
		holds(t, read("places/dale.es.md"), "aliases: [/places/valley/]", "title: El valle\n")
		holds(t, read("places/hill.md"), "near: [dale]", "see: [/places/dale/#river, /places/dale]", "See [it](dale/#river), [it](<../places/dale> \"So\"), [not](valley-of-tears/) and [r].", "[r]: /places/dale/?x=1")
		if strings.Contains(read("places/hill.md"), "aliases") {
			t.Error("another page has an alias where a page is now")
		}
		holds(t, read("places/hill.es.md"), "[El valle](/places/dale/) verde.", "aliases: [/lugares/colina/]")
		holds(t, read("trees/oak.md"), "[Not it](valley/), [nor](https://example.org/places/valley/)")
		rename(rename(now, "vale"), "valley")
		holds(t, read("places/valley.md"), "aliases: [/places/dale/, /places/vale/]")
		holds(t, read("places/valley.es.md"), "aliases: [/places/dale/, /places/vale/]")
		for _, found := range kinds.Check(os.DirFS(dir)) {
			if found.Class == kinds.Fault || found.Class == kinds.Outdated {
				t.Errorf("from %s: %s", asked, found)
			}
		}
	}
}

// Where no alias can be left, nothing is renamed, and the person is told.
func TestNotRenamed(t *testing.T) {
	dir := smallSite(t)
	writeFile(t, filepath.Join(dir, "content/places/bundle/index.md"), "---\ntitle: In a folder of its own\n---\n")
	writeFile(t, filepath.Join(dir, "content/places/valley.es.md"), "Sin encabezado.\n")
	p := sit(t, dir)
	for file, want := range map[string]string{
		"places/old-format.md": "change it by hand first", "places/valley.md": "valley.es.md", "places/bundle/index.md": "keeps its name", "places/_index.md": "keeps its name",
	} {
		before := tree(t, dir)
		form := fields(t, p.get("page?page="+file), "rename")
		form.Set("name", "another")
		w := p.post("rename", form)
		holds(t, w.Body.String(), want)
		if tree(t, dir) != before {
			t.Errorf("%s: files were changed", file)
		}
	}
}

// A renaming that breaks off, wherever, leaves every page and what is kept of it as it was,
// and can be tried again.
func TestRenamingIsBrokenOff(t *testing.T) {
	wholeWrite, wholeUnlink := writeAll, unlink
	t.Cleanup(func() { writeAll, unlink = wholeWrite, wholeUnlink })
	state := func(p *person) string {
		var b strings.Builder
		for _, file := range []string{"places/hill.md", "places/valley.md", "places/valley.es.md", "places/dale.md", "places/dale.es.md"} {
			fmt.Fprintln(&b, file, p.desk.store.history(file), p.desk.store.typed(file) != nil)
		}
		return tree(t, filepath.Join(p.dir, "content")) + b.String()
	}
	for _, writing := range []bool{true, false} { // or removing fails
		broken := 0
		for n := 1; ; n++ {
			p := sit(t, smallSite(t))
			if n%2 == 0 { // there was a page of the new name once
				writeFile(t, filepath.Join(p.dir, versionFolder("places/dale.md"), "20200101T000000.000000000"), "once")
			}
			for _, file := range []string{"places/valley.md", "places/hill.md"} {
				form := fields(t, p.get("edit?page="+file), "edit")
				form.Set("body", form.Get("body")+" More.")
				p.press(form, "save")
			}
			if err := p.desk.store.keepTyped("places/valley.md", false, typed{Form: url.Values{"body": {"x"}}}); err != nil {
				t.Fatal(err)
			}
			form := fields(t, p.get("page?page=places/valley.md"), "rename")
			form.Set("name", "dale")
			before := state(p)
			done := 0
			fails := func(mine bool) bool {
				if mine {
					done++
				}
				return mine && done == n
			}
			writeAll = func(f *os.File, text []byte) error {
				if fails(writing) {
					return syscall.ENOSPC
				}
				return wholeWrite(f, text)
			}
			unlink = func(root *os.Root, name string) error {
				if fails(!writing) {
					return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrPermission}
				}
				return wholeUnlink(root, name)
			}
			w := p.post("rename", form)
			writeAll, unlink = wholeWrite, wholeUnlink
			if w.Code == http.StatusSeeOther {
				break
			}
			broken++
			holds(t, w.Body.String(), "The page was not renamed")
			if after := state(p); after != before {
				t.Errorf("broken off at %d, it leaves\n%s\nof\n%s", n, after, before)
			}
			form = fields(t, p.get("page?page=places/valley.md"), "rename")
			form.Set("name", "dale")
			p.follow(p.post("rename", form))
			for _, found := range kinds.Check(os.DirFS(p.dir)) {
				if found.Class == kinds.Fault {
					t.Errorf("renamed at the second attempt: %s", found)
				}
			}
		}
		if want := map[bool]int{true: 10, false: 2}[writing]; broken < want {
			t.Errorf("it broke off in %d places, want %d at least", broken, want)
		}
	}
}

// tree gives all files below a folder, and what they hold.
func tree(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			b.WriteString(name + "\n" + readFile(t, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A translation holds words alone, beside those of its original.
func TestTranslation(t *testing.T) {
	p := sit(t, smallSite(t))
	writeFile(t, filepath.Join(p.dir, "content/trees/pear.md"), "---\ntitle: Pear\nheight: 3\nsteps:\n  - id: a\n    what: First\n  - id: b\n    what: Second\n---\n\nA pear.\n")
	page := p.get("edit?page=trees/pear.es.md")
	holds(t, page, "A pear.", "Second", `name="f.steps.1.what"`)
	form := fields(t, page, "edit")
	if form.Has("f.height") {
		t.Error("a translation asks for a fact")
	}
	form.Set("f.title", "Peral")
	form.Set("f.steps.1.what", "Segundo")
	form.Set("body", "Un peral.")
	p.press(form, "save")
	got := readFile(t, filepath.Join(p.dir, "content/trees/pear.es.md"))
	if want := "---\ntitle: Peral\nsteps:\n  - id: b\n    what: Segundo\ntranslates: \""; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\"\n---\n\nUn peral.\n") {
		t.Errorf("written:\n%s", got)
	}
	form = fields(t, p.get("edit?page=trees/pear.es.md"), "edit")
	form.Set("f.steps.0.what", "Primero")
	p.press(form, "save")
	holds(t, readFile(t, filepath.Join(p.dir, "content/trees/pear.es.md")), "what: Segundo\n  - id: a\n    what: Primero\n")
}

// Comments, quotation marks, order and line breaks stay where one field changes.
func TestTheRestStays(t *testing.T) {
	p := sit(t, smallSite(t))
	text := strings.ReplaceAll(`---
# what it is
title: 'Old' # not its real name
weird: {a: [1, 2], b: &x yes}
story: >-
  One line
  and another.
steps:
  # the first
  - id: a # short
    what: "First"
    tools: [{name: saw}]

  # the second
  - what: 'Second'
    id: b
names: [ "1", two ,three ]
height: 0x10
---

Body

`, "\n", "\r\n")
	file := filepath.Join(p.dir, "content/trees/old.md")
	for name, c := range map[string]struct {
		field, value, do string
		old, new         string
	}{
		"a quoted text":       {"f.title", "It's old", "", "'Old'", "'It''s old'"},
		"a text in a record":  {"f.steps.1.what", "Last", "", "'Second'", "'Last'"},
		"a list on one line":  {"f.names.lines", "1\nthree\nnew", "", `[ "1", two ,three ]`, `["1", three, new]`},
		"a folded text":       {"f.story", "Short.", "", "One line\r\n  and another.", "Short."},
		"an entry is moved":   {"", "", "down f.steps.0", "  # the first\r\n  - id: a # short\r\n    what: \"First\"\r\n    tools: [{name: saw}]\r\n\r\n  # the second\r\n  - what: 'Second'\r\n    id: b\r\n", "\r\n  # the second\r\n  - what: 'Second'\r\n    id: b\r\n  # the first\r\n  - id: a # short\r\n    what: \"First\"\r\n    tools: [{name: saw}]\r\n"},
		"an entry is removed": {"", "", "remove f.steps.0", "  # the first\r\n  - id: a # short\r\n    what: \"First\"\r\n    tools: [{name: saw}]\r\n", ""},
		"a text of the body":  {"body", "New", "", "\r\nBody\r\n\r\n", "\r\nNew\r\n"},
	} {
		writeFile(t, file, text)
		form := fields(t, p.get("edit?page=trees/old.md"), "edit")
		if c.do != "" {
			form = fields(t, p.press(form, c.do), "edit")
		} else {
			form.Set(c.field, c.value)
		}
		form.Set("f.draft", "") // weird is no field of the kind: a fault, but nothing of the desk's
		all := []byte(text)
		e := p.desk.editor(p.desk.shelf.read(), &form0{File: "trees/old.md", Was: sum(all)}, open("trees/old.md", all), "en")
		form.Del("f.draft")
		next, err := e.text.with(e.sheet.fields, tidy(e.sheet.parse(form), false), normal(form.Get("body")))
		if want := strings.Replace(text, c.old, c.new, 1); err != nil || string(next) != want {
			t.Errorf("%s: %v\n%q\nwant\n%q", name, err, next, want)
		}
	}
}

type form0 = form

// A page that becomes nonsense, or goes, while its form is open takes nothing along
// that was typed, whatever button is pressed; it is replaced only if that is asked.
func TestNonsenseMeanwhile(t *testing.T) {
	for _, nonsense := range []string{"---\ntitle: \"No end\n---\n", "\x00\xff", "", "+++\ntitle = 1\n+++\n"} {
		p := sit(t, smallSite(t))
		file := filepath.Join(p.dir, "content/places/hill.md")
		form := fields(t, p.get("edit?page=places/hill.md"), "edit")
		form.Set("f.title", "The typed hill")
		form.Set("body", "Typed at length.")
		writeFile(t, file, nonsense)
		for _, do := range []string{"save", "diff", "draft", "add f.near", "attach"} {
			page := p.press(form, do)
			holds(t, page, "The typed hill", "Typed at length.")
			if got := readFile(t, file); got != nonsense {
				t.Fatalf("%s wrote %q over %q", do, got, nonsense)
			}
		}
		page := p.press(form, "save")
		holds(t, page, "changed in another window")
		p.press(fields(t, page, "edit"), "replace")
		holds(t, readFile(t, file), "The typed hill", "Typed at length.")
		if versions := p.desk.store.versions("places/hill.md"); len(versions) != 1 {
			t.Errorf("%q is not kept: %v", nonsense, versions)
		}
	}
}

// A page that the form cannot read is shown as it is, with what is wrong.
func TestNonsense(t *testing.T) {
	p := sit(t, smallSite(t))
	writeFile(t, filepath.Join(p.dir, "content/trees/broken.md"), "---\ntitle: \"No end\nheight: [1\n---\n\nText.\n")
	page := p.get("edit?page=trees/broken.md")
	holds(t, page, "close the quotation mark", "The whole file")
	form := fields(t, page, "edit")
	form.Set("raw", strings.Replace(strings.Replace(form.Get("raw"), `"No end`, `"An end"`, 1), "[1", "1", 1))
	holds(t, p.press(form, "save"), "Saved.")
	if got := readFile(t, filepath.Join(p.dir, "content/trees/broken.md")); got != "---\ntitle: \"An end\"\nheight: 1\n---\n\nText.\n" {
		t.Errorf("written: %s", got)
	}
	holds(t, p.get("edit?page=places/old-format.md"), "title = &#34;In TOML&#34;", "The whole file")
}

// All changes go to a colleague in one file, who compares and accepts them.
func TestChangesAsOneFile(t *testing.T) {
	mine, theirs := sit(t, smallSite(t)), sit(t, smallSite(t))
	form := fields(t, mine.get("edit?page=places/hill.md"), "edit")
	form.Set("f.title", "Hill of mine")
	mine.press(form, "save")
	form = fields(t, mine.get("new?folder=places"), "edit")
	form.Set("f.title", "Meadow")
	mine.press(form, "save")
	file := mine.get("changes")
	var b bundle
	if err := json.Unmarshal([]byte(file), &b); err != nil || len(b.Changes) != 2 {
		t.Fatalf("%v in %s", err, file)
	}
	w := theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "changes.json", file)
	holds(t, w.Body.String(), "Hill of mine", "places/meadow.md", "as it was before this change")
	accept := fields(t, w.Body.String(), "accept")
	theirs.follow(theirs.post("accept", accept))
	for _, name := range []string{"hill.md", "meadow.md"} {
		if readFile(t, filepath.Join(theirs.dir, "content/places", name)) != readFile(t, filepath.Join(mine.dir, "content/places", name)) {
			t.Errorf("%s is not the same", name)
		}
	}
	large := strings.Replace(file, `"After": "`, `"After": "`+strings.Repeat("x", mostText), 1)
	if w := theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "x.json", large); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a page that could not be opened again: %d", w.Code)
	}
	if w := theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "x.json", "{}"); !strings.Contains(w.Body.String(), "no file of changes") {
		t.Error(said(w.Body.String()))
	}
}

// However often a page was saved, its change fits wherever nobody else changed the page:
// at a colleague who has it as it was at first, or as it was sent in between, or not at
// all where it is new. What it shows since comes along. Only a change there conflicts.
func TestChangesAfterManySaves(t *testing.T) {
	mine, first, between, other := sit(t, smallSite(t)), sit(t, smallSite(t)), sit(t, smallSite(t)), sit(t, smallSite(t))
	compare := func(p *person) string {
		return p.post("compare", url.Values{"token": {p.desk.guard.token()}}, "file", "changes.json", mine.get("changes")).Body.String()
	}
	if _, err := mine.desk.putBeside(&page{File: "places/hill.md"}, "view", ".png", png1x1(t)); err != nil {
		t.Fatal(err)
	}
	form := fields(t, mine.get("new?folder=places"), "edit")
	form.Set("f.title", "Meadow")
	mine.press(form, "save")
	for n := range 2*mostVersions + 5 {
		if n == 4 { // it is sent in between
			between.follow(between.post("accept", fields(t, compare(between), "accept")))
		}
		for _, file := range []string{"places/hill.md", "places/meadow.md"} {
			form := fields(t, mine.get("edit?page="+file), "edit")
			form.Set("body", strings.Repeat("![A view](/places/view.png)\n", n+1))
			mine.press(form, "save")
		}
	}
	// What would show no change if only the last versions were known.
	valley := readFile(t, filepath.Join(mine.dir, "content/places/valley.md"))
	for n := range mostVersions + 3 {
		form := fields(t, mine.get("edit?page=places/valley.md"), "edit")
		form.Set("body", []string{"One.", "Two."}[n%2])
		mine.press(form, "save")
	}
	writeFile(t, filepath.Join(other.dir, "content/places/hill.md"), "---\ntitle: Their hill\n---\n")
	writeFile(t, filepath.Join(other.dir, "content/places/meadow.md"), "---\ntitle: Their meadow\n---\n")
	for name, p := range map[string]*person{"as at first": first, "as in between": between} {
		offered := compare(p)
		if strings.Contains(offered, "was changed, too") {
			t.Errorf("%s: a conflict that is none: %s", name, said(offered))
		}
		p.follow(p.post("accept", fields(t, offered, "accept")))
		for _, file := range []string{"hill.md", "meadow.md", "valley.md", "view.png"} {
			if readFile(t, filepath.Join(p.dir, "content/places", file)) != readFile(t, filepath.Join(mine.dir, "content/places", file)) {
				t.Errorf("%s: %s is not the same", name, file)
			}
		}
	}
	if n := strings.Count(compare(other), "was changed, too"); n != 2 {
		t.Errorf("%d conflicts are shown where two pages were changed by others", n)
	}
	versions := mine.desk.store.versions("places/valley.md")
	if len(versions) != mostVersions {
		t.Errorf("%d versions are kept, want %d", len(versions), mostVersions)
	}
	if text, err := mine.desk.store.version("places/valley.md", versions[len(versions)-1].ID); string(text) != valley {
		t.Errorf("the text from before all changes is not kept: %s %v", text, err)
	}
	// It goes on from one that took it over and changed it to a third, which has a text
	// that the second never saw.
	third := sit(t, smallSite(t))
	for _, text := range []string{"Seen by the third.", "Changed once more."} {
		form = fields(t, mine.get("edit?page=places/hill.md"), "edit")
		form.Set("body", text)
		mine.press(form, "save")
		if strings.HasPrefix(text, "Seen") {
			third.follow(third.post("accept", fields(t, compare(third), "accept")))
		}
	}
	first.follow(first.post("accept", fields(t, compare(first), "accept")))
	form = fields(t, first.get("edit?page=places/hill.md"), "edit")
	form.Set("body", "Changed by the second.")
	first.press(form, "save")
	page := third.post("compare", url.Values{"token": {third.desk.guard.token()}}, "file", "changes.json", first.get("changes")).Body.String()
	holds(t, page, "Changed by the second.")
	if strings.Contains(page, "was changed, too") {
		t.Errorf("a conflict that is none at a third desk: %s", said(page))
	}
	// A page that is deleted after all that is deleted there.
	mine.follow(mine.post("delete", fields(t, mine.get("page?page=places/meadow.md"), "delete")))
	first.follow(first.post("accept", fields(t, compare(first), "accept")))
	if _, err := os.Stat(filepath.Join(first.dir, "content/places/meadow.md")); err == nil {
		t.Error("a page that was deleted is still at the colleague's")
	}
}

// A clock that is set back does not change which version is the oldest.
func TestClockSetBack(t *testing.T) {
	p := sit(t, smallSite(t))
	ahead := filepath.Join(p.dir, versionFolder("places/hill.md"), "20990101T000000.000000000")
	writeFile(t, ahead, "first")
	for _, text := range []string{"second", "third"} {
		if err := p.desk.store.keep("places/hill.md", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, v := range p.desk.store.versions("places/hill.md") {
		text, err := p.desk.store.version("places/hill.md", v.ID)
		got = append(got, string(text))
		if err != nil {
			t.Error(err)
		}
	}
	if want := []string{"third", "second", "first"}; !slices.Equal(got, want) {
		t.Errorf("the versions are %q, want %q", got, want)
	}
	// Nor what is shown, and erased, of a page that has another name since.
	p.freesHill()
	form := fields(t, p.get("page?page=places/hill.md"), "rename")
	form.Set("name", "mount")
	p.follow(p.post("rename", form))
	writeFile(t, filepath.Join(p.dir, "content/places/hill.md"), "---\ntitle: Another hill\n---\n")
	form = fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("body", "Its own.")
	p.press(form, "save")
	if n := len(p.desk.store.history("places/mount.md")); n != 6 { // that it was new under this name is one
		t.Errorf("%d versions are shown of the page that was renamed, want 6", n)
	}
	if err := p.desk.store.forget("places/mount.md"); err != nil {
		t.Fatal(err)
	}
	if got := p.desk.store.keptTexts("places/hill.md"); len(got) != 1 || !strings.Contains(string(got[0]), "Another hill") {
		t.Errorf("of the two pages, this is kept when one is erased: %q", got)
	}
}

// A page that has the name of one that was renamed keeps what is its own when that one is
// erased: what was typed into it, its import, and what is kept from its own earlier name.
func TestErasingARenamedPageSparesItsSuccessor(t *testing.T) {
	p := sit(t, smallSite(t))
	p.freesHill()
	rename := func(from, to string) {
		t.Helper()
		form := fields(t, p.get("page?page=places/"+from+".md"), "rename")
		form.Set("name", to)
		p.follow(p.post("rename", form))
	}
	write := func(name, text string) {
		writeFile(t, filepath.Join(p.dir, "content/places", name+".md"), "---\ntitle: "+text+"\n---\n")
	}
	write("one", "First")
	rename("one", "two")
	write("one", "Second") // not by the desk: it keeps nothing of it
	if err := p.desk.store.keepTyped("places/one.md", false, typed{Form: url.Values{"body": {"Typed"}}}); err != nil {
		t.Fatal(err)
	}
	if err := p.desk.keepReview("places/one.md", &review{Source: "Note"}); err != nil {
		t.Fatal(err)
	}
	form := p.erases(p.get("page?page=places/two.md"))
	p.follow(p.post("delete", form))
	if p.desk.store.typed("places/one.md") == nil || p.desk.readReview("places/one.md") == nil {
		t.Error("what was typed into another page, or its import, is gone")
	}
	write("three", "Third")
	rename("three", "four")
	write("five", "Fifth")
	rename("five", "three")
	form = p.erases(p.get("page?page=places/four.md"))
	p.follow(p.post("delete", form))
	if texts := p.desk.store.keptTexts("places/three.md"); !slices.ContainsFunc(texts, func(text []byte) bool { return bytes.Contains(text, []byte("Fifth")) }) {
		t.Errorf("what is kept from its own earlier name is gone: %q", texts)
	}
}

// The hashes of earlier texts are bounded, and the first of them stays.
func TestPastIsBounded(t *testing.T) {
	p := sit(t, smallSite(t))
	if err := p.desk.store.keep("places/hill.md", []byte("first")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(p.dir, pastFile("places/hill.md")), sum([]byte("first"))+strings.Repeat("\n"+sum([]byte("x")), mostPast-1))
	if err := p.desk.store.keep("places/hill.md", []byte("last")); err != nil {
		t.Fatal(err)
	}
	past := p.desk.store.past("places/hill.md")
	if len(past) != mostPast || past[0] != sum([]byte("first")) || past[mostPast-1] != sum([]byte("last")) {
		t.Errorf("%d hashes, from %s to %s", len(past), past[0], past[len(past)-1])
	}
}

// What pages show since their change travels with them; what is no image, or would lie
// elsewhere, is refused, and another file of the same name is not replaced unasked.
func TestChangesCarryImages(t *testing.T) {
	mine, theirs := sit(t, smallSite(t)), sit(t, smallSite(t))
	picture := png1x1(t)
	at, err := mine.desk.putBeside(&page{File: "places/hill.md"}, "view", ".png", picture)
	if err != nil {
		t.Fatal(err)
	}
	form := fields(t, mine.get("edit?page=places/hill.md"), "edit")
	form.Set("body", "![A view]("+at+")")
	mine.press(form, "save")
	file := mine.get("changes")
	compare := func(file string) string {
		return theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "changes.json", file).Body.String()
	}
	offered := compare(file)
	holds(t, offered, "places/view.png", "not here yet")
	theirs.follow(theirs.post("accept", fields(t, offered, "accept")))
	there := filepath.Join(theirs.dir, "content/places/view.png")
	if readFile(t, there) != string(picture) {
		t.Error("the image did not come with its page")
	}
	holds(t, compare(file), "This file is here already.")
	writeFile(t, there, "another")
	offered = compare(file)
	holds(t, offered, "Another file has this name here.")
	theirs.post("accept", fields(t, offered, "accept"))
	if readFile(t, there) != "another" {
		t.Error("a file was replaced that nobody ticked")
	}
	for _, name := range []string{"../view.png", ".hidden/view.png", "places/view.md", "places/view.html"} {
		bad := strings.Replace(file, `"places/view.png"`, `"`+name+`"`, 1)
		if w := theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "changes.json", bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// A file travels however a text writes its name, and none because its name is part of
// another one.
func TestChangesCarryWhatIsNamed(t *testing.T) {
	p := sit(t, smallSite(t))
	for _, name := range []string{"my list.png", "R&D_1.png", "Überblick.png", "view.png", "a-view.png", "old.png"} {
		writeFile(t, filepath.Join(p.dir, "content/places", name), string(png1x1(t)))
	}
	writeFile(t, filepath.Join(p.dir, "content/places/hill.md"), "---\ntitle: The hill\n---\n\n![O](/places/ol%64.png)\n")
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("body", "![O](/places/old.png) ![L](my%20list.png) ![R](/places/R&amp;D\\_1.png) ![U](%C3%9Cberblick.png) ![V](a-view.png)")
	p.press(form, "save")
	var got []string
	for _, a := range p.desk.store.attachedSince(p.desk.changed()) {
		got = append(got, path.Base(a.File))
	}
	if want := []string{"R&D_1.png", "a-view.png", "my list.png", "Überblick.png"}; !slices.Equal(got, want) {
		t.Errorf("with the page go %q, want %q", got, want)
	}
}

// With a page that is erased go the images and documents that only it shows, or showed
// once, in whichever language and under whichever name, and copies of them. What another
// page shows stays. The person is told both before, and a page that is merely deleted
// keeps all.
func TestErasedPagesLeaveNoImages(t *testing.T) {
	for _, deletedFirst := range []bool{false, true} {
		dir := smallSite(t)
		p := sit(t, dir)
		content := func(name string) string { return filepath.Join(dir, "content", name) }
		for name, text := range map[string]string{
			"places/portrait.jpg": "portrait", "places/once.png": "once", "places/only-es.png": "es", "places/my list.pdf": "list", "places/view.jpg": "view", "places/typed.png": "typed", "places/hills.png": "typed into the hill", "places/R&D_1.PNG": "with signs",
			"places/a-view.jpg": "another", "places/unnamed.jpg": "unnamed", "places/layout.png": "layout", "trees/copy.jpg": "portrait", "trees/shown.jpg": "portrait", "trees/once.png": "of the trees",
		} {
			writeFile(t, content(name), text)
		}
		writeFile(t, filepath.Join(dir, "layouts/page.html"), "<img src=/places/layout.png>")
		writeFile(t, content("trees/oak.md"), "---\ntitle: Oak\n---\n\n![A tree](/trees/shown.jpg) ![A view](../places/view.jpg) ![R](/places/r&amp;d\\_1.png)\n")
		writeFile(t, content("places/valley.md"), "---\ntitle: Valley\n---\n\n![A face](portrait.jpg) ![Once](/places/once.png) [list](/places/my%20list.pdf) ![V](view.jpg) ![V](/places/a-view.jpg) ![L](layout.png) ![R](R&D_1.PNG)\n")
		writeFile(t, content("places/valley.es.md"), "---\ntitle: Valle\n---\n\n![Una](only-es.png)\n")
		p.freesHill()
		form := fields(t, p.get("edit?page=places/valley.md"), "edit")
		form.Set("body", strings.Replace(form.Get("body"), "![Once](/places/once.png) ", "", 1))
		p.press(form, "save")
		form = fields(t, p.get("page?page=places/valley.md"), "rename")
		form.Set("name", "dale")
		p.follow(p.post("rename", form))
		for name, text := range map[string]string{"places/dale.md": "![](typed.png) ![](hills.png)", "places/hill.md": "![](/places/hills.png)"} {
			if err := p.desk.store.keepTyped(name, false, typed{Form: url.Values{"body": {text}}}); err != nil {
				t.Fatal(err)
			}
		}
		remove := func(erase bool) string {
			t.Helper()
			page := p.get("page?page=places/dale.md")
			_, told, ok := strings.Cut(page, "which no other page shows")
			told, stays, ok2 := strings.Cut(told, "These images and documents stay")
			if !ok || !ok2 {
				t.Fatalf("it is not told what goes and what stays: %s", said(page))
			}
			holds(t, told, "places/portrait.jpg", "places/once.png", "places/only-es.png", "places/my list.pdf", "places/a-view.jpg", "trees/copy.jpg", "places/typed.png")
			holds(t, stays, "places/view.jpg", "places/R&amp;D_1.PNG", "places/layout.png", "places/hills.png")
			form := fields(t, page, "delete")
			if erase {
				form.Set("erase", "yes")
			}
			return p.follow(p.post("delete", form))
		}
		if deletedFirst {
			remove(false)
			if _, err := os.Stat(content("places/portrait.jpg")); err != nil {
				t.Error("a page that is only deleted lost its image")
			}
		}
		p.desk.held = map[string]attachment{"x": {"places/portrait.jpg", []byte("portrait")}}
		holds(t, remove(true), "what only it showed")
		for name, want := range map[string]bool{
			"places/portrait.jpg": false, "places/once.png": false, "places/only-es.png": false, "places/my list.pdf": false, "places/a-view.jpg": false, "trees/copy.jpg": false, "places/typed.png": false, "places/hills.png": true, "places/R&D_1.PNG": true,
			"places/view.jpg": true, "places/unnamed.jpg": true, "places/layout.png": true, "trees/shown.jpg": true, "trees/once.png": true, "trees/oak.md": true,
		} {
			if _, err := os.Stat(content(name)); (err == nil) != want {
				t.Errorf("deleted first: %v; %s is there: %v, want %v", deletedFirst, name, err == nil, want)
			}
		}
		if p.desk.held != nil {
			t.Error("the images of a colleague are still held")
		}
	}
}

// What a translation alone shows goes with it; what its original shows stays.
func TestErasedTranslationLeavesItsOriginalsImages(t *testing.T) {
	dir := smallSite(t)
	p := sit(t, dir)
	for name, text := range map[string]string{
		"places/both.png": "both", "places/es.png": "es", "places/valley.md": "---\ntitle: Valley\n---\n\n![B](both.png)\n", "places/valley.es.md": "---\ntitle: Valle\n---\n\n![B](both.png) ![E](es.png)\n",
	} {
		writeFile(t, filepath.Join(dir, "content", name), text)
	}
	form := p.erases(p.get("page?page=places/valley.es.md"))
	p.follow(p.post("delete", form))
	if all := tree(t, dir); strings.Contains(all, "es.png\n") || strings.Contains(all, "Valle\n") || !strings.Contains(all, "both.png\nboth") {
		t.Errorf("left: %s", all)
	}
}

// Where a file cannot be erased, what the page needs to be whole again is there still, and
// erasing can be tried again. Nothing goes that the person was not told of.
func TestErasingIsBrokenOff(t *testing.T) {
	whole := unlink
	t.Cleanup(func() { unlink = whole })
	begin := func(t *testing.T) (*person, url.Values) {
		p := sit(t, smallSite(t))
		writeFile(t, filepath.Join(p.dir, "content/places/a.png"), "a")
		writeFile(t, filepath.Join(p.dir, "content/places/valley.md"), "---\ntitle: Valley\n---\n\nDeep. ![A](a.png)\n")
		p.freesHill()
		form := p.erases(p.get("page?page=places/valley.md"))
		return p, form
	}
	for _, locked := range []string{"valley.md", "valley.es.md", "a.png"} {
		p, form := begin(t)
		unlink = func(root *os.Root, name string) error {
			if filepath.Base(name) == locked {
				return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrPermission}
			}
			return whole(root, name)
		}
		if w := p.post("delete", form); w.Code < 400 {
			t.Errorf("%s: %d", locked, w.Code)
		}
		if all := tree(t, p.dir); !strings.Contains(all, "a.png\na") || !strings.Contains(all, "Deep. ![A](a.png)") {
			t.Errorf("%s is locked, and the page cannot be had back", locked)
		}
		unlink = whole
		form = p.erases(p.get("page?page=places/valley.md"))
		p.follow(p.post("delete", form))
		if all := tree(t, p.dir); strings.Contains(all, "a.png\na") || strings.Contains(all, "Deep.") {
			t.Errorf("%s was locked, and not all is erased at the second attempt", locked)
		}
	}
	// Before anything goes, it is known that all of it can be read.
	p, form := begin(t)
	writeFile(t, filepath.Join(p.dir, "content/places/valley.es.md"), strings.Repeat("x", mostText+1))
	before := tree(t, p.dir)
	if w := p.post("delete", form); w.Code < 400 || tree(t, p.dir) != before {
		t.Errorf("half a page is erased: %d", w.Code)
	}
	// A picture came into the text meanwhile, in a translation.
	p, form = begin(t)
	writeFile(t, filepath.Join(p.dir, "content/places/late.png"), "late")
	writeFile(t, filepath.Join(p.dir, "content/places/valley.es.md"), "---\ntitle: Valle\n---\n\n![L](late.png)\n")
	p.follow(p.post("delete", form))
	if all := tree(t, p.dir); !strings.Contains(all, "late.png\nlate") || strings.Contains(all, "a.png\na") {
		t.Error("a picture went that the person was not told of")
	}
}

// What cannot be read could show any image: then none is erased, and the person is told.
// A large text is searched to its end.
func TestUnreadTextsKeepImages(t *testing.T) {
	whole := openText
	t.Cleanup(func() { openText = whole })
	for _, large := range []int{mostText - 4, 2*mostText - 4, 2 * mostText} {
		p := sit(t, smallSite(t))
		writeFile(t, filepath.Join(p.dir, "content/places/a.png"), "a")
		writeFile(t, filepath.Join(p.dir, "content/places/valley.md"), "---\ntitle: Valley\n---\n\n![A](a.png)\n")
		p.freesHill()
		told := p.erases(p.get("page?page=places/valley.md"))
		writeFile(t, filepath.Join(p.dir, "data/large.csv"), strings.Repeat("x", large)+"a.png and more")
		if l := p.desk.store.left([]string{"places/valley.md"}); len(l.Goes) > 0 || len(l.Stays) != 1 {
			t.Errorf("named behind %d bytes: %+v", large, l)
		}
		openText = func(root *os.Root, name string) (io.ReadCloser, error) {
			if filepath.Base(name) == "large.csv" {
				return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EIO}
			}
			return whole(root, name)
		}
		page := p.get("page?page=places/valley.md")
		holds(t, page, "it cannot be told which", "data/large.csv")
		before := tree(t, p.dir)
		if w := p.post("delete", told); w.Code != http.StatusConflict || tree(t, p.dir) != before {
			t.Errorf("other things went than was told: %d", w.Code)
		}
		form := p.erases(page)
		p.follow(p.post("delete", form))
		openText = whole
		if all := tree(t, p.dir); !strings.Contains(all, "a.png\na") || strings.Contains(all, "title: Valley") {
			t.Error("an image was erased that an unread text may show, or its page was not")
		}
	}
}

// png1x1 gives the smallest image.
func png1x1(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Changes are taken over to the byte: a browser has line breaks of its own, and the
// file of a Windows program begins with a mark.
func TestChangesKeepTheirBytes(t *testing.T) {
	mine, theirs := sit(t, smallSite(t)), sit(t, smallSite(t))
	windows := "\ufeff---\r\ntitle: The hill\r\n---\r\n\r\nOne.\r\n"
	for _, p := range []*person{mine, theirs} {
		writeFile(t, filepath.Join(p.dir, "content/places/hill.md"), windows)
	}
	form := fields(t, mine.get("edit?page=places/hill.md"), "edit")
	form.Set("f.title", "Hill of mine")
	mine.press(form, "save")
	want := readFile(t, filepath.Join(mine.dir, "content/places/hill.md"))
	if want != strings.Replace(windows, "The hill", "Hill of mine", 1) {
		t.Errorf("saved: %q", want)
	}
	w := theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "changes.json", mine.get("changes"))
	theirs.follow(theirs.post("accept", fields(t, w.Body.String(), "accept")))
	if got := readFile(t, filepath.Join(theirs.dir, "content/places/hill.md")); got != want {
		t.Errorf("taken over: %q, want %q", got, want)
	}
}

// A page that was deleted comes back from its versions, or they are erased, with what
// was kept of it under the name that it had before.
func TestDeletedPages(t *testing.T) {
	p := sit(t, smallSite(t))
	form := fields(t, p.get("edit?page=places/valley.es.md"), "edit")
	form.Set("f.title", "Secret of the valley")
	p.press(form, "save")
	form = fields(t, p.get("edit?page=places/valley.md"), "edit")
	form.Set("f.title", "Secret valley")
	p.press(form, "save")
	if err := p.desk.keepReview("places/valley.md", &review{Source: "Secret note"}); err != nil {
		t.Fatal(err)
	}
	form = fields(t, p.get("page?page=places/valley.md"), "rename")
	form.Set("name", "dale")
	p.follow(p.post("rename", form))
	if p.desk.readReview("places/dale.md") == nil {
		t.Error("the import was lost where its draft was renamed")
	}
	p.freesHill()
	remove := func() string {
		return p.follow(p.post("delete", fields(t, p.get("page?page=places/dale.md"), "delete")))
	}
	holds(t, remove(), "A version of it is kept", "bring it back")
	holds(t, p.get("take"), `href="/-/desk/page?page=places%2Fvalley.md"`)
	id := p.desk.store.versions("places/dale.md")[0].ID
	p.follow(p.post("undo", fields(t, p.get("version?page=places/dale.md&id="+id), "undo")))
	holds(t, readFile(t, filepath.Join(p.dir, "content/places/dale.md")), "title: Secret valley")
	p.follow(p.post("delete", fields(t, remove(), "delete")))
	err := filepath.WalkDir(p.dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && strings.Contains(readFile(t, name), "Secret") {
			t.Errorf("%s was not erased", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is written from right to left is shown so wherever it is typed, whatever the
// language of the interface.
func TestRightToLeft(t *testing.T) {
	p := sit(t, smallSite(t))
	writeFile(t, filepath.Join(p.dir, "content/places/broken.md"), "---\ntitle: \"No end\n---\n")
	box := regexp.MustCompile(`<textarea[^>]*>|<input[^>]*type="(?:text|search)"[^>]*>`)
	for _, name := range []string{"", "new?folder=trees", "edit?page=places/valley.es.md", "edit?page=places/broken.md", "page?page=places/hill.md"} {
		for _, tag := range box.FindAllString(p.get(name), -1) {
			if !strings.Contains(tag, `dir="auto"`) {
				t.Errorf("%s: %s", name, tag)
			}
		}
	}
}

// A page has no name that some computer cannot open.
func TestNamesOfFiles(t *testing.T) {
	p := sit(t, smallSite(t))
	for _, name := range []string{"Con", "AUX", "com1"} {
		form := fields(t, p.get("new?folder=places"), "edit")
		form.Set("f.title", "Typed")
		form.Set("name", name)
		form.Set("do", "save")
		if w := p.post("edit", form); w.Code == http.StatusSeeOther {
			t.Errorf("%.20q was written: %s", name, w.Header().Get("Location"))
		} else {
			holds(t, w.Body.String(), "Typed", "write ")
		}
	}
	if w := p.send(httptest.NewRequest("GET", Prefix+"edit?page=places/hill.md/x.md", nil)); w.Code != http.StatusBadRequest {
		t.Errorf("below a page: %d", w.Code)
	}
}

// A guess is accepted or refused with one button; what was judged is asked no
// more, and what was not stays.
func TestGuesses(t *testing.T) {
	p := sit(t, smallSite(t))
	file := filepath.Join(p.dir, "content/trees/guessed.md")
	writeFile(t, file, "---\ntitle: Guessed\nkind: pear\nname: Q1\nheight: 3\nguesses:\n  kind: {value: pear, from: it has pears}\n  name:\n    value: Q1\n    from: a label\n  height: {value: 3, from: the shade} # who knows\ndraft: true\n---\n")
	page := p.get("edit?page=trees/guessed.md")
	holds(t, page, "it has pears", `value="right 1"`, `value="wrong 2"`)
	page = p.press(fields(t, page, "edit"), "right 1")
	page = p.press(fields(t, page, "edit"), "wrong 2")
	form := fields(t, page, "edit")
	if form.Get("f.kind") != "pear" || form.Get("f.name") != "" {
		t.Errorf("%v", form)
	}
	p.press(form, "draft")
	if got, want := readFile(t, file), "---\ntitle: Guessed\nkind: pear\nheight: 3\nguesses:\n  height: {value: 3, from: the shade} # who knows\ndraft: true\n---\n"; got != want {
		t.Errorf("written:\n%s", got)
	}
	if n := p.desk.openGuesses()["trees/guessed.md"]; n != 1 {
		t.Errorf("%d guesses are open, want 1", n)
	}
}

// Where the folder is a repository, the desk says what is not committed and
// commits the pages, and nothing else.
func TestCommit(t *testing.T) {
	need.Program(t, "git", "apt-get install git")
	p := sit(t, smallSite(t))
	git := func(args ...string) string {
		t.Helper()
		out, err := p.desk.git(t.Context(), args...)
		if err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
		return out
	}
	if p.desk.gitState(t.Context()) != nil {
		t.Fatal("the temporary folder lies in a repository")
	}
	git("init", "--quiet")
	ran := filepath.Join(t.TempDir(), "ran")
	git("config", "core.fsmonitor", "touch "+ran+"; false")
	git("config", "core.hooksPath", "hooks")
	writeFile(t, filepath.Join(p.dir, "hooks/pre-commit"), "#!/bin/sh\ntouch "+ran+"\n")
	if err := os.Chmod(filepath.Join(p.dir, "hooks/pre-commit"), 0o755); err != nil {
		t.Fatal(err)
	}
	// A repository within the pages has a configuration of its own.
	within := filepath.Join(p.dir, "content/within")
	writeFile(t, filepath.Join(within, "notes.txt"), "one")
	writeFile(t, filepath.Join(within, ".gitattributes"), "* filter=evil\n")
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message", "Within"}, {"config", "filter.evil.clean", "touch " + ran}} {
		git(append([]string{"-C", within}, args...)...)
	}
	git("add", "content/within")
	writeFile(t, filepath.Join(within, "notes.txt"), "two")
	git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--allow-empty", "--message", "Begun")
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("f.title", "Committed hill")
	p.press(form, "save")
	page := p.get("take")
	holds(t, page, "content/places/hill.md")
	commit := fields(t, page, "commit")
	commit.Set("text", "The hill has a new name")
	commit.Set("name", "Ana")
	p.follow(p.post("commit", commit))
	if said := git("log", "-1", "--format=%an %s", "--stat"); !strings.Contains(said, "The hill has a new name") || strings.Contains(said, "outside.md") || strings.Contains(said, Kept) {
		t.Error(said)
	}
	holds(t, p.get("take"), "Everything is committed.")
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program ran that the folder's own configuration names")
	}
}

// Programs that the configuration of a folder from elsewhere names, wherever in it, do not
// run when the desk shows what is not committed. It commits nothing then: what a filter
// encrypts would be committed as it is.
func TestProgramsOfTheFolderDoNotRun(t *testing.T) {
	need.Program(t, "git", "apt-get install git")
	ran := filepath.Join(t.TempDir(), "ran")
	run := "touch " + ran
	for name, set := range map[string][][]string{
		"clean":    {{"filter.evil.clean", run}},
		"process":  {{"filter.evil.process", run}, {"filter.evil.required", "true"}},
		"dotted":   {{"filter.a.b.clean", run}},
		"strange":  {{"filter.a=b.clean", run}},
		"included": {{"include.path", "more"}},
		"worktree": {{"extensions.worktreeConfig", "true"}},
		"signing":  {{"commit.gpgSign", "true"}, {"gpg.program", run}},
	} {
		t.Run(name, func(t *testing.T) {
			os.Remove(ran)
			p := sit(t, smallSite(t))
			git := func(args ...string) string {
				t.Helper()
				c := exec.Command("git", args...)
				c.Dir = p.dir
				out, err := c.CombinedOutput()
				if err != nil {
					t.Fatalf("git %v: %v %s", args, err, out)
				}
				return string(out)
			}
			git("init", "--quiet")
			git("add", "content")
			git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message", "Begun")
			for _, kv := range set {
				git("config", kv[0], kv[1])
			}
			for _, file := range []string{".git/more", ".git/config.worktree"} {
				writeFile(t, filepath.Join(p.dir, file), "[filter \"evil\"]\n\tclean = "+run+"\n")
			}
			filter := strings.TrimSuffix(strings.TrimPrefix(set[0][0], "filter."), ".clean")
			if strings.Contains(filter, ".process") || !strings.HasPrefix(set[0][0], "filter.") {
				filter = "evil"
			}
			writeFile(t, filepath.Join(p.dir, ".gitattributes"), "* filter="+filter+"\n")
			hill := filepath.Join(p.dir, "content/places/hill.md")
			writeFile(t, hill, strings.Replace(readFile(t, hill), "The hill", "Our hill", 1)) // of the same size: git looks into it
			p.get("")
			page := p.get("take")
			if name != "strange" {
				holds(t, page, "content/places/hill.md")
			}
			token := url.Values{"token": {p.desk.guard.token()}, "text": {"Named"}, "name": {"Ana"}}
			p.post("commit", token)
			if _, err := os.Stat(ran); err == nil {
				t.Error("a program ran that the folder's own configuration names")
			}
			if log := git("log", "--format=%s"); log != "Begun\n" {
				t.Errorf("committed: %s", log)
			}
		})
	}
}

// A folder that cannot be written is told, and what was typed is still there.
func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root writes everywhere, so nothing was proved")
	}
	p := sit(t, smallSite(t))
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("body", "Typed at length.")
	if err := os.Chmod(p.dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(p.dir, 0o755)
	page := p.press(form, "save")
	holds(t, page, "cannot be written to", "Typed at length.")
}

// An image comes upright, small, without place and camera, and with its
// description.
func TestImage(t *testing.T) {
	p := sit(t, smallSite(t))
	img := image.NewRGBA(image.Rect(0, 0, 3000, 200))
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00Secret camera"
	data := string(b.Bytes()[:2]) + "\xff\xe1\x00" + string(rune(len(exif)+2)) + exif + string(b.Bytes()[2:])
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("do", "attach")
	w := p.post("edit", form, "attachment", "My Photo.JPG", data)
	holds(t, w.Body.String(), "describe in a few words")
	form.Set("description", "The hill [from] afar")
	w = p.post("edit", form, "attachment", "My Photo.JPG", data)
	holds(t, fields(t, w.Body.String(), "edit").Get("body"), "See [the valley]", `![The hill \[from\] afar](/places/my-photo.jpg)`)
	kept := readFile(t, filepath.Join(p.dir, "content/places/my-photo.jpg"))
	config, err := jpeg.DecodeConfig(strings.NewReader(kept))
	if err != nil || config.Height != 1600 || config.Width >= 200 || strings.Contains(kept, "Secret") {
		t.Errorf("%+v %v", config, err)
	}
	for name, bad := range map[string]string{"a program": "MZ", "a drawing with script": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "half an image": data[:len(data)/2]} {
		w := p.post("edit", form, "attachment", "x.png", bad)
		holds(t, w.Body.String(), "Please correct")
		if t.Failed() {
			t.Error(name)
		}
	}
}

// What is pasted from Word, Outlook, Google Docs, LibreOffice or a web page becomes
// Markdown as an author would write it.
func TestPaste(t *testing.T) {
	p := sit(t, smallSite(t))
	for name, c := range map[string]struct{ html, want string }{
		"a web page": {`<html xmlns:o="urn:x"><head><style>p {color: red}</style></head><body><h2>Head</h2><p class="MsoNormal" style="x">One <b>two</b><o:p></o:p></p><ul><li>a</li></ul><script>alert(1)</script></body></html>`,
			"## Head\n\nOne **two**\n\n- a"},
		"lists of Word": {wordClip(`<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]><span lang=EN-US>Ports<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt'>&nbsp;&nbsp; </span></span></span><![endif]>Small ones</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Borders</p>
<p class=MsoNormal>After.</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>First</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span><![endif]>Second</p>`),
			"- Ports\n  - Small ones\n- Borders\n\nAfter.\n\n1. First\n2. Second"},
		"a table, a footnote and smart tags of Word": {wordClip(`<p class=MsoNormal>In <st1:City w:st="on"><st1:place w:st="on">Lima</st1:place></st1:City> they met.<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference><span style='font-size:11pt'>[1]</span></span><![endif]></span></span></a></p>
<table class=MsoTableGrid border=1><tr><td width=50><p class=MsoNormal><b>State<o:p></o:p></b></p></td><td><p class=MsoNormal><b>Year</b></p></td></tr><tr><td><p class=MsoNormal>Peru | Lima</p></td><td><p class=MsoNormal>2019</p></td></tr></table>
<div style='mso-element:footnote-list'><hr align=left size=1 width="33%"><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference><span>[1]</span></span></a> The note.</p></div></div>`),
			"In Lima they met.[^1]\n\n| **State** | **Year** |\n| --- | --- |\n| Peru \\| Lima | 2019 |\n\n[^1]: The note."},
		"Outlook": {wordClip(`<p class=MsoNormal><span style='mso-fareast-language:EN-US'>Dear colleague,<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>See <a href="https://example.org/a_b">the page</a> <i>today</i>.</p>`),
			"Dear colleague,\n\nSee [the page](https://example.org/a_b) *today*."},
		"Google Docs": {`<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1a2b"><h2 dir="ltr"><span style="font-size:16pt;font-weight:400;">Plans</span></h2><p dir="ltr"><span style="font-weight:400;white-space:pre-wrap;">Plain, </span><span style="font-weight:700;white-space:pre-wrap;">bold</span><span style="font-style:italic;"> and slanted</span></p><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400">One</span></p></li><li dir="ltr"><p dir="ltr"><span>Two</span></p></li></ul></b><br class="Apple-interchange-newline">`,
			"## Plans\n\nPlain, **bold** *and slanted*\n\n- One\n- Two"},
		"LibreOffice": {`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0//EN"><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><title></title><style type="text/css">p { margin-bottom: 0.1in }</style></head><body lang="en-US" dir="ltr"><h1 class="western">Head</h1><p style="margin-bottom: 0in"><font face="Arial"><b>Bold</b> text</font><a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p><ol><li><p>a</p></li><li><p>b</p></li></ol><div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>A note</p></div></body></html>`,
			"# Head\n\n**Bold** text[^1]\n\n1. a\n2. b\n\n[^1]: A note"},
		"the site itself":        {`<p>See <a href="http://` + host + `/places/hill/#top">the hill</a>.</p>`, "See [the hill](/places/hill/#top)."},
		"what would be Markdown": {`<p>2 * 3 * 4 and [x] # no</p><p># not a heading</p>`, "2 \\* 3 \\* 4 and \\[x\\] # no\n\n\\# not a heading"},
		"what would run":         {`<p>a<a href="javascript:alert(1)">b</a><img src=x onerror=alert(1)></p>`, "ab"},
	} {
		w := p.post("paste", url.Values{"token": {p.desk.guard.token()}, "html": {c.html}})
		if got := w.Body.String(); got != c.want {
			t.Errorf("%s: %d\n%s\nwant\n%s", name, w.Code, got, c.want)
		}
	}
}

// wordClip is what Word and Outlook put around what is copied.
func wordClip(html string) string {
	return `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--><style><!-- /* Font Definitions */ @font-face {font-family:Calibri;} p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-number-format:bullet;} --></style><!--[if gte mso 10]><style>table.MsoNormalTable {mso-style-name:"Table";}</style><![endif]--></head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->` + html + `<!--EndFragment--></body></html>`
}

// What the desk's pages ask for is there, and forms go where they are taken.
func TestEveryAddress(t *testing.T) {
	p := sit(t, smallSite(t))
	for _, name := range []string{"style.css", "bar.css", "desk.js", "icon.svg", "find?q=hill"} {
		p.get(name)
	}
	form := fields(t, p.get("new?folder=trees"), "edit")
	form.Set("do", "save")
	form.Set("f.title", "Sent to its own address")
	if w := p.post("new?folder=trees", form); w.Code != http.StatusSeeOther {
		t.Errorf("%d %s", w.Code, said(w.Body.String()))
	}
}

// The desk says the same in each of its languages.
func TestWords(t *testing.T) {
	dir := smallSite(t)
	p := sit(t, dir)
	for _, lang := range interfaceLanguages {
		for key := range p.desk.looks["en"].words.own {
			if lang != "en" && p.desk.looks[lang].words.own[key] == "" {
				t.Errorf("%s has no word for %s", lang, key)
			}
		}
	}
	// All that the pages and the program ask for has words.
	asked := regexp.MustCompile(`(?:(?:words|\bw)\.get\(|\bsay\(|(?:Title|Good|Key): +|DiffTitle(?: =|, e\.DiffTitle =).*, |\{\{t |\{\{tn |showTake\(w, r, "", )"([a-z_]+[a-z])"`)
	for _, pattern := range []string{"*.go", "pages/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, m := range asked.FindAllStringSubmatch(readFile(t, name), -1) {
				if p.desk.looks["en"].words.own[m[1]] == "" {
					t.Errorf("%s asks for %q, for which there is no word", name, m[1])
				}
			}
		}
	}
	if got := p.desk.looks["es"].words.own["field_title"]; got != "Título del árbol" {
		t.Errorf("the site's own word for a field: %q", got)
	}
	writeFile(t, filepath.Join(dir, "layouts/kinds/words/fr.toml"), "field_title = Titre")
	if _, err := readWords(os.DirFS(dir), "fr"); err == nil || !strings.Contains(err.Error(), "words/fr.toml") {
		t.Errorf("a file that does not parse: %v", err)
	}
}

// In each language of the desk, every field of our own kinds has a label that is no
// name of a file's line, every choice a word, and every field at the top of a form
// says what to write, if its entries do not.
func TestOurFieldsHaveWords(t *testing.T) {
	root := os.DirFS("../../../..")
	byFolder, problems := kinds.Load(root)
	if len(problems) > 0 || len(byFolder) == 0 {
		t.Fatal(problems)
	}
	for _, lang := range interfaceLanguages {
		w, err := readWords(root, lang)
		if err != nil {
			t.Fatal(err)
		}
		missing := map[string]bool{}
		need := func(key string, there bool) { missing[key] = missing[key] || !there }
		var look func(fields []*kinds.Field, top bool)
		look = func(fields []*kinds.Field, top bool) {
			for _, f := range fields {
				need(f.LabelKey(), w.own[f.LabelKey()] != "")
				need("help_"+f.Name, !top || len(f.Fields) > 0 || w.help(f) != "")
				for _, choice := range f.Choices {
					_, ofSite := w.site[f.Name+"_"+choice].(string)
					need("choice_"+f.Name+"_"+choice, ofSite || w.own["choice_"+f.Name+"_"+choice] != "")
				}
				look(f.Fields, false)
			}
		}
		for _, kind := range byFolder {
			need("kind_"+kind.Name, w.own["kind_"+kind.Name] != "")
			look(kind.Fields, true)
		}
		for _, key := range slices.Sorted(maps.Keys(missing)) {
			if missing[key] {
				t.Errorf("%s has no %s; write it in layouts/kinds/words/%s.toml", lang, key, lang)
			}
		}
	}
}

// What the desk answers to forms is valid HTML, too; cmd/vade looks at the pages
// that have an address.
func TestAnswersAreValidHTML(t *testing.T) {
	program, node := need.NodeModule(t, "html-validate/bin/html-validate.mjs"), need.NodeModule(t, ".bin/node")
	p := sit(t, smallSite(t))
	pages := map[string]string{"home": p.get("")}
	form := fields(t, p.get("new?folder=trees"), "edit")
	form.Del("f.draft")
	form.Set("f.kind", "plum")
	form.Set("f.planted", "never")
	form.Set("f.seen.0", "then")
	form.Set("f.owner.since", "x")
	pages["errors"] = p.press(form, "save")
	for _, button := range []string{"add f.steps", "add f.steps", "add f.steps.0.tools", "add f.uses"} {
		form = fields(t, p.press(form, button), "edit")
	}
	pages["added"] = p.press(form, "add f.steps")
	hill := fields(t, p.get("edit?page=places/hill.md"), "edit")
	hill.Set("f.title", "High hill")
	pages["would change"] = p.press(hill, "diff")
	pages["saved"] = p.press(hill, "save")
	pages["conflict"] = p.press(hill, "save")
	pages["version"] = p.get("version?" + url.Values{"page": {"places/hill.md"}, "id": {p.desk.store.versions("places/hill.md")[0].ID}}.Encode())
	pages["offers"] = p.post("compare", url.Values{"token": {p.desk.guard.token()}}, "file", "x.json", strings.Replace(p.get("changes"), "High", "Higher", 1)).Body.String()
	writeFile(t, filepath.Join(p.dir, "content/places/goes.png"), "x")
	writeFile(t, filepath.Join(p.dir, "content/places/stays.png"), "y")
	writeFile(t, filepath.Join(p.dir, "content/trees/oak.md"), "---\ntitle: Oak\n---\n\n![](/places/stays.png)\n")
	writeFile(t, filepath.Join(p.dir, "content/places/dell.md"), "---\ntitle: Dell\n---\n\n![](goes.png) ![](stays.png)\n")
	pages["tools"] = p.get("page?page=places/dell.md")
	dell := fields(t, p.get("edit?page=places/dell.md"), "edit")
	dell.Set("typed", "keep")
	p.post("typed", dell)
	pages["typed"] = p.get("edit?page=places/dell.md")
	pages["refused"] = p.post("edit", url.Values{"token": {p.desk.guard.token()}, "page": {"../x.md"}}).Body.String()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "rules.json"), `{"root": true, "extends": ["html-validate:recommended"], "rules": {"doctype-style": ["error", {"style": "lowercase"}],
		"valid-id": ["error", {"relaxed": true}], "no-trailing-whitespace": "off", "long-title": "off"}}`)
	args := []string{program, "--config", filepath.Join(dir, "rules.json"), "--formatter", "text"}
	for name, text := range pages {
		file := filepath.Join(dir, name+".html")
		writeFile(t, file, text)
		args = append(args, file)
	}
	if said, err := exec.Command(node, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%.3000s", err, strings.ReplaceAll(string(said), dir, ""))
	}
}

// Pages that vade serve --watch shows lead to the desk while it runs, and to
// nothing else that a file may name.
func TestDeskIsFound(t *testing.T) {
	dir := smallSite(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	root := "http://" + listener.Addr().String()
	d, err := New(Site{Source: dir, Log: io.Discard, Built: http.NotFoundHandler()}, listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	d.Announce(root + "/")
	if got := Running(dir); got != root+Prefix {
		t.Errorf("found at %q", got)
	}
	d.Close()
	if got := Running(dir); got != "" {
		t.Errorf("closed, and found at %q", got)
	}
	for _, text := range []string{"", "http://example.org/", "javascript:alert(1)", "http://192.0.2.1:80", root + "/x", "http://127.0.0.1:1/"} {
		writeFile(t, filepath.Join(dir, Kept, "running"), text)
		if got := Running(dir); got != "" {
			t.Errorf("%q leads to %q", text, got)
		}
	}
	p := sit(t, dir)
	for address, want := range map[string]string{
		"/places/valley/": Prefix + "edit?page=places%2Fvalley.md", "/es/places/valley/": Prefix + "edit?page=places%2Fvalley.es.md", "/nowhere/": Prefix, "//example.org/": Prefix,
	} {
		if got := p.send(httptest.NewRequest("GET", Prefix+"at?address="+url.QueryEscape(address), nil)).Header().Get("Location"); got != want {
			t.Errorf("%s leads to %s", address, got)
		}
	}
}

// A translation says which words of its original it translates: when these change,
// its form and the list of what is left say so, until a person has compared them.
func TestTranslationIsOutdated(t *testing.T) {
	dir := smallSite(t)
	p := sit(t, dir)
	file := filepath.Join(dir, "content/places/valley.es.md")
	save := func(do, title string) {
		t.Helper()
		form := fields(t, p.get("edit?page=places/valley.es.md"), "edit")
		form.Set("f.title", title)
		form.Set("do", do)
		if w := p.post("edit?page=places/valley.es.md", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, said(w.Body.String()))
		}
	}
	says := func(want bool) {
		t.Helper()
		if got := strings.Contains(p.get("edit?page=places/valley.es.md"), "The original was changed"); got != want {
			t.Errorf("the form says that the original changed: %v, want %v", got, want)
		}
		if got := strings.Contains(p.get("todo"), "Translations whose original was changed"); got != want {
			t.Errorf("the list of what is left says so: %v, want %v", got, want)
		}
	}
	before := readFile(t, file)
	save("save", "El valle")
	if got := readFile(t, file); got != before {
		t.Errorf("saved as it is, it became %s", got)
	}
	says(false)
	save("save", "El valle verde")
	if got := readFile(t, file); !strings.Contains(got, "\ntranslates: ") {
		t.Fatalf("it does not say what it translates: %s", got)
	}
	says(false)
	original := filepath.Join(dir, "content/places/valley.md")
	writeFile(t, original, strings.Replace(readFile(t, original), "Below", "Far below", 1))
	says(true)
	save("save", "El valle muy verde") // a slip was mended, and no more
	says(true)
	save("compared", "El valle muy verde")
	says(false)
}

// What is wrong is said in the language of the interface.
func TestErrorsInTheInterfacesLanguage(t *testing.T) {
	p := sit(t, smallSite(t))
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("f.title", "")
	form.Set("do", "save")
	r := httptest.NewRequest("POST", Prefix+"edit?page=places/hill.md", strings.NewReader(form.Encode()))
	for name, value := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://" + host, "Accept-Language": "fr"} {
		r.Header.Set(name, value)
	}
	if page := p.send(r).Body.String(); !strings.Contains(page, "<span>manque</span>") || strings.Contains(page, "title:") {
		t.Error(said(page))
	}
}

// Links that lead nowhere since a page was written anew are left to do, at the page
// that has them, and stop nobody.
func TestBrokenLinksAreLeftToDo(t *testing.T) {
	p := sit(t, smallSite(t))
	p.desk.site.Broken = func() []string {
		return []string{"/places/hill/: the link to /places/valley/#themes names a place that is not on that page; correct what stands after #", "/gone/: the link to /x/ leads nowhere"}
	}
	page := p.get("todo")
	holds(t, page, "Links that lead nowhere", `href="/-/desk/edit?page=places%2Fhill.md"`, "/places/valley/#themes")
}

// Errors that stand at fields are listed above the form, too, each with the way to
// its field: a form may be longer than the window.
func TestErrorsAreListedAbove(t *testing.T) {
	dir := smallSite(t)
	p := sit(t, dir)
	form := fields(t, p.get("new?folder=trees"), "edit")
	form.Set("name", "oak")
	form.Set("f.title", "Oak")
	form.Set("f.planted", "soon")
	form.Del("f.draft")
	form.Set("do", "save")
	w := p.post("new?folder=trees", form)
	page := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(page, "message error") || !strings.Contains(page, `<a href="#f.planted">`) || !strings.Contains(page, `id="f.planted"`) {
		t.Errorf("%d %s", w.Code, said(page))
	}
	// What could not be shown is still a draft, which can be shown.
	form.Set("f.draft", "true")
	form.Set("do", "show")
	page = p.post("new?folder=trees", form).Body.String()
	if fields(t, page, "edit").Get("f.draft") != "true" || !strings.Contains(page, `value="show"`) {
		t.Errorf("no draft any more: %s", said(page))
	}
	form.Set("do", "save")
	// Of a page that is new, nothing was changed, and nothing can be undone.
	form.Set("f.planted", "2019-12-31")
	if page := p.follow(p.post("new?folder=trees", form)); !strings.Contains(page, "Saved") || strings.Contains(page, "What was changed") {
		t.Error(said(page))
	}
}

// A disk that refuses to be written, in the middle or at all, is told; what was
// typed is in the form, what was there is there, and nothing half stays behind.
func TestDiskThatRefuses(t *testing.T) {
	whole := writeAll
	t.Cleanup(func() { writeAll = whole })
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 9, 9)), nil); err != nil {
		t.Fatal(err)
	}
	for want, fault := range map[string]error{"the disk is full": syscall.ENOSPC, "cannot be written to": syscall.EROFS, "copy the knowledge base": fs.ErrPermission} {
		p := sit(t, smallSite(t))
		before := tree(t, p.dir)
		writeAll = func(f *os.File, text []byte) error {
			f.Write(text[:len(text)/2])
			return &fs.PathError{Op: "write", Path: f.Name(), Err: fault}
		}
		for _, name := range []string{"", "import"} {
			holds(t, p.get(name), "Nothing can be saved now", want)
		}
		page := p.get("edit?page=places/hill.md")
		holds(t, page, "Nothing can be saved now", want) // before anything is typed
		form := fields(t, page, "edit")
		form.Set("body", "Typed at length.")
		holds(t, p.press(form, "save"), want, "Typed at length.")
		form.Set("do", "attach")
		form.Set("description", "The hill")
		holds(t, p.post("edit", form, "attachment", "hill.jpg", photo.String()).Body.String(), want, "Typed at length.")
		tools := fields(t, p.get("page?page=places/hill.md"), "rename")
		tools.Set("name", "mountain")
		holds(t, p.post("rename", tools).Body.String(), want)
		if after := tree(t, p.dir); after != before {
			t.Errorf("%v: the folder is another one:\n%s", fault, after)
		}
		writeAll = whole
		if strings.Contains(p.get("edit?page=places/hill.md"), "Nothing can be saved now") {
			t.Error("there is room again, and it is not noticed")
		}
	}
}

// Too much of anything is told before anything is changed.
func TestTooMuch(t *testing.T) {
	p := sit(t, smallSite(t))
	before := readFile(t, filepath.Join(p.dir, "content/places/hill.md"))
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("body", strings.Repeat("Five million letters. ", 5<<20/22+1))
	page := p.press(form, "save")
	holds(t, page, "longer than 5 MB")
	if got := fields(t, page, "edit").Get("body"); len(got) < 5<<20 {
		t.Errorf("of what was typed, %d bytes are left", len(got))
	}
	if w := p.post("paste", url.Values{"token": {p.desk.guard.token()}, "html": {strings.Repeat("<b>x</b>", 1<<20)}}); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("8 MB pasted: %d", w.Code)
	}
	form.Set("body", "Typed.")
	form.Set("do", "attach")
	form.Set("description", "A photograph")
	holds(t, p.post("edit", form, "attachment", "large.jpg", "\xff\xd8"+strings.Repeat("x", 80<<20)).Body.String(), "larger than 30 MB", "Typed.")
	form.Set("body", strings.Repeat("x", mostForm+1))
	r := httptest.NewRequest("POST", Prefix+"edit", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+host)
	if w := p.send(r); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "nothing was changed") {
		t.Errorf("more than the desk takes: %d", w.Code)
	}
	if got := readFile(t, filepath.Join(p.dir, "content/places/hill.md")); got != before {
		t.Errorf("written: %s", got)
	}
}

// A browser that sends far too much gets an answer, not a connection that breaks.
func TestTooMuchIsAnswered(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(Site{Source: smallSite(t), Log: io.Discard, Built: http.NotFoundHandler()}, listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	server := &http.Server{Handler: d}
	go server.Serve(listener)
	defer server.Close()
	root := "http://" + listener.Addr().String()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	part := "--x\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.jpg\"\r\n\r\n"
	size := int64(len(part)) + mostUpload + 50<<20
	head := fmt.Sprintf("POST %sedit HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s=%s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s",
		Prefix, listener.Addr(), root, d.guard.cookie, d.guard.session, size, part)
	// Like a browser, it reads no answer before all is sent.
	if _, err := io.Copy(conn, io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size-int64(len(part))))); err != nil {
		t.Fatal(err)
	}
	w, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if w.StatusCode != http.StatusRequestEntityTooLarge || err != nil || !strings.Contains(string(text), "nothing was changed") {
		t.Errorf("%d %v %s", w.StatusCode, err, said(string(text)))
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A browser that is closed while it sends, at whatever byte, changes nothing.
func TestClosedInTheMiddle(t *testing.T) {
	p := sit(t, smallSite(t))
	before := readFile(t, filepath.Join(p.dir, "content/places/hill.md"))
	form := fields(t, p.get("edit?page=places/hill.md"), "edit")
	form.Set("do", "save")
	form.Set("body", "Half of this is sent.")
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		m.WriteField(name, values[0])
	}
	m.Close()
	for n := 0; n < body.Len()-2; n += 97 {
		r := httptest.NewRequest("POST", Prefix+"edit", io.MultiReader(bytes.NewReader(body.Bytes()[:n]), brokenReader{}))
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Origin", "http://"+host)
		if w := p.send(r); w.Code < 400 || w.Code >= 500 {
			t.Errorf("cut at %d of %d: %d", n, body.Len(), w.Code)
		}
	}
	if got := readFile(t, filepath.Join(p.dir, "content/places/hill.md")); got != before {
		t.Errorf("written: %s", got)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// What is typed and not saved outlives the browser: whoever opens the form next takes it
// up, with what else changed meanwhile, or discards it. Saving ends it; a renamed page
// takes it along, and an erased one leaves nothing of it.
func TestTypedOutlivesTheBrowser(t *testing.T) {
	p := sit(t, smallSite(t))
	token := p.desk.guard.token()
	kept := func() int {
		n := 0
		_ = filepath.WalkDir(filepath.Join(p.dir, Kept, "typed"), func(_ string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	typing := func(address, field, text string) url.Values {
		t.Helper()
		form := fields(t, p.get(address), "edit")
		form.Set(field, text)
		form.Set("typed", "keep")
		if w := p.post("typed", form); w.Code != http.StatusNoContent {
			t.Fatalf("%d %s", w.Code, said(w.Body.String()))
		}
		return form
	}
	take := func(page string) string {
		t.Helper()
		form := fields(t, page, "typed")
		form.Set("typed", "take")
		return p.post("typed", form).Body.String()
	}
	before := readFile(t, filepath.Join(p.dir, "content/places/hill.md"))
	for _, c := range [][3]string{ // a page, one that is new, a translation that is new, one that no form can read
		{"edit?page=places/hill.md", "body", "Typed at\nlength."}, {"new?folder=trees", "f.title", "Typed tree"}, {"edit?page=places/hill.es.md", "f.title", "Colina"}, {"edit?page=places/old-format.md", "raw", "Typed whole."},
	} {
		typing(c[0], c[1], c[2])
		page := p.get(c[0])
		holds(t, page, "was not saved")
		taken := take(page)
		form := fields(t, taken, "edit")
		if got := normal(form.Get(c[1])); got != c[2] {
			t.Errorf("%s: taken up: %q", c[0], got)
		}
		holds(t, taken, "data-dirty")
		if form.Get("raw") == "" {
			form.Set("f.title", "A title")
			p.press(form, "draft")
		} else {
			p.press(form, "anyway")
		}
		if n := kept(); n != 0 || strings.Contains(p.get(c[0]), "was not saved") {
			t.Errorf("%s: saved, and it is still offered (%d)", c[0], n)
		}
	}
	if readFile(t, filepath.Join(p.dir, "content/places/hill.md")) == before {
		t.Error("what was taken up was not saved")
	}
	// The page changed meanwhile: nothing is overwritten unseen.
	typing("edit?page=places/valley.md", "body", "Typed at length.")
	writeFile(t, filepath.Join(p.dir, "content/places/valley.md"), "---\ntitle: The valley\n---\n\nOf somebody else.\n")
	page := p.press(fields(t, take(p.get("edit?page=places/valley.md")), "edit"), "save")
	holds(t, page, "changed in another window", "Typed at length.", "Of somebody else.")
	discard := fields(t, p.get("edit?page=places/valley.md"), "typed")
	discard.Set("typed", "discard")
	if strings.Contains(p.follow(p.post("typed", discard)), "was not saved") || kept() != 0 {
		t.Error("it is not discarded")
	}
	// Renamed, and erased.
	p.freesHill()
	typing("edit?page=places/valley.md", "body", "Secret typing.")
	rename := fields(t, p.get("page?page=places/valley.md"), "rename")
	rename.Set("name", "dale")
	p.follow(p.post("rename", rename))
	holds(t, take(p.get("edit?page=places/dale.md")), "Secret typing.", "places/dale.md")
	erase := fields(t, p.get("page?page=places/dale.md"), "delete")
	erase.Set("erase", "yes")
	p.follow(p.post("delete", erase))
	if kept() != 0 {
		t.Error("what was typed into an erased page is still there")
	}
	for _, form := range []url.Values{{"page": {"../x.md"}}, {"page": {"x.txt"}}, {"folder": {"../../x"}}, {}} {
		form.Set("token", token)
		form.Set("typed", "keep")
		if w := p.post("typed", form); w.Code != http.StatusForbidden {
			t.Errorf("%v: %d", form, w.Code)
		}
	}
}

// What was typed is replaced by nothing but the form that it comes from: not by one that
// was opened beside it, nor by one whose author overlooked the offer. Of each that is
// saved or discarded, the others stay.
func TestTypedReplacesNothingElse(t *testing.T) {
	p := sit(t, smallSite(t))
	keep := func(form url.Values, field, text string) {
		t.Helper()
		form.Set(field, text)
		form.Set("typed", "keep")
		if w := p.post("typed", form); w.Code != http.StatusNoContent {
			t.Fatalf("%d %s", w.Code, said(w.Body.String()))
		}
		form.Del("typed")
	}
	offers := func(address string) []url.Values { // the last first
		t.Helper()
		page := p.get(address)
		n := strings.Count(page, "was not saved")
		if n == 0 {
			return nil
		}
		all := fields(t, page, "typed")
		var out []url.Values
		for i := range n {
			out = append(out, url.Values{"token": all["token"][:1], "page": all["page"][:1], "folder": all["folder"][:1], "typing": {all["typing"][i]}})
		}
		return out
	}
	does := func(offer url.Values, what string) string {
		offer.Set("typed", what)
		return p.post("typed", offer).Body.String()
	}
	for _, c := range [][2]string{{"edit?page=places/hill.md", "body"}, {"new?folder=trees", "f.title"}, {"edit?page=places/old-format.md", "raw"}} {
		address, field := c[0], c[1]
		first, second := fields(t, p.get(address), "edit"), fields(t, p.get(address), "edit")
		keep(first, field, "The first text.")
		keep(second, field, "The second.")
		keep(fields(t, p.get(address), "edit"), field, "x") // who overlooked both
		keep(first, field, "The first text, longer.")
		var texts []string
		for _, offer := range offers(address) {
			texts = append(texts, fields(t, does(offer, "take"), "edit").Get(field))
		}
		if strings.Join(texts, "|") != "The first text, longer.|x|The second." {
			t.Errorf("%s offers %q", address, texts)
		}
		// Taken up, it is another form's: the one of before, open still, replaces nothing of it.
		taken := fields(t, does(offers(address)[0], "take"), "edit")
		keep(taken, field, "Taken up.")
		does(offers(address)[1], "discard")
		keep(first, field, "The first text again.")
		if field == "f.title" {
			p.press(taken, "draft")
		} else {
			p.press(taken, "anyway")
		}
		left := offers(address)
		if len(left) != 2 {
			t.Fatalf("%s: %d offers are left, not two", address, len(left))
		}
		holds(t, does(left[0], "take"), "The first text again.")
		for range left {
			does(offers(address)[0], "discard")
		}
		if len(offers(address)) > 0 {
			t.Errorf("%s: discarded, and still offered", address)
		}
	}
}

// A window that is open still while its page is erased or renamed keeps nothing of it,
// whatever is pressed there.
func TestTypedOfNoPage(t *testing.T) {
	p := sit(t, smallSite(t))
	p.freesHill()
	writeFile(t, filepath.Join(p.dir, "content/places/hill.es.md"), "---\ntitle: Colina\n---\n\nTexto.\n")
	refused := func(form url.Values) {
		t.Helper()
		form.Set("typed", "keep")
		if w := p.post("typed", form); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", form.Get("page"), w.Code)
		}
		for _, name := range []string{form.Get("page"), form.Get("folder") + "/-.md"} {
			if _, err := os.Stat(filepath.Join(p.dir, typedFile(name))); err == nil {
				t.Errorf("%s is written", typedFile(name))
			}
		}
	}
	translation := fields(t, p.get("edit?page=places/hill.es.md"), "edit")
	if err := os.Remove(filepath.Join(p.dir, "content/places/hill.es.md")); err != nil {
		t.Fatal(err)
	}
	refused(translation)
	valley := fields(t, p.get("edit?page=places/valley.md"), "edit")
	valley.Set("body", "Secret typing.")
	rename := fields(t, p.get("page?page=places/valley.md"), "rename")
	rename.Set("name", "dale")
	p.follow(p.post("rename", rename))
	refused(valley)
	valley.Del("typed")
	refused(fields(t, p.press(valley, "save"), "edit")) // which tells that the page is gone
	refused(url.Values{"token": {p.desk.guard.token()}, "folder": {"nowhere"}})
}

// Whatever lies where the desk keeps what was typed, the form opens, and offers nothing
// that the desk did not write so.
func TestTypedOfAnything(t *testing.T) {
	p := sit(t, smallSite(t))
	file := filepath.Join(p.dir, typedFile("places/hill.md"))
	outside := filepath.Join(t.TempDir(), "outside.json")
	written := `{"When":"2026-01-02T03:04:05Z","Form":{"typing":["x"],"body":["From outside."]}}`
	writeFile(t, outside, written)
	for name, make := range map[string]func(){
		"no form":       func() { writeFile(t, file, `{}`) },
		"older no form": func() { writeFile(t, file, `{"Older":[{},{"Form":null}]}`) },
		"null":          func() { writeFile(t, file, `null`) },
		"a list":        func() { writeFile(t, file, `[1]`) },
		"nonsense":      func() { writeFile(t, file, "\x00{") },
		"too large":     func() { writeFile(t, file, written+strings.Repeat(" ", mostForm)) },
		"a folder":      func() { writeFile(t, filepath.Join(file, "x"), "") },
		"a link": func() {
			if err := os.Symlink(outside, file); err != nil {
				t.Skip(err)
			}
		},
	} {
		writeFile(t, filepath.Join(filepath.Dir(file), "x"), "")
		if err := os.RemoveAll(file); err != nil {
			t.Fatal(err)
		}
		make()
		if strings.Contains(p.get("edit?page=places/hill.md"), "was not saved") {
			t.Errorf("%s: it is offered", name)
		}
		for _, id := range []string{"", "x"} {
			for _, what := range []string{"take", "discard"} {
				if w := p.post("typed", url.Values{"token": {p.desk.guard.token()}, "page": {"places/hill.md"}, "typed": {what}, "typing": {id}}); w.Code != http.StatusSeeOther {
					t.Errorf("%s: %s: %d", name, what, w.Code)
				}
			}
		}
	}
	// What was written before each text had the name of its form is offered still.
	if err := os.RemoveAll(file); err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, `{"When":"2026-01-02T03:04:05Z","Form":{"page":["places/hill.md"],"was":["x"],"body":["Of before."]}}`)
	offer := fields(t, p.get("edit?page=places/hill.md"), "typed")
	offer.Set("typed", "take")
	holds(t, p.post("typed", offer).Body.String(), "Of before.")
}

// Kinds without fields, and pages that hold anything at all, have a form or say
// what is wrong.
func TestFormsOfAnything(t *testing.T) {
	dir := smallSite(t)
	config := filepath.Join(dir, "hugo.toml")
	writeFile(t, config, readFile(t, config)+"bare = \"bare\"\nempty = \"empty\"\nlost = \"lost\"\n")
	writeFile(t, filepath.Join(dir, "layouts/kinds/bare.yaml"), "fields: {}\n")
	writeFile(t, filepath.Join(dir, "layouts/kinds/empty.yaml"), "")
	for name, text := range map[string]string{
		"nothing": "", "no-front-matter": "Text alone.\n", "no-end": "---\ntitle: x\n", "bytes": "\x00\xff\xfe---\n", "not-utf8": "---\ntitle: \xff\n---\n", "list": "---\n- a\n- b\n---\n",
		"deep": "---\ntitle: " + strings.Repeat("[", 5000) + "\n---\n", "bomb": "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\ntitle: x\n---\n",
		"twice": "---\ntitle: a\ntitle: b\n---\n", "shapes": "---\ntitle: {a: [b]}\nnear: {x: y}\nsee: 1\naliases: [[a], {b: c}]\n---\n", "json": "{\"title\": \"x\"}\n\nText.\n",
	} {
		writeFile(t, filepath.Join(dir, "content/places/"+name+".md"), text)
	}
	writeFile(t, filepath.Join(dir, "content/bare/one.md"), "---\ntitle: One\n---\n")
	p := sit(t, dir)
	for _, address := range []string{"", "todo", "take", "new?folder=bare", "new?folder=empty", "edit?page=bare/one.md", "?folder=bare"} {
		p.get(address)
	}
	form := fields(t, p.get("edit?page=bare/one.md"), "edit")
	form.Set("body", "More.")
	holds(t, p.press(form, "save"), "Saved.")
	entries, _ := os.ReadDir(filepath.Join(dir, "content/places"))
	for _, e := range entries {
		for _, address := range []string{"edit?page=places/", "page?page=places/", "word?page=places/"} {
			w := p.send(httptest.NewRequest("GET", Prefix+address+e.Name(), nil))
			if w.Code >= 500 || w.Body.Len() == 0 {
				t.Errorf("%s%s: %d %s", address, e.Name(), w.Code, said(w.Body.String()))
			}
		}
	}
}

// A text may cite a paragraph by a few letters, too.
func TestParagraphsAreFound(t *testing.T) {
	dir := smallSite(t)
	writeFile(t, filepath.Join(dir, "content/resolutions/12.md"), "---\ntitle: Resolution 12\nparagraphs:\n  - {id: op3-d, cite: \"resolution 12 (1999), OP3(d)\"}\n  - {id: op4}\n---\n")
	p := sit(t, dir)
	if got := p.get("find?q=OP3"); !strings.Contains(got, `{"Title":"resolution 12 (1999), OP3(d)","Address":"/resolutions/12/#op3-d"}`) || strings.Contains(got, "op4") {
		t.Error(got)
	}
	if page := p.get("edit?page=places/hill.md"); !strings.Contains(page, `<option value="resolution 12 (1999), OP3(d)">`) || !strings.Contains(page, `<option value="The valley">`) {
		t.Error("a link cannot be chosen from pages and paragraphs")
	}
}

// Whoever asks for a form with a program learns from the status that nothing was saved.
func TestConflictStatus(t *testing.T) {
	for name, text := range map[string]string{
		"a form":                       "---\ntitle: The valley\n---\n\nBelow.\n",
		"a page that no form can read": "---\ntitle: [\n---\n",
	} {
		p := sit(t, smallSite(t))
		file := filepath.Join(p.dir, "content/places/valley.md")
		writeFile(t, file, text)
		form := fields(t, p.get("edit?page=places%2Fvalley.md"), "edit")
		writeFile(t, file, text+"\nWritten by somebody else.\n")
		for do, status := range map[string]int{"save": http.StatusConflict, "preview": http.StatusConflict, "replace": http.StatusConflict} {
			form.Set("do", do) // "replace" without having seen what it replaces
			w := p.post("edit", form)
			if w.Code != status {
				t.Errorf("%s, %s: %d instead of %d", name, do, w.Code, status)
			}
			holds(t, w.Body.String(), `name="theirs"`)
		}
		if got := readFile(t, file); !strings.Contains(got, "somebody else") {
			t.Errorf("%s: it was replaced by %s", name, got)
		}
	}
}

// Why a build failed is told in the reader's language where check found it; what only
// Hugo knows is English, and says so.
func TestFailureInLanguage(t *testing.T) {
	p := sit(t, smallSite(t))
	writeFile(t, filepath.Join(p.dir, "content/places/hill.md"), "---\ntitle: The hill\nnear: [nowhere]\n---\n")
	var fault string
	for _, found := range kinds.Check(os.DirFS(p.dir)) {
		if found.Class == kinds.Fault {
			fault = found.String()
		}
	}
	failure := ""
	p.desk.site.Failure = func() string { return failure }
	failed := func() string {
		r := httptest.NewRequest("GET", Prefix, nil)
		r.Header.Set("Accept-Language", "es")
		_, rest, _ := strings.Cut(p.send(r).Body.String(), "<pre")
		text, _, _ := strings.Cut(rest, "</pre>")
		return html.UnescapeString(text)
	}
	message := firstMessage(p)
	for _, c := range [][3]string{ // what failed, what is told of it, and what is not
		{"the site was not built:\n  " + fault, "content/places/hill.md:3", "the site was not built"},
		{"the site was not built:\n  " + fault, p.desk.looks["es"].words.message(message), message},
		{"the site was not built:\n  a template failed", `lang="en" dir="ltr">the site was not built`, "hill.md"},
		{"", "", "built"},
	} {
		failure = c[0]
		if text := failed(); !strings.Contains(text, c[1]) || strings.Contains(text, c[2]) {
			t.Errorf("of %q is told: %q", failure, text)
		}
	}
}

// firstMessage gives the first fault that check finds.
func firstMessage(p *person) string {
	for _, found := range kinds.Check(os.DirFS(p.dir)) {
		if found.Class == kinds.Fault {
			return found.Message
		}
	}
	return "nothing"
}
