package importer

import (
	"regexp"
	"strings"
)

// A place is where a meeting was held.
type place struct {
	city    string
	country string   // id
	unknown string   // the country as printed, when the vocabulary does not have it
	mode    string   // inPerson, online, hybrid or empty
	rest    []string // parts of the venue that are neither
	others  []string // further venues
}

var virtualWords = set("virtual virtually virtuel virtuelle online remote remotely webinar webex zoom teams skype kudo interactio video videolink videoconference videoconferencia visioconference",
	"telematica distancia distance ligne linea")
var hybridWords = set("hybrid hibrido hibrida hybride")

var (
	rePieces  = regexp.MustCompile(`[,;()\n]|\s[-–—]\s`)
	reAnd     = regexp.MustCompile(`\s+(?:and|y|e|et|&)\s+|\s*[,/;]\s*`)
	reArticle = regexp.MustCompile(`^(?i:(?:the|el|la|los|las|le|les)\s+|l['’]\s*)`)
	// "Bolivia (Plurinational State of)"
	reForm = regexp.MustCompile(`\s*\([^()]{3,40}(?:\s(?:of|of the|de|del|de la|du)|\sd['’])\)`)
	reIn   = regexp.MustCompile(`^(?i:held in|held at|in|at|en|à|a|au)\s+`)
)

// findPlace reads a venue: "City, Country", with a building before it or not,
// "Online", or both.
func findPlace(venue string, countries *lexicon) place {
	var p place
	venue = reForm.ReplaceAllString(venue, "")
	venues := splitVenues(venue, countries)
	virtual, both := false, false
	var real []string
	for _, v := range venues {
		left, isVirtual, isHybrid := cutVirtual(v)
		virtual, both = virtual || isVirtual, both || isHybrid
		if strings.TrimSpace(left) != "" {
			real = append(real, left)
		}
	}
	if len(real) > 0 {
		p.read(real[0], countries)
		p.others = real[1:]
	}
	switch {
	case both || virtual && p.found():
		p.mode = hybrid
	case virtual:
		p.mode = online
	case p.found():
		p.mode = inPerson
	}
	return p
}

var inPersonWords = set("person personal presencial presencialmente presentiel presentielle face onsite")

// modeOf is how people met, as words say it, or "".
func modeOf(said string) string {
	virtual, real := hasWord(said, virtualWords), hasWord(said, inPersonWords)
	switch {
	case hasWord(said, hybridWords) || virtual && real:
		return hybrid
	case virtual:
		return online
	case real:
		return inPerson
	}
	return ""
}

func (p place) found() bool { return p.city != "" || p.country != "" || p.unknown != "" }

// cutVirtual takes out the pieces of a venue that say it is not a place.
func cutVirtual(venue string) (left string, virtual, both bool) {
	var kept []string
	for _, piece := range rePieces.Split(venue, -1) {
		v, h := hasWord(piece, virtualWords), hasWord(piece, hybridWords)
		virtual, both = virtual || v, both || h
		real := !v && !h && len(words(piece)) <= 4 && hasWord(piece, inPersonWords)
		if !v && !h && !real && strings.TrimSpace(piece) != "" {
			kept = append(kept, strings.TrimSpace(piece))
		}
	}
	return strings.Join(kept, ", "), virtual, both
}

func hasWord(text string, in map[string]bool) bool {
	for _, w := range words(text) {
		if in[w.fold] {
			return true
		}
	}
	return false
}

// splitVenues parts a text that names several venues. An "and" parts venues
// when a country stands before it, when both sides have a comma, or when one
// side is virtual; else it belongs to a name ("Trinidad and Tobago"). A comma
// parts them between a city's country and another venue with one.
func splitVenues(text string, countries *lexicon) []string {
	hits := countries.find(text)
	var out []string
	from := 0
	for _, m := range reAnd.FindAllStringIndex(text, -1) {
		before, after := text[from:m[0]], text[m[1]:]
		inName, ends, placed, more := false, false, false, false
		for _, h := range hits {
			inName = inName || h.start < m[0] && h.end > m[1]
			here := h.end == m[0] || h.end+1 == m[0] && text[h.end] == ')'
			ends = ends || here
			if here && h.start > from {
				lead := strings.TrimSpace(text[from:h.start])
				placed = strings.HasSuffix(lead, ",") || strings.HasSuffix(lead, "(")
			}
			more = more || h.start > m[1]
		}
		if strings.Contains(text[m[0]:m[1]], ",") {
			if placed && more {
				out = append(out, strings.TrimSpace(before))
				from = m[1]
			}
			continue
		}
		split := strings.Contains(text[m[0]:m[1]], ";") || ends ||
			strings.Contains(before, ",") && strings.Contains(after, ",") ||
			hasWord(before, virtualWords) || hasWord(after, virtualWords)
		if !inName && split {
			out = append(out, strings.TrimSpace(before))
			from = m[1]
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

// read reads one venue: the country is its last piece, the city the one before.
func (p *place) read(venue string, countries *lexicon) {
	var pieces []string
	for _, s := range rePieces.Split(venue, -1) {
		if s = strings.Trim(reIn.ReplaceAllString(strings.TrimSpace(s), ""), " .:"); s != "" && strings.IndexFunc(s, isLetter) >= 0 {
			pieces = append(pieces, s)
		}
	}
	if len(pieces) == 0 {
		return
	}
	last := pieces[len(pieces)-1]
	id, ok := countries.exactly(last)
	if !ok {
		id, ok = countries.exactly(reArticle.ReplaceAllString(last, ""))
	}
	switch {
	case ok:
		p.country = id
		pieces = pieces[:len(pieces)-1]
	case len(pieces) > 1:
		p.unknown = last
		pieces = pieces[:len(pieces)-1]
	}
	if len(pieces) > 0 {
		p.city = pieces[len(pieces)-1]
		p.rest = pieces[:len(pieces)-1]
	}
}
