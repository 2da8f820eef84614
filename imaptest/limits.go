package imaptest

import (
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Limits are what a provider allows. Zero is no limit. A text may begin with a
// response code; "" is the usual one.
type Limits struct {
	ConnsPerUser     int    // logins of an account at once; beyond it LOGIN answers NO
	ConnsPerUserText string // "[LIMIT] too many connections of this account"

	Conns     int    // connections of an address at once, all clients are on one; beyond it the greeting is BYE
	ConnsText string // "[UNAVAILABLE] too many connections from this address"

	CommandsPerMinute     int    // of a connection, in any 60 seconds; beyond it commands answer NO
	CommandsPerMinuteText string // "[LIMIT] too many commands"

	FailedLogins     int           // of a connection, after which it is said BYE
	FailedLoginsText string        // "[UNAVAILABLE] too many failed logins"
	FailedLoginDelay time.Duration // before each answer to a failed login
}

// WithLimits sets limits as providers have them.
func WithLimits(l Limits) Option {
	return optionFunc(func(c *config) error { c.limits = &l; return nil })
}

// limiter counts for Limits.
type limiter struct {
	Limits

	mu       sync.Mutex // guards what follows
	users    map[int]string
	failed   map[int]int
	commands map[int][]time.Time
	open     int
}

func newLimiter(l *Limits) *limiter {
	if l == nil {
		return nil
	}
	return &limiter{Limits: *l, users: make(map[int]string), failed: make(map[int]int), commands: make(map[int][]time.Time)}
}

// reached is the answer at a limit: the text that was given for it, or what the profile has
// for the event, or the usual one.
func (l *limiter) reached(event imapd.Event, limit int, kind imap.StatusResponseType, text, usual string) error {
	if text != "" {
		return answer(kind, text)
	}
	return imapd.Happened(event, answer(kind, usual), limit)
}

// connect is asked before the greeting.
func (l *limiter) connect() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open++
	if l.Conns > 0 && l.open > l.Conns {
		return l.reached("connect.conns", l.Conns, imap.StatusResponseTypeBye, l.ConnsText, "[UNAVAILABLE] too many connections from this address")
	}
	return nil
}

// login is asked when somebody has proved to be user.
func (l *limiter) login(conn int, user string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, name := range l.users {
		if name == user {
			n++
		}
	}
	if l.ConnsPerUser > 0 && n >= l.ConnsPerUser {
		return l.reached("auth.conns", l.ConnsPerUser, imap.StatusResponseTypeNo, l.ConnsPerUserText, "[LIMIT] too many connections of this account")
	}
	l.users[conn] = user
	return nil
}

func (l *limiter) closed(conn int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	delete(l.users, conn)
	delete(l.failed, conn)
	delete(l.commands, conn)
}

// before counts commands.
func (l *limiter) before(cmd *imapd.Command) error {
	if l.CommandsPerMinute == 0 || cmd.Name == "LOGOUT" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	recent := l.commands[cmd.Conn]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if len(recent) >= l.CommandsPerMinute {
		l.commands[cmd.Conn] = recent
		return l.reached("command.many", l.CommandsPerMinute, imap.StatusResponseTypeNo, l.CommandsPerMinuteText, "[LIMIT] too many commands")
	}
	l.commands[cmd.Conn] = append(recent, now)
	return nil
}

// ran looks for failed logins.
func (l *limiter) ran(cmd *imapd.Command, ctl imapd.Control) {
	if cmd.Name != "LOGIN" && cmd.Name != "AUTHENTICATE" || ctl.LoggedIn() {
		return
	}
	if l.FailedLoginDelay > 0 {
		ctl.Wait(l.FailedLoginDelay)
	}
	l.mu.Lock()
	l.failed[cmd.Conn]++
	n := l.failed[cmd.Conn]
	l.mu.Unlock()
	if l.FailedLogins > 0 && n >= l.FailedLogins {
		ctl.Blame(byLimit)
		ctl.Bye(l.reached("bye.logins", l.FailedLogins, imap.StatusResponseTypeBye, l.FailedLoginsText, "[UNAVAILABLE] too many failed logins"))
	}
}
