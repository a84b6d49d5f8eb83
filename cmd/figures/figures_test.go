//go:build unix

package main

import (
	"strings"
	"testing"
	"time"
)

// What got worse shows, whichever way is the better one; what could not be
// measured keeps its last figure until it can.
func TestTable(t *testing.T) {
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	first := []figure{
		{part: "A", name: "size", value: 100, unit: "kB", better: less},
		{part: "A", name: "large", value: 999.5, decimals: 1, unit: "kB", better: less},
		{part: "A", name: "answers", value: .5, decimals: 4, better: more},
		{part: "A", name: "pages", value: 10},
		{part: "B", name: "time", value: 10, decimals: 1, unit: "s", better: less, noise: .25},
		{part: "B", name: "requests", value: 7, better: less},
		{part: "B", name: "same", value: 1.234, decimals: 1, note: "/a/", better: less},
	}
	before := write(first, nil, "", at)
	if strings.Contains(before, "worse**") || !strings.Contains(before, "| size | 100 kB | – |  |\n") {
		t.Errorf("the first table compares with nothing:\n%s", before)
	}
	second := []figure{
		{part: "A", name: "size", value: 150, unit: "kB", better: less},
		{part: "A", name: "large", value: 1.01, decimals: 2, unit: "MB", better: less},
		{part: "A", name: "answers", value: .4, decimals: 4, better: more},
		{part: "A", name: "pages", value: 20},
		{part: "B", name: "time", value: 12, decimals: 1, unit: "s", better: less, noise: .25},
		{part: "B", name: "same", value: 1.233, decimals: 1, note: "/b/", better: less},
		{part: "B", name: "new", value: 1, better: less},
	}
	after := write(second, []string{"no browser\nhere"}, before, at)
	for _, line := range []string{
		"| size | 150 kB | 100 kB | ⬇ **worse**, +50.0 % |",
		"| large | 1.01 MB | 999.5 kB | ⬇ **worse**, +1.1 % |",
		"| answers | 0.4000 | 0.5000 | ⬇ **worse**, -20.0 % |",
		"| pages | 20 | 10 | +100.0 % |",
		"| time | 12.0 s | 10.0 s | (+20.0 %) |",
		"| same | 1.2 (/b/) | 1.2 (/a/) |  |",
		"| new | 1 | – |  |",
		"| requests | – | 7 | |",
		"- no browser here",
	} {
		if !strings.Contains(after, line+"\n") {
			t.Errorf("the table lacks %q:\n%s", line, after)
		}
	}
	third := write(first, nil, after, at)
	for _, line := range []string{"| size | 100 kB | 150 kB | better, -33.3 % |", "| answers | 0.5000 | 0.4000 | better, +25.0 % |", "| requests | 7 | 7 |  |"} {
		if !strings.Contains(third, line+"\n") {
			t.Errorf("the table lacks %q:\n%s", line, third)
		}
	}
}
