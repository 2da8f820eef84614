package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Operation is a row of the table: what can be asked for, and how.
type Operation struct {
	Method  string // GET, POST, PUT or DELETE
	Path    string // below /api, "/holds/{id}/release"
	Summary string // one sentence
	in, out reflect.Type
	run     func(c *call, in any) (any, error)
}

// operation makes a row. In is a struct, whose fields are those of the JSON object of a
// request, or of the query of one without a body; Out is that of the answer, [text] or
// [document].
func operation[In, Out any](method, path, summary string, run func(c *call, in In) (Out, error)) Operation {
	return Operation{
		Method: method, Path: path, Summary: summary,
		in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](),
		run: func(c *call, in any) (any, error) { return run(c, *in.(*In)) },
	}
}

// none is what an operation takes that takes nothing, and gives that gives nothing.
type none struct{}

// text is an answer that is no JSON.
type text string

// mail is an answer that is a message, byte for byte.
type mail []byte

// page is an answer that is a page for people.
type page []byte

// call is one request.
type call struct {
	*API
	ctx context.Context
}

// longest is how long a wait may take at most, and usual what it takes if the request does
// not say.
const (
	longest = time.Hour
	usual   = 10 * time.Second
)

// margin is what a helper keeps of its test's deadline.
const margin = 2 * time.Second

// tell calls a helper of imaptest.
func (c *call) tell(f func(t imaptest.TB)) error {
	return c.reporter(usual).do(f)
}

// wait calls one that waits.
func (c *call) wait(limit duration, f func(t imaptest.TB)) error {
	d := time.Duration(limit)
	switch {
	case d < 0 || d > longest:
		return wrong("timeout: got %v, want more than nothing and at most %v", d, longest)
	case d == 0:
		d = usual
	}
	return c.reporter(d).do(f)
}

// reporter is the test that a request is.
func (c *call) reporter(limit time.Duration) *reporter {
	name := fmt.Sprint("request ", c.requests.Add(1))
	return &reporter{name: name, deadline: time.Now().Add(limit + margin)}
}

// wrong is the error of a request that cannot be meant.
func wrong(format string, args ...any) error {
	return &Error{Status: http.StatusBadRequest, Text: fmt.Sprintf(format, args...)}
}

// handler answers requests for the operation.
func (op Operation) handler(a *API) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := reflect.New(op.in)
		if err := decode(r, in.Elem()); err != nil {
			writeError(w, err)
			return
		}
		out, err := op.run(&call{API: a, ctx: r.Context()}, in.Interface())
		if err != nil {
			writeError(w, err)
			return
		}
		writeAnswer(w, out)
	})
}

func writeAnswer(w http.ResponseWriter, out any) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	switch out := out.(type) {
	case none:
		w.WriteHeader(http.StatusNoContent)
	case text:
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte(out))
	case mail:
		h.Set("Content-Type", "message/rfc822")
		w.Write(out)
	case page:
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.Write(out)
	default:
		writeJSON(w, http.StatusOK, out)
	}
}

func writeError(w http.ResponseWriter, err error) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	writeJSON(w, statusOf(err), &Error{Text: err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(v)
}
