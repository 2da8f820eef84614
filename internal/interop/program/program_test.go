//go:build unix

package program_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// verdict is how a test ended that needed something.
type verdict struct{ how, text string }

func (v *verdict) Helper() {}

func (v *verdict) Skipf(format string, args ...any)  { v.end("skip", format, args) }
func (v *verdict) Fatalf(format string, args ...any) { v.end("fatal", format, args) }

func (v *verdict) end(how, format string, args []any) {
	v.how, v.text = how, fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// judge runs what a test does in the beginning.
func judge(f func(program.TB)) verdict {
	v := &verdict{how: "goes on"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(v)
	}()
	<-done
	return *v
}

// install writes a program into a folder that is all of PATH.
func install(t *testing.T, name, script string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if script == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\nPATH=/bin:/usr/bin\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
}

// broken are programs as machines have them by half, and a part of the reason that
// the test gives.
var broken = map[string]struct {
	program program.Program
	script  string
	reason  string
}{
	"none":                       {program.Mbsync, "", "it is not installed"},
	"it crashes":                 {program.Mbsync, "kill -SEGV $$", "segmentation fault"},
	"a library is gone":          {program.Mbsync, "echo 'error while loading shared libraries: libdb-5.3.so' >&2; exit 127", "libdb-5.3.so"},
	"it says nothing":            {program.Mbsync, ":", `shows no "isync`},
	"swaks without Net::SSLeay":  {program.Swaks, "echo '=== AUTH CRAM-MD5 supported'; echo '*** TLS not available: requires Net::SSLeay'", "requires Net::SSLeay"},
	"node without nodemailer":    {program.Nodemailer, `echo "Error: Cannot find module 'nodemailer'" >&2; exit 1`, "Cannot find module"},
	"python3 without a module":   {program.Python("ssl", "zlib"), `case "$2" in *zlib*) echo "ModuleNotFoundError: No module named 'zlib'" >&2; exit 1;; esac`, "No module named 'zlib'"},
	"interimap without a module": {program.InterIMAP, "echo \"Can't locate DBD/SQLite.pm in @INC\" >&2; exit 2", "DBD/SQLite.pm"},
	"perl without a module":      {program.Perl("Compress::Zlib"), `case "$1" in -MCompress::Zlib) echo "Can't locate Compress/Zlib.pm" >&2; exit 2;; esac`, "Compress/Zlib.pm"},
	"msmtp without GNU SASL": {program.MSMTP, "echo 'TLS/SSL library: GnuTLS'; echo 'Supported authentication methods:'; echo 'plain external cram-md5 login oauthbearer xoauth2'",
		"scram-sha-1"},
	"another Dovecot":             {program.Dovecot, "echo '2.4.1-4 (7d8c0e5759)'", "2.4.1-4"},
	"a Dovecot without libraries": {program.Dovecot, "exit 1", "exit status 1"},
	"it hangs":                    {hasty(program.InterIMAP), "exec sleep 60", "does not end within"},
	"a child of it hangs":         {hasty(program.Dovecot), "sleep 3 & wait", "does not end within"},
	"it prints and then hangs":    {hasty(program.Mbsync), "echo isync 1.4.4; exec sleep 60", "does not end within"},
}

func hasty(p program.Program) program.Program {
	p.Limit = 100 * time.Millisecond
	return p
}

// A program that is broken ends the test with its reason: as skipped, or as failed
// in CI.
func TestNeedABrokenProgram(t *testing.T) {
	for name, test := range broken {
		for ci, want := range map[string]string{"": "skip", "false": "skip", "true": "fatal"} {
			t.Run(name+" CI="+ci, func(t *testing.T) {
				install(t, test.program.Name, test.script)
				t.Setenv("CI", ci)
				test.program.Dirs = nil // the machine's own
				got := judge(func(tb program.TB) { program.Need(tb, test.program) })
				if got.how != want || !strings.Contains(got.text, test.program.Name) || !strings.Contains(got.text, test.reason) {
					t.Errorf("got %s, %q\nwant %s with %q", got.how, got.text, want, test.reason)
				}
			})
		}
	}
}

// A program that works is used, in CI and out of it, also from beside PATH.
func TestNeedAProgramThatWorks(t *testing.T) {
	works := map[string]program.Program{
		"echo isync 1.4.4": program.Mbsync,
		"printf '=== AUTH CRAM-MD5 supported\\n=== TLS supported\\n'; echo '*** IPv6 not available' >&2": program.Swaks,
		"echo '2.3.19.1 (9b53102964)'": program.Dovecot,
		"":                             program.Python("zlib"),
	}
	for script, p := range works {
		for _, ci := range []string{"", "true"} {
			install(t, p.Name, script+"\n")
			t.Setenv("CI", ci)
			dir := os.Getenv("PATH")
			if ci == "true" {
				t.Setenv("PATH", t.TempDir())
				p.Dirs = []string{dir}
			}
			var path string
			got := judge(func(tb program.TB) { path = program.Need(tb, p) })
			if got.how != "goes on" || path != filepath.Join(dir, p.Name) {
				t.Errorf("%s: %s, %q, path %q", p.Name, got.how, got.text, path)
			}
		}
	}
}

// A program that hangs is asked once by a process, however many tests need it.
func TestNeedAsksOnce(t *testing.T) {
	count := filepath.Join(t.TempDir(), "count")
	install(t, "mbsync", "echo once >>"+count+"; exit 1")
	t.Setenv("CI", "")
	for range 3 {
		if got := judge(func(tb program.TB) { program.Need(tb, program.Mbsync) }); got.how != "skip" {
			t.Errorf("%s: %s", got.how, got.text)
		}
	}
	if lines, err := os.ReadFile(count); string(lines) != "once\n" {
		t.Errorf("it ran: %q, %v", lines, err)
	}
}
