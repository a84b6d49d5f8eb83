package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/sync/errgroup"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

// errNotAlone says that pages cannot be renewed without the rest of the site.
var errNotAlone = errors.New("these pages cannot be built alone")

// A part is what is built of a site: the pages whose paths match a pattern, in one
// language.
type part struct {
	path string
	lang string // "" for the one whose files name none
}

// allLanguages is the language of a part that is built in all.
const allLanguages = "*"

// inAllLanguages gives parts by the patterns of their paths.
func inAllLanguages(paths ...string) (parts []part) {
	for _, path := range paths {
		parts = append(parts, part{path, allLanguages})
	}
	return parts
}

// renew builds some pages of the site that was built last, and writes it and its
// index with them. What other pages say of them, lists above all, stays as
// it was until the site is built whole. Where that will not do, it gives errNotAlone
// and leaves everything as it was.
func (p *project) renew(ctx context.Context, pages []part, log *cli.Console) (report *indexer.Report, err error) {
	if len(p.made) == 0 || len(pages) == 0 {
		return nil, errNotAlone
	}
	settings, release, err := p.only(pages, "")
	if err != nil {
		return nil, err
	}
	defer release()
	return p.replace(ctx, log, somePages, func(site string) error {
		drawn := filepath.Join(site, ".drawn")
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error {
			_, err := p.frontMatter()
			return err
		})
		g.Go(func() error {
			_, err := p.hugo(ctx, drawn, append(settings, "--logLevel", "error")...)
			return err
		})
		g.Go(func() error { return linkAll(ctx, p.in(p.destination), site, p.made) })
		if err := g.Wait(); err != nil {
			return err
		}
		return errors.Join(moveOver(drawn, site), os.RemoveAll(drawn))
	})
}

// linkAll gives files of a folder a second name in another.
func linkAll(ctx context.Context, from, to string, names []string) error {
	made := ""
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if dir := path.Dir(name); dir != made {
			if err := os.MkdirAll(filepath.Join(to, dir), 0o755); err != nil {
				return err
			}
			made = dir
		}
		if err := link(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// moveOver moves the pages of a folder, and what belongs to them, to where others of
// their names stand.
func moveOver(from, to string) error {
	names, err := filesUnder(from)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(names, func(name string) bool { return path.Base(name) == "index.html" }) {
		return errNotAlone // a draft now, or an entry of a list
	}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Join(to, path.Dir(name)), 0o755); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// link gives a file a second name.
func link(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	text, err := os.ReadFile(from) // a disk without links
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// filesUnder gives the files under a folder by their names from there, with slashes.
func filesUnder(dir string) (names []string, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// only gives the flags with which Hugo builds some pages and nothing else.
// The folder front, "" for none, has its content before that of the knowledge base.
func (p *project) only(pages []part, front string) (flags []string, release func(), err error) {
	text, err := os.ReadFile(filepath.Join(p.source, "hugo.toml"))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: that needs the site's configuration in hugo.toml", errNotAlone)
	}
	config := map[string]any{}
	if err := toml.Unmarshal(text, &config); err != nil {
		return nil, nil, fmt.Errorf("hugo.toml: %w", err)
	}
	if front != "" {
		addContent(config, front)
	}
	config["segments"] = map[string]any{"some": map[string]any{"includes": segments(config, pages)}}
	made, err := json.Marshal(config)
	if err != nil {
		return nil, nil, err
	}
	tmp, release, err := unfinished.Folder("", "vade-only")
	if err != nil {
		return nil, nil, err
	}
	file := filepath.Join(tmp, "hugo.json")
	if err := os.WriteFile(file, made, 0o600); err != nil {
		release()
		return nil, nil, err
	}
	return []string{"--config", file, "--renderSegments", "some"}, release, nil
}

// segments gives parts in the form of a Hugo configuration.
func segments(config map[string]any, parts []part) (includes []any) {
	for _, part := range parts {
		include := map[string]any{"path": part.path}
		if part.lang == "" {
			if part.lang, _ = config["defaultContentLanguage"].(string); part.lang == "" {
				part.lang = "en" // Hugo's own
			}
		}
		if part.lang != allLanguages {
			include["sites"] = map[string]any{"matrix": map[string]any{"languages": []string{part.lang}}}
		}
		includes = append(includes, include)
	}
	return includes
}

// addContent puts a folder of content in front of those that a configuration names.
func addContent(config map[string]any, front string) {
	module, _ := config["module"].(map[string]any)
	if module == nil {
		module = map[string]any{}
	}
	mounts, _ := module["mounts"].([]any)
	if mounts == nil {
		for _, name := range readByHugo {
			mounts = append(mounts, map[string]any{"source": name, "target": name})
		}
	}
	module["mounts"] = append([]any{map[string]any{"source": front, "target": "content"}}, mounts...)
	config["module"] = module
}

// mostRenewed bounds how many pages are renewed: of more, the whole site is built as fast.
const mostRenewed = 20

// changedPages gives the pages whose files are all that differs between
// two looks at a source. It gives nothing if other things differ, too: a template, or
// which files there are.
func changedPages(source string, before, now map[string]lookedAt) []part {
	if len(before) != len(now) {
		return nil
	}
	var pages []part
	for name, file := range now {
		old, known := before[name]
		if known && old.sum == file.sum {
			continue
		}
		page := pageOf(source, name)
		if !known || page.path == "" || len(pages) == mostRenewed {
			return nil
		}
		pages = append(pages, page)
	}
	slices.SortFunc(pages, func(a, b part) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.lang, b.lang)) })
	return pages
}

// pageOf gives the page in a file, by the path and the language by which Hugo knows it; none
// for other files, and for names that mean more to Hugo.
func pageOf(source, file string) part {
	name, err := filepath.Rel(filepath.Join(source, "content"), file)
	name = filepath.ToSlash(name)
	if err != nil || strings.HasPrefix(name, "../") || path.Ext(name) != ".md" || strings.ContainsAny(name, "{}[]*?,!\\ ") {
		return part{}
	}
	dir, base := path.Split(name)
	base, lang, _ := strings.Cut(strings.TrimSuffix(base, ".md"), ".")
	if base == "index" || base == "_index" {
		base = ""
	}
	return part{strings.ToLower("/" + path.Join(dir, base)), lang}
}
