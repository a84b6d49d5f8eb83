package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"vademecum/cmd/internal/cli"
	"vademecum/cmd/internal/web"
	"vademecum/cmd/vade/internal/desk"
	"vademecum/cmd/vade/internal/document"
	"vademecum/cmd/vade/internal/importer"
	"vademecum/cmd/vade/internal/kinds"
	"vademecum/cmd/vade/internal/portable"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

func deskCommand() *cobra.Command {
	var p project
	var addr string
	c := &cobra.Command{
		Use:   "desk",
		Short: "Write, import and correct pages in the browser",
		Long: "desk shows the site on this computer with a form for every page, reads documents\n" +
			"into drafts, and lists what is left to do. It answers to you alone, needs no\n" +
			"network, and prints the address to open, which works once.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.desk(c.Context(), addr, c.OutOrStdout(), cli.ConsoleOf(c))
		},
	}
	c.Flags().StringVar(&p.source, "source", ".", "folder of the knowledge base, with its hugo.toml")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:1541", "address of this computer to listen on")
	return c
}

// desk serves the desk until ctx ends. The site that it shows is built in a
// temporary folder, so that it needs none in the knowledge base.
func (p *project) desk(ctx context.Context, addr string, stdout io.Writer, log *cli.Console) error {
	if err := p.checkSource(); err != nil {
		return err
	}
	listener, err := web.Listen(addr, "127.0.0.1:1542")
	if err != nil {
		return err
	}
	defer listener.Close()
	tmp, release, err := unfinished.Folder("", "vade-desk")
	if err != nil {
		return err
	}
	defer release()
	q := project{source: p.source, destination: filepath.Join(tmp, "site"), index: filepath.Join(tmp, "index"), baseURL: web.Address(listener.Addr()),
		links: warnOfLinks} // whoever mends a page wants to see it; what is left to do tells of them
	ctx, cancel := context.WithCancel(ctx)
	w := newWatcher(ctx, q, log)
	w.ofDesk = true
	w.project.broken = func(broken []string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.broken = broken
	}
	d, err := desk.New(q.deskSite(w, log), listener.Addr())
	if err != nil {
		cancel()
		return err
	}
	defer d.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.follow(ctx, io.Discard)
	}()
	defer func() {
		cancel()
		<-done
		if w.index != nil {
			w.index.Close()
		}
	}()
	d.Announce(q.baseURL)
	fmt.Fprintf(stdout, "Open %s  (works once; stop with Ctrl-C)\n", strings.TrimSuffix(q.baseURL, "/")+d.Start())
	return web.ServeUntil(ctx, listener, d)
}

// deskSite gives the desk what it needs of this program.
func (p *project) deskSite(w *watcher, log *cli.Console) desk.Site {
	return desk.Site{
		Source: p.source,
		Built:  w,
		Failure: func() string {
			w.mu.RLock()
			defer w.mu.RUnlock()
			return w.failure
		},
		Broken: func() []string {
			w.mu.RLock()
			defer w.mu.RUnlock()
			return w.broken
		},
		Draw: func(ctx context.Context, overlay, page, address string) ([]byte, error) {
			defer w.whole.giveWay()() // whoever asks waits for this one page
			return p.draw(ctx, overlay, page, address)
		},
		Import: func(ctx context.Context, file string) (*desk.Imported, error) { return p.deskImport(ctx, file, log) },
		Pack: func(ctx context.Context, file string) (string, error) {
			strict := *p
			strict.links, strict.broken = "", nil // what leaves this computer holds together
			if err := strict.pack(ctx, packOptions{zip: file}, log); err != nil {
				return "", err
			}
			whole, _, err := portable.Verify(ctx, file)
			return whole.SHA256, err
		},
		Log: log,
	}
}

// draw builds one page of the site and nothing else. Its content file stands
// under overlay; all others are those of the knowledge base.
func (p *project) draw(ctx context.Context, overlay, page, at string) ([]byte, error) {
	tmp, release, err := unfinished.Folder("", "vade-draw")
	if err != nil {
		return nil, err
	}
	defer release()
	flags, done, err := p.only(inAllLanguages(page), overlay)
	if errors.Is(err, errNotAlone) {
		return nil, errors.New("a preview needs the site's configuration in hugo.toml")
	} else if err != nil {
		return nil, err
	}
	defer done()
	site := filepath.Join(tmp, "site")
	_, faults := p.hugo(ctx, site, append(flags, "--buildDrafts", "--logLevel", "error")...)
	html, err := os.ReadFile(filepath.Join(site, filepath.FromSlash(at), "index.html"))
	if faults != nil {
		return nil, faults
	}
	if err != nil {
		return nil, errors.New("this has no page of its own; it is shown in a list of the site")
	}
	return html, nil
}

// deskImport reads a document into a draft.
func (p *project) deskImport(ctx context.Context, file string, log *cli.Console) (*desk.Imported, error) {
	content := filepath.Join(p.source, "content")
	im := p.newImporter(importOptions{force: true}, func() (importer.Site, error) { return p.deskVocabulary(ctx, log) })
	results, err := im.Import(ctx, file)
	if err != nil {
		return nil, err
	}
	result := results[0] // of a file with several resolutions the first is shown; the message names all
	page, err := filepath.Rel(content, result.Path)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(page) != ".md" {
		page = "" // official wording, which has no form
	}
	out := &desk.Imported{Page: filepath.ToSlash(page)}
	for _, r := range results {
		out.Message += r.Report.String()
	}
	for _, part := range []struct {
		state desk.State
		found []importer.Finding
	}{{desk.Settled, result.Report.Settled}, {desk.Guessed, result.Report.Guessed}, {desk.Open, result.Report.Open}} {
		for _, f := range part.found {
			out.Findings = append(out.Findings, desk.Finding{Field: f.Field, State: part.state, Value: f.Value, Evidence: f.Evidence})
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	doc, err := document.Read(ctx, filepath.Base(file), data)
	if err != nil {
		return nil, err
	}
	out.Pages = pagesOf(doc)
	return out, nil
}

// pagesOf gives the text of a document page by page, paragraphs apart. One whose
// pages are not known is one page.
func pagesOf(doc *document.Document) []string {
	pages := make([]strings.Builder, max(1, doc.Pages))
	var add func(blocks []document.Block, at int)
	add = func(blocks []document.Block, at int) {
		for _, b := range blocks {
			p := &pages[min(max(b.Page-1, at), len(pages)-1)]
			if b.Label != "" {
				p.WriteString(b.Label + " ")
			}
			for _, r := range b.Runs {
				p.WriteString(r.Text)
			}
			p.WriteString("\n\n")
			for _, row := range b.Rows {
				for _, cell := range row.Cells {
					add(cell.Blocks, max(b.Page-1, at))
				}
			}
		}
	}
	add(doc.Blocks, 0)
	var out []string
	for i := range pages {
		out = append(out, pages[i].String())
	}
	return out
}

// deskVocabulary takes the names that importSite would have to build the site for
// from the one that was built last, if there is one.
func (p *project) deskVocabulary(ctx context.Context, log *cli.Console) (importer.Site, error) {
	if terms, _ := kinds.Terms(os.DirFS(p.source)); len(terms) > 0 {
		return p.importSite(ctx, log)
	}
	site, err := indexer.ReadSite(ctx, p.destination, indexer.Options{})
	if err != nil || len(site.Vocabulary) == 0 {
		return p.importSite(ctx, log)
	}
	return p.siteOf(terms(site)), nil
}
