package indexer

import (
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
	"vademecum/indexer/text"
)

// sameTokens tells where what is written of tokens differs from them.
func sameTokens(t *testing.T, passage string) {
	t.Helper()
	tokens := text.Tokens(passage)
	written := spansOf(passage, tokens, 0, len(passage))
	got, err := appendSpans(nil, written, len(tokens), passage)
	if err != nil || len(got) != len(tokens) {
		t.Fatalf("%.100q: %d of %d tokens, %v", passage, len(got), len(tokens), err)
	}
	for i, want := range tokens {
		s := got[i]
		if token := s.token(passage, written); int(s.start) != want.Start || int(s.end) != want.End || int(s.pos) != want.Pos || token.Term != want.Term || token.CJK != want.CJK {
			t.Errorf("%.100q: token %d is %+v, which reads %+v, want %+v", passage, i, s, token, want)
		}
	}
}

// The words of a text are found where they stand without reading it again.
func TestSpansAreTokens(t *testing.T) {
	all := ""
	rows.Each(t, "testdata/tokens.txt", func(_ int, row string) {
		passage := strings.Split(row, " | ")[1]
		sameTokens(t, passage)
		all += passage + strings.Repeat(" ", len(all)%30) + "\n"
	})
	sameTokens(t, all)
	sameTokens(t, strings.Repeat("x", 300)+" "+strings.Repeat("-", 40)+" --dry-run firstOrCreate C++ .env 中国人 한국어를")
}

func FuzzSpans(f *testing.F) {
	f.Add("a --dry-run, .env snake_case firstOrCreate C++ ½ 第1540号 القرار ſ")
	f.Fuzz(func(t *testing.T, passage string) { sameTokens(t, strings.ToValidUTF8(passage, "")) })
}

// What is damaged gives an error and no wrong words, and takes no memory.
func FuzzSpansDamaged(f *testing.F) {
	f.Add([]byte("\x13\xE2\xF0\x01\x02\x01\x00"), 3, "Some text of 31 bytes, no more.")
	f.Add([]byte("\xF3\xFF\x00\xFF\x80\x80\x80\x80\x01"), 70, "All of these are regular, or so")
	f.Fuzz(func(t *testing.T, data []byte, n int, in string) {
		spans, err := appendSpans(nil, data, max(0, n), in)
		if len(spans) > max(0, n) {
			t.Fatalf("%d spans instead of %d", len(spans), n)
		}
		for _, s := range spans {
			if s.start < 0 || s.end <= s.start || int(s.end) > len(in) {
				t.Fatalf("%+v of %d bytes, %v", s, len(in), err)
			}
			s.token(in, data)
		}
	})
}

// Texts come back from their file as they went in, with a dictionary and without.
func TestTextsFile(t *testing.T) {
	for _, repeat := range []int{1, 3000} {
		c := &corpus{}
		words := newWordNumbers(false).reader()
		for i := range 3 * repeat {
			passage := strings.Repeat(word26(i)+" Coordination of 第1540号 mechanisms. ", i%5)
			page := &Page{Title: "Title", Sections: []Section{{ID: "s" + word26(i), Heading: "Heading", Text: passage}}}
			read := words.page(page, nil)
			c.addPage(page, &read)
			c.passages[i].hashes = make([]uint8, len(text.Tokens(c.passages[i].Text)))
		}
		name := filepath.Join(t.TempDir(), textsFile)
		if err := c.writeTexts(name); err != nil {
			t.Fatal(err)
		}
		stored, err := openTexts(name, len(c.passages))
		if err != nil {
			t.Fatal(err)
		}
		defer stored.file.close()
		for i, want := range c.passages {
			got, err := stored.of(int32(i))
			if err != nil || got.ID != want.ID || got.Heading != want.Heading || got.Text != want.Text || string(got.spans) != string(want.spans) {
				t.Fatalf("%d: %+v %v, want %+v", i, got, err, want)
			}
		}
	}
}
