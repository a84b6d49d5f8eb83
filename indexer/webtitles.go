package indexer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vademecum/indexer/text"
)

// settleTitles settles what stands in the manifest besides the groups that always may:
// everything but the texts, or at least the titles of all pages, or no more. All groups but the
// texts have been added.
func (p *webIndexWriter) settleTitles(m *webManifest) {
	if p.whole = p.sizeOf(inlined) <= inlineSize; p.whole {
		for i := range p.pages {
			m.Pages = append(m.Pages, p.record(i))
		}
		return
	}
	titles := p.titles()
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
	of       map[string]map[string]map[int32]bool // by term and form: the passages
	headings []map[string][]int32                 // by shard and heading: the passages
}

// wordForms reads all passages again; a site whose titles stand in the manifest has not many.
func (p *webIndexWriter) wordForms(shards int, shardOf func(term string) int) *wordForms {
	w := &wordForms{p, map[string]map[string]map[int32]bool{}, make([]map[string][]int32, shards)}
	for u, passage := range p.passages {
		w.read(int32(u), passage.Heading)
		w.read(int32(u), passage.Text)
		rest := passage.Heading[text.Numbering(passage.Heading):]
		for _, name := range slices.Compact([]string{passage.Heading, rest}) {
			if term, ok := w.firstTerm(name); ok {
				w.addHeading(shardOf(term), passage.Heading, int32(u))
			}
		}
	}
	return w
}

// read adds the words of a text of a passage.
func (w *wordForms) read(u int32, of string) {
	for _, t := range text.Tokens(of) {
		term := w.Term(t)
		if w.of[term] == nil {
			w.of[term] = map[string]map[int32]bool{}
		}
		if w.of[term][t.Term] == nil {
			w.of[term][t.Term] = map[int32]bool{}
		}
		w.of[term][t.Term][u] = true
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
	term, list := w.of[w.terms[t]], w.inSlots(w.list(t))
	forms := sortedKeys(term)
	slices.SortStableFunc(forms, func(a, b string) int { return cmp.Compare(len(term[b]), len(term[a])) })
	if len(forms) == 0 {
		return "=" // in titles and keywords alone, or joined by hyphens
	}
	line := make([]string, len(forms))
	for i, f := range forms {
		rest, ok := strings.CutPrefix(f, w.terms[t])
		if line[i] = rest; !ok {
			line[i] = "=" + f
		}
	}
	if len(forms) == 1 {
		if len(term[forms[0]]) == len(list) {
			return line[0]
		}
		line = append(line, "")
	}
	for _, h := range list {
		for from := 0; from < len(forms); from += formsOfNumber {
			bits := 0
			for i, f := range forms[from:min(from+formsOfNumber, len(forms))] {
				if term[f][h.passage] {
					bits |= 1 << i
				}
			}
			held.add(bits)
		}
	}
	return strings.Join(line, ",")
}
