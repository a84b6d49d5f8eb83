package indexer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// Limits of a request.
const (
	MaxQuery    = 1000 // characters
	MaxPageSize = 100  // pages of results in one answer
	maxDepth    = 10_000
	maxFilters  = 32 // values of facets in one request
	pageSize    = 10
	sectionsOf  = 3 // sections shown of one page
	exactPages  = 5 // pages put in order by their exact words: those whose texts are read in any case
	exactShare  = 5 // an exact word adds a fifth of its weight
)

// A Request asks for pages.
type Request struct {
	Query  string
	Lang   string              // BCP 47 tag, "*" for all languages; a language without an index is answered in that of the site's front page
	Page   int                 // from 1; 0 means 1
	Size   int                 // pages in the answer; 0 means 10
	Facets map[string][]string // only pages with one of the values of each facet
	Typing bool                // the person is still typing the last word
	Exact  bool                // correct nothing
	Detail bool                // fill Explanation
}

// An Answer is what a search gives, the same from every carrier.
type Answer struct {
	Query      string                  `json:"query"`
	Lang       string                  `json:"lang"`
	Total      int                     `json:"total"`
	Page       int                     `json:"page"`
	Correction *Correction             `json:"correction,omitempty"`
	Pages      []FoundPage             `json:"pages"`
	Facets     map[string][]FacetCount `json:"facets"`
}

// A Correction tells that another query was answered than the one typed.
type Correction struct {
	Shown string `json:"shown"`
	Typed string `json:"typed"`
}

// A FoundPage is one page of an answer, with its best sections.
type FoundPage struct {
	URL          string              `json:"url"`
	Title        string              `json:"title"`
	Lang         string              `json:"lang"`
	Date         string              `json:"date,omitempty"`
	Score        int                 `json:"score"`
	Direct       bool                `json:"direct,omitempty"` // the first page, when it is what the query names
	Facets       map[string][]string `json:"facets,omitempty"`
	Why          string              `json:"why,omitempty"` // another name that stands on the page instead of the words typed
	Translations []Translation       `json:"translations,omitempty"`
	Sections     []FoundSection      `json:"sections"`
	Explanation  []string            `json:"explanation,omitempty"`
}

// A FoundSection is a passage of a page.
type FoundSection struct {
	URL     string    `json:"url"`
	Heading string    `json:"heading,omitempty"`
	Excerpt []Segment `json:"excerpt"`
}

// A FacetCount tells how many pages of the answer have a value of a facet.
type FacetCount struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// Search answers a request. It returns a RequestError for one that makes no
// sense, and nothing else but for a broken index or an ended context.
func (x *Index) Search(ctx context.Context, r Request) (*Answer, error) {
	langs, err := x.check(&r)
	if err != nil {
		return nil, err
	}
	answer := &Answer{Query: r.Query, Lang: r.Lang, Page: r.Page, Pages: []FoundPage{}, Facets: map[string][]FacetCount{}}
	var results []*result
	for _, l := range langs {
		res, err := l.search(ctx, r, &x.manifest, langs)
		if err != nil {
			return nil, err
		}
		defer res.release()
		results = append(results, res)
		if answer.Correction == nil {
			answer.Correction = res.correction(r.Query)
		}
	}
	from := (r.Page - 1) * r.Size
	merged := merge(results, max(from+r.Size, exactPages))
	if err := preferExact(merged.ranked[:min(exactPages, len(merged.ranked))]); err != nil {
		return nil, err
	}
	answer.Total = merged.total
	answer.Facets = merged.facets
	for i, f := range merged.ranked[min(from, len(merged.ranked)):min(from+r.Size, len(merged.ranked))] {
		page, err := f.res.show(f, x.Base, r.Detail)
		if err != nil {
			return nil, err
		}
		page.Direct = from+i == 0 && f.direct
		answer.Pages = append(answer.Pages, page)
	}
	return answer, nil
}

// check completes a request and refuses one that makes no sense.
func (x *Index) check(r *Request) ([]*langIndex, error) {
	if utf8.RuneCountInString(r.Query) > MaxQuery {
		return nil, refuse(QueryLong, "limit", strconv.Itoa(MaxQuery))
	}
	r.Page, r.Size = cmp.Or(r.Page, 1), cmp.Or(r.Size, pageSize)
	switch {
	case r.Page < 1:
		return nil, refuse(PageRange)
	case r.Size < 1 || r.Size > MaxPageSize:
		return nil, refuse(SizeRange, "limit", strconv.Itoa(MaxPageSize))
	case r.Page > maxDepth/r.Size: // their product can be too great for a number
		return nil, refuse(TooDeep, "limit", strconv.Itoa(maxDepth))
	}
	if r.Lang == "*" {
		return x.languages, nil
	}
	l := x.language(r.Lang)
	r.Lang = l.Lang
	return []*langIndex{l}, nil
}

// scratch is the memory of one search in one language.
type scratch struct {
	counts  []unitCounts // by unit, zero between uses
	touched []int32
	score   []int32  // by unit
	inGroup []int32  // by unit, of the group at work
	matched []uint64 // by page: slots that the page holds
	best    []int32  // by page: its best unit + 1
}

type unitCounts struct{ tf, length fieldCounts }

func newScratch(units, pages int) *scratch {
	return &scratch{
		counts: make([]unitCounts, units), score: make([]int32, units), inGroup: make([]int32, units),
		matched: make([]uint64, pages), best: make([]int32, pages),
	}
}

// result is what one language found.
type result struct {
	*langIndex
	*scratch
	plan     *plan
	question bool    // too many words to put pages with all of them first
	units    []int32 // with a score
	ranked   []ranked
	facets   map[string]map[string]int
	why      map[int32]string // by unit

	places     map[[2]string]map[int32][]uint64 // positions read, by field and term
	keptPlaces int
}

// ranked is a page in order: by tier, then score, then ordinal.
type ranked struct {
	res     *result
	page    int32
	unit    int32 // best, or the one that a citation names
	tier    int32
	score   int32
	exact   int32 // score with what exact words add; of the first pages alone
	direct  bool  // is what the query names; of the first pages alone
	all     bool  // the page holds all required words, or is cited
	counted bool  // one of the total
}

const (
	someWords = iota
	allWords
	cited
)

func (r *result) release() {
	clear(r.score)
	clear(r.matched)
	clear(r.best)
	r.langIndex.scratch.Put(r.scratch)
}

func (l *langIndex) search(ctx context.Context, r Request, m *manifest, together []*langIndex) (*result, error) {
	q := l.bounded(Parse(r.Query, l.hasFacet, m.Patterns), r.Typing)
	p, err := l.plan(ctx, q, r.Exact, together)
	if err != nil {
		return nil, err
	}
	filters, err := filtersOf(q, r.Facets)
	if err != nil {
		return nil, err
	}
	if len(p.slots) == 0 && len(filters) == 0 {
		if len(p.excluded) > 0 {
			return nil, refuse(OnlyExclusions)
		}
		return nil, refuse(QueryEmpty)
	}
	res := &result{langIndex: l, scratch: l.scratch.Get().(*scratch), plan: p, why: map[int32]string{}, places: map[[2]string]map[int32][]uint64{}}
	if err := res.run(ctx, q, filters, m.Prefer); err != nil {
		return nil, err // what stands in the scratch is unknown, so it is not used again
	}
	return res, nil
}

// filter is what is asked of one facet.
type filter struct {
	facet  string
	values []string
	not    bool
}

// filtersOf gathers the filters that were typed and those of the request.
// Values of one facet widen, facets narrow.
func filtersOf(q Query, chosen map[string][]string) ([]filter, error) {
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

func (r *result) run(ctx context.Context, q Query, filters []filter, prefer string) error {
	if err := r.fill(ctx); err != nil {
		return err
	}
	for _, g := range r.plan.groups {
		if err := r.addGroup(ctx, g); err != nil {
			return err
		}
	}
	for _, s := range r.plan.phrases {
		for _, h := range s.hits {
			r.add(h.unit, h.impact, s.bit)
		}
	}
	excluded, err := r.excluded(ctx)
	if err != nil {
		return err
	}
	r.rank(r.candidates(excluded, filters, q, prefer), filters)
	return nil
}

// fill looks up every slot and settles which of them are required.
func (r *result) fill(ctx context.Context) error {
	common := func(s *slot) bool { return !s.phrase && (s.stop || s.units*commonShare > r.Units) }
	required := 0
	for _, s := range r.plan.slots {
		if err := r.lookUp(ctx, s); err != nil {
			return err
		}
		if s.required && !common(s) {
			required++
		}
	}
	for _, s := range r.plan.slots {
		if common(s) && required > 0 {
			s.required = false
		}
	}
	r.question = required > mostRequired
	return nil
}

// lookUp fills a slot's hits. The words that one beginning stands for share
// the weight of the commonest of them, lest the rarest count most.
func (r *result) lookUp(ctx context.Context, s *slot) error {
	if err := ctx.Err(); err != nil {
		return err // postings that are kept do not look
	}
	if s.phrase {
		return r.lookUpPhrase(ctx, s)
	}
	if len(s.terms) == 1 {
		list, err := r.postings(ctx, s.terms[0], r.scratch)
		if err != nil {
			return err
		}
		s.hits, s.units = hitsOf(list, idf(len(list), r.Units), s.weight), len(list)
		return nil
	}
	lists := make([][]posting, len(s.terms))
	most := 0
	for i, term := range s.terms {
		var err error
		if lists[i], err = r.postings(ctx, term, r.scratch); err != nil {
			return err
		}
		most = max(most, len(lists[i]))
	}
	best := map[int32]int32{}
	shared := idf(most, r.Units)
	for i, list := range lists {
		weight := s.weight
		if i > 0 {
			weight = weight * prefixWeight / fullWeight
		}
		for _, h := range hitsOf(list, shared, weight) {
			best[h.unit] = max(best[h.unit], h.impact)
		}
	}
	s.hits, s.units = make([]hit, 0, len(best)), len(best)
	for _, u := range sortedKeys(best) {
		s.hits = append(s.hits, hit{u, best[u]})
	}
	return nil
}

func hitsOf(list []posting, idf, weight int) []hit {
	out := make([]hit, len(list))
	for i, p := range list {
		out[i] = hit{p.unit, int32(idf * int(p.saturation) * weight / fullWeight)}
	}
	return out
}

// lookUpPhrase finds the units where the phrase's terms stand side by side.
func (r *result) lookUpPhrase(ctx context.Context, s *slot) error {
	where, err := r.phraseUnits(ctx, s.terms)
	if err != nil || len(where) == 0 {
		return err
	}
	sum := map[int32]int32{}
	for _, term := range s.terms {
		list, err := r.postings(ctx, term, r.scratch)
		if err != nil {
			return err
		}
		for _, h := range hitsOf(list, idf(len(list), r.Units), s.weight) {
			if where[h.unit] {
				sum[h.unit] += h.impact
			}
		}
	}
	for _, u := range sortedKeys(where) {
		s.hits = append(s.hits, hit{u, sum[u]})
	}
	s.units = len(where)
	return nil
}

// phraseUnits reads positions, field by field.
func (r *result) phraseUnits(ctx context.Context, terms []string) (map[int32]bool, error) {
	found := map[int32]bool{}
	offsets := phraseOffsets(terms)
	for f, field := range fieldNames {
		if r.With[f] == 0 || f == keywords {
			continue
		}
		if len(terms) == 1 {
			err := r.eachUnit(ctx, field, terms[0], false, false, func(u int32, _ *bleveindex.TermFieldDoc) { found[u] = true })
			if err != nil {
				return nil, err
			}
			continue
		}
		// starts holds, for each unit, where the phrase may begin.
		var starts map[int32][]uint64
		for i, term := range terms {
			at, err := r.keptPositions(ctx, field, term)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				starts = maps.Clone(at)
				continue
			}
			for u, begin := range starts {
				if begin = intersect(begin, at[u], uint64(offsets[i])); len(begin) == 0 {
					delete(starts, u)
				} else {
					starts[u] = begin
				}
			}
		}
		for u := range starts {
			found[u] = true
		}
	}
	return found, nil
}

// phraseOffsets gives the distance of each term from the phrase's beginning.
// A pair of ideographs stands where its first character does.
func phraseOffsets(terms []string) []int {
	out := make([]int, len(terms))
	at := 0
	for i, t := range terms {
		out[i] = at
		r, size := utf8.DecodeRuneInString(t)
		single := size == len(t)
		if classOf(r) == ideograph && single && i+1 < len(terms) && strings.HasPrefix(terms[i+1], t) && utf8.RuneCountInString(terms[i+1]) == 2 {
			continue // its pair follows, at the same place
		}
		at++
	}
	return out
}

// keptPositions gives what positions gives. Phrases of one query often share
// terms, so what was read is kept for the query, up to maxPlaces positions.
func (r *result) keptPositions(ctx context.Context, field, term string) (map[int32][]uint64, error) {
	key := [2]string{field, term}
	if at, ok := r.places[key]; ok {
		return at, nil
	}
	at, err := r.positions(ctx, field, term)
	if err != nil {
		return nil, err
	}
	for _, list := range at {
		r.keptPlaces += len(list)
	}
	if r.keptPlaces <= maxPlaces {
		r.places[key] = at
	}
	return at, nil
}

const maxPlaces = 1 << 19

// positions gives, for each unit, the places of a term in a field.
func (l *langIndex) positions(ctx context.Context, field, term string) (map[int32][]uint64, error) {
	out := map[int32][]uint64{}
	err := l.eachUnit(ctx, field, term, false, true, func(u int32, d *bleveindex.TermFieldDoc) {
		list := make([]uint64, len(d.Vectors))
		for i, v := range d.Vectors {
			list[i] = v.Pos
		}
		out[u] = list
	})
	return out, err
}

// intersect gives the places of a behind which, at a distance, a place of b is;
// both are in order.
func intersect(a, b []uint64, distance uint64) []uint64 {
	var out []uint64
	for _, x := range a {
		for len(b) > 0 && b[0] < x+distance {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == x+distance {
			out = append(out, x)
		}
	}
	return out
}

// addGroup adds a group's impacts. Where other names of it say more than its
// own words, they count instead and make the group complete.
func (r *result) addGroup(ctx context.Context, g group) error {
	if len(g.synonyms) == 0 {
		for _, s := range g.slots {
			for _, h := range s.hits {
				r.add(h.unit, h.impact, s.bit)
			}
		}
		return nil
	}
	var units []int32
	all := uint64(0)
	for _, s := range g.slots {
		all |= s.bit
		for _, h := range s.hits {
			if r.inGroup[h.unit] == 0 {
				units = append(units, h.unit)
			}
			r.inGroup[h.unit] += h.impact
			r.matched[r.pageOf[h.unit]] |= s.bit
		}
	}
	complete := map[int32]bool{} // pages by their own words
	for _, u := range units {
		if pg := r.pageOf[u]; r.matched[pg]&all == all {
			complete[pg] = true
		}
	}
	for _, syn := range g.synonyms {
		impacts, err := r.together(ctx, syn.slots)
		if err != nil {
			return err
		}
		for _, u := range sortedKeys(impacts) {
			own, impact := r.inGroup[u], impacts[u]
			if own == 0 {
				units = append(units, u)
			}
			if !complete[r.pageOf[u]] && (impact > own || r.why[u] == "") {
				r.why[u] = syn.text
			}
			r.inGroup[u] = max(own, impact)
			r.matched[r.pageOf[u]] |= all
		}
	}
	for _, u := range units {
		r.add(u, r.inGroup[u], 0)
		r.inGroup[u] = 0
	}
	return nil
}

// together gives the units that hold all slots, with the sum of their impacts.
func (r *result) together(ctx context.Context, slots []*slot) (map[int32]int32, error) {
	sum := map[int32]int32{}
	count := map[int32]int{}
	for i, s := range slots {
		if err := r.lookUp(ctx, s); err != nil {
			return nil, err
		}
		for _, h := range s.hits {
			if count[h.unit] == i {
				count[h.unit]++
				sum[h.unit] += h.impact
			}
		}
	}
	for u, n := range count {
		if n < len(slots) {
			delete(sum, u)
		}
	}
	return sum, nil
}

func (r *result) add(unit, impact int32, bit uint64) {
	if r.score[unit] == 0 {
		r.units = append(r.units, unit)
	}
	r.score[unit] += impact
	r.matched[r.pageOf[unit]] |= bit
}

// excluded gives the pages that the query leaves out.
func (r *result) excluded(ctx context.Context) (map[int32]bool, error) {
	out := map[int32]bool{}
	for _, s := range r.plan.excluded {
		if err := r.lookUp(ctx, s); err != nil {
			return nil, err
		}
		for _, h := range s.hits {
			out[r.pageOf[h.unit]] = true
		}
	}
	return out, nil
}

// candidates gives every page that may be listed, best unit and tier settled,
// in the order of pages.
func (r *result) candidates(excluded map[int32]bool, filters []filter, q Query, prefer string) []ranked {
	for _, u := range r.units {
		pg := r.pageOf[u]
		if b := r.best[pg]; b == 0 || r.score[u] > r.score[b-1] || r.score[u] == r.score[b-1] && u < b-1 {
			r.best[pg] = u + 1
		}
	}
	var required uint64
	for _, s := range r.plan.slots {
		if s.required {
			required |= s.bit
		}
	}
	named := r.cited(q, prefer)
	var out []ranked
	for pg := range r.pages {
		c := ranked{res: r, page: int32(pg)}
		unit, isNamed := named[c.page]
		switch {
		case excluded[c.page]:
			continue
		case r.best[pg] > 0:
			c.unit = r.best[pg] - 1
			c.score = r.score[c.unit]
		case isNamed || len(r.plan.slots) == 0 && len(filters) > 0:
			c.unit = int32(r.pages[pg].FirstUnit)
		default:
			continue
		}
		c.all = isNamed || r.matched[pg]&required == required
		if c.all && !r.question {
			c.tier = allWords
		}
		if isNamed {
			c.tier, c.unit = cited+unit.rank, unit.unit
		}
		out = append(out, c)
	}
	return out
}

// namedUnit is where a citation leads. Rank orders a page that declares just
// what was named above one that declares a part of another document.
type namedUnit struct{ unit, rank int32 }

// cited finds the pages that declare what the query cites, provided that they
// hold the query's other words too.
func (r *result) cited(q Query, prefer string) map[int32]namedUnit {
	out := map[int32]namedUnit{}
	others := uint64(0)
	for _, s := range r.plan.slots {
		if !s.mention && s.required && !s.stop {
			others |= s.bit
		}
	}
	named := func(c Citation, rank int32) {
		for _, t := range r.cites[c] {
			have, ok := out[t.page]
			if r.matched[t.page]&others == others && (!ok || rank > have.rank || rank == have.rank && t.unit < have.unit) {
				out[t.page] = namedUnit{t.unit, rank}
			}
		}
	}
	for _, p := range q.Parts {
		if p.Kind != Mention || p.Not {
			continue
		}
		if p.Cite.Document != "" {
			named(p.Cite, 1)
			continue
		}
		named(Citation{prefer, p.Cite.Part}, 1)
		for c := range r.cites {
			if c.Part == p.Cite.Part && c.Document != prefer {
				named(c, 0)
			}
		}
	}
	return out
}

// rank settles what counts for the total, counts facets, and sorts. What
// counts are the pages that hold all required words or, if there is none, the
// rarest that any page holds.
func (r *result) rank(pages []ranked, filters []filter) {
	var fallback uint64
	if !slices.ContainsFunc(pages, func(c ranked) bool { return c.all }) {
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
		r.ranked = append(r.ranked, c)
	}
}

// preferExact puts the first pages of an answer in order anew: of two words
// with one stem, the one that was typed is more likely meant. Tiers stay.
func preferExact(pages []ranked) error {
	for i := range pages {
		c := &pages[i]
		bonus, err := c.res.exact(*c)
		if err != nil {
			return err
		}
		c.exact, c.direct = c.score+bonus, c.res.direct(*c)
	}
	slices.SortFunc(pages, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.tier, a.tier), compareBool(b.direct, a.direct), cmp.Compare(b.exact, a.exact), compareRanked(a, b))
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

// exact gives what a page gains by the words that stand as they were typed in
// its title or its best unit: a share of the most that each can weigh.
func (r *result) exact(c ranked) (int32, error) {
	u, err := r.unit(c.unit)
	if err != nil {
		return 0, err
	}
	held := map[string]bool{}
	for _, text := range []string{r.pages[c.page].Title, u.Heading, u.Text} {
		for _, t := range tokens(text) {
			held[t.term] = true
		}
	}
	bonus := 0
	for _, s := range r.plan.slots {
		if !s.phrase && !s.stop && len(s.terms) == 1 && held[s.text] {
			bonus += idf(s.units, r.Units) * saturationSteps * s.weight / fullWeight / exactShare
		}
	}
	return int32(bonus), nil
}

// direct tells whether a page is the very thing that the query names: by a
// citation of it, or by the whole of its title.
func (r *result) direct(c ranked) bool {
	if c.tier > cited {
		return true
	}
	var asked []string
	for _, s := range r.plan.slots {
		asked = append(asked, s.terms...)
	}
	return slices.Equal(asked, r.terms(r.pages[c.page].Title))
}

// best puts the first n of pages in order and drops the rest when it is
// cheaper not to sort them.
func best(pages []ranked, n int) []ranked {
	if n*4 > len(pages) {
		slices.SortFunc(pages, compareRanked)
		return pages
	}
	top := slices.Clone(pages[:n])
	slices.SortFunc(top, compareRanked)
	for _, c := range pages[n:] {
		if compareRanked(c, top[n-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(top, c, compareRanked)
		copy(top[i+1:], top[i:])
		top[i] = c
	}
	return top
}

func compareRanked(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.tier, a.tier), cmp.Compare(b.score, a.score), cmp.Compare(a.page, b.page), cmp.Compare(a.res.Lang, b.res.Lang))
}

func (r *result) rarest() uint64 {
	var rarest *slot
	for _, s := range r.plan.slots {
		if s.units > 0 && s.required && (rarest == nil || s.units < rarest.units) {
			rarest = s
		}
	}
	if rarest == nil {
		for _, s := range r.plan.slots {
			if s.units > 0 && (rarest == nil || s.units < rarest.units) {
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

// correction words what was replaced in the query.
func (r *result) correction(query string) *Correction {
	if len(r.plan.typed) == 0 {
		return nil
	}
	shown := query
	for _, t := range slices.Backward(tokens(query)) {
		if i := slices.Index(r.plan.typed, t.term); i >= 0 {
			shown = shown[:t.start] + r.plan.shown[i] + shown[t.end:]
		}
	}
	return &Correction{Shown: shown, Typed: query}
}

// merged is the answer of all languages together.
type merged struct {
	ranked []ranked
	total  int
	facets map[string][]FacetCount
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
		return slices.ContainsFunc(r.ranked, func(c ranked) bool { return c.all })
	})
	for _, r := range results {
		if len(results) == 1 {
			m.ranked = r.ranked
		} else {
			m.ranked = append(m.ranked, r.ranked...)
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
		slices.SortFunc(m.ranked, compareRanked)
		m.ranked = foldTranslations(m.ranked)
	}
	for _, c := range m.ranked {
		if c.counted && (!complete || c.all) {
			m.total++
		}
	}
	m.ranked = best(m.ranked, n)
	m.facets = facetCounts(counts, labels)
	return m
}

func foldTranslations(pages []ranked) []ranked {
	seen := map[string]bool{}
	return slices.DeleteFunc(pages, func(c ranked) bool {
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

// show makes the page of an answer from a ranked page.
func (r *result) show(c ranked, base string, detail bool) (FoundPage, error) {
	record := r.pages[c.page]
	page := FoundPage{
		URL: base + record.URL, Title: record.Title, Lang: r.Lang, Date: record.Date, Score: int(c.score),
		Why: r.why[c.unit], Sections: []FoundSection{},
	}
	for _, f := range record.Facets {
		if page.Facets == nil {
			page.Facets = map[string][]string{}
		}
		page.Facets[f.Facet] = append(page.Facets[f.Facet], f.Value)
	}
	for _, t := range record.Translations {
		page.Translations = append(page.Translations, Translation{t.Lang, base + t.URL})
	}
	want := r.sought()
	for _, u := range r.bestUnits(c) {
		stored, err := r.unit(u)
		if err != nil {
			return page, err
		}
		s := FoundSection{URL: page.URL, Heading: stored.Heading, Excerpt: excerpt(r.language, stored.Text, want)}
		if stored.ID != "" {
			s.URL += "#" + stored.ID
		}
		if s.Excerpt == nil {
			s.Excerpt = []Segment{}
		}
		if !slices.ContainsFunc(page.Sections, func(o FoundSection) bool { return o.URL == s.URL }) {
			page.Sections = append(page.Sections, s)
		}
	}
	if detail {
		page.Explanation = r.explain(c)
	}
	return page, nil
}

// bestUnits gives the units that are shown of a page, best first; the one that a
// citation names before all. Parts of one section become one.
func (r *result) bestUnits(c ranked) []int32 {
	end := r.Units
	if int(c.page)+1 < len(r.pages) {
		end = r.pages[c.page+1].FirstUnit
	}
	units := []int32{c.unit}
	for u := int32(r.pages[c.page].FirstUnit); u < int32(end); u++ {
		if u != c.unit && r.score[u] > 0 {
			units = append(units, u)
		}
	}
	slices.SortStableFunc(units[1:], func(a, b int32) int { return cmp.Compare(r.score[b], r.score[a]) })
	return units[:min(len(units), sectionsOf)]
}

// sought gives what excerpts show: the words of the query, function words only
// if there are no others, and the names that stand for them.
func (r *result) sought() sought {
	out := sought{weight: map[string]int{}}
	meaning := slices.ContainsFunc(r.plan.slots, func(s *slot) bool { return !s.stop })
	for _, s := range r.plan.slots {
		if s.stop && meaning {
			continue
		}
		for _, t := range s.terms {
			w := bits.Len(uint(r.Units/max(1, s.units))) * s.weight
			out.weight[t] = max(out.weight[t], w, 1)
		}
	}
	for _, g := range r.plan.groups {
		for _, syn := range g.synonyms {
			name := make([]string, len(syn.slots))
			for i, s := range syn.slots {
				name[i] = s.terms[0]
			}
			out.names = append(out.names, name)
		}
	}
	return out
}

// explain tells where the score of a page came from.
func (r *result) explain(c ranked) []string {
	tiers := []string{"some of the words", "all of the words", "part cited", "cited"}
	out := []string{fmt.Sprintf("%s; score %d from section %d", tiers[c.tier], c.score, int(c.unit)-r.pages[c.page].FirstUnit+1)}
	line := func(s *slot, what string) {
		for _, h := range s.hits {
			if h.unit == c.unit {
				out = append(out, fmt.Sprintf("%7d  %s%s (in %d of %d sections, idf %.2f)", h.impact, what, strings.Join(s.terms, "|"), s.units, r.Units, float64(idf(s.units, r.Units))/idfSteps))
			}
		}
	}
	for _, s := range r.plan.slots {
		line(s, "")
	}
	for _, g := range r.plan.groups {
		for _, syn := range g.synonyms {
			for _, s := range syn.slots {
				line(s, "as "+syn.text+": ")
			}
		}
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
