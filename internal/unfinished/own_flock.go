//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package unfinished

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Own gives a file or folder to this process until the lock is closed or the process
// ends, however it ends. When another process has it, Own waits or fails.
// It is not sure on a disk that knows no locks, where everybody is given it.
func Own(name string, wait bool) (lock *os.File, sure bool, err error) {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	f, err := os.Open(name)
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
		if now, err = os.Stat(name); err == nil && os.SameFile(opened, now) {
			return f, sure, nil
		}
	}
	f.Close()
	if err == nil && wait { // replaced while we waited
		return Own(name, wait)
	}
	return nil, false, errors.Join(err, fs.ErrNotExist)
}
