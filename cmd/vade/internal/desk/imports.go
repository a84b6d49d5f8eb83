package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"vademecum/cmd/vade/internal/kinds"
	"vademecum/internal/unfinished"
)

// Imported is what became of a document.
type Imported struct {
	Page     string    // the draft, relative to content; "" if none was written
	Message  string    // what a person should know, "" if nothing
	Pages    []string  // the text of the document, page by page
	Findings []Finding // what was recognized
}

// A Finding is what an import has to say about one field.
type Finding struct {
	Field    string // such as "date_start"
	State    State
	Value    string // what was written; of what is open, why
	Evidence string // the words of the document that it rests on
}

// A State says how sure a finding is.
type State string

// The states.
const (
	Settled State = "settled"
	Guessed State = "guessed"
	Open    State = "open"
)

// A review is an import that a person goes through. It is kept until the page is
// shown.
type review struct {
	Source   string
	Pages    []string
	Findings []Finding
	Judged   map[int]string // "right" or "wrong", by the place of a guess
}

// A mark is a finding at its field.
type mark struct {
	Finding
	At     int
	Judged string
	Found  bool // its words stand in the document
	Next   bool // the first guess that nobody has judged
}

// A markedPage is a page of the document with what was recognized marked in it.
type markedPage struct {
	Number     int
	Paragraphs [][]part
}

type part struct {
	Text string
	Mark int // the place of a finding, counted from 1; 0 for none
	State
	Field string
}

func (d *Desk) readReview(file string) *review {
	text, err := d.store.source.ReadFile(reviewFile(file))
	var rv review
	if err != nil || json.Unmarshal(text, &rv) != nil {
		return nil
	}
	return &rv
}

func (d *Desk) keepReview(file string, rv *review) error {
	text, err := json.Marshal(rv)
	if err != nil {
		return err
	}
	d.store.mu.Lock()
	defer d.store.mu.Unlock()
	if err := d.store.keptFolder(); err != nil {
		return plainly(err)
	}
	return plainly(put(d.store.source, reviewFile(file), text))
}

// review puts what an import found beside the form of its draft.
func (d *Desk) review(e *editor) {
	rv := d.readReview(e.File)
	if rv == nil {
		rv = guessed(e.text)
	}
	if rv == nil {
		return
	}
	e.Review = rv
	found := map[int]bool{}
	e.Pages = rv.marked(found)
	e.sheet.marks = map[string][]mark{}
	next := true
	for i, f := range rv.Findings {
		m := mark{Finding: f, At: i + 1, Judged: rv.Judged[i], Found: found[i+1]}
		if f.State == Guessed && m.Judged == "" {
			m.Next, next = next, false
		}
		e.sheet.marks[f.Field] = append(e.sheet.marks[f.Field], m)
	}
}

// guesses is the field in which an import that was not made at the desk leaves
// what it inferred: by field, the value and the words that it rests on. A page is
// not shown before they are taken out.
const guesses = "guesses"

// guessed makes a review of that field; nil if there is none.
func guessed(t *text) *review {
	if t.matter == nil || t.matter.values.get(guesses) == nil {
		return nil
	}
	rv := &review{Judged: map[int]string{}}
	for _, g := range t.matter.values.get(guesses).fields {
		rv.Findings = append(rv.Findings, Finding{Field: g.key, State: Guessed, Value: g.value.get("value").scalar(), Evidence: g.value.get("from").scalar()})
	}
	return rv
}

// settle takes the guesses that a person has judged out of that field. It gives
// the fields of the form with it.
func (e *editor) settle(to *value) []*kinds.Field {
	old := e.text.matter.values.get(guesses)
	if old == nil || e.Review == nil {
		return e.sheet.fields
	}
	f := &kinds.Field{Name: guesses, Type: kinds.Record}
	left := &value{shape: kinds.OneRecord}
	for _, g := range old.fields {
		open := false
		for i, finding := range e.Review.Findings {
			// What was inferred of the dates stands under one name.
			open = open || finding.State == Guessed && finding.Field == g.key && e.Review.Judged[i] == ""
		}
		f.Fields = append(f.Fields, &kinds.Field{Name: g.key, Type: kinds.Name})
		left.fields = append(left.fields, entry{g.key, &value{unread: open}})
	}
	to.set(guesses, left)
	return append(slices.Clip(e.sheet.fields), f)
}

// marked finds the words on which the findings rest.
func (rv *review) marked(found map[int]bool) []*markedPage {
	var out []*markedPage
	for n, text := range rv.Pages {
		p := &markedPage{Number: n + 1}
		for para := range strings.SplitSeq(normal(text), "\n\n") {
			para = strings.Join(strings.Fields(para), " ")
			if para != "" {
				p.Paragraphs = append(p.Paragraphs, rv.parts(para, found))
			}
		}
		out = append(out, p)
	}
	return out
}

func (rv *review) parts(para string, found map[int]bool) []part {
	type span struct{ start, end, mark int }
	var spans []span
	for i, f := range rv.Findings {
		words := strings.Trim(strings.Join(strings.Fields(f.Evidence), " "), " …")
		if len(words) < 3 || found[i+1] {
			continue
		}
		at := strings.Index(para, words)
		if at < 0 || slices.ContainsFunc(spans, func(s span) bool { return at < s.end && s.start < at+len(words) }) {
			continue
		}
		found[i+1] = true
		spans = append(spans, span{at, at + len(words), i + 1})
	}
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var out []part
	at := 0
	for _, s := range spans {
		if s.start > at {
			out = append(out, part{Text: para[at:s.start]})
		}
		f := rv.Findings[s.mark-1]
		out = append(out, part{para[s.start:s.end], s.mark, f.State, f.Field})
		at = s.end
	}
	if at < len(para) {
		out = append(out, part{Text: para[at:]})
	}
	return out
}

// judge notes that a guess is right or wrong. A wrong one is taken out of the
// form.
func (d *Desk) judge(e *editor, sent *value, verdict, at string) error {
	i, err := strconv.Atoi(at)
	if err != nil || e.Review == nil || i < 1 || i > len(e.Review.Findings) {
		return refuse(http.StatusBadRequest, "there is no guess %q", at)
	}
	if e.Review.Judged == nil {
		e.Review.Judged = map[int]string{}
	}
	e.Review.Judged[i-1] = verdict
	f := e.Review.Findings[i-1]
	if v := follow(sent, strings.Split(f.Field, ".")); v != nil && verdict == "wrong" {
		if v.shape == kinds.OneList {
			v.items = slices.DeleteFunc(v.items, func(item *value) bool { return item.text == f.Value })
		} else if v.shape == kinds.OneScalar {
			v.text = ""
		}
	}
	if err := d.keepReview(e.File, e.Review); err != nil {
		return err
	}
	d.review(e)
	return nil
}

// openGuesses counts by page the guesses that nobody has judged.
func (d *Desk) openGuesses() map[string]int {
	out := map[string]int{}
	root := Kept + "/imports"
	_ = fs.WalkDir(d.store.source.FS(), root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		file := strings.TrimSuffix(strings.TrimPrefix(name, root+"/"), ".json")
		if rv := d.readReview(file); rv != nil {
			for i, f := range rv.Findings {
				if f.State == Guessed && rv.Judged[i] == "" {
					out[file]++
				}
			}
		}
		return nil
	})
	return out
}

func (d *Desk) importForm(w http.ResponseWriter, r *http.Request) error {
	return d.show(w, r, http.StatusOK, "import", &view{Title: "import", Here: "import"})
}

// documentEndings are the kinds of files that may be uploaded.
var documentEndings = []string{".txt", ".md", ".pdf", ".docx", ".odt", ".html", ".htm"}

// importFile reads a document and goes to the form of its draft.
func (d *Desk) importFile(w http.ResponseWriter, r *http.Request) error {
	again := func(format string, args ...any) error {
		return d.show(w, r, http.StatusOK, "import", &view{Title: "import", Here: "import", Message: fmt.Sprintf(format, args...)})
	}
	words := d.looks[d.lang(r)].words
	file, header, err := r.FormFile("file")
	if err != nil {
		return again("%s", words.get("choose_file"))
	}
	defer file.Close()
	name := filepath.Base(strings.ReplaceAll(header.Filename, "\\", "/"))
	if !slices.Contains(documentEndings, strings.ToLower(filepath.Ext(name))) {
		return again(words.get("unknown_document"), name, strings.Join(documentEndings, ", "))
	}
	if over := len(name) - longestName; over > 0 {
		name = strings.ToValidUTF8(name[over:], "")
	}
	if header.Size <= mostWord {
		data, err := io.ReadAll(io.LimitReader(file, mostWord))
		if err != nil {
			return err
		}
		if carried := d.carried(r, name, data); carried != nil {
			if err := d.wordCame(w, r, name, data, carried); err != nil {
				return again("%s", err)
			}
			return nil
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	dir, release, err := unfinished.Folder("", "vade-desk")
	if err != nil {
		return err
	}
	defer release()
	to := filepath.Join(dir, name)
	if err := upload(to, file); err != nil {
		return err
	}
	imported, err := d.site.Import(r.Context(), to)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return again("%s", strings.ReplaceAll(err.Error(), to, name))
	}
	if imported.Page == "" || pageFile(imported.Page) != nil {
		return again("%s", imported.Message)
	}
	if err := d.store.begun(imported.Page); err != nil {
		return err
	}
	rv := &review{Source: name, Pages: imported.Pages, Findings: imported.Findings, Judged: map[int]string{}}
	if err := d.keepReview(imported.Page, rv); err != nil {
		return err
	}
	http.Redirect(w, r, Prefix+"edit?"+url.Values{"page": {imported.Page}}.Encode(), http.StatusSeeOther)
	return nil
}

func upload(to string, from io.Reader) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return plainly(errors.Join(err, f.Close()))
}
