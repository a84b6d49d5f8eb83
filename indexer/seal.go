package indexer

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"vademecum/internal/refused"
	"vademecum/internal/unfinished"
)

// sealed is the file of a manifest: the manifest and its own checksum.
type sealed struct {
	Format   int             `json:"format"`
	CRC      uint32          `json:"crc32c"` // of the bytes of the manifest
	Manifest json.RawMessage `json:"index"`
}

// seal writes a manifest's file.
func seal(manifest []byte) []byte {
	return fmt.Appendf(nil, "{\"format\": %d, \"crc32c\": %d, \"index\": %s}\n", indexFormat, crc32.Checksum(manifest, castagnoli), manifest)
}

// readManifest reads the manifest of the index among files; name is that of its
// folder.
func readManifest(files fs.FS, name string) (m manifest, version uint32, err error) {
	data, err := fs.ReadFile(files, ManifestName)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return m, 0, fmt.Errorf("%w in %s: write one with vade build, or name its folder with --index", ErrNoIndex, name)
	} else if err != nil {
		return m, 0, damaged(name, ManifestName, err)
	}
	var s sealed
	if err := json.Unmarshal(data, &s); err != nil {
		return m, 0, damaged(name, ManifestName, err)
	}
	switch {
	case s.Format != indexFormat:
		return m, 0, fmt.Errorf("the index in %s has format %d and this program reads format %d: write it again with vade build", name, s.Format, indexFormat)
	case s.CRC != crc32.Checksum(s.Manifest, castagnoli):
		return m, 0, damaged(name, ManifestName, errChanged)
	}
	if err := json.Unmarshal(s.Manifest, &m); err != nil {
		return m, 0, damaged(name, ManifestName, err)
	}
	for file := range m.Files {
		if !fs.ValidPath(file) || !filepath.IsLocal(filepath.FromSlash(file)) {
			return m, 0, damaged(name, ManifestName, fmt.Errorf("%q is no file of an index", file))
		}
	}
	return m, s.CRC, nil
}

var errChanged = errors.New("its bytes have changed")

// check compares a file with what the manifest says of it. What is read goes to
// to as well.
func (want fileSum) check(files fs.FS, name string, to io.Writer) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	size, err := io.Copy(io.MultiWriter(sum, to), io.LimitReader(f, want.Size+1))
	switch {
	case err != nil:
		return err
	case size > want.Size:
		return fmt.Errorf("it has more than %d bytes", want.Size)
	case size < want.Size:
		return fmt.Errorf("it has %d bytes instead of %d", size, want.Size)
	case sum.Sum32() != want.CRC:
		return errChanged
	}
	return nil
}

// A Damage is a file of an index that is not as it was written.
type Damage struct {
	File string
	Err  error
}

// Verify lists the files of the index in dir that are not as they were written, and
// tells how many it read. Its error is of an index whose manifest cannot be read.
func Verify(dir string) (files int, found []Damage, err error) {
	in := os.DirFS(dir)
	m, _, err := readManifest(in, dir)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range sortedKeys(m.Files) {
		if err := m.Files[name].check(in, name, io.Discard); err != nil {
			found = append(found, Damage{name, err})
		}
	}
	err = fs.WalkDir(in, ".", func(name string, d fs.DirEntry, err error) error {
		if _, known := m.Files[name]; err == nil && !d.IsDir() && !known && name != ManifestName {
			found = append(found, Damage{name, errors.New("it is no file of the index")})
		}
		return err
	})
	return len(m.Files), found, err
}

// OpenCopy opens a copy of the index among files; name is what errors call it. The
// copy lies in a temporary folder without a name where the system allows that, so
// that nobody cuts a file short while bleve has it mapped into memory, which would
// end the process.
func OpenCopy(files fs.FS, name string) (*Index, error) {
	m, version, err := readManifest(files, name)
	if err != nil {
		return nil, err
	}
	tmp, release, err := unfinished.Folder("", copyKind)
	if err != nil {
		return nil, fmt.Errorf("the index in %s cannot be opened, because no working copy of it can be made (%w): name a folder that has room and that you may write in TMPDIR", name, err)
	}
	// What is mapped stays readable when its name is gone; where it cannot be
	// removed now, it is when the index is closed.
	defer release()
	for _, file := range sortedKeys(m.Files) {
		if err := copyChecked(files, file, m.Files[file], filepath.Join(tmp, filepath.FromSlash(file))); err != nil {
			return nil, damaged(name, file, err)
		}
	}
	return openFiles(tmp, name, m, version)
}

// copyKind is the kind of the folders that copies of an index lie in.
const copyKind = "vademecum-index"

func copyChecked(files fs.FS, name string, want fileSum, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(want.check(files, name, f), f.Close())
}

// notOpened is what bleve says of files that are as they were written. When it finds
// no descriptor for one of them it goes on, and complains of something else.
type notOpened struct{ error }

func (n notOpened) Unwrap() error { return n.error }

// damaged words what hinders the opening of an index: damage, or what the system
// refuses.
func damaged(dir, file string, err error) error {
	switch {
	case refused.By(err, syscall.EMFILE, syscall.ENFILE):
		return fmt.Errorf("the index in %s cannot be opened, because too many files are open (%s: %w): end other programs, or allow more open files (ulimit -n)", dir, file, err)
	case refused.By(err, syscall.ENOSPC):
		return fmt.Errorf("the index in %s cannot be opened, because there is no room for its working copy in %s (%w): make room, or name another folder in TMPDIR", dir, os.TempDir(), err)
	case refused.By(err, syscall.ENOMEM):
		return fmt.Errorf("the index in %s cannot be opened, because there is too little memory (%s: %w)", dir, file, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the index in %s cannot be opened, because this program may not read %s (%w): allow it to read the folder", dir, path.Join(dir, file), err)
	}
	if errors.As(err, new(notOpened)) {
		return fmt.Errorf("the index in %s cannot be opened, though its files are whole (%s: %w): if too many files are open, allow more (ulimit -n); else write it again with vade build", dir, file, err)
	}
	return fmt.Errorf("the index in %s is damaged (%s: %w): write it again with vade build", dir, file, err)
}
