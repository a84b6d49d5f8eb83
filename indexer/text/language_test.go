package text

import (
	"os"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
)

func TestLanguagesServe(t *testing.T) {
	rows.Each(t, "../testdata/languages.txt", func(_ int, row string) {
		f := strings.Split(row, "|")
		languages := strings.Fields(f[1])
		if got, want := MatchLanguage(f[0], languages, languages[0]), strings.TrimSpace(f[2]); got != want {
			t.Errorf("%q in %v is served by %s, want %s", f[0], languages, got, want)
		}
	})
}

// Only the languages that say so lose letters at the beginning of words: excerpts
// pass over words that begin otherwise than what is sought.
func TestStemsKeepBeginnings(t *testing.T) {
	stems, err := os.ReadFile("../testdata/stems.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(stems)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[1] == "sum" || strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		l := LanguageOf(fields[0])
		if stem := l.Term(Token{Term: fields[1]}); !l.CutsBeginnings() && stem[0] != Fold(fields[1])[0] {
			t.Errorf("%s: the stem of %s is %s", fields[0], fields[1], stem)
		}
	}
	if rows < 500 {
		t.Errorf("only %d rows were read", rows)
	}
}
