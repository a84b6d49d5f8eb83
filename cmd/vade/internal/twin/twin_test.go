package twin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer"
)

// A twin has the words of its page, whole addresses and where they come from, and
// nothing of what only a browser can use.
func TestWrite(t *testing.T) {
	site := t.TempDir()
	for name, text := range map[string]string{
		"index.html": `<html lang="en"><head><link rel="canonical" href="https://example.org/"><meta name="description" content="All about  knots"></head><body><main><h1>Knots</h1></main></body></html>`,
		"rope/bowline/index.html": `<html lang="en"><head><link rel="canonical" href="https://example.org/rope/bowline/"><meta name="description" content="A loop that holds"><meta name="vade:checked" content="2026-01-02"><meta name="vade:source" content="The book of &quot;knots&quot;" data-href="https://example.org/book">
			</head><body><nav>menu</nav><main><h1>The [bowline]</h1><p>It <b>holds</b>, see <a href="../hitch/">the hitch</a>.</p><p hidden>secret</p><form><button>Print</button></form><script>alert(1)</script>
			<table><tr><th>Use</th></tr><tr><td>Mooring</td></tr></table></main></body></html>`,
		"rope/hitch/index.html": `<html lang="en"><body><main><h1>The hitch</h1></main></body></html>`,
		"es/index.html":         `<html lang="es"><body><main><h1>Nudos</h1></main></body></html>`,
		"draft/index.html":      `<html lang="en"><head><meta name="robots" content="noindex"></head><body><main><h1>Draft</h1></main></body></html>`,
	} {
		file := filepath.Join(site, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	twins := New(site)
	pages, err := indexer.ReadSite(t.Context(), site, indexer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := twins.Write(t.Context(), pages.Pages); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2][]string{
		"rope/bowline/index.md": {
			{"title: \"The [bowline]\"", "url: https://example.org/rope/bowline/", "checked: 2026-01-02", `title: "The book of \"knots\""`, "https://example.org/book", "It **holds**", "(https://example.org/", "Mooring"},
			{"menu", "secret", "Print", "alert"},
		},
		"rope/hitch/index.md": {{"# The hitch", "lang: en"}, {"checked", "sources"}},
		"es/index.md":         {{"# Nudos"}, nil},
		"llms.txt":            {{"# Knots\n\n> All about knots\n", "## rope\n\n- [The (bowline)](https://example.org/rope/bowline/index.md): A loop that holds\n- [The hitch](/rope/hitch/index.md)\n"}, {"Nudos", "Draft"}},
	} {
		data, err := os.ReadFile(filepath.Join(site, name))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range want[0] {
			if !strings.Contains(string(data), part) {
				t.Errorf("%s lacks %q:\n%s", name, part, data)
			}
		}
		for _, part := range want[1] {
			if strings.Contains(string(data), part) {
				t.Errorf("%s has %q:\n%s", name, part, data)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(site, "draft", Name)); err == nil {
		t.Error("a page that no index wants has a twin")
	}
}

// A page that was read with its tree is not read again; its twin is the same.
func TestParsed(t *testing.T) {
	site := t.TempDir()
	page := filepath.Join(site, "rope", "index.html")
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte(`<html lang="fr"><head><meta name="description" content="A loop"></head><body><main><h1>Rope</h1><nav>menu</nav><p>It <b>holds</b>, see <a href="../hitch/">the hitch</a>.</main></body></html>`), 0o644); err != nil {
		t.Fatal(err)
	}
	twinOf := func(how indexer.Options, twins *Twins, between func()) string {
		pages, err := indexer.ReadSite(t.Context(), site, how)
		if err != nil {
			t.Fatal(err)
		}
		between()
		if err := twins.Write(t.Context(), pages.Pages); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(filepath.Dir(page), Name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	afterwards := twinOf(indexer.Options{}, New(site), func() {})
	twins := New(site)
	once := twinOf(indexer.Options{Parsed: twins.Parsed}, twins, func() {
		if err := os.Remove(page); err != nil {
			t.Fatal(err)
		}
	})
	if once != afterwards {
		t.Errorf("read once:\n%s\nread again:\n%s", once, afterwards)
	}
}
