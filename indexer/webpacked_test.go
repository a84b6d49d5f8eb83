package indexer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"vademecum/internal/need"
)

// largeSite is a site whose web index is packed: its texts are more than smallTexts.
func largeSite() map[string]string {
	random := rand.New(rand.NewPCG(1, 2))
	files := map[string]string{}
	for i := range 110 {
		var b strings.Builder
		fmt.Fprintf(&b, `<html lang=en><title>Ledger %d</title><meta name="vade:shelf" content="s%d"><link rel=alternate hreflang=es href="/es/l%[1]d.html"><main><h1>Ledger %[1]d</h1>`, i, i%7)
		for j := range 12 {
			fmt.Fprintf(&b, "<h2 id=s%d>Entry %d</h2><p>", j, random.IntN(400))
			for range 220 {
				fmt.Fprintf(&b, "wordy%s ", word26(int(random.ExpFloat64()*700)))
			}
			b.WriteString("\u200fحبر “ink” \\ \U0001f4d2 " + word26(i*12+j) + "ledger</p>")
		}
		files[fmt.Sprintf("l%d.html", i)] = b.String() + "</main></html>"
	}
	files["es/l1.html"] = `<html lang=es><title>Libro 1</title><link rel=alternate hreflang=en href="/l1.html"><main><h1>Libro 1</h1><p>tinta</p></main></html>`
	return files
}

// packedOf writes the web index of a large site and gives its packed shards.
func packedOf(t *testing.T, dir string) []string {
	t.Helper()
	writeWebIndexOf(t, writeSite(t, largeSite()), dir)
	shards, err := filepath.Glob(filepath.Join(dir, "en", "*", "*.js"))
	if err != nil {
		t.Fatal(err)
	}
	groups := map[byte]int{}
	for _, file := range shards {
		data, err := os.ReadFile(file)
		if err != nil || !bytes.HasPrefix(data, utf16Mark) {
			t.Fatalf("%s is not packed (%v)", file, err)
		}
		groups[filepath.Base(filepath.Dir(file))[0]]++
	}
	if groups['t'] < 3 || groups['p'] < 3 || groups['x'] < 20 || groups['w'] == 0 || groups['g'] == 0 {
		t.Errorf("the shards by group are %v, and the test proves little", groups)
	}
	return shards
}

// What is packed is unpacked as it was, whatever it is and however long.
func TestPackedContent(t *testing.T) {
	random, pack := rand.New(rand.NewPCG(3, 4)), newShardPacker()
	contents := []string{"[]", `[""]`, `["","",""]`, `["` + strings.Repeat("a", 5000) + `","` + strings.Repeat("!", 700) + `",["x","y"]]`, `["` + "\u202e" + `\\\"\u0000","` + strings.Repeat("字", 999) + `"]`}
	for n := range 300 {
		noise := make([]byte, random.IntN(n+1)*5)
		for i := range noise {
			noise[i] = symbols[random.IntN(len(symbols))]
		}
		contents = append(contents, `["`+string(noise)+`"]`)
	}
	for _, content := range contents {
		for _, group := range []string{"t", "x"} {
			name := shardName{"zh-hant", group, 12, "t01234567"}
			file := pack.shard(name, []byte(content))
			plain, err := PlainShard(file)
			if err != nil || !bytes.Equal(plain, name.plain([]byte(content))) {
				t.Fatalf("%d bytes: %.100q (%v), want %.100q", len(content), plain, err, content)
			}
			text := ShardText(file)
			if !strings.HasPrefix(text, "\ufeff(self.") || strings.Count(text, "\n") != 1 || !slices.Equal(utf16.Encode([]rune(text)), unitsOf(file)) || strings.ContainsFunc(text[:len(text)-1], func(r rune) bool { return r < ' ' }) {
				t.Fatalf("a script cannot hold %q", text)
			}
			if len(file) > 200+len(content)*102/100 {
				t.Errorf("%d bytes are packed into %d", len(content), len(file))
			}
		}
	}
}

// No damage to a packed file gives other content, and none makes a reader use much memory.
func TestPackedContentIsDamaged(t *testing.T) {
	name, random := shardName{"en", "t", 3, "t01234567"}, rand.New(rand.NewPCG(5, 6))
	var words strings.Builder
	for range 400 {
		fmt.Fprintf(&words, "%s ", word26(random.IntN(1<<20)))
	}
	content, _ := json.Marshal([]string{words.String(), "b"})
	file := newShardPacker().shard(name, content)
	want, wrong := name.plain(content), 0
	for i := range file {
		for range 3 {
			damaged := bytes.Clone(file)
			damaged[i] ^= byte(1 + random.IntN(255))
			plain, err := PlainShard(damaged)
			if err == nil && bytes.Contains(plain, content) && !bytes.Equal(plain, want) {
				continue // the entry says that it is another one
			}
			if err == nil && !bytes.Equal(plain, damaged) && !bytes.Equal(plain, want) {
				t.Fatalf("byte %d: %q", i, plain)
			}
			if err != nil {
				wrong++
			}
		}
		if plain, err := PlainShard(file[:i]); err == nil && i > 1 {
			t.Fatalf("cut at %d: %q", i, plain)
		}
	}
	if wrong < len(file) {
		t.Errorf("%d damages were seen", wrong)
	}
	bomb := newShardPacker().shard(name, bytes.Repeat([]byte{' '}, maxUnpacked+1))
	if _, err := PlainShard(bomb); !errors.Is(err, errNotPacked) || len(bomb) > 1<<20 {
		t.Errorf("%d bytes that become too many: %v", len(bomb), err)
	}
}

// A packed web index answers as the index does.
func TestParityPacked(t *testing.T) {
	need.Long(t)
	x := indexOf(t, largeSite())
	var requests []Request
	for _, q := range []string{"bledger", "wordyab wordyac", `"wordya wordyb"`, "wordya*", "ledger 17", "entry 20", "shelf:s3 wordyad", "ink -wordyab", "wordyaxz", "ledgre", "حبر", "libro", "tinta", strings.Repeat("wordya wordyb wordyc ", 30), `"wordya wordyb" "wordyb wordyc" -wordyd -wordye`} {
		requests = append(requests, Request{Query: q}, Request{Query: q, Typing: true, Size: 5}, Request{Query: q, Lang: "*"})
	}
	parity(t, x, requests)
}

// The scripts unpack what was packed, with the browser's means or without, refuse what is
// damaged or too large, and never take long.
func TestPackedInBrowser(t *testing.T) {
	node := need.Program(t, "node", "install Node, see nodejs.org")
	dir := t.TempDir()
	shards := packedOf(t, dir)
	plain := t.TempDir()
	for i, file := range shards {
		data, err := os.ReadFile(file)
		if err == nil {
			data, err = PlainShard(data)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(plain, fmt.Sprintf("%d.js", i)), data, 0o644)
		}
		if err == nil {
			err = os.Rename(file, filepath.Join(plain, fmt.Sprintf("%d.packed.js", i)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	bomb := newShardPacker().shard(shardName{"en", "t", 0, ""}, append(bytes.Repeat([]byte{' '}, maxUnpacked), "[]"...))
	if err := os.WriteFile(filepath.Join(plain, "bomb.packed.js"), bomb, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--test", "browser/packed.test.mjs")
	cmd.Env = append(os.Environ(), "BUNDLE="+browserBundle(t), "SHARDS="+plain)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A run leaves packed shards alone that hold what they should, and mends the others.
func TestEqualPackedShardsStay(t *testing.T) {
	web := t.TempDir()
	shards := packedOf(t, web)
	want := files(t, web)
	for i, file := range shards {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch i {
		case 0:
			data[len(data)/2] ^= 1
		case 1:
			data[5] ^= 1
		case 2:
			data = append(data, ' ', 0)
		case 3:
			data, err = PlainShard(data)
		}
		if err = errors.Join(err, os.WriteFile(file, data, 0o644), os.Chtimes(file, longAgo, longAgo)); err != nil {
			t.Fatal(err)
		}
	}
	writeWebIndexOf(t, writeSite(t, largeSite()), web)
	sameFiles(t, "the web index", files(t, web), want)
	firstWritten(t, shards, 4)
}
