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
// Lists are kept, as far as there is room: names of the vocabulary ask for the same
// ones over and over.
func (l *langIndex) postings(ctx context.Context, term string) ([]posting, error) {
	if list, ok := l.cached.Load(term); ok {
		return list.([]posting), nil
	}
	list, err := l.readPostings(ctx, term)
	if err == nil && l.cachedSize.Add(int64(len(list)+listCost)) <= maxCached {
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
func (r *result) cachedPositions(term string) (*termPlaces, error) {
	if at, ok := r.placesRead[term]; ok {
		return at, nil
	}
	at, err := r.places.of(term, r.Passages)
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
