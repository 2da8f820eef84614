package imapd

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// textLayer is a profile's texts, or those of one of its quirks, which come over them.
type textLayer struct {
	quirk string // "" for the profile's own
	texts map[Event]template
}

func newTextLayer(quirk string, texts []Text) textLayer {
	l := textLayer{quirk, make(map[Event]template, len(texts))}
	for _, t := range texts {
		l.texts[t.Event] = newTemplate(t.Answer)
	}
	return l
}

// said is what the engine is about to say.
type said struct {
	event, family Event
	status        string // OK, NO, BAD or BYE; "" for a continuation request
	code, text    string
	line          string // the usual one, behind its tag
	n             int    // how many messages it is about
	values        []value
}

// find is the most precise template of a layer for what happened.
func (l textLayer) find(s said, verb string, before bool) (template, bool) {
	for _, event := range []Event{s.event, s.family} {
		if event == "" {
			continue
		}
		exact := event + "/" + Event(verb)
		for _, name := range []Event{exact + "@before", event + "@before", exact, event} {
			if t, found := l.texts[name]; found && (before || !strings.HasSuffix(string(name), "@before")) {
				return t, true
			}
		}
	}
	return nil, false
}

// phrase is how a profile says it: what stands behind the tag, perhaps with lines before
// it. Each layer has what those below it say.
func (c *conn) phrase(s said) string {
	c.saidBad = c.saidBad || s.family == "bad"
	line := s.line
	for _, layer := range c.srv.profile.texts {
		t, found := layer.find(s, c.verb(), c.user == nil)
		if !found {
			continue
		}
		below := line
		line, _ = t.fill(func(name string) (string, bool) {
			if name == "line" {
				return below, true
			}
			return c.textValue(name, s)
		})
		c.acted(layer.quirk)
	}
	return line
}

// verb is the command that runs, without UID.
func (c *conn) verb() string { return strings.TrimPrefix(c.running, "UID ") }

// textValue is what a placeholder stands for; false if this is none.
func (c *conn) textValue(name string, s said) (string, bool) {
	switch name {
	case "text":
		return s.text, true
	case "code":
		if s.code == "" {
			return "", true
		}
		return "[" + s.code + "] ", true
	case "mailbox":
		return c.namedMailbox(s.event), true
	case "n":
		return strconv.Itoa(s.n), true
	}
	for _, v := range s.values {
		if v.name == name {
			return strconv.FormatUint(v.n, 10), true
		}
	}
	if of := connValues[name]; of != nil {
		return of(c), true
	}
	if slices.ContainsFunc(events, func(row EventInfo) bool { return row.Event == Event(name) }) {
		return c.usualAnswer(Event(name)), true
	}
	return "", false
}

// connValues are the placeholders that are of the connection. What would change from one
// run of a test to the next is made of the connection's number, or always the same.
var connValues = map[string]func(c *conn) string{
	"command":      func(c *conn) string { return c.running },
	"verb":         (*conn).verb,
	"user":         (*conn).whose,
	"capabilities": (*conn).capabilities,
	"peer":         (*conn).peer,
	"host":         (*conn).host,
	"id":           func(c *conn) string { return fmt.Sprintf("%016x", c.scrambledNumber()) },
	"uuid":         (*conn).uuid,
	"conn":         func(c *conn) string { return strconv.Itoa(c.info.Conn) },
	"date":         func(*conn) string { return "Thu, 01 Jan 2026 00:00:00 +0000" },
	"ms":           func(*conn) string { return "0" },
	"secs":         func(*conn) string { return "0.001" },
	"sp":           func(*conn) string { return " " },
}

// scrambledNumber is the connection's number so that it looks like none.
func (c *conn) scrambledNumber() uint64 { return uint64(c.info.Conn) * 0x9E3779B97F4A7C15 }

func (c *conn) uuid() string {
	n := c.scrambledNumber()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", n>>32, n>>16&0xffff, n>>4&0xfff, n&0xfff, n>>8&0xffffffffffff)
}

// whose is the account, or that which somebody wants to be.
func (c *conn) whose() string {
	if c.user != nil {
		return c.user.Name()
	}
	return c.attempt
}

// peer is the client's address without its port. A network in memory has none.
func (c *conn) peer() string {
	if host, _, err := net.SplitHostPort(c.Stream().RemoteAddr().String()); err == nil {
		return host
	}
	return "127.0.0.1"
}

// namedMailbox is the mailbox of the command that an event is about: of two the second one
// where that is to be made.
func (c *conn) namedMailbox(event Event) string {
	if len(c.mailboxes) == 0 {
		return ""
	}
	name := c.mailboxes[0]
	if event == "mailbox.exists" || event == "mailbox.target" {
		name = c.mailboxes[len(c.mailboxes)-1]
	}
	if c.speaksUTF8() {
		return name
	}
	return imapwire.EncodeUTF7(name)
}

// usualAnswer is what is said at an event where it did not happen: a quirk answers so.
func (c *conn) usualAnswer(event Event) string {
	i := slices.IndexFunc(events, func(row EventInfo) bool { return row.Event == event })
	usual := events[i].Answer
	status, text, _ := strings.Cut(usual, " ")
	s := said{event: event, family: familyOf(status), status: status, line: usual}
	if rest, hasCode := strings.CutPrefix(text, "["); hasCode {
		s.code, text, _ = strings.Cut(rest, "] ")
	}
	s.text = strings.TrimSpace(placeholder.ReplaceAllString(text, ""))
	s.line, _ = newTemplate(usual).fill(func(name string) (string, bool) { return c.textValue(name, s) })
	return c.phrase(s)
}

// familyOf is the family of an answer, "" for BYE.
func familyOf(status string) Event {
	switch imap.StatusResponseType(status) {
	case imap.StatusResponseTypeOK:
		return "ok"
	case imap.StatusResponseTypeNo:
		return "no"
	case imap.StatusResponseTypeBad:
		return "bad"
	}
	return ""
}
