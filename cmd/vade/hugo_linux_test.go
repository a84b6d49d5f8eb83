package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vademecum/internal/need"
)

// blocked is a site whose build waits in the middle for the test.
type blocked struct {
	t    *testing.T
	pipe string
	end  *os.File // of the pipe, for writing
}

// blockHugo puts a pipe into a site from which a template reads: the build waits
// as long as nothing is written to it.
func blockHugo(t *testing.T, dir string) *blocked {
	t.Helper()
	b := &blocked{t: t, pipe: filepath.Join(dir, ".wait")}
	if err := syscall.Mkfifo(b.pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	layout := filepath.Join(dir, "layouts", "page.html")
	write(t, layout, `{{ define "main" }}{{ if eq .File.LogicalName "plain.md" }}{{ readFile ".wait" }}{{ end }}`+strings.TrimPrefix(read(t, layout), `{{ define "main" }}`))
	return b
}

// reached waits until a build waits.
func (b *blocked) reached() {
	b.t.Helper()
	if err := b.open(); err != nil {
		b.t.Fatalf("no build waits after a minute: %v", err)
	}
}

// open waits as reached does.
func (b *blocked) open() (err error) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		// Opens once there is a reader.
		if b.end, err = os.OpenFile(b.pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			b.t.Cleanup(func() { b.end.Close() })
			return nil
		}
	}
	return err
}

// release lets this build, and those to come, go on.
func (b *blocked) release() {
	b.t.Helper()
	if err := errors.Join(os.Remove(b.pipe), os.WriteFile(b.pipe, nil, 0o644), b.end.Close()); err != nil {
		b.t.Fatal(err)
	}
}

// hugoProcesses gives the processes that build into a folder under dir.
func hugoProcesses(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lines {
		line, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(line), hugoName+"\x00") && strings.Contains(string(line), dir) {
			out = append(out, name)
		}
	}
	return out
}

// noHugo fails the test unless all processes under dir end soon.
func noHugo(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := hugoProcesses(t, dir)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("processes go on: %v", left)
		}
	}
}

// However vade is told to end, or killed, while Hugo hangs, no process stays;
// and what a killed one left beside the site is cleared by the next.
func TestSignals(t *testing.T) {
	t.Parallel()
	for i, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
		for j, command := range [][]string{{"build"}, {"check"}, {"serve", "--addr", "127.0.0.1:0"}, {"serve", "--watch", "--addr", "127.0.0.1:0"}} {
			if (i+j)%need.OneOf(2) != 0 {
				continue // each signal and each command still has its turn
			}
			t.Run(fmt.Sprint(signal, command), func(t *testing.T) {
				dir := copyBuilt(t)
				pipe := blockHugo(t, dir)
				before := contentsOfSite(t, dir)
				c := exec.Command(os.Args[0], append(command, "--source", dir)...)
				c.Env = append(os.Environ(), "VADE_TEST_CHILD=true")
				var said output
				c.Stderr = &said
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				pipe.reached()
				if len(hugoProcesses(t, dir)) != 1 {
					t.Errorf("Hugo is no process of its own")
				}
				if err := c.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- c.Wait() }()
				select {
				case <-ended:
				case <-time.After(20 * time.Second):
					_ = c.Process.Kill()
					t.Fatalf("it goes on:\n%s", said.String())
				}
				noHugo(t, dir)
				if signal == syscall.SIGKILL && command[0] == "build" {
					if left, _ := filepath.Glob(filepath.Join(dir, ".public-new-*")); len(left) != 1 {
						t.Errorf("the killed run left %v, so what follows proves nothing", left)
					}
					pipe.release()
					must(t, "build", "--source", dir)
				} else if signal != syscall.SIGKILL {
					unchangedSite(t, dir, before)
				}
				if signal != syscall.SIGKILL || command[0] == "build" {
					if left, _ := filepath.Glob(filepath.Join(dir, ".*-new-*")); len(left) > 0 {
						t.Errorf("left behind: %v", left)
					}
				}
			})
		}
	}
}

// contentsOfSite gives what is built; the pipe in the source cannot be read.
func contentsOfSite(t *testing.T, dir string) map[string]string {
	return contents(t, filepath.Join(dir, "public"))
}

func unchangedSite(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	unchanged(t, filepath.Join(dir, "public"), before)
}

// A build that hangs is stopped; what Hugo said before is told.
func TestHugoHangs(t *testing.T) {
	defer func(was hugoLimits) { limits = was }(limits)
	limits = hugoLimits{first: 700 * time.Millisecond, idle: time.Second, mistake: 700 * time.Millisecond, longest: time.Minute}
	for _, said := range []string{"", `{{ errorf "content/plain.md: no bees" }}`} {
		dir := copySite(t)
		pipe := blockHugo(t, dir)
		layout := filepath.Join(dir, "layouts", "page.html")
		write(t, layout, strings.Replace(read(t, layout), "{{ readFile", said+"{{ readFile", 1))
		go func() { _ = pipe.open() }() // and never writes
		_, _, err := vade("build", "--source", dir)
		says(t, err, "Hugo did not come to an end and was stopped", "unchanged")
		if said != "" {
			says(t, err, "content/plain.md: no bees")
		}
		noHugo(t, dir)
	}
	// Work without end is no sign of life for ever.
	limits.longest = time.Second
	dir := copySite(t)
	write(t, filepath.Join(dir, "layouts", "page.html"), `{{ define "main" }}{{ range seq 1000000 }}{{ range seq 1000000 }}{{ end }}{{ end }}{{ end }}`)
	_, _, err := vade("build", "--source", dir)
	says(t, err, "Hugo did not come to an end")
	noHugo(t, dir)
}

// A browser that comes while the site is built for the first time is told so, and
// a change of time without a change of content builds nothing.
func TestWatchBuildsOnce(t *testing.T) {
	dir := copySite(t)
	ctx, stop := context.WithCancel(t.Context())
	var stdout, stderr output
	done := make(chan error, 1)
	// The first build waits for the test.
	pipe := blockHugo(t, dir)
	go func() {
		done <- run(ctx, []string{"serve", "--watch", "--addr", "127.0.0.1:0", "--source", dir}, &stdout, &stderr)
	}()
	pipe.reached()
	root := strings.Fields(stderr.After(t, "Building the site at "))[0]
	status, header, body := fetch(t, root)
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("before the first build: %d %v", status, header)
	}
	holds(t, body, "The site is being built", `http-equiv="refresh"`)
	pipe.release()
	stdout.After(t, "Open "+root)

	// Files are touched and rewritten as they are, then one is altered: that is
	// the second build, and there is no third.
	file := filepath.Join(dir, "content/plain.md")
	good := read(t, file)
	for i := range 5 {
		write(t, file, good)
		now := time.Now().Add(time.Duration(i) * time.Hour)
		if err := os.Chtimes(file, now, now); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * restFor)
	}
	write(t, file, good+"\nOcelots keep no bees.\n")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, _, body := fetch(t, root+"api/search?q=ocelots"); strings.Contains(body, "Ocelots") {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("an edit is not found:\n%s", stderr.String())
		}
	}
	time.Sleep(6 * restFor)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := strings.Count(stderr.String(), "Building the site"); n != 2 {
		t.Errorf("%d builds, want 2:\n%s", n, stderr.String())
	}
}

// A pipe in a folder that Hugo reads is refused by name, before anybody waits for it.
func TestPipeIsRefused(t *testing.T) {
	for _, folder := range readByHugo {
		dir := t.TempDir()
		pipe := filepath.Join(dir, folder, "deep", "pipe.md")
		if err := errors.Join(os.MkdirAll(filepath.Dir(pipe), 0o755), syscall.Mkfifo(pipe, 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := (&project{source: dir}).frontMatter(); err == nil || !strings.Contains(err.Error(), pipe+" is a pipe, a socket or a device, not an ordinary file: remove it") {
			t.Errorf("%s: %v", folder, err)
		}
	}
}
