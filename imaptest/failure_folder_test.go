package imaptest_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// below is mail as it looks from a folder further up.
func below(folder string, mail fstest.MapFS) fs.FS {
	out := make(fstest.MapFS)
	for name, file := range mail {
		out[folder+"/"+name] = file
	}
	return out
}

// Whoever gives the folder that holds the one with INBOX is told so by whatever finds INBOX empty.
func TestFolderTooHigh(t *testing.T) {
	assertions := map[string]func(t imaptest.TB, inbox imaptest.Mailbox){
		"count":       func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.AssertCount(t, 3) },
		"subjects":    func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.AssertSubjects(t, "one", "two", "three") },
		"message":     func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.Message(t) },
		"has":         func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.AssertHas(t, imaptest.Subject("something else")) },
		"flags":       func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.AssertFlags(t, 1) },
		"a wait":      func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.WaitCount(t, 3) },
		"a message's": func(t imaptest.TB, inbox imaptest.Mailbox) { inbox.WaitMessage(t, imaptest.Subject("one")) },
	}
	mails := map[string]struct {
		opts []imaptest.Option
		want string // "" for nothing
	}{
		"one level":     {[]imaptest.Option{imaptest.WithMail(below("mail", threeLetters()))}, "\nmail/INBOX has 3 messages: is the folder given to WithMail one level too high?\n"},
		"two levels":    {[]imaptest.Option{imaptest.WithMail(below("testdata/mail", threeLetters()))}, "\ntestdata/mail/INBOX has 3 messages: is the folder given to WithMail 2 levels too high?\n"},
		"an account's":  {[]imaptest.Option{imaptest.WithUser("ann", "secret", below("mail", threeLetters()))}, "\nmail/INBOX has 3 messages: is the folder given to WithUser one level too high?\n"},
		"a dot":         {[]imaptest.Option{imaptest.WithDelimiter('.'), imaptest.WithMail(below("mail", threeLetters()))}, "\nmail.INBOX has 3 messages: is the folder given to WithMail one level too high?\n"},
		"another":       {[]imaptest.Option{imaptest.WithMail(fstest.MapFS{"Work/1.eml": {Data: []byte("Subject: one\n\n")}})}, ""},
		"no mail there": {[]imaptest.Option{imaptest.WithMail(fstest.MapFS{"mail/INBOX/mailbox.txt": {}})}, ""},
		"no mail":       {nil, ""},
	}
	for of, mail := range mails {
		for name, assert := range assertions {
			t.Run(of+"/"+name, func(t *testing.T) {
				opts := append(mail.opts, imaptest.InMemory(), imaptest.WithPatience(time.Millisecond))
				f := &fakeTB{TB: t}
				inbox := imaptest.Start(t, opts...).Inbox()
				f.run(func(tb imaptest.TB) { assert(tb, inbox) })
				got := f.out.String()
				if got == "" || strings.Contains(got, "too high?") != (mail.want != "") || !strings.Contains(got, mail.want) {
					t.Errorf("got %s\nwant %s", got, mail.want)
				}
			})
		}
	}
	t.Run("INBOX has mail", func(t *testing.T) {
		f := &fakeTB{TB: t}
		imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()), imaptest.WithMail(below("mail", threeLetters()))).Inbox().AssertCount(f, 6)
		if got := f.out.String(); got == "" || strings.Contains(got, "too high?") {
			t.Errorf("got %s", got)
		}
	})
}
