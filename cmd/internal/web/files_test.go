package web

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// siteFolder writes files into a new folder.
func siteFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func ask(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// What lies in or beside the folder of a site and is no page of it is not served.
func TestFilesKeepsToTheSite(t *testing.T) {
	dir := siteFolder(t, map[string]string{
		"index.html": "home", "404.html": "missing", "real.txt": "real", ".env": "secret", ".git/config": "secret", "a/.hidden/x.txt": "secret",
		".well-known/security.txt": "public", "folder/picture.svg": "<svg/>", "../outside.txt": "secret", "../out/index.html": "secret",
	})
	for link, to := range map[string]string{"link.txt": "../outside.txt", "folderlink": "../out", "absolute.txt": filepath.Join(filepath.Dir(dir), "outside.txt"), "inside.txt": "real.txt", "404.fr": "x"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "fr"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../outside.txt", filepath.Join(dir, "fr", "404.html")); err != nil {
		t.Fatal(err)
	}
	makePipe(t, filepath.Join(dir, "pipe"))
	h := Files(Dir(dir), SetPageHeaders)
	for target, want := range map[string]string{
		"/": "home", "/real.txt": "real", "/inside.txt": "real", "/.well-known/security.txt": "public", "/folder/picture.svg": "<svg/>",
		"/link.txt": "", "/folderlink/": "", "/folderlink/index.html": "", "/absolute.txt": "", "/.env": "", "/.git/config": "", "/.git/": "", "/a/.hidden/x.txt": "",
		"/%2eenv": "", "/x/..%2f.env": "", "/..%2foutside.txt": "", "/pipe": "", "/folder/": "", "/folder": "", "/fr/rien": "", "/real.txt/": "", "/%00": "",
	} {
		w := ask(h, "GET", target)
		body := w.Body.String()
		if want == "" && (w.Code == 200 || strings.Contains(body, "secret") || w.Code == 404 && body != "missing") || want != "" && (w.Code != 200 || body != want) {
			t.Errorf("%s: %d %q, want %q", target, w.Code, body, want)
		}
	}
}

func TestFilesOnlyReads(t *testing.T) {
	h := Files(Dir(siteFolder(t, map[string]string{"index.html": "home"})), SetAnswerHeaders)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
		if w := ask(h, method, "/"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := ask(h, "HEAD", "/"); w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("HEAD: %d %q", w.Code, w.Body)
	}
}

// A browser that is told not to guess gets the type that it wants, whatever the
// system knows.
func TestFilesTypes(t *testing.T) {
	files := map[string]string{"app.webmanifest": "application/manifest+json", "x.js": "text/javascript", "x.md": "text/markdown", "x.woff2": "font/woff2", "x.json": "application/json", "x.SVG": "image/svg+xml", "index.html": "text/html", "x.unknown": "text/plain"}
	content := map[string]string{}
	for name := range files {
		content[name] = "{}"
	}
	h := Files(Dir(siteFolder(t, content)), SetAnswerHeaders)
	for name, want := range files {
		got := ask(h, "GET", "/"+strings.TrimSuffix(name, "index.html")).Header().Get("Content-Type")
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Where descriptors ran out a reader is asked to come again, and is not told that
// the page is gone.
func TestFilesWithoutDescriptors(t *testing.T) {
	h := Files(failing{syscall.EMFILE}, SetAnswerHeaders)
	if w := ask(h, "GET", "/a.html"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

type failing struct{ err error }

func (f failing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
}
