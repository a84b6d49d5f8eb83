package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A progress shows on a terminal how far a long task has come; anywhere else it
// shows nothing.
type progress struct {
	out      io.Writer // nil where nobody sees it
	done, of int
}

// newProgress begins a task of so many steps; few need no bar.
func newProgress(log io.Writer, of int) *progress {
	p := &progress{of: of}
	if f, ok := log.(*os.File); ok && of > 1 {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = f
		}
	}
	return p
}

const progressWidth = 30

func (p *progress) step() {
	p.done++
	if p.out == nil {
		return
	}
	full := p.done * progressWidth / p.of
	fmt.Fprintf(p.out, "\r[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(" ", progressWidth-full), p.done, p.of)
}

// end takes the bar away.
func (p *progress) end() {
	if p.out != nil && p.done > 0 {
		fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", progressWidth+24))
	}
}
