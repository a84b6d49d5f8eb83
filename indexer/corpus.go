package indexer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"vademecum/indexer/text"
)

// A corpus is the pages of one language, analysed. Every text is read once; the
// bleve index and the web index are both written from what stands here, so that
// they hold the same terms, the same saturations and the same places.
type corpus struct {
	pageTable
	passages  []passage
	textBytes int
	kept      *Kept
	taken     *takenLanguage // if it is taken over from the run before; then nothing else but its numbers is known

	terms []string // in alphabetical order; a term's number is its place
	inverted

	surfaces     []string // all words as they are written, in alphabetical order
	surfacePages []int    // how many pages hold each
}

// The fields of a passage that phrases are sought in lie on one line, the longest
// first, for short numbers, with a gap between them that no phrase crosses.
// Keywords are no text and have no places.
var lineOf = []int{body, heading, title}

// putInOrder puts the pages of a language in the order of their ordinals.
func putInOrder(pages []*Page) {
	slices.SortFunc(pages, func(a, b *Page) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.URL, b.URL))
	})
}

// analyse reads the texts of the pages of one language, which are in order.
func analyse(ctx context.Context, lang string, pages []*Page, m *manifest, newest map[*Page]*Page, kept *Kept) (*corpus, error) {
	c := &corpus{pageTable: newPageTable(languageStats{Lang: lang}), kept: kept}
	words := newWordNumbers(c.ReadsAccents())
	read := make([]pageRead, len(pages))
	if err := inParallel(ctx, len(pages), func() func(i int) {
		local := words.reader()
		return func(i int) { read[i] = local.page(pages[i], kept) }
	}); err != nil {
		return nil, err
	}
	c.settleSpellings(words, read)
	ordinal, passages := map[*Page]int{}, 0
	for i, p := range pages {
		if read[i].err != nil {
			return nil, fmt.Errorf("%s: %w", p.URL, read[i].err)
		}
		ordinal[p] = i + 1
		passages += len(read[i].passages)
	}
	c.pages, c.passages = make([]pageRecord, 0, len(pages)), make([]passage, 0, passages)
	for i, p := range pages {
		c.addPage(p, &read[i])
		c.pages[i].Newest = ordinal[newest[p]]
	}
	c.Pages, c.Passages = len(c.pages), len(c.passages)
	c.settle(m)
	termOf := c.countWords(words, read)
	c.Words = len(c.surfaces)
	return c, c.weigh(ctx, pages, read, termOf)
}

// inParallel calls work for 0 to n-1 from several goroutines, each of which gets
// a function of its own. It ends early when ctx does.
func inParallel(ctx context.Context, n int, worker func() func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			work := worker()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// wordNumbers numbers the words of a corpus, as they are written. Ideographs are
// numbered apart: they are terms and no surface forms.
type wordNumbers struct {
	mu      sync.Mutex
	numbers map[wordKey]int32
	words   []wordKey
	accents bool // tell words apart
}

type wordKey struct {
	term    string
	cjk     bool
	written string // with its accents, where they matter
}

func (k wordKey) token() text.Token { return text.Token{Term: k.term, CJK: k.cjk, Written: k.written} }

// isSurface tells whether a word is a surface form, from which beginnings and
// corrections are taken: no run of a script without spaces, and no name of code.
func (k wordKey) isSurface() bool { return !k.cjk && !strings.ContainsAny(k.term, "-._+#") }

func newWordNumbers(accents bool) *wordNumbers {
	return &wordNumbers{numbers: map[wordKey]int32{}, accents: accents}
}

// list gives the words by their numbers, as far as there are any yet.
func (w *wordNumbers) list() []wordKey {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.words
}

// sections gives the sections of a page; one that has none is found by its title.
func (p *Page) sections() []Section {
	if len(p.Sections) == 0 {
		return []Section{{}}
	}
	return p.Sections
}

// addPage adds the record of a page, its passages and their lengths.
func (c *corpus) addPage(p *Page, read *pageRead) {
	record := pageRecord{URL: p.URL, Title: p.Title, Date: p.Date, Checked: p.Checked, Sources: p.Sources, Facets: slices.Clone(p.Facets), Translations: p.Translations, FirstPassage: len(c.passages)}
	slices.SortFunc(record.Facets, func(a, b FacetValue) int { return cmp.Or(cmp.Compare(a.Facet, b.Facet), cmp.Compare(a.Value, b.Value)) })
	for _, cite := range p.Cites {
		record.Cites = append(record.Cites, declared{cite, len(c.passages)})
	}
	at, sections := 0, p.sections()
	for i, s := range sections {
		for _, cite := range s.Cites {
			record.Cites = append(record.Cites, declared{cite, len(c.passages) + at})
		}
		at += int(read.parts[i])
	}
	for _, part := range read.passages {
		c.textBytes += len(part.Text) + len(part.Heading)
	}
	for f := range fieldCount {
		c.FieldTerms[f] += int(read.stats.terms[f])
		c.With[f] += int(read.stats.with[f])
		c.Last[f] = max(c.Last[f], int(read.stats.last[f]))
	}
	c.textBytes += len(p.Title)
	c.passages, read.passages, read.parts = append(c.passages, read.passages...), nil, nil
	c.pages = append(c.pages, record)
}

// countWords settles terms and surface forms, and the misspellings among these.
// It gives the term of each word by its number.
func (c *corpus) countWords(words *wordNumbers, read []pageRead) []int32 {
	termOf, wordPages, seen := make([]int32, len(words.words)), make([]int, len(words.words)), make([]int32, len(words.words))
	terms, numbers := make([]string, len(words.words)), map[string]int32{}
	const share = 1000 // words for a goroutine at once
	_ = inParallel(context.Background(), len(terms)/share+1, func() func(i int) {
		return func(i int) {
			for at := i * share; at < min((i+1)*share, len(terms)); at++ {
				terms[at] = c.Term(words.words[at].token())
			}
		}
	})
	for _, t := range terms {
		numbers[t] = 0
	}
	c.terms = sortedKeys(numbers)
	for i, t := range c.terms {
		numbers[t] = int32(i)
	}
	for i, t := range terms {
		termOf[i] = numbers[t]
	}
	termPages, seenTerm := make([]int, len(c.terms)), make([]int32, len(c.terms))
	named, surface := make([]bool, len(words.words)), make([]bool, len(words.words))
	for i, w := range words.words {
		surface[i] = w.isSurface()
	}
	for page := range read {
		mark := int32(page + 1)
		for i, w := range read[page].words {
			named[w] = named[w] || i < read[page].named
			if seen[w] == mark || !surface[w] {
				continue
			}
			seen[w] = mark
			wordPages[w]++
			if t := termOf[w]; seenTerm[t] != mark {
				seenTerm[t] = mark
				termPages[t]++
			}
		}
	}
	c.settleSurfaces(words, wordPages)
	pagesOf, pagesOfTerm, names := map[string]int{}, map[string]int{}, map[string]bool{}
	for i, w := range words.words {
		if wordPages[i] > 0 {
			pagesOf[w.term] = wordPages[i]
		}
		if named[i] {
			names[w.term] = true
		}
	}
	for i, t := range c.terms {
		if termPages[i] > 0 {
			pagesOfTerm[t] = termPages[i]
		}
	}
	c.misspellings = misspellings(c.Language, pagesOf, pagesOfTerm, names)
	return termOf
}

// settleSurfaces sorts the surface forms.
func (c *corpus) settleSurfaces(words *wordNumbers, wordPages []int) {
	var order []int32
	for i, n := range wordPages {
		if n > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(words.words[a].term, words.words[b].term) })
	for _, w := range order {
		c.surfaces = append(c.surfaces, words.words[w].term)
		c.surfacePages = append(c.surfacePages, wordPages[w])
	}
}

// blocksOf cuts the pages into blocks of about the same size, given by the first of each and the
// end: small enough that every goroutine has some, and few enough that a
// term has few runs.
func blocksOf(read []pageRead) []int {
	const smallest, most = 64 << 10, 64
	all := 0
	for i := range read {
		all += len(read[i].texts)
	}
	size, blocks := 0, []int{0}
	for i := range read {
		if size += len(read[i].texts); size >= max(smallest, all/most) {
			size, blocks = 0, append(blocks, i+1)
		}
	}
	if blocks[len(blocks)-1] < len(read) {
		blocks = append(blocks, len(read))
	}
	return blocks
}

// weigh computes, for every passage, the saturation and the places of its terms,
// and gathers them by term.
func (c *corpus) weigh(ctx context.Context, pages []*Page, read []pageRead, termOf []int32) error {
	hashes := make([]uint8, len(c.terms))
	for t, term := range c.terms {
		hashes[t] = termByte(term)
	}
	ends := blocksOf(read)
	blocks, errs := make([]invertedBlock, len(ends)-1), make([]error, len(ends)-1)
	err := inParallel(ctx, len(blocks), func() func(i int) {
		w := newWeigher(c, termOf, hashes)
		return func(i int) {
			for page := ends[i]; page < ends[i+1]; page++ {
				errs[i] = errors.Join(errs[i], w.page(c.pages[page].FirstPassage, len(pages[page].sections()), &read[page].pageWords))
				read[page] = pageRead{} // its memory is needed
			}
			blocks[i] = w.block()
		}
	})
	c.inverted = join(blocks, len(c.terms))
	return errors.Join(append(errs, err)...)
}

// weigher weighs pages one after another in memory of its own.
type weigher struct {
	*corpus
	blockInverter
	scan   wordScanner
	termOf []int32
	hashes []uint8 // by term
	at     []int32 // by term: its place in held, -1 if it is not there
	held   []pageTerm
	words  []int32 // of each word of the page: the place of its term in held
	now    []int32 // terms of a passage, by their places in held
	line   []int32 // places of a passage, by term
	read   []uint8 // hashes of a page
	ends   []int   // where those of each passage end
}

// pageTerm is a term of a page, and how often it stands in the passage at hand.
type pageTerm struct {
	term   int32
	next   int32 // where its next place goes
	hash   uint8
	counts fieldCounts
}

func newWeigher(c *corpus, termOf []int32, hashes []uint8) *weigher {
	w := &weigher{corpus: c, blockInverter: blockInverter{terms: make([]blockTerm, len(c.terms))}, termOf: termOf, hashes: hashes, at: make([]int32, len(c.terms))}
	for t := range w.at {
		w.at[t] = -1
	}
	return w
}

// page weighs the passages of a page, of which the first is given.
func (w *weigher) page(first, sections int, words *pageWords) error {
	w.held, w.words, w.read, w.ends = w.held[:0], w.words[:0], w.read[:0], w.ends[:0]
	for _, word := range words.words {
		t := w.termOf[word]
		if w.at[t] < 0 {
			w.at[t] = int32(len(w.held))
			w.held = append(w.held, pageTerm{term: t, hash: w.hashes[t]})
		}
		w.words = append(w.words, w.at[t])
	}
	passage := first
	err := w.scan.page(words, sections, func(part *scannedPart) {
		w.passage(int32(passage), part)
		passage++
	})
	for _, t := range w.held {
		w.at[t.term] = -1
	}
	all, from := bytes.Clone(w.read), 0
	for i, to := range w.ends {
		w.passages[first+i].hashes = all[from:to:to]
		from = to
	}
	return err
}

func (w *weigher) passage(number int32, part *scannedPart) {
	w.now = w.now[:0]
	var length fieldCounts
	placed := 0
	for f, words := range part.fields {
		length[f] = float64(words.length())
		for _, word := range words.words {
			at := w.words[word]
			t := &w.held[at]
			if t.counts == (fieldCounts{}) {
				w.now = append(w.now, at)
			}
			t.counts[f]++
		}
		if f != keywords {
			placed += len(words.words)
		}
	}
	w.line = slices.Grow(w.line[:0], placed)[:placed]
	to := int32(0)
	for _, at := range w.now {
		t := &w.held[at]
		t.next = to
		for _, f := range lineOf {
			to += int32(t.counts[f])
		}
	}
	from := int32(0)
	for _, f := range lineOf {
		words := part.fields[f]
		for i, word := range words.words {
			t := &w.held[w.words[word]]
			w.line[t.next] = from + words.positions[i]
			t.next++
		}
		from += int32(w.Last[f]) + 1
	}
	begin := int32(0)
	for _, at := range w.now {
		t := &w.held[at]
		w.add(t.term, number, uint8(saturation(t.counts, length, w.mean)), w.line[begin:t.next])
		begin, t.counts = t.next, fieldCounts{}
	}
	w.hash(part.fields[body])
}

// hash keeps the bytes of the terms of a passage's text, token by token; see termByte.
func (w *weigher) hash(of *fieldWords) {
	joined := of.joined
	for i, word := range of.words {
		if len(joined) > 0 && int(joined[0]) == i {
			joined = joined[1:]
			continue
		}
		w.read = append(w.read, w.held[w.words[word]].hash)
	}
	w.ends = append(w.ends, len(w.read))
}
