package main

import (
	"encoding/xml"
	"io/fs"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"vademecum/cmd/internal/web"
)

// knownToIIS are the kinds of files that IIS serves without being told of them, among
// those that sites have.
var knownToIIS = map[string]string{
	".css": "text/css", ".gif": "image/gif", ".html": "text/html", ".ico": "image/x-icon", ".jpg": "image/jpeg", ".pdf": "application/pdf", ".png": "image/png", ".txt": "text/plain", ".xml": "text/xml", ".zip": "application/x-zip-compressed",
}

// Each kind of file that our site has is served with its type, by our own server and by
// IIS with the settings that we ship: IIS answers 404 for a kind that it does not know,
// and a browser runs no script of another type.
func TestEveryFileHasAType(t *testing.T) {
	t.Parallel()
	site := ours(t).site
	var config struct {
		Maps []struct {
			Extension string `xml:"fileExtension,attr"`
			Type      string `xml:"mimeType,attr"`
		} `xml:"system.webServer>staticContent>mimeMap"`
	}
	if err := xml.Unmarshal([]byte(read(t, "../functions/search/deploy/web.config")), &config); err != nil {
		t.Fatal(err)
	}
	iis := map[string]string{}
	for extension, kind := range knownToIIS {
		iis[extension] = kind
	}
	for _, m := range config.Maps {
		iis[m.Extension] = m.Type
	}
	files := web.Files(web.Dir(site), web.SetPageHeaders)
	seen := map[string]bool{}
	err := fs.WalkDir(os.DirFS(site), ".", func(name string, e fs.DirEntry, err error) error {
		extension := path.Ext(name)
		if err != nil || e.IsDir() || seen[extension] {
			return err
		}
		seen[extension] = true
		w := httptest.NewRecorder()
		files.ServeHTTP(w, httptest.NewRequest("GET", "/"+filepath.ToSlash(name), nil))
		kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if w.Code == 301 { // a page has one address
			kind = "text/html"
		}
		other, _, _ := strings.Cut(iis[extension], ";")
		if kind == "" || kind == "application/octet-stream" || other == "" {
			t.Errorf("%s (%s): our server says %q, IIS %q", extension, name, kind, other)
		}
		if (extension == ".js" || extension == ".css" || extension == ".html") && kind != other {
			t.Errorf("%s: our server says %q, IIS %q", extension, kind, other)
		}
		return nil
	})
	if err != nil || len(seen) < 8 {
		t.Errorf("%v %v", err, seen)
	}
}
