package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/portable"
)

func verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.zip|INDEX_DIR [SITE_DIR]",
		Short: "Tell whether a zip or an index is as it was written",
		Long: "verify compares every file of the zip with the checksums in it and tells what was\n" +
			"changed, added or lost. That finds damage; to be sure that nobody made another\n" +
			"zip of the same kind, compare the SHA-256 it prints with the one that pack printed.\n" +
			"Of the folder of an index it names the files that are not as they were written, and\n" +
			"with the folder of a site it tells whether the two were written together.",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
				return cli.VerifyIndex(args, c.OutOrStdout())
			}
			if len(args) > 1 {
				return cli.WrongUse{Err: fmt.Errorf("%s is no folder of an index: name that before the folder of the site", args[0])}
			}
			s, found, err := portable.Verify(c.Context(), args[0])
			if err != nil {
				return err
			}
			for _, d := range found {
				fmt.Fprintf(c.OutOrStdout(), "%-8s %s\n", d.What, d.Name)
			}
			fmt.Fprintf(c.OutOrStdout(), "SHA-256 %s\n", s.SHA256)
			if len(found) > 0 {
				return tampered(args[0], found)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s is whole: %d files as they were packed.\n", args[0], s.Files)
			return nil
		},
	}
}

func tampered(file string, found []portable.Difference) error {
	count := map[string]int{}
	for _, d := range found {
		count[d.What]++
	}
	var parts []string
	for _, what := range []string{"changed", "added", "lost"} {
		if count[what] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[what], what))
		}
	}
	return fmt.Errorf("%s is not as it was packed (%s): get it again from where it came", file, strings.Join(parts, ", "))
}
