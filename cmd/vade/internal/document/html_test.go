package document

import "testing"

// TestHTML reads a page: what could run is left out, notes are tied in the
// three ways that programs write them.
func TestHTML(t *testing.T) {
	d := read(t, "x.txt", []byte(`<!doctype html><html lang="es"><head><title>Nota</title><style>p{}</style></head><body>
<header>Site name</header><nav><a href="/">Home</a></nav>
<h1>Title<a href="#fn1" id="ref1"><sup>1</sup></a></h1>
<p><b>Venue:</b> Lima,
  Peru<br>second <script>alert(1)</script><a href="javascript:x()">line</a> <a href="https://example.org/">site</a><sup><a href="#fn2">[2]</a></sup></p>
<ol start="3" type="a"><li>three<ul><li>inner</li></ul></li><li><p>four</p><p>more</p></li></ol>
<table><tr><th>A</th><th>B</th></tr><tr><td rowspan="2">x</td><td>y</td></tr><tr><td>z</td></tr></table>
<div style="display: none">hidden</div><img src="x.png" alt="x"><p>Word<a style='mso-footnote-id:ftn3' href="#_ftn3" name="_ftnref3">[3]</a></p>
<p><a href="#later">2</a> contents</p><h2 id="later">Later</h2>
<ol><li id="fn1">First note <a href="#ref1">↩</a></li></ol><p id="fn2">[2] Second note</p>
<div id="ftn3"><p><a href="#_ftnref3" name="_ftn3">[3]</a> Third note</p><p>goes on</p></div>
<footer>Foot</footer></body></html>`))
	wantOutline(t, d, `
h1 Title{1}
p *Venue:* Lima, Peru/second line <site https://example.org/>{2}
item0 [c.] three
item1 [•] inner
item0 [d.] four
p more
table
 row
  cell 1
   p *A*
  cell 1
   p *B*
 row
  cell 1
   p x
  cell 1
   p y
 row
  cell 1
  cell 1
   p z
p Word{3}
p 2 contents
h2 Later
footnote 1 of 0
 p First note
footnote 2 of 1
 p Second note
footnote 3 of 7
 p Third note
 p goes on
`)
	if d.Title != "Nota" || d.Language != "es" || len(d.Headers) != 1 || len(d.Footers) != 1 {
		t.Errorf("title %q, language %q, headers %v, footers %v", d.Title, d.Language, d.Headers, d.Footers)
	}
	for _, w := range []string{"scripts", "hidden", "menus", "picture"} {
		if !warned(d, w) {
			t.Errorf("no warning of %s in %q", w, d.Warnings)
		}
	}
}

// TestHTMLCharset honours what the page says of its characters.
func TestHTMLCharset(t *testing.T) {
	for name, data := range map[string]string{
		"windows-1251": "<html><meta charset=windows-1251><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>",
		"none":         "<html><p>Привет</p>",
	} {
		if d := read(t, name, []byte(data)); d.Blocks[0].Plain() != "Привет" {
			t.Errorf("%s: %q", name, d.Blocks[0].Plain())
		}
	}
}
