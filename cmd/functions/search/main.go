// Command search is the endpoint as a program of its own: a function on Netlify,
// an ordinary HTTP server anywhere else. The index is part of the program, so
// that one file is all there is to deploy.
//
// The index is put into the folder index beside this file before the program is
// compiled (netlify.toml shows how). Without it the program still compiles, and
// says what is missing when it starts. Outside a function --index names another.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"vademecum/indexer"
)

//go:embed all:index
var embedded embed.FS

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func run() error {
	addr := flag.String("addr", "127.0.0.1:1541", "address to listen on")
	dir := flag.String("index", "", "folder of the index (default: the one in the program)")
	flag.Parse()
	x, err := open(*dir)
	if err != nil {
		return err
	}
	defer x.Close()
	if os.Getenv("AWS_LAMBDA_FUNCTION_NAME") != "" || os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(function(x.Handler()))
		return nil
	}
	return serve(*addr, x)
}

// open opens the index in dir, or the embedded one, which is copied to a
// temporary folder because bleve maps its files into memory.
func open(dir string) (*indexer.Index, error) {
	if dir != "" {
		return indexer.Open(dir)
	}
	files, err := fs.Sub(embedded, "index")
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "vademecum-index-")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(filepath.Join(tmp, "index"), files); err != nil {
		return nil, err
	}
	x, err := indexer.Open(filepath.Join(tmp, "index"))
	// What is mapped stays readable when its name is gone; on systems where it
	// cannot be removed the system's own cleaning takes it.
	_ = os.RemoveAll(tmp)
	if errors.Is(err, indexer.ErrNoIndex) {
		return nil, errors.New("this program was compiled without an index: run `vade build --index cmd/functions/search/index` first, or name an index with --index")
	}
	return x, err
}

func serve(addr string, x *indexer.Index) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	mux := http.NewServeMux()
	mux.Handle("/api/search", x.Handler())
	server := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(last)
	}()
	slog.Info("answering searches", "address", "http://"+addr+"/api/search")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
