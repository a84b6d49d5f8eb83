package desk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// A guard lets in one person: the one who started the desk.
type guard struct {
	hosts   []string // that the desk answers to: "127.0.0.1:1541"
	cookie  string
	session string // in the cookie

	mu    sync.Mutex
	start string // the one-time key of the start address; "" once it was used
}

func newGuard(address net.Addr) *guard {
	_, port, _ := net.SplitHostPort(address.String())
	return &guard{
		hosts:   []string{address.String(), "localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port},
		cookie:  "vade-desk-" + port, // cookies of one host are shared by its ports
		session: secret(), start: secret(),
	}
}

func secret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// token is what every form holds: another site can make a browser send the
// cookie, and cannot read this.
func (g *guard) token() string {
	m := hmac.New(sha256.New, []byte(g.session))
	m.Write([]byte("form"))
	return hex.EncodeToString(m.Sum(nil))
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// enter takes the key of the start address, once, and gives the cookie for it.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.start == "" || !equal(r.URL.Query().Get("key"), g.start) {
		return false
	}
	g.start = ""
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return true
}

func (g *guard) known(r *http.Request) bool {
	c, err := r.Cookie(g.cookie)
	return err == nil && equal(c.Value, g.session)
}

// A refusal is an answer that says no.
type refusal struct {
	status int
	why    string
}

func (r *refusal) Error() string { return r.why }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// look refuses what did not come from the desk's own pages.
func (g *guard) look(r *http.Request) error {
	if !slices.Contains(g.hosts, r.Host) {
		return refuse(http.StatusMisdirectedRequest, "this desk answers to the address that vade desk printed, and to no other name")
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return nil
	case http.MethodPost:
	default:
		return refuse(http.StatusMethodNotAllowed, "the desk knows only GET and POST")
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	switch {
	case origin != "" && !g.own(origin), site != "" && site != "same-origin", origin == "" && site == "":
		return refuse(http.StatusForbidden, "this request did not come from a page of the desk")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		return refuse(http.StatusUnsupportedMediaType, "the desk reads forms only")
	}
	return nil
}

func (g *guard) own(origin string) bool {
	host, ok := strings.CutPrefix(origin, "http://")
	return ok && slices.Contains(g.hosts, host)
}

// headers are sent with every page of the desk.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; " +
		"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "same-origin", // with none, browsers send no Origin either
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cache-Control":                "no-store",
}
