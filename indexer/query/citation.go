package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"vademecum/indexer/text"
)

// A Pattern recognizes one way of writing a reference to an official text. A
// site declares its patterns in a JSON file that its pages name by
// <link rel="vade-patterns">:
//
//	{"prefer": "S/RES/1540",
//	 "patterns": [{"match": "\\bunscr\\s*(\\d+)", "document": "S/RES/$1", "words": "$1"}, …]}
//
// Match is a regular expression in the syntax that RE2 and JavaScript share. It
// is tried on folded text (lower case, no accents, digits 0 to 9) in which every
// space is one plain space. Document and Part are what
// it names, Words what to look for in texts that only mention it. A reference
// to a part alone means the part of the document that Prefer names.
type Pattern struct {
	Match    string `json:"match"`
	Document string `json:"document,omitempty"`
	Part     string `json:"part,omitempty"`
	Words    string `json:"words,omitempty"`

	re     *regexp.Regexp
	digits bool // whether all that it matches has a digit
}

// A Citation is a reference to an official text in normal form.
type Citation struct {
	Document string // "S/RES/1540", "" when only a part is named
	Part     string // "OP3(D)", "" when the whole is meant
}

func ParsePatterns(data []byte) (patterns []Pattern, prefer string, err error) {
	var file struct {
		Prefer   string
		Patterns []Pattern
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, "", err
	}
	if err := CompilePatterns(file.Patterns); err != nil {
		return nil, "", err
	}
	return file.Patterns, strings.ToUpper(file.Prefer), nil
}

func CompilePatterns(patterns []Pattern) error {
	for i := range patterns {
		p := &patterns[i]
		if p.Document == "" && p.Part == "" {
			return fmt.Errorf("pattern %d (%s) names neither document nor part", i+1, p.Match)
		}
		var err error
		if p.re, err = regexp.Compile(p.Match); err != nil {
			return fmt.Errorf("pattern %d: %w", i+1, err)
		}
		tree, err := syntax.Parse(p.Match, syntax.Perl)
		if err != nil {
			return fmt.Errorf("pattern %d: %w", i+1, err)
		}
		p.digits = hasDigit(tree)
		if p.re.MatchString("") {
			return errors.New("pattern " + p.Match + " matches nothing at all, so it would match everywhere")
		}
	}
	return nil
}

// A mention is a citation found in a text.
type mention struct {
	Citation
	words      string // what a text that mentions it holds
	start, end int    // in the text
}

// hasDigit tells whether all that an expression matches has one of the digits 0 to 9. Most
// queries have none, and to try every pattern on them costs more than to read them.
func hasDigit(e *syntax.Regexp) bool {
	switch e.Op {
	case syntax.OpLiteral:
		return slices.ContainsFunc(e.Rune, func(r rune) bool { return '0' <= r && r <= '9' })
	case syntax.OpCharClass: // pairs of a first and a last rune
		return len(e.Rune) > 0 && slices.Min(e.Rune) >= '0' && slices.Max(e.Rune) <= '9'
	case syntax.OpCapture, syntax.OpPlus:
		return hasDigit(e.Sub[0])
	case syntax.OpRepeat:
		return e.Min > 0 && hasDigit(e.Sub[0])
	case syntax.OpConcat:
		return slices.ContainsFunc(e.Sub, hasDigit)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(e.Sub, func(s *syntax.Regexp) bool { return !hasDigit(s) })
	}
	return false
}

// mentions finds the citations of a text, from left to right. Where two
// patterns match at one place, the longer wins, then the earlier in the list.
// A document followed at once by a part is one mention.
func mentions(input string, patterns []Pattern) []mention {
	if len(patterns) == 0 {
		return nil
	}
	plain, at := foldedText(input)
	type match struct {
		pattern *Pattern
		span    []int
	}
	var all []match
	digits := strings.ContainsAny(plain, "0123456789")
	for i := range patterns {
		if patterns[i].digits && !digits {
			continue
		}
		for _, span := range patterns[i].re.FindAllStringSubmatchIndex(plain, -1) {
			all = append(all, match{&patterns[i], span})
		}
	}
	slices.SortStableFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.span[0], b.span[0]), cmp.Compare(b.span[1], a.span[1]))
	})
	var out []mention
	end := 0
	for _, f := range all {
		if f.span[0] < end {
			continue // inside the one before
		}
		end = f.span[1]
		expand := func(template string) string {
			return string(f.pattern.re.ExpandString(nil, template, plain, f.span))
		}
		m := mention{Citation{normalCite(expand(f.pattern.Document)), normalCite(expand(f.pattern.Part))}, expand(f.pattern.Words), at[f.span[0]], at[f.span[1]]}
		if n := len(out); n > 0 && belongs(out[n-1], m, input) {
			first := out[n-1]
			m = mention{Citation{first.Document + m.Document, first.Part + m.Part}, first.words + " " + m.words, first.start, m.end}
			out = out[:n-1]
		}
		out = append(out, m)
	}
	return out
}

// LinkLength is how many characters may stand between a part and its document, as
// in "OP 3 (d) of resolution 1540" or "párrafo 3 d) de la resolución 1540".
const LinkLength = 12

// belongs tells whether two mentions side by side are a document and its part.
func belongs(first, second mention, input string) bool {
	between := input[first.end:second.start]
	switch {
	case first.Part == "" && second.Document == "":
		return strings.Trim(between, " ,;:-–/") == ""
	case first.Document == "" && second.Part == "":
		return utf8.RuneCountInString(between) <= LinkLength && !strings.ContainsAny(between, ".;:")
	}
	return false
}

// foldedText gives the text folded character by character, and for each byte
// of it the place in text where its character stands.
func foldedText(input string) (string, []int) {
	var b strings.Builder
	var at []int
	spaced := false
	for i, r := range input {
		if r == ' ' && spaced {
			continue
		}
		spaced = r == ' '
		s := string(r)
		if !text.IsGap(r) {
			s = text.Fold(s)
		}
		for range len(s) {
			at = append(at, i)
		}
		b.WriteString(s)
	}
	return b.String(), append(at, len(input))
}

// normalCite drops what an unmatched group leaves behind.
func normalCite(s string) string {
	return strings.ReplaceAll(strings.ToUpper(s), "()", "")
}

// CitationOf reads a citation that a page declares. What no pattern knows
// names itself.
func CitationOf(input string, patterns []Pattern) Citation {
	if all := mentions(input, patterns); len(all) > 0 {
		return all[0].Citation
	}
	return Citation{Document: strings.ToUpper(oneLine(input))}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
