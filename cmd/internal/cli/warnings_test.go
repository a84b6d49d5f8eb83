package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Thousands of warnings of one kind do not hide the one of another, and each
// kind names a page.
func TestWarningsByKind(t *testing.T) {
	t.Parallel()
	var warnings []string
	for i := range 8000 {
		warnings = append(warnings, fmt.Sprintf(`/page-%d/: id "x%d" stands twice; links go to the first`, i, i))
	}
	warnings = append(warnings, `/odd/: 2 <main> elements; the first is indexed`)
	for i := range 5 {
		warnings = append(warnings, fmt.Sprintf(`/d%d/: date %q is not written 2006-01-02; the page counts as undated`, i, strings.Repeat("x", i)))
	}
	warnings = append(warnings, `/a b/: a heading <h2> has no text`, `/c/: a heading <h3> has no text`)
	var out bytes.Buffer
	WarnAll(NewConsole(&out, true), warnings)
	said := out.String()
	for _, want := range []string{"/odd/", "/page-0/", "(and 7999 more of this kind)", "/d0/", "(and 4 more of this kind)", "/a b/", "/c/"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
	if n := strings.Count(said, "\n"); n > 5 {
		t.Errorf("%d lines are told:\n%s", n, said)
	}

	// However many kinds there are, the output stays short and counts the rest.
	warnings = nil
	for i := range 26 * 26 {
		warnings = append(warnings, fmt.Sprintf("/: kind %c%c", 'a'+i/26, 'a'+i%26))
	}
	out.Reset()
	WarnAll(NewConsole(&out, false), warnings)
	if n := strings.Count(out.String(), "\n"); n != mostKinds+1 {
		t.Errorf("%d lines, want %d", n, mostKinds+1)
	}
	if want := fmt.Sprintf("%d more", 26*26-mostKinds); !strings.Contains(out.String(), want) {
		t.Errorf("%q is missing in:\n%s", want, out.String())
	}
}
