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
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"vademecum/indexer/query"
	"vademecum/indexer/text"
)

// The web index is an index for browsers: files under the site's folder search from
// which the script in browser/search.ts answers as Search does, without any
// program on the server. It is written from the same corpus as the index, holds the same
// impacts, and every rule that the script needs, as data.
//
// # Files
//
//	search/LANG.js                 the manifest of a language
//	search/LANG/HASH/GROUPn.js     shards of one of its groups; the manifest tells the folder
//	search/languages.js            the languages; read where a page's own has no manifest
//
// HASH is of the shards that stand in the folder, one or a few, so that a shard can be
// kept for ever, and one that stays the same keeps its name when the site is published
// again; only manifests keep their name in any case. Every file is a classic script,
// because pages opened from a disk may load nothing else, and makes one call, on a
// line of its own:
//
//	(self.vademecum??=[]).push([LANG,GROUP,n,content,HASH])//SUM
//
// GROUP is m for a manifest and l for the languages, whose HASH is "". SUM is the hash
// of what is pushed (see termHash), eight digits: a file whose bytes have changed is
// refused, where it is fetched.
//
// When the site is published again, the shards of before are gone. A script whose
// manifest is older, because its page stayed open or a cache kept it, finds a shard
// missing or of another generation, gets the manifest past all caches and goes on.
//
// The groups:
//
//	t  terms and their postings, and the names of the vocabulary that begin with them
//	n  names of the vocabulary that begin with a word that no page holds, by hash
//	h  one term each, of those with long postings: the n-th of the manifest's heavy
//	p  positions of terms, for phrases
//	w  words as they are written, in alphabetical order, for beginnings and corrections
//	x  passages: their texts, and the records of their pages
//	f  facets of all pages
//	c  citations that pages declare
//	g  which pages are translations of one another
//
// Where t, p or w have few shards, their words stand in alphabetical order, and the
// manifest tells under from with which word each shard begins; else the shard of a
// term is hash(term) mod the number of shards. w is always in order.
//
// A small web index is whole in its manifest, but for the texts: then the manifest
// has the groups' content under inline and the pages' records under pages.
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
//	t, h  [terms, numbers, misspellings, names]: terms joined by line breaks; for each
//	      term the number of its postings, their passages (differences), their
//	      saturations; misspellings: for each (see misspellings) the word and the one
//	      that is meant, a space between, joined by line breaks; names, if any of the
//	      vocabulary begins with a term of the shard: see shardNames, the
//	      content of n. Their hits are, for each of the others, what to look it up costs, in how many passages its terms
//	      stand together, which (differences), and the sums of their impacts there
//	p     [terms, numbers]: for each term the number of its postings, and for each of these
//	      its positions; the fields of a passage lie on one line with gaps that no phrase crosses. A
//	      position is written twofold, plus one if another follows; 0 for none
//	w     [words, numbers]: words joined by line breaks; the pages of each
//	x     [passages, pages]: a passage is [page, anchor, heading, text], pages are
//	      [ordinal, record] for every page that has a passage here
//	f     {facet: [[value, label], …], …} and numbers: for each facet in the order of
//	      names, for each value: how many pages, and which (differences)
//	c     [document, part, page, passage] for each citation declared
//	g     numbers: for each page one that its translations have too, 0 if it has none
//
// # The manifest
//
// See webManifest. Its format is raised whenever an older script would read a
// web index wrongly; the script refuses another than its own.
const webIndexFormat = 4

// Sizes, in bytes of content, tried on 10,000 pages: small shards make a query
// cheap, few files please hosts. Those of shards that grow with the site are for each
// of growth(bytes): ten times as much text makes shards of twice the size.
const (
	termShard     = 50
	largeShard    = 10_000 // of terms, where that makes few
	fewShards     = 24
	positionShard = 170
	wordShard     = 16_000
	textShard     = 66
	smallTexts    = 2_000_000 // texts up to here are in shards of smallShard: their files are few in any case
	smallShard    = 6_000
	heavyTerm     = 2_500   // postings of a term from which it has its own shard
	inlineSize    = 170_000 // of all groups but texts: up to here they stand in the manifest
	maxFolders    = 256     // about so many names of folders stand in a manifest
	wholeTexts    = 300_000 // texts up to here are two shards
)

// growth is the cube root of the content of a group.
func growth(bytes int) int { return max(1, int(math.Cbrt(float64(bytes)))) }

// inlined are the groups that a small web index has in its manifest.
const inlined = "tnhwfcg"

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
	Words        int               `json:"words"`     // as they are written
	PagePassages string            `json:"pageUnits"` // numbers: how many passages each page has
	Shards       map[string]int    `json:"shards"`    // how many of each group
	PerText      int               `json:"perText"`   // passages in a shard of x
	Heavy        string            `json:"heavy,omitempty"`
	From         map[string]string `json:"from"`              // first word of each shard of a group in order
	Longest      int               `json:"longest,omitempty"` // words of the longest name of the vocabulary
	Facets       []string          `json:"facets,omitempty"`
	Inline       map[string][]any  `json:"inline,omitempty"`
	Pages        []any             `json:"pages,omitempty"`
	Rules        webRules          `json:"rules"`
	Patterns     []query.Pattern   `json:"patterns,omitempty"`
	Prefer       string            `json:"prefer,omitempty"`
}

// webRules is the definition of search as data.
type webRules struct {
	Marks    [][2]rune         `json:"marks"`  // text.FoldedMarks
	United   map[string]string `json:"united"` // united
	Breve    []rune            `json:"breve"`  // letters that keep it
	Stemmer  string            `json:"stemmer,omitempty"`
	Stop     string            `json:"stop,omitempty"` // terms
	Quotes   map[string]string `json:"quotes"`
	Link     int               `json:"link"`
	Weights  map[string]int    `json:"weights"`
	Limits   map[string]int    `json:"limits"`
	IdfSteps int               `json:"idfSteps"`
}

// shardFile is one file of the web index.
type shardFile struct {
	group   string
	n       int
	content json.RawMessage
}

// writeWebIndex writes the web index of all languages into the folder dir, the
// site's search, and removes web indexes of before. The page of search may stand in
// the same folder and is left alone.
func writeWebIndex(ctx context.Context, dir string, corpora []*corpus, m *manifest) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	list := webLanguages{Default: m.Default}
	for _, c := range corpora {
		list.Languages = append(list.Languages, c.Lang)
		w := &webIndexWriter{corpus: c, manifest: m, dir: dir}
		if err := w.write(ctx); err != nil {
			return fmt.Errorf("write the web index of language %s: %w", c.Lang, err)
		}
	}
	return writeScript(filepath.Join(dir, "languages.js"), "", "l", 0, list, "")
}

// webLanguages is the content of search/languages.js.
type webLanguages struct {
	Languages []string `json:"languages"`
	Default   string   `json:"default"` // that of the site's front page
}

// writeScript writes a file of the web index.
func writeScript(file, lang, group string, n int, content any, generation string) error {
	data, err := scriptJSON([]any{lang, group, n, content, generation})
	if err != nil {
		return err
	}
	return os.WriteFile(file, fmt.Appendf(nil, "(self.vademecum??=[]).push(%s)//%08x\n", data, termHash(string(data))), 0o644)
}

type webIndexWriter struct {
	*corpus
	manifest *manifest
	dir      string
	files    []shardFile
	err      error // of content that cannot be written
}

func (p *webIndexWriter) write(ctx context.Context) error {
	m := webManifest{
		Format: webIndexFormat, Lang: p.Lang, Default: p.manifest.Default, Base: p.manifest.Base, Passages: p.Passages, Words: p.Words,
		Shards: map[string]int{}, From: map[string]string{}, Patterns: p.manifest.Patterns, Prefer: p.manifest.Prefer, Rules: rulesOf(p.Language, p.characters()),
	}
	for _, l := range p.manifest.Languages {
		m.Languages = append(m.Languages, l.Lang)
	}
	m.Longest = p.vocabulary.longest
	for _, step := range []func(*webManifest) error{p.writeTerms, p.writePositions, p.writeWords, p.writeFacets, p.writeCites, p.writeGroups, p.writeTexts} {
		if err := errors.Join(ctx.Err(), step(&m), p.err); err != nil {
			return err
		}
	}
	return p.finish(&m)
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
			"slots": maxTerms, "phrase": maxPhrase, "repeated": maxRepeated, "pasted": pastedWords, "word": text.MaxWord, "expansions": maxExpansions, "expanded": maxExpanded, "common": commonFraction, "required": maxAllRequired, "prefix": minPrefix, "correct": minCorrect, "two": minTwoEdits,
			"query": MaxQuery, "sections": sectionsOf, "exactPages": exactPages, "exactShare": exactShare, "record": recordShare, "reach": headingReach, "question": questionTerms, "steps": saturationSteps, "k1": k1Tenths, "name": wholeName, "excerpt": excerptWords, "before": wordsBefore, "size": pageSize, "maxSize": MaxPageSize, "depth": maxDepth, "filters": maxFilters, "shown": maxShown, "work": maxWork, "guesses": maxGuesses, "beginning": beginningPart,
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
	content := func(terms []int32, names *shardNames) any {
		var numbers numberWriter
		var misspellings []string
		for _, t := range terms {
			list := p.lists[t]
			numbers.add(len(list))
			last := 0
			for _, h := range list {
				numbers.add(int(h.passage) - last)
				last = int(h.passage)
			}
			for _, h := range list {
				numbers.add(int(h.saturation))
			}
			misspellings = append(misspellings, misspellingsOf[p.terms[t]]...)
		}
		out := []any{p.join(terms), numbers.String(), strings.Join(misspellings, "\n")}
		if names != nil {
			out = append(out, names)
		}
		return out
	}
	var light, heavy []int32
	bytes := 0
	for t, term := range p.terms {
		if len(p.lists[t]) >= heavyTerm {
			p.add("h", len(heavy), content([]int32{int32(t)}, nil))
			heavy = append(heavy, int32(t))
			continue
		}
		light = append(light, int32(t))
		bytes += len(term) + 2 + 3*len(p.lists[t])
	}
	cost := func(t int32) int { return len(p.terms[t]) + 2 + 3*len(p.lists[t]) }
	shards, shardOf := p.divide("t", light, bytes/(termShard*growth(bytes))+1, bytes/largeShard+1, cost, m)
	names, foreign := p.namesByShard(len(shards), shardOf)
	for i, s := range foreign {
		p.add("n", i, s)
	}
	for i, terms := range shards {
		p.add("t", i, content(terms, names[i]))
	}
	m.Heavy = p.join(heavy)
	return nil
}

// divide divides terms, which are in order, into shards: into few in order if so
// many of them are few, else into many by hash. shardOf tells the shard of a term,
// whether or not it is among these.
func (p *webIndexWriter) divide(group string, terms []int32, many, large int, cost func(t int32) int, m *webManifest) (shards [][]int32, shardOf func(term string) int) {
	if large > fewShards {
		return p.byHash(terms, many), func(term string) int { return int(termHash(term) % uint32(many)) }
	}
	total := 0
	for _, t := range terms {
		total += cost(t)
	}
	var first []string
	size := 0
	for _, t := range terms {
		if len(shards) == 0 || size >= len(shards)*total/large {
			shards, first = append(shards, nil), append(first, p.terms[t])
		}
		size += cost(t)
		shards[len(shards)-1] = append(shards[len(shards)-1], t)
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

// shardNames are the names of the vocabulary that begin with a term of a shard, and
// what they are names of: for each of that the places in others of its names that a
// page can hold.
type shardNames struct {
	Names  string   `json:"names"`  // as they are written, joined by line breaks
	Of     string   `json:"of"`     // numbers: for each name, of what it is one
	Means  [][]int  `json:"means"`  // places in others
	Others []string `json:"others"` // as they are written
	Hits   string   `json:"hits"`   // numbers, see above
}

// namesByShard gives the names of the vocabulary by the shard of their first term, and
// behind these, in shards by hash, those that begin with a word that no page holds.
func (p *webIndexWriter) namesByShard(shards int, shardOf func(term string) int) (held, foreign []*shardNames) {
	size := 0
	for _, n := range p.vocabulary.names {
		if _, ok := slices.BinarySearch(p.terms, n.terms[0]); !ok {
			size += len(n.text) + 4
		}
	}
	rest := (size + largeShard - 1) / largeShard
	out := make([]*shardNames, shards+rest)
	together := map[string][]int{}
	hits := make([]string, len(p.vocabulary.names))
	for i, n := range p.vocabulary.names {
		together[n.id] = append(together[n.id], i)
		hits[i] = p.nameHits(n.terms)
	}
	numbers, of := make([]strings.Builder, len(out)), make([]numberWriter, len(out))
	names, means := make([][]string, len(out)), make([]map[string]int, len(out))
	for _, n := range p.vocabulary.names {
		at := shards + int(termHash(n.terms[0])%uint32(max(1, rest)))
		if _, ok := slices.BinarySearch(p.terms, n.terms[0]); ok {
			at = shardOf(n.terms[0])
		}
		if out[at] == nil {
			out[at], means[at] = &shardNames{Others: []string{}}, map[string]int{}
		}
		s := out[at]
		meaning, ok := means[at][n.id]
		if !ok {
			meaning = len(s.Means)
			means[at][n.id] = meaning
			list := []int{}
			for _, j := range together[n.id] {
				if hits[j] != "" {
					list = append(list, len(s.Others))
					s.Others = append(s.Others, p.vocabulary.names[j].text)
					numbers[at].WriteString(hits[j])
				}
			}
			s.Means = append(s.Means, list)
		}
		names[at] = append(names[at], n.text)
		of[at].add(meaning)
	}
	for i, s := range out {
		if s != nil {
			s.Names, s.Of, s.Hits = strings.Join(names[i], "\n"), of[i].String(), numbers[i].String()
		}
	}
	return out[:shards], out[shards:]
}

// nameHits writes what together finds of a name, "" if a term of it stands nowhere.
func (p *webIndexWriter) nameHits(terms []string) string {
	var sum []hit
	cost := 0
	for i, term := range terms {
		t, ok := slices.BinarySearch(p.terms, term)
		if !ok {
			return ""
		}
		list := p.lists[t]
		cost += len(list)
		impact := impactOf(idf(len(list), p.Passages), synonymWeight)
		if i == 0 {
			for _, h := range list {
				sum = append(sum, hit{passage: h.passage, impact: impact.at(h.saturation)})
			}
			continue
		}
		held, at := 0, 0
		for _, h := range list {
			for at < len(sum) && sum[at].passage < h.passage {
				at++
			}
			if at < len(sum) && sum[at].passage == h.passage {
				sum[held] = hit{passage: h.passage, impact: sum[at].impact + impact.at(h.saturation)}
				held++
				at++
			}
		}
		sum = sum[:held]
	}
	var w numberWriter
	w.add(cost)
	w.add(len(sum))
	last := 0
	for _, h := range sum {
		w.add(int(h.passage) - last)
		last = int(h.passage)
	}
	for _, h := range sum {
		w.add(int(h.impact))
	}
	return w.String()
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
		bytes := len(p.terms[t]) + 2
		for _, h := range p.lists[t] {
			bytes += 2 * max(1, len(p.placesOf(h)))
		}
		return bytes
	}
	all, bytes := make([]int32, len(p.terms)), 0
	for t := range p.terms {
		all[t] = int32(t)
		bytes += cost(int32(t))
	}
	count := bytes/(positionShard*growth(bytes)) + 1
	shards, _ := p.divide("p", all, count, count, cost, m)
	for i, terms := range shards {
		var w numberWriter
		for _, t := range terms {
			w.add(len(p.lists[t]))
			for _, h := range p.lists[t] {
				places := p.placesOf(h)
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
		}
		p.add("p", i, []string{p.join(terms), w.String()})
	}
	return nil
}

func (p *webIndexWriter) writeWords(m *webManifest) error {
	var first []string
	from, size, n := 0, 0, 0
	for i, word := range p.surfaces {
		size += len(word) + 2
		if size <= wordShard && i+1 < len(p.surfaces) {
			continue
		}
		var counts numberWriter
		for _, pages := range p.surfacePages[from : i+1] {
			counts.add(pages)
		}
		first = append(first, p.surfaces[from])
		p.add("w", n, []string{strings.Join(p.surfaces[from:i+1], "\n"), counts.String()})
		from, size, n = i+1, 0, n+1
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
		p.add("g", 0, numbers.String())
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
	passages, size := p.passages, 0
	for i := range passages {
		size += len(passages[i].Text) + 50
	}
	target := textShard * growth(size)
	switch {
	case size <= wholeTexts:
		target = max(2*smallShard, size/2+1)
	case size <= smallTexts:
		target = smallShard
	}
	m.PerText = max(1, p.Passages*target/max(1, size))
	for from := 0; from < p.Passages; from += m.PerText {
		var rows [][]any
		var pages []any
		last := -1
		for i, u := range passages[from:min(from+m.PerText, p.Passages)] {
			page := int(p.pageOf[from+i])
			rows = append(rows, []any{page, u.ID, u.Heading, u.Text})
			if page != last {
				last = page
				pages = append(pages, []any{page, p.record(page)})
			}
		}
		p.add("x", from/m.PerText, []any{rows, pages})
	}
	return nil
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
	p.files = append(p.files, shardFile{group, n, bytes.Clone(data)}) // without the room that it grew into
}

// finish writes the files, their folders named by their content, and then the
// manifest, so that no manifest ever names what is not there.
func (p *webIndexWriter) finish(m *webManifest) error {
	sizes := map[string]int{}
	for _, f := range p.files {
		m.Shards[f.group]++
		sizes[f.group] += len(f.content)
	}
	total := 0
	for _, group := range strings.Split(inlined, "") {
		total += sizes[group]
	}
	inline := total <= inlineSize
	if inline {
		m.Inline = map[string][]any{}
		for i := range p.pages {
			m.Pages = append(m.Pages, p.record(i))
		}
	}
	all := sha256.New()
	fmt.Fprintln(all, webIndexFormat, p.Lang) // a hash never fails
	m.PerFolder, m.Folders = (len(p.files)+maxFolders-1)/maxFolders, map[string]string{}
	sums := map[string]hash.Hash{} // by group and number of the folder
	folderOf := func(f shardFile) string { return fmt.Sprint(f.group, f.n/m.PerFolder) }
	for _, f := range p.files {
		fmt.Fprintf(all, "%s %d %s\n", f.group, f.n, f.content)
		if sums[folderOf(f)] == nil {
			sums[folderOf(f)] = sha256.New()
			fmt.Fprintln(sums[folderOf(f)], webIndexFormat, p.Lang, inline)
		}
		fmt.Fprintf(sums[folderOf(f)], "%s %d %s\n", f.group, f.n, f.content)
	}
	m.Hash = hex.EncodeToString(all.Sum(nil))[:16]
	root := filepath.Join(p.dir, p.Lang)
	old, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		return err
	}
	now := map[string]bool{}
	for _, f := range p.files {
		if inline && strings.Contains(inlined, f.group) {
			m.Inline[f.group] = append(m.Inline[f.group], f.content)
			continue
		}
		if inline && f.group == "x" { // the manifest has the records
			var parts []json.RawMessage
			if err := json.Unmarshal(f.content, &parts); err != nil {
				return err
			}
			f.content = fmt.Appendf(nil, "[%s,[]]", parts[0])
		}
		name := hex.EncodeToString(sums[folderOf(f)].Sum(nil))[:folderName]
		if f.n%m.PerFolder == 0 {
			m.Folders[f.group] += name
		}
		folder := filepath.Join(root, name)
		now[folder] = true
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := writeScript(filepath.Join(folder, fmt.Sprintf("%s%d.js", f.group, f.n)), p.Lang, f.group, f.n, f.content, name); err != nil {
			return err
		}
	}
	if err := writeScript(filepath.Join(p.dir, p.Lang+".js"), p.Lang, "m", 0, m, ""); err != nil {
		return err
	}
	for _, o := range old {
		if !now[o] && isFolder(filepath.Base(o)) {
			if err := os.RemoveAll(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// folderName is how many digits the name of a folder of shards has.
const folderName = 8

// isFolder tells whether a name is that of a folder of shards, of this format or of
// those before, which had one of 16 digits.
func isFolder(name string) bool {
	_, err := hex.DecodeString(name)
	return err == nil && (len(name) == folderName || len(name) == 16)
}

// scriptJSON writes JSON that is a JavaScript expression as well: only what a
// script cannot hold is escaped.
func scriptJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
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
