// Package refused tells what the system refused, and what a person can do about it.
package refused

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// By tells whether an error is one of the system's. Some libraries and other processes
// hand on its text alone.
func By(err error, of ...syscall.Errno) bool {
	for _, e := range of {
		if errors.Is(err, e) || strings.Contains(err.Error(), e.Error()) {
			return true
		}
	}
	return false
}

// remedies tell what can be done about each kind of refusal, unless a message has said
// so with the words in known.
var remedies = []struct {
	faults []syscall.Errno
	known  []string
	remedy string
}{
	{[]syscall.Errno{syscall.ENOSPC}, []string{"make room"}, "the disk is full; make room on it, or name a folder on another, and run this again"},
	{[]syscall.Errno{syscall.EROFS}, []string{"that you may write"}, "nothing may be written there; name a folder that you may write"},
	{[]syscall.Errno{syscall.EACCES, syscall.EPERM}, []string{"that you may", "allow", "ask for"}, "name a folder that you may read and write, or ask for the right to"},
	{[]syscall.Errno{syscall.EMFILE, syscall.ENFILE}, []string{"ulimit"}, "too many files are open; end other programs, or allow more open files (ulimit -n)"},
}

// WithRemedy adds to what the system refused what a person can do about it. It tells
// whether the system has refused something.
func WithRemedy(err error) (remedied error, is bool) {
	if err == nil {
		return nil, false
	}
	for _, r := range remedies {
		if !By(err, r.faults...) {
			continue
		}
		for _, words := range r.known {
			if strings.Contains(err.Error(), words) {
				return err, true
			}
		}
		return fmt.Errorf("%w: %s", err, r.remedy), true
	}
	return err, false
}
