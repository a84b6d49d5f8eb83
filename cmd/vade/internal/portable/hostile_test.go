package portable

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An entry is a file of a zip that a test makes.
type entry struct {
	name string
	data []byte
	mode fs.FileMode
}

// made makes a zip whose manifest lists all that is in it: only what the zip itself
// is can give it away.
func made(t testing.TB, more ...entry) []byte {
	t.Helper()
	all := append([]entry{{name: "index.html", data: []byte("<p>whole")}, {name: readmeName, data: []byte(readme)}}, more...)
	var manifest strings.Builder
	for _, e := range all {
		fmt.Fprintf(&manifest, "%x  %s\n", sha256.Sum256(e.data), e.name)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range append(all, entry{name: manifestName, data: []byte(manifest.String())}) {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: fixed}
		h.SetMode(e.mode | 0o644)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil && !strings.HasSuffix(e.name, "/") {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// refused fails the test unless a zip is refused with a message that holds want, to
// verify and to unpack, and nothing of it is unpacked.
func refused(t *testing.T, what string, data []byte, want string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bad.zip")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Verify(context.Background(), file); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "again") {
		t.Errorf("%s: %v, want a message with %q", what, err, want)
	}
	dir := t.TempDir()
	if _, err := Unpack(context.Background(), file, dir); err == nil {
		t.Errorf("%s was unpacked", what)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s: something of it was unpacked", what)
	}
}

func accepted(t *testing.T, what string, data []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "good.zip")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, found, err := Verify(context.Background(), file); err != nil || len(found) > 0 {
		t.Errorf("%s: %v, %v", what, found, err)
	}
}

// What a name can do elsewhere is refused, though the manifest lists it.
func TestHostileNames(t *testing.T) {
	accepted(t, "a good zip", made(t))
	for _, name := range []string{"a.js", "ñandú/中文.html", "عربي.html", "CONTENT.html", "com.html", "com10.html", "nul-and-void.html", "a.b.c", "می\u200cروم.html", "exe", "the exe.html", strings.Repeat("a", 190)} {
		accepted(t, name, made(t, entry{name: name}))
	}
	for name, want := range map[string]string{
		"CON": "device", "aux.html": "device", "a/Nul/b.html": "device", "COM1": "device", "lpt\u00b9.txt": "device", "con .html": "device", "CONOUT$": "device",
		"evil.": "full stop", "evil.html ": "space", "evil./a.html": "full stop", " evil.html": "space",
		"a?.html": "Windows", "a*.html": "Windows", "a<b>.html": "Windows", `a"b.html`: "Windows", "a|b.html": "Windows",
		"a:b.html": "absolute", "ab:c.html": "another folder", `a\b.html`: "another folder", `..\..\b.html`: "another folder", "c:/b.html": "absolute", `\\?\C:\b.html`: "another folder",
		"a\x01.html": "nobody sees", "a\r\nb.html": "nobody sees", "a\x7f.html": "nobody sees", "a\u202elmth.exe.html": "nobody sees", "a\u2066b.html": "nobody sees", "a\u200b.html": "nobody sees", "a\u0085.html": "nobody sees",
		"a\xff.html": "UTF-8", strings.Repeat("x", 300): "too many", strings.Repeat("x/", 150) + "x": "too many",
		"autorun.inf": "program", "Read me.LNK": "program", "setup.exe": "program", "a/b.Scr": "program", "note.docm": "program", "a.html.js.vbs": "program", "index.hta": "program", "site.url": "program", "a/Desktop.ini": "program", "share.searchconnector-ms": "program", "table.slk": "program", "office.rdp": "program", "page.mhtml": "program",
		"INDEX.html": "one file on", "\uff49ndex.html": "one file on",
	} {
		refused(t, fmt.Sprintf("%q", name), made(t, entry{name: name}), want)
	}
	refused(t, "two ways to write an accent", made(t, entry{name: "ma\u00f1ana.html"}, entry{name: "man\u0303ana.html"}), "one file on")
	refused(t, "a sharp s", made(t, entry{name: "STRASSE/a"}, entry{name: "stra\u00dfe/a"}), "one file on")
	refused(t, "a file, then a folder", made(t, entry{name: "a"}, entry{name: "a/b.html"}), "and a folder")
	refused(t, "a folder, then a file", made(t, entry{name: "A/b.html"}, entry{name: "a"}), "and a folder")
	refused(t, "twice", made(t, entry{name: "index.html"}), "twice")
	for what, mode := range map[string]fs.FileMode{"suid": fs.ModeSetuid, "sgid": fs.ModeSetgid, "sticky": fs.ModeSticky, "program": 0o111} {
		refused(t, what, made(t, entry{name: "a.html", mode: mode}), "run as a program")
	}
	refused(t, "a link", made(t, entry{name: "a.html", mode: fs.ModeSymlink}), "a link")
	refused(t, "a folder", made(t, entry{name: "a/", mode: fs.ModeDir}), "folder entry")
}

// A zip that two programs read as two different ones is refused.
func TestHostileShapes(t *testing.T) {
	good := made(t, entry{name: "b.html", data: []byte("<p>b")})
	change := func(do func(data []byte) []byte) []byte { return do(bytes.Clone(good)) }
	list := bytes.Index(good, []byte(centralHeader))
	set := func(at int, b ...byte) []byte {
		return change(func(data []byte) []byte { copy(data[at:], b); return data })
	}
	refused(t, "a stub before", append([]byte("MZ a program"), good...), "stands before")
	refused(t, "junk behind", append(bytes.Clone(good), "<script>"...), "")
	refused(t, "a zip behind a zip", append(bytes.Clone(good), good...), "something else")
	refused(t, "a comment", change(func(data []byte) []byte {
		data[len(data)-2] = 2
		return append(data, "hi"...)
	}), "comment")
	refused(t, "junk between files and list", change(func(data []byte) []byte {
		end := len(data) - endSize
		binary.LittleEndian.PutUint32(data[end+16:], uint32(list+4))
		return append(data[:list:list], append([]byte("junk"), data[list:]...)...)
	}), "stands before")
	refused(t, "another name at the file", set(localSize, []byte("INDEX")...), "otherwise")
	refused(t, "another method at the file", set(8, 0), "otherwise")
	refused(t, "another checksum behind the file", change(func(data []byte) []byte {
		data[bytes.Index(data, []byte(descriptor))+4] ^= 1
		return data
	}), "otherwise")
	refused(t, "an encrypted file", change(func(data []byte) []byte {
		data[6] |= 1
		data[list+8] |= 1
		return data
	}), "encrypted")
	refused(t, "another way to pack", change(func(data []byte) []byte {
		data[8], data[list+10] = 12, 12
		return data
	}), "method 12")
	refused(t, "a comment of a file", change(func(data []byte) []byte {
		at := list + centralSize + len("index.html") + int(binary.LittleEndian.Uint16(data[list+30:]))
		data[list+32] = 2
		binary.LittleEndian.PutUint32(data[len(data)-endSize+12:], uint32(len(data)-endSize-list+2))
		return append(data[:at:at], append([]byte("hi"), data[at:]...)...)
	}), "comment")
}

// What would fill a disk is refused before it is unpacked, whatever it says of itself.
func TestHostileSizes(t *testing.T) {
	zeros := make([]byte, 100<<20)
	refused(t, "one large file", made(t, entry{name: "a.html", data: zeros}), "grows")
	noise := make([]byte, 4<<20)
	r := rand.NewChaCha8([32]byte{})
	_, _ = r.Read(noise)
	many := []entry{{name: "noise.png", data: noise}}
	for i := range 7 {
		many = append(many, entry{name: fmt.Sprintf("%d.html", i), data: zeros[:15<<20]})
	}
	refused(t, "many files beside noise", made(t, many...), "grows")

	// A file that says that it is smaller than it is: what comes out stays within what was said.
	data := made(t, entry{name: "a.html", data: zeros[:8<<20]})
	for _, head := range []string{descriptor, centralHeader} {
		at := bytes.Index(data, []byte(head))
		for range 2 { // the third file
			at += 4 + bytes.Index(data[at+4:], []byte(head))
		}
		size := 12
		if head == centralHeader {
			size = 24
		}
		binary.LittleEndian.PutUint32(data[at+size:], 10)
	}
	file := filepath.Join(t.TempDir(), "liar.zip")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if s, found, err := Verify(context.Background(), file); err == nil && (len(found) != 1 || s.Bytes > 10_000) {
		t.Errorf("a file that is larger than it says: %d bytes, %v", s.Bytes, found)
	}
}

// Bytes that fell over, anywhere, are never called whole: what is not refused is told.
func TestVerifyFindsEachByte(t *testing.T) {
	good := made(t, entry{name: "b.html", data: []byte("<p>b")})
	file := filepath.Join(t.TempDir(), "flipped.zip")
	tolerated := 0
	for at := range good {
		data := bytes.Clone(good)
		data[at] ^= 0x41
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, found, err := Verify(context.Background(), file); err == nil && len(found) == 0 {
			tolerated++
		}
	}
	if most := 4 * 9; tolerated > most { // who made it, and what the file was on his disk
		t.Errorf("%d of %d bytes can be changed unnoticed, want %d at most", tolerated, len(good), most)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(made(f))
	f.Add(made(f, entry{name: "a/b.html", data: []byte("x")}))
	f.Add([]byte(endRecord + strings.Repeat("\x00", endSize-4)))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(t.TempDir(), "x.zip")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		inner := filepath.Join(dir, "in")
		if err := os.Mkdir(inner, 0o755); err != nil {
			t.Fatal(err)
		}
		_, _ = Unpack(context.Background(), file, inner)
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Error("it unpacked beside the folder")
		}
	})
}

// The parts of a small web index travel in its manifest's file, in their order.
func TestWriteJoinsIndex(t *testing.T) {
	line := func(lang string, group string) string {
		return fmt.Sprintf("(self.vademecum??=[]).push([%q,%q])\n", lang, group)
	}
	files := map[string]string{
		"index.html": "", "search/en.js": line("en", "m"), "search/en/t01234567/0.js": line("en", "t"), "search/en/x01234567/0.js": line("en", "x"),
		"search/es.js": line("es", "m"), "search/es/t01234567/0.js": strings.Repeat(" ", joinAtMost+1),
	}
	dir := t.TempDir()
	if found, err := Unpack(context.Background(), packed(t, files), dir); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	// A call does not run into the next: a reader's search would be dead on a disk.
	if got, _ := os.ReadFile(filepath.Join(dir, "search/en.js")); string(got) != line("en", "m")+";"+line("en", "t")+";"+line("en", "x") {
		t.Errorf("the joined file holds %q", got)
	}
	for name, want := range map[string]bool{"search/en": false, "search/es/t01234567/0.js": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v", name, err)
		}
	}
}
