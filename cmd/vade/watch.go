package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"vademecum/indexer"
)

// How often the source is looked at: polling works on every disk and network
// drive, and a look at thousands of files takes milliseconds.
const lookEvery = 75 * time.Millisecond

// watcher serves a site while its author writes. Each build runs in a process
// of its own, since Hugo keeps memory after every build.
type watcher struct {
	project
	log io.Writer

	mu      sync.RWMutex // held for reading while a page is answered
	index   *indexer.Index
	handler http.Handler
	build   int    // number of the last good build
	failure string // of the last build, "" if it was good
	changed chan struct{}
}

// watch builds, serves, and builds again when the source changes. A build that
// fails leaves the site as it was; its pages show what is wrong.
func (p *project) watch(ctx context.Context, addr string, stdout, log io.Writer) error {
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	p.baseURL = address(listener.Addr())
	if err := p.ready(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &watcher{project: *p, log: log, changed: make(chan struct{})}
	seen := w.look()
	w.rebuild(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.follow(ctx, seen)
	}()
	defer func() {
		cancel()
		<-done
		if w.index != nil {
			w.index.Close()
		}
	}()
	server := &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	// Streams of events end with ctx; Shutdown would wait for them.
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	fmt.Fprintf(stdout, "Open %s  (stop with Ctrl-C)\n", p.baseURL)
	return serveUntil(ctx, server, listener)
}

// follow rebuilds whenever the source has changed and then rested for a moment,
// as editors write a file in several steps.
func (w *watcher) follow(ctx context.Context, built uint64) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	before := built
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := w.look()
		if now != built && now == before {
			w.rebuild(ctx)
			built = now
		}
		before = now
	}
}

// look gives a number that changes when a file of the source does.
func (w *watcher) look() uint64 {
	sum := fnv.New64a()
	out := []string{w.in(w.destination), w.in(w.project.index), filepath.Join(w.source, "resources")}
	_ = filepath.WalkDir(w.source, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // it went away while we looked
		}
		hidden := name != w.source && strings.HasPrefix(d.Name(), ".")
		if d.IsDir() {
			if hidden || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			for _, dir := range out {
				if filepath.Clean(name) == filepath.Clean(dir) {
					return fs.SkipDir
				}
			}
			return nil
		}
		if info, err := d.Info(); err == nil && !hidden {
			fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return sum.Sum64()
}

// rebuild builds in a process of its own and takes over what it made.
func (w *watcher) rebuild(ctx context.Context) {
	start := time.Now()
	failure := w.child(ctx)
	if ctx.Err() != nil {
		return
	}
	var x *indexer.Index
	if failure == "" {
		var err error
		if x, err = indexer.Open(w.in(w.project.index)); err != nil {
			failure = err.Error()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failure = failure
	if failure == "" {
		if w.index != nil {
			w.index.Close()
		}
		w.index, w.handler = x, siteHandler(os.DirFS(w.in(w.destination)), x)
		w.build++
		fmt.Fprintf(w.log, "Built in %.1f s.\n", time.Since(start).Seconds())
	} else {
		fmt.Fprintln(w.log, failure)
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

// child runs vade build and gives what it complains about.
func (w *watcher) child(ctx context.Context) string {
	self, err := os.Executable()
	if err != nil {
		return err.Error()
	}
	c := exec.CommandContext(ctx, self, "build", "--source", w.source, "--destination", w.destination, "--index", w.project.index, "--base-url", w.baseURL)
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Run(); err != nil {
		return cmp.Or(strings.TrimSpace(said.String()), err.Error())
	}
	return ""
}

//go:embed reload.js
var reloadScript []byte

const reloadPath = "/-/vade/"

func (w *watcher) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	switch req.URL.Path {
	case reloadPath + "reload.js":
		out.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = out.Write(reloadScript) // the reader went away
		return
	case reloadPath + "events":
		w.events(out, req)
		return
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	page := &heldPage{header: out.Header(), status: http.StatusOK}
	if w.handler == nil {
		page.header.Set("Content-Type", "text/html; charset=utf-8")
		page.status = http.StatusInternalServerError
		fmt.Fprint(page, "<!doctype html><html lang=\"en\"><head><title>Not built yet</title></head><body><h1>The site was not built yet</h1></body></html>")
	} else {
		req.Header.Del("Range")
		req.Header.Del("Accept-Encoding") // a script is put into what it answers
		w.handler.ServeHTTP(page, req)
	}
	body := page.body.Bytes()
	if strings.HasPrefix(page.header.Get("Content-Type"), "text/html") && len(body) > 0 {
		script := fmt.Sprintf("<script defer data-build=\"%d\" src=\"%sreload.js\"></script></head>", w.build, reloadPath)
		body = bytes.Replace(body, []byte("</head>"), []byte(script), 1)
		page.header.Set("Content-Length", strconv.Itoa(len(body)))
		page.header.Del("Last-Modified") // the script in it is newer
	}
	out.WriteHeader(page.status)
	if req.Method != http.MethodHead {
		_, _ = out.Write(body) // the reader went away
	}
}

// events tells a page, now and after each build, how things stand.
func (w *watcher) events(out http.ResponseWriter, req *http.Request) {
	out.Header().Set("Content-Type", "text/event-stream")
	out.Header().Set("Cache-Control", "no-store")
	for {
		w.mu.RLock()
		state, err := json.Marshal(map[string]string{"build": strconv.Itoa(w.build), "error": w.failure})
		changed := w.changed
		w.mu.RUnlock()
		if err != nil {
			return
		}
		fmt.Fprintf(out, "data: %s\n\n", state)
		if f, ok := out.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case <-changed:
		case <-req.Context().Done():
			return
		}
	}
}

// heldPage holds an answer back until it is whole.
type heldPage struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (p *heldPage) Header() http.Header            { return p.header }
func (p *heldPage) WriteHeader(status int)         { p.status = status }
func (p *heldPage) Write(data []byte) (int, error) { return p.body.Write(data) }
