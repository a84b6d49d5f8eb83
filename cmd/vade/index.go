package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
			"a search index, and into SITE_DIR/search the web index, from which a browser searches\n" +
			"without a server. Pages may say more about themselves by the page contract\n" +
			"(see the documentation of package indexer); none need to.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return indexSite(c.Context(), args[0], out, consoleOf(c))
		},
	}
	c.Flags().StringVar(&out, "out", "index", "folder to write the index to")
	return c
}

// indexSite writes the index of a site to out and the web index into the site.
func indexSite(ctx context.Context, site, out string, log *console) error {
	start := time.Now()
	switch info, err := os.Stat(site); {
	case err != nil || !info.IsDir():
		return wrongUse{fmt.Errorf("there is no folder %s: name the one that holds the pages of the site", site)}
	case within(out, site):
		return wrongUse{fmt.Errorf("the index (%s) would lie in the site (%s) and be published with it: name a folder outside with --out", out, site)}
	case within(site, out):
		return wrongUse{fmt.Errorf("the index (%s) would replace the site in it (%s): name another folder with --out", out, site)}
	}
	if err := indexer.CheckFolder(out); err != nil {
		return wrongUse{err}
	}
	defer log.done()
	defer relaxGC()()
	var report *indexer.Report
	err := indexer.Replace(out, func(index string) error {
		pages, err := indexer.ReadSite(ctx, site, indexer.Options{Progress: log.count("Reading pages")})
		if err != nil {
			return err
		}
		report, err = writeSearch(ctx, pages, index, site, log)
		return err
	})
	if err != nil {
		return err
	}
	tell(log, report)
	log.say("Index in %s, web index in %s, %.1f s.", out, filepath.Join(site, webIndexFolder), time.Since(start).Seconds())
	return nil
}
