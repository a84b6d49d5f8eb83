package indexer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"vademecum/internal/unfinished"
)

// Replace writes a folder whole or not at all: write fills a new folder beside
// dir, which takes dir's place when write succeeds. What killed runs left beside
// dir is cleared; runs that write to the same dir at once do not disturb each
// other, and the last one stays. A folder that another call in this process is
// filling is written as it is: that call makes it whole.
func Replace(dir string, write func(tmp string) error) error { return replace(dir, true, write) }

// replace is Replace; what is not synced may be lost when the system stops.
func replace(dir string, sync bool, write func(tmp string) error) error {
	dir = filepath.Clean(dir)
	if _, within := filling.Load(dir); within {
		return write(dir)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	putBack(dir)
	tmp, release, err := unfinished.Folder(filepath.Dir(dir), replacing(dir))
	if err != nil {
		return err
	}
	defer release()
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	filling.Store(filepath.Clean(tmp), true)
	defer filling.Delete(filepath.Clean(tmp))
	if err := write(tmp); err != nil {
		return err
	}
	if sync {
		if err := syncAll(tmp); err != nil {
			return err
		}
	}
	if err := exchange(dir, tmp); err != nil || !sync {
		return err
	}
	return syncName(filepath.Dir(dir))
}

// filling holds the new folders that calls of Replace in this process fill.
var filling sync.Map

// replacing is the kind of the folders that are to take the place of dir.
func replacing(dir string) string { return "." + filepath.Base(dir) + "-new" }

// putBack gives dir its content back if a run was killed between its two renames, which left
// that under another name.
func putBack(dir string) {
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	unfinished.Clear(filepath.Dir(dir), replacing(dir), func(name string) {
		if strings.HasSuffix(name, unfinished.SetAside("")) {
			_ = os.Rename(name, dir) // at worst it stays as it is
		}
	})
}

// exchange puts tmp in the place of dir, if that is there.
func exchange(dir, tmp string) error {
	lock, _, err := unfinished.Own(dir, true) // waits for a run that does the same
	if errors.Is(err, fs.ErrNotExist) {
		return putThere(dir, tmp)
	} else if err != nil {
		return err
	}
	defer lock.Close()
	old := unfinished.SetAside(tmp)
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := putThere(dir, tmp); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	_ = os.RemoveAll(old) // the next run tries again
	return nil
}

// putThere puts tmp where nothing is, or what another run put there just now.
func putThere(dir, tmp string) error {
	err := os.Rename(tmp, dir)
	if errors.Is(err, fs.ErrExist) {
		_ = os.RemoveAll(unfinished.SetAside(tmp)) // older than what is there now
		return exchange(dir, tmp)
	}
	return err
}
