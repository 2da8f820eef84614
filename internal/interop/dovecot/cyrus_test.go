//go:build unix

package dovecot_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// cyrusDir names the variable with the folder in which Debian's Cyrus is unpacked. Its
// package cannot be installed beside Dovecot's.
const cyrusDir = "MAILTEST_CYRUS"

// startCyrus runs a Cyrus of the test's own and returns its address. It is stopped
// when the test ends.
func startCyrus(t *testing.T) string {
	t.Helper()
	addr, err := tryCyrus(t)
	if err != nil {
		program.Unusable(t, "Cyrus, to compare with,", err)
	}
	return addr
}

func tryCyrus(t *testing.T) (string, error) {
	dir := os.Getenv(cyrusDir)
	if dir == "" {
		return "", errors.New(cyrusDir + " is not set to the folder that it is unpacked in")
	}
	master, err := program.Program{Name: filepath.Join(dir, "usr/lib/cyrus/bin/master")}.Look()
	if err != nil {
		return "", err
	}
	addr, err := freeAddr()
	if err != nil {
		return "", err
	}
	return addr, runCyrus(t, master, dir, addr)
}

// runCyrus starts the master process and waits until it serves.
func runCyrus(t *testing.T, master, unpacked, addr string) error {
	dir := t.TempDir()
	owner, err := mailOwner(dir)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	mail := filepath.Join(dir, "mail")
	for _, name := range []string{"imapd.conf", "cyrus.conf"} {
		text, err := os.ReadFile("testdata/cyrus/" + name)
		if err != nil {
			return err
		}
		filled := strings.NewReplacer("{dir}", mail, "{bin}", filepath.Dir(master), "{addr}", addr, "{user}", owner.Username).Replace(string(text))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(filled), 0o644); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(master, "-C", filepath.Join(dir, "imapd.conf"), "-M", filepath.Join(dir, "cyrus.conf"), "-p", filepath.Join(mail, "pid"), "-D")
	libraries, _ := filepath.Glob(filepath.Join(unpacked, "usr/lib/*-linux-*"))
	cmd.Env = append(os.Environ(), "TZ=UTC", "LD_LIBRARY_PATH="+strings.Join(append(libraries, filepath.Join(unpacked, "usr/lib/cyrus")), ":"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() { stopCyrus(cmd, ended) })
	return cyrusServes(addr, ended, log.Name())
}

// cyrusServes asks until there is an answer: the master does not say that it serves.
func cyrusServes(addr string, ended <-chan struct{}, log string) error {
	deadline := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := answers(addr)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ended:
			said, _ := os.ReadFile(log)
			return fmt.Errorf("Cyrus ended: %s", said)
		case <-deadline:
			return fmt.Errorf("Cyrus does not serve: %w", err)
		}
	}
}

// stopCyrus ends the master and, by its process group, which holds nothing else, its
// services.
func stopCyrus(cmd *exec.Cmd, ended <-chan struct{}) {
	cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(patience):
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-ended
}
