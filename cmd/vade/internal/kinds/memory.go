package kinds

import (
	"crypto/sha256"
	"io/fs"
)

// A Memory keeps the front matter that a check read, for the next check of the same
// knowledge base: to parse it takes most of the time. It is not for several goroutines.
type Memory struct {
	before, now map[matterKey]*value
}

// matterKey is that of a front matter and where it stands in its file.
type matterKey struct {
	sum    [sha256.Size]byte
	format string
	before int
}

// Check is the function Check.
func (m *Memory) Check(fsys fs.FS) []Problem {
	m.before, m.now = m.now, map[matterKey]*value{}
	return check(fsys, &reports{memory: m})
}

// read gives what parse gives of a front matter, which is remembered if nothing is wrong
// with it. Values are never changed, so checks may share them.
func (m *Memory) read(s *source, parse func() *value) *value {
	if m == nil {
		return parse()
	}
	key := matterKey{sha256.Sum256(s.text), s.format, s.before}
	v, known := m.before[key]
	if !known {
		found := s.byFile[s.file]
		if v = parse(); s.byFile[s.file] > found {
			return v
		}
	}
	m.now[key] = v
	return v
}
