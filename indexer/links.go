package indexer

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Links follows every link of every page, to its anchor. Broken are those within
// the site that lead nowhere, each as "/page/: what is wrong"; external are the
// addresses on other hosts, which are not asked. Both are sorted and hold
// nothing twice.
func (s *Site) Links() (broken, external []string) {
	ids := map[*Page]map[string]bool{}
	for _, p := range s.Pages {
		ids[p] = map[string]bool{}
		for _, id := range p.IDs {
			ids[p][id] = true
		}
	}
	known := map[string]followed{} // links that lead from every page to the same place, as in menus
	for _, p := range s.Pages {
		for _, href := range p.Links {
			l, ok := known[href]
			if !ok {
				l = s.follow(p, href, ids)
			}
			if strings.HasPrefix(href, "/") {
				known[href] = l
			}
			if l.fault != "" {
				broken = append(broken, p.URL+": "+l.fault)
			} else if l.external != "" {
				external = append(external, l.external)
			}
		}
	}
	slices.Sort(broken)
	slices.Sort(external)
	return slices.Compact(broken), slices.Compact(external)
}

// followed is where a link leads: what is wrong with it, or its address on another host, or
// neither.
type followed struct{ fault, external string }

// follow follows a link of a page; ids are those of all pages.
func (s *Site) follow(p *Page, href string, ids map[*Page]map[string]bool) followed {
	fault := func(format string, args ...any) followed { return followed{fault: fmt.Sprintf(format, args...)} }
	if isUnsafe(href) {
		return fault("a link that would run something instead of leading to a page (javascript:, data: or the like) was written, here %q; write an address that begins with https:, http:, mailto: or tel:", href)
	}
	u, err := s.address(p).Parse(strings.TrimSpace(href))
	switch {
	case err != nil:
		return fault("the link %q is no address; correct it", href)
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		return followed{} // mailto and the like
	case u.Host != "" && !s.own(u):
		return followed{external: u.String()}
	case !strings.HasPrefix(u.Path+"/", unescape(s.Base)+"/"):
		return fault("the link to %s leads out of the site, which stands under %s/; correct it", href, s.Base)
	}
	local := s.localPath(u)
	to := s.pageAtLink(local)
	if to == nil {
		if info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(filesAt(local)[0]))); err != nil || info.IsDir() {
			return fault("the link to %s leads nowhere; correct it, or write that page", href)
		}
		return followed{}
	}
	if u.Fragment != "" && u.Fragment != "top" && !ids[to][u.Fragment] {
		return fault("the link to %s names a place that is not on that page; correct what stands after #", href)
	}
	return followed{}
}

// pageAtLink gives the page to which a link leads that is a path from the site's root, or nil.
func (s *Site) pageAtLink(local string) *Page {
	to := s.pageAt(local)
	if to == nil && !strings.HasSuffix(local, "/") {
		to = s.pageAt(local + "/") // hosts lead from /about to /about/
	}
	return to
}

// takenOut is what Hugo writes in the place of a link that it takes for unsafe.
const takenOut = "ZgotmplZ"

// unsafeSchemes are those of links that browsers run, or that open a page of the
// writer's own making under the site's name.
var unsafeSchemes = []string{"javascript:", "vbscript:", "data:"}

func isUnsafe(href string) bool {
	plain := strings.ToLower(strings.Map(func(r rune) rune { // as browsers read it
		if r <= ' ' {
			return -1
		}
		return r
	}, href))
	return strings.HasSuffix(href, "#"+takenOut) || slices.ContainsFunc(unsafeSchemes, func(s string) bool { return strings.HasPrefix(plain, s) })
}

// own tells whether an address with a host is one of this site, whose pages
// name the host in their canonical links.
func (s *Site) own(u *url.URL) bool {
	return u.Host == s.host && strings.HasPrefix(u.Path, unescape(s.Base)+"/")
}
