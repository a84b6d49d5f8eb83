package document

import (
	"context"
	"maps"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A layout makes blocks of the words on the pages of a PDF.
type layout struct {
	doc     *Document
	pages   []*pdfPage
	body    float64         // size of most of the text
	leading map[int]float64 // usual distance of lines, by size in tenths of a point
	words   Words
	items   []float64 // left edges of the list items that hold the last one
	open    *passage  // the paragraph that may go on
	noted   map[string]int
}

// A segment is words beside each other, without a wide gap.
type segment struct {
	words       []word
	x0, x1      float64
	base, size  float64
	bold, plain bool // all of it, none of it is bold
}

// A line is the segments on one level in one column.
type line struct {
	segs   []segment
	x0, x1 float64
	base   float64
	size   float64
	page   int
}

// A region is lines that are read one below the other.
type region struct {
	lines       []line
	left, right float64
	low         bool // it reaches the foot of the page
}

// A passage is lines that make one block.
type passage struct {
	lines  []line
	region *region
}

func (l *layout) read(ctx context.Context) error {
	l.noted = map[string]int{}
	var rows [][]line
	for _, p := range l.pages {
		rows = append(rows, pageRows(p))
		if p.turned > 20 {
			l.doc.warn("text that runs in another direction than the page was left out")
		}
	}
	rows = l.runningLines(rows)
	l.measure(rows)
	var regions []region
	for i, p := range l.pages {
		if err := ctx.Err(); err != nil {
			return err
		}
		regions = append(regions, l.columns(rows[i], p)...)
	}
	widen(regions)
	for i := range regions {
		l.region(&regions[i])
	}
	l.close()
	l.headings()
	l.references()
	return nil
}

// pageRows parts the words of a page into rows, from the top, and rows into
// segments.
func pageRows(p *pdfPage) []line {
	words := slices.Clone(p.words)
	for i := range words { // a raised mark belongs to the word before it
		if words[i].super && i > 0 {
			words[i].base = words[i-1].base
		}
	}
	sort.SliceStable(words, func(i, j int) bool { return words[i].base > words[j].base })
	var rows []line
	for start := 0; start < len(words); {
		end := start + 1
		for end < len(words) && words[start].base-words[end].base <= 0.42*math.Max(words[start].size, words[end].size) {
			end++
		}
		rows = append(rows, row(words[start:end], p.number))
		start = end
	}
	cutGutters(rows)
	return rows
}

// fewestBeside is how many rows must have a gap at one place to make a gutter of it.
const fewestBeside = 8

// cutGutters parts the segments of a page at a narrow gutter: a place in the middle
// where word after word begins behind a gap, row by row, and none runs across.
func cutGutters(rows []line) {
	left, right := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		left, right = math.Min(left, r.x0), math.Max(right, r.x1)
	}
	starts := map[int]int{} // where words begin behind a gap, by 2 points
	for _, r := range rows {
		before := 0 // words on the left, some of which make it prose
		for i, s := range r.segs {
			for k, w := range s.words {
				parted := k == 0 && i > 0 || s.gapBefore(k)
				if before >= 3 && parted && w.x0 > left+0.3*(right-left) && w.x0 < right-0.3*(right-left) {
					starts[int(w.x0/2)]++
				}
				before++
			}
		}
	}
	best := 0
	for at, n := range starts {
		if n+starts[at+1] > starts[best]+starts[best+1] || n+starts[at+1] == starts[best]+starts[best+1] && at < best {
			best = at
		}
	}
	if starts[best]+starts[best+1] < fewestBeside {
		return
	}
	x := float64(best) * 2
	crossed, parted := 0, 0
	first, last := -1, -1
	for i, r := range rows {
		if gutterWord(r, x) >= 0 {
			parted++
			if last = i; first < 0 {
				first = i
			}
		}
	}
	for _, r := range rows[first : last+1] {
		for _, s := range r.segs {
			for _, w := range s.words {
				if w.x0 < x-3 && w.x1 > x+1 {
					crossed++
				}
			}
		}
	}
	if crossed*4 > parted {
		return
	}
	for i := range rows {
		if k := gutterWord(rows[i], x); k >= 0 {
			rows[i].cut(x)
		}
	}
}

// gapBefore reports whether a word of a segment stands behind a gap that may be a gutter.
func (s *segment) gapBefore(k int) bool {
	return k > 0 && s.words[k].x0-s.words[k-1].x1 > 0.6*s.words[k].size
}

// beginsAt reports whether a word begins at x, or a little beside it.
func beginsAt(w word, x float64) bool { return w.x0 >= x-0.5 && w.x0 < x+4 }

// gutterWord is the segment of a row in which a word begins at x behind a gap, or -1.
func gutterWord(r line, x float64) int {
	for i, s := range r.segs {
		for k, w := range s.words {
			if beginsAt(w, x) && (k == 0 && i > 0 || s.gapBefore(k)) {
				return i
			}
		}
	}
	return -1
}

// cut parts the segment of a row at the word that begins at x.
func (n *line) cut(x float64) {
	var out []segment
	for _, s := range n.segs {
		piece := segment{x0: s.x0, x1: s.x0, bold: true, plain: true}
		for k, w := range s.words {
			if beginsAt(w, x) && s.gapBefore(k) {
				out = append(out, piece)
				piece = segment{x0: w.x0, x1: w.x0, bold: true, plain: true}
			}
			piece.add(w)
		}
		out = append(out, piece)
	}
	n.segs = out
}

func row(words []word, page int) line {
	words = slices.Clone(words)
	if rightToLeft(words) {
		sort.SliceStable(words, func(i, j int) bool { return words[i].x1 > words[j].x1 })
	} else {
		sort.SliceStable(words, func(i, j int) bool { return words[i].x0 < words[j].x0 })
	}
	raiseFirst(words)
	out := line{page: page}
	for _, w := range words {
		n := len(out.segs)
		if n > 0 {
			last := &out.segs[n-1]
			gap := math.Max(w.x0-last.x1, last.x0-w.x1)
			if w.glued || gap < 1.45*math.Max(w.size, last.size) {
				last.add(w)
				continue
			}
		}
		s := segment{x0: w.x0, x1: w.x1, bold: true, plain: true}
		s.add(w)
		out.segs = append(out.segs, s)
	}
	out.fit()
	return out
}

func (s *segment) add(w word) {
	s.words = append(s.words, w)
	s.x0, s.x1 = math.Min(s.x0, w.x0), math.Max(s.x1, w.x1)
	if w.size > s.size {
		s.size, s.base = w.size, w.base
	}
	s.bold, s.plain = s.bold && w.bold, s.plain && !w.bold
}

// fit measures a line by its segments.
func (l *line) fit() {
	l.x0, l.x1, l.size = math.Inf(1), math.Inf(-1), 0
	width := map[float64]float64{}
	for _, s := range l.segs {
		l.x0, l.x1 = math.Min(l.x0, s.x0), math.Max(l.x1, s.x1)
		for _, w := range s.words {
			width[math.Round(w.size*10)/10] += w.x1 - w.x0 + 0.01
		}
		l.base = s.base
	}
	best := -1.0
	for size, n := range width {
		if n > best || n == best && size > l.size {
			l.size, best = size, n
		}
	}
	for _, s := range l.segs {
		if math.Abs(s.size-l.size) < 0.1 {
			l.base = s.base
			break
		}
	}
}

// raiseFirst marks the number or star before a footnote as raised.
func raiseFirst(words []word) {
	if len(words) < 2 || !isMark(words[0].text) {
		return
	}
	a, b := &words[0], words[1]
	if a.base > b.base+0.15*b.size && a.size < 0.95*b.size {
		a.super = true
		a.base = b.base
	}
}

func isMark(text string) bool { return len(text) <= 3 && strings.Trim(text, "0123456789*†‡") == "" }

func rightToLeft(words []word) bool {
	rtl, other := 0, 0
	for _, w := range words {
		for _, r := range w.text {
			switch {
			case r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfefc:
				rtl++
			case unicode.IsLetter(r):
				other++
			}
		}
	}
	return rtl > other
}

func (l line) bold() bool {
	for _, s := range l.segs {
		if !s.bold {
			return false
		}
	}
	return true
}

func (l line) noBold() bool {
	for _, s := range l.segs {
		if !s.plain {
			return false
		}
	}
	return true
}

func (s segment) text() string { return Block{Runs: wordRuns(s.words)}.Plain() }

func (l line) text() string {
	var parts []string
	for _, s := range l.segs {
		parts = append(parts, s.text())
	}
	return strings.Join(parts, " ")
}

// wordRuns writes words with the spaces between them.
func wordRuns(words []word) []Run {
	var runs []Run
	for i, w := range words {
		text := w.text
		if i > 0 && !w.glued {
			text = " " + text
		}
		runs = append(runs, Run{Text: text, Bold: w.bold, Italic: w.italic, Super: w.super})
		if n := len(runs); w.super && n > 1 && !w.glued { // the space is not raised
			runs[n-1].Text = w.text
			runs[n-2].Text += " "
		}
	}
	return runs
}

const edge = 0.16 // of the page's height, at the head and at the foot

var reNumberInText = regexp.MustCompile(`\d+`)

// An edgeRow is a row near the edge of a page.
type edgeRow struct {
	page, row int
	y         float64
	head      bool
	depth     int // rows between it and the edge
}

// edges are the rows near the edges of all pages.
type edges struct {
	layout *layout
	rows   [][]line
	byKey  map[string][]edgeRow
	first  string // what the first page says at its head
}

// runningLines takes out the rows at the edges of pages that recur on others,
// numbers aside, at the same height, and page numbers.
func (l *layout) runningLines(rows [][]line) [][]line {
	e := l.edges(rows)
	drop := map[[2]int]bool{}
	for _, list := range e.byKey {
		for _, r := range list {
			if e.recurs(r) {
				drop[[2]int{r.page, r.row}] = true
			}
		}
	}
	out := make([][]line, len(rows))
	for i, list := range rows {
		first, last := 0, len(list)
		for first < last && drop[[2]int{i, first}] && list[first].base > l.pages[i].height*(1-edge) {
			l.doc.Headers = append(l.doc.Headers, RunningLine{l.pages[i].number, list[first].text()})
			first++
		}
		for last > first && drop[[2]int{i, last - 1}] {
			last--
			l.doc.Footers = append(l.doc.Footers, RunningLine{l.pages[i].number, list[last].text()})
		}
		out[i] = list[first:last]
	}
	return out
}

func (l *layout) edges(rows [][]line) *edges {
	e := &edges{layout: l, rows: rows, byKey: map[string][]edgeRow{}}
	for i, list := range rows {
		h := l.pages[i].height
		for j, r := range list {
			text := r.text()
			key := reNumberInText.ReplaceAllString(oneLine(text), "#")
			if j < 3 && r.base > h*(1-edge) {
				e.byKey[key] = append(e.byKey[key], edgeRow{i, j, r.base, true, j})
			}
			if d := len(list) - 1 - j; d < 4 && r.base < h*edge {
				e.byKey[key] = append(e.byKey[key], edgeRow{i, j, r.base, false, d})
			}
			if i == 0 && j < 8 {
				e.first += text + "\n"
			}
		}
	}
	return e
}

// recurs reports whether a row stands on other pages too, or is a page number
// that is right for its page, or the symbol or title of the first page.
func (e *edges) recurs(r edgeRow) bool {
	text := e.rows[r.page][r.row].text()
	pages := 0
	for _, o := range e.byKey[reNumberInText.ReplaceAllString(oneLine(text), "#")] {
		if o.page != r.page && o.head == r.head && math.Abs(o.y-r.y) < 12 {
			if pages++; pages == 2 {
				return true
			}
		}
	}
	if pages == 1 && len(e.rows) <= 5 {
		return true
	}
	if r.depth > 0 {
		return false
	}
	n, err := strconv.Atoi(strings.Trim(text, "-–— "))
	number := err == nil && n == e.layout.pages[r.page].number
	return number || r.head && r.page > 0 && len(text) > 4 && strings.Contains(e.first, text)
}

// measure finds the size of most of the text, the usual distance of lines, and
// the words that the document has.
func (l *layout) measure(rows [][]line) {
	width, gaps := map[int]float64{}, map[int]map[int][2]int{}
	l.words, l.leading = Words{}, map[int]float64{}
	for _, list := range rows {
		for i, r := range list {
			for _, s := range r.segs {
				for _, w := range s.words {
					width[tenths(w.size)] += w.x1 - w.x0
				}
			}
			l.count(list, i)
			if i == 0 || math.Abs(r.size-list[i-1].size) > 0.3 {
				continue
			}
			gap, size := int(math.Round((list[i-1].base-r.base)*2)), tenths(r.size)
			if float64(gap)/2 > 3.2*r.size || float64(gap)/2 < 0.8*r.size {
				continue
			}
			if gaps[size] == nil {
				gaps[size] = map[int][2]int{}
			}
			n := gaps[size][gap]
			n[0]++
			if startsSmall(r.text()) {
				n[1]++
			}
			gaps[size][gap] = n
		}
	}
	best := 0.0
	for size, w := range width {
		if w > best || w == best && float64(size)/10 > l.body {
			l.body, best = float64(size)/10, w
		}
	}
	for size, of := range gaps {
		l.leading[size] = usualGap(of, float64(size)/10)
	}
}

func tenths(size float64) int { return int(math.Round(size * 10)) }

// usualGap is the distance, in points, of lines of one paragraph: the least
// that is common. Distances beyond one and a half lines need small letters
// behind them, which say that sentences go on over them.
func usualGap(gaps map[int][2]int, size float64) float64 {
	total := 0
	for _, n := range gaps {
		total += n[0]
	}
	for _, gap := range slices.Sorted(maps.Keys(gaps)) {
		n := gaps[gap]
		near := n[0] + gaps[gap+1][0] + gaps[gap-1][0]
		if near < max(2, total/12) {
			continue
		}
		if float64(gap)/2 > 1.5*size && n[1]*3 < n[0] {
			continue
		}
		return math.Max(float64(gap)/2, 0)
	}
	return 1.3 * size
}

// count adds the words of a row that are surely whole.
func (l *layout) count(list []line, i int) {
	fields := strings.Fields(list[i].text())
	if i > 0 && Hyphenated(list[i-1].text()) && len(fields) > 0 {
		fields = fields[1:]
	}
	if n := len(fields); n > 0 && Hyphenated(fields[n-1]) {
		fields = fields[:n-1]
	}
	l.words.Add(strings.Join(fields, " "))
}

func startsSmall(text string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \t(“\""))
	return unicode.IsLower(r)
}

// columns parts the rows of a page into regions in reading order.
func (l *layout) columns(rows []line, p *pdfPage) []region {
	var segs []segment
	for _, r := range rows {
		segs = append(segs, r.segs...)
	}
	regions := l.split(segs, p, 0)
	for i := range regions {
		r := &regions[i]
		r.low = len(r.lines) > 0 && r.lines[len(r.lines)-1].base < 0.4*p.height
	}
	return regions
}

// split looks for a gutter: a line from top to bottom that no segment crosses,
// with prose on both sides. What stands above and below of it is read before
// and after the two columns.
func (l *layout) split(segs []segment, p *pdfPage, depth int) []region {
	if len(segs) == 0 {
		return nil
	}
	if depth < 4 {
		if x, from, to, ok := gutter(segs); ok {
			var above, left, right, below []segment
			for _, s := range segs {
				switch {
				case s.base > from:
					above = append(above, s)
				case s.base < to:
					below = append(below, s)
				case s.x0 < x:
					left = append(left, s)
				default:
					right = append(right, s)
				}
			}
			var out []region
			for _, part := range [][]segment{above, left, right, below} {
				out = append(out, l.split(part, p, depth+1)...)
			}
			return out
		}
	}
	return []region{regionOf(segs, p)}
}

// widen gives a region whose lines happen to be short the right edge that
// regions with the same left edge have elsewhere, a few longest lines aside.
func widen(regions []region) {
	ends := map[int][]float64{}
	for _, r := range regions {
		for _, n := range r.lines {
			ends[int(r.left/4)] = append(ends[int(r.left/4)], n.x1)
		}
	}
	for _, list := range ends {
		slices.Sort(list)
	}
	for i := range regions {
		r := &regions[i]
		if list := ends[int(r.left/4)]; len(list) >= 20 {
			r.right = math.Max(r.right, list[len(list)*97/100])
		}
	}
}

func regionOf(segs []segment, p *pdfPage) region {
	sort.SliceStable(segs, func(i, j int) bool { return segs[i].base > segs[j].base })
	r := region{left: math.Inf(1), right: math.Inf(-1)}
	for _, s := range segs {
		n := len(r.lines)
		if n > 0 && r.lines[n-1].base-s.base <= 0.42*math.Max(s.size, r.lines[n-1].size) {
			r.lines[n-1].segs = append(r.lines[n-1].segs, s)
			continue
		}
		r.lines = append(r.lines, line{segs: []segment{s}, base: s.base, size: s.size, page: p.number})
	}
	for i := range r.lines {
		line := &r.lines[i]
		var words []word
		for _, s := range line.segs {
			words = append(words, s.words...)
		}
		rtl := rightToLeft(words)
		sort.SliceStable(line.segs, func(i, j int) bool {
			if rtl {
				return line.segs[i].x1 > line.segs[j].x1
			}
			return line.segs[i].x0 < line.segs[j].x0
		})
		line.fit()
		r.left, r.right = math.Min(r.left, line.x0), math.Max(r.right, line.x1)
	}
	return r
}

// gutter finds the place between two columns of prose, and the heights between
// which it runs.
func gutter(segs []segment) (x, from, to float64, ok bool) {
	left, right := math.Inf(1), math.Inf(-1)
	for _, s := range segs {
		left, right = math.Min(left, s.x0), math.Max(right, s.x1)
	}
	width := right - left
	if width < 150 {
		return 0, 0, 0, false
	}
	starts := map[int]int{} // left edges in the middle, by 2 points
	for _, s := range segs {
		if s.x0 > left+0.25*width && s.x0 < right-0.15*width {
			starts[int(s.x0/2)]++
		}
	}
	best := 0
	for _, at := range slices.Sorted(maps.Keys(starts)) {
		if starts[at]+starts[at+1] < 4 {
			continue
		}
		cut := float64(at)*2 - 1.5
		top, bottom, lines := band(segs, cut)
		if lines > best {
			best, x, from, to, ok = lines, cut, top, bottom, true
		}
	}
	return x, from, to, ok
}

// band finds the longest stretch of height at which no segment crosses x and
// both sides hold prose, and how many segments it holds.
func band(segs []segment, x float64) (top, bottom float64, lines int) {
	sorted := slices.Clone(segs)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].base > sorted[j].base })
	var run []segment
	flush := func() {
		if n := len(run); n > lines && prose(run, x) {
			lines, top, bottom = n, run[0].base+0.1, run[n-1].base-0.1
		}
		run = nil
	}
	for _, s := range sorted {
		if s.x0 < x-2 && s.x1 > x {
			flush()
			continue
		}
		run = append(run, s)
	}
	flush()
	return top, bottom, lines
}

// prose reports whether segments on both sides of x are lines of running text
// and not the cells of a table or labels with their values.
func prose(segs []segment, x float64) bool {
	side := [2][]segment{}
	for _, s := range segs {
		k := 0
		if s.x0 >= x {
			k = 1
		}
		side[k] = append(side[k], s)
	}
	for k := range side {
		if len(side[k]) < 4 {
			return false
		}
		lo, hi, words := math.Inf(1), math.Inf(-1), 0
		var widths []float64
		for _, s := range side[k] {
			lo, hi = math.Min(lo, s.x0), math.Max(hi, s.x1)
			widths = append(widths, s.x1-s.x0)
			words += len(s.words)
		}
		slices.Sort(widths)
		// Most lines of prose reach the edge of their column, and hold some words.
		if widths[len(widths)/2] < 0.6*(hi-lo) || words < 3*len(side[k]) || hi-lo < 90 {
			return false
		}
	}
	return true
}

// region reads the lines of a region: footnotes at its foot, tables, and
// paragraphs between.
func (l *layout) region(r *region) {
	alignCells(r.lines)
	lines := raiseLabels(r.lines)
	r.lines = lines
	notes := l.footnotes(r)
	lines = lines[:len(lines)-len(notes)]
	if l.open != nil && !l.goesOver(r, lines) {
		l.close()
	}
	for i := 0; i < len(lines); {
		if n := tableRows(lines[i:]); n > 0 {
			l.close()
			l.table(lines[i : i+n])
			i += n
			continue
		}
		l.line(lines[i], r)
		i++
	}
	l.notes(notes)
}

// goesOver reports whether the open paragraph goes on in the next region: it
// has not ended, and what follows is of the same size.
func (l *layout) goesOver(r *region, lines []line) bool {
	if len(lines) == 0 {
		return true
	}
	last := l.open.lines[len(l.open.lines)-1]
	text, next := last.text(), lines[0].text()
	if math.Abs(last.size-lines[0].size) > 0.3 || startsItem(next) || lines[0].bold() != last.bold() || tableRows(lines) > 0 {
		return false
	}
	if Hyphenated(text) {
		return true
	}
	if endsSentence(text) {
		return false
	}
	before := l.open.region
	if startsSmall(next) {
		return last.x1 > before.left+0.6*(before.right-before.left)
	}
	return last.x1+firstWidth(lines[0])+0.3*last.size > before.right && lines[0].x0 < r.left+1 && !strings.HasSuffix(text, ",")
}

var reSentenceEnd = regexp.MustCompile(`[.!?:;…。！？；：؟]["”»’)\]]*[\d*¹²³⁴-⁹]{0,3}$`)

func endsSentence(text string) bool {
	return reSentenceEnd.MatchString(strings.TrimRight(text, " \t\n"))
}

var reItemStart = regexp.MustCompile(`^(\(\p{L}{1,4}\)|\(?\d{1,3}[.)]|\p{L}\)|[ivxlc]{1,5}[.)]|[•▪●◦‣■–·-]|o)[ \t]+\S`)

func startsItem(text string) bool { return reItemStart.MatchString(text) }

// line adds a line to the open paragraph, or begins a new one with it.
func (l *layout) line(n line, r *region) {
	if l.open != nil && (l.open.region == r && !l.joins(n, r)) {
		l.close()
	}
	if l.open == nil {
		l.open = &passage{}
	}
	l.open.lines = append(l.open.lines, n)
	l.open.region = r
}

// joins reports whether a line goes on with the open paragraph of its region.
func (l *layout) joins(n line, r *region) bool {
	p := l.open.lines
	last, first := p[len(p)-1], p[0]
	if last.page != n.page {
		return true
	}
	leading := l.leading[tenths(n.size)]
	if leading == 0 {
		leading = 1.3 * n.size
	}
	gap := last.base - n.base
	if math.Abs(last.size-n.size) > 0.08*n.size || gap <= 0 || gap > 1.2*leading+0.6 {
		return false
	}
	text, next := last.text(), n.text()
	if Hyphenated(text) && startsSmall(next) {
		return true
	}
	if last.bold() && n.noBold() || last.noBold() && n.bold() {
		return false
	}
	short := last.x1+firstWidth(n)+0.3*n.size < r.right
	ended := endsSentence(text)
	if startsItem(next) && (short || ended || strings.HasSuffix(text, ",") || math.Abs(n.x0-last.x0) > 2) {
		return false
	}
	if startsNote(n) {
		return false
	}
	if centred(last, n, r) {
		return true
	}
	if short && (ended || !startsSmall(next)) {
		return !ended && !strings.HasSuffix(text, ",") && last.x1 > r.right-0.3*(r.right-r.left) && math.Abs(n.x0-bodyEdge(p)) < 0.8*n.size && len(p) > 1
	}
	indent := 0.8 * n.size
	if len(p) == 1 {
		// The second line may stand left of an indented first one, or hang.
		return n.x0 < first.x0+indent || startsItem(first.text()) || !ended && startsSmall(next)
	}
	return math.Abs(n.x0-bodyEdge(p)) < indent || startsSmall(next) && !ended
}

func bodyEdge(p []line) float64 { return p[len(p)-1].x0 }

func firstWidth(n line) float64 {
	w := n.segs[0].words[0]
	return w.x1 - w.x0
}

// centred reports whether two lines stand in the middle of their column, as
// the lines of a title do.
func centred(a, b line, r *region) bool {
	middle := (r.left + r.right) / 2
	off := func(n line) float64 { return math.Abs((n.x0+n.x1)/2 - middle) }
	return off(a) < 4 && off(b) < 4 && a.x0 > r.left+8 && (b.x0 > r.left+8 || startsSmall(b.text())) && math.Abs(a.size-b.size) < 0.3 && !endsSentence(a.text())
}

// close ends the open paragraph and makes a block of it.
func (l *layout) close() {
	if l.open == nil {
		return
	}
	p := l.open
	l.open = nil
	b := l.block(p.lines)
	first := p.lines[0]
	text := b.Plain()
	if m := reItemStart.FindStringSubmatch(text); m != nil && !(first.bold() && first.size > 1.1*l.body) {
		l.item(&b, m[1], first.x0)
	} else {
		l.items = nil
		b.Level = -tenths(first.size) // for headings to judge
		if first.bold() && p.lines[len(p.lines)-1].bold() {
			b.Level--
		}
	}
	l.doc.Blocks = append(l.doc.Blocks, b)
}

// block joins lines.
func (l *layout) block(lines []line) Block {
	b := Block{Page: lines[0].page}
	for i, n := range lines {
		var runs []Run
		for k, s := range n.segs {
			part := wordRuns(s.words)
			if k > 0 {
				part = append([]Run{{Text: "\t"}}, part...)
			}
			runs = append(runs, part...)
		}
		if i > 0 {
			runs = l.joinLine(&b, runs)
		}
		b.Runs = append(b.Runs, runs...)
	}
	return b
}

// joinLine puts a space or nothing between a block and its next line.
func (l *layout) joinLine(b *Block, runs []Run) []Run {
	last := &b.Runs[len(b.Runs)-1]
	before, next := last.Text, (Block{Runs: runs}).Plain()
	switch {
	case Hyphenated(before):
		whole := (Block{Runs: b.Runs[max(0, len(b.Runs)-5):]}).Plain()
		if joined := l.words.Join(lastWord(whole), next); !strings.HasPrefix(joined, lastWord(whole)) {
			last.Text = strings.TrimSuffix(strings.TrimRight(before, " "), "-")
		}
	case noSpaces(before, next):
	default:
		if last.Super {
			b.Runs = append(b.Runs, Run{Text: " "})
		} else {
			last.Text += " "
		}
	}
	return runs
}

func lastWord(text string) string {
	return text[strings.LastIndexAny(text, " \t\n")+1:]
}

// noSpaces reports whether text and next are Chinese, which has no spaces.
func noSpaces(text, next string) bool {
	a, _ := utf8.DecodeLastRuneInString(text)
	b, _ := utf8.DecodeRuneInString(next)
	wide := func(r rune) bool {
		return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60
	}
	return wide(a) && wide(b)
}

// item makes a list item of a block that begins with a label.
func (l *layout) item(b *Block, label string, x float64) {
	b.Kind, b.Label, b.Ordered = Item, label, true
	if strings.Trim(label, "•▪●◦‣■–·-o") == "" {
		b.Label, b.Ordered = bullet, false
	}
	cut := len(label)
	for i := range b.Runs {
		if cut < len(b.Runs[i].Text) {
			b.Runs[i].Text = b.Runs[i].Text[cut:]
			break
		}
		cut -= len(b.Runs[i].Text)
		b.Runs[i].Text = ""
	}
	for len(l.items) > 0 && l.items[len(l.items)-1] > x-4 {
		l.items = l.items[:len(l.items)-1]
	}
	l.items = append(l.items, x)
	b.Level = min(len(l.items)-1, 8)
}

// headings makes headings of the paragraphs that are larger than the text, or
// short and bold. The sizes give the levels.
func (l *layout) headings() {
	large := map[int]bool{}
	is := make([]int, len(l.doc.Blocks)) // size in tenths; 0: no heading
	for i := range l.doc.Blocks {
		b := &l.doc.Blocks[i]
		if b.Kind != Paragraph || b.Level >= 0 {
			continue
		}
		size := -b.Level
		b.Level = 0
		text := b.Plain()
		if n := utf8.RuneCountInString(text); n > 200 || !strings.ContainsFunc(text, unicode.IsLetter) || strings.Contains(text, "\t") {
			continue
		}
		bold := true
		for _, r := range b.Runs {
			bold = bold && (r.Bold || r.Super || strings.TrimSpace(r.Text) == "")
		}
		real := float64(size) / 10
		switch {
		case real > 1.14*l.body && !strings.HasSuffix(text, ","):
			large[size/5] = true
			is[i] = size
		case bold && real > 0.95*l.body && utf8.RuneCountInString(text) <= 120 && !strings.ContainsAny(text[len(text)-1:], ":.;,"):
			is[i] = size
			if real <= 1.14*l.body {
				is[i] = tenths(l.body)
			}
		}
	}
	sizes := slices.Sorted(maps.Keys(large))
	slices.Reverse(sizes)
	for i, size := range is {
		if size == 0 {
			continue
		}
		level := len(sizes) + 1
		for k, s := range sizes {
			if size/5 == s {
				level = k + 1
			}
		}
		l.doc.Blocks[i].Kind, l.doc.Blocks[i].Level = Heading, headingLevel(level)
		for k := range l.doc.Blocks[i].Runs {
			l.doc.Blocks[i].Runs[k].Bold = false
		}
	}
}

// tableRows counts the lines at the start that are rows of a table: the first
// has cells, and another of the next rows has cells with the same left edges.
// Lines between that go on in one cell belong to it.
func tableRows(lines []line) int {
	if len(lines) < 2 || len(lines[0].segs) < 2 {
		return 0
	}
	rows, last := 1, 0
	for i := 1; i < len(lines); i++ {
		gap := lines[i-1].base - lines[i].base
		if gap <= 0 || gap > 5*lines[i].size || i-last > 6 {
			break
		}
		if !sameEdges(lines[0], lines[i]) {
			break
		}
		if len(lines[i].segs) >= 2 {
			rows, last = rows+1, i
		} else if gap > 2*lines[i].size && lines[i].segs[0].x0 < lines[0].segs[1].x0-3 {
			break
		}
	}
	if rows < 2 {
		return 0
	}
	// What goes on in the last row's cells, but for its first, belongs to it.
	end := last + 1
	for end < len(lines) && len(lines[end].segs) == 1 && edgeOf(lines[0], lines[end].segs[0].x0) > 0 && lines[end-1].base-lines[end].base < 1.6*lines[end].size {
		end++
	}
	return end
}

// alignCells parts a line where a word begins at the left edge of a cell of the
// line above or below, behind a space wider than others: a label that nearly
// fills its cell.
func alignCells(lines []line) {
	for i := range lines {
		if len(lines[i].segs) < 2 {
			continue
		}
		for _, step := range []int{1, -1} {
			for j := i + step; j >= 0 && j < len(lines) && len(lines[j].segs) == 1; j += step {
				if math.Abs(lines[j].base-lines[j-step].base) > 5*lines[j].size || !lines[j].part(lines[i]) {
					break
				}
			}
		}
	}
}

// raiseLabels puts labels that stand in the middle beside values of several lines on
// the first line of these. Such labels and values are two columns; each label stands
// at the middle of one value, and values are parted by wider gaps.
func raiseLabels(lines []line) []line {
	var out []line
	for i := 0; i < len(lines); {
		n, rows := centredRows(lines[i:])
		if n == 0 {
			out = append(out, lines[i])
			i++
			continue
		}
		out = append(out, rows...)
		i += n
	}
	return out
}

// A pile is lines of one cell, one below the other.
type pile struct{ segs []segment }

func (p pile) middle() float64 { return (p.segs[0].base + p.segs[len(p.segs)-1].base) / 2 }

// centredRows gives the lines of the table of such labels that begins at the first
// line, and how many lines they were; 0 if there is none.
func centredRows(lines []line) (n int, rows []line) {
	most := twoColumns(lines)
	for n = most; n >= 4 && n > most-mostBehind; n-- { // a title may follow at the left edge
		if rows = centredTable(lines[:n]); rows != nil {
			return n, rows
		}
	}
	return 0, nil
}

// mostBehind bounds how many lines behind a table are tried as rows of it.
const mostBehind = 4

func centredTable(lines []line) (rows []line) {
	left := lines[0].x0
	for _, l := range lines {
		left = min(left, l.x0)
	}
	var labels, values []line
	for _, l := range lines {
		for _, s := range l.segs {
			one := line{segs: []segment{s}, page: l.page}
			one.fit()
			if s.x0 < left+3.5 {
				labels = append(labels, one)
			} else {
				values = append(values, one)
			}
		}
	}
	if len(labels) < 2 || len(values) <= len(labels) {
		return nil
	}
	least := math.Inf(1)
	for i := 1; i < len(values); i++ {
		least = math.Min(least, values[i-1].base-values[i].base)
	}
	a, b := piles(labels, least), piles(values, least)
	if len(a) != len(b) {
		return nil
	}
	moved := false
	for i := range a {
		if math.Abs(a[i].middle()-b[i].middle()) > 0.4*lines[0].size {
			return nil
		}
		moved = moved || a[i].segs[0].base < b[i].segs[0].base-0.4*lines[0].size
	}
	if !moved {
		return nil
	}
	for i := range a {
		for k := range max(len(a[i].segs), len(b[i].segs)) {
			l := line{page: lines[0].page}
			if k < len(a[i].segs) {
				l.segs = append(l.segs, a[i].segs[k])
			}
			if k < len(b[i].segs) {
				l.segs = append(l.segs, b[i].segs[k])
			}
			l.fit()
			l.base = b[i].segs[0].base - float64(k)*least
			rows = append(rows, l)
		}
	}
	return rows
}

// piles gathers lines that are no further apart than the least distance and a bit.
func piles(lines []line, least float64) (out []pile) {
	for i, l := range lines {
		if i == 0 || lines[i-1].base-l.base > 1.12*least {
			out = append(out, pile{})
		}
		p := &out[len(out)-1]
		p.segs = append(p.segs, l.segs[0])
	}
	return out
}

// longestForm bounds, in lines, such a table.
const longestForm = 100

// twoColumns counts the lines at the start whose segments all begin at one of two
// edges, those of the left column ending before the right one.
func twoColumns(lines []line) int {
	none := math.Inf(1)
	left, right, reach := none, none, 0.0 // how far the left column reaches
	for i, l := range lines[:min(len(lines), longestForm)] {
		if i > 0 && (lines[i-1].base <= l.base || lines[i-1].base-l.base > 3*l.size) || len(l.segs) > 2 {
			return i
		}
		for _, s := range l.segs {
			switch {
			case left == none:
				left, reach = s.x0, s.x1
			case math.Abs(s.x0-left) < 3.5:
				reach = max(reach, s.x1)
			case math.Abs(s.x0-right) < 3.5:
			case right == none && s.x0 > left:
				right = s.x0
			case right == none:
				left, right, reach = s.x0, left, s.x1
			default:
				return i
			}
		}
		if right != none && (right-left < 3*l.size || reach > right-2) {
			return i
		}
	}
	return min(len(lines), longestForm)
}

// part parts a line of one segment at the cells of another line.
func (n *line) part(cells line) bool {
	words := n.segs[0].words
	for _, cell := range cells.segs[1:] {
		for k := 1; k < len(words); k++ {
			gap := words[k].x0 - words[k-1].x1
			if math.Abs(words[k].x0-cell.x0) > 1.5 || gap < 0.4*words[k].size || gap < 1.5*usualSpace(words, k) {
				continue
			}
			var segs []segment
			for _, part := range [][]word{words[:k], words[k:]} {
				s := segment{x0: part[0].x0, x1: part[0].x1, bold: true, plain: true}
				for _, w := range part {
					s.add(w)
				}
				segs = append(segs, s)
			}
			n.segs = segs
			return true
		}
	}
	return false
}

// usualSpace is the widest space between words but for the one before word k.
func usualSpace(words []word, k int) float64 {
	widest := 0.0
	for i := 1; i < len(words); i++ {
		if i != k && !words[i].glued {
			widest = math.Max(widest, words[i].x0-words[i-1].x1)
		}
	}
	return widest
}

// sameEdges reports whether each segment of b begins where one of a does.
func sameEdges(a, b line) bool {
	for _, s := range b.segs {
		if edgeOf(a, s.x0) < 0 {
			return false
		}
	}
	return true
}

// edgeOf is the segment of a line that begins at x, or -1.
func edgeOf(n line, x float64) int {
	for i, s := range n.segs {
		if math.Abs(s.x0-x) < 3.5 {
			return i
		}
	}
	return -1
}

// table makes a table of rows. A line that only goes on in one cell, near the
// line above, belongs to the row above.
func (l *layout) table(lines []line) {
	b := Block{Kind: Table, Page: lines[0].page}
	columns := len(lines[0].segs)
	var cells [][]line
	flush := func() {
		if cells == nil {
			return
		}
		row := Row{}
		for _, c := range cells {
			cell := Cell{Span: 1}
			if len(c) > 0 {
				cell.Blocks = []Block{l.block(c)}
			}
			row.Cells = append(row.Cells, cell)
		}
		b.Rows = append(b.Rows, row)
	}
	for i, n := range lines {
		goesOn := i > 0 && lines[i-1].base-n.base < 1.45*n.size && edgeOf(lines[0], n.segs[0].x0) > 0
		if i > 0 && !goesOn && lines[i-1].base-n.base < 1.35*n.size && len(n.segs) == 1 {
			goesOn = true // the label itself was broken
		}
		if !goesOn {
			flush()
			cells = make([][]line, columns)
		}
		for _, s := range n.segs {
			part := line{segs: []segment{s}, page: n.page}
			part.fit()
			k := max(edgeOf(lines[0], s.x0), 0)
			cells[k] = append(cells[k], part)
		}
	}
	flush()
	l.items = nil
	l.doc.Blocks = append(l.doc.Blocks, b)
}

// footnotes gives the lines at the foot of a region that are footnotes: from
// one that is smaller than the text and begins with a mark, all of them small.
func (l *layout) footnotes(r *region) []line {
	if !r.low {
		return nil
	}
	first := len(r.lines)
	for i := len(r.lines) - 1; i >= 0 && r.lines[i].size < 0.93*l.body; i-- {
		if l.opensNote(r.lines[i]) {
			first = i
		}
	}
	return r.lines[first:]
}

// opensNote reports whether a line at the foot of a page begins a note: with a
// raised mark, or with a number that stands raised elsewhere on the page.
func (l *layout) opensNote(n line) bool {
	words := n.segs[0].words
	if startsNote(n) {
		return true
	}
	if !isMark(words[0].text) || len(words) < 2 && len(n.segs) < 2 {
		return false
	}
	for _, w := range l.pages[n.page-1].words {
		if w.super && w.text == words[0].text {
			return true
		}
	}
	return false
}

func startsNote(n line) bool {
	words := n.segs[0].words
	first := words[0]
	if first.super && isMark(first.text) {
		return true
	}
	return strings.Trim(first.text, "*†‡") == "" && len(words) > 1
}

// notes reads the footnotes of a page.
func (l *layout) notes(lines []line) {
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && !l.opensNote(lines[end]) {
			end++
		}
		l.note(lines[start:end])
		start = end
	}
}

func (l *layout) note(lines []line) {
	page := lines[0].page
	mark := lines[0].segs[0].words[0].text
	n := Note{ID: "page " + strconv.Itoa(page) + " note " + mark, Label: mark, Page: page}
	if l.noted[n.ID]++; l.noted[n.ID] > 1 {
		n.ID += " " + strconv.Itoa(l.noted[n.ID])
	}
	first := lines[0]
	first.segs = slices.Clone(first.segs)
	first.segs[0].words = first.segs[0].words[1:]
	if len(first.segs[0].words) == 0 {
		first.segs = first.segs[1:]
	}
	lines = slices.Clone(lines)
	lines[0] = first
	if len(first.segs) == 0 {
		lines = lines[1:]
	}
	// A line that ends a sentence early ends a paragraph of the note.
	right := 0.0
	for _, k := range lines {
		right = math.Max(right, k.x1)
	}
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && !(endsSentence(lines[end-1].text()) && lines[end-1].x1+firstWidth(lines[end]) < right) {
			end++
		}
		n.Blocks = append(n.Blocks, l.block(lines[start:end]))
		start = end
	}
	l.doc.Notes = append(l.doc.Notes, n)
}

// references ties raised marks, and stars behind words, to the notes of their
// page.
func (l *layout) references() {
	ids := map[string]bool{}
	for _, n := range l.doc.Notes {
		ids[n.ID] = true
	}
	each(l.doc.Blocks, func(b *Block) {
		var runs []Run
		for _, r := range b.Runs {
			id := "page " + strconv.Itoa(b.Page) + " note "
			next := "page " + strconv.Itoa(b.Page+1) + " note "
			mark := strings.TrimSpace(r.Text)
			switch {
			case r.Super && ids[id+mark]:
				r.Note, r.Super, r.Text = id+mark, false, mark
			case r.Super && ids[next+mark]: // of a paragraph that went over
				r.Note, r.Super, r.Text = next+mark, false, mark
			case ids[id+"*"] && strings.Contains(r.Text, "*"):
				if head, tail, ok := strings.Cut(r.Text, "*"); ok && strings.TrimSpace(head) != "" {
					before, after := r, r
					before.Text, after.Text = head, tail
					runs = append(runs, before, Run{Text: "*", Note: id + "*"})
					r = after
				}
			}
			runs = append(runs, r)
		}
		b.Runs = runs
	})
}
