package document

import (
	"strconv"
	"strings"
)

// number writes n as the numbering formats of Word and OpenDocument do.
func number(n int, format string) string {
	if n < 1 && format != "decimal" {
		return strconv.Itoa(n)
	}
	switch format {
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "lowerLetter", "a":
		return letters(n, "abcdefghijklmnopqrstuvwxyz")
	case "upperLetter", "A":
		return letters(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "lowerRoman", "i":
		return strings.ToLower(roman(n))
	case "upperRoman", "I":
		return roman(n)
	case "russianLower", "а":
		return letters(n, "абвгдежзиклмнопрстуфхцчшщэюя")
	case "russianUpper", "А":
		return letters(n, "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ")
	case "arabicAbjad", "أ, ب, ت, ...":
		return letters(n, "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ")
	case "arabicAlpha":
		return letters(n, "أبتثجحخدذرزسشصضطظعغفقكلمنهوي")
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand", "一, 二, 三, ...":
		return chinese(n)
	case "numberInDash":
		return "- " + strconv.Itoa(n) + " -"
	case "none", "bullet":
		return ""
	}
	return strconv.Itoa(n)
}

// letters counts a, b, …, z, aa, bb, … as Word does.
func letters(n int, alphabet string) string {
	runes := []rune(alphabet)
	n--
	return strings.Repeat(string(runes[n%len(runes)]), min(n/len(runes)+1, 10))
}

func roman(n int) string {
	if n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, s := range []struct {
		n    int
		sign string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= s.n; n -= s.n {
			b.WriteString(s.sign)
		}
	}
	return b.String()
}

// chinese counts up to 99 as Chinese documents number their paragraphs.
func chinese(n int) string {
	digits := []rune("〇一二三四五六七八九")
	switch {
	case n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(digits[n])
	}
	s := "十"
	if n >= 20 {
		s = string(digits[n/10]) + s
	}
	if n%10 > 0 {
		s += string(digits[n%10])
	}
	return s
}

// bullet is the label of an item that is not counted.
const bullet = "•"

// symbols gives the characters of the fonts Symbol and Wingdings that occur in
// documents, by their code less 0xF000.
var symbols = map[int]string{
	0xb7: bullet, 0xa7: bullet, 0xd8: "›", 0xfc: "✓", 0xfb: "✗", 0xe0: "→", 0xae: "→", 0xac: "←", 0xb3: "≥", 0xa3: "≤",
	0xb1: "±", 0xb4: "×", 0xb0: "°", 0xb9: "≠", 0xa5: "∞", 0x2d: "−", 0x6d: "μ", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ",
	0xa8: "☐", 0x6f: "☐", 0xfe: "☑", 0x28: "☎", 0x2a: "✉", 0x6c: "●", 0x6e: "■", 0x71: "❑", 0x76: "❖", 0x4a: "☺",
}
