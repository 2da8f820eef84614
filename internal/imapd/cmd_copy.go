package imapd

import (
	"errors"
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// copyArgs are what COPY and MOVE share.
type copyArgs struct {
	uid  bool
	set  imapwire.NumSet
	dest string
}

func parseCopyArgs(p *parser) copyArgs {
	args := copyArgs{uid: p.uid}
	p.SP()
	args.set = p.NumSet()
	p.SP()
	args.dest = p.Mailbox()
	return args
}

// messages finds what is to be copied and where to.
func (args copyArgs) messages(c *conn) (uids []imap.UID, dest *store.Mailbox, err error) {
	if uids, err = c.view.resolve(args.set, args.uid); err != nil {
		return nil, nil, err
	}
	if dest, err = c.destination(args.dest); err != nil {
		return nil, nil, err
	}
	return uids, dest, nil
}

// tellsNewUIDs says that the UIDs in a destination are told, as UIDPLUS has it,
// unless they mean nothing to another session (RFC 4315, section 4).
func (c *conn) tellsNewUIDs(dest *store.Mailbox) bool {
	return c.has(imap.CapUIDPlus) && !dest.Oddities().UIDNotSticky
}

// copyUID is the response code of UIDPLUS (RFC 4315, section 3), or "" if
// nothing was copied.
func (c *conn) copyUID(dest *store.Mailbox, data *imap.CopyData) string {
	if !c.tellsNewUIDs(dest) || len(data.SourceUIDs) == 0 {
		return ""
	}
	code := make([]byte, 0, 32+8*len(data.SourceUIDs))
	code = append(strconv.AppendUint(append(code, "COPYUID "...), uint64(data.UIDValidity), 10), ' ')
	return string(c.appendCopied(code, data))
}

// COPY and UID COPY: RFC 3501, section 6.4.7.
//
//	copy = "COPY" SP sequence-set SP mailbox
type copyCmd struct{ copyArgs }

func parseCopy(p *parser) command { return &copyCmd{parseCopyArgs(p)} }

func (cmd *copyCmd) run(c *conn, ok *okResponse) error {
	uids, dest, err := cmd.messages(c)
	if err != nil {
		return err
	}
	if err := c.overSaveLimit(len(uids)); err != nil {
		return err
	}
	data, err := c.permuted(uids, func(set imap.UIDSet) (*imap.CopyData, error) { return cmd.copy(c.view.at, set, dest) })
	if err != nil {
		return err
	}
	c.putInto(dest, data.DestUIDs)
	ok.code = c.copyUID(dest, data)
	return nil
}

// copy copies all of the messages that numbers stand for, or none (RFC 3501, section
// 6.4.7; RFC 2180, section 4.4.1). A UID that is gone is passed over (RFC 3501,
// section 6.4.8).
func (cmd *copyCmd) copy(from store.Numbered, set imap.UIDSet, dest *store.Mailbox) (*imap.CopyData, error) {
	if cmd.uid {
		data, err := from.Copy(set, dest)
		return data, storeError(err)
	}
	data, err := from.CopyAll(set, dest)
	if errors.Is(err, store.ErrNotFound) {
		return nil, no("message.expunged", codeExpungeIssued, "some of the messages have been expunged")
	}
	return data, storeError(err)
}

// putInto notes the messages that this connection has itself put somewhere.
func (c *conn) putInto(dest *store.Mailbox, uids imap.UIDSet) {
	if len(uids) == 0 {
		return
	}
	c.tellSoftQuota(dest)
	if c.notify == nil {
		return
	}
	nums, _ := uids.Nums()
	c.ownMessages(dest, nums)
	if c.isSelected(dest) {
		c.view.own = append(c.view.own, nums...)
	}
}

// MOVE and UID MOVE: RFC 6851; RFC 9051, section 6.4.8.
//
//	move = "MOVE" SP sequence-set SP mailbox
type moveCmd struct{ copyArgs }

func parseMove(p *parser) command { return &moveCmd{parseCopyArgs(p)} }

// run leaves the EXPUNGE responses to view.sync. COPYUID goes before them in
// an untagged OK, so that a client knows the new UIDs before the messages go
// (RFC 6851, section 4.3).
func (cmd *moveCmd) run(c *conn, ok *okResponse) error {
	if c.view.readOnly {
		return no("mailbox.readonly", "", "the mailbox is read-only")
	}
	uids, dest, err := cmd.messages(c)
	if err != nil {
		return err
	}
	messages, err := c.view.at.Lookup(uids)
	switch {
	case err != nil:
		return storeError(err)
	case !cmd.uid && len(messages) < len(uids):
		return no("message.expunged", codeExpungeIssued, "some of the messages have been expunged")
	}
	uids = c.limitTo(uids, ok)
	data, err := c.permuted(uids, func(set imap.UIDSet) (*imap.CopyData, error) { return c.view.at.Move(set, dest) })
	if err != nil {
		return storeError(err)
	}
	c.putInto(dest, data.DestUIDs)
	ok.highest = len(data.SourceUIDs) > 0
	switch code := c.copyUID(dest, data); {
	case code == "":
	case c.tells("copyuid-tagged"):
		ok.code = code
	default:
		c.note("note.copyuid", "OK", code, "Moved")
	}
	return nil
}

// EXPUNGE: RFC 3501, section 6.4.3; UID EXPUNGE: RFC 4315, section 2.1.
//
//	uid-expunge = "UID" SP "EXPUNGE" SP sequence-set
type expungeCmd struct {
	uid bool
	set imapwire.NumSet
}

func parseExpunge(p *parser) command {
	cmd := &expungeCmd{uid: p.uid}
	if p.uid {
		p.SP()
		cmd.set = p.NumSet()
	}
	return cmd
}

func (cmd *expungeCmd) run(c *conn, ok *okResponse) error {
	v := c.view
	if v.readOnly {
		return no("mailbox.readonly", "", "the mailbox is read-only")
	}
	var which imap.UIDSet // nil: every message that is \Deleted
	if cmd.uid {
		uids, err := v.resolve(cmd.set, true)
		if err != nil {
			return err
		}
		if uids, err = cmd.deleted(v, uids); err != nil {
			return storeError(err)
		}
		which = store.UIDSet(c.limitTo(uids, ok))
	}
	gone, err := v.at.ExpungeDeleted(which)
	ok.highest = len(gone) > 0
	return storeError(err)
}

// deleted are those of the messages that are to go: only they count towards
// the limit of RFC 9738.
func (cmd *expungeCmd) deleted(v *view, uids []imap.UID) ([]imap.UID, error) {
	messages, err := v.at.Lookup(uids)
	return uidsOf(slices.DeleteFunc(messages, func(m store.Message) bool { return !m.Has(imap.FlagDeleted) })), err
}
