package desk

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"vademecum/cmd/vade/internal/kinds"
)

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

	written, removed bool                 // what is done of it
	kept             map[string][]version // what was kept before, under either name
	former           []byte               // the note at its other name of an earlier one, before
}

// to gives the name that the page has afterwards.
func (st *step) to() string { return cmp.Or(st.file, st.page.File) }

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
	if c.byPath[p.Path][s.page.Lang] != nil && realias(fields, to, s.page, p, name, s.file != "") {
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
func realias(fields []*kinds.Field, to *value, on, p *page, name string, mine bool) bool {
	if fieldNamed(fields, kinds.Aliases) == nil {
		return false
	}
	was := texts(to.get(kinds.Aliases)) // one alone may stand in no list
	now := slices.DeleteFunc(slices.Clone(was), func(alias string) bool {
		return kinds.AliasAddress(on.Path, alias) == path.Join("/", path.Dir(p.Path), name)
	})
	if mine {
		now = append(now, "/"+p.Path+"/")
	}
	if slices.Equal(was, now) {
		return false
	}
	aliases := &value{shape: kinds.OneList}
	for _, text := range now {
		aliases.items = append(aliases.items, &value{text: text})
	}
	to.set(kinds.Aliases, aliases)
	return true
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

// rename carries out a renaming, or takes back what it has done of it.
func (s *store) rename(plan []*step) error {
	for _, st := range plan {
		st.kept = map[string][]version{st.page.File: s.versions(st.page.File), st.to(): s.versions(st.to())}
		st.former, _ = s.source.ReadFile(formerName(st.to()))
	}
	err := s.carryOut(plan)
	if err == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := []error{err}
	for _, st := range slices.Backward(plan) {
		if err := s.takeBack(st); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", st.page.File, plainly(err)))
		}
	}
	return errors.Join(errs...)
}

// carryOut does first what is new, then what names it, last what is old, so that nothing
// is lost where the program itself is broken off.
func (s *store) carryOut(plan []*step) error {
	for _, st := range plan {
		if st.file != "" {
			if err := s.write(st.file, st.text, ""); err != nil {
				return err
			}
			st.written = true
		}
	}
	for _, st := range plan {
		if st.file == "" {
			if err := s.write(st.page.File, st.text, sum(st.was)); err != nil {
				return err
			}
			st.written = true
		}
	}
	for _, st := range plan {
		if st.file == "" {
			continue
		}
		if err := s.remove(st.page.File, sum(st.was)); err != nil {
			return err
		}
		st.removed = true
		if err := s.renamed(st.page.File, st.file); err != nil {
			return err
		}
	}
	return nil
}

// takeBack gives a page the text and the name that it had before a renaming, unless
// somebody else has changed it since.
func (s *store) takeBack(st *step) error {
	if st.removed {
		if err := s.putBack(st); err != nil {
			return err // what is new stays then: it is all that is left
		}
	}
	now, err := s.content.ReadFile(st.to())
	if st.written && err == nil && bytes.Equal(now, st.text) {
		if st.file == "" {
			err = put(s.content, st.page.File, st.was)
		} else {
			err = unlink(s.content, st.file)
		}
		if err != nil {
			return err
		}
	}
	return s.keepNoMore(st)
}

// keepNoMore lets go what was kept in a renaming that is taken back: it is what is there
// again.
func (s *store) keepNoMore(st *step) error {
	now, err := s.content.ReadFile(st.page.File)
	if err != nil || !bytes.Equal(now, st.was) || st.file != "" && s.there(st.file) {
		return nil // somebody else has changed it since
	}
	for name, before := range st.kept {
		for _, v := range s.versions(name) {
			if !slices.Contains(before, v) {
				err = errors.Join(err, s.source.Remove(path.Join(versionFolder(name), v.ID)))
			}
		}
		if name == st.file && len(before) == 0 && st.former == nil {
			err = errors.Join(err, s.source.RemoveAll(versionFolder(name)))
		}
	}
	return err
}

// putBack gives a page that was removed its old name again, and what goes with it.
func (s *store) putBack(st *step) error {
	if s.there(st.page.File) { // somebody else has made a page of this name
		return errThere
	}
	if err := put(s.content, st.page.File, st.was); err != nil {
		return err
	}
	for _, file := range []func(string) string{reviewFile, typedFile} {
		if err := s.source.Rename(file(st.file), file(st.page.File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if st.former != nil {
		return put(s.source, formerName(st.file), st.former)
	}
	if err := s.source.Remove(formerName(st.file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
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
