package web

import (
	"bytes"
	"net/http"
)

// A Held answer is kept back until it is whole, so that it can be changed.
type Held struct {
	Head   http.Header
	Status int
	Body   bytes.Buffer
}

// Hold gives an answer with headers of its own.
func Hold() *Held { return &Held{Head: http.Header{}, Status: http.StatusOK} }

// Header, WriteHeader and Write make it an http.ResponseWriter.
func (h *Held) Header() http.Header            { return h.Head }
func (h *Held) WriteHeader(status int)         { h.Status = status }
func (h *Held) Write(data []byte) (int, error) { return h.Body.Write(data) }
