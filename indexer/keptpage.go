package indexer

import (
	"encoding/binary"
	"errors"
	"math"
)

// A packer writes values into bytes, or reads them from there: one description of
// what is kept serves both ways.
type packer struct {
	out []byte
	in  string // what is left to read
	err error  // of reading; then values are zero
	to  bool   // writes
}

var errPacked = errors.New("what was kept is damaged")

func (p *packer) number(n *int) {
	if p.to {
		p.out = binary.AppendVarint(p.out, int64(*n))
		return
	}
	v, used := binary.Varint([]byte(p.in[:min(len(p.in), binary.MaxVarintLen64)]))
	if used <= 0 || v > math.MaxInt || v < math.MinInt {
		p.fail()
		return
	}
	*n, p.in = int(v), p.in[used:]
}

func (p *packer) fail() { p.err, p.in = errPacked, "" }

// size packs the length of something whose parts have at least one byte each, plus
// one, 0 for nil.
func (p *packer) size(n int, isNil bool) (int, bool) {
	n++
	if isNil {
		n = 0
	}
	p.number(&n)
	if n < 0 || !p.to && n-1 > len(p.in) {
		p.fail()
		n = 0
	}
	return max(0, n-1), n == 0
}

func (p *packer) text(s *string) {
	n, _ := p.size(len(*s), false)
	if p.to {
		p.out = append(p.out, *s...)
		return
	}
	*s, p.in = p.in[:n], p.in[n:]
}

func (p *packer) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	p.number(&n)
	*b = n == 1
}

func packList[T any](p *packer, list *[]T, each func(*T)) {
	n, isNil := p.size(len(*list), *list == nil)
	if !p.to {
		if isNil {
			return
		}
		*list = make([]T, n)
	}
	for i := range *list {
		each(&(*list)[i])
	}
}

func (p *packer) texts(list *[]string) { packList(p, list, p.text) }

// page packs a page as it was read, before the site as a whole is known.
func (p *packer) page(page *Page) {
	for _, s := range []*string{&page.URL, &page.Lang, &page.Title, &page.Date, &page.Checked, &page.Patterns, &page.Canonical, &page.file} {
		p.text(s)
	}
	for _, b := range []*bool{&page.NoIndex, &page.Search, &page.Record, &page.copied, &page.untranslated, &page.framed} {
		p.flag(b)
	}
	for _, l := range []*[]string{&page.Keywords, &page.Cites, &page.IDs, &page.Links, &page.Leads, &page.Warnings} {
		p.texts(l)
	}
	packList(p, &page.Sources, func(s *Source) { p.text(&s.Title); p.text(&s.URL) })
	packList(p, &page.Facets, func(f *FacetValue) { p.text(&f.Facet); p.text(&f.Value); p.text(&f.Label) })
	packList(p, &page.Synonyms, func(s *Synonym) {
		p.text(&s.Term)
		p.text(&s.Facet)
		p.text(&s.Lang)
		p.text(&s.Text)
		p.flag(&s.Preferred)
	})
	packList(p, &page.Translations, func(t *Translation) { p.text(&t.Lang); p.text(&t.URL) })
	packList(p, &page.Sections, func(s *Section) {
		p.text(&s.ID)
		p.text(&s.Heading)
		p.text(&s.Text)
		p.texts(&s.Cites)
	})
	packList(p, &page.Records, func(r **Page) {
		if !p.to {
			*r = new(Page)
		}
		p.page(*r)
	})
}

// page reads a page of which something may be kept; sum is that of its data.
func (r reading) page(file string, data []byte, sum fileContent) (*Page, error) {
	k := newKey("page")
	for _, s := range []string{file, r.options, string(sum[:])} {
		k.text(s)
	}
	key := k.key()
	if kept := r.kept.get(key); kept != nil {
		in, page := &packer{in: string(kept)}, new(Page)
		if in.page(page); in.err == nil && in.in == "" {
			return page, nil
		}
	}
	page, err := r.readPage(file, data)
	if err == nil {
		out := &packer{to: true}
		out.page(page)
		r.kept.put(key, out.out)
	}
	return page, err
}

func (p *packer) bytes(b *[]byte) {
	s := string(*b)
	p.text(&s)
	if !p.to {
		*b = []byte(s)
	}
}

// uvarint is binary.Uvarint of a string.
func uvarint(s string) (v uint64, used int) {
	for i := range min(len(s), binary.MaxVarintLen64) {
		v |= uint64(s[i]&0x7F) << (7 * i)
		if s[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
