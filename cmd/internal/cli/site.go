package cli

import (
	"cmp"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// SiteHandler serves the files of a built site and its search, compressed for
// slow links.
func SiteHandler(site fs.FS, x *indexer.Index) http.Handler {
	return handler(site, x, web.SetPageHeaders)
}

// FolderHandler is SiteHandler for the pages of any site, which may hold what the
// policy of our own pages forbids.
func FolderHandler(site fs.FS, x *indexer.Index) http.Handler {
	return handler(site, x, func(h http.Header) {
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
	})
}

func handler(site fs.FS, x *indexer.Index, setHeaders func(http.Header)) http.Handler {
	files := http.FileServerFS(site)
	mux := http.NewServeMux()
	mux.Handle("/api/search", x.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		if _, ok := x.SearchPage(r.URL.Path); ok && r.URL.Query().Get("q") != "" {
			x.ResultsHandler().ServeHTTP(w, r) // for readers without script
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if !isPage(site, cmp.Or(name, ".")) {
			notFound(w, site, name)
			return
		}
		files.ServeHTTP(w, r)
	})
	return gzhttp.GzipHandler(mux)
}

// isPage tells whether a file is there, or a folder with a page: the files of
// other folders are not listed.
func isPage(site fs.FS, name string) bool {
	info, err := fs.Stat(site, name)
	if err == nil && info.IsDir() {
		_, err = fs.Stat(site, path.Join(name, "index.html"))
	}
	return err == nil
}

// notFound sends the site's own page for what is not there, in the language of
// the address.
func notFound(w http.ResponseWriter, site fs.FS, name string) {
	lang, _, _ := strings.Cut(name, "/")
	for _, file := range []string{path.Join(lang, "404.html"), "404.html"} {
		if page, err := fs.ReadFile(site, file); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(page) // the reader went away
			return
		}
	}
	http.Error(w, "There is no such page.", http.StatusNotFound)
}
