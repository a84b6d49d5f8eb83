package importer

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// eventFolder holds the pages of events, under the content folder; those below
// register are entries without a page of their own.
const eventFolder = "workshops"

// A shelf is what a knowledge base holds already: which files its pages were
// made of, and which events they are about.
type shelf struct {
	bySum  map[string][]string // pages by the SHA-256 of their source
	events []*event
}

// An event is a page on one, or an entry of the register.
type event struct {
	file        string
	Event       string
	City        string
	Country     string
	Mode        string
	first, last time.Time
	vague       bool // only the month or the year is known
}

// eventFront is what an event is read from.
type eventFront struct {
	Event   string `yaml:"event"`
	Title   string `yaml:"title"`
	City    string `yaml:"city"`
	Country string `yaml:"country"`
	Mode    string `yaml:"mode"`
	Start   string `yaml:"date_start"`
	End     string `yaml:"date_end"`

	Precision string `yaml:"date_precision"`
}

var reSum = regexp.MustCompile(`(?m)^[ {,\w]*\bsha256:\s*["']?([0-9a-f]{64})\b`)

// headSize is how much of a file is searched for its front matter.
const headSize = 64 << 10

// readShelf reads the front matter of all pages. One that cannot be read is
// passed over: vade check tells of it.
func readShelf(contentDir string) (*shelf, error) {
	s := &shelf{bySum: map[string][]string{}}
	err := filepath.WalkDir(contentDir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".md") && !strings.HasSuffix(file, ".yaml") {
			return err
		}
		text, err := os.ReadFile(file)
		if err == nil {
			s.add(file, text)
		}
		return nil
	})
	return s, err
}

// add takes in a file.
func (s *shelf) add(file string, text []byte) {
	head := text[:min(len(text), headSize)]
	if strings.HasSuffix(file, ".md") {
		_, rest, _ := strings.Cut(string(head), "---\n")
		front, _, _ := strings.Cut(rest, "\n---")
		head = []byte(front)
	}
	if m := reSum.FindSubmatch(head); m != nil {
		s.bySum[string(m[1])] = append(s.bySum[string(m[1])], file)
	}
	if !strings.Contains(filepath.ToSlash(file), "/"+eventFolder+"/") || !strings.HasSuffix(file, ".md") {
		return
	}
	var f eventFront
	if yaml.Unmarshal(head, &f) != nil || f.Start == "" {
		return // a translation, or no page of an event
	}
	e := &event{file: file, Event: f.Event, City: f.City, Country: f.Country, Mode: f.Mode, vague: f.Precision != "" && f.Precision != byDay}
	if e.Event == "" {
		e.Event = f.Title
	}
	var err error
	if e.first, err = time.Parse(time.DateOnly, f.Start); err != nil {
		return
	}
	if e.last, err = time.Parse(time.DateOnly, f.End); err != nil {
		e.last = e.first
	}
	s.events = append(s.events, e)
}

// event finds the event that a page of a note is about: at the same place, on
// overlapping days, whatever the language.
func (s *shelf) event(p *Page) *event {
	f := p.Front
	if f.DateStart == nil || f.DatePrecision != byDay && f.DatePrecision != "" {
		return nil
	}
	for _, e := range s.events {
		if reBeside.MatchString(e.file) {
			continue
		}
		if !e.apart(f) && e.samePlace(f) {
			return e
		}
	}
	return nil
}

// at finds the event that a page is on.
func (s *shelf) at(file string) *event {
	if i := slices.IndexFunc(s.events, func(e *event) bool { return e.file == file }); i >= 0 {
		return s.events[i]
	}
	return nil
}

// apart reports whether an event is on other days than a note says.
func (e *event) apart(f Workshop) bool {
	return e.last.Before(f.DateStart.Time) || e.first.After(f.DateEnd.Time)
}

// other reports whether a page is on an event of other days than a note says:
// two meetings of one month in one city are two events.
func (s *shelf) other(file string, f Workshop) bool {
	e := s.at(file)
	return e != nil && !e.vague && f.DateStart != nil && f.DatePrecision == byDay && e.apart(f)
}

// reBeside matches the name of a draft that lies beside a page.
var reBeside = regexp.MustCompile(`-new(?:-\d+)?(?:\.\w\w)?\.md$`)

// samePlace compares places: the country, and the city as far as its name is
// alike in other languages. Online, it compares the names of the events.
func (e *event) samePlace(f Workshop) bool {
	if e.Country == "" && f.Country == "" && e.City == "" && f.City == "" {
		return e.Mode == f.Mode && alike(e.Event, f.Event, 2)
	}
	if e.Country != "" && f.Country != "" && e.Country != f.Country {
		return false
	}
	if e.City == "" || f.City == "" {
		return e.Country != "" && e.Country == f.Country
	}
	return sameCity(e.City, f.City) || alike(e.City, f.City, 1)
}

// sameLetters is how many letters at their start words have in common that are
// one name in two languages: Geneva and Genève, Moscow and Moscú.
const sameLetters = 3

// alike reports whether two names share some words by their first letters.
func alike(a, b string, least int) bool {
	starts := map[string]bool{}
	for _, w := range words(a) {
		starts[startOf(w.fold)] = true
	}
	same := 0
	for _, w := range words(b) {
		if s := startOf(w.fold); len(s) >= sameLetters && starts[s] && !cityWords[w.fold] {
			starts[s] = false
			same++
		}
	}
	return same >= least
}

// cityWords are words in names of cities that say nothing of which one it is.
var cityWords = set("city ciudad ville santa santo san saint new nueva port puerto")

func startOf(word string) string {
	r := []rune(word)
	return string(r[:min(len(r), sameLetters)])
}
