package cli

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"
)

// A terminal shows progress on one line, which what is told replaces; colours
// and progress go nowhere else.
func TestConsole(t *testing.T) {
	use := func(c *Console) {
		c.Step("Reading")
		c.Count("Pages")(5, 5)
		c.Warn("a bee")
		c.Say("Done.")
		c.Done()
	}
	for _, c := range []struct {
		console *Console
		want    string
	}{
		{&Console{}, "warning: a bee\nDone.\n"},
		{&Console{quiet: true}, "warning: a bee\n"},
		{&Console{terminal: true, quiet: true}, "warning: a bee\n"},
		{&Console{terminal: true}, "Reading …\r\x1b[KPages: 5 of 5\r\x1b[Kwarning: a bee\nDone.\n"},
		{&Console{colour: true}, "\x1b[33mwarning:\x1b[0m a bee\nDone.\n"},
	} {
		var out bytes.Buffer
		c.console.w = &out
		use(c.console)
		if out.String() != c.want {
			t.Errorf("%q, want %q", out.String(), c.want)
		}
	}
	t.Setenv("NO_COLOR", "1")
	if WantsColour() {
		t.Error("NO_COLOR is not honoured")
	}
	if c := NewConsole(&bytes.Buffer{}, false); c.terminal || c.colour {
		t.Error("a buffer is taken for a terminal")
	}
}

func TestDescribe(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.99", Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-11-27T10:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	if got := describe("vade", info); !strings.HasPrefix(got, "vade devel, revision 0123456789ab with changes of 2026-11-27\ngo1.99") {
		t.Error(got)
	}
}
