package indexer

import (
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"

	"vademecum/indexer/text"
)

// analyzer is words to terms as bleve calls it. Offsets are left out: excerpts
// find their matches in the text itself, and offsets double the positions.
type analyzer struct {
	language *text.Language
	surface  bool // keep words as they are written, folded
}

func (a analyzer) Analyze(input []byte) analysis.TokenStream {
	found := text.Tokens(string(input))
	all := make([]analysis.Token, 0, len(found))
	for _, t := range found {
		term := t.Term
		if !a.surface {
			term = a.language.Term(t)
		} else if t.CJK || strings.ContainsAny(term, "-._+#") {
			continue
		}
		all = append(all, analysis.Token{Term: []byte(term), Position: t.Pos})
	}
	out := make(analysis.TokenStream, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

// surfaceField is the field of the surface forms: words as they are written, for
// beginnings and corrections. Like the analyzers' names it stands in the index.
const surfaceField = "written"

// The names under which bleve finds our analyzers; they stand in the index.
const (
	analyzerType    = "vademecum"
	surfaceAnalyzer = "vademecum-written"
)

func init() {
	err := registry.RegisterAnalyzer(analyzerType, func(config map[string]any, _ *registry.Cache) (analysis.Analyzer, error) {
		code, _ := config["language"].(string)
		return analyzer{language: text.LanguageOf(code)}, nil
	})
	if err == nil {
		err = registry.RegisterAnalyzer(surfaceAnalyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
			return analyzer{surface: true}, nil
		})
	}
	if err != nil {
		panic(err)
	}
}
