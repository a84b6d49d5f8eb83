package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/internal/web"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// fetch gets a page without following redirects.
func fetch(t *testing.T, url string) (int, http.Header, string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, r.Header, string(body)
}

// serve builds and answers, from one address, and stops when it is told to.
func TestServe(t *testing.T) {
	t.Parallel()
	dir := copySite(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var stdout, stderr output
	stopped := make(chan error, 1)
	go func() {
		stopped <- run(ctx, []string{"serve", "--source", dir, "--addr", "127.0.0.1:0"}, &stdout, &stderr)
	}()

	opened := regexp.MustCompile(`Open (http://127\.0\.0\.1:\d+/) `)
	var root string
	for deadline := time.Now().Add(time.Minute); root == ""; time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-stopped:
			t.Fatalf("serve ended: %v\n%s", err, stderr.String())
		default:
		}
		if m := opened.FindStringSubmatch(stdout.String()); m != nil {
			root = m[1]
		} else if time.Now().After(deadline) {
			t.Fatalf("no address after a minute:\n%s\n%s", stdout.String(), stderr.String())
		}
	}
	for _, c := range []struct {
		path   string
		status int
		holds  string
	}{
		{"", 200, "Notes of a small apiary"},
		{"tasks/spring-inspection/", 200, "Spring inspection"},
		{"rules.json", 200, "HIVE RULES"},
		{"nowhere/", 404, "No such page"},
		{"de/nirgends/", 404, "Keine solche Seite"},
		{"api/search?q=brood+frames", 200, `"url":"/tasks/spring-inspection/"`}, // the site's own path is not that of serve
		{"api/search?q=" + strings.Repeat("a", 10_001), 400, `{"error":{"code":"query-long","message":"The query is longer than 10000 characters`},
		{"api/search", 400, `{"error":{"code":"query-empty","message":"Type a word`},
	} {
		status, header, body := fetch(t, root+c.path)
		if status != c.status || !strings.Contains(body, c.holds) {
			t.Errorf("/%.40s: %d, want %d and %q:\n%.300s", c.path, status, c.status, c.holds, body)
		}
		if header.Get("Content-Security-Policy") == "" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("/%.40s: headers %v", c.path, header)
		}
	}

	// A second one at the same address says so before it builds anything.
	other := copySite(t)
	before := contents(t, other)
	addr := strings.TrimSuffix(strings.TrimPrefix(root, "http://"), "/")
	_, _, err := vade("serve", "--source", other, "--addr", addr)
	says(t, err, addr+" is in use", "--addr")
	unchanged(t, other, before)

	stop()
	select {
	case err := <-stopped:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("serve goes on after it was stopped")
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
}

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"nowhere", "127.0.0.1:99999", "256.1.1.1:1540"} {
		_, _, err := vade("serve", "--source", t.TempDir(), "--addr", addr)
		says(t, err, "cannot listen on", addr, cli.OtherAddress)
	}
	_, _, err := vade("serve", "--source", t.TempDir(), "--addr", "127.0.0.1:0")
	says(t, err, "holds no hugo.toml")

	dir := copySite(t)
	must(t, "build", "--source", dir)
	write(t, filepath.Join(dir, "content", "broken.md"), "---\ntitle: [\n---\n")
	before := contents(t, dir)
	_, _, err = vade("serve", "--source", dir, "--addr", "127.0.0.1:0")
	says(t, err, "broken.md")
	unchanged(t, dir, before)
}

func TestSiteHandler(t *testing.T) {
	need.Long(t)
	t.Parallel()
	x, err := indexer.Open(beesIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	site := fstest.MapFS{
		"index.html":         {Data: []byte("home")},
		"404.html":           {Data: []byte("missing")},
		"de/404.html":        {Data: []byte("fehlt")},
		"a/index.html":       {Data: []byte("page a")},
		"pictures/x.svg":     {Data: []byte("<svg/>")},
		"fr/a/index.html":    {Data: []byte("page fr")},
		"with space/b c.txt": {Data: []byte("spaces")},
	}
	h := cli.SiteHandler(site, x)
	for _, c := range []struct {
		method, target string
		status         int
		body           string
	}{
		{"GET", "/", 200, "home"},
		{"GET", "/a/", 200, "page a"},
		{"HEAD", "/a/", 200, ""},
		{"GET", "/a?q=1", 301, ""},
		{"GET", "/a/index.html", 301, ""},
		{"GET", "/pictures/x.svg", 200, "<svg/>"},
		{"GET", "/with%20space/b%20c.txt", 200, "spaces"},
		{"GET", "/pictures/", 404, "missing"}, // files are not listed
		{"GET", "/nothing", 404, "missing"},
		{"GET", "/de/nichts/", 404, "fehlt"},
		{"GET", "/fr/rien/", 404, "missing"},
		{"GET", "/..%2f..%2fetc%2fpasswd", 404, "missing"},
		{"GET", "/%00", 404, "missing"},
		{"GET", "/api/other", 404, "missing"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.target, w.Code, w.Body, c.status, c.body)
		}
		sent := http.Header{}
		web.SetPageHeaders(sent)
		for name := range sent {
			if got, value := w.Header().Get(name), sent.Get(name); got != value {
				t.Errorf("%s: %s is %q", c.target, name, got)
			}
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/search?q=brood", nil))
	var a indexer.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Total != 2 {
		t.Errorf("search: %v %s", err, w.Body)
	}
	delete(site, "404.html")
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/nothing", nil))
	if w.Code != 404 || !strings.Contains(w.Body.String(), "no such page") {
		t.Errorf("a site without a page for it: %d %s", w.Code, w.Body)
	}
}
