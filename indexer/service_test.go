package indexer

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// smallIndex writes an index of two pages.
func smallIndex(t *testing.T) string {
	t.Helper()
	site, dir := t.TempDir(), filepath.Join(t.TempDir(), "index")
	for name, html := range map[string]string{
		"harbour.html": `<html lang="en"><meta name="vade:kind" content="place"><main><h1>The harbour</h1><p>Boats lie here, and "all boats" are painted.</p></main>`,
		"mast.html":    `<html lang="en"><meta name="vade:kind" content="thing"><main><h1>The mast</h1><p>Boats have one.</p></main>`,
	} {
		if err := os.WriteFile(filepath.Join(site, name), []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Build(t.Context(), site, dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

// told is what an index answers to a few requests.
func told(t *testing.T, x *Index) string {
	t.Helper()
	var all bytes.Buffer
	for _, r := range []Request{{Query: "boats", Detail: true}, {Query: `"all boats"`}, {Query: "harbor"}, {Query: "mas*"}, {Query: "boats", Facets: map[string][]string{"kind": {"thing"}}}} {
		a, err := x.Search(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// One byte that changed anywhere in an index is noticed, or changes no answer.
func TestChangedBytes(t *testing.T) {
	dir := smallIndex(t)
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := told(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	type file struct {
		name string
		data []byte
	}
	var files []file
	total := 0
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		files = append(files, file{name, data})
		total += len(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1540, 2004))
	refused := 0
	for n := range 500 {
		f := files[n%len(files)] // else the largest file gets all
		at, was := random.IntN(len(f.data)), byte(0)
		was = f.data[at]
		f.data[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(f.name, f.data, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := Open(dir)
		if err == nil {
			if got := told(t, x); got != want {
				t.Errorf("byte %d of %s changes answers", at, f.name)
			}
			x.Close()
		} else {
			refused++
			if !strings.Contains(err.Error(), dir) {
				t.Errorf("byte %d of %s: %v", at, f.name, err)
			}
		}
		f.data[at] = was
		if err := os.WriteFile(f.name, f.data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("of 500 changed bytes of %d, %d are noticed and %d change nothing", total, refused, 500-refused)
}

// Verify names each file that is not as it was written.
func TestVerify(t *testing.T) {
	dir := smallIndex(t)
	n, found, err := Verify(dir)
	if err != nil || len(found) > 0 || n < 3 {
		t.Fatalf("a whole index: %d files, %v, %v", n, found, err)
	}
	places := filepath.Join(dir, "en", placesFile)
	data, err := os.ReadFile(places)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	bolt := filepath.Join(dir, "en", "store", "root.bolt")
	if err := errors.Join(os.WriteFile(places, data, 0o644), os.Truncate(bolt, 100), os.WriteFile(filepath.Join(dir, "stray"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	_, found, err = Verify(dir)
	if err != nil || len(found) != 3 || found[0].File != "en/places" || found[1].File != "en/store/root.bolt" || found[2].File != "stray" {
		t.Errorf("%v, %v", found, err)
	}
	if _, _, err := Verify(t.TempDir()); !errors.Is(err, ErrNoIndex) {
		t.Errorf("no index: %v", err)
	}
}

// cut empties every file of an index.
func cut(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Truncate(name, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A server's index answers on, whatever becomes of the files that it was opened from.
func TestOpenCopyIsIndependent(t *testing.T) {
	dir := smallIndex(t)
	t.Setenv("TMPDIR", t.TempDir())
	killed := filepath.Join(os.TempDir(), copyKind+"-1") // left by one that was killed
	if err := errors.Join(os.Mkdir(killed, 0o700), os.Chtimes(killed, time.Unix(0, 0), time.Unix(0, 0))); err != nil {
		t.Fatal(err)
	}
	x, err := OpenCopy(os.DirFS(dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	want := told(t, x)
	cut(t, dir)
	if got := told(t, x); got != want {
		t.Error("other answers after the files were cut short")
	}
	if _, err := OpenCopy(os.DirFS(dir), dir); err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged one: %v", err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A fault in the reading of a file takes the index out of service and is no end of
// the process. From then on nothing is answered, for it could be wrong.
func TestFaultTakesIndexOutOfService(t *testing.T) {
	dir := smallIndex(t)
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !x.InService() {
		t.Fatal("out of service at once")
	}
	cut(t, dir)
	for range 2 {
		w := respond(t, x.Handler(), "GET", "/?q=boats&exact=1")
		if w.Code != 503 || !strings.Contains(w.Body.String(), OutOfService) || w.Header().Get("Retry-After") == "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if x.InService() {
			t.Error("still in service")
		}
	}
}

// As many searches as the gate has room for are let in or wait; the next is refused
// at once, and the others come through.
func TestGate(t *testing.T) {
	g := gate{make(chan struct{}, 2), make(chan struct{}, 3)}
	var leaves []func()
	for range 2 {
		leave, err := g.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			leave, err := g.enter(t.Context())
			if err != nil {
				t.Errorf("one who waited: %v", err)
				return
			}
			leave()
		})
	}
	for len(g.queued) < 3 {
		runtime.Gosched()
	}
	if _, err := g.enter(t.Context()); !errors.Is(err, errBusy) {
		t.Errorf("one too many: %v", err)
	}
	x := indexOf(t, map[string]string{"a.html": `<html lang="en"><main><h1>Bare</h1></main>`})
	x.gate = g
	w := respond(t, x.Handler(), "GET", "/?q=bare")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `"busy"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for _, leave := range leaves {
		leave()
	}
	waiting.Wait()
	if w := respond(t, x.Handler(), "GET", "/?q=bare"); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// What reads an index reads it for a search, where a failing disk takes the index out of
// service: no goroutine of bleve's own, whose fault would end the process, reads it
// meanwhile. Those that write an index do not run beside one that answers.
func TestNothingReadsBehindSearches(t *testing.T) {
	x, err := Open(smallIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	told(t, x)
	// bleve starts and ends goroutines while it opens; those that stay are meant.
	var seen bool
	var others []string
	for range 500 {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		seen, others = false, nil
		for goroutine := range strings.SplitSeq(string(stacks), "\n\n") {
			switch {
			case strings.Contains(goroutine, "introducerLoop"): // touches no file
				seen = true
			case strings.Contains(goroutine, "/scorch."):
				others = append(others, goroutine)
			}
		}
		if seen && len(others) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("bleve's goroutines are seen: %t; others go on by themselves: %s", seen, strings.Join(others, "\n\n"))
}
