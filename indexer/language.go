package indexer

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/registry"
)

// A language holds what is particular to the words of one language: its
// stemmer and its function words. A language without an entry here is split
// and folded like every other and neither stemmed nor thinned.
type language struct {
	code string
	stop map[string]bool // stems of function words
	stemmer

	mu    sync.RWMutex
	stems map[string]string // words already stemmed
}

//go:embed stemmers/*.txt
var stemmerRules embed.FS

var stopWords = map[string][]byte{
	"ar": ar.ArabicStopWords,
	"en": en.EnglishStopWords,
	"es": es.SpanishStopWords,
	"fr": fr.FrenchStopWords,
	"ru": ru.RussianStopWords,
}

// askingWords are the words of questions that bleve's lists leave out: those
// that begin many, and those by which one asks what something means.
var askingWords = map[string]string{
	"en": "mean means meaning stand stands difference",
	"ar": "ماذا لماذا كيف متى أين كم هل أي من",
	"es": "dónde adónde cuál cuáles cuándo cuánto cuánta cuántos cuántas cómo quién quiénes qué significa significan diferencia",
	"fr": "où quand comment pourquoi combien lequel laquelle lesquels quel quelle quels quelles signifie signifient différence",
	"ru": "где куда откуда когда почему зачем сколько какой какая какие чей",
}

var languages = struct {
	sync.Mutex
	byCode map[string]*language
}{byCode: map[string]*language{}}

// languageOf returns the language of a BCP 47 tag; only its first part counts.
func languageOf(tag string) *language {
	code := baseLanguage(tag)
	languages.Lock()
	defer languages.Unlock()
	if l := languages.byCode[code]; l != nil {
		return l
	}
	l := newLanguage(code)
	languages.byCode[code] = l
	return l
}

func baseLanguage(tag string) string {
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	return code
}

// matchLanguage gives the one of the languages that serves a BCP 47 tag: the
// tag's language with its script if they have it, else its language, else its
// language in another script, else otherwise. Case and regions do not count. testdata/languages.txt holds
// examples; browser/language.ts does the same.
func matchLanguage(tag string, languages []string, otherwise string) string {
	code := baseLanguage(tag)
	if script := scriptOf(tag); script != "" && slices.Contains(languages, code+"-"+script) {
		return code + "-" + script
	}
	if slices.Contains(languages, code) {
		return code
	}
	for _, l := range languages {
		if baseLanguage(l) == code {
			return l
		}
	}
	return otherwise
}

// scriptOf gives the script that a tag names, four letters, or that of a region
// which writes Chinese in another than the mainland, or "".
func scriptOf(tag string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	implied := ""
	for _, part := range parts[1:] {
		if len(part) == 1 { // extensions begin
			break
		}
		if len(part) == 4 && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") == "" {
			return part
		}
		if parts[0] == "zh" && slices.Contains([]string{"tw", "hk", "mo"}, part) {
			implied = "hant"
		}
	}
	return implied
}

func newLanguage(code string) *language {
	l := &language{code: code, stop: map[string]bool{}, stems: map[string]string{}}
	if rules, err := stemmerRules.ReadFile("stemmers/" + code + ".txt"); err == nil {
		s, err := parseStemmer(string(rules))
		if err != nil {
			panic(fmt.Sprintf("stemmers/%s.txt: %v", code, err)) // the rules are part of the program
		}
		l.stemmer = *s
	}
	if list, ok := stopWords[code]; ok {
		words := analysis.NewTokenMap()
		if err := words.LoadBytes(list); err != nil {
			panic(err)
		}
		for _, w := range append(slices.Collect(maps.Keys(words)), askingWords[code]) {
			for _, t := range tokens(w) {
				l.stop[l.term(t)] = true
			}
		}
	}
	return l
}

// term gives the term under which a token is indexed and sought.
func (l *language) term(t token) string {
	if t.cjk {
		return t.term
	}
	l.mu.RLock()
	stem, ok := l.stems[t.term]
	l.mu.RUnlock()
	if ok {
		return stem
	}
	stem = l.stem(t.term)
	l.mu.Lock()
	if len(l.stems) < 1<<18 { // bounds what hostile queries can make us remember
		l.stems[t.term] = stem
	}
	l.mu.Unlock()
	return stem
}

// terms gives the terms of a text, in order.
func (l *language) terms(text string) []string {
	var out []string
	for _, t := range tokens(text) {
		out = append(out, l.term(t))
	}
	return out
}

// analyzer is words to terms as bleve calls it. Offsets are left out: excerpts
// find their matches in the text itself, and offsets double the positions.
type analyzer struct {
	language *language
	written  bool // keep words as they are written, folded
}

func (a analyzer) Analyze(text []byte) analysis.TokenStream {
	found := tokens(string(text))
	all := make([]analysis.Token, 0, len(found))
	for _, t := range found {
		term := t.term
		if !a.written {
			term = a.language.term(t)
		} else if t.cjk {
			continue
		}
		all = append(all, analysis.Token{Term: []byte(term), Position: t.pos})
	}
	out := make(analysis.TokenStream, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

// The names under which bleve finds our analyzers; they stand in the index.
const (
	analyzerType    = "vademecum"
	writtenAnalyzer = "vademecum-written"
)

func init() {
	err := registry.RegisterAnalyzer(analyzerType, func(config map[string]any, _ *registry.Cache) (analysis.Analyzer, error) {
		code, _ := config["language"].(string)
		return analyzer{language: languageOf(code)}, nil
	})
	if err == nil {
		err = registry.RegisterAnalyzer(writtenAnalyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
			return analyzer{written: true}, nil
		})
	}
	if err != nil {
		panic(err)
	}
}
