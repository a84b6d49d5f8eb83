package main

import (
	"context"
	"strings"
	"testing"
)

// slowWork is a background whose runs last until they are told to end or let go.
type slowWork struct {
	*background
	began, cancelled, letGo chan struct{}
}

func newSlowWork() *slowWork {
	s := &slowWork{began: make(chan struct{}), cancelled: make(chan struct{}), letGo: make(chan struct{})}
	s.background = inBackground(func(ctx context.Context) {
		s.began <- struct{}{}
		select {
		case <-ctx.Done():
			s.cancelled <- struct{}{}
		case <-s.letGo:
		}
	})
	s.quiet = 0
	return s
}

// goesOn tells whether a run goes on or is about to begin.
func (s *slowWork) goesOn() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cancel != nil
}

// finish lets a run come to its end.
func (s *slowWork) finish() {
	s.mu.Lock()
	done := s.done
	s.mu.Unlock()
	s.letGo <- struct{}{}
	<-done
}

func TestGiveWay(t *testing.T) {
	t.Parallel()
	s := newSlowWork()
	s.start(t.Context())
	<-s.began
	first, second := s.giveWay(), s.giveWay()
	<-s.cancelled
	first()
	first() // twice is once
	if s.goesOn() {
		t.Error("it goes on while something more urgent does")
	}
	second()
	<-s.began // anew
	s.finish()
	s.giveWay()()
	if s.goesOn() {
		t.Error("it begins again though it was done")
	}

	// What is wanted while something urgent goes on waits; what was stopped does not begin.
	resume := s.giveWay()
	s.start(t.Context())
	if s.goesOn() {
		t.Error("it begins while something more urgent goes on")
	}
	s.stop()
	resume()
	s.start(t.Context())
	<-s.began
	s.finish()
}

// Who asks without end does not keep it from its end.
func TestGiveWayEnds(t *testing.T) {
	t.Parallel()
	s := newSlowWork()
	s.start(t.Context())
	<-s.began
	for range mostWays {
		resume := s.giveWay()
		<-s.cancelled
		resume()
		<-s.began
	}
	resume := s.giveWay()
	if !s.goesOn() {
		t.Error("it has given way too often and does so again")
	}
	s.finish()
	resume()
}

// A preview is drawn while the build of the whole site stands still.
func TestPreviewComesFirst(t *testing.T) {
	t.Parallel()
	s := newSlowWork()
	s.start(t.Context())
	<-s.began
	p := &project{source: t.TempDir()} // holds no site: the preview ends at once
	drawn := make(chan error)
	go func() {
		_, err := p.deskSite(&watcher{whole: s.background}, nil).Draw(t.Context(), "", "/a", "/a/")
		drawn <- err
	}()
	<-s.cancelled
	if err := <-drawn; err == nil || !strings.Contains(err.Error(), "hugo.toml") {
		t.Errorf("the preview gave %v", err)
	}
	<-s.began
	s.finish()
}
