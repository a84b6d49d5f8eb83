package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestServeWatch(t *testing.T) {
	dir := copySite(t)
	write(t, filepath.Join(dir, "static/favicon.ico"), "") // which browsers ask for
	// A page long enough to be sent compressed, to those who ask for that.
	write(t, filepath.Join(dir, "content/long.md"), "---\ntitle: Long\n---\n"+strings.Repeat("A line about bees. ", 200))
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--watch", "--addr", "127.0.0.1:0", "--source", dir}, w, io.Discard)
		w.Close()
	}()
	line := make([]byte, 200)
	n, _ := r.Read(line)
	_, rest, ok := strings.Cut(string(line[:n]), "Open ")
	if !ok {
		t.Fatalf("no address: %q (%v)", line[:n], <-done)
	}
	root := strings.TrimSuffix(strings.Fields(rest)[0], "/")
	get := func(path string) string {
		response, err := http.Get(root + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return string(body)
	}
	for _, path := range []string{"/", "/long/"} {
		if page := get(path); !strings.Contains(page, "reload.js") {
			t.Fatalf("%s does not reload:\n%s", path, page)
		}
	}
	file := filepath.Join(dir, "content/pests/wax-moth.md")
	good := read(t, file)

	b := opened(t, root)
	b.open("/")
	b.eval(`(self.before = true, 1)`)
	started := time.Now()
	write(t, file, good+"\n\nOcelots keep no bees.\n")
	for !strings.Contains(get("/api/search?q=ocelots"), "Ocelots") && time.Since(started) < 20*time.Second {
		time.Sleep(20 * time.Millisecond)
	}
	if !strings.Contains(get("/api/search?q=ocelots"), "Ocelots") {
		t.Fatal("an edit is not found")
	}
	b.wait(`self.before === undefined && document.readyState === "complete"`)
	t.Logf("visible and searchable after %.1f s", time.Since(started).Seconds())
	b.quiet()

	// A broken page shows its error in the browser, and the last good site stays.
	write(t, file, "---\ntitle: [broken\n---\n")
	b.wait(`document.querySelector("pre[role=alert]")?.textContent.includes(` + "`" + filepath.Base(file) + "`" + `) ?? false`)
	holds(t, get("/api/search?q=ocelots"), "Ocelots")
	write(t, file, good)
	b.wait(`document.querySelector("pre[role=alert]") === null && document.readyState === "complete"`)
	b.quiet()
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not stop")
	}
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
	root := strings.Fields(stderr.after(t, "Building the site at "))[0]
	status, header, body := fetch(t, root)
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("before the first build: %d %v", status, header)
	}
	holds(t, body, "The site is being built", `http-equiv="refresh"`)
	pipe.release()
	stdout.after(t, "Open "+root)

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
		time.Sleep(4 * lookEvery)
	}
	write(t, file, good+"\nOcelots keep no bees.\n")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, _, body := fetch(t, root+"api/search?q=ocelots"); strings.Contains(body, "Ocelots") {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("an edit is not found:\n%s", stderr.String())
		}
	}
	time.Sleep(6 * lookEvery)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := strings.Count(stderr.String(), "Building the site"); n != 2 {
		t.Errorf("%d builds, want 2:\n%s", n, stderr.String())
	}
}

// A look tells content from times, and finds a change that the time hides.
func TestLook(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "content", "page.md"), "one")
	write(t, filepath.Join(dir, "public", "index.html"), "out")
	w := &watcher{project: project{source: dir, destination: "public", index: "index"}}
	first := w.look()
	touch := func(at time.Time) {
		t.Helper()
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		change  func()
		differs bool
	}{
		{"nothing", func() {}, false},
		{"another time", func() { touch(time.Now().Add(-time.Hour)) }, false},
		{"written as it was", func() { write(t, file, "one") }, false},
		{"another content of one size, at one time", func() {
			now := time.Now()
			touch(now)
			w.look()
			write(t, file, "two")
			touch(now)
		}, true},
		{"back", func() { write(t, file, "one") }, false},
		{"a new file", func() { write(t, filepath.Join(dir, "content", "new.md"), "") }, true},
		{"it is gone", func() { os.Remove(filepath.Join(dir, "content", "new.md")) }, false},
		{"another name", func() { os.Rename(file, file+"2") }, true},
		{"back again", func() { os.Rename(file+"2", file) }, false},
		{"what is built", func() { write(t, filepath.Join(dir, "public", "index.html"), "other") }, false},
		{"what is hidden", func() { write(t, filepath.Join(dir, ".git", "x"), "other") }, false},
	} {
		c.change()
		if now := w.look(); (now != first) != c.differs {
			t.Errorf("%s: differs %t, want %t", c.name, now != first, c.differs)
		}
	}
}
