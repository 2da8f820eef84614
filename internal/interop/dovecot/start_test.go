//go:build unix

package dovecot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Dovecot that is there and does not start, or serves no IMAP, is as good as none.
func TestDovecotThatDoesNotStart(t *testing.T) {
	for name, test := range map[string]struct{ script, reason string }{
		"a fatal error":      {"echo 'Fatal: service(anvil) user doesn'\\''t exist: dovenull' >&2; exit 89", "dovenull"},
		"no word, and ends":  {"exit 0", "ended"},
		"no IMAP to speak":   {"echo 'master: Warning: starting up without any protocols' >&2", "ended"},
		"nobody at the port": {"echo 'master: Info: Dovecot v2.3.19 starting up for imap' >&2; sleep 1", "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			script := "#!/bin/sh\nPATH=/bin:/usr/bin\ncase \"$1\" in --version) echo 2.3.19; exit;; esac\n" + test.script + "\n"
			if err := os.WriteFile(filepath.Join(dir, "dovecot"), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", dir)
			addr, err := tryDovecot(t)
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %q, %v, want an error with %q", addr, err, test.reason)
			}
		})
	}
}

// So is a Cyrus that is not unpacked, or does not start.
func TestCyrusThatDoesNotStart(t *testing.T) {
	for name, test := range map[string]struct{ script, reason string }{
		"no folder":       {"", cyrusDir},
		"an empty folder": {"none", "not installed"},
		"a library gone":  {"echo 'error while loading shared libraries: libicuuc.so.72' >&2; exit 127", "libicuuc.so.72"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv(cyrusDir, dir)
			bin := filepath.Join(dir, "usr/lib/cyrus/bin")
			if err := os.MkdirAll(bin, 0o755); err != nil {
				t.Fatal(err)
			}
			switch test.script {
			case "":
				t.Setenv(cyrusDir, "")
			case "none":
			default:
				if err := os.WriteFile(filepath.Join(bin, "master"), []byte("#!/bin/sh\n"+test.script+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
				openTo(t, dir)
			}
			addr, err := tryCyrus(t)
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %q, %v, want an error with %q", addr, err, test.reason)
			}
		})
	}
}

// openTo lets anybody read what is in a folder of the test's own.
func openTo(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
