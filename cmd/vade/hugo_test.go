package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// One page that breaks all that list it, as Hugo 0.165 hangs on, ends each time
// and what is wrong is told.
func TestManyMistakes(t *testing.T) {
	dir := copySite(t)
	for i := range 60 {
		write(t, filepath.Join(dir, "content", "tasks", fmt.Sprintf("task-%d.md", i)), "---\ntitle: A task\n---\nSmoke the hive.\n")
	}
	layout := filepath.Join(dir, "layouts", "page.html")
	write(t, layout, strings.Replace(read(t, layout), "</h1>", `</h1>{{ with .Params.due }}{{ errorf "%s: due %q is no date" $.File.Path . }}{{ end }}{{ range site.RegularPages }}{{ with .Params.due }}{{ time.Format "2006" . }}{{ end }}{{ end }}`, 1))
	bad := write(t, filepath.Join(dir, "content", "tasks", "wrong.md"), "---\ntitle: Wrong\ndue: 27.11.2026\n---\nText.\n")
	defer func(was hugoLimits) { limits = was }(limits)
	limits.first = 1500 * time.Millisecond
	for _, command := range []string{"build", "check", "build", "check"} {
		_, _, err := vade(command, "--source", dir)
		says(t, err, "27.11.2026") // by its own page, or by one that lists it: Hugo tells of the first that fails
	}
	// And serve --watch goes on after it.
	ctx, stop := context.WithCancel(t.Context())
	var stdout, stderr output
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--watch", "--addr", "127.0.0.1:0", "--source", dir}, &stdout, &stderr)
	}()
	stderr.After(t, "27.11.2026")
	write(t, bad, "---\ntitle: Right\n---\nText.\n")
	stderr.After(t, "Site in ")
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
