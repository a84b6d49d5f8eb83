package indexer

import (
	"context"
	"iter"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// scratch is the memory of one search in one language. What is by passage or by page
// is zero between searches; who writes there notes the place, so that to clear it
// costs what the search did and not what the index holds.
type scratch struct {
	said    []said     // by passage
	inGroup []int32    // by passage, of the group at work
	synonym []int32    // by passage: the place in names of the one that stands there, + 1
	place   []int32    // by passage: its place in a list that is being merged, + 1
	onPage  []pageSaid // by page
	left    []bool     // by page: whether it is left out
	whole   []bool     // by page: whether it holds the whole group at work

	passages []int32 // with a score
	pages    []int32 // of these
	leftOut  []int32 // pages
	names    []string
	found    []match
	chosen   []match // of these, some of which are the first
	counts   []int32 // by facet value
	hitRoom  []hit   // memory for the hits of query terms
	wanted   excerptTerms
	marked   markedText
	spans    []span       // of passages read
	tokens   []text.Token // of titles and headings
}

// said is what a query says of a passage.
type said struct {
	score  int32
	titled int32 // how much of its title the query says
}

// pageSaid is what a query says of a page.
type pageSaid struct {
	matched uint64 // queryTerms that it holds
	best    int32  // its best passage + 1
	score   int32  // of that
}

func newScratch(passages, pages, values int) *scratch {
	return &scratch{
		said: make([]said, passages), inGroup: make([]int32, passages), synonym: make([]int32, passages), place: make([]int32, passages),
		onPage: make([]pageSaid, pages), left: make([]bool, pages), whole: make([]bool, pages),
		counts: make([]int32, values),
	}
}

// clear makes the scratch ready for the next search.
func (s *scratch) clear() {
	for _, u := range s.passages {
		s.said[u] = said{}
	}
	if len(s.names) > 0 {
		for _, u := range s.passages {
			s.synonym[u] = 0
		}
	}
	for _, page := range s.pages {
		s.onPage[page] = pageSaid{}
	}
	for _, page := range s.leftOut {
		s.left[page] = false
	}
	clear(s.counts)
	if cap(s.hitRoom) > maxHitRoom {
		s.hitRoom = nil
	}
	s.spans = s.spans[:0]
	s.passages, s.pages, s.leftOut, s.names, s.found, s.hitRoom = s.passages[:0], s.pages[:0], s.leftOut[:0], s.names[:0], s.found[:0], s.hitRoom[:0]
}

// maxHitRoom is how many hits there is room for between searches, 1.5 MB: few need more.
const maxHitRoom = 1 << 17

// hitsFor gives an empty list with room for n hits.
func (s *scratch) hitsFor(n int) []hit {
	if cap(s.hitRoom)-len(s.hitRoom) < n {
		s.hitRoom = make([]hit, 0, max(n, 2*cap(s.hitRoom))) // lists that were given keep what they have
	}
	begin := len(s.hitRoom)
	s.hitRoom = s.hitRoom[:begin+n]
	return s.hitRoom[begin : begin : begin+n]
}

// fill looks up every query term and settles which of them are required.
func (r *result) fill(ctx context.Context) error {
	common := func(s *queryTerm) bool { return !s.phrase && (s.stop || s.passages*commonFraction > r.Passages) }
	words, required := 0, 0
	for _, s := range r.plan.queryTerms {
		if err := r.lookUp(ctx, s); err != nil {
			return err
		}
		if r.plan.work.spent || s.part && s.passages == 0 { // it has no hits
			s.required = false
		}
		if !s.part {
			words++
			if s.required && !common(s) {
				required++
			}
		}
	}
	for _, s := range r.plan.queryTerms {
		if common(s) && required > 0 {
			s.required = false
		}
	}
	r.question = required > maxAllRequired || words >= questionTerms
	return nil
}

// lookUp fills a query term's hits. The term has none when the budget is spent. The words
// that one beginning stands for share the idf of the commonest of them; otherwise the rarest
// would count most.
func (r *result) lookUp(ctx context.Context, s *queryTerm) error {
	if err := ctx.Err(); err != nil {
		return err // postings that are kept do not look
	}
	if s.phrase {
		return r.lookUpPhrase(ctx, s)
	}
	if len(s.terms) == 1 {
		list, err := r.postings(ctx, s.terms[0])
		if err != nil {
			return err
		}
		if !r.plan.work.take(len(list)) {
			return nil
		}
		s.list, s.impact, s.passages = list, impactOf(r.idf(s, len(list)), s.weight), len(list)
		return nil
	}
	lists := make([][]posting, len(s.terms))
	most := 0
	for i, term := range s.terms {
		var err error
		if lists[i], err = r.postings(ctx, term); err != nil {
			return err
		}
		if !r.plan.work.take(len(lists[i])) {
			return nil
		}
		most = max(most, len(lists[i]))
	}
	shared := r.idf(s, most)
	all := 0
	for _, list := range lists {
		all += len(list)
	}
	s.hits = r.hitsFor(min(all, r.Passages))
	for i, list := range lists {
		weight := s.weight
		if i > 0 {
			weight = weight * prefixWeight / fullWeight
		}
		impact := impactOf(shared, weight)
		for _, p := range list {
			h := hit{p.passage, impact.at(p.saturation), nameParts[p.saturation]}
			if at := r.place[h.passage]; at == 0 {
				s.hits = append(s.hits, h)
				r.place[h.passage] = int32(len(s.hits))
			} else if h.impact > s.hits[at-1].impact {
				s.hits[at-1] = h
			}
		}
	}
	s.passages = len(s.hits)
	r.forget(s.hits)
	return nil
}

// idf gives the idf of a query term that so many passages hold.
func (r *result) idf(s *queryTerm, passages int) int {
	return idf(passages+s.others.passages, r.Passages+s.others.of)
}

// forget clears the places of a list that is merged.
func (r *result) forget(hits []hit) {
	for _, h := range hits {
		r.place[h.passage] = 0
	}
}

// impact is what a term weighs with a saturation of 1, times fullWeight.
type impact uint64

func impactOf(idf, weight int) impact { return impact(idf * weight) }

func (i impact) at(saturation uint8) int32 { return int32(i * impact(saturation) / fullWeight) }

// nameParts tells for each saturation, in parts of titleShare, how much of the
// passage's title a term is: it undoes what saturation does.
var nameParts = func() (out [saturationSteps + 1]int32) {
	for s := range out {
		out[s] = int32(s) * k1Tenths / (10 * max(1, saturationSteps-int32(s)))
	}
	return out
}()

// all gives the hits of a query term, in no order.
func (s *queryTerm) all() iter.Seq[hit] {
	return func(yield func(hit) bool) {
		for _, p := range s.list {
			if !yield(hit{p.passage, s.impact.at(p.saturation), nameParts[p.saturation]}) {
				return
			}
		}
		for _, h := range s.hits {
			if !yield(h) {
				return
			}
		}
	}
}

// lookUpPhrase finds the passages where the phrase's terms stand side by side.
func (r *result) lookUpPhrase(ctx context.Context, s *queryTerm) error {
	where, err := r.phrasePassages(ctx, s.terms)
	if err != nil || len(where) == 0 {
		return err
	}
	for i, u := range where {
		s.hits = append(s.hits, hit{passage: u})
		r.place[u] = int32(i + 1)
	}
	defer r.forget(s.hits)
	for _, term := range s.terms {
		list, err := r.postings(ctx, term)
		if err != nil {
			return err
		}
		impact := impactOf(idf(len(list), r.Passages), s.weight)
		for _, p := range list {
			if at := r.place[p.passage]; at > 0 {
				s.hits[at-1].impact += impact.at(p.saturation)
			}
		}
	}
	s.passages = len(where)
	return nil
}

// phrasePassages reads positions: the fields of a passage lie on one line, with
// gaps that no phrase crosses. It gives the passages in order.
func (r *result) phrasePassages(ctx context.Context, terms []string) ([]int32, error) {
	offsets := phraseOffsets(terms)
	var starts *termPlaces // where the phrase may begin
	for i, term := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at, err := r.cachedPositions(ctx, term)
		if err != nil {
			return nil, err
		}
		if !r.plan.work.take(len(at.places)) {
			return nil, nil
		}
		if i == 0 {
			starts = at
		} else {
			starts = starts.followed(at, int32(offsets[i]))
		}
	}
	if starts == nil {
		return nil, nil
	}
	return starts.passages, nil
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
		if (text.IsIdeograph(r) || text.IsHangul(t)) && single && i+1 < len(terms) && strings.HasPrefix(terms[i+1], t) && utf8.RuneCountInString(terms[i+1]) == 2 {
			continue // its pair follows, at the same place
		}
		at++
	}
	return out
}

// addGroup adds a group's impacts. Where other names of it say more than its
// own words, they count instead and make the group complete. A name of rare words
// counts no more than the words that were typed: "customs" is about customs, though
// maritime security is another name of it and stands in fewer passages.
func (r *result) addGroup(ctx context.Context, g group) error {
	if len(g.synonyms) == 0 {
		for _, s := range g.queryTerms {
			r.addTerm(s)
		}
		return nil
	}
	var passages []int32
	all := uint64(0)
	for _, s := range g.queryTerms {
		all |= s.bit
		for h := range s.all() {
			if r.inGroup[h.passage] == 0 {
				passages = append(passages, h.passage)
			}
			r.inGroup[h.passage] += h.impact
			r.said[h.passage].titled += h.titled
			r.onPage[r.pageOf[h.passage]].matched |= s.bit
		}
	}
	bound := r.nameBound(g)
	own := passages
	for _, u := range own { // pages that are complete by their own words
		page := r.pageOf[u]
		r.whole[page] = r.onPage[page].matched&all == all
	}
	for i, syn := range g.synonyms {
		hits, err := r.together(ctx, syn.queryTerms)
		if err != nil {
			return err
		}
		r.names = append(r.names, syn.text)
		most := bound
		if syn.text != "" {
			for _, h := range hits {
				most = max(most, h.impact)
			}
		}
		g.synonyms[i].most = most
		for _, h := range hits {
			h.impact = int32(int64(h.impact) * int64(bound) / int64(most))
			u, own := h.passage, r.inGroup[h.passage]
			if own == 0 {
				passages = append(passages, u)
			}
			if !r.whole[r.pageOf[u]] && (h.impact > own || r.nameOf(u) == "") {
				r.synonym[u] = int32(len(r.names))
			}
			r.inGroup[u] = max(own, h.impact)
			r.onPage[r.pageOf[u]].matched |= all
		}
	}
	for _, u := range own {
		r.whole[r.pageOf[u]] = false
	}
	for _, u := range passages {
		r.add(u, r.inGroup[u], 0)
		r.inGroup[u] = 0
	}
	return nil
}

// atBest gives what a query term counts in a passage that says nothing else.
func (r *result) atBest(s *queryTerm) int {
	return r.idf(s, s.passages) * saturationSteps * s.weight / fullWeight
}

// nameBound gives what another name of a group counts at most: as much as the words
// that were typed at best.
func (r *result) nameBound(g group) int32 {
	bound := 1
	for _, s := range g.queryTerms {
		bound += r.atBest(s)
	}
	return int32(bound)
}

// nameOf gives the other name by which a passage was found; "" if it was by words
// of the query, or by their compound.
func (r *result) nameOf(passage int32) string {
	if i := r.synonym[passage]; i > 0 {
		return r.names[i-1]
	}
	return ""
}

// together gives the passages that hold all queryTerms, with the sum of their
// impacts, in no order.
func (r *result) together(ctx context.Context, queryTerms []*queryTerm) ([]hit, error) {
	for _, s := range queryTerms {
		if list, err := r.postings(ctx, s.terms[0]); len(list) == 0 || err != nil {
			return nil, err // and nothing of the budget: the web index has no such name
		}
	}
	for _, s := range queryTerms {
		if err := r.lookUp(ctx, s); err != nil {
			return nil, err
		}
	}
	fewest := queryTerms[0].passages
	sum, count := make([]hit, 0, fewest), make([]int, 0, fewest)
	for i, s := range queryTerms {
		for h := range s.all() {
			switch at := r.place[h.passage]; {
			case i == 0 && at == 0:
				sum, count = append(sum, hit{passage: h.passage, impact: h.impact}), append(count, 1)
				r.place[h.passage] = int32(len(sum))
			case at > 0 && count[at-1] == i:
				count[at-1]++
				sum[at-1].impact += h.impact
			}
		}
	}
	r.forget(sum)
	held := 0
	for i, h := range sum {
		if count[i] == len(queryTerms) {
			sum[held] = h
			held++
		}
	}
	return sum[:held], nil
}

func (r *result) add(passage, impact int32, bit uint64) {
	s := &r.said[passage]
	if s.score == 0 {
		r.passages = append(r.passages, passage)
	}
	s.score += impact
	r.onPage[r.pageOf[passage]].matched |= bit
}

// addTerm adds the impacts of a query term. Most of the work of a search is here, so
// what it uses stands in variables of its own.
func (r *result) addTerm(s *queryTerm) {
	all, onPage, pageOf, passages := r.said, r.onPage, r.pageOf, r.passages
	for _, p := range s.list {
		of := &all[p.passage]
		if of.score == 0 {
			passages = append(passages, p.passage)
		}
		of.score += s.impact.at(p.saturation)
		of.titled += nameParts[p.saturation]
		onPage[pageOf[p.passage]].matched |= s.bit
	}
	for _, h := range s.hits {
		of := &all[h.passage]
		if of.score == 0 {
			passages = append(passages, h.passage)
		}
		of.score += h.impact
		of.titled += h.titled
		onPage[pageOf[h.passage]].matched |= s.bit
	}
	r.passages = passages
}

// exclude marks the pages that the query leaves out.
func (r *result) exclude(ctx context.Context) error {
	for _, s := range r.plan.excluded {
		if err := r.lookUp(ctx, s); err != nil {
			return err
		}
		for h := range s.all() {
			if page := r.pageOf[h.passage]; !r.left[page] {
				r.left[page] = true
				r.leftOut = append(r.leftOut, page)
			}
		}
	}
	return nil
}
