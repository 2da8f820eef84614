package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// hasResource says that the server speaks of a resource (RFC 9208, section 3.1.1).
func (c *conn) hasResource(r imap.QuotaResourceType) bool {
	name := imap.Cap("QUOTA=RES-" + r)
	return slices.Contains(quotaCaps, name) && (c.has(name) || c.has(capQuota2087))
}

// quotaRoot is a root as the account sees it: those of others have the name before them
// that their mailboxes have.
type quotaRoot struct {
	store.Quota
	name  string
	owner *store.User
	mbox  *store.Mailbox // by which the account knows of it; nil: it is its own
}

// rootsOf are the roots that govern a name for the account, which need not be that of a
// mailbox. What is told of them takes r on a mailbox that there is (RFC 9208, section 6).
func (c *conn) rootsOf(name string) ([]quotaRoot, error) {
	if c.isAnonymous() {
		return nil, errQuotaAnonymous
	}
	owner, rest, foreign := c.user.Place(name)
	mbox, found := c.lookupMailbox(name)
	switch {
	case found:
		if err := c.may(mbox, store.MayRead); err != nil {
			return nil, err
		}
	case foreign:
		return nil, nil // as where there is nothing
	}
	prefix := strings.TrimSuffix(name, rest)
	if !foreign {
		prefix, mbox = "", nil
	}
	var out []quotaRoot
	for _, q := range owner.QuotasOf(rest) {
		out = append(out, quotaRoot{q, prefix + q.Root, owner, mbox})
	}
	return out, nil
}

// errQuotaAnonymous: "no quota information should be disclosed to anonymous users" (RFC 9208,
// section 8).
var errQuotaAnonymous = noPerm("quotas are not for anonymous users")

// root finds a root by the name that it has for the account: its own, or one that governs
// a mailbox of another that it may read.
func (c *conn) root(name string) (quotaRoot, error) {
	if c.isAnonymous() {
		return quotaRoot{}, errQuotaAnonymous
	}
	for _, q := range c.user.Quotas() {
		if q.Root == name {
			return quotaRoot{q, name, c.user, nil}, nil
		}
	}
	for _, named := range c.user.Visible() {
		if named.Mailbox.Owner() == c.user {
			continue
		}
		roots, _ := c.rootsOf(named.Name)
		for _, r := range roots {
			if r.name == name {
				return r, nil
			}
		}
	}
	return quotaRoot{}, no("quota.root", imap.ResponseCodeNonExistent, "there is no quota root %q", name)
}

// GETQUOTA: RFC 9208, section 4.1.1.
//
//	getquota = "GETQUOTA" SP quota-root-name
type getQuotaCmd struct{ root string }

func parseGetQuota(p *parser) command {
	p.SP()
	return &getQuotaCmd{p.AString()}
}

func (cmd *getQuotaCmd) run(c *conn, _ *okResponse) error {
	root, err := c.root(cmd.root)
	if err != nil {
		return err
	}
	c.writeQuota(root)
	return nil
}

// GETQUOTAROOT: RFC 9208, section 4.1.2. There need not be such a mailbox.
//
//	getquotaroot = "GETQUOTAROOT" SP mailbox
type getQuotaRootCmd struct{ name string }

func parseGetQuotaRoot(p *parser) command {
	p.SP()
	return &getQuotaRootCmd{p.Mailbox()}
}

func (cmd *getQuotaRootCmd) run(c *conn, _ *okResponse) error {
	roots, err := c.rootsOf(cmd.name)
	if err != nil {
		return err
	}
	c.enc.Raw("* QUOTAROOT ").Mailbox(cmd.name)
	for _, root := range roots {
		c.enc.SP().String(root.name)
	}
	c.enc.CRLF()
	for _, root := range roots {
		c.writeQuota(root)
	}
	return nil
}

// writeQuota sends one QUOTA response: the resources that are limited. The list may be
// empty (RFC 9208, section 4.2.1).
//
//	quota-response = "QUOTA" SP quota-root-name SP "(" [quota-resource *(SP quota-resource)] ")"
func (c *conn) writeQuota(q quotaRoot) {
	usage, err := q.owner.Usage(q.Root)
	if err != nil {
		return // it has just been taken away
	}
	e := c.enc.Raw("* QUOTA ").String(q.name).Raw(" (")
	first := true
	for _, r := range store.QuotaResources() {
		limit, limited := q.Limits[r]
		if !limited || !c.hasResource(r) {
			continue
		}
		if !first {
			e.SP()
		}
		e.Raw(string(r)).SP().Num64(uint64(usage[r])).SP().Num64(uint64(limit))
		first = false
	}
	e.Raw(")").CRLF()
}

// SETQUOTA: RFC 9208, section 4.1.3.
//
//	setquota = "SETQUOTA" SP quota-root-name SP "(" [resource-name SP number64 *(SP resource-name SP number64)] ")"
type setQuotaCmd struct {
	root    string
	limits  map[imap.QuotaResourceType]int64
	unknown imap.QuotaResourceType
}

func parseSetQuota(p *parser) command {
	p.SP()
	cmd := &setQuotaCmd{root: p.AString(), limits: make(map[imap.QuotaResourceType]int64)}
	p.SP()
	p.ListOrEmpty(func() {
		name := imap.QuotaResourceType(p.Keyword())
		p.SP()
		cmd.limits[name] = int64(p.Number64())
		if !p.c.hasResource(name) {
			cmd.unknown = name
		}
	})
	return cmd
}

// run makes a root of the account where there is none yet, if it has the account's name or
// none; no other. It takes the right a (RFC 9208, section 6): one's own account is one's
// own, and of another's roots those of a mailbox can be set that one administers.
func (cmd *setQuotaCmd) run(c *conn, _ *okResponse) error {
	root, err := c.root(cmd.root)
	if err != nil && !c.isAnonymous() && (cmd.root == c.user.Name() || cmd.root == "") {
		root, err = quotaRoot{store.Quota{Root: cmd.root}, cmd.root, c.user, nil}, nil
	}
	switch {
	case err != nil:
		return err
	case root.mbox != nil && root.Mailbox != root.mbox.Name():
		return noPerm("the root is that of another account")
	case root.mbox != nil:
		if err := c.may(root.mbox, store.MayAdmin); err != nil {
			return err
		}
	}
	if cmd.unknown != "" {
		return no("quota.resource", "", "there is no resource %s", cmd.unknown)
	}
	root.Limits = cmd.limits
	if err := root.owner.By(c.number).SetQuota(root.Quota); err != nil {
		return err
	}
	c.writeQuota(root)
	return nil
}

// tellSoftQuota warns of a mailbox that has more than a soft root allows (RFC 9208, section
// 4.3.1).
func (c *conn) tellSoftQuota(mbox *store.Mailbox) {
	if !c.has(imap.CapQuota) || c.isAnonymous() || !mbox.OverSoftQuota() {
		return
	}
	c.note("note.quota", "NO", string(imap.ResponseCodeOverQuota), "Soft quota has been exceeded")
	if c.isSelected(mbox) {
		c.view.warned = true
	}
}

// warnQuota does so when somebody else has put messages into the selected mailbox, once.
func (v *view) warnQuota(c *conn) {
	if !v.warned {
		c.tellSoftQuota(v.mbox)
	}
}
