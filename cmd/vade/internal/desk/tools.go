package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"vademecum/cmd/vade/internal/kinds"
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
			last, _ := d.store.version(file, v[0].ID)
			p.Title = cmp.Or(titleOf(file, string(last)), p.Path)
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
	seen := r.PostForm["goes"]
	if erase && t.Left.Unread != "" && len(seen) > 0 { // it is not what the person was told
		return d.show(w, r, http.StatusConflict, "tools", &view{Heading: t.Page.Title, Data: t, Message: words.get("changed_meanwhile")})
	}
	was := map[string]string{}
	for _, file := range t.Together {
		all, err := d.store.read(file)
		if err != nil {
			return err
		}
		was[file] = sum(all)
	}
	for _, file := range t.Together {
		if err := d.store.remove(file, was[file]); err != nil {
			return err
		}
	}
	if !erase {
		http.Redirect(w, r, Prefix+"page?"+url.Values{"page": {t.Page.File}, "done": {"deleted"}}.Encode(), http.StatusSeeOther)
		return nil
	}
	// What is kept goes last: while it is there, what failed can be tried again.
	defer d.dropCopies()
	goes := slices.DeleteFunc(t.Left.Goes, func(file string) bool { return !slices.Contains(seen, file) })
	if err := d.store.removeAttachments(goes); err != nil {
		return err
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
