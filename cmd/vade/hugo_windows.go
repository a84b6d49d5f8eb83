package main

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Windows has no groups of processes: what Hugo starts, none of our sites' does,
// ends by itself when its pipes do.

func ownGroup(*exec.Cmd) {}

func killGroup(p *os.Process) error { return p.Kill() }

func endGroup() { os.Exit(1) }

// processorTime tells how long this process has kept a processor busy.
func processorTime() time.Duration {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return spent(kernel) + spent(user)
}

// spent reads a length of time, which Windows counts in steps of 100 ns.
func spent(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
