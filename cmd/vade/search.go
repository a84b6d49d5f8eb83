package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func searchCommand() *cobra.Command {
	var dir string
	var asJSON bool
	var r indexer.Request
	c := &cobra.Command{
		Use:   "search QUERY",
		Short: "Search in the terminal",
		Long: `search answers a query from the index.

  coordination mechanisms       pages with these words, all of them first
  "national action plan"        the phrase
  'ports -customs'              not pages with this word; one hyphen, after a space
  -- --start-at-task            after -- the query may begin with hyphens; two
                                hyphens, or -vvv, leave nothing out
  theme:coordination            only pages with this value of a facet
  coord*                        words that begin so
  OP 3(d), S/RES/1540 (2004)    the paragraph or text that is cited`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := indexer.Open(dir)
			if err != nil {
				return err
			}
			defer x.Close()
			if r.Lang != "" && r.Lang != "*" && !x.Serves(r.Lang) {
				return fmt.Errorf("the index has no language %q: name one of %s, or * for all", r.Lang, strings.Join(x.LanguageCodes(), ", "))
			}
			r.Query = strings.Join(args, " ")
			answer, err := x.Search(c.Context(), r)
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(answer)
			}
			print(c.OutOrStdout(), answer, r.Size)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&dir, "index", "index", "folder of the index")
	f.StringVar(&r.Lang, "lang", "", "language to search in, * for all (default: that of the front page)")
	f.IntVar(&r.Page, "page", 1, "page of results")
	f.IntVar(&r.Size, "size", 10, "results on a page")
	f.BoolVar(&r.Exact, "exact", false, "correct no word")
	f.BoolVar(&r.Detail, "explain", false, "tell where each score came from")
	f.BoolVar(&asJSON, "json", false, "print the answer as the endpoint gives it")
	return c
}

// print writes an answer for a person; size is how many pages an answer has.
func print(w io.Writer, a *indexer.Answer, size int) {
	if a.Correction != nil {
		fmt.Fprintf(w, "Showing results for %s. With --exact: %s\n", a.Correction.Shown, a.Correction.Typed)
	}
	switch {
	case len(a.Pages) == 0:
		fmt.Fprintln(w, "Nothing found. Try fewer or other words, or --lang '*' for all languages.")
		return
	case a.Total == 1:
		fmt.Fprint(w, "1 page")
	default:
		fmt.Fprintf(w, "%d pages", a.Total)
	}
	if len(a.Pages) > a.Total {
		fmt.Fprint(w, "; what matches in part follows")
	}
	fmt.Fprintln(w)
	for i, p := range a.Pages {
		fmt.Fprintf(w, "\n%d. %s  [%s]\n", (a.Page-1)*size+i+1, p.Title, p.Lang)
		if p.MatchedSynonym != "" {
			fmt.Fprintf(w, "   also: %s\n", p.MatchedSynonym)
		}
		for _, s := range p.Sections {
			fmt.Fprintf(w, "   %s\n", s.URL)
			if s.Heading != "" {
				fmt.Fprintf(w, "     %s\n", s.Heading)
			}
			if text := plainText(s.Excerpt); text != "" {
				fmt.Fprintf(w, "     %s\n", text)
			}
		}
		for _, e := range p.Explanation {
			fmt.Fprintf(w, "       %s\n", e)
		}
	}
}

// plainText marks matches as *word*.
func plainText(segments []indexer.Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Match {
			b.WriteString("*" + s.Text + "*")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
