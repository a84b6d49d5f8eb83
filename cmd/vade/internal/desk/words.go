package desk

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vademecum/cmd/vade/internal/kinds"
)

//go:embed words/*.toml
var ownWords embed.FS

// Languages are those of the desk's interface.
var interfaceLanguages = []string{"en", "es", "fr"}

// words are the words of the interface in one language: the desk's own, and the
// site's for its fields, in layouts/kinds/words. Those of a field may be
//
//	field_city = "City"             its label
//	help_city = "Where it was held" what to write
//	choice_mode_online = "online"   a choice of it
//
// Of a choice that has none there, the site's own pages may have a word, in i18n
// (mode_online). A field without words is shown by its name.
type words struct {
	Lang    string
	own     map[string]string
	site    map[string]any // of i18n; tables and templates among them
	phrases []phrase
}

func readWords(source fs.FS, lang string) (*words, error) {
	w := &words{Lang: lang, own: map[string]string{}}
	var err error
	if w.phrases, err = readPhrases(lang); err != nil {
		return nil, err
	}
	if text, err := fs.ReadFile(source, "i18n/"+lang+".toml"); err == nil {
		_ = toml.Unmarshal(text, &w.site) // what is wrong in it, the build tells
	}
	for _, from := range []struct {
		fsys   fs.FS
		folder string
	}{{ownWords, "words/"}, {source, kinds.Folder + "/words/"}} {
		for _, l := range slices.Compact([]string{"en", lang}) {
			file := from.folder + l + ".toml"
			text, err := fs.ReadFile(from.fsys, file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return nil, err
			}
			var read map[string]string
			if err := toml.Unmarshal(text, &read); err != nil {
				return nil, fmt.Errorf("%s: %w; write each as: field_city = \"City\"", file, err)
			}
			maps.Copy(w.own, read)
		}
	}
	return w, nil
}

func (w *words) get(key string) string {
	if t, ok := w.own[key]; ok {
		return t
	}
	return key
}

func (w *words) label(f *kinds.Field) string {
	if t := w.own[f.LabelKey()]; t != "" {
		return t
	}
	return readable(f.Name)
}

func (w *words) help(f *kinds.Field) string {
	if t := w.own["help_"+f.Name]; t != "" {
		return t
	}
	return w.own["help_of_"+string(f.Type)]
}

func (w *words) choice(f *kinds.Field, choice string) string {
	if t := w.own["choice_"+f.Name+"_"+choice]; t != "" {
		return t
	}
	if t, ok := w.site[f.Name+"_"+choice].(string); ok && !strings.Contains(t, "{{") {
		return t
	}
	return readable(choice)
}

func (w *words) kind(name string) string {
	if t := w.own["kind_"+name]; t != "" {
		return t
	}
	return readable(name)
}

func (w *words) language(code string) string {
	if t := w.own["language_"+code]; t != "" {
		return t
	}
	return code
}

// readable makes a label of a name.
func readable(name string) string {
	name = strings.NewReplacer("_", " ", "-", " ").Replace(name)
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// told gives what check says of a page, in the language of the interface.
func (w *words) told(p kinds.Problem) string {
	text := w.message(p.Message)
	if p.Remedy != "" {
		text += "; " + w.message(p.Remedy)
	}
	return text
}

// placed gives the same with the place that it is about.
func (w *words) placed(p kinds.Problem) string {
	at := p.File
	if p.Line > 0 {
		at += fmt.Sprintf(":%d", p.Line)
	}
	if p.Field != "" {
		at += fmt.Sprintf(" (%s)", p.Field)
	}
	return at + ": " + w.told(p)
}

// number gives a number with what it counts.
func (w *words) number(key string, n int) string {
	if n == 1 {
		return w.get("one_" + key)
	}
	return fmt.Sprintf(w.get("many_"+key), n)
}

//go:embed words/check/*.toml
var checkWords embed.FS

// A phrase is one message of check, and what a language says for it. "%s" stands
// for what is quoted, "%t" for another message.
type phrase struct {
	said  *regexp.Regexp
	means string
	parts string // "s" or "t" for each group
}

var rePart = regexp.MustCompile(`%[st]`)

func readPhrases(lang string) ([]phrase, error) {
	text, err := checkWords.ReadFile("words/check/" + lang + ".toml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the language in which check speaks
	} else if err != nil {
		return nil, err
	}
	var read struct{ Phrases [][2]string }
	if err := toml.Unmarshal(text, &read); err != nil {
		return nil, fmt.Errorf("words/check/%s.toml: %w", lang, err)
	}
	var out []phrase
	for _, pair := range read.Phrases {
		p := phrase{means: pair[1]}
		pattern := rePart.ReplaceAllStringFunc(regexp.QuoteMeta(pair[0]), func(part string) string {
			p.parts += part[1:]
			return `(.*)`
		})
		p.said = regexp.MustCompile(`(?s)^` + pattern + `$`)
		out = append(out, p)
	}
	return out, nil
}

// message gives a message of check in the language of the interface; as it is if
// there are no words for it.
func (w *words) message(text string) string {
	for _, p := range w.phrases {
		m := p.said.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		i := 0
		return rePart.ReplaceAllStringFunc(p.means, func(string) string {
			i++
			if p.parts[i-1] == 't' {
				return w.message(m[i])
			}
			return m[i]
		})
	}
	return text
}
