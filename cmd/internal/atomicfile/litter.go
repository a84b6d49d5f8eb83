package atomicfile

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// Names of what is not finished tell which process makes it, on which computer: what a
// process that was killed has left can be cleared by the next.

// pattern is the name, for os.CreateTemp and os.MkdirTemp, of what this process makes.
func pattern(kind string) string { return fmt.Sprintf("%s-%s-%d-*", kind, host(), os.Getpid()) }

func host() string {
	name, _ := os.Hostname() // without a name all computers count as one
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	return fmt.Sprintf("%08x", sum.Sum32())
}

// MkdirTemp makes a temporary folder in dir, or where the system keeps such folders if
// that is "", and clears those of the same kind that killed runs have left there.
func MkdirTemp(dir, kind string) (string, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	clearDead(dir, kind)
	return os.MkdirTemp(dir, pattern(kind))
}

// clearDead removes what processes of this computer that are no more have left in a folder.
func clearDead(dir, kind string) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), kind+"-"+host()+"-*"))
	if err != nil {
		return
	}
	for _, name := range names {
		id, _, ok := strings.Cut(strings.TrimPrefix(filepath.Base(name), kind+"-"+host()+"-"), "-")
		if pid, err := strconv.Atoi(id); ok && err == nil && !alive(pid) {
			_ = os.RemoveAll(name) // the next run tries again
		}
	}
}

// escapeGlob writes a folder so that filepath.Glob takes each letter of it as it is.
func escapeGlob(dir string) string {
	if runtime.GOOS == "windows" {
		return dir
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer func() { _ = p.Release() }()
	if runtime.GOOS == "windows" {
		return true // it was found
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}
