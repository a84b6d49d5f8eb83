// Package browser holds what a site needs for search in its pages: the scripts,
// the style and the words of the elements <vade-search>, <vade-results> and
// <vade-link>, which read the web index. The scripts are written in TypeScript
// beside this file; what stands in dist is made of them by
//
//	go generate ./indexer/browser
//
// and committed, so that a program that indexes sites carries no compiler.
package browser

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"vademecum/indexer/text"
)

//go:generate go test . -run TestDist -update

//go:embed dist
var dist embed.FS

//go:embed elements/results.html elements/words
var sources embed.FS

// ErrForeign is the error of a file that Write did not write and would replace.
var ErrForeign = errors.New("is a file of the site's own, and a file of the search would replace it: rename it")

// ours is in every file that Write writes.
const ours = "vademecum search"

// Names lists the files that Write writes.
func Names() ([]string, error) {
	entries, err := dist.ReadDir("dist")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// Check returns an error if Write would replace a file in dir that it did not
// write.
func Check(dir string) error {
	names, err := Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		if !bytes.Contains(text[:min(len(text), 200)], []byte(ours)) {
			return fmt.Errorf("%s %w", filepath.Join(dir, name), ErrForeign)
		}
	}
	return nil
}

// Write writes the scripts, the style and the words into dir, the folder of the
// web index.
func Write(dir string) error {
	names, err := Names()
	if err != nil {
		return err
	}
	return write(dir, names)
}

func write(dir string, names []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		data, err := dist.ReadFile(path.Join("dist", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// WriteInflate writes only the script that browsers without DecompressionStream load to read
// a packed web index, for pages whose scripts have all else in themselves.
func WriteInflate(dir string) error { return write(dir, []string{"vade-inflate.js"}) }

// Words are the words of the interface in one language, by their names.
type Words map[string]string

// WordsIn gives the words of the language of a tag, English where it has none.
func WordsIn(tag string) (Words, error) {
	words := Words{}
	for _, lang := range []string{"en", text.BaseLanguage(tag)} {
		if strings.ContainsAny(lang, "/.") {
			continue
		}
		data, err := sources.ReadFile("elements/words/" + lang + ".json")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &words); err != nil {
			return nil, fmt.Errorf("words of %s: %w", lang, err)
		}
	}
	return words, nil
}

var placeholder = regexp.MustCompile(`\{\{([\w-]+)\}\}`)

// Results gives the markup of a page of results in the language of a tag, as
// <vade-results> makes it for itself: an endpoint fills it for readers without
// script.
func Results(tag string) (string, error) {
	words, err := WordsIn(tag)
	if err != nil {
		return "", err
	}
	markup, err := sources.ReadFile("elements/results.html")
	if err != nil {
		return "", err
	}
	filled := placeholder.ReplaceAllStringFunc(string(markup), func(name string) string {
		return html.EscapeString(words[strings.Trim(name, "{}")])
	})
	return fmt.Sprintf("<vade-results>\n%s<noscript><p>%s</p></noscript><p data-vade-missing hidden>%[2]s</p>\n</vade-results>", filled, html.EscapeString(words["missing"])), nil
}
