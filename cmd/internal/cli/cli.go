// Package cli is what the programs for authors have in common: their commands on
// any folder of HTML, their words to a person, their exit codes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"vademecum/indexer"
	"vademecum/internal/refused"
)

// WrongUse is an error of who wrote the command line, not of the pages.
type WrongUse struct{ Err error }

func (w WrongUse) Error() string { return w.Err.Error() }
func (w WrongUse) Unwrap() error { return w.Err }

// ExitCode gives what the process tells of an error to the one that started it.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(WrongUse)), errors.Is(err, indexer.ErrNoIndex):
		return 2
	}
	return 1
}

// Within tells whether a path is dir or lies in it.
func Within(path, dir string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// ConsoleOf gives the console of a command that runs.
func ConsoleOf(c *cobra.Command) *Console {
	quiet, err := c.Flags().GetBool("quiet")
	if err != nil {
		panic(err) // the flag is the root's, so every command has it
	}
	return NewConsole(c.ErrOrStderr(), quiet)
}

// Main carries out the command line of this process and ends it.
func Main(name string, run func(ctx context.Context, args []string, stdout, stderr io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal does not wait for an orderly end
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		log := NewConsole(os.Stderr, false)
		fmt.Fprintln(log, log.Paint("31", name+":"), err)
		os.Exit(ExitCode(err))
	}
}

// Run carries out one command line of a program that has these commands. What a
// command answers goes to stdout, what it tells of its work to stderr.
func Run(ctx context.Context, root *cobra.Command, commands []*cobra.Command, args []string, stdout, stderr io.Writer) error {
	root.Version = Version(root.Name())
	root.SilenceUsage, root.SilenceErrors = true, true
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().BoolP("quiet", "q", false, "tell only what is wrong")
	begun := false
	for _, c := range commands {
		work := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error {
			begun = true
			return work(c, args)
		}
		root.AddCommand(c)
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	remedied, isRefused := refused.WithRemedy(err)
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return errors.New("stopped; nothing was changed")
	case isRefused:
		return remedied
	case err != nil && !begun:
		return WrongUse{fmt.Errorf("%w (%s --help, or --help after a command, tells more)", err, root.Name())}
	}
	return err
}
