// Command vade builds, serves and searches a knowledge base that people can
// carry: Hugo makes the site, package indexer its search.
//
// It exits with 0 when all is well, with 1 when something failed (a page that is
// broken, a disk that is full), and with 2 when the command line is wrong: an
// unknown command, flag or argument, or a folder that cannot be meant.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func main() {
	beHugo()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal does not wait for an orderly end
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		log := newConsole(os.Stderr, false)
		fmt.Fprintln(log, log.paint("31", "vade:"), err)
		os.Exit(exitCode(err))
	}
}

// wrongUse is an error of who wrote the command line, not of the pages.
type wrongUse struct{ error }

func (w wrongUse) Unwrap() error { return w.error }

// exitCode gives what the process tells of an error to the one that started it.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(wrongUse)), errors.Is(err, indexer.ErrNoIndex):
		return 2
	}
	return 1
}

// run carries out one command line. What a command answers goes to stdout,
// what it tells of its work to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "vade",
		Short: "A knowledge base that people can carry",
		Long: "vade turns a folder of Markdown into a website with its own search,\n" +
			"which answers from a server, from plain static files and from a USB stick.\n\n" +
			"It exits with 1 when something failed, a page that is broken say, and with 2\n" +
			"when the command line is wrong.",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().BoolP("quiet", "q", false, "tell only what is wrong")
	begun := false
	for _, c := range []*cobra.Command{
		buildCommand(),
		checkCommand(),
		serveCommand(),
		indexCommand(),
		searchCommand(),
		importCommand(),
		evalCommand(),
		packCommand(),
		verifyCommand(),
		versionCommand(),
	} {
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
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return errors.New("stopped; nothing was changed")
	case err != nil && !begun:
		return wrongUse{fmt.Errorf("%w (vade --help, or --help after a command, tells more)", err)}
	}
	return err
}

// consoleOf gives the console of a command that runs.
func consoleOf(c *cobra.Command) *console {
	quiet, err := c.Flags().GetBool("quiet")
	if err != nil {
		panic(err) // the flag is the root's, so every command has it
	}
	return newConsole(c.ErrOrStderr(), quiet)
}
