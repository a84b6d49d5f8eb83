//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup lets a command start as the head of a group of processes.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a process that heads a group, and the group.
func killGroup(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }

// endGroup ends the group that this process heads.
func endGroup() { _ = syscall.Kill(-os.Getpid(), syscall.SIGKILL) }

// processorTime tells how long this process has kept a processor busy.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
