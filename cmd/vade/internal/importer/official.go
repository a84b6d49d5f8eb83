package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// An Official is the official wording of a resolution in one language, from a
// copy of the user's own. It never stands in the repository: .gitignore names
// its folder.
type Official struct {
	Symbol     string              `yaml:"symbol"`
	Lang       string              `yaml:"lang"`
	Adopted    *Date               `yaml:"adopted,omitempty"`
	Reach      Reach               `yaml:"reach"`
	Source     Source              `yaml:"source"`
	Vote       string              `yaml:"vote,omitempty"` // the line on it, as printed
	Headings   []OfficialHeading   `yaml:"headings,omitempty"`
	Paragraphs []OfficialParagraph `yaml:"paragraphs"`

	number int
}

// An OfficialParagraph is one paragraph (pp1, op3, op3-a), one definition of
// the footnotes by the id that the page has for it, another footnote
// (footnote, footnote-2) or the annex. The text has no number of its own: the
// id is that.
type OfficialParagraph struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
}

// An OfficialHeading is the title of a section, which no paragraph holds.
type OfficialHeading struct {
	Before string `yaml:"before"`
	Text   string `yaml:"text"`
}

// officialFolder holds the official wordings, under the content folder.
var officialFolder = filepath.Join("resolutions", "official")

func (o *Official) fileName() string { return fmt.Sprintf("%d.%s.yaml", o.number, o.Lang) }

// notice stands at the top of the file, for whoever finds it.
const notice = "# Official wording, from a copy of your own. Made by vade import; never to be committed (.gitignore names this folder).\n"

// YAML writes the whole file.
func (o *Official) YAML() ([]byte, error) {
	out, err := yaml.MarshalWithOptions(o, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("official wording of %s: %w", o.Symbol, err)
	}
	return append([]byte(notice), out...), nil
}

// A counterpart is what the site's own page of a resolution holds.
type counterpart struct {
	file    string
	missing bool // there is no such page
	Adopted string
	IDs     struct{ Paragraphs, Definitions []string }
	terms   map[string]string // a definition's term, folded, to its id
}

// pageFront is what a counterpart is read from.
type pageFront struct {
	Adopted    string `yaml:"adopted"`
	Paragraphs []struct {
		ID string `yaml:"id"`
	} `yaml:"paragraphs"`
	Definitions []struct {
		ID   string `yaml:"id"`
		Term string `yaml:"term"`
	} `yaml:"definitions"`
}

// readCounterpart reads the page of a resolution, and the terms of its
// definitions in the given language.
func readCounterpart(contentDir string, number int, lang string) (counterpart, error) {
	c := counterpart{file: filepath.Join(contentDir, "resolutions", fmt.Sprintf("%d.md", number)), terms: map[string]string{}}
	front, err := readFront[pageFront](c.file)
	if errors.Is(err, fs.ErrNotExist) {
		c.missing = true
		return c, nil
	} else if err != nil {
		return c, err
	}
	c.Adopted = front.Adopted
	for _, p := range front.Paragraphs {
		c.IDs.Paragraphs = append(c.IDs.Paragraphs, p.ID)
	}
	translation := strings.TrimSuffix(c.file, ".md") + "." + lang + ".md"
	translated, err := readFront[pageFront](translation)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	for _, d := range front.Definitions {
		c.IDs.Definitions = append(c.IDs.Definitions, d.ID)
		c.terms[foldText(d.Term)] = d.ID
	}
	for _, d := range translated.Definitions {
		c.terms[foldText(d.Term)] = d.ID
	}
	return c, nil
}

// readFront reads the front matter of a page.
func readFront[T any](file string) (front T, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return front, err
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	head, _, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---")
	if !ok {
		return front, fmt.Errorf("%s: has no front matter to compare with; mend the page", file)
	}
	if err := yaml.Unmarshal([]byte(head), &front); err != nil {
		return front, fmt.Errorf("%s: its front matter cannot be read; mend the page: %w", file, err)
	}
	return front, nil
}

// compare reports what the official wording and the page do not share.
func (c *counterpart) compare(o *Official, r *Report) {
	if c.missing {
		r.settle("paragraphs", "a page of their own shows them: there is no page of ours to compare them with", c.file)
		return
	}
	var here []string
	for _, p := range o.Paragraphs {
		here = append(here, p.ID)
	}
	there := append(slices.Clone(c.IDs.Paragraphs), c.IDs.Definitions...)
	both := len(here) - len(lacking(here, there))
	r.settle("paragraphs", fmt.Sprintf("%d of the text's %d have a counterpart on the page", both, len(here)), c.file)
	if only := lacking(here, there); len(only) > 0 {
		r.open("paragraphs", fmt.Sprintf("in the text, not on the page, so not shown: %s", strings.Join(only, ", ")))
	}
	if only := lacking(there, here); len(only) > 0 {
		r.open("paragraphs", fmt.Sprintf("on the page, not found in the text: %s", strings.Join(only, ", ")))
	}
	if o.Adopted != nil && c.Adopted != "" && c.Adopted != o.Adopted.String() {
		r.open("adopted", fmt.Sprintf("the page says %s, the text %s", c.Adopted, o.Adopted))
	}
}

// lacking are the ids of one list that another does not have.
func lacking(list, other []string) []string {
	var out []string
	for _, id := range list {
		if !slices.Contains(other, id) {
			out = append(out, id)
		}
	}
	return out
}
