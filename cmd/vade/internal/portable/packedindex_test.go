package portable

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"vademecum/indexer"
)

// The shards of a large web index are packed. In a bundle they are texts that give their
// bytes again; where files are joined or all compressed as one they stand as they are.
func TestPackedIndex(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 30 {
		var b strings.Builder
		for k := range 6000 {
			fmt.Fprintf(&b, " entry%dnumber", (i*7919+k*k)%3000)
		}
		write(fmt.Sprintf("l%d.html", i), "<html lang=en><title>Ledger</title><main><h1>Ledger</h1><p>"+b.String()+"</main></html>")
	}
	write(workerName, "")
	s, err := indexer.ReadSite(t.Context(), dir, indexer.Options{})
	if err == nil {
		_, err = s.Write(t.Context(), "", filepath.Join(dir, "search"))
	}
	if err == nil {
		err = WriteOffline(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	bundles, err := filepath.Glob(filepath.Join(dir, "offline-en-*.json"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("%d bundles, %v", len(bundles), err)
	}
	root, seen := os.DirFS(dir), 0
	var shards []string
	for _, file := range bundles {
		data, err := os.ReadFile(file)
		texts := map[string]string{}
		if err == nil {
			err = json.Unmarshal(data, &texts)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range texts {
			want, err := fs.ReadFile(root, name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(text, "\ufeff") {
				continue
			}
			var got []byte
			for _, unit := range utf16.Encode([]rune(text)) {
				got = binary.LittleEndian.AppendUint16(got, unit)
			}
			if seen++; string(got) != string(want) {
				t.Errorf("the bundle has other bytes of %s", name)
			}
			shards = append(shards, name)
		}
	}
	if seen < 20 {
		t.Fatalf("%d packed shards are in the bundles", seen)
	}
	joined, err := joinIndex(root, append(shards[:5:5], "search/en.js")).read(root, "search/en.js")
	if err != nil || strings.Count(string(joined), "\n;(self.vademecum??=[]).push([\"en\",") != 5 || strings.ContainsRune(string(joined), 0) {
		t.Errorf("five shards are joined as %.300q (%v)", joined, err)
	}
	w := &single{site: root, index: map[string]map[string]string{}}
	if err := w.take(shards[0]); err != nil || !strings.HasPrefix(w.index["en"][strings.TrimPrefix(shards[0], "search/")], "(self.vademecum??=[]).push([\"en\",") {
		t.Errorf("in one file a shard stands as %.300q (%v)", w.index, err)
	}
}
