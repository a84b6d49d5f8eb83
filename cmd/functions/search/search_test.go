package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"vademecum/indexer"
	"vademecum/internal/expect"
)

// buildIndex indexes a few pages and gives the index's folder.
func buildIndex(t *testing.T) string {
	t.Helper()
	site, dir := t.TempDir(), filepath.Join(t.TempDir(), "index")
	for name, html := range map[string]string{
		"harbour.html": `<html lang="en"><meta name="vade:kind" content="place"><meta name="vade:colour" content="red"><main><h1>The harbour</h1><p>Boats lie here.</p></main>`,
		"island.html":  `<html lang="en"><meta name="vade:kind" content="place"><meta name="vade:colour" content="blue"><main><h1>The island</h1><p>Boats go there.</p></main>`,
		"mast.html":    `<html lang="en"><meta name="vade:kind" content="thing"><main><h1>The mast</h1><p>Boats have one.</p></main>`,
	} {
		if err := os.WriteFile(filepath.Join(site, name), []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := indexer.Build(t.Context(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func openIndex(t *testing.T) *indexer.Index {
	t.Helper()
	x, err := indexer.Open(buildIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// An event of the gateway becomes a request, the answer a response.
func TestFunction(t *testing.T) {
	answerEvent := function(openIndex(t).Handler())
	type params = map[string]string
	type lists = map[string][]string
	for _, c := range []struct {
		name   string
		event  events.APIGatewayProxyRequest
		status int
		body   string // a part of it
	}{
		{"parameters in the single map", events.APIGatewayProxyRequest{HTTPMethod: "GET", Path: "/api/search", QueryStringParameters: params{"q": "boats", "kind": "thing"}}, 200, `"total":1`},
		{"in the map of lists", events.APIGatewayProxyRequest{HTTPMethod: "GET", MultiValueQueryStringParameters: lists{"q": {"boats"}, "kind": {"thing"}}}, 200, `"total":1`},
		{"repeated ones", events.APIGatewayProxyRequest{HTTPMethod: "GET", MultiValueQueryStringParameters: lists{"q": {"boats"}, "colour": {"red", "blue"}}}, 200, `"total":2`},
		{"in both maps, the list being whole", events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: params{"q": "boats", "colour": "blue"}, MultiValueQueryStringParameters: lists{"q": {"boats"}, "colour": {"red", "blue"}}}, 200, `"total":2`},
		{"an empty list beside a value", events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: params{"q": "boats"}, MultiValueQueryStringParameters: lists{"q": {}}}, 200, `"total":3`},
		{"signs that addresses need escaped", events.APIGatewayProxyRequest{HTTPMethod: "GET", Path: "/ä b?c", QueryStringParameters: params{"q": "boats & 50% +1 #x"}}, 200, `"query":"boats \u0026 50% +1 #x"`},
		{"no query", events.APIGatewayProxyRequest{HTTPMethod: "GET", Path: "/api/search"}, 400, `{"error":{"code":"query-empty","message":"Type a word`},
		{"a long query", events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: params{"q": strings.Repeat("x", indexer.MaxQuery+1)}}, 400, `{"error":{"code":"query-long","message":"The query is longer`},
		{"another method", events.APIGatewayProxyRequest{HTTPMethod: "POST", QueryStringParameters: params{"q": "boats"}}, 405, `{"error":{"code":"method","message":"Only GET`},
		{"numbers too great for a product", events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: params{"q": "boats", "page": "9223372036854775807", "size": "100"}}, 400, `{"error":{"code":"too-deep"`},
		{"no method at all", events.APIGatewayProxyRequest{HTTPMethod: "G E T", QueryStringParameters: params{"q": "boats"}}, 400, `{"error":{"code":"request","message":"This is no request`},
	} {
		r, err := answerEvent(context.Background(), c.event)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.StatusCode != c.status || !strings.Contains(r.Body, c.body) {
			t.Errorf("%s: %d %s, want %d and %s", c.name, r.StatusCode, r.Body, c.status, c.body)
		}
		if !json.Valid([]byte(r.Body)) || r.Headers["Content-Type"] != "application/json; charset=utf-8" || r.IsBase64Encoded {
			t.Errorf("%s: %v %s is no JSON", c.name, r.Headers, r.Body)
		}
	}

	get := events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: params{"q": "boats"}}
	whole, _ := answerEvent(context.Background(), get)
	get.HTTPMethod = "HEAD"
	head, err := answerEvent(context.Background(), get)
	if err != nil || head.StatusCode != 200 || head.Body != "" {
		t.Errorf("HEAD: %d %q %v", head.StatusCode, head.Body, err)
	}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Cache-Control", "Content-Length"} {
		if whole.Headers[name] == "" || head.Headers[name] != whole.Headers[name] {
			t.Errorf("%s is %q with GET and %q with HEAD", name, whole.Headers[name], head.Headers[name])
		}
	}
	if want := fmt.Sprint(len(whole.Body)); whole.Headers["Content-Length"] != want {
		t.Errorf("length %s, want %s", whole.Headers["Content-Length"], want)
	}
}

// Whatever panics in an answer, the process lives on and answers the next event.
func TestFunctionSurvives(t *testing.T) {
	var logged expect.Output
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(standard)
	healthy := openIndex(t).Handler()
	answerEvent := function(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("q") == "rocks" {
			panic("wrecked")
		}
		healthy.ServeHTTP(w, r)
	}))
	for query, want := range map[string]string{"rocks": `{"error":{"code":"internal",`, "boats": `{"query":"boats",`} {
		r, err := answerEvent(context.Background(), events.APIGatewayProxyRequest{HTTPMethod: "GET", QueryStringParameters: map[string]string{"q": query}})
		if err != nil || !strings.HasPrefix(r.Body, want) || (r.StatusCode == 500) != (query == "rocks") {
			t.Errorf("%s: %d %s %v", query, r.StatusCode, r.Body, err)
		}
	}
	if said := logged.String(); !strings.Contains(said, "wrecked") || !strings.Contains(said, "rocks") {
		t.Errorf("the log does not tell what failed: %s", said)
	}
}

// The program that a clean clone compiles holds a placeholder: it must compile,
// and say what is missing.
func TestOpenEmbedded(t *testing.T) {
	if _, err := fs.Stat(embedded, "index/README.md"); err != nil {
		t.Errorf("the placeholder is not in the program: %v", err)
	}
	_, err := openEmbedded(fstest.MapFS{"index/README.md": {Data: []byte("placeholder")}})
	for _, part := range []string{"without an index", "vade build --index cmd/functions/search/index/site", "--index"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q: %v", part, err)
		}
	}

	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	files := fstest.MapFS{"index/README.md": {Data: []byte("placeholder")}}
	dir := buildIndex(t)
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files["index/site/"+name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := openEmbedded(files)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	a, err := x.Search(t.Context(), indexer.Request{Query: "boats"})
	if err != nil || a.Total != 3 {
		t.Errorf("%+v %v", a, err)
	}

	files["index/site/vademecum.json"].Data = files["index/site/vademecum.json"].Data[:20]
	if _, err := openEmbedded(files); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged index: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "vademecum-index-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Outside a function the program is a server.
func TestServe(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "")
	t.Setenv("AWS_LAMBDA_RUNTIME_API", "")
	dir := buildIndex(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var said expect.Output
	stopped := make(chan error, 1)
	go func() { stopped <- run(ctx, []string{"--addr", "127.0.0.1:0", "--index", dir}, &said) }()
	address := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)(/api/search)`)
	var m []string
	for deadline := time.Now().Add(20 * time.Second); m == nil; time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-stopped:
			t.Fatalf("ended with %v", err)
		default:
		}
		if m = address.FindStringSubmatch(said.String()); m == nil && time.Now().After(deadline) {
			t.Fatalf("no address: %s", said.String())
		}
	}
	for query, want := range map[string]int{"q=boats": 200, "q=": 400} {
		r, err := http.Get(m[0] + "?" + query)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != want || !json.Valid(body) {
			t.Errorf("%s: %d %s", query, r.StatusCode, body)
		}
	}
	if err := run(ctx, []string{"--addr", m[1], "--index", dir}, &said); err == nil || !strings.Contains(err.Error(), m[1]) || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("an address in use: %v", err)
	}
	stop()
	select {
	case err := <-stopped:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it goes on after it was stopped")
	}
	if c, err := net.Dial("tcp", m[1]); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
}

func TestRefusals(t *testing.T) {
	var said expect.Output
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--index", filepath.Join(t.TempDir(), "none")}, "no search index"},
		{[]string{"--no-such-flag"}, "no-such-flag"},
	} {
		if err := run(t.Context(), c.args, &said); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
	if err := run(t.Context(), []string{"--help"}, &said); err != nil || !strings.Contains(said.String(), "-addr") {
		t.Errorf("help: %v %s", err, said.String())
	}
}
