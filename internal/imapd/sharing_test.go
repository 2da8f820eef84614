package imapd_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// TestSharing is one of security: three accounts use each other's mailboxes and those of
// nobody, with rights that change all the time. No account ever reads or changes what the
// rights forbid that it has by RFC 4314, and whatever they allow is done: the answers, what
// the store has after each command, and each subject and name in what a client is sent are
// held to an oracle.
func TestSharing(t *testing.T) {
	t.Parallel()
	var failed bool // what is then tried again, to make it smaller, takes its time
	end := time.Now().Add(*sharingFor)
	rapid.Check(t, func(t *rapid.T) {
		if failed || time.Now().Before(end) {
			failed = true
			checkSharing(t)
			failed = false
		}
	})
}

var sharingFor = flag.Duration("sharing.for", 300*time.Millisecond, "for how long TestSharing begins programs; -rapid.checks is how many at most")

func checkSharing(t *rapid.T) {
	s := newSharing(t)
	defer s.srv.Close()
	t.Repeat(map[string]func(*rapid.T){
		"acl":    s.changeACL,
		"ask":    s.askRights,
		"select": s.selectOne,
		"leave":  s.leave,
		"append": s.append,
		"store":  s.storeFlags,
		"fetch":  s.fetch,
		"purge":  s.expunge,
		"copy":   s.copy,
		"make":   s.create,
		"unmake": s.delete,
		"rename": s.rename,
		"list":   s.list,
		"status": s.status,
		"search": s.search,
		"cat":    s.catenate,
		"swap":   s.replace,
		"note":   s.annotate,
		"":       s.compare,
	})
}

// sharing is a server with its clients, and what the oracle says of it.
type sharing struct {
	oracle
	srv   *imaptest.Server
	peers map[string]*sharer
	log   []string
}

// sharer is the connection of an account.
type sharer struct {
	account  string
	nc       net.Conn
	r        *bufio.Reader
	selected *omailbox
	readOnly bool
	tags     int
}

var sharers = []string{"ann", "bob", "eve"}

func newSharing(t *rapid.T) *sharing {
	mail := memstore.New()
	s := &sharing{peers: make(map[string]*sharer)}
	for _, name := range sharers {
		user, err := mail.AddUser(name, "password")
		if err == nil {
			_, err = user.Create("T1")
		}
		if err == nil {
			_, err = user.Create("T2", memstore.SeenPerUser())
		}
		if err != nil {
			t.Fatal(err)
		}
		s.add(name, "INBOX", nil)
		s.add(name, "T1", nil)
		s.add(name, "T2", nil).seenApart = true
	}
	for _, name := range []string{"T1", "T2"} {
		mbox, err := mail.Share(name)
		if err == nil {
			err = mbox.Grant("anyone", "lra")
		}
		if err != nil {
			t.Fatal(err)
		}
		s.add("", name, map[string]letters{"anyone": "lra"})
	}
	srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithStore(mail))
	if err != nil {
		t.Fatal(err)
	}
	s.srv = srv
	return s
}

// connect logs in, once for each account until it is told BYE.
func (s *sharing) connect(t *rapid.T, account string) *sharer {
	if p := s.peers[account]; p != nil {
		return p
	}
	nc, err := s.srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := &sharer{account: account, nc: nc, r: bufio.NewReader(nc)}
	s.peers[account] = p
	p.read(t)
	if _, answer := s.ask(t, p, "LOGIN "+account+" password"); !strings.HasPrefix(answer, "OK") {
		t.Fatalf("login: %s", answer)
	}
	return p
}

func (p *sharer) read(t *rapid.T) string {
	p.nc.SetReadDeadline(time.Now().Add(time.Minute))
	line, err := p.r.ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", p.account, err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// ask sends a command, and returns all lines before the answer, and the answer.
func (s *sharing) ask(t *rapid.T, p *sharer, command string) (lines []string, answer string) {
	p.tags++
	tag := fmt.Sprintf("x%d", p.tags)
	s.log = append(s.log, p.account+": "+command)
	if _, err := fmt.Fprintf(p.nc, "%s %s\r\n", tag, command); err != nil {
		t.Fatal(err)
	}
	for {
		line := p.read(t)
		if rest, ok := strings.CutPrefix(line, tag+" "); ok {
			s.log = append(s.log, "    "+rest)
			s.checkSent(t, p, command, lines)
			return lines, rest
		}
		lines = append(lines, line)
		if strings.HasPrefix(line, "* BYE") {
			return lines, line
		}
	}
}

// checkSent finds what a client may not know: the subject of a message in no mailbox that
// it may read, and the name of a mailbox that is not there for it. What it has sent itself
// it knows.
func (s *sharing) checkSent(t *rapid.T, p *sharer, command string, lines []string) {
	text := strings.Join(lines, "\n")
	for _, m := range s.mailboxes {
		rights := m.rights(p.account)
		for _, msg := range m.messages {
			if m.gone || rights.has("lr") || !strings.Contains(text, msg.subject+".") || s.readable(p.account, msg.subject) {
				continue
			}
			s.fail(t, "%s reads %q in %s:%s, where it has %q:\n%s", p.account, msg.subject, m.owner, m.name, rights, text)
		}
		quoted := `"` + m.path(p.account) + `"`
		above := slices.ContainsFunc(s.below(m), func(b *omailbox) bool { return b.rights(p.account).has("l") })
		if !m.gone && !rights.has("l") && strings.Contains(text, quoted) && !strings.Contains(command, quoted) && !above {
			s.fail(t, "%s hears of %s:%s, where it has %q:\n%s", p.account, m.owner, m.name, rights, text)
		}
	}
}

func (s *sharing) readable(account, subject string) bool {
	return slices.ContainsFunc(s.mailboxes, func(m *omailbox) bool {
		return !m.gone && m.rights(account).has("lr") && slices.ContainsFunc(m.messages, func(msg *omessage) bool { return msg.subject == subject })
	})
}

func (s *sharing) fail(t *rapid.T, format string, args ...any) {
	t.Fatalf("%s\nafter\n%s", fmt.Sprintf(format, args...), strings.Join(s.log, "\n"))
}

// peer is the connection of some account, which has heard of everything. It is told BYE if
// what it has selected is gone, or may no longer be read (RFC 4314, section 5.1.1).
func (s *sharing) peer(t *rapid.T) *sharer {
	account := rapid.SampledFrom(sharers).Draw(t, "account")
	p := s.connect(t, account)
	lost := p.selected != nil && (p.selected.gone || !p.selected.rights(account).has("lr"))
	_, answer := s.ask(t, p, "NOOP")
	switch bye := strings.HasPrefix(answer, "* BYE"); {
	case bye != lost:
		s.fail(t, "%s: %s, lost: %v", account, answer, lost)
	case lost:
		p.nc.Close()
		delete(s.peers, account)
		return s.connect(t, account)
	}
	return p
}

// expect asks, and holds the answer to what it must be: that it is OK, or that it is not.
// What is not there for an account must be NONEXISTENT.
func (s *sharing) expect(t *rapid.T, p *sharer, command string, ok bool, hidden ...*omailbox) []string {
	lines, answer := s.ask(t, p, command)
	if strings.HasPrefix(answer, "OK") != ok || !ok && !strings.HasPrefix(answer, "NO") {
		s.fail(t, "%s: %s: %s, want OK: %v", p.account, command, answer, ok)
	}
	for _, m := range hidden {
		if !m.rights(p.account).has("l") && !strings.HasPrefix(answer, s.hides(p, command, m)) {
			s.fail(t, "%s: %s: %s, and %s:%s is hidden", p.account, command, answer, m.owner, m.name)
		}
	}
	return lines
}

// hides is the answer to a command about a mailbox that the client may not know of: that to
// one about a mailbox that does not exist (RFC 4314, section 6).
func (s *sharing) hides(p *sharer, command string, m *omailbox) string {
	if strings.HasPrefix(command, "APPEND ") && s.mayCreate(p.account, m.owner, m.name) {
		return "NO [TRYCREATE] no such mailbox"
	}
	return "NO [NONEXISTENT] no such mailbox"
}

// some is a mailbox that exists.
func (s *sharing) some(t *rapid.T) *omailbox {
	there := slices.DeleteFunc(slices.Clone(s.mailboxes), func(m *omailbox) bool { return m.gone })
	return rapid.SampledFrom(there).Draw(t, "mailbox")
}

func quoted(name string) string { return `"` + name + `"` }

// compare holds the store to the oracle.
func (s *sharing) compare(t *rapid.T) {
	core := (*store.Store)(s.srv.Store())
	var real oracle
	add := func(owner string, m *store.Mailbox) {
		o := real.add(owner, m.Name(), map[string]letters{})
		o.seenApart = m.Oddities().SeenPerUser
		for _, g := range m.ACL() {
			o.acl[g.Identifier] = letters(g.Rights.String())
		}
		for _, msg := range m.Messages() {
			o.messages = append(o.messages, &omessage{strings.TrimSuffix(msg.Subject(), "."), make(map[string]bool), make(map[string]bool)})
			last := o.messages[len(o.messages)-1]
			for _, flag := range msg.Flags {
				last.flags[string(flag)] = true
			}
			for _, who := range m.SeenBy(msg) {
				last.seen[who] = true
			}
		}
	}
	for _, user := range core.Users() {
		for _, m := range user.Mailboxes() {
			add(user.Name(), m)
		}
	}
	for _, m := range core.SharedMailboxes() {
		add("", m)
	}
	if got, want := real.String(), s.oracle.String(); got != want {
		s.fail(t, "the store has\n%s\nwant\n%s", got, want)
	}
}
