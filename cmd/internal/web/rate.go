package web

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of one client. All readers of an office may have one address in common,
// and a search box asks at each pause of typing.
const (
	burstSeconds = 5                // of searches that may come at once after a rest
	maxClients   = 20_000           // that are remembered
	forgetAfter  = 10 * time.Minute // without a request
)

// A RateLimit bounds how many requests each client makes.
type RateLimit struct {
	perSecond float64
	header    string
	mu        sync.Mutex
	clients   map[netip.Prefix]*client
}

// A FlagSet is what flags are defined in.
type FlagSet interface {
	Float64Var(p *float64, name string, value float64, usage string)
	StringVar(p *string, name string, value string, usage string)
}

// LimitFlags adds the flags for what a server allows each client.
func LimitFlags(f FlagSet, perSecond *float64, header *string) {
	f.Float64Var(perSecond, "rate", 20, "searches a second that one client may make; 0 for no limit")
	f.StringVar(header, "client-header", "", "header in which the proxy before this server tells the client's address, X-Forwarded-For say")
}

type client struct {
	limiter *rate.Limiter
	seen    time.Time
}

// NewRateLimit allows each client so many requests a second. Clients are told
// apart by address; header names the one in which a proxy tells it ("" without
// a proxy: a client could write what it likes there).
func NewRateLimit(perSecond float64, header string) *RateLimit {
	return &RateLimit{perSecond: perSecond, header: header, clients: map[netip.Prefix]*client{}}
}

// Limit answers requests beyond the limit by refuse, which gets the seconds
// after which the client may ask again.
func (l *RateLimit) Limit(h http.Handler, refuse func(w http.ResponseWriter, r *http.Request, seconds int)) http.Handler {
	if l.perSecond <= 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := l.wait(l.clientOf(r), time.Now()); wait > 0 {
			refuse(w, r, int(math.Ceil(wait.Seconds())))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// RetryAfter sets the header of that name.
func RetryAfter(h http.Header, seconds int) { h.Set("Retry-After", strconv.Itoa(seconds)) }

// wait tells how long a client must wait, 0 for a request that may pass.
func (l *RateLimit) wait(who netip.Prefix, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.clients[who]
	if c == nil {
		l.forget(now)
		c = &client{limiter: rate.NewLimiter(rate.Limit(l.perSecond), max(1, int(l.perSecond*burstSeconds)))}
		l.clients[who] = c
	}
	c.seen = now
	r := c.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget makes room for a client: the ones that rested long go first, then
// whichever comes.
func (l *RateLimit) forget(now time.Time) {
	if len(l.clients) < maxClients {
		return
	}
	for who, c := range l.clients {
		if now.Sub(c.seen) > forgetAfter {
			delete(l.clients, who)
		}
	}
	for who := range l.clients {
		if len(l.clients) < maxClients {
			return
		}
		delete(l.clients, who)
	}
}

// clientOf gives the address of who asks; of an IPv6 address the network, for a
// household has as many addresses in it as it likes. Of a list that several
// proxies wrote the last counts, which the operator's own wrote.
func (l *RateLimit) clientOf(r *http.Request) netip.Prefix {
	text, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		text = r.RemoteAddr
	}
	if l.header != "" {
		if all := r.Header.Values(l.header); len(all) > 0 {
			list := strings.Split(all[len(all)-1], ",")
			text = strings.TrimSpace(list[len(list)-1])
		}
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Prefix{}
	}
	address = address.Unmap()
	bits := 64
	if address.Is4() {
		bits = 32
	}
	prefix, err := address.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
