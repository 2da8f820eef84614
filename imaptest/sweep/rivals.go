package sweep

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// rivalAct is what another client does in a mailbox, and the Go that does it. It returns ""
// where there is nothing to act on.
type rivalAct func(e *Env, at place) (code string)

// place is where a rival acts: a mailbox, and the message that the command is about.
type place struct {
	account imaptest.Account
	user    *memstore.User
	mailbox imaptest.Mailbox
	core    *memstore.Mailbox
	command *imaptest.Command
	goName  string // srv.Mailbox("INBOX")
	message memstore.Message
	has     bool // there is a message
}

func rivals() []Disturbance {
	acts := []struct {
		name string
		act  rivalAct
	}{
		{"Deliver", rivalDelivers}, {"Flag", rivalFlags}, {"Delete", rivalDeletes}, {"Expunge", rivalExpunges},
		{"Move", rivalMoves}, {"Rename", rivalRenames}, {"UIDValidity", rivalRenumbers}, {"Restore", rivalRestores},
		{"First", rivalIsFirst}, {"Clear", rivalClears}, {"Undo", rivalUndoes},
	}
	var out []Disturbance
	for _, row := range acts {
		if row.name != "Undo" {
			out = append(out, rivalBefore(row.name, row.act))
		}
	}
	for _, row := range acts {
		switch row.name {
		case "Deliver", "Expunge", "UIDValidity":
			out = append(out, rivalAfter(row.name+"After", row.act))
		case "Undo":
			out = append(out, rivalAfter(row.name, row.act))
		}
	}
	return out
}

// fits says where a rival acts: what is about flags at commands that are about them, and
// what changes numbers where a literal is announced as well.
func fits(name string, command func(Point) bool, more ...func(Point) bool) func(Point) bool {
	switch name {
	case "First":
		return func(p Point) bool { return named(p, "STORE") }
	case "Undo":
		return func(p Point) bool { return named(p, "STORE", "MOVE") }
	case "Deliver", "Expunge", "UIDValidity", "Restore":
		return func(p Point) bool {
			return command(p) || slices.ContainsFunc(more, func(is func(Point) bool) bool { return is(p) })
		}
	}
	return command
}

func isLiteral(p Point) bool { return p.Kind == Literal }

func rivalBefore(name string, act rivalAct) Disturbance {
	return Disturbance{
		Name: name, Group: Rivals, At: fits(name, isCommand, isLiteral), Go: "Before(" + strings.ToLower(name) + ")",
		Do: func(e *Env) { e.Rule().Before(func(cmd *imaptest.Command) { e.acts(cmd, "Before", act) }) },
	}
}

func rivalAfter(name string, act rivalAct) Disturbance {
	return Disturbance{
		Name: name, Group: Rivals, At: fits(name, isCommand), Go: "After(" + strings.ToLower(strings.TrimSuffix(name, "After")) + ")",
		Do: func(e *Env) { e.Rule().After(func(cmd *imaptest.Command) { e.acts(cmd, "After", act) }) },
	}
}

// acts finds the place and has the rival act there.
func (e *Env) acts(cmd *imaptest.Command, verb string, act rivalAct) {
	if e.isCalm() {
		return
	}
	user := e.account(cmd)
	name := mailboxOf(cmd)
	core, found := user.Mailbox(name)
	if !found {
		e.Nothing()
		return
	}
	account := e.Server.User(user.Name())
	at := place{account: account, user: user, mailbox: account.Mailbox(name), core: core, command: cmd}
	at.goName = fmt.Sprintf("srv.User(%q).Mailbox(%q)", user.Name(), name)
	if user == e.Server.Store().Users()[0] {
		at.goName = fmt.Sprintf("srv.Mailbox(%q)", name)
	}
	at.message, at.has = message(cmd, core)
	code := act(e, at)
	switch code {
	case "":
		e.Nothing()
		return
	case didItself:
		return
	}
	e.Did(fmt.Sprintf("%s(func(*imaptest.Command) { %s.%s })", verb, at.goName, code))
}

// mailboxOf is the mailbox that a command selects, or that is selected.
func mailboxOf(cmd *imaptest.Command) string {
	if cmd.Name == "SELECT" || cmd.Name == "EXAMINE" || cmd.Mailbox == "" && (cmd.Name == "APPEND" || cmd.Name == "STATUS") {
		name := cmd.Args
		if quoted, rest, found := strings.Cut(strings.TrimPrefix(name, `"`), `"`); found && strings.HasPrefix(name, `"`) {
			name, _ = quoted, rest
		} else {
			name, _, _ = strings.Cut(name, " ")
		}
		return name
	}
	if cmd.Mailbox == "" {
		return "INBOX"
	}
	return cmd.Mailbox
}

// firstNumber is the first number of the messages that a command names, 0 for none.
func firstNumber(cmd *imaptest.Command) (n int, isUID bool) {
	if !slices.Contains([]string{"FETCH", "STORE", "COPY", "MOVE", "EXPUNGE", "REPLACE"}, strings.TrimPrefix(cmd.Name, "UID ")) {
		return 0, false
	}
	for _, r := range cmd.Args {
		if !unicode.IsDigit(r) {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n, strings.HasPrefix(cmd.Name, "UID ")
}

func rivalDelivers(e *Env, at place) string {
	id := fmt.Sprintf("rival.%d@sweep.example", e.number)
	raw := fixtures.New().MessageID(id).Subject("a rival's letter").Bytes()
	uid := at.mailbox.Deliver(e.T, raw)
	if m, found := at.core.Message(uid); found {
		e.Delivered(m)
	}
	return `Deliver(t, fixtures.New().Subject("a rival's letter").Bytes())`
}

func rivalFlags(e *Env, at place) string {
	return rivalSets(e, at, "imap.FlagFlagged", imap.FlagFlagged)
}

// rivalDeletes marks a message, which nobody but the rival may expunge. Where the client
// expunges it is another than the client's own.
func rivalDeletes(e *Env, at place) string {
	if at.command.Name == "EXPUNGE" || at.command.Name == "CLOSE" {
		for _, m := range at.core.Messages() {
			if !m.Has(imap.FlagDeleted) {
				at.message = m
			}
		}
	}
	return rivalSets(e, at, "imap.FlagDeleted", imap.FlagDeleted)
}

func rivalSets(e *Env, at place, name string, flag imap.Flag) string {
	if !at.has || at.message.Has(flag) {
		return ""
	}
	e.Sets(at.core, at.message, flag)
	at.mailbox.AddFlags(e.T, at.message.UID, flag)
	return fmt.Sprintf("AddFlags(t, %d, %s)", at.message.UID, name)
}

func rivalExpunges(e *Env, at place) string {
	if !at.has {
		return ""
	}
	e.Gone(at.message)
	at.mailbox.Expunge(e.T, at.message.UID)
	return fmt.Sprintf("Expunge(t, %d)", at.message.UID)
}

// elsewhere is where a rival puts what it moves.
const elsewhere = "Elsewhere"

func rivalMoves(e *Env, at place) string {
	if !at.has {
		return ""
	}
	e.Touch(at.message)
	if _, found := at.user.Mailbox(elsewhere); !found {
		at.account.Mailbox(elsewhere).Create(e.T)
	}
	at.mailbox.Move(e.T, elsewhere, at.message.UID)
	return fmt.Sprintf("Move(t, %q, %d)", elsewhere, at.message.UID)
}

func rivalRenames(e *Env, at place) string {
	if strings.EqualFold(at.core.Name(), "INBOX") {
		return "" // it cannot be: its messages are moved
	}
	e.Renamed()
	at.mailbox.Rename(e.T, "Renamed")
	return `Rename(t, "Renamed")`
}

func rivalRenumbers(e *Env, at place) string {
	if len(at.core.Messages()) == 0 {
		return ""
	}
	at.mailbox.BumpUIDValidity(e.T)
	return "BumpUIDValidity(t)"
}

// rivalRestores has an administrator make the mailbox again from a backup: with a new UIDVALIDITY,
// other UIDs, and modseqs that begin anew (RFC 7162, section 3.1.2.2). INBOX cannot be deleted: it is
// emptied, and its modseqs go on.
func rivalRestores(e *Env, at place) string {
	all := at.core.Messages()
	if len(all) == 0 || slices.ContainsFunc(at.user.Mailboxes(), func(m *memstore.Mailbox) bool {
		return strings.HasPrefix(m.Name(), at.core.Name()+"/")
	}) {
		return ""
	}
	how := "Delete(t), and is made again from a backup"
	if strings.EqualFold(at.core.Name(), "INBOX") {
		for _, m := range all {
			at.mailbox.Expunge(e.T, m.UID)
		}
		at.mailbox.BumpUIDValidity(e.T)
		how = "BumpUIDValidity(t), and is filled again from a backup"
	} else {
		at.mailbox.Delete(e.T)
		at.mailbox.Create(e.T)
	}
	for _, m := range slices.Backward(all) {
		at.mailbox.Deliver(e.T, m.Raw(), memstore.WithFlags(m.Flags...), memstore.WithInternalDate(m.InternalDate))
	}
	return how
}
