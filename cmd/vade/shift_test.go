package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"vademecum/cmd/internal/cli"
)

// inParts serves pages as a slow line does: in parts, with a rest between them in
// which the browser draws what it has.
func inParts(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		whole := httptest.NewRecorder()
		handler.ServeHTTP(whole, r)
		for name, values := range whole.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(whole.Code)
		body := whole.Body.Bytes()
		if strings.HasPrefix(whole.Header().Get("Content-Type"), "text/html") {
			const parts = 6
			for size := len(body)/parts + 1; len(body) > size; body = body[size:] {
				_, _ = w.Write(body[:size])
				_ = http.NewResponseController(w).Flush()
				time.Sleep(100 * time.Millisecond)
			}
		}
		_, _ = w.Write(body)
	})
}

// shifts sums what the browser counts as movement of what it had drawn before.
const shifts = `window.moved = 0; window.movers = [];
new PerformanceObserver((list) => {
	for (const e of list.getEntries()) {
		moved += e.value;
		if (e.value > 0.01) movers.push(e.sources.map((s) => (s.node?.tagName ?? "") + "." + (s.node?.className ?? "")).join(" "));
	}
}).observe({ type: "layout-shift", buffered: true });`

// Nothing on a page jumps while the page arrives and its script starts.
func TestBrowserHoldsStill(t *testing.T) {
	t.Parallel()
	k := ours(t)
	b := openBrowserOn(t, inParts(cli.SiteHandler(os.DirFS(k.site), k.opened(t))))
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: shifts}); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{360, 1280} {
		b.do(chromedp.EmulateViewport(width, 740))
		for _, path := range []string{"/workshops/", "/ar/workshops/", "/resolutions/1540/", "/procedures/request-assistance/"} {
			b.open(path)
			b.wait(`document.readyState === "complete"`)
			time.Sleep(100 * time.Millisecond) // the browser tells of movement after it has drawn
			if moved, err := strconv.ParseFloat(b.eval(`String(moved)`), 64); err != nil || moved > 0.02 {
				t.Errorf("%s at %d pixels moves by %v: %s", path, width, moved, b.eval(`movers.join("; ")`))
			}
		}
	}
}
