package main

import (
	"context"
	"sync"
	"time"
)

// background is a piece of work of which one run goes on at most, and which gives way
// to what somebody waits for.
type background struct {
	work  func(context.Context)
	quiet time.Duration // how long nothing more urgent is done before a run that gave way begins again

	mu     sync.Mutex
	wanted context.Context // ends what is to be done; nil if nothing is
	cancel func()          // ends the run that goes on
	done   chan struct{}   // closed when it has ended
	ways   int             // how often what is wanted has given way
	urgent int             // pieces of work that it gives way to
	again  *time.Timer
}

// mostWays is how often a run gives way at most: whoever looks at a change again and again
// still sees the whole site some time.
const mostWays = 8

func inBackground(work func(context.Context)) *background {
	return &background{work: work, quiet: 2 * time.Second}
}

// start begins a run, which ends when ctx does, in the place of one that goes on.
func (b *background) start(ctx context.Context) {
	b.stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted, b.ways = ctx, 0
	b.begin()
}

// begin begins a run if one is wanted, none goes on, and nothing is more urgent.
func (b *background) begin() {
	if b.wanted == nil || b.cancel != nil || b.urgent > 0 && b.ways < mostWays {
		return
	}
	ctx, cancel := context.WithCancel(b.wanted)
	before, done := b.done, make(chan struct{})
	b.cancel, b.done = cancel, done
	go func() {
		defer close(done)
		if before != nil {
			<-before // two runs would write to one place
		}
		if ctx.Err() == nil {
			b.work(ctx)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if ctx.Err() == nil { // else whoever ended it has noted that
			b.wanted, b.cancel = nil, nil
			cancel()
		}
	}()
}

// stop ends the run that goes on, if one does, and waits for its end.
func (b *background) stop() {
	b.mu.Lock()
	b.wanted = nil
	b.end()
	done := b.done
	b.mu.Unlock()
	if done != nil {
		<-done
	}
}

// end tells the run that goes on to end.
func (b *background) end() {
	if b.cancel != nil {
		b.cancel()
		b.cancel = nil
	}
}

// giveWay ends the run that goes on, and lets none begin until resume is called. What
// was wanted then begins anew, a while later.
func (b *background) giveWay() (resume func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.urgent++
	if b.again != nil {
		b.again.Stop()
	}
	if b.cancel != nil && b.ways < mostWays {
		b.ways++
		b.end()
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.urgent--; b.urgent > 0 {
			return
		}
		b.again = time.AfterFunc(b.quiet, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.begin()
		})
	})
}
