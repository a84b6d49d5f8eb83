package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/kinds"
)

// A Site is what the importer knows of the site that a page is written for.
type Site struct {
	Vocabulary Vocabulary
	Choices    Choices
}

// Choices are the values that the site allows for the fields that hold one of a
// list, by field. A field that is not among them takes any value.
type Choices map[string][]string

// ChoicesOf are those that a kind of page allows. A site without the kind allows
// everything.
func ChoicesOf(kind *kinds.Kind) Choices {
	if kind == nil {
		return nil
	}
	out := Choices{}
	for _, f := range kind.Fields {
		if f.Type == kinds.Choice && !f.List {
			out[f.Name] = f.Choices
		}
	}
	return out
}

// A meaning is one thing that a note can say of a field, and the values by which
// sites call it. The first of them is the importer's own name of the meaning.
type meaning struct {
	values []string
	words  *regexp.Regexp // of a folded text that say it; nil where code decides
}

func (m meaning) name() string { return m.values[0] }

// The names of meanings that code decides on.
const (
	inPerson = "in-person"
	online   = "online"
	hybrid   = "hybrid"
	byDay    = "day"
	byMonth  = "month"
	byYear   = "year"
	unread   = "draft" // the status of a page that nobody has compared with its note
)

// meanings are all that the importer says of fields that hold one of a list.
// Which value stands for a meaning is the site's choice: see Choices. Those of
// event_type are tried in order: a workshop on training is a workshop, but a
// workshop of a peer review belongs to the review.
var meanings = map[string][]meaning{
	"event_type": {
		{[]string{"peer-review"}, regexp.MustCompile(`\b(?:peer reviews?|revision (?:entre|por) pares|examen par les pairs)\b`)},
		{[]string{"webinar"}, regexp.MustCompile(`\b(?:webinars?|webinario|webinarios|seminario web|webinaire|webinaires)\b`)},
		{[]string{"workshop"}, regexp.MustCompile(`\b(?:workshops?|taller|talleres|ateliers?)\b`)},
		{[]string{"seminar"}, regexp.MustCompile(`\b(?:seminars?|seminarios?|seminaires?)\b`)},
		{[]string{"conference"}, regexp.MustCompile(`\b(?:conferences?|conferencias?)\b`)},
		{[]string{"course", "training"}, regexp.MustCompile(`\b(?:training|courses?|cursos?|capacitacion|formation|stage|cours)\b`)},
		{[]string{"visit"}, regexp.MustCompile(`\b(?:visits?|visitas?|visites?)\b`)},
		{[]string{"meeting"}, regexp.MustCompile(`\b(?:meetings?|reunion|reuniones|reunions)\b`)},
	},
	"mode":           {{values: []string{inPerson}}, {values: []string{online, "virtual"}}, {values: []string{hybrid}}},
	"date_precision": {{values: []string{byDay}}, {values: []string{byMonth}}, {values: []string{byYear}}},
	"status":         {{values: []string{unread}}},
}

// value gives the site's value for a meaning of a field, "" if it has none.
func (c Choices) value(field, name string) string {
	values := []string{name}
	for _, m := range meanings[field] {
		if m.name() == name {
			values = m.values
		}
	}
	allowed, limited := c[field]
	if !limited {
		return values[0]
	}
	for _, v := range values {
		if slices.Contains(allowed, v) {
			return v
		}
	}
	return ""
}

// list names the values that a field may have, for a message.
func (c Choices) list(field string) string {
	values, limited := c[field]
	if !limited {
		for _, m := range meanings[field] {
			values = append(values, m.name())
		}
	}
	return strings.Join(values, ", ")
}

// find tells the meaning that a text has for a field, and the words that say so.
// After the meanings that the importer knows, the site's own values are looked
// for as words of the text.
func (c Choices) find(field, text string) (meant, said string) {
	folded := foldText(text)
	for _, m := range meanings[field] {
		if m.words == nil {
			continue
		}
		if w := m.words.FindString(folded); w != "" {
			return m.name(), w
		}
	}
	own := &lexicon{plural: true, byWord: map[string][]name{}}
	for _, v := range c[field] {
		own.add(name{id: v, label: true}, v)
	}
	if hits := own.find(text); len(hits) > 0 {
		return hits[0].ids[0], text[hits[0].start:hits[0].end]
	}
	return "", ""
}

// choose gives the site's value for a meaning of a field; said is what the note
// says. Where the site has none, the report says so and the field stays empty.
func (n *noteReader) choose(field, name, said string) string {
	value := n.site.Choices.value(field, name)
	if value == "" {
		n.report.open(field, fmt.Sprintf("“%s” is none of the values that the site allows: %s", said, n.site.Choices.list(field)))
	}
	return value
}
