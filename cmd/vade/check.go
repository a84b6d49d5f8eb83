package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

func checkCommand() *cobra.Command {
	p := project{source: ".", with: everything}
	c := &cobra.Command{
		Use:   "check",
		Short: "Tell whether the pages hold together, and what is left to do",
		Long: "check builds the site where nobody sees it, and changes nothing. It fails where build\n" +
			"would: a field is missing or unknown, an id names no page, a date is none, a link or\n" +
			"its anchor leads nowhere. Faults of front matter come first and all at once, with file,\n" +
			"line, field and what to write. Then it lists what build lets pass: what is not shown yet and\n" +
			"why, texts that show their Markdown, thin pages, names no native reader has checked, what\n" +
			"is not translated, and the links to other hosts, which are not asked.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.check(c.Context(), c.OutOrStdout(), cli.ConsoleOf(c))
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	return c
}

// fewWords is what a page must have to be worth a visit.
const fewWords = 50

// check builds the site where nobody sees it and writes what is left to do to
// out. Its errors are those of build.
func (p *project) check(ctx context.Context, out io.Writer, log *cli.Console) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	defer log.Done()
	log.Step("Checking front matter")
	rest, err := p.frontMatter()
	if err != nil {
		return apart(err)
	}
	dir, release, err := unfinished.Folder("", "vade-check")
	if err != nil {
		return err
	}
	defer release()
	log.Step("Hugo makes the pages")
	warnings, err := p.hugo(ctx, filepath.Join(dir, "site"), "--printI18nWarnings")
	cli.WarnAll(log, slices.DeleteFunc(slices.Clone(warnings), isMissingWord))
	if err != nil {
		return apart(err)
	}
	site, external, err := readLinked(ctx, filepath.Join(dir, "site"), indexer.Options{}, log, nil)
	if err != nil {
		return apart(err)
	}
	log.Step("Hugo makes the drafts")
	ofDrafts, err := p.drawDrafts(ctx, filepath.Join(dir, "drafts"), rest)
	if err != nil {
		return apart(err)
	}
	log.Done()
	notices := notices(rest, append(warnings, ofDrafts...))
	for _, kind := range slices.Sorted(maps.Keys(notices)) {
		list(out, kind, notices[kind])
	}
	raw, err := rawMarks(site)
	if err != nil {
		return err
	}
	list(out, "Markdown or entities that readers see as they were typed", raw)
	untidy, err := untidy(site)
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(untidy)) {
		list(out, kind, untidy[kind])
	}
	list(out, fmt.Sprintf("pages of fewer than %d words", fewWords), thinPages(site))
	list(out, "pages by language", languages(site))
	list(out, "links to other hosts, not asked", external)
	fmt.Fprintln(out, "All pages hold together.")
	return nil
}

func apart(err error) error {
	return fmt.Errorf("the pages do not hold together:\n  %w", err)
}

// notices gives by their kind what is left to do: what the front matter holds that
// does not stop a build, and what Hugo warned of.
func notices(rest []kinds.Problem, warnings []string) map[string][]string {
	out := map[string][]string{}
	for _, problem := range rest {
		out[leftToDo[problem.Class]] = append(out[leftToDo[problem.Class]], problem.String())
	}
	slices.Sort(warnings)
	for _, line := range slices.Compact(warnings) {
		if missing, ok := strings.CutPrefix(line, missingWord); ok {
			line = "words of the interface that a language lacks: " + strings.Replace(missing, "|", " ", 1)
		}
		if kind, what, ok := strings.Cut(line, ": "); ok {
			out[kind] = append(out[kind], what)
		}
	}
	return out
}

// missingWord begins Hugo's warning of a word of the interface that a language lacks.
const missingWord = "i18n|MISSING_TRANSLATION|"

func isMissingWord(warning string) bool { return strings.HasPrefix(warning, missingWord) }

// drawDrafts lets Hugo make the folders that hold drafts, with these, and gives its
// warnings. Where no page is a draft, nothing has to be made. Where the front matter of
// one has faults, nothing can be: templates trust it.
func (p *project) drawDrafts(ctx context.Context, dir string, rest []kinds.Problem) (warnings []string, err error) {
	folders, err := p.foldersOfDrafts()
	if err != nil || len(folders) == 0 || slices.ContainsFunc(rest, func(problem kinds.Problem) bool { return problem.Class == kinds.OfDraft }) {
		return nil, err
	}
	flags := []string{}
	if !slices.Contains(folders, "") { // a draft beside the home page is in no folder
		var release func()
		if flags, release, err = p.only(inAllLanguages(pathsUnder(folders)...), ""); err == nil {
			defer release()
		} else if !errors.Is(err, errNotAlone) {
			return nil, err
		}
	}
	return p.hugo(ctx, dir, append(flags, "--buildDrafts", "--printI18nWarnings")...)
}

// pathsUnder gives patterns of the pages of some folders of content.
func pathsUnder(folders []string) []string {
	var out []string
	for _, folder := range folders {
		out = append(out, "/"+folder, "/"+folder+"/**")
	}
	return out
}

// reDraft finds a draft by its front matter, or one that hands that down to others.
var reDraft = regexp.MustCompile(`(?mi)^[\s{,]*["']?draft["']?\s*[:=]\s*["']?true`)

// foldersOfDrafts gives the folders right under content that hold a draft; "" is
// content itself.
func (p *project) foldersOfDrafts() (folders []string, err error) {
	err = p.eachPage(func(name string, text []byte) {
		if !reDraft.Match(frontOf(text)) {
			return
		}
		folder, _, deeper := strings.Cut(strings.TrimPrefix(name, "content/"), "/")
		if !deeper {
			folder = ""
		}
		folders = append(folders, strings.ToLower(folder))
	})
	slices.Sort(folders)
	return slices.Compact(folders), err
}

func list(out io.Writer, title string, entries []string) {
	if len(entries) == 0 {
		return
	}
	slices.Sort(entries)
	fmt.Fprintf(out, "%s (%d):\n", title, len(entries))
	for _, e := range entries {
		fmt.Fprintf(out, "  %s\n", e)
	}
	fmt.Fprintln(out)
}

// found gives the pages that readers find. Records of a list are places on one.
func found(site *indexer.Site) []*indexer.Page {
	return slices.DeleteFunc(slices.Clone(site.Pages), func(p *indexer.Page) bool { return p.NoIndex || p.Record })
}

// rawMark is what Markdown and HTML make something else of: a link, bold, code, a
// heading, an entity. A reader who sees it sees a text that was not rendered, or
// escaped twice.
var rawMark = regexp.MustCompile("!?\\[[^\\[\\]]+\\]\\([^()\\s]+\\)|\\*\\*[^*\\s](?:[^*]*[^*\\s])?\\*\\*|(?:^|\\s)__[^_\\s](?:[^_]*[^_\\s])?__|`[^`]+`|^#{1,6} .*|&(?:#\\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")

// rawMarks lists the pages that show such a thing, with it.
func rawMarks(site *indexer.Site) ([]string, error) {
	var out []string
	for _, p := range site.Pages {
		if p.Record {
			continue // its text is its page's
		}
		lines, err := site.Visible(p)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			for _, mark := range rawMark.FindAllString(line, -1) {
				if !strings.HasPrefix(mark, "&") || html.UnescapeString(mark) != mark {
					out = append(out, fmt.Sprintf("%s: %s", p.URL, around(line, mark)))
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// around gives a part of a line that is no longer than a person needs to find it.
func around(line, mark string) string {
	const before, most = 30, 100
	runes := []rune(line[strings.Index(line, mark):])
	start := []rune(line[:strings.Index(line, mark)])
	start = start[max(0, len(start)-before):]
	return strings.TrimSpace(string(start) + string(runes[:min(len(runes), most)]))
}

// thinPages lists the pages that hold little.
func thinPages(site *indexer.Site) []string {
	var out []string
	lists := map[string]bool{} // pages whose words stand in records of their own
	for _, p := range site.Pages {
		if p.Record {
			list, _, _ := strings.Cut(p.URL, "#")
			lists[list] = true
		}
	}
	for _, p := range found(site) {
		if n := words(p); n < fewWords && !lists[p.URL] {
			out = append(out, fmt.Sprintf("%s: %d", p.URL, n))
		}
	}
	return out
}

// words counts the words of a page's text; of Chinese, two characters are one.
func words(p *indexer.Page) int {
	n, characters := 0, 0
	for _, s := range p.Sections {
		for word := range strings.FieldsSeq(s.Heading + " " + s.Text) {
			han := 0
			for _, r := range word {
				if unicode.Is(unicode.Han, r) {
					han++
				}
			}
			if characters += han; han == 0 {
				n++
			}
		}
	}
	return n + characters/2
}

// languages counts the pages of each language.
func languages(site *indexer.Site) []string {
	pages, total := map[string]int{}, map[string]int{}
	for _, p := range found(site) {
		pages[p.Lang]++
		total[p.Lang] += words(p)
	}
	var out []string
	for lang, n := range pages {
		out = append(out, fmt.Sprintf("%s: %d pages, %d words", lang, n, total[lang]))
	}
	return out
}
