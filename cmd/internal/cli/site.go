package cli

import (
	"io/fs"
	"net"
	"net/http"
	"path/filepath"

	"github.com/klauspost/compress/gzhttp"
	"github.com/spf13/pflag"

	"vademecum/cmd/internal/service"
	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// SiteHandler serves the files of a built site and its search, compressed for
// slow links.
func SiteHandler(site fs.FS, x *indexer.Index) http.Handler {
	return gzhttp.GzipHandler(siteOf(site, web.SetPageHeaders, nil).Handler(x))
}

// FolderHandler is SiteHandler for the pages of any site, which may hold what the
// policy of our own pages forbids.
func FolderHandler(site fs.FS, x *indexer.Index) http.Handler {
	return gzhttp.GzipHandler(siteOf(site, web.SetAnswerHeaders, nil).Handler(x))
}

func siteOf(site fs.FS, setHeaders func(http.Header), limit *web.RateLimit) service.Site {
	return service.Site{Files: web.Files(site, setHeaders), SetHeaders: setHeaders, Limit: limit}
}

// A Server is how a site is served, and what it allows each client.
type Server struct {
	addr, proxy string
	rate        float64
}

// Flags adds the flags of commands that serve.
func (s *Server) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.addr, "addr", "127.0.0.1:1540", "address to listen on")
	web.LimitFlags(f, &s.rate, &s.proxy)
}

// Listen opens the port. Its errors tell what to do.
func (s *Server) Listen() (net.Listener, error) { return web.Listen(s.addr, OtherAddress) }

// Open serves a site of our own, and what is built in its place.
func (s *Server) Open(site, index string) (*service.Service, error) {
	return s.open(site, index, web.SetPageHeaders)
}

// OpenFolder is Open for the pages of any site.
func (s *Server) OpenFolder(site, index string) (*service.Service, error) {
	return s.open(site, index, web.SetAnswerHeaders)
}

func (s *Server) open(site, index string, setHeaders func(http.Header)) (*service.Service, error) {
	answers := siteOf(web.Dir(site), setHeaders, web.NewRateLimit(s.rate, s.proxy))
	return service.Open(index, web.Dir(filepath.Join(site, WebIndexFolder)), func(x *indexer.Index) http.Handler { return gzhttp.GzipHandler(answers.Handler(x)) })
}
