// Package golden compares what a program makes with a file that it made once and
// a person read. go test -update writes such files again.
package golden

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write golden files anew; read the difference before you commit them")

// Compare fails the test unless got is what the file holds.
func Compare(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with go test -run %s -update", err, t.Name())
	}
	if got != string(want) {
		t.Errorf("%s has changed (- was, + is now); if you meant that, go test -run %s -update\n%s", file, t.Name(), Difference(string(want), got))
	}
}

// mostLines is how many lines of a difference are shown; a person who sees more
// reads none.
const mostLines = 40

// Difference shows the lines that only one of two texts has, with their numbers.
// Of two long lines in the same place only the part that differs is shown.
func Difference(was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && j < len(b) && !slices.Contains(b[j:], a[i]) && !slices.Contains(a[i:], b[j]):
			one, two := unlike(a[i], b[j])
			out = append(out, fmt.Sprintf("- %d: %s", i+1, one), fmt.Sprintf("+ %d: %s", j+1, two))
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || !slices.Contains(b[j:], a[i])):
			out = append(out, fmt.Sprintf("- %d: %s", i+1, cut(a[i], 0)))
			i++
		case j < len(b):
			out = append(out, fmt.Sprintf("+ %d: %s", j+1, cut(b[j], 0)))
			j++
		}
	}
	if more := len(out) - mostLines; more > 0 {
		out = append(out[:mostLines], fmt.Sprintf("and %d lines more", more))
	}
	return strings.Join(out, "\n")
}

// shown and around are how many bytes of a line are shown, and how many before
// what differs.
const shown, around = 160, 40

// unlike gives the parts in which two lines differ.
func unlike(a, b string) (string, string) {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return cut(a, at-around), cut(b, at-around)
}

// cut gives a part of a line from a place on.
func cut(line string, from int) string {
	from = max(0, from)
	for from < len(line) && !utf8.RuneStart(line[from]) {
		from++
	}
	to := min(len(line), from+shown)
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to--
	}
	part := line[from:to]
	if from > 0 {
		part = "…" + part
	}
	if to < len(line) {
		part += "…"
	}
	return part
}
