// Package unfinished makes the files and folders in which a run works before what is
// in them is whole, and clears those of runs that were killed.
//
// A lock tells the two apart. A run holds a lock on what it works in, and the system
// takes the lock back when the process ends, however it ends. So what another run can
// lock is litter. Where the disk or the system knows no locks, what is older than a day
// is litter; a run that takes longer renews the age of its own.
package unfinished

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// old is the age from which something is litter where no lock tells whether its run
// goes on.
const old = 24 * time.Hour

// File makes an empty file in dir whose name begins with kind, and clears what killed
// runs have left there of this kind. The file is owned until release is called, which
// removes it unless it has got another name.
func File(dir, kind string) (name string, release func(), err error) {
	return create(dir, kind, func(dir, pattern string) (string, error) {
		f, err := os.CreateTemp(dir, pattern)
		if err != nil {
			return "", err
		}
		return f.Name(), f.Close()
	})
}

// Folder is File for a folder. It is made where the system keeps temporary ones if dir
// is "".
func Folder(dir, kind string) (name string, release func(), err error) {
	if dir == "" {
		dir = os.TempDir()
	}
	return create(dir, kind, os.MkdirTemp)
}

func create(dir, kind string, temp func(dir, pattern string) (string, error)) (name string, release func(), err error) {
	Clear(dir, kind, func(name string) { _ = os.RemoveAll(name) }) // or the next run does
	for range 100 {
		if name, err = temp(dir, kind+"-*"); err != nil {
			return "", nil, err
		}
		// A run that clears litter may take it before it is owned.
		var lock *os.File
		var sure bool
		if lock, sure, err = Own(name, false); err == nil {
			if !sure {
				go keepYoung(name)
			}
			return name, func() { os.RemoveAll(name); lock.Close() }, nil
		}
	}
	return "", nil, err
}

// keepYoung renews the age of what no lock tells of, as long as this process runs and it is
// there: a server works in its folder for days.
func keepYoung(name string) {
	for range time.Tick(old / 24) {
		if !renew(name) {
			return
		}
	}
}

// renew makes something as young as can be, and tells whether it is still there.
func renew(name string) bool {
	now := time.Now()
	return os.Chtimes(name, now, now) == nil
}

// SetAside is the name under which what an unfinished folder replaces waits until that
// is in its place. Clear finds it, too.
func SetAside(name string) string { return name + "-old" }

// Clear calls dispose with what killed runs have left in dir of a kind, one after the
// other. No other run disposes of it meanwhile.
func Clear(dir, kind string, dispose func(name string)) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	made := regexp.MustCompile("^" + regexp.QuoteMeta(kind) + `-\d+(-old)?$`)
	for _, e := range all {
		if !made.MatchString(e.Name()) || !e.IsDir() && !e.Type().IsRegular() {
			continue
		}
		name := filepath.Join(dir, e.Name())
		lock, sure, err := Own(name, false)
		if err != nil {
			continue // its run goes on
		}
		if sure || isOld(e) {
			dispose(name)
		}
		lock.Close()
	}
}

func isOld(e fs.DirEntry) bool {
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()) > old
}
