package text

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// A language holds what is particular to the words of one language: its
// stemmer and its function words. A language without an entry here is split
// and folded like every other and neither stemmed nor thinned.
type Language struct {
	Code string
	Stop map[string]bool // stems of function words
	stemmer
	stopWords []Token
	spellings map[string]string // see Spelled

	mu    sync.RWMutex
	stems map[string]string // words already stemmed
}

//go:embed stemmers/*.txt
var stemmerRules embed.FS

var stopWords = map[string][]byte{
	"ar": ar.ArabicStopWords,
	"da": da.DanishStopWords,
	"de": de.GermanStopWords,
	"en": en.EnglishStopWords,
	"es": es.SpanishStopWords,
	"fi": fi.FinnishStopWords,
	"fr": fr.FrenchStopWords,
	"hu": hu.HungarianStopWords,
	"it": it.ItalianStopWords,
	"nl": nl.DutchStopWords,
	"no": no.NorwegianStopWords,
	"pt": pt.PortugueseStopWords,
	"ro": ro.RomanianStopWords,
	"ru": ru.RussianStopWords,
	"sv": sv.SwedishStopWords,
	"tr": tr.TurkishStopWords,
}

// askingWords are the words of questions that bleve's lists leave out: those
// that begin many, and those by which one asks what something means. bleve has none for
// Chinese; of its questions each character and each pair counts as a word.
var askingWords = map[string]string{
	"en": "mean means meaning stand stands difference definition definitions",
	"ar": "ماذا لماذا كيف متى أين كم هل أي من تعريف معنى",
	"es": "dónde adónde cuál cuáles cuándo cuánto cuánta cuántos cuántas cómo quién quiénes qué significa significan diferencia definición definiciones",
	"da": "hvad hvordan hvor hvornår hvorfor hvem hvilken hvilket hvilke hvis betyder betydning definition forskel",
	"de": "was wie wo wann warum wer wem wen wessen welche welcher welches welchen wieviel wozu woher wohin bedeutet bedeutung definition unterschied",
	"fi": "mikä mitä miten missä milloin miksi kuka kenen kuinka mistä mihin tarkoittaa määritelmä ero",
	"it": "che cosa come dove quando perché chi quale quali quanto quanta quanti quante significa significano definizione differenza",
	"nl": "wat hoe waar wanneer waarom wie welke welk hoeveel betekent betekenis definitie verschil",
	"no": "hva hvordan hvor når hvorfor hvem hvilken hvilket hvilke betyr betydning definisjon forskjell",
	"pt": "quê como onde quando porquê quem qual quais quanto quanta quantos quantas significa significam definição diferença",
	"hu": "mi mit mik miért hogy hogyan hol hová honnan mikor ki kit kik kinek melyik melyek mennyi hány milyen jelent jelentése meghatározás meghatározása különbség",
	"ro": "ce cum unde când cât câtă câți câte cine cui care căror cărui înseamnă definiție definiția diferență diferența",
	"tr": "ne nedir nasıl nerede nereye nereden neden niçin niye kim kimin kime hangi hangisi kaç demek anlamı tanım tanımı fark farkı",
	"sv": "vad hur var när varför vem vilken vilket vilka betyder betydelse definition skillnad",
	"fr": "où quand comment pourquoi combien lequel laquelle lesquels quel quelle quels quelles signifie signifient différence définition définitions",
	"zh": "是什么 有什么 做什么 为什么 什么意思 什么时候 怎么 怎么做 怎样 如何 哪些 哪个 哪里 是谁 吗 呢 的 了 是 在 和 与 或 我们 多少 应该 能做什么 该做什么 定义 含义",
	"ru": "где куда откуда когда почему зачем сколько какой какая какие чей определение определения означает означают",
}

var languages = struct {
	sync.Mutex
	byCode map[string]*Language
}{byCode: map[string]*Language{}}

// LanguageOf returns the language of a BCP 47 tag; only its first part counts.
func LanguageOf(tag string) *Language {
	code := BaseLanguage(tag)
	languages.Lock()
	defer languages.Unlock()
	if l := languages.byCode[code]; l != nil {
		return l
	}
	l := newLanguage(code)
	languages.byCode[code] = l
	return l
}

func BaseLanguage(tag string) string {
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	return code
}

// MatchLanguage gives the one of the languages that serves a BCP 47 tag: the
// tag's language with its script if they have it, else its language, else its
// language in another script, else otherwise. Case and regions do not count. testdata/languages.txt holds
// examples; browser/language.ts does the same.
func MatchLanguage(tag string, languages []string, otherwise string) string {
	code := BaseLanguage(tag)
	if script := ScriptOf(tag); script != "" && slices.Contains(languages, code+"-"+script) {
		return code + "-" + script
	}
	if slices.Contains(languages, code) {
		return code
	}
	for _, l := range languages {
		if BaseLanguage(l) == code {
			return l
		}
	}
	return otherwise
}

// ScriptOf gives the script that a tag names, four letters, or that of a region
// which writes Chinese in another than the mainland, or "".
func ScriptOf(tag string) string {
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

// sameWords names the language whose rules serve one written nearly alike.
var sameWords = map[string]string{"nb": "no", "nn": "no"}

func newLanguage(code string) *Language {
	l := &Language{Code: code, stems: map[string]string{}}
	code = cmp.Or(sameWords[code], code)
	if rules, err := stemmerRules.ReadFile("stemmers/" + code + ".txt"); err == nil {
		s, err := parseStemmer(string(rules))
		if err != nil {
			panic(fmt.Sprintf("stemmers/%s.txt: %v", code, err)) // the rules are part of the program
		}
		l.stemmer = *s
	}
	words := analysis.NewTokenMap()
	if err := words.LoadBytes(stopWords[code]); err != nil {
		panic(err)
	}
	for _, w := range append(slices.Collect(maps.Keys(words)), askingWords[code]) {
		l.stopWords = append(l.stopWords, Tokens(w)...)
	}
	l.stop()
	return l
}

func (l *Language) stop() {
	l.Stop = map[string]bool{}
	for _, t := range l.stopWords {
		l.Stop[l.Term(t)] = true
	}
}

// ReadsAccents tells whether the stem of a word can depend on its accents.
func (l *Language) ReadsAccents() bool { return l.written }

// Spelled gives the language for an index in which these folded words have these terms,
// however they are written. So a word is found with its accents and without.
func (l *Language) Spelled(spellings map[string]string) *Language {
	if len(spellings) == 0 {
		return l
	}
	own := &Language{Code: l.Code, stemmer: l.stemmer, stopWords: l.stopWords, spellings: spellings, stems: map[string]string{}}
	own.stop()
	return own
}

// StemmerRules gives the rules of the language's stemmer as they are sent to
// browsers, "" if it has none.
func (l *Language) StemmerRules() string {
	rules, err := stemmerRules.ReadFile("stemmers/" + cmp.Or(sameWords[l.Code], l.Code) + ".txt")
	if err != nil {
		return ""
	}
	return compactRules(string(rules))
}

// CutsBeginnings tells whether stems may begin otherwise than their words: without an
// article, or in another alphabet.
func (l *Language) CutsBeginnings() bool { return l.Code == "ar" || l.Code == "sr" }

// Term gives the term under which a token is indexed and sought.
func (l *Language) Term(t Token) string {
	if t.CJK || !plainWord(t.Term) {
		return t.Term
	}
	word := t.Term
	if l.written {
		if term, ok := l.spellings[word]; ok {
			return term
		}
		word = cmp.Or(t.Written, word)
	}
	l.mu.RLock()
	stem, ok := l.stems[word]
	l.mu.RUnlock()
	if ok {
		return stem
	}
	stem = l.stem(word)
	if l.written { // Turkish ları is nothing but an ending
		stem = cmp.Or(Fold(stem), t.Term)
	}
	l.mu.Lock()
	if len(l.stems) < 1<<18 { // bounds what hostile queries can make us remember
		l.stems[word] = stem
	}
	l.mu.Unlock()
	return stem
}

// PhraseTokens leaves of a text one token for each place, as phrases need them:
// the parts of a name with signs, the whole of one with capitals inside.
func PhraseTokens(all []Token) []Token {
	var out []Token
	for i := 0; i < len(all); i++ {
		if t := all[i]; t.Parts == 0 || plainWord(t.Term) {
			out = append(out, t)
			i += t.Parts
		}
	}
	return out
}

// PhraseTerms gives the terms of PhraseTokens.
func (l *Language) PhraseTerms(text string) []string {
	var out []string
	for _, t := range PhraseTokens(Tokens(text)) {
		out = append(out, l.Term(t))
	}
	return out
}

// plainWord tells whether a term is of letters and digits alone: names of code
// with other signs are not stemmed.
func plainWord(term string) bool {
	for i := range len(term) {
		switch term[i] {
		case '-', '.', '_', '+', '#':
			return false
		}
	}
	return true
}

// Terms gives the terms of a text, in order.
func (l *Language) Terms(text string) []string {
	var out []string
	for _, t := range Tokens(text) {
		out = append(out, l.Term(t))
	}
	return out
}
