package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/examples/server/api"
	"github.com/go-mailtest/mailtest/imaptest"
)

// page is the page for people, and the API below it.
func page(door *api.API) http.Handler {
	people := peoplesPage(door)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/") {
			door.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	})
}

func peoplesPage(door *api.API) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		if err := door.Server().WritePage(&b, view); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(b.Bytes())
	})
	mux.HandleFunc("GET "+view.Stream, func(w http.ResponseWriter, r *http.Request) { stream(w, r, door.Server()) })
	return mux
}

var view = imaptest.Page{Stream: "/events", Actions: []imaptest.PageAction{
	{Label: "Drop all", URL: "/api/drop"},
	{Label: "Restart", URL: "/api/restart"},
	{Label: "Deliver a file", URL: "/api/deliver", File: true},
	{Label: "Reset", URL: "/api/reset"},
}}

// pace is how often a page is told of what has changed. All that changes between two looks
// is one message.
const pace = 200 * time.Millisecond

// stuck is how long a browser may take for what it is told before it is given up.
const stuck = 30 * time.Second

// stream tells a page what changes, as server-sent events, until it is closed.
func stream(w http.ResponseWriter, r *http.Request, srv *imaptest.Server) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	next := srv.PageUpdates()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		message, err := next()
		out.SetWriteDeadline(time.Now().Add(stuck))
		if err == nil && message != nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", message)
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}
