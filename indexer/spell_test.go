package indexer

import (
	"fmt"
	"slices"
	"testing"
)

// Words that are one edit apart have a form in common, in any writing, and words that are
// farther apart have none.
func TestFormsOfNeighbours(t *testing.T) {
	words := []string{
		"mandate", "mandates", "mandat", "andate", "mnadate", "mandtae", "mandaet", "mandatf", "mindate", "xandate", "mandateé", "other", "others", "ohter",
		"граница", "границы", "границ", "рганица", "граинца", "τέχνη", "τέχν", "العربية", "عربية", "aaaaa", "aaaaaa", "aaaab", "aabaa", "𝒶𝒷𝒸𝒹𝑒", "𝒶𝒸𝒷𝒹𝑒",
	}
	forms := func(word string) (all []uint64) {
		eachForm(word, func(form uint64) { all = append(all, form) })
		return all
	}
	var table formTable
	for i, word := range words {
		all := forms(word)
		if n := len([]rune(word)); len(all) != n+1 {
			t.Errorf("%s has %d forms instead of %d", word, len(all), n+1)
		}
		for _, form := range all {
			table.add(form, int32(i))
		}
	}
	table.settle()
	for _, a := range words {
		near := map[string]bool{}
		for _, form := range forms(a) {
			table.each(form, func(i int32) { near[words[i]] = true })
		}
		for _, b := range words {
			common := slices.ContainsFunc(leftOut(a), func(form string) bool { return slices.Contains(leftOut(b), form) })
			if near[b] != common || a != b && oneEdit(a, b) && !near[b] {
				t.Errorf("%s and %s have a form in common: %v", a, b, near[b])
			}
		}
	}
	if eachForm("", func(uint64) {}); len(forms("é")) != 2 {
		t.Error("a word of one letter")
	}
}

// leftOut gives a word and its forms with a letter left out.
func leftOut(word string) []string {
	letters := []rune(word)
	out := []string{word}
	for i := range letters {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
	}
	return out
}

// A letter left out and two exchanged, behind the first.
func TestLikelyMisspellings(t *testing.T) {
	for word, want := range map[string]string{
		"taller": "[tller tlaler taler taler talelr tallr tallre talle]",
		"été":    "[éé éét ét]",
		"слово":  "[сово солво слво слвоо слоо слоов слов]",
		"a":      "[]",
	} {
		var got []string
		eachLikelyMisspelling(word, func(letters []byte) { got = append(got, string(letters)) })
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v instead of %s", word, got, want)
		}
	}
}
