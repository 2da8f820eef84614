// Quickstart shows the main job of mailtest as a program: a small invoice
// importer works on a mailbox that an IMAP server in this same process serves
// from a folder of mail files. The test beside it, quickstart_test.go, is what
// you would write.
package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/smtp"
	"os"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
)

//go:embed mail
var files embed.FS

// mail is the folder of mail that the server begins with.
func mail() fs.FS {
	sub, err := fs.Sub(files, "mail")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

func main() {
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run does the main job from beginning to end and says so on w.
func run(w io.Writer) error {
	step := func(format string, a ...any) { fmt.Fprintf(w, format+"\n", a...) }

	srv, err := imaptest.New(imaptest.WithUser("invoices", "secret", mail()), imaptest.WithSMTP())
	if err != nil {
		return err
	}
	defer srv.Close()
	step("1. a server for invoices@…, seeded from %d mail files", countMail(srv))

	folder, err := os.MkdirTemp("", "invoices")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	imp := &Importer{Folder: folder, Logf: func(format string, a ...any) { step("   importer: "+format, a...) }}
	if err := imp.Connect(srv.TLSAddr(), "invoices", "secret", srv.ClientTLSConfig()); err != nil {
		return err
	}

	step("2. it imports what is unseen")
	moved, err := imp.Import()
	if err != nil {
		return err
	}
	step("   %d messages moved to Archive", moved)

	step("3. it idles, and a message arrives by SMTP")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	watching := make(chan error, 1)
	go func() { watching <- imp.Watch(ctx) }()
	t := &terse{w: w}
	srv.Inbox().WaitIdle(t)
	if err := smtp.SendMail(srv.SMTPAddr(), nil, "billing@late.example", []string{"invoices@northwind.example"}, lateInvoice()); err != nil {
		return err
	}
	srv.Mailbox("Archive").WaitMessage(t, imaptest.Subject("Late invoice L-1"))
	cancel()
	if err := <-watching; err != nil {
		return err
	}

	step("4. what the server has at the end")
	srv.Mailbox("Archive").AssertCount(t, 1+moved+1)
	srv.Mailbox("Archive").AssertLacks(t, imaptest.Unflagged("\\Seen"))
	srv.Inbox().AssertLacks(t, imaptest.Subject("Late invoice L-1"))
	for _, name := range []string{"INBOX", "Archive"} {
		step("   %s", name)
		for _, m := range srv.Mailbox(name).Messages() {
			step("   %5d  %-24s %s", m.UID, fmt.Sprint(m.Flags), m.Subject())
		}
	}
	if err := imp.Close(); err != nil {
		return err
	}
	return t.result()
}

func countMail(srv *imaptest.Server) int {
	return len(srv.Inbox().Messages()) + len(srv.Mailbox("Archive").Messages())
}

// lateInvoice is mail with one attachment, as an invoicing system sends it.
func lateInvoice() []byte {
	return []byte(strings.ReplaceAll(`From: Late Billing <billing@late.example>
To: invoices@northwind.example
Subject: Late invoice L-1
Date: Mon, 22 Jun 2026 09:00:00 +0000
Message-ID: <L-1@late.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="late"

--late
Content-Type: text/plain

Here it is at last.
--late
Content-Type: text/csv
Content-Disposition: attachment; filename="L-1.csv"

item,price
patience,0.00
--late--
`, "\n", "\r\n"))
}
