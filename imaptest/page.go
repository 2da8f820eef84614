package imaptest

import (
	"io"
	"sync"

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
	var stream report.Stream
	var seen *report.Look
	return func() ([]byte, error) {
		look, err := s.page.look(s)
		if err != nil || look == seen {
			return nil, err
		}
		seen = look
		return stream.Tell(look)
	}
}

// livePage is what all who follow a page are told: it is found out once, and messages that were
// there before are neither parsed nor encoded again.
type livePage struct {
	mu     sync.Mutex // guards what follows
	at     uint64     // in the order of all that happens
	last   *report.Look
	looker report.Looker
	once   foundOnce
}

// look is what there is to be seen now.
func (p *livePage) look(s *Server) (*report.Look, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := s.rec.history.Now()
	if p.last != nil && p.at == now {
		return p.last, nil
	}
	t := s.newTelling(p.once)
	p.looker.Options = report.Options{WithoutBodies: s.cfg.reportWithoutBodies}
	look, err := p.looker.Look(t.tell())
	if err != nil {
		return nil, err
	}
	p.at, p.last, p.once = now, look, t.once
	return look, nil
}
