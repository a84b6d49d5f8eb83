package indexer

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// maxParameters bounds what an address may ask for: every facet of a site and as
// many values as count are fewer.
const maxParameters = 100

// parseAddress reads a request from the part of an address behind the question
// mark.
func parseAddress(rawQuery string) (Request, error) {
	if strings.Count(rawQuery, "&") >= maxParameters {
		return Request{}, refuse(TooManyParameters, "limit", strconv.Itoa(maxParameters))
	}
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return Request{}, refuse(MalformedAddress)
	}
	return ParseRequest(values)
}

// ParseRequest reads a request from the parameters of a URL. Those that it does
// not know are facets.
func ParseRequest(values url.Values) (Request, error) {
	r := Request{Facets: map[string][]string{}}
	for _, name := range sortedKeys(values) {
		set, single := singles[name]
		switch all := values[name]; {
		case !single:
			for _, v := range all {
				if v != "" {
					r.Facets[name] = append(r.Facets[name], v)
				}
			}
		case len(all) > 1:
			return r, refuse(Repeated, "name", name)
		case len(all) == 1 && all[0] != "":
			if err := set(&r, name, all[0]); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// singles are the parameters that have one value.
var singles = map[string]func(r *Request, name, value string) error{
	"q":      func(r *Request, _, value string) error { r.Query = value; return nil },
	"lang":   func(r *Request, name, value string) error { r.Lang = value; return wellFormed(name, value) },
	"page":   func(r *Request, name, value string) (err error) { r.Page, err = number(name, value); return err },
	"size":   func(r *Request, name, value string) (err error) { r.Size, err = number(name, value); return err },
	"exact":  func(r *Request, name, value string) (err error) { r.Exact, err = truth(name, value); return err },
	"typing": func(r *Request, name, value string) (err error) { r.Typing, err = truth(name, value); return err },
}

// tagForm is what may be the tag of a language, or all of them.
var tagForm = regexp.MustCompile(`^(\*|[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8}){0,7})$`)

func wellFormed(name, value string) error {
	if !tagForm.MatchString(value) {
		return refuse(BadValue, "name", name, "value", value)
	}
	return nil
}

func truth(name, value string) (bool, error) {
	if value != "0" && value != "1" {
		return false, refuse(BadValue, "name", name, "value", value)
	}
	return value == "1", nil
}

// number reads a whole number. One beyond all ranges becomes the nearest: Search
// refuses it, and says what the range is.
func number(name, value string) (int, error) {
	n, err := strconv.Atoi(value)
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	} else if err != nil {
		return 0, refuse(NotANumber, "name", name, "value", value)
	}
	return n, nil
}
