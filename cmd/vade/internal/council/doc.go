// Package council knows how the Security Council of the United Nations writes, in the six
// official languages: the verbs that open its paragraphs, the formulas around them, its
// symbols, the labels of paragraphs, and the ways in which other texts cite them. It is
// the only code that knows this. The importer and the highlighting of paragraphs use it.
package council
