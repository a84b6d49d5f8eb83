package indexer

import (
	"slices"
	"strings"
	"testing"
)

// Who cannot edit a theme says by selectors what its pages do not.
func TestOptions(t *testing.T) {
	dir := writeSite(t, map[string]string{
		"index.html": `<html><title>T</title><main>menu of the theme</main><div class="prose">text <p class="share">share this</p><div class="prose">inner</div></div>`,
		"other.html": `<html lang="fr"><title>O</title><main>whole page</main>`,
	})
	s, err := ReadSite(t.Context(), dir, Options{Root: "div.prose", Exclude: ".share, nav", Lang: "es"})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, p := range s.Pages {
		if p.Lang != "es" {
			t.Errorf("%s is in %q", p.URL, p.Lang)
		}
		for _, section := range p.Sections {
			texts[p.URL] += strings.Join(strings.Fields(section.Text), " ")
		}
	}
	if texts["/"] != "text inner" || texts["/other.html"] != "whole page" {
		t.Errorf("%q", texts)
	}
	for _, wrong := range []Options{{Root: "div["}, {Exclude: ":nothing("}, {Lang: "not a tag"}} {
		if _, err := ReadSite(t.Context(), dir, wrong); err == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}

// What a page tells DocSearch or Docusaurus, it need not tell twice.
func TestDocSearch(t *testing.T) {
	s, err := ReadSite(t.Context(), writeSite(t, map[string]string{
		"index.html": `<title>A</title><meta name="docsearch:language" content="fr"><meta name="docsearch:version" content="2.0,latest"><main>x`,
		"b.html":     `<html lang="de"><title>B</title><meta name="docusaurus_locale" content="fr"><meta name="docusaurus_version" content="1.0"><main>y`,
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Pages {
		var versions []string
		for _, f := range p.Facets {
			if f.Facet == "version" {
				versions = append(versions, f.Value)
			}
		}
		want, lang := []string{"2.0", "latest"}, "fr"
		if p.URL != "/" {
			want, lang = []string{"1.0"}, "de" // the page's own lang comes first
		}
		if !slices.Equal(versions, want) || p.Lang != lang {
			t.Errorf("%s: %q in %q", p.URL, versions, p.Lang)
		}
	}
}

// Values that differ in case alone are one, shown as most pages write it.
func TestFacetsOfAnyCase(t *testing.T) {
	s, err := ReadSite(t.Context(), writeSite(t, map[string]string{
		"a.html": `<html lang="en"><meta name="vade:topic" content="food, drink"><meta name="vade:topic" content="Food, drink"><main>x`,
		"b.html": `<html lang="en"><meta name="vade:topic" content="Food, drink"><main>y`,
		"c.html": `<html lang="en"><meta name="vade:topic" content="FOOD, DRINK"><main>z`,
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Pages {
		if len(p.Facets) != 1 || p.Facets[0].Value != "Food, drink" {
			t.Errorf("%s: %+v", p.URL, p.Facets)
		}
	}
}
