package cli

import (
	"bytes"
	"errors"
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
	if err := VerifyIndex(dir, &out); err != nil || !strings.Contains(out.String(), "is whole") {
		t.Errorf("%v %s", err, &out)
	}
	if err := os.Truncate(filepath.Join(dir, "en", "places"), 3); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := VerifyIndex(dir, &out); err == nil || !strings.Contains(out.String(), "en/places: it has 3 bytes instead of") || ExitCode(err) != 1 {
		t.Errorf("%v %s", err, &out)
	}
	if err := VerifyIndex(site, &out); !errors.Is(err, indexer.ErrNoIndex) || ExitCode(err) != 2 {
		t.Errorf("no index: %v", err)
	}
}
