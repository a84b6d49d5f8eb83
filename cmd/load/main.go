// Command load measures the endpoint under load: it indexes a site, starts the
// endpoint as a process of its own, and asks it over many connections at once for
// words of the site's pages. It is a developer's tool.
//
//	go run ./cmd/load --site public
//	go run ./cmd/load --site public --kind two-words --rate 1500
//
// Without --rate every connection asks again as soon as it is answered. With it
// questions come at their own times, whether or not those before are answered,
// and an answer's time counts from when its question was due.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"vademecum/indexer"
	"vademecum/internal/asked"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// questionsOfKind is how many different questions of one kind are asked.
const questionsOfKind = 1000

// warmUp is how long the endpoint is asked before anything counts.
const warmUp = 2 * time.Second

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	site := flags.String("site", "", "folder of the site's pages")
	kind := flags.String("kind", "mixed", "what is asked: mixed, or one of "+strings.Join(kindNames(), ", "))
	connections := flags.Int("connections", 100, "connections")
	seconds := flags.Int("seconds", 10, "how long")
	rate := flags.Float64("rate", 0, "questions a second; 0: as many as are answered")
	program := flags.String("program", "", "the endpoint, compiled (default: it is compiled first)")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if *site == "" || *connections < 1 || *seconds < 1 {
		return errors.New("name the folder of a site's pages with --site, and at least one connection and second")
	}
	tmp, err := os.MkdirTemp("", "vademecum-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	index := filepath.Join(tmp, "index")
	requests, err := prepare(ctx, *site, index, *kind)
	if err != nil {
		return err
	}
	if *program == "" {
		*program = filepath.Join(tmp, "search")
		build := exec.CommandContext(ctx, "go", "build", "-o", *program, "./cmd/functions/search")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("compile the endpoint: %w", err)
		}
	}
	e, err := start(ctx, *program, index)
	if err != nil {
		return err
	}
	defer e.stop()
	l := load{address: e.address, connections: *connections, rate: *rate, requests: requests}
	if _, err := l.ask(ctx, warmUp); err != nil {
		return err
	}
	before := e.processor()
	began := time.Now()
	times, err := l.ask(ctx, time.Duration(*seconds)*time.Second)
	if err != nil {
		return err
	}
	took, used := time.Since(began), e.processor()-before
	fmt.Fprintf(out, "%s: %d answers, %.0f a second; half within %v, 99 of 100 within %v, the slowest %v\n", *kind, len(times), float64(len(times))/took.Seconds(), part(times, .5), part(times, .99), part(times, 1))
	fmt.Fprintf(out, "the endpoint: %v of processor an answer, at most %s of memory\n", (used / time.Duration(max(1, len(times)))).Round(time.Microsecond), e.peak())
	return nil
}

func kindNames() (names []string) {
	for _, k := range asked.Kinds {
		names = append(names, k.Name)
	}
	return names
}

// prepare indexes a site and makes the requests.
func prepare(ctx context.Context, site, index, kind string) ([]string, error) {
	s, err := indexer.ReadSite(ctx, site, indexer.Options{})
	if err != nil {
		return nil, err
	}
	if _, err := s.Write(ctx, index, ""); err != nil {
		return nil, err
	}
	var texts []string
	words := 0
	for i, p := range s.Pages {
		if i%7 == 0 && len(p.Sections) > 0 {
			texts = append(texts, p.Sections[0].Text)
			words = max(words, len(strings.Fields(p.Sections[0].Text)))
		}
	}
	const enough = 40 // of which some are long
	if words < enough {
		return nil, fmt.Errorf("no page of %s has a text that questions can be made of", site)
	}
	kinds := asked.Kinds
	if kind != "mixed" {
		k, ok := asked.KindNamed(kind)
		if !ok {
			return nil, fmt.Errorf("there is no kind %q: choose mixed, or one of %s", kind, strings.Join(kindNames(), ", "))
		}
		kinds = []asked.Kind{k}
	}
	var requests []string
	r := rand.New(rand.NewPCG(1540, 2004))
	for _, k := range kinds {
		for _, q := range k.Ask(texts, r, questionsOfKind) {
			values := url.Values{"q": {q.Query}}
			if q.Typing {
				values.Set("typing", "1")
			}
			requests = append(requests, "GET /api/search?"+values.Encode()+" HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
		}
	}
	r.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
	return requests, nil
}

// endpoint is the process that is measured.
type endpoint struct {
	*exec.Cmd
	address string
}

// patience is how long the endpoint may take to open its index.
const patience = time.Minute

func start(ctx context.Context, program, index string) (*endpoint, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a free port
	if err != nil {
		return nil, err
	}
	e := &endpoint{address: l.Addr().String()}
	l.Close()
	e.Cmd = exec.CommandContext(ctx, program, "--addr", e.address, "--index", index, "--rate", "0") // all come from one client
	e.Stderr = os.Stderr
	if err := e.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", e.address)
		if err == nil {
			c.Close()
			return e, nil
		}
		if time.Since(began) > patience || ctx.Err() != nil {
			e.stop()
			return nil, fmt.Errorf("the endpoint does not answer: %w", err)
		}
	}
}

func (e *endpoint) stop() {
	_ = e.Process.Kill() // it has written nothing
	_ = e.Wait()
}

// processor gives what the endpoint has used of processors, in steps of 10 ms; 0
// where the system has no folder /proc.
func (e *endpoint) processor() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", e.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // behind the program's name
	fields := strings.Fields(rest)
	const user, system = 11, 12 // fields of proc(5), from the third on
	if len(fields) <= system {
		return 0
	}
	u, _ := strconv.Atoi(fields[user])
	s, _ := strconv.Atoi(fields[system])
	return time.Duration(u+s) * 10 * time.Millisecond
}

// peak gives the most memory that the endpoint had.
func (e *endpoint) peak() string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.Process.Pid))
	if err != nil {
		return "unknown amounts"
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
