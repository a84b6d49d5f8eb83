package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/indexer"
)

// verify names the file that is not as it was written.
func TestVerifyIndex(t *testing.T) {
	site, dir := t.TempDir(), filepath.Join(t.TempDir(), "index")
	if err := os.WriteFile(filepath.Join(site, "index.html"), []byte(`<html lang="en"><main><h1>Knots</h1></main>`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := indexer.Build(t.Context(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := VerifyIndex([]string{dir}, &out); err != nil || !strings.Contains(out.String(), "is whole") {
		t.Errorf("%v %s", err, &out)
	}
	if err := os.Truncate(filepath.Join(dir, "en", "places"), 3); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := VerifyIndex([]string{dir}, &out); err == nil || !strings.Contains(out.String(), "en/places: it has 3 bytes instead of") || ExitCode(err) != 1 {
		t.Errorf("%v %s", err, &out)
	}
	if err := VerifyIndex([]string{dir, filepath.Join(site, "nowhere")}, &out); err == nil {
		t.Error("a site that is not there is verified")
	}
	if err := VerifyIndex([]string{site}, &out); !errors.Is(err, indexer.ErrNoIndex) || ExitCode(err) != 2 {
		t.Errorf("no index: %v", err)
	}
}

// verify tells when the index is of another build than the site, as where a run was
// stopped between the two; the next run heals it, even if no page has changed since.
func TestVerifySite(t *testing.T) {
	dir := t.TempDir()
	site, index, old := filepath.Join(dir, "site"), filepath.Join(dir, "index"), filepath.Join(dir, "old")
	run := func(text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(site, 0o755), os.WriteFile(filepath.Join(site, "index.html"), []byte(`<html lang="en"><main><h1>Knots</h1><p>`+text), 0o644)); err != nil {
			t.Fatal(err)
		}
		if err := (&indexing{site: site, out: index}).run(t.Context(), NewConsole(io.Discard, true)); err != nil {
			t.Fatal(err)
		}
	}
	run("reef")
	if err := os.CopyFS(old, os.DirFS(index)); err != nil {
		t.Fatal(err)
	}
	run("sheet")
	var out bytes.Buffer
	if err := VerifyIndex([]string{index, site}, &out); err != nil || !strings.Contains(out.String(), "written together") {
		t.Errorf("%v %s", err, &out)
	}
	if err := errors.Join(os.RemoveAll(index), os.Rename(old, index)); err != nil {
		t.Fatal(err)
	}
	if err := VerifyIndex([]string{index, site}, &out); !errors.Is(err, indexer.ErrOtherBuild) || !strings.Contains(err.Error(), site) || ExitCode(err) != 1 {
		t.Errorf("%v", err)
	}
	run("sheet")
	if err := VerifyIndex([]string{index, site}, &out); err != nil {
		t.Error(err)
	}
	// One that was written alone fits no site, and says so.
	alone := filepath.Join(dir, "alone")
	if _, err := indexer.Build(t.Context(), site, alone, nil); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{site, t.TempDir()} {
		out.Reset()
		if err := VerifyIndex([]string{alone, folder}, &out); err == nil || !strings.Contains(err.Error(), alone) || !strings.Contains(err.Error(), "write both again") || strings.Contains(out.String(), "together") || ExitCode(err) != 1 {
			t.Errorf("%v %s", err, &out)
		}
	}
}
