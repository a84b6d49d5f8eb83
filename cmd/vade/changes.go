package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// pollEvery is how often the source is looked at where the system does not tell
// of changes: a look asks the drive for the time of each file.
const pollEvery = time.Second

// changes sends when something in the source may have changed. The system tells
// of that; where it cannot, the source has to be looked at again and again. A
// network drive needs both, as nothing tells of what other computers write to it.
func (w *watcher) changes(ctx context.Context, network bool) <-chan struct{} {
	out := make(chan struct{}, 1) // one waits while the source is built
	if err := w.notify(ctx, out); err != nil {
		w.log.Warn("changes are looked for every second, as the system does not tell of them: " + err.Error())
		network = true
	}
	if network {
		go func() {
			for tick := time.NewTicker(pollEvery); ; {
				select {
				case <-ctx.Done():
					tick.Stop()
					return
				case <-tick.C:
					changed(out)
				}
			}
		}()
	}
	return out
}

func changed(out chan<- struct{}) {
	select {
	case out <- struct{}{}:
	default: // one waits already
	}
}

// notify lets the system tell of changes until ctx ends.
func (w *watcher) notify(ctx context.Context, out chan<- struct{}) error {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	if err := w.notifyOf(system, w.source); err != nil {
		system.Close()
		return err
	}
	go func() {
		defer system.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-system.Events:
				if w.ignores(e.Name) || e.Op == fsnotify.Chmod {
					continue
				}
				if e.Has(fsnotify.Create) {
					// A folder that cannot be watched is still read by the next look.
					_ = w.notifyOf(system, e.Name)
				}
				changed(out)
			case <-system.Errors:
				changed(out) // events were lost: a look finds what they told of
			}
		}
	}()
	return nil
}

// notifyOf asks the system to tell of changes in a folder and those in it.
func (w *watcher) notifyOf(system *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went away
		case !d.IsDir():
			return nil
		case w.ignores(name):
			return fs.SkipDir
		}
		return system.Add(name)
	})
}
