package imaptest_test

import (
	"bufio"
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A server of one's own, as far as it differs.
func ExampleNewProfile() {
	ours := imaptest.NewProfile(imaptest.ProfileSpec{
		Name:     "ours",
		Greeting: "* OK mail.example ready",
		Caps: imaptest.Caps{
			BeforeLogin: "IMAP4rev1 XOURS AUTH=PLAIN",
			AfterLogin:  "IMAP4rev1 IDLE UIDPLUS XOURS",
			Ornaments:   []string{"XOURS"},
		},
		Texts: imaptest.Texts{
			"auth.password":   "NO [ALERT] see https://mail.example/locked",
			"mailbox.missing": "NO no folder {mailbox} here",
		},
		Mailboxes: []imaptest.SpecMailbox{
			{Name: "Sent Items", Use: imap.MailboxAttrSent, Names: map[string]string{"de": "Gesendet"}},
		},
	})
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, ours, imaptest.WithLanguage("de"))

	srv.Mailbox("Gesendet").AssertExists(t)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer nc.Close()
	lines := bufio.NewScanner(nc)
	for _, command := range []string{"", "a1 LOGIN user wrong", "a2 LOGIN user password", "a3 SELECT Nope"} {
		if command != "" {
			fmt.Fprintf(nc, "%s\r\n", command)
		}
		lines.Scan()
		fmt.Println(lines.Text())
	}
	// Output:
	// * OK mail.example ready
	// a1 NO [ALERT] see https://mail.example/locked
	// a2 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS XOURS] logged in
	// a3 NO no folder Nope here
}

// What is wrong in a profile is said all at once.
func ExampleProfile_Check() {
	wrong := imaptest.NewProfile(imaptest.ProfileSpec{
		Name:  "wrong",
		Caps:  imaptest.Caps{BeforeLogin: "IMAP4rev1 IDEL"},
		Texts: imaptest.Texts{"auth.pasword": "NO"},
	})
	fmt.Println(wrong.Check())
	// Output:
	// profile wrong: capability IDEL is not implemented, and is no ornament; nearest: IDLE
	// profile wrong: there is no event "auth.pasword"; nearest: auth.password
}
