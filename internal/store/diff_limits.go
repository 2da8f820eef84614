package store

import (
	"fmt"
	"slices"
	"strings"
)

// annotations are the differences between those that an account sees; nil is one that sees
// the shared ones alone.
func (d *differ) annotations(mailbox string, was, is *Annotations, u *User) {
	for _, entry := range is.Changed(was, u) {
		d.add(Difference{Kind: AnnotationChanged, Mailbox: mailbox, Entry: entry, Old: shown(was.Get(u, entry)), New: shown(is.Get(u, entry))})
	}
}

func shown(value []byte) string {
	if value == nil {
		return "NIL"
	}
	return string(value)
}

// privateDiff are the differences between an account's own annotations of the server.
func (is *userState) privateDiff(before, after *Annotations) []Difference {
	d := &differ{account: is.user.name}
	d.own("", before, after, is.user)
	return d.out
}

// own are the differences between the private annotations of an account.
func (d *differ) own(mailbox string, was, is *Annotations, u *User) {
	one := &differ{account: d.account}
	one.annotations(mailbox, was, is, u)
	d.out = append(d.out, slices.DeleteFunc(one.out, func(one Difference) bool { return isShared(one.Entry) })...)
}

func (d *differ) quotas(was, is []Quota) {
	texts := func(list []Quota) (roots []string, text map[string]string) {
		text = make(map[string]string)
		for _, q := range list {
			roots, text[q.Root] = append(roots, q.Root), quotaText(q)
		}
		return roots, text
	}
	before, old := texts(was)
	after, now := texts(is)
	for _, root := range append(before, slices.DeleteFunc(after, func(root string) bool { return slices.Contains(before, root) })...) {
		if old[root] != now[root] {
			d.add(Difference{Kind: QuotaChanged, Entry: root, Old: old[root], New: now[root]})
		}
	}
}

// quotaText is what a root is, in words: "none" where there are no limits.
func quotaText(q Quota) string {
	var words []string
	if q.Mailbox != "" {
		words = append(words, q.Mailbox)
	}
	if q.Soft {
		words = append(words, "soft")
	}
	for _, row := range quotaResources {
		if limit, limited := q.Limits[row.name]; limited {
			words = append(words, fmt.Sprintf("%s %d", row.name, limit))
		}
	}
	if len(q.Limits) == 0 {
		words = append(words, "no limits")
	}
	return strings.Join(words, " ")
}
