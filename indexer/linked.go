package indexer

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vademecum/internal/dom"
)

// Pages that lead to one another belong together, whatever words they use: a theme and
// its guides, a form and the procedure that asks for it.
const (
	maxLinked   = 8_000 // pairs of pages in a language; where there are more, none count: they are part of what every first search fetches
	linkedBest  = 2     // pages with the best scores, with which another must be linked
	linkedShare = 4     // it comes nearer to their score by this part of what it lacks
)

// collectLeads notes where the links lead that stand around and in a text, also in what is
// not indexed, such as a list of related pages. Menus, and links to the page before and
// after, tell only of the order of pages.
func (b *pageReader) collectLeads(n *html.Node) {
	if n.Type == html.ElementNode && (isSkipped(n) || isAround(n) || b.frame && isFrame(n)) {
		return
	}
	if n.DataAtom == atom.A && dom.Has(n, "href") {
		b.page.Leads = append(b.page.Leads, strings.TrimSpace(dom.Attr(n, "href")))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !dom.Has(c, "data-vade-record") { // which is a page of its own
			b.collectLeads(c)
		}
	}
}

// linked gives for each of the pages of a language, which are in order, those before it that it
// leads to or that lead to it. There are none where they would be too many.
func (s *Site) linked(pages []*Page) [][]int {
	if len(pages) > maxLinked {
		return nil
	}
	place := map[string]int{}
	for i, p := range pages {
		place[p.URL] = i
	}
	out, pairs := make([][]int, len(pages)), 0
	for i, p := range pages {
		for _, href := range p.Leads {
			to, ok := s.placeOf(p, href, place)
			if !ok || to == i {
				continue
			}
			later, earlier := max(i, to), min(i, to)
			at, have := slices.BinarySearch(out[later], earlier)
			if have {
				continue
			}
			out[later] = slices.Insert(out[later], at, earlier)
			if pairs++; pairs > maxLinked {
				return nil
			}
		}
	}
	return out
}

// placeOf tells to which page of some a link of a page leads: to an entry of a list, if it
// names its place, or else to the page.
func (s *Site) placeOf(p *Page, href string, place map[string]int) (int, bool) {
	u, err := s.address(p).Parse(href)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Host != "" && !s.own(u) {
		return 0, false
	}
	to := s.pageAtLink(s.localPath(u))
	if to == nil {
		return 0, false
	}
	if i, ok := place[to.URL+"#"+escapeAnchor(u.Fragment)]; ok {
		return i, true
	}
	i, ok := place[to.URL]
	return i, ok
}

// settleLinked gathers the pages with which each is linked, in order.
func (l *pageTable) settleLinked() {
	linked := make([][]int32, len(l.pages))
	some := false
	for i, p := range l.pages {
		for _, other := range p.Linked {
			linked[i] = append(linked[i], int32(other))
			linked[other] = append(linked[other], int32(i))
			some = true
		}
	}
	if some {
		l.linkedWith = linked // those before a page stand before those behind it
	}
}

// approach brings pages nearer to the best pages that they are linked with, by a part of
// what they lack of the score. So no page passes one that it gains by, and pages that say
// nothing of the query stay out. Tiers stay.
func (r *result) approach() {
	if r.linkedWith == nil {
		return
	}
	first := r.first(linkedBest)
	for i := range r.found {
		c := &r.found[i]
		for _, b := range first {
			if _, linked := slices.BinarySearch(r.linkedWith[b.page], c.page); linked && b.score > c.score {
				c.score += (b.score - c.score) / linkedShare
				break
			}
		}
	}
}
