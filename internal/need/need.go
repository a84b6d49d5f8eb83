// Package need finds what a test needs and a checkout may lack: programs, npm
// packages, and data that the repository may not hold. Where it is missing, the
// test is skipped with a line that says what to do; where CI is true, it fails,
// because a test that did not run would look like one that passed.
package need

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Program gives the path of a program; install says how to get it.
func Program(t testing.TB, name, install string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name+" is not installed: "+install)
	}
	return path
}

// NodeModule gives the path of a file of an npm package. The packages are no part
// of the project: .ci/run puts them into a temporary folder.
func NodeModule(t testing.TB, file string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("VADE_NODE_MODULES"), filepath.FromSlash(file))
	if _, err := os.Stat(path); err != nil || !filepath.IsAbs(path) {
		missing(t, file+" is not under $VADE_NODE_MODULES: npm install the packages that .ci/run names into a folder, and give its node_modules, as an absolute path")
	}
	return path
}

// Long is for a test that takes many seconds of a processor. It runs in CI, and where
// VADE_LONG is set; else somebody waits who wants to know soon whether a change
// broke something.
func Long(t testing.TB) {
	t.Helper()
	if !long() {
		t.Skip("takes long: CI runs it, and so does VADE_LONG=1 go test")
	}
}

func long() bool { return os.Getenv("CI") == "true" || os.Getenv("VADE_LONG") != "" }

// OneOf is Long for a test of very many things of a kind: it tells by how many the
// test goes on from one that it looks at to the next. Where long tests run, that is 1.
func OneOf(n int) int {
	if long() {
		return 1
	}
	return n
}

// Shared gives the path of a file or folder of the folder shared, which lies
// beside the checkout: official documents and test collections, which the
// repository may not hold.
func Shared(t testing.TB, name string) string {
	t.Helper()
	root, err := root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(root), "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		missing(t, "there is no "+path+": put the folder shared, with "+name+" in it, beside the checkout")
	}
	return path
}

// root gives the folder of the checkout. Tests run in the folders of their
// packages.
func root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", os.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

func missing(t testing.TB, text string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(text)
	}
	t.Skip("nothing was tested: " + text)
}
