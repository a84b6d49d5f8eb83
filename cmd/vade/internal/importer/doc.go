// Package importer turns an official document of the user's own into a page
// of the knowledge base, or keeps its wording for one, and says what it could
// not settle.
//
//	Read        bytes     → Document   what the file says, whatever its format
//	Note        Document  → Page       what an information note means
//	Resolution  Document  → Official   the paragraphs of a resolution
//	Import      file      → file       all of it, written under content/
//
// They are apart so that each can grow: another kind of document is another
// function beside Note, which touches neither how documents are read nor how a page
// is written. What belongs to the Security Council alone stands in package council.
//
// # What is read
//
// PDF, DOCX, ODT, HTML, Markdown and plain text, told apart by their content. The
// package document turns each into one form: headings, paragraphs, lists, tables
// and notes, with the page on which they stand, headers and footers apart. What
// cannot be read is refused with the file's name and what to do instead.
//
// # What comes out
//
// A page content/workshops/YYYY-MM-city.md (.es.md or .fr.md for a note in
// Spanish or French) with typed front matter, status "draft", the name and
// SHA-256 of the source, and a body that keeps all of the note's own text, its
// labelled lines and its sections in their order, footnotes as Markdown
// footnotes. The original stays where it is, untouched: beside the page, Hugo
// would publish it. A page that is there is never replaced: it may be linked to,
// and a draft in its place would break those links. With force the draft is
// written beside it (YYYY-MM-city-new.md), and the report shows the fields in
// which the two differ. The page is composed in memory, written to a temporary
// file and renamed.
//
// Fields that hold one of a list (event_type, mode, date_precision, status) get
// the values that the kind's own file allows, layouts/kinds/workshop.yaml. What a
// note says and the site has no value for is left open.
//
// # How a note is understood
//
// Labels are recognised in English, Spanish and French, with or without bold,
// with the colon inside or outside it, as a heading, before a tab, in a table
// row, or alone on a line. A label's value runs to the next known label or
// heading, over blank lines and over colons of its own. A bold label that is
// not known ends a value too, and is reported. Labels that are no usual ones are
// understood by their words, each of which must be one that labels are made of:
// "Place of the meeting", "Entidades organizadoras". A bold label may end with a full
// stop, and one above its indented value needs no sign. Tables are taken apart before,
// so that each label begins a paragraph or a row, wherever it stood.
//
//	event, type    the value of Event; the type from its own words, or from
//	               a value of the kind that stands among them
//	organizers     organizations of the vocabulary; "X of the Y" names X,
//	               and Y only as the body that X belongs to
//	dates          first and last day, from one label or from two; several single days are listed; a month
//	               or a year alone gives its first and last day and says so in
//	               date_precision; date_text is the text as printed
//	city, country  from the venue, or from labels of their own; an online venue
//	               sets the mode, as a label such as Format does
//	participants   the text as printed; in it the ministries, the countries
//	               other than the country of the meeting, the organizations
//	themes         labels and synonyms of the vocabulary in the narrative
//	paragraphs     references such as OP3(d), "párr. 3 d)", "paragraphe 6",
//	               "subparagraphs (a) and (b) of paragraph 3"
//	instruments    resolutions of the Security Council, by number
//
// Names are compared word by word, without case and accents; a name written
// in capitals only (PAN, NAP) is found only in capitals, or, if it is long, with
// a capital (Interpol). A name that two States share is the one not named beside it. Theme names also
// match in the plural. One single word that is a synonym, seen once, outside
// a sentence that announces the themes, is reported and not taken.
//
// # How damage is mended
//
//   - Bytes that are no UTF-8 are read as Windows-1252; UTF-16 needs its byte
//     order mark. Line ends, odd spaces, ligatures and soft hyphens are made
//     plain; quotation marks stay as they are.
//   - A footnote that stands inside a sentence is taken out and kept, and the
//     halves are joined: a paragraph without an end, then one that begins with
//     a small letter. The same rule joins a sentence that a blank line splits;
//     a comma or a word such as "and the" at the end is as good as the small
//     letter.
//   - A hyphen at the end of a line stays.
//   - In plain text, a line that ends a sentence although the next word would
//     have fitted ends the paragraph; lines too long to have been wrapped are
//     paragraphs.
//
// Every mend is reported.
//
// # How a resolution is understood
//
// A resolution of the Security Council has its symbol, S/RES/NNNN (YYYY), on a
// line of its own at the start (or else its title), and the formula that opens
// the preamble, which also tells the language: any of the six official ones.
// Its wording goes to content/resolutions/official/NNNN.lang.yaml. Official
// wording may not stand in the repository, so git ignores that folder; a site
// built where the file is shows each paragraph beside our own text.
//
// Lines are read, not blocks: where a page ends can only be seen there.
//
//   - Running heads, job numbers and page numbers are taken out, also where a
//     job number is glued to a page number. A number alone is a page's only
//     beside other furniture, or (a guess) when it is the next page's.
//   - Footnotes end with their page, or after a sentence before a line that
//     can only be text. "Term: meaning" is a definition, with the id that the
//     page or its translation has for the term.
//   - Operative paragraphs are numbered one after the other, each number behind
//     a full stop, a colon or a semicolon. Any other number is text. Figures and
//     letters that OCR took for others that look alike are read as the next ones,
//     where nothing else fits.
//   - Letters are a list when each begins a line and the line before ends;
//     when the second stands within a line, or the sentence before the first
//     goes on, all are text. Numerals stay in their paragraph.
//   - Preambular paragraphs end with a comma; the next begins with a word as
//     "Recalling", or the line before had room for its first word. Two signs
//     settle it, one is a guess.
//   - Without a number, what begins or ends as operative paragraphs do is one.
//     A short line without an end before a number is the title of a section.
//     Other text without number joins the paragraph before and is reported.
//   - Lines are joined; a hyphen at the end of a line stays. An annex is kept
//     whole. What a volume prints behind the vote is kept as a footnote.
//
// Every word stands in the file or in the report. What the resolution's page
// and the text do not share is listed. The numbers and letters themselves are
// the ids: pp1, op3, op3-a.
//
// # What is never done
//
// Nothing is invented. What the note does not say stays empty and is listed as
// open; what was inferred is listed as a guess with the passage it rests on; a
// name that the vocabulary does not know is listed and left out. Speakers are
// not looked for.
package importer
