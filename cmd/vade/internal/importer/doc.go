// Package importer turns an official document of the user's own into a page
// of the knowledge base, or keeps its wording for one, and says what it could
// not settle.
//
//	Read        bytes     → Document   what the file says, whatever its format
//	Note        Document  → Page       what an information note means
//	Resolution  Document  → Official   the paragraphs of a resolution
//	Import      file      → file       all of it, written under content/
//
// They are apart so that each can grow. Another kind of document is another function
// beside Note; neither the reading of documents nor the writing of pages changes for it.
// What belongs to the Security Council alone stands in package council.
//
// # What is read
//
// PDF, DOCX, ODT, HTML, Markdown and plain text are read; their content tells which
// is which. Package document turns each into one form: headings, paragraphs, lists,
// tables and notes, with the page on which they stand. Headers and footers of pages are
// apart. What cannot be read is refused with the file's name and what to do instead.
//
// # What comes out
//
// A note becomes a page, content/workshops/YYYY-MM-city.md (.es.md or .fr.md for a note
// in Spanish or French). Its front matter has typed fields, the status "draft", and the
// name and SHA-256 of the source. Its body keeps all of the note's own text, the
// labelled lines and the sections in their order; footnotes become Markdown footnotes.
//
// The original stays where it is, untouched: beside the page, Hugo would publish it. A
// page that exists is never replaced, because a draft in its place would break the
// links to it. With force the draft is written beside it (YYYY-MM-city-new.md), and the
// report shows the fields in which the two differ. The page is composed in memory,
// written to a temporary file and renamed.
//
// Fields that hold one of a list (event_type, mode, date_precision, status) get the
// values that layouts/kinds/workshop.yaml allows. Where the site has no value for what a
// note says, the field is left open.
//
// # How a note is understood
//
// Labels are recognised in English, Spanish and French: with or without bold, with
// the colon inside or outside it, as a heading, before a tab, in a table row, or alone
// on a line. A bold label may end with a full stop. A label above its indented value
// needs no sign. Tables are taken apart before, so that each label begins a paragraph
// or a row, wherever it stood.
//
// An unusual label ("Place of the meeting", "Entidades organizadoras") is understood by
// its words, if labels are made of each of them.
//
// A label's value runs to the next known label or heading, over blank lines and over
// colons of its own. A bold label that is not known ends a value too, and is reported.
//
//	event, type    the value of Event; the type from its own words, or from
//	               a value of the kind that stands among them
//	organizers     organizations of the vocabulary; "X of the Y" names X,
//	               and Y only as the body that X belongs to
//	dates          first and last day, from one label or from two; several single
//	               days are listed; a month or a year alone gives its first and last
//	               day and says so in date_precision; date_text is the text as printed
//	city, country  from the venue, or from labels of their own; an online venue
//	               sets the mode, as a label such as Format does
//	participants   the text as printed; in it the ministries, the countries
//	               other than the country of the meeting, the organizations
//	themes         labels and synonyms of the vocabulary in the narrative
//	paragraphs     references such as OP3(d), "párr. 3 d)", "paragraphe 6",
//	               "subparagraphs (a) and (b) of paragraph 3"
//	instruments    resolutions of the Security Council, by number
//
// Names are compared word by word, without case and accents. A name written in capitals
// only (PAN, NAP) is found in capitals only; a long one is also found with one capital
// (Interpol). If two States share a name, it means the one that is not named beside it.
// Theme names also match in the plural. A synonym of one word that is seen once, outside
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
