// Command vade builds, serves and searches a knowledge base that people can
// carry: Hugo makes the site, package indexer its search.
//
// It exits with 0 when all is well, with 1 when something failed (a page that is
// broken, a disk that is full), and with 2 when the command line is wrong: an
// unknown command, flag or argument, or a folder that cannot be meant.
package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
)

func main() {
	beHugo()
	cli.Main("vade", run)
}

// run carries out one command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "vade",
		Short: "A knowledge base that people can carry",
		Long: "vade turns a folder of Markdown into a website with its own search,\n" +
			"which answers from a server, from plain static files and from a USB stick.\n\n" +
			"It exits with 1 when something failed, a page that is broken say, and with 2\n" +
			"when the command line is wrong.",
	}
	return cli.Run(ctx, root, []*cobra.Command{
		newCommand(),
		buildCommand(),
		checkCommand(),
		serveCommand(),
		deskCommand(),
		cli.IndexCommand(),
		cli.SearchCommand(),
		importCommand(),
		cli.EvalCommand(),
		cli.AssistantCommand(),
		packCommand(),
		exportCommand(),
		verifyCommand(),
		cli.VersionCommand(),
	}, args, stdout, stderr)
}
