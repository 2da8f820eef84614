package compare

import (
	"errors"
	"strings"
	"sync"
	"time"
)

// messages is how many messages of 2 KB there are in INBOX.
const messages = 5000

// work is a row of the comparison.
type work struct {
	name  string
	empty bool // INBOX has no mail at the beginning
	smtp  bool // mail is sent
	long  bool // takes most of a second
	many  int  // how many messages, sessions or tellings it is about
	do    func(r *run) error
	lacks map[string]string // why a server is left out
}

// rounds is how often it is measured for the page: what takes milliseconds differs more from one
// time to the next.
func (w work) rounds() int {
	if w.long {
		return longRounds
	}
	return shortRounds
}

const longRounds, shortRounds = 5, 15

// run is a work on a server, once.
type run struct {
	srv   target
	tape  *tape // what takes down what is said, or nil
	spent spent // by what was measured
	conns []*client
}

// dial makes a connection, which is closed when the work is done.
func (r *run) dial() *client {
	c := newClient(r.srv.imap(), r.tape)
	r.conns = append(r.conns, c)
	return c
}

// loggedIn is a connection with a mailbox selected, unless none is named.
func (r *run) loggedIn(mailbox string) *client {
	c := r.dial()
	c.do("LOGIN " + r.srv.login())
	if mailbox != "" {
		c.do("SELECT " + mailbox)
	}
	return c
}

// measure is what counts of the work.
func (r *run) measure(do func()) {
	if _, err := r.srv.ask(request{Settle: true}); err != nil {
		r.conns = append(r.conns, &client{err: err})
		return
	}
	processor, began := r.srv.processor(), time.Now()
	do()
	r.spent.Clock += time.Since(began)
	r.spent.Processor += r.srv.processor() - processor
}

// end closes the connections. It gives the first error of each.
func (r *run) end() error {
	var errs []error
	for _, c := range r.conns {
		c.close()
		errs = append(errs, c.err)
	}
	return errors.Join(errs...)
}

// works are the rows, in the order of the page. What they do to a message they do for the
// first time.
var works = []work{
	{name: "FETCH flags, ten times", many: 10 * messages, do: command("FETCH 1:* (UID FLAGS)", 10)},
	{name: "FETCH ENVELOPE", many: messages, do: command("FETCH 1:* (ENVELOPE)", 1)},
	{name: "FETCH BODYSTRUCTURE", many: messages, do: command("FETCH 1:* (BODYSTRUCTURE)", 1)},
	{name: "FETCH BODY.PEEK[]", many: messages, do: command("FETCH 1:* (BODY.PEEK[])", 1)},
	{name: "SEARCH a flag, ten times", many: 10 * messages, do: command("SEARCH FLAGGED", 10)},
	{name: "SEARCH SUBJECT", many: messages, do: command("SEARCH SUBJECT needle", 1)},
	{name: "SEARCH FROM", many: messages, do: command("SEARCH FROM needle", 1)},
	{name: "SEARCH BODY", many: messages, do: command("SEARCH BODY needle", 1)},
	{name: "SEARCH TEXT", many: messages, do: command("SEARCH TEXT needle", 1)},
	{name: "STORE of all", many: messages, do: command(`STORE 1:* +FLAGS.SILENT (\Flagged)`, 1)},
	{name: "STORE of half", many: messages / 2, do: command(`STORE `+oddNumbers(messages)+` +FLAGS.SILENT (\Flagged)`, 1)},
	{name: "APPEND, 500 times", many: 500, empty: true, do: appendMany},
	{name: "COPY of half", many: messages / 2, do: command("COPY "+oddNumbers(messages)+" Archive", 1)},
	{name: "MOVE of half", many: messages / 2, do: command("MOVE "+oddNumbers(messages)+" Archive", 1),
		lacks: map[string]string{old: "its memory backend cannot move"}},
	{name: "EXPUNGE of half", many: messages / 2, do: expungeHalf},
	{name: "connect, LOGIN, SELECT, LOGOUT, 100 times", many: 100, empty: true, do: connectMany},
	{name: "IDLE, 100 times told to 20", many: 100 * 20, empty: true, do: tellIdlers, lacks: map[string]string{
		old: "its memory backend tells nobody", dovecot: "it waits half a second before it tells"}},
	{name: "filing 10,000 by SMTP, 4 KB", many: 10_000, empty: true, smtp: true, long: true, do: fileMany, lacks: map[string]string{
		old: "no SMTP", dovecot: "no SMTP"}},
	{name: "loading 100,000 of 4 KB", many: 100_000, empty: true, long: true, do: asked("load"), lacks: map[string]string{
		dovecot: "it finds its mail where it is"}},
	{name: "filling with 100,000 of 4 KB", many: 100_000, empty: true, long: true, do: asked("append files"), lacks: map[string]string{
		dovecot: "it finds its mail where it is", lowest: "it has its mail already"}},
}

// command runs a command on INBOX, so many times.
func command(text string, times int) func(*run) error {
	return func(r *run) error {
		c := r.loggedIn("INBOX")
		r.measure(func() {
			for range times {
				c.do(text)
			}
		})
		return r.end()
	}
}

func appendMany(r *run) error {
	raws := mails(500)
	c := r.loggedIn("")
	r.measure(func() {
		for _, raw := range raws {
			c.append("INBOX", string(raw))
		}
	})
	return r.end()
}

func expungeHalf(r *run) error {
	c := r.loggedIn("INBOX")
	c.do(`STORE ` + oddNumbers(messages) + ` +FLAGS.SILENT (\Deleted)`)
	r.measure(func() { c.do("EXPUNGE") })
	return r.end()
}

func connectMany(r *run) error {
	r.measure(func() {
		for range 100 {
			c := r.loggedIn("INBOX")
			c.do("LOGOUT")
			c.close()
		}
	})
	return r.end()
}

func tellIdlers(r *run) error {
	idlers := r.idlers(20)
	c := r.loggedIn("")
	r.measure(func() {
		for i := range 100 {
			tell(c, idlers, i+1)
		}
	})
	return r.end()
}

// fileMany sends 10,000 messages over four connections, MAIL, RCPT and DATA in one group
// (RFC 2920).
func fileMany(r *run) error {
	const senders = 4
	raw := strings.ReplaceAll(string(bigMail(0)), "\r\n.", "\r\n..") + ".\r\n"
	var conns []*client
	for range senders {
		c := newClient(r.srv.smtp(), r.tape)
		c.send("EHLO client.example\r\n")
		c.expect("250")
		conns = append(conns, c)
	}
	r.conns = append(r.conns, conns...)
	r.measure(func() {
		var sending sync.WaitGroup
		for _, c := range conns {
			sending.Go(func() {
				for range 10_000 / senders {
					c.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<user@example.com>\r\nDATA\r\n")
					c.expect("250", "250", "354")
					c.send(raw)
					c.expect("250")
				}
			})
		}
		sending.Wait()
	})
	return r.end()
}

// asked has the server do what it has a call of its own for: load files in memory, or fill itself
// with messages that are there already, as a test has them that makes its mail.
func asked(call string) func(*run) error {
	return func(r *run) error {
		if _, err := r.srv.ask(request{Name: "make files", N: 100_000, Settle: true}); err != nil {
			return err
		}
		report, err := r.srv.ask(request{Name: call, Settle: true})
		r.spent = report.Spent
		return err
	}
}
