package main

import (
	"context"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// start gives a test its own server, seeded from the mail folder, and an
// importer that is logged in to it.
func start(t *testing.T) (*imaptest.Server, *Importer) {
	t.Helper()
	srv := imaptest.Start(t, imaptest.WithUser("invoices", "secret", os.DirFS("mail")), imaptest.WithSMTP())
	imp := &Importer{Folder: t.TempDir(), Logf: t.Logf}
	if err := imp.Connect(srv.TLSAddr(), "invoices", "secret", srv.ClientTLSConfig()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { imp.Close() })
	return srv, imp
}

func TestImport(t *testing.T) {
	srv, imp := start(t)
	moved, err := imp.Import()
	if err != nil {
		t.Fatal(err)
	}
	if moved != 5 {
		t.Errorf("moved %d messages, want 5", moved)
	}
	// The mail with attachments is in Archive, seen; the other flags are kept.
	archive := srv.Mailbox("Archive")
	archive.AssertSubjects(t,
		"Invoice 2026-0107 for order 3998",
		"Invoice 2026-0611 for order 4711",
		"Rechnung R-2026/118 für Schrauben und Nägel",
		"Fwd: Invoice CW-90210",
		"Your bill for May, account 5550123",
		"Statement of account, June",
	)
	forwarded := archive.Message(t, imaptest.Subject("Fwd: Invoice CW-90210"))
	archive.AssertFlags(t, forwarded.UID, imap.FlagSeen, imap.FlagFlagged, imported)

	// The other mail is where it was, and as unseen as it was.
	srv.Inbox().AssertCount(t, 10)
	srv.Inbox().AssertHas(t, imaptest.Subject("Réservation pour le dîner"), imaptest.Unflagged(imap.FlagSeen))
	srv.Inbox().AssertFlags(t, 114, imap.FlagSeen, imap.FlagAnswered, "$Work")

	// Each attachment is a file, decoded: the sizes are those that went into
	// the mail files.
	want := map[string]int64{
		"invoice-2026-0611.pdf":          604,
		"Rechnung Müller R-2026-118.pdf": 601,
		"posten.csv":                     61,
		"CW-90210.pdf":                   594,
		"bill-2026-05.pdf":               598,
		"statement-2026-06.pdf":          594,
	}
	for name, size := range want {
		info, err := os.Stat(filepath.Join(imp.Folder, name))
		if err != nil || info.Size() != size {
			t.Errorf("%s: got %v, %v, want %d bytes", name, info, err, size)
		}
	}
	if saved, _ := os.ReadDir(imp.Folder); len(saved) != len(want) {
		t.Errorf("saved %v, want %d files", saved, len(want))
	}
}

// The program beside this test runs to its end.
func TestProgram(t *testing.T) {
	var out strings.Builder
	if err := run(&out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"5 messages moved to Archive", "saved L-1.csv"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
}

func TestWatch(t *testing.T) {
	srv, imp := start(t)
	if _, err := imp.Import(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	watching := make(chan error, 1)
	go func() { watching <- imp.Watch(ctx) }()

	srv.Inbox().WaitIdle(t)
	err := smtp.SendMail(srv.SMTPAddr(), nil, "billing@late.example", []string{"invoices@northwind.example"}, lateInvoice())
	if err != nil {
		t.Fatal(err)
	}
	late := srv.Mailbox("Archive").WaitMessage(t, imaptest.Subject("Late invoice L-1"))
	srv.Mailbox("Archive").AssertFlags(t, late.UID, imap.FlagSeen, imported)
	srv.Inbox().AssertLacks(t, imaptest.MessageID("L-1@late.example"))

	cancel()
	if err := <-watching; err != nil {
		t.Errorf("watch: %v", err)
	}
}

// Whatever interrupts it, and wherever it is killed, all mail with attachments is filed and moved when
// it has been tried again.
func TestInterrupted(t *testing.T) {
	opts := []sweep.Option{sweep.Server(imaptest.WithUser("invoices", "secret", os.DirFS("mail"))), whole()}
	if raceDetector {
		opts = append(opts, sweep.Except("CutAfter", "Dribble"))
	}
	sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
		folder := t.TempDir()
		run := func() {
			sweep.Program(t, srv, 3, func(p *sweep.Process) error { return importOnce(t, p, folder) })
		}
		run()
		sweep.Calm(t)
		run()
		return saved(t, folder)
	}, opts...)
}

// whole is all runs with SWEEP=whole, and else a sample.
func whole() sweep.Option {
	if os.Getenv("SWEEP") == "whole" {
		return sweep.Sample(0)
	}
	return sweep.Sample(100)
}

// importOnce is the program from its start to its end.
func importOnce(t testing.TB, p *sweep.Process, folder string) error {
	nc, err := p.Dial(t.Context())
	if err != nil {
		return err
	}
	imp := &Importer{Folder: folder, Logf: t.Logf}
	if err := imp.Login(nc, "invoices", "secret"); err != nil {
		return err
	}
	defer imp.client.Close()
	_, err = imp.Import()
	return err
}

// saved are the names and sizes of what is in a folder.
func saved(t testing.TB, folder string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, info.Size(), entry.Name())
	}
	return out.String()
}
