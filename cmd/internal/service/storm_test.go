package service

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// How long the storm is is told on the command line: it proves something only when it
// takes minutes.
var (
	stormRequests = flag.Int("storm", 2000, "requests of TestStorm; TestStormOverSockets sends a twentieth of them")
	stormBytes    = flag.Int("storm-bytes", 100_000, "random bytes of TestStormOverSockets")
	stormSlow     = flag.Duration("slow", 200*time.Millisecond, "time of TestSlowSockets")
	stormSeed     = flag.Uint64("storm-seed", 1540, "seed of the storm: another one sends other requests")
	stormIndex    = flag.String("storm-index", "", "folder of the index that the storm asks (default: a small one)")
)

// hiddenText stands in no text that may be searched.
const hiddenText = "TOKEN=1540-not-to-be-served"

func stormSite(t *testing.T) http.Handler {
	t.Helper()
	pages := t.TempDir()
	for name, text := range map[string]string{"index.html": "home", "404.html": "not there", "es/404.html": "no está", "harbour/index.html": "harbour", "search/index.html": "search", ".env": hiddenText} {
		file := filepath.Join(pages, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site := Site{Files: web.Files(web.Dir(pages), web.SetPageHeaders), SetHeaders: web.SetPageHeaders}
	if *stormIndex == "" {
		return fixed(t, site)
	}
	s, err := Open(*stormIndex, nil, site.Handler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// good are requests as they come over the line, to every address that is answered.
var good = []string{
	"GET /api/search?q=boats&lang=en&page=1&size=10&kind=place HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /api/search?q=%22all+boats%22&exact=1&lang=* HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n",
	"GET /api/search?q=OP+3(d)&typing=1 HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"0123456789abcdef\"\r\n\r\n",
	"HEAD /api/search?theme=x&q=coord* HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /search/?q=boats+-shallow&kind=place&page=2 HTTP/1.1\r\nHost: x\r\nAccept-Language: fr\r\n\r\n",
	"GET /search/?q=S%2FRES%2F1540+%282004%29 HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n",
	"GET /api/search?q=how+do+I+change+the+configuration+of+a+service+that+is+not+in+use&size=50 HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /api/search?q=%22in+the%22+%22of+the%22+t*+-about+configration&lang=*&typing=1 HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /opensearch.xml HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /readyz HTTP/1.0\r\n\r\n",
	"GET /harbour/ HTTP/1.1\r\nHost: x\r\nRange: bytes=1-4\r\n\r\n",
	"GET /es/nowhere/../x.html HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Sat, 03 Jan 2026 00:00:00 GMT\r\n\r\n",
	post(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`),
	post(`{"jsonrpc":"2.0","id":2,"method":"tools/list"}`),
	post(`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"search","arguments":{"query":"boats","lang":"en"}}}`),
}

func post(body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: %d\r\n\r\n%s", AssistantPath, len(body), body)
}

// changed gives a good request of which a few bytes were changed.
func changed(random *rand.Rand) []byte {
	out := []byte(good[random.IntN(len(good))])
	before, within, after := part(out, random.IntN(3) > 0)
	for range 1 + random.IntN(6) {
		if len(within) == 0 {
			within = []byte("q")
		}
		at := random.IntN(len(within))
		switch random.IntN(3) {
		case 0:
			within[at] = byte(random.IntN(256))
		case 1:
			within = slices.Delete(within, at, min(at+1+random.IntN(4), len(within)))
		default:
			within = slices.Insert(within, at, bytes.Repeat(within[at:at+1], 1+random.IntN(64))...)
		}
	}
	return slices.Concat(before, within, after)
}

// part cuts out what is to be changed of a request: all, or what we read ourselves, the
// query or the body.
func part(request []byte, ours bool) (before, within, after []byte) {
	line, head := bytes.IndexByte(request, '\r'), bytes.Index(request, []byte("\r\n\r\n"))+4
	query := bytes.IndexByte(request[:line], '?') + 1
	begin, end := 0, len(request)
	switch {
	case ours && query > 0:
		begin, end = query, bytes.LastIndexByte(request[:line], ' ')
	case ours && head < len(request):
		begin = head
	}
	return request[:begin], slices.Clone(request[begin:end]), request[end:]
}

// read gives the request in some bytes: as a server reads it, or else, where it would
// refuse it, what a gateway might make of it.
func read(data []byte) *http.Request {
	if r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data))); err == nil {
		r.RemoteAddr = "192.0.2.1:1540"
		return r
	}
	line, rest, _ := strings.Cut(string(data), "\r\n")
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(strings.TrimSuffix(target, " HTTP/1.1"), "?")
	_, body, _ := strings.Cut(rest, "\r\n\r\n")
	return &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}, Body: io.NopCloser(strings.NewReader(body)), Proto: "HTTP/1.1", RemoteAddr: "192.0.2.1:1540"}
}

// A tally counts answers by status.
type tally [1000]atomic.Int64

// add counts an answer, and complains of one that is a fault of ours.
func (c *tally) add(t *testing.T, asked []byte, status int, answer string) {
	if status < 0 || status >= len(c) {
		t.Errorf("%q: status %d", asked, status)
		return
	}
	c[status].Add(1)
	if status >= 500 && status != http.StatusServiceUnavailable && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported {
		t.Errorf("%q: %d %s", asked, status, answer)
	}
}

func (c *tally) tell(t *testing.T, of string) {
	var all []string
	for status := range c {
		if n := c[status].Load(); n > 0 {
			all = append(all, fmt.Sprintf("%d: %d", status, n))
		}
	}
	t.Logf("%s: %s", of, strings.Join(all, ", "))
}

// Requests that were good before a few of their bytes changed are answered or
// refused; none is a fault of ours.
func TestStorm(t *testing.T) {
	h := stormSite(t)
	faults := watchLog(t)
	var count tally
	var slowest slow
	var next atomic.Int64
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(*stormSeed, uint64(worker)))
			for n := next.Add(1); n <= int64(*stormRequests); n = next.Add(1) {
				asked := changed(random)
				w, begun := httptest.NewRecorder(), time.Now()
				h.ServeHTTP(w, read(asked))
				slowest.add(time.Since(begun), asked)
				count.add(t, asked, w.Code, w.Body.String())
				if n%10_000 == 0 {
					count.tell(t, fmt.Sprintf("%d changed requests so far", n))
				}
				if w.Header().Get("Content-Type") == "application/json; charset=utf-8" && w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
					t.Errorf("%q: no JSON: %s", asked, w.Body)
				}
				if strings.Contains(w.Body.String(), hiddenText) {
					t.Errorf("%q: a hidden file is given away", asked)
				}
			}
		})
	}
	workers.Wait()
	count.tell(t, "changed requests")
	slowest.tell(t)
	faults()
}

// slow keeps the requests that took longest.
type slow struct {
	mu  sync.Mutex
	all []timed
}

type timed struct {
	took  time.Duration
	asked []byte
}

func (s *slow) add(took time.Duration, asked []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, timed{took, asked})
	if len(s.all) > 1000 {
		s.cut()
	}
}

func (s *slow) cut() {
	slices.SortFunc(s.all, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	s.all = s.all[:min(len(s.all), 20)]
}

func (s *slow) tell(t *testing.T) {
	s.cut()
	for _, one := range s.all {
		t.Logf("%v: %.300q", one.took, one.asked)
	}
}

// watchLog gives a function that complains of what was logged as a fault of ours.
func watchLog(t *testing.T) func() {
	t.Helper()
	var logged bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&locked{w: &logged}, nil)))
	log.SetOutput(&locked{w: &logged})
	t.Cleanup(func() {
		slog.SetDefault(standard)
		log.SetOutput(os.Stderr)
	})
	return func() {
		t.Helper()
		if text := logs(&logged); strings.Contains(text, "panic") || strings.Contains(text, "failed") {
			t.Errorf("logged: %.5000s", text)
		}
	}
}

// serveStorm serves until the test ends.
func serveStorm(t *testing.T) (address string) {
	t.Helper()
	l, err := web.Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	h := stormSite(t)
	go func() { served <- web.ServeUntil(ctx, l, h) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// The same over the line, and bytes that were never a request: after all of it the
// server answers.
func TestStormOverSockets(t *testing.T) {
	address := serveStorm(t)
	faults := watchLog(t)
	random := rand.New(rand.NewPCG(*stormSeed, 2004))
	noise := make([]byte, 4096)
	var count tally
	speak := func(data []byte) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		_, _ = conn.Write(data) // the server may have heard enough
		_ = conn.(*net.TCPConn).CloseWrite()
		answers := bufio.NewReader(conn)
		for {
			response, err := http.ReadResponse(answers, nil)
			if err != nil {
				if errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%q: neither an answer nor an end", data)
				}
				return
			}
			body, _ := io.ReadAll(response.Body)
			count.add(t, data, response.StatusCode, string(body))
		}
	}
	for range *stormRequests / 20 {
		speak(changed(random))
	}
	count.tell(t, "changed requests over sockets")
	count = tally{}
	for sent := 0; sent < *stormBytes; {
		some := noise[:1+random.IntN(len(noise))]
		for i := range some {
			some[i] = byte(random.Uint32())
		}
		if random.IntN(2) == 0 { // a request's line, and then noise
			copy(some, "GET /api/search?q=")
		}
		speak(some)
		sent += len(some)
	}
	count.tell(t, "random bytes")
	if r, err := http.Get("http://" + address + "/api/search?q=boats"); err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %v %v", r, err)
	} else {
		r.Body.Close()
	}
	faults()
}

// Clients that send their request byte by byte, or take no answer, do not keep others
// waiting.
func TestSlowSockets(t *testing.T) {
	address := serveStorm(t)
	const clients = 300
	var open sync.WaitGroup
	end := time.Now().Add(*stormSlow)
	for i := range clients {
		open.Go(func() {
			for time.Now().Before(end) {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				_ = conn.SetDeadline(end)
				request := "GET /api/search?q=boats HTTP/1.1\r\nHost: x\r\n\r\n"
				if i%2 == 0 {
					_, _ = io.WriteString(conn, request) // and takes no answer
					time.Sleep(time.Until(end))
				}
				for j := 0; j < len(request) && time.Now().Before(end); j++ {
					if _, err := io.WriteString(conn, request[j:j+1]); err != nil {
						break
					}
					time.Sleep(min(time.Second, time.Until(end)))
				}
				conn.Close()
			}
		})
	}
	var times []time.Duration
	client := http.Client{Timeout: 10 * time.Second}
	for time.Now().Before(end) {
		begun := time.Now()
		r, err := client.Get("http://" + address + "/api/search?q=boats")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != 200 {
			t.Errorf("%d %v", r.StatusCode, err)
		}
		r.Body.Close()
		times = append(times, time.Since(begun))
		time.Sleep(5 * time.Millisecond)
	}
	open.Wait()
	slices.Sort(times)
	t.Logf("%d answers beside %d slow clients: median %v, 99th percentile %v", len(times), clients, times[len(times)/2], times[len(times)*99/100])
}

// Every kind of answer gets full marks by the rules of Mozilla's Observatory, as far as
// a header decides: a policy that allows no inline script and no foreign source, no
// framing, no guessing of types, no referrer, no reading by other sites.
func TestObservatory(t *testing.T) {
	pages := t.TempDir()
	for _, name := range []string{"index.html", "script.js"} {
		if err := os.WriteFile(filepath.Join(pages, name), []byte("text"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := fixed(t, Site{Files: web.Files(web.Dir(pages), web.SetPageHeaders), SetHeaders: web.SetPageHeaders, Limit: web.NewRateLimit(1, "")})
	asks := func(method, target string, header ...string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, target, nil)
		for _, h := range header {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Set(name, value)
		}
		s.ServeHTTP(w, r)
		return w
	}
	answers := map[string]*httptest.ResponseRecorder{"POST /": asks("POST", "/"), "PUT /api/search": asks("PUT", "/api/search"), "HEAD /": asks("HEAD", "/"), "busy": httptest.NewRecorder(), "out of service": httptest.NewRecorder()}
	web.Unavailable(answers["busy"])
	indexer.Fail(answers["out of service"], httptest.NewRequest("GET", "/readyz", nil), indexer.OutOfService)
	for _, target := range []string{"/search/?q=boats", "/search/?q=", "/api/search?q=boats", "/api/search?q=", "/api/search", "/api/openapi.json", "/healthz", "/readyz", "/nowhere", "/mcp", "//nowhere", "/search", "/a/../b", "/", "/index.html", "/script.js"} {
		answers[target] = get(s, target)
	}
	answers["known already"] = asks("GET", "/api/openapi.json", "If-None-Match: "+answers["/api/openapi.json"].Header().Get("ETag"))
	answers["a part"] = asks("GET", "/script.js", "Range: bytes=1-2")
	answers["no such part"] = asks("GET", "/script.js", "Range: bytes=10-20")
	for range 10 {
		answers["too many"] = get(s, "/api/search?q=boats")
	}
	seen := map[int]bool{}
	for name, w := range answers {
		h := w.Header()
		seen[w.Code] = true
		policy := h.Get("Content-Security-Policy")
		for what, wrong := range map[string]bool{
			"has no policy that begins with nothing allowed": !strings.HasPrefix(policy, "default-src 'none'"),
			"allows inline or eval":                          strings.Contains(policy, "unsafe"),
			"allows foreign sources":                         strings.Contains(policy, "http") || strings.Contains(policy, "*"),
			"can be framed":                                  !strings.Contains(policy, "frame-ancestors 'none'"),
			"lets types be guessed":                          h.Get("X-Content-Type-Options") != "nosniff",
			"sends referrers":                                h.Get("Referrer-Policy") != "no-referrer",
			"can be read by others":                          h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Access-Control-Allow-Origin") != "",
			"shares its window":                              h.Get("Cross-Origin-Opener-Policy") != "same-origin",
			"may ask for devices":                            h.Get("Permissions-Policy") == "",
			"sets a cookie":                                  h.Get("Set-Cookie") != "",
		} {
			if wrong {
				t.Errorf("%s (%d) %s: %q", name, w.Code, what, policy)
			}
		}
	}
	for _, status := range []int{200, 206, 301, 304, 307, 400, 404, 405, 416, 429, 503} {
		if !seen[status] {
			t.Errorf("no answer has the status %d", status)
		}
	}
}
