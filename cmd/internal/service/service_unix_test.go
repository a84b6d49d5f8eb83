//go:build unix

package service

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// SIGHUP asks for the index at once.
func TestServiceHeedsSIGHUP(t *testing.T) {
	s, dir := fresh(t, "shallow")
	defer s.Close()
	s.every = time.Hour
	// Follow may come late: until then the signal must not end this program.
	spare := make(chan os.Signal, 1)
	signal.Notify(spare, syscall.SIGHUP)
	defer signal.Stop(spare)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go s.Follow(ctx)
	write(t, dir, "fathomless")
	until(t, "the new index", func() bool {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(get(s, "/api/search?exact=1&q=fathomless").Body.String(), `"total":1`)
	})
}
