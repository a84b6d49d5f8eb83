// Package indexer turns a folder of HTML pages into a search index and answers
// searches from it. It knows nothing of how the pages were made, nor of what
// they are about beyond what they declare.
//
//	pages (HTML) ── ReadSite ──▶ Site ── Write ──▶ index (bleve) ── Open ──▶ Search ──▶ Answer
//	                                        └──▶ web index ──▶ browser
//
// This comment is the specification: of what a page may say of itself, of how
// text becomes terms, of what a query means, of how pages are ranked and of what
// an answer holds.
//
// # The page contract
//
// Everything that reaches the index reaches it through the page. A page that
// says nothing special is indexed by its title, its headings and its text.
//
//	<html lang="es">            the language: which index the page goes to, how its words are compared
//	<h1>, else <title>          the title
//	<main>, else <body>         what is indexed; navigation, scripts, buttons, templates are not
//	<h2 id="x"> … <h6>          start a section; the id (of the heading, of an anchor in it, or of the
//	                            <section>, <div> or <header> it stands in) is where a result leads
//	data-vade-section="OP3(d)"  on an element with an id: its content is a section of that name
//	data-vade-cite="…"          on such an element: it is what the citation names
//	data-vade-facet-NAME="a b"  on such an element: values of a facet, which count for the page
//	data-vade-record="Title"    on an element with an id: its content is a page of its own in the index,
//	                            found and filtered by itself, whose address is the element's; the two
//	                            attributes above, and data-vade-date, say of it what <meta> says of a page
//	data-vade-ignore            on any element: not indexed
//	<meta name="robots" content="noindex">, <meta http-equiv="refresh">   the page is not indexed
//
//	<meta name="vade:NAME" content="value" data-label="Label">   a value of the facet NAME; repeatable
//	<meta name="vade:date" content="2019-12-02">                 for ties: newer pages come first
//	<meta name="vade:checked" content="2024-05-31">              when it was compared with its sources
//	<meta name="vade:source" content="Title" data-href="https://…">  a source; repeatable
//	<meta name="vade:keywords" content="a, b">                   words to be found by
//	<meta name="vade:cite" content="S/RES/1540 (2004)">          the page is what the citation names
//	<meta name="vade:synonym" lang="es" content="PAN" data-term="national-action-plan" data-facet="theme">
//	                            a name of a vocabulary term, data-preferred on its label; names in
//	                            the page's own language count as its keywords too
//	<meta name="vade:endpoint" content="/api/search">            the site has an endpoint
//	<link rel="alternate" hreflang="es" href="…">                the page in another language
//	<link rel="canonical" href="https://host/kb/…">              tells the path under which the site stands
//	<link rel="vade-patterns" href="/citations.json">            how the site cites; see Pattern
//
// What a page breaks of this is a warning that names the page; the page is
// indexed as far as sense goes.
//
// A site may keep its pages in several versions, in folders such as /en/3.11/ or
// /docs/next/ (see settleVersions): pages there have the facet version, and if the newest
// version of a page is found too, the others come after all that is found as well,
// unless a filter asks for a version.
//
// # Addresses
//
// A page's address is made from its file's name: what means something else in an
// address is percent-encoded (see escape), index.html is left out. A link, a
// translation and a canonical address mean the file that they name, however they
// are written.
//
// # Words to terms
//
// A text is split at everything that is no letter, digit or mark, and where
// ideographs meet other writing. A word is folded (see text.Fold; traditional Chinese characters
// become simplified ones by text/han.txt) and then stemmed
// by the rules of the page's language (stemmers/*.txt; languages without rules
// are not stemmed); in English, British and American spellings give one stem. Where
// accents tell endings apart (Danish, Finnish, German, Hungarian, Italian, Norwegian, Portuguese,
// Romanian, Swedish, Turkish), the word is stemmed as it is written and folded then; all
// spellings of a word that the pages hold have the term of the commonest, so that it is
// found without accents as well (see wordSpellings). Serbian in Cyrillic becomes Latin. A run of ideographs gives every character and every pair of
// neighbours, a run of Korean, Thai, Lao, Khmer or Burmese every pair of syllables;
// of a Korean word of three syllables or more, the last pair need not be held, for
// its particle stands there; a noun of one syllable counts beside its pair with the
// particle. The space without width divides words.
// A name of code or of a file (--dry-run, .env, ansible.cfg, snake_case, 2.10) gives
// its whole and its parts, so does one with capitals inside (firstOrCreate); C++ and
// C# are words. In a query the whole counts, and its parts need not be held, if any
// page has it; else its parts count. Words that hyphens join (dual-use) also give
// the word that they make (dualuse), which counts in no length; in a query that word
// stands for all its parts, and they for it. Of a word longer than 64 characters, folded, the first 64 count,
// in pages and queries alike. No word is dropped: stop words make titles too,
// and idf gives them their small weight; in a query they count half.
// testdata/tokens.txt holds examples.
//
// # Sections and passages
//
// A section of more than about 200 words is cut into parts of equal length, at
// the end of a paragraph or sentence where it can. Such a passage is what is
// scored; results are pages, each ranked by its best passage.
//
// # Queries
//
// Every string is a valid query; see Parse. testdata/queries.txt holds examples.
//
//	coordination mechanisms         words; pages with all of them come first
//	"national action plan"          the phrase; also “ ” « » 「 」
//	-customs  -"end user"           pages without it: a single hyphen, at the beginning or behind white
//	                                space, before a letter, a digit or a quotation mark; --x and -vvv
//	                                (a letter a to z said again and again) are words
//	theme:coordination              only pages with this value of a facet that the site has
//	coord*                          words that begin so; so does the last word while it is typed
//	OP 3(d), UNSCR 1540             a citation, by the site's patterns
//
// The work for a query is bounded, in the same way everywhere. Of its terms 64
// count, those of phrases and exclusions among them, those of exclusions last;
// what is beyond is passed over. Equal phrases and exclusions count once, and of
// a phrase the first 48 terms. In words beyond 64 terms function words are passed
// over. A text of more than 32 words was pasted: its words count as often as they
// stand there, up to four times, function words aside. All beginnings of a query together stand for 256
// words at most. What a query costs is counted as it is answered (see budget.go); when
// its budget is spent, the words that are left are passed over, exclusions never, and
// the answer says that it is partial. A request that cannot be answered is refused with a code and
// parameters (see RequestError); who shows the refusal words it.
//
// A word that no page holds stands for the words that begin so, if there are
// any, from three letters on. Otherwise it is corrected to the commonest word
// within one edit, or two from eight letters on; so is a word that only one
// page holds, and no title or heading, when a neighbour within one edit stands on ten
// times as many. So is a word that stands nowhere but has the stem of others, when a
// letter left out or two exchanged make it of a word on ten pages or more, and twice as
// many as that stem. Words with digits, words of 64 characters or more and function
// words are never corrected, and the answer tells what was. A run of words that
// the vocabulary knows widens to the other names of the term at half weight,
// whatever their language, but not inside quotation marks; FoundPage.MatchedSynonym
// is the name that stands on the page.
//
// # Ranking
//
// Every word that a passage holds gives it an impact: idf, in steps of 1/32, times
// a saturation from 1 to 255 (see weight.go, BM25F over title, heading, keywords
// and body), times the weight of the word in eighths. A passage's score is the sum
// of impacts, a page's score that of its best passage. All are integers, so that
// every engine that adds them up gives one order.
//
// Pages that a citation names come first if they hold the other words of the query; of a
// text whose part no page names, the page of the whole. The number and the letter of a
// part, 3 (d), must stand side by side, if they do so anywhere. Then come pages that hold
// all words, somewhere on the page, then pages that hold some. Words that stand in more
// than one passage of three, and stop words, need not be held if there are others; in a
// query of more than three other words, or of five with these, a question then, none need
// be. But the numbers in a symbol of a document (S/2022/899) must be, or the page is no
// part of the answer. Nor need a page hold the other words of a query that says its whole
// title: "encrypt a string" is about the page Encryption. Ties are in the order of the
// pages' ordinals: newer first, then by URL. Last, the first ten pages of the list are put
// in order anew, within their tiers, by their score and a fifth of the weight of every
// word that stands in the title or the best passage just as it was typed: of the words
// with one stem that one was meant. An entry of a list (data-vade-record) loses a
// sixteenth there, for a page of its own says more. Among them a page whose whole title is
// the query comes first in its tier, unless it is such an entry, then one of whose shown
// passages one has the query for its heading: there it leads, if that passage scores three
// quarters of the best. Of such titles, and of such headings, those that are the query
// letter for letter come first, then those in the same words.
//
// The first page of an answer is an exact match when it is the very thing that the
// query names: what it cites, or the page of which it is the whole title. A page
// found by words of its title or keywords alone leads to the page itself; every
// other result leads to the section of its best passage.
//
// The total counts the pages that hold all words or, if none does, those that
// hold the rarest word that any page holds; filters and exclusions apply. Pages
// beyond the total can still be listed.
//
// With all languages together, each language is searched by its own rules, a word is
// as rare as it is in all of them, pages are merged by tier and score, and of the
// translations of one page only the best is listed: rather one that holds the words
// of the query than one that holds other names for them.
//
// Tried and left out, by nDCG@10 before and after: related words reckoned from the site
// (words in like company, Dice or cosine of their neighbours in sections, as other names
// at half weight): questions to a manual .858 to .835 with two a word, .847 with the
// nearest alone, known items .950 unchanged, abstracts .527 to .531. What a page holds of
// a query outside its best passage, at an eighth to three quarters: officials' questions
// .883 to .882 to .872, a manual's .857 to .849 to .847. Names of several words at a
// lower weight: officials' questions .883 to .875 to .882. Function words of questions at
// an eighth, exact words at three tenths or more, other k1, b and shares of headings:
// no gain on one collection without a loss on another.
//
// # The index
//
// An index is a folder: vademecum.json, which tells its format, languages,
// vocabulary and citation patterns, the size and checksum of every file, and its own
// checksum, and a
// bleve index for each language. There, every passage is a document with one
// indexed field: its terms. Documents stand in the order of passages. Behind them, in one
// document named "pages", the page records are stored, in the
// order of their ordinals, and the words as written, for prefixes and corrections. The texts
// of passages and where their words stand are a
// file of their own (see texts.go); the saturations of terms, and their places, for phrases,
// another (see places.go). bleve gives dictionaries, postings and stored fields; its analysis
// and its scores are not used. Equal sites give equal indexes, byte for byte.
//
// What a run made of each page is kept beside the index, for the next run (see Kept): it
// gives the same bytes as a run from the beginning, and saves a third of its work.
//
// # The web index
//
// The web index is the same index for browsers, files under the site's folder search
// from which browser/search.ts answers as Search does: the same pages, sections,
// scores, totals and counts. Its format stands above webIndexFormat in webindex.go;
// testdata/webindex.golden is the web index of a site of twenty pages, to be read beside it.
package indexer
