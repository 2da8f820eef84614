// Package api is the door to a mailtest server for tests in other languages: JSON over
// HTTP, with the words of package imaptest.
//
//	curl -d '{"mailbox":"INBOX","message":"Subject: Lunch?\r\n\r\nAt noon?\r\n"}' \
//		-H 'Content-Type: application/json' http://127.0.0.1:8025/api/deliver
//
// Every operation is a row of one table, [Operations]; its description, openapi.json, and
// API.md are made of it. What a helper of imaptest would report to a test is the error of
// the answer, with the same text.
package api

import (
	"errors"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-mailtest/mailtest/imaptest"
)

// API is a server with a door. It is an [http.Handler] for /api and all below it.
type API struct {
	srv  *imaptest.Server
	test *reporter // whom the server takes for its test
	mux  *http.ServeMux

	requests atomic.Uint64 // that were a test of their own
	limit    int64         // of a request, in bytes
	reached  Addresses     // set before it serves

	mu    sync.Mutex // one operation that makes or ends a rule at a time, and the fields below
	snaps map[string]*imaptest.Snapshot
	rules map[string]rule
	holds map[string]*hold
	last  int // of the ids given
}

// Start starts a server. Patience is set by each request that waits.
func Start(opts ...imaptest.Option) (*API, error) {
	a := &API{test: &reporter{}, mux: http.NewServeMux(), limit: bodyMax}
	a.forget()
	opts = append([]imaptest.Option{imaptest.WithPatience(longest)}, opts...)
	if err := a.test.do(func(t imaptest.TB) { a.srv = imaptest.Start(t, opts...) }); err != nil {
		return nil, err
	}
	for _, op := range Operations() {
		a.mux.Handle(op.Method+" /api"+op.Path, op.handler(a))
	}
	a.mux.HandleFunc("/", a.noOperation)
	return a, nil
}

// errNoOperation is the answer to a path that there is not.
var errNoOperation = &Error{Status: http.StatusNotFound, Text: "no such operation: GET /api/openapi.json has them all"}

// noOperation is the answer to a path that there is not, or not by that method.
func (a *API) noOperation(w http.ResponseWriter, r *http.Request) {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		as := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := a.mux.Handler(as); strings.HasPrefix(pattern, method+" ") {
			methods = append(methods, method)
		}
	}
	if len(methods) == 0 {
		writeError(w, errNoOperation)
		return
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	writeError(w, &Error{Status: http.StatusMethodNotAllowed, Text: r.Method + " " + r.URL.Path + ": want " + strings.Join(methods, " or ")})
}

// Addresses are hosts and ports, "" for those of the server itself.
type Addresses struct{ IMAP, IMAPS, SMTP, SMTPS string }

// ReachedAt has the API tell where the server is reached, where that is by ports that hand
// on what comes. It must be called before the API serves.
func (a *API) ReachedAt(addrs Addresses) { a.reached = addrs }

// Server is the server behind the door.
func (a *API) Server() *imaptest.Server { return a.srv }

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path.Clean(r.URL.Path) != r.URL.Path { // which the mux would send elsewhere
		writeError(w, errNoOperation)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, a.limit)
	a.mux.ServeHTTP(w, r)
}

// bodyMax is the largest request: a fixture, or a message.
const bodyMax = 256 << 20

// Close ends the server, and says what a test would have been told at its end: which rules
// never fired, and which holds are still held.
func (a *API) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.test.end()
}

// forget drops all that was kept by id.
func (a *API) forget() {
	a.snaps = make(map[string]*imaptest.Snapshot)
	a.rules = make(map[string]rule)
	a.holds = make(map[string]*hold)
}

// Error is the answer to a request that came to nothing.
type Error struct {
	Status int    `json:"-"`
	Text   string `json:"error" doc:"what a test in Go would print"`
}

func (e *Error) Error() string { return e.Text }

// statusOf is the status of an error: what is not said otherwise is what a helper of
// imaptest reported.
func statusOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Status
	}
	return http.StatusConflict
}
