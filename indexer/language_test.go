package indexer

import (
	"strings"
	"testing"
)

// A page in a language of its own region, or in one that has no index, still
// gets an answer, which says in which language.
func TestSearchInAnotherTag(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	for tag, want := range map[string]string{"en-US": "en", "zh-cn": "zh", "ES_mx": "es", "xx": x.Default, "": x.Default} {
		a, err := x.Search(t.Context(), Request{Query: "a", Lang: tag})
		if err != nil || a.Lang != want {
			t.Errorf("%q: %v, %v; want an answer in %s", tag, a, err, want)
		}
	}
}

// Pages that say no language are told by their folder and their text. What only
// looks like words of a language, letters of a list say, tells nothing.
func TestLanguageIsTold(t *testing.T) {
	english := "The rules of the harbour are on the board, and they are the same for all of the boats that come in from the sea."
	catalan := "Les barques que són al port no són més grans que les que hi ha a la mar, i per això els pescadors són contents amb elles."
	norwegian := "Båtene som ligger i havnen er ikke større enn de som er på sjøen, og det er det fiskerne vil ha for seg og for barna."
	letters := "A B C D E. See a, az, a, e, o, a, e, a, o, a, e, o, a, az, a, a, a."
	for _, site := range []map[string][2]string{
		{ // arranged by languages: a page that is not translated yet is still found there
			"ca/port.html": {catalan, "ca"}, "nb-NO/havn.html": {norwegian, "nb-NO"}, "fr-FR/new.html": {english, "fr-FR"},
			"zh-TW/port.html": {"港口的規則寫在板上，所有的船都一樣。", "zh-TW"}, "it/staff.html": {english, "en"}, "port.html": {english, "en"}, "letters.html": {letters, "en"},
		},
		{"it/staff.html": {english, "en"}, "port.html": {english, "en"}}, // a folder of another matter
	} {
		files := map[string]string{}
		for name, c := range site {
			files[name] = "<title>T</title><main><p>" + c[0]
		}
		s, err := ReadSite(t.Context(), writeSite(t, files), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Pages {
			if want := site[p.URL[1:]][1]; p.Lang != want {
				t.Errorf("%s is taken to be in %q, not in %q", p.URL, p.Lang, want)
			}
		}
	}
}

// A tag that names no language is no statement: a country's code for that of its language,
// a word of the generator's, the codes for none and for several.
func TestTagsThatNameNoLanguage(t *testing.T) {
	english := "The rules of the harbour are on the board, and they are the same for all of the boats that come in from the sea."
	texts := map[string][2]string{
		"xx": {english, "en"}, "zxx": {english, "en"}, "mul": {english, "en"}, "und": {english, "en"}, "qaa": {english, "en"}, "default": {english, "en"},
		"cn": {"港口的規則寫在板上，所有的船都一樣。", "zh"}, "gr": {"Οι κανόνες του λιμανιού είναι στον πίνακα.", "el"}, "jp": {"港の規則は板に書いてあります。", "ja"}, "ua": {"Правила гавані є на дошці, і вони однакові для всіх.", "uk"},
	}
	files := map[string]string{}
	for tag, c := range texts {
		files[tag+".html"] = `<html lang="` + tag + `"><title>T</title><main><p>` + c[0]
	}
	s, err := ReadSite(t.Context(), writeSite(t, files), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Pages {
		if tag := strings.TrimSuffix(p.URL[1:], ".html"); indexLanguage(p.Lang) != texts[tag][1] {
			t.Errorf("lang=%q: taken to be in %q, not in %s", tag, p.Lang, texts[tag][1])
		}
	}
}
