package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// Snapshot is the state of a server at one moment.
type Snapshot struct {
	srv  *Server
	snap *memstore.Snapshot
}

// Snapshot takes the state as it is. It shares the mail with the server, and
// costs little.
func (s *Server) Snapshot() *Snapshot { return &Snapshot{s, s.Store().Snapshot()} }

// Restore brings the state back, for the next subtest: messages with their UIDs,
// flags and dates, mailboxes, subscriptions, accounts. Connections stay, and see
// it as changes by somebody else; only a client that has been told of an expunge
// that is undone is disconnected, because IMAP has no words for it. UIDNEXT and modseqs
// do not go back, because clients count on that: a new message has a higher UID after a
// Restore than the same one before it.
func (s *Server) Restore(snap *Snapshot) {
	d := s.deed()
	defer d.done()
	s.core().RestoreBy((*store.Snapshot)(snap.snap), d.by())
}

// Diff is what has changed since the snapshot.
func (snap *Snapshot) Diff() Diff {
	before, after := (*store.Snapshot)(snap.snap), snap.srv.core().Snapshot()
	var diff Diff
	causes := snap.srv.newCauses()
	for _, d := range before.Diff(after) {
		change := newChange(d, snap.srv.first().name)
		by := causes.of(d)
		change.By, change.Cause = causes.command(by), causes.text(by)
		diff.Changes = append(diff.Changes, change)
	}
	return diff
}

// Diff is what has changed between two moments: by account, then by mailbox, then
// by UID. A message that came and went between them is not among it, nor is one in
// a mailbox that was deleted.
type Diff struct {
	Changes []Change
}

// Lines are the changes in the form that AssertDiff takes.
func (d Diff) Lines() []string {
	var out []string
	for _, change := range d.Changes {
		out = append(out, change.String())
	}
	return out
}

// String is the lines as arguments of AssertDiff, to be pasted into a test.
func (d Diff) String() string {
	var sb strings.Builder
	for _, line := range d.Lines() {
		if strings.Contains(line, "`") {
			fmt.Fprintf(&sb, "%q,\n", line)
		} else {
			fmt.Fprintf(&sb, "`%s`,\n", line)
		}
	}
	return sb.String()
}

// AssertDiff checks what has changed since the snapshot: all of it must be
// listed, in any order, and nothing else may have changed. A line is about a
// mailbox of the first account, or of another whose name stands before it:
//
//	INBOX 3 +\Seen -\Flagged       flags of the message with UID 3
//	INBOX -4                       a message is gone
//	Archive +4 "Invoice 17"        a message is new
//	Archive +4 \Seen "Invoice 17"  and has these flags, no others
//	Archive +4:6,9                 several
//	"Sent Items" created           so are deleted, subscribed and unsubscribed
//	Old renamed to "Archive/Old"
//	INBOX uidvalidity 7 -> 8
//	Archive attributes "" -> \Archive
//	bob: INBOX -1                  another account
//	bob: created                   so are removed and password changed
//	INBOX metadata /shared/comment NIL -> "A test"
//	bob: quota bob "" -> "STORAGE 512 MESSAGE 1000"
//	user: metadata /shared/comment Old -> New   of the server, in the first account
//
// A keyword with the name of a system flag is written +keyword=Seen; +Seen is an error.
// Subject and flags of a new message, and the subject of one that is gone, may
// be left out. Of a mailbox that was deleted the messages are not listed. A
// failure prints the lines that would pass.
func (snap *Snapshot) AssertDiff(t TB, want ...string) {
	t.Helper()
	s := snap.srv
	wanted, err := s.parseDiff(want)
	if err != nil {
		s.errorf(t, "AssertDiff: %v", err)
		return
	}
	got := snap.Diff()
	var unwanted, expected []diffLine
	for _, change := range got.Changes {
		line := change.line
		i := slices.IndexFunc(wanted, func(w diffLine) bool { return w.covers(line) })
		if i < 0 {
			line.cause = change.Cause
			unwanted = append(unwanted, line)
			continue
		}
		wanted = slices.Delete(wanted, i, i+1)
		expected = append(expected, line)
	}
	if len(unwanted)+len(wanted) > 0 {
		f := s.diffFailure(got, slices.Concat(expected, wanted), slices.Concat(unwanted, wanted))
		f.Text = s.explainDiff(t, got, unwanted, wanted)
		s.noteShown(t.Name())
		t.Errorf("%s", s.failed(f))
		return
	}
	s.held(strings.Join(want, ", "))
}

// diffFailure is a failure as data: all that has changed, all that should have, and what differs,
// of which the first mailbox with a message is what it is about.
func (s *Server) diffFailure(got Diff, want, differ []diffLine) history.Failure {
	f := history.Failure{Title: diffTitle, Got: cmp.Or(strings.Join(got.Lines(), "\n"), "nothing")}
	var lines []string
	for _, line := range want {
		lines = append(lines, line.String(s.first().name))
	}
	f.Want = cmp.Or(strings.Join(lines, "\n"), "nothing")
	for _, line := range differ {
		if f.Mailbox == "" && line.uid != 0 {
			f.Account, f.Mailbox = line.account, line.mailbox
		}
		if line.uid != 0 && line.account == f.Account && line.mailbox == f.Mailbox {
			f.UIDs = append(f.UIDs, uint32(line.uid))
		}
	}
	return f
}

const diffTitle = "changes since the snapshot"

// explainDiff is the text of a failure.
func (s *Server) explainDiff(t TB, got Diff, unwanted, missing []diffLine) string {
	var sb strings.Builder
	sb.WriteString(diffTitle + "\n")
	writeDiffLines(&sb, "    not wanted: ", unwanted, s.first().name)
	writeDiffLines(&sb, "    missing:    ", missing, s.first().name)
	if lines := firstLines(got.String(), shownDiffLines); lines != "" {
		sb.WriteString("all changes, as arguments of AssertDiff:\n    " + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n    ") + "\n")
	} else {
		sb.WriteString("nothing has changed\n")
	}
	marked := make(map[Mailbox][]imap.UID)
	var mailboxes []Mailbox
	for _, line := range slices.Concat(unwanted, missing) {
		m := s.User(line.account).Mailbox(line.mailbox)
		if !slices.Contains(mailboxes, m) {
			mailboxes = append(mailboxes, m)
		}
		marked[m] = append(marked[m], line.uid)
	}
	for _, m := range mailboxes[:min(len(mailboxes), shownMailboxes)] {
		sb.WriteString(s.above.Once(t.Name(), m.listing(marked[m])))
	}
	sb.WriteString(s.above.Once(t.Name(), s.tail(mailboxes...)))
	sb.WriteString(s.above.Once(t.Name(), s.hints()))
	return strings.TrimRight(sb.String(), "\n")
}

// maxDiffLines is how many changes of a kind a failure lists.
const maxDiffLines = 40

func writeDiffLines(sb *strings.Builder, head string, lines []diffLine, account string) {
	for _, line := range lines[:min(len(lines), maxDiffLines)] {
		fmt.Fprintf(sb, "%s%s\n", head, line.String(account)+line.by())
	}
	if more := len(lines) - maxDiffLines; more > 0 {
		fmt.Fprintf(sb, "%s… %d more\n", head, more)
	}
}

// shownMailboxes is how many mailboxes a failure lists.
const shownMailboxes = 3
