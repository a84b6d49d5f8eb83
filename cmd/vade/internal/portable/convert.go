package portable

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"vademecum/indexer"
)

// A tree is a site whose addresses are written anew.
type tree struct {
	names []string // of its files, sorted
	// to gives the address of a file for a page or style that names it; u is what was
	// written there. fetched tells that a browser fetches the file at once.
	to func(page, file string, u *url.URL, fetched bool) (string, error)
}

// relativeTree is the form in which a site lies in a folder on a disk.
func relativeTree(names []string) tree {
	return tree{names, func(page, file string, u *url.URL, _ bool) (string, error) {
		u.Path, u.RawPath = relative(path.Dir(page), file), ""
		return u.String(), nil
	}}
}

func (t tree) has(name string) bool {
	_, ok := slices.BinarySearch(t.names, name)
	return ok
}

// pageOf gives the page that stands for a folder, or "".
func (t tree) pageOf(folder string) string {
	for _, name := range indexer.FolderPages {
		if file := path.Join(folder, name); t.has(file) {
			return file
		}
	}
	return ""
}

// convert gives a file as it stands in the portable tree.
func (t tree) convert(name string, data []byte) ([]byte, error) {
	var out []byte
	var err error
	switch {
	case indexer.IsPage(name):
		out, err = t.page(name, data)
	case path.Ext(name) == ".css":
		out, err = t.style(name, data)
	default:
		return data, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// page rewrites the tags that need it; all else stays byte for byte.
func (t tree) page(name string, data []byte) ([]byte, error) {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(data))
	inStyle := false
	for {
		kind := z.Next()
		raw := bytes.Clone(z.Raw())
		switch {
		case kind == html.ErrorToken:
			if z.Err() != io.EOF {
				return nil, z.Err()
			}
			return out.Bytes(), nil
		case kind == html.TextToken && inStyle:
			css, err := t.style(name, raw)
			if err != nil {
				return nil, err
			}
			out.Write(css)
			inStyle = false
			continue
		case kind != html.StartTagToken && kind != html.SelfClosingTagToken:
			out.Write(raw)
			continue
		}
		tag := z.Token()
		if tag.Data == "noscript" {
			z.NextIsNotRawText() // links stand in it
		}
		inStyle = tag.Data == "style" && kind == html.StartTagToken
		if dropped(tag) {
			continue
		}
		before := tag.String()
		if err := t.tag(name, &tag); err != nil {
			return nil, err
		}
		if after := tag.String(); after != before {
			out.WriteString(after)
		} else {
			out.Write(raw)
		}
	}
}

func get(tag html.Token, name string) string {
	for _, a := range tag.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// dropped tells which elements only make sense where there is a server.
func dropped(tag html.Token) bool {
	switch tag.Data {
	case "meta":
		return get(tag, "name") == "vade:endpoint"
	case "link":
		if get(tag, "type") == "application/rss+xml" {
			return true
		}
		for _, rel := range strings.Fields(strings.ToLower(get(tag, "rel"))) {
			switch rel {
			case "canonical", "manifest", "preconnect", "dns-prefetch", "prefetch", "modulepreload", "preload":
				return true
			}
		}
	}
	return false
}

// links are the attributes that hold an address; those that make a browser
// fetch it at once are marked.
var links = map[string]bool{"href": false, "action": false, "formaction": false, "src": true, "poster": true, "data": true, "xlink:href": true, "background": true}

func (t tree) tag(name string, tag *html.Token) error {
	// Pages have this word for readers whose browser found none of the other files; styles hide it.
	bare := slices.ContainsFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "data-vade-extract" })
	tag.Attr = slices.DeleteFunc(tag.Attr, func(a html.Attribute) bool {
		return a.Key == "integrity" || a.Key == "crossorigin" || a.Key == "hidden" && bare
	})
	refresh := tag.Data == "meta" && strings.EqualFold(get(*tag, "http-equiv"), "refresh")
	policy := tag.Data == "meta" && strings.EqualFold(get(*tag, "http-equiv"), "Content-Security-Policy")
	for i := range tag.Attr {
		a := &tag.Attr[i]
		key := a.Key
		if a.Namespace != "" {
			key = a.Namespace + ":" + key
		}
		fetched, isLink := links[key]
		var err error
		switch {
		case key == "href" && tag.Data == "link":
			a.Val, err = t.link(name, a.Val, fetchedLink(*tag))
		case key == "data-pack":
			a.Val, err = t.folder(name, a.Val)
		case isLink && (key != "data" || tag.Data == "object"):
			a.Val, err = t.link(name, a.Val, fetched)
		case key == "srcset" || key == "imagesrcset":
			a.Val, err = t.srcset(name, a.Val)
		case key == "style":
			var css []byte
			css, err = t.style(name, []byte(a.Val))
			a.Val = string(css)
		case key == "content" && policy:
			a.Val = diskPolicy(a.Val)
		case key == "content" && refresh:
			if at := strings.Index(strings.ToLower(a.Val), "url="); at >= 0 {
				var to string
				to, err = t.link(name, strings.Trim(a.Val[at+4:], " '\""), false)
				a.Val = a.Val[:at+4] + to
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// diskPolicy makes a policy hold on a disk. There, Firefox takes no file for one
// of the page's own origin when a form is sent, and pages must not say who may
// frame them.
func diskPolicy(policy string) string {
	directives := strings.Split(policy, ";")
	directives = slices.DeleteFunc(directives, func(d string) bool { return strings.HasPrefix(strings.TrimSpace(d), "frame-ancestors") })
	for i, d := range directives {
		if strings.TrimSpace(d) == "form-action 'self'" {
			directives[i] = d + " file:"
		}
	}
	return strings.Join(directives, ";")
}

// fetchedLink tells whether a browser fetches what a link element names.
func fetchedLink(tag html.Token) bool {
	rel := strings.Fields(strings.ToLower(get(tag, "rel")))
	return !slices.Contains(rel, "alternate") && (slices.Contains(rel, "stylesheet") || slices.Contains(rel, "icon"))
}

// link makes an address of the site relative to the page that holds it.
func (t tree) link(page, ref string, fetched bool) (string, error) {
	ref = strings.TrimSpace(ref)
	u, err := url.Parse(ref)
	if err != nil {
		return ref, nil // as useless as it was
	}
	if u.Scheme != "" || u.Host != "" {
		if fetched && u.Scheme != "data" && u.Scheme != "blob" {
			return "", fmt.Errorf("it loads %s from the network, so the copy would not be whole: put the file into the site", ref)
		}
		if u.Scheme == "" {
			u.Scheme = "https" // or it would lead to a file
		}
		return u.String(), nil
	}
	if u.Path == "" {
		return ref, nil
	}
	to := u.Path
	if !strings.HasPrefix(to, "/") {
		to = path.Join("/", path.Dir(page)) + "/" + to
	}
	folder := strings.HasSuffix(to, "/") || strings.HasSuffix(to, "/.") || strings.HasSuffix(to, "/..")
	to = strings.TrimPrefix(path.Clean(to), "/")
	switch {
	case t.pageOf(to) != "":
		to = t.pageOf(to)
	case to == "":
		to = indexer.FolderPages[0]
	case folder:
		to += "/"
	}
	return t.to(page, to, u, fetched)
}

// folder is link for what names a folder and no page in it.
func (t tree) folder(page, ref string) (string, error) {
	to, err := t.link(page, strings.TrimSuffix(ref, "/")+"/-", false)
	return cmp.Or(strings.TrimSuffix(to, "-"), "./"), err
}

// relative gives the way from a folder to a file of the site.
func relative(folder, to string) string {
	var from []string
	if folder != "." {
		from = strings.Split(folder, "/")
	}
	parts := strings.Split(to, "/")
	for len(from) > 0 && len(parts) > 1 && from[0] == parts[0] {
		from, parts = from[1:], parts[1:]
	}
	way := strings.Repeat("../", len(from)) + strings.Join(parts, "/")
	if way == "" {
		return "./"
	}
	return way
}

func (t tree) srcset(page, set string) (string, error) {
	candidates := strings.Split(set, ", ") // addresses may hold commas, but not at their end
	for i, c := range candidates {
		ref, size, _ := strings.Cut(strings.TrimSpace(c), " ")
		ref, err := t.link(page, ref, true)
		if err != nil {
			return "", err
		}
		candidates[i] = strings.TrimSpace(ref + " " + size)
	}
	return strings.Join(candidates, ", "), nil
}

var cssLink = regexp.MustCompile(`(url\(\s*|@import\s+)("[^"]*"|'[^']*'|[^\s"')]*)`)

// style rewrites the addresses of a stylesheet.
func (t tree) style(name string, data []byte) ([]byte, error) {
	var failed error
	out := cssLink.ReplaceAllFunc(data, func(match []byte) []byte {
		m := cssLink.FindSubmatch(match)
		ref := string(m[2])
		quote := ""
		if len(ref) > 1 && (ref[0] == '"' || ref[0] == '\'') {
			quote, ref = ref[:1], ref[1:len(ref)-1]
		}
		if ref == "" || strings.HasPrefix(ref, "url(") || strings.HasPrefix(ref, "#") {
			return match
		}
		to, err := t.link(name, ref, true)
		if err != nil {
			failed = err
		}
		return []byte(string(m[1]) + quote + to + quote)
	})
	return out, failed
}
