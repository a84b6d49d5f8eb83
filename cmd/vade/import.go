package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/vade/internal/document"
	"vademecum/cmd/vade/internal/importer"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

func importCommand() *cobra.Command {
	var p project
	var o importOptions
	c := &cobra.Command{
		Use:   "import FILE…",
		Short: "Turn documents into pages, and show official wording beside ours",
		Long: "import reads PDF, Word (DOCX), OpenDocument (ODT), HTML, Markdown and plain text.\n" +
			"Of a folder it reads all documents in it and below.\n\n" +
			"An information note becomes a draft under content/workshops, with a report of\n" +
			"what it could not settle. Themes and organizations are those that the site has,\n" +
			"countries are all States. A page of an event stays as it is: a note on the same\n" +
			"event is offered as an addition to it, and with --force the draft is written\n" +
			"beside the page.\n\n" +
			"A resolution of the Security Council is known by its symbol. Its wording goes to\n" +
			"content/resolutions/official and stands beside our own text, or is a page of its\n" +
			"own. Any other document becomes a page under content/documents/own. git ignores\n" +
			"both folders, and only a build with --with own shows them.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.importFiles(c.Context(), args, o, c.OutOrStdout(), cli.ConsoleOf(c))
		},
	}
	f := c.Flags()
	f.StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	f.StringVar(&o.lang, "lang", "", "the files are resolutions in this language (default: as the text says)")
	f.BoolVar(&o.force, "force", false, "write the draft beside a page that is there already; replace wordings and documents, of which a copy is kept")
	f.BoolVar(&o.keepOriginal, "keep-original", false, "keep a copy of a document beside its page")
	f.StringVar(&o.reach, "reach", string(importer.Own), "who may read documents that are no notes and no resolutions: public, own or restricted")
	f.StringVar(&o.report, "report", "text", "form of the report: text or json")
	return c
}

type importOptions struct {
	lang, reach, report string
	force, keepOriginal bool
}

var errVocabulary = errors.New("import needs the site's vocabulary")

// importFiles imports each file and goes on after one that fails. The site is
// read once, and only for documents that need it: a resolution can be imported
// into a site that does not build.
func (p *project) importFiles(ctx context.Context, names []string, o importOptions, stdout io.Writer, log *cli.Console) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	if o.report != "text" && o.report != "json" {
		return fmt.Errorf("--report %s: write text or json", o.report)
	}
	if !slices.Contains(importer.Reaches, importer.Reach(o.reach)) {
		return fmt.Errorf("--reach %s: write public, own or restricted", o.reach)
	}
	files, err := documentsIn(names)
	if err != nil {
		return err
	}
	im := p.newImporter(o, func() (importer.Site, error) {
		s, err := p.importSite(ctx, log)
		if err != nil {
			return s, fmt.Errorf("%w: %w", errVocabulary, err)
		}
		return s, nil
	})
	im.Together = true
	run := importRun{stdout: stdout, log: log, many: len(files) > manyFiles}
	imported := log.Count("Importing")
	for i, file := range files {
		imported(i, len(files))
		if err := ctx.Err(); err != nil {
			return err
		}
		results, err := im.Import(ctx, file)
		if errors.Is(err, errVocabulary) || ctx.Err() != nil {
			return err
		}
		run.add(file, results, err)
	}
	return run.end(o.report)
}

// manyFiles is from how many files on the reports are not printed one by one.
const manyFiles = 20

// documentsIn lists the files that are named, and those in the folders that are.
func documentsIn(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			out = append(out, name) // what is wrong with it, its import tells
			continue
		}
		before := len(out)
		err = filepath.WalkDir(name, func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case strings.HasPrefix(d.Name(), ".") && file != name:
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.Type().IsRegular():
				out = append(out, file)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: cannot be read (%w); check its permissions", name, err)
		}
		if len(out) == before {
			return nil, fmt.Errorf("%s: is a folder without documents; name another", name)
		}
	}
	return out, nil
}

// An importRun gathers what became of each file.
type importRun struct {
	stdout io.Writer
	log    *cli.Console
	many   bool // only the summary is printed
	files  []importedFile
	failed int
}

// An importedFile is a line of the report in JSON.
type importedFile struct {
	File    string           `json:"file"`
	Outcome string           `json:"outcome"`
	Kind    string           `json:"kind,omitempty"`
	Page    string           `json:"page,omitempty"`
	Error   string           `json:"error,omitempty"`
	Report  *importer.Report `json:"report,omitempty"`

	front string
}

func (r *importRun) add(file string, results []*importer.Result, err error) {
	if err != nil {
		r.failed++
		r.files = append(r.files, importedFile{File: file, Outcome: "refused", Error: err.Error()})
		return
	}
	for _, result := range results {
		r.files = append(r.files, importedFile{File: file, Outcome: string(result.Outcome), Kind: string(result.Kind), Page: result.Path, Report: result.Report, front: result.FrontMatter})
	}
}

// end prints the reports, or a summary by outcome where they are many.
func (r *importRun) end(form string) error {
	r.log.Done()
	for _, f := range r.files {
		if f.Error != "" {
			fmt.Fprintln(r.log, "vade:", document.CleanLine(f.Error))
		}
	}
	if form == "json" {
		enc := json.NewEncoder(r.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r.files); err != nil {
			return err
		}
	} else {
		r.print()
	}
	if r.failed > 0 {
		return fmt.Errorf("%d of %d files were not imported", r.failed, r.count())
	}
	return nil
}

// count is the number of files.
func (r *importRun) count() int {
	seen := map[string]bool{}
	for _, f := range r.files {
		seen[f.File] = true
	}
	return len(seen)
}

// importOutcomes says in words what became of files.
var importOutcomes = []struct{ outcome, says string }{
	{string(importer.Written), "written"},
	{string(importer.Beside), "written as drafts beside pages that were there"},
	{string(importer.Replaced), "replaced, with a copy of what was there before"},
	{string(importer.Addition), "on events that have a page already; nothing written"},
	{string(importer.Unchanged), "imported before; nothing written"},
	{"refused", "refused"},
}

// longestShown bounds, in bytes, a line of a page that is shown.
const longestShown = 2000

// shortLines cuts the lines of a text that are too long to be read on a terminal.
func shortLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if len(l) > longestShown {
			lines[i] = strings.ToValidUTF8(l[:longestShown], "") + " …"
		}
	}
	return strings.Join(lines, "\n")
}

func (r *importRun) print() {
	for _, f := range r.files {
		if f.Report == nil || r.many {
			continue
		}
		if f.front != "" && f.Outcome != string(importer.Unchanged) && f.Outcome != string(importer.Addition) {
			fmt.Fprintln(r.stdout, shortLines(f.front))
		}
		fmt.Fprintln(r.stdout, f.Report)
	}
	if len(r.files) < 2 {
		return
	}
	fmt.Fprintf(r.stdout, "%d files:\n", r.count())
	for _, o := range importOutcomes {
		var of []importedFile
		for _, f := range r.files {
			if f.Outcome == o.outcome {
				of = append(of, f)
			}
		}
		if len(of) == 0 {
			continue
		}
		fmt.Fprintf(r.stdout, "  %d %s\n", len(of), o.says)
		for _, f := range of {
			fmt.Fprintf(r.stdout, "    %s", document.CleanLine(f.File)) // which a terminal may obey
			if f.Page != "" {
				fmt.Fprintf(r.stdout, " → %s", f.Page)
			}
			if f.Report != nil && r.many {
				fmt.Fprintf(r.stdout, " (%d guessed, %d open)", len(f.Report.Guessed), len(f.Report.Open))
			}
			fmt.Fprintln(r.stdout)
		}
	}
}

// importSite gives what the importer has to know of the site: what the kind of
// workshops allows, and the vocabulary.
func (p *project) importSite(ctx context.Context, log *cli.Console) (s importer.Site, err error) {
	v, err := p.vocabulary(ctx, log)
	return p.siteOf(v), err
}

// siteOf adds to a vocabulary what the importer takes from the kinds.
func (p *project) siteOf(v importer.Vocabulary) importer.Site {
	v = p.withPages(v)
	folders, _ := kinds.Load(os.DirFS(p.source)) // what is wrong with them, check tells
	return importer.Site{Choices: importer.ChoicesOf(folders["workshops"]), Vocabulary: v.WithStates()}
}

// newImporter makes an importer for the site. Site is asked once, and only when a
// document needs it.
func (p *project) newImporter(o importOptions, site func() (importer.Site, error)) *importer.Importer {
	folders, _ := kinds.Load(os.DirFS(p.source))
	return &importer.Importer{
		Documents: folders["documents"] != nil, ContentDir: filepath.Join(p.source, "content"), Lang: o.lang, Force: o.force,
		KeepOriginal: o.keepOriginal, Reach: importer.Reach(o.reach), Site: sync.OnceValues(site),
	}
}

// vocabulary reads the site's themes, countries and organizations from the front
// matter of its pages. A site whose kinds do not say where names stand is built for
// it, and what the search reads from its pages counts.
func (p *project) vocabulary(ctx context.Context, log *cli.Console) (importer.Vocabulary, error) {
	terms, problems := kinds.Terms(os.DirFS(p.source))
	if len(terms) == 0 {
		return p.builtVocabulary(ctx, log)
	}
	for _, problem := range problems {
		fmt.Fprintln(log, "vade:", problem)
	}
	var v importer.Vocabulary
	for _, t := range terms {
		v = append(v, importer.Term{Facet: t.Kind, ID: t.ID, Labels: t.Labels, Synonyms: t.Synonyms})
	}
	return v, nil
}

// builtVocabulary builds the site in a temporary folder and reads its vocabulary.
// Faults elsewhere, such as a link that leads nowhere, are no reason to refuse:
// Hugo tells them and has written the pages all the same.
func (p *project) builtVocabulary(ctx context.Context, log *cli.Console) (importer.Vocabulary, error) {
	tmp, release, err := unfinished.Folder("", "vade-import")
	if err != nil {
		return nil, err
	}
	defer release()
	defer log.Done()
	log.Step("Hugo makes the pages, for the names of countries, organizations and themes")
	warnings, faults := p.hugo(ctx, tmp)
	cli.WarnAll(log, warnings)
	if _, bad := p.frontMatter(); bad != nil {
		faults = bad // says more than a template that stopped over it
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	site, err := indexer.ReadSite(ctx, tmp, indexer.Options{Progress: log.Count("Reading pages")})
	switch {
	case faults != nil && (err != nil || len(site.Vocabulary) == 0):
		return nil, fmt.Errorf("%w\n  Mend this first, and import again", faults)
	case err != nil:
		return nil, err
	case faults != nil:
		fmt.Fprintln(log, "vade: some pages have faults, which vade check lists; names are compared with those of the pages that could be built")
	}
	return terms(site), nil
}

// withPages leaves out the States that have no page: their names the importer
// has from the list of States, which tells also which of them are not sure.
func (p *project) withPages(v importer.Vocabulary) importer.Vocabulary {
	return slices.DeleteFunc(v, func(t importer.Term) bool {
		if t.Facet != "country" {
			return false
		}
		_, err := os.Stat(filepath.Join(p.source, "content", "countries", t.ID+".md"))
		return errors.Is(err, fs.ErrNotExist)
	})
}

// terms gathers the synonyms of a site by the term that they stand for.
func terms(site *indexer.Site) importer.Vocabulary {
	at := map[[2]string]int{}
	var v importer.Vocabulary
	for _, s := range site.Vocabulary {
		key := [2]string{s.Facet, s.Term}
		i, ok := at[key]
		if !ok {
			i = len(v)
			at[key] = i
			v = append(v, importer.Term{Facet: s.Facet, ID: s.Term})
		}
		if s.Preferred {
			v[i].Labels = append(v[i].Labels, s.Text)
		} else {
			v[i].Synonyms = append(v[i].Synonyms, s.Text)
		}
	}
	return v
}
