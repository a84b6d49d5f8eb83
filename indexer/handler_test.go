package indexer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func respond(t *testing.T, h http.Handler, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// The shape of an answer is a promise to everything that reads it: a field that
// is renamed, or null where a list was, is a change of contract.
func TestAnswerShape(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	w := respond(t, h, "GET", "/api/search?q=coordinaton+mechanisms&lang=en&size=1")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, bytes.TrimSpace(w.Body.Bytes()), "", " "); err != nil {
		t.Fatal(err)
	}
	const want = `{
 "query": "coordinaton mechanisms",
 "lang": "en",
 "total": 1,
 "page": 1,
 "correction": {
  "shown": "coordination mechanisms",
  "typed": "coordinaton mechanisms"
 },
 "pages": [
  {
   "url": "/kb/workshops/harbour/",
   "title": "Workshop in Harbour Town",
   "lang": "en",
   "date": "2019-12-02",
   "score": SCORE,
   "facets": {
    "country": [
     "aland"
    ],
    "kind": [
     "workshop"
    ],
    "theme": [
     "coordination"
    ],
    "year": [
     "2019"
    ]
   },
   "translations": [
    {
     "lang": "es",
     "url": "/kb/es/workshops/harbour/"
    }
   ],
   "sections": [
    {
     "url": "/kb/workshops/harbour/#talks",
     "heading": "What was discussed",
     "excerpt": [
      {
       "text": "Ministries should renew their "
      },
      {
       "text": "coordination",
       "match": true
      },
      {
       "text": " "
      },
      {
       "text": "mechanisms",
       "match": true
      },
      {
       "text": " regularly, or the plan stays on paper. The colour of the folder does not matter."
      }
     ]
    }
   ]
  }
 ],
 "facets": {
  "country": [
   {
    "value": "aland",
    "label": "Aland",
    "count": 1
   }
  ],
  "kind": [
   {
    "value": "workshop",
    "label": "Workshop",
    "count": 1
   }
  ],
  "theme": [
   {
    "value": "coordination",
    "label": "Coordination",
    "count": 1
   }
  ],
  "year": [
   {
    "value": "2019",
    "label": "2019",
    "count": 1
   }
  ]
 }
}`
	var answer Answer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	score := answer.Pages[0].Score
	if score <= 0 {
		t.Errorf("score %d", score)
	}
	if text := strings.Replace(got.String(), fmt.Sprintf(`"score": %d`, score), `"score": SCORE`, 1); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}

// Lists are lists and objects are objects also when they are empty, and a
// section without words to show has no excerpt rather than null.
func TestEmptyAnswerShape(t *testing.T) {
	h := indexOf(t, map[string]string{"a.html": `<html lang="en"><main><h1>Bare</h1></main>`}).Handler()
	for target, want := range map[string]string{
		"/?q=zzzz":    `{"query":"zzzz","lang":"en","total":0,"page":1,"pages":[],"facets":{}}`,
		"/?q=bare":    `"sections":[{"url":"/a.html","excerpt":[]}]}],"facets":{}}`,
		"/?q=%3Cb%3E": `"query":"\u003cb\u003e"`, // no reader can take it for markup
	} {
		if got := respond(t, h, "GET", target).Body.String(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// What cannot be answered is told as JSON, with a status.
func TestHandlerErrors(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	long := strings.Repeat("a", 10_001)
	many := ""
	for i := range 10_000 {
		many += fmt.Sprintf("&facet%d=x", i)
	}
	for _, c := range []struct {
		method, target string
		status         int
		code, says     string
	}{
		{"GET", "/api/search", 400, "query-empty", "Type a word"},
		{"GET", "/api/search?q=", 400, "query-empty", "Type a word"},
		{"GET", "/api/search?q=%20%3F!", 400, "query-empty", "Type a word"},
		{"GET", "/api/search?q=-customs", 400, "only-exclusions", "leave out"},
		{"GET", "/api/search?q=" + long, 400, "query-long", "longer than 10000 characters"},
		{"GET", "/api/search?q=" + url.QueryEscape(strings.Repeat("管", 10_001)), 400, "query-long", "longer than 10000 characters"},
		{"GET", "/api/search?q=a&page=two", 400, "not-a-number", `page must be a whole number, not "two"`},
		{"GET", "/api/search?q=a&size=1e3", 400, "not-a-number", `size must be a whole number, not "1e3"`},
		{"GET", "/api/search?q=a&page=99999999999999999999", 400, "too-deep", "first 10000 results"},
		{"GET", "/api/search?q=a&page=-1", 400, "page-range", "numbered from 1"},
		{"GET", "/api/search?q=a&size=101", 400, "size-range", "1 to 100 results"},
		{"GET", "/api/search?q=a&page=101&size=100", 400, "too-deep", "first 10000 results"},
		{"GET", "/api/search?q=a" + many, 400, "too-many-parameters", "at most 100"},
		{"GET", "/api/search?q=%zz", 400, "malformed-address", "cannot be read"},
		{"GET", "/api/search?q=a;b", 400, "malformed-address", "cannot be read"},
		{"GET", "/api/search?q=a&q=b", 400, "repeated", "q may stand"},
		{"GET", "/api/search?q=a&exact=yes", 400, "bad-value", `exact cannot be "yes"`},
		{"GET", "/api/search?q=a&typing=2", 400, "bad-value", `typing cannot be "2"`},
		{"GET", "/api/search?q=a&lang=../en", 400, "bad-value", `lang cannot be "../en"`},
		{"GET", "/api/search?q=a&lang=en%00", 400, "bad-value", "lang cannot be"},
		{"GET", "/api/search?utm_source=mail", 400, "query-empty", "Type a word"},
		// No number overflows on its way to the refusal.
		{"GET", "/api/search?q=the&page=9223372036854775807&size=100", 400, "too-deep", "first 10000 results"},
		{"GET", "/api/search?q=the&page=4611686018427387905&size=4", 400, "too-deep", "first 10000 results"},
		{"GET", "/api/search?q=the&page=-9223372036854775808&size=100", 400, "page-range", "numbered from 1"},
		{"GET", "/api/search?q=the&page=-99999999999999999999", 400, "page-range", "numbered from 1"},
		{"GET", "/api/search?q=the&size=9223372036854775807", 400, "size-range", "1 to 100 results"},
		{"GET", "/api/search?q=the&size=-1", 400, "size-range", "1 to 100 results"},
		{"GET", "/api/search?q=a" + strings.Repeat("&kind=x", 33), 400, "too-many-filters", "Too many filters"},
		{"POST", "/api/search?q=customs", 405, "method", "Only GET"},
		{"DELETE", "/api/search?q=customs", 405, "method", "Only GET"},
		{"OPTIONS", "/api/search?q=customs", 405, "method", "Only GET"},
	} {
		w := respond(t, h, c.method, c.target)
		var body struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Errorf("%s %.60s: %v: %s", c.method, c.target, err, w.Body)
			continue
		}
		if w.Code != c.status || body.Error.Code != c.code || !strings.Contains(body.Error.Message, c.says) {
			t.Errorf("%s %.60s: %d %s, want %d, %s and %q", c.method, c.target, w.Code, w.Body, c.status, c.code, c.says)
		}
		if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("%s %.60s: content type %q", c.method, c.target, got)
		}
		if got := w.Header().Get("Allow"); (c.status == 405) != (got == "GET, HEAD") {
			t.Errorf("%s %.60s: Allow %q", c.method, c.target, got)
		}
	}
}

// What goes wrong inside is logged and not told; a search that runs out of
// time says so.
func TestInternalErrors(t *testing.T) {
	var logged bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(standard)
	r := httptest.NewRequest("GET", "/?q=zeppelin", nil)

	if status, body := failure(fmt.Errorf("search: %w", context.DeadlineExceeded), r); status != 503 || !strings.Contains(body.Error.Message, "too long") {
		t.Errorf("out of time: %d %v", status, body)
	}
	if logged.Len() > 0 {
		t.Errorf("logged %s", logged.String())
	}
	if status, body := failure(errors.New("the disk is on fire"), r); status != 500 || body.Error.Code != "internal" || strings.Contains(body.Error.Message, "fire") {
		t.Errorf("a fault inside: %d %v", status, body)
	}
	if !strings.Contains(logged.String(), "zeppelin") || !strings.Contains(logged.String(), "on fire") {
		t.Errorf("the log does not tell what failed: %s", logged.String())
	}
}

// A fault in an answer is status 500 and a line in the log; the reader's own
// end of the connection is none of both.
func TestHandlerSurvives(t *testing.T) {
	var logged bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(standard)
	broken := &Index{languages: []*langIndex{{pageTable: pageTable{languageStats: languageStats{Lang: "en"}}}}, searchPages: map[string][]byte{"en": []byte(searchPage)}}
	for name, h := range map[string]http.Handler{"answer": broken.Handler(), "page": broken.ResultsHandler()} {
		logged.Reset()
		w := respond(t, h, "GET", "/?lang=en&q=zeppelin")
		if w.Code != 500 || !strings.HasPrefix(w.Body.String(), `{"error":{"code":"internal",`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if !strings.Contains(logged.String(), "zeppelin") || !strings.Contains(logged.String(), "panic") {
			t.Errorf("%s: the log does not tell what failed: %s", name, logged.String())
		}
	}
	logged.Reset()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	indexOf(t, siteFiles(t)).Handler().ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/?lang=en&q=committee", nil))
	if w.Code != 503 || logged.Len() > 0 {
		t.Errorf("a reader who left: %d, logged %s", w.Code, logged.String())
	}
}

func TestHandlerHeaders(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	for _, target := range []string{"/api/search?q=customs", "/api/search?q="} {
		get, head := respond(t, h, "GET", target), respond(t, h, "HEAD", target)
		if head.Code != get.Code || head.Body.Len() > 0 {
			t.Errorf("HEAD %s: %d with %d bytes, want %d and none", target, head.Code, head.Body.Len(), get.Code)
		}
		for _, w := range []*httptest.ResponseRecorder{get, head} {
			for name, want := range map[string]string{
				"Content-Type":                 "application/json; charset=utf-8",
				"Content-Length":               strconv.Itoa(get.Body.Len()),
				"X-Content-Type-Options":       "nosniff",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
				"Cache-Control":                "no-cache",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
				"Access-Control-Allow-Origin":  "", // no other site may read answers
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", target, name, got, want)
				}
			}
		}
	}
}

// Every parameter has its effect, and those that are no parameters are facets.
func TestHandlerParameters(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	for query, want := range map[string]string{
		"q=workshop":               "3: /kb/workshops/plans/ /kb/workshops/river/ /kb/workshops/harbour/",
		"q=workshop&theme=customs": "1: /kb/workshops/river/",
		"q=workshop&theme=customs&theme=coordination": "2: /kb/workshops/river/ /kb/workshops/harbour/",
		"q=workshop&theme=customs&year=2019":          "0:",
		"q=workshop&theme=":                           "3: /kb/workshops/plans/ /kb/workshops/river/ /kb/workshops/harbour/",
		"theme=end-use":                               "1: /kb/resolutions/1540/",
		"q=workshop&size=1":                           "3: /kb/workshops/plans/",
		"q=workshop&size=1&page=3":                    "3: /kb/workshops/harbour/",
		"q=workshop&size=&page=":                      "3: /kb/workshops/plans/ /kb/workshops/river/ /kb/workshops/harbour/",
		"q=workshop&size=2&page=9":                    "3:",
		"q=aduanas&lang=es":                           "0:",
		"q=taller&lang=es-419":                        "1: /kb/es/workshops/harbour/",
		"q=UNODA&lang=*":                              "2: /kb/ar/resolutions/1540/ /kb/zh/resolutions/1540/",
		"q=comittee":                                  "12: /kb/notes/n03/",
		"q=comittee&exact=1":                          "1: /kb/notes/typo/",
		"q=comittee&exact=0":                          "12: /kb/notes/n03/",
		"q=zeppel&typing=1":                           "1: /kb/workshops/harbour/",
	} {
		w := respond(t, h, "GET", "/api/search?"+query)
		var a Answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
			continue
		}
		got := strconv.Itoa(a.Total) + ":"
		for _, p := range a.Pages {
			got += " " + p.URL
		}
		if strings.HasPrefix(want, "12:") { // the first of them is enough
			got = strings.Join(strings.Fields(got)[:2], " ")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// Many ask at once; each gets what it would get alone.
func TestHandlerInParallel(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	targets := []string{"/?q=coordination", "/?q=comittee", "/?q=%22end-user+controls%22", "/?q=OP3(d)&lang=*", "/?q=NAP", "/?q=coord*&theme=customs"}
	var want []string
	for _, target := range targets {
		want = append(want, respond(t, h, "GET", target).Body.String())
	}
	done := make(chan string)
	for n := range 8 {
		go func() {
			for i := range 60 {
				k := (i + n) % len(targets)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", targets[k], nil))
				if got := w.Body.String(); got != want[k] {
					done <- targets[k] + ": " + got
					return
				}
			}
			done <- ""
		}()
	}
	var failed []string
	for range 8 {
		if text := <-done; text != "" && !slices.Contains(failed, text) {
			failed = append(failed, text)
		}
	}
	if len(failed) > 0 {
		t.Errorf("other answers than alone:\n%s", strings.Join(failed, "\n"))
	}
}

// A parameter that names no facet changes nothing and is named; script and endpoint
// agree on it.
func TestUnknownParametersAreNamed(t *testing.T) {
	x := indexOf(t, siteFiles(t))
	plain, marked := respond(t, x.Handler(), "GET", "/?q=workshop").Body.String(), respond(t, x.Handler(), "GET", "/?q=workshop&utm_source=mail&fbclid="+strings.Repeat("x", 500)).Body.String()
	if want := strings.TrimSuffix(plain, "}\n") + `,"ignored":["fbclid","utm_source"]}` + "\n"; marked != want {
		t.Errorf("%s, want %s", marked, want)
	}
	parity(t, x, []Request{
		{Query: "workshop", Facets: map[string][]string{"utm_source": {"mail"}, "theme": {"customs"}, "b": {"1", "2"}}},
		{Query: "workshop", Lang: "*", Facets: map[string][]string{"a": {"1"}, strings.Repeat("é", 99): {"2"}}},
		{Query: "", Facets: map[string][]string{"a": {"1"}}},
	})
}

// Who has an answer already is not sent it again.
func TestAnswersHaveTags(t *testing.T) {
	h := indexOf(t, siteFiles(t)).Handler()
	first := respond(t, h, "GET", "/?q=workshop")
	tag := first.Header().Get("ETag")
	for header, want := range map[string]int{tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200} {
		r := httptest.NewRequest("GET", "/?q=workshop", nil)
		r.Header.Set("If-None-Match", header)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || (want == 304) != (w.Body.Len() == 0) || w.Header().Get("ETag") != tag {
			t.Errorf("%s: %d with %d bytes, tag %s", header, w.Code, w.Body.Len(), w.Header().Get("ETag"))
		}
	}
	if other := respond(t, h, "GET", "/?q=customs").Header().Get("ETag"); other == tag {
		t.Error("two answers have one tag")
	}
	if refused := respond(t, h, "GET", "/?q=").Header().Get("ETag"); refused != "" {
		t.Error("a refusal has a tag")
	}
}
