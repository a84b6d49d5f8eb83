//go:build unix

// Command figures measures this repository and writes what it measured to
// .ci/figures.md, beside the figures of the committed run, so that a change for
// the worse is seen. It is a developer's tool and no part of vade:
//
//	go run ./cmd/figures
//
// It takes some minutes, needs no network, and changes that one file only.
// Figures that need Chromium, Python or the test collections in ../shared are
// left open where these are missing, and the table says why. Times depend on the
// machine and on what else it does: they are rough.
package main

//go:generate go run -C ../.. ./cmd/figures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"vademecum/cmd/internal/atomicfile"
)

// table is where the figures stand, from the folder of the repository.
const table = ".ci/figures.md"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if _, err := os.Stat("hugo.toml"); err != nil {
		return errors.New("run it in the folder of the repository: go run ./cmd/figures")
	}
	tmp, err := os.MkdirTemp("", "vade-figures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	m := &measurement{tmp: tmp}
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"Programs", m.programs},
		{"Our own site", m.site},
		{"A cold search on our own site, in Chromium", m.coldSearches},
		{"Answers", m.judged},
		{"Answers on public collections", m.collections},
		{"Ten thousand pages", m.scale},
		{"Cases and documents", m.cases},
		{"Lines", m.lines},
	} {
		fmt.Fprintf(os.Stderr, "== %s\n", part.name)
		m.part = part.name
		if err := part.measure(ctx); ctx.Err() != nil {
			return errors.New("stopped; nothing was changed")
		} else if err != nil {
			m.lack(err.Error())
		}
	}
	text := write(m.figures, m.lacking, committed(ctx), time.Now())
	// Written at once: half a table would be compared with as if it were whole.
	if err := atomicfile.WriteBytes(table, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d figures in %s\n", len(m.figures), table)
	return nil
}

// committed gives the table as it was committed last, "" if it never was.
func committed(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "show", "HEAD:"+table).Output()
	if err != nil {
		return ""
	}
	return string(out)
}
