package desk

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strings"
)

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

// Title gives the title of the page, after the change or else before it.
func (c change) Title() string {
	return cmp.Or(titleOf(c.File, c.After), titleOf(c.File, c.Before), c.File)
}

// titleOf gives the title in a text of a page; "" if there is none.
func titleOf(file, text string) string {
	if t := open(file, []byte(text)); t.matter != nil {
		return t.matter.values.get("title").scalar()
	}
	return ""
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
			err = d.store.remove(file, now)
		} else {
			err = d.store.write(file, after, now)
		}
		if err == nil {
			err = d.store.inherit(file, strings.Fields(r.PostForm.Get("past."+i)))
		}
		if err := notMeanwhile(err, file, n); err != nil {
			return err
		}
		n++
	}
	http.Redirect(w, r, Prefix+"?done=took_over", http.StatusSeeOther)
	return nil
}

// inherit notes that a page that was taken over has the texts behind it that it had at
// the colleague's: so it goes on from them when it goes to a third desk.
func (s *store) inherit(name string, past []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return plainly(s.addPast(name, past...))
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
