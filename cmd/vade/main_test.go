package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vademecum/cmd/internal/cli"
	"vademecum/internal/expect"
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
	if !flagGiven("test.parallel") { // most of a test in a browser is waiting
		if err := flag.Set("test.parallel", strconv.Itoa(runtime.NumCPU()+1)); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	closeChromium()
	os.RemoveAll(shared)
	os.Exit(code)
}

var shared string

// What tests of other packages ask too.
var contents, unchanged, says = expect.Contents, expect.Unchanged, expect.Says

type output = expect.Output

// flagGiven tells whether the command line has a flag.
func flagGiven(name string) bool {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

// building lets one test at a time build: two builds side by side take as long as
// one after the other, and more memory.
var building sync.Mutex

// vade runs a command line and gives what it wrote.
func vade(args ...string) (stdout, stderr string, err error) {
	if slices.ContainsFunc(args, func(a string) bool { return slices.Contains([]string{"build", "check", "pack", "import"}, a) }) {
		building.Lock()
		defer building.Unlock()
	}
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

// copyBuilt is copySite with the site and its index built.
func copyBuilt(t testing.TB) string {
	t.Helper()
	beesIndex(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(shared, "bees"))); err != nil {
		t.Fatal(err)
	}
	return dir
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

func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	stdout, _ := must(t, "--help")
	holds(t, stdout, "build", "serve", "search", "index", "import", "eval")
}

// Who calls vade from a script learns whether the pages are broken or the call.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	write(t, filepath.Join(dir, "content", "broken.md"), "---\ntitle: [\n---\n")
	index := beesIndex(t)
	queries := write(t, filepath.Join(t.TempDir(), "queries"), "no tab")
	for _, c := range []struct {
		code int
		args []string
	}{
		{0, []string{"--help"}}, {0, []string{"--version"}}, {0, []string{"version"}}, {0, []string{"search", "--index", index, "zeppelin"}},
		{1, []string{"build", "--source", dir}}, {1, []string{"check", "--source", dir}}, {1, []string{"pack", "--source", dir, "--out", filepath.Join(t.TempDir(), "x.zip")}},
		{1, []string{"verify", queries}}, {1, []string{"eval", "--index", index, "--queries", queries, "--qrels", queries}},
		{2, []string{"biuld"}}, {2, []string{"build", "--no-such-flag"}}, {2, []string{"index"}}, {2, []string{"search"}}, {2, []string{"import"}},
		{2, []string{"build", "stray"}}, {2, []string{"eval"}}, {2, []string{"version", "1"}}, {2, []string{"search", "--page", "x", "y"}},
		{2, []string{"serve", "--watch", "--site", "x.zip"}},
		{2, []string{"check", "--source", t.TempDir()}}, {2, []string{"build", "--source", dir, "--destination", "."}},
		{2, []string{"pack", "--source", t.TempDir()}}, {2, []string{"pack", "--source", dir, "--out", t.TempDir()}},
		{2, []string{"import", "--source", t.TempDir(), queries}}, {2, []string{"serve", "--source", t.TempDir(), "--addr", "127.0.0.1:0"}},
		{2, []string{"index", filepath.Join(dir, "missing")}}, {2, []string{"search", "--index", dir, "honey"}},
	} {
		if _, _, err := vade(c.args...); cli.ExitCode(err) != c.code {
			t.Errorf("vade %v: exit %d (%v), want %d", c.args, cli.ExitCode(err), err, c.code)
		}
	}
}

// A quiet command that succeeds tells nothing but warnings.
func TestQuiet(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	if stdout, stderr := must(t, "build", "--quiet", "--source", dir); stdout+stderr != "" {
		t.Errorf("%q %q", stdout, stderr)
	}
	write(t, filepath.Join(dir, "layouts", "home.html"), `{{ define "main" }}{{ warnf "the hive is %s" "open" }}<h1>{{ .Title }}</h1>{{ end }}`)
	if _, stderr := must(t, "-q", "build", "--source", dir); stderr != "warning: the hive is open\n" {
		t.Errorf("%q", stderr)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	stdout, _ := must(t, "version")
	flag, _ := must(t, "--version")
	holds(t, stdout, "vade ", runtime.GOOS+"/"+runtime.GOARCH, "Hugo v", "bleve v")
	if stdout != flag {
		t.Errorf("--version tells %q, version %q", flag, stdout)
	}
}

// The endpoint must stay small and quick to start, so neither it nor package
// indexer may reach Hugo or the author's tool.
func TestEndpointKnowsNothingOfHugo(t *testing.T) {
	t.Parallel()
	for _, pkg := range []string{"vademecum/cmd/functions/search", "vademecum/cmd/vade-index", "vademecum/indexer"} {
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
			if strings.Contains(dep, "gohugoio") || strings.HasPrefix(dep+"/", "vademecum/cmd/vade/") {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
}
