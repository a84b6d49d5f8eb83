package indexer

import (
	"os"
	"testing"

	"vademecum/indexer/query"
)

// sitePatterns are the patterns that the knowledge base itself declares.
func sitePatterns(t testing.TB) []query.Pattern {
	t.Helper()
	data, err := os.ReadFile("../static/citations.json")
	if err != nil {
		t.Fatal(err)
	}
	patterns, _, err := query.ParsePatterns(data)
	if err != nil {
		t.Fatal(err)
	}
	return patterns
}

func knownFacet(name string) bool { return name == "theme" || name == "country" || name == "year" }
