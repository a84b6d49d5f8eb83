package importer

import (
	"regexp"
	"strings"
	"unicode"
)

// A field is a part of an information note that a label announces.
type field string

const (
	fieldNone         field = "" // text before any label, or under a label that is not known
	fieldEvent        field = "event"
	fieldOrganizers   field = "organizers"
	fieldDateVenue    field = "date and venue"
	fieldDate         field = "date"
	fieldStart        field = "start"
	fieldEnd          field = "end"
	fieldVenue        field = "venue"
	fieldCity         field = "city"
	fieldCountry      field = "country"
	fieldMode         field = "mode"
	fieldParticipants field = "participants"
	fieldNarrative    field = "narrative" // objectives, highlights, outcome
	fieldComments     field = "comments"  // what follows up, whom to ask
)

// labels are the usual labels, folded, without brackets, in English, Spanish and
// French. Others are understood by their words (see composed).
var labels = map[string]field{}

func init() {
	for f, printed := range map[field]string{
		fieldEvent: `event|events|what|event title|title|subject|name|title of event|title of the event|name of event|meeting|activity
			|evento|eventos|nombre|denominacion|titulo|asunto|titulo del evento|nombre del evento|reunion|actividad
			|manifestation|manifestations|evenement|evenements|titre|objet|nom|intitule|quoi|titre de la manifestation|intitule|activite`,
		fieldOrganizers: `organizer|organizers|organiser|organisers|organized by|organised by|organizing bodies|host|hosts|hosted by
			|co organizer|co organizers|co organiser|co organisers|coorganizers|coorganisers|co organized by|co organised by
			|co host|co hosts|sponsor|sponsors|sponsored by|co sponsors|organizers and sponsors
			|organizador|organizadores|organizadora|organizadoras|organizado por|organiza|organizan|coorganizador|coorganizadores
			|anfitrion|anfitriones|patrocinador|patrocinadores
			|organisateur|organisateurs|organisatrice|organise par|coorganisateur|coorganisateurs|co organisateur|co organisateurs|hote|hotes`,
		fieldDateVenue: `date and venue|dates and venue|date and place|dates and place|date and location|dates and location|date venue|dates venue
			|venue and date|venue and dates|place and date|place and dates|date place|date and venues|dates and venues
			|fecha y lugar|fechas y lugar|lugar y fecha|lugar y fechas|fecha y sede|fechas y sede|fecha lugar
			|date et lieu|dates et lieu|lieu et date|lieu et dates|date lieu|date et lieux|dates et lieux`,
		fieldDate: `date|dates|when|period|held on|took place on|fecha|fechas|cuando|periodo|celebrado el|celebrada el|realizado el|realizada el
			|quand|periode|tenu le|tenue le`,
		fieldStart: `start|starts|inicio|comienzo|debut`,
		fieldEnd:   `end|ends|fin|cierre|termino`,
		fieldVenue: `venue|venues|place|location|where|held at|held in|took place at|took place in
			|lugar|lugares|sede|donde|celebrado en|celebrada en|realizado en|realizada en|lieu|lieux|endroit|endroits|ou|tenu a|tenue a`,
		fieldParticipants: `participants|participant|participation|participating states|participating countries|participating states and organizations|attendance|attendees|who|who took part|who attended
			|invitados|invites|countries|countries represented|states represented|delegations|paises|paises representados|delegaciones|pays representes
			|quienes participaron|quienes asistieron
			|participantes|participacion|estados participantes|paises participantes|asistentes
			|etats participants|pays participants|ont participe|ont assiste|etaient presents`,
		fieldNarrative: `objective|objectives|purpose|aim|aims|background|highlights|highlight|summary|main points|key points|outcome|outcomes|results|themes|discussion|discussions
			|objetivo|objetivos|antecedentes|aspectos destacados|puntos destacados|puntos principales|resumen|resultado|resultados|temas
			|objectif|objectifs|contexte|points saillants|points principaux|points forts|resume|resultat|faits saillants`,
		fieldComments: `additional comments|additional comment|comments|additional information|next steps|follow up|contact|contacts|contact person|contact persons
			|comentarios adicionales|comentarios|observaciones|observaciones adicionales|proximos pasos|seguimiento|contacto
			|commentaires supplementaires|observations complementaires|observations supplementaires|autres observations|commentaires|commentaires additionnels|observations|prochaines etapes|suivi|suite donnee|suites donnees`,
	} {
		for _, l := range strings.Split(printed, "|") {
			labels[strings.TrimSpace(l)] = f
		}
	}
}

// section reports whether a field is one of the note's sections, which the
// page shows under a heading.
func (f field) section() bool { return f == fieldNarrative || f == fieldComments }

// oneValue reports whether a field holds one value, however many paragraphs it
// was broken into.
func (f field) oneValue() bool {
	switch f {
	case fieldEvent, fieldDateVenue, fieldDate, fieldStart, fieldEnd, fieldCity, fieldCountry, fieldMode:
		return true
	}
	return false
}

// titlePattern matches the title that all information notes have.
const titlePattern = `(?i:information\s+note|nota\s+informativa|nota\s+de\s+informaci[oó]n|note\s+d.information)`

var (
	reTitle    = regexp.MustCompile(`^\W*` + titlePattern)
	rePlurals  = regexp.MustCompile(`\([a-zA-Z]{1,4}\)|\s\([^()]{1,40}\)\s*$`) // "organizer(s)", "participants (12 States)"
	reNumbered = regexp.MustCompile(`^[\s\d.)•*-]+`)
	reDash     = regexp.MustCompile(`\s+[-–—]\s+`)
)

// longestLabel bounds, in bytes, what may be a label.
const longestLabel = 60

// known looks up a label as printed.
func known(printed string) field {
	if len(printed) > longestLabel {
		return fieldNone
	}
	printed = rePlurals.ReplaceAllString(printed, "")
	printed = reNumbered.ReplaceAllString(printed, "")
	printed = strings.TrimRight(printed, " \u00a0?") // of a label that asks
	if strings.ContainsAny(printed, ".;?!") {
		return fieldNone
	}
	label := foldText(printed)
	if f := labels[label]; f != fieldNone {
		return f
	}
	for _, q := range questions {
		if q.asks.MatchString(label) {
			return q.field
		}
	}
	if startsCapital(printed) {
		return composed(label)
	}
	return fieldNone
}

// questions are labels that ask, whatever their words.
var questions = []struct {
	field field
	asks  *regexp.Regexp
}{
	{fieldOrganizers, regexp.MustCompile(`^(?:by whom|(?:by )?wh(?:o|om|ich) .*(?:organi[sz]e|host|sponsor)\w*(?: (?:it|this))?|quien(?:es)? .*(?:organiz|auspici)\w*|qui .*organise\w*)$`)},
	{fieldParticipants, regexp.MustCompile(`^(?:(?:for|with) whom|(?:who|which \w+) (?:took part|attended|participated|came|joined|was there|were there|was present|were present)|quien(?:es)? (?:particip|asisti)\w*|qui .*(?:participe|assiste|prenait part)\w*)$`)},
	{fieldNarrative, regexp.MustCompile(`^(?:what (?:was|were|did) .*(?:discuss|learn|achiev|happen|agree|said)\w*|what happened|que se (?:trat|discut|acord|habl)\w*|ce qui a ete .*)$`)},
	{fieldDate, regexp.MustCompile(`^(?:when (?:was|were|is|did) .*(?:held|place|meeting|event|it)|cuando (?:fue|se|tuvo)\b.*|quand .*(?:lieu|tenue?))$`)},
	{fieldVenue, regexp.MustCompile(`^(?:where (?:was|were|is|did) .*(?:held|place|meeting|event|it)|donde (?:fue|se|tuvo)\b.*|ou .*(?:lieu|tenue?))$`)},
}

// A labelled block is a block parted at its label.
type labelled struct {
	field field
	label string // as printed, without colon
	value []Run
}

// cutLabel recognises the label that a block begins with: before a colon, a
// tab or a dash, in bold, or alone on its first line.
func cutLabel(runs []Run) (labelled, bool) {
	text := plain(runs)
	bold := boldPrefix(runs)
	if bold < len(text) { // "**When.** Monday"
		bold = len(strings.TrimRight(text[:bold], ". \u00a0"))
	}
	line, _, _ := strings.Cut(text, "\n")
	for _, end := range []int{
		strings.IndexByte(line, ':'),
		strings.IndexByte(line, '\t'),
		bold,
		len(line),
		dashAt(line),
		strings.IndexByte(line, '?') + 1,
		strings.Index(line, "  "), // a column of spaces
	} {
		if end <= 0 || end > len(text) {
			continue
		}
		f := known(text[:end])
		if f == fieldNone || end < len(line) && text[end] != '\t' && startsSmall(text[end:]) {
			continue // "**Participants** discussed …" is a sentence
		}
		if end < len(line) && text[end] == '\t' && columnHead(f, line[end:]) {
			continue
		}
		from := end
		for end == bold && from < len(text) && text[from] == '.' {
			from++
		}
		_, value := cut(runs, from)
		return labelled{f, labelText(text[:end]), trim(value, " \t\n:-–—")}, true
	}
	if l, ok := heldLabel(runs, line); ok {
		return l, true
	}
	return unknownLabel(runs, text, bold)
}

var reHeld = regexp.MustCompile(`^(?:Held|Took place|Celebrad[oa]s?|Realizad[oa]s?|Tenue?s?)\b`)

// heldLabel recognises a line that says when and where without a colon: "Held in
// Lima on 3 May 2021".
func heldLabel(runs []Run, line string) (labelled, bool) {
	m := reHeld.FindString(line)
	if m == "" || len(line) > longestHeld || findPeriod(line).precision != byDay {
		return labelled{}, false
	}
	_, value := cut(runs, len(m))
	return labelled{fieldDateVenue, m, trim(value, " \n.")}, true
}

// longestHeld bounds, in bytes, a line that says when and where.
const longestHeld = 200

// columnHead reports whether a row that begins with the label of a place is the
// head of a list: "Country, institution, number".
func columnHead(f field, cells string) bool {
	if f != fieldCity && f != fieldCountry && f != fieldEvent {
		return false
	}
	ws := words(cells)
	return strings.Count(cells, "\t") > 1 || len(ws) > 0 && columnHeads[ws[0].fold]
}

var columnHeads = set("number no name names title position institution institutions ministry agency organization organisation participants delegates delegate role",
	"numero nombre nombres cargo puesto institucion ministerio entidad participantes delegados",
	"nombre nom noms fonction titre institution ministere organisme participants delegues")

func dashAt(line string) int {
	if m := reDash.FindStringIndex(line[:min(len(line), 2*longestLabel)]); m != nil {
		return m[0]
	}
	return -1
}

// unknownLabel recognises a label that is not known by its bold and its colon.
func unknownLabel(runs []Run, text string, bold int) (labelled, bool) {
	if bold == 0 || bold > longestLabel || bold == len(text) && !strings.HasSuffix(text, ":") {
		return labelled{}, false
	}
	label := strings.TrimSpace(text[:bold])
	after := strings.TrimLeft(text[bold:], " ")
	if !strings.HasSuffix(label, ":") && !strings.HasPrefix(after, ":") {
		return labelled{}, false
	}
	if strings.Contains(strings.TrimSuffix(label, ":"), ":") {
		return labelled{}, false
	}
	_, value := cut(runs, bold)
	return labelled{fieldNone, labelText(label), trim(value, " \t\n:")}, true
}

// labelText is a label as printed, without numbering and colon.
func labelText(printed string) string {
	return strings.TrimFunc(reNumbered.ReplaceAllString(printed, ""), func(r rune) bool {
		return unicode.IsSpace(r) || r == ':'
	})
}

// splitLines parts a block at the lines that begin with a known label. A
// label alone on such a line counts when no small letter follows it: then it
// may be the end of a wrapped sentence.
func splitLines(b Block) []Block {
	lines := runLines(b.Runs)
	out := []Block{b}
	out[0].Runs = lines[0]
	inCells := labelInCells(lines[0])
	for i, line := range lines[1:] {
		last := &out[len(out)-1]
		l, ok := cutLabel(line)
		alone := len(l.value) == 0 && i+2 < len(lines) && startsSmall(plain(lines[i+2]))
		inCells = inCells || labelInCells(line)
		if _, cells := cellLabel(line); !ok && inCells && cells {
			out = append(out, Block{Runs: line})
			continue
		}
		if !ok && asksMore(last.Runs) && reQuestion.MatchString(plain(line)) {
			out = append(out, Block{Runs: line})
			continue
		}
		if ok && (l.field != fieldNone || len(l.value) > 0) && !alone {
			out = append(out, Block{Runs: line})
			continue
		}
		last.Runs = append(append(last.Runs, Run{Text: "\n"}), line...)
	}
	return out
}

// reQuestion matches a line that begins with a label of a few words.
var reQuestion = regexp.MustCompile(`^\p{Lu}[\p{L}’'-]*(?: [\p{L}’'()/-]+){0,4}\s?:\s+\S`)

// asksMore reports whether a block holds the whole value of a label that takes
// one: what follows on a line of its own, with a label that is not known, is no
// part of it.
func asksMore(runs []Run) bool {
	l, ok := cutLabel(runs)
	return ok && len(l.value) > 0 && l.complete(l.value)
}

// complete reports whether a label takes one value, and runs are the end of it.
func (l *labelled) complete(runs []Run) bool {
	text := strings.TrimRight(plain(runs), " ")
	return (l.field.oneValue() || l.field == fieldVenue) && !strings.HasSuffix(text, ",") && !strings.HasSuffix(text, ":")
}

// questionLabel recognises a label that is not known by its colon.
func questionLabel(runs []Run) (labelled, bool) {
	text := plain(runs)
	if !reQuestion.MatchString(text) {
		return labelled{}, false
	}
	head, value := cut(runs, strings.IndexByte(text, ':'))
	return labelled{fieldNone, labelText(plain(head)), trim(value, " \t\n:")}, true
}

// cellLabel recognises a label that is not known by its place: the first of the two
// cells of a row, in a table of labels.
func cellLabel(runs []Run) (labelled, bool) {
	text := strings.TrimRight(plain(runs), "\t")
	label, value, two := strings.Cut(text, "\t")
	if !two || strings.TrimSpace(label) == "" || len(label) > longestLabel || strings.ContainsAny(label, ".;!\n") || strings.Contains(value, "\t") {
		return labelled{}, false
	}
	head, rest := cut(runs, len(label))
	return labelled{fieldNone, labelText(plain(head)), trim(rest, " \t\n:")}, true
}

// labelInCells reports whether a line is a row of a table of labels.
func labelInCells(line []Run) bool {
	l, ok := cutLabel(line)
	_, cells := cellLabel(line)
	return ok && cells && l.field != fieldNone && !l.field.section()
}

// runLines parts runs at their line breaks.
func runLines(runs []Run) [][]Run { return runsBetween(runs, "\n") }

// runsBetween parts runs at a sign.
func runsBetween(runs []Run, sign string) [][]Run {
	lines := [][]Run{nil}
	for _, r := range runs {
		for i, text := range strings.Split(r.Text, sign) {
			if i > 0 {
				lines = append(lines, nil)
			}
			if text != "" {
				piece := r
				piece.Text = text
				lines[len(lines)-1] = append(lines[len(lines)-1], piece)
			}
		}
	}
	return lines
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
