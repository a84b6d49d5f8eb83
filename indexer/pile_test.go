package indexer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What lies on a pile comes back as it was, whether or not there is room for its file, and
// nothing stays of it.
func TestPile(t *testing.T) {
	for _, room := range []bool{true, false} {
		tmp := t.TempDir()
		dir := tmp
		if !room {
			dir = filepath.Join(tmp, "missing")
		}
		t.Setenv("TMPDIR", dir)
		var p pile
		var pieces []piece
		content := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, pileMemory/4*(i%3)) }
		inFile := 0
		for i := range 12 {
			pieces = append(pieces, p.put(content(i)))
			if got := pieces[i]; got.data == nil {
				inFile++
			}
		}
		if room != (inFile > 0) {
			t.Errorf("room for a file: %v, but %d pieces lie in one", room, inFile)
		}
		for i, of := range pieces {
			if data, err := p.get(of); err != nil || !bytes.Equal(data, content(i)) || of.size != len(data) {
				t.Errorf("piece %d has changed: %d bytes, %v", i, len(data), err)
			}
		}
		p.close()
		if left, _ := os.ReadDir(tmp); len(left) > 0 {
			t.Errorf("%s stays", left[0].Name())
		}
	}
}
