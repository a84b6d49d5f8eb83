package document

import (
	"strings"
	"testing"
)

const wordNumbers = `<w:numbering ` + wordSpaces + `>
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="7"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>
</w:numbering>`

func numbered(id, level, text string) string {
	return wp(`<w:numPr><w:ilvl w:val="`+level+`"/><w:numId w:val="`+id+`"/></w:numPr>`, wr(text))
}

// TestWordLists gives the labels that Word prints: of levels, of lists that go
// on after other text, and of lists that begin with another number.
func TestWordLists(t *testing.T) {
	d := read(t, "x.docx", wordFile(
		numbered("5", "0", "Decides:")+numbered("5", "1", "one")+numbered("5", "1", "two")+numbered("5", "2", "deep")+
			wp("", wr("between"))+numbered("5", "0", "Calls")+numbered("5", "1", "again")+
			numbered("6", "0", "point")+numbered("7", "0", "fourth")+numbered("7", "0", "fifth")+numbered("0", "0", "none"),
		"word/numbering.xml", wordNumbers))
	wantOutline(t, d, `
item0 [1.] Decides:
item1 [(a)] one
item1 [(b)] two
item2 [1.b.i] deep
p between
item0 [2.] Calls
item1 [(a)] again
item0 [•] point
item0 [4.] fourth
item0 [5.] fifth
p none
`)
	if !strings.Contains(d.Text(), "1. Decides:\n    (a) one\n    (b) two\n") {
		t.Errorf("lines\n%s", d.Text())
	}
}

// TestNumberForms writes numbers as documents print them.
func TestNumberForms(t *testing.T) {
	for _, c := range []struct {
		n            int
		format, want string
	}{
		{3, "decimal", "3"}, {3, "decimalZero", "03"}, {26, "lowerLetter", "z"}, {28, "lowerLetter", "bb"}, {2, "upperLetter", "B"},
		{4, "lowerRoman", "iv"}, {1999, "upperRoman", "MCMXCIX"}, {4, "russianLower", "г"}, {2, "arabicAbjad", "ب"},
		{10, "chineseCounting", "十"}, {21, "chineseCounting", "二十一"}, {0, "lowerLetter", "0"}, {5, "none", ""}, {1 << 40, "lowerRoman", "1099511627776"},
	} {
		if got := number(c.n, c.format); got != c.want {
			t.Errorf("number(%d, %s) = %q, wanted %q", c.n, c.format, got, c.want)
		}
	}
}

// TestWordChanges reads tracked changes as if all were accepted, and says so.
func TestWordChanges(t *testing.T) {
	d := read(t, "x.docx", wordFile(
		wp("", wr("The ")+`<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins>`+wr("new")+`</w:ins>`+wr(" text"))+
			wp(`<w:rPr><w:del/></w:rPr>`, wr("goes on "))+wp("", wr("here"))+
			`<w:moveFrom>`+wp("", wr("moved"))+`</w:moveFrom>`+wp("", `<w:moveTo>`+wr("moved to")+`</w:moveTo>`)+
			`<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>`+wp("", wr("gone"))+`</w:tc></w:tr><w:tr><w:tc>`+wp("", wr("kept"))+`</w:tc></w:tr></w:tbl>`))
	wantOutline(t, d, `
p The new text
p goes on here
p moved to
table
 row
  cell 1
   p kept
`)
	if !warned(d, "tracked changes") {
		t.Errorf("warnings %q", d.Warnings)
	}
}

// TestWordControls reads what was filled in into content controls, and not what asks
// for it.
func TestWordControls(t *testing.T) {
	prompt := func(in string) string {
		return `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + in + `</w:sdtContent></w:sdt>`
	}
	filled := func(in string) string {
		return `<w:sdt><w:sdtPr><w:showingPlcHdr w:val="0"/></w:sdtPr><w:sdtContent>` + in + `</w:sdtContent></w:sdt>`
	}
	d := read(t, "x.docx", wordFile(
		wp("", wr("Date: ")+filled(wr("2 May"))+prompt(wr("Click here")))+
			filled(wp("", wr("Venue: ")+prompt(wr("Choose an item"))+wr("Lima")))+prompt(wp("", wr("Enter text")))))
	wantOutline(t, d, `
p Date: 2 May
p Venue: Lima
`)
}

// TestWordTextBox reads a text box once, although it stands in the file twice.
func TestWordTextBox(t *testing.T) {
	box := `<w:txbxContent>` + wp("", wr("in the box")) + `</w:txbxContent>`
	d := read(t, "x.docx", wordFile(
		wp("", wr("before ")+`<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>`+box+`</wps:txbx></wps:wsp></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:textbox>`+box+`</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`+wr("after"))+
			wp("", `<w:r><w:pict><v:shape><v:textbox><w:txbxContent>`+wp("", wr("old box"))+`</w:txbxContent></v:textbox></v:shape></w:pict></w:r>`)))
	wantOutline(t, d, `
p before after
p in the box
p old box
`)
}

// TestWordInline reads what stands within a paragraph: fields without their
// instructions, signs, links, notes, hidden text.
func TestWordInline(t *testing.T) {
	field := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>` + wr("wrong") +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + wr("7") + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	d := read(t, "x.docx", wordFile(
		wp("", `<w:r><w:rPr><w:b/></w:rPr><w:t>Venue:</w:t></w:r>`+`<w:r><w:tab/><w:t>Lima</w:t><w:br/><w:t>non</w:t><w:noBreakHyphen/><w:t>lethal co</w:t><w:softHyphen/><w:t>ordinate</w:t></w:r>`)+
			wp("", wr("page ")+field+`<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:hyperlink r:id="r1">`+wr("site")+`</w:hyperlink><w:hyperlink r:id="r2">`+wr(" bad")+`</w:hyperlink>`)+
			wp("", wr("noted")+`<w:r><w:footnoteReference w:id="2"/></w:r>`+wr(" twice")+`<w:r><w:endnoteReference w:id="3"/></w:r><w:r><w:footnoteReference w:customMarkFollows="1" w:id="4"/><w:t>*</w:t></w:r>`),
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="x/hyperlink" Target="https://example.org/" TargetMode="External"/><Relationship Id="r2" Type="x/hyperlink" Target="javascript:alert(1)" TargetMode="External"/></Relationships>`,
		"word/footnotes.xml", `<w:footnotes `+wordSpaces+`><w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">`+wp("", wr("the first"))+`</w:footnote><w:footnote w:id="4">`+wp("", wr("*")+wr(" a star"))+`</w:footnote></w:footnotes>`,
		"word/endnotes.xml", `<w:endnotes `+wordSpaces+`><w:endnote w:id="3">`+wp("", wr("the last"))+`</w:endnote></w:endnotes>`,
		"word/vbaProject.bin", "x"))
	wantOutline(t, d, `
p *Venue:*	Lima/non-lethal coordinate
p page 7•<site https://example.org/> bad
p noted{1} twice{i}{*}
footnote 1 of 2
 p the first
endnote i of 2
 p the last
footnote * of 2
 p a star
`)
	for _, w := range []string{"macros", "hidden text"} {
		if !warned(d, w) {
			t.Errorf("no warning of %s in %q", w, d.Warnings)
		}
	}
}

// TestWordStyles finds headings by names in several languages, by what they
// are based on and by outline level, and keeps headers apart.
func TestWordStyles(t *testing.T) {
	style := func(id, rest string) string {
		return `<w:style w:type="paragraph" w:styleId="` + id + `">` + rest + `</w:style>`
	}
	d := read(t, "x.docx", wordFile(
		wp(`<w:pStyle w:val="a"/>`, wr("One"))+wp(`<w:pStyle w:val="b"/>`, wr("Two"))+wp(`<w:pStyle w:val="c"/>`, wr("Three"))+
			wp(`<w:outlineLvl w:val="3"/>`, wr("Four"))+wp(`<w:pStyle w:val="d"/>`, wr("Bold"))+
			wp("", `<w:r><w:lastRenderedPageBreak/><w:t>Second page</w:t></w:r>`)+wp("", wr("still")),
		"word/styles.xml", `<w:styles `+wordSpaces+`>`+style("a", `<w:name w:val="heading 1"/>`)+style("b", `<w:name w:val="Título 2"/>`)+
			style("c", `<w:name w:val="Mine"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr>`)+
			style("d", `<w:name w:val="Label"/><w:rPr><w:b/></w:rPr>`)+`</w:styles>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="x/header" Target="header1.xml"/></Relationships>`,
		"word/header1.xml", `<w:hdr `+wordSpaces+`>`+wp("", wr("Running head"))+`</w:hdr>`))
	wantOutline(t, d, `
h1 One
h2 Two
h3 Three
h4 Four
p *Bold*
p Second page
p still
`)
	if len(d.Headers) != 1 || d.Headers[0].Text != "Running head" {
		t.Errorf("headers %+v", d.Headers)
	}
	if d.Blocks[0].Page != 1 || d.Blocks[6].Page != 2 || d.Pages != 2 {
		t.Errorf("pages %d, %d of %d", d.Blocks[0].Page, d.Blocks[6].Page, d.Pages)
	}
}

// TestWordTable reads merged and nested tables.
func TestWordTable(t *testing.T) {
	cell := func(props, content string) string {
		return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + content + `</w:tc>`
	}
	d := read(t, "x.docx", wordFile(`<w:tbl><w:tr>`+cell(`<w:gridSpan w:val="2"/>`, wp("", wr("wide")))+cell(`<w:vMerge w:val="restart"/>`, wp("", wr("tall")))+`</w:tr>
<w:tr>`+cell("", wp("", wr("a")))+cell("", `<w:tbl><w:tr>`+cell("", wp("", wr("inner")))+`</w:tr></w:tbl><w:p/>`)+cell(`<w:vMerge/>`, wp("", ""))+`</w:tr></w:tbl>`))
	wantOutline(t, d, `
table
 row
  cell 2
   p wide
  cell 1
   p tall
 row
  cell 1
   p a
  cell 1
   table
    row
     cell 1
      p inner
  cell 1
`)
}

// TestEntities expands no entity of the file's own and reads none from outside.
func TestEntities(t *testing.T) {
	doctype := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "yyyy">]>`
	body := `<w:document ` + wordSpaces + `><w:body>` + wp("", wr("a&x;&y;b")) + `</w:body></w:document>`
	d, err := Read(t.Context(), "x.docx", pack("[Content_Types].xml", "<Types/>", "word/document.xml", doctype+body))
	if err == nil {
		t.Errorf("read as %s", outline(d))
	}
}

// TestOpenDocument reads an ODT file with what such files have.
func TestOpenDocument(t *testing.T) {
	styles := `<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Heading_20_2"/>
<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/><text:list-level-style-number text:level="2" style:num-prefix="(" style:num-suffix=")" style:num-format="a"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/></text:list-style>`
	d := read(t, "x.odt", openFile(styles, `<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Title</text:h><text:p text:style-name="P1">Second</text:p>
<text:p><text:span text:style-name="T1">Venue:</text:span><text:tab/>Lima<text:line-break/>a<text:s text:c="2"/>b<text:span text:style-name="H">hidden</text:span><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>the note</text:p></text:note-body></text:note>
 and <text:a xlink:href="https://example.org/">site</text:a><office:annotation><text:p>comment</text:p></office:annotation></text:p>
<text:list text:style-name="L1"><text:list-item><text:p>one</text:p><text:p>more of one</text:p><text:list><text:list-item><text:p>letter</text:p></text:list-item><text:list-item><text:p>second</text:p></text:list-item></text:list></text:list-item></text:list>
<text:p>between</text:p>
<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item><text:p>two</text:p></text:list-item></text:list>
<text:list text:style-name="L2"><text:list-item><text:p>point</text:p></text:list-item></text:list>
<text:p><draw:frame><draw:text-box><text:p>in the box</text:p></draw:text-box></draw:frame><draw:frame><draw:image/></draw:frame></text:p>
<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>head</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`,
		"styles.xml", `<office:document-styles `+openSpaces+`><office:styles><style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"/></office:styles>
<office:master-styles><style:master-page><style:footer><text:p>Foot</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`,
		"Basic/script.xml", "x"))
	wantOutline(t, d, `
h1 Title
h2 Second
p *Venue:*	Lima/a  b{1} and <site https://example.org/>
item0 [1.] one
p more of one
item1 [(a)] letter
item1 [(b)] second
p between
item0 [2.] two
item0 [•] point
p in the box
table
 row
  cell 2
   p head
 row
  cell 1
   p a
  cell 1
   p b
footnote 1 of 2
 p the note
`)
	for _, w := range []string{"tracked changes", "macros", "comments", "hidden", "1 picture was"} {
		if !warned(d, w) {
			t.Errorf("no warning of %s in %q", w, d.Warnings)
		}
	}
	if len(d.Footers) != 1 || d.Footers[0].Text != "Foot" {
		t.Errorf("footers %+v", d.Footers)
	}
}
