package importer

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vademecum/cmd/vade/internal/document"
)

// readText reads plain text or Markdown into blocks. In Markdown a line break
// inside a paragraph is a space; in plain text it may end the paragraph (see
// unwrap).
func readText(text string, markdown bool) *Document {
	r := &textReader{}
	text = dropComments(text)
	if rest, ok := cutFrontMatter(text); ok {
		text = rest
		r.doc.Mended = append(r.doc.Mended, "front matter at the start left out")
	}
	lines := strings.Split(text, "\n")
	lines, r.doc.Mended = dropPageLines(lines, r.doc.Mended)
	r.words = wordsWithin(lines)
	if !markdown {
		lines = unwrap(hangingLabels(lines))
	}
	for _, line := range lines {
		r.line(line)
	}
	r.flush()
	gatherNotes(&r.doc)
	return &r.doc
}

// textReader gathers lines into blocks.
type textReader struct {
	doc  Document
	open []string // lines of the paragraph or item being read
	as   Block    // what the open lines are: Kind, Level, Marker

	indents []int          // of the list items that hold the last one, and its own
	words   document.Words // of the document, by which a hyphen at a line's end is judged
}

var (
	reHeading   = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$`)
	reRule      = regexp.MustCompile(`^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$`)
	reUnderline = regexp.MustCompile(`^ {0,3}(=+|-{2,})[ \t]*$`)
	reItem      = regexp.MustCompile(`^([ \t]*)([-*+•▪◦‣·–]|o|\d{1,3}[.)]|[a-z]\))[ \t]+(\S.*)$`)
	reNoteLine  = regexp.MustCompile(`^[ \t]*(?:<sup>|\[\^[^\]\s]+\]|[¹²³⁴-⁹⁰]+)[^\n]*\S`)
	reTableRule = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$`)
	reComment   = regexp.MustCompile(`(?s)<!--.*?-->`)
)

func (r *textReader) line(line string) {
	line = strings.TrimRight(line, " \t")
	for strings.HasPrefix(line, ">") { // a quotation is read as text
		line = strings.TrimPrefix(line[1:], " ")
	}
	switch m := reItem.FindStringSubmatch(line); {
	case line == "":
		r.flush()
	case reHeading.MatchString(line):
		h := reHeading.FindStringSubmatch(line)
		r.flush()
		r.as = Block{Kind: Heading, Level: len(h[1])}
		r.open = []string{h[2]}
		r.flush()
	case r.underlines(line):
		level := 2
		if strings.Contains(line, "=") {
			level = 1
		}
		r.as = Block{Kind: Heading, Level: level}
		r.flush()
	case reRule.MatchString(line) || strings.Contains(line, "|") && reTableRule.MatchString(line):
		r.flush()
	case strings.HasPrefix(strings.TrimSpace(line), "|"):
		r.flush()
		r.open = []string{tableRow(line)}
		r.flush()
	case m != nil && r.begins(m[1], m[2]):
		r.flush()
		r.as = Block{Kind: Item, Level: r.depth(m[1]), Marker: marker(m[2])}
		r.open = []string{m[3]}
	case reNoteLine.MatchString(line):
		r.flush()
		r.open = []string{line}
	default:
		r.open = append(r.open, line)
	}
}

// begins reports whether a marker begins a list item here. A number other than
// 1 does not inside a paragraph: there it is a wrapped line's first word.
func (r *textReader) begins(indent, marker string) bool {
	switch {
	case marker == "o":
		return indent != ""
	case unicode.IsDigit(rune(marker[0])) && len(r.open) > 0 && r.as.Kind == Paragraph:
		return strings.TrimRight(marker, ".)") == "1"
	}
	return true
}

// underlines reports whether line underlines one open line of text, which
// makes a heading of it.
func (r *textReader) underlines(line string) bool {
	return len(r.open) == 1 && r.as.Kind == Paragraph && reUnderline.MatchString(line)
}

// flush ends the open block.
func (r *textReader) flush() {
	b := r.as
	text := r.joinLines(r.open)
	r.open, r.as = nil, Block{}
	b.Runs = trim(inline(text), " \t\n")
	if len(b.Runs) > 0 {
		r.doc.Blocks = append(r.doc.Blocks, b)
	}
}

// wordsWithin counts the words that stand within lines: a word that a line break
// may have parted says nothing.
func wordsWithin(lines []string) document.Words {
	w := document.Words{}
	for i, line := range lines {
		f := strings.Fields(line)
		if len(f) > 0 && i > 0 && document.Hyphenated(lines[i-1]) {
			f = f[1:]
		}
		if len(f) > 0 && document.Hyphenated(line) {
			f = f[:len(f)-1]
		}
		w.Add(strings.Join(f, " "))
	}
	return w
}

// joinLines joins the lines of a block, keeping the line breaks, and the halves
// of words that a line's end parted.
func (r *textReader) joinLines(lines []string) string {
	var out []string
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if i > 0 && document.Hyphenated(lines[i-1]) {
			last := &out[len(out)-1]
			printed := *last + line
			if *last = r.words.Join(*last, line); *last != printed {
				r.doc.Mended = append(r.doc.Mended, fmt.Sprintf("a word joined that a line's end had parted: “%s%s”", lastField(printed[:len(printed)-len(line)]), firstWord(line)))
			}
			continue
		}
		out = append(out, line)
	}
	return joinLines(out)
}

// joinLines joins the lines of a block, keeping the line breaks. After a
// hyphen that belongs to a word there is none: the hyphen stays, the halves
// are joined.
func joinLines(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if i > 0 && !hyphenated(lines[i-1]) {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// hyphenated reports whether text ends in a hyphen that belongs to a word or
// a number.
func hyphenated(text string) bool {
	text = strings.TrimRight(text, " \t\n")
	if !strings.HasSuffix(text, "-") && !strings.HasSuffix(text, "–") {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "-–"))
	return unicode.IsDigit(r) || unicode.IsLetter(r) && strings.HasSuffix(text, "-")
}

// depth is the depth of a list item by its indentation, against the items
// before it.
func (r *textReader) depth(indent string) int {
	width := len(strings.ReplaceAll(indent, "\t", "    "))
	for len(r.indents) > 0 && r.indents[len(r.indents)-1] >= width {
		r.indents = r.indents[:len(r.indents)-1]
	}
	r.indents = append(r.indents, width)
	return min(len(r.indents)-1, deepest)
}

// deepest bounds the depth of lists.
const deepest = 3

// marker keeps "*" apart, which may be the mark of a footnote, and numbers.
func marker(printed string) string {
	if printed == "*" || unicode.IsDigit(rune(printed[0])) || strings.HasSuffix(printed, ")") {
		return printed
	}
	return "-"
}

// tableRow gives the cells of a row, parted by tabs.
func tableRow(line string) string {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return strings.Join(cells, "\t")
}

// hangingLabels joins labels that stand above their values, which are indented, with
// them: "Venue / (indent) Lima". At least two of the labels must be known.
func hangingLabels(lines []string) []string {
	ends := map[int]int{} // the line of a label to the end of its value
	sure := 0
	for i, label := range lines {
		if !hangs(lines, i) {
			continue
		}
		end := i + 1
		for end < len(lines) && indented(lines[end]) {
			end++
		}
		ends[i] = end
		if f := known(strings.TrimRight(label, ": ")); f != fieldNone && !f.section() {
			sure++
		}
	}
	if sure < 2 {
		return lines
	}
	var out []string
	for i := 0; i < len(lines); i++ {
		end := ends[i]
		if f := known(strings.TrimRight(lines[i], ": ")); end == 0 || f.section() {
			out = append(out, lines[i])
			continue
		}
		out = append(out, strings.TrimRight(lines[i], ": ")+": "+strings.TrimSpace(lines[i+1]))
		out = append(out, lines[i+2:end]...)
		i = end - 1
	}
	return out
}

func indented(line string) bool {
	return strings.TrimSpace(line) != "" && (strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t"))
}

// hangs reports whether line i may be a label above its value.
func hangs(lines []string, i int) bool {
	l := strings.TrimRight(lines[i], " \t")
	return l != "" && !indented(l) && len(l) <= longestLabel && startsCapital(l) && !strings.ContainsAny(l, ".;!\t") && !strings.Contains(strings.TrimRight(l, ":"), ":") &&
		i+1 < len(lines) && indented(lines[i+1]) && reItem.FindStringSubmatch(lines[i+1]) == nil && (i == 0 || strings.TrimSpace(lines[i-1]) == "" || indented(lines[i-1]))
}

// widestWrapped is the longest line, in characters, that is still taken to
// have been wrapped at a column.
const widestWrapped = 120

// unwrap puts a blank line where a line of plain text ends a paragraph: after
// the end of a sentence, when the next line's first word would have fitted. A
// file with lines too long to have been wrapped has a paragraph on each.
func unwrap(lines []string) []string {
	width := 0
	for i, line := range lines {
		if i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != "" {
			width = max(width, utf8.RuneCountInString(line))
		}
	}
	var out []string
	for i, line := range lines {
		out = append(out, line)
		if i+1 == len(lines) || strings.TrimSpace(line) == "" || strings.TrimSpace(lines[i+1]) == "" {
			continue
		}
		first := strings.Fields(lines[i+1])[0]
		fits := utf8.RuneCountInString(line)+1+utf8.RuneCountInString(first) <= width
		if !hyphenated(line) && (width > widestWrapped || fits && endsSentence(line)) {
			out = append(out, "")
		}
	}
	return out
}

func dropComments(text string) string {
	if !strings.Contains(text, "<!--") {
		return text
	}
	return reComment.ReplaceAllString(text, "")
}

// cutFrontMatter removes the front matter of a Markdown file.
func cutFrontMatter(text string) (rest string, ok bool) {
	body, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return text, false
	}
	head, rest, ok := strings.Cut(body, "\n---\n")
	if !ok || strings.Contains(head, "\n\n") || !strings.Contains(head, ":") {
		return text, false
	}
	return rest, true
}

// inline reads the marks inside a block's text.
func inline(text string) []Run {
	p := &inlineParser{text: text}
	for p.at < len(p.text) {
		p.step()
	}
	p.emit()
	return p.runs
}

type inlineParser struct {
	text  string
	at    int
	buf   strings.Builder
	style Run
	runs  []Run
	// The emphasis marks that are open, so that each closes what it opened.
	bold, italic string
}

// emit ends the current run.
func (p *inlineParser) emit() {
	if p.buf.Len() == 0 {
		return
	}
	r := p.style
	r.Text = p.buf.String()
	p.runs = append(p.runs, r)
	p.buf.Reset()
}

// note adds a reference to a footnote; printed is how the mark looks.
func (p *inlineParser) note(mark, printed string) {
	p.emit()
	r := p.style
	r.Text, r.Note = printed, mark
	p.runs = append(p.runs, r)
}

var (
	reNoteMark = regexp.MustCompile(`^\[\^([^\[\]\s]+)\]:?`)
	reLink     = regexp.MustCompile(`^!?\[([^\[\]]*)\]\(<?([^\s()<>]+)>?(?:\s+"[^"\[]*")?\)`)
	reAutolink = regexp.MustCompile(`^<((?:https?://|mailto:)[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>`)
	reSup      = regexp.MustCompile(`(?i)^<sup>\s*([^<]+?)\s*</sup>`)
	reTag      = regexp.MustCompile(`(?i)^<(/?)(b|strong|i|em|u|p|br|sup|sub|span|div|a|font)(?:\s[^<>]*)?/?>`)
	reEntity   = regexp.MustCompile(`^&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)
	reSupers   = regexp.MustCompile(`^[¹²³⁴-⁹⁰]+`)
)

const superDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹"

// step reads one mark or one character.
func (p *inlineParser) step() {
	rest := p.text[p.at:]
	switch rest[0] {
	case '\\':
		if len(rest) > 1 && rest[1] < utf8.RuneSelf && unicode.IsPunct(rune(rest[1])) || len(rest) > 1 && strings.IndexByte("$+<=>^`|~", rest[1]) >= 0 {
			p.buf.WriteByte(rest[1])
			p.at += 2
			return
		}
	case '*', '_':
		if p.emphasis(rest) {
			return
		}
	case '[', '!':
		if p.bracket(rest) {
			return
		}
	case '<':
		if p.tag(rest) {
			return
		}
	case '&':
		if m := reEntity.FindString(rest); m != "" {
			p.buf.WriteString(tidyEntity(html.UnescapeString(m)))
			p.at += len(m)
			return
		}
	case 0xc2, 0xe2: // the first bytes of the superscript digits
		if m := reSupers.FindString(rest); m != "" {
			p.note(lowerDigits(m), m)
			p.at += len(m)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	p.buf.WriteString(rest[:size])
	p.at += size
}

// tidyEntity writes what an entity stands for as decoding writes it: a space for
// every space, nothing for what cannot be seen.
func tidyEntity(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		}
		return r
	}, s)
}

func (p *inlineParser) bracket(rest string) bool {
	if m := reNoteMark.FindStringSubmatch(rest); m != nil {
		p.note(m[1], strings.TrimSuffix(m[0], ":"))
		p.at += len(m[0])
		return true
	}
	m := reLink.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	p.emit()
	for _, r := range inline(m[1]) {
		r.Bold, r.Italic = r.Bold || p.style.Bold, r.Italic || p.style.Italic
		if rest[0] != '!' { // of an image its description stays
			r.Link = document.SafeLink(m[2])
		}
		p.runs = append(p.runs, r)
	}
	p.at += len(m[0])
	return true
}

func (p *inlineParser) tag(rest string) bool {
	if m := reSup.FindStringSubmatch(rest); m != nil {
		if strings.Trim(m[1], "0123456789*") == "" {
			p.note(m[1], upperDigits(m[1]))
		} else {
			p.buf.WriteString(m[1])
		}
		p.at += len(m[0])
		return true
	}
	if m := reAutolink.FindStringSubmatch(rest); m != nil {
		p.buf.WriteString(strings.TrimPrefix(m[1], "mailto:"))
		p.at += len(m[0])
		return true
	}
	m := reTag.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	opens := m[1] == ""
	switch strings.ToLower(m[2]) {
	case "b", "strong":
		p.emit()
		p.style.Bold = opens
	case "i", "em":
		p.emit()
		p.style.Italic = opens
	case "br", "p", "div":
		p.buf.WriteByte('\n')
	}
	p.at += len(m[0])
	return true
}

// emphasis reads a mark of bold or italics. A star that neither opens nor
// closes one, behind a word, may be the mark of a footnote.
func (p *inlineParser) emphasis(rest string) bool {
	c := rest[:1]
	n := len(rest) - len(strings.TrimLeft(rest, c))
	mark := rest[:min(n, 3)]
	before, _ := utf8.DecodeLastRuneInString(p.text[:p.at])
	after, _ := utf8.DecodeRuneInString(rest[len(mark):])
	canClose := p.at > 0 && !unicode.IsSpace(before)
	canOpen := len(rest) > len(mark) && !unicode.IsSpace(after)
	if c == "_" && letter(before) && letter(after) {
		return false
	}
	switch {
	case canClose && len(mark) >= 2 && p.bold == c:
		p.emit()
		p.style.Bold, p.bold = false, ""
		p.at += 2
	case canClose && p.italic == c:
		p.emit()
		p.style.Italic, p.italic = false, ""
		p.at++
	case canOpen && len(mark) >= 2 && p.bold == "" && strings.Contains(rest[len(mark):], c+c):
		p.emit()
		p.style.Bold, p.bold = true, c
		p.at += 2
	case canOpen && p.italic == "" && !letter(before) && strings.Contains(rest[len(mark):], c):
		p.emit()
		p.style.Italic, p.italic = true, c
		p.at++
	case c == "*" && canClose && !canOpen || c == "*" && letter(before) && !letter(after):
		p.note(mark, mark)
		p.at += len(mark)
	default:
		return false
	}
	return true
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// lowerDigits turns superscript digits into digits.
func lowerDigits(s string) string {
	var b strings.Builder
	digits := []rune(superDigits)
	for _, r := range s {
		b.WriteByte(byte('0' + slices.Index(digits, r)))
	}
	return b.String()
}

// upperDigits turns digits into superscript digits; other characters stay.
func upperDigits(s string) string {
	digits := []rune(superDigits)
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return digits[r-'0']
		}
		return r
	}, s)
}
