package document

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// sound reads a file and fails where what came out breaks a promise of the
// package.
func sound(t *testing.T, data []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d, err := Read(ctx, "file", data)
	if err != nil {
		if !strings.HasPrefix(err.Error(), "file: ") || strings.Contains(err.Error(), "cannot be read; open it in the program") {
			t.Errorf("error %q", err)
		}
		return
	}
	text := d.Text()
	if !utf8.ValidString(text) {
		t.Errorf("not UTF-8: %q", text)
	}
	for _, r := range text {
		if unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || unicode.IsControl(r) && r != '\n' && r != '\t' {
			t.Errorf("%U comes out", r)
		}
	}
	ids := map[string]bool{}
	for _, n := range d.Notes {
		ids[n.ID] = true
		if n.Block >= len(d.Blocks) {
			t.Errorf("note %+v of %d blocks", n, len(d.Blocks))
		}
	}
	each(d.Blocks, func(b *Block) {
		for _, r := range b.Runs {
			if r.Text == "" || r.Note != "" && !ids[r.Note] || r.Link != "" && SafeLink(r.Link) == "" {
				t.Errorf("run %+v", r)
			}
		}
		if b.Level < 0 || b.Kind == Heading && (b.Level < 1 || b.Level > 6) || b.Page < 0 {
			t.Errorf("block %+v", b)
		}
	})
}

// FuzzDOCX fuzzes the parts of a DOCX file, so that what is tried are elements
// and not the bytes of a zip file.
func FuzzDOCX(f *testing.F) {
	f.Add(numbered("5", "0", "a")+wp(`<w:pStyle w:val="a"/>`, wr("b")+`<w:r><w:footnoteReference w:id="2"/></w:r>`), wordNumbers,
		`<w:styles `+wordSpaces+`><w:style w:styleId="a"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style></w:styles>`, `<w:footnotes `+wordSpaces+`><w:footnote w:id="2">`+wp("", wr("c"))+`</w:footnote></w:footnotes>`)
	f.Add(`<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:sdt><w:sdtContent>`+wp("", `<w:r><w:fldChar w:fldCharType="begin"/><w:br w:type="page"/></w:r>`)+`</w:sdtContent></w:sdt>`, "", "", "")
	f.Fuzz(func(t *testing.T, body, numbering, styles, notes string) {
		sound(t, wordFile(body, "word/numbering.xml", numbering, "word/styles.xml", styles, "word/footnotes.xml", notes))
	})
}

func FuzzODT(f *testing.F) {
	f.Add(`<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>`,
		`<text:list text:style-name="L1"><text:list-item text:start-value="3"><text:p>a<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p></text:list-item></text:list>`)
	f.Add("", `<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>a<text:s text:c="9"/></text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>`)
	f.Fuzz(func(t *testing.T, styles, body string) { sound(t, openFile(styles, body)) })
}

func FuzzHTML(f *testing.F) {
	f.Add(`<h1>a<a href="#n1" id="r1"><sup>1</sup></a></h1><ol type=i start=-3><li>b</ol><table><tr><td rowspan=3 colspan=2>c</table><p id=n1><a href="#r1">1</a> d`)
	f.Add(`<div hidden>a</div><pre>b
 c</pre><a href="mailto:x@y">m</a>&#x202e;`)
	f.Fuzz(func(t *testing.T, body string) { sound(t, []byte("<html>"+body)) })
}

func FuzzText(f *testing.F) {
	for _, s := range []string{sampleText, "PanamÃ¡ â€™", "\xff\xfea\x00b\x00", "caf\xe9 \x8e", "ﬁ\u00ad\nx\u202e"} {
		f.Add([]byte(s))
	}
	f.Fuzz(sound)
}

// FuzzAnything fuzzes the bytes of whole files of every kind.
func FuzzAnything(f *testing.F) {
	f.Add(wordFile(wp("", wr("a"))))
	f.Add(openFile("", "<text:p>a</text:p>"))
	f.Add(encryptedPDF())
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<20 {
			sound(t, data)
		}
	})
}

// FuzzPDF fuzzes what is drawn on a page.
func FuzzPDF(f *testing.F) {
	f.Add("BT /F1 11 Tf 60 700 Td (Text of a line) Tj 0 -13 Td (goes on-) Tj ET", "BT /F2 18 Tf 60 700 Td (Head) Tj ET")
	f.Add("BT /F1 1 Tf 11 0 0 11 60 700 Tm (scaled) Tj ET q 0 1 -1 0 0 0 cm BT /F1 9 Tf (turned) Tj ET Q", "")
	f.Fuzz(func(t *testing.T, one, two string) {
		if len(one)+len(two) > 10_000 {
			return
		}
		var objects []string
		objects = append(objects, "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >>")
		for i := range 2 {
			objects = append(objects, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents "+string(rune('5'+i))+" 0 R /Resources << /Font << /F1 7 0 R /F2 7 0 R >> >> >>")
		}
		for _, s := range []string{one, two} {
			objects = append(objects, "<< /Length "+number(len(s), "decimal")+" >>\nstream\n"+s+"\nendstream")
		}
		objects = append(objects, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>")
		sound(t, pdfObjects(objects, ""))
	})
}

// FuzzLayout fuzzes where words stand.
func FuzzLayout(f *testing.F) {
	f.Add([]byte("words of a page with some letters in lines and columns 1 2 3 (a) • non- lethal"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, pages uint8) {
		d := &Document{Format: PDF}
		l := &layout{doc: d}
		fields := strings.Fields(clean(strings.ToValidUTF8(string(data[:min(len(data), 3000)]), "")))
		for p := range int(pages%5) + 1 {
			page := &pdfPage{number: p + 1, width: 595, height: 842}
			for i, w := range fields {
				c := float64(data[(i*7+p)%len(data)])
				e := float64(data[(i*3+p)%len(data)])
				page.words = append(page.words, word{text: w, x0: c * 2, x1: c*2 + float64(len(w))*5, base: 842 - 3*e, size: 8 + float64(int(c)%3)*4, bold: int(e)%5 == 0, super: int(e)%11 == 0, glued: int(c)%7 == 0, top: 850 - 3*e})
			}
			l.pages = append(l.pages, page)
		}
		if err := l.read(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.tidy()
		d.placeNotes()
		d.Text()
	})
}
