package imaptest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// misuses are calls that cannot be meant, and what the test is told where they are.
var misuses = map[string]struct {
	call func(srv *imaptest.Server)
	want string
}{
	"Times":            {func(srv *imaptest.Server) { srv.On("NOOP").Times(0) }, `On("NOOP"): Times(0)`},
	"Nth":              {func(srv *imaptest.Server) { srv.On("NOOP").Nth(0) }, "Nth(0): the first is 1"},
	"OnConn":           {func(srv *imaptest.Server) { srv.On("NOOP").OnConn(-1) }, "OnConn(-1): the first is 1"},
	"AtLiteral":        {func(srv *imaptest.Server) { srv.On("NOOP").AtLiteral(0) }, "AtLiteral(0): the first is 1"},
	"As":               {func(srv *imaptest.Server) { srv.On("NOOP").As("") }, `As("")`},
	"In":               {func(srv *imaptest.Server) { srv.On("NOOP").In("") }, `In("")`},
	"Where":            {func(srv *imaptest.Server) { srv.On("NOOP").Where(nil) }, "Where(nil)"},
	"Before":           {func(srv *imaptest.Server) { srv.On("NOOP").Before(nil) }, "Before(nil)"},
	"After":            {func(srv *imaptest.Server) { srv.On("NOOP").After(nil) }, "After(nil)"},
	"Delay":            {func(srv *imaptest.Server) { srv.On("NOOP").Delay(0) }, "Delay(0s)"},
	"Bandwidth":        {func(srv *imaptest.Server) { srv.On("NOOP").Bandwidth(0) }, "Bandwidth(0)"},
	"Bandwidth, fast":  {func(srv *imaptest.Server) { srv.On("NOOP").Bandwidth(2e9) }, "Bandwidth(2000000000): that is more than"},
	"Dribble":          {func(srv *imaptest.Server) { srv.On("NOOP").Dribble(0, 1) }, "Dribble(0, 1ns)"},
	"Dribble, back":    {func(srv *imaptest.Server) { srv.On("NOOP").Dribble(1, -1) }, "Dribble(1, -1ns)"},
	"CutAfter":         {func(srv *imaptest.Server) { srv.On("NOOP").CutAfter(-1) }, "CutAfter(-1)"},
	"StallBeforeLine":  {func(srv *imaptest.Server) { srv.On("NOOP").StallBeforeLine(0) }, "StallBeforeLine(0): the first is 1"},
	"Edit":             {func(srv *imaptest.Server) { srv.On("NOOP").Edit(nil) }, "Edit(nil): which code?"},
	"CutBeforeLine":    {func(srv *imaptest.Server) { srv.On("NOOP").CutBeforeLine(0) }, "CutBeforeLine(0): the first is 1"},
	"Reply":            {func(srv *imaptest.Server) { srv.On("NOOP").Reply() }, "Reply()"},
	"No":               {func(srv *imaptest.Server) { srv.On("NOOP").No("a\nb") }, `No("a\nb"): a status has one line`},
	"No, open code":    {func(srv *imaptest.Server) { srv.On("NOOP").No("[OVERQUOTA full") }, `No("[OVERQUOTA full"): the response code has no end`},
	"Bad, open code":   {func(srv *imaptest.Server) { srv.On("NOOP").Bad("[CLIENTBUG") }, `Bad("[CLIENTBUG"): the response code has no end`},
	"Bye, open code":   {func(srv *imaptest.Server) { srv.OnConnect().Bye("[UNAVAILABLE later") }, `Bye("[UNAVAILABLE later"): the response code has no end`},
	"Tagged, open":     {func(srv *imaptest.Server) { srv.On("NOOP").Tagged("OK [ALERT later") }, `Tagged("OK [ALERT later"): the response code has no end`},
	"Greeting, open":   {func(srv *imaptest.Server) { srv.OnConnect().Greeting("[ALERT noon") }, `Greeting("[ALERT noon"): the response code has no end`},
	"Insert":           {func(srv *imaptest.Server) { srv.On("NOOP").Insert() }, "Insert()"},
	"InsertBefore":     {func(srv *imaptest.Server) { srv.On("NOOP").InsertBefore("x") }, "InsertBefore"},
	"InsertAfter":      {func(srv *imaptest.Server) { srv.On("NOOP").InsertAfter("(", "x") }, "missing closing )"},
	"Rewrite":          {func(srv *imaptest.Server) { srv.On("NOOP").Rewrite("", "x") }, "which lines?"},
	"Tagged":           {func(srv *imaptest.Server) { srv.On("NOOP").Tagged("later") }, "OK, NO or BAD"},
	"WrongTag":         {func(srv *imaptest.Server) { srv.On("NOOP").WrongTag("a b") }, "that is no tag"},
	"OmitItem":         {func(srv *imaptest.Server) { srv.On("FETCH").OmitItem(" ") }, "which item?"},
	"OmitLines":        {func(srv *imaptest.Server) { srv.On("NOOP").OmitLines("") }, "which lines?"},
	"WrongLiteral":     {func(srv *imaptest.Server) { srv.On("NOOP").WrongLiteral(0) }, "the right length"},
	"Advertise":        {func(srv *imaptest.Server) { srv.On("NOOP").Advertise("A B") }, "is no word"},
	"Conceal":          {func(srv *imaptest.Server) { srv.Conceal("IDEL") }, "nearest: IDLE"},
	"CloseAfter":       {func(srv *imaptest.Server) { srv.OnConnect().CloseAfter(-1) }, "CloseAfter(-1)"},
	"Greeting":         {func(srv *imaptest.Server) { srv.OnConnect().Greeting("") }, "a greeting has one line"},
	"Preauth":          {func(srv *imaptest.Server) { srv.OnConnect().Preauth("bob") }, `no account "bob" (have user)`},
	"HoldResponse":     {func(srv *imaptest.Server) { srv.HoldResponse("NOOP", 0) }, "the first line is 1"},
	"empty":            {func(srv *imaptest.Server) { srv.On(" ") }, "which commands?"},
	"a typing error":   {func(srv *imaptest.Server) { srv.On("FECTH").Optional().No("x") }, "there is no command FECTH; nearest: FETCH"},
	"UID and name":     {func(srv *imaptest.Server) { srv.Hold("UIDFETCH") }, "there is no command UIDFETCH; nearest: UID FETCH"},
	"Reply to a typo":  {func(srv *imaptest.Server) { srv.On("SELCT").Reply("{tag} OK") }, "nearest: SELECT"},
	"CommandCount":     {func(srv *imaptest.Server) { srv.CommandCount("FECTH") }, "nearest: FETCH"},
	"CommandCount, no": {func(srv *imaptest.Server) { srv.CommandCount("") }, "a pattern is empty"},
	"Command":          {func(srv *imaptest.Server) { srv.Command("X Y", func(*imaptest.Command) []string { return nil }) }, "not the name of a command"},
	"Command, nil":     {func(srv *imaptest.Server) { srv.Command("XLIST", nil) }, "what is the answer?"},
	"two greetings":    {func(srv *imaptest.Server) { srv.OnConnect().Greeting("a").Greeting("b") }, `Greeting("b") after Greeting("a"): there is one greeting`},
	"two accounts":     {func(srv *imaptest.Server) { srv.OnConnect().Preauth("user").Preauth("user") }, "there is one greeting"},
	"no greeting":      {func(srv *imaptest.Server) { srv.OnConnect().Drop().Greeting("b") }, `Greeting("b") after Drop(): that takes the place of the greeting`},
	"BYE and PREAUTH":  {func(srv *imaptest.Server) { srv.OnConnect().Bye("x").Preauth("user") }, `Preauth("user") after Bye("x"): that takes the place of the greeting`},
	"two instead":      {func(srv *imaptest.Server) { srv.On("NOOP").Reply("{tag} OK").Drop() }, `Drop() after Reply("{tag} OK"): both take the place of the command`},
}

// Names that nearly are one have golden files too.
func TestNearNames(t *testing.T) {
	for name, call := range map[string]func(t imaptest.TB, srv *imaptest.Server){
		"name_rule":         func(_ imaptest.TB, srv *imaptest.Server) { srv.On("FECTH").OmitItem("UID") },
		"name_uid":          func(_ imaptest.TB, srv *imaptest.Server) { srv.Hold("UIDFETCH") },
		"name_no_command":   func(t imaptest.TB, srv *imaptest.Server) { srv.AssertNoCommand(t, "EXPUNG") },
		"name_commands":     func(t imaptest.TB, srv *imaptest.Server) { srv.AssertCommands(t, "LOGIN", "SELCT INBOX", "…") },
		"name_wait":         func(t imaptest.TB, srv *imaptest.Server) { srv.WaitCommand(t, "UID MVOE") },
		"name_count":        func(_ imaptest.TB, srv *imaptest.Server) { srv.CommandCount("FECTH") },
		"name_profile":      func(_ imaptest.TB, srv *imaptest.Server) { srv.On("UID MOVE").DropBeforeReply() },
		"name_capability":   func(_ imaptest.TB, srv *imaptest.Server) { srv.OnConnect().Conceal("UIDPLSU") },
		"name_conceal_none": func(_ imaptest.TB, srv *imaptest.Server) { srv.Conceal("MOVE") },
		"name_preauth":      func(_ imaptest.TB, srv *imaptest.Server) { srv.OnConnect().Preauth("usr") },
		"name_contradicted": func(_ imaptest.TB, srv *imaptest.Server) { srv.On("SELECT").No("[X] no").OmitLines("EXISTS") },
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			tb := &cleanupTB{f, new([]func())}
			srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithMail(failureMail()), imaptest.Without("MOVE"))
			defer srv.Close()
			dialRaw(t, srv).cmd("s", "SELECT INBOX")
			f.run(func(imaptest.TB) { call(tb, srv) })
			golden(t, name, f.out.String())
		})
	}
}

// What cannot be meant fails the test where it is called, and a server that was made with
// New when it is closed: with the line. The rule does nothing then, and is not reported twice.
func TestMisuse(t *testing.T) {
	for name, test := range misuses {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
			test.call(srv)
			got := f.out.String()
			if !f.failed || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %s", got, test.want)
			}
			c := dialRaw(t, srv)
			c.cmd("a", "NOOP")
			srv.CheckRules(f)
			if f.out.String() != got {
				t.Errorf("reported twice: %s", f.out.String())
			}
			srv.Close()

			alone, err := imaptest.New(imaptest.InMemory())
			if err != nil {
				t.Fatal(err)
			}
			test.call(alone)
			if err := alone.Close(); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "rule_misuse_test.go:") {
				t.Errorf("New: got %v", err)
			}
		})
	}
}

// The rules of the other half fail the same test, as early.
func TestMisuseOfSMTP(t *testing.T) {
	f := &fakeTB{TB: t}
	srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory(), imaptest.WithSMTP())
	defer srv.Close()
	srv.SMTP().On("RCPT").ExpiredCertificate()
	if got, want := f.out.String(), "does not fit the stage RCPT"; !f.failed || !strings.Contains(got, want) {
		t.Errorf("got %q, want %s", got, want)
	}
}

// The line is that of the test. Verified on the real thing: a test in a process of its own.
func TestMisuseLine(t *testing.T) {
	if os.Getenv("IMAPTEST_MISUSE") != "" {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.On("NOOP").Nth(0) // the line
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestMisuseLine$")
	cmd.Env = append(os.Environ(), "IMAPTEST_MISUSE=1")
	out, _ := cmd.CombinedOutput()
	source, err := os.ReadFile("rule_misuse_test.go")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := bytes.Cut(source, []byte(".Nth(0) // the "+"line"))
	want := fmt.Sprintf(`rule_misuse_test.go:%d: On("NOOP"): Nth(0)`, bytes.Count(before, []byte("\n"))+1)
	if !strings.Contains(string(out), want) {
		t.Errorf("got\n%s\nwant %s", out, want)
	}
}

// A command that the profile lacks is none that can be broken, but one that may be answered,
// and that a client must not send.
func TestCommandsOfTheProfile(t *testing.T) {
	f := &fakeTB{TB: t}
	srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory(), imaptest.Rev1)
	defer srv.Close()
	srv.On("MOVE").Optional().No("x")
	if want := "the server has no MOVE: its profile is without MOVE"; !strings.Contains(f.out.String(), want) {
		t.Errorf("got %q, want %s", f.out.String(), want)
	}
	f.out.Reset()
	f.failed = false
	srv.On("MOVE").Reply("{tag} OK as you like")
	srv.AssertNoCommand(f, "MOVE")
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	c.cmd("m", "MOVE 1 Trash")
	srv.CheckRules(f)
	if f.failed {
		t.Errorf("got %s", f.out.String())
	}
	srv.AssertNoCommand(f, "MOVE")
	if !f.failed {
		t.Error("MOVE was sent")
	}
}

// Names in assertions and waits are known too, and what must not be must not be by UID.
func TestNamesInAssertions(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	c.cmd("e", "UID EXPUNGE 1")
	for name, test := range map[string]struct {
		check func(t imaptest.TB)
		want  string
	}{
		"AssertNoCommand":        {func(t imaptest.TB) { srv.AssertNoCommand(t, "UIDFETCH") }, "nearest: UID FETCH"},
		"AssertNoCommand, empty": {func(t imaptest.TB) { srv.AssertNoCommand(t, "") }, "a pattern is empty"},
		"AssertCommands":         {func(t imaptest.TB) { srv.AssertCommands(t, "…", "SELEKT INBOX") }, "nearest: SELECT"},
		"WaitCommand":            {func(t imaptest.TB) { srv.WaitCommand(t, "NOPO") }, "nearest: NOOP"},
		"WaitCommands":           {func(t imaptest.TB) { srv.WaitCommands(t, 0, "NOOP") }, "waits for nothing"},
		"by UID":                 {func(t imaptest.TB) { srv.AssertNoCommand(t, "EXPUNGE") }, "none that matches EXPUNGE"},
		"by UID, narrowed":       {func(t imaptest.TB) { srv.AssertNoCommand(t, "EXPUNGE 1") }, "none that matches EXPUNGE 1"},
		"not by UID":             {func(t imaptest.TB) { srv.AssertNoCommand(t, "EXPUNGE 2") }, ""},
	} {
		if got := reported(t, test.check); !strings.Contains(got, test.want) || got != "" && test.want == "" {
			t.Errorf("%s: got %q, want %s", name, got, test.want)
		}
	}
	if n := srv.CommandCount("EXPUNGE"); n != 0 {
		t.Errorf("EXPUNGE by sequence number: %d, want none", n)
	}
}
