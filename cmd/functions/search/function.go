package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"vademecum/cmd/internal/service"
	"vademecum/indexer"
)

// ownPath begins the address of a function on Netlify that no rule renamed.
const ownPath = "/.netlify/functions/"

// secureTransport is set here, for Netlify puts the headers of netlify.toml on files
// alone. A function is reached by TLS only.
const secureTransport = "max-age=31536000"

// keptAtHost lets Netlify's own servers keep an answer that may be asked for again, so that
// the function is not started for it. It differs by all parameters, and by nothing
// else; a new version of the site empties what they keep.
var keptAtHost = map[string]string{"Netlify-Cdn-Cache-Control": "public, max-age=86400", "Netlify-Vary": "query"}

// function turns an HTTP handler into a Lambda function behind an API gateway,
// as Netlify calls it.
func function(h http.Handler) func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	h = indexer.Guard(h)
	return func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		h := h
		path := e.Path
		if path == "" || strings.HasPrefix(path, ownPath) {
			path = service.SearchPath
		}
		r, err := http.NewRequestWithContext(ctx, e.HTTPMethod, (&url.URL{Path: path, RawQuery: query(e).Encode()}).String(), nil)
		if err != nil {
			r, h = httptest.NewRequestWithContext(ctx, http.MethodGet, service.SearchPath, nil), refusing
		}
		for name, value := range e.Headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		w.Header().Set("Strict-Transport-Security", secureTransport)
		if w.Code == http.StatusOK && r.Method == http.MethodGet && w.Header().Get("Cache-Control") != "no-store" {
			for name, value := range keptAtHost {
				w.Header().Set(name, value)
			}
		}
		out := events.APIGatewayProxyResponse{StatusCode: w.Code, Body: w.Body.String(), Headers: map[string]string{}}
		for name := range w.Header() {
			out.Headers[name] = w.Header().Get(name)
		}
		return out, nil
	}
}

// refusing answers what is no request.
var refusing = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { indexer.Fail(w, r, indexer.BadEvent) })

// query gathers the parameters of an event. Repeated ones arrive apart from the
// others, and which of the two maps is filled depends on the gateway.
func query(e events.APIGatewayProxyRequest) url.Values {
	values := url.Values{}
	for name, all := range e.MultiValueQueryStringParameters {
		values[name] = all
	}
	for name, value := range e.QueryStringParameters {
		if len(values[name]) == 0 {
			values.Set(name, value)
		}
	}
	return values
}
