// Package mirror mirrors an account into a folder of files, both ways: what is new, gone or
// has other flags on one side becomes so on the other. It uses QRESYNC or CONDSTORE (RFC
// 7162) where the server has them, and can be interrupted anywhere.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Mirror mirrors an account.
type Mirror struct {
	Dial           func(ctx context.Context) (net.Conn, error)
	User, Password string
	Folder         string // a mailbox is a folder in it, a message a file: name,FLAGS.eml
	// Write writes a file; nil: os.WriteFile.
	Write func(name string, content []byte) error

	state *state
}

// Sync makes both sides the same, once. After an error it can be called again.
func (m *Mirror) Sync(ctx context.Context) (err error) {
	if m.state, err = loadState(m.Folder); err != nil {
		return err
	}
	c, err := m.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	defer func() { err = errors.Join(err, m.save()) }()
	names, err := m.mailboxes(c)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := m.mailbox(c, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// mailboxes are those of the account, when both sides have the same.
func (m *Mirror) mailboxes(c *conn) ([]string, error) {
	a, err := c.do(`LIST "" "*"`)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, values := range a.untagged {
		if len(values) < 4 || values[0].text != "LIST" {
			continue
		}
		if !slices.ContainsFunc(values[1].list, func(v value) bool { return strings.EqualFold(v.text, `\Noselect`) }) {
			names = append(names, values[3].text)
		}
	}
	if !slices.Contains(names, "INBOX") {
		return nil, errors.New("the list of mailboxes is not whole: every account has an INBOX")
	}
	for _, name := range slices.Sorted(maps.Keys(m.state.Boxes)) {
		if !slices.Contains(names, name) {
			if err := m.forget(name); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

// forget removes a mailbox that is gone, with the files that were mirrored. What has been
// put there since stays.
func (m *Mirror) forget(name string) error {
	local, err := localFiles(filepath.Join(m.Folder, filepath.FromSlash(name)), true)
	if err != nil {
		return err
	}
	for _, known := range m.state.Boxes[name].Messages {
		if flags, found := local[known.File]; found {
			if err := os.Remove(m.path(name, known.File, flags)); err != nil {
				return err
			}
		}
	}
	delete(m.state.Boxes, name)
	return nil
}

// mailbox makes one mailbox the same on both sides. The state is that of a message as soon
// as it is so; only when all are is the position noted from which to go on.
func (m *Mirror) mailbox(c *conn, name string) error {
	box := m.state.box(name)
	local, err := localFiles(filepath.Join(m.Folder, filepath.FromSlash(name)), len(box.Messages) > 0)
	if err != nil {
		return err
	}
	sel, err := c.selectBox(name, box)
	if err != nil {
		return err
	}
	if box.Validity != sel.validity {
		if err := c.renumber(box, sel); err != nil {
			return err
		}
		sel.resynced = false
	}
	remote, err := c.remote(box, sel)
	if err != nil {
		return err
	}
	s := &session{Mirror: m, conn: c, name: name, box: box, local: local, remote: remote}
	for _, step := range []func() error{s.upload, s.download, s.removeLocal, s.removeRemote, s.flags} {
		if err := step(); err != nil {
			return err
		}
	}
	box.ModSeq = sel.modseq
	return nil
}

// renumber finds the known messages under their new UIDs, by Message-ID.
func (c *conn) renumber(box *box, sel *selected) error {
	byID := make(map[string][]uint32)
	if sel.exists > 0 && len(box.Messages) > 0 {
		all, err := c.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", "UID", "FLAGS", "ID")
		if err != nil {
			return err
		}
		if len(all) < sel.exists {
			return fmt.Errorf("the server has told of %d messages out of %d", len(all), sel.exists)
		}
		for _, f := range all {
			byID[f.id] = append(byID[f.id], f.uid)
		}
	}
	known := box.Messages
	box.Messages, box.Validity, box.ModSeq = make(map[uint32]*message), sel.validity, 0
	// Those that are not found are gone: they get numbers that no message has, and are removed
	// as such.
	none := ^uint32(0)
	for _, uid := range slices.Sorted(maps.Keys(known)) {
		msg := known[uid]
		to := none
		if same := byID[msg.ID]; msg.ID != "" && len(same) > 0 {
			to, byID[msg.ID] = same[0], same[1:]
		} else {
			none--
		}
		box.Messages[to] = msg
	}
	return nil
}
