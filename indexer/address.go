package indexer

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FolderPages are the files that stand for their folder, in the order in which
// they are looked for. Servers answer with the first of them when the folder is
// asked for; the others open under their own names alone.
var FolderPages = []string{"index.html", "index.htm", "index.xhtml"}

// IsPage tells by its name whether a file is an HTML page.
func IsPage(name string) bool {
	return slices.Contains([]string{".html", ".htm", ".xhtml"}, strings.ToLower(path.Ext(name)))
}

// addressOf gives the address of a file, from the site's root: "/c%23.html" for
// c#.html, "/themes/" for themes/index.html.
func addressOf(file string) string {
	if path.Base(file) == FolderPages[0] {
		file = strings.TrimSuffix(file, FolderPages[0])
	}
	return "/" + escape(file, "/")
}

// EscapePath writes the path of a file as it stands in an address.
func EscapePath(file string) string { return escape(file, "/") }

// escape writes a name as it stands in an address. Letters, marks and digits of
// all scripts stay as they are, as browsers show them; so do the characters that
// RFC 3986 allows in a part of a path, and those of also. All else is
// percent-encoded byte by byte, bytes that are no UTF-8 too.
func escape(name, also string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		word := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
		if word && r != utf8.RuneError || strings.ContainsRune("-._~!$&'()*+,;=:@"+also, r) {
			b.WriteString(name[i : i+size])
		} else {
			for _, c := range []byte(name[i : i+size]) {
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			}
		}
		i += size
	}
	return b.String()
}

// escapeAnchor writes an id as it stands behind the # of an address.
func escapeAnchor(id string) string { return escape(id, "/?") }

// unescape gives the name that an address made by escape stands for.
func unescape(address string) string {
	name, err := url.PathUnescape(address)
	if err != nil { // no address of ours
		return address
	}
	return name
}

// filesAt gives the files that may stand at a path from the site's root, which
// is not percent-encoded: one, or those that stand for a folder.
func filesAt(local string) []string {
	file := strings.TrimPrefix(local, "/")
	if file != "" && !strings.HasSuffix(file, "/") {
		return []string{file}
	}
	var files []string
	for _, name := range FolderPages {
		files = append(files, path.Join(file, name))
	}
	return files
}
