package need

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// witness notes how a test ended.
type witness struct {
	testing.TB
	ended string
}

func (w *witness) Helper()          {}
func (w *witness) Skip(args ...any) { w.end("skipped", args) }
func (w *witness) Fatal(a ...any)   { w.end("failed", a) }
func (w *witness) end(how string, args []any) {
	w.ended = how + ": " + args[0].(string)
	runtime.Goexit()
}

func ended(test func(t testing.TB)) string {
	w := &witness{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(w)
	}()
	<-done
	return w.ended
}

// What is missing skips a test of a person and fails one of CI.
func TestMissing(t *testing.T) {
	t.Setenv("VADE_NODE_MODULES", t.TempDir())
	for name, test := range map[string]func(testing.TB){
		"no-such-program": func(t testing.TB) { Program(t, "no-such-program", "apt-get install it") },
		"a/b.js":          func(t testing.TB) { NodeModule(t, "a/b.js") },
		"no/such/file":    func(t testing.TB) { Shared(t, "no/such/file") },
	} {
		for ci, how := range map[string]string{"": "skipped: ", "true": "failed: "} {
			t.Setenv("CI", ci)
			if got := ended(test); !strings.HasPrefix(got, how) || !strings.Contains(got, name) {
				t.Errorf("CI=%q: %q, want %s…%s", ci, got, how, name)
			}
		}
	}
}

// Who waits looks at some of very many things, CI at all of them.
func TestOneOf(t *testing.T) {
	for _, c := range []struct {
		ci, long string
		want     int
	}{{"", "", 7}, {"true", "", 1}, {"", "1", 1}, {"false", "", 7}} {
		t.Setenv("CI", c.ci)
		t.Setenv("VADE_LONG", c.long)
		if got := OneOf(7); got != c.want {
			t.Errorf("CI=%q VADE_LONG=%q: %d, want %d", c.ci, c.long, got, c.want)
		}
	}
}

func TestFound(t *testing.T) {
	t.Setenv("CI", "true")
	dir := t.TempDir()
	t.Setenv("VADE_NODE_MODULES", dir)
	if err := os.WriteFile(filepath.Join(dir, "x.js"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := NodeModule(t, "x.js"); got != filepath.Join(dir, "x.js") {
		t.Error(got)
	}
	if got := Program(t, "go", ""); !filepath.IsAbs(got) {
		t.Error(got)
	}
	checkout, err := root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(checkout, "internal", "need", "need.go")); err != nil {
		t.Error(err)
	}
}
