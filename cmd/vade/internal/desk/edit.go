package desk

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vademecum/cmd/vade/internal/kinds"
	"vademecum/internal/unfinished"
)

// A form is the page on which one page is edited.
type form struct {
	Page         *page
	Kind         string
	File         string // "" for a page that is new
	Folder       string // of a page that is new
	Name         string // that it shall have
	Was          string // hash of the file that the form was made from
	Carried      string // in base64, what a Word file carried and the file does not hold
	Address      string
	Controls     []*control
	Body         string
	BodyRows     int
	BodyOriginal string
	Raw          string // the whole file, where the form cannot read it
	RawWhy       []string
	IsRaw        bool
	Errors       []string
	Lists        []datalist
	Lang         string
	Draft        bool
	Translations []translation
	Original     *page
	OriginalSum  string // of the original's words
	Stale        bool
	Versions     []version
	Diff         []diffLine
	DiffTitle    string
	Theirs       string // hash of the file as it is on the disk, when it is another
	Review       *review
	Pages        []*markedPage
	CanDraft     bool
	Attached     bool    // an image or document was just put at the end of the text
	Dirty        bool    // it holds what is in no file
	Typed        []typed // what was typed before and not saved
	Typing       string  // under which name what is typed into this form is kept
}

// Main gives the controls that the form shows at once.
func (f *form) Main() []*control { return f.rare(false) }

// More gives those of every kind of page that need not be filled in. They stand behind
// the kind's own.
func (f *form) More() []*control { return f.rare(true) }

func (f *form) rare(rare bool) []*control {
	return slices.DeleteFunc(slices.Clone(f.Controls), func(c *control) bool { return c.Rare != rare })
}

// MoreOpened tells whether one of those holds something.
func (f *form) MoreOpened() bool {
	return f.Name != "" || slices.ContainsFunc(f.More(), func(c *control) bool { return c.says() })
}

// Others gives the findings of an import that have no field in the form.
func (f *form) Others() []mark {
	shown := map[int]bool{}
	var look func(controls []*control)
	look = func(controls []*control) {
		for _, c := range controls {
			for _, m := range c.Findings {
				shown[m.At] = true
			}
			look(c.Items)
			look(c.Controls)
		}
	}
	look(f.Controls)
	var out []mark
	for i, finding := range f.Review.Findings {
		if !shown[i+1] {
			out = append(out, mark{Finding: finding, At: i + 1})
		}
	}
	return out
}

// Wrong gives the controls with something wrong.
func (f *form) Wrong() []*control {
	var out []*control
	var look func(controls []*control)
	look = func(controls []*control) {
		for _, c := range controls {
			if len(c.Errors) > 0 {
				out = append(out, c)
			}
			look(c.Items)
			look(c.Controls)
		}
	}
	look(f.Controls)
	return out
}

type datalist struct {
	Name    string
	Choices []pageChoice
}

type translation struct {
	Lang, File string
	There      bool
}

// A text is a file of content, taken apart.
type text struct {
	all    []byte
	front  *kinds.Front
	matter *matter // nil if the form cannot read it
	body   string  // with the line breaks of a form
	gap    int     // bytes of empty lines before the body
	why    []string
}

// noPage is what a page is made from that is not there yet.
const noPage = "---\ntitle:\n---\n"

// open takes the text of a page apart.
func open(file string, all []byte) *text {
	t := &text{all: all}
	front, problems := kinds.ReadFront(file, all)
	for _, p := range problems {
		t.why = append(t.why, p.String())
	}
	if front == nil || front.Format != "yaml" || !utf8.Valid(all) || len(problems) > 0 {
		return t
	}
	t.front = front
	t.matter = readMatter(string(all[front.Start:front.End]), front.Values)
	rest := t.below()
	trimmed := strings.TrimLeft(rest, "\r\n")
	t.gap = len(rest) - len(trimmed)
	t.body = normal(trimmed)
	return t
}

// below gives what stands below the line that ends the front matter.
func (t *text) below() string {
	rest := string(t.all[t.front.End:])
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		return rest[i+1:]
	}
	return ""
}

// with gives the file with other values and another body.
func (t *text) with(fields []*kinds.Field, to *value, body string) ([]byte, error) {
	matter, err := t.matter.change(fields, to)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(t.all[:t.front.Start], []byte(matter), t.all[t.front.End:])
	if ending(body) == ending(t.body) {
		return all, nil
	}
	rest := t.below()
	head := all[:len(all)-len(rest)]
	if len(head) > 0 && head[len(head)-1] != '\n' {
		head = append(slices.Clip(head), '\n')
	}
	gap := rest[:min(t.gap, len(rest))]
	if gap == "" {
		gap = "\n"
	}
	body = ending(body)
	if body != "" {
		body += "\n"
	}
	if bytes.Contains(t.all, []byte("\r\n")) {
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	return slices.Concat(head, []byte(gap+body)), nil
}

// edit shows the form of a page, and takes it.
func (d *Desk) edit(w http.ResponseWriter, r *http.Request) error {
	c := d.shelf.read()
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		return d.edited(w, r, c)
	}
	name := q.Get("page")
	all, err := d.store.read(name)
	var no *refusal
	if errors.As(err, &no) && no.status == http.StatusNotFound {
		if p := c.pageOf(name); c.original(p) != nil {
			return d.showForm(w, r, c, d.blank(c, p, ""), nil) // a translation to begin
		}
	}
	if err != nil {
		return err
	}
	f := &form{File: name, Was: sum(all)}
	e := d.editor(c, f, open(name, all), d.lang(r))
	if before, err := d.store.version(name, q.Get("saved")); err == nil { // none of a page that is new
		f.DiffTitle, f.Diff = "saved_changes", difference(string(before), string(all))
	}
	e.fill(nil, nil)
	f.Typed = d.store.typed(name)
	if q.Has("saved") || f.Draft {
		e.tell(d.problems(c))
	}
	return d.showForm(w, r, c, e, nil)
}

// An editor is a form together with what it is made from.
type editor struct {
	*form
	sheet *sheet
	text  *text
	shown bool // to readers from now on
}

func (d *Desk) editor(c *catalog, f *form, t *text, lang string) *editor {
	f.Typing = cmp.Or(f.Typing, newTyping())
	p := c.byFile[f.File]
	if p == nil {
		p = c.pageOf(f.File)
		p.Title = p.Path
	}
	f.Page, f.Lang = p, d.looks[lang].words.Lang
	f.Address = p.Address(c.languages[0])
	e := &editor{form: f, text: t}
	e.sheet = &sheet{page: p, lang: lang, words: d.looks[lang].words, catalog: c}
	f.Original = c.original(p)
	if kind := c.kinds[p.Folder]; kind != nil {
		f.Kind = kind.Name
	}
	e.sheet.fields = formFields(c.fields(p), f.Original != nil)
	if f.Original != nil {
		if all, err := d.store.read(f.Original.File); err == nil {
			o := open(f.Original.File, all)
			if o.matter != nil {
				e.sheet.original, f.BodyOriginal = o.matter.values, o.body
				f.OriginalSum = o.front.Words(c.fields(f.Original))
			}
		}
		if e.sheet.original == nil {
			e.sheet.original = &value{shape: kinds.OneRecord}
		}
	}
	for _, lang := range c.languages {
		if lang == p.Lang {
			continue
		}
		there := c.byPath[p.Path][lang]
		tr := translation{Lang: lang, There: there != nil, File: inLanguage(c, p, lang)}
		if there != nil {
			tr.File = there.File
		}
		f.Translations = append(f.Translations, tr)
	}
	f.Versions = d.store.history(f.File)
	if f.Was != "" {
		d.review(e)
	}
	return e
}

// inLanguage names the file of a page in another language.
func inLanguage(c *catalog, p *page, lang string) string {
	base := strings.TrimSuffix(p.File, path.Ext(p.File))
	base = strings.TrimSuffix(base, "."+p.Lang)
	if lang != c.languages[0] {
		base += "." + lang
	}
	return base + path.Ext(p.File)
}

// fill makes the controls, from the file or from what was sent.
func (e *editor) fill(sent *value, body *string) {
	if e.text.matter == nil {
		e.IsRaw, e.Raw, e.RawWhy = true, normal(string(e.text.all)), e.text.why
		return
	}
	v := e.text.matter.values
	if e.Dirty = body != nil; sent != nil {
		v = sent
	}
	e.Draft = v.get("draft").scalar() == "true"
	e.Controls = e.sheet.controls(v)
	for _, c := range e.Controls {
		f := fieldNamed(e.sheet.catalog.common, c.Path)
		c.Rare = e.Original == nil && f != nil && !f.Required
	}
	e.Body = e.text.body
	if body != nil {
		e.Body = *body
	}
	e.BodyRows = min(40, max(12, strings.Count(e.Body, "\n")+len(e.Body)/120+3))
	used := map[string]bool{ofLinks: true}
	lists(e.Controls, used)
	for _, name := range slices.Sorted(keys(used)) {
		e.Lists = append(e.Lists, datalist{name, e.sheet.catalog.choices(name, e.sheet.lang)})
	}
}

func keys(m map[string]bool) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func lists(controls []*control, used map[string]bool) {
	for _, c := range controls {
		if c.List != "" {
			used[c.List] = true
		}
		lists(c.Items, used)
		lists(c.Controls, used)
	}
}

// reInFile matches what check says to write in a file, and a person with a form
// need not know.
var reInFile = regexp.MustCompile(`^(add it: )?write "[^"]*:.*$|, or take the line out$`)

// inForm gives a problem without that.
func inForm(p kinds.Problem) kinds.Problem {
	if p.Field != "draft" && p.Field != "missing" {
		p.Remedy = reInFile.ReplaceAllString(p.Remedy, "")
	}
	if strings.HasSuffix(p.Remedy, remedyOfGuess) {
		p.Remedy = "accept it or refuse it at the field"
	}
	return p
}

// remedyOfGuess ends what check says to do with a guess in a file.
const remedyOfGuess = "out of guesses; if not, correct the field"

// tell shows the problems of the page at their controls.
func (e *editor) tell(problems []kinds.Problem) {
	var said, fields []string
	for _, p := range problems {
		if p.File != "content/"+e.File || p.Class != kinds.Fault && p.Class != kinds.OfDraft {
			continue
		}
		said, fields = append(said, e.sheet.words.told(inForm(p))), append(fields, p.Field)
	}
	e.Errors = append(e.Errors, tell(e.Controls, said, fields)...)
}

func (d *Desk) showForm(w http.ResponseWriter, r *http.Request, c *catalog, e *editor, v *view) error {
	if v == nil {
		v = &view{}
	}
	v.Heading = e.Page.Title
	if e.File == "" {
		v.Heading = fmt.Sprintf(e.sheet.words.get("new_page_of"), e.sheet.words.kind(e.Kind))
	}
	if e.Original != nil && e.Was == "" {
		v.Heading = e.Original.Title + " – " + e.sheet.words.language(e.Page.Lang)
	}
	v.Data = e.form
	if r.URL.Query().Has("saved") {
		v.Good = "saved"
		if e.Draft {
			v.Good = "saved_draft"
		}
	}
	if e.Original != nil && e.text.matter != nil {
		e.Stale = d.stale(e)
	}
	return d.show(w, r, cmp.Or(v.Status, http.StatusOK), "edit", v)
}

// blank is the form of a page that is not there yet.
func (d *Desk) blank(c *catalog, p *page, folder string) *editor {
	f := &form{File: p.File, Folder: folder}
	e := d.editor(c, f, open(p.File, []byte(noPage)), "en")
	e.fill(nil, nil)
	f.Typed = d.store.typed(p.File)
	return e
}

// edited takes a form that was sent.
func (d *Desk) edited(w http.ResponseWriter, r *http.Request, c *catalog) error {
	post := r.PostForm
	name, do := post.Get("page"), post.Get("do")
	f := &form{File: name, Was: post.Get("was"), Folder: post.Get("folder"), Typing: post.Get("typing"), Name: strings.TrimSpace(post.Get("name"))}
	var all []byte
	var err error
	isNew := f.Was == ""
	if f.Folder != "" {
		if c.kinds[f.Folder] == nil {
			return refuse(http.StatusBadRequest, "%q is no folder of pages", f.Folder)
		}
		f.File = path.Join(f.Folder, "new.md") // until it has a name
	}
	if err := errors.Join(pageFile(f.File), noLinks(d.store.content, f.File)); err != nil {
		return refuse(http.StatusForbidden, "%s", err)
	}
	if isNew {
		all = []byte(noPage)
	} else if all, err = d.store.read(name); err != nil {
		// The page is gone; what was typed is shown all the same.
		f.Errors = append(f.Errors, err.Error())
		all, f.Was, isNew = []byte(noPage), "", true
		do = "gone"
	}
	f.Carried = post.Get("carried")
	base, err := baseOf(all, f.Carried)
	if err != nil {
		return err
	}
	t := open(f.File, base)
	e := d.editor(c, f, t, d.lang(r))
	if f.Folder != "" {
		e.Page.Title = ""
	}
	if post.Has("raw") {
		return d.editedRaw(w, r, c, e, normal(post.Get("raw")), do)
	}
	if t.matter == nil && f.Carried != "" {
		return errNotWhole
	}
	if t.matter == nil { // the file is nonsense by now: what was typed is compared with it
		t = open(f.File, []byte(noPage))
		e.text = t
	}
	body := normal(post.Get("body"))
	sent := e.sheet.parse(post)
	refill := func() {
		if e.shown { // it is none yet
			sent.set("draft", &value{text: "true"})
		}
		e.fill(sent, &body)
	}
	again := func(status int) error {
		refill()
		e.restore(post)
		if e.File == path.Join(f.Folder, "new.md") {
			e.File = ""
		}
		return d.showForm(w, r, c, e, &view{Status: status})
	}
	if verb, _, _ := strings.Cut(do, " "); slices.Contains([]string{"add", "remove", "up", "down"}, verb) {
		focus, ok := act(sent, do)
		if !ok { // a list that is full, or another form's
			e.Errors = append(e.Errors, fmt.Sprintf(e.sheet.words.get("no_more_entries"), mostEntries))
		}
		e.sheet.focus = focus
		return again(http.StatusOK)
	}
	if verb, at, ok := strings.Cut(do, " "); ok && (verb == "right" || verb == "wrong") {
		if err := d.judge(e, sent, verb, at); err != nil {
			return err
		}
		return again(http.StatusOK)
	}
	if do == "attach" {
		added, err := d.attached(r, e.Page)
		if err != nil {
			e.Errors = append(e.Errors, err.Error())
		} else {
			body = strings.TrimRight(body, "\n") + "\n\n" + added + "\n"
			e.Attached = true
		}
		return again(http.StatusOK)
	}
	if do == "gone" || do == "again" {
		return again(http.StatusOK)
	}
	if do == "draft" {
		sent.set("draft", &value{text: "true"})
	}
	if do == "show" {
		e.shown = true
		sent.set("draft", &value{})
	}
	to := tidy(sent, e.Original != nil)
	if f.Folder != "" {
		file, err := e.named(c, to)
		if err != nil {
			e.fill(sent, &body)
			e.restore(post)
			e.Errors = append(e.Errors, tell(e.Controls, []string{err.Error()}, []string{"title"})...)
			e.File = ""
			return d.showForm(w, r, c, e, nil)
		}
		f.File = file
	}
	fields := e.settle(to)
	next, err := t.with(fields, to, body)
	if err == nil && e.Original != nil && (do == "compared" || !bytes.Equal(next, all) && !d.stale(e)) {
		next, err = t.with(compared(fields, to, e.OriginalSum), to, body)
	}
	if errors.Is(err, errTangled) {
		e.Errors = append(e.Errors, e.sheet.words.get("tangled"))
		return again(http.StatusOK)
	}
	if !isNew && sum(all) != f.Was { // somebody, or another window, was faster
		e.Theirs = sum(all)
		e.Diff, e.DiffTitle = difference(string(all), string(next)), "conflict_changes"
		if do != "replace" || post.Get("theirs") != e.Theirs {
			return again(http.StatusConflict)
		}
		f.Was = e.Theirs
	}
	switch do {
	case "preview":
		return d.preview(w, r, e, f.File, next)
	case "diff":
		e.Diff, e.DiffTitle = difference(string(all), string(next)), "would_change"
		return again(http.StatusOK)
	}
	problems := d.problemsWith(c, f.File, next)
	if bad := faultsOf(problems, f.File); len(bad) > 0 {
		file := e.File
		refill()
		e.restore(post)
		e.CanDraft = true
		e.tell(problems)
		if others := e.elsewhere(problems, d.problems(c)); len(others) > 0 {
			e.Errors = append(e.Errors, others...)
		}
		if f.Folder != "" {
			e.File = ""
		} else {
			e.File = file
		}
		return d.showForm(w, r, c, e, nil)
	}
	if others := e.elsewhere(problems, d.problems(c)); len(others) > 0 {
		e.Errors = append(e.Errors, others...)
		return again(http.StatusOK)
	}
	return d.save(w, r, e, f.File, next, isNew, func(err error) error {
		e.Errors = append(e.Errors, err.Error())
		return again(statusOf(err))
	})
}

// compared notes in a translation which words of the original it translates, by
// their sum. It gives the fields with that one.
func compared(fields []*kinds.Field, to *value, sum string) []*kinds.Field {
	to.set(kinds.Translates, &value{text: sum})
	return append(slices.Clip(fields), &kinds.Field{Name: kinds.Translates, Type: kinds.Name})
}

// restore puts back the name that a new page shall have.
func (e *editor) restore(post url.Values) { e.Name = post.Get("name") }

// save writes a page and goes to its form. What went wrong is told on the form,
// with all that was typed.
func (d *Desk) save(w http.ResponseWriter, r *http.Request, e *editor, file string, next []byte, isNew bool, again func(error) error) error {
	was := e.Was
	if isNew {
		was = ""
	}
	if len(next) > mostText { // it could not be opened again
		return again(unsaved{http.StatusRequestEntityTooLarge, fmt.Sprintf(e.sheet.words.get("too_long"), mostText>>20)})
	}
	switch err := d.store.write(file, next, was); {
	case errors.Is(err, errThere):
		return again(unsaved{http.StatusConflict, fmt.Sprintf(e.sheet.words.get("there_already"), file)})
	case errors.Is(err, errChanged):
		return again(unsaved{http.StatusConflict, e.sheet.words.get("changed_meanwhile")})
	case err != nil:
		return again(err)
	}
	if err := d.store.endTyped(typedAs(file, e.Folder), e.Typing); err != nil {
		fmt.Fprintln(d.site.Log, "vade desk:", err) // the page is saved all the same
	}
	if e.Review != nil && e.shown {
		d.store.source.Remove(reviewFile(file)) // the import is gone through
	}
	id := "-"
	if v := d.store.versions(file); len(v) > 0 && !isNew {
		id = v[0].ID
	}
	to := Prefix + "edit?" + url.Values{"page": {file}, "saved": {id}}.Encode()
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// unsaved says why a page was not saved, with the status of the answer.
type unsaved struct {
	status int
	why    string
}

func (u unsaved) Error() string { return u.why }

// statusOf gives the status of the form on which an error of saving is told.
func statusOf(err error) int {
	var u unsaved
	if errors.As(err, &u) {
		return u.status
	}
	return http.StatusInternalServerError // a disk that is full, say
}

// editedRaw takes the text of a page that the form cannot read.
func (d *Desk) editedRaw(w http.ResponseWriter, r *http.Request, c *catalog, e *editor, raw, do string) error {
	again := func(status int) error {
		e.IsRaw, e.Raw, e.Dirty = true, raw, true
		return d.showForm(w, r, c, e, &view{Status: status})
	}
	next := []byte(raw)
	if bytes.Contains(e.text.all, []byte("\r\n")) {
		next = []byte(strings.ReplaceAll(raw, "\n", "\r\n"))
	}
	if ending(raw) == ending(normal(string(e.text.all))) {
		next = e.text.all
	}
	if sum(e.text.all) != e.Was {
		e.Theirs = sum(e.text.all)
		e.Diff, e.DiffTitle = difference(string(e.text.all), string(next)), "conflict_changes"
		if do != "replace" || r.PostForm.Get("theirs") != e.Theirs {
			return again(http.StatusConflict)
		}
		e.Was = e.Theirs
	}
	switch do {
	case "gone", "again":
		return again(http.StatusOK)
	case "preview":
		return d.preview(w, r, e, e.File, next)
	case "diff":
		e.Diff, e.DiffTitle = difference(string(e.text.all), string(next)), "would_change"
		return again(http.StatusOK)
	}
	for _, p := range faultsOf(d.problemsWith(c, e.File, next), e.File) {
		e.Errors = append(e.Errors, e.sheet.words.placed(p))
	}
	if len(e.Errors) > 0 && do != "anyway" {
		return again(http.StatusOK)
	}
	return d.save(w, r, e, e.File, next, false, func(err error) error {
		e.Errors = append(e.Errors, err.Error())
		return again(statusOf(err))
	})
}

// newPage shows the form of a page that is to be written.
func (d *Desk) newPage(w http.ResponseWriter, r *http.Request) error {
	c := d.shelf.read()
	folder := r.URL.Query().Get("folder")
	kind := c.kinds[folder]
	if kind == nil {
		return refuse(http.StatusNotFound, "%q is no folder of pages", folder)
	}
	if kind.Single { // all its entries stand on one page
		for _, ending := range pageEndings {
			if p := c.byFile[folder+"/_index"+ending]; p != nil {
				http.Redirect(w, r, Prefix+"edit?"+url.Values{"page": {p.File}}.Encode(), http.StatusSeeOther)
				return nil
			}
		}
	}
	f := &form{File: folder + "/new.md", Folder: folder}
	e := d.editor(c, f, open("", []byte(noPage)), d.lang(r))
	e.Page.Title = ""
	e.fill(&value{shape: kinds.OneRecord, fields: []entry{{"draft", &value{text: "true"}}, {"checked", &value{text: time.Now().Format(time.DateOnly)}}}}, nil)
	f.File, f.Typed = "", d.store.typed(typedAs("", folder))
	return d.showForm(w, r, c, e, nil)
}

// named gives the file of a page that is new: its name in small letters and
// hyphens.
func (e *editor) named(c *catalog, to *value) (string, error) {
	name := kinds.Slug(cmp.Or(e.Name, to.get("title").scalar()))
	if name == "" {
		return "", errors.New(e.sheet.words.get("title_needed"))
	}
	file := e.Folder + "/" + name + ".md"
	if c.byPath[e.Folder+"/"+name] != nil {
		return "", fmt.Errorf(e.sheet.words.get("there_already"), file)
	}
	return file, nil
}

// preview shows a text that is not saved as the page that it would be.
func (d *Desk) preview(w http.ResponseWriter, r *http.Request, e *editor, file string, next []byte) error {
	if d.site.Draw == nil {
		return refuse(http.StatusNotImplemented, "this desk draws no previews")
	}
	if err := pageFile(file); err != nil {
		return err
	}
	dir, release, err := unfinished.Folder("", "vade-desk")
	if err != nil {
		return err
	}
	defer release()
	target := filepath.Join(dir, filepath.FromSlash(file))
	if err := errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, next, 0o644)); err != nil {
		return err
	}
	c := e.sheet.catalog
	p := c.pageOf(file)
	html, err := d.site.Draw(r.Context(), dir, "/"+p.Path, p.Address(c.languages[0]))
	if err != nil {
		return d.show(w, r, http.StatusOK, "message-alone", &view{Title: "no_preview", Message: err.Error()})
	}
	framed(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write(html)
	return err
}

// framed lets the desk's own pages show an answer in a frame, with what a page of
// the site may do.
func framed(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types vade")
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
}

// problems gives what check has to say of the pages as they are.
func (d *Desk) problems(c *catalog) []kinds.Problem {
	var key strings.Builder
	for _, p := range c.pages {
		fmt.Fprintf(&key, "%s %d %d\n", p.File, p.size, p.modified.UnixNano())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := sum([]byte(key.String())); now != d.checked {
		d.found, d.checked = kinds.Check(d.store.source.FS()), now
	}
	return d.found
}

// problemsWith gives what check would say if a page held another text.
func (d *Desk) problemsWith(c *catalog, file string, text []byte) []kinds.Problem {
	return kinds.Check(instead{d.store.source.FS(), "content/" + file, text})
}

func faultsOf(problems []kinds.Problem, file string) []kinds.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p kinds.Problem) bool {
		return p.File != "content/"+file || p.Class != kinds.Fault
	})
}

// elsewhere gives the faults that a change makes on other pages.
func (e *editor) elsewhere(after, before []kinds.Problem) []string {
	known := map[string]bool{}
	for _, p := range before {
		known[p.String()] = true
	}
	var out []string
	for _, p := range after {
		if p.File != "content/"+e.File && p.Class == kinds.Fault && !known[p.String()] {
			out = append(out, e.sheet.words.placed(p))
		}
	}
	return out
}

// instead is a folder in which one file holds another text.
type instead struct {
	fs.FS
	file string
	text []byte
}

func (i instead) ReadFile(name string) ([]byte, error) {
	if name == i.file {
		return slices.Clone(i.text), nil
	}
	return fs.ReadFile(i.FS, name)
}

func (i instead) Open(name string) (fs.File, error) { return i.FS.Open(name) }

// ReadDir lists the file, too, where it is new.
func (i instead) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(i.FS, name)
	if err != nil || name != path.Dir(i.file) {
		return entries, err
	}
	base := path.Base(i.file)
	at, there := slices.BinarySearchFunc(entries, base, func(e fs.DirEntry, n string) int { return cmp.Compare(e.Name(), n) })
	if !there {
		entries = slices.Insert(entries, at, fs.DirEntry(newFile(base)))
	}
	return entries, nil
}

// newFile is the entry of a folder for a file that is not there.
type newFile string

func (n newFile) Name() string               { return string(n) }
func (n newFile) IsDir() bool                { return false }
func (n newFile) Type() fs.FileMode          { return 0 }
func (n newFile) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
