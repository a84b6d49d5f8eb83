package importer

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// ourKinds reads what our own site allows for pages of workshops: its choices,
// and the names of its fields.
func ourKinds(t *testing.T) (Choices, []string) {
	t.Helper()
	kinds := filepath.Join("..", "..", "..", "..", "layouts", "kinds")
	choices, err := ReadChoices(filepath.Join(kinds, "workshop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"draft"} // Hugo's own
	for _, name := range []string{"common.yaml", "workshop.yaml"} {
		data, err := os.ReadFile(filepath.Join(kinds, name))
		if err != nil {
			t.Fatal(err)
		}
		var kind struct{ Fields map[string]any }
		if err := yaml.Unmarshal(data, &kind); err != nil {
			t.Fatal(err)
		}
		for field := range kind.Fields {
			fields = append(fields, field)
		}
	}
	return choices, fields
}

// All that the importer can write into a field of choices is allowed by the kind
// of our own workshops, and every field that it writes is one of that kind.
func TestChoicesOfKinds(t *testing.T) {
	choices, fields := ourKinds(t)
	page := reflect.TypeFor[Workshop]()
	for i := range page.NumField() {
		field, _, _ := strings.Cut(page.Field(i).Tag.Get("yaml"), ",")
		if !slices.Contains(fields, field) {
			t.Errorf("the importer writes %s, which no page of a workshop may have", field)
		}
		if _, choice := choices[field]; choice != (len(meanings[field]) > 0) {
			t.Errorf("%s: the kind has a list of values or the importer has, not both", field)
		}
	}
	for field, all := range meanings {
		for _, m := range all {
			if value := choices.value(field, m.name()); !slices.Contains(choices[field], value) {
				t.Errorf("%s: the site has no value for %q: %q, of %q", field, m.name(), value, choices[field])
			}
		}
	}
}

// A note becomes a page with the site's own values, whatever they are called;
// what the site has no value for stays open.
func TestChoices(t *testing.T) {
	ours, _ := ourKinds(t)
	older := Choices{"event_type": {"training", "hack-day"}, "mode": {"virtual"}, "date_precision": {"day"}, "status": {"new"}}
	for _, c := range []struct {
		event, venue              string
		choices                   Choices
		eventType, mode, openness string
	}{
		{"Training on tests", "Online", ours, "course", "online", ""},
		{"Training on tests", "Online", older, "training", "virtual", "status: “draft” is none of the values that the site allows: new"},
		{"Training on tests", "Online", nil, "course", "online", ""},
		{"Curso de capacitación", "En línea", ours, "course", "online", ""},
		{"Réunion d’experts", "Visioconférence", ours, "meeting", "online", ""},
		{"Meeting of testers", "Testville, Aland and online", ours, "meeting", "hybrid", ""},
		{"Hack days for testers", "Testville, Aland", older, "hack-day", "", "mode: “in-person” is none of the values that the site allows: virtual"},
		{"Seminar on tests", "Testville, Aland", older, "", "", "event_type: “seminar” is none of the values that the site allows: training, hack-day"},
		{"Gathering", "Online", older, "", "virtual", "event_type: the event's name does not say; one of training, hack-day"},
		{"Gathering", "", ours, "", "", "mode: the note does not say; one of in-person, online, hybrid"},
	} {
		text := "Event: " + c.event + "\n\nDate: 2 March 2021\n\nVenue: " + c.venue + "\n\nParticipants: Aland"
		page, report, err := Note(mustRead(t, "a.txt", text), Site{testVocabulary, c.choices})
		if err != nil {
			t.Fatal(err)
		}
		if f := page.Front; f.EventType != c.eventType || f.Mode != c.mode {
			t.Errorf("%s, %s: type %q, mode %q; want %q, %q", c.event, c.venue, f.EventType, f.Mode, c.eventType, c.mode)
		}
		if open := openFindings(report); !strings.Contains(open, c.openness) {
			t.Errorf("%s, %s: the report lacks %q:\n%s", c.event, c.venue, c.openness, open)
		}
	}
	if page, _, _ := Note(mustRead(t, "a.txt", "Event: Test\n\nDate: 2 March 2021\n\nVenue: Online"), Site{Choices: older}); page.Name != "2021-03-online" {
		t.Errorf("the page is called %s: its name must not depend on the site's values", page.Name)
	}
}

func TestReadChoices(t *testing.T) {
	dir := t.TempDir()
	if c, err := ReadChoices(filepath.Join(dir, "none.yaml")); c != nil || err != nil {
		t.Errorf("a site without kinds: %v, %v", c, err)
	}
	for text, want := range map[string]string{
		"fields: [": "mend the file",
		"fields:\n  a: {is: choice, of: [1, b]}\n  c: {is: id, of: things}\n": "",
	} {
		file := filepath.Join(dir, "kind.yaml")
		writeTest(t, file, text)
		c, err := ReadChoices(file)
		switch {
		case want == "" && (err != nil || len(c) != 1 || strings.Join(c["a"], " ") != "1 b"):
			t.Errorf("%q: %v, %v", text, c, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file)):
			t.Errorf("%q: %v", text, err)
		}
	}
}
