package indexer

import (
	"strings"
	"testing"
)

func TestLanguagesServe(t *testing.T) {
	eachRow(t, "languages.txt", func(_ int, row string) {
		f := strings.Split(row, "|")
		languages := strings.Fields(f[1])
		if got, want := matchLanguage(f[0], languages, languages[0]), strings.TrimSpace(f[2]); got != want {
			t.Errorf("%q in %v is served by %s, want %s", f[0], languages, got, want)
		}
	})
}

// A page in a language of its own region, or in one that has no index, still
// gets an answer, which says in which language.
func TestSearchInAnotherTag(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	for tag, want := range map[string]string{"en-US": "en", "zh-cn": "zh", "ES_mx": "es", "xx": x.Default, "": x.Default} {
		a, err := x.Search(t.Context(), Request{Query: "a", Lang: tag})
		if err != nil || a.Lang != want {
			t.Errorf("%q: %v, %v; want an answer in %s", tag, a, err, want)
		}
	}
}
