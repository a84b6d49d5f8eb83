package indexer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vademecum/indexer/internal/rows"
	"vademecum/indexer/text"
)

// siteFiles reads the files of testdata/site.txt, in the form of txtar.
func siteFiles(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/site.txt")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, part := range strings.Split("\n"+string(data), "\n-- ")[1:] {
		name, content, ok := strings.Cut(part, " --\n")
		if !ok {
			t.Fatalf("no name in %.40q", part)
		}
		files[name] = content
	}
	patterns, err := os.ReadFile("../static/citations.json")
	if err != nil {
		t.Fatal(err)
	}
	files["citations.json"] = string(patterns)
	return files
}

// writeSite writes files to a new folder.
func writeSite(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// indexOf builds and opens the index of a site.
func indexOf(t testing.TB, files map[string]string) *Index {
	t.Helper()
	dir, site := filepath.Join(t.TempDir(), "index"), writeSite(t, files)
	if _, err := Build(context.Background(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	siteOf.Store(x, site)
	t.Cleanup(func() { siteOf.Delete(x); x.Close() })
	return x
}

// siteOf gives the folder of the site that an index of indexOf is of.
var siteOf sync.Map

// writeWebIndexOf writes the web index of a site.
func writeWebIndexOf(t testing.TB, site, dir string) {
	t.Helper()
	s, err := ReadSite(context.Background(), site, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(context.Background(), "", dir); err != nil {
		t.Fatal(err)
	}
}

var expectation = regexp.MustCompile(`(total|why|shown)=(.*?)(?: (?:total|why|shown)=|$)`)

func TestSearches(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	rows.Each(t, "testdata/searches.txt", func(line int, row string) {
		f := strings.Split(row, "|")
		if len(f) < 4 {
			t.Fatalf("line %d: needs language, query, pages and expectations", line)
		}
		a, err := x.Search(context.Background(), Request{Lang: strings.TrimSpace(f[0]), Query: strings.TrimSpace(f[1])})
		if err != nil {
			t.Errorf("line %d: %v", line, err)
			return
		}
		want := strings.Fields(f[2])
		for i, w := range want {
			if got := found(a, i, strings.Contains(w, "#")); got != w {
				t.Errorf("line %d: %s: result %d is %q, want %q", line, f[1], i+1, got, w)
			}
		}
		if len(want) == 0 && len(a.Pages) > 0 && strings.Contains(f[3], "total=0") {
			t.Errorf("line %d: %s: found %s, want nothing", line, f[1], a.Pages[0].URL)
		}
		rest := strings.TrimSpace(f[3])
		for rest != "" {
			m := expectation.FindStringSubmatchIndex(rest)
			if m == nil {
				break
			}
			name, value := rest[m[2]:m[3]], strings.TrimSpace(rest[m[4]:m[5]])
			rest = rest[m[5]:]
			if got := property(a, name); got != value {
				t.Errorf("line %d: %s: %s is %q, want %q", line, f[1], name, got, value)
			}
		}
	})
}

// found gives the page at a place of an answer, or its first section.
func found(a *Answer, i int, section bool) string {
	if i >= len(a.Pages) {
		return "none"
	}
	url := a.Pages[i].URL
	if section && len(a.Pages[i].Sections) > 0 {
		if url = a.Pages[i].Sections[0].URL; !strings.Contains(url, "#") {
			url += "#" // the page itself
		}
	}
	return strings.TrimPrefix(strings.TrimPrefix(url, "/kb"), "/")
}

func property(a *Answer, name string) string {
	switch {
	case name == "total":
		return strconv.Itoa(a.Total)
	case name == "why" && len(a.Pages) > 0:
		return a.Pages[0].MatchedSynonym
	case name == "shown" && a.Correction != nil:
		return a.Correction.Shown
	}
	return ""
}

// Counts are of pages: a value of the facet that is filtered counts as if it
// were not, the others within the filter.
// TestExplanationsAddUp: an explanation lists what counted and nothing else, so that its
// numbers make the score.
func TestExplanationsAddUp(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	names := 0
	rows.Each(t, "testdata/searches.txt", func(line int, row string) {
		f := strings.Split(row, "|")
		a, err := x.Search(context.Background(), Request{Lang: strings.TrimSpace(f[0]), Query: strings.TrimSpace(f[1]), Detail: true})
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		for _, p := range a.Pages {
			if strings.Contains(p.Explanation[0], "cited") { // the passage that is cited need not be the one that scores
				continue
			}
			sum := 0
			for _, said := range p.Explanation[1:] {
				impact, what, _ := strings.Cut(strings.TrimSpace(said), " ")
				n, err := strconv.Atoi(impact)
				if err != nil {
					t.Fatalf("line %d: %s: %q begins with no number", line, p.URL, said)
				}
				if n > 0 { // an entry of a list loses when the first pages are put in order, not in its score
					sum += n
				}
				if strings.Contains(what, "as ") {
					names++
				}
			}
			if sum != p.Score {
				t.Errorf("line %d: %s: %s scores %d, explained are %d: %q", line, f[1], p.URL, p.Score, sum, p.Explanation)
			}
		}
	})
	if names == 0 {
		t.Error("no page was found by another name: the rows no longer show what this test is about")
	}
}

func TestFacetCounts(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	a, err := x.Search(context.Background(), Request{Query: "workshop", Lang: "en", Facets: map[string][]string{"year": {"2021"}}})
	if err != nil {
		t.Fatal(err)
	}
	counts := func(facet string) string { return fmt.Sprint(a.Facets[facet]) }
	if got, want := counts("year"), "[{2021 2021 2} {2019 2019 1}]"; got != want {
		t.Errorf("years %s, want %s", got, want)
	}
	if got, want := counts("theme"), "[{customs Customs 1} {national-action-plan National action plan 1}]"; got != want {
		t.Errorf("themes %s, want %s", got, want)
	}
	if a.Total != 2 {
		t.Errorf("total %d, want 2", a.Total)
	}
}

// Pages of results together are the list, without gap or repetition.
func TestPaging(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	ask := func(page, size int) []string {
		a, err := x.Search(context.Background(), Request{Query: "committee", Lang: "en", Page: page, Size: size})
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for _, p := range a.Pages {
			urls = append(urls, p.URL)
		}
		return urls
	}
	all := strings.Join(ask(1, 100), " ")
	var pages []string
	for page := 1; page <= 5; page++ {
		pages = append(pages, ask(page, 3)...)
	}
	if got := strings.Join(pages, " "); got != all {
		t.Errorf("pages of three:\n%s\nall at once:\n%s", got, all)
	}
}

func TestTyping(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	for query, want := range map[string]string{"coordin": "/kb/workshops/river/", "free zo": "/kb/workshops/river/"} {
		a, err := x.Search(context.Background(), Request{Query: query, Lang: "en", Typing: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Pages) == 0 || a.Pages[0].URL != want || a.Correction != nil {
			t.Errorf("while typing %q: %+v", query, a)
		}
	}
}

func TestExact(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	a, err := x.Search(context.Background(), Request{Query: "comittee", Lang: "en", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.Correction != nil || a.Total != 1 || a.Pages[0].URL != "/kb/notes/typo/" {
		t.Errorf("got %+v", a)
	}
}

func TestRefusals(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	for _, r := range []Request{
		{Query: ""}, {Query: " ?! "}, {Query: "-customs"}, {Query: `-"a b" -cd`}, {Query: "\u202e\u200f"},
		{Query: strings.Repeat("a", MaxQuery+1)},
		{Query: "a", Page: -1}, {Query: "a", Size: 101}, {Query: "a", Page: 2000, Size: 100},
	} {
		var refused RequestError
		if _, err := x.Search(context.Background(), r); !errors.As(err, &refused) {
			t.Errorf("%.20q page %d size %d lang %q: %v is no refusal", r.Query, r.Page, r.Size, r.Lang, err)
		}
	}
}

func TestExcerpt(t *testing.T) {
	l := text.LanguageOf("en")
	long := strings.Repeat("Filler words stand here. ", 30)
	for _, c := range []struct{ text, terms, want string }{
		{"Short text on customs.", "customs", "Short text on [customs]."},
		{long + "Then coordination mechanisms of customs follow. " + long, "coordin mechan", "Then [coordination] [mechanisms] of customs follow."},
		{"出口管制和过境", "管制", "出口[管制]和过境"},
		{"出口管制和过境制度", "管制 管 制", "出口[管制]和过境制度"},
		{"过境制度", "管制 管 制", "过境[制]度"},
		{"A note on dual-use goods.", "dualus", "A note on [dual]-[use] goods."},
		{"A note on state-of-the-art goods.", "stateoftheart", "[state]-[of]-[the]-[art] goods."},
		{"of grade A.B.cA alone", "ab", "[A].[B].cA alone"}, // cA has parts, so it joins with nothing
		{"no match at all", "other", "no match at all"},
		{"القَرَارُ الأول", "قرار", "[القَرَارُ] الأول"},
		{"<b>customs</b> & more", "customs", "<b>[customs]</b> & more"},
	} {
		weight := map[string]int{}
		lang := l
		if strings.HasPrefix(c.text, "ال") {
			lang = text.LanguageOf("ar")
		}
		for _, term := range strings.Fields(c.terms) {
			weight[term] = 1
		}
		if c.terms == "customs" {
			weight[l.Terms("customs")[0]] = 1
		}
		var got strings.Builder
		want := &excerptTerms{weight: weight}
		want.note()
		for _, s := range excerpt(lang, c.text, want) {
			if s.Match {
				got.WriteString("[" + s.Text + "]")
			} else {
				got.WriteString(s.Text)
			}
		}
		if !strings.Contains(got.String(), c.want) {
			t.Errorf("%.30q: %q, want %q in it", c.text, got.String(), c.want)
		}
	}
}

// Whatever the text, the unmarked excerpt is a stretch of it.
// A name of code at the end of the window is marked whole, and nothing is cut twice.
func TestExcerptEndsInAName(t *testing.T) {
	l := text.LanguageOf("en")
	name := "alpha.beta.gamma"
	for before := range 2 * excerptWords {
		passage := strings.Repeat("word ", before) + name + strings.Repeat(" word", 2*excerptWords)
		want := &excerptTerms{weight: map[string]int{name: 3, "word": 1}}
		want.note()
		var got strings.Builder
		for _, s := range excerpt(l, passage, want) {
			got.WriteString(s.Text)
		}
		if plain := strings.Trim(got.String(), "… "); !strings.Contains(passage, plain) {
			t.Fatalf("%d words before the name: %q is no stretch of the text", before, plain)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("Officials met. Coordination 第1540号 القرار", "coordin")
	f.Fuzz(func(t *testing.T, passage, term string) {
		want := &excerptTerms{weight: map[string]int{term: 3, "coordin": 1}, names: map[string][][]string{term: {{term, "met"}}}}
		want.note()
		var got strings.Builder
		for _, s := range excerpt(text.LanguageOf("en"), passage, want) {
			got.WriteString(s.Text)
		}
		plain := strings.TrimSuffix(strings.TrimPrefix(got.String(), "… "), " …")
		if !strings.Contains(strings.ReplaceAll(passage, "\n", " "), strings.TrimSpace(plain)) {
			t.Fatalf("%q is no stretch of %q", plain, passage)
		}
	})
}

// What the search accepts can be typed or pasted: no field cuts it.
func TestFieldsTakeWholePastes(t *testing.T) {
	files, err := filepath.Glob("browser/elements/*.html")
	if err != nil {
		t.Fatal(err)
	}
	fields := 0
	for _, file := range append(files, "../layouts/_partials/parts/search-form.html") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`name="q"[^>]*?maxlength="(\d+)"`).FindAllStringSubmatch(string(data), -1) {
			fields++
			if most, _ := strconv.Atoi(m[1]); most != MaxQuery {
				t.Errorf("%s: the field takes %d characters, the search %d", file, most, MaxQuery)
			}
		}
	}
	if fields < 3 {
		t.Errorf("only %d fields were found", fields)
	}
}

// A name of rare words counts no more than the words that were typed: who asks for
// customs does not get the page on harbour watches, which is another name of customs.
func TestLimitsOfNames(t *testing.T) {
	names := `<meta name="vade:synonym" lang="en" content="Customs" data-term="customs" data-facet="theme" data-preferred><meta name="vade:synonym" lang="en" content="harbour watch" data-term="customs" data-facet="theme">`
	files := map[string]string{
		"customs.html": `<html lang="en">` + names + `<main><h1>Services of customs</h1><p>Those who see goods cross the border.</p>`,
		"watch.html":   `<html lang="en"><main><h1>The harbour watch</h1><p>A harbour watch keeps the harbour. The watch is of the harbour.</p>`,
	}
	for i := range 12 {
		files[fmt.Sprintf("n%d.html", i)] = `<html lang="en"><main><h1>Report</h1><p>Of customs and of other things.</p>`
	}
	x := indexOf(t, files)
	for query, want := range map[string]string{"customs": "/customs.html", "harbour watch": "/watch.html"} {
		a, err := x.Search(t.Context(), Request{Query: query, Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Pages[0].URL; got != want {
			t.Errorf("%s gives %s first, want %s", query, got, want)
		}
	}
}
