package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vademecum/cmd/internal/garbage"
	"vademecum/indexer"
)

// WriteSearch writes the index of a site, and its web index into the site.
func WriteSearch(ctx context.Context, pages *indexer.Site, index, site string, log *Console) (*indexer.Report, error) {
	if err := checkWebIndex(site, pages.Languages()); err != nil {
		return nil, err
	}
	log.Step("Writing the index")
	return pages.Write(ctx, index, filepath.Join(site, WebIndexFolder))
}

// WebIndexFolder is where in a site the web index stands.
const WebIndexFolder = "search"

// checkWebIndex refuses to replace files that vade did not write.
func checkWebIndex(site string, languages []string) error {
	for _, name := range append([]string{"languages"}, languages...) {
		file := filepath.Join(site, WebIndexFolder, name+".js")
		text, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return WrongUse{fmt.Errorf("the web index cannot be written to %s (%w): put what is there elsewhere", file, err)}
		case !bytes.HasPrefix(text, []byte("(self.vademecum")):
			return WrongUse{fmt.Errorf("%s is a file of the site's own, and the web index would replace it: rename it", file)}
		}
	}
	return nil
}

// RelaxGC lets garbage lie for the time of a build, which is short and leaves much
// of it: that saves a fifth of the time. The function that it returns ends this.
func RelaxGC() (end func()) { return garbage.Relax(buildRoom) }

// buildRoom is up to where the heap of a build may grow for garbage's sake, in bytes.
const buildRoom = 270 << 20
