package portable

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"vademecum/indexer"
)

// offlineFormat is raised whenever a page of before would keep a copy wrongly from
// a newer list, or read a copy of before wrongly; layouts/assets/offline/copy.ts
// has the same number.
const offlineFormat = 1

type offlineList struct {
	Format  int      `json:"format"`
	Version string   `json:"version"` // a hash of the rest
	Bytes   int64    `json:"bytes"`   // of what is stored: files of one content are one
	Files   [][3]any `json:"files"`   // name, SHA-256, size
	Bundles []bundle `json:"bundles,omitempty"`
}

// A bundle holds files of the web index once more, all of which tend to change when a
// page does: an update then takes one request where it would take dozens.
type bundle struct {
	Name  string `json:"name"`
	Files []int  `json:"files"` // places in the list
	texts map[string]string
	bytes int
}

// bundleSize is how large a bundle gets: what an interruption may cost.
const bundleSize = 1_000_000

func (l *offlineList) bundle(name string, data []byte) {
	lang, _, ok := indexer.ShardOf(name)
	if !ok {
		return
	}
	last := len(l.Bundles) - 1
	prefix := "offline-" + lang + "-"
	if last < 0 || !strings.HasPrefix(l.Bundles[last].Name, prefix) || l.Bundles[last].bytes+len(data) > bundleSize {
		l.Bundles = append(l.Bundles, bundle{Name: fmt.Sprintf("%s%d.json", prefix, len(l.Bundles)), texts: map[string]string{}})
		last++
	}
	b := &l.Bundles[last]
	b.Files = append(b.Files, len(l.Files)-1)
	b.texts[name] = indexer.ShardText(data)
	b.bytes += len(data)
}

// WriteOffline writes the list from which a browser keeps the finished site in a
// folder on a device, and the bundles. Where a site has no offline app, nothing is
// written.
func WriteOffline(site string) error {
	if _, err := os.Stat(filepath.Join(site, workerName)); err != nil {
		return nil
	}
	root := os.DirFS(site)
	names, err := Files(root)
	if err != nil {
		return err
	}
	list := offlineList{Format: offlineFormat}
	version := sha256.New()
	stored := map[[sha256.Size]byte]bool{}
	for _, name := range names {
		if path.Base(name) == "404.html" && name != "404.html" {
			continue // hosts answer for these in ways of their own
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		list.Files = append(list.Files, [3]any{name, hex.EncodeToString(sum[:]), len(data)})
		if !stored[sum] {
			list.Bytes += int64(len(data))
		}
		stored[sum] = true
		list.bundle(name, data)
		fmt.Fprintf(version, "%x %s\n", sum, name)
	}
	list.Version = hex.EncodeToString(version.Sum(nil))[:16]
	for _, b := range list.Bundles {
		text, err := json.Marshal(b.texts)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(site, b.Name), text, 0o644); err != nil {
			return err
		}
	}
	out, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(site, offlineName), out, 0o644)
}
