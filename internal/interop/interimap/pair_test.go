package interimap_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/interop/program"
)

// pair is two servers that interimap keeps the same.
type pair struct {
	t             *testing.T
	local, remote *imaptest.Server
	bin, dir      string
}

// config compresses towards the remote server, which is what interimap does by itself.
const config = `
database = {dir}/state.db

[local]
type = imap
host = localhost
port = {local}
STARTTLS = NO
username = user
password = password

[remote]
type = {type}
host = localhost
port = {remote}
STARTTLS = NO
SSL_CAfile = {dir}/ca.pem
username = user
password = password
`

// need is interimap with the modules that it loads late.
func need(t *testing.T) string {
	t.Helper()
	program.Need(t, program.Perl("DBD::SQLite", "Net::SSLeay", "Compress::Raw::Zlib"))
	return program.Need(t, program.InterIMAP)
}

// newPair writes the configuration. transport is that of the remote server: "plain"
// or "tls".
func newPair(t *testing.T, transport string, local, remote *imaptest.Server) *pair {
	t.Helper()
	p := &pair{t: t, local: local, remote: remote, bin: need(t), dir: t.TempDir()}
	kind, addr := "imap", remote.Addr()
	if transport == "tls" {
		kind, addr = "imaps", remote.TLSAddr()
	}
	port := func(addr string) string {
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			t.Fatal(err)
		}
		return port
	}
	text := strings.NewReplacer("{dir}", p.dir, "{local}", port(local.Addr()), "{remote}", port(addr),
		"{type}", kind).Replace(config)
	for name, data := range map[string][]byte{"config": []byte(text), "ca.pem": remote.CAPEM()} {
		if err := os.WriteFile(filepath.Join(p.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// command is interimap with these arguments.
func (p *pair) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.bin, append([]string{"--config=" + filepath.Join(p.dir, "config")}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+p.dir, "XDG_CONFIG_HOME="+p.dir, "XDG_DATA_HOME="+p.dir, "LC_ALL=C")
	cmd.WaitDelay = time.Second
	return cmd
}

// run runs interimap to its end.
func (p *pair) run(args ...string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	out, err := p.command(ctx, args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("interimap %q: %v\n%s\nlocal\n%s\nremote\n%s", args, err, out, p.local.Transcript(), p.remote.Transcript())
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "WARNING") && !strings.Contains(line, "Conflicting flag update") && !strings.Contains(line, expungedThere) {
			p.t.Errorf("interimap %q: %s", args, line)
		}
	}
}

// expungedThere is the warning about a message that was changed on one side and
// expunged on the other.
const expungedThere = "No match for modified"

// state is what a server has: flags, date and text of the messages, by mailbox, and
// the subscriptions.
func state(srv *imaptest.Server) map[string][]string {
	out := make(map[string][]string)
	user, _ := srv.Store().User(imaptest.DefaultUser)
	for _, mbox := range user.Mailboxes() {
		messages := []string{}
		for _, m := range mbox.Messages() {
			var flags []string
			for _, f := range m.Flags {
				flags = append(flags, string(f))
			}
			slices.Sort(flags)
			messages = append(messages, strings.Join(flags, " ")+"\n"+m.InternalDate.UTC().Format(time.DateTime)+"\n"+string(m.Raw()))
		}
		slices.Sort(messages)
		out[mbox.Name()] = messages
	}
	out["subscriptions"] = user.Subscriptions()
	return out
}

// same runs interimap and compares the servers.
func (p *pair) same() {
	p.t.Helper()
	p.run()
	if diff := cmp.Diff(state(p.local), state(p.remote)); diff != "" {
		p.t.Errorf("local (-) and remote (+) are not the same:\n%s", diff)
	}
}
