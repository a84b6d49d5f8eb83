package indexer

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"
)

// appendJSON appends an answer as package json writes it, in a fraction of the
// time: an answer is the one thing that the endpoint writes over and over.
func (a *Answer) appendJSON(out []byte) []byte {
	out = append(out, `{"query":`...)
	out = appendString(out, a.Query)
	out = appendField(out, `,"lang":`, a.Lang)
	out = strconv.AppendInt(append(out, `,"total":`...), int64(a.Total), 10)
	out = strconv.AppendInt(append(out, `,"page":`...), int64(a.Page), 10)
	if a.Correction != nil {
		out = appendField(out, `,"correction":{"shown":`, a.Correction.Shown)
		out = appendField(out, `,"typed":`, a.Correction.Typed)
		out = append(out, '}')
	}
	if a.Partial {
		out = append(out, `,"partial":true`...)
	}
	out = append(out, `,"pages":`...)
	out = appendList(out, a.Pages, (*FoundPage).appendJSON)
	if a.Facets == nil {
		out = append(out, `,"facets":null`...)
	} else {
		out = append(out, `,"facets":{`...)
		for i, facet := range sortedKeys(a.Facets) {
			out = appendKey(out, i, facet)
			out = appendList(out, a.Facets[facet], (*FacetCount).appendJSON)
		}
		out = append(out, '}')
	}
	if len(a.Ignored) > 0 {
		out = append(out, `,"ignored":`...)
		out = appendList(out, a.Ignored, func(s *string, out []byte) []byte { return appendString(out, *s) })
	}
	return append(out, '}')
}

func (p *FoundPage) appendJSON(out []byte) []byte {
	out = appendField(out, `{"url":`, p.URL)
	out = appendField(out, `,"title":`, p.Title)
	out = appendField(out, `,"lang":`, p.Lang)
	if p.Date != "" {
		out = appendField(out, `,"date":`, p.Date)
	}
	out = strconv.AppendInt(append(out, `,"score":`...), int64(p.Score), 10)
	if p.ExactMatch {
		out = append(out, `,"direct":true`...)
	}
	if len(p.Facets) > 0 {
		out = append(out, `,"facets":{`...)
		for i, facet := range sortedKeys(p.Facets) {
			out = appendKey(out, i, facet)
			out = appendList(out, p.Facets[facet], func(s *string, out []byte) []byte { return appendString(out, *s) })
		}
		out = append(out, '}')
	}
	if p.MatchedSynonym != "" {
		out = appendField(out, `,"why":`, p.MatchedSynonym)
	}
	if len(p.Translations) > 0 {
		out = append(out, `,"translations":`...)
		out = appendList(out, p.Translations, func(t *Translation, out []byte) []byte {
			return append(appendField(appendField(out, `{"lang":`, t.Lang), `,"url":`, t.URL), '}')
		})
	}
	out = append(out, `,"sections":`...)
	out = appendList(out, p.Sections, (*FoundSection).appendJSON)
	if len(p.Explanation) > 0 {
		out = append(out, `,"explanation":`...)
		out = appendList(out, p.Explanation, func(s *string, out []byte) []byte { return appendString(out, *s) })
	}
	return append(out, '}')
}

func (s *FoundSection) appendJSON(out []byte) []byte {
	out = appendField(out, `{"url":`, s.URL)
	if s.Heading != "" {
		out = appendField(out, `,"heading":`, s.Heading)
	}
	out = append(out, `,"excerpt":`...)
	out = appendList(out, s.Excerpt, func(s *Segment, out []byte) []byte {
		out = appendField(out, `{"text":`, s.Text)
		if s.Match {
			out = append(out, `,"match":true`...)
		}
		return append(out, '}')
	})
	return append(out, '}')
}

func (c *FacetCount) appendJSON(out []byte) []byte {
	out = appendField(out, `{"value":`, c.Value)
	out = appendField(out, `,"label":`, c.Label)
	return append(strconv.AppendInt(append(out, `,"count":`...), int64(c.Count), 10), '}')
}

// appendList appends a list; one that is nil is null.
func appendList[T any](out []byte, list []T, item func(*T, []byte) []byte) []byte {
	if list == nil {
		return append(out, "null"...)
	}
	out = append(out, '[')
	for i := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = item(&list[i], out)
	}
	return append(out, ']')
}

// appendKey appends the i-th key of an object.
func appendKey(out []byte, i int, key string) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	return append(appendString(out, key), ':')
}

func appendField(out []byte, name, value string) []byte {
	return appendString(append(out, name...), value)
}

// plainJSON tells which ASCII characters stand in a string as they are.
var plainJSON = func() (plain [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		plain[c] = !slices.Contains([]byte("\"\\<>&\x7f"), c)
	}
	return plain
}()

func appendString(out []byte, s string) []byte {
	i := 0
	for i < len(s) && plainJSON[s[i]] {
		i++
	}
	if i < len(s) && !standsAsItIs(s[i:]) {
		return appendEscaped(out, s)
	}
	return append(append(append(out, '"'), s...), '"')
}

// standsAsItIs tells whether nothing of a string is escaped.
func standsAsItIs(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			if !plainJSON[c] {
				return false
			}
		case c == 0xE2: // all that is escaped beyond ASCII begins with that, or is no UTF-8
			if i+2 >= len(s) || s[i+1] == 0x80 && s[i+2]&^1 == 0xA8 {
				return false
			}
		}
	}
	return utf8.ValidString(s)
}

func appendEscaped(out []byte, s string) []byte {
	escaped, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always written
	}
	return append(out, escaped...)
}
