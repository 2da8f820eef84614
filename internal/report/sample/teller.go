// Package sample has records of failed tests, made by hand: five failures of the kinds that
// tests of mail programs have, a finding of a sweep, and a large one.
package sample

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/report"
)

// teller makes a Data as a recorder would, one occurrence after the other.
type teller struct {
	d    report.Data
	seq  uint64
	now  time.Duration
	step time.Duration // that every occurrence takes
	tags map[int]int
	box  map[int]string
}

func newTeller(name string, virtual bool) *teller {
	t := &teller{step: 40 * time.Microsecond, tags: make(map[int]int), box: make(map[int]string)}
	t.d.Test = report.Test{Name: name, Result: report.Failed, Source: "mail_test.go:41", Virtual: virtual, Go: "go1.26.8",
		Rerun: "go test -run '^" + name + "$'", Account: "user"}
	if virtual {
		t.step = 0
	}
	t.d.Lanes = []report.Lane{{Kind: report.LaneTest}}
	for _, box := range []string{"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"} {
		t.d.Start = append(t.d.Start, report.Mailbox{Account: "user", Name: box, UIDValidity: 1, UIDNext: 1})
	}
	return t
}

func (t *teller) tick() uint64 {
	t.seq++
	t.now += t.step
	return t.seq
}

// message is a new message with a subject.
func (t *teller) message(subject string) int {
	t.d.Messages = append(t.d.Messages, report.ParseMessage([]byte(strings.ReplaceAll(fmt.Sprintf(letter, subject), "\n", "\r\n"))))
	return len(t.d.Messages) - 1
}

const letter = `Date: Mon, 20 May 2024 09:12:00 +0000
From: Stationery Shop <billing@shop.example>
To: books@example.com
Subject: %[1]s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_1"

--=_1
Content-Type: multipart/alternative; boundary="=_2"

--=_2
Content-Type: text/plain; charset=us-ascii

Thank you for your order. %[1]s is attached.

Stationery Shop
--=_2
Content-Type: text/html; charset=utf-8

<!doctype html><html><head><style>body{font:14px/1.5 Georgia,serif;color:#223;margin:24px}
h1{font-size:20px;border-bottom:2px solid #c33;padding-bottom:6px}td{padding:4px 16px 4px 0}</style></head>
<body><h1>%[1]s</h1><p>Thank you for your order. The bill is attached.</p>
<table><tr><td>Paper, 500 sheets</td><td>4.20 €</td></tr><tr><td>Ink, black</td><td>17.90 €</td></tr>
<tr><td><b>Total</b></td><td><b>22.10 €</b></td></tr></table></body></html>
--=_2--
--=_1
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="invoice.pdf"

JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl
--=_1--
`

// seed puts a message into INBOX before the start.
func (t *teller) seed(subject string, flags ...string) {
	inbox := &t.d.Start[0]
	inbox.Rows = append(inbox.Rows, report.Row{UID: inbox.UIDNext, Message: t.message(subject), Flags: flags})
	inbox.UIDNext++
}

func (t *teller) conn(kind report.LaneKind, user string) int {
	n := 1
	for _, l := range t.d.Lanes {
		if l.Kind == kind {
			n++
		}
	}
	seq := t.tick()
	t.d.Lanes = append(t.d.Lanes, report.Lane{Kind: kind, Number: n, User: user, Begin: seq})
	lane := len(t.d.Lanes) - 1
	greeting := "* OK [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS] mailtest ready"
	if kind != report.LaneIMAP {
		greeting = "220 mailtest ESMTP"
	}
	t.event(report.Event{Lane: lane, Kind: report.Open, Begin: seq, End: seq, Lines: []report.Line{{Seq: seq, At: t.now, Text: greeting}}})
	return lane
}

func (t *teller) event(e report.Event) *report.Event {
	e.ID = len(t.d.Events) + 1
	if e.At == 0 {
		e.At = t.now
	}
	t.d.Events = append(t.d.Events, e)
	return &t.d.Events[len(t.d.Events)-1]
}

// end ends a connection.
func (t *teller) end(lane int, why string, by int) {
	l := &t.d.Lanes[lane]
	l.End, l.Ended, l.EndedBy = t.tick(), why, by
}

// begin begins a command, which is not answered yet. It returns the ID.
func (t *teller) begin(lane int, line string) int {
	name, args, _ := strings.Cut(line, " ")
	if name == "UID" {
		sub, rest, _ := strings.Cut(args, " ")
		name, args = "UID "+sub, rest
	}
	seq := t.tick()
	e := report.Event{Lane: lane, Kind: report.Command, Begin: seq, Name: name, Args: args, Running: true, Mailbox: t.box[lane], BytesIn: int64(len(line)) + 5}
	text := line
	if t.d.Lanes[lane].Kind == report.LaneIMAP {
		t.tags[lane]++
		e.Tag = fmt.Sprintf("T%d", t.tags[lane])
		text = e.Tag + " " + line
		if name != "LOGIN" {
			e.User = t.d.Lanes[lane].User
		}
	}
	e.Lines = []report.Line{{Seq: seq, At: t.now, Client: true, Text: text}}
	return t.event(e).ID
}

func (t *teller) at(id int) *report.Event { return &t.d.Events[id-1] }

// say adds lines of the server to a command.
func (t *teller) say(id int, lines ...string) {
	for _, line := range lines {
		seq := t.tick()
		t.at(id).Lines = append(t.at(id).Lines, report.Line{Seq: seq, At: t.now, Text: line})
		t.at(id).BytesOut += int64(len(line)) + 2
	}
}

// answer ends a command: "OK done", or of SMTP "250 2.0.0 done".
func (t *teller) answer(id int, result string) {
	e := t.at(id)
	status, text, _ := strings.Cut(result, " ")
	e.Status, e.Text, e.Running = status, text, false
	if e.Tag != "" {
		result = e.Tag + " " + result
	}
	t.say(id, result)
	e.End, e.Took = t.seq, t.now-e.At
	if name := e.Name; (name == "SELECT" || name == "EXAMINE") && status == "OK" {
		t.box[e.Lane] = mailboxArg(e.Args)
	}
}

// cmd is a command with all of its answer, the last line of which is the tagged one.
func (t *teller) cmd(lane int, line string, lines ...string) int {
	id := t.begin(lane, line)
	t.say(id, lines[:len(lines)-1]...)
	t.answer(id, lines[len(lines)-1])
	return id
}

func (t *teller) lost(id int) {
	e := t.at(id)
	e.Running, e.End, e.Took = false, t.tick(), t.now-e.At
}

// act is something that the test does.
func (t *teller) act(kind report.Kind, name, args string, line int) int {
	seq := t.tick()
	return t.event(report.Event{Kind: kind, Begin: seq, End: seq, Name: name, Args: args, Source: fmt.Sprintf("mail_test.go:%d", line)}).ID
}

// change changes INBOX or another mailbox of the account: "+", "-" or "~".
func (t *teller) change(by int, op report.Op, account, box string, uid uint32, message int, flags ...string) {
	t.d.Changes = append(t.d.Changes, report.Change{Seq: t.tick(), Event: by, Op: op, Account: account, Mailbox: box, UID: uid, Message: message, Flags: flags})
}

// fail is a failure.
func (t *teller) fail(f report.Failure) {
	f.Source = t.d.Test.Source
	if f.Text == "" {
		f.Text = f.Title + "\n    got  " + f.Got + "\n    want " + f.Want
	}
	seq := t.tick()
	e := t.event(report.Event{Kind: report.Fail, Begin: seq, End: seq, Name: f.Helper, Args: f.Title, Source: f.Source})
	f.Event = e.ID
	t.d.Failures = append(t.d.Failures, f)
}

func (t *teller) done() *report.Data {
	t.d.Test.Took = t.now
	return &t.d
}

const selectLines = "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)"

func (t *teller) login(kind report.LaneKind, exists int) int {
	lane := t.conn(kind, "user")
	t.cmd(lane, "LOGIN user ***", "OK logged in")
	t.cmd(lane, "SELECT INBOX", selectLines, fmt.Sprintf("* %d EXISTS", exists), "* OK [UIDVALIDITY 1] UIDs valid", "OK [READ-WRITE] SELECT completed")
	return lane
}

func fetched(seq, uid int, subject string) string {
	return fmt.Sprintf("* %d FETCH (UID %d ENVELOPE (\"Mon, 20 May 2024 09:12:00 +0000\" %q ((\"Stationery Shop\" NIL \"billing\" \"shop.example\")) NIL NIL NIL NIL NIL NIL NIL) BODY[] {3050}\n\tDate: Mon, 20 May 2024 09:12:00 +0000\n\tFrom: Stationery Shop <billing@shop.example>\n\t[… 2930 more bytes]\n\t)", seq, uid, subject)
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// mailboxArg is the name of a mailbox that a SELECT names.
func mailboxArg(args string) string { return strings.Trim(args, `"`) }
