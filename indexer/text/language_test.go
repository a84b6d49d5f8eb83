package text

import (
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
