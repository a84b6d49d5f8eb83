package indexer

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every refusal has words in every language of the site, with the parameters
// that the English ones name, and a place on the search page.
func TestRefusalsAreWorded(t *testing.T) {
	param := regexp.MustCompile(`\{\w+\}`)
	params := func(text string) string {
		found := param.FindAllString(text, -1)
		slices.Sort(found)
		return strings.Join(found, " ")
	}
	templates, err := os.ReadFile("../layouts/_partials/parts/result-templates.html")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../i18n/*.toml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d languages, %v", len(files), err)
	}
	for _, code := range RefusalCodes() {
		if !strings.Contains(string(templates), `"`+code+`"`) {
			t.Errorf("result-templates.html has no words for %s", code)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m := regexp.MustCompile(`(?m)^refused_` + code + ` = "(.+)"$`).FindStringSubmatch(string(data))
			if m == nil {
				t.Errorf("%s has no words for %s", file, code)
			} else if params(m[1]) != params(refusals[code]) {
				t.Errorf("%s: %s names %q, want %q", file, code, params(m[1]), params(refusals[code]))
			}
		}
	}
}

// What a person typed is part of a refusal, and never makes it long or another.
func TestRefusalWords(t *testing.T) {
	for _, c := range []struct {
		e    RequestError
		want string
	}{
		{refuse(QueryEmpty), "Type a word to search for."},
		{refuse(NotANumber, "name", "page", "value", "{name}"), `page must be a whole number, not "{name}".`},
		{refuse(NotANumber, "name", "page", "value", strings.Repeat("管", 10_000)), `page must be a whole number, not "` + strings.Repeat("管", 60) + `…".`},
	} {
		if got := c.e.Error(); got != c.want {
			t.Errorf("%.200q, want %.200q", got, c.want)
		}
	}
}
