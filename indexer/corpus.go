package indexer

import (
	"cmp"
	"context"
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

	terms []string        // in alphabetical order; a term's number is its place
	held  []heldTerms     // by passage
	lists [][]termPosting // by term: where it stands, in the order of passages

	surfaces     []string  // all words as they are written, in alphabetical order
	surfacePages []int     // how many pages hold each
	surfacesOf   [][]int32 // of each page, by number
}

// heldTerms are the terms of one passage, each once.
type heldTerms struct {
	terms       []int32
	saturations []uint8
	placesTo    []int32 // where the places of each term end in places
	places      []int32 // on the passage's line, see lineOf
	hashes      []uint8 // of the terms of its text, token by token; see termByte
}

// termPosting is one passage that holds a term, and which of the passage's terms it is.
type termPosting struct {
	posting
	nth int32
}

// placesOf gives the places of a posting's term on the passage's line.
func (c *corpus) placesOf(p termPosting) []int32 {
	h := &c.held[p.passage]
	from := int32(0)
	if p.nth > 0 {
		from = h.placesTo[p.nth-1]
	}
	return h.places[from:h.placesTo[p.nth]]
}

// The fields of a passage that phrases are sought in lie on one line, the longest
// first, for short numbers, with a gap between them that no phrase crosses.
// Keywords are no text and have no places.
var lineOf = []int{body, heading, title}

// analyse reads the texts of the pages of one language.
func analyse(ctx context.Context, lang string, pages []*Page, m *manifest, newest map[*Page]*Page, kept *Kept) (*corpus, error) {
	slices.SortFunc(pages, func(a, b *Page) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.URL, b.URL))
	})
	c := &corpus{pageTable: newPageTable(languageStats{Lang: lang})}
	words := newWordNumbers(c.ReadsAccents())
	read := make([]pageWords, len(pages))
	if err := inParallel(ctx, len(pages), func() func(i int) {
		local := words.reader()
		return func(i int) { read[i] = local.page(pages[i], kept) }
	}); err != nil {
		return nil, err
	}
	c.settleSpellings(words, read)
	ordinal := map[*Page]int{}
	for i, p := range pages {
		c.addPage(p, &read[i])
		ordinal[p] = i + 1
	}
	for i, p := range pages {
		c.pages[i].Newest = ordinal[newest[p]]
	}
	c.Pages, c.Passages = len(c.pages), len(c.passages)
	c.settle(m)
	termOf := c.countWords(words, read)
	c.Words = len(c.surfaces)
	return c, c.weigh(ctx, read, termOf)
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

// wordReader gives the numbers of words to one goroutine, which so seldom waits
// for others.
type wordReader struct {
	all    *wordNumbers
	known  map[wordKey]int32
	places []int32 // by number, -1 between pages; see packer.words
}

func (w *wordNumbers) reader() *wordReader { return &wordReader{all: w, known: map[wordKey]int32{}} }

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

// list gives the words by their numbers, as far as there are any yet.
func (w *wordNumbers) list() []wordKey {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.words
}

// fieldWords are the words of one text of a page, by number.
type fieldWords struct {
	words      []int32
	positions  []int32
	tokens     []int32 // the words without those that hyphens join
	unmeasured int     // how many of the words add nothing to the length: those made of others, and what numbers a name
}

// words gives the words of tokens, all or some of those of content.
func (r *wordReader) words(content string, tokens []text.Token) fieldWords {
	compounds := text.Compounds(content, tokens)
	n := len(tokens) + len(compounds)
	f := fieldWords{words: make([]int32, 0, n), positions: make([]int32, 0, n), unmeasured: len(compounds)}
	if len(compounds) > 0 {
		f.tokens = make([]int32, 0, len(tokens))
	}
	add := func(t text.Token) {
		f.words, f.positions = append(f.words, r.number(t)), append(f.positions, int32(t.Pos))
	}
	for i, t := range tokens {
		if len(compounds) > 0 && compounds[0].First == i {
			add(compounds[0].Token)
			compounds = compounds[1:]
		}
		add(t)
		if f.unmeasured > 0 {
			f.tokens = append(f.tokens, f.words[len(f.words)-1])
		}
	}
	if f.unmeasured == 0 {
		f.tokens = f.words
	}
	return f
}

// name gives the words of a title or a heading.
func (r *wordReader) name(of string) fieldWords {
	f := r.words(of, text.Tokens(of))
	f.unmeasured += min(len(text.Tokens(of[:text.Numbering(of)])), max(0, f.length()-1))
	return f
}

// length is what a word's share of a name is reckoned by.
func (f fieldWords) length() int { return len(f.words) - f.unmeasured }

// last gives the greatest position.
func (f fieldWords) last() int {
	if len(f.positions) == 0 {
		return 0
	}
	return int(f.positions[len(f.positions)-1])
}

// pageWords are the texts of a page, read.
type pageWords struct {
	title, keywords fieldWords
	sections        []sectionWords
}

type sectionWords struct {
	heading fieldWords
	parts   []partWords
}

type partWords struct {
	text  string
	at    int // where it begins in its section
	body  fieldWords
	spans []byte
}

func (r *wordReader) readPage(p *Page) pageWords {
	out := pageWords{title: r.name(p.Title)}
	keywords := strings.Join(p.Keywords, "\n")
	out.keywords = r.words(keywords, text.Tokens(keywords))
	for _, s := range p.sections() {
		section := sectionWords{heading: r.name(s.Heading)}
		at := 0
		for _, part := range text.Cut(s.Text, text.Tokens(s.Text), passageTerms) {
			at += strings.Index(s.Text[at:], part.Text)
			section.parts = append(section.parts, partWords{part.Text, at, r.words(s.Text, part.Tokens), spansOf(s.Text, part.Tokens, at, at+len(part.Text))})
			at += len(part.Text)
		}
		out.sections = append(out.sections, section)
	}
	return out
}

// sections gives the sections of a page; one that has none is found by its title.
func (p *Page) sections() []Section {
	if len(p.Sections) == 0 {
		return []Section{{}}
	}
	return p.Sections
}

// addPage adds the record of a page, its passages and their lengths.
func (c *corpus) addPage(p *Page, read *pageWords) {
	record := pageRecord{URL: p.URL, Title: p.Title, Date: p.Date, Checked: p.Checked, Sources: p.Sources, Facets: p.Facets, Translations: p.Translations, FirstPassage: len(c.passages)}
	for _, cite := range p.Cites {
		record.Cites = append(record.Cites, declared{cite, len(c.passages)})
	}
	for i, s := range p.sections() {
		for _, cite := range s.Cites {
			record.Cites = append(record.Cites, declared{cite, len(c.passages)})
		}
		for _, part := range read.sections[i].parts {
			c.passages = append(c.passages, passage{ID: escapeAnchor(s.ID), Heading: s.Heading, Text: part.text, spans: part.spans})
			c.textBytes += len(part.text) + len(s.Heading)
			for f, words := range read.fields(i, part) {
				if n := words.length(); n > 0 {
					c.FieldTerms[f] += n
					c.With[f]++
					c.Last[f] = max(c.Last[f], words.last())
				}
			}
		}
	}
	c.textBytes += len(p.Title)
	c.pages = append(c.pages, record)
}

// fields gives the words of a part of a section, by field.
func (p *pageWords) fields(section int, part partWords) [fieldCount]fieldWords {
	var out [fieldCount]fieldWords
	out[title], out[heading], out[keywords], out[body] = p.title, p.sections[section].heading, p.keywords, part.body
	return out
}

// countWords settles terms and surface forms, and the misspellings among these.
// It gives the term of each word by its number.
func (c *corpus) countWords(words *wordNumbers, read []pageWords) []int32 {
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
	termPages, seenTerm, named := make([]int, len(c.terms)), make([]int32, len(c.terms)), make([]bool, len(words.words))
	ofPage := make([][]int32, len(read))
	for page := range read {
		mark := int32(page + 1)
		read[page].each(func(f int, texts fieldWords) {
			for _, w := range texts.words {
				named[w] = named[w] || f != body
				if seen[w] == mark || !words.words[w].isSurface() {
					continue
				}
				seen[w] = mark
				wordPages[w]++
				ofPage[page] = append(ofPage[page], w)
				if t := termOf[w]; seenTerm[t] != mark {
					seenTerm[t] = mark
					termPages[t]++
				}
			}
		})
	}
	c.settleSurfaces(words, wordPages, ofPage)
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

// each calls use for every text of a page, with its field.
func (p *pageWords) each(use func(field int, words fieldWords)) {
	use(title, p.title)
	use(keywords, p.keywords)
	for _, s := range p.sections {
		use(heading, s.heading)
		for _, part := range s.parts {
			use(body, part.body)
		}
	}
}

// settleSurfaces sorts the surface forms and numbers them anew by their places.
func (c *corpus) settleSurfaces(words *wordNumbers, wordPages []int, ofPage [][]int32) {
	var order []int32
	for i, n := range wordPages {
		if n > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(words.words[a].term, words.words[b].term) })
	place := make([]int32, len(words.words))
	for i, w := range order {
		place[w] = int32(i)
		c.surfaces = append(c.surfaces, words.words[w].term)
		c.surfacePages = append(c.surfacePages, wordPages[w])
	}
	for _, list := range ofPage {
		for i, w := range list {
			list[i] = place[w]
		}
	}
	c.surfacesOf = ofPage
}

// weigh computes, for every passage, the saturation and the places of its terms,
// and gathers them by term.
func (c *corpus) weigh(ctx context.Context, read []pageWords, termOf []int32) error {
	c.held = make([]heldTerms, len(c.passages))
	hashes := make([]uint8, len(c.terms))
	for t, term := range c.terms {
		hashes[t] = termByte(term)
	}
	err := inParallel(ctx, len(read), func() func(i int) {
		w := newWeigher(c, termOf, hashes)
		return func(page int) {
			at := c.pages[page].FirstPassage
			for i := range read[page].sections {
				for _, part := range read[page].sections[i].parts {
					c.held[at] = w.passage(read[page].fields(i, part))
					at++
				}
			}
			read[page] = pageWords{} // its memory is needed
		}
	})
	if err != nil {
		return err
	}
	counts := make([]int32, len(c.terms))
	for i := range c.held {
		for _, t := range c.held[i].terms {
			counts[t]++
		}
	}
	c.lists = make([][]termPosting, len(c.terms))
	for t, n := range counts {
		c.lists[t] = make([]termPosting, 0, n)
	}
	for i := range c.held {
		h := &c.held[i]
		for j, t := range h.terms {
			c.lists[t] = append(c.lists[t], termPosting{posting{int32(i), h.saturations[j]}, int32(j)})
		}
	}
	return nil
}

// weigher weighs passages one after another in memory of its own.
type weigher struct {
	*corpus
	termOf  []int32
	hashes  []uint8       // by term
	counts  []fieldCounts // by term, zero between passages
	next    []int32       // by term: where its next place goes
	touched []int32
}

func newWeigher(c *corpus, termOf []int32, hashes []uint8) *weigher {
	return &weigher{corpus: c, termOf: termOf, hashes: hashes, counts: make([]fieldCounts, len(c.terms)), next: make([]int32, len(c.terms))}
}

func (w *weigher) passage(fields [fieldCount]fieldWords) heldTerms {
	w.touched = w.touched[:0]
	var length fieldCounts
	placed := 0
	for f, words := range fields {
		length[f] = float64(words.length())
		for _, word := range words.words {
			t := w.termOf[word]
			if w.counts[t] == (fieldCounts{}) {
				w.touched = append(w.touched, t)
			}
			w.counts[t][f]++
		}
		if f != keywords {
			placed += len(words.words)
		}
	}
	slices.Sort(w.touched)
	h := heldTerms{
		terms: slices.Clone(w.touched), saturations: make([]uint8, len(w.touched)),
		placesTo: make([]int32, len(w.touched)), places: make([]int32, placed), hashes: make([]uint8, len(fields[body].tokens)),
	}
	for i, word := range fields[body].tokens {
		h.hashes[i] = w.hashes[w.termOf[word]]
	}
	to := int32(0)
	for i, t := range w.touched {
		h.saturations[i] = uint8(saturation(w.counts[t], length, w.mean))
		w.next[t] = to
		for _, f := range lineOf {
			to += int32(w.counts[t][f])
		}
		h.placesTo[i] = to
		w.counts[t] = fieldCounts{}
	}
	from := int32(0)
	for _, f := range lineOf {
		for i, word := range fields[f].words {
			t := w.termOf[word]
			h.places[w.next[t]] = from + fields[f].positions[i]
			w.next[t]++
		}
		from += int32(w.Last[f]) + 1
	}
	return h
}
