package api

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// Health says that a server runs.
type Health struct {
	Status  string `json:"status" doc:"ok"`
	IMAP    string `json:"imap" doc:"host and port for IMAP in the clear and with STARTTLS"`
	IMAPS   string `json:"imaps" doc:"for IMAP over TLS"`
	SMTP    string `json:"smtp,omitempty"`
	SMTPS   string `json:"smtps,omitempty"`
	CA      string `json:"ca" doc:"the certificate authority, in PEM"`
	Conns   int    `json:"conns" doc:"open connections of IMAP clients"`
	Version int    `json:"version" doc:"of this API: 1"`
}

func (c *call) health(none) (Health, error) {
	h := Health{
		Status: "ok", Version: 1,
		IMAP: cmp.Or(c.reached.IMAP, c.srv.Addr()), IMAPS: cmp.Or(c.reached.IMAPS, c.srv.TLSAddr()),
		CA: string(c.srv.CAPEM()), Conns: c.srv.ConnsOpen(),
	}
	if c.srv.HasSMTP() {
		h.SMTP, h.SMTPS = cmp.Or(c.reached.SMTP, c.srv.SMTPAddr()), cmp.Or(c.reached.SMTPS, c.srv.SMTP().TLSAddr())
	}
	return h, nil
}

// State is the mail.
type State struct {
	Accounts []AccountState `json:"accounts"`
}

// AccountState is an account.
type AccountState struct {
	Name      string         `json:"name"`
	Mailboxes []MailboxState `json:"mailboxes"`
}

// MailboxState is a mailbox.
type MailboxState struct {
	Name          string         `json:"name"`
	SpecialUse    []string       `json:"specialUse,omitempty"`
	UIDValidity   uint32         `json:"uidValidity"`
	UIDNext       uint32         `json:"uidNext"`
	HighestModSeq uint64         `json:"highestModSeq"`
	Unseen        int            `json:"unseen"`
	Messages      []MessageState `json:"messages"`
}

// MessageState is a message.
type MessageState struct {
	UID       uint32    `json:"uid"`
	Flags     []string  `json:"flags"`
	Subject   string    `json:"subject"`
	From      string    `json:"from" doc:"the header field, decoded"`
	MessageID string    `json:"messageId,omitempty"`
	Date      time.Time `json:"date" doc:"the internal date"`
	Size      int64     `json:"size" doc:"in bytes"`
	ModSeq    uint64    `json:"modSeq"`
}

func (c *call) state(none) (out State, err error) {
	for _, user := range c.srv.Store().Users() {
		account := AccountState{Name: user.Name(), Mailboxes: []MailboxState{}}
		for _, mbox := range user.Mailboxes() {
			account.Mailboxes = append(account.Mailboxes, mailboxState(mbox))
		}
		out.Accounts = append(out.Accounts, account)
	}
	return out, nil
}

func mailboxState(mbox *memstore.Mailbox) MailboxState {
	status := mbox.Status()
	state := MailboxState{
		Name: mbox.Name(), UIDValidity: status.UIDValidity, UIDNext: uint32(status.UIDNext),
		HighestModSeq: status.HighestModSeq, Unseen: status.Unseen, Messages: []MessageState{},
	}
	for _, use := range mbox.SpecialUse() {
		state.SpecialUse = append(state.SpecialUse, string(use))
	}
	for _, msg := range mbox.Messages() {
		state.Messages = append(state.Messages, messageState(msg))
	}
	return state
}

func messageState(msg memstore.Message) MessageState {
	from := msg.Header().Get("From")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(from); err == nil {
		from = decoded
	}
	return MessageState{
		UID: uint32(msg.UID), Flags: namesOf(msg.Flags), Subject: msg.Subject(), From: from,
		MessageID: msg.MessageID(), Date: msg.InternalDate, Size: msg.Size(), ModSeq: msg.ModSeq,
	}
}

func (c *call) stateText(none) (text, error) { return text(c.srv.State()), nil }

func (c *call) report(none) (page, error) {
	var b bytes.Buffer
	err := c.srv.WriteReport(&b)
	return b.Bytes(), err
}

// OneMessage is a message of a mailbox.
type OneMessage struct {
	Mailbox
	UID uint32 `json:"uid"`
}

func (c *call) source(in OneMessage) (out mail, err error) {
	err = c.tell(func(t imaptest.TB) { out = in.of(c.srv).Message(t, imaptest.UID(imap.UID(in.UID))).Raw() })
	return out, err
}

// ID is what something is called in later requests.
type ID struct {
	ID string `json:"id"`
}

// newID is another each time. The caller holds c.mu.
func (c *call) newID() string {
	c.last++
	return strconv.Itoa(c.last)
}

// ByID is something that was made before.
type ByID struct {
	ID string `json:"-" path:"id"`
}

// unknown is the error of an id that was never given, or is no more.
func unknown(what, id string) error {
	return &Error{Status: http.StatusNotFound, Text: "no " + what + " " + strconv.Quote(id)}
}

func (c *call) snapshot(none) (ID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.newID()
	c.snaps[id] = c.srv.Snapshot()
	return ID{id}, nil
}

func (c *call) findSnapshot(id string) (*imaptest.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	snap, ok := c.snaps[id]
	if !ok {
		return nil, unknown("snapshot", id)
	}
	return snap, nil
}

// Diff is what has changed.
type Diff struct {
	Lines   []string `json:"lines" doc:"as AssertDiff of imaptest has them"`
	Changes []Change `json:"changes"`
}

// Change is a change of a message, of a mailbox if it has no UID, or of an account if it
// has no mailbox either.
type Change struct {
	Account string   `json:"account"`
	Mailbox string   `json:"mailbox,omitempty"`
	UID     uint32   `json:"uid,omitempty"`
	Subject string   `json:"subject,omitempty"`
	New     bool     `json:"new,omitempty" doc:"it was not there before"`
	Gone    bool     `json:"gone,omitempty" doc:"it is no longer there"`
	Added   []string `json:"added,omitempty" doc:"flags"`
	Removed []string `json:"removed,omitempty" doc:"flags"`
	By      string   `json:"by,omitempty" doc:"the command that did it; none if the test did it, or SMTP"`
}

func (c *call) diff(in ByID) (Diff, error) {
	snap, err := c.findSnapshot(in.ID)
	if err != nil {
		return Diff{}, err
	}
	diff := snap.Diff()
	out := Diff{Lines: diff.Lines(), Changes: []Change{}}
	if out.Lines == nil {
		out.Lines = []string{}
	}
	for _, change := range diff.Changes {
		out.Changes = append(out.Changes, changeOf(change))
	}
	return out, nil
}

func changeOf(c imaptest.Change) Change {
	out := Change{
		Account: c.Account, Mailbox: c.Mailbox, UID: uint32(c.UID), Subject: c.Subject, New: c.New, Gone: c.Gone,
		Added: namesOf(c.Added), Removed: namesOf(c.Removed),
	}
	if c.By.Conn > 0 {
		out.By = c.By.String()
	}
	return out
}

func (c *call) restore(in ByID) (none, error) {
	snap, err := c.findSnapshot(in.ID)
	if err != nil {
		return none{}, err
	}
	c.srv.Restore(snap)
	return none{}, nil
}

func (c *call) fixture(none) (text, error) { return text(c.srv.Fixture().Txtar()), nil }

// Fixture is mail as files.
type Fixture struct {
	Fixture string `json:"fixture" body:"text/x-txtar" doc:"a txtar archive, as GET gives it; as it stands in a body of type text/x-txtar"`
}

func (c *call) load(in Fixture) (none, error) {
	set, err := fixtures.Load(fixtures.TxtarBytes([]byte(in.Fixture)))
	if err != nil {
		return none{}, err
	}
	return none{}, c.srv.Store().Load(set)
}
