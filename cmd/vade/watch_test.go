package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vademecum/cmd/internal/cli"
)

func TestServeWatch(t *testing.T) {
	t.Parallel()
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
	// While a desk runs, pages lead to it.
	desk, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	write(t, filepath.Join(dir, ".vade/running"), "http://"+desk.Addr().String()+"/")
	b.open("/long/")
	b.wait(`document.querySelector("a[href='http://` + desk.Addr().String() + `/-/desk/at?address=%2Flong%2F']") !== null`)
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

// A look tells content from times, and finds a change that the time hides.
func TestLook(t *testing.T) {
	t.Parallel()
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

// The system tells of what changes in the source, new folders included, and not
// of what is built; on a network drive the source is looked at besides.
func TestChanges(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "content", "page.md"), "one")
	write(t, filepath.Join(dir, "public", "index.html"), "out")
	write(t, filepath.Join(dir, ".git", "x"), "hidden")
	w := &watcher{project: project{source: dir, destination: "public", index: "index"}, log: cli.NewConsole(io.Discard, false)}
	told := w.changes(t.Context(), false)
	wait := func(what string) {
		t.Helper()
		select {
		case <-told:
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing tells of %s", what)
		}
	}
	rest := func() {
		for {
			select {
			case <-told:
			case <-time.After(4 * restFor):
				return
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func()
	}{
		{"an edit", func() { write(t, file, "two") }},
		{"a new name", func() { os.Rename(file, file+"2") }},
		{"a new folder", func() { os.MkdirAll(filepath.Join(dir, "content", "a", "b"), 0o755) }},
		{"a file in a folder of a new folder", func() { write(t, filepath.Join(dir, "content", "a", "b", "c.md"), "") }},
		{"a folder that came with its files", func() {
			from := t.TempDir()
			write(t, filepath.Join(from, "d", "e.md"), "")
			if err := os.Rename(filepath.Join(from, "d"), filepath.Join(dir, "content", "d")); err != nil {
				t.Fatal(err)
			}
		}},
		{"an edit in that", func() { write(t, filepath.Join(dir, "content", "d", "e.md"), "other") }},
		{"a file that goes", func() { os.Remove(filepath.Join(dir, "content", "d", "e.md")) }},
	} {
		c.change()
		wait(c.name)
		rest()
	}
	write(t, filepath.Join(dir, "public", "index.html"), "built")
	write(t, filepath.Join(dir, ".git", "x"), "other")
	write(t, filepath.Join(dir, "index", "x"), "built")
	select {
	case <-told:
		t.Error("what is built or hidden counts as a change")
	case <-time.After(4 * restFor):
	}

	told = w.changes(t.Context(), true)
	rest()
	wait("anything on a network drive")
	if onNetwork(filepath.Join(dir, "missing")) {
		t.Error("a folder that is not there lies on a network drive")
	}
}
