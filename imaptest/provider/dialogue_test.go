package provider_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/dialogue"
)

// A file of testdata/profiles is a dialogue with the profile of its name, one of
// testdata/quirks with a server that has everything and the quirk of its name. "%%" begins a
// new server. The lines are
//
//	C: a1 NOOP        what the client sends; "2: C: …" does so on another connection
//	S: a1 OK done     what it is sent, to the byte; {*} is anything, {sp} a space at the end,
//	                  {octet 255} such a byte
//	closed            the connection ends
//	times 30 C: {i} …  the line so often; {i} counts, and what the client sends goes out at once
//	silent            nothing is sent
//	wait 30m          time passes
//	flag 1 \Seen      somebody else sets a flag
//	expunge 1         somebody else expunges a UID
//
// and at the beginning
//
//	% profile yahoo   another profile
//	% mail 3          so many messages in INBOX; otherwise one
//	% people          INBOX has one message to several people
//	% parts           INBOX has one message with several parts
//	% meeting         INBOX has one invitation to a meeting
//	% odd             INBOX has one message with 8-bit and control characters in its header
//	% multipart       INBOX has one message with a multipart in it, and a parameter that is empty
//	% labels          the account has labels, and INBOX one message with the label "[Work]"
//	% list            INBOX has one message from a mailing list
//	% large           INBOX has one message of two megabytes
//	% token           the account has the token "token"
type play struct {
	t      *testing.T
	opts   func(base imaptest.Profile) []imaptest.Option
	base   imaptest.Profile
	mail   int
	raw    string // is the one message, if there is one
	token  bool
	labels bool
	srv    *imaptest.Server
	peers  map[string]*dialogue.Peer
}

func TestProfileDialogues(t *testing.T) {
	for _, p := range provider.All() {
		t.Run(p.Name(), func(t *testing.T) {
			t.Parallel()
			for _, err := range playFile(t, filepath.Join("testdata", "profiles", p.Name()+".txt"), p, asItIs) {
				t.Error(err)
			}
		})
	}
}

// A quirk's dialogue is that of a server with it, and of none without.
func TestQuirkDialogues(t *testing.T) {
	for _, q := range provider.Quirks() {
		t.Run(q.Name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", "quirks", q.Name+".txt")
			for _, err := range playFile(t, file, imaptest.Everything, with(q)) {
				t.Error(err)
			}
			if len(playFile(t, file, imaptest.Everything, without(q))) == 0 {
				t.Errorf("%s is that of a server without the quirk too", file)
			}
		})
	}
}

func hasQuirk(p imaptest.Profile, q imaptest.Quirk) bool {
	return slices.ContainsFunc(p.Spec().Quirks, func(have imaptest.Quirk) bool { return have.Name == q.Name })
}

// without takes a quirk from the profiles that have it.
func without(q imaptest.Quirk) func(imaptest.Profile) []imaptest.Option {
	return func(p imaptest.Profile) []imaptest.Option {
		if hasQuirk(p, q) {
			return []imaptest.Option{p, imaptest.WithoutQuirk(q)}
		}
		return []imaptest.Option{p}
	}
}

// with puts a quirk on the profiles that have it not.
func with(q imaptest.Quirk) func(imaptest.Profile) []imaptest.Option {
	return func(p imaptest.Profile) []imaptest.Option {
		if hasQuirk(p, q) {
			return []imaptest.Option{p}
		}
		return []imaptest.Option{p, imaptest.WithQuirk(q)}
	}
}

// asItIs is a profile and nothing else.
func asItIs(p imaptest.Profile) []imaptest.Option { return []imaptest.Option{p} }

// No dialogue is of nothing.
func TestDialoguesAreOfSomething(t *testing.T) {
	for dir, known := range map[string]func(string) bool{
		"profiles": func(name string) bool { _, ok := provider.Named(name); return ok },
		"quirks": func(name string) bool {
			for _, q := range provider.Quirks() {
				if q.Name == name {
					return true
				}
			}
			return false
		},
	} {
		files, _ := filepath.Glob(filepath.Join("testdata", dir, "*"))
		for _, file := range files {
			if !known(strings.TrimSuffix(filepath.Base(file), ".txt")) {
				t.Errorf("%s is a dialogue with nobody", file)
			}
		}
	}
}

// playFile plays all dialogues of a file, and says what was otherwise.
func playFile(t *testing.T, file string, p imaptest.Profile, opts func(imaptest.Profile) []imaptest.Option) (errs []error) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	line := 1
	for _, part := range strings.Split(string(text), "\n%%\n") {
		synctest.Test(t, func(t *testing.T) {
			d := &play{t: t, opts: opts, base: p, mail: 1, peers: map[string]*dialogue.Peer{}}
			if err := d.play(file, line, strings.Split(part, "\n")); err != nil {
				errs = append(errs, err)
			}
		})
		line += strings.Count(part, "\n") + 2
	}
	return errs
}

func (d *play) play(file string, first int, lines []string) error {
	defer func() {
		for _, p := range d.peers {
			p.NC.Close()
		}
	}()
	for i, line := range lines {
		if line == "" || line[0] == '#' {
			continue
		}
		if err := d.step(line); err != nil {
			return fmt.Errorf("%s:%d: %s\n%w", file, first+i, line, err)
		}
		synctest.Wait()
	}
	for name, p := range d.peers {
		if !p.Closed {
			if err := silent(p); err != nil {
				return fmt.Errorf("%s: connection %s at the end: %w", file, name, err)
			}
		}
	}
	return nil
}

// start starts the server at the first line that is no setting.
func (d *play) start() {
	opts := append(d.opts(d.base), imaptest.InMemory())
	if d.labels {
		opts = append(opts, imaptest.WithLabels(imaptest.SpecLabels{}))
	}
	d.srv = imaptest.Start(d.t, opts...)
	inbox := d.srv.Mailbox("INBOX")
	if d.raw != "" {
		inbox.Deliver(d.t, []byte(strings.ReplaceAll(d.raw, "\n", "\r\n")))
		d.mail = 0
	}
	for i := range d.mail {
		inbox.Deliver(d.t, fixtures.New().Subject(fmt.Sprintf("Mail %d", i+1)).Text("Hello.\n").Bytes())
	}
	if d.labels {
		d.srv.Mailbox("INBOX").AddLabels(d.t, 1, "[Work]", `\Starred`)
	}
	if d.token {
		d.srv.User(imaptest.DefaultUser).SetToken(d.t, "token", time.Time{})
	}
}

func (d *play) step(line string) error {
	if setting, is := strings.CutPrefix(line, "% "); is {
		return d.set(setting)
	}
	if d.srv == nil {
		d.start()
	}
	name, rest := "1", line
	if before, after, found := strings.Cut(line, ": "); found && len(before) == 1 && before != "C" && before != "S" {
		name, rest = before, after
	}
	word, arg, _ := strings.Cut(rest, " ")
	switch word {
	case "C:":
		return d.peer(name).Write(written(arg) + "\r\n")
	case "S:":
		return d.peer(name).Expect(written(arg))
	case "times":
		return d.times(name, arg)
	case "closed":
		return d.peer(name).ExpectClosed()
	case "silent":
		return silent(d.peer(name))
	case "wait":
		after, err := time.ParseDuration(arg)
		time.Sleep(after)
		return err
	case "flag":
		var uid imap.UID
		var flag imap.Flag
		_, err := fmt.Sscan(arg, &uid, &flag)
		d.srv.Mailbox("INBOX").AddFlags(d.t, uid, flag)
		return err
	case "expunge":
		var uid imap.UID
		_, err := fmt.Sscan(arg, &uid)
		d.srv.Mailbox("INBOX").Expunge(d.t, uid)
		return err
	}
	return fmt.Errorf("what is this?")
}

// octet is a byte of a dialogue that cannot stand in it.
var octet = regexp.MustCompile(`\{octet (\d+)\}`)

func written(line string) string {
	line = strings.ReplaceAll(line, "{sp}", " ")
	return octet.ReplaceAllStringFunc(line, func(mark string) string {
		n, _ := strconv.Atoi(octet.FindStringSubmatch(mark)[1])
		return string([]byte{byte(n)})
	})
}

// times does with a line what step does, again and again.
func (d *play) times(name, arg string) error {
	count, line, _ := strings.Cut(arg, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	var sent strings.Builder
	for i := range n {
		counted := strings.ReplaceAll(line, "{i}", strconv.Itoa(i+1))
		if out, is := strings.CutPrefix(counted, "C: "); is {
			sent.WriteString(out + "\r\n")
			continue
		}
		if err := d.step(name + ": " + counted); err != nil {
			return err
		}
	}
	return d.peer(name).Write(sent.String())
}

func (d *play) set(setting string) error {
	word, arg, _ := strings.Cut(setting, " ")
	switch word {
	case "profile":
		p, ok := provider.Named(arg)
		if !ok {
			return fmt.Errorf("there is no profile %q", arg)
		}
		d.base = p
	case "mail":
		_, err := fmt.Sscan(arg, &d.mail)
		return err
	case "people":
		d.raw = people
	case "parts":
		d.raw = parts
	case "list":
		d.raw = list
	case "meeting":
		d.raw = meeting
	case "odd":
		d.raw = "Subject: caf\xe9 \x01\nX-Other: \u00fc\n\nHello.\n"
	case "multipart":
		d.raw = multipart
	case "labels":
		d.labels = true
	case "large":
		d.raw = "Subject: large\n\n" + strings.Repeat("a line of sixteen\n", 2<<20/16)
	case "token":
		d.token = true
	default:
		return fmt.Errorf("what is this?")
	}
	return nil
}

// peer connects when a connection is first named.
func (d *play) peer(name string) *dialogue.Peer {
	if p := d.peers[name]; p != nil {
		return p
	}
	nc, err := d.srv.Dial(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	p := dialogue.NewPeer(name, nc)
	d.peers[name] = p
	return p
}

func silent(p *dialogue.Peer) error {
	p.NC.SetReadDeadline(time.Now().Add(time.Millisecond))
	if line, err := p.R.ReadString('\n'); !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("got %q, %v", line, err)
	}
	return nil
}
