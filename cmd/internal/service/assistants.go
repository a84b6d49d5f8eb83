package service

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"vademecum/indexer"
)

// AssistantPath is where assistants search and read by the Model Context Protocol.
const AssistantPath = "/mcp"

// maxMessage bounds a message of an assistant, in bytes: a query of the longest kind
// fits in, however it is escaped.
const maxMessage = 256 << 10

// schemas spares each request, which has a server of its own, the making of the same
// schemas: that took longer than most searches.
var schemas = mcp.NewSchemaCache()

// Assistants answers assistants by the Model Context Protocol over HTTP. Nothing is
// kept between requests. A server on this computer is asked by whatever name the proxy
// before it has: it tells nothing that the pages do not tell as well.
func Assistants(x *indexer.Index) http.Handler {
	h := http.NewCrossOriginProtection().Handler(mcp.NewStreamableHTTPHandler(func(r *http.Request) *mcp.Server {
		return NewAssistant(x, origin(r))
	}, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true, DisableLocalhostProtection: true}))
	return indexer.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		indexer.SetAnswerHeaders(w.Header())
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		r.Body = http.MaxBytesReader(w, r.Body, maxMessage)
		h.ServeHTTP(w, r)
	}))
}

// origin gives the scheme and host by which a request came.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// Serve answers one assistant on the standard streams until ctx ends or it leaves.
func Serve(ctx context.Context, x *indexer.Index, origin string) error {
	err := NewAssistant(x, origin).Run(ctx, &mcp.StdioTransport{})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// asked is what an assistant may search for.
type asked struct {
	Query string              `json:"query" jsonschema:"the words to search for; a phrase in double quotes; a word with a hyphen before it is left out; a citation such as OP 3(d) leads to that paragraph"`
	Lang  string              `json:"lang,omitempty" jsonschema:"language to search in, such as en or es; * for all languages"`
	Page  int                 `json:"page,omitempty" jsonschema:"page of results, from 1"`
	Where map[string][]string `json:"where,omitempty" jsonschema:"only pages with one of these values of each facet; the facets of an answer tell which there are"`
}

// An answer is what an assistant is told, to be quoted.
type answer struct {
	Total  int                             `json:"total" jsonschema:"pages found"`
	Pages  []page                          `json:"pages"`
	Facets map[string][]indexer.FacetCount `json:"facets"`
}

type page struct {
	indexer.About
	Passages []indexer.SectionText `json:"passages" jsonschema:"the passages that match best, each with its own address"`
}

type address struct {
	URL string `json:"url" jsonschema:"address of a page or of a section, as a search gave it"`
}

// NewAssistant makes the server of one assistant. Addresses in its answers begin
// with origin.
func NewAssistant(x *indexer.Index, origin string) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "vademecum", Version: x.Version()}, &mcp.ServerOptions{
		Instructions: "This is a knowledge base. Search it, read the page, and quote its words with the address of the section, the sources, and the day on which the page was checked. What it does not say is not to be guessed.",
		Logger:       slog.New(slog.DiscardHandler),
		SchemaCache:  schemas,
	})
	reading := &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: new(bool)}
	mcp.AddTool(s, &mcp.Tool{Name: "search", Description: "Search the knowledge base. Gives pages with the passages that match, their addresses, sources and the day of their check.", Annotations: reading},
		func(ctx context.Context, _ *mcp.CallToolRequest, in asked) (*mcp.CallToolResult, answer, error) {
			out, err := search(ctx, x, in, origin)
			return nil, out, told(err)
		})
	mcp.AddTool(s, &mcp.Tool{Name: "read_page", Description: "Read a page of the knowledge base, or one section of it, whole.", Annotations: reading},
		func(ctx context.Context, _ *mcp.CallToolRequest, in address) (*mcp.CallToolResult, *indexer.PageText, error) {
			text, err := x.ReadPage(ctx, in.URL)
			if err != nil {
				return nil, nil, told(err)
			}
			text.URL = origin + text.URL
			for i := range text.Sections {
				text.Sections[i].URL = origin + text.Sections[i].URL
			}
			return nil, text, nil
		})
	return s
}

func search(ctx context.Context, x *indexer.Index, in asked, origin string) (answer, error) {
	out := answer{Pages: []page{}}
	a, err := x.Respond(ctx, indexer.Request{Query: in.Query, Lang: in.Lang, Page: in.Page, Facets: in.Where})
	if err != nil {
		return out, err
	}
	out.Total, out.Facets = a.Total, a.Facets
	for _, found := range a.Pages {
		about, err := x.Find(found.URL)
		if err != nil {
			return out, err
		}
		p := page{About: about, Passages: []indexer.SectionText{}}
		p.URL = origin + found.URL
		for _, s := range found.Sections {
			var text strings.Builder
			for _, segment := range s.Excerpt {
				text.WriteString(segment.Text)
			}
			p.Passages = append(p.Passages, indexer.SectionText{URL: origin + s.URL, Heading: s.Heading, Text: text.String()})
		}
		out.Pages = append(out.Pages, p)
	}
	return out, nil
}

// told gives the words of an error that an assistant may see.
func told(err error) error {
	if err == nil || errors.Is(err, indexer.ErrNoPage) {
		return err
	}
	_, f := indexer.FailureOf(err, "assistant")
	return errors.New(cmp.Or(f.Error.Message, "The search failed."))
}
