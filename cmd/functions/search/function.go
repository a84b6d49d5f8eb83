package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/aws/aws-lambda-go/events"

	"vademecum/indexer"
)

// function turns an HTTP handler into a Lambda function behind an API gateway,
// as Netlify calls it.
func function(h http.Handler) func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	h = indexer.Guard(h)
	return func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		r, err := http.NewRequestWithContext(ctx, e.HTTPMethod, (&url.URL{Path: e.Path, RawQuery: query(e).Encode()}).String(), nil)
		if err != nil {
			return events.APIGatewayProxyResponse{
				StatusCode: http.StatusBadRequest,
				Headers:    map[string]string{"Content-Type": "application/json; charset=utf-8"},
				Body:       `{"error":{"code":"request","message":"This is no request for a search."}}`,
			}, nil
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		out := events.APIGatewayProxyResponse{StatusCode: w.Code, Body: w.Body.String(), Headers: map[string]string{}}
		for name := range w.Header() {
			out.Headers[name] = w.Header().Get(name)
		}
		return out, nil
	}
}

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
