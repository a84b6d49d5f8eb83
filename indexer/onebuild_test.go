package indexer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An index knows the web index that was written with it from every other: of more pages,
// of other words, of another language, and none.
func TestCheckWeb(t *testing.T) {
	write := func(files map[string]string) (index, web string) {
		t.Helper()
		site := writeSite(t, files)
		s, err := ReadSite(t.Context(), site, Options{})
		if err != nil {
			t.Fatal(err)
		}
		index, web = filepath.Join(t.TempDir(), "index"), filepath.Join(site, "search")
		if _, err := s.Write(t.Context(), index, web); err != nil {
			t.Fatal(err)
		}
		return index, web
	}
	pages := func(more ...string) map[string]string {
		files := map[string]string{"a.html": `<html lang="en"><main><h1>Boats</h1><p>"hash":"0" lie here`, "b.html": `<html lang="es"><main><h1>Barcos</h1>`}
		for i := 0; i < len(more); i += 2 {
			files[more[i]] = more[i+1]
		}
		return files
	}
	index, web := write(pages())
	x, err := Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.CheckWeb(os.DirFS(web)); err != nil {
		t.Errorf("its own: %v", err)
	}
	_, again := write(pages())
	if err := x.CheckWeb(os.DirFS(again)); err != nil {
		t.Errorf("of equal pages: %v", err)
	}
	for name, files := range map[string]map[string]string{
		"a page more":      pages("c.html", `<html lang="en"><main><h1>Masts</h1>`),
		"other words":      pages("a.html", `<html lang="en"><main><h1>Boats</h1><p>"hash":"0" lay here`),
		"another title":    pages("b.html", `<html lang="es"><main><h1>Barcas</h1>`),
		"another facet":    pages("b.html", `<html lang="es"><meta name="vade:kind" content="thing"><main><h1>Barcos</h1>`),
		"another address":  {"a.html": pages()["a.html"], "c.html": pages()["b.html"]},
		"a language fewer": {"a.html": pages()["a.html"]},
	} {
		_, other := write(files)
		if err := x.CheckWeb(os.DirFS(other)); !errors.Is(err, ErrOtherBuild) || !strings.Contains(err.Error(), "search/") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := x.CheckWeb(os.DirFS(t.TempDir())); !errors.Is(err, ErrOtherBuild) {
		t.Errorf("none: %v", err)
	}
	alone, err := Open(smallIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if err := alone.CheckWeb(os.DirFS(web)); err != nil {
		t.Errorf("an index that was written alone: %v", err)
	}
}

// Where the web index cannot be written, the index of before stays: the two belong
// together.
func TestIndexWaitsForWebIndex(t *testing.T) {
	site, index := writeSite(t, map[string]string{"a.html": `<html lang="en"><main><h1>Boats</h1>`, "file": ""}), filepath.Join(t.TempDir(), "index")
	if _, err := Build(t.Context(), site, index, nil); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(filepath.Join(index, ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadSite(t.Context(), site, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(t.Context(), index, filepath.Join(site, "file")); err == nil {
		t.Error("a web index stands where a file is")
	}
	if after, err := os.Stat(filepath.Join(index, ManifestName)); err != nil || !os.SameFile(before, after) {
		t.Errorf("the index was replaced: %v", err)
	}
}
