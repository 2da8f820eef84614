//go:build unix

package mbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// doveadm runs Dovecot's tool on an mbox file of the test's own, without a server.
type doveadm struct {
	t     *testing.T
	bin   string
	dir   string
	owner *syscall.Credential // nil: who runs the test
}

// inbox is the mbox file.
func (d *doveadm) inbox() string { return filepath.Join(d.dir, "mail", "INBOX") }

// newDoveadm makes the folder of mail, with a file if there is to be one. Dovecot refuses
// mail to the superuser: then it is nobody's.
func newDoveadm(t *testing.T, text []byte) *doveadm {
	t.Helper()
	program.Need(t, program.Dovecot)
	d := &doveadm{t: t, bin: program.Need(t, program.Doveadm), dir: t.TempDir()}
	mail := filepath.Dir(d.inbox())
	for _, err := range []error{
		os.Mkdir(mail, 0o700),
		os.WriteFile(d.inbox(), text, 0o600),
		os.WriteFile(filepath.Join(d.dir, "dovecot.conf"), []byte("protocols =\nssl = no\nbase_dir = "+d.dir+"/run\nmail_location = mbox:"+mail+":INBOX="+d.inbox()+
			"\nmbox_write_locks = fcntl\nmail_fsync = never\nfirst_valid_uid = 1\n"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		d.giveToNobody(mail)
	}
	return d
}

func (d *doveadm) giveToNobody(mail string) {
	d.t.Helper()
	nobody, err := user.Lookup("nobody")
	if err != nil {
		d.t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	d.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	// The test's folder and the one around it are closed to others when made.
	for _, err := range []error{
		os.Chmod(d.dir, 0o755), os.Chmod(filepath.Dir(d.dir), 0o755), os.Chown(mail, uid, gid), os.Chown(d.inbox(), uid, gid),
	} {
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

// run runs a command with an input, and gives its output.
func (d *doveadm) run(input string, args ...string) []byte {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.bin, append([]string{"-c", filepath.Join(d.dir, "dovecot.conf")}, args...)...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "USER=ann", "HOME="+filepath.Dir(d.inbox()))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: d.owner}
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(input), &stderr
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("doveadm %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

// reads is what Dovecot finds in the file.
func (d *doveadm) reads() []message {
	d.t.Helper()
	var found []struct{ UID, Flags, Text string }
	output := d.run("", "-f", "json", "fetch", "uid flags text", "mailbox", "INBOX", "all")
	if err := json.Unmarshal(output, &found); err != nil {
		d.t.Fatalf("%v\n%s", err, output)
	}
	var out []message
	for _, f := range found {
		uid, err := strconv.ParseUint(f.UID, 10, 32)
		if err != nil {
			d.t.Fatal(err)
		}
		m := message{uid: imap.UID(uid), raw: strings.ReplaceAll(f.Text, "\r\n", "\n")}
		for flag := range strings.FieldsSeq(f.Flags) {
			if flag != `\Recent` {
				m.flags = append(m.flags, imap.Flag(flag))
			}
		}
		out = append(out, m)
	}
	return out
}

// checkNumbers compares UIDVALIDITY and UIDNEXT.
func (d *doveadm) checkNumbers(title string, mbox fixtures.Mailbox) {
	d.t.Helper()
	var status []struct{ UIDValidity, UIDNext string }
	output := d.run("", "-f", "json", "mailbox", "status", "uidvalidity uidnext", "INBOX")
	if err := json.Unmarshal(output, &status); err != nil || len(status) != 1 {
		d.t.Fatalf("%v\n%s", err, output)
	}
	got := fmt.Sprint(mbox.UIDValidity, " ", mbox.UIDNext)
	if want := status[0].UIDValidity + " " + status[0].UIDNext; got != want {
		d.t.Errorf("%s: UIDVALIDITY and UIDNEXT %s, want %s", title, got, want)
	}
}

// write gives Dovecot messages to write, some with flags, and says what should be in the
// file.
func (d *doveadm) write(given []message) []message {
	d.t.Helper()
	var out []message
	for i, m := range given {
		d.run(strings.ReplaceAll(m.raw, "\n", "\r\n"), "save", "-m", "INBOX")
		m.uid = imap.UID(i + 1)
		if len(m.flags) > 0 {
			m.flags = append(m.flags[:len(m.flags):len(m.flags)], "$Work", "Seen") // a keyword
			d.run("", "flags", "add", joinFlags(m.flags), "mailbox", "INBOX", "uid", strconv.Itoa(i+1))
		}
		if strings.HasSuffix(m.raw, "\n\n") && strings.Count(m.raw, "\n\n") == 1 {
			m.raw += "\n" // doveadm save gives a header alone a body of an empty line
		}
		out = append(out, m)
	}
	return out
}

func joinFlags(flags []imap.Flag) string {
	var words []string
	for _, flag := range flags {
		words = append(words, string(flag))
	}
	return strings.Join(words, " ")
}

// What Dovecot writes comes back as it was given to it and as Dovecot reads it, by the
// name .mboxcl2, and by .mbox too, where a text shows that its writer quotes nothing.
func TestDovecotWrites(t *testing.T) {
	for title, test := range map[string]struct {
		given []message
		names []string
	}{
		"messages":         {messages, []string{"a.mboxcl2", "a.mbox"}},
		"quoted":           {append(quotedMessages[1:], quotedMessages...), []string{"a.mboxcl2", "a.mbox"}},
		"nothing shows it": {quotedMessages[:1:1], []string{"a.mboxcl2"}},
	} {
		t.Run(title, func(t *testing.T) {
			d := newDoveadm(t, nil)
			want := d.write(append(test.given, message{raw: "Subject: last\n\nx\n"}))
			reads := d.reads()
			text, err := os.ReadFile(d.inbox())
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range test.names {
				got, mbox, err := load(name, text)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, name+", what Dovecot reads", got, reads)
				compare(t, name+", what was given to Dovecot", got, want)
				d.checkNumbers(name, mbox)
			}
		})
	}
}
