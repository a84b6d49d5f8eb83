package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// write indexes one page, with a word of its own, into dir.
func write(t *testing.T, dir, word string) {
	t.Helper()
	site := t.TempDir()
	html := `<html lang="en"><link rel="canonical" href="/"><meta name="vade:kind" content="place"><meta name="vade:checked" content="2026-01-02"><meta name="vade:source" content="The chart" data-href="https://example.org/chart"><main><h1>The harbour</h1><p>Boats lie here.</p><h2 id="depth">Depth</h2><p>It is ` + word + `.</p></main>`
	search := `<html lang="en"><meta name="robots" content="noindex"><main><h1>Search</h1><form action="/search/"><input name="q"></form><div data-vade-results></div></main>`
	for name, text := range map[string]string{"index.html": html, "search/index.html": search} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(site, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(site, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := indexer.Build(t.Context(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string, pages fs.FS) *Service {
	t.Helper()
	s, err := Open(dir, pages, Site{SetHeaders: web.SetPageHeaders}.Handler)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fresh opens a new index.
func fresh(t *testing.T, word string) (s *Service, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "index")
	write(t, dir, word)
	return opened(t, dir, nil), dir
}

// follow opens and follows the index in dir, looking often.
func follow(t *testing.T, dir string, web fs.FS) *Service {
	t.Helper()
	s := opened(t, dir, web)
	s.every = 5 * time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() {
		defer close(done)
		s.Follow(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(h http.Handler, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	return w
}

func health(t *testing.T, s *Service) (h Health) {
	t.Helper()
	w := get(s, "/readyz")
	if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil || w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return h
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// A new index is taken while others ask, and each of them is answered from the one or
// the other; a bad one is not taken.
func TestServiceTakesNewIndex(t *testing.T) {
	var logged bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&locked{w: &logged}, nil)))
	defer slog.SetDefault(standard)
	dir := filepath.Join(t.TempDir(), "index")
	write(t, dir, "shallow")
	s := follow(t, dir, nil)
	before := health(t, s)
	if before.Version == "" || before.Written == "" {
		t.Errorf("health: %+v", before)
	}
	var end atomic.Bool
	asked := make(chan int)
	for range 3 {
		go func() {
			n := 0
			for ; !end.Load(); n++ {
				w := get(s, "/api/search?q=boats")
				if w.Code != 200 || !strings.Contains(w.Body.String(), `"total":1`) {
					t.Errorf("while exchanging: %d %s", w.Code, w.Body)
				}
			}
			asked <- n
		}()
	}
	for i := range 5 {
		word := fmt.Sprintf("deepness%d", i)
		write(t, dir, word)
		until(t, "the new index", func() bool { return strings.Contains(get(s, "/api/search?exact=1&q="+word).Body.String(), `"total":1`) })
	}
	end.Store(true)
	for range 3 {
		if n := <-asked; n == 0 {
			t.Error("nobody asked")
		}
	}
	after := health(t, s)
	if after.Version == before.Version {
		t.Error("two indexes have one version")
	}

	if err := os.WriteFile(filepath.Join(dir, indexer.ManifestName), []byte(`{"format": 1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	until(t, "word of the bad index", func() bool { return strings.Contains(logs(&logged), "was not taken") })
	if w := get(s, "/api/search?q=boats"); w.Code != 200 {
		t.Errorf("after a bad index: %d", w.Code)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if w := get(s, "/api/search?q=boats"); w.Code != 200 || health(t, s) == (Health{}) {
		t.Errorf("without a folder: %d", w.Code)
	}
}

// A site and an index of different builds, as a run leaves them that was killed between
// the two, are told of by /readyz and the log until the next build; searches are answered
// meanwhile. When both are exchanged together, nothing is told.
func TestOtherBuildIsTold(t *testing.T) {
	var logged bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&locked{w: &logged}, nil)))
	defer slog.SetDefault(standard)
	dir := t.TempDir()
	site, index := filepath.Join(dir, "site"), filepath.Join(dir, "index")
	buildSite(t, "first", site, index)
	s := follow(t, index, os.DirFS(filepath.Join(site, "search")))
	for i := range 5 {
		word := fmt.Sprintf("deepness%d", i)
		buildSite(t, word, site, index)
		until(t, "the new index", func() bool { return strings.Contains(get(s, "/api/search?exact=1&q="+word).Body.String(), `"total":1`) })
	}
	if h := health(t, s); h.Status != "ok" || h.Message != "" || logs(&logged) == "" || strings.Contains(logs(&logged), "WARN") {
		t.Errorf("exchanged together: %+v %s", h, logs(&logged))
	}
	buildSite(t, "alone", site)
	until(t, "word of it", func() bool {
		h := health(t, s)
		return h.Status == "other-build" && strings.Contains(h.Message, "vade build")
	})
	if w := get(s, "/api/search?q=boats"); w.Code != 200 {
		t.Errorf("apart: %d %s", w.Code, w.Body)
	}
	until(t, "a warning", func() bool { return strings.Contains(logs(&logged), "WARN") })
	opened, err := Open(index, os.DirFS(filepath.Join(site, "search")), s.handler)
	if err != nil || strings.Count(logs(&logged), "WARN") != 2 {
		t.Errorf("opened apart: %v %s", err, logs(&logged))
	}
	opened.Close()
	buildSite(t, "alone", site, index)
	until(t, "the end of it", func() bool {
		return health(t, s).Status == "ok" && strings.Contains(logs(&logged), "one build again")
	})
}

// A monitor does not see the moment in which a run has exchanged the site and not yet the
// index, and however often it asks, nothing is read for it.
func TestMonitorIsPatient(t *testing.T) {
	dir := t.TempDir()
	site, index := filepath.Join(dir, "site"), filepath.Join(dir, "index")
	buildSite(t, "first", site, index)
	web := &counted{FS: os.DirFS(filepath.Join(site, "search"))}
	s := opened(t, index, web)
	defer s.Close()
	told := func(want string) {
		t.Helper()
		before := web.opened
		if h := health(t, s); h.Status != want || (h.Message == "") != (want == "ok") {
			t.Errorf("%+v, not %s", h, want)
		}
		if web.opened != before {
			t.Error("a question about the health reads the site")
		}
	}
	buildSite(t, "alone", site)
	for range patience - 1 {
		told("ok")
		s.compare()
	}
	told("ok")
	s.compare()
	told("other-build")
	buildSite(t, "first", site)
	s.compare()
	told("ok")
}

type counted struct {
	fs.FS
	opened int
}

func (c *counted) Open(name string) (fs.File, error) {
	c.opened++
	return c.FS.Open(name)
}

// buildSite writes a site into the first folder and its index, if there is one, into the
// second, and puts both in place of those that are there.
func buildSite(t *testing.T, word string, folders ...string) {
	t.Helper()
	err := indexer.ReplaceAll(folders, func(tmps []string) error {
		page := `<html lang="en"><main><h1>The harbour</h1><p>Boats lie here, ` + word
		if err := os.WriteFile(filepath.Join(tmps[0], "index.html"), []byte(page), 0o644); err != nil {
			return err
		}
		s, err := indexer.ReadSite(t.Context(), tmps[0], indexer.Options{})
		if err != nil {
			return err
		}
		_, err = s.Write(t.Context(), append(tmps, "")[1], filepath.Join(tmps[0], "search"))
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

type locked struct {
	w *bytes.Buffer
}

var logLock = make(chan bool, 1)

func (l *locked) Write(p []byte) (int, error) {
	logLock <- true
	defer func() { <-logLock }()
	return l.w.Write(p)
}

func logs(b *bytes.Buffer) string {
	logLock <- true
	defer func() { <-logLock }()
	return b.String()
}

func fixed(t *testing.T, site Site) *Service {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "index")
	write(t, dir, "shallow")
	x, err := indexer.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := Fixed(x, site.Handler)
	t.Cleanup(func() { s.Close() })
	return s
}

// Only the endpoint's own addresses are answered, and a search page for itself.
func TestSiteAddresses(t *testing.T) {
	s := fixed(t, Site{SetHeaders: web.SetPageHeaders})
	for target, want := range map[string]int{
		"/api/search?q=boats": 200, "/api/search/?q=boats": 404, "/?q=boats": 404, "/anything?q=boats": 404, "/api/openapi.json": 200,
		"/search/?q=boats": 200, "/search/": 200, "/search/index.html": 200, "/search/?utm_source=x": 200, "/search/?q=": 400, "/healthz": 200, "/readyz": 200,
	} {
		w := get(s, target)
		if w.Code != want {
			t.Errorf("%s: %d, want %d: %.200s", target, w.Code, want, w.Body)
		}
	}
}

// No address but that of assistants takes anything.
func TestSiteOnlyReads(t *testing.T) {
	files := t.TempDir()
	s := fixed(t, Site{Files: web.Files(web.Dir(files), web.SetPageHeaders), SetHeaders: web.SetPageHeaders})
	for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"} {
		for _, target := range []string{"/", "/nowhere", "/api/search?q=boats", "/api/openapi.json", "/search/?q=boats", "/search/", "/healthz", "/readyz"} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(method, target, nil))
			if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d %.100s", method, target, w.Code, w.Body)
			}
		}
	}
}

// Each client has its share of searches, of pages with results and of an assistant's
// questions together; files have no limit.
func TestSiteLimitsClients(t *testing.T) {
	files := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "file") })
	s := fixed(t, Site{Files: files, SetHeaders: web.SetPageHeaders, Limit: web.NewRateLimit(1, "")})
	refused := 0
	for i := range 60 {
		target := []string{"/api/search?q=boats", "/search/?q=boats", AssistantPath}[i%3]
		if w := get(s, target); w.Code == 429 {
			refused++
			if w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: no Retry-After", target)
			}
		}
		if w := get(s, "/x.html"); w.Code != 200 {
			t.Errorf("a file: %d", w.Code)
		}
	}
	if refused < 50 {
		t.Errorf("%d of 60 refused", refused)
	}
}

// What the description promises is what is answered.
func TestDescriptionIsTrue(t *testing.T) {
	s := fixed(t, Site{SetHeaders: web.SetPageHeaders})
	w := get(s, DescriptionPath)
	var api struct {
		OpenAPI    string
		Paths      map[string]any
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &api); err != nil || api.OpenAPI != "3.1.0" || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("%v %v", err, api.OpenAPI)
	}
	check := func(name string) func(data []byte) error {
		defs, err := json.Marshal(map[string]any{"$defs": api.Components.Schemas, "$ref": "#/$defs/" + name})
		if err != nil {
			t.Fatal(err)
		}
		var schema jsonschema.Schema
		if err := json.Unmarshal(bytes.ReplaceAll(defs, []byte("#/components/schemas/"), []byte("#/$defs/")), &schema); err != nil {
			t.Fatal(err)
		}
		resolved, err := schema.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		return func(data []byte) error {
			var value any
			if err := json.Unmarshal(data, &value); err != nil {
				return err
			}
			return resolved.Validate(value)
		}
	}
	for target, schema := range map[string]string{
		"/api/search?q=boats": "Answer", "/api/search?q=boots": "Answer", "/api/search?q=zzz": "Answer", "/api/search?q=boats&foo=1": "Answer", "/api/search?kind=place": "Answer",
		"/api/search?q=": "Failure", "/api/search?q=%zz": "Failure", "/api/search?q=a&page=x": "Failure", "/nowhere": "Failure", "/healthz": "Health", "/readyz": "Health",
	} {
		if w := get(s, target); check(schema)(w.Body.Bytes()) != nil {
			t.Errorf("%s is no %s: %v %s", target, schema, check(schema)(w.Body.Bytes()), w.Body)
		}
	}
	for path := range api.Paths {
		if w := get(s, path+"?q=boats"); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	codes := slices.Sorted(slices.Values(append(indexer.RefusalCodes(), indexer.FailureCodes()...)))
	for _, code := range codes {
		if check("Failure")(fmt.Appendf(nil, `{"error":{"code":%q,"message":""}}`, code)) != nil {
			t.Errorf("the description lacks the code %s", code)
		}
	}
	if got := strings.Count(string(api.Components.Schemas["Failure"]), `"code": { "enum"`); got != 1 || check("Failure")([]byte(`{"error":{"code":"other","message":""}}`)) == nil {
		t.Error("the description knows codes that there are not")
	}
}

// An assistant finds and reads, and each answer has an address, the paragraph, the
// source and the day of the check.
func TestAssistant(t *testing.T) {
	server := httptest.NewServer(fixed(t, Site{SetHeaders: web.SetPageHeaders}))
	defer server.Close()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: server.URL + AssistantPath}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	proxied, err := http.NewRequest("POST", server.URL+AssistantPath, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"shallow"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	proxied.Host = "kb.example.org" // as a proxy on the same computer hands it on
	proxied.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}, "X-Forwarded-Proto": {"https"}}
	if r, err := server.Client().Do(proxied); err != nil {
		t.Error(err)
	} else if body, err := io.ReadAll(r.Body); err != nil || r.StatusCode != 200 || !strings.Contains(string(body), "https://kb.example.org/#depth") {
		t.Errorf("behind a proxy: %d %s %v", r.StatusCode, body, err)
	}
	tools, err := session.ListTools(t.Context(), nil)
	if err != nil || len(tools.Tools) != 2 {
		t.Fatalf("%v %v", tools, err)
	}
	for _, tool := range tools.Tools {
		if tool.Annotations == nil || !tool.Annotations.ReadOnlyHint {
			t.Errorf("%s may change something", tool.Name)
		}
	}
	call := func(tool string, args map[string]any) (string, bool) {
		t.Helper()
		r, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
		if err != nil {
			return err.Error(), true
		}
		return r.Content[0].(*mcp.TextContent).Text, r.IsError
	}
	for _, c := range []struct {
		tool  string
		args  map[string]any
		fails bool
		says  []string
	}{
		{"search", map[string]any{"query": "shallow"}, false, []string{`"total":1`, server.URL + `/#depth`, "shallow", `"checked":"2026-01-02"`, "The chart", "https://example.org/chart"}},
		{"search", map[string]any{"query": ""}, true, []string{"Type a word"}},
		{"search", map[string]any{"query": strings.Repeat("a", 10_001)}, true, []string{"longer than 10000"}},
		{"read_page", map[string]any{"url": server.URL + "/"}, false, []string{"Boats lie here.", "It is shallow.", `"checked":"2026-01-02"`, "The chart"}},
		{"read_page", map[string]any{"url": "/#depth"}, false, []string{"It is shallow.", server.URL + "/#depth"}},
		{"read_page", map[string]any{"url": "/nowhere/"}, true, []string{"no page at this address"}},
		{"read_page", map[string]any{"url": "%zz"}, true, []string{"no page at this address"}},
	} {
		text, failed := call(c.tool, c.args)
		if failed != c.fails {
			t.Errorf("%s %.40v: failed %v: %s", c.tool, c.args, failed, text)
		}
		for _, part := range c.says {
			if !strings.Contains(text, part) {
				t.Errorf("%s %.40v lacks %s: %s", c.tool, c.args, part, text)
			}
		}
	}
	r, err := http.Post(server.URL+AssistantPath, "application/json", strings.NewReader(strings.Repeat(" ", maxMessage+1)))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode < 400 {
		t.Errorf("a message without end: %d", r.StatusCode)
	}
}

// A service that is closed while it looks for a new index closes each index once, and
// takes no other.
func TestServiceClosesOnce(t *testing.T) {
	s, _ := fresh(t, "deep")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if version, err := s.load(); version != "" || err != nil {
		t.Errorf("a closed service took %q, %v", version, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A folder that takes the place of another is told from a file that changes in it: only
// what is whole at once is taken at once.
func TestExchanged(t *testing.T) {
	s, dir := fresh(t, "shallow")
	defer s.Close()
	manifest, err := os.ReadFile(s.manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.manifest(), manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	if s.exchanged() {
		t.Error("a file that was written again is taken for another folder")
	}
	write(t, dir, "deep")
	if !s.exchanged() || s.exchanged() {
		t.Error("another folder is not noticed, or twice")
	}
	if !s.reload() || s.exchanged() {
		t.Error("the new one is not taken")
	}
}
