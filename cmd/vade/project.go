package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/indexer"
)

// project names the folders of one knowledge base.
type project struct {
	source      string
	destination string         // of the site; relative to the source
	index       string         // of the search index; relative to the source
	baseURL     string         // "" for the one in the site's configuration
	with        string         // how far the site may reach; "" is public
	day         string         // from which the site reckons what is due, as 2006-01-02; "" is the newest day in its pages
	twins       bool           // write every page as Markdown, too
	links       string         // what a link that leads nowhere does: fail, or warn
	broken      func([]string) // told which do, where they only warn; may be nil
	made        []string       // files of the site that was built last that Hugo wrote; noted where renews is set
	renews      bool           // pages may be renewed later
	matter      kinds.Memory   // of the front matter that was checked last; used where renews is set
	release     func()         // called when the new site and index are whole, before they take the place of the old; may be nil
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

// configurations are the names under which Hugo finds a site's settings.
var configurations = []string{"hugo.toml", "hugo.yaml", "hugo.json", "config.toml", "config.yaml", "config"}

// ready finds what makes a build impossible, before it begins.
func (p *project) ready() error {
	if err := p.checkSource(); err != nil {
		return err
	}
	if err := p.checkDestination(); err != nil {
		return cli.WrongUse{Err: err}
	}
	return nil
}

func (p *project) checkSource() error {
	for _, name := range configurations {
		if _, err := os.Stat(filepath.Join(p.source, name)); err == nil {
			return nil
		}
	}
	return cli.WrongUse{Err: fmt.Errorf("%s holds no hugo.toml: name the folder of a knowledge base with --source", p.source)}
}

// checkDestination refuses to replace what is not an earlier site and index.
func (p *project) checkDestination() error {
	site, index := p.in(p.destination), p.in(p.index)
	switch {
	case cli.Within(p.source, site):
		return fmt.Errorf("%s would replace the knowledge base itself: choose another folder", site)
	case cli.Within(p.source, index):
		return fmt.Errorf("%s would replace the knowledge base itself: choose another folder", index)
	case cli.Within(site, index) || cli.Within(index, site):
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
