package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/cmd/internal/cli"
	"vademecum/indexer"
)

// smuggled is text in which everything that could run, load something or be read
// as front matter or as a shortcode sets window.hacked, asks another host or names
// a file.
const smuggled = `
The plums ripen in August, and {{< endpoint >}} {{% page "2" %}} {{ readFile "hugo.toml" }}
<script>window.hacked=2</script> <img src=x onerror="window.hacked=3"> <svg onload="window.hacked=4"></svg>

[one](javascript:window.hacked=5) [two](<JaVaScRiPt:window.hacked=6>) [three](data:text/html,x) [four](../other.md) ![five](http://203.0.113.1/a.png) <javascript:window.hacked=7>

{onmouseover="window.hacked=8"}

<iframe src="javascript:window.hacked=10"></iframe> <style>body { background: url(http://203.0.113.1/b) }</style>
<a href="javascript:window.hacked=11" onclick="window.hacked=12">six</a> <form action="http://203.0.113.1/"><button>Send</button></form> &lt;script&gt;window.hacked=13&lt;/script&gt;

Plums go on after it.
`

// twoPages is a PDF of two pages, without the table of places that readers make anew.
const twoPages = `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F 7 0 R >> >> >> endobj
4 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F 7 0 R >> >> >> endobj
5 0 obj << /Length 53 >> stream
BT /F 11 Tf 60 700 Td (The first page of a report.) Tj ET
endstream endobj
6 0 obj << /Length 53 >> stream
BT /F 11 Tf 60 700 Td (The second page, on plums.) Tj ET
endstream endobj
7 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> endobj
trailer << /Root 1 0 R >>
%%EOF
`

// What a document says is shown, and nothing of it is live: as a plain document, as
// a note and as the wording of a resolution, from text and from HTML. A document is
// found in its own language, and the numbers of its pages open the original there.
func TestBrowserImportedDocuments(t *testing.T) {
	t.Parallel()
	var handler http.Handler
	b := openBrowserOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) })) // first, so that a missing browser is told at once
	dir, files := holdingSite(t), t.TempDir()
	file := func(name, text string) string { return write(t, filepath.Join(files, name), text) }
	must(t, append([]string{"import", "--source", dir, "--keep-original"},
		file("letter.md", "---\nlayout: home\n---\n# Plums {onclick=\"window.hacked=1\" .x}\n"+smuggled),
		file("plain.txt", "+++\nlayout = \"home\"\n+++\nA letter on trees.\n"+smuggled),
		file("page.html", "<html><body onload='window.hacked=14'><h1>Plums</h1><p onclick='window.hacked=15'>"+smuggled+"<p>{{< endpoint >}} &lt;img src=x onerror=window.hacked=16&gt;"),
		file("note.txt", "Event: Course on plums <img src=x onerror=window.hacked=17>\nDate: 2-3 March 2020\nVenue: \"Graz\" <b onclick=x>, Austria\nParticipants: {{< endpoint >}}, [x](javascript:window.hacked=18)\n\nHighlights\n"+smuggled),
		file("resolution.txt", "S/RES/9055 (2012)\nThe Security Council,\nRecalling <script>window.hacked=19</script> plums,\n1. Asks {{< endpoint >}} [all](javascript:window.hacked=20) to wait.\n"),
		file("pages.pdf", twoPages),
		file("сливы.txt", "Отчёт о сливах\n\nСадоводы сравнили, как зреют сливы. Каждая пасека взвешивает ульи перед зимой.\n"),
	)...)
	note := filepath.Join(dir, "content", "workshops", "2020-03-graz.md")
	front, body, _ := strings.Cut(read(t, note), "\n---\n")
	if !strings.Contains(body, "Plums go on after it") {
		t.Errorf("the note's text is cut off:\n%s", body)
	}
	// Its text as a person shows it, in a page whose fields are in order.
	write(t, filepath.Join(dir, "content", "themes", "customs.md"), read(t, filepath.Join(dir, "content", "themes", "customs.md"))+body)
	if strings.Contains(front, "layout:") {
		t.Errorf("the note's front matter:\n%s", front)
	}
	must(t, "build", "--source", dir, "--with", "own")
	x, err := indexer.Open(filepath.Join(dir, "index"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	handler = cli.SiteHandler(os.DirFS(filepath.Join(dir, "public")), x)

	for _, page := range []string{"/documents/own/letter/", "/documents/own/plain/", "/documents/own/page/", "/themes/customs/", "/resolutions/9055/", "/search/?q=plums&lang=*", "/documents/own/letter/original.txt"} {
		b.open(page)
		b.wait(`document.readyState === "complete" && document.body.textContent.includes("lums")`)
		b.want(`window.hacked ?? "no"`, "no")
		b.want(`[...document.querySelectorAll("main :is(script, iframe, img, object, embed, form:not([data-vade-search]), style, svg:not(.icon, [aria-hidden])), main [href*='script:' i], main [href^='data:' i]")].map((e) => e.outerHTML).join()`, "")
		b.want(`[...document.querySelectorAll("*")].flatMap((e) => e.getAttributeNames()).filter((a) => a.startsWith("on")).join()`, "")
		b.quiet()
	}
	b.open("/documents/own/letter/")
	for _, says := range []string{"window.hacked=2", "{{< endpoint >}}", "readFile", "five", "Plums go on after it."} {
		b.want(`document.querySelector("main .text").textContent.replaceAll("“", '"').includes(`+"`"+says+"`)", "true")
	}

	// Beside its original, whose hash it names.
	b.open("/documents/own/pages/")
	sum := sha256.Sum256([]byte(twoPages))
	b.want(`document.querySelector(".facts").textContent.includes("`+hex.EncodeToString(sum[:])+`")`, "true")
	b.want(`[...document.querySelectorAll(".page-mark a")].map((a) => a.getAttribute("href")).join()`, "original.pdf#page=1,original.pdf#page=2")
	b.want(`(() => { const r = new XMLHttpRequest(); r.open("GET", document.querySelector("#page-2 a").href, false); r.send(); return r.getResponseHeader("Content-Type") })()`, "application/pdf")
	b.quiet()

	// In its own language.
	b.want(`document.documentElement.lang`, "en")
	for _, c := range []struct{ lang, finds string }{{"ru", "true"}, {"en", "false"}, {"*", "true"}} {
		b.open("/search/?q=пасеку&lang=" + c.lang)
		b.wait(`(document.querySelector("[data-vade-status]")?.textContent ?? "") !== "" && !document.querySelector("[aria-busy=true]")`)
		b.want(`!!document.querySelector("li.hit a[href$='/documents/own/slivy/'], li.hit a[href*='/documents/own/document-']")`, c.finds)
		b.want(`document.querySelector("li.hit")?.textContent.includes("SHA-256") ?? false`, "false")
	}
	b.quiet()
}
