package desk

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"vademecum/internal/need"
)

// A person is somebody who works at a desk, with a browser without script.
type person struct {
	t      testing.TB
	desk   *Desk
	dir    string
	cookie *http.Cookie
}

const host = "127.0.0.1:1541"

// sit starts the desk of a knowledge base and opens its start address.
func sit(t testing.TB, dir string) *person {
	t.Helper()
	d, err := New(Site{Source: dir, Log: io.Discard, Built: http.NotFoundHandler(),
		Draw: func(_ context.Context, overlay, page, address string) ([]byte, error) {
			return []byte("<!doctype html><title>" + page + "</title>"), nil
		},
	}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1541})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	p := &person{t: t, desk: d, dir: dir}
	w := p.send(httptest.NewRequest("GET", d.Start(), nil))
	if len(w.Result().Cookies()) != 1 {
		t.Fatalf("the start address gives no cookie: %d %s", w.Code, w.Body)
	}
	p.cookie = w.Result().Cookies()[0]
	return p
}

func (p *person) send(r *http.Request) *httptest.ResponseRecorder {
	r.Host = host
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	w := httptest.NewRecorder()
	p.desk.ServeHTTP(w, r)
	return w
}

func (p *person) get(address string) string {
	p.t.Helper()
	w := p.send(httptest.NewRequest("GET", Prefix+address, nil))
	if w.Code != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s", address, w.Code, said(w.Body.String()))
	}
	return w.Body.String()
}

// post sends a form as a browser does.
func (p *person) post(address string, form url.Values, file ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			m.WriteField(name, strings.ReplaceAll(v, "\n", "\r\n"))
		}
	}
	if len(file) == 3 { // field, name, content
		part, _ := m.CreateFormFile(file[0], file[1])
		io.WriteString(part, file[2])
	}
	m.Close()
	r := httptest.NewRequest("POST", Prefix+address, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Origin", "http://"+host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.send(r)
}

// fields reads the form whose action ends in a name, as a browser would send it.
func fields(t testing.TB, page, action string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := url.Values{}
	found := false
	var walk func(n *html.Node, in bool)
	walk = func(n *html.Node, in bool) {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		_, named := attr["name"]
		if n.Type == html.ElementNode {
			switch {
			case n.Data == "form" && strings.HasPrefix(attr["action"], Prefix+action) || action == "edit" && strings.HasPrefix(attr["action"], Prefix+"new"):
				in, found = true, true
			case !in || !named || attr["form"] != "":
			case n.Data == "input" && attr["type"] == "file":
			case n.Data == "input" && attr["type"] == "checkbox":
				if _, checked := attr["checked"]; checked {
					out.Add(attr["name"], attr["value"])
				}
			case n.Data == "input":
				out.Add(attr["name"], strings.NewReplacer("\n", "", "\r", "").Replace(attr["value"]))
			case n.Data == "textarea":
				text := ""
				if n.FirstChild != nil {
					text = n.FirstChild.Data
				}
				out.Add(attr["name"], strings.TrimPrefix(text, "\n"))
			case n.Data == "select":
				value := ""
				for o := n.FirstChild; o != nil; o = o.NextSibling {
					for _, a := range o.Attr {
						if a.Key == "selected" {
							for _, b := range o.Attr {
								if b.Key == "value" {
									value = b.Val
								}
							}
						}
					}
				}
				out.Add(attr["name"], value)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(doc, false)
	if !found {
		t.Fatalf("no form for %q in:\n%s", action, said(page))
	}
	return out
}

// said gives the messages of a page, which a failing test shows.
func said(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			b.WriteString(strings.TrimSpace(n.Data) + " | ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return b.String()[:min(b.Len(), 3000)]
}

// ourCopy copies what the desk reads of our own knowledge base.
func ourCopy(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"content", "layouts/kinds"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("../../../..", name))); err != nil {
			t.Fatal(err)
		}
	}
	config, err := os.ReadFile("../../../../hugo.toml")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "hugo.toml"), string(config))
	return dir
}

func writeFile(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A page that is opened and saved as it is keeps every byte: all pages of our
// site, originals and translations.
func TestSavingChangesNothing(t *testing.T) {
	p := sit(t, ourCopy(t))
	c := p.desk.shelf.read()
	n, step := 0, need.OneOf(9)
	err := fs.WalkDir(os.DirFS(filepath.Join(p.dir, "content")), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".md" {
			return err
		}
		if n++; n%step != 0 {
			return nil
		}
		all := []byte(readFile(t, filepath.Join(p.dir, "content", name)))
		form := fields(t, p.get("edit?page="+url.QueryEscape(name)), "edit")
		if form.Has("raw") {
			t.Errorf("%s: the form cannot read it", name)
			return nil
		}
		e2 := p.desk.editor(c, &deskForm{File: name, Was: sum(all)}, open(name, all), "en")
		next, err := e2.text.with(e2.sheet.fields, tidy(e2.sheet.parse(form), e2.Original != nil), normal(form.Get("body")))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(next, all) {
			t.Errorf("%s: saved as it is, it became another one: %v", name, difference(string(all), string(next)))
		}
		return nil
	})
	if err != nil || n < 500 {
		t.Errorf("%d pages were looked at, %v", n, err)
	}
}

// Every field of every page can be changed, and then nothing else of the page is
// another one.
func TestOneFieldChanges(t *testing.T) {
	p := sit(t, ourCopy(t))
	c := p.desk.shelf.read()
	changed := 0
	for i, page := range c.pages {
		if i%(13*need.OneOf(5)) != 0 { // all of them would take a minute
			continue
		}
		all, err := p.desk.store.read(page.File)
		if err != nil {
			t.Fatal(err)
		}
		e := p.desk.editor(c, &form{File: page.File, Was: sum(all)}, open(page.File, all), "en")
		e.fill(nil, nil)
		form := fields(t, p.get("edit?page="+url.QueryEscape(page.File)), "edit")
		for name := range form {
			old := form.Get(name)
			if !strings.HasPrefix(name, "f.") || old == "" || strings.HasSuffix(name, ".from") || strings.HasSuffix(name, ".n") || strings.HasSuffix(name, ".was") || strings.HasSuffix(name, ".kept") || name == "f.draft" || form.Has(name+".was") ||
				e.Original != nil && strings.HasSuffix(name, ".id") { // hidden: it finds the record
				continue
			}
			for _, text := range []string{"x: 'it' \"is\" # [new], {or} not", "- no", "2019-12-31", "a\nb"} {
				if text == old || strings.Contains(text, "\n") && !strings.Contains(old, " ") {
					continue
				}
				form.Set(name, text)
				sent := tidy(e.sheet.parse(form), e.Original != nil)
				next, err := e.text.with(e.sheet.fields, sent, e.text.body)
				if err != nil {
					t.Errorf("%s, %s: %q: %v", page.File, name, text, err)
					continue
				}
				changed++
				if d := difference(string(all), string(next)); len(d) == 0 {
					t.Errorf("%s, %s: nothing was written for %q", page.File, name, text)
				}
			}
			form.Set(name, old)
		}
	}
	if changed < 200 {
		t.Errorf("only %d changes were tried", changed)
	}
	t.Log(changed, "changes")
}

type deskForm = form // the tests have forms of their own
