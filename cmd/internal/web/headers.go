package web

import "net/http"

// AnswerHeaders are sent with every answer, whatever it holds.
var AnswerHeaders = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
}

// PagePolicy is the Content-Security-Policy of the pages of our site.
const PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vade"

// SetAnswerHeaders sets what every answer has.
func SetAnswerHeaders(h http.Header) {
	for name, value := range AnswerHeaders {
		h.Set(name, value)
	}
	h.Set("Cache-Control", "no-cache")
}

// SetPageHeaders sets what the pages of our site have; a host of plain files
// should send the same, and netlify.toml does.
func SetPageHeaders(h http.Header) {
	SetAnswerHeaders(h)
	h.Set("Content-Security-Policy", PagePolicy)
}
