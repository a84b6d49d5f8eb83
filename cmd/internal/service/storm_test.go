package service

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vademecum/cmd/internal/web"
)

// How long the storm is is told on the command line: it proves something only when it
// takes minutes.
var (
	stormRequests = flag.Int("storm", 2000, "requests of TestStorm")
	stormSlow     = flag.Duration("slow", 200*time.Millisecond, "time of TestSlowSockets")
	stormIndex    = flag.String("storm-index", "", "folder of the index that the storm asks (default: a small one)")
)

func stormSite(t *testing.T) http.Handler {
	t.Helper()
	if *stormIndex == "" {
		return fixed(t, Site{SetHeaders: web.SetPageHeaders})
	}
	s, err := Open(*stormIndex, Site{SetHeaders: web.SetPageHeaders}.Handler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Requests that were good before a few of their bytes changed are answered or
// refused; none is a fault of ours.
func TestStorm(t *testing.T) {
	h := stormSite(t)
	good := []string{
		"/api/search?q=boats&lang=en&page=1&size=10&kind=place", "/api/search?q=%22all+boats%22&exact=1&lang=*", "/search/?q=boats+-shallow&kind=place&page=2",
		"/api/search?q=OP+3(d)&typing=1", "/api/openapi.json", "/healthz", "/search/?q=S%2FRES%2F1540+%282004%29", "/api/search?theme=x&q=coord*",
	}
	var count [600]atomic.Int64
	var next atomic.Int64
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(1540, uint64(worker)))
			for next.Add(1) <= int64(*stormRequests) {
				target := []byte(good[random.IntN(len(good))])
				for range 1 + random.IntN(6) {
					at := 1 + random.IntN(len(target)-1)
					switch random.IntN(3) {
					case 0:
						target[at] = byte(random.IntN(256))
					case 1:
						target = slices.Delete(target, at, min(at+1+random.IntN(4), len(target)))
					default:
						target = slices.Insert(target, at, []byte(strings.Repeat(string(target[random.IntN(len(target))]), 1+random.IntN(64)))...)
					}
					if len(target) < 2 {
						target = append(target, "?q=a"...)
					}
				}
				path, query, _ := strings.Cut(string(target), "?")
				r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, Proto: "HTTP/1.1"}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				count[w.Code].Add(1)
				if w.Code >= 500 && w.Code != 503 {
					t.Errorf("%q: %d %s", target, w.Code, w.Body)
				}
				if w.Header().Get("Content-Type") == "application/json; charset=utf-8" && !json.Valid(w.Body.Bytes()) {
					t.Errorf("%q: no JSON: %s", target, w.Body)
				}
			}
		})
	}
	workers.Wait()
	for status := range count {
		if n := count[status].Load(); n > 0 {
			t.Logf("status %d: %d", status, n)
		}
	}
}

// Clients that send their request byte by byte, or take no answer, do not keep others
// waiting.
func TestSlowSockets(t *testing.T) {
	l, err := web.Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- web.ServeUntil(ctx, l, stormSite(t)) }()
	const slow = 300
	var open sync.WaitGroup
	end := time.Now().Add(*stormSlow)
	for i := range slow {
		open.Go(func() {
			for time.Now().Before(end) {
				conn, err := net.Dial("tcp", l.Addr().String())
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
		r, err := client.Get(web.Address(l.Addr()) + "api/search?q=boats")
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
	stop()
	if err := <-served; err != nil {
		t.Log(err) // slow clients were cut off
	}
	slices.Sort(times)
	t.Logf("%d answers beside %d slow clients: median %v, 99th percentile %v", len(times), slow, times[len(times)/2], times[len(times)*99/100])
}

// Every kind of answer gets full marks by the rules of Mozilla's Observatory, as far as
// a header decides: a policy that allows no inline script and no foreign source, no
// framing, no guessing of types, no referrer, no reading by other sites.
func TestObservatory(t *testing.T) {
	files := web.Files(web.Dir(t.TempDir()), web.SetPageHeaders)
	s := fixed(t, Site{Files: files, SetHeaders: web.SetPageHeaders, Limit: web.NewRateLimit(1, "")})
	post := httptest.NewRecorder()
	s.ServeHTTP(post, httptest.NewRequest("POST", "/", nil))
	answers := map[string]*httptest.ResponseRecorder{"a refused method": post}
	for _, target := range []string{"/search/?q=boats", "/search/?q=", "/api/search?q=boats", "/api/search?q=", "/api/search", "/api/openapi.json", "/healthz", "/readyz", "/nowhere", "/mcp", "//nowhere", "/search", "/a/../b"} {
		answers[target] = get(s, target)
	}
	for range 10 {
		answers["too many"] = get(s, "/api/search?q=boats")
	}
	for name, w := range answers {
		h := w.Header()
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
}
