package service

import (
	_ "embed"
	"net/http"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// DescriptionPath is where the endpoint tells programmers what it answers, in the
// form of OpenAPI.
const DescriptionPath = "/api/openapi.json"

//go:embed openapi.json
var description []byte

// Description sends the description of the endpoint.
func Description() http.Handler {
	return web.OnlyReading(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		indexer.WriteText(w, r, "application/json; charset=utf-8", description)
	}))
}
