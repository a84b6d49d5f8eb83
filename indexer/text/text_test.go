package text

import (
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
)

func TestTokens(t *testing.T) {
	rows.Each(t, "../testdata/tokens.txt", func(line int, row string) {
		lang, rest, _ := strings.Cut(row, " | ")
		at := strings.LastIndex(rest, " | ")
		if at < 0 {
			t.Fatalf("line %d: needs language, text and terms", line)
		}
		text, want := rest[:at], strings.TrimSpace(rest[at+3:])
		if got := strings.Join(LanguageOf(lang).Terms(text), " "); got != want {
			t.Errorf("line %d: %s %q: got %q, want %q", line, lang, text, got, want)
		}
	})
}

// Offsets must cut the text itself, whatever folding did to a word.
func TestTokenOffsets(t *testing.T) {
	text := "Ⅻ 第1540号 ﬁle القـــرار 𝐁old résumé"
	var got []string
	for _, token := range Tokens(text) {
		got = append(got, text[token.Start:token.End])
	}
	want := []string{"Ⅻ", "第", "1540", "号", "ﬁle", "القـــرار", "𝐁old", "résumé"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("Coordination, 第1540号决议 ١٥٤٠ \xff")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, token := range Tokens(text) {
			if token.Start < 0 || token.End > len(text) || token.Start >= token.End || token.Pos < last {
				t.Fatalf("token %+v of %q", token, text)
			}
			if !token.CJK && Fold(token.Term) != token.Term {
				t.Fatalf("folding %q again gives %q", token.Term, Fold(token.Term))
			}
			last = token.Pos
		}
	})
}
