package main

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// holding is a small knowledge base with our layouts, a page of each kind, in
// which everything holds together.
var holding = map[string]string{
	"_index.md":            "---\ntitle: Home\nsummary: A home.\n---\n",
	"_index.es.md":         "---\ntitle: Inicio\nsummary: Un inicio.\n---\n",
	"_content.gotmpl":      "", // ours
	"search.md":            "---\ntitle: Search\nlayout: search\n---\n",
	"themes/customs.md":    front(`labels: {en: Customs, es: Aduanas, fr: Douanes, ru: Таможня, ar: جمارك, zh: 海关}`, "reviewed: false", "related: [ports]"),
	"themes/ports.md":      front(`labels: {en: Ports, es: Puertos, fr: Ports, ru: Порты, ar: موانئ, zh: 港口}`, "reviewed: true"),
	"themes/customs.es.md": "---\ntitle: Aduanas\nsummary: Sobre aduanas.\n---\nTexto.\n",
	"resolutions/1540.md": front("number: 1540", "year: 2004", "symbol: S/RES/1540 (2004)", "adopted: 2004-04-28", "vote: {for: 15, against: 0, abstain: 0}",
		"paragraphs:\n  - {id: op1, label: OP1, cite: S/RES/1540 (2004) OP1, kind: op, verb: decides, addressee: states, themes: [customs], text: States shall.}\n  - {id: op4, label: OP4, cite: S/RES/1540 (2004) OP4, kind: op, verb: decides, addressee: committee, text: A committee.}"),
	"organizations/wco.md": front("acronym: WCO", "kind: un", "labels: {en: WCO, es: OMA, fr: OMD}", "facts: [{label: Members, value: many, as_of: 2024, source: its page}]"),
	"countries/chile.md": front("iso2: CL", "region: Americas", "labels: {en: Chile, es: Chile, fr: Chili, ru: Чили, ar: شيلي, zh: 智利}",
		"holdings: {plan: {value: adopted, as_of: 2017-10, source: a report}}"),
	"workshops/2019-12-lima.md": front("event: A workshop", "date_start: 2019-12-02", "date_end: 2019-12-03", "date_precision: day", "city: Lima", "country: chile",
		"organizers: [wco]", "themes: [customs]", "paragraphs: [1540-op1]", `instruments: ["1540"]`, "mode: in-person"),
	"workshops/register/2018-06-lima.md": front("event: A course", "date_start: 2018-06-02", "date_precision: day", "city: Lima", "country: chile", "themes: [ports]"),
	"procedures/ask.md": front("audience: [everybody]", "when: Always", "legal_basis: [1540-op4]", "themes: [customs]",
		"steps: [{id: one, title: One, actor: You, action: Do it., output: Something, basis: source, checked: 2026-11-23, time_limit: {text: a month, source: the text, year: 2004}}]"),
	"roles/officer.md":   front("binds: [1540-op1]", "links: [{page: /themes/customs, why: a}, {page: /themes/ports, why: b}, {page: /procedures/ask, why: c}, {page: /resolutions/1540/#op1, why: d}, {page: /, why: e}]"),
	"forms/sheet.md":     front("procedure: /procedures/ask", "fields: [{id: state, label: State, input: text}]", "letter: From {state}."),
	"glossary/_index.md": front("terms: [{id: op, term: Operative paragraph, acronym: OP, origin: practice, text: It asks., see: [/resolutions/1540]}]"),
}

// front makes a page with the fields that every page has.
func front(fields ...string) string {
	return "---\ntitle: A page\nsummary: What it is about.\nchecked: 2026-11-23\nsources: [{title: A text, date: 2004-04-28}]\n" + strings.Join(fields, "\n") + "\n---\nText of the page.\n"
}

// holdingSite writes it to a new folder.
func holdingSite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeHolding(t, dir)
	return dir
}

func writeHolding(t *testing.T, dir string) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, name := range []string{"layouts", "static", "i18n", "indexer/browser"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "hugo.toml"), read(t, filepath.Join(root, "hugo.toml")))
	for name, text := range holding {
		if text == "" {
			text = read(t, filepath.Join(root, "content", name))
		}
		write(t, filepath.Join(dir, "content", name), text)
	}
}

var small sync.Once

// smallSite gives the built site of the holding pages, with a page about itself and
// the offline app, for all tests that only read it.
func smallSite(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(shared, "small")
	small.Do(func() {
		writeHolding(t, dir)
		write(t, filepath.Join(dir, "content", "about.md"), "---\ntitle: About\nsummary: About this site.\n---\nThis site is small.\n")
		write(t, filepath.Join(dir, "content", "offline.md"), read(t, filepath.Join("..", "..", "content", "offline.md")))
		must(t, "build", "--source", dir)
	})
	return filepath.Join(dir, "public")
}

// Whatever a page breaks of its kind's rules stops check and build alike, with
// the file, the field and what to do.
func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	must(t, "check", "--source", dir)
	for _, c := range []struct {
		rule, file  string
		old, broken string // what is replaced in the page, and by what
		says        []string
	}{
		{"a missing field", "workshops/2019-12-lima.md", "event: A workshop\n", "", []string{`"event": is missing`, "add it"}},
		{"a missing field of every page", "themes/ports.md", "checked: 2026-11-23\n", "", []string{`"checked": is missing`}},
		{"an empty field", "workshops/2019-12-lima.md", "event: A workshop", `event: ""`, []string{`"event": is empty`}},
		{"a page without sources", "themes/ports.md", "sources: [{title: A text, date: 2004-04-28}]", "sources: []", []string{`"sources": is empty`}},
		{"an unknown field, and so an unknown facet", "workshops/2019-12-lima.md", "organizers:", "organisers:", []string{`"organisers": is not known to the kind "workshop"`, `did you mean "organizers"`, "take it out"}},
		{"an unknown field of a record", "procedures/ask.md", "output: Something", "result: Something", []string{`"steps[one].result": is not known`, `"steps[one].output": is missing`}},
		{"an event without its city", "workshops/2019-12-lima.md", "city: Lima\n", "", []string{`"city": is missing`, "mode: online"}},
		{"an entry of the register without its country", "workshops/register/2018-06-lima.md", "country: chile\n", "", []string{`"country": is missing`}},
		{"an id of no page", "workshops/2019-12-lima.md", "themes: [customs]", "themes: [costums]", []string{`"themes[0]": "costums" names no page`, "content/themes/costums.md"}},
		{"a country of no page", "workshops/2019-12-lima.md", "country: chile", "country: peru", []string{`"country": "peru" names no page`}},
		{"a related theme of no page", "themes/customs.md", "related: [ports]", "related: [harbours]", []string{`"related[0]": "harbours"`}},
		{"a theme of a paragraph", "resolutions/1540.md", "themes: [customs]", "themes: [custom]", []string{`"paragraphs[op1].themes[0]": "custom"`}},
		{"a list that is none", "workshops/2019-12-lima.md", "themes: [customs]", "themes: customs", []string{`"themes": "customs" is one value, and this is a list`, `write "themes: [customs]"`}},
		{"a value that is a list", "workshops/2019-12-lima.md", "city: Lima", "city: [Lima]", []string{`"city": must be one value`}},
		{"a date that does not parse", "workshops/2019-12-lima.md", "date_start: 2019-12-02", "date_start: 2 December 2019", []string{`"date_start": "2 December 2019" is no date`, "write 2019-12-02"}},
		{"a day that is not in the calendar", "workshops/2019-12-lima.md", "date_start: 2019-12-02", `date_start: "2019-02-31"`, []string{`"2019-02-31" is no day of the calendar`}},
		{"an end before the start", "workshops/2019-12-lima.md", "date_end: 2019-12-03", "date_end: 2019-12-01", []string{`"date_end": 2019-12-01 is before 2019-12-02`}},
		{"a word that is not allowed", "workshops/2019-12-lima.md", "mode: in-person", "mode: personal", []string{`"mode": "personal" is none of those allowed`, "in-person, online, hybrid"}},
		{"a verb that is none", "resolutions/1540.md", "verb: decides, addressee: states", "verb: orders, addressee: states", []string{`"paragraphs[op1].verb": "orders"`, "decides"}},
		{"an addressee that is none", "resolutions/1540.md", "addressee: states", "addressee: everybody", []string{`"paragraphs[op1].addressee": "everybody"`, "states"}},
		{"a theme without a label", "themes/ports.md", "es: Puertos, ", "", []string{`"labels": has no label in "es"`}},
		{"a theme without labels", "themes/ports.md", "labels:", "names:", []string{`"labels": is missing`}},
		{"a count without a date", "organizations/wco.md", "as_of: 2024, ", "", []string{`"facts[0].as_of": is missing`}},
		{"a holding without a source", "countries/chile.md", ", source: a report", "", []string{`"holdings.plan.source": is missing`}},
		{"a bare paragraph", "workshops/2019-12-lima.md", "paragraphs: [1540-op1]", "paragraphs: [op8]", []string{`"paragraphs[0]": "op8" does not name its resolution`, "1540-op8"}},
		{"a paragraph that is not there", "workshops/2019-12-lima.md", "paragraphs: [1540-op1]", "paragraphs: [1540-op99]", []string{`"1540-op99" is no paragraph that this site holds`}},
		{"a basis that is none", "procedures/ask.md", "basis: source", "basis: rumour", []string{`"steps[one].basis": "rumour"`, "source, advice"}},
		{"a step without the day of its check", "procedures/ask.md", "checked: 2026-11-23, time", "time", []string{`"steps[one].checked": is missing`}},
		{"a time limit without source", "procedures/ask.md", "source: the text, year: 2004", "year: 2004", []string{`"steps[one].time_limit.source": is missing`}},
		{"a time limit without year", "procedures/ask.md", "source: the text, year: 2004", "source: the text", []string{`"steps[one].time_limit.year": is missing`}},
		{"a number that is none", "resolutions/1540.md", "year: 2004", "year: soon", []string{`"year": "soon" is no number`}},
		{"a flag that is none", "themes/ports.md", "reviewed: true", "reviewed: perhaps", []string{`"reviewed": "perhaps" is neither true nor false`}},
		{"four links of a role", "roles/officer.md", ", {page: /, why: e}", "", []string{`"links": has 4 entries; write 5`}},
		{"a link of a role to no page", "roles/officer.md", "/themes/ports,", "/themes/harbours,", []string{`"links[1].page": "/themes/harbours" leads to no page`}},
		{"a blank of a letter", "forms/sheet.md", "From {state}", "From {country}", []string{"blank {country}", "no such entry"}},
		{"a fact in a translation", "themes/customs.es.md", "summary: Sobre aduanas.", "summary: Sobre aduanas.\nrelated: [ports]", []string{`"related": belongs in the original page`, "customs.es.md"}},
		{"a broken link in a text", "themes/ports.md", "Text of the page.", "See [it](/themes/harbours/).", []string{"the link to /themes/harbours/ leads nowhere"}},
		{"a broken anchor and a broken link to a file", "themes/ports.md", "Text of the page.", "See [it](/resolutions/1540/#op99) and [that](/papers/note.pdf).",
			[]string{"/themes/ports/: the link to /resolutions/1540/#op99 names a place that is not on that page", "/themes/ports/: the link to /papers/note.pdf leads nowhere"}},
		{"a record of the register", "workshops/register/2018-06-lima.md", "themes: [ports]", "themes: [harbours]", []string{"harbours"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			file := filepath.Join(dir, "content", filepath.FromSlash(c.file))
			good := read(t, file)
			if !strings.Contains(good, c.old) {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			write(t, file, strings.Replace(good, c.old, c.broken, 1))
			defer write(t, file, good)
			_, _, err := vade("check", "--source", dir)
			says(t, err, append(c.says, strings.TrimSuffix(filepath.Base(c.file), ".md"))...)
		})
	}

	// A page with many faults: one run of check, and one of build, tell them all
	// and end; Hugo is not asked.
	bad := filepath.Join(dir, "content", "workshops", "2026-11-lusaka.md")
	write(t, bad, front("event: A meeting", "date_start: 23/11/2026", "date_precision: days", "city: Lusaka", "country: Chlie", "organizers: wco", "themes: [custms, drones]", "paragraphs: [op1, 1540-op77]", "mode: personal", "venue: a hall", "participants_text: [a, b]"))
	for _, command := range []string{"check", "build"} {
		_, _, err := vade(command, "--source", dir)
		says(t, err, "lusaka.md:7: ", "write 2026-11-23", "lusaka.md:8: ", "lusaka.md:10: ", `did you mean "chile"`, "lusaka.md:11: ", `write "organizers: [wco]"`,
			"lusaka.md:12: ", `did you mean "customs"`, "add the page content/themes/drones.md", "lusaka.md:13: ", "write 1540-op1", `"1540-op77"`, "lusaka.md:14: ", "lusaka.md:15: ", "lusaka.md:16: ")
	}
	if err := os.Remove(bad); err != nil {
		t.Fatal(err)
	}

	// build refuses the same, and writes nothing.
	write(t, filepath.Join(dir, "content", "themes", "ports.md"), strings.Replace(holding["themes/ports.md"], "reviewed: true", "reviewed: perhaps", 1))
	_, _, err := vade("build", "--source", dir)
	says(t, err, "content/themes/ports.md", `"reviewed"`, "unchanged")
	if _, err := os.Stat(filepath.Join(dir, "public")); !os.IsNotExist(err) {
		t.Error("a build that was refused wrote a site")
	}
}

// What holds together but is not finished is listed, and nothing is written.
func TestCheckLists(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	write(t, filepath.Join(dir, "content", "workshops", "register", "lome.md"), front("event: A course", "themes: [ports]", "draft: true", "missing: the year"))
	write(t, filepath.Join(dir, "content", "themes", "ports.md"), strings.Replace(holding["themes/ports.md"], "Text of the page.", "[The text](https://example.org/a?b=c).", 1))
	spanish := filepath.Join(dir, "i18n", "es.toml")
	write(t, spanish, strings.Replace(read(t, spanish), "\nskip = ", "\nskipped = ", 1))
	// Of a draft, faults are listed and stop nothing, even where no template could read it.
	bad := filepath.Join(dir, "content", "workshops", "2026-11-draft.md")
	write(t, bad, front("event: A meeting", "draft: true", "date_start: soon", "date_precision: day", "city: Lima", "country: chile", "themes: ports"))
	before := contents(t, dir)
	stdout, _ := must(t, "check", "--source", dir)
	unchanged(t, dir, before)
	holds(t, stdout,
		"drafts, not shown yet (2):\n  content/workshops/2026-11-draft.md:", "draft.md:8: ", "draft.md:12: ",
		"words of the interface that a language lacks", "\n  es skip\n",
		"names that no native reader has checked (1):\n  content/themes/customs.md\n",
		"not shown, since something is not known (1):\n  content/workshops/register/lome.md: the year\n",
		"pages of fewer than 50 words", "/themes/ports/: ",
		"links to other hosts, not asked", "\n  https://example.org/a?b=c\n",
		"All pages hold together.")
	if err := os.Remove(bad); err != nil {
		t.Fatal(err)
	}
	// The text of a draft is read as readers will see it: of a page, of an entry of a
	// list, of a page that lies in no folder.
	for name, like := range map[string]string{"themes/rivers.md": "themes/ports.md", "workshops/register/2018-07-lima.md": "workshops/register/2018-06-lima.md", "note.md": "_index.md"} {
		draft := filepath.Join(dir, "content", filepath.FromSlash(name))
		write(t, draft, strings.Replace(holding[like], "title: ", "draft: true\ntitle: ", 1)+"\n[Nowhere](/nowhere/).\n")
		_, _, err := vade("check", "--source", dir)
		says(t, err, "/nowhere/ leads nowhere")
		if err := os.Remove(draft); err != nil {
			t.Fatal(err)
		}
	}
	// And the site does not show it.
	must(t, "build", "--source", dir)
	if page := read(t, filepath.Join(dir, "public", "workshops", "index.html")); strings.Contains(page, "lome") || !strings.Contains(page, `id="2018-06-lima"`) {
		t.Error("the register shows an event that lacks its year, or lacks one that is whole")
	}
}

// Texts of the front matter may hold Markdown in every field that is read as
// prose; where only letters can stand it is taken out. What is left to see of
// it, on whatever part of a page, check lists.
func TestMarkdownInFields(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	change := func(file, old, new string) {
		t.Helper()
		name := filepath.Join(dir, "content", filepath.FromSlash(file))
		text := read(t, name)
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		write(t, name, strings.ReplaceAll(text, old, new))
	}
	const marked = `"A **bold** word, [a link](/themes/ports/) and a ` + "`sign`" + `."`
	for _, c := range [][2]string{
		{"_index.md", "summary: A home."}, {"themes/customs.md", "summary: What it is about."}, {"resolutions/1540.md", "text: States shall."},
		{"organizations/wco.md", "value: many"}, {"countries/chile.md", "value: adopted"}, {"workshops/2019-12-lima.md", "event: A workshop"},
		{"procedures/ask.md", "when: Always"}, {"procedures/ask.md", "actor: You"}, {"procedures/ask.md", "action: Do it."}, {"procedures/ask.md", "output: Something"},
		{"procedures/ask.md", "text: a month"}, {"roles/officer.md", "why: a"}, {"forms/sheet.md", "letter: From {state}."}, {"glossary/_index.md", "text: It asks."},
	} {
		field, _, _ := strings.Cut(c[1], ": ")
		change(c[0], c[1], field+": "+marked)
	}
	change("workshops/2019-12-lima.md", "city: Lima", "city: Lima\nparticipants_text: "+marked+"\norganizers_text: "+marked+"\nchanges: [{date: 2026-11-23, what: "+marked+"}]")
	change("forms/sheet.md", "input: text", "input: text, help: "+marked)
	change("resolutions/1540.md", "number: 1540", "number: 1540\nsponsors_text: "+marked)
	change("themes/customs.md", "Text of the page.", "## The port's `code` & *customs*\n\nText.\n\n## Second\n\nText `[a](/b)` and `&rsquo;`.")
	must(t, "build", "--source", dir)
	for _, name := range []string{"themes/customs/index.html", "index.html"} {
		holds(t, read(t, filepath.Join(dir, "public", filepath.FromSlash(name))), `<meta name="description" content="A bold word, a link and a sign.">`)
	}
	holds(t, read(t, filepath.Join(dir, "public", "feed.xml")), "<description>A bold word, a link and a sign.</description>")

	// Names and titles are no prose: what stands there is listed with its page, and
	// nothing of the above.
	change("themes/ports.md", "title: A page", `title: "A **page** &rsquo; here"`)
	change("organizations/wco.md", "label: Members", `label: "[Members](/themes/ports/)"`)
	stdout, _ := must(t, "check", "--source", dir)
	_, typed, _ := strings.Cut(stdout, "as they were typed")
	typed, _, _ = strings.Cut(typed, "\n\n")
	for line := range strings.Lines(typed) {
		if strings.HasPrefix(line, "  ") && !strings.Contains(line, "A **page** &rsquo; here") && !strings.Contains(line, "[Members]") {
			t.Errorf("check finds raw Markdown or entities: %s", line)
		}
	}
	holds(t, typed, "\n  /themes/ports/: A **page** &rsquo; here", "\n  /organizations/wco/: [Members](/themes/ports/)")
}

func TestRawMarks(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"See [OP1](/resolutions/1540/#op1).": 1, "**bold** and `code`": 2, "d&rsquo;un &amp; &#8217; &#x2019;": 4, "## A heading": 1, "__so__": 1, "![a](b.png)": 1,
		"[1] (see below)": 0, "AT&T; R&D": 0, "2 ** 3 ** 4": 0, "snake__case__name": 0, "number # 3": 0, "a * b * c": 0, "[…] (2004)": 0, "op*": 0,
	} {
		n := 0
		for _, m := range rawMark.FindAllString(line, -1) {
			if !strings.HasPrefix(m, "&") || html.UnescapeString(m) != m {
				n++
			}
		}
		if n != want {
			t.Errorf("%q shows %d, want %d", line, n, want)
		}
	}
}
