package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/importer"
	"vademecum/indexer"
)

func importCommand() *cobra.Command {
	var p project
	var lang string
	var force bool
	c := &cobra.Command{
		Use:   "import FILE…",
		Short: "Turn information notes into pages, and show official wording beside ours",
		Long: "import reads information notes (plain text or Markdown) and writes a page for\n" +
			"each under content/workshops, with a report of what it could not settle.\n" +
			"Themes, countries and organizations are those that the site has.\n" +
			"A page that is there already stays as it is; with --force the draft is written\n" +
			"beside it, and the report shows in which fields they differ.\n\n" +
			"A resolution of the Security Council is known by its symbol. Its wording goes to\n" +
			"content/resolutions/official, which git ignores, and the page of the resolution\n" +
			"shows it beside our own text.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.importFiles(c.Context(), args, lang, force, c.OutOrStdout(), cli.ConsoleOf(c))
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&lang, "lang", "", "the files are resolutions in this language (default: as the text says)")
	c.Flags().BoolVar(&force, "force", false, "write the draft beside a page that is there already; replace official wording")
	return c
}

var errVocabulary = errors.New("import needs the site's vocabulary")

// importFiles imports each file and goes on after one that fails. The site is
// read once, and only for notes: a resolution can be imported into a site that
// does not build.
func (p *project) importFiles(ctx context.Context, files []string, lang string, force bool, stdout io.Writer, log *cli.Console) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	site := sync.OnceValues(func() (importer.Site, error) {
		s, err := p.importSite(ctx, log)
		if err != nil {
			return s, fmt.Errorf("%w: %w", errVocabulary, err)
		}
		return s, nil
	})
	failed := 0
	imported := log.Count("Importing")
	for i, file := range files {
		imported(i, len(files))
		result, err := importer.Import(file, site, filepath.Join(p.source, "content"), lang, force)
		if errors.Is(err, errVocabulary) {
			return err
		} else if err != nil {
			failed++
			fmt.Fprintln(log, "vade:", err)
			continue
		}
		log.Done()
		if result.FrontMatter != "" {
			fmt.Fprintln(stdout, result.FrontMatter)
		}
		fmt.Fprintln(stdout, result.Report)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files were not imported", failed, len(files))
	}
	return nil
}

// importSite gives what the importer has to know of the site: what the kind of
// workshops allows, and the vocabulary.
func (p *project) importSite(ctx context.Context, log *cli.Console) (s importer.Site, err error) {
	if s.Choices, err = importer.ReadChoices(filepath.Join(p.source, "layouts", "kinds", "workshop.yaml")); err != nil {
		return s, err
	}
	s.Vocabulary, err = p.vocabulary(ctx, log)
	return s, err
}

// vocabulary reads the site's themes, countries and organizations from its
// pages, as the search does: the site is built for it in a temporary folder.
// Faults elsewhere, such as a link that leads nowhere, are no reason to refuse:
// Hugo tells them and has written the pages all the same.
func (p *project) vocabulary(ctx context.Context, log *cli.Console) (importer.Vocabulary, error) {
	tmp, err := os.MkdirTemp("", "vademecum-import-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	defer log.Done()
	log.Step("Hugo makes the pages, for the names of countries, organizations and themes")
	warnings, faults := p.hugo(ctx, tmp)
	cli.WarnAll(log, warnings)
	if _, bad := p.frontMatter(); bad != nil {
		faults = bad // says more than a template that stopped over it
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	site, err := indexer.ReadSite(ctx, tmp, indexer.Options{Progress: log.Count("Reading pages")})
	switch {
	case faults != nil && (err != nil || len(site.Vocabulary) == 0):
		return nil, fmt.Errorf("%w\n  Mend this first, and import again", faults)
	case err != nil:
		return nil, err
	case faults != nil:
		fmt.Fprintln(log, "vade: some pages have faults, which vade check lists; names are compared with those of the pages that could be built")
	}
	return terms(site), nil
}

// terms gathers the synonyms of a site by the term that they stand for.
func terms(site *indexer.Site) importer.Vocabulary {
	at := map[[2]string]int{}
	var v importer.Vocabulary
	for _, s := range site.Vocabulary {
		key := [2]string{s.Facet, s.Term}
		i, ok := at[key]
		if !ok {
			i = len(v)
			at[key] = i
			v = append(v, importer.Term{Facet: s.Facet, ID: s.Term})
		}
		if s.Preferred {
			v[i].Labels = append(v[i].Labels, s.Text)
		} else {
			v[i].Synonyms = append(v[i].Synonyms, s.Text)
		}
	}
	return v
}
