package indexer

import (
	"fmt"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Options say how to read a site whose pages cannot say it themselves.
type Options struct {
	Progress func(read, of int)            // told from several goroutines; may be nil
	Root     string                        // CSS selector of the elements that hold a page's text; "" lets the page's structure tell
	Exclude  string                        // CSS selector of elements that are not to be found
	Lang     string                        // BCP 47 tag of the language of all pages; "" lets each page tell
	Kept     *Kept                         // what runs before made; may be nil
	Before   Before                        // where the run before wrote, if it kept something
	Parsed   func(p *Page, doc *html.Node) // given each page that is read, and not kept, with its tree, which is its own; from several goroutines; may be nil
}

// reading is how the pages of a site are read.
type reading struct {
	root, exclude cascadia.SelectorGroup
	lang          string
	options       string // as they were given
	kept          *Kept
	before        Before
	parsed        func(*Page, *html.Node)
}

func (o Options) reading() (r reading, err error) {
	if r.root, err = selector("root", o.Root); err != nil {
		return r, err
	}
	if r.exclude, err = selector("exclude", o.Exclude); err != nil {
		return r, err
	}
	if o.Lang != "" && indexLanguage(o.Lang) == undetermined {
		return r, fmt.Errorf("%q is no language tag: write en, es or zh-Hant, say", o.Lang)
	}
	r.lang, r.kept, r.before, r.parsed = o.Lang, o.Kept, o.Before, o.Parsed
	r.options = fmt.Sprintf("%q %q %q", o.Root, o.Exclude, o.Lang)
	return r, nil
}

// selector compiles a CSS selector; option is the one that gave it.
func selector(option, text string) (cascadia.SelectorGroup, error) {
	if text == "" {
		return nil, nil
	}
	group, err := cascadia.ParseGroup(text)
	if err != nil {
		return nil, fmt.Errorf("the selector %q of --%s cannot be read: %w; write it as in CSS, main or .content, say", text, option, err)
	}
	return group, nil
}

// leaveOut marks what is not to be found.
func (r reading) leaveOut(doc *html.Node) {
	if r.exclude == nil {
		return
	}
	for _, n := range cascadia.QueryAll(doc, r.exclude) {
		if !isIgnored(n) {
			n.Attr = append(n.Attr, html.Attribute{Key: "data-vade-ignore"})
		}
	}
}

// content gives the outermost elements that hold the page's text, or nil where
// nothing was chosen.
func (r reading) content(doc *html.Node) []*html.Node {
	if r.root == nil {
		return nil
	}
	return find(doc, r.root.Match)
}
