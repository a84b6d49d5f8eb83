package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vademecum/cmd/vade/internal/council"
)

// A printedMark is the number or the letter that begins a line.
type printedMark struct {
	n    int    // the number, or 0
	sign rune   // the letter, or 0
	as   string // printed: "3.", "(a)"
	rest string // of the line

	comma bool // a comma stands for the full stop, as OCR reads it
}

const annexWord = `(?i:Annexe?|Anexo|Enclosure|Appendi(?:x|ce)|Ap[ée]ndice|Attachment|Pi[èe]ce jointe|Приложение|المرفق|附件)`

var (
	reNumberMark = regexp.MustCompile(`^((\p{Nd}{1,3})\s?(?:[.)．、]|[-–]\s|(,)\s))\s*(.*)$`)
	reLetterMark = regexp.MustCompile(`^([({\[]\s?(\p{L})\s?[)}\]]|(\p{L})\))\s*(.*)$`)
	reRoman      = regexp.MustCompile(`^\(?(?:i{1,3}|iv|vi{0,3}|ix|x)\)\s`)
	reAnnex      = regexp.MustCompile(`^` + annexWord + `(?:\s(?:[\p{Lu}\p{N}]{1,4}))?(?:\s(?i:to|of|à|de|a|al|к)\s.{0,40}\d{3,4}.{0,12})?\s?[*:.]?$`)
	// "Annex: List of boats"
	reAnnexTitle = regexp.MustCompile(`^` + annexWord + `(?:\s(?:[\p{Lu}\p{N}]{1,4}))?\s?[:.–—-]\s*\p{Lu}[^.;]{1,100}$`)
	reEnd        = regexp.MustCompile(`[.;:؛；：。]$`)
	reComma      = regexp.MustCompile(`[,،，]$`)
	reLastAnd    = regexp.MustCompile(`\s(?:and|or|y|o|e|et|ou|и|или|و|أو)$`)
)

func numbered(text string) *printedMark {
	m := reNumberMark.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	return &printedMark{n: number(council.ASCIIDigits(m[2])), as: m[1], rest: m[4], comma: m[3] != ""}
}

func lettered(text string) *printedMark {
	m := reLetterMark.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	sign, _ := utf8.DecodeRuneInString(m[2] + m[3])
	return &printedMark{sign: unicode.ToLower(sign), as: m[1], rest: m[4]}
}

// ended reports whether a line ends a paragraph: with a full stop, a colon or a
// semicolon, with or without "and" behind; in the preamble and in lists a
// comma will do.
func ended(text string, comma bool) bool {
	text = reMarkBehind.ReplaceAllString(text, "$1")
	text = strings.TrimRight(text, "*¹²³⁴⁵⁶⁷⁸⁹⁰\"'”’»)] ")
	text = strings.TrimRight(reLastAnd.ReplaceAllString(text, ""), "*¹²³⁴⁵⁶⁷⁸⁹⁰ ")
	return reEnd.MatchString(text) || comma && reComma.MatchString(text)
}

// reMarkBehind matches the number of a footnote behind the end of a paragraph:
// "of 2 May, 38".
var reMarkBehind = regexp.MustCompile(`([,;.:])\s?\d{1,3}$`)

// longestGap is how many numbers or letters may be missing between two marks;
// a greater step is no mark but a year or a quantity.
const longestGap = 5

// split parts the lines into paragraphs.
func (r *resolutionReader) split() {
	r.units = []unit{{}}
	for i := range r.lines {
		r.numberAgain(i)
		l := r.lines[i]
		if i > 0 && r.annexAt(i) {
			r.units = append(r.units, unit{annex: true})
		}
		if last := &r.units[len(r.units)-1]; last.annex { // no number in it is one of the resolution's
			last.lines = append(last.lines, l)
			continue
		}
		last := &r.units[len(r.units)-1]
		switch n, letter := r.numberAt(i), 0; {
		case n > 0:
			r.open(unit{number: n}, l, numbered(l.text).rest)
		case r.lastNumber() > 0 && r.letterAt(i, &letter):
			r.open(unit{number: r.lastNumber(), letter: letter}, l, lettered(l.text).rest)
		case len(last.lines) > 0 && r.begins(i):
			r.open(unit{}, l, l.text)
		default:
			last.lines = append(last.lines, l)
		}
	}
}

// annexAt reports whether an annex begins at line i, the title of which stands by
// itself: after the end of a paragraph or a page, or before a line that begins
// anew. "set out in the / Annex / to this resolution" is text.
func (r *resolutionReader) annexAt(i int) bool {
	text := r.lines[i].text
	if startsSmall(text) || !reAnnex.MatchString(text) && !(reAnnexTitle.MatchString(text) && (ended(r.before(i), false) || r.lines[i].page)) {
		return false
	}
	if ended(r.before(i), false) || r.lines[i].page || r.lines[i].blank {
		return true
	}
	anew := i+1 < len(r.lines) && !startsSmall(r.lines[i+1].text)
	return anew && !openEnd[lastWord(r.before(i))] && !citing[lastWord(r.before(i))]
}

// open begins a paragraph with what a line holds behind its mark.
func (r *resolutionReader) open(u unit, l line, rest string) {
	if l.text = rest; rest != "" {
		u.lines = []line{l}
	}
	if len(r.units) == 1 && len(r.units[0].lines) == 0 {
		r.units = nil
	}
	r.units = append(r.units, u)
	if u.number > 0 {
		r.reading = u
	}
}

// lastNumber is the number of the operative paragraph that is being read.
func (r *resolutionReader) lastNumber() int { return r.reading.number }

// lastLetter is the letter that its list has come to.
func (r *resolutionReader) lastLetter() int { return r.reading.letter }

// before is the line before i, "" at the start.
func (r *resolutionReader) before(i int) string {
	if i == 0 {
		return ""
	}
	if i > 1 && reLastAnd.MatchString(" "+r.lines[i-1].text) && !strings.Contains(r.lines[i-1].text, " ") {
		return r.lines[i-2].text + " " + r.lines[i-1].text // "and" on a line of its own
	}
	return r.lines[i-1].text
}

// reGoesOn matches what no preambular paragraph begins with: a number, a bracket.
var reGoesOn = regexp.MustCompile(`^(?:\p{Nd}|[(\[])`)

// reSectionSign matches the sign of a section on a line of its own: A, II.
var reSectionSign = regexp.MustCompile(`^(?:[A-H]|I{1,3}|IV|VI{0,3})\.?$`)

// numberAgain reads the number of line i where OCR took figures for letters that
// look alike: "l. Decides", "1O. Requests". It must be the next, behind the end of a
// paragraph and before a verb that opens one.
func (r *resolutionReader) numberAgain(i int) {
	next := r.lastNumber() + 1
	m := reLooseNumber.FindStringSubmatch(r.lines[i].text)
	if m == nil || numbered(r.lines[i].text) != nil {
		return
	}
	if number(lookAlikes.Replace(m[1])) != next || i > 0 && !ended(r.before(i), next == 1) || !r.language.Acts(m[3]) {
		return
	}
	r.lines[i].text = fmt.Sprintf("%d. %s", next, m[3])
	r.mended("the number of “%s %s …” read as %d", m[1], firstWords(m[3]), next)
}

var (
	reLooseNumber = regexp.MustCompile(`^([0-9lI|!OoSsZzBGTg]{1,2})(\s?[.,]|\))\s*(\p{Lu}.*)$`)
	lookAlikes    = strings.NewReplacer("l", "1", "I", "1", "|", "1", "!", "1", "O", "0", "o", "0", "S", "5", "s", "5", "Z", "2", "z", "2", "B", "8", "G", "6", "T", "7", "g", "9")
)

// numberAt gives the number of the operative paragraph that begins at line i,
// or 0. Numbers follow one another; a line that begins with another number,
// or goes on with a sentence, is text.
func (r *resolutionReader) numberAt(i int) int {
	m := numbered(r.lines[i].text)
	if m == nil {
		return 0
	}
	next := r.lastNumber() + 1
	clear := i == 0 || ended(r.before(i), next == 1) || reSectionSign.MatchString(r.before(i))
	switch capital := r.language.MayBegin(m.rest); {
	case m.comma && (m.n != next || !clear || !capital || r.language.Small):
		return 0
	case m.n == next && clear && capital:
		if m.comma {
			r.report.guess(fmt.Sprintf("op%d", m.n), "begins at “"+firstWords(r.lines[i].text)+" …”", "its comma read as a full stop")
		}
		return m.n
	case m.n == next && capital && !citing[lastWord(r.before(i))] && !hyphenated(r.before(i)):
		r.report.guess(fmt.Sprintf("op%d", m.n), "begins at “"+firstWords(r.lines[i].text)+" …”", "though no full stop or semicolon ends the line before")
		return m.n
	case m.n > next && m.n <= next+longestGap && clear && capital:
		r.report.open(fmt.Sprintf("op%d", next), fmt.Sprintf("not found: the number %d follows on %d", m.n, next-1))
		return m.n
	case clear && capital || m.n == next:
		r.report.open("text", fmt.Sprintf("the line “%s …” begins with a number that is not the next; it was left in the paragraph before", firstWords(r.lines[i].text)))
	}
	return 0
}

// citing are words behind which a number belongs to the sentence.
var citing = set("paragraph paragraphs para paras article articles resolution resolutions rule chapter section and to or of in at by",
	"parrafo parrafos articulo articulos resolucion resoluciones y al de", "paragraphe paragraphes article articles resolution resolutions et a au",
	"пункт пункта пункте пунктах пунктов пункты статьи резолюции и")

// letterAt reports whether a sub-paragraph begins at line i, and its letter.
func (r *resolutionReader) letterAt(i int, letter *int) bool {
	m := lettered(r.lines[i].text)
	if m == nil || citedLetter(m, r.before(i)) {
		return false
	}
	last := r.lastLetter()
	*letter = r.looksLike(i, m.sign)
	id := fmt.Sprintf("op%d", r.lastNumber())
	clear := ended(r.before(i), true)
	switch {
	case *letter == 1 && last == 0:
		return r.listBegins(i, id)
	case *letter == last+1 && last > 0 && clear:
		return true
	case reRoman.MatchString(r.lines[i].text):
		r.report.settle(id, "“"+firstWords(r.lines[i].text)+" …” stays in its paragraph", "a list inside a list")
	case *letter > last+1 && *letter <= last+longestGap && last > 0 && clear:
		r.report.open(fmt.Sprintf("%s-%c", id, 'a'+last), fmt.Sprintf("not found: the letter %s follows on %c", m.as, 'a'+last-1))
		return true
	case *letter == last+1 && last > 0 && m.rest != "" && r.short(i):
		r.report.guess(fmt.Sprintf("%s-%c", id, 'a'+last), "begins at “"+firstWords(r.lines[i].text)+" …”", "though nothing ends the line before")
		return true
	case clear:
		r.report.open(id, fmt.Sprintf("the line “%s …” begins with a letter that is not the next; it was left in the paragraph before", firstWords(r.lines[i].text)))
	}
	return false
}

// likeLetters are, for each letter, those that OCR takes it for.
var likeLetters = map[rune]string{'b': "h", 'c': "eo", 'e': "c", 'g': "q", 'i': "jl", 'j': "i", 'l': "i", 'o': "c"}

// looksLike is where the letter that begins line i stands in its alphabet. Behind the
// end of the entry before, one that OCR takes the next letter for is the next.
func (r *resolutionReader) looksLike(i int, sign rune) int {
	next := r.lastLetter() + 1
	letter := council.Letter(sign, next)
	if letter == next || r.lastLetter() == 0 || !ended(r.before(i), true) || !strings.ContainsRune(likeLetters[rune('a'+next-1)], sign) || r.goesOn(i, letter) {
		return letter
	}
	r.report.guess(fmt.Sprintf("op%d-%c", r.lastNumber(), 'a'+next-1), "begins at “"+firstWords(r.lines[i].text)+" …”", fmt.Sprintf("its letter read as %c", 'a'+next-1))
	return next
}

// goesOn reports whether the list goes on behind line i from the given letter: then
// that one is its own, and those before it are missing.
func (r *resolutionReader) goesOn(i, letter int) bool {
	for j := i + 1; j < min(len(r.lines), i+farthestLetter); j++ {
		if n := numbered(r.lines[j].text); n != nil && n.n == r.lastNumber()+1 {
			return false
		}
		if m := lettered(r.lines[j].text); m != nil && !reRoman.MatchString(r.lines[j].text) {
			return council.Letter(m.sign, letter+1) == letter+1
		}
	}
	return false
}

// listBegins tells a list of sub-paragraphs, each of which begins a line, from
// letters inside a sentence, one of which a line break happens to come before.
func (r *resolutionReader) listBegins(i int, id string) bool {
	opening := "“" + firstWords(r.lines[i].text) + " …”"
	switch open, second := !ended(r.before(i), true), r.second(i); {
	case open && second == lineStart && r.language.MayBegin(lettered(r.lines[i].text).rest) && !r.language.Small && r.apart(i):
		r.report.guess(id, opening+" is "+id+"-a", "though nothing ends the line before")
		return true
	case open:
		r.report.settle(id, opening+" stays inside it", "the sentence before the letter goes on")
		return false
	case second == lineStart:
		return true
	case second == inside:
		r.report.settle(id, opening+" stays inside it", "the next letter stands within a line")
		return false
	}
	list := strings.HasSuffix(r.before(i), ":")
	says := opening + " stays inside it"
	if list {
		says = opening + " is " + id + "-a"
	}
	r.report.guess(id, says, "no second letter follows")
	return list
}

// Where the letter b stands that follows a letter a.
const (
	nowhere = iota
	lineStart
	inside
)

// second looks for the letter that follows the one at line i, as far as the
// operative paragraph goes.
func (r *resolutionReader) second(i int) int {
	first := lettered(r.lines[i].text)
	text, before := first.rest, ""
	for j := i; ; {
		if hasSecond(text, before, strings.HasPrefix(first.as, "(")) {
			return inside
		}
		if j++; j == min(len(r.lines), i+farthestLetter) {
			return nowhere
		}
		text, before = r.lines[j].text, text
		clear := ended(r.before(j), true)
		if m := numbered(text); m != nil && m.n == r.lastNumber()+1 && clear {
			return nowhere
		}
		if m := lettered(text); m != nil && strings.ContainsRune(council.SecondLetters(), m.sign) && !citedLetter(m, before) {
			if clear || r.language.MayBegin(m.rest) && r.short(j) {
				return lineStart
			}
			return inside
		}
	}
}

// citedLetter reports whether the letter that begins a line is cited there:
// "subparagraphs (a) and / (b) of paragraph 2".
func citedLetter(m *printedMark, before string) bool {
	return reLetterBefore.MatchString(before) || reOfParagraph.MatchString(m.rest)
}

var (
	reLetterBefore = regexp.MustCompile(`(?:\(\p{L}\)|\s\p{L}\))(?:,|\s(?:and|or|to|et|ou|à|y|o|a|al|и|или))$`)
	reOfParagraph  = regexp.MustCompile(`^(?:of (?:operative )?paragraph|above\b|below\b|du paragraphe|del párrafo|пункта)`)
)

// farthestLetter bounds, in lines, how far a list's second letter may stand.
const farthestLetter = 500

var (
	reSecondRound = regexp.MustCompile(`\([` + council.SecondLetters() + `]\)`)
	reSecondHalf  = regexp.MustCompile(`(?:^|\s)[` + council.SecondLetters() + `]\)`)
)

// hasSecond reports whether a letter b stands in a line, which goes on with the one
// before, and is not part of a citation: "paragraph 5 (b)", "(a) and (b)".
func hasSecond(text, before string, round bool) bool {
	re := reSecondHalf
	if round {
		re = reSecondRound
	}
	for _, m := range re.FindAllStringIndex(text, -1) {
		head := strings.TrimSpace(before + " " + text[:m[0]])
		head = strings.TrimSpace(reLastAnd.ReplaceAllString(head, ""))
		r, _ := utf8.DecodeLastRuneInString(head)
		if !unicode.IsDigit(r) && r != ')' && !strings.HasPrefix(lastWord(head), "paragraph") && !strings.HasPrefix(lastWord(head), "subparagraph") {
			return true
		}
	}
	return false
}

// begins reports whether a paragraph without number begins at line i.
func (r *resolutionReader) begins(i int) bool {
	if r.lastNumber() > 0 {
		return r.beginsOperative(i)
	}
	l, before := r.lines[i], r.before(i)
	if !r.language.MayBegin(l.text) || lettered(l.text) != nil || reGoesOn.MatchString(l.text) {
		return false
	}
	opens, room := r.language.OpensPreamble(l.text) || r.language.Acts(l.text), r.apart(i)
	words := "“" + firstWords(l.text) + " …”"
	switch end := ended(before, true); {
	case end && opens && room, end && r.titleAt(i):
		return true
	case end && (opens || room):
		if !r.language.Small && opens {
			r.report.settle("preamble", "a paragraph begins at "+words, "by the comma and its first word; the line before is full")
		} else if !r.language.Small {
			r.report.guess("preamble", "a paragraph begins at "+words, "the line before ends early; the first word is not one that usually begins a paragraph")
		}
		return true
	case !end && opens && room:
		r.report.guess("preamble", "a paragraph begins at "+words, "though no comma ends the line before")
		return true
	case end && !r.language.Small:
		r.report.guess("preamble", words+" goes on with the paragraph before", "the line before is full")
	}
	return false
}

// apart reports whether line i is set apart from the one before: by a blank
// line, an indent, or because its first word would have fitted there.
func (r *resolutionReader) apart(i int) bool {
	l := r.lines[i]
	return l.blank || l.indent > r.lines[i-1].indent+1 || r.short(i)
}

// beginsOperative is begins among the numbered paragraphs, where a title or a
// paragraph without number may stand.
func (r *resolutionReader) beginsOperative(i int) bool {
	l := r.lines[i]
	if !ended(r.before(i), false) {
		return false
	}
	if !r.language.MayBegin(l.text) {
		if r.apart(i) && lettered(l.text) == nil {
			r.report.guess("text", "“"+firstWords(l.text)+" …” goes on with the paragraph before", "which ends there with “"+lastWords(r.before(i))+"”")
		}
		return false
	}
	return r.apart(i) || r.titleAt(i)
}

// titleAt reports whether line i is a title: without an end mark, before the
// next number.
func (r *resolutionReader) titleAt(i int) bool {
	if i+1 == len(r.lines) || ended(r.lines[i].text, true) {
		return false
	}
	m := numbered(r.lines[i+1].text)
	return m != nil && m.n == r.lastNumber()+1
}

// longestTitle bounds the title of a section.
const longestTitle = 120

// name gives the paragraphs their ids.
func (r *resolutionReader) name() error {
	first := 0 // the first unit with a number
	for first < len(r.units) && r.units[first].number == 0 && !r.units[first].annex {
		first++
	}
	r.namePreamble(r.units[:first], r.units[first:])
	for i := first; i < len(r.units); i++ {
		r.nameOperative(r.units[i], r.units[i+1:])
	}
	return r.tellParagraphs()
}

func (u unit) id() string {
	switch {
	case u.annex:
		return "annex"
	case u.letter > 0:
		return fmt.Sprintf("op%d-%c", u.number, 'a'+u.letter-1)
	}
	return fmt.Sprintf("op%d", u.number)
}

// namePreamble names the paragraphs before the first number. Those from the
// first on that ends with a full stop or a semicolon, or begins as an operative
// paragraph does, are operative, if their count fits the number that follows: a
// resolution with one request has no numbers at all.
func (r *resolutionReader) namePreamble(units, after []unit) {
	operative := len(units)
	if i := slices.IndexFunc(units, r.operative); i >= 0 {
		operative = i
	}
	k := len(units) - operative
	preambular := 0
	fits := len(after) == 0 || after[0].annex || after[0].number == k+1
	for i, u := range units {
		switch id := fmt.Sprintf("pp%d", i+1); {
		case r.title(u, units[i+1:], after):
		case i >= operative && fits:
			u.number = i - operative + 1
			r.report.guess(u.id(), "unnumbered: “"+firstWords(u.lines[0].text)+" …”", "it begins or ends as operative paragraphs do")
			r.add(u.id(), u.lines)
		default:
			if i >= operative {
				r.report.open(id, "“"+firstWords(u.lines[0].text)+" …” begins or ends as an operative paragraph does, but stands before the first number")
			}
			preambular++
			r.add(fmt.Sprintf("pp%d", preambular), u.lines)
		}
	}
}

// operative reports whether a paragraph without number is an operative one.
func (r *resolutionReader) operative(u unit) bool {
	if len(u.lines) == 0 {
		return false
	}
	last := u.lines[len(u.lines)-1].text
	return r.language.Acts(u.lines[0].text) || ended(last, false) && !strings.HasSuffix(last, ":")
}

// title takes a unit that is the title of a section out of the paragraphs.
func (r *resolutionReader) title(u unit, following ...[]unit) bool {
	text := r.join(u.lines, "a title")
	if u.number > 0 || u.annex || ended(text, true) || utf8.RuneCountInString(text) > longestTitle {
		return false
	}
	for _, list := range following {
		if len(list) > 0 {
			if list[0].number == 0 || list[0].letter > 0 {
				return false
			}
			r.official.Headings = append(r.official.Headings, OfficialHeading{list[0].id(), text})
			r.report.settle("heading", "before "+list[0].id(), text)
			return true
		}
	}
	return false
}

// nameOperative names a paragraph from the first number on.
func (r *resolutionReader) nameOperative(u unit, following []unit) {
	switch {
	case u.annex:
		r.addAnnex(u)
	case u.number > 0 && len(u.lines) == 0:
		r.report.open(u.id(), "its mark has no text behind it")
	case u.number > 0:
		r.add(u.id(), u.lines)
	case r.title(u, following):
	default:
		r.joinLoose(u)
	}
}

// joinLoose adds text without a number to the paragraph before it.
func (r *resolutionReader) joinLoose(u unit) {
	list := r.official.Paragraphs
	if len(list) == 0 {
		r.add("op1", u.lines)
		r.report.open("op1", "“"+firstWords(u.lines[0].text)+" …” has no number; it was called op1")
		return
	}
	last := &list[len(list)-1]
	r.tail.WriteString(" " + r.join(u.lines, last.ID)) // see flushTail
	r.report.open(last.ID, "“"+firstWords(u.lines[0].text)+" …” has no number; it was joined to this paragraph")
}

// flushTail adds to the last paragraph what was joined to it. Texts are gathered
// first: adding each by itself would take quadratic time.
func (r *resolutionReader) flushTail() {
	if n := len(r.official.Paragraphs); n > 0 && r.tail.Len() > 0 {
		r.official.Paragraphs[n-1].Text += r.tail.String()
	}
	r.tail.Reset()
}

// addAnnex keeps an annex whole, line by line.
func (r *resolutionReader) addAnnex(u unit) {
	var texts []string
	for _, l := range u.lines {
		texts = append(texts, l.text)
	}
	r.flushTail()
	r.put(OfficialParagraph{r.free("annex"), strings.Join(texts, "\n")})
	r.report.open("annex", "kept whole; its paragraphs are not told apart: “"+firstWords(u.lines[0].text)+"”")
}

// put appends a paragraph.
func (r *resolutionReader) put(p OfficialParagraph) {
	if r.ids == nil {
		r.ids = map[string]bool{}
	}
	r.ids[p.ID] = true
	r.official.Paragraphs = append(r.official.Paragraphs, p)
}

// free is an id that no paragraph has: annex, annex-2, annex-3.
func (r *resolutionReader) free(id string) string {
	if r.last == nil {
		r.last = map[string]int{}
	}
	out := id
	for n := max(2, r.last[id]+1); r.ids[out]; n++ {
		out = fmt.Sprintf("%s-%d", id, n)
		r.last[id] = n
	}
	return out
}

// add adds a paragraph.
func (r *resolutionReader) add(id string, lines []line) {
	if len(lines) == 0 {
		return
	}
	text := r.join(lines, id)
	r.flushTail()
	r.put(OfficialParagraph{id, text})
	if strings.Contains(text, "**") {
		r.report.open(id, "holds marks “**” that could not be read")
	}
}

// countOf counts the paragraphs whose ids begin so, without their letters.
func (r *resolutionReader) countOf(prefix string) int {
	n := 0
	for _, p := range r.official.Paragraphs {
		if strings.HasPrefix(p.ID, prefix) && !strings.Contains(p.ID, "-") {
			n++
		}
	}
	return n
}

// tellParagraphs reports how many paragraphs were found.
func (r *resolutionReader) tellParagraphs() error {
	r.flushTail()
	pp, op := r.countOf("pp"), r.countOf("op")
	if pp+op == 0 {
		return fmt.Errorf("%s: no paragraph was found; check that the file is whole", r.doc.Name)
	}
	r.report.settle("preamble", count(pp, "paragraph"), "")
	sub := 0
	for _, p := range r.official.Paragraphs {
		if strings.HasPrefix(p.ID, "op") && strings.Contains(p.ID, "-") {
			sub++
		}
	}
	r.report.settle("operative", fmt.Sprintf("%s, with %s", count(op, "paragraph"), count(sub, "lettered sub-paragraph")), "")
	if pp == 0 {
		r.report.open("preamble", "no paragraph found before the first number")
	}
	if op == 0 {
		r.report.open("operative", "no operative paragraph found")
	}
	last := r.official.Paragraphs[len(r.official.Paragraphs)-1]
	if !ended(last.Text, false) {
		r.report.open(last.ID, "does not end with a full stop; check that the file is whole")
	}
	if r.language.Small {
		r.report.guess("preamble", "its paragraphs", "in this language they show only by commas, blank lines and how full the lines are; compare them with the original")
	}
	return nil
}

func firstWord(line string) string {
	if f := strings.Fields(line); len(f) > 0 {
		return f[0]
	}
	return ""
}

// roomFor is the width that a line break would need so as not to come before
// this line: that of its first word, or of two characters where words have no
// spaces between them.
func roomFor(line string) int {
	word := []rune(firstWord(line))
	if len(word) > 2 && unicode.Is(unicode.Han, word[0]) {
		return 2
	}
	return len(word) + 1
}
