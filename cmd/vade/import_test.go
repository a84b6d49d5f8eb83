package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vademecum/cmd/vade/internal/portable"
	"vademecum/indexer"
	"vademecum/internal/need"
)

const note = `Event: Regional course on bee health

Date: 2 - 3 March 2020

Venue: Graz, Austria

Participants: twelve beekeepers

Highlights

The participants compared how they count the **Varroa mite**. Each apiary
weighs its hives before winter.

Themes: Varroa mite, drones.
`

// A note becomes a page of the site, with the site's own vocabulary, and the
// page is found like any other.
func TestImport(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	file := write(t, filepath.Join(t.TempDir(), "note.txt"), note)
	stdout, _ := must(t, "import", "--source", dir, file)
	page := filepath.Join(dir, "content", "workshops", "2020-03-graz.md")
	sum := sha256.Sum256([]byte(note))
	holds(t, stdout, page, "date_start: 2020-03-02", "date_end: 2020-03-03", "city: Graz", "- varroa", hex.EncodeToString(sum[:]), "Open\n", "Austria")
	holds(t, read(t, page), "status: draft", "weighs its hives before winter")
	if read(t, file) != note {
		t.Error("the note itself was changed")
	}
	for _, name := range []string{"public", "index"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !os.IsNotExist(err) {
			t.Errorf("import wrote %s", name)
		}
	}

	// It is not shown before its author says so, and breaks nothing until then.
	must(t, "build", "--source", dir)
	found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "apiary weighs winter")
	if strings.Contains(found, "2020-03-graz") {
		t.Errorf("a draft is found:\n%s", found)
	}
	write(t, page, strings.Replace(read(t, page), "draft: true\n", "", 1))
	must(t, "build", "--source", dir)
	found, _ = must(t, "search", "--index", filepath.Join(dir, "index"), "apiary weighs winter")
	holds(t, found, "/kb/workshops/2020-03-graz/")
}

// A page that is there is somebody's work, and stays unless force is used.
func TestImportKeepsAPage(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	file := write(t, filepath.Join(t.TempDir(), "note.txt"), note)
	page := write(t, filepath.Join(dir, "content", "workshops", "2020-03-graz.md"), "---\ntitle: Mine\n---\n")
	before := contents(t, dir)
	_, stderr, err := vade("import", "--source", dir, file)
	says(t, err, "1 of 1 files were not imported")
	holds(t, stderr, page, "--force")
	unchanged(t, dir, before)
	draft := filepath.Join(filepath.Dir(page), "2020-03-graz-new.md")
	stdout, _ := must(t, "import", "--source", dir, "--force", file)
	holds(t, stdout, draft, "- Mine\n", "+ Regional course on bee health\n")
	holds(t, read(t, draft), "city: Graz")
	holds(t, read(t, page), "title: Mine")
}

// A note on a meeting whose page others link to changes nothing that readers
// see, and the draft beside it is none of the page's translations.
func TestImportForcedIntoALinkedPage(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	content := filepath.Join(dir, "content")
	page := filepath.Join(content, "workshops", "2019-12-lima.md")
	write(t, filepath.Join(content, "themes", "ports.md"), strings.Replace(holding["themes/ports.md"], "Text of the page.", "See [it](/workshops/2019-12-lima/).", 1))
	must(t, "build", "--source", dir)
	public := filepath.Join(dir, "public")
	before, mine := contents(t, public), read(t, page)

	file := write(t, filepath.Join(t.TempDir(), "note.txt"), limaNote)
	for _, draft := range []string{"2019-12-lima-new.md", ""} { // twice: the import must not lock itself out
		stdout, _ := must(t, "import", "--source", dir, "--force", file)
		holds(t, stdout, filepath.Join(content, "workshops", draft), "  event\n    - A workshop\n    + Training of harbour masters\n")
	}
	if read(t, page) != mine {
		t.Error("the linked page was changed")
	}
	stdout, _ := must(t, "check", "--source", dir)
	holds(t, stdout, "All pages hold together.", "2019-12-lima-new.md")
	if strings.Contains(stdout, "none of those allowed") || strings.Contains(stdout, "is not known to the kind") {
		t.Errorf("the draft holds what its kind does not allow:\n%s", stdout)
	}
	must(t, "build", "--source", dir)
	unchanged(t, public, before)
}

// limaNote is on the same meeting as a page of holdingSite.
const limaNote = `Event: Training of harbour masters

Organizers: World Customs Organization (WCO)

Date and Venue: 2 - 3 December 2019, Lima, Chile

Participants: harbour masters and officers of customs

Highlights

The harbour masters compared their seals. A crane of the quay of
Pomeranzia lifts each crate twice before customs weighs it.
`

// A State needs no page: an event may name it, lists and facets show its name in
// the reader's language, and any of its names finds it.
func TestStatesWithoutPage(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	states := filepath.Join("cmd", "vade", "internal", "states", "states.yaml")
	write(t, filepath.Join(dir, states), read(t, filepath.Join("..", "..", states)))
	file := write(t, filepath.Join(t.TempDir(), "note.txt"), strings.NewReplacer("2019, Lima, Chile", "2022, Quito, Ecuador", "harbour masters and officers of customs", "Benin, Chile and Georgia").Replace(limaNote))
	must(t, "import", "--source", dir, file)
	page := filepath.Join(dir, "content", "workshops", "2022-12-quito.md")
	draft := read(t, page)
	holds(t, draft, "country: ecuador", "- benin", "- chile", "- georgia")
	if i := strings.Index(draft, "\nguesses:"); i >= 0 { // a person accepts what was guessed
		end := regexp.MustCompile(`\n\w|\n---`).FindStringIndex(draft[i+1:])
		draft = draft[:i] + draft[i+1+end[0]:]
	}
	write(t, page, strings.Replace(regexp.MustCompile(`(?m)^(draft|missing|summary): .*\n`).ReplaceAllString(draft, ""), "title: ", "summary: A course.\nchecked: 2026-11-27\ntitle: ", 1))
	entry := front("event: A course", "date_start: 2018-07-02", "date_precision: day", "city: Dakar", "country: senegal", "participant_countries: [ecuador]", "themes: [ports]")
	write(t, filepath.Join(dir, "content", "workshops", "register", "2018-07-dakar.md"), entry)
	write(t, filepath.Join(dir, "content", "workshops", "_index.md"), front())
	must(t, "build", "--source", dir)
	public := func(name string) string { return read(t, filepath.Join(dir, "public", name, "index.html")) }
	holds(t, public("workshops/2022-12-quito"), "Quito, Ecuador", `<meta name="vade:country" content="benin" data-label="Benin">`, "Georgia")
	holds(t, public("fr/workshops"), `<option value="ecuador">Équateur</option>`, `<option value="benin">Bénin</option>`, "Sénégal", `data-filter-region="africa"`)
	holds(t, public("zh/countries"), "塞内加尔 <small><a href", "country=ecuador")
	for _, c := range []struct{ lang, query, at string }{
		{"en", "country:ecuador", "/workshops/2022-12-quito/"}, {"en", "country:ecuador", "#2018-07-dakar"}, {"en", "Équateur", "/workshops/2022-12-quito/"},
		{"en", "Сенегал", "#2018-07-dakar"}, {"ru", "Сенегал", "/ru/countries/"}, {"es", "Benin", "/es/countries/"}, {"ar", "إكوادور", "/ar/countries/"}, {"zh", "厄瓜多尔", "/zh/countries/"},
	} {
		found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "--lang", c.lang, c.query)
		holds(t, found, c.at)
	}
	found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "--json", "country:senegal")
	holds(t, found, `"label": "Senegal"`)

	// The next import still knows which names may mean something else.
	file = write(t, file, strings.NewReplacer("2019, Lima", "2023, Lima", "harbour masters and officers of customs", "professor Georgia Brown and officers").Replace(limaNote))
	must(t, "import", "--source", dir, file)
	if draft := read(t, filepath.Join(dir, "content", "workshops", "2023-12-lima.md")); strings.Contains(draft, "- georgia") {
		t.Errorf("a person's name became a State:\n%s", draft)
	}
}

// A fault in another page blocks no import.
func TestImportIntoASiteWithFaults(t *testing.T) {
	t.Parallel()
	for fault, text := range map[string]string{
		"a broken link":      strings.Replace(holding["themes/ports.md"], "Text of the page.", "See [it](/no/such/page/) and [that](/resolutions/1540/#op99).", 1),
		"a missing field":    strings.Replace(holding["themes/ports.md"], "checked: 2026-11-23\n", "", 1),
		"an id of no page":   strings.Replace(holding["themes/ports.md"], "reviewed: true", "related: [harbours]", 1),
		"a word not allowed": strings.Replace(holding["themes/ports.md"], "reviewed: true", "reviewed: perhaps", 1),
	} {
		t.Run(fault, func(t *testing.T) {
			dir := holdingSite(t)
			write(t, filepath.Join(dir, "content", "themes", "ports.md"), text)
			if _, _, err := vade("build", "--source", dir); err == nil {
				t.Fatal("the site has no fault: the test would prove nothing")
			}
			file := write(t, filepath.Join(t.TempDir(), "note.txt"), strings.Replace(limaNote, "2019", "2021", 1))
			must(t, "import", "--source", dir, file)
			holds(t, read(t, filepath.Join(dir, "content", "workshops", "2021-12-lima.md")), "country: chile", "- wco", "- customs", "event_type: course", "mode: in-person")
		})
	}
}

// Whatever a note says of the kind of event, of where people met and of the day
// is written in a word that the kind of the page allows.
func TestImportWritesAllowedChoices(t *testing.T) {
	t.Parallel()
	dir := holdingSite(t)
	args := []string{"import", "--source", dir}
	notes := t.TempDir()
	n := 0
	for _, event := range []string{"Training", "Course", "Workshop", "Seminar", "Conference", "Peer review", "Webinar", "Visit", "Meeting", "Capacitación", "Formation", "Gathering"} {
		for _, venue := range []string{"Lima, Chile", "Online", "Lima, Chile and online"} {
			n++
			text := fmt.Sprintf("Event: %s of masters\n\nDate: %s %d\n\nVenue: %s\n\nParticipants: masters\n", event, []string{"2 May", "May", ""}[n%3], 1980+n, venue)
			args = append(args, write(t, filepath.Join(notes, fmt.Sprintf("%d.txt", n)), text))
		}
	}
	must(t, args...)
	stdout, _ := must(t, "check", "--source", dir)
	if drafts := strings.Count(stdout, "content/workshops/19") + strings.Count(stdout, "content/workshops/20"); drafts < n {
		t.Fatalf("check tells of %d drafts, want %d:\n%s", drafts, n, stdout)
	}
	for line := range strings.Lines(stdout) {
		// What a note does not say stays empty, and that is told.
		if strings.Contains(line, "none of those allowed") && !strings.Contains(line, `""`) || strings.Contains(line, "is not known to the kind") {
			t.Error(line)
		}
	}
}

// Files that cannot be imported are named, with the remedy; the others are
// imported, and of those that fail nothing is written.
func TestImportRefuses(t *testing.T) {
	t.Parallel()
	dir, files := copySite(t), t.TempDir()
	empty := write(t, filepath.Join(files, "empty.txt"), "")
	binary := write(t, filepath.Join(files, "binary.txt"), "Event: x\x00\x01\x02"+strings.Repeat("\x00", 100))
	pdf := write(t, filepath.Join(files, "note.pdf"), "%PDF-1.7\n")
	letter := write(t, filepath.Join(files, "letter.txt"), "Dear reader,\n\nnothing here.\n")
	missing := filepath.Join(files, "missing.txt")
	before := contents(t, dir)
	_, stderr, err := vade("import", "--source", dir, empty, binary, pdf, letter, missing)
	says(t, err, "5 of 5 files were not imported")
	holds(t, stderr, empty+": the file is empty", binary+": ", pdf+": the PDF is damaged or cut short",
		letter+": not an information note", missing+": no such file")
	unchanged(t, dir, before)

	unreadable := write(t, filepath.Join(files, "secret.txt"), note)
	if err := os.Chmod(unreadable, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(unreadable); err != nil { // root reads everything
		_, stderr, err := vade("import", "--source", dir, unreadable)
		says(t, err, "not imported")
		holds(t, stderr, unreadable+": cannot be read", "permissions")
		unchanged(t, dir, before)
	}

	good := write(t, filepath.Join(files, "good.txt"), note)
	_, _, err = vade("import", "--source", dir, empty, good)
	says(t, err, "1 of 2 files were not imported")
	holds(t, read(t, filepath.Join(dir, "content", "workshops", "2020-03-graz.md")), "city: Graz")
}

func TestImportNeedsASite(t *testing.T) {
	t.Parallel()
	file := write(t, filepath.Join(t.TempDir(), "note.txt"), note)
	_, _, err := vade("import", "--source", t.TempDir(), file)
	says(t, err, "holds no hugo.toml", "--source")

	dir := copySite(t)
	write(t, filepath.Join(dir, "content", "broken.md"), "---\ntitle: [\n---\n")
	before := contents(t, dir)
	_, _, err = vade("import", "--source", dir, file)
	says(t, err, "vocabulary", "broken.md")
	unchanged(t, dir, before)
}

// resolution stands for a copy of resolution 2055 (2012), in words of our own:
// the official ones never stand here.
const resolution = `United Nations S/RES/2055 (2012)
Security Council Distr.: General
29 June 2012
Resolution 2055 (2012)
Adopted by the Security Council at its 6795th meeting, on 29 June 2012
The Security Council,
Recalling <b>gooseberries</b>,
Noting that they ripen,
Asks every gooseberry to wait.
`

// Official wording stands beside ours, in the reader's language or else in
// English, labelled, and nowhere else: no file of it is published, and the
// search does not answer with it.
func TestImportOfficialWording(t *testing.T) {
	need.Long(t)
	t.Parallel()
	dir, files := copyOursInThree(t), t.TempDir()
	official := filepath.Join(dir, "content", "resolutions", "official")
	if err := os.RemoveAll(official); err != nil { // what the author of this checkout has imported
		t.Fatal(err)
	}
	broken := write(t, filepath.Join(dir, "content", "broken.md"), "---\ntitle: [\n---\n")
	stdout, _ := must(t, "import", "--source", dir, write(t, filepath.Join(files, "a.txt"), resolution))
	holds(t, stdout, filepath.Join(official, "2055.en.yaml"), "3 of the text's 3 have a counterpart", "on the page, not found in the text: pp3, pp4")
	french := "S/RES/1540 (2004)\nLe Conseil de sécurité,\nRappelant les groseilles,\n1. Prie chacune de mûrir.\n"
	must(t, "import", "--source", dir, "--lang", "fr", write(t, filepath.Join(files, "b.txt"), french))
	if err := os.Remove(broken); err != nil { // a resolution is imported into a site that does not build
		t.Fatal(err)
	}
	must(t, "build", "--source", dir, "--with", "own")
	public := filepath.Join(dir, "public")
	for _, c := range []struct{ page, label, lang, readers, symbol, wording string }{
		{"resolutions/2055", "Official wording, from your own copy", "en", "en", "2055%282012%29", "Recalling &lt;b&gt;gooseberries&lt;/b&gt;,"},
		{"es/resolutions/2055", "Texto oficial, de su propia copia", "en", "es", "2055%282012%29", "Asks every gooseberry to wait."},
		{"fr/resolutions/1540", "Texte officiel, tiré de votre propre copie", "fr", "fr", "1540%282004%29", "Rappelant les groseilles,"},
	} {
		holds(t, read(t, filepath.Join(public, c.page, "index.html")), c.label, c.wording, `<blockquote class="official" lang="`+c.lang+`" dir="ltr" cite="https://docs.un.org/`+c.readers+`/S/RES/`+c.symbol+`">`)
	}
	for _, page := range []string{"resolutions/1673", "resolutions/1540"} { // no file; a file in another language only
		if strings.Contains(read(t, filepath.Join(public, page, "index.html")), "blockquote") {
			t.Errorf("%s shows a wording that nobody imported", page)
		}
	}
	found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "gooseberry")
	holds(t, found, "/resolutions/2055/#pp1-official", "Official wording")

	write(t, filepath.Join(official, "2055.en.yaml"), "paragraphs: [\n")
	_, _, err := vade("build", "--source", dir, "--with", "own")
	says(t, err, "content/resolutions/official/2055.en.yaml", "--force")
	holds(t, read(t, filepath.Join("..", "..", ".gitignore")), "\n/content/resolutions/official/\n")
}

// What may not be passed on stands in no build that was not asked for it: not in
// a page, a list, a count, the web index, the zip or the offline copy.
func TestReach(t *testing.T) {
	t.Parallel()
	dir, files := holdingSite(t), t.TempDir()
	must(t, "import", "--source", dir, "--reach", "restricted", write(t, filepath.Join(files, "letter.md"), "# Quincegrove\n\nThe quincegrove of our letter.\n"))
	must(t, "import", "--source", dir, write(t, filepath.Join(files, "report.md"), "# Medlarhill\n\nThe medlarhill of our report.\n"))
	must(t, "import", "--source", dir, write(t, filepath.Join(files, "a.txt"), strings.ReplaceAll(resolution, "2055", "9055")))
	packed := map[string]map[string]string{} // what --with puts into the zip
	for _, with := range []string{"public", "own"} {
		zip, out := filepath.Join(t.TempDir(), "site.zip"), t.TempDir()
		must(t, "pack", "--source", dir, "--with", with, "--out", zip)
		if changed, err := portable.Unpack(t.Context(), zip, out); err != nil || len(changed) > 0 {
			t.Fatal(changed, err)
		}
		packed[with] = contents(t, out)
	}
	leaks := func(with, word string) (in []string) {
		for name, text := range packed[with] {
			if strings.Contains(strings.ToLower(name+text), word) {
				in = append(in, name)
			}
		}
		return in
	}
	for _, c := range []struct {
		with, word string
		there      bool
	}{{"public", "quincegrove", false}, {"public", "medlarhill", false}, {"public", "gooseberr", false}, {"own", "quincegrove", false}, {"own", "medlarhill", true}, {"own", "gooseberr", true}} {
		if in := leaks(c.with, c.word); (len(in) > 0) != c.there {
			t.Errorf("--with %s: %q stands in %q", c.with, c.word, in)
		}
	}
	_, _, err := vade("build", "--source", dir, "--with", "ours")
	says(t, err, "--with ours", "public, own or restricted")
}

// The names that import takes from front matter are those that the search has from
// the built pages.
func TestVocabularyWithoutABuild(t *testing.T) {
	t.Parallel()
	p := project{source: filepath.Join("..", "..")}
	names, err := p.vocabulary(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{}
	var manifest struct {
		Index struct {
			Vocabulary []struct{ Facet, Term, Text string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(ours(t).index, indexer.ManifestName))), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, s := range manifest.Index.Vocabulary {
		built[s.Facet+"/"+s.Term+": "+s.Text] = true
	}
	seen := map[string]bool{} // a name may stand in several languages
	for _, term := range p.withPages(names) {
		for _, name := range slices.Concat(term.Labels, term.Synonyms) {
			key := term.Facet + "/" + term.ID + ": " + name
			if seen[key] = true; !built[key] {
				t.Errorf("the built site lacks %s", key)
			}
		}
	}
	for key := range built {
		if !seen[key] && !strings.HasPrefix(key, "country/") { // States without a page stand in a list
			t.Errorf("not read: %s", key)
		}
	}
}
