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

// ReplaceAll is Replace for folders that belong together: all or none of them are
// replaced, right after one another, when write has succeeded and everything is on the
// disk. whole, which may be nil, is called just before. A run that is killed between the
// first and the last of them leaves each folder whole.
func ReplaceAll(dirs []string, write func(tmps []string) error, whole func()) error {
	return replaceAll(dirs, true, write, whole)
}

// ReplaceForNow is ReplaceAll for folders that are replaced again in a moment, as while an
// author writes. It does not wait for the disk: they may be lost when the system stops.
func ReplaceForNow(dirs []string, write func(tmps []string) error, whole func()) error {
	return replaceAll(dirs, false, write, whole)
}

// replace is Replace; what is not synced may be lost when the system stops.
func replace(dir string, sync bool, write func(tmp string) error) error {
	if dir = filepath.Clean(dir); isFilled(dir) {
		return write(dir)
	}
	return replaceAll([]string{dir}, sync, func(tmps []string) error { return write(tmps[0]) }, nil)
}

func replaceAll(dirs []string, sync bool, write func(tmps []string) error, whole func()) error {
	var all []replacement
	var tmps []string
	for _, dir := range dirs {
		r, err := newReplacement(filepath.Clean(dir))
		if err != nil {
			return err
		}
		defer r.release()
		all, tmps = append(all, r), append(tmps, r.tmp)
	}
	if err := write(tmps); err != nil {
		return err
	}
	for _, r := range all {
		if !sync {
			break
		}
		if err := syncAll(r.tmp); err != nil {
			return err
		}
	}
	if whole != nil {
		whole()
	}
	if err := exchangeAll(all); err != nil || !sync {
		return err
	}
	for _, r := range all {
		if err := syncName(filepath.Dir(r.dir)); err != nil {
			return err
		}
	}
	return nil
}

// A replacement is a new folder that is to take the place of dir.
type replacement struct {
	dir, tmp string
	release  func()
}

func newReplacement(dir string) (r replacement, err error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return r, err
	}
	putBack(dir)
	tmp, release, err := unfinished.Folder(filepath.Dir(dir), replacing(dir))
	if err != nil {
		return r, err
	}
	tmp = filepath.Clean(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		release()
		return r, err
	}
	filling.Store(tmp, true)
	return replacement{dir, tmp, func() {
		filling.Delete(tmp)
		release()
	}}, nil
}

func isFilled(dir string) bool {
	_, is := filling.Load(dir)
	return is
}

// filling holds the new folders that calls of Replace in this process fill.
var filling sync.Map

// replacing is the kind of the folders that are to take the place of dir.
func replacing(dir string) string { return "." + filepath.Base(dir) + "-new" }

// clearLitter removes what killed runs left beside dir.
func clearLitter(dir string) {
	dir = filepath.Clean(dir)
	putBack(dir)
	unfinished.Clear(filepath.Dir(dir), replacing(dir), func(name string) { _ = os.RemoveAll(name) })
}

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

// exchangeAll puts every new folder in its place, or none. What stood there goes only
// when all are: to remove a site takes longer than all the rest. Runs at once
// cannot mix theirs: whoever has put down the first folder owns it until it is through.
func exchangeAll(all []replacement) error {
	for i, r := range all {
		lock, err := r.exchange()
		if err != nil {
			for _, done := range all[:i] {
				err = errors.Join(err, done.undo())
			}
			return err
		}
		defer lock.Close()
	}
	for _, r := range all {
		_ = os.RemoveAll(unfinished.SetAside(r.tmp)) // the next run tries again
	}
	return nil
}

// exchange puts tmp in the place of dir. What stood there is set aside, and owned by
// lock; that is nil if nothing stood there.
func (r replacement) exchange() (lock *os.File, err error) {
	lock, _, err = unfinished.Own(r.dir, true) // waits for a run that does the same
	if errors.Is(err, fs.ErrNotExist) {
		return r.putThere()
	} else if err != nil {
		return nil, err
	}
	old := unfinished.SetAside(r.tmp)
	if err := os.Rename(r.dir, old); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	newer, err := r.putThere()
	if err != nil {
		return nil, errors.Join(err, os.Rename(old, r.dir), lock.Close())
	}
	if newer != nil { // another run's
		lock.Close()
		return newer, nil
	}
	return lock, nil
}

// putThere puts tmp where nothing is, or what another run put there just now.
func (r replacement) putThere() (lock *os.File, err error) {
	err = os.Rename(r.tmp, r.dir)
	if errors.Is(err, fs.ErrExist) {
		_ = os.RemoveAll(unfinished.SetAside(r.tmp)) // older than what is there now
		return r.exchange()
	}
	return nil, err
}

// undo puts back what exchange set aside.
func (r replacement) undo() error {
	if err := os.Rename(r.dir, r.tmp); err != nil {
		return err
	}
	if err := os.Rename(unfinished.SetAside(r.tmp), r.dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncName brings the names in a folder to the disk, where a folder can be opened
// for that.
func syncName(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	_ = f.Sync() // Windows knows no such thing of a folder
	return nil
}
