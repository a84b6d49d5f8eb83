package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func from(address string, header ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = address
	for _, value := range header {
		r.Header.Add("X-Forwarded-For", value)
	}
	return r
}

// A client that asks without end is refused, and no other is.
func TestRateLimit(t *testing.T) {
	l := NewRateLimit(2, "")
	h := l.Limit(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(w http.ResponseWriter, _ *http.Request, seconds int) {
		RetryAfter(w.Header(), seconds)
		w.WriteHeader(http.StatusTooManyRequests)
	})
	status := func(r *http.Request) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == 429 && w.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
		return w.Code
	}
	refused := 0
	for range 100 {
		if status(from("192.0.2.1:4000")) == 429 {
			refused++
		}
	}
	if refused < 80 || refused > 90 {
		t.Errorf("%d of 100 refused", refused)
	}
	if status(from("192.0.2.1:4001", "198.51.100.7")) != 429 {
		t.Error("a client chose its own name")
	}
	if status(from("192.0.2.2:4000")) != 200 {
		t.Error("another client was refused")
	}
}

// Behind a proxy the header that its operator named tells clients apart: by what the
// proxy itself wrote, and IPv6 addresses by their network.
func TestRateLimitClients(t *testing.T) {
	l := NewRateLimit(1, "X-Forwarded-For")
	for _, c := range []struct {
		a, b *http.Request
		same bool
	}{
		{from("10.0.0.1:1", "192.0.2.1"), from("10.0.0.1:2", "192.0.2.2"), false},
		{from("10.0.0.1:1", "192.0.2.1"), from("10.0.0.9:2", "192.0.2.1"), true},
		{from("10.0.0.1:1", "8.8.8.8, 192.0.2.1"), from("10.0.0.1:1", "9.9.9.9, 192.0.2.1"), true},
		{from("10.0.0.1:1", "8.8.8.8", "192.0.2.1"), from("10.0.0.1:1", "192.0.2.1"), true},
		{from("10.0.0.1:1", "2001:db8::1"), from("10.0.0.1:1", "2001:db8::ffff"), true},
		{from("10.0.0.1:1", "2001:db8::1"), from("10.0.0.1:1", "2001:db8:0:1::1"), false},
		{from("10.0.0.1:1", "::ffff:192.0.2.1"), from("10.0.0.1:1", "192.0.2.1"), true},
		{from("10.0.0.1:1", "no address"), from("10.0.0.2:1", ""), true},
		{from("[2001:db8::1%eth0]:1"), from("[2001:db8::2]:9"), true},
	} {
		if got := l.clientOf(c.a) == l.clientOf(c.b); got != c.same {
			t.Errorf("%v %v and %v %v: %v", c.a.RemoteAddr, c.a.Header, c.b.RemoteAddr, c.b.Header, got)
		}
	}
}

// However many clients come, the memory for them has a bound.
func TestRateLimitForgets(t *testing.T) {
	l := NewRateLimit(1, "")
	for i := range maxClients + 500 {
		l.wait(l.clientOf(from(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))), time.Unix(int64(i), 0))
	}
	if len(l.clients) > maxClients {
		t.Errorf("%d clients", len(l.clients))
	}
}

// A client that asks and takes nothing of the answer is let go; one that takes it
// slowly gets all of it.
func TestServerLetsStalledClientsGo(t *testing.T) {
	l, err := Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	const size = 64 << 20 // more than the system keeps for a connection
	ended := make(chan error, 2)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- serveUntil(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.Copy(w, io.LimitReader(zeros{}, size))
			ended <- err
		}), 100*time.Millisecond, lastTime)
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the answer to a client that reads nothing came to an end")
	}
	r, err := http.Get(Address(l.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if n, err := io.Copy(io.Discard, r.Body); n != size || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A header without end is refused.
func TestServerBoundsHeaders(t *testing.T) {
	l, err := Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- ServeUntil(ctx, l, http.NotFoundHandler()) }()
	r, err := http.Get(Address(l.Addr()) + "?q=" + strings.Repeat("a", 2*maxHeader))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", r.StatusCode)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
