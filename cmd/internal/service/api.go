package service

import (
	_ "embed"
	"net/http"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// SearchPath is where searches are answered.
const SearchPath = "/api/search"

// A Site is how the requests of a site are answered.
type Site struct {
	Files      http.Handler      // what is no search; nil for nothing
	SetHeaders func(http.Header) // of pages
	Limit      *web.RateLimit    // of searches; nil for none
}

// Handler answers searches from an index, and all else from the site's files. A
// search page that asks for something is filled in, for readers without script.
func (s Site) Handler(x *indexer.Index) http.Handler {
	searches := s.limited(x.Handler(), func(w http.ResponseWriter, r *http.Request) { indexer.Fail(w, r, indexer.TooManyRequests) })
	pages := s.limited(x.ResultsHandler(), func(w http.ResponseWriter, r *http.Request) {
		status, f := indexer.NewFailure(indexer.TooManyRequests)
		http.Error(w, f.Error.Message, status)
	})
	assistants := s.limited(Assistants(x), func(w http.ResponseWriter, r *http.Request) { indexer.Fail(w, r, indexer.TooManyRequests) })
	mux := http.NewServeMux()
	mux.Handle(SearchPath, searches)
	mux.Handle(DescriptionPath, Description())
	mux.Handle(AssistantPath, assistants)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, isSearch := x.SearchPage(r.URL.Path)
		switch {
		case isSearch && (r.URL.RawQuery != "" || s.Files == nil):
			pages.ServeHTTP(w, r)
		case s.Files == nil:
			indexer.Fail(w, r, indexer.BadAddress)
		default:
			s.Files.ServeHTTP(w, r)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.SetHeaders(w.Header()) // also of an answer that is the mux's own
		mux.ServeHTTP(w, r)
	})
}

func (s Site) limited(h http.Handler, refuse http.HandlerFunc) http.Handler {
	if s.Limit == nil {
		return h
	}
	return s.Limit.Limit(h, func(w http.ResponseWriter, r *http.Request, seconds int) {
		web.RetryAfter(w.Header(), seconds)
		refuse(w, r)
	})
}
