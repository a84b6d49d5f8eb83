package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/portable"
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
			return p.pack(c.Context(), out, cli.ConsoleOf(c))
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&out, "out", "site.zip", "zip to write")
	p.withFlag(c)
	return c
}

// pack builds the site in a folder of its own, as if it stood at the root of a
// host, and writes it to a zip.
func (p *project) pack(ctx context.Context, out string, log *cli.Console) error {
	start := time.Now()
	if err := p.checkSource(); err != nil {
		return err
	}
	if info, err := os.Stat(out); err == nil && !info.Mode().IsRegular() {
		return cli.WrongUse{Err: fmt.Errorf("%s is not a file: name the zip to write with --out", out)}
	}
	if _, err := os.Stat(filepath.Dir(out)); err != nil {
		return cli.WrongUse{Err: fmt.Errorf("the folder of the zip is not there: make it, or choose another --out: %w", err)}
	}
	tmp, err := os.MkdirTemp("", "vade-pack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	q := project{source: p.source, destination: filepath.Join(tmp, "site"), index: filepath.Join(tmp, "index"), baseURL: "/", with: p.with}
	report, err := q.build(ctx, log)
	if err != nil {
		return err
	}
	cli.WarnAll(log, report.Warnings)
	defer log.Done()
	log.Step("Writing the zip")
	s, err := portable.Write(ctx, q.destination, out)
	if err != nil {
		return fmt.Errorf("the zip was not written: %w", err)
	}
	log.Say("%s: %d files, %.1f MB (%.1f MB unpacked), %.1f s.\nSHA-256 %s",
		out, s.Files, float64(s.Packed)/1e6, float64(s.Bytes)/1e6, time.Since(start).Seconds(), s.SHA256)
	return nil
}
