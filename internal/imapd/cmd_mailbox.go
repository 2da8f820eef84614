package imapd

import (
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// CREATE: RFC 3501, section 6.3.3; RFC 6154, section 3 (CREATE-SPECIAL-USE).
//
//	create       = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"]
//	create-param = "USE" SP "(" [use-attr *(SP use-attr)] ")"
type createCmd struct {
	name string
	uses []imap.MailboxAttr
}

func parseCreate(p *parser) command {
	cmd := &createCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	if !p.has(imap.CapCreateSpecialUse) || !p.Try(' ') {
		return cmd
	}
	p.List(func() {
		p.option("CREATE parameter", "USE")
		p.SP()
		p.ListOrEmpty(func() { cmd.uses = append(cmd.uses, imap.MailboxAttr(p.Flag())) })
	})
	return cmd
}

// run answers with the MAILBOXID (RFC 8474, section 4.1).
func (cmd *createCmd) run(c *conn, ok *okResponse) error {
	var opts []store.MailboxOption
	for _, use := range cmd.uses {
		attr, known := store.SpecialUse(use)
		if !known {
			return no("mailbox.use", codeUseAttr, "%s is not a special use that can be assigned", use)
		}
		opts = append(opts, store.WithSpecialUse(attr))
	}
	if p := c.srv.profile; p != nil && p.Numbers.UIDNext > 0 {
		opts = append(opts, store.WithUIDNext(p.Numbers.UIDNext))
	}
	if err := c.strictName(cmd.name); err != nil {
		return err
	}
	owner, name, err := c.place(cmd.name)
	if err != nil {
		return err
	}
	mbox, err := owner.By(c.number).Create(name, opts...)
	if err != nil {
		return storeError(err)
	}
	c.ownNames(c.user.NameOf(mbox))
	c.ownMailbox(mbox)
	if c.has(imap.CapObjectID) {
		ok.code = "MAILBOXID (" + mbox.ID() + ")"
	}
	return nil
}

// strictName refuses a new name that LIST could not ask for alone. RFC 3501, section
// 5.1, lets a server choose.
func (c *conn) strictName(name string) error {
	if err := c.prefixed(name); err != nil {
		return err
	}
	if !c.srv.cfg.StrictNames || !strings.ContainsAny(name, "*%") {
		return nil
	}
	answer := no("mailbox.wildcard", imap.ResponseCodeCannot, "mailbox name %q has a wildcard of LIST", name)
	answer.names = true
	return answer
}

// DELETE: RFC 3501, section 6.3.4.
type deleteCmd struct{ name string }

func parseDelete(p *parser) command { p.SP(); return &deleteCmd{p.Mailbox()} }

func (cmd *deleteCmd) run(c *conn, ok *okResponse) error {
	owner, name, foreign := c.user.Place(cmd.name)
	mbox, err := c.named(cmd.name)
	if err != nil && (mbox != nil || foreign || hides(owner, name)) {
		return err
	}
	if err := owner.By(c.number).DeleteIf(name, mbox); err != nil {
		if strings.EqualFold(name, "INBOX") && errors.Is(err, store.ErrInvalidName) {
			return no("mailbox.inbox", imap.ResponseCodeCannot, "%s", trimPackage(err))
		}
		return addText(storeError(err), c.nowNamed(cmd.name))
	}
	found := mbox != nil
	if found {
		c.ownNames(c.user.NameOf(mbox))
	}
	if found && c.view != nil && c.view.mbox == mbox {
		// A client that deletes what it has selected asked for it: it is left
		// in the authenticated state and not thrown out.
		c.closeView()
		ok.text = "DELETE completed; no mailbox is selected"
	} else if now := c.nowNamed(cmd.name); now != "" {
		ok.text = "DELETE completed" + now
	}
	return nil
}

// RENAME: RFC 3501, section 6.3.5.
type renameCmd struct{ from, to string }

func parseRename(p *parser) command {
	p.SP()
	from := p.Mailbox()
	p.SP()
	return &renameCmd{from, p.Mailbox()}
}

func (cmd *renameCmd) run(c *conn, _ *okResponse) error {
	if err := c.strictName(cmd.to); err != nil {
		return err
	}
	owner, from, foreign := c.user.Place(cmd.from)
	mbox, err := c.named(cmd.from)
	if err != nil && (mbox != nil || foreign || hides(owner, from)) {
		return err
	}
	to := cmd.to
	if mbox != nil {
		newOwner, name, err := c.place(cmd.to)
		switch {
		case err != nil:
			return err
		case newOwner != owner:
			return no("mailbox.account", imap.ResponseCodeCannot, "a mailbox stays with the account to which it belongs")
		}
		to = name
	}
	if err := owner.By(c.number).RenameIf(from, to, mbox); err != nil {
		return addText(storeError(err), c.nowNamed(cmd.from))
	}
	if mbox, found := c.lookupMailbox(cmd.to); found {
		c.ownNames(cmd.from, c.user.NameOf(mbox))
		c.ownMailbox(mbox)
	}
	return nil
}

// SUBSCRIBE and UNSUBSCRIBE: RFC 3501, sections 6.3.6 and 6.3.7.
type subscribeCmd struct {
	name string
	do   func(store.Acting, string) error
}

func parseSubscribe(p *parser) command {
	p.SP()
	return &subscribeCmd{p.Mailbox(), store.Acting.Subscribe}
}

func parseUnsubscribe(p *parser) command {
	p.SP()
	return &subscribeCmd{p.Mailbox(), store.Acting.Unsubscribe}
}

func (cmd *subscribeCmd) run(c *conn, _ *okResponse) error {
	if err := cmd.do(c.user.By(c.number), cmd.name); err != nil {
		return storeError(err)
	}
	c.ownSubscription(cmd.name)
	return nil
}

// destination finds the mailbox that APPEND, COPY and MOVE put messages into.
// If there is none, or only the name, the client may create it and try again
// (RFC 3501, section 6.3.11); a name that nobody could create is NO [CANNOT].
func (c *conn) destination(name string) (*store.Mailbox, error) {
	mbox, err := c.openable(name, c.needs.into)
	var answer *imap.Error
	switch {
	case errors.As(err, &answer) && answer.Code == imap.ResponseCodeNoPerm:
		return nil, err
	case err == nil && mbox.Oddities().ReadOnly:
		return nil, no("mailbox.readonly", imap.ResponseCodeNoPerm, "the mailbox is read-only")
	case err == nil:
		return mbox, nil
	}
	if nameErr := c.user.CheckName(name); nameErr != nil {
		return nil, storeError(nameErr)
	}
	if _, _, err := c.place(name); err != nil {
		return nil, no("mailbox.missing", imap.ResponseCodeNonExistent, "no such mailbox%s", c.nowNamed(name))
	}
	return nil, no("mailbox.target", imap.ResponseCodeTryCreate, "no such mailbox%s", c.nowNamed(name))
}

// misnamed is a command whose mailbox cannot be here: its syntax is right, so that it is NO
// and not BAD.
type misnamed struct {
	command
	answer *refusal
}

// run leaves the selected mailbox if the command was to select another.
func (cmd misnamed) run(c *conn, _ *okResponse) error {
	if _, selects := cmd.command.(*selectCmd); selects {
		c.leaveMailbox()
	}
	return cmd.answer
}
