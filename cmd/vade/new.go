package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/cmd/vade/internal/starter"
)

func newCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "new",
		Short: "Begin a knowledge base of your own, or a page",
		Long: "new site writes a small knowledge base, on which every command works. new KIND\n" +
			"writes a page of a kind, with the fields that the kind asks for.",
		Example: "  new site ../my-site --title \"What we know\" --languages en,fr\n" +
			"  new workshop \"Workshop on coordination, Lima\"",
		Args: cobra.ExactArgs(2),
	}
	var p project
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Use = "new KIND TITLE"
	c.RunE = func(c *cobra.Command, args []string) error {
		return p.newPage(args[0], args[1], cli.ConsoleOf(c))
	}
	site := starter.Site{Today: time.Now()}
	s := &cobra.Command{
		Use:   "site DIR",
		Short: "Write a small knowledge base to a new folder",
		Long: "site writes a small knowledge base to DIR: a home page, three kinds of pages with an\n" +
			"example of each, a page of results, rules for citations, and a translation of each page.\n" +
			"All of it is yours to change.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := site.Write(args[0]); err != nil {
				return cli.WrongUse{Err: err}
			}
			cli.ConsoleOf(c).Say("A knowledge base stands in %s. See it:  vade serve --source %s --watch", args[0], args[0])
			return nil
		},
	}
	s.Flags().StringVar(&site.Title, "title", "Vademecum", "title of the site")
	s.Flags().StringSliceVar(&site.Languages, "languages", []string{"en", "es"}, "languages, the originals' first: "+strings.Join(starter.Languages(), ", "))
	c.AddCommand(s)
	return c
}

// newPage writes a page of a kind that holds nothing yet but its title, as a draft.
func (p *project) newPage(kind, title string, log *cli.Console) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	site := os.DirFS(p.source)
	byFolder, problems := kinds.Load(site)
	if len(problems) > 0 {
		return errors.New(problems[0].String())
	}
	if len(byFolder) == 0 {
		return cli.WrongUse{Err: fmt.Errorf("%s describes no kinds of pages (%s): write the file under content yourself", p.source, kinds.Folder)}
	}
	k := kindNamed(byFolder, kind)
	if k == nil {
		var names []string
		for _, k := range byFolder {
			names = append(names, k.Name)
		}
		slices.Sort(names)
		return cli.WrongUse{Err: fmt.Errorf("there is no kind %q: the kinds are %s", kind, strings.Join(names, ", "))}
	}
	if k.Single {
		return cli.WrongUse{Err: fmt.Errorf("all entries of the kind %q stand on one page: add yours to content/%s/_index.md", kind, k.Folder)}
	}
	name := kinds.Slug(title)
	if name == "" {
		return cli.WrongUse{Err: errors.New("the title has no letter or digit of which a file's name could be made: give another title")}
	}
	file := path.Join("content", k.Folder, name+".md")
	target := p.in(filepath.FromSlash(file))
	if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return cli.WrongUse{Err: fmt.Errorf("%s is there already: give another title", target)}
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(target, []byte(kinds.Blank(k, title, time.Now()))); err != nil {
		return err
	}
	log.Say("%s: fill in what the lines ask for, then take out \"draft: true\". vade check tells what is missing.", target)
	return nil
}

// kindNamed finds a kind by its name or by its folder.
func kindNamed(byFolder map[string]*kinds.Kind, name string) *kinds.Kind {
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		if k := byFolder[folder]; k.Name == name || k.Folder == name {
			return k
		}
	}
	return nil
}
