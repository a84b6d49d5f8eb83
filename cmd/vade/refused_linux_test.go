package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vademecum/cmd/internal/service"
	"vademecum/internal/expect"
)

// copyBees copies the pages of testdata/site as they are built.
func copyBees(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(filepath.Dir(beesIndex(t)), "public"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// everyFile lists all below the folders.
func everyFile(t *testing.T, dirs ...string) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			fmt.Fprintln(&all, name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// Wherever the disk is full or may not be written to, each command names the file and
// the remedy, leaves what was there and nothing else.
func TestDiskRefuses(t *testing.T) {
	source, index, site := copySite(t), beesIndex(t), copyBees(t)
	for what, c := range map[string]struct {
		dir    func(t *testing.T) string
		remedy string
	}{
		"full": {func(t *testing.T) string {
			dir := t.TempDir()
			expect.Mount(t, "tmpfs", dir, "tmpfs", 0, "size=24k")
			return dir
		}, "make room"},
		"read-only": {func(t *testing.T) string {
			dir := t.TempDir()
			expect.Mount(t, dir, dir, "", syscall.MS_BIND, "")
			expect.ReadOnly(t, dir)
			return dir
		}, "name a folder that you may write"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := c.dir(t)
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			before := everyFile(t, dir, tmp)
			for _, args := range [][]string{
				{"build", "--source", source, "--destination", filepath.Join(dir, "site"), "--index", filepath.Join(t.TempDir(), "index")},
				{"build", "--source", source, "--destination", filepath.Join(t.TempDir(), "site"), "--index", filepath.Join(dir, "index")},
				{"index", site, "--out", filepath.Join(dir, "index")},
				{"pack", "--source", source, "--out", filepath.Join(dir, "site.zip")},
				{"pack", "--source", source, "--out", filepath.Join(t.TempDir(), "site.zip"), "--single", filepath.Join(dir, "site.html")},
				{"export", "--bulk", filepath.Join(dir, "bulk"), site},
				{"new", "site", filepath.Join(dir, "new")},
			} {
				_, _, err := vade(args...)
				if err == nil {
					t.Errorf("%v: no error", args)
				} else if !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), c.remedy) {
					t.Errorf("%v names no file or no remedy: %v", args, err)
				}
				if now := everyFile(t, dir, tmp); now != before {
					t.Errorf("%v leaves something:\n%s", args, now)
				}
				// Only bleve's builder keeps its segment when it fails.
				if open := slices.DeleteFunc(openBelow(t, dir), func(name string) bool { return strings.Contains(name, "/store/") }); len(open) > 0 {
					t.Errorf("%v leaves open: %v", args, open)
				}
			}
			t.Setenv("TMPDIR", dir)
			if _, _, err := vade("search", "--index", index, "bees"); err != nil {
				t.Errorf("a search needs no room, and fails: %v", err)
			}
			// A server has no room for its working copy.
			if _, err := service.Open(index, nil, nil); err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "TMPDIR") {
				t.Errorf("a server: %v", err)
			}
			if now := everyFile(t, dir, tmp); now != before {
				t.Errorf("a server leaves something:\n%s", now)
			}
		})
	}
}

// With few descriptors a command works, or says what is missing and leaves nothing.
func TestFewDescriptors(t *testing.T) {
	source, site := copySite(t), copyBees(t)
	for _, limit := range []int{64, 32, 16} {
		out, tmp := t.TempDir(), t.TempDir()
		for name, args := range map[string][]string{
			"build": {"build", "--source", source, "--destination", filepath.Join(out, "site"), "--index", filepath.Join(out, "index")},
			"index": {"index", site, "--out", filepath.Join(out, "other")},
			"pack":  {"pack", "--source", source, "--out", filepath.Join(out, "site.zip")},
		} {
			before := everyFile(t, out, tmp)
			c := exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, limit), os.Args[0]}, args...)...)
			c.Env = append(os.Environ(), "VADE_TEST_CHILD=true", "TMPDIR="+tmp)
			building.Lock()
			said, err := c.CombinedOutput()
			building.Unlock()
			switch {
			case err == nil:
			case limit > 16:
				t.Errorf("%s with %d descriptors: %s", name, limit, said)
			case !strings.Contains(string(said), "ulimit"):
				t.Errorf("%s with %d descriptors names no remedy: %s", name, limit, said)
			case everyFile(t, out, tmp) != before:
				t.Errorf("%s with %d descriptors leaves something:\n%s", name, limit, everyFile(t, out, tmp))
			}
		}
	}
}

// A pipe among what is read, which nobody writes to, is named instead of waited for.
func TestPipeInSource(t *testing.T) {
	for _, name := range []string{"content/pipe.md", "content/pests/pipe.txt", "static/pipe", "data/pipe.json", "layouts/pipe.html"} {
		source := copySite(t)
		pipe := filepath.Join(source, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(pipe), 0o755), syscall.Mkfifo(pipe, 0o600)); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"build", "check", "pack"} {
			args := []string{command, "--source", source}
			if command == "pack" {
				args = append(args, "--out", filepath.Join(t.TempDir(), "site.zip"))
			}
			ended := make(chan error, 1)
			go func() {
				_, _, err := vade(args...)
				ended <- err
			}()
			var said error
			select {
			case said = <-ended:
			case <-time.After(time.Minute): // it waits for who writes to the pipe
				t.Fatalf("%s with %s does not end", command, name)
			}
			if said == nil || !strings.Contains(said.Error(), pipe) || !strings.Contains(said.Error(), "pipe") {
				t.Errorf("%s with %s: %v", command, name, said)
			}
		}
		(&watcher{project: project{source: source, destination: "public", index: "index"}}).look() // ends
	}
}
