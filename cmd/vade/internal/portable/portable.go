// Package portable makes a static site into something that people carry. Write makes one
// zip, which opens by a double click on its index.html, without a server and without a
// network. WriteOffline makes a copy that a browser keeps on a device.
//
// A page that is opened from a disk cannot follow links to folders, nor links from the
// root of a host. It loads nothing that asks for integrity or origin. So Write sends
// every page and stylesheet through a pass that changes just that: links become relative
// and name files, and what only a server can answer is dropped. Everything else is the
// site, byte for byte.
//
// The zip is reproducible: the same site gives the same bytes. It holds
// manifest.sha256, which lists every other file with its SHA-256, in the form
// that sha256sum -c reads. Verify compares a zip with it. That finds damage and careless
// changes. It does not find a forger: for that, compare the SHA-256 of the whole zip,
// which Write and Verify return, with one that came another way.
package portable

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vademecum/cmd/internal/atomicfile"
)

// Names of the files that Write adds to the site's own.
const (
	manifestName = "manifest.sha256"
	readmeName   = "READ ME FIRST.txt"
)

const readme = "This folder is a website that needs no network and no installation.\r\n" +
	"\r\n" +
	"1. If you see this inside a ZIP file, extract the whole ZIP file first:\r\n" +
	"   right-click it and choose \"Extract All\" (Windows), or double-click it (Mac).\r\n" +
	"   Pages opened inside the ZIP file come without their pictures, links and search.\r\n" +
	"2. Open the extracted folder and double-click index.html.\r\n" +
	"\r\n" +
	"The folder can be copied or moved, to a USB stick as well. Move all of it together.\r\n" +
	"manifest.sha256 lists the files with their checksums.\r\n"

// appFile describes the offline app, which browsers refuse to pages opened from a
// disk.
const appFile = "app.webmanifest"

// fixed is the time of every file in the zip, the first that zip can tell.
var fixed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// A Summary tells what a zip holds.
type Summary struct {
	Files  int   // those of the site, without what Write adds
	Bytes  int64 // of the files, unpacked
	Packed int64 // size of the zip
	SHA256 string
}

// Write writes the portable form of the site in a folder to a zip. The file is
// there only when all of it is.
func Write(ctx context.Context, site, file string) (s *Summary, err error) {
	sum := sha256.New()
	err = atomicfile.Write(file, func(out io.Writer) error {
		size := &counter{}
		if s, err = write(ctx, os.DirFS(site), io.MultiWriter(out, sum, size)); err != nil {
			return err
		}
		s.Packed, s.SHA256 = size.n, hex.EncodeToString(sum.Sum(nil))
		// Whoever gets the zip will check it so; what would be refused there is not written.
		_, err = checked(out.(io.ReaderAt), size.n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// counter counts the bytes that are written to it.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func write(ctx context.Context, site fs.FS, out io.Writer) (*Summary, error) {
	names, err := siteFiles(site)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, "index.html") {
		return nil, errNoIndex
	}
	t := relativeTree(names)
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	s := &Summary{}
	index := joinIndex(site, names)
	var manifest strings.Builder
	add := func(name string, data []byte) error {
		s.Bytes += int64(len(data))
		fmt.Fprintf(&manifest, "%x  %s\n", sha256.Sum256(data), name)
		return addFile(z, name, data)
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if index.elsewhere[name] {
			continue
		}
		data, err := index.read(site, name)
		if err != nil {
			return nil, err
		}
		if data, err = t.convert(name, data); err != nil {
			return nil, err
		}
		s.Files++
		if err := add(name, data); err != nil {
			return nil, err
		}
	}
	if err := add(readmeName, []byte(readme)); err != nil {
		return nil, err
	}
	if err := addFile(z, manifestName, []byte(manifest.String())); err != nil {
		return nil, err
	}
	return s, z.Close()
}

func addFile(z *zip.Writer, name string, data []byte) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: fixed}
	h.SetMode(0o644)
	w, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// siteFiles lists what goes along, sorted. Links are refused: what they lead to
// may lie outside the site.
func siteFiles(site fs.FS) ([]string, error) {
	names, err := Files(site)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == appFile })
	slices.Sort(names)
	seen := namesSeen{}
	for _, name := range names {
		info, err := fs.Lstat(site, name)
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is a link or a device: put a copy of the file in its place", name)
		case name == manifestName || name == readmeName:
			return nil, fmt.Errorf("the site has a file %s of its own: rename it", name)
		}
		if err := seen.add(name); err != nil {
			return nil, fmt.Errorf("%w: rename the file, or leave it out of the site", err)
		}
	}
	return names, nil
}

// Limits of a zip: far above any site, far below what fills a disk.
const (
	maxFiles = 200_000
	maxFile  = 512 << 20
	maxTotal = 4 << 30
	maxRatio = 20 // bytes out of one byte in, of a whole zip above ratioFrom
)

const ratioFrom = 64 << 20

// A Difference is a file of a zip that is not as its manifest says.
type Difference struct {
	Name string
	What string // changed, added or lost
}

// Verify compares a zip with its manifest. An error means that the zip cannot
// be trusted to be unpacked at all.
func Verify(ctx context.Context, file string) (*Summary, []Difference, error) {
	return open(ctx, file, nil)
}

// Unpack unpacks a zip into an empty folder and verifies it on the way. With
// differences, what was unpacked is not to be used.
func Unpack(ctx context.Context, file, dir string) ([]Difference, error) {
	_, found, err := open(ctx, file, func(name string) (io.WriteCloser, error) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return nil, err
		}
		return os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	})
	return found, err
}

const fetchAgain = "do not unpack it; get the zip again from where it came"

// open reads every file of a zip once, into what create gives or nowhere.
func open(ctx context.Context, file string, create func(name string) (io.WriteCloser, error)) (*Summary, []Difference, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	whole := sha256.New()
	size, err := io.Copy(whole, f)
	if err != nil {
		return nil, nil, err
	}
	z, err := checked(f, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %s", file, err, fetchAgain)
	}
	s := &Summary{Packed: size, SHA256: hex.EncodeToString(whole.Sum(nil))}
	sums := map[string]string{}
	var manifest bytes.Buffer
	var found []Difference
	for _, entry := range z.File {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		sum := sha256.New()
		n, err := readEntry(entry, sum, &manifest, create)
		s.Bytes += n
		switch {
		case err == errDamaged:
			sums[entry.Name] = "damaged"
			continue
		case err != nil:
			return nil, nil, fmt.Errorf("%s: %s: %w", file, entry.Name, err)
		}
		sums[entry.Name] = hex.EncodeToString(sum.Sum(nil))
	}
	if _, ok := sums[manifestName]; !ok {
		return nil, nil, fmt.Errorf("%s holds no %s: it was not made by vade pack, or not all of it is there", file, manifestName)
	}
	delete(sums, manifestName)
	s.Files = len(sums) - 1 // without the read me
	found, err = compare(manifest.String(), sums)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %s", file, err, fetchAgain)
	}
	return s, found, nil
}

// checked opens a zip that is safe to be read and unpacked.
func checked(in io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(in, size)
	if err != nil {
		return nil, fmt.Errorf("it is no whole zip (%w)", err)
	}
	if z.Comment != "" {
		return nil, fmt.Errorf("it has a comment, which vade pack does not write")
	}
	if err := checkEntries(z.File, size); err != nil {
		return nil, err
	}
	return z, checkShape(in, size, z.File)
}

var errDamaged = fmt.Errorf("damaged")

// readEntry reads one file, and no more of it than the zip says that there is.
func readEntry(entry *zip.File, sum hash.Hash, manifest *bytes.Buffer, create func(string) (io.WriteCloser, error)) (int64, error) {
	r, err := entry.Open()
	if err != nil {
		return 0, errDamaged
	}
	defer r.Close()
	to := []io.Writer{sum}
	if entry.Name == manifestName {
		to = append(to, manifest)
	}
	var disk io.WriteCloser
	if create != nil && entry.Name != manifestName {
		if disk, err = create(entry.Name); err != nil {
			return 0, err
		}
		defer disk.Close()
		to = append(to, disk)
	}
	size := int64(entry.UncompressedSize64) // of which checkEntry knows that it is small enough
	in := &failing{r: io.LimitReader(r, size+1)}
	n, err := io.Copy(io.MultiWriter(to...), in)
	switch {
	case in.err != nil:
		return n, errDamaged
	case err != nil:
		return n, err
	case n != size:
		return n, errDamaged
	}
	if disk != nil {
		return n, disk.Close()
	}
	return n, nil
}

// failing tells errors of reading from those of writing.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

func compare(manifest string, sums map[string]string) ([]Difference, error) {
	var found []Difference
	listed := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(manifest, "\n"), "\n") {
		sum, name, ok := strings.Cut(line, "  ")
		if !ok || len(sum) != hex.EncodedLen(sha256.Size) || listed[name] {
			return nil, fmt.Errorf("line %d of %s makes no sense", i+1, manifestName)
		}
		listed[name] = true
		switch got, ok := sums[name]; {
		case !ok:
			found = append(found, Difference{name, "lost"})
		case got != sum:
			found = append(found, Difference{name, "changed"})
		}
	}
	for name := range sums {
		if !listed[name] {
			found = append(found, Difference{name, "added"})
		}
	}
	slices.SortFunc(found, func(a, b Difference) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

var errNoIndex = errors.New("the site has no index.html, so nobody could open it")
