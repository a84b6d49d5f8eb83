package cli

import (
	"io/fs"
	"net/http"

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
	return handler(site, x, web.SetAnswerHeaders)
}

func handler(site fs.FS, x *indexer.Index, setHeaders func(http.Header)) http.Handler {
	files := web.Files(site, setHeaders)
	mux := http.NewServeMux()
	mux.Handle("/api/search", x.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := x.SearchPage(r.URL.Path); ok && r.URL.Query().Get("q") != "" {
			setHeaders(w.Header())
			x.ResultsHandler().ServeHTTP(w, r) // for readers without script
			return
		}
		files.ServeHTTP(w, r)
	})
	return gzhttp.GzipHandler(mux)
}
