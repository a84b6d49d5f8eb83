package indexer

import (
	"strings"
	"testing"
)

// Links within the site are followed to their anchors, under whatever path it
// stands; those to other hosts are listed; mail and the like are left alone.
func TestLinksAreFollowed(t *testing.T) {
	for _, base := range []string{"", "/kb"} {
		page := func(url, body string) string {
			return `<html lang="en"><link rel="canonical" href="https://host.example` + base + url + `"><main>` + body + `</main>`
		}
		site := writeSite(t, map[string]string{
			"index.html": page("/", `<h2 id="here">H</h2><a href="#here"></a><a href="a/"></a><a href="`+base+`/a/#x"></a><a href="https://host.example`+base+`/a/"></a>
				<a href="paper.pdf"></a><a href="mailto:a@b.example"></a><a href="https://other.example/y"></a><a href="//other.example/z"></a>
				<a href="none/"></a><a href="a/#none"></a><a href="lost.pdf"></a><a href="folder/"></a><a href="a#x"></a><a href="a#lost"></a><a href="folder"></a>`),
			"a/index.html":   page("/a/", `<p id="x">x</p><p id="r" data-vade-record="R">r</p><a href="../#here"></a><a href="#r"></a><a href="`+base+`/none/"></a>`),
			"old/index.html": `<meta http-equiv="refresh" content="0; URL = '` + base + `/a/#gone'">`,
			"paper.pdf":      "%PDF",
			"folder/x.txt":   "x",
		})
		s, err := ReadSite(t.Context(), site, Options{})
		if err != nil {
			t.Fatal(err)
		}
		broken, external := s.Links()
		var got []string
		for _, b := range broken {
			got = append(got, strings.Join(strings.Fields(b)[:5], " "))
		}
		want := []string{
			"/: the link to a#lost", "/: the link to a/#none", "/: the link to folder", "/: the link to folder/", "/: the link to lost.pdf", "/: the link to none/",
			"/a/: the link to " + base + "/none/", "/old/: the link to " + base + "/a/#gone",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("under %q broken are\n%s\nwant\n%s", base, strings.Join(broken, "\n"), strings.Join(want, "\n"))
		}
		if got := strings.Join(external, " "); got != "//other.example/z https://other.example/y" {
			t.Errorf("other hosts: %s", got)
		}
	}
	s, err := ReadSite(t.Context(), writeSite(t, map[string]string{
		"index.html": `<html lang="en"><link rel="canonical" href="https://host.example/kb/"><main><a href="/a/">a</a>`,
		"a.html":     `<html lang="en"><link rel="canonical" href="https://host.example/kb/a.html"><main>a`,
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if broken, _ := s.Links(); len(broken) != 1 || !strings.Contains(broken[0], "out of the site, which stands under /kb/") {
		t.Errorf("a link out of the site: %q", broken)
	}
}

// A link that a browser would run is named as that, as it was written or as Hugo left
// it, however it is disguised.
func TestLinksThatRun(t *testing.T) {
	for _, href := range []string{"#ZgotmplZ", "javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "vbscript:x", "data:text/html,x"} {
		s, err := ReadSite(t.Context(), writeSite(t, map[string]string{"index.html": `<html lang="en"><main><h1>A</h1><a href="` + href + `">b</a>`}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if broken, _ := s.Links(); len(broken) != 1 || !strings.HasPrefix(broken[0], "/: ") || !strings.Contains(broken[0], "would run something") || !strings.Contains(broken[0], "https:") {
			t.Errorf("%q: %q", href, broken)
		}
	}
}
