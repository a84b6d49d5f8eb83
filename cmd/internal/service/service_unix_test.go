//go:build unix

package service

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vademecum/cmd/internal/web"
)

// SIGHUP asks for the index at once.
func TestServiceHeedsSIGHUP(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	write(t, dir, "shallow")
	s, err := Open(dir, Site{SetHeaders: web.SetPageHeaders}.Handler)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.every = time.Hour
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
