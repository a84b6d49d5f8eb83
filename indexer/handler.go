package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"sync"
	"time"
)

// searchTime is how long one search may take.
const searchTime = 10 * time.Second

// Handler answers GET requests for searches with JSON: an Answer, or a Failure.
// Its parameters are q, lang, page, size, exact=1, typing=1, and every other
// name as a facet.
func (x *Index) Handler() http.Handler {
	return Guard(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		answer, err := x.serve(req)
		status := http.StatusOK
		var body any = answer
		if err != nil {
			status, body = failure(err, req)
		}
		writeJSON(w, req, status, body)
	}))
}

// Guard answers status 500 with a Failure where h panics, and logs why: one
// request must not end the program that answers all.
func Guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		defer func() {
			switch fault := recover(); fault {
			case nil:
			case http.ErrAbortHandler: // how a handler ends an answer on purpose
				panic(fault)
			default:
				status, body := failure(fmt.Errorf("panic: %v\n%s", fault, debug.Stack()), req)
				writeJSON(w, req, status, body)
			}
		}()
		h.ServeHTTP(w, req)
	})
}

// A Failure is the body of an answer that is none, as JSON:
// {"error": {"code": "query-long", "message": "…", "params": {"limit": "10000"}}}.
// The code is that of a RequestError, or method, timeout, internal or (of a
// function) request; the message says the same in English.
type Failure struct {
	Error struct {
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Params  map[string]string `json:"params,omitempty"`
	} `json:"error"`
}

func failureOf(code, message string) (f Failure) {
	f.Error.Code, f.Error.Message = code, message
	return f
}

// failure gives the status and the body that a reader may see of an error.
func failure(err error, req *http.Request) (int, Failure) {
	var bad RequestError
	switch {
	case errors.As(err, &bad):
		f := failureOf(bad.Code, bad.Error())
		f.Error.Params = bad.Params
		return http.StatusBadRequest, f
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed, failureOf("method", "Only GET is answered here.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled): // of the second the reader knows
		return http.StatusServiceUnavailable, failureOf("timeout", "The search took too long: use fewer words.")
	}
	slog.Error("search failed", "query", req.URL.RawQuery, "error", err)
	return http.StatusInternalServerError, failureOf("internal", "The search failed; what happened is in the log.")
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
		if errors.Is(err, strconv.ErrRange) {
			return n, nil // the nearest number; Search refuses it, and says what the range is
		} else if err != nil {
			return 0, refuse(NotANumber, "name", name, "value", value)
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

// answerBuffers keep the memory of answers for those to come.
var answerBuffers = sync.Pool{New: func() any { return new([]byte) }}

func writeJSON(w http.ResponseWriter, req *http.Request, status int, body any) {
	buf := answerBuffers.Get().(*[]byte)
	defer answerBuffers.Put(buf)
	out := (*buf)[:0]
	if answer, ok := body.(*Answer); ok {
		out = answer.appendJSON(out)
	} else if data, err := json.Marshal(body); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	} else {
		out = append(out, data...)
	}
	out = append(out, '\n')
	*buf = out
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(out)))
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", "GET, HEAD")
	}
	w.WriteHeader(status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(out) // the reader went away
	}
}
