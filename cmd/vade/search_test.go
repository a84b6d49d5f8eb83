package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	index := beesIndex(t)
	for _, c := range []struct{ args, want string }{
		{"frames eggs", `1 page; what matches in part follows

1. Spring inspection  [en]
   /kb/tasks/spring-inspection/#look
     What to look for
     *Eggs* in the cells say that the queen is alive. Count the *frames* with brood and note them on the hive card.

2. Autumn feeding  [en]
   /kb/tasks/autumn-feeding/#amount
     How much
     A colony on ten *frames* winters on fifteen kilograms. Weigh the hive before and after, as rule 4(b) asks.
`},
		{"larvae", `1 page

1. Wax moth  [en]
   /kb/pests/wax-moth/
     Stored combs are eaten by its *larvae*. Cold kills them: two nights in the freezer are enough.
`},
		{"zeppelin", "Nothing found. Try fewer or other words, or --lang '*' for all languages.\n"},
	} {
		if stdout, _ := must(t, "search", "--index", index, c.args); stdout != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.args, stdout, c.want)
		}
	}
}

// The site's own facets, citations, vocabulary and languages work as ours do.
func TestSearchOfAnotherSubject(t *testing.T) {
	t.Parallel()
	index := beesIndex(t)
	for _, c := range []struct{ name, args, want string }{
		{"a citation by the site's patterns", "rule 4(b)", "/kb/rules/hive-rules/#r4-b"},
		{"of the whole text", "hive rules", "/kb/rules/hive-rules/"},
		{"a name of the vocabulary", "Varroamilbe", "/kb/pests/varroa/"},
		{"across languages", "Varroamilbe", "/kb/pests/varroa/"},
		{"a facet of the site's own", "season:autumn", "/kb/tasks/autumn-feeding/"},
		{"an unknown word that is nearly one", "varoa", "/kb/pests/varroa/"},
		{"a language that is no UN language, folded", "fruhjahrsdurchsicht --lang de", "/kb/de/tasks/spring-inspection/"},
		{"all languages", "Königin --lang *", "/kb/de/tasks/spring-inspection/#look"},
		{"without a word", "hive -rules -varroa gooseneck", "/kb/plain/"},
	} {
		words, flags, _ := strings.Cut(c.args, " --lang ")
		args := []string{"--index", index, words}
		if flags != "" {
			args = append(args, "--lang", flags)
		}
		a := answer(t, args...)
		if len(a.Pages) == 0 {
			t.Errorf("%s: %s finds nothing", c.name, c.args)
		} else if got := a.Pages[0].Sections[0].URL; got != c.want && a.Pages[0].URL != c.want {
			t.Errorf("%s: %s gives %s, want %s", c.name, c.args, got, c.want)
		}
	}
}

func TestSearchFlags(t *testing.T) {
	t.Parallel()
	index := beesIndex(t)
	stdout, _ := must(t, "search", "--index", index, "--size", "2", "--page", "2", "hive")
	holds(t, stdout, "\n3. ")
	stdout, _ = must(t, "search", "--index", index, "--size", "3", "--page", "2", "hive")
	holds(t, stdout, "\n4. ")
	stdout, _ = must(t, "search", "--index", index, "broood")
	holds(t, stdout, "Showing results for brood. With --exact: broood\n")
	stdout, _ = must(t, "search", "--index", index, "--exact", "broood")
	holds(t, stdout, "Nothing found")
	stdout, _ = must(t, "search", "--index", index, "Varroamilbe")
	holds(t, stdout, "also: Varroa mite")
	stdout, _ = must(t, "search", "--index", index, "--explain", "brood")
	holds(t, stdout, "all of the words; score ", "idf ")
	stdout, _ = must(t, "search", "--index", index, "hive", "--", "-rules")
	if strings.Contains(stdout, "Hive rules") {
		t.Errorf("what was left out is there:\n%s", stdout)
	}
	// The answer is the endpoint's: markup stays as it was written.
	stdout, _ = must(t, "search", "--index", index, "--json", "<b>brood</b>")
	holds(t, stdout, `"query": "<b>brood</b>"`, `"match": true`, `"facets": {`)
}

func TestSearchRefuses(t *testing.T) {
	t.Parallel()
	index := beesIndex(t)
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"--index", index, ""}, []string{"Type a word"}},
		{[]string{"--index", index, "  ?! "}, []string{"Type a word"}},
		{[]string{"--index", index, strings.Repeat("honey ", 2000)}, []string{"longer than 10000 characters"}},
		{[]string{"--index", index, "--size", "1000", "honey"}, []string{"1 to 100"}},
		{[]string{"--index", filepath.Join(index, "missing"), "honey"}, []string{"no search index", "missing", "vade build"}},
		{[]string{"--index", t.TempDir(), "honey"}, []string{"no search index", "vade build"}},
	} {
		stdout, _, err := vade(append([]string{"search"}, c.args...)...)
		says(t, err, c.says...)
		if stdout != "" {
			t.Errorf("%.60q answers %q", c.args, stdout)
		}
	}
}

func TestSearchInDamagedIndex(t *testing.T) {
	t.Parallel()
	index := filepath.Join(t.TempDir(), "index")
	if err := os.CopyFS(index, os.DirFS(beesIndex(t))); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(index, "vademecum.json")
	whole := read(t, manifest)
	write(t, manifest, strings.Replace(whole, `"format": `, `"format": 99`, 1))
	_, _, err := vade("search", "--index", index, "honey")
	says(t, err, index, "format 99", "vade build")
	write(t, manifest, whole[:len(whole)/2])
	_, _, err = vade("search", "--index", index, "honey")
	says(t, err, index, "damaged", "vade build")
}

func TestEval(t *testing.T) {
	t.Parallel()
	index, dir := beesIndex(t), t.TempDir()
	queries := write(t, filepath.Join(dir, "queries.txt"), "# the queries\n1\tbrood frames\n2\tKönigin\tde\n\n3\tzeppelin\n4\tnobody judged this\n5\t\n")
	qrels := write(t, filepath.Join(dir, "qrels.txt"), "1 kb/tasks/spring-inspection 1\n1\t/kb/pests/varroa/\t2\n2 0 kb/de/tasks/spring-inspection 1\n3 kb/plain 1\n3 kb/none 0\n5 kb/plain 1\n")
	run := filepath.Join(dir, "run.txt")
	stdout, _ := must(t, "eval", "--index", index, "--queries", queries, "--qrels", qrels, "--run", run)
	// Query 1: of two judged pages the better one comes second,
	// (1/log2(2) + 2/log2(3)) / (2/log2(2) + 1/log2(3)) = .8597; query 2: 1;
	// queries 3 and 5 have no answer: 0.
	holds(t, stdout, "queries      4\n", "nDCG@10      0.4649\n", "MRR@10       0.5000\n", "recall@100   0.5000\n", "unanswered   2 (50.0 %)\n", "latency")
	holds(t, read(t, run), "1\tkb/tasks/spring-inspection\t1\t", "1\tkb/pests/varroa\t2\t", "2\tkb/de/tasks/spring-inspection\t1\t")

	for _, c := range []struct{ queries, qrels, says string }{
		{"no tab\n", "1 a 1\n", "line 1: a query needs an id"},
		{"1\ta\n", "1 a\n", "line 1: a judgment needs"},
		{"1\ta\n", "# comment\n1 a much\n", `line 2: relevance "much"`},
		{"1\ta\n", "2 a 1\n", "do the ids agree"},
	} {
		q, r := write(t, filepath.Join(dir, "q"), c.queries), write(t, filepath.Join(dir, "r"), c.qrels)
		_, _, err := vade("eval", "--index", index, "--queries", q, "--qrels", r)
		says(t, err, c.says)
	}
	_, _, err := vade("eval", "--index", index, "--queries", filepath.Join(dir, "missing"), "--qrels", qrels)
	says(t, err, "missing")
}
