// Package rows reads the tables of examples in indexer/testdata, which the
// tests of several packages and those of the browser half run.
package rows

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// Each calls check with every line of a file that is neither empty nor a
// comment.
func Each(t *testing.T, file string, check func(line int, row string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := 0
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if row := lines.Text(); strings.TrimSpace(row) != "" && !strings.HasPrefix(row, "#") {
			rows++
			check(n, row)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if rows == 0 {
		t.Fatalf("%s holds no row", file)
	}
}
