package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/portable"
	"vademecum/internal/unfinished"
)

// packOptions name the files that pack writes; those without a name are not written.
type packOptions struct {
	zip, single, epub string
	lang              string // of the book; "" for all
	sign              string // private key of OpenSSH
}

func packCommand() *cobra.Command {
	var p project
	var o packOptions
	c := &cobra.Command{
		Use:   "pack",
		Short: "Build the site into a zip, a single file or a book",
		Long: "pack builds the site and writes it to a zip: extract it on any computer or\n" +
			"USB stick and double-click index.html. Pages and search need no server, no\n" +
			"network and no installation. The same site gives the same zip, byte for byte.\n\n" +
			"With --single it writes one HTML file instead, which a double click opens, from\n" +
			"an e-mail or a share too. With --epub it writes a book for e-readers. Name --out\n" +
			"as well to get the zip beside them.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.single+o.epub == "" {
				o.zip = cmp.Or(o.zip, "site.zip")
			}
			if o.lang != "" && o.epub == "" {
				return cli.WrongUse{Err: errors.New("--lang chooses the language of a book: name the book with --epub")}
			}
			return p.pack(c.Context(), o, cli.ConsoleOf(c))
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&o.zip, "out", "", "zip to write (default: site.zip)")
	c.Flags().StringVar(&o.single, "single", "", "HTML file to write the whole site to")
	c.Flags().StringVar(&o.epub, "epub", "", "book (EPUB 3) to write")
	c.Flags().StringVar(&o.lang, "lang", "", "language of the book (default: all, one after the other)")
	c.Flags().StringVar(&o.sign, "sign", "", "sign what is written with this private key of OpenSSH, into a file .sig beside it")
	p.withFlag(c)
	return c
}

// pack builds the site in a folder of its own, as if it stood at the root of a
// host, and writes what is asked for.
func (p *project) pack(ctx context.Context, o packOptions, log *cli.Console) error {
	start := time.Now()
	if err := p.checkSource(); err != nil {
		return err
	}
	files := []string{o.zip, o.single, o.epub}
	for i, file := range files {
		if err := checkPacked(file, []string{"--out", "--single", "--epub"}[i]); err != nil {
			return cli.WrongUse{Err: err}
		}
	}
	if err := checkKey(o.sign); err != nil {
		return cli.WrongUse{Err: err}
	}
	tmp, release, err := unfinished.Folder("", "vade-pack")
	if err != nil {
		return err
	}
	defer release()
	q := project{source: p.source, destination: filepath.Join(tmp, "site"), index: filepath.Join(tmp, "index"), baseURL: "/", with: p.with}
	report, err := q.build(ctx, log)
	if err != nil {
		return err
	}
	cli.WarnAll(log, report.Warnings)
	defer log.Done()
	writers := []func() (*portable.Summary, error){
		func() (*portable.Summary, error) { return portable.Write(ctx, q.destination, o.zip) },
		func() (*portable.Summary, error) { return portable.WriteSingle(ctx, q.destination, o.single) },
		func() (*portable.Summary, error) { return portable.WriteBook(ctx, q.destination, o.epub, o.lang) },
	}
	for i, file := range files {
		if file == "" {
			continue
		}
		log.Step("Writing " + filepath.Base(file))
		s, err := writers[i]()
		if err != nil {
			return fmt.Errorf("%s was not written: %w", file, err)
		}
		log.Say("%s: %d files, %.1f MB (%.1f MB unpacked), %.1f s.\nSHA-256 %s",
			file, s.Files, float64(s.Packed)/1e6, float64(s.Bytes)/1e6, time.Since(start).Seconds(), s.SHA256)
		if err := signOrTell(ctx, file, o.sign, log); err != nil {
			return err
		}
	}
	return nil
}

// checkPacked finds before the build what would keep a file from being written.
func checkPacked(file, flag string) error {
	if file == "" {
		return nil
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: name the file to write with %s", file, flag)
	}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return fmt.Errorf("the folder of %s is not there: make it, or choose another %s: %w", file, flag, err)
	}
	return nil
}

// signOrTell signs a file, or tells of a signature beside it that is of an earlier one.
func signOrTell(ctx context.Context, file, key string, log *cli.Console) error {
	if key != "" {
		return sign(ctx, file, key, log)
	}
	if _, err := os.Stat(file + signature); err == nil {
		log.Warn(file + signature + " is of an earlier file: sign again with --sign, or remove it")
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
