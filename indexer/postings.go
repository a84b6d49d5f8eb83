package indexer

import (
	"context"
	"strings"
	"sync"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A posting is one passage that holds a term, and how much it is about it.
type posting struct {
	passage    int32
	saturation uint8
}

// postings gives the passages that hold a term in any field. The order is bleve's.
// Lists are kept, as far as there is room: names of the vocabulary ask for the same
// ones over and over.
func (l *langIndex) postings(ctx context.Context, term string) ([]posting, error) {
	if list, ok := l.cached.get(term); ok {
		return list, nil
	}
	list, err := l.readPostings(ctx, term)
	if err == nil {
		l.cached.put(term, list)
	}
	return list, err
}

// keptPostings are lists of postings that are kept, by term.
type keptPostings struct {
	mu    sync.RWMutex
	lists map[string][]posting
	size  int // postings in common
}

func (k *keptPostings) get(term string) ([]posting, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	list, ok := k.lists[term]
	return list, ok
}

// put keeps a list if there is room.
func (k *keptPostings) put(term string, list []posting) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if cost := len(list) + listCost; k.size+cost <= maxCached {
		if k.lists == nil {
			k.lists = map[string][]posting{}
		}
		if _, have := k.lists[term]; !have {
			k.size += cost
		}
		k.lists[strings.Clone(term)] = list
	}
}

func (l *langIndex) readPostings(ctx context.Context, term string) ([]posting, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := l.reader.TermFieldReader(ctx, []byte(term), termField, false, false, false)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	n := r.Count()
	if n == 0 {
		return nil, nil
	}
	out := make([]posting, 0, min(n, uint64(l.Passages)))
	var doc bleveindex.TermFieldDoc
	for {
		if len(out)%lookEvery == lookEvery-1 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d, err := r.Next(doc.Reset())
		if err != nil {
			return nil, err
		}
		if d == nil {
			return out, l.places.saturations(term, out)
		}
		if u := d.ID.Value(); u < uint64(l.Passages) {
			out = append(out, posting{passage: int32(u)})
		}
	}
}

// Lists are kept up to maxCached postings of 8 bytes; what else a list needs is
// counted as listCost of these.
const (
	listCost  = 32
	maxCached = 4 << 20
)

// lookEvery is after how many postings or words a search looks whether its
// context has ended.
const lookEvery = 1024

// cachedPositions gives the places of a term on the lines of passages. Phrases of one query often share
// terms, so what was read is kept for the query, up to maxPlaces positions.
func (r *result) cachedPositions(ctx context.Context, term string) (*termPlaces, error) {
	if at, ok := r.placesRead[term]; ok {
		return at, nil
	}
	list, err := r.postings(ctx, term)
	if err != nil {
		return nil, err
	}
	at, err := r.places.of(term, list)
	if err != nil {
		return nil, err
	}
	if r.placesCount += len(at.places); r.placesCount <= maxPlaces {
		if r.placesRead == nil {
			r.placesRead = map[string]*termPlaces{}
		}
		r.placesRead[term] = at
	}
	return at, nil
}

const maxPlaces = 1 << 19

// termPlaces are the places of a term, passage by passage, in order.
type termPlaces struct {
	passages []int32
	ends     []int32 // where the places of each passage end
	places   []int32
}

// followed gives the places behind which, at a distance, a place of b is.
func (a *termPlaces) followed(b *termPlaces, distance int32) *termPlaces {
	out := &termPlaces{}
	j := 0
	for i, u := range a.passages {
		for j < len(b.passages) && b.passages[j] < u {
			j++
		}
		if j == len(b.passages) {
			break
		}
		if b.passages[j] != u {
			continue
		}
		begin := len(out.places)
		behind := b.at(j)
		for _, x := range a.at(i) {
			for len(behind) > 0 && behind[0] < x+distance {
				behind = behind[1:]
			}
			if len(behind) > 0 && behind[0] == x+distance {
				out.places = append(out.places, x)
			}
		}
		if len(out.places) > begin {
			out.passages, out.ends = append(out.passages, u), append(out.ends, int32(len(out.places)))
		}
	}
	return out
}

// at gives the places of the i-th passage.
func (a *termPlaces) at(i int) []int32 {
	from := int32(0)
	if i > 0 {
		from = a.ends[i-1]
	}
	return a.places[from:a.ends[i]]
}
