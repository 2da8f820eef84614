package mbsync_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/internal/portion"
)

// mbsync fetches INBOX from every provider, and puts a message there, without what the protocol
// forbids.
func TestSyncWithProviders(t *testing.T) {
	program.Need(t, program.Mbsync)
	every := portion.Of(t, "one provider of %d", 1, 4)
	for i, p := range provider.Faultless() {
		if i%every != 0 {
			continue
		}
		if slices.Contains(strings.Fields(p.Spec().Caps.BeforeLogin), "LOGINDISABLED") {
			continue // this client has no tokens
		}
		t.Run(p.Name(), func(t *testing.T) {
			t.Parallel()
			srv := imaptest.Start(t, append(changed[p.Name()], p)...)
			for _, subject := range []string{"One", "Two"} {
				srv.Inbox().Deliver(t, []byte("Subject: "+subject+"\r\n\r\nhello\r\n"))
			}
			r := newReplica(t, srv, "")
			r.sync()
			if got := r.check("INBOX"); got != 2 {
				t.Errorf("INBOX has %d messages, want 2", got)
			}
			r.deliver("INBOX", "3", "Subject: Three\n\nthree\n")
			r.sync()
			srv.Inbox().AssertSubjects(t, "One", "Two", "Three")
		})
	}
}

// changed is what mbsync cannot do at a provider, though the protocol allows it: it does not
// say who it is, and without UIDPLUS see variants.
var changed = map[string][]imaptest.Option{
	"netease163": {imaptest.WithoutQuirk(provider.UnsafeLogin), imaptest.With(imap.CapUIDPlus)},
}
