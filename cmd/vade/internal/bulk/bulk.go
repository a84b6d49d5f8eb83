// Package bulk writes the sections of a site for OpenSearch and Elasticsearch, for
// sites that outgrow one machine. Write makes a folder:
//
//	vade-LANG.index.json     settings and mapping of an index for each language: the body of PUT /vade-LANG
//	vade-LANG.NNNN.ndjson    its documents, a section each: bodies of POST /_bulk
//	search.json              a search over them with the weights of package indexer
//
// The form follows the two engines' published rules for index names, bulk requests,
// ids and keyword fields. How they analyse and score is their own: answers are like
// those of package indexer, not equal to them.
package bulk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"vademecum/indexer"
)

// analyzers are those that both engines have built in, by language; all others are
// divided into words and not stemmed.
var analyzers = map[string]string{
	"ar": "arabic", "bg": "bulgarian", "bn": "bengali", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
	"en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
	"gl": "galician", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "ja": "cjk", "ko": "cjk",
	"lt": "lithuanian", "lv": "latvian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
	"sv": "swedish", "th": "thai", "tr": "turkish", "zh": "cjk",
}

// Limits of what the engines take.
const (
	longestID      = 512      // bytes
	longestKeyword = 8191     // characters: 32766 bytes at four each
	largestRequest = 10 << 20 // bytes of one file; the engines' own limit is ten times that
)

// A document is a section of a page.
type document struct {
	URL      string              `json:"url"`
	Page     string              `json:"page"` // without the anchor, to group sections by
	Title    string              `json:"title"`
	Heading  string              `json:"heading,omitempty"`
	Keywords []string            `json:"keywords,omitempty"`
	Text     string              `json:"text"`
	Cites    []string            `json:"cites,omitempty"`
	Date     string              `json:"date,omitempty"`
	Facets   map[string][]string `json:"facets,omitempty"`
}

// A Summary tells what was written.
type Summary struct{ Languages, Documents, Files int }

// Write writes the sections of a site that was read into an empty folder.
func Write(ctx context.Context, site *indexer.Site, dir string) (*Summary, error) {
	byLang := map[string][]*indexer.Page{}
	facets := map[string]bool{}
	for _, p := range site.Pages {
		if p.NoIndex || p.Search {
			continue
		}
		byLang[language(p.Lang)] = append(byLang[language(p.Lang)], p)
		for _, f := range p.Facets {
			facets[f.Facet] = true
		}
	}
	s := &Summary{Languages: len(byLang)}
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := writeJSON(filepath.Join(dir, indexName(lang)+".index.json"), index(lang, facets)); err != nil {
			return nil, err
		}
		if err := s.documents(dir, lang, byLang[lang]); err != nil {
			return nil, err
		}
		s.Files++
	}
	s.Files++
	return s, writeJSON(filepath.Join(dir, "search.json"), search(facets))
}

// language gives the first part of a tag, as analyzers are named by it.
func language(tag string) string {
	lang, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if !regexp.MustCompile(`^[a-z]{2,8}$`).MatchString(lang) {
		return "und"
	}
	return lang
}

func indexName(lang string) string { return "vade-" + lang }

type object = map[string]any

func index(lang string, facets map[string]bool) object {
	analyzer, ok := analyzers[lang]
	if !ok {
		analyzer = "standard"
	}
	text := object{"type": "text", "analyzer": analyzer}
	keyword := object{"type": "keyword", "ignore_above": longestKeyword}
	of := object{}
	for name := range facets {
		of[fieldName(name)] = keyword
	}
	return object{
		"settings": object{"index": object{"similarity": object{"default": object{"type": "BM25", "k1": indexer.K1, "b": indexer.B}}}},
		"mappings": object{"dynamic": "strict", "properties": object{
			"url": keyword, "page": keyword, "title": text, "heading": text, "keywords": text, "text": text, "cites": keyword,
			"date": object{"type": "date", "format": "strict_date"}, "facets": object{"type": "object", "dynamic": "strict", "properties": of},
		}},
	}
}

// fieldName gives the name of a facet as a field: dots would make objects of it.
func fieldName(facet string) string { return strings.ReplaceAll(strings.ToLower(facet), ".", "-") }

// search is a request with a place for the query: as many fields as there are, each
// with its weight, one result for each page and the counts of the facets.
func search(facets map[string]bool) object {
	var fields []string
	weights := indexer.FieldWeights()
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		fields = append(fields, fmt.Sprintf("%s^%d", name, weights[name]))
	}
	counts := object{}
	for name := range facets {
		counts[name] = object{"terms": object{"field": "facets." + fieldName(name)}}
	}
	return object{
		"query":     object{"multi_match": object{"query": "PUT THE QUERY HERE", "type": "most_fields", "fields": fields}},
		"collapse":  object{"field": "page"},
		"highlight": object{"fields": object{"text": object{}}},
		"aggs":      counts,
	}
}

// documents writes the sections of a language, in as many files as the engines' limit asks for.
func (s *Summary) documents(dir, lang string, pages []*indexer.Page) error {
	var out bytes.Buffer
	n := 0
	flush := func() error {
		if out.Len() == 0 {
			return nil
		}
		n++
		s.Files++
		defer out.Reset()
		return os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.%04d.ndjson", indexName(lang), n)), out.Bytes(), 0o644)
	}
	for _, p := range pages {
		for _, d := range documentsOf(p) {
			action, err := json.Marshal(object{"index": object{"_index": indexName(lang), "_id": id(d.URL)}})
			if err != nil {
				return err
			}
			source, err := json.Marshal(d)
			if err != nil {
				return err
			}
			if out.Len()+len(action)+len(source)+2 > largestRequest {
				if err := flush(); err != nil {
					return err
				}
			}
			if len(source) > largestRequest {
				return fmt.Errorf("%s: a section of %d MB is more than a request may hold: divide it by headings", d.URL, len(source)>>20)
			}
			out.Write(append(action, '\n'))
			out.Write(append(source, '\n'))
			s.Documents++
		}
	}
	return flush()
}

func documentsOf(p *indexer.Page) []document {
	facets := map[string][]string{}
	for _, f := range p.Facets {
		if name := fieldName(f.Facet); !slices.Contains(facets[name], f.Value) {
			facets[name] = append(facets[name], f.Value)
		}
	}
	page := document{URL: p.URL, Page: p.URL, Title: p.Title, Keywords: p.Keywords, Cites: p.Cites, Facets: facets}
	if regexp.MustCompile(`^\d{4}-\d\d-\d\d`).MatchString(p.Date) {
		page.Date = p.Date[:10]
	}
	if len(p.Sections) == 0 {
		return []document{page}
	}
	var all []document
	for _, section := range p.Sections {
		d := page
		if section.ID != "" && !strings.Contains(d.URL, "#") {
			d.URL += "#" + section.ID
		}
		d.Heading, d.Text = section.Heading, section.Text
		if len(section.Cites) > 0 {
			d.Cites = section.Cites
		}
		all = append(all, d)
	}
	return all
}

// id is an address, or what stands for it where it is too long for an id.
func id(url string) string {
	if len(url) <= longestID {
		return url
	}
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:])
}

func writeJSON(file string, value any) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
