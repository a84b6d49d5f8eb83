package query

import (
	"regexp"
	"regexp/syntax"
	"testing"
)

// A pattern is passed over for a query without digits only if it cannot match one.
func TestHasDigit(t *testing.T) {
	for match, has := range map[string]bool{
		`\bunscr\s*(\d+)`: true, `res(olution)?\.? 15[0-9]+`: true, `(op|para) ?(\d{1,2})(\([a-z]\))?`: true, `a1|b[2-9]`: true, `7+`: true,
		`op ?\d*`: false, `\d?x`: false, `a1|b`: false, `[a0-9]`: false, `[^a]`: false, `(\d{0,3})z`: false, `.`: false, `charter`: false, `[\d-]x`: false, `(1|)x`: false,
	} {
		tree, err := syntax.Parse(match, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if hasDigit(tree) != has {
			t.Errorf("%s: %v", match, !has)
		}
		for _, plain := range []string{"", "op", "x", "b", "a", "z", "charter", "-x"} {
			if has && regexp.MustCompile(match).MatchString(plain) {
				t.Errorf("%s matches %q", match, plain)
			}
		}
	}
}
