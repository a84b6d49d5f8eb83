//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A measurement collects the figures, part by part.
type measurement struct {
	tmp     string // a folder of its own
	part    string // that is being measured
	figures []figure
	lacking []string // what could not be measured, and why
}

// Files that one part makes for others, below tmp.
const (
	vadeFile = "bin/vade"
	siteDir  = "site"
	plainDir = "plain"
	indexDir = "index"
	zipFile  = "site.zip"
)

func (m *measurement) in(name string) string { return filepath.Join(m.tmp, filepath.FromSlash(name)) }

func (m *measurement) add(f figure) {
	f.part = m.part
	m.figures = append(m.figures, f)
	fmt.Fprintf(os.Stderr, "%-48s %s\n", f.name, f)
}

// lack notes what the part that is being measured lacks.
func (m *measurement) lack(why string) {
	// The names of temporary folders would differ in every run.
	why = m.part + ": " + strings.ReplaceAll(why, m.tmp, "…")
	m.lacking = append(m.lacking, why)
	fmt.Fprintln(os.Stderr, why)
}

func (m *measurement) size(name string, bytes int64, note string) {
	f := figure{name: name, value: float64(bytes) / 1e3, decimals: 1, unit: "kB", note: note, better: less}
	if bytes >= 1e6 {
		f.value, f.decimals, f.unit = float64(bytes)/1e6, 2, "MB"
	}
	m.add(f)
}

// count adds a whole number.
func (m *measurement) count(name string, n int, better direction) {
	m.add(figure{name: name, value: float64(n), better: better})
}

// used is what a process needed.
type used struct {
	wall, processor time.Duration
	peak            int64 // bytes of memory, of the largest process
	out             string
}

// patience bounds each single process.
const patience = 15 * time.Minute

// do runs a process to its end; what it wrote is in both, the answer and the error.
func do(ctx context.Context, name string, args ...string) (used, error) {
	return doWith(ctx, nil, name, args...)
}

// doWith is do with more in the environment.
func doWith(ctx context.Context, env []string, name string, args ...string) (used, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = append(os.Environ(), append(env, "PYTHONDONTWRITEBYTECODE=1")...) // ../shared is only read
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	start := time.Now()
	err := command.Run()
	u := used{wall: time.Since(start), out: out.String()}
	if state := command.ProcessState; state != nil {
		u.processor = state.UserTime() + state.SystemTime()
		if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
			u.peak = int64(usage.Maxrss)
			if runtime.GOOS != "darwin" {
				u.peak *= 1024 // elsewhere it is told in KiB
			}
		}
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(u.out), "\n")
		return u, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, lines[len(lines)-1])
	}
	return u, nil
}

func (m *measurement) vade(ctx context.Context, args ...string) (used, error) {
	return do(ctx, m.in(vadeFile), args...)
}

// cost adds the rough figures of a process.
func (m *measurement) cost(what string, u used) {
	m.add(figure{name: what + ", processor time", value: u.processor.Seconds(), decimals: 1, unit: "s", better: less, noise: .5})
	m.add(figure{name: what + ", time", value: u.wall.Seconds(), decimals: 1, unit: "s", better: less, noise: .5})
	m.add(figure{name: what + ", peak memory", value: float64(u.peak) / 1e6, unit: "MB", better: less, noise: .15})
}

// programs measures the two programs as they are given out.
func (m *measurement) programs(ctx context.Context) error {
	for _, p := range []struct{ name, dir, file string }{
		{"vade", "./cmd/vade", vadeFile},
		{"endpoint, without an index", "./cmd/functions/search", "bin/search"},
	} {
		fmt.Fprintf(os.Stderr, "compiling %s\n", p.dir)
		if _, err := do(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", m.in(p.file), p.dir); err != nil {
			return err
		}
		info, err := os.Stat(m.in(p.file))
		if err != nil {
			return err
		}
		embedded, _ := weigh(filepath.Join(p.dir, "index")) // what an author has put there is not the program's
		m.size(p.name, info.Size()-embedded.bytes, "")
	}
	return nil
}

var indexed = regexp.MustCompile(`Indexed (\d+) pages \((\d+) sections\)`)

// site builds our own site and its zip.
func (m *measurement) site(ctx context.Context) error {
	u, err := m.vade(ctx, "build", "--destination", m.in(siteDir), "--index", m.in(indexDir))
	if err != nil {
		return err
	}
	if n := indexed.FindStringSubmatch(u.out); n != nil {
		pages, _ := strconv.Atoi(n[1])
		sections, _ := strconv.Atoi(n[2])
		m.count("pages that are found", pages, neither)
		m.count("sections", sections, neither)
	}
	m.cost("build", u)
	if err := m.folders("", m.in(siteDir), m.in(indexDir)); err != nil {
		return err
	}
	if err := m.pages(m.in(siteDir)); err != nil {
		return err
	}
	if _, err := m.vade(ctx, "pack", "--out", m.in(zipFile)); err != nil {
		return err
	}
	info, err := os.Stat(m.in(zipFile))
	if err != nil {
		return err
	}
	m.size("zip", info.Size(), "")
	return nil
}

// folders weighs a site, its index and its web index.
func (m *measurement) folders(prefix, site, index string) error {
	for _, f := range []struct {
		name, dir string
		count     bool
	}{
		{"site", site, true}, {"index", index, false}, {"web index", filepath.Join(site, "search"), true},
	} {
		w, err := weigh(f.dir)
		if err != nil {
			return err
		}
		m.size(prefix+f.name, w.bytes, "")
		if f.count {
			m.count(prefix+f.name+", files", w.files, less)
		}
	}
	return nil
}

// weight is how large a folder is.
type weight struct {
	bytes int64
	files int
}

func weigh(dir string) (w weight, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		w.bytes += info.Size()
		w.files++
		return nil
	})
	return w, err
}

// pages weighs the pages of a site as they travel, gzipped.
func (m *measurement) pages(site string) error {
	type page struct {
		name  string
		bytes int
	}
	var all []page
	files := 0
	err := filepath.WalkDir(site, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".html" {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if files++; bytes.Contains(data, []byte(`http-equiv="refresh"`)) {
			return nil // it only leads on
		}
		name, err := filepath.Rel(site, file)
		all = append(all, page{strings.TrimSuffix("/"+filepath.ToSlash(name), "index.html"), gzipped(data)})
		return err
	})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("the site has no pages")
	}
	slices.SortFunc(all, func(a, b page) int { return b.bytes - a.bytes })
	m.count("HTML files", files, neither)
	m.count("pages that are read, not redirects", len(all), neither)
	for i, name := range []string{"largest page, gzipped", "second largest page, gzipped", "third largest page, gzipped"} {
		if i < len(all) {
			m.size(name, int64(all[i].bytes), all[i].name)
		}
	}
	m.size("median of these, gzipped", int64(all[len(all)/2].bytes), "")
	return nil
}

// gzipped is how many bytes travel of a file.
func gzipped(data []byte) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()
	return b.Len()
}
