package indexer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// webSums are the sums at the end of the manifests of a web index, by language. A
// manifest names its shards by what they hold, so that it has another sum whenever
// anything changes.
type webSums map[string]string

// ErrOtherBuild says that a site and an index were not written by the same run: one
// was stopped between the two, or only one of them was copied. Then a search may lead to
// pages that are gone, and not find those that are new.
var ErrOtherBuild = errors.New("the pages and the index are of different builds: build the site again (vade build, or vade-index index), or copy both")

// CheckWeb returns ErrOtherBuild unless the web index in web, the folder search of a
// site, was written together with the index. Of an index that was written alone it knows
// nothing, and returns nil.
func (x *Index) CheckWeb(web fs.FS) error {
	for _, lang := range sortedKeys(x.Web) {
		switch sum, err := webSum(web, lang+".js"); {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		case sum != x.Web[lang]:
			return fmt.Errorf("%w (search/%s.js is not what was written with the index)", ErrOtherBuild, lang)
		}
	}
	return nil
}

// webSum reads the sum of a file of the web index.
func webSum(web fs.FS, name string) (string, error) {
	if info, err := fs.Stat(web, name); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return "", nil
	}
	data, err := fs.ReadFile(web, name)
	if err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(data[bytes.LastIndexByte(data, '/')+1:])), nil
}
