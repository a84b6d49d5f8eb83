package importer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// maxSize is the size in bytes above which a file is refused; information
// notes have a few pages.
const maxSize = 50 << 20

// Read reads a file's bytes into a Document. The name is used to tell plain
// text from Markdown and in messages. An error names the file and the remedy.
func Read(name string, data []byte) (*Document, error) {
	if err := readable(name, data); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	text, mended, doubts := decode(data)
	if strings.TrimSpace(text) == "" {
		return nil, fmt.Errorf("%s: holds no text; check that the right file was saved", name)
	}
	doc := readText(text, markdownName(name))
	doc.Name = name
	doc.Text = Text{Lines: strings.Split(text, "\n"), Mended: mended, Doubts: doubts}
	doc.SHA256 = hex.EncodeToString(sum[:])
	doc.Mended = slices.Concat(mended, doc.Mended)
	doc.Doubts = slices.Concat(doubts, doc.Doubts)
	return doc, nil
}

func markdownName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".md", ".markdown", ".mdown":
		return true
	}
	return false
}

// A foreign format is one that is known by its first bytes and not read yet.
type foreign struct {
	magic string
	is    string
}

var foreigners = []foreign{
	{"%PDF-", "a PDF file"},
	{"PK\x03\x04", "a Word, OpenDocument or zip file"},
	{"PK\x05\x06", "a zip file"},
	{"\xd0\xcf\x11\xe0", "a Word file of the old kind (.doc)"},
	{`{\rtf`, "an RTF file"},
	{"<!doctype html", "an HTML page"},
	{"<html", "an HTML page"},
	{"<?xml", "an XML file"},
	{"\xff\xfe\x00\x00", "UTF-32 text"},
}

// readable returns an error for files that are not text.
func readable(name string, data []byte) error {
	switch {
	case len(data) == 0:
		return fmt.Errorf("%s: the file is empty; check that it was saved or downloaded whole", name)
	case len(data) > maxSize:
		return tooLarge(name)
	}
	start := string(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 1024)], []byte("\ufeff")), " \t\r\n"))
	for _, f := range foreigners {
		if strings.HasPrefix(start, f.magic) || strings.HasPrefix(strings.ToLower(start), f.magic) {
			return fmt.Errorf("%s: this is %s, which cannot be imported yet; save it as plain text (.txt, UTF-8) or Markdown (.md) and import that", name, f.is)
		}
	}
	if !wide(data) && isBinary(data) {
		return fmt.Errorf("%s: this is a binary file, not text; save the document as plain text (.txt, UTF-8) or Markdown (.md) and import that", name)
	}
	return nil
}

func tooLarge(name string) error {
	return fmt.Errorf("%s: larger than %d MB, too large for a document of this kind; save only its own pages, as plain text", name, maxSize>>20)
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
