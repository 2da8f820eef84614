package imaptest

import (
	"io"

	"github.com/go-mailtest/mailtest/internal/report"
)

// Page is the report of a server that goes on: the page of [WithReport], which a program
// serves and which follows what happens. examples/server is such a program.
type Page struct {
	Stream  string       // the URL of server-sent events, each of which is a message of PageUpdates
	Actions []PageAction // what the page offers to do
}

// PageAction is a button of a [Page].
type PageAction struct {
	Label string
	URL   string // to which a POST is sent when it is pressed
	File  bool   // a file is asked for, and is the body of the POST
}

// WritePage writes the page, with all that there is so far. A browser is to get it from a
// server: its policy lets it ask that one, and nobody else.
func (s *Server) WritePage(w io.Writer, p Page) error {
	live := &report.Live{Stream: p.Stream}
	for _, action := range p.Actions {
		live.Actions = append(live.Actions, report.Action(action))
	}
	return report.Write(w, s.tell(), report.Options{WithoutBodies: s.cfg.reportWithoutBodies, Live: live})
}

// PageUpdates makes the messages of a page's stream, for one browser: each call says in a line
// of JSON what has changed since the one before, the first one all. nil is nothing.
func (s *Server) PageUpdates() func() ([]byte, error) {
	stream := report.Stream{Options: report.Options{WithoutBodies: s.cfg.reportWithoutBodies}}
	var seen uint64
	said := false
	return func() ([]byte, error) {
		now := s.rec.history.Now()
		if now == seen && said {
			return nil, nil
		}
		seen, said = now, true
		return stream.Next(s.tell())
	}
}
