package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/cmd/internal/cli"
)

// openBelow lists the files below a folder that this process holds open or mapped.
func openBelow(t *testing.T, dir string) []string {
	t.Helper()
	var open []string
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, dir+"/") {
			open = append(open, to)
		}
	}
	for line := range strings.SplitSeq(read(t, "/proc/self/maps"), "\n") {
		if at := strings.Index(line, dir+"/"); at >= 0 {
			open = append(open, "mapped: "+line[at:])
		}
	}
	return open
}

// When a build puts a new site and index into the place of those that are served, no
// file of either is open: Windows would refuse the renames.
func TestWatchClosesBeforeItRenames(t *testing.T) {
	dir := copySite(t)
	w := &watcher{project: project{source: dir, destination: "public", index: "index", baseURL: "http://127.0.0.1/"}, log: cli.NewConsole(io.Discard, false), changed: make(chan struct{})}
	get := func(path string) string {
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer.Body.String()
	}
	rebuild := func() {
		building.Lock()
		defer building.Unlock()
		w.rebuild(context.Background(), w.buildAndTell)
	}
	rebuild()
	t.Cleanup(func() {
		if w.index != nil {
			w.index.Close()
		}
	})
	holds(t, get("/api/search?q=bees"), `"total"`)
	index := filepath.Join(dir, "index")
	open := []string{"never asked"}
	w.closed = func() { open = append(openBelow(t, index), openBelow(t, filepath.Join(dir, "public"))...) }
	rebuild()
	if len(open) > 0 {
		t.Errorf("open when the folders are renamed: %v", open)
	}
	if w.build != 2 || w.failure != "" {
		t.Errorf("build %d, %s", w.build, w.failure)
	}
	holds(t, get("/api/search?q=bees"), `"total"`)
}
