package desk

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vademecum/cmd/vade/internal/kinds"
)

// A hit is a page in a list.
type hit struct {
	*page
	Name string // its title in the language of the interface
	Kind string
	Why  string
}

// A group is pages of one kind, or with one thing left to do.
type group struct {
	Key    string // of the words; or the name of a kind
	Lang   string
	Folder string
	Hits   []hit
	More   int
	Single string // the one page of a kind that has one
}

// mostHits bounds the pages of one list.
const mostHits = 200

// home shows the way to every page.
func (d *Desk) home(w http.ResponseWriter, r *http.Request) error {
	c := d.shelf.read()
	lang := d.lang(r)
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	data := map[string]any{"Query": q, "Kinds": c.groups(), "Git": d.gitState(r.Context())}
	if q != "" {
		hits := c.search(q, lang)
		data["Hits"], data["Searched"] = hits[:min(len(hits), mostHits)], true
	}
	if folder := r.URL.Query().Get("folder"); c.kinds[folder] != nil {
		var hits []hit
		for _, p := range c.pages {
			if p.Folder == folder && p.Lang == c.languages[0] {
				hits = append(hits, hit{page: p, Name: c.titled(p, lang)})
			}
		}
		data["Hits"], data["Searched"], data["Folder"] = hits, true, c.kinds[folder].Name
	}
	good := ""
	switch r.URL.Query().Get("done") {
	case "deleted", "erased", "committed", "took_over":
		good = r.URL.Query().Get("done")
	}
	return d.show(w, r, http.StatusOK, "home", &view{Title: "desk", Here: "home", Data: data, Good: good})
}

// groups gives the kinds in which pages can be written.
func (c *catalog) groups() []group {
	var out []group
	for folder, kind := range c.kinds {
		g := group{Key: kind.Name, Folder: folder}
		for _, p := range c.pages {
			if p.Folder == folder && p.Lang == c.languages[0] && (!p.Index || kind.Single) {
				g.More++
				if kind.Single {
					g.Single = p.File
				}
			}
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b group) int { return cmp.Compare(a.Folder, b.Folder) })
	return out
}

// folded gives a text as a search sees it: small letters without marks.
func foldedText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// search finds the pages whose title, name or labels hold all words.
func (c *catalog) search(q, lang string) []hit {
	words := strings.Fields(foldedText(q))
	var out []hit
	for _, p := range c.pages {
		text := foldedText(p.Title + " " + p.File)
		for _, l := range p.labels {
			text += " " + foldedText(l)
		}
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			out = append(out, hit{page: p, Name: p.Title})
		}
	}
	first := ""
	if len(words) > 0 {
		first = words[0]
	}
	slices.SortStableFunc(out, func(a, b hit) int { // titles that begin so, and short ones, first
		rank := func(h hit) int {
			n := len(h.Title)
			if !strings.HasPrefix(foldedText(h.Title), first) {
				n += 1000
			}
			if h.Lang != lang && h.Lang != c.languages[0] {
				n += 2000
			}
			return n
		}
		return cmp.Compare(rank(a), rank(b))
	})
	return out
}

// find answers the script that inserts links.
func (d *Desk) find(w http.ResponseWriter, r *http.Request) error {
	c := d.shelf.read()
	type found struct{ Title, Address string }
	out := []found{}
	for _, h := range c.search(r.URL.Query().Get("q"), d.lang(r)) {
		if h.Lang == c.languages[0] && len(out) < 20 {
			out = append(out, found{h.Title, h.Address(h.Lang)})
		}
	}
	for _, cited := range c.cited(r.URL.Query().Get("q"), d.lang(r)) {
		if len(out) < 20 {
			out = append(out, found(cited))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}

// cited gives the paragraphs of resolutions whose citation holds all words, with
// their addresses.
func (c *catalog) cited(q, lang string) []struct{ Title, Address string } {
	words := strings.Fields(foldedText(q))
	var out []struct{ Title, Address string }
	for _, p := range c.pages {
		if p.Folder != "resolutions" || p.Lang != c.languages[0] {
			continue
		}
		for _, para := range p.paragraphs {
			title := c.shows[ofParagraphs+"\x00"+lang][para[0]]
			text := foldedText(title)
			if title != "" && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
				out = append(out, struct{ Title, Address string }{title, p.Address(p.Lang) + "#" + strings.TrimPrefix(para[0], p.id()+"-")})
			}
		}
	}
	return out
}

// fewWords is what a page should hold at least, front matter counted.
const fewWords = 120

// todo lists what is left to do; each entry leads to its form.
func (d *Desk) todo(w http.ResponseWriter, r *http.Request) error {
	c := d.shelf.read()
	lang := d.lang(r)
	var drafts, guesses, thin, old, external, broken, outdated, links group
	drafts.Key, guesses.Key, thin.Key, old.Key, external.Key, broken.Key, outdated.Key, links.Key = "todo_drafts", "todo_guesses", "todo_thin", "todo_old", "todo_external", "todo_broken", "todo_outdated", "todo_links"
	add := func(g *group, p *page, why string) {
		if len(g.Hits) == mostHits {
			g.More++
			return
		}
		g.Hits = append(g.Hits, hit{page: p, Name: p.Title, Why: why})
	}
	year := time.Now().AddDate(-1, 0, 0).Format(time.DateOnly)
	open := d.openGuesses()
	told := map[string]bool{}
	for _, p := range d.problems(c) {
		file := strings.TrimPrefix(p.File, "content/")
		if page := c.byFile[file]; page != nil && p.Class == kinds.Fault && !told[file] {
			told[file] = true
			add(&broken, page, d.looks[lang].words.told(p))
		} else if page != nil && p.Class == kinds.Outdated {
			add(&outdated, page, "")
		}
	}
	if d.site.Broken != nil {
		for _, link := range d.site.Broken() {
			address, why, _ := strings.Cut(link, ": ")
			if page := c.at(address); page != nil {
				add(&links, page, d.looks[lang].words.message(why))
			}
		}
	}
	for _, p := range c.pages {
		original := p.Lang == c.languages[0]
		if p.Draft {
			add(&drafts, p, p.Missing)
		}
		if n := open[p.File]; n > 0 {
			add(&guesses, p, d.looks[lang].words.number("guesses", n))
		}
		if original && !p.Index && c.kinds[p.Folder] != nil && p.words < fewWords {
			add(&thin, p, d.looks[lang].words.number("words", p.words))
		}
		if original && p.Checked != "" && p.Checked < year {
			add(&old, p, p.Checked)
		}
		if len(p.external) > 0 {
			add(&external, p, p.external[0])
		}
	}
	groups := []group{broken, links, guesses, drafts, outdated, old, thin, external}
	for _, l := range c.languages[1:] {
		g := group{Key: "todo_translation", Lang: l}
		for _, p := range c.pages {
			if p.Lang == c.languages[0] && p.Folder != "" && c.byPath[p.Path][l] == nil {
				add(&g, &page{File: inLanguage(c, p, l), Title: p.Title, Path: p.Path, Lang: p.Lang}, "")
			}
		}
		groups = append(groups, g)
	}
	groups = slices.DeleteFunc(groups, func(g group) bool { return len(g.Hits) == 0 })
	return d.show(w, r, http.StatusOK, "todo", &view{Title: "todo", Here: "todo", Data: groups})
}
