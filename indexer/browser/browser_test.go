package browser

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var update = flag.Bool("update", false, "write what the sources make")

// What is committed in dist, and the markup as data, is what the sources make.
func TestDist(t *testing.T) {
	for _, make := range []func(*testing.T) map[string]string{data, bundles} { // bundles hold the data
		for file, want := range make(t) {
			if *update {
				if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != want {
				t.Errorf("%s is not what the sources make: run go generate ./indexer/browser (%v)", file, err)
			}
		}
	}
	names, err := Names()
	if err != nil {
		t.Fatal(err)
	}
	made := bundles(t)
	for _, part := range []string{"dist/vade-results.js", "dist/vade-rare.js"} {
		if strings.Contains(made[part], "createScriptURL") {
			t.Errorf("%s has a second web index in it, which knows nothing of the first: name in fromCore all modules that core.ts puts into its kit", part)
		}
	}
	for _, name := range names {
		if made["dist/"+name] == "" {
			t.Errorf("nothing makes dist/%s: remove it", name)
		}
	}
}

// Pages load the stub and the style, and the core when someone searches: on a
// slow line every kilobyte counts.
func TestSizes(t *testing.T) {
	for file, most := range map[string]int{"dist/vade.js": 3_000, "dist/vade.css": 4_100} {
		if data, err := os.ReadFile(file); err != nil || len(data) > most {
			t.Errorf("%s has %d bytes, more than %d (%v)", file, len(data), most, err)
		}
	}
	for file, most := range map[string]int{"dist/vade-core.js": 16_000, "dist/vade-rare.js": 7_300, "dist/vade-results.js": 6_400} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		_, _ = w.Write(data)
		_ = w.Close()
		t.Logf("%s: %d bytes, %d packed", file, len(data), packed.Len())
		if packed.Len() > most {
			t.Errorf("%s has %d bytes packed, more than %d", file, packed.Len(), most)
		}
	}
}

// Every language has the words that English has, with the same places to fill.
func TestWords(t *testing.T) {
	files, err := filepath.Glob("elements/words/*.json")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	english := read[Words](t, "elements/words/en.json")
	markup := ""
	for _, file := range []string{"elements/results.html", "elements/box.html"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		markup += string(text)
	}
	for _, m := range placeholder.FindAllStringSubmatch(markup, -1) {
		if english[m[1]] == "" {
			t.Errorf("there is no word for %s", m[0])
		}
	}
	for _, file := range files {
		words := read[Words](t, file)
		if got, want := slices.Sorted(maps.Keys(words)), slices.Sorted(maps.Keys(english)); !slices.Equal(got, want) {
			t.Errorf("%s has other words than English: %v", file, got)
		}
		for name, word := range words {
			for _, place := range []string{"%d", "{limit}", "{name}", "{value}"} {
				if strings.Count(word, place) != strings.Count(english[name], place) {
					t.Errorf("%s: %s: %q has not the places of %q", file, name, word, english[name])
				}
			}
		}
	}
}

func read[T any](t *testing.T, file string) (v T) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// data makes the markup as data, and the list of languages, for the scripts.
func data(t *testing.T) map[string]string {
	t.Helper()
	var languages []string
	files, _ := filepath.Glob("elements/words/*.json")
	for _, file := range files {
		if lang := strings.TrimSuffix(filepath.Base(file), ".json"); lang != "en" { // which is in the core
			languages = append(languages, lang)
		}
	}
	out := map[string]string{"elements/languages.json": asJSON(t, languages)}
	english := read[Words](t, "elements/words/en.json")
	for name, words := range map[string]Words{"box": said(t, "elements/box.html", "elements/box.ts"), "results": said(t, "elements/results.html"), "refused": english} {
		some := Words{}
		for word := range words {
			if text, ok := english[word]; ok && strings.HasPrefix(word, "refused-") == (name == "refused") {
				some[word] = text
			}
		}
		out["elements/words-"+name+".json"] = asJSON(t, some)
	}
	for _, name := range []string{"results", "box"} {
		f, err := os.Open("elements/" + name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		nodes, err := html.ParseFragment(f, &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"})
		if err != nil {
			t.Fatal(err)
		}
		out["elements/"+name+".json"] = asJSON(t, tree(nodes))
	}
	return out
}

// said gives the names of words that files name: {{name}} in markup, words.name in a script.
func said(t *testing.T, files ...string) Words {
	t.Helper()
	names := Words{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:\{\{|\bwords\.)([\w-]+)`).FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = ""
		}
	}
	return names
}

func tree(nodes []*html.Node) []any {
	out := []any{}
	for _, n := range nodes {
		switch {
		case n.Type == html.TextNode && !strings.Contains(n.Data, "\n"):
			out = append(out, n.Data)
		case n.Type == html.ElementNode:
			attributes := map[string]string{}
			for _, a := range n.Attr {
				attributes[a.Key] = a.Val
			}
			out = append(out, append([]any{n.Data, attributes}, tree(slices.Collect(n.ChildNodes()))...))
		}
	}
	return out
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fromCore lets the scripts that the core loads use its modules instead of having them
// twice.
var fromCore = api.Plugin{Name: "from the core", Setup: func(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `/(ask|webindex|search|index|words|marked|typing)$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "kit", Namespace: "core"}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: "core"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
		kit := "module.exports = self.vademecum.kit"
		return api.OnLoadResult{Contents: &kit}, nil
	})
}}

// loadsRare leaves what few searches need out of the core.
var loadsRare = api.Plugin{Name: "loads what few searches need", Setup: func(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `/rarely$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
		way, err := filepath.Abs("elements/rarely.ts")
		return api.OnResolveResult{Path: way}, err
	})
}}

// scripts makes the scripts and the style, the scripts with a version.
func scripts(t *testing.T, version string) map[string]string {
	t.Helper()
	out := map[string]string{}
	plugins := map[string][]api.Plugin{"vade-core.js": {loadsRare}, "vade-rare.js": {fromCore}, "vade-inflate.js": {fromCore}, "vade-results.js": {fromCore}}
	for name, source := range map[string]string{"vade.js": "stub.ts", "vade-core.js": "core.ts", "vade-rare.js": "rare.ts", "vade-inflate.js": "inflate.ts", "vade-results.js": "results.ts", "vade.css": "vade.css"} {
		r := api.Build(api.BuildOptions{
			EntryPoints: []string{"elements/" + source}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2021, Charset: api.CharsetUTF8,
			MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true, LogLimit: 20,
			Plugins: plugins[name], Define: map[string]string{"VERSION": version},
		})
		if len(r.Errors)+len(r.Warnings) > 0 {
			t.Fatal(r.Errors, r.Warnings)
		}
		out["dist/"+name] = "/* " + ours + " */" + string(r.OutputFiles[0].Contents)
	}
	return out
}

// version tells scripts from those that were made of other sources.
func version(t *testing.T) string {
	t.Helper()
	made := scripts(t, "0")
	h := fnv.New32a()
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if strings.HasSuffix(name, ".js") {
			_, _ = h.Write([]byte(made[name]))
		}
	}
	return strconv.FormatUint(uint64(h.Sum32()), 10)
}

// bundles makes the files that a site gets.
func bundles(t *testing.T) map[string]string {
	t.Helper()
	out := scripts(t, version(t))
	types, err := os.ReadFile("elements/vade.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	out["dist/vade.d.ts"] = string(types)
	files, _ := filepath.Glob("elements/words/*.json")
	for _, file := range files {
		if lang := strings.TrimSuffix(filepath.Base(file), ".json"); lang != "en" {
			call := strings.TrimSpace(asJSON(t, []any{lang, "words", 0, read[Words](t, file), ""}))
			out["dist/vade-"+lang+".js"] = "/* " + ours + " */(self.vademecum??=[]).push(" + call + ")\n"
		}
	}
	return out
}
