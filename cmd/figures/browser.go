//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/chromium"
)

// asked is what one page load asked a server for.
type asked struct {
	requests, bytes    int // bytes are gzipped, headers not counted
	ofSearch, searched int // the same of the web index alone
}

// coldSearches measures what a reader with an empty cache waits for on a host of
// plain files: the search page with the query in its address, until all results
// are shown.
func (m *measurement) coldSearches(ctx context.Context) error {
	program, err := exec.LookPath("chromium")
	if err != nil {
		return errors.New("chromium is not installed")
	}
	// For such a host the site has no endpoint.
	if _, err := doWith(ctx, []string{"HUGO_PARAMS_ENDPOINT="}, m.in(vadeFile), "build", "--destination", m.in(plainDir), "--index", m.in(plainDir+"-index")); err != nil {
		return err
	}
	files := os.DirFS(m.in(plainDir))
	for _, q := range []struct{ name, query string }{
		{"one word", "brokering"}, {"two words", "coordination mechanisms"},
	} {
		a, err := m.coldSearch(ctx, program, files, q.query)
		if err != nil {
			return fmt.Errorf("%q: %w", q.query, err)
		}
		m.count(q.name+", requests", a.requests, less)
		m.size(q.name+", gzipped", int64(a.bytes), q.query)
		m.count(q.name+", requests to the web index", a.ofSearch, less)
		m.size(q.name+", gzipped, of the web index", int64(a.searched), "")
	}
	return nil
}

// answered is true when a search page shows its results whole.
const answered = `document.querySelectorAll("li.hit").length > 0 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`

func (m *measurement) coldSearch(ctx context.Context, program string, files fs.FS, query string) (asked, error) {
	var mu sync.Mutex
	var a asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		data, err := fs.ReadFile(files, name)
		mu.Lock()
		a.requests++
		n := gzipped(data)
		a.bytes += n
		if strings.HasPrefix(name, "search/") && path.Ext(name) == ".js" {
			a.ofSearch++
			a.searched += n
		}
		mu.Unlock()
		if err != nil {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, path.Base(name), time.Time{}, strings.NewReader(string(data)))
	}))
	defer server.Close()
	profile, err := os.MkdirTemp(m.tmp, "chromium-") // an empty cache
	if err != nil {
		return a, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tab, closeTab, err := chromium.Open(ctx, program, profile)
	if err != nil {
		return a, err
	}
	defer closeTab()
	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/search/?q="+url.QueryEscape(query))); err != nil {
		return a, err
	}
	for {
		shown, err := chromedp.Run(tab, chromedp.Evaluate[bool](answered))
		if ctx.Err() != nil {
			return a, errors.New("no result within a minute")
		}
		if err == nil && shown {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	// What comes after the results, such as counts of facets, is part of it.
	for before := -1; before != a.seen(&mu); time.Sleep(time.Second) {
		before = a.seen(&mu)
	}
	mu.Lock()
	defer mu.Unlock()
	return a, nil
}

func (a *asked) seen(mu *sync.Mutex) int {
	mu.Lock()
	defer mu.Unlock()
	return a.requests
}
