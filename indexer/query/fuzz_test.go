package query

import (
	"testing"
)

// Whatever patterns a site declares, they are refused or recognize something in
// whatever is written, and no fault comes of it.
func FuzzPatterns(f *testing.F) {
	for _, seed := range []string{
		`{"prefer": "S/RES/1540", "patterns": [{"match": "\\bunscr\\s*(\\d+)", "document": "S/RES/$1", "words": "$1"}]}`,
		`{"patterns": [{"match": "op ?(\\d+)(\\([a-z]\\))?", "part": "OP$1$2"}]}`,
		`{"patterns": [{"match": "(", "document": "X"}]}`, `{"patterns": [{"match": "(a*)*", "document": "$9"}]}`, `{"patterns": [{"match": "", "part": "x"}]}`, `[]`, `{"patterns": null}`,
	} {
		f.Add([]byte(seed), "UNSCR 1540, OP 3(d) and \"more\" -left")
	}
	f.Add([]byte(`{"patterns": [{"match": "[\\d\\D]", "document": "$0$1"}]}`), "\xff\x00İ")
	f.Fuzz(func(t *testing.T, data []byte, typed string) {
		patterns, _, err := ParsePatterns(data)
		if err != nil {
			return
		}
		CitationOf(typed, patterns)
		for _, part := range Parse(typed, func(string) bool { return true }, patterns).Parts {
			if part.Text == "" && len(typed) == 0 {
				t.Error("a part of nothing")
			}
		}
	})
}
