package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

// project names the folders of one knowledge base.
type project struct {
	source      string
	destination string // of the site; relative to the source
	index       string // of the search index; relative to the source
	baseURL     string // "" for the one in the site's configuration
	with        string // how far the site may reach; "" is public
}

func (p *project) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	f.StringVar(&p.destination, "destination", "public", "folder to write the site to")
	f.StringVar(&p.index, "index", "index", "folder to write the search index to")
	p.withFlag(c)
}

// in gives the path of a folder that is named relative to the source.
func (p *project) in(dir string) string {
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(p.source, dir)
}

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
	return x.WriteWebIndex(ctx, filepath.Join(site, "search"))
}

// configurations are the names under which Hugo finds a site's settings.
var configurations = []string{"hugo.toml", "hugo.yaml", "hugo.json", "config.toml", "config.yaml", "config"}

// ready finds what makes a build impossible, before it begins.
func (p *project) ready() error {
	if err := p.checkSource(); err != nil {
		return err
	}
	return p.checkDestination()
}

func (p *project) checkSource() error {
	for _, name := range configurations {
		if _, err := os.Stat(filepath.Join(p.source, name)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s holds no hugo.toml: name the folder of a knowledge base with --source", p.source)
}

// checkDestination refuses to replace what is not an earlier site and index.
func (p *project) checkDestination() error {
	site, index := p.in(p.destination), p.in(p.index)
	switch {
	case within(p.source, site):
		return fmt.Errorf("%s would replace the knowledge base itself: choose another folder", site)
	case within(p.source, index):
		return fmt.Errorf("%s would replace the knowledge base itself: choose another folder", index)
	case within(site, index) || within(index, site):
		return fmt.Errorf("the site (%s) and the index (%s) must not lie in one another: choose other folders", site, index)
	}
	if err := indexer.CheckFolder(index); err != nil {
		return err
	}
	there, err := os.ReadDir(site)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(there) == 0 {
		return nil
	} else if err != nil {
		return fmt.Errorf("the site cannot be written to %s (%w): choose a folder", site, err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(there, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	if has(".git") || !has("index.html") && !has("sitemap.xml") {
		return fmt.Errorf("%s holds other things than a site that vade built, and would be replaced: choose another folder, or empty it first", site)
	}
	return nil
}

// within tells whether a path is dir or lies in it.
func within(path, dir string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// hugo builds the site into dir. What Hugo has to say against a page becomes
// part of the error; its warnings go to log.
func (p *project) hugo(ctx context.Context, dir string, log io.Writer, flags ...string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	args := append([]string{"--source", p.source, "--destination", dir, "--noBuildLock"}, flags...)
	if p.baseURL != "" {
		args = append(args, "--baseURL", p.baseURL)
	}
	env, err := p.reachEnv()
	if err != nil {
		return err
	}
	lines, err := runHugo(ctx, args, env...)
	var said complaints
	for _, line := range lines {
		if complaint, ok := strings.CutPrefix(line, "ERROR "); ok {
			said = append(said, complaint)
		} else if strings.HasPrefix(line, "WARN") {
			fmt.Fprintln(log, line)
		}
	}
	switch {
	case len(said) == 0 || ctx.Err() != nil:
		return err
	case errors.Is(err, errHung):
		return fmt.Errorf("%w; before that it said:\n  %w", err, said)
	}
	return said
}

// complaints are what is wrong with the pages, one by one.
type complaints []string

func (c complaints) Error() string {
	lines, more := c, ""
	if n := len(c); n > mostWarnings {
		lines, more = c[:mostWarnings], fmt.Sprintf("\n  and %d more", n-mostWarnings)
	}
	return strings.Join(lines, "\n  ") + more
}

// notBuilt tells of an error what it means for the site.
func notBuilt(err error) error {
	return fmt.Errorf("the site was not built, and what was there before is unchanged:\n  %w", err)
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
