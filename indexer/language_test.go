package indexer

import "testing"

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
