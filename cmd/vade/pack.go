package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/vade/portable"
	"vademecum/indexer"
)

func packCommand() *cobra.Command {
	var p project
	var out string
	c := &cobra.Command{
		Use:   "pack",
		Short: "Build the site into a zip that opens without a server",
		Long: "pack builds the site and writes it to a zip: extract it on any computer or\n" +
			"USB stick and double-click index.html. Pages and search need no server, no\n" +
			"network and no installation. The same site gives the same zip, byte for byte.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.pack(c.Context(), out, c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&out, "out", "site.zip", "zip to write")
	p.withFlag(c)
	return c
}

// pack builds the site in a folder of its own, as if it stood at the root of a
// host, and writes it to a zip.
func (p *project) pack(ctx context.Context, out string, log io.Writer) error {
	start := time.Now()
	if err := p.checkSource(); err != nil {
		return err
	}
	if info, err := os.Stat(out); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: name the zip to write with --out", out)
	}
	if _, err := os.Stat(filepath.Dir(out)); err != nil {
		return fmt.Errorf("the folder of the zip is not there: make it, or choose another --out: %w", err)
	}
	tmp, err := os.MkdirTemp("", "vade-pack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	q := project{source: p.source, destination: filepath.Join(tmp, "site"), index: filepath.Join(tmp, "index"), baseURL: "/", with: p.with}
	if err := q.build(ctx, io.Discard); err != nil {
		return err
	}
	s, err := portable.Write(ctx, q.destination, out)
	if err != nil {
		return fmt.Errorf("the zip was not written: %w", err)
	}
	fmt.Fprintf(log, "%s: %d files, %.1f MB (%.1f MB unpacked), %.1f s.\nSHA-256 %s\n",
		out, s.Files, float64(s.Packed)/1e6, float64(s.Bytes)/1e6, time.Since(start).Seconds(), s.SHA256)
	return nil
}

func verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.zip",
		Short: "Tell whether a zip is as vade pack wrote it",
		Long: "verify compares every file of the zip with the checksums in it and tells what was\n" +
			"changed, added or lost. That finds damage; to be sure that nobody made another\n" +
			"zip of the same kind, compare the SHA-256 it prints with the one that pack printed.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, found, err := portable.Verify(c.Context(), args[0])
			if err != nil {
				return err
			}
			for _, d := range found {
				fmt.Fprintf(c.OutOrStdout(), "%-8s %s\n", d.What, d.Name)
			}
			fmt.Fprintf(c.OutOrStdout(), "SHA-256 %s\n", s.SHA256)
			if len(found) > 0 {
				return tampered(args[0], found)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s is whole: %d files as they were packed.\n", args[0], s.Files)
			return nil
		},
	}
}

func tampered(file string, found []portable.Difference) error {
	count := map[string]int{}
	for _, d := range found {
		count[d.What]++
	}
	var parts []string
	for _, what := range []string{"changed", "added", "lost"} {
		if count[what] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[what], what))
		}
	}
	return fmt.Errorf("%s is not as it was packed (%s): get it again from where it came", file, strings.Join(parts, ", "))
}

// serveZip serves the site in a zip, with an endpoint, until ctx ends.
func serveZip(ctx context.Context, zip, addr string, stdout, log io.Writer) error {
	listener, err := listen(addr)
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
	fmt.Fprintln(log, "Unpacking and indexing the site …")
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
