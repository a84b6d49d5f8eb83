package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"vademecum/internal/need"
)

// runtimeAPI stands in for what Lambda gives a function: it hands it events and
// takes its answers.
type runtimeAPI struct {
	events  chan []byte
	answers chan []byte
	ended   chan struct{}
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/invocation/next"):
		var event []byte
		select {
		case event = <-a.events:
		case <-a.ended: // or the server would wait for this answer when it is closed
			w.WriteHeader(http.StatusGone)
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(10*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:xx:1:function:search")
		_, _ = w.Write(event)
	default: // an answer, or word of a failure
		body, _ := io.ReadAll(r.Body)
		a.answers <- append([]byte(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]+" "), body...)
		w.WriteHeader(http.StatusAccepted)
	}
}

// The program that is deployed answers as a function: every address that the host's
// rules lead to it, with the headers that the host sets on files alone.
func TestBootstrap(t *testing.T) {
	tool := need.Program(t, "go", "install Go, see go.dev")
	program := filepath.Join(t.TempDir(), "bootstrap")
	overlay := overlayIndex(t)
	if said, err := exec.Command(tool, "build", "-overlay", overlay, "-ldflags", "-s -w", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	answersAsFunction(t, program)
}

// answersAsFunction runs a program as Lambda does.
func answersAsFunction(t *testing.T, program string) {
	t.Helper()
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	api := &runtimeAPI{make(chan []byte), make(chan []byte, 1), make(chan struct{})}
	server := httptest.NewServer(api)
	defer server.Close()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME=search", "TMPDIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		close(api.ended)
	}()
	ask := func(path string, query map[string]string) events.APIGatewayProxyResponse {
		t.Helper()
		event, err := json.Marshal(events.APIGatewayProxyRequest{HTTPMethod: "GET", Path: path, QueryStringParameters: query})
		if err != nil {
			t.Fatal(err)
		}
		select {
		case api.events <- event:
		case <-time.After(20 * time.Second):
			t.Fatal("the function asks for no event")
		}
		var answer []byte
		select {
		case answer = <-api.answers:
		case <-time.After(20 * time.Second):
			t.Fatal("no answer")
		}
		kind, body, _ := strings.Cut(string(answer), " ")
		var r events.APIGatewayProxyResponse
		if err := json.Unmarshal([]byte(body), &r); err != nil || kind != "response" {
			t.Fatalf("%s %s %v", kind, body, err)
		}
		return r
	}
	first := ask("/api/search", map[string]string{"q": "boats"})
	cold := time.Since(begun)
	if first.StatusCode != 200 || !strings.Contains(first.Body, `"total":3`) {
		t.Errorf("%d %s", first.StatusCode, first.Body)
	}
	for name, value := range keptAtHost {
		if first.Headers[name] != value {
			t.Errorf("%s is %q", name, first.Headers[name])
		}
	}
	begun = time.Now()
	const warm = 100
	for range warm {
		ask("/.netlify/functions/search", map[string]string{"q": "boats"})
	}
	t.Logf("cold %v, warm %v", cold.Round(time.Millisecond), (time.Since(begun) / warm).Round(time.Microsecond))
	for path, want := range map[string]int{"/api/openapi.json": 200, "/api/search": 400, "/nowhere": 404, "/healthz": 200} {
		r := ask(path, nil)
		if r.StatusCode != want {
			t.Errorf("%s: %d, want %d: %s", path, r.StatusCode, want, r.Body)
		}
		for _, name := range []string{"Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"} {
			if r.Headers[name] == "" {
				t.Errorf("%s lacks %s", path, name)
			}
		}
		if (want != 200 || path == "/healthz") && r.Headers["Netlify-Cdn-Cache-Control"] != "" {
			t.Errorf("%s may be kept", path)
		}
	}
}

// overlayIndex gives a file for go build's -overlay that puts a small index into the
// program and leaves the checkout as it is.
func overlayIndex(t *testing.T) string {
	t.Helper()
	index := buildIndex(t)
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	here, err := filepath.Abs("index/site")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(index, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(index, name)
		overlay.Replace[filepath.Join(here, rel)] = name
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
