package portable

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vademecum/internal/need"
)

var bookSite = map[string]string{
	"index.html":         `<html lang="en" dir="ltr"><body><nav><a href="/z/">Z</a><a href="/l/">L</a><a href="/a/">A</a></nav><main><h1>Bees &amp; hives</h1><p>See <a href="/z/one/?q=x#part">one</a>, <a href="/search/">search</a>, <a href="https://example.org/?a=1&amp;b=2">elsewhere</a>.<br><img src="/p/1.png" alt="A bee"></main></html>`,
	"z/index.html":       `<html lang="en"><head><meta name="vade:date" content="2025-03-04"></head><body><main><h1>Z</h1><ul><li>x<li>y</ul><form><label>Question<input name="a"></label><textarea></textarea></form></main></html>`,
	"z/one/index.html":   `<html lang="en"><body><main><h1>One</h1><p hidden>not there</p><section data-vade-section="1" id="part"><p onclick="x()">Part` + "\x0c" + `</p></section><script>1</script><svg class="icon" aria-hidden="true"><path d="M0"/></svg><svg viewBox="0 0 1 1" role="img"><a href="/a/"><title>A</title><text x="0" y="1">t</text></a></svg><vade-x>own</vade-x></main></html>`,
	"l/index.html":       `<html lang="en"><head><meta name="robots" content="noindex"></head><body><main><h1>List</h1></main></html>`,
	"l/two/index.html":   `<html lang="en"><body><main><h1>Two</h1></main></html>`,
	"a/index.html":       `<html lang="en"><body><main><h1>A</h1><a href="#no">no</a><a href="javascript:x()">x</a></main></html>`,
	"es/index.html":      `<html lang="es"><body><main><h1>Abejas</h1></main></html>`,
	"es/z/index.html":    `<html lang="es"><body><main><h1>Zeta</h1></main></html>`,
	"ar/index.html":      `<html lang="ar" dir="rtl"><body><main><h1>نحل</h1></main></html>`,
	"search/index.html":  `<html lang="en"><body><main><h1>Search</h1><div data-vade-results></div></main></html>`,
	"old/index.html":     `<html lang="en"><head><meta http-equiv="refresh" content="0; url=/z/"></head><body><main></main></html>`,
	"hidden/index.html":  `<html lang="en"><head><meta name="robots" content="noindex"></head><body><main><h1>H</h1></main></html>`,
	"p/1.png":            "\x89PNG\r\n\x1a\n",
	"unused/picture.png": "x",
}

// bookOf writes a book and gives its files in their order.
func bookOf(t *testing.T, lang string) (file string, names []string, texts map[string]string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "site.epub")
	if _, err := WriteBook(context.Background(), put(t, bookSite), file, lang); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	texts = map[string]string{}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, texts[f.Name] = append(names, f.Name), string(data)
		if i == 0 && (f.Name != "mimetype" || f.Method != zip.Store || len(f.Extra) > 0 || f.Flags != 0 || string(data) != "application/epub+zip") {
			t.Errorf("the first file is %+v %q", f.FileHeader, data)
		}
	}
	return file, names, texts
}

// Every file of the book is XML, every link in it leads to a place that is there, and
// its list names exactly what it holds.
func TestBookIsWhole(t *testing.T) {
	_, names, texts := bookOf(t, "")
	ids := map[string]bool{}
	var links []string
	for _, name := range names {
		if !strings.HasSuffix(name, ".xhtml") && !strings.HasSuffix(name, ".opf") && !strings.HasSuffix(name, ".xml") {
			continue
		}
		ids[name] = true
		d := xml.NewDecoder(strings.NewReader(texts[name]))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, texts[name])
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range start.Attr {
				switch {
				case a.Name.Local == "id":
					ids[name+"#"+a.Value] = true
				case (a.Name.Local == "href" || a.Name.Local == "src") && !strings.Contains(a.Value, ":"):
					links = append(links, "EPUB/"+a.Value)
				case strings.HasPrefix(a.Name.Local, "on") || strings.HasPrefix(a.Name.Local, "data-"):
					t.Errorf("%s holds %s", name, a.Name.Local)
				}
			}
		}
	}
	for _, to := range links {
		if _, file := texts[to]; !file && !ids[to] {
			t.Errorf("a link leads to %s, which is not there", to)
		}
	}
	for _, name := range names[2:] {
		if base := strings.TrimPrefix(name, "EPUB/"); base != "package.opf" && strings.Count(texts["EPUB/package.opf"], `href="`+base+`"`) != 1 {
			t.Errorf("the list does not name %s once", base)
		}
	}
	if strings.Contains(strings.Join(names, " "), "unused") || len(names) != 2+8+1+3 {
		t.Errorf("it holds %v", names)
	}
	all := strings.Join([]string{texts["EPUB/c00001.xhtml"], texts["EPUB/c00003.xhtml"]}, "\n")
	for _, want := range []string{`href="c00003.xhtml#part"`, `<a>search</a>`, `href="https://example.org/?a=1&amp;b=2"`, `src="i00001.png"`, `<p>Part</p>`, `xlink:href="c00005.xhtml"`, "<div>own</div>"} {
		if !strings.Contains(all, want) {
			t.Errorf("it lacks %s:\n%s", want, all)
		}
	}
}

// The contents follow the first page's menu, a language after the other, that of the site first.
func TestBookOrder(t *testing.T) {
	_, _, texts := bookOf(t, "")
	got := strings.Join(regexp.MustCompile(`</?ol>|>[^<>\s][^<>]*</(a|span)>`).FindAllString(texts["EPUB/nav.xhtml"], -1), "")
	want := `<ol>>Bees &amp; hives</a><ol>>Z</a><ol>>One</a></ol>>List</span><ol>>Two</a></ol>>A</a></ol>>نحل</a>>Abejas</a><ol>>Zeta</a></ol></ol>`
	if got != want {
		t.Errorf("the contents are\n%s\nwant\n%s", got, want)
	}
	_, names, texts := bookOf(t, "ar")
	if opf := texts["EPUB/package.opf"]; len(names) != 2+1+3 || !strings.Contains(opf, `page-progression-direction="rtl"`) || !strings.Contains(opf, "<dc:language>ar</dc:language>") {
		t.Errorf("the Arabic book: %v\n%s", names, opf)
	}
	if _, err := WriteBook(context.Background(), put(t, bookSite), filepath.Join(t.TempDir(), "x.epub"), "de"); err == nil || !strings.Contains(err.Error(), "ar, en, es") {
		t.Errorf("a language that is not there: %v", err)
	}
}

// Debian's epubcheck finds nothing.
func TestBookWithEpubcheck(t *testing.T) {
	need.Long(t)
	java := need.Program(t, "java", "apt-get install default-jre-headless")
	checker := need.Program(t, "epubcheck", "apt-get install epubcheck") // Debian's is the jar itself
	files := bookSite
	files["p/1.png"] = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71\x00\x00\x00\x00IEND\xaeB`\x82"
	file, _, _ := bookOf(t, "")
	if said, err := exec.CommandContext(t.Context(), java, "-jar", checker, "--failonwarnings", file).CombinedOutput(); err != nil {
		t.Errorf("epubcheck: %v\n%s", err, said)
	}
}
