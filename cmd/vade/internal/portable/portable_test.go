package portable

import (
	"archive/zip"
	"bytes"
	"context"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var site = map[string]string{
	"index.html":         `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; form-action 'self'; frame-ancestors 'none'"><link rel=stylesheet integrity="sha256-x" crossorigin href="/a.css"><link rel="canonical" href="https://h/"><link rel="manifest" href="/app.webmanifest"><meta name="vade:endpoint" content="/api/search"><main><a href="/b/">B</a> <a href="/b/?q=1#x">B</a> <a href="#here">here</a> <a href="https://un.org/">UN</a> <a href="mailto:a@b">m</a></main>`,
	"b/index.html":       `<p data-vade-extract hidden>Extract</p><noscript><a href="/">home &amp; all</a></noscript><template><a href="../">up</a></template><img src="/p/1.png" srcset="/p/1.png 1x, /p/2.png 2x"><video poster="/p/1.png"></video><svg viewBox="0 0 1 1"><path d="M0"/></svg><div data-pack="/search/"></div><form action="/search/"></form><a href="/b">b</a><a href="index.html">b</a>`,
	"search/index.html":  `<script defer src="/a.js"></script><p data-pack="/search/">`,
	"search/en.js":       "1",
	"old/index.html":     `<meta http-equiv="refresh" content="0; url=/b/">`,
	"a.css":              `@import "/c.css";@font-face{src:url(/p/f.woff2)}p{background:url("p/1.png"),url(data:image/png;base64,AA)}`,
	"c.css":              `q{}`,
	"a.js":               "2",
	"p/1.png":            "3",
	"p/2.png":            "3",
	"p/f.woff2":          "4",
	"sitemap.xml":        "5",
	".hidden/index.html": "6",
}

func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "site.zip")
	if _, err := Write(context.Background(), put(t, files), out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWrite(t *testing.T) {
	file := packed(t, site)
	dir := t.TempDir()
	if found, err := Unpack(context.Background(), file, dir); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	want := map[string]string{
		"index.html":        `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; form-action &#39;self&#39; file:"><link rel="stylesheet" href="a.css"><main><a href="b/index.html">B</a> <a href="b/index.html?q=1#x">B</a> <a href="#here">here</a> <a href="https://un.org/">UN</a> <a href="mailto:a@b">m</a></main>`,
		"b/index.html":      `<p data-vade-extract="">Extract</p><noscript><a href="../index.html">home &amp; all</a></noscript><template><a href="../index.html">up</a></template><img src="../p/1.png" srcset="../p/1.png 1x, ../p/2.png 2x"><video poster="../p/1.png"></video><svg viewBox="0 0 1 1"><path d="M0"/></svg><div data-pack="../search/"></div><form action="../search/index.html"></form><a href="index.html">b</a><a href="index.html">b</a>`,
		"old/index.html":    `<meta http-equiv="refresh" content="0; url=../b/index.html">`,
		"a.css":             `@import "c.css";@font-face{src:url(p/f.woff2)}p{background:url("p/1.png"),url(data:image/png;base64,AA)}`,
		"search/en.js":      "1",
		"search/index.html": `<script defer="" src="../a.js"></script><p data-pack="./">`,
	}
	for name, text := range want {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(data) != text {
			t.Errorf("%s (%v):\n%s\nwant\n%s", name, err, data, text)
		}
	}
	for _, name := range []string{"sitemap.xml", ".hidden"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s went along", name)
		}
	}
	again, _ := os.ReadFile(packed(t, site))
	if first, _ := os.ReadFile(file); !bytes.Equal(first, again) {
		t.Error("the same site gave two different zips")
	}
}

// Links to files whose names mean something else in an address lead to these
// files from a disk too.
func TestWriteOddNames(t *testing.T) {
	files := map[string]string{
		"index.html": `<a href="/c%23.html#x%20y">1</a><a href="/100%25.html">2</a><a href="a b.html">3</a><a href="caf%25C3%25A9.html">4</a><a href="caf%C3%A9.html">5</a>` +
			`<a href="/what%26.html?q=%26">6</a><a href="/sub/">7</a><a href="/sub">8</a><a href="/x.xhtml">9</a><a href="/пример/">10</a><a href="/50%25/">11</a>`,
		"c#.html": "", "100%.html": "", "a b.html": "", "caf%C3%A9.html": "", "café.html": "", "what&.html": "",
		"sub/index.htm": `<a href="/c%23.html">up</a>`, "x.xhtml": `<a href="/sub/">sub</a>`, "пример/index.html": "", "50%/index.html": `<a href="../a%20b.html">up</a>`,
	}
	dir := t.TempDir()
	if found, err := Unpack(context.Background(), packed(t, files), dir); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	href := regexp.MustCompile(`href="([^"]*)"`)
	for name := range files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range href.FindAllStringSubmatch(string(data), -1) {
			u, err := url.Parse("file:///")
			if err == nil {
				u.Path = "/" + name
				u, err = u.Parse(html.UnescapeString(m[1]))
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if info, err := os.Stat(filepath.Join(dir, u.Path)); err != nil || info.IsDir() || strings.HasPrefix(m[1], "/") {
				t.Errorf("%s: the link %s leads to no file", name, m[1])
			}
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no index.html":    {"a.html": ""},
		"from the network": {"index.html": `<img src="https://elsewhere.example/x.png">`},
		"are one file":     {"index.html": "", "A.html": "", "a.html": ""},
		"of its own":       {"index.html": "", "manifest.sha256": ""},
		"Windows":          {"index.html": "", "what?.html": ""},
		"device":           {"index.html": "", "aux.html": ""},
		"program":          {"index.html": "", "setup.exe": ""},
		"full stop":        {"index.html": "", "end./a.html": ""},
		"some systems":     {"index.html": "", "ma\u00f1ana.html": "", "man\u0303ana.html": ""},
		"nobody sees":      {"index.html": "", "a\u202elmth.html": ""},
		"too many":         {"index.html": "", strings.Repeat("ñ", 100) + "/" + strings.Repeat("ñ", 100): ""},
	} {
		out := filepath.Join(t.TempDir(), "x.zip")
		_, err := Write(context.Background(), put(t, files), out)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(out)); len(left) > 0 {
			t.Errorf("%s: something was left behind", name)
		}
	}
	dir := put(t, map[string]string{"index.html": ""})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "p")); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(context.Background(), dir, filepath.Join(t.TempDir(), "x.zip")); err == nil {
		t.Error("a link went along")
	}
}

// rezip copies a zip; change gives the entries anew.
func rezip(t *testing.T, file string, change func(h *zip.FileHeader, data []byte) []byte, more map[string]fs.FileMode) string {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(h *zip.FileHeader, data []byte) {
		to, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(h.Name, "/") {
			return
		}
		if _, err := to.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate}
		if change != nil {
			if data = change(h, data); data == nil {
				continue
			}
		}
		add(h, data)
	}
	for name, mode := range more {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(mode)
		add(h, []byte("x"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "tampered.zip")
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestVerify(t *testing.T) {
	file := packed(t, site)
	s, found, err := Verify(context.Background(), file)
	if err != nil || len(found) > 0 || s.Files != 11 {
		t.Errorf("a good zip: %+v, %v, %v", s, found, err)
	}
	bad := rezip(t, file, func(h *zip.FileHeader, data []byte) []byte {
		switch h.Name {
		case "a.js":
			return nil
		case "b/index.html":
			return append(data, '!')
		}
		return data
	}, map[string]fs.FileMode{"evil.html": 0o644})
	_, found, err = Verify(context.Background(), bad)
	if err != nil || len(found) != 3 || found[0] != (Difference{"a.js", "lost"}) || found[1] != (Difference{"b/index.html", "changed"}) || found[2] != (Difference{"evil.html", "added"}) {
		t.Errorf("%v, %v", found, err)
	}

	// A bit that fell over on a worn stick.
	data, _ := os.ReadFile(file)
	at := bytes.Index(data, []byte("a.css")) + 40
	data[at] ^= 0x10
	flipped := filepath.Join(t.TempDir(), "flipped.zip")
	if err := os.WriteFile(flipped, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, found, err := Verify(context.Background(), flipped); err == nil && len(found) == 0 {
		t.Error("a damaged zip was called whole")
	}
	for _, cut := range []int{0, 10, len(data) / 2, len(data) - 1} {
		if err := os.WriteFile(flipped, data[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Verify(context.Background(), flipped); err == nil || !strings.Contains(err.Error(), "again") {
			t.Errorf("a zip cut at %d: %v", cut, err)
		}
	}
}

func TestHostileZips(t *testing.T) {
	file := packed(t, site)
	for name, want := range map[string]string{
		"../out.html": "leads out", "a/../../out.html": "leads out", "/etc/out.html": "absolute", `..\out.html`: "another folder",
		`C:\out.html`: "absolute", "INDEX.html": "one file on", "a//b": "leads out",
	} {
		bad := rezip(t, file, nil, map[string]fs.FileMode{name: 0o644})
		dir := t.TempDir()
		_, err := Unpack(context.Background(), bad, filepath.Join(dir, "in"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: unpacked all the same", name)
		}
	}
	for name, mode := range map[string]fs.FileMode{"link": fs.ModeSymlink | 0o777, "device": fs.ModeDevice | 0o644, "folder/": fs.ModeDir | 0o755} {
		if _, _, err := Verify(context.Background(), rezip(t, file, nil, map[string]fs.FileMode{name: mode})); err == nil {
			t.Errorf("a %s was accepted", name)
		}
	}
	if _, _, err := Verify(context.Background(), rezip(t, file, func(h *zip.FileHeader, data []byte) []byte {
		if h.Name == manifestName {
			return nil
		}
		return data
	}, nil)); err == nil || !strings.Contains(err.Error(), "vade pack") {
		t.Errorf("no manifest: %v", err)
	}
}
