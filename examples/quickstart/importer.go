package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
)

// Importer is the code under test: it files the attachments of unseen mail in
// a folder, marks that mail as seen and moves it to Archive. Mail without
// attachments is left for people to read. It knows nothing of the test.
type Importer struct {
	Folder string                        // where attachments go
	Logf   func(format string, a ...any) // says what happens
	client *imapclient.Client
	news   chan struct{} // the server said that the mailbox changed
}

// Connect logs in and selects INBOX.
func (imp *Importer) Connect(addr, user, password string, tlsConfig *tls.Config) error {
	imp.news = make(chan struct{}, 1)
	client, err := imapclient.DialTLS(addr, &imapclient.Options{
		TLSConfig: tlsConfig,
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
	if err != nil {
		return err
	}
	imp.client = client
	if err := client.Login(user, password).Wait(); err != nil {
		return err
	}
	inbox, err := client.Select("INBOX", nil).Wait()
	if err != nil {
		return err
	}
	imp.Logf("logged in as %s: INBOX has %d messages", user, inbox.NumMessages)
	return nil
}

// Close logs out.
func (imp *Importer) Close() error {
	return errors.Join(imp.client.Logout().Wait(), imp.client.Close())
}

// Import deals with all unseen mail and returns how many messages it moved.
func (imp *Importer) Import() (int, error) {
	found, err := imp.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		return 0, err
	}
	uids := found.AllUIDs()
	imp.Logf("%d unseen", len(uids))
	moved := 0
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

// importOne reports whether the message had attachments and was moved.
func (imp *Importer) importOne(uid imap.UID) (bool, error) {
	set := imap.UIDSetNum(uid)
	whole := &imap.FetchItemBodySection{Peek: true}
	messages, err := imp.client.Fetch(set, &imap.FetchOptions{
		Envelope: true, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect()
	if err != nil || len(messages) != 1 {
		return false, errors.Join(err, fmt.Errorf("fetched %d messages", len(messages)))
	}
	names, err := imp.save(messages[0].FindBodySection(whole))
	if err != nil || len(names) == 0 {
		return false, err
	}
	imp.Logf("  %q", messages[0].Envelope.Subject)
	for _, name := range names {
		imp.Logf("      saved %s", name)
	}
	seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	if err := imp.client.Store(set, seen, nil).Close(); err != nil {
		return false, err
	}
	_, err = imp.client.Move(set, "Archive").Wait()
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
		idle, err := imp.client.Idle()
		if err != nil {
			return err
		}
		select {
		case <-imp.news:
		case <-ctx.Done():
		}
		if err := errors.Join(idle.Close(), idle.Wait()); err != nil || ctx.Err() != nil {
			return err
		}
		if _, err := imp.Import(); err != nil {
			return err
		}
	}
}
