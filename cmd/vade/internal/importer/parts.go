package importer

import (
	"slices"
	"strings"
)

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
	for _, b := range pairwise(blocks) {
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

// pairwise parts the lines of tabs that hold several labels with their values: a
// cell for each, or two.
func pairwise(blocks []Block) []Block {
	var out []Block
	for _, b := range blocks {
		if !strings.Contains(plain(b.Runs), "\t") {
			out = append(out, b)
			continue
		}
		var open [][]Run
		flush := func() {
			if len(open) > 0 {
				b.Runs = joinRuns(open, "\n")
				out, open = append(out, b), nil
			}
		}
		for _, line := range runLines(b.Runs) {
			pairs := pairsOf(runsBetween(line, "\t"))
			if pairs == nil {
				open = append(open, line)
				continue
			}
			flush()
			for _, p := range pairs {
				b.Runs = p
				out = append(out, b)
			}
		}
		flush()
	}
	return out
}

// pairsOf gives the labels with their values that the cells of a line hold, nil
// if these are less than two.
func pairsOf(cells [][]Run) (pairs [][]Run) {
	labels, whole, filled := 0, 0, 0
	for i, c := range cells {
		text := strings.TrimRight(oneLine(plain(c)), ": ")
		if text == "" {
			continue
		}
		filled++
		if known(text) != fieldNone {
			if i%2 == 0 {
				labels++
			}
			continue
		}
		if l, ok := cutLabel(c); ok && len(l.value) > 0 && strings.Contains(plain(c), ":") {
			whole++
		}
	}
	switch {
	case whole >= 2 && whole == filled:
		for _, c := range cells {
			if len(c) > 0 {
				pairs = append(pairs, c)
			}
		}
	case labels >= 2 && len(cells) == 2*labels && filled > labels && known(oneLine(plain(cells[1]))) == fieldNone:
		for i := 0; i < len(cells); i += 2 {
			pairs = append(pairs, joinRuns(cells[i:i+2], "\t"))
		}
	}
	return pairs
}

// joinRuns joins stretches of text with a sign between them.
func joinRuns(list [][]Run, sign string) []Run {
	var out []Run
	for i, runs := range list {
		if i > 0 {
			out = append(out, Run{Text: sign})
		}
		out = append(out, runs...)
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
	list := last.field == fieldParticipants || last.field == fieldOrganizers // which ownLabels parts
	if ok && list && l.field == fieldNone && b.Kind == Paragraph && len(l.value) > 0 {
		ok = false
	}
	if !ok && b.Kind == Paragraph && last.inCells && !list && !last.field.section() {
		l, ok = cellLabel(b.Runs)
	}
	switch {
	case ok && (l.field != fieldNone || b.Kind == Heading || !last.field.section()):
		p := part{labelled: l, heading: b.Kind == Heading, level: b.Level, known: l.field != fieldNone}
		_, p.inCells = cellLabel(runLines(b.Runs)[0])
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
	of := false // a label that says what was held, by whom or for whom
	for _, p := range d.parts {
		if p.known {
			seen[p.field] = true
			of = of || p.field == fieldEvent || p.field == fieldOrganizers || p.field == fieldParticipants || p.field == fieldDateVenue
		}
	}
	// Labels such as Summary, Date or Contact stand in documents of all kinds.
	return len(seen) >= 2 && of || len(seen) >= 1 && len(d.title) > 0
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

// listHeads are words of labels within a list of participants or organizers, which
// divide it: who they are, how they took part, where they are from.
var listHeads = set("person persons presence online virtual virtually remote remotely trainer trainers facilitator facilitators panelist panelists panellist panellists moderator moderators chair chairs presenter presenters guest guests invited donor donors partner partners university universities company companies delegations",
	"linea presencial presenciales ponente ponentes invitado invitados socios universidades empresas moderador moderadores",
	"ligne presentiel distance intervenant intervenants invite invites partenaires universites entreprises formateurs moderateur moderateurs",
	"africa asia europe america americas caribbean pacific afrique asie europa amerique caraibes caribe latina")

// ownLabels ends lists of participants and organizers at a line with a label of
// its own, which is not of the list: "Funding: …". A label that divides the list
// names a State, a body, or those who take part.
func ownLabels(parts []part, v Vocabulary) []part {
	lexicons := []*lexicon{newLexicon(v, country), newLexicon(v, "organization"), newLexicon(ministries, "")}
	divides := func(label string) bool {
		for _, w := range words(label) {
			if listHeads[w.fold] || generic[w.fold] && len(w.fold) > 2 && !commonWords["en"][w.fold] {
				return true
			}
		}
		return slices.ContainsFunc(lexicons, func(l *lexicon) bool { return len(l.find(label)) > 0 })
	}
	var out []part
	for _, p := range parts {
		if p.field != fieldParticipants && p.field != fieldOrganizers {
			out = append(out, p)
			continue
		}
		blocks := p.blocks
		p.blocks = nil
		first := true // the label's own line
		for _, b := range blocks {
			lines := runLines(b.Runs)
			b.Runs = nil
			for i, line := range lines {
				l, ok := questionLabel(line)
				if !ok && p.inCells {
					l, ok = cellLabel(line)
				}
				if !ok {
					l, ok = unknownLabel(line, plain(line), boldPrefix(line))
				}
				switch own := ok && !first && b.Kind == Paragraph; {
				case own && !divides(l.label):
					p.add(b)
					out = append(out, p)
					p = part{labelled: l, inCells: p.inCells}
					b.Runs = l.value
				case own: // a line of its own, so that its label is no part of the name before
					p.add(b)
					b.Runs = line
				default:
					if i > 0 && len(b.Runs) > 0 {
						b.Runs = append(b.Runs, Run{Text: "\n"})
					}
					b.Runs = append(b.Runs, line...)
				}
				first = false
			}
			p.add(b)
		}
		out = append(out, p)
	}
	return out
}

// add takes in a block, if anything stands in it.
func (p *part) add(b Block) {
	if len(b.Runs) > 0 || len(b.Rows) > 0 {
		p.blocks = append(p.blocks, b)
	}
}
