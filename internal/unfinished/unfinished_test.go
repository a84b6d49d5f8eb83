package unfinished

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestMain is a run that makes a file and a folder and is killed, where a test asks
// for one.
func TestMain(m *testing.M) {
	if dir := os.Getenv("UNFINISHED_TEST_DIR"); dir != "" {
		file, _, err := File(dir, ".kind")
		if err == nil {
			_, _, err = Folder(dir, ".kind")
		}
		fmt.Printf("%q %v\n", file, err)
		time.Sleep(time.Minute)
	}
	os.Exit(m.Run())
}

// run starts a run and gives the file that it works in when it has made that and a folder.
func run(t *testing.T, dir string) (kill func(), file string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "UNFINISHED_TEST_DIR="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = c.Process.Kill(); _ = c.Wait() }
	t.Cleanup(kill)
	var failed string
	in := bufio.NewScanner(out)
	in.Scan()
	if n, _ := fmt.Sscanf(in.Text(), "%q %s", &file, &failed); n != 2 || failed != "<nil>" {
		t.Fatalf("the run said %q", in.Text())
	}
	return kill, file
}

// What a killed run left goes with the next run; what a run makes that goes on stays,
// in whatever process, and so does what merely looks like it.
func TestClearsWhatTheDeadLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [b] *")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mine, release, err := Folder(dir, ".kind")
	if err != nil {
		t.Fatal(err)
	}
	kill, theirs := run(t, dir)
	if lock, sure, err := Own(dir, false); err != nil || !sure {
		t.Skip("nothing was tested: this disk knows no locks")
	} else {
		lock.Close()
	}
	stays := []string{".kind-plans", ".kind", ".kinds-123", "kind-123", ".kind-123-older"}
	for _, name := range stays {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(SetAside(filepath.Join(dir, ".kind-7")), 0o755); err != nil {
		t.Fatal(err)
	}
	left := func() (names []string) {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if !slices.Contains(stays, e.Name()) {
				names = append(names, filepath.Join(dir, e.Name()))
			}
		}
		return names
	}
	next := func() {
		_, release, err := File(dir, ".kind")
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	next()
	if got := left(); len(got) != 3 || !slices.Contains(got, mine) || !slices.Contains(got, theirs) {
		t.Errorf("beside two runs there is %q", got)
	}
	kill()
	next()
	if got := left(); len(got) != 1 || got[0] != mine {
		t.Errorf("beside one run there is %q", got)
	}
	release()
	if got, _ := os.ReadDir(dir); len(got) != len(stays) {
		t.Errorf("beside none there is %v", got)
	}
}

// Where no lock tells, age does.
func TestOld(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"new": time.Hour, "old": 2 * old} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if isOld(e) != (e.Name() == "old") {
			t.Errorf("%s: %v", e.Name(), isOld(e))
		}
	}

	// A run that goes on renews it, until it is gone.
	file := filepath.Join(dir, "old")
	if !renew(file) {
		t.Error("it is there, and was not renewed")
	}
	info, err := os.Stat(file)
	if err != nil || isOld(fs.FileInfoToDirEntry(info)) {
		t.Errorf("it is still old: %v", err)
	}
	if err := os.Remove(file); err != nil || renew(file) {
		t.Errorf("what is gone was renewed, %v", err)
	}
}
