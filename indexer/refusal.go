package indexer

import (
	"maps"
	"slices"
	"strings"
)

// A RequestError is a request that cannot be answered as it stands. Who shows it
// to a person words it by its code in that person's language.
type RequestError struct {
	Code   string
	Params map[string]string // what the words name, such as a limit
}

// The codes of refusals. They are part of what the endpoint answers and of the
// site's templates, so they stay as they are.
const (
	QueryEmpty     = "query-empty"
	QueryLong      = "query-long" // limit: characters
	OnlyExclusions = "only-exclusions"
	TooManyFilters = "too-many-filters" // limit: values
	NotANumber     = "not-a-number"     // name: of the parameter; value
	PageRange      = "page-range"
	SizeRange      = "size-range" // limit: results
	TooDeep        = "too-deep"   // limit: results

	MalformedAddress  = "malformed-address"
	TooManyParameters = "too-many-parameters" // limit: parameters
	Repeated          = "repeated"            // name: of the parameter
	BadValue          = "bad-value"           // name: of the parameter; value
)

// refusals words each code in English, for those who read the endpoint's
// answers and the terminal. {name} is the parameter of that name.
var refusals = map[string]string{
	QueryEmpty:     "Type a word to search for.",
	QueryLong:      "The query is longer than {limit} characters: shorten it to the words that matter.",
	OnlyExclusions: "The query only says what to leave out: add what to look for.",
	TooManyFilters: "Too many filters: at most {limit} count.",
	NotANumber:     "{name} must be a whole number, not \"{value}\".",
	PageRange:      "Pages of results are numbered from 1.",
	SizeRange:      "A page of results has 1 to {limit} results.",
	TooDeep:        "Only the first {limit} results can be listed: add words or filters.",

	MalformedAddress:  "The address cannot be read: type the search again.",
	TooManyParameters: "The address asks for too many things at once: at most {limit} count.",
	Repeated:          "{name} may stand in the address only once.",
	BadValue:          "{name} cannot be \"{value}\".",
}

// RefusalCodes lists the codes that a RequestError may have, in alphabetical
// order.
func RefusalCodes() []string { return slices.Sorted(maps.Keys(refusals)) }

// Error words the refusal in English.
func (e RequestError) Error() string { return e.word(refusals[e.Code]) }

// word puts the parameters into a sentence.
func (e RequestError) word(sentence string) string {
	var pairs []string
	for name, value := range e.Params {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// shorten cuts what a person typed to a length that fits into a sentence.
func shorten(value string) string {
	if letters := []rune(value); len(letters) > maxShown {
		return string(letters[:maxShown]) + "…"
	}
	return value
}

const maxShown = 60

// refuse makes a RequestError; params are names and values in turn.
func refuse(code string, params ...string) RequestError {
	e := RequestError{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[params[i]] = shorten(params[i+1])
	}
	return e
}
