package indexer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vademecum/internal/golden"
	"vademecum/internal/need"
)

//go:generate go test . -run TestWebIndexGolden -update

// webIndexOf writes the web index of a site and gives its files, by name.
func webIndexOf(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	writeWebIndexOf(t, writeSite(t, files), dir)
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// twentyPages is the site of the golden web index: small enough to read.
func twentyPages() map[string]string {
	fruits := strings.Fields("apple apricot banana cherry currant date elder fig gooseberry grape lemon lime mango melon orange peach pear plum quince raspberry")
	files := map[string]string{}
	for i, fruit := range fruits {
		body := fmt.Sprintf("<p>The %s ripens in month %d.</p>", fruit, i%12+1)
		if i == 3 {
			body += `<section id="s1" data-vade-section="S1" data-vade-cite="X/1 S1"><p>Cherries, cherry stones.</p></section>`
		}
		if i < 12 {
			body += "<p>It grows in orchards.</p>"
		}
		if i == 19 {
			body += "<p>It grows in orchads.</p>" // a slip
		}
		files[fruit+".html"] = fmt.Sprintf(`<html lang="en"><head><title>%s</title><meta name="vade:month" content="%d"></head><body><main><h1>%[1]s</h1>%[3]s</main></body></html>`, fruit, i%12+1, body)
	}
	files["lemon.html"] = strings.Replace(files["lemon.html"], "<head>", `<head><meta name="vade:synonym" lang="es" content="limón" data-term="lemon" data-facet="fruit"><meta name="vade:synonym" lang="en" content="lemon" data-term="lemon" data-facet="fruit" data-preferred>`, 1)
	return files
}

func TestWebIndexGolden(t *testing.T) {
	files := webIndexOf(t, twentyPages())
	var got bytes.Buffer
	for _, name := range sortedKeys(files) {
		fmt.Fprintf(&got, "-- %s --\n%s", name, files[name])
	}
	golden.Compare(t, "testdata/webindex.golden", got.String())
}

// Who packs, copies or caches a site knows shards by their names.
func TestShardsAreKnown(t *testing.T) {
	for file := range webIndexOf(t, siteFiles(t)) {
		lang, _, ok := ShardOf("search/" + file)
		if folder, _, shard := strings.Cut(file, "/"); ok != shard || ok && lang != folder {
			t.Errorf("%s is told to be a shard of %q (%v)", file, lang, ok)
		}
	}
	for _, file := range []string{"search/en/index.html", "search/en/t012345/index.html", "en/t012345/0.js", "search/en/t012345/x/0.js", "search/en/wordsss/0.js"} {
		if _, _, ok := ShardOf(file); ok {
			t.Errorf("%s is told to be a shard", file)
		}
	}
}

// The same pages give the same bytes, although bleve numbers documents anew
// each time.
func TestWebIndexIsReproducible(t *testing.T) {
	first, second := webIndexOf(t, siteFiles(t)), webIndexOf(t, siteFiles(t))
	for name, content := range first {
		if second[name] != content {
			t.Errorf("%s differs between two builds", name)
		}
	}
	if len(first) != len(second) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
}

// A new web index takes the place of an old one and leaves the page of search alone.
func TestWebIndexReplacesItself(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "index.html")
	if err := os.WriteFile(page, []byte("search"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, files := range []map[string]string{twentyPages(), {"a.html": `<html lang="en"><title>Alone</title><p>text`}} {
		writeWebIndexOf(t, writeSite(t, files), dir)
	}
	fresh := t.TempDir()
	writeWebIndexOf(t, writeSite(t, map[string]string{"a.html": `<html lang="en"><title>Alone</title><p>text`}), fresh)
	for _, name := range []string{"en", "."} {
		list := func(dir string) (names []string) {
			entries, err := os.ReadDir(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Name() != filepath.Base(page) {
					names = append(names, e.Name())
				}
			}
			return names
		}
		if got, want := list(dir), list(fresh); !slices.Equal(got, want) {
			t.Errorf("in %s stand %v, want %v", name, got, want)
		}
	}
	if _, err := os.Stat(page); err != nil {
		t.Error(err)
	}
}

// Two shards with other contents never have one name, however their sums begin.
func TestFolderNamesDiffer(t *testing.T) {
	names, sums := folderNames{}, []string{"0123456789abcdef", "01234567ffffffff", "1234567f00000000", "0123456789abcdef"}
	of := map[string]string{}
	for _, sum := range sums {
		name := names.of("x", sum)
		if was, ok := of[name]; ok && was != sum {
			t.Errorf("%s and %s are both named %s", was, sum, name)
		}
		of[name] = sum
	}
	if len(of) != 3 || names.of("t", sums[1]) != sums[1][:folderSum] {
		t.Errorf("%v; equal sums have one name, and groups have their own", of)
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[int]string{0: " ", 1: "!", 63: "a", 64: "b ", 156: "b~", 157: "c ", 2295: "y~", 2296: "z  ", 36891: "}~~", 36892: "~ %9b"} {
		var w numberWriter
		w.add(v)
		if w.String() != want {
			t.Errorf("%d is written %q, want %q", v, w.String(), want)
		}
	}
}

// Shards in order are found whatever letters words have: scripts order the
// characters beyond U+FFFF otherwise than Go does.
func TestParityOfShardsInOrder(t *testing.T) {
	words := func(from, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "a%s%s ", word26(from+i), word26((from+i)/26))
		}
		return b.String()
	}
	files := map[string]string{"zh.html": "<html lang=en><title>Rare</title><main><h1>Rare</h1><p>\ufa0e \ufa0f \U00020000\U00020001 \U00020002 end</p></main>"}
	for i := range 60 {
		files[fmt.Sprintf("p%d.html", i)] = fmt.Sprintf("<html lang=en><title>Page %d</title><main><h1>Page %[1]d</h1><p>%s</p></main>", i, words(i*150, 400))
	}
	files["p0.html"] = strings.Replace(files["p0.html"], "<title>", `<meta name="vade:synonym" lang="en" content="aabx" data-term="x" data-facet="f"><meta name="vade:synonym" lang="es" content="Page 59" data-term="x" data-facet="f"><meta name="vade:synonym" lang="es" content="nowhere at all" data-term="x" data-facet="f"><title>`, 1)
	var requests []Request
	for _, q := range []string{"\ufa0e", "\ufa0f", "\U00020000", "\U00020000\U00020001", "\U00020002", "end", "aaaxaax", `"aaaxaax aabxaax"`, "aabx", "page 59", "nowhere at all", "nowhere", "azzxaax*", "\ufa0e*", "aa\U00020000", "zzzzzz", "0"} {
		requests = append(requests, Request{Query: q}, Request{Query: q, Typing: true})
	}
	x := indexOf(t, files)
	parity(t, x, requests)
	site, _ := siteOf.Load(x)
	dir := t.TempDir()
	writeWebIndexOf(t, site.(string), dir)
	if shards, err := filepath.Glob(filepath.Join(dir, "en", "t*", "*.js")); err != nil || len(shards) < 2 || len(shards) > smallTerms/orderedShard {
		t.Errorf("%d shards of terms, %v; the test wants some", len(shards), err)
	}
}

// A site of a few hundred pages has their titles in its manifest. Pages are in order then
// before any text is there, as they are by their texts: by how words are written, by titles and
// headings with their numbers, by words that stand in keywords alone or are joined by hyphens.
func TestParityByTitles(t *testing.T) {
	forms := strings.Fields("licence licences licensed licensing licenses licensee license licenced licencing")
	files := map[string]string{}
	for i := range 90 {
		var b strings.Builder
		fmt.Fprintf(&b, "<html lang=en><title>%s</title><meta name=vade:kind content=%s><meta name=vade:kind content=page>", []string{"Dual-use goods", "Chapter 4. Licensing", "Page"}[i%3], []string{"zebra", "ant"}[i%2])
		fmt.Fprintf(&b, `<meta name="vade:keywords" content="permit"><meta name="vade:date" content="20%02d-02-03"><link rel=alternate hreflang=es href="/%s">`, i%30, []string{"es/p%d", "q%d"}[i%2])
		fmt.Fprintf(&b, "<main><h1>Number %d</h1><p>%s and %s of goods</p>", i, forms[i%len(forms)], forms[(i*5+2)%len(forms)])
		fmt.Fprintf(&b, "<h2 id=a>%s</h2><p>licence", []string{"7.2. Control lists", "Control lists", "control list", "Licences", "The licence", "安全理事会"}[i%6])
		for k := range 90 {
			fmt.Fprintf(&b, " w%sx%s", word26((i*90+k)%1500), word26(k))
		}
		b.WriteString("</p></main></html>")
		page := b.String()
		for j, lang := range []string{"en", "es"} {
			name := fmt.Sprintf("p%d.html", i)
			if j > 0 {
				name = []string{"es/" + name, fmt.Sprintf("q%d.html", i)}[i%2]
			}
			files[name] = strings.ReplaceAll(strings.Replace(page, "lang=en", "lang="+lang, 1), "href=\"/es/p%d\"", fmt.Sprintf("href=\"/es/p%d\"", i))
			files[name] = strings.ReplaceAll(files[name], "href=\"/q%d\"", fmt.Sprintf("href=\"/q%d\"", i))
		}
	}
	x := indexOf(t, files)
	var requests []Request
	for _, q := range append(forms, "control lists", "7.2. control lists", "list", "Control List", "licensing", "chapter 4. licensing", "dual-use", "dualuse goods", "permit", "the licence", "licensing goods", "lic*", `"of goods"`, "licencs", "安全", "安全理事会", "goods -licence", "kind:ant goods", "number 7") {
		for _, lang := range []string{"en", "es", "*"} {
			requests = append(requests, Request{Query: q, Lang: lang}, Request{Query: q, Lang: lang}, Request{Query: q, Lang: lang, Page: 2, Size: 7}, Request{Query: q, Lang: lang, Typing: true})
		}
	}
	parity(t, x, requests)
	site, _ := siteOf.Load(x)
	web := t.TempDir()
	writeWebIndexOf(t, site.(string), web)
	for _, lang := range []string{"en", "es"} {
		if manifest, err := os.ReadFile(filepath.Join(web, lang+".js")); err != nil || !strings.Contains(string(manifest), `"titles":["`) {
			t.Errorf("the manifest of %s has no titles, and the test proves nothing (%v)", lang, err)
		}
	}
}

// Who keeps a copy of the web index fetches only what has changed: of terms and
// their places at most a shard for each word of the page that was changed, of texts those that
// stand about it. So a change to one page of many renames few files, whether it says
// something else, grows or is new, and what keeps its name keeps its bytes.
func TestEqualShardsKeepTheirNames(t *testing.T) {
	const words = 12
	page := func(i int, more string) string {
		var b strings.Builder
		for k := range words {
			fmt.Fprintf(&b, "w%sqwhichisaratherlongword%s ", word26(i*29+k*13), word26((i*7+k)%600))
		}
		return fmt.Sprintf(`<html lang=en><title>Page %d</title><meta name="vade:date" content="20%02d-01-01"><meta name="vade:synonym" lang="en" content="page %[1]d" data-term="x%[2]d" data-facet="f"><main><h1>Page %[1]d</h1><p>%[3]s</p>%[4]s</main></html>`, i, i%50, b.String(), more)
	}
	site := func(change func(files map[string]string)) map[string]string {
		files := map[string]string{}
		for i := range 300 {
			files[fmt.Sprintf("p%d.html", i)] = page(i, "")
		}
		change(files)
		return webIndexOf(t, files)
	}
	before := site(func(map[string]string) {})
	for name, change := range map[string]func(files map[string]string){
		"another word": func(files map[string]string) {
			files["p150.html"] = strings.Replace(files["p150.html"], "<p>w", "<p>v", 1)
		},
		"one more sentence": func(files map[string]string) {
			files["p150.html"] = strings.Replace(files["p150.html"], "</p>", "Changed again today.</p>", 1)
		},
		"one more section": func(files map[string]string) {
			files["p150.html"] = page(150, "<h2 id=s>More</h2><p>This was added.</p>")
		},
		"a new page": func(files map[string]string) {
			files["p1500.html"] = strings.Replace(page(150, ""), "content=\"20", "content=\"21", 1)
		},
	} {
		after := site(change)
		changed := map[byte]int{}
		for file, content := range after {
			was, ok := before[file]
			if !ok {
				changed[strings.TrimPrefix(file, "en/")[0]]++
			} else if was != content && file != "en.js" {
				t.Errorf("%s: %s has the same name and other bytes", name, file)
			}
		}
		if most := words + 4; changed['t'] > most || changed['p'] > most || changed['x'] > 5 || changed['w'] > 5 {
			t.Errorf("%s: of %d files so many have other names: terms %d, positions %d, texts %d, words %d", name, len(after), changed['t'], changed['p'], changed['x'], changed['w'])
		}
	}
}

// On a slow line a search waits for rounds of files more than for their bytes: what it
// can know of is asked for at once, and on the search page before its script is there.
func TestWaits(t *testing.T) {
	node := need.Program(t, "node", "install Node, see nodejs.org")
	site, dir := t.TempDir(), t.TempDir()
	for i := range 60 {
		var b strings.Builder
		fmt.Fprintf(&b, "<html lang=en><title>Number %d</title><meta name=vade:theme content=%s><meta name=vade:place content=place-%[1]d data-label='The place of number %[1]d'><main><h1>Number %[1]d</h1>", i, []string{"even", "odd"}[i%2])
		for j := range 6 {
			heading, words := "Part", ""
			if i < 24 && j == 0 {
				heading, words = "On amber and cedar", "amber cedar" // the best section by far
			} else if i < 24 && j%2 == 0 {
				words = "amber cedar"
			}
			fmt.Fprintf(&b, "<h2 id=s%d>%s</h2><p>%s", j, heading, words)
			for k := range 150 {
				fmt.Fprintf(&b, " w%dx", (i*601+j*97+k*k)%3000)
			}
			b.WriteString("</p>")
		}
		if err := os.WriteFile(filepath.Join(site, fmt.Sprintf("p%d.html", i)), []byte(b.String()+"</main></html>"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	writeWebIndexOf(t, site, dir)
	cmd := exec.Command(node, "--test", "browser/waits.test.mjs")
	cmd.Env = append(os.Environ(), "BUNDLE="+browserBundle(t), "WEB="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A damaged manifest is not lost to the script of the search, which refuses it.
func TestEarly(t *testing.T) {
	cmd := exec.Command(need.Program(t, "node", "install Node, see nodejs.org"), "--test", "browser/early.test.mjs")
	cmd.Env = append(os.Environ(), "BUNDLE="+bundleOf(t, "browser/early.ts"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A run leaves alone the shards that are there already, and mends those that are not as
// they were written.
func TestWebIndexLeavesEqualShards(t *testing.T) {
	site, web := writeSite(t, keptSite()), t.TempDir()
	write := func() {
		t.Helper()
		s, err := ReadSite(t.Context(), site, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(t.Context(), "", web); err != nil {
			t.Fatal(err)
		}
	}
	write()
	want := files(t, web)
	shards, err := filepath.Glob(filepath.Join(web, "*", "*", "*.js"))
	if err != nil || len(shards) < 4 {
		t.Fatalf("%d shards, %v", len(shards), err)
	}
	for i, file := range shards {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch i {
		case 0:
			err = os.Remove(file)
		case 1:
			data[len(data)/2] ^= 1
			err = os.WriteFile(file, data, 0o644)
		case 2:
			err = os.WriteFile(file, append(data, ' '), 0o644)
		}
		if i > 0 {
			err = errors.Join(err, os.Chtimes(file, longAgo, longAgo))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write()
	sameFiles(t, "the web index", files(t, web), want)
	firstWritten(t, shards, 3)
}

// longAgo is when shards were written, so that one that is written again is told from them.
var longAgo = time.Unix(1_000_000_000, 0)

// firstWritten fails unless of some shards the first n were written again, and no others.
func firstWritten(t *testing.T, shards []string, n int) {
	t.Helper()
	for i, file := range shards {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if written := !info.ModTime().Equal(longAgo); written != (i < n) {
			t.Errorf("shard %d was written: %v", i, written)
		}
	}
}

// Hosts count files, so a large site has large shards of texts, however it grows.
func TestTextShardsAreNotTooMany(t *testing.T) {
	for size := 1_000_000; size < 2_000_000_000; size += size / 7 {
		if shards := size / textTarget(size); shards > 6_000 {
			t.Errorf("%d bytes of text: %d shards", size, shards)
		}
	}
}
