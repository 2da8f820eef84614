package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// Command is a command of an IMAP client.
type Command struct {
	Conn     int       `json:"conn" doc:"the connection, from 1"`
	User     string    `json:"user,omitempty"`
	Tag      string    `json:"tag"`
	Name     string    `json:"name" doc:"in upper case, UID FETCH"`
	Args     string    `json:"args,omitempty" doc:"as sent, secrets masked and long literals shortened"`
	Mailbox  string    `json:"mailbox,omitempty" doc:"selected when it began"`
	Running  bool      `json:"running,omitempty"`
	Status   string    `json:"status,omitempty" doc:"OK, NO, BAD or BYE; none while it runs, and where the connection ended before"`
	Code     string    `json:"code,omitempty" doc:"the response code without brackets"`
	Text     string    `json:"text,omitempty"`
	Untagged int       `json:"untagged" doc:"untagged responses meanwhile"`
	BytesIn  int64     `json:"bytesIn"`
	BytesOut int64     `json:"bytesOut"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end,omitzero"`
}

// Journal are commands, oldest first.
type Journal struct {
	Commands []Command `json:"commands"`
}

func (c *call) journal(none) (Journal, error) {
	return Journal{commandsOf(c.srv.Commands())}, nil
}

func commandsOf(commands []imaptest.Command) []Command {
	out := make([]Command, 0, len(commands))
	for _, cmd := range commands {
		out = append(out, commandOf(cmd))
	}
	return out
}

func commandOf(cmd imaptest.Command) Command {
	return Command{
		Conn: cmd.Conn, User: cmd.User, Tag: cmd.Tag, Name: cmd.Name, Args: cmd.Args, Mailbox: cmd.Mailbox,
		Running: cmd.Running(), Status: string(cmd.Status), Code: cmd.Code, Text: cmd.Text,
		Untagged: cmd.Untagged, BytesIn: cmd.BytesIn, BytesOut: cmd.BytesOut, Start: cmd.Start, End: cmd.End,
	}
}

func (c *call) transcript(none) (text, error) { return text(c.srv.Transcript()), nil }

// Sent are messages that were sent, oldest first.
type Sent struct {
	Messages []SentMessage `json:"messages"`
}

// SentMessage is a message that was sent, with its envelope.
type SentMessage struct {
	From       string     `json:"from" doc:"the reverse-path of the envelope; empty for a bounce"`
	To         []string   `json:"to" doc:"the recipients of the envelope that were accepted"`
	Bcc        []string   `json:"bcc,omitempty" doc:"those that the header does not name"`
	Subject    string     `json:"subject"`
	Text       string     `json:"text" doc:"the first text part, decoded"`
	Size       int        `json:"size" doc:"in bytes"`
	User       string     `json:"user,omitempty" doc:"who had logged in"`
	TLS        bool       `json:"tls,omitempty"`
	Received   time.Time  `json:"received"`
	Deliveries []Delivery `json:"deliveries,omitempty" doc:"where the copies were filed"`
}

// Delivery is a recipient's copy.
type Delivery struct {
	Rcpt    string `json:"rcpt"`
	Account string `json:"account,omitempty"`
	Mailbox string `json:"mailbox,omitempty"`
	UID     uint32 `json:"uid,omitempty"`
	Failure string `json:"failure,omitempty" doc:"why it was not filed"`
}

// sink is the SMTP half, if there is one.
func (c *call) sink() (*smtpsink.Sink, error) {
	if !c.srv.HasSMTP() {
		return nil, &Error{Status: http.StatusNotFound, Text: "this server has no SMTP"}
	}
	return c.srv.SMTP(), nil
}

func (c *call) sent(none) (out Sent, err error) {
	sink, err := c.sink()
	if err != nil {
		return out, err
	}
	out.Messages = []SentMessage{}
	for _, msg := range sink.Messages() {
		out.Messages = append(out.Messages, sentMessage(msg))
	}
	return out, nil
}

func sentMessage(msg smtpsink.Message) SentMessage {
	out := SentMessage{
		From: msg.From, To: msg.Recipients(), Bcc: msg.Bcc(), Subject: msg.Subject(), Text: msg.Text(),
		Size: len(msg.Raw), User: msg.Auth, TLS: msg.TLS, Received: msg.Received,
	}
	for _, d := range msg.Deliveries {
		delivery := Delivery{Rcpt: d.Rcpt, Account: d.Account, Mailbox: d.Mailbox, UID: uint32(d.UID)}
		if d.Failure != nil {
			delivery.Failure = d.Failure.Error()
		}
		out.Deliveries = append(out.Deliveries, delivery)
	}
	return out
}

// Nth is one of several.
type Nth struct {
	N string `json:"-" path:"n"`
}

func (c *call) sentSource(in Nth) (mail, error) {
	sink, err := c.sink()
	if err != nil {
		return nil, err
	}
	messages := sink.Messages()
	n, err := strconv.Atoi(in.N)
	if err != nil || n < 1 || n > len(messages) {
		return nil, &Error{Status: http.StatusNotFound, Text: "no message " + strconv.Quote(in.N) + ": " + strconv.Itoa(len(messages)) + " were sent"}
	}
	return messages[n-1].Raw, nil
}

// SMTPJournal are steps of SMTP sessions, oldest first.
type SMTPJournal struct {
	Commands []SMTPCommand `json:"commands"`
}

// SMTPCommand is a step of an SMTP session.
type SMTPCommand struct {
	Conn  int      `json:"conn" doc:"the connection, from 1"`
	User  string   `json:"user,omitempty"`
	Stage string   `json:"stage" doc:"CONNECT, EHLO, MAIL, RCPT, DATA, EOD and others"`
	Arg   string   `json:"arg,omitempty" doc:"the address, the mechanism, the name"`
	From  string   `json:"from,omitempty" doc:"at EOD: the reverse-path"`
	To    []string `json:"to,omitempty" doc:"at EOD: the recipients"`
}

func (c *call) smtpJournal(none) (out SMTPJournal, err error) {
	sink, err := c.sink()
	if err != nil {
		return out, err
	}
	out.Commands = []SMTPCommand{}
	for _, cmd := range sink.Commands() {
		out.Commands = append(out.Commands, SMTPCommand{cmd.Conn, cmd.User, cmd.Stage, cmd.Arg, cmd.From, cmd.To})
	}
	return out, nil
}

func (c *call) smtpTranscript(none) (text, error) {
	sink, err := c.sink()
	if err != nil {
		return "", err
	}
	return text(sink.Transcript()), nil
}

func (c *call) mark(none) (none, error) {
	c.srv.Mark()
	if c.srv.HasSMTP() {
		c.srv.SMTP().Mark()
	}
	return none{}, nil
}
