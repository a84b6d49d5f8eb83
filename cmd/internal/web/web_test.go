package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestAddress(t *testing.T) {
	for given, want := range map[string]string{"127.0.0.1:1540": "http://127.0.0.1:1540/", "[::1]:80": "http://[::1]:80/", "0.0.0.0:8080": "http://localhost:8080/", "[::]:8080": "http://localhost:8080/"} {
		tcp, err := net.ResolveTCPAddr("tcp", given)
		if err != nil {
			t.Fatal(err)
		}
		if got := Address(tcp); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
}

func TestListenRefuses(t *testing.T) {
	for _, addr := range []string{"nowhere", "127.0.0.1:99999", "256.1.1.1:1540"} {
		_, err := Listen(addr, "127.0.0.1:1542")
		if err == nil || !strings.Contains(err.Error(), "cannot listen on") || !strings.Contains(err.Error(), addr) || !strings.Contains(err.Error(), "127.0.0.1:1542") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	l, err := Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(l.Addr().String(), "127.0.0.1:1542"); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("a port in use: %v", err)
	}
}

// A server that is told to stop lets the answer under way finish, and takes no
// more requests.
func TestServeUntil(t *testing.T) {
	l, err := Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	begun, finish, served := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		served <- ServeUntil(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun <- true
			<-finish
			_, _ = io.WriteString(w, "whole")
		}))
	}()
	answered := make(chan string, 1)
	go func() {
		r, err := http.Get(Address(l.Addr()))
		if err != nil {
			answered <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answered <- string(body)
	}()
	<-begun
	stop()
	close(finish)
	if got := <-answered; got != "whole" {
		t.Errorf("the answer under way became %q", got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(Address(l.Addr())); err == nil {
		t.Error("it still answers")
	}
}

// A client that never finishes its request is cut off when the server is told to stop,
// and that is an orderly end.
func TestStopsBesideSlowClients(t *testing.T) {
	l, err := Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	begun := make(chan bool)
	go func() {
		served <- serveUntil(ctx, l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(begun)
			_, _ = io.Copy(io.Discard, r.Body)
		}), stallTime, 10*time.Millisecond)
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-begun
	stop()
	if err := <-served; err != nil {
		t.Errorf("the server ends with %v", err)
	}
}

// A host of plain files must send what serve sends, else what works here is
// refused there.
func TestHeadersAreThoseOfTheHost(t *testing.T) {
	data, err := os.ReadFile("../../../netlify.toml")
	if err != nil {
		t.Fatal(err)
	}
	sent := http.Header{}
	SetPageHeaders(sent)
	for name := range sent {
		if line := name + ` = "` + sent.Get(name) + `"`; name != "Cache-Control" && !strings.Contains(string(data), line) {
			t.Errorf("netlify.toml lacks %s", line)
		}
	}
}
