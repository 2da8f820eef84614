package sweep

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// sessionExpired is what Microsoft 365 says when the token has expired with which a session
// began, in answer to whatever comes next (aioimaplib#83); Gmail has other words.
const sessionExpired = "Session invalidated - AccessTokenExpired"

// expiries are tokens that expire. A login with one is refused as the mechanism has it: with a
// challenge that is JSON and has to be answered (RFC 7628, section 3.2.2), or without, where
// the server's profile says so. A session that one has begun ends, and what comes next is
// refused with the token that it had. It is valid again when it has been refused once: the
// client has fetched another, or the same.
func expiries() []Disturbance {
	return []Disturbance{
		{
			Name: "TokenExpired", Group: Answers, Go: "Before(expire).After(renew)",
			At: func(p Point) bool { return p.Name == "AUTHENTICATE" && isCommand(p) && takesToken(p.Command.Args) },
			Do: func(e *Env) {
				tokens := tokensOf(e)
				e.Rule().Before(func(*imaptest.Command) { tokens.expire("") }).After(func(*imaptest.Command) { tokens.renew() })
			},
		},
		{
			Name: "TokenExpired", Group: Answers, Go: "Before(expire).After(renew)",
			At: func(p Point) bool { return p.Kind == Step && p.Name == "AUTH" && takesToken(p.Step.Arg) },
			Do: func(e *Env) {
				tokens := tokensOf(e)
				e.SMTPRule().Before(func(*smtpsink.Command) { tokens.expire("") }).After(func(*smtpsink.Command) { tokens.renew() })
			},
		},
		{
			Name: "TokenExpires", Group: Answers, Go: fmt.Sprintf("Before(expire).Bye(%q)", sessionExpired),
			At: func(p Point) bool { return isCommand(p) && p.byToken },
			Do: func(e *Env) {
				tokens := tokensOf(e)
				e.Rule().Before(func(*imaptest.Command) { tokens.expire(fmt.Sprintf(".Bye(%q)", sessionExpired)) }).Bye(sessionExpired)
				next := e.Server.On("AUTHENTICATE").Optional().Where(tokens.areExpired).
					Times(1).After(func(*imaptest.Command) { tokens.renew() })
				remove := e.remove
				e.remove = func() { remove(); next.Remove(); tokens.renew() }
			},
		},
	}
}

// takesToken says that an argument of AUTHENTICATE or AUTH begins with the name of a mechanism
// that takes a token.
func takesToken(args string) bool {
	mechanism, _, _ := strings.Cut(args, " ")
	return slices.Contains([]string{"OAUTHBEARER", "XOAUTH2"}, strings.ToUpper(mechanism))
}

// noteToken keeps which connections have logged in with a token, and says whether the one of a
// command had done so before it.
func noteToken(byToken map[int]bool, cmd imaptest.Command) bool {
	had := byToken[cmd.Conn]
	switch {
	case cmd.Status != imap.StatusResponseTypeOK:
	case cmd.Name == "AUTHENTICATE":
		byToken[cmd.Conn] = takesToken(cmd.Args)
	case cmd.Name == "UNAUTHENTICATE":
		byToken[cmd.Conn] = false
	}
	return had
}

// tokens are those that the accounts of a run have.
type tokens struct {
	*Env
	lock    sync.Mutex                 // guards what follows
	expired map[imaptest.Account]token // those that are not valid now
}

// token is one, and when it would have expired by itself.
type token struct {
	text    string
	expires time.Time
}

func tokensOf(e *Env) *tokens { return &tokens{Env: e, expired: make(map[imaptest.Account]token)} }

// expire makes all tokens invalid. Behind the Go that does it stands what else the rule does.
func (t *tokens) expire(code string) {
	if t.isCalm() {
		return
	}
	t.lock.Lock()
	defer t.lock.Unlock()
	for _, user := range t.Server.Store().Users() {
		account := t.Server.User(user.Name())
		text, expires := account.Token(t.T)
		if text == "" {
			continue
		}
		t.expired[account] = token{text, expires}
		account.SetToken(t.T, text, time.Now().Add(-time.Second))
		t.Did(fmt.Sprintf("Before(func(*%s) { srv.User(%q).SetToken(t, %q, time.Now().Add(-time.Second)) })%s",
			t.commandType(), user.Name(), text, code))
	}
	if len(t.expired) == 0 {
		t.Nothing()
	}
}

// areExpired says that a login would be refused.
func (t *tokens) areExpired(*imaptest.Command) bool {
	t.lock.Lock()
	defer t.lock.Unlock()
	return len(t.expired) > 0
}

// renew makes them valid again, unless there are others by now.
func (t *tokens) renew() {
	t.lock.Lock()
	defer t.lock.Unlock()
	for account, was := range t.expired {
		if text, _ := account.Token(t.T); text == was.text {
			account.SetToken(t.T, was.text, was.expires)
		}
	}
	clear(t.expired)
}

// commandType is what a rule at the point is handed.
func (t *tokens) commandType() string {
	if t.Point.Kind == Step {
		return "smtpsink.Command"
	}
	return "imaptest.Command"
}
