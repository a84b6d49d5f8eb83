package document

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	_ "image/gif" // images are measured
	_ "image/jpeg"
	_ "image/png"
	"io"
	"path"
	"strconv"
	"strings"
)

// A Word is a Word file to be written: a document with its title, its language,
// blocks and notes, and what else such a file holds.
//
// What [Read] gives of the file has the blocks and notes of the document, as far
// as they are as Read leaves them.
type Word struct {
	Document
	RightToLeft bool
	// Image gives the bytes of a JPEG, PNG or GIF that a run names; nil where
	// there is none, and then its description stands in its place.
	Image   func(name string) []byte
	Carried *Carried
}

// Carried is what travels in a Word file beside its text: the page that it was
// made of. Word keeps it when the text is edited. It may have been written by
// anybody.
type Carried struct {
	File   string
	Source []byte
}

// The names of styles that Read tells, in small letters as Word compares them.
const (
	StyleTitle    = "title"
	StyleSubtitle = "subtitle"
	StyleQuote    = "quote"
	StyleVerbatim = "html preformatted"
	StyleFields   = "page fields" // of a table: label and value
	styleCode     = "html code"   // of letters
)

// ownStyles gives the id in a file of each of these styles.
var ownStyles = map[string]string{StyleTitle: "Title", StyleSubtitle: "Subtitle", StyleQuote: "Quote", StyleVerbatim: "HTMLPreformatted", StyleFields: "PageFields"}

// told gives a style's name if Read tells it.
func told(name string) string {
	name = strings.ToLower(name)
	if ownStyles[name] == "" {
		return ""
	}
	return name
}

// Write gives the file. The same document gives the same bytes.
func (w *Word) Write() ([]byte, error) {
	f := &wordFileWriter{word: w, links: map[string]string{}, notes: map[string]int{}}
	for i, n := range w.Notes {
		f.notes[n.ID] = i + 1
	}
	body := f.blocks(w.Blocks)
	notes := f.footnotes()
	f.relate("styles", "styles.xml", "")
	f.relate("numbering", "numbering.xml", "")
	f.relate("settings", "settings.xml", "")
	f.relate("footnotes", "footnotes.xml", "")
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", wordTypes},
		{"_rels/.rels", relationships(relationTo("r1", "officeDocument", "word/document.xml", "") +
			`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`)},
		{"docProps/core.xml", wordHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
			escaped(w.Title) + `</dc:title><dc:language>` + escaped(w.Language) + `</dc:language></cp:coreProperties>`},
		{"word/styles.xml", f.styles()},
		{"word/numbering.xml", f.numberings()},
		{"word/settings.xml", wordHead + `<w:settings ` + wordNames + `><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang ` + f.language() + `/></w:settings>`},
		{"word/footnotes.xml", notes},
		{"word/_rels/footnotes.xml.rels", relationships(f.noteRelations.String())},
	}
	if c := w.Carried; c != nil {
		f.relations.WriteString(relationTo("rc", "customXml", "../customXml/item1.xml", ""))
		parts = append(parts, []struct{ name, text string }{
			{"customXml/item1.xml", wordHead + `<carried xmlns="urn:vademecum:page"><file>` + escaped(c.File) + `</file><source>` + base64.StdEncoding.EncodeToString(c.Source) + `</source></carried>`},
			{"customXml/itemProps1.xml", wordHead + `<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{6B0F1A52-7C1D-4E0B-9A57-3D2C41F0A9E1}"><ds:schemaRefs><ds:schemaRef ds:uri="urn:vademecum:page"/></ds:schemaRefs></ds:datastoreItem>`},
			{"customXml/_rels/item1.xml.rels", relationships(relationTo("r1", "customXmlProps", "itemProps1.xml", ""))},
		}...)
	}
	section := `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/>`
	if w.RightToLeft {
		section += `<w:bidi/>`
	}
	parts = append(parts, []struct{ name, text string }{
		{"word/document.xml", wordHead + `<w:document ` + wordNames + `><w:body>` + body + section + `</w:sectPr></w:body></w:document>`},
		{"word/_rels/document.xml.rels", relationships(f.relations.String())},
	}...)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		out, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(out, p.text)
		}
		if err != nil {
			return nil, err
		}
	}
	for i, data := range f.images {
		out, err := z.Create(fmt.Sprintf("word/media/image%d.%s", i+1, imageFormat(data)))
		if err == nil {
			_, err = out.Write(data)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

const wordHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const wordNames = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`

const wordTypes = wordHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="gif" ContentType="image/gif"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/customXml/itemProps1.xml" ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/></Types>`

func relationships(inner string) string {
	return wordHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inner + `</Relationships>`
}

func relationTo(id, kind, target, mode string) string {
	if mode != "" {
		mode = ` TargetMode="` + mode + `"`
	}
	return `<Relationship Id="` + id + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + escaped(target) + `"` + mode + `/>`
}

// escaped gives text for XML, which has no control characters.
func escaped(text string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(text)) // a buffer takes all
	return b.String()
}

type wordFileWriter struct {
	word          *Word
	relations     strings.Builder
	noteRelations strings.Builder // links in notes are their part's
	links         map[string]string
	count         int // of relations
	inNotes       bool
	notes         map[string]int // id to number
	lists         []wordStart
	images        [][]byte
	figures       int
}

// A wordStart is a list that counts: its depth and its first number.
type wordStart struct{ level, first int }

func (f *wordFileWriter) relate(kind, target, mode string) string {
	f.count++
	id := "r" + strconv.Itoa(f.count)
	to := &f.relations
	if f.inNotes {
		to = &f.noteRelations
	}
	to.WriteString(relationTo(id, kind, target, mode))
	return id
}

func (f *wordFileWriter) blocks(blocks []Block) string {
	var b strings.Builder
	var open [9]struct{ list, last int } // the lists that count, by depth
	for i := range blocks {
		block := &blocks[i]
		if block.Kind != Item {
			open = [9]struct{ list, last int }{}
		}
		switch block.Kind {
		case Table:
			b.WriteString(f.table(block))
			continue
		case Item:
			level := min(max(block.Level, 0), 8)
			for deeper := level + 1; deeper < 9; deeper++ {
				open[deeper].list = 0
			}
			list := 1
			if at := &open[level]; block.Ordered {
				n, _ := strconv.Atoi(strings.TrimRight(block.Label, ".)"))
				if at.list == 0 || n != at.last+1 {
					f.lists = append(f.lists, wordStart{level, n})
					at.list = 1 + len(f.lists)
				}
				list, at.last = at.list, n
			} else {
				open[level].list = 0
			}
			b.WriteString(f.paragraph("ListParagraph", fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, list), block.Runs))
		case Heading:
			b.WriteString(f.paragraph(cmp.Or(ownStyles[block.Style], "Heading"+strconv.Itoa(headingLevel(block.Level))), "", block.Runs))
		default:
			b.WriteString(f.paragraph(ownStyles[block.Style], "", block.Runs))
		}
	}
	return b.String()
}

func (f *wordFileWriter) paragraph(style, props string, runs []Run) string {
	if style != "" {
		props = `<w:pStyle w:val="` + style + `"/>` + props
	}
	if f.word.RightToLeft {
		props += `<w:bidi/>`
	}
	return `<w:p><w:pPr>` + props + `</w:pPr>` + f.runs(runs) + `</w:p>`
}

func (f *wordFileWriter) runs(runs []Run) string {
	var b strings.Builder
	for i := 0; i < len(runs); {
		end := i + 1
		for end < len(runs) && runs[end].Link == runs[i].Link {
			end++
		}
		var inner strings.Builder
		for _, r := range runs[i:end] {
			inner.WriteString(f.run(r))
		}
		if link := runs[i].Link; link != "" {
			fmt.Fprintf(&b, `<w:hyperlink r:id="%s" w:history="1">%s</w:hyperlink>`, f.link(link), inner.String())
		} else {
			b.WriteString(inner.String())
		}
		i = end
	}
	return b.String()
}

func (f *wordFileWriter) link(to string) string {
	key := fmt.Sprint(f.inNotes, to)
	if f.links[key] == "" {
		f.links[key] = f.relate("hyperlink", to, "External")
	}
	return f.links[key]
}

func (f *wordFileWriter) run(r Run) string {
	if n := f.notes[r.Note]; r.Note != "" && n > 0 && !f.inNotes {
		return fmt.Sprintf(`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="%d"/></w:r>`, n)
	}
	if r.Image != "" {
		if figure := f.figure(r); figure != "" {
			return figure
		}
	}
	props := ""
	switch {
	case r.Code:
		props = `<w:rStyle w:val="HTMLCode"/>`
	case r.Link != "":
		props = `<w:rStyle w:val="Hyperlink"/>`
	}
	if r.Bold {
		props += `<w:b/><w:bCs/>`
	}
	if r.Italic {
		props += `<w:i/><w:iCs/>`
	}
	if r.Super {
		props += `<w:vertAlign w:val="superscript"/>`
	}
	if f.word.RightToLeft {
		props += `<w:rtl/>`
	}
	var b strings.Builder
	b.WriteString(`<w:r><w:rPr>` + props + `</w:rPr>`)
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteString(`<w:tab/>`)
			}
			if piece != "" {
				b.WriteString(`<w:t xml:space="preserve">` + escaped(piece) + `</w:t>`)
			}
		}
	}
	return b.String() + `</w:r>`
}

const (
	emuPerPixel = 9525
	widest      = 6_120_000 // EMU between the margins
	mostMeasure = 20_000    // pixels of a side
)

// figure is an image with its description; "" where there is none.
func (f *wordFileWriter) figure(r Run) string {
	if f.word.Image == nil {
		return ""
	}
	data := f.word.Image(r.Image)
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width < 1 || config.Height < 1 || max(config.Width, config.Height) > mostMeasure {
		return ""
	}
	f.images = append(f.images, data)
	f.figures++
	id := f.relate("image", fmt.Sprintf("media/image%d.%s", len(f.images), imageFormat(data)), "")
	w, h := config.Width*emuPerPixel, config.Height*emuPerPixel
	if w > widest {
		w, h = widest, max(1, widest*config.Height/config.Width)
	}
	name := escaped(r.Image)
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="%s"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="%s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		w, h, f.figures, name, escaped(r.Text), f.figures, name, id, w, h)
}

func imageFormat(data []byte) string {
	_, format, _ := image.DecodeConfig(bytes.NewReader(data))
	return format
}

func (f *wordFileWriter) table(t *Block) string {
	columns := 1
	for _, row := range t.Rows {
		n := 0
		for _, c := range row.Cells {
			n += max(c.Span, 1)
		}
		columns = max(columns, n)
	}
	var b strings.Builder
	first := "0"
	if t.Style == StyleFields {
		first = "1"
	}
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="` + cmp.Or(ownStyles[t.Style], "TableGrid") + `"/>`)
	if f.word.RightToLeft {
		b.WriteString(`<w:bidiVisual/>`)
	}
	b.WriteString(`<w:tblW w:w="5000" w:type="pct"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="` + first + `" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`)
	if t.Label != "" {
		b.WriteString(`<w:tblCaption w:val="` + escaped(t.Label) + `"/>`)
	}
	b.WriteString(`</w:tblPr><w:tblGrid>`)
	for range columns {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, 9638/columns)
	}
	b.WriteString(`</w:tblGrid>`)
	for _, row := range t.Rows {
		b.WriteString(`<w:tr>`)
		if row.Header {
			b.WriteString(`<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
		}
		for _, c := range row.Cells {
			b.WriteString(`<w:tc><w:tcPr>`)
			if c.Span > 1 {
				fmt.Fprintf(&b, `<w:gridSpan w:val="%d"/>`, c.Span)
			}
			b.WriteString(`</w:tcPr>`)
			b.WriteString(f.blocks(c.Blocks))
			if len(c.Blocks) == 0 {
				b.WriteString(`<w:p/>`)
			}
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl><w:p/>` // or two tables would be one
}

func (f *wordFileWriter) footnotes() string {
	f.inNotes = true
	defer func() { f.inNotes = false }()
	var b strings.Builder
	b.WriteString(wordHead + `<w:footnotes ` + wordNames + `><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>`)
	for i, n := range f.word.Notes {
		mark := `<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>`
		text := f.blocks(n.Blocks)
		if at := strings.Index(text, `</w:pPr>`); at >= 0 && strings.HasPrefix(text, `<w:p>`) {
			at += len(`</w:pPr>`)
			text = text[:at] + mark + text[at:]
		} else {
			text = `<w:p>` + mark + `</w:p>` + text
		}
		fmt.Fprintf(&b, `<w:footnote w:id="%d">%s</w:footnote>`, i+1, text)
	}
	return b.String() + `</w:footnotes>`
}

func (f *wordFileWriter) numberings() string {
	var b strings.Builder
	b.WriteString(wordHead + `<w:numbering ` + wordNames + `>`)
	for kind, form := range []string{"bullet", "decimal"} {
		fmt.Fprintf(&b, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="hybridMultilevel"/>`, kind)
		for level := range 9 {
			text := "•"
			if kind == 1 {
				text = fmt.Sprintf("%%%d.", level+1)
			}
			fmt.Fprintf(&b, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="%d" w:hanging="360"/></w:pPr></w:lvl>`, level, form, text, 720*(level+1))
		}
		b.WriteString(`</w:abstractNum>`)
	}
	b.WriteString(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i, l := range f.lists {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>`, i+2, l.level, l.first)
	}
	return b.String() + `</w:numbering>`
}

// language says in which language the text is, for each writing that Word knows.
func (f *wordFileWriter) language() string {
	l := escaped(cmp.Or(f.word.Language, "en"))
	return `w:val="` + l + `" w:eastAsia="` + l + `" w:bidi="` + l + `"`
}

func (f *wordFileWriter) styles() string {
	var b strings.Builder
	b.WriteString(wordHead + `<w:styles ` + wordNames + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="SimSun" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang ` + f.language() + `/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`)
	paragraph := func(id, name, props, letters string) {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`, id, name, props, letters)
	}
	size := func(points int) string {
		return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, 2*points, 2*points)
	}
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	paragraph("Title", "Title", `<w:keepNext/><w:spacing w:after="120"/><w:outlineLvl w:val="0"/>`, size(24))
	paragraph("Subtitle", "Subtitle", `<w:spacing w:after="240"/>`, `<w:color w:val="404040"/>`+size(13))
	for level, points := range []int{20, 16, 13, 12, 11, 11} {
		paragraph(fmt.Sprintf("Heading%d", level+1), fmt.Sprintf("heading %d", level+1), fmt.Sprintf(`<w:keepNext/><w:spacing w:before="280" w:after="80"/><w:outlineLvl w:val="%d"/>`, level), `<w:color w:val="1F3864"/>`+size(points))
	}
	paragraph("Quote", "Quote", `<w:ind w:left="567"/>`, `<w:color w:val="404040"/>`)
	paragraph("HTMLPreformatted", "HTML Preformatted", ``, `<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>`+size(10))
	paragraph("ListParagraph", "List Paragraph", `<w:spacing w:after="60"/>`, ``)
	letters := func(id, name, props string) {
		fmt.Fprintf(&b, `<w:style w:type="character" w:styleId="%s"><w:name w:val="%s"/><w:rPr>%s</w:rPr></w:style>`, id, name, props)
	}
	letters("Hyperlink", "Hyperlink", `<w:color w:val="0563C1"/><w:u w:val="single"/>`)
	letters("FootnoteReference", "footnote reference", `<w:vertAlign w:val="superscript"/>`)
	letters("HTMLCode", "HTML Code", `<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>`)
	grid := ""
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		grid += `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="767676"/>`
	}
	fmt.Fprintf(&b, `<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>%s</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr></w:style>`, grid)
	fmt.Fprintf(&b, `<w:style w:type="table" w:customStyle="1" w:styleId="PageFields"><w:name w:val="Page Fields"/><w:basedOn w:val="TableGrid"/><w:tblPr><w:tblBorders>%s</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstCol"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr></w:style>`, grid)
	return b.String() + `</w:styles>`
}

// ReadCarried gives what a Word file carries; nil if that is nothing.
func ReadCarried(ctx context.Context, data []byte) *Carried {
	a, err := openArchive(ctx, data)
	if err != nil {
		return nil
	}
	for n := 1; n <= mostCarried; n++ {
		c := &Carried{}
		_ = a.elements(path.Join("customXml", fmt.Sprintf("item%d.xml", n)), func(_ string, n *node) error {
			switch n.name {
			case "file":
				c.File = n.content()
			case "source":
				c.Source, _ = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.content()), ""))
			}
			return nil
		}, "carried")
		if c.File != "" && c.Source != nil {
			return c
		}
	}
	return nil
}

// mostCarried bounds the parts that are looked at.
const mostCarried = 20
