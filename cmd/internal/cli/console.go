package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// A console tells a person what a command does: on standard error, beside the
// answer. On a terminal it shows progress on a line of its own, which each text
// replaces; a file or another program gets whole lines only.
type Console struct {
	w        io.Writer
	quiet    bool // tell only what is wrong
	terminal bool
	colour   bool

	mu    sync.Mutex
	shown bool      // a line of progress is on the terminal
	last  time.Time // when it was drawn
}

// NewConsole makes the console of an output.
func NewConsole(w io.Writer, quiet bool) *Console {
	terminal := isTerminal(w)
	return &Console{w: w, quiet: quiet, terminal: terminal, colour: terminal && WantsColour()}
}

// isTerminal tells whether a person sees what is written, on a screen that knows
// colours and can go back to the beginning of a line.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || os.Getenv("TERM") == "dumb" {
		return false
	}
	// The old console of Windows shows such orders as text.
	return runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "" || os.Getenv("TERM") != ""
}

// WantsColour tells whether colours are welcome; see no-color.org.
func WantsColour() bool { return os.Getenv("NO_COLOR") == "" }

// Write lets the console stand where an io.Writer is asked for: what is written
// is told also when the console is quiet.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	return c.w.Write(p)
}

// say tells how things stand.
func (c *Console) Say(format string, args ...any) {
	if !c.quiet {
		fmt.Fprintf(c, format+"\n", args...)
	}
}

// warn tells what is probably wrong.
func (c *Console) Warn(text string) {
	fmt.Fprintf(c, "%s %s\n", c.Paint("33", "warning:"), text)
}

// paint colours a text where colours are welcome.
func (c *Console) Paint(colour, text string) string {
	if !c.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// step shows what is being done now.
func (c *Console) Step(text string) { c.draw(text+" …", true) }

// count gives what shows, from several goroutines at once, how far a step has
// come.
func (c *Console) Count(text string) func(done, of int) {
	return func(done, of int) { c.draw(fmt.Sprintf("%s: %d of %d", text, done, of), done == of) }
}

// drawEvery spares a slow terminal.
const drawEvery = 100 * time.Millisecond

func (c *Console) draw(line string, now bool) {
	if c.quiet || !c.terminal {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !now && time.Since(c.last) < drawEvery {
		return
	}
	c.clear()
	_, _ = io.WriteString(c.w, line) // a terminal that went away needs no progress
	c.shown, c.last = true, time.Now()
}

// done takes the progress away.
func (c *Console) Done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
}

func (c *Console) clear() {
	if c.shown {
		_, _ = io.WriteString(c.w, "\r\x1b[K")
		c.shown = false
	}
}
