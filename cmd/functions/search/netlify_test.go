package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/internal/need"
)

// netlifyConfig reads a netlify.toml with the tool that Netlify's builds read it with, and
// tells what that says and finds.
const netlifyConfig = `
const [module, dir] = process.argv.slice(2);
const { resolveConfig } = await import(module);
const { config, logs } = await resolveConfig({ cwd: dir, repositoryRoot: dir, offline: true, mode: "buildbot", buffer: true });
const { redirects, headers, build, functionsDirectory } = config;
console.log(JSON.stringify({ said: [...logs.stdout, ...logs.stderr], redirects, headers, command: build.command, functionsDirectory }));
`

// netlifyFunctions packs functions as Netlify's builds do.
const netlifyFunctions = `
const [module, from, to] = process.argv.slice(2);
const { zipFunctions } = await import(module);
console.log(JSON.stringify(await zipFunctions(from, to, { config: { "*": { zipGo: true } } })));
`

// runNetlify runs a script with one of Netlify's tools, which may say nothing else.
func runNetlify(t *testing.T, script, module string, answer any, env []string, args ...string) error {
	t.Helper()
	node := need.NodeModule(t, ".bin/node") // a newer one than Debian's
	module = need.NodeModule(t, module)
	file := filepath.Join(t.TempDir(), "run.mjs")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), node, append([]string{file, "file://" + filepath.ToSlash(module)}, args...)...)
	// Who asks the network gets no answer.
	c.Env = append(os.Environ(), append(env, "HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1", "GOPROXY=off")...)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		return err
	}
	if said.Len() > 0 {
		t.Errorf("it says %s", said.String())
	}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return nil
}

const (
	configModule    = "@netlify/config/lib/index.js"
	functionsModule = "@netlify/zip-it-and-ship-it/dist/main.js"
)

// Netlify reads our rules without a word, and takes each of them.
func TestNetlifyReadsRules(t *testing.T) {
	checkout, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(checkout, "netlify.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Said                        []string
		Redirects                   []struct{ From, To string }
		Headers                     []struct{ Values map[string]string }
		Command, FunctionsDirectory string
	}
	// In a folder of its own: the tool looks around in that of the checkout.
	dir := t.TempDir()
	for name, text := range map[string]string{"netlify.toml": string(text), "cmd/functions/search/main.go": "package main"} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := runNetlify(t, netlifyConfig, configModule, &read, nil, dir); err != nil {
		t.Fatal(err)
	}
	if len(read.Said) > 0 {
		t.Errorf("it says %q", read.Said)
	}
	if rules := strings.Count(string(text), "[[redirects]]"); len(read.Redirects) != rules || rules == 0 {
		t.Errorf("of %d rules %d are taken", rules, len(read.Redirects))
	}
	if len(read.Headers) != 1 || read.Headers[0].Values["Content-Security-Policy"] == "" || read.Command == "" || !strings.HasSuffix(filepath.ToSlash(read.FunctionsDirectory), "cmd/functions") {
		t.Errorf("it reads %+v", read)
	}
	// Silence proves something only if a fault is noticed.
	if err := os.WriteFile(filepath.Join(dir, "netlify.toml"), []byte(strings.Replace(string(text), "to = \"/.netlify", "too = \"/.netlify", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := runNetlify(t, netlifyConfig, configModule, &read, nil, dir); err == nil && len(read.Said) == 0 && len(read.Redirects) == strings.Count(string(text), "[[redirects]]") {
		t.Error("a rule that leads nowhere is not noticed")
	}
}

// What Netlify packs is a program that answers as a function.
func TestNetlifyPacksFunction(t *testing.T) {
	need.Long(t)
	functions, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var packed []struct{ Name, Runtime, Path, EntryFilename string }
	err = runNetlify(t, netlifyFunctions, functionsModule, &packed, []string{"GOFLAGS=-overlay=" + overlayIndex(t)}, functions, t.TempDir())
	if err != nil || len(packed) != 1 || packed[0].Name != "search" || packed[0].Runtime != "go" || packed[0].EntryFilename != "bootstrap" {
		t.Fatalf("%v %+v", err, packed)
	}
	z, err := zip.OpenReader(packed[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	in, err := z.Open("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	info, err := os.Stat(packed[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("zip of %.1f MB", float64(info.Size())/1e6)
	program := filepath.Join(t.TempDir(), "bootstrap")
	out, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	answersAsFunction(t, program)
}
