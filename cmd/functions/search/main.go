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
	"os"
	"os/signal"
	"syscall"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"vademecum/cmd/internal/garbage"
	"vademecum/cmd/internal/service"
	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// The placeholder keeps the folder, so that there is always something to embed. What
// begins with a dot is not taken: beside the index lies what the last run kept.
//
//go:embed index
var embedded embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		if errors.As(err, new(wrongUse)) || errors.Is(err, indexer.ErrNoIndex) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// wrongUse is an error of who wrote the command line.
type wrongUse struct{ error }

// run answers searches until ctx ends.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:1541", "address to listen on")
	dir := flags.String("index", "", "folder of the index (default: the one in the program); a new one there is taken at once, or on SIGHUP")
	var rate float64
	var proxy string
	web.LimitFlags(flags, &rate, &proxy)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return wrongUse{err}
	} else if flags.NArg() > 0 {
		return wrongUse{fmt.Errorf("%q is no flag: name the index with --index", flags.Arg(0))}
	}
	inFunction := os.Getenv("AWS_LAMBDA_FUNCTION_NAME") != "" || os.Getenv("AWS_LAMBDA_RUNTIME_API") != ""
	var limit *web.RateLimit
	if !inFunction { // which has one request at a time
		limit = web.NewRateLimit(rate, proxy)
	}
	s, err := open(*dir, limit)
	if err != nil {
		return err
	}
	defer s.Close()
	defer garbage.Relax(searchRoom)()
	if inFunction {
		lambda.Start(function(s))
		return nil
	}
	return serve(ctx, *addr, s, stderr)
}

// searchRoom is up to where the heap may grow for garbage's sake, in bytes.
const searchRoom = 128 << 20

// open opens the index in dir, or the embedded one.
func open(dir string, limit *web.RateLimit) (*service.Service, error) {
	handler := service.Site{SetHeaders: web.SetPageHeaders, Limit: limit}.Handler
	if dir != "" {
		return service.Open(dir, nil, handler)
	}
	x, err := openEmbedded(embedded)
	if err != nil {
		return nil, err
	}
	return service.Fixed(x, handler), nil
}

// openEmbedded opens the index among files.
func openEmbedded(files fs.FS) (*indexer.Index, error) {
	index, err := fs.Sub(files, "index/site")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(index, "."); errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("this program was compiled without an index: run `go run ./cmd/vade build --index cmd/functions/search/index/site` and compile again, or name an index with --index")
	}
	return indexer.OpenCopy(index, "this program")
}

func serve(ctx context.Context, addr string, s *service.Service, stderr io.Writer) error {
	l, err := web.Listen(addr, "127.0.0.1:1542")
	if err != nil {
		return err
	}
	go s.Follow(ctx)
	fmt.Fprintf(stderr, "Searches are answered at %sapi/search?q=…  (stop with Ctrl-C)\n", web.Address(l.Addr()))
	// An answer is packed once and read once: what the least effort leaves, a tenth,
	// costs less than the time that more would take.
	packed, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		return err
	}
	return web.ServeUntil(ctx, l, packed(s))
}
