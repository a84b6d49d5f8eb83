package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func evalCommand() *cobra.Command {
	var e evaluation
	c := &cobra.Command{
		Use:   "eval",
		Short: "Measure the search against judged queries",
		Long: `eval runs queries as a person would type them and compares the answers with
judgments.

  --queries  a query a line: id, tab, text (and, optionally, tab, language)
  --qrels    a judgment a line: id, page, relevance, between tabs or spaces;
             the page is its path without .html, "themes/customs" say

nDCG is with linear gain, as trec_eval computes it; a query without an answer
counts 0.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f, err := e.measure(c.Context())
			if err != nil {
				return err
			}
			f.print(c.OutOrStdout())
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&e.index, "index", "index", "folder of the index")
	f.StringVar(&e.queries, "queries", "", "file of queries (required)")
	f.StringVar(&e.qrels, "qrels", "", "file of judgments (required)")
	f.StringVar(&e.run, "run", "", "file to write the run to: query, page, rank, score")
	f.StringVar(&e.lang, "lang", "", "language of queries that name none")
	for _, name := range []string{"queries", "qrels"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return c
}

// evaluation says what to measure with what.
type evaluation struct {
	index, queries, qrels, run, lang string
}

// evalDepth is how many pages of each answer are looked at.
const evalDepth = 100

// judgments holds the relevance of pages by query.
type judgments map[string]map[string]int

// figures are the means over all judged queries.
type figures struct {
	queries, unanswered   int
	ndcg10, mrr10, rec100 float64
	latency               []time.Duration // sorted
}

type judgedQuery struct{ id, text, lang string }

func (e *evaluation) measure(ctx context.Context) (*figures, error) {
	x, err := indexer.Open(e.index)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	queries, err := readQueries(e.queries)
	if err != nil {
		return nil, err
	}
	rel, err := readJudgments(e.qrels)
	if err != nil {
		return nil, err
	}
	var f figures
	var out bytes.Buffer
	for _, q := range queries {
		if len(rel[q.id]) == 0 {
			continue
		}
		lang := q.lang
		if lang == "" {
			lang = e.lang
		}
		request := indexer.Request{Query: q.text, Lang: lang}
		start := time.Now()
		_, err := x.Search(ctx, request) // timed as people ask: one page of results
		f.latency = append(f.latency, time.Since(start))
		a := &indexer.Answer{} // a refusal is no answer
		if err == nil {
			request.Size = evalDepth
			a, err = x.Search(ctx, request)
		}
		var refused indexer.RequestError
		if err != nil && !errors.As(err, &refused) {
			return nil, fmt.Errorf("query %s: %w", q.id, err)
		}
		var pages []string
		for i, p := range a.Pages {
			page := pageName(p.URL)
			pages = append(pages, page)
			fmt.Fprintf(&out, "%s\t%s\t%d\t%d\n", q.id, page, i+1, p.Score)
		}
		f.add(rel[q.id], pages)
	}
	if f.queries == 0 {
		return nil, fmt.Errorf("no query of %s has a judgment in %s: do the ids agree?", e.queries, e.qrels)
	}
	slices.Sort(f.latency)
	if e.run != "" {
		if err := os.WriteFile(e.run, out.Bytes(), 0o644); err != nil {
			return nil, err
		}
	}
	return &f, nil
}

// pageName gives the path of a page without what all pages have.
func pageName(url string) string {
	return strings.TrimSuffix(strings.Trim(url, "/"), ".html")
}

// add counts one query's answer, best page first.
func (f *figures) add(rel map[string]int, pages []string) {
	f.queries++
	if len(pages) == 0 {
		f.unanswered++
	}
	var dcg, found float64
	first := 0
	for i, p := range pages {
		gain := rel[p]
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
		f.mrr10 += 1 / float64(first)
	}
	gains := make([]int, 0, len(rel))
	for _, g := range rel {
		gains = append(gains, g)
	}
	slices.SortFunc(gains, func(a, b int) int { return b - a })
	var ideal float64
	for i, g := range gains[:min(10, len(gains))] {
		ideal += float64(g) / math.Log2(float64(i)+2)
	}
	f.ndcg10 += dcg / ideal
	f.rec100 += found / float64(len(rel))
}

func (f *figures) percentile(p float64) time.Duration {
	return f.latency[min(len(f.latency)-1, int(p*float64(len(f.latency))))]
}

func (f *figures) print(w io.Writer) {
	n := float64(f.queries)
	fmt.Fprintf(w, "queries      %d\n", f.queries)
	fmt.Fprintf(w, "nDCG@10      %.4f\n", f.ndcg10/n)
	fmt.Fprintf(w, "MRR@10       %.4f\n", f.mrr10/n)
	fmt.Fprintf(w, "recall@100   %.4f\n", f.rec100/n)
	fmt.Fprintf(w, "unanswered   %d (%.1f %%)\n", f.unanswered, 100*float64(f.unanswered)/n)
	fmt.Fprintf(w, "latency      median %.2f ms, p95 %.2f ms, p99 %.2f ms\n",
		ms(f.percentile(.5)), ms(f.percentile(.95)), ms(f.percentile(.99)))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func readQueries(file string) ([]judgedQuery, error) {
	var out []judgedQuery
	err := eachLine(file, func(line string) error {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 {
			return errors.New("a query needs an id, a tab and its text")
		}
		q := judgedQuery{id: fields[0], text: fields[1]}
		if len(fields) > 2 {
			q.lang = fields[2]
		}
		out = append(out, q)
		return nil
	})
	return out, err
}

// readJudgments reads "query page relevance", and TREC's "query 0 page relevance".
func readJudgments(file string) (judgments, error) {
	out := judgments{}
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
