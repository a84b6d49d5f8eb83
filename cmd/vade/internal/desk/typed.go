package desk

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"time"
)

// What is typed into a form and not saved is kept beside the versions, so that it is
// not lost with the browser: the form's script sends it every few seconds. Whoever opens
// the form next may take it up or discard it. Saving the page ends it.
type typed struct {
	When time.Time
	Form url.Values
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

func (s *store) keepTyped(name string, t typed) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if len(text) > mostForm {
		return refuse(http.StatusRequestEntityTooLarge, "this is longer than what is kept unsaved; save it")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(s.keptFolder(), noLinks(s.source, typedFile(name))); err != nil {
		return plainly(err)
	}
	return plainly(put(s.source, typedFile(name), text))
}

// typed gives what was typed and not saved; nil if there is nothing.
func (s *store) typed(name string) *typed {
	text, err := s.source.ReadFile(typedFile(name))
	var t typed
	if err != nil || json.Unmarshal(text, &t) != nil {
		return nil
	}
	return &t
}

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
		if err := d.store.keepTyped(name, typed{time.Now(), post}); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "take":
		if t := d.store.typed(name); t != nil {
			r.PostForm = t.Form
			r.PostForm.Set("page", page) // it may have another name by now
			r.PostForm.Set("do", "again")
			return d.edited(w, r, d.shelf.read())
		}
	case "discard":
		if err := d.store.dropTyped(name); err != nil {
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
