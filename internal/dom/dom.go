// Package dom reads attributes of parsed HTML.
package dom

import (
	"slices"

	"golang.org/x/net/html"
)

// Attr gives the value of an attribute of an element; "" if it has none of that
// name. Attributes of other namespaces, xlink:href say, are not meant.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// Has tells whether an element has an attribute, whatever its value.
func Has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
