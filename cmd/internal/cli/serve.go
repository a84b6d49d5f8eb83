package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/service"
	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// OtherAddress is named where the address that was given cannot be listened on.
const OtherAddress = "127.0.0.1:1541"

// OpenSite gives what answers from a site and its index as they are now, and closes
// the index.
func OpenSite(site, index string) (http.Handler, io.Closer, error) {
	x, err := indexer.OpenCopy(os.DirFS(index), index)
	if err != nil {
		return nil, nil, err
	}
	return SiteHandler(web.Dir(site), x), x, nil
}

// ServeBuilt serves until ctx ends. While build makes the site, browsers get a
// page that says so and loads again.
func ServeBuilt(ctx context.Context, l net.Listener, stdout io.Writer, build func(context.Context) (*service.Service, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var site atomic.Pointer[service.Service]
	served := make(chan error, 1)
	go func() {
		served <- web.ServeUntil(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s := site.Load(); s != nil {
				s.ServeHTTP(w, r)
			} else {
				BeingBuilt(w)
			}
		}))
	}()
	s, err := build(ctx)
	if err != nil {
		cancel()
		return errors.Join(err, <-served)
	}
	defer s.Close()
	go s.Follow(ctx)
	site.Store(s)
	fmt.Fprintf(stdout, "Open %s  (stop with Ctrl-C)\n", web.Address(l.Addr()))
	return <-served
}

// BeingBuilt asks a browser, and other programs, to come again in a moment.
func BeingBuilt(w http.ResponseWriter) {
	web.SetPageHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`+
		`<meta http-equiv="refresh" content="1"><title>Being built</title></head>`+
		`<body><h1>The site is being built</h1><p>This page shows it as soon as it is ready.</p></body></html>`) // the reader went away
}

// ServeCommand serves a folder of HTML and its search.
func ServeCommand() *cobra.Command {
	var server Server
	var index string
	c := &cobra.Command{
		Use:   "serve SITE_DIR",
		Short: "Serve a site and its search",
		Long: "serve serves the files of a site as they are, with the search endpoint\n" +
			"/api/search, from the index that the command index wrote, and prints the\n" +
			"address to open. A new index is taken as soon as it stands there, or on SIGHUP.\n" +
			"/healthz and /readyz tell a monitor how things are. Stop it with Ctrl-C.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return WrongUse{fmt.Errorf("there is no folder %s: name the one that holds the pages of the site", args[0])}
			}
			s, err := server.OpenFolder(args[0], index)
			if err != nil {
				return err
			}
			listener, err := server.Listen() // not before it can answer
			if err != nil {
				return errors.Join(err, s.Close())
			}
			defer listener.Close()
			return ServeBuilt(c.Context(), listener, c.OutOrStdout(), func(context.Context) (*service.Service, error) { return s, nil })
		},
	}
	c.Flags().StringVar(&index, "index", "index", "folder of the index")
	server.Flags(c.Flags())
	return c
}
