package imaptest_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/go-mailtest/mailtest/imaptest"
)

// The tests of README.md for who comes from another fake, before and after.

// archiveInvoices is some code under test: it moves invoices to Archive.
func archiveInvoices(addr string) error {
	client, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Login("user", "password").Wait(); err != nil {
		return err
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		return err
	}
	subject := imap.SearchCriteriaHeaderField{Key: "Subject", Value: "Invoice"}
	found, err := client.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{subject}}, nil).Wait()
	if err != nil {
		return err
	}
	_, err = client.Move(imap.UIDSetNum(found.AllUIDs()...), "Archive").Wait()
	return errors.Join(err, client.Logout().Wait())
}

func TestArchiveBefore(t *testing.T) {
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("user", "password")
	user.Create("INBOX", nil)
	user.Create("Archive", nil)
	user.Append("INBOX", bytesLiteral{bytes.NewReader([]byte("Subject: Invoice 17\r\n\r\n"))}, &imap.AppendOptions{})
	mem.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}},
		InsecureAuth: true,
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln)
	defer server.Close()

	if err := archiveInvoices(ln.Addr().String()); err != nil {
		t.Fatal(err)
	}

	status, err := user.Status("Archive", &imap.StatusOptions{NumMessages: true})
	if err != nil || *status.NumMessages != 1 {
		t.Errorf("got %v, %v", status, err)
	}
}

func TestArchive(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(fstest.MapFS{
		"INBOX/1.eml": {Data: []byte("Subject: Invoice 17\r\n\r\n")},
	}))
	before := srv.Snapshot()

	if err := archiveInvoices(srv.Addr()); err != nil {
		t.Fatal(err)
	}

	before.AssertDiff(t, "INBOX -1", `Archive +1 "Invoice 17"`)
}

type bytesLiteral struct{ *bytes.Reader }

func TestLostAnswerBefore(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "* OK [CAPABILITY IMAP4rev1 MOVE] ready\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			switch {
			case strings.HasPrefix(command, "LOGIN"):
				fmt.Fprintf(conn, "%s OK [CAPABILITY IMAP4rev1 MOVE] done\r\n", tag)
			case strings.HasPrefix(command, "UID SEARCH"):
				fmt.Fprintf(conn, "* SEARCH 1\r\n%s OK done\r\n", tag)
			case strings.HasPrefix(command, "UID MOVE"):
				return
			default:
				fmt.Fprintf(conn, "%s OK done\r\n", tag)
			}
		}
	}()

	if err := archiveInvoices(ln.Addr().String()); err == nil {
		t.Error("the connection broke, and nobody noticed")
	}
}

func TestLostAnswer(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(os.DirFS("testdata/mail")))
	srv.On("UID MOVE").DropBeforeReply()

	if err := archiveInvoices(srv.Addr()); err == nil {
		t.Error("the connection broke, and nobody noticed")
	}

	srv.Mailbox("Archive").AssertSubjects(t, "Invoice 17") // it was moved all the same
}
