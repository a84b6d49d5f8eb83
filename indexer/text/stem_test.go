package text

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
	"golang.org/x/text/unicode/norm"

	"vademecum/internal/need"
)

var stemLanguages = []string{"ar", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru", "sr", "sv", "tr"}

func readStemmer(t testing.TB, language string) *stemmer {
	t.Helper()
	rules, err := os.ReadFile("stemmers/" + language + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	s, err := parseStemmer(string(rules))
	if err != nil {
		t.Fatalf("stemmers/%s.txt: %v", language, err)
	}
	return s
}

// stemRows gives the rows of testdata/stems.txt by language; a row is the word
// and its stem, or "sum" and the fingerprint.
func stemRows(t testing.TB) map[string][][2]string {
	t.Helper()
	text, err := os.ReadFile("../testdata/stems.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][][2]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 3 && f[0] != "#" {
			rows[f[0]] = append(rows[f[0]], [2]string{f[1], f[2]})
		}
	}
	return rows
}

func TestStems(t *testing.T) {
	rows := stemRows(t)
	for _, language := range stemLanguages {
		s := readStemmer(t, language)
		var words []string
		for _, row := range rows[language] {
			word, want := row[0], row[1]
			if word == "sum" {
				if got := stemSum(s.stem, words); got != want {
					t.Errorf("%s: sum %s, want %s", language, got, want)
				}
				continue
			}
			words = append(words, word)
			if got := s.stem(word); got != want {
				t.Errorf("%s: stem(%s) = %s, want %s", language, word, got, want)
			}
		}
		if len(words) < 50 || rows[language][len(words)][0] != "sum" {
			t.Errorf("%s: %d rows, or no sum at their end", language, len(words))
		}
	}
}

// withoutSteps reads a stemmer without some of its steps.
func withoutSteps(t testing.TB, language string, names ...string) *stemmer {
	t.Helper()
	rules, err := os.ReadFile("stemmers/" + language + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	skip := false
	for line := range strings.Lines(string(rules)) {
		if f := strings.Fields(line); len(f) > 0 && line[0] != ' ' {
			skip = f[0] == "step" && slices.Contains(names, f[1])
		}
		if !skip {
			kept.WriteString(line)
		}
	}
	s, err := parseStemmer(kept.String())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stemSum stems 20,000 words, each the beginning of one of words and the end
// of another, and gives a fingerprint of the stems. browser/stem.test.mjs does
// the same, step by step.
func stemSum(stem func(string) string, words []string) string {
	sum := uint32(2166136261)
	for word := range putTogether(words) {
		for _, r := range stem(word) + " " {
			sum = (sum ^ uint32(r)) * 16777619
		}
	}
	return fmt.Sprintf("%08x", sum)
}

// putTogether gives 20,000 words, each the beginning of one of words and the end of another.
func putTogether(words []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		seed := uint32(1540)
		next := func(n int) int {
			seed = seed*1103515245 + 12345
			return int((seed >> 8) % uint32(n))
		}
		for range 20000 {
			a, b := []rune(words[next(len(words))]), []rune(words[next(len(words))])
			if !yield(string(a[:next(len(a)+1)]) + string(b[next(len(b)+1):])) {
				return
			}
		}
	}
}

// English and Russian are Snowball's to the letter, but for Russian nouns of action and
// for the steps that bring British and American spellings together. Without the collections of
// the relevance tests the comparison still has the rows and forms put together.
func TestStemsAreSnowballs(t *testing.T) {
	words := collectionWords(t)
	for _, reference := range []struct {
		language string
		stem     func(*snowballstem.Env) bool
		more     []string
	}{
		{"en", english.Stem, nil},
		{"ru", russian.Stem, russianForms()},
	} {
		s := readStemmer(t, reference.language)
		if reference.language == "en" {
			s = withoutSteps(t, "en", "british", "spelling")
		}
		more := reference.more
		for _, row := range stemRows(t)[reference.language] {
			more = append(more, row[0])
		}
		for _, word := range slices.Concat(words, more) {
			if strings.ContainsAny(word, "0123456789") {
				continue
			}
			env := snowballstem.NewEnv(word)
			reference.stem(env)
			got := s.stem(word)
			if reference.language == "ru" && got+"к" == env.Current() {
				continue // a noun of action, which meets its verb
			}
			if got != env.Current() {
				t.Errorf("%s: stem(%s) = %s, Snowball has %s", reference.language, word, got, env.Current())
			}
		}
	}
}

// snowballs are the stemmers of Snowball that the other tables agree with in every word.
var snowballs = []struct {
	language, manuals string // manuals is the language of Debian's manual pages
	stem              func(*snowballstem.Env) bool
}{
	{"da", "da", danish.Stem},
	{"de", "de", german.Stem},
	{"fi", "fi", finnish.Stem},
	{"hu", "hu", hungarian.Stem},
	{"it", "it", italian.Stem},
	{"nl", "nl", dutch.Stem},
	{"no", "nb", norwegian.Stem},
	{"pt", "pt_BR", portuguese.Stem},
	{"ro", "ro", romanian.Stem},
	{"sv", "sv", swedish.Stem},
	{"tr", "tr", turkish.Stem},
}

// differing gives how many of the words get another stem from the table than from
// Snowball, and tells the first of them. Dutch is read without accents.
func differing(t *testing.T, language string, stem func(*snowballstem.Env) bool, words iter.Seq[string]) (differ int) {
	s := readStemmer(t, language)
	for word := range words {
		env := snowballstem.NewEnv(word)
		stem(env)
		read, want := word, env.Current()
		if !s.written {
			read, want = Fold(word), Fold(want)
		}
		if got := s.stem(read); got != want {
			if differ++; differ <= 10 {
				t.Errorf("%s: stem(%s) = %s, Snowball has %s", language, word, got, want)
			}
		}
	}
	return differ
}

// Words put together from the beginnings and ends of those of stems.txt reach endings
// that no text of ours has.
func TestStemsAgreeOnWordsPutTogether(t *testing.T) {
	rows := stemRows(t)
	for _, reference := range snowballs {
		var words []string
		for _, row := range rows[reference.language] {
			if row[0] != "sum" {
				words = append(words, row[0])
			}
		}
		differing(t, reference.language, reference.stem, putTogether(words))
	}
}

// Real texts are the manual pages of Debian in the language, from the packages
// manpages-de and so on.
func TestStemsAgreeOnRealTexts(t *testing.T) {
	need.Long(t)
	t.Parallel()
	for _, reference := range snowballs {
		t.Run(reference.language, func(t *testing.T) {
			words := manualWords(t, reference.manuals)
			if len(words) == 0 {
				t.Logf("no manual pages in /usr/share/man/%s, which Debian's packages bring: the words put together alone hold the table", reference.manuals)
				return
			}
			t.Logf("%d of %d words differ", differing(t, reference.language, reference.stem, maps.Keys(words)), len(words))
		})
	}
}

// manualWords gives the words of the first manual pages of a language, in small letters.
func manualWords(t *testing.T, language string) map[string]bool {
	t.Helper()
	files, _ := filepath.Glob("/usr/share/man/" + language + "/man*/*.gz")
	words := map[string]bool{}
	for _, name := range files[:min(400, len(files))] {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if z, err := gzip.NewReader(f); err == nil {
			page, _ := io.ReadAll(z) // what can be read of it
			for _, word := range strings.FieldsFunc(strings.ToLower(norm.NFC.String(string(page))), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
				words[word] = true
			}
		}
		f.Close()
	}
	return words
}

// russianForms puts stems and endings together, sense or no sense.
func russianForms() []string {
	stems := "а ы у нов ключ вид знач прав дела чита стро груз красив сильн резолюц оруж систем государств экспорт контрол комитет безопасн национальн ядерн химич принима развива обсужда коорди эффективн участ пере стран осуществл"
	endings := "а ам ами ах ая в вш вши вшись вший вшая вшиеся е ев его ее ей ейте ейш ейше ейший ем емая ему емый ен ена ение ения ениями ено ены ет ете ею ешь и ие ием ией ий ии ил ила или ило им ими ись ит ите ить их ию иям ия ишь ий й йте л ла лась ли лись ло лся н на нн нная нно нность но нный ны о ов ого ой ом ому ост ости ость ою сь ся т ть ться у уем ует уй уйте ут ующий ующего уют ую ывши ывшись ыл ыла ым ыми ыт ыть ых ь ье ью ьями ю ют ющая ющий ющихся юю я яв явши ят ях яя ивший ованный ировать ательность"
	var out []string
	for _, stem := range strings.Fields(stems) {
		for _, theme := range []string{"", "а", "и", "ова", "ен"} {
			for _, ending := range strings.Fields(endings) {
				out = append(out, stem+theme+ending)
			}
		}
	}
	return out
}

// collectionWords gives the folded words of the relevance collections, which
// lie beside the repository where they are at hand at all.
func collectionWords(t *testing.T) []string {
	t.Helper()
	files, _ := filepath.Glob("../../../shared/relevance/*/docs.jsonl")
	if len(files) == 0 {
		t.Log("no collections in shared/relevance beside the repository: compared on rows and forms only")
	}
	seen := map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var document any
			if err := json.Unmarshal(lines.Bytes(), &document); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			addWords(seen, document)
		}
		f.Close()
	}
	var out []string
	for word := range seen {
		out = append(out, word)
	}
	return out
}

// addWords collects the words of every string in a document. They are folded
// here, and not by fold, so that this test stands on nothing but the stemmers.
func addWords(seen map[string]bool, v any) {
	switch v := v.(type) {
	case string:
		marks := strings.NewReplacer("й", "й", "ё", "е")
		text := marks.Replace(norm.NFC.String(strings.ToLower(v)))
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
			seen[unaccented(word)] = true
		}
	case []any:
		for _, e := range v {
			addWords(seen, e)
		}
	case map[string]any:
		for _, e := range v {
			addWords(seen, e)
		}
	}
}

func unaccented(word string) string {
	var b strings.Builder
	for _, r := range word {
		if r == 'й' {
			b.WriteRune(r)
			continue
		}
		for _, r := range norm.NFKD.String(string(r)) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// What the doc comment of stemmer promises, one line each.
func TestStemRules(t *testing.T) {
	for _, c := range []struct{ rules, word, want string }{
		{"", "word", "word"},
		{"step s\n s >", "words2", "words2"},
		{"step s\n s >", "", ""},
		{"step s\n s es >", "boxes", "box"},
		{"step s\n s >\n es : y >", "boxes", "boxes"}, // the longest suffix counts alone
		{"step s\n es : y > 1\n es : x > i", "boxes", "boxi"},
		{"step s\n ^as > is", "as", "is"},
		{"step s\n ^as > is\n s >", "gas", "ga"},
		{"step s\n - > e", "hop", "hope"},
		{"class V aeo\nstep s : V.\n s >", "goods", "good"},
		{"class V aeo\nstep s : !V\n s >", "gos", "gos"},
		{"class N not aeo\nmark R1 N*.\nstep s within R1\n o s os >", "gos", "go"},
		{"class N not aeo\nmark R1 N*.\nstep s\n os : R1 >\n os : g > is", "gos", "gis"},
		{"mark R1 ge|go\nmark R2 R1 o+\nstep s\n d : =R2 > t", "good", "goot"},
		{"mark R1 x\nstep s : R1\n s >", "gas", "gas"},
		{"step a then c\n a >\nstep b\n - > b\nstep c\n - > c", "ha", "hc"},
		{"step a else end\n b >\nstep b\n - > b", "ha", "ha"},
		{"step a\n a > o then end\nstep b\n - > b", "ha", "ho"},
		{"step p prefix\n a : +.b >\n ac : +x >", "acb", "cb"},
		{"step e each\n b : a +a > ou", "babab", "baouab"},
		{"step e each\n ab b >", "cabbd", "cd"},
		{"step e each\n y : ^ > i", "yoy", "ioy"},
		{"step s\n s : ^.. >", "gas", "ga"},
		{"step s\n s : ^.. >", "boss", "boss"},
		{"class V a\nstep s\n s : bV+ >", "abaas", "abaa"},
		{"class V a\nstep s\n s : bV+ >", "abs", "abs"},
		{"class V a\nstep s\n s : VV* >", "aas", "aas"}, // no stepping back
		{"step s\n s : .. >", "𐐷😀s", "𐐷😀"},
		{"written\nstep s\n é >", "idé", "id"},
		{"mark C .*\nstep a @ C\n b\nstep b @ C\n a > o", "ab", "ob"}, // a mark goes from suffix to suffix
		{"mark C .*\nmark K .*\nstep a @ C\n b\nstep b @ C K\n a >", "xab", "x"},
		{"mark C .*\nmark K .*\nstep a @ C\n b\nstep b @ C K\n c >", "xab", "xab"}, // both or none
		{"mark C .*\nmark C x\nstep a @ C\n x >", "xab", "ab"},
		{"step a\n b >\nstep b then a else end\n a >", "abab", ""},
		{"step a\n - > b then a", "a", "abb"}, // no word goes round for ever
	} {
		for _, rules := range []string{c.rules, compactRules(c.rules)} {
			s, err := parseStemmer(rules)
			if err != nil {
				t.Errorf("%q: %v", rules, err)
			} else if got := s.stem(c.word); got != c.want {
				t.Errorf("%q: stem(%s) = %q, want %q", rules, c.word, got, c.want)
			}
		}
	}
}

func TestStemRulesErrors(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{"# comment\nstop", "line 2"},
		{"\n s >", "line 2: a rule"},
		{"mark R1 V", "no class V"},
		{"class VW a", "line 1: class VW"},
		{"mark R2 R1 a", "no mark R1"},
		{"step a within R1", "no mark R1"},
		{"step a\nstep a", "line 2: step"},
		{"step a sideways", "line 1: step"},
		{"step a\nstep b then b a", "too much"},
		{"step a @ C", "no mark C"},
		{"mark C .*\nstep a @ C C C", "too much"},
		{"step a\n s > then c", "line 2: no step c"},
		{"step a\n s > a b", "too much"},
		{"step a\n s else end", "line 2: a rule"},
		{"step a\n s > > ", "twice"},
		{"min 3", "line 1: cannot read"},
	} {
		if _, err := parseStemmer(c.rules); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.rules, err, c.want)
		}
	}
}

func FuzzStem(f *testing.F) {
	for _, word := range []string{"", "a", "resolutions", "yyyyyy", "ууую", "والقرارات", "𐐷😀ing", "é\xff"} {
		f.Add(word)
	}
	var all []*stemmer
	for _, language := range stemLanguages {
		all = append(all, readStemmer(f, language))
	}
	f.Fuzz(func(t *testing.T, word string) {
		for i, s := range all {
			if stem := s.stem(word); len([]rune(stem)) > 2*len([]rune(word))+1 {
				t.Errorf("%s: %q grew to %q", stemLanguages[i], word, stem)
			}
		}
	})
}

// Whatever the table says, reading it gives an error or a stemmer that ends.
func FuzzStemRules(f *testing.F) {
	for _, language := range stemLanguages {
		rules, err := os.ReadFile("stemmers/" + language + ".txt")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(rules), "resolutions")
	}
	f.Fuzz(func(t *testing.T, rules, word string) {
		if len(rules) > 4000 || len(word) > 100 {
			return
		}
		s, err := parseStemmer(rules)
		if err != nil {
			return
		}
		s.stem(word) // fuzzing tells of one that does not end
	})
}

func BenchmarkStem(b *testing.B) {
	rows := stemRows(b)
	for _, language := range stemLanguages {
		s := readStemmer(b, language)
		b.Run(language, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.stem(rows[language][i%len(rows[language])][0])
			}
		})
	}
}
