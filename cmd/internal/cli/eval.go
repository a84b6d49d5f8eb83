package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/judge"
	"vademecum/indexer"
)

func EvalCommand() *cobra.Command {
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
			printFigures(c.OutOrStdout(), f)
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

func (e *evaluation) measure(ctx context.Context) (*judge.Figures, error) {
	x, err := indexer.Open(e.index)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	queries, err := judge.ReadQueries(e.queries)
	if err != nil {
		return nil, err
	}
	rel, err := judge.ReadJudgments(e.qrels)
	if err != nil {
		return nil, err
	}
	var f judge.Figures
	var out bytes.Buffer
	for _, q := range queries {
		if len(rel[q.ID]) == 0 {
			continue
		}
		lang := q.Lang
		if lang == "" {
			lang = e.lang
		}
		request := indexer.Request{Query: q.Text, Lang: lang}
		start := time.Now()
		_, err := x.Search(ctx, request) // timed as people ask: one page of results
		f.Latency = append(f.Latency, time.Since(start))
		a := &indexer.Answer{} // a refusal is no answer
		if err == nil {
			request.Size = judge.Depth
			a, err = x.Search(ctx, request)
		}
		var refused indexer.RequestError
		if err != nil && !errors.As(err, &refused) {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		for i, p := range a.Pages {
			fmt.Fprintf(&out, "%s\t%s\t%d\t%d\n", q.ID, judge.PageName(p.URL), i+1, p.Score)
		}
		f.Add(rel[q.ID], judge.FoundPages(a))
	}
	if f.Queries == 0 {
		return nil, fmt.Errorf("no query of %s has a judgment in %s: do the ids agree?", e.queries, e.qrels)
	}
	slices.Sort(f.Latency)
	if e.run != "" {
		if err := os.WriteFile(e.run, out.Bytes(), 0o644); err != nil {
			return nil, err
		}
	}
	return &f, nil
}

func printFigures(w io.Writer, f *judge.Figures) {
	n := float64(f.Queries)
	fmt.Fprintf(w, "queries      %d\n", f.Queries)
	fmt.Fprintf(w, "nDCG@10      %.4f\n", f.NDCG10/n)
	fmt.Fprintf(w, "MRR@10       %.4f\n", f.MRR10/n)
	fmt.Fprintf(w, "recall@100   %.4f\n", f.Recall100/n)
	fmt.Fprintf(w, "unanswered   %d (%.1f %%)\n", f.Unanswered, 100*float64(f.Unanswered)/n)
	fmt.Fprintf(w, "latency      median %.2f ms, p95 %.2f ms, p99 %.2f ms\n",
		ms(f.Percentile(.5)), ms(f.Percentile(.95)), ms(f.Percentile(.99)))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
