package importer

import "strings"

// splitNote parts a document at its labels and headings, as an information note.
func (d *Document) splitNote() {
	if d.parts != nil {
		return
	}
	d.parts = []part{{}}
	for i, b := range transposed(d.Blocks) {
		if i == 0 && reTitle.MatchString(plain(b.Runs)) && len(firstLine(plain(b.Runs))) < 100 {
			if b = d.takeTitle(b); len(b.Runs) == 0 {
				continue
			}
		}
		for _, b := range splitLines(b) {
			d.addPart(b)
		}
	}
	valuesAfter(d.parts)
}

// transposed turns tables whose first row holds nothing but labels, and whose
// next one the values, into a line for each label. A row is a line of a block, or
// a block.
func transposed(blocks []Block) []Block {
	var rows []Block
	for _, b := range blocks {
		lines := runLines(b.Runs)
		if !allLabels(runsBetween(lines[0], "\t")) {
			rows = append(rows, b)
			continue
		}
		rest := b
		b.Runs = lines[0]
		if rows = append(rows, b); len(lines) > 1 {
			_, rest.Runs = cut(rest.Runs, len(plain(lines[0]))+1)
			rows = append(rows, rest)
		}
	}
	var out []Block
	for i := 0; i < len(rows); i++ {
		labels := runsBetween(rows[i].Runs, "\t")
		if !allLabels(labels) || i+1 == len(rows) {
			out = append(out, rows[i])
			continue
		}
		lines := runLines(rows[i+1].Runs)
		values := runsBetween(lines[0], "\t")
		if len(values) != len(labels) || known(plain(values[0])) != fieldNone {
			out = append(out, rows[i])
			continue
		}
		for k, label := range labels {
			out = append(out, Block{Runs: append(append(label, Run{Text: "\t"}), values[k]...), Page: rows[i].Page})
		}
		i++
		if len(lines) > 1 {
			rest := rows[i]
			_, rest.Runs = cut(rest.Runs, len(plain(lines[0]))+1)
			out = append(out, rest)
		}
	}
	return out
}

// allLabels reports whether cells are labels of several fields.
func allLabels(cells [][]Run) bool {
	fields := map[field]bool{}
	for _, c := range cells {
		f := known(strings.TrimSpace(plain(c)))
		if f == fieldNone {
			return false
		}
		fields[f] = true
	}
	return len(fields) >= 2
}

// valuesAfter hands out the values of labels that stand together before them: a
// column of labels that was read before the column of values. Each label takes a
// paragraph, or a line where there are fewer paragraphs; what is left is of the
// last.
func valuesAfter(parts []part) {
	for i := 0; i < len(parts); i++ {
		first := i
		for i < len(parts) && parts[i].awaits() && len(parts[i].blocks) == 0 {
			i++
		}
		n := i - first + 1
		if n < 3 || i == len(parts) || !parts[i].awaits() {
			continue
		}
		values := parts[i].blocks
		if len(values) < n {
			values = nil
			for _, b := range parts[i].blocks {
				for _, line := range runLines(b.Runs) {
					b.Runs = line
					values = append(values, b)
				}
			}
		}
		if len(values) < n {
			continue
		}
		for k := first; k < i; k++ {
			parts[k].blocks = values[k-first : k-first+1 : k-first+1]
		}
		parts[i].blocks = values[n-1:]
	}
}

// awaits reports whether the value of a label stands somewhere below it.
func (p *part) awaits() bool { return p.known && p.alone && !p.heading && !p.field.section() }

// takeTitle takes the title off the document's first block and gives what is
// left of that.
func (d *Document) takeTitle(b Block) Block {
	lines := runLines(b.Runs)
	d.title = trim(lines[0], " \t")
	b.Kind, b.Runs = Paragraph, nil
	for i, line := range lines[1:] {
		if i > 0 {
			b.Runs = append(b.Runs, Run{Text: "\n"})
		}
		b.Runs = append(b.Runs, line...)
	}
	return b
}

// addPart puts a block where it belongs: it opens a part, or goes on with the
// last.
func (d *Document) addPart(b Block) {
	l, ok := cutLabel(b.Runs)
	last := &d.parts[len(d.parts)-1]
	if !ok && b.Kind == Paragraph && len(last.blocks) > 0 && last.complete(last.blocks[len(last.blocks)-1].Runs) {
		l, ok = questionLabel(b.Runs)
	}
	switch {
	case ok && (l.field != fieldNone || b.Kind == Heading || !last.field.section()):
		p := part{labelled: l, heading: b.Kind == Heading, level: b.Level, known: l.field != fieldNone}
		p.alone = labelText(firstLine(plain(b.Runs))) == l.label
		if len(l.value) > 0 {
			p.blocks = []Block{{Runs: l.value, AfterNote: b.AfterNote}}
		}
		d.parts = append(d.parts, p)
	case b.Kind == Heading && !last.divides(b):
		d.parts = append(d.parts, part{labelled: labelled{label: labelText(plain(b.Runs)), value: b.Runs}, heading: true, level: b.Level})
	default:
		last.blocks = append(last.blocks, b)
	}
}

// divides reports whether a heading only divides the section that p is.
func (p *part) divides(b Block) bool {
	return p.heading && p.field.section() && b.Level > p.level
}

// isNote reports whether the parts are those of an information note.
func (d *Document) isNote() bool {
	seen := map[field]bool{}
	for _, p := range d.parts {
		if p.known {
			seen[p.field] = true
		}
	}
	// One label alone ("Summary") stands in documents of all kinds.
	return len(seen) >= 2 || len(seen) == 1 && len(d.title) > 0
}

// apartProse gives the narrative of a note without a heading such as Highlights
// a part of its own: paragraphs of sentences that follow the last label's value.
func apartProse(parts []part) []part {
	last := len(parts) - 1
	for i, p := range parts {
		if p.field.section() || p.heading && !p.known {
			return parts
		}
		if p.known {
			last = i
		}
	}
	if last == 0 || !parts[last].known {
		return parts
	}
	blocks := parts[last].blocks
	from := 1 // the value itself
	for from < len(blocks) && (blocks[from].Kind != Paragraph || continuing(blocks[from-1].Runs, blocks[from]) || !prose(plain(blocks[from].Runs))) {
		from++
	}
	if from >= len(blocks) {
		return parts
	}
	out := append([]part(nil), parts...)
	out[last].blocks = blocks[:from:from]
	narrative := part{labelled: labelled{field: fieldNarrative}, known: true, bare: true, blocks: blocks[from:]}
	return append(out[:last+1], append([]part{narrative}, out[last+1:]...)...)
}

// prose reports whether a text is sentences and no list of names: it ends as a
// sentence does, and few of its words begin with a capital.
func prose(text string) bool {
	capital, all := 0, 0
	for _, w := range words(text) {
		all++
		if capitalised(text, w.start) {
			capital++
		}
	}
	return all >= 4 && endsSentence(text) && capital*3 <= all
}
