package api

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Guard lets through to a handler who may do everything at this server: with a token who has
// it, and without one who is on this machine. A page of another site in a browser on this
// machine is not: it cannot read an answer, but it could ask.
func Guard(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case foreign(r):
			writeError(w, &Error{Status: http.StatusForbidden, Text: "asked by a page of another site"})
		case token == "" && !loopback(r.Host):
			// The name of another site that resolves to this machine (DNS rebinding).
			writeError(w, &Error{Status: http.StatusForbidden, Text: "asked as " + r.Host + ": want a loopback address, or a server with -public"})
		case token != "" && !hasToken(w, r, token):
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, &Error{Status: http.StatusUnauthorized, Text: "want the token of -public: Authorization: Bearer …, or ?token=… once in a browser"})
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign says whether a browser asks for a page of another origin.
func foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		_, host, found := strings.Cut(origin, "://")
		return !found || host != r.Host
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Method != http.MethodGet
	default:
		return false
	}
}

func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// cookie keeps the token in a browser that had it in its address once.
const cookie = "mailtest-token"

func hasToken(w http.ResponseWriter, r *http.Request, token string) bool {
	if bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		return same(bearer, token)
	}
	if asked := r.URL.Query().Get("token"); asked != "" && same(asked, token) {
		http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		query := r.URL.Query()
		query.Del("token")
		r.URL.RawQuery = query.Encode()
		return true
	}
	c, err := r.Cookie(cookie)
	return err == nil && same(c.Value, token)
}

func same(got, want string) bool { return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1 }
