package imaptest_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/textproto"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// A client forwards a message that it never downloads: it names it to the SMTP server
// (BURL, RFC 4468) by a URL that the IMAP server has authorized (URLAUTH, RFC 4467).
func Example_forwardWithoutDownload() {
	srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithSMTP(smtpsink.NoTrace()))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	report := "Subject: Report\r\n\r\nAll is well.\r\n"
	if _, err := srv.Store().Users()[0].Inbox().Append([]byte(report)); err != nil {
		log.Fatal(err)
	}

	mail := connect(srv.Dial)
	mail.say("a LOGIN user password")
	mail.say(`b GENURLAUTH "imap://user@localhost/INBOX/;UID=1;URLAUTH=submit+user" INTERNAL`)
	url := strings.Split(mail.last, `"`)[1]

	submission := connect(srv.SMTP().Dial)
	submission.say("EHLO client")
	submission.say("AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=")
	submission.say("MAIL FROM:<user@example.com>")
	submission.say("RCPT TO:<user@example.com>")
	submission.say("BDAT 22\r\nX-Forwarded-By: user")
	submission.say("BURL " + url + " LAST")

	fmt.Print(strings.ReplaceAll(string(srv.SMTP().Messages()[0].Raw), "\r\n", "\n"))
	// Output:
	// X-Forwarded-By: user
	// Subject: Report
	//
	// All is well.
}

// lines is a client that says a line and reads the answer.
type lines struct {
	*textproto.Conn
	last string // all of the answer
}

func connect(dial func(context.Context) (net.Conn, error)) *lines {
	nc, err := dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	c := &lines{Conn: textproto.NewConn(nc)}
	c.answer("")
	return c
}

func (c *lines) say(line string) {
	if err := c.PrintfLine("%s", line); err != nil {
		log.Fatal(err)
	}
	tag, _, _ := strings.Cut(line, " ")
	c.answer(tag)
}

// answer reads up to the line with an IMAP tag, or the last one of an SMTP reply.
func (c *lines) answer(tag string) {
	c.last = ""
	for {
		line, err := c.ReadLine()
		if err != nil {
			log.Fatal(err)
		}
		c.last += line + "\n"
		first, _, _ := strings.Cut(line, " ")
		if first == tag || len(first) == 3 || tag == "" {
			return
		}
	}
}
