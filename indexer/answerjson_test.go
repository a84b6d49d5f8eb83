package indexer

import (
	"encoding/json"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
)

// An answer is written as package json writes it.
func TestAnswerJSON(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	rows.Each(t, "testdata/searches.txt", func(_ int, row string) {
		f := strings.Split(row, "|")
		for _, r := range []Request{
			{Lang: strings.TrimSpace(f[0]), Query: strings.TrimSpace(f[1])}, {Lang: "*", Query: strings.TrimSpace(f[1]), Detail: true},
			{Lang: "*", Query: strings.TrimSpace(f[1]), Facets: map[string][]string{"year": {"2021"}}},
		} {
			a, err := x.Search(t.Context(), r)
			if err != nil {
				continue // refused
			}
			sameJSON(t, a)
		}
	})
	sameJSON(t, &Answer{})
	sameJSON(t, &Answer{Pages: []FoundPage{{Sections: []FoundSection{}}}, Facets: map[string][]FacetCount{"b": nil, "a": {}}})
}

func sameJSON(t *testing.T, a *Answer) {
	t.Helper()
	want, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(a.appendJSON(nil)); got != string(want) {
		t.Errorf("written %s\nwant    %s", got, want)
	}
}

func FuzzAnswerJSON(f *testing.F) {
	f.Add("<b> & \u2028 \u2029 \u2027 é \"quoted\" \\ \x00 \x7f \xff \xe2\x80", "kind", 7)
	f.Fuzz(func(t *testing.T, s, key string, n int) {
		section := FoundSection{URL: s, Heading: key, Excerpt: []Segment{{Text: s}, {Text: key, Match: true}}}
		sameJSON(t, &Answer{
			Query: s, Lang: key, Total: n, Page: -n, Partial: n > 0, Ignored: []string{s, key}, Correction: &Correction{s, key}, Facets: map[string][]FacetCount{key: {{s, key, n}, {key, s, 0}}, s: nil},
			Pages: []FoundPage{{
				URL: s, Title: key, Lang: s, Date: key, Score: n, ExactMatch: n > 0, Facets: map[string][]string{s: {key, s}, key: nil}, MatchedSynonym: s,
				Translations: []Translation{{s, key}, {key, s}}, Sections: []FoundSection{section, section}, Explanation: []string{s, key},
			}},
		})
	})
}
