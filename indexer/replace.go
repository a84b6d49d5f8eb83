package indexer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
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
	clearLitter(dir)
	tmp, owned, err := newFolder(dir)
	if err != nil {
		return err
	}
	defer owned.Close()
	defer os.RemoveAll(tmp)
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

// newFolder makes an empty folder beside dir and owns it.
func newFolder(dir string) (tmp string, owned *os.File, err error) {
	for range 100 {
		if tmp, err = os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-new-"); err != nil {
			return "", nil, err
		}
		// A run that clears litter may take it before it is owned.
		if owned, _, err = own(tmp, false); err == nil {
			return tmp, owned, os.Chmod(tmp, 0o755)
		}
	}
	return "", nil, err
}

// exchange puts tmp in the place of dir, if that is there.
func exchange(dir, tmp string) error {
	owned, _, err := own(dir, true) // waits for a run that does the same
	if errors.Is(err, fs.ErrNotExist) {
		return putThere(dir, tmp)
	} else if err != nil {
		return err
	}
	defer owned.Close()
	old := tmp + "-old"
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
		_ = os.RemoveAll(tmp + "-old") // older than what is there now
		return exchange(dir, tmp)
	}
	return err
}

// oldLitter is the age from which a folder is litter where nothing tells whether
// its run goes on: no run takes so long.
const oldLitter = 24 * time.Hour

func isOld(e fs.DirEntry) bool {
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()) > oldLitter
}

var litter = regexp.MustCompile(`^-new-\d+(-old)?$`)

// clearLitter removes the folders beside dir that runs of Replace left when they
// were killed. One that was killed between its two renames left dir's content
// under another name: it is put back.
func clearLitter(dir string) {
	beside, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return
	}
	for _, e := range beside {
		rest, ok := strings.CutPrefix(e.Name(), "."+filepath.Base(dir))
		if !ok || !e.IsDir() || !litter.MatchString(rest) {
			continue
		}
		name := filepath.Join(filepath.Dir(dir), e.Name())
		owned, sure, err := own(name, false)
		if err != nil {
			continue // its run goes on
		}
		if !sure && !isOld(e) {
			owned.Close()
			continue
		}
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(name, "-old") {
			_ = os.Rename(name, dir) // at worst it stays as it is
		} else {
			_ = os.RemoveAll(name) // the next run tries again
		}
		owned.Close()
	}
}
