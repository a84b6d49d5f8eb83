package web

import (
	"net/http"

	"vademecum/indexer"
)

// PagePolicy is the Content-Security-Policy of the pages of our site.
const PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vade"

// SetAnswerHeaders sets what every answer has, whatever it holds.
func SetAnswerHeaders(h http.Header) { indexer.SetAnswerHeaders(h) }

// setTextHeaders sets what a sentence of the server's own has.
func setTextHeaders(h http.Header) {
	SetAnswerHeaders(h)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// SetPageHeaders sets what the pages of our site have; a host of plain files
// should send the same, and netlify.toml does.
func SetPageHeaders(h http.Header) {
	SetAnswerHeaders(h)
	h.Set("Content-Security-Policy", PagePolicy)
}
