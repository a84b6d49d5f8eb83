package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Our site has for programs what its front page and llms.txt say that it has.
func TestSiteForPrograms(t *testing.T) {
	t.Parallel()
	k := ours(t)
	list := read(t, filepath.Join(k.site, "llms.txt"))
	named := regexp.MustCompile(`(?m)^- \[[^\]]+\]\(([^)]+)\)`).FindAllStringSubmatch(list, -1)
	if len(named) < 50 {
		t.Errorf("llms.txt names %d pages", len(named))
	}
	for _, m := range named {
		name := strings.TrimPrefix(m[1], "https://example.org")
		text, err := os.ReadFile(filepath.Join(k.site, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("llms.txt: %v", err)
		} else if !strings.Contains(string(text), "\n# ") || !strings.HasPrefix(string(text), "---\ntitle: ") {
			t.Errorf("%s is no Markdown of a page:\n%.200s", name, text)
		}
	}
	holds(t, read(t, filepath.Join(k.site, "resolutions", "1540", "index.md")), "checked: ", "sources:", "#op3")
	var search struct {
		XMLName   xml.Name
		ShortName string
		Url       []struct {
			Type     string `xml:"type,attr"`
			Template string `xml:"template,attr"`
		}
	}
	for _, lang := range []string{"", "es", "fr", "ru", "ar", "zh"} {
		if err := xml.Unmarshal([]byte(read(t, filepath.Join(k.site, lang, "opensearch.xml"))), &search); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		if search.XMLName.Local != "OpenSearchDescription" || len(search.ShortName) > 16 || len(search.Url) == 0 || !strings.Contains(search.Url[0].Template, "search/?q={searchTerms}") {
			t.Errorf("%s: %+v", lang, search)
		}
		search.Url = nil
	}
	holds(t, read(t, filepath.Join(k.site, "api", "index.html")), "<code>too-many-filters</code>", "<code>typing</code>", "/mcp")
}

// Each search page is led to the function, on the host whose rules we ship: without
// script its form would find the empty page.
func TestHostLeadsSearchPagesToFunction(t *testing.T) {
	t.Parallel()
	rules := read(t, filepath.Join("..", "..", "netlify.toml"))
	pages, err := filepath.Glob(filepath.Join("..", "..", "content", "search*.md"))
	if err != nil || len(pages) < 6 {
		t.Fatalf("%v %v", pages, err)
	}
	for _, page := range pages {
		lang := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(filepath.Base(page), ".md"), "search"), ".")
		from := "/search/"
		if lang != "" {
			from = "/" + lang + from
		}
		rule := "[[redirects]]\n  from = \"" + from + "\"\n  to = \"/.netlify/functions/search\"\n  status = 200\n  force = true\n"
		if !strings.Contains(rules, rule) {
			t.Errorf("netlify.toml lacks\n%s", rule)
		}
	}
}
