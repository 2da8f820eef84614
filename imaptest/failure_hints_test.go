package imaptest_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// A failure ends with what the last lines do not say: whom nobody knew here, and which rules
// have fired.
func TestFailureHints(t *testing.T) {
	plain := func(name string) string {
		return "AUTHENTICATE PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+name+"\x00password"))
	}
	const nobody = "there is no account \"user\"; there is world\n"
	for name, test := range map[string]struct {
		rules func(srv *imaptest.Server)
		lines []string
		want  string // the end
	}{
		"LOGIN":               {lines: []string{"LOGIN user password"}, want: nobody},
		"LOGIN, quoted":       {lines: []string{`LOGIN "user" password`}, want: nobody},
		"PLAIN":               {lines: []string{plain("user")}, want: nobody},
		"a wrong password":    {lines: []string{"LOGIN world wrong"}},
		"in the second place": {lines: []string{"LOGIN user password", plain("world")}},
		"a command between":   {lines: []string{"LOGIN user password", "NOOP"}, want: nobody},
		"rules": {
			rules: func(srv *imaptest.Server) {
				srv.On("NOOP").No("later")
				srv.On("CAPABILITY").Times(2).OmitLines("CAPABILITY").Tagged("NO x")
				srv.On("FETCH").Optional().Drop()
				srv.Hold("LOGOUT").Release()
			},
			lines: []string{"NOOP", "NOOP", "NOOP", "CAPABILITY", "LOGOUT"},
			want: "rules: On(\"NOOP\").No(\"later\") fired 3 times\n" +
				"rules: On(\"CAPABILITY\").OmitLines(\"CAPABILITY\").Tagged(\"NO x\") fired once\n" +
				"rules: Hold(\"LOGOUT\") fired once\n",
		},
		"many rules": {
			rules: func(srv *imaptest.Server) {
				for range 7 {
					srv.On("NOOP").Before(func(*imaptest.Command) {})
				}
			},
			lines: []string{"NOOP"},
			want:  strings.Repeat("rules: On(\"NOOP\").Before(func) fired once\n", 5) + "rules: … more fired\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("world", "password"))
			if test.rules != nil {
				test.rules(srv)
			}
			c := dialGreeted(t, srv)
			for _, line := range test.lines {
				c.send("a %s", line)
				for !strings.HasPrefix(c.line(), "a ") {
				}
			}
			f := &fakeTB{TB: t}
			f.run(func(t imaptest.TB) { srv.User("world").Inbox().AssertCount(t, 9) })
			_, hints, _ := strings.Cut(f.out.String(), "last lines")
			for strings.Contains(hints, "\n    ") {
				_, hints, _ = strings.Cut(hints, "\n    ")
			}
			_, hints, _ = strings.Cut(hints, "\n")
			if hints != test.want {
				t.Errorf("got %q, want %q", hints, test.want)
			}
		})
	}
}

// Who sends mail to strangers is told of Relay, in the failures of the sink and of the server.
func TestFailureNamesRelay(t *testing.T) {
	const want = "\nnobody here is cy@example.com (accounts: ann, bob): smtpsink.Relay takes mail for others\n"
	for name, fail := range map[string]func(t imaptest.TB, srv *imaptest.Server){
		"the sink's":   func(t imaptest.TB, srv *imaptest.Server) { srv.SMTP().AssertCount(t, 1) },
		"the server's": func(t imaptest.TB, srv *imaptest.Server) { srv.User("bob").Inbox().AssertCount(t, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			srv := startFiling(t)
			wantReply(t, tell(t, srv, mailTo("", "cy@example.com")...), "550 5.1.1")
			f := &fakeTB{TB: t}
			f.run(func(t imaptest.TB) { fail(t, srv) })
			if got := f.out.String(); !strings.HasSuffix(got, want) || strings.Count(got, want) != 1 {
				t.Errorf("got %s", got)
			}
		})
	}
	srv := startFiling(t, smtpsink.Relay())
	wantReply(t, tell(t, srv, mailTo("", "cy@example.com")...), "250")
	f := &fakeTB{TB: t}
	f.run(func(t imaptest.TB) { srv.SMTP().AssertCount(t, 2) })
	if strings.Contains(f.out.String(), "Relay") {
		t.Errorf("got %s", &f.out)
	}
}
