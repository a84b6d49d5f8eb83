package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"vademecum/cmd/vade/internal/kinds"
	"vademecum/internal/unfinished"
)

// A toolPage is where a page is renamed, deleted and set back.
type toolPage struct {
	Page     *page
	Was      string
	Name     string
	Versions []version
	Needed   []hit    // pages that name this one
	Together []string // files that are deleted with it
	Erased   []string // files of which nothing is kept when it is erased
	Left     left     // what they leave behind
	Version  string
	Diff     []diffLine
	Gone     bool // the page is deleted, and only its versions are there
}

func (d *Desk) pageTools(w http.ResponseWriter, r *http.Request) error {
	t, err := d.tools(r.URL.Query().Get("page"))
	if err != nil {
		return err
	}
	v := &view{Heading: t.Page.Title, Data: t}
	if t.Gone && r.URL.Query().Has("done") {
		v.Good = "deleted"
	}
	return d.show(w, r, http.StatusOK, "tools", v)
}

func (d *Desk) tools(file string) (*toolPage, error) {
	all, err := d.store.read(file)
	c := d.shelf.read()
	if isGone(err) {
		if v := d.store.history(file); len(v) > 0 {
			p := c.pageOf(file)
			p.Title = p.Path
			t := &toolPage{Page: p, Versions: v, Gone: true, Erased: erasedWith(c, p)}
			t.Left = d.store.left(t.Erased)
			return t, nil
		}
	}
	if err != nil {
		return nil, err
	}
	p := c.byFile[file]
	if p == nil {
		return nil, refuse(http.StatusNotFound, "%s is no page of the site", file)
	}
	t := &toolPage{Page: p, Was: sum(all), Name: p.id(), Versions: d.store.history(file)}
	if p.Lang == c.languages[0] {
		for _, other := range c.byPath[p.Path] {
			t.Together = append(t.Together, other.File)
		}
		t.Needed = d.needed(c, p)
	} else {
		t.Together = []string{file}
	}
	slices.Sort(t.Together)
	t.Erased = erasedWith(c, p)
	t.Left = d.store.left(t.Erased)
	return t, nil
}

// erasedWith gives the files of which nothing is kept when a page is erased: its own
// and, of an original, its translations', those that are gone, too. With a page that is
// gone, no translation is erased that is there.
func erasedWith(c *catalog, p *page) []string {
	out := []string{p.File}
	if p.Lang != c.languages[0] {
		return out
	}
	for _, lang := range c.languages[1:] {
		if there := c.byPath[p.Path][lang]; there == nil {
			out = append(out, inLanguage(c, p, lang))
		} else if c.byFile[p.File] != nil {
			out = append(out, there.File)
		}
	}
	return out
}

// isGone tells whether there is no page where one was asked for.
func isGone(err error) bool {
	var no *refusal
	return errors.As(err, &no) && no.status == http.StatusNotFound
}

// reDestination matches where a link of Markdown leads, without what stands after # or ?.
var reDestination = regexp.MustCompile(`(?:\]\(<?|\]: +<?)([^\s()<>#?]+)`)

// relinked gives a text in which the links to a page lead to another name of it. It
// tells whether there were any. A link may begin at the page that it stands on.
func relinked(text []byte, on, p *page, name string) ([]byte, bool) {
	var out []byte
	last := 0
	for _, m := range reDestination.FindAllSubmatchIndex(text, -1) {
		to := string(text[m[2]:m[3]])
		if !strings.HasPrefix(to, "/") {
			to = path.Join("/", path.Dir(on.Path), to)
		}
		if strings.ToLower(path.Clean(to)) != "/"+p.Path || strings.Contains(to, ":") {
			continue
		}
		end := m[2] + len(bytes.TrimRight(text[m[2]:m[3]], "/"))
		begin := m[2] + 1 + bytes.LastIndexByte(text[m[2]:end], '/')
		out = append(append(out, text[last:begin]...), name...)
		last = end
	}
	return append(out, text[last:]...), last > 0
}

// needed lists the pages that name a page in a field or in a link.
func (d *Desk) needed(c *catalog, p *page) []hit {
	var out []hit
	for _, other := range c.pages {
		if other.Path == p.Path {
			continue
		}
		all, err := d.store.read(other.File)
		if err != nil {
			continue
		}
		t := open(other.File, all)
		field := ""
		if t.matter != nil {
			renamed(c.fields(other), t.matter.values, p, "", &field)
		}
		if _, linked := relinked(all, other, p, ""); field != "" || linked {
			out = append(out, hit{page: other, Name: other.Title, Why: field})
		}
	}
	return out
}

// renamed gives values in which references to a page carry its new name. It
// notes the first field that has one.
func renamed(fields []*kinds.Field, v *value, p *page, to string, first *string) *value {
	out := *v
	out.fields = nil
	for _, e := range v.fields {
		f := fieldNamed(fields, e.key)
		x := e.value
		if f != nil {
			x = renamedField(f, x, p, to, first)
		}
		out.fields = append(out.fields, entry{e.key, x})
	}
	return &out
}

func renamedField(f *kinds.Field, v *value, p *page, to string, first *string) *value {
	switch {
	case v.shape == kinds.OneList:
		out := *v
		out.items = nil
		one := *f
		one.List = false
		for _, item := range v.items {
			out.items = append(out.items, renamedField(&one, item, p, to, first))
		}
		return &out
	case f.Type == kinds.Record && v.shape == kinds.OneRecord:
		return renamed(f.Fields, v, p, to, first)
	case v.shape != kinds.OneScalar:
		return v
	}
	next, is := "", false
	switch f.Type {
	case kinds.ID:
		next, is = to, path.Join(f.Of, v.text) == p.Path
	case kinds.Page: // or a place on it
		address, _, _ := strings.Cut(v.text, "#")
		is = strings.Trim(address, "/") == p.Path
		next = strings.Replace(v.text, p.Path, path.Join(path.Dir(p.Path), to), 1)
	case kinds.Paragraph:
		is = p.Folder == "resolutions" && strings.HasPrefix(v.text, p.id()+"-")
		next = to + strings.TrimPrefix(v.text, p.id())
	}
	if !is {
		return v
	}
	*first = cmp.Or(*first, f.Name)
	return &value{text: next, from: v.from, at: v.at}
}

// rename gives a page in all its languages another name, leaves an alias at each old
// address, and mends what names it.
func (d *Desk) rename(w http.ResponseWriter, r *http.Request) error {
	t, err := d.tools(r.PostForm.Get("page"))
	if err != nil {
		return err
	}
	c := d.shelf.read()
	p := t.Page
	name := kinds.Slug(r.PostForm.Get("name"))
	words := d.looks[d.lang(r)].words
	say := func(key string, args ...any) error {
		return d.show(w, r, http.StatusOK, "tools", &view{Heading: p.Title, Data: t, Message: fmt.Sprintf(words.get(key), args...)})
	}
	switch {
	case t.Was != r.PostForm.Get("was") || t.Gone:
		return say("changed_meanwhile")
	case p.Index || path.Base(inLanguage(c, p, c.languages[0])) == "index"+path.Ext(p.File):
		return say("not_renamed")
	case name == "" || name == p.id():
		return say("name_needed")
	case c.byPath[path.Join(path.Dir(p.Path), name)] != nil:
		return say("there_already", name)
	}
	plan, err := d.renaming(c, p, name)
	if err == nil {
		err = d.store.rename(plan)
	}
	if err != nil {
		return say("not_mended", words.message(err.Error()))
	}
	http.Redirect(w, r, Prefix+"edit?"+url.Values{"page": {c.otherName(p, name)}, "saved": {"-"}}.Encode(), http.StatusSeeOther)
	return nil
}

// otherName gives the file of a page that has another name.
func (c *catalog) otherName(p *page, name string) string {
	return inLanguage(c, &page{File: path.Join(path.Dir(p.File), name+path.Ext(p.File)), Lang: c.languages[0]}, p.Lang)
}

// A step of a renaming is one page with the text that it gets.
type step struct {
	page *page
	was  []byte
	text []byte
	file string // its other name; "" if it keeps its own
}

// renaming gives the pages that another name of a page changes.
func (d *Desk) renaming(c *catalog, p *page, name string) ([]*step, error) {
	var plan []*step
	for _, other := range c.pages {
		all, err := d.store.read(other.File)
		if err != nil {
			return nil, err
		}
		s := &step{page: other, was: all}
		if other.Path == p.Path {
			s.file = c.otherName(other, name)
		}
		if s.text, err = c.mended(s, p, name); err != nil {
			return nil, err
		}
		plan = append(plan, s)
	}
	if err := c.stillCompared(plan); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(plan, func(s *step) bool { return s.file == "" && bytes.Equal(s.was, s.text) }), nil
}

var errByHand = errors.New("its front matter is written in a way that cannot be changed here; change it by hand first")

// mended gives the text of a page when another one, or it itself, has another name.
func (c *catalog) mended(s *step, p *page, name string) ([]byte, error) {
	next, _ := relinked(s.was, s.page, p, name)
	t := open(s.page.File, next)
	if t.matter == nil {
		if s.file != "" {
			return nil, fmt.Errorf("%s: %w", s.page.File, errByHand)
		}
		return next, nil
	}
	fields := c.fields(s.page)
	var touched string
	to := renamed(fields, t.matter.values, p, name, &touched)
	if c.byPath[p.Path][s.page.Lang] != nil && realias(fields, to, p, name, s.file != "") {
		touched = kinds.Aliases
	}
	if touched == "" {
		return next, nil
	}
	next, err := t.with(fields, to, t.body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.page.File, errByHand)
	}
	return next, nil
}

// realias takes the new address of a page out of the aliases that a page in its
// language has, and adds the old one where it is the page itself. It tells whether
// they are others now. In each language an alias is written without the language.
func realias(fields []*kinds.Field, to *value, p *page, name string, mine bool) bool {
	if fieldNamed(fields, kinds.Aliases) == nil {
		return false
	}
	aliases := &value{shape: kinds.OneList}
	was := to.get(kinds.Aliases)
	if was != nil {
		aliases.items = slices.DeleteFunc(slices.Clone(was.items), func(a *value) bool {
			return path.Join("/", a.text) == path.Join("/", path.Dir(p.Path), name)
		})
	}
	if mine {
		aliases.items = append(aliases.items, &value{text: "/" + p.Path + "/"})
	}
	if mine || was != nil && len(aliases.items) != len(was.items) {
		to.set(kinds.Aliases, aliases)
		return true
	}
	return false
}

// stillCompared lets a translation that says the same as its original say so still
// when only links of the original became others.
func (c *catalog) stillCompared(plan []*step) error {
	for _, o := range plan {
		if o.page.Lang != c.languages[0] || bytes.Equal(o.was, o.text) {
			continue
		}
		fields := c.fields(o.page)
		before, after := open(o.page.File, o.was), open(o.page.File, o.text)
		if before.front == nil || after.front == nil {
			continue
		}
		was, now := before.front.Words(fields), after.front.Words(fields)
		for _, s := range plan {
			if was == now || s.page == o.page || s.page.Path != o.page.Path {
				continue
			}
			t := open(s.page.File, s.text)
			if t.matter == nil || t.matter.values.get(kinds.Translates).scalar() != was {
				continue
			}
			to := *t.matter.values
			to.fields = slices.Clone(to.fields)
			text, err := t.with(compared(fields, &to, now), &to, t.body)
			if err != nil {
				return fmt.Errorf("%s: %w", s.page.File, errByHand)
			}
			s.text = text
		}
	}
	return nil
}

// rename carries out a renaming: first what is new, then what names it, last what is
// old, so that nothing is lost where it is broken off.
func (s *store) rename(plan []*step) error {
	for _, st := range plan {
		if st.file != "" {
			if err := s.write(st.file, st.text, ""); err != nil {
				return err
			}
		}
	}
	for _, st := range plan {
		if st.file == "" {
			if err := s.write(st.page.File, st.text, sum(st.was)); err != nil {
				return err
			}
		}
	}
	for _, st := range plan {
		if st.file != "" {
			if err := errors.Join(s.remove(st.page.File, sum(st.was), false), s.renamed(st.page.File, st.file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove deletes a page and its translations, unless other pages need it.
func (d *Desk) remove(w http.ResponseWriter, r *http.Request) error {
	t, err := d.tools(r.PostForm.Get("page"))
	if err != nil {
		return err
	}
	words := d.looks[d.lang(r)].words
	switch {
	case t.Was != r.PostForm.Get("was"):
		return d.show(w, r, http.StatusConflict, "tools", &view{Heading: t.Page.Title, Data: t, Message: words.get("changed_meanwhile")})
	case len(t.Needed) > 0:
		return d.show(w, r, http.StatusOK, "tools", &view{Heading: t.Page.Title, Data: t, Message: words.get("needed_still")})
	}
	erase := r.PostForm.Get("erase") != ""
	if erase {
		// First what only the page's text leads to: where that fails, it can be tried again.
		defer d.dropCopies()
		if err := d.store.removeAttachments(t.Left.Goes); err != nil {
			return err
		}
	}
	for _, file := range t.Together {
		all, err := d.store.read(file)
		if err == nil {
			err = d.store.remove(file, sum(all), erase)
		}
		if err != nil {
			return err
		}
	}
	if !erase {
		http.Redirect(w, r, Prefix+"page?"+url.Values{"page": {t.Page.File}, "done": {"deleted"}}.Encode(), http.StatusSeeOther)
		return nil
	}
	for _, file := range t.Erased {
		if err := d.store.forget(file); err != nil {
			return err
		}
	}
	http.Redirect(w, r, Prefix+"?done=erased", http.StatusSeeOther)
	return nil
}

// dropCopies removes the zip that was made and the images of a colleague that are held:
// they may be what is erased.
func (d *Desk) dropCopies() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = nil
	if d.packed != nil {
		d.packed.release()
		d.packed = nil
	}
}

func (d *Desk) showVersion(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	t, err := d.tools(q.Get("page"))
	if err != nil {
		return err
	}
	before, err := d.store.version(t.Page.File, q.Get("id"))
	if err != nil {
		return err
	}
	now, err := d.store.read(t.Page.File)
	if err != nil && !t.Gone {
		return err
	}
	t.Version, t.Diff = q.Get("id"), difference(string(now), string(before))
	return d.show(w, r, http.StatusOK, "tools", &view{Heading: t.Page.Title, Data: t})
}

// undo sets a page back to a version. What it was until now becomes one.
func (d *Desk) undo(w http.ResponseWriter, r *http.Request) error {
	file, id := r.PostForm.Get("page"), r.PostForm.Get("id")
	before, err := d.store.version(file, id)
	if err != nil {
		return err
	}
	if len(before) == 0 {
		return refuse(http.StatusConflict, "before this, the page was not there; delete it instead")
	}
	if err := d.store.write(file, before, r.PostForm.Get("was")); errors.Is(err, errChanged) {
		return refuse(http.StatusConflict, "%s", d.looks[d.lang(r)].words.get("changed_meanwhile"))
	} else if err != nil {
		return err
	}
	saved := "-"
	if v := d.store.versions(file); len(v) > 0 {
		saved = v[0].ID
	}
	http.Redirect(w, r, Prefix+"edit?"+url.Values{"page": {file}, "saved": {saved}}.Encode(), http.StatusSeeOther)
	return nil
}

// stale tells whether the original of a translation changed since: as the
// translation itself says, or else as far as the desk saw it.
func (d *Desk) stale(e *editor) bool {
	if sum := e.text.matter.values.get(kinds.Translates).scalar(); sum != "" && e.OriginalSum != "" {
		return sum != e.OriginalSum
	}
	v := d.store.versions(e.Original.File)
	if len(v) == 0 || e.Page.modified.IsZero() {
		return false
	}
	return e.Original.modified.After(e.Page.modified) && v[0].When.After(e.Page.modified)
}

// A packed is a zip that was made.
type packed struct {
	File, SHA256 string
	Size         int64
	When         time.Time
	release      func() // removes it
}

// MB gives the size for people.
func (p *packed) MB() string { return fmt.Sprintf("%.1f", float64(p.Size)/1e6) }

func (d *Desk) take(w http.ResponseWriter, r *http.Request) error {
	return d.showTake(w, r, "", "")
}

func (d *Desk) showTake(w http.ResponseWriter, r *http.Request, message, good string) error {
	d.mu.Lock()
	p := d.packed
	d.mu.Unlock()
	data := map[string]any{"Packed": p, "Changes": d.changed(), "Git": d.gitState(r.Context())}
	return d.show(w, r, http.StatusOK, "take", &view{Title: "take", Here: "take", Message: message, Good: good, Data: data})
}

// pack makes the zip, and shows its size and checksum.
func (d *Desk) pack(w http.ResponseWriter, r *http.Request) error {
	dir, release, err := unfinished.Folder("", "vade-desk-pack")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "site.zip")
	sha, err := d.site.Pack(r.Context(), file)
	if err != nil {
		release()
		return d.showTake(w, r, err.Error(), "")
	}
	info, err := os.Stat(file)
	if err != nil {
		release()
		return err
	}
	d.mu.Lock()
	if d.packed != nil {
		d.packed.release()
	}
	d.packed = &packed{file, sha, info.Size(), time.Now(), release}
	d.mu.Unlock()
	return d.showTake(w, r, "", "zip_made")
}

func (d *Desk) download(w http.ResponseWriter, r *http.Request) error {
	d.mu.Lock()
	p := d.packed
	d.mu.Unlock()
	if p == nil {
		return refuse(http.StatusNotFound, "there is no zip yet; make it first")
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="site.zip"`)
	http.ServeFile(w, r, p.File)
	return nil
}

// Changes of pages as one file, which a colleague's desk reads, with the images and
// documents that the pages show since.
type bundle struct {
	Format  string // bundleFormat
	Changes []change
	Files   []attachment `json:",omitempty"`
}

const bundleFormat = "vade-changes-1"

type change struct {
	File          string
	Before, After string // "" where the page was not there, or is no more
	// Past holds the hash of each text that the page had at the desk where it was changed,
	// since Before. Where it has one of them, nobody else changed it.
	Past []string `json:",omitempty"`
}

// changed gives what was changed at this desk: the oldest version of each page, and
// the page as it is. A page that is again as it was counts: a colleague may have taken
// over what it was in between.
func (d *Desk) changed() []change {
	var out []change
	root := Kept + "/versions"
	_ = fs.WalkDir(d.store.source.FS(), root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return nil
		}
		file := strings.TrimPrefix(name, root+"/")
		versions := d.store.versions(file)
		if len(versions) == 0 || pageFile(file) != nil {
			return nil
		}
		before, err := d.store.version(file, versions[len(versions)-1].ID)
		if err != nil {
			return nil
		}
		after, err := d.store.read(file)
		if err != nil && !isGone(err) {
			return nil
		}
		past, now := d.store.past(file), sum(after)
		if slices.ContainsFunc(past, func(was string) bool { return was != now }) {
			out = append(out, change{file, string(before), string(after), past})
		}
		return nil
	})
	return out
}

func (d *Desk) changes(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="changes.vade.json"`)
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	changed := d.changed()
	return e.Encode(bundle{bundleFormat, changed, d.store.attachedSince(changed)})
}

// An offer is a change of a colleague beside the page as it is here.
type offer struct {
	change
	Now   string // hash of the page here; "" if there is none
	State string // "same", "fits" or "conflict"
	Diff  []diffLine
	Held  string // hash of an image or document, which the desk holds until it is taken over; "" for a page
	Size  int
}

// KB gives the size of an image or document for people.
func (o offer) KB() int { return (o.Size + 999) / 1000 }

// sealed is how a text goes through a form when no byte of it may change: browsers
// write line breaks of their own.
var sealed = base64.RawURLEncoding

// Sealed gives the text of the page after the change, as a form carries it.
func (o offer) Sealed() string { return sealed.EncodeToString([]byte(o.After)) }

// compare shows the changes in a file.
func (d *Desk) compare(w http.ResponseWriter, r *http.Request) error {
	words := d.looks[d.lang(r)].words
	file, _, err := r.FormFile("file")
	if err != nil {
		return d.showTake(w, r, words.get("choose_file"), "")
	}
	defer file.Close()
	var b bundle
	if json.NewDecoder(file).Decode(&b) != nil || b.Format != bundleFormat {
		return d.showTake(w, r, words.get("no_changes_file"), "")
	}
	var offers []offer
	for _, ch := range b.Changes {
		if err := pageFile(ch.File); err != nil {
			return err
		}
		if len(ch.After) > mostText {
			return refuse(http.StatusRequestEntityTooLarge, "%s is larger than %d MB; divide it", ch.File, mostText>>20)
		}
		o := offer{change: ch}
		now, err := d.store.read(ch.File)
		if err == nil {
			o.Now = sum(now)
		} else if !isGone(err) {
			return err
		}
		switch {
		case string(now) == ch.After:
			o.State = "same"
		case string(now) == ch.Before, slices.Contains(ch.Past, sum(now)):
			o.State = "fits"
		default:
			o.State = "conflict"
		}
		o.Diff = difference(string(now), ch.After)
		offers = append(offers, o)
	}
	held := map[string]attachment{}
	for _, a := range b.Files {
		o := offer{change: change{File: a.File}, Held: sum(a.Data), Size: len(a.Data), State: "fits"}
		now, err := d.store.readAttachment(a)
		switch {
		case err != nil:
			return err
		case bytes.Equal(now, a.Data):
			o.State = "same"
		case now != nil:
			o.State, o.Now = "conflict", sum(now)
		}
		held[a.File+o.Held] = a
		offers = append(offers, o)
	}
	d.mu.Lock()
	d.held = held
	d.mu.Unlock()
	return d.show(w, r, http.StatusOK, "offers", &view{Title: "colleague", Here: "take", Data: offers})
}

// accept takes over the changes that were ticked.
func (d *Desk) accept(w http.ResponseWriter, r *http.Request) error {
	n := 0
	for _, i := range r.PostForm["take"] {
		file, now := r.PostForm.Get("file."+i), r.PostForm.Get("now."+i)
		if hash := r.PostForm.Get("held." + i); hash != "" {
			if err := d.acceptAttachment(file+hash, now, n); err != nil {
				return err
			}
			n++
			continue
		}
		after, err := sealed.DecodeString(r.PostForm.Get("after." + i))
		if err != nil {
			return refuse(http.StatusBadRequest, "the form did not arrive whole (%v); go back and send it again", err)
		}
		if len(after) == 0 {
			err = d.store.remove(file, now, false)
		} else {
			err = d.store.write(file, after, now)
		}
		if err := notMeanwhile(err, file, n); err != nil {
			return err
		}
		n++
	}
	http.Redirect(w, r, Prefix+"?done=took_over", http.StatusSeeOther)
	return nil
}

// notMeanwhile says of a file that changed meanwhile how far taking over went.
func notMeanwhile(err error, file string, n int) error {
	if errors.Is(err, errChanged) || errors.Is(err, errThere) {
		return refuse(http.StatusConflict, "%s changed here meanwhile; %d changes before it were taken over. Compare the file again.", file, n)
	}
	return err
}

// acceptAttachment writes an image or document that is held since the file was compared.
func (d *Desk) acceptAttachment(key, now string, n int) error {
	d.mu.Lock()
	a, ok := d.held[key]
	d.mu.Unlock()
	if !ok {
		return refuse(http.StatusConflict, "the images are no longer at hand; %d changes were taken over. Compare the file again.", n)
	}
	return notMeanwhile(d.store.writeAttachment(a, now), a.File, n)
}

// A gitState is what git says of the pages; nil where there is no repository.
type gitState struct {
	Open []string // files with changes that are not committed
	Name string
	Mail string
}

const longestGit = 20 * time.Second

func (d *Desk) git(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longestGit)
	defer cancel()
	// What a folder that came from elsewhere would run at every look is not run.
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false"}, args...)...)
	c.Dir = d.site.Source
	c.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0")
	out, err := c.CombinedOutput()
	return string(out), err
}

func (d *Desk) gitState(ctx context.Context) *gitState {
	out, err := d.git(ctx, "status", "--porcelain", "-z", "--untracked-files=all", "--", "content")
	if err != nil {
		return nil
	}
	g := &gitState{}
	skip := false
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 && !skip {
			g.Open = append(g.Open, entry[3:])
		}
		skip = len(entry) > 0 && entry[0] == 'R' // the name before follows
	}
	name, _ := d.git(ctx, "config", "user.name")
	mail, _ := d.git(ctx, "config", "user.email")
	g.Name, g.Mail = strings.TrimSpace(name), strings.TrimSpace(mail)
	return g
}

// commit commits the pages, and nothing else. It never pushes.
func (d *Desk) commit(w http.ResponseWriter, r *http.Request) error {
	g := d.gitState(r.Context())
	words := d.looks[d.lang(r)].words
	text := strings.TrimSpace(normal(r.PostForm.Get("text")))
	name := cmp.Or(strings.TrimSpace(r.PostForm.Get("name")), "")
	mail := strings.TrimSpace(r.PostForm.Get("mail"))
	switch {
	case g == nil || len(g.Open) == 0:
		return d.showTake(w, r, words.get("nothing_to_commit"), "")
	case text == "" || g.Name == "" && name == "":
		return d.showTake(w, r, words.get("commit_needs"), "")
	}
	if g.Name == "" { // asked once
		if strings.ContainsAny(name+mail, "<>\n") {
			return d.showTake(w, r, words.get("commit_needs"), "")
		}
		for key, v := range map[string]string{"user.name": name, "user.email": cmp.Or(mail, "desk@localhost")} {
			if out, err := d.git(r.Context(), "config", "--local", key, v); err != nil {
				return d.showTake(w, r, out, "")
			}
		}
	}
	for _, args := range [][]string{{"add", "--all", "--", "content"}, {"commit", "--quiet", "--message", text, "--", "content"}} {
		if out, err := d.git(r.Context(), args...); err != nil {
			return d.showTake(w, r, cmp.Or(strings.TrimSpace(out), err.Error()), "")
		}
	}
	http.Redirect(w, r, Prefix+"?done=committed", http.StatusSeeOther)
	return nil
}
