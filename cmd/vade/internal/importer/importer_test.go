package importer

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/goccy/go-yaml"

	"vademecum/cmd/vade/internal/council"
)

var update = flag.Bool("update", false, "rewrite the golden file; read what changed before you commit it")

// testVocabulary is a world of placeholders.
var testVocabulary = Vocabulary{
	{"country", "aland", []string{"Aland", "Alandia"}, nil, nil},
	{"country", "bland", []string{"Bland", "Blandia"}, nil, nil},
	{"country", "cland", []string{"Cland"}, []string{"Kingdom of Cland"}, nil},
	{"country", "eland-and-fland", []string{"Eland and Fland"}, nil, nil},
	{"organization", "abt", []string{"Alpha Board for Testing"}, []string{"ABT"}, nil},
	{"organization", "exu", []string{"Example Union"}, []string{"EXU"}, nil},
	{"organization", "sample-centre", []string{"Sample Centre"}, nil, nil},
	{"organization", "twin-one", []string{"Twin Office"}, nil, nil},
	{"organization", "twin-two", []string{"Twin Office"}, nil, nil},
	{"theme", "widget-control", []string{"Widget control", "Control de artículos"}, nil, nil},
	{"theme", "gizmo-plan", []string{"National gizmo plan"}, []string{"GIP", "gizmo plan"}, nil},
	{"theme", "gadget-review", []string{"Gadget review"}, nil, nil},
	{"theme", "resources", []string{"Resources"}, []string{"budget", "staff"}, nil},
	{"theme", "bread", []string{"Bread board"}, []string{"PAN"}, nil},
}

func testWords() (Site, error) { return Site{Vocabulary: testVocabulary}, nil }

// importOne imports a file that gives one page, or one wording.
func importOne(t *testing.T, path string, site func() (Site, error), content, lang string, force bool) (*Result, error) {
	t.Helper()
	results, err := (&Importer{ContentDir: content, Site: site, Lang: lang, Force: force}).Import(t.Context(), path)
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	return results[0], nil
}

func mustRead(t *testing.T, name, text string) *Document {
	t.Helper()
	doc, err := Read(t.Context(), name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func mustNote(t *testing.T, name, text string) (*Page, *Report) {
	t.Helper()
	page, report, err := Note(mustRead(t, name, text), Site{Vocabulary: testVocabulary})
	if err != nil {
		t.Fatal(err)
	}
	return page, report
}

// facts lists the fields that the tables name, as text.
func facts(p *Page) map[string]string {
	f := p.Front
	date := func(d *Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	var days []string
	for _, d := range f.Dates {
		days = append(days, d.String())
	}
	list := func(s []string) string { return strings.Join(s, " ") }
	return map[string]string{
		"page": p.fileName(), "lang": p.Lang, "title": f.Title,
		"event": f.Event, "type": f.EventType, "organizers": list(f.Organizers),
		"start": date(f.DateStart), "end": date(f.DateEnd), "days": list(days),
		"date": f.DateText, "precision": f.DatePrecision,
		"city": f.City, "country": f.Country, "mode": f.Mode,
		"participants": f.ParticipantsText, "guests": list(f.ParticipantCountries),
		"orgs": list(f.ParticipantOrgs), "ministries": list(f.Ministries),
		"themes": list(f.Themes), "paragraphs": list(f.Paragraphs), "instruments": list(f.Instruments),
	}
}

// check compares the facts of a page with lines of the form "city = Testville".
func check(t *testing.T, p *Page, want string) {
	t.Helper()
	got := facts(p)
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		have, known := got[key]
		if !ok || !known {
			t.Fatalf("the test names no fact: %q", line)
		}
		if strings.ReplaceAll(have, "\n", " | ") != value {
			t.Errorf("%s = %q, want %q", key, have, value)
		}
	}
}

func openFindings(r *Report) string {
	var lines []string
	for _, f := range r.Open {
		lines = append(lines, f.Field+": "+f.Value)
	}
	return strings.Join(lines, "\n")
}

func body(t *testing.T, p *Page) string {
	t.Helper()
	text, err := p.Markdown()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n---\n")
	return rest
}

const standardFacts = `
	event = Workshop on widgets
	organizers = abt
	start = 2021-03-02
	end = 2021-03-03
	city = Testville
	country = aland
	guests = bland cland`

// table makes a table of HTML of rows, whose cells are parted by "|".
func table(rows ...string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("<tr><td>" + strings.ReplaceAll(row, "|", "</td><td>") + "</td></tr>")
	}
	return "<table>" + b.String() + "</table>"
}

// One note in all the forms that its labels can take.
func TestLabels(t *testing.T) {
	for _, c := range []struct{ name, file, text string }{
		{"no markup", "a.txt", "Information Note\n\nEvent: Workshop on widgets\n\nOrganizers: ABT\n\nDate and Venue: 2-3 March 2021, Testville, Aland\n\nParticipants: Bland, Cland\n\nHighlights\n\nAll went well.\n"},
		{"no blank lines", "a.txt", "Information Note\nEvent: Workshop on widgets\nOrganizers: ABT\nDate and Venue: 2-3 March 2021, Testville, Aland\nParticipants: Bland, Cland\nHighlights\nAll went well.\n"},
		{"no title, no end of line", "a.txt", "Event: Workshop on widgets\nOrganizers: ABT\nDate and Venue: 2-3 March 2021, Testville, Aland\nParticipants: Bland, Cland"},
		{"colon inside the bold", "a.md", "# Information Note\n\n**Event:** Workshop on widgets\n\n**Organizers:** ABT\n\n**Date and Venue:** 2-3 March 2021, Testville, Aland\n\n**Participants:** Bland, Cland\n"},
		{"colon outside the bold", "a.md", "**Event**: Workshop on widgets\n\n__Organisers__ : ABT\n\n**Dates and venue**: 2-3 March 2021, Testville, Aland\n\n**Participating States**: Bland, Cland\n"},
		{"bold without colon", "a.md", "**Event** Workshop on widgets\n\n**Organizer(s)** ABT\n\n**Date and Place** 2-3 March 2021, Testville, Aland\n\n**Participants** Bland, Cland\n"},
		{"bold lines without blanks", "a.md", "**Title:** Workshop on widgets\n**Hosts:** ABT\n**Date/Venue:** 2-3 March 2021, Testville, Aland\n**Participants:** Bland, Cland\n"},
		{"headings", "a.md", "## Event\n\nWorkshop on widgets\n\n## Organized by\n\nABT\n\n## Date & Venue\n\n2-3 March 2021, Testville, Aland\n\n## Participants\n\n- Bland\n- Cland\n"},
		{"labels alone on a line", "a.txt", "EVENT\nWorkshop on widgets\n\nORGANISERS\nABT\n\nDATE AND VENUE\n2-3 March 2021, Testville, Aland\n\nPARTICIPANTS\nBland\nCland\n"},
		{"tabs", "a.txt", "Event\tWorkshop on widgets\nCo-organizers\tABT\nDate and Venue\t2-3 March 2021, Testville, Aland\nParticipants\tBland, Cland\n"},
		{"table", "a.md", "| | |\n|---|---|\n| **Event** | Workshop on widgets |\n| Organizers | ABT |\n| Date and Venue | 2-3 March 2021, Testville, Aland |\n| Participants | Bland, Cland |\n"},
		{"numbered list", "a.md", "1. Event: Workshop on widgets\n2. Organizers: ABT\n3. Date and Venue: 2-3 March 2021, Testville, Aland\n4. Participants: Bland, Cland\n"},
		{"HTML left by a converter", "a.md", "<b>Event:</b> Workshop on widgets<br>\n<strong>Organizers</strong>: ABT<br/>\nDate and Venue: 2-3 March 2021, Testville,&nbsp;Aland<br>\nParticipants: Bland, Cland\n"},
		{"separate date and venue", "a.txt", "Meeting: Workshop on widgets\n\nSponsors: ABT\n\nDate: 2-3 March 2021\n\nVenue: Testville, Aland\n\nParticipants: Bland, Cland\n"},
		{"dashes", "a.txt", "Event – Workshop on widgets\nOrganizers – ABT\nDate and Venue – 2-3 March 2021, Testville, Aland\nParticipants – Bland, Cland\n"},
		{"values on the next paragraph", "a.txt", "Event:\n\nWorkshop\n\non widgets\n\nOrganizers:\n\nABT\n\nDate and Venue:\n\n2-3 March 2021,\n\nTestville, Aland\n\nParticipants:\n\nBland\n\nCland\n"},
		{"labels first, values after, in lines", "a.txt", "Information Note\n\nEvent:\nOrganizers:\nDate and Venue:\nParticipants:\n\nWorkshop on widgets\nABT\n2-3 March 2021, Testville, Aland\nBland, Cland\n\nHighlights\n\nAll went well.\n"},
		{"labels first, values after, in paragraphs", "a.txt", "Event\n\nOrganizers\n\nDate and Venue\n\nParticipants\n\nWorkshop on widgets\n\nABT\n\n2-3 March 2021, Testville, Aland\n\nBland, Cland\n\nHighlights\n\nAll went well.\n"},
		{"labels in the head of a table", "a.md", "| Event | Organizers | Date and Venue | Participants |\n|---|---|---|---|\n| Workshop on widgets | ABT | 2-3 March 2021, Testville, Aland | Bland, Cland |\n\n## Highlights\n\nAll went well.\n"},
		{"labels in the head of a table of tabs", "a.txt", "Event\tOrganizers\tDate and Venue\tParticipants\nWorkshop on widgets\tABT\t2-3 March 2021, Testville, Aland\tBland, Cland\n"},
		{"questions", "a.txt", "What: Workshop on widgets\nOrganizers: ABT\nWhen: 2-3 March 2021\nWhere: Testville, Aland\nWho took part: Bland, Cland\n"},
		{"questions on lines of their own", "a.txt", "Information Note\n\nWhat\nWorkshop on widgets\n\nWho organized it\nABT\n\nWhen was it held?\n2-3 March 2021\n\nWhere did it take place\nTestville, Aland\n\nWho was present\nBland, Cland\n"},
		{"questions in Spanish", "a.txt", "Evento: Workshop on widgets\nQuién lo organizó: ABT\nCuándo se celebró: 2-3 March 2021\nDónde tuvo lugar: Testville, Aland\nQuiénes participaron: Bland, Cland\n"},
		{"labels of its own between the lines", "a.txt", "Event: Workshop on widgets\nType of event: free\nOrganizers: ABT\nDate: 2-3 March 2021\nTime zone: that of Bland\nVenue: Testville, Aland\nRoom for the press: none\nParticipants: Bland, Cland\n"},
		{"labels by their words", "a.txt", "Title of the meeting: Workshop on widgets\nOrganised jointly by: ABT\nHeld on: 2-3 March 2021\nHeld at: Hall of Mirrors, Testville, Aland\nStates represented: Bland, Cland\n"},
		{"labels by their words, in Spanish", "a.txt", "Nombre de la actividad: Workshop on widgets\nEntidades organizadoras: ABT\nFecha de realización: 2-3 March 2021\nLugar de celebración: Testville (Aland)\nPaíses participantes (2): Bland, Cland\n"},
		{"labels by their words, in French", "a.txt", "Intitulé de la réunion : Workshop on widgets\nOrganisée par : ABT\nQuand : 2-3 March 2021\nOù : Testville (Aland)\nÉtats participants : Bland, Cland\n"},
		{"first and last day, city and country", "a.html", "<p><b>Event</b>: Workshop on widgets<br><b>Start date</b>: 2 March 2021<br><b>End date</b>: 3 March 2021<br><b>City</b>: Testville<br><b>Host country</b>: Aland<br><b>Organizers</b>: ABT<br><b>Participants</b>: Bland, Cland</p>"},
		{"other words", "a.txt", "Subject: Workshop on widgets\nPeriod: 2-3 March 2021\nTown: Testville (Aland)\nHosted by: ABT\nAttended by: Bland, Cland\nNumber of participants: 40\n"},
		{"a venue on several lines", "a.html", "<html>" + table("<b>Event</b>|Workshop on widgets", "<b>Date</b>|2-3 March 2021", "<b>Location</b>|<p>Room 2</p><p>Testville</p><p>Aland (in person)</p>", "<b>Organizers</b>|<ul><li>ABT</li></ul>", "<b>Participants</b>|<p>Bland</p><p>Cland</p>")},
		{"when and where", "a.txt", "EVENT\nWorkshop on widgets\n\nWHEN AND WHERE\n2-3 March 2021, Testville, Aland\n\nORGANISED BY\nABT\n\nWHO WAS THERE\nBland, Cland\n"},
		{"the place behind the date", "a.txt", "Event: Workshop on widgets\nDates: 2-3 March 2021 in Testville, Aland\nOrganizers: ABT\nParticipants: Bland, Cland\n"},
		{"label and value in a cell", "a.html", "<html>" + table("<b>Event:</b> Workshop on widgets|<b>Date:</b> 2-3 March 2021", "<b>Venue:</b> Testville, Aland|<b>Organizers:</b> ABT", "<b>Participants:</b> Bland, Cland|<b>Language:</b> that of Fland")},
		{"label and value in a cell, below one another", "a.html", "<html>" + table("<p><b>Event</b></p><p>Workshop on widgets</p>|<p><b>Date</b></p><p>2-3 March 2021</p>", "<p><b>Venue</b></p><p>Testville, Aland</p>|<p><b>Organizers</b></p><p>ABT</p>") + table("<p><b>Participants</b></p><p>Bland</p><p>Cland</p>")},
		{"label and value in a cell of Markdown", "a.md", "| **Event:** Workshop on widgets | **Date:** 2-3 March 2021 |\n|---|---|\n| **Venue:** Testville, Aland | **Organizers:** ABT |\n| **Participants:** Bland, Cland | |\n"},
		{"two pairs in a row", "a.html", "<html>" + table("Event|Workshop on widgets|Date|2-3 March 2021", "Venue|Testville, Aland|Organizers|ABT", "Participants|Bland, Cland||")},
		{"two pairs in a row of tabs", "a.txt", "Event\tWorkshop on widgets\tDate\t2-3 March 2021\nVenue\tTestville, Aland\tOrganizers\tABT\nParticipants\tBland, Cland\n"},
		{"all labels in one cell, all values in the next", "a.html", "<html>" + table("<p><b>Event</b></p><p><b>Date</b></p><p><b>Venue</b></p><p><b>Organizers</b></p><p><b>Participants</b></p>|<p>Workshop on widgets</p><p>2-3 March 2021</p><p>Testville, Aland</p><p>ABT</p><p>Bland, Cland</p>")},
		{"tables within tables", "a.html", "<html>" + table("<p>Main facts</p>|", "Event|Workshop on widgets", "Date|2-3 March 2021", "Where|"+table("City|Testville", "Country|Aland"), "Organizers|ABT", "Participants|"+table("Country|Number", "Bland|4", "Cland|3"))},
		{"a list of participants in rows", "a.md", "1. Event: Workshop on widgets\n2. Organizers: ABT\n3. Date and venue: Testville (Aland), 2-3 March 2021\n4. Participants:\n\n| Country | Institution | Number |\n|---|---|---|\n| Bland | Board of Bees | 2 |\n| Cland | Board of Bees | 1 |\n"},
		{"labels in bold within a list", "a.md", "**Event:** Workshop on widgets\n\n**Organizers:** ABT\n\n**Date and Venue:** 2-3 March 2021, Testville, Aland\n\n**Participants:**\n\n**Bland:** two keepers\n\n**Cland:** one keeper\n"},
		{"labels above values that are indented", "a.txt", "Information Note\n\nName\n     Workshop on widgets\n\nType of event\n     Workshop\n\nOrganizers\n     ABT\n\nStart\n     2 March 2021\n\nEnd\n     3 March 2021\n\nVenue (city, country)\n     Testville,\n     Aland\n\nNumber of participants\n     38\n\nParticipants\n     Bland, Cland\n"},
		{"questions and columns of spaces", "a.txt", "Information note\n\nWhat?      Workshop on widgets\nWhen?      2-3 March 2021\nWhere?     Testville, Aland\nBy whom?   ABT\nFor whom?  Bland, Cland\n"},
		{"a sentence for date and venue", "a.txt", "Event: Workshop on widgets\nHeld in Testville, Aland, on 2 and 3 March 2021\nOrganizers: ABT\nList of participants: Bland, Cland\n"},
		{"the note's own date", "a.txt", "Date: 14 May 2021\nEvent: Workshop on widgets\nOrganizers: ABT\nDate and venue: 2-3 March 2021, Testville, Aland\nParticipants: Bland, Cland\n"},
		{"bold labels with a full stop", "a.md", "# Information Note\n\n**Name of the activity.** Workshop on widgets\n\n**Convened by.** ABT\n\n**When.** 2-3 March 2021\n\n**Where.** Testville, Aland\n\n**Attended by.** Bland and Cland\n"},
		{"labels in the plural", "a.txt", "Events: Workshop on widgets\nOrganizers: ABT\nDates: 2-3 March 2021\nEndroit: Testville (Aland)\nOnt participé: Bland, Cland\n"},
		{"label and value in a cell, a line each", "a.html", "<html>" + table("<b>Event</b><br>Workshop on widgets|<b>Date</b><br>2-3 March 2021", "<b>Venue</b><br>Testville, Aland|<b>Organizers</b><br>ABT", "<b>Participants</b><br>Bland<br>Cland|<b>Mode</b><br>in person")},
		{"a table that only places others", "a.html", "<html>" + table(table("Event|Workshop on widgets", "Date|2-3 March 2021", "Venue|Testville, Aland")+"|"+table("Organizers|ABT", "Participants|Bland, Cland"))},
		{"a label beside several rows", "a.html", "<html><table><tr><th>Event<td>Workshop on widgets<tr><th>Organizers<td>ABT<tr><th>Date<td>2-3 March 2021<tr><th>Venue<td>Testville, Aland<tr><th rowspan=2>Participants<td>Bland<tr><td>Cland</table>"},
		{"setext headings, quotation", "a.md", "Information Note\n================\n\n> Event: Workshop on widgets\n>\n> Organizers: ABT\n>\n> Date and Venue: 2-3 March 2021, Testville, Aland\n>\n> Participants: Bland, Cland\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, _ := mustNote(t, c.file, c.text)
			check(t, page, standardFacts)
		})
	}
}

func TestLanguages(t *testing.T) {
	es, report := mustNote(t, "nota.txt", "Nota informativa\n\nEvento: Taller sobre el control de artículos en la región\n\nOrganizadores: ABT\n\nFecha y lugar: del 2 al 3 de marzo de 2021, Villa Prueba, Alandia\n\nParticipantes: Gobiernos de Blandia y Cland; Ministerio de Relaciones Exteriores y Aduanas\n\nAspectos destacados\n\nLos participantes hablaron del párr. 3 d) de la resolución 1540 (2004).\n")
	check(t, es, `
		lang = es
		page = 2021-03-villa-prueba.es.md
		type = workshop
		start = 2021-03-02
		end = 2021-03-03
		city = Villa Prueba
		country = aland
		guests = bland cland
		ministries = foreign-affairs customs
		themes = widget-control
		paragraphs = 1540-op3-d`)
	if !strings.Contains(openFindings(report), "language: the note is in Spanish") {
		t.Errorf("the report does not say what to do with a Spanish page:\n%s", openFindings(report))
	}
	fr, _ := mustNote(t, "note.txt", "Note d’information\n\nManifestation : Séminaire sur les contrôles\n\nOrganisateurs : ABT\n\nDate et lieu : du 30 novembre au 1er décembre 2021, Ville-Essai (Alandia)\n\nParticipants : Blandia ; Ministère des Affaires étrangères\n\nPoints saillants\n\nLes experts ont cité le paragraphe 8 de la résolution 1540 (2004) et la PO 3 c.\n")
	check(t, fr, `
		lang = fr
		page = 2021-11-ville-essai.fr.md
		type = seminar
		start = 2021-11-30
		end = 2021-12-01
		date = 30 novembre au 1er décembre 2021
		city = Ville-Essai
		country = aland
		guests = bland
		ministries = foreign-affairs
		paragraphs = 1540-op8 1540-op3-c`)
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ text, want, precision, printed string }{
		{"2-3 December 2019", "2019-12-02 to 2019-12-03", "day", "2-3 December 2019"},
		{"2–3 December 2019", "2019-12-02 to 2019-12-03", "day", "2–3 December 2019"},
		{"2 - 3 Dec. 2019", "2019-12-02 to 2019-12-03", "day", "2 - 3 Dec. 2019"},
		{"2 to 3 December 2019", "2019-12-02 to 2019-12-03", "day", "2 to 3 December 2019"},
		{"2 and 3 December 2019", "2019-12-02 to 2019-12-03", "day", "2 and 3 December 2019"},
		{"from 2nd until 4th December, 2019", "2019-12-02 to 2019-12-04", "day", "2nd until 4th December, 2019"},
		{"Monday, 2 December 2019", "2019-12-02 to 2019-12-02", "day", "2 December 2019"},
		{"December 2-3, 2019", "2019-12-02 to 2019-12-03", "day", "December 2-3, 2019"},
		{"Nov 30 - Dec 1, 2019", "2019-11-30 to 2019-12-01", "day", "Nov 30 - Dec 1, 2019"},
		{"30 November - 1 December 2019", "2019-11-30 to 2019-12-01", "day", "30 November - 1 December 2019"},
		{"30 December 2019 to 2 January 2020", "2019-12-30 to 2020-01-02", "day", "30 December 2019 to 2 January 2020"},
		{"1, 8 and 15 December 2020", "2020-12-01, 2020-12-08, 2020-12-15", "day", "1, 8 and 15 December 2020"},
		{"30 November and 7 December 2020", "2020-11-30, 2020-12-07", "day", "30 November and 7 December 2020"},
		{"2-3 and 9 December 2020", "2020-12-02, 2020-12-03, 2020-12-09", "day", "2-3 and 9 December 2020"},
		{"2, 3 and 4 March 2020", "2020-03-02 to 2020-03-04", "day", "2, 3 and 4 March 2020"},
		{"28-29.05.2024", "2024-05-28 to 2024-05-29", "day", "28-29.05.2024"},
		{"30.11.-01.12.2019", "2019-11-30 to 2019-12-01", "day", "30.11.-01.12.2019"},
		{"28 and 30.05.2024", "2024-05-28, 2024-05-30", "day", "28 and 30.05.2024"},
		{"28/05/2024", "2024-05-28 to 2024-05-28", "day", "28/05/2024"},
		{"2024-05-28 to 2024-05-29", "2024-05-28 to 2024-05-29", "day", "2024-05-28 to 2024-05-29"},
		{"2 al 3 de diciembre de 2019", "2019-12-02 to 2019-12-03", "day", "2 al 3 de diciembre de 2019"},
		{"2 y 3 de setiembre de 2019", "2019-09-02 to 2019-09-03", "day", "2 y 3 de setiembre de 2019"},
		{"du 2 au 3 décembre 2019", "2019-12-02 to 2019-12-03", "day", "2 au 3 décembre 2019"},
		{"les 2 et 3 août 2019", "2019-08-02 to 2019-08-03", "day", "2 et 3 août 2019"},
		{"1er février 2021", "2021-02-01 to 2021-02-01", "day", "1er février 2021"},
		{"December 28, 2019 - January 2, 2020", "2019-12-28 to 2020-01-02", "day", "December 28, 2019 - January 2, 2020"},
		{"Nov 28 to Dec 1, 2019", "2019-11-28 to 2019-12-01", "day", "Nov 28 to Dec 1, 2019"},
		{"between 2 and 4 March 2021", "2021-03-02 to 2021-03-04", "day", "2 and 4 March 2021"},
		{"entre el 2 y el 4 de marzo de 2021", "2021-03-02 to 2021-03-04", "day", "2 y el 4 de marzo de 2021"},
		{"entre le 2 et le 4 mars 2021", "2021-03-02 to 2021-03-04", "day", "2 et le 4 mars 2021"},
		{"Mon 2 - Wed 4 March 2021", "2021-03-02 to 2021-03-04", "day", "2 - Wed 4 March 2021"},
		{"primero de mayo de 2021", "2021-05-01 to 2021-05-01", "day", "primero de mayo de 2021"},
		{"2\u20113 December 2019", "2019-12-02 to 2019-12-03", "day", "2\u20113 December 2019"},
		{"2\u00a0-\u00a03\u00a0December\u00a02019", "2019-12-02 to 2019-12-03", "day", "2\u00a0-\u00a03\u00a0December\u00a02019"},
		{"June 2019", "2019-06-01 to 2019-06-30", "month", "June 2019"},
		{"June-July 2019", "2019-06-01 to 2019-07-31", "month", "June-July 2019"},
		{"2019", "2019-01-01 to 2019-12-31", "year", "2019"},
		{"2019-12-02/03", "2019-12-02 to 2019-12-03", "day", "2019-12-02/03"},
		{"2019-11-30/12-01, Lima", "2019-11-30 to 2019-12-01", "day", "2019-11-30/12-01"},
		{"2019-12-02 – 30 people", "2019-12-02 to 2019-12-02", "day", "2019-12-02"},
		{"2-3 December '19", "2019-12-02 to 2019-12-03", "day", "2-3 December '19"},
		{"2 December ’19 in Lima", "2019-12-02 to 2019-12-02", "day", "2 December ’19"},
		{"l’11 mars 2019", "2019-03-11 to 2019-03-11", "day", "’11 mars 2019"},
		{"2019 December 2-3", "2019-12-02 to 2019-12-03", "day", "2019 December 2-3"},
		{"2019, December 2 to 4, Lima", "2019-12-02 to 2019-12-04", "day", "2019, December 2 to 4"},
		{"2019 décembre", "2019-12-01 to 2019-12-31", "month", "2019 décembre"},
		{"2021年3月2日", "2021-03-02 to 2021-03-02", "day", "2021年3月2日"},
		{"2021年3月2日至4日,维也纳", "2021-03-02 to 2021-03-04", "day", "2021年3月2日至4日"},
		{"2021年3月31日至4月1日", "2021-03-31 to 2021-04-01", "day", "2021年3月31日至4月1日"},
		{"2021年3月2-3日", "2021-03-02 to 2021-03-03", "day", "2021年3月2-3日"},
		{"2 (pm) and 3 March 2019", "2019-03-02 to 2019-03-03", "day", "2 (pm) and 3 March 2019"},
		{"every Tuesday in March 2021 (2, 9 and 16 March 2021)", "2021-03-02, 2021-03-09, 2021-03-16", "day", "2, 9 and 16 March 2021"},
		{"March 2021 (published on 4 May 2021)", "2021-03-01 to 2021-03-31", "month", "March 2021"},
		{"6-VIII-2018", "2018-08-06 to 2018-08-06", "day", "6-VIII-2018"},
		{"2-3 December 2019, 9 Main Street", "2019-12-02 to 2019-12-03", "day", "2-3 December 2019"},
	} {
		p := findPeriod(c.text)
		if !p.found() || p.says() != c.want || p.precision != c.precision || p.text != c.printed {
			t.Errorf("%q: %s, %q, printed %q (%s); want %s, %q, printed %q", c.text, p.says(), p.precision, p.text, p.doubt, c.want, c.precision, c.printed)
		}
	}
	for _, c := range []struct{ text, doubt string }{
		{"31 November 2019", "it is not in the calendar"},
		{"5 to 3 December 2019", "its days are not in order"},
		{"2-3 December", "it has no year"},
		{"1 May 2019 to 3 June 2021", "it is longer than a year"},
		{"45.13.2019", "it is not in the calendar"},
		{"to be confirmed", ""},
	} {
		if p := findPeriod(c.text); p.found() || p.doubt != c.doubt {
			t.Errorf("%q: found %v, doubt %q, want %q", c.text, p.found(), p.doubt, c.doubt)
		}
	}
	if p := findPeriod("05/06/2024"); p.doubt != "read with the day first" || p.first.String() != "2024-06-05" {
		t.Errorf("an ambiguous date: %s, doubt %q", p.says(), p.doubt)
	}
}

func TestPlaces(t *testing.T) {
	countries := newLexicon(testVocabulary, "country")
	for _, c := range []struct{ venue, city, country, unknown, mode, rest, others string }{
		{"Testville, Aland", "Testville", "aland", "", "in-person", "", ""},
		{"Testville, Aland (Lorem Republic of)", "Testville", "aland", "", "in-person", "", ""},
		{"Testville, The Aland", "Testville", "aland", "", "in-person", "", ""},
		{"Testville (ALANDIA)", "Testville", "aland", "", "in-person", "", ""},
		{"Old Hall, Testville, Aland", "Testville", "aland", "", "in-person", "Old Hall", ""},
		{"Testville (Aland), and by video link", "Testville", "aland", "", "hybrid", "", ""},
		{"Testville, Aland (in person)", "Testville", "aland", "", "in-person", "", ""},
		{"Testville", "Testville", "", "", "in-person", "", ""},
		{"Aland", "", "aland", "", "in-person", "", ""},
		{"Testville, Nowhereland", "Testville", "", "Nowhereland", "in-person", "", ""},
		{"Port Test, Eland and Fland", "Port Test", "eland-and-fland", "", "in-person", "", ""},
		{"Port Test, Eland and Fland, online", "Port Test", "eland-and-fland", "", "hybrid", "", ""},
		{"Virtual", "", "", "", "online", "", ""},
		{"en línea", "", "", "", "online", "", ""},
		{"Visioconférence", "", "", "", "online", "", ""},
		{"Testville, Aland and online", "Testville", "aland", "", "hybrid", "", ""},
		{"Testville, Aland (hybrid)", "Testville", "aland", "", "hybrid", "", ""},
		{"Testville, Aland and Otherton, Bland", "Testville", "aland", "", "in-person", "", "Otherton, Bland"},
		{"Testville, Aland; Otherton, Bland", "Testville", "aland", "", "in-person", "", "Otherton, Bland"},
		{"Testville (Aland), Otherton (Bland) and online", "Testville", "aland", "", "hybrid", "", "Otherton, Bland"},
		{"Testville, Aland, Otherton, Bland", "Testville", "aland", "", "in-person", "", "Otherton, Bland"},
		{"Hall of Bland, Testville, Aland", "Testville", "aland", "", "in-person", "Hall of Bland", ""},
		{"Virtual meeting (Microsoft Teams)", "", "", "", "online", "", ""},
		{"", "", "", "", "", "", ""},
	} {
		p := findPlace(c.venue, countries)
		if p.city != c.city || p.country != c.country || p.unknown != c.unknown || p.mode != c.mode ||
			strings.Join(p.rest, "|") != c.rest || strings.Join(p.others, "|") != c.others {
			t.Errorf("%q: %+v, want %+v", c.venue, p, c)
		}
	}
}

func TestBodies(t *testing.T) {
	for _, c := range []struct{ name, text, countries, organizations, parents, ministries, unknown string }{
		{"parts of a government", "Government of Aland: Ministries of Health and Trade and Industry, Customs", "aland", "", "", "health trade-and-industry customs", ""},
		{"a body of another", "Alpha Board for Testing (ABT) of the Example Union (EXU)", "", "abt", "exu", "", ""},
		{"two bodies", "ABT and EXU", "", "abt exu", "", "", ""},
		{"an unknown body of a known one", "Quality Panel of the Example Union", "", "", "exu", "", "Quality Panel"},
		{"an acronym in small letters is a word", "abt 20 people", "", "", "", "", ""},
		{"a common word", "some bland food", "", "", "", "", ""},
		{"part of a longer name", "New Bland and Cland-Minor", "", "", "", "", "New Bland|Cland-Minor"},
		{"the short name in a longer one", "Kingdom of Cland", "cland", "", "", "", ""},
		{"not known", "Representatives of Gland and Aland", "aland", "", "", "", "Gland"},
		{"counts and fillers", "About 62 participants from Aland\nRepresentatives of civil society", "aland", "", "", "", ""},
		{"a list without commas", "Aland\nBland", "aland bland", "", "", "", ""},
		{"bodies with the name of their people", "Ethiopian Customs Commission, Policía Boliviana, Widget Justice", "", "", "", "customs police", "Ethiopian|Commission|Boliviana|Widget Justice"},
		{"a country's body", "Aland Customs, Bland Police", "aland bland", "", "", "customs police", ""},
		{"who acts for a body", "the Secretariat of the Example Union; with the support of the ABT", "", "exu abt", "", "", ""},
		{"ministries in small letters", "officials of the ministries of health, defence and justice of Aland", "aland", "", "", "health defence justice", ""},
		{"ministries in small letters, in French", "les ministères de la santé, de la défense et de l’énergie ; la justice n’y était pas", "", "", "", "health defence energy", ""},
		{"one name, two entries", "Twin Office", "", "", "", "", ""},
	} {
		b := findBodies(c.text, testVocabulary)
		got := []string{strings.Join(ids(b.countries), " "), strings.Join(ids(b.organizations), " "), strings.Join(ids(b.parents), " "), strings.Join(ids(b.ministries), " "), strings.Join(b.unknown, "|")}
		want := []string{c.countries, c.organizations, c.parents, c.ministries, c.unknown}
		if strings.Join(got, ";") != strings.Join(want, ";") {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
	if b := findBodies("Twin Office", testVocabulary); len(b.ambiguous) != 1 || !strings.Contains(b.ambiguous[0], "twin-one, twin-two") {
		t.Errorf("an ambiguous name is not reported: %q", b.ambiguous)
	}
	if b := findBodies("Delegates from the Sample Centre (an NGO) and the Wonder Club (ONG)", testVocabulary); strings.Join(b.ngos, "|") != "Sample Centre|Wonder Club" {
		t.Errorf("NGOs: %q", b.ngos)
	}
}

func TestThemes(t *testing.T) {
	for _, c := range []struct{ name, text, taken, weak string }{
		{"a label, whatever its case", "They compared WIDGET control.", "widget-control", ""},
		{"in the plural", "They compared gadget reviews.", "gadget-review", ""},
		{"accents do not matter", "un control de articulos", "widget-control", ""},
		{"not inside a word", "a midwidget control", "", ""},
		{"not over a full list entry", "a widget, control", "", ""},
		{"a verb that looks like a plural", "the widgete control", "", ""},
		{"an acronym", "the GIP was shown", "gizmo-plan", ""},
		{"no acronym in small letters", "a frying pan", "", ""},
		{"one common word once", "a small budget", "", "resources"},
		{"common words twice", "a small budget for staff", "resources", ""},
		{"one common word among the themes", "Among the themes was the budget.", "resources", ""},
		{"named themes first", "Widget control, widget control. The themes were gizmo plans and gadget reviews.", "gizmo-plan gadget-review widget-control", ""},
	} {
		found, _ := findThemes("", c.text, testVocabulary)
		var taken, weak []string
		for _, s := range found {
			if s.strong {
				taken = append(taken, s.id)
			} else {
				weak = append(weak, s.id)
			}
		}
		if strings.Join(taken, " ") != c.taken || strings.Join(weak, " ") != c.weak {
			t.Errorf("%s: %q and %q, want %q and %q", c.name, taken, weak, c.taken, c.weak)
		}
	}
	found, _ := findThemes("", "First came widget control. Then widget controls again.", testVocabulary)
	if found[0].count != 2 || found[0].passage != "First came widget control. Then widget controls again." {
		t.Errorf("count and evidence: %+v", found[0])
	}
}

func TestCitations(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"OP3(d)", "1540-op3-d"},
		{"OP 3 (d)", "1540-op3-d"},
		{"paragraph 3 (d)", "1540-op3-d"},
		{"para. 3d", "1540-op3-d"},
		{"párrafo 3 d)", "1540-op3-d"},
		{"párr. 3 d)", "1540-op3-d"},
		{"paragraphe 3 d)", "1540-op3-d"},
		{"PO 3 d", "1540-op3-d"},
		{"paragraph 6", "1540-op6"},
		{"PP8", "1540-pp8"},
		{"operative paragraph 2", "1540-op2"},
		{"paragraph 8 of resolution 1977 (2011)", "1977-op8"},
		{"párrafo 8 de la resolución 1977", "1977-op8"},
		{"paragraph 12 of the report", ""},
		{"paragraph 3 a year later", "1540-op3"},
		{"OPCW 3", ""},
	} {
		var got []string
		for _, p := range council.FindParagraphs(c.text, "1540") {
			got = append(got, p.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	var got []string
	for _, r := range council.FindResolutions("UNSCR 1540, S/RES/1673(2006), resolución 1810 (2008), Res. 1977, résolution 2325 and 2663 (2022); in 2004, 1540 people") {
		got = append(got, r.ID)
	}
	if want := "1540 1673 1810 1977 2325 2663"; strings.Join(got, " ") != want {
		t.Errorf("resolutions %q, want %q", got, want)
	}
	if p := council.FindParagraphs("OP 3", ""); len(p) != 0 {
		t.Errorf("a paragraph of no resolution: %+v", p)
	}
}

// What damage of the text becomes, as Markdown.
func TestMending(t *testing.T) {
	const head = "Event: Test\n\nParticipants: Aland\n\n## Highlights\n\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"a footnote inside a sentence", "a.txt", "They went to full<sup>1</sup> and\n\n<sup>1</sup> A remark.\n\nfurther lengths.", "They went to full[^1] and further lengths.\n\n[^1]: A remark."},
		{"a footnote at a small letter only", "a.txt", "The test was committed<sup>1</sup> to full\n\n<sup>1</sup> A remark.\n\ntesting.", "The test was committed[^1] to full testing.\n\n[^1]: A remark."},
		{"a footnote between sentences", "a.txt", "One.<sup>1</sup>\n\n<sup>1</sup> A remark.\n\nTwo.", "One.[^1]\n\nTwo.\n\n[^1]: A remark."},
		{"a footnote cut in two", "a.txt", "One.<sup>1</sup>\n\n<sup>1</sup> A remark that\n\ngoes on.\n\nTwo.", "One.[^1]\n\nTwo.\n\n[^1]: A remark that goes on."},
		{"a footnote and a sentence both open", "a.txt", "It went to full<sup>1</sup>\n\n<sup>1</sup> A remark that\n\ntesting.", "It went to full[^1] testing.\n\n[^1]: A remark that"},
		{"a footnote of Markdown", "a.md", "One.[^a]\n\n[^a]: A remark.", "One.[^1]\n\n[^1]: A remark."},
		{"a raised digit", "a.txt", "One.¹\n\n¹ A remark.", "One.[^1]\n\n[^1]: A remark."},
		{"a digit glued to a word", "a.txt", "One word1 here.\n\n1 A remark.", "One word[^1] here.\n\n[^1]: A remark."},
		{"a star", "a.txt", "One word* here.\n\n* A remark.", "One word[^1] here.\n\n[^1]: A remark."},
		{"numbers that begin anew", "a.txt", "One<sup>1</sup> x.\n\n<sup>1</sup> First.\n\nTwo<sup>1</sup> x.\n\n<sup>1</sup> Second.", "One[^1] x.\n\nTwo[^2] x.\n\n[^1]: First.\n\n[^2]: Second."},
		{"a number that is no footnote", "a.txt", "Word.\n\n12 States came.", "Word.\n\n12 States came."},
		{"a mark without a footnote", "a.txt", "An area of 5 m² and a 10<sup>th</sup> time.", "An area of 5 m² and a 10th time."},
		{"a list of one entry", "a.txt", "One word here.\n\n* A remark.", "One word here.\n\n- A remark."},
		{"a list with stars", "a.txt", "One word* here.\n\n* First\n* Second", "One word\\* here.\n\n- First\n- Second"},
		{"a sentence over a blank line", "a.txt", "It ran over\n\nthe line.", "It ran over the line."},
		{"a comma before a blank line", "a.txt", "It had Ay,\n\nBee and Cee.", "It had Ay, Bee and Cee."},
		{"an article before a blank line", "a.txt", "It had Ay and the\n\nBee.", "It had Ay and the Bee."},
		{"two sentences stay apart", "a.txt", "It ended.\n\nthen it began.", "It ended.\n\nthen it began."},
		{"an open line before a capital stays", "a.txt", "It ended\n\nThen it began.", "It ended\n\nThen it began."},
		{"a hyphen at the end of a line", "a.txt", "It was non-\nproliferation of things.", "It was non-proliferation of things."},
		{"a soft hyphen at the end of a line", "a.txt", "It was imple\u00ad\nmented and im\u00adproved.", "It was implemented and improved."},
		{"wrapped lines", "a.txt", "This line of the note is wrapped at\na column. And so it goes on.\nA paragraph follows it.", "This line of the note is wrapped at a column. And so it goes on.\n\nA paragraph follows it."},
		{"a sentence that ends where its line is full", "a.txt", "This sentence fills its whole line.\nAnother one goes on and is short\nenough.", "This sentence fills its whole line. Another one goes on and is short enough."},
		{"a number that a line begins with", "a.md", "It was item\n12. Of the list.", "It was item 12. Of the list."},
		{"a label's word alone on a wrapped line", "a.md", "They came to the\nMeeting\nof all.", "They came to the Meeting of all."},
		{"a list that begins deep", "a.md", "- Contact:\n    - one", "## Contact\n\n- one"},
		{"a paragraph on each long line", "a.txt", strings.Repeat("Long words. ", 12) + "\nAnother.", strings.TrimSpace(strings.Repeat("Long words. ", 12)) + "\n\nAnother."},
		{"lines of Markdown", "a.md", "One.\nTwo.", "One. Two."},
		{"curly quotes stay, ligatures go", "a.txt", "“ﬁrst” oﬃce", "“first” office"},
		{"marks in plain text", "a.txt", "a *star, a_b, <x>, {{< y >}}, [z], `q`, R&amp;D, &copy and # no heading", "a \\*star, a_b, \\<x\\>, \\{\\{\\< y \\>\\}\\}, \\[z\\], \\`q\\`, R&D, &copy and # no heading"},
		{"starts that Markdown would read", "a.txt", "\\# one.\n\n2004\\. Two.", "\\# one.\n\n2004\\. Two."},
		{"styles and links", "a.md", "**Bold** and *thin* at [site](https://example.org/a_b).", "**Bold** and *thin* at [site](<https://example.org/a_b>)."},
		{"a sentence that begins with a label's word", "a.md", "**Participants** discussed it.\n\nContact was made.", "**Participants** discussed it.\n\nContact was made."},
		{"an address before a full stop", "a.txt", "Write to a_b@example.org.", "Write to a_b@example.org."},
		{"subheadings and lists", "a.md", "### Part\n\n- one\n    - two\n3) three", "### Part\n\n- one\n    - two\n3) three"},
		{"page breaks and odd spaces", "a.txt", "One\u00a0two\u2009three.\fFour.", "One two three.\n\nFour."},
		{"comments", "a.md", "One <!-- hidden --> two.", "One two."},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, _ := mustNote(t, c.file, head+c.text)
			_, got, _ := strings.Cut(body(t, page), "## Highlights\n\n")
			if strings.TrimSpace(got) != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestMendsAreReported(t *testing.T) {
	page, report := mustNote(t, "a.txt", "Event: Test\n\nParticipants: Aland\n\nHighlights\n\nThey were committed to full\n\n<sup>1</sup> Remark.\n\ntesting of\n\nall.\n\nMark¹¹ here.")
	if got := body(t, page); !strings.HasPrefix(got, "\n[^1]\n\n**Event:** Test\n") {
		t.Errorf("a footnote without a mark is lost:\n%s", got)
	}
	text := report.String()
	for _, want := range []string{
		"sentence rejoined over footnote 1: “… They were committed to full | testing of …”",
		"sentence rejoined over a blank line: “… committed to full testing of | all. …”",
		"no mark in the text refers to footnote 1",
		"the footnote mark 11 after “Mark” has no footnote",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
}

func TestEncodings(t *testing.T) {
	const text = "Event: Réunion “test” – one\r\n\r\nDate: 2–3 March 2021\r\n\r\nVenue: Testville, Aland\r\n"
	want := "event = Réunion “test” – one\nstart = 2021-03-02\nend = 2021-03-03\ncity = Testville"
	cp1252 := strings.NewReplacer("é", "\xe9", "“", "\x93", "”", "\x94", "–", "\x96").Replace(text)
	wideText := func(order binary.AppendByteOrder) string {
		var out []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			out = order.AppendUint16(out, u)
		}
		return string(out)
	}
	for _, c := range []struct{ name, data, mended string }{
		{"UTF-8", text, ""},
		{"UTF-8 with a byte order mark", "\ufeff" + text, ""},
		{"decomposed accents", strings.ReplaceAll(text, "é", "e\u0301"), ""},
		{"Windows-1252", cp1252, "5 bytes not UTF-8, read as Windows-1252"},
		{"one stray byte in UTF-8", strings.Replace(text, "é", "\xe9", 1), "1 byte not UTF-8"},
		{"UTF-16, little end first", wideText(binary.LittleEndian), "UTF-16"},
		{"UTF-16, big end first", wideText(binary.BigEndian), "UTF-16"},
		{"old Macintosh lines", strings.ReplaceAll(text, "\r\n", "\r"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, report := mustNote(t, "a.txt", c.data)
			check(t, page, want)
			if got := strings.Join(report.Mended, "; "); !strings.Contains(got, c.mended) || c.mended == "" && got != "" {
				t.Errorf("mended %q, want %q", got, c.mended)
			}
		})
	}
	_, report := mustNote(t, "a.txt", "Event: Test\n\nVenue: T\ufffdst\n\nParticipants: â€\ufffdAland")
	for _, want := range []string{"2 characters lost", "garbled"} {
		if !strings.Contains(openFindings(report), want) {
			t.Errorf("damage not reported: %q", want)
		}
	}
}

// What the note does not say stays empty and is listed.
func TestNothingIsInvented(t *testing.T) {
	page, report := mustNote(t, "odd note.txt", "Information Note\n\nEvent: Gathering\n\n**Funding:** Bland\n\nParticipants: Hland")
	check(t, page, `
		page = undated-odd-note.md
		type =
		organizers =
		start =
		precision =
		city =
		country =
		mode =
		guests =
		themes =
		instruments =
		participants = Hland`)
	open := openFindings(report)
	for _, want := range []string{"event_type: ", "organizers: no label", "dates: no label", "city: no venue", "country: no venue", "mode: ", "participants: “Hland” is not among", "labels: “Funding” is no known label", "themes: no theme", "summary: ", "checked: ", "source.retrieved: "} {
		if !strings.Contains(open, want) {
			t.Errorf("the report lacks %q:\n%s", want, open)
		}
	}
	front, err := page.FrontMatter()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"date_start: null\n", "city: \"\"\n", "themes: []\n", "summary: \"\"\n", "status: draft\n"} {
		if !strings.Contains(front, want) {
			t.Errorf("front matter lacks %q:\n%s", want, front)
		}
	}
	if strings.Contains(front, "checked") {
		t.Errorf("nobody has checked the page yet:\n%s", front)
	}
}

// Dates of which a page has no field are told.
func TestSecondDate(t *testing.T) {
	for text, told := range map[string]bool{"March 6-8, 2017 (Testville) and August 1-2, 2017 (Othertown)": true, "6 to 8 March 2017, of 2017": false, "6 and 9 March 2017": false} {
		_, report := mustNote(t, "a.txt", "Event: Workshop on widgets\nDates: "+text+"\nParticipants: Bland\n")
		if got := strings.Contains(openFindings(report), "a second date"); got != told {
			t.Errorf("%q: told %v, wanted %v", text, got, told)
		}
	}
}

// In a table of labels a row whose label is not known is no part of the row before.
func TestUnknownLabelInATable(t *testing.T) {
	for _, row := range []string{"Funded by\tBland", "Languages\ttwo", "Funded by\tthe Government of Hland"} {
		for _, before := range []string{"Event", "Organizers", "Date", "Venue", "Participants"} {
			text := ""
			for _, line := range []string{"Event\tWorkshop on widgets", "Organizers\tABT", "Date\t2-3 March 2021", "Venue\tTestville, Aland", "Participants\tBland, Cland"} {
				if text += line + "\n"; strings.HasPrefix(line, before) {
					text += row + "\n"
				}
			}
			page, report := mustNote(t, "a.txt", text)
			check(t, page, "event = Workshop on widgets\norganizers = abt\nstart = 2021-03-02\nend = 2021-03-03\ncity = Testville\ncountry = aland\nguests = bland cland")
			if open := openFindings(report); !strings.Contains(open, "is no known label") || strings.Contains(open, "second venue") {
				t.Errorf("%q after %s: open\n%s", row, before, open)
			}
		}
	}
	page, _ := mustNote(t, "a.txt", "Event\tWorkshop on widgets\nVenue\tTestville, Aland\nParticipants\tBland\nCland\ttwo officials\n")
	check(t, page, "guests = bland cland")
}

// A label for the form of a meeting tells it, whatever the venue says.
func TestFormOfAMeeting(t *testing.T) {
	for text, want := range map[string]string{
		"Format: virtual": "online", "Modalidad: virtual (por videoconferencia)": "online",
		"Venue: Testville, Aland\nFormat: hybrid": "hybrid", "Venue: Testville, Aland\nFormat: in person and online": "hybrid",
		"Venue: Testville, Aland\nModalités : en présentiel": "in-person", "Venue: Zoom\nFormat of the meeting: webinar": "online",
	} {
		page, report := mustNote(t, "a.txt", "Event: Workshop on widgets\nDate: 2-3 March 2021\n"+text+"\nParticipants: Bland\n")
		check(t, page, "mode = "+want)
		if want == "online" && strings.Contains(openFindings(report), "city:") {
			t.Errorf("%q: a city is asked for", text)
		}
	}
}

// Documents that happen to have a word for a label in common with notes are none.
func TestNoNotes(t *testing.T) {
	for _, text := range []string{
		"Date: 2 March 2021\nPlace: Testville\n\nDear keepers,\n\nThe widgets came.\n",
		"# A guide to widgets\n\n## Summary\n\nWidgets are small.\n\n## Recommendations\n\nBuy two.\n\n## Contact\n\nThe board.\n",
	} {
		if doc := mustRead(t, "a.md", text); kindOf(doc, "") == InformationNote {
			t.Errorf("read as a note:\n%s", text)
		}
	}
}

// A name that two States share is the one that is not named beside it.
func TestSharedNames(t *testing.T) {
	v := testVocabulary.WithStates()
	for text, want := range map[string]string{
		"République démocratique du Congo, Congo, Gabon": "democratic-republic-of-the-congo congo gabon",
		"Congo and Gabon": "gabon",
	} {
		if got := strings.Join(ids(findBodies(text, v).countries), " "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A line with a label of its own ends a list; one that divides the list does not.
func TestOwnLabelEndsAList(t *testing.T) {
	for _, c := range []struct{ lines, guests, unknown string }{
		{"Bland, Cland\nFunding: Hland", "bland cland", "Funding"},
		{"Bland, Cland\n\nLanguages of work: two", "bland cland", "Languages of work"},
		{"Bland, Cland\nSource of funding: Aland", "bland cland", "Source of funding"},
		{"Bland\nObservers: Cland", "bland cland", ""},
		{"Bland\nIn person: Cland", "bland cland", ""},
		{"Bland: two officials\nCland: one official", "bland cland", ""},
		{"States: Bland\nCustoms: Cland", "bland cland", ""},
	} {
		page, report := mustNote(t, "a.txt", "Event: Workshop on widgets\nDate: 2-3 March 2021\nVenue: Testville, Aland\nParticipants: "+c.lines+"\n")
		check(t, page, "guests = "+c.guests)
		if told := strings.Contains(report.String(), "is no known label"); told != (c.unknown != "") || !strings.Contains(report.String(), c.unknown) {
			t.Errorf("%q: the report says\n%s", c.lines, report)
		}
		if text := body(t, page); c.unknown != "" && !strings.Contains(text, c.unknown) {
			t.Errorf("%q: the page lacks %q:\n%s", c.lines, c.unknown, text)
		}
	}
}

func TestGuesses(t *testing.T) {
	page, report := mustNote(t, "a.txt", "Event: Webinar on tests, 4 May 2021\n\nVenue: Online\n\nEvent: Another")
	check(t, page, "type = webinar\nstart = 2021-05-04\nmode = online\npage = 2021-05-online.md\nevent = Webinar on tests, 4 May 2021")
	if text := report.String(); !strings.Contains(text, "taken from the event's name") || !strings.Contains(text, "stands twice; not used: “Another”") {
		t.Errorf("a guess is not reported:\n%s", text)
	}
	page, _ = mustNote(t, "a.txt", "Event: Work on resolution 1540 (2004)\n\nVenue: Testville")
	check(t, page, "start =\nprecision =")
	page, report = mustNote(t, "a.md", "Event: Test\n\nVenue: Testville\n\n## Highlights\n\n### First day\n\nA widget control.")
	check(t, page, "themes = widget-control")
	if open := openFindings(report); strings.Contains(open, "labels: ") {
		t.Errorf("a heading inside a section is taken for a label:\n%s", open)
	}
	page, report = mustNote(t, "a.txt", "Event: Test\n\nVenue: "+strings.Repeat("Testville, Aland and ", 100))
	check(t, page, "city =\ncountry =")
	if open := openFindings(report); !strings.Contains(open, "venue: too long") {
		t.Errorf("an endless venue is not reported:\n%s", open)
	}
	page, report = mustNote(t, "a.txt", "Event: Test\n\nDate: June 2021\n\nVenue: Testville, Aland; Otherton, Bland")
	check(t, page, "page = 2021-06-testville.md\nprecision = month")
	if open := openFindings(report); !strings.Contains(open, "gives no day") || !strings.Contains(open, "a second venue, “Otherton, Bland”") {
		t.Errorf("not reported:\n%s", open)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "is empty"},
		{"blank", " \n\t\n", "holds no text"},
		{"PDF", "%PDF-1.7\n…", "is damaged or cut short"},
		{"Word", "PK\x03\x04\x14\x00\x06\x00", "is damaged or cut short"},
		{"old Word", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as DOCX"},
		{"RTF", `{\rtf1\ansi Event: x}`, "an RTF file"},
		{"zeros", "Event: Test\x00" + strings.Repeat(" and more", 50), "binary file"},
		{"control characters", strings.Repeat("\x01\x02a", 50), "binary file"},
		{"too large", strings.Repeat("a ", maxSize/2+1), "more than 100 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(t.Context(), "folder/thing.txt", []byte(c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "folder/thing.txt: ") {
				t.Errorf("error %v, want the file and %q", err, c.want)
			}
		})
	}
	for _, text := range []string{"A letter.\n\nDear reader, nothing here.", "Summary: only one label of many kinds of text.", "Information Note on something else."} {
		_, _, err := Note(mustRead(t, "letter.txt", text), Site{})
		if err == nil || !strings.Contains(err.Error(), "letter.txt: not an information note") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestImport(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	source := filepath.Join("testdata", "note.md")
	if _, err := importOne(t, source, testWords, content, "", false); err == nil || !strings.Contains(err.Error(), content+": no such folder") {
		t.Errorf("a missing content folder: %v", err)
	}
	if err := os.Mkdir(content, 0o755); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(source)
	result, err := importOne(t, source, testWords, content, "", false)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(content, "workshops", "2021-11-testville.md"); result.Path != want {
		t.Errorf("page %s, want %s", result.Path, want)
	}
	page, err := os.ReadFile(result.Path)
	if err != nil || !strings.Contains(string(page), "\n"+result.FrontMatter+"---\n") {
		t.Errorf("the page does not hold the front matter: %v\n%s", err, page)
	}
	golden(t, "testdata/note.golden.txt", string(page)+"\n=== report ===\n"+strings.ReplaceAll(result.Report.String(), content+string(filepath.Separator), ""))
	if after, _ := os.ReadFile(source); string(after) != string(before) {
		t.Error("the original was changed")
	}

	if err := os.WriteFile(result.Path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := importOne(t, source, testWords, content, "", false); err == nil || !strings.Contains(err.Error(), result.Path+": the file exists; use --force") {
		t.Errorf("an existing page: %v", err)
	}
	if kept, _ := os.ReadFile(result.Path); string(kept) != "mine" {
		t.Error("an existing page was overwritten without force")
	}
	if files, _ := os.ReadDir(filepath.Dir(result.Path)); len(files) != 1 {
		t.Errorf("files left behind: %v", files)
	}
}

// Force writes the draft beside a page that is there, and tells in which fields
// they differ. Nothing of a page or of an earlier draft is lost.
func TestImportBeside(t *testing.T) {
	content := t.TempDir()
	source := filepath.Join("testdata", "note.md")
	first, err := importOne(t, source, testWords, content, "", true)
	if err != nil {
		t.Fatal(err)
	}
	// The very same draft again is no second one.
	for _, force := range []bool{false, true} {
		again, err := importOne(t, source, testWords, content, "", force)
		if err != nil || again.Path != first.Path || !strings.Contains(again.Report.String(), "nothing was written") {
			t.Errorf("the same note again: %+v, %v", again, err)
		}
	}
	mine := "---\ntitle: Mine\ncity: Testville\nkeywords: [bees, \"a: b\"]\ndate_start: 2021-11-30\nsource: {file: other.txt}\nthemes: []\nstatus: reviewed\n---\nSee [it](/a/).\n"
	writeTest(t, first.Path, mine)
	var drafts []string
	for n, want := range []string{"2021-11-testville-new.md", "2021-11-testville-new-2.md"} {
		result, err := importOne(t, source, testWords, content, "", true)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(result.Path) != want {
			t.Errorf("draft %d is %s, want %s", n+1, result.Path, want)
		}
		report := result.Report.String()
		for _, part := range []string{"  title\n    - Mine\n    + ", "  keywords\n    - bees, a: b\n", "  source\n    - {file: other.txt}\n    + {file: note.md, sha256: ", first.Path + " is as it was", "delete the draft, " + result.Path} {
			if !strings.Contains(report, part) {
				t.Errorf("the report lacks %q:\n%s", part, report)
			}
		}
		for _, part := range []string{"\n  city\n", "\n  status\n", "\n  draft\n"} {
			if strings.Contains(report, part) {
				t.Errorf("the report shows %q, in which they do not differ, or always do:\n%s", part, report)
			}
		}
		text, _ := os.ReadFile(result.Path)
		if !strings.Contains(string(text), "\ndraft: true\n") {
			t.Errorf("%s is no draft", result.Path)
		}
		if again, err := importOne(t, source, testWords, content, "", true); err != nil || again.Path != result.Path {
			t.Errorf("the same note again: %+v, %v", again, err)
		}
		writeTest(t, result.Path, string(text)+"My own remark.\n")
		drafts = append(drafts, result.Path)
	}
	if kept, _ := os.ReadFile(first.Path); string(kept) != mine {
		t.Error("the page was changed")
	}
	for _, file := range drafts {
		if kept, _ := os.ReadFile(file); !strings.HasSuffix(string(kept), "My own remark.\n") {
			t.Errorf("%s was replaced", file)
		}
	}
	// A page whose front matter cannot be read is no reason to refuse.
	writeTest(t, first.Path, "mine")
	result, err := importOne(t, source, testWords, content, "", true)
	if err != nil || !strings.Contains(openFindings(result.Report), "differences: "+first.Path) {
		t.Errorf("a page without front matter: %v", err)
	}
	for n := 4; n <= mostBeside; n++ {
		writeTest(t, filepath.Join(content, "workshops", fmt.Sprintf("2021-11-testville-new-%d.md", n)), "x")
	}
	writeTest(t, result.Path, "x")
	if _, err := importOne(t, source, testWords, content, "", true); err == nil || !strings.Contains(err.Error(), "delete them") {
		t.Errorf("too many drafts: %v", err)
	}
}

// A page in another language keeps its language in the draft's name.
func TestImportBesideInSpanish(t *testing.T) {
	dir, content := t.TempDir(), t.TempDir()
	source := filepath.Join(dir, "nota.txt")
	writeTest(t, source, "Nota informativa\n\nEvento: Taller sobre los controles\n\nFecha y lugar: 2 de marzo de 2021, Villa Prueba, Alandia\n\nParticipantes: el Gobierno de Blandia\n")
	for _, want := range []string{"2021-03-villa-prueba.es.md", "2021-03-villa-prueba-new.es.md"} {
		result, err := importOne(t, source, testWords, content, "", true)
		if err != nil || filepath.Base(result.Path) != want {
			t.Fatalf("%+v, want %s (%v)", result, want, err)
		}
		writeTest(t, result.Path, "---\ntitle: Mía\n---\n")
	}
}

// A note on an event that is there is an addition to it, in whatever language it
// names the city; a meeting on other days of the same month is another event.
func TestSameEvent(t *testing.T) {
	dir, content := t.TempDir(), t.TempDir()
	site := func() (Site, error) { return Site{Vocabulary: Vocabulary(nil).WithStates()}, nil }
	note := func(city, days string) (*Result, error) {
		source := filepath.Join(dir, "note.txt")
		writeTest(t, source, "Event: Workshop on pears\n\nDate: "+days+"\n\nVenue: "+city+"\n\nParticipants: growers\n")
		return importOne(t, source, site, content, "", false)
	}
	for _, c := range []struct{ first, again string }{
		{"Geneva, Switzerland", "Ginebra, Suiza"}, {"Genève, Suisse", "Ginebra (Suiza)"}, {"Beijing, China", "Pékin, Chine"}, {"Brussels, Belgium", "Bruselas, Bélgica"},
		{"Addis Ababa, Ethiopia", "Adís Abeba, Etiopía"}, {"The Hague, Netherlands", "La Haya, Países Bajos"}, {"Vienna, Austria", "Viena, Austria"}, {"Ulaanbaatar, Mongolia", "Oulan-Bator, Mongolie"},
	} {
		if err := os.RemoveAll(filepath.Join(content, eventFolder)); err != nil {
			t.Fatal(err)
		}
		if r, err := note(c.first, "2 - 4 March 2021"); err != nil || r.Outcome != Written {
			t.Fatalf("%s: %+v %v", c.first, r, err)
		}
		if r, err := note(c.again, "4 - 5 March 2021"); err != nil || r.Outcome != Addition {
			t.Errorf("%s is not known to be %s: %+v %v", c.again, c.first, r, err)
		}
		for _, days := range []string{"9 - 10 March 2021", "20 March 2021"} {
			if r, err := note(c.first, days); err != nil || r.Outcome != Written {
				t.Errorf("%s on %s is another event: %+v %v", c.first, days, r, err)
			}
		}
	}
	for _, c := range [][2]string{{"Algiers, Algeria", "Oran, Algeria"}, {"Geneva, Switzerland", "Basel, Switzerland"}} {
		if sameCity(c[0], c[1]) {
			t.Errorf("%s and %s are two cities", c[0], c[1])
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if the change is meant, run with -update and read the difference. Got:\n%s", name, got)
	}
}

// A failed import leaves nothing behind.
func TestImportFails(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, want string }{
		{"absent.txt", "no such file"},
		{"", "is a folder"},
		{"empty.txt", "is empty"},
		{"letter.txt", "not an information note"},
		{"huge.txt", "larger than 100 MB"},
	} {
		path := filepath.Join(dir, c.name)
		switch c.name {
		case "empty.txt":
			writeTest(t, path, "")
		case "letter.txt":
			writeTest(t, path, "Dear reader")
		case "huge.txt":
			writeTest(t, path, "")
			if err := os.Truncate(path, maxSize+1); err != nil {
				t.Fatal(err)
			}
		}
		content := t.TempDir()
		_, err := importOne(t, path, testWords, content, "", true)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: error %v, want the file and %q", c.name, err, c.want)
		}
		if files, _ := os.ReadDir(content); len(files) != 0 {
			t.Errorf("%s: left %v", c.name, files)
		}
	}
	// What cannot be put in its place leaves no temporary file.
	content := t.TempDir()
	inTheWay := filepath.Join(content, officialFolder, "2055.en.yaml", "x")
	if err := os.MkdirAll(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "resolution.txt")
	writeTest(t, path, "S/RES/2055 (2012)\nThe Security Council,\nRecalling a test,\n1. Asks for one;\n")
	_, err := importOne(t, path, testWords, content, "", true)
	if err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("a folder in the file's place: %v", err)
	}
	if files, _ := os.ReadDir(filepath.Join(content, officialFolder)); len(files) != 1 {
		t.Errorf("left %v", files)
	}
}

func writeTest(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The real note, where the documents stand beside the repository.
func TestPanamaNote(t *testing.T) {
	data := []byte(sharedDocument(t, "panama-2019-information-note.txt"))
	vocabulary := Vocabulary{
		{"country", "panama", []string{"Panama"}, nil, nil},
		{"country", "chile", []string{"Chile"}, nil, nil},
		{"country", "colombia", []string{"Colombia"}, nil, nil},
		{"country", "dominican-republic", []string{"Dominican Republic"}, nil, nil},
		{"country", "uruguay", []string{"Uruguay"}, nil, nil},
		{"organization", "cicte", []string{"Inter-American Committee against Terrorism"}, []string{"CICTE"}, nil},
		{"organization", "oas", []string{"Organization of American States"}, []string{"OAS"}, nil},
		{"organization", "stimson-center", []string{"Stimson Center"}, nil, nil},
		{"theme", "coordination", []string{"Inter-agency coordination mechanism"}, []string{"coordination mechanism"}, nil},
		{"theme", "resources", []string{"Resources"}, nil, nil},
		{"theme", "political-leadership", []string{"Political leadership"}, nil, nil},
		{"theme", "national-action-plan", []string{"National implementation action plan"}, []string{"national action plan"}, nil},
		{"theme", "peer-review", []string{"Peer review"}, nil, nil},
		{"theme", "matrix", []string{"1540 matrix"}, []string{"country matrices"}, nil},
		{"theme", "brokering", []string{"Brokering controls"}, []string{"brokers"}, nil},
	}
	doc := mustRead(t, "panama-2019-information-note.txt", string(data))
	page, report, err := Note(doc, Site{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	check(t, page, `
		page = 2019-12-panama-city.md
		type = workshop
		organizers = cicte
		start = 2019-12-02
		end = 2019-12-03
		date = 2-3 December 2019
		precision = day
		city = Panama City
		country = panama
		mode = in-person
		guests = chile colombia dominican-republic uruguay
		orgs = stimson-center
		ministries = foreign-affairs interior public-security national-security trade-and-industry defence health customs public-prosecutor banking-supervision financial-intelligence-unit
		themes = national-action-plan coordination resources political-leadership matrix peer-review
		instruments = 1540
		paragraphs =`)
	if e := page.Front.Event; !strings.HasPrefix(e, "Workshop on the implementation of") || !strings.HasSuffix(e, "UN Security Council Resolution 1540 (2004)") {
		t.Errorf("event %q", e)
	}
	text := body(t, page)
	for _, want := range []string{
		"committed to full implementation and the Customs Authority",
		"**Information Note**[^1]",
		"\n[^1]: For information – not an official report.",
		"Resolution 1540 (2004)\n\n**Organizers:**",
		"Banking Supervisors, and the Financial Intelligence Unit.\n\nRepresentatives from",
		"\n## Highlights\n", "\n## Additional Comments\n", "at 1540experts@un.org.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, want := range []string{"the note calls it an NGO", "without oas", "rejoined over footnote 1"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
}

// FuzzRead looks for input that makes the importer panic or not end, and holds
// it to what any page must be.
func FuzzRead(f *testing.F) {
	note, err := os.ReadFile("testdata/note.md")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(note), true)
	f.Add("Event: **a*_b\n\nDate: 1-2-3 May, 2020 and 4\n\n| a |\n* x\n1 A", false)
	f.Add("\xff\xfeE\x00v\x00", false)
	f.Add("Information Note1\nEvent: x* y\n\n* z\n\n1 Aa\n[^1]:\n<sup>¹</sup>\u00ad\n-\n", false)
	f.Fuzz(func(t *testing.T, data string, markdown bool) {
		late := time.AfterFunc(10*time.Second, func() { panic("the importer does not end on this input") })
		defer late.Stop()
		name := "a.txt"
		if markdown {
			name = "a.md"
		}
		doc, err := Read(context.Background(), name, []byte(data))
		if err != nil {
			return
		}
		page, report, err := Note(doc, Site{Vocabulary: testVocabulary})
		if err != nil {
			return
		}
		text, err := page.Markdown()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(text) + len(report.String()); n > 40*len(data)+20000 {
			t.Errorf("%d bytes out of %d", n, len(data))
		}
		if strings.Contains(body(t, page), "{{") {
			t.Errorf("a shortcode could get through:\n%s", text)
		}
		front, err := page.FrontMatter()
		if err != nil {
			t.Fatal(err)
		}
		var back Workshop
		if err := yaml.Unmarshal([]byte(front), &back); err != nil || back.Event != page.Front.Event || back.ParticipantsText != page.Front.ParticipantsText || back.City != page.Front.City {
			t.Errorf("the front matter does not give back what was put in (%v):\n%s", err, front)
		}
		if n := page.fileName(); strings.ContainsAny(n, "/\\ ") || strings.HasPrefix(n, ".") {
			t.Errorf("file name %q", n)
		}
	})
}
