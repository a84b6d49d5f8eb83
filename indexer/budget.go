package indexer

// A query has two budgets of work, one to guess what its words mean and one to look
// them up: what it costs is counted, not timed, so that every engine stops at the
// same place, and gives the same answer. Postings and places of terms cost one
// each, a correction as many as the language has words, and to find the words that
// begin so a beginningPart of that. When a budget is spent, the words that are left
// are not guessed at, or passed over, and the answer is partial.
//
// On 10,000 pages both are less than 50 ms of one processor; no question that
// people ask comes near them. Of a search in several languages each has its share.
// Tests lower them.
var maxWork, maxGuesses = 2_000_000, 1_000_000

const beginningPart = 4

// budget is what is left of the work for a query in one language.
type budget struct {
	left  int
	spent bool
}

// take takes a cost from the budget and tells whether it was there. Once it was
// not, nothing is.
func (b *budget) take(cost int) bool {
	if b.spent || cost > b.left {
		b.spent = true
		return false
	}
	b.left -= cost
	return true
}
