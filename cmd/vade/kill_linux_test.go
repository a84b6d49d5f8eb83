package main

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vademecum/indexer"
	"vademecum/internal/need"
	"vademecum/internal/unfinished"
)

// VADE_KILLS=30 kills that many runs each of build, index and pack at moments chosen
// by chance. Afterwards what they write is as one run left it, the one before or the
// one that was killed; and the next run leaves nothing beside it.
func TestKilledRuns(t *testing.T) {
	kills, _ := strconv.Atoi(os.Getenv("VADE_KILLS"))
	if kills == 0 {
		t.Skip("takes minutes: set VADE_KILLS to a number of kills")
	}
	source := copySite(t)
	page := filepath.Join(source, "content/pests/wax-moth.md")
	good := read(t, page)
	tmp := t.TempDir()
	out := t.TempDir()
	child := func(args ...string) *exec.Cmd {
		c := exec.Command(os.Args[0], args...)
		c.Env = append(os.Environ(), "VADE_TEST_CHILD=true", "TMPDIR="+tmp)
		return c
	}
	site := filepath.Join(out, "site")
	var kept []string
	for _, index := range []string{"index", "ix", "other"} {
		kept = append(kept, filepath.Base(indexer.KeptFolder(index)))
	}
	commands := map[string]struct {
		args    []string
		results []string
	}{
		"build": {[]string{"build", "--source", source, "--destination", site, "--index", filepath.Join(out, "ix")}, []string{site, filepath.Join(out, "ix")}},
		"pack":  {[]string{"pack", "--source", source, "--out", filepath.Join(out, "site.zip"), "--single", filepath.Join(out, "site.html"), "--epub", filepath.Join(out, "site.epub")}, []string{filepath.Join(out, "site.zip"), filepath.Join(out, "site.html"), filepath.Join(out, "site.epub")}},
	}
	for _, name := range []string{"build", "pack", "index"} {
		command := commands[name]
		if name == "index" { // of the site that build has left
			command.args, command.results = []string{"index", site, "--out", filepath.Join(out, "other")}, []string{filepath.Join(out, "other")}
		}
		versions := map[string][]map[string]string{} // of each result
		var takes time.Duration
		for i, more := range []string{"", "\n\nOcelots keep no bees.\n"} {
			if name != "index" {
				write(t, page, good+more)
			} else {
				write(t, filepath.Join(site, "extra.html"), "<title>Extra</title><p>"+strconv.Itoa(i))
			}
			start := time.Now()
			if said, err := child(command.args...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			takes = time.Since(start)
			for _, result := range command.results {
				versions[result] = append(versions[result], contents(t, result))
			}
		}
		before := map[string]int{}
		for i := range kills {
			if name != "index" {
				write(t, page, good+[]string{"", "\n\nOcelots keep no bees.\n"}[i%2])
			} else {
				write(t, filepath.Join(site, "extra.html"), "<title>Extra</title><p>"+strconv.Itoa(i%2))
			}
			c := child(command.args...)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.Int64N(int64(takes))))
			_ = c.Process.Kill()
			_ = c.Wait()
			for _, result := range command.results {
				if _, err := os.Lstat(result); errors.Is(err, fs.ErrNotExist) {
					before[result+" is away until the next run"]++
					continue
				}
				if _, err := os.Stat(filepath.Join(result, "vademecum.json")); err == nil {
					answers(t, result)
				}
				now := contents(t, result)
				if !maps.Equal(now, versions[result][0]) && !maps.Equal(now, versions[result][1]) {
					t.Errorf("%s: after kill %d %s is neither the one before nor the new one", name, i+1, filepath.Base(result))
				}
			}
		}
		time.Sleep(2 * time.Second) // Hugo's process ends when the one that started it has
		if said, err := child(command.args...).CombinedOutput(); err != nil {
			t.Fatalf("the run after the kills: %v\n%s", err, said)
		}
		for _, dir := range []string{out, tmp, source} {
			left, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range left {
				if strings.HasPrefix(e.Name(), ".") && !slices.Contains(kept, e.Name()) || dir == tmp {
					t.Errorf("%s: %s was left behind", name, filepath.Join(dir, e.Name()))
				}
			}
		}
		t.Logf("%s: %d kills within %v, %v", name, kills, takes, before)
	}
}

// A build that is killed when it has put the new site in its place, and not the new
// index, leaves two that do not belong together. verify says so, with the remedy, which is
// the next build.
func TestKilledBetweenSiteAndIndex(t *testing.T) {
	need.Long(t)
	source := copySite(t)
	out := t.TempDir()
	site, index := filepath.Join(out, "site"), filepath.Join(out, "index")
	build := []string{"build", "--source", source, "--destination", site, "--index", index}
	must(t, build...)
	must(t, "verify", index, site)
	page := filepath.Join(source, "content/pests/wax-moth.md")
	write(t, page, read(t, page)+"\n\nOcelots keep no bees.\n")
	before, err := os.Stat(site)
	if err != nil {
		t.Fatal(err)
	}
	lock, _, err := unfinished.Own(index, false) // so that the build waits before it touches the index
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], build...)
	c.Env = append(os.Environ(), "VADE_TEST_CHILD=true")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if now, err := os.Stat(site); err == nil && !os.SameFile(before, now) {
			break
		}
		if time.Now().After(deadline) {
			t.Error("the site was not exchanged")
			break
		}
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	lock.Close()
	if _, _, err := vade("verify", index, site); !errors.Is(err, indexer.ErrOtherBuild) || !strings.Contains(err.Error(), "vade build") {
		t.Errorf("after the kill: %v", err)
	}
	must(t, build...)
	must(t, "verify", index, site)
	if left, err := os.ReadDir(out); err != nil || len(left) != 3 { // with what builds keep
		t.Errorf("left behind: %v %v", left, err)
	}
}

// answers fails the test unless an index opens and finds what is in all its versions.
func answers(t *testing.T, dir string) {
	t.Helper()
	x, err := indexer.Open(dir)
	if err != nil {
		t.Error(err)
		return
	}
	defer x.Close()
	if a, err := x.Search(t.Context(), indexer.Request{Query: "bees"}); err != nil || len(a.Pages) == 0 {
		t.Errorf("%s: %v, %v", dir, a, err)
	}
}
