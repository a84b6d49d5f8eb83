// Package query reads what a person typed: words, phrases, exclusions, beginnings, filters
// and citations. It does not know what pages hold. The section "Queries" of package
// indexer describes the language, and ../testdata/queries.txt holds examples.
package query

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// A Query is what a person typed, understood. Every string is a valid query:
// what is no operator is words.
type Query struct {
	Parts   []Part
	Filters []Filter
}

// A Part is a stretch of a query that is sought in one way.
type Part struct {
	Kind   PartKind
	Text   string   // as typed, without operators; of a Mention, the words that texts hold
	Cite   Citation // of a Mention
	Not    bool     // pages with it are left out
	Prefix bool     // the last word counts as the beginning of words
	Long   bool     // of more words than count: function words are passed over
}

// PartKind tells how a part is sought.
type PartKind uint8

// The kinds of parts.
const (
	Words   PartKind = iota // each word by itself
	Phrase                  // the words side by side
	Mention                 // an official text or a paragraph of it
)

// A Filter keeps only pages with, or without, a value of a facet.
type Filter struct {
	Facet, Value string
	Not          bool
}

// Quotes maps each opening quotation mark to the mark that closes it.
var Quotes = map[rune]rune{'"': '"', '“': '”', '”': '”', '„': '“', '«': '»', '‹': '›', '「': '」', '『': '』', '＂': '＂'}

// Parse reads a query. hasFacet tells which names before a colon are filters;
// patterns are those by which the site cites.
func Parse(input string, hasFacet func(name string) bool, patterns []Pattern) Query {
	p := queryParser{hasFacet: hasFacet, patterns: patterns}
	rest, spaced := clean(input), true
	for rest != "" {
		after := p.next(rest, spaced)
		spaced = rest[len(rest)-len(after)-1] == ' '
		rest = after
	}
	p.flush()
	return p.query
}

// clean removes what no key types on purpose: control characters, marks that
// turn the direction of writing, bytes that are no character.
func clean(input string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == text.WidthlessSpace || r == utf8.RuneError || unicode.Is(unicode.Cc, r) || unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, abbreviation.ReplaceAllString(input, "$1״$2")))
}

// abbreviation matches the sign of Hebrew abbreviations, as keyboards have it: צה"ל.
var abbreviation = regexp.MustCompile(`([א-ת])"([א-ת])`)

type queryParser struct {
	query    Query
	free     strings.Builder // words not yet given to a part
	hasFacet func(string) bool
	patterns []Pattern
}

// next reads one operator or word from the front of s and returns the rest.
// spaced tells that s stands at the beginning or behind white space.
func (p *queryParser) next(s string, spaced bool) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == ' ' {
		p.free.WriteByte(' ')
		return s[size:]
	}
	not := spaced && excludes(s)
	if not {
		s = s[size:]
		r, size = utf8.DecodeRuneInString(s)
	}
	if closing, ok := Quotes[r]; ok {
		if end := strings.IndexRune(s[size:], closing); end >= 0 {
			p.add(Part{Kind: Phrase, Text: strings.TrimSpace(s[size : size+end]), Not: not})
			return s[size+end+utf8.RuneLen(closing):]
		}
		return s[size:] // never closed: no operator
	}
	if rest, ok := p.filter(s, not); ok {
		return rest
	}
	end := strings.IndexByte(s, ' ')
	if end < 0 {
		end = len(s)
	}
	typed := s[:end]
	if i := strings.IndexFunc(typed, func(r rune) bool { _, ok := Quotes[r]; return ok && r != '”' }); i > 0 {
		typed = typed[:i]
	}
	switch word := strings.TrimRight(typed, "*"); {
	case not:
		p.add(Part{Text: word, Not: true, Prefix: word != typed})
	case word != typed && word != "":
		p.add(Part{Text: word, Prefix: true})
	default:
		p.free.WriteString(typed)
	}
	return s[len(typed):]
}

// excludes tells whether s begins with a hyphen that leaves pages out: a single
// one before a letter, a digit or a quotation mark. Two hyphens make no
// operator, nor does one before a single letter, once or again and again: --verbose,
// -v and -vvv are words that manuals hold.
func excludes(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	first, size := utf8.DecodeRuneInString(word)
	word = word[size:]
	if first != '-' && first != '−' || word == "" {
		return false
	}
	if 'a' <= word[0] && word[0] <= 'z' && strings.Trim(word, word[:1]) == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(r) || unicode.IsNumber(r) || Quotes[r] != 0
}

// filter reads facet:value or facet:"a value".
func (p *queryParser) filter(s string, not bool) (rest string, ok bool) {
	name, value, found := strings.Cut(s, ":")
	if !found || value == "" || strings.ContainsRune(name, ' ') || !p.hasFacet(strings.ToLower(name)) {
		return s, false
	}
	end := strings.IndexByte(value, ' ')
	if end < 0 {
		end = len(value)
	}
	chosen, rest := value[:end], value[end:]
	if r, size := utf8.DecodeRuneInString(value); Quotes[r] != 0 {
		if end := strings.IndexRune(value[size:], Quotes[r]); end >= 0 {
			chosen, rest = value[size:size+end], value[size+end+utf8.RuneLen(Quotes[r]):]
		}
	}
	if chosen == "" {
		return s, false
	}
	p.flush()
	p.query.Filters = append(p.query.Filters, Filter{strings.ToLower(name), chosen, not})
	return rest, true
}

func (p *queryParser) add(part Part) {
	p.flush()
	if len(text.Tokens(part.Text)) > 0 {
		p.query.Parts = append(p.query.Parts, part)
	}
}

// flush gives the words gathered so far to parts, citations to their own.
func (p *queryParser) flush() {
	input := p.free.String()
	p.free.Reset()
	from := 0
	words := func(s string) {
		if s = strings.TrimSpace(s); len(text.Tokens(s)) > 0 {
			p.query.Parts = append(p.query.Parts, Part{Text: s})
		}
	}
	for _, m := range mentions(input, p.patterns) {
		words(input[from:m.start])
		p.query.Parts = append(p.query.Parts, Part{Kind: Mention, Text: oneLine(m.words), Cite: m.Citation})
		from = m.end
	}
	words(input[from:])
}

// Words gives the words of a query as they were typed, without operators and filters.
func (q Query) Words() string {
	words := make([]string, len(q.Parts))
	for i, p := range q.Parts {
		words[i] = p.Text
	}
	return strings.Join(words, " ")
}

// String writes the query in the notation of testdata/queries.txt.
func (q Query) String() string {
	var out []string
	for _, p := range q.Parts {
		s := p.Text
		switch p.Kind {
		case Phrase:
			s = `"` + s + `"`
		case Mention:
			s = "<" + strings.TrimSpace(p.Cite.Document+" "+p.Cite.Part) + ">"
		}
		if p.Prefix {
			s += "*"
		}
		if p.Not {
			s = "!" + s
		}
		out = append(out, s)
	}
	for _, f := range q.Filters {
		s := f.Facet + "=" + f.Value
		if f.Not {
			s = "!" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " | ")
}
