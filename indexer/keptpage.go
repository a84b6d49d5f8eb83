package indexer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"vademecum/indexer/text"
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
	for _, l := range []*[]string{&page.Keywords, &page.Cites, &page.IDs, &page.Links, &page.Warnings} {
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

// page reads a page, unless it is kept.
func (r reading) page(file string, data []byte) (*Page, error) {
	if r.kept == nil {
		return r.readPage(file, data)
	}
	k := newKey("page")
	for _, s := range []string{file, r.options, string(data)} {
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

// words packs the words of texts. Their numbers are of this run alone; so the words
// themselves are packed, once for a page.
func (p *packer) words(r *wordReader, w *pageWords, page *Page) {
	var all []wordKey
	var numbers []int32 // by place in all
	body := packer{to: p.to}
	if p.to {
		places, list := r.places, r.all.list()
		for len(places) < len(list) {
			places = append(places, -1)
		}
		body.pageWords(w, page, func(n int32) int32 {
			if places[n] < 0 {
				places[n] = int32(len(all))
				all, numbers = append(all, list[n]), append(numbers, n)
			}
			return places[n]
		})
		for _, n := range numbers {
			places[n] = -1
		}
		r.places = places
	}
	packList(p, &all, func(k *wordKey) { p.text(&k.term); p.flag(&k.cjk); p.text(&k.written) })
	if p.to {
		p.out = append(p.out, body.out...)
		return
	}
	for _, k := range all {
		numbers = append(numbers, r.number(k.token()))
	}
	p.pageWords(w, page, func(at int32) int32 {
		if at < 0 || int(at) >= len(numbers) {
			p.fail()
			return 0
		}
		return numbers[at]
	})
}

func (p *packer) pageWords(w *pageWords, page *Page, number func(int32) int32) {
	p.field(&w.title, number)
	p.field(&w.keywords, number)
	sections := page.sections()
	i := 0
	packList(p, &w.sections, func(s *sectionWords) {
		p.field(&s.heading, number)
		if i == len(sections) {
			p.fail()
			return
		}
		of := sections[i].Text
		i++
		packList(p, &s.parts, func(part *partWords) {
			p.field(&part.body, number)
			p.bytes(&part.spans)
			p.number(&part.at)
			size := len(part.text)
			p.number(&size)
			if part.at < 0 || size < 0 || part.at > len(of) || size > len(of)-part.at {
				p.fail()
				return
			}
			part.text = of[part.at : part.at+size]
		})
	})
	if i != len(sections) {
		p.fail()
	}
}

func (p *packer) bytes(b *[]byte) {
	s := string(*b)
	p.text(&s)
	if !p.to {
		*b = []byte(s)
	}
}

func (p *packer) field(f *fieldWords, number func(int32) int32) {
	p.numbers(&f.words, number)
	before := int32(0)
	p.numbers(&f.positions, func(n int32) int32 {
		if p.to {
			n, before = n-before, n
			return n
		}
		before += n
		return before
	})
	p.number(&f.unmeasured)
	same := len(f.tokens) == len(f.words)
	if p.flag(&same); !same {
		p.numbers(&f.tokens, number)
	} else if !p.to {
		f.tokens = f.words
	}
	if len(f.positions) != len(f.words) {
		p.fail()
	}
}

func (p *packer) numbers(list *[]int32, as func(int32) int32) {
	n, _ := p.size(len(*list), false)
	if p.to {
		for _, v := range *list {
			p.out = binary.AppendUvarint(p.out, uint64(uint32(as(v))))
		}
		return
	}
	*list = make([]int32, n)
	for i := range *list {
		v, used := uvarint(p.in)
		if used <= 0 || v > math.MaxUint32 {
			p.fail()
			return
		}
		p.in = p.in[used:]
		(*list)[i] = as(int32(uint32(v)))
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

// page gives the words of a page, unless they are kept.
func (r *wordReader) page(p *Page, kept *Kept) pageWords {
	// The names of a term are what its own page is sought by, so they are keywords there.
	for _, n := range p.Synonyms {
		if text.BaseLanguage(n.Lang) == text.BaseLanguage(p.Lang) {
			p.Keywords = append(p.Keywords, n.Text)
		}
	}
	if kept == nil {
		return r.readPage(p)
	}
	k := newKey("words")
	k.text(fmt.Sprint(r.all.accents))
	k.text(p.Title)
	k.number(uint64(len(p.Keywords)))
	for _, keyword := range p.Keywords {
		k.text(keyword)
	}
	for _, s := range p.Sections {
		k.text(s.Heading)
		k.text(s.Text)
	}
	key := k.key()
	if data := kept.get(key); data != nil {
		var out pageWords
		in := &packer{in: string(data)}
		if in.words(r, &out, p); in.err == nil && in.in == "" {
			return out
		}
	}
	out := r.readPage(p)
	packed := &packer{to: true}
	packed.words(r, &out, p)
	kept.put(key, packed.out)
	return out
}
