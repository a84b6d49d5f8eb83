package indexer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf16"

	"vademecum/indexer/query"
	"vademecum/indexer/text"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"golang.org/x/sync/errgroup"
)

// The web index is an index for browsers: files under the site's folder search from
// which the script in browser/search.ts answers as Search does, without any
// program on the server. It is written from the finished index, holds the same
// impacts, and every rule that the script needs, as data.
//
// # Files
//
//	search/LANG.js                 the manifest of a language
//	search/LANG/HASH/GROUPn.js     shards of one of its groups
//	search/languages.js            the languages; read where a page's own has no manifest
//
// HASH, the generation, is of all that the language's web index holds, so that a shard
// can be kept for ever; only manifests keep their name. Every file is a classic
// script, because pages opened from a disk may load nothing else, and makes one
// call, on a line of its own:
//
//	(self.vademecum??=[]).push([LANG,GROUP,n,content,HASH])
//
// GROUP is m for a manifest and l for the languages, whose HASH is "".
//
// When the site is published again, the shards of before are gone. A script whose
// manifest is older, because its page stayed open or a cache kept it, finds a shard
// missing or of another generation, gets the manifest past all caches and goes on.
//
// The groups:
//
//	t  terms and their postings; the shard of a term is hash(term) mod the number of shards
//	h  one term each, of those with long postings: the n-th of the manifest's heavy
//	p  positions of terms, for phrases; sharded as t
//	w  words as they are written, in alphabetical order, for beginnings and corrections
//	x  passages: their texts, and the records of their pages
//	f  facets of all pages
//	c  citations that pages declare
//	g  which pages are translations of one another
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
//	t, h  [terms, numbers, misspellings]: terms joined by line breaks; for each term the
//	      number of its postings, their passages (differences), their saturations;
//	      misspellings: for each slip (see misspellings) the word and the one that is meant,
//	      a space between, joined by line breaks
//	p     [terms, numbers]: for each posting of each term, its positions; the
//	      fields of a passage lie on one line with gaps that no phrase crosses. A
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
const webIndexFormat = 2

// Sizes, in bytes of content, tried on 10,000 pages: small shards make a query
// cheap, few files please hosts.
const (
	termShard     = 5_000
	positionShard = 16_000
	wordShard     = 16_000
	textShard     = 11_000
	heavyTerm     = 2_500   // postings of a term from which it has its own shard
	inlineSize    = 170_000 // of all groups but texts: up to here they stand in the manifest
	wholeTexts    = 300_000 // texts up to here are two shards
)

// inlined are the groups that a small web index has in its manifest.
const inlined = "thwfcg"

// webManifest is the content of search/LANG.js.
type webManifest struct {
	Format       int              `json:"format"`
	Lang         string           `json:"lang"`
	Languages    []string         `json:"languages"` // that have a web index
	Default      string           `json:"default"`
	Hash         string           `json:"hash"`
	Base         string           `json:"base,omitempty"`
	Passages     int              `json:"units"`
	PagePassages string           `json:"pageUnits"` // numbers: how many passages each page has
	Shards       map[string]int   `json:"shards"`    // how many of each group
	PerText      int              `json:"perText"`   // passages in a shard of x
	Heavy        string           `json:"heavy,omitempty"`
	WordsFrom    string           `json:"wordsFrom"` // first word of each shard of w
	Facets       []string         `json:"facets,omitempty"`
	Inline       map[string][]any `json:"inline,omitempty"`
	Pages        []any            `json:"pages,omitempty"`
	Rules        webRules         `json:"rules"`
	Patterns     []query.Pattern  `json:"patterns,omitempty"`
	Prefer       string           `json:"prefer,omitempty"`
	Names        [][]string       `json:"names,omitempty"` // of each term of the vocabulary
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
	content any
}

// WriteWebIndex writes the web index of the whole index into the folder dir, the site's
// search, and removes web indexes of before. The page of search may stand in the same
// folder and is left alone.
func (x *Index) WriteWebIndex(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range x.languages {
		work.Go(func() error {
			p := &webIndexWriter{langIndex: l, manifest: &x.manifest, dir: dir}
			if err := p.write(ctx); err != nil {
				return fmt.Errorf("write the web index of language %s: %w", l.Lang, err)
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	list := webLanguages{x.LanguageCodes(), x.Default}
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
	return os.WriteFile(file, fmt.Appendf(nil, "(self.vademecum??=[]).push(%s)\n", data), 0o644)
}

type webIndexWriter struct {
	*langIndex
	manifest *manifest
	dir      string
	files    []shardFile
	terms    []string
	postings map[string][]posting // by passage
	heavy    []string
}

func (p *webIndexWriter) write(ctx context.Context) error {
	m := webManifest{
		Format: webIndexFormat, Lang: p.Lang, Default: p.manifest.Default, Base: p.manifest.Base, Passages: p.Passages,
		Shards: map[string]int{}, Patterns: p.manifest.Patterns, Prefer: p.manifest.Prefer, Rules: rulesOf(p.Language),
	}
	for _, l := range p.manifest.Languages {
		m.Languages = append(m.Languages, l.Lang)
	}
	at := map[string]int{}
	for _, n := range p.vocabulary.names {
		i, ok := at[n.id]
		if !ok {
			i = len(m.Names)
			at[n.id] = i
			m.Names = append(m.Names, nil)
		}
		m.Names[i] = append(m.Names[i], n.text)
	}
	for _, step := range []func(context.Context, *webManifest) error{p.readTerms, p.writeTerms, p.writePositions, p.writeWords, p.writeFacets, p.writeCites, p.writeGroups, p.writeTexts} {
		if err := step(ctx, &m); err != nil {
			return err
		}
	}
	return p.finish(&m)
}

// rulesOf gathers what the script must not decide for itself.
func rulesOf(l *text.Language) webRules {
	r := webRules{
		Marks: text.FoldedMarks, United: map[string]string{}, Breve: text.BreveLetters, Quotes: map[string]string{}, Link: query.LinkLength, IdfSteps: idfSteps,
		Weights: map[string]int{"full": fullWeight, "stop": stopWeight, "prefix": prefixWeight, "synonym": synonymWeight, "name": nameWeight, "first": sameFirstLetter, "likely": likelyEdit},
		Limits: map[string]int{
			"slots": maxTerms, "phrase": maxPhrase, "repeated": maxRepeated, "pasted": pastedWords, "word": text.MaxWord, "expansions": maxExpansions, "expanded": maxExpanded, "common": commonFraction, "required": maxAllRequired, "prefix": minPrefix, "correct": minCorrect, "two": minTwoEdits,
			"query": MaxQuery, "sections": sectionsOf, "exactPages": exactPages, "exactShare": exactShare, "steps": saturationSteps, "k1": k1Tenths, "name": wholeName, "excerpt": excerptWords, "before": wordsBefore, "size": pageSize, "maxSize": MaxPageSize, "depth": maxDepth, "filters": maxFilters, "shown": maxShown,
		},
	}
	for from, to := range text.United {
		r.United[string(from)] = to
	}
	for from, to := range query.Quotes {
		r.Quotes[string(from)] = string(to)
	}
	r.Stemmer = l.StemmerRules()
	r.Stop = strings.Join(sortedKeys(l.Stop), " ")
	return r
}

// readTerms reads all terms and their postings, in the order of passages.
func (p *webIndexWriter) readTerms(ctx context.Context, _ *webManifest) error {
	p.postings = map[string][]posting{}
	s := p.scratch.Get().(*scratch)
	defer p.scratch.Put(s)
	for _, field := range fieldNames {
		dict, err := p.reader.FieldDict(field)
		if err != nil {
			return err
		}
		for {
			e, err := dict.Next()
			if err != nil {
				dict.Close()
				return err
			}
			if e == nil {
				break
			}
			if _, ok := p.postings[e.Term]; ok {
				continue
			}
			list, err := p.readPostings(ctx, e.Term, s)
			if err != nil {
				dict.Close()
				return err
			}
			slices.SortFunc(list, func(a, b posting) int { return int(a.passage - b.passage) })
			p.postings[e.Term] = list
		}
		if err := dict.Close(); err != nil {
			return err
		}
	}
	p.terms = sortedKeys(p.postings)
	return nil
}

func (p *webIndexWriter) writeTerms(_ context.Context, m *webManifest) error {
	misspellingsOf := map[string][]string{} // by term
	for _, word := range sortedKeys(p.misspellings) {
		term := p.Term(text.Token{Term: word})
		misspellingsOf[term] = append(misspellingsOf[term], word+" "+p.misspellings[word])
	}
	content := func(terms []string) any {
		var numbers numberWriter
		var misspellings []string
		for _, t := range terms {
			list := p.postings[t]
			numbers.add(len(list))
			last := 0
			for _, h := range list {
				numbers.add(int(h.passage) - last)
				last = int(h.passage)
			}
			for _, h := range list {
				numbers.add(int(h.saturation))
			}
			misspellings = append(misspellings, misspellingsOf[t]...)
		}
		return []string{strings.Join(terms, "\n"), numbers.String(), strings.Join(misspellings, "\n")}
	}
	var light []string
	bytes := 0
	for _, t := range p.terms {
		if len(p.postings[t]) >= heavyTerm {
			p.heavy = append(p.heavy, t)
			continue
		}
		light = append(light, t)
		bytes += len(t) + 2 + 3*len(p.postings[t])
	}
	for i, t := range p.heavy {
		p.add("h", i, content([]string{t}))
	}
	for i, terms := range byHash(light, bytes/termShard+1) {
		p.add("t", i, content(terms))
	}
	m.Heavy = strings.Join(p.heavy, "\n")
	return nil
}

// byHash spreads terms over n shards.
func byHash(terms []string, n int) [][]string {
	out := make([][]string, n)
	for _, t := range terms {
		h := int(termHash(t) % uint32(n))
		out[h] = append(out[h], t)
	}
	return out
}

// termHash is 32-bit FNV-1a over UTF-16 passages, which JavaScript computes as well.
func termHash(term string) uint32 {
	h := uint32(2166136261)
	for _, u := range utf16.Encode([]rune(term)) {
		h = (h ^ uint32(u)) * 16777619
	}
	return h
}

// writePositions lays the fields of a passage on one line, with a gap between them
// that no phrase crosses. A position is written twofold, plus one if another of
// the same term and passage follows.
func (p *webIndexWriter) writePositions(ctx context.Context, _ *webManifest) error {
	numbers := map[string]string{}
	bytes := 0
	for _, t := range p.terms {
		places := map[int32][]int{}
		from := 0
		for _, f := range []int{body, heading, title} { // the longest first, for short numbers
			at, err := p.positions(ctx, fieldNames[f], t)
			if err != nil {
				return err
			}
			for u, list := range at {
				for _, pos := range list {
					places[u] = append(places[u], from+int(pos))
				}
			}
			from += p.Last[f] + 1
		}
		var w numberWriter
		for _, h := range p.postings[t] {
			list := places[h.passage]
			if len(list) == 0 {
				list = []int{0} // in the keywords alone, where no phrase is sought
			}
			for i, pos := range list {
				more := 1
				if i == len(list)-1 {
					more = 0
				}
				w.add(pos*2 + more)
			}
		}
		numbers[t] = w.String()
		bytes += len(t) + w.Len()
	}
	for i, terms := range byHash(p.terms, bytes/positionShard+1) {
		var w strings.Builder
		for _, t := range terms {
			w.WriteString(numbers[t])
		}
		p.add("p", i, []string{strings.Join(terms, "\n"), w.String()})
	}
	return nil
}

func (p *webIndexWriter) writeWords(_ context.Context, m *webManifest) error {
	dict, err := p.reader.FieldDict(surfaceField)
	if err != nil {
		return err
	}
	defer dict.Close()
	var words, first []string
	var counts numberWriter
	size, n := 0, 0
	flush := func() {
		if len(words) > 0 {
			first = append(first, words[0])
			p.add("w", n, []string{strings.Join(words, "\n"), counts.String()})
			n++
		}
		words, counts, size = nil, numberWriter{}, 0
	}
	for {
		var e *bleveindex.DictEntry
		if e, err = dict.Next(); err != nil {
			return err
		}
		if e == nil {
			break
		}
		words = append(words, e.Term)
		counts.add(int(e.Count))
		if size += len(e.Term) + 2; size > wordShard {
			flush()
		}
	}
	flush()
	m.WordsFrom = strings.Join(first, "\n")
	return nil
}

func (p *webIndexWriter) writeFacets(_ context.Context, m *webManifest) error {
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

func (p *webIndexWriter) writeCites(context.Context, *webManifest) error {
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
func (p *webIndexWriter) writeGroups(context.Context, *webManifest) error {
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

func (p *webIndexWriter) writeTexts(_ context.Context, m *webManifest) error {
	var numbers numberWriter
	for i := range p.pages {
		end := p.Passages
		if i+1 < len(p.pages) {
			end = p.pages[i+1].FirstPassage
		}
		numbers.add(end - p.pages[i].FirstPassage)
	}
	m.PagePassages = numbers.String()
	passages := make([]passage, p.Passages)
	size := 0
	for i := range passages {
		var err error
		if passages[i], err = p.passage(int32(i)); err != nil {
			return err
		}
		size += len(passages[i].Text) + 50
	}
	target := textShard
	if size <= wholeTexts {
		target = max(textShard, size/2+1)
	}
	m.PerText = max(1, p.Passages*target/max(1, size))
	for from := 0; from < p.Passages; from += m.PerText {
		var rows [][]any
		var pages []any
		last := -1
		for _, u := range passages[from:min(from+m.PerText, p.Passages)] {
			rows = append(rows, []any{u.Page, u.ID, u.Heading, u.Text})
			if u.Page != last {
				last = u.Page
				pages = append(pages, []any{u.Page, p.record(u.Page)})
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
	p.files = append(p.files, shardFile{group, n, content})
}

// finish writes the files, their folder named by their content, and then the
// manifest, so that no manifest ever names what is not there.
func (p *webIndexWriter) finish(m *webManifest) error {
	sum := sha256.New()
	fmt.Fprintln(sum, webIndexFormat, p.Lang) // a hash never fails
	sizes := map[string]int{}
	for _, f := range p.files {
		m.Shards[f.group]++
		content, err := scriptJSON(f.content)
		if err != nil {
			return err
		}
		sizes[f.group] += len(content)
		fmt.Fprintf(sum, "%s %d %s\n", f.group, f.n, content)
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
	m.Hash = hex.EncodeToString(sum.Sum(nil))[:16]
	root := filepath.Join(p.dir, p.Lang)
	old, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		return err
	}
	folder := filepath.Join(root, m.Hash)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, f := range p.files {
		if inline && strings.Contains(inlined, f.group) {
			m.Inline[f.group] = append(m.Inline[f.group], f.content)
			continue
		}
		if inline && f.group == "x" { // the manifest has the records
			f.content = []any{f.content.([]any)[0], []any{}}
		}
		if err := writeScript(filepath.Join(folder, fmt.Sprintf("%s%d.js", f.group, f.n)), p.Lang, f.group, f.n, f.content, m.Hash); err != nil {
			return err
		}
	}
	if err := writeScript(filepath.Join(p.dir, p.Lang+".js"), p.Lang, "m", 0, m, ""); err != nil {
		return err
	}
	for _, o := range old {
		if o != folder && isGeneration(filepath.Base(o)) {
			if err := os.RemoveAll(o); err != nil {
				return err
			}
		}
	}
	return nil
}

func isGeneration(name string) bool {
	_, err := hex.DecodeString(name)
	return err == nil && len(name) == 16
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
