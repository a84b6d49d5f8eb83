package indexer

import (
	"slices"
	"strings"
	"testing"

	"vademecum/indexer/text"
)

// awkwardPage has words that share a place, that hyphens join, and that repeat; long sections; and
// names with numbers.
func awkwardPage() *Page {
	long := strings.Repeat("Dual-use goods are goods of dual use. 第1540号決議 snake_case, ansible.cfg and firstOrCreate.\n", 60)
	return &Page{
		URL: "/a/", Title: "7.2. Dual-use goods", Keywords: []string{"dual use", "", "goods"},
		Sections: []Section{{ID: "x", Heading: "1 Über Güter", Text: long}, {}, {ID: "y", Text: "한국어를 ไทย — end-user-certificate"}},
	}
}

// Packed words are those of the texts, token by token.
func TestPackedWords(t *testing.T) {
	words := newWordNumbers(true)
	r := words.reader()
	page := awkwardPage()
	w := r.readPage(page)
	check := func(what, content string, tokens []text.Token, got *fieldWords) {
		t.Helper()
		want := r.textWords(content, tokens)
		local := func(list []int32, of []int32) (out []int32) {
			for _, i := range list {
				out = append(out, of[i])
			}
			return out
		}
		if !slices.Equal(local(got.words, w.words), local(want.words, r.words)) || !slices.Equal(got.positions, want.positions) || !slices.Equal(got.joined, want.joined) {
			t.Errorf("%s: %v instead of %v", what, got, want)
		}
	}
	var scan wordScanner
	var parts [][]text.Part
	for _, s := range page.sections() {
		parts = append(parts, text.Cut(s.Text, text.Tokens(s.Text), passageTerms))
	}
	seen := 0
	err := scan.page(w, len(page.sections()), func(part *scannedPart) {
		s := page.sections()[part.section]
		of := parts[part.section][0]
		parts[part.section] = parts[part.section][1:]
		if got := s.Text[part.at : part.at+part.size]; got != of.Text {
			t.Errorf("a part is %q instead of %q", got, of.Text)
		}
		check("title", page.Title, text.Tokens(page.Title), part.fields[title])
		check("heading", s.Heading, text.Tokens(s.Heading), part.fields[heading])
		check("text", s.Text, of.Tokens, part.fields[body])
		if want := spansOf(s.Text, of.Tokens, part.at, part.at+part.size); string(part.spans) != string(want) {
			t.Errorf("spans are %q instead of %q", part.spans, want)
		}
		seen++
	})
	if err != nil || seen < 6 {
		t.Fatalf("%d parts, %v", seen, err)
	}
}

// Kept words that are damaged are read anew: whatever byte of them changes, nothing panics
// and no part lies outside of its text.
func TestDamagedWords(t *testing.T) {
	page := awkwardPage()
	page.Sections[0].Text = page.Sections[0].Text[:600]
	r := newWordNumbers(false).reader()
	data := r.pack(r.readPage(page))
	refused := 0
	for i := range data {
		for _, b := range []byte{0, 1, 0x7F, 0xFF, data[i] + 1} {
			changed := slices.Clone(data)
			changed[i] = b
			if w, ok := r.unpack(changed); ok {
				if out := r.passages(page, w); out.err == nil {
					continue
				}
			}
			refused++
		}
	}
	if refused < len(data) {
		t.Errorf("%d of %d changes were noticed", refused, 5*len(data))
	}
	for i := range data {
		if w, ok := r.unpack(data[:i]); ok && r.passages(page, w).err == nil {
			t.Errorf("%d of %d bytes are taken for all", i, len(data))
		}
	}
}
