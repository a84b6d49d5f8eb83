package indexer

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vademecum/indexer/text"
	"vademecum/internal/dom"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A search page is a page of the site with an element marked data-vade-results.
// Script fills it in the browser; ResultsHandler fills it for readers without, from
// the same templates of the page (browser/results.ts says which). The index
// keeps a copy of every search page, so that an endpoint without the site's
// files can answer too.

// searchPageFile names the copy of a language's search page in the index.
func searchPageFile(lang string) string { return "search-" + lang + ".html" }

// SearchPage tells whether a path of the site is a search page that
// ResultsHandler can fill, and gives its language.
func (x *Index) SearchPage(path string) (lang string, ok bool) {
	path = escape(path, "/")
	for lang, page := range x.SearchPages {
		if strings.TrimSuffix(path, "index.html") == page || path+"/" == page {
			return lang, true
		}
	}
	return "", false
}

// ResultsHandler answers requests for a search page with the page filled in.
// Its parameters are those of Handler. The search page is the one at the
// request's path, else the one of the parameter lang, else the default.
func (x *Index) ResultsHandler() http.Handler {
	return Guard(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		page, status, err := x.resultsPage(req)
		SetAnswerHeaders(w.Header())
		if w.Header().Get("Content-Security-Policy") == "" { // the page's own policy cannot say this
			w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
		}
		if err != nil {
			status, body := failure(err, req)
			setStatusHeaders(w.Header(), status)
			http.Error(w, body.Error.Message, status)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		setStatusHeaders(w.Header(), status)
		send(w, req, status, page)
	}))
}

func (x *Index) resultsPage(req *http.Request) ([]byte, int, error) {
	lang, ok := x.SearchPage(req.URL.Path)
	if !ok {
		lang = text.MatchLanguage(req.URL.Query().Get("lang"), sortedKeys(x.searchPages), x.Default)
	}
	if x.searchPages[lang] == nil {
		return nil, 0, errors.New("the site has no search page")
	}
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err == nil && query.Get("lang") == "" && len(query) < maxParameters {
		query.Set("lang", lang)
		req = req.Clone(req.Context())
		req.URL.RawQuery = query.Encode()
	}
	answer, err := x.serve(req)
	if asksNothing(err, query) {
		return x.searchPages[lang], http.StatusOK, nil
	}
	status, failed := http.StatusOK, Failure{}
	if errors.Is(err, errMethod) {
		return nil, 0, err
	} else if err != nil {
		status, failed = failure(err, req)
	}
	page, err := fillPage(x.searchPages[lang], lang, query, answer, failed)
	return page, status, err
}

// asksNothing tells whether an address is that of the search page alone, whatever
// other programs put behind it.
func asksNothing(err error, query url.Values) bool {
	var refused RequestError
	return errors.As(err, &refused) && refused.Code == QueryEmpty && !query.Has("q")
}

// filler fills a search page.
type filler struct {
	doc   *html.Node
	asks  url.Values // what the address asks for
	names map[string]string
}

func fillPage(data []byte, own string, asks url.Values, a *Answer, failed Failure) ([]byte, error) {
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	f := &filler{doc: doc, asks: url.Values{}, names: map[string]string{}}
	for name, values := range asks {
		if name != "lang" || values[0] != own {
			f.asks[name] = values
		}
	}
	for _, link := range find(doc, func(n *html.Node) bool {
		return n.DataAtom == atom.A && dom.Attr(n, "hreflang") != "" && dom.Attr(n, "hreflang") == dom.Attr(n, "lang")
	}) {
		f.names[dom.Attr(link, "hreflang")] = textOf(link)
	}
	for _, n := range find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Noscript }) {
		n.Parent.RemoveChild(n)
	}
	for _, field := range find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Input && dom.Attr(n, "name") == "q" }) {
		setAttr(field, "value", asks.Get("q"))
	}
	unset(f.part("data-vade-found"), "hidden")
	if a == nil {
		add(f.part("data-vade-results"), f.failure(failed))
	} else {
		f.answer(a)
	}
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// failure words a refusal as the page does for its code, in the page's
// language; any other failure is a fault of the service.
func (f *filler) failure(failed Failure) *html.Node {
	refused := RequestError{failed.Error.Code, failed.Error.Params}
	if refusals[refused.Code] == "" {
		return f.copy("error", "")
	}
	message := f.copy("refused", refused.Code)
	if reason := place(message, "data-reason"); reason.Parent != nil {
		setText(reason, refused.word(textOf(reason)))
	} else { // a page without words for it
		setText(message, refused.Error())
	}
	return message
}

func (f *filler) answer(a *Answer) {
	status := f.part("data-vade-status")
	results := f.part("data-vade-results")
	f.correction(a)
	f.filters(a)
	f.paging(a)
	if len(a.Pages) == 0 {
		f.tell(a, dom.Attr(status, "data-none"))
		none := f.copy("none", "")
		setAttr(place(none, "data-lang"), "href", f.address("lang", "*"))
		add(results, none)
		return
	}
	f.tell(a, dom.Attr(status, "data-found"))
	list := &html.Node{Type: html.ElementNode, DataAtom: atom.Ol, Data: "ol"}
	setAttr(list, "start", strconv.Itoa((a.Page-1)*pageSize+1))
	for _, p := range a.Pages {
		add(list, f.page(p))
	}
	add(results, list)
}

// tell says what was found, and whether the query was too much work to be searched
// for whole.
func (f *filler) tell(a *Answer, words string) {
	status := f.part("data-vade-status")
	words = strings.Replace(words, "%d", strconv.Itoa(a.Total), 1)
	if a.Partial {
		words = strings.TrimSpace(words + " " + dom.Attr(status, "data-partial"))
	}
	setText(status, words)
}

func (f *filler) page(p FoundPage) *html.Node {
	item := f.copy("page", "")
	setAttr(item, "lang", p.Lang)
	setAttr(item, "dir", f.direction(p.Lang))
	to := p.URL
	if len(p.Sections) > 0 {
		to = p.Sections[0].URL
	}
	setLink(place(item, "data-title"), to, p.Title)
	kind := ""
	if kinds := p.Facets["kind"]; len(kinds) > 0 {
		kind = cmp.Or(textOf(f.copy("kind", kinds[0])), kinds[0])
	}
	setText(place(item, "data-kind"), kind)
	setText(place(item, "data-date"), p.Date)
	if p.MatchedSynonym == "" {
		remove(parentOf(place(item, "data-why")))
	} else {
		setText(place(item, "data-why"), p.MatchedSynonym)
	}
	if !p.ExactMatch {
		remove(place(item, "data-direct"))
	}
	sections := place(item, "data-sections")
	for _, s := range p.Sections {
		add(sections, f.section(s))
	}
	also := place(item, "data-translations")
	if len(p.Translations) == 0 {
		remove(also)
	}
	for _, t := range p.Translations {
		a := &html.Node{Type: html.ElementNode, DataAtom: atom.A, Data: "a"}
		setAttr(a, "hreflang", t.Lang)
		setAttr(a, "lang", t.Lang)
		setLink(a, t.URL, cmp.Or(f.names[t.Lang], t.Lang))
		add(also, a)
		add(also, &html.Node{Type: html.TextNode, Data: " "})
	}
	return item
}

func (f *filler) section(s FoundSection) *html.Node {
	item := f.copy("section", "")
	if s.Heading == "" {
		remove(place(item, "data-heading"))
	} else {
		setLink(place(item, "data-heading"), s.URL, s.Heading)
	}
	text := place(item, "data-excerpt")
	for _, segment := range s.Excerpt {
		n := &html.Node{Type: html.TextNode, Data: segment.Text}
		if segment.Match {
			mark := &html.Node{Type: html.ElementNode, DataAtom: atom.Mark, Data: "mark"}
			add(mark, n)
			n = mark
		}
		add(text, n)
	}
	return item
}

func (f *filler) correction(a *Answer) {
	if a.Correction == nil {
		return
	}
	line := f.copy("correction", "")
	setText(place(line, "data-shown"), a.Correction.Shown)
	setLink(place(line, "data-typed"), f.address("exact", "1"), a.Correction.Typed)
	add(f.part("data-vade-correction"), line)
}

// maxLinks bounds the addresses of filters, in bytes. Each repeats what was asked for:
// of a text of some thousand characters they would be megabytes, which nobody reads.
const maxLinks = 256 << 10

func (f *filler) filters(a *Answer) {
	links := 0
	for _, values := range a.Facets {
		links += len(values)
	}
	if links*len(f.asks.Encode()) > maxLinks {
		return
	}
	unset(f.part("data-vade-filters"), "hidden")
	blocks := f.part("data-vade-facets")
	for _, name := range f.facets(a) {
		if len(a.Facets[name]) == 0 {
			continue
		}
		block := f.copy("facet", name)
		if block.FirstChild == nil { // the page has no words for it
			block = f.copy("facet", "")
			setText(place(block, "data-facet"), facetName(name))
		}
		list := place(block, "data-values")
		for _, v := range a.Facets[name] {
			item := f.copy("value", "")
			chosen := slices.Clone(f.asks[name])
			i := slices.Index(chosen, v.Value)
			if i >= 0 {
				chosen = slices.Delete(chosen, i, i+1)
				setAttr(place(item, "data-label"), "aria-current", "true")
			} else {
				chosen = append(chosen, v.Value)
			}
			setLink(place(item, "data-label"), f.address(name, chosen...), v.Label)
			setText(place(item, "data-count"), strconv.Itoa(v.Count))
			add(list, item)
		}
		add(blocks, block)
	}
}

// facets gives the facets to filter by: those that the page has templates for and,
// where it has one for any facet, the others of the answer.
func (f *filler) facets(a *Answer) (names []string) {
	for _, t := range f.templates("facet") {
		if name := dom.Attr(t, "data-name"); name != "" {
			names = append(names, name)
			continue
		}
		for _, name := range sortedKeys(a.Facets) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// facetName makes a heading of the name of a facet.
func facetName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + strings.NewReplacer("-", " ", "_", " ").Replace(name[size:])
}

func (f *filler) paging(a *Answer) {
	last := (a.Total + pageSize - 1) / pageSize
	if last < 2 {
		return
	}
	nav := f.part("data-vade-paging")
	unset(nav, "hidden")
	block := f.copy("paging", "")
	for name, to := range map[string]int{"data-previous": a.Page - 1, "data-next": a.Page + 1} {
		link := place(block, name)
		if to < 1 || to > last {
			remove(parentOf(link))
			continue
		}
		setAttr(link, "href", f.address("page", strconv.Itoa(to)))
	}
	here := place(block, "data-here")
	text := strings.Replace(textOf(here), "%d", strconv.Itoa(a.Page), 1)
	setText(here, strings.Replace(text, "%d", strconv.Itoa(last), 1))
	add(nav, block)
}

// address asks for the same with one thing changed, from its first page.
func (f *filler) address(name string, values ...string) string {
	next := url.Values{}
	for n, v := range f.asks {
		if n != "page" {
			next[n] = v
		}
	}
	next[name] = values
	return "?" + next.Encode()
}

func (f *filler) direction(lang string) string {
	if slices.Contains(strings.Fields(dom.Attr(f.part("data-vade-results"), "data-rtl")), lang) {
		return "rtl"
	}
	return "ltr"
}

// part finds an element of the page by its mark; one that the page lacks is
// given, outside the page, so that what is put there is not seen.
func (f *filler) part(mark string) *html.Node { return place(f.doc, mark) }

func (f *filler) templates(name string) []*html.Node {
	return find(f.doc, func(n *html.Node) bool {
		return n.DataAtom == atom.Template && dom.Attr(n, "data-vade-template") == name
	})
}

// copy gives a copy of a template's element.
func (f *filler) copy(name, of string) *html.Node {
	for _, t := range f.templates(name) {
		if of != "" && dom.Attr(t, "data-name") != of {
			continue
		}
		for c := t.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				return clone(c)
			}
		}
	}
	return &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
}

func clone(n *html.Node) *html.Node {
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		add(out, clone(c))
	}
	return out
}

// place finds the first element with an attribute under n; templates are not looked into.
func place(n *html.Node, name string) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom == atom.Template {
			continue
		}
		if dom.Has(c, name) {
			return c
		}
		if found := place(c, name); found.Parent != nil {
			return found
		}
	}
	return &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
}

func add(to, n *html.Node) { to.AppendChild(n) }

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

func parentOf(n *html.Node) *html.Node {
	if n.Parent == nil {
		return n
	}
	return n.Parent
}

func setText(n *html.Node, text string) {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	add(n, &html.Node{Type: html.TextNode, Data: text})
}

func setLink(n *html.Node, href, text string) {
	setAttr(n, "href", href)
	setText(n, text)
}

func setAttr(n *html.Node, name, value string) {
	unset(n, name)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func unset(n *html.Node, name string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
