package store

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
)

// Quota is a quota root (RFC 9208, section 3.2).
type Quota = fixtures.Quota

// quotaRoot is a root of an account, and what the mailboxes that it governs hold
// together: counted as they change, so that asking costs nothing.
type quotaRoot struct {
	Quota
	used holding // guarded by the store's quotas
}

// holding is what mailboxes hold.
type holding struct{ messages, octets, mailboxes, annotations int64 }

func (h holding) plus(other holding) holding {
	return holding{h.messages + other.messages, h.octets + other.octets, h.mailboxes + other.mailboxes, h.annotations + other.annotations}
}

func (h holding) minus(other holding) holding {
	return holding{h.messages - other.messages, h.octets - other.octets, h.mailboxes - other.mailboxes, h.annotations - other.annotations}
}

// quotaResources are those of RFC 9208, section 5, and how much of them is used. STORAGE and
// ANNOTATION-STORAGE, which is of the annotations of messages (RFC 5257), are in units of 1024
// octets, of which the last may be begun.
var quotaResources = []struct {
	name imap.QuotaResourceType
	of   func(holding) int64
}{
	{imap.QuotaResourceStorage, func(h holding) int64 { return (h.octets + 1023) / 1024 }},
	{imap.QuotaResourceMessage, func(h holding) int64 { return h.messages }},
	{imap.QuotaResourceMailbox, func(h holding) int64 { return h.mailboxes }},
	{imap.QuotaResourceAnnotationStorage, func(h holding) int64 { return (h.annotations + 1023) / 1024 }},
}

// QuotaResources are the resources that can be limited, in the order of telling.
func QuotaResources() []imap.QuotaResourceType {
	var out []imap.QuotaResourceType
	for _, row := range quotaResources {
		out = append(out, row.name)
	}
	return out
}

// quotaNames are their names, as an error has them.
func quotaNames() string {
	var names []string
	for _, resource := range QuotaResources() {
		names = append(names, string(resource))
	}
	return strings.Join(names, ", ")
}

// over is a resource of which there would be more than its limit with so much more, "" for
// none. What does not grow is not over, unless nothing does: usage may be beyond a limit
// that was set later (RFC 9208, section 4.1.3).
func (r *quotaRoot) over(more holding) imap.QuotaResourceType {
	then := r.used.plus(more)
	for _, row := range quotaResources {
		limit, limited := r.Limits[row.name]
		if limited && row.of(then) > limit && (more == (holding{}) || row.of(more) > 0) {
			return row.name
		}
	}
	return ""
}

// refuses says why so much more cannot be had.
func (r *quotaRoot) refuses(more holding) error {
	if r.Soft || more == (holding{}) {
		return nil
	}
	resource := r.over(more)
	if resource == "" {
		return nil
	}
	return errorf(ErrOverQuota, "over quota: %s of root %q may be %d", resource, r.Root, r.Limits[resource])
}

// governs says whether a root is that of a name, which need not be a mailbox's.
func (u *User) governs(q Quota, name string) bool {
	return q.Mailbox == "" || name == q.Mailbox || strings.HasPrefix(name, q.Mailbox+string(u.store.delim))
}

// rootsOf are the roots of a name; u.mu is held.
func (u *User) rootsOf(name string) []*quotaRoot {
	var out []*quotaRoot
	for _, r := range u.quotas {
		if u.governs(r.Quota, name) {
			out = append(out, r)
		}
	}
	return out
}

// SetQuota gives the account a quota root, or the root of that name other limits; without
// Limits the root is taken away. Mailboxes may hold more than that already.
func (u *User) SetQuota(q Quota) error { return u.By(0).SetQuota(q) }

// SetQuota is [User.SetQuota].
func (a Acting) SetQuota(q Quota) error {
	u := a.user
	for resource, limit := range q.Limits {
		if !slices.Contains(QuotaResources(), resource) || limit < 0 {
			return errorf(ErrInvalidQuota, "quota root %q cannot have a limit %s %d (have %s)", q.Root, resource, limit, quotaNames())
		}
	}
	if q.Mailbox != "" {
		q.Mailbox = u.canonical(q.Mailbox)
		if err := u.checkName(q.Mailbox); err != nil {
			return err
		}
	}
	q.Limits = maps.Clone(q.Limits)
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.lockMailboxes()()
	list, was := u.quotaList(), u.quotaList()
	i := slices.IndexFunc(list, func(other Quota) bool { return other.Root == q.Root })
	switch {
	case i >= 0 && q.Limits == nil:
		list = slices.Delete(list, i, i+1)
	case i >= 0:
		list[i] = q
	case q.Limits != nil:
		list = append(list, q)
	default:
		return errorf(ErrNotFound, "account %q has no quota root %q to take away: a new one has Limits", u.name, q.Root)
	}
	u.setQuotas(list)
	u.tellSettings(a.by, func(d *differ) { d.quotas(was, list) })
	return nil
}

// lockMailboxes locks all mailboxes of the account in order; u.mu is held.
func (u *User) lockMailboxes() (unlock func()) {
	var all guards
	for _, mbox := range u.byName {
		all = append(all, mbox.guard)
	}
	all.lock()
	return all.unlock
}

// setQuotas makes these the roots, and counts what there is; u.mu and the locks of all
// mailboxes are held.
func (u *User) setQuotas(list []Quota) {
	u.quotas = nil
	for _, q := range list {
		u.quotas = append(u.quotas, &quotaRoot{Quota: q})
	}
	for name, mbox := range u.byName {
		mbox.join(u.rootsOf(name))
	}
}

// quotaList are the roots as values; u.mu is held.
func (u *User) quotaList() []Quota {
	var out []Quota
	for _, r := range u.quotas {
		out = append(out, r.Quota)
	}
	return out
}

// Quotas are the account's roots, in the order in which they were made. Their limits must
// not be modified.
func (u *User) Quotas() []Quota {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.quotaList()
}

// QuotasOf are the roots of a mailbox, or of a name that could be one (RFC 9208, section
// 4.1.2).
func (u *User) QuotasOf(name string) []Quota {
	u.mu.RLock()
	defer u.mu.RUnlock()
	name = u.canonical(name)
	return slices.DeleteFunc(u.quotaList(), func(q Quota) bool { return !u.governs(q, name) })
}

// Usage is how much is used of each resource of a root, limited or not. It takes no longer
// for much mail than for little.
func (u *User) Usage(root string) (map[imap.QuotaResourceType]int64, error) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for _, r := range u.quotas {
		if r.Root == root {
			return u.usage(r), nil
		}
	}
	return nil, errorf(ErrNotFound, "account %q has no quota root %q", u.name, root)
}

func (u *User) usage(r *quotaRoot) map[imap.QuotaResourceType]int64 {
	u.store.quotas.Lock()
	defer u.store.quotas.Unlock()
	out := make(map[imap.QuotaResourceType]int64)
	for _, row := range quotaResources {
		out[row.name] = row.of(r.used)
	}
	return out
}

// checkCount refuses a new mailbox, with the names above it that would be made too, where
// there would be too many; u.mu is held.
func (u *User) checkCount(name string) error {
	u.store.quotas.Lock()
	defer u.store.quotas.Unlock()
	for _, r := range u.quotas {
		var more holding
		for _, new := range append(u.superiors(name), name) {
			if u.governs(r.Quota, new) && (new == name || u.byName[new] == nil) {
				more.mailboxes++
			}
		}
		if err := r.refuses(more); err != nil {
			return err
		}
	}
	return nil
}
