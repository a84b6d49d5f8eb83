package expect

import (
	"os"
	"syscall"
	"testing"
)

// Mount mounts something at dir for the length of a test, as mount(2) does; where that is
// not allowed, the test is skipped.
func Mount(t testing.TB, from, dir, kind string, flags uintptr, data string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mount(t, from, dir, kind, flags, data)
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// ReadOnly lets nothing be written below dir from now on, where Mount has mounted a
// folder by syscall.MS_BIND.
func ReadOnly(t testing.TB, dir string) {
	t.Helper()
	mount(t, "", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}

func mount(t testing.TB, from, dir, kind string, flags uintptr, data string) {
	t.Helper()
	if err := syscall.Mount(from, dir, kind, flags, data); err != nil {
		t.Skipf("nothing was tested: no disk may be mounted here (%v)", err)
	}
}
