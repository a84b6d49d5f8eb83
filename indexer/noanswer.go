package indexer

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shortPage is the most text, in bytes, that a page of an error or a redirect holds.
const shortPage = 600

var (
	errorNames     = regexp.MustCompile(`^(_?404|500|_error|50x|404-page)$`)
	errorTitles    = regexp.MustCompile(`(?i)^((error:? )?404( error)?\W*(` + notFound + `)?|(oops\W*)?(` + notFound + `))\s*([|–—·:!.-].*)?$`)
	movedTitles    = regexp.MustCompile(`(?i)^(redirecting(\W*$| to\b)|(page )?redirect(ion)?$|(this )?page (has )?moved\b|moved( permanently)?$)`)
	movesByScript  = regexp.MustCompile(`\blocation\s*(\.\s*(replace|assign)\s*\(|(\.\s*href\s*)?=[^=])`)
	movesLater     = regexp.MustCompile(`\bfunction\b|=>`) // when somebody does something
	refreshContent = regexp.MustCompile(`(?i)^\s*(\d*)[\d.]*\s*(?:[;,]\s*|\s)(?:url\s*=\s*)?['"]?([^'"\s]+)`)
)

// notFound is how pages in eight languages say that there is none.
const notFound = `(the |this )?page (could )?not (be )?found|not found|page introuvable|página no encontrada|página não encontrada|` +
	`seite nicht gefunden|страница не найдена|الصفحة غير موجودة|页面(?:未找到|不存在)|ページが見つかりません`

// longestWait, in seconds, before a page leads on by itself and is still a redirect.
// One that stays longer is read, as slides that go round are.
const longestWait = 60

// redirectTarget gives where <meta http-equiv="refresh"> leads, or "".
func redirectTarget(content string) string {
	m := refreshContent.FindStringSubmatch(content)
	if m == nil {
		return ""
	}
	if wait, err := strconv.Atoi(m[1]); err == nil && wait > longestWait || len(m[1]) > 9 {
		return ""
	}
	return m[2]
}

// isErrorPage tells whether a page is what a host answers for what is not there: by
// its name, at the top of the site or of a language, or by its title, if it says no more.
func (p *Page) isErrorPage() bool {
	file := strings.TrimSuffix(p.file, path.Ext(p.file))
	if path.Base(file) == "index" {
		file = path.Dir(file)
	}
	folder, name := path.Split(file)
	if errorNames.MatchString(strings.ToLower(name)) && (folder == "" || languageOfFolder(path.Base(folder)) != "") {
		return true
	}
	title := p.Title
	if len(p.Sections) > 0 && title == "404" {
		title += " " + p.Sections[0].Heading
	}
	return p.isShort() && errorTitles.MatchString(strings.TrimSpace(title))
}

// isRedirect tells whether a page says no more than that it leads to another, by a
// script that does so at once, or by words.
func isRedirect(p *Page, doc *html.Node) bool {
	if !p.isShort() || len(p.Records) > 0 || p.Search {
		return false
	}
	if len(p.Links) == 1 && movedTitles.MatchString(p.Title) {
		return true
	}
	scripts := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Script && n.FirstChild != nil })
	return len(p.Links) <= 1 && len(scripts) == 1 &&
		len(scripts[0].FirstChild.Data) < shortPage && movesByScript.MatchString(scripts[0].FirstChild.Data) && !movesLater.MatchString(scripts[0].FirstChild.Data)
}

func (p *Page) isShort() bool {
	length := 0
	for _, s := range p.Sections {
		length += len(s.Text)
	}
	return length <= shortPage && len(p.Sections) <= 3
}
