package indexer

// slips finds the words that are probably misspellings in the pages themselves:
// a word that stands on one page, in one form, while a word one edit away
// stands on ten times as many. Who types such a word most likely wants the
// other. A word of a title, a heading or the keywords names something and is
// no slip, however rare. pagesOf counts the pages of words as written, termPages those of
// terms; the result gives for each slip the word that is meant.
//
// Two words are one edit apart (insertion, deletion, substitution or exchange
// of neighbours) only if leaving out at most one letter of each can make them
// equal; so common words are found under all their forms with a letter left out.
func slips(l *language, pagesOf, termPages map[string]int, named map[string]bool) map[string]string {
	near := map[string][]string{}
	for word, pages := range pagesOf {
		if pages >= rareToCommon && correctable(word) {
			for _, form := range leaveOneOut(word) {
				near[form] = append(near[form], word)
			}
		}
	}
	out := map[string]string{}
	for word, pages := range pagesOf {
		term := l.term(token{term: word})
		if named[word] || pages != 1 || termPages[term] != 1 || !correctable(word) {
			continue
		}
		best, bestRank := "", 0
		for _, form := range leaveOneOut(word) {
			for _, candidate := range near[form] {
				if l.term(token{term: candidate}) == term || !oneEdit(word, candidate) {
					continue
				}
				rank := neighbourRank(word, candidate, pagesOf[candidate])
				if rank > bestRank || rank == bestRank && candidate < best {
					best, bestRank = candidate, rank
				}
			}
		}
		if best != "" {
			out[word] = best
		}
	}
	return out
}

// leaveOneOut gives a word and all its forms with one letter left out.
func leaveOneOut(word string) []string {
	letters := []rune(word)
	out := []string{word}
	for i := range letters {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
	}
	return out
}

// oneEdit tells whether two different words are one edit apart.
func oneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	switch len(y) - len(x) {
	case 0:
		if i == len(x) {
			return false
		}
		return string(x[i+1:]) == string(y[i+1:]) || exchanged(x, y)
	case 1:
		return string(x[i:]) == string(y[i+1:])
	}
	return false
}
