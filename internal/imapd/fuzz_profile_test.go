package imapd_test

import (
	"io"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/txtar"
)

// crowded is a profile with about everything in it that there can be.
func crowded() *imapd.Profile {
	p := &imapd.Profile{
		Greeting: "* OK [CAPABILITY {capabilities}] {host} {peer} {id} {uuid} {date} ready",
		ID:       `("name" "x" "remote-host" "{peer}")`,
		Select: []string{
			"* FLAGS {flags}", "* OK [PERMANENTFLAGS {permanentflags}] ok", "* {exists} EXISTS", "* {recent} RECENT", "* OK [UNSEEN {unseen}]",
			"* OK [UIDVALIDITY {uidvalidity}]", "* OK [UIDNEXT {uidnext}]", "* OK [HIGHESTMODSEQ {highestmodseq}]", "* OK [MAILBOXID ({mailboxid})]",
		},
		Flags:   imapd.ProfileFlags{Listed: []imap.Flag{`\Recent`}, Keywords: []imap.Flag{"$Junk"}, New: "first"},
		Fetch:   imapd.FetchForm{UID: "last"},
		Names:   imapd.Names{Inbox: "Inbox", Quote: "needed", Attrs: "sorted", Order: "random", Root: "/", Lenient: true},
		Numbers: imapd.Numbers{Recent: "always", Window: 1},
		Limits:  imapd.ProfileLimits{Bad: 200, BadBeforeLogin: 100, Line: 20_000, Idle: time.Hour, Session: 24 * time.Hour},
		Quirks: []imapd.Quirk{
			{Name: "caps", Acts: []imapd.Act{
				imapd.Text{Event: "ok/LOGIN", Answer: "* CAPABILITY {capabilities}\n{line}"}, imapd.Cap{Word: "XLIST", Shown: true, Works: true},
			}},
			{Name: "gates", Acts: []imapd.Act{
				imapd.Gate{On: "SELECT", When: "no-id nth 3", Answer: "NO {mailbox} {user} {auth.password}"},
				imapd.Gate{On: "SEARCH", When: "charset", Answer: "{search.charset}"},
				imapd.Gate{On: "*", When: "above 300/1s", Answer: "* NO slow\n"},
			}},
			{Name: "edits", Acts: []imapd.Act{
				imapd.Edit{Response: "OK", Find: "$", Replace: " "}, imapd.Edit{Response: "LIST", Find: "^", Twice: true},
				imapd.Edit{Response: "FETCH", Find: `\d+`, Replace: "${0}0"}, imapd.Edit{Response: "ENABLED", Drop: true},
			}},
			{Name: "clocks", Acts: []imapd.Act{
				imapd.Clock{On: "DONE", After: time.Second, Then: "wait"}, imapd.Clock{On: "IDLE", After: time.Minute, Then: "say * OK Still here"},
				imapd.Clock{On: "UID FETCH", Bytes: 10_000, Then: "bye enough"},
			}},
		},
	}
	for how := range imapd.Tellings() {
		p.Quirks = append(p.Quirks, imapd.Quirk{Name: how, Acts: []imapd.Act{imapd.Tell{How: how}}})
	}
	for how, item := range imapd.ItemWriters() {
		p.Quirks = append(p.Quirks, imapd.Quirk{Name: how, Acts: []imapd.Act{imapd.Item{Name: item, How: how}}})
	}
	for how, item := range map[string]string{"omit": "RFC822", "twice": "UID", "empty": "INTERNALDATE", "nil": "RFC822.TEXT", "quoted": "BODY", "unasked": "FLAGS"} {
		p.Quirks = append(p.Quirks, imapd.Quirk{Name: how, Acts: []imapd.Act{imapd.Item{Name: item, How: how}}})
	}
	return p
}

// FuzzProfile is FuzzConnection with a profile in which nothing is as it should be: the
// engine has no bug, and ends.
func FuzzProfile(f *testing.F) {
	for _, pattern := range []string{"testdata/*.txtar", "testdata/profile/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(clientLines(string(archive.Comment)))
		}
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		synctest.Test(t, func(t *testing.T) { sayAllTo(t, crowded(), sent) })
	})
}

// sayAllTo sends lines to a server with a profile, and waits for the end.
func sayAllTo(t *testing.T, p *imapd.Profile, sent []byte) {
	mail := store.New()
	user, err := mail.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	user.Inbox().Append([]byte("Subject: one\r\nTo: a, b@example.com\r\n\r\nbody\r\n"))
	user.Inbox().Append([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n"), store.WithFlags(`\Seen`, "$Work"))
	srv, err := imapd.NewServer(imapd.Config{Store: mail, Profile: p, Hooks: imapd.Hooks{Bug: func(err error) { t.Error(err) }}})
	if err != nil {
		t.Fatal(err)
	}
	client, server := memnet.Pipe()
	srv.Go(server)
	go func() {
		io.WriteString(client, "l LOGIN user password\r\ns SELECT INBOX\r\n")
		client.Write(sent)
		client.(interface{ CloseWrite() error }).CloseWrite()
	}()
	io.Copy(io.Discard, client)
	client.Close()
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
}
