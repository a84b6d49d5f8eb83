//go:build unix

package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Which way of a figure is the better one.
type direction int

const (
	less    direction = -1
	neither direction = 0
	more    direction = 1
)

// A figure is one thing that was measured.
type figure struct {
	part, name string // the name is its own in the whole table
	value      float64
	decimals   int
	unit       string // "", or behind the number
	note       string // what was measured, "" if the name says it
	better     direction
	noise      float64 // changes up to this share of the value say nothing
}

func (f figure) String() string {
	s := strconv.FormatFloat(f.value, 'f', f.decimals, 64)
	if f.unit != "" {
		s += " " + f.unit
	}
	if f.note != "" {
		s += " (" + f.note + ")"
	}
	return s
}

// unknown stands for a figure that could not be measured.
const unknown = "–"

// row is a line of a table that was written.
var row = regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| [^|]*\|$`)

// figuresOf reads the figures of a table by their names. Of a figure that was
// not measured it gives the one before.
func figuresOf(table string) map[string]string {
	out := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		value := m[2]
		if value == unknown {
			value = m[3]
		}
		if _, err := number(value); err == nil {
			out[m[1]] = value
		}
	}
	return out
}

// number gives the number that a cell begins with; of sizes, in kB, so that one
// that grows from kB to MB can be compared.
func number(cell string) (float64, error) {
	first, rest, _ := strings.Cut(cell, " ")
	n, err := strconv.ParseFloat(first, 64)
	if unit, _, _ := strings.Cut(rest, " "); unit == "MB" {
		n *= 1000
	}
	return n, err
}

// change says how a figure compares with the committed one, in words that stand
// out when it is worse.
func (f figure) change(before string) string {
	was, err := number(before)
	now, _ := number(f.String()) // as it is printed: what is not seen is no change
	if err != nil || was == now {
		return ""
	}
	how := fmt.Sprintf("%+.*f", f.decimals, now-was)
	if was != 0 {
		how = fmt.Sprintf("%+.1f %%", 100*(now-was)/math.Abs(was))
	}
	switch {
	case f.better == neither:
		return how
	case math.Abs(now-was) <= f.noise*math.Abs(was):
		return "(" + how + ")"
	case (now > was) == (f.better == more):
		return "better, " + how
	}
	return "⬇ **worse**, " + how
}

// write writes the whole table. before is the committed one.
func write(figures []figure, lacking []string, before string, at time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Figures\n\nMade by `go run ./cmd/figures` on %s; never edited by hand. "+
		"“Committed” is the run committed before. Less is better of sizes, times, memory and requests, more is better of answers; "+
		"an arrow shows what got worse, and brackets a change within the noise. Times and memory are rough. kB and MB are thousands and millions of bytes.\n",
		at.Format(time.DateOnly))
	old, measured := figuresOf(before), map[string]bool{}
	part := ""
	for _, f := range figures {
		if f.part != part {
			part = f.part
			fmt.Fprintf(&b, "\n## %s\n\n| figure | this run | committed | change |\n| --- | --- | --- | --- |\n", part)
		}
		measured[f.name] = true
		was := old[f.name]
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.name, f, orUnknown(was), f.change(was))
	}
	var missing []string
	for _, m := range row.FindAllStringSubmatch(before, -1) {
		if was := old[m[1]]; was != "" && !measured[m[1]] {
			missing = append(missing, fmt.Sprintf("| %s | %s | %s | |\n", m[1], unknown, was))
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, "\n## Not measured in this run\n\n| figure | this run | committed | change |\n| --- | --- | --- | --- |\n%s", strings.Join(missing, ""))
	}
	if len(lacking) > 0 {
		b.WriteString("\nWhat was left out, and why:\n\n")
		for _, s := range lacking {
			fmt.Fprintf(&b, "- %s\n", strings.ReplaceAll(s, "\n", " "))
		}
	}
	return b.String()
}

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return s
}
