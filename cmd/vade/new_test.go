package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/cmd/vade/internal/starter"
)

// A new site is one on which every command works, without a warning, in every
// language that it can be in.
func TestNewSite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a folder", "mine")
	must(t, "new", "site", dir, "--title", `What "we" know: all`, "--languages", strings.Join(starter.Languages(), ","))
	stdout, stderr := must(t, "check", "--source", dir)
	if strings.Contains(stdout+stderr, "warning") || strings.Contains(stdout, "deprecated") || strings.Contains(stdout, "lacks") {
		t.Errorf("the new site is not clean:\n%s\n%s", stdout, stderr)
	}
	must(t, "pack", "--quiet", "--source", dir, "--out", filepath.Join(t.TempDir(), "site.zip"))
	must(t, "build", "--quiet", "--source", dir)
	for lang, query := range map[string]string{"en": "coordination workshop", "es": "regla 4(b)", "fr": "règle 4(b)", "ru": "координация", "ar": "التنسيق", "zh": "协调"} {
		a := answer(t, "--index", filepath.Join(dir, "index"), "--lang", lang, query)
		if len(a.Pages) == 0 || a.Pages[0].Lang != lang {
			t.Errorf("%s: %q finds %+v", lang, query, a.Pages)
		}
	}
	holds(t, read(t, filepath.Join(dir, "public", "ar", "workshops", "example", "index.html")), `dir="rtl"`, `href="/ar/themes/coordination/"`, "مدينة للمثال")

	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(dir, "public"))))
	defer server.Close()
	b := opened(t, server.URL)
	b.open("/search/?q=coordination")
	b.wait(`document.querySelectorAll("vade-results [part~=hit]").length > 1`)
	b.want(`document.querySelectorAll("form").length`, "1")
	b.want(`document.querySelector("input[name=q]").value`, "coordination")
	b.forgiveAny("favicon.ico")
	b.quiet()
}

// The page of a kind asks for what the kind requires, and is shown when it has it.
func TestNewPage(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mine")
	must(t, "new", "site", dir)
	must(t, "new", "workshop", `On "seals": a day in Łódź`, "--source", dir)
	file := filepath.Join(dir, "content", "workshops", "on-seals-a-day-in-łodz.md")
	page := read(t, file)
	holds(t, page, "draft: true", "city: #", "date_start: # a day", "# themes: ")
	stdout, _ := must(t, "check", "--source", dir)
	holds(t, stdout, `field "city": is empty`, `field "date_start": is empty`)

	for was, is := range map[string]string{"draft: true": "", "summary: #": "summary: A day. #", "date_start: #": "date_start: 2026-11-02 #", "city: #": "city: Łódź #", "# themes: #": "themes: [coordination] #"} {
		page = strings.Replace(page, was, is, 1)
	}
	write(t, file, page+"We looked at seals.\n")
	must(t, "build", "--source", dir)
	holds(t, read(t, filepath.Join(dir, "public", "themes", "coordination", "index.html")), "On &#34;seals&#34;: a day in Łódź")

	before := contents(t, dir)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"worksop", "T"}, "the kinds are guide, theme, workshop"},
		{[]string{"workshop", "?!"}, "no letter or digit"},
		{[]string{"workshops", `On "seals": a day in Łódź`}, "is there already"},
	} {
		_, _, err := vade(append([]string{"new", "--source", dir}, c.args...)...)
		says(t, err, c.says)
	}
	_, _, err := vade("new", "site", dir)
	says(t, err, "is not empty")
	_, _, err = vade("new", "site", filepath.Join(dir, "other"), "--languages", "en,xx")
	says(t, err, `"xx"`, "en, es")
	_, _, err = vade("new", "site", filepath.Join(dir, "other"), "--title", "a\nb")
	says(t, err, "line break")
	unchanged(t, dir, before)
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
