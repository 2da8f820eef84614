//go:build unix

package dovecot_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// startDovecot runs a Dovecot of the test's own and returns its address. It
// is stopped when the test ends.
func startDovecot(t *testing.T) string {
	t.Helper()
	return configuredDovecot(t, "testdata/dovecot.conf")
}

// startStockDovecot runs one without what its package does not switch on.
func startStockDovecot(t *testing.T) string {
	t.Helper()
	return configuredDovecot(t, "testdata/stock.conf")
}

func configuredDovecot(t *testing.T, template string) string {
	t.Helper()
	addr, err := tryDovecotWith(t, template)
	if err != nil {
		program.Unusable(t, "Dovecot, to compare with,", err)
	}
	return addr
}

// tryDovecot says why there is no Dovecot, or none that starts.
func tryDovecot(t *testing.T) (string, error) { return tryDovecotWith(t, "testdata/dovecot.conf") }

func tryDovecotWith(t *testing.T, template string) (string, error) {
	bin, err := program.Dovecot.Find()
	if err != nil {
		return "", err
	}
	var errs []error
	// The port is free when it is chosen; another process may take it before
	// Dovecot does.
	for range 3 {
		addr, err := runDovecot(t, bin, template)
		if err == nil {
			return addr, nil
		}
		errs = append(errs, err)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
	}
	return "", errors.Join(errs...)
}

// runDovecot starts the master process and waits for it to say that it
// serves; its listeners are bound by then.
func runDovecot(t *testing.T, bin, template string) (string, error) {
	dir := t.TempDir()
	addr, err := freeAddr()
	if err != nil {
		return "", err
	}
	conf, err := writeConfig(template, dir, addr)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(bin, "-F", "-c", conf)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		return "", err
	}
	w.Close()
	log := &serverLog{started: make(chan struct{}), ended: make(chan struct{})}
	go log.read(stderr)
	t.Cleanup(func() { stopDovecot(t, cmd, log) })
	select {
	case <-log.started:
		return addr, answers(addr)
	case <-log.ended:
		return "", fmt.Errorf("%s ended:\n%s", bin, strings.Join(log.lines, "\n"))
	case <-time.After(patience):
		return "", fmt.Errorf("%s does not say that it serves: %w", bin, os.ErrDeadlineExceeded)
	}
}

// answers logs in, which takes more processes than the one that listens.
func answers(addr string) error {
	nc, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return err
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(nc, "a LOGIN probe password\r\nb LOGOUT\r\n")
	said, err := io.ReadAll(nc)
	if err == nil && !strings.Contains(string(said), "\r\na OK ") {
		err = errors.New("no OK")
	}
	if err != nil {
		return fmt.Errorf("a login at Dovecot: %w: %q", err, said)
	}
	return nil
}

// serverLog is what Dovecot writes to its standard error.
type serverLog struct {
	started chan struct{} // closed at the line that says so
	ended   chan struct{} // closed when no process writes any more
	lines   []string      // to be read after ended
}

func (l *serverLog) read(f *os.File) {
	defer close(l.ended)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		l.lines = append(l.lines, s.Text())
		if strings.Contains(s.Text(), "starting up for imap") {
			close(l.started)
		}
	}
}

// stopDovecot ends the master, which ends its services; a service that stays
// is ended through the process group, which holds nothing else.
func stopDovecot(t *testing.T, cmd *exec.Cmd, log *serverLog) {
	cmd.Process.Signal(syscall.SIGTERM)
	killer := time.AfterFunc(patience, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	cmd.Wait()
	killer.Stop()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-log.ended
	for _, line := range log.lines {
		if strings.Contains(line, "Error: ") || strings.Contains(line, "Panic: ") || strings.Contains(line, "Fatal: ") || t.Failed() {
			t.Log(line)
		}
	}
}

func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// writeConfig writes the configuration into dir and gives its name.
func writeConfig(template, dir, addr string) (string, error) {
	owner, err := mailOwner(dir)
	if err != nil {
		return "", err
	}
	group, err := user.LookupGroupId(owner.Gid)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(template)
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(addr)
	filled := strings.NewReplacer("{dir}", dir, "{port}", port, "{user}", owner.Username,
		"{group}", group.Name, "{uid}", owner.Uid, "{gid}", owner.Gid).Replace(string(text))
	conf := filepath.Join(dir, "dovecot.conf")
	return conf, os.WriteFile(conf, []byte(filled), 0o600)
}

// mailOwner makes the folder of mail and says whose it is: the user that runs
// the test or, because Dovecot refuses mail to the superuser, nobody.
func mailOwner(dir string) (*user.User, error) {
	mail := filepath.Join(dir, "mail")
	if err := os.Mkdir(mail, 0o700); err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return user.Current()
	}
	owner, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	// The test's folder and the one around it are closed to others when made.
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			return nil, err
		}
	}
	return owner, os.Chown(mail, uid, gid)
}
