// Package judge reads judged queries and computes the usual measures of how well
// a search answers them.
package judge

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"vademecum/indexer"
)

// Depth is how many pages of each answer are looked at.
const Depth = 100

// Judgments holds the relevance of pages by query.
type Judgments map[string]map[string]int

// Figures are the means over all judged queries.
type Figures struct {
	Queries, Unanswered      int
	NDCG10, MRR10, Recall100 float64         // sums over the queries
	Latency                  []time.Duration // sorted
}

// A Query is a query that people judged answers of.
type Query struct{ ID, Text, Lang string }

// FoundPages names the pages of an answer.
func FoundPages(a *indexer.Answer) []Found {
	var out []Found
	for _, p := range a.Pages {
		found := Found{PageName(p.URL)}
		for _, t := range p.Translations {
			found = append(found, PageName(t.URL))
		}
		out = append(out, found)
	}
	return out
}

// PageName gives the path of a page without what all pages have.
func PageName(url string) string {
	return strings.TrimSuffix(strings.Trim(url, "/"), ".html")
}

// Found is a page of an answer and its translations, by their names. Of such a family
// an answer in all languages shows one page.
type Found []string

// Add counts one query's answer, best page first. A family of translations counts once, by
// the best judgment of its pages, and so does it in the ideal that nDCG is measured by,
// and in the recall: where the judgments hold several pages of it, one is all that a
// search can show. Which pages are translations is known of those that were found.
func (f *Figures) Add(rel map[string]int, pages []Found) {
	f.Queries++
	if len(pages) == 0 {
		f.Unanswered++
	}
	gains := families(rel, pages)
	var dcg, found float64
	first := 0
	for i, p := range pages {
		gain := p.gain(rel)
		if gain <= 0 {
			continue
		}
		found++
		if i < 10 {
			dcg += float64(gain) / math.Log2(float64(i)+2)
			if first == 0 {
				first = i + 1
			}
		}
	}
	if first > 0 {
		f.MRR10 += 1 / float64(first)
	}
	slices.SortFunc(gains, func(a, b int) int { return b - a })
	var ideal float64
	for i, g := range gains[:min(10, len(gains))] {
		ideal += float64(g) / math.Log2(float64(i)+2)
	}
	f.NDCG10 += dcg / ideal
	f.Recall100 += found / float64(len(gains))
}

// gain is the best judgment of a page's family.
func (p Found) gain(rel map[string]int) int {
	best := 0
	for _, name := range p {
		best = max(best, rel[name])
	}
	return best
}

// families gives the judgments of a query, one for each family.
func families(rel map[string]int, pages []Found) []int {
	rest := maps.Clone(rel)
	var gains []int
	for _, p := range pages {
		if gain := p.gain(rest); gain > 0 {
			gains = append(gains, gain)
		}
		for _, name := range p {
			delete(rest, name)
		}
	}
	for _, gain := range rest {
		gains = append(gains, gain)
	}
	return gains
}

// BestPlace gives the place of the first page that has the highest relevance of its
// query, 0 if none is among the pages.
func BestPlace(rel map[string]int, pages []Found) int {
	highest := 0
	for _, r := range rel {
		highest = max(highest, r)
	}
	return 1 + slices.IndexFunc(pages, func(p Found) bool { return p.gain(rel) == highest })
}

// Percentile gives the latency that a share p of the queries kept.
func (f *Figures) Percentile(p float64) time.Duration {
	return f.Latency[min(len(f.Latency)-1, int(p*float64(len(f.Latency))))]
}

// ReadQueries reads a query a line: id, tab, text and, optionally, tab, language.
func ReadQueries(file string) ([]Query, error) {
	var out []Query
	err := eachLine(file, func(line string) error {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 {
			return errors.New("a query needs an id, a tab and its text")
		}
		q := Query{ID: fields[0], Text: fields[1]}
		if len(fields) > 2 {
			q.Lang = fields[2]
		}
		out = append(out, q)
		return nil
	})
	return out, err
}

// ReadJudgments reads "query page relevance", and TREC's "query 0 page relevance".
func ReadJudgments(file string) (Judgments, error) {
	out := Judgments{}
	err := eachLine(file, func(line string) error {
		f := strings.Fields(line)
		if len(f) == 4 {
			f = slices.Delete(f, 1, 2)
		}
		if len(f) != 3 {
			return errors.New("a judgment needs a query, a page and a relevance")
		}
		gain, err := strconv.Atoi(f[2])
		if err != nil {
			return fmt.Errorf("relevance %q is no whole number", f[2])
		}
		if gain > 0 {
			if out[f[0]] == nil {
				out[f[0]] = map[string]int{}
			}
			out[f[0]][strings.Trim(f[1], "/")] = gain
		}
		return nil
	})
	return out, err
}

// eachLine calls read with every line that is not empty or a # comment.
func eachLine(file string, read func(line string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := read(line); err != nil {
			return fmt.Errorf("%s, line %d: %w", file, n, err)
		}
	}
	return lines.Err()
}
