package indexer

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// eachRow calls check with every line of a file of testdata that is neither
// empty nor a comment.
func eachRow(t *testing.T, file string, check func(line int, row string)) {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := 0
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if row := lines.Text(); strings.TrimSpace(row) != "" && !strings.HasPrefix(row, "#") {
			rows++
			check(n, row)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if rows == 0 {
		t.Fatalf("%s holds no row", file)
	}
}

func TestTokens(t *testing.T) {
	eachRow(t, "tokens.txt", func(line int, row string) {
		lang, rest, _ := strings.Cut(row, " | ")
		at := strings.LastIndex(rest, " | ")
		if at < 0 {
			t.Fatalf("line %d: needs language, text and terms", line)
		}
		text, want := rest[:at], strings.TrimSpace(rest[at+3:])
		if got := strings.Join(languageOf(lang).terms(text), " "); got != want {
			t.Errorf("line %d: %s %q: got %q, want %q", line, lang, text, got, want)
		}
	})
}

// Offsets must cut the text itself, whatever folding did to a word.
func TestTokenOffsets(t *testing.T) {
	text := "Ⅻ 第1540号 ﬁle القـــرار 𝐁old résumé"
	var got []string
	for _, token := range tokens(text) {
		got = append(got, text[token.start:token.end])
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
		for _, token := range tokens(text) {
			if token.start < 0 || token.end > len(text) || token.start >= token.end || token.pos < last {
				t.Fatalf("token %+v of %q", token, text)
			}
			if !token.cjk && fold(token.term) != token.term {
				t.Fatalf("folding %q again gives %q", token.term, fold(token.term))
			}
			last = token.pos
		}
	})
}
