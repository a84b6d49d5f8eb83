package indexer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"syscall"
)

// ErrOutOfService is returned by a search in an index whose files cannot be read
// any more: they were cut short under it, or the disk fails. The index answers
// nothing from then on; what it said could be wrong.
var ErrOutOfService = errors.New("the index cannot be read any more")

// InService tells whether the index still answers.
func (x *Index) InService() bool { return !x.faulty.Load() }

// watchFaults turns a fault in the reading of files, mapped into memory or not, into
// ErrOutOfService. The function that it returns is to be deferred.
func (x *Index) watchFaults(err *error) (end func()) {
	before := debug.SetPanicOnFault(true) // of this goroutine: else a fault ends the process
	return func() {
		debug.SetPanicOnFault(before)
		fault := recover()
		address, isFault := fault.(interface{ Addr() uintptr })
		switch {
		case isFault:
			x.fail(fmt.Errorf("memory fault at %#x", address.Addr()))
			*err = ErrOutOfService
		case fault != nil:
			panic(fault)
		case errors.Is(*err, io.ErrUnexpectedEOF), errors.Is(*err, io.EOF), errors.Is(*err, syscall.EIO):
			x.fail(*err)
			*err = ErrOutOfService
		}
	}
}

func (x *Index) fail(err error) {
	if !x.faulty.Swap(true) {
		slog.Error("the index is out of service: its files cannot be read any more", "error", err)
	}
}
