package kinds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is something that is wrong, or left to do, in one file.
type Problem struct {
	Class   Class
	File    string // relative to the knowledge base, with slashes
	Line    int    // counted from 1; 0 if it is about the whole file
	Field   string // such as "steps[one].checked"; "" if it is about the whole file
	Message string // what is wrong
	Remedy  string // what to write instead; may be ""
}

// A Class says what a problem means for a build.
type Class int

// The classes. A Fault stops a build. The others are left to do.
const (
	Fault      Class = iota
	OfDraft          // what would be a fault if the page were no draft
	Missing          // a page is not shown, since something is not known
	Unreviewed       // no native reader has checked the names
	Outdated         // the original of a translation was changed since
	Guessed          // an import inferred a field of a draft, and nobody has accepted it
)

// String gives the problem in one line: file, line, field, message, remedy.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Field != "" {
		fmt.Fprintf(&b, ": field %q", p.Field)
	}
	if p.Message != "" {
		b.WriteString(": " + p.Message)
	}
	if p.Remedy != "" {
		b.WriteString("; " + p.Remedy)
	}
	return b.String()
}

// mostProblems is how many problems of one file are told; a file that is all
// wrong needs no thousand lines.
const mostProblems = 100

// reports collects problems.
type reports struct {
	problems []Problem
	byFile   map[string]int
	memory   *Memory // may be nil
}

func (r *reports) add(p Problem) {
	if r.byFile == nil {
		r.byFile = map[string]int{}
	}
	if r.byFile[p.File]++; r.byFile[p.File] <= mostProblems {
		r.problems = append(r.problems, p)
	}
}

// sorted gives the problems by file and line.
func (r *reports) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return r.problems
}
