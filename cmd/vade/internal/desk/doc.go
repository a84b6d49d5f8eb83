// Package desk is the pages on which authors import, write and correct.
//
// # What it is
//
// A Desk answers on this computer alone, to the person who started it. Below
// [Prefix] it shows forms; everything else is the site as it was last built, with
// a bar on every page that leads to the page's form. Forms work without script;
// script makes them more comfortable.
//
// # Forms
//
// A page's form comes from its kind (package kinds). A control is named by the
// way to its field: "f.steps.0.title" is the title of the first step. Every entry
// of a list says which entry of the file it is ("f.steps.0.from"), so that one
// that moved is written as it stood. Lists are changed by the server: a button
// sends the whole form, which comes back with an entry more, fewer, or elsewhere.
// A form holds all that was typed, so nothing is lost when it is not saved.
//
// # Saving
//
// Only fields that changed are written (matter.go). Of everything else each byte stays,
// comments and order included. What was written is read again and compared before it
// replaces anything. The form holds the hash of the file that it was made from. If the
// file has changed since, both are shown and nothing is written. The text before is
// kept (store.go). What was typed and not saved is kept, too, and offered when the form
// is opened again (typed.go).
//
// # Taking over changes
//
// All changes of a desk go to a colleague in one file (changes.go). Each page carries the
// hashes of the texts that it had. It fits at the colleague's desk where the page there
// has one of them: then nobody changed it there.
//
// # Erasing
//
// A page that is erased for good leaves nothing that is its own: versions, its import,
// what was typed, those of its earlier names, and the images and documents that no other
// page shows (attach.go). The page goes first, then the images that the person was told
// of, last what is kept: what fails in between can be tried again.
//
// # Word files
//
// A page leaves as a Word file that carries the page itself (word.go). When such a file
// comes in again, it is compared, part by part, with the file that the page would give
// (markdown.go). Parts that nobody touched stay as the page has them, byte for byte. The
// others are written from what Word says. What the file does not show is not believed.
//
// # Safety
//
// A request needs the host name that was printed, the cookie that the one-time
// start address gave, and, if it writes, the origin of the desk itself and the
// token of its forms (guard.go). Files are opened below content only, and links
// are not followed.
package desk
