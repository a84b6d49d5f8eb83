package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

// VerifyCommand tells whether an index is as it was written.
func VerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify INDEX_DIR [SITE_DIR]",
		Short: "Tell whether an index is as it was written",
		Long: "verify compares every file of the index with the checksum that was written with it,\n" +
			"and names those that were changed, added or lost. With SITE_DIR it tells, too,\n" +
			"whether the site there was written together with the index.",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error { return VerifyIndex(args, c.OutOrStdout()) },
	}
}

// VerifyIndex names the files of the index in a folder that are not as they were written,
// and fails if there are any, or if the site in a second folder is of another build.
func VerifyIndex(folders []string, stdout io.Writer) error {
	dir := folders[0]
	files, found, err := indexer.Verify(dir)
	if err != nil {
		return err
	}
	for _, d := range found {
		fmt.Fprintf(stdout, "%s: %v\n", d.File, d.Err)
	}
	if len(found) > 0 {
		return fmt.Errorf("the index in %s is not as it was written (%d files): write it again", dir, len(found))
	}
	fmt.Fprintf(stdout, "The index in %s is whole: %d files as they were written.\n", dir, files)
	if len(folders) == 1 {
		return nil
	}
	site := folders[1]
	if info, err := os.Stat(site); err != nil || !info.IsDir() {
		return WrongUse{fmt.Errorf("there is no folder %s: name the one that holds the pages of the site", site)}
	}
	x, err := indexer.Open(dir)
	if err != nil {
		return err
	}
	defer x.Close()
	if len(x.Web) == 0 {
		return fmt.Errorf("the index in %s does not tell with which site it was written: write both again (vade build, or vade-index index)", dir)
	}
	if err := x.CheckWeb(os.DirFS(filepath.Join(site, WebIndexFolder))); err != nil {
		return fmt.Errorf("%s and %s: %w", site, dir, err)
	}
	fmt.Fprintf(stdout, "The site in %s was written together with it.\n", site)
	return nil
}
