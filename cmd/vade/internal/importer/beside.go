package importer

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// A Difference is a field in which a draft differs from the page that was there
// before it; "" stands for nothing.
type Difference struct {
	Field string `json:"field"`
	Page  string `json:"page"`
	Draft string `json:"draft"`
}

// mostBeside bounds how many drafts may lie beside one page.
const mostBeside = 20

// beside finds a name for a draft beside the page that has its name, and reports
// in which fields the two differ. A draft that says the same as an earlier one
// gets that one's name.
func (p *Page) beside(there, folder string, text []byte, r *Report) error {
	name := p.Name
	r.Page = there
	for n := 1; exists(r.Page) && !holds(r.Page, text); n++ {
		if n > mostBeside {
			return fmt.Errorf("%s: %d drafts lie beside this page; take over what is needed and delete them", there, mostBeside)
		}
		// A hyphen, since Hugo reads what stands behind a dot as a language.
		p.Name = name + "-new"
		if n > 1 {
			p.Name = fmt.Sprintf("%s-new-%d", name, n)
		}
		r.Page = filepath.Join(folder, p.fileName())
	}
	if r.Page == there {
		return nil // it is this very draft
	}
	p.compare(there, r)
	r.Next = []string{
		fmt.Sprintf("%s is as it was. Take over from the draft what is better, and compare the text below the front matter, too.", there),
		fmt.Sprintf("Then delete the draft, %s. If it is another meeting, rename it instead; until draft: true is taken out it is not shown.", r.Page),
	}
	return nil
}

// compare reports how the page that is there differs from the draft.
func (p *Page) compare(there string, r *Report) {
	var err error
	if r.Differs, err = differences(there, p); err != nil {
		r.open("differences", err.Error())
	}
}

// offer reports what a note adds to an event that the knowledge base holds
// already.
func (p *Page) offer(there *event, r *Report) {
	p.compare(there.file, r)
	r.settle("event", "the knowledge base holds it already; nothing was written", there.file)
	r.Next = []string{
		fmt.Sprintf("The note is on an event that %s has: “%s”, %s to %s. Take over what the note adds, and name it there among the sources.", there.file, beginning(there.Event, longestShown), there.first.Format(time.DateOnly), there.last.Format(time.DateOnly)),
		"For a draft to take it over from, or if it is another event, import with --force: the draft is written beside the page.",
	}
}

// differences compares the front matter of a page with that of a draft.
func differences(page string, draft *Page) ([]Difference, error) {
	there, err := readFront[yaml.MapSlice](page)
	if err != nil {
		return nil, err
	}
	text, err := draft.FrontMatter()
	if err != nil {
		return nil, err
	}
	var here yaml.MapSlice
	if err := yaml.Unmarshal([]byte(text), &here); err != nil {
		return nil, errors.New("the draft's front matter cannot be compared: " + err.Error())
	}
	var out []Difference
	compare := func(field any) {
		d := Difference{fmt.Sprint(field), shown(there, field), shown(here, field)}
		// Of these two, a draft always differs from a page.
		if d.Page != d.Draft && d.Field != "draft" && d.Field != "status" {
			out = append(out, d)
		}
	}
	for _, item := range here {
		compare(item.Key)
	}
	for _, item := range there {
		if !slices.ContainsFunc(here, func(i yaml.MapItem) bool { return i.Key == item.Key }) {
			compare(item.Key)
		}
	}
	return out, nil
}

// shown is a field's value on one line; no value and an empty one are "".
func shown(front yaml.MapSlice, field any) string {
	for _, item := range front {
		if item.Key == field {
			return oneLine(written(item.Value))
		}
	}
	return ""
}

// written writes a value as people write it in front matter, on one line.
func written(value any) string {
	var parts []string
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		for _, entry := range v {
			parts = append(parts, written(entry))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+": "+written(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(value)
}

// longestShown bounds, in runes, what is shown of a value.
const longestShown = 200

func writeDifferences(b *strings.Builder, list []Difference) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\nDiffers from the page that is there (- page, + draft)\n")
	for _, d := range list {
		fmt.Fprintf(b, "  %s\n", d.Field)
		for _, side := range []struct{ mark, value string }{{"-", d.Page}, {"+", d.Draft}} {
			if side.value != "" {
				fmt.Fprintf(b, "    %s %s\n", side.mark, beginning(side.value, longestShown))
			}
		}
	}
}

// beginning cuts a text that is longer than n runes.
func beginning(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n]) + " …"
	}
	return text
}
