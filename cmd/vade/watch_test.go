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

// The process that watches starts itself to build; in a test, that is the test.
func init() {
	if os.Getenv("VADE_TEST_CHILD") == "true" {
		main()
		os.Exit(0)
	}
}

func TestServeWatch(t *testing.T) {
	t.Setenv("VADE_TEST_CHILD", "true")
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
