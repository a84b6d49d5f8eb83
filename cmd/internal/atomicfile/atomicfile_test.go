package atomicfile

import (
	"errors"
	"io"
	"os"
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
