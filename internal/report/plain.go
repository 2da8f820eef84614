package report

import (
	"fmt"
	"slices"
	"strings"
)

// plainRow is a row of the story in the plain document.
type plainRow struct {
	Fold  string // what is left out
	Gap   string
	Event *eventView
	Lane  string
	Show  bool // its dialogue is open
	Lines []lineView
	More  int // lines that are left out
}

type plainBox struct {
	Name  string
	Count string
	Rows  []plainMail
	Rest  string
}

type plainMail struct {
	Class   string // add, del, chg
	Sign    string
	UID     uint32
	Subject string
	Flags   string
	Asked   bool
}

type plainMessage struct {
	Subject, Where       string
	From, To, Date, Size string
	Text                 string
	HTML                 string // a document of its own
	Cut                  string
}

const (
	plainLines = 60       // of a dialogue
	plainBody  = 64 << 10 // bytes of a text
	plainHTML  = 128 << 10
	plainMails = 60 // rows of a mailbox
)

// plain makes the plain document.
func (p *page) plain(r *record, v *view) {
	shown := 0
	for _, it := range v.Story {
		switch {
		case it.Gap:
			p.Rows = append(p.Rows, plainRow{Gap: it.Text})
		case it.Event == 0:
			p.Rows = append(p.Rows, plainRow{Fold: it.Text})
		default:
			e := &v.Events[it.Event-1]
			lines := e.Lines[:min(len(e.Lines), plainLines)]
			p.Rows = append(p.Rows, plainRow{
				Event: e, Lane: r.laneName(e.Lane), Lines: lines, More: len(e.Lines) - len(lines),
				Show: e.About || e.Class == isNO || e.Class == isBAD || e.Class == isNone,
			})
			shown++
		}
	}
	p.Shown = fmt.Sprintf("%d of %s", shown, plural(len(v.Events), "event"))
	p.boxes(r)
	for _, f := range r.focus {
		p.Messages = append(p.Messages, r.plainMessage(f, &v.Messages[f.message].view))
	}
}

func (r *record) plainMessage(f place, m *messageView) plainMessage {
	out := plainMessage{
		Subject: m.Subject, Where: r.boxName(f.key) + " UID " + text(f.uid), From: m.From, To: m.To, Date: m.Date, Size: m.Size,
		Text: shorten(m.Text, plainBody),
	}
	switch {
	case len(m.HTML) > plainHTML:
		out.Cut = "Its HTML is too large for this page."
	case m.HTML != "":
		out.HTML = mailFrame + m.HTML // which is inert
	}
	return out
}

// boxes are the mailboxes when the test failed, with what changed since its start.
func (p *page) boxes(r *record) {
	before, now := r.mailAtStart(), r.mailAt(r.failedAt())
	var empty []string
	for _, b := range now.sorted(r.Test.Account) {
		was := before.boxes[b.key]
		if was == nil {
			was = &box{}
		}
		if len(b.uids)+len(was.uids) == 0 {
			empty = append(empty, r.boxName(b.key))
			continue
		}
		p.Boxes = append(p.Boxes, r.plainBox(was, b))
	}
	if len(empty) > 0 {
		p.Empty = "Empty: " + several(empty, 12)
	}
}

func (r *record) plainBox(was, is *box) plainBox {
	out := plainBox{Name: r.boxName(is.key), Count: plural(len(is.uids), "message")}
	uids := distinct(slices.Concat(was.uids, is.uids))
	var rows []plainMail
	for _, uid := range uids {
		rows = append(rows, r.plainMail(was, is, uid))
	}
	if rest := len(rows) - plainMails; rest > 0 {
		rows = slices.DeleteFunc(rows, func(row plainMail) bool {
			gone := rest > 0 && row.Class == "" && !row.Asked
			if gone {
				rest--
			}
			return gone
		})
		rows = rows[:min(len(rows), plainMails)]
		out.Rest = fmt.Sprintf("… %d more", len(uids)-len(rows))
	}
	out.Rows = rows
	return out
}

func (r *record) plainMail(was, is *box, uid uint32) plainMail {
	before, had := was.rows[uid]
	row, has := is.rows[uid]
	out := plainMail{UID: uid, Flags: strings.Join(row.Flags, " ")}
	switch {
	case !had:
		out.Class, out.Sign = "add", "+"
	case !has:
		out.Class, out.Sign, out.Flags, row = "del", "−", strings.Join(before.Flags, " "), before
	default:
		if words := flagWords(before.Flags, row.Flags); words != "" {
			out.Class, out.Sign, out.Flags = "chg", "~", words
		}
	}
	out.Subject, out.Asked = r.shown[row.Message].Subject, r.inQuestion(row.Message)
	return out
}
