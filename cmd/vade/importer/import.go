package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Result is what an import wrote.
type Result struct {
	Path        string // of the page
	FrontMatter string // as it stands in the page
	Report      *Report
}

// Import reads the information note at path and writes its page into the
// folder workshops of contentDir. It replaces a page that stands there only by
// force. When it fails it has written nothing.
func Import(path string, v Vocabulary, contentDir string, force bool) (*Result, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := Read(path, data)
	if err != nil {
		return nil, err
	}
	page, report, err := Note(doc, v)
	if err != nil {
		return nil, err
	}
	text, err := page.Markdown()
	if err != nil {
		return nil, err
	}
	front, err := page.FrontMatter()
	if err != nil {
		return nil, err
	}
	target := filepath.Join(contentDir, "workshops", page.fileName())
	if err := write(target, contentDir, text, force); err != nil {
		return nil, err
	}
	report.Page = target
	return &Result{Path: target, FrontMatter: front, Report: report}, nil
}

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
		return nil, tooLarge(path)
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

// write puts a whole page in its place at once.
func write(target, contentDir string, text []byte, force bool) error {
	if info, err := os.Stat(contentDir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: no such folder; run in the folder of the site, or name it with --source", contentDir)
	}
	if _, err := os.Lstat(target); err == nil && !force {
		return fmt.Errorf("%s: the page exists; use --force to replace it, or rename it first", target)
	}
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("%s: cannot be created (%w); check the folder's permissions", dir, unwrapPath(err))
	}
	if err := replace(target, text); err != nil {
		return fmt.Errorf("%s: cannot be written (%w); check the folder's permissions and the space on the disk", target, unwrapPath(err))
	}
	return nil
}

// replace writes a temporary file beside target and renames it.
func replace(target string, text []byte) (err error) {
	// The leading dot keeps Hugo from reading the file before it is whole.
	tmp, err := os.CreateTemp(filepath.Dir(target), ".import-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(text); err != nil {
		tmp.Close()
		return err
	}
	if err = tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), target)
}
