package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vademecum/cmd/vade/internal/importer"
)

// withFlag adds the flag that says how far a site may reach.
func (p *project) withFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.with, "with", string(importer.Public), "what to take in besides public pages: own, or own and restricted ones with restricted")
}

// everything is the reach that takes in all pages.
const everything = string(importer.Restricted)

// reachEnv gives the environment in which Hugo leaves out the pages that reach
// less far than the site may show. Templates find the reach as the parameter
// "with". Hugo does not even read the files of such pages, so that no list,
// count, index or copy can hold a word of them.
func (p *project) reachEnv() ([]string, error) {
	with := p.with
	if with == "" {
		with = string(importer.Public)
	}
	asked := slices.Index(importer.Reaches, importer.Reach(with))
	if asked < 0 {
		return nil, fmt.Errorf("--with %s: write public, own or restricted", with)
	}
	reaches, err := p.reaches()
	if err != nil {
		return nil, err
	}
	hidden := []string{}
	for page, reach := range reaches {
		if reach > asked {
			hidden = append(hidden, page)
		}
	}
	slices.Sort(hidden)
	list, err := json.Marshal(hidden)
	if err != nil {
		return nil, err
	}
	return []string{"HUGO_PARAMS_WITH=" + with, "HUGO_IGNOREFILES=" + string(list)}, nil
}

// reaches gives, for the files of every page that is not public, a regular
// expression of their paths and how far the page reaches. A page in several
// languages reaches as far as the narrowest of them.
func (p *project) reaches() (map[string]int, error) {
	out := map[string]int{}
	err := p.eachPage(func(name string, text []byte) {
		if reach := reachOf(name, text); reach > 0 {
			pattern := filesOf(name)
			out[pattern] = max(out[pattern], reach)
		}
	})
	return out, err
}

// eachPage calls do with every file of content that Hugo may take for a page, by its
// name from the source, with slashes.
func (p *project) eachPage(do func(name string, text []byte)) error {
	content := filepath.Join(p.source, "content")
	err := filepath.WalkDir(content, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(pageEndings, strings.ToLower(filepath.Ext(file))) {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(p.source, file)
		if err != nil {
			return err
		}
		do(filepath.ToSlash(name), text)
		return nil
	})
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// pageEndings are the endings of files that Hugo may take for pages.
var pageEndings = []string{".md", ".mdown", ".markdown", ".html", ".htm", ".adoc", ".org", ".rst", ".pandoc"}

var (
	reFrontMatter = regexp.MustCompile(`(?s)^\x{feff}?\s*(?:---\r?\n(.*?)\n---|\+\+\+\r?\n(.*?)\n\+\+\+|(\{.*))`)
	reReach       = regexp.MustCompile(`(?mi)^[\s{,]*["']?reach["']?\s*[:=]\s*["']?([\w-]+)`)
)

// ownFolder holds documents that are not public unless they say so.
const ownFolder = "content/documents/own/"

// reachOf is the place of a page's reach among importer.Reaches. What is written
// wrongly is taken for the narrowest; check tells of it.
func reachOf(name string, text []byte) int {
	m := reReach.FindSubmatch(frontOf(text))
	switch {
	case m != nil:
		if i := slices.Index(importer.Reaches, importer.Reach(strings.ToLower(string(m[1])))); i >= 0 {
			return i
		}
		return len(importer.Reaches) - 1
	case strings.HasPrefix(name, ownFolder):
		return slices.Index(importer.Reaches, importer.Own)
	}
	return 0
}

// frontOf gives the front matter of a page; nothing if it has none.
func frontOf(text []byte) []byte { return reFrontMatter.Find(text[:min(len(text), mostFront)]) }

// mostFront bounds the front matter that is searched.
const mostFront = 1 << 20

// filesOf is a regular expression of the files of a page in all languages, and
// of what lies with it in its folder.
func filesOf(name string) string {
	dir, base := path.Split(name)
	base, _, _ = strings.Cut(base, ".")
	if base == "index" || base == "_index" {
		return "(^|/)" + regexp.QuoteMeta(dir)
	}
	return "(^|/)" + regexp.QuoteMeta(dir+base) + `\.([A-Za-z-]+\.)?[A-Za-z]+$`
}
