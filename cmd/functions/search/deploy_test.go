package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vademecum/cmd/internal/service"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// debianNginx is where Debian puts a program that ordinary users do not have on their path.
const debianNginx = "/usr/sbin/nginx"

// startNginx runs deploy/nginx.conf with the folders and ports of the test.
func startNginx(t *testing.T, root string, copies ...string) (address string) {
	t.Helper()
	nginx := debianNginx
	if _, err := os.Stat(nginx); err != nil {
		nginx = need.Program(t, "nginx", "apt-get install nginx")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	data, err := os.ReadFile("deploy/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	server := strings.NewReplacer("listen 80;", "listen "+address+";", "/srv;", root+";", "127.0.0.1:1541", copies[0], "127.0.0.1:1542", copies[1]).Replace(string(data))
	dir := t.TempDir()
	types, _ := os.ReadFile("/etc/nginx/mime.types")
	whole := fmt.Sprintf("daemon off; pid %[1]s/pid; error_log %[1]s/error.log;\nevents {}\nhttp { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\n%[2]s\n}\n", dir, server)
	for name, text := range map[string]string{"nginx.conf": whole, "mime.types": string(types)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() == 0 { // its workers are another user's
		for d := root; d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
			_ = os.Chmod(d, 0o755)
		}
	}
	c := exec.Command(nginx, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatalf("nginx does not start: %s", said.String())
		}
	}
}

// nginx serves the site under a path as it should be, and loses no search while one
// of the two copies of the endpoint is killed.
func TestNginx(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"kb/index.html": "home", "kb/es/index.html": "inicio", "kb/404.html": "not there", "kb/es/404.html": "no está", "kb/app.webmanifest": "{}",
		"kb/vade.0123456789abcdef0123456789abcdef.js": "1", "kb/search/en/t012345/0.js": "2", "kb/search/en.js": "3", "kb/sw.js": "4", "kb/index.md": "# home", "kb/.git/config": "secret", "kb/.env": "secret",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	x := openIndex(t)
	searches, assistants := x.Handler(), service.Assistants(x)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case service.SearchPath:
			searches.ServeHTTP(w, r)
			return
		case service.AssistantPath:
			assistants.ServeHTTP(w, r)
			return
		}
		indexer.SetAnswerHeaders(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
		fmt.Fprint(w, "filled in for ", r.RequestURI)
	})
	copies := []*httptest.Server{httptest.NewServer(handler), httptest.NewServer(handler)}
	for _, c := range copies {
		defer c.Close()
	}
	address := startNginx(t, root, copies[0].Listener.Addr().String(), copies[1].Listener.Addr().String())
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	do := func(method, path string) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response, string(body)
	}
	const html, script, forever = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"
	for path, want := range map[string]struct {
		status            int
		body, kind, cache string
	}{
		"/kb/": {200, "home", html, "no-cache"}, "/kb/es/": {200, "inicio", html, "no-cache"}, "/kb/es": {200, "inicio", html, "no-cache"},
		"/kb/no/": {404, "not there", html, "no-cache"}, "/kb/es/no/": {404, "no está", html, "no-cache"}, "/kb": {301, "", "", ""},
		"/kb/app.webmanifest": {200, "{}", "application/manifest+json", "no-cache"}, "/kb/sw.js": {200, "4", script, "no-cache"}, "/kb/index.md": {200, "# home", "text/markdown; charset=utf-8", "no-cache"}, "/kb/search/en.js": {200, "3", script, "no-cache"},
		"/kb/vade.0123456789abcdef0123456789abcdef.js": {200, "1", script, forever}, "/kb/search/en/t012345/0.js": {200, "2", script, forever},
		"/kb/search/?q=boats": {200, "filled in for /kb/search/?q=boats", html, "no-cache"}, "/kb/es/search/?q=%C3%B1&page=2": {200, "filled in for /kb/es/search/?q=%C3%B1&page=2", html, "no-cache"}, "/kb/api/search?q=boats": {200, "", "application/json; charset=utf-8", "no-cache"},
		"/kb/.git/config": {404, "", "", ""}, "/kb/.env": {404, "", "", ""}, "/kb/%2e%2e/%2e%2e/etc/passwd": {400, "", "", ""},
	} {
		response, body := do(http.MethodGet, path)
		if response.StatusCode != want.status || want.body != "" && body != want.body || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %q, want %d %q", path, response.StatusCode, body, want.status, want.body)
		}
		if want.kind != "" && (response.Header.Get("Content-Type") != want.kind || response.Header.Get("Cache-Control") != want.cache) {
			t.Errorf("%s: %s, %s", path, response.Header.Get("Content-Type"), response.Header.Get("Cache-Control"))
		}
		for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"} {
			if response.StatusCode != 400 && len(response.Header.Values(name)) != 1 {
				t.Errorf("%s: %s is %q", path, name, response.Header.Values(name))
			}
		}
	}
	if response, _ := do(http.MethodPost, "/kb/"); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST is answered with %d", response.StatusCode)
	}
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/kb"+service.AssistantPath, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"boats"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	asked.Host = "kb.example.org"
	asked.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}
	if response, err := client.Do(asked); err != nil {
		t.Error(err)
	} else if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != 200 || !strings.Contains(string(body), "http://kb.example.org/") {
		t.Errorf("an assistant: %d %s %v", response.StatusCode, body, err)
	}

	var readers sync.WaitGroup
	var answered, failed atomic.Int64
	halfway := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for i := range 100 {
				response, err := client.Get("http://" + address + "/kb/api/search?q=customs")
				if err != nil {
					failed.Add(1)
					continue
				}
				body, _ := io.ReadAll(response.Body)
				response.Body.Close()
				if response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"total"`) {
					failed.Add(1)
				}
				if answered.Add(1) == 100 {
					close(halfway)
				}
				_ = i
			}
		})
	}
	<-halfway
	copies[0].CloseClientConnections()
	copies[0].Listener.Close()
	readers.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d of %d searches failed while a copy was killed", failed.Load(), answered.Load())
	}
}

// IIS refuses files of a kind that it does not know, and fails as a whole over a kind
// that is named twice: each is removed before it is added.
func TestWebConfig(t *testing.T) {
	data, err := os.ReadFile("deploy/web.config")
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(string(data)))
	var removed, known []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || len(e.Attr) == 0 || e.Attr[0].Name.Local != "fileExtension" {
			continue
		}
		kind := e.Attr[0].Value
		switch {
		case e.Name.Local == "remove":
			removed = append(removed, kind)
		case !slices.Contains(removed, kind) || slices.Contains(known, kind):
			t.Errorf("%s is added without being removed, or twice", kind)
		default:
			known = append(known, kind)
		}
	}
	for _, kind := range []string{".json", ".webmanifest", ".js", ".svg"} {
		if !slices.Contains(known, kind) {
			t.Errorf("%s is not named", kind)
		}
	}
}

// systemd understands each line of the unit, and rates what it leaves open as little.
func TestUnit(t *testing.T) {
	analyze := need.Program(t, "systemd-analyze", "apt-get install systemd")
	data, err := os.ReadFile("deploy/vade-search@.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "vade-search@1541.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(string(data), "/usr/local/bin/search", "/bin/true")), 0o644); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", unit).CombinedOutput()
	for line := range strings.SplitSeq(string(said), "\n") {
		if strings.Contains(line, "vade-search") {
			t.Errorf("%s", line)
		}
	}
	rating, _ := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=20", unit).CombinedOutput()
	if lines := strings.Split(strings.TrimSpace(string(rating)), "\n"); strings.Contains(lines[len(lines)-1], "UNSAFE") || strings.Contains(lines[len(lines)-1], "EXPOSED") {
		t.Errorf("%v: %s", err, lines[len(lines)-1])
	}
	t.Logf("%s", said)
}
