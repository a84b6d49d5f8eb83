package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"vademecum/cmd/vade/internal/council"
)

// What can stand in the header or footer of a page, in any order and glued.
func TestPageLines(t *testing.T) {
	of := council.Symbol{Number: 9001, Year: 2031}
	for text, want := range map[string]pageLine{
		"S/RES/9001 (2031)":      {runningHead, 0},
		"2 S/RES/9001 (2031)":    {runningHead, 2},
		"31-12345 2/13":          {jobNumber, 2},
		"3/13 31-12345":          {jobNumber, 3},
		"3/1331-12345":           {jobNumber, 3},
		"31-123452/13":           {jobNumber, 2},
		"31-12345 (E) /...":      {jobNumber, 0},
		"31-12345* (E) 230695":   {jobNumber, 0},
		"Page 2":                 {pageNumber, 2},
		"- 3 -":                  {bareNumber, 3},
		"17":                     {bareNumber, 17},
		"*3112345*":              {printersSign, 0},
		"-----":                  {printersSign, 0},
		"S/RES/8000 (2030)":      {},
		"77-12345":               {},
		"the hives 2":            {},
		"S/RES/9001 (2031) says": {},
	} {
		if got := readPageLine(text, of); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// Shapes of resolutions of all years.
func TestResolutionShapes(t *testing.T) {
	const pp = "Recalling that bees dance in the hive when they have found a meadow,\n"
	for _, c := range []struct{ name, text, want, says string }{
		{"a title in capitals, an opening without comma", "RESOLUTION 9001 (1961)\nAdopted by the Security Council at its 9th meeting,\non 3 May 1961\nThe Security Council\n" + pp + "1. Decides to count.\n", "pp1 op1", ""},
		{"a volume's title, with a gap", "9001 (1961).    Resolution of 3 May 1961\n\n[S/9999]\n\nThe Security Council\n" + pp + "1. Decides to count.\n", "pp1 op1", "1961-05-03"},
		{"a volume's title", "9001 (1961). Resolution of 3 May 1961\nThe Security Council,\n" + pp + "1. Decides to count.\n", "pp1 op1", "1961-05-03"},
		{"the vote in the last paragraph", head + pp + "1. Decides to count;\n2. Asks all to wait. Adopted unanimously at the 99th meeting.\n", "pp1 op1 op2", "vote Adopted unanimously"},
		{"the vote on lines of its own", head + pp + "1. Decides to count.\nAdopted at the 99th meeting by 9 votes to\nnone, with 2 abstentions.\n", "pp1 op1", "with 2 abstentions."},
		{"a comma for the full stop", head + pp + "1. Decides to count;\n2, Asks all to wait.\n", "pp1 op1 op2", "read as a full stop"},
		{"a footnote's number behind a comma", head + "Recalling that bees dance in the hive when they have found a meadow, 38\n" + pp + "1. Decides to count.\n", "pp1 pp2 op1", ""},
		{"annexes with numbers and letters", head + pp + "1. Decides to count\nAnnex I to resolution 9001 (2031)\n1. Hives are boxes;\n(a) small;\n(b) large.\nANNEX II\n2. Bees.\n", "pp1 op1 annex annex-2", "kept whole"},
		{"an annex that is only named", head + pp + "1. Decides to use the list in the\nAnnex\nto this resolution.\n", "pp1 op1", ""},
		{"sections with letters", head + pp + "A\n1. Decides to count;\nB\n2. Asks all to wait:\n(a) in spring;\n(b) in autumn;\n31-12345 /...\nS/RES/9001 (2031)\nEnglish\nPage 2\nII\n3. Decides to dance.\n", "pp1 op1 op2 op2-a op2-b op3", "before op3"},
		{"a title behind the preamble", head + pp + "Acting under the rules that all the bees of the valley have agreed to follow,\nSupport\n1. Decides to count.\n", "pp1 pp2 op1", "Support"},
		{"a letter for the first number", head + pp + "l. Decides to count;\n2, Asks all to wait;\n3 . Decides to dance.\n", "pp1 op1 op2 op3", "read as 1"},
		{"figures read as letters", head + pp + "l. Decides to count;\n2. Asks all to wait;\n3. Decides to dance;\n4. Notes bees;\nS. Requests the bees to dance.\n", "pp1 op1 op2 op3 op4 op5", "read as 5"},
		{"letters read as others", head + pp + "1. Decides to count:\n{a) Bees;\n(h) Hives;\n(e) Meadows;\n2. Asks all to wait.\n", "pp1 op1 op1-a op1-b op1-c op2", "its letter read as b"},
		{"letters in a gap", head + pp + "1. Decides to count:\n(a) Bees;\n(b) Hives;\n(d) Meadows;\n(e) Wells;\n2. Asks all to wait.\n", "pp1 op1 op1-a op1-b op1-d op1-e op2", "op1-c"},
		{"letters that no sign opens", head + pp + "\n1. Affirms further the need\n\n(a) For counting the bees;\n\n(b) For keeping the hives;\n\n2. Asks all to wait.\n", "pp1 op1 op1-a op1-b op2", "though nothing ends the line before"},
		{"a citation of two letters over a line", head + pp + "1. Decides to count:\n(a) The bees of subparagraphs (a)\nand (b) of paragraph 2 of its last text;\n(b) The hives.\n", "pp1 op1 op1-a op1-b", ""},
		{"a citation of a letter that begins a line", head + pp + "1. Decides to count:\n(a) The bees of subparagraphs (a) and\n(b) of paragraph 2:\n(i) Small;\n(ii) Large;\n(b) The hives;\nand\n(c) The wells.\n", "pp1 op1 op1-a op1-b op1-c", ""},
		{"numbers that begin a line of the preamble", head + "Recalling all it said in the three texts 733 (2011) of 23 May 2011,\n\n746 (2012) of 17 May 2012 and 751 (2013) of 24 May 2013,\n\n" + pp + "1. Decides to count.\n", "pp1 pp2 op1", ""},
		{"letters in the preamble", head + "Recalling that it was agreed:\n(a) That bees dance;\n(b) That hives hum,\n" + pp + "1. Decides to count.\n", "pp1 pp2 op1", ""},
		{"sections with signs and titles", head + "Recalling bees,\nNoting hives,\nI\nBEES AND HIVES\n1. Decides to count;\nII\nMEADOWS\n2. Asks all to wait.\n", "pp1 pp2 op1 op2", "MEADOWS"},
		{"an annex with a title", head + pp + "1. Decides to count.\nAppendix – List of bees\n1. Bees.\n", "pp1 op1 annex", ""},
		{"other words for an annex", head + pp + "1. Decides to count.\nEnclosure\n1. Bees.\nATTACHMENT A\n1. Hives.\n", "pp1 op1 annex annex-2", ""},
		{"footnotes of a volume", "9001 (1961). Resolution of 3 May 1961\nThe Security Council\n" + pp + "1. Decides to count.1\nAdopted at the 99th meeting by 9 votes to none.\n\n1 See Official Records of the bees, No. 37,\n99th meeting.\n", "pp1 op1 footnote", ""},
		{"what a volume prints behind the vote", "9001 (1961). Resolution of 3 May 1961\nThe Security Council\n" + pp + "1. Decides to count.\nAdopted unanimously at the 99th meeting.\nDecisions\nAt its 100th meeting, the Council decided to ask the bees.\n", "pp1 op1 footnote", "stands behind the vote"},
		{"a sentence that goes on behind the opening", "9001 (1961). Resolution of 3 May 1961\nThe Security Council resolves that bees be counted.\n", "op1", ""},
		{"a preamble that goes on behind the opening", "9001 (1961). Resolution of 3 May 1961\nThe Security Council, having heard the bees,\nDecides to count them.\n", "pp1 op1", ""},
		{"an opening in capitals", "RESOLUTION 9001 (1961)\nTHE SECURITY COUNCIL,\n" + pp + "1. Decides to count.\n", "pp1 op1", ""},
		{"headers of several lines", head + pp + "1. Decides to count the bees\n31-12345 2340Z (E) /...\nS/RES/9001 (2031)\n3 May 2031\nEnglish\nPage 2\nof the valley;\n/. . .\nEnglish Page 3\n2. Asks all to wait.\n", "pp1 op1 op2", ""},
		{"letters behind a colon", head + pp + "1. Stresses the necessity:\n(a) Of counting;\n(b) Of waiting;\n2. Asks all to dance.\n", "pp1 op1 op1-a op1-b op2", ""},
	} {
		o, report := mustResolution(t, "a.txt", c.text)
		if got := idsOf(o); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", c.name, got, c.want, listed(o))
		}
		if !strings.Contains(told(report), c.says) {
			t.Errorf("%s: the report lacks %q:\n%s", c.name, c.says, report)
		}
	}
}

// Two resolutions in one file are both kept, and the report says so.
func TestTwoResolutions(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	const text = "Recalling bees,\n1. Decides to count.\n"
	writeTest(t, file, head+text+strings.ReplaceAll(head, "9001", "9002")+text)
	results, err := (&Importer{ContentDir: dir, Site: testWords}).Import(t.Context(), file)
	if err != nil || len(results) != 2 {
		t.Fatal(len(results), err)
	}
	for i, want := range []string{"9001.en.yaml", "9002.en.yaml"} {
		if filepath.Base(results[i].Path) != want || !exists(results[i].Path) || !strings.Contains(openFindings(results[i].Report), "holds 2 resolutions") {
			t.Errorf("%s: %s\n%s", want, results[i].Path, results[i].Report)
		}
	}
}

// Without a heading such as Highlights, sentences are no participants.
func TestProseBehindLabels(t *testing.T) {
	page, _ := mustNote(t, "a.txt", "Event\tWorkshop on tests\nVenue\tTestville, Aland\nParticipants\tBland, Cland; ABT\n\nThe keepers compared widget controls.\n\nTwo further meetings are planned.\n")
	check(t, page, "participants = Bland, Cland; ABT\nguests = bland cland\nthemes = widget-control")
	if got := body(t, page); !strings.Contains(got, "\n\nThe keepers compared widget controls.\n\nTwo further meetings are planned.\n") {
		t.Errorf("the paragraphs are not their own:\n%s", got)
	}
}

// Headers and footers of pages are no text of a note; words that a line's end
// parted are whole again.
func TestNotePages(t *testing.T) {
	page, _ := mustNote(t, "a.txt", "Information Note\nEvent: Workshop on tests\nParticipants: Bland\nPage 1 of 3\nKeepers of Bees – Series B\nHighlights\nThe keepers spoke of materials and of materi-\nals again, of non-\nkeepers and of the need for a talk between\n2\nKeepers of Bees – Series B\nthe valleys.\nAll went home.\nPage 3 of 3\n")
	got := body(t, page)
	for _, no := range []string{"Page", "Series B", "materi-"} {
		if strings.Contains(got, no) {
			t.Errorf("%q stands in the text:\n%s", no, got)
		}
	}
	for _, yes := range []string{"of materials again, of non-keepers", "a talk between the valleys."} {
		if !strings.Contains(got, yes) {
			t.Errorf("%q is not in the text:\n%s", yes, got)
		}
	}
}

// Other words of a header or footer stand beside the number of its page.
func TestNumberedLines(t *testing.T) {
	page, _ := mustNote(t, "a.txt", "Information Note\nEvent: Workshop on tests\nVenue: Testville, Aland\n\fInformation Note – page 2\nParticipants: Bland\nHighlights\nThe keepers spoke of the need\nKeepers of Bees, Page 3 of 3\nfor a talk (Report, page 4).\n")
	check(t, page, "city = Testville\ncountry = aland\nguests = bland")
	got := body(t, page)
	if strings.Contains(got, "page 2") || strings.Contains(got, "Page 3") || !strings.Contains(got, "the need for a talk (Report, page 4).") {
		t.Errorf("the lines of the pages:\n%s", got)
	}
}

// All States are known; names that may mean something else count in lists alone,
// and a name that holds a State's is passed over.
func TestStatesInNotes(t *testing.T) {
	v := testVocabulary.WithStates()
	b := findBodies("Officials of Ecuador, Benin, Senegal and Georgia; the Gulf of Guinea Forum", v)
	if got := ids(b.countries); !slices.Equal(got, []string{"ecuador", "benin", "senegal", "georgia"}) {
		t.Errorf("countries %q", got)
	}
	if p := findPlace("Cotonou, Benin", newLexicon(v, country)); p.city != "Cotonou" || p.country != "benin" {
		t.Errorf("%+v", p)
	}
}

// Lists of paragraphs, as people write them.
func TestCitationLists(t *testing.T) {
	for text, want := range map[string]string{
		"paragraphs 2 and 3 (a) and (b)":           "1540-op2 1540-op3-a 1540-op3-b",
		"OP 3 (c) and OP 3 (d)":                    "1540-op3-c 1540-op3-d",
		"párrafos 2 y 3 a) y b)":                   "1540-op2 1540-op3-a 1540-op3-b",
		"paragraphs 2 to 4":                        "1540-op2 1540-op3 1540-op4",
		"paragraph 3 (a) to (c) of the resolution": "1540-op3-a 1540-op3-b 1540-op3-c",
		"paragraph 3 and 12 officials":             "1540-op3",
		"S/RES/1977 (2011), OP 8":                  "1977-op8",
		"subparagraphs (a) and (b) of paragraph 3": "1540-op3-a 1540-op3-b",
		"subparagraphs (a) to (c) of paragraph 3":  "1540-op3-a 1540-op3-b 1540-op3-c",
		"el apartado c) del párrafo 3":             "1540-op3-c",
		"Les alinéas a) et b) du paragraphe 3":     "1540-op3-a 1540-op3-b",
		"paragraph 3, subparagraphs (a) and (d)":   "1540-op3-a 1540-op3-d",
		"párrafo 3, incisos a) y b)":               "1540-op3-a 1540-op3-b",
	} {
		var got []string
		for _, c := range council.FindParagraphs(text, "1540") {
			got = append(got, c.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The same file again changes nothing; a note on an event that a page has is an
// addition to it, in whatever language.
func TestTheSameAgain(t *testing.T) {
	dir := t.TempDir()
	im := &Importer{ContentDir: filepath.Join(dir, "content"), Site: func() (Site, error) { return Site{Vocabulary: testVocabulary.WithStates()}, nil }}
	if err := os.Mkdir(im.ContentDir, 0o755); err != nil {
		t.Fatal(err)
	}
	outcome := func(name, text string) Outcome {
		t.Helper()
		file := filepath.Join(dir, name)
		writeTest(t, file, text)
		r, err := im.Import(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		return r[0].Outcome
	}
	const text = "Event: Workshop on bees\nDate: 2-3 March 2021\nVenue: Geneva, Switzerland\nParticipants: Chile\n"
	for _, c := range []struct {
		name, text string
		want       Outcome
	}{
		{"a.txt", text, Written},
		{"b.txt", text, Unchanged},
		{"c.txt", "Evento: Taller sobre abejas\nFecha: 3 de marzo de 2021\nLugar: Ginebra, Suiza\nParticipantes: Chile\n", Addition},
		{"d.txt", "Événement: Atelier sur les abeilles\nDate: 2 au 3 mars 2021\nLieu: Genève, Suisse\nParticipants: Chili\n", Addition},
		{"e.txt", strings.Replace(text, "2021", "2022", 1), Written},
	} {
		if got := outcome(c.name, c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What a file is called gives the page's folder a plain name within its own folder,
// and reaches neither page nor report with characters that nobody sees.
func TestNamesOfFiles(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	im := &Importer{ContentDir: dir, Site: testWords, Documents: true}
	for i, name := range []string{"..txt", "...", ".hidden", "a\u202etxt.exe", "b\nc\x1b[31m.txt", `..\..\d.txt`, "e\"'<b>{{x}}$(id).txt", "index.md", "con.txt", strings.Repeat("f", 240) + ".txt", "蜜蜂.txt"} {
		file := filepath.Join(files, name)
		writeTest(t, file, fmt.Sprintf("Letter number %d about bees.\n", i))
		r, err := im.Import(t.Context(), file)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		rel, err := filepath.Rel(filepath.Join(dir, "documents", "own"), r[0].Path)
		if err != nil || !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,80}/index\.md$`).MatchString(filepath.ToSlash(rel)) {
			t.Errorf("%q: the page is %s", name, r[0].Path)
		}
		text, _ := os.ReadFile(r[0].Path)
		for _, c := range string(text) + r[0].Report.String() {
			if unicode.Is(unicode.Cf, c) || unicode.IsControl(c) && c != '\n' {
				t.Errorf("%q: %U comes out", name, c)
			}
		}
		if lines := strings.Count(string(text), "\n"); lines > 16 {
			t.Errorf("%q: the page has lines of its name:\n%s", name, text)
		}
	}
}

// A plain document keeps all its words, and nothing in it is live.
func TestPlainDocument(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a letter.html")
	writeTest(t, file, "<html><h1>On bees</h1><p>{{< include x >}} &lt;script&gt;alert(1)&lt;/script&gt; \u202ehidden</p><script>alert(2)</script><ol><li>One</li></ol><table><tr><th>Hive</th><td>Four | five</td></tr></table><p><a href=\"javascript:alert(3)\">go</a> --- draft: false</p>")
	im := &Importer{ContentDir: dir, Site: testWords, Documents: true, KeepOriginal: true}
	r, err := im.Import(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(r[0].Path)
	for _, no := range []string{"{{<", " <script", "\n<script", "\u202e", "javascript:", "alert(2)"} {
		if strings.Contains(string(text), no) {
			t.Errorf("%q stands in the page:\n%s", no, text)
		}
	}
	for _, yes := range []string{"title: On bees", "reach: own", "alert(1)", "1. One", "| **Hive** | Four \\| five |"} {
		if !strings.Contains(string(text), yes) {
			t.Errorf("%q is not in the page:\n%s", yes, text)
		}
	}
	if n := strings.Count(string(text), "On bees"); n != 1 {
		t.Errorf("the title stands %d times in the page:\n%s", n, text)
	}
	if !exists(filepath.Join(filepath.Dir(r[0].Path), "original.txt")) {
		t.Error("the original is not kept as plain text")
	}
}

// Of files with one name that are imported in one run, none takes the place of
// another, with force or without.
func TestOneNameTwice(t *testing.T) {
	dir, content := t.TempDir(), t.TempDir()
	const note = "Event: Workshop on pears\nDate: 2 March 2021\nVenue: %s\nParticipants: growers\n"
	const text = head + "Recalling pears,\n1. Decides to %s.\n"
	for _, force := range []bool{false, true} {
		im := &Importer{ContentDir: content, Site: testWords, Documents: true, Force: force, Together: true}
		for _, c := range []struct {
			file, text, page string
			outcome          Outcome
		}{
			{"a/report.txt", "A report\n\nPears are green.\n", "documents/own/report/index.md", Written},
			{"b/report.txt", "A report\n\nPears are red.\n", "documents/own/report-2/index.md", Written},
			{"a/note.txt", fmt.Sprintf(note, "Testville, Aland"), "workshops/2021-03-testville.md", Written},
			{"b/note.txt", fmt.Sprintf(note, "Othertown, Bland"), "workshops/2021-03-othertown.md", Written},
			{"c/note.txt", fmt.Sprintf(note, "Testville, Aland") + "Funding: Cland\n", "workshops/2021-03-testville.md", Addition},
			{"a/res.txt", fmt.Sprintf(text, "eat"), "resolutions/official/9001.en.yaml", Written},
			{"b/res.txt", fmt.Sprintf(text, "sell"), "", ""},
		} {
			if force && c.outcome != "" {
				switch {
				case c.outcome == Addition:
					c.outcome, c.page = Beside, "workshops/2021-03-testville-new.md"
				default:
					c.outcome = Unchanged
				}
			}
			file := filepath.Join(dir, filepath.FromSlash(c.file))
			writeTest(t, file, c.text)
			results, err := im.Import(t.Context(), file)
			if c.outcome == "" {
				if err == nil || !strings.Contains(err.Error(), "imported in this run, from ") || !strings.Contains(err.Error(), "res.txt") {
					t.Errorf("%s: %v", c.file, err)
				}
				continue
			}
			if err != nil || len(results) != 1 || results[0].Outcome != c.outcome || results[0].Path != filepath.Join(content, filepath.FromSlash(c.page)) {
				t.Errorf("force %v, %s: %+v, %v; want %s in %s", force, c.file, results, err, c.outcome, c.page)
			}
		}
	}
}
