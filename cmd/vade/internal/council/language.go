package council

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Language is what one of the official languages shows of a resolution.
type Language struct {
	Code string // "en"
	// Small says that paragraphs do not begin with a capital, so that small
	// letters tell nothing.
	Small bool

	opening  *regexp.Regexp // the line that begins the preamble
	bare     *regexp.Regexp // the same without its comma; nil where a masthead has that line, too
	adopted  *regexp.Regexp // begins the lines that say when the resolution was adopted
	preamble *regexp.Regexp // the first word of a preambular paragraph
	acts     *regexp.Regexp // the beginning of an operative paragraph
}

var languages = []Language{
	{"en", false, line(`(?:The Security Council|THE SECURITY COUNCIL)\s?[,:]`), line(`The Security Council`), start(`Adopted (?:unanimously )?by the Security Council`),
		regexp.MustCompile(`^\p{Lu}\p{Ll}*(?:ing|ed|ly)$|^(?:Mindful|Conscious|Aware|Further|Also|Desirous|Cogni[sz]ant|Anxious|Eager|Hopeful|Confident|Grateful|Fully)$`), acting("en")},
	{"fr", false, line(`Le Conseil de sécurité\s?[,:]`), line(`Le Conseil de sécurité`), start(`Adoptée par le Conseil`),
		regexp.MustCompile(`^\p{Lu}[\p{Ll}’']*(?:ant|ée?|ment|cue?|lue?|ient)$|^(?:Se|S[’']\p{Ll}+ant|Soucieu(?:x|se)|Désireu(?:x|se)|Inquiet|Inquiète)$`), acting("fr")},
	{"es", false, line(`El Consejo de Seguridad\s?[,:]`), line(`El Consejo de Seguridad`), start(`(?:Aprobada|Adoptada) por el Consejo`),
		regexp.MustCompile(`^\p{Lu}\p{Ll}*(?:ndo|ndose|[ai]d[oa]|mente|iente)$|^(?:Resuelto|Resuelta|Deseos[oa]|Decidid[oa]|Sumamente|Muy)$`), acting("es")},
	{"ru", true, line(`Совет Безопасности\s?,`), nil, start(`Принята`),
		regexp.MustCompile(`(?i)^\p{L}+(?:ая|яя|уя|ясь|ась|вшись|учи)$`), acting("ru")},
	{"ar", true, line(`إن مجلس الأمن\s?،`), line(`إن مجلس الأمن`), start(`(?:الذي )?اتخذه`),
		regexp.MustCompile(`^وإذ$|^إذ$`), acting("ar")},
	{"zh", true, line(`安全理事会\s?，`), nil, regexp.MustCompile(`安全理事会.*通过$`),
		regexp.MustCompile(`^$`), acting("zh")},
}

func line(pattern string) *regexp.Regexp  { return regexp.MustCompile(`^` + pattern + `$`) }
func start(pattern string) *regexp.Regexp { return regexp.MustCompile(`^` + pattern) }

// acting matches the verbs that open operative paragraphs, at the start of a
// line. Chinese runs on without spaces.
func acting(lang string) *regexp.Regexp {
	i := slices.IndexFunc(operativeVerbs, func(v verbs) bool { return v.lang == lang })
	end := `(?:\P{L}|$)`
	if lang == "zh" {
		end = ""
	}
	return start(`(?i:` + Adverbs + `(?:` + strings.Join(operativeVerbs[i].list, "|") + `))` + end)
}

// Codes are the codes of the official languages.
func Codes() []string {
	var out []string
	for _, l := range languages {
		out = append(out, l.Code)
	}
	return out
}

// LanguageOf finds an official language by its code.
func LanguageOf(code string) (Language, bool) {
	i := slices.IndexFunc(languages, func(l Language) bool { return l.Code == code })
	if i < 0 {
		return Language{}, false
	}
	return languages[i], true
}

// Opening tells the language in which a line is the formula that opens a
// resolution. A comma tells it from the name of the Council in the masthead;
// loose takes it without one where no masthead has it so.
func Opening(text string, loose bool) (Language, bool) {
	for _, l := range languages {
		if l.opening.MatchString(text) || loose && l.bare != nil && l.bare.MatchString(text) {
			return l, true
		}
	}
	return Language{}, false
}

var reOpeningInLine = regexp.MustCompile(`^((?:The Security Council|Le Conseil de sécurité|El Consejo de Seguridad),?)\s+(\p{Ll}.*|\p{Lu}\p{Ll}+\s.*)$`)

// CutOpening parts a line that goes on behind the formula that opens a resolution:
// in its first years the sentence often did.
func CutOpening(text string) (opening, rest string, ok bool) {
	m := reOpeningInLine.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// Adopted tells whether a line begins those that say when a resolution was
// adopted.
func (l Language) Adopted(text string) bool { return l.adopted.MatchString(text) }

// wrappedNames are words that end as the first word of a preambular paragraph does,
// and begin a line because a name was wrapped.
var wrappedNames = []string{"United", "Limited", "Associated", "Beijing", "July", "Italy"}

// OpensPreamble tells whether a line begins as a preambular paragraph does.
func (l Language) OpensPreamble(text string) bool {
	first := strings.TrimRight(firstWord(text), ",،")
	return !slices.Contains(wrappedNames, first) && l.preamble.MatchString(first)
}

// Acts tells whether a line begins as an operative paragraph does.
func (l Language) Acts(text string) bool { return l.MayBegin(text) && l.acts.MatchString(text) }

// MayBegin tells whether a paragraph may begin with these words.
func (l Language) MayBegin(text string) bool {
	if l.Small {
		return true
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \t\n\"'“‘«(["))
	return !unicode.IsLower(r)
}

func firstWord(text string) string {
	if f := strings.Fields(text); len(f) > 0 {
		return f[0]
	}
	return ""
}
