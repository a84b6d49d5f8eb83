// Package expect holds what tests of several packages ask of folders, errors and
// running commands.
package expect

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Contents gives every file under dir with its bytes, by its path; of a folder
// the text is "folder".
func Contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			out[p] = "folder"
			return nil
		}
		data, err := os.ReadFile(p)
		out[p] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Unchanged fails the test unless dir holds what it held, byte by byte: no file
// gone, none altered, nothing temporary left. Before is what [Contents] gave.
func Unchanged(t testing.TB, dir string, before map[string]string) {
	t.Helper()
	after := Contents(t, dir)
	for name := range before {
		if text, ok := after[name]; !ok {
			t.Errorf("%s is gone", name)
		} else if text != before[name] {
			t.Errorf("%s was altered", name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("%s was left behind", name)
		}
	}
}

// Says fails the test unless there is an error, and its message holds every part.
func Says(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q: %v", part, err)
		}
	}
}

// Output collects what a running command writes, and can be read meanwhile.
type Output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// After waits for a text in the output and gives what follows it there.
func (o *Output) After(t testing.TB, text string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, rest, ok := strings.Cut(o.String(), text); ok && rest != "" {
			return rest
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %q in time:\n%s", text, o.String())
		}
	}
}
