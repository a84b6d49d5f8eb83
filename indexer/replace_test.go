package indexer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// What a killed run left is cleared, what a run is at work on is not, and neither
// are other folders.
func TestReplaceClearsLitter(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "site")
	fill := func(dir, text string) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "page"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	held := func(tmp string) error { fill(tmp, "whole"); return nil }
	old := time.Now().Add(-48 * time.Hour)
	for _, name := range []string{".site-new-123", ".site-new-123-old", ".site-new-9"} {
		fill(filepath.Join(parent, name), "half")
		if err := os.Chtimes(filepath.Join(parent, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	fill(dir, "before")
	for _, name := range []string{".site-new-plans", ".site", ".other-new-123", "site-new-123"} {
		fill(filepath.Join(parent, name), "mine")
	}
	err := Replace(dir, func(first string) error {
		fill(first, "first")
		// Another run begins and ends meanwhile.
		if err := Replace(dir, held); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(filepath.Join(first, "page")); err != nil || string(text) != "first" {
			t.Errorf("the work of a run that goes on was taken: %q %v", text, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{"site": "first", ".site-new-plans": "mine", ".site": "mine", ".other-new-123": "mine", "site-new-123": "mine"} {
		if got, err := os.ReadFile(filepath.Join(parent, name, "page")); err != nil || string(got) != text {
			t.Errorf("%s: %q %v, want %q", name, got, err, text)
		}
	}
	if left, _ := os.ReadDir(parent); len(left) != 5 {
		t.Errorf("there is %v", left)
	}
}

// A call within another's folder waits for nobody and leaves nothing.
func TestReplaceWithin(t *testing.T) {
	parent := t.TempDir()
	err := Replace(filepath.Join(parent, "site"), func(outer string) error {
		return Replace(outer, func(inner string) error { return os.WriteFile(filepath.Join(inner, "page"), nil, 0o644) })
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(parent); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
	if _, err := os.Stat(filepath.Join(parent, "site", "page")); err != nil {
		t.Error(err)
	}
}

// A run killed between its two renames lost nothing.
func TestReplacePutsBack(t *testing.T) {
	parent := t.TempDir()
	dir, old := filepath.Join(parent, "site"), filepath.Join(parent, ".site-new-7-old")
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-48 * time.Hour)
	if err := errors.Join(os.WriteFile(filepath.Join(old, "page"), nil, 0o644), os.Chtimes(old, then, then)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := Replace(dir, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "page")); err != nil {
		t.Errorf("what was there before is not put back: %v", err)
	}
}

// Runs at once leave one of their results, and nothing else.
func TestReplaceAtOnce(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "site")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				err := Replace(dir, func(tmp string) error { return os.WriteFile(filepath.Join(tmp, "page"), nil, 0o644) })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if left, _ := os.ReadDir(parent); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, "page")); err != nil {
		t.Error(err)
	}
}

// Folders that belong together are exchanged when both are whole, and neither of them
// is if one cannot be.
func TestReplaceAll(t *testing.T) {
	parent := t.TempDir()
	site, index := filepath.Join(parent, "site"), filepath.Join(parent, "other", "index")
	fill := func(text string) func(tmps []string) error {
		return func(tmps []string) error {
			return errors.Join(os.WriteFile(filepath.Join(tmps[0], "page"), []byte(text), 0o644), os.WriteFile(filepath.Join(tmps[1], "page"), []byte(text), 0o644))
		}
	}
	holds := func(dir, want string) {
		t.Helper()
		if got, err := os.ReadFile(filepath.Join(dir, "page")); string(got) != want || (err != nil) != (want == "") {
			t.Errorf("%s holds %q %v, want %q", filepath.Base(dir), got, err, want)
		}
	}
	dirs := []string{site, index}
	lose := func() {
		if err := os.RemoveAll(filepath.Dir(index)); err != nil {
			t.Fatal(err)
		}
	}
	if err := ReplaceAll(dirs, fill("lost"), lose); err == nil {
		t.Error("no error without a place for the second")
	}
	holds(site, "")
	if err := ReplaceAll(dirs, fill("first"), nil); err != nil {
		t.Fatal(err)
	}
	err := ReplaceAll(dirs, fill("second"), func() { holds(site, "first"); holds(index, "first") })
	if err != nil {
		t.Fatal(err)
	}
	holds(site, "second")
	holds(index, "second")
	if err := ReplaceAll(dirs, fill("third"), lose); err == nil {
		t.Error("no error without a place for the second")
	}
	holds(site, "second")

	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				if err := ReplaceAll(dirs, fill(fmt.Sprint(i, j)), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	last, err := os.ReadFile(filepath.Join(site, "page"))
	if err != nil {
		t.Fatal(err)
	}
	holds(index, string(last))
	for _, dir := range []string{parent, filepath.Dir(index)} {
		if left, _ := os.ReadDir(dir); len(left) > 2 || dir != parent && len(left) > 1 {
			t.Errorf("there is %v", left)
		}
	}
}
