package indexer

import (
	"context"
	"maps"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// scratch is the memory of one search in one language.
type scratch struct {
	score   []int32  // by passage
	inGroup []int32  // by passage, of the group at work
	matched []uint64 // by page: queryTerms that the page holds
	best    []int32  // by page: its best passage + 1
	titled  []int32  // by passage: how much of its title the query says
	marked  markedText
}

func newScratch(passages, pages int) *scratch {
	return &scratch{
		score: make([]int32, passages), inGroup: make([]int32, passages),
		matched: make([]uint64, pages), best: make([]int32, pages), titled: make([]int32, passages),
	}
}

// fill looks up every query term and settles which of them are required.
func (r *result) fill(ctx context.Context) error {
	common := func(s *queryTerm) bool { return !s.phrase && (s.stop || s.passages*commonFraction > r.Passages) }
	required := 0
	for _, s := range r.plan.queryTerms {
		if err := r.lookUp(ctx, s); err != nil {
			return err
		}
		if s.required && !common(s) {
			required++
		}
	}
	for _, s := range r.plan.queryTerms {
		if common(s) && required > 0 {
			s.required = false
		}
	}
	r.question = required > maxAllRequired
	return nil
}

// lookUp fills a query term's hits. The words that one beginning stands for share
// the weight of the commonest of them, lest the rarest count most.
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
		s.hits, s.passages = hitsOf(list, idf(len(list), r.Passages), s.weight), len(list)
		return nil
	}
	lists := make([][]posting, len(s.terms))
	most := 0
	for i, term := range s.terms {
		var err error
		if lists[i], err = r.postings(ctx, term); err != nil {
			return err
		}
		most = max(most, len(lists[i]))
	}
	best := map[int32]hit{}
	shared := idf(most, r.Passages)
	for i, list := range lists {
		weight := s.weight
		if i > 0 {
			weight = weight * prefixWeight / fullWeight
		}
		for _, h := range hitsOf(list, shared, weight) {
			if have, ok := best[h.passage]; !ok || h.impact > have.impact {
				best[h.passage] = h
			}
		}
	}
	s.hits, s.passages = make([]hit, 0, len(best)), len(best)
	for _, u := range sortedKeys(best) {
		s.hits = append(s.hits, best[u])
	}
	return nil
}

func hitsOf(list []posting, idf, weight int) []hit {
	out := make([]hit, len(list))
	for i, p := range list {
		out[i] = hit{p.passage, int32(idf * int(p.saturation) * weight / fullWeight), nameParts(p.saturation)}
	}
	return out
}

// nameParts reads from a saturation, in parts of titleShare, how much of the
// passage's title a term is: it undoes what saturation does.
func nameParts(saturation uint8) int32 {
	return int32(saturation) * k1Tenths / (10 * max(1, saturationSteps-int32(saturation)))
}

// lookUpPhrase finds the passages where the phrase's terms stand side by side.
func (r *result) lookUpPhrase(ctx context.Context, s *queryTerm) error {
	where, err := r.phrasePassages(ctx, s.terms)
	if err != nil || len(where) == 0 {
		return err
	}
	sum := map[int32]int32{}
	for _, term := range s.terms {
		list, err := r.postings(ctx, term)
		if err != nil {
			return err
		}
		for _, h := range hitsOf(list, idf(len(list), r.Passages), s.weight) {
			if where[h.passage] {
				sum[h.passage] += h.impact
			}
		}
	}
	for _, u := range sortedKeys(where) {
		s.hits = append(s.hits, hit{passage: u, impact: sum[u]})
	}
	s.passages = len(where)
	return nil
}

// phrasePassages reads positions: the fields of a passage lie on one line, with
// gaps that no phrase crosses.
func (r *result) phrasePassages(ctx context.Context, terms []string) (map[int32]bool, error) {
	offsets := phraseOffsets(terms)
	// starts holds, for each passage, where the phrase may begin.
	var starts map[int32][]uint64
	for i, term := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at, err := r.cachedPositions(term)
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
	found := map[int32]bool{}
	for u, begin := range starts {
		if len(begin) > 0 { // in the keywords alone it has no place
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
		if text.IsIdeograph(r) && single && i+1 < len(terms) && strings.HasPrefix(terms[i+1], t) && utf8.RuneCountInString(terms[i+1]) == 2 {
			continue // its pair follows, at the same place
		}
		at++
	}
	return out
}

// addGroup adds a group's impacts. Where other names of it say more than its
// own words, they count instead and make the group complete.
func (r *result) addGroup(ctx context.Context, g group) error {
	if len(g.synonyms) == 0 {
		for _, s := range g.queryTerms {
			for _, h := range s.hits {
				r.add(h.passage, h.impact, s.bit)
				r.titled[h.passage] += h.titled
			}
		}
		return nil
	}
	var passages []int32
	all := uint64(0)
	for _, s := range g.queryTerms {
		all |= s.bit
		for _, h := range s.hits {
			if r.inGroup[h.passage] == 0 {
				passages = append(passages, h.passage)
			}
			r.inGroup[h.passage] += h.impact
			r.titled[h.passage] += h.titled
			r.matched[r.pageOf[h.passage]] |= s.bit
		}
	}
	complete := map[int32]bool{} // pages by their own words
	for _, u := range passages {
		if pg := r.pageOf[u]; r.matched[pg]&all == all {
			complete[pg] = true
		}
	}
	for _, syn := range g.synonyms {
		impacts, err := r.together(ctx, syn.queryTerms)
		if err != nil {
			return err
		}
		for _, u := range sortedKeys(impacts) {
			own, impact := r.inGroup[u], impacts[u]
			if own == 0 {
				passages = append(passages, u)
			}
			if !complete[r.pageOf[u]] && (impact > own || r.synonymOf[u] == "") {
				r.synonymOf[u] = syn.text
			}
			r.inGroup[u] = max(own, impact)
			r.matched[r.pageOf[u]] |= all
		}
	}
	for _, u := range passages {
		r.add(u, r.inGroup[u], 0)
		r.inGroup[u] = 0
	}
	return nil
}

// together gives the passages that hold all queryTerms, with the sum of their impacts.
func (r *result) together(ctx context.Context, queryTerms []*queryTerm) (map[int32]int32, error) {
	sum := map[int32]int32{}
	count := map[int32]int{}
	for i, s := range queryTerms {
		if err := r.lookUp(ctx, s); err != nil {
			return nil, err
		}
		for _, h := range s.hits {
			if count[h.passage] == i {
				count[h.passage]++
				sum[h.passage] += h.impact
			}
		}
	}
	for u, n := range count {
		if n < len(queryTerms) {
			delete(sum, u)
		}
	}
	return sum, nil
}

func (r *result) add(passage, impact int32, bit uint64) {
	if r.score[passage] == 0 {
		r.passages = append(r.passages, passage)
	}
	r.score[passage] += impact
	r.matched[r.pageOf[passage]] |= bit
}

// excluded gives the pages that the query leaves out.
func (r *result) excluded(ctx context.Context) (map[int32]bool, error) {
	out := map[int32]bool{}
	for _, s := range r.plan.excluded {
		if err := r.lookUp(ctx, s); err != nil {
			return nil, err
		}
		for _, h := range s.hits {
			out[r.pageOf[h.passage]] = true
		}
	}
	return out, nil
}
