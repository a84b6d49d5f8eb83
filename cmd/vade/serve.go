package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/portable"
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
				return serveZip(c.Context(), zip, addr, c.OutOrStdout(), consoleOf(c))
			}
			if watch {
				return p.watch(c.Context(), addr, c.OutOrStdout(), consoleOf(c))
			}
			return p.serve(c.Context(), addr, c.OutOrStdout(), consoleOf(c))
		},
	}
	p.flags(c)
	c.Flags().StringVar(&zip, "site", "", "serve the site in this zip, which vade pack wrote, instead of building one")
	c.Flags().BoolVar(&watch, "watch", false, "build again when a file changes, and reload the pages that are open")
	c.MarkFlagsMutuallyExclusive("site", "watch")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:1540", "address to listen on")
	return c
}

// otherAddress is named where the address that was given cannot be listened on.
const otherAddress = "127.0.0.1:1541"

// serve builds the site and answers until ctx ends.
func (p *project) serve(ctx context.Context, addr string, stdout io.Writer, log *console) error {
	listener, err := web.Listen(addr, otherAddress)
	if err != nil {
		return err
	}
	defer listener.Close()
	p.baseURL = web.Address(listener.Addr())
	if err := p.ready(); err != nil {
		return err
	}
	log.say("Building the site at %s …", p.baseURL)
	return serveBuilt(ctx, listener, stdout, func(ctx context.Context) (http.Handler, io.Closer, error) {
		if err := p.buildAndTell(ctx, log); err != nil {
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
		served <- web.ServeUntil(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	fmt.Fprintf(stdout, "Open %s  (stop with Ctrl-C)\n", web.Address(l.Addr()))
	return <-served
}

// beingBuilt asks a browser, and other programs, to come again in a moment.
func beingBuilt(w http.ResponseWriter) {
	web.SetPageHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`+
		`<meta http-equiv="refresh" content="1"><title>Being built</title></head>`+
		`<body><h1>The site is being built</h1><p>This page shows it as soon as it is ready.</p></body></html>`) // the reader went away
}

// serveZip serves the site in a zip, with an endpoint, until ctx ends.
func serveZip(ctx context.Context, zip, addr string, stdout io.Writer, log *console) error {
	listener, err := web.Listen(addr, otherAddress)
	if err != nil {
		return err
	}
	defer listener.Close()
	tmp, err := os.MkdirTemp("", "vade-serve-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	site, index := filepath.Join(tmp, "site"), filepath.Join(tmp, "index")
	if err := os.Mkdir(site, 0o755); err != nil {
		return err
	}
	log.say("Unpacking and indexing the site …")
	return serveBuilt(ctx, listener, stdout, func(ctx context.Context) (http.Handler, io.Closer, error) {
		found, err := portable.Unpack(ctx, zip, site)
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			return nil, nil, errors.Join(tampered(zip, found), fmt.Errorf("vade verify %s lists the files", zip))
		}
		report, err := indexer.Build(ctx, site, index, nil)
		if err != nil {
			return nil, nil, err
		}
		tell(log, report)
		return openSite(site, index)
	})
}
