package indexer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vademecum/internal/expect"
)

// What tests of other packages ask too.
var contents, unchanged, mustContain = expect.Contents, expect.Unchanged, expect.Says

const smallPage = `<html lang="en"><main><h1>Small</h1><p>A page.</p></main>`

// A build that fails says which folder or file, and what to do; the index that
// was there stays as it was, and nothing temporary stays beside it.
func TestFailedBuilds(t *testing.T) {
	for _, c := range []struct {
		name   string
		files  map[string]string
		says   []string
		cancel bool
	}{
		{name: "no HTML", files: map[string]string{"style.css": "", "sub/picture.png": ""}, says: []string{"SITE", "holds no .html file", "name the folder"}},
		{name: "no such folder", says: []string{"there is no folder SITE", "vade build"}},
		{name: "nothing that may be indexed", files: map[string]string{
			"a.html": `<meta name="robots" content="noindex">`, "b.html": `<meta http-equiv="refresh" content="0;url=/a.html">`, "c.html": ``,
		}, says: []string{"no page of SITE may be indexed", "noindex"}},
		{name: "broken citation patterns", files: map[string]string{
			"a.html": `<html lang="en"><link rel="vade-patterns" href="/c.json">` + smallPage, "c.json": `{"patterns": [`,
		}, says: []string{"c.json", "unexpected end"}},
		{name: "a citation pattern that matches everywhere", files: map[string]string{
			"a.html": `<html lang="en"><link rel="vade-patterns" href="/c.json">` + smallPage, "c.json": `{"patterns": [{"match": "x*", "document": "X"}]}`,
		}, says: []string{"c.json", "x*"}},
		{name: "stopped", files: map[string]string{"a.html": smallPage}, says: []string{"canceled"}, cancel: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "index")
			if _, err := Build(context.Background(), writeSite(t, map[string]string{"old.html": smallPage}), dir, nil); err != nil {
				t.Fatal(err)
			}
			before := contents(t, parent)
			site := filepath.Join(t.TempDir(), "missing")
			if c.files != nil {
				site = writeSite(t, c.files)
			}
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if c.cancel {
				cancel()
			}
			_, err := Build(ctx, site, dir, nil)
			for i, part := range c.says {
				c.says[i] = strings.ReplaceAll(part, "SITE", site)
			}
			mustContain(t, err, c.says...)
			unchanged(t, parent, before)
		})
	}
}

// Stopping halfway through the languages leaves the old index too.
func TestBuildStoppedWhileWriting(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "index")
	site := writeSite(t, map[string]string{"a.html": smallPage, "b.html": `<html lang="es"><main>Uno</main>`})
	if _, err := Build(context.Background(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
	before := contents(t, parent)
	s, err := ReadSite(context.Background(), site, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Write(ctx, dir, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was stopped", err)
	}
	unchanged(t, parent, before)
}

// Without the citation patterns that its pages name a site is indexed all the
// same, and the warning says what is missing.
func TestPatternsMissing(t *testing.T) {
	site := writeSite(t, map[string]string{"a.html": `<html lang="en"><link rel="vade-patterns" href="/no.json">` + smallPage})
	r, err := Build(context.Background(), site, filepath.Join(t.TempDir(), "index"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Pages != 1 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "no.json") {
		t.Errorf("%d pages, warnings %q", r.Pages, r.Warnings)
	}
}

// An index is written where nothing is, or an index; what else stands there is
// somebody's work.
func TestIndexReplacesOnlyAnIndex(t *testing.T) {
	site := writeSite(t, map[string]string{"a.html": smallPage})
	parent := t.TempDir()
	for name, content := range map[string]string{"documents/letter.txt": "dear", "notes.txt": "note"} {
		file := filepath.Join(parent, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := contents(t, parent)
	for _, name := range []string{"documents", "notes.txt", "."} {
		_, err := Build(context.Background(), site, filepath.Join(parent, name), nil)
		mustContain(t, err, filepath.Join(parent, name), "name a")
		unchanged(t, parent, before)
	}
	for _, name := range []string{"new/er", "empty", "empty"} {
		if name == "empty" {
			_ = os.Mkdir(filepath.Join(parent, name), 0o755) // the second time it holds an index
		}
		if _, err := Build(context.Background(), site, filepath.Join(parent, name), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An index that cannot be used names its folder and the remedy.
func TestOpenRefuses(t *testing.T) {
	site := writeSite(t, map[string]string{"a.html": smallPage, "es/a.html": `<html lang="es"><main>Uno</main>`})
	edit := func(file string, change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			name := filepath.Join(dir, file)
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, change(data), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	resealed := func(change func([]byte) []byte) func(*testing.T, string) {
		return edit(ManifestName, func(b []byte) []byte {
			var s sealed
			if err := json.Unmarshal(b, &s); err != nil {
				t.Fatal(err)
			}
			return seal(change(s.Manifest))
		})
	}
	half := func(data []byte) []byte { return data[:len(data)/2] }
	store := filepath.Join("en", "store", "root.bolt")
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		says   []string
	}{
		{"of another format", edit(ManifestName, func(b []byte) []byte {
			return bytes.Replace(b, fmt.Appendf(nil, `"format": %d`, indexFormat), []byte(`"format": 999`), 1)
		}), []string{"format 999", fmt.Sprint("format ", indexFormat)}},
		{"that says nothing", edit(ManifestName, func([]byte) []byte { return []byte("{}") }), []string{"format 0"}},
		{"with its manifest cut short", edit(ManifestName, half), []string{"damaged", ManifestName}},
		{"with a file cut short", edit(store, half), []string{"damaged", "en/store/root.bolt", "bytes instead of"}},
		{"with a file grown", edit(store, func(b []byte) []byte { return append(b, 0) }), []string{"damaged", "en/store/root.bolt"}},
		{"with a byte changed", edit(filepath.Join("en", placesFile), func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), []string{"damaged", "en/places", "changed"}},
		{"with its manifest changed", edit(ManifestName, func(b []byte) []byte { return bytes.Replace(b, []byte(`"units": 1`), []byte(`"units": 2`), 1) }), []string{"damaged", ManifestName, "changed"}},
		{"with a number below nothing", resealed(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`"units": 1`), []byte(`"units": -1`)) }), []string{"damaged", "tells of -1"}},
		{"with a number beyond all memory", resealed(func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`"units": 1`), []byte(`"units": 1000000000000`))
		}), []string{"damaged", "tells of 1000000000000"}},
		{"with a number that would fill the memory", resealed(func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`"units": 1`), []byte(`"units": 49999999`))
		}), []string{"damaged", "tells of 49999999"}},
		{"with counts below nothing", resealed(func(b []byte) []byte {
			return regexp.MustCompile(`"terms": \[\s*\d+`).ReplaceAll(b, []byte(`"terms": [-5`))
		}), []string{"damaged", "counts of words"}},
		{"with a file outside", resealed(func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"en/places"`), []byte(`"../en/places"`), 1)
		}), []string{"damaged", "no file of an index"}},
		{"without languages", resealed(func(b []byte) []byte {
			return regexp.MustCompile(`(?s)"languages": \[.*?\n \]`).ReplaceAll(b, []byte(`"languages": []`))
		}), []string{"damaged", "no language"}},
		{"with a file gone", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, store)); err != nil {
				t.Fatal(err)
			}
		}, []string{"damaged", "en/store/root.bolt"}},
		{"with a language gone", func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "es")); err != nil {
				t.Fatal(err)
			}
		}, []string{"damaged", "es/"}},
		{"with broken patterns", resealed(func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"files"`), []byte(`"patterns": [{"match": "(", "document": "X"}], "files"`), 1)
		}), []string{"damaged", "pattern 1"}},
		{"without its manifest", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, ManifestName)); err != nil {
				t.Fatal(err)
			}
		}, []string{"no search index in"}},
		{"not there", func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, []string{"no search index in"}},
		{"that is a file", func(t *testing.T, dir string) {
			if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o644)); err != nil {
				t.Fatal(err)
			}
		}, []string{"no search index in"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "index")
			if _, err := Build(context.Background(), site, dir, nil); err != nil {
				t.Fatal(err)
			}
			c.damage(t, dir)
			x, err := Open(dir)
			if err == nil {
				x.Close()
			}
			mustContain(t, err, append(c.says, dir, "vade build")...)
			if missing := strings.HasPrefix(c.says[0], "no search"); missing != errors.Is(err, ErrNoIndex) {
				t.Errorf("errors.Is(%v, ErrNoIndex) is %v", err, !missing)
			}
		})
	}
}

func TestReplace(t *testing.T) {
	fill := func(name string) func(string) error {
		return func(tmp string) error { return os.WriteFile(filepath.Join(tmp, name), []byte(name), 0o644) }
	}
	parent := t.TempDir()
	dir := filepath.Join(parent, "a", "b")
	if err := Replace(dir, fill("one")); err != nil {
		t.Fatal(err)
	}
	if err := Replace(dir+string(filepath.Separator), fill("two")); err != nil {
		t.Fatal(err)
	}
	before := contents(t, parent)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		rel, _ := filepath.Rel(parent, name)
		names = append(names, filepath.ToSlash(rel))
	}
	if got, want := strings.Join(names, " "), ". a a/b a/b/two"; got != want {
		t.Errorf("there is %s, want %s", got, want)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the folder is %v (%v), others must be able to read it", info.Mode(), err)
	}

	broken := errors.New("broken")
	err := Replace(dir, func(tmp string) error {
		if filepath.Dir(tmp) != filepath.Dir(dir) {
			t.Errorf("%s is not beside %s: it may not be possible to rename it", tmp, dir)
		}
		return errors.Join(fill("half")(tmp), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	unchanged(t, parent, before)

	func() {
		defer func() { _ = recover() }()
		_ = Replace(dir, func(string) error { panic("in the middle") })
	}()
	unchanged(t, parent, before)
}

// A passage far down a long section is found and shown, under the section's
// own anchor.
func TestLongSectionIsFound(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<html lang="en"><main><h1>Long</h1><h2 id="all">All of it</h2><p>`)
	for i := range 900 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	x := indexOf(t, map[string]string{"a.html": b.String()})
	for i := range 900 {
		a, err := x.Search(context.Background(), Request{Query: fmt.Sprint("word", i), Lang: "en", Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		if a.Total != 1 || a.Pages[0].Sections[0].URL != "/a.html#all" {
			t.Fatalf("word%d: %+v", i, a.Pages)
		}
		if text := fmt.Sprint(a.Pages[0].Sections[0].Excerpt); !strings.Contains(text, fmt.Sprintf("word%d true", i)) {
			t.Errorf("word%d is not in its excerpt %s", i, text)
		}
	}
}

// pageOf makes a page of the same words as all others, so that ties decide.
func pageOf(lang, head string) string {
	return `<html lang="` + lang + `"><head>` + head + `</head><main><h1>Alike</h1><p>The very same words.</p></main>`
}

func urls(t *testing.T, x *Index, r Request) string {
	t.Helper()
	a, err := x.Search(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range a.Pages {
		out = append(out, p.URL)
	}
	return strings.Join(out, " ")
}

// Ties are in the order of ordinals: newer first, then by URL.
func TestTies(t *testing.T) {
	date := func(d string) string { return pageOf("en", `<meta name="vade:date" content="`+d+`">`) }
	x := indexOf(t, map[string]string{
		"b/index.html": pageOf("en", ""), "a.html": pageOf("en", ""), "z.html": date("2019-12-02"),
		"y.html": date("2021-01-01"), "x.html": date("2019-12-02"), "w.html": date("not a date"),
	})
	if got, want := urls(t, x, Request{Query: "alike"}), "/y.html /x.html /z.html /a.html /b/ /w.html"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

// The path under which a site stands is what its pages say of themselves.
func TestBase(t *testing.T) {
	canonical := func(url string) string { return pageOf("en", `<link rel="canonical" href="`+url+`">`) }
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a path", map[string]string{"index.html": canonical("https://h.org/kb/"), "a/index.html": canonical("https://h.org/kb/a/")}, "/kb/ /kb/a/"},
		{"none", map[string]string{"index.html": canonical("https://h.org/"), "a.html": canonical("https://h.org/a.html")}, "/ /a.html"},
		{"not said", map[string]string{"index.html": pageOf("en", "")}, "/"},
		{"a page that calls another the canonical one", map[string]string{
			"a.html": canonical("https://h.org/old/a.html"), "b.html": canonical("https://h.org/b.html"), "c.html": canonical("https://h.org/c.html"),
		}, "/a.html /b.html /c.html"},
		{"a redirect, which calls its target so", map[string]string{
			"a.html": pageOf("en", ""), "new/b.html": pageOf("en", ""),
			"b.html": pageOf("en", `<link rel="canonical" href="/new/b.html"><meta http-equiv="refresh" content="0; url=/new/b.html">`),
		}, "/a.html /new/b.html"},
		{"broken", map[string]string{"a.html": canonical("ht!tp://%zz"), "b.html": canonical("https://h.org/kb/b.html")}, "/kb/a.html /kb/b.html"},
	} {
		x := indexOf(t, c.files)
		if got := urls(t, x, Request{Query: "alike"}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Translations and patterns may be named by any address that leads there.
func TestAddressesOfAPage(t *testing.T) {
	alternates := func(lang string, hrefs ...string) string {
		var head strings.Builder
		for _, h := range hrefs {
			code, href, _ := strings.Cut(h, "=")
			fmt.Fprintf(&head, `<link rel="alternate" hreflang="%s" href="%s">`, code, href)
		}
		return pageOf(lang, head.String()+`<link rel="canonical" href="https://h.org/kb/en/a/"><link rel="vade-patterns" href="../../c.json">`)
	}
	x := indexOf(t, map[string]string{
		"en/a/index.html": alternates("en", "es=https://h.org/kb/es/a/", "fr=../../fr/a/index.html", "ru=/kb/ru/a/", "zh=/kb/zh/gone/", "ar=../../../../../ar/a/"),
		"es/a/index.html": pageOf("es", ""), "fr/a/index.html": pageOf("fr", ""), "ru/a/index.html": pageOf("ru", ""), "ar/a/index.html": pageOf("ar", ""),
		"c.json": `{"prefer": "B", "patterns": [{"match": "book (\\d+)", "document": "B/$1", "words": "$1"}]}`,
	})
	a, err := x.Search(context.Background(), Request{Query: "alike", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(a.Pages[0].Translations), "[{ar /kb/ar/a/} {es /kb/es/a/} {fr /kb/fr/a/} {ru /kb/ru/a/}]"; got != want {
		t.Errorf("translations %s, want %s", got, want)
	}
	if len(x.Patterns) != 1 {
		t.Errorf("%d patterns read, want 1", len(x.Patterns))
	}
}

// Without a wish, the language is that of the front page, else the commonest.
func TestDefaultLanguage(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"es":  {"index.html": pageOf("es", ""), "a.html": pageOf("en", ""), "b.html": pageOf("en", "")},
		"fr":  {"a.html": pageOf("fr", ""), "b.html": pageOf("fr-CA", ""), "c.html": pageOf("en", "")},
		"und": {"a.html": `<main><h1>Alike</h1></main>`, "b.html": pageOf("*", "")},
	} {
		a, err := indexOf(t, files).Search(context.Background(), Request{Query: "alike"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Lang != want || a.Total != 2 && want != "es" {
			t.Errorf("searched in %s with %d pages, want %s", a.Lang, a.Total, want)
		}
	}
}

// The report counts what was indexed and lists what was not.
func TestReport(t *testing.T) {
	site := writeSite(t, map[string]string{
		"index.html": smallPage, "es/index.html": `<html lang="es"><main><h1>Uno</h1><h2 id="a">A</h2>x</main>`,
		"404.html": `<html lang="en"><meta name="robots" content="noindex"><main>Gone</main>`,
	})
	var said []string
	r, err := Build(context.Background(), site, filepath.Join(t.TempDir(), "index"), func(read, of int) { said = append(said, fmt.Sprintf("%d/%d", read, of)) })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(r.Pages, r.Sections, r.Languages, r.Skipped, r.Warnings, said), "2 2 [en es] [/404.html] [] [3/3]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A redirect's canonical address is that of another page and says nothing of
// where the site stands.
func TestRedirectsDoNotSetTheBase(t *testing.T) {
	dir := writeSite(t, map[string]string{
		"glossary/index.html":        `<html lang="en"><link rel="canonical" href="https://example.org/guides/glossary/"><meta http-equiv="refresh" content="0; url=/guides/glossary/">`,
		"guides/glossary/index.html": `<html lang="en"><link rel="canonical" href="https://example.org/guides/glossary/"><main><h1>Glossary</h1><p>words</p></main>`,
	})
	s, err := ReadSite(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Base != "" {
		t.Errorf("the site's base is %q, want none", s.Base)
	}
}
