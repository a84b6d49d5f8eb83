package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestMain gives the tests one temporary folder for the sites that they share.
// Where a test needs vade as a process of its own, this program is that.
func TestMain(m *testing.M) {
	beHugo()
	if os.Getenv("VADE_TEST_CHILD") == "true" {
		main()
		os.Exit(0)
	}
	var err error
	if shared, err = os.MkdirTemp("", "vade-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(shared)
	os.Exit(code)
}

var shared string

// vade runs a command line and gives what it wrote.
func vade(args ...string) (stdout, stderr string, err error) {
	var out, log bytes.Buffer
	err = run(context.Background(), args, &out, &log)
	return out.String(), log.String(), err
}

// must is vade for what has to succeed.
func must(t testing.TB, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, err := vade(args...)
	if err != nil {
		t.Fatalf("vade %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	return stdout, stderr
}

// copySite copies testdata/site, a small knowledge base about bees, to a new
// folder.
func copySite(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/site")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// bees builds testdata/site once for all tests that only read it.
var bees = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(shared, "bees")
	if err := os.CopyFS(dir, os.DirFS("testdata/site")); err != nil {
		return "", err
	}
	_, _, err := vade("build", "--source", dir)
	return dir, err
})

// beesIndex gives the folder of the index of testdata/site.
func beesIndex(t testing.TB) string {
	t.Helper()
	dir, err := bees()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "index")
}

func write(t testing.TB, file, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// contents gives every file under dir with its bytes, folders included.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		out[p] = "folder"
		if !d.IsDir() {
			out[p] = read(t, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unchanged fails the test unless dir holds what it held, byte by byte.
func unchanged(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	after := contents(t, dir)
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

// says fails the test unless an error is there and holds every part.
func says(t *testing.T, err error, parts ...string) {
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

func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

func TestCommandLine(t *testing.T) {
	stdout, _ := must(t, "--help")
	holds(t, stdout, "build", "serve", "search", "index", "import", "eval")
	for _, args := range [][]string{{"biuld"}, {"build", "--no-such-flag"}, {"index"}, {"search"}, {"import"}, {"build", "stray"}, {"eval"}} {
		if _, _, err := vade(args...); err == nil {
			t.Errorf("vade %v: no error", args)
		}
	}
}

// The endpoint must stay small and quick to start, so neither it nor package
// indexer may reach Hugo or the author's tool.
func TestEndpointKnowsNothingOfHugo(t *testing.T) {
	for _, pkg := range []string{"vademecum/cmd/functions/search", "vademecum/indexer"} {
		out, err := exec.Command("go", "list", "-deps", pkg).Output()
		if err != nil {
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				t.Fatalf("go list: %v\n%s", err, exit.Stderr)
			}
			t.Fatal(err)
		}
		deps := strings.Fields(string(out))
		if len(deps) < 100 {
			t.Fatalf("%s depends on only %d packages: the list is not whole", pkg, len(deps))
		}
		for _, dep := range deps {
			if strings.Contains(dep, "gohugoio") || strings.HasPrefix(dep, "vademecum/cmd/vade") {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
}
