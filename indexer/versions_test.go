package indexer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Folders of versions are told from others by what stands in them, and of each page
// the newest version is known.
func TestVersions(t *testing.T) {
	for _, c := range []struct{ name, pages, newest string }{
		{"numbers are compared as such", "/v1.9/ /v1.9/sails/ /v1.10/ /v1.10/sails/", "/v1.9/ < /v1.10/; /v1.9/sails/ < /v1.10/sails/"},
		{"what is released comes before what is not", "/next/sails.html /2.0-rc1/sails.html /2.0/sails.html /1.4/sails.html", "/next/sails.html < /2.0/sails.html; /2.0-rc1/sails.html < /2.0/sails.html; /1.4/sails.html < /2.0/sails.html"},
		{"names behind a language", "/en/latest/sails.html /en/stable/sails.html /en/3.11/sails.html", "/en/latest/sails.html < /en/stable/sails.html; /en/3.11/sails.html < /en/stable/sails.html"},
		{"the newest has no folder", "/docs/sails/ /docs/1.0.0/sails/ /docs/next/sails/", "/docs/1.0.0/sails/ < /docs/sails/; /docs/next/sails/ < /docs/sails/"},
		{"whole numbers, where pages say that they are versions", "/docs/15/sails.html=15 /docs/16/sails.html=16", "/docs/15/sails.html < /docs/16/sails.html"},
		{"a page that is in one version only", "/v1.9/sails/ /v1.9/oars/ /v1.10/sails/", "/v1.9/sails/ < /v1.10/sails/"},
		{"notes on releases", "/releases/v1.9/ /releases/v1.10/", ""},
		{"days", "/2024-05/sails/ /2024-06/sails/", ""},
		{"years and pages of a list", "/2023/sails/ /2024/sails/ /page/2/ /page/3/", ""},
		{"folders that share little", "/v1.9/sails/ /v1.9/oars/ /v1.9/keels/ /v1.10/sails/ /v1.10/masts/ /v1.10/ropes/", ""},
	} {
		files := map[string]string{}
		for of := range strings.FieldsSeq(c.pages) {
			address, version, _ := strings.Cut(of, "=")
			head := `<title>` + address + `</title>`
			if version != "" {
				head += `<meta name="docsearch:version" content="` + version + `">`
			}
			file := strings.TrimPrefix(address, "/")
			if strings.HasSuffix(address, "/") {
				file += "index.html"
			}
			files[file] = `<!doctype html><html lang="en"><head>` + head + `</head><body><main><h1>` + address + `</h1><p>Of sails and oars.</p></main></body></html>`
		}
		s, err := ReadSite(t.Context(), writeSite(t, files), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range s.Pages {
			if newest := s.newest[p]; newest != nil {
				got = append(got, fmt.Sprintf("%s < %s", p.URL, newest.URL))
			}
		}
		want := strings.FieldsFunc(c.newest, func(r rune) bool { return r == ';' })
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}
