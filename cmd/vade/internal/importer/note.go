package importer

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/council"
)

// Source names the file that a page was made from.
type Source struct {
	File      string `yaml:"file"`
	SHA256    string `yaml:"sha256"`
	Retrieved *Date  `yaml:"retrieved,omitempty"`
}

// Reference is an entry of a page's list of sources.
type Reference struct {
	Title string `yaml:"title"`
	Date  *Date  `yaml:"date,omitempty"`
}

// Workshop is the front matter of a workshop's page, in the order in which it
// is written. Lists hold ids.
type Workshop struct {
	Title                string      `yaml:"title"`
	Summary              string      `yaml:"summary"`
	Event                string      `yaml:"event"`
	EventType            string      `yaml:"event_type"`
	Organizers           []string    `yaml:"organizers"`
	OrganizersText       string      `yaml:"organizers_text,omitempty"` // as printed, where it names others than organizations
	DateStart            *Date       `yaml:"date_start"`
	DateEnd              *Date       `yaml:"date_end"`
	Dates                []Date      `yaml:"dates,omitempty"`
	DateText             string      `yaml:"date_text"`
	DatePrecision        string      `yaml:"date_precision"`
	City                 string      `yaml:"city"`
	Country              string      `yaml:"country"`
	Mode                 string      `yaml:"mode"`
	ParticipantsText     string      `yaml:"participants_text"`
	ParticipantCountries []string    `yaml:"participant_countries"`
	ParticipantOrgs      []string    `yaml:"participant_orgs"`
	Ministries           []string    `yaml:"ministries"`
	Themes               []string    `yaml:"themes"`
	Paragraphs           []string    `yaml:"paragraphs"`
	Instruments          []string    `yaml:"instruments"`
	Source               Source      `yaml:"source"`
	Sources              []Reference `yaml:"sources"`
	Status               string      `yaml:"status"`
	Draft                bool        `yaml:"draft"` // not shown until a person has filled in what only a person knows
	Guesses              Guesses     `yaml:"guesses,omitempty"`
}

// A Page is a page of the knowledge base before it is written.
type Page struct {
	Name  string // of the file, without folder and language: "2019-12-panama-city"
	Lang  string // of its text: "en", "es" or "fr"
	Front Workshop
	Body  []Block
	Notes []Footnote
}

// A part of a note is a labelled value or a section, in the note's order.
type part struct {
	labelled
	heading bool // the label stands as a heading
	level   int  // of that heading
	known   bool
	bare    bool // no label stands before it
	alone   bool // the label stands alone on its line
	inCells bool // label and value are the cells of a row
	blocks  []Block
}

// Note understands a document as an information note. It fails when the
// document has no label that such a note has.
func Note(doc *Document, s Site) (*Page, *Report, error) {
	doc.splitNote()
	if !doc.isNote() {
		return nil, nil, fmt.Errorf("%s: not an information note: it has neither its labels (Event, Organizers, Date and Venue, Participants) nor its title; check the file, or mend the labels in a copy and import that", doc.Name)
	}
	n := &noteReader{doc: doc, site: s, title: doc.title, parts: ownLabels(apartProse(doc.parts), s.Vocabulary), report: &Report{Source: filepath.Base(doc.Name)}}
	n.report.Mended = append(n.report.Mended, doc.Mended...)
	n.mend()
	n.read()
	for _, d := range doc.Doubts {
		n.report.open("text", d)
	}
	page := &Page{Lang: commonLanguage(doc.Blocks), Front: n.front, Body: n.body(), Notes: doc.Notes}
	page.Front.Guesses = n.report.guesses(doc)
	page.Name = pageName(page.Front, n.precision, n.mode, page.Front.Source.File)
	n.report.finish(page)
	return page, n.report, nil
}

// noteReader carries a note from its parts to its front matter.
type noteReader struct {
	doc    *Document
	site   Site
	title  []Run
	parts  []part
	front  Workshop
	report *Report

	precision, mode string // by the importer's own names: the site may have others
}

// mend joins the sentences that were torn, part by part: across a label there
// is nothing to join.
func (n *noteReader) mend() {
	for i := range n.parts {
		p := &n.parts[i]
		var mended []string
		p.blocks, mended = rejoin(p.blocks, p.field.oneValue())
		n.report.Mended = append(n.report.Mended, mended...)
	}
}

// text is the text of a field, a line for each block. Of a field that stands
// twice, the later ones count only if all do.
func (n *noteReader) text(f field, all bool) string {
	var lines []string
	for _, p := range n.parts {
		if !p.known || p.field != f {
			continue
		}
		if len(lines) > 0 && !all {
			n.report.open(string(f), fmt.Sprintf("stands twice; not used: “%s”", firstWords(blocksText(p.blocks))))
			continue
		}
		blocks := p.blocks
		if all {
			blocks = byCommas(blocks)
		}
		if s := blocksText(blocks); s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

// byCommas parts the cells of rows by commas, so that no two are read as one name.
func byCommas(blocks []Block) []Block {
	var out []Block
	for _, b := range blocks {
		if strings.Contains(plain(b.Runs), "\t") {
			cells := slices.DeleteFunc(runsBetween(b.Runs, "\t"), func(c []Run) bool { return strings.TrimSpace(plain(c)) == "" })
			b.Runs = joinRuns(cells, ", ")
		}
		out = append(out, b)
	}
	return out
}

// blocksText is the text of blocks, each on a line of its own.
func blocksText(blocks []Block) string {
	var lines []string
	for _, b := range blocks {
		if s := oneLine(plain(b.Runs)); s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// read fills the front matter.
func (n *noteReader) read() {
	f := &n.front
	f.Status, f.Draft = n.choose("status", unread, unread), true
	f.Source = Source{File: filepath.Base(n.doc.Name), SHA256: n.doc.SHA256}
	f.Sources = []Reference{{Title: n.sourceTitle()}}
	n.report.settle("source", f.Source.File+", SHA-256 "+n.doc.SHA256, "")
	n.readEvent()
	n.readOrganizers()
	rest := n.readDates()
	n.readPlace(rest)
	n.readParticipants()
	n.readThemes()
	n.readCitations()
	n.checkParts()
}

func (n *noteReader) sourceTitle() string {
	if len(n.title) > 0 {
		return oneLine(plain(n.title))
	}
	return filepath.Base(n.doc.Name)
}

// longestEvent bounds, in bytes, what is read as an event's name.
const longestEvent = 1000

func (n *noteReader) readEvent() {
	f := &n.front
	f.Event = strings.TrimSuffix(oneLine(n.text(fieldEvent, false)), ".")
	if len(f.Event) > longestEvent {
		n.report.open("event", "too long to be a name: “"+firstWords(f.Event)+" …”")
		f.Event = ""
		return
	}
	f.Title = f.Event
	if f.Event == "" {
		n.report.open("event", "no label Event; write the event's name as event and title")
		return
	}
	n.report.settle("event", f.Event, "")
	meant, said := n.site.Choices.find("event_type", f.Event)
	if meant == "" {
		n.report.open("event_type", "the event's name does not say; one of "+n.site.Choices.list("event_type"))
		return
	}
	if f.EventType = n.choose("event_type", meant, said); f.EventType != "" {
		n.report.settle("event_type", f.EventType, said)
	}
}

func (n *noteReader) readOrganizers() {
	text := n.text(fieldOrganizers, true)
	n.front.Organizers = []string{}
	if text == "" {
		n.report.open("organizers", "no label Organizers")
		return
	}
	b := findBodies(text, n.site.Vocabulary)
	n.front.Organizers = ids(b.organizations)
	n.report.matches("organizers", b.organizations)
	for _, m := range b.parents {
		n.report.guess("organizers", "without "+m.id, fmt.Sprintf("“%s” is named as the body that an organizer belongs to", m.text))
	}
	for _, m := range b.countries {
		n.report.open("organizers", fmt.Sprintf("“%s” is a country; organizers lists organizations", m.text))
	}
	n.report.names("organizers", "organizations", b)
	if len(b.countries)+len(b.unknown) > 0 {
		n.front.OrganizersText = text
	}
	if len(b.organizations) == 0 {
		n.report.open("organizers", fmt.Sprintf("none settled from “%s”", oneLine(text)))
	}
}

// readDates reads the dates and gives what is left of their line: the venue.
func (n *noteReader) readDates() (venue string) {
	both := oneLine(n.text(fieldDateVenue, false))
	text, rest := both, both
	if alone := n.dateAlone(); alone != "" {
		if date := findPeriod(both); date.precision == byDay { // the other may be the note's own
			n.report.open("dates", fmt.Sprintf("another date stands by itself: “%s”", alone))
		} else {
			text, rest = alone, both
		}
	}
	p := findPeriod(text)
	if p.found() && (text == both || n.namesPlace(p.around(text))) {
		rest = p.around(text)
	}
	if text == "" {
		if p = findPeriod(n.front.Event); p.precision == byYear {
			p = period{}
		}
		if p.found() {
			n.report.guess("dates", p.says(), "no label Date; taken from the event's name: “"+p.text+"”")
		}
	}
	n.setDates(p, text)
	if v := n.venue(); v != "" {
		return v
	}
	return rest
}

// dateAlone is the date under labels for nothing else: one, or one for the first
// day and one for the last.
func (n *noteReader) dateAlone() string {
	if date := oneLine(n.text(fieldDate, false)); date != "" {
		return date
	}
	start, end := oneLine(n.text(fieldStart, false)), oneLine(n.text(fieldEnd, false))
	if start == "" || end == "" {
		return start + end
	}
	return start + " – " + end
}

// venue is the place under labels for nothing else: in one line, or by city and
// country.
func (n *noteReader) venue() string {
	var lines []string
	states := newLexicon(n.site.Vocabulary, country)
	for _, f := range []field{fieldVenue, fieldCity, fieldCountry} {
		text, sign := n.text(f, true), "; " // a venue on each line
		if len(states.find(text)) < 2 {
			sign = ", " // one venue on several lines
		}
		if line := oneLine(strings.ReplaceAll(text, "\n", sign)); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ", ")
}

// namesPlace reports whether what stands beside a date is where it was.
func (n *noteReader) namesPlace(text string) bool {
	return hasWord(text, virtualWords) || hasWord(text, hybridWords) || len(newLexicon(n.site.Vocabulary, country).find(text)) > 0
}

func (n *noteReader) setDates(p period, text string) {
	f := &n.front
	f.DateText = p.text
	switch {
	case !p.found() && text == "":
		n.report.open("dates", "no label Date")
	case !p.found() && p.doubt != "":
		n.report.open("dates", fmt.Sprintf("“%s” could not be read: %s", p.text, p.doubt))
	case !p.found():
		n.report.open("dates", fmt.Sprintf("no date found in “%s”", text))
	default:
		f.DateStart, f.DateEnd, f.Dates = &p.first, &p.last, p.days
		n.precision = p.precision
		f.DatePrecision = n.choose("date_precision", p.precision, p.precision)
		n.report.settle("dates", p.says(), p.text)
		if second := findPeriod(text[min(p.to, len(text)):]); second.precision == byDay {
			n.report.open("dates", fmt.Sprintf("a second date, “%s”; date_start and date_end hold the first", second.text))
		}
		if p.doubt != "" {
			n.report.guess("dates", p.says(), fmt.Sprintf("“%s” %s", p.text, p.doubt))
		}
		if p.precision != byDay {
			n.report.open("dates", fmt.Sprintf("“%s” gives no day; date_start and date_end are the first and last of the %s", p.text, p.precision))
		}
	}
}

// longestVenue bounds, in bytes, what is read as a venue.
const longestVenue = 1000

func (n *noteReader) readPlace(venue string) {
	f := &n.front
	if len(venue) > longestVenue {
		n.report.open("venue", "too long to be one: “"+firstWords(venue)+" …”")
		venue = ""
	}
	p := findPlace(venue, newLexicon(n.site.Vocabulary, country))
	if said := oneLine(n.text(fieldMode, false)); modeOf(said) != "" {
		p.mode, venue = modeOf(said), strings.TrimPrefix(venue+"; "+said, "; ")
	}
	f.City, f.Country = p.city, p.country
	switch {
	case p.city != "":
		n.report.settle("city", p.city, venue)
	case p.mode != online:
		n.report.open("city", venueMissing(venue, "no city"))
	}
	switch {
	case p.country != "":
		n.report.settle("country", p.country, venue)
	case p.unknown != "":
		n.report.open("country", fmt.Sprintf("“%s” is no country of the vocabulary; add content/countries/%s.md, or its name as a synonym there", p.unknown, slug(p.unknown)))
	case p.mode != online:
		n.report.open("country", venueMissing(venue, "no country"))
	}
	n.setMode(p.mode, venue)
	for _, s := range p.rest {
		n.report.open("venue", fmt.Sprintf("“%s” has no field; it stands in the body", s))
	}
	for _, s := range p.others {
		n.report.open("venue", fmt.Sprintf("a second venue, “%s”; city and country hold the first", s))
	}
}

// setMode writes how people met, "" where the venue does not say.
func (n *noteReader) setMode(mode, venue string) {
	if mode == "" {
		n.report.open("mode", "the note does not say; one of "+n.site.Choices.list("mode"))
		return
	}
	n.mode = mode
	value := n.choose("mode", mode, mode)
	n.front.Mode = value
	switch {
	case value == "":
	case mode == inPerson && modeOf(venue) == "":
		n.report.guess("mode", value, "the venue is a place and nothing says online")
	default:
		n.report.settle("mode", value, venue)
	}
}

func venueMissing(venue, what string) string {
	if venue == "" {
		return "no venue in the note"
	}
	return fmt.Sprintf("%s in “%s”", what, venue)
}

func (n *noteReader) readParticipants() {
	f := &n.front
	f.ParticipantsText = n.text(fieldParticipants, true)
	f.ParticipantCountries, f.ParticipantOrgs, f.Ministries = []string{}, []string{}, []string{}
	if f.ParticipantsText == "" {
		n.report.open("participants", "no label Participants")
		return
	}
	b := findBodies(f.ParticipantsText, n.site.Vocabulary)
	var guests []match
	for _, m := range b.countries {
		if m.id == f.Country {
			n.report.settle("participants", m.id, "the country of the meeting, so no guest")
			continue
		}
		guests = append(guests, m)
	}
	orgs := append(b.organizations, b.parents...)
	f.ParticipantCountries, f.ParticipantOrgs, f.Ministries = ids(guests), ids(orgs), ids(b.ministries)
	n.report.matches("participant_countries", guests)
	n.report.matches("participant_orgs", orgs)
	n.report.matches("ministries", b.ministries)
	for _, name := range b.ngos {
		n.report.settle("participants", name, "the note calls it an NGO")
	}
	n.report.names("participants", "countries or organizations", b)
	if !n.hasSections() && strings.Count(f.ParticipantsText, "\n") > 3 {
		n.report.open("participants", "no heading such as Highlights follows; the note's narrative may stand in participants_text")
	}
}

func (n *noteReader) hasSections() bool {
	for _, p := range n.parts {
		if p.field.section() {
			return true
		}
	}
	return false
}

// narrative is the text in which themes and citations are looked for.
func (n *noteReader) narrative() string {
	var lines []string
	for i, p := range n.parts {
		if i == 0 { // a letterhead, which names the sender
			for _, b := range p.blocks {
				if text := blocksText([]Block{b}); prose(text) {
					lines = append(lines, text)
				}
			}
			continue
		}
		if p.field.section() || p.field == fieldNone || p.field == fieldParticipants && !n.hasSections() {
			lines = append(lines, blocksText(p.blocks))
		}
	}
	return strings.Join(lines, "\n")
}

func (n *noteReader) readThemes() {
	f := &n.front
	f.Themes = []string{}
	suggested, announced := findThemes(n.front.Event, n.narrative(), n.site.Vocabulary)
	for _, s := range suggested {
		evidence := fmt.Sprintf("%s: “%s”", times(s.count), s.passage)
		if !s.strong {
			n.report.open("themes", fmt.Sprintf("%s, seen only as one common word, not taken; %s", s.id, evidence))
			continue
		}
		f.Themes = append(f.Themes, s.id)
		if s.named {
			evidence = "named among the themes, " + evidence
		}
		n.report.guess("themes", s.id, evidence)
	}
	for _, s := range announced {
		n.report.open("themes", fmt.Sprintf("compare with the sentence that announces them: “%s”", s))
	}
	if len(f.Themes) == 0 {
		n.report.open("themes", "no theme of the vocabulary found; choose at least one")
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (n *noteReader) readCitations() {
	f := &n.front
	f.Instruments, f.Paragraphs = []string{}, []string{}
	text := n.front.Event + "\n" + n.narrative()
	for _, c := range council.FindResolutions(text) {
		f.Instruments = append(f.Instruments, c.ID)
		n.report.settle("instruments", c.ID, c.Text)
	}
	main, whose := "", "of the resolution that the note names first"
	if len(f.Instruments) > 0 {
		main = f.Instruments[0]
	} else if id, evidence := n.impliedResolution(); id != "" {
		main, whose = id, evidence
		f.Instruments = []string{id}
		n.report.guess("instruments", id, evidence)
	}
	for _, c := range council.FindParagraphs(text, main) {
		f.Paragraphs = append(f.Paragraphs, c.ID)
		if c.Assumed {
			n.report.guess("paragraphs", c.ID, fmt.Sprintf("“%s”, %s", c.Text, whose))
		} else {
			n.report.settle("paragraphs", c.ID, c.Text)
		}
	}
	if len(f.Instruments) == 0 {
		n.report.open("instruments", "the note names no resolution")
	}
	if len(f.Paragraphs) == 0 {
		n.report.open("paragraphs", "the note names no paragraph")
	}
}

// impliedResolution is the resolution of a note that names none: the one after
// which an organization in it is called ("1540 Group of Experts") or, where it
// cites a paragraph, the one that the names of the vocabulary hold most.
func (n *noteReader) impliedResolution() (id, evidence string) {
	all := blocksText(n.doc.Blocks)
	numbers := n.site.Vocabulary.numbers()
	for _, h := range newLexicon(n.site.Vocabulary, "organization").find(all) {
		if name := all[h.start:h.end]; numbers[reInName.FindString(name)] > 0 {
			return reInName.FindString(name), fmt.Sprintf("the number in “%s”; the note names no resolution", oneLine(name))
		}
	}
	for number, count := range numbers {
		if count > numbers[id] || count == numbers[id] && number < id {
			id = number
		}
	}
	if id != "" && len(council.FindParagraphs(all, id)) > 0 {
		return id, "of the resolution that the names of the knowledge base hold; the note names none"
	}
	return "", ""
}

// reInName finds the number of a resolution in a name.
var reInName = regexp.MustCompile(`\b\d{3,4}\b`)

// checkParts reports labels that are not known and paragraphs that break off.
func (n *noteReader) checkParts() {
	for i, p := range n.parts {
		if i > 0 && !p.known && !p.bare {
			n.report.open("labels", fmt.Sprintf("“%s” is no known label; its text stands in the body", p.label))
		}
		if !p.field.section() {
			continue
		}
		for _, b := range p.blocks {
			text := oneLine(plain(b.Runs))
			if b.Kind == Paragraph && len(text) > 100 && !endsSentence(text) {
				n.report.open("text", fmt.Sprintf("a paragraph ends without a full stop: “… %s”", lastWords(text)))
			}
		}
	}
}

// body is the note as it stands: its title, its labelled lines, its sections
// under headings.
func (n *noteReader) body() []Block {
	var out []Block
	base := n.baseLevel()
	for i, p := range n.parts {
		if i > 0 && !p.bare {
			out = append(out, p.head(base))
		}
		for j, b := range p.blocks {
			if i > 0 && j == 0 && !p.headed() && !p.bare && b.Kind == Paragraph {
				last := &out[len(out)-1] // "Label: value" is one line
				last.Runs = append(append(last.Runs, Run{Text: " "}), b.Runs...)
				continue
			}
			if b.Kind == Heading {
				b.Level = max(3, min(6, 2+b.Level-base))
			}
			out = append(out, b)
		}
	}
	if top := n.titleLine(out); len(top) > 0 {
		out = append([]Block{{Runs: top}}, out...)
	}
	return out
}

// titleLine is the document's title, with the marks of the footnotes that
// nothing in the body refers to: Markdown drops a footnote without a mark.
func (n *noteReader) titleLine(body []Block) []Run {
	used := map[string]bool{}
	var runs []Run
	for _, r := range n.title {
		used[r.Note] = true
		r.Bold = r.Note == ""
		runs = append(runs, r)
	}
	for _, b := range body {
		for _, r := range b.Runs {
			used[r.Note] = true
		}
	}
	for _, note := range n.doc.Notes {
		if !used[note.Mark] {
			n.report.open("footnotes", fmt.Sprintf("no mark in the text refers to footnote %s; one was set at the top", note.Mark))
			runs = append(runs, Run{Text: note.Mark, Note: note.Mark})
		}
	}
	return runs
}

// baseLevel is the level of the note's highest heading, which becomes 2.
func (n *noteReader) baseLevel() int {
	base := 0
	for _, p := range n.parts {
		if p.heading && (base == 0 || p.level < base) {
			base = p.level
		}
	}
	return max(base, 1)
}

func (p part) headed() bool { return !p.bare && (p.heading || p.field.section()) }

// head is how a part begins: a heading, or its label in bold.
func (p part) head(base int) Block {
	if p.headed() {
		level := 2
		if p.heading {
			level = max(2, min(6, 2+p.level-base))
		}
		return Block{Kind: Heading, Level: level, Runs: []Run{{Text: p.label}}}
	}
	return Block{Runs: []Run{{Text: p.label + ":", Bold: true}}}
}

// commonLanguage tells the language of a text by its commonest words.
func commonLanguage(blocks []Block) string {
	count := map[string]int{}
	for _, b := range blocks {
		for _, w := range words(plain(b.Runs)) {
			for lang, list := range commonWords {
				if list[w.fold] {
					count[lang]++
				}
			}
		}
	}
	lang := "en"
	for _, l := range []string{"es", "fr"} {
		if count[l] > count[lang] {
			lang = l
		}
	}
	return lang
}

// commonWords are words that one of the languages has and the others lack.
var commonWords = map[string]map[string]bool{
	"en": set("the of and to in for by with on was were from at event organizers participants venue"),
	"es": set("el los las del y en por con fue una para al evento organizadores participantes fecha lugar"),
	"fr": set("le les des et du dans par avec une pour au aux sur evenement manifestation organisateurs lieu"),
}
