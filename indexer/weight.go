package indexer

import "math"

// The fields of a section that are scored, in the order of fieldCounts.
const (
	title = iota
	heading
	keywords
	body
	fieldCount
)

// fieldCounts holds one number for each field of a section: how often a term
// occurs there, or how many terms there are.
type fieldCounts [fieldCount]float64

// The constants of BM25F. Their reasons:
//
//   - k1 and b: 0.9 is the default of the Anserini toolkit, found on many
//     collections; sections are short, so a word's first occurrence says most.
//     0.75 is the usual length normalisation.
//   - titleShare: a title is a name. A word is worth its share of the title,
//     so full normalisation by the title's own length, not by the average: in a
//     title of two words each says half of what the page is about, in one of
//     twelve little. At 64 a short title outweighs any count of a word in a
//     text, which is how a page sought by its name comes first.
//   - keywordShare: keywords are chosen like a title, but a list of them is no name.
//   - keywordWeight: an author who adds a keyword does not want the others to count
//     less. However long the list, a keyword is worth two words in a text of usual length.
//   - headingShare: a heading is the name of its section. A quarter of a title's
//     worth finds sections by name and lets titles come first: among the headings
//     of two manuals, asked for as they stand, the right page came first for .88
//     and .96 of them, without it for .79 and .96.
//   - headingWeight: a heading speaks for its section; twice a word in the text.
const (
	k1Tenths      = 9
	k1            = k1Tenths / 10.0
	b             = 0.75
	titleShare    = 64
	keywordShare  = 16
	keywordWeight = 2
	headingShare  = 16
	headingWeight = 2

	// An impact is idfSteps·idf, rounded, times a saturation of 1 to saturationSteps.
	idfSteps        = 32
	saturationSteps = 255
)

// saturation gives how much a section is about a term that occurs tf times in
// its fields: a whole number from 1 to 255. It is BM25F's tf / (k1 + tf) of
// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
// Beyond" (2009), section 3.5, on weighted and normalised frequencies. length
// is the section's, mean the language's.
//
// The conversions keep compilers from fusing operations, so that every
// processor computes the same number.
func saturation(tf, length, mean fieldCounts) int {
	t := share(titleShare, tf[title], length[title]) +
		max(share(keywordShare, tf[keywords], length[keywords]), keywordWeight*min(1, tf[keywords])) +
		share(headingShare, tf[heading], length[heading]) +
		headingWeight*normalised(tf[heading], length[heading], mean[heading]) +
		normalised(tf[body], length[body], mean[body])
	s := math.Round(float64(saturationSteps*t) / float64(k1+t))
	return int(max(1, s))
}

func share(weight, tf, length float64) float64 {
	if length == 0 {
		return 0
	}
	return float64(weight*tf) / length
}

func normalised(tf, length, mean float64) float64 {
	if tf == 0 {
		return 0
	}
	return tf / (float64(1-b) + float64(float64(b*length)/mean))
}

// idf gives the weight of a term that stands in df of n sections, in steps of
// 1/32: ln(1 + (n-df+½)/(df+½)), the form that is never negative.
func idf(df, n int) int {
	d := float64(df)
	return int(math.Round(idfSteps * math.Log1p(float64(float64(n)-d+0.5)/float64(d+0.5))))
}

// FieldWeights gives what a word is worth in each field beside one in the text, for
// engines of others that are to rank alike.
func FieldWeights() map[string]int {
	return map[string]int{"title": titleShare, "keywords": keywordShare, "heading": headingShare, "text": 1}
}

// K1 and B are the constants of BM25F, for the same use.
const (
	K1 = k1
	B  = b
)
