package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// load asks over many connections. It speaks just enough HTTP to measure, so that
// it needs little of the processors that it shares with what it measures.
type load struct {
	address     string
	connections int
	rate        float64 // questions a second; 0 for as many as are answered
	requests    []string
}

// ask asks for so long, and gives how long each answer took, in order.
func (l load) ask(ctx context.Context, long time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	due := make(chan time.Time, 1<<16)
	if l.rate > 0 {
		go l.clock(ctx, due)
	} else {
		close(due)
	}
	var mu sync.Mutex
	var all []time.Duration
	var problem error
	var wg sync.WaitGroup
	for n := range l.connections {
		wg.Go(func() {
			times, err := l.connection(ctx, n, due)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, times...)
			problem = errors.Join(problem, err)
		})
	}
	wg.Wait()
	slices.Sort(all)
	return all, problem
}

// clock tells when questions are due.
func (l load) clock(ctx context.Context, due chan<- time.Time) {
	defer close(due)
	began := time.Now()
	for n := 0; ; n++ {
		at := began.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
		time.Sleep(time.Until(at))
		select {
		case due <- at:
		case <-ctx.Done():
			return
		}
	}
}

// connection asks one question after the other.
func (l load) connection(ctx context.Context, first int, due <-chan time.Time) ([]time.Duration, error) {
	c, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	r := bufio.NewReaderSize(c, 16<<10)
	var times []time.Duration
	for n := first; ctx.Err() == nil; n += l.connections {
		began := time.Now()
		if l.rate > 0 {
			var more bool
			if began, more = <-due; !more {
				break
			}
		}
		request := l.requests[n%len(l.requests)]
		if _, err := io.WriteString(c, request); err != nil {
			return nil, err
		}
		if err := answered(r); err != nil {
			return nil, fmt.Errorf("%q: %w", request, err)
		}
		times = append(times, time.Since(began))
	}
	return times, nil
}

// answered reads an answer to its end.
func answered(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(status, []byte(" 200 ")) {
		return fmt.Errorf("it answers %q", status)
	}
	length, chunked := 0, false
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	if !chunked {
		_, err := r.Discard(length)
		return err
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err := r.Discard(int(size) + len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}

// part gives the time within which a part of all answers came; times are in order.
func part(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[min(len(times)-1, int(float64(len(times))*share))].Round(100 * time.Microsecond)
}
