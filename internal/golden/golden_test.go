package golden

import (
	"strings"
	"testing"
)

func TestDifference(t *testing.T) {
	long := strings.Repeat("a", 5000)
	for name, c := range map[string]struct{ was, is, want string }{
		"a line more":            {"one\ntwo\n", "one\nand\ntwo\n", "+ 2: and"},
		"a line less":            {"one\ntwo\nthree", "one\nthree", "- 2: two"},
		"another line":           {"one\ntwo\nthree", "one\n2\nthree", "- 2: two\n+ 2: 2"},
		"at the end":             {"one", "one\ntwo", "+ 2: two"},
		"far in a long line":     {long + "é1" + long, long + "é2" + long, "- 1: …" + strings.Repeat("a", 38) + "é1" + strings.Repeat("a", 119) + "…\n+ 1: …" + strings.Repeat("a", 38) + "é2" + strings.Repeat("a", 119) + "…"},
		"lines that trade place": {"one\ntwo", "two\none", "+ 1: two\n- 2: two"},
	} {
		if got := Difference(c.was, c.is); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
	all := Difference(strings.Repeat("x\n", 500), strings.Repeat("y\n", 500))
	if n := strings.Count(all, "\n"); n != mostLines || !strings.HasSuffix(all, "and 960 lines more") {
		t.Errorf("%d lines: %.100s", n, all)
	}
}
