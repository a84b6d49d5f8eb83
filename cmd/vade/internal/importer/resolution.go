package importer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/council"
)

// resolutionReader carries a resolution from its lines to its paragraphs.
type resolutionReader struct {
	doc         *Document
	report      *Report
	page        counterpart
	language    council.Language
	symbol      council.Symbol
	head, lines []line // before and after the opening formula
	notes       [][]line
	behind      []line // what stands behind the vote and is no part of the resolution
	room        int    // see measure
	units       []unit
	official    Official

	reading unit            // the numbered paragraph that is being read
	ids     map[string]bool // of the paragraphs
	last    map[string]int  // the last number that was put behind an id; see free
	tail    strings.Builder // see flushTail
}

// A unit is a paragraph on its way: its lines, its number and its letter. One
// without a number is preambular until it proves otherwise.
type unit struct {
	number, letter int // from 1; 0 for none
	lines          []line
	annex          bool
}

// firstHead is how many lines are searched for the symbol.
const firstHead = 40

// resolutionSymbol finds the symbol that says that a document is a resolution
// of the Security Council: on a line of its own in the masthead, or as the
// title. Elsewhere it is a citation.
func resolutionSymbol(lines []line) (s council.Symbol, printed, ok bool) {
	for _, l := range lines[:min(len(lines), firstHead)] {
		if s, ok = council.SymbolLine(l.text); ok {
			return s, true, true
		}
	}
	for _, l := range lines[:min(len(lines), firstHead)] {
		if s, ok = council.TitleLine(l.text); ok {
			return s, false, true
		}
	}
	return s, false, false
}

// openings lists the lines that are an opening formula; those without its comma
// only if there is none with it.
func openings(lines []line) (at []int) {
	for _, loose := range []bool{false, true} {
		for i, l := range lines {
			if _, ok := council.Opening(l.text, loose); ok {
				at = append(at, i)
			}
		}
		if len(at) > 0 {
			return at
		}
	}
	return nil
}

// openingApart gives the formula that opens a resolution a line of its own where the
// text goes on behind it, as in the first years: "The Security Council resolves that".
func openingApart(lines []line) []line {
	if _, _, ok := resolutionSymbol(lines); !ok || len(openings(lines)) > 0 {
		return lines
	}
	for i, l := range lines[:min(len(lines), firstHead)] {
		if opening, rest, ok := council.CutOpening(l.text); ok {
			l.text = opening
			return slices.Concat(lines[:i], []line{l, {text: rest}}, lines[i+1:])
		}
	}
	return lines
}

// Resolution understands a document as a resolution of the Security Council.
// It keeps every word of the paragraphs and the footnotes; what it takes out or
// cannot place stands in the report. The language is the text's own, or lang
// where the formula that tells it is damaged. The pages in contentDir say
// which paragraphs the site has.
func Resolution(doc *Document, lang, contentDir string) (*Official, *Report, error) {
	return readResolution(doc, doc.lines, lang, contentDir)
}

// readResolution reads the resolution that some lines of a document hold.
func readResolution(doc *Document, lines []line, lang, contentDir string) (*Official, *Report, error) {
	r := &resolutionReader{doc: doc, report: &Report{Source: filepath.Base(doc.Name)}}
	r.report.Mended = slices.Clone(doc.decoded)
	for _, d := range doc.Doubts {
		r.report.open("text", d)
	}
	if err := r.begin(lines, lang); err != nil {
		return nil, nil, err
	}
	var err error
	if r.page, err = readCounterpart(contentDir, r.symbol.Number, r.language.Code); err != nil {
		return nil, nil, err
	}
	r.readHead()
	r.takePageLines()
	r.takeVote()
	r.takeNotes()
	r.measure()
	r.split()
	if err := r.name(); err != nil {
		return nil, nil, err
	}
	r.readNotes()
	r.page.compare(&r.official, r.report)
	r.report.Next = officialSteps
	return &r.official, r.report, nil
}

var officialSteps = []string{
	"Compare the file with the original; a paragraph that was cut wrongly can be mended in it.",
	"Build the site: the page shows the wording beside ours.",
	"Leave the file out of the repository and of every other copy that you may not publish.",
}

func (r *resolutionReader) mended(format string, args ...any) {
	r.report.Mended = append(r.report.Mended, fmt.Sprintf(format, args...))
}

// begin finds symbol and language, and parts the head from the text.
func (r *resolutionReader) begin(lines []line, lang string) error {
	if r.doc.marked {
		r.mended("marks of Markdown taken out")
	}
	var printed, ok bool
	if r.symbol, printed, ok = resolutionSymbol(lines); !ok {
		return fmt.Errorf("%s: no symbol S/RES/NNNN (YYYY) on a line of its own at the start; put it there in a copy and import that", r.doc.Name)
	}
	o := &r.official
	o.number, o.Symbol, o.Reach = r.symbol.Number, r.symbol.String(), Own
	o.Source = Source{File: filepath.Base(r.doc.Name), SHA256: r.doc.SHA256}
	if printed {
		r.report.settle("symbol", o.Symbol, "")
	} else {
		r.report.guess("symbol", o.Symbol, "made of the title")
	}
	r.report.settle("source", o.Source.File+", SHA-256 "+o.Source.SHA256, "")
	if err := r.checkTitle(lines); err != nil {
		return err
	}
	start, err := r.findStart(lines, lang)
	if err != nil {
		return err
	}
	r.official.Lang = r.language.Code
	r.head, r.lines = lines[:start], lines[start:]
	if len(r.lines) > 0 && slices.Equal(openings(r.lines[:1]), []int{0}) {
		r.lines = r.lines[1:]
	}
	if len(r.lines) == 0 {
		return fmt.Errorf("%s: no text follows the opening formula; check that the file is whole", r.doc.Name)
	}
	return nil
}

// checkTitle refuses a document whose title names another resolution than its
// symbol: one of them would name the file.
func (r *resolutionReader) checkTitle(lines []line) error {
	for _, l := range lines[:min(len(lines), firstHead)] {
		if s, ok := council.TitleLine(l.text); ok && s != r.symbol {
			return fmt.Errorf("%s: its symbol is %s and its title “%s”; save each resolution in a file of its own", r.doc.Name, r.official.Symbol, l.text)
		}
		if _, ok := council.Opening(l.text, true); ok {
			break
		}
	}
	return nil
}

// findStart finds the line of the opening formula, and with it the language.
// Where that line is damaged, --lang lets the text begin after the lines on
// the adoption.
func (r *resolutionReader) findStart(lines []line, lang string) (int, error) {
	given, ok := council.LanguageOf(lang)
	if lang != "" && !ok {
		return 0, fmt.Errorf("--lang %s: resolutions appear in %s", lang, strings.Join(council.Codes(), ", "))
	}
	at := openings(lines)
	switch {
	case len(at) > 1:
		return 0, fmt.Errorf("%s: “%s” and “%s” each begin a resolution; save each in a file of its own", r.doc.Name, lines[at[0]].text, lines[at[1]].text)
	case len(at) == 1:
		r.language, _ = council.Opening(lines[at[0]].text, true)
		if lang != "" && lang != r.language.Code {
			return 0, fmt.Errorf("%s: begins with “%s”, which is not --lang %s; leave --lang out or name the other file", r.doc.Name, lines[at[0]].text, lang)
		}
		r.report.settle("language", r.language.Code, lines[at[0]].text)
		return at[0], nil
	case lang == "":
		return 0, fmt.Errorf("%s: no line “The Security Council,” (in one of %s) before the preamble; mend it in a copy, or name the language with --lang", r.doc.Name, strings.Join(council.Codes(), ", "))
	}
	r.language = given
	for i, l := range lines {
		if given.Adopted(l.text) {
			_, end := adoptionLines(lines[i:])
			r.report.guess("text", "begins after the lines on the adoption", "there is no opening formula")
			return i + end, nil
		}
	}
	return 0, fmt.Errorf("%s: neither an opening formula nor the line that says when it was adopted; put the formula before the preamble in a copy", r.doc.Name)
}

// adoptionLines joins lines until they name a day, and says how many they are.
func adoptionLines(lines []line) (text string, n int) {
	for n < min(len(lines), 4) {
		text = strings.TrimSpace(text + " " + lines[n].text)
		n++
		if _, ok := findDay(text); ok {
			return text, n
		}
	}
	return text, 1
}

// readHead reads the day of adoption, and reports what is no part of a
// masthead: it may be text that lost its place.
func (r *resolutionReader) readHead() {
	var masthead *Date
	for i := 0; i < len(r.head); i++ {
		text := r.head[i].text
		day, dated := findDay(text)
		_, symbol := council.SymbolLine(text)
		_, title := council.TitleLine(text)
		if title { // its year is none of a day
			day, dated = findDay(text[strings.Index(text, ")")+1:])
		}
		switch {
		case r.language.Adopted(text):
			adoption, n := adoptionLines(r.head[i:])
			r.setAdopted(adoption)
			i += n - 1
		case title && dated && masthead == nil:
			masthead = &day
		case symbol || title || council.Masthead(text) || readPageLine(text, r.symbol).is != textLine:
		case dated && len(strings.Fields(text)) <= 5:
			masthead = &day
		default:
			r.report.open("head", "not used: “"+text+"”")
		}
	}
	if r.official.Adopted == nil {
		r.guessAdopted(masthead)
	}
}

func (r *resolutionReader) setAdopted(text string) {
	day, ok := findDay(text)
	if !ok {
		r.report.open("adopted", "no day in “"+text+"”")
		return
	}
	r.official.Adopted = &day
	r.report.settle("adopted", day.String(), text)
	if day.Year() != r.symbol.Year {
		r.report.open("adopted", fmt.Sprintf("%s is not in the year of %s", day, r.official.Symbol))
	}
}

// guessAdopted takes the day of the masthead, which is usually that of the
// adoption; without one the day stays open.
func (r *resolutionReader) guessAdopted(masthead *Date) {
	if masthead == nil {
		r.report.open("adopted", "the text does not say when it was adopted; the file has no day")
		return
	}
	r.official.Adopted = masthead
	r.report.guess("adopted", masthead.String(), "the masthead's day; no line says “Adopted by the Security Council”")
}
