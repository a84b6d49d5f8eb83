package indexer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// searchTime is how long one search may take.
const searchTime = 10 * time.Second

// Handler answers GET requests for searches with JSON: an Answer, or
// {"error": "…"} with the reason. Its parameters are q, lang, page, size,
// exact=1, typing=1, and every other name as a facet.
func (x *Index) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		answer, err := x.serve(req)
		status := http.StatusOK
		var body any = answer
		if err != nil {
			status, body = failure(err, req)
		}
		writeJSON(w, req, status, body)
	})
}

type errorBody struct {
	Error string `json:"error"`
}

// failure gives the status and the text that a reader may see of an error.
func failure(err error, req *http.Request) (int, errorBody) {
	var bad RequestError
	switch {
	case errors.As(err, &bad):
		return http.StatusBadRequest, errorBody{bad.Error()}
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed, errorBody{err.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, errorBody{"The search took too long: use fewer words."}
	}
	slog.Error("search failed", "query", req.URL.RawQuery, "error", err)
	return http.StatusInternalServerError, errorBody{"internal error"}
}

var errMethod = errors.New("only GET is answered here")

func (x *Index) serve(req *http.Request) (*Answer, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return nil, errMethod
	}
	r, err := ParseRequest(req.URL.Query())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), searchTime)
	defer cancel()
	return x.Search(ctx, r)
}

// ParseRequest reads a request from the parameters of a URL.
func ParseRequest(values url.Values) (Request, error) {
	r := Request{Facets: map[string][]string{}}
	number := func(name, value string) (int, error) {
		n, err := strconv.Atoi(value)
		if err != nil {
			return 0, RequestError(name + " must be a whole number, not " + strconv.Quote(value) + ".")
		}
		return n, nil
	}
	var err error
	for name, all := range values {
		value := all[0]
		switch name {
		case "q":
			r.Query = value
		case "lang":
			r.Lang = value
		case "page":
			if value != "" {
				r.Page, err = number(name, value)
			}
		case "size":
			if value != "" {
				r.Size, err = number(name, value)
			}
		case "exact":
			r.Exact = value == "1"
		case "typing":
			r.Typing = value == "1"
		default:
			for _, v := range all {
				if v != "" {
					r.Facets[name] = append(r.Facets[name], v)
				}
			}
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func writeJSON(w http.ResponseWriter, req *http.Request, status int, body any) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(true)
	if err := enc.Encode(body); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", "GET, HEAD")
	}
	w.WriteHeader(status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(out.Bytes()) // the reader went away
	}
}
