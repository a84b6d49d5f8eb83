package main

import (
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"vademecum/internal/need"
)

// htmlRules is what html-validate's recommended rules are held to here; all
// that are not named stand as they are.
var htmlRules = map[string]any{
	"doctype-style":          []any{"error", map[string]any{"style": "lowercase"}},                                                 // as the standard's own examples have it
	"valid-id":               []any{"error", map[string]any{"relaxed": true}},                                                      // events are named by their dates, and an id may begin with a digit
	"form-dup-name":          []any{"error", map[string]any{"shared": []string{"radio", "checkbox", "button", "reset", "submit"}}}, // boxes of one name are one choice of several
	"no-trailing-whitespace": "off",                                                                                                // templates leave it, and it means nothing
	"long-title":             "off",                                                                                                // texts and bodies have the names that they have
	"empty-heading":          "off",                                                                                                // in <template>, headings wait for their text; axe-core finds those that are shown empty
	"wcag/h32":               "off",                                                                                                // a worksheet and a filter send nothing, so they have nothing to submit
}

// Every page is HTML as the standard has it.
func TestSiteIsValidHTML(t *testing.T) {
	t.Parallel()
	program := need.NodeModule(t, "html-validate/bin/html-validate.mjs")
	node := need.NodeModule(t, ".bin/node") // a newer one than Debian's
	k := ours(t)
	config, err := json.Marshal(map[string]any{"root": true, "extends": []string{"html-validate:recommended"}, "rules": htmlRules})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	rules, report := write(t, filepath.Join(dir, "rules.json"), string(config)), filepath.Join(dir, "report.json")
	wrong := write(t, filepath.Join(dir, "wrong.html"), "<!doctype html><p><div></p>") // silence about the others proves something only if this is noticed
	args := []string{program, "--config", rules, "--formatter", "json=" + report, wrong}
	for i, page := range k.pages(t) {
		if i%need.OneOf(24) != 0 { // it takes a minute for all
			continue
		}
		args = append(args, filepath.Join(k.site, page))
	}
	// What it finds makes it fail too; whether it worked, the report tells.
	said, _ := exec.Command(node, args...).CombinedOutput()
	var checked []struct {
		FilePath string
		Messages []struct {
			RuleID, Message, Selector string
			Line, Column              int
		}
	}
	if err := json.Unmarshal([]byte(read(t, report)), &checked); err != nil {
		t.Fatalf("html-validate: %v\n%s", err, said)
	}
	places := map[string]int{}
	noticed := false
	for _, page := range checked {
		if page.FilePath == wrong {
			noticed = true
			continue
		}
		for _, m := range page.Messages {
			name, _ := filepath.Rel(k.site, page.FilePath)
			if places[m.RuleID]++; places[m.RuleID] <= 3 {
				t.Errorf("%s:%d:%d: %s: %s %s", name, m.Line, m.Column, m.RuleID, m.Message, m.Selector)
			}
		}
	}
	if !noticed {
		t.Errorf("html-validate notices nothing: %s", said)
	}
	for _, rule := range slices.Sorted(maps.Keys(places)) {
		t.Errorf("%s: %d in all", rule, places[rule])
	}
}
