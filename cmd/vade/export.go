package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/bulk"
	"vademecum/indexer"
)

func exportCommand() *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "export SITE_DIR --bulk FOLDER",
		Short: "Write the sections of a built site for OpenSearch and Elasticsearch",
		Long: "export reads every page under SITE_DIR, as index does, and writes to FOLDER what\n" +
			"OpenSearch and Elasticsearch take: an index for each language, with the language's\n" +
			"analyzer, and its sections as bulk requests. That is for sites that one machine\n" +
			"cannot hold. It is experimental: nobody has told us yet of having used it.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if folder == "" {
				return cli.WrongUse{Err: errors.New("name the folder to write to with --bulk")}
			}
			if err := checkEmpty(folder); err != nil {
				return cli.WrongUse{Err: err}
			}
			log := cli.ConsoleOf(c)
			defer log.Done()
			site, err := indexer.ReadSite(c.Context(), args[0], indexer.Options{Progress: log.Count("Reading pages")})
			if err != nil {
				return err
			}
			var s *bulk.Summary
			err = indexer.Replace(folder, func(tmp string) (err error) {
				s, err = bulk.Write(c.Context(), site, tmp)
				return err
			})
			if err != nil {
				return err
			}
			log.Say("%s: %d sections in %d languages, %d files.", folder, s.Documents, s.Languages, s.Files)
			return nil
		},
	}
	c.Flags().StringVar(&folder, "bulk", "", "empty or new folder to write to")
	return c
}

// checkEmpty refuses a folder that holds something.
func checkEmpty(folder string) error {
	there, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(there) > 0:
		return fmt.Errorf("%s holds files already: name an empty folder", folder)
	}
	return nil
}
