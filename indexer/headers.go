package indexer

import (
	"maps"
	"net/http"
)

// answerHeaders are sent with every answer of a server, whatever it holds.
var answerHeaders = http.Header{
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), geolocation=(), microphone=()"},
	"Cache-Control":                {"no-cache"},
}

// SetAnswerHeaders sets what every answer of a server has.
func SetAnswerHeaders(h http.Header) {
	maps.Copy(h, answerHeaders) // their values are never changed where they lie: Set and Add make new ones
}
