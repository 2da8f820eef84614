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
