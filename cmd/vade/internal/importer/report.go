package importer

import (
	"fmt"
	"slices"
	"strings"
)

// A Finding is one thing that the import has to say about a field.
type Finding struct {
	Field    string `json:"field"`
	Value    string `json:"value"`
	Evidence string `json:"evidence,omitempty"` // the words of the note that it rests on, or why
}

// A Report says what an import settled, what it inferred and what a person has
// to decide.
type Report struct {
	Source  string       `json:"source,omitempty"`  // the file's name
	Page    string       `json:"page,omitempty"`    // where the page was or will be written
	Settled []Finding    `json:"settled,omitempty"` // read from the note
	Guessed []Finding    `json:"guessed,omitempty"` // inferred
	Open    []Finding    `json:"open,omitempty"`    // not settled; the value says why
	Differs []Difference `json:"differs,omitempty"` // from the page that was there before
	Mended  []string     `json:"mended,omitempty"`  // damage that was repaired
	Next    []string     `json:"next,omitempty"`    // what a person does now
}

func (r *Report) settle(field, value, evidence string) {
	r.Settled = append(r.Settled, Finding{field, value, evidence})
}

func (r *Report) guess(field, value, evidence string) {
	r.Guessed = append(r.Guessed, Finding{field, value, evidence})
}

func (r *Report) open(field, why string) {
	r.Open = append(r.Open, Finding{Field: field, Value: why})
}

// matches settles each name that was found.
func (r *Report) matches(field string, list []match) {
	for _, m := range list {
		r.settle(field, m.id, oneLine(m.text))
	}
}

// names lists the names that were not settled; what says what is missing.
func (r *Report) names(field, what string, f found) {
	for _, s := range f.ambiguous {
		r.open(field, "a name of several entries, none taken: "+s)
	}
	for _, s := range f.doubtful {
		r.open(field, "may be part of a longer name, not taken: "+s)
	}
	for _, s := range f.unknown {
		r.open(field, fmt.Sprintf("“%s” is not among the %s of the vocabulary; add a page for it, or its name as a synonym", s, what))
	}
}

// noteSteps are what is left to do for a page that was made of a note.
var noteSteps = []string{
	"Fill in what is open, and accept what was guessed by taking it out of guesses, in the page's front matter.",
	"Compare the page with the original; keep that, it was not changed or copied. The page's body holds the note's own sentences.",
	"Take out draft: true, and set status: reviewed; until then the page is not shown, and vade check tells what it lacks.",
}

// finish adds what no note can say.
func (r *Report) finish(p *Page) {
	r.Next = slices.Clone(noteSteps)
	r.open("summary", "write one or two sentences of your own")
	r.open("checked", "set it to the day on which the page was compared with the note")
	r.open("source.retrieved", "when the file was obtained, if known")
	if p.Lang != "en" {
		r.open("language", fmt.Sprintf("the note is in %s, and the page is %s; when an English page of this meeting stands beside it, give both one name and keep here only title, summary and text", languageNames[p.Lang], p.fileName()))
	}
}

var languageNames = map[string]string{"en": "English", "es": "Spanish", "fr": "French"}

// longestList bounds how many findings of a kind are printed.
const longestList = 200

// String writes the report for a terminal.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s\n", r.Source, r.Page)
	writeFindings(&b, "Settled", r.Settled)
	writeFindings(&b, "Guessed, please confirm", r.Guessed)
	writeFindings(&b, "Open", r.Open)
	var mended []Finding
	for _, m := range r.Mended {
		mended = append(mended, Finding{Value: m})
	}
	writeFindings(&b, "Mended in the text", mended)
	writeDifferences(&b, r.Differs)
	b.WriteString("\nNext\n")
	for i, step := range r.Next {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	return b.String()
}

// mostShown bounds, in runes, what is printed of a finding.
const mostShown = 1000

func writeFindings(b *strings.Builder, title string, list []Finding) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	width := 0
	for _, f := range list {
		width = max(width, len(f.Field))
	}
	for i, f := range list {
		if i == longestList {
			fmt.Fprintf(b, "  and %d more\n", len(list)-i)
			return
		}
		line := beginning(f.Value, mostShown)
		if f.Evidence != "" {
			line += "  ← " + beginning(f.Evidence, mostShown)
		}
		if width > 0 {
			line = fmt.Sprintf("%-*s  %s", width, f.Field, line)
		}
		fmt.Fprintf(b, "  %s\n", line)
	}
}

// count writes a number with its noun: "1 byte", "3 bytes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
