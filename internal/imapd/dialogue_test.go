package imapd_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/txtar"
	"github.com/go-mailtest/mailtest/memstore"
)

// TestDialogues plays the files of testdata. A file is a txtar archive: the
// dialogue, and then the mail in the form of package fixtures.
//
//	1: C: a1 NOOP          connection 1 sends a line
//	1: S: a1 OK {*}        it must receive this line next; {*} stands for anything
//	1: S: ...              any lines, up to the one that is expected next
//	1: let x = TAKEN (.*)  from now on {x} is what the last line received has there
//	1: tls                 a TLS handshake, after STARTTLS
//	1: deflate             compression, after COMPRESS; "deflate partial" flushes as mbsync does
//	1: plain               no compression any more, after UNAUTHENTICATE
//	1: closed              the server has closed the connection
//	1: hang up             the client closes it
//	test: deliver INBOX    the test itself does something: see acts
//	within: bump INBOX     the same, within the next command: when it has been
//	                       parsed, and before it runs
//
// A connection is opened and logged in when it is first named: as the account "bob" if its
// name is "bob" or "bob 2", and as "user" if it is a number. "%
// nologin" at the top leaves out the login. The other lines with "%" are
// options of the server, see the function option.
// Lines that begin with "#" are comments. After the last line every
// connection logs out, and whatever else it was sent is an error.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			playDialogue(t, file, archive)
		})
	}
}

// play is one file being played.
type play struct {
	t     *testing.T
	file  string
	opts  []imaptest.Option
	login bool
	srv   *imaptest.Server
	peers map[string]*peer
	order []*peer
	acts  *acts             // nil: the test itself does nothing
	names *strings.Replacer // of what "let" has taken
	taken []string

	settle func() // waits until every connection waits

	within string // an act, for the next command
	mu     sync.Mutex
	armed  string // the act for the command that has been sent; under mu
}

// peer is a connection of the dialogue.
type peer struct{ *dialogue.Peer }

// playDialogue plays a dialogue. One in which the test itself does something is played
// in a bubble, so that it does so when every connection has told what there was to tell.
func playDialogue(t *testing.T, file string, archive *txtar.Archive) {
	d := &play{file: file, login: true, peers: make(map[string]*peer), settle: func() {}}
	text := string(archive.Comment)
	if !strings.Contains(text, "\ntest: ") && !strings.Contains(text, "\nwithin: ") {
		d.play(t, archive)
		return
	}
	d.acts, d.settle = &acts{}, settle
	synctest.Test(t, func(t *testing.T) { d.play(t, archive) })
}

func (d *play) play(t *testing.T, archive *txtar.Archive) {
	d.t = t
	fsys, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	d.opts = []imaptest.Option{imaptest.InMemory()}
	clock := func() time.Time { return time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC) }
	mail := imaptest.WithClock(clock)
	lines := strings.Split(string(archive.Comment), "\n")
	for _, line := range lines {
		if n, ok := strings.CutPrefix(line, "% remember "); ok {
			mail = imaptest.WithStore(memstore.New(memstore.WithClock(clock), memstore.WithExpungesRemembered(d.number(n))))
		} else if option, ok := strings.CutPrefix(line, "% "); ok {
			d.option(option)
		}
	}
	d.opts = append(d.opts, mail)
	if len(archive.Files) > 0 {
		d.opts = append(d.opts, imaptest.WithMail(fsys))
	}
	d.srv = imaptest.Start(t, d.opts...)
	if d.acts != nil {
		d.prepareActs()
	}
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		if line == "" || line[0] == '#' || line[0] == '%' {
			continue
		}
		if err := d.step(line); err != nil {
			t.Fatalf("%s:%d: %s\n%v", d.file, i+1, line, err)
		}
		d.settle()
	}
	for _, p := range d.order {
		if err := d.end(p); err != nil {
			t.Fatalf("%s: connection %s at the end: %v", d.file, p.Name, err)
		}
	}
}

func (d *play) option(option string) {
	word, rest, _ := strings.Cut(option, " ")
	switch word {
	case "nologin":
		d.login = false
	case "require-tls":
		d.opts = append(d.opts, imaptest.RequireTLS())
	case "bare":
		d.opts = append(d.opts, imaptest.WithoutDefaultMailboxes())
	case "with":
		d.opts = append(d.opts, imaptest.With(parseCaps(rest)...))
	case "without":
		d.opts = append(d.opts, imaptest.Without(parseCaps(rest)...))
	case "profile":
		for _, p := range imaptest.Profiles() {
			if p.String() == rest {
				d.opts = append(d.opts, p)
			}
		}
	case "limit":
		d.opts = append(d.opts, imaptest.WithMessageLimit(uint32(d.number(rest))))
	case "save-limit":
		d.opts = append(d.opts, imaptest.WithSaveLimit(uint32(d.number(rest))))
	case "min-batch":
		d.opts = append(d.opts, imaptest.WithMinBatch(uint32(d.number(rest))))
	case "jmap":
		words := strings.Fields(rest)
		d.opts = append(d.opts, imaptest.WithJMAP(words[0], words[1:]...))
	case "login-referral":
		account, url, _ := strings.Cut(rest, " ")
		d.opts = append(d.opts, imaptest.WithLoginReferral(account, url))
	case "home-referral":
		account, url, _ := strings.Cut(rest, " ")
		d.opts = append(d.opts, imaptest.WithHomeReferral(account, url))
	case "scrambled":
		d.opts = append(d.opts, imaptest.WithScrambledTexts())
	case "anonymous":
		d.opts = append(d.opts, imaptest.WithAnonymous(rest))
	case "metadata-limits":
		size, entries, _ := strings.Cut(rest, " ")
		entries, scopes, _ := strings.Cut(entries, " ")
		d.opts = append(d.opts, imaptest.WithMetadataLimits(imaptest.MetadataLimits{
			Size: d.number(size), Entries: d.number(entries), NoPrivate: scopes == "noprivate",
		}))
	case "append-limit":
		d.opts = append(d.opts, imaptest.WithAppendLimit(uint64(d.number(rest))))
	case "progress":
		d.opts = append(d.opts, imaptest.WithProgress(time.Nanosecond))
	case "delimiter":
		d.opts = append(d.opts, imaptest.WithDelimiter([]rune(rest)[0]))
	case "strict-utf8":
		d.opts = append(d.opts, imaptest.WithStrictUTF8())
	case "strict-headers":
		d.opts = append(d.opts, imaptest.WithStrictHeaders())
	case "strict-names":
		d.opts = append(d.opts, imaptest.WithStrictNames())
	case "submitters":
		d.opts = append(d.opts, imaptest.WithSubmitters(strings.Fields(rest)...))
	case "user":
		name, password, _ := strings.Cut(rest, " ")
		d.opts = append(d.opts, imaptest.WithUser(name, password))
	default:
		d.t.Fatalf("%s: unknown option %q", d.file, option)
	}
}

func (d *play) number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		d.t.Fatalf("%s: %v", d.file, err)
	}
	return n
}

func parseCaps(list string) []imap.Cap {
	var out []imap.Cap
	for _, name := range strings.Fields(list) {
		out = append(out, imap.Cap(name))
	}
	return out
}

func (d *play) prepareActs() {
	mail := (*store.Store)(d.srv.Store())
	user, _ := mail.User("user")
	d.acts.user, d.acts.store = user, mail
	d.srv.On("*").Optional().Before(func(*imaptest.Command) {
		d.mu.Lock()
		act := d.armed
		d.armed = ""
		d.mu.Unlock()
		if act != "" {
			if err := d.acts.do(act); err != nil {
				d.t.Errorf("%s: within: %s: %v", d.file, act, err)
			}
		}
	})
}

// step plays one line.
func (d *play) step(line string) error {
	name, rest, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("want CONNECTION: C: or S:")
	}
	rest = strings.TrimPrefix(rest, " ")
	switch name {
	case "test":
		return d.acts.do(rest)
	case "within":
		d.within = rest
		return nil
	}
	p, err := d.peer(name)
	if err != nil {
		return err
	}
	if text, ok := strings.CutPrefix(rest, "let "); ok {
		return d.let(p, text)
	}
	if d.names != nil {
		rest = d.names.Replace(rest)
	}
	if text, ok := strings.CutPrefix(rest, "C:"); ok {
		if d.within != "" {
			d.mu.Lock()
			d.armed, d.within = d.within, ""
			d.mu.Unlock()
		}
		_, err := fmt.Fprintf(p.NC, "%s\r\n", strings.TrimPrefix(text, " "))
		return err
	}
	if text, ok := strings.CutPrefix(rest, "S:"); ok {
		return p.Expect(strings.TrimPrefix(text, " "))
	}
	switch rest {
	case "tls":
		return p.StartTLS(d.srv.ClientTLSConfig())
	case "deflate", "deflate partial":
		return p.deflate(strings.TrimPrefix(rest, "deflate"))
	case "plain":
		return p.plain()
	case "closed":
		return p.ExpectClosed()
	case "hang up":
		p.Closed = true
		return p.NC.Close()
	}
	return fmt.Errorf("want C: or S:")
}

// let takes something from the last line.
func (d *play) let(p *peer, text string) error {
	name, pattern, _ := strings.Cut(text, " = ")
	re, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	m := re.FindStringSubmatch(p.Last)
	if m == nil {
		return fmt.Errorf("not in %q", p.Last)
	}
	d.taken = append(d.taken, "{"+name+"}", m[1])
	d.names = strings.NewReplacer(d.taken...)
	return nil
}

// peer connects, and logs in, when a connection is first named.
func (d *play) peer(name string) (*peer, error) {
	if p := d.peers[name]; p != nil {
		return p, nil
	}
	nc, err := d.srv.Dial(context.Background())
	if err != nil {
		return nil, err
	}
	d.t.Cleanup(func() { nc.Close() })
	p := &peer{dialogue.NewPeer(name, nc)}
	d.peers[name] = p
	d.order = append(d.order, p)
	if err := p.Expect("* OK [CAPABILITY {*}] {*}"); err != nil {
		return nil, err
	}
	if !d.login {
		return p, nil
	}
	account, _, _ := strings.Cut(name, " ")
	if number(account) > 0 {
		account = "user"
	}
	fmt.Fprintf(nc, "login LOGIN %s password\r\n", account)
	return p, p.Expect("login OK [CAPABILITY {*}] {*}")
}

// end logs out and reads what is left.
func (d *play) end(p *peer) error {
	if p.Closed {
		return nil
	}
	fmt.Fprintf(p.NC, "logout LOGOUT\r\n")
	for _, want := range []string{"* BYE {*}", "logout OK {*}"} {
		if err := p.Expect(want); err != nil {
			return err
		}
	}
	return nil
}
