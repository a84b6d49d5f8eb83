package desk

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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
// A field without words is shown by its name.
type words struct {
	Lang string
	own  map[string]string
}

func readWords(source fs.FS, lang string) (*words, error) {
	w := &words{lang, map[string]string{}}
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

// number gives a number with what it counts.
func (w *words) number(key string, n int) string {
	if n == 1 {
		return w.get("one_" + key)
	}
	return fmt.Sprintf(w.get("many_"+key), n)
}
