package indexer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Run is what a command that indexes a folder reads and writes.
type Run struct {
	Site    string // folder
	Web     string // folder within it of the web index, and of whatever else is written
	Index   string // folder
	Options string // all that the command was told
	Inserts bool   // the run may write pages of the site, as when it puts the search into them
}

// runNote is what a run leaves for the next.
type runNote struct {
	Read   string   `json:"read"`            // sum of all that it read, and how
	Wrote  string   `json:"wrote"`           // sum of all that it wrote
	Others []string `json:"other,omitempty"` // files that it read beside the pages
	Report *Report  `json:"report"`
}

// Unchanged gives the report of the run before, if this one would read the same
// and write what is there already, byte for byte: the content of every file is
// looked at, of what was read and what was written. Else it is nil. What killed runs
// left beside the index is cleared, as a run that writes does.
func (r Run) Unchanged(ctx context.Context) *Report {
	data, err := os.ReadFile(filepath.Join(KeptFolder(r.Index), keptNote))
	if err != nil {
		return nil
	}
	sum, data, _ := bytes.Cut(data, []byte("\n"))
	var note runNote
	if string(sum) != noteSum(data) || json.Unmarshal(data, &note) != nil || note.Report == nil {
		return nil
	}
	pages, err := r.read(ctx, note.Others)
	if err != nil {
		return nil
	}
	if now, err := r.sumOf(pages); err != nil || now != note.Read {
		return nil
	}
	if now, err := r.wrote(ctx); err != nil || now != note.Wrote {
		return nil
	}
	clearLitter(r.Index)
	clearLitter(KeptFolder(r.Index))
	return note.Report
}

func noteSum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// Noted runs do, which reads s and writes index and web index, and notes for the
// next run how all was left. A run that changed its pages, as when it put the search
// into them, leaves no note: what it would do with these is not known.
func (r Run) Noted(ctx context.Context, k *Kept, do func() (s *Site, report *Report, err error)) error {
	s, report, err := do()
	if k == nil || err != nil || s.read == nil {
		return err
	}
	if r.Inserts {
		if now, err := r.read(ctx, nil); err != nil || !slices.Equal(s.read, now) {
			return ctx.Err()
		}
	}
	others, err := sumFiles(ctx, r.Site, s.others)
	if err != nil {
		return ctx.Err()
	}
	note := runNote{Report: report, Others: s.others}
	if note.Read, err = r.sumOf(append(slices.Clip(s.read), others...)); err != nil {
		return ctx.Err()
	}
	if note.Wrote, err = r.wrote(ctx); err != nil {
		return ctx.Err()
	}
	data, err := json.Marshal(note)
	if err != nil {
		return err
	}
	_ = os.WriteFile(filepath.Join(k.tmp, keptNote), append([]byte(noteSum(data)+"\n"), data...), 0o644) // without it the next run does its work
	return nil
}

// read gives a line for each page and each of the other files, with the checksum of
// its content.
func (r Run) read(ctx context.Context, others []string) ([]string, error) {
	files, warnings, err := htmlFiles(r.Site)
	if err != nil {
		return nil, err
	}
	lines, err := sumFiles(ctx, r.Site, append(files, others...))
	return append(slices.Clip(warnings), lines...), err
}

// sumOf gives a checksum of the program, its options and the lines of what it reads.
func (r Run) sumOf(lines []string) (string, error) {
	program, err := programSum()
	if err != nil {
		return "", err
	}
	all := newKey("run")
	for _, s := range []string{string(program[:]), r.Options, strings.Join(lines, "\n")} {
		all.text(s)
	}
	return fmt.Sprintf("%x", all.key()), nil
}

// wrote gives a checksum of all files that a run writes, and others in their folders.
func (r Run) wrote(ctx context.Context) (string, error) {
	all := newKey("written")
	for _, folder := range []string{filepath.Join(r.Site, r.Web), r.Index} {
		var files []string
		err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return "", err
		}
		lines, err := sumFiles(ctx, folder, files)
		if err != nil {
			return "", err
		}
		all.text(strings.Join(lines, "\n"))
	}
	return fmt.Sprintf("%x", all.key()), nil
}

// fileContent is the checksum of what a file holds.
type fileContent [sha256.Size]byte

// line tells what a file holds.
func (c fileContent) line(file string) string { return fmt.Sprintf("%x %s", c[:], file) }

// sumFiles gives a line for each file, which is named from a folder.
func sumFiles(ctx context.Context, folder string, files []string) ([]string, error) {
	lines, errs := make([]string, len(files)), make([]error, len(files))
	err := inParallel(ctx, len(files), func() func(i int) {
		h, memory := sha256.New(), make([]byte, 64<<10)
		return func(i int) {
			h.Reset()
			f, err := os.Open(filepath.Join(folder, filepath.FromSlash(files[i])))
			if errors.Is(err, fs.ErrNotExist) {
				lines[i] = files[i] + " is not there"
				return
			}
			if err == nil {
				_, err = io.CopyBuffer(onlyWriter{h}, onlyReader{f}, memory)
				err = errors.Join(err, f.Close())
			}
			lines[i], errs[i] = fileContent(h.Sum(nil)).line(files[i]), err
		}
	})
	return lines, errors.Join(append(errs, err)...)
}

// onlyReader and onlyWriter let io.CopyBuffer use its buffer.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)
