package kinds

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestSlug is how many letters of a title an address takes.
const longestSlug = 60

// Slug makes a file's name of a title: small letters without marks, digits and
// hyphens. It is "" if the title has no letter or digit.
func Slug(title string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(title)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	runes := []rune(norm.NFC.String(b.String()))
	if len(runes) > longestSlug {
		runes = runes[:longestSlug]
		if i := strings.LastIndexByte(string(runes), '-'); i > 20 {
			return string(runes)[:i]
		}
	}
	return strings.Trim(string(runes), "-")
}

// Blank gives a page of a kind in Markdown that holds nothing but a title yet: a
// draft whose front matter has a line for each field that the kind requires, and,
// commented out, one for each that it allows. The page counts as checked on day.
func Blank(k *Kind, title string, day time.Time) string {
	quoted, _ := json.Marshal(title) // a string of JSON is one of YAML too
	var wanted, allowed strings.Builder
	for _, f := range k.Fields {
		switch {
		case f.Name == "title":
		case f.Name == "checked":
			fmt.Fprintf(&wanted, "checked: %s\n", day.Format(time.DateOnly))
		case f.Required:
			blankField(&wanted, f, "", "")
		case f.Name != "missing" && f.Name != "changes":
			blankField(&allowed, f, "", "# ")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\ndraft: true # readers do not see the page until you take this line out\n%s", quoted, wanted.String())
	if allowed.Len() > 0 {
		fmt.Fprintf(&b, "# What else the page may hold: take out the # at the beginning of a line.\n%s", allowed.String())
	}
	b.WriteString("---\n\n")
	return b.String()
}

// blankField writes the line of a field without a value, with what it takes; of a
// record the lines of its required fields too.
func blankField(b *strings.Builder, f *Field, indent, mark string) {
	takes := f.takes()
	if f.Type != Record {
		fmt.Fprintf(b, "%s%s%s: # %s\n", mark, indent, f.Name, takes)
		return
	}
	fmt.Fprintf(b, "%s%s%s:\n", mark, indent, f.Name)
	lead := indent + "  "
	if f.List {
		lead += "- "
	}
	for _, inner := range f.Fields {
		if inner.Required && inner.Type != Record {
			fmt.Fprintf(b, "%s%s%s: # %s\n", mark, lead, inner.Name, inner.takes())
			lead = strings.ReplaceAll(lead, "- ", "  ")
		}
	}
}

// takes says what the value of a field is, with an example where the form matters.
func (f *Field) takes() string {
	one := map[Type]string{
		Text: "words", Labels: "a text for each language: {en: Customs, es: Aduanas}", Synonyms: "other words by language: {en: [border police]}",
		Name: "a name, the same in every language", Number: "a number", Flag: "true or false", Date: "a day: 2019-12-02",
		When: "a day, a month or a year: 2019-12", Page: "the address of a page of this site: /guides/begin", Paragraph: "a paragraph of a resolution: 1540-op3-d",
		Choice: "one of " + strings.Join(f.Choices, ", "), ID: "the name of a page in content/" + f.Of,
	}[f.Type]
	if f.List {
		return "a list, [one, two], each " + one
	}
	return one
}
