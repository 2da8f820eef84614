package imapd_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// usage is a command as it should be used: where it is allowed (RFC 3501,
// section 6, and the extension's own RFC), and arguments that are complete.
type usage struct {
	states  string // of "n" not authenticated, "a" authenticated, "s" selected
	args    string
	enough  int  // with so many words it is complete already
	open    bool // more words may follow
	repeats bool // its last argument may come again
	ends    bool // it ends the connection, or takes it over
	fails   bool // it is complete, and refused all the same
}

var usages = map[string]usage{
	"CAPABILITY":   {states: "nas"},
	"NOOP":         {states: "nas"},
	"LOGOUT":       {states: "nas", ends: true},
	"ID":           {states: "nas", args: "NIL"},
	"LANGUAGE":     {states: "nas", open: true},
	"STARTTLS":     {states: "n", ends: true},
	"AUTHENTICATE": {states: "n", args: "PLAIN AHVzZXIAcGFzc3dvcmQ=", enough: 1, ends: true},
	"LOGIN":        {states: "n", args: "user password", ends: true},
	"ENABLE":       {states: "as", args: "CONDSTORE", open: true},
	"SELECT":       {states: "as", args: "INBOX"},
	"EXAMINE":      {states: "as", args: "INBOX"},
	"CREATE":       {states: "as", args: "new"},
	"DELETE":       {states: "as", args: "new"},
	"RENAME":       {states: "as", args: "Trash Bin"},
	"SUBSCRIBE":    {states: "as", args: "INBOX"},
	"UNSUBSCRIBE":  {states: "as", args: "INBOX"},
	"LIST":         {states: "as", args: `"" *`},
	"LSUB":         {states: "as", args: `"" *`},
	"NAMESPACE":    {states: "as"},
	"SETACL":       {states: "as", args: "INBOX bob lr"},
	"DELETEACL":    {states: "as", args: "INBOX bob"},
	"GETACL":       {states: "as", args: "INBOX"},
	"LISTRIGHTS":   {states: "as", args: "INBOX bob"},
	"MYRIGHTS":     {states: "as", args: "INBOX"},
	"STATUS":       {states: "as", args: "INBOX (MESSAGES)"},
	"APPEND":       {states: "as", args: "INBOX {4+}\r\na: b", repeats: true},
	"IDLE":         {states: "as", ends: true},
	"CHECK":        {states: "s"},
	"CLOSE":        {states: "s"},
	"UNSELECT":     {states: "s"},
	"EXPUNGE":      {states: "s"},
	"UID EXPUNGE":  {states: "s", args: "1"},
	"SEARCH":       {states: "s", args: "ALL"},
	"UID SEARCH":   {states: "s", args: "ALL"},
	"FETCH":        {states: "s", args: "1 (UID)"},
	"UID FETCH":    {states: "s", args: "1 (UID)"},
	"STORE":        {states: "s", args: `1 FLAGS (\Seen)`},
	"UID STORE":    {states: "s", args: `1 FLAGS (\Seen)`},
	"COPY":         {states: "s", args: "1 INBOX"},
	"UID COPY":     {states: "s", args: "1 INBOX"},
	"MOVE":         {states: "s", args: "1 INBOX"},
	"UID MOVE":     {states: "s", args: "1 INBOX"},

	"GENURLAUTH":   {states: "as", args: `"imap://user@localhost/INBOX/;UID=1;URLAUTH=anonymous" INTERNAL`},
	"RESETKEY":     {states: "as", open: true},
	"URLFETCH":     {states: "as", args: `"imap://localhost/"`, open: true},
	"GETQUOTA":     {states: "as", args: "user", fails: true},
	"GETQUOTAROOT": {states: "as", args: "INBOX"},
	"SETQUOTA":     {states: "as", args: "user (MESSAGE 10)"},
	"GETMETADATA":  {states: "as", args: "INBOX /shared/comment"},
	"SETMETADATA":  {states: "as", args: `INBOX (/shared/comment "x")`},

	"UNAUTHENTICATE": {states: "as", ends: true},
	"COMPRESS":       {states: "as", args: "DEFLATE", ends: true},
	"NOTIFY":         {states: "as", args: "SET (personal (MessageNew MessageExpunge))"},
	"ESEARCH":        {states: "as", args: "IN (personal) ALL"},
	"UIDBATCHES":     {states: "s", args: "500"},
	"GETJMAPACCESS":  {states: "as"},
	"COMPARATOR":     {states: "as", open: true},
	"RLIST":          {states: "as", args: `"" *`},
	"RLSUB":          {states: "as", args: `"" *`},
	"CANCELUPDATE":   {states: "s", args: `"t"`, fails: true},
	"SORT":           {states: "s", args: "(DATE) UTF-8 ALL"},
	"UID SORT":       {states: "s", args: "(DATE) UTF-8 ALL"},
	"THREAD":         {states: "s", args: "REFERENCES UTF-8 ALL"},
	"UID THREAD":     {states: "s", args: "REFERENCES UTF-8 ALL"},
	"REPLACE":        {states: "s", args: "1 INBOX {4+}\r\na: b"},
	"UID REPLACE":    {states: "s", args: "1 INBOX {4+}\r\na: b"},
}

// asker sends commands and reads their answers.
type asker struct {
	t  *testing.T
	nc net.Conn
	r  *bufio.Reader
	n  int
}

// newAsker connects, and brings the connection to one of the states "n", "a"
// and "s", on a server of its own with one message.
func newAsker(t *testing.T, state string) *asker {
	t.Helper()
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithJMAP("https://jmap.example/session"))
	srv.Inbox().Deliver(t, []byte("Subject: one\r\n\r\nbody\r\n"))
	srv.Mailbox("Elsewhere").Create(t, memstore.WithOddities(fixtures.Oddities{Referral: "imap://elsewhere.example/Elsewhere"}))
	a := &asker{t: t, nc: mustDial(t, srv)}
	a.reset()
	a.enter(state)
	return a
}

// reset reads the greeting.
func (a *asker) reset() {
	a.t.Helper()
	a.r = bufio.NewReader(a.nc)
	if line, err := a.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "* OK ") {
		a.t.Fatalf("greeting %q, %v", line, err)
	}
}

func (a *asker) enter(state string) {
	a.t.Helper()
	if state != "n" {
		a.want("OK", "LOGIN user password")
	}
	if state == "s" {
		a.want("OK", "SELECT INBOX")
	}
}

// ask sends a command and returns its tagged response without the tag.
func (a *asker) ask(command string) (string, error) {
	a.n++
	tag := fmt.Sprintf("t%d", a.n)
	a.nc.SetDeadline(time.Now().Add(time.Minute))
	if _, err := fmt.Fprintf(a.nc, "%s %s\r\n", tag, command); err != nil {
		return "", err
	}
	for {
		line, err := a.r.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimSuffix(line, "\r\n")
		if rest, ok := strings.CutPrefix(line, tag+" "); ok {
			return rest, nil
		}
	}
}

// want asks and checks the kind of the answer.
func (a *asker) want(kind, command string) {
	a.t.Helper()
	got, err := a.ask(command)
	if err != nil || !strings.HasPrefix(got, kind+" ") {
		a.t.Fatalf("%.200q: got %q, %v, want %s", command, got, err, kind)
	}
}

// refused checks that a command gets BAD and that the connection lives.
func (a *asker) refused(command string) {
	a.t.Helper()
	a.want("BAD", command)
	a.want("OK", "NOOP")
}

func TestUsagesAreComplete(t *testing.T) {
	names := imapd.CommandNames()
	for _, name := range names {
		if _, ok := usages[name]; !ok {
			t.Errorf("%s has no usage in this test", name)
		}
	}
	for name := range usages {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not a command", name)
		}
	}
}

// Every command in every state: BAD where it is not allowed, and OK where it
// is.
func TestStates(t *testing.T) {
	for name, use := range usages {
		for _, state := range []string{"n", "a", "s"} {
			a := newAsker(t, state)
			command := strings.TrimSpace(name + " " + use.args)
			switch {
			case !strings.Contains(use.states, state):
				a.refused(command)
			case !use.ends && !use.fails && name != "DELETE":
				a.want("OK", command)
			}
		}
	}
}

// Every command with too few arguments, too many, and spaces where none may
// be.
func TestArguments(t *testing.T) {
	for name, use := range usages {
		t.Run(name, func(t *testing.T) {
			a := newAsker(t, use.states[len(use.states)-1:])
			full := strings.TrimSpace(name + " " + use.args)
			if !use.open {
				a.refused(full + " extra")
				a.refused(full + " (extra)")
			}
			a.refused(full + " ")
			a.refused(full + ")")
			a.refused(strings.Replace(full, name, name+" ", 1))
			if use.args == "" {
				return
			}
			a.refused(name)
			a.refused(name + " ")
			words := strings.Split(use.args, " ")
			for n := 1; n < len(words) && n != use.enough && !strings.HasPrefix(words[n], "{"); n++ {
				a.refused(name + " " + strings.Join(words[:n], " "))
			}
		})
	}
}

// Every command with more than anybody should send: there is an answer, and
// the connection lives. Only sets of numbers and names may be so long; what
// else is long is refused.
func TestOversized(t *testing.T) {
	huge := []string{
		strings.Repeat("(", 10_000),
		strings.Repeat("(", 10_000) + strings.Repeat(")", 10_000),
		strings.Repeat("1,", 30_000) + "1",
		"1:" + strings.Repeat("9", 1000),
		"{99999999999}",
		"{99999999999999999999999999}",
		"{18446744073709551616}",
		"\"" + strings.Repeat("x", 70_000) + "\"",
		strings.Repeat("x", 200_000),
		"{70000+}\r\n" + strings.Repeat("x", 70_000),
		"\"" + strings.Repeat("\\\"", 20_000),
	}
	for name, use := range usages {
		t.Run(name, func(t *testing.T) {
			a := newAsker(t, use.states[len(use.states)-1:])
			for _, arg := range huge {
				for _, command := range []string{name + " " + arg, name + " " + use.args + " " + arg} {
					got, err := a.ask(command)
					fits := strings.HasPrefix(arg, "1") || use.repeats && strings.HasPrefix(arg, "{70000+}")
					if err != nil || strings.HasPrefix(got, "OK ") && !fits {
						t.Fatalf("%.80q…: got %q, %v, want BAD or NO", command, got, err)
					}
					a.want("OK", "NOOP")
				}
			}
		})
	}
}

// What nests without end in the arguments that may nest.
func TestDeepNesting(t *testing.T) {
	a := newAsker(t, "s")
	a.refused("SEARCH " + strings.Repeat("(", 10_000) + "ALL" + strings.Repeat(")", 10_000))
	a.refused("SEARCH " + strings.Repeat("NOT ", 10_000) + "ALL")
	a.refused("SEARCH " + strings.Repeat("OR ALL ", 9_000) + "ALL")
	a.refused("FETCH 1 (BODY[" + strings.Repeat("1.", 20_000) + "])")
	a.want("OK", "SEARCH "+strings.Repeat("(", 50)+"ALL"+strings.Repeat(")", 50))
	a.want("OK", "SEARCH "+strings.Repeat("OR DELETED ", 500)+"ALL")
}

// Lines that are no commands at all.
func TestNoCommand(t *testing.T) {
	for _, state := range []string{"n", "a", "s"} {
		a := newAsker(t, state)
		for _, line := range []string{
			"", " ", "\r", "\x00", "a", "a ", " a NOOP", "* NOOP", "+ NOOP", "a  NOOP", "(a) NOOP", "a N\x80OP",
			"a UID", "a UID ", "a UID NOOP", "a UID SELECT INBOX", "a NOOP\x00", "\xff\xfe\xfd", "{5}", "a {5+}\r\nhello",
			"GET / HTTP/1.1", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		} {
			a.nc.SetDeadline(time.Now().Add(time.Minute))
			fmt.Fprintf(a.nc, "%s\r\n", line)
			if a.want("OK", "NOOP"); a.t.Failed() {
				t.Fatalf("after %q in state %s", line, state)
			}
		}
	}
}

// A bug of the engine answers NO [SERVERBUG], reaches who owns the server, and
// leaves the connection alive.
func TestServerBug(t *testing.T) {
	bugs := make(chan error, 2)
	mail := store.New()
	if _, err := mail.AddUser("user", "password"); err != nil {
		t.Fatal(err)
	}
	srv, err := imapd.NewServer(imapd.Config{Store: mail, Hooks: imapd.Hooks{
		Bug: func(err error) { bugs <- err },
		Before: func(cmd *imapd.Command, _ error, _ imapd.Control) error {
			switch cmd.Name {
			case "CHECK":
				return errors.New("not an IMAP answer")
			case "NAMESPACE":
				return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeUnavailable, Text: "later"}
			}
			return nil
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	client, server := memnet.Pipe()
	srv.Go(server)
	a := &asker{t: t, nc: client, r: bufio.NewReader(client)}
	a.enter("s")
	a.want("NO [SERVERBUG]", "CHECK")
	if err := <-bugs; !strings.Contains(err.Error(), "not an IMAP answer") || !strings.Contains(err.Error(), "CHECK") {
		t.Errorf("the bug is told as %v", err)
	}
	a.want("NO [UNAVAILABLE]", "NAMESPACE") // an answer is no bug
	a.want("OK", "NOOP")
	select {
	case err := <-bugs:
		t.Errorf("told of a second bug: %v", err)
	default:
	}
}
