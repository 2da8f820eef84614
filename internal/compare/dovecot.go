//go:build unix

package compare

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
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

	_ "embed"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

//go:embed testdata/dovecot.conf
var dovecotConf string

// dovecotServer is a Dovecot that runs as long as the test. Every work has an account of
// its own.
type dovecotServer struct {
	tb       testing.TB
	dir      string
	addr     string
	cmd      *exec.Cmd
	uid, gid int
	accounts int
}

// newDovecot starts a Dovecot. Where there is none it is nil, or an error where CI is
// true.
func newDovecot(tb testing.TB) *dovecotServer {
	tb.Helper()
	bin, err := program.Dovecot.Find()
	d := &dovecotServer{tb: tb, dir: tb.TempDir()}
	if err == nil {
		err = d.start(bin)
	}
	switch {
	case err == nil:
		return d
	case os.Getenv("CI") == "true":
		tb.Fatalf("Dovecot cannot be used, and CI has it: %v", err)
	}
	tb.Logf("without Dovecot: %v", err)
	return nil
}

// start runs the master process and waits for it to say that it serves.
func (d *dovecotServer) start(bin string) error {
	conf, err := d.configure()
	if err != nil {
		return err
	}
	stderr, w, err := os.Pipe()
	if err != nil {
		return err
	}
	d.cmd = exec.Command(bin, "-F", "-c", conf)
	d.cmd.Stderr = w
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = d.cmd.Start()
	w.Close()
	if err != nil {
		return err
	}
	d.tb.Cleanup(d.stop)
	started := make(chan error, 2)
	go func() {
		defer stderr.Close()
		last := "nothing"
		for s := bufio.NewScanner(stderr); s.Scan(); {
			if last = s.Text(); strings.Contains(last, "starting up for imap") {
				started <- nil
			}
		}
		started <- fmt.Errorf("it ended, and last said %s", last)
	}()
	select {
	case err := <-started:
		return err
	case <-time.After(20 * time.Second):
		return errors.New("it does not say that it serves")
	}
}

// configure writes the configuration, and gives the folder of mail to who may have mail,
// which the superuser may not.
func (d *dovecotServer) configure() (conf string, err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	d.addr = ln.Addr().String()
	ln.Close()
	owner, err := user.Current()
	if err == nil && os.Getuid() == 0 {
		owner, err = user.Lookup("nobody")
	}
	if err != nil {
		return "", err
	}
	group, err := user.LookupGroupId(owner.Gid)
	if err != nil {
		return "", err
	}
	d.uid, _ = strconv.Atoi(owner.Uid)
	d.gid, _ = strconv.Atoi(owner.Gid)
	for _, dir := range []string{d.dir, filepath.Dir(d.dir)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			return "", err
		}
	}
	if err := d.makeDirs("mail"); err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(d.addr)
	filled := strings.NewReplacer("{dir}", d.dir, "{port}", port, "{user}", owner.Username,
		"{group}", group.Name, "{uid}", owner.Uid, "{gid}", owner.Gid).Replace(dovecotConf)
	conf = filepath.Join(d.dir, "dovecot.conf")
	return conf, os.WriteFile(conf, []byte(filled), 0o600)
}

// makeDirs makes folders that Dovecot owns.
func (d *dovecotServer) makeDirs(names ...string) error {
	for _, name := range names {
		dir := filepath.Join(d.dir, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.Chown(dir, d.uid, d.gid); err != nil {
			return err
		}
	}
	return nil
}

// stop ends the master, which ends its services, and what is left of them.
func (d *dovecotServer) stop() {
	d.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(10*time.Second, func() { syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	d.cmd.Wait()
	syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL)
}

// version is Dovecot's own, in short.
func (d *dovecotServer) version() string {
	out, err := exec.Command(d.cmd.Path, "--version").Output()
	if err != nil {
		return "?"
	}
	short, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return short
}

// account is one with n messages, of which Dovecot knows nothing yet.
func (d *dovecotServer) account(n int) *dovecotAccount {
	d.tb.Helper()
	d.accounts++
	a := &dovecotAccount{dovecotServer: d, name: fmt.Sprintf("user%d", d.accounts)}
	home := filepath.Join("mail", a.name)
	var dirs []string
	for _, box := range []string{"", "Archive"} {
		for _, sub := range []string{"", "cur", "new", "tmp"} {
			dirs = append(dirs, filepath.Join(home, box, sub))
		}
	}
	err := d.makeDirs(dirs...)
	if err == nil {
		err = d.fill(filepath.Join(d.dir, home, "cur"), n)
	}
	if err != nil {
		d.tb.Fatal(err)
	}
	return a
}

// fill puts the mail into a folder: the same files for every account.
func (d *dovecotServer) fill(dir string, n int) error {
	if n == 0 {
		return nil
	}
	stock := filepath.Join(d.dir, "stock")
	if _, err := os.Stat(stock); err != nil {
		if err := d.stock(stock, n); err != nil {
			return err
		}
	}
	for i := range n {
		name := stockName(i)
		if err := os.Link(filepath.Join(stock, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func stockName(i int) string { return fmt.Sprintf("%d.M%dP1.host:2,", 1700000000+i, i) }

func (d *dovecotServer) stock(dir string, n int) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for i, raw := range mails(n) {
		name := filepath.Join(dir, stockName(i))
		if err := os.WriteFile(name, bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), 0o600); err != nil {
			return err
		}
		if err := os.Chown(name, d.uid, d.gid); err != nil {
			return err
		}
	}
	return nil
}

// dovecotAccount is an account as a server.
type dovecotAccount struct {
	*dovecotServer
	name string
}

func (a *dovecotAccount) imap() string  { return a.addr }
func (a *dovecotAccount) smtp() string  { return "" }
func (a *dovecotAccount) login() string { return a.name + " password" }

func (a *dovecotAccount) ask(req request) (report, error) {
	if req.Name != "" {
		return report{}, errors.New("nobody asks Dovecot for anything")
	}
	return report{}, nil
}

func (a *dovecotAccount) done() { os.RemoveAll(filepath.Join(a.dir, "mail", a.name)) }
