package web

import (
	"net/http"
	"time"
)

// mostConnections bounds the connections that a server holds at once, for each
// takes some memory.
const mostConnections = 10_000

// pieceSize is how much of an answer a client must take within the time for a
// stall, in bytes: less than the slowest modem does.
const pieceSize = 16 << 10

// impatient ends answers to clients that take none of it for so long.
func impatient(h http.Handler, stall time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&slowWriter{w, stall}, r)
	})
}

// A slowWriter gives each piece of an answer its own time.
type slowWriter struct {
	http.ResponseWriter
	stall time.Duration
}

func (w *slowWriter) Write(data []byte) (written int, err error) {
	for first := true; first || len(data) > 0 && err == nil; first = false {
		w.extend()
		n, piece := 0, data[:min(len(data), pieceSize)]
		n, err = w.ResponseWriter.Write(piece)
		written += n
		data = data[len(piece):]
	}
	return written, err
}

// Flush sends what was written.
func (w *slowWriter) Flush() {
	w.extend()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // it cannot where nothing is sent in pieces
}

// Unwrap is how http.ResponseController finds the writer of the connection.
func (w *slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *slowWriter) extend() {
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.stall)) // a test's recorder has none
}
