package indexer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// dump writes what was read of a page, a line for each thing that is there.
func dump(p *Page) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	some := func(name, value string) {
		if value != "" {
			line("%s %s", name, value)
		}
	}
	some("title", p.Title)
	some("lang", p.Lang)
	some("date", p.Date)
	some("keywords", strings.Join(p.Keywords, "|"))
	some("cite", strings.Join(p.Cites, "|"))
	some("patterns", p.Patterns)
	some("canonical", p.Canonical)
	for _, f := range p.Facets {
		line("facet %s=%s %s", f.Facet, f.Value, f.Label)
	}
	for _, s := range p.Synonyms {
		line("synonym %s:%s %s %s %v", s.Facet, s.Term, s.Lang, s.Text, s.Preferred)
	}
	for _, t := range p.Translations {
		line("translation %s %s", t.Lang, t.URL)
	}
	if p.NoIndex {
		line("noindex")
	}
	for _, s := range p.Sections {
		line("#%s|%s|%s|%s", s.ID, s.Heading, strings.ReplaceAll(s.Text, "\n", " / "), strings.Join(s.Cites, ","))
	}
	for _, w := range p.Warnings {
		line("warning %s", w)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// Pages and what is read of them. The name of each case says what it pins.
func TestPages(t *testing.T) {
	page := func(head, main string) string {
		return `<!doctype html><html lang="en"><head><title>T</title>` + head + `</head><body><main>` + main + `</main></body></html>`
	}
	for _, c := range []struct{ name, html, want string }{
		// Titles.
		{"the title is the first h1", `<html lang="en"><title>Page – Site</title><main><h1>Page</h1><p>Text.</p>`,
			"title Page\nlang en\n#||Text.|\n"},
		{"else that of <title>, in one line", "<html lang=\"en\"><title>\n Page\n one </title><main><p>Text.</p>",
			"title Page one\nlang en\n#||Text.|\n"},
		{"else the file's name", `<html lang="en"><main><p>Text.</p>`,
			"title note\nlang en\n#||Text.|\n"},
		{"a picture's title is not the page's", `<html lang="en"><body><svg><title>Icon</title></svg><main><p>Text.</p>`,
			"title note\nlang en\n#||Text.|\n"},
		{"a second h1 is a section", page(``, `<h1>One</h1><p>a</p><h1 id="two">Two</h1><p>b</p>`),
			"title One\nlang en\n#||a|\n#two|Two|b|\n"},

		// Headings, and where their ids stand.
		{"an id of the heading", page(``, `<p>Before.</p><h2 id="a">A</h2><p>one</p><h3 id="b">B</h3><p>two</p>`),
			"title T\nlang en\n#||Before.|\n#a|A|one|\n#b|B|two|\n"},
		{"an anchor in the heading", page(``, `<h2><a id="a"></a>A</h2><p>one</p><h2><a name="b">B</a></h2><p>two</p>`),
			"title T\nlang en\n#a|A|one|\n#b|B|two|\n"},
		{"the section, div or header around it", page(``, `<section id="a"><h2>A</h2><p>one</p></section><div id="b"><header><h2>B</h2></header><p>two</p></div>`),
			"title T\nlang en\n#a|A|one|\n#b|B|two|\n"},
		{"not beyond the nearest section", page(``, `<div id="all"><section><h2>A</h2><p>one</p></section></div>`),
			"title T\nlang en\n#|A|one|\n"},
		{"a heading without id leads to the page", page(``, `<h2>A</h2><p>one</p>`),
			"title T\nlang en\n#|A|one|\n"},
		{"a heading's link to itself is no text", page(``, `<h2 id="a">A<a href="#a">¶</a></h2><h2 id="b"><a href="#b">#</a> B</h2><h2 id="c">Notes on C#</h2>`),
			"title T\nlang en\n#a|A||\n#b|B||\n#c|Notes on C#||\n"},
		{"markup in a heading is read through", page(``, `<h2 id="a">On <em>two</em><br>lines <span data-vade-ignore>(new)</span></h2><p>x</p>`),
			"title T\nlang en\n#a|On two lines|x|\n"},
		{"an empty heading is passed over", page(``, `<h2 id="a"> </h2><p>x</p>`),
			"title T\nlang en\n#||x|\nwarning a heading <h2> has no text\n"},

		// Text.
		{"blocks are lines, inline markup is not", page(``, "<p>One <b>two</b>\n three<wbr>four</p><ul><li>five<li>six</ul>a<br>b"),
			"title T\nlang en\n#||One two threefour / five / six / a / b|\n"},
		{"cells are apart", page(``, `<table><tr><th>a<td>b<tr><td>c</table>`),
			"title T\nlang en\n#||a / b / c|\n"},
		{"pictures are their alternative text", page(``, `<p>See <img src=x alt="the map"> here.</p>`),
			"title T\nlang en\n#||See the map here.|\n"},
		{"soft hyphens and hard spaces", page(``, "<p>co\u00adordi\u00adnation of\u00a0all</p>"),
			"title T\nlang en\n#||coordination of all|\n"},
		{"what is not the page's own text", page(``, `<nav>n</nav><script>s</script><style>s</style><template>t</template><noscript>j</noscript><button>b</button><select><option>o</select><svg><text>g</text></svg><div data-vade-ignore><h2 id="i">i</h2>i</div><p>Text.</p><!-- comment -->`),
			"title T\nlang en\n#||Text.|\n"},

		// Marked sections.
		{"a marked section, and what follows it", page(``, `<h2 id="h">H</h2><p>one</p><section id="op1" data-vade-section="OP1"><p>two</p></section><p>three</p>`),
			"title T\nlang en\n#h|H|one / three|\n#op1|OP1|two|\n"},
		{"marked sections within marked sections", page(``, `<div id="op3" data-vade-section="OP3"><p>a</p><div id="op3-a" data-vade-section="OP3(a)"><p>b</p></div><p>c</p></div><p>d</p>`),
			"title T\nlang en\n#op3|OP3|a / c|\n#op3-a|OP3(a)|b|\n#||d|\n"},
		{"without a name of its own it takes its heading's", page(``, `<section id="s" data-vade-section><h2>Name</h2><p>x</p></section>`),
			"title T\nlang en\n#s|Name|x|\n"},
		{"the heading that repeats its name adds nothing", page(``, `<section id="op1" data-vade-section="OP1" data-vade-cite="R OP1"><h3><a href="#op1">OP1</a></h3><p>x</p></section>`),
			"title T\nlang en\n#op1|OP1|x|R OP1\n"},
		{"headings in it are sections as everywhere", page(``, `<section id="s" data-vade-section="S"><p>x</p><h3 id="t">T</h3><p>y</p></section><p>z</p>`),
			"title T\nlang en\n#s|S|x|\n#t|T|y|\n#||z|\n"},
		{"without an id it leads to the heading above", page(``, `<h2 id="h">H</h2><section data-vade-section="S"><p>x</p></section>`),
			"title T\nlang en\n#h|H||\n#h|S|x|\nwarning a data-vade-section has no id; it is named by the heading above it\n"},
		{"its citation and its facets", page(`<meta name="vade:theme" content="customs" data-label="Customs">`, `<p id="op3-d" data-vade-section="OP3(d)" data-vade-cite="S/RES/1540 (2004) OP3(d)" data-vade-facet-theme="export end-use  customs">x</p>`),
			"title T\nlang en\nfacet theme=customs Customs\nfacet theme=export\nfacet theme=end-use\n#op3-d|OP3(d)|x|S/RES/1540 (2004) OP3(d)\n"},
		{"a marked section without text still answers its citation", page(``, `<p id="op1" data-vade-section="" data-vade-cite="R OP1"></p>`),
			"title T\nlang en\n#op1|||R OP1\n"},

		// What a page says of itself.
		{"facets of any name, each value once", page(`<meta name="vade:kind" content="workshop" data-label="Workshop"><meta name="vade:colour" content=" red "><meta name="vade:colour" content="red" data-label="Red"><meta name="VADE:Kind" content="note">`, `x`),
			"title T\nlang en\nfacet kind=workshop Workshop\nfacet colour=red Red\nfacet kind=note\n#||x|\n"},
		{"date, keywords, citation, endpoint, patterns, canonical", page(`<meta name="vade:date" content="2019-12-02T09:00:00Z"><meta name="vade:keywords" content="one, two words ,,"><meta name="vade:cite" content="S/RES/1540 (2004)"><meta name="vade:endpoint" content="/api/search"><link rel="vade-patterns" href="/c.json"><link rel="shortcut canonical" href="https://h/kb/note.html">`, `x`),
			"title T\nlang en\ndate 2019-12-02\nkeywords one|two words\ncite S/RES/1540 (2004)\npatterns /c.json\ncanonical https://h/kb/note.html\n#||x|\n"},
		{"names of a vocabulary term", page(`<meta name="vade:synonym" lang="es" content="PAN" data-term="nap" data-facet="theme"><meta name="vade:synonym" lang="en" content="Plan" data-term="nap" data-facet="theme" data-preferred="true"><meta name="vade:synonym" lang="en" content="stray">`, `x`),
			"title T\nlang en\nsynonym theme:nap es PAN false\nsynonym theme:nap en Plan true\n#||x|\nwarning synonym \"stray\" has no data-term\n"},
		{"translations, by language", page(`<link rel="alternate" hreflang="fr" href="/fr/"><link rel="alternate" hreflang="x-default" href="/"><link rel="alternate" hreflang="en-GB" href="/"><link rel="alternate" hreflang="es" href="/es/"><link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" hreflang="de">`, `x`),
			"title T\nlang en\ntranslation es /es/\ntranslation fr /fr/\n#||x|\n"},
		{"metadata in the body counts", `<html lang="en"><body><main><meta name="vade:kind" content="note"><p>x</p></main>`,
			"title note\nlang en\nfacet kind=note\n#||x|\n"},
		{"noindex", page(`<meta name="ROBOTS" content="NoIndex, nofollow"><meta name="robots" content="max-snippet:9">`, `x`),
			"title T\nlang en\nnoindex\n#||x|\n"},
		{"none means noindex", page(`<meta name="robots" content="none">`, `x`), "title T\nlang en\nnoindex\n#||x|\n"},
		{"a redirect", page(`<meta http-equiv="refresh" content="0; url=/there/"><meta name="robots" content="index">`, `x`), "title T\nlang en\nnoindex\n#||x|\n"},
		{"a page that only renews itself is none", page(`<meta http-equiv="refresh" content="600">`, `x`), "title T\nlang en\n#||x|\n"},

		// What a page or a site holds is listed in many ways, none of which is text.
		{"contents of other pages, by name", page(``, `<p>x</p><div class="toctree-wrapper compound"><p>Contents</p><ul><li><a href="a.html">Wax</a><ul><li><a href="a.html#b">Seal</a></li></ul></li></ul></div><div class="toc"><h3>Table of Contents</h3><ul><li>1. <a href="b.html">Honey and mead</a></li></ul></div>`), "title T\nlang en\n#||x|\n"},
		{"what is called so and is text", page(``, `<div class="toc"><p>x</p><a href="a.html">Wax</a> is made by bees</div><div class="toc">no link</div>`), "title T\nlang en\n#||x / Wax is made by bees / no link|\n"},
		{"contents that Docutils writes", page(``, `<div class="contents local" id="c"><ul><li><a href="#a">1 Wax</a></li></ul></div><div class="contents"><a href="b.html">Honey</a></div><h2 id="a">1 Wax</h2>`), "title T\nlang en\n#||Honey|\n#a|1 Wax||\n"},
		{"contents of the page, without a name", page(``, `<ul><li><a href="#a">Wax</a><li>2. <a href="#b%20c">Honey</a></ul><p><a href="#a">Wax</a> | <a href="#d">Mead</a></p><h2 id="a">Wax</h2><h2 id="b c">Honey</h2><h2><a name="d"></a>Mead</h2>`), "title T\nlang en\n#a|Wax||\n#b c|Honey||\n#d|Mead||\n"},
		{"lists of links that are text", page(``, `<ul><li><a href="a.html">Wax</a><li><a href="#b">Honey</a></ul><ul><li><a href="#b">Honey</a>: sweet<li><a href="#b">Mead</a></ul><ul><li><a href="#b">Comb</a></ul><p><a href="#none">x</a> <a href="#b">y</a></p><h2 id="b">Honey</h2>`), "title T\nlang en\n#||Wax / Honey / Honey: sweet / Mead / Comb / x y|\n#b|Honey||\n"},
		{"headings of links are places", page(``, `<div id="c"><h2 id="a"><a href="#b">Wax</a></h2><h2 id="b"><a href="#a">Honey</a></h2></div>`), "title T\nlang en\n#a|Wax||\n#b|Honey||\n"},
		{"contents that office programs write", page(``, `<p class="MsoToc1"><a href="#a">Wax<span>... 1</span></a></p><p><a href="#1.Honey|outline">Honey 1</a></p><h2><a name="a">Wax</a></h2>`), "title T\nlang en\n#a|Wax||\n"},
		{"the title that Word writes", `<html lang="en"><body><p class=MsoTitle>Bees</p><h1><a name="a">Wax</a></h1>x`, "title Bees\nlang en\n#a|Wax|x|\n"},
		{"the index of a book", page(``, `<div class="indexdiv"><h3>W</h3><dl><dt id="i">wax, sealing, <a href="a.html">Seals</a></dt></dl></div><table class="indextable"><tr><td><a href="a.html">melt() (in hives)</a></table>`), "title T\nlang en\n"},
		{"links to the top of the page", page(``, `<h2 id="a">A</h2>x<p><a href="#top">Back to top</a></p>`), "title T\nlang en\n#a|A|x|\n"},
		{"numbers of lines of code", page(``, `<table><tr><td class="linenos"><pre>1 2</pre><td class="code"><pre>melt()</pre></table><pre><code><span class="ln">1</span>seal()</code></pre><p class="ln">Line of text</p>`), "title T\nlang en\n#||melt() / seal() / Line of text|\n"},
		{"what themes put around the text", page(``, `<a class="mw-jump-link" href="#x">Jump</a>x<div class="printfooter">Retrieved</div><div class="nav-panel">Next: Up:</div><div class="search-results"><h1>No results</h1></div><div class="comment-respond"><h3>Reply</h3></div><div class="page-meta">Edit</div>`), "title T\nlang en\n#||x|\n"},
		{"a title above what a theme calls the text", `<html lang="en"><title>Wax | Bees</title><h1>Bees</h1><article><header><h1>Wax</h1></header><div itemprop="articleBody"><h2 id="a">A</h2>x</div></article>`, "title Wax\nlang en\n#a|A|x|\n"},

		// Broken and hostile pages: as far as sense goes, with a warning.
		{"an empty file", "", "noindex\nwarning the file is empty\n"},
		{"a file of spaces", " \n\n ", "noindex\nwarning the file is empty\n"},
		{"no main: the body", `<html lang="en"><body><nav>menu</nav><p>Text.</p>`, "title note\nlang en\n#||Text.|\n"},
		{"role=main", `<html lang="en"><body><p>menu</p><div role="main"><p>Text.</p></div>`, "title note\nlang en\n#||Text.|\n"},
		{"main in main: the outer one", page(``, `<p>a</p><main><p>b</p></main>`), "title T\nlang en\n#||a / b|\n"},
		{"two of them: the first", `<html lang="en"><body><main>a</main><main>b</main>`, "title note\nlang en\n#||a|\nwarning 2 <main> elements; the first that has a heading is indexed, else the first\n"},
		{"one id twice", page(``, `<h2 id="a">A</h2><p>x</p><h2 id="a">B</h2><p>y</p>`), "title T\nlang en\n#a|A|x|\n#a|B|y|\nwarning id \"a\" stands twice; links go to the first\n"},
		{"no language", `<title>T</title><main>x`, "title T\n#||x|\n"},
		{"a language that is none", `<html lang="../etc"><title>T</title><main>x`, "title T\nlang ../etc\n#||x|\nwarning lang=\"../etc\" names no language; it is told from the folder, the text or the site\n"},
		{"a language that is none, and one that is", `<html lang="xx"><title>T</title><body lang="de"><main>x`, "title T\nlang de\n#||x|\nwarning lang=\"xx\" names no language; it is told from the folder, the text or the site\n"},
		{"a language's name for its tag", `<html lang="english"><title>T</title><main>x`, "title T\nlang english\n#||x|\nwarning lang=\"english\" names no language; it is told from the folder, the text or the site\n"},
		{"an underscore for the hyphen is understood", `<html lang="en_GB"><title>T</title><main>x`, "title T\nlang en-GB\n#||x|\n"},
		{"a date that is none", page(`<meta name="vade:date" content="2 December 2019">`, `x`), "title T\nlang en\n#||x|\nwarning vade:date \"2 December 2019\" is not written 2006-01-02; the page counts as undated\n"},
		{"a fact without content", page(`<meta name="vade:theme" content=" ">`, `x`), "title T\nlang en\n#||x|\nwarning <meta name=\"vade:theme\"> has no content\n"},
		{"tags that cross and end too early", `<html lang="en"><main><p>One <b>two <i>three</b> four</i><table>stray<tr><td>cell</main><div>more</di`, "title note\nlang en\n#||One two three fourstray / cell / more|\n"},
		{"no HTML at all", "Just text, with <b and & signs", "title note\n#||Just text, with|\n"},
		{"bytes of zero", "<html lang=en><main>a\x00b", "title note\nlang en\n#||ab|\n"},

		// Bytes and letters.
		{"Windows-1252 by its meta element", "<html lang=\"es\"><meta charset=\"windows-1252\"><main>resoluci\xf3n \x93PAN\x94", "title note\nlang es\n#||resolución “PAN”|\n"},
		{"Windows-1252 that does not say so", "<html lang=\"es\"><main>resoluci\xf3n", "title note\nlang es\n#||resolución|\nwarning the encoding is not said, and is not UTF-8; it is read as windows-1252: write <meta charset> into the page\n"},
		{"UTF-16 by its byte order mark", "\xff\xfe<\x00m\x00a\x00i\x00n\x00>\x00\xf3\x00", "title note\n#||ó|\n"},
		{"UTF-8 that does not say so, far down", "<html lang=\"es\"><main>" + strings.Repeat("a ", 600) + "resolución", "title note\nlang es\n#||" + strings.Repeat("a ", 600) + "resolución|\n"},
		{"UTF-8 with bytes that are none", "<html lang=\"es\"><meta charset=\"utf-8\"><main>resoluci\xf3n de ni\xc3\xb1os", "title note\nlang es\n#||resoluci\ufffdn de niños|\nwarning some bytes are no UTF-8; they are read as \ufffd\n"},

		// Encodings that are declared late, or not at all.
		{"ISO 2022, which is ASCII to the eye", "<html lang=\"ja\"><meta charset=\"iso-2022-jp\"><main>\x1b$B9q\x1b(B", "title note\nlang ja\n#||国|\n"},
		{"a declaration far down the head", "<html lang=\"ru\"><head><script>" + strings.Repeat("//  ", 700) + "</script><meta charset=\"koi8-r\"></head><main>\xcd\xc5\xc4", "title note\nlang ru\n#||мед|\n"},
		{"Cyrillic that does not say its encoding", "<html lang=\"ru\"><main>\xef\xf7\xe5\xeb\xfb \xf1\xee\xe1\xe8\xf0\xe0\xfe\xf2 \xec\xe5\xe4", "title note\nlang ru\n#||пчелы собирают мед|\n"},
		{"accents are not taken for Cyrillic", "<html lang=\"fr\"><meta charset=\"\"><main>o\xf9 l'\xe9t\xe9 a \xe9t\xe9 \xe0 No\xebl", "title note\nlang fr\n#||où l'été a été à Noël|\nwarning the encoding is not said, and is not UTF-8; it is read as windows-1252: write <meta charset> into the page\n"},

		// Where the text of a page is.
		{"a <main> in a template or hidden is not the page's", `<html lang="en"><template><main><h1>Card</h1>x</main></template><main hidden><h1>Wait</h1>y</main><main><h1>Hive</h1>z</main>`, "title Hive\nlang en\n#||z|\n"},
		{"nor is an empty one", `<html lang="en"><title>T</title><main> </main><div role="main">z</div>`, "title T\nlang en\n#||z|\n"},
		{"nor one in a dialog that is closed, or that cannot be reached", `<html lang="en"><title>T</title><dialog><main>x</main></dialog><main inert>x</main><main style="visibility: hidden">x</main><main hidden="until-found">z</main>`, "title T\nlang en\n#||z|\n"},
		{"of two, the one that has a heading", `<html lang="en"><main>Loading…</main><main><h1>T</h1>z</main>`, "title T\nlang en\n#||z|\nwarning 2 <main> elements; the first that has a heading is indexed, else the first\n"},
		{"a template that is a shadow tree is shown", `<html lang="en"><title>T</title><main><div><template shadowrootmode="open">z</template></div></main>`, "title T\nlang en\n#||z|\n"},
		{"without <main>, the one article", `<html lang="en"><title>T</title><p>before</p><article>z</article>`, "title T\nlang en\n#||z|\n"},
		{"of several articles the whole page", `<html lang="en"><title>T</title><article>a</article><article>b</article>`, "title T\nlang en\n#||a / b|\n"},
		{"what a theme calls its text", `<html lang="en"><title>T</title><p>before</p><div class="wide markdown-body">z</div>`, "title T\nlang en\n#||z|\n"},
		{"else the body less menu and footer", `<html lang="en"><title>T</title><div class="navheader">next</div><div role="navigation">menu</div><p>z</p><footer>end</footer>`, "title T\nlang en\n#||z|\n"},
		{"the footer of a quotation is text", `<html lang="en"><title>T</title><main><blockquote>a<footer>b</footer></blockquote></main>`, "title T\nlang en\n#||a / b|\n"},

		// What themes put around it.
		{"links to the page before and after", `<html lang="en"><title>T</title><main>z<footer><a rel="prev" href="a">A</a> <a rel="nofollow next" href="b">B</a> <a rel="author" href="c">Ann</a></footer></main>`, "title T\nlang en\n#||z / Ann|\n"},
		{"the version of a page, a note on it, and the page's contents", `<html lang="en"><title>T</title><main><div class="theme-doc-version-banner alert">old</div><span class="theme-doc-version-badge">1.0</span><div class="theme-doc-toc-mobile">x</div><div class="markdown">z</div><footer class="theme-doc-footer">tags</footer></main>`, "title T\nlang en\n#||z|\n"},
		{"a page that lists others", `<html lang="en" class="docs-wrapper docs-tags-doc-list-page"><title>T</title><main>z</main>`, "title T\nlang en\nnoindex\n#||z|\n"},

		// Words are not cut by elements in them, nor glued by blocks.
		{"elements inside a word", page(``, `ho<tt>ne</tt>y, be<acronym>e</acronym>s, wa<my-mark>x</my-mark>`), "title T\nlang en\n#||honey, bees, wax|\n"},
		{"readings of ideographs", page(``, `<ruby>蜂<rp>(</rp><rt>はち</rt><rp>)</rp>蜜</ruby>`), "title T\nlang en\n#||蜂蜜|\n"},
		{"blocks in a heading", page(``, `<h2 id="a">Part 1<div>Wax</div></h2><p>x`), "title T\nlang en\n#a|Part 1 Wax|x|\n"},
		{"spans that are shown as blocks", page(``, `<h2 id="a"><span style="display: block">Part 1</span><span style="display:block">Wax</span></h2><p>x`), "title T\nlang en\n#a|Part 1 Wax|x|\n"},
		{"a heading that begins with a link to itself", page(``, `<section id="m-wax"><h2><a href="#m-wax"><code>wax</code></a> — how to <i>melt</i><a href="#m-wax">¶</a></h2><p>x</section>`), "title T\nlang en\n#m-wax|wax — how to melt|x|\n"},
		{"a heading's button and its link to itself", page(``, `<h2 id="a">Wax<button>Copy</button> <a href="#a">Link to this</a></h2><p>x`), "title T\nlang en\n#a|Wax|x|\n"},
		{"a heading that is all link to itself", page(``, `<h2 id="a"><a href="#a">Wax</a></h2><p>x`), "title T\nlang en\n#a|Wax|x|\n"},
		{"a heading's picture", page(``, `<h2 id="a"><img alt="Wax seal"></h2><p>x`), "title T\nlang en\n#a|Wax seal|x|\n"},

		{"a heading's link to itself by its whole address", page(``, `<h2 id="a b">Wax <a href="https://h.org/note.html#a%20b">Permalink</a></h2><p>x`), "title T\nlang en\n#a b|Wax|x|\n"},
		{"a heading's hidden link to itself before it", page(``, `<h2 id="a"><a href="#a" aria-hidden="true">link</a>Wax</h2><p>x`), "title T\nlang en\n#a|Wax|x|\n"},
		{"marks of any kind", page(``, `<h2 id="a">Wax<a href="#a">∞</a></h2><p>x<h2 id="b"><a href="#b">◆ </a>Comb</h2><p>y`), "title T\nlang en\n#a|Wax|x|\n#b|Comb|y|\n"},
		{"a link to the heading behind it", page(``, `<div><h2 id="a">Wax</h2><a href="#a">Section “Wax”</a></div><p>x <a href="#a">above</a>`), "title T\nlang en\n#a|Wax|x above|\n"},
		{"the button by which a part unfolds is its heading", page(``, `<h2 id="a"><button>How is wax made?</button></h2><div hidden>x</div>`), "title T\nlang en\n#a|How is wax made?|x|\n"},
		{"what copies or edits is not", page(``, `<h2 id="a">Wax <span role="button">Copy</span><span class="mw-editsection">[<a href="/e">edit</a>]</span></h2><p>x`), "title T\nlang en\n#a|Wax|x|\n"},
		{"an empty anchor before the heading", page(``, `<p>x</p><a id="wax()"></a><!-- --><h3>wax</h3><p>y</p><a name="b">Text</a><h3>b</h3><p>z`), "title T\nlang en\n#||x|\n#wax()|wax|y / Text|\n#|b|z|\n"},
		{"an empty anchor before the list that begins with it", page(``, `<ul><li><a name="wax"><!-- --></a><ul><li><h4>wax</h4>y</li><li><h4>no</h4>z</ul></ul>`), "title T\nlang en\n#wax|wax|y|\n#|no|z|\n"},
		{"a heading by its role", page(``, `<div role="heading" aria-level="2" id="a">Wax</div><p>x`), "title T\nlang en\n#a|Wax|x|\n"},
		{"the source of a formula is not shown", page(``, `<p><math><mi>x</mi><annotation encoding="application/x-tex">y</annotation></math><span class="katex-html" aria-hidden="true">x</span> z`), "title T\nlang en\n#||x z|\n"},

		// What a section holds.
		{"so does a note or a warning", page(``, `<h2 id="a">A</h2><p>one</p><div class="admonition tip"><h3 id="n">N</h3>note</div><p>two</p><div role="note"><h3 id="m">M</h3>more</div><p>three`), "title T\nlang en\n#a|A|one / two / three|\n#n|N|note|\n#m|M|more|\n"},
		{"text behind a section of a heading alone", page(``, `<section id="fly"><h4>fn <a href="#fly">fly</a>()</h4></section><div>Flies off.</div>`), "title T\nlang en\n#fly|fn fly()|Flies off.|\n"},
		{"terms in lists and tables", page(``, `<ul><li id="x"><dfn>Wax</dfn>: made</li><li><dfn><a id="y">Comb</a></dfn>: built</ul><table><tr><td><dfn id="z">Hive</dfn><td>home</table><p>one`), "title T\nlang en\n#x|Wax|Wax: made|\n#y|Comb|Comb: built|\n#z|Hive|Hive / home|\n#||one|\n"},
		{"an aside ends with its own text", page(``, `<h2 id="a">A</h2><p>one</p><aside><h3 id="n">N</h3>note</aside><p>two</p>`), "title T\nlang en\n#a|A|one / two|\n#n|N|note|\n"},
		{"so does a cell", page(``, `<p>one</p><table><tr><td><h3 id="n">N</h3>note<td>cell</table><p>two</p>`), "title T\nlang en\n#||one / cell / two|\n#n|N|note|\n"},
		{"terms with an id are places", page(``, `<p>one</p><dl><dt id="x">Wax</dt><dd>made</dd><dt>Honey</dt><dd>eaten</dd><div><dt id="y">Hive</dt><dd>home</dd></div></dl><p>two</p>`), "title T\nlang en\n#||one / Honey / eaten / two|\n#x|Wax|made|\n#y|Hive|home|\n"},
		{"what a list of terms hides", page(``, `<dl><dt>Wax</dt><dd>made</dd><div data-vade-ignore><dt>Size</dt><dd>big</dd></div><dt data-vade-ignore>Use</dt><dd>eaten</dd></dl>`), "title T\nlang en\n#||Wax / made / eaten|\n"},
		{"a paragraph that defines a term", page(``, `<p>one</p><p>A <dfn id="x">hive</dfn> is a home.</p><p>two</p>`), "title T\nlang en\n#||one / two|\n#x|hive|A hive is a home.|\n"},

		// Pages that are no answer, and what other tools' words say.
		{"facets and title in the words of Pagefind", page(``, `<h1 data-pagefind-meta="title">Wax</h1><p data-pagefind-filter="kind:craft">x</p><p data-pagefind-filter="author">Ann</p><p data-pagefind-ignore>not</p><img data-pagefind-filter="place[alt]" alt="Lima">`), "title Wax\nlang en\nfacet kind=craft\nfacet author=Ann\nfacet place=Lima\n#||x / Ann / Lima|\n"},

		{"weights in the words of Pagefind", page(``, `<h2 id="a" data-pagefind-weight="10">A</h2><p data-pagefind-weight="2.5">Wax <b>seals</b></p><p data-pagefind-weight="0">not</p><p data-pagefind-weight="1.0">one</p>`), "title T\nlang en\nkeywords Wax seals\n#a|A|Wax seals / one|\n"},
		{"weights that have no effect say so", page(``, `<p data-pagefind-weight=".5">x</p><p data-pagefind-weight="much">y</p><p data-pagefind-weight="5">`+strings.Repeat("z ", 30)+`</p>`), "title T\nlang en\n#||x / y / " + strings.TrimSpace(strings.Repeat("z ", 30)) + "|\nwarning data-pagefind-weight=\".5\" has no effect: 0 leaves an element out, and no text weighs less than others\nwarning data-pagefind-weight=\"much\" is no number from 0 to 10; it has no effect\nwarning data-pagefind-weight=\"5\" stands on more than 20 words; it has no effect: mark the words that the page is to be found by\n"},

		// Languages.
		{"of xml:lang", `<html xml:lang="es"><title>T</title><main>x`, "title T\nlang es\n#||x|\n"},
		{"of <body>", `<html><title>T</title><body lang="es"><main>x`, "title T\nlang es\n#||x|\n"},
		{"of <html> before <body>, which holds the menus too", `<html lang="ru"><title>T</title><body lang="en"><main>x`, "title T\nlang ru\n#||x|\n"},
		{"of a header", `<html><meta http-equiv="Content-Language" content="es"><title>T</title><main>x`, "title T\nlang es\n#||x|\n"},
		{"of what holds the text", `<html><title>T</title><div lang="fr"><main lang="es">x`, "title T\nlang es\n#||x|\n"},
		{"of a library's catalogue", `<html><meta name="DC.Language" content="es"><title>T</title><main>x`, "title T\nlang es\n#||x|\n"},
		{"of a list the first", `<html><meta http-equiv="content-language" content="es, en"><title>T</title><main>x`, "title T\nlang es\n#||x|\n"},
		{"a language by its name in a header counts for nothing", `<html><meta name="language" content="Spanish"><title>T</title><main>x`, "title T\n#||x|\n"},
		{"three letters", `<html lang="eng-GB"><title>T</title><main>x`, "title T\nlang en-GB\n#||x|\n"},
		{"old letters", `<html lang="iw"><title>T</title><main>x`, "title T\nlang he\n#||x|\n"},

		// Redirects, by whatever means.
		{"a redirect without the word url", page(`<meta http-equiv="refresh" content="0;/there/">`, `x`), "title T\nlang en\nnoindex\n#||x|\n"},
		{"a page that goes round after minutes is none", page(`<meta http-equiv="refresh" content="300; url=/">`, `x`), "title T\nlang en\n#||x|\n"},
		{"a redirect by a script", `<html lang="en"><title>T</title><script src="search/vade.js"></script><script>window.location.replace("there/")</script><a href="there/">there</a>`, "title T\nlang en\nnoindex\n#||there|\n"},
		{"a script that reads the address leads nowhere", `<html lang="en"><title>T</title><script>if (location.href == "/a") hello()</script><main>x`, "title T\nlang en\n#||x|\n"},
		{"nor does one that waits for a reader", `<html lang="en"><title>T</title><script>b.onclick = () => { location.href = "/in" }</script><main>x`, "title T\nlang en\n#||x|\n"},
		{"a page about redirects is none", `<html lang="en"><title>Redirect a page</title><main>How <a href="x">it</a> is done`, "title Redirect a page\nlang en\n#||How it is done|\n"},
		{"nor a page about what is not found an error", `<html lang="en"><title>Page not found in index</title><main>x`, "title Page not found in index\nlang en\n#||x|\n"},
		{"a redirect by words", `<html lang="en"><title>Redirecting…</title><a href="there/">Click here</a>`, "title Redirecting…\nlang en\nnoindex\n#||Click here|\n"},
		{"of Open Graph", `<html><meta property="og:locale" content="es_PE"><title>T</title><main>x`, "title T\nlang es-PE\n#||x|\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := reading{}.readPage("note.html", []byte(c.html))
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(p); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// What an excerpt shows of a record begins with its text: its title stands above.
func TestRecordTitleIsNoText(t *testing.T) {
	x := indexOf(t, map[string]string{
		"index.html": `<html lang="en"><main><h1>Terms</h1>
			<section id="wax" data-vade-record="Wax (W)"><h2>Wax <small>(W)</small><a href="#wax" data-vade-ignore></a></h2><p>Bees make it.</p></section>
			<section id="mead" data-vade-record="Mead"><h2>Drinks</h2><p>Made of honey.</p></section></main>`,
	})
	for query, want := range map[string]string{"wax": "Bees make it.", "mead": "Drinks Made of honey."} {
		a, err := x.Search(t.Context(), Request{Query: query, Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, segment := range a.Pages[0].Sections[0].Excerpt {
			got += segment.Text
		}
		if got != want {
			t.Errorf("%s shows %q, want %q", query, got, want)
		}
	}
}

// A record is a page of its own in the index: found, filtered and dated by
// itself, at its place on the page that shows it.
func TestRecords(t *testing.T) {
	x := indexOf(t, map[string]string{
		"index.html": `<html lang="en"><main><h1>Fairs</h1><p>Where honey is sold.</p>
			<section id="old" data-vade-record="Fair of Lima" data-vade-date="2017-04-25" data-vade-facet-country="peru" data-vade-facet-theme="wax honey"><h2>Lima</h2><p>Candles were shown.</p></section>
			<p>More to come.</p>
			<div id="new" data-vade-record="Fair of Minsk" data-vade-date="2019-08-02" data-vade-facet-country="belarus" data-vade-cite="FAIR 2"><h3 id="h">Programme</h3><div id="x" data-vade-section="S">Candles were sold.</div></div></main>`,
		"peru.html": `<html lang="en"><meta name="vade:country" content="peru" data-label="Peru"><main><h1>Peru</h1>A country.`,
	})
	for _, c := range []struct{ query, want string }{
		{"candles", "/#new /#old"}, // newer first
		{"candles country:peru", "/#old"},
		{"country:peru", "/#old /peru.html"},
		{"fair of lima", "/#old /"}, // the title of the page, Fairs, stands in the query
		{"more to come", "/"},
		{"programme", "/#new"},
	} {
		a, err := x.Search(t.Context(), Request{Query: c.query, Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range a.Pages[:min(a.Total, len(a.Pages))] {
			got = append(got, p.URL)
			if len(p.Sections) > 0 && p.Sections[0].URL != p.URL {
				t.Errorf("%s: the passage of %s leads to %s", c.query, p.URL, p.Sections[0].URL)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.query, got, c.want)
		}
	}
	// Translations of a page are those of its records.
	x = indexOf(t, map[string]string{
		"index.html":    `<html lang="en"><link rel="alternate" hreflang="de" href="/de/"><main><h1>Terms</h1><p id="wax" data-vade-record="Wax">Bees make it.</p><p id="own" data-vade-record="Own">Here only.</p></main>`,
		"de/index.html": `<html lang="de"><link rel="alternate" hreflang="en" href="/"><main><h1>Wörter</h1><p id="wax" data-vade-record="Wax">Bienen machen es: wax.</p></main>`,
	})
	a, err := x.Search(t.Context(), Request{Query: "wax", Lang: "*"})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Pages) != 1 || len(a.Pages[0].Translations) != 1 || !strings.HasSuffix(a.Pages[0].Translations[0].URL, "/#wax") {
		t.Errorf("with all languages together: %+v, want one record that names its translation", a.Pages)
	}
	if a, err = x.Search(t.Context(), Request{Query: "here only", Lang: "en"}); err != nil || len(a.Pages[0].Translations) != 0 {
		t.Errorf("a record without translation: %+v, %v", a.Pages, err)
	}

	p, err := reading{}.readPage("a/index.html", []byte(`<html lang="en"><main><p data-vade-record="No id">x</p><p id="r" data-vade-record data-vade-date="soon">y</p>`))
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprint(p.Warnings, p.Records[0].Warnings)
	for _, want := range []string{"data-vade-record has no id", "gives no title", `data-vade-date "soon"`} {
		if !strings.Contains(said, want) {
			t.Errorf("warnings %s, want %q", said, want)
		}
	}
}

// Links and ids are noted wherever they stand, for the checks that go by them.
func TestLinksAndIDs(t *testing.T) {
	p, err := reading{}.readPage("index.html", []byte(`<html lang="en" id="top"><nav data-vade-ignore id="menu"><a href="/a/">a</a></nav><main><a name="x">no link</a><a href="#b">b</a><p id="b">`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(p.IDs, p.Links), "[top menu b] [/a/ #b]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every warning of a build begins with the page that it is about.
func TestWarningsNameThePage(t *testing.T) {
	site := writeSite(t, map[string]string{
		"index.html":          `<html lang="en"><main>Home</main>`,
		"empty/index.html":    ``,
		"twice.html":          `<html lang="en"><main><p id="a">x<p id="a">y</main>`,
		"deep/index.html":     `<html lang="en"><main>` + strings.Repeat("<div>", 2000) + `found</main>`,
		"no-lang/index.htm":   `<main>x</main>`,
		"no-page/picture.svg": `<svg/>`,
	})
	report, err := Build(context.Background(), site, filepath.Join(t.TempDir(), "index"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range report.Warnings {
		page, _, _ := strings.Cut(w, ": ")
		got = append(got, page)
	}
	if want := "/no-lang/index.htm|/empty/|/twice.html"; strings.Join(got, "|") != want {
		t.Errorf("warnings of %s, want of %s:\n%s", strings.Join(got, "|"), want, strings.Join(report.Warnings, "\n"))
	}
	if report.Pages != 4 || len(report.Skipped) != 1 {
		t.Errorf("%d pages indexed and %v skipped, want 4 and /empty/", report.Pages, report.Skipped)
	}
}

// Pages that nest too deep keep their text, and the headings behind what is deep, also
// where end tags are left out.
func TestDeepPages(t *testing.T) {
	for name, c := range map[string]struct{ html, want string }{
		"tables without end tags of cells": {strings.Repeat("<table><tr><td>", 300) + "deep" + strings.Repeat("</table>", 300), "#||deep|\n#z|Z|x|\n"},
		"inline elements":                  {strings.Repeat("<b>", 3000) + "deep" + strings.Repeat("</b>", 3000), "#||deep|\n#z|Z|x|\n"},
		"end tags of nothing":              {strings.Repeat("<div>", 600) + strings.Repeat("</i>", 900) + "deep" + strings.Repeat("</div>", 600), "#||deep|\n#z|Z|x|\n"},
		"paragraphs that are not ended":    {strings.Repeat("<p>a", 3) + strings.Repeat("<p>", 600) + strings.Repeat("<span>", 600) + "deep" + strings.Repeat("</span>", 600), "#||a / a / a / deep|\n#z|Z|x|\n"},
	} {
		p, err := reading{}.readPage("note.html", []byte(`<html lang="en"><title>T</title><main>`+c.html+`<h2 id="z">Z</h2><p>x`))
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(p); got != "title T\nlang en\n"+c.want {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

// A page of 5 MB is read whole.
func TestLargePages(t *testing.T) {
	var long strings.Builder
	long.WriteString(`<html lang="en"><main><h1>Long</h1>`)
	for i := range 40_000 {
		fmt.Fprintf(&long, "<p>Line %d says the same as all other lines of this page, which is long, and nothing else to speak of at all.</p>\n", i)
	}
	long.WriteString(`<p>The word zeppelin ends it.</p></main>`)
	if long.Len() < 4_500_000 {
		t.Fatalf("the long page has only %d bytes", long.Len())
	}
	x := indexOf(t, map[string]string{"long.html": long.String()})
	for word, want := range map[string]string{"zeppelin": "/long.html", "39999": "/long.html"} {
		a, err := x.Search(context.Background(), Request{Query: word, Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Pages) == 0 || a.Pages[0].Sections[0].URL != want {
			t.Errorf("%s: %+v, want %s", word, a.Pages, want)
		}
	}
}

// So is one of many small sections inside a long one, whose text is not copied for
// each of them.
func TestManySections(t *testing.T) {
	const entries = 50_000
	var b strings.Builder
	b.WriteString(`<html lang="en"><main><h1>Marked</h1><h2 id="all">All</h2><p>` + strings.Repeat("much text ", 200_000) + `</p>`)
	for i := range entries {
		fmt.Fprintf(&b, `<p id="e%d" data-vade-section="Entry %d">An entry.</p>`, i, i)
	}
	b.WriteString(`<p>The end.</p></main>`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := reading{}.readPage("marked.html", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if times := (after.TotalAlloc - before.TotalAlloc) / uint64(b.Len()); times > 200 { // the square of it would be thousands
		t.Errorf("reading a page of many sections takes %d times its size", times)
	} else {
		t.Logf("reading takes %d times its size", times)
	}
	if len(p.Sections) != entries+1 || !strings.HasSuffix(p.Sections[0].Text, "much text\nThe end.") {
		t.Errorf("%d sections, the first ends in %q", len(p.Sections), p.Sections[0].Text[len(p.Sections[0].Text)-20:])
	}
}

// A page is what its file says, whatever other file has gone.
func TestUnreadableFile(t *testing.T) {
	site := writeSite(t, map[string]string{"index.html": `<html lang="en"><main>Home</main>`})
	if err := os.Symlink(filepath.Join(site, "gone"), filepath.Join(site, "dangling.html")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	report, err := Build(context.Background(), site, filepath.Join(t.TempDir(), "index"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], "dangling.html") || report.Pages != 1 {
		t.Errorf("%d pages, warnings %q", report.Pages, report.Warnings)
	}
}

// Whatever the bytes, reading a page neither fails nor hangs, and its sections
// hold text that can be stored as JSON.
func FuzzReadPage(f *testing.F) {
	f.Add([]byte(`<html lang=en><main><h1>A</h1><section id=b data-vade-section=B><h2>C</h2>d</section>e`))
	f.Add([]byte("\xff\xfe<\x00"))
	f.Add([]byte("<table><h2><svg><title><main data-vade-section>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := reading{}.readPage("x/index.html", data)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Sections {
			if s.Heading == "" && s.Text == "" && len(s.Cites) == 0 {
				t.Errorf("an empty section: %+v", s)
			}
		}
	})
}

// What only the whole site tells: languages that pages do not say, the frame that
// repeats on pages without <main>, copies, the path under which the site stands.
func TestReadSiteSettles(t *testing.T) {
	page := func(head, body string) string { return `<html lang="en"><head>` + head + `</head><body>` + body }
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // of each page that is indexed: address, language, title, text
	}{
		{"pages without a language are in the site's", map[string]string{
			"a.html": `<html lang="es"><title>A</title><main>uno`, "b.html": `<html lang="es"><title>B</title><main>dos`, "c.html": `<title>C</title><main>x`, "d.html": `<html lang="deutsch"><title>D</title><main>y`,
		}, "/a.html es A uno\n/b.html es B dos\n/c.html es C x\n/d.html es D y\n"},
		{"or in that of their folder or name", map[string]string{
			"index.html": `<html lang="en"><title>A</title><main>one`, "fr/b.html": `<title>B</title><main>x`, "c.de.html": `<title>C</title><main>y`, "static/d.html": `<title>D</title><main>z`,
		}, "/ en A one\n/c.de.html de C y\n/fr/b.html fr B x\n/static/d.html en D z\n"},
		{"or in that which their text is", map[string]string{
			"index.html": `<html lang="en"><title>A</title><main>one`,
			"b.html":     `<title>B</title><main>Die Bienen sind in dem Stock und der Imker ist nicht da; sie werden von ihm für den Winter mit Zucker versorgt.`,
			"c.html":     `<title>C</title><main>пчёлы живут в улье, и пасечник их кормит`,
			"d.html":     `<title>D</title><main>蜂は花の蜜をあつめる`,
		}, "/ en A one\n/b.html de B Die Bienen sind in dem Stock und der Imker ist nicht da; sie werden von ihm für den Winter mit Zucker versorgt.\n/c.html ru C пчёлы живут в улье, и пасечник их кормит\n/d.html ja D 蜂は花の蜜をあつめる\n"},
		{"what repeats is no text", map[string]string{
			"a.html": page(`<title>A</title>`, `<p>Hives of Lima</p><p>one</p>`), "b.html": page(`<title>B</title>`, `<p>Hives of Lima</p><p>two</p>`),
			"c.html": page(`<title>C</title>`, `<p>Hives of Lima</p><p>three</p>`), "d.html": page(`<title>D</title>`, `<p>Hives of Lima</p><p>four</p>`),
		}, "/a.html en A one\n/b.html en B two\n/c.html en C three\n/d.html en D four\n"},
		{"copies for print are left out, pages that only name another are not", map[string]string{
			"a.html":       page(`<title>A</title><link rel="canonical" href="https://h.org/a.html">`, `<main>one<p>two`),
			"print/a.html": page(`<title>A</title><link rel="canonical" href="https://h.org/a.html">`, `<main>one<p>two`),
			"b.html":       page(`<title>B</title><link rel="canonical" href="https://h.org/a.html">`, `<main>other`),
		}, "/a.html en A one / two\n/b.html en B other\n"},
		{"pages that are not translated yet, and repeat the one that is", map[string]string{
			"a/index.html":    `<html lang="en"><title>A</title><link rel="alternate" hreflang="en" href="https://h.org/a/"><link rel="alternate" hreflang="de" href="https://h.org/de/a/"><main lang="en"><h1>A</h1>one`,
			"de/a/index.html": `<html lang="de"><title>A</title><link rel="canonical" href="https://h.org/de/a/"><link rel="alternate" hreflang="en" href="https://h.org/a/"><link rel="alternate" hreflang="de" href="https://h.org/de/a/"><main lang="en"><h1>A</h1>Noch nicht übersetzt.<p>one`,
			"de/b/index.html": `<html lang="de"><title>B</title><link rel="alternate" hreflang="en" href="https://h.org/b/"><main lang="de">zwei`,
			"de/c/index.html": `<html lang="de"><title>C</title><main lang="en">three`,
		}, "/a/ en A one\n/de/b/ de B zwei\n/de/c/ en C three\n"},
		{"error pages are no answer", map[string]string{
			"a.html": page(`<title>A</title>`, `<main>one`), "404.html": page(`<title>B</title>`, `<main>gone`), "es/404/index.html": page(`<title>C</title>`, `<main>gone`),
		}, "/a.html en A one\n"},
		{"by whatever name, but not pages about errors", map[string]string{
			"404.htm": page(`<title>A</title>`, `<main>gone`), "404/index.htm": page(`<title>A</title>`, `<main>gone`), "x/lost.html": page(`<title>Page not found | Site</title>`, `<main>gone`), "y.html": page(``, `<main><h1>404</h1><h2>Not found</h2>gone`),
			"law/404.html": page(`<title>Article 404</title>`, `<main>text`), "http/404.html": page(`<title>404 handling</title>`, `<main>how`), "http/status.html": page(`<title>404 Not found</title>`, `<main>`+strings.Repeat("long ", 200)),
		}, "/http/404.html en 404 handling how\n/http/status.html en 404 Not found " + strings.TrimSpace(strings.Repeat("long ", 200)) + "\n/law/404.html en Article 404 text\n"},
		{"folders that only look like languages are none, those within are when a page confirms them", map[string]string{
			"index.html": page(`<title>A</title>`, `<main>one`), "api/a.html": `<title>B</title><main>x`, "man/a.html": `<title>C</title><main>x`, "docs/is/a.html": `<title>D</title><main>x`,
			"docs/de/a.html": `<title>E</title><main>kurz`, "docs/de/b.html": `<title>F</title><main>Die Bienen sind in dem Stock und der Imker ist nicht da; sie werden von ihm für den Winter mit Zucker versorgt.`,
		}, "/ en A one\n/api/a.html en B x\n/docs/de/a.html de E kurz\n/docs/de/b.html de F Die Bienen sind in dem Stock und der Imker ist nicht da; sie werden von ihm für den Winter mit Zucker versorgt.\n/docs/is/a.html en D x\n/man/a.html en C x\n"},
		{"a language that is none is told from the text", map[string]string{
			"index.html": page(`<title>A</title>`, `<main>one`), "b.html": `<html lang="{{ lang }}"><title>B</title><main>пчёлы живут в улье, и пасечник их кормит`,
		}, "/ en A one\n/b.html ru B пчёлы живут в улье, и пасечник их кормит\n"},
		{"copies that name their page by a relative address, or say what they are", map[string]string{
			"a/index.html": page(`<title>A</title><link rel="canonical" href="//h.org/kb/a/?x=1#top">`, `<main>one`), "a/amp/index.html": page(`<title>A</title><link rel="canonical" href="../">`, `<main>one`),
			"a/print.html": page(`<title>A (print)</title><link rel="canonical" href="/kb/a/">`, `<main>one`),
			"b.html":       page(`<title>B</title><link rel="canonical" href="b.html">`, `<main>two`), "c.html": page(`<title>C</title><link rel="canonical" href="http://localhost:1313/x/c.html">`, `<main>three`),
		}, "/a/ en A one\n/b.html en B two\n/c.html en C three\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ReadSite(t.Context(), writeSite(t, c.files), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			slices.SortFunc(s.Pages, func(a, b *Page) int { return strings.Compare(a.URL, b.URL) })
			for _, p := range s.Pages {
				if p.NoIndex {
					continue
				}
				fmt.Fprintf(&got, "%s %s %s", p.URL, indexLanguage(p.Lang), p.Title)
				for _, section := range p.Sections {
					fmt.Fprintf(&got, " %s", strings.ReplaceAll(section.Text, "\n", " / "))
				}
				got.WriteByte('\n')
			}
			if got.String() != c.want {
				t.Errorf("got\n%swant\n%s", got.String(), c.want)
			}
		})
	}
	for _, c := range []struct{ url, canonical, want string }{
		{"/a.html", "file:///usr/share/doc/kit/a.html", ""},
		{"/a/", "https://h.org/kb/a", "/kb"},
		{"/a/", "https://h.org/kb/a/index.html?v=2", "/kb"},
		{"/a.html", "https://h.org/kb/a", "/kb"},
		{"/a.html", "https://h.org/a.html", ""},
		{"/a.html", "https://h.org/b.html", ""},
		{"/a.html", "http://localhost:1313/kb/a.html", ""},
	} {
		s := &Site{Pages: []*Page{{URL: c.url, Canonical: c.canonical}}}
		if s.settleBase(); s.Base != c.want {
			t.Errorf("%s named %s: base %q, want %q", c.url, c.canonical, s.Base, c.want)
		}
	}
}

// The index of a language: regions make no difference, scripts do.
func TestIndexLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "en-US": "en", "EN_gb": "en", "zh": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-TW": "zh-hant", "zh-Hant-HK": "zh-hant",
		"sr": "sr", "sr-Latn": "sr-latn", "pt-BR": "pt", "fil": "fil", "": undetermined, "english": undetermined, "../x": undetermined, "en-" + strings.Repeat("x", 99): "en",
	} {
		if got := indexLanguage(tag); got != want {
			t.Errorf("%q: %s, want %s", tag, got, want)
		}
	}
}

// Links within the folder are other names of what is read already, links out of
// it are not followed, and none leads round in circles.
func TestSymbolicLinks(t *testing.T) {
	dir := t.TempDir()
	page := `<html lang="en"><main>Hive</main>`
	for _, file := range []string{"site/index.html", "site/real/a.html", "other/x.html"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"site/out": "../other", "site/b.html": "real/a.html", "site/again": "real", "site/round": ".", "site/lost.html": "nowhere.html", "current": "site"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	for _, root := range []string{"site", "current"} {
		s, err := ReadSite(t.Context(), filepath.Join(dir, root), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range s.Pages {
			got = append(got, p.URL)
		}
		if strings.Join(got, " ") != "/ /real/a.html" {
			t.Errorf("%s: pages %v", root, got)
		}
		if said := strings.Join(s.warnings, "\n"); len(s.warnings) != 2 || !strings.Contains(said, "/out: ") || !strings.Contains(said, "/lost.html: ") {
			t.Errorf("%s: warnings %s", root, said)
		}
	}
}
