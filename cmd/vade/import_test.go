package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	dir := copySite(t)
	file := write(t, filepath.Join(t.TempDir(), "note.txt"), note)
	page := write(t, filepath.Join(dir, "content", "workshops", "2020-03-graz.md"), "---\ntitle: Mine\n---\n")
	before := contents(t, dir)
	_, stderr, err := vade("import", "--source", dir, file)
	says(t, err, "1 of 1 files were not imported")
	holds(t, stderr, page, "--force")
	unchanged(t, dir, before)
	must(t, "import", "--source", dir, "--force", file)
	holds(t, read(t, page), "city: Graz")
}

// Files that cannot be imported are named, with the remedy; the others are
// imported, and of those that fail nothing is written.
func TestImportRefuses(t *testing.T) {
	dir, files := copySite(t), t.TempDir()
	empty := write(t, filepath.Join(files, "empty.txt"), "")
	binary := write(t, filepath.Join(files, "binary.txt"), "Event: x\x00\x01\x02"+strings.Repeat("\x00", 100))
	pdf := write(t, filepath.Join(files, "note.pdf"), "%PDF-1.7\n")
	letter := write(t, filepath.Join(files, "letter.txt"), "Dear reader,\n\nnothing here.\n")
	missing := filepath.Join(files, "missing.txt")
	before := contents(t, dir)
	_, stderr, err := vade("import", "--source", dir, empty, binary, pdf, letter, missing, files)
	says(t, err, "6 of 6 files were not imported")
	holds(t, stderr, empty+": the file is empty", binary+": this is a binary file", pdf+": this is a PDF file",
		letter+": not an information note", missing+": no such file", files+": is a folder")
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
	dir, files := copyOurs(t), t.TempDir()
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
	must(t, "build", "--source", dir)
	public := filepath.Join(dir, "public")
	for _, c := range []struct{ page, label, lang, symbol, wording string }{
		{"resolutions/2055", "Official wording, from your own copy", "en", "2055%282012%29", "Recalling &lt;b&gt;gooseberries&lt;/b&gt;,"},
		{"es/resolutions/2055", "Texto oficial, de su propia copia", "en", "2055%282012%29", "Asks every gooseberry to wait."},
		{"fr/resolutions/1540", "Texte officiel, tiré de votre propre copie", "fr", "1540%282004%29", "Rappelant les groseilles,"},
	} {
		holds(t, read(t, filepath.Join(public, c.page, "index.html")), c.label, c.wording, `<blockquote class="official" lang="`+c.lang+`" dir="ltr" cite="https://undocs.org/`+c.lang+`/S/RES/`+c.symbol+`">`)
	}
	for _, page := range []string{"resolutions/1673", "resolutions/1540"} { // no file; a file in another language only
		if strings.Contains(read(t, filepath.Join(public, page, "index.html")), "blockquote") {
			t.Errorf("%s shows a wording that nobody imported", page)
		}
	}
	for name, text := range contents(t, public) {
		if wording := strings.Contains(text, "gooseberr") || strings.Contains(text, "groseille"); wording && !strings.HasSuffix(name, "index.html") {
			t.Errorf("the wording stands in %s", name)
		}
	}
	found, _ := must(t, "search", "--index", filepath.Join(dir, "index"), "gooseberry")
	holds(t, found, "Nothing found")

	write(t, filepath.Join(official, "2055.en.yaml"), "paragraphs: [\n")
	_, _, err := vade("build", "--source", dir)
	says(t, err, "content/resolutions/official/2055.en.yaml", "--force")
	holds(t, read(t, filepath.Join("..", "..", ".gitignore")), "\n/content/resolutions/official/\n")
}
