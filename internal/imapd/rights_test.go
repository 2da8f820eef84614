package imapd_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

const everyRight = "lrswipkxtea"

// rightsRow is a row of the table of RFC 4314, section 4: what a command takes on Team, a
// mailbox of another account, besides l, and with a mailbox selected besides r.
type rightsRow struct {
	command  string
	needs    string // all of these
	any      string // and one of these
	lacks    string // the code of the answer without them, "" for NOPERM
	selected bool   // Team is selected; else INBOX, which is one's own
	hidden   string // the code of the answer without l
}

const (
	team    = `"Other Users/user/Team"`
	teamURL = "/Other%20Users/user/Team/;UID=1"
)

var rightsTable = []rightsRow{
	{command: "SELECT " + team, needs: "r", hidden: "NONEXISTENT"},
	{command: "EXAMINE " + team, needs: "r", hidden: "NONEXISTENT"},
	{command: "STATUS " + team + " (MESSAGES)", needs: "r", hidden: "NONEXISTENT"},
	{command: `CREATE "Other Users/user/Team/New"`, needs: "k", hidden: "NOPERM"},
	{command: `DELETE "Other Users/user/Team"`, needs: "x", hidden: "NONEXISTENT"},
	{command: `RENAME "Other Users/user/Team/Old" "Other Users/user/Team/New"`, needs: "xk", hidden: "NONEXISTENT"},
	{command: "APPEND " + team + " {4+}\r\na: b", needs: "i", hidden: "NONEXISTENT"},
	{command: "COPY 1 " + team, needs: "i", hidden: "NONEXISTENT"},
	{command: "UID COPY 1 " + team, needs: "i", hidden: "NONEXISTENT"},
	{command: "MOVE 1 " + team, needs: "i", hidden: "NONEXISTENT"},
	{command: "UID MOVE 1 " + team, needs: "i", hidden: "NONEXISTENT"},
	{command: "REPLACE 1 " + team + " {4+}\r\na: b", needs: "i", hidden: "NONEXISTENT"},
	{command: "UID REPLACE 1 " + team + " {4+}\r\na: b", needs: "i", hidden: "NONEXISTENT"},
	{command: "SETACL " + team + " eve lr", needs: "a", hidden: "NONEXISTENT"},
	{command: "DELETEACL " + team + " bob", needs: "a", hidden: "NONEXISTENT"},
	{command: "GETACL " + team, needs: "a", hidden: "NONEXISTENT"},
	{command: "LISTRIGHTS " + team + " bob", needs: "a", hidden: "NONEXISTENT"},
	{command: "MYRIGHTS " + team, hidden: "NONEXISTENT"},

	// RFC 5464, section 3.3; RFC 9208, section 6; RFC 4469, section 3.
	{command: "GETMETADATA " + team + " /shared/comment", any: "rswip", hidden: "NONEXISTENT"},
	{command: "SETMETADATA " + team + ` (/shared/comment "x")`, any: "rswip", hidden: "NONEXISTENT"},
	{command: "SETMETADATA " + team + ` (/private/comment "x")`, any: "rswip", hidden: "NONEXISTENT"},
	{command: `APPEND INBOX CATENATE (URL "` + teamURL + `")`, needs: "r", lacks: "BADURL " + teamURL, hidden: "BADURL " + teamURL},
	{command: `REPLACE 1 INBOX CATENATE (URL "` + teamURL + `")`, needs: "r", lacks: "BADURL " + teamURL, hidden: "BADURL " + teamURL},

	// Names that need not be there.
	{command: "LIST \"\" " + team},
	{command: "LSUB \"\" " + team},
	{command: "SUBSCRIBE " + team},
	{command: "UNSUBSCRIBE " + team},
	{command: "GETQUOTAROOT " + team, needs: "r"}, // RFC 9208, section 4.1.2
	{command: "NOTIFY SET STATUS (mailboxes " + team + " (MessageNew MessageExpunge))"},
	{command: "ESEARCH IN (mailboxes " + team + ") ALL"},

	{command: "EXPUNGE", needs: "e", selected: true},
	{command: "UID EXPUNGE 1", needs: "e", selected: true},
	{command: "MOVE 1 INBOX", needs: "te", selected: true},
	{command: "UID MOVE 1 INBOX", needs: "te", selected: true},
	{command: "REPLACE 1 INBOX {4+}\r\na: b", needs: "te", selected: true},
	{command: "UID REPLACE 1 INBOX {4+}\r\na: b", needs: "te", selected: true},
	{command: `STORE 1 +FLAGS (\Seen)`, needs: "s", selected: true},
	{command: `STORE 1 -FLAGS.SILENT \seen`, needs: "s", selected: true},
	{command: `UID STORE 1 FLAGS (\Deleted)`, needs: "t", selected: true},
	{command: `STORE 1 +FLAGS (\Flagged)`, needs: "w", selected: true},
	{command: `STORE 1 +FLAGS ($Work)`, needs: "w", selected: true},
	{command: `STORE 1 FLAGS (\Answered \Draft)`, needs: "w", selected: true},
	{command: "COPY 1 INBOX", selected: true},
	{command: "FETCH 1 (BODY[] FLAGS)", selected: true},
	{command: "SEARCH ALL", selected: true},
	{command: "SORT (DATE) UTF-8 ALL", selected: true},
	{command: "THREAD REFERENCES UTF-8 ALL", selected: true},
	{command: "CHECK", selected: true},
	{command: "NOOP", selected: true},
	{command: "CLOSE", selected: true},
	{command: "UNSELECT", selected: true},
}

// teamMail has what the table is about. Bob has his rights on the mailbox and those below.
func teamMail(rights string) string {
	acl := "acl bob " + rights + "\n"
	return "-- accounts.txt --\nuser password=password\nbob password=password\neve password=password\n" +
		"-- user/Team/mailbox.txt --\n" + acl + "1.eml flags=\\Deleted\n" +
		"-- user/Team/Old/mailbox.txt --\n" + acl +
		"-- user/Team/1.eml --\nSubject: one\n\n-- bob/INBOX/1.eml --\nSubject: mine\n"
}

func teamServer(t *testing.T, rights string) *imaptest.Server {
	t.Helper()
	mail := fixtures.TxtarBytes([]byte(teamMail(rights)))
	return imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(mail))
}

// ask asks as bob, and returns the answer and what has become of the owner's mail.
func (row rightsRow) ask(t *testing.T, srv *imaptest.Server) (answer, before, after string) {
	t.Helper()
	a := &asker{t: t, nc: mustDial(t, srv)}
	defer a.nc.Close()
	a.reset()
	a.want("OK", "LOGIN bob password")
	if row.selected {
		a.want("OK", "SELECT "+team)
	} else {
		a.want("OK", "SELECT INBOX")
	}
	before = ownersMail(srv)
	answer, err := a.ask(row.command)
	if err != nil {
		t.Fatalf("%s: %v", row.command, err)
	}
	return answer, before, ownersMail(srv)
}

// ownersMail is the state of the account whose mailbox is shared.
func ownersMail(srv *imaptest.Server) string {
	state, _, _ := strings.Cut(srv.State(), "account bob")
	return state
}

// Every command by right: with l and what it takes it is done, without any one of these it
// is NO [NOPERM] although all else is granted, and without l it is as if there were no
// such mailbox; and what is refused changes nothing.
func TestCommandsByRight(t *testing.T) {
	for _, row := range rightsTable {
		t.Run(row.command, func(t *testing.T) {
			t.Parallel()
			enough := "l" + row.needs
			if row.selected {
				enough += "r"
			}
			for _, one := range strings.Split(row.any, "") {
				row.done(t, enough+one)
			}
			if row.any == "" {
				row.done(t, enough)
			} else {
				row.refused(t, without(everyRight, row.any), "NOPERM")
			}
			for _, right := range row.needs {
				row.refused(t, without(everyRight, string(right)), cmp.Or(row.lacks, "NOPERM"))
			}
			if row.hidden != "" {
				row.refused(t, strings.TrimPrefix(everyRight, "l"), row.hidden)
			}
		})
	}
}

func without(rights, some string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(some, r) {
			return -1
		}
		return r
	}, rights)
}

func (row rightsRow) done(t *testing.T, rights string) {
	t.Helper()
	if answer, _, _ := row.ask(t, teamServer(t, rights)); !strings.HasPrefix(answer, "OK") {
		t.Errorf("with %s: %s, want OK", rights, answer)
	}
}

func (row rightsRow) refused(t *testing.T, rights, code string) {
	t.Helper()
	answer, before, after := row.ask(t, teamServer(t, rights))
	if !strings.HasPrefix(answer, "NO ["+code+"]") {
		t.Errorf("with %s: %s, want NO [%s]", rights, answer, code)
	}
	if before != after {
		t.Errorf("with %s it is refused, and changes\n%s\nto\n%s", rights, before, after)
	}
}

// Whatever bob may not do, he does not: each command with each single right besides l and r
// leaves the owner's mail as it is, unless the right is one that it takes. CLOSE without e,
// and FETCH without s, are OK and change nothing.
func TestNothingWithoutItsRight(t *testing.T) {
	changing := map[string]string{"CLOSE": "e", "FETCH 1 (BODY[] FLAGS)": "s"}
	for _, row := range rightsTable {
		if strings.Contains(row.any, "r") {
			continue // these two are enough
		}
		t.Run(row.command, func(t *testing.T) {
			t.Parallel()
			srv := teamServer(t, "lr")
			for _, right := range "swipkxtea" {
				if strings.ContainsRune(row.needs+changing[row.command], right) {
					continue
				}
				for _, name := range []string{"Team", "Team/Old"} {
					srv.Mailbox(name).Grant(t, "bob", "lr"+string(right))
				}
				if answer, before, after := row.ask(t, srv); before != after {
					t.Errorf("with %s: %s, and what was\n%s\nis\n%s", "lr"+string(right), answer, before, after)
				}
			}
		})
	}
}
