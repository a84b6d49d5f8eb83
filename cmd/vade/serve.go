package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func serveCommand() *cobra.Command {
	var p project
	var addr, zip string
	var watch bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Build, then serve the site and its search on this computer",
		Long: "serve builds the site, serves it with the search endpoint /api/search and\n" +
			"prints the address to open. Stop it with Ctrl-C.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if zip != "" {
				return serveZip(c.Context(), zip, addr, c.OutOrStdout(), c.ErrOrStderr())
			}
			if watch {
				return p.watch(c.Context(), addr, c.OutOrStdout(), c.ErrOrStderr())
			}
			return p.serve(c.Context(), addr, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	p.flags(c)
	c.Flags().StringVar(&zip, "site", "", "serve the site in this zip, which vade pack wrote, instead of building one")
	c.Flags().BoolVar(&watch, "watch", false, "build again when a file changes, and reload the pages that are open")
	c.MarkFlagsMutuallyExclusive("site", "watch")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:1540", "address to listen on")
	return c
}

// serve builds the site and answers until ctx ends.
func (p *project) serve(ctx context.Context, addr string, stdout, log io.Writer) error {
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	p.baseURL = address(listener.Addr())
	if err := p.ready(); err != nil {
		return err
	}
	fmt.Fprintf(log, "Building the site at %s …\n", p.baseURL)
	return serveBuilt(ctx, listener, stdout, func(ctx context.Context) (http.Handler, io.Closer, error) {
		if err := p.build(ctx, log); err != nil {
			return nil, nil, err
		}
		return openSite(p.in(p.destination), p.in(p.index))
	})
}

// openSite gives what answers from a site and its index, and closes the index.
func openSite(site, index string) (http.Handler, io.Closer, error) {
	x, err := indexer.Open(index)
	if err != nil {
		return nil, nil, err
	}
	return siteHandler(os.DirFS(site), x), x, nil
}

// serveBuilt serves until ctx ends. While build makes the site, browsers get a
// page that says so and loads again.
func serveBuilt(ctx context.Context, l net.Listener, stdout io.Writer, build func(context.Context) (http.Handler, io.Closer, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var site atomic.Pointer[http.Handler]
	served := make(chan error, 1)
	go func() {
		served <- serveUntil(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if h := site.Load(); h != nil {
				(*h).ServeHTTP(w, r)
			} else {
				beingBuilt(w)
			}
		}))
	}()
	handler, index, err := build(ctx)
	if err != nil {
		cancel()
		return errors.Join(err, <-served)
	}
	defer index.Close()
	site.Store(&handler)
	fmt.Fprintf(stdout, "Open %s  (stop with Ctrl-C)\n", address(l.Addr()))
	return <-served
}

// beingBuilt asks a browser, and other programs, to come again in a moment.
func beingBuilt(w http.ResponseWriter) {
	for name, value := range siteHeaders {
		w.Header().Set(name, value)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`+
		`<meta http-equiv="refresh" content="1"><title>Being built</title></head>`+
		`<body><h1>The site is being built</h1><p>This page shows it as soon as it is ready.</p></body></html>`) // the reader went away
}

// address gives the URL at which this computer reaches a listener.
func address(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d/", tcp.Port)
	}
	return "http://" + a.String() + "/"
}

// listen opens the port before anything is built, so that a port in use is
// told at once.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program: stop it, or choose another port with --addr 127.0.0.1:1541", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %q: %w; give --addr as host:port, 127.0.0.1:1540 say", addr, err)
	}
	return l, nil
}

// serveUntil serves until ctx ends and then lets answers under way finish.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(last)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// siteHeaders are sent with every page; a static host sends the same.
var siteHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vade",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-cache",
}

// siteHandler serves the files of a built site and its search, compressed for
// slow links.
func siteHandler(site fs.FS, x *indexer.Index) http.Handler {
	files := http.FileServerFS(site)
	mux := http.NewServeMux()
	mux.Handle("/api/search", x.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for name, value := range siteHeaders {
			w.Header().Set(name, value)
		}
		if _, ok := x.SearchPage(r.URL.Path); ok && r.URL.Query().Get("q") != "" {
			x.ResultsHandler().ServeHTTP(w, r) // for readers without script
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if !isPage(site, cmp.Or(name, ".")) {
			notFound(w, site, name)
			return
		}
		files.ServeHTTP(w, r)
	})
	return gzhttp.GzipHandler(mux)
}

// isPage tells whether a file is there, or a folder with a page: the files of
// other folders are not listed.
func isPage(site fs.FS, name string) bool {
	info, err := fs.Stat(site, name)
	if err == nil && info.IsDir() {
		_, err = fs.Stat(site, path.Join(name, "index.html"))
	}
	return err == nil
}

// notFound sends the site's own page for what is not there, in the language of
// the address.
func notFound(w http.ResponseWriter, site fs.FS, name string) {
	lang, _, _ := strings.Cut(name, "/")
	for _, file := range []string{path.Join(lang, "404.html"), "404.html"} {
		if page, err := fs.ReadFile(site, file); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(page) // the reader went away
			return
		}
	}
	http.Error(w, "There is no such page.", http.StatusNotFound)
}
