package desk

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smallSite is a knowledge base with a kind that has every sort of field.
func smallSite(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hugo.toml":                    "title = \"Orchards\"\ndefaultContentLanguage = \"en\"\n[languages.en]\nweight = 1\n[languages.es]\nweight = 2\n[params.kinds]\ntrees = \"tree\"\nplaces = \"place\"\n",
		"layouts/kinds/common.yaml":    "fields:\n  title: {is: text, required: true}\n  aliases: {is: names}\n",
		"layouts/kinds/place.yaml":     "fields:\n  near: {is: ids, of: places}\n  see: {is: pages}\n",
		"layouts/kinds/tree.yaml":      everySort,
		"content/places/valley.md":     "---\ntitle: The valley\n---\n\nBelow [the hill](/places/hill/).\n",
		"content/places/hill.md":       "---\ntitle: The hill\nnear: [valley] # close by\nsee: [/places/valley/]\n---\n\nSee [the valley](/places/valley/#river).\n",
		"content/places/valley.es.md":  "---\ntitle: El valle\n---\n",
		"content/places/_index.md":     "---\ntitle: Places\n---\n",
		"content/trees/_index.md":      "---\ntitle: Trees\n---\n",
		"outside.md":                   "---\ntitle: Not of the desk\n---\n",
		"content/places/.hidden.md":    "---\ntitle: Hidden\n---\n",
		"content/places/notes.txt":     "not a page",
		"layouts/kinds/words/es.toml":  "field_title = \"Título del árbol\"\n",
		"content/places/old-format.md": "+++\ntitle = \"In TOML\"\n+++\n\nText.\n",
	} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

const everySort = `fields:
  name: {is: name}
  names: {is: names}
  words: {is: texts}
  story: {is: text}
  labels: {is: labels, in: [en]}
  synonyms: {is: synonyms}
  height: {is: number}
  evergreen: {is: flag}
  planted: {is: date}
  seen: {is: dates}
  first_fruit: {is: when}
  kind: {is: choice, of: [apple, pear]}
  uses: {is: choices, of: [food, wood, shade]}
  place: {is: id, of: places}
  places: {is: ids, of: places}
  page: {is: page}
  pages: {is: pages}
  owner:
    is: record
    fields:
      name: {is: name, required: true}
      since: {is: when}
  steps:
    is: records
    fields:
      id: {is: name, required: true}
      what: {is: text, required: true}
      tools:
        is: records
        fields:
          name: {is: name, required: true}
`

// A request that does not come from the desk's own pages does nothing, and learns
// nothing.
func TestStrangersAreRefused(t *testing.T) {
	dir := smallSite(t)
	p := sit(t, dir)
	form := fields(t, p.get("edit?page=places/valley.md"), "edit")
	form.Set("do", "save")
	form.Set("f.title", "Taken over")
	before := readFile(t, filepath.Join(dir, "content/places/valley.md"))
	good := func() *http.Request {
		r := httptest.NewRequest("POST", Prefix+"edit", strings.NewReader(form.Encode()))
		r.Host = host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(p.cookie)
		return r
	}
	for name, attack := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"another origin":              {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		"an origin that hides":        {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"the same host, other port":   {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:8080") }, 403},
		"a form of another site":      {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"another port's page":         {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		"no origin at all":            {func(r *http.Request) { r.Header.Del("Origin"); r.Header.Del("Sec-Fetch-Site") }, 403},
		"a name that leads here":      {func(r *http.Request) { r.Host = "rebound.example:1541" }, 421},
		"a name without a port":       {func(r *http.Request) { r.Host = "127.0.0.1" }, 421},
		"no cookie":                   {func(r *http.Request) { r.Header.Del("Cookie") }, 403},
		"a wrong cookie":              {func(r *http.Request) { r.Header.Set("Cookie", p.cookie.Name+"=0000") }, 403},
		"text that is no form":        {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		"JSON":                        {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, 415},
		"another method":              {func(r *http.Request) { r.Method = "PUT" }, 405},
		"a form in the address of it": {func(r *http.Request) { r.Method = "GET"; r.URL.RawQuery = form.Encode() }, 200},
	} {
		r := good()
		attack.change(r)
		w := httptest.NewRecorder()
		p.desk.ServeHTTP(w, r)
		if w.Code != attack.status {
			t.Errorf("%s: %d, want %d", name, w.Code, attack.status)
		}
		if strings.Contains(w.Body.String(), p.desk.guard.token()) && w.Code >= 400 && w.Code != 403 && w.Code != 421 {
			t.Errorf("%s: the answer holds the token", name)
		}
		if readFile(t, filepath.Join(dir, "content/places/valley.md")) != before {
			t.Fatalf("%s: the page was changed", name)
		}
	}
	for name, token := range map[string]string{"no token": "", "a wrong token": strings.Repeat("0", 64)} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set("token", token)
		if w := p.post("edit", bad); w.Code != 403 || readFile(t, filepath.Join(dir, "content/places/valley.md")) != before {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	// The same request as it should be does change it: the others failed for what they lack.
	w := httptest.NewRecorder()
	p.desk.ServeHTTP(w, good())
	if w.Code != http.StatusSeeOther || readFile(t, filepath.Join(dir, "content/places/valley.md")) == before {
		t.Errorf("a right request: %d", w.Code)
	}
}

// Who does not know the secret sees nothing, and the start address works once.
func TestStartAddress(t *testing.T) {
	p := sit(t, smallSite(t))
	mine := p.cookie
	p.cookie = nil
	if w := p.send(httptest.NewRequest("GET", p.desk.Start(), nil)); w.Code != 403 || len(w.Result().Cookies()) > 0 {
		t.Errorf("a second time: %d %v", w.Code, w.Result().Cookies())
	}
	if w := p.send(httptest.NewRequest("GET", Prefix+"start?key=", nil)); w.Code != 403 {
		t.Errorf("an empty key: %d", w.Code)
	}
	for _, address := range []string{Prefix, Prefix + "edit?page=places/valley.md", "/", Prefix + "style.css"} {
		w := p.send(httptest.NewRequest("GET", address, nil))
		if w.Code != 403 || strings.Contains(w.Body.String(), p.desk.guard.token()) || strings.Contains(w.Body.String(), "valley") {
			t.Errorf("%s without a cookie: %d", address, w.Code)
		}
	}
	if !mine.HttpOnly || mine.SameSite != http.SameSiteStrictMode || len(mine.Value) != 64 {
		t.Errorf("the cookie: %+v", mine)
	}
	p.cookie = mine
	w := p.send(httptest.NewRequest("GET", Prefix, nil))
	for name, want := range headers {
		if w.Header().Get(name) != want {
			t.Errorf("%s: %q", name, w.Header().Get(name))
		}
	}
	if strings.Contains(headers["Content-Security-Policy"], "unsafe") {
		t.Error("the policy allows what stands in the page")
	}
	for _, page := range []string{"", "edit?page=places/hill.md", "new?folder=trees", "todo", "take", "import", "page?page=places/hill.md"} {
		if text := p.get(page); strings.Contains(text, " style=") || strings.Contains(text, "<style") || strings.Contains(text, " onclick=") || strings.Contains(text, "<script>") {
			t.Errorf("%q holds style or script", page)
		}
	}
	if _, err := New(Site{Source: p.dir}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1541}); err == nil {
		t.Error("the desk would answer to the network")
	}
	if _, err := New(Site{Source: p.dir}, &net.TCPAddr{IP: net.IPv4zero, Port: 1541}); err == nil {
		t.Error("the desk would answer to the network")
	}
}

// Nothing but pages below content is read or written, whatever a form says, and
// no link is followed.
func TestNoWayOut(t *testing.T) {
	dir := smallSite(t)
	secretFile := filepath.Join(t.TempDir(), "secret.md")
	writeFile(t, secretFile, "---\ntitle: Secret\n---\n")
	for link, to := range map[string]string{
		"content/places/link.md":    secretFile,
		"content/places/inside.md":  filepath.Join(dir, "content/places/valley.md"),
		"content/away":              filepath.Dir(secretFile),
		"content/trees/relative.md": "../../outside.md",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("this disk has no links: ", err)
		}
	}
	p := sit(t, dir)
	names := []string{"../outside.md", "places/../../outside.md", "/etc/passwd.md", filepath.ToSlash(secretFile), "places/.hidden.md", ".git/x.md", "places/notes.txt",
		"places\\..\\..\\outside.md", "places/link.md", "places/inside.md", "away/secret.md", "away/new.md", "trees/relative.md", "places/valley.md\x00.txt", "places//valley.md", "C:/x.md", "", ".", "places/valley.md/x.md", "places/new.md:stream.md"}
	for _, name := range names {
		r := httptest.NewRequest("GET", Prefix+"edit?"+url.Values{"page": {name}}.Encode(), nil)
		if w := p.send(r); w.Code < 400 {
			t.Errorf("%q is read: %s", name, said(w.Body.String()))
		}
		for address, form := range map[string]url.Values{
			"edit":   {"page": {name}, "do": {"save"}, "f.title": {"Broken into"}, "body": {"x"}},
			"rename": {"page": {name}, "name": {"other"}},
			"delete": {"page": {name}, "was": {sum([]byte("---\ntitle: Secret\n---\n"))}},
			"undo":   {"page": {name}, "id": {"20260101T000000.000000000"}},
			"typed":  {"page": {name}, "typed": {"keep"}, "body": {"Broken into"}},
			"accept": {"take": {"0"}, "file.0": {name}, "after.0": {"---\ntitle: Broken into\n---\n"}},
		} {
			form.Set("token", p.desk.guard.token())
			if w := p.post(address, form); w.Code < 400 {
				t.Errorf("%s %q: %d %s", address, name, w.Code, w.Header().Get("Location"))
			}
		}
	}
	for _, folder := range []string{"..", "../x", "/tmp", ".", "nowhere", "away"} {
		w := p.post("edit", url.Values{"token": {p.desk.guard.token()}, "folder": {folder}, "do": {"save"}, "f.title": {"Broken into"}})
		if w.Code < 400 {
			t.Errorf("a new page in %q: %d", folder, w.Code)
		}
	}
	if text := readFile(t, secretFile); strings.Contains(text, "Broken") {
		t.Error("a file behind a link was changed")
	}
	entries, _ := os.ReadDir(filepath.Dir(secretFile))
	if len(entries) != 1 || strings.Contains(readFile(t, filepath.Join(dir, "outside.md")), "Broken") {
		t.Errorf("something was written outside of content: %v", entries)
	}
	// A version is named by its time alone.
	w := p.send(httptest.NewRequest("GET", Prefix+"version?"+url.Values{"page": {"places/valley.md"}, "id": {"../../../outside.md"}}.Encode(), nil))
	if w.Code < 400 {
		t.Errorf("a version of that name: %d", w.Code)
	}
	// Uploads have bounds, and only documents are read.
	token := url.Values{"token": {p.desk.guard.token()}}
	if w := p.post("import", token, "file", "program.exe", "MZ"); !strings.Contains(w.Body.String(), "cannot be read") {
		t.Errorf("a program is taken for a document: %s", said(w.Body.String()))
	}
	if w := p.post("edit", url.Values{"token": token["token"], "page": {"places/valley.md"}, "body": {strings.Repeat("x", mostUpload)}}); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form without end: %d", w.Code)
	}
}
