package importer

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vademecum/cmd/vade/internal/kinds"
)

// ourKinds reads what our own site allows for pages of workshops: its choices,
// and the names of its fields.
func ourKinds(t *testing.T) (Choices, []string) {
	t.Helper()
	folders, problems := kinds.Load(os.DirFS(filepath.Join("..", "..", "..", "..")))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	kind := folders["workshops"]
	fields := []string{"draft", "guesses"} // Hugo's own, and what every draft may have
	for _, f := range kind.Fields {
		fields = append(fields, f.Name)
	}
	return ChoicesOf(kind), fields
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
		page, report, err := Note(mustRead(t, "a.txt", text), Site{Vocabulary: testVocabulary, Choices: c.choices})
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
