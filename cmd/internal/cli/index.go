package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/embed"
	"vademecum/indexer"
	"vademecum/indexer/browser"
)

// indexing says what to index, and what to write into the site.
type indexing struct {
	site, out string
	read      indexer.Options
	inject    string // selector of where in every page the search is shown, "" for nowhere
	modal     bool
	page      bool // write pages of results
}

// IndexCommand indexes any folder of HTML.
func IndexCommand() *cobra.Command {
	var i indexing
	c := &cobra.Command{
		Use:   "index SITE_DIR",
		Short: "Index the HTML files of any static site",
		Long: "index reads every .html file under SITE_DIR, whatever made it, and writes\n" +
			"a search index, and into SITE_DIR/search the web index, from which a browser searches\n" +
			"without a server, with the scripts and the style that show the search:\n\n" +
			"  " + strings.Join(twoLines, "\n  ") + "\n\n" +
			"--inject writes such lines into every page, and --page a page of results. Pages\n" +
			"may say more about themselves by the page contract (see the documentation of\n" +
			"package indexer); none need to.",
		Example: "  " + "index public --page --inject header",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			i.site = args[0]
			return i.run(c.Context(), ConsoleOf(c))
		},
	}
	f := c.Flags()
	f.StringVar(&i.out, "out", "index", "folder to write the index to")
	f.StringVar(&i.inject, "inject", "", "put the search into every page, as the first thing in the element that this CSS selector names")
	f.BoolVar(&i.modal, "modal", false, "with --inject: a button that opens the search in a dialog")
	f.BoolVar(&i.page, "page", false, "write a page of results, SITE_DIR/search/index.html, in the look of the front page")
	f.StringVar(&i.read.Root, "root", "", "CSS selector of the element that holds the text of a page (default: what the page's structure tells)")
	f.StringVar(&i.read.Exclude, "exclude", "", "CSS selector of elements that are not to be found")
	f.StringVar(&i.read.Lang, "lang", "", "language of all pages, where they do not say it themselves or say it wrongly")
	return c
}

// twoLines is what a page needs to show the search.
var twoLines = []string{
	`<link rel="stylesheet" href="/search/vade.css"><script src="/search/vade.js" defer></script>`,
	`<vade-search><form action="/search/"><input type="search" name="q" aria-label="Search"></form></vade-search>`,
}

func (i *indexing) check() error {
	site, out := i.site, i.out
	switch info, err := os.Stat(site); {
	case err != nil || !info.IsDir():
		return WrongUse{fmt.Errorf("there is no folder %s: name the one that holds the pages of the site", site)}
	case Within(out, site):
		return WrongUse{fmt.Errorf("the index (%s) would lie in the site (%s) and be published with it: name a folder outside with --out", out, site)}
	case Within(site, out):
		return WrongUse{fmt.Errorf("the index (%s) would replace the site in it (%s): name another folder with --out", out, site)}
	case i.modal && i.inject == "":
		return WrongUse{errors.New("--modal says how --inject shows the search: name the place with --inject")}
	}
	if err := indexer.CheckFolder(out); err != nil {
		return WrongUse{err}
	}
	if err := browser.Check(filepath.Join(site, WebIndexFolder)); err != nil {
		return WrongUse{err}
	}
	return nil
}

// run writes the index of a site, the web index into the site, and the search
// into its pages.
func (i *indexing) run(ctx context.Context, log *Console) error {
	start := time.Now()
	if err := i.check(); err != nil {
		return err
	}
	defer log.Done()
	defer RelaxGC()()
	run := indexer.Run{Site: i.site, Web: WebIndexFolder, Index: i.out, Options: fmt.Sprintf("%q", []any{i.inject, i.modal, i.page, i.read.Root, i.read.Exclude, i.read.Lang}), Inserts: i.inject != "" || i.page}
	if report := run.Unchanged(ctx); report != nil {
		Tell(log, report)
		log.Say("Nothing has changed: index in %s, web index in %s, %.1f s.", i.out, filepath.Join(i.site, WebIndexFolder), time.Since(start).Seconds())
		return nil
	}
	var report *indexer.Report
	err := indexer.Keep(indexer.KeptFolder(i.out), func(k *indexer.Kept) error {
		return run.Noted(ctx, k, func() (pages *indexer.Site, _ *indexer.Report, err error) {
			i.read.Kept = k
			pages, report, err = i.write(ctx, log)
			return pages, report, err
		})
	})
	if err != nil {
		return err
	}
	Tell(log, report)
	log.Say("Index in %s, web index in %s, %.1f s.", i.out, filepath.Join(i.site, WebIndexFolder), time.Since(start).Seconds())
	return nil
}

// write reads the pages and writes all that belongs to their search.
func (i *indexing) write(ctx context.Context, log *Console) (pages *indexer.Site, report *indexer.Report, err error) {
	err = indexer.Replace(i.out, func(index string) error {
		i.read.Before = indexer.Before{Index: i.out, Web: filepath.Join(i.site, WebIndexFolder)}
		i.read.Progress = log.Count("Reading pages")
		if pages, err = indexer.ReadSite(ctx, i.site, i.read); err != nil {
			return err
		}
		if err := i.embed(ctx, pages, log); err != nil {
			return err
		}
		if report, err = WriteSearch(ctx, pages, index, i.site, log); err != nil {
			return err
		}
		return WriteElements(i.site)
	})
	return pages, report, err
}

// WriteElements writes the scripts and the style of the search into a site.
func WriteElements(site string) error {
	return browser.Write(filepath.Join(site, WebIndexFolder))
}

// WriteInflate writes, of these, only what old browsers need, for a site with a page of search
// of its own.
func WriteInflate(site string) error {
	return browser.WriteInflate(filepath.Join(site, WebIndexFolder))
}

// embed writes pages of results, and the search into the site's pages.
func (i *indexing) embed(ctx context.Context, pages *indexer.Site, log *Console) error {
	place := embed.Place{Selector: i.inject, Modal: i.modal, Folder: WebIndexFolder}
	if i.inject != "" {
		if err := place.Check(pages, i.site); err != nil {
			return WrongUse{err}
		}
	}
	if i.page {
		log.Step("Writing pages of results")
		written, err := embed.WritePages(ctx, pages, i.site, WebIndexFolder, i.read.Root)
		if err != nil {
			return err
		}
		log.Say("Pages of results: %s.", strings.Join(written, ", "))
	}
	if i.inject == "" {
		return nil
	}
	log.Step("Putting the search into the pages")
	changed, warnings, err := place.Insert(pages, i.site)
	if err != nil {
		return WrongUse{err}
	}
	slices.Sort(warnings)
	WarnAll(log, warnings)
	log.Say("The search stands in %d pages.", changed)
	return nil
}
