//go:build !linux

package indexer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// syncAll brings what was written under dir to the disk. Else a computer that loses
// its power could keep the new folder's name and lose what is in it.
func syncAll(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrPermission) { // a file that may only be read
			return nil
		} else if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
