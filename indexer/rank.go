package indexer

import (
	"bytes"
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
	values := len(q.Filters)
	for _, all := range chosen {
		values += len(all)
	}
	if values > maxFilters {
		return nil, refuse(TooManyFilters, "limit", strconv.Itoa(maxFilters))
	}
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
	return out, nil
}

// A match is a page that may be listed. A search has thousands, of which few are shown, so
// it is small. Matches are ordered by tier, then older versions come last, then by score,
// then by ordinal.
type match struct {
	page    int32
	passage int32 // best, or the one that a citation names
	score   int32
	tier    uint8
	older   bool // the same page of a newer version is found as well
	all     bool // the page holds all required words, or is cited
	counted bool // one of the total
}

// rank is the order of matches of one language as a number: the greater comes first.
func (m match) rank() uint64 {
	newer := uint64(1)
	if m.older {
		newer = 0
	}
	return uint64(m.tier)<<62 | newer<<61 | uint64(uint32(m.score)&(1<<31-1))<<30 | (maxOrdinal - uint64(m.page))
}

func compareMatches(a, b match) int { return cmp.Compare(b.rank(), a.rank()) }

// maxOrdinal is the greatest ordinal for which there is room in rank.
const maxOrdinal = 1<<30 - 1

// A candidate is a match that may be shown, of the result of one language.
type candidate struct {
	match
	res        *result
	exact      int32 // score with what exact words add; of the first pages alone
	exactMatch bool  // is what the query names; of the first pages alone
	named      int32 // how much the query is its name, see likeQuery; of the first pages alone
}

const (
	someWords = iota
	allWords
	cited
)

// collect finds every page that may be listed, best passage and tier settled, in no
// order.
func (r *result) collect(filters []filter, q query.Query, prefer string) {
	r.findBest()
	var required, names, symbols uint64
	for _, s := range r.plan.queryTerms {
		if s.required {
			required |= s.bit
		}
		if s.name {
			names |= s.bit
		}
		if s.symbol {
			symbols |= s.bit
		}
	}
	named := r.cited(q, prefer)
	r.found = slices.Grow(r.found, len(r.scratch.pages))
	for _, pg := range r.scratch.pages {
		of := r.onPage[pg]
		if of.matched&symbols != symbols {
			continue
		}
		passage, isNamed := named[pg]
		u := of.best - 1
		c := match{page: pg, passage: u, score: of.score}
		c.all = isNamed || of.matched&required == required || of.matched&names == names && r.said[u].titled >= wholeName
		r.consider(c, passage, isNamed)
	}
	for pg, passage := range named {
		if r.onPage[pg].best == 0 && symbols == 0 {
			r.consider(match{page: pg, all: true}, passage, true)
		}
	}
	if len(r.plan.queryTerms) > 0 || len(filters) == 0 {
		return
	}
	for pg := range r.langIndex.pages { // by filters alone
		if _, isNamed := named[int32(pg)]; !isNamed && r.onPage[pg].best == 0 {
			c := match{page: int32(pg), passage: int32(r.langIndex.pages[pg].FirstPassage)}
			c.all = required == 0
			r.consider(c, citedPassage{}, false)
		}
	}
}

// findBest finds the best passage of each page that has a score.
func (r *result) findBest() {
	all, onPage, pageOf, pages := r.said, r.onPage, r.pageOf, r.scratch.pages
	for _, u := range r.passages {
		page := pageOf[u]
		of, score := &onPage[page], all[u].score
		if of.best == 0 {
			pages = append(pages, page)
		}
		if of.best == 0 || score > of.score || score == of.score && u < of.best-1 {
			of.best, of.score = u+1, score
		}
	}
	r.scratch.pages = pages
}

// consider adds a match unless its page is left out.
func (r *result) consider(c match, passage citedPassage, isNamed bool) {
	if len(r.leftOut) > 0 && r.left[c.page] {
		return
	}
	if c.all && !r.question {
		c.tier = allWords
	}
	if isNamed {
		c.tier, c.passage = uint8(cited+passage.rank), passage.passage
	}
	r.found = append(r.found, c)
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
			if r.onPage[t.page].matched&others == others && (!ok || rank > have.rank || rank == have.rank && t.passage < have.passage) {
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
			if p.Cite.Part != "" && len(r.cites[p.Cite]) == 0 {
				named(query.Citation{Document: p.Cite.Document}, 0) // which may hold the part under no name
			}
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
func (r *result) rank(filters []filter) {
	var fallback uint64
	if !slices.ContainsFunc(r.found, func(c match) bool { return c.all }) {
		fallback = r.rarest()
	}
	masks := make([]filterMask, len(filters))
	for i, f := range filters {
		masks[i] = r.facetTable.mask(f)
	}
	kept := 0
	for i := range r.found {
		c := &r.found[i]
		c.counted = c.all || fallback != 0 && r.onPage[c.page].matched&fallback != 0
		values, failed, failures := r.valuesOf(c.page), -1, 0
		for i := range masks {
			if !masks[i].passes(values) {
				failed = i
				failures++
			}
		}
		if c.counted && failures == 0 {
			for _, v := range values {
				r.counts[v]++
			}
		} else if c.counted && failures == 1 && !filters[failed].not {
			// To choose a value of the one facet that it fails would bring the page.
			for _, v := range values {
				if masks[failed].facet[v] {
					r.counts[v]++
				}
			}
		}
		if failures == 0 {
			if kept < i {
				r.found[kept] = *c
			}
			kept++
		}
	}
	r.found = r.found[:kept]
	if r.langIndex.versions && !slices.ContainsFunc(filters, func(f filter) bool { return strings.EqualFold(f.facet, versionFacet) }) {
		r.findOlder()
	}
	r.approach()
}

// findOlder marks the matches of which the newest version is one too, and holds the
// query as well: they come after it, and after all others that hold the query so.
func (r *result) findOlder() {
	tiers := map[int32]int{} // of pages that are the newest of several
	for _, c := range r.found {
		if newest := r.langIndex.pages[c.page].Newest; newest > 0 {
			tiers[int32(newest)-1] = -1
		}
	}
	for _, c := range r.found {
		if _, ok := tiers[c.page]; ok {
			tiers[c.page] = int(c.tier)
		}
	}
	for i, c := range r.found {
		if newest := r.langIndex.pages[c.page].Newest; newest > 0 {
			r.found[i].older = tiers[int32(newest)-1] >= int(c.tier)
		}
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
		record := &c.res.langIndex.pages[c.page]
		title, heading := c.res.nameTokens(record.Title, u.Heading)
		bonus, err := c.res.exactWords(title, heading, u)
		if err != nil {
			return err
		}
		// With all of both, a page could pass the better one by which it gains.
		c.exact = bonus + max(c.res.said[c.passage].score, c.score-bonus/linkedShare)
		alike := c.res.likeQuery(record.Title, title)
		if c.tier > cited {
			alike = max(alike, sameTerms)
		}
		c.exactMatch = alike > 0
		if record.isRecord() { // a page of its own on the same says more
			c.exact -= c.score / recordShare
		} else {
			c.named = titleOverHeading * alike
		}
		if err := c.res.findHeading(c, heading); err != nil {
			return err
		}
	}
	slices.SortFunc(pages, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.tier, a.tier), compareBool(a.older, b.older), cmp.Compare(b.named, a.named), cmp.Compare(b.exact, a.exact), compareCandidates(a, b))
	})
	return nil
}

// nameTokens gives the tokens of the title of a page and of the heading of its best passage.
func (r *result) nameTokens(title, heading string) (ofTitle, ofHeading []text.Token) {
	r.tokens = text.AppendTokens(r.tokens[:0], title)
	n := len(r.tokens)
	r.tokens = text.AppendTokens(r.tokens, heading)
	return r.tokens[:n], r.tokens[n:]
}

// isRecord tells whether a page of the index is a part of a page of the site.
func (p *pageRecord) isRecord() bool { return strings.Contains(p.URL, "#") }

// findHeading looks for a passage whose heading is the whole query: there the page
// leads, if that passage says nearly as much of the query as the best one, of whose
// heading the tokens are given.
func (r *result) findHeading(c *candidate, best []text.Token) error {
	for _, u := range r.bestPassages(*c) {
		if u != c.passage && (c.tier >= cited || r.said[u].score*headingReach < c.score*(headingReach-1)) {
			continue
		}
		stored, err := r.passage(u)
		if err != nil {
			return err
		}
		tokens := best
		if u != c.passage {
			tokens = text.AppendTokens(r.tokens[len(r.tokens):], stored.Heading)
		}
		alike := r.likeQuery(stored.Heading, tokens)
		if alike == 0 {
			continue
		}
		c.named += alike
		if u != c.passage {
			c.passage, c.score = u, r.said[u].score
		}
		return nil
	}
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
func (r *result) exactWords(title, heading []text.Token, u *storedText) (int32, error) {
	spans, err := r.readSpans(u)
	if err != nil {
		return 0, err
	}
	holds := func(s *queryTerm) bool {
		typed := func(t text.Token) bool { return t.Term == s.text }
		if slices.ContainsFunc(title, typed) || slices.ContainsFunc(heading, typed) {
			return true
		}
		hash := termByte(s.terms[0])
		for from := 0; ; from++ {
			i := bytes.IndexByte(u.hashes[from:], hash)
			if i < 0 {
				return false
			}
			if from += i; spans[from].token(u.Text, u.spans).Term == s.text {
				return true
			}
		}
	}
	bonus := 0
	for _, s := range r.plan.queryTerms {
		if !s.phrase && !s.stop && len(s.terms) == 1 && holds(s) {
			bonus += r.atBest(s) / exactShare
		}
	}
	return int32(bonus), nil
}

// How much a title or heading is the query: of all its terms, of the same words, or
// letter for letter. The least of a title counts more than the most of a heading.
const (
	sameTerms = 1 + iota
	sameWords
	sameLetters
	titleOverHeading
)

// likeQuery tells how much a title or heading, with its number or without, is the whole
// query; 0 if it is not.
func (r *result) likeQuery(name string, tokens []text.Token) int32 {
	n := text.Numbering(name)
	if !r.areQuery(tokens) {
		if n == 0 || !r.areQuery(text.Tokens(name[n:])) {
			return 0
		}
		name = name[n:]
	}
	switch {
	case name == r.plan.typedText:
		return sameLetters
	case text.Fold(name) == text.Fold(r.plan.typedText):
		return sameWords
	}
	return sameTerms
}

// areQuery tells whether tokens are the whole query, term by term. Names of code
// count by their parts on both sides, for their whole is another way to write these.
func (r *result) areQuery(tokens []text.Token) bool {
	if r.asked == nil {
		r.asked = []string{}
		for _, s := range r.plan.queryTerms {
			if !s.name && !s.part {
				r.asked = append(r.asked, s.terms...)
			}
		}
	}
	asked, found := r.asked, 0
	for _, t := range tokens {
		if t.Parts > 0 {
			continue
		}
		if found == len(asked) || asked[found][0] != t.Term[0] && !r.CutsBeginnings() || r.Term(t) != asked[found] {
			return false // most by their first letters, which stems keep
		}
		found++
	}
	return found > 0 && found == len(asked)
}

// sampled is of how many times as many matches the first are sought, to pass over others.
const sampled = 32

// first gives the first n matches of a language, in order, as candidates.
func (r *result) first(n int) []candidate {
	chosen := r.found
	if top := firstOf(chosen[:min(len(chosen), sampled*n)], n, compareMatches); len(top) == n {
		// Of thousands of matches nearly all come behind the first of some of them.
		last, kept := top[n-1].rank(), r.chosen[:0]
		for _, m := range chosen {
			if m.rank() >= last {
				kept = append(kept, m)
			}
		}
		r.chosen, chosen = kept, kept
	}
	return r.asCandidates(best(chosen, n, compareMatches))
}

func (r *result) asCandidates(matches []match) []candidate {
	out := make([]candidate, len(matches))
	for i, m := range matches {
		out[i] = candidate{match: m, res: r}
	}
	return out
}

// best gives the first n of all, in order. It sorts all when that is cheaper.
func best[T any](all []T, n int, compare func(a, b T) int) []T {
	if n*4 > len(all) {
		slices.SortFunc(all, compare)
		return all[:min(n, len(all))]
	}
	return firstOf(all, n, compare)
}

// firstOf gives the first n of all, in order, and leaves all as they are.
func firstOf[T any](all []T, n int, compare func(a, b T) int) []T {
	top := slices.Clone(all[:min(n, len(all))])
	slices.SortFunc(top, compare)
	for _, x := range all[len(top):] {
		if compare(x, top[n-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(top, x, compare)
		copy(top[i+1:], top[i:])
		top[i] = x
	}
	return top
}

func compareCandidates(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.rank(), a.rank()), strings.Compare(a.res.Lang, b.res.Lang))
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

// facetTable numbers the values of facets.
type facetTable struct {
	values  [][2]string // facet and value, by number
	labelOf []string    // by number
	ofPages []int32     // values of all pages, one page after another
	ends    []int32     // where those of each page end
	facets  []facetValues
}

// valuesOf gives the values of a page.
func (t *facetTable) valuesOf(page int32) []int32 {
	if len(t.ofPages) == 0 {
		return nil
	}
	from := int32(0)
	if page > 0 {
		from = t.ends[page-1]
	}
	return t.ofPages[from:t.ends[page]]
}

// facetValues are the numbers of the values of one facet, in order.
type facetValues struct {
	name   string
	values []int32
}

// number gives the number of a value.
func (t *facetTable) number(facet, value string, known map[[2]string]int32) int32 {
	key := [2]string{facet, value}
	n, ok := known[key]
	if !ok {
		n = int32(len(t.values))
		known[key] = n
		t.values = append(t.values, key)
		at := slices.IndexFunc(t.facets, func(f facetValues) bool { return f.name == facet })
		if at < 0 {
			at = len(t.facets)
			t.facets = append(t.facets, facetValues{name: facet})
		}
		t.facets[at].values = append(t.facets[at].values, n)
	}
	return n
}

// filterMask is a filter by the numbers of values.
type filterMask struct {
	not    bool
	facet  []bool // whether a value is of the filter's facet
	chosen []bool // whether it is one of the filter's
}

func (t *facetTable) mask(f filter) filterMask {
	m := filterMask{f.not, make([]bool, len(t.values)), make([]bool, len(t.values))}
	for i, v := range t.values {
		m.facet[i] = strings.EqualFold(v[0], f.facet)
		m.chosen[i] = m.facet[i] && slices.ContainsFunc(f.values, func(value string) bool { return strings.EqualFold(value, v[1]) })
	}
	return m
}

// passes tells whether a page with these values passes.
func (m *filterMask) passes(values []int32) bool {
	for _, v := range values {
		if m.chosen[v] {
			return !m.not
		}
	}
	return m.not
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
	m := merged{facets: facetCounts(results)}
	if len(results) == 1 {
		for _, c := range results[0].found {
			if c.counted { // all of these hold all words, or none does
				m.total++
			}
		}
		m.candidates = results[0].first(n)
		return m
	}
	complete := false
	for _, r := range results {
		m.candidates = append(m.candidates, r.asCandidates(r.found)...)
		complete = complete || slices.ContainsFunc(r.found, func(c match) bool { return c.all })
	}
	slices.SortFunc(m.candidates, compareCandidates)
	m.candidates = foldTranslations(m.candidates)
	for _, c := range m.candidates {
		if c.counted && (!complete || c.all) {
			m.total++
		}
	}
	// A translation that came in place of another has a score of its own.
	m.candidates = best(m.candidates, n, compareCandidates)
	return m
}

// foldTranslations leaves one page of those that are translations of one another: of the
// best tier, the best that holds the query's own words rather than other names for them.
func foldTranslations(pages []candidate) []candidate {
	place := map[string]int{}
	var out []candidate
	for _, c := range pages {
		key := c.res.langIndex.pages[c.page].group()
		at, seen := place[key]
		switch {
		case !seen:
			place[key] = len(out)
			out = append(out, c)
		case c.tier == out[at].tier && out[at].byName() && !c.byName():
			out[at] = c
		}
	}
	return out
}

// byName tells whether a page was found by another name of what the query says.
func (c candidate) byName() bool { return c.res.nameOf(c.passage) != "" }

// group names a page and its translations alike: by the first of their URLs.
func (p pageRecord) group() string {
	name := p.URL
	for _, t := range p.Translations {
		name = min(name, t.URL)
	}
	return name
}

// facetCounts lists the values of each facet, commonest first.
func facetCounts(results []*result) map[string][]FacetCount {
	out := map[string][]FacetCount{}
	if len(results) == 1 {
		results[0].listCounts(out)
	} else {
		addCounts(out, results)
	}
	for _, counts := range out {
		for i := range counts {
			counts[i].Label = cmp.Or(counts[i].Label, counts[i].Value)
		}
		slices.SortFunc(counts, func(a, b FacetCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
	}
	return out
}

// addCounts adds the counts of several results up, value by value.
func addCounts(out map[string][]FacetCount, results []*result) {
	at := map[[2]string]int{} // of values, in out
	for _, r := range results {
		for i, n := range r.counts {
			if n == 0 {
				continue
			}
			key, label := r.facetTable.values[i], r.facetTable.labelOf[i]
			if j, have := at[key]; have {
				c := &out[key[0]][j]
				c.Count, c.Label = c.Count+int(n), cmp.Or(c.Label, label)
				continue
			}
			at[key] = len(out[key[0]])
			out[key[0]] = append(out[key[0]], FacetCount{key[1], label, int(n)})
		}
	}
}

// listCounts lists the values that have a count, by facet, in one piece of memory.
func (r *result) listCounts(out map[string][]FacetCount) {
	held := 0
	for _, n := range r.counts {
		held += min(1, int(n))
	}
	memory := make([]FacetCount, 0, held)
	for _, facet := range r.facetTable.facets {
		begin := len(memory)
		for _, i := range facet.values {
			if n := r.counts[i]; n > 0 {
				memory = append(memory, FacetCount{r.facetTable.values[i][1], r.facetTable.labelOf[i], int(n)})
			}
		}
		if len(memory) > begin {
			out[facet.name] = memory[begin:len(memory):len(memory)]
		}
	}
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
