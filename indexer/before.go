package indexer

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Before tells where the run before wrote. A language that this run would write as it stands
// there is neither analysed nor written anew: its files are taken over. "" is for nowhere.
type Before struct{ Index, Web string }

// takesOver tells whether languages may be taken over, in this run or the next.
func (r reading) takesOver() bool { return r.kept != nil && r.before != Before{} }

// writtenLanguage is what is kept of a language that was written.
type writtenLanguage struct {
	Stats     languageStats      `json:"stats"`
	TextBytes int                `json:"text"`
	Index     map[string]fileSum `json:"index"` // from its folder in the index
	Web       map[string]fileSum `json:"web"`   // from the folder of the web index
}

// mostTaken bounds the files of a language that is taken over, in bytes, since they are held in
// memory: so they are what was compared, whatever other runs do to them meanwhile.
const mostTaken = 32 << 20

// A takenLanguage is the files of a language as the run before wrote them.
type takenLanguage struct{ index, web []takenFile }

type takenFile struct {
	name string
	data []byte
	mode fs.FileMode
}

// languageKey is the key of all from which the index and the web index of a language are made.
// Which pages are linked depends on those of other languages too, and on those that are not
// indexed: they can stand in the way of a link, and tell the host of the site.
func (s *Site) languageKey(lang string, pages []*Page, linked [][]int, m *manifest, index, web bool) (keptKey, error) {
	about, err := json.Marshal([]any{lang, s.Languages(), m.Base, m.Default, m.Vocabulary, m.Patterns, m.Prefer, index, web, linked})
	if err != nil {
		return keptKey{}, err
	}
	k := newKey("language")
	k.text(string(about))
	for _, p := range pages {
		out, newest := &packer{to: true}, ""
		out.page(p)
		k.text(string(out.out))
		if n := s.newest[p]; n != nil {
			newest = n.URL
		}
		k.text(newest)
	}
	return k.key(), nil
}

// takeOver gives a language as it was written before, nil if it must be written anew.
func (s *Site) takeOver(key keptKey, pages []*Page) *corpus {
	kept, before := s.how.kept, s.how.before
	data := kept.get(key)
	var w writtenLanguage
	if data == nil || json.Unmarshal(data, &w) != nil {
		return nil
	}
	c := &corpus{pageTable: pageTable{languageStats: w.Stats}, textBytes: w.TextBytes, taken: &takenLanguage{}}
	var ok [2]bool
	c.taken.index, ok[0] = takeFiles(filepath.Join(before.Index, w.Stats.Lang), w.Index, before.Index != "")
	c.taken.web, ok[1] = takeFiles(before.Web, w.Web, before.Web != "")
	if !ok[0] || !ok[1] {
		return nil
	}
	reader := newWordNumbers(newPageTable(w.Stats).ReadsAccents()).reader()
	for _, p := range pages { // the next run may need their words
		named := *p
		named.Keywords = named.namedKeywords()
		kept.keep(reader.key(&named))
	}
	return c
}

// takeFiles reads files that must be as they were written.
func takeFiles(dir string, sums map[string]fileSum, known bool) (out []takenFile, ok bool) {
	for _, name := range sortedKeys(sums) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		info, err := os.Stat(file)
		if !known || err != nil || !info.Mode().IsRegular() || info.Size() != sums[name].Size {
			return nil, false
		}
		data, err := os.ReadFile(file)
		if err != nil || (fileSum{int64(len(data)), crc32.Checksum(data, castagnoli)}) != sums[name] {
			return nil, false
		}
		out = append(out, takenFile{name, data, info.Mode().Perm()})
	}
	return out, true
}

// writeTaken writes files into a folder, unless they stand there.
func writeTaken(dir string, files []takenFile) error {
	for _, f := range files {
		file := filepath.Join(dir, filepath.FromSlash(f.name))
		if there, err := os.ReadFile(file); err == nil && bytes.Equal(there, f.data) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, f.data, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// writeWeb writes the web index of the language, and removes what stood there before.
func (t *takenLanguage) writeWeb(dir, lang string) error {
	now := map[string]bool{}
	for _, f := range t.web {
		now[path.Base(path.Dir(f.name))] = true
	}
	if err := removeFolders(filepath.Join(dir, lang), now); err != nil {
		return err
	}
	return writeTaken(dir, t.web)
}

// keepWritten keeps what the next run needs to take over a language that was written, unless its
// files are too large, or another run has written there since; sum is that of its manifest
// in the web index.
func (c *corpus) keepWritten(kept *Kept, key keptKey, index, web, sum string) {
	w := writtenLanguage{Stats: c.languageStats, TextBytes: c.textBytes, Index: map[string]fileSum{}, Web: map[string]fileSum{}}
	left := int64(mostTaken)
	ok := index == "" || addSums(w.Index, filepath.Join(index, c.Lang), ".", &left)
	if web != "" {
		manifest := c.Lang + ".js"
		ok = ok && addSums(w.Web, web, manifest, &left) && addSums(w.Web, web, c.Lang, &left)
		now, err := webSum(os.DirFS(web), manifest)
		ok = ok && err == nil && now == sum
	}
	if data, err := json.Marshal(w); ok && err == nil {
		kept.put(key, data)
	}
}

// addSums adds the sums of a file, or of the files in a folder, that stand in dir; ok is false
// if they have more than so many bytes left. A folder need not be there.
func addSums(sums map[string]fileSum, dir, from string, left *int64) (ok bool) {
	err := fs.WalkDir(os.DirFS(dir), from, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == from:
			return nil // all of a small web index stands in its manifest
		case err != nil || d.IsDir():
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if *left -= info.Size(); *left < 0 {
			return errTooMuch
		}
		sums[name], err = sumOf(filepath.Join(dir, filepath.FromSlash(name)))
		return err
	})
	return err == nil
}

var errTooMuch = errors.New("the files of the language are too large to be held in memory")
