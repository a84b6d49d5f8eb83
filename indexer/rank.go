package indexer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// filter is what is asked of one facet.
type filter struct {
	facet  string
	values []string
	not    bool
}

// filtersOf gathers the filters that were typed and those of the request.
// Values of one facet widen, facets narrow.
func filtersOf(q query.Query, chosen map[string][]string) ([]filter, error) {
	var out []filter
	add := func(facet, value string, not bool) {
		for i, f := range out {
			if f.facet == facet && f.not == not && !not {
				out[i].values = append(f.values, value)
				return
			}
		}
		out = append(out, filter{facet, []string{value}, not})
	}
	for _, f := range q.Filters {
		add(f.Facet, f.Value, f.Not)
	}
	for _, facet := range sortedKeys(chosen) {
		for _, v := range chosen[facet] {
			add(facet, v, false)
		}
	}
	values := 0
	for _, f := range out {
		values += len(f.values)
	}
	if values > maxFilters {
		return nil, refuse(TooManyFilters, "limit", strconv.Itoa(maxFilters))
	}
	return out, nil
}

// A candidate is a page that may be listed. In order: by tier, then score, then ordinal.
type candidate struct {
	res          *result
	page         int32
	passage      int32 // best, or the one that a citation names
	tier         int32
	score        int32
	exact        int32 // score with what exact words add; of the first pages alone
	exactMatch   bool  // is what the query names; of the first pages alone
	exactHeading bool  // the heading of its best passage is the whole query; of the first pages alone
	all          bool  // the page holds all required words, or is cited
	counted      bool  // one of the total
}

const (
	someWords = iota
	allWords
	cited
)

// candidates gives every page that may be listed, best passage and tier settled,
// in the order of pages.
func (r *result) collect(excluded map[int32]bool, filters []filter, q query.Query, prefer string) []candidate {
	for _, u := range r.passages {
		pg := r.pageOf[u]
		if b := r.best[pg]; b == 0 || r.score[u] > r.score[b-1] || r.score[u] == r.score[b-1] && u < b-1 {
			r.best[pg] = u + 1
		}
	}
	var required, names uint64
	for _, s := range r.plan.queryTerms {
		if s.required {
			required |= s.bit
		}
		if s.name {
			names |= s.bit
		}
	}
	named := r.cited(q, prefer)
	var out []candidate
	for pg := range r.pages {
		c := candidate{res: r, page: int32(pg)}
		passage, isNamed := named[c.page]
		switch {
		case excluded[c.page]:
			continue
		case r.best[pg] > 0:
			c.passage = r.best[pg] - 1
			c.score = r.score[c.passage]
		case isNamed || len(r.plan.queryTerms) == 0 && len(filters) > 0:
			c.passage = int32(r.pages[pg].FirstPassage)
		default:
			continue
		}
		c.all = isNamed || r.matched[pg]&required == required || r.best[pg] > 0 && r.matched[pg]&names == names && r.titled[r.best[pg]-1] >= wholeName
		if c.all && !r.question {
			c.tier = allWords
		}
		if isNamed {
			c.tier, c.passage = cited+passage.rank, passage.passage
		}
		out = append(out, c)
	}
	return out
}

// wholeName is how many parts of a title, of titleShare, the query must say for the
// page to be about it: all of them, less what is lost in rounding.
const wholeName = 52

// citedPassage is where a citation leads. Rank orders a page that declares just
// what was named above one that declares a part of another document.
type citedPassage struct{ passage, rank int32 }

// cited finds the pages that declare what the query cites, provided that they
// hold the query's other words too.
func (r *result) cited(q query.Query, prefer string) map[int32]citedPassage {
	out := map[int32]citedPassage{}
	others := uint64(0)
	for _, s := range r.plan.queryTerms {
		if !s.mention && s.required && !s.stop {
			others |= s.bit
		}
	}
	named := func(c query.Citation, rank int32) {
		for _, t := range r.cites[c] {
			have, ok := out[t.page]
			if r.matched[t.page]&others == others && (!ok || rank > have.rank || rank == have.rank && t.passage < have.passage) {
				out[t.page] = citedPassage{t.passage, rank}
			}
		}
	}
	for _, p := range q.Parts {
		if p.Kind != query.Mention || p.Not {
			continue
		}
		if p.Cite.Document != "" {
			named(p.Cite, 1)
			continue
		}
		named(query.Citation{Document: prefer, Part: p.Cite.Part}, 1)
		for c := range r.cites {
			if c.Part == p.Cite.Part && c.Document != prefer {
				named(c, 0)
			}
		}
	}
	return out
}

// rank keeps the pages that pass the filters, settles which of them count for the
// total, and counts facets. The pages that count hold all required words or, if
// no page does, the rarest word that any page holds. merge sorts.
func (r *result) rank(pages []candidate, filters []filter) {
	var fallback uint64
	if !slices.ContainsFunc(pages, func(c candidate) bool { return c.all }) {
		fallback = r.rarest()
	}
	r.facets = map[string]map[string]int{}
	for _, c := range pages {
		c.counted = c.all || fallback != 0 && r.matched[c.page]&fallback != 0
		failed, failures := -1, 0
		for i, f := range filters {
			if !r.passes(c.page, f) {
				failed = i
				failures++
			}
		}
		if c.counted && failures <= 1 {
			r.count(c.page, failed, filters)
		}
		if failures > 0 {
			continue
		}
		r.candidates = append(r.candidates, c)
	}
}

// preferExact puts the first pages of an answer in order anew: of two words
// with one stem, the one that was typed is more likely meant. Tiers stay.
func preferExact(pages []candidate) error {
	for i := range pages {
		c := &pages[i]
		u, err := c.res.passage(c.passage)
		if err != nil {
			return err
		}
		title := c.res.pages[c.page].Title
		c.exact = c.score + c.res.exactWords(title, u)
		c.exactMatch = c.tier > cited || c.res.isQuery(title)
		c.exactHeading = c.res.isQuery(u.Heading)
	}
	slices.SortFunc(pages, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.tier, a.tier), compareBool(b.exactMatch, a.exactMatch), compareBool(b.exactHeading, a.exactHeading), cmp.Compare(b.exact, a.exact), compareCandidates(a, b))
	})
	return nil
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// exactWords gives what a page gains by the words that stand as they were typed
// in its title or its best passage: a share of the most that each can weigh.
func (r *result) exactWords(title string, u passage) int32 {
	held := map[string]bool{}
	for _, content := range []string{title, u.Heading, u.Text} {
		for _, t := range text.Tokens(content) {
			held[t.Term] = true
		}
	}
	bonus := 0
	for _, s := range r.plan.queryTerms {
		if !s.phrase && !s.stop && len(s.terms) == 1 && held[s.text] {
			bonus += idf(s.passages, r.Passages) * saturationSteps * s.weight / fullWeight / exactShare
		}
	}
	return int32(bonus)
}

// isQuery tells whether a title or heading is, term by term, the whole query, with
// its number or without.
func (r *result) isQuery(name string) bool {
	var asked []string
	for _, s := range r.plan.queryTerms {
		asked = append(asked, s.terms...)
	}
	n := text.Numbering(name)
	return len(asked) > 0 && (slices.Equal(asked, r.Terms(name)) || n > 0 && slices.Equal(asked, r.Terms(name[n:])))
}

// best puts the first n of pages in order and drops the rest when it is
// cheaper not to sort them.
func best(pages []candidate, n int) []candidate {
	if n*4 > len(pages) {
		slices.SortFunc(pages, compareCandidates)
		return pages
	}
	top := slices.Clone(pages[:n])
	slices.SortFunc(top, compareCandidates)
	for _, c := range pages[n:] {
		if compareCandidates(c, top[n-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(top, c, compareCandidates)
		copy(top[i+1:], top[i:])
		top[i] = c
	}
	return top
}

func compareCandidates(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.tier, a.tier), cmp.Compare(b.score, a.score), cmp.Compare(a.page, b.page), cmp.Compare(a.res.Lang, b.res.Lang))
}

func (r *result) rarest() uint64 {
	var rarest *queryTerm
	for _, s := range r.plan.queryTerms {
		if s.passages > 0 && s.required && (rarest == nil || s.passages < rarest.passages) {
			rarest = s
		}
	}
	if rarest == nil {
		for _, s := range r.plan.queryTerms {
			if s.passages > 0 && (rarest == nil || s.passages < rarest.passages) {
				rarest = s
			}
		}
	}
	if rarest == nil {
		return 0
	}
	return rarest.bit
}

func (r *result) passes(page int32, f filter) bool {
	for _, have := range r.pages[page].Facets {
		if strings.EqualFold(have.Facet, f.facet) && slices.ContainsFunc(f.values, func(v string) bool { return strings.EqualFold(v, have.Value) }) {
			return !f.not
		}
	}
	return f.not
}

// count adds a page to the counts: of every facet when it passes all filters,
// of the one facet that it fails otherwise, for to choose that value too would
// bring the page.
func (r *result) count(page int32, failed int, filters []filter) {
	for _, f := range r.pages[page].Facets {
		if failed >= 0 && (filters[failed].not || !strings.EqualFold(filters[failed].facet, f.Facet)) {
			continue
		}
		if r.facets[f.Facet] == nil {
			r.facets[f.Facet] = map[string]int{}
		}
		r.facets[f.Facet][f.Value]++
	}
}

// merged is the answer of all languages together.
type merged struct {
	candidates []candidate
	total      int
	facets     map[string][]FacetCount
}

// merge brings languages together by integer score and folds the translations
// of one page into the best of them. A language in which no page has all words
// adds nothing to the total when another has such pages. Only the first n pages
// need to be in order.
func merge(results []*result, n int) merged {
	var m merged
	labels := map[[2]string]string{}
	counts := map[string]map[string]int{}
	complete := slices.ContainsFunc(results, func(r *result) bool {
		return slices.ContainsFunc(r.candidates, func(c candidate) bool { return c.all })
	})
	for _, r := range results {
		if len(results) == 1 {
			m.candidates = r.candidates
		} else {
			m.candidates = append(m.candidates, r.candidates...)
		}
		for facet, values := range r.facets {
			if counts[facet] == nil {
				counts[facet] = map[string]int{}
			}
			for v, n := range values {
				counts[facet][v] += n
				key := [2]string{facet, v}
				labels[key] = cmp.Or(labels[key], r.labels[key])
			}
		}
	}
	if len(results) > 1 {
		slices.SortFunc(m.candidates, compareCandidates)
		m.candidates = foldTranslations(m.candidates)
	}
	for _, c := range m.candidates {
		if c.counted && (!complete || c.all) {
			m.total++
		}
	}
	m.candidates = best(m.candidates, n)
	m.facets = facetCounts(counts, labels)
	return m
}

func foldTranslations(pages []candidate) []candidate {
	seen := map[string]bool{}
	return slices.DeleteFunc(pages, func(c candidate) bool {
		key := c.res.pages[c.page].group()
		if seen[key] {
			return true
		}
		seen[key] = true
		return false
	})
}

// group names a page and its translations alike: by the first of their URLs.
func (p pageRecord) group() string {
	name := p.URL
	for _, t := range p.Translations {
		name = min(name, t.URL)
	}
	return name
}

// facetCounts lists the values of each facet, commonest first.
func facetCounts(counts map[string]map[string]int, labels map[[2]string]string) map[string][]FacetCount {
	out := map[string][]FacetCount{}
	for facet, values := range counts {
		for v, n := range values {
			out[facet] = append(out[facet], FacetCount{v, cmp.Or(labels[[2]string{facet, v}], v), n})
		}
		slices.SortFunc(out[facet], func(a, b FacetCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
	}
	return out
}

// sortedKeys gives the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
