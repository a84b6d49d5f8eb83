// Package embed puts the search into the pages of a finished site: the lines that
// show its field, and a page of results in the look of the site.
package embed

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	nethtml "golang.org/x/net/html"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/indexer"
	"vademecum/indexer/browser"
	"vademecum/internal/dom"
)

// A Place is where in every page the search is shown.
type Place struct {
	Selector string // CSS selector of the element in which it stands first
	Modal    bool   // as a button that opens a dialog
	Folder   string // of the web index and the scripts, from the site's folder: "search"
}

// Check tells whether the search can stand in any page of the site in dir, before
// anything is written. Its error says which places the pages have.
func (p Place) Check(site *indexer.Site, dir string) error {
	where, err := p.parse()
	if err != nil {
		return err
	}
	anew, had := "", map[string]bool{}
	for _, page := range site.Pages {
		if page.Record || page.Search {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(page.File())))
		if err != nil {
			return err
		}
		_, problem := insert(data, where, "")
		if problem == "" {
			return nil
		}
		if strings.Contains(problem, drawnAnew) && anew == "" {
			anew = page.URL + ": " + problem
		}
		for _, usual := range usualPlaces {
			if !had[usual] {
				if at, err := cascadia.ParseGroup(usual); err == nil {
					_, problem := insert(data, at, "")
					had[usual] = problem == ""
				}
			}
		}
	}
	if anew != "" {
		return errors.New(anew)
	}
	have := slices.DeleteFunc(slices.Clone(usualPlaces), func(s string) bool { return !had[s] })
	return fmt.Errorf("no page has an element %q, so that the search would stand nowhere: name one that the pages have with --inject (they have %s)", p.Selector, strings.Join(have, ", "))
}

// usualPlaces are where sites show their search, the best first.
var usualPlaces = []string{"header", "[role=banner]", "nav", "[role=navigation]", "main", "[role=main]", "body"}

func (p Place) parse() (cascadia.SelectorGroup, error) {
	where, err := cascadia.ParseGroup(p.Selector)
	if err != nil {
		return nil, fmt.Errorf("the selector %q of --inject cannot be read: %w; write it as in CSS, header or #search, say", p.Selector, err)
	}
	return where, nil
}

// Insert writes the lines of the search into every page of the site in dir that
// has the place, and replaces those of an earlier run. It gives the number of
// pages that have them, and warnings. A page is written whole or not at all.
func (p Place) Insert(site *indexer.Site, dir string) (changed int, warnings []string, err error) {
	where, err := p.parse()
	if err != nil {
		return 0, nil, err
	}
	for _, page := range site.Pages {
		if page.Record || page.Search {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(page.File()))
		data, err := os.ReadFile(file)
		if err != nil {
			return changed, warnings, err
		}
		block, err := p.block(site, page)
		if err != nil {
			return changed, warnings, err
		}
		with, problem := insert(data, where, block)
		if problem == noPlace && page.NoIndex {
			continue // a redirect, say, which nobody stays on
		}
		if problem != "" {
			warnings = append(warnings, page.URL+": "+problem)
			continue
		}
		changed++
		if bytes.Equal(with, data) {
			continue
		}
		if err := atomicfile.WriteBytes(file, with); err != nil {
			return changed, warnings, err
		}
	}
	return changed, warnings, nil
}

// block gives the lines of the search for one page. Letters beyond ASCII are
// written as references, so that they read the same in the page's encoding.
func (p Place) block(site *indexer.Site, page *indexer.Page) (string, error) {
	words, err := browser.WordsIn(page.Lang)
	if err != nil {
		return "", err
	}
	up := climb(page.File())
	if path.Base(page.File()) == "404.html" { // is shown at any address
		up = site.Base + "/"
	}
	action, modal := "", ""
	if results := resultsPage(site, page.Lang); results != nil {
		action = ` action="` + html.EscapeString(up+indexer.EscapePath(results.File())) + `"`
	}
	if p.Modal {
		modal = " modal"
	}
	folder := html.EscapeString(up + p.Folder)
	return ascii(fmt.Sprintf(`<link rel="stylesheet" href="%[1]s/vade.css"><script src="%[1]s/vade.js" defer></script>`+
		`<vade-search%[2]s data-vade-ignore><form%[3]s><input type="search" name="q" aria-label="%[4]s" placeholder="%[5]s"></form></vade-search>`,
		folder, modal, action, html.EscapeString(words["label"]), html.EscapeString(words["button"]))), nil
}

// resultsPage gives the page of results in the language of a tag, else any.
func resultsPage(site *indexer.Site, tag string) (found *indexer.Page) {
	for _, p := range site.Pages {
		if p.Search && (found == nil || p.Lang == tag) {
			found = p
		}
	}
	return found
}

// climb gives the way from a file's folder up to the site's.
func climb(file string) string {
	return strings.Repeat("../", strings.Count(file, "/"))
}

func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}

// earlier is what an earlier run wrote.
var earlier = regexp.MustCompile(`(?s)<!--vade-->.*?<!--/vade-->`)

const mark = "data-vade-at"

const noPlace = "has no place for the search"

const drawnAnew = "which a script of the page draws anew without it"

// insert puts a block at the beginning of the first element that where selects and
// the page writes.
// All else of the page stays as it is, byte for byte. It tells why it cannot.
func insert(data []byte, where cascadia.SelectorGroup, block string) (with []byte, problem string) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, "is written in UTF-16, and the search is not put into it; write it in UTF-8"
	}
	data = earlier.ReplaceAll(data, nil)
	doc, err := nethtml.Parse(bytes.NewReader(marked(data)))
	if err != nil {
		return nil, fmt.Sprintf("cannot be parsed, and the search is not put into it: %v", err)
	}
	for _, n := range cascadia.QueryAll(doc, where) {
		for p := n; p != nil; p = p.Parent {
			if p.Type == nethtml.ElementNode && apps.Match(p) {
				return nil, fmt.Sprintf("the place for the search lies in <%s id=%q>, %s: choose body, or write the lines into the theme", p.Data, dom.Attr(p, "id"), drawnAnew)
			}
		}
		if at, err := strconv.Atoi(dom.Attr(n, mark)); err == nil { // else the parser added it, or it holds no others
			return slices.Concat(data[:at], []byte("<!--vade-->"+block+"<!--/vade-->"), data[at:]), ""
		}
	}
	return nil, noPlace
}

// marked gives the page with an attribute in every start tag that tells where the
// tag ends: parsers do not tell where in the text an element stands.
func marked(data []byte) []byte {
	var out bytes.Buffer
	at := 0
	for z := nethtml.NewTokenizer(bytes.NewReader(data)); ; {
		kind := z.Next()
		if kind == nethtml.ErrorToken {
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		at += len(raw)
		name, _ := z.TagName()
		if kind == nethtml.StartTagToken && !closed[string(name)] && len(raw) > len(name)+1 {
			fmt.Fprintf(&out, "%s %s=%d %s", raw[:len(name)+1], mark, at, raw[len(name)+1:])
			continue
		}
		out.Write(raw)
	}
}

// closed are elements that hold no others.
var closed = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true,
	"meta": true, "param": true, "source": true, "track": true, "wbr": true,
	"script": true, "style": true, "title": true, "textarea": true, "template": true, "select": true, "option": true,
	"iframe": true, "noscript": true, "xmp": true, "plaintext": true, "head": true, "html": true, "form": true,
}
