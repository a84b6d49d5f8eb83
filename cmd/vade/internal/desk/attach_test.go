package desk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/webp"
)

// secretPlace stands for what cameras and programs write into images.
const secretPlace = "N 8 58 W 79 31, camera 4711"

// withSegments puts segments of metadata behind the first two bytes of a JPEG.
func withSegments(jpeg []byte, segments map[byte]string) []byte {
	out := slices.Clone(jpeg[:2])
	for marker, text := range segments {
		out = append(out, 0xff, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(text)+2))
		out = append(out, text...)
	}
	return append(out, jpeg[2:]...)
}

// withChunks puts chunks of metadata behind the head of a PNG.
func withChunks(png []byte, chunks map[string]string) []byte {
	const head = 8 + 25
	out := slices.Clone(png[:head])
	for name, text := range chunks {
		out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
		out = append(append(out, name...), text...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(name+text)))
	}
	return append(out, png[head:]...)
}

// webpOf makes a WebP of two by one points, grey, the second of an opacity of its own,
// with the metadata that its extended form may hold.
func webpOf(alpha byte) []byte {
	var bits []byte
	n := 0
	put := func(value uint32, width int) { // the lowest bit first
		for i := range width {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(value>>i&1) << (n % 8)
			n++
		}
	}
	one := func(symbol byte) { put(0b101, 3); put(uint32(symbol), 8) } // a code that has one symbol of eight bits
	put(0x2f, 8)
	put(1, 14) // the width less one
	put(0, 14) // the height less one
	put(1, 1)  // it has opacity
	put(0, 3)  // version
	put(0, 3)  // no transformation, no cache of colours, one group of codes
	one(0x80)  // green
	one(0x80)  // red
	one(0x80)  // blue
	put(0b111, 3)
	put(255, 8) // opacity: two symbols
	put(uint32(alpha), 8)
	one(0) // distance
	put(0, 1)
	put(1, 1)
	chunk := func(name string, data []byte) []byte {
		out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
		out = append(out, data...)
		return append(out, make([]byte, len(data)%2)...)
	}
	all := slices.Concat([]byte("WEBP"), chunk("VP8X", []byte{0x1c, 0, 0, 0, 1, 0, 0, 0, 0, 0}), chunk("VP8L", bits),
		chunk("EXIF", []byte("MM\x00*"+secretPlace)), chunk("XMP ", []byte("<x>"+secretPlace+"</x>")))
	return chunk("RIFF", all)
}

// An image that is attached comes without all that a camera or a program wrote into it
// beside the picture, whatever its format; one with transparency keeps it, as a PNG.
func TestImagesHoldNothingButThePicture(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	clear.Set(0, 0, color.NRGBA{0x80, 0x80, 0x80, 0xff})
	clear.Set(1, 0, color.NRGBA{0x80, 0x80, 0x80, 0x40})
	encoded := func(encode func(*bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	photo := encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, clear, nil) })
	drawing := encoded(func(b *bytes.Buffer) error { return png.Encode(b, clear) })
	moving := encoded(func(b *bytes.Buffer) error { return gif.Encode(b, clear, nil) })
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00" + secretPlace
	for name, c := range map[string]struct {
		data  []byte
		ext   string
		clear bool
	}{
		"photo": {withSegments(photo, map[byte]string{0xe1: exif, 0xe2: "ICC_PROFILE\x00" + secretPlace, 0xed: "Photoshop 3.0\x00" + secretPlace, 0xfe: secretPlace}), ".jpg", false},
		"xmp":   {withSegments(photo, map[byte]string{0xe1: "http://ns.adobe.com/xap/1.0/\x00" + secretPlace}), ".jpg", false},
		"drawing": {withChunks(drawing, map[string]string{"tEXt": "Comment\x00" + secretPlace, "iTXt": "XML:com.adobe.xmp\x00\x00\x00\x00\x00" + secretPlace,
			"eXIf": exif[6:], "prVt": secretPlace}), ".png", true},
		"moving":      {slices.Concat(moving[:len(moving)-1], []byte("\x21\xfe"+string(rune(len(secretPlace)))+secretPlace+"\x00;")), ".png", true},
		"transparent": {webpOf(0x40), ".png", true},
		"opaque":      {webpOf(0xff), ".jpg", false},
	} {
		data := slices.Concat(c.data, []byte(secretPlace)) // some programs write behind the end, too
		if !bytes.Contains(data, []byte(secretPlace)) {
			t.Fatalf("%s holds nothing that could be left", name)
		}
		p := sit(t, smallSite(t))
		form := fields(t, p.get("edit?page=places/hill.md"), "edit")
		form.Set("do", "attach")
		form.Set("description", "A picture")
		page := p.post("edit", form, "attachment", name+".webp", string(data)).Body.String() // the name does not decide
		holds(t, fields(t, page, "edit").Get("body"), "![A picture](/places/"+name+c.ext+")")
		kept := []byte(readFile(t, filepath.Join(p.dir, "content/places", name+c.ext)))
		if bytes.Contains(kept, []byte("4711")) {
			t.Errorf("%s keeps what a camera wrote", name)
		}
		if parts := partsOf(kept); strings.Trim(parts, " ") != "" {
			t.Errorf("%s holds more than a picture: %s", name, parts)
		}
		img, _, err := image.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, a := img.At(1, 0).RGBA(); c.clear != (a < 0xffff) && name != "moving" {
			t.Errorf("%s: the opacity became %x", name, a)
		}
	}
	if img, err := webp.Decode(bytes.NewReader(webpOf(0x40))); err != nil || img.At(1, 0) != (color.NRGBA{0x80, 0x80, 0x80, 0x40}) {
		t.Errorf("the WebP of this test is another one: %v %v", img, err)
	}
}

// partsOf names the segments of a JPEG, and the chunks of a PNG, that hold no picture.
func partsOf(data []byte) string {
	var out strings.Builder
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		for at := 8; at+8 <= len(data); {
			name := string(data[at+4 : at+8])
			if !slices.Contains([]string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}, name) {
				out.WriteString(name + " ")
			}
			at += 12 + int(binary.BigEndian.Uint32(data[at:]))
		}
		return out.String()
	}
	for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != 0xda; {
		if !slices.Contains([]byte{0xdb, 0xc0, 0xc2, 0xc4}, data[at+1]) {
			fmt.Fprintf(&out, "%x ", data[at+1])
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return out.String()
}
