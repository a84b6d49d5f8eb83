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

// The work for a text grows as the text does, whatever is said in it again and again
// without a space: what takes the square of its length would not end here.
func TestTokensOfOneLongRun(t *testing.T) {
	const times = 1_500_000
	all := Tokens(strings.Repeat("a.", times))
	if last := all[len(all)-1]; len(all) != times || last.End != 2*times-1 {
		t.Errorf("%d tokens, the last ends at %d", len(all), last.End)
	}
	for _, unit := range []string{"a_", "a-", "--a-", "aA", "C++", "a+", "가", "字", "a\u00ad", "é.", "1.", "_", "ក្", "\u0301"} {
		few, many := len(Tokens(strings.Repeat(unit, 1000))), len(Tokens(strings.Repeat(unit, 100_000)))
		if many > 101*few+100 {
			t.Errorf("%q: %d tokens of 1,000, %d of 100,000", unit, few, many)
		}
	}
}

// Of a word that is folded by its beginning alone comes what would come of the whole.
func TestLongWordsFoldAsTheirBeginning(t *testing.T) {
	for _, unit := range []string{"ﷺ", "é", "e\u0301", "a\u0301\u0302\u0323", "\u00adä", "ﬁx", "İi", "ǆ", "ё", "و\u064e", "क\u094d", "𝐁", "1é", "ϓ", "ß"} {
		for _, before := range []string{"", "a", "\u0301", "xy\u0323"} {
			for _, times := range []int{60, 63, 64, 65, 70, 256, 257, 300, 900} {
				word := before + strings.Repeat(unit, times)
				if got, _ := foldWord(word); got != cutWord(Fold(word)) {
					t.Errorf("%q, %d times behind %q: %q, not %q", unit, times, before, got, cutWord(Fold(word)))
				}
			}
		}
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
