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
func (l *langIndex) postings(ctx context.Context, term string, s *scratch) ([]posting, error) {
	if list, ok := l.cached.Load(term); ok {
		return list.([]posting), nil
	}
	list, err := l.readPostings(ctx, term, s)
	if err == nil && len(list) >= cacheFrom && l.cachedSize.Add(int64(len(list))) <= maxCached {
		l.cached.Store(term, list)
	}
	return list, err
}

func (l *langIndex) readPostings(ctx context.Context, term string, s *scratch) ([]posting, error) {
	s.touched = s.touched[:0]
	for f, name := range fieldNames {
		if l.With[f] == 0 {
			continue
		}
		err := l.eachPassage(ctx, name, term, true, false, func(u int32, d *bleveindex.TermFieldDoc) {
			c := &s.counts[u]
			if c.tf == (fieldCounts{}) {
				s.touched = append(s.touched, u)
			}
			c.tf[f] = float64(d.Freq)
			c.length[f] = fieldLength(d.Norm)
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]posting, len(s.touched))
	for i, u := range s.touched {
		c := &s.counts[u]
		out[i] = posting{u, uint8(saturation(c.tf, c.length, l.mean))}
		*c = passageCounts{}
	}
	return out, nil
}

// eachPassage calls use for every passage that holds a term in a field, with its
// frequency and length, or its positions, if they are asked for.
func (l *langIndex) eachPassage(ctx context.Context, field, term string, frequencies, positions bool, use func(u int32, d *bleveindex.TermFieldDoc)) error {
	r, err := l.reader.TermFieldReader(ctx, []byte(term), field, frequencies, frequencies, positions)
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

// fieldLength gives the number of terms of a field from bleve's norm, 1/√length.
func fieldLength(norm float64) float64 {
	return float64(int(1/(norm*norm) + 0.5))
}

// Lists from cacheFrom on are kept, up to maxCached postings of 8 bytes.
const (
	cacheFrom = 500
	maxCached = 4 << 20
)

// lookEvery is after how many postings or words a search looks whether its
// context has ended.
const lookEvery = 1024

// cachedPositions gives what positions gives. Phrases of one query often share
// terms, so what was read is kept for the query, up to maxPlaces positions.
func (r *result) cachedPositions(ctx context.Context, field, term string) (map[int32][]uint64, error) {
	key := [2]string{field, term}
	if at, ok := r.places[key]; ok {
		return at, nil
	}
	at, err := r.positions(ctx, field, term)
	if err != nil {
		return nil, err
	}
	for _, list := range at {
		r.cachedPlaces += len(list)
	}
	if r.cachedPlaces <= maxPlaces {
		r.places[key] = at
	}
	return at, nil
}

const maxPlaces = 1 << 19

// positions gives, for each passage, the places of a term in a field.
func (l *langIndex) positions(ctx context.Context, field, term string) (map[int32][]uint64, error) {
	out := map[int32][]uint64{}
	err := l.eachPassage(ctx, field, term, false, true, func(u int32, d *bleveindex.TermFieldDoc) {
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
