package mbsync_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// replica is a folder of Maildirs, and the server that it is kept the same as.
type replica struct {
	t    *testing.T
	srv  *imaptest.Server
	bin  string
	dir  string // of the Maildirs
	conf string
}

// config has everything synchronised both ways. {account} is for settings of the
// account.
const config = `
FSync no
IMAPAccount server
Host localhost
Port {port}
User user
Pass password
AuthMechs LOGIN
{account}

IMAPStore far
Account server

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState {state}/
`

func newReplica(t *testing.T, srv *imaptest.Server, account string) *replica {
	t.Helper()
	bin := program.Need(t, program.Mbsync)
	home := t.TempDir()
	r := &replica{t: t, srv: srv, bin: bin, dir: filepath.Join(home, "mail"), conf: filepath.Join(home, "mbsyncrc")}
	// The state is kept apart from the mail, so that a mailbox that is removed is not
	// taken for one that has never been.
	addr, ca, state := srv.Addr(), filepath.Join(home, "ca.pem"), filepath.Join(home, "state")
	switch {
	case !strings.Contains(account, "SSLType"):
		account = strings.TrimPrefix(account+"\nSSLType None", "\n")
	case strings.Contains(account, "IMAPS"):
		addr = srv.TLSAddr()
	}
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		err = os.Mkdir(state, 0o700)
	}
	if err == nil {
		err = os.WriteFile(ca, srv.CAPEM(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("{port}", port, "{dir}", r.dir, "{state}", state).Replace(config)
	filled = strings.ReplaceAll(strings.ReplaceAll(filled, "{account}", account), "{ca}", ca)
	if err := os.WriteFile(r.conf, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	r.create("INBOX")
	return r
}

// sync makes both sides the same.
func (r *replica) sync() {
	r.t.Helper()
	r.age()
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.bin, "-c", r.conf, "-a", "-V")
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(r.dir), "LC_ALL=C")
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("mbsync: %v\n%s\n%s", err, out, r.srv.Transcript())
	}
}

// age makes the Maildirs look as if nobody had written into them just now: mbsync
// would wait for a second.
func (r *replica) age() {
	r.t.Helper()
	past := time.Now().Add(-time.Hour)
	r.walk(func(path string, d fs.DirEntry) error {
		if !d.IsDir() {
			return nil
		}
		return os.Chtimes(path, past, past)
	})
}

func (r *replica) walk(visit func(path string, d fs.DirEntry) error) {
	r.t.Helper()
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return visit(path, d)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *replica) create(mailbox string) {
	r.t.Helper()
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(r.dir, mailbox, sub), 0o700); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *replica) exists(mailbox string) bool {
	_, err := os.Stat(filepath.Join(r.dir, mailbox, "cur"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.t.Fatal(err)
	}
	return err == nil
}

func (r *replica) remove(mailbox string) {
	r.t.Helper()
	if err := os.RemoveAll(filepath.Join(r.dir, mailbox)); err != nil {
		r.t.Fatal(err)
	}
}

// deliver files a message with LF, as Maildirs have it.
func (r *replica) deliver(mailbox, name, raw string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, mailbox, "new", name), []byte(raw), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// message is one of the replica.
type message struct {
	path  string
	flags string // letters of Maildir
	raw   string
}

// messages are those of a mailbox by their subjects.
func (r *replica) messages(mailbox string) map[string]message {
	r.t.Helper()
	out := make(map[string]message)
	for _, sub := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(r.dir, mailbox, sub))
		if err != nil {
			r.t.Fatal(err)
		}
		for _, e := range entries {
			path := filepath.Join(r.dir, mailbox, sub, e.Name())
			raw, err := os.ReadFile(path)
			if err != nil {
				r.t.Fatal(err)
			}
			_, subject, _ := strings.Cut(string(raw), "Subject: ")
			subject, _, _ = strings.Cut(subject, "\n")
			_, flags, _ := strings.Cut(e.Name(), ":2,")
			if _, twice := out[subject]; twice {
				r.t.Errorf("%s has %q twice", mailbox, subject)
			}
			out[subject] = message{path, flags, string(raw)}
		}
	}
	return out
}

// setFlags gives messages these flags, as letters of Maildir.
func (r *replica) setFlags(mailbox, flags string, subjects ...string) {
	r.t.Helper()
	messages := r.messages(mailbox)
	for _, subject := range subjects {
		m, ok := messages[subject]
		if !ok {
			r.t.Fatalf("%s has no %q", mailbox, subject)
		}
		name, _, _ := strings.Cut(filepath.Base(m.path), ":2,")
		if err := os.Rename(m.path, filepath.Join(r.dir, mailbox, "cur", name+":2,"+flags)); err != nil {
			r.t.Fatal(err)
		}
	}
}

// letters are the flags that a Maildir knows.
var letters = []struct {
	flag   imap.Flag
	letter string
}{{imap.FlagDraft, "D"}, {imap.FlagFlagged, "F"}, {imap.FlagAnswered, "R"}, {imap.FlagSeen, "S"}, {imap.FlagDeleted, "T"}}

// local is the name of a mailbox in the replica: as the server tells it, which is in
// modified UTF-7 before IMAP4rev2.
func (r *replica) local(mailbox string) string {
	if old := strings.ReplaceAll(mailbox, "ü", "&APw-"); r.exists(old) {
		return old
	}
	return mailbox
}

// check compares a mailbox of the server with that of the replica, message by message:
// subjects, flags and text. It returns how many there are.
func (r *replica) check(mailbox string) int {
	r.t.Helper()
	near := r.messages(r.local(mailbox))
	far := r.srv.Mailbox(mailbox).Messages()
	for _, m := range far {
		subject := m.Subject()
		copied, ok := near[subject]
		if !ok {
			r.t.Errorf("%s: %q is not in the replica", mailbox, subject)
			continue
		}
		delete(near, subject)
		var flags string
		for _, l := range letters {
			if m.Has(l.flag) {
				flags += l.letter
			}
		}
		if copied.flags != flags {
			r.t.Errorf("%s: %q has flags %q on the server and %q in the replica", mailbox, subject, flags, copied.flags)
		}
		if want := unmarked(string(m.Raw())); unmarked(copied.raw) != want {
			r.t.Errorf("%s: %q is\n%q\non the server, in the replica\n%q", mailbox, subject, want, copied.raw)
		}
	}
	for subject := range near {
		r.t.Errorf("%s: %q is not on the server", mailbox, subject)
	}
	return len(far)
}

// unmarked is a message with LF and without the line by which mbsync finds what it
// has stored.
func unmarked(raw string) string {
	raw = strings.ReplaceAll(raw, "\r\n", "\n")
	before, rest, found := strings.Cut(raw, "X-TUID: ")
	if !found {
		return raw
	}
	_, after, _ := strings.Cut(rest, "\n")
	return before + after
}
