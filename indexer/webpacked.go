package indexer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// How shards of a large web index are packed; webindex.go tells what stands in them then.
const (
	packLevel   = 6       // of 9: 7 takes half as long again, for a hundredth of the bytes
	packedBlock = 128     // units that share a key
	partAlone   = 500     // bytes of a part of a shard that is compressed by a code of its own
	maxUnpacked = 1 << 26 // bytes of content: what is more is not packed, and not unpacked
	escapeUnit  = ' '
	escapedBit  = 0x8000
	keyBits     = 0x40 // of a key, which make it a unit that may stand in a file
)

var (
	utf16Mark = []byte{0xff, 0xfe} // with which a packed shard begins: every reader then takes it for UTF-16
	lastPart  = []byte(`","`)
)

// errNotPacked is the error of a file that is no packed shard, or a damaged one.
var errNotPacked = errors.New("is no packed shard of a web index, or damaged")

// A shardPacker packs one content after the other.
type shardPacker struct {
	z   *zlib.Writer
	out bytes.Buffer
}

func newShardPacker() *shardPacker {
	p := &shardPacker{}
	p.z, _ = zlib.NewWriterLevel(&p.out, packLevel) // there is such a level
	return p
}

// shard is the packed file of a content, which is JSON already.
func (p *shardPacker) shard(s shardName, content []byte) []byte {
	p.out.Reset()
	p.z.Reset(&p.out)
	from := 0
	for at := 0; s.group != TextsGroup; { // numbers and words have few bytes in common; texts are many and short
		i := bytes.Index(content[at:], lastPart)
		if i < 0 {
			break
		}
		if at += i + 1; at-from >= partAlone {
			_, _ = p.z.Write(content[from:at]) // a buffer takes all
			_ = p.z.Flush()
			from = at
		}
	}
	_, _ = p.z.Write(content[from:])
	_ = p.z.Close()
	head, tail := s.around()
	out := append(make([]byte, 0, 2*(1+len(head)+len(tail))+p.out.Len()*66/64+16), utf16Mark...)
	out = appendASCII(out, webCall+head+`"`)
	out = appendUnits(out, p.out.Bytes())
	return appendASCII(out, `"`+tail+")\n")
}

func appendASCII(out []byte, text string) []byte {
	for _, c := range []byte(text) {
		out = append(out, c, 0)
	}
	return out
}

// mayStand tells whether a unit stands for itself in a packed shard: no control, quotation
// mark or backslash, and none of the half characters that no text holds.
func mayStand(unit uint16) bool {
	return unit > escapeUnit && unit != '"' && unit != '\\' && unit>>11 != 0xd800>>11
}

// appendUnits writes bytes as units.
func appendUnits(out, data []byte) []byte {
	if len(data)%2 == 1 {
		data = append([]byte{0}, data...) // with which no compressed content begins
	}
	for len(data) > 0 {
		block := data[:min(len(data), 2*packedBlock)]
		data = data[len(block):]
		key := keyOf(block)
		out = binary.LittleEndian.AppendUint16(out, key)
		for i := 0; i < len(block); i += 2 {
			unit := binary.LittleEndian.Uint16(block[i:]) ^ key
			if !mayStand(unit) {
				out = append(out, escapeUnit, 0)
				unit ^= escapedBit
			}
			out = binary.LittleEndian.AppendUint16(out, unit)
		}
	}
	return out
}

// keyOf gives a key with which few of the units of a block need an escape: the upper five
// bits tell half characters from others.
func keyOf(block []byte) uint16 {
	var held [32]int
	for i := 1; i < len(block); i += 2 {
		held[block[i]>>3]++
	}
	const half = 0xd800 >> 11
	best := 0
	for k := range held {
		if k != half && held[k^half] < held[best^half] {
			best = k
		}
	}
	return uint16(best)<<11 | keyBits
}

// PlainShard gives a shard of the web index as it is where shards are not packed. What is
// not packed it gives back; what is damaged is an error.
func PlainShard(file []byte) ([]byte, error) {
	if !bytes.HasPrefix(file, utf16Mark) {
		return file, nil
	}
	units := unitsOf(file)[1:]
	var quotes []int
	for i, unit := range units {
		if unit == '"' {
			quotes = append(quotes, i)
		}
	}
	if len(file)%2 == 1 || len(quotes) != 8 { // of the language, the group, the content and the hash
		return nil, errNotPacked
	}
	begin, end := quotes[4], quotes[5]
	content, err := unpack(units[begin+1 : end])
	if err != nil {
		return nil, err
	}
	head, isHead := bytes.CutPrefix(ascii(units[:begin]), []byte(webCall))
	tail, isTail := bytes.CutSuffix(ascii(units[end+1:]), []byte(")\n"))
	if !isHead || !isTail {
		return nil, errNotPacked
	}
	return script(string(head), content, string(tail)), nil
}

// ShardText gives the text of a shard of the web index, as a browser reads it. That of a packed
// one begins with U+FEFF.
func ShardText(file []byte) string {
	if !bytes.HasPrefix(file, utf16Mark) {
		return string(file)
	}
	return string(utf16.Decode(unitsOf(file)))
}

func unitsOf(file []byte) []uint16 {
	units := make([]uint16, len(file)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(file[2*i:])
	}
	return units
}

func ascii(units []uint16) []byte {
	out := make([]byte, len(units))
	for i, unit := range units {
		out[i] = byte(min(unit, 0xff))
	}
	return out
}

// unpack gives the content that units hold.
func unpack(units []uint16) ([]byte, error) {
	var data []byte
	for i, left, key := 0, 0, uint16(0); i < len(units); i++ {
		unit := units[i]
		if left == 0 {
			key, left = unit, packedBlock
			continue
		}
		if left--; unit == escapeUnit && i+1 < len(units) {
			i++
			unit = units[i] ^ escapedBit
		}
		data = binary.LittleEndian.AppendUint16(data, unit^key)
	}
	if len(data) > 0 && data[0] == 0 {
		data = data[1:]
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotPacked, err)
	}
	content, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil || len(content) > maxUnpacked {
		return nil, fmt.Errorf("%w: %w", errNotPacked, err)
	}
	return content, nil
}
