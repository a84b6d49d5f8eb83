package portable

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	stdhtml "html"
	"io"
	"io/fs"
	"maps"
	"mime"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/zlib"
	"golang.org/x/net/html"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/indexer"
)

// A site in one file. The file is the site's first page with everything else in it,
// compressed and written in letters: a store for the pages of each language and the passages
// of its web index, which say the same and so cost little behind them, one for the rest of
// its web index, one for files that pages link to. single.js unpacks a store when it is
// needed, puts the page into the document and runs the page's own scripts, which
// stand in the file too. Addresses are ?QUERY#/PATH/#ANCHOR: the query is a real
// one, and path and anchor share the fragment, so that nothing is asked of a server.
//
// The file's policy lets only those scripts and styles in whose hashes it names, and
// fetches nothing at all.

//go:embed single.js
var singleScript string

// maxSingle is how large the file may get: beyond that a browser would take long to
// open it, and the zip serves better.
const maxSingle = 64 << 20

// single collects what goes into the file.
type single struct {
	tree
	site    fs.FS
	pages   map[string]map[string]string // by language, by name
	index   map[string]map[string]string // files of the web index, by language
	files   map[string]string            // that pages link to, as data addresses
	aliases map[string]string            // pages that only lead on, and where to
	scripts map[string]string
	styles  map[string]string
	wanted  map[string]bool // files that pages link to
}

// WriteSingle writes the site in a folder to one HTML file, which opens by a double
// click and needs nothing beside it. The file is there only when all of it is. The
// same site gives the same bytes.
func WriteSingle(ctx context.Context, site, file string) (s *Summary, err error) {
	root := os.DirFS(site)
	out, files, err := makeSingle(ctx, root)
	if err != nil {
		return nil, err
	}
	if len(out) > maxSingle {
		return nil, fmt.Errorf("the site makes a file of %d MB, which a browser takes too long to open: use the zip", len(out)>>20)
	}
	sum := sha256.Sum256(out)
	return &Summary{Files: files, Bytes: int64(len(out)), Packed: int64(len(out)), SHA256: hex.EncodeToString(sum[:])}, atomicfile.WriteBytes(file, out)
}

func makeSingle(ctx context.Context, site fs.FS) (out []byte, files int, err error) {
	names, err := siteFiles(site)
	if err != nil {
		return nil, 0, err
	}
	if !slices.Contains(names, indexer.FolderPages[0]) {
		return nil, 0, errNoIndex
	}
	w := &single{site: site, pages: map[string]map[string]string{}, index: map[string]map[string]string{}, files: map[string]string{},
		aliases: map[string]string{}, scripts: map[string]string{}, styles: map[string]string{}, wanted: map[string]bool{}}
	w.tree = tree{names, w.address}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if err := w.take(name); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name := range w.wanted {
		if w.files[name], err = w.dataAddress(name); err != nil {
			return nil, 0, err
		}
	}
	out, err = w.document()
	return out, len(names), err
}

var indexFile = regexp.MustCompile(`^search/([a-zA-Z-]+)(/.*)?\.js$`)

// take takes a page, or a file of the web index; other files come when a page asks for them.
func (w *single) take(name string) error {
	index := indexFile.FindStringSubmatch(name)
	if !indexer.IsPage(name) && index == nil {
		return nil
	}
	data, err := fs.ReadFile(w.site, name)
	if err != nil {
		return err
	}
	if index != nil {
		plain, err := indexer.PlainShard(data) // all shards are compressed as one here
		keepIn(w.index, strings.Split(index[1], "/")[0], strings.TrimPrefix(name, "search/"), string(plain))
		return err
	}
	p := singlePage{single: w, name: name}
	if err := p.read(data); err != nil {
		return err
	}
	if p.leadsTo != "" {
		w.aliases[name] = p.leadsTo
		return nil
	}
	keepIn(w.pages, cmp.Or(p.lang, "und"), name, p.out.String())
	return nil
}

func keepIn(stores map[string]map[string]string, store, name, text string) {
	if stores[store] == nil {
		stores[store] = map[string]string{}
	}
	stores[store][name] = text
}

// address writes the address of a file: what a browser fetches at once goes into the
// page, all else becomes a place in the file.
func (w *single) address(_, file string, u *url.URL, fetched bool) (string, error) {
	switch {
	case fetched && w.has(file):
		return w.dataAddress(file)
	case fetched:
		return "", fmt.Errorf("it shows %s, which is not in the site", file)
	case !indexer.IsPage(file) && w.has(file):
		w.wanted[file] = true
	}
	return "?" + u.RawQuery + "#/" + indexer.EscapePath(routeOf(file)) + fragment(u), nil
}

func fragment(u *url.URL) string {
	if u.Fragment == "" {
		return ""
	}
	return "#" + u.EscapedFragment()
}

// routeOf is how a file is called in an address: a page that stands for its folder by the folder.
func routeOf(file string) string {
	if path.Base(file) == indexer.FolderPages[0] {
		return strings.TrimSuffix(file, indexer.FolderPages[0])
	}
	return file
}

func (w *single) dataAddress(name string) (string, error) {
	data, err := fs.ReadFile(w.site, name)
	if err != nil {
		return "", err
	}
	kind, _, _ := strings.Cut(cmp.Or(kinds[path.Ext(name)], mime.TypeByExtension(path.Ext(name)), "application/octet-stream"), ";")
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}

// kinds are media types that systems disagree about or do not know.
var kinds = map[string]string{".ico": "image/x-icon", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".webp": "image/webp", ".js": "text/javascript", ".txt": "text/plain", ".epub": "application/epub+zip"}

// A singlePage is a page on its way into the file.
type singlePage struct {
	*single
	name    string
	lang    string
	leadsTo string // of a page that leads on at once
	out     bytes.Buffer
}

// read writes the page's text to out, with the addresses that hold within the file,
// and without what only a server, a crawler or a page by itself needs.
func (p *singlePage) read(data []byte) error {
	z := html.NewTokenizer(bytes.NewReader(data))
	skip := "" // the element that is left out
	for {
		kind := z.Next()
		raw := bytes.Clone(z.Raw())
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				return z.Err()
			}
			return nil
		}
		tag := z.Token()
		if skip != "" {
			if kind == html.EndTagToken && tag.Data == skip {
				skip = ""
			}
			continue
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			if kind != html.CommentToken {
				p.out.Write(raw)
			}
			continue
		}
		out, err := p.element(&tag, &skip)
		if err != nil {
			return err
		}
		p.out.WriteString(out)
	}
}

// element gives a start tag as it is written, and in skip whether its element is left out.
func (p *singlePage) element(tag *html.Token, skip *string) (string, error) {
	switch tag.Data {
	case "html":
		p.lang = get(*tag, "lang")
	case "noscript":
		*skip = tag.Data
		return "", nil
	case "meta":
		return "", p.meta(*tag)
	case "base":
		return "", fmt.Errorf("it has a <base>, which would lead out of the file: take it out of the page")
	case "link":
		return p.linked(*tag, "stylesheet", "href", p.styles)
	case "script":
		*skip = tag.Data
		if kind := get(*tag, "type"); kind != "" && kind != "text/javascript" {
			return "", nil // data for crawlers
		}
		if get(*tag, "src") == "" {
			return "", fmt.Errorf("it has a script in the page: put it into a file")
		}
		return p.linked(*tag, "", "src", p.scripts)
	case "style":
		return "", fmt.Errorf("it has a style in the page: put it into a file")
	}
	if slices.ContainsFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "data-vade-extract" }) {
		*skip = tag.Data
		return "", nil
	}
	at := slices.IndexFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "data-pack" })
	err := p.tag(p.name, tag)
	if at >= 0 {
		tag.Attr[at].Val = "file:///search/" // what the page's scripts take for the folder of the web index
	}
	return tag.String(), err
}

// meta learns from a <meta> what matters of it here.
func (p *singlePage) meta(tag html.Token) error {
	_, to, ok := strings.Cut(strings.ToLower(get(tag, "content")), "url=")
	if !ok || !strings.EqualFold(get(tag, "http-equiv"), "refresh") {
		return nil
	}
	content := get(tag, "content")
	to, err := p.link(p.name, strings.Trim(content[len(content)-len(to):], " '\""), false)
	p.leadsTo = to
	return err
}

// linked takes the file of a <script> or <link> once for all pages, and leaves a mark in the page that names it.
func (p *singlePage) linked(tag html.Token, rel, attribute string, kept map[string]string) (string, error) {
	if rel != "" && !slices.Contains(strings.Fields(strings.ToLower(get(tag, "rel"))), rel) {
		return "", nil
	}
	file, err := p.fileOf(get(tag, attribute))
	if err != nil {
		return "", err
	}
	if _, ok := kept[file]; !ok && indexFile.FindString(file) == "" {
		data, err := fs.ReadFile(p.site, file)
		if err != nil {
			return "", err
		}
		if rel != "" {
			if data, err = p.style(file, data); err != nil {
				return "", err
			}
		}
		kept[file] = string(data)
	}
	if rel == "" {
		return fmt.Sprintf("<script src=\"%s\"></script>", stdhtml.EscapeString(file)), nil
	}
	return fmt.Sprintf("<link rel=\"stylesheet\" href=\"%s\">", stdhtml.EscapeString(file)), nil
}

// fileOf gives the file of the site that an address on the page names.
func (p *singlePage) fileOf(ref string) (file string, err error) {
	_, err = tree{p.names, func(_, name string, _ *url.URL, _ bool) (string, error) {
		file = name
		return "", nil
	}}.link(p.name, ref, true)
	return file, err
}

var (
	target      = regexp.MustCompile(`:target\b`)
	endOfScript = regexp.MustCompile(`(?i)</(script)`)
	endOfStyle  = regexp.MustCompile(`(?i)</(style)`)
)

// document puts everything together.
func (w *single) document() ([]byte, error) {
	script := w.script()
	policy := "default-src 'none'; script-src " + hashOf(script) + "; style-src"
	var styles bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(w.styles)) {
		// The place that an address names is marked by single.js: the browser sees but one fragment.
		css := endOfStyle.ReplaceAllString(target.ReplaceAllString(w.styles[name], "[data-vade-target]"), `<\/$1`)
		policy += " " + hashOf(css)
		fmt.Fprintf(&styles, "<style data-file=\"%s\">%s</style>\n", stdhtml.EscapeString(name), css)
	}
	policy += "; img-src data: blob:; font-src data:; media-src data:; form-action 'self' file:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types vade-page vade"
	home, err := w.home()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n%s%s%s</head>\n<body>\n%s\n",
		stdhtml.EscapeString(home.lang), stdhtml.EscapeString(policy), home.title, home.icon, styles.Bytes(), home.note)
	where := map[string]string{} // the store of each name
	if err := w.stores(&out, where); err != nil {
		return nil, err
	}
	fmt.Fprintf(&out, "<script>%s</script>\n</body>\n</html>\n", script)
	return out.Bytes(), nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// script is single.js with the scripts of the pages as functions, to which it gives
// an address and a history of their own.
func (w *single) script() string {
	var out strings.Builder
	out.WriteString("const scripts = {};\n")
	for _, name := range slices.Sorted(maps.Keys(w.scripts)) {
		key, _ := json.Marshal(name)
		fmt.Fprintf(&out, "scripts[%s] = (location, history) => {\n%s\n};\n", key, w.scripts[name])
	}
	out.WriteString(singleScript)
	return endOfScript.ReplaceAllString(strings.ReplaceAll(out.String(), "<!--", `<\!--`), `<\/$1`)
}

// stores writes everything that is unpacked on demand, and where each file is.
func (w *single) stores(out *bytes.Buffer, where map[string]string) error {
	for _, lang := range slices.Sorted(maps.Keys(w.pages)) {
		for name := range w.pages[lang] {
			where[name] = "pages-" + lang
		}
		files, rest := passagesBehind(w.pages[lang], w.index[lang])
		if w.index[lang] != nil {
			w.index[lang] = rest
		}
		if err := store(out, "pages-"+lang, files); err != nil {
			return err
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(w.index)) {
		if err := store(out, "index-"+lang, byName(w.index[lang])); err != nil {
			return err
		}
	}
	for name := range w.files {
		where[name] = "files"
	}
	if err := store(out, "files", byName(w.files)); err != nil {
		return err
	}
	for name, to := range w.aliases {
		where[name] = to // begins with "?"
	}
	return store(out, "where", byName(where))
}

// A stored file is one of a store.
type stored struct{ name, text string }

func byName(files map[string]string) []stored {
	var all []stored
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all = append(all, stored{name, files[name]})
	}
	return all
}

// passagesBehind gives the pages of a language by name, and behind each the files of
// passages in the web index that say what it says: compression finds what was said less
// than 32 kB before. rest is what else the web index has.
func passagesBehind(pages, index map[string]string) (files []stored, rest map[string]string) {
	const enough = 32 // bytes of text that hardly two pages have
	pageOf := map[string]string{}
	for name, page := range pages {
		for _, text := range strings.FieldsFunc(page, func(r rune) bool { return r == '<' || r == '>' || r == '\n' }) {
			if text = strings.TrimSpace(text); len(text) < enough {
				continue
			}
			key := text[:enough]
			if other, has := pageOf[key]; has && other != name {
				pageOf[key] = "" // it tells nothing
			} else {
				pageOf[key] = name
			}
		}
	}
	behind := map[string][]stored{}
	rest = map[string]string{}
	for _, file := range byName(index) {
		if _, group, _ := indexer.ShardOf("search/" + file.name); group != indexer.TextsGroup {
			rest[file.name] = file.text
			continue
		}
		votes := map[string]int{}
		for i := range len(file.text) - enough {
			if page := pageOf[file.text[i:i+enough]]; page != "" {
				votes[page]++
			}
		}
		best := ""
		for _, page := range slices.Sorted(maps.Keys(votes)) {
			if votes[page] > votes[best] {
				best = page
			}
		}
		if best == "" {
			rest[file.name] = file.text
			continue
		}
		behind[best] = append(behind[best], file)
	}
	for _, page := range byName(pages) {
		files = append(append(files, page), behind[page.name]...)
	}
	return files, rest
}

// store writes files as JSON, compressed, in letters; single.js reads it.
func store(out *bytes.Buffer, id string, files []stored) error {
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return err
	}
	e := json.NewEncoder(z)
	e.SetEscapeHTML(false)
	write := func(before, text string) error {
		_, err := io.WriteString(z, before)
		return errors.Join(err, e.Encode(text))
	}
	_, err = io.WriteString(z, "{")
	for i, file := range files {
		err = errors.Join(err, write(","[:min(i, 1)], file.name), write(":", file.text))
	}
	_, end := io.WriteString(z, "}")
	if err := errors.Join(err, end, z.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "<script type=\"text/plain\" data-store=\"%s\" data-bytes=\"%d\">%s</script>\n", stdhtml.EscapeString(id), packed.Len(), letters(packed.Bytes()))
	return nil
}

// letters writes bytes as text that may stand in a script element and has no control
// characters: 7 bits in each printable ASCII character but <, and where the 7 bits are
// beyond these 94, they and some more in a character that takes two bytes in UTF-8. That
// is 1.19 bytes for each; base64 would take 1.33.
func letters(data []byte) []byte {
	const (
		plain = 94   // characters of one byte
		first = 0xC0 // the first of two bytes
		six   = 23   // of the 34 values beyond take 6 bits more, the others 5: there are not characters enough
	)
	out := make([]byte, 0, len(data)*6/5+4)
	held, bits, next := uint32(0), 0, 0
	take := func(count int) uint32 { // behind the end are zeros
		for bits < count {
			held <<= 8
			if next < len(data) {
				held |= uint32(data[next])
			}
			next++
			bits += 8
		}
		bits -= count
		v := held >> bits
		held &= 1<<bits - 1
		return v
	}
	for next < len(data) || bits > 0 && next == len(data) {
		switch v := take(7); {
		case v < plain:
			c := byte(' ' + v)
			if c >= '<' {
				c++
			}
			out = append(out, c)
		case v < plain+six:
			out = utf8.AppendRune(out, rune(first+(v-plain)<<6+take(6)))
		default:
			out = utf8.AppendRune(out, rune(first+six<<6+(v-plain-six)<<5+take(5)))
		}
	}
	return out
}

// A firstPage is what of the site's first page stands in the file as it is.
type firstPage struct{ lang, title, icon, note string }

// home reads the first page once more, for what is dropped from pages in the stores.
func (w *single) home() (h firstPage, err error) {
	data, err := fs.ReadFile(w.site, indexer.FolderPages[0])
	if err != nil {
		return h, err
	}
	page := singlePage{single: w, name: indexer.FolderPages[0]}
	z := html.NewTokenizer(bytes.NewReader(data))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tag := z.Token()
		switch {
		case kind != html.StartTagToken && kind != html.SelfClosingTagToken:
		case tag.Data == "html":
			h.lang = get(tag, "lang")
		case tag.Data == "title" && h.title == "":
			z.Next()
			h.title = "<title>" + stdhtml.EscapeString(z.Token().Data) + "</title>\n"
		case tag.Data == "link" && get(tag, "rel") == "icon":
			file, err := page.fileOf(get(tag, "href"))
			if err != nil {
				return h, err
			}
			address, err := w.dataAddress(file)
			if err != nil {
				return h, err
			}
			h.icon = fmt.Sprintf("<link rel=\"icon\" href=\"%s\">\n", address) // the last is the one that scales
		case get(tag, "data-single") != "":
			note := stdhtml.EscapeString(get(tag, "data-single"))
			h.note = "<noscript><p>" + note + "</p></noscript>\n<p data-vade-note hidden>" + note + "</p>"
		}
	}
	return h, nil
}
