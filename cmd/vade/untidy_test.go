package main

import (
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer"
	"vademecum/internal/need"
)

// What a careful editor strikes out is found on a page that has it, each kind by
// itself, and what only looks like it is not.
func TestUntidy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := strings.Repeat("Every State keeps the goods in its ports under lock. ", 5)
	page := func(name, body string) {
		t.Helper()
		write(t, filepath.Join(dir, name, "index.html"), `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>`+body+`</main></html>`)
	}
	page("bad", "<p>"+long+"</p><p>"+long+"</p><p>See S/2016/1038 for it.</p><p>Lima, 18-19 November 2019 18–19 November 2019</p>")
	page("good", `<p>`+long+`</p><p>See <a href="https://docs.un.org/en/S/2016/1038">S/2016/1038</a>, <code>S/PV.4956</code> and BS/2016/1.</p>
		<p>From 18 November 2019, when all met in the old hall of the port of Lima, to 18 November 2019 at night.</p><p>18 November 2019, 19 November 2019</p>`)
	site, err := indexer.ReadSite(t.Context(), dir, indexer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := untidy(site)
	if err != nil {
		t.Fatal(err)
	}
	for kind, sample := range map[string]string{unlinkedSymbols: "S/2016/1038", repeatedParagraphs: "Every State", doubledDates: "18–19 November 2019"} {
		if entries := found[kind]; len(entries) != 1 || !strings.HasPrefix(entries[0], "/bad/: ") || !strings.Contains(entries[0], sample) {
			t.Errorf("%s: %q, want one entry of /bad/ with %s", kind, entries, sample)
		}
	}
}

// The repository's own site has none of it.
func TestOursIsTidy(t *testing.T) {
	need.Long(t)
	t.Parallel()
	found, err := untidy(ours(t).pagesRead(t))
	if err != nil {
		t.Fatal(err)
	}
	for kind, entries := range found {
		t.Errorf("%s (%d):\n  %s", kind, len(entries), strings.Join(entries[:min(len(entries), 5)], "\n  "))
	}
}

// What is due shows the next day of each entry, the next first, counted from the
// day that the build was given; what is past is left out.
func TestDue(t *testing.T) {
	need.Long(t)
	t.Parallel()
	dir := holdingSite(t)
	write(t, filepath.Join(dir, "content", "guides", "calendar.md"), front("themes: [ports]",
		"due:\n  - {id: late, yearly: 12-31, what: The review, who: All}\n  - {id: early, yearly: 01-31, what: The programme, who: All, paragraph: 1540-op4}\n"+
			"  - {id: once, on: 2027-11-30, what: The conference, who: All, page: /themes/ports}\n  - {id: past, on: 2023-04-30, what: The guidelines, who: All}"))
	must(t, "build", "--source", dir, "--day", "2027-02-01")
	for _, name := range []string{"index.html", "guides/calendar/index.html"} {
		text := read(t, filepath.Join(dir, "public", filepath.FromSlash(name)))
		_, text, _ = strings.Cut(text, `id="due"`)
		at := -1
		for _, day := range []string{`"2027-11-30"`, `"2027-12-31"`, `"2028-01-31"`} {
			next := strings.Index(text, day)
			if next <= at {
				t.Errorf("%s: %s stands at %d, after an earlier day at %d", name, day, next, at)
			}
			at = next
		}
		if strings.Contains(text, "2023-04-30") {
			t.Errorf("%s shows what is past", name)
		}
	}
	if text := read(t, filepath.Join(dir, "public", "es", "index.html")); strings.Contains(text, `id="due"`) {
		t.Error("the Spanish home shows what is due in English")
	}
	if _, _, err := vade("build", "--source", dir, "--day", "soon"); err == nil || !strings.Contains(err.Error(), "2027-01-31") {
		t.Errorf("--day soon: %v, want a sample of a day", err)
	}
}
