//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package indexer

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// own gives a folder to this process until the file is closed or the process
// ends, however it ends. When another process has the folder, own waits or fails.
// It is not sure on a disk that knows no locks, where everybody is given it.
func own(dir string, wait bool) (owned *os.File, sure bool, err error) {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(f.Fd()), how)
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Flock(int(f.Fd()), how)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, false, err
	}
	sure = err == nil
	opened, err := f.Stat()
	if err == nil {
		var now fs.FileInfo
		if now, err = os.Stat(dir); err == nil && os.SameFile(opened, now) {
			return f, sure, nil
		}
	}
	f.Close()
	if err == nil && wait { // replaced while we waited
		return own(dir, wait)
	}
	return nil, false, errors.Join(err, fs.ErrNotExist)
}
