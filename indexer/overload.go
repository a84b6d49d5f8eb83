package indexer

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// Limits of what a server does at once. A search is work for the processor, so more
// of them than there are processors only make each other late.
const (
	searchTime = 10 * time.Second // of one search
	queueTime  = 2 * time.Second  // that a search waits for its turn
	queuedEach = 128              // searches that wait for each one under way
)

// errBusy is returned for a search that would wait too long.
var errBusy = errors.New("too many searches at once")

// Respond is Search for readers whom nobody knows: at most a few searches run at
// once, a few more wait for a moment, and none takes long.
func (x *Index) Respond(ctx context.Context, r Request) (*Answer, error) {
	// Go runs next whoever became ready last, so that under load some wait three times as
	// long as others. Who goes to the end of the queue first is answered in turn.
	runtime.Gosched()
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	leave, err := x.gate.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return x.Search(ctx, r)
}

// A gate lets a few in at once. The zero gate lets in all.
type gate struct{ running, queued chan struct{} }

func newGate() gate {
	n := max(2, runtime.GOMAXPROCS(0))
	return gate{make(chan struct{}, n), make(chan struct{}, n*queuedEach)}
}

// enter waits for a turn, and fails where too many wait or it takes too long.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	if g.running == nil {
		return func() {}, nil
	}
	leave = func() { <-g.running }
	select {
	case g.running <- struct{}{}:
		return leave, nil
	default:
	}
	select {
	case g.queued <- struct{}{}:
		defer func() { <-g.queued }()
	default:
		return nil, errBusy
	}
	patience := time.NewTimer(queueTime)
	defer patience.Stop()
	select {
	case g.running <- struct{}{}:
		return leave, nil
	case <-patience.C:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
