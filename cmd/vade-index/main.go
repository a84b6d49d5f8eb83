// Command vade-index gives any static site a search: it indexes the site's folder
// of HTML and puts the search into its pages. It is vade without Hugo.
//
// It exits as vade does: with 1 when something failed, with 2 when the command
// line is wrong.
package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
)

func main() { cli.Main("vade-index", run) }

// run carries out one command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "vade-index",
		Short: "Search for any static site",
		Long: "vade-index indexes the HTML files of a site, whatever made it. Browsers then\n" +
			"search in plain files beside the pages, without a server.",
	}
	return cli.Run(ctx, root, []*cobra.Command{
		cli.IndexCommand(),
		cli.SearchCommand(),
		cli.ServeCommand(),
		cli.EvalCommand(),
		cli.VerifyCommand(),
		cli.AssistantCommand(),
		cli.VersionCommand(),
	}, args, stdout, stderr)
}
