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
			"Themes, countries and organizations are those that the site has.\n\n" +
			"A resolution of the Security Council is known by its symbol. Its wording goes to\n" +
			"content/resolutions/official, which git ignores, and the page of the resolution\n" +
			"shows it beside our own text.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.importFiles(c.Context(), args, lang, force, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&lang, "lang", "", "the files are resolutions in this language (default: as the text says)")
	c.Flags().BoolVar(&force, "force", false, "replace a file that is there already")
	return c
}

var errVocabulary = errors.New("import needs the site's vocabulary")

// importFiles imports each file and goes on after one that fails. The
// vocabulary is read once, and only for notes: a resolution can be imported
// into a site that does not build.
func (p *project) importFiles(ctx context.Context, files []string, lang string, force bool, stdout, log io.Writer) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	vocabulary := sync.OnceValues(func() (importer.Vocabulary, error) {
		v, err := p.vocabulary(ctx, log)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errVocabulary, err)
		}
		return v, nil
	})
	failed := 0
	for _, file := range files {
		result, err := importer.Import(file, vocabulary, filepath.Join(p.source, "content"), lang, force)
		if errors.Is(err, errVocabulary) {
			return err
		} else if err != nil {
			failed++
			fmt.Fprintln(log, "vade:", err)
			continue
		}
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

// vocabulary reads the site's themes, countries and organizations from its
// pages, as the search does: the site is built for it in a temporary folder.
func (p *project) vocabulary(ctx context.Context, log io.Writer) (importer.Vocabulary, error) {
	tmp, err := os.MkdirTemp("", "vademecum-import-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	if err := p.hugo(tmp, log); err != nil {
		if _, bad := p.frontMatter(); bad != nil {
			return nil, bad // says more than the template that stopped
		}
		return nil, err
	}
	site, err := indexer.ReadSite(ctx, tmp, nil)
	if err != nil {
		return nil, err
	}
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
	return v, nil
}
