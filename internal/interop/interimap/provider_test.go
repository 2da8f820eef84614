package interimap_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/portion"
)

// interimap keeps a provider and a server the same where that has what it needs, without what
// the protocol forbids, and says what is lacking where it has not.
func TestPairWithProviders(t *testing.T) {
	every := portion.Of(t, "one provider of %d", 1, 4)
	for i, profile := range provider.Faultless() {
		if i%every != 0 {
			continue
		}
		t.Run(profile.Name(), func(t *testing.T) {
			t.Parallel()
			need(t)
			remote := imaptest.Start(t, profile)
			for _, subject := range []string{"One", "Two"} {
				remote.Inbox().Deliver(t, []byte("Subject: "+subject+"\r\n\r\nhello\r\n"))
			}
			p := newPair(t, "plain", imaptest.Start(t), remote)
			if lacks := p.lacks(profile); lacks != "" {
				p.refuses(lacks)
				return
			}
			p.run()
			p.local.Inbox().AssertSubjects(t, "One", "Two")
			p.local.Inbox().Deliver(t, []byte("Subject: Three\r\n\r\n"))
			remote.Inbox().Expunge(t, uid(t, remote, "One"))
			remote.Inbox().AddFlags(t, uid(t, remote, "Two"), imap.FlagFlagged)
			p.run()
			for _, srv := range []*imaptest.Server{p.local, remote} {
				srv.Inbox().AssertSubjects(t, "Two", "Three")
				srv.Inbox().AssertFlags(t, uid(t, srv, "Two"), imap.FlagFlagged)
			}
		})
	}
}

// lacks is what interimap says of the first thing that it needs and that a provider has not.
func (p *pair) lacks(profile imaptest.Profile) string {
	spec := profile.Spec()
	if slices.Contains(strings.Fields(spec.Caps.BeforeLogin), "LOGINDISABLED") {
		return "Logins are disabled."
	}
	words := strings.Fields(spec.Caps.AfterLogin)
	if len(words) == 0 {
		words = strings.Fields(spec.Caps.BeforeLogin)
	}
	for _, need := range []struct{ word, says string }{
		{"ENABLE", "Server did not advertise ENABLE (RFC 5161) capability."},
		{"QRESYNC", "Server did not advertise QRESYNC capability."},
		{"LIST-EXTENDED", "Non LIST-EXTENDED-capable IMAP server."},
		{"LIST-STATUS", "Non LIST-STATUS-capable IMAP server."},
	} {
		switch {
		case !slices.Contains(words, need.word):
			return need.says
		case need.word == "QRESYNC" && slices.Contains(spec.Caps.Dead, imap.CapQResync):
			return "Couldn't ENABLE QRESYNC"
		}
	}
	return ""
}

// refuses is a run that ends with a reason, and changes nothing.
func (p *pair) refuses(why string) {
	p.t.Helper()
	local, remote := p.local.Snapshot(), p.remote.Snapshot()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	out, err := p.command(ctx).CombinedOutput()
	if err == nil || !strings.Contains(string(out), why) {
		p.t.Errorf("interimap: %v, want %q\n%s", err, why, out)
	}
	local.AssertDiff(p.t)
	remote.AssertDiff(p.t)
}
