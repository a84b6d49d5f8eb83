package importer

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	reNoteStart = regexp.MustCompile(`^(\*{1,3}|[¹²³⁴-⁹⁰]+|\[\^[^\]\s]+\]:|\d{1,3}\b)\s*(\S.*)$`)
	// What the footnotes of the volumes of early years begin with, whose marks are
	// figures like others.
	reRecords    = regexp.MustCompile(`^(?:See |Ibid|Idem|Op\. ?cit|Official Records|Documents? S/|S/|Voir |V[ée]ase |Documents? officiels)`)
	reDefinition = regexp.MustCompile(`^([^:：.;,،]{2,60}?)\s?[:：]\s*(\S.*)$`)
)

// takeNotes takes the footnotes out of the lines. A footnote ends where its
// page does, or after a sentence before a line that belongs to the text.
func (r *resolutionReader) takeNotes() {
	var kept []line
	for i := 0; i < len(r.lines); {
		if !noteStarts(r.lines[i].text) {
			kept = append(kept, r.lines[i])
			i++
			continue
		}
		end := i + 1
		for end < len(r.lines) && !r.noteEnds(end) {
			end++
		}
		r.notes = append(r.notes, r.lines[i:end:end])
		if end < len(r.lines) {
			r.lines[end].page = true
			if !endsSentence(r.lines[end-1].text) {
				r.report.open("footnote", fmt.Sprintf("“%s …” does not end with a sentence; see whether it goes on in the text behind it", firstWords(r.lines[i].text)))
			}
		}
		i = end
	}
	r.lines = kept
}

// noteStarts reports whether a line begins a footnote.
func noteStarts(text string) bool {
	m := reNoteStart.FindStringSubmatch(text)
	return m != nil && (m[1][0] < '0' || m[1][0] > '9' || reRecords.MatchString(m[2]))
}

// longestNote bounds, in lines, how far the end of a footnote's page is looked for.
const longestNote = 200

// noteEnds reports whether a footnote ends before line i.
func (r *resolutionReader) noteEnds(i int) bool {
	l, before := r.lines[i], r.lines[i-1].text
	switch {
	case l.page || noteStarts(l.text):
		return true
	case !endsSentence(before) || r.definition(l.text) != nil:
		return false
	case l.blank || r.belongs(l.text):
		return true
	}
	for _, later := range r.lines[i:min(len(r.lines), i+longestNote)] {
		if later.page {
			return false
		}
	}
	r.report.guess("footnote", "ends before “"+firstWords(l.text)+" …”", "no border of a page says so")
	return true
}

// belongs reports whether a line can only belong to the paragraphs.
func (r *resolutionReader) belongs(text string) bool {
	return !r.language.MayBegin(text) || r.starts(text)
}

// starts reports whether a line begins as paragraphs do.
func (r *resolutionReader) starts(text string) bool {
	return r.language.OpensPreamble(text) || r.language.Acts(text) || numbered(text) != nil || lettered(text) != nil
}

// definition parts a line "Term: what it means".
func (r *resolutionReader) definition(text string) []string {
	m := reDefinition.FindStringSubmatch(text)
	if m == nil || startsSmall(text) || len(strings.Fields(m[1])) > 6 {
		return nil
	}
	return m
}

// readNotes gives each footnote's definitions, and what else it says.
func (r *resolutionReader) readNotes() {
	for _, note := range r.notes {
		first := note[0]
		first.text = reNoteStart.FindStringSubmatch(first.text)[2]
		parts := [][]line{{first}}
		for _, l := range note[1:] {
			last := parts[len(parts)-1]
			if r.definition(l.text) != nil && endsSentence(last[len(last)-1].text) {
				parts = append(parts, []line{l})
				continue
			}
			parts[len(parts)-1] = append(last, l)
		}
		for _, p := range parts {
			r.addNote(r.join(p, "a footnote"))
		}
	}
	if text := r.join(r.behind, "what stands behind the vote"); strings.IndexFunc(text, isLetter) >= 0 {
		r.addNote(text)
		r.report.open("footnote", "“"+firstWords(text)+" …” stands behind the vote; it is kept as a footnote, for it is no part of the resolution")
	}
}

// addNote adds a definition or another part of a footnote.
func (r *resolutionReader) addNote(text string) {
	id := ""
	if m := r.definition(text); m != nil {
		id = r.definitionID(m[1])
	}
	if id == "" {
		id = "footnote"
	}
	id = r.free(id)
	r.put(OfficialParagraph{id, text})
	r.report.settle("footnotes", id, firstWords(text)+" …")
}

// definitionID is the id that the page has for a term; without one it is made
// of the term, which leads nowhere yet and is reported so.
func (r *resolutionReader) definitionID(term string) string {
	if id, ok := r.page.terms[foldText(term)]; ok {
		return id
	}
	id := slug(term)
	if id != "" && !r.page.missing && len(r.page.IDs.Definitions) > 0 && !contains(r.page.IDs.Definitions, id) {
		r.report.guess("footnotes", id, fmt.Sprintf("“%s” is no term of %s or its translation; give the paragraph the id of a definition there", term, r.page.file))
	}
	return id
}
