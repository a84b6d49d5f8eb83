//go:build !unix

package web

// maxConnections is how many connections a server holds at once.
func maxConnections() int { return mostConnections }
