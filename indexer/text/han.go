package text

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed han.txt
var hanPairs string

// Simplified gives for characters of traditional Chinese those that simplified
// Chinese writes instead. Folding replaces them, so that pages and queries in either
// meet; see han.txt.
var Simplified = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for line := range strings.Lines(hanPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, pair := range strings.Fields(line) {
			from, size := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[size:])
			out[from] = to
		}
	}
	return out
})

// isHan tells whether r is in the block of common ideographs, where all characters
// of han.txt are.
func isHan(r rune) bool { return 0x4E00 <= r && r <= 0x9FFF }
