package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vademecum/internal/expect"
	"vademecum/internal/need"
)

// What the Dockerfile describes works without Docker: in a root of its own that can only
// be read and holds two things, as a user whom the system does not know.
func TestContainer(t *testing.T) {
	need.Long(t)
	tool := need.Program(t, "go", "install Go, see go.dev")
	recipe, err := os.ReadFile("deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var command []string
	if line := regexp.MustCompile(`(?m)^ENTRYPOINT (.*)$`).FindSubmatch(recipe); line == nil || json.Unmarshal(line[1], &command) != nil || command[0] != "/search" {
		t.Fatalf("no command in %s", recipe)
	}
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "index"), os.DirFS(buildIndex(t))); err != nil {
		t.Fatal(err)
	}
	build := exec.Command(tool, "build", "-o", filepath.Join(root, "search"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	expect.Mount(t, root, root, "", syscall.MS_BIND, "")
	if strings.Contains(string(recipe), "--tmpfs /tmp ") {
		expect.Mount(t, "tmpfs", filepath.Join(root, "tmp"), "tmpfs", syscall.MS_NOSUID|syscall.MS_NOEXEC, "")
	}
	expect.ReadOnly(t, root)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	command[slices.Index(command, "--addr")+1] = address
	var said strings.Builder
	c := &exec.Cmd{Path: command[0], Args: command, Env: []string{}, Dir: "/", Stderr: &said, SysProcAttr: &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	defer func() { _ = c.Process.Kill() }()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + address + "/api/search?q=boats"); err == nil {
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), `"total":3`) {
				t.Errorf("%d %s", answer.StatusCode, body)
			}
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("%v: %s", err, said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("no answer")
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("%v: %s", err, said.String())
	}
	if left, _ := os.ReadDir(filepath.Join(root, "tmp")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
