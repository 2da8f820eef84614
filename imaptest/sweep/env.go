package sweep

import (
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// Env is one run, for the disturbance that makes its rule there.
type Env struct {
	T      testing.TB
	Server *imaptest.Server
	Point  Point

	sweep  *sweep
	player *player
	act    act
	number int // of the act in the run
	fired  func() int
	// changed is how often the rule made a difference; nil: whenever it fired.
	changed func() int
	remove  func()

	mu      sync.Mutex // guards what follows
	calm    bool       // nobody acts any more
	code    string     // the Go of the verb, "" for that of the disturbance
	nothing bool       // there was nothing to act on
	rival
}

// done says what the act has done: whether its point was reached, whether that made a
// difference, the rule as Go, and what a rival did. It takes the rule away.
func (e *Env) done() (reached, acted bool, code string, did rival) {
	if e.fired == nil {
		return false, false, e.act.code(e.Point), did
	}
	e.remove()
	reached = e.fired() > 0
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calm = true
	acted = reached && !e.nothing && (e.changed == nil || e.changed() > 0)
	if code = e.act.code(e.Point); e.code != "" {
		code = e.Point.Rule() + "." + e.code
	}
	return reached, acted, code, e.rival
}

// rival is what somebody else has done to the mail.
type rival struct {
	touched   map[identity]bool    // messages
	gone      map[identity]bool    // of these, those that were expunged
	delivered map[identity]bool    // of these, those that are new
	renamed   bool                 // a mailbox
	set       map[identity]flagged // that must be so in the end
}

// flagged are the flags that a rival has set, and where.
type flagged struct {
	mailbox string
	flags   []imap.Flag
}

// and is both together.
func (r rival) and(other rival) rival {
	for _, pair := range []struct{ into, from *map[identity]bool }{
		{&r.touched, &other.touched}, {&r.gone, &other.gone}, {&r.delivered, &other.delivered},
	} {
		if *pair.into == nil {
			*pair.into = make(map[identity]bool)
		}
		maps.Copy(*pair.into, *pair.from)
	}
	r.renamed = r.renamed || other.renamed
	r.set = nil // two rivals may undo what the other does
	return r
}

// Rule is a rule for the command, or its literal, that the point is. It is Optional: a
// point that is not reached is counted by the sweep.
func (e *Env) Rule() *imaptest.Rule {
	r := e.Server.On(e.Point.Name).Optional()
	if e.act.Group == Odd && tellsChanges(e.Point) {
		r.Times(1).Where(e.asksTheSame())
	} else {
		r.Nth(e.Point.N)
	}
	if e.Point.Kind == Literal {
		r.AtLiteral(e.Point.Sub)
	}
	e.fired, e.changed, e.remove = r.Fired, r.Changed, r.Remove
	return r
}

// asksTheSame takes the command that the point is if it asks for the changes since the same
// moment: after another disturbance it may not, and nobody could miss what is left out of
// the answer then.
func (e *Env) asksTheSame() func(*imaptest.Command) bool {
	var n atomic.Int64
	want := since(e.Point.Command.Args)
	return func(cmd *imaptest.Command) bool { return n.Add(1) == int64(e.Point.N) && since(cmd.Args) == want }
}

// ConnRule is a rule for the connection that the point is.
func (e *Env) ConnRule() *imaptest.ConnRule {
	r := e.Server.OnConnect().Nth(e.Point.N).Optional()
	e.fired, e.remove = r.Fired, r.Remove
	return r
}

// TLSRule is a rule for the handshake that the point is.
func (e *Env) TLSRule() *imaptest.TLSRule {
	r := e.Server.OnTLS().Nth(e.Point.N).Optional()
	e.fired, e.remove = r.Fired, r.Remove
	return r
}

// SMTPRule is a rule for the step of SMTP that the point is.
func (e *Env) SMTPRule() *smtpsink.Rule {
	r := e.Server.SMTP().On(e.Point.Name).Nth(e.Point.N).Optional()
	e.fired, e.changed, e.remove = r.Fired, r.Changed, r.Remove
	return r
}

// isCalm says that the scenario only looks: what a rule has begun, and would do when its
// command ends, is not done.
func (e *Env) isCalm() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calm
}

// Nothing says that the disturbance found nothing to act on.
func (e *Env) Nothing() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.nothing = true
}

// Sets says that the disturbance sets flags, which the scenario has no reason to take away as
// long as the message is where it is: a client that does has written over what another one has
// done.
func (e *Env) Sets(mbox *memstore.Mailbox, m memstore.Message, flags ...imap.Flag) {
	e.Touch(m)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.set == nil {
		e.set = make(map[identity]flagged)
	}
	e.set[e.sweep.identify(m)] = flagged{mbox.Name(), flags}
}

// Touch says that the disturbance changes a message: where it ends and with which flags is
// no longer the scenario's alone.
func (e *Env) Touch(m memstore.Message) { e.note(m, &e.touched) }

// Gone says that the disturbance removes a message for good.
func (e *Env) Gone(m memstore.Message) {
	e.Touch(m)
	e.note(m, &e.gone)
}

// Delivered says that the disturbance has brought a message.
func (e *Env) Delivered(m memstore.Message) {
	e.Touch(m)
	e.note(m, &e.delivered)
}

// Renamed says that a mailbox has another name, or is gone: the scenario may fail.
func (e *Env) Renamed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.renamed = true
}

// Did is the Go of the rule's verb, where only the run can tell it.
func (e *Env) Did(code string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.code = code
}

func (e *Env) note(m memstore.Message, set *map[identity]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if *set == nil {
		*set = make(map[identity]bool)
	}
	(*set)[e.sweep.identify(m)] = true
}

// refuse restarts the server, which is not back at once.
func (e *Env) refuse() {
	pause := outage
	if e.sweep.real {
		pause = 50 * time.Millisecond
	}
	e.Server.Refuse()
	e.Server.Restart()
	time.AfterFunc(pause, func() { e.Server.Accept() })
}

// account is that of a command: the first one before a login.
func (e *Env) account(cmd *imaptest.Command) *memstore.User {
	if user, found := e.Server.Store().User(cmd.User); found {
		return user
	}
	return e.Server.Store().Users()[0]
}

// message is the one that a command is about: the first of the UIDs or numbers that it
// names, or else the first in the mailbox.
func message(cmd *imaptest.Command, mbox *memstore.Mailbox) (m memstore.Message, found bool) {
	all := mbox.Messages()
	if len(all) == 0 {
		return m, false
	}
	n, isUID := firstNumber(cmd)
	switch {
	case isUID:
		if m, found = mbox.Message(imap.UID(n)); found {
			return m, true
		}
	case n > 0 && n <= len(all):
		return all[n-1], true
	}
	return all[0], true
}
