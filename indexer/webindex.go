package indexer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// The web index is an index for browsers. It is files in the folder search of the site,
// from which the script in browser/search.ts answers as Search does, without any program
// on the server. It is written from the same corpus as the index and gives the same
// impacts. It also holds, as data, every rule that the script needs.
//
// # Files
//
//	search/LANG.js                 the manifest of a language
//	search/LANG/GROUPHASH/n.js     shards of one of its groups; the manifest tells the
//	                               folder, n is the shard's number in it
//	search/languages.js            the languages; read where a page's own has no manifest
//
// HASH is that of the shards in the folder, one or a few. So a shard can be kept for ever,
// and a shard that stays the same keeps its name when the site is published again. Only
// manifests always keep their names.
//
// Every file is a classic script, because pages that are opened from a disk may load
// nothing else. It makes one call, on a line of its own:
//
//	(self.vademecum??=[]).push([LANG,GROUP,n,content,HASH])//SUM
//
// GROUP is m for a manifest and l for the languages, whose HASH is "". SUM is the hash of
// what is pushed (see termHash), eight digits. A file that is fetched and whose bytes have
// changed is refused. Content may be packed; see below.
//
// When the site is published again, the shards of before are gone. A script may have an
// older manifest, because its page stayed open or a cache kept it. It then finds a shard
// missing or of another generation, gets the manifest past all caches and goes on.
//
// The groups:
//
//	t  terms and their postings, the names of the vocabulary that begin with them, and
//	   where what the vocabulary knows stands
//	n  names of the vocabulary that begin with a word that no page holds, by hash
//	p  positions of terms, for phrases
//	w  words as they are written, in alphabetical order, for beginnings and corrections
//	x  passages: their texts, and the records of their pages; numbered from the last page's
//	f  facets of all pages
//	c  citations that pages declare
//	g  which pages are translations of one another
//
// If t, p or w have few shards, their words stand in alphabetical order, and from in the
// manifest tells with which word each shard begins. Otherwise the shard of a term is
// hash(term) mod the number of shards. w is always in order. Terms with long postings,
// which the manifest lists under heavy, have a shard of t each, behind all others.
//
// A small web index is whole in its manifest, except for the texts. The manifest then has
// the content of the groups under inline, and the records of pages under pages. Citations,
// and the facets of a larger site, also stand there if they are very small: an answer waits for
// the manifest, and counts of facets may come after it.
//
// Between the two, a site of a few hundred pages has the titles of all pages and the facets
// in its manifest, and in the shards of t what puts pages in order: how words are written
// in each passage, and headings. The script then knows an answer before it has any text. It
// shows the titles at once, and fetches the texts of those results that the reader comes to.
//
// # Packed shards
//
// The shards of a language with more than smallTexts of texts are packed, because most servers
// and all disks hold and send files as they are. Content is then a string, which holds the
// content compressed by zlib (RFC 1950), and there is no SUM, because zlib has its own. Such a
// file is in UTF-16 (little endian, with the mark FF FE), which no server and no page can make
// a browser read otherwise: almost every pair of bytes is a character there, so the file is
// hardly larger than what zlib wrote. The string is read thus:
//
//   - Its units, of 16 bits, stand in blocks: a key, and up to 128 units behind it. Of the units
//     behind the key, each is combined with the key by exclusive or.
//   - Some units cannot stand in a string, or in a text: 0 to 32, the quotation mark, the
//     backslash, and D800 to DFFF. Instead of such a unit stand two: 32, and the unit with its
//     highest bit changed. They count as one. Of a block, the key is one that leaves few of these.
//   - The units give two bytes each, the lower one first. If the first byte is 0, it is no part
//     of what was compressed, which had an odd number of bytes.
//
// The content has at most maxUnpacked bytes. What has more is not packed.
//
// The parts of t, p and w that are not short are compressed as blocks of their own, since
// numbers and words are unlike. A content that did not change is not compressed again: a shard
// that is there already is unpacked and compared.
//
// # What a change renames
//
// When a site is published again, readers and copies fetch only the shards that are new. So
// a change must leave all other shards as they are:
//
//   - A text shard says nothing of what stands before it. The ends of shards are found anew
//     behind a page that has grown (see textShards).
//   - Passages have numbers that changes of other pages leave alone as far as possible (see
//     slots). Numbers go from the last page of the list to the first, because what is added
//     is mostly the newest, and they leave room for a page to grow.
//   - Of the names of the vocabulary saturations are kept, not impacts. Impacts depend on
//     how many passages there are.
//
// # Numbers
//
// Numbers are written in 93 symbols, the printable ASCII characters without "
// and \, so that they stand in a script as they are and compress well. 0 to 63
// take one symbol, numbers up to 2295 two, up to 36891 three, greater ones five
// (see symbols). Ascending numbers are written as differences.
//
// # Content of a shard
//
//	t     [terms, numbers, saturations, misspellings, written, names, of, others, hits]; the last
//	      four are missing where there is nothing of them
//	        terms         joined by line breaks
//	        numbers       for each term the number of its postings, their passages (slots,
//	                      differences)
//	        saturations   for each term those of its postings
//	        misspellings  for each (see misspellings) the word and the one that is meant, a
//	                      space between; joined by line breaks
//	        written       0, or, where the manifest has the titles, [forms, held, headings, of]:
//	                        forms     for each term a line: how its words are written in headings and
//	                                  texts, the commonest first; commas between. What a form has behind
//	                                  the term, or = and the form. Behind a single form, a comma if
//	                                  some passages of the term do not have it
//	                        held      for each term with a comma, for each of its passages, which of its
//	                                  forms are there: six bits in a number, the first form the lowest
//	                        headings  that begin with a term of the shard, joined by line breaks
//	                        of        for each heading the number of its passages, and which (slots,
//	                                  differences)
//	        names         of the vocabulary that begin with a term of the shard, joined by
//	                      line breaks
//	        of            for each name the shard of t, from one, where that which it names
//	                      stands, and which it is there; or 0 alone
//	        others        for what stands here, the names that pages can hold, joined by line
//	                      breaks
//	        hits          how many of others are of each; then for each of others the number
//	                      of passages that hold all its terms, which (slots, differences), and
//	                      for each of its terms in how many passages it is, and its
//	                      saturations in those that hold all
//	n     ["", "", "", "", 0, names, of]
//	p     [terms, numbers]: for each term the number of its postings, and for each of these
//	      its positions; the fields of a passage lie on one line with gaps that no phrase crosses. A
//	      position is written twofold, plus one if another follows; 0 for none
//	w     [words, numbers]: words joined by line breaks; the pages of each
//	x     pages in order, each [record, passages], a passage [anchor, heading, text]; of a
//	      page that is too long for a shard the record is in each; see record, 0 where
//	      the manifest has it
//	f     {facet: [[value, label], …], …} and numbers: for each facet in the order of
//	      names, for each value: how many pages, and which (differences)
//	c     [document, part, page, passage] for each citation declared
//	g     [numbers]: for each page one that its translations have too, 0 if it has none
//
// # The manifest
//
// See webManifest. Its format is raised whenever an older script would read a
// web index wrongly; the script refuses another than its own.
const webIndexFormat = 7

// Sizes, in bytes of content, tried on 10,000 pages: small shards make a query
// cheap, few files please hosts. Those of shards that grow with the site are for each
// of growth(bytes): ten times as much text makes shards of twice the size.
const (
	termShard     = 50
	smallTerms    = 400_000 // terms up to here stand in order, in shards of orderedShard
	orderedShard  = 3_300
	heavyOrdered  = 1_000 // of a term that has a shard of its own, where terms stand in order
	heavyTerm     = 7_500 // the same where they are spread
	nameShard     = 12_000
	positionShard = 170
	fewPositions  = 48 // shards of that size: fewer stand in order, and are twice as large
	wordShard     = 16_000
	textShard     = 66
	smallTexts    = 2_000_000 // texts up to here are in shards of smallShard, which are not packed: their files are few and short in any case
	smallShard    = 2_500
	mostTexts     = 4_800  // shards of texts: 100,000 pages then have fewer than 10,000 files
	inlineSize    = 40_000 // of all groups but texts: up to here they stand in the manifest
	inlineGroup   = 1_500  // of facets or citations, the same
	inlineTitles  = 32_000 // titles of pages, the same
	inlineFacets  = 12_000 // facets, where titles stand there
	maxFolders    = 192    // about so many names of folders stand in a manifest
)

// growth is about the cube root of the content of a group.
func growth(bytes int) int { return max(1, steady(int(math.Cbrt(float64(bytes))))) }

// inlined are the groups that a small web index has in its manifest, and smallGroups
// those that stand there whenever they are small themselves.
const (
	inlined     = "tnwfcg"
	smallGroups = "fc"
)

// webManifest is the content of search/LANG.js.
type webManifest struct {
	Format       int               `json:"format"`
	Lang         string            `json:"lang"`
	Languages    []string          `json:"languages"` // that have a web index
	Default      string            `json:"default"`
	Hash         string            `json:"hash"`      // of all that the language's web index holds
	Folders      map[string]string `json:"folders"`   // of each group: the names of its folders, joined
	PerFolder    int               `json:"perFolder"` // shards in a folder
	Base         string            `json:"base,omitempty"`
	Passages     int               `json:"units"`
	Words        int               `json:"words"`            // as they are written
	PagePassages string            `json:"pageUnits"`        // numbers: how many passages each page has
	Shards       map[string]int    `json:"shards"`           // how many of each group
	Texts        string            `json:"texts"`            // numbers: how many passages each shard of x has
	Newest       string            `json:"newest,omitempty"` // numbers: see writeVersions
	Linked       string            `json:"linked,omitempty"` // numbers: see writeLinked
	Heavy        string            `json:"heavy,omitempty"`
	From         map[string]string `json:"from"`              // first word of each shard of a group in order
	Longest      int               `json:"longest,omitempty"` // words of the longest name of the vocabulary
	Facets       []string          `json:"facets,omitempty"`
	Inline       map[string][]any  `json:"inline,omitempty"`
	Pages        []any             `json:"pages,omitempty"`
	Titles       []string          `json:"titles,omitempty"` // see titles
	Rules        webRules          `json:"rules"`
	Patterns     []query.Pattern   `json:"patterns,omitempty"`
	Prefer       string            `json:"prefer,omitempty"`
}

// webRules is the definition of search as data.
type webRules struct {
	Marks     [][2]rune         `json:"marks"`    // text.FoldedMarks
	United    map[string]string `json:"united"`   // united
	Breve     []rune            `json:"breve"`    // letters that keep it
	Particle  string            `json:"particle"` // text.Particle
	Stemmer   string            `json:"stemmer,omitempty"`
	Spellings wordSpellings     `json:"spellings,omitempty"`
	Stop      string            `json:"stop,omitempty"` // terms
	Quotes    map[string]string `json:"quotes"`
	Link      int               `json:"link"`
	Weights   map[string]int    `json:"weights"`
	Limits    map[string]int    `json:"limits"`
	IdfSteps  int               `json:"idfSteps"`
}

// shardFile is one file of the web index.
type shardFile struct {
	group   string
	n       int
	content piece
}

// sum adds a shard to a checksum under a number.
func (f shardFile) sum(to hash.Hash, n int, content []byte) {
	fmt.Fprintf(to, "%s %d ", f.group, n)
	to.Write(content)
	to.Write([]byte{'\n'})
}

// writeWebIndex writes the web index of all languages into the folder dir, the
// site's search, and removes web indexes of before. The page of search may stand in
// the same folder and is left alone.
func writeWebIndex(ctx context.Context, dir string, corpora []*corpus, m *manifest) (webSums, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	list, sums := webLanguages{Default: m.Default}, webSums{}
	for _, c := range corpora {
		list.Languages = append(list.Languages, c.Lang)
		err := c.writeWeb(ctx, dir, m)
		if err == nil {
			sums[c.Lang], err = webSum(os.DirFS(dir), c.Lang+".js")
		}
		if err != nil {
			return nil, fmt.Errorf("write the web index of language %s: %w", c.Lang, err)
		}
	}
	return sums, writeScript(filepath.Join(dir, "languages.js"), "", "l", list)
}

// writeWeb writes the web index of one language.
func (c *corpus) writeWeb(ctx context.Context, dir string, m *manifest) error {
	if c.taken != nil {
		return c.taken.writeWeb(dir, c.Lang)
	}
	w := &webIndexWriter{corpus: c, manifest: m, dir: dir}
	defer w.contents.close()
	return w.write(ctx)
}

// webLanguages is the content of search/languages.js.
type webLanguages struct {
	Languages []string `json:"languages"`
	Default   string   `json:"default"` // that of the site's front page
}

// writeScript writes a file of the web index that is no shard.
func writeScript(file, lang, group string, content any) error {
	data, err := scriptJSON(content)
	if err != nil {
		return err
	}
	return os.WriteFile(file, shardName{lang: lang, group: group}.plain(data), 0o644)
}

// A shardName tells a file of the web index from all others.
type shardName struct {
	lang, group string
	n           int
	generation  string
}

// around is what stands before and behind a content that is pushed.
func (s shardName) around() (head, tail string) {
	return fmt.Sprintf(`["%s","%s",%d,`, s.lang, s.group, s.n), fmt.Sprintf(`,"%s"]`, s.generation) // which need no escapes
}

// plain is the file of a content, which is JSON already.
func (s shardName) plain(content []byte) []byte {
	head, tail := s.around()
	return script(head, content, tail)
}

const webCall = "(self.vademecum??=[]).push("

// script is the call that pushes an entry, with the sum of what is pushed.
func script(head string, content []byte, tail string) []byte {
	out := append(make([]byte, 0, len(content)+150), webCall...)
	out = append(append(append(out, head...), content...), tail...)
	return fmt.Appendf(out, ")//%08x\n", termHash(string(out[len(webCall):])))
}

// readIf reads a file that may be there.
func readIf(may bool, file string) ([]byte, error) {
	if !may {
		return nil, nil
	}
	return os.ReadFile(file)
}

type webIndexWriter struct {
	*corpus
	manifest *manifest
	dir      string
	files    []shardFile
	contents pile    // of files
	slots    []int32 // of each passage
	whole    bool    // whether all but the texts stands in the manifest
	packed   bool    // whether shards are packed
	titled   bool    // whether the titles of pages stand there, and shards of terms have what puts pages in order
	err      error   // of content that cannot be written
}

func (p *webIndexWriter) write(ctx context.Context) error {
	m := webManifest{
		Format: webIndexFormat, Lang: p.Lang, Default: p.manifest.Default, Base: p.manifest.Base, Passages: p.Passages, Words: p.Words,
		Shards: map[string]int{}, From: map[string]string{}, Patterns: p.manifest.Patterns, Prefer: p.manifest.Prefer, Rules: rulesOf(p.Language, p.characters()),
	}
	m.Rules.Spellings = p.Spellings
	for _, l := range p.manifest.Languages {
		m.Languages = append(m.Languages, l.Lang)
	}
	m.Longest = p.vocabulary.longest
	p.slots = p.passageSlots()
	p.packed = p.textSize() > smallTexts
	for _, step := range []func(*webManifest) error{p.writePositions, p.writeWords, p.writeFacets, p.writeVersions, p.writeLinked, p.writeCites, p.writeGroups, p.writeTerms, p.writeTexts} {
		if err := errors.Join(ctx.Err(), step(&m), p.err); err != nil {
			return err
		}
	}
	return p.finish(ctx, &m)
}

// characters gives the characters of all terms.
func (c *corpus) characters() map[rune]bool {
	out := map[rune]bool{}
	for _, term := range c.terms {
		for _, r := range term {
			out[r] = true
		}
	}
	return out
}

// rulesOf gathers what the script must not decide for itself. Of the characters of
// traditional Chinese it has those that become one of characters: what others become
// stands on no page.
func rulesOf(l *text.Language, characters map[rune]bool) webRules {
	r := webRules{
		Marks: text.FoldedMarks, United: map[string]string{}, Breve: text.BreveLetters, Quotes: map[string]string{}, Link: query.LinkLength, IdfSteps: idfSteps,
		Weights: map[string]int{"full": fullWeight, "stop": stopWeight, "prefix": prefixWeight, "synonym": synonymWeight, "name": nameWeight, "first": sameFirstLetter, "likely": likelyEdit},
		Limits: map[string]int{
			"slots": maxTerms, "phrase": maxPhrase, "repeated": maxRepeated, "pasted": pastedWords, "word": text.MaxWord, "long": text.LongWord, "paired": text.MostPaired, "expansions": maxExpansions, "expanded": maxExpanded, "common": commonFraction, "required": maxAllRequired, "prefix": minPrefix, "correct": minCorrect, "two": minTwoEdits,
			"query": MaxQuery, "sections": sectionsOf, "exactPages": exactPages, "exactShare": exactShare, "record": recordShare, "reach": headingReach, "linked": linkedBest, "nearer": linkedShare, "question": questionTerms, "steps": saturationSteps, "k1": k1Tenths, "name": wholeName, "excerpt": excerptWords, "before": wordsBefore, "size": pageSize, "maxSize": MaxPageSize, "depth": maxDepth, "filters": maxFilters, "shown": maxShown, "work": maxWork, "guesses": maxGuesses, "beginning": beginningPart,
		},
	}
	for from, to := range text.United {
		r.United[string(from)] = to
	}
	for from, to := range text.Simplified() {
		if characters[to] {
			r.United[string(from)] = string(to)
		}
	}
	for from, to := range query.Quotes {
		r.Quotes[string(from)] = string(to)
	}
	r.Particle = text.Particle
	r.Stemmer = l.StemmerRules()
	r.Stop = strings.Join(sortedKeys(l.Stop), " ")
	return r
}

func (p *webIndexWriter) writeTerms(m *webManifest) error {
	misspellingsOf := map[string][]string{} // by term
	for _, word := range sortedKeys(p.misspellings) {
		term := p.Term(text.Token{Term: word})
		misspellingsOf[term] = append(misspellingsOf[term], word+" "+p.misspellings[word])
	}
	const termsWritten = 4 // place of written in the content of a shard
	content := func(terms []int32, written any, names *shardNames) []any {
		var numbers, saturations numberWriter
		var misspellings []string
		for _, t := range terms {
			list := p.inSlots(p.list(t))
			numbers.add(len(list))
			p.addSlots(&numbers, list)
			for _, h := range list {
				saturations.add(int(h.saturation))
			}
			misspellings = append(misspellings, misspellingsOf[p.terms[t]]...)
		}
		return append([]any{p.join(terms), numbers.String(), saturations.String(), strings.Join(misspellings, "\n"), written}, names.content()...)
	}
	cost := func(t int32) int { return len(p.terms[t]) + 2 + 3*int(p.counts[t]) }
	all := 0
	for t := range p.terms {
		all += cost(int32(t))
	}
	ordered, long := all <= smallTerms, heavyTerm
	if ordered {
		long = heavyOrdered
	}
	var light, heavy []int32
	for t := range p.terms {
		if cost(int32(t)) >= long {
			heavy = append(heavy, int32(t))
			all -= cost(int32(t))
			continue
		}
		light = append(light, int32(t))
	}
	size := orderedShard
	if !ordered {
		size = termShard * growth(all)
	}
	shards, lightShard := p.divide("t", light, size, ordered, cost, m)
	first := len(shards) // of the heavy terms
	for _, t := range heavy {
		shards = append(shards, []int32{t})
	}
	shardOf := func(term string) int {
		if i, ok := slices.BinarySearchFunc(heavy, term, func(t int32, term string) int { return strings.Compare(p.terms[t], term) }); ok {
			return first + i
		}
		return lightShard(term)
	}
	names, foreign := p.namesByShard(len(shards), shardOf)
	for i, s := range foreign {
		p.add("n", i, append([]any{"", "", "", "", 0}, s.content()...))
	}
	m.Heavy = p.join(heavy)
	files := p.files
	titles := p.titles()
	var contents [][]any // of a small site
	for i, terms := range shards {
		all := content(terms, 0, names[i])
		if p.add("t", i, all); titles != nil {
			contents = append(contents, all)
		}
	}
	if p.settleTitles(m, titles); p.titled {
		p.files = files
		w := p.wordForms(len(shards), shardOf)
		for i, terms := range shards {
			contents[i][termsWritten] = w.content(terms, i)
			p.add("t", i, contents[i])
		}
	}
	return nil
}

// divide divides terms, which are in order, into shards of about size bytes: as they
// stand, or by hash. shardOf tells the shard of a term, whether or not it is among these.
func (p *webIndexWriter) divide(group string, terms []int32, size int, ordered bool, cost func(t int32) int, m *webManifest) (shards [][]int32, shardOf func(term string) int) {
	if !ordered {
		bytes := 0
		for _, t := range terms {
			bytes += cost(t)
		}
		n := steady(bytes/size + 1)
		return p.byHash(terms, n), func(term string) int { return int(termHash(term) % uint32(n)) }
	}
	var first []string
	from := 0
	for _, to := range shardEnds(len(terms), size, func(i int) int { return cost(terms[i]) }, func(i int) (bool, int) { return wordBegins(p.terms[terms[i]]) }) {
		shards, first = append(shards, terms[from:to]), append(first, p.terms[terms[from]])
		from = to
	}
	if len(shards) == 0 {
		shards, first = [][]int32{nil}, []string{""}
	}
	m.From[group] = strings.Join(first, "\n")
	return shards, func(term string) int {
		i, found := slices.BinarySearch(first, term)
		if !found {
			i--
		}
		return max(0, i)
	}
}

// slots gives how many numbers a page of so many passages takes: some are left free,
// so that a page that grows leaves the numbers of others alone.
func slots(passages int) int {
	n := 2
	for n < passages {
		n *= 2
	}
	return n
}

// passageSlots numbers the passages, with those of the last page first.
func (p *webIndexWriter) passageSlots() []int32 {
	out := make([]int32, p.Passages)
	end, next := p.Passages, 0
	for i := len(p.pages) - 1; i >= 0; i-- {
		first := p.pages[i].FirstPassage
		for u := first; u < end; u++ {
			out[u] = int32(next + u - first)
		}
		next += slots(end - first)
		end = first
	}
	return out
}

// inSlots gives postings in the order of their slots.
func (p *webIndexWriter) inSlots(list []posting) []posting {
	out := make([]posting, 0, len(list))
	p.pagesBackwards(list, func(from, to int) { out = append(out, list[from:to]...) })
	return out
}

// pagesBackwards calls use with where the postings of each page stand in a list, those of
// the last page first.
func (p *webIndexWriter) pagesBackwards(list []posting, use func(from, to int)) {
	for end := len(list); end > 0; {
		from := end - 1
		for from > 0 && p.pageOf[list[from-1].passage] == p.pageOf[list[from].passage] {
			from--
		}
		use(from, end)
		end = from
	}
}

// addSlots writes where postings stand, which are in the order of their slots.
func (p *webIndexWriter) addSlots(w *numberWriter, list []posting) {
	last := int32(0)
	for _, h := range list {
		w.add(int(p.slots[h.passage] - last))
		last = p.slots[h.passage]
	}
}

// shardEnds cuts n things in a row into shards of about target bytes: it gives the end of
// each. A shard that is nearly full ends before a thing that begins one by itself, so
// that behind a change shards soon end where they did before; any shard ends before what
// would overfill it and should stay whole. begins tells of a thing whether it begins a
// shard by itself, and the bytes of what should stay whole from there on, or 0.
func shardEnds(n, target int, cost func(i int) int, begins func(i int) (itself bool, whole int)) (ends []int) {
	size := 0
	for i := range n {
		itself, whole := begins(i)
		if size >= target*5/4 || size >= target*3/4 && itself || size > 0 && whole > 0 && size+whole > target*5/4 {
			ends = append(ends, i)
			size = 0
		}
		size += cost(i)
	}
	if n > 0 {
		ends = append(ends, n)
	}
	return ends
}

// wordBegins is what shardEnds asks of words in order: one of eight begins a shard by itself.
func wordBegins(word string) (itself bool, whole int) { return termHash(word)%8 == 0, 0 }

// steady rounds a number to its three highest binary digits, so that it seldom changes
// when what it is reckoned from grows.
func steady(n int) int {
	low := max(0, bits.Len(uint(n))-3)
	return (n + 1<<low/2) >> low << low
}

// shardNames are the names of the vocabulary that begin with a term of a shard, and
// the names that pages can hold of that which stands in the shard.
type shardNames struct {
	names, others []string // as they are written
	of, hits      numberWriter
	meanings      int // how many stand here
}

func (s *shardNames) content() []any {
	switch {
	case s == nil:
		return nil
	case s.meanings == 0:
		return []any{strings.Join(s.names, "\n"), s.of.String()}
	}
	return []any{strings.Join(s.names, "\n"), s.of.String(), strings.Join(s.others, "\n"), s.hits.String()}
}

// namesByShard gives the names of the vocabulary by the shard of their first term, and
// behind these, in shards by hash, those that begin with a word that no page holds.
// What is named stands once: where that of its names begins which most passages hold,
// so that who asks for it mostly has that shard already.
func (p *webIndexWriter) namesByShard(shards int, shardOf func(term string) int) (held, foreign []*shardNames) {
	names := p.vocabulary.names
	at, size := make([]int, len(names)), 0
	for i, n := range names {
		if _, ok := slices.BinarySearch(p.terms, n.terms[0]); ok {
			at[i] = shardOf(n.terms[0])
		} else {
			at[i] = -1
			size += len(n.text) + 4
		}
	}
	rest := (size + nameShard - 1) / nameShard
	out := make([]*shardNames, shards+rest)
	shard := func(n int) *shardNames {
		if out[n] == nil {
			out[n] = &shardNames{}
		}
		return out[n]
	}
	homes := map[string][2]int{} // by what is named: its shard, and which it is there
	for i, n := range names {
		home, ok := homes[n.id]
		if !ok {
			most := -1
			var hits []nameHits
			for _, j := range p.vocabulary.byID[n.id] {
				if h, ok := p.nameHits(names[j]); ok {
					hits = append(hits, h)
					if len(h.held[0]) > most {
						most, home[0] = len(h.held[0]), at[j]+1
					}
				}
			}
			if len(hits) > 0 {
				home[1] = shard(home[0]-1).addMeaning(p, hits)
			}
			homes[n.id] = home
		}
		if at[i] < 0 {
			at[i] = shards + int(termHash(n.terms[0])%uint32(max(1, rest)))
		}
		s := shard(at[i])
		s.names = append(s.names, n.text)
		s.of.add(home[0])
		if home[0] > 0 {
			s.of.add(home[1])
		}
	}
	return out[:shards], out[shards:]
}

// nameHits are the passages that hold all terms of a name.
type nameHits struct {
	name
	lists [][]posting // of each term: all that hold it
	held  [][]posting // of each term: those that hold all
}

// nameHits finds the passages that hold all terms of a name; ok is false if a term of
// it stands nowhere.
func (p *webIndexWriter) nameHits(n name) (out nameHits, ok bool) {
	out = nameHits{n, make([][]posting, len(n.terms)), make([][]posting, len(n.terms))}
	for i, term := range n.terms {
		t, ok := slices.BinarySearch(p.terms, term)
		if !ok {
			return out, false
		}
		out.lists[i] = p.list(int32(t))
	}
	all := out.lists[0]
	for _, list := range out.lists[1:] {
		all = shared(list, all)
	}
	for i, list := range out.lists {
		out.held[i] = shared(list, all)
	}
	return out, true
}

// shared gives the postings of list whose passages others has as well.
func shared(list, others []posting) []posting {
	var out []posting
	at := 0
	for _, h := range list {
		for at < len(others) && others[at].passage < h.passage {
			at++
		}
		if at < len(others) && others[at].passage == h.passage {
			out = append(out, h)
		}
	}
	return out
}

// addMeaning adds the names of one thing that pages can hold. It gives which thing of
// the shard that is.
func (s *shardNames) addMeaning(p *webIndexWriter, names []nameHits) int {
	s.hits.add(len(names))
	for _, n := range names {
		s.others = append(s.others, n.text)
		s.hits.add(len(n.held[0]))
		p.addSlots(&s.hits, p.inSlots(n.held[0]))
		for i, list := range n.held {
			s.hits.add(len(n.lists[i]))
			for _, h := range p.inSlots(list) {
				s.hits.add(int(h.saturation))
			}
		}
	}
	s.meanings++
	return s.meanings - 1
}

// join writes terms, which are given by number, one a line.
func (p *webIndexWriter) join(terms []int32) string {
	var b strings.Builder
	for i, t := range terms {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.terms[t])
	}
	return b.String()
}

// byHash spreads terms over n shards.
func (p *webIndexWriter) byHash(terms []int32, n int) [][]int32 {
	out := make([][]int32, n)
	for _, t := range terms {
		h := int(termHash(p.terms[t]) % uint32(n))
		out[h] = append(out[h], t)
	}
	return out
}

// termHash is 32-bit FNV-1a over UTF-16 units, which JavaScript computes as well.
func termHash(term string) uint32 {
	h := uint32(2166136261)
	for _, r := range term {
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			h = (h ^ uint32(high)) * 16777619
			r = low
		}
		h = (h ^ uint32(r)) * 16777619
	}
	return h
}

// writePositions writes the places of terms on the lines of their passages, each
// twofold, plus one if another of the same term and passage follows.
func (p *webIndexWriter) writePositions(m *webManifest) error {
	cost := func(t int32) int {
		return len(p.terms[t]) + 2 + 2*int(p.placed[t])
	}
	all, bytes := make([]int32, len(p.terms)), 0
	for t := range p.terms {
		all[t] = int32(t)
		bytes += cost(int32(t))
	}
	size := positionShard * growth(bytes)
	few := bytes/size < fewPositions
	if few {
		size *= 2 // phrases are rare, and a small site shall have few files
	}
	shards, _ := p.divide("p", all, size, few, cost, m)
	p.addAll("p", len(shards), func(i int) any {
		var w numberWriter
		for _, t := range shards[i] {
			list := p.list(t)
			places, ends := p.listPlaces(t)
			w.add(len(list))
			p.pagesBackwards(list, func(from, to int) {
				for i := from; i < to; i++ {
					begin := int32(0)
					if i > 0 {
						begin = ends[i-1]
					}
					w.addPlaces(places[begin:ends[i]])
				}
			})
		}
		return []string{p.join(shards[i]), w.String()}
	})
	return nil
}

// addPlaces writes the places of a term in a passage.
func (w *numberWriter) addPlaces(places []int32) {
	if len(places) == 0 {
		w.add(0) // in the keywords alone, where no phrase is sought
	}
	for i, place := range places {
		more := 1
		if i == len(places)-1 {
			more = 0
		}
		w.add(int(place)*2 + more)
	}
}

func (p *webIndexWriter) writeWords(m *webManifest) error {
	var first []string
	from := 0
	begins := func(i int) (bool, int) { return wordBegins(p.surfaces[i]) }
	for n, to := range shardEnds(len(p.surfaces), wordShard, func(i int) int { return len(p.surfaces[i]) + 2 }, begins) {
		var counts numberWriter
		for _, pages := range p.surfacePages[from:to] {
			counts.add(pages)
		}
		first = append(first, p.surfaces[from])
		p.add("w", n, []string{strings.Join(p.surfaces[from:to], "\n"), counts.String()})
		from = to
	}
	m.From["w"] = strings.Join(first, "\n")
	return nil
}

func (p *webIndexWriter) writeFacets(m *webManifest) error {
	pagesOf := map[string]map[string][]int{}
	for i, page := range p.pages {
		for _, f := range page.Facets {
			if pagesOf[f.Facet] == nil {
				pagesOf[f.Facet] = map[string][]int{}
			}
			pagesOf[f.Facet][f.Value] = append(pagesOf[f.Facet][f.Value], i)
		}
	}
	if len(pagesOf) == 0 {
		return nil
	}
	m.Facets = sortedKeys(pagesOf)
	values := map[string][][2]string{}
	var numbers numberWriter
	for _, facet := range m.Facets {
		for _, v := range sortedKeys(pagesOf[facet]) {
			values[facet] = append(values[facet], [2]string{v, p.labels[[2]string{facet, v}]})
			numbers.add(len(pagesOf[facet][v]))
			last := 0
			for _, page := range pagesOf[facet][v] {
				numbers.add(page - last)
				last = page
			}
		}
	}
	p.add("f", 0, []any{values, numbers.String()})
	return nil
}

// writeVersions tells of each page how far after it the same page of the newest version
// stands, in a circle of all pages; 0 if it is that itself. These numbers are much the
// same for all pages of a version. A site without versions has none.
func (p *webIndexWriter) writeVersions(m *webManifest) error {
	if !p.versions {
		return nil
	}
	var numbers numberWriter
	for i, page := range p.pages {
		after := 0
		if page.Newest > 0 {
			after = (page.Newest - 1 - i + len(p.pages)) % len(p.pages)
		}
		numbers.add(after)
	}
	m.Newest = numbers.String()
	return nil
}

// writeLinked tells of each page how many of those before it are linked with it, and how far
// before it they are: the first the nearest, each of the others counted from the one before.
func (p *webIndexWriter) writeLinked(m *webManifest) error {
	if !slices.ContainsFunc(p.pages, func(page pageRecord) bool { return len(page.Linked) > 0 }) {
		return nil
	}
	var numbers numberWriter
	for i, page := range p.pages {
		numbers.add(len(page.Linked))
		for _, other := range slices.Backward(page.Linked) {
			numbers.add(i - other)
			i = other
		}
	}
	m.Linked = numbers.String()
	return nil
}

func (p *webIndexWriter) writeCites(*webManifest) error {
	var rows [][4]any
	for c, targets := range p.cites {
		for _, t := range targets {
			rows = append(rows, [4]any{c.Document, c.Part, t.page, t.passage})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b [4]any) int { return strings.Compare(fmt.Sprintf("%q", a), fmt.Sprintf("%q", b)) })
	p.add("c", 0, rows)
	return nil
}

// writeGroups numbers the pages that are translations of one another alike.
func (p *webIndexWriter) writeGroups(*webManifest) error {
	var numbers numberWriter
	any := false
	for _, page := range p.pages {
		group := 0
		if len(page.Translations) > 0 {
			any = true
			group = int(termHash(page.group())%maxNumber) + 1
		}
		numbers.add(group)
	}
	if any {
		p.add("g", 0, []string{numbers.String()})
	}
	return nil
}

func (p *webIndexWriter) writeTexts(m *webManifest) error {
	var numbers numberWriter
	for i := range p.pages {
		end := p.Passages
		if i+1 < len(p.pages) {
			end = p.pages[i+1].FirstPassage
		}
		numbers.add(end - p.pages[i].FirstPassage)
	}
	m.PagePassages = numbers.String()
	ends := p.textShards()
	from := func(i int) int {
		if i == 0 {
			return 0
		}
		return ends[i-1]
	}
	var counts numberWriter
	for i := range ends {
		counts.add(ends[i] - from(i))
	}
	m.Texts = counts.String()
	p.addAll(TextsGroup, len(ends), func(n int) any { // numbered from the last, since what is added is mostly the newest
		i := len(ends) - 1 - n
		return p.texts(from(i), ends[i])
	})
	return nil
}

// texts is the content of a shard of x.
func (p *webIndexWriter) texts(from, to int) (pages []any) {
	var rows [][3]string
	for u := from; u < to; u++ {
		rows = append(rows, [3]string{p.passages[u].ID, p.passages[u].Heading, p.passages[u].Text})
		if page := int(p.pageOf[u]); u+1 == to || int(p.pageOf[u+1]) != page {
			var record any = 0
			if !p.whole && !p.titled {
				record = p.record(page)
			}
			pages = append(pages, []any{record, rows})
			rows = nil
		}
	}
	return pages
}

// textShards cuts the passages into shards: it gives the end of each. Pages stay
// whole if they are not too long; one of two begins a shard by itself.
func (p *webIndexWriter) textShards() (ends []int) {
	pages := make([]int, len(p.pages))
	for u := range p.passages {
		pages[p.pageOf[u]] += p.textCost(u)
	}
	return shardEnds(p.Passages, textTarget(p.textSize()), p.textCost, func(u int) (bool, int) {
		page := p.pageOf[u]
		if u > 0 && p.pageOf[u-1] == page {
			return false, 0
		}
		return termHash(p.pages[page].URL)%2 == 0, pages[page]
	})
}

// textCost is about the bytes of a passage in a shard of texts.
func (p *webIndexWriter) textCost(u int) int { return len(p.passages[u].Text) + 50 }

// textSize is about the bytes of all texts.
func (p *webIndexWriter) textSize() (size int) {
	for u := range p.passages {
		size += p.textCost(u)
	}
	return size
}

// textTarget is about how large shards of texts are, of so many bytes in all.
func textTarget(size int) int {
	if size <= smallTexts {
		return smallShard
	}
	return max(textShard*growth(size), steady(size/mostTexts))
}

// record is what the script shows of a page: [url, title, date, facets, translations].
func (p *webIndexWriter) record(page int) any {
	r := p.pages[page]
	facets := map[string][]string{}
	for _, f := range r.Facets {
		facets[f.Facet] = append(facets[f.Facet], f.Value)
	}
	return []any{r.URL, r.Title, r.Date, facets, r.Translations}
}

func (p *webIndexWriter) add(group string, n int, content any) {
	data, err := scriptJSON(content)
	p.err = errors.Join(p.err, err)
	p.files = append(p.files, shardFile{group, n, p.contents.put(data)})
}

// addAll adds the n shards of a group, whose content several goroutines make.
func (p *webIndexWriter) addAll(group string, n int, content func(i int) any) {
	files, errs := make([]shardFile, n), make([]error, n)
	err := inParallel(context.Background(), n, func() func(i int) {
		return func(i int) {
			data, err := scriptJSON(content(i))
			files[i], errs[i] = shardFile{group, i, p.contents.put(data)}, err
		}
	})
	p.err = errors.Join(append(errs, p.err, err)...)
	p.files = append(p.files, files...)
}

// sizeOf gives the bytes of what stands in some groups.
func (p *webIndexWriter) sizeOf(groups string) int {
	size := 0
	for _, f := range p.files {
		if strings.Contains(groups, f.group) {
			size += f.content.size
		}
	}
	return size
}

// finish writes the files, their folders named by their content, and then the
// manifest, so that no manifest ever names what is not there.
func (p *webIndexWriter) finish(ctx context.Context, m *webManifest) error {
	for _, f := range p.files {
		m.Shards[f.group]++
	}
	inline := func(group string) bool {
		return p.whole && strings.Contains(inlined, group) || p.titled && group == "f" || strings.Contains(smallGroups, group) && p.sizeOf(group) <= inlineGroup
	}
	all := sha256.New()
	fmt.Fprintln(all, webIndexFormat, p.Lang) // a hash never fails
	fmt.Fprint(all, m.Newest, m.Linked)
	m.PerFolder, m.Folders = 1, map[string]string{}
	for len(p.files) > m.PerFolder*maxFolders {
		m.PerFolder *= 2
	}
	sums := map[string]hash.Hash{} // by group and number of the folder
	folderOf := func(f shardFile) string { return fmt.Sprint(f.group, f.n/m.PerFolder) }
	for _, f := range p.files {
		content, err := p.contents.get(f.content)
		if err != nil {
			return err
		}
		folder := folderOf(f)
		if sums[folder] == nil {
			sums[folder] = sha256.New()
			fmt.Fprintln(sums[folder], webIndexFormat, p.Lang, p.whole, p.titled)
		}
		f.sum(sums[folder], f.n%m.PerFolder, content)
	}
	for _, folder := range sortedKeys(sums) {
		fmt.Fprintf(all, "%s %x\n", folder, sums[folder].Sum(nil))
	}
	m.Hash = hex.EncodeToString(all.Sum(nil))[:16]
	root := filepath.Join(p.dir, p.Lang)
	old, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		return err
	}
	before, now := map[string]bool{}, map[string]bool{}
	for _, o := range old {
		before[filepath.Base(o)] = true
	}
	names := folderNames{}
	var folders []string // of each of files
	var files []shardFile
	m.Inline = map[string][]any{}
	for _, f := range p.files {
		if inline(f.group) {
			content, err := p.contents.get(f.content)
			if err != nil {
				return err
			}
			m.Inline[f.group] = append(m.Inline[f.group], json.RawMessage(content))
			continue
		}
		sum := names.of(f.group, hex.EncodeToString(sums[folderOf(f)].Sum(nil)))
		if f.n%m.PerFolder == 0 {
			m.Folders[f.group] += sum
		}
		name := f.group + sum
		folder := filepath.Join(root, name)
		now[name] = true
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		files, folders = append(files, f), append(folders, name)
	}
	errs := make([]error, len(files))
	if err := inParallel(ctx, len(files), func() func(i int) {
		pack := newShardPacker()
		return func(i int) {
			f, folder := files[i], folders[i]
			name := shardName{p.Lang, f.group, f.n % m.PerFolder, folder} // only what stands before it in its folder gives a shard its name
			content, err := p.contents.get(f.content)
			if err == nil {
				err = p.writeShard(filepath.Join(root, folder, fmt.Sprintf("%d.js", name.n)), name, content, before[folder], pack)
			}
			errs[i] = err
		}
	}); err != nil {
		return err
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := writeScript(filepath.Join(p.dir, p.Lang+".js"), p.Lang, "m", m); err != nil {
		return err
	}
	return removeFolders(root, now)
}

// removeFolders removes the folders of shards in that of a language, but those of some names.
func removeFolders(root string, names map[string]bool) error {
	there, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, folder := range there {
		if isFolder(folder.Name()) && !names[folder.Name()] {
			if err := os.RemoveAll(filepath.Join(root, folder.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeShard writes the file of a shard, unless one stands there that holds the same.
// Compressing takes longer than to unpack what is there.
func (p *webIndexWriter) writeShard(file string, name shardName, content []byte, maybe bool, pack *shardPacker) error {
	there, err := readIf(maybe, file)
	packed := p.packed && len(content) <= maxUnpacked
	if err == nil && len(there) > 0 && bytes.HasPrefix(there, utf16Mark) == packed {
		if plain, err := PlainShard(there); err == nil && bytes.Equal(plain, name.plain(content)) {
			return nil
		}
	}
	if packed {
		return os.WriteFile(file, pack.shard(name, content), 0o644)
	}
	return os.WriteFile(file, name.plain(content), 0o644)
}

// folderSum is how many digits follow the group in the name of a folder of shards. The
// group comes first so that what is alike lies together where files are packed in order.
const folderSum = 8

// folderNames are the sums of what stands in folders, by their names.
type folderNames map[string]string

// of gives the digits in the name of a folder of a group from its sum. No two sums give the
// same name: where the first digits are taken, later ones name the folder.
func (n folderNames) of(group, sum string) string {
	for i := range len(sum) - folderSum {
		digits := sum[i : i+folderSum]
		if has, taken := n[group+digits]; !taken || has == sum {
			n[group+digits] = sum
			return digits
		}
	}
	return sum[:folderSum] // which never happens
}

var shardFileName = regexp.MustCompile(fmt.Sprintf(`^search/([\w-]+)/([a-z])[0-9a-f]{%d}/\d+\.js$`, folderSum))

// TextsGroup is the group of the shards that hold texts.
const TextsGroup = "x"

// ShardOf gives the language and the group of a shard of the web index by its file, named
// from the site's folder; ok is false for other files. What a shard's file holds never
// changes, for its folder is named by that.
func ShardOf(file string) (lang, group string, ok bool) {
	m := shardFileName.FindStringSubmatch(file)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// isFolder tells whether a name is that of a folder of shards, of this format or of
// those before, which had names of 6, 8 and 16 digits.
var isFolder = regexp.MustCompile(fmt.Sprintf(`^(?:[a-z][0-9a-f]{%d}|[a-z][0-9a-f]{6}|[0-9a-f]{8}|[0-9a-f]{16})$`, folderSum)).MatchString

// scriptJSON writes JSON that is a JavaScript expression as well: only what a
// script cannot hold is escaped.
func scriptJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(bytes.TrimSpace(out.Bytes())), nil // without the room that it grew into
}

// symbols are the digits of numbers in the web index, by value.
var symbols = func() string {
	var b strings.Builder
	for c := byte(' '); c <= '~'; c++ {
		if c != '"' && c != '\\' {
			b.WriteByte(c)
		}
	}
	return b.String()
}()

// maxNumber is the greatest number that can be written: four symbols behind the last.
const maxNumber = 93*93*93*93 - 1

// numberWriter writes whole numbers from 0 as symbols.
type numberWriter struct{ strings.Builder }

func (w *numberWriter) add(v int) {
	const n = 93
	digits := func(v, count int) {
		for i := count - 1; i >= 0; i-- {
			d := v
			for range i {
				d /= n
			}
			w.WriteByte(symbols[d%n])
		}
	}
	switch {
	case v < 64:
		w.WriteByte(symbols[v])
	case v < 64+24*n:
		v -= 64
		w.WriteByte(symbols[64+v/n])
		digits(v, 1)
	case v < 64+24*n+4*n*n:
		v -= 64 + 24*n
		w.WriteByte(symbols[88+v/(n*n)])
		digits(v, 2)
	default:
		w.WriteByte(symbols[92])
		digits(v, 4)
	}
}
