package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/internal/service"
	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/portable"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

func serveCommand() *cobra.Command {
	var p project
	var server cli.Server
	var zip string
	var watch bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Build, then serve the site and its search on this computer",
		Long: "serve builds the site, serves it with the search endpoint /api/search and\n" +
			"prints the address to open. A site that is built again in the same place is\n" +
			"taken at once. /healthz and /readyz tell a monitor how things are. Stop it with\n" +
			"Ctrl-C.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if zip != "" {
				return serveZip(c.Context(), &server, zip, c.OutOrStdout(), cli.ConsoleOf(c))
			}
			if watch {
				return p.watch(c.Context(), &server, c.OutOrStdout(), cli.ConsoleOf(c))
			}
			return p.serve(c.Context(), &server, c.OutOrStdout(), cli.ConsoleOf(c))
		},
	}
	p.flags(c)
	c.Flags().StringVar(&zip, "site", "", "serve the site in this zip, which vade pack wrote, instead of building one")
	c.Flags().BoolVar(&watch, "watch", false, "build again when a file changes, and reload the pages that are open")
	c.MarkFlagsMutuallyExclusive("site", "watch")
	server.Flags(c.Flags())
	return c
}

// listen takes the address at which a site that is still to be built will stand: what
// hinders either is told before a build.
func (p *project) listen(server *cli.Server) (net.Listener, error) {
	listener, err := server.Listen()
	if err != nil {
		return nil, err
	}
	p.baseURL = web.Address(listener.Addr())
	if err := p.ready(); err != nil {
		listener.Close()
		return nil, err
	}
	return listener, nil
}

// serve builds the site and answers until ctx ends.
func (p *project) serve(ctx context.Context, server *cli.Server, stdout io.Writer, log *cli.Console) error {
	listener, err := p.listen(server)
	if err != nil {
		return err
	}
	defer listener.Close()
	log.Say("Building the site at %s …", p.baseURL)
	return cli.ServeBuilt(ctx, listener, stdout, func(ctx context.Context) (*service.Service, error) {
		if err := p.buildAndTell(ctx, log); err != nil {
			return nil, err
		}
		return server.Open(p.in(p.destination), p.in(p.index))
	})
}

// serveZip serves the site in a zip, with an endpoint, until ctx ends.
func serveZip(ctx context.Context, server *cli.Server, zip string, stdout io.Writer, log *cli.Console) error {
	listener, err := server.Listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	tmp, release, err := unfinished.Folder("", "vade-serve")
	if err != nil {
		return err
	}
	defer release()
	site, index := filepath.Join(tmp, "site"), filepath.Join(tmp, "index")
	if err := os.Mkdir(site, 0o755); err != nil {
		return err
	}
	log.Say("Unpacking and indexing the site …")
	return cli.ServeBuilt(ctx, listener, stdout, func(ctx context.Context) (*service.Service, error) {
		found, err := portable.Unpack(ctx, zip, site)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return nil, errors.Join(tampered(zip, found), fmt.Errorf("vade verify %s lists the files", zip))
		}
		report, err := indexer.Build(ctx, site, index, nil)
		if err != nil {
			return nil, err
		}
		cli.Tell(log, report)
		return server.Open(site, index)
	})
}
