package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

// VerifyCommand tells whether an index is as it was written.
func VerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify INDEX_DIR",
		Short: "Tell whether an index is as it was written",
		Long: "verify compares every file of the index with the checksum that was written with it,\n" +
			"and names those that were changed, added or lost.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return VerifyIndex(args[0], c.OutOrStdout()) },
	}
}

// VerifyIndex names the files of an index that are not as they were written, and
// fails if there are any.
func VerifyIndex(dir string, stdout io.Writer) error {
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
	return nil
}
