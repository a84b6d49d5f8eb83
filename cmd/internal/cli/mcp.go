package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/service"
	"vademecum/indexer"
)

// AssistantCommand lets a program for assistants search and read.
func AssistantCommand() *cobra.Command {
	var index, site string
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Let an assistant search and read, by the Model Context Protocol",
		Long: "mcp answers one assistant on its standard streams: the assistant's program starts\n" +
			"it. It can search and read pages, and change nothing. Each answer has the address\n" +
			"of the section, the sources, and the day on which the page was checked.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			x, err := indexer.OpenCopy(os.DirFS(index), index)
			if err != nil {
				return err
			}
			defer x.Close()
			return service.Serve(c.Context(), x, strings.TrimSuffix(site, "/"))
		},
	}
	c.Flags().StringVar(&index, "index", "index", "folder of the index")
	c.Flags().StringVar(&site, "site", "", "address of the host at which the site is published, https://example.org say, for addresses in answers")
	return c
}
