package importer

import (
	"strings"

	"github.com/goccy/go-yaml"
)

// Guesses are what an import inferred, by field. They stand in the draft until a
// person accepts each by taking it out, or corrects the field: until then the
// draft cannot be shown.
type Guesses yaml.MapSlice

// A Guess is what was inferred for a field.
type Guess struct {
	Value string `yaml:"value"`
	From  string `yaml:"from"`           // the words that it rests on, or why
	Page  int    `yaml:"page,omitempty"` // of the document, where they stand
}

// MarshalYAML writes the guesses in their order.
func (g Guesses) MarshalYAML() (any, error) { return yaml.MapSlice(g), nil }

// guesses gathers what a report lists as guessed. What was inferred about the
// text itself is no field.
func (r *Report) guesses(doc *Document) Guesses {
	var out Guesses
	at := map[string]int{}
	for _, f := range r.Guessed {
		if f.Field == "text" {
			continue
		}
		i, ok := at[f.Field]
		if !ok {
			at[f.Field] = len(out)
			out = append(out, yaml.MapItem{Key: f.Field, Value: Guess{f.Value, beginning(f.Evidence, longestShown), doc.pageOf(f.Evidence)}})
			continue
		}
		g := out[i].Value.(Guess)
		g.Value += ", " + f.Value
		g.From = beginning(g.From+" | "+f.Evidence, 3*longestShown)
		out[i].Value = g
	}
	return out
}

// pageOf finds the page of a document on which the words that a finding quotes
// stand; 0 if it quotes none, or the format has no pages.
func (d *Document) pageOf(evidence string) int {
	_, quoted, ok := strings.Cut(evidence, "“")
	quoted = foldText(strings.Trim(strings.Split(quoted, "”")[0], "… "))
	if !ok || quoted == "" {
		return 0
	}
	for _, b := range d.source.Blocks {
		if b.Page > 0 && strings.Contains(foldText(b.Plain()), quoted) {
			return b.Page
		}
	}
	return 0
}

// UnmarshalYAML reads what MarshalYAML wrote.
func (g *Guesses) UnmarshalYAML(text []byte) error {
	return yaml.Unmarshal(text, (*yaml.MapSlice)(g))
}
