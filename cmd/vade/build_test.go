package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
)

// A site of another subject, with its own layouts, languages, facets and
// citations, is built and searched like ours.
func TestBuild(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	stdout, stderr := must(t, "build", "--source", dir)
	if stdout != "" {
		t.Errorf("build answers %q", stdout)
	}
	holds(t, stderr, "Indexed 15 pages", "in de, en", "3 pages are left out", "Site in "+filepath.Join(dir, "public"), "index in "+filepath.Join(dir, "index"))
	for _, file := range []string{"public/index.html", "public/de/pests/varroa/index.html", "public/404.html", "public/rules.json", "index/vademecum.json"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}

	// Built again, the folders are replaced whole: nothing of a page stays that
	// is no longer there.
	if err := os.Remove(filepath.Join(dir, "content", "plain.md")); err != nil {
		t.Fatal(err)
	}
	must(t, "build", "--source", dir)
	if _, err := os.Stat(filepath.Join(dir, "public", "plain")); !os.IsNotExist(err) {
		t.Errorf("the page of a removed file is still there: %v", err)
	}
	if stdout, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "gooseneck"); !strings.HasPrefix(stdout, "Nothing found") {
		t.Errorf("and is still found: %s", stdout)
	}
	// What the run made of each page is kept for the next one; all else it clears.
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); !slices.Equal(left, []string{filepath.Join(dir, ".index-kept")}) {
		t.Errorf("left behind: %v", left)
	}
}

func TestBuildElsewhere(t *testing.T) {
	t.Parallel()
	dir, out := copySite(t), t.TempDir()
	must(t, "build", "--source", dir, "--destination", filepath.Join(out, "a", "site"), "--index", filepath.Join(out, "index"), "--base-url", "https://other.example/b/")
	holds(t, read(t, filepath.Join(out, "a", "site", "plain", "index.html")), `href="https://other.example/b/plain/"`)
	stdout, _ := must(t, "search", "--index", filepath.Join(out, "index"), "gooseneck")
	holds(t, stdout, "/b/plain/")
	if _, err := os.Stat(filepath.Join(dir, "public")); !os.IsNotExist(err) {
		t.Errorf("written to public as well: %v", err)
	}
}

// Two builds of the same pages give the same site and an index that answers alike.
func TestBuildIsRepeatable(t *testing.T) {
	t.Parallel()
	one, two := copySite(t), copySite(t)
	must(t, "build", "--source", one)
	must(t, "build", "--source", two)
	first, second := contents(t, filepath.Join(one, "public")), contents(t, filepath.Join(two, "public"))
	for name, text := range first {
		if other := strings.Replace(name, one, two, 1); second[other] != text {
			t.Errorf("%s differs from one build to the next", name)
		}
	}
	if len(first) != len(second) {
		t.Errorf("%d files and %d", len(first), len(second))
	}
}

// A build that fails names what is to blame, and leaves site and index as they
// were, byte by byte, with nothing temporary beside them.
func TestFailedBuild(t *testing.T) {
	t.Parallel()
	dir := copyBuilt(t)
	for _, c := range []struct {
		name, file, text string
		says             []string
	}{
		{"broken front matter", "content/tasks/broken.md", "---\ntitle: [unclosed\nkind: task\n---\nText.\n", []string{"broken.md", "unchanged"}},
		{"front matter without end", "content/pests/open.de.md", "---\ntitle: Open\n\nText.\n", []string{"open.de.md", "unchanged"}},
		{"a date that is none", "content/tasks/date.md", "---\ntitle: Date\ndate: tomorrow\n---\n", []string{"date.md", "unchanged"}},
		{"an unknown shortcode", "content/tasks/code.md", "---\ntitle: Code\n---\n{{< nothing >}}\n", []string{"code.md", "nothing", "unchanged"}},
		{"a broken template", "layouts/list.html", "{{ if }}", []string{"list.html", "unchanged"}},
		{"broken citation patterns", "static/rules.json", "{", []string{"rules.json"}},
		{"broken settings", "hugo.toml", "title = ", []string{"hugo.toml", "unchanged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, filepath.FromSlash(c.file))
			original, missing := os.ReadFile(file)
			write(t, file, c.text)
			defer func() {
				if missing != nil {
					os.Remove(file)
				} else {
					write(t, file, string(original))
				}
			}()
			before := contents(t, dir)
			_, _, err := vade("build", "--source", dir)
			says(t, err, c.says...)
			unchanged(t, dir, before)
		})
	}
	must(t, "build", "--source", dir) // and one that failed spoils none after it
}

func TestBuildStopped(t *testing.T) {
	t.Parallel()
	dir := copyBuilt(t)
	before := contents(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	says(t, run(ctx, []string{"build", "--source", dir}, &out, &out), "stopped", "nothing was changed")
	unchanged(t, dir, before)
}

// A wrong folder is refused before anything is written to it: what stands in
// the way may be somebody's work.
func TestBuildRefusesFolders(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	write(t, filepath.Join(dir, "notes.txt"), "a note")
	write(t, filepath.Join(dir, "letters", "one.txt"), "a letter")
	write(t, filepath.Join(dir, "worktree", "index.html"), "a page")
	write(t, filepath.Join(dir, "worktree", ".git"), "gitdir: elsewhere")
	before := contents(t, dir)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--source", filepath.Join(dir, "layouts")}, "holds no hugo.toml"},
		{[]string{"--source", filepath.Join(dir, "missing")}, "holds no hugo.toml"},
		{[]string{"--source", dir, "--destination", "."}, "would replace the knowledge base itself"},
		{[]string{"--source", dir, "--destination", filepath.Dir(dir)}, "would replace the knowledge base itself"},
		{[]string{"--source", dir, "--index", "."}, "would replace the knowledge base itself"},
		{[]string{"--source", dir, "--destination", "content"}, "would be replaced"},
		{[]string{"--source", dir, "--destination", "letters"}, "would be replaced"},
		{[]string{"--source", dir, "--destination", "worktree"}, "would be replaced"},
		{[]string{"--source", dir, "--destination", "notes.txt"}, "choose a folder"},
		{[]string{"--source", dir, "--index", "letters"}, "would be replaced"},
		{[]string{"--source", dir, "--index", "notes.txt"}, "name a folder"},
		{[]string{"--source", dir, "--index", "public/index"}, "must not lie in one another"},
		{[]string{"--source", dir, "--destination", "out", "--index", "out"}, "must not lie in one another"},
		{[]string{"--source", dir, "--destination", "index/site"}, "must not lie in one another"},
	} {
		_, _, err := vade(append([]string{"build"}, c.args...)...)
		says(t, err, c.says)
		unchanged(t, dir, before)
	}
	must(t, "build", "--source", dir, "--destination", "..public") // an odd name, and inside
}

func TestIndex(t *testing.T) {
	t.Parallel()
	site := t.TempDir()
	write(t, filepath.Join(site, "index.html"), `<title>Knots</title><body><h1>Knots</h1><h2 id="bowline">Bowline</h2><p>The rabbit comes out of the hole.`)
	write(t, filepath.Join(site, "old.html"), `<html lang="en"><meta http-equiv="refresh" content="0; url=/">`)
	out := filepath.Join(t.TempDir(), "knots")
	_, stderr := must(t, "index", site, "--out", out)
	holds(t, stderr, "warning: /: ", "Indexed 1 pages", "1 pages are left out", "Index in "+out, "web index in "+filepath.Join(site, "search"))
	if strings.Contains(stderr, "of 2") || strings.Contains(stderr, "\x1b") {
		t.Errorf("progress is shown where no terminal is: %q", stderr)
	}
	stdout, _ := must(t, "search", "--index", out, "rabbit")
	holds(t, stdout, "1. Knots", "/#bowline", "*rabbit*")

	before := contents(t, out)
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{filepath.Join(site, "missing"), "--out", out}, []string{"there is no folder", "missing"}},
		{[]string{t.TempDir(), "--out", out}, []string{"holds no .html file"}},
		{[]string{site, "--out", site}, []string{site, "published with it"}},
		{[]string{site, "--out", filepath.Join(site, "a", "index")}, []string{site, "published with it"}},
		{[]string{site, "--out", filepath.Dir(site)}, []string{site, "would replace the site"}},
		{[]string{site, "--out", filepath.Dir(write(t, filepath.Join(t.TempDir(), "letter.txt"), "Dear"))}, []string{"would be replaced"}},
	} {
		_, _, err := vade(append([]string{"index"}, c.args...)...)
		says(t, err, c.says...)
		unchanged(t, out, before)
	}
}

// A file of the site's own that has the name of one of the web index stays, and
// the index of before, too.
func TestIndexKeepsForeignFiles(t *testing.T) {
	t.Parallel()
	site, out := t.TempDir(), filepath.Join(t.TempDir(), "index")
	write(t, filepath.Join(site, "index.html"), `<html lang="en"><title>Knots</title><body><h1>Knots</h1><p>A rabbit.`)
	must(t, "index", site, "--out", out)
	must(t, "index", site, "--out", out) // its own it replaces
	for _, name := range []string{"en.js", "languages.js"} {
		own := write(t, filepath.Join(site, "search", name), "alert('mine')")
		before, index := contents(t, site), contents(t, out)
		_, _, err := vade("index", site, "--out", out)
		says(t, err, own, "rename it")
		if code := cli.ExitCode(err); code != 2 {
			t.Errorf("exit %d", code)
		}
		unchanged(t, site, before)
		unchanged(t, out, index)
		if err := os.Remove(own); err != nil {
			t.Fatal(err)
		}
	}
	dir := copySite(t)
	own := filepath.Join("static", "search", "de.js")
	write(t, filepath.Join(dir, own), "alert('mine')")
	_, _, err := vade("build", "--source", dir)
	says(t, err, "de.js", "rename it")
}

// What Hugo has to say goes where the rest goes, and Hugo leaves the process's
// own streams as they were.
func TestHugoIsQuiet(t *testing.T) {
	dir := copySite(t)
	write(t, filepath.Join(dir, "layouts", "home.html"), `{{ define "main" }}{{ warnf "the hive is %s" "open" }}<h1>{{ .Title }}</h1>{{ end }}`)
	stdout, stderr := os.Stdout, os.Stderr
	_, said := must(t, "build", "--source", dir)
	holds(t, said, "the hive is open")
	if os.Stdout != stdout || os.Stderr != stderr {
		t.Error("the standard streams were not put back")
	}
}

// answer decodes what search --json prints.
func answer(t *testing.T, args ...string) *indexer.Answer {
	t.Helper()
	stdout, _ := must(t, append([]string{"search", "--json"}, args...)...)
	var a indexer.Answer
	if err := json.Unmarshal([]byte(stdout), &a); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	return &a
}
