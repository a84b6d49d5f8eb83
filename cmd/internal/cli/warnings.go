package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"vademecum/indexer"
)

const (
	fewWarnings = 3  // warnings of one kind up to which each is told
	mostKinds   = 40 // kinds of warnings that are told; the rest are counted
)

// WarnAll tells warnings by their kind: each of a rare one, and of a frequent one
// the first, with how many there are. So the one that matters is not hidden
// behind thousands of another kind.
func WarnAll(log *Console, warnings []string) {
	kinds := kindsOf(warnings)
	for _, kind := range kinds[:min(len(kinds), mostKinds)] {
		if len(kind) <= fewWarnings {
			for _, warning := range kind {
				log.Warn(warning)
			}
		} else {
			log.Warn(fmt.Sprintf("%s (and %d more of this kind)", kind[0], len(kind)-1))
		}
	}
	if len(kinds) > mostKinds {
		more := 0
		for _, kind := range kinds[mostKinds:] {
			more += len(kind)
		}
		log.Warn(fmt.Sprintf("%d more, of %d other kinds", more, len(kinds)-mostKinds))
	}
}

// kindsOf groups warnings by their kind, rare kinds first.
func kindsOf(warnings []string) [][]string {
	at := map[string]int{}
	var kinds [][]string
	for _, warning := range warnings {
		key := kindOf(warning)
		i, ok := at[key]
		if !ok {
			i = len(kinds)
			at[key] = i
			kinds = append(kinds, nil)
		}
		kinds[i] = append(kinds[i], warning)
	}
	slices.SortStableFunc(kinds, func(a, b []string) int { return len(a) - len(b) })
	return kinds
}

var (
	named  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|“[^”]*”|'[^']*'`)
	digits = regexp.MustCompile(`\d+`)
)

// kindOf gives what a warning has in common with others of its kind: not the
// page, nor what is quoted, nor numbers.
func kindOf(warning string) string {
	if page, what, ok := strings.Cut(warning, ": "); ok && !strings.Contains(page, " ") {
		warning = what
	}
	return digits.ReplaceAllString(named.ReplaceAllString(warning, `"…"`), "0")
}

// Tell tells what was indexed, and what the pages break of the page contract.
func Tell(log *Console, r *indexer.Report) {
	WarnAll(log, r.Warnings)
	log.Say("Indexed %d pages (%d sections) in %s; %d pages are left out: they say noindex, or lead to others, list or repeat them.",
		r.Pages, r.Sections, strings.Join(r.Languages, ", "), len(r.Skipped))
}
