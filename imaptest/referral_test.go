package imaptest_test

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// follower is a client that follows referrals: at the greeting, at the login, and of
// mailboxes (RFC 2221, RFC 2193).
type follower struct {
	nc   net.Conn
	in   *bufio.Reader
	path []string // the servers that it has asked
}

// dial connects and logs in, wherever it is sent.
func (f *follower) dial(addr string) error {
	for range 10 { // RFC 2221, section 3
		if f.nc != nil {
			f.nc.Close()
		}
		f.path = append(f.path, addr)
		var err error
		if f.nc, err = net.Dial("tcp", addr); err != nil {
			return err
		}
		f.in = bufio.NewReader(f.nc)
		line, err := f.in.ReadString('\n')
		if err == nil && !strings.HasPrefix(line, "* BYE ") {
			line, err = f.ask("LOGIN user password")
		}
		to := referredTo(line)
		if err != nil || to == nil {
			return err
		}
		addr = to.Host
	}
	return fmt.Errorf("sent on and on: %v", f.path)
}

// onMailbox runs a command, elsewhere if need be.
func (f *follower) onMailbox(command, name string) (string, error) {
	line, err := f.ask(command + " " + name)
	to := referredTo(line)
	if err != nil || to == nil {
		return line, err
	}
	if err := f.dial(to.Host); err != nil {
		return "", err
	}
	return f.onMailbox(command, strings.TrimPrefix(to.Path, "/"))
}

// ask gives the tagged line.
func (f *follower) ask(command string) (string, error) {
	fmt.Fprintf(f.nc, "t %s\r\n", command)
	for {
		line, err := f.in.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "t ") {
			return strings.TrimSpace(line), err
		}
	}
}

// referredTo is the first URL of a REFERRAL, nil without one.
func referredTo(line string) *url.URL {
	_, rest, found := strings.Cut(line, "[REFERRAL ")
	if !found {
		return nil
	}
	text, _, _ := strings.Cut(rest, "]")
	u, err := url.Parse(strings.Fields(text)[0])
	if err != nil {
		return nil
	}
	return u
}

func imapURL(srv *imaptest.Server, path string) string {
	return "imap://user;AUTH=*@" + srv.Addr() + "/" + path
}

// Three servers: one lets nobody in, one knows where the account is, and one has it but
// for a mailbox that is on the second.
func TestFollowingReferrals(t *testing.T) {
	home := imaptest.Start(t)
	second := imaptest.Start(t, imaptest.WithUser("user", "password"), imaptest.WithUser("gone", "password"),
		imaptest.WithLoginReferral("gone", imapURL(home, "")))
	second.Mailbox("Team/Minutes").Create(t)
	front := imaptest.Start(t)
	front.OnConnect().Times(1).Bye("[REFERRAL " + imapURL(home, "") + "] try there")
	home.Mailbox("Shared").Create(t, memstore.WithOddities(fixtures.Oddities{Referral: imapURL(second, "Team")}))

	f := &follower{}
	if err := f.dial(front.Addr()); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(f.path), fmt.Sprint([]string{front.Addr(), home.Addr()}); got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	line, err := f.onMailbox("SELECT", "Shared/Minutes")
	if err != nil || !strings.HasPrefix(line, "t OK [READ-WRITE]") {
		t.Errorf("got %s, %v", line, err)
	}
	second.AssertCommands(t, "LOGIN user *", "SELECT Team/Minutes")
	f.nc.Close()

	// A test may put a mailbox elsewhere, and take it back, while clients are there.
	shared, _ := home.Store().Users()[0].Mailbox("Shared")
	if err := shared.Configure(memstore.WithOddities(fixtures.Oddities{})); err != nil {
		t.Fatal(err)
	}
	if home.Client(t).Caps().Has(imap.CapMailboxReferrals) {
		t.Error("MAILBOX-REFERRALS is advertised, and nothing is elsewhere")
	}
	// An account that is elsewhere; the password is asked first.
	gone := &follower{}
	gone.nc, _ = net.Dial("tcp", second.Addr())
	gone.in = bufio.NewReader(gone.nc)
	defer gone.nc.Close()
	gone.in.ReadString('\n')
	if line, _ := gone.ask("LOGIN gone wrong"); !strings.HasPrefix(line, "t NO [AUTHENTICATIONFAILED]") {
		t.Errorf("got %s", line)
	}
	if line, _ := gone.ask("LOGIN gone password"); !strings.HasPrefix(line, "t NO [REFERRAL "+imapURL(home, "")+"]") {
		t.Errorf("got %s", line)
	}
	// Between the two RENAME has a URL for either.
	local := &follower{}
	if err := local.dial(second.Addr()); err != nil {
		t.Fatal(err)
	}
	defer local.nc.Close()
	second.Mailbox("Far").Create(t, memstore.WithOddities(fixtures.Oddities{Referral: imapURL(home, "Far")}))
	want := "t NO [REFERRAL " + imapURL(second, "Team") + " " + imapURL(home, "Far/Team") + "]"
	if line, _ := local.ask("RENAME Team Far/Team"); !strings.HasPrefix(line, want) {
		t.Errorf("got %s, want %s", line, want)
	}
}

// What is no URL of a mail server is refused where it is written.
func TestReferralsRefused(t *testing.T) {
	for _, text := range []string{"http://example.com/x", "imap:/x", "Shared", "imap://", "imap://h/a]b", "imap://h/\x01"} {
		_, err := imaptest.New(imaptest.InMemory(), imaptest.WithLoginReferral("user", text))
		if err == nil || !strings.Contains(err.Error(), "is not an IMAP URL like") {
			t.Errorf("login, %q: got %v", text, err)
		}
		store := memstore.New()
		user, _ := store.AddUser("user", "password")
		if _, err := user.Create("Shared", memstore.WithOddities(fixtures.Oddities{Referral: text})); err == nil {
			t.Errorf("mailbox, %q: no error", text)
		}
		_, err = imaptest.New(imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{"Shared/mailbox.txt": {Data: []byte("referral \"" + text + "\"\n")}}))
		if err == nil {
			t.Errorf("fixture, %q: no error", text)
		}
	}
	_, err := imaptest.New(imaptest.InMemory(), imaptest.WithHomeReferral("usr", "imap://h/"))
	if err == nil || !strings.Contains(err.Error(), `WithHomeReferral: there is no account "usr"`) {
		t.Errorf("got %v", err)
	}
	_, err = imaptest.New(imaptest.InMemory(), imaptest.WithHomeReferral("user", "imap://h/"), imaptest.Rev1)
	if err == nil || !strings.Contains(err.Error(), "WithHomeReferral needs LOGIN-REFERRALS") {
		t.Errorf("got %v", err)
	}
}

// A state with referrals can be written down and read again.
func TestReferralFixture(t *testing.T) {
	const urls = "imap://user;AUTH=*@one.example/Shared imap://user;AUTH=*@two.example/Shared"
	set, err := fixtures.Load(fstest.MapFS{"Shared/mailbox.txt": {Data: []byte("referral " + urls + "\n")}})
	if err != nil {
		t.Fatal(err)
	}
	store := memstore.New()
	if _, err := store.AddUser("user", "password"); err != nil {
		t.Fatal(err)
	}
	if err := store.Load(set); err != nil {
		t.Fatal(err)
	}
	if text := string(store.Fixture().Txtar()); !strings.Contains(text, "referral "+urls+"\n") {
		t.Errorf("got\n%s", text)
	}
}

// A client that is sent on after its login.
func ExampleWithLoginReferral() {
	t := &printer{}
	defer t.end()
	there := imaptest.Start(t)
	here := imaptest.Start(t, imaptest.WithLoginReferral("user", "imap://user;AUTH=*@"+there.Addr()+"/"))
	client := &follower{}
	err := client.dial(here.Addr())
	fmt.Println(err, there.CommandCount("LOGIN"))
	client.nc.Close()
	// Output: <nil> 1
}
