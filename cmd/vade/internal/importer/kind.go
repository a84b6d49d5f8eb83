package importer

import "vademecum/cmd/vade/internal/council"

// A Kind is what a document is.
type Kind string

// The kinds of document.
const (
	InformationNote Kind = "note"
	ResolutionText  Kind = "resolution"
	OtherDocument   Kind = "document"
)

// kindOf tells what a document is. A language was given for resolutions alone.
// What has the symbol of one and says when it was adopted is one too, although
// the formula that opens it was lost: the error of reading it names the remedy.
func kindOf(d *Document, lang string) Kind {
	_, _, symbol := resolutionSymbol(d.lines)
	if lang != "" || symbol && len(openings(d.lines)) > 0 {
		return ResolutionText
	}
	if d.splitNote(); d.isNote() {
		return InformationNote
	}
	if symbol && adopted(d.lines[:min(len(d.lines), firstHead)]) {
		return ResolutionText
	}
	return OtherDocument
}

// adopted reports whether a line says that the Council adopted the document.
func adopted(lines []line) bool {
	for _, code := range council.Codes() {
		l, _ := council.LanguageOf(code)
		for _, line := range lines {
			if l.Adopted(line.text) {
				return true
			}
		}
	}
	return false
}

// resolutions parts the lines of a document at the resolutions that it holds,
// each with its own symbol or title.
func (d *Document) resolutions() [][]line {
	at := openings(d.lines)
	var out [][]line
	from := 0
	for i := 1; i < len(at); i++ {
		start := headBefore(d.lines, at[i-1]+1, at[i])
		if start < 0 {
			continue // its reading tells of the second formula
		}
		out = append(out, d.lines[from:start:start])
		from = start
	}
	return append(out, d.lines[from:])
}

// headBefore finds where the head begins that stands before an opening formula:
// at the symbol or the title nearest to it, with the lines of a masthead before
// them. It is -1 if there is none.
func headBefore(lines []line, from, opening int) int {
	start := -1
	for i := opening - 1; i >= max(from, opening-firstHead); i-- {
		_, title := council.TitleLine(lines[i].text)
		_, symbol := council.SymbolLine(lines[i].text)
		switch {
		case title || symbol:
			start = i
		case start >= 0 && !ofMasthead(lines[i].text):
			return start
		}
	}
	return start
}

// ofMasthead reports whether a line may stand between the symbol and the title
// of a resolution, or before both.
func ofMasthead(text string) bool {
	_, dated := findDay(text)
	return council.Masthead(text) || dated && len(text) < 40 || readPageLine(text, council.Symbol{}).is > bareNumber
}
