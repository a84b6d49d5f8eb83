package indexer

import (
	"context"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	xlanguage "golang.org/x/text/language"

	"vademecum/indexer/text"
)

// settleLanguages gives a language to the pages that declare none. Where a site is
// arranged by languages, in folders (/es/) or by endings (page.fr.html), it is that of
// the folder or ending, though a page may not be translated yet. Else a folder's
// name is believed only if the text does not speak against it, and a page without
// one is in the language that its text looks like, or in the site's own.
func (s *Site) settleLanguages() {
	var silent []*Page
	declared, told := map[string]int{}, map[string]int{}
	hints, deep, confirmed := map[*Page]string{}, map[*Page]bool{}, map[string]bool{}
	looksLike := make([]string, len(s.Pages))
	_ = inParallel(context.Background(), len(s.Pages), func() func(i int) {
		return func(i int) {
			if indexLanguage(s.Pages[i].Lang) == undetermined {
				looksLike[i] = detectLanguage(s.Pages[i].sample())
			}
		}
	})
	for i, p := range s.Pages {
		if p.Lang != "" && indexLanguage(p.Lang) != undetermined {
			declared[indexLanguage(p.Lang)]++
			continue
		}
		if !p.NoIndex && !p.Record && p.Lang == "" {
			silent = append(silent, p)
		}
		p.Lang = looksLike[i]
		if hint, atTop := languageOfName(p.URL); hint != "" {
			hints[p] = hint
			deep[p] = !atTop
			if p.Lang == toldAs(hint) {
				confirmed[p.Lang] = true
			}
		}
	}
	for p, hint := range hints {
		if deep[p] && !confirmed[toldAs(hint)] {
			continue
		}
		if p.Lang == "" || p.Lang == toldAs(hint) || len(confirmed) > 1 && (confirmed[toldAs(hint)] || strings.Contains(hint, "-")) {
			p.Lang = hint
		}
	}
	for _, p := range silent {
		told[indexLanguage(p.Lang)]++
	}
	own := s.ownLanguage(declared, told)
	for _, p := range s.Pages {
		if p.Lang == "" || indexLanguage(p.Lang) == undetermined && own != "" {
			p.Lang = own
		}
	}
	if len(silent) > 0 {
		s.warn(silent[0], "the language is not said by <html lang>, on %d pages; each is taken to be in that of its folder, its text or the site", len(silent))
	}
}

// ownLanguage gives the language that the front page declares, else that which most
// pages declare, else that which most are told to be in.
func (s *Site) ownLanguage(declared, told map[string]int) string {
	for _, p := range s.Pages {
		if p.URL == "/" && p.Lang != "" && declared[indexLanguage(p.Lang)] > 0 {
			return indexLanguage(p.Lang)
		}
	}
	for _, count := range []map[string]int{declared, told} {
		own := ""
		for _, lang := range sortedKeys(count) {
			if lang != undetermined && (own == "" || count[lang] > count[own]) {
				own = lang
			}
		}
		if own != "" {
			return own
		}
	}
	return ""
}

// sampleBytes of a page's text are enough to tell its language by.
const sampleBytes = 4000

func (p *Page) sample() string {
	var b strings.Builder
	b.WriteString(p.Title)
	for _, s := range p.Sections {
		if b.Len() > sampleBytes {
			break
		}
		b.WriteString(" " + s.Heading + " " + s.Text)
	}
	return b.String()
}

// languageOfName gives the language that a file's folder or ending names, and whether
// that is the folder at the top of the site, or an ending. A folder within, as in
// /docs/de/, may be named so for another reason.
func languageOfName(url string) (tag string, atTop bool) {
	folders := strings.Split(strings.Trim(path.Dir(unescape(url)+"x"), "/"), "/")
	for i, folder := range folders {
		if tag := languageOfFolder(folder); tag != "" {
			return tag, i == 0
		}
	}
	name := path.Base(url)
	name = strings.TrimSuffix(name, path.Ext(name))
	return languageOfFolder(strings.TrimPrefix(path.Ext(name), ".")), true
}

// threeLetters are the languages without a code of two letters that sites are
// translated into. Other codes of three letters are usual names: api, doc, man, new.
var threeLetters = map[string]bool{
	"ast": true, "ckb": true, "cmn": true, "dsb": true, "fil": true, "fur": true, "gsw": true, "haw": true, "hsb": true,
	"kab": true, "kok": true, "mai": true, "sat": true, "scn": true, "szl": true, "vec": true, "yue": true,
}

func languageOfFolder(name string) string {
	if code := text.BaseLanguage(name); len(code) == 3 && !threeLetters[code] {
		return ""
	}
	return languageTag(name)
}

// toldAs gives the language that the text of a page in a language is told to be in:
// both kinds of Norwegian are one there.
func toldAs(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	if base == "nb" || base == "nn" {
		return "no"
	}
	return base
}

// shortTag writes a tag with hyphens, and a language by its code of two letters if it
// has one: en for eng, he for iw.
func shortTag(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	code, rest, _ := strings.Cut(tag, "-")
	if len(code) != 3 && !slices.Contains([]string{"iw", "in", "ji"}, strings.ToLower(code)) {
		return tag
	}
	known, err := xlanguage.All.Parse(code)
	base, _ := known.Base()
	if err != nil || len(base.String()) != 2 || base.String() == code {
		return tag
	}
	if rest != "" {
		rest = "-" + rest
	}
	return base.String() + rest
}

// languageTag gives a tag in its usual form, or "" for what is none. Words such as
// "static" parse as tags as well, so only codes that name a known language count.
func languageTag(text string) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "_", "-")
	if code, _, _ := strings.Cut(text, "-"); len(code) < 2 || len(code) > 3 {
		return ""
	}
	tag, err := xlanguage.Parse(text)
	if err != nil {
		return ""
	}
	if base, confidence := tag.Base(); confidence == xlanguage.No || base.String() == undetermined {
		return ""
	}
	return tag.String()
}

// functionWords are short words that stand in almost every text of a language
// and seldom in those of the others: enough to tell languages apart, in this
// script, that declare nothing. They take no part in search.
var functionWords = map[string]string{
	"ca": "de la que i el en els les una per amb del és com no dels al més aquest aquesta",
	"cs": "a že na je se pro jako nebo které při být také jsou podle",
	"da": "og det at en den til er som på de med han af for ikke blev",
	"de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch werden",
	"en": "the of and to in is that for it with as are this be on by from or which",
	"es": "de la que el en y los del se las por un para con una es su al lo como más",
	"et": "ja on ei see et ka kui mis või aga oma siis seda ning kas nii",
	"fi": "ja on ei se että oli hän mutta ovat myös kuin tai voi jos sen joka",
	"fr": "de la le et les des en un du une que est pour qui dans par sur plus au ce avec",
	"gl": "de que e a o do da en un para unha con os non no na as polo máis ao",
	"hr": "je i u na se da za su od koji kao ili nije kako što iz te biti može",
	"hu": "a az és hogy nem is egy meg csak volt mint van de ha vagy amely",
	"id": "yang dan di dengan untuk dari ini pada adalah itu dalam tidak akan juga oleh atau",
	"it": "di che il la per un in del è le dei con una da si sono della alla come più nel",
	"lt": "ir yra su kad iš į tai kaip ne bet arba nuo po apie taip jei",
	"lv": "un ir ar no uz kas par tas vai var pie bet kā ja arī lai",
	"nl": "de het een van en in is dat op te voor met zijn niet aan er om ook als bij door",
	"no": "og det i er på til som en for med av ikke den har om et kan ble eller",
	"pl": "w i na z się do nie jest że o jak to dla oraz przez po lub może są",
	"pt": "de que o a e do da em um para com não uma os no se na por mais as dos",
	"ro": "de și în a la cu pe din care este nu mai sau pentru o să prin un sunt",
	"sk": "a je na sa v že pre ako nie sú ktoré pri aj alebo podľa tak byť",
	"sl": "je in v na se da za so ki ne tudi ali pa kot po pri iz lahko",
	"sv": "och i att det som en på är av för med till den inte har om ett kan eller",
	"tr": "ve bir bu da için ile de olarak olan çok daha ya gibi veya en ancak",
	"vi": "và của là có được cho trong các một không với này để người những",
}

// detectLanguage tells the language of a text by its script, and within the Latin
// and Cyrillic scripts by its function words and letters. It gives "" where that is not
// clear.
func detectLanguage(text string) string {
	text = text[:min(len(text), 2*sampleBytes)]
	switch script, runes := mainScript(text); script {
	case "Latn":
		return latinLanguage(text)
	case "Cyrl":
		switch {
		case runes['ў'] > 0:
			return "be"
		case runes['і'] > 0 || runes['ї'] > 0:
			return "uk"
		case runes['ђ']+runes['ј']+runes['љ'] > 0:
			return "sr"
		case runes['ы']+runes['э'] == 0 && runes['ъ'] > 0:
			return "bg"
		}
		return "ru"
	case "Arab":
		if runes['پ']+runes['چ']+runes['ژ']+runes['گ']+runes['ی'] > 0 {
			return "fa"
		}
		return "ar"
	default:
		return scriptLanguages[script]
	}
}

// scriptLanguages are the languages, one each, that a script tells by itself.
var scriptLanguages = map[string]string{
	"Grek": "el", "Hebr": "he", "Thai": "th", "Laoo": "lo", "Khmr": "km", "Mymr": "my", "Hang": "ko",
	"Jpan": "ja", "Hani": "zh", "Deva": "hi", "Beng": "bn", "Taml": "ta", "Telu": "te", "Geor": "ka", "Armn": "hy",
}

var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin}, {"Cyrl", unicode.Cyrillic}, {"Arab", unicode.Arabic}, {"Grek", unicode.Greek}, {"Hebr", unicode.Hebrew},
	{"Thai", unicode.Thai}, {"Laoo", unicode.Lao}, {"Khmr", unicode.Khmer}, {"Mymr", unicode.Myanmar}, {"Hang", unicode.Hangul},
	{"Jpan", unicode.Hiragana}, {"Jpan", unicode.Katakana}, {"Hani", unicode.Han}, {"Deva", unicode.Devanagari}, {"Beng", unicode.Bengali},
	{"Taml", unicode.Tamil}, {"Telu", unicode.Telugu}, {"Geor", unicode.Georgian}, {"Armn", unicode.Armenian},
}

// mainScript gives the script of most letters, and how often each letter stands
// in the text. A tenth of other letters among Latin ones decides against Latin,
// since names and code are Latin everywhere; Kana among Han is Japanese.
func mainScript(text string) (string, map[rune]int) {
	count, runes, letters := map[string]int{}, map[rune]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		runes[unicode.ToLower(r)]++
		for _, s := range scripts {
			if unicode.Is(s.table, r) {
				count[s.name]++
				break
			}
		}
	}
	if count["Jpan"] > 0 && count["Jpan"]*10 > count["Hani"] {
		return "Jpan", runes
	}
	best := ""
	for _, name := range sortedKeys(count) {
		if name != "Latn" && count[name] > count[best] {
			best = name
		}
	}
	if count[best]*10 < letters || best == "" {
		best = "Latn"
	}
	return best, runes
}

// languagesOfWords gives the languages that have a function word.
var languagesOfWords = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, lang := range sortedKeys(functionWords) {
		for w := range strings.FieldsSeq(functionWords[lang]) {
			out[w] = append(out[w], lang)
		}
	}
	return out
})

// The fewest function words that tell a language, how many different ones they
// must be, since a list of letters or commands says one of them again and again, and
// by how much the first language must lead before the second.
const (
	fewestFunctionWords = 8
	fewestDifferent     = 4
	functionWordLead    = 1.25
)

func latinLanguage(text string) string {
	languagesOf, count, different := languagesOfWords(), map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		for _, lang := range languagesOf[w] {
			count[lang]++
			if !seen[w] {
				different[lang]++
			}
		}
		seen[w] = true
	}
	first, second := "", ""
	for _, lang := range sortedKeys(count) {
		switch {
		case count[lang] > count[first]:
			first, second = lang, first
		case count[lang] > count[second]:
			second = lang
		}
	}
	if count[first] < fewestFunctionWords || different[first] < fewestDifferent || float64(count[first]) < functionWordLead*float64(count[second]) {
		return ""
	}
	return first
}
