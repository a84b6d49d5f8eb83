package textpack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
)

// texts are such as pages hold, and such as are hard to pack.
func texts() (out []string) {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the pages of a site and its words are packed so that what they have in common stands once café 漢字 слово")
	sentence := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "%s ", words[random.IntN(len(words))])
		}
		return b.String()
	}
	noise := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return string(b)
	}
	for n := range 40 {
		out = append(out, strings.Repeat("a", n), sentence(n), noise(n), sentence(n)+noise(n))
	}
	for range 300 {
		out = append(out, sentence(100+random.IntN(200)))
	}
	far := noise(70_000) // what repeats lies farther off than can be told
	for _, n := range []int{59, 60, 61, 64, 65, 68, 255, 256, 257, 260, 263, 264, 300, 1 << 16, 1<<16 + 1, 66_000} {
		out = append(out, noise(n), strings.Repeat("ab", n), sentence(10)+strings.Repeat("x", n)+sentence(10))
	}
	for n := range 24 { // around the longest repetition that two bytes tell
		out = append(out, strings.Repeat("y", 1<<16+1<<8+n-12), strings.Repeat("y", 2*(1<<16+1<<8)+n-12))
	}
	return append(out, far+far, sentence(40_000))
}

// Package s2 reads what a packer wrote, one text after another, with a dictionary and without.
func TestPacked(t *testing.T) {
	all := texts()
	sample := []byte(strings.Join(all[:400], ""))
	none := Dictionary(nil)
	if none != nil {
		t.Error("a dictionary of nothing")
	}
	for _, d := range []*s2.Dict{none, Dictionary(sample), Dictionary(bytes.Repeat(sample, 12))} {
		p, size, plain := New(d), 0, 0
		for i, text := range all {
			packed := p.Append(nil, []byte(text))
			var got []byte
			var err error
			if d == nil {
				got, err = s2.Decode(nil, packed)
			} else {
				got, err = s2.NewDict(d.Bytes()).Decode(nil, packed)
			}
			if err != nil || string(got) != text {
				t.Fatalf("text %d of %d bytes is not what it was: %v", i, len(text), err)
			}
			if i < 400 {
				size, plain = size+len(packed), plain+len(text)
			}
		}
		if size*2 > plain {
			t.Errorf("%d bytes are packed into %d", plain, size)
		}
	}
}

// Bytes after bytes, each packed by itself: what stands in a text before is not found in the next.
func TestPackedAlone(t *testing.T) {
	p := New(nil)
	text := []byte("every text is packed by itself, whatever stood in the one before")
	first := p.Append(nil, text)
	for _, base := range []uint32{p.base, 1<<31 - 1, 1<<31 + 1} {
		p.base = base
		if again := p.Append(nil, text); !bytes.Equal(again, first) {
			t.Errorf("from %d on the text is packed otherwise", base)
		}
	}
}
