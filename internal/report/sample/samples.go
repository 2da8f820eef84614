package sample

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/report"
)

// All are the samples by name.
var All = map[string]func() *report.Data{
	"import": imports, "watcher": watcher, "cut": cutLiteral, "race": race, "bounce": bounce, "sweep": sweep,
}

func invoices(t *teller, n int) {
	t.seed("Lunch?", `\Seen`)
	for i := range n {
		t.seed([]string{"Invoice 17", "Invoice 18", "Invoice 19", "Invoice 20"}[i])
	}
}

// imports: a client moves messages by sequence number, and numbers shift.
func imports() *report.Data {
	t := newTeller("TestImportMovesAllInvoices", false)
	invoices(t, 3)
	c := t.login(report.LaneIMAP, 4)
	t.cmd(c, "SEARCH UNSEEN", "* SEARCH 2 3 4", "OK SEARCH completed")
	for i, seq := range []string{"2", "3"} {
		uid := uint32(2 + 2*i)
		t.cmd(c, "FETCH "+seq+" (UID ENVELOPE BODY.PEEK[])", fetched(2+i, int(uid), "Invoice"), "OK FETCH completed")
		id := t.begin(c, "STORE "+seq+` +FLAGS.SILENT (\Seen)`)
		t.change(id, report.Flagged, "user", "INBOX", uid, int(uid)-1, `\Seen`)
		t.answer(id, "OK STORE completed")
		id = t.begin(c, "MOVE "+seq+` "Archive"`)
		t.change(id, report.Added, "user", "Archive", uint32(i+1), int(uid)-1, `\Seen`)
		t.change(id, report.Removed, "user", "INBOX", uid, int(uid)-1)
		t.say(id, "* OK [COPYUID 6 2 1] moved", "* "+seq+" EXPUNGE")
		t.answer(id, "OK MOVE completed")
	}
	t.cmd(c, "FETCH 4 (UID ENVELOPE BODY.PEEK[])", "BAD no message 4: the mailbox has 2")
	t.cmd(c, "LOGOUT", "* BYE logging out", "OK LOGOUT completed")
	t.end(c, "LOGOUT", 0)
	t.fail(report.Failure{Helper: "AssertFlags", Title: `INBOX, UID 3 "Invoice 18": flags`, Got: "(none)", Want: `\Seen`, Account: "user", Mailbox: "INBOX", UIDs: []uint32{3}})
	t.fail(report.Failure{Helper: "AssertDiff", Title: "changes since the snapshot", Got: "INBOX -2,4", Want: "INBOX -2:4"})
	return t.done()
}

// watcher: what came while a watcher was away is never told of.
func watcher() *report.Data {
	t := newTeller("TestWatcherTellsOfAllMail", true)
	c := t.login(report.LaneIMAP, 0)
	idle := t.begin(c, "IDLE")
	deliver := func(subject string, uid uint32, line int) {
		id := t.act(report.Act, "Deliver", `INBOX "`+subject+`"`, line)
		m := t.message(subject)
		t.at(id).Message = m + 1
		t.change(id, report.Added, "user", "INBOX", uid, m)
	}
	t.now += 9800 * time.Millisecond
	deliver("First", 1, 70)
	t.say(idle, "* 1 EXISTS", "* 1 RECENT")
	t.answer(idle, "OK IDLE terminated")
	t.cmd(c, "FETCH 1 (UID ENVELOPE)", `* 1 FETCH (UID 1 ENVELOPE (NIL "First" NIL NIL NIL NIL NIL NIL NIL NIL))`, "OK FETCH completed")
	idle = t.begin(c, "IDLE")
	t.now += 20 * time.Minute
	drop := t.act(report.Act, "DropConns", "", 78)
	t.lost(idle)
	t.end(c, "DropConns", drop)
	t.now += 2 * time.Second
	deliver("While away", 2, 80)
	t.now += 3 * time.Second
	c = t.login(report.LaneIMAP, 2)
	idle = t.begin(c, "IDLE")
	t.now += 11*time.Minute + 57*time.Second
	deliver("Third", 3, 84)
	t.say(idle, "* 3 EXISTS", "* 3 RECENT")
	t.answer(idle, "OK IDLE terminated")
	t.cmd(c, "FETCH 3 (UID ENVELOPE)", `* 3 FETCH (UID 3 ENVELOPE (NIL "Third" NIL NIL NIL NIL NIL NIL NIL NIL))`, "OK FETCH completed")
	t.begin(c, "IDLE")
	t.now += time.Minute
	t.fail(report.Failure{Title: `the watcher told of other mail than "While away" too`, Got: "First, Third", Want: "First, While away, Third"})
	return t.done()
}

// cutLiteral: a download whose answer is cut inside a literal is taken for whole.
func cutLiteral() *report.Data {
	t := newTeller("TestDownloadSurvivesACutLiteral", false)
	invoices(t, 3)
	rule := t.act(report.Rule, "On", `"UID FETCH" CutAfter(700)`, 188)
	for n, uid := range []string{"2", "3", "4"} {
		c := t.login(report.LaneIMAP, 4)
		id := t.begin(c, "UID FETCH "+uid+" (UID BODY.PEEK[])")
		t.say(id, fetched(n+2, n+2, "Invoice"))
		if uid == "3" {
			t.at(id).Marks = []report.Mark{{Kind: report.MarkFault, Text: "cut after 700 bytes, inside a literal", By: rule}}
			t.lost(id)
			t.end(c, "cut by a rule", id)
			continue
		}
		t.answer(id, "OK UID FETCH completed")
		t.cmd(c, "LOGOUT", "* BYE logging out", "OK LOGOUT completed")
		t.end(c, "LOGOUT", 0)
	}
	t.fail(report.Failure{Title: `INBOX, UID 3 "Invoice 18": saved`, Got: "668 bytes", Want: "3050 bytes"})
	return t.done()
}

// race: another client expunges a message while a FETCH is held.
func race() *report.Data {
	t := newTeller("TestMarkReadUnderARace", false)
	invoices(t, 4)
	a := t.login(report.LaneIMAP, 5)
	t.cmd(a, "UID SEARCH UNSEEN", "* SEARCH 2 3 4 5", "OK UID SEARCH completed")
	fetch := t.begin(a, "UID FETCH 2:5 (UID ENVELOPE BODY.PEEK[])")
	hold := t.act(report.Hold, "Hold", "UID FETCH", 209)
	t.at(hold).Target, t.at(hold).End = fetch, 0
	t.at(fetch).Marks = []report.Mark{{Kind: report.MarkHold, By: hold}}
	t.now += 2200 * time.Microsecond
	b := t.login(report.LaneIMAP, 5)
	id := t.begin(b, `UID STORE 3 +FLAGS.SILENT (\Deleted)`)
	t.change(id, report.Flagged, "user", "INBOX", 3, 2, `\Deleted`)
	t.answer(id, "OK UID STORE completed")
	id = t.begin(b, "UID EXPUNGE 3")
	t.change(id, report.Removed, "user", "INBOX", 3, 2)
	t.say(id, "* 3 EXPUNGE")
	t.answer(id, "OK UID EXPUNGE completed")
	release := t.act(report.Release, "Release", "UID FETCH", 219)
	t.at(release).Target = fetch
	t.at(hold).End, t.at(hold).Took = t.seq, t.now-t.at(hold).At
	t.say(fetch, fetched(2, 2, "Invoice 17"), fetched(4, 4, "Invoice 19"), fetched(5, 5, "Invoice 20"), "* 3 EXPUNGE")
	t.answer(fetch, "OK UID FETCH completed")
	for _, uid := range []uint32{2, 3, 4} {
		id := t.begin(a, "UID STORE "+number(uid)+` +FLAGS (\Seen)`)
		if uid != 3 {
			t.change(id, report.Flagged, "user", "INBOX", uid, int(uid)-1, `\Seen`)
			t.say(id, "* "+number(uid-uid/4)+" FETCH (UID "+number(uid)+` FLAGS (\Seen))`)
		}
		t.answer(id, "OK UID STORE completed")
	}
	t.cmd(a, "LOGOUT", "* BYE logging out", "OK LOGOUT completed")
	t.end(a, "LOGOUT", 0)
	t.fail(report.Failure{Helper: "AssertFlags", Title: `INBOX, UID 5 "Invoice 20": flags`, Got: "(none)", Want: `\Seen`, Account: "user", Mailbox: "INBOX", UIDs: []uint32{5}})
	return t.done()
}

// bounce: a sender whose first address is greylisted, and whose second has a typing
// error, which bounces.
func bounce() *report.Data {
	t := newTeller("TestNewsletterDoesNotBounce", true)
	for _, box := range []string{"INBOX", "Archive"} {
		t.d.Start = append(t.d.Start, report.Mailbox{Account: "ann", Name: box})
	}
	send := func(to string, result string) int {
		c := t.conn(report.LaneSMTP, "")
		t.cmd(c, "EHLO client.example", "250-mailtest", "250 8BITMIME")
		t.cmd(c, "MAIL <shop@example.com> BODY=8BITMIME", "250 2.1.0 sender ok")
		t.cmd(c, "RCPT <"+to+">", result)
		return c
	}
	quit := func(c int) {
		t.cmd(c, "QUIT", "221 2.0.0 bye")
		t.end(c, "QUIT", 0)
	}
	data := func(c int, account, subject string, uid uint32) {
		id := t.begin(c, "DATA (272 bytes)")
		t.say(id, "354 go ahead")
		m := t.message(subject)
		t.change(id, report.Added, account, "INBOX", uid, m)
		t.at(id).Message = m + 1
		t.answer(id, "250 2.0.0 queued")
		t.d.Sent = append(t.d.Sent, report.Sent{Seq: t.seq, Event: id, From: "shop@example.com", To: []string{account + "@example.com"}, Message: m})
	}
	for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		c := send("ann@example.com", "450 4.7.1 <ann@example.com>: greylisted, try again later")
		quit(c)
		t.now += wait
	}
	c := send("ann@example.com", "250 2.1.5 recipient ok")
	data(c, "ann", "News of May", 1)
	quit(c)
	for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		c := send("bbo@example.com", "450 4.7.1 <bbo@example.com>: greylisted, try again later")
		quit(c)
		t.now += wait
	}
	c = send("bbo@example.com", "250 2.1.5 recipient ok")
	data(c, "user", "Undelivered mail", 1)
	quit(c)
	t.fail(report.Failure{Helper: "AssertCount", Title: "INBOX: count", Got: "1", Want: "0", Account: "user", Mailbox: "INBOX"})
	return t.done()
}

// sweep: a finding of a sweep: a move that is interrupted between copy and expunge is
// begun again, and copies twice.
func sweep() *report.Data {
	t := newTeller("TestMirror/sweep", false)
	t.d.Test.Facts = []string{"sweep: run 31 of 112, DropBefore UID EXPUNGE"}
	invoices(t, 2)
	rule := t.act(report.Rule, "sweep", "drops connection 1 before UID EXPUNGE", 33)
	for try := range uint32(2) {
		c := t.login(report.LaneIMAP, 3)
		t.cmd(c, "UID SEARCH UNDELETED UNSEEN", "* SEARCH 2 3", "OK UID SEARCH completed")
		id := t.begin(c, "UID COPY 2:3 Archive")
		t.change(id, report.Added, "user", "Archive", 1+2*try, 1)
		t.change(id, report.Added, "user", "Archive", 2+2*try, 2)
		t.answer(id, "OK [COPYUID 6 2:3 1:2] COPY completed")
		if try == 0 {
			id = t.begin(c, "UID EXPUNGE 2:3")
			t.at(id).Marks = []report.Mark{{Kind: report.MarkFault, Text: "the connection was dropped before it ran", By: rule}}
			t.lost(id)
			t.end(c, "dropped by a rule", id)
			t.now += 3 * time.Millisecond
			continue
		}
		id = t.begin(c, `UID STORE 2:3 +FLAGS.SILENT (\Deleted)`)
		t.change(id, report.Flagged, "user", "INBOX", 2, 1, `\Deleted`)
		t.change(id, report.Flagged, "user", "INBOX", 3, 2, `\Deleted`)
		t.answer(id, "OK UID STORE completed")
		id = t.begin(c, "UID EXPUNGE 2:3")
		t.change(id, report.Removed, "user", "INBOX", 2, 1)
		t.change(id, report.Removed, "user", "INBOX", 3, 2)
		t.say(id, "* 2 EXPUNGE", "* 2 EXPUNGE")
		t.answer(id, "OK UID EXPUNGE completed")
		t.cmd(c, "LOGOUT", "* BYE logging out", "OK LOGOUT completed")
		t.end(c, "LOGOUT", 0)
	}
	t.fail(report.Failure{Helper: "sweep", Title: "Archive: each invoice once", Got: "Invoice 17, Invoice 18, Invoice 17, Invoice 18", Want: "Invoice 17, Invoice 18", Account: "user", Mailbox: "Archive", UIDs: []uint32{3}})
	return t.done()
}
