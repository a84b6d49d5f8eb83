package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/desk"
)

// restFor is how long the source rests before it is built: editors write a file
// in several steps.
const restFor = 75 * time.Millisecond

// watcher serves a site while its author writes.
type watcher struct {
	project
	log    *cli.Console
	ofDesk bool
	files  map[string]lookedAt // of the source, by name
	whole  *background         // builds the whole site after a change

	mu      sync.RWMutex // held for reading while a page is answered
	index   io.Closer
	handler http.Handler
	build   int      // number of the last good build
	failure string   // of the last build, "" if it was good
	broken  []string // links of the last build that lead nowhere, where they stop none
	changed chan struct{}
	stopped <-chan struct{} // ends the streams of events, for which a server would wait
	closed  func()          // for tests: called when nothing is open any more; may be nil
}

// newWatcher gives a watcher that ends with ctx.
func newWatcher(ctx context.Context, p project, log *cli.Console) *watcher {
	w := &watcher{project: p, log: log, changed: make(chan struct{}), stopped: ctx.Done()}
	w.whole = inBackground(func(ctx context.Context) { w.rebuild(ctx, w.buildAndTell) })
	return w
}

// watch builds, serves, and builds again when the source changes. A build that
// fails leaves the site as it was; its pages show what is wrong.
func (p *project) watch(ctx context.Context, server *cli.Server, stdout io.Writer, log *cli.Console) error {
	listener, err := p.listen(server)
	if err != nil {
		return err
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(ctx)
	w := newWatcher(ctx, *p, log)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.follow(ctx, stdout)
	}()
	defer func() {
		cancel()
		<-done
		if w.index != nil {
			w.index.Close()
		}
	}()
	return web.ServeUntil(ctx, listener, w)
}

// follow builds, and again whenever the content of the source has changed and
// then rested for a moment.
func (w *watcher) follow(ctx context.Context, stdout io.Writer) {
	changes := w.changes(ctx, onNetwork(w.source))
	w.renews = true
	built := w.look()
	w.rebuild(ctx, w.buildAndTell)
	if ctx.Err() == nil {
		fmt.Fprintf(stdout, "Open %s  (stop with Ctrl-C)\n", w.baseURL)
		if !w.ofDesk {
			w.log.Say("To write and correct pages in the browser, start vade desk beside it; each page then leads to its form.")
		}
	}
	before, files := built, w.files
	defer w.whole.stop()
	var rested <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			rested = time.After(restFor)
			continue
		case <-rested:
			rested = nil
		}
		now := w.look()
		switch {
		case now == built: // other times, or other files, and the same content
		case now == before:
			w.whole.stop()
			if pages := changedPages(w.source, files, w.files); len(pages) > 0 && len(w.made) > fewFiles && w.failure == "" {
				w.renewPages(ctx, pages)
			}
			w.whole.start(ctx)
			built, files = now, w.files
		default:
			rested = time.After(restFor) // is it still being written?
		}
		before = now
	}
}

// fewFiles is how many files a site has at most that is built whole in about a second.
const fewFiles = 300

// renewPages shows the pages that an author has just changed, before the whole site
// is built: who writes waits for the page, and hardly ever for the lists that name it.
func (w *watcher) renewPages(ctx context.Context, pages []part) {
	w.rebuild(ctx, func(ctx context.Context, log *cli.Console) error {
		start := time.Now()
		report, err := w.renew(ctx, pages, log)
		if err != nil {
			return fmt.Errorf("%w (%w)", errNotAlone, err) // the whole build tells what is wrong
		}
		w.tell(report, start, log)
		return nil
	})
}

// lookedAt is a file as it was when its content was read.
type lookedAt struct {
	size     int64
	modified time.Time
	sum      [sha256.Size]byte
	settled  bool // read so long after it was modified that a change since shows in the time
}

// settling is the coarsest step in which disks note the time of a change.
const settling = 2 * time.Second

// look gives a number that changes when the content of the source does. Only
// files of another size or time than before are read.
func (w *watcher) look() uint64 {
	sum := fnv.New64a()
	files := map[string]lookedAt{}
	_ = filepath.WalkDir(w.source, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went away while we looked
		case w.ignores(name) && d.IsDir():
			return fs.SkipDir
		case w.ignores(name) || d.IsDir():
			return nil
		}
		if file, err := lookAt(name, w.files[name]); err == nil {
			files[name] = file
			fmt.Fprintf(sum, "%s %x\n", name, file.sum)
		}
		return nil
	})
	w.files = files
	return sum.Sum64()
}

// ignores tells whether a file or folder is none of the source: hidden, made by
// a build, or of a tool.
func (w *watcher) ignores(name string) bool {
	if name == w.source {
		return false
	}
	for _, made := range []string{w.in(w.destination), w.in(w.project.index), filepath.Join(w.source, "resources")} {
		if filepath.Clean(name) == filepath.Clean(made) {
			return true
		}
	}
	return strings.HasPrefix(filepath.Base(name), ".") || filepath.Base(name) == "node_modules"
}

// lookAt reads a file again unless it is as it was before.
func lookAt(name string, before lookedAt) (lookedAt, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid // a pipe, say: see onlyFiles
	}
	if err != nil {
		return lookedAt{}, err
	}
	file := lookedAt{size: info.Size(), modified: info.ModTime(), settled: time.Since(info.ModTime()) > settling}
	if before.settled && file.size == before.size && file.modified.Equal(before.modified) {
		return before, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return lookedAt{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return lookedAt{}, err
	}
	h.Sum(file.sum[:0])
	return file, nil
}

// rebuild lets build write the site and takes over what was made. Windows renames no
// folder of which a file is open: so the index of before is closed when the new one is
// whole, and readers wait for the moment until that one is open.
func (w *watcher) rebuild(ctx context.Context, build func(context.Context, *cli.Console) error) {
	w.log.Say("Building the site at %s …", w.baseURL)
	released := false
	w.release = func() {
		w.mu.Lock()
		released = true
		w.closeIndex()
		if w.closed != nil {
			w.closed()
		}
	}
	err := build(ctx, w.log)
	if !released {
		if ctx.Err() != nil || errors.Is(err, errNotAlone) {
			return // a newer change, the end, or the whole site comes instead
		}
		w.mu.Lock()
	}
	defer w.mu.Unlock()
	if err == nil || released { // a folder that could not be put into its place left the old one there
		w.closeIndex()
		var openErr error
		if w.handler, w.index, openErr = cli.OpenSite(w.in(w.destination), w.in(w.project.index)); openErr != nil {
			w.handler, w.index = nil, nil
			err = errors.Join(err, openErr)
		}
	}
	w.failure = ""
	if err != nil {
		w.failure = err.Error()
		fmt.Fprintln(w.log, w.failure)
	} else {
		w.build++
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *watcher) closeIndex() {
	if w.index != nil {
		w.index.Close()
	}
	w.index = nil
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
	page := &web.Held{Head: out.Header(), Status: http.StatusOK}
	if w.handler == nil && w.failure == "" {
		cli.BeingBuilt(page)
	} else if w.handler == nil {
		page.Head.Set("Content-Type", "text/html; charset=utf-8")
		page.Status = http.StatusInternalServerError
		fmt.Fprint(page, "<!doctype html><html lang=\"en\"><head><title>Not built yet</title></head><body><h1>The site was not built yet</h1></body></html>")
	} else {
		req.Header.Del("Range")
		req.Header.Del("Accept-Encoding") // a script is put into what it answers
		w.handler.ServeHTTP(page, req)
	}
	body := page.Body.Bytes()
	if strings.HasPrefix(page.Head.Get("Content-Type"), "text/html") && len(body) > 0 {
		script := fmt.Sprintf("<script defer data-build=\"%d\" src=\"%sreload.js\"></script></head>", w.build, reloadPath)
		body = bytes.Replace(body, []byte("</head>"), []byte(script), 1)
		page.Head.Set("Content-Length", strconv.Itoa(len(body)))
		page.Head.Del("Last-Modified") // the script in it is newer
	}
	out.WriteHeader(page.Status)
	if req.Method != http.MethodHead {
		_, _ = out.Write(body) // the reader went away
	}
}

// findDesk gives the address of the desk's pages, if a desk of this knowledge base
// runs and whoever asks sits at this computer. The desk's own pages need no link.
func (w *watcher) findDesk(req *http.Request) string {
	from, err := netip.ParseAddrPort(req.RemoteAddr)
	if w.ofDesk || err != nil || !from.Addr().IsLoopback() {
		return ""
	}
	return desk.Running(w.source)
}

// events tells a page, now and after each build, how things stand.
func (w *watcher) events(out http.ResponseWriter, req *http.Request) {
	out.Header().Set("Content-Type", "text/event-stream")
	out.Header().Set("Cache-Control", "no-store")
	at := w.findDesk(req)
	for {
		w.mu.RLock()
		state, err := json.Marshal(map[string]string{"build": strconv.Itoa(w.build), "error": w.failure, "desk": at})
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
		case <-w.stopped:
			return
		}
	}
}
