// Package indexer turns a folder of HTML pages into a search index and answers
// searches from it. It knows nothing of how the pages were made. Of what they are about
// it knows only what they declare.
//
//	pages (HTML) ── ReadSite ──▶ Site ── Write ──▶ index (bleve) ── Open ──▶ Search ──▶ Answer
//	                                        └──▶ web index ──▶ browser
//
// This comment is the specification. It tells what a page may say of itself, how text
// becomes terms, what a query means, how pages are ranked and what an answer holds.
//
// # The page contract
//
// Everything that reaches the index reaches it through the page. A page that
// says nothing special is indexed by its title, its headings and its text.
//
//	<html lang="es">            the language: which index the page goes to, how its words are compared;
//	                            that of the element that holds the text, <main lang="en">, comes before it
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
//	data-pagefind-weight="5"    on an element of up to 20 words: they are keywords of the page as well;
//	                            "0": not indexed
//	<meta name="robots" content="noindex">, <meta http-equiv="refresh">   the page is not indexed, unless
//	                            it leads on after more than a minute
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
// Where a page breaks this contract, a warning names the page. The page is indexed as far
// as it makes sense.
//
// A site may keep its pages in several versions, in folders such as /en/3.11/ or
// /docs/next/ (see settleVersions). Pages in such folders have the facet version. If the
// newest version of a page is found too, and holds the query as well, its other versions come
// last in their tier (see Ranking), unless a filter asks for a version.
//
// # Addresses
//
// A page's address is made from its file's name. What means something else in an
// address is percent-encoded (see escape), and index.html is left out. A link, a
// translation and a canonical address mean the file that they name, in whatever way they
// are written.
//
// # Words to terms
//
// A text is split, its words are folded, and the folded words are stemmed. What comes out is
// a term. Pages and queries are read by the same rules; testdata/tokens.txt holds examples.
//
// Splitting:
//
//   - A text is split at every character that is no letter, digit or mark, and where
//     ideographs meet other writing. Soft hyphens and joiners stand inside a word and are no
//     part of it. The space without width divides words.
//   - A run of ideographs gives each character, and each pair of neighbours.
//   - A run of Korean, Thai, Lao, Khmer or Burmese gives each pair of neighbouring syllables.
//     In a query, the last pair of a Korean word of three syllables or more need not be held,
//     because a particle usually stands there. A Korean noun of one syllable with a particle
//     also gives the noun alone.
//   - A name of code or of a file (--dry-run, .env, ansible.cfg, snake_case, 2.10) gives its
//     whole and its parts. So does a word with capitals inside (firstOrCreate), unless it
//     begins with a capital and has two parts only (JavaScript). In a query the whole counts
//     if any page has it, and then its parts need not be held. Otherwise its parts count.
//     A version is named without its v: v1.2 is 1.2.
//   - C++ and C# are words, with a version behind them too (C++20).
//   - Words that hyphens join (dual-use) also give the word that they make together
//     (dualuse). So do initials of one or two letters with dots, ampersands or slashes
//     between them (U.N., R&D, I/O), and the thousands of a number with commas (12,500).
//     This word adds nothing to the length of a text. In a query it stands for
//     all its parts, and the parts stand for it.
//   - In a query of up to eight words, so does the word that two neighbours would be if they
//     were written as one (data base, database), if pages hold it; it says no more than
//     both of them. A function word can be the first of two only before a word of five
//     letters or more.
//
// Folding (see text.Fold):
//
//   - Capitals become small letters, and accents go. Marks that make another letter (й, が)
//     stay. Letters that are written for one another become one.
//   - Traditional Chinese characters become simplified ones, by text/han.txt.
//   - Of a folded word of more than 64 characters, the first 64 count.
//
// Stemming:
//
//   - A word is stemmed by the rules of the page's language (text/stemmers). Words of a
//     language without rules are not stemmed.
//   - In English, British and American spellings give one stem.
//   - Serbian in Cyrillic letters becomes Serbian in Latin letters.
//   - In Hindi, Marathi and Nepali, the nasal before a consonant of its class becomes the dot
//     above (हिन्दी, हिंदी).
//   - In Danish, Finnish, German, Hungarian, Italian, Norwegian, Portuguese, Romanian,
//     Swedish and Turkish, accents tell endings apart. There a word is stemmed as it is
//     written, and its stem is folded afterwards. All spellings of a word that the pages
//     hold get the term of the commonest, so a word is found without its accents too (see
//     wordSpellings).
//
// No word is dropped. Titles are made of stop words too, and idf gives these the small
// weight that they deserve. In a query they count half.
//
// # Sections and passages
//
// A section of more than 200 words is cut into parts of about equal length. The cuts are at
// the ends of paragraphs or sentences where this is possible. Two ideographs, or three
// syllables of a run, count as one word. Such a part, or a whole short section, is a passage.
// Passages are what is scored. Results are pages, and each page is ranked by its best passage.
//
// # Queries
//
// Every string is a valid query; see query.Parse. testdata/queries.txt holds examples.
//
//	coordination mechanisms         words; pages with all of them come first
//	"national action plan"          the phrase; also “ ” « » 「 」
//	-customs  -"end user"           pages without it: a single hyphen, at the beginning or behind white
//	                                space, before a letter, a digit or a quotation mark; --x, -v and
//	                                -vvv (a letter a to z, once or again and again) are words
//	theme:coordination              only pages with this value of a facet that the site has
//	coord*                          words that begin so; so does the last word while it is typed
//	OP 3(d), UNSCR 1540             a citation, by the site's patterns
//
// Several values of one facet widen a search. Filters of several facets narrow it.
//
// # The bounds of a query
//
// The work for a query is bounded, in the same way everywhere:
//
//   - Of its terms 64 count, and what is beyond is passed over. Terms of phrases and
//     exclusions are among the 64; those of exclusions are taken last.
//   - Where words have more terms than there is room for, function words are passed over.
//   - Of a phrase the first 48 terms count. Equal phrases and equal exclusions count once.
//   - A word that is said again counts once. A text of more than 32 words, however, was
//     pasted rather than typed. There a word counts as often as it stands in the text, up to
//     four times; function words count once.
//   - A beginning stands for the 64 commonest words that begin so. All beginnings of a query
//     together stand for 256 words.
//   - The cost of a query is counted while it is answered (see budget.go). When a budget is
//     spent, the words that are left are passed over, or are not guessed at, and the answer
//     says that it is partial. Exclusions are looked up first, so that nothing else uses up
//     their budget.
//
// A request that cannot be answered is refused with a code and parameters (see RequestError).
// Whoever shows the refusal words it.
//
// # Guesses and corrections
//
// A word of three letters or more that no page holds stands for the words that begin so, if
// there are any; function words do not. Otherwise it may be corrected, to the commonest word
// within one edit. If there is none, it is cut into words that stand side by side on a page:
// nationalactionplan was typed without its spaces. If that cannot be done, and the word has
// eight letters or more, the commonest within two edits is taken. An edit is a letter too many, too few or wrong, or two
// neighbours exchanged. Two kinds of words count as four times as common:
//
//   - words with the same first letter;
//   - words that become the typed word if one letter is left out or two are exchanged.
//
// A word is also corrected in two cases in which a search would find something:
//
//   - The word stands on one page only, in one form, and in no title, heading or keywords,
//     while a word within one edit stands on ten times as many pages (see misspellings).
//   - The word stands nowhere, but has the stem of other words. A letter left out, or two
//     exchanged, make it of a word that stands on ten pages or more, and on at least twice
//     as many as that stem (see misspelledStems).
//
// These words are never corrected:
//
//   - words of fewer than five letters, words of 64 characters or more, words with digits
//     (which may be cut if they have letters too);
//   - function words;
//   - words of a phrase, of a citation or of a name in the vocabulary, and what is excluded;
//   - words that hyphens join to one that pages hold;
//   - words that no page of a language holds, if another language that is searched with it
//     holds them.
//
// The answer tells what was corrected. Request.Exact turns guesses and corrections off.
//
// # The vocabulary
//
// A run of words that is a name in the vocabulary widens to the other names of the same term,
// whatever their language, at half weight. In each passage, the name that says most counts,
// and it counts for the whole run. It counts no more than the typed words count at best.
// FoundPage.MatchedSynonym is the name that stands on the page.
//
// A run does not widen inside quotation marks. Nor does a run of function words among other
// words, unless it is typed in capitals: who is a question, WHO an organization.
//
// # Scores
//
// A word that a passage holds has an impact there, which is the product of three numbers:
//
//   - its idf, in steps of 1/32;
//   - its saturation in the passage, from 1 to 255: BM25F over title, heading, keywords and
//     body (see weight.go). The number of a title or heading ("7.2. ") adds nothing to its
//     length. A keyword says at least as much as two words of a text, however many keywords
//     the page has;
//   - its weight in the query, in eighths.
//
// The words that one beginning stands for share the idf of the commonest of them, and all
// but the typed one count six eighths. The impact of a phrase is the sum of those of its words.
// The score of a passage is the sum of its impacts. The score of a page is that of its best
// passage. All are integers, so every engine that adds them up finds the same order.
//
// # Ranking
//
// Pages are ranked by tier:
//
//  1. Pages that declare what the query cites, if they hold its other words.
//  2. Pages of the whole text, where no page declares the part that is cited; and where only a
//     part is cited, pages of that part in other texts than the site prefers.
//  3. Pages that hold all words, somewhere on the page.
//  4. Pages that hold some of the words.
//
// A page may be in the third tier without some of the words:
//
//   - Stop words, and words that stand in more than one passage of three, need not be held if
//     the query has other words. This does not apply to phrases.
//   - If the query says the whole title of a page, that page need not hold the other words:
//     "encrypt a string" is about the page Encryption.
//
// A query of more than three words besides the common ones, or of five words with these, is a
// question. Few pages hold all the words of its phrasing, so it has no third tier: the
// pages that would be there are in the fourth.
//
// Two kinds of words are stricter:
//
//   - The numbers in the symbol of a document (S/2022/899) must be held. A page without them
//     is no part of the answer.
//   - The number and the letter of a part, 3 (d), must be held side by side, if they stand so
//     anywhere.
//
// Within a tier, the older versions of a page whose newest version stands as high come last.
// Then pages are in the order of their scores, and ties in the order of the pages' ordinals:
// newer pages first, then by URL.
//
// Pages that lead to one another belong together, whatever words they use. So a page that is
// linked with one of the two best, in either direction, comes nearer to that page's score by a
// quarter of what it lacks. It passes no page by which it gains, and tiers stay. The links that
// count stand in <main>, in what is not indexed too, such as a list of related pages; those of
// menus, and to the page before and after, do not. In a language with more than 8,000 pairs of
// linked pages none count, because every first search would have to fetch them.
//
// Last, the first ten pages are put in order anew, within their tiers:
//
//   - A page whose whole title is the query comes first, then one of whose shown passages one
//     has the query for its heading. Such a page leads to that passage, if it scores
//     three quarters of the best or more. An entry of a list (data-vade-record) comes
//     first by its heading only.
//   - Of such titles, and of such headings, those that are the query letter for letter come
//     first, then those in the same words, then those with the same terms.
//   - Then the score decides, with an addition: a fifth of the most that a word can weigh,
//     for every word that stands in the title, the heading or the text of the best passage
//     just as it was typed. For of the words with one stem that one was meant.
//     To what a page gains by a better one, only three quarters of this are added, or else it
//     could pass that page; or all of it to its own score, if that is more.
//   - An entry of a list loses a sixteenth of its score, because a page of its own says more.
//
// The first page of an answer is an exact match if the query names it: if the query cites
// it, or is its whole title. A page that was found by words of its title or keywords alone
// leads to the page itself. Every other result leads to the section of its best passage.
//
// The total counts the pages of the first three tiers, and those that would be in the third
// if the query were no question. If there are none, it counts the pages that hold the rarest
// word that any page holds. Filters and exclusions apply. Pages beyond the total can still be
// listed.
//
// If all languages are searched together, each is searched by its own rules. A word is as
// rare as it is in all of them. Pages are merged by tier and score. Of the translations of
// one page only the best is listed: one of the highest tier, and of these rather one that
// holds the words of the query than one that holds other names for them.
//
// # Tried and left out
//
// The numbers are nDCG@10 on test collections, before and after:
//
//   - Related words that are computed from the site (words with similar neighbours in
//     sections, by Dice or cosine), as other names at half weight. Questions to a manual:
//     .858 to .835 with two for each word, .847 with the nearest alone. Known items: .950
//     unchanged. Abstracts: .527 to .531.
//   - The words of a query that a page holds outside its best passage, at an eighth to three
//     quarters. Officials' questions: .883 to between .882 and .872. A manual's: .857 to between
//     .849 and .847.
//   - Names of several words at a lower weight. Officials' questions: .883 to between .875
//     and .882.
//   - Links with the best page alone, or with three, five or ten instead of two; a half of what a
//     page lacks instead of a quarter; links of the text alone, or in one direction; a sixteenth or
//     an eighth of the best score for each link: officials' questions .868 to between .850 and
//     .879, against .880 as it is. The same without links of pages that have more than 16 to 64: to
//     between .868 and .873.
//   - On top of links, a sixteenth of the second section: officials' questions +.002, known items
//     −.021. A part of the score less for each doubling of the number of sections: −.001 to −.029,
//     a manual's questions −.024 and more. A sixteenth less for pages with a date: +.001.
//   - Function words of questions at an eighth, exact words at three tenths or more, other k1,
//     b and shares of headings: no gain on one collection without a loss on another.
//
// # The index
//
// An index is a folder. It holds:
//
//   - vademecum.json: the format, the languages and their numbers, the vocabulary, the
//     citation patterns, the size and checksum of every file, and its own checksum;
//   - for each language a bleve index, in which every passage is a document with one indexed
//     field, its terms. Documents stand in the order of passages. The last document is named
//     "pages": it stores the records of pages, in the order of their ordinals, the
//     misspellings, and the words as written, for beginnings and corrections. The
//     segment is written by segment.go, in the format of bleve's own;
//   - for each language a file with the texts of passages and where their words stand (see
//     texts.go);
//   - for each language a file with the saturations of terms, and with their places, for
//     phrases (see places.go).
//
// bleve gives dictionaries, postings and stored fields. Its analysis and its scores are not
// used. Equal sites give equal indexes, byte for byte.
//
// What a run made of each page is kept beside the index, for the next run (see Kept). It
// gives the same bytes as a run from the beginning, and saves about half of the work. A
// language of which nothing has changed is taken over as it stands (see Before).
//
// # The web index
//
// The web index is the same index for browsers: files in the folder search of the site, from
// which browser/search.ts answers as Search does. It gives the same pages, sections, scores,
// totals and counts. Its format is described above webIndexFormat in webindex.go. Read
// testdata/webindex.golden beside it: it is the web index of a site of twenty pages.
package indexer
