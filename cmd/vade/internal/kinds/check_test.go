package kinds

import (
	"fmt"
	"maps"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// bees is a small knowledge base on another subject, in which everything holds
// together. It has a field of each type.
var bees = map[string]string{
	"hugo.toml": `
defaultContentLanguage = "en"
[languages.en]
[languages.es]
[params.kinds]
hives = "hive"
keepers = "keeper"
resolutions = "rule"
words = "word"
[[module.mounts]]
source = "content"
target = "content"
files = ["! hives/raw/**"]
`,
	"layouts/kinds/common.yaml": `
fields:
  title: {is: text, required: true}
  summary: {is: text, required: true}
  missing: {is: text}
  aliases: {is: names}
`,
	"layouts/kinds/hive.yaml": `
fields:
  from: {is: date, required: true}
  until: {is: date, not_before: from}
  days: {is: dates}
  seen: &when {is: when}
  place: {is: text, required: true, unless: {mode: wild}}
  mode: {is: choice, of: [wild, box]}
  marks: {is: choices, of: [red, blue]}
  keeper: {is: id, of: keepers}
  helpers: {is: ids, of: keepers}
  rules: {is: paragraphs}
  frames: {is: number}
  alive: {is: flag}
  tags: {is: names}
  read: {is: page}
  letter: {is: text, blanks: visits}
  pair: {is: texts, count: 2}
  visits:
    is: records
    fields:
      id: {is: name, required: true}
      day: {is: when, required: true}
      text: {is: text}
      next: *when
`,
	"layouts/kinds/keeper.yaml": `
also: data/guests.yaml
fields:
  labels: {is: labels, in: [en, es], required: true}
  synonyms: {is: synonyms}
  reviewed: {is: flag}
`,
	"data/guests.yaml": "- id: ivo\n  en: [Ivo, \"Ivan?\"]\n- id: olga\n",
	"layouts/kinds/rule.yaml": `
fields:
  paragraphs:
    is: records
    fields:
      id: {is: name, required: true}
`,
	"layouts/kinds/word.yaml": `
single: true
fields:
  terms: {is: texts, required: true}
`,
	"content/_index.md":               "---\ntitle: Home\n---\n",
	"content/about.md":                "---\ntitle: About\nanything: goes\n---\n",
	"content/hives/_index.md":         "---\ntitle: Hives\nsummary: All.\n---\n",
	"content/hives/table.html":        "<p>A file beside the pages.</p>",
	"content/hives/raw/copy.md":       "no front matter, and left out by the mount",
	"content/hives/oak.md":            hive("from: 2019-04-01"),
	"content/hives/oak.es.md":         "---\ntitle: Roble\nsummary: En el roble.\nplace: Huerto\nvisits:\n  - {id: first, text: Todo bien.}\n---\n",
	"content/keepers/ana.md":          "---\ntitle: Ana\nsummary: A keeper.\nlabels: {en: Ana Núñez, es: Ana}\nsynonyms: {en: [the teacher]}\n---\n",
	"content/keepers/zoë/index.md":    "---\ntitle: Zoë\nsummary: A keeper.\nlabels: {en: Zoë, es: Zoë}\n---\n",
	"content/keepers/unborn.md":       "---\ntitle: Nobody\nsummary: A draft.\ndraft: true\nmissing: who it is\n---\n",
	"content/resolutions/12.md":       "---\ntitle: Rule\nsummary: A rule.\nparagraphs: [{id: op1}, {id: op2-a}]\n---\n",
	"content/words/_index.md":         "---\ntitle: Words\nsummary: All words.\nterms: [swarm]\n---\n",
	"content/_content.gotmpl":         "",
	"content/hives/later/whenever.md": "---\ntitle: Later\nsummary: Soon.\ndraft: true\nmissing: the day\n---\n",
}

// hive makes a page with all that its kind requires, and more fields.
func hive(fields ...string) string {
	return "---\ntitle: Oak\nsummary: In the oak.\nplace: Orchard\nvisits: [{id: first, day: 2019-04}]\n" + strings.Join(fields, "\n") + "\n---\nText: here\t{nothing} is read.\n"
}

// site gives the knowledge base with some files in place of, or beside, its own.
func site(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	all := maps.Clone(bees)
	maps.Copy(all, files)
	for name, text := range all {
		if text != "-" {
			out[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return out
}

// faultsOf gives the problems that stop a build, as lines.
func faultsOf(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		if p.Class == Fault {
			out = append(out, p.String())
		}
	}
	return out
}

// What is right stays without a word, in each of the three formats and in every
// form that the kinds allow.
func TestRight(t *testing.T) {
	full := "until: 2019-04-01\ndays: [2019-04-02, 2019-04-03]\nseen: 2019\nmode: box\nmarks: [red, blue]\nkeeper: ana\nhelpers: [ana, zoë]\n" +
		"rules: [12-op1, 12-op2-a]\nframes: 10.5\nalive: true\ntags: [A-1, 7]\nread: /hives/oak/#first\nletter: Dear {first}.\npair: [a, b]\nhelpers2: []"
	for name, page := range map[string]string{
		"all fields":                    hive("from: 2019-04-01", strings.Replace(full, "\nhelpers2: []", "", 1)),
		"an id without a page":          hive("from: 2019-04-01", "keeper: ivo", "helpers: [ana, olga]"),
		"an empty list":                 hive("from: 2019-04-01", "helpers: []"),
		"earlier addresses":             hive("from: 2019-04-01", "aliases: [/hives/elm/, /keepers/unborn/]"), // of a draft there is no page
		"keys in capitals":              hive("From: 2019-04-01"),
		"Hugo's own fields":             hive("from: 2019-04-01", "weight: 3", "draft: false", "url: /x/", "layout: y"),
		"a wild one without its place":  strings.Replace(hive("from: 2019-04-01", "mode: wild"), "place: Orchard\n", "", 1),
		"links to folders and the home": hive("from: 2019-04-01", "read: /keepers/"),
		"text over lines, with colons":  hive("from: 2019-04-01", "letter: >-\n  One: two,\n  three.", "tags:\n  - \"a: b\"\n  # a comment\n  - 'it''s'"),
		"windows line ends, a mark":     "\ufeff" + strings.ReplaceAll(hive("from: 2019-04-01"), "\n", "\r\n"),
		"TOML":                          "+++\ntitle = \"Oak\"\nsummary = \"In the oak.\"\nplace = \"Orchard\"\nfrom = 2019-04-01\nseen = \"2019-04\"\nframes = 7\nalive = true\nhelpers = [\"ana\"]\n[[visits]]\nid = \"first\"\nday = 2019-04-02\n+++\n",
		"JSON":                          "{\n\"title\": \"Oak\", \"summary\": \"In the oak.\", \"place\": \"Orchard\", \"from\": \"2019-04-01\",\n\"frames\": 7, \"alive\": true, \"helpers\": [\"ana\"],\n\"visits\": [{\"id\": \"first\", \"day\": \"2019\"}]\n}\nText\n",
		"letters of many languages":     strings.Replace(hive("from: 2019-04-01"), "Orchard", "São Tomé, “Côte d’Ivoire”, Às, Ïle, Ω, Россия, مرحبا, 中文, Åland – √2, «à», “IRMÔ, “AÑO Ñ”, « été », Paris–État, l’‚âge, NÃO", 1),
	} {
		if got := faultsOf(Check(site(map[string]string{"content/hives/oak.md": page}))); len(got) > 0 {
			t.Errorf("%s:\n%s", name, strings.Join(got, "\n"))
		}
	}
}

// Each kind of fault names its file, line and field, and says what to write.
func TestFaults(t *testing.T) {
	var memory Memory
	oak, start := "content/hives/oak.md", "from: 2019-04-01"
	for _, c := range []struct {
		fault, file, text string
		want              []string // each message, without the file's name; it may be cut short
	}{
		{"a missing field", oak, hive(), []string{`:2: field "from": is missing; add it: write "from: 2019-12-31"`}},
		{"an empty field", oak, hive("from:"), []string{`:6: field "from": is empty; write "from: 2019-12-31"`}},
		{"a value of nothing", oak, hive("from: ~"), []string{`:6: field "from": is empty; write "from: 2019-12-31"`}},
		{"null", oak, hive("from: null"), []string{`:6: field "from": is empty; write "from: 2019-12-31"`}},
		{"a translation without original", "content/hives/elm.es.md", "---\ntitle: Olmo\nsummary: En el olmo.\n---\n", []string{`translates nothing: there is no content/hives/elm.md`}},
		{"letters garbled in a name", oak, strings.Replace(hive(start), "Orchard", "BogotÃ¡", 1), []string{`:4: field "place": "BogotÃ¡" has letters that were garbled when the text was copied or saved; write "Bogotá"`}},
		{"an empty field that may be left out", oak, hive(start, "until:"), []string{`:7: field "until": is empty; write "until: 2019-12-31", or take the line out`}},
		{"an empty list that must not be", "content/words/_index.md", "---\ntitle: Words\nsummary: All.\nterms: []\n---\n", []string{`:4: field "terms": is empty`}},
		{"an empty entry", oak, hive(start, "helpers: [ana, '']"), []string{`:7: field "helpers[1]": is empty`}},
		{"a field that another one makes needless", oak, strings.Replace(hive(start), "place: Orchard", `place: ""`, 1), []string{`:4: field "place": is empty; write "place: …", or "mode: wild"`}},
		{"an unknown field", oak, hive(start, "keepr: ana"), []string{`:7: field "keepr": is not known to the kind "hive"; did you mean "keeper"? Otherwise take it out`}},
		{"an unknown field like no other", oak, hive(start, "weather: fair"), []string{`:7: field "weather": is not known to the kind "hive"; write one of title, summary, missing, aliases, from,`}},
		{"an unknown field of a record", oak, strings.Replace(hive(start), "[{id: first, day: 2019-04}]", "\n  - id: first\n    day: 2019\n    weather: fair", 1), []string{`:8: field "visits[first].weather": is not known`}},
		{"a missing field of a record", oak, strings.Replace(hive(start), "day: 2019-04", "text: Fine.", 1), []string{`:5: field "visits[first].day": is missing; add it: write "day: 2019-12-31"`}},
		{"a field of a kind on a list", "content/hives/_index.md", "---\ntitle: Hives\nsummary: All.\nfrom: 2019-04-01\n---\n", []string{`:4: field "from": is not known`}},
		{"a list that is one word", oak, hive(start, "helpers: ana"), []string{`:7: field "helpers": "ana" is one value, and this is a list; write "helpers: [ana]"`}},
		{"a list that is one wrong word", oak, hive(start, "helpers: anna"), []string{`"anna" is one value`, `"anna" names no page; did you mean "ana"?`}},
		{"records that are words", oak, strings.Replace(hive(start), "[{id: first, day: 2019-04}]", "first", 1), []string{`:5: field "visits": is no list`}},
		{"a record that is a word", oak, strings.Replace(hive(start), "{id: first, day: 2019-04}", "first", 1), []string{`:5: field "visits[0]": holds no fields; write them indented below it, id, day, text, next`}},
		{"a value that is a list", oak, hive(start, "keeper: [ana]"), []string{`:7: field "keeper": must be one value, not a list; write "keeper: …"`}},
		{"too few entries", oak, hive(start, "pair: [a]"), []string{`:7: field "pair": has 1 entries; write 2`}},
		{"an id twice in a list", oak, strings.Replace(hive(start), "day: 2019-04}", "day: 2019-04}, {id: first, day: 2020}", 1), []string{`:5: field "visits[first]": the id "first" stands twice`}},

		{"a date with slashes", oak, hive("from: 23/11/2019"), []string{`:6: field "from": "23/11/2019" is no date; write 2019-11-23`}},
		{"a date that could be two", oak, hive("from: 02/12/2019"), []string{`write 2019-12-02, if the day stands before the month`}},
		{"a date in words", oak, hive("from: 2 December 2019"), []string{`"2 December 2019" is no date; write 2019-12-02`}},
		{"a date with a time", oak, hive("from: 2019-12-02T10:00:00Z"), []string{`write 2019-12-02`}},
		{"a month for a day", oak, hive("from: December 2019"), []string{`"December 2019" is no date; write it as 2019-12-31`}},
		{"a month in words", oak, hive(start, "seen: December 2019"), []string{`"December 2019" is no date; write 2019-12`}},
		{"no date at all", oak, hive(start, "seen: soon"), []string{`"soon" is no date; write it as 2019-12-31, 2019-12 or 2019`}},
		{"a day that is not in the calendar", oak, hive("from: 2019-02-30"), []string{`"2019-02-30" is no day of the calendar`}},
		{"an end before the start", oak, hive(start, "until: 2019-03-31"), []string{`:7: field "until": 2019-03-31 is before 2019-04-01, which "from" says; correct one of the two dates`}},
		{"a day of several", oak, hive(start, "days: [2019-04-02, 3 April]"), []string{`:7: field "days[1]": "3 April" is no date`}},
		{"a number", oak, hive(start, "frames: ten"), []string{`"ten" is no number; write digits`}},
		{"a flag", oak, hive(start, "alive: maybe"), []string{`"maybe" is neither true nor false`}},
		{"an earlier address that a page has now", oak, hive(start, "aliases: [/hives/elm/, /keepers/Ana, ../keepers/ana]"), []string{`field "aliases": "/keepers/Ana" is the address of content/keepers/ana.md; take it out, or give that page another name`, `"../keepers/ana" is the address of content/keepers/ana.md`}},
		{"the same in a translation", "content/hives/oak.es.md", "---\ntitle: Roble\nsummary: En el roble.\naliases: [/keepers/ana/, /hives/oak]\n---\n", []string{`"/hives/oak" is the address of content/hives/oak.es.md`}},
		{"a draft that is none", oak, hive(start, "draft: yes"), []string{`:7: field "draft": "yes" is neither true nor false`}},
		{"a choice", oak, hive(start, "mode: boxx"), []string{`"boxx" is none of those allowed; did you mean "box"?`}},
		{"a choice like no other", oak, hive(start, "marks: [red, green]"), []string{`:7: field "marks[1]": "green" is none of those allowed; write one of red, blue`}},

		{"an id of no page", oak, hive(start, "keeper: bert"), []string{`"bert" names no page; add the page content/keepers/bert.md, or name one that is in content/keepers`}},
		{"an id nearly right", oak, hive(start, "helpers:\n  - ana\n  - zoe"), []string{`:9: field "helpers[1]": "zoe" names no page; did you mean "zoë"?`}},
		{"a title for an id", oak, hive(start, "keeper: Ana Nunez"), []string{`"Ana Nunez" names no page; did you mean "ana"?`}},
		{"a synonym for an id", oak, hive(start, "keeper: The Teacher"), []string{`did you mean "ana"?`}},
		{"a name for an id without a page", oak, hive(start, "keeper: Ivan"), []string{`"Ivan" names no page; did you mean "ivo"?`}},
		{"an id without a page nearly right", oak, hive(start, "keeper: olgo"), []string{`"olgo" names no page; did you mean "olga"?`}},
		{"an id in capitals", oak, hive(start, "keeper: ANA"), []string{`"ANA" names no page; did you mean "ana"?`}},
		{"a draft that is named", oak, hive(start, "keeper: unborn"), []string{`"unborn" is a draft, which nobody sees; finish content/keepers/unborn.md`}},
		{"an address of no page", oak, hive(start, "read: /hives/oka/"), []string{`"/hives/oka/" leads to no page; did you mean "/hives/oak"?`}},
		{"a bare paragraph", oak, hive(start, "rules: [op2-a]"), []string{`"op2-a" does not name its resolution; write 12-op2-a`}},
		{"a paragraph that is not there", oak, hive(start, "rules: [12-op2-b]"), []string{`"12-op2-b" is no paragraph that this site holds; did you mean "12-op2-a"? Otherwise correct the id, or add the paragraph to content/resolutions/12.md`}},
		{"a blank of no entry", oak, hive(start, "letter: Dear {frist}."), []string{`has a blank {frist}, and there is no such entry in "visits"; did you mean "first"?`}},

		{"a label that lacks", "content/keepers/ana.md", "---\ntitle: Ana\nsummary: A keeper.\nlabels: {en: Ana}\n---\n", []string{`:4: field "labels": has no label in "es"; add it`}},
		{"labels that are a word", "content/keepers/ana.md", "---\ntitle: Ana\nsummary: A keeper.\nlabels: Ana\n---\n", []string{`:4: field "labels": holds no languages`}},
		{"a label in another language", "content/keepers/ana.md", "---\ntitle: Ana\nsummary: A.\nlabels: {en: Ana, es: Ana, xx: Ana}\n---\n", []string{`"xx" is no language of this site`}},
		{"synonyms that are a word", "content/keepers/ana.md", "---\ntitle: Ana\nsummary: A.\nlabels: {en: Ana, es: Ana}\nsynonyms: {en: teacher}\n---\n", []string{`:5: field "synonyms.en": "teacher" is one value, and this is a list`}},

		{"a fact in a translation", "content/hives/oak.es.md", "---\ntitle: Roble\nsummary: En el roble.\nseen: 2019\n---\n", []string{`:4: field "seen": belongs in the original page; take it out of the translation, which holds texts only`}},
		{"another fact in a translation", "content/hives/oak.es.md", "---\ntitle: Roble\nsummary: En el roble.\nfrom: 2020-01-01\n---\n", []string{`:4: field "from": says "2020-01-01", and the original says "2019-04-01"`}},
		{"a fact in a record of a translation", "content/hives/oak.es.md", "---\ntitle: Roble\nsummary: En el roble.\nvisits: [{id: first, day: 2019-04}]\n---\n", []string{`:4: field "visits[first].day": belongs in the original`}},
		{"a record that the original lacks", "content/hives/oak.es.md", "---\ntitle: Roble\nsummary: En el roble.\nvisits:\n  - id: fisrt\n    text: Bien.\n---\n", []string{`:5: field "visits[fisrt]": content/hives/oak.md has no entry with this id; did you mean "first"?`}},
		{"a translation without summary", "content/hives/oak.es.md", "---\ntitle: Roble\n---\n", []string{`field "summary": is missing`}},
		{"a translation without its original", "content/hives/elm.es.md", "---\ntitle: Olmo\nsummary: Sobre él.\n---\n", []string{`: translates nothing: there is no content/hives/elm.md; write the original first`}},
		{"a translation of a draft", "content/keepers/unborn.es.md", "---\ntitle: Nadie\nsummary: Nadie.\n---\n", []string{`:2: field "draft": the original, content/keepers/unborn.md, is a draft, and this is none`}},
		{"a language that the site lacks", "content/hives/oak.de.md", hive(start), []string{`: is named as a translation into "de", which is no language of this site`}},

		{"garbled letters", oak, strings.Replace(hive(start), "Orchard", "PanamÃ¡ â€” cafÃ©", 1), []string{`:4: field "place": "PanamÃ¡ â€” cafÃ©" has letters that were garbled when the text was copied or saved; write "Panamá — café"`}},
		{"letters garbled by a Macintosh", oak, strings.Replace(hive(start), "Orchard", "Panam√° l‚Äôeau", 1), []string{`write "Panamá l’eau"`}},
		{"garbled Russian", oak, strings.Replace(hive(start), "Orchard", "Ð\u009cÐ¸Ñ\u0080", 1), []string{`write "Мир"`}},
		{"a garbled space", oak, strings.Replace(hive(start), "Orchard", "OPÂ\u00a03", 1), []string{`:4: field "place"`}},
		{"letters garbled in a record", oak, strings.Replace(hive(start), "day: 2019-04}", "day: 2019-04, text: lost \ufffd}", 1), []string{`:5: field "visits[first].text"`}},
		{"letters garbled in a page without kind", "content/about.md", "---\ntitle: SituaciÃ³n\n---\n", []string{`:2: field "title"`}},
		{"a file that is not UTF-8", oak, strings.Replace(hive(start), "Orchard", "Panam\xe1", 1), []string{": is not in UTF-8; save it as UTF-8"}},

		{"a key twice", oak, hive(start, "from: 2019-04-02"), []string{`:7: field "from": stands twice, in lines 6 and 7; keep one of them`}},
		{"a tab", oak, hive(start, "helpers:", "\t- ana"), []string{":8: the line begins with a tab; write spaces instead of it"}},
		{"a colon in a text", oak, strings.Replace(hive(start), "In the oak.", "In the oak: a hive", 1), []string{`:3: field "summary": the front matter cannot be read; enclose the text in quotation marks: summary: "In the oak: a hive"`}},
		{"an open quotation mark", oak, hive(start, `letter: "Dear`), []string{`:7: field "letter": the front matter cannot be read; close the quotation mark`}},
		{"an open list", oak, hive(start, "helpers: [ana"), []string{`:7: field "helpers": the front matter cannot be read; close the list: write ] at its end`}},
		{"a space that lacks", oak, hive(start, "keeper:ana"), []string{`:7: field "keeper": the front matter cannot be read; write a space after the colon: "keeper: ana"`}},
		{"a field further in than the others", oak, hive(start, "  keeper: ana"), []string{": the front matter cannot be read"}},
		{"text instead of fields", oak, "---\nJust a text.\n---\n", []string{":2: the front matter holds no fields"}},
		{"lines that stand for billions", oak, "---\na: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + bomb() + "---\n", []string{":2: the front matter holds more than 100000 values; shorten it"}},
		{"values nested without end", oak, hive(start, "tags: "+strings.Repeat("[", 3000)+strings.Repeat("]", 3000)), []string{`:7: field "tags[0]": must be one value`}},
		{"no front matter", oak, "A text about the oak.\n", []string{":1: begins without front matter; begin it with a line of ---"}},
		{"an empty file", oak, "", []string{":1: begins without front matter"}},
		{"front matter without end", oak, "---\ntitle: Oak\n\nText.\n", []string{":1: the front matter that begins here has no end; write a line of --- below its last field"}},
		{"TOML that does not parse", oak, "+++\ntitle = \"Oak\"\nsummary = In the oak\n+++\n", []string{":3: the front matter cannot be read ("}},
		{"TOML with a key twice", oak, "+++\ntitle = \"Oak\"\ntitle = \"Oak\"\n+++\n", []string{":3: the front matter cannot be read ("}},
		{"a fault in TOML", oak, "+++\ntitle = \"Oak\"\nsummary = \"In it.\"\nplace = \"Orchard\"\nfrom = 2019-04-01\nhelpers = [\n  \"ana\",\n  \"bert\",\n]\n[[visits]]\nid = \"first\"\n+++\n", []string{`:8: field "helpers[1]": "bert" names no page`, `:10: field "visits[first].day": is missing`}},
		{"JSON that does not parse", oak, "{\n\"title\": \"Oak\",\n\"summary\"\n}\n", []string{": the front matter cannot be read ("}},
		{"JSON without end", oak, "{\n\"title\": \"Oak\",\n", []string{": the front matter cannot be read ("}},
		{"a fault in a page of HTML", "content/keepers/bo.html", "---\ntitle: Bo\nsummary: A.\n---\n<p>Bo</p>", []string{`:2: field "labels": is missing`}},
		{"a fault in JSON", oak, "{\n\"title\": \"Oak\",\n\"summary\": \"In it.\",\n\"place\": \"Orchard\",\n\"from\": \"1 April 2019\",\n\"visits\": [{\"id\": \"first\", \"day\": 2019}]\n}\n", []string{`:5: field "from": "1 April 2019" is no date; write 2019-04-01`}},

		{"a folder without kind", "content/news/a.md", "---\ntitle: News\n---\n", []string{`: lies in content/news, and no kind is known for this folder; move it to the folder of its kind (hives, keepers, resolutions, words)`}},
		{"a page that is no draft and not known", oak, hive(start, "missing: the day"), []string{`:7: field "missing": says what is not known yet, and the page is no draft; write "draft: true"`}},

		{"a kind that does not parse", "layouts/kinds/hive.yaml", "fields: [", []string{": the front matter cannot be read", ""}},
		{"a type that is none", "layouts/kinds/word.yaml", "single: true\nfields:\n  terms: {is: txts}\n", []string{`:3: field "terms.is": "txts" is no type of field`}},
		{"a rule that means nothing", "layouts/kinds/word.yaml", "single: true\nfields:\n  terms: {is: texts, requierd: true}\n", []string{`:3: field "terms.requierd": means nothing in a kind`}},
	} {
		t.Run(c.fault, func(t *testing.T) {
			var got []string
			found := Check(site(map[string]string{c.file: c.text}))
			for range 2 { // what was read in the check before changes nothing
				if again := memory.Check(site(map[string]string{c.file: c.text})); !reflect.DeepEqual(again, found) {
					t.Errorf("with a memory the problems are %v instead of %v", again, found)
				}
			}
			for _, line := range faultsOf(found) {
				if rest, ok := strings.CutPrefix(line, c.file); ok {
					got = append(got, rest)
				} else if path.Dir(c.file) != Folder {
					t.Errorf("another file is blamed: %s", line)
				}
			}
			for _, want := range c.want {
				i := slices.IndexFunc(got, func(line string) bool { return strings.Contains(line, want) })
				if i < 0 && want != "" {
					t.Errorf("no message holds\n\t%s\nbut there are\n\t%s", want, strings.Join(got, "\n\t"))
				} else if i >= 0 {
					got = slices.Delete(got, i, i+1)
				}
			}
			if len(got) > 0 {
				t.Errorf("more is said:\n\t%s", strings.Join(got, "\n\t"))
			}
		})
	}
}

// bomb gives twenty lists, each ten times the one before.
func bomb() string {
	var b strings.Builder
	for c := 'b'; c < 'v'; c++ {
		fmt.Fprintf(&b, "%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	return b.String()
}

// All faults of all pages come at once, in the order of files and lines.
func TestAllAtOnce(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"ash", "beech", "elm"} {
		files["content/hives/"+name+".md"] = hive("from: soon", "mode: none", "keeper: nobody", "helpers: ana", "wrong: 1")
	}
	got := faultsOf(Check(site(files)))
	if len(got) != 15 || !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(a[:20], b[:20]) }) {
		t.Errorf("%d messages:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// Of a draft, faults are told and stop nothing; what "missing" speaks of may be
// missing.
func TestDrafts(t *testing.T) {
	got := map[Class][]string{}
	for _, p := range Check(site(map[string]string{
		"content/hives/oak.md":    hive("from: soon", "draft: true"),
		"content/hives/oak.es.md": "-",
		"content/hives/elm.md":    "---\ntitle: Elm\nsummary: A.\ndraft: true\nmissing: the day\nmode: boxx\n---\n",
		"content/keepers/ana.md":  "---\ntitle: Ana\nsummary: A.\nlabels: {en: A, es: A}\nreviewed: false\n---\n",
	})) {
		got[p.Class] = append(got[p.Class], p.String())
	}
	for class, want := range map[Class][]string{
		Fault:      nil,
		OfDraft:    {"content/hives/elm.md:6: ", "content/hives/oak.md:6: "},
		Missing:    {"content/hives/elm.md: the day", "content/hives/later/whenever.md: the day", "content/keepers/unborn.md: who it is"},
		Unreviewed: {"content/keepers/ana.md"},
	} {
		if !slices.EqualFunc(got[class], want, strings.HasPrefix) {
			t.Errorf("class %d: %q, want %q", class, got[class], want)
		}
	}
}

// A translation tells when the words of its original are others than it says it
// translates. Facts, spaces and the order of fields are no words.
func TestOutdated(t *testing.T) {
	told := func(original, sum string) []Problem {
		var out []Problem
		spanish := "---\ntitle: Roble\nsummary: En el roble.\nplace: Huerto\ntranslates: " + sum + "\n---\n"
		for _, p := range Check(site(map[string]string{"content/hives/oak.md": original, "content/hives/oak.es.md": spanish})) {
			if p.Class == Outdated {
				out = append(out, p)
			} else if strings.Contains(p.File, "oak") {
				t.Errorf("%s", p)
			}
		}
		return out
	}
	original := hive("from: 2019-04-01")
	first := told(original, "000000000000")
	if len(first) != 1 || first[0].File != "content/hives/oak.es.md" || first[0].Line != 5 {
		t.Fatalf("told: %v", first)
	}
	_, rest, _ := strings.Cut(first[0].Remedy, "translates: \"")
	sum := rest[:12]
	for name, text := range map[string]string{
		"the same":      original,
		"another fact":  strings.Replace(original, "2019-04-01", "2019-04-02", 1),
		"other spaces":  strings.Replace(original, "In the oak", "In  the   oak", 1),
		"another order": strings.Replace(strings.Replace(original, "place: Orchard\n", "", 1), "title: Oak\n", "place: Orchard\ntitle: Oak\n", 1),
	} {
		if got := told(text, sum); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, text := range map[string]string{
		"another title": strings.Replace(original, "title: Oak", "title: An oak", 1),
		"another text":  strings.Replace(original, "is read", "is now read", 1),
		"a new record":  strings.Replace(original, "visits: [{id: first, day: 2019-04}]", "visits: [{id: first, day: 2019-04, text: Fine.}]", 1),
	} {
		if got := told(text, sum); len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A content adapter makes pages that are not seen here: their ids are not refused.
func TestAdapter(t *testing.T) {
	oak := hive("from: 2019-04-01", "keeper: made", "read: /keepers/made")
	got := faultsOf(Check(site(map[string]string{"content/keepers/_content.gotmpl": "", "content/hives/oak.md": oak})))
	if len(got) > 0 {
		t.Error(got)
	}
}

// A site without kinds is not checked; one whose folders have none is told so.
func TestNoKinds(t *testing.T) {
	without := site(map[string]string{"content/hives/oak.md": "\xff"})
	for name := range without {
		if strings.HasPrefix(name, Folder) {
			delete(without, name)
		}
	}
	if got := Check(without); len(got) > 0 {
		t.Errorf("a site without kinds: %v", got)
	}
	got := faultsOf(Check(site(map[string]string{"hugo.toml": "title = \"Bees\"\n"})))
	if len(got) != 1 || !strings.Contains(got[0], "name the kind of each folder under params.kinds") {
		t.Errorf("folders without kinds: %q", got)
	}
	got = faultsOf(Check(site(map[string]string{"hugo.toml": strings.Replace(bees["hugo.toml"], `"rule"`, `"ruel"`, 1)})))
	if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), `hugo.toml:8: field "params.kinds.resolutions": "ruel" is no kind`) {
		t.Errorf("a kind of no file: %q", got)
	}
}

// Settings may be written in any of Hugo's formats.
func TestConfigurations(t *testing.T) {
	for name, text := range map[string]string{
		"hugo.yaml":                 "languages: {en: {}, es: {}}\nparams: {kinds: {hives: hive, keepers: keeper, resolutions: rule, words: word}}\nmodule: {mounts: [{source: content, target: content, files: [\"! hives/raw/**\"]}]}\n",
		"config/_default/hugo.json": `{"languages": {"en": {}, "es": {}}, "params": {"kinds": {"hives": "hive", "keepers": "keeper", "resolutions": "rule", "words": "word"}}, "module": {"mounts": [{"source": "content", "excludeFiles": ["hives/raw/**"]}]}}`,
	} {
		if got := faultsOf(Check(site(map[string]string{"hugo.toml": "-", name: text}))); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Load gives what a form for a kind needs.
func TestLoad(t *testing.T) {
	byFolder, problems := Load(site(nil))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	k := byFolder["hives"]
	visits := field(k.Fields, "visits")
	if k.Name != "hive" || field(k.Fields, "title") == nil || !field(k.Fields, "from").Required || field(k.Fields, "helpers").Of != "keepers" ||
		!slices.Equal(field(k.Fields, "mode").Choices, []string{"wild", "box"}) || !visits.List || visits.Type != Record ||
		!slices.Equal(names(visits.Fields), []string{"id", "day", "text", "next"}) || visits.LabelKey() != "field_visits" || !byFolder["words"].Single {
		t.Errorf("%+v", k)
	}
	if next := field(visits.Fields, "next"); next.Type != When {
		t.Errorf("a rule given by reference: %+v", next)
	}
}

// The pages of this repository hold together.
func TestOwnContent(t *testing.T) {
	if got := faultsOf(Check(os.DirFS("../../../.."))); len(got) > 0 {
		t.Error(strings.Join(got, "\n"))
	}
}

// No front matter makes the check fail, whatever it holds.
func FuzzCheck(f *testing.F) {
	for _, page := range bees {
		f.Add(page)
	}
	f.Add("---\na: &a [*a, *a]\n<<: *a\n? b\n: !!str c\n---")
	f.Add("+++\n[a.b]\n[[a.c]]\n+++")
	f.Add("{\"a\": [[[[{}]]]]}")
	f.Fuzz(func(t *testing.T, page string) {
		for _, p := range Check(site(map[string]string{"content/hives/oak.md": page})) {
			if p.File == "" || p.Line < 0 || p.Line > strings.Count(page, "\n")+1 && p.File == "content/hives/oak.md" {
				t.Errorf("%+v", p)
			}
		}
	})
}
