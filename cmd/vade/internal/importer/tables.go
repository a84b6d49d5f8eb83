package importer

import (
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/document"
)

// labelTables takes the tables apart in which labels and values stand otherwise
// than as the two cells of a row, so that each label begins a paragraph or a row:
//
//   - a table of one cell is a frame around what stands in it;
//   - label and value stand in one cell, in one paragraph or below one another;
//   - a row holds several pairs of label and value;
//   - a cell holds several labels, and the one beside it their values;
//   - a value is a table.
//
// Tables without labels stay as they are.
func labelTables(blocks []document.Block) []document.Block {
	var out []document.Block
	for _, b := range blocks {
		if b.Kind != document.Table {
			out = append(out, b)
			continue
		}
		out = append(out, labelTable(b)...)
	}
	return out
}

func labelTable(t document.Block) []document.Block {
	if len(t.Rows) == 1 && len(t.Rows[0].Cells) == 1 {
		return labelTables(t.Rows[0].Cells[0].Blocks)
	}
	if holdsLabelTables(t) {
		var out []document.Block
		for _, row := range t.Rows {
			for _, c := range row.Cells {
				out = append(out, labelTables(c.Blocks)...)
			}
		}
		return out
	}
	labels, inCell := 0, 0
	for _, row := range t.Rows {
		for _, c := range row.Cells {
			switch label, rest := cellLabelled(c); {
			case label && rest:
				inCell++
			case label:
				for _, b := range c.Blocks {
					if isLabel(b) {
						labels++
					}
				}
			}
		}
	}
	if labels+inCell < 2 {
		return []document.Block{t}
	}
	var out []document.Block
	for _, row := range t.Rows {
		out = append(out, labelRow(t, row, inCell > labels, labels >= 2)...)
	}
	return out
}

// holdsLabelTables reports whether a table only places others beside or below one
// another, in which the labels stand.
func holdsLabelTables(t document.Block) bool {
	inner := 0
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			for _, b := range c.Blocks {
				if b.Kind != document.Table {
					continue
				}
				if i > 0 && len(row.Cells[i-1].Blocks) == 1 && isLabel(row.Cells[i-1].Blocks[0]) {
					return false // the table is a value
				}
				for _, r := range b.Rows {
					if len(r.Cells) > 0 {
						if label, _ := cellLabelled(r.Cells[0]); label {
							inner++
						}
					}
				}
			}
		}
	}
	return inner >= 2
}

// labelRow gives a row of a table of labels. Whole: each cell holds a label and
// its value. Alternate: labels and values are cells of their own.
func labelRow(t document.Block, row document.Row, whole, alternate bool) []document.Block {
	filled := slices.DeleteFunc(slices.Clone(row.Cells), func(c document.Cell) bool { return len(c.Blocks) == 0 })
	plainRow := t
	plainRow.Rows = []document.Row{row}
	switch {
	case len(filled) == 0:
		return nil
	case whole:
		var out []document.Block
		for _, c := range filled {
			out = append(out, labelledCell(c)...)
		}
		return out
	case len(filled) == 1 && alternate && len(row.Cells) > 1 && len(row.Cells[0].Blocks) == 0: // the label's cell runs over several rows
		return labelTables(filled[0].Blocks)
	case len(filled) == 1 && alternate && !isLabel(filled[0].Blocks[0]) && len(filled[0].Blocks) == 1 && !endsSentence(filled[0].Blocks[0].Plain()):
		return headed(filled[0].Blocks[0])
	case len(filled) == 1:
		return labelledCell(filled[0])
	}
	if pairs := labelPairs(row.Cells); len(pairs) > 1 {
		var out []document.Block
		for _, pair := range pairs {
			plainRow.Rows = []document.Row{{Cells: pair}}
			out = append(out, plainRow)
		}
		return out
	}
	if len(row.Cells) != 2 {
		return []document.Block{plainRow}
	}
	label, value := row.Cells[0], row.Cells[1]
	if n := len(label.Blocks); n > 1 && n == len(value.Blocks) && !slices.ContainsFunc(label.Blocks, func(b document.Block) bool { return !isLabel(b) }) {
		var out []document.Block
		for i := range label.Blocks {
			plainRow.Rows = []document.Row{{Cells: []document.Cell{
				{Blocks: label.Blocks[i : i+1], Span: 1}, {Blocks: value.Blocks[i : i+1], Span: 1},
			}}}
			out = append(out, plainRow)
		}
		return out
	}
	if len(value.Blocks) > 0 && value.Blocks[0].Kind == document.Table && len(label.Blocks) == 1 && isLabel(label.Blocks[0]) {
		return append(asLabel(label.Blocks[0]), labelTables(value.Blocks)...)
	}
	return []document.Block{plainRow}
}

// labelPairs parts a row into pairs of label and value, if every other cell is a
// label.
func labelPairs(cells []document.Cell) (pairs [][]document.Cell) {
	if len(cells) < 4 || len(cells)%2 != 0 {
		return nil
	}
	for i := 0; i < len(cells); i += 2 {
		if len(cells[i].Blocks) != 1 || !isLabel(cells[i].Blocks[0]) || i+3 < len(cells) && len(cells[i+1].Blocks) == 1 && isLabel(cells[i+1].Blocks[0]) {
			return nil
		}
		pairs = append(pairs, cells[i:i+2])
	}
	return pairs
}

// cellLabelled reports whether a cell begins with a label, and whether the value
// follows in the cell.
func cellLabelled(c document.Cell) (label, value bool) {
	if len(c.Blocks) == 0 || c.Blocks[0].Kind == document.Table {
		return false, false
	}
	if isLabel(c.Blocks[0]) {
		further := len(c.Blocks) > 1 && !isLabel(c.Blocks[1])
		return true, further
	}
	runs := runsOf(c.Blocks[0].Runs, nil)
	l, ok := cutLabel(runs)
	line, rest, more := strings.Cut(plain(runs), "\n")
	apart := strings.Contains(line, ":") || more && oneLine(rest) != "" && known(strings.TrimRight(oneLine(line), ": ")) != fieldNone
	return ok && l.field != fieldNone && apart, len(l.value) > 0
}

// isLabel reports whether a block is a known label and nothing else.
func isLabel(b document.Block) bool {
	return b.Kind != document.Table && known(strings.TrimRight(oneLine(b.Plain()), ": ")) != fieldNone
}

// labelledCell gives what stands in a cell, its label as a paragraph with a colon.
func labelledCell(c document.Cell) []document.Block {
	blocks := labelTables(c.Blocks)
	if len(blocks) > 1 && isLabel(blocks[0]) {
		return append(asLabel(blocks[0]), blocks[1:]...)
	}
	return blocks
}

func asLabel(b document.Block) []document.Block {
	runs := []document.Run{{Text: strings.TrimRight(oneLine(b.Plain()), ": ") + ":", Bold: true}}
	for _, r := range b.Runs {
		if r.Note != "" {
			runs = append(runs, r)
		}
	}
	b.Kind, b.Level, b.Runs = document.Paragraph, 0, runs
	return []document.Block{b}
}

// headed makes a heading of a cell that runs over a whole row.
func headed(b document.Block) []document.Block {
	b.Kind, b.Level = document.Heading, 3
	return []document.Block{b}
}
