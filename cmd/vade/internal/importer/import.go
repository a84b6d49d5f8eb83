package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Result is what an import wrote.
type Result struct {
	Path        string // of the page, or of the official wording
	FrontMatter string // as it stands in the page; "" for official wording
	Report      *Report
}

// Import reads the document at path and writes what it is into contentDir: a
// page into the folder workshops for an information note, or the official
// wording of a resolution into resolutions/official. The site is asked for only
// when a note needs it; lang is the language of a resolution, "" where the text
// tells it. Where a page stands already, force writes the draft beside it: the
// page may be linked to, and a draft in its place would break those links.
// Official wording is replaced by force. When Import fails it has written
// nothing.
func Import(path string, site func() (Site, error), contentDir, lang string, force bool) (*Result, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := Read(path, data)
	if err != nil {
		return nil, err
	}
	if isResolution(doc) || lang != "" {
		return importResolution(doc, contentDir, lang, force)
	}
	s, err := site()
	if err != nil {
		return nil, err
	}
	return importNote(doc, s, contentDir, force)
}

func importNote(doc *Document, s Site, contentDir string, force bool) (*Result, error) {
	page, report, err := Note(doc, s)
	if err != nil && hasSymbol(doc) { // then a resolution it should be, and its error says what is missing
		return importResolution(doc, contentDir, "", force)
	} else if err != nil {
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
	folder := filepath.Join(contentDir, "workshops")
	report.Page = filepath.Join(folder, page.fileName())
	if force && exists(report.Page) {
		if err := page.beside(folder, text, report); err != nil {
			return nil, err
		}
	}
	if holds(report.Page, text) {
		report.settle("page", "the very same draft is there already; nothing was written", "")
	} else if err := write(report.Page, contentDir, text, false); err != nil {
		return nil, err
	}
	return &Result{Path: report.Page, FrontMatter: front, Report: report}, nil
}

func importResolution(doc *Document, contentDir, lang string, force bool) (*Result, error) {
	official, report, err := Resolution(doc, lang, contentDir)
	if err != nil {
		return nil, err
	}
	text, err := official.YAML()
	if err != nil {
		return nil, err
	}
	report.Page = filepath.Join(contentDir, officialFolder, official.fileName())
	if err := write(report.Page, contentDir, text, force); err != nil {
		return nil, err
	}
	return &Result{Path: report.Page, Report: report}, nil
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

// write puts a whole file in its place at once.
func write(target, contentDir string, text []byte, force bool) error {
	if info, err := os.Stat(contentDir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: no such folder; run in the folder of the site, or name it with --source", contentDir)
	}
	if exists(target) && !force {
		return fmt.Errorf("%s: the file exists; use --force to write a new draft beside a page or to replace official wording, or rename the file first", target)
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

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// holds tells whether a file is there and says the same.
func holds(path string, text []byte) bool {
	there, err := os.ReadFile(path)
	return err == nil && bytes.Equal(there, text)
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
