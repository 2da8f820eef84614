// Package everywhere imports all mail of an account, from whatever server it is on: an
// importer with the fallbacks that the providers of package provider need of it, and none
// that they do not. Its test runs it over all of them.
package everywhere

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// Account is who logs in. Token is an OAuth token, for servers that take no password.
type Account struct{ User, Password, Token string }

// Mail is a message, with where it was and what it is.
type Mail struct {
	Mailbox string
	UID     imap.UID
	Body    []byte
}

// Import reads all mail of an account.
func Import(client *imapclient.Client, account Account) ([]Mail, error) {
	if err := login(client, account); err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	// NetEase opens no mailbox for a client that has not said who it is. Others do not care,
	// but those without ID call it a bad command.
	if client.Caps().Has(imap.CapID) {
		if _, err := client.ID(&imap.IDData{Name: "everywhere"}).Wait(); err != nil {
			return nil, fmt.Errorf("ID: %w", err)
		}
	}
	mailboxes, err := client.List("", "*", nil).Collect()
	if err != nil {
		return nil, fmt.Errorf("LIST: %w", err)
	}
	if client.Caps().Has("X-GM-EXT-1") {
		mailboxes = homes(mailboxes)
	}
	var all []Mail
	for _, mbox := range mailboxes {
		// Gmail's "[Gmail]" is a name only, and so is QQ's "其他文件夹".
		if slices.Contains(mbox.Attrs, imap.MailboxAttrNoSelect) || slices.Contains(mbox.Attrs, imap.MailboxAttrNonExistent) {
			continue
		}
		mails, err := read(client, mbox.Mailbox)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mbox.Mailbox, err)
		}
		all = append(all, mails...)
	}
	return all, client.Logout().Wait()
}

// homes are the mailboxes of Gmail in which each message is once: the others are labels, which
// show it again.
func homes(mailboxes []*imap.ListData) []*imap.ListData {
	return slices.DeleteFunc(mailboxes, func(mbox *imap.ListData) bool {
		for _, use := range []imap.MailboxAttr{imap.MailboxAttrAll, imap.MailboxAttrJunk, imap.MailboxAttrTrash} {
			if slices.Contains(mbox.Attrs, use) {
				return false
			}
		}
		return true
	})
}

// login uses the password where the server takes passwords: it has LOGINDISABLED in its list
// where it does not, as Outlook has.
func login(client *imapclient.Client, account Account) error {
	if !client.Caps().Has(imap.CapLoginDisabled) {
		return client.Login(account.User, account.Password).Wait()
	}
	if !client.Caps().Has(imap.AuthCap("XOAUTH2")) {
		return errors.New("the server takes neither passwords nor tokens")
	}
	return client.Authenticate(xoauth2(account))
}

// read reads a mailbox without changing it. What is asked for is BODY.PEEK[] and never
// RFC822, which iCloud leaves out; its length is counted and never taken from RFC822.SIZE,
// which Exchange makes up; and no ENVELOPE is read: Outlook's has spaces that many clients refuse.
func read(client *imapclient.Client, mailbox string) ([]Mail, error) {
	selected, err := client.Select(mailbox, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil || selected.NumMessages == 0 {
		return nil, err // in an empty mailbox there is no number that could be asked for
	}
	section := &imap.FetchItemBodySection{Peek: true}
	// Asked for by number: Outlook tells UID behind the body, and by UID go-imap's client would
	// not know in time that the body was asked for.
	fetch := client.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	defer fetch.Close()
	var mails []Mail
	for msg := fetch.Next(); msg != nil; msg = fetch.Next() {
		mail := Mail{Mailbox: mailbox}
		for item := msg.Next(); item != nil; item = msg.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				mail.UID = item.UID // Outlook's comes last
			case imapclient.FetchItemDataBodySection:
				if mail.Body, err = io.ReadAll(item.Literal); err != nil {
					return nil, err
				}
			}
		}
		if mail.Body == nil {
			return nil, fmt.Errorf("UID %d has no body", mail.UID)
		}
		mails = append(mails, mail)
	}
	// Yahoo begins with the newest.
	slices.SortFunc(mails, func(a, b Mail) int { return int(a.UID) - int(b.UID) })
	return mails, fetch.Close()
}

// xoauth2 is the mechanism XOAUTH2, whose refusal is a challenge that has to be answered with
// nothing (Gmail), or NO at once (Outlook).
func xoauth2(account Account) sasl.Client { return tokenClient(account) }

type tokenClient Account

func (c tokenClient) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + c.User + "\x01auth=Bearer " + c.Token + "\x01\x01"), nil
}

func (c tokenClient) Next([]byte) ([]byte, error) { return []byte{}, nil }
