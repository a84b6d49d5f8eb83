// Mutate changes one constant or rule of the search after another, as
// testdata/mutations.txt tells, and runs the rows of testdata against each change.
// A change that no row notices is a constant without a reason: the program names it
// and ends with status 1. The sources stay as they are; each change compiles apart.
//
//	go run ./indexer/internal/mutate            all, some minutes
//	go run ./indexer/internal/mutate titleShare those whose line contains the word
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tests are those that run the rows.
const tests = "TestSearches|TestQueries|TestParse|TestTokens|TestTerms|TestStems$|TestLanguagesServe|TestRefusals|TestExcerpt|TestLimits"

const list = "indexer/testdata/mutations.txt"

func main() {
	data, err := os.ReadFile(list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "run this in the folder of go.mod:", err)
		os.Exit(2)
	}
	unseen := 0
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' || len(os.Args) > 1 && !strings.Contains(line, os.Args[1]) {
			continue
		}
		f := strings.Split(line, " | ")
		if len(f) != 4 {
			fmt.Fprintf(os.Stderr, "%s: %q needs a file, a text, what replaces it and a reason\n", list, line)
			os.Exit(2)
		}
		row, err := mutate(f[0], f[1], strings.TrimPrefix(f[2], "-"))
		switch {
		case err != nil: // the others are tried all the same
			unseen++
			fmt.Fprintln(os.Stderr, err)
		case row == "":
			unseen++
			fmt.Printf("UNSEEN  %s → %s (%s)\n", f[1], f[2], f[3])
		default:
			fmt.Printf("red     %s → %s: %s\n", f[1], f[2], row)
		}
	}
	if unseen > 0 {
		fmt.Printf("no row notices %d changes\n", unseen)
		os.Exit(1)
	}
}

// mutate runs the rows with one text of a file replaced and gives the first that is
// red, or "".
func mutate(file, old, with string) (string, error) {
	file = filepath.Join("indexer", file)
	source, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if bytes.Count(source, []byte(old)) != 1 {
		return "", fmt.Errorf("%s: %q stands there %d times, not once: mend %s", file, old, bytes.Count(source, []byte(old)), list)
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	changed, overlay := filepath.Join(dir, "changed"), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(changed, bytes.Replace(source, []byte(old), []byte(with), 1), 0o600); err != nil {
		return "", err
	}
	whole, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {whole: changed}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		return "", err
	}
	packages := []string{"./indexer"}
	if inner := filepath.Dir(file); inner != "indexer" { // its own rows first, which are quicker
		packages = []string{"./" + filepath.ToSlash(inner), "./indexer"}
	}
	out, err := exec.Command("go", append([]string{"test", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-run", tests}, packages...)...).CombinedOutput()
	if err == nil {
		return "", nil
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "_test.go:") {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("%s with %q: the tests did not run:\n%s", file, with, out)
}
