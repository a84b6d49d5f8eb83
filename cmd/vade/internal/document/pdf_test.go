package document

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vademecum/internal/need"
)

var leftColumn = []string{
	"The delegations met in the first week of", "the month and spoke of the ways in which",
	"customs services look at goods that pass", "the borders of more than one State, and",
	"of the lists that they keep. They agreed", "that materials of this kind need a care-",
	"ful look, which no State can give alone.",
}

var rightColumn = []string{
	"A second meeting will be held next year,", "with the same aim and with more States, so",
	"it will look at the lists again, and say", "which of them need work. The careful man-",
	"ner of the talks was welcomed by all who", "took part, and the hosts were thanked by",
	"the other States for their good work.",
}

// TestPDFColumns reads two columns below a title across both, one after the
// other, and joins the words that were broken at the ends of lines.
func TestPDFColumns(t *testing.T) {
	page := []ink{{180, 780, 18, "F2", "A report on two meetings"}}
	page = append(page, inkLines(60, 740, 11, 13, "F1", leftColumn...)...)
	page = append(page, inkLines(320, 740, 11, 13, "F1", rightColumn...)...)
	page = append(page, ink{60, 600, 11, "F1", "This line below runs over the whole width of the page, as no line of a column does."})
	d := read(t, "x.pdf", pdfFile(page))
	wantOutline(t, d, `
h1 A report on two meetings
p The delegations met in the first week of the month and spoke of the ways in which customs services look at goods that pass the borders of more than one State, and of the lists that they keep. They agreed that materials of this kind need a careful look, which no State can give alone.
p A second meeting will be held next year, with the same aim and with more States, so it will look at the lists again, and say which of them need work. The careful manner of the talks was welcomed by all who took part, and the hosts were thanked by the other States for their good work.
p This line below runs over the whole width of the page, as no line of a column does.
`)
}

// TestPDFNarrowGutter reads two columns whose lines nearly touch, row by row as near
// as words of one line can be.
func TestPDFNarrowGutter(t *testing.T) {
	var left, right []string
	for i := range 14 { // lines of one width, some of them shorter
		left = append(left, fmt.Sprintf("left %02d of the bees that dance all day", i)[:38-i%3*4])
		right = append(right, fmt.Sprintf("right %02d of the hives that hum all day", i)[:38-i%3*4])
	}
	for x := 226.0; x <= 238; x += 2 {
		d := read(t, "x.pdf", pdfFile(append(inkLines(60, 740, 11, 13, "F1", left...), inkLines(x, 740, 11, 13, "F1", right...)...)))
		text := strings.Join(strings.Fields(d.Text()), " ")
		if l, r := strings.Index(text, "left 13"), strings.Index(text, "right 00"); l < 0 || r < l {
			t.Fatalf("right column at %g: read across\n%s", x, text)
		}
	}
}

// TestPDFRunningLines sets running heads and page numbers apart and joins the
// paragraph that goes on over the page.
func TestPDFRunningLines(t *testing.T) {
	var pages [][]ink
	for i := range 4 {
		page := []ink{{60, 810, 9, "F1", "Group of Experts"}, {480, 810, 9, "F1", fmt.Sprintf("Note %d/20", i+5)}, {295, 30, 9, "F1", fmt.Sprint(i + 1)}}
		page = append(page, inkLines(60, 760, 11, 14, "F1",
			[]string{
				"Delegations spoke of their lists on the first of the days of the meeting, which was",
				"On the second day the hosts showed the house of their customs service to all those",
				"Experts of the Group gave an account of what States had told them in the years since",
				"No State had asked for a vote, and the text that all had before them was taken as it"}[i],
			"that day. It ends here.")...)
		page = append(page, inkLines(60, 690, 11, 14, "F1",
			"The last paragraph of each page is the one that goes on over the end of the page",
			fmt.Sprintf("where page number %d ends, since there is no full stop at the end of what stands", i+1))...)
		pages = append(pages, append(page, ink{60, 662, 11, "F1", "in its last line of all, which is rather long and goes on to the very edge, so that"}))
	}
	pages = append(pages, inkLines(60, 760, 11, 14, "F1", "it ends only on the next one."))
	d := read(t, "x.pdf", pdfFile(pages...))
	text := d.Text()
	for _, bad := range []string{"Group of Experts", "Note 5/20", "\n1\n"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q stands in the text\n%s", bad, text)
		}
	}
	if !strings.Contains(text, "to the very edge, so that it ends only on the next one.") {
		t.Errorf("the paragraph is not joined over the page\n%s", text)
	}
	if len(d.Headers) != 4 || d.Headers[1] != (RunningLine{2, "Group of Experts Note 6/20"}) || len(d.Footers) != 4 || d.Pages != 5 {
		t.Errorf("headers %+v, footers %+v, %d pages", d.Headers, d.Footers, d.Pages)
	}
}

// TestPDFSymbolOnSecondPage takes the symbol over the second page for a running
// head, although it recurs nowhere: the first page has it in its masthead.
func TestPDFSymbolOnSecondPage(t *testing.T) {
	d := read(t, "x.pdf", pdfFile(
		[]ink{{60, 800, 11, "F1", "Council"}, {400, 800, 14, "F2", "A/B/12 (2001)"}, {60, 700, 11, "F1", "A sentence of the first page goes on over its end, so that it is found whole by all who"}},
		[]ink{{430, 805, 11, "F2", "A/B/12 (2001)"}, {60, 760, 11, "F1", "look for it."}}))
	if !strings.Contains(d.Text(), "whole by all who look for it.") || len(d.Headers) != 1 {
		t.Errorf("headers %+v, text\n%s", d.Headers, d.Text())
	}
}

// TestPDFNotes ties raised marks to the small lines at the foot of the page.
func TestPDFNotes(t *testing.T) {
	page := inkLines(60, 760, 11, 14, "F1",
		"The State noted the requirement", "", "Another sentence follows on a line of the page that is longer than the first was.")
	page[0].text = "The State noted the requirement"
	page = []ink{page[0], {199.5, 764, 7, "F1", "1"}, {206, 760, 11, "F1", "and the others agreed that it was of use to them all."}, page[2]}
	page = append(page, ink{60, 90, 7, "F1", "1"}, ink{66, 87, 9, "F1", "See the first report of the Group, which holds more than"}, ink{60, 76, 9, "F1", "this one does."})
	d := read(t, "x.pdf", pdfFile(page))
	if len(d.Notes) != 1 || d.Notes[0].Label != "1" || d.Notes[0].Block != 0 || d.Notes[0].Page != 1 {
		t.Fatalf("notes %+v in\n%s", d.Notes, outline(d))
	}
	if got := d.Notes[0].Blocks[0].Plain(); got != "See the first report of the Group, which holds more than this one does." {
		t.Errorf("the note says %q", got)
	}
	if !strings.Contains(d.Text(), "requirement¹ and the others") {
		t.Errorf("the mark is lost:\n%s", d.Text())
	}
}

// TestPDFTable reads labels and values that stand beside each other.
func TestPDFTable(t *testing.T) {
	d := read(t, "x.pdf", pdfFile([]ink{
		{60, 760, 11, "F2", "Event"}, {160, 760, 11, "F1", "Workshop on lists of goods"},
		{60, 735, 11, "F2", "Venue"}, {160, 735, 11, "F1", "Lima, in the house of the"},
		{160, 722, 11, "F1", "customs service"},
		{60, 697, 11, "F2", "Participants"}, {160, 697, 11, "F1", "Peru and Chile"},
		{60, 640, 11, "F1", "The text of the note begins here and is a paragraph of its own."},
	}))
	wantOutline(t, d, `
table
 row
  cell 1
   p *Event*
  cell 1
   p Workshop on lists of goods
 row
  cell 1
   p *Venue*
  cell 1
   p Lima, in the house of the customs service
 row
  cell 1
   p *Participants*
  cell 1
   p Peru and Chile
p The text of the note begins here and is a paragraph of its own.
`)
	if want := "**Venue**\tLima, in the house of the customs service\n"; !strings.Contains(d.Text(), want) {
		t.Errorf("lines\n%s", d.Text())
	}
}

// TestPDFCentredLabels reads labels that stand in the middle beside values of several
// lines.
func TestPDFCentredLabels(t *testing.T) {
	d := read(t, "x.pdf", pdfFile(append(slices.Concat(
		inkLines(160, 700, 11, 13, "F1", "a meeting on bees whose name is so long that", "it takes two lines"),
		inkLines(60, 693.5, 11, 13, "F2", "Event:"),
		inkLines(160, 668, 11, 13, "F1", "the keepers"),
		inkLines(60, 668, 11, 13, "F2", "Organizers:"),
		inkLines(160, 649, 11, 13, "F1", "Testland, where bees live, Sampleland, where", "no bees live, and the Example Union, where some", "bees live"),
		inkLines(60, 636, 11, 13, "F2", "Participants:")),
		ink{60, 595, 11, "F2", "Highlights"},
		ink{60, 575, 11, "F1", "The keepers of the bees met in a hall and spoke of the bees that they keep at length."})))
	wantOutline(t, d, `
table
 row
  cell 1
   p *Event:*
  cell 1
   p a meeting on bees whose name is so long that it takes two lines
 row
  cell 1
   p *Organizers:*
  cell 1
   p the keepers
 row
  cell 1
   p *Participants:*
  cell 1
   p Testland, where bees live, Sampleland, where no bees live, and the Example Union, where some bees live
h1 Highlights
p The keepers of the bees met in a hall and spoke of the bees that they keep at length.
`)
}

// TestPDFLists keeps printed labels, and parts items and indented paragraphs.
func TestPDFLists(t *testing.T) {
	page := inkLines(60, 760, 11, 13, "F1",
		"1. Decides that all States shall look at the lists of goods that they keep, and at what",
		"these say of other goods;",
		"2. Calls upon States:")
	page = append(page, inkLines(80, 721, 11, 13, "F1", "(a) To keep lists;", "(b) To look at them once in each of the years in which the resolution", "is in force;")...)
	page = append(page, ink{80, 682, 11, "F1", "An indented paragraph begins here, and it goes on to the end of its first line as"})
	page = append(page, ink{60, 669, 11, "F1", "paragraphs do."})
	d := read(t, "x.pdf", pdfFile(page))
	wantOutline(t, d, `
item0 [1.] Decides that all States shall look at the lists of goods that they keep, and at what these say of other goods;
item0 [2.] Calls upon States:
item1 [(a)] To keep lists;
item1 [(b)] To look at them once in each of the years in which the resolution is in force;
p An indented paragraph begins here, and it goes on to the end of its first line as paragraphs do.
`)
}

// TestPDFTurned reads a page that was printed on its side.
func TestPDFTurned(t *testing.T) {
	draw := "BT /F1 12 Tf 0 1 -1 0 100 60 Tm (This page lies on its side) Tj 0 -14 Td (and is read as others are.) Tj ET"
	d := read(t, "x.pdf", pdfObjects([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
		"<< /Type /Page /Parent 2 0 R /Rotate 90 /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
	}, ""))
	if got := words(d.Text()); got != "this page lies on its side and is read as others are" {
		t.Errorf("read as %q", got)
	}
}

// TestPDFAfterBroken reads a good PDF after bad ones: each has pdfium anew.
func TestPDFAfterBroken(t *testing.T) {
	good := pdfFile(inkLines(60, 700, 11, 13, "F1", "Text"))
	for i := range 12 {
		bad := append([]byte(nil), good...)
		for k := range bad {
			if k > 20 && (k*7+i)%13 == 0 {
				bad[k] ^= byte(i + 1)
			}
		}
		Read(t.Context(), "bad.pdf", bad)
	}
	if d := read(t, "good.pdf", good); d.Blocks[0].Plain() != "Text" {
		t.Errorf("read as %s", outline(d))
	}
}

// TestPackedPDFium compares the module that the program holds with that of
// go-pdfium in the version of go.mod.
func TestPackedPDFium(t *testing.T) {
	dir, err := exec.Command(need.Program(t, "go", "see https://go.dev/dl/"), "list", "-m", "-f", "{{.Dir}}", "github.com/klippa-app/go-pdfium").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal", "pdfium_wasm", "pdfium.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpackPDFium()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("pdfium.wasm.zst is not the module of go-pdfium (%v); run go generate in this folder", err)
	}
}
