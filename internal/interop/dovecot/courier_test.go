//go:build unix

package dovecot_test

import (
	"errors"
	"fmt"
	"io"
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

// courierDir names the variable with the folder in which Debian's Courier is unpacked. Its
// package cannot be installed beside Dovecot's.
const courierDir = "MAILTEST_COURIER"

// TestCourier holds a dialogue about rights with Courier, a server of RFC 2086, and with this
// module's server without RIGHTS=.
func TestCourier(t *testing.T) {
	d, err := parseDialogue("testdata/courier/courier.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want, err := play(d, d.name, startCourier(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := play(d, d.name, serve(t, d, imaptest.Without(imap.Cap("RIGHTS"))))
	if err != nil {
		t.Fatalf("this server: %v", err)
	}
	tables := newTables(courierDiffers)
	wantLines, gotLines := normalise(d, want), normalise(d, got)
	for i, a := range want {
		ours, theirs := gotLines[i], wantLines[i]
		for _, r := range courierRules {
			before := fmt.Sprint(ours, theirs)
			ours, theirs = r.rewrite(ours), r.rewrite(theirs)
			tables.rules[r.pattern] = tables.rules[r.pattern] || fmt.Sprint(ours, theirs) != before
		}
		if diff := tables.compare(d.name, a.tag, a.step.text, ours, theirs); diff != "" {
			t.Errorf("%s.txtar:%d: %s\n%s", d.name, a.step.line, a.step.text, diff)
		}
	}
	for i, row := range tables.differences {
		if !tables.occurred[i] {
			t.Errorf("listed, but does not occur: %+v", row)
		}
	}
	for _, r := range courierRules {
		if !tables.rules[r.pattern] {
			t.Errorf("rule without effect: %s (%s)", r.pattern, r.why)
		}
	}
}

// courierRules are choices of Courier that come up everywhere.
var courierRules = []rule{
	{pattern: re(` (administrators|owner|courier)=acdilp?rsw`),
		rfc: "RFC 4314, section 2", why: "How who owns the mailbox, and who administers it, are called."},
	{pattern: re(`^(\* MYRIGHTS .*) acdilp?rsw$`), replace: `$1 all`,
		rfc: "RFC 4314, section 2.1", why: "p is not granted unasked: it is for delivery."},
}

// courierDiffers are the other differences between this server and Courier 5.0.
var courierDiffers = []difference{
	{"courier", "login", "OK", "NO",
		"RFC 3501, section 6.2.3", "The session begins logged in."},
	{"courier", "a12", "OK", "NO",
		"RFC 4314, section 2", "Negative rights need not be supported: Courier has none of anyone's."},
	{"courier", "a13", "-anyone=d", "anyone=cdr",
		"RFC 4314, section 2", "The same."},
	{"courier", "a14 a15", "BAD", "OK",
		"RFC 4314, section 3.1", "A letter that is no right, or in upper case, MUST be BAD."},
	{"courier", "a16", "-anyone=d anyone=cdr", "anyone=lqr",
		"RFC 4314, section 3.1", "The same, and negative rights."},
	{"courier", "a18", "-anyone=d anyone=", `ACL "INBOX"`,
		"RFC 4314, section 3.1", "Whether an identifier without rights keeps its entry; and negative rights."},
	{"courier", "a20", "anyone=", `ACL "INBOX"`,
		"RFC 4314, section 3.1", "The same."},
	{"courier", "a26 a27", "BAD", "NO",
		"RFC 4314, section 7", "An argument is missing."},
	{"courier", "a28", "BAD", "OK",
		"RFC 4314, section 3", "An identifier of which nothing is left MUST be refused with BAD."},
}

// startCourier is the way to sessions of Courier on a Maildir of the test's own. A
// session is a process, which ends with its connection.
func startCourier(t *testing.T) func() (net.Conn, error) {
	t.Helper()
	dial, err := tryCourier(t)
	if err != nil {
		program.Unusable(t, "Courier, to compare with,", err)
	}
	return dial
}

// startStockCourier is one without keywords and rights, as the profile of Courier.
func startStockCourier(t *testing.T) func() (net.Conn, error) {
	t.Helper()
	dial, err := tryCourierWith(t, stockCourier)
	if err != nil {
		program.Unusable(t, "Courier, to compare with,", err)
	}
	return dial
}

func tryCourier(t *testing.T) (func() (net.Conn, error), error) {
	return tryCourierWith(t, courierWithRights)
}

func tryCourierWith(t *testing.T, settings []string) (func() (net.Conn, error), error) {
	return tryCourierProgram(t, "usr/bin/imapd", settings)
}

func tryCourierProgram(t *testing.T, name string, settings []string) (func() (net.Conn, error), error) {
	unpacked := os.Getenv(courierDir)
	if unpacked == "" {
		return nil, errors.New(courierDir + " is not set to the folder that it is unpacked in")
	}
	imapd, err := program.Program{Name: filepath.Join(unpacked, name)}.Look()
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	for _, name := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, "Maildir", name), 0o700); err != nil {
			return nil, err
		}
	}
	return func() (net.Conn, error) { return runCourier(t, imapd, unpacked, dir, settings...) }, nil
}

// courierWithRights has keywords and rights, and names no capability but its protocol.
var courierWithRights = []string{"IMAP_CAPABILITY=IMAP4rev1", "IMAP_ACL=1", "IMAP_KEYWORDS=1"}

// stockCourier has the capabilities that its package gives it.
var stockCourier = []string{"IMAP_CAPABILITY=IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"}

// startCourierLogin is the way to what Courier is before login, with STARTTLS. Nobody can log
// in: that takes another server of its package.
func startCourierLogin(t *testing.T) func() (net.Conn, error) {
	t.Helper()
	dial, err := tryCourierProgram(t, "usr/lib/courier/courier/imaplogin", append(stockCourier, "IMAP_STARTTLS=YES", "COURIERTLS=/bin/true"))
	if err != nil {
		program.Unusable(t, "Courier, to compare with,", err)
	}
	return dial
}

// runCourier starts a session, logged in, on a connection of its own.
func runCourier(t *testing.T, imapd, unpacked, dir string, settings ...string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	args := []string{"Maildir"}
	if filepath.Base(imapd) == "imaplogin" {
		args = []string{imapd, "Maildir"} // what it would run for who has logged in
	}
	cmd := exec.Command(imapd, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout = dir, io.Reader(theirs), io.Writer(theirs)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+filepath.Join(unpacked, "usr/lib")+":"+filepath.Join(unpacked, "usr/lib/courier-authlib"), "HOME="+dir,
		"AUTHENTICATED=courier", "AUTHADDR=courier", "AUTHFULLNAME=courier", "TCPREMOTEIP=127.0.0.1", "TCPREMOTEPORT=1", "TCPLOCALPORT=143",
		"IMAP_IDLE_TIMEOUT=60", "IMAP_UMASK=022", "IMAP_MAILBOX_SANITY_CHECK=0")
	cmd.Env = append(cmd.Env, settings...)
	cmd.WaitDelay = time.Second // what it would still read is not waited for
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := cmd.Wait(); err != nil && !errors.Is(err, io.ErrClosedPipe) && !errors.Is(err, exec.ErrWaitDelay) {
			said.WriteString(err.Error())
		}
		theirs.Close()
	}()
	t.Cleanup(func() {
		ours.Close()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	return ours, nil
}
