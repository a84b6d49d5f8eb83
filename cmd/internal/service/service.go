// Package service answers from an index that may be exchanged while it serves.
package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"vademecum/cmd/internal/web"
	"vademecum/indexer"
)

// lookEvery is how often a service looks whether its index was written anew: two
// calls of the system.
const lookEvery = 100 * time.Millisecond

// rest is for how many looks an index stays as it is before it is taken that was
// copied into its folder file by file.
const rest = 10

// patience is for how many looks, rest of each other, site and index may be of different
// builds before this is told: a run writes one after the other.
const patience = 10

// A Service answers from the newest good index in a folder. It works on a copy, so
// that whatever happens to the folder, requests are answered.
type Service struct {
	dir      string // of the index; "" for one that does not change
	webIndex fs.FS  // the web index of the site that is served with it; nil if unknown
	handler  func(*indexer.Index) http.Handler
	every    time.Duration

	mu      sync.RWMutex
	current *edition
	closed  bool

	verdict atomic.Pointer[error] // of the last comparison of site and index: what is told of them

	loading sync.Mutex  // one load at a time
	seen    fs.FileInfo // the manifest that was opened or refused last
	folder  fs.FileInfo // that it lay in
	apart   int         // times in a row that site and index were seen to differ
}

// An edition is one index and what answers from it.
type edition struct {
	index   *indexer.Index
	handler http.Handler
	users   sync.WaitGroup
	written time.Time // zero if unknown
	close   func() error
}

// newEdition makes an edition; close releases its index, once, when nobody uses it
// any more.
func newEdition(x *indexer.Index, handler http.Handler, written time.Time) *edition {
	e := &edition{index: x, handler: handler, written: written}
	e.close = sync.OnceValue(func() error {
		e.users.Wait()
		return x.Close()
	})
	return e
}

// Fixed serves an index that does not change.
func Fixed(x *indexer.Index, handler func(*indexer.Index) http.Handler) *Service {
	return &Service{handler: handler, current: newEdition(x, handler(x), time.Time{})}
}

// Open serves the index in a folder, and each that takes its place: what handler
// gives for an index answers all requests but those for its health. webIndex, which may be
// nil, is the web index in the site that is served: the log, and /readyz, say when it is
// not of the same build as the index.
func Open(dir string, webIndex fs.FS, handler func(*indexer.Index) http.Handler) (*Service, error) {
	s := &Service{dir: dir, webIndex: webIndex, handler: handler, every: lookEvery, apart: patience - 1}
	if _, err := s.load(); err != nil {
		return nil, err
	}
	s.compare()
	return s, nil
}

// Index gives the index that is served now, until release is called.
func (s *Service) Index() (x *indexer.Index, release func()) {
	e := s.use()
	return e.index, e.users.Done
}

func (s *Service) use() *edition {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.current.users.Add(1)
	return s.current
}

// ServeHTTP tells of the service's health and leaves the rest to its handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := s.use()
	defer e.users.Done()
	switch r.URL.Path {
	case "/healthz", "/readyz":
		web.OnlyReading(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.tell(w, r, s.otherBuild()) })).ServeHTTP(w, r)
	default:
		e.handler.ServeHTTP(w, r)
	}
}

// Close releases the index once nobody uses it any more. No other takes its place
// then.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.current.close()
}

// tell says whether the process lives (/healthz) and can answer (/readyz), and from
// which index. otherBuild is what is wrong with the site beside it.
func (e *edition) tell(w http.ResponseWriter, r *http.Request, otherBuild error) {
	if r.URL.Path == "/readyz" && !e.index.InService() {
		indexer.Fail(w, r, indexer.OutOfService)
		return
	}
	h := Health{Status: "ok", Version: e.index.Version()}
	if otherBuild != nil {
		h.Status, h.Message = "other-build", otherBuild.Error()
	}
	if !e.index.InService() {
		h.Status = indexer.OutOfService
	}
	if !e.written.IsZero() {
		h.Written = e.written.UTC().Format(time.RFC3339)
		h.Age = int(time.Since(e.written).Seconds())
	}
	w.Header().Set("Cache-Control", "no-store")
	indexer.WriteJSON(w, r, h)
}

// differs tells whether the site is of another build than the index.
func (e *edition) differs(webIndex fs.FS) error {
	if webIndex == nil {
		return nil
	}
	if err := e.index.CheckWeb(webIndex); errors.Is(err, indexer.ErrOtherBuild) {
		return err
	}
	return nil // what hinders the reading of a file, those notice who ask for it
}

// otherBuild says that site and index are of different builds, if they have been for longer
// than it takes to write one after the other.
func (s *Service) otherBuild() error {
	if v := s.verdict.Load(); v != nil {
		return *v
	}
	return nil
}

// compare looks whether site and index are of different builds. When they have been for
// a while, and when they are of one again, it is logged and from then on told.
func (s *Service) compare() {
	e := s.use()
	defer e.users.Done()
	err := e.differs(s.webIndex)
	if err == nil {
		if s.verdict.Swap(nil) != nil {
			slog.Info("the pages and the index are of one build again", "folder", s.dir)
		}
		s.apart = 0
		return
	}
	if s.apart++; s.apart < patience {
		return
	}
	if s.verdict.Swap(&err) == nil {
		slog.Warn(err.Error(), "folder", s.dir)
	}
}

// Health is what /healthz and /readyz answer.
type Health struct {
	Status  string `json:"status"`            // ok, other-build (see indexer.ErrOtherBuild), or out-of-service
	Message string `json:"message,omitempty"` // what is not ok, and what to do
	Version string `json:"version"`           // of the index
	Written string `json:"written,omitempty"` // when
	Age     int    `json:"age,omitempty"`     // seconds since then
}

// Follow exchanges the index when another folder has taken the place of its own, when a
// new one stands in the folder and has rested for a moment, and at once on SIGHUP.
// It ends with ctx.
func (s *Service) Follow(ctx context.Context) {
	if s.dir == "" {
		return
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGHUP)
	defer signal.Stop(asked)
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	var before fs.FileInfo
	rested := 0
	for looks := 1; ; looks++ {
		if looks%rest == 0 {
			s.compare()
		}
		select {
		case <-ctx.Done():
			return
		case <-asked:
			s.reload()
		case <-tick.C:
			now, err := os.Stat(s.manifest())
			if err != nil {
				continue // it is being exchanged, or gone: what we have answers on
			}
			if rested++; !same(now, before) {
				before, rested = now, 0
			}
			isNew := !same(now, s.seen)
			switch {
			case isNew && s.exchanged():
				if !s.reload() {
					s.seen = nil // it may be a copy that grows: once more when it has rested
				}
			case rested >= rest && (isNew || !s.inService()):
				s.reload()
				rested = 0
			}
		}
	}
}

// exchanged tells whether another folder stands where the one of the index did.
func (s *Service) exchanged() bool {
	now, err := os.Stat(s.dir)
	if err != nil || s.folder != nil && os.SameFile(now, s.folder) {
		return false
	}
	s.folder = now
	return true
}

func (s *Service) inService() bool {
	x, release := s.Index()
	defer release()
	return x.InService()
}

// reload takes the index in the folder if it is good, and logs what came.
func (s *Service) reload() (good bool) {
	switch version, err := s.load(); {
	case err != nil:
		slog.Error("the new index was not taken, the one before answers on", "error", err)
		return false
	case version != "":
		slog.Info("a new index answers", "folder", s.dir, "version", version)
	}
	return true
}

// load opens the index in the folder beside the one that answers, and exchanges
// them if it is good and another. It gives the version of the new one.
func (s *Service) load() (version string, err error) {
	s.loading.Lock()
	defer s.loading.Unlock()
	x, info, err := s.open()
	s.seen = info
	if err != nil {
		return "", err
	}
	e := newEdition(x, s.handler(x), info.ModTime())
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return "", e.close()
	}
	old := s.current
	s.current = e
	s.mu.Unlock()
	if old != nil {
		go func() { // answers under way use it still
			if err := old.close(); err != nil {
				slog.Error("closing the index of before", "error", err)
			}
		}()
	}
	return x.Version(), nil
}

// tries is how often an index is opened that is exchanged meanwhile.
const tries = 5

func (s *Service) open() (x *indexer.Index, info fs.FileInfo, err error) {
	for range tries {
		s.folder, _ = os.Stat(s.dir)
		info, _ = os.Stat(s.manifest()) // OpenCopy tells what is wrong with it
		x, err = indexer.OpenCopy(os.DirFS(s.dir), s.dir)
		after, _ := os.Stat(s.manifest())
		if same(info, after) {
			break
		}
		if err == nil {
			err = errors.Join(fmt.Errorf("the index in %s is written again and again", s.dir), x.Close())
		}
		x = nil
	}
	if err == nil && info == nil {
		err = errors.Join(fmt.Errorf("the index in %s went away", s.dir), x.Close())
	}
	return x, info, err
}

func (s *Service) manifest() string { return filepath.Join(s.dir, indexer.ManifestName) }

// same tells whether two looks at a file saw the same one, unchanged.
func same(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
