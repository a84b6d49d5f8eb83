package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A tongue is what one of the official languages shows of a resolution.
type tongue struct {
	lang string
	// opening is the line that begins the preamble; a comma tells it from the
	// name of the Council in the masthead.
	opening *regexp.Regexp
	// adopted begins the lines that say when the resolution was adopted.
	adopted *regexp.Regexp
	// opens matches the first word of a preambular paragraph.
	opens *regexp.Regexp
	// acts matches the first word of an operative paragraph, which tells one
	// without number.
	acts *regexp.Regexp
	// small says that paragraphs do not begin with a capital, so that small
	// letters tell nothing.
	small bool
}

var tongues = []tongue{
	{"en", regexp.MustCompile(`^The Security Council\s?,$`), regexp.MustCompile(`^Adopted (?:unanimously )?by the Security Council`), regexp.MustCompile(`^\p{Lu}\p{Ll}*(?:ing|ed|ly)$|^(?:Mindful|Conscious|Aware|Further|Also|Desirous)$`), regexp.MustCompile(`^(?:Decides|Requests|Calls|Urges|Invites|Encourages|Demands|Reiterates|Reaffirms|Emphasizes|Stresses|Expresses|Recognizes|Directs|Declares|Notes|Welcomes|Endorses|Condemns|Authorizes|Recommends|Approves)$`), false},
	{"fr", regexp.MustCompile(`^Le Conseil de sécurité\s?,$`), regexp.MustCompile(`^Adoptée par le Conseil`), regexp.MustCompile(`^\p{Lu}[\p{Ll}’']*(?:ant|ée?|ment|cue?|lue?|ient)$`), regexp.MustCompile(`^(?:Décide|Prie|Demande|Engage|Invite|Encourage|Exige|Réaffirme|Réitère|Souligne|Exprime|Considère|Charge|Déclare|Note|Accueille|Approuve|Condamne|Autorise|Recommande|Exhorte)$`), false},
	{"es", regexp.MustCompile(`^El Consejo de Seguridad\s?,$`), regexp.MustCompile(`^(?:Aprobada|Adoptada) por el Consejo`), regexp.MustCompile(`^\p{Lu}\p{Ll}*(?:ndo|ndose|[ai]d[oa]|mente|iente)$|^Resuelto$`), regexp.MustCompile(`^(?:Decide|Solicita|Pide|Insta|Exhorta|Invita|Alienta|Exige|Reafirma|Reitera|Subraya|Destaca|Expresa|Reconoce|Encarga|Declara|Observa|Acoge|Aprueba|Condena|Autoriza|Recomienda)$`), false},
	{"ru", regexp.MustCompile(`^Совет Безопасности\s?,$`), regexp.MustCompile(`^Принята`), regexp.MustCompile(`(?i)^\p{L}+(?:ая|яя|уя|ясь|ась|вшись|учи)$`), regexp.MustCompile(`^(?:(?i:постановляет|просит|призывает|настоятельно|предлагает|поощряет|требует|вновь|подчеркивает|выражает|признает|поручает|заявляет|отмечает|приветствует|одобряет|осуждает|уполномочивает))$`), true},
	{"ar", regexp.MustCompile(`^إن مجلس الأمن\s?،$`), regexp.MustCompile(`^(?:الذي )?اتخذه`), regexp.MustCompile(`^وإذ$|^إذ$`), regexp.MustCompile(`^(?:يقرر|يطلب|يهيب|يحث|يدعو|يشجع|يطالب|يؤكد|يكرر|يشدد|يعرب|يسلم|يعلن|يلاحظ|يرحب|يؤيد|يدين|يأذن|يوصي)$`), true},
	{"zh", regexp.MustCompile(`^安全理事会\s?，$`), regexp.MustCompile(`安全理事会.*通过$`), regexp.MustCompile(`^$`), regexp.MustCompile(`^(?:决定|请|要求|呼吁|敦促|邀请|鼓励|重申|强调|表示|确认|指示|宣布|注意到|欢迎|核可|谴责|授权)`), true},
}

// officialLanguages are the codes of the languages in which resolutions appear.
func officialLanguages() []string {
	var out []string
	for _, t := range tongues {
		out = append(out, t.lang)
	}
	return out
}

func tongueOf(lang string) (tongue, bool) {
	i := slices.IndexFunc(tongues, func(t tongue) bool { return t.lang == lang })
	if i < 0 {
		return tongue{}, false
	}
	return tongues[i], true
}

// wrappedNames are words that end as the first word of a preambular paragraph does,
// and begin a line because a name was wrapped.
var wrappedNames = set("United Limited Associated Beijing July Italy")

// opensPreamble reports whether a line begins as a preambular paragraph does.
func (t tongue) opensPreamble(line string) bool {
	first := strings.TrimRight(firstWord(line), ",،")
	return !wrappedNames[first] && t.opens.MatchString(first)
}

// acting reports whether a line begins as an operative paragraph does.
func (t tongue) acting(line string) bool {
	return t.acts.MatchString(strings.TrimRight(firstWord(line), ",،"))
}

// mayBegin reports whether a paragraph may begin with these words.
func (t tongue) mayBegin(line string) bool { return t.small || !startsSmall(line) }

func firstWord(line string) string {
	if f := strings.Fields(line); len(f) > 0 {
		return f[0]
	}
	return ""
}

// roomFor is the width that a line break would need so as not to come before
// this line: that of its first word, or of two characters where words have no
// spaces between them.
func roomFor(line string) int {
	word := []rune(firstWord(line))
	if len(word) > 2 && unicode.Is(unicode.Han, word[0]) {
		return 2
	}
	return len(word) + 1
}

// letters are how the letters of sub-paragraphs are printed: Latin, Cyrillic,
// Arabic. The id has the Latin one.
var letters = []string{"aаأا", "bбب", "cвсج", "dгد", "eдهـ", "fеو", "gжز", "hзح", "iиط", "jкي", "kл", "lм", "mн", "nо", "oп", "pр", "qс", "rт", "sу", "tф", "uх", "vц", "wч", "xш", "yщ", "zэ"}

// asciiDigits writes the digits of Arabic text as those of the ids.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, s)
}

var reDayChinese = regexp.MustCompile(`(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日`)

// otherMonths match a day with the name of a month that findPeriod does not
// know, from January on. The Arabic names are the first of the two that the
// United Nations writes.
var otherMonths = func() (out [][]*regexp.Regexp) {
	for _, year := range []string{
		"январ,феврал,март,апрел,ма[йя],июн,июл,август,сентябр,октябр,ноябр,декабр",
		"كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
	} {
		var months []*regexp.Regexp
		for name := range strings.SplitSeq(year, ",") {
			months = append(months, regexp.MustCompile(`(\d{1,2})\s+`+name+`\p{L}*(?:\s?/\s?\p{L}+(?: \p{L}+)?)?\s+(\d{4})`))
		}
		out = append(out, months)
	}
	return out
}()

// findDay reads the first day that text names.
func findDay(text string) (Date, bool) {
	text = asciiDigits(text)
	if m := reDayChinese.FindStringSubmatch(text); m != nil {
		return checkedDay(number(m[1]), number(m[2]), number(m[3]))
	}
	if p := findPeriod(text); p.precision == byDay && p.first == p.last {
		return p.first, true
	}
	for _, months := range otherMonths {
		for i, month := range months {
			if m := month.FindStringSubmatch(text); m != nil {
				return checkedDay(number(m[2]), i+1, number(m[1]))
			}
		}
	}
	return Date{}, false
}

func checkedDay(y, m, d int) (Date, bool) {
	date := day(y, m, d)
	return date, inCalendar(date, y, m, d)
}
