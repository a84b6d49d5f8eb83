package bulk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vademecum/indexer"
)

// An engine stands in for OpenSearch and Elasticsearch: it refuses what their
// published rules forbid, and keeps nothing but counts.
type engine struct {
	fields map[string]map[string]string // by index: types by the field's path
	ids    map[string]bool
}

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 100<<20))
	if err == nil {
		switch {
		case r.Method == http.MethodPut:
			err = e.create(strings.TrimPrefix(r.URL.Path, "/"), body)
		case r.Method == http.MethodPost && r.URL.Path == "/_bulk":
			err = e.bulk(r.Header.Get("Content-Type"), body)
		default:
			err = fmt.Errorf("no such endpoint: %s %s", r.Method, r.URL.Path)
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

var types = []string{"text", "keyword", "date", "object"}
var builtIn = strings.Fields("standard arabic armenian basque bengali bulgarian catalan cjk czech danish dutch english estonian finnish french galician german greek hindi hungarian indonesian irish italian latvian lithuanian norwegian persian portuguese romanian russian spanish swedish thai turkish")

func (e *engine) create(name string, body []byte) error {
	if len(name) > 255 || !regexp.MustCompile(`^[^A-Z\\/*?"<>| ,#:]+$`).MatchString(name) || strings.ContainsAny(name[:1], "-_+.") {
		return fmt.Errorf("invalid_index_name_exception: %s", name)
	}
	if e.fields[name] != nil {
		return fmt.Errorf("resource_already_exists_exception: %s", name)
	}
	var index struct {
		Settings, Mappings json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&index); err != nil {
		return err
	}
	e.fields[name] = map[string]string{}
	return e.mapping(name, "", index.Mappings)
}

func (e *engine) mapping(index, path string, text json.RawMessage) error {
	var m struct {
		Type, Analyzer, Format string
		Dynamic                string
		IgnoreAbove            int `json:"ignore_above"`
		Properties             map[string]json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("mapper_parsing_exception: %s: %w", path, err)
	}
	switch {
	case path != "" && !slices.Contains(types, m.Type):
		return fmt.Errorf("no handler for type [%s] of %s", m.Type, path)
	case m.Analyzer != "" && (m.Type != "text" || !slices.Contains(builtIn, m.Analyzer)):
		return fmt.Errorf("analyzer [%s] has not been configured in mappings", m.Analyzer)
	case m.IgnoreAbove*4 > 32766:
		return fmt.Errorf("max_bytes_length_exceeded: %s", path)
	}
	if path != "" {
		e.fields[index][path] = m.Type
	}
	for name, of := range m.Properties {
		if name == "" || strings.HasPrefix(name, "_") || strings.Contains(name, ".") {
			return fmt.Errorf("field name [%s] cannot be", name)
		}
		if err := e.mapping(index, strings.TrimPrefix(path+"."+name, "."), of); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) bulk(kind string, body []byte) error {
	switch {
	case kind != "application/x-ndjson":
		return fmt.Errorf("Content-Type [%s] is not supported", kind)
	case !bytes.HasSuffix(body, []byte("\n")):
		return fmt.Errorf("the bulk request must be terminated by a newline")
	}
	lines := bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n"))
	if len(lines)%2 != 0 {
		return fmt.Errorf("an action without its document")
	}
	for i := 0; i < len(lines); i += 2 {
		var action struct {
			Index struct {
				Index string `json:"_index"`
				ID    string `json:"_id"`
			}
		}
		d := json.NewDecoder(bytes.NewReader(lines[i]))
		d.DisallowUnknownFields()
		if err := d.Decode(&action); err != nil {
			return fmt.Errorf("Malformed action/metadata line [%d]: %w", i+1, err)
		}
		to, id := action.Index.Index, action.Index.ID
		switch {
		case e.fields[to] == nil:
			return fmt.Errorf("index_not_found_exception: %s", to)
		case id == "" || len(id) > 512 || e.ids[to+" "+id]:
			return fmt.Errorf("id [%s] is empty, too long or there already", id)
		}
		e.ids[to+" "+id] = true
		var source map[string]any
		if err := json.Unmarshal(lines[i+1], &source); err != nil {
			return fmt.Errorf("line %d: %w", i+2, err)
		}
		if err := e.document(to, "", source); err != nil {
			return fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	return nil
}

func (e *engine) document(index, path string, source map[string]any) error {
	for name, value := range source {
		at := strings.TrimPrefix(path+"."+name, ".")
		kind := e.fields[index][at]
		values, ok := value.([]any)
		if !ok {
			values = []any{value}
		}
		for _, v := range values {
			text, isText := v.(string)
			inner, isObject := v.(map[string]any)
			switch {
			case kind == "":
				return fmt.Errorf("strict_dynamic_mapping_exception: [%s]", at)
			case kind == "object" && isObject:
				if err := e.document(index, at, inner); err != nil {
					return err
				}
			case kind == "object" || !isText:
				return fmt.Errorf("object mapping for [%s] tried to parse a value", at)
			case kind == "date":
				if _, err := time.Parse(time.DateOnly, text); err != nil {
					return fmt.Errorf("failed to parse date field [%s]", text)
				}
			}
		}
	}
	return nil
}

// load sends the files of an export as the README says.
func load(t *testing.T, dir string) (*engine, error) {
	t.Helper()
	e := &engine{map[string]map[string]string{}, map[string]bool{}}
	server := httptest.NewServer(e)
	defer server.Close()
	send := func(method, path, file, kind string) error {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if said, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", filepath.Base(file), said)
		}
		return nil
	}
	for _, step := range [][4]string{{http.MethodPut, ".index.json", "", "application/json"}, {http.MethodPost, ".ndjson", "/_bulk", "application/x-ndjson"}} {
		files, _ := filepath.Glob(filepath.Join(dir, "*"+step[1]))
		for _, file := range files {
			to := step[2]
			if to == "" {
				to = "/" + strings.TrimSuffix(filepath.Base(file), step[1])
			}
			if err := send(step[0], to, file, step[3]); err != nil {
				return e, err
			}
		}
	}
	return e, nil
}

func exported(t *testing.T) string {
	t.Helper()
	site := t.TempDir()
	for name, text := range map[string]string{
		"index.html":    `<html lang="en"><head><meta name="vade:theme" content="hives" data-label="Hives"><meta name="vade:date" content="2025-03-04"></head><main><h1>Bees</h1><p>One "line"</p><h2 id="a">A</h2><p>Two` + "\u2028" + `lines</p></main>`,
		"es/index.html": `<html lang="es-MX"><main><h1>Abejas</h1></main>`,
		"x/index.html":  `<html lang="eo"><head><meta name="vade:a.b" content="1"></head><main><h1>X</h1><p>y</p></main>`,
		"long/" + strings.Repeat("l", 200) + "/" + strings.Repeat("ñ", 100) + "/index.html": `<html lang="en"><main><h1>Long</h1><p>z</p></main>`,
		"no/index.html": `<html lang="en"><head><meta name="robots" content="noindex"></head><main><h1>Hidden</h1></main>`,
	} {
		file := filepath.Join(site, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pages, err := indexer.ReadSite(context.Background(), site, indexer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s, err := Write(context.Background(), pages, dir)
	if err != nil || s.Languages != 3 || s.Documents != 5 {
		t.Fatalf("%+v, %v", s, err)
	}
	return dir
}

// The engines take what is written, and the search names only fields that there are.
func TestWrite(t *testing.T) {
	dir := exported(t)
	e, err := load(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"vade-en /", "vade-en /#a", "vade-es /es/", "vade-eo /x/"} {
		if !e.ids[id] {
			t.Errorf("%s is missing: %v", id, e.ids)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "search.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"([a-z.-]+)\^\d+"|"field": "([^"]+)"`).FindAllStringSubmatch(string(data), -1) {
		if name := m[1] + m[2]; e.fields["vade-en"][name] == "" {
			t.Errorf("the search asks for the field %s", name)
		}
	}
}

// The stand-in is as strict as it is said to be, or TestWrite would prove nothing.
func TestStandInRefuses(t *testing.T) {
	for what, change := range map[string]func(name, text string) string{
		"an unknown analyzer": func(_, text string) string { return strings.ReplaceAll(text, `"english"`, `"klingon"`) },
		"an unknown type":     func(_, text string) string { return strings.ReplaceAll(text, `"keyword"`, `"word"`) },
		"an unknown field":    func(_, text string) string { return strings.ReplaceAll(text, `"title":"`, `"titel":"`) },
		"no newline":          func(_, text string) string { return strings.TrimSuffix(text, "\n") },
		"a pretty document": func(name, text string) string {
			return strings.ReplaceAll(text, `,"text"`, ",\n\"text\"")
		},
		"a date of words": func(_, text string) string { return strings.ReplaceAll(text, "2025-03-04", "March") },
		"another index":   func(_, text string) string { return strings.ReplaceAll(text, `"_index":"`, `"_index":"Vade`) },
	} {
		dir := exported(t)
		files, _ := filepath.Glob(filepath.Join(dir, "vade-*"))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "json") && what == "no newline" && !strings.HasSuffix(file, ".ndjson") {
				continue
			}
			if err := os.WriteFile(file, []byte(change(file, string(data))), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := load(t, dir); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}
