package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vademecum/cmd/vade/internal/portable"
	"vademecum/internal/need"
)

// imported is a site in which a note was imported and made a page, packed and
// unpacked into the folder it gives. It goes the whole way that an author goes.
func imported(t *testing.T) string {
	t.Helper()
	dir := holdingSite(t)
	note := write(t, filepath.Join(t.TempDir(), "note.txt"), strings.Replace(limaNote, "2019", "2021", 1))
	must(t, "import", "--source", dir, note)

	// The author fills in what only a person knows, and shows the page.
	page := filepath.Join(dir, "content", "workshops", "2021-12-lima.md")
	text := read(t, page)
	for _, c := range [][2]string{
		{"summary: \"\"", "summary: Harbour masters on seals and cranes.\nchecked: 2026-11-27"},
		{"status: draft\n", "status: reviewed\n"},
		{"draft: true\n", ""},
	} {
		if !strings.Contains(text, c[0]) {
			t.Fatalf("the draft lacks %q:\n%s", c[0], text)
		}
		text = strings.Replace(text, c[0], c[1], 1)
	}
	// What was guessed is right: the author takes it out of the list of guesses.
	text = regexp.MustCompile(`(?m)^guesses:\n(?:[ \t].*\n)+`).ReplaceAllString(text, "")
	write(t, page, text)

	must(t, "check", "--source", dir)
	must(t, "build", "--source", dir)
	found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "quay of Pomeranzia")
	holds(t, found, "/workshops/2021-12-lima/")

	zip, out := filepath.Join(t.TempDir(), "site.zip"), t.TempDir()
	must(t, "pack", "--source", dir, "--out", zip)
	must(t, "verify", zip)
	if changed, err := portable.Unpack(t.Context(), zip, out); err != nil || len(changed) > 0 {
		t.Fatal(changed, err)
	}
	return out
}

// What the reader of the unpacked zip finds, in both browsers.
const (
	importedQuery = "quay of Pomeranzia"
	importedHit   = `document.querySelector("li.hit a")?.href.includes("/workshops/2021-12-lima/index.html") ?? false`
	importedPage  = `location.pathname.endsWith("/workshops/2021-12-lima/index.html") && document.readyState === "complete" && document.querySelector("main").innerText.includes("Pomeranzia")`
)

// A note goes the whole way: it is imported, built, indexed, packed, unpacked,
// and found by who opens the folder from a disk.
func TestNoteToDisk(t *testing.T) {
	t.Parallel()
	b := openBrowserOn(t, http.NotFoundHandler()) // first, so that a missing browser is told at once
	b.root = "http://"                            // any request is one too many
	b.do(chromedp.Navigate(onDisk(imported(t), "search/index.html")))
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-vade-search] input[name=q]`), importedQuery))
	b.wait(importedHit)
	b.settled("li.hit a") // or the list may be drawn anew under the pointer
	b.do(chromedp.Click(chromedp.CSS("li.hit a")))
	b.wait(importedPage)
	b.quiet()
}

func TestNoteToDiskInFirefox(t *testing.T) {
	need.Long(t)
	t.Parallel()
	f := openFirefox(t)
	f.open(onDisk(imported(t), "search/index.html"))
	f.send(`[data-vade-search] input[name=q]`, importedQuery)
	f.wait(importedHit)
	f.click("li.hit a")
	f.wait(importedPage)
	if said := f.said(); len(said) > 0 {
		t.Errorf("in the console: %v", said)
	}
}
