package indexer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// keptSite is a site with something of all that a page can tell a site: frames,
// vocabulary, patterns, translations, records, facets, other languages, words that
// are rare and near common ones.
func keptSite() map[string]string {
	site := map[string]string{
		"patterns.json":  `{"patterns": [{"match": "s/res/(\\d+)", "document": "S/RES/$1"}]}`,
		"es/a.html":      `<html lang="es"><link rel="alternate" hreflang="en" href="/p/0.html"><main><h1>Aduanas</h1><p>Control de exportaciones</main>`,
		"zh/a.html":      `<html lang="zh"><main><h1>海关</h1><p>出口管制清单</main>`,
		"zh/b.html":      `<html lang="zh"><main><h1>清单</h1><p><a href="https://example.org/zh/a.html">海关</a> <a href="/zh/c/">C</a></main>`,
		"zh/c/index.htm": `<html lang="zh"><main><h1>许可</h1><p>出口许可</main>`,
		"record.html":    `<html lang="en"><main><h1>List</h1><div id="r1" data-vade-record="Meeting in Lusaka"><p>They met.</div></main>`,
		"terms.html": `<html lang="en"><meta name="vade:synonym" lang="en" content="border control" data-term="border" data-facet="theme" data-preferred>
			<meta name="vade:synonym" lang="es" content="control fronterizo" data-term="border" data-facet="theme"><main><h1>Terms</h1><p>Border control.</main>`,
	}
	for i := range 6 {
		site[fmt.Sprintf("old/%d.html", i)] = fmt.Sprintf(`<html lang="en"><title>Old %d</title><body><p>Home and menu of all</p><p>Old text %s</p></body>`, i, word26(i*31))
	}
	for i := range 64 {
		var b strings.Builder
		for j := range 9 {
			fmt.Fprintf(&b, "<h2 id=s%d>Part %s</h2><p>Export licences number %s and %s of the register.</p>", j, word26(i*j), word26(i+j), word26(i*7+j*13))
		}
		site[fmt.Sprintf("p/%d.html", i)] = fmt.Sprintf(`<html lang="en"><meta name="vade:theme" content="border"><link rel="vade-patterns" href="/patterns.json"><main><h1>Licence %s</h1>%s</main>`, word26(i), b.String())
	}
	return site
}

// files reads all files under a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// written indexes a site and gives all that was written, and what was kept after it.
func written(t *testing.T, site, kept string) (index, web map[string]string, keys map[keptKey]keptEntry) {
	t.Helper()
	return writtenTo(t, t.TempDir(), site, kept, false)
}

// writtenTo does the same in a folder, in which languages may be taken over.
func writtenTo(t *testing.T, out, site, kept string, takesOver bool) (index, web map[string]string, keys map[keptKey]keptEntry) {
	t.Helper()
	how := Options{}
	if takesOver {
		how.Before = Before{filepath.Join(out, "index"), filepath.Join(out, "web")}
	}
	use := func(k *Kept) error {
		how.Kept = k
		s, err := ReadSite(t.Context(), site, how)
		if err != nil {
			return err
		}
		_, err = s.Write(t.Context(), filepath.Join(out, "index"), filepath.Join(out, "web"))
		return err
	}
	if kept == "" {
		if err := use(nil); err != nil {
			t.Fatal(err)
		}
		return files(t, filepath.Join(out, "index")), files(t, filepath.Join(out, "web")), nil
	}
	if err := Keep(kept, use); err != nil {
		t.Fatal(err)
	}
	return files(t, filepath.Join(out, "index")), files(t, filepath.Join(out, "web")), keysIn(t, kept)
}

func keysIn(t *testing.T, kept string) map[keptKey]keptEntry {
	t.Helper()
	program, err := programSum()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(kept, keptFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return readKept(f, program)
}

func sameFiles(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("%s: files %q instead of %q", what, g, w)
	}
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s: %s differs from that of a run that knew nothing", what, name)
		}
	}
}

// A run that uses what another kept writes the bytes that one from the beginning
// writes, whatever has changed between them.
func TestKeptIsAsFresh(t *testing.T) {
	site, kept := writeSite(t, keptSite()), filepath.Join(t.TempDir(), ".index-kept")
	written(t, site, kept)
	takes, out := filepath.Join(t.TempDir(), ".index-kept"), t.TempDir()
	writtenTo(t, out, site, takes, true)
	page := keptSite()["p/7.html"]
	for _, c := range []struct {
		what   string
		change func()
		fresh  int // the most that is made anew
	}{
		{"nothing", func() {}, 0},
		{"a word", func() { put(t, site, "p/7.html", strings.Replace(page, "Export", "Exports of zircon", 1)) }, 2},
		{"a common word becomes rare, a rare one common", func() { put(t, site, "p/7.html", strings.ReplaceAll(page, "register", "registre")) }, 2},
		{"a title, which takes a correction away", func() { put(t, site, "p/7.html", strings.Replace(page, "<h1>", "<h1>Registre ", 1)) }, 2},
		{"a page more", func() { put(t, site, "p/new.html", strings.Replace(page, "Export", "Import", 3)) }, 2},
		{"a page less", func() { os.Remove(filepath.Join(site, "p", "9.html")) }, 0},
		{"a page under another name", func() {
			os.Rename(filepath.Join(site, "p", "11.html"), filepath.Join(site, "p", "elsewhere.html"))
		}, 1},
		{"a date, which moves the page to the beginning", func() {
			put(t, site, "p/20.html", strings.Replace(keptSite()["p/20.html"], "<main>", `<meta name="vade:date" content="2026-01-02"><main>`, 1))
		}, 1},
		{"what all frames say", func() {
			for i := range 4 {
				put(t, site, fmt.Sprintf("old/%d.html", i), fmt.Sprintf(`<html lang="en"><title>Old %d</title><body><p>Another menu of all</p><p>Old text</p></body>`, i))
			}
		}, 10},
		{"a language", func() { put(t, site, "old/5.html", strings.Replace(keptSite()["old/5.html"], `"en"`, `"fr"`, 1)) }, 1},
		{"a name of the vocabulary", func() {
			put(t, site, "terms.html", strings.Replace(keptSite()["terms.html"], "border control", "frontier checks", 1))
		}, 2},
		{"patterns", func() { put(t, site, "patterns.json", `{"patterns": []}`) }, 0},
		{"the host that pages in another language name, to which a page leads", func() {
			put(t, site, "es/a.html", strings.Replace(keptSite()["es/a.html"], "<main>", `<link rel="canonical" href="https://example.org/es/a.html"><main>`, 1))
		}, 2},
		{"a page in the way of a link that is not indexed", func() {
			put(t, site, "zh/c/index.html", `<html lang="zh"><meta name="robots" content="noindex"><main><h1>C</h1><p>清单</main>`)
		}, 2},
		{"the canonical addresses", func() {
			for name, content := range keptSite() {
				if strings.HasPrefix(name, "p/1") {
					put(t, site, name, strings.Replace(content, "<main>", `<link rel="canonical" href="https://example.org/kb/`+name+`"><main>`, 1))
				}
			}
		}, 11},
	} {
		c.change()
		before := keysIn(t, kept)
		index, web, keys := written(t, site, kept)
		wantIndex, wantWeb, _ := written(t, site, "")
		sameFiles(t, c.what+", index", index, wantIndex)
		sameFiles(t, c.what+", web index", web, wantWeb)
		index, web, _ = writtenTo(t, out, site, takes, true)
		sameFiles(t, c.what+", languages taken over, index", index, wantIndex)
		sameFiles(t, c.what+", languages taken over, web index", web, wantWeb)
		fresh := 0
		for key := range keys {
			if _, known := before[key]; !known {
				fresh++
			}
		}
		if fresh > c.fresh {
			t.Errorf("%s: %d of %d things were made anew, more than %d", c.what, fresh, len(keys), c.fresh)
		}
	}
}

// Packed texts of a large language are kept: of pages that stay, and as long as the dictionary does.
func TestPackedTextsAreKept(t *testing.T) {
	before := keptTexts
	t.Cleanup(func() { keptTexts = before })
	pages := map[string]string{}
	for i := range 80 {
		pages[fmt.Sprintf("p/%d.html", i)] = fmt.Sprintf(`<html lang="en"><main><h1>Page %s</h1><p>%s</main>`, word26(i), strings.Repeat("Export licences of the register. "+word26(i*31)+" ", 120))
	}
	site := writeSite(t, pages)
	keptTexts = 1 << 30
	wantIndex, _, keys := written(t, site, filepath.Join(t.TempDir(), ".index-kept"))
	keptTexts = 0
	kept := filepath.Join(t.TempDir(), ".index-kept")
	_, _, all := written(t, site, kept)
	if len(all) != len(keys)+len(pages) {
		t.Fatalf("%d things are kept instead of %d and the texts of %d pages", len(all), len(keys), len(pages))
	}
	index, _, again := written(t, site, kept)
	sameFiles(t, "from kept texts", index, wantIndex)
	if !maps.EqualFunc(all, again, func(a, b keptEntry) bool { return a.crc == b.crc }) {
		t.Error("a run that changes nothing keeps other things")
	}
	for i := range 12 { // some of these pages are in the sample for the dictionary
		put(t, site, fmt.Sprintf("p/%d.html", i), strings.Replace(pages[fmt.Sprintf("p/%d.html", i)], "Export", "Exports of zircon", 1))
		index, _, _ := written(t, site, kept)
		want, _, _ := written(t, site, "")
		sameFiles(t, fmt.Sprintf("after a change of page %d", i), index, want)
	}
}

// A language of which nothing has changed is taken over as it was written, unless its files
// are not what they were. A name of the vocabulary is one of all languages.
func TestLanguagesAreTakenOver(t *testing.T) {
	site, out := writeSite(t, keptSite()), t.TempDir()
	kept := filepath.Join(out, ".index-kept")
	before := Before{filepath.Join(out, "index"), filepath.Join(out, "web")}
	run := func() (taken []string) {
		t.Helper()
		err := Keep(kept, func(k *Kept) error {
			s, err := ReadSite(t.Context(), site, Options{Kept: k, Before: before})
			if err != nil {
				return err
			}
			m := &manifest{Base: s.Base, Default: s.defaultLanguage(s.byLanguage()), Vocabulary: s.Vocabulary, Patterns: s.patterns, Prefer: s.prefer}
			for lang, pages := range s.byLanguage() {
				putInOrder(pages)
				key, err := s.languageKey(lang, pages, s.linked(pages), m, true, true)
				if err != nil {
					return err
				}
				if s.takeOver(key, pages) != nil {
					taken = append(taken, lang)
				}
			}
			_, err = s.Write(t.Context(), before.Index, before.Web)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(taken)
		return taken
	}
	run()
	for _, c := range []struct {
		what   string
		change func()
		taken  string
	}{
		{"nothing", func() {}, "[en es zh]"},
		{"a page in English", func() { put(t, site, "p/7.html", keptSite()["p/8.html"]) }, "[es zh]"},
		{"a page in Chinese", func() { put(t, site, "zh/a.html", `<html lang="zh"><main><h1>海关</h1><p>出口</main>`) }, "[en es]"},
		{"a page in Spanish, whose translation has another address", func() { put(t, site, "es/a.html", strings.Replace(keptSite()["es/a.html"], "/p/0", "/p/1", 1)) }, "[en zh]"},
		{"a name of the vocabulary", func() {
			put(t, site, "terms.html", strings.Replace(keptSite()["terms.html"], "border control", "frontier checks", 1))
		}, "[]"},
		{"a language more", func() { put(t, site, "fr/a.html", `<html lang="fr"><main><h1>Douane</h1></main>`) }, "[]"},
		{"a file of the index", func() { put(t, before.Index, "es/texts", "x") }, "[en fr zh]"},
		{"a file of the web index", func() { put(t, before.Web, "zh.js", "x") }, "[en es fr]"},
		{"no index", func() { os.RemoveAll(before.Index) }, "[]"},
		{"a stray file", func() { put(t, before.Web, "es/t00000000/0.js", "x") }, "[en es fr zh]"},
	} {
		c.change()
		if taken := fmt.Sprint(run()); taken != c.taken {
			t.Errorf("%s: %s are taken over instead of %s", c.what, taken, c.taken)
		}
		wantIndex, wantWeb, _ := written(t, site, "")
		sameFiles(t, c.what+", index", files(t, before.Index), wantIndex)
		sameFiles(t, c.what+", web index", files(t, before.Web), wantWeb)
	}
	words := len(keysIn(t, kept))
	if run(); len(keysIn(t, kept)) != words {
		t.Errorf("of %d things that were kept %d are after a run that took all over", words, len(keysIn(t, kept)))
	}
}

// What is kept and has changed, been cut short or is gone is made again; what another
// program kept counts for nothing. Nothing stays of what is not used any more.
func TestKeptIsDamaged(t *testing.T) {
	site, kept := writeSite(t, keptSite()), filepath.Join(t.TempDir(), ".index-kept")
	wantIndex, wantWeb, keys := written(t, site, kept)
	names := slices.Sorted(maps.Keys(files(t, kept)))
	main := filepath.Join(kept, keptFile)
	whole, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func(b []byte) []byte) func() {
		return func() { put(t, kept, keptFile, string(change(bytes.Clone(whole)))) }
	}
	for what, damage := range map[string]func(){
		"cut in the middle":  edit(func(b []byte) []byte { return b[:len(b)/2] }),
		"empty":              edit(func(b []byte) []byte { return nil }),
		"of another program": edit(func(b []byte) []byte { b[len(keptMagic)] ^= 1; return b }),
		"of another format":  edit(func(b []byte) []byte { b[0] ^= 1; return b }),
		"with changed bytes": edit(func(b []byte) []byte { return changeEvery(b, 997) }),
		"with strange files": func() { put(t, kept, "stray.zap", "x") },
		"gone":               func() { os.RemoveAll(kept) },
	} {
		damage()
		index, web, _ := written(t, site, kept)
		sameFiles(t, what+", index", index, wantIndex)
		sameFiles(t, what+", web index", web, wantWeb)
		if now := slices.Sorted(maps.Keys(files(t, kept))); !slices.Equal(now, names) {
			t.Errorf("%s: afterwards there are %q instead of %q", what, now, names)
		}
		if now := keysIn(t, kept); len(now) != len(keys) {
			t.Errorf("%s: afterwards %d things are kept instead of %d", what, len(now), len(keys))
		}
	}
}

func changeEvery(b []byte, step int) []byte {
	for i := len(keptMagic) + 32 + 11; i < len(b); i += step {
		b[i] ^= 0x10
	}
	return b
}

// A folder of somebody else's is not replaced, and a run that fails leaves what was kept.
func TestKeepReplacesOnlyItsOwn(t *testing.T) {
	foreign := t.TempDir()
	put(t, foreign, "letter.txt", "mine")
	called := false
	if err := Keep(foreign, func(k *Kept) error { called = k == nil; return nil }); err != nil || !called {
		t.Errorf("a run in a foreign folder: %v, without keeping: %v", err, called)
	}
	if got := files(t, foreign); len(got) != 1 || got["letter.txt"] != "mine" {
		t.Errorf("the foreign folder holds %q", got)
	}
	site, kept := writeSite(t, map[string]string{"a.html": `<html lang="en"><main><h1>A</h1><p>Text</main>`}), filepath.Join(t.TempDir(), "kept")
	written(t, site, kept)
	before := files(t, kept)
	failure := errors.New("full")
	if err := Keep(kept, func(k *Kept) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("the error is %v", err)
	}
	sameFiles(t, "after a failure", files(t, kept), before)
	if beside, _ := os.ReadDir(filepath.Dir(kept)); len(beside) != 1 {
		t.Errorf("beside it there are %v", beside)
	}
}

// Every field of a page is kept.
func TestEveryFieldIsKept(t *testing.T) {
	n := 0
	var fill func(v reflect.Value, depth int)
	fill = func(v reflect.Value, depth int) {
		if v.CanAddr() {
			v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() // fields of our own too
		}
		n++
		switch v.Kind() {
		case reflect.String:
			v.SetString(strings.Repeat("é", n%5) + fmt.Sprint(n))
		case reflect.Bool:
			v.SetBool(n%2 == 0)
		case reflect.Int, reflect.Int32:
			v.SetInt(int64(n % 100))
		case reflect.Uint8:
			v.SetUint(uint64(n % 256))
		case reflect.Slice:
			size := 3
			if v.Type().Elem().Kind() == reflect.Pointer {
				if depth > 1 {
					return
				}
				size = 1
			}
			v.Set(reflect.MakeSlice(v.Type(), size, size))
			for i := range size {
				fill(v.Index(i), depth+1)
			}
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), depth+1)
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i), depth)
			}
		default:
			t.Fatalf("a page has a %s", v.Kind())
		}
	}
	for range 2 { // each flag is set once
		n++
		var page, read Page
		fill(reflect.ValueOf(&page).Elem(), 0)
		out := &packer{to: true}
		out.page(&page)
		in := &packer{in: string(out.out)}
		if in.page(&read); in.err != nil || in.in != "" || !reflect.DeepEqual(page, read) {
			t.Errorf("%v, %d bytes left:\n%+v\ninstead of\n%+v", in.err, len(in.in), read, page)
		}
		for i := range out.out {
			(&packer{in: string(out.out[:i])}).page(new(Page)) // must not panic
		}
	}
}

// An unchanged site is noticed, and everything that a run would read or write otherwise.
func TestUnchanged(t *testing.T) {
	root := t.TempDir()
	site := filepath.Join(root, "public")
	for name, content := range keptSite() {
		put(t, site, name, content)
	}
	put(t, site, "style.css", "p {}")
	run := Run{Site: site, Web: "search", Index: filepath.Join(root, "index"), Options: "none"}
	reading := func() {} // called when the pages were read
	work := func() {
		t.Helper()
		err := Keep(KeptFolder(run.Index), func(k *Kept) error {
			return run.Noted(t.Context(), k, func() (*Site, *Report, error) {
				s, err := ReadSite(t.Context(), site, Options{Kept: k})
				if err != nil {
					return nil, nil, err
				}
				reading()
				report, err := s.Write(t.Context(), run.Index, filepath.Join(site, "search"))
				return s, report, err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if run.Unchanged(t.Context()) != nil {
		t.Error("before the first run nothing has changed")
	}
	work()
	first := run.Unchanged(t.Context())
	if first == nil || first.Pages < 70 {
		t.Fatalf("after a run the report is %+v", first)
	}
	put(t, site, "style.css", "p { color: red }")
	litter := []string{filepath.Join(filepath.Dir(run.Index), replacing(run.Index)+"-1540"), filepath.Join(filepath.Dir(run.Index), replacing(KeptFolder(run.Index))+"-1540")}
	for _, dir := range litter { // of a killed run, long ago
		then := time.Now().Add(-48 * time.Hour)
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Chtimes(dir, then, then)); err != nil {
			t.Fatal(err)
		}
	}
	if again := run.Unchanged(t.Context()); !reflect.DeepEqual(again, first) {
		t.Errorf("what is not indexed has changed: %+v", again)
	}
	for _, dir := range litter {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was left: %v", filepath.Base(dir), err)
		}
	}
	name := filepath.Join(site, "p", "7.html")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	shard, err := filepath.Glob(filepath.Join(site, "search", "en", "*", "*.js"))
	if err != nil || len(shard) == 0 {
		t.Fatal(shard, err)
	}
	for what, change := range map[string]func(){
		"a letter, at the same time": func() {
			put(t, site, "p/7.html", strings.Replace(keptSite()["p/7.html"], "Export", "Expert", 1))
			os.Chtimes(name, info.ModTime(), info.ModTime())
		},
		"a page more":         func() { put(t, site, "x.htm", "<p>x") },
		"a page less":         func() { os.Remove(name) },
		"the patterns":        func() { put(t, site, "patterns.json", `{"patterns": []}`) },
		"no patterns":         func() { os.Remove(filepath.Join(site, "patterns.json")) },
		"a shard":             func() { os.WriteFile(shard[0], []byte("x"), 0o644) },
		"a shard less":        func() { os.Remove(shard[0]) },
		"the index":           func() { put(t, run.Index, "en/places", "x") },
		"no index":            func() { os.RemoveAll(run.Index) },
		"a file in the index": func() { put(t, run.Index, "stray", "x") },
		"the note":            func() { put(t, KeptFolder(run.Index), keptNote, "x") },
		"no note":             func() { os.RemoveAll(KeptFolder(run.Index)) },
	} {
		change()
		if run.Unchanged(t.Context()) != nil {
			t.Errorf("%s: nothing has changed", what)
		}
		for name, content := range keptSite() {
			put(t, site, name, content)
		}
		os.Remove(filepath.Join(site, "x.htm"))
		work()
		if run.Unchanged(t.Context()) == nil {
			t.Errorf("%s: after it was taken back and a run, something has changed", what)
		}
	}
	// Of pages that change while they are indexed the index holds what was read.
	held := contents(t, run.Index)
	reading = func() { put(t, site, "p/7.html", "<p>a change") }
	for _, run.Inserts = range []bool{true, false} {
		put(t, site, "p/8.html", fmt.Sprintf("<p>page of %t", run.Inserts))
		work()
		put(t, site, "p/7.html", keptSite()["p/7.html"])
		if report := run.Unchanged(t.Context()); (report == nil) != run.Inserts {
			t.Errorf("a page changed in a run that inserts (%t) and was taken back: %+v", run.Inserts, report)
		}
	}
	reading = func() {}
	put(t, site, "p/8.html", keptSite()["p/8.html"])
	work()
	unchanged(t, run.Index, held)
	other := run
	other.Options = "others"
	if other.Unchanged(t.Context()) != nil {
		t.Error("with other options nothing has changed")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if run.Unchanged(ended) != nil {
		t.Error("a look that was ended says that nothing has changed")
	}
}
