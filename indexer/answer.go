package indexer

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// Limits of a request.
const (
	MaxQuery     = 10_000 // characters: a pasted page
	MaxPageSize  = 100    // pages of results in one answer
	maxDepth     = 10_000
	maxFilters   = 32 // values of facets in one request
	pageSize     = 10
	sectionsOf   = 3        // sections shown of one page
	exactPages   = pageSize // pages put in order by their exact words: those whose texts are read in any case
	exactShare   = 5        // an exact word adds a fifth of its weight
	recordShare  = 16       // an entry of a list loses this part of its score
	headingReach = 4        // a passage whose heading is the query may score less than the best by this part of it
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
	Partial    bool                    `json:"partial,omitempty"` // the query was more work than is done for one
	Pages      []FoundPage             `json:"pages"`
	Facets     map[string][]FacetCount `json:"facets"`
	Ignored    []string                `json:"ignored,omitempty"` // facets of the request that no page has
}

// A Correction tells that another query was answered than the one typed.
type Correction struct {
	Shown string `json:"shown"`
	Typed string `json:"typed"`
}

// A FoundPage is one page of an answer, with its best sections.
type FoundPage struct {
	URL            string              `json:"url"`
	Title          string              `json:"title"`
	Lang           string              `json:"lang"`
	Date           string              `json:"date,omitempty"`
	Score          int                 `json:"score"`
	ExactMatch     bool                `json:"direct,omitempty"` // the first page, when it is what the query names
	Facets         map[string][]string `json:"facets,omitempty"`
	MatchedSynonym string              `json:"why,omitempty"` // another name that stands on the page instead of the words typed
	Translations   []Translation       `json:"translations,omitempty"`
	Sections       []FoundSection      `json:"sections"`
	Explanation    []string            `json:"explanation,omitempty"`
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
func (x *Index) Search(ctx context.Context, r Request) (answer *Answer, err error) {
	if !x.InService() {
		return nil, ErrOutOfService
	}
	defer x.watchFaults(&err)()
	langs, err := x.check(&r)
	if err != nil {
		return nil, err
	}
	ignored := x.dropUnknown(&r, langs)
	answer = &Answer{Query: r.Query, Lang: r.Lang, Page: r.Page, Pages: []FoundPage{}, Facets: map[string][]FacetCount{}, Ignored: ignored}
	var results []*result
	parsed := x.parsed(r.Query)
	for _, l := range langs {
		res, err := l.search(ctx, r, parsed(l), &x.manifest, langs)
		if err != nil {
			return nil, err
		}
		defer res.release()
		results = append(results, res)
		answer.Partial = answer.Partial || res.plan.work.spent || res.plan.guesses.spent
		if answer.Correction == nil {
			answer.Correction = res.correction(r.Query)
		}
	}
	from := (r.Page - 1) * r.Size
	merged := merge(results, max(from+r.Size, exactPages))
	if err := preferExact(merged.candidates[:min(exactPages, len(merged.candidates))]); err != nil {
		return nil, err
	}
	answer.Total = merged.total
	answer.Facets = merged.facets
	for i, f := range merged.candidates[min(from, len(merged.candidates)):min(from+r.Size, len(merged.candidates))] {
		page, err := f.res.show(f, x.Base, r.Detail)
		if err != nil {
			return nil, err
		}
		page.ExactMatch = from+i == 0 && f.exactMatch
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

// dropUnknown takes the facets out of a request that no page of the languages
// has, and lists them: an address may carry what other programs put there.
func (x *Index) dropUnknown(r *Request, langs []*langIndex) (unknown []string) {
	known := map[string][]string{}
	for _, name := range sortedKeys(r.Facets) {
		if slices.ContainsFunc(langs, func(l *langIndex) bool { return l.hasFacet(name) }) {
			known[name] = r.Facets[name]
		} else {
			unknown = append(unknown, shorten(name))
		}
	}
	r.Facets = known
	return unknown
}

// result is what one language found.
type result struct {
	*langIndex
	*scratch
	plan     *plan
	question bool // too many words to put pages with all of them first

	excerpted *excerptTerms         // the same for every page
	asked     []string              // the terms that a title has which is the query
	read      map[int32]*storedText // passages read

	placesRead  map[string]*termPlaces // positions read, by term
	placesCount int
}

func (r *result) release() {
	r.scratch.clear()
	r.langIndex.scratch.Put(r.scratch)
}

// parsed gives a query as each language reads it. A long one takes milliseconds, so it is
// read again only where a name before a colon is a facet in one language and not in another.
func (x *Index) parsed(input string) func(l *langIndex) query.Query {
	var q query.Query
	var asked map[string]bool // names before colons: whether they are facets
	return func(l *langIndex) query.Query {
		if asked != nil && !slices.ContainsFunc(sortedKeys(asked), func(name string) bool { return l.hasFacet(name) != asked[name] }) {
			return q
		}
		asked = map[string]bool{}
		q = query.Parse(input, func(name string) bool {
			asked[name] = l.hasFacet(name)
			return asked[name]
		}, x.Patterns)
		return q
	}
}

func (l *langIndex) search(ctx context.Context, r Request, q query.Query, m *manifest, together []*langIndex) (*result, error) {
	q = l.bounded(q, r.Typing)
	p, err := l.plan(ctx, q, r.Exact, together)
	if err != nil {
		return nil, err
	}
	filters, err := filtersOf(q, r.Facets)
	if err != nil {
		return nil, err
	}
	if len(p.queryTerms) == 0 && len(filters) == 0 {
		if len(p.excluded) > 0 {
			return nil, refuse(OnlyExclusions)
		}
		return nil, refuse(QueryEmpty)
	}
	res := &result{langIndex: l, scratch: l.scratch.Get().(*scratch), plan: p}
	if err := res.run(ctx, q, filters, m.Prefer); err != nil {
		return nil, err // what stands in the scratch is unknown, so it is not used again
	}
	return res, nil
}

func (r *result) run(ctx context.Context, q query.Query, filters []filter, prefer string) error {
	// What is left out comes first, so that no budget ends before it.
	if err := r.exclude(ctx); err != nil {
		return err
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	for _, g := range r.plan.groups {
		if err := r.addGroup(ctx, g); err != nil {
			return err
		}
	}
	for _, s := range r.plan.phrases {
		for h := range s.all() {
			r.add(h.passage, h.impact, s.bit)
		}
	}
	r.collect(filters, q, prefer)
	r.rank(filters)
	return nil
}

// correction words what was replaced in the query.
func (r *result) correction(query string) *Correction {
	if len(r.plan.typed) == 0 {
		return nil
	}
	shown := query
	for _, t := range slices.Backward(text.Tokens(query)) {
		if i := slices.Index(r.plan.typed, t.Term); i >= 0 {
			shown = shown[:t.Start] + r.plan.shown[i] + shown[t.End:]
		}
	}
	return &Correction{Shown: shown, Typed: query}
}

// show makes the page of an answer from a candidate.
func (r *result) show(c candidate, base string, detail bool) (FoundPage, error) {
	record := &r.langIndex.pages[c.page]
	page := FoundPage{
		URL: base + record.URL, Title: record.Title, Lang: r.Lang, Date: record.Date, Score: int(c.score),
		Sections: []FoundSection{},
	}
	page.MatchedSynonym = r.nameOf(c.passage)
	for _, f := range record.Facets {
		if page.Facets == nil {
			page.Facets = map[string][]string{}
		}
		page.Facets[f.Facet] = append(page.Facets[f.Facet], f.Value)
	}
	for _, t := range record.Translations {
		page.Translations = append(page.Translations, Translation{t.Lang, base + t.URL})
	}
	want := r.excerptTerms()
	for _, u := range r.bestPassages(c) {
		stored, err := r.passage(u)
		if err != nil {
			return page, err
		}
		spans, err := r.readSpans(stored)
		if err != nil {
			return page, err
		}
		r.marked.read(r.Language, stored, spans, want)
		s := FoundSection{URL: page.URL, Heading: stored.Heading, Excerpt: r.marked.excerpt(r.Language, want)}
		switch {
		case u == c.passage && r.namesPage(c) && !hasMatch(s.Excerpt) && !hasMatch(excerpt(r.Language, stored.Heading, want)):
			s.Heading = ""
		case stored.ID != "":
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

// passage reads what is shown of a passage, once in a search.
func (r *result) passage(u int32) (*storedText, error) {
	if stored := r.read[u]; stored != nil {
		return stored, nil
	}
	stored, err := r.texts.of(u)
	if err != nil {
		return nil, err
	}
	if r.read == nil {
		r.read = map[int32]*storedText{}
	}
	r.read[u] = stored
	return stored, nil
}

// readSpans reads where the words of a passage stand, once in a search.
func (r *result) readSpans(t *storedText) ([]span, error) {
	if t.read == nil && len(t.hashes) > 0 {
		begin := len(r.spans)
		var err error
		if r.spans, err = appendSpans(r.spans, t.spans, len(t.hashes), t.Text); err != nil {
			return nil, err
		}
		t.read = r.spans[begin:]
	}
	return t.read, nil
}

// namesPage tells whether a page was found by words and its first passage is
// its best. If no such word stands in that passage, the page's title or keywords
// have them all, and the page itself is the answer rather than the passage.
func (r *result) namesPage(c candidate) bool {
	return len(r.plan.queryTerms) > 0 && c.tier < cited && int(c.passage) == r.langIndex.pages[c.page].FirstPassage
}

// hasMatch tells whether any segment of an excerpt is marked.
func hasMatch(segments []Segment) bool {
	return slices.ContainsFunc(segments, func(s Segment) bool { return s.Match })
}

// bestPassages gives the passages that are shown of a page, best first; the one that a
// citation names before all.
func (r *result) bestPassages(c candidate) []int32 {
	end := r.Passages
	if int(c.page)+1 < len(r.langIndex.pages) {
		end = r.langIndex.pages[c.page+1].FirstPassage
	}
	passages := []int32{c.passage}
	for u := int32(r.langIndex.pages[c.page].FirstPassage); u < int32(end); u++ {
		if u != c.passage && r.said[u].score > 0 {
			passages = append(passages, u)
		}
	}
	slices.SortStableFunc(passages[1:], func(a, b int32) int { return cmp.Compare(r.said[b].score, r.said[a].score) })
	return passages[:min(len(passages), sectionsOf)]
}

// excerptTerms gives what excerpts show: the words of the query, function words only
// if there are no others, and the names that stand for them.
func (r *result) excerptTerms() *excerptTerms {
	if r.excerpted != nil {
		return r.excerpted
	}
	out := &r.scratch.wanted
	out.reset()
	meaning := slices.ContainsFunc(r.plan.queryTerms, func(s *queryTerm) bool { return !s.stop })
	for _, s := range r.plan.queryTerms {
		if s.part || s.stop && meaning {
			continue
		}
		for _, t := range s.terms {
			w := bits.Len(uint(r.Passages/max(1, s.passages))) * s.weight
			out.weight[t] = max(out.weight[t], w, 1)
		}
	}
	for _, g := range r.plan.groups {
		for _, syn := range g.synonyms {
			name := make([]string, len(syn.queryTerms))
			for i, s := range syn.queryTerms {
				name[i] = s.terms[0]
			}
			out.names[name[0]] = append(out.names[name[0]], name)
		}
	}
	out.note()
	r.excerpted = out
	return out
}

// explain tells where the score of a page came from.
func (r *result) explain(c candidate) []string {
	tiers := []string{"some of the words", "all of the words", "part cited", "cited"}
	out := []string{fmt.Sprintf("%s; score %d from section %d", tiers[c.tier], c.score, int(c.passage)-r.langIndex.pages[c.page].FirstPassage+1)}
	if c.older {
		out[0] += "; comes after its newest version, " + r.langIndex.pages[r.langIndex.pages[c.page].Newest-1].URL
	}
	if c.exact != 0 && r.langIndex.pages[c.page].isRecord() {
		out = append(out, fmt.Sprintf("%7d  an entry of a list", -c.score/recordShare))
	}
	if gain := c.score - r.said[c.passage].score; c.tier < cited && gain > 0 {
		out = append(out, fmt.Sprintf("%7d  linked with one of the best", gain))
	}
	for _, g := range r.plan.groups {
		out = append(out, r.explainGroup(g, c.passage)...)
	}
	for _, s := range r.plan.phrases {
		if impact := s.impactIn(c.passage); impact > 0 {
			out = append(out, r.explainTerm(s, impact))
		}
	}
	return out
}

// explainGroup tells what a group counts in a passage: its words, or the other name
// that counted instead.
func (r *result) explainGroup(g group, passage int32) []string {
	var out []string
	own := int32(0)
	for _, s := range g.queryTerms {
		if impact := s.impactIn(passage); impact > 0 {
			own += impact
			out = append(out, r.explainTerm(s, impact))
		}
	}
	for _, syn := range g.synonyms {
		impact := int32(0)
		for _, s := range syn.queryTerms {
			one := s.impactIn(passage)
			if one == 0 {
				impact = 0
				break
			}
			impact += one
		}
		if syn.most > 0 {
			impact = int32(int64(impact) * int64(r.nameBound(g)) / int64(syn.most))
		}
		if impact > own {
			own = impact
			name := syn.text
			if name == "" { // the compound of hyphenated words
				name = syn.queryTerms[0].text
			}
			out = []string{fmt.Sprintf("%7d  as %s", impact, name)}
		}
	}
	return out
}

func (r *result) explainTerm(s *queryTerm, impact int32) string {
	return fmt.Sprintf("%7d  %s (in %d of %d sections, idf %.2f)", impact, strings.Join(s.terms, "|"), s.passages, r.Passages, float64(idf(s.passages, r.Passages))/idfSteps)
}

// impactIn gives what a term counts in a passage, 0 if it is not there.
func (s *queryTerm) impactIn(passage int32) int32 {
	for h := range s.all() {
		if h.passage == passage {
			return h.impact
		}
	}
	return 0
}
