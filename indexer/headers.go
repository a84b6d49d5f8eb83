package indexer

import "net/http"

// answerHeaders are sent with every answer of a server, whatever it holds.
var answerHeaders = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
	"Cache-Control":                "no-cache",
}

// SetAnswerHeaders sets what every answer of a server has.
func SetAnswerHeaders(h http.Header) {
	for name, value := range answerHeaders {
		h.Set(name, value)
	}
}
