package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// WithQuota gives the first account a quota root (RFC 9208), once its mail is there. Of
// what would be more than its limits a client is told NO [OVERQUOTA], and one that sends
// mail by SMTP 552; where the root is soft, it is done and the client is warned. There is
// [Account.SetQuota] for other accounts and times, and fixtures have a quota.txt.
func WithQuota(q fixtures.Quota) Option {
	return optionFunc(func(c *config) error { c.quotas = append(c.quotas, q); return nil })
}

// SetQuota gives the account a quota root, or the root of that name other limits; without
// Limits the root is taken away. There may be more than that already. Clients that ask
// see it, and SETQUOTA changes it too.
func (a Account) SetQuota(t TB, q fixtures.Quota) {
	t.Helper()
	user := a.user(t)
	if user == nil {
		return // t.Fatalf of a fake TB returned
	}
	d := a.srv.deed(a.name, q.Root)
	defer d.done()
	if err := d.of(user).SetQuota(q); err != nil {
		a.srv.fatalf(t, "set quota root %q of %s: %s", q.Root, a.name, strings.TrimPrefix(err.Error(), "memstore: "))
	}
}

// AssertQuota checks what is used of a quota root and its limits, all of them, in any
// order: "STORAGE 10/512", "MESSAGE 42/1000".
func (a Account) AssertQuota(t TB, root string, want ...string) {
	t.Helper()
	user, found := a.srv.Store().User(a.name)
	if !found {
		a.srv.errorf(t, "%s", a.missing())
		return
	}
	got, err := quotaWords((*store.User)(user), root)
	if err != nil {
		a.srv.errorf(t, "quota root %q of %s: there is none%s", root, a.name, haveRoots(user))
		return
	}
	want = slices.Clone(want)
	slices.Sort(want)
	if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, want) {
		a.srv.fail(t, fmt.Sprintf("quota root %q of %s", root, a.name),
			gotWant(strings.Join(sorted, ", "), strings.Join(want, ", ")), Mailbox{a, "INBOX"})
		return
	}
	a.srv.held(a.name, quoteWord(root), strings.Join(want, ", "))
}

func haveRoots(user *memstore.User) string {
	var roots []string
	for _, q := range user.Quotas() {
		roots = append(roots, fmt.Sprintf("%q", q.Root))
	}
	return fmt.Sprintf(" (have %s)", joinNames(roots))
}

// quotaWords is what is used of each resource that is limited.
func quotaWords(user *store.User, root string) ([]string, error) {
	usage, err := user.Usage(root)
	if err != nil {
		return nil, err
	}
	var words []string
	for _, q := range user.Quotas() {
		if q.Root != root {
			continue
		}
		for _, r := range store.QuotaResources() {
			if limit, limited := q.Limits[r]; limited {
				words = append(words, fmt.Sprintf("%s %d/%d", r, usage[r], limit))
			}
		}
	}
	return words, nil
}

// writeQuotas writes the roots of an account.
func writeQuotas(sb *strings.Builder, user *store.User) {
	for _, q := range user.Quotas() {
		words, err := quotaWords(user, q.Root)
		if err != nil {
			continue // it has just been taken away
		}
		if len(words) == 0 {
			words = []string{"no limits"}
		}
		if q.Mailbox != "" {
			words = append(words, "of "+q.Mailbox)
		}
		if q.Soft {
			words = append(words, "soft")
		}
		fmt.Fprintf(sb, "  quota %s: %s\n", quoteWord(q.Root), strings.Join(words, ", "))
	}
}
