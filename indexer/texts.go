package indexer

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/s2"

	"vademecum/indexer/text"
)

// The file of texts holds what is shown of passages, and where the words of each
// stand, so that an excerpt need not read its text again.
//
//	header      textsMagic; the number of passages and the size of the dictionary, 4 bytes each
//	dictionary  of S2, by which texts are packed
//	table       for each passage: where its block ends behind the table, 4 bytes
//	blocks      of each passage: the size of what is packed, unsigned varint; its
//	            anchor, heading and text, packed, each behind its size; the number of its tokens,
//	            unsigned varint; of each token a byte of its term's hash; the tokens'
//	            spans
//
// A token is regular if it is the next run of ASCII letters and digits behind the word
// before, and nothing but other ASCII stands between. A byte from regularTokens on stands for
// so many regular tokens, moreRegular is followed by how many more, an unsigned varint.
// The span of another token is a byte for most: its high four bits are how many bytes lie
// between the word before and this one, or besideWord for a token that begins
// where the last token did and stands at its place, as a pair of ideographs; its
// low four bits are its size in bytes, less one. spanEscape is followed by four
// varints: the distance to the word before, the size, the step of its place, and twice
// the size of the token's word, plus one for a part of a run, which is written out
// behind them where it is not what stands there. The word before is the last token
// that took a step.
//
// Fixed numbers are little-endian.
const (
	textsFile  = "texts"
	textsMagic = "vadetxt3"

	spanEscape    = 0xF0
	regularTokens = 0xF1 // one; 0xF2 two
	moreRegular   = 0xFF
	mostRegular   = moreRegular - regularTokens // so many are told by a byte alone
	besideWord    = 0xE
	maxGap        = 0xD
	maxSpan       = 0x10

	maxDictionary  = 48 << 10
	maxPassageText = 1 << 28 // bytes that are believed of one passage
)

// termByte is the byte by which tokens that cannot be a term are passed over. Half of it
// would be too little for a question of twenty words.
func termByte(term string) uint8 {
	h := termHash(term)
	return uint8(h ^ h>>8 ^ h>>16 ^ h>>24)
}

// nextRegular gives where the next regular token of a text would stand, behind end.
func nextRegular(in string, end int) (from, to int, ok bool) {
	for end < len(in) && in[end] < 0x80 && !isPlain[in[end]] {
		end++
	}
	from = end
	for end < len(in) && isPlain[in[end]] {
		end++
	}
	return from, end, end > from && (end == len(in) || in[end] < 0x80)
}

// isPlain tells which bytes are ASCII letters and digits.
var isPlain = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
	return plain
}()

// wholeToken reads a stretch of a text as the one token that it is.
func wholeToken(stretch string) text.Token {
	plain := len(stretch) <= text.MaxWord
	lower := true
	for i := 0; plain && i < len(stretch); i++ {
		c := stretch[i]
		plain = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		lower = lower && (c < 'A' || 'Z' < c)
	}
	switch {
	case plain && lower:
		return text.Token{Term: stretch}
	case plain:
		return text.Token{Term: text.Fold(stretch)}
	}
	for _, t := range text.Tokens(stretch) {
		if t.Start == 0 && t.End == len(stretch) {
			return t
		}
	}
	return text.Token{}
}

// spansOf writes the spans of tokens, which stand in whole between from and to.
func spansOf(whole string, tokens []text.Token, from, to int) []byte {
	out := make([]byte, 0, len(tokens)/2+8)
	end, start, pos := from, from, 0 // of the word before
	regular := 0
	settle := func() {
		if regular > mostRegular {
			out = binary.AppendUvarint(append(out, moreRegular), uint64(regular-mostRegular-1))
		} else if regular > 0 {
			out = append(out, byte(regularTokens+regular-1))
		}
		regular = 0
	}
	for _, t := range tokens {
		if a, b, ok := nextRegular(whole[:to], end); ok && a == t.Start && b == t.End && t.Pos == pos+1 && !t.CJK && wholeToken(whole[a:b]).Term == t.Term {
			regular++
			end, start, pos = b, a, t.Pos
			continue
		}
		settle()
		gap, size, step := t.Start-end, t.End-t.Start, t.Pos-pos
		word := ""
		if read := wholeToken(whole[t.Start:t.End]); read.Term != t.Term || read.CJK != t.CJK {
			word = t.Term
		}
		switch short := word == "" && 1 <= size && size <= maxSpan; {
		case short && step == 1 && 0 <= gap && gap <= maxGap:
			out = append(out, byte(gap<<4|(size-1)))
		case short && step == 0 && t.Start == start:
			out = append(out, byte(besideWord<<4|(size-1)))
		default:
			out = append(out, spanEscape)
			out = binary.AppendVarint(out, int64(gap))
			out = binary.AppendUvarint(out, uint64(size))
			out = binary.AppendUvarint(out, uint64(step))
			run := 0
			if t.CJK {
				run = 1
			}
			out = binary.AppendUvarint(out, uint64(2*len(word)+run))
			out = append(out, word...)
		}
		if step != 0 {
			end, pos = t.End, t.Pos
		}
		start = t.Start
	}
	settle()
	return out
}

// A span is where a token stands in a text.
type span struct {
	start, end, pos int32
	own             int32 // where its word is written among the spans, if it is not what stands there; else 0
}

// token gives the token that stands there in a text, of which the spans are given as
// they were written.
func (s span) token(in string, spans []byte) text.Token {
	if s.own == 0 {
		return wholeToken(in[s.start:s.end])
	}
	n, used := binary.Uvarint(spans[s.own:])
	word := spans[int(s.own)+used:]
	return text.Token{Term: string(word[:n/2]), CJK: n%2 == 1}
}

var errSpans = errors.New("its words lie outside of its text")

// appendSpans reads the spans of n tokens of a text.
func appendSpans(out []span, data []byte, n int, in string) ([]span, error) {
	end, start, pos, size, all := 0, 0, 0, len(in), len(data)
	for n += len(out); len(out) < n; {
		if len(data) == 0 {
			return out, errSpans
		}
		c := data[0]
		data = data[1:]
		if c >= regularTokens {
			regular := int(c-regularTokens) + 1
			if c == moreRegular {
				more, used := binary.Uvarint(data)
				if used <= 0 || more > maxPassageText {
					return out, errSpans
				}
				regular, data = mostRegular+1+int(more), data[used:]
			}
			if regular > n-len(out) {
				return out, errSpans
			}
			for range regular {
				var ok bool
				if start, end, ok = nextRegular(in, end); !ok {
					return out, errSpans
				}
				pos++
				out = append(out, span{start: int32(start), end: int32(end), pos: int32(pos)})
			}
			continue
		}
		var s span
		step := 1
		switch {
		case c>>4 <= maxGap:
			start = end + int(c>>4)
			s.end = int32(start + int(c&0xF) + 1)
		case c>>4 == besideWord:
			step = 0
			s.end = int32(start + int(c&0xF) + 1)
		default:
			gap, a := binary.Varint(data)
			if a <= 0 {
				return out, errSpans
			}
			var rest [3]uint64
			data = data[a:]
			for i := range rest {
				s.own = int32(all - len(data))
				v, b := binary.Uvarint(data)
				if b <= 0 || v > maxPassageText {
					return out, errSpans
				}
				rest[i], data = v, data[b:]
			}
			length := rest[2] / 2
			if gap < -maxPassageText || gap > maxPassageText || length > uint64(len(data)) {
				return out, errSpans
			}
			start, step = end+int(gap), int(rest[1])
			s.end = int32(start + int(rest[0]))
			if data = data[length:]; length == 0 {
				s.own = 0
			}
		}
		s.start = int32(start)
		if start < 0 || int(s.end) > size || s.end <= s.start || pos+step > maxPassageText {
			return out, errSpans
		}
		pos += step
		s.pos = int32(pos)
		if step != 0 {
			end = int(s.end)
		}
		out = append(out, s)
	}
	return out, nil
}

// writeTexts writes the file of texts of a corpus.
func (c *corpus) writeTexts(file string) error {
	raws := func(i int, out []byte) []byte {
		for _, s := range []string{c.passages[i].ID, c.passages[i].Heading, c.passages[i].Text} {
			out = append(binary.AppendUvarint(out, uint64(len(s))), s...)
		}
		return out
	}
	dictionary := c.dictionary(raws)
	packed := dictionary.pack
	head := append([]byte(textsMagic), make([]byte, 8)...)
	binary.LittleEndian.PutUint32(head[len(textsMagic):], uint32(len(c.passages)))
	binary.LittleEndian.PutUint32(head[len(textsMagic)+4:], uint32(len(dictionary.bytes)))
	out, err := newBlockWriter(file, append(head, dictionary.bytes...), len(c.passages))
	if err != nil {
		return err
	}
	var raw, buf, sizes []byte
	for i := range c.passages {
		p := &c.passages[i]
		raw = raws(i, raw[:0])
		buf = packed(buf, raw)
		sizes = binary.AppendUvarint(sizes[:0], uint64(len(buf)))
		packedSize := len(sizes)
		sizes = binary.AppendUvarint(sizes, uint64(len(p.hashes)))
		out.block(sizes[:packedSize], buf, sizes[packedSize:], p.hashes, p.spans)
	}
	if err = out.close(); errors.Is(err, errBlocksTooLong) {
		return fmt.Errorf("the texts of language %s have more than 4 GB: divide the site", c.Lang)
	}
	return err
}

// packing packs texts by what they have in common.
type packing struct {
	bytes []byte
	dict  *s2.Dict // nil for so little text that it needs none
}

// dictionary samples the passages.
func (c *corpus) dictionary(raw func(i int, out []byte) []byte) packing {
	if c.textBytes < 4*maxDictionary {
		return packing{}
	}
	var sample []byte
	every := c.textBytes / maxDictionary // one passage of so many
	for i := 0; i < len(c.passages) && len(sample) < maxDictionary; i += every {
		sample = raw(i, sample)
	}
	if len(sample) < s2.MinDictSize {
		return packing{}
	}
	d := s2.MakeDict(sample[:min(len(sample), maxDictionary)], nil)
	return packing{d.Bytes(), d}
}

func (p packing) pack(buf, raw []byte) []byte {
	if p.dict == nil {
		return s2.EncodeBetter(buf[:cap(buf)], raw)
	}
	return p.dict.EncodeBetter(buf[:cap(buf)], raw)
}

// texts reads a file of texts.
type texts struct {
	file   mappedFile
	dict   *s2.Dict
	table  []byte // where blocks end
	blocks []byte
}

func openTexts(name string, passages int) (*texts, error) {
	f, err := mapFile(name)
	if err != nil {
		return nil, err
	}
	t := &texts{file: f}
	if err := t.readHead(passages); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return t, nil
}

func (t *texts) readHead(passages int) error {
	rest := t.file
	head, err := rest.cut(int64(len(textsMagic) + 8))
	if err != nil || string(head[:len(textsMagic)]) != textsMagic {
		return fmt.Errorf("it is no file of texts (%w)", cmp.Or(err, fmt.Errorf("it does not begin with %q", textsMagic)))
	}
	n, size := binary.LittleEndian.Uint32(head[len(textsMagic):]), binary.LittleEndian.Uint32(head[len(textsMagic)+4:])
	if int(n) != passages || size > s2.MaxDictSize+16 {
		return fmt.Errorf("it has texts of %d sections instead of %d", n, passages)
	}
	dictionary, err := rest.cut(int64(size))
	if err != nil {
		return err
	}
	if t.table, err = rest.cut(4 * int64(passages)); err != nil {
		return err
	}
	if size > 0 {
		if t.dict = s2.NewDict(bytes.Clone(dictionary)); t.dict == nil {
			return errors.New("its dictionary is damaged")
		}
	}
	t.blocks = rest
	return nil
}

// A storedText is what is shown of a passage, and its words, which lie in the file.
type storedText struct {
	passage
	read []span // its spans, once they were read
}

var errText = errors.New("a text is damaged")

// of gives the text of a passage.
func (t *texts) of(ordinal int32) (*storedText, error) {
	from := uint32(0)
	if ordinal > 0 {
		from = binary.LittleEndian.Uint32(t.table[4*(ordinal-1):])
	}
	to := binary.LittleEndian.Uint32(t.table[4*ordinal:])
	if to < from || to-from > maxPassageText || uint64(to) > uint64(len(t.blocks)) {
		return nil, errText
	}
	memory := unpackBuffers.Get().(*[]byte)
	defer unpackBuffers.Put(memory)
	packed, block, ok := cutSized(t.blocks[from:to])
	if !ok {
		return nil, errText
	}
	raw, err := t.unpack((*memory)[:cap(*memory)], packed)
	if err != nil {
		return nil, err
	}
	*memory = raw
	out := &storedText{}
	rest, all := raw, string(raw) // the fields are parts of one piece of memory
	for _, field := range []*string{&out.ID, &out.Heading, &out.Text} {
		var value []byte
		if value, rest, ok = cutSized(rest); !ok {
			return nil, errText
		}
		end := len(all) - len(rest)
		*field = all[end-len(value) : end]
	}
	if out.hashes, out.spans, ok = cutSized(block); !ok {
		return nil, errText
	}
	return out, nil
}

// unpackBuffers keep memory for texts to come.
var unpackBuffers = sync.Pool{New: func() any { return new([]byte) }}

// unpack unpacks a text, into memory where it has room.
func (t *texts) unpack(memory, packed []byte) ([]byte, error) {
	n, err := s2.DecodedLen(packed)
	if err != nil || n > maxPassageText {
		return nil, errText
	}
	if t.dict == nil {
		return s2.Decode(memory, packed)
	}
	return t.dict.Decode(memory, packed)
}

// cutSized cuts what stands behind its size.
func cutSized(data []byte) (value, rest []byte, ok bool) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		return nil, nil, false
	}
	data = data[size:]
	return data[:n], data[n:], true
}
