package desk

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"
)

// What is typed into a form and not saved is kept beside the versions, so that it is
// not lost with the browser: the form's script sends it every few seconds. Whoever opens
// the form next may take it up or discard it. Saving the page ends it.
//
// A form replaces only what it kept itself, or what it took up: who overlooks the offer
// and types, and who has the form open twice, loses nothing of what was typed before.
type typed struct {
	When time.Time
	Form url.Values
}

// ID tells from which form it comes.
func (t typed) ID() string { return t.Form.Get("typing") }

// mostTyped is how many texts are kept for one form; of more, the oldest goes.
const mostTyped = 3

// allTyped is the file of what was typed: the last, and what other forms kept before.
type allTyped struct {
	typed
	Older []typed `json:",omitempty"`
}

// typedFile is where it is kept of a page; of one that is new, of its folder.
func typedFile(name string) string { return path.Join(Kept, "typed", name+".json") }

// typedAs gives the name under which what is typed into a form is kept. No page has the
// name of a new one: names of pages begin with a letter or a digit.
func typedAs(page, folder string) string {
	if folder != "" {
		return path.Join(folder, "-.md")
	}
	return page
}

// keepTyped keeps what was typed, in place of what the same form kept before. Unless the
// page is new, it must be there: a window that is open still would write down again what
// was erased, where nobody is offered it and nothing clears it.
func (s *store) keepTyped(name string, isNew bool, t typed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !isNew {
		if _, err := s.read(name); err != nil {
			return err
		}
	}
	return s.putTyped(name, append([]typed{t}, without(s.typed(name), t.ID())...))
}

// takeTyped gives what a form kept to a new one, so that the two do not replace each
// other's text if the first is open still; nil if there is nothing.
func (s *store) takeTyped(name, id string) *typed {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.typed(name)
	i := slices.IndexFunc(all, func(t typed) bool { return t.ID() == id })
	if i < 0 {
		return nil
	}
	all[i].Form.Set("typing", newTyping())
	if s.putTyped(name, all) != nil { // a disk that is full, say: it is taken up all the same
		all[i].Form.Set("typing", id)
	}
	return &all[i]
}

// endTyped forgets what a form kept.
func (s *store) endTyped(name, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.typed(name)
	rest := without(all, id)
	switch len(rest) {
	case len(all):
		return nil
	case 0:
		return s.dropTyped(name)
	}
	return s.putTyped(name, rest)
}

func without(all []typed, id string) []typed {
	return slices.DeleteFunc(slices.Clone(all), func(t typed) bool { return t.ID() == id })
}

func newTyping() string { return secret()[:16] }

// putTyped writes what is kept, the last first. What does not fit goes, but for that one.
func (s *store) putTyped(name string, all []typed) error {
	all = all[:min(len(all), mostTyped)]
	text, err := json.Marshal(allTyped{all[0], all[1:]})
	if err != nil {
		return err
	}
	if len(text) > mostForm {
		if len(all) == 1 {
			return refuse(http.StatusRequestEntityTooLarge, "this is longer than what is kept unsaved; save it")
		}
		return s.putTyped(name, all[:len(all)-1])
	}
	if err := errors.Join(s.keptFolder(), noLinks(s.source, typedFile(name))); err != nil {
		return plainly(err)
	}
	return plainly(put(s.source, typedFile(name), text))
}

// typed gives what was typed and not saved, the last first. A file that the desk did not
// write so holds nothing.
func (s *store) typed(name string) []typed {
	file := typedFile(name)
	if noLinks(s.source, file) != nil {
		return nil
	}
	if info, err := s.source.Stat(file); err != nil || info.Size() > mostForm {
		return nil
	}
	text, err := s.source.ReadFile(file)
	var all allTyped
	if err != nil || json.Unmarshal(text, &all) != nil {
		return nil
	}
	return slices.DeleteFunc(append([]typed{all.typed}, all.Older...), func(t typed) bool { return t.Form == nil })
}

// dropTyped forgets all that was typed.
func (s *store) dropTyped(name string) error {
	if err := s.source.Remove(typedFile(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return plainly(err)
	}
	return nil
}

// typedForm keeps what was typed, takes it up or discards it.
func (d *Desk) typedForm(w http.ResponseWriter, r *http.Request) error {
	post := r.PostForm
	page, folder := post.Get("page"), post.Get("folder")
	name := typedAs(page, folder)
	if err := errors.Join(pageFile(name), noLinks(d.store.content, name)); err != nil {
		return refuse(http.StatusForbidden, "%s", err)
	}
	switch post.Get("typed") {
	case "keep":
		for _, own := range []string{"token", "typed", "do"} {
			post.Del(own)
		}
		c := d.shelf.read()
		isNew := c.kinds[folder] != nil || folder == "" && post.Get("was") == "" && c.original(c.pageOf(page)) != nil
		if err := d.store.keepTyped(name, isNew, typed{time.Now(), post}); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "take":
		if t := d.store.takeTyped(name, post.Get("typing")); t != nil {
			r.PostForm = t.Form
			r.PostForm.Set("page", page) // it may have another name by now
			r.PostForm.Set("do", "again")
			return d.edited(w, r, d.shelf.read())
		}
	case "discard":
		if err := d.store.endTyped(name, post.Get("typing")); err != nil {
			return err
		}
	}
	to := Prefix + "edit?" + url.Values{"page": {page}}.Encode()
	if folder != "" {
		to = Prefix + "new?" + url.Values{"folder": {folder}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
