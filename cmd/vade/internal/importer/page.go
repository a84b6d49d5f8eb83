package importer

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
)

// Markdown writes the whole page.
func (p *Page) Markdown() ([]byte, error) {
	front, err := p.FrontMatter()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n%s---\n", front)
	writeBlocks(&b, p.Body, p.Notes)
	return b.Bytes(), nil
}

// FrontMatter writes the page's front matter, without the lines that enclose
// it.
func (p *Page) FrontMatter() (string, error) {
	out, err := yaml.MarshalWithOptions(p.Front, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		return "", fmt.Errorf("front matter of %s: %w", p.Name, err)
	}
	return string(out), nil
}

// fileName is the name of the page's file.
func (p *Page) fileName() string {
	if p.Lang == "en" {
		return p.Name + ".md"
	}
	return p.Name + "." + p.Lang + ".md"
}

// pageName is the year and month of a meeting and its city, or what is known
// of them; without either it is made from the source's name.
func pageName(f Workshop, precision, mode, source string) string {
	where := slug(f.City)
	if where == "" {
		where = slug(f.Country)
	}
	if where == "" && mode == online {
		where = online
	}
	if where == "" {
		where = slug(strings.TrimSuffix(source, filepath.Ext(source)))
	}
	if where == "" {
		where = "note"
	}
	switch precision {
	case byDay, byMonth:
		return f.DateStart.Format("2006-01-") + where
	case byYear:
		return f.DateStart.Format("2006-") + where
	}
	return "undated-" + where
}

// longestSlug bounds the name of a file.
const longestSlug = 60

// slug writes a name in small unaccented letters and hyphens.
func slug(s string) string {
	var parts []string
	size := 0
	for _, w := range words(s) {
		ascii := strings.Map(func(r rune) rune {
			if r < unicode.MaxASCII && letter(r) {
				return r
			}
			return -1
		}, w.fold)
		if ascii == "" {
			continue
		}
		if size += len(ascii) + 1; size > longestSlug {
			break
		}
		parts = append(parts, ascii)
	}
	return strings.Join(parts, "-")
}

// writeBlocks writes blocks and footnotes as Markdown. Where a page of the
// document begins, its number stands.
func writeBlocks(b *bytes.Buffer, blocks []Block, notes []Footnote) {
	level := -1 // of the list item before
	page := 0
	for i, block := range blocks {
		if i == 0 || block.Kind != Item || blocks[i-1].Kind != Item {
			b.WriteByte('\n')
		}
		if block.Page > page {
			if page = block.Page; block.Kind == Item && i > 0 && blocks[i-1].Kind == Item {
				b.WriteByte('\n')
				level = -1
			}
			fmt.Fprintf(b, "{{< page %d >}}\n\n", page)
		}
		if block.Kind == Item { // deeper than its list, it would be read as code
			block.Level = min(block.Level, level+1)
			level = block.Level
		} else {
			level = -1
		}
		writeBlock(b, block)
	}
	for _, note := range notes {
		fmt.Fprintf(b, "\n[^%s]: %s\n", note.Mark, markdown(note.Runs))
	}
}

// writeTable writes a table. Markdown wants a head; where the rows are all alike
// the first one is it.
func writeTable(b *bytes.Buffer, rows [][][]Run) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	for i, row := range rows {
		b.WriteString("|")
		for j := range width {
			text := ""
			if j < len(row) {
				text = markdown(row[j])
			}
			fmt.Fprintf(b, " %s |", text)
		}
		b.WriteString("\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", width) + "\n")
		}
	}
}

func writeBlock(b *bytes.Buffer, block Block) {
	text := markdown(block.Runs)
	switch block.Kind {
	case TableBlock:
		writeTable(b, block.Rows)
	case Heading:
		fmt.Fprintf(b, "%s %s\n", strings.Repeat("#", block.Level), text)
	case Item:
		marker := block.Marker
		if !reOrdered.MatchString(marker) {
			if marker = "-"; strings.HasSuffix(block.Marker, ")") || strings.HasSuffix(block.Marker, ".") {
				text = escape(block.Marker) + " " + text // a letter, which Markdown does not count with
			}
		}
		fmt.Fprintf(b, "%s%s %s\n", strings.Repeat("    ", block.Level), marker, text)
	default:
		fmt.Fprintf(b, "%s\n", escapeStart(text))
	}
}

var reOrdered = regexp.MustCompile(`^\d{1,3}[.)]$`)

// markdown writes runs on one line. Neighbouring runs of one style are one, and
// spaces stand outside the marks, where Markdown wants them.
func markdown(runs []Run) string {
	var b strings.Builder
	for _, r := range merged(runs) {
		if r.Note != "" {
			fmt.Fprintf(&b, "[^%s]", r.Note)
			continue
		}
		core := strings.TrimSpace(r.Text)
		if core == "" {
			b.WriteString(r.Text)
			continue
		}
		lead, rest, _ := strings.Cut(r.Text, core)
		mark := strings.Repeat("*", weight(r))
		text := mark + escape(core) + mark
		if r.Link != "" {
			text = "[" + text + "](<" + linkEscape.Replace(r.Link) + ">)"
		}
		b.WriteString(lead + text + rest)
	}
	return oneLine(b.String())
}

// weight is how many stars mark a run: one for italics, two for bold.
func weight(r Run) int {
	n := 0
	if r.Italic {
		n++
	}
	if r.Bold {
		n += 2
	}
	return n
}

func merged(runs []Run) []Run {
	var out []Run
	for i := 0; i < len(runs); {
		end := i + 1
		for end < len(runs) && runs[i].Note == "" && sameStyle(runs[i], runs[end]) {
			end++
		}
		r := runs[i]
		r.Text = joinText(runs[i:end])
		out = append(out, r)
		i = end
	}
	return out
}

func sameStyle(a, b Run) bool {
	a.Text, b.Text = "", ""
	return a == b
}

func joinText(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

var linkEscape = strings.NewReplacer("<", "%3C", ">", "%3E", "{", "%7B", "}", "%7D", "\\", "%5C")

// escape keeps Markdown, HTML and Hugo's shortcodes from reading marks into
// plain text. Underscores inside words and tildes in addresses have no meaning
// and stay, so that addresses stay whole.
func escape(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		switch r {
		case '\\', '*', '`', '[', ']', '<', '>', '{', '}', '|':
			b.WriteByte('\\')
		case '_':
			if i == 0 || i == len(runes)-1 || !letter(runes[i-1]) || !letter(runes[i+1]) {
				b.WriteByte('\\')
			}
		case '~':
			if i == 0 || runes[i-1] != '/' {
				b.WriteByte('\\')
			}
		case '&':
			if reEntity.MatchString(string(runes[i:min(len(runes), i+34)])) {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

var reBlockStart = regexp.MustCompile(`^(?:[#+=:-]|\d{1,9}([.)])(?:\s|$))`)

// escapeStart keeps a paragraph from being read as a heading, a list, a rule
// or a definition.
func escapeStart(text string) string {
	m := reBlockStart.FindStringSubmatchIndex(text)
	switch {
	case m == nil:
		return text
	case m[2] > 0:
		return text[:m[2]] + `\` + text[m[2]:]
	}
	return `\` + text
}
