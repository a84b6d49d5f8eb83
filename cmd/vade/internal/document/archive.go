package document

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

const (
	maxEntries = 5000      // files in an archive
	maxPart    = 64 << 20  // bytes of an inflated part
	maxParts   = 128 << 20 // bytes of all inflated parts
	maxRatio   = 300       // inflated to packed, of a part of more than 1 MB
	maxDepth   = 200       // of nested elements
	maxNodes   = 1_000_000 // elements of one block: a table, mostly
)

var (
	errBomb     = errors.New("the file swells to a size that no document has when it is unpacked, and was not read; " + saveAsDOCX + " again")
	errDeep     = errors.New("the parts of the file are nested too deeply for a document, and it was not read; " + saveAsDOCX + " again")
	errEntities = errors.New("the file holds instructions to take in text from elsewhere, which no document has, and was not read; ask whoever sent it for another copy")
)

// An archive is the zip file that a DOCX or ODT file is. Its parts are read
// by name and never written anywhere.
type archive struct {
	ctx   context.Context
	parts map[string]*zip.File
	read  int64 // bytes inflated so far
}

func openArchive(ctx context.Context, data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errCutShort
	}
	a := &archive{ctx: ctx, parts: map[string]*zip.File{}}
	for i, f := range z.File {
		if i == maxEntries {
			return nil, errBomb
		}
		a.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	return a, nil
}

// A bounded reader fails where a part grows beyond bounds, whatever the
// archive's directory says about its size.
type bounded struct {
	a      *archive
	r      io.Reader
	packed int64
	read   int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.a.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	b.read, b.a.read = b.read+int64(n), b.a.read+int64(n)
	if b.read > maxPart || b.a.read > maxParts || b.read > 1<<20 && b.read > maxRatio*max(b.packed, 1) {
		return n, errBomb
	}
	if err != nil && err != io.EOF {
		err = errCutShort
	}
	return n, err
}

// elements reads the part of the archive and calls f with each child element
// of the containers, which are named as in "w:body". A part that is not there
// has none. Whitespace and text between the children is passed over.
func (a *archive) elements(part string, f func(container string, n *node) error, containers ...string) error {
	file := a.parts[part]
	if file == nil {
		return nil
	}
	if file.Flags&1 != 0 {
		return errEncrypted
	}
	r, err := file.Open()
	if err != nil {
		return errCutShort
	}
	defer r.Close()
	err = elements(&bounded{a: a, r: r, packed: int64(file.CompressedSize64)}, f, containers...)
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return errCutShort
	}
	return err
}

// A node is an element, or text where name is empty.
type node struct {
	name  string // as in "w:p"
	attrs []xml.Attr
	kids  []*node
	text  string
}

// spaces gives the usual prefix of a namespace by what it contains.
var spaces = []struct{ contains, prefix string }{
	{"wordprocessingShape", "wps"}, {"/wordprocessingml", "w"}, {"markup-compatibility", "mc"}, {"/math", "m"},
	{"drawingml/2006/main", "a"}, {"drawingml/main", "a"}, {"microsoft-com:vml", "v"}, {"package/2006/relationships", "rel"},
	{"opendocument:xmlns:text", "text"}, {"opendocument:xmlns:table", "table"}, {"opendocument:xmlns:office", "office"},
	{"opendocument:xmlns:drawing", "draw"}, {"opendocument:xmlns:style", "style"}, {"opendocument:xmlns:manifest", "manifest"},
	{"opendocument:xmlns:xsl-fo", "fo"}, {"opendocument:xmlns:meta", "meta"}, {"purl.org/dc/elements", "dc"}, {"purl.org/dc/terms", "dcterms"},
	{"extended-properties", "app"}, {"extendedProperties", "app"}, {"content-types", "types"},
}

// A namer shortens names; namespaces are few, so each is looked up once.
type namer map[string]string

func (n namer) name(of xml.Name) string {
	prefix, ok := n[of.Space]
	if !ok {
		for _, s := range spaces {
			if strings.Contains(of.Space, s.contains) {
				prefix = s.prefix + ":"
				break
			}
		}
		n[of.Space] = prefix
	}
	return prefix + of.Local
}

func elements(r io.Reader, f func(string, *node) error, containers ...string) error {
	dec := xml.NewDecoder(r)
	dec.CharsetReader = charset.NewReaderLabel
	names, open := namer{}, []string{}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > 0 && slices.Contains(containers, open[len(open)-1]) {
				left := maxNodes
				n, err := subtree(dec, t, names, len(open), &left)
				if err != nil {
					return err
				}
				if err := f(open[len(open)-1], n); err != nil {
					return err
				}
				continue
			}
			if open = append(open, names.name(t.Name)); len(open) > maxDepth {
				return errDeep
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.Directive:
			if bytes.Contains(t, []byte("ENTITY")) { // of this machine, of another, or one that swells
				return errEntities
			}
		}
	}
}

// subtree reads the element that t starts.
func subtree(dec *xml.Decoder, t xml.StartElement, names namer, depth int, left *int) (*node, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	if *left--; *left < 0 {
		return nil, errBomb
	}
	n := &node{name: names.name(t.Name), attrs: append([]xml.Attr(nil), t.Attr...)}
	for {
		token, err := dec.Token()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			kid, err := subtree(dec, t, names, depth+1, left)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, kid)
		case xml.CharData:
			n.kids = append(n.kids, &node{text: string(t)})
		case xml.EndElement:
			return n, nil
		}
	}
}

// attr is the value of the attribute with the local name.
func (n *node) attr(local string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// kid is the first child of the name, or nil.
func (n *node) kid(names ...string) *node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		var found *node
		for _, k := range n.kids {
			if k.name == name {
				found = k
				break
			}
		}
		n = found
	}
	return n
}

// has reports whether an element of the name lies anywhere within.
func (n *node) has(name string) bool {
	for _, k := range n.kids {
		if k.name == name || k.has(name) {
			return true
		}
	}
	return false
}

// content is all the text within.
func (n *node) content() string {
	if n == nil {
		return ""
	}
	if n.name == "" {
		return n.text
	}
	var b strings.Builder
	for _, k := range n.kids {
		b.WriteString(k.content())
	}
	return b.String()
}

// val is the attribute "val" of a child, as Word writes most settings.
func (n *node) val(kid string) string { return n.kid(kid).attr("val") }

// on reads a setting that is on when it stands there without saying "off".
func (n *node) on(kid string) (on, said bool) {
	k := n.kid(kid)
	if k == nil {
		return false, false
	}
	switch k.attr("val") {
	case "0", "false", "off", "none":
		return false, true
	}
	return true, true
}

// relations reads the relations of a part: id to target.
func (a *archive) relations(part string) (targets map[string]relation, err error) {
	targets = map[string]relation{}
	dir, file := path.Split(part)
	err = a.elements(dir+"_rels/"+file+".rels", func(_ string, n *node) error {
		r := relation{kind: path.Base(n.attr("Type")), target: n.attr("Target"), external: n.attr("TargetMode") == "External"}
		if !r.external {
			if !strings.HasPrefix(r.target, "/") {
				r.target = path.Join("/", dir, r.target)
			}
			r.target = strings.TrimPrefix(path.Clean(r.target), "/")
		}
		targets[n.attr("Id")] = r
		return nil
	}, "rel:Relationships")
	return targets, err
}

// inOrder lists relations by id, so that a file is always read in one way.
func inOrder(relations map[string]relation) (list []relation) {
	for _, id := range slices.Sorted(maps.Keys(relations)) {
		list = append(list, relations[id])
	}
	return list
}

type relation struct {
	kind, target string
	external     bool
}

// pictures says how many pictures were left out.
func (d *Document) pictures(n int) {
	if n > 0 {
		d.warn("%s left out; what they show is not in the text", plural(n, "picture was", "pictures were"))
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
