package document

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"vademecum/internal/need"
)

func read(t *testing.T, name string, data []byte) *Document {
	t.Helper()
	d, err := Read(context.Background(), name, data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// outline writes a document's blocks one a line: kind, label, text.
func outline(d *Document) string {
	var b strings.Builder
	var write func(blocks []Block, indent string)
	write = func(blocks []Block, indent string) {
		for _, k := range blocks {
			kind := [...]string{"p", "h", "item", "table"}[k.Kind]
			if k.Kind == Heading || k.Kind == Item {
				kind = fmt.Sprintf("%s%d", kind, k.Level)
			}
			fmt.Fprintf(&b, "%s%s", indent, kind)
			if k.Label != "" {
				fmt.Fprintf(&b, " [%s]", k.Label)
			}
			for _, r := range k.Runs {
				text := strings.ReplaceAll(r.Text, "\n", "/")
				switch {
				case r.Note != "":
					text = "{" + text + "}"
				case r.Bold && strings.TrimSpace(text) != "":
					text = "*" + text + "*"
				}
				if r.Link != "" {
					text = "<" + text + " " + r.Link + ">"
				}
				if strings.HasPrefix(text, " ") || b.Len() > 0 && !strings.HasSuffix(b.String(), "p") && !strings.HasSuffix(b.String(), "]") && !strings.HasSuffix(b.String(), kind) {
					b.WriteString(text)
				} else {
					b.WriteString(" " + text)
				}
			}
			b.WriteString("\n")
			for _, row := range k.Rows {
				b.WriteString(indent + " row\n")
				for _, c := range row.Cells {
					fmt.Fprintf(&b, "%s  cell %d\n", indent, c.Span)
					write(c.Blocks, indent+"   ")
				}
			}
		}
	}
	write(d.Blocks, "")
	for _, n := range d.Notes {
		kind := "footnote"
		if n.Endnote {
			kind = "endnote"
		}
		fmt.Fprintf(&b, "%s %s of %d\n", kind, n.Label, n.Block)
		write(n.Blocks, " ")
	}
	return b.String()
}

func wantOutline(t *testing.T, d *Document, want string) {
	t.Helper()
	want = strings.TrimLeft(want, "\n")
	if got := outline(d); got != want {
		t.Errorf("read as\n%s\nwanted\n%s", got, want)
	}
}

func warned(d *Document, part string) bool {
	return slices.ContainsFunc(d.Warnings, func(w string) bool { return strings.Contains(w, part) })
}

// TestFormatsAgree reads documents that exist in four formats: all say the
// same words in the same order, and those of the text file, if there is one.
func TestFormatsAgree(t *testing.T) {
	dir := need.Shared(t, "documents")
	for _, c := range []struct{ stem, text string }{
		{"panama", "panama-2019-information-note.txt"},
		{"res1540", "S_RES_1540_2004_EN.txt"},
		{"rich", ""},
	} {
		want := ""
		if c.text != "" {
			data, err := os.ReadFile(filepath.Join(dir, c.text))
			if err != nil {
				t.Fatal(err)
			}
			want = words(strings.NewReplacer("<sup>", " ", "</sup>", " ").Replace(read(t, c.text, data).Text()))
		}
		for _, ext := range []string{"docx", "odt", "html", "pdf"} {
			data, err := os.ReadFile(filepath.Join(dir, "formats", c.stem+"."+ext))
			if err != nil {
				t.Fatal(err)
			}
			d := read(t, c.stem+"."+ext, data)
			got := words(d.Text())
			if c.stem == "panama" && ext == "pdf" {
				// The title of this PDF is not printed on its first page.
				got = "information note 1 " + got
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s.%s: %s", c.stem, ext, firstDifference(got, want))
			}
			if string(d.Format) != ext {
				t.Errorf("%s.%s is taken for %s", c.stem, ext, d.Format)
			}
		}
	}
}

// words is a text's letters and digits only, without raised digits' height.
func words(text string) string {
	for i, r := range []rune("⁰¹²³⁴⁵⁶⁷⁸⁹") {
		text = strings.ReplaceAll(text, string(r), fmt.Sprintf(" %d ", i))
	}
	f := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(f, " ")
}

func firstDifference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	part := func(s string) string { return s[max(0, i-60):min(len(s), i+60)] }
	return fmt.Sprintf("differs at “%s”, wanted “%s”", part(got), part(want))
}

// TestRichAgrees reads the made-up document with table, lists and footnote: in
// all formats the blocks are the same.
func TestRichAgrees(t *testing.T) {
	dir := need.Shared(t, "documents")
	for _, ext := range []string{"docx", "odt", "html", "pdf"} {
		data, err := os.ReadFile(filepath.Join(dir, "formats", "rich."+ext))
		if err != nil {
			t.Fatal(err)
		}
		d := read(t, "rich."+ext, data)
		var kinds []string
		for _, b := range d.Blocks {
			kinds = append(kinds, fmt.Sprint(b.Kind, b.Label))
		}
		if got, want := strings.Join(kinds, " "), "1 3 0 2• 2• 21. 22. 1 0"; got != want {
			t.Errorf("%s: blocks %s, wanted %s", ext, got, want)
		}
		if len(d.Notes) != 1 || d.Notes[0].Block != 0 || d.Notes[0].Label != "1" {
			t.Errorf("%s: notes %+v", ext, d.Notes)
		}
		if rows := d.Blocks[1].Rows; len(rows) != 2 || len(rows[0].Cells) != 2 {
			t.Errorf("%s: the table has rows %+v", ext, rows)
		}
	}
}

// TestRefused gives each kind of file that is not read, by its content and
// under another name: the message names the file and what to do.
func TestRefused(t *testing.T) {
	manifest := `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`
	deep := strings.Repeat("<w:ins>", 300) + strings.Repeat("</w:ins>", 300)
	swelling := wordFile(wp("", wr(strings.Repeat("a", 70<<20))))
	many := make([]string, 0, 2*maxEntries+2)
	for i := range maxEntries + 1 {
		many = append(many, fmt.Sprint("word/", i), "")
	}
	whole := wordFile(wp("", wr("Text")))
	const entity = `<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yy">]>`
	ole := func(stream string) []byte {
		var wide strings.Builder
		for _, r := range stream {
			wide.WriteString(string(r) + "\x00")
		}
		return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + wide.String())
	}
	for _, c := range []struct {
		what string
		data []byte
		says string
	}{
		{"nothing", nil, "empty"},
		{"only spaces", []byte(" \n\n "), "holds no text"},
		{"too large", make([]byte, maxSize+1), "more than 100 MB"},
		{"RTF", []byte(`{\rtf1 Hello}`), "save it as DOCX"},
		{"DOC", ole("WordDocument"), "save it as DOCX"},
		{"encrypted DOCX", ole("EncryptedPackage"), "password"},
		{"XLS", ole("Workbook"), "workbook"},
		{"XLSX", pack("[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<x/>"), "Excel"},
		{"PPTX", pack("[Content_Types].xml", "<Types/>", "ppt/presentation.xml", "<x/>"), "PowerPoint"},
		{"ODS", pack("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"},
		{"zip", pack("a.txt", "text"), "unpack it"},
		{"PNG", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "OCR"},
		{"program", []byte("MZ\x90\x00\x03\x00\x00\x00"), "program"},
		{"binary", []byte("abc\x00\x01\x02def"), "binary file"},
		{"XML", []byte(`<?xml version="1.0"?><a/>`), "XML"},
		{"encrypted ODT", openFile("", "<text:p>x</text:p>", "META-INF/manifest.xml", manifest), "password"},
		{"DOCX cut short", whole[:len(whole)-30], "cut short"},
		{"XML cut short", pack("[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document `+wordSpaces+`><w:body><w:p>`), "cut short"},
		{"zip bomb", swelling, "swells"},
		{"ODT bomb", openFile("", "<text:p>"+strings.Repeat("a", 70<<20)+"</text:p>"), "swells"},
		{"external entity in DOCX", pack("[Content_Types].xml", "<Types/>", "word/document.xml", entity+`<w:document `+wordSpaces+`><w:body>`+wp("", wr("Text &x;"))+`</w:body></w:document>`), "from elsewhere"},
		{"entity in a part of ODT", openFile("", "<text:p>x</text:p>", "styles.xml", entity+`<office:document-styles `+openSpaces+`><office:master-styles><style:master-page>&y;</style:master-page></office:master-styles></office:document-styles>`), "from elsewhere"},
		{"many entries", pack(many...), "swells"},
		{"deep XML", wordFile(deep), "nested too deeply"},
		{"deep HTML", []byte("<html>" + strings.Repeat("<div>", 5000) + "x"), "nested too deeply"},
		{"DOCX without text", wordFile(""), "holds no text"},
		{"PDF without end", []byte("%PDF-1.4\n1 0 obj"), "damaged or cut short"},
		{"encrypted ODT as a whole", pack("mimetype", "application/vnd.oasis.opendocument.text", "encrypted-package", "\x01\x02", "META-INF/manifest.xml", manifest), "password"},
		{"encrypted PDF", encryptedPDF(), "password"},
		{"image-only PDF", imagePDF(), "OCR"},
		{"blank PDF", pdfFile(nil), "no text"},
	} {
		d, err := Read(context.Background(), "folder/note.txt", c.data)
		if err == nil {
			t.Errorf("%s: read as %s, wanted an error", c.what, d.Format)
			continue
		}
		if !strings.HasPrefix(err.Error(), "folder/note.txt: ") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; wanted the file's name and “%s”", c.what, err, c.says)
		}
	}
}

// encryptedPDF is a PDF that asks for a password.
func encryptedPDF() []byte {
	hex := strings.Repeat("a5", 32)
	return pdfObjects([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
		"<< /Filter /Standard /V 1 /R 2 /O <" + hex + "> /U <" + hex + "> /P -4 >>",
	}, "/Encrypt 4 0 R /ID [<0123> <0123>]")
}

// imagePDF is a PDF whose page is a picture.
func imagePDF() []byte {
	draw := "q 500 0 0 700 40 40 cm /I Do Q"
	return pdfObjects([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw),
		"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 4 >>\nstream\nabcd\nendstream",
	}, "")
}

// TestSlowPDF gives up a PDF whose page draws itself without end.
func TestSlowPDF(t *testing.T) {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 6 0 R >> >> >>",
		"<< /Length 5 >>\nstream\n/X Do\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
	}
	again := strings.Repeat("/X Do ", 60)
	for i := range 3 { // some millions of times, so that it ends soon after the test
		objects = append(objects, fmt.Sprintf("<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject << /X %d 0 R >> >> /Length %d >>\nstream\n%s\nendstream", 7+i, len(again), again))
	}
	draw := "BT /F1 9 Tf 50 700 Td (Text) Tj ET"
	objects = append(objects, fmt.Sprintf("<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Length %d >>\nstream\n%s\nendstream", len(draw), draw))
	if _, err := readPDFWithin(t.Context(), 200*time.Millisecond, pdfObjects(objects, "")); !errors.Is(err, errSlow) {
		t.Errorf("%v, wanted “%v”", err, errSlow)
	}
}

// TestBusyPDF says that others are being read, and not that the file is to blame.
func TestBusyPDF(t *testing.T) {
	p, err := pool()
	if err != nil {
		t.Fatal(err)
	}
	for range maxPDFs {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // those of other tests may still be busy
		defer cancel()
		instance, err := p.GetInstanceWithContext(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer closeInstance(instance)
	}
	if _, err := readPDFWithin(t.Context(), 50*time.Millisecond, imagePDF()); !errors.Is(err, errBusy) {
		t.Errorf("%v, wanted “%v”", err, errBusy)
	}
}

// TestCancelled gives up when the caller does.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, data := range map[string][]byte{
		"docx": wordFile(wp("", wr("Text"))),
		"odt":  openFile("", "<text:p>Text</text:p>"),
		"html": []byte("<html><p>Text"),
		"pdf":  pdfFile(inkLines(60, 700, 11, 13, "F1", "Text")),
	} {
		if _, err := Read(ctx, name, data); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestControlsNeverComeOut hides control characters in each format.
func TestControlsNeverComeOut(t *testing.T) {
	hidden := "A\u202eB\u2066C\u2069D\u200bE\u0085F\U000E0041G\ufeffH\u061cI"
	for name, data := range map[string][]byte{
		"text": []byte(hidden + strings.Repeat(" more words", 20) + "\x01\x1b\x7f"),
		"docx": wordFile(wp("", wr(hidden))),
		"odt":  openFile("", "<text:p>"+hidden+"</text:p>"),
		"html": []byte("<html><title>" + hidden + "</title><p>" + hidden + "&#x202E;&#8294;</p>"),
	} {
		d := read(t, "n\u202eame."+name, data)
		all := d.Name + d.Title + d.Text() + outline(d)
		for _, r := range all {
			if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Errorf("%s: %U comes out", name, r)
			}
		}
		if !strings.Contains(strings.ReplaceAll(all, "\n", ""), "ABCDE") {
			t.Errorf("%s: the text is lost: %q", name, all)
		}
	}
}

// TestNames keeps folders out of the document's name.
func TestNames(t *testing.T) {
	for given, want := range map[string]string{"/a/b/note.txt": "note.txt", `C:\b\note.txt`: "note.txt", "note.txt": "note.txt"} {
		if d := read(t, given, []byte("Text")); d.Name != want {
			t.Errorf("%q is named %q", given, d.Name)
		}
	}
}

// TestTextIsEscaped gives text that means something in Markdown: it stays
// text.
func TestTextIsEscaped(t *testing.T) {
	d := read(t, "x", wordFile(wp("", wr("# no heading"))+wp("", wr("see [a](http://x) and &lt;b&gt; and *one*"))+wp("", wr("---"))))
	for _, want := range []string{`\# no heading`, `\[a\](http://x)`, `\<b\>`, `\*one*`, `\---`} {
		if !strings.Contains(d.Text(), want) {
			t.Errorf("no %s in %s", want, d.Text())
		}
	}
}
