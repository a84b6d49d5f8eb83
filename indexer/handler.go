package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Handler answers GET requests for searches with JSON: an Answer, or a Failure.
// Its parameters are q, lang, page, size, exact=1, typing=1, and the names of
// facets; a name of neither is told in Answer.Ignored.
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
// The code is that of a RequestError, or one of FailureCodes; the message says the
// same in English.
type Failure struct {
	Error struct {
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Params  map[string]string `json:"params,omitempty"`
	} `json:"error"`
}

// The codes of failures that are no fault of the request.
const (
	BadMethod       = "method"
	BadAddress      = "not-found"
	BadEvent        = "request" // of a function
	TooManyRequests = "too-many-requests"
	Busy            = "busy"
	Timeout         = "timeout"
	OutOfService    = "out-of-service"
	Internal        = "internal"
)

// failures gives the status and the words of each code.
var failures = map[string]struct {
	status  int
	message string
}{
	BadMethod:       {http.StatusMethodNotAllowed, "Only GET is answered here."},
	BadAddress:      {http.StatusNotFound, "Nothing is answered at this address; searches are at /api/search?q=…"},
	BadEvent:        {http.StatusBadRequest, "This is no request for a search."},
	TooManyRequests: {http.StatusTooManyRequests, "There were too many searches from your address: wait a moment."},
	Busy:            {http.StatusServiceUnavailable, "Too many searches run at this moment: try again in a moment."},
	Timeout:         {http.StatusServiceUnavailable, "The search took too long: use fewer words."},
	OutOfService:    {http.StatusServiceUnavailable, "The index cannot be read at this moment: try again later."},
	Internal:        {http.StatusInternalServerError, "The search failed; what happened is in the log."},
}

// FailureCodes lists the codes that a Failure may have besides those of refusals,
// in alphabetical order.
func FailureCodes() []string { return sortedKeys(failures) }

// NewFailure gives the failure of a code, and its status.
func NewFailure(code string) (status int, f Failure) {
	f.Error.Code, f.Error.Message = code, failures[code].message
	return failures[code].status, f
}

func failure(err error, req *http.Request) (int, Failure) { return FailureOf(err, req.URL.RawQuery) }

// FailureOf gives the status and the body that a reader may see of an error. What
// nobody may see is logged, with what was asked.
func FailureOf(err error, asked string) (int, Failure) {
	var bad RequestError
	switch {
	case errors.As(err, &bad):
		var f Failure
		f.Error.Code, f.Error.Message, f.Error.Params = bad.Code, bad.Error(), bad.Params
		return http.StatusBadRequest, f
	case errors.Is(err, errMethod):
		return NewFailure(BadMethod)
	case errors.Is(err, errBusy):
		return NewFailure(Busy)
	case errors.Is(err, ErrOutOfService):
		return NewFailure(OutOfService)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled): // of the second the reader knows
		return NewFailure(Timeout)
	}
	slog.Error("search failed", "query", asked, "error", err)
	return NewFailure(Internal)
}

var errMethod = errors.New("only GET is answered here")

func (x *Index) serve(req *http.Request) (*Answer, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return nil, errMethod
	}
	r, err := parseAddress(req.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return x.Respond(req.Context(), r)
}

// Fail answers with the failure of a code.
func Fail(w http.ResponseWriter, req *http.Request, code string) {
	status, f := NewFailure(code)
	writeJSON(w, req, status, f)
}

// WriteJSON answers with a value as JSON.
func WriteJSON(w http.ResponseWriter, req *http.Request, body any) {
	writeJSON(w, req, http.StatusOK, body)
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
	setDataHeaders(w.Header(), "application/json; charset=utf-8")
	setStatusHeaders(w.Header(), status)
	send(w, req, status, out)
}

// WriteText answers with a text that is no page.
func WriteText(w http.ResponseWriter, req *http.Request, kind string, text []byte) {
	setDataHeaders(w.Header(), kind)
	send(w, req, http.StatusOK, text)
}

// setDataHeaders sets what an answer has that is no page; whoever serves it may have
// said already how long it is kept.
func setDataHeaders(h http.Header, kind string) {
	kept := h.Get("Cache-Control")
	SetAnswerHeaders(h)
	if kept != "" {
		h.Set("Cache-Control", kept)
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// retryTime is after how many seconds one who was refused may ask again.
const retryTime = "2"

func setStatusHeaders(h http.Header, status int) {
	switch status {
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "GET, HEAD")
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", retryTime)
		}
		h.Set("Cache-Control", "no-store")
	}
}

// send sends an answer, or only word that the reader has it already.
func send(w http.ResponseWriter, req *http.Request, status int, body []byte) {
	h := w.Header()
	if status == http.StatusOK {
		// A weak one: the answer may be compressed on its way.
		tag := fmt.Sprintf("W/\"%016x\"", hashOf(body))
		h.Set("ETag", tag)
		known := strings.Fields(strings.ReplaceAll(req.Header.Get("If-None-Match"), ",", " "))
		if slices.Contains(known, tag) || slices.Contains(known, "*") {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away
	}
}

func hashOf(body []byte) uint64 {
	// Two checksums, which processors compute by themselves.
	return uint64(crc32.Checksum(body, castagnoli))<<32 | uint64(crc32.ChecksumIEEE(body))
}
