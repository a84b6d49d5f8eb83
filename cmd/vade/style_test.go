package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The class of a page's body is the name of its layout or of its folder. A rule of a
// style sheet that begins with such a class and names no element would hold for the
// whole page as well as for the element that it is made for.
func TestStylesSpareTheBody(t *testing.T) {
	t.Parallel()
	layouts := filepath.Join("..", "..", "layouts")
	classes := map[string]bool{"home": true}
	files, _ := filepath.Glob(filepath.Join(layouts, "*", "*.html"))
	for _, file := range files {
		folder := filepath.Base(filepath.Dir(file))
		if strings.HasPrefix(folder, "_") {
			continue
		}
		classes[folder] = true
		if name := strings.TrimSuffix(filepath.Base(file), ".html"); name != "page" && name != "section" {
			classes[name] = true
		}
	}
	rule := regexp.MustCompile(`(?m)^([^{}@/]+)\{`)
	alone := regexp.MustCompile(`^\s*\.([a-z-]+)\s*$`)
	sheets, _ := filepath.Glob(filepath.Join(layouts, "assets", "*.css"))
	for _, sheet := range sheets {
		text, err := os.ReadFile(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rule.FindAllStringSubmatch(string(text), -1) {
			for _, selector := range strings.Split(m[1], ",") {
				if c := alone.FindStringSubmatch(selector); c != nil && classes[c[1]] {
					t.Errorf("%s: .%s is also the class of a page's body; name the element, div.%s say", filepath.Base(sheet), c[1], c[1])
				}
			}
		}
	}
	if len(classes) < 5 || len(sheets) < 5 {
		t.Errorf("%d classes, %d sheets", len(classes), len(sheets))
	}
}
