package api

import (
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// Timeout is how long to wait.
type Timeout struct {
	Timeout duration `json:"timeout,omitzero" doc:"as Go writes it, 2.5s; 10s if it is left out, 1h at most"`
}

// WaitCommand is a command to wait for.
type WaitCommand struct {
	Timeout
	Command string `json:"command" doc:"a pattern: UID FETCH, SELECT Archive"`
	Count   int    `json:"count,omitempty" doc:"how many of them; 1 if it is left out"`
}

func (c *call) waitCommand(in WaitCommand) (out Journal, err error) {
	if err := atLeast("count", 0, in.Count); err != nil {
		return out, err
	}
	err = c.wait(in.Timeout.Timeout, func(t imaptest.TB) {
		out.Commands = commandsOf(c.srv.WaitCommands(t, max(in.Count, 1), in.Command))
	})
	return out, err
}

// atLeast refuses a number that is smaller: what is waited for would never be.
func atLeast(name string, least, n int) error {
	if n < least {
		return wrong("%s: got %d, want %d or more", name, n, least)
	}
	return nil
}

// WaitConns is a number of connections to wait for.
type WaitConns struct {
	Timeout
	Count int `json:"count" doc:"how many connections"`
}

func (c *call) waitConns(in WaitConns) (none, error) {
	if err := atLeast("count", 0, in.Count); err != nil {
		return none{}, err
	}
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) { c.srv.WaitConns(t, in.Count) })
}

func (c *call) waitLogout(in Timeout) (none, error) {
	return none{}, c.wait(in.Timeout, func(t imaptest.TB) { c.srv.WaitLogout(t) })
}

// WaitMailbox is a mailbox to wait for.
type WaitMailbox struct {
	Timeout
	Mailbox
}

func (c *call) waitExists(in WaitMailbox) (none, error) {
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) { in.of(c.srv).WaitExists(t) })
}

func (c *call) waitIdle(in WaitMailbox) (none, error) {
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) { in.of(c.srv).WaitIdle(t) })
}

// WaitCount is a number of messages to wait for.
type WaitCount struct {
	Timeout
	Mailbox
	Count int `json:"count" doc:"how many messages"`
}

func (c *call) waitCount(in WaitCount) (none, error) {
	if err := atLeast("count", 0, in.Count); err != nil {
		return none{}, err
	}
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) { in.of(c.srv).WaitCount(t, in.Count) })
}

// Match are conditions on a message, all of which must hold.
type Match struct {
	Subject string            `json:"subject,omitempty" doc:"the whole subject, decoded"`
	From    string            `json:"from,omitempty" doc:"an address or a name of the header field From"`
	To      string            `json:"to,omitempty" doc:"an address or a name of To or Cc"`
	Text    string            `json:"text,omitempty" doc:"stands in the subject or in the text"`
	Header  map[string]string `json:"header,omitempty" doc:"fields by name, and what stands in them"`
}

// WaitMessage is a message to wait for.
type WaitMessage struct {
	Timeout
	Mailbox
	Match
	MessageID string   `json:"messageId,omitempty"`
	Flagged   []string `json:"flagged,omitempty" doc:"flags that it has"`
	Unflagged []string `json:"unflagged,omitempty" doc:"flags that it has not"`
}

func (in WaitMessage) matches() (all []imaptest.Match) {
	all = conditions(in.Match, imaptest.Subject, imaptest.From, imaptest.To, imaptest.Text, imaptest.Header)
	if in.MessageID != "" {
		all = append(all, imaptest.MessageID(in.MessageID))
	}
	if len(in.Flagged) > 0 {
		all = append(all, imaptest.Flagged(flagsOf(in.Flagged)...))
	}
	if len(in.Unflagged) > 0 {
		all = append(all, imaptest.Unflagged(flagsOf(in.Unflagged)...))
	}
	return all
}

// conditions are those that both halves have by the same name.
func conditions[M any](in Match, subject, from, to, text func(string) M, header func(name, value string) M) (all []M) {
	for _, row := range []struct {
		value string
		make  func(string) M
	}{{in.Subject, subject}, {in.From, from}, {in.To, to}, {in.Text, text}} {
		if row.value != "" {
			all = append(all, row.make(row.value))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Header)) {
		all = append(all, header(name, in.Header[name]))
	}
	return all
}

func (c *call) waitMessage(in WaitMessage) (out MessageState, err error) {
	match := in.matches()
	if len(match) == 0 {
		return out, wrong("want a condition on the message")
	}
	err = c.wait(in.Timeout.Timeout, func(t imaptest.TB) { out = messageState(in.of(c.srv).WaitMessage(t, match...)) })
	return out, err
}

// WaitFlags are flags to wait for.
type WaitFlags struct {
	Timeout
	OneMessage
	Flags []string `json:"flags" doc:"all that it is to have"`
}

func (c *call) waitFlags(in WaitFlags) (none, error) {
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) {
		in.of(c.srv).WaitFlags(t, imap.UID(in.UID), flagsOf(in.Flags)...)
	})
}

// WaitSent is mail to wait for that is sent.
type WaitSent struct {
	Timeout
	Match
	Count    int    `json:"count,omitempty" doc:"how many messages; beside no condition"`
	MailFrom string `json:"mailFrom,omitempty" doc:"the reverse-path of the envelope"`
	RcptTo   string `json:"rcptTo,omitempty" doc:"a recipient of the envelope"`
}

func (in WaitSent) matches() (all []smtpsink.Match) {
	all = conditions(in.Match, smtpsink.Subject, smtpsink.From, smtpsink.To, smtpsink.Text, smtpsink.Header)
	if in.MailFrom != "" {
		all = append(all, smtpsink.MailFrom(in.MailFrom))
	}
	if in.RcptTo != "" {
		all = append(all, smtpsink.RcptTo(in.RcptTo))
	}
	return all
}

func (c *call) waitSent(in WaitSent) (out Sent, err error) {
	sink, err := c.sink()
	if err != nil {
		return out, err
	}
	if err := atLeast("count", 0, in.Count); err != nil {
		return out, err
	}
	match := in.matches()
	if (in.Count > 0) == (len(match) > 0) {
		return out, wrong("want a count, or conditions on a message")
	}
	err = c.wait(in.Timeout.Timeout, func(t imaptest.TB) {
		if in.Count == 0 {
			out.Messages = []SentMessage{sentMessage(sink.WaitMessage(t, match...))}
			return
		}
		sink.WaitCount(t, in.Count)
		out, _ = c.sent(none{})
	})
	return out, err
}
