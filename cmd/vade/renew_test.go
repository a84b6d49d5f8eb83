package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
)

// A page that is renewed is shown and found; all else stays as the last whole build
// left it, and the next whole build gives what a first one would. What cannot be
// renewed alone changes nothing.
func TestRenew(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	log := cli.NewConsole(io.Discard, false)
	p := &project{source: dir, destination: "public", index: "index", renews: true}
	build := func(p *project) {
		t.Helper()
		if _, err := p.build(t.Context(), log); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.renew(t.Context(), []part{{path: "/pests/wax-moth"}}, log); !errors.Is(err, errNotAlone) {
		t.Errorf("renewed a site that was never built: %v", err)
	}
	build(p)
	site := filepath.Join(dir, "public")
	before := contents(t, site)
	file := filepath.Join(dir, "content/pests/wax-moth.md")
	good := read(t, file)

	write(t, file, good+"\n\nOcelots keep no bees.\n")
	if _, err := p.renew(t.Context(), []part{{path: "/pests/wax-moth"}}, log); err != nil {
		t.Fatal(err)
	}
	after := contents(t, site)
	renewed := filepath.Join(site, "pests/wax-moth/index.html")
	holds(t, after[renewed], "Ocelots")
	for name, text := range before {
		if filepath.Ext(name) == ".html" && name != renewed && after[name] != text {
			t.Errorf("%s is not as it was", name)
		}
	}
	holds(t, fmt.Sprint(after), "ocelots") // the web index has the word

	kept := contents(t, dir)
	for _, c := range []struct{ name, text, page string }{
		{"a draft", "---\ntitle: Wax moth\ndraft: true\n---\n", "/pests/wax-moth"},
		{"a page that is broken", "---\ntitle: [broken\n---\n", "/pests/wax-moth"},
		{"a link that leads nowhere", good + "\n\n[Nowhere](/nowhere/)\n", "/pests/wax-moth"},
		{"no page", good, "/pests/none"},
	} {
		write(t, file, c.text)
		if _, err := p.renew(t.Context(), []part{{path: c.page}}, log); err == nil {
			t.Errorf("%s was renewed", c.name)
		}
		write(t, file, kept[file])
		unchanged(t, dir, kept)
	}

	write(t, file, good+"\n\nOcelots keep no bees.\n")
	build(p)
	whole := contents(t, site)
	for _, made := range []string{site, filepath.Join(dir, "index"), indexer.KeptFolder(filepath.Join(dir, "index"))} {
		os.RemoveAll(made)
	}
	build(p)
	unchanged(t, site, whole)
}

func TestChangedPages(t *testing.T) {
	t.Parallel()
	file := func(sum byte) lookedAt { return lookedAt{sum: [32]byte{sum}} }
	before := map[string]lookedAt{}
	for _, name := range []string{"content/a/b.md", "content/a/b.es.md", "content/a/Deep/index.md", "content/_index.md", "content/a/{odd}.md", "content/a/picture.png", "layouts/page.html", "hugo.toml"} {
		before[filepath.Join("s", name)] = file(1)
	}
	for _, c := range []struct {
		changed []string
		want    []part
	}{
		{nil, nil},
		{[]string{"content/a/b.md"}, []part{{"/a/b", ""}}},
		{[]string{"content/a/b.md", "content/a/b.es.md"}, []part{{"/a/b", ""}, {"/a/b", "es"}}},
		{[]string{"content/a/b.es.md", "content/a/Deep/index.md", "content/_index.md"}, []part{{"/", ""}, {"/a/b", "es"}, {"/a/deep", ""}}},
		{[]string{"content/a/b.md", "layouts/page.html"}, nil},
		{[]string{"content/a/b.md", "content/a/new.md"}, nil},
		{[]string{"content/a/{odd}.md"}, nil},
		{[]string{"content/a/picture.png"}, nil},
		{[]string{"hugo.toml"}, nil},
	} {
		now := map[string]lookedAt{}
		for name, f := range before {
			now[name] = f
		}
		for _, name := range c.changed {
			now[filepath.Join("s", name)] = file(2)
		}
		if got := changedPages("s", before, now); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.changed, got, c.want)
		}
		delete(now, filepath.Join("s", "hugo.toml"))
		if got := changedPages("s", before, now); got != nil {
			t.Errorf("%v and a file that is gone: %v", c.changed, got)
		}
	}
}

// Only the language of the file that changed is drawn again: a translation keeps what it had.
func TestRenewOneLanguage(t *testing.T) {
	t.Parallel()
	p := &project{source: copySite(t), destination: "public", index: "index", renews: true}
	log := cli.NewConsole(io.Discard, false)
	write(t, filepath.Join(p.source, "content/pests/wax-moth.es.md"), "---\ntitle: Polilla de la cera\n---\n\nVuela de noche.\n")
	if _, err := p.build(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"es", ""} {
		name := strings.Replace("content/pests/wax-moth..md", "..", strings.TrimSuffix("."+lang, ".")+".", 1)
		write(t, filepath.Join(p.source, name), "---\ntitle: Ocelots\n---\n\nOcelots keep no bees.\n")
		before := contents(t, p.in(p.destination))
		if _, err := p.renew(t.Context(), []part{{"/pests/wax-moth", lang}}, log); err != nil {
			t.Fatal(err)
		}
		page := filepath.Join(p.in(p.destination), lang, "pests/wax-moth/index.html")
		for file, text := range contents(t, p.in(p.destination)) {
			if path.Base(file) == "index.html" && (text != before[file]) != (file == page) {
				t.Errorf("%s changed: %s, %v", name, file, text != before[file])
			}
		}
	}
}
