//go:build unix

package web

import "syscall"

// maxConnections is how many connections a server holds at once.
func maxConnections() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return mostConnections
	}
	return int(min(max(limit.Cur/2, 1), mostConnections))
}
