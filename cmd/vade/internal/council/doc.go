// Package council knows how the Security Council of the United Nations writes:
// the verbs that open its paragraphs, the formulas around them, its symbols, the
// labels of paragraphs and the ways in which other texts cite them, in the six
// official languages. It is the only code that does; the importer and the
// highlighting of paragraphs read it here.
package council
