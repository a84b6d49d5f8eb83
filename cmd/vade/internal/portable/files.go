package portable

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Names of the files of the offline app, which stand at the root of a site.
const (
	workerName  = "sw.js"
	offlineName = "offline.json"
)

// hostFiles are files at the root of a site that mean something to hosts and
// crawlers alone, or make the copy on a device and are no part of it.
var hostFiles = []string{"robots.txt", "_headers", "_redirects", workerName, offlineName}

var bundleName = regexp.MustCompile(`^offline-[\w-]+-\d+\.json$`)

// feeds are files, in any folder, that programs ask for and no reader does.
var feeds = []string{"sitemap.xml", "feed.xml", "opensearch.xml", "llms.txt", "index.md"}

// Files lists the files of a site that its pages lead to, in the order of their
// names: all but hidden ones and those that only hosts, crawlers and the offline
// app ask for. Both ways to carry a site begin with it.
func Files(site fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(base, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && !slices.Contains(hostFiles, name) && !slices.Contains(feeds, base) && !bundleName.MatchString(name):
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
