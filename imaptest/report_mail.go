package imaptest

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/store"
)

// mailTelling is the mail as a report has it: what there was, and what became of it.
type mailTelling struct {
	boxes    map[boxName]*toldBox
	messages map[string]int // by EmailID
}

type boxName struct{ account, name string }

// toldBox is a mailbox at some time.
type toldBox struct {
	uidValidity, uidNext uint32
	rows                 map[imap.UID]toldRow
}

type toldRow struct {
	message int
	flags   []string
}

// tellMail finds out what the mail was at the beginning: what it is now, with all undone that
// has happened since.
func (t *telling) tellMail() {
	changes := t.mailNow()
	for _, c := range slices.Backward(changes) {
		t.undo(c)
	}
	for _, name := range slices.SortedFunc(maps.Keys(t.mail.boxes), func(a, b boxName) int {
		return strings.Compare(a.account+"\x00"+a.name, b.account+"\x00"+b.name)
	}) {
		t.data.Start = append(t.data.Start, t.mail.boxes[name].told(name))
	}
	for _, c := range changes {
		t.change(c)
	}
	t.sent()
	t.brought()
}

// mailNow is the mail as it is, and all changes up to then.
func (t *telling) mailNow() (changes []mailChange) {
	log := &t.srv.rec.mail
	for range 10 { // somebody may be changing it
		before := log.total()
		t.data.Messages, t.mail = nil, mailTelling{boxes: make(map[boxName]*toldBox), messages: make(map[string]int)}
		core := t.srv.core()
		for _, u := range core.Users() {
			t.boxesNow(u.Mailboxes())
		}
		t.boxesNow(core.SharedMailboxes())
		if changes = log.all(); log.total() == before {
			break
		}
	}
	return changes
}

func (t *telling) boxesNow(mailboxes []*store.Mailbox) {
	for _, mbox := range mailboxes {
		if mbox.NoSelect() {
			continue
		}
		status := mbox.Status()
		box := t.box(boxName{mbox.Owner().Name(), mbox.Name()})
		box.uidValidity, box.uidNext = status.UIDValidity, uint32(status.UIDNext)
		for _, msg := range mbox.Messages() {
			box.rows[msg.UID] = t.row(msg)
		}
	}
}

// box is that of a name, which is made if there is none.
func (t *telling) box(name boxName) *toldBox {
	if t.mail.boxes[name] == nil {
		t.mail.boxes[name] = &toldBox{uidNext: 1, rows: make(map[imap.UID]toldRow)}
	}
	return t.mail.boxes[name]
}

func (t *telling) row(msg store.Message) toldRow {
	return toldRow{t.message(msg), flagWords(msg.Flags)}
}

// message is the place of a message among all, which copies share.
func (t *telling) message(msg store.Message) int {
	i, found := t.mail.messages[msg.EmailID()]
	if !found {
		i = len(t.data.Messages)
		t.mail.messages[msg.EmailID()] = i
		t.data.Messages = append(t.data.Messages, t.once.message(msg.EmailID(), msg.Raw))
	}
	return i
}

func flagWords(flags []imap.Flag) []string {
	out := make([]string, len(flags))
	for i, flag := range flags {
		out[i] = string(flag)
	}
	return out
}

// undo makes the mail what it was before a change.
func (t *telling) undo(c mailChange) {
	name := boxName{c.Account, c.Name}
	switch c.Kind {
	case store.MessageCame:
		box := t.box(name)
		for msg := range c.After() {
			delete(box.rows, msg.UID)
			box.uidNext = min(box.uidNext, uint32(msg.UID))
		}
	case store.MessageWent, store.FlagsBecame:
		box := t.box(name)
		for msg := range c.Before() {
			box.rows[msg.UID] = t.row(msg)
		}
	case store.MailboxMade:
		delete(t.mail.boxes, name)
	case store.MailboxNamed:
		to := boxName{c.Account, c.To}
		t.mail.boxes[name] = t.box(to)
		delete(t.mail.boxes, to)
	case store.MailboxGone, store.UIDsRenumbered:
		box := &toldBox{uidValidity: c.UIDValidity, uidNext: 1, rows: make(map[imap.UID]toldRow)}
		if c.Kind == store.UIDsRenumbered {
			box.uidValidity = c.WasValidity
		}
		for msg := range c.Held() {
			box.rows[msg.UID] = t.row(msg)
			box.uidNext = uint32(msg.UID) + 1
		}
		t.mail.boxes[name] = box
	}
}

// told is the mailbox as a report has it.
func (b *toldBox) told(name boxName) report.Mailbox {
	out := report.Mailbox{Account: accountOf(name.account), Name: name.name, UIDValidity: b.uidValidity, UIDNext: b.uidNext}
	for _, uid := range slices.Sorted(maps.Keys(b.rows)) {
		out.Rows = append(out.Rows, report.Row{UID: uint32(uid), Message: b.rows[uid].message, Flags: b.rows[uid].flags})
	}
	return out
}

// accountOf is "" for what belongs to no account.
func accountOf(name string) string {
	if name == store.Shared {
		return ""
	}
	return name
}

// change is a change as a report has it.
func (t *telling) change(c mailChange) {
	out := report.Change{Seq: c.seq, Event: t.id(uint64(c.By)), Account: accountOf(c.Account), Mailbox: c.Name}
	switch c.Kind {
	case store.MessageCame:
		t.turns(out, report.Added, c.After())
		return
	case store.MessageWent:
		t.turns(out, report.Removed, c.Before())
		return
	case store.FlagsBecame:
		t.became(out, c.Turns())
		return
	case store.MailboxMade:
		out.Op, out.Number = report.Created, c.UIDValidity
	case store.MailboxGone:
		out.Op = report.Deleted
	case store.MailboxNamed:
		out.Op, out.To = report.Renamed, c.To
	case store.UIDsRenumbered:
		out.Op, out.Number = report.Renewed, c.UIDValidity
		t.data.Changes = append(t.data.Changes, out)
		t.turns(out, report.Added, c.Became())
		return
	case store.SettingsBecame:
		t.settings(out, c.Settings)
		return
	}
	t.data.Changes = append(t.data.Changes, out)
}

// turns are what became of messages, one by one.
func (t *telling) turns(out report.Change, op report.Op, messages iter.Seq[store.Message]) {
	for msg := range messages {
		t.data.Changes = append(t.data.Changes, withMessage(out, op, t, msg))
	}
}

// became are messages that have got other flags, or other annotations.
func (t *telling) became(out report.Change, turns iter.Seq2[store.Message, store.Message]) {
	for before, after := range turns {
		change := withMessage(out, report.Flagged, t, after)
		if slices.Equal(before.Flags, after.Flags) && !after.SeenSince(before) {
			change = out
			change.Op, change.Text = report.Set, fmt.Sprintf("annotations of UID %d", after.UID)
		}
		t.data.Changes = append(t.data.Changes, change)
	}
}

// settings are what mailboxes and accounts were set to, in the words of AssertDiff.
func (t *telling) settings(out report.Change, list []store.Difference) {
	for _, d := range list {
		var words []string
		for _, word := range statement(d) {
			words = append(words, quoteWord(word))
		}
		out.Op, out.Account, out.Mailbox, out.Text = report.Set, accountOf(d.Account), d.Mailbox, strings.Join(words, " ")
		t.data.Changes = append(t.data.Changes, out)
	}
}

func withMessage(out report.Change, op report.Op, t *telling, msg store.Message) report.Change {
	out.Op, out.UID, out.Message, out.Number = op, uint32(msg.UID), t.message(msg), 0
	if op != report.Removed {
		out.Flags = flagWords(msg.Flags)
	}
	return out
}

// brought gives events the messages that they brought, and a Deliver its subject.
func (t *telling) brought() {
	came := make(map[int][]report.Change)
	for _, c := range t.data.Changes {
		if c.Op == report.Added && c.Event != 0 {
			came[c.Event] = append(came[c.Event], c)
		}
	}
	for i := range t.data.Events {
		e := &t.data.Events[i]
		list := came[e.ID]
		if len(list) == 0 {
			continue
		}
		if e.Name == "APPEND" || e.Name == "Deliver" || e.Name == "DATA" || e.Name == "BDAT" {
			e.Message = list[0].Message + 1
		}
		if e.Kind == report.Act && e.Name == "Deliver" {
			e.Args += " " + quoteSubject(t.data.Messages[list[0].Message].Subject)
		}
	}
}

func quoteSubject(subject string) string { return `"` + clip(subject, shownCause) + `"` }

// sent finds the messages that were sent by SMTP among those that were taken.
func (t *telling) sent() {
	if t.srv.sink == nil {
		return
	}
	taken := t.srv.sink.Messages()
	for i := range t.data.Sent {
		one := &t.data.Sent[i]
		for n, msg := range taken {
			if msg.From != one.From || !slices.Equal(msg.Recipients(), one.To) {
				continue
			}
			one.Message = len(t.data.Messages)
			t.data.Messages = append(t.data.Messages, t.once.message(firstByte(msg.Raw), func() []byte { return msg.Raw }))
			taken = taken[n+1:]
			break
		}
	}
	t.data.Sent = slices.DeleteFunc(t.data.Sent, func(one report.Sent) bool { return one.Message < 0 }) // forgotten
}

// firstByte is where a text lies, nil for an empty one.
func firstByte(text []byte) *byte {
	if len(text) == 0 {
		return nil
	}
	return &text[0]
}
