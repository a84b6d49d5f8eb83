package indexer

import (
	"context"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A posting is one passage that holds a term, and how much it is about it.
type posting struct {
	passage    int32
	saturation uint8
}

// postings gives the passages that hold a term in any field. The order is bleve's.
// Lists of common terms, which cost most and are asked for most, are kept.
func (l *langIndex) postings(ctx context.Context, term string) ([]posting, error) {
	if list, ok := l.cached.Load(term); ok {
		return list.([]posting), nil
	}
	list, err := l.readPostings(ctx, term)
	if err == nil && len(list) >= cacheFrom && l.cachedSize.Add(int64(len(list))) <= maxCached {
		l.cached.Store(term, list)
	}
	return list, err
}

func (l *langIndex) readPostings(ctx context.Context, term string) ([]posting, error) {
	var out []posting
	err := l.eachPassage(ctx, term, func(u int32, d *bleveindex.TermFieldDoc) {
		out = append(out, posting{u, uint8(d.Freq)})
	})
	return out, err
}

// eachPassage calls use for every passage that holds a term.
func (l *langIndex) eachPassage(ctx context.Context, term string, use func(u int32, d *bleveindex.TermFieldDoc)) error {
	r, err := l.reader.TermFieldReader(ctx, []byte(term), termField, true, false, false)
	if err != nil {
		return err
	}
	defer r.Close()
	var doc bleveindex.TermFieldDoc
	for n := 0; ; n++ {
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		d, err := r.Next(doc.Reset())
		if d == nil || err != nil {
			return err
		}
		if u := l.ordinal[d.ID.Value()]; u >= 0 {
			use(u, d)
		}
	}
}

// eachWord calls use for every word of a dictionary.
func eachWord(ctx context.Context, dict bleveindex.FieldDict, use func(e *bleveindex.DictEntry) error) error {
	defer dict.Close()
	for n := 0; ; n++ {
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		e, err := dict.Next()
		if e == nil || err != nil {
			return err
		}
		if err := use(e); err != nil {
			return err
		}
	}
}

// Lists from cacheFrom on are kept, up to maxCached postings of 8 bytes.
const (
	cacheFrom = 500
	maxCached = 4 << 20
)

// lookEvery is after how many postings or words a search looks whether its
// context has ended.
const lookEvery = 1024

// cachedPositions gives the places of a term on the lines of passages. Phrases of one query often share
// terms, so what was read is kept for the query, up to maxPlaces positions.
func (r *result) cachedPositions(term string) (map[int32][]uint64, error) {
	if at, ok := r.placesRead[term]; ok {
		return at, nil
	}
	at, err := r.places.of(term, r.Passages)
	if err != nil {
		return nil, err
	}
	for _, list := range at {
		r.placesCount += len(list)
	}
	if r.placesCount <= maxPlaces {
		r.placesRead[term] = at
	}
	return at, nil
}

const maxPlaces = 1 << 19

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
