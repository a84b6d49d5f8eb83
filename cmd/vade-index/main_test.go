package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func help(t *testing.T, command string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), []string{command, "--help"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What the documents say to type is there.
func TestDocumentedCommands(t *testing.T) {
	for file, least := range map[string]int{"README.md": 8, filepath.Join("..", "..", "README.md"): 2} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`vade-index (index|serve|search|eval) [^`+"`\n"+`]*`).FindAllStringSubmatch(string(text), -1)
		if len(found) < least {
			t.Errorf("%s has only %d command lines", file, len(found))
		}
		for _, m := range found {
			for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(m[0], -1) {
				if !strings.Contains(help(t, m[1]), flag+" ") {
					t.Errorf("%s uses %q; there is no %s", file, m[0], flag)
				}
			}
		}
	}
}

// From a finished site to a working search it takes one command.
func TestIndexAnySite(t *testing.T) {
	dir := t.TempDir()
	site, index := filepath.Join(dir, "public"), filepath.Join(dir, "index")
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	page := `<html lang="en"><title>Pruning</title><header></header><main><h1>Pruning</h1>In winter.</main>`
	if err := os.WriteFile(filepath.Join(site, "index.html"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, told bytes.Buffer
	if err := run(t.Context(), []string{"index", site, "--out", index, "--page", "--inject", "header"}, &out, &told); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"vade.js", "vade-core.js", "vade-rare.js", "vade-inflate.js", "vade-results.js", "vade.css", "vade-ja.js", "vade.d.ts", "en.js", "index.html"} {
		if _, err := os.Stat(filepath.Join(site, "search", file)); err != nil {
			t.Error(err)
		}
	}
	if err := run(t.Context(), []string{"search", "winter", "--index", index}, &out, &told); err != nil || !strings.Contains(out.String(), "1 page\n\n1. Pruning") {
		t.Errorf("%v %s", err, out.String())
	}

	// A file of the site's own is not replaced.
	if err := os.WriteFile(filepath.Join(site, "search", "vade.js"), []byte("mine()"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"index", site, "--out", index}, &out, &told); err == nil || !strings.Contains(err.Error(), "vade.js") {
		t.Errorf("a file of the site's own: %v", err)
	}
}

// A command line that was carried out is carried out again only if something has
// changed since: what it read, what it wrote, or what it was told.
func TestIndexAgain(t *testing.T) {
	dir := t.TempDir()
	site, index := filepath.Join(dir, "public"), filepath.Join(dir, "index")
	write := func(text string) {
		t.Helper()
		page := `<html lang="en"><title>Pruning</title><header></header><main><h1>Pruning</h1>` + text + `</main>`
		if err := os.WriteFile(filepath.Join(site, "index.html"), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	write("In winter.")
	for i, c := range []struct {
		before func()
		flags  []string
		again  bool
	}{
		{nil, nil, true},
		{nil, nil, false},
		{func() { write("In autumn.") }, nil, true},
		{nil, nil, false},
		{func() { os.Remove(filepath.Join(site, "search", "en.js")) }, nil, true},
		{nil, []string{"--lang", "fr"}, true},
		{nil, []string{"--inject", "header"}, true}, // which changes the page
		{nil, []string{"--inject", "header"}, true},
		{nil, []string{"--inject", "header"}, false},
		{func() { write("In autumn.") }, []string{"--inject", "header"}, true}, // made anew without the search
	} {
		if c.before != nil {
			c.before()
		}
		var out, told bytes.Buffer
		if err := run(t.Context(), append([]string{"index", site, "--out", index}, c.flags...), &out, &told); err != nil {
			t.Fatal(err)
		}
		if again := !strings.Contains(told.String()+out.String(), "Nothing has changed"); again != c.again {
			t.Errorf("run %d works: %v, want %v\n%s", i+1, again, c.again, told.String())
		}
		if !strings.Contains(told.String()+out.String(), "Indexed 1 page") {
			t.Errorf("run %d does not tell what is indexed:\n%s", i+1, told.String())
		}
	}
}
