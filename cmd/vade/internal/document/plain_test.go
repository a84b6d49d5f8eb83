package document

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const sampleText = "El señor García dijo: “Un solo punto de contacto” bastaría — así de fácil. L’été à Genève, où l’on œuvre.\n"

// TestEncodings reads one text in the encodings that files come in.
func TestEncodings(t *testing.T) {
	encoded := map[string][]byte{"UTF-8": []byte(sampleText), "UTF-8 with mark": []byte("\ufeff" + sampleText)}
	for name, e := range map[string]interface {
		Bytes([]byte) ([]byte, error)
	}{
		"Windows-1252":            charmap.Windows1252.NewEncoder(),
		"Mac Roman":               charmap.Macintosh.NewEncoder(),
		"UTF-16":                  unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16 without mark":     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(),
		"UTF-16 BE, without mark": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(),
	} {
		b, err := e.Bytes([]byte(sampleText))
		if err != nil {
			t.Fatal(err)
		}
		encoded[name] = b
	}
	for name, data := range encoded {
		d := read(t, name, data)
		if d.Text() != sampleText {
			t.Errorf("%s: %q", name, d.Text())
		}
		if strings.HasPrefix(name, "UTF-8") != (len(d.Warnings) == 0) {
			t.Errorf("%s: warnings %q", name, d.Warnings)
		}
	}
}

// TestMojibake repairs UTF-8 that was read as something else, where that is
// certain, and leaves alone what only looks like it.
func TestMojibake(t *testing.T) {
	garble := func(text string, as *charmap.Charmap) string { return decodeAs(as, []byte(text)) }
	for _, text := range []string{sampleText, "Совет Безопасности\n", "مجلس الأمن\n", "安全理事会\n"} {
		for _, as := range []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh} {
			d := read(t, "x", []byte(garble(text, as)))
			if d.Text() != text {
				t.Errorf("%s: %q", as, d.Text())
			}
			if !warned(d, "repaired") {
				t.Errorf("%s: warnings %q", as, d.Warnings)
			}
		}
	}
	if d := read(t, "x", []byte(garble(garble(sampleText, charmap.Windows1252), charmap.Windows1252))); d.Text() != sampleText {
		t.Errorf("twice: %q", d.Text())
	}
	if d := read(t, "x", []byte("Panamá and PanamÃ¡\n")); d.Text() != "Panamá and Panamá\n" {
		t.Errorf("mixed: %q", d.Text())
	}
	for _, text := range []string{"«OÙ» «CAFÉ» «À» ESPAÑA\n", "25 °C, § 3, ½ – ± µ\n", "Москва и «Кремль»\n", "ÀÉ ÔÔ ÛÜ\n"} {
		if d := read(t, "x", []byte(text)); d.Text() != text || len(d.Warnings) > 0 {
			t.Errorf("%q became %q, warnings %q", text, d.Text(), d.Warnings)
		}
	}
	if d := read(t, "x", []byte("the â€ sign")); !warned(d, "garbled") {
		t.Errorf("what cannot be repaired is not said: %q", d.Warnings)
	}
}

// TestTypesetting makes plain what typesetting left in text.
func TestTypesetting(t *testing.T) {
	d := read(t, "x", []byte("\ufeffﬁght ﬂow\u00a0co\u00ad\r\nordinate non\u2011lethal\fnext"))
	if want := "fight flow coordinate non-lethal\n\nnext"; d.Text() != want {
		t.Errorf("%q", d.Text())
	}
}

// TestJoin joins words that were broken at a line's end as the document has
// them elsewhere, and by their parts where it does not.
func TestJoin(t *testing.T) {
	w := Words{}
	w.Add("materials long-term policy. non-proliferation control export decision coordinate")
	for _, c := range []struct{ left, right, want string }{
		{"materi-", "als in use", "materials in use"},
		{"long-", "term plan", "long-term plan"},
		{"the non-", "governmental part", "the non-governmental part"},
		{"non-", "proliferation", "non-proliferation"},
		{"con-", "fuse", "confuse"},
		{"export-", "control list", "export-control list"},
		{"2018-", "2021", "2018-2021"},
		{"Asia-", "Pacific", "Asia-Pacific"},
		{"ELE-", "MENT OF", "ELEMENT OF"},
		{"ex-", "perts", "experts"},
		{"co\u00ad", "ordinate", "coordinate"},
		{"decision-mak-", "ing", "decision-mak-ing"},
	} {
		if got := w.Join(c.left, c.right); got != c.want {
			t.Errorf("%q and %q give %q, wanted %q", c.left, c.right, got, c.want)
		}
	}
}
