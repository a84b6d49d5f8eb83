// Package web is what the author's tool and the search endpoint have in common
// as HTTP servers: how they listen, how long they wait for a client, how they
// stop, and the headers of every page.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// How long a server waits for the header of a request, for the next request of
// a connection, and, when it is told to stop, for answers under way. There is no
// limit on writing: a slow line may take minutes for a page.
const (
	headerTime = 10 * time.Second
	idleTime   = time.Minute
	lastTime   = 5 * time.Second
)

// maxHeader bounds the header of a request, in bytes: addresses with a query of
// the longest kind fit in easily.
const maxHeader = 64 << 10

// Listen opens a port. Its errors tell what to do; example is an address that
// could be given to --addr instead.
func Listen(addr, example string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program: stop it, or choose another port with --addr %s", addr, example)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %q: %w; give --addr as host:port, %s say", addr, err, example)
	}
	return l, nil
}

// ServeUntil serves until ctx ends and then lets answers under way finish.
func ServeUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), lastTime)
		defer cancel()
		stopped <- server.Shutdown(last)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// Address gives the URL at which this computer reaches a listener, with a slash
// at its end.
func Address(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d/", tcp.Port)
	}
	return "http://" + a.String() + "/"
}

// PageHeaders are sent with every page of a site; a host of plain files should
// send the same, and netlify.toml does.
var PageHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vade",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-cache",
}

// SetPageHeaders sets them on an answer.
func SetPageHeaders(h http.Header) {
	for name, value := range PageHeaders {
		h.Set(name, value)
	}
}
