package desk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vademecum/internal/unfinished"
)

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

// A gitState is what git says of the pages; nil where there is no repository.
type gitState struct {
	Open []string // files with changes that are not committed
	Name string
	Mail string
}

const longestGit = 20 * time.Second

// git runs git over the folder. The folder may have come from elsewhere: what its own
// configuration names as programs is not run.
func (d *Desk) git(ctx context.Context, args ...string) (string, error) {
	programs, err := d.ownPrograms(ctx)
	if err != nil {
		return "", err
	}
	quiet := []string{"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull}
	for _, p := range programs {
		quiet = append(quiet, "-c", p+".clean=", "-c", p+".smudge=", "-c", p+".process=", "-c", p+".required=false")
	}
	return d.plainGit(ctx, append(quiet, args...)...)
}

func (d *Desk) plainGit(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longestGit)
	defer cancel()
	c := exec.CommandContext(ctx, "git", args...)
	c.Dir = d.site.Source
	// Of a repository that is there in part, nothing is fetched.
	c.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none")
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		return out.String() + said.String(), err
	}
	return out.String(), nil
}

// ownPrograms gives what names programs in the folder's configuration: "filter.name" for
// one through which git passes files, even to tell whether they changed, "gpg" for one
// that signs.
func (d *Desk) ownPrograms(ctx context.Context) ([]string, error) {
	out, err := d.plainGit(ctx, "config", "--includes", "-z", "--show-scope", "--name-only", "--get-regexp", `^(filter|gpg)\..*(clean|smudge|process|program|defaultkeycommand)$`)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // there are none
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var programs []string
	parts := strings.Split(out, "\x00")
	for i := 0; i+1 < len(parts); i += 2 {
		scope, key := parts[i], parts[i+1]
		name := key[:max(0, strings.LastIndexByte(key, '.'))]
		switch {
		case scope == "system", scope == "global", scope == "command", slices.Contains(programs, name):
		case strings.Contains(key, "="): // git could not be told to leave it out
			return nil, fmt.Errorf("git's configuration of this folder has a program with a strange name: %s", name)
		default:
			programs = append(programs, name)
		}
	}
	return programs, nil
}

func (d *Desk) gitState(ctx context.Context) *gitState {
	out, err := d.git(ctx, "status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--", "content")
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
	name, _ := d.plainGit(ctx, "config", "user.name")
	mail, _ := d.plainGit(ctx, "config", "user.email")
	g.Name, g.Mail = strings.TrimSpace(name), strings.TrimSpace(mail)
	return g
}

// commit commits the pages, and nothing else. It never pushes.
func (d *Desk) commit(w http.ResponseWriter, r *http.Request) error {
	g := d.gitState(r.Context())
	words := d.looks[d.lang(r)].words
	programs, err := d.ownPrograms(r.Context())
	if err != nil {
		return d.showTake(w, r, words.message(err.Error()), "")
	}
	text := strings.TrimSpace(normal(r.PostForm.Get("text")))
	name := strings.TrimSpace(r.PostForm.Get("name"))
	mail := strings.TrimSpace(r.PostForm.Get("mail"))
	switch {
	case g == nil || len(g.Open) == 0:
		return d.showTake(w, r, words.get("nothing_to_commit"), "")
	case len(programs) > 0: // without them, what they encrypt or store elsewhere would be committed as it is
		return d.showTake(w, r, fmt.Sprintf(words.get("commit_by_hand"), strings.Join(programs, ", ")), "")
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
	part, err := d.submodules(r.Context())
	if err != nil {
		return d.showTake(w, r, err.Error(), "")
	}
	for _, args := range [][]string{append([]string{"add", "--all", "--", "content"}, part...), {"commit", "--quiet", "--message", text, "--", "content"}} {
		if out, err := d.git(r.Context(), args...); err != nil {
			return d.showTake(w, r, cmp.Or(strings.TrimSpace(out), err.Error()), "")
		}
	}
	http.Redirect(w, r, Prefix+"?done=committed", http.StatusSeeOther)
	return nil
}

// submodules gives what excludes the repositories within content: git would look into each
// with a configuration of its own, which may name programs, too.
func (d *Desk) submodules(ctx context.Context) ([]string, error) {
	out, err := d.git(ctx, "ls-files", "--stage", "-z", "--", "content")
	var not []string
	for entry := range strings.SplitSeq(out, "\x00") {
		if mode, file, ok := strings.Cut(entry, "\t"); ok && strings.HasPrefix(mode, "160000 ") {
			not = append(not, ":(exclude,literal)"+file)
		}
	}
	return not, err
}
