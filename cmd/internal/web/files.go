package web

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// Files serves the files of a site. It serves what vade pack takes along: plain
// files, and folders that have a page. Hidden files (.env, .git), pipes and devices
// are not there for it, folders are not listed, and links that lead out of the
// folder are not followed where site is a Dir. What is not there is
// answered with the site's own page for that, in the language of the address.
func Files(site fs.FS, setHeaders func(http.Header)) http.Handler {
	files := http.FileServerFS(plainFiles{site})
	return OnlyReading(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		name := cmp.Or(strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/"), ".")
		switch err := isPage(site, name); {
		case exhausted(err):
			Unavailable(w)
			return
		case err != nil:
			notFound(w, site, name)
			return
		}
		if kind := typeOf(name); kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		files.ServeHTTP(w, r)
	}))
}

// Dir gives the files of a folder, whichever folder has that name when a file is
// asked for. Links that lead out of it are not followed.
type Dir string

// Open opens a file for reading.
func (d Dir) Open(name string) (fs.File, error) {
	return os.OpenInRoot(string(d), filepath.FromSlash(name))
}

// Stat tells of a file without opening it.
func (d Dir) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Stat(filepath.FromSlash(name))
}

// OnlyReading refuses all methods but GET and HEAD.
func OnlyReading(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			setTextHeaders(w.Header())
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET is answered here.", http.StatusMethodNotAllowed)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Unavailable asks to come again in a moment.
func Unavailable(w http.ResponseWriter) {
	setTextHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "1")
	http.Error(w, "There is too much to do at this moment. Please try again.", http.StatusServiceUnavailable)
}

// exhausted tells whether the process or the system has no descriptor left.
func exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// types are those that browsers want; the table of the system may know others or
// none.
var types = map[string]string{
	".css":         "text/css; charset=utf-8",
	".epub":        "application/epub+zip",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
	".xml":         "application/xml; charset=utf-8",
	".zip":         "application/zip",
}

func typeOf(name string) string { return types[strings.ToLower(path.Ext(name))] }

// isPage tells whether a plain file is there, or a folder with a page.
func isPage(site fs.FS, name string) error {
	info, err := plainFiles{site}.Stat(name)
	if err == nil && info.IsDir() {
		_, err = plainFiles{site}.Stat(path.Join(name, "index.html"))
	}
	return err
}

// plainFiles are the files of a site that are served.
type plainFiles struct{ fs.FS }

// Stat refuses what is not served.
func (p plainFiles) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) || hidden(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	info, err := fs.Stat(p.FS, name)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return info, err
}

// Open opens what Stat finds: to open a pipe would wait for who writes into it.
func (p plainFiles) Open(name string) (fs.File, error) {
	if _, err := p.Stat(name); err != nil {
		return nil, err
	}
	return p.FS.Open(name)
}

// hidden tells whether a file or a folder above it begins with a dot. What
// standards want in .well-known is meant for all.
func hidden(name string) bool {
	for i, part := range strings.Split(name, "/") {
		if strings.HasPrefix(part, ".") && name != "." && !(i == 0 && part == ".well-known") {
			return true
		}
	}
	return false
}

// notFound sends the site's own page for what is not there.
func notFound(w http.ResponseWriter, site fs.FS, name string) {
	lang, _, _ := strings.Cut(name, "/")
	for _, file := range []string{path.Join(lang, "404.html"), "404.html"} {
		if isPage(site, file) != nil {
			continue
		}
		if page, err := fs.ReadFile(site, file); err == nil {
			w.Header().Set("Content-Type", types[".html"])
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(page) // the reader went away
			return
		}
	}
	http.Error(w, "There is no such page.", http.StatusNotFound)
}
