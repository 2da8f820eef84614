// Package report makes one HTML file of what happened at a server while a test ran: what
// clients, the test and the server did to each other in their order, what became of the
// mail, and why the test failed.
//
// It takes plain data ([Data]) and knows nothing of servers. A [Data] is facts: events with
// their places in the order, the mailboxes at the start and each change since, the messages.
// What follows from them is made here, in Go, so that the page, the document without scripts
// and the live page say the same: what came of each command (notes.go, which walks through
// the dialogue in session.go to know which message each sequence number stood for), the
// messages in question (focus.go) and their trail (trail.go), the story and what of it is
// folded (story.go, repeats.go). All of it is the view (view.go), which is in the page as JSON,
// where the scripts of the folder page draw it.
//
// # Bounds and safety
//
// The frame is 60 KB at most, the file 8 MiB ([Options].Limit), cut in the order that
// bound.go has, and it says so. HTML mail is shown in a frame with an empty sandbox and a
// policy of its own, in a page whose policy allows no script but the page's, by hash, and
// nothing from anywhere; what no policy forbids is taken out of it (hostile.go).
// internal/interop/browser holds all of this to browsers.
//
// # A page that goes on
//
// With [Options].Live the same page is served: it holds what there is so far, follows the
// server-sent events of [Live].Stream, and has a button for each [Action]. Each event is a
// message that a [Stream] makes of the Data of then; a new connection has a new Stream:
//
//	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
//		report.Write(w, server.Data(), report.Options{Live: &report.Live{Stream: "/events"}})
//	})
//	http.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
//		w.Header().Set("Content-Type", "text/event-stream")
//		var s report.Stream
//		for range server.Changed(r.Context()) {
//			if message, err := s.Next(server.Data()); err == nil && message != nil {
//				fmt.Fprintf(w, "data: %s\n\n", message)
//				w.(http.Flusher).Flush()
//			}
//		}
//	})
//
// A message is a JSON object with the parts of the view that have changed: a part whole, or
// null if it is gone; of the lists ev, changes and msgs {"n": 12, "put": {"11": …}}, which is
// how many elements there are now, and those that are new or others. The data in the page is
// what a Stream knows nothing of: its first message says all.
package report
