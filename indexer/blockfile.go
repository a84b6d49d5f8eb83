package indexer

import (
	"bufio"
	"encoding/binary"
	"errors"
	"math"
	"os"
)

// A blockWriter writes a file that consists of a head, a table that tells of each of its
// blocks where it ends behind the table, 4 bytes, and the blocks.
type blockWriter struct {
	file  *os.File
	out   *bufio.Writer
	head  int
	table []byte
	size  int64 // of the blocks
	err   error
}

var errBlocksTooLong = errors.New("its blocks have more than 4 GB")

func newBlockWriter(file string, head []byte, blocks int) (*blockWriter, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	w := &blockWriter{file: f, out: bufio.NewWriterSize(f, 1<<18), head: len(head), table: make([]byte, 0, 4*blocks)}
	for _, part := range [][]byte{head, w.table[:4*blocks]} {
		_, err := w.out.Write(part)
		w.err = errors.Join(w.err, err)
	}
	return w, nil
}

// block writes the next block.
func (w *blockWriter) block(parts ...[]byte) {
	for _, part := range parts {
		if w.size += int64(len(part)); w.size > math.MaxUint32 && w.err == nil {
			w.err = errBlocksTooLong
		}
		if w.err == nil {
			_, w.err = w.out.Write(part)
		}
	}
	w.table = binary.LittleEndian.AppendUint32(w.table, uint32(w.size))
}

// close writes the table.
func (w *blockWriter) close() error {
	err := errors.Join(w.err, w.out.Flush())
	if err == nil {
		_, err = w.file.WriteAt(w.table, int64(w.head))
	}
	return errors.Join(err, w.file.Close())
}
