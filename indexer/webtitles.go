package indexer

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"vademecum/indexer/text"
)

// settleTitles settles what stands in the manifest besides the groups that always may:
// everything but the texts, or at least the titles of all pages, or no more. All groups but the
// texts have been added; titles are those of all pages, nil where they are too large.
func (p *webIndexWriter) settleTitles(m *webManifest, titles []string) {
	if p.whole = p.sizeOf(inlined) <= inlineSize; p.whole {
		for i := range p.pages {
			m.Pages = append(m.Pages, p.record(i))
		}
		return
	}
	p.titled = len(titles) > 0 && p.sizeOf("f") <= inlineFacets
	if p.titled {
		m.Titles = titles
	}
}

// titles is what the manifest tells of pages, a line for each: addresses, titles, dates,
// translations. It is nil where it is too large. The facets of the pages stand in f.
func (p *webIndexWriter) titles() []string {
	columns, size := make([][]string, 4), 0
	for i, page := range p.pages {
		for k, s := range []string{page.URL, page.Title, page.Date, p.translations(i)} {
			columns[k] = append(columns[k], s)
			if size += len(s) + 1; size > inlineTitles || strings.Contains(s, "\n") {
				return nil
			}
		}
	}
	out := make([]string, len(columns))
	for i, lines := range columns {
		out[i] = strings.Join(lines, "\n")
	}
	return out
}

// translations writes the translations of a page. If they are in languages of the web index, and
// stand there where the page stands under its own, their line has the numbers of these languages,
// with commas between; a / behind a number is that of a language whose pages stand under
// no name. Otherwise the line is JSON.
func (p *webIndexWriter) translations(page int) string {
	at, of := p.pages[page].URL, p.pages[page].Translations
	rest, ok := strings.CutPrefix(at, "/"+p.Lang+"/")
	if !ok {
		rest = strings.TrimPrefix(at, "/")
	}
	numbers := make([]string, len(of))
	for i, t := range of {
		n := slices.IndexFunc(p.manifest.Languages, func(l languageStats) bool { return l.Lang == t.Lang })
		switch {
		case n >= 0 && t.URL == "/"+t.Lang+"/"+rest:
			numbers[i] = strconv.Itoa(n)
		case n >= 0 && t.URL == "/"+rest:
			numbers[i] = strconv.Itoa(n) + "/"
		default:
			data, err := scriptJSON(of)
			if err != nil {
				p.err = err
			}
			return string(data)
		}
	}
	return strings.Join(numbers, ",")
}

// wordForms tell how words are written in headings and texts, which decides between words with one
// stem, and which headings there are, since a page leads to the one that is the query.
type wordForms struct {
	*webIndexWriter
	read     map[wordKey]*wordForm
	of       map[string][]*wordForm // by term
	headings []map[string][]int32   // by shard and heading: the passages
}

// A wordForm is one way to write a term, and the passages that have it, in ascending order.
type wordForm struct {
	form     string
	passages []int32
}

// wordForms reads the words of all passages again; a site whose titles stand in the manifest has
// not many.
func (p *webIndexWriter) wordForms(shards int, shardOf func(term string) int) *wordForms {
	w := &wordForms{p, map[wordKey]*wordForm{}, map[string][]*wordForm{}, make([]map[string][]int32, shards)}
	var spans []span
	for i := range p.passages {
		u, passage := int32(i), &p.passages[i]
		for _, t := range text.Tokens(passage.Heading) {
			w.add(u, t)
		}
		var err error
		spans, err = appendSpans(spans[:0], passage.spans, len(passage.hashes), passage.Text)
		p.err = errors.Join(p.err, err)
		for _, s := range spans {
			w.add(u, s.token(passage.Text, passage.spans))
		}
		rest := passage.Heading[text.Numbering(passage.Heading):]
		for _, name := range slices.Compact([]string{passage.Heading, rest}) {
			if term, ok := w.firstTerm(name); ok {
				w.addHeading(shardOf(term), passage.Heading, u)
			}
		}
	}
	return w
}

// add adds a word of a passage. Its term follows from the folded word (see wordSpellings).
func (w *wordForms) add(u int32, t text.Token) {
	key := wordKey{term: t.Term, cjk: t.CJK}
	f := w.read[key]
	if f == nil {
		term := w.Term(key.token())
		i := slices.IndexFunc(w.of[term], func(f *wordForm) bool { return f.form == t.Term })
		if i < 0 {
			i = len(w.of[term])
			w.of[term] = append(w.of[term], &wordForm{form: t.Term})
		}
		f = w.of[term][i]
		w.read[key] = f
	}
	if n := len(f.passages); n == 0 || f.passages[n-1] != u {
		f.passages = append(f.passages, u)
	}
}

// firstTerm gives the first term of a heading, as a query is compared with it.
func (w *wordForms) firstTerm(heading string) (string, bool) {
	for _, t := range text.Tokens(heading) {
		if t.Parts == 0 {
			return w.Term(t), true
		}
	}
	return "", false
}

func (w *wordForms) addHeading(shard int, heading string, u int32) {
	if w.headings[shard] == nil {
		w.headings[shard] = map[string][]int32{}
	}
	if list := w.headings[shard][heading]; !slices.Contains(list, u) {
		w.headings[shard][heading] = append(list, u)
	}
}

// content is what a shard of t tells of its terms.
func (w *wordForms) content(terms []int32, shard int) any {
	var lines []string
	var held, of numberWriter
	for _, t := range terms {
		lines = append(lines, w.addForms(t, &held))
	}
	headings := sortedKeys(w.headings[shard])
	for _, h := range headings {
		list := w.headings[shard][h]
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(w.slots[a], w.slots[b]) })
		of.add(len(list))
		last := int32(0)
		for _, u := range list {
			of.add(int(w.slots[u] - last))
			last = w.slots[u]
		}
	}
	return []string{strings.Join(lines, "\n"), held.String(), strings.Join(headings, "\n"), of.String()}
}

// formsOfNumber is how many forms of a word one number tells of.
const formsOfNumber = 6

// addForms gives the line of a term, and writes which of its forms are where.
func (w *wordForms) addForms(t int32, held *numberWriter) string {
	forms, list := w.of[w.terms[t]], w.inSlots(w.list(t))
	slices.SortFunc(forms, func(a, b *wordForm) int {
		return cmp.Or(cmp.Compare(len(b.passages), len(a.passages)), cmp.Compare(a.form, b.form))
	})
	if len(forms) == 0 {
		return "=" // in titles and keywords alone, or joined by hyphens
	}
	line := make([]string, len(forms))
	for i, f := range forms {
		rest, ok := strings.CutPrefix(f.form, w.terms[t])
		if line[i] = rest; !ok {
			line[i] = "=" + f.form
		}
	}
	if len(forms) == 1 {
		if len(forms[0].passages) == len(list) {
			return line[0]
		}
		line = append(line, "")
	}
	for _, h := range list {
		for from := 0; from < len(forms); from += formsOfNumber {
			bits := 0
			for i, f := range forms[from:min(from+formsOfNumber, len(forms))] {
				if _, has := slices.BinarySearch(f.passages, h.passage); has {
					bits |= 1 << i
				}
			}
			held.add(bits)
		}
	}
	return strings.Join(line, ",")
}
