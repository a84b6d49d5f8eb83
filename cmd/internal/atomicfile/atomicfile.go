// Package atomicfile writes a file whole or not at all.
package atomicfile

import (
	"io"
	"os"
	"path/filepath"

	"vademecum/internal/unfinished"
)

// Write lets write fill a new file beside name, an *os.File, which takes the place of name
// when all of it is on its way to the disk. When anything fails, what was there
// before stays as it was, and nothing is left beside it. The new file's name
// begins with a dot, so that Hugo does not read it before it is whole.
func Write(name string, write func(io.Writer) error) (err error) {
	unwritten, release, err := unfinished.File(filepath.Dir(name), ".vade-new")
	if err != nil {
		return err
	}
	defer release()
	tmp, err := os.OpenFile(unwritten, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close() // before it is removed
		}
	}()
	if err = write(tmp); err != nil {
		return err
	}
	if err = tmp.Chmod(0o644); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// WriteBytes is Write for what is at hand.
func WriteBytes(name string, data []byte) error {
	return Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
