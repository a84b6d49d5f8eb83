package indexer

import (
	"os"
	"sync"

	"vademecum/internal/unfinished"
)

// A pile keeps data that is made before it is needed. Up to pileMemory bytes are kept in
// memory, and what is more in a temporary file; where that has no room, in memory too.
type pile struct {
	mu      sync.Mutex
	memory  int
	file    *os.File
	release func()
	size    int64 // of the file
	full    bool  // there is no file, or no room in it
}

const (
	pileMemory = 32 << 20
	pileKind   = "vademecum-pile"
)

// A piece is what lies on a pile.
type piece struct {
	data []byte // nil if it lies in the file
	at   int64
	size int
}

// put lays data onto the pile, which keeps it.
func (p *pile) put(data []byte) piece {
	p.mu.Lock()
	if p.memory+len(data) <= pileMemory || !p.open() {
		p.memory += len(data)
		p.mu.Unlock()
		return piece{data: data, size: len(data)}
	}
	at := p.size
	p.size += int64(len(data))
	p.mu.Unlock()
	if _, err := p.file.WriteAt(data, at); err != nil {
		p.mu.Lock()
		p.full = true
		p.mu.Unlock()
		return piece{data: data, size: len(data)}
	}
	return piece{at: at, size: len(data)}
}

// open opens the file and tells whether there is one.
func (p *pile) open() bool {
	if p.file != nil || p.full {
		return !p.full
	}
	name, release, err := unfinished.File(os.TempDir(), pileKind)
	if err == nil {
		p.release = release
		p.file, err = os.OpenFile(name, os.O_RDWR, 0o600)
	}
	p.full = err != nil
	return !p.full
}

// get gives what lies there.
func (p *pile) get(of piece) ([]byte, error) {
	if of.data != nil || of.size == 0 {
		return of.data, nil
	}
	data := make([]byte, of.size)
	_, err := p.file.ReadAt(data, of.at)
	return data, err
}

// close clears the pile.
func (p *pile) close() {
	if p.file != nil {
		p.file.Close() // which is removed
	}
	if p.release != nil {
		p.release()
	}
}
