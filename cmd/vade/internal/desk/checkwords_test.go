package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var reVerb = regexp.MustCompile(`%[qsdc]`)

// reNoMessage matches what is quoted in messages: dates and examples.
var reNoMessage = regexp.MustCompile(`^[{:]|^(January|Jan|2),? |^the name of a file|^(, is a draft, and this is none|the original, )$|^, or "`)

// Whatever check may say of a page, the desk says in the language of its
// interface: a message without words in one of them fails here.
func TestCheckSpeaksTheInterfacesLanguage(t *testing.T) {
	p := sit(t, smallSite(t))
	n := 0
	for _, name := range []string{"check.go", "hints.go", "site.go", "value.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), "../kinds/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil || !strings.Contains(strings.TrimSpace(text), " ") || strings.ContainsAny(text, "^\n") || reNoMessage.MatchString(text) {
				return true
			}
			n++
			i := 0
			next := func(string) string { i++; return "x" + strconv.Itoa(i) }
			said := reVerb.ReplaceAllStringFunc(text, next)
			if strings.ContainsAny(said[:1], " ,") { // a piece of a message: with something at its open end
				if said == " from x1 on" {
					said = "the front matter cannot be read" + said
				} else {
					said = next("") + said
				}
			}
			switch {
			case strings.HasSuffix(said, "("):
				said += next("") + ")"
			case strings.HasSuffix(said, " "), strings.HasSuffix(said, "0-"):
				said += next("")
			}
			p.translates(name, said, i)
			return true
		})
	}
	if n < 60 {
		t.Errorf("only %d messages were found", n)
	}
}

// What the desk itself refuses, or could not do, it says in the language of its
// interface, too.
func TestRefusalsSpeakTheInterfacesLanguage(t *testing.T) {
	p := sit(t, smallSite(t))
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || !slices.Contains([]string{"refuse", "errors.New", "fmt.Errorf"}, types.ExprString(call.Fun)) {
				return true
			}
			for _, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if !ok || !strings.Contains(lit.Value, " ") || reOfProgram.MatchString(lit.Value) {
					continue
				}
				n++
				i := 0
				text, _ := strconv.Unquote(lit.Value)
				said := reAnyVerb.ReplaceAllStringFunc(text, func(string) string { i++; return "x" + strconv.Itoa(i) })
				p.translates(name, said, i)
			}
			return true
		})
	}
	if n < 35 {
		t.Errorf("only %d messages were found", n)
	}
}

var (
	reAnyVerb = regexp.MustCompile(`%[qsdvw]`)
	// reOfProgram matches what is told to the person who starts the desk, and what only puts a place before another message.
	reOfProgram = regexp.MustCompile(`^"(%[sqw]|[^ ]*%s[^ ]*|words/[^ ]*): |--(addr|source) `)
)

// translates holds each language of the desk to have words for a message, with all
// that is quoted in it: x1, x2 and so on.
func (p *person) translates(file, said string, quoted int) {
	p.t.Helper()
	for _, lang := range interfaceLanguages[1:] {
		got := p.desk.looks[lang].words.message(said)
		if got == said {
			p.t.Errorf("%s: %s says nothing for %q; write it in words/check/%[2]s.toml", file, lang, said)
		}
		for k := range quoted {
			if x := "x" + strconv.Itoa(k+1); !strings.Contains(got, x) {
				p.t.Errorf("%s: %s leaves out %s of %q: %q", file, lang, x, said, got)
			}
		}
	}
}
