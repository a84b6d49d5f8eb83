package indexer

import (
	"errors"
	"os"

	"github.com/blevesearch/mmap-go"
)

// A mappedFile is a file of an index as the system keeps it in memory: to read a piece of it
// is no call of the system, and takes no memory of our own. Where the file cannot be
// read, the memory faults; see watchFaults.
type mappedFile []byte

func mapFile(name string) (mappedFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() == 0 { // nothing cannot be mapped
		return nil, err
	}
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	return mappedFile(data), err
}

// close gives the memory back; no part of the file may be in use any more.
func (m mappedFile) close() error {
	if len(m) == 0 {
		return nil
	}
	data := mmap.MMap(m)
	return data.Unmap()
}

var errCutShort = errors.New("it is cut short")

// cut takes n bytes from the beginning of what is left of a file.
func (m *mappedFile) cut(n int64) ([]byte, error) {
	if n < 0 || n > int64(len(*m)) {
		return nil, errCutShort
	}
	out := (*m)[:n]
	*m = (*m)[n:]
	return out, nil
}
