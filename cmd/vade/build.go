package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func buildCommand() *cobra.Command {
	var p project
	c := &cobra.Command{
		Use:   "build",
		Short: "Build the site and its search index",
		Long: "build lets Hugo write the site and indexes the pages it wrote.\n" +
			"When anything fails, the previous site and index stay as they were.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.build(c.Context(), c.ErrOrStderr())
		},
	}
	p.flags(c)
	c.Flags().StringVar(&p.baseURL, "base-url", "", "address where the site will be published (default: the one in hugo.toml)")
	return c
}

// build writes the site and its index, both or neither.
func (p *project) build(ctx context.Context, log io.Writer) error {
	start := time.Now()
	if err := p.ready(); err != nil {
		return err
	}
	if _, err := p.frontMatter(); err != nil {
		return notBuilt(err)
	}
	defer hurry()()
	var report *indexer.Report
	err := indexer.Replace(p.in(p.destination), func(site string) error {
		if err := p.hugo(ctx, site, log); err != nil {
			return notBuilt(err)
		}
		return indexer.Replace(p.in(p.index), func(index string) error {
			pages, _, err := readLinked(ctx, site)
			if err != nil {
				return notBuilt(err)
			}
			if report, err = pages.WriteIndex(ctx, index); err != nil {
				return err
			}
			if err := writePack(ctx, index, site); err != nil {
				return err
			}
			return writeOffline(site)
		})
	})
	if err != nil {
		return err
	}
	tell(log, report)
	fmt.Fprintf(log, "Site in %s, index in %s, %.1f s.\n", p.in(p.destination), p.in(p.index), time.Since(start).Seconds())
	return nil
}

// hurry lets garbage lie for the time of a build, which is short and leaves much
// of it: that saves a fifth of the time. From a gigabyte on it is collected as
// ever. The function that it returns ends this.
func hurry() (end func()) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(1<<30)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// writePack writes the pack of an index into a site.
func writePack(ctx context.Context, index, site string) error {
	x, err := indexer.Open(index)
	if err != nil {
		return err
	}
	defer x.Close()
	return x.WritePack(ctx, filepath.Join(site, "search"))
}

// readLinked reads the pages of a site that was built, all links of which must
// lead somewhere. It gives the links to other hosts, too.
func readLinked(ctx context.Context, site string) (pages *indexer.Site, external []string, err error) {
	if pages, err = indexer.ReadSite(ctx, site, nil); err != nil {
		return nil, nil, err
	}
	broken, external := pages.Links()
	if len(broken) > 0 {
		return nil, nil, complaints(broken)
	}
	return pages, external, nil
}
