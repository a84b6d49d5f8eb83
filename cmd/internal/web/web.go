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

	"golang.org/x/net/netutil"
)

// How long a server waits for the header of a request, for all of a request, for
// the next one of a connection, for a client that takes no byte of an answer, and,
// when it is told to stop, for answers under way. A whole answer has no limit: a
// slow line may take minutes for a page, as long as it takes some of it.
const (
	headerTime  = 10 * time.Second
	requestTime = 2 * time.Minute
	idleTime    = time.Minute
	stallTime   = 15 * time.Second
	lastTime    = 5 * time.Second
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

// ServeUntil serves until ctx ends and then lets answers under way finish; a client that
// has taken none after some seconds is cut off. At most
// half of the descriptors that the process may open go to connections, so that
// there is always one for the file that is asked for; who comes then waits.
func ServeUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	return serveUntil(ctx, netutil.LimitListener(l, maxConnections()), h, stallTime, lastTime)
}

func serveUntil(ctx context.Context, l net.Listener, h http.Handler, stall, patience time.Duration) error {
	server := &http.Server{Handler: impatient(h, stall), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := server.Shutdown(last)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		stopped <- err
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
