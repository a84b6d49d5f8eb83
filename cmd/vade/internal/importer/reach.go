package importer

// A Reach says who may read a document: what one may read is not what one may
// pass on.
type Reach string

// The reaches, each of which takes in those before it.
const (
	Public     Reach = "public"     // whoever reads the site
	Own        Reach = "own"        // those who have a copy of their own: the office that imported it
	Restricted Reach = "restricted" // those whom its author named
)

// Reaches lists them from the widest to the narrowest.
var Reaches = []Reach{Public, Own, Restricted}
