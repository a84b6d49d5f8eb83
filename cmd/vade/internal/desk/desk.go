package desk

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/kinds"
)

// Prefix is where the desk's own pages are.
const Prefix = "/-/desk/"

// A Site is what the desk needs of the program around it.
type Site struct {
	Source string       // folder of the knowledge base
	Built  http.Handler // the site as it was last built
	// Failure says why the last build failed; "" if it did not.
	Failure func() string
	// Broken gives the links of the last build that lead nowhere, each as
	// "/page/: what is wrong"; it may be nil.
	Broken func() []string
	// Draw builds one page, whose content file stands under overlay instead of
	// in the knowledge base, and gives its HTML. The address is as on the site.
	Draw func(ctx context.Context, overlay, page, address string) ([]byte, error)
	// Import reads a document that was uploaded to file and writes a draft.
	Import func(ctx context.Context, file string) (*Imported, error)
	// Pack writes the site as a zip to a file, and gives its checksum.
	Pack func(ctx context.Context, file string) (sha256 string, err error)
	Log  io.Writer
}

// A Desk answers the author of one knowledge base.
type Desk struct {
	site  Site
	store *store
	shelf *shelf
	guard *guard
	mux   *http.ServeMux
	looks map[string]*look // by language of the interface
	style []byte
	// announced is set once, before the desk answers.
	announced bool

	mu      sync.Mutex            // held while problems are found
	packed  *packed               // the zip that was made last
	held    map[string]attachment // images and documents of the file that was compared last, by name and hash
	checked string                // the catalog for which problems are known
	found   []kinds.Problem
}

// New opens the desk of a knowledge base that will answer at an address, which
// must be one of this computer alone.
func New(site Site, address net.Addr) (*Desk, error) {
	if tcp, ok := address.(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("the desk answers on this computer alone: give --addr 127.0.0.1:1541, not %s", address)
	}
	s, err := openStore(site.Source)
	if err != nil {
		return nil, err
	}
	d := &Desk{site: site, store: s, guard: newGuard(address), mux: http.NewServeMux(), looks: map[string]*look{},
		shelf: &shelf{source: s.source.FS(), content: s.content.FS()}}
	for _, lang := range interfaceLanguages {
		w, err := readWords(s.source.FS(), lang)
		if err != nil {
			return nil, err
		}
		if d.looks[lang], err = newLook(w); err != nil {
			return nil, err
		}
	}
	d.style = d.styles()
	go d.shelf.read() // so that the first form need not wait for it
	d.routes()
	return d, nil
}

// Close lets go of the folders, and of the zip that was made.
func (d *Desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.packed != nil {
		os.RemoveAll(filepath.Dir(d.packed.File))
	}
	if d.announced {
		d.store.source.Remove(running)
	}
	return errors.Join(d.store.content.Close(), d.store.source.Close())
}

// running is the file, beside the kept versions, that says where the desk answers.
const running = Kept + "/running"

// Announce notes where the desk answers, so that pages which vade serve --watch
// shows can lead to it. It is a comfort: where it cannot be noted, nothing is
// lost.
func (d *Desk) Announce(root string) {
	if d.store.keptFolder() == nil {
		_ = put(d.store.source, running, []byte(root))
		d.announced = true
	}
}

// Running gives the address below which a desk of the knowledge base in a folder
// shows its pages; "" if none runs.
func Running(source string) string {
	root, err := os.OpenRoot(source)
	if err != nil {
		return ""
	}
	defer root.Close()
	f, err := root.Open(running)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 100))
	if err != nil {
		return ""
	}
	at, err := netip.ParseAddrPort(strings.TrimSuffix(strings.TrimPrefix(string(text), "http://"), "/"))
	if err != nil || !at.Addr().IsLoopback() {
		return ""
	}
	conn, err := net.DialTimeout("tcp", at.String(), time.Second) // one that was killed left its file
	if err != nil {
		return ""
	}
	conn.Close()
	return "http://" + at.String() + Prefix
}

// at leads from an address of the site to the form of the page there.
func (d *Desk) at(w http.ResponseWriter, r *http.Request) error {
	to := Prefix
	if p := d.shelf.read().at(r.URL.Query().Get("address")); p != nil {
		to += "edit?" + url.Values{"page": {p.File}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Start gives the path of the start address. It works once.
func (d *Desk) Start() string { return Prefix + "start?key=" + d.guard.start }

func (d *Desk) routes() {
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET {$}":       d.home,
		"GET edit":      d.edit,
		"POST edit":     d.edit,
		"GET new":       d.newPage,
		"POST new":      d.edit, // loaded again, it gives an empty form
		"GET todo":      d.todo,
		"GET import":    d.importForm,
		"POST import":   d.importFile,
		"GET page":      d.pageTools,
		"POST rename":   d.rename,
		"POST delete":   d.remove,
		"GET version":   d.showVersion,
		"POST undo":     d.undo,
		"GET take":      d.take,
		"GET pack":      d.take, // loaded again, what follows a button of the page gives the page
		"GET compare":   d.take,
		"GET commit":    d.take,
		"POST pack":     d.pack,
		"GET changes":   d.changes,
		"POST compare":  d.compare,
		"POST accept":   d.accept,
		"POST commit":   d.commit,
		"GET language":  d.chooseLanguage,
		"GET find":      d.find,
		"POST paste":    d.paste,
		"POST typed":    d.typedForm,
		"GET download":  d.download,
		"GET word":      d.takeWord,
		"GET at":        d.at,
		"GET style.css": d.file("text/css; charset=utf-8", func() []byte { return d.style }),
		"GET bar.css":   d.file("text/css; charset=utf-8", func() []byte { return own("bar.css") }),
		"GET icon.svg":  d.file("image/svg+xml", func() []byte { return own("icon.svg") }),
		"GET desk.js":   d.file("text/javascript; charset=utf-8", func() []byte { return own("desk.js") }),
	} {
		method, name, _ := strings.Cut(pattern, " ")
		d.mux.HandleFunc(method+" "+Prefix+name, d.answered(h))
	}
	d.mux.HandleFunc("/sw.js", http.NotFound) // a stored copy of the site would stand before the desk
	d.mux.HandleFunc("/", d.withBar)
}

//go:embed pages
var files embed.FS

func own(name string) []byte {
	text, _ := fs.ReadFile(files, "pages/"+name) // embedded
	return text
}

func (d *Desk) file(kind string, text func() []byte) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", kind)
		_, err := w.Write(text())
		return err
	}
}

// styles gives the site's look, if the site keeps its colours and basic rules
// where ours does, and the desk's own rules.
func (d *Desk) styles() []byte {
	read := func(name string) []byte {
		text, _ := fs.ReadFile(d.store.source.FS(), "layouts/assets/"+name)
		return text
	}
	var b bytes.Buffer
	b.Write(read("tokens.css"))
	if dark := read("dark.css"); dark != nil {
		fmt.Fprintf(&b, "@media screen and (prefers-color-scheme: dark) { :root {\n%s\n} }\n", dark)
	}
	for _, name := range []string{"base.css", "frame.css", "forms.css"} {
		b.Write(read(name))
	}
	b.Write(own("desk.css"))
	return b.Bytes()
}

// ServeHTTP answers whom the guard knows.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	if err := d.guard.look(r); err != nil {
		d.refused(w, r, err)
		return
	}
	if r.URL.Path == Prefix+"start" {
		if d.guard.enter(w, r) || d.guard.known(r) {
			http.Redirect(w, r, Prefix, http.StatusSeeOther)
			return
		}
	}
	if !d.guard.known(r) {
		d.refused(w, r, refuse(http.StatusForbidden, "Open the address that vade desk printed when it was started. It works once; to get another one, stop vade desk and start it again."))
		return
	}
	d.mux.ServeHTTP(w, r)
}

// Bounds in bytes: of a form without files, and of what is let past of a form that is
// refused.
const (
	mostForm   = 16 << 20
	mostUnread = 4 << 30
)

// answered makes a handler of a function that returns an error.
func (d *Desk) answered(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			most := int64(mostForm)
			if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
				most = mostUpload
			}
			sent := r.Body
			r.Body = http.MaxBytesReader(w, sent, most)
			if err := readForm(r); err != nil {
				// A browser that is still sending would show that the connection broke instead
				// of the answer.
				_, _ = io.CopyN(io.Discard, sent, mostUnread)
				d.refused(w, r, err)
				return
			}
			defer func() {
				if r.MultipartForm != nil {
					r.MultipartForm.RemoveAll()
				}
			}()
			if !equal(r.PostFormValue("token"), d.guard.token()) {
				d.refused(w, r, refuse(http.StatusForbidden, "this form is from an earlier start of the desk; open the page again and copy over what you typed"))
				return
			}
		}
		if err := h(w, r); err != nil {
			d.refused(w, r, err)
		}
	}
}

func readForm(r *http.Request) error {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		err = r.ParseMultipartForm(1 << 20)
	} else {
		err = r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), errors.Is(err, multipart.ErrMessageTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "this is more than the desk takes at once (%d MB of text, %d MB of files); nothing was changed", mostText>>20, mostUpload>>20)
	case err != nil:
		return refuse(http.StatusBadRequest, "the form did not arrive whole (%v); go back and send it again", err)
	}
	return nil
}

// refused tells what is wrong, with the status that it has.
func (d *Desk) refused(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	var no *refusal
	if errors.As(err, &no) {
		status = no.status
	} else {
		fmt.Fprintln(d.site.Log, "vade desk:", err)
	}
	_ = d.show(w, r, status, "message", &view{Title: "refused", Message: err.Error()}) // the reader went away
}

// A look is the templates with the words of one language.
type look struct {
	words     *words
	templates *template.Template
}

func newLook(w *words) (*look, error) {
	t := template.New("").Funcs(template.FuncMap{
		"t":    w.get,
		"say":  w.message,
		"tn":   func(key string, args ...any) string { return fmt.Sprintf(w.get(key), args...) },
		"lang": func() string { return w.Lang },
		"desk": func(name string, pairs ...string) string {
			q := url.Values{}
			for i := 0; i+1 < len(pairs); i += 2 {
				q.Set(pairs[i], pairs[i+1])
			}
			if len(q) == 0 {
				return Prefix + name
			}
			return Prefix + name + "?" + q.Encode()
		},
		"kind":         w.kind,
		"language":     w.language,
		"add":          func(a, b int) int { return a + b },
		"mostAttached": func() int { return mostAttached },
		"or0":          func(n int) int { return max(n, 1) },
	})
	t, err := t.ParseFS(files, "pages/*.html")
	return &look{w, t}, err
}

// lang gives the language of the interface that a person chose, or whose browser
// asks for it.
func (d *Desk) lang(r *http.Request) string {
	if c, err := r.Cookie("vade-desk-language"); err == nil && slices.Contains(interfaceLanguages, c.Value) {
		return c.Value
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		code, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		code, _, _ = strings.Cut(code, "-")
		if slices.Contains(interfaceLanguages, code) {
			return code
		}
	}
	return "en"
}

func (d *Desk) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	lang := r.URL.Query().Get("to")
	if !slices.Contains(interfaceLanguages, lang) {
		return refuse(http.StatusBadRequest, "%q is no language of the desk", lang)
	}
	http.SetCookie(w, &http.Cookie{Name: "vade-desk-language", Value: lang, Path: Prefix, HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: 365 * 24 * 3600})
	to := r.URL.Query().Get("from") // the page on which it was chosen
	if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(u.Path, Prefix) {
		to = Prefix
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// A view is what a template shows.
type view struct {
	Title      string // a key of the words
	Heading    string // instead of it
	Here       string // the entry of the menu
	Message    string
	Good       string
	Token      string
	Status     int    // of the answer; 0 is OK
	Unwritable string // why nothing could be saved now; "" if it could
	Failure    string
	// of the lines of Failure: "" is that of the interface, "en" that of whatever reported it
	FailureLang string
	Languages   []string
	From        string // the address of the page, to come back to
	Data        any
}

// failure says why the last build failed, "" if it did not, and in which language, "" for
// that of the interface: what check finds is told in it, what Hugo reports is English.
func (d *Desk) failure(words *words) (text, lang string) {
	text = d.site.Failure()
	if text == "" {
		return "", ""
	}
	var lines []string
	for _, p := range d.problems(d.shelf.read()) {
		// A fault that was made or mended since the build is not why it failed.
		if p.Class == kinds.Fault && strings.Contains(text, p.String()) {
			lines = append(lines, words.placed(p))
		}
	}
	if len(lines) == 0 {
		return text, "en"
	}
	return strings.Join(lines, "\n"), ""
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, name string, v *view) error {
	l := d.looks[d.lang(r)]
	if d.guard.known(r) {
		v.From = r.URL.RequestURI()
	}
	v.Token, v.Languages = d.guard.token(), interfaceLanguages
	if d.guard.known(r) && d.site.Failure != nil {
		v.Failure, v.FailureLang = d.failure(l.words)
	}
	if name == "home" || name == "import" || name == "edit" {
		if err := d.store.writable(); err != nil {
			v.Unwritable = err.Error()
		}
	}
	v.Heading = cmp.Or(v.Heading, l.words.get(v.Title))
	var b bytes.Buffer
	if err := l.templates.ExecuteTemplate(&b, name, v); err != nil {
		fmt.Fprintln(d.site.Log, "vade desk:", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return nil
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// withBar shows the site, and on each of its pages the way to its form.
func (d *Desk) withBar(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		d.refused(w, r, refuse(http.StatusMethodNotAllowed, "the site takes no forms"))
		return
	}
	if strings.HasSuffix(r.URL.Path, "/events") { // a stream, which does not end
		d.site.Built.ServeHTTP(w, r)
		return
	}
	held := web.Hold()
	r.Header.Del("Accept-Encoding")
	r.Header.Del("Range")
	d.site.Built.ServeHTTP(held, r)
	body := held.Body.Bytes()
	if strings.HasPrefix(held.Head.Get("Content-Type"), "text/html") {
		body = d.barred(r, body)
		held.Head.Set("Content-Length", strconv.Itoa(len(body)))
		held.Head.Set("Cache-Control", "no-store")
	}
	for name := range headers {
		w.Header().Del(name)
	}
	for name, values := range held.Head {
		w.Header()[name] = values
	}
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	w.WriteHeader(held.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away
	}
}

var reManifest = regexp.MustCompile(`<link rel="?manifest"?[^>]*>`)

// barred puts the bar into a page of the site.
func (d *Desk) barred(r *http.Request, body []byte) []byte {
	c := d.shelf.read()
	l := d.looks[d.lang(r)]
	var bar bytes.Buffer
	data := map[string]any{"Page": c.at(r.URL.Path), "Catalog": c}
	if l.templates.ExecuteTemplate(&bar, "bar", data) != nil {
		return body
	}
	body = reManifest.ReplaceAll(body, nil) // asked for without the cookie, and the desk is not to be installed
	body = bytes.Replace(body, []byte("</head>"), []byte(`<link rel="stylesheet" href="`+Prefix+`bar.css"></head>`), 1)
	at := bytes.Index(body, []byte("<body"))
	if at < 0 {
		return body
	}
	end := bytes.IndexByte(body[at:], '>')
	if end < 0 {
		return body
	}
	at += end + 1
	return slices.Concat(body[:at], bar.Bytes(), body[at:])
}

// at finds the page at an address of the site.
func (c *catalog) at(address string) *page {
	p := strings.Trim(path.Clean(address), "/")
	lang := c.languages[0]
	if first, rest, _ := strings.Cut(p, "/"); slices.Contains(c.languages, first) && first != lang {
		lang, p = first, rest
	}
	if p == "." {
		p = ""
	}
	return c.byPath[p][lang]
}
