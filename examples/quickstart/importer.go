package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
)

// Importer is the code under test: it files the attachments of unseen mail in
// a folder, marks that mail as seen and moves it to Archive. Mail without
// attachments is left for people to read. It can be interrupted anywhere: what it has
// filed and not moved has the keyword $Imported, and is moved the next time. It knows
// nothing of the test.
type Importer struct {
	Folder string                        // where attachments go
	Logf   func(format string, a ...any) // says what happens
	client *imapclient.Client
	news   chan struct{} // the server said that the mailbox changed
}

// imported marks mail that has been filed.
const imported imap.Flag = "$Imported"

// Timeout is how long a command may take.
const Timeout = time.Minute

// within gives a command some time, and closes the connection after it.
func within[T any](client *imapclient.Client, wait func() (T, error)) (T, error) {
	limit := time.AfterFunc(Timeout, func() { client.Close() })
	defer limit.Stop()
	return wait()
}

// done is within for a command that returns nothing but an error.
func done(client *imapclient.Client, wait func() error) error {
	_, err := within(client, func() (struct{}, error) { return struct{}{}, wait() })
	return err
}

// Connect logs in and selects INBOX.
func (imp *Importer) Connect(addr, user, password string, tlsConfig *tls.Config) error {
	nc, err := tls.Dial("tcp", addr, tlsConfig)
	if err != nil {
		return err
	}
	return imp.Login(nc, user, password)
}

// Login is Connect on a connection that there is.
func (imp *Importer) Login(nc net.Conn, user, password string) error {
	imp.news = make(chan struct{}, 1)
	client := imapclient.New(nc, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(data *imapclient.UnilateralDataMailbox) {
				if data.NumMessages != nil {
					select {
					case imp.news <- struct{}{}:
					default:
					}
				}
			},
		},
	})
	imp.client = client
	if err := done(client, client.Login(user, password).Wait); err != nil {
		return errors.Join(err, client.Close())
	}
	// Without MOVE the client would send COPY and EXPUNGE, and look at no answer between them.
	if caps, err := within(client, func() (imap.CapSet, error) { return client.Caps(), nil }); err != nil || !caps.Has(imap.CapMove) {
		return errors.Join(errors.New("the server has no MOVE"), client.Close())
	}
	inbox, err := within(client, client.Select("INBOX", nil).Wait)
	if err != nil {
		return errors.Join(err, client.Close())
	}
	imp.Logf("logged in as %s: INBOX has %d messages", user, inbox.NumMessages)
	return nil
}

// Close logs out.
func (imp *Importer) Close() error {
	return errors.Join(done(imp.client, imp.client.Logout().Wait), imp.client.Close())
}

// Import deals with all unseen mail and returns how many messages it moved.
func (imp *Importer) Import() (int, error) {
	moved, err := imp.moveImported()
	if err != nil {
		return moved, err
	}
	uids, err := imp.search(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}})
	if err != nil {
		return moved, err
	}
	imp.Logf("%d unseen", len(uids))
	for _, uid := range uids {
		done, err := imp.importOne(uid)
		if err != nil {
			return moved, fmt.Errorf("message %d: %w", uid, err)
		}
		if done {
			moved++
		}
	}
	return moved, nil
}

// moveImported moves what was filed by somebody who was interrupted then.
func (imp *Importer) moveImported() (int, error) {
	uids, err := imp.search(&imap.SearchCriteria{Flag: []imap.Flag{imported}})
	if err != nil || len(uids) == 0 {
		return 0, err
	}
	_, err = within(imp.client, imp.client.Move(imap.UIDSetNum(uids...), "Archive").Wait)
	return len(uids), err
}

// search is a search that was answered: without an answer there is nothing to do, and
// nothing is done.
func (imp *Importer) search(criteria *imap.SearchCriteria) ([]imap.UID, error) {
	found, err := within(imp.client, imp.client.UIDSearch(criteria, nil).Wait)
	if err != nil {
		return nil, err
	}
	return found.AllUIDs(), nil
}

// importOne reports whether the message had attachments and was moved.
func (imp *Importer) importOne(uid imap.UID) (bool, error) {
	set := imap.UIDSetNum(uid)
	whole := &imap.FetchItemBodySection{Peek: true}
	messages, err := within(imp.client, imp.client.Fetch(set, &imap.FetchOptions{
		Envelope: true, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect)
	switch {
	case err != nil:
		return false, err
	case len(messages) == 0:
		return false, nil // somebody else has taken it
	case messages[0].Envelope == nil || messages[0].FindBodySection(whole) == nil:
		return false, errors.New("a FETCH response without what was asked for")
	}
	names, err := imp.save(messages[0].FindBodySection(whole))
	if err != nil || len(names) == 0 {
		return false, err
	}
	imp.Logf("  %q", messages[0].Envelope.Subject)
	for _, name := range names {
		imp.Logf("      saved %s", name)
	}
	seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen, imported}}
	if err := done(imp.client, imp.client.Store(set, seen, nil).Close); err != nil {
		return false, err
	}
	_, err = within(imp.client, imp.client.Move(set, "Archive").Wait)
	return err == nil, err
}

// save writes the attachments of a message, and of messages inside it.
func (imp *Importer) save(raw []byte) (names []string, err error) {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) {
		return nil, err
	}
	err = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil && !message.IsUnknownCharset(err) {
			return err
		}
		kind, _, _ := part.Header.ContentType()
		if kind == "message/rfc822" {
			inner, err := io.ReadAll(part.Body)
			if err != nil {
				return err
			}
			more, err := imp.save(inner)
			names = append(names, more...)
			return err
		}
		disposition, params, _ := part.Header.ContentDisposition()
		if disposition != "attachment" {
			return nil
		}
		name := filepath.Base(decode(params["filename"]))
		names = append(names, name)
		return imp.write(name, part.Body)
	})
	return names, err
}

// decode undoes encoded words, which some senders put into file names.
func decode(name string) string {
	if text, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		return text
	}
	return name
}

func (imp *Importer) write(name string, content io.Reader) error {
	f, err := os.Create(filepath.Join(imp.Folder, name))
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// Watch idles until ctx ends, and imports what arrives meanwhile.
func (imp *Importer) Watch(ctx context.Context) error {
	for {
		idle, err := within(imp.client, imp.client.Idle)
		if err != nil {
			return err
		}
		select {
		case <-imp.news:
		case <-ctx.Done():
		}
		if err := done(imp.client, func() error { return errors.Join(idle.Close(), idle.Wait()) }); err != nil || ctx.Err() != nil {
			return err
		}
		if _, err := imp.Import(); err != nil {
			return err
		}
	}
}
