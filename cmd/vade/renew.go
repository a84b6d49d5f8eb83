package main

import (
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

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
	"vademecum/internal/unfinished"
)

// errNotAlone says that pages cannot be renewed without the rest of the site.
var errNotAlone = errors.New("these pages cannot be built alone")

// renew builds some pages of the site that was built last, by their paths, and writes
// it and its index with them. What other pages say of them, lists above all, stays as
// it was until the site is built whole. Where that will not do, it gives errNotAlone
// and leaves everything as it was.
func (p *project) renew(ctx context.Context, pages []string, log *cli.Console) (report *indexer.Report, err error) {
	if len(p.made) == 0 || len(pages) == 0 {
		return nil, errNotAlone
	}
	settings, release, err := p.only(pages, "")
	if err != nil {
		return nil, err
	}
	defer release()
	return p.replace(ctx, log, func(site string) error {
		if _, err := p.hugo(ctx, site, append(settings, "--logLevel", "error")...); err != nil {
			return err
		}
		drawn, err := filesUnder(site)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(drawn, func(name string) bool { return path.Base(name) == "index.html" }) {
			return errNotAlone // a draft now, or an entry of a list
		}
		for _, name := range p.made {
			if err := linkUnless(filepath.Join(p.in(p.destination), name), filepath.Join(site, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// linkUnless gives a file a second name, unless something stands there.
func linkUnless(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
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

// only gives the flags with which Hugo builds some pages and nothing else, by their
// paths. The folder front, "" for none, has its content before that of the knowledge base.
func (p *project) only(pages []string, front string) (flags []string, release func(), err error) {
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
	config["segments"] = map[string]any{"some": map[string]any{"includes": []any{map[string]any{"path": "{" + strings.Join(pages, ",") + "}"}}}}
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

// addContent puts a folder of content in front of those that a configuration names.
func addContent(config map[string]any, front string) {
	module, _ := config["module"].(map[string]any)
	if module == nil {
		module = map[string]any{}
	}
	mounts, _ := module["mounts"].([]any)
	if mounts == nil {
		for _, name := range []string{"content", "data", "layouts", "i18n", "archetypes", "assets", "static"} {
			mounts = append(mounts, map[string]any{"source": name, "target": name})
		}
	}
	module["mounts"] = append([]any{map[string]any{"source": front, "target": "content"}}, mounts...)
	config["module"] = module
}

// mostRenewed bounds how many pages are renewed: of more, the whole site is built as fast.
const mostRenewed = 20

// changedPages gives the paths of the pages whose files are all that differs between
// two looks at a source. It gives nothing if other things differ, too: a template, or
// which files there are.
func changedPages(source string, before, now map[string]lookedAt) []string {
	if len(before) != len(now) {
		return nil
	}
	var pages []string
	for name, file := range now {
		old, known := before[name]
		if known && old.sum == file.sum {
			continue
		}
		page := pageOf(source, name)
		if !known || page == "" || len(pages) == mostRenewed {
			return nil
		}
		pages = append(pages, page)
	}
	slices.Sort(pages)
	return slices.Compact(pages)
}

// pageOf gives the path by which Hugo knows the page in a file, in whatever language;
// "" for other files, and for names that mean more to Hugo.
func pageOf(source, file string) string {
	name, err := filepath.Rel(filepath.Join(source, "content"), file)
	name = filepath.ToSlash(name)
	if err != nil || strings.HasPrefix(name, "../") || path.Ext(name) != ".md" || strings.ContainsAny(name, "{}[]*?,!\\ ") {
		return ""
	}
	dir, base := path.Split(name)
	base, _, _ = strings.Cut(base, ".")
	if base == "index" || base == "_index" {
		base = ""
	}
	return strings.ToLower("/" + path.Join(dir, base))
}
