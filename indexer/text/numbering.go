package text

import (
	"regexp"
	"strings"
)

// numbering is what manuals put before the name of a chapter or a section: "7.2. ",
// "Chapter 28. ", "Appendix A: ". A number without a full stop or colon after it may
// be the name of a thing ("10.4 released"), so it counts as words. The browser half
// has the same expression.
var numbering = regexp.MustCompile(`^(?:\d{1,3}(?:\.\d{1,3})*\.|\p{L}+[ \x{a0}](?:\d{1,3}|[IVXLC]{1,6}|[A-Z])[.:])[ \x{a0}]+`)

// Numbering gives how many bytes at the beginning of a title or a heading number it;
// 0 if it has no number, or no name after it.
func Numbering(name string) int {
	if !strings.ContainsAny(name, ".:") { // most names
		return 0
	}
	n := len(numbering.FindString(name))
	if n == len(name) {
		return 0
	}
	return n
}
