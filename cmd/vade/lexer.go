package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"vademecum/cmd/vade/internal/council"
)

// The lexer "resolution" sets off what carries weight in a paragraph of a
// Security Council resolution: the verb that it opens with, operative or
// preambular, and the citations, paragraph labels and defined terms within.
// It serves Hugo's code fences like any other lexer, so the colours come from
// Chroma's stylesheet.
//
//	operative verb      Keyword
//	preambular verb     KeywordType
//	paragraph label     NameBuiltin
//	citation            NameVariable
//	defined term        NameClass
//
// A verb counts only where the text begins, after a paragraph label if there
// is one: "the Council decides" in the middle of a sentence is prose. Our own
// texts open in the third person (Affirms), official ones often with a
// participle (Affirming); both are known.
//
// Some verbs open paragraphs of both parts (reaffirms, recognizes); the lexer
// "preamble" is the same but takes every opening verb for a preambular one.
func init() {
	lexers.Register(chroma.MustNewLexer(
		&chroma.Config{Name: "Resolution", Aliases: []string{"resolution"}, CaseInsensitive: true},
		func() chroma.Rules { return resolutionRules(council.PreambularVerbs(), council.OperativeVerbs()) },
	))
	lexers.Register(chroma.MustNewLexer(
		&chroma.Config{Name: "Preamble", Aliases: []string{"preamble"}, CaseInsensitive: true},
		func() chroma.Rules {
			return resolutionRules(slices.Concat(council.PreambularVerbs(), council.OperativeVerbs()), nil)
		},
	))
}

// verbEnd keeps "decidest" from being "decides"; Chinese runs on without spaces.
const verbEnd = `(?![a-zà-ÿа-яё])`

func resolutionRules(preambular, operative []string) chroma.Rules {
	start := func(words []string) string {
		return council.Adverbs + `(?:` + strings.Join(words, "|") + `)` + verbEnd
	}
	inside := []chroma.Rule{
		{Pattern: council.ParagraphLabel, Type: chroma.NameBuiltin},
		{Pattern: council.Symbols, Type: chroma.NameVariable},
		{Pattern: `(?:` + strings.Join(council.DefinedTerms, "|") + `)` + verbEnd, Type: chroma.NameClass},
		{Pattern: `\s+`, Type: chroma.Text},
		// One ideograph at a time, else a run of them would swallow a term.
		{Pattern: `[\x{4e00}-\x{9fff}]`, Type: chroma.Text},
		{Pattern: `[\p{L}\p{M}\p{N}]+`, Type: chroma.Text},
		{Pattern: `.`, Type: chroma.Text},
	}
	rules := chroma.Rules{
		"root": {
			{Pattern: `\s+`, Type: chroma.Text},
			{Pattern: `(?:` + council.ParagraphLabel + `)(?=[.:)\s])`, Type: chroma.NameBuiltin},
			{Pattern: `\d{1,2}\.|\([a-e]\)`, Type: chroma.NameBuiltin},
			{Pattern: `[.:]`, Type: chroma.Text},
			// Preambular forms first: they are the longer ones where both fit (affirme, réaffirmant).
			{Pattern: start(preambular), Type: chroma.KeywordType, Mutator: chroma.Push("text")},
		},
		"text": inside,
	}
	if operative != nil {
		rules["root"] = append(rules["root"], chroma.Rule{Pattern: start(operative), Type: chroma.Keyword, Mutator: chroma.Push("text")})
	}
	rules["root"] = append(rules["root"], chroma.Default(chroma.Push("text")))
	return rules
}
