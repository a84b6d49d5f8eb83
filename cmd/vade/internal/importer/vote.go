package importer

import (
	"regexp"
	"slices"
	"strings"
)

// reVote finds the line on the vote, which stands behind the last paragraph of
// older resolutions.
var reVote = regexp.MustCompile(`(?:^|[.;»”"]\s?\d{0,2}\s+)(Adopted (?:unanimously|by acclamation|without (?:a )?vote|at the \d)|Adopted by \d+ votes|Adoptée (?:à l[’'] ?unanimité|à la \d|par \d+ voix)|Aprobada (?:por unanimidad|en la \d|por \d+ votos)|Принята единогласно)`)

// voteLines bounds how many lines the vote takes.
const voteLines = 6

// behindVote reports whether what stands behind the vote is no part of the
// resolution: neither an annex nor a footnote, and no paragraph that goes on with its
// numbers. Volumes print what the Council decided without a resolution there.
func (r *resolutionReader) behindVote(rest []line) bool {
	last := 0
	for _, l := range r.lines {
		if m := numbered(l.text); m != nil && m.n == last+1 {
			last++
		}
	}
	return !slices.ContainsFunc(rest, func(l line) bool {
		m := numbered(l.text)
		return m != nil && m.n == last+1 || noteStarts(l.text) || reAnnex.MatchString(l.text) || reAnnexTitle.MatchString(l.text) || reSectionSign.MatchString(l.text)
	})
}

// takeVote takes the line on the vote out of the text.
func (r *resolutionReader) takeVote() {
	for i := len(r.lines) - 1; i >= 0; i-- {
		m := reVote.FindStringSubmatchIndex(r.lines[i].text)
		if m == nil || i == 0 && m[2] == 0 {
			continue
		}
		end, text := i, r.lines[i].text[m[2]:]
		for !endsSentence(text) && end+1 < min(len(r.lines), i+voteLines) && numbered(r.lines[end+1].text) == nil {
			end++
			text += " " + r.lines[end].text
		}
		if !strings.ContainsAny(text, "0123456789") {
			continue // "Adopted unanimously, the programme …"
		}
		r.official.Vote = text
		r.report.settle("vote", text, "")
		head := strings.TrimSpace(r.lines[i].text[:m[2]])
		rest := r.lines[end+1:]
		r.lines = r.lines[:i:i]
		if head != "" {
			l := line{text: head}
			r.lines = append(r.lines, l)
		}
		if len(rest) > 0 && r.behindVote(rest) {
			r.behind = rest
			return
		}
		if len(rest) > 0 {
			rest[0].page = true
			r.lines = append(r.lines, rest...)
		}
		return
	}
}
