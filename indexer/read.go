package indexer

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// About tells of a page what is not in its text.
type About struct {
	URL     string   `json:"url"`
	Title   string   `json:"title"`
	Lang    string   `json:"lang"`
	Date    string   `json:"date,omitempty"`
	Checked string   `json:"checked,omitempty"` // the day on which it was compared with its sources
	Sources []Source `json:"sources,omitempty"`
}

// A PageText is the text of a page, section by section.
type PageText struct {
	About
	Sections []SectionText `json:"sections"`
	LeftOut  int           `json:"leftOut,omitempty"` // passages beyond what one answer holds
}

// A SectionText is the text under one heading.
type SectionText struct {
	URL     string `json:"url"`
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text"`
}

// maxText bounds the text of one answer, in bytes.
const maxText = 200_000

// ErrNoPage is returned for an address at which the index knows no page.
var ErrNoPage = errors.New("there is no page at this address")

// Find tells of the page at an address, which may be whole or begin at the site's
// root.
func (x *Index) Find(address string) (About, error) {
	l, i, _, err := x.find(address)
	if err != nil {
		return About{}, err
	}
	return x.about(l, i), nil
}

func (x *Index) about(l *langIndex, page int) About {
	p := l.pages[page]
	return About{x.Base + p.URL, p.Title, l.Lang, p.Date, p.Checked, p.Sources}
}

func (x *Index) find(address string) (l *langIndex, page int, fragment string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, 0, "", ErrNoPage
	}
	name := strings.TrimPrefix(escape(u.Path, "/"), x.Base)
	for _, l := range x.languages {
		if i := slices.IndexFunc(l.pages, func(p pageRecord) bool {
			return p.URL == name || p.URL == name+"/" || p.URL+"index.html" == name || strings.HasPrefix(p.URL, name+"#")
		}); i >= 0 {
			return l, i, u.EscapedFragment(), nil
		}
	}
	return nil, 0, "", ErrNoPage
}

// ReadPage gives the text of the page at an address; of an address of a section, that
// section alone.
func (x *Index) ReadPage(ctx context.Context, address string) (text *PageText, err error) {
	if !x.InService() {
		return nil, ErrOutOfService
	}
	defer x.watchFaults(&err)()
	l, i, fragment, err := x.find(address)
	if err != nil {
		return nil, err
	}
	text = &PageText{About: x.about(l, i), Sections: []SectionText{}}
	end, size := l.Passages, 0
	if i+1 < len(l.pages) {
		end = l.pages[i+1].FirstPassage
	}
	for u := l.pages[i].FirstPassage; u < end; u++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := l.texts.of(int32(u))
		if err != nil {
			return nil, err
		}
		if fragment != "" && p.ID != fragment {
			continue
		}
		if size += len(p.Text); size > maxText {
			text.LeftOut++
			continue
		}
		text.add(p)
	}
	if len(text.Sections) == 0 && fragment != "" { // a place that is no section of its own
		return x.ReadPage(ctx, text.URL)
	}
	return text, nil
}

// add adds a passage; those of one section are read as one.
func (t *PageText) add(p *storedText) {
	address := t.URL
	if p.ID != "" {
		address += "#" + p.ID
	}
	if n := len(t.Sections); n > 0 && t.Sections[n-1].URL == address {
		t.Sections[n-1].Text += "\n" + p.Text
		return
	}
	t.Sections = append(t.Sections, SectionText{address, p.Heading, p.Text})
}
