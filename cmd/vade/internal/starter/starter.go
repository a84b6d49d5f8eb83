// Package starter writes a new knowledge base: a small site in the languages that
// are asked for, with three kinds of pages, a page of results and rules for
// citations, on which every command of vade works.
package starter

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"vademecum/indexer"
)

// The files of the site. Of those below content, and of hugo.toml, [[ ]] encloses
// what is filled in.
//
//go:embed all:site
var site embed.FS

// words.json holds what the pages say, by language.
//
//go:embed words.json
var wordsFile []byte

// A Site is the knowledge base that is wanted.
type Site struct {
	Title string
	// Languages by their codes, such as "en"; the first is that of the originals.
	Languages []string
	Today     time.Time // the day on which the pages count as checked
}

type words map[string]string

func allWords() []words {
	var all []words
	if err := json.Unmarshal(wordsFile, &all); err != nil {
		panic(err) // the file is part of the program
	}
	return all
}

// Languages gives the codes of the languages that a site can have.
func Languages() []string {
	var codes []string
	for _, w := range allWords() {
		codes = append(codes, w["code"])
	}
	return codes
}

// Write writes the site to dir, a folder that is not there yet or is empty. If it
// fails, it leaves nothing. Its errors name the remedy, but for what the system refuses.
func (s Site) Write(dir string) error {
	chosen, err := s.chosen()
	if err != nil {
		return err
	}
	there, err := os.ReadDir(dir)
	switch {
	case err == nil && len(there) > 0:
		return fmt.Errorf("%s is not empty: name a new folder", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the knowledge base cannot be written to %s (%w): name a new folder", dir, err)
	}
	return indexer.Replace(dir, func(tmp string) error { return s.fill(tmp, chosen) })
}

// chosen gives the words of the site's languages, in their order.
func (s Site) chosen() ([]words, error) {
	all := allWords()
	var chosen []words
	for _, code := range s.Languages {
		i := slices.IndexFunc(all, func(w words) bool { return w["code"] == code })
		if i < 0 {
			return nil, fmt.Errorf("there are no words for the language %q: choose among %s, or add another language in hugo.toml and i18n afterwards", code, strings.Join(Languages(), ", "))
		}
		if slices.ContainsFunc(chosen, func(w words) bool { return w["code"] == code }) {
			return nil, fmt.Errorf("the language %q is named twice", code)
		}
		chosen = append(chosen, all[i])
	}
	if len(chosen) == 0 {
		return nil, errors.New("name at least one language")
	}
	return chosen, nil
}

type language struct{ Code, Label, Direction string }

// filling is what a template of a file knows.
type filling struct {
	Title     string
	Original  any // of hugo.toml the code of the first language, of a page whether it is the original
	Languages []language
	Words     words
	Today     string
}

func (s Site) fill(to string, chosen []words) error {
	f := filling{Title: s.Title, Today: s.Today.Format(time.DateOnly)}
	for _, w := range chosen {
		f.Languages = append(f.Languages, language{w["code"], w["label"], w["dir"]})
	}
	return fs.WalkDir(site, "site", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := site.ReadFile(name)
		if err != nil {
			return err
		}
		file := strings.TrimPrefix(name, "site/")
		switch {
		case file == "hugo.toml":
			f.Original = chosen[0]["code"]
			return made(to, file, string(text), f)
		case strings.HasPrefix(file, "i18n/") && !slices.Contains(s.Languages, strings.TrimSuffix(path.Base(file), ".toml")):
			return nil
		case strings.HasPrefix(file, "content/"):
			for i, w := range chosen {
				f.Words, f.Original = w, i == 0
				page := file
				if i > 0 {
					page = strings.TrimSuffix(file, ".md") + "." + w["code"] + ".md"
				}
				if err := made(to, page, string(text), f); err != nil {
					return err
				}
			}
			return nil
		}
		return write(to, file, text)
	})
}

// made fills in a template and writes what it gives.
func made(dir, file, text string, f filling) error {
	t, err := template.New(file).Delims("[[", "]]").Funcs(template.FuncMap{
		"inc": func(i int) int { return i + 1 },
		// A double-quoted scalar of JSON is one of YAML and of TOML too.
		"quote": quoted,
	}).Parse(text)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return err
	}
	return write(dir, file, out.Bytes())
}

func quoted(text string) (string, error) {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		return "", fmt.Errorf("%s holds a line break or another control character: write it on one line", strconv.Quote(text))
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(text)
	return strings.TrimSpace(out.String()), err
}

func write(dir, file string, text []byte) error {
	target := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, text, 0o644)
}
