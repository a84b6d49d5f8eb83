package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gohugoio/hugo/commands"

	"vademecum/cmd/internal/garbage"
)

// hugoName is the name under which vade starts itself to be Hugo. Hugo runs in a
// process of its own because it may never end (see hugoRoom), keeps memory after
// a build, and changes the streams and the logger of its process.
const hugoName = "vade-hugo"

// hugoLimits say when Hugo is taken to hang. A process that builds uses its
// processor or writes; how long a build takes depends on site and computer, so
// only a time without either tells that it hangs.
type hugoLimits struct {
	first   time.Duration // idle in the first run, after which a second one is tried
	idle    time.Duration // idle in the second: long enough for an answer from another host
	mistake time.Duration // idle in the second after a mistake was reported, when the build has failed anyway
	longest time.Duration // of both together, for a template that is busy without end
}

var limits = hugoLimits{first: 8 * time.Second, idle: 30 * time.Second, mistake: 5 * time.Second, longest: 30 * time.Minute}

// hugoRoom is how many pages of a language Hugo may have in work at once in the
// second run. After ten pages whose templates fail, Hugo 0.165 ends its workers
// and then waits for ever for one to take the next page. With room for all pages
// it does not wait. Nor does it then pass over the page that is to blame, as it
// may when others that list that page fail first. Every build could have the
// room, but it costs memory.
const hugoRoom = 20_000

// hugoHeap is up to where Hugo's heap may grow for garbage's sake, in bytes. Hugo has all
// pages at hand at once: with the room of the other steps of a build, collecting garbage
// takes a quarter of its time at 3,600 pages (27.9 s of processor instead of 24.8).
const hugoHeap = 400 << 20

//lint:ignore ST1005 Hugo is a name
var errHung = errors.New("Hugo did not come to an end and was stopped")

// runHugo runs Hugo with args in a process of its own and gives the lines that it
// wrote to standard error, also those of a run that was stopped. Where pages fail
// or Hugo hangs, a second run with more room tells more. When ctx ends, Hugo ends
// at once, with all that it started.
func runHugo(ctx context.Context, args []string, env ...string) ([]string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limits.longest, errHung)
	defer cancel()
	lines, err := hugoProcess(ctx, args, limits.first, limits.first, env...)
	if ctx.Err() != nil || err == nil || !errors.Is(err, errHung) && !strings.Contains(err.Error(), "failed to render pages") {
		return lines, err
	}
	again, err := hugoProcess(ctx, args, limits.idle, limits.mistake, append(slices.Clone(env), "HUGO_NUMWORKERMULTIPLIER="+strconv.Itoa(hugoRoom))...)
	if len(again) == 0 {
		again = lines
	}
	return again, err
}

// hugoProcess is one run. It is stopped when it idles longer than idle, or than
// mistake once it has reported one.
func hugoProcess(ctx context.Context, args []string, idle, mistake time.Duration, env ...string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := exec.CommandContext(ctx, self)
	c.Args = append([]string{hugoName}, args...)
	c.Env = append(os.Environ(), env...)
	ownGroup(c)
	c.Cancel = func() error { return killGroup(c.Process) }
	c.WaitDelay = time.Second // for output of what is not of the group
	// The process ends when its standard input does: it does not outlive ours.
	if _, err := c.StdinPipe(); err != nil {
		return nil, err
	}
	var patience atomic.Int64
	patience.Store(int64(idle))
	hung := time.AfterFunc(idle, func() { stop(errHung) })
	defer hung.Stop()
	heard := func(text []byte) {
		if bytes.Contains(text, []byte("ERROR ")) {
			patience.Store(int64(mistake))
		}
		hung.Reset(time.Duration(patience.Load()))
	}
	answer, said := heardText{heard: heard}, heardText{heard: heard}
	c.Stdout, c.Stderr = &answer, &said
	if err := c.Start(); err != nil {
		return nil, err
	}
	go watchProcessor(ctx, c.Process.Pid, func() { heard(nil) })
	err = c.Wait()
	lines := strings.FieldsFunc(said.String(), func(r rune) bool { return r == '\n' || r == '\r' })
	failure := strings.Trim(answer.String(), beat)
	switch {
	case ctx.Err() != nil:
		return lines, context.Cause(ctx)
	case err == nil:
		return lines, nil
	case failure != "":
		return lines, errors.New(failure)
	}
	return lines, fmt.Errorf("the run of Hugo broke off (%w): %s", err, lastWords(lines))
}

// watchProcessor calls busy now and then while a process uses its processor, where
// the system tells that. The process tells it by beats as well, but these may come
// late: many thousands of Hugo's workers can stand before the one that beats.
func watchProcessor(ctx context.Context, pid int, busy func()) {
	before, known := processorTimeOf(pid)
	if !known {
		return
	}
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, known := processorTimeOf(pid)
		if !known {
			return // it has ended
		}
		if now-before >= working {
			busy()
			before = now
		}
	}
}

// heardText keeps what is written, and tells of it.
type heardText struct {
	bytes.Buffer
	heard func([]byte)
}

func (h *heardText) Write(p []byte) (int, error) {
	h.heard(p)
	return h.Buffer.Write(p)
}

// lastWords gives of what a broken process wrote the line that says why.
func lastWords(lines []string) string {
	for _, line := range lines {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return line
		}
	}
	if len(lines) == 0 {
		return "it said nothing"
	}
	return lines[len(lines)-1]
}

const (
	beat      = "\x00" // what Hugo's process writes to standard output while it works
	beatEvery = 500 * time.Millisecond
	working   = 5 * time.Millisecond // of processor time between beats
)

// beHugo runs Hugo and ends the process, if this process was started for that by
// runHugo. It writes beats and, last, Hugo's error to standard output.
func beHugo() {
	if os.Args[0] != hugoName {
		return
	}
	stdin, stdout := os.Stdin, os.Stdout
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // ends when the process that started this one does
		endGroup()
	}()
	go func() {
		before := processorTime()
		for range time.Tick(beatEvery) {
			now := processorTime()
			if now-before >= working {
				_, _ = stdout.WriteString(beat) // nobody hears it: stdin ends, too
			}
			before = now
		}
	}()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err == nil {
		os.Stdin, os.Stdout = null, null
		garbage.Relax(hugoHeap)
		err = commands.Execute(os.Args[1:])
	}
	if err != nil {
		_, _ = stdout.WriteString(err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// hugo builds the site into dir and gives Hugo's warnings. What Hugo has to say
// against a page becomes part of the error.
func (p *project) hugo(ctx context.Context, dir string, flags ...string) (warnings []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	args := append([]string{"--source", p.source, "--destination", dir, "--noBuildLock"}, flags...)
	if p.baseURL != "" {
		args = append(args, "--baseURL", p.baseURL)
	}
	env, err := p.reachEnv()
	if err != nil {
		return nil, err
	}
	if p.day != "" {
		env = append(env, "HUGO_PARAMS_DAY="+p.day)
	}
	if p.links == warnOfLinks {
		env = append(env, "HUGO_PARAMS_LINKS="+p.links)
	}
	lines, err := runHugo(ctx, args, env...)
	var said complaints
	for _, line := range lines {
		if complaint, ok := strings.CutPrefix(line, "ERROR "); ok {
			said = append(said, complaint)
		} else if warning, ok := strings.CutPrefix(line, "WARN"); ok {
			warnings = append(warnings, strings.TrimSpace(warning))
		}
	}
	switch {
	case len(said) == 0 || ctx.Err() != nil:
		return warnings, err
	case errors.Is(err, errHung):
		return warnings, fmt.Errorf("%w; before that it said:\n  %w", err, said)
	}
	return warnings, said
}

// complaints are what is wrong with the pages, one by one.
type complaints []string

// mostComplaints is how many complaints are told; the rest are counted.
const mostComplaints = 50

func (c complaints) Error() string {
	lines, more := c, ""
	if n := len(c); n > mostComplaints {
		lines, more = c[:mostComplaints], fmt.Sprintf("\n  and %d more", n-mostComplaints)
	}
	return strings.Join(lines, "\n  ") + more
}

// notBuilt tells of an error what it means for the site.
func notBuilt(err error) error {
	return fmt.Errorf("the site was not built, and what was there before is unchanged:\n  %w", err)
}
