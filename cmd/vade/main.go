// Command vade builds, serves and searches a knowledge base that people can
// carry: Hugo makes the site, package indexer its search.
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
)

func main() {
	beHugo()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal does not wait for an orderly end
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "vade:", err)
		os.Exit(1)
	}
}

// run carries out one command line. What a command answers goes to stdout,
// what it tells of its work to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "vade",
		Short: "A knowledge base that people can carry",
		Long: "vade turns a folder of Markdown into a website with its own search,\n" +
			"which answers from a server, from plain static files and from a USB stick.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		buildCommand(),
		checkCommand(),
		serveCommand(),
		deskCommand(),
		indexCommand(),
		searchCommand(),
		importCommand(),
		evalCommand(),
		packCommand(),
		verifyCommand(),
	)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return errors.New("stopped; nothing was changed")
	}
	return err
}
