package indexer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"vademecum/indexer/text"
)

// pageWords are the words of the texts of a page, packed: a large site has many millions
// of them, and they wait until all pages are read.
type pageWords struct {
	words []int32 // each once, by number; see wordNumbers
	named int     // the first so many are those of title, keywords and headings
	texts string  // fields, in the order of wordScanner.page; a word is its place in words
	spans []byte  // of all parts
}

// fieldWords are the words of one text of a page, by their places in those of the page.
type fieldWords struct {
	words      []int32
	positions  []int32
	joined     []int32 // which of the words hyphens join
	unmeasured int     // how many of the words add nothing to the length: those that hyphens join, and what numbers a name
}

// length is what a word's share of a name is reckoned by.
func (f *fieldWords) length() int { return len(f.words) - f.unmeasured }

// last gives the greatest position.
func (f *fieldWords) last() int {
	if len(f.positions) == 0 {
		return 0
	}
	return int(f.positions[len(f.positions)-1])
}

// wordReader reads the words of pages for one goroutine, which so seldom waits
// for others, in memory that it uses again.
type wordReader struct {
	all    *wordNumbers
	known  map[wordKey]int32
	words  []int32 // of the page that is read, each once
	places []int32 // of each word in words, by number; -1 if it is not there
	field  fieldWords
	scan   wordScanner
}

func (w *wordNumbers) reader() *wordReader { return &wordReader{all: w, known: map[wordKey]int32{}} }

// number gives the number of a word.
func (r *wordReader) number(t text.Token) int32 {
	key := wordKey{term: t.Term, cjk: t.CJK}
	if r.all.accents {
		key.written = t.Written
	}
	n, ok := r.known[key]
	if ok {
		return n
	}
	r.all.mu.Lock()
	if n, ok = r.all.numbers[key]; !ok {
		n = int32(len(r.all.words))
		key.term, key.written = strings.Clone(key.term), strings.Clone(key.written)
		r.all.numbers[key] = n
		r.all.words = append(r.all.words, key)
	}
	key = r.all.words[n] // not the page, or what was kept, from which it is cut
	r.all.mu.Unlock()
	r.known[key] = n
	return n
}

// place gives the place of a word in those of the page.
func (r *wordReader) place(t text.Token) int32 {
	n := int(r.number(t))
	for len(r.places) <= n {
		r.places = append(r.places, -1)
	}
	if r.places[n] < 0 {
		r.places[n] = int32(len(r.words))
		r.words = append(r.words, int32(n))
	}
	return r.places[n]
}

// textWords gives the words of tokens, all or some of those of content, until it is
// called again.
func (r *wordReader) textWords(content string, tokens []text.Token) *fieldWords {
	compounds := text.Compounds(content, tokens)
	f := &r.field
	f.words, f.positions, f.joined, f.unmeasured = f.words[:0], f.positions[:0], f.joined[:0], len(compounds)
	add := func(t text.Token) {
		f.words, f.positions = append(f.words, r.place(t)), append(f.positions, int32(t.Pos))
	}
	for i, t := range tokens {
		if len(compounds) > 0 && compounds[0].First == i {
			f.joined = append(f.joined, int32(len(f.words)))
			add(compounds[0].Token)
			compounds = compounds[1:]
		}
		add(t)
	}
	return f
}

// nameWords gives the words of a title or a heading.
func (r *wordReader) nameWords(of string) *fieldWords {
	f := r.textWords(of, text.Tokens(of))
	f.unmeasured += min(len(text.Tokens(of[:text.Numbering(of)])), max(0, f.length()-1))
	return f
}

// readPage reads the words of a page.
func (r *wordReader) readPage(p *Page) *pageWords {
	out, sections := &packer{to: true}, p.sections()
	w := &pageWords{}
	out.field(r.nameWords(p.Title), 0)
	keywords := strings.Join(p.Keywords, "\n")
	out.field(r.textWords(keywords, text.Tokens(keywords)), 0)
	for _, s := range sections {
		out.field(r.nameWords(s.Heading), 0)
	}
	w.named = len(r.words)
	for _, s := range sections {
		parts := text.Cut(s.Text, text.Tokens(s.Text), passageTerms)
		n := len(parts)
		out.number(&n)
		at := 0
		for _, part := range parts {
			at += strings.Index(s.Text[at:], part.Text)
			spans := spansOf(s.Text, part.Tokens, at, at+len(part.Text))
			w.spans = append(w.spans, spans...)
			for _, n := range []int{at, len(part.Text), len(spans)} {
				out.number(&n)
			}
			out.field(r.textWords(s.Text, part.Tokens), 0)
			at += len(part.Text)
		}
	}
	w.words, w.texts, w.spans = slices.Clone(r.words), string(out.out), bytes.Clone(w.spans) // without the room that they grew into
	for _, n := range r.words {
		r.places[n] = -1
	}
	r.words = r.words[:0]
	return w
}

// field packs the words of a text; when it reads, these are words of so many. Most stand one
// place behind the word before. Which do not, and by how much, is written behind them.
func (p *packer) field(f *fieldWords, of int) {
	p.places(&f.words, of)
	p.number(&f.unmeasured)
	n := len(f.words)
	if f.unmeasured < 0 || f.unmeasured > n {
		p.fail()
	}
	if p.to {
		p.steps(f.positions)
	} else {
		f.positions = p.readSteps(f.positions, n)
	}
	p.places(&f.joined, n)
}

// places packs numbers below of.
func (p *packer) places(list *[]int32, of int) {
	n, _ := p.size(len(*list), false)
	if p.to {
		for _, v := range *list {
			p.out = binary.AppendUvarint(p.out, uint64(v))
		}
		return
	}
	*list = (*list)[:0]
	for range n {
		v, used := uvarint(p.in)
		if used <= 0 || v >= uint64(of) {
			p.fail()
			return
		}
		p.in = p.in[used:]
		*list = append(*list, int32(v))
	}
}

// steps packs the positions of the words of a text.
func (p *packer) steps(positions []int32) {
	count, before := 0, int32(0)
	for _, at := range positions {
		if at != before+1 {
			count++
		}
		before = at
	}
	p.size(count, false)
	last := 0
	before = 0
	for i, at := range positions {
		if at != before+1 {
			p.out = binary.AppendUvarint(p.out, uint64(i-last))
			p.out = binary.AppendVarint(p.out, int64(at-before))
			last = i
		}
		before = at
	}
}

// readSteps reads what steps packed of n words.
func (p *packer) readSteps(positions []int32, n int) []int32 {
	count, _ := p.size(0, false)
	positions = positions[:0]
	at := int32(0)
	regular := func(to int) {
		for len(positions) < to {
			at++
			positions = append(positions, at)
		}
	}
	for i := 0; count > 0; count-- {
		gap, used := uvarint(p.in)
		if used <= 0 || gap > uint64(n-i) {
			p.fail()
			return positions
		}
		i += int(gap)
		p.in = p.in[used:]
		step := 0
		p.number(&step)
		if i < len(positions) || i >= n || int(at)+step < 0 || int(at)+step > maxPassageText {
			p.fail()
			return positions
		}
		regular(i)
		at += int32(step)
		positions = append(positions, at)
	}
	regular(n)
	return positions
}

// wordScanner reads packed words, in memory that it uses again.
type wordScanner struct {
	packer
	title, keywords, body fieldWords
	headings              []fieldWords
}

// A scannedPart is a part of a section of a page, and the words of its fields.
type scannedPart struct {
	section  int
	at, size int // where it stands in the section's text
	spans    []byte
	fields   [fieldCount]*fieldWords
}

// page calls use for each part of a page with so many sections.
func (s *wordScanner) page(w *pageWords, sections int, use func(part *scannedPart)) error {
	s.in, s.err = w.texts, nil
	of, spans := len(w.words), w.spans
	s.field(&s.title, of)
	s.field(&s.keywords, of)
	for len(s.headings) < sections {
		s.headings = append(s.headings, fieldWords{})
	}
	for i := range sections {
		s.field(&s.headings[i], of)
	}
	part := scannedPart{}
	part.fields[title], part.fields[keywords], part.fields[body] = &s.title, &s.keywords, &s.body
	for i := range sections {
		part.section, part.fields[heading] = i, &s.headings[i]
		parts := 0
		for s.number(&parts); parts > 0 && s.err == nil; parts-- {
			spansSize := 0
			for _, n := range []*int{&part.at, &part.size, &spansSize} {
				s.number(n)
			}
			s.field(&s.body, of)
			if part.at < 0 || part.size < 0 || spansSize < 0 || spansSize > len(spans) {
				s.fail()
				break
			}
			part.spans, spans = spans[:spansSize:spansSize], spans[spansSize:]
			if s.err == nil {
				use(&part)
			}
		}
	}
	if s.in != "" || len(spans) > 0 {
		s.fail()
	}
	return s.err
}

// A pageRead is a page whose words were read.
type pageRead struct {
	pageWords
	passages []passage
	parts    []int32 // how many of the passages are of each section
	stats    fieldStats
	err      error
}

// fieldStats are what languageStats has of some passages.
type fieldStats struct{ terms, with, last [fieldCount]int32 }

// passages finds the passages of a page among its words.
func (r *wordReader) passages(p *Page, w *pageWords) (out pageRead) {
	out.pageWords = *w
	sections := p.sections()
	out.parts = make([]int32, len(sections))
	out.err = r.scan.page(w, len(sections), func(part *scannedPart) {
		s := &sections[part.section]
		if part.at > len(s.Text) || part.size > len(s.Text)-part.at {
			r.scan.fail()
			return
		}
		out.parts[part.section]++
		out.passages = append(out.passages, passage{ID: escapeAnchor(s.ID), Heading: s.Heading, Text: s.Text[part.at : part.at+part.size], spans: part.spans})
		for f, words := range part.fields {
			if n := words.length(); n > 0 {
				out.stats.terms[f] += int32(n)
				out.stats.with[f]++
				out.stats.last[f] = max(out.stats.last[f], int32(words.last()))
			}
		}
	})
	return out
}

// namedKeywords gives the keywords of a page with the names of its terms in its language: these
// are what the page is sought by.
func (p *Page) namedKeywords() []string {
	out := slices.Clip(p.Keywords)
	for _, n := range p.Synonyms {
		if text.BaseLanguage(n.Lang) == text.BaseLanguage(p.Lang) {
			out = append(out, n.Text)
		}
	}
	return out
}

// page gives the words and the passages of a page; its words may be kept.
func (r *wordReader) page(p *Page, kept *Kept) pageRead {
	p.Keywords = p.namedKeywords()
	if kept == nil {
		return r.passages(p, r.readPage(p))
	}
	key := r.key(p)
	if data := kept.get(key); data != nil {
		if w, ok := r.unpack(data); ok {
			if out := r.passages(p, w); out.err == nil {
				return out
			}
		}
	}
	w := r.readPage(p)
	kept.put(key, r.pack(w))
	return r.passages(p, w)
}

// key is that of all from which the words of a page are read.
func (r *wordReader) key(p *Page) keptKey {
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
	return k.key()
}

// pack packs the words of a page. Their numbers are of this run alone; so the words
// themselves are packed.
func (r *wordReader) pack(w *pageWords) []byte {
	p, list := &packer{to: true}, r.all.list()
	all := make([]wordKey, len(w.words))
	for i, n := range w.words {
		all[i] = list[n]
	}
	p.wordKeys(&all)
	p.number(&w.named)
	p.bytes(&w.spans)
	p.out = append(p.out, w.texts...)
	return p.out
}

// unpack reads what pack packed.
func (r *wordReader) unpack(data []byte) (*pageWords, bool) {
	p, w := &packer{in: string(data)}, &pageWords{}
	var all []wordKey
	p.wordKeys(&all)
	p.number(&w.named)
	p.bytes(&w.spans)
	w.words, w.texts = make([]int32, len(all)), p.in
	for i, k := range all {
		w.words[i] = r.number(k.token())
	}
	return w, p.err == nil && 0 <= w.named && w.named <= len(all)
}

func (p *packer) wordKeys(list *[]wordKey) {
	packList(p, list, func(k *wordKey) { p.text(&k.term); p.flag(&k.cjk); p.text(&k.written) })
}
