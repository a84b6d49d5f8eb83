//go:build unix

package indexer

import (
	"strings"
	"syscall"
	"testing"
)

// Where descriptors run out an index is not called damaged: it would be written
// again in vain.
func TestOpenWithoutDescriptors(t *testing.T) {
	dir := smallIndex(t)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Skip(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)
	opened := false
	for n := uint64(5); n < 64 && !opened; n++ {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: before.Max}); err != nil {
			t.Fatal(err)
		}
		x, err := Open(dir)
		if opened = err == nil; opened {
			x.Close()
		} else if strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "too many files are open") {
			t.Errorf("with %d descriptors: %v", n, err)
		}
	}
}
