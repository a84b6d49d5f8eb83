package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"vademecum/cmd/vade/internal/kinds"
)

// frontMatter checks the front matter of all pages, before Hugo sees it: the
// templates trust what it lets pass. It gives what does not stop a build.
func (p *project) frontMatter() (rest []kinds.Problem, err error) {
	if err := p.onlyFiles(); err != nil {
		return nil, err
	}
	var bad faults
	check := kinds.Check
	if p.renews {
		check = p.matter.Check
	}
	for _, problem := range check(os.DirFS(p.source)) {
		if problem.Class == kinds.Fault {
			bad = append(bad, problem)
		} else {
			rest = append(rest, problem)
		}
	}
	if len(bad) > 0 {
		return rest, bad
	}
	return rest, nil
}

// readByHugo are the folders of a source that Hugo reads.
var readByHugo = []string{"archetypes", "assets", "content", "data", "i18n", "layouts", "static"}

// onlyFiles refuses pipes, sockets and devices among what is read: a pipe that nobody
// writes to would keep a build waiting for ever, deaf to whoever wants to stop it.
func (p *project) onlyFiles() error {
	for _, folder := range readByHugo {
		err := filepath.WalkDir(filepath.Join(p.source, folder), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Type().IsRegular() {
				return nil // who reads it tells what is wrong
			}
			if info, err := os.Stat(name); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
				return fmt.Errorf("%s is a pipe, a socket or a device, not an ordinary file: remove it, or move it out of the folder %s", name, folder)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// faults are what is wrong with the front matter of pages.
type faults []kinds.Problem

// mostFaults is how many faults are printed: people work through them, so there
// are more than of other messages.
const mostFaults = 200

func (f faults) Error() string {
	var lines []string
	for _, problem := range f[:min(len(f), mostFaults)] {
		lines = append(lines, problem.String())
	}
	if more := len(f) - mostFaults; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n  ")
}

// leftToDo gives the titles under which check lists what does not stop a build.
var leftToDo = map[kinds.Class]string{
	kinds.OfDraft:    "drafts, not shown yet",
	kinds.Missing:    "not shown, since something is not known",
	kinds.Unreviewed: "names that no native reader has checked",
	kinds.Outdated:   "translations whose original was changed since",
	kinds.Guessed:    "guessed by an import, to be accepted or corrected",
}
