package portable

import (
	"bytes"
	"io/fs"
	"slices"

	"vademecum/indexer"
)

// A joinedIndex is the web index with fewer files. From a disk a browser reads one
// file of a megabyte faster than thirty small ones, people copy it faster, and mail
// gateways count scripts. So the parts of a language follow its manifest in the
// manifest's own file; a page that runs this file has them all.
type joinedIndex struct {
	parts     map[string][]string // by the name of the manifest
	elsewhere map[string]bool     // parts that need no file of their own
}

// joinAtMost is how many bytes of parts are joined: more would make the first
// search wait, for a browser reads all of a script before it runs any of it.
const joinAtMost = 4 << 20

// joinIndex finds what can be joined. A language that is too large stays as it is.
func joinIndex(site fs.FS, names []string) joinedIndex {
	j := joinedIndex{parts: map[string][]string{}, elsewhere: map[string]bool{}}
	sizes := map[string]int{}
	for _, name := range names {
		lang, _, ok := indexer.ShardOf(name)
		if !ok {
			continue
		}
		manifest := "search/" + lang + ".js"
		if sizes[manifest] > joinAtMost {
			continue
		}
		part, err := plainShard(site, name)
		if err != nil || !slices.Contains(names, manifest) {
			continue // whoever reads it next will tell
		}
		sizes[manifest] += len(part)
		j.parts[manifest] = append(j.parts[manifest], name)
	}
	for manifest, parts := range j.parts {
		if sizes[manifest] > joinAtMost {
			delete(j.parts, manifest)
			continue
		}
		for _, name := range parts {
			j.elsewhere[name] = true
		}
	}
	return j
}

// read gives a file of the site, a manifest with the parts that follow it.
func (j joinedIndex) read(site fs.FS, name string) ([]byte, error) {
	data, err := fs.ReadFile(site, name)
	for _, part := range j.parts[name] {
		if err != nil {
			return nil, err
		}
		var more []byte
		more, err = plainShard(site, part)
		data = append(append(bytes.TrimRight(data, "\n"), "\n;"...), more...) // or the next call would take what this one gives for a function
	}
	return data, err
}

// plainShard reads a part of the web index, unpacked.
func plainShard(site fs.FS, name string) ([]byte, error) {
	data, err := fs.ReadFile(site, name)
	if err != nil {
		return nil, err
	}
	return indexer.PlainShard(data)
}
