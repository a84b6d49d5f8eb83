// Command search is the endpoint as a program of its own: a function on Netlify,
// an ordinary HTTP server anywhere else. The index is part of the program, so
// that one file is all there is to deploy.
//
// The index is put into the folder index/site beside this file before the
// program is compiled (netlify.toml shows how). Without it the program still
// compiles, and says what is missing when it starts. Outside a function --index
// names another.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// The placeholder keeps the folder, so that there is always something to embed.
//
//go:embed all:index
var embedded embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

// run answers searches until ctx ends.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:1541", "address to listen on")
	dir := flags.String("index", "", "folder of the index (default: the one in the program)")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	x, err := open(*dir)
	if err != nil {
		return err
	}
	defer x.Close()
	if os.Getenv("AWS_LAMBDA_FUNCTION_NAME") != "" || os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(function(endpoint(x)))
		return nil
	}
	return serve(ctx, *addr, x, stderr)
}

// open opens the index in dir, or the embedded one.
func open(dir string) (*indexer.Index, error) {
	if dir != "" {
		return indexer.Open(dir)
	}
	return openEmbedded(embedded)
}

// openEmbedded opens the index among files. It is copied to a temporary folder
// because bleve maps its files into memory.
func openEmbedded(files fs.FS) (*indexer.Index, error) {
	index, err := fs.Sub(files, "index/site")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(index, "."); errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("this program was compiled without an index: run `go run ./cmd/vade build --index cmd/functions/search/index/site` and compile again, or name an index with --index")
	}
	tmp, err := os.MkdirTemp("", "vademecum-index-")
	if err != nil {
		return nil, err
	}
	// What is mapped stays readable when its name is gone; on systems where it
	// cannot be removed the system's own cleaning takes it.
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "index")
	if err := os.CopyFS(dir, index); err != nil {
		return nil, err
	}
	return indexer.Open(dir)
}

// endpoint answers with JSON, and for the address of a search page with that
// page filled in, for readers without script.
func endpoint(x *indexer.Index) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := x.SearchPage(r.URL.Path); ok {
			x.ResultsHandler().ServeHTTP(w, r)
			return
		}
		x.Handler().ServeHTTP(w, r)
	})
}

func serve(ctx context.Context, addr string, x *indexer.Index, stderr io.Writer) error {
	l, err := web.Listen(addr, "127.0.0.1:1542")
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "Searches are answered at %sapi/search?q=…  (stop with Ctrl-C)\n", web.Address(l.Addr()))
	// An answer is packed once and read once: what the least effort leaves, a tenth,
	// costs less than the time that more would take.
	packed, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		return err
	}
	return web.ServeUntil(ctx, l, packed(endpoint(x)))
}
