package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"vademecum/cmd/vade/internal/portable"
)

// Bounds of what is read and kept.
const (
	mostText     = 5 << 20 // bytes of a page
	mostUpload   = 100 << 20
	mostVersions = 30   // of one page
	mostPast     = 2000 // hashes of texts that one page had
)

// Kept is the folder, beside content, that holds earlier versions of pages and
// imports under review. Hugo does not read it, and it tells git to look away.
const Kept = ".vade"

// A store reads and writes the files of one knowledge base, and nothing outside
// its content. Links are not followed: a link in a folder could lead anywhere.
type store struct {
	source  *os.Root
	content *os.Root
	mu      sync.Mutex // held while files are written
}

func openStore(dir string) (*store, error) {
	source, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	content, err := source.OpenRoot("content")
	if err != nil {
		source.Close()
		return nil, fmt.Errorf("%s has no folder content: name the folder of a knowledge base with --source (%w)", dir, err)
	}
	return &store{source: source, content: content}, nil
}

// pageFile refuses what is no name of a page's file.
func pageFile(name string) error {
	if !slices.Contains(pageEndings, path.Ext(name)) {
		return refuse(http.StatusBadRequest, "%q is no page: the desk writes files that end in .md", name)
	}
	return contentFile(name)
}

// longestName bounds the name of a file, in bytes: file systems take 255, and a
// temporary file beside it has a longer one.
const longestName = 200

// contentFile refuses what could lie outside content, or is hidden there.
func contentFile(name string) error {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\:\x00") {
		return refuse(http.StatusBadRequest, "%q is no place below content", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
			return refuse(http.StatusBadRequest, "%q names a hidden file", name)
		}
		if len(part) > longestName {
			return refuse(http.StatusBadRequest, "%q is too long a name for a file; write a shorter one", part[:20]+"…")
		}
		if portable.IsDevice(part) {
			return refuse(http.StatusBadRequest, "%q is the name of a device on Windows, where nobody could open the page; write another name", part)
		}
	}
	return nil
}

// noLinks refuses a path with a link in it.
func noLinks(root *os.Root, name string) error {
	at := ""
	for part := range strings.SplitSeq(name, "/") {
		at = path.Join(at, part)
		info, err := root.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, syscall.ENOTDIR):
			return refuse(http.StatusBadRequest, "%q is no place below content", name)
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0, !info.IsDir() && !info.Mode().IsRegular():
			return refuse(http.StatusForbidden, "%s is a link or no ordinary file; the desk does not follow it", at)
		}
	}
	return nil
}

// read gives the bytes of a page.
func (s *store) read(name string) ([]byte, error) {
	if err := pageFile(name); err != nil {
		return nil, err
	}
	if err := noLinks(s.content, name); err != nil {
		return nil, err
	}
	info, err := s.content.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse(http.StatusNotFound, "There is no page %s (any more).", name)
	case err != nil:
		return nil, err
	case info.Size() > mostText:
		return nil, refuse(http.StatusRequestEntityTooLarge, "%s is larger than %d MB; divide it", name, mostText>>20)
	}
	return s.content.ReadFile(name)
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

var (
	errChanged = errors.New("the file changed meanwhile")
	errThere   = errors.New("the file is there already")
)

// write puts text in place of what a page was when it had the hash was; "" for a
// page that is new. The old text is kept as a version. It writes all or nothing.
func (s *store) write(name string, text []byte, was string) error {
	if err := pageFile(name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := noLinks(s.content, name); err != nil {
		return err
	}
	old, err := s.content.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && was != "":
		return errChanged
	case err == nil && was == "":
		return errThere
	case err == nil && sum(old) != was:
		return errChanged
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return plainly(err)
	}
	if err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := s.keep(name, old); err != nil { // of a page that is new, an empty one: so much was there before
		return fmt.Errorf("nothing was saved, since the version before cannot be kept: %w", plainly(err))
	}
	return plainly(put(s.content, name, text))
}

// writeAll writes to the disk; a test puts one in its place that is full.
var writeAll = func(f *os.File, text []byte) error {
	_, err := f.Write(text)
	return err
}

// put writes a file whole: beside its place first, then into it.
func put(root *os.Root, name string, text []byte) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	tmp := path.Join(path.Dir(name), "."+path.Base(name)+"."+secret()[:8])
	f, err := root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	err = errors.Join(writeAll(f, text), f.Sync(), f.Close())
	if err == nil {
		err = root.Rename(tmp, name)
	}
	if err != nil {
		root.Remove(tmp)
	}
	return err
}

// writable tells why nothing could be saved now, so that a person learns it before an
// hour of typing; nil if it could.
func (s *store) writable() error {
	if err := s.keptFolder(); err != nil {
		return plainly(err)
	}
	name := path.Join(Kept, ".try"+secret()[:8])
	f, err := s.source.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return plainly(err)
	}
	err = errors.Join(writeAll(f, []byte{'\n'}), f.Close(), s.source.Remove(name))
	return plainly(err)
}

// plainly says of what the disk refuses what a person can do.
func plainly(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the disk is full; make room and try again (%w)", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the folder cannot be written to; copy the knowledge base to a folder of your own, or ask for the right to write (%w)", err)
	}
	return err
}

// A version is an earlier text of a page.
type version struct {
	ID   string
	When time.Time
}

const versionTime = "20060102T150405.000000000"

func versionFolder(name string) string { return path.Join(Kept, "versions", name) }

// keep keeps a version of a page, and lets old ones go, but for the oldest: from it
// counts what was changed at this desk.
func (s *store) keep(name string, text []byte) error {
	if err := s.keptFolder(); err != nil {
		return err
	}
	dir := versionFolder(name)
	if err := noLinks(s.source, dir); err != nil {
		return err
	}
	if err := s.addPast(name, sum(text)); err != nil {
		return err
	}
	when := time.Now().UTC()
	if v := s.versions(name); len(v) > 0 && !when.After(v[0].When) {
		when = v[0].When.Add(1) // a clock that was set back does not change their order
	}
	if err := put(s.source, path.Join(dir, when.Format(versionTime)), text); err != nil {
		return err
	}
	all := s.versions(name)
	if len(all) > mostVersions {
		for _, old := range all[mostVersions-1 : len(all)-1] {
			s.source.Remove(path.Join(dir, old.ID))
		}
	}
	return nil
}

// pastFile is the file, among the versions of a page, with the hash of each text that
// the page had at this desk, those that are kept no more, too.
func pastFile(name string) string { return path.Join(versionFolder(name), "past") }

// begun notes that a page is new, which something else than write has written: before,
// it was not there.
func (s *store) begun(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return plainly(s.keep(name, nil))
}

// addPast adds hashes of texts that a page had, here or where it was changed.
func (s *store) addPast(name string, hashes ...string) error {
	past := s.past(name)
	for _, hash := range hashes {
		if reHash.MatchString(hash) && !slices.Contains(past, hash) {
			past = append(past, hash)
		}
	}
	if len(past) > mostPast {
		past = slices.Delete(past, 1, 1+len(past)-mostPast)
	}
	return put(s.source, pastFile(name), []byte(strings.Join(past, "\n")))
}

var reHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// past gives the hashes of the texts that a page had at this desk, the oldest first.
func (s *store) past(name string) []string {
	if text, err := s.source.ReadFile(pastFile(name)); err == nil {
		return strings.Fields(string(text))
	}
	var out []string // of versions that an earlier program kept
	for _, v := range s.versions(name) {
		if text, err := s.version(name, v.ID); err == nil {
			out = append(out, sum(text))
		}
	}
	slices.Reverse(out)
	return out
}

// keptFolder makes the folder of what is kept, which git does not see.
func (s *store) keptFolder() error {
	ignore := path.Join(Kept, ".gitignore")
	if _, err := s.source.Lstat(ignore); err == nil {
		return nil
	}
	return put(s.source, ignore, []byte("*\n"))
}

// versions lists the versions of a page, the latest first.
func (s *store) versions(name string) []version {
	entries, _ := fs.ReadDir(s.source.FS(), versionFolder(name))
	var out []version
	for _, e := range entries {
		if when, err := time.Parse(versionTime, e.Name()); err == nil && e.Type().IsRegular() {
			out = append(out, version{e.Name(), when})
		}
	}
	slices.Reverse(out)
	return out
}

// history lists the versions of a page and those from before it was renamed, the latest
// first.
func (s *store) history(name string) []version {
	var out []version
	for name, until := range s.names(name) {
		for _, v := range s.versions(name) {
			if until == "" || v.ID <= until {
				out = append(out, v)
			}
		}
	}
	return out
}

// version gives the text of one of them.
func (s *store) version(name, id string) ([]byte, error) {
	if err := pageFile(name); err != nil {
		return nil, err
	}
	if _, err := time.Parse(versionTime, id); err != nil {
		return nil, refuse(http.StatusBadRequest, "%q is no version", id)
	}
	for name, until := range s.names(name) {
		if text, err := s.source.ReadFile(path.Join(versionFolder(name), id)); err == nil && (until == "" || id <= until) {
			return text, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "this version is not kept any more")
}

// unlink removes a file; a test puts one in its place that refuses.
var unlink = func(root *os.Root, name string) error { return root.Remove(name) }

// remove deletes a page. A version of it stays.
func (s *store) remove(name, was string) error {
	old, err := s.read(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sum(old) != was {
		return errChanged
	}
	if err := s.keep(name, old); err != nil {
		return plainly(err)
	}
	return plainly(unlink(s.content, name))
}

// formerName is the file, among the versions of a page, that says from which page it
// was renamed, and until when that one's versions are its own.
func formerName(name string) string { return path.Join(versionFolder(name), "renamed") }

// renamed notes that a page had another name, and takes along its import and what was
// typed and not saved.
func (s *store) renamed(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range []func(string) string{reviewFile, typedFile} {
		if err := s.source.Rename(file(from), file(to)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return plainly(err)
		}
	}
	until := time.Now().UTC().Format(versionTime)
	if v := s.versions(from); len(v) > 0 {
		until = max(until, v[0].ID) // it was kept while the clock was ahead
	}
	if former, err := s.source.ReadFile(formerName(from)); err == nil {
		_, when, _ := strings.Cut(string(former), "\n")
		until = max(until, when)
	}
	return plainly(put(s.source, formerName(to), []byte(from+"\n"+until)))
}

// names gives the name of a page and those that it had before, each with the time until
// which the versions of that name are its own; "" for the present name.
func (s *store) names(name string) iter.Seq2[string, string] {
	return func(yield func(name, until string) bool) {
		until := ""
		seen := map[string]bool{} // it may have gone back to a name
		for !seen[name] && len(seen) < mostVersions {
			seen[name] = true
			former, _ := s.source.ReadFile(formerName(name)) // before it is forgotten
			if !yield(name, until) {
				return
			}
			next, when, ok := strings.Cut(string(former), "\n")
			if !ok || pageFile(next) != nil || until != "" && when > until { // it is of another page, which has this name since
				return
			}
			name, until = next, when
		}
	}
}

// forget removes all that is kept of a page, and what was kept of it before it was
// renamed.
func (s *store) forget(name string) error {
	for name, until := range s.names(name) {
		for _, v := range s.versions(name) {
			if until == "" || v.ID <= until {
				if err := s.source.Remove(path.Join(versionFolder(name), v.ID)); err != nil {
					return plainly(err)
				}
			}
		}
		if until == "" || len(s.versions(name)) == 0 && !s.there(name) { // else another page has this name by now, or had
			if err := errors.Join(s.source.RemoveAll(versionFolder(name)), s.source.RemoveAll(reviewFile(name)), s.dropTyped(name)); err != nil {
				return plainly(err)
			}
		}
	}
	return nil
}

// there tells whether there is a page, or anything else, of a name.
func (s *store) there(name string) bool {
	_, err := s.content.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// keptTexts gives all that is kept of a page.
func (s *store) keptTexts(name string) [][]byte {
	var out [][]byte
	for _, v := range s.history(name) {
		if text, err := s.version(name, v.ID); err == nil {
			out = append(out, text)
		}
	}
	return out
}

func reviewFile(name string) string { return path.Join(Kept, "imports", name+".json") }
