package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"vademecum/cmd/internal/atomicfile"
)

// An Importer imports documents into one knowledge base. What it has to know of
// that is read once, however many documents there are.
type Importer struct {
	ContentDir string
	// Site gives the vocabulary. It is asked only when a document needs it.
	Site         func() (Site, error)
	Lang         string // of resolutions; "" where the text tells it
	Force        bool   // see Import
	KeepOriginal bool   // a copy of the file stands beside the page
	Reach        Reach  // of plain documents; "" is Own
	Documents    bool   // the site has pages for plain documents; others refuse them

	// Together says that all files are imported in one run, in which none replaces
	// what another gave: a second document of one name gets a name of its own.
	Together bool

	shelf *shelf
	wrote map[string]string // by path: the file that it was written from
}

// An Outcome says what became of a document.
type Outcome string

// The outcomes.
const (
	Written   Outcome = "written"   // a new page or wording
	Beside    Outcome = "beside"    // a draft beside a page that was there
	Replaced  Outcome = "replaced"  // a wording or a document; a copy of the old one was kept
	Unchanged Outcome = "unchanged" // the same file was imported before
	Addition  Outcome = "addition"  // a note on an event that a page has; nothing was written
)

// A Result is what an import made of a document.
type Result struct {
	Outcome     Outcome
	Kind        Kind
	Path        string // of the page, or of the official wording
	FrontMatter string // as it stands in the page; "" for official wording
	Report      *Report
}

// Import reads the document at path and writes what it is below ContentDir: a
// draft in the folder workshops for an information note, the official wording of
// each resolution in resolutions/official, a page in documents/own for any other
// document. A page of an event is never replaced: Force writes the draft beside
// it, since it may be linked to. Wordings and documents are replaced by force,
// and a copy is kept. When Import fails it has written nothing.
func (im *Importer) Import(ctx context.Context, path string) ([]*Result, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := Read(ctx, path, data)
	if err != nil {
		return nil, err
	}
	if err := im.open(); err != nil {
		return nil, err
	}
	if !im.Force {
		if r := im.known(doc); r != nil {
			return []*Result{r}, nil
		}
	}
	switch kindOf(doc, im.Lang) {
	case ResolutionText:
		return im.resolutions(doc)
	case InformationNote:
		r, err := im.note(doc)
		return results(r, err)
	}
	r, err := im.document(doc, data)
	return results(r, err)
}

func results(r *Result, err error) ([]*Result, error) {
	if err != nil {
		return nil, err
	}
	return []*Result{r}, nil
}

// open looks at what the knowledge base holds, once.
func (im *Importer) open() (err error) {
	if info, err := os.Stat(im.ContentDir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: no such folder; run in the folder of the site, or name it with --source", im.ContentDir)
	}
	if im.shelf == nil {
		im.shelf, err = readShelf(im.ContentDir)
	}
	return err
}

// known finds what the same file gave before.
func (im *Importer) known(doc *Document) *Result {
	paths := im.shelf.bySum[doc.SHA256]
	if len(paths) == 0 {
		return nil
	}
	r := &Report{Source: filepath.Base(doc.Name), Page: paths[0]}
	for _, p := range paths {
		r.settle("page", "this very file was imported before; nothing was written", p)
	}
	r.Next = []string{"Nothing. To import it anew beside what is there, use --force."}
	return &Result{Outcome: Unchanged, Kind: kindOf(doc, im.Lang), Path: paths[0], Report: r}
}

// mostOfMonth bounds how many events of a month in one city get a page.
const mostOfMonth = 99

func (im *Importer) note(doc *Document) (*Result, error) {
	s, err := im.Site()
	if err != nil {
		return nil, err
	}
	page, report, err := Note(doc, s)
	if err != nil {
		return nil, err
	}
	result := &Result{Outcome: Written, Kind: InformationNote, Report: report}
	folder := filepath.Join(im.ContentDir, eventFolder)
	for name, n := page.Name, 2; n <= mostOfMonth && im.shelf.other(filepath.Join(folder, page.fileName()), page.Front); n++ {
		page.Name = fmt.Sprintf("%s-%d", name, n)
	}
	var there *event
	if file := filepath.Join(folder, page.fileName()); exists(file) {
		there = &event{file: file}
		if e := im.shelf.at(file); e != nil {
			there = e
		}
	} else {
		there = im.shelf.event(page)
	}
	if result.FrontMatter, err = page.FrontMatter(); err != nil {
		return nil, err
	}
	text, err := page.Markdown()
	if err != nil {
		return nil, err
	}
	result.Path = filepath.Join(folder, page.fileName())
	report.Page = result.Path
	switch {
	case there == nil:
	case holds(there.file, text):
		result.Outcome, result.Path, report.Page = Unchanged, there.file, there.file
		report.settle("page", "the very same draft is there already; nothing was written", "")
		return result, nil
	case !im.Force && there.file == result.Path && there.first.IsZero(): // no page of an event
		return nil, fmt.Errorf("%s: the file exists; use --force to write a new draft beside the page, or rename the file first", result.Path)
	case !im.Force:
		result.Outcome, result.Path, report.Page = Addition, there.file, there.file
		page.offer(there, report)
		return result, nil
	default:
		if err := page.beside(there.file, folder, text, report); err != nil {
			return nil, err
		}
		result.Outcome, result.Path = Beside, report.Page
		if holds(report.Page, text) {
			result.Outcome = Unchanged
			report.settle("page", "the very same draft is there already; nothing was written", "")
			return result, nil
		}
	}
	if err := write(result.Path, text); err != nil {
		return nil, err
	}
	im.shelf.add(result.Path, text)
	return result, nil
}

// resolutions imports each resolution that a document holds.
func (im *Importer) resolutions(doc *Document) ([]*Result, error) {
	var out []*Result
	var texts [][]byte
	all := doc.resolutions()
	for _, lines := range all {
		official, report, err := readResolution(doc, lines, im.Lang, im.ContentDir)
		if err != nil {
			return nil, err
		}
		text, err := official.YAML()
		if err != nil {
			return nil, err
		}
		if len(all) > 1 {
			report.open("file", fmt.Sprintf("it holds %d resolutions, each of which was imported; this is %s in %q", len(all), official.Symbol, official.Lang))
		}
		report.Page = filepath.Join(im.ContentDir, officialFolder, official.fileName())
		out = append(out, &Result{Outcome: Written, Kind: ResolutionText, Path: report.Page, Report: report})
		texts = append(texts, text)
	}
	for _, r := range out { // all or nothing
		if file := im.wrote[r.Path]; im.Together && file != "" && file != doc.Name {
			return nil, fmt.Errorf("%s: the same resolution in the same language was imported in this run, from %s; import the better copy of the two by itself", doc.Name, file)
		}
		if exists(r.Path) && !im.Force {
			return nil, fmt.Errorf("%s: the file exists; use --force to replace official wording (a copy is kept), or rename the file first", r.Path)
		}
	}
	for i, r := range out {
		if err := im.replaceText(doc, r, texts[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// replaceText writes what an import made, and keeps a copy of what it replaces.
func (im *Importer) replaceText(doc *Document, r *Result, text []byte) error {
	if im.wrote == nil {
		im.wrote = map[string]string{}
	}
	im.wrote[r.Path] = doc.Name
	if holds(r.Path, text) {
		r.Outcome = Unchanged
		r.Report.settle("page", "it is there already, word for word; nothing was written", "")
		return nil
	}
	if info, err := os.Lstat(r.Path); err == nil && info.Mode().IsRegular() {
		kept, err := im.keep(r.Path)
		if err != nil {
			return err
		}
		r.Outcome = Replaced
		r.Report.settle("replaced", "a copy of the file before is kept", kept)
	}
	if err := write(r.Path, text); err != nil {
		return err
	}
	im.shelf.add(r.Path, text)
	return nil
}

// ReplacedFolder holds copies of what was replaced, beside the content folder.
const ReplacedFolder = "replaced"

// mostReplaced bounds how many copies of one file are kept.
const mostReplaced = 1000

// keep copies a file to a free name in ReplacedFolder.
func (im *Importer) keep(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be replaced, since no copy of it can be kept (%w)", file, unwrapPath(err))
	}
	rel, err := filepath.Rel(im.ContentDir, file)
	if err != nil {
		rel = filepath.Base(file)
	}
	for n := 1; n <= mostReplaced; n++ {
		kept := filepath.Join(filepath.Dir(filepath.Clean(im.ContentDir)), ReplacedFolder, fmt.Sprintf("%s.%d", rel, n))
		if holds(kept, data) {
			return kept, nil
		}
		if !exists(kept) {
			return kept, write(kept, data)
		}
	}
	return "", fmt.Errorf("%s: %d copies of it lie in the folder %s; delete those that nobody needs", file, mostReplaced, ReplacedFolder)
}

// maxSize is the size in bytes above which a file is not even opened.
const maxSize = 100 << 20

// readFile reads a file after looking at its size.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file; check the name", path)
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read (%w); check its permissions", path, unwrapPath(err))
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a folder; name the files in it", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is no ordinary file; copy the document to one", path)
	case info.Size() > maxSize:
		return nil, fmt.Errorf("%s: larger than %d MB, too large for a document of this kind; save only its own pages", path, maxSize>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read (%w); check its permissions", path, unwrapPath(err))
	}
	return data, nil
}

// unwrapPath drops the path from an error that is about to be given one.
func unwrapPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// write puts a whole file in its place at once.
func write(target string, text []byte) error {
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("%s: cannot be created (%w); check the folder's permissions", dir, unwrapPath(err))
	}
	if err := atomicfile.WriteBytes(target, text); err != nil {
		return fmt.Errorf("%s: cannot be written (%w); check the folder's permissions and the space on the disk", target, unwrapPath(err))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// holds tells whether a file is there and says the same.
func holds(path string, text []byte) bool {
	there, err := os.ReadFile(path)
	return err == nil && bytes.Equal(there, text)
}
