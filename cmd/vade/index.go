package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func indexCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "index SITE_DIR",
		Short: "Index the HTML files of any static site",
		Long: "index reads every .html file under SITE_DIR, whatever made it, and writes\n" +
			"a search index, and into SITE_DIR/search the pack from which a browser searches\n" +
			"without a server. Pages may say more about themselves by the page contract\n" +
			"(see the documentation of package indexer); none need to.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			start := time.Now()
			log := c.ErrOrStderr()
			report, err := indexer.Build(c.Context(), args[0], out, func(read, of int) {
				fmt.Fprintf(log, "Read %d of %d pages.\n", read, of)
			})
			if err != nil {
				return err
			}
			if err := writePack(c.Context(), out, args[0]); err != nil {
				return err
			}
			tell(log, report)
			fmt.Fprintf(log, "Index in %s, pack in %s, %.1f s.\n", out, filepath.Join(args[0], "search"), time.Since(start).Seconds())
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "index", "folder to write the index to")
	return c
}

// mostWarnings is how many warnings are printed; the rest are counted.
const mostWarnings = 20

func tell(log io.Writer, r *indexer.Report) {
	for _, w := range r.Warnings[:min(len(r.Warnings), mostWarnings)] {
		fmt.Fprintln(log, "warning:", w)
	}
	if more := len(r.Warnings) - mostWarnings; more > 0 {
		fmt.Fprintf(log, "and %d more warnings\n", more)
	}
	fmt.Fprintf(log, "Indexed %d pages (%d sections) in %s; %d pages say noindex.\n",
		r.Pages, r.Sections, strings.Join(r.Languages, ", "), len(r.Skipped))
}
