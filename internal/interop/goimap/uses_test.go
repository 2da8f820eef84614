package goimap_test

import (
	"errors"
	"flag"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// use is one way to use the client.
type use struct {
	methods string   // of the client that it calls
	needs   imap.Cap // "" for what every server has
	before  bool     // it is needed before login
	run     func(s *session) error
}

// session is a client that is logged in and has selected INBOX.
type session struct {
	*imapclient.Client
	account
	t      *testing.T
	srv    *imaptest.Server
	events chan event
}

// event is what the client was told without having asked.
type event struct {
	what string
	n    uint32
}

const multipart = "From: Zoë <zoe@example.com>\r\nTo: ann@example.com, bob@example.com\r\nCc: cat@example.com\r\n" +
	"Subject: Plans\r\nMessage-ID: <1@example.com>\r\nDate: Mon, 06 May 2024 10:00:00 +0200\r\n" +
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello plans.\r\n" +
	"--b\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment; filename=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nUERG\r\n--b--\r\n"

// mail is three messages, of which the second answers the first.
func mail() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml": {Data: []byte(multipart)},
		"INBOX/2.eml": {Data: []byte("From: amy@example.com\r\nSubject: Re: Plans\r\nMessage-ID: <2@example.com>\r\nReferences: <1@example.com>\r\n" +
			"Date: Tue, 07 May 2024 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSecond thoughts, 日本語.\r\n")},
		"INBOX/3.eml":         {Data: []byte("From: bob@example.com\r\nSubject: Bill\r\nMessage-ID: <3@example.com>\r\nDate: Sun, 05 May 2024 10:00:00 +0000\r\n\r\nThird.\r\n")},
		"INBOX/mailbox.txt":   {Data: []byte("1.eml uid=11 flags=\\Seen,$Work date=2024-05-06T10:00:00+02:00\n2.eml uid=12 date=2024-05-07T10:00:00Z\n3.eml uid=15 flags=\\Flagged date=2024-05-08T10:00:00Z\n")},
		"Archive/mailbox.txt": {Data: []byte("special-use \\Archive\nsubscribed\n")},
		"Lists/Go/1.eml":      {Data: []byte("Subject: go\r\n\r\n")},
	}
}

var whole = flag.Bool("whole", false, "go through all uses with every provider, and not through an eighth with each")

// TestUses goes through all uses with every profile, and with every provider but for what
// the protocol forbids. Without -whole each of these has an eighth of the uses, and each use
// some of these.
func TestUses(t *testing.T) {
	own := len(imaptest.Profiles())
	for i, profile := range append(imaptest.Profiles(), provider.Faultless()...) {
		all := uses()
		for j, name := range slices.Sorted(maps.Keys(all)) {
			use := all[name]
			if i >= own && (i+j)%8 != 0 && !*whole {
				continue
			}
			t.Run(profile.String()+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := newSession(t, profile)
				shown := s.Caps()
				if use.before {
					shown = s.before()
				}
				has := s.has(shown, use.needs)
				err := use.run(s)
				switch {
				case has && err != nil:
					t.Errorf("%s is there, and: %v", use.needs, err)
				case !has && !s.unknown(err):
					t.Errorf("%s is not there, and: %v", use.needs, err)
				}
				if s.State() != imap.ConnStateLogout && s.Noop().Wait() != nil {
					t.Error("the connection does not go on")
				}
			})
		}
	}
}

func newSession(t *testing.T, profile imaptest.Profile) *session {
	t.Helper()
	s := &session{t: t, account: account{profile.Spec()}, events: make(chan event, 100)}
	s.srv = imaptest.Start(t, imaptest.WithMail(mail()), profile)
	s.Client = s.srv.Client(t, imaptest.ClientOptions(&imapclient.Options{UnilateralDataHandler: s.handler()}))
	if err := s.present(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *session) handler() *imapclient.UnilateralDataHandler {
	return &imapclient.UnilateralDataHandler{
		Expunge: func(n uint32) { s.events <- event{"expunge", n} },
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				s.events <- event{"exists", *data.NumMessages}
			}
		},
		Fetch: func(msg *imapclient.FetchMessageData) {
			msg.Collect()
			s.events <- event{"fetch", msg.SeqNum}
		},
	}
}

// uses are all of them, by name.
func uses() map[string]use {
	all := make(map[string]use)
	for _, table := range []map[string]use{connectionUses, mailboxUses, fetchUses, changeUses, searchUses} {
		for name, use := range table {
			all[name] = use
		}
	}
	return all
}

// TestEveryMethodIsUsed keeps the tables whole when the client learns more.
func TestEveryMethodIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, use := range uses() {
		for _, method := range strings.Fields(use.methods) {
			used[method] = true
		}
	}
	client := reflect.TypeFor[*imapclient.Client]()
	for i := range client.NumMethod() {
		name := client.Method(i).Name
		if !used[name] {
			t.Errorf("no use calls Client.%s", name)
		}
		delete(used, name)
	}
	for name := range used {
		t.Errorf("the client has no method %s", name)
	}
}

// equal compares within a use.
func (s *session) equal(what string, got, want any) {
	s.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// answerOf is the status and the code of an error, without its text.
func answerOf(err error) imap.StatusResponse {
	var answer *imap.Error
	if errors.As(err, &answer) {
		return imap.StatusResponse{Type: answer.Type, Code: answer.Code}
	}
	return imap.StatusResponse{}
}
