package desk

import (
	"slices"
	"strings"
)

// A diffLine is a line that a change adds ("+"), takes out ("-"), or one beside
// it (" "); "…" stands for lines that are alike.
type diffLine struct{ Mark, Text string }

const (
	besideLines = 2         // that are shown around a change
	mostCells   = 4_000_000 // of the table of a comparison
)

// difference compares two texts line by line.
func difference(before, after string) []diffLine {
	a, b := diffLines(before), diffLines(after)
	if slices.Equal(a, b) {
		return nil
	}
	return shortened(aligned(a, b))
}

// aligned puts the lines of two texts side by side.
func aligned(a, b []string) []diffLine {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return slices.Concat(alike(a[:head]), changes(a[head:len(a)-tail], b[head:len(b)-tail]), alike(a[len(a)-tail:]))
}

func diffLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(normal(text), "\n"), "\n")
}

func alike(lines []string) []diffLine {
	var out []diffLine
	for _, l := range lines {
		out = append(out, diffLine{" ", l})
	}
	return out
}

// changes finds the longest common lines of two texts and what stands between.
func changes(a, b []string) []diffLine {
	var out []diffLine
	if len(a)*len(b) > mostCells {
		for _, l := range a {
			out = append(out, diffLine{"-", l})
		}
		for _, l := range b {
			out = append(out, diffLine{"+", l})
		}
		return out
	}
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{" ", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine{"-", a[i]})
			i++
		default:
			out = append(out, diffLine{"+", b[j]})
			j++
		}
	}
	return out
}

// shortened leaves out what is far from any change.
func shortened(all []diffLine) []diffLine {
	near := make([]bool, len(all))
	for i, l := range all {
		if l.Mark != " " {
			for j := max(0, i-besideLines); j <= min(len(all)-1, i+besideLines); j++ {
				near[j] = true
			}
		}
	}
	var out []diffLine
	for i, l := range all {
		if near[i] {
			out = append(out, l)
		} else if len(out) == 0 || out[len(out)-1].Mark != "…" {
			out = append(out, diffLine{"…", ""})
		}
	}
	return out
}
