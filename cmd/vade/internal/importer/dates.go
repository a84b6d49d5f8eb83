package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vademecum/cmd/vade/internal/council"
)

// A Date is a day; in YAML it stands as 2019-12-02.
type Date struct{ time.Time }

// MarshalYAML writes the day without quotes.
func (d Date) MarshalYAML() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalYAML reads a day that MarshalYAML wrote.
func (d *Date) UnmarshalYAML(text []byte) (err error) {
	d.Time, err = time.Parse(time.DateOnly, strings.TrimSpace(string(text)))
	return err
}

func (d Date) String() string { return d.Format(time.DateOnly) }

func day(y, m, d int) Date { return Date{time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)} }

// A period is when a meeting was held.
type period struct {
	first, last Date
	days        []Date // all days, when they do not follow one another
	precision   string // byDay, byMonth or byYear; empty when nothing was found
	text        string // as printed
	from, to    int    // where the text stands
	doubt       string // why a date could not be read, or what was assumed
}

func (p period) found() bool { return p.precision != "" }

// findPeriod reads the first date or range of dates in text. If there is none
// but something looks like one, the period says why it could not be read.
func findPeriod(text string) period {
	if p := numericPeriod(text); p.found() || p.doubt != "" {
		return p
	}
	var doubtful, wide period
	for _, seq := range dateSequences(reHours.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })) {
		p := seq.period(text)
		switch {
		case p.precision == byDay && (!wide.found() || wide.holds(p)):
			return p
		case p.found() && !wide.found():
			wide = p // "every Tuesday in March 2021 (2, 9 and 16 March 2021)"
		}
		if p.doubt != "" && doubtful.doubt == "" {
			doubtful = p
		}
	}
	if wide.found() {
		return wide
	}
	return doubtful
}

// reHours matches what stands in brackets behind a day: "2 (pm) and 3 March".
var reHours = regexp.MustCompile(`(?i)\((?:am|pm|a\.m\.|p\.m\.|morning|afternoon|evening|mañana|tarde|noche|matin|après-midi|soir)\)`)

// holds reports whether q lies within p.
func (p period) holds(q period) bool {
	return !q.first.Before(p.first.Time) && !q.last.After(p.last.Time)
}

var (
	// 2019-12-02, 2019-12-02 to 2019-12-03, 2019-12-02/03
	reISO = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})(?:\s*(-|–|—|/|to|and|a|al|à|au|y|et)\s*(\d{4})-(\d{2})-(\d{2})|[/–—](?:(\d{2})-)?(\d{2}))?\b`)
	// 2021年3月2日, 2021年3月2日至3日, 2021年3月2-3日
	reChinese = regexp.MustCompile(`(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?(?:日?\s?([-–—~～至到和、])\s?(?:(\d{1,2})\s?月\s?)?(\d{1,2})\s?)?日`)
	// 28-29.05.2024, 30.11.-01.12.2019, 28/05/2024
	// 6-VIII-2018
	reRomanMonth = regexp.MustCompile(`\b(\d{1,2})([-./ ])(I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})[-./ ](\d{4})\b`)
	reNumeric    = regexp.MustCompile(`\b(?:(\d{1,2})(?:[./](\d{1,2}))?(?:[./](\d{4}))?\.?\s*(-|–|—|to|and|a|al|à|au|y|et)\s*)?(\d{1,2})([./])(\d{1,2})[./](\d{4})\b`)
)

var romanMonths = strings.Fields("I II III IV V VI VII VIII IX X XI XII")

// numericPeriod reads dates written in numbers alone: year first with hyphens,
// otherwise day first, as the United Nations writes them.
func numericPeriod(text string) period {
	if m := reISO.FindStringSubmatchIndex(text); m != nil {
		g := groups(text, m)
		days := []dated{{number(g[1]), number(g[2]), number(g[3]), false}}
		if g[4] != "" {
			days = append(days, dated{number(g[5]), number(g[6]), number(g[7]), !listWords[g[4]]})
		} else if g[9] != "" {
			days = append(days, dated{number(g[1]), number(cmp.Or(g[8], g[2])), number(g[9]), true})
		}
		return daysOf(days).at(text, m[0], m[1])
	}
	if m := reChinese.FindStringSubmatchIndex(text); m != nil {
		g := groups(text, m)
		days := []dated{{number(g[1]), number(g[2]), number(g[3]), false}}
		if g[6] != "" {
			days = append(days, dated{number(g[1]), number(cmp.Or(g[5], g[2])), number(g[6]), !strings.Contains("和、", g[4])})
		}
		return daysOf(days).at(text, m[0], m[1])
	}
	if m := reRomanMonth.FindStringSubmatchIndex(text); m != nil {
		g := groups(text, m)
		month := slices.Index(romanMonths, g[3]) + 1
		return daysOf([]dated{{number(g[4]), month, number(g[1]), false}}).at(text, m[0], m[1])
	}
	m := reNumeric.FindStringSubmatchIndex(text)
	if m == nil {
		return period{}
	}
	g := groups(text, m)
	last := dated{number(g[8]), number(g[7]), number(g[5]), !listWords[g[4]]}
	days := []dated{last}
	if g[1] != "" {
		first := dated{last.y, last.m, number(g[1]), false}
		if g[2] != "" {
			first.m = number(g[2])
		}
		if g[3] != "" {
			first.y = number(g[3])
		}
		days = []dated{first, last}
	}
	p := daysOf(days).at(text, m[0], m[1])
	if p.found() && g[6] == "/" && last.d <= 12 && days[0].d <= 12 && last.d != last.m {
		p.doubt = "read with the day first"
	}
	return p
}

func groups(text string, m []int) []string {
	var out []string
	for i := 0; i < len(m); i += 2 {
		if m[i] < 0 {
			out = append(out, "")
		} else {
			out = append(out, text[m[i]:m[i+1]])
		}
	}
	return out
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // the callers' patterns let only digits through
	return n
}

func (p period) at(text string, from, to int) period {
	p.text, p.from, p.to = text[from:to], from, to
	return p
}

// A span is a run of days, written as its first and its last.
type span struct{ y1, m1, d1, y2, m2, d2 int }

// longestMeeting bounds, in days, the gap that a range may bridge.
const longestMeeting = 366

// fromSpans checks the spans against the calendar and makes a period of them:
// a range when the days follow one another, single days otherwise.
func fromSpans(spans []span) period {
	var p period
	var days []Date
	whole := true
	for i, s := range spans {
		first, last := day(s.y1, s.m1, s.d1), day(s.y2, s.m2, s.d2)
		switch {
		case !inCalendar(first, s.y1, s.m1, s.d1) || !inCalendar(last, s.y2, s.m2, s.d2):
			return period{doubt: "it is not in the calendar"}
		case last.Before(first.Time) || len(days) > 0 && !first.After(days[len(days)-1].Time):
			return period{doubt: "its days are not in order"}
		case last.Sub(first.Time) > longestMeeting*24*time.Hour:
			return period{doubt: "it is longer than a year"}
		}
		if i > 0 && !days[len(days)-1].AddDate(0, 0, 1).Equal(first.Time) {
			whole = false
		}
		for d := first; !d.After(last.Time); d = (Date{d.AddDate(0, 0, 1)}) {
			days = append(days, d)
		}
	}
	p.first, p.last, p.precision = days[0], days[len(days)-1], byDay
	if !whole {
		p.days = days
	}
	return p
}

func inCalendar(d Date, y, m, dd int) bool {
	return d.Year() == y && int(d.Month()) == m && d.Day() == dd
}

// What a word or sign is in a date.
type dateToken int

const (
	notDate dateToken = iota
	dayToken
	monthToken
	yearToken
	rangeToken // from … to
	listToken  // … and …
	betweenToken
	fillToken
)

type datePart struct {
	is         dateToken
	value      int
	short      bool // a year without its century: '19
	start, end int
}

// A dateSequence is a run of words that could make up a date.
type dateSequence []datePart

var (
	reDatePart = regexp.MustCompile(`['’][0-9]{2}\b|[0-9]+|\p{L}+|\S`)
	months     = monthNames()
	rangeWords = set("to through until till a al au hasta jusqu")
	listWords  = set("and y et e")
	between    = set("between entre") // … and …, which then says "to"
	firstDays  = set("primero premier")
	fillWords  = set("st nd rd th er º ª of the from de del du le les los las el on in en le",
		"monday tuesday wednesday thursday friday saturday sunday",
		"lunes martes miercoles jueves viernes sabado domingo",
		"lundi mardi mercredi jeudi vendredi samedi dimanche",
		"mon tue tues wed thu thur thurs fri sat sun lun mie jue vie sab dom mer jeu ven sam dim")
)

func monthNames() map[string]int {
	out := map[string]int{}
	for _, list := range []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago set oct nov dic",
		"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
		"janv fevr mars avr mai juin juil aout sept oct nov dec",
	} {
		for i, m := range strings.Fields(list) {
			out[m] = i + 1
		}
	}
	out["setiembre"] = 9
	return out
}

// dateSequences finds the stretches of text that hold nothing but parts of
// dates.
func dateSequences(text string) []dateSequence {
	var out []dateSequence
	var open dateSequence
	for _, at := range reDatePart.FindAllStringIndex(text, -1) {
		p := classify(text[at[0]:at[1]])
		if p.short && (len(open) == 0 || open[len(open)-1].is != monthToken) { // "l’11 mars"
			p.is, p.value = dayToken, p.value%100
			if p.value == 0 {
				p.is = notDate
			}
		}
		if p.is == notDate {
			out, open = append(out, open), nil
			continue
		}
		p.start, p.end = at[0], at[1]
		open = append(open, p)
	}
	return append(out, open)
}

func classify(s string) datePart {
	if digits := strings.TrimLeft(s, "'’"); digits != s && digits != "" {
		return datePart{is: yearToken, value: 2000 + number(digits), short: true}
	}
	if s[0] >= '0' && s[0] <= '9' {
		n := 0
		if len(s) <= 4 {
			n = number(s)
		}
		switch {
		case len(s) <= 2 && n >= 1:
			return datePart{is: dayToken, value: n}
		case len(s) == 4 && n >= 1900 && n < 2100:
			return datePart{is: yearToken, value: n}
		}
		return datePart{}
	}
	w := fold(s)
	if m := months[w]; m > 0 {
		return datePart{is: monthToken, value: m}
	}
	switch {
	case firstDays[w]:
		return datePart{is: dayToken, value: 1}
	case between[w]:
		return datePart{is: betweenToken}
	case rangeWords[w] || strings.Contains("-–—−‐‑/", s):
		return datePart{is: rangeToken}
	case listWords[w] || strings.Contains(",&", s):
		return datePart{is: listToken}
	case fillWords[w] || strings.Contains(".'’º°", s) || strings.TrimSpace(s) == "":
		return datePart{is: fillToken}
	}
	return datePart{}
}

// A dated item is one day of a date, or a month or a year without one.
type dated struct {
	y, m, d int
	ranges  bool // the item ends a range that the one before it began
}

// period reads a sequence. Days wait for their month and items for their year,
// which may come only once, at the end.
func (seq dateSequence) period(text string) period {
	items, from, to := seq.items()
	if len(items) == 0 {
		return period{}
	}
	p := period{}
	switch {
	case items[0].d > 0:
		p = daysOf(items)
	case len(items) <= 2:
		p = monthsOf(items)
	}
	return p.at(text, from, to)
}

func (seq dateSequence) items() (items []dated, from, to int) {
	month := 0 // a month that came before its days, as in "December 2-3, 2019"
	ranges, pair := false, false
	from = -1
	for i, part := range seq {
		switch part.is {
		case dayToken:
			items = append(items, dated{m: month, d: part.value, ranges: ranges})
		case monthToken:
			if !give(items, func(it *dated) bool { return it.m == 0 && it.d > 0 }, func(it *dated) { it.m = part.value }) {
				month = part.value
				if daysFollow(seq[i+1:]) {
					if from < 0 {
						from = part.start
					}
					continue // what stood before it is said of its days
				}
				items = append(items, dated{m: month, ranges: ranges})
				month = 0
			}
		case yearToken:
			month = 0
			if !give(items, func(it *dated) bool { return it.y == 0 }, func(it *dated) { it.y = part.value }) {
				items = append(items, dated{y: part.value, ranges: ranges})
			}
		case rangeToken:
			ranges = true
			continue
		case listToken:
			ranges, pair = pair, false
			continue
		case betweenToken:
			pair = true
			continue
		default:
			continue
		}
		ranges = false
		if from < 0 {
			from = part.start
		}
		if part.is != dayToken || month > 0 { // a day without a month may belong to what follows
			to = part.end
		}
	}
	return settled(items), from, to
}

// daysFollow reports whether the month just read is followed by its days, and
// these by no other month of their own.
func daysFollow(rest dateSequence) bool {
	for _, part := range rest {
		switch part.is {
		case dayToken:
			return true
		case yearToken, monthToken, rangeToken:
			return false
		}
	}
	return false
}

// give sets a value on the last items that lack it.
func give(items []dated, lacks func(*dated) bool, set func(*dated)) bool {
	given := false
	for i := len(items) - 1; i >= 0 && lacks(&items[i]); i-- {
		set(&items[i])
		given = true
	}
	return given
}

// settled gives a year that stands first to all that follows it without one, and
// drops days without a month at the end, which belong to no date.
func settled(items []dated) []dated {
	if len(items) > 1 && items[0].m == 0 && items[0].d == 0 &&
		!slices.ContainsFunc(items[1:], func(it dated) bool { return it.y != 0 || it.m == 0 }) {
		year := items[0].y
		items = items[1:]
		for i := range items {
			items[i].y = year
		}
		items[0].ranges = false
	}
	for len(items) > 0 && items[len(items)-1].d > 0 && items[len(items)-1].m == 0 {
		items = items[:len(items)-1]
	}
	return items
}

func daysOf(items []dated) period {
	var spans []span
	for _, it := range items {
		switch {
		case it.d == 0:
			return period{doubt: "days and months are mixed"}
		case it.m == 0:
			return period{doubt: "a day has no month"}
		case it.y == 0:
			return period{doubt: "it has no year"}
		}
		if n := len(spans); it.ranges && n > 0 {
			spans[n-1].y2, spans[n-1].m2, spans[n-1].d2 = it.y, it.m, it.d
			continue
		}
		spans = append(spans, span{it.y, it.m, it.d, it.y, it.m, it.d})
	}
	return fromSpans(spans)
}

// monthsOf reads a month, a range of months, or a year.
func monthsOf(items []dated) period {
	first, last := items[0], items[len(items)-1]
	switch {
	case first.d > 0 || last.d > 0:
		return period{doubt: "days and months are mixed"}
	case first.y == 0 || last.y == 0:
		return period{doubt: "it has no year"}
	case first.m == 0 && last.m == 0:
		first.m, last.m = 1, 12
	case first.m == 0 || last.m == 0:
		return period{doubt: "months and years are mixed"}
	}
	p := period{first: day(first.y, first.m, 1), last: Date{day(last.y, last.m+1, 1).AddDate(0, 0, -1)}, precision: byMonth}
	if items[0].m == 0 {
		p.precision = byYear
	}
	if p.last.Before(p.first.Time) {
		return period{doubt: "its months are not in order"}
	}
	return p
}

// around is the text that is left when the period is taken out: what stands
// before and after, without the signs and words that led up to it.
func (p period) around(text string) string {
	before := strings.TrimRight(text[:p.from], " \n\t,;:-–—(")
	for {
		w := words(before)
		if len(w) == 0 || !fillWords[w[len(w)-1].fold] || !unicode.IsLower(rune(before[w[len(w)-1].start])) {
			break
		}
		before = strings.TrimRight(before[:w[len(w)-1].start], " \n\t,;:-–—(")
	}
	after := strings.TrimLeft(text[p.to:], " \n\t,;:-–—.")
	if before == "" || after == "" {
		return strings.TrimSpace(before + after)
	}
	return before + ", " + after
}

// says writes a period for the report.
func (p period) says() string {
	if len(p.days) > 0 {
		var out []string
		for _, d := range p.days {
			out = append(out, d.String())
		}
		return strings.Join(out, ", ")
	}
	return fmt.Sprintf("%s to %s", p.first, p.last)
}

// otherMonths match a day with the name of a month that findPeriod does not
// know, from January on. The Arabic names are the first of the two that the
// United Nations writes.
var otherMonths = func() (out [][]*regexp.Regexp) {
	for _, year := range []string{
		"январ,феврал,март,апрел,ма[йя],июн,июл,август,сентябр,октябр,ноябр,декабр",
		"كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
	} {
		var months []*regexp.Regexp
		for name := range strings.SplitSeq(year, ",") {
			months = append(months, regexp.MustCompile(`(\d{1,2})\s+`+name+`\p{L}*(?:\s?/\s?\p{L}+(?: \p{L}+)?)?\s+(\d{4})`))
		}
		out = append(out, months)
	}
	return out
}()

// findDay reads the first day that text names.
func findDay(text string) (Date, bool) {
	text = council.ASCIIDigits(text)
	if p := findPeriod(text); p.precision == byDay && p.first == p.last {
		return p.first, true
	}
	for _, months := range otherMonths {
		for i, month := range months {
			if m := month.FindStringSubmatch(text); m != nil {
				return checkedDay(number(m[2]), i+1, number(m[1]))
			}
		}
	}
	return Date{}, false
}

func checkedDay(y, m, d int) (Date, bool) {
	date := day(y, m, d)
	return date, inCalendar(date, y, m, d)
}
