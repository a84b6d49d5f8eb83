//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// evaluated are the lines of vade eval.
var evaluated = regexp.MustCompile(`(?m)^(nDCG@10|MRR@10|unanswered) +([0-9.]+)`)

// evaluate adds how well an index answers judged queries.
func (m *measurement) evaluate(ctx context.Context, name, index, queries, qrels, lang string) error {
	u, err := m.vade(ctx, "eval", "--index", index, "--queries", queries, "--qrels", qrels, "--lang", lang)
	if err != nil {
		return err
	}
	for _, line := range evaluated.FindAllStringSubmatch(u.out, -1) {
		value, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			return err
		}
		f := figure{name: name + ", " + line[1], value: value, decimals: 4, better: more}
		if line[1] == "unanswered" {
			f.decimals, f.better = 0, less
		}
		m.add(f)
	}
	return nil
}

// judged measures the answers on our own site.
func (m *measurement) judged(ctx context.Context) error {
	testdata := filepath.Join("indexer", "testdata")
	return m.evaluate(ctx, "our own site", m.in(indexDir), filepath.Join(testdata, "judged.tsv"), filepath.Join(testdata, "judged.qrels"), "")
}

// shared is the folder with test collections, cases and documents that may not
// stand in the repository.
const shared = "../shared"

// python gives the path of a script in shared, or says why it cannot be run.
func python(script string) (string, error) {
	file := filepath.Join(shared, filepath.FromSlash(script))
	if _, err := os.Stat(file); err != nil {
		return "", fmt.Errorf("%s is not there", file)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		return "", errors.New("python3 is not installed")
	}
	return file, nil
}

// collection makes a site of a public collection and indexes it.
func (m *measurement) collection(ctx context.Context, name string) (site, index string, u used, err error) {
	pages, err := python("relevance/pages.py")
	if err != nil {
		return "", "", u, err
	}
	site, index = m.in("collections/"+name+"/site"), m.in("collections/"+name+"/index")
	if _, err := do(ctx, "python3", pages, filepath.Join(shared, "relevance", name), site); err != nil {
		return "", "", u, err
	}
	u, err = m.vade(ctx, "index", site, "--out", index)
	return site, index, u, err
}

// collections measures the answers on public collections.
func (m *measurement) collections(ctx context.Context) error {
	for _, c := range []struct{ name, dir, queries, qrels string }{
		{"cranfield", "cranfield", "queries.tsv", "qrels.tsv"},
		{"xquad-es", "xquad-es", "queries.tsv", "qrels.tsv"},
		{"xquad-ar", "xquad-ar", "queries.tsv", "qrels.tsv"},
		{"xquad-zh", "xquad-zh", "queries.tsv", "qrels.tsv"},
		{"hugo-docs", "hugo-docs", "queries.tsv", "qrels.tsv"},
		{"laravel, own words", "laravel", "queries.tsv", "qrels.tsv"},
		{"laravel, headings", "laravel", "headings.tsv", "headings.qrels.tsv"},
	} {
		folder := filepath.Join(shared, "relevance", c.dir)
		data, err := os.ReadFile(filepath.Join(folder, "meta.json"))
		if err != nil {
			return err
		}
		var meta struct{ Lang string }
		if err := json.Unmarshal(data, &meta); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		_, index, _, err := m.collection(ctx, c.dir)
		if err != nil {
			return err
		}
		if err := m.evaluate(ctx, c.name, index, filepath.Join(folder, c.queries), filepath.Join(folder, c.qrels), meta.Lang); err != nil {
			return err
		}
	}
	return nil
}

// scale measures what indexing costs, and how large indexes become, at the size
// that the design promises.
func (m *measurement) scale(ctx context.Context) error {
	site, index, u, err := m.collection(ctx, "scale-10k")
	if err != nil {
		return err
	}
	m.cost("indexing", u)
	return m.folders("10,000 pages: ", site, index)
}

// right is how the checks of cases and documents end.
var right = regexp.MustCompile(`(?m)^(\d+) of (\d+) (?:fields )?right$`)

// cases counts how many of the shared cases are as wanted.
func (m *measurement) cases(ctx context.Context) error {
	for _, c := range []struct {
		name, script string
		args         []string
	}{
		{"cases of search", "cases/check.py", nil},
		{"fields of imported documents", "documents/check.py", []string{"."}},
	} {
		script, err := python(c.script)
		if err != nil {
			m.lack(err.Error())
			continue
		}
		u, err := do(ctx, "python3", append([]string{script, m.in(vadeFile)}, c.args...)...)
		n := right.FindStringSubmatch(u.out) // the status is 1 where not all are right
		if n == nil {
			m.lack(fmt.Sprintf("%s: %v", c.script, err))
			continue
		}
		value, _ := strconv.Atoi(n[1])
		m.add(figure{name: c.name, value: float64(value), note: "right of " + n[2], better: more})
	}
	return nil
}

// lines counts the lines of code by package. Neither more nor less of them is
// better by itself.
func (m *measurement) lines(ctx context.Context) error {
	u, err := do(ctx, "git", "ls-files", "*.go", "*.ts", "layouts/*.html")
	if err != nil {
		return err
	}
	count := map[string]int{}
	var names []string
	for _, file := range strings.Fields(u.out) {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // deleted, and not committed yet
		}
		name := "Go in " + filepath.Dir(file)
		switch {
		case strings.HasPrefix(file, "layouts/") && filepath.Ext(file) == ".html":
			name = "templates"
		case filepath.Ext(file) == ".ts":
			name = "TypeScript in " + filepath.Dir(file)
		case strings.HasSuffix(file, "_test.go"):
			name = "tests in " + filepath.Dir(file)
		}
		if count[name] == 0 {
			names = append(names, name)
		}
		count[name] += strings.Count(string(data), "\n")
	}
	slices.Sort(names)
	for _, name := range names {
		m.count("lines of "+name, count[name], neither)
	}
	return nil
}
