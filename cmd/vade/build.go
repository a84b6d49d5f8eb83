package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/portable"
	"vademecum/cmd/vade/internal/twin"
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
			if p.links != warnOfLinks && p.links != "fail" {
				return cli.WrongUse{Err: fmt.Errorf("--links is %q: write fail or warn", p.links)}
			}
			if _, err := time.Parse(time.DateOnly, p.day); p.day != "" && err != nil {
				return cli.WrongUse{Err: fmt.Errorf("--day is %q: write a day such as 2027-01-31", p.day)}
			}
			p.twins = true
			return p.buildAndTell(c.Context(), cli.ConsoleOf(c))
		},
	}
	p.flags(c)
	c.Flags().StringVar(&p.links, "links", "fail", "what a link within the site that leads nowhere does: fail, or warn")
	c.Flags().StringVar(&p.day, "day", "", "day from which the site reckons what is due, such as 2027-01-31 (default: the newest day on which a page was checked)")
	c.Flags().StringVar(&p.baseURL, "base-url", "", "address where the site will be published (default: the one in hugo.toml)")
	return c
}

// buildAndTell builds, and tells what was built.
func (p *project) buildAndTell(ctx context.Context, log *cli.Console) error {
	start := time.Now()
	report, err := p.build(ctx, log)
	if err == nil {
		p.tell(report, start, log)
	}
	return err
}

// tell tells of a site and index that were begun at start.
func (p *project) tell(report *indexer.Report, start time.Time, log *cli.Console) {
	cli.Tell(log, report)
	log.Say("Site in %s, index in %s, %.1f s.", p.in(p.destination), p.in(p.index), time.Since(start).Seconds())
}

// build writes the site and its index, both or neither.
func (p *project) build(ctx context.Context, log *cli.Console) (report *indexer.Report, err error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	log.Step("Checking front matter")
	if _, err := p.frontMatter(); err != nil {
		log.Done()
		return nil, notBuilt(err)
	}
	return p.replace(ctx, log, wholeSite, func(site string) error {
		warnings, err := p.hugo(ctx, site)
		cli.WarnAll(log, warnings)
		return err
	})
}

// extent is how much of a site is made.
type extent int

const (
	wholeSite extent = iota
	somePages        // while an author writes: the whole site soon takes its place
)

// replace replaces folders that belong together, all or none.
func (e extent) replace(dirs []string, write func(tmps []string) error, whole func()) error {
	if e == somePages {
		return indexer.ReplaceForNow(dirs, write, whole)
	}
	return indexer.ReplaceAll(dirs, write, whole)
}

// replace puts the site that draw fills a folder with in the place of the one before,
// with its index.
func (p *project) replace(ctx context.Context, log *cli.Console, of extent, draw func(site string) error) (report *indexer.Report, err error) {
	defer log.Done()
	defer cli.RelaxGC()()
	err = indexer.Keep(indexer.KeptFolder(p.in(p.index)), func(kept *indexer.Kept) error {
		report, err = p.write(ctx, kept, log, of, draw)
		return err
	})
	return report, err
}

// write writes the site that draw fills a folder with and its index, with what builds
// before this one kept.
func (p *project) write(ctx context.Context, kept *indexer.Kept, log *cli.Console, of extent, draw func(site string) error) (report *indexer.Report, err error) {
	var made []string
	err = of.replace([]string{p.in(p.destination), p.in(p.index)}, func(tmps []string) error {
		site, index := tmps[0], tmps[1]
		log.Step("Hugo makes the pages")
		if err := draw(site); err != nil {
			return notBuilt(err)
		}
		if p.renews {
			if made, err = filesUnder(site); err != nil {
				return err
			}
		}
		how, twins := indexer.Options{Kept: kept, Before: p.before()}, twin.New(site)
		if p.twins {
			how.Parsed = twins.Parsed
		}
		pages, _, err := readLinked(ctx, site, how, log, p.lenient(log))
		if err != nil {
			return notBuilt(err)
		}
		if report, err = cli.WriteSearch(ctx, pages, index, site, log); err != nil {
			return err
		}
		scripts := cli.WriteElements
		if slices.ContainsFunc(pages.Pages, func(p *indexer.Page) bool { return p.Search }) {
			scripts = cli.WriteInflate // all else stands in that page's own
		}
		if err := scripts(site); err != nil {
			return err
		}
		if of == somePages {
			return nil // nobody takes a copy of it along
		}
		if err := portable.WriteOffline(site); err != nil {
			return err
		}
		if p.twins {
			log.Step("Writing the pages as Markdown")
			return twins.Write(ctx, pages.Pages)
		}
		return nil
	}, p.release)
	if err == nil {
		p.made = made
	}
	return report, err
}

// before tells where the build before wrote.
func (p *project) before() indexer.Before {
	return indexer.Before{Index: p.in(p.index), Web: filepath.Join(p.in(p.destination), cli.WebIndexFolder)}
}

// warnOfLinks is the value of --links that lets broken links through.
const warnOfLinks = "warn"

// lenient gives what is done with links that lead nowhere: nil where they stop a
// build.
func (p *project) lenient(log *cli.Console) func(broken []string) {
	if p.links != warnOfLinks {
		return nil
	}
	return func(broken []string) {
		cli.WarnAll(log, broken)
		if p.broken != nil {
			p.broken(broken)
		}
	}
}

// readLinked reads the pages of a site that was built, all links of which must
// lead somewhere, unless lenient takes those that do not. It gives the links to
// other hosts, too.
func readLinked(ctx context.Context, site string, how indexer.Options, log *cli.Console, lenient func(broken []string)) (pages *indexer.Site, external []string, err error) {
	how.Progress = log.Count("Reading pages")
	if pages, err = indexer.ReadSite(ctx, site, how); err != nil {
		return nil, nil, err
	}
	broken, external := pages.Links()
	if lenient != nil {
		lenient(broken)
	} else if len(broken) > 0 {
		return nil, nil, complaints(broken)
	}
	return pages, external, nil
}
