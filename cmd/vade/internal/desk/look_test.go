package desk

import (
	"context"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/cmd/vade/internal/kinds"
)

// A page that an import wrote goes with the changes, and is new to a colleague, before
// and after somebody saves it.
func TestImportedPageGoesWithTheChanges(t *testing.T) {
	mine, theirs := sit(t, smallSite(t)), sit(t, smallSite(t))
	mine.desk.site.Import = func(context.Context, string) (*Imported, error) {
		writeFile(t, filepath.Join(mine.dir, "content/places/meadow.md"), "---\ntitle: Meadow\ndraft: true\n---\n")
		return &Imported{Page: "places/meadow.md"}, nil
	}
	mine.follow(mine.post("import", fields(t, mine.get("import"), "import"), "file", "note.txt", "A meadow."))
	offered := func() string {
		return theirs.post("compare", url.Values{"token": {theirs.desk.guard.token()}}, "file", "changes.json", mine.get("changes")).Body.String()
	}
	holds(t, mine.get("take"), "Meadow", "places/meadow.md")
	holds(t, offered(), "Meadow", "This page is new here.", "checked")
	form := fields(t, mine.get("edit?page=places/meadow.md"), "edit")
	form.Set("f.title", "The meadow")
	mine.press(form, "save")
	holds(t, offered(), "The meadow", "This page is new here.", "checked")
}

// What a change does is told in words that fit: a page that is nowhere does not "say this
// already".
func TestOffersSayWhatHappens(t *testing.T) {
	p := sit(t, smallSite(t))
	valley := strings.ReplaceAll(readFile(t, filepath.Join(p.dir, "content/places/valley.md")), "\n", `\n`)
	w := p.post("compare", url.Values{"token": {p.desk.guard.token()}}, "file", "changes.json",
		`{"Format": "vade-changes-1", "Changes": [{"File": "places/valley.md", "Before": "`+valley+`"}, {"File": "places/gone.md", "Before": "---\ntitle: Gone\n---\n"}]}`)
	text := w.Body.String()
	holds(t, text, "The valley", "Your colleague deleted this page. Your page is as it was", "Gone", "is not here either")
	if strings.Contains(text, "says this already") {
		t.Error("a page that is nowhere says something")
	}
}

// The form asks first for what a page of its kind says. Nobody has to open a list that
// needs an entry, or pass by fields that few fill in.
func TestFormShowsFirstWhatIsNeeded(t *testing.T) {
	dir := smallSite(t)
	writeFile(t, filepath.Join(dir, "layouts/kinds/common.yaml"), "fields:\n  title: {is: text, required: true}\n  aliases: {is: names}\n  sources:\n    is: records\n    required: true\n    fields:\n      title: {is: name, required: true}\n")
	writeFile(t, filepath.Join(dir, "layouts/kinds/words/en.toml"), "help_title = \"What readers see at the top\"\n")
	p := sit(t, dir)
	text := p.get("new?folder=trees")
	at := func(what string) int {
		t.Helper()
		i := strings.Index(text, what)
		if i < 0 {
			t.Fatalf("the form has no %s", what)
		}
		return i
	}
	if !(at(`id="f.title"`) < at(`id="f.story"`) && at(`id="f.story"`) < at(`class="entry more-fields"`) &&
		at(`class="entry more-fields"`) < at(`id="name"`) && at(`id="name"`) < at(`id="f.aliases"`) && at(`id="f.aliases"`) < at(`id="body"`)) {
		t.Error("the fields stand in another order")
	}
	at(`id="f.sources.0.title"`)
	if n := strings.Count(text, "What readers see at the top"); n != 1 {
		t.Errorf("%d fields are said to be the page's title", n)
	}
	holds(t, text, "<h1 dir=\"auto\">New page: Tree</h1>")
	for _, name := range []string{"owner", "synonyms"} { // nobody has to fill in one of their fields, or somebody has
		i := at(`<fieldset id="f.` + name + `">`)
		folded := strings.Contains(text[i:i+strings.Index(text[i:], "</fieldset>")], "<summary>Show the fields")
		if folded != (name == "synonyms") {
			t.Errorf("%s: folded %t", name, folded)
		}
	}
	// What holds something is never hidden.
	writeFile(t, filepath.Join(dir, "content/trees/oak.md"), "---\ntitle: Oak\naliases: [/old/]\nsources:\n  - title: A book\nsynonyms:\n  en: [Quercus]\n---\n")
	text = p.get("edit?page=trees/oak.md")
	holds(t, text, `<details class="entry more-fields" open>`)
	i := at(`<fieldset id="f.synonyms">`)
	if strings.Contains(text[i:i+strings.Index(text[i:], "</fieldset>")], "Show the fields") {
		t.Error("a field that says something is folded")
	}
}

// Where a file says "take it out of guesses", the form has a button.
func TestGuessIsToldForTheForm(t *testing.T) {
	fsys := smallSite(t)
	writeFile(t, filepath.Join(fsys, "content/places/guess.md"), "---\ntitle: Guess\nguesses:\n  near: {value: hill, from: \"the hill\"}\n---\n")
	p := sit(t, fsys)
	n := 0
	for _, problem := range p.desk.problems(p.desk.shelf.read()) {
		if problem.File != "content/places/guess.md" || problem.Class != kinds.Fault || problem.Field != "near" {
			continue
		}
		n++
		told := p.desk.looks["en"].words.told(inForm(problem))
		if strings.Contains(told, "guesses") || !strings.Contains(told, "accept it or refuse it") {
			t.Error(told)
		}
		p.translates("edit.go", inForm(problem).Remedy, 0)
	}
	if n != 1 {
		t.Errorf("%d faults", n)
	}
}

// Another language of the desk leaves a person on the page where it was chosen, and leads
// nowhere else.
func TestLanguageComesBack(t *testing.T) {
	p := sit(t, smallSite(t))
	for from, to := range map[string]string{
		Prefix + "edit?page=places%2Fhill.md": Prefix + "edit?page=places%2Fhill.md",
		"https://example.org" + Prefix:        Prefix,
		"//example.org" + Prefix:              Prefix,
		"/places/":                            Prefix,
		"":                                    Prefix,
	} {
		w := p.send(httptest.NewRequest("GET", Prefix+"language?"+url.Values{"to": {"es"}, "from": {from}}.Encode(), nil))
		if got := w.Header().Get("Location"); got != to {
			t.Errorf("from %q to %q", from, got)
		}
	}
	holds(t, p.get("edit?page=places/hill.md"), url.Values{"from": {Prefix + "edit?page=places/hill.md"}, "to": {"es"}}.Encode()[:20])
}
