package importer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"vademecum/cmd/vade/internal/council"
	"vademecum/internal/need"
)

// content is the repository's own, whose pages the wordings are compared with.
var content = filepath.Join("..", "..", "..", "..", "content")

func mustResolution(t *testing.T, name, text string) (*Official, *Report) {
	t.Helper()
	official, report, err := Resolution(mustRead(t, name, text), "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return official, report
}

// listed gives a wording as lines "op1: text".
func listed(o *Official) string {
	var lines []string
	for _, h := range o.Headings {
		lines = append(lines, "title before "+h.Before+": "+h.Text)
	}
	for _, p := range o.Paragraphs {
		lines = append(lines, p.ID+": "+p.Text)
	}
	return strings.Join(lines, "\n")
}

func idsOf(o *Official) string {
	var out []string
	for _, p := range o.Paragraphs {
		out = append(out, p.ID)
	}
	return strings.Join(out, " ")
}

// sharedDocument reads an official document where they stand beside the repository.
func sharedDocument(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(need.Shared(t, "documents/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// told is a report without its columns.
func told(r *Report) string { return oneLine(r.String()) }

// through writes "pp1 pp2 … pp16".
func through(kind string, n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s%d", kind, i+1))
	}
	return strings.Join(out, " ")
}

// withLetters puts letters behind a paragraph of a list.
func withLetters(list, id, letters string) string {
	var out []string
	for _, l := range letters {
		out = append(out, fmt.Sprintf("%s-%c", id, l))
	}
	return strings.TrimSpace(strings.Replace(list+" ", id+" ", id+" "+strings.Join(out, " ")+" ", 1))
}

func TestRealResolutions(t *testing.T) {
	for _, c := range []struct{ file, adopted, ids, open string }{
		{"S_RES_1540_2004_EN.txt", "2004-04-28",
			through("pp", 16) + " " + withLetters(withLetters(through("op", 12), "op3", "abcd"), "op8", "abcd") + " footnote means-of-delivery non-state-actor related-materials",
			"paragraphs: in the text, not on the page, so not shown: footnote"},
		{"S_RES_1673_2006_EN.txt", "2006-04-27", through("pp", 7) + " " + withLetters(through("op", 7), "op5", "ab"), ""},
		{"S_RES_2055_2012_EN.txt", "2012-06-29", through("pp", 4) + " op1", ""},
		{"S_RES_1373_2001_EN.txt", "2001-09-28",
			through("pp", 10) + " " + withLetters(withLetters(withLetters(through("op", 9), "op1", "abcd"), "op2", "abcdefg"), "op3", "abcdefg"),
			""},
	} {
		t.Run(c.file, func(t *testing.T) {
			text := sharedDocument(t, c.file)
			o, report, err := Resolution(mustRead(t, c.file, text), "", content)
			if err != nil {
				t.Fatal(err)
			}
			if got := idsOf(o); got != c.ids {
				t.Errorf("paragraphs\n%s\nwant\n%s", got, c.ids)
			}
			if o.Lang != "en" || o.Adopted == nil || o.Adopted.String() != c.adopted {
				t.Errorf("language %q, adopted %v", o.Lang, o.Adopted)
			}
			if got := openFindings(report); got != c.open {
				t.Errorf("open:\n%s\nwant\n%s", got, c.open)
			}
			nothingLost(t, text, o, report)
			for _, p := range o.Paragraphs {
				if strings.Contains(p.Text, o.Symbol) {
					t.Errorf("%s holds a running head: %s", p.ID, p.Text)
				}
				if p.ID == "op5" && o.number == 1673 && !strings.Contains(p.Text, "(d) national export") {
					t.Errorf("the letters inside op5 did not stay there: %s", p.Text)
				}
			}
		})
	}
}

// nothingLost fails the test when a word of the text stands neither in the
// wording nor in the report.
func nothingLost(t *testing.T, text string, o *Official, r *Report) {
	t.Helper()
	all := map[string]bool{}
	wordsOf := regexp.MustCompile(`\p{L}+`)
	for _, w := range wordsOf.FindAllString(listed(o)+" "+r.String(), -1) {
		all[w] = true
	}
	lines := mustRead(t, "a.txt", text).lines
	at := openings(lines)
	for _, l := range lines[at[0]+1:] {
		if readPageLine(l.text, council.Symbol{Number: o.number, Year: number(o.Symbol[len(o.Symbol)-5 : len(o.Symbol)-1])}).is != textLine {
			continue
		}
		if m := lettered(l.text); m != nil {
			l.text = m.rest
		}
		for _, w := range wordsOf.FindAllString(l.text, -1) {
			if !all[w] {
				t.Errorf("the word %q of “%s” is lost", w, l.text)
			}
		}
	}
}

// head is the masthead of a resolution that does not exist.
const head = "United Nations S/RES/9001 (2031)\nSecurity Council Distr.: General\n3 May 2031\n31-12345 (E)\n*3112345*\nResolution 9001 (2031)\nAdopted by the Security Council at its 9999th meeting, on\n2 May 2031\nThe Security Council,\n"

const twoPreambular = "Recalling that bees dance in the hive when they have found a meadow that is\nworth the flight,\nAlarmed that nobody counts the dances of bees in the valleys of this region,\n"

// Each kind of damage, in a text of our own.
func TestResolutionDamage(t *testing.T) {
	for _, c := range []struct {
		name, body, want string
		says             []string // in the report
		silent           string   // what the report must not say
	}{
		{"page number and running head inside a sentence",
			"1. Decides that bees shall be counted in particular for\n2\nS/RES/9001 (2031)\nthe honey of the valley;\n2. Decides to count them again.\n",
			"op1: Decides that bees shall be counted in particular for the honey of the valley;\nop2: Decides to count them again.",
			[]string{"taken out: 1 running head", "taken out: 1 page number", "op1 joined across a page or a footnote"}, ""},
		{"job number glued to the page number",
			"1. Decides that bees shall be counted in particular for\n31-123452\nS/RES/9001 (2031)\nthe honey\n331-12345\nof the valley;\n2. Decides to count them.\n",
			"op1: Decides that bees shall be counted in particular for the honey of the valley;\nop2: Decides to count them.",
			[]string{"“31-123452” read as a job number glued to page 2", "“331-12345” read as a job number glued to page 3", "taken out: 2 job numbers"}, ""},
		{"a page number glued to a word by a lost soft hyphen",
			"1. Decides that bees shall be pro\u00ad\n2\nS/RES/9001 (2031)\ntected;\n2. Decides to count them.\n",
			"op1: Decides that bees shall be pro tected;\nop2: Decides to count them.",
			[]string{"“pro2” was read as “pro”"}, ""},
		{"a lonely number that is no page's",
			"1. Decides that the number of the hives in the valley of the bees shall be\n17\nat most;\n2. Decides to count them.\n",
			"op1: Decides that the number of the hives in the valley of the bees shall be 17 at most;\nop2: Decides to count them.",
			[]string{"“17” is only a number and was kept"}, ""},
		{"a lonely page number",
			"1. Decides that the number of the hives in the valley of the bees shall be\n2\nsmall;\n2. Decides to count them.\n",
			"op1: Decides that the number of the hives in the valley of the bees shall be small;\nop2: Decides to count them.",
			[]string{"page 2 ← the line “2”, taken out as a page number"}, ""},
		{"footnote block with definitions in the middle of a sentence",
			"1. Decides that hives* shall be counted by the\n* Definitions for this text only:\nHive: a box in which bees live, or a\nhollow tree.\nBee keeper: who keeps them.\n2\nS/RES/9001 (2031)\nkeeper* of the valley;\n2. Decides to count them.\n",
			"op1: Decides that hives* shall be counted by the keeper* of the valley;\nop2: Decides to count them.\nfootnote: Definitions for this text only:\nhive: Hive: a box in which bees live, or a hollow tree.\nbee-keeper: Bee keeper: who keeps them.",
			nil, ""},
		{"star note of a second kind, without a border of the page",
			"1. Decides that hives shall be counted by the\n* Reissued for technical reasons.\nkeeper of the valley;\n** See the list of hives.\n2. Decides to count them.\n",
			"op1: Decides that hives shall be counted by the keeper of the valley;\nop2: Decides to count them.\nfootnote: Reissued for technical reasons.\nfootnote-2: See the list of hives.",
			[]string{"op1 joined across a page or a footnote"}, ""},
		{"hyphens at the end of a line stay, soft ones go",
			"1. Decides on the non-\npollination of hives and on the pol\u00ad\nlination of meadows;\n2. Decides on cross-\n2\nS/RES/9001 (2031)\nborder bees.\n",
			"op1: Decides on the non-pollination of hives and on the pollination of meadows;\nop2: Decides on cross-border bees.",
			[]string{"the hyphen of “non-pollination” at the end of a line stays", "the hyphen of “cross-border” at the end"}, ""},
		{"one request without number",
			"Requests the keepers of the valley to count the dances of their bees.\n",
			"op1: Requests the keepers of the valley to count the dances of their bees.",
			[]string{"op1 unnumbered: “Requests the keepers of the"}, ""},
		{"letters: inline before a list, the list in small letters",
			"1. Decides on a programme on the matters of the paragraph which names\n(a) the hives, (b) the meadows and (c) the keepers, and to that end:\n(a) invites the keepers to speak with one another on paragraph 5 (b) of it;\n(b) asks them to dance; and\n(c) thanks them;\n2. Decides to count them.\n",
			"op1: Decides on a programme on the matters of the paragraph which names (a) the hives, (b) the meadows and (c) the keepers, and to that end:\nop1-a: invites the keepers to speak with one another on paragraph 5 (b) of it;\nop1-b: asks them to dance; and\nop1-c: thanks them;\nop2: Decides to count them.",
			[]string{"“(a) the hives, (b) the …” stays inside it"}, ""},
		{"inline letters behind a colon",
			"1. Decides on three things that matter for the bees of the whole valley:\n(a) the hives, (b) the meadows;\n2. Decides to count them.\n",
			"op1: Decides on three things that matter for the bees of the whole valley: (a) the hives, (b) the meadows;\nop2: Decides to count them.",
			[]string{"the next letter stands within a line"}, ""},
		{"a letter is missing, another stands alone",
			"1. Decides:\n(a) To count;\n(c) To dance;\n2. Decides:\n(b) To sleep.\n",
			"op1: Decides:\nop1-a: To count;\nop1-c: To dance;\nop2: Decides: (b) To sleep.",
			[]string{"op1-b not found: the letter (c) follows on a", "“(b) To sleep. …” begins with a letter that is not the next"}, ""},
		{"numerals in a list inside a list",
			"1. Decides:\n(a) To count:\n(i) hives;\n(ii) bees;\n(b) To dance.\n",
			"op1: Decides:\nop1-a: To count: (i) hives; (ii) bees;\nop1-b: To dance.",
			[]string{"a list inside a list"}, ""},
		{"titles between numbered paragraphs",
			"Counting\n1. Decides to count the bees of the valley and of all the meadows and hills around it;\nThe work of the keepers\n2. Decides to count them.\n",
			"title before op1: Counting\ntitle before op2: The work of the keepers\nop1: Decides to count the bees of the valley and of all the meadows and hills around it;\nop2: Decides to count them.",
			[]string{"before op2"}, ""},
		{"text without number behind a list",
			"1. Decides:\n(a) To count the bees;\n(b) To dance;\nAsks the keepers for a report on all of that in the month of May of this year;\n2. Decides to count them.\n",
			"op1: Decides:\nop1-a: To count the bees;\nop1-b: To dance; Asks the keepers for a report on all of that in the month of May of this year;\nop2: Decides to count them.",
			[]string{"“Asks the keepers for a …” has no number; it was joined to this paragraph"}, ""},
		{"a number is missing",
			"1. Decides to count;\n2. Decides to dance;\n4. Decides to sleep.\n",
			"op1: Decides to count;\nop2: Decides to dance;\nop4: Decides to sleep.",
			[]string{"op3 not found: the number 4 follows on 2"}, ""},
		{"a wrapped line begins with the next number",
			"1. Decides to count as it says in paragraph\n2. Of the rest it says nothing;\n2. Decides to dance;\n9. Decides nothing.\n",
			"op1: Decides to count as it says in paragraph 2. Of the rest it says nothing;\nop2: Decides to dance; 9. Decides nothing.",
			[]string{"“2. Of the rest it …” begins with a number that is not the next", "“9. Decides nothing. …” begins with a number"}, ""},
		{"a lost semicolon",
			"1. Decides to count\n2. Decides to dance.\n",
			"op1: Decides to count\nop2: Decides to dance.",
			[]string{"though no full stop or semicolon ends the line before"}, ""},
		{"numbers on lines of their own, blank lines everywhere",
			"\n1.\n\nDecides to count\n\nthe bees;\n\n2.\n\nDecides to dance.\n",
			"op1: Decides to count the bees;\nop2: Decides to dance.",
			[]string{"op1 joined across a blank line"}, ""},
		{"an annex",
			"1. Decides to count;\n2. Decides to dance.\nAnnex\nHow to count\n1. Slowly.\n",
			"op1: Decides to count;\nop2: Decides to dance.\nannex: Annex\nHow to count\n1. Slowly.",
			[]string{"annex kept whole"}, ""},
		{"a text that breaks off",
			"1. Decides to count;\n2. Decides to\n",
			"op1: Decides to count;\nop2: Decides to",
			[]string{"op2 does not end with a full stop"}, ""},
		{"marks of Markdown",
			"**1.** *Decides* to count the hives* and _bees_;\n\n2\\. **Decides** to dance.\n\n\\* A note.\n",
			"op1: Decides to count the hives* and bees;\nop2: Decides to dance.\nfootnote: A note.",
			[]string{"marks of Markdown taken out"}, ""},
		{"a footnote's page ends before a name",
			"1. Decides that hives shall be counted by the\n* A note.\n2\nS/RES/9001 (2031)\nKeeper of the valley;\n2. Decides to dance.\n",
			"op1: Decides that hives shall be counted by the Keeper of the valley;\nop2: Decides to dance.\nfootnote: A note.", nil, "Guessed"},
		{"a footnote's page goes on with the text",
			"1. Decides that hives shall be counted by the\n* A note\n** Another.\nkeeper of the\n2\nS/RES/9001 (2031)\nvalley;\n2. Decides to dance.\n",
			"op1: Decides that hives shall be counted by the keeper of the valley;\nop2: Decides to dance.\nfootnote: A note\nfootnote-2: Another.",
			[]string{"“* A note …” does not end"}, ""},
		{"a footnote of two sentences",
			"1. Decides that hives shall be counted by the\n* A note.\nMore of it.\n2\nS/RES/9001 (2031)\nKeeper of the valley;\n2. Decides to dance.\n",
			"op1: Decides that hives shall be counted by the Keeper of the valley;\nop2: Decides to dance.\nfootnote: A note. More of it.", nil, "Guessed"},
		{"a request that begins with a rare word",
			"So it bids the keepers count.\n", "op1: So it bids the keepers count.", []string{"op1 unnumbered"}, ""},
		{"a colon inside a definition",
			"1. Decides to count hives.*\n* Hive: a box in the sense of\nChapter One: as it was.\n",
			"op1: Decides to count hives.*\nhive: Hive: a box in the sense of Chapter One: as it was.", nil, ""},
		{"a number behind a hyphen",
			"1. Decides on the points 1-\n2. Both are long;\n2. Decides to dance.\n",
			"op1: Decides on the points 1-2. Both are long;\nop2: Decides to dance.",
			[]string{"begins with a number that is not the next"}, ""},
		{"inline letters that each begin a line",
			"1. Decides on the matter of the paragraph which names\n(a) the hives,\n(b) the meadows;\n2. Decides to dance.\n",
			"op1: Decides on the matter of the paragraph which names (a) the hives, (b) the meadows;\nop2: Decides to dance.",
			[]string{"the sentence before the letter goes on", "“(b) the meadows; …” begins with a letter that is not the next"}, ""},
		{"letters that are cited, semicolons that are lost",
			"1. Decides:\n(a) To count under the points (a) and (b)\n(b) To dance\n(c) To sleep.\n",
			"op1: Decides:\nop1-a: To count under the points (a) and (b)\nop1-b: To dance\nop1-c: To sleep.",
			[]string{"op1-b begins at “(b) To dance …”", "op1-c begins at"}, ""},
		{"two requests without number",
			"Requests the keepers to count,\nInvites the bees to dance.\n",
			"op1: Requests the keepers to count,\nop2: Invites the bees to dance.", nil, ""},
		{"a request without number before number 1",
			"Requests the keepers to count;\n1. Decides to dance.\n",
			"pp3: Requests the keepers to count;\nop1: Decides to dance.",
			[]string{"stands before the first number"}, ""},
		{"a long line without an end is no title",
			"1. Decides to count;\nThe keepers of the valley and the keepers of the hills and the keepers of all the other places where there are bees and meadows\n2. Decides to dance.\n",
			"op1: Decides to count; The keepers of the valley and the keepers of the hills and the keepers of all the other places where there are bees and meadows\nop2: Decides to dance.",
			[]string{"has no number; it was joined to this paragraph"}, ""},
		{"emphasis over two lines, a number without text",
			"1. Decides to **count\nthe bees**;\n2.\n3. Decides to dance.\n",
			"op1: Decides to **count the bees**;\nop3: Decides to dance.",
			[]string{"op1 holds marks", "op2 its mark has no text behind it"}, ""},
		{"without damage nothing is guessed",
			"1. Decides to count;\n2. Decides to dance.\n", "op1: Decides to count;\nop2: Decides to dance.", nil, "Guessed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, report := mustResolution(t, "a.txt", head+twoPreambular+c.body)
			want := "pp1: Recalling that bees dance in the hive when they have found a meadow that is worth the flight,\npp2: Alarmed that nobody counts the dances of bees in the valleys of this region,"
			got, titles := "", ""
			for line := range strings.Lines(listed(o)) {
				if strings.HasPrefix(line, "title") {
					titles += line
				} else {
					got += line
				}
			}
			want += "\n" + c.want
			if titles != "" {
				got = titles + got
				want = strings.Replace(want, strings.TrimSuffix(titles, "\n"), "", 1)
				want = titles + strings.Replace(want, "\n\n", "\n", 1)
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			for _, s := range c.says {
				if !strings.Contains(told(report), s) {
					t.Errorf("the report lacks %q:\n%s", s, report)
				}
			}
			if c.silent != "" && strings.Contains(report.String(), c.silent) {
				t.Errorf("the report says %q:\n%s", c.silent, report)
			}
			nothingLost(t, head+twoPreambular+c.body, o, report)
		})
	}
}

// What ends a preambular paragraph.
func TestPreamble(t *testing.T) {
	const rest = "1. Decides to count the bees.\n"
	const line = "Recalling that there are bees in valleys and that they dance every evening in\nthe hives of all the meadows and in the hives of the keepers in the villages,\n"
	for _, c := range []struct{ name, body, want, says string }{
		{"a full line, a comma and a word that begins one", line + line, "pp1 pp2", "the line before is full"},
		{"a name after a comma at a full line", "Recalling the bees of the valley and of hills and those of the forests as they\nhave been known, the bees of the meadows, the bees of the rivers and those of the sea,\nBees of the mountains and all others of them that are,\n", "pp1", "goes on with the paragraph before"},
		{"an unusual first word after a short line", "Recalling that the bees of the valley dance in their hives each evening in\nthe dark,\nBees being small,\n", "pp1 pp2", "the first word is not one that usually begins a paragraph"},
		{"a lost comma", "Recalling that the bees of the valley dance in their hives each evening in\nthe dark\nAlarmed by this,\n", "pp1 pp2", "though no comma ends the line before"},
		{"a name that ends like a verb", "Recalling that bees of many valleys dance before the members of their\nUnited Hives,\n", "pp1", ""},
		{"a blank line inside a sentence", "Recalling that the bees\n\nof the valley dance,\n", "pp1", "pp1 joined across a blank line"},
		{"an indent", line + "   Bees being small,\n", "pp1 pp2", "the first word is not one"},
		{"a blank line", line + "\nBees being small,\n", "pp1 pp2", "the first word is not one"},
		{"neither", line + "Bees being small,\n", "pp1", "goes on with the paragraph before"},
		{"a paragraph on each line", line + strings.Repeat("Recalling that the bees of the valley dance in their hives, ", 5) + "all of them,\nBees being small,\n", "pp1 pp2 pp3", ""},
	} {
		o, report := mustResolution(t, "a.txt", head+c.body+rest)
		if got := strings.TrimSuffix(idsOf(o), " op1"); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", c.name, got, c.want, listed(o))
		}
		if !strings.Contains(told(report), c.says) {
			t.Errorf("%s: the report lacks %q:\n%s", c.name, c.says, report)
		}
	}
}

func TestResolutionHead(t *testing.T) {
	const text = "Recalling bees,\n1. Decides to count.\n"
	for _, c := range []struct{ name, head, adopted, says string }{
		{"whole", head, "2031-05-02", "adopted"},
		{"a reissued one", strings.NewReplacer("(2031)\nSec", "(2031)*\nSec", "31-12345 (E)", "31-12345* (E)").Replace(head), "2031-05-02", "adopted"},
		{"without the lines on the adoption", strings.Replace(head, "Adopted by the Security Council at its 9999th meeting, on\n2 May 2031\n", "", 1), "2031-05-03", "the masthead's day"},
		{"without any day", "S/RES/9001 (2031)\nThe Security Council,\n", "", "the file has no day"},
		{"a day that is none", strings.Replace(head, "2 May", "32 May", 1), "2031-05-03", "no day in"},
		{"a day of another year", strings.Replace(head, "2 May 2031", "2 May 2030", 1), "2030-05-02", "is not in the year of S/RES/9001 (2031)"},
		{"the title alone", "Resolution 9001 (2031)\nAdopted by the Security Council at its 9999th meeting, on 2 May 2031\nThe Security Council,\n", "2031-05-02", "S/RES/9001 (2031) ← made of the title"},
		{"junk in front", "asdf jkl\n" + head, "2031-05-02", "not used: “asdf jkl”"},
	} {
		o, report := mustResolution(t, "a.txt", c.head+text)
		got := ""
		if o.Adopted != nil {
			got = o.Adopted.String()
		}
		if got != c.adopted || o.Symbol != "S/RES/9001 (2031)" || idsOf(o) != "pp1 op1" {
			t.Errorf("%s: adopted %q, %s, %s", c.name, got, o.Symbol, idsOf(o))
		}
		if !strings.Contains(told(report), c.says) {
			t.Errorf("%s: the report lacks %q:\n%s", c.name, c.says, report)
		}
		if c.name == "whole" && len(report.Open) > 0 {
			t.Errorf("a whole head leaves open: %s", openFindings(report))
		}
	}
}

// Each official language has its own formula, letters and digits.
func TestResolutionLanguages(t *testing.T) {
	for _, c := range []struct{ lang, text, want, adopted string }{
		{"fr", "Nations Unies S/RES/9001 (2031)\nConseil de sécurité Distr. générale\n2 mai 2031\nRésolution 9001 (2031)\nAdoptée par le Conseil de sécurité à sa 9999e séance,\nle 2 mai 2031\nLe Conseil de sécurité,\nRappelant que les abeilles de la vallée dansent chaque soir dans leurs\nruches,\nPréoccupé de leur nombre,\n1. Décide de compter :\na) Les abeilles ;\nb) Les ruches ;\n2. Prie chacun de danser.\n",
			"pp1 pp2 op1 op1-a op1-b op2", "2031-05-02"},
		{"es", "Naciones Unidas S/RES/9001 (2031)\nConsejo de Seguridad Distr. general\n2 de mayo de 2031\nResolución 9001 (2031)\nAprobada por el Consejo de Seguridad en su 9999ª sesión,\ncelebrada el 2 de mayo de 2031\nEl Consejo de Seguridad,\nRecordando que las abejas del valle bailan cada noche en todas sus\ncolmenas,\nPreocupado por su número,\n1. Decide contar:\na) Las abejas;\nb) Las colmenas;\n2. Pide a todos que bailen.\n",
			"pp1 pp2 op1 op1-a op1-b op2", "2031-05-02"},
		{"ru", "Организация Объединенных Наций S/RES/9001 (2031)\nСовет Безопасности Distr.: General\n2 мая 2031\nРезолюция 9001 (2031)\nПринята Советом Безопасности на его 9999-м заседании\n2 мая 2031 года\nСовет Безопасности,\nнапоминая, что пчелы этой долины каждый вечер танцуют в своих\nульях,\nотмечая их число,\n1. постановляет считать:\nа) пчел;\nб) ульи;\nв) соты;\n2. просит всех танцевать.\n",
			"pp1 pp2 op1 op1-a op1-b op1-c op2", "2031-05-02"},
		{"ar", "الأمم المتحدة S/RES/9001 (2031)\nمجلس الأمن\nالقرار ٩٠٠١ (٢٠٣١)\nالذي اتخذه مجلس الأمن في جلسته ٩٩٩٩ المعقودة في ٢ أيار/مايو ٢٠٣١\nإن مجلس الأمن،\nإذ يشير إلى النحل في هذا الوادي وإلى رقصه في كل مساء من\nالأيام،\nوإذ يساوره القلق،\n١ - يقرر عد ما يلي:\n(أ) النحل؛\n(ب) الخلايا؛\n(ج) المروج؛\n٢ - يطلب إلى الجميع الرقص.\n",
			"pp1 pp2 op1 op1-a op1-b op1-c op2", "2031-05-02"},
		{"zh", "联合国 S/RES/9001 (2031)\n安全理事会\n第9001(2031)号决议\n2031年5月2日安全理事会第9999次会议通过\n安全理事会，\n\n回顾这个山谷的蜜蜂每天晚上在蜂巢里跳舞并且\n采蜜，\n\n关切其数目，\n\n1. 决定计算：\n(a) 蜜蜂；\n(b) 蜂巢；\n2. 请大家跳舞。\n",
			"pp1 pp2 op1 op1-a op1-b op2", "2031-05-02"},
	} {
		o, report := mustResolution(t, "a.txt", c.text)
		if o.Lang != c.lang || idsOf(o) != c.want || o.Adopted == nil || o.Adopted.String() != c.adopted {
			t.Errorf("%s: language %s, adopted %v, %s, want %s\n%s", c.lang, o.Lang, o.Adopted, idsOf(o), c.want, listed(o))
		}
		for _, f := range report.Open {
			if f.Field != "paragraphs" {
				t.Errorf("%s: open: %s %s", c.lang, f.Field, f.Value)
			}
		}
		if c.lang == "zh" && !strings.Contains(listed(o), "跳舞并且采蜜") {
			t.Errorf("a space stands in Chinese: %s", listed(o))
		}
		if c.lang == "ar" && !strings.Contains(report.String(), "compare them with the original") {
			t.Errorf("the report does not say how little the preamble shows:\n%s", report)
		}
	}
}

// The page of the resolution says which paragraphs and definitions it has.
func TestCounterpart(t *testing.T) {
	dir := t.TempDir()
	page := func(name, text string) {
		file := filepath.Join(dir, "resolutions", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page("9001.md", "---\nadopted: 2031-05-01\ndefinitions:\n  - {id: hive, term: Hive}\n  - {id: keeper, term: Keeper}\n  - {id: smoker, term: Smoking pot}\nparagraphs:\n  - id: pp1\n  - id: pp2\n  - id: op1\n---\n\nText.\n")
	page("9001.fr.md", "---\ndefinitions:\n  - {id: hive, term: Ruche}\n---\n")
	const text = "Recalling bees,\n1. Decides to count;\n2. Decides to dance.\n* Hive: a box.\nMeadow: a field.\nSmoker: a pot.\n"
	o, report, err := Resolution(mustRead(t, "a.txt", head+text), "", dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := idsOf(o); got != "pp1 op1 op2 hive meadow smoker" {
		t.Errorf("paragraphs %s", got)
	}
	for _, want := range []string{
		"4 of the text's 6 have a counterpart", "in the text, not on the page, so not shown: op2, meadow", "on the page, not found in the text: pp2, keeper",
		"the page says 2031-05-01, the text 2031-05-02", "“Meadow” is no term of",
	} {
		if !strings.Contains(told(report), want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	if strings.Contains(told(report), "“Smoker” is no term") {
		t.Errorf("an id of the page's is doubted:\n%s", report)
	}
	french := "S/RES/9001 (2031)\nLe Conseil de sécurité,\nRappelant les abeilles,\n1. Décide de compter.\n* Ruche : une boîte.\n"
	if o, _, err = Resolution(mustRead(t, "a.txt", french), "", dir); err != nil || idsOf(o) != "pp1 op1 hive" {
		t.Errorf("a French definition: %v, %v", o, err)
	}
	for _, broken := range []string{"---\nparagraphs: [\n---\n", "no front matter"} {
		page("9001.md", broken)
		if _, _, err := Resolution(mustRead(t, "a.txt", head+text), "", dir); err == nil || !strings.Contains(err.Error(), "9001.md") || !strings.Contains(err.Error(), "mend the page") {
			t.Errorf("a broken page: %v", err)
		}
	}
}

// An import writes the whole file or nothing, and keeps one that is there.
func TestImportResolution(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "a.txt")
	target := filepath.Join(dir, "content", "resolutions", "official", "9001.en.yaml")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(dir, "content"), 0o755))
	text := head + twoPreambular + "1. Decides: yes # no;\n2. Decides to \"dance\".\n"
	must(os.WriteFile(source, []byte(text), 0o644))
	unasked := func() (Site, error) { return Site{}, errors.New("a resolution needs no vocabulary") }
	result, err := importOne(t, source, unasked, filepath.Join(dir, "content"), "", false)
	must(err)
	data, err := os.ReadFile(target)
	must(err)
	var back Official
	must(yaml.Unmarshal(data, &back))
	if result.Path != target || back.Symbol != "S/RES/9001 (2031)" || back.Lang != "en" || back.Source.File != "a.txt" || len(back.Source.SHA256) != 64 ||
		back.Adopted.String() != "2031-05-02" || back.Paragraphs[2].Text != "Decides: yes # no;" || back.Paragraphs[3].Text != "Decides to \"dance\"." {
		t.Errorf("%s gives back %+v", result.Path, back)
	}
	if !strings.Contains(result.Report.String(), "a.txt → "+target) {
		t.Errorf("the report does not name the file:\n%s", result.Report)
	}
	must(os.WriteFile(target, []byte("mended by hand"), 0o644))
	if _, err := importOne(t, source, unasked, filepath.Join(dir, "content"), "", false); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a file that is there: %v", err)
	}
	if data, _ := os.ReadFile(target); string(data) != "mended by hand" {
		t.Error("it was replaced all the same")
	}
	_, err = importOne(t, source, unasked, filepath.Join(dir, "content"), "en", true)
	must(err)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(target), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// What cannot be a resolution is refused with the remedy, and nothing written.
func TestResolutionRefuses(t *testing.T) {
	const text = "Recalling bees,\n1. Decides to count.\n"
	for _, c := range []struct{ name, text, lang, says string }{
		{"two languages", head + text + "Le Conseil de sécurité,\n", "", "each begin a resolution"},
		{"a title of another", strings.Replace(head, "Resolution 9001", "Resolution 9002", 1) + text, "", "its symbol is S/RES/9001 (2031) and its title"},
		{"no opening formula", strings.Replace(head, "The Security Council,", "", 1) + text, "", "no line “The Security Council,”"},
		{"no text", head, "", "no text follows"},
		{"only furniture", head + "2\nS/RES/9001 (2031)\n", "", "no paragraph was found"},
		{"another language than it says", head + text, "fr", "which is not --lang fr"},
		{"a language without resolutions", head + text, "de", "resolutions appear in en, fr, es, ru, ar, zh"},
		{"no symbol", "The Security Council,\n" + text, "en", "no symbol S/RES/NNNN (YYYY)"},
		{"a note", "Dear reader,\nthere is a resolution S/RES/9001 (2031).\n", "", "not an information note"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.txt")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := importOne(t, file, testWords, dir, c.lang, true)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
		if _, err := os.Stat(filepath.Join(dir, "resolutions")); err == nil {
			t.Errorf("%s: something was written", c.name)
		}
	}
	// --lang stands in for a damaged formula.
	damaged := strings.Replace(head, "The Security Council,", "The Secunty Council,", 1)
	o, report, err := Resolution(mustRead(t, "a.txt", strings.Replace(damaged, "The Secunty Council,\n", "", 1)+text), "en", t.TempDir())
	if err != nil || idsOf(o) != "pp1 op1" || !strings.Contains(report.String(), "there is no opening formula") {
		t.Errorf("with --lang: %v, %v", o, err)
	}
}

// A note that cites a resolution stays a note.
func TestNoteThatCites(t *testing.T) {
	doc := mustRead(t, "a.txt", "Information Note\n\nEvent: Workshop on widgets\n\nInstruments:\nS/RES/9001 (2031)\n\nParticipants: Bland\n")
	if kindOf(doc, "") != InformationNote {
		t.Error("a note is read as a resolution")
	}
}

// FuzzResolution looks for input that makes the importer panic, not end, or
// lose words.
func FuzzResolution(f *testing.F) {
	f.Add("1. Decides:\n(a) a;\n(b) b.\n* Hive: a box.\n2\nS/RES/9001 (2031)\nAnnex\nx")
	f.Add("Recalling (a) x, (b) y\n\n1.\n3. Z\n31-123452\n**\n17\n* \n(i) a)\n")
	f.Fuzz(func(t *testing.T, text string) {
		late := time.AfterFunc(10*time.Second, func() { panic("the importer does not end on this input") })
		defer late.Stop()
		doc, err := Read(context.Background(), "a.txt", []byte(head+text))
		if err != nil {
			return
		}
		o, report, err := Resolution(doc, "", "nowhere")
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, p := range o.Paragraphs {
			if seen[p.ID] || p.ID == "" {
				t.Errorf("the id %q stands twice", p.ID)
			}
			seen[p.ID] = true
		}
		nothingLost(t, head+text, o, report)
		data, err := o.YAML()
		var back Official
		if err != nil || yaml.Unmarshal(data, &back) != nil || listed(&back) != listed(o) {
			t.Errorf("the file does not give back what was put in (%v):\n%s", err, data)
		}
	})
}

// A text of very many parts of one kind is read in a time that grows as the text
// A text with a blank line behind each line is read as if it had none.
func TestDoubleSpaced(t *testing.T) {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, "Recalling that the bees of the valley number %d dance in the hives of the\n\nUnited Meadows, and all that the keepers have said of them in the years past,\n\nArticle %d of the rules for bees, which all keepers know and keep,\n\n", i, i)
	}
	o, _ := mustResolution(t, "a.txt", head+b.String()+"1. Decides to count.\n")
	if n := len(o.Paragraphs); n != 13 {
		t.Errorf("%d paragraphs, want 13:\n%s", n, listed(o))
	}
}

// does: ids are not counted from one again for each part.
func TestManyPartsOfOneKind(t *testing.T) {
	const n = 40_000
	head := "S/RES/9000 (2050)\nThe Security Council,\nRecalling pears,\n"
	for name, text := range map[string]string{
		"footnotes": head + "1. Decides* to wait.\n\n" + strings.Repeat("* A note on pears.\n\n", n),
		"operative": head + numberedLines(n),
		"annexes":   head + "1. Decides to wait.\n" + strings.Repeat("\nAnnex\nA pear of the annex.\n", n/10),
	} {
		o, report, err := Resolution(mustRead(t, "a.txt", text), "", t.TempDir())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(o.Paragraphs) < 900 {
			t.Errorf("%s: only %d paragraphs", name, len(o.Paragraphs))
		}
		seen := map[string]bool{}
		for _, p := range o.Paragraphs {
			if seen[p.ID] {
				t.Fatalf("%s: the id %s stands twice", name, p.ID)
			}
			seen[p.ID] = true
		}
		if s := report.String(); len(s) > 50_000 {
			t.Errorf("%s: the report has %d bytes", name, len(s))
		}
	}
}

func numberedLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d. Decides that pear %d waits;\n", i+1, i)
	}
	return b.String()
}
