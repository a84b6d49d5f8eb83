package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/vade/internal/portable"
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
			return p.buildAndTell(c.Context(), consoleOf(c))
		},
	}
	p.flags(c)
	c.Flags().StringVar(&p.baseURL, "base-url", "", "address where the site will be published (default: the one in hugo.toml)")
	return c
}

// buildAndTell builds, and tells what was built.
func (p *project) buildAndTell(ctx context.Context, log *console) error {
	start := time.Now()
	report, err := p.build(ctx, log)
	if err != nil {
		return err
	}
	tell(log, report)
	log.say("Site in %s, index in %s, %.1f s.", p.in(p.destination), p.in(p.index), time.Since(start).Seconds())
	return nil
}

// build writes the site and its index, both or neither.
func (p *project) build(ctx context.Context, log *console) (report *indexer.Report, err error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	defer log.done()
	log.step("Checking front matter")
	if _, err := p.frontMatter(); err != nil {
		return nil, notBuilt(err)
	}
	defer relaxGC()()
	err = indexer.Replace(p.in(p.destination), func(site string) error {
		log.step("Hugo makes the pages")
		warnings, err := p.hugo(ctx, site)
		warnAll(log, warnings)
		if err != nil {
			return notBuilt(err)
		}
		return indexer.Replace(p.in(p.index), func(index string) error {
			pages, _, err := readLinked(ctx, site, log)
			if err != nil {
				return notBuilt(err)
			}
			if report, err = writeSearch(ctx, pages, index, site, log); err != nil {
				return err
			}
			return portable.WriteOffline(site)
		})
	})
	return report, err
}

// writeSearch writes the index of a site, and its web index into the site.
func writeSearch(ctx context.Context, pages *indexer.Site, index, site string, log *console) (*indexer.Report, error) {
	log.step("Writing the index")
	report, err := pages.WriteIndex(ctx, index)
	if err != nil {
		return nil, err
	}
	if err := checkWebIndex(site, report.Languages); err != nil {
		return nil, err
	}
	log.step("Writing the index for browsers")
	x, err := indexer.Open(index)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	return report, x.WriteWebIndex(ctx, filepath.Join(site, webIndexFolder))
}

// webIndexFolder is where in a site the web index stands.
const webIndexFolder = "search"

// checkWebIndex refuses to replace files that vade did not write.
func checkWebIndex(site string, languages []string) error {
	for _, name := range append([]string{"languages"}, languages...) {
		file := filepath.Join(site, webIndexFolder, name+".js")
		text, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return wrongUse{fmt.Errorf("the web index cannot be written to %s (%w): put what is there elsewhere", file, err)}
		case !bytes.HasPrefix(text, []byte("(self.vademecum")):
			return wrongUse{fmt.Errorf("%s is a file of the site's own, and the web index would replace it: rename it", file)}
		}
	}
	return nil
}

// relaxGC lets garbage lie for the time of a build, which is short and leaves much
// of it: that saves a fifth of the time. From a gigabyte on it is collected as
// ever. The function that it returns ends this.
func relaxGC() (end func()) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(1<<30)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// readLinked reads the pages of a site that was built, all links of which must
// lead somewhere. It gives the links to other hosts, too.
func readLinked(ctx context.Context, site string, log *console) (pages *indexer.Site, external []string, err error) {
	if pages, err = indexer.ReadSite(ctx, site, indexer.Options{Progress: log.count("Reading pages")}); err != nil {
		return nil, nil, err
	}
	broken, external := pages.Links()
	if len(broken) > 0 {
		return nil, nil, complaints(broken)
	}
	return pages, external, nil
}
