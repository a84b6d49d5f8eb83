package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"vademecum/indexer"
)

func SearchCommand() *cobra.Command {
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
			stdout := c.OutOrStdout()
			print(stdout, answer, r.Size, isTerminal(stdout) && WantsColour())
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

// print writes an answer for a person; size is how many pages an answer has. With
// bold, what matches is set in bold type, otherwise between asterisks.
func print(w io.Writer, a *indexer.Answer, size int, bold bool) {
	open, end := "*", "*"
	if bold {
		open, end = "\x1b[1m", "\x1b[0m"
	}
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
		fmt.Fprintf(w, "\n%d. %s  [%s]\n", (a.Page-1)*size+i+1, printable(p.Title), p.Lang)
		if p.MatchedSynonym != "" {
			fmt.Fprintf(w, "   also: %s\n", p.MatchedSynonym)
		}
		for _, s := range p.Sections {
			fmt.Fprintf(w, "   %s\n", s.URL)
			if s.Heading != "" {
				fmt.Fprintf(w, "     %s\n", printable(s.Heading))
			}
			if text := marked(s.Excerpt, open, end); text != "" {
				fmt.Fprintf(w, "     %s\n", text)
			}
		}
		for _, e := range p.Explanation {
			fmt.Fprintf(w, "       %s\n", e)
		}
	}
}

// marked puts marks around what matches. The text is that of a page: it cannot
// give orders to a terminal.
func marked(segments []indexer.Segment, open, end string) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Match {
			b.WriteString(open + printable(s.Text) + end)
		} else {
			b.WriteString(printable(s.Text))
		}
	}
	return b.String()
}

// printable takes control characters out of a text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}
