package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Stemming brings the inflected forms of a word together: mechanism and
// mechanisms, exportar and exportaciones. The rules of a language are data,
// stemmers/<language>.txt, read by this file and by browser/stem.ts, so that
// the index and a browser without an endpoint reach one stem for every word,
// known or not. Change one reader and the other must follow; testdata/stems.txt
// holds both to it.
//
// A word comes in folded (see Fold), or as it was written, in small letters, if the
// table says so: there accents tell endings apart, and the stem is folded. A word with
// a digit leaves as it came. The table is read line by line; # begins a comment, and
// the word goes through the instructions in their order.
//
//	written                      words come in with their accents
//	class V aeiouy               V stands for one of these letters in patterns,
//	class N not aeiouy           N for one of any others
//	mark R1 gener|N*V+N          R1 is where the pattern ends, counted from the
//	mark R2 R1 N*V+N             word's start, R2 the same counted from R1; where
//	                             the pattern does not fit, it is the word's end; a mark can
//	                             be set again
//	step verb within R1 then end else noun
//	 ing ingly : V > e then y    a step's rules are indented
//
// A pattern is written as it stands in the word: letters, capitals for classes,
// . for any letter, * and + after a letter for as many as there are (and at
// least one), ^ for the word's edge, | between alternatives, of which the first
// that fits counts. There is no stepping back: read forwards, V*V never fits.
//
// A step looks at the word's end for the longest of its suffixes, - being the
// empty one and ^ before a suffix asking for the whole word. "within R1" passes
// over suffixes that begin before R1. Of the rules for the suffix found, the
// first whose tests hold is done; shorter suffixes are not tried. Tests stand
// after a colon, a step's own before those of its rules, and are read from the
// suffix towards the start of the word:
//
//	R1                           we stand at R1 or behind it
//	=R1                          we stand at R1
//	V.                           the pattern fits before us; we step before it
//	!V.                          the pattern does not fit before us
//	+V                           the pattern fits behind the suffix
//
// > replaces the suffix, by nothing if nothing follows. The next instruction is
// the following one, or the step named by then (of the rule, else of the step)
// after a rule was done, by else (of the step) when none was; the last name is end. Names
// may lie behind, but a word that has gone through twice as many instructions as there are
// stays as it is then.
// Capitals name marks before they are taken for classes.
//
// "step name @ C" looks at what ends at the mark C, which then stands before the suffix,
// or behind what replaced it. "@ C K" replaces all from the suffix to the mark K, which
// then stands where C does: so several suffixes go at once, or none.
//
// "step name each" does the same at every letter from the first to the last,
// going on behind what was replaced; "step name prefix" looks for the longest
// affix at the word's start, with + tests to look behind it. Rules that mark
// letters for later steps can use accented ones: folded words have none.
type stemmer struct {
	written bool // reads words with their accents
	steps   []stemStep
}

type stemStep struct {
	kind            string // "", each or prefix; mark for a mark
	mark            int    // what a mark sets, or what a step stays within; 0 is the word's start
	at, to          int    // marks where a step's suffixes and what it replaces end; 0 is the word's end
	from            int    // the mark from which a mark counts
	pattern         stemPattern
	rules           map[rune][]stemRule // by last letter of the suffix, longest first, then as written
	longest         int
	then, otherwise int
}

type stemRule struct {
	suffix  []rune
	whole   bool
	tests   []stemTest
	replace bool
	with    []rune
	then    int
}

type stemTest struct {
	mark    int // 0: a pattern
	kind    byte
	pattern stemPattern
}

// A stemPattern is its alternatives, each a row of items in the order in which
// they are met: those of a test before the suffix from right to left.
type stemPattern [][]stemItem

type stemItem struct {
	letters        string
	not            bool // any but these
	many, optional bool
	edge           bool // of the word, instead of a letter
}

// maxMarks is one more than the marks a table may have.
const maxMarks = 8

// A stemWord is a word on its way through the steps.
type stemWord struct {
	letters []rune
	marks   [maxMarks]int
}

func (s *stemmer) stem(word string) string {
	if strings.ContainsAny(word, "0123456789") {
		return word
	}
	var room [32]rune
	w := stemWord{letters: room[:0]}
	for _, r := range word {
		w.letters = append(w.letters, r)
	}
	for i, left := 0, 2*len(s.steps); i < len(s.steps) && left > 0; left-- {
		i = s.steps[i].run(&w)
	}
	return string(w.letters)
}

// run does one instruction and tells the next.
func (s *stemStep) run(w *stemWord) int {
	switch s.kind {
	case "mark":
		w.marks[s.mark] = len(w.letters)
		if at := s.pattern.match(w.letters, w.marks[s.from], 1); at >= 0 {
			w.marks[s.mark] = at
		}
		return s.then
	case "each":
		for end := 1; end <= len(w.letters); end++ {
			before := len(w.letters)
			s.apply(w, end)
			end += len(w.letters) - before
		}
		return s.then
	case "prefix":
		for end := min(s.longest, len(w.letters)); end > 0; end-- {
			if then := s.apply(w, end); then >= 0 {
				return then
			}
		}
		return s.otherwise
	}
	end := len(w.letters)
	if s.at > 0 {
		end = min(end, w.marks[s.at])
	}
	if then := s.apply(w, end); then >= 0 {
		return then
	}
	return s.otherwise
}

// apply does the rule for the longest suffix of what ends at end and gives the
// next instruction, -1 if it did none.
func (s *stemStep) apply(w *stemWord, end int) int {
	if end == 0 {
		return -1
	}
	rules, ok := s.rules[w.letters[end-1]]
	if !ok {
		rules = s.rules[0]
	}
	found := -1
	for i := range rules {
		r := &rules[i]
		if len(r.suffix) < found {
			return -1
		}
		start := end - len(r.suffix)
		if start < w.marks[s.mark] || (r.whole || s.kind == "prefix") && start > 0 || !slices.Equal(r.suffix, w.letters[start:end]) {
			continue
		}
		found = len(r.suffix)
		if !r.holds(w, start, end) {
			continue
		}
		if r.replace {
			if s.to > 0 {
				end = max(end, min(len(w.letters), w.marks[s.to]))
			}
			w.letters = slices.Replace(w.letters, start, end, r.with...)
			start += len(r.with)
			w.marks[s.to] = start
		}
		w.marks[s.at], w.marks[0] = start, 0
		return r.then
	}
	return -1
}

func (r *stemRule) holds(w *stemWord, start, end int) bool {
	at := start
	for i := range r.tests {
		t := &r.tests[i]
		switch {
		case t.mark > 0:
			if at < w.marks[t.mark] || t.kind == '=' && at > w.marks[t.mark] {
				return false
			}
		case t.kind == '+':
			if t.pattern.match(w.letters, end, 1) < 0 {
				return false
			}
		default:
			before := t.pattern.match(w.letters, at, -1)
			if (before < 0) != (t.kind == '!') {
				return false
			}
			if before >= 0 {
				at = before
			}
		}
	}
	return true
}

// match gives where the first alternative that fits at at comes to in the
// direction step, 1 or -1; -1 if none fits.
func (p stemPattern) match(letters []rune, at, step int) int {
	for _, items := range p {
		if to := matchItems(items, letters, at, step); to >= 0 {
			return to
		}
	}
	return -1
}

func matchItems(items []stemItem, letters []rune, at, step int) int {
	for i := range items {
		item := &items[i]
		if item.edge {
			if step < 0 && at > 0 || step > 0 && at < len(letters) {
				return -1
			}
			continue
		}
		fits := item.fits(letters, at, step)
		if !fits && !item.optional {
			return -1
		}
		for ; fits; fits = item.many && item.fits(letters, at, step) {
			at += step
		}
	}
	return at
}

func (it *stemItem) fits(letters []rune, at, step int) bool {
	if step < 0 {
		at--
	}
	return at >= 0 && at < len(letters) && strings.ContainsRune(it.letters, letters[at]) != it.not
}

// compactRules gives the rules without comments and spare space, as they are
// sent to browsers.
func compactRules(rules string) string {
	var b strings.Builder
	for line := range strings.Lines(rules) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if strings.TrimLeft(line, " \t") != line {
			b.WriteByte(' ')
		}
		b.WriteString(strings.Join(fields, " ") + "\n")
	}
	return b.String()
}

// A stemParser reads a table of rules.
type stemParser struct {
	stemmer
	number  int // of the line
	classes map[rune]stemItem
	marks   map[string]int
	names   map[string]int // steps by name
	jumps   []stemJump
	tests   []string // of the step being read
}

// A stemJump is a step's name met before the step.
type stemJump struct {
	name       string
	step, line int
	set        func(to int)
}

func parseStemmer(rules string) (*stemmer, error) {
	p := stemParser{
		classes: map[rune]stemItem{'.': {not: true}},
		marks:   map[string]int{},
		names:   map[string]int{},
	}
	for line := range strings.Lines(rules) {
		p.number++
		if err := p.line(compactRules(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", p.number, err)
		}
	}
	return p.finish()
}

func (p *stemParser) line(line string) error {
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return nil
	}
	if line[0] == ' ' {
		return p.rule(fields)
	}
	last := fields[len(fields)-1]
	switch {
	case len(fields) == 1 && last == "written":
		p.written = true
		return nil
	case fields[0] == "step":
		return p.step(fields[1:])
	case fields[0] == "class" && (len(fields) == 3 || len(fields) == 4 && fields[2] == "not"):
		name := []rune(fields[1])
		p.classes[name[0]] = stemItem{letters: last, not: len(fields) == 4}
		if len(name) > 1 || name[0] < 'A' || name[0] > 'Z' {
			return fmt.Errorf("class %s is not one capital", fields[1])
		}
		return nil
	case fields[0] == "mark" && (len(fields) == 3 || len(fields) == 4):
		return p.mark(fields[1], fields[2:len(fields)-1], last)
	}
	return fmt.Errorf("cannot read %q", line)
}

func (p *stemParser) mark(name string, from []string, pattern string) (err error) {
	s := stemStep{kind: "mark", mark: cmp.Or(p.marks[name], len(p.marks)+1), then: len(p.steps) + 1}
	if s.mark == maxMarks {
		return fmt.Errorf("mark %s is one too many", name)
	}
	if s.from, err = p.known(from); err != nil {
		return err
	}
	s.pattern, err = p.pattern(pattern)
	p.marks[name] = s.mark
	p.steps = append(p.steps, s)
	return err
}

// known gives the number of a mark, 0 where none is named.
func (p *stemParser) known(name []string) (int, error) {
	if len(name) == 0 {
		return 0, nil
	}
	if p.marks[name[0]] == 0 {
		return 0, fmt.Errorf("no mark %s above", name[0])
	}
	return p.marks[name[0]], nil
}

// stemParts parts a line at the words that announce what follows.
func stemParts(fields []string) (map[string][]string, error) {
	most := map[string]int{"": 1 << 16, ":": 1 << 16, ">": 1, "within": 1, "@": 2, "then": 1, "else": 1}
	part, key := map[string][]string{}, ""
	for _, f := range fields {
		if _, ok := most[f]; ok {
			if part[f] != nil {
				return nil, fmt.Errorf("%q stands there twice", f)
			}
			key, part[f] = f, []string{}
			continue
		}
		if part[key] = append(part[key], f); len(part[key]) > most[key] {
			return nil, fmt.Errorf("%q is followed by too much", key)
		}
	}
	return part, nil
}

func (p *stemParser) step(fields []string) error {
	part, err := stemParts(fields)
	if err != nil {
		return err
	}
	head := append(part[""], "")
	n := len(p.steps)
	s := stemStep{kind: head[min(1, len(head)-1)], rules: map[rune][]stemRule{}, then: n + 1, otherwise: n + 1}
	if _, ok := p.names[head[0]]; ok || len(head) > 3 || !slices.Contains([]string{"", "each", "prefix"}, s.kind) {
		return fmt.Errorf("step %s is there already, or is of no known kind", head)
	}
	ends := part["@"]
	for mark, name := range map[*int][]string{&s.mark: part["within"], &s.at: ends, &s.to: ends[min(1, len(ends)):]} {
		if *mark, err = p.known(name); err != nil {
			return err
		}
	}
	p.names[head[0]], p.tests = n, part[":"]
	p.steps = append(p.steps, s)
	p.jump(part["then"], func(to int) { p.steps[n].then = to })
	p.jump(part["else"], func(to int) { p.steps[n].otherwise = to })
	return nil
}

func (p *stemParser) jump(name []string, set func(to int)) {
	if len(name) > 0 {
		p.jumps = append(p.jumps, stemJump{name[0], len(p.steps) - 1, p.number, set})
	}
}

func (p *stemParser) rule(fields []string) error {
	part, err := stemParts(fields)
	n := len(p.steps) - 1
	if err != nil {
		return err
	}
	if n < 0 || p.steps[n].rules == nil || part["within"] != nil || part["@"] != nil || part["else"] != nil {
		return fmt.Errorf("a rule without a step, or with words that only steps have")
	}
	r := stemRule{then: -1, replace: part[">"] != nil, with: []rune(strings.Join(part[">"], ""))}
	for _, text := range slices.Concat(p.tests, part[":"]) {
		t, err := p.test(text)
		if err != nil {
			return err
		}
		r.tests = append(r.tests, t)
	}
	for _, suffix := range part[""] {
		p.suffix(suffix, r, part["then"])
	}
	return nil
}

// suffix files a rule under one of its suffixes.
func (p *stemParser) suffix(suffix string, r stemRule, then []string) {
	suffix, r.whole = strings.CutPrefix(suffix, "^")
	last := rune(0)
	if suffix != "" && suffix != "-" {
		r.suffix = []rune(suffix)
		last = r.suffix[len(r.suffix)-1]
	}
	rules := p.steps[len(p.steps)-1].rules
	i := len(rules[last])
	rules[last] = append(rules[last], r)
	p.jump(then, func(to int) { rules[last][i].then = to })
}

func (p *stemParser) test(text string) (t stemTest, err error) {
	t.mark, t.kind = p.marks[strings.TrimPrefix(text, "=")], text[0]
	if t.mark == 0 {
		t.pattern, err = p.pattern(strings.TrimLeft(text, "!+"))
	}
	for i := range t.pattern {
		if t.kind != '+' {
			slices.Reverse(t.pattern[i])
		}
	}
	return t, err
}

func (p *stemParser) pattern(text string) (out stemPattern, err error) {
	for alternative := range strings.SplitSeq(text, "|") {
		var items []stemItem
		for _, r := range alternative {
			item, isClass := p.classes[r]
			last := len(items) - 1
			switch {
			case r == '^':
				item.edge = true
			case isClass:
			case (r == '*' || r == '+') && last >= 0:
				items[last].many, items[last].optional = true, r == '*'
				continue
			case r < 'a':
				return nil, fmt.Errorf("no class %c above", r)
			default:
				item.letters = string(r)
			}
			items = append(items, item)
		}
		out = append(out, items)
	}
	return out, nil
}

// finish resolves the names of steps and sorts the rules as they are tried.
func (p *stemParser) finish() (*stemmer, error) {
	p.names["end"] = len(p.steps)
	for _, j := range p.jumps {
		to, ok := p.names[j.name]
		if !ok {
			return nil, fmt.Errorf("line %d: no step %s", j.line, j.name)
		}
		j.set(to)
	}
	for i := range p.steps {
		p.steps[i].sort()
	}
	return &p.stemmer, nil
}

func (s *stemStep) sort() {
	for last, rules := range s.rules {
		if last != 0 {
			rules = append(rules, s.rules[0]...)
		}
		slices.SortStableFunc(rules, func(a, b stemRule) int { return len(b.suffix) - len(a.suffix) })
		s.longest = max(s.longest, len(rules[0].suffix))
		for i := range rules {
			if rules[i].then < 0 {
				rules[i].then = s.then
			}
		}
		s.rules[last] = rules
	}
}
