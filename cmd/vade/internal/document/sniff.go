package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

const saveAsDOCX = "open it in Word or LibreOffice and save it as DOCX"

// A signature tells a kind of file that is not read by its first bytes.
type signature struct{ magic, is, remedy string }

const (
	ofPicture = "a picture; read its text with OCR, save that as DOCX or PDF and use that"
	ofArchive = "an archive; unpack it and use the documents in it"
	ofProgram = "a program, not a document; use the document itself"
	ofSound   = "a recording, not a document; use the document itself"
)

var signatures = []signature{
	{`{\rtf`, "this is an RTF file", saveAsDOCX},
	{"\x89PNG", "this is", ofPicture},
	{"\xff\xd8\xff", "this is", ofPicture},
	{"GIF8", "this is", ofPicture},
	{"II*\x00", "this is", ofPicture},
	{"MM\x00*", "this is", ofPicture},
	{"BM", "", ofPicture}, // only if binary, see sniff
	{"\x1f\x8b", "this is", ofArchive},
	{"Rar!", "this is", ofArchive},
	{"7z\xbc\xaf", "this is", ofArchive},
	{"MZ", "", ofProgram}, // only if binary
	{"\x7fELF", "this is", ofProgram},
	{"\xca\xfe\xba\xbe", "this is", ofProgram},
	{"ID3", "", ofSound}, // only if binary
	{"%!PS", "this is a PostScript file", "save it as PDF"},
	{"\xff\xfe\x00\x00", "this is UTF-32 text", "save it as UTF-8"},
	{"\x00\x00\xfe\xff", "this is UTF-32 text", "save it as UTF-8"},
}

// sniff tells the format by the content. The error says what the file is and
// what to do; it does not name it.
func sniff(data []byte) (Format, error) {
	switch {
	case len(data) == 0:
		return "", errors.New("the file is empty; check that it was saved or downloaded whole")
	case len(data) > maxSize:
		return "", fmt.Errorf("the file has more than %d MB, too many for a document; save only the pages that are needed, without pictures", maxSize>>20)
	case bytes.HasPrefix(data, []byte("PK")) && isBinary(data[:min(len(data), 512)]):
		return sniffZip(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "", oldOffice(data)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return PDF, nil
	}
	binary := !wideText(data) && isBinary(data)
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.magic)) && (s.is != "" || binary) {
			if s.is == "" || s.is == "this is" {
				return "", errors.New("this is " + s.remedy)
			}
			return "", errors.New(s.is + "; " + s.remedy)
		}
	}
	if binary {
		return "", errors.New("this is a binary file, not a document that can be read; save the document as DOCX, ODT, PDF or plain text and use that")
	}
	return sniffMarkup(data)
}

// sniffMarkup tells HTML and other markup from text.
func sniffMarkup(data []byte) (Format, error) {
	head := data[:min(len(data), 4096)]
	if wideText(data) {
		head = []byte(decodeWide(data[:min(len(data), 4096)&^1]))
	}
	start := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n"))
	if strings.HasPrefix(start, "<?xml") {
		if strings.Contains(start, "<html") {
			return HTML, nil
		}
		return "", errors.New("this is an XML file; " + saveAsDOCX)
	}
	if strings.HasPrefix(start, "mime-version:") && strings.Contains(start, "multipart/related") {
		return "", errors.New("this is a web page packed with its pictures (MHTML); open it in a browser and save it as a web page, HTML only")
	}
	for strings.HasPrefix(start, "<!--") {
		_, after, ok := strings.Cut(start, "-->")
		if !ok {
			break
		}
		start = strings.TrimLeft(after, " \t\r\n")
	}
	for _, tag := range []string{"!doctype html", "html", "head", "body", "meta", "title"} {
		rest, ok := strings.CutPrefix(start, "<"+tag)
		if ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n>")) {
			return HTML, nil
		}
	}
	return Text, nil
}

// oldOffice says what an OLE compound file is: the container of old Office
// files and of encrypted new ones.
func oldOffice(data []byte) error {
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := 0; i < len(name); i++ {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return errEncrypted
	case has("WordDocument"):
		return errors.New("this is a Word file of the old kind (DOC); " + saveAsDOCX)
	case has("Workbook") || has("PowerPoint Document"):
		return errors.New("this is a workbook or a slide show of the old kind, not a text; copy its text into a document and save it as DOCX")
	}
	return errors.New("this is a file of an old Office program; " + saveAsDOCX)
}

var (
	errEncrypted = errors.New("the file is protected with a password; open it with the password and save a copy without")
	errCutShort  = errors.New("the file is damaged or cut short; download or copy it again")
)

// sniffZip tells what the zip file of data is.
func sniffZip(data []byte) (Format, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", errCutShort
	}
	names := map[string]*zip.File{}
	for i, f := range z.File {
		if i == maxEntries {
			return "", errBomb
		}
		names[f.Name] = f
	}
	is := func(what string) (Format, error) {
		return "", fmt.Errorf("this is %s, not a text; copy its text into a document and save it as DOCX", what)
	}
	under := func(prefix string) bool {
		for n := range names {
			if strings.HasPrefix(n, prefix) {
				return true
			}
		}
		return false
	}
	switch mime := mimetype(names["mimetype"]); {
	case names["encrypted-package"] != nil: // as LibreOffice has protected files since 2024
		return "", errEncrypted
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument.text"):
		return ODT, nil
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument"):
		return is("an OpenDocument file without running text (a table, drawing or slide show)")
	case mime == "application/epub+zip":
		return is("an e-book (EPUB)")
	case names["word/document.xml"] != nil || names["[Content_Types].xml"] != nil && under("word/"):
		return DOCX, nil
	case under("xl/"):
		return is("an Excel workbook")
	case under("ppt/"):
		return is("a PowerPoint slide show")
	case under("Index/"):
		return "", errors.New("this is a file of Apple's Pages; export it from Pages as Word (DOCX)")
	case names["content.xml"] != nil && names["META-INF/manifest.xml"] != nil:
		return ODT, nil
	}
	return "", errors.New("this is " + ofArchive)
}

func mimetype(f *zip.File) string {
	if f == nil {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	text, _ := io.ReadAll(io.LimitReader(r, 200))
	return strings.TrimSpace(string(text))
}

// isBinary reports whether data holds bytes that no text has, or too many
// control characters to be one.
func isBinary(data []byte) bool {
	control := 0
	for _, c := range data {
		switch {
		case c == 0:
			return true
		case c < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", rune(c)):
			control++
		}
	}
	return control > len(data)/50
}
