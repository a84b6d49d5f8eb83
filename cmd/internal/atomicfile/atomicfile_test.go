package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "page.md")
	holds := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("it holds %q (%v), want %q", got, err, want)
		}
		if all, _ := os.ReadDir(filepath.Dir(name)); len(all) != 1 {
			t.Errorf("%d files are there, want 1", len(all))
		}
	}
	for _, text := range []string{"one", "two"} {
		if err := WriteBytes(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
		holds(text)
	}
	broken := errors.New("the disk is full")
	err := Write(name, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	holds("two")
	if err := WriteBytes(filepath.Join(name, "page.md"), nil); err == nil {
		t.Error("no error where there is no folder")
	}
}

// What a killed run left beside a file goes with the next one; what a run makes that
// goes on stays, and so does what merely looks like it.
func TestClearsWhatTheDeadLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [b] *")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	dead := exec.Command(os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	left := fmt.Sprintf("%s-%s-%d-1", unfinished, host(), dead.Process.Pid)
	stays := []string{fmt.Sprintf("%s-%s-%d-1", unfinished, host(), os.Getpid()), unfinished + "-00000000-1-1", unfinished + "s", unfinished + "-" + host() + "-x-1"}
	for _, name := range append(stays, left) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteBytes(filepath.Join(dir, "page.md"), nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range stays {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
		t.Errorf("%s is still there", left)
	}
}
