// Package document reads the files that lie on an official's desk into one form: blocks
// in reading order. Notes, and the lines of page headers and footers, are apart.
//
//	Read   bytes → Document    whatever the format, which the content tells
//	Text   Document → lines    for a reader of plain text or Markdown
//
// # What is read
//
//   - DOCX and ODT: headings, lists with the labels that are printed, tables, notes,
//     text boxes (once), and the results of fields. All tracked changes count as
//     accepted. Hidden text, comments, pictures and macros are left out, and a warning
//     says so.
//   - PDF, through pdfium in WebAssembly: lines, columns, paragraphs, headings,
//     tables and footnotes are inferred from where letters stand and how large
//     they are. Lines that recur at the edges of pages are set apart. Words
//     broken at a line's end are joined where the rest of the document speaks
//     for it (see Words).
//   - HTML: headings, paragraphs, lists, tables and footnotes that are linked.
//     Nothing that could run is kept.
//   - Text and Markdown: decoded only. Their lines are for the caller to read.
//
// Every other kind is refused. The message names the file, what it is and what to do.
//
// # What never comes out
//
// Never in a document are control characters, those that turn the direction of text
// included; links other than http, https and mailto; and anything from outside the file.
//
// # Bounds
//
// A file has at most 100 MB, a part of a DOCX or ODT file 64 MB, all its parts
// 128 MB, elements nest at most 200 deep. A PDF has at most 5,000 pages, one
// minute and 512 MB of pdfium's memory.
//
// [Word.Write] writes a document as a Word file, which Read gives back as it was.
package document
