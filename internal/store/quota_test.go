package store

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/fixtures"
)

// recount goes through all messages of the mailboxes of an account and counts what a root
// governs: by the words of RFC 9208, section 5, and not by anything that the store keeps.
func recount(u *User, q Quota) map[imap.QuotaResourceType]int64 {
	out := map[imap.QuotaResourceType]int64{imap.QuotaResourceStorage: 0, imap.QuotaResourceMessage: 0, imap.QuotaResourceMailbox: 0, imap.QuotaResourceAnnotationStorage: 0}
	octets, annotations := int64(0), int64(0)
	for _, mbox := range u.Mailboxes() {
		name := mbox.Name()
		if q.Mailbox != "" && name != q.Mailbox && !strings.HasPrefix(name, q.Mailbox+"/") {
			continue
		}
		if !mbox.Oddities().NoSelect {
			out[imap.QuotaResourceMailbox]++
		}
		for _, m := range mbox.Messages() {
			out[imap.QuotaResourceMessage]++
			octets += m.Size()
			if m.notes != nil {
				for _, value := range m.notes.byKey {
					annotations += int64(len(value))
				}
			}
		}
	}
	for ; octets > 0; octets -= 1024 {
		out[imap.QuotaResourceStorage]++
	}
	for ; annotations > 0; annotations -= 1024 {
		out[imap.QuotaResourceAnnotationStorage]++
	}
	return out
}

// checkUsage holds what is told of every root to a recount, and of every mailbox that of
// its \Deleted messages.
func checkUsage(u *User) error {
	for _, q := range u.Quotas() {
		got, err := u.Usage(q.Root)
		if want := recount(u, q); err != nil || !maps.Equal(got, want) {
			return fmt.Errorf("root %q of %q: told %v, %v, there are %v", q.Root, q.Mailbox, got, err, want)
		}
	}
	for _, mbox := range u.Mailboxes() {
		size, status := int64(0), mbox.Status()
		for _, m := range mbox.Messages() {
			if m.Has(imap.FlagDeleted) {
				size += m.Size()
			}
		}
		if status.DeletedSize != size {
			return fmt.Errorf("mailbox %s: %d octets to free, want %d", mbox.Name(), status.DeletedSize, size)
		}
	}
	return nil
}

// quotaRun is a random run with roots that come, change and go.
type quotaRun struct {
	*randomWorker
	names []string
}

func (r *quotaRun) step(t *rapid.T) string {
	s := randomStep{
		do: rapid.SampledFrom([]string{
			"append", "append", "append", "append at", "flags", "expunge", "copy", "move", "snapshot", "restore", "bump",
			"create", "delete", "rename", "quota", "quota", "replace", "large", "noselect", "load", "expunge deleted",
		}).Draw(t, "do"),
		on: rapid.SampledFrom(r.names).Draw(t, "on"), to: rapid.SampledFrom(r.names).Draw(t, "to"),
		n: rapid.IntRange(1, 9).Draw(t, "n"),
	}
	mbox, found := r.user.Mailbox(s.on)
	switch {
	case s.do == "quota":
		q := Quota{Root: fmt.Sprint("root", s.n%3), Soft: s.n%2 == 0}
		if s.n%4 > 0 {
			q.Mailbox = s.on
		}
		if s.n > 1 {
			q.Limits = map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: int64(s.n), imap.QuotaResourceStorage: int64(s.n * 2), imap.QuotaResourceMailbox: int64(s.n)}
		}
		r.user.SetQuota(q)
	case s.do == "load":
		raw := r.raw()
		r.user.store.Load(&fixtures.Set{Accounts: []fixtures.Account{{Name: r.user.name, Mailboxes: []fixtures.Mailbox{{Name: s.on, Messages: []fixtures.Message{{Raw: raw}}}}}}})
	case !found:
		r.do(s)
	case s.do == "replace":
		if to, found := r.user.Mailbox(s.to); found {
			mbox.Replace(imap.UID(s.n), to, r.raw(), WithSize(int64(s.n*700)))
		}
	case s.do == "large":
		mbox.Append(r.raw(), WithSize(int64(s.n*700)))
	case s.do == "noselect":
		mbox.Configure(WithOddities(Oddities{NoSelect: s.n%2 == 0}))
	case s.do == "expunge deleted":
		mbox.ExpungeDeleted(nil)
	default:
		r.do(s)
	}
	return fmt.Sprintf("%+v", s)
}

// What the server tells of quotas is what a recount of the store gives, after any run of
// changes; and nothing that makes a hard root's usage grow goes beyond its limit.
func TestUsageIsARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, err := New().AddUser("alice", "secret")
		if err != nil {
			t.Fatal(err)
		}
		r := &quotaRun{&randomWorker{name: "a", user: u, snapshots: []*Snapshot{u.store.Snapshot()}}, []string{inbox, "A", "A/B", "A/B/C", "B"}}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := make(map[string]map[imap.QuotaResourceType]int64)
			for _, q := range u.Quotas() {
				before[fmt.Sprint(q)], _ = u.Usage(q.Root)
			}
			step := r.step(t)
			if err := checkUsage(u); err != nil {
				t.Fatalf("after %s: %v", step, err)
			}
			if strings.HasPrefix(step, "{do:restore") || strings.HasPrefix(step, "{do:quota") {
				continue // these do not ask
			}
			for _, q := range u.Quotas() {
				was, same := before[fmt.Sprint(q)]
				now, _ := u.Usage(q.Root)
				for resource, limit := range q.Limits {
					if same && !q.Soft && now[resource] > was[resource] && now[resource] > limit {
						t.Fatalf("after %s: root %+v has %v, and had %v", step, q, now, was)
					}
				}
			}
		}
	})
}

// Many at once do not get more in together than a limit allows, and what is counted stays
// right.
func TestQuotaFromMany(t *testing.T) {
	u := newUser(t)
	other := create(t, u, "Other")
	check(t, u.SetQuota(Quota{Root: "all", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 100}}))
	refused := make(chan int)
	for i := range 4 {
		go func() {
			n := 0
			for j := range 200 {
				mbox := []*Mailbox{u.Inbox(), other}[(i+j)%2]
				_, err := mbox.Append([]byte("x"))
				if errors.Is(err, ErrOverQuota) {
					n++
				}
				if j%50 == 49 {
					mbox.Move(everyUID(), u.Inbox())
				}
			}
			refused <- n
		}()
	}
	total := 0
	for range 4 {
		total += <-refused
	}
	equal(t, "refused", total, 700)
	equal(t, "messages", u.Inbox().Status().Messages+other.Status().Messages, 100)
	check(t, checkUsage(u))
}

// What is set is what there is, a root goes without its limits, and what cannot be limited
// is refused.
func TestSetQuota(t *testing.T) {
	u := newUser(t)
	fill(t, u.Inbox(), 3)
	limits := map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 1}
	check(t, u.SetQuota(Quota{Root: "", Limits: limits}))
	check(t, u.SetQuota(Quota{Root: "in", Mailbox: "inbox", Limits: limits}))
	equal(t, "roots", fmt.Sprint(u.Quotas()), "[{  false map[MESSAGE:1]} {in INBOX false map[MESSAGE:1]}]")
	limits[imap.QuotaResourceMessage] = 2
	equal(t, "a limit that is the caller's", u.Quotas()[0].Limits[imap.QuotaResourceMessage], 1)
	check(t, u.SetQuota(Quota{Root: "", Soft: true, Limits: map[imap.QuotaResourceType]int64{}}))
	equal(t, "other limits", fmt.Sprint(u.Quotas()[0]), "{  true map[]}")
	check(t, u.SetQuota(Quota{Root: ""}))
	equal(t, "one root", len(u.Quotas()), 1)
	for _, q := range []Quota{
		{Root: ""}, // is gone
		{Root: "x", Limits: map[imap.QuotaResourceType]int64{"COFFEE": 1}},
		{Root: "x", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: -1}},
		{Root: "x", Mailbox: "a//b", Limits: limits},
	} {
		if err := u.SetQuota(q); err == nil {
			t.Errorf("%+v is taken", q)
		}
	}
	if _, err := u.Usage("x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("usage of no root: %v", err)
	}
}
