//go:build unix

package indexer

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe in the place of the web index is none, and is not waited for.
func TestCheckWebOfPipe(t *testing.T) {
	site, index := writeSite(t, map[string]string{"a.html": `<html lang="en"><main><h1>Boats</h1>`}), filepath.Join(t.TempDir(), "index")
	s, err := ReadSite(t.Context(), site, Options{})
	if err != nil {
		t.Fatal(err)
	}
	web := filepath.Join(site, "search")
	if _, err := s.Write(t.Context(), index, web); err != nil {
		t.Fatal(err)
	}
	x, err := Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	name := filepath.Join(web, "en.js")
	if err := errors.Join(os.Remove(name), syscall.Mkfifo(name, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := x.CheckWeb(os.DirFS(web)); !errors.Is(err, ErrOtherBuild) {
		t.Error(err)
	}
}
