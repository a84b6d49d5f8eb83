package indexer

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Sites of documentation keep a copy of themselves for each version, in folders such
// as /en/3.11/, /v1.2/ or /docs/next/. settleVersions finds these folders, gives their
// pages the facet version unless they say their version themselves, and tells of every
// page which other is the same page in the newest version. Folders are versions only if
// the site shows it: half of the pages of each stand in another version too, and among
// these is one besides the front page, which notes on releases share as well.
func (s *Site) settleVersions() {
	s.newest = map[*Page]*Page{}
	versions := map[string]*versionFolder{}
	states := map[string][]*Page{} // of one page, by its address without the version
	for _, p := range s.Pages {
		if p.NoIndex || p.Record {
			continue
		}
		before, version, rest := cutVersion(p)
		states[stateKey(p, before+rest)] = append(states[stateKey(p, before+rest)], p)
		if version == "" {
			continue
		}
		f := versions[before+version]
		if f == nil {
			f = &versionFolder{name: version}
			versions[before+version] = f
		}
		f.pages = append(f.pages, p)
	}
	real := func(p *Page) (version string, ok bool) {
		before, version, _ := cutVersion(p)
		return version, version == "" || versions[before+version].is
	}
	for _, f := range versions {
		shared, deep := 0, false
		for _, p := range f.pages {
			before, _, rest := cutVersion(p)
			if len(states[stateKey(p, before+rest)]) > 1 {
				shared++
				deep = deep || rest != "/"
			}
		}
		f.is = deep && 2*shared >= len(f.pages)
	}
	for _, pages := range states {
		pages = slices.DeleteFunc(pages, func(p *Page) bool { _, ok := real(p); return !ok })
		if len(pages) < 2 {
			continue
		}
		newest := slices.MaxFunc(pages, func(a, b *Page) int {
			va, _ := real(a)
			vb, _ := real(b)
			return cmp.Or(compareVersions(va, vb), strings.Compare(b.URL, a.URL))
		})
		for _, p := range pages {
			if p != newest {
				s.newest[p] = newest
			}
		}
	}
	for _, f := range versions {
		for _, p := range f.pages {
			if f.is && p.facetValue(versionFacet) == "" {
				p.Facets = append(p.Facets, FacetValue{Facet: versionFacet, Value: f.name})
			}
		}
	}
}

// versionFacet is the facet by which readers choose a version. Who has not chosen one
// is shown the newest first.
const versionFacet = "version"

// versionFolder is a folder that may hold one version of a site.
type versionFolder struct {
	name  string
	pages []*Page
	is    bool
}

// stateKey names all versions of one page alike.
func stateKey(p *Page, address string) string { return indexLanguage(p.Lang) + " " + address }

var (
	numberedVersion = regexp.MustCompile(`^(?:v?\d+(?:[.-]\d+|\.x)+|v\d+)(?:[.-]?(?:a|b|rc|alpha|beta|dev|pre)[.-]?\d*)?$`)
	aDay            = regexp.MustCompile(`^\d{4}-\d\d(?:-\d\d)?$`)
)

// namedVersions are folders that are named by what a version is for; the greater
// number is rather shown. Numbered versions have 2.
var namedVersions = map[string]int{
	"stable": 4, "latest": 3, "current": 3,
	"next": 1, "dev": 1, "devel": 1, "main": 1, "master": 1, "nightly": 1, "unreleased": 1, "canary": 1, "edge": 1, "trunk": 1,
}

// cutVersion cuts the address of a page around the folder of its version, the first
// one that may be such: before ends with a slash, rest begins with one. Without
// a version rest is empty.
func cutVersion(p *Page) (before, version, rest string) {
	address := strings.TrimSuffix(p.URL, "index.html")
	declared := p.facetValue(versionFacet)
	for at := 1; at < len(address); {
		end := strings.IndexByte(address[at:], '/')
		if end < 0 {
			break
		}
		folder := address[at : at+end]
		named := namedVersions[strings.ToLower(folder)] > 0
		if named || numberedVersion.MatchString(strings.ToLower(folder)) && !aDay.MatchString(folder) || declared != "" && strings.TrimPrefix(folder, "v") == declared {
			return address[:at-1], folder, address[at+end:]
		}
		at += end + 1
	}
	return address, "", ""
}

// compareVersions orders folders by what is rather shown, the least first: what the
// site shows without a version is the greatest.
func compareVersions(a, b string) int {
	rank := func(v string) int {
		if v == "" {
			return 5
		}
		if n := namedVersions[strings.ToLower(v)]; n > 0 {
			return n
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), compareNumbers(a, b))
}

var digitsOrLetters = regexp.MustCompile(`\d+|[a-z]+`)

// compareNumbers compares 3.9 and 3.11 by their numbers; 2.0-rc1 comes before 2.0.
func compareNumbers(a, b string) int {
	parts := func(v string) []string {
		return digitsOrLetters.FindAllString(strings.TrimPrefix(strings.ToLower(v), "v"), -1)
	}
	as, bs := parts(a), parts(b)
	value := func(parts []string, i int) int {
		if i >= len(parts) {
			return 0
		}
		if parts[i] == "x" {
			return 1 << 30
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			return -1 // rc, beta
		}
		return min(n, 1<<29)
	}
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(value(as, i), value(bs, i)); c != 0 {
			return c
		}
	}
	return strings.Compare(a, b)
}

// facetValue gives the first value that a page declares for a facet, or "".
func (p *Page) facetValue(facet string) string {
	for _, f := range p.Facets {
		if strings.EqualFold(f.Facet, facet) {
			return f.Value
		}
	}
	return ""
}
