package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"vademecum/cmd/internal/judge"
	"vademecum/indexer"
	"vademecum/internal/need"
)

// Every query of the judged set gets the same answer from our site's pack as
// from its index: pages, sections, excerpts, scores, totals, counts.
func TestJudgedFromThePack(t *testing.T) {
	need.Long(t)
	t.Parallel()
	node := need.Program(t, "node", "install Node, see nodejs.org")
	k := ours(t)
	x := k.opened(t)
	queries, err := judge.ReadQueries("../../indexer/testdata/judged.tsv")
	if err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "search.mjs")
	if r := api.Build(api.BuildOptions{EntryPoints: []string{"../../indexer/browser/search.ts"}, Bundle: true, Format: api.FormatESModule, Outfile: bundle, Write: true}); len(r.Errors) > 0 {
		t.Fatal(r.Errors)
	}
	var requests bytes.Buffer
	enc := json.NewEncoder(&requests)
	for _, q := range queries {
		for _, lang := range []string{q.Lang, "*"} {
			if err := enc.Encode(map[string]any{"first": x.Default, "query": q.Text, "lang": lang, "lazily": lang == q.Lang}); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.Command(node, "../../indexer/browser/answer.mjs", bundle, filepath.Join(k.site, "search"))
	cmd.Stdin, cmd.Stderr = &requests, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(bytes.NewReader(out))
	for _, q := range queries {
		for _, lang := range []string{q.Lang, "*"} {
			want, err := x.Search(t.Context(), indexer.Request{Query: q.Text, Lang: lang})
			var refused indexer.RequestError
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			var got indexer.Answer
			if err := answers.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(normal(t, want), normal(t, &got)) {
				t.Errorf("%s %q in %s: the pack answers %v, the index %v", q.ID, q.Text, lang, urls(&got), urls(want))
			}
		}
	}
}

// normal is an answer as its JSON says it, without the language that it names.
func normal(t *testing.T, a *indexer.Answer) map[string]any {
	t.Helper()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	delete(out, "lang")
	return out
}

func urls(a *indexer.Answer) []string {
	var out []string
	for _, p := range a.Pages {
		out = append(out, p.URL)
	}
	return out
}
