package council

import (
	"regexp"
	"strconv"
	"strings"
)

// A Symbol is the number and the year of a resolution.
type Symbol struct{ Number, Year int }

// String writes the symbol as the United Nations does: S/RES/1540 (2004).
func (s Symbol) String() string {
	return "S/RES/" + strconv.Itoa(s.Number) + " (" + strconv.Itoa(s.Year) + ")"
}

// DocumentSymbol finds the symbols of Security Council documents that the
// United Nations shows: resolutions, records of meetings, papers of a year.
var DocumentSymbol = regexp.MustCompile(`\bS/(?:RES/\d+|PV\.\d+|\d{4}/\d+)\b`)

const symbol = `S\s?/\s?RES\s?/\s?(\d{1,4})\s?\((\d{4})\)`

var (
	reSymbolLine = regexp.MustCompile(`^(?:[^\d.,;:]{0,40}\s)?` + symbol + `\s?\*{0,3}$`)
	reSymbol     = regexp.MustCompile(symbol)
	reTitle      = regexp.MustCompile(`^(?i:Resolution|Résolution|Resolución|Резолюция|القرار|第)\s?(\d{1,4})\s?[(（](\d{4})[)）]\s?(?:号决议)?(?:,?\s(?i:of|du|de|от)\s.{0,60})?$`)
	// 24 (1947). Resolution of 30 May 1947, as the volumes of early years print it.
	reVolumeTitle = regexp.MustCompile(`^(\d{1,4})\s?\((\d{4})\)\s?[.:]?\s?(?i:Resolution of|Résolution du|Resolución de)\s.{0,80}$`)
)

// SymbolLine reads a line that holds nothing but the symbol of a resolution,
// with what a masthead has beside it.
func SymbolLine(text string) (Symbol, bool) {
	return symbolOf(reSymbolLine.FindStringSubmatch(ASCIIDigits(text)))
}

// TitleLine reads a line that is the title of a resolution.
func TitleLine(text string) (Symbol, bool) {
	text = ASCIIDigits(text)
	if s, ok := symbolOf(reTitle.FindStringSubmatch(text)); ok {
		return s, true
	}
	return symbolOf(reVolumeTitle.FindStringSubmatch(text))
}

// CutSymbol takes the first symbol out of a text.
func CutSymbol(text string) (s Symbol, rest string, ok bool) {
	m := reSymbol.FindStringSubmatchIndex(text)
	if m == nil {
		return Symbol{}, text, false
	}
	s, ok = symbolOf([]string{"", text[m[2]:m[3]], text[m[4]:m[5]]})
	return s, text[:m[0]] + " " + text[m[1]:], ok
}

func symbolOf(m []string) (Symbol, bool) {
	if m == nil {
		return Symbol{}, false
	}
	s := Symbol{atoi(m[1]), atoi(m[2])}
	return s, s.Number > 0
}

var reMasthead = regexp.MustCompile(`^(?:United Nations|Nations Unies|Naciones Unidas|Организация Объединенных Наций|الأمم المتحدة|联合国|联 合 国|Security Council|Conseil de sécurité|Consejo de Seguridad|Совет Безопасности|مجلس الأمن|安全理事会|(?:Original|Français|Español|Russian|Arabic|Chinese).{0,30})?\s*(?:(?i:Distr|Дис?тр)\.?\s?:?\s?\p{L}+)?$`)

// Masthead tells whether a line is one of the masthead of a document.
func Masthead(text string) bool { return reMasthead.MatchString(text) }

// letters are how the letters of sub-paragraphs are printed: Latin, Cyrillic,
// Arabic. Ids have the Latin one.
var letters = []string{"aаأا", "bбب", "cвсج", "dгد", "eдهـ", "fеو", "gжز", "hзح", "iиط", "jкي", "kл", "lм", "mн", "nо", "oп", "pр", "qс", "rт", "sу", "tф", "uх", "vц", "wч", "xш", "yщ", "zэ"}

// Letter is where the letter of a sub-paragraph stands in its alphabet, from 1;
// 0 if in none. One that two alphabets share is the expected one if it can be.
func Letter(sign rune, expected int) int {
	if expected >= 1 && expected <= len(letters) && strings.ContainsRune(letters[expected-1], sign) {
		return expected
	}
	for i, l := range letters {
		if strings.ContainsRune(l, sign) {
			return i + 1
		}
	}
	return 0
}

// SecondLetters are the letters that stand second in their alphabets.
func SecondLetters() string { return letters[1] }

// ASCIIDigits writes the digits of Arabic text as those of ids.
func ASCIIDigits(s string) string {
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

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // the callers' patterns let only digits through
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }
