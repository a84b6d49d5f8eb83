package desk

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"vademecum/cmd/vade/internal/document"
	"vademecum/internal/need"
)

// rendered gives the HTML of Markdown with one kind of space.
func rendered(t testing.TB, body string) string {
	t.Helper()
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.Strikethrough, extension.Linkify, extension.DefinitionList), goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	if err := md.Convert([]byte(body), &b); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// through gives a page of a Word file as it is read from the file, and the text
// that the file alone would give.
func through(t testing.TB, d *Desk, c *catalog, file string, all []byte) (same, forced string, page *wordPage) {
	t.Helper()
	page, err := d.wordOf(c, file, all, "en")
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	data, err := page.word.Write()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	doc, err := document.Read(t.Context(), "page.docx", data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	carried := document.ReadCarried(t.Context(), data)
	if carried == nil || carried.File != file || !bytes.Equal(carried.Source, all) {
		t.Fatalf("%s: the file does not carry the page", file)
	}
	_, now := readWord(doc)
	if n := total(page.reading.pieces); n != len(now.blocks) {
		t.Errorf("%s: %d blocks were written, %d read", file, n, len(now.blocks))
	}
	w := &markdownWriter{reading: page.reading, before: now, after: now, labels: map[string]string{}}
	return page.reading.merged(page.text.body, now, now), w.whole(page.text.body, nil), page
}

// Every page of our site, taken as a Word file and brought back, is the same; and
// the text that the Word file alone holds is shown as the page's own.
func TestWordAndBack(t *testing.T) {
	need.Long(t)
	p := sit(t, ourCopy(t))
	n, differ := 0, 0
	c := p.desk.shelf.read()
	for _, page := range c.pages {
		all := []byte(readFile(t, filepath.Join(p.dir, "content", page.File)))
		same, forced, w := through(t, p.desk, c, page.File, all)
		n++
		if same != w.text.body {
			t.Errorf("%s: not edited, it became another one", page.File)
		}
		if got, want := rendered(t, forced), rendered(t, w.text.body); got != want {
			differ++
			t.Errorf("%s: shown differently from its Word text:\n%s", page.File, firstDifference(got, want))
		}
	}
	t.Logf("%d pages, %d of them shown differently from their Word text", n, differ)
	if n < 500 {
		t.Errorf("only %d pages were looked at", n)
	}
}

func firstDifference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i, len(s))-80):min(len(s), i+120)] }
	return "got  …" + cut(got) + "\nwant …" + cut(want)
}

// All that a page's text may hold comes back from a Word file.
func TestWordHoldsAllKindsOfText(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hugo.toml"), "baseURL = \"https://kb.example.org/\"\n[languages.en]\nweight = 1\n[languages.fr]\nweight = 2\n")
	writeFile(t, filepath.Join(dir, "content/notes/map.png"), string(onePixel(t)))
	all := "---\ntitle: \"A note & <its> title\"\nsummary: >-\n  Two lines\n  of it.\n# a comment\n---\n\n" + everything
	writeFile(t, filepath.Join(dir, "content/notes/all.md"), all)
	p := sit(t, dir)
	c := p.desk.shelf.read()
	same, forced, w := through(t, p.desk, c, "notes/all.md", []byte(all))
	if same != w.text.body {
		t.Error("not edited, it became another one")
	}
	if got, want := rendered(t, forced), rendered(t, w.text.body); got != want {
		t.Errorf("shown differently:\n%s\n%s", firstDifference(got, want), forced)
	}
}

const everything = `A *first* paragraph with **bold *and italic* words**, a [link](/notes/other/) and **[one in bold](https://example.org/a?b=c&d=e)**.
It goes on here[^a], and has a break\
within; stars \* and 2 < 3 & _under_scores_ and {{ not }}.

## A heading with an anchor {#anchor}

![The map of the port](/notes/map.png)

- one
- two with [an anchor](#anchor)
  1. first
  2. second
     - deep
- three

3. begins with three
4. and goes on

> Somebody *said* this.
>
> And this.

| Left | Right **bold** |
|:-----|---------------:|
| a    | 1              |
|      | 2 [x](file.pdf) |

` + "```\ncode {  }\n  indented\n```\n\nSome `code` within.\n\n{{< page 3 >}}\n\nTerm\n: What it means\n\n***\n\n1986\\. A year begins this.\n\n[^a]: The *note* itself, see <https://example.org/>.\n"

// What is edited in Word changes, and all else stays as its author wrote it.
func TestWordEdited(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hugo.toml"), "[languages.en]\nweight = 1\n[languages.fr]\nweight = 2\n")
	writeFile(t, filepath.Join(dir, "layouts/kinds/common.yaml"), commonFields)
	all := "---\ntitle: Title\nsummary: Summary.\nchecked: 2026-01-01 # comment\n---\n\nOne   paragraph  *of*\ntwo lines.\n\n## Heading {#h}\n\nTo be edited : yes[^1].\n\n* star\n* list\n\n[^1]: A note.\n"
	writeFile(t, filepath.Join(dir, "content/notes/page.md"), all)
	p := sit(t, dir)
	w := p.send(requestFor("word?page=notes/page.md"))
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "page.docx") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	data := w.Body.Bytes()
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "", "", all},
		{"a word", "To be edited", "It was edited", strings.Replace(all, "To be edited", "It was edited", 1)},
		{"the heading", ">Heading<", ">Another heading<", strings.Replace(all, "## Heading {#h}", "## Another heading {#h}", 1)},
		{"an entry", ">list<", ">list of *2*<", strings.Replace(all, "* star\n* list", `- star`+"\n"+`- list of \*2\*`, 1)},
		{"the title", `w:val="Title"/></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">Title`, `w:val="Title"/></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">Better`, strings.Replace(all, "title: Title", "title: Better", 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := rezipped(t, data, "word/document.xml", func(s string) string {
				if c.old != "" && !strings.Contains(s, c.old) {
					t.Fatalf("no %q in %s", c.old, s)
				}
				return strings.Replace(s, c.old, c.new, 1)
			})
			page := p.dropped(t, "page.docx", file)
			if c.old == "" {
				if !strings.Contains(page, "There is nothing to save") {
					t.Error(said(page))
				}
			} else if !strings.Contains(page, "nothing is saved yet") {
				t.Error(said(page))
			}
			// The page is the same until it is saved; then only that is another one.
			if got := readFile(t, filepath.Join(dir, "content/notes/page.md")); got != all {
				t.Errorf("written without a word: %s", got)
			}
			form := fields(t, page, "edit")
			form.Set("do", "save")
			if w := p.post("edit?page=notes/page.md", form); w.Code != 303 {
				t.Fatalf("%d %s", w.Code, said(w.Body.String()))
			}
			if got := readFile(t, filepath.Join(dir, "content/notes/page.md")); got != c.want {
				t.Errorf("got %s", got)
			}
			writeFile(t, filepath.Join(dir, "content/notes/page.md"), all)
		})
	}
	t.Run("a page that is not there", func(t *testing.T) {
		if err := removeFile(dir, "content/notes/page.md"); err != nil {
			t.Fatal(err)
		}
		form := fields(t, p.dropped(t, "page.docx", data), "edit")
		form.Set("do", "save")
		if w := p.post("edit?page=notes/page.md", form); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, said(w.Body.String()))
		}
		if got := readFile(t, filepath.Join(dir, "content/notes/page.md")); got != all {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a page that changed meanwhile", func(t *testing.T) {
		other := strings.Replace(all, "2026-01-01", "2026-02-02", 1)
		writeFile(t, filepath.Join(dir, "content/notes/page.md"), other)
		file := rezipped(t, data, "word/document.xml", func(s string) string { return strings.Replace(s, "To be edited", "It was edited", 1) })
		page := p.dropped(t, "page.docx", file)
		if !strings.Contains(page, "changed after this Word file was made") {
			t.Error(said(page))
		}
		form := fields(t, page, "edit")
		form.Set("do", "save")
		if w := p.post("edit?page=notes/page.md", form); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, said(w.Body.String()))
		}
		if got, want := readFile(t, filepath.Join(dir, "content/notes/page.md")), strings.Replace(other, "To be edited", "It was edited", 1); got != want {
			t.Errorf("got %s", got)
		}
	})
}

// A Word file that lies about the page that it carries does no harm: what it shows
// is what comes in, and it names no place outside content.
func TestWordThatLies(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hugo.toml"), "[languages.en]\nweight = 1\n")
	all := "---\ntitle: Title\n---\n\nText.\n"
	writeFile(t, filepath.Join(dir, "content/notes/page.md"), all)
	p := sit(t, dir)
	var imported []string
	p.desk.site.Import = importsNothing(&imported)
	word := func(file, source string) []byte {
		data, err := (&document.Word{Document: document.Document{Title: "Title", Blocks: []document.Block{
			{Kind: document.Heading, Level: 1, Style: document.StyleTitle, Runs: []document.Run{{Text: "Title"}}}, {Runs: []document.Run{{Text: "Text."}}}}},
			Carried: &document.Carried{File: file, Source: []byte(source)}}).Write()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, file := range []string{"../hugo.toml", "/etc/passwd.md", "notes/../../x.md", ".hidden/x.md", "notes/page.txt", `notes\page.md`, "notes/.page.md", ""} {
		imported = nil
		p.dropped(t, "page.docx", word(file, all))
		if len(imported) != 1 {
			t.Errorf("%q: taken for a page", file)
		}
	}
	// Its source says something else than its text: the text is shown, as a change.
	page := p.dropped(t, "page.docx", word("notes/page.md", "---\ntitle: Title\n---\n\nAnother text <script>alert(1)</script>.\n"))
	if form := fields(t, page, "edit"); strings.TrimSpace(form.Get("body")) != "Text." {
		t.Errorf("the text is %q", form.Get("body"))
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("a script came in")
	}
	for _, source := range []string{"no front matter", "---\ntitle: [\n---\n", "---\ntitle: Title\n---\n" + strings.Repeat("- [", 100_000), strings.Repeat("x", mostText+1)} {
		imported = nil
		p.dropped(t, "page.docx", word("notes/page.md", source))
	}
	if got := readFile(t, filepath.Join(dir, "content/notes/page.md")); got != all {
		t.Errorf("something was written: %s", got)
	}
	form := fields(t, p.get("edit?page=notes/page.md"), "edit")
	for _, carried := range []string{"%%%", "AAAA"} {
		form.Set("carried", carried)
		form.Set("do", "save")
		if w := p.post("edit?page=notes/page.md", form); w.Code < 400 {
			t.Errorf("%q: %d", carried, w.Code)
		}
	}
}

// A Word file is for everybody: it says its language and title, its headings are
// headings, its tables have heads, its images a description.
func TestWordIsAccessible(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hugo.toml"), "[languages.en]\nweight = 1\n[languages.ar]\nweight = 2\n")
	writeFile(t, filepath.Join(dir, "layouts/kinds/common.yaml"), commonFields)
	writeFile(t, filepath.Join(dir, "content/notes/map.png"), string(onePixel(t)))
	writeFile(t, filepath.Join(dir, "content/notes/page.ar.md"), "---\ntitle: ملاحظة\nsummary: موجز\nchecked: 2026-01-01\n---\n\n## عنوان\n\n![خريطة الميناء](/notes/map.png)\n\n| أ | ب |\n|---|---|\n| 1 | 2 |\n")
	p := sit(t, dir)
	data := p.send(requestFor("word?page=notes/page.ar.md")).Body.Bytes()
	parts := unzipped(t, data)
	for part, wants := range map[string][]string{
		"docProps/core.xml": {"<dc:title>ملاحظة</dc:title>", "<dc:language>ar</dc:language>"},
		"word/styles.xml":   {`w:bidi="ar"`, `<w:name w:val="heading 2"/>`, `<w:name w:val="Title"/>`},
		"word/document.xml": {`<w:pStyle w:val="Title"/>`, `<w:pStyle w:val="Heading2"/>`, `descr="خريطة الميناء"`, `<w:tblHeader/>`, `<w:bidi/>`, `<w:rtl/>`, `<w:bidiVisual/>`, `<w:tblCaption w:val="What the page says in its fields"/>`},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	if n := len(regexp.MustCompile(`<w:tblHeader/>`).FindAllString(parts["word/document.xml"], -1)); n != 2 {
		t.Errorf("%d tables have a head", n)
	}
	for name, text := range parts {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			wellFormed(t, name, text)
		}
	}
}

func (p *person) dropped(t testing.TB, name string, data []byte) string {
	t.Helper()
	form := fields(t, p.get("import"), "import")
	w := p.post("import", form, "file", name, string(data))
	if w.Code != 200 {
		t.Fatalf("%s: %d %s", name, w.Code, said(w.Body.String()))
	}
	return w.Body.String()
}

func requestFor(address string) *http.Request {
	return httptest.NewRequest("GET", Prefix+address, nil)
}

func importsNothing(names *[]string) func(context.Context, string) (*Imported, error) {
	return func(_ context.Context, file string) (*Imported, error) {
		*names = append(*names, filepath.Base(file))
		return &Imported{Message: "nothing was found"}, nil
	}
}

func removeFile(dir, name string) error { return os.Remove(filepath.Join(dir, name)) }

func onePixel(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unzipped(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

// rezipped gives a file of parts with one of them changed.
func rezipped(t testing.TB, data []byte, part string, change func(string) string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range unzipped(t, data) {
		if name == part {
			text = change(text)
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wellFormed(t testing.TB, name, text string) {
	t.Helper()
	for dec := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

const commonFields = "fields:\n  title: {is: text, required: true}\n  summary: {is: text}\n  checked: {is: date}\n"
