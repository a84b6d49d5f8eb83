package query

import (
	"os"
	"strings"
	"testing"

	"vademecum/indexer/internal/rows"
	"vademecum/indexer/text"
)

// sitePatterns are the patterns that the knowledge base itself declares.
func sitePatterns(t testing.TB) []Pattern {
	t.Helper()
	data, err := os.ReadFile("../../static/citations.json")
	if err != nil {
		t.Fatal(err)
	}
	patterns, prefer, err := ParsePatterns(data)
	if err != nil {
		t.Fatal(err)
	}
	if prefer != "S/RES/1540" {
		t.Fatalf("prefer is %q", prefer)
	}
	return patterns
}

func knownFacet(name string) bool { return name == "theme" || name == "country" || name == "year" }

func TestParse(t *testing.T) {
	patterns := sitePatterns(t)
	rows.Each(t, "../testdata/queries.txt", func(line int, row string) {
		typed, want, ok := strings.Cut(row, " => ")
		if !ok {
			t.Fatalf("line %d: no arrow", line)
		}
		if got := Parse(typed, knownFacet, patterns).String(); got != strings.TrimSpace(want) {
			t.Errorf("line %d: %q means %q, want %q", line, typed, got, want)
		}
	})
}

// What people and programs send is read in time that grows as its length does: with
// the cube of it, the test would not end.
func TestParseHuge(t *testing.T) {
	patterns := sitePatterns(t)
	for _, unit := range []string{"a ", `"`, "-", "op 3 (d) ", "theme:", "第1540号", "\xff\u202e", "resolution 1540 "} {
		Parse(strings.Repeat(unit, 1<<18/len(unit)), knownFacet, patterns)
	}
}

func FuzzParse(f *testing.F) {
	patterns := sitePatterns(f)
	for _, s := range []string{`"a b" -c theme:x OP 3(d) d*`, "第1540号决议", "“", "-\"", "القرار ١٥٤٠", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := Parse(s, knownFacet, patterns)
		for _, p := range q.Parts {
			if p.Kind != Mention && len(text.Tokens(p.Text)) == 0 {
				t.Fatalf("%q gives an empty part %+v", s, p)
			}
		}
	})
}
