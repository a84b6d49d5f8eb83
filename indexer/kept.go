package indexer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/klauspost/compress/s2"
)

// Kept is what a run made of its pages and the next run can use again: parsed pages and
// their words. Each thing is kept with a checksum, under a key of all that it was made
// from. The program is a part of this key, so nothing stale is ever found. Only what the last
// run used stays. Whoever removes the folder loses time and nothing else. A nil *Kept keeps
// nothing.
//
// The folder holds keptFile, keptNote (see Run), and a .gitignore, since none of it belongs
// to a project's history:
//
//	header   keptMagic, then the program, 32 bytes; see programSum
//	entries  for each thing its key, 32 bytes; its size and its checksum (CRC-32C), 4 bytes
//	         each, little-endian; and the thing, packed by S2
type Kept struct {
	dir, tmp string // of the run before, and of this one
	before   map[keptKey]keptEntry
	old      *os.File // nil if nothing was kept

	mu   sync.Mutex
	now  map[keptKey]bool
	file *os.File
	out  *bufio.Writer
	err  error // of writing
}

const (
	keptFile  = "kept"
	keptNote  = "note"
	keptMagic = "vadekpt1"
	keptHead  = sha256.Size + 8 // of an entry
)

type keptEntry struct {
	at   int64
	size int
	crc  uint32
}

// KeptFolder gives the folder in which is kept what belongs to an index: one that is hidden,
// beside it, so that it is neither published nor packed.
func KeptFolder(index string) string {
	index = filepath.Clean(index)
	return filepath.Join(filepath.Dir(index), "."+filepath.Base(index)+"-kept")
}

// Keep calls use with what is kept in dir. When use succeeds, what it kept takes the
// place of that. Where nothing can be kept, use gets nil: its work is then done from the
// beginning. The error is that of use.
func Keep(dir string, use func(k *Kept) error) error {
	called := false
	var failed error
	if keepsNothingElse(dir) {
		_ = replace(dir, false, func(tmp string) error {
			k, err := startKept(dir, tmp)
			if err != nil {
				return err
			}
			called = true
			failed = use(k)
			return errors.Join(failed, k.finish()) // what could not be kept is made again
		})
	}
	if !called {
		return use(nil)
	}
	return failed
}

// keepsNothingElse tells whether a folder may be replaced.
func keepsNothingElse(dir string) bool {
	there, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(there) == 0 {
		return true
	}
	_, none := os.Stat(filepath.Join(dir, keptFile))
	return err == nil && none == nil
}

func startKept(dir, tmp string) (*Kept, error) {
	program, err := programSum()
	if err != nil {
		return nil, err
	}
	k := &Kept{dir: dir, tmp: tmp, now: map[keptKey]bool{}}
	if err := os.WriteFile(filepath.Join(tmp, ".gitignore"), []byte("*\n"), 0o644); err != nil {
		return nil, err
	}
	if k.file, err = os.Create(filepath.Join(tmp, keptFile)); err != nil {
		return nil, err
	}
	k.out = bufio.NewWriterSize(k.file, 1<<20)
	_, k.err = k.out.Write(append([]byte(keptMagic), program[:]...))
	if k.old, err = os.Open(filepath.Join(dir, keptFile)); err == nil {
		k.before = readKept(k.old, program)
	}
	return k, nil
}

// readKept lists what is kept in a file; nothing if another program kept it.
func readKept(f *os.File, program [sha256.Size]byte) map[keptKey]keptEntry {
	in := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, len(keptMagic)+sha256.Size)
	if _, err := io.ReadFull(in, head); err != nil || !bytes.Equal(head, append([]byte(keptMagic), program[:]...)) {
		return nil
	}
	out := map[keptKey]keptEntry{}
	at := int64(len(head))
	entry := make([]byte, keptHead)
	for {
		if _, err := io.ReadFull(in, entry); err != nil {
			return out
		}
		e := keptEntry{at + keptHead, int(binary.LittleEndian.Uint32(entry[sha256.Size:])), binary.LittleEndian.Uint32(entry[sha256.Size+4:])}
		if _, err := in.Discard(e.size); err != nil {
			return out // cut short
		}
		out[keptKey(entry[:sha256.Size])] = e
		at = e.at + int64(e.size)
	}
}

// finish writes what is left to write, and closes the files.
func (k *Kept) finish() error {
	err := errors.Join(k.err, k.out.Flush(), k.file.Close())
	if k.old != nil {
		err = errors.Join(err, k.old.Close())
	}
	return err
}

// get gives what is kept under a key, and keeps it on; nil if there is nothing.
func (k *Kept) get(key keptKey) []byte {
	packed := k.packed(key)
	if packed == nil {
		return nil
	}
	data, err := s2.Decode(nil, packed)
	if err != nil {
		return nil
	}
	k.write(key, packed)
	return data
}

// keep keeps on what is kept under a key.
func (k *Kept) keep(key keptKey) {
	if packed := k.packed(key); packed != nil {
		k.write(key, packed)
	}
}

// packed gives what is kept under a key as it stands in the file.
func (k *Kept) packed(key keptKey) []byte {
	if k == nil {
		return nil
	}
	e, ok := k.before[key]
	if !ok {
		return nil
	}
	packed := make([]byte, e.size)
	if _, err := k.old.ReadAt(packed, e.at); err != nil || crc32.Checksum(packed, castagnoli) != e.crc {
		return nil
	}
	return packed
}

// put keeps something under a key.
func (k *Kept) put(key keptKey, data []byte) {
	if k != nil {
		k.write(key, s2.Encode(nil, data))
	}
}

func (k *Kept) write(key keptKey, packed []byte) {
	head := append(make([]byte, 0, keptHead), key[:]...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(packed)))
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(packed, castagnoli))
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil || k.now[key] {
		return
	}
	k.now[key] = true
	if _, k.err = k.out.Write(head); k.err == nil {
		_, k.err = k.out.Write(packed)
	}
}

// keptKey names something that is kept, by all that it was made from but the program.
type keptKey [sha256.Size]byte

type keyHash struct {
	sum hash.Hash
	buf []byte
}

// newKey begins the key of something of a kind.
func newKey(kind string) *keyHash {
	k := &keyHash{sum: sha256.New()}
	k.text(kind)
	return k
}

func (k *keyHash) number(n uint64) {
	k.buf = binary.LittleEndian.AppendUint64(k.buf, n)
	if len(k.buf) > 4096 {
		k.flush()
	}
}

func (k *keyHash) text(s string) {
	k.number(uint64(len(s)))
	k.buf = append(k.buf, s...)
}

func (k *keyHash) flush() {
	k.sum.Write(k.buf) // a hash never fails
	k.buf = k.buf[:0]
}

func (k *keyHash) key() (key keptKey) {
	k.flush()
	k.sum.Sum(key[:0])
	return key
}

// programSum is the checksum of the program that runs: what it made with other rules, or
// with the same ones in other words, must not be mistaken for its own.
var programSum = sync.OnceValues(func() (sum [sha256.Size]byte, err error) {
	name := "/proc/self/exe" // the program itself, though another may have taken its place
	if runtime.GOOS != "linux" {
		if name, err = os.Executable(); err != nil {
			return sum, err
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	h.Sum(sum[:0])
	return sum, err
})
