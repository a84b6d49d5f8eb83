package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The table of formats in CONTRIBUTING.md tells the numbers that the code has.
func TestFormats(t *testing.T) {
	t.Parallel()
	guide := read(t, filepath.Join("..", "..", "CONTRIBUTING.md"))
	rows := regexp.MustCompile(`(?m)^\| ([a-z ]+) \| (\d+) \| (.+) \|$`).FindAllStringSubmatch(guide, -1)
	files := regexp.MustCompile(`\x60(\w+) = ?\x60 in \[([^\]]+)\]\(([^)]+)\)`)
	if len(rows) != 4 {
		t.Fatalf("%d rows of formats, want 4", len(rows))
	}
	for _, row := range rows {
		places := files.FindAllStringSubmatch(row[3], -1)
		if len(places) == 0 {
			t.Errorf("%s: the row names no file", row[1])
		}
		for _, place := range places {
			code := read(t, filepath.Join("..", "..", filepath.FromSlash(place[3])))
			if !regexp.MustCompile(`\b` + place[1] + `\s*= ` + row[2] + `\b`).MatchString(code) {
				t.Errorf("%s: %s has no %s = %s", row[1], place[3], place[1], row[2])
			}
		}
	}
	if !strings.Contains(guide, "What an old program meets") {
		t.Error("the guide does not tell what an old program meets")
	}
}
