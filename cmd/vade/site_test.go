package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/indexer"
	"vademecum/internal/need"
)

// knowledgeBase is this repository's own site, built once.
type knowledgeBase struct {
	site, index string // folders
	said        string // what the build told
}

var buildKnowledgeBase = sync.OnceValues(func() (knowledgeBase, error) {
	k := knowledgeBase{site: filepath.Join(shared, "site"), index: filepath.Join(shared, "index")}
	_, said, err := vade("build", "--source", filepath.Join("..", ".."), "--destination", k.site, "--index", k.index)
	k.said = said
	return k, err
})

func ours(t testing.TB) knowledgeBase {
	t.Helper()
	k, err := buildKnowledgeBase()
	if err != nil {
		t.Fatalf("the repository's own site cannot be built: %v\n%s", err, k.said)
	}
	return k
}

// readOurs reads the pages of our own site, and openOurs opens its index, once for all
// tests.
var (
	readOurs = sync.OnceValues(func() (*indexer.Site, error) {
		k, err := buildKnowledgeBase()
		if err != nil {
			return nil, err
		}
		return indexer.ReadSite(context.Background(), k.site, indexer.Options{})
	})
	openOurs = sync.OnceValues(func() (*indexer.Index, error) {
		k, err := buildKnowledgeBase()
		if err != nil {
			return nil, err
		}
		return indexer.Open(k.index)
	})
)

// pagesRead gives the pages of our own site as the indexer reads them.
func (k knowledgeBase) pagesRead(t testing.TB) *indexer.Site {
	t.Helper()
	site, err := readOurs()
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// opened gives the index of our own site, which stays open.
func (k knowledgeBase) opened(t testing.TB) *indexer.Index {
	t.Helper()
	x, err := openOurs()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// answer asks the index of our own site.
func (k knowledgeBase) answer(t testing.TB, r indexer.Request) *indexer.Answer {
	t.Helper()
	a, err := k.opened(t).Search(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// copyOurs copies what this repository's own site is built from to a new
// folder.
func copyOurs(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range []string{"content", "layouts", "static", "i18n", "hugo.toml", "indexer/browser", "cmd/vade/internal/states", "cmd/internal/service/openapi.json"} {
		source, target := filepath.Join("..", "..", part), filepath.Join(dir, part)
		if info, err := os.Stat(source); err != nil {
			t.Fatal(err)
		} else if !info.IsDir() {
			write(t, target, read(t, source))
		} else if err := os.CopyFS(target, os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// copyOursInThree is copyOurs in English, Spanish and French alone, which is built in
// half the time.
func copyOursInThree(t testing.TB) string {
	t.Helper()
	dir := copyOurs(t)
	config := filepath.Join(dir, "hugo.toml")
	write(t, config, "disableLanguages = [\"ru\", \"ar\", \"zh\"]\n"+read(t, config))
	return dir
}

// parsed holds the pages of our own site that a test has read; nobody changes them.
var parsed sync.Map // of *html.Node, by file

// page reads one page of the built site.
func (k knowledgeBase) page(t testing.TB, file string) *html.Node {
	t.Helper()
	name := filepath.Join(k.site, filepath.FromSlash(file))
	if doc, ok := parsed.Load(name); ok {
		return doc.(*html.Node)
	}
	doc, err := html.Parse(strings.NewReader(read(t, name)))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	parsed.Store(name, doc)
	return doc
}

// pages lists the HTML files of the built site.
func (k knowledgeBase) pages(t testing.TB) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(k.site), ".", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".html") {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("the site has only %d pages", len(out))
	}
	return out
}

// elements gives all elements of a page, in order.
func elements(n *html.Node) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			out = append(out, d)
		}
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func classes(n *html.Node) []string { return strings.Fields(attribute(n, "class")) }

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// The build of our own site has nothing to complain of.
func TestSiteBuildsWithoutWarning(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(ours(t).said) {
		if strings.Contains(line, "WARN") || strings.Contains(line, "warning") {
			t.Error(strings.TrimSpace(line))
		}
	}
}

// Nothing is left to do that readers would notice: no word of the interface is
// missing in any language, and no page says next to nothing.
func TestSiteIsWhole(t *testing.T) {
	t.Parallel()
	if thin := thinPages(ours(t).pagesRead(t)); len(thin) > 0 {
		t.Errorf("pages of fewer than %d words: %q", fewWords, thin)
	}
	stands := map[string][]string{} // of each word of the interface
	all, err := filepath.Glob(filepath.Join("..", "..", "i18n", "*.toml"))
	if err != nil || len(all) != 6 {
		t.Fatalf("words of the interface in %d languages, %v", len(all), err)
	}
	for _, file := range all {
		var words map[string]any // a text, or one for each number
		if err := toml.Unmarshal([]byte(read(t, file)), &words); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for word := range words {
			stands[word] = append(stands[word], filepath.Base(file))
		}
	}
	for word, in := range stands {
		if len(in) != len(all) {
			t.Errorf("the word %q of the interface stands in %v alone", word, in)
		}
	}
}

// So does check see it, in the site with its drafts.
func TestSiteIsChecked(t *testing.T) {
	need.Long(t)
	t.Parallel()
	stdout, _ := must(t, "check", "--source", filepath.Join("..", ".."))
	for _, fault := range []string{"words of the interface that a language lacks", "pages of fewer than"} {
		if _, listed, found := strings.Cut(stdout, fault); found {
			lines, _, _ := strings.Cut(listed, "\n\n")
			t.Errorf("%s%s", fault, lines)
		}
	}
}

// What people come for is found. The place is the worst that a page may have.
func TestSiteSearches(t *testing.T) {
	t.Parallel()
	k := ours(t)
	for _, c := range []struct {
		lang, query, want string
		place             int
		passage           string // words that the passage shown must mark
	}{
		{"en", "coordination mechanisms", "/workshops/2019-12-panama-city/", 1, "coordination mechanisms"},
		{"en", `"end-user controls"`, "/resolutions/1540/#op3-d", 3, "end user controls"},
		{"en", "OP3(d)", "/resolutions/1540/#op3-d", 1, ""},
		{"en", "S/RES/1540 (2004) OP3(d)", "/resolutions/1540/#op3-d", 1, ""},
		{"en", "para. 3 (d) of resolution 1540", "/resolutions/1540/#op3-d", 1, ""},
		{"en", "UNSCR 1540", "/resolutions/1540/", 1, ""},
		{"en", "national action plan", "/themes/national-action-plan/", 2, ""},
		{"en", "request assistance", "/procedures/request-assistance/", 3, ""},
		{"en", "cordination mecanisms", "/workshops/2019-12-panama-city/", 1, "coordination mechanisms"},
		{"en", "workshop country:panama theme:coordination", "/workshops/2019-12-panama-city/", 1, ""},
		{"es", "mecanismos de coordinacion", "/es/workshops/2019-12-panama-city/", 3, ""},
		{"es", "párr. 3 d)", "/es/resolutions/1540/#op3-d", 1, ""},
		{"fr", "paragraphe 3 d)", "/fr/resolutions/1540/#op3-d", 1, ""},
	} {
		a := k.answer(t, indexer.Request{Lang: c.lang, Query: c.query})
		place := 0
		for i, p := range a.Pages {
			if p.URL == c.want || len(p.Sections) > 0 && p.Sections[0].URL == c.want {
				place = i + 1
				break
			}
		}
		t.Logf("%s %s: %s is number %d of %d", c.lang, c.query, c.want, place, a.Total)
		if place == 0 || place > c.place {
			t.Errorf("%s: %s is number %d, want %d or better", c.query, c.want, place, c.place)
			continue
		}
		marked := ""
		if sections := a.Pages[place-1].Sections; len(sections) > 0 {
			for _, s := range sections[0].Excerpt {
				if s.Match {
					marked += " " + strings.ToLower(s.Text)
				}
			}
		}
		for word := range strings.FieldsSeq(c.passage) {
			if !strings.Contains(marked, word) {
				t.Errorf("%s: the passage marks only%s, want %q", c.query, marked, word)
			}
		}
	}
}

// The questions that officials ask most, typed as they ask them, have the page
// that answers among the first three; a citation leads to its very paragraph.
// The pack answers alike: TestJudgedFromThePack asks it the same.
func TestSiteAnswersTheQuestions(t *testing.T) {
	t.Parallel()
	k := ours(t)
	for _, c := range []struct{ lang, question, page string }{
		{"en", "Which parts of 1540 bind my State and which only encourage?", "/guides/which-paragraphs-bind/"},
		{"en", "Our free zone handles transit cargo: what does the resolution expect of us?", "/themes/transit-transshipment/"},
		{"en", "How do I ask the Committee for help, and through whom?", "/procedures/request-assistance/"},
		{"en", "How long until providers see our request, and who follows up?", "/procedures/request-assistance/"},
		{"en", "What did the Panama workshop of December 2019 say about running a national plan?", "/workshops/2019-12-panama-city/"},
		{"en", "Which past workshops dealt with coordination between ministries?", "/themes/coordination/"},
		{"en", "We must draft a national action plan: what goes in and who helps?", "/procedures/national-action-plan/"},
		{"en", "What is a peer review, who has done one in our region?", "/themes/peer-review/"},
		{"en", `What counts as "related materials" and who is a "non-State actor"?`, "/glossary/"},
		{"en", "Until when does the Committee's mandate run and what did 2663 change?", "/resolutions/2663/"},
		{"en", "Our FIU asks how 1540 differs from FATF Recommendation 7.", "/themes/proliferation-financing/"},
		{"es", "¿Qué debe hacer el punto de contacto nacional y quién lo capacita?", "/es/themes/point-of-contact/"},
		{"en", "Which lab or health duties fall on the Ministry of Health?", "/themes/biosecurity/"},
		{"en", "How is our matrix filled and can we correct it?", "/guides/reading-the-matrix/"},
		{"fr", "Contrôle du courtage", "/fr/themes/brokering/"},
		{"en", "OP3(c)", "/resolutions/1540/#op3-c"},
		{"es", "armas de destrucción en masa", "/es/themes/wmd/"},
		{"es", "armas de destrucción masiva", "/es/themes/wmd/"},
	} {
		a := k.answer(t, indexer.Request{Lang: c.lang, Query: c.question})
		place := slices.IndexFunc(a.Pages, func(p indexer.FoundPage) bool {
			return p.URL == c.page || len(p.Sections) > 0 && p.Sections[0].URL == c.page
		})
		if place < 0 || place > 2 {
			t.Errorf("%s: %s is number %d, want one of the first three", c.question, c.page, place+1)
		}
	}
}

// Exactly the paragraphs that decide something for States are duties, and every
// paragraph of the resolution is there under its own anchor.
func TestSiteMarksDuties(t *testing.T) {
	t.Parallel()
	k := ours(t)
	paragraphs := "pp1 pp2 pp3 pp4 pp5 pp6 pp7 pp8 pp9 pp10 pp11 pp12 pp13 pp14 pp15 pp16 " +
		"op1 op2 op3 op3-a op3-b op3-c op3-d op4 op5 op6 op7 op8 op8-a op8-b op8-c op8-d op9 op10 op11 op12"
	duties := "op1 op2 op3 op3-a op3-b op3-c op3-d"
	for _, file := range []string{"resolutions/1540/index.html", "es/resolutions/1540/index.html", "fr/resolutions/1540/index.html"} {
		var all, marked, named, listed []string
		for _, n := range elements(k.page(t, file)) {
			if attribute(n, "data-vade-section") != "" && slices.Contains(classes(n), "para") {
				id := attribute(n, "id")
				all = append(all, id)
				if slices.Contains(classes(n), "duty") {
					marked = append(marked, id)
				}
				if slices.ContainsFunc(elements(n), func(e *html.Node) bool { return slices.Contains(classes(e), "duty-mark") && text(e) != "" }) {
					named = append(named, id)
				}
			}
			if slices.Contains(classes(n), "duties") {
				for _, e := range elements(n) {
					if id, ok := strings.CutPrefix(attribute(e, "href"), "#"); ok {
						listed = append(listed, id)
					}
				}
			}
		}
		if got := strings.Join(all, " "); got != paragraphs {
			t.Errorf("%s: paragraphs %s, want %s", file, got, paragraphs)
		}
		for what, got := range map[string][]string{"marked": marked, "named": named, "listed": listed} {
			if strings.Join(got, " ") != duties {
				t.Errorf("%s: %s as duties of States are %v, want %s", file, what, got, duties)
			}
		}
	}
}

// Whatever page a reader lands on says that it is an unofficial aid.
func TestSiteDisclaims(t *testing.T) {
	t.Parallel()
	k := ours(t)
	disclaimer := regexp.MustCompile(`(?m)^disclaimer = "(.+)"$`)
	for _, file := range k.pages(t) {
		doc := k.page(t, file)
		lang, redirect := "", false
		for _, n := range elements(doc) {
			if n.DataAtom == atom.Html {
				lang = attribute(n, "lang")
			}
			redirect = redirect || attribute(n, "http-equiv") == "refresh"
		}
		if redirect {
			continue // nobody stays there to read
		}
		m := disclaimer.FindStringSubmatch(read(t, filepath.Join("..", "..", "i18n", lang+".toml")))
		if m == nil {
			t.Fatalf("i18n/%s.toml has no disclaimer", lang)
		}
		if !strings.Contains(text(doc), strings.Join(strings.Fields(m[1]), " ")) {
			t.Errorf("%s does not say %q", file, m[1])
		}
	}
}

// The security policy forbids inline script and style, so that no page may
// need them; and no page fetches anything from another host.
func TestSitePagesHoldNothingInline(t *testing.T) {
	t.Parallel()
	k := ours(t)
	for _, file := range k.pages(t) {
		for _, n := range elements(k.page(t, file)) {
			for _, a := range n.Attr {
				switch {
				case a.Key == "style":
					t.Errorf("%s: <%s style=%q>", file, n.Data, a.Val)
				case strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: <%s %s=%q>", file, n.Data, a.Key, a.Val)
				case strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
					t.Errorf("%s: <%s %s=%q>", file, n.Data, a.Key, a.Val)
				}
			}
			switch n.DataAtom {
			case atom.Style, atom.Iframe, atom.Object, atom.Embed, atom.Base:
				t.Errorf("%s: <%s>", file, n.Data)
			case atom.Script:
				if attribute(n, "src") == "" || text(n) != "" {
					t.Errorf("%s: an inline script", file)
				}
			}
			fetched := attribute(n, "src") + attribute(n, "srcset") + attribute(n, "poster")
			if n.DataAtom == atom.Link && attribute(n, "rel") != "canonical" {
				fetched += attribute(n, "href")
			}
			if u, err := url.Parse(fetched); err != nil || u.Host != "" {
				t.Errorf("%s: <%s> fetches %s", file, n.Data, fetched)
			}
		}
	}
}

// Every link of every page leads to something that is there, anchors included.
func TestSiteLinks(t *testing.T) {
	t.Parallel()
	k := ours(t)
	ids := map[string]map[string]bool{} // of each page
	docs := map[string]*html.Node{}
	for _, file := range k.pages(t) {
		docs[file] = k.page(t, file)
		ids[file] = map[string]bool{"": true}
		for _, n := range elements(docs[file]) {
			id := attribute(n, "id")
			if id != "" && ids[file][id] {
				t.Errorf("%s: id %q stands twice", file, id)
			}
			ids[file][id] = true
		}
	}
	checked, anchors := 0, 0
	for file, doc := range docs {
		address, _ := url.Parse("/" + strings.TrimSuffix(file, "index.html"))
		for _, n := range elements(doc) {
			for _, name := range []string{"href", "src", "action", "data-pack"} {
				href := attribute(n, name)
				if href == "" {
					continue
				}
				u, err := address.Parse(href)
				if err != nil {
					t.Errorf("%s: %s=%q: %v", file, name, href, err)
					continue
				}
				if u.Host != "" || u.Scheme == "mailto" || u.Scheme == "data" {
					continue
				}
				checked++
				target := strings.TrimPrefix(u.Path, "/")
				info, err := os.Stat(filepath.Join(k.site, filepath.FromSlash(target)))
				if err == nil && info.IsDir() {
					if !strings.HasSuffix(u.Path, "/") {
						t.Errorf("%s: %s leads to a folder without its final /", file, href)
					}
					if name == "data-pack" {
						continue
					}
					target = path.Join(target, "index.html")
					_, err = os.Stat(filepath.Join(k.site, filepath.FromSlash(target)))
				}
				if err != nil {
					t.Errorf("%s: %s=%q leads nowhere", file, name, href)
					continue
				}
				if u.Fragment != "" {
					anchors++
					if !ids[target][u.Fragment] {
						t.Errorf("%s: %s=%q: no such anchor on %s", file, name, href, target)
					}
				}
			}
		}
	}
	if checked < 5000 || anchors < 500 {
		t.Errorf("only %d links and %d anchors were checked", checked, anchors)
	}
	t.Logf("%d links, %d of them to anchors", checked, anchors)
}

// What a result leads to is there: every address that the index holds is a page
// of the site, and every section's anchor stands on it.
func TestSiteIndexLeadsToAnchors(t *testing.T) {
	t.Parallel()
	k := ours(t)
	site := k.pagesRead(t)
	sections := 0
	for _, p := range site.Pages {
		if p.NoIndex {
			continue
		}
		for _, s := range p.Sections {
			sections++
			if s.ID != "" && !slices.Contains(p.IDs, s.ID) {
				t.Errorf("%s: section %q leads to #%s, which is not there", p.URL, s.Heading, s.ID)
			}
			if s.ID == "" && s.Heading != "" {
				t.Errorf("%s: section %q has no anchor", p.URL, s.Heading)
			}
		}
	}
	if sections < 300 {
		t.Errorf("only %d sections", sections)
	}
}

// Pages and their translations name each other.
func TestSiteTranslations(t *testing.T) {
	t.Parallel()
	k := ours(t)
	site := k.pagesRead(t)
	names := map[string][]string{}
	for _, p := range site.Pages {
		for _, other := range p.Translations {
			names[p.URL] = append(names[p.URL], other.URL)
		}
	}
	for page, others := range names {
		for _, other := range others {
			if !slices.Contains(names[other], page) {
				t.Errorf("%s names %s as its translation, and not the other way round", page, other)
			}
		}
	}
	if got := fmt.Sprint(names["/resolutions/1540/"]); !strings.Contains(got, "/es/resolutions/1540/") || !strings.Contains(got, "/fr/resolutions/1540/") {
		t.Errorf("translations of the resolution: %s", got)
	}
}

// The menu says of a link that it is this page exactly where it is. (Parts of a page
// that are made once for several must not depend on which of them comes first.)
func TestSiteMenuNamesThePage(t *testing.T) {
	t.Parallel()
	k := ours(t)
	seen := 0
	for _, file := range k.pages(t) {
		own := "/" + strings.TrimSuffix(file, "index.html")
		for n := range k.page(t, file).Descendants() {
			if n.DataAtom != atom.A || !inside(n, hasClass("menu")) {
				continue
			}
			if says, is := attribute(n, "aria-current") == "page", attribute(n, "href") == own; says != is {
				t.Errorf("%s: the menu's link to %s says page: %v", file, attribute(n, "href"), says)
			} else if is {
				seen++
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d menus name their page", seen)
	}
}
