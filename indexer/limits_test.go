package indexer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// numbered joins what make gives for 0 to n-1.
func numbered(n int, make func(i int) string) string {
	out := make(0)
	for i := 1; i < n; i++ {
		out += " " + make(i)
	}
	return out
}

// word gives a word without digits for each number.
func word26(i int) string { return string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + "x" }

// What counts of a query has a bound, whatever its operators.
func TestBounded(t *testing.T) {
	l := &langIndex{pageTable: pageTable{Language: text.LanguageOf("en")}}
	quote := func(i int) string { return `"` + word26(i) + `"` }
	not := func(i int) string { return "-" + word26(i) }
	for _, c := range []struct{ name, query, want string }{
		{"a short query is itself", `a "b c" -d e*`, `a | "b c" | !d | e*`},
		{"equal phrases count once", strings.Repeat(`"a" `, 249), `"a"`},
		{"equal ones are so by their terms", `"Of the" "of  THE" ports port`, `"Of the" | ports port`},
		{"equal exclusions count once", "customs " + strings.Repeat(`-"of the" `, 80), `customs | !"of the"`},
		{"a phrase and its exclusion are two", `"a b" -"a b"`, `"a b" | !"a b"`},
		{"a written word of two terms is a phrase", `-end-user x -"end user"`, `!end-user | x`},
		{"a word alone is sought otherwise than in quotation marks", `x -"end" -end`, `x | !"end" | !end`},
		{"words", numbered(80, word26) + " z*", numbered(64, word26)},
		{"a word said again needs no room", strings.Repeat("the ", 80) + "end", strings.Repeat("the ", 80) + "end"},
		{"phrases", numbered(80, quote), strings.ReplaceAll(numbered(64, quote), " ", " | ")},
		{"exclusions", "y " + numbered(80, not), "y | " + strings.ReplaceAll(strings.ReplaceAll(numbered(63, not), " ", " | "), "-", "!")},
		{"exclusions come after all others", numbered(80, not) + " y", strings.ReplaceAll(strings.ReplaceAll(numbered(63, not), " ", " | "), "-", "!") + " | y"},
		{"a long phrase by its beginning", `"` + numbered(80, word26) + `" y`, `"` + numbered(48, word26) + `" | y`},
		{"a phrase takes the room that is left", numbered(60, word26) + ` "one two three four five six"`, numbered(60, word26) + ` | "one two three four"`},
		{"an exclusion is whole or none", numbered(60, word26) + ` -"one two three four five six" -seven`, numbered(60, word26) + ` | !seven`},
		{"ideographs", `"` + strings.Repeat("管", 100) + `"`, `"` + strings.Repeat("管", 25) + `"`},
	} {
		got := l.bounded(query.Parse(c.query, knownFacet, nil), false)
		for i := range got.Parts {
			got.Parts[i].Text = strings.TrimSpace(got.Parts[i].Text)
		}
		if got.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for typed, begins := range map[string]bool{"coord": true, "a coord": true, `"coord"`: false, "-coord": false, `a "b" "b"`: false, numbered(80, word26): false} {
		q := l.bounded(query.Parse(typed, knownFacet, nil), true)
		if got := slices.ContainsFunc(q.Parts, func(p query.Part) bool { return p.Prefix }); got != begins {
			t.Errorf("while %q is typed its last word begins others: %v", typed, got)
		}
	}
}

// All beginnings of a query together stand for a bounded number of words.
func TestExpansionsBounded(t *testing.T) {
	words := ""
	for i := range 26 * 26 {
		words += word26(i) + " "
	}
	x := indexOf(t, map[string]string{"a.html": `<html lang="en"><main><h1>Words</h1><p>` + words + `</p></main>`})
	l := x.language("en")
	q := l.bounded(query.Parse(numbered(26, func(i int) string { return string(rune('a'+i)) + "*" }), knownFacet, nil), false)
	p, err := l.plan(t.Context(), q, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	terms := 0
	for _, s := range p.queryTerms {
		terms += len(s.terms)
	}
	if most := maxTerms + maxExpanded; len(p.queryTerms) != 26 || terms > most || terms < maxExpanded {
		t.Errorf("%d words stand for %d terms, want at most %d", len(p.queryTerms), terms, most)
	}
}

// A countdown is a context that ends when it has been looked at so many times.
type countdown struct {
	context.Context
	looks int
}

func (c *countdown) Err() error {
	if c.looks--; c.looks < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// tideSite has one page of n sections, and a word that stands in each.
func tideSite(n int) map[string]string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<h2 id=s%d>Part</h2><p>The tide and the moon, %sq.</p>", i, word26(i))
	}
	return map[string]string{"a.html": `<html lang="en"><meta name="vade:kind" content="note"><main><h1>Tides</h1>` + b.String() + `</main>`}
}

// A search that must end does so while it reads, not only between its steps, and
// what it leaves behind spoils no other.
func TestSearchLooksAtItsContext(t *testing.T) {
	x := indexOf(t, tideSite(3000))
	for query, least := range map[string]int{"tide": 3, `"tide and"`: 6, `moon -"the tide"`: 6, "tide*": 3, "moan": 2} {
		want, err := x.Search(t.Context(), Request{Query: query + " kind:note"})
		if err != nil {
			t.Fatal(err)
		}
		l := x.language("en")
		l.cached.lists, l.cached.size = nil, 0
		ended := 0
		for {
			_, err := x.Search(&countdown{t.Context(), ended}, Request{Query: query + " kind:note"})
			if err == nil {
				break
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			ended++
			if got, err := x.Search(t.Context(), Request{Query: query + " kind:note"}); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: after a search that ended at look %d: %+v %v", query, ended, got, err)
			}
			l.cached.lists, l.cached.size = nil, 0
		}
		if ended < least {
			t.Errorf("%s looks %d times whether it must end, want at least %d", query, ended, least)
		}
	}
}

// longWordSite has a page with a word of n letters, and one to compare.
func longWordSite(n int) map[string]string {
	return map[string]string{
		"long.html":  `<html lang="en"><main><h1>Encoded</h1><p>The picture is ` + strings.Repeat("qz", n/2) + ` as letters.</p></main>`,
		"other.html": `<html lang="en"><main><h1>Plain</h1><p>The picture is a picture, ` + strings.Repeat("qz", 31) + `.</p></main>`,
	}
}

// What a word costs grows with its length and not with the square of it.
func TestLongWordCost(t *testing.T) {
	cost := func(n int) int {
		site, dir := writeSite(t, longWordSite(n)), t.TempDir()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Build(t.Context(), site, dir, nil); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return int(after.TotalAlloc - before.TotalAlloc)
	}
	const letters = 40_000
	if each := (cost(letters) - cost(2)) / letters; each > 1000 {
		t.Errorf("each letter of a word of %d costs %d bytes", letters, each)
	}
}

// A word of any length is found by its beginning, and is neither corrected nor
// taken for the beginning of others nor too much.
func TestLongWords(t *testing.T) {
	x := indexOf(t, longWordSite(40_000))
	for _, n := range []int{62, 63, 64, 65, 630, 998} {
		word := strings.Repeat("qz", n/2) + strings.Repeat("q", n%2)
		for _, r := range []Request{{Query: word}, {Query: word, Exact: true}, {Query: word, Typing: true}, {Query: word + "*"}, {Query: `"` + word + `"`}} {
			a, err := x.Search(t.Context(), r)
			if err != nil {
				t.Errorf("%d letters: %v", n, err)
				continue
			}
			if found := a.Total == 1 && a.Pages[0].URL == "/long.html"; n >= 64 && !found || a.Correction != nil {
				t.Errorf("%d letters, %.10q: %+v", n, r.Query, a)
			}
		}
	}
	for _, script := range []string{"a", "abcdefghijkl", "д", "абвгдежз", "กขคง", "𐐨𐐩𐐪", "管"} {
		for _, n := range []int{32, 63, 64, 630} {
			letters := []rune(strings.Repeat(script, n))[:n]
			if _, err := x.Search(t.Context(), Request{Query: string(letters)}); err != nil {
				t.Errorf("%d letters such as %s: %v", n, script, err)
			}
		}
	}
}

// limitRequests are what only the limits of a request answer.
func limitRequests() []Request {
	var out []Request
	many := func(query string) { out = append(out, Request{Query: query}, Request{Query: query, Typing: true}) }
	for _, n := range []int{62, 63, 64, 65, 630} {
		word := strings.Repeat("qz", n/2) + strings.Repeat("q", n%2)
		many(word)
		many(word + "*")
		many(`picture -"` + word + `"`)
		many(word[1:] + " picture")
	}
	many(strings.Repeat(`"the" `, 166))
	many("picture " + strings.Repeat(`-"a picture" `, 70))
	many(numbered(100, func(i int) string { return `"the ` + word26(i) + `"` }))
	many(numbered(70, word26) + " picture")
	many(strings.Repeat("the ", 70) + "letters")
	many(`"` + strings.Repeat("the picture ", 80) + `"`)
	many(`"the picture is ` + strings.Repeat("qz", 100) + ` as"`)
	many(numbered(70, func(i int) string { return "-" + word26(i) }) + " picture")
	many(numbered(26, func(i int) string { return string(rune('a'+i)) + "*" }))
	many("-vvv --picture")
	many(strings.Repeat("管", 100))
	return append(out, []Request{
		{Query: ""}, {Query: "-picture"}, {Query: `-"a" -b`}, {Query: strings.Repeat("a", 1001)}, {Query: "a", Page: -1}, {Query: "a", Size: -1},
		{Query: "a", Size: 101}, {Query: "a", Page: 101, Size: 100}, {Query: "a", Page: 1 << 52, Size: 4}, {Query: "picture", Page: 100, Size: 100},
		{Query: "", Page: -1}, {Query: "-a", Size: 101}, {Query: "", Facets: map[string][]string{"kind": slices.Repeat([]string{"a"}, 33)}},
		{Query: "picture", Facets: map[string][]string{"kind": slices.Repeat([]string{"a"}, 32)}},
	}...)
}

func TestParityOnLimits(t *testing.T) {
	files := longWordSite(4000)
	words := ""
	for i := range 26 * 20 {
		words += word26(i) + " "
	}
	files["words.html"] = `<html lang="en"><meta name="vade:kind" content="a"><main><h1>Words of the picture</h1><p>` + words + `</p><p>` + strings.Repeat("管", 60) + `</p></main>`
	parity(t, indexOf(t, files), limitRequests())
}

// A server keeps what it read as long as there is room, and no longer: asked for words
// that it did not keep, it reads them again.
func TestLimitsOfWhatIsKept(t *testing.T) {
	x := indexOf(t, tideSite(30))
	l := x.language("en")
	kept := func(query string) int {
		t.Helper()
		if a, err := x.Search(t.Context(), Request{Query: query}); err != nil || a.Total != 1 {
			t.Fatalf("%s: %v %v", query, a, err)
		}
		return len(l.cached.lists)
	}
	if n := kept("tide"); n == 0 {
		t.Error("nothing is kept, though there is room")
	}
	before := kept("tide")
	l.cached.size = maxCached
	for range 2 {
		if n := kept("moon"); n != before {
			t.Errorf("%d lists are kept, though there is no room for more than %d", n, before)
		}
	}
}

// In several languages together, a name before a colon is a filter in those that have the
// facet, and a word in the others, in whatever order they are searched.
func TestFacetOfOneLanguage(t *testing.T) {
	for _, has := range []string{"en", "es", "fr"} {
		files := map[string]string{}
		for _, lang := range []string{"en", "es", "fr"} {
			meta := ""
			if lang == has {
				meta = `<meta name="vade:colour" content="red">`
			}
			files[lang+".html"] = `<html lang="` + lang + `">` + meta + `<main><h1>Boat</h1><p>colour red`
			files[lang+"2.html"] = `<html lang="` + lang + `"><main><h1>Boat</h1><p>colour red, too`
		}
		a, err := indexOf(t, files).Search(t.Context(), Request{Query: "colour:red", Lang: "*"})
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, p := range a.Pages {
			n[p.Lang]++
		}
		for _, lang := range []string{"en", "es", "fr"} {
			if want := map[bool]int{true: 1, false: 2}[lang == has]; n[lang] != want {
				t.Errorf("the facet is of %s: %d pages in %s, not %d", has, n[lang], lang, want)
			}
		}
	}
}
