package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// shownCaps is what is said of capabilities besides the truth.
type shownCaps struct{ more, less []imap.Cap }

// add has capabilities shown that are not there, or were concealed.
func (s *shownCaps) add(caps []imap.Cap) {
	s.less = withoutCaps(s.less, caps)
	s.more = append(withoutCaps(s.more, caps), caps...)
}

// remove conceals capabilities.
func (s *shownCaps) remove(caps []imap.Cap) {
	s.more = withoutCaps(s.more, caps)
	s.less = append(withoutCaps(s.less, caps), caps...)
}

// withoutCaps makes another list: connections share them.
func withoutCaps(list, caps []imap.Cap) []imap.Cap {
	return slices.DeleteFunc(slices.Clone(list), func(c imap.Cap) bool { return containsCap(caps, c) })
}

// containsCap takes APPENDLIMIT for APPENDLIMIT=35651584 too.
func containsCap(list []imap.Cap, c imap.Cap) bool {
	return slices.ContainsFunc(list, func(name imap.Cap) bool {
		return equalCap(name, c) || len(c) > len(name) && c[len(name)] == '=' && !strings.Contains(string(name), "=") && equalCap(name, c[:len(name)])
	})
}

// apply changes a list of capabilities, which have spaces between them.
func (s shownCaps) apply(text string) string {
	if len(s.more)+len(s.less) == 0 {
		return text
	}
	var list []imap.Cap
	for name := range strings.FieldsSeq(text) {
		list = append(list, imap.Cap(name))
	}
	list = withoutCaps(list, s.less)
	for _, c := range s.more {
		if !containsCap(list, c) {
			list = append(list, c)
		}
	}
	return joinCaps(list)
}

// Advertise adds capabilities to what clients are told from now on.
func (s *Server) Advertise(caps ...imap.Cap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.add(caps)
}

// Conceal takes capabilities from what clients are told from now on, and those that need
// them: a client takes IMAP4rev2 for MOVE. What belongs to them works all the same, but for
// ENABLE.
func (s *Server) Conceal(caps ...imap.Cap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.remove(withDependents(caps, s.caps.list()))
}

// Advertises says whether Advertise has named a capability that the server has not.
func (s *Server) Advertises(c imap.Cap) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return containsCap(s.shown.more, c)
}

// showing is what is said to this connection: that of the server, and what a hook has said
// of this connection alone.
func (c *conn) showing() shownCaps {
	c.srv.mu.Lock()
	out := c.srv.shown
	c.srv.mu.Unlock()
	if len(c.shown.more)+len(c.shown.less) > 0 {
		out.add(c.shown.more)
		out.remove(c.shown.less)
	}
	return out
}
