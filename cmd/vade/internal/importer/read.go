package importer

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/document"
)

// Read reads a file's bytes into a Document, whatever its format. The name is
// used to tell plain text from Markdown and in messages. An error names the file
// and the remedy.
func Read(ctx context.Context, name string, data []byte) (*Document, error) {
	source, err := document.Read(ctx, name, data)
	if err != nil {
		return nil, err
	}
	flat := *source
	flat.Blocks = labelTables(source.Blocks)
	text := flat.Text()
	doc := readText(text, source.Format != document.Text || markdownName(name))
	doc.Name, doc.SHA256, doc.source = document.CleanLine(name), source.SHA256, source
	doc.lines, doc.marked = printedLines(strings.Split(text, "\n"))
	doc.lines = openingApart(doc.lines)
	for _, w := range source.Warnings {
		if reRepaired.MatchString(w) {
			doc.decoded = append(doc.decoded, w)
		} else {
			doc.Doubts = append(doc.Doubts, w)
		}
	}
	doc.Mended = slices.Concat(doc.decoded, doc.Mended)
	return doc, nil
}

// reRepaired tells a warning of what was made good from one of what a person
// has to look at.
var reRepaired = regexp.MustCompile(`read as (?:such|if|Windows|Mac)|written as letters|taken out|repaired that|lines are joined`)

func markdownName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".md", ".markdown", ".mdown":
		return true
	}
	return false
}
