package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// shownCaps is what is said of capabilities besides the truth.
type shownCaps struct{ more, less []imap.Cap }

// none says that it is nothing.
func (s shownCaps) none() bool { return len(s.more)+len(s.less) == 0 }

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

// showing is what a hook has said of this connection alone, and who is asked whether that has
// made a difference.
type showing struct {
	shownCaps
	who  any
	told func(before, after string)
}

// show adds a step to what this connection is shown, in place of an earlier one of the same.
func (c *conn) show(step showing) {
	c.shown = slices.DeleteFunc(c.shown, func(old showing) bool { return old.who == step.who })
	c.shown = append(c.shown, step)
}

// containsCap takes APPENDLIMIT for APPENDLIMIT=35651584 too.
func containsCap(list []imap.Cap, c imap.Cap) bool {
	return slices.ContainsFunc(list, func(name imap.Cap) bool {
		return equalCap(name, c) || len(c) > len(name) && c[len(name)] == '=' && !strings.Contains(string(name), "=") && equalCap(name, c[:len(name)])
	})
}

// apply changes a list of capabilities, which have spaces between them.
func (s shownCaps) apply(text string) string {
	if s.none() {
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
	out := c.srv.showing()
	for _, step := range c.shown {
		out.add(step.more)
		out.remove(step.less)
	}
	return out
}

func (s *Server) showing() shownCaps {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown
}

// showList makes of a list of capabilities the one that this connection is told.
func (c *conn) showList(text string) string {
	text = c.srv.showing().apply(text)
	for _, step := range c.shown {
		before := text
		text = step.apply(text)
		step.told(before, text)
	}
	return text
}

// showEnabled tells who has shown or concealed something whether that has made a difference
// to ENABLE.
func (cmd *enableCmd) showEnabled(c *conn) {
	for _, step := range c.shown {
		for _, name := range cmd.caps {
			if containsCap(step.less, name) && c.offers(name) || containsCap(step.more, name) && !c.has(name) {
				step.told("", string(name))
			}
		}
	}
}
